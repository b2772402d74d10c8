//! What a split must never do, whatever the rows, and learners small enough to check by hand.

use super::*;
use crate::error::Result;
use crate::evaluate::measures::Metric;
use crate::model::{Linear, Model, Scaled, Term};
use crate::train::learn::{Learner, Watch};
use crate::train::sample::{Column, Sample};
use proptest::prelude::*;

fn split(params: FoldParams, rows: &Rows) -> Result<Vec<Fold>> {
    params.check()?.split(rows)
}

fn scheme(scheme: Scheme, folds: usize) -> FoldParams {
    FoldParams { scheme, folds, ..FoldParams::default() }
}

fn assert_parts(folds: &[Fold], rows: usize) {
    let mut judged: Vec<usize> = folds.iter().flat_map(|fold| fold.test.clone()).collect();
    judged.sort_unstable();
    assert_eq!(judged, (0..rows).collect::<Vec<_>>());
    for fold in folds {
        let mut both: Vec<usize> = fold.train.iter().chain(&fold.test).copied().collect();
        both.sort_unstable();
        assert_eq!(both, (0..rows).collect::<Vec<_>>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn folds_part_all_rows(target in prop::collection::vec(0.0..9.0f64, 40..90), folds in 2usize..7, seed in 0u64..99) {
        let rows = Rows { target: &target, ..Rows::default() };
        for scheme in [Scheme::Position, Scheme::Shuffled] {
            let folds_made = split(FoldParams { scheme, folds, seed, ..FoldParams::default() }, &rows).unwrap();
            assert_parts(&folds_made, target.len());
            let sizes: Vec<usize> = folds_made.iter().map(|fold| fold.test.len()).collect();
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
        }
    }

    #[test]
    fn no_group_is_in_two_folds(groups in prop::collection::vec(0u64..30, 120..200), folds in 2usize..6) {
        let target: Vec<f64> = (0..groups.len()).map(|row| (row % 3 == 0) as u8 as f64).collect();
        let rows = Rows { target: &target, group: Some(&groups), ..Rows::default() };
        for scheme_of in [Scheme::Grouped, Scheme::StratifiedGrouped] {
            let Ok(made) = split(scheme(scheme_of, folds), &rows) else { continue };
            assert_parts(&made, groups.len());
            for fold in &made {
                prop_assert!(fold.test.iter().all(|row| !fold.train.iter().any(|other| groups[*other] == groups[*row])));
            }
        }
    }

    #[test]
    fn what_is_fitted_on_ends_a_gap_before_what_is_judged(
        moments in prop::collection::vec(0i64..500, 80..150), folds in 2usize..6, gap in 0i64..20,
    ) {
        let target: Vec<f64> = moments.iter().map(|moment| *moment as f64).collect();
        let rows = Rows { target: &target, moment: Some(&moments), ..Rows::default() };
        let params = FoldParams { scheme: Scheme::Time, folds, gap_seconds: gap, ..FoldParams::default() };
        let made = split(params, &rows).unwrap();
        let (mut judged, mut before) = (Vec::new(), 0);
        for fold in &made {
            let last = fold.train.iter().map(|row| moments[*row]).max().unwrap();
            let first = fold.test.iter().map(|row| moments[*row]).min().unwrap();
            prop_assert!(last < first - gap, "{last} and {first}");
            prop_assert!(fold.train.len() >= before);
            before = fold.train.len();
            judged.extend(fold.test.iter().map(|row| moments[*row]));
        }
        for pair in made.windows(2) {
            let end = pair[0].test.iter().map(|row| moments[*row]).max();
            prop_assert!(end < pair[1].test.iter().map(|row| moments[*row]).min());
        }
        let first = *judged.iter().min().unwrap();
        prop_assert_eq!(judged.len(), moments.iter().filter(|moment| **moment >= first).count());
    }
}

#[test]
fn position_folds_are_those_of_other_programs() {
    let folds = split(scheme(Scheme::Position, 5), &Rows { target: &[0.5; 12], ..Rows::default() }).unwrap();
    assert_eq!(folds[4].test, [4, 9]);
    assert_eq!(folds[0].test, [0, 5, 10]);
    let every = split(scheme(Scheme::Every, 5), &Rows { target: &[0.5; 12], ..Rows::default() }).unwrap();
    assert_eq!((every.len(), every[0].test.clone()), (1, vec![4, 9]));
}

#[test]
fn stratified_folds_hold_each_class_evenly() {
    let target: Vec<f64> = (0..103).map(|row| f64::from(row % 10 == 0)).collect();
    let rows = Rows { target: &target, ..Rows::default() };
    let folds = split(scheme(Scheme::Stratified, 5), &rows).unwrap();
    assert_parts(&folds, 103);
    for fold in folds {
        let ones = fold.test.iter().filter(|row| target[**row] == 1.0).count();
        assert!((2..=3).contains(&ones) && (20..=21).contains(&fold.test.len()));
    }
}

#[test]
fn grouped_folds_are_balanced_and_stratified_ones_even() {
    // Groups of 1 to 24 rows; whether a group buys changes from group to group.
    let group: Vec<u64> = (1..=24u64).flat_map(|group| vec![group * 1_000; group as usize]).collect();
    let target: Vec<f64> = group.iter().map(|group| f64::from(group / 1_000 % 4 == 0)).collect();
    let rows = Rows { target: &target, group: Some(&group), ..Rows::default() };
    let shares = |scheme_of| -> Vec<(usize, usize)> {
        let folds = split(scheme(scheme_of, 3), &rows).unwrap();
        let ones = |fold: &Fold| fold.test.iter().filter(|row| target[**row] == 1.0).count();
        folds.iter().map(|fold| (fold.test.len(), ones(fold))).collect()
    };
    assert!(shares(Scheme::Grouped).iter().all(|(rows, _)| (98..=102).contains(rows)), "{:?}", shares(Scheme::Grouped));
    let even = shares(Scheme::StratifiedGrouped);
    // 84 of the 300 rows are 1.
    assert!(even.iter().all(|(rows, ones)| (90..=110).contains(rows) && (24..=32).contains(ones)), "{even:?}");
}

#[test]
fn a_share_of_groups_stays_put_when_rows_are_added() {
    let group: Vec<u64> = (0..4_000).map(|row| row / 2).collect();
    let target: Vec<f64> = (0..4_000).map(|row| f64::from(row % 2 == 0)).collect();
    let params = FoldParams { scheme: Scheme::GroupShare, share: 0.3, ..FoldParams::default() };
    let judged = |rows: usize| {
        let rows = Rows { target: &target[..rows], group: Some(&group[..rows]), moment: None };
        split(params, &rows).unwrap().remove(0).test
    };
    let all = judged(4_000);
    assert!((1_100..1_300).contains(&all.len()), "{}", all.len());
    assert_eq!(judged(2_000), all.iter().copied().filter(|row| *row < 2_000).collect::<Vec<_>>());
}

#[test]
fn a_moment_parts_before_and_after() {
    let (target, moment) = ([1.0, 0.0, 1.0, 0.0, 1.0, 0.0], [10, 20, 30, 40, 50, 60]);
    let rows = Rows { target: &target, moment: Some(&moment), group: None };
    let params = FoldParams { scheme: Scheme::Moment, from: 50, gap_seconds: 15, ..FoldParams::default() };
    assert_eq!(split(params, &rows).unwrap(), [Fold { train: vec![0, 1, 2], test: vec![4, 5] }]);
}

#[test]
fn nested_folds_never_look_at_the_outer_test_rows() {
    let group: Vec<u64> = (0..200).map(|row| row * 7 % 31).collect();
    let target: Vec<f64> = (0..200).map(|row| f64::from(row % 3 == 0)).collect();
    let rows = Rows { target: &target, group: Some(&group), moment: None };
    let outer = scheme(Scheme::Grouped, 4).check().unwrap();
    let nested = outer.nested(&scheme(Scheme::StratifiedGrouped, 3).check().unwrap(), &rows).unwrap();
    assert_eq!(nested.len(), 4);
    for Nested { outer, inner } in nested {
        let mut judged: Vec<usize> = inner.iter().flat_map(|fold| fold.test.clone()).collect();
        judged.sort_unstable();
        assert_eq!(judged, outer.train);
        assert!(inner.iter().all(|fold| fold.train.iter().all(|row| outer.train.contains(row))));
        let parted = |fold: &Fold| fold.test.iter().all(|row| fold.train.iter().all(|o| group[*o] != group[*row]));
        assert!(inner.iter().all(parted) && parted(&outer));
    }
}

#[test]
fn refuses_splits_whose_figures_would_be_worthless() {
    let binary: Vec<f64> = (0..20).map(|row| f64::from(row >= 17)).collect();
    let two_groups: Vec<u64> = (0..20).map(|row| row % 2).collect();
    let by_outcome: Vec<u64> = binary.iter().map(|target| *target as u64).collect();
    let one_moment = [5i64; 20];
    let amounts: Vec<f64> = (0..30).map(f64::from).collect();
    let bare = Rows { target: &binary, ..Rows::default() };
    let grouped = |group| Rows { group: Some(group), ..bare };
    let rows = [
        (scheme(Scheme::Position, 1), bare, Code::BadConfig),
        (FoldParams { share: 1.0, ..FoldParams::default() }, bare, Code::BadConfig),
        (FoldParams { every: 1, ..FoldParams::default() }, bare, Code::BadConfig),
        (FoldParams { gap_seconds: -1, ..FoldParams::default() }, bare, Code::BadConfig),
        (scheme(Scheme::Grouped, 3), bare, Code::BadConfig),
        (scheme(Scheme::Time, 3), bare, Code::BadConfig),
        (scheme(Scheme::Grouped, 3), grouped(&two_groups), Code::BadData),
        // Each fold would hold one outcome.
        (scheme(Scheme::Grouped, 2), grouped(&by_outcome), Code::BadData),
        // Three ones are not enough for five folds.
        (scheme(Scheme::Stratified, 5), bare, Code::BadData),
        (scheme(Scheme::Position, 5), bare, Code::BadData),
        (scheme(Scheme::Stratified, 2), Rows { target: &amounts, ..Rows::default() }, Code::BadData),
        (scheme(Scheme::Time, 3), Rows { moment: Some(&one_moment), ..bare }, Code::BadData),
        (scheme(Scheme::Grouped, 2), grouped(&two_groups[..7]), Code::BadIndex),
    ];
    for (params, rows, code) in rows {
        let found = split(params, &rows).map_err(|error| error.code());
        assert_eq!(found.err(), Some(code), "{params:?}");
    }
}

/// Predicts the mean of what it was fitted on.
struct Mean;

impl Learner for Mean {
    fn fit(&self, sample: &Sample, watch: Watch) -> Result<Model> {
        watch(1, 2);
        let mean = sample.target.iter().sum::<f64>() / sample.rows() as f64;
        let term = Term::Number(Scaled { scale: 1.0, ..Scaled::default() });
        let mut linear = Linear { terms: vec![term; sample.columns.len()], ..Linear::default() };
        linear.bias.weight = mean as f32;
        Ok(Model::from(linear))
    }
}

fn amounts() -> Sample {
    let target: Vec<f64> = (0..12).map(f64::from).collect();
    let columns = vec![Column::Number(target.clone())];
    Sample { names: vec!["x".into()], columns, weight: vec![1.0; 12], target }
}

#[test]
fn every_row_is_scored_by_the_model_that_did_not_see_it() {
    let sample = amounts();
    let folds = split(scheme(Scheme::Position, 3), &Rows { target: &sample.target, ..Rows::default() }).unwrap();
    let most = std::sync::atomic::AtomicU64::new(0);
    let watch = |done, total| {
        assert_eq!(total, 3_000);
        most.fetch_max(done, std::sync::atomic::Ordering::Relaxed);
    };
    let out = cross_predict(&Mean, &sample, &folds, &watch).unwrap();
    assert_eq!(most.into_inner(), 3_000);
    assert_eq!(out.rows, (0..12).collect::<Vec<_>>());
    for row in 0..12 {
        let others = (0..12).filter(|other| other % 3 != row % 3).sum::<usize>();
        assert_eq!((out.fold[row], out.raw[row], out.score[row]), (row % 3, others as f64 / 8.0, others as f64 / 8.0));
    }
    let score = cross_validate(&Mean, &sample, &folds, Metric::Mae, &|_, _| {}).unwrap();
    // Rows 0, 3, 6, 9 against 6; rows 1, 4, 7, 10 against 5.5; rows 2, 5, 8, 11 against 5.
    assert_eq!(score.by_fold, [3.0; 3]);
}

#[test]
fn refuses_a_row_that_two_folds_judge() {
    let twice = vec![Fold { train: vec![0, 1], test: vec![2, 3] }, Fold { train: vec![0, 1], test: vec![3] }];
    let found = cross_predict(&Mean, &amounts(), &twice, &|_, _| {});
    assert_eq!(found.map_err(|error| error.code()), Err(Code::BadData));
}
