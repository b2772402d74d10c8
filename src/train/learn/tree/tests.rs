//! Planted truths, strange tables, and promises that hold for every tree learner.

use super::*;
use crate::error::Code;
use crate::model::{Cuts, Forest, Model, Scorer, Test};
use crate::train::learn::{Learner, scores};
use crate::train::random::Random;
use crate::train::sample::{Column, MISSING_LEVEL, Sample};
use proptest::prelude::*;

fn sample(columns: Vec<Column>, target: Vec<f64>) -> Sample {
    let names = (0..columns.len()).map(|column| format!("x{column}")).collect();
    Sample { names, columns, weight: vec![1.0; target.len()], target }
}

fn draws(seed: u64, rows: usize) -> Vec<f64> {
    let mut random = Random::new(seed);
    (0..rows).map(|_| random.below(1_000) as f64 / 10.0).collect()
}

fn forest(model: &Model) -> &Forest {
    let Scorer::Forest(forest) = &model.scorer else { panic!("trees make forests") };
    forest
}

fn decision(params: DecisionParams) -> Decision {
    params.check().unwrap()
}

fn boost(params: BoostParams) -> Boost {
    params.check().unwrap()
}

/// Every kind of tree learner, for outcomes 0 and 1.
fn classifiers() -> Vec<(&'static str, Box<dyn Learner>)> {
    let boosted = BoostParams { rounds: 20, min_rows_leaf: 1, ..BoostParams::default() };
    let bagged = RandomForestParams { trees: 10, ..RandomForestParams::default() };
    vec![
        ("boost", Box::new(boost(boosted))),
        ("decision", Box::new(decision(DecisionParams { min_rows_leaf: 1, ..DecisionParams::default() }))),
        ("random forest", Box::new(bagged.check().unwrap())),
    ]
}

/// Outcomes that depend on two numbers, a level and what is missing, with some noise.
fn mixed(rows: usize) -> Sample {
    let (mut one, two, noise) = (draws(1, rows), draws(2, rows), draws(3, rows));
    let codes: Vec<u16> =
        draws(4, rows).iter().map(|draw| if *draw < 5.0 { MISSING_LEVEL } else { *draw as u16 % 9 }).collect();
    let target = (0..rows).map(|row| {
        let odd = codes[row] % 2 == 1;
        f64::from((one[row] > 40.0) ^ odd ^ (two[row] < 15.0) ^ (noise[row] > 90.0))
    });
    let target = target.collect();
    one.iter_mut().step_by(11).for_each(|value| *value = f64::NAN);
    sample(vec![Column::Number(one), Column::Level { codes, levels: 8 }, Column::Number(two)], target)
}

#[test]
fn recovers_a_planted_tree() {
    // Few enough distinct values for a bin each.
    let whole = |seed| draws(seed, 5_000).into_iter().map(f64::floor).collect::<Vec<f64>>();
    let (one, two) = (whole(1), whole(2));
    let target =
        (0..5_000).map(|row| f64::from(if one[row] <= 30.0 { two[row] > 80.0 } else { two[row] > 10.0 })).collect();
    let sample = sample(vec![Column::Number(one), Column::Number(two)], target);
    let learner =
        decision(DecisionParams { max_depth: 2, min_rows_leaf: 1, smooth: Some(0.0), ..DecisionParams::default() });
    let model = learner.fit(&sample, &|_, _| {}).unwrap();
    let scores = scores(&model, &sample);
    assert!(scores.iter().zip(&sample.target).all(|(score, target)| (*score > 0.0) == (*target > 0.5)));
    let Cuts::Numbers(cuts) = &forest(&model).cuts[0] else { panic!("a number") };
    assert_eq!(*cuts, [30.5]);
}

#[test]
fn finds_planted_sets_of_levels_in_one_split() {
    let codes: Vec<u16> = (0..2_000u16).map(|row| row % 40).collect();
    let planted = [3, 4, 11, 17, 29, 31, 38];
    let target = codes.iter().map(|code| f64::from(planted.contains(code))).collect();
    let sample = sample(vec![Column::Level { codes, levels: 50 }], target);
    let model =
        decision(DecisionParams { max_depth: 1, ..DecisionParams::default() }).fit(&sample, &|_, _| {}).unwrap();
    let expected = planted.iter().fold(vec![0u32; 2], |mut set, level| {
        set[*level as usize / 32] |= 1 << (level % 32);
        set
    });
    assert_eq!(forest(&model).cuts, [Cuts::Levels(vec![expected])]);
}

#[test]
fn learns_where_missing_values_belong() {
    for (missing, high) in [(1.0, 1.0), (0.0, 1.0)] {
        let mut values = draws(5, 600);
        let mut target: Vec<f64> = values.iter().map(|value| if *value > 50.0 { high } else { 1.0 - high }).collect();
        for row in (0..600).step_by(7) {
            (values[row], target[row]) = (f64::NAN, missing);
        }
        let sample = sample(vec![Column::Number(values)], target);
        for (name, learner) in classifiers().into_iter().filter(|(name, _)| *name != "random forest") {
            let model = learner.fit(&sample, &|_, _| {}).unwrap();
            let score = scores(&model, &sample)[0];
            assert_eq!(score > 0.0, missing == 1.0, "{name}: {score}");
        }
    }
}

#[test]
fn parts_missing_from_every_amount() {
    let values = (0..200).map(|row| if row % 4 == 0 { f64::NAN } else { 3.0 }).collect();
    let target = (0..200).map(|row| f64::from(row % 4 == 0)).collect();
    let sample = sample(vec![Column::Number(values)], target);
    let model = decision(DecisionParams::default()).fit(&sample, &|_, _| {}).unwrap();
    let scores = scores(&model, &sample);
    assert!(scores[0] > 2.5 && scores[1] < -4.5, "{:?}", &scores[..2]);
}

#[test]
fn sends_a_level_never_seen_with_the_majority() {
    // Level 1 is rare and different; levels 2 and 3 are alike. Level 4 is known to the schema and was never seen.
    let codes: Vec<u16> = (0..300).map(|row| if row % 10 == 0 { 1 } else { 2 + row % 2 }).collect();
    let target = codes.iter().map(|code| f64::from(*code == 1)).collect();
    let sample = sample(vec![Column::Level { codes, levels: 4 }], target);
    let unseen = Sample { columns: vec![Column::Level { codes: vec![4, 0, 2], levels: 4 }], ..sample.pick(&[0, 1, 2]) };
    for (name, learner) in classifiers() {
        let model = learner.fit(&sample, &|_, _| {}).unwrap();
        let scores = scores(&model, &unseen);
        assert!(scores[0] == scores[2] && scores[1] == scores[2], "{name}: {scores:?}");
    }
}

#[test]
fn refuses_outcomes_that_are_all_the_same_or_no_numbers() {
    let column = || vec![Column::Number(draws(1, 50))];
    for (name, learner) in classifiers() {
        let one_class = learner.fit(&sample(column(), vec![1.0; 50]), &|_, _| {}).unwrap_err();
        assert!(one_class.to_string().contains("nothing to tell apart"), "{name}: {one_class}");
        for wrong in [f64::NAN, f64::INFINITY] {
            let target = (0..50).map(|row| if row == 7 { wrong } else { f64::from(row % 2) }).collect();
            assert_eq!(
                learner.fit(&sample(column(), target), &|_, _| {}).unwrap_err().code(),
                Code::NotFinite,
                "{name}"
            );
        }
        let amounts = learner.fit(&sample(column(), draws(2, 50)), &|_, _| {}).unwrap_err();
        assert_eq!(amounts.code(), Code::OutOfRange, "{name}");
        assert_eq!(learner.fit(&sample(column(), vec![]), &|_, _| {}).unwrap_err().code(), Code::BadData, "{name}");
    }
}

#[test]
fn takes_columns_that_say_nothing() {
    let mut table = mixed(300);
    table.columns.push(Column::Number(vec![4.0; 300]));
    table.columns.push(Column::Number(vec![f64::NAN; 300]));
    table.columns.push(Column::Level { codes: vec![MISSING_LEVEL; 300], levels: 3 });
    table.names.extend(["constant", "missing", "no level"].map(String::from));
    for (name, learner) in classifiers() {
        let model = learner.fit(&table, &|_, _| {}).unwrap();
        let asked = forest(&model).nodes.iter().filter_map(|node| node.split).all(|split| split.feature < 3);
        assert!(asked && !forest(&model).nodes.is_empty(), "{name}");
    }
}

#[test]
fn takes_one_row_of_an_amount_and_more_features_than_rows() {
    let squared = BoostParams { objective: Objective::SquaredError, ..BoostParams::default() };
    let variance = DecisionParams { impurity: Impurity::Variance, ..DecisionParams::default() };
    let bagged = RandomForestParams { impurity: Impurity::Variance, ..RandomForestParams::default() };
    let learners: [Box<dyn Learner>; 3] =
        [Box::new(boost(squared)), Box::new(decision(variance)), Box::new(bagged.check().unwrap())];
    for learner in learners {
        let one = sample(vec![Column::Number(vec![2.0])], vec![5.5]);
        let model = learner.fit(&one, &|_, _| {}).unwrap();
        assert!((scores(&model, &one)[0] - 5.5).abs() < 1e-3);
        let wide = sample((0..100).map(|column| Column::Number(draws(column, 8))).collect(), draws(7, 8));
        assert!(scores(&learner.fit(&wide, &|_, _| {}).unwrap(), &wide).iter().all(|score| score.is_finite()));
    }
}

#[test]
fn refuses_more_features_than_a_forest_tells_apart() {
    let wide = sample(vec![Column::Number(vec![0.0, 1.0]); MAX_FEATURES + 1], vec![0.0, 1.0]);
    for (name, learner) in classifiers() {
        let refusal = learner.fit(&wide, &|_, _| {}).unwrap_err();
        assert_eq!(refusal.code(), Code::TooLarge, "{name}");
        assert!(refusal.to_string().contains("127"), "{name}: {refusal}");
    }
}

#[test]
fn a_model_says_what_its_bins_said() {
    let table = mixed(800);
    let (all, binned): (Vec<u32>, _) = ((0..800).collect(), Table::new(&table).unwrap());
    let boosted = boost(BoostParams { rounds: 50, ..BoostParams::default() });
    let decided = decision(DecisionParams::default()).fit_rows(&binned, &all, &all).unwrap();
    let boosted = boosted.fit_rows(&binned, &all, &all, &|_, _| {}).unwrap();
    let bagged = RandomForestParams::default().check().unwrap().fit_rows(&binned, &all, &all, &|_, _| {}).unwrap();
    let fits = [(decided.model, decided.scores), (boosted.model, boosted.scores), (bagged.model, bagged.scores)];
    for (model, said) in fits {
        let apart =
            scores(&model, &table).iter().zip(&said).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max);
        assert!(apart < 2e-3, "{apart}");
    }
}

#[test]
fn a_split_says_the_share_of_rows_that_went_left() {
    let table = mixed(800);
    let model = decision(DecisionParams::default()).fit(&table, &|_, _| {}).unwrap();
    let forest = forest(&model);
    let mut counts = vec![0.0; forest.nodes.len()];
    (0..800).for_each(|row| forest.walk(&table.row(row), |at| counts[at] += 1.0));
    for (at, split) in forest.nodes.iter().enumerate().filter_map(|(at, node)| Some((at, node.split?))) {
        let share = counts[at + 1] / (counts[at + 1] + counts[split.right as usize]);
        assert!((f64::from(split.share) - share).abs() < 1e-6, "{at}");
    }
}

#[test]
fn early_stopping_keeps_the_best_round() {
    let table = mixed(2_000);
    let (train, validation): (Vec<usize>, Vec<usize>) = (0..2_000).partition(|row| row % 4 != 0);
    let (train, validation) = (table.pick(&train), table.pick(&validation));
    let stopping = EarlyStopping { rounds: 10, ..EarlyStopping::default() };
    let params = BoostParams { rounds: 500, learning_rate: 0.5, early_stopping: stopping, ..BoostParams::default() };
    let fit = boost(params.clone()).fit_watched(&train, Some(&validation), &|_, _| {}).unwrap();
    let least = fit.losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(fit.losses[fit.best_round - 1], least);
    assert_eq!(fit.losses.len(), fit.best_round + 10);
    assert_eq!(forest(&fit.model).roots.len(), fit.best_round);
    let loss = |score: &f64, target: &f64| Objective::LogLoss.loss(*score, *target);
    let scored = scores(&fit.model, &validation);
    let again = scored.iter().zip(&validation.target).map(|(score, target)| loss(score, target)).sum::<f64>() / 500.0;
    assert!((again - least).abs() < 1e-3, "{again} {least}");
    let alone = boost(params).fit_watched(&train, None, &|_, _| {}).unwrap();
    assert_eq!(forest(&alone.model).roots.len(), alone.best_round);
}

#[test]
fn a_weight_counts_as_that_many_rows() {
    let table = mixed(400);
    let doubled: Vec<usize> = (0..400).flat_map(|row| vec![row; 1 + row % 3]).collect();
    let many = table.pick(&doubled);
    let weighed = Sample { weight: (0..400).map(|row| 1.0 + f64::from(row % 3)).collect(), ..table };
    let params = DecisionParams { min_rows_leaf: 1, max_depth: 4, ..DecisionParams::default() };
    let (one, other) = (decision(params.clone()).fit(&weighed, &|_, _| {}), decision(params).fit(&many, &|_, _| {}));
    let (one, other) = (scores(&one.unwrap(), &weighed), scores(&other.unwrap(), &weighed));
    assert!(one.iter().zip(&other).all(|(one, other)| (one - other).abs() < 1e-6));
}

#[test]
fn class_weights_move_the_base() {
    let table = mixed(400);
    let base = |class_weights| {
        let model = boost(BoostParams { rounds: 1, class_weights, ..BoostParams::default() }).fit(&table, &|_, _| {});
        f64::from(forest(&model.unwrap()).base)
    };
    assert!((base([1.0, 3.0]) - base([1.0, 1.0]) - 3f64.ln()).abs() < 1e-6);
}

#[test]
fn a_cost_keeps_a_feature_out() {
    let table = mixed(800);
    let asks = |costs| {
        let model = boost(BoostParams { costs, ..BoostParams::default() }).fit(&table, &|_, _| {}).unwrap();
        forest(&model).nodes.iter().filter_map(|node| node.split).any(|split| split.feature == 0)
    };
    assert!(asks(Default::default()));
    assert!(!asks([("x0".to_string(), 1e6)].into()));
}

#[test]
fn out_of_bag_scores_are_honest() {
    // Outcomes are noise: a forest knows its own rows by heart, rows it did not see it cannot know.
    let target = draws(9, 600).iter().map(|draw| f64::from(*draw > 50.0)).collect();
    let noise = sample((0..5).map(|column| Column::Number(draws(column, 600))).collect(), target);
    let params =
        RandomForestParams { max_leaves: 0, min_rows_leaf: 1, smooth: Some(0.0), ..RandomForestParams::default() };
    let table = Table::new(&noise).unwrap();
    let all: Vec<u32> = (0..600).collect();
    let fit = params.check().unwrap().fit_rows(&table, &all, &all, &|_, _| {}).unwrap();
    let right = |scores: &mut dyn Iterator<Item = f64>| {
        scores.zip(&noise.target).filter(|(score, target)| (*score > 0.0) == (**target > 0.5)).count()
    };
    assert!(right(&mut fit.scores.iter().copied()) > 590);
    let honest = right(&mut fit.out_of_bag.iter().map(|score| score.unwrap()));
    assert!((240..360).contains(&honest), "{honest}");
}

#[test]
fn the_same_rows_give_the_same_bits() {
    let table = mixed(1_000);
    for (name, learner) in classifiers() {
        let one = learner.fit(&table, &|_, _| {}).unwrap();
        assert_eq!(one, learner.fit(&table, &|_, _| {}).unwrap(), "{name}");
    }
}

#[test]
fn a_fold_of_a_table_never_sees_the_other_rows() {
    let (mut table, rows) = (mixed(600), (0..300).collect::<Vec<u32>>());
    let learner = boost(BoostParams::default());
    let before = learner.fit_rows(&Table::new(&table).unwrap(), &rows, &[], &|_, _| {}).unwrap();
    table.target[300..].iter_mut().for_each(|target| *target = 1.0 - *target);
    let after = learner.fit_rows(&Table::new(&table).unwrap(), &rows, &[], &|_, _| {}).unwrap();
    assert_eq!(before.model, after.model);
}

#[test]
fn quantised_values_are_whole_multiples_and_near() {
    let table = mixed(800);
    let model = boost(BoostParams::default()).fit(&table, &|_, _| {}).unwrap();
    let forest = forest(&model);
    for node in &forest.nodes {
        let units = f64::from(node.value) / f64::from(forest.unit);
        assert!(units == units.round() && units.abs() <= 32_767.0, "{units}");
    }
    let most = forest.nodes.iter().map(|node| node.value.abs()).fold(0.0, f32::max);
    assert!(forest.unit <= most / 8_192.0);
}

#[test]
fn refuses_settings_that_make_no_sense() {
    let default = BoostParams::default;
    let wrong = [
        BoostParams { rounds: 0, ..default() },
        BoostParams { learning_rate: 0.0, ..default() },
        BoostParams { max_leaves: 1, ..default() },
        BoostParams { feature_fraction: 1.5, ..default() },
        BoostParams { bagging_fraction: f64::NAN, ..default() },
        BoostParams { lambda_l2: -1.0, ..default() },
    ];
    for params in wrong {
        assert_eq!(params.clone().check().unwrap_err().code(), Code::BadConfig, "{params:?}");
    }
    let monotone = [("x1".to_string(), Monotone::Up)].into();
    let refusal = boost(BoostParams { monotone, ..default() }).fit(&mixed(100), &|_, _| {}).unwrap_err();
    assert!(refusal.to_string().contains("levels"), "{refusal}");
    let monotone = [("nobody".to_string(), Monotone::Up)].into();
    let refusal = boost(BoostParams { monotone, ..default() }).fit(&mixed(100), &|_, _| {}).unwrap_err();
    assert!(refusal.to_string().contains("no column"), "{refusal}");
}

#[test]
fn asks_numbers_by_cuts_and_levels_by_sets() {
    let model = boost(BoostParams::default()).fit(&mixed(500), &|_, _| {}).unwrap();
    for split in forest(&model).nodes.iter().filter_map(|node| node.split) {
        assert_eq!(matches!(split.test, Test::In(_)), split.feature == 1);
    }
}

/// The score along a rising feature, all else as in `row`.
fn along(model: &Model, row: &[f64], feature: usize) -> Vec<f64> {
    let points = (0..60).map(|step| f64::from(step) * 2.0 - 10.0);
    let column = |at: usize| match at == feature {
        true => Column::Number(points.clone().collect()),
        false => Column::Number(vec![row[at]; 60]),
    };
    scores(model, &sample((0..row.len()).map(column).collect(), vec![0.0; 60]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_monotone_score_never_turns(seed in any::<u64>(), is_binary in any::<bool>(), rows in 30usize..400) {
        let columns: Vec<Vec<f64>> = (0..3).map(|column| draws(seed ^ column, rows)).collect();
        let noise = draws(seed ^ 77, rows);
        // The truth goes up, down and up again, against what is asked for.
        let amount = |row: usize| (columns[0][row] / 12.0).sin() * 3.0 + columns[1][row] / 50.0 + noise[row] / 40.0;
        let target = (0..rows).map(|row| if is_binary { f64::from(amount(row) > 1.0) } else { amount(row) });
        let table = sample(columns.iter().cloned().map(Column::Number).collect(), target.collect());
        prop_assume!(!is_binary || table.check_binary().is_ok());
        let monotone = [("x0".to_string(), Monotone::Up), ("x1".to_string(), Monotone::Down)].into();
        let objective = if is_binary { Objective::LogLoss } else { Objective::SquaredError };
        let params = BoostParams { objective, monotone, rounds: 30, min_rows_leaf: 2, ..BoostParams::default() };
        let model = boost(params).fit(&table, &|_, _| {}).unwrap();
        for at in 0..10.min(rows) {
            let row: Vec<f64> = columns.iter().map(|column| column[at]).collect();
            prop_assert!(along(&model, &row, 0).windows(2).all(|pair| pair[0] <= pair[1]));
            prop_assert!(along(&model, &row, 1).windows(2).all(|pair| pair[0] >= pair[1]));
        }
    }
}
