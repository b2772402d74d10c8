//! Optimality, planted borders, agreement with scikit-learn, odd tables, hostile bytes, and figures on the prepared tasks.

use super::*;
use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Result};
use crate::model::{Kernel, Link, Model, Scorer};
use crate::train::calibrate;
use crate::train::learn::linear::planted::*;
use crate::train::learn::linear::{ClassWeight, Design};
use crate::train::learn::{Learner, scores};
use crate::train::random::Random;
use crate::train::sample::{Column, Sample};

fn linear(c: f64, loss: Margin) -> CheckedLinearSvm {
    LinearSvmParams { c, loss, tolerance: 1e-6, max_passes: 100_000, ..Default::default() }.check().unwrap()
}

fn kernel(c: f64, gamma: f64) -> CheckedKernelSvm {
    let params = KernelSvmParams { c, gamma: Gamma::Number(gamma), tolerance: 1e-6, ..Default::default() };
    params.check().unwrap()
}

fn fitted(learner: &dyn Learner, sample: &Sample) -> Model {
    learner.fit(sample, &nobody).unwrap()
}

fn learners() -> Vec<Box<dyn Learner>> {
    vec![Box::new(linear(1.0, Margin::SquaredHinge)), Box::new(linear(1.0, Margin::Hinge)), Box::new(kernel(1.0, 0.3))]
}

fn served(model: &Model) -> &Kernel {
    let Scorer::Kernel(kernel) = &model.scorer else { panic!("a kernel") };
    kernel
}

/// Raw decision values of all rows.
fn decisions(model: &Model, sample: &Sample) -> Vec<f64> {
    (0..sample.rows()).map(|row| model.scorer.raw(&sample.row(row), 0.0)).collect()
}

#[test]
fn linear_machines_agree_with_scikit_learn() {
    // tests/reference/linear.py, scikit-learn 1.9.1.
    for (loss, expected) in [
        (
            Margin::SquaredHinge,
            [
                -0.182492570,
                0.862191021,
                -0.234335881,
                -0.071573759,
                -0.069543075,
                0.570941453,
                -0.699495170,
                0.015604222,
            ],
        ),
        (
            Margin::Hinge,
            [
                -0.428940210,
                1.531453915,
                -0.298299311,
                -0.238745550,
                -0.030655958,
                0.674766066,
                -1.073696763,
                0.000646445,
            ],
        ),
    ] {
        let model = fitted(&linear(0.7, loss), &reference_outcomes());
        demand_near(&format!("{loss:?}"), &weights(&model), &expected, 1e-4);
    }
}

#[test]
fn the_kernel_machine_agrees_with_scikit_learn() {
    // tests/reference/linear.py, scikit-learn 1.9.1. Numbers are rounded to whole steps here.
    let expected = [
        -1.009781991,
        -1.614069228,
        -1.311968226,
        0.635249839,
        1.303342332,
        1.384240008,
        -1.126406212,
        -0.899221498,
        1.037197972,
        -0.464168450,
    ];
    let sample = reference_outcomes();
    let model = fitted(&kernel(0.7, 0.2), &sample);
    demand_near("decisions", &decisions(&model, &sample)[..10], &expected, 2e-4);
    let by_rule = KernelSvmParams { c: 0.7, ..Default::default() }.check().unwrap();
    let gamma = served(&fitted(&by_rule, &sample)).gamma as f64;
    assert!((gamma - 0.389_364_578_6).abs() < 1e-5, "{gamma}");
}

#[test]
fn the_hinge_meets_the_conditions_of_its_solution() {
    let sample = reference_outcomes();
    let design = Design::of(&sample, 0.0).unwrap();
    let (bounds, rows): (Vec<f64>, Vec<usize>) =
        ((0..120).map(|row| 0.2 + (row % 4) as f64).collect(), (0..120).collect());
    let dual = dual::Dual {
        design: &design,
        target: &sample.target,
        bounds: &bounds,
        rows: &rows,
        tolerance: 1e-8,
        passes: 200_000,
        seed: 3,
    };
    let settled = dual.minimise();
    assert!(settled.met);
    for (row, bound) in bounds.iter().enumerate() {
        let margin = (sample.target[row] * 2.0 - 1.0) * design.score(row, &settled.weights);
        demand_on_its_side(settled.multipliers[row], *bound, margin, 1e-6);
    }
}

/// A row beyond the margin has no multiplier, one within it the largest, one on it any.
fn demand_on_its_side(multiplier: f64, bound: f64, margin: f64, tolerance: f64) {
    let fine = if multiplier == 0.0 {
        margin >= 1.0 - tolerance
    } else if multiplier == bound {
        margin <= 1.0 + tolerance
    } else {
        (margin - 1.0).abs() <= tolerance
    };
    assert!(fine, "multiplier {multiplier} of {bound} at a margin of {margin}");
}

/// Two rings, one within the other, and a level that tells nothing.
fn rings(rows: usize) -> Sample {
    let mut random = Random::new(17);
    let (mut x, mut y, mut target) = (vec![], vec![], vec![]);
    for row in 0..rows {
        let (angle, wide) = (uniform(&mut random) * 6.3, (row % 2) as f64);
        let radius = 1.0 + 1.2 * wide + uniform(&mut random) * 0.8;
        x.push(radius * angle.cos());
        y.push(radius * angle.sin());
        target.push(wide);
    }
    let codes = (0..rows).map(|_| random.below(3) as u16).collect();
    sample(vec![Column::Number(x), Column::Number(y), Column::Level { codes, levels: 2 }], target)
}

#[test]
fn pairs_meet_the_conditions_of_the_solution_with_rows_set_aside_and_little_memory() {
    let sample = rings(3_000);
    let axes = vectors::axes(&sample).unwrap();
    let vectors = vectors::Vectors::of(&axes, &vectors::codes(&axes, &sample));
    let signs: Vec<f64> = sample.target.iter().map(|target| target * 2.0 - 1.0).collect();
    let bounds: Vec<f64> = (0..3_000).map(|row| 0.5 + (row % 3) as f64).collect();
    let machine = |bytes: usize| {
        let machine =
            smo::Machine { vectors: &vectors, signs: &signs, bounds: &bounds, gamma: 0.5, tolerance: 1e-4, bytes };
        machine.minimise()
    };
    let settled = machine(1 << 26);
    assert!(settled.met);
    let balance: f64 = settled.multipliers.iter().zip(&signs).map(|(multiplier, sign)| multiplier * sign).sum();
    assert!(balance.abs() < 1e-9, "{balance}");
    let mut near = vec![0.0; 3_000];
    for row in 0..3_000 {
        vectors.similarities(&vectors, row, 0.5, &mut near);
        let parts =
            near.iter().zip(&settled.multipliers).zip(&signs).map(|((near, alpha), sign)| *near as f64 * alpha * sign);
        let margin = signs[row] * (settled.bias + parts.sum::<f64>());
        demand_on_its_side(settled.multipliers[row], bounds[row], margin, 1e-3);
    }
    assert_eq!(machine(100_000).multipliers, settled.multipliers, "memory shows in the result");
}

#[test]
fn a_kernel_finds_the_ring_that_no_line_finds() {
    let sample = rings(600);
    let right = |learner: &dyn Learner| {
        let found = scores(&fitted(learner, &sample), &sample);
        found.iter().zip(&sample.target).filter(|(score, target)| (**score > 0.0) == (**target == 1.0)).count()
    };
    assert!(right(&kernel(10.0, 0.5)) == 600);
    assert!(right(&linear(10.0, Margin::SquaredHinge)) < 400);
}

#[test]
fn a_line_is_found_on_the_side_it_was_planted() {
    let mut random = Random::new(2);
    let column = |random: &mut Random| Column::Number((0..500).map(|_| uniform(random) * 2.0 - 1.0).collect());
    let columns = vec![column(&mut random), column(&mut random)];
    let above = |row: usize| (columns[0].value(row).unwrap() > 2.0 * columns[1].value(row).unwrap()) as u8 as f64;
    let sample = sample(columns.clone(), (0..500).map(above).collect());
    for loss in [Margin::SquaredHinge, Margin::Hinge] {
        let found = weights(&fitted(&linear(100.0, loss), &sample));
        assert!((found[1] / found[2] + 0.5).abs() < 0.05 && found[0].abs() < 0.1 * found[1], "{found:?}");
    }
}

#[test]
fn class_weights_count_as_copies() {
    let mut random = Random::new(5);
    let codes: Vec<u16> = (0..300).map(|_| random.below(4) as u16).collect();
    let target: Vec<f64> = codes.iter().map(|code| (random.below(6) < 1 + *code as usize) as u8 as f64).collect();
    let once = sample(vec![Column::Level { codes, levels: 3 }], target);
    let thrice: Vec<usize> = (0..300).flat_map(|row| vec![row; if once.target[row] == 1.0 { 3 } else { 1 }]).collect();
    let (class_weight, copied) = (ClassWeight::Numbers([1.0, 3.0]), once.pick(&thrice));
    let linear_of = |loss, class_weight| {
        LinearSvmParams { loss, class_weight, tolerance: 1e-9, max_passes: 100_000, ..Default::default() }
            .check()
            .unwrap()
    };
    let kernel_of = |class_weight| {
        let gamma = Gamma::Number(0.3);
        KernelSvmParams { class_weight, gamma, tolerance: 1e-7, ..Default::default() }.check().unwrap()
    };
    let pairs: [(Box<dyn Learner>, Box<dyn Learner>); 3] = [
        (
            Box::new(linear_of(Margin::SquaredHinge, class_weight)),
            Box::new(linear_of(Margin::SquaredHinge, ClassWeight::default())),
        ),
        (Box::new(linear_of(Margin::Hinge, class_weight)), Box::new(linear_of(Margin::Hinge, ClassWeight::default()))),
        (Box::new(kernel_of(class_weight)), Box::new(kernel_of(ClassWeight::default()))),
    ];
    for (weighted, plain) in pairs {
        let found = decisions(&fitted(&*weighted, &once), &once);
        demand_near("copies", &found, &decisions(&fitted(&*plain, &copied), &once), 1e-4);
    }
}

#[test]
fn calibration_finds_the_line_from_decisions_to_log_odds() {
    let mut random = Random::new(8);
    let values: Vec<f64> = (0..40_000).map(|_| uniform(&mut random) * 4.0 - 2.0).collect();
    let outcome = |value: &f64| (uniform(&mut random) < crate::math::sigmoid(1.7 * value - 0.6)) as u8 as f64;
    let target: Vec<f64> = values.iter().map(outcome).collect();
    let Link::Affine { slope, offset } = calibrate::platt(&values, &target, &vec![1.0; 40_000]).link() else {
        panic!("a line")
    };
    assert!((slope - 1.7).abs() < 0.06 && (offset + 0.6).abs() < 0.06, "{slope}, {offset}");
    let against: Vec<f64> = values.iter().map(|value| -value).collect();
    let Link::Affine { slope, .. } = calibrate::platt(&against, &target, &vec![1.0; 40_000]).link() else {
        panic!("a line")
    };
    assert_eq!(slope, 0.0, "a line must not fall");
}

#[test]
fn every_model_is_servable_whatever_the_columns() {
    for learner in learners() {
        for sample in [odd(200, 3), odd(12, 4), reference_outcomes(), rings(100)] {
            demand_servable(&fitted(&*learner, &sample), &sample);
        }
    }
}

#[test]
fn fits_more_columns_than_rows() {
    let mut random = Random::new(9);
    let columns = (0..60).map(|_| Column::Number((0..20).map(|_| uniform(&mut random)).collect())).collect();
    let sample = sample(columns, (0..20).map(|row| (row % 2) as f64).collect());
    for learner in learners() {
        demand_servable(&fitted(&*learner, &sample), &sample);
    }
}

#[test]
fn a_level_never_seen_is_no_level_and_a_missing_one_is_its_own() {
    let sample = odd(200, 3);
    let model = fitted(&kernel(1.0, 0.3), &sample);
    let axes = &served(&model).axes;
    assert_eq!((axes[4].code(Some(2.0)), axes[4].code(Some(4.0)), axes[4].code(Some(1e9))), (0, 0, 0));
    assert_eq!((axes[4].code(Some(3.0)), axes[4].code(None)), (3, u16::MAX));
    // No level was ever missing here, and no amount.
    assert_eq!((axes[5].code(None), axes[0].code(None)), (0, 0));
    assert_eq!(axes[1].code(None), i16::MIN as u16);
}

#[test]
fn refuses_what_cannot_be_told_apart_or_carried() {
    for learner in learners() {
        let mut sample = odd(50, 3);
        demand_refusal(&*learner, &sample.pick(&[0]), Code::BadData);
        sample.target.fill(0.0);
        demand_refusal(&*learner, &sample, Code::BadData);
        sample.target[4] = 1.0;
        // One row of an outcome: a fold without it could not be fitted.
        demand_refusal(&*learner, &sample, Code::BadData);
        sample.target[5] = f64::NAN;
        demand_refusal(&*learner, &sample, Code::NotFinite);
    }
    let mut random = Random::new(4);
    let columns = (0..100).map(|_| Column::Number((0..1_600).map(|_| uniform(&mut random)).collect())).collect();
    let noise = sample(columns, (0..1_600).map(|row| (row % 2) as f64).collect());
    demand_refusal(&KernelSvmParams::default().check().unwrap(), &noise, Code::TooLarge);
    let few = KernelSvmParams { most_rows: 1_599, ..KernelSvmParams::default() };
    let error = few.check().unwrap().fit(&noise, &|_, _| ()).unwrap_err().to_string();
    assert!(error.contains("at most 1599 (`most_rows`), found 1600"), "{error}");
}

#[test]
fn refuses_settings_that_mean_nothing() {
    let (linear, kernel) = (LinearSvmParams::default(), KernelSvmParams::default());
    let wrong = [
        LinearSvmParams { c: 0.0, ..linear }.check().err(),
        LinearSvmParams { tolerance: 0.0, ..linear }.check().err(),
        LinearSvmParams { max_passes: 0, ..linear }.check().err(),
        KernelSvmParams { c: f64::INFINITY, ..kernel }.check().err(),
        KernelSvmParams { gamma: Gamma::Number(-1.0), ..kernel }.check().err(),
        KernelSvmParams { cache_mib: 0, ..kernel }.check().err(),
    ];
    for error in wrong {
        assert_eq!(error.map(|error| error.code()), Some(Code::BadConfig));
    }
    let told: KernelSvmParams = serde_json::from_str(r#"{"gamma": "scale", "c": 3, "class_weight": [1, 2]}"#).unwrap();
    assert_eq!(told, KernelSvmParams { c: 3.0, class_weight: ClassWeight::Numbers([1.0, 2.0]), ..kernel });
}

fn written(model: &Model) -> Vec<u8> {
    let mut writer = Writer::default();
    model.write(&mut writer);
    writer.bytes
}

fn read(bytes: &[u8]) -> Result<Model> {
    let mut reader = Reader::new(bytes);
    let model = Model::read(&mut reader);
    reader.finish(model)
}

#[test]
fn hostile_kernels_are_refused_or_scored_but_never_panic() {
    let sample = odd(60, 3);
    let bytes = written(&fitted(&kernel(1.0, 0.3), &sample));
    for length in 0..bytes.len() {
        assert!(read(&bytes[..length]).is_err(), "cut at {length}");
    }
    let mut random = Random::new(6);
    for turn in 0..4_000 {
        let mut forged = bytes.clone();
        // A kernel's kind, then anything: at first in the head alone, where counts and scales stand.
        let reach = if turn % 2 == 0 { 160 } else { forged.len() };
        (0..1 + turn % 9).for_each(|_| forged[1 + random.below(reach - 1)] = random.bits() as u8);
        if turn % 16 == 15 {
            forged[1..].iter_mut().for_each(|byte| *byte = random.bits() as u8);
        }
        if let Ok(model) = read(&forged) {
            demand_total(&model, &sample);
        }
    }
}

/// Scores and parts of any row come without a panic, and if the model passes its check they are numbers.
fn demand_total(model: &Model, sample: &Sample) {
    let passed = is_accepted(model, sample);
    for row in 0..3 {
        let score = model.score_of(&sample.row(row), 0.0);
        assert!(!passed || score.is_finite());
    }
}

#[test]
#[ignore = "prints figures; run in release"]
fn figures_of_the_machines() {
    for name in ["shoppers", "shoppers_log1p", "marketing_campaign", "in_vehicle"] {
        let Some((train, test)) = task(name) else { continue };
        let squared = LinearSvmParams::default();
        let hinge = LinearSvmParams { loss: Margin::Hinge, ..squared };
        let learners: [(&str, Box<dyn Learner>); 3] = [
            ("squared hinge", Box::new(squared.check().unwrap())),
            ("hinge", Box::new(hinge.check().unwrap())),
            ("kernel", Box::new(KernelSvmParams::default().check().unwrap())),
        ];
        for (what, learner) in learners {
            let (model, took) = timed(&*learner, &train);
            let model = match model {
                Ok(model) => model,
                Err(error) => {
                    println!("{name:20} {what}: {error} ({took})");
                    continue;
                }
            };
            let scored = scores(&model, &test);
            let (auc, loss) = (auc(&scored, &test.target), log_loss(&scored, &test.target));
            let size = match &model.scorer {
                Scorer::Kernel(kernel) => format!("{} vectors, {} bytes", kernel.coefficients.len(), kernel.bytes()),
                _ => String::new(),
            };
            println!("{name:20} {what}: AUC {auc:.4} log loss {loss:.4} fit {took} {size}");
        }
    }
    println!("{}", most_memory());
}
