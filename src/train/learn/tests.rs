//! What holds for every learner, whatever its kind.

use super::{Kind, scores};
use crate::artefact::reader::Writer;
use crate::train::random::Random;
use crate::train::sample::{Column, MISSING_LEVEL, Sample};
use std::process::Command;
use std::time::Instant;
use toml::Table;

const CLASSIFIERS: [Kind; 6] =
    [Kind::Logistic, Kind::LinearSvm, Kind::KernelSvm, Kind::Tree, Kind::Forest, Kind::Boosted];

/// A row is a yes more often the higher its first number, and where its level is odd; a tenth of the levels is missing.
fn planted(rows: usize) -> Sample {
    let mut random = Random::new(31);
    let mut draw = || random.below(1_000) as f64 / 1_000.0;
    let mut columns = [Vec::new(), Vec::new(), Vec::new()];
    let (mut codes, mut target) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        columns.iter_mut().for_each(|column| column.push(draw()));
        let level = (draw() * 10.0) as u16;
        codes.push(if level == 0 { MISSING_LEVEL } else { level });
        let first = columns[0].last().copied().unwrap_or_default();
        target.push(f64::from(0.5 * first + 0.3 * f64::from(level % 2) + 0.4 * draw() > 0.6));
    }
    let [one, two, three] = columns.map(Column::Number);
    Sample {
        names: ["one", "two", "three", "level"].map(String::from).to_vec(),
        columns: vec![one, two, three, Column::Level { codes, levels: 9 }],
        target,
        weight: vec![1.0; rows],
    }
}

/// Settings of a kind for yes and no, or for amounts; small, so that a test is quick.
fn settings(kind: Kind, is_binary: bool) -> Table {
    let mut own = Table::new();
    if let Ok(Some((name, value))) = kind.objective(is_binary) {
        own.insert(name.into(), value.into());
    }
    if kind == Kind::Forest {
        own.insert("trees".into(), 20.into());
    }
    own
}

/// Bits of what every learner makes of one sample.
fn fingerprint() -> u64 {
    let (many, few) = (planted(6_000), planted(1_000));
    let kinds = CLASSIFIERS.into_iter().map(|kind| (kind, true)).chain([(Kind::Linear, false), (Kind::Boosted, false)]);
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (kind, is_binary) in kinds {
        let sample = if kind == Kind::KernelSvm { &few } else { &many };
        let model = kind.learner(&settings(kind, is_binary)).unwrap().fit(sample, &|_, _| {}).unwrap();
        let mut writer = Writer::default();
        model.write(&mut writer);
        hash = writer.bytes.iter().fold(hash, |hash, byte| (hash ^ *byte as u64).wrapping_mul(0x100_0000_01b3));
    }
    hash
}

#[test]
fn one_core_and_all_cores_come_to_the_same_bits() {
    let bits = fingerprint();
    println!("fingerprint {bits:016x}");
    if std::env::var_os("SKONTO_ONE_CORE").is_some() {
        return;
    }
    let name = "train::learn::tests::one_core_and_all_cores_come_to_the_same_bits";
    let mut alone = Command::new("taskset");
    alone.args(["-c", "0"]).arg(std::env::current_exe().unwrap()).args(["--exact", name, "--nocapture"]);
    let Ok(output) = alone.env("SKONTO_ONE_CORE", "1").output() else {
        eprintln!("SKIPPED: there is no `taskset` to hold a process to one core");
        return;
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains(&format!("fingerprint {bits:016x}")), "{text}");
}

/// Share of pairs of a yes and a no, 10,000 of them, in which the yes has the higher score.
fn share_in_order(scores: &[f64], sample: &Sample) -> f64 {
    let of = |wanted: f64| (0..sample.rows()).filter(move |row| sample.target[*row] == wanted);
    let pairs = of(1.0).zip(of(0.0)).take(10_000);
    let (in_order, all) = pairs
        .fold((0.0, 0.0), |(in_order, all), (yes, no)| (in_order + f64::from(scores[yes] > scores[no]), all + 1.0));
    in_order / all
}

#[test]
#[ignore = "minutes; run in release"]
fn a_million_rows_are_learnt_or_refused_with_a_reason() {
    let sample = planted(1_000_000);
    for kind in CLASSIFIERS.into_iter().chain([Kind::Linear]) {
        let started = Instant::now();
        match kind.learner(&settings(kind, kind != Kind::Linear)).unwrap().fit(&sample, &|_, _| {}) {
            Ok(model) => {
                let order = share_in_order(&scores(&model, &sample), &sample);
                println!("{}: {:.1} s, {order:.3} of pairs in order", kind.name(), started.elapsed().as_secs_f64());
                assert!(order > 0.8, "{}: {order}", kind.name());
            }
            Err(error) => println!("{}: refused: {error}", kind.name()),
        }
    }
}
