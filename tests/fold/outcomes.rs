//! What target encoding learns: outcomes of training rows that can be known, each once; and the program that applies it.

use super::fitting::{BUY, FITTED, UNTIL, VIEW, fitted, options, plain, planted};
use super::{batch, parts, streams};
use arrow::array::AsArray;
use arrow::datatypes::{Float64Type, Int64Type};
use arrow::record_batch::RecordBatch;
use skonto::feature::Step;
use skonto::train::fold::settings::Settings;
use std::io::Write;
use std::process::{Command, Stdio};

/// The rate of all rows, as the fitted program has it.
fn rate(text: &str, at: &str) -> f32 {
    let settings = Settings::from_toml(text).unwrap();
    let fitted = fitted(&parts(&planted(), &[]), &settings, &options(&settings, 1, 2, 1 << 20), at);
    let feature = fitted.program.features.iter().find(|feature| feature.name == "rate_of_band").unwrap();
    match &feature.steps[1] {
        Step::Rates { others, .. } => *others,
        other => panic!("{other:?}"),
    }
}

/// Times and whether they are purchases of each shopper's training events, in visits of at most twenty idle minutes.
fn visits() -> Vec<Vec<Vec<(i64, u8)>>> {
    let training: Vec<_> = planted().into_iter().filter(|row| row.time < UNTIL).collect();
    let of_shopper = |events: Vec<Vec<super::Told>>| {
        let events: Vec<(i64, u8)> = events.iter().map(|rows| (rows[0].time, rows[0].event)).collect();
        events.chunk_by(|a, b| b.0 - a.0 <= 1_200).map(<[(i64, u8)]>::to_vec).collect()
    };
    plain(&training).into_values().map(of_shopper).collect()
}

fn share(outcomes: &[bool]) -> f32 {
    assert!(outcomes.iter().any(|outcome| *outcome) && !outcomes.iter().all(|outcome| *outcome));
    (outcomes.iter().filter(|outcome| **outcome).count() as f64 / outcomes.len() as f64) as f32
}

#[test]
fn a_view_is_followed_by_a_purchase_of_its_visit_or_of_the_days_that_were_said() {
    let (mut of_visit, mut of_days) = (Vec::new(), Vec::new());
    for visits in visits() {
        for (index, visit) in visits.iter().enumerate() {
            let may_go_on = index + 1 == visits.len() && visit.last().unwrap().0 + 1_200 >= UNTIL;
            for (place, (now, _)) in visit.iter().enumerate().filter(|(_, (_, event))| *event == VIEW) {
                if !may_go_on {
                    of_visit.push(visit[place..].iter().any(|(_, event)| *event == BUY));
                }
                let end = now + 8_640;
                if end < UNTIL {
                    let buys = |(time, event): &(i64, u8)| *event == BUY && time > now && *time <= end;
                    of_days.push(visits.iter().flatten().any(buys));
                }
            }
        }
    }
    assert_eq!(rate(FITTED, "view_item"), share(&of_visit));
    let days = FITTED.replace("target = \"purchase\"", "target = \"purchase\"\nwithin_days = 0.1");
    assert_eq!(rate(&days, "view_item"), share(&of_days));
}

#[test]
fn a_row_that_sums_up_a_visit_asks_about_that_visit() {
    let mut outcomes = Vec::new();
    for visits in visits() {
        for (index, visit) in visits.iter().enumerate() {
            if index + 1 < visits.len() || visit.last().unwrap().0 + 1_200 < UNTIL {
                outcomes.push(visit.iter().any(|(_, event)| *event == BUY));
            }
        }
    }
    assert_eq!(rate(FITTED, "session"), share(&outcomes));
}

fn run(arguments: &[&str]) -> RecordBatch {
    let settings = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fold/fitted.toml");
    let mut program = Command::new(env!("CARGO_BIN_EXE_skonto"));
    program.args(["features", settings, "--stdin", "arrow", "--stdout", "arrow", "--at", "view_item"]).args(arguments);
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&streams::written(&batch(&planted()))).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert_eq!(said.contains("training rows: those before 1970-01-12T19:20:00"), arguments[0] == "--program", "{said}");
    arrow::ipc::reader::StreamReader::try_new(&output.stdout[..], None).unwrap().next().unwrap().unwrap()
}

#[test]
fn a_fit_that_was_written_is_applied_without_fitting_again() {
    let path = std::env::temp_dir().join(format!("skonto-program-{}.json", std::process::id()));
    let name = path.to_str().unwrap();
    let (fitted, given) = (run(&["--program", name]), run(&["--from", name]));
    std::fs::remove_file(&path).unwrap();
    let times = fitted.column_by_name("time").unwrap().as_primitive::<Int64Type>();
    let mut differ = 0;
    for (one, other) in fitted.columns()[3..].iter().zip(&given.columns()[3..]) {
        let [one, other] = [one, other].map(|column| column.as_primitive::<Float64Type>());
        for row in 0..fitted.num_rows() {
            let same = one.value(row).to_bits() == other.value(row).to_bits();
            assert!(same || times.value(row) < UNTIL, "a row that is no training row");
            differ += !same as u32;
        }
    }
    assert!(differ > 0, "training rows are encoded out of fold");
}
