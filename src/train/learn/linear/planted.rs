//! Planted tables, and the prepared tasks, for tests of the learners.

use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Result};
use crate::event::GroupId;
use crate::feature::{Feature, FeatureVector, Kind, Program, Schema};
use crate::model::{Model, Scorer, Term};
use crate::train::learn::Learner;
use crate::train::random::Random;
use crate::train::sample::{Column, MISSING_LEVEL, Sample};
use std::path::PathBuf;
use std::time::Instant;

/// Uniform within 0 and 1.
pub fn uniform(random: &mut Random) -> f64 {
    random.below(1 << 30) as f64 / (1u64 << 30) as f64
}

/// A prepared task: its training rows and its test rows; none, and a loud line, where it is absent.
pub fn task(name: &str) -> Option<(Sample, Sample)> {
    let home = std::env::var_os("HOME").map(PathBuf::from)?;
    let folder = home.join(".cache/skonto/bench/learners");
    let (Ok(text), Ok(bytes)) = (
        std::fs::read_to_string(folder.join(format!("{name}.json"))),
        std::fs::read(folder.join(format!("{name}.f64"))),
    ) else {
        eprintln!("SKIPPED: the prepared task `{name}` is absent from {}", folder.display());
        return None;
    };
    let told: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rows = told["rows"].as_u64().unwrap() as usize;
    let numbers: Vec<f64> = bytes.chunks_exact(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect();
    let mut parts = numbers.chunks_exact(rows).map(<[f64]>::to_vec);
    let mut sample = Sample { weight: vec![1.0; rows], ..Sample::default() };
    for column in told["columns"].as_array().unwrap() {
        let values = parts.next().unwrap();
        sample.names.push(column["name"].as_str().unwrap().into());
        sample.columns.push(match column["levels"].as_u64() {
            None => Column::Number(values),
            Some(levels) => Column::Level {
                codes: values.iter().map(|v| if v.is_nan() { MISSING_LEVEL } else { *v as u16 }).collect(),
                levels: levels as u16,
            },
        });
    }
    sample.target = parts.next().unwrap();
    let is_test = parts.next().unwrap();
    let rows_of = |wanted: f64| -> Vec<usize> { (0..rows).filter(|row| is_test[*row] == wanted).collect() };
    Some((sample.pick(&rows_of(0.0)), sample.pick(&rows_of(1.0))))
}

/// A watch that looks away.
pub fn nobody(_: u64, _: u64) {}

/// A fit and what it took: seconds of the best of up to ten, and processor seconds on average.
pub fn timed(learner: &dyn Learner, train: &Sample) -> (Result<Model>, String) {
    let (begin, busy) = (Instant::now(), processor_seconds());
    let (mut best, mut fits) = (f64::INFINITY, 0.0);
    loop {
        let start = Instant::now();
        let model = learner.fit(train, &nobody);
        (best, fits) = (best.min(start.elapsed().as_secs_f64()), fits + 1.0);
        if fits == 10.0 || begin.elapsed().as_secs_f64() > 3.0 {
            let busy = (processor_seconds() - busy) / fits;
            return (model, format!("wall {best:.4} s, processor {busy:.4} s"));
        }
    }
}

/// Of all threads; Linux counts in hundredths.
fn processor_seconds() -> f64 {
    let told = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks = told.split(' ').skip(13).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// The most memory this process has held.
pub fn most_memory() -> String {
    let told = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    told.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().into()
}

/// Mean negative log-likelihood of log-odds.
pub fn log_loss(scores: &[f64], target: &[f64]) -> f64 {
    let of = |(score, target): (&f64, &f64)| (1.0 + (if *target == 1.0 { -score } else { *score }).exp()).ln();
    scores.iter().zip(target).map(of).sum::<f64>() / target.len() as f64
}

/// Area under the ROC curve, ties counting half.
pub fn auc(scores: &[f64], target: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    let (mut rank_sum, mut at) = (0.0, 0);
    while at < order.len() {
        let tie = order[at..].iter().take_while(|row| scores[**row] == scores[order[at]]).count();
        let rank = at as f64 + (tie as f64 + 1.0) / 2.0;
        rank_sum += order[at..at + tie].iter().map(|row| rank * target[*row]).sum::<f64>();
        at += tie;
    }
    let ones: f64 = target.iter().sum();
    (rank_sum - ones * (ones + 1.0) / 2.0) / (ones * (target.len() as f64 - ones))
}

/// The table of `tests/reference/linear.py`; the target is the amount.
pub fn reference() -> Sample {
    let mut state = 12_345u64;
    let mut draw = || {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31);
        (state >> 16) as f64
    };
    let (mut first, mut second, mut codes, mut target) = (vec![], vec![], vec![], vec![]);
    for _ in 0..120 {
        let [a, b, level, gap, noise] = std::array::from_fn(|_| draw());
        let (one, two, level) = ((a % 200.0) / 10.0 - 7.0, (b % 50.0) / 25.0, (level % 4.0) as u16);
        first.push(one);
        second.push(if gap % 6.0 == 0.0 { f64::NAN } else { two });
        codes.push(level);
        target.push(0.3 * one - two + [0.0, 1.0, -1.0, 0.5][level as usize] + (noise % 100.0) / 25.0 - 2.0);
    }
    let columns = vec![Column::Number(first), Column::Number(second), Column::Level { codes, levels: 3 }];
    sample(columns, target)
}

/// The same with outcomes: whether the amount is above 0.7.
pub fn reference_outcomes() -> Sample {
    let mut sample = reference();
    sample.target.iter_mut().for_each(|target| *target = (*target > 0.7) as u8 as f64);
    sample
}

/// A table of rows that all weigh 1.
pub fn sample(columns: Vec<Column>, target: Vec<f64>) -> Sample {
    let names = (0..columns.len()).map(|column| format!("column {column}")).collect();
    Sample { names, columns, weight: vec![1.0; target.len()], target }
}

/// Every way in which a column can be odd: constant, all missing, gaps, a level seen in no row, a missing level, one level.
pub fn odd(rows: usize, seed: u64) -> Sample {
    let mut random = Random::new(seed);
    let mut numbers = |gap: usize| -> Column {
        let draw = |_| if random.below(gap) == 0 { f64::NAN } else { uniform(&mut random) * 8.0 - 3.0 };
        Column::Number((0..rows).map(draw).collect())
    };
    let (plain, gaps, gone) = (numbers(usize::MAX), numbers(3), Column::Number(vec![f64::NAN; rows]));
    let odd_level = |row: usize| [0, 1, 3, MISSING_LEVEL][row * 7 % 4];
    let levels = Column::Level { codes: (0..rows).map(odd_level).collect(), levels: 4 };
    let one = Column::Level { codes: vec![2; rows], levels: 2 };
    let target = (0..rows).map(|row| (row % 3 == 0 || plain.value(row) > Some(2.0)) as u8 as f64).collect();
    sample(vec![plain, gaps, gone, Column::Number(vec![4.5; rows]), levels, one], target)
}

/// Whether the model passes the check of an artefact with such features.
pub fn is_accepted(model: &Model, sample: &Sample) -> bool {
    let feature =
        |name: &String| Feature { name: name.clone(), kind: Kind::new("weekend", &[]).unwrap(), steps: vec![] };
    let program = Program { features: sample.names.iter().map(feature).collect(), ..Program::default() };
    model.check(&program, &Schema::default(), 1).is_ok()
}

/// Demands that the model is one an artefact takes, comes back from it with the same scores to the last bit, and tells
/// reasons that add up.
pub fn demand_servable(model: &Model, sample: &Sample) {
    assert!(is_accepted(model, sample));
    let mut writer = Writer::default();
    model.write(&mut writer);
    model.write_shares(&mut writer);
    let mut reader = Reader::new(&writer.bytes);
    let mut back = Model::read(&mut reader);
    back.read_shares(&mut reader);
    let back = reader.finish(back).unwrap();
    assert_eq!(&back, model);
    for row in 0..sample.rows().min(200) {
        let score = model.score_of(&sample.row(row), 0.0);
        assert!(score.is_finite());
        assert_eq!(score.to_bits(), back.score_of(&sample.row(row), 0.0).to_bits());
        let mut vector = FeatureVector::new(GroupId(0), 0);
        sample.columns.iter().for_each(|column| vector.push(column.value(row)));
        let (mut sum, mut scores) = (0.0, [0.0]);
        model.contributions(&vector, 0, 0.0, |part| sum += part.amount);
        model.score(&vector, &[0.0], &mut scores);
        assert_eq!((sum, scores[0]), (score, score), "row {row}");
    }
}

/// Demands that a message of this kind is what comes of a fit.
pub fn demand_refusal(learner: &dyn Learner, sample: &Sample, code: Code) {
    assert_eq!(learner.fit(sample, &nobody).map_err(|error| error.code()), Err(code));
}

/// Whether `numbers` are those expected, each to within `tolerance`.
pub fn demand_near(what: &str, numbers: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(numbers.len(), expected.len(), "{what}");
    for (place, (number, expected)) in numbers.iter().zip(expected).enumerate() {
        assert!((number - expected).abs() <= tolerance, "{what}, {place}: {number} for {expected}");
    }
}

/// The weights of a linear model: starting point, then by feature the weight and, where it ever is, that of a missing value,
/// or those of all levels.
pub fn weights(model: &Model) -> Vec<f64> {
    let Scorer::Linear(linear) = &model.scorer else { panic!("a linear model") };
    let mut all = vec![linear.bias.weight];
    for term in &linear.terms {
        match term {
            Term::Number(scaled) if scaled.missing.weight == 0.0 => all.push(scaled.line.weight),
            Term::Number(scaled) => all.extend([scaled.line.weight, scaled.missing.weight]),
            Term::Levels { lines, .. } => all.extend(lines.iter().map(|line| line.weight)),
        }
    }
    all.into_iter().map(f64::from).collect()
}
