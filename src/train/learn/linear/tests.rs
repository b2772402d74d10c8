//! Planted weights, optimality, agreement with scikit-learn, odd tables, and figures on the prepared tasks.

use super::planted::*;
use super::*;
use crate::error::Code;
use crate::math;
use crate::model::Model;
use crate::train::learn::{Learner, scores};
use crate::train::random::Random;
use crate::train::sample::{Column, MISSING_LEVEL, Sample};

fn squares(penalty: Penalty, alpha: f64) -> CheckedLeastSquares {
    LeastSquaresParams { penalty, alpha, l1_ratio: 0.4, ..Default::default() }.check().unwrap()
}

fn logistic(c: f64, l1_ratio: f64) -> CheckedLogisticRegression {
    LogisticRegressionParams { c, l1_ratio, ..Default::default() }.check().unwrap()
}

fn fitted(learner: &dyn Learner, sample: &Sample) -> Model {
    learner.fit(sample, &nobody).unwrap()
}

/// Every learner of this folder.
fn learners() -> Vec<Box<dyn Learner>> {
    let mut all: Vec<Box<dyn Learner>> = vec![];
    for penalty in [Penalty::None, Penalty::Ridge, Penalty::Lasso, Penalty::ElasticNet] {
        all.push(Box::new(squares(penalty, 0.1)));
    }
    for l1_ratio in [0.0, 0.5, 1.0] {
        all.push(Box::new(logistic(1.0, l1_ratio)));
    }
    all
}

#[test]
fn least_squares_agree_with_scikit_learn() {
    // tests/reference/linear.py, scikit-learn 1.9.1.
    let rows: [(Penalty, f64, f64, [f64; 8]); 4] = [
        (
            Penalty::None,
            0.0,
            1e-6,
            [
                0.481824503,
                1.773046072,
                -0.558738906,
                -0.371627078,
                -0.146787145,
                1.401394546,
                -1.346095070,
                0.091487669,
            ],
        ),
        (
            Penalty::Ridge,
            2.0,
            1e-6,
            [
                0.457253829,
                1.734252563,
                -0.546554673,
                -0.334826981,
                -0.117585895,
                1.272816465,
                -1.253910966,
                0.098680397,
            ],
        ),
        (
            Penalty::Lasso,
            0.05,
            1e-4,
            [0.389539479, 1.691531693, -0.503242309, -0.070271124, 0.0, 1.080888160, -1.136709554, 0.0],
        ),
        (
            Penalty::ElasticNet,
            0.05,
            1e-4,
            [
                0.404359357,
                1.672448136,
                -0.516680891,
                -0.211368863,
                -0.020149242,
                1.081619556,
                -1.109717402,
                0.048247088,
            ],
        ),
    ];
    for (penalty, alpha, tolerance, expected) in rows {
        let model = fitted(&squares(penalty, alpha), &reference());
        demand_near(&format!("{penalty:?}"), &weights(&model), &expected, tolerance);
    }
    let mut weighted = reference();
    weighted.weight = (0..120).map(|row| 1.0 + (row % 3) as f64).collect();
    let expected =
        [0.495576835, 1.748041183, -0.514971876, -0.345106111, -0.187617377, 1.471789333, -1.342376798, 0.058204843];
    demand_near("weighted", &weights(&fitted(&squares(Penalty::Ridge, 2.0), &weighted)), &expected, 1e-6);
}

#[test]
fn logistic_regressions_agree_with_scikit_learn() {
    // tests/reference/linear.py, scikit-learn 1.9.1. A missing value without a weight is not listed.
    let balanced = ClassWeight::Named(Named::Balanced);
    let rows: [(f64, ClassWeight, f64, &[f64]); 4] = [
        (
            0.0,
            ClassWeight::default(),
            1e-6,
            &[
                -0.621584737,
                1.855700541,
                -0.501207694,
                -0.051831323,
                0.042569150,
                1.005885860,
                -1.144464814,
                0.096009804,
            ],
        ),
        (
            0.0,
            balanced,
            1e-6,
            &[
                -0.170839699,
                1.837956652,
                -0.519719088,
                -0.080998852,
                0.028439641,
                1.023164171,
                -1.129203551,
                0.077599740,
            ],
        ),
        (
            1.0,
            ClassWeight::default(),
            1e-4,
            &[-0.579735435, 2.007415661, -0.483599561, 0.0, 1.007876029, -1.359808920, 0.0],
        ),
        (
            0.5,
            ClassWeight::default(),
            1e-4,
            &[-0.580040274, 1.918694467, -0.492448549, 0.0, 0.979343885, -1.251920141, 0.0],
        ),
    ];
    for (l1_ratio, class_weight, tolerance, expected) in rows {
        let params = LogisticRegressionParams { c: 0.7, l1_ratio, class_weight }.check().unwrap();
        demand_near(&format!("{l1_ratio}"), &weights(&fitted(&params, &reference_outcomes())), expected, tolerance);
    }
}

/// 40,000 rows: two numbers, the second with gaps, and three levels of four; the score is `1 + 2·x − y + level`, or 0.5 for a gap.
fn planted(noise: impl Fn(&mut Random, f64) -> f64) -> Sample {
    let mut random = Random::new(12);
    let (mut x, mut y, mut codes, mut target) = (vec![], vec![], vec![], vec![]);
    for _ in 0..40_000 {
        let (one, two) = (uniform(&mut random) * 2.0 - 1.0, uniform(&mut random) * 2.0 - 1.0);
        let (gap, level) = (random.below(5) == 0, 1 + random.below(3));
        let score = 1.0 + 2.0 * one + if gap { 0.5 } else { -two } + [0.8, -0.4, 0.0][level - 1];
        x.push(one);
        y.push(if gap { f64::NAN } else { two });
        codes.push(level as u16);
        target.push(noise(&mut random, score));
    }
    sample(vec![Column::Number(x), Column::Number(y), Column::Level { codes, levels: 4 }], target)
}

/// What the planted score is without a number, by level, and how it rises with the two numbers.
fn demand_planted(model: &Model, tolerance: f64) {
    let at = |x: f64, y: f64, level: u16| {
        let columns =
            vec![Column::Number(vec![x]), Column::Number(vec![y]), Column::Level { codes: vec![level], levels: 4 }];
        model.score_of(&sample(columns, vec![0.0]).row(0), 0.0)
    };
    let found =
        [at(0.0, 0.0, 1), at(0.0, 0.0, 2), at(0.0, 0.0, 3), at(0.5, 0.0, 3), at(0.0, 0.5, 3), at(0.0, f64::NAN, 3)];
    demand_near("planted", &found, &[1.8, 0.6, 1.0, 2.0, 0.5, 1.5], tolerance);
}

#[test]
fn finds_the_line_that_was_planted() {
    let sample = planted(|random, score| score + uniform(random) - 0.5);
    for (penalty, alpha) in
        [(Penalty::None, 0.0), (Penalty::Ridge, 1.0), (Penalty::Lasso, 1e-4), (Penalty::ElasticNet, 1e-4)]
    {
        demand_planted(&fitted(&squares(penalty, alpha), &sample), 0.02);
    }
}

#[test]
fn finds_the_log_odds_that_were_planted() {
    let sample = planted(|random, score| (uniform(random) < math::sigmoid(score)) as u8 as f64);
    for l1_ratio in [0.0, 0.5, 1.0] {
        demand_planted(&fitted(&logistic(1.0, l1_ratio), &sample), 0.1);
    }
}

/// Slopes of half the squares by weight, divided by the weight of all, for weights as fitted.
#[test]
fn the_lasso_meets_the_conditions_of_its_minimum() {
    let (sample, alpha) = (reference(), 0.05);
    let model = fitted(&squares(Penalty::Lasso, alpha), &sample);
    let design = Design::of(&sample, 0.0).unwrap();
    let residuals: Vec<f64> =
        scores(&model, &sample).iter().zip(&sample.target).map(|(score, target)| target - score).collect();
    let mut slopes = vec![0.0; design.columns()];
    for (row, residual) in residuals.iter().enumerate() {
        design.values(row).iter().zip(&mut slopes).for_each(|(value, slope)| *slope += residual * value / 120.0);
        design.lit(row).for_each(|column| slopes[design.dense() + column] += residual / 120.0);
    }
    let found = weights(&model);
    assert!(slopes[0].abs() < 1e-6 && found.len() == slopes.len());
    assert!(found.contains(&0.0), "the lasso left nothing out");
    for (weight, slope) in found.iter().zip(&slopes).skip(1) {
        match *weight == 0.0 {
            true => assert!(slope.abs() <= alpha + 1e-5, "{slope}"),
            false => assert!((slope - alpha * weight.signum()).abs() < 1e-5, "{slope} at {weight}"),
        }
    }
}

#[test]
fn a_path_starts_empty_and_ends_at_the_fit() {
    let sample = planted(|random, score| (uniform(random) < math::sigmoid(score)) as u8 as f64);
    let learner = logistic(0.5, 1.0);
    let path = learner.path(&sample, 12).unwrap();
    assert_eq!((path.strengths.len(), path.coefficients.len()), (12, 12));
    assert!(path.strengths.windows(2).all(|pair| pair[0] < pair[1]));
    assert!(path.importance(0).iter().all(|weight| *weight == 0.0));
    // The first number moves the score most, so it is the first to enter.
    assert_eq!(path.entered()[0], Some(1));
    assert!(path.entered()[1..].iter().all(|entered| *entered > Some(1)));
    let (at_end, alone) = (&path.coefficients[11], weights(&fitted(&learner, &sample)));
    demand_near("the end", at_end, &[&alone[..4], &alone[5..8]].concat(), 1e-4);
    assert_eq!(logistic(1.0, 0.0).path(&sample, 5).unwrap_err().code(), Code::BadConfig);
}

#[test]
fn class_weights_count_as_copies() {
    // Levels alone: copies would change how numbers are standardised.
    let mut random = Random::new(5);
    let codes: Vec<u16> = (0..300).map(|_| random.below(4) as u16).collect();
    let target: Vec<f64> = codes.iter().map(|code| (random.below(6) < 1 + *code as usize) as u8 as f64).collect();
    let once = sample(vec![Column::Level { codes, levels: 3 }], target);
    let thrice: Vec<usize> = (0..300).flat_map(|row| vec![row; if once.target[row] == 1.0 { 3 } else { 1 }]).collect();
    for l1_ratio in [0.0, 0.5, 1.0] {
        let class_weight = ClassWeight::Numbers([1.0, 3.0]);
        let weighted = LogisticRegressionParams { c: 1.0, l1_ratio, class_weight }.check().unwrap();
        let copied = fitted(&logistic(1.0, l1_ratio), &once.pick(&thrice));
        demand_near("copies", &weights(&fitted(&weighted, &once)), &weights(&copied), 1e-5);
    }
}

#[test]
fn every_model_is_servable_whatever_the_columns() {
    for learner in learners() {
        for sample in [odd(200, 3), odd(12, 4), reference_outcomes()] {
            demand_servable(&fitted(&*learner, &sample), &sample);
        }
    }
}

#[test]
fn a_column_that_never_changes_has_no_weight() {
    let sample = odd(200, 3);
    for learner in learners() {
        let model = fitted(&*learner, &sample);
        let crate::model::Scorer::Linear(linear) = &model.scorer else { panic!("a linear model") };
        for feature in [2, 3] {
            let crate::model::Term::Number(scaled) = &linear.terms[feature] else { panic!("an amount") };
            assert_eq!((scaled.line.weight, scaled.missing.weight), (0.0, 0.0));
        }
        let crate::model::Term::Levels { lines, missing } = &linear.terms[5] else { panic!("levels") };
        assert!(lines.iter().chain([missing]).all(|line| line.weight == 0.0));
    }
}

#[test]
fn a_level_never_seen_adds_nothing_and_a_missing_one_its_own() {
    let mut sample = odd(200, 3);
    // Rows of a missing level all end well.
    let Column::Level { codes, .. } = &sample.columns[4] else { panic!("levels") };
    let gone: Vec<usize> = (0..200).filter(|row| codes[*row] == MISSING_LEVEL).collect();
    gone.iter().for_each(|row| sample.target[*row] = 1.0);
    let model = fitted(&logistic(1.0, 0.0), &sample);
    let crate::model::Scorer::Linear(linear) = &model.scorer else { panic!("a linear model") };
    let crate::model::Term::Levels { lines, missing } = &linear.terms[4] else { panic!("levels") };
    assert_eq!((lines.len(), lines[2].weight, lines[4].weight), (5, 0.0, 0.0));
    assert!(lines[0].weight != 0.0, "level 0 was seen");
    assert!(missing.weight > 1.0 && lines.iter().all(|line| line.weight < missing.weight));
}

#[test]
fn fits_more_columns_than_rows() {
    let mut random = Random::new(9);
    let columns = (0..60).map(|_| Column::Number((0..20).map(|_| uniform(&mut random)).collect())).collect();
    let sample = sample(columns, (0..20).map(|row| (row % 2) as f64).collect());
    for learner in learners() {
        let model = fitted(&*learner, &sample);
        demand_servable(&model, &sample);
    }
    // Without a penalty that holds it back, so many columns tell every row.
    let exact = scores(&fitted(&squares(Penalty::None, 0.0), &sample), &sample);
    demand_near("told by heart", &exact, &sample.target, 1e-4);
}

#[test]
fn one_row_is_a_mean_and_no_class() {
    let one = odd(200, 3).pick(&[0]);
    let model = fitted(&squares(Penalty::Ridge, 1.0), &one);
    assert_eq!(scores(&model, &one), [1.0]);
    demand_refusal(&logistic(1.0, 0.0), &one, Code::BadData);
}

#[test]
fn refuses_outcomes_that_are_no_outcomes() {
    let with = |target: f64| {
        let mut sample = odd(50, 3);
        sample.target[7] = target;
        sample
    };
    for learner in learners() {
        for (target, code) in [(f64::NAN, Code::NotFinite), (f64::INFINITY, Code::NotFinite)] {
            demand_refusal(&*learner, &with(target), code);
        }
    }
    demand_refusal(&logistic(1.0, 0.0), &with(2.0), Code::OutOfRange);
    let mut alike = odd(50, 3);
    alike.target.fill(1.0);
    demand_refusal(&logistic(1.0, 0.0), &alike, Code::BadData);
    let mut far = odd(50, 3);
    far.columns[0] = Column::Number((0..50).map(|row| 1e9 + row as f64).collect());
    demand_refusal(&squares(Penalty::Ridge, 1.0), &far, Code::OutOfRange);
}

#[test]
fn refuses_settings_that_mean_nothing() {
    let squares = LeastSquaresParams::default();
    for wrong in [
        LeastSquaresParams { alpha: 0.0, ..squares },
        LeastSquaresParams { alpha: f64::NAN, ..squares },
        LeastSquaresParams { l1_ratio: 1.5, ..squares },
        LeastSquaresParams { tolerance: -1.0, ..squares },
        LeastSquaresParams { beyond: -1.0, ..squares },
    ] {
        assert_eq!(wrong.check().unwrap_err().code(), Code::BadConfig, "{wrong:?}");
    }
    let logistic = LogisticRegressionParams::default();
    for wrong in [
        LogisticRegressionParams { c: -1.0, ..logistic },
        LogisticRegressionParams { l1_ratio: -0.1, ..logistic },
        LogisticRegressionParams { class_weight: ClassWeight::Numbers([1.0, 0.0]), ..logistic },
    ] {
        assert_eq!(wrong.check().unwrap_err().code(), Code::BadConfig, "{wrong:?}");
    }
    let told: LogisticRegressionParams = serde_json::from_str(r#"{"c": 2, "class_weight": "balanced"}"#).unwrap();
    assert_eq!((told.c, told.class_weight), (2.0, ClassWeight::Named(Named::Balanced)));
    assert!(serde_json::from_str::<LogisticRegressionParams>(r#"{"C": 2}"#).is_err());
}

#[test]
fn sums_by_structure_are_those_of_the_one_hot_table() {
    let sample = odd(9_000, 21);
    let design = Design::of(&sample, 0.0).unwrap();
    let table = |row: usize| {
        let mut line = vec![0.0; design.columns()];
        line[..design.dense()].copy_from_slice(design.values(row));
        design.lit(row).for_each(|column| line[design.dense() + column] = 1.0);
        line
    };
    let terms = |row: usize| sums::RowTerms { loss: 1.0, slope: (row % 7) as f64 - 3.0, curve: (row % 5) as f64 };
    let found = sums::Sums::of(&design, terms);
    let size = design.columns();
    let (mut gradient, mut curvature) = (vec![0.0; size], vec![0.0; size * size]);
    for row in 0..9_000 {
        let (line, terms) = (table(row), terms(row));
        for (first, one) in line.iter().enumerate() {
            gradient[first] += terms.slope * one;
            line.iter()
                .enumerate()
                .for_each(|(second, two)| curvature[first * size + second] += terms.curve * one * two);
        }
    }
    assert_eq!((found.loss, sums::pieces(&design)), (9_000.0, 4));
    demand_near("gradient", &found.gradient, &gradient, 1e-7);
    demand_near("curvature", &found.curvature, &curvature, 1e-7);
}

#[test]
#[ignore = "prints figures; run in release"]
fn figures_of_the_linear_learners() {
    for name in [
        "shoppers",
        "shoppers_log1p",
        "marketing_campaign",
        "in_vehicle",
        "dmc2015",
        "dmc2015_rates",
        "dmc2015_official",
        "amexpert",
        "amexpert_rates",
    ] {
        let Some((train, test)) = task(name) else { continue };
        for l1_ratio in [0.0, 1.0, 0.5] {
            let params = LogisticRegressionParams { l1_ratio, ..Default::default() }.check().unwrap();
            let (model, took) = timed(&params, &train);
            let model = model.unwrap();
            let scored = scores(&model, &test);
            let (auc, loss) = (auc(&scored, &test.target), log_loss(&scored, &test.target));
            println!("{name:20} logistic l1_ratio {l1_ratio}: AUC {auc:.4} log loss {loss:.4} fit {took}");
        }
    }
    for name in ["flipkart", "dmart"] {
        let Some((train, test)) = task(name) else { continue };
        for (penalty, alpha) in
            [(Penalty::None, 1.0), (Penalty::Ridge, 1.0), (Penalty::Lasso, 1e-4), (Penalty::ElasticNet, 1e-4)]
        {
            let params = LeastSquaresParams { penalty, alpha, ..Default::default() }.check().unwrap();
            let (model, took) = timed(&params, &train);
            let model = model.unwrap();
            let scored = scores(&model, &test);
            let squares: f64 = scored.iter().zip(&test.target).map(|(a, b)| (a - b) * (a - b)).sum();
            println!("{name:20} {penalty:?} {alpha}: RMSE {:.4} fit {took}", (squares / scored.len() as f64).sqrt());
        }
    }
    println!("{}", most_memory());
}
