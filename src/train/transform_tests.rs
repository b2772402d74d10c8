//! Fitted steps: what they learn, and what a training row may not see.

use super::super::program::{OneOrMore, ProgramParams, compile};
use super::*;

fn declared(steps: &[StepParams]) -> Declared {
    let steps = OneOrMore::More(steps.to_vec());
    let feature = super::super::program::FeatureParams {
        name: "f".into(),
        kind: "weekend".into(),
        transform: steps,
        ..Default::default()
    };
    compile(&ProgramParams { features: vec![feature], ..ProgramParams::default() }).unwrap()
}

fn fitted(steps: &[StepParams], column: &[f64], target: Option<&[f64]>) -> Result<Fitted> {
    let declared = declared(steps);
    let known = declared.program.features[0].steps.iter();
    let raw = |value: f64| known.clone().fold(value, |value, step| apply(step, value));
    declared.fit(&Columns { values: vec![column.iter().map(|value| raw(*value)).collect()] }, target)
}

#[test]
fn scaling_gives_a_column_of_mean_zero_and_deviation_one() {
    let fitted = fitted(&[StepParams::Log1p, StepParams::Standard], &[1.0, 4.0, 9.0, f64::NAN], None).unwrap();
    let present = &fitted.columns.values[0][..3];
    let (mean, deviation) = moments(present).unwrap();
    assert!(mean.abs() < 1e-6 && (deviation - 1.0).abs() < 1e-6);
    assert!(fitted.columns.values[0][3].is_nan(), "missing stays missing");
}

#[test]
fn the_fitted_program_makes_the_fitted_column() {
    let all = [
        vec![StepParams::Standard, StepParams::Clip([-1.0, 1.0])],
        vec![StepParams::Robust],
        vec![StepParams::ClipQuantiles([0.1, 0.9]), StepParams::Log1p],
        vec![StepParams::FillMedian, StepParams::Quantiles(3)],
        vec![StepParams::Quantiles(4), StepParams::OneHot],
    ];
    let raw = [3.0, 1.0, 4.0, 1.0, 5.0, f64::NAN, 9.0, 2.0, 6.0];
    for steps in all {
        let fitted = fitted(&steps, &raw, None).unwrap();
        for (feature, column) in fitted.program.features.iter().zip(&fitted.columns.values) {
            let again = raw.map(|value| feature.steps.iter().fold(value, |value, step| apply(step, value)));
            assert!(again.iter().zip(column).all(|(a, b)| a.to_bits() == b.to_bits()), "{steps:?}");
        }
    }
}

#[test]
fn robust_scaling_is_not_moved_by_one_outlier() {
    let center =
        |last: f64| match fitted(&[StepParams::Robust], &[1.0, 2.0, 3.0, 4.0, last], None).unwrap().program.features[0]
            .steps[0]
        {
            Step::Scale { center, .. } => center,
            _ => f32::NAN,
        };
    assert_eq!(center(5.0), center(1e6));
}

#[test]
fn one_hot_makes_a_column_per_level_and_an_unseen_level_is_in_none() {
    let fitted = fitted(&[StepParams::OneHot], &[2.0, 0.0, 2.0, 1.0, f64::NAN], None).unwrap();
    let names: Vec<&str> = fitted.program.features.iter().map(|feature| feature.name.as_str()).collect();
    assert_eq!(names, ["f=0", "f=1", "f=2"]);
    assert_eq!(fitted.columns.values[2], [1.0, 0.0, 1.0, 0.0, 0.0]);
    let unseen = |feature: &Feature| feature.steps[0].apply(Some(7.0));
    assert!(fitted.program.features.iter().all(|feature| unseen(feature) == Some(0.0)));
}

#[test]
fn a_training_row_never_sees_its_own_outcome() {
    let levels: Vec<f64> = (0..40).map(|row| (row % 4) as f64).collect();
    let target: Vec<f64> = (0..40).map(|row| (row % 3 == 0) as u8 as f64).collect();
    for row in [0, 7, 39] {
        let mut other = target.clone();
        other[row] = 1.0 - other[row];
        let encoded = |target: &[f64]| fitted(&[StepParams::Target], &levels, Some(target)).unwrap().columns.values;
        assert_eq!(encoded(&target)[0][row], encoded(&other)[0][row]);
    }
}

#[test]
fn a_level_without_rows_has_the_rate_of_all() {
    let fitted = fitted(&[StepParams::Target], &[0.0, 0.0, 2.0, 2.0], Some(&[1.0, 1.0, 0.0, 0.0])).unwrap();
    let step = &fitted.program.features[0].steps[0];
    assert_eq!([step.apply(Some(1.0)), step.apply(Some(9.0)), step.apply(None)], [Some(0.5); 3]);
    assert!(step.apply(Some(0.0)) > step.apply(Some(2.0)));
}

#[test]
fn refuses_to_fit_on_nothing_and_to_encode_without_an_outcome() {
    let rows = [
        (vec![StepParams::Standard], vec![f64::NAN], "feature `f`: no training row has a value"),
        (vec![StepParams::Target], vec![1.0], "target encoding needs an outcome"),
        (vec![StepParams::Quantiles(1)], vec![1.0], "bins"),
    ];
    for (steps, column, expected) in rows {
        let message = fitted(&steps, &column, None).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn a_cluster_column_holds_what_the_device_would_assign() {
    use super::super::tables::{ClusterCount, ClusterParams};
    let mut declared = declared(&[]);
    let clustered =
        Feature { name: "c".into(), kind: crate::feature::Kind::new("cluster", &[]).unwrap(), steps: vec![] };
    declared.program.features.push(clustered);
    declared.fits.push(vec![]);
    declared.clusters = Some(ClusterParams { features: vec!["f".into()], count: ClusterCount::Fixed(2), seed: 1 });
    let column: Vec<f64> = (0..30).map(|row| if row % 3 == 0 { 1.0 } else { 9.0 }).collect();
    let columns = Columns { values: vec![column.clone(), vec![f64::NAN; 30]] };
    let fitted = declared.fit(&columns, None).unwrap();
    let clusters = &fitted.program.tables.clusters;
    let assigned = column.iter().map(|value| clusters.assign(|_| Some(*value)).unwrap().0 as f64);
    assert!(assigned.eq(fitted.columns.values[1].iter().copied()));
    declared.clusters.as_mut().unwrap().features = vec!["absent".into()];
    let message = declared.fit(&columns, None).unwrap_err().to_string();
    assert!(message.contains("no feature called `absent` stands before `c`"), "{message}");
}

#[test]
fn a_fold_is_encoded_by_a_program_that_saw_none_of_its_outcomes() {
    let declared = declared(&[StepParams::Target, StepParams::Standard]);
    let levels: Vec<f64> = (0..60).map(|row| (row % 3) as f64).collect();
    let folds: Vec<usize> = (0..60).map(|row| row / 7 % FOLDS).collect();
    let outcome = |flipped: Option<usize>| -> Vec<f64> {
        (0..60).map(|row| ((row * row % 7 > 2) != (flipped == Some(folds[row]))) as u8 as f64).collect()
    };
    let columns = Columns { values: vec![levels.clone()] };
    let fitted = |flipped| declared.fit_in_folds(&columns, Some(&outcome(flipped)), &folds).unwrap();
    let plain = fitted(None);
    let of_folds = plain.of_folds();
    for (row, found) in plain.columns.values[0].iter().enumerate() {
        let steps = &of_folds[folds[row]].features[0].steps;
        let again = steps.iter().fold(levels[row], |value, step| apply(step, value));
        assert_eq!(again.to_bits(), found.to_bits(), "row {row}");
    }
    for fold in 0..FOLDS {
        let flipped = fitted(Some(fold)).of_folds();
        assert_eq!(flipped[fold].features[0].steps[0], of_folds[fold].features[0].steps[0]);
        assert_ne!(flipped[(fold + 1) % FOLDS].features[0].steps[0], of_folds[(fold + 1) % FOLDS].features[0].steps[0]);
    }
}
