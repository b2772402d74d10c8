//! Brute force on small worlds, planted trees on larger ones.

use super::*;
use crate::train::random::Random;
use crate::train::sample::{Column, MISSING_LEVEL};
use crate::train::uplift::ArmScores;

fn unit(random: &mut Random) -> f64 {
    random.below(1 << 30) as f64 / f64::from(1 << 30)
}

/// Amounts with ties and gaps, amounts without, levels with gaps; scores by chance.
fn world(rows: usize, arms: usize, seed: u64) -> (Sample, ArmScores) {
    let mut random = Random::new(seed);
    let mut tied = vec![];
    let (mut free, mut codes) = (vec![], vec![]);
    for _ in 0..rows {
        let draw = random.below(6);
        tied.push(if draw == 0 { f64::NAN } else { draw as f64 });
        free.push(unit(&mut random) - 0.5);
        let level = random.below(5) as u16;
        codes.push(if level == 4 { MISSING_LEVEL } else { level });
    }
    let values = (0..rows * arms).map(|_| unit(&mut random) - 0.5).collect();
    let sample = Sample {
        names: ["tied", "free", "level"].map(String::from).to_vec(),
        columns: vec![Column::Number(tied), Column::Number(free), Column::Level { codes, levels: 3 }],
        target: vec![0.0; rows],
        weight: vec![1.0; rows],
    };
    (sample, ArmScores::new(arms, values).unwrap())
}

/// All ways to part some rows by one question, by looking at values alone.
fn parts(sample: &Sample, rows: &[usize]) -> Vec<(Vec<usize>, Vec<usize>)> {
    let mut all = Vec::new();
    for column in &sample.columns {
        for pivot in rows {
            let is_left = |row: &usize| match (column, column.value(*row), column.value(*pivot)) {
                (Column::Number(_), None, _) => true,
                (Column::Number(_), Some(_), None) => false,
                (Column::Number(_), Some(value), Some(pivot)) => value <= pivot,
                (Column::Level { .. }, value, pivot) => value == pivot,
            };
            all.push(rows.iter().partition(|row| is_left(row)));
        }
    }
    all
}

/// The most that a tree of this depth brings whose questions leave `least` rows on both sides, every such tree tried.
fn brute_force(sample: &Sample, scores: &ArmScores, rows: &[usize], depth: usize, least: usize) -> f64 {
    let arm = |arm: usize| rows.iter().map(|row| scores.row(*row)[arm]).sum::<f64>();
    let leaf = (0..scores.arms()).map(arm).fold(f64::NEG_INFINITY, f64::max);
    if depth == 0 || rows.is_empty() {
        return leaf;
    }
    let both = |(left, right): &(Vec<usize>, Vec<usize>)| {
        brute_force(sample, scores, left, depth - 1, least) + brute_force(sample, scores, right, depth - 1, least)
    };
    let thick = |(left, right): &&(Vec<usize>, Vec<usize>)| left.len().min(right.len()) >= least;
    parts(sample, rows).iter().filter(thick).map(both).fold(leaf, f64::max)
}

fn fit(sample: &Sample, scores: &ArmScores, params: PolicyTreeParams) -> PolicyTree {
    params.check().unwrap().fit(sample, scores).unwrap()
}

fn at_depth(depth: usize) -> PolicyTreeParams {
    PolicyTreeParams { depth, least_rows: 1, ..PolicyTreeParams::default() }
}

/// What the tree's own choices bring, row by row.
fn brings(tree: &PolicyTree, sample: &Sample, scores: &ArmScores) -> f64 {
    tree.choose_all(sample).iter().enumerate().map(|(row, arm)| scores.row(row)[*arm as usize]).sum()
}

#[test]
fn equals_brute_force_on_small_random_worlds() {
    let check = |depth: usize, rows: usize, arms: usize, seeds: u64| {
        for (seed, least_rows) in (0..seeds).flat_map(|seed| [(seed, 1), (seed, 2 + seed as usize % 4)]) {
            let (sample, scores) = world(rows, arms, seed);
            let tree = fit(&sample, &scores, PolicyTreeParams { least_rows, ..at_depth(depth) });
            let most = brute_force(&sample, &scores, &(0..rows).collect::<Vec<_>>(), depth, least_rows);
            let told = format!("depth {depth}, seed {seed}, least {least_rows}");
            assert!((tree.total - most).abs() < 1e-9, "{told}: {} is not {most}", tree.total);
            let leaves = tree.nodes.iter().filter(|node| node.question.is_none());
            assert!(leaves.clone().all(|leaf| leaf.rows as usize >= least_rows), "{told}: a leaf is too thin");
            let found = brings(&tree, &sample, &scores);
            assert!((found - most).abs() < 1e-9, "{told}: choices bring {found}, not {most}");
            assert!(tree.exact);
        }
    };
    check(1, 30, 2, 40);
    check(1, 30, 5, 40);
    check(2, 14, 3, 60);
    check(2, 25, 2, 20);
    check(2, 12, 4, 20);
    check(2, 12, 10, 20);
    check(3, 8, 3, 8);
    check(3, 13, 2, 6);
}

#[test]
fn no_leaf_is_thinner_than_asked_whatever_way_is_searched() {
    // Few distinct amounts are scanned, many are kept in a tree of sums: both ways hold to it and agree with a plain search.
    for seed in 0..4 {
        let (sample, scores) = world(160, 3, 900 + seed);
        for least_rows in [1, 12, 36, 60] {
            let tree = fit(&sample, &scores, PolicyTreeParams { least_rows, ..at_depth(2) });
            let most = plain_of_depth_two(&sample, &scores, least_rows);
            assert!((tree.total - most).abs() < 1e-8, "seed {seed}, least {least_rows}: {} is not {most}", tree.total);
            let thin = tree.nodes.iter().any(|node| (node.rows as usize) < least_rows);
            assert!(!thin, "seed {seed}, least {least_rows}: {tree:?}");
        }
        assert_eq!(fit(&sample, &scores, PolicyTreeParams { least_rows: 81, ..at_depth(2) }).nodes.len(), 1);
    }
}

/// The best of depth 2, each first cut followed by exact trees of depth 1.
fn plain_of_depth_two(sample: &Sample, scores: &ArmScores, least_rows: usize) -> f64 {
    let stump = |rows: &[usize]| {
        fit(&sample.pick(rows), &scores.pick(rows), PolicyTreeParams { least_rows, ..at_depth(1) }).total
    };
    let all: Vec<usize> = (0..sample.rows()).collect();
    let mut most = stump(&all);
    for (left, right) in parts(sample, &all).iter().filter(|(left, right)| left.len().min(right.len()) >= least_rows) {
        most = most.max(stump(left) + stump(right));
    }
    most
}

/// Three features decide among three arms as only one tree of depth 2 can say; the others are noise.
fn planted(rows: usize, seed: u64) -> (Sample, ArmScores, Vec<u16>) {
    let mut random = Random::new(seed);
    let features = 6;
    let mut columns = vec![vec![]; features];
    let (mut values, mut truth) = (vec![], vec![]);
    for _ in 0..rows {
        let row: Vec<f64> = (0..features).map(|_| unit(&mut random)).collect();
        let best = match (row[1] <= 0.6, row[4] <= 0.3, row[2] <= 0.5) {
            (true, true, _) => 0,
            (true, false, _) => 1,
            (false, _, true) => 2,
            (false, _, false) => 0,
        };
        values.extend((0..3).map(|arm| f64::from(u8::from(arm == best)) + 2.0 * (unit(&mut random) - 0.5)));
        truth.push(best as u16);
        columns.iter_mut().zip(row).for_each(|(column, value)| column.push(value));
    }
    let sample = Sample {
        names: (0..features).map(|feature| format!("x{feature}")).collect(),
        columns: columns.into_iter().map(Column::Number).collect(),
        target: vec![0.0; rows],
        weight: vec![1.0; rows],
    };
    (sample, ArmScores::new(3, values).unwrap(), truth)
}

#[test]
fn recovers_the_planted_tree() {
    let (sample, scores, truth) = planted(3_000, 1);
    let tree = fit(&sample, &scores, at_depth(2));
    let Some((Ask::AtMost { feature: 1, amount }, right)) = tree.nodes[0].question else { panic!("{tree:?}") };
    assert!((amount - 0.6).abs() < 0.02, "{amount}");
    let Some((Ask::AtMost { feature: 4, amount }, _)) = tree.nodes[1].question else { panic!("{tree:?}") };
    assert!((amount - 0.3).abs() < 0.02, "{amount}");
    let Some((Ask::AtMost { feature: 2, amount }, _)) = tree.nodes[right].question else { panic!("{tree:?}") };
    assert!((amount - 0.5).abs() < 0.02, "{amount}");
    let right = tree.choose_all(&sample).iter().zip(&truth).filter(|(chosen, best)| chosen == best).count();
    assert!(right > 2_900, "{right} of 3000");
    assert_eq!(fit(&sample, &scores, at_depth(2)), tree);
}

#[test]
fn depth_three_beyond_the_exact_is_labelled_and_not_below_depth_two() {
    let (sample, scores, _) = planted(500, 2);
    let [one, two, three] = [1, 2, 3].map(|depth| fit(&sample, &scores, at_depth(depth)));
    assert!(one.total <= two.total && two.total <= three.total);
    assert!(one.exact && two.exact && !three.exact);
}

#[test]
fn fewer_cuts_are_a_coarser_search() {
    let (sample, scores, truth) = planted(3_000, 3);
    let whole = fit(&sample, &scores, at_depth(2));
    let coarse = fit(&sample, &scores, PolicyTreeParams { most_cuts: 31, ..at_depth(2) });
    assert!(coarse.total <= whole.total && coarse.total > 0.97 * whole.total);
    let right = coarse.choose_all(&sample).iter().zip(&truth).filter(|(chosen, best)| chosen == best).count();
    assert!(right > 2_700, "{right} of 3000");
}

#[test]
fn of_equal_trees_the_smallest_and_first_wins() {
    let column = || Column::Number((0..40).map(f64::from).collect());
    let sample = Sample {
        names: vec!["one".into(), "same".into()],
        columns: vec![column(), column()],
        target: vec![0.0; 40],
        weight: vec![1.0; 40],
    };
    let scores = |of: fn(usize) -> [f64; 2]| ArmScores::new(2, (0..40).flat_map(of).collect()).unwrap();
    let alike = fit(&sample, &scores(|_| [0.1, 0.1]), at_depth(2));
    assert_eq!((alike.nodes.len(), alike.nodes[0].arm), (1, 0));
    let halves = fit(&sample, &scores(|row| if row < 17 { [0.1, 0.2] } else { [0.2, 0.1] }), at_depth(2));
    assert_eq!(halves.nodes.len(), 3);
    assert_eq!(halves.nodes[0].question, Some((Ask::AtMost { feature: 0, amount: 16.5 }, 2)));
}

#[test]
fn served_models_say_what_the_tree_says() {
    let mut asked = (0, 0);
    for seed in 0..40 {
        let (sample, scores) = world(60, 3, 500 + seed);
        let tree = fit(&sample, &scores, at_depth(2));
        let models = tree.models();
        for node in &tree.nodes {
            match node.question {
                Some((Ask::AtMost { .. }, _)) => asked.0 += 1,
                Some((Ask::Is { .. }, _)) => asked.1 += 1,
                None => {}
            }
        }
        for row in 0..60 {
            let served: Vec<f64> = models.iter().map(|model| model.score_of(&sample.row(row), 0.0)).collect();
            assert_eq!(served.iter().position(|score| *score == 1.0), Some(tree.choose(&sample.row(row)) as usize));
        }
    }
    assert!(asked.0 > 20 && asked.1 > 20, "{asked:?} questions of either kind");
}

#[test]
fn refuses_what_cannot_be_searched() {
    let (sample, scores) = world(10, 2, 1);
    let refused = |params: PolicyTreeParams| params.check().expect_err("refused").to_string();
    assert!(refused(at_depth(0)).contains("limit 3, found 0"));
    assert!(refused(at_depth(4)).contains("limit 3, found 4"));
    assert!(refused(PolicyTreeParams { least_rows: 0, ..at_depth(2) }).contains("at least 1, found 0"));
    assert!(refused(PolicyTreeParams { exact_rows: 20_000, ..at_depth(3) }).contains("limit 10000, found 20000"));
    let checked = at_depth(1).check().unwrap();
    let error = checked.fit(&sample, &scores.pick(&[1, 2])).expect_err("uneven").to_string();
    assert!(error.contains("limit 10, found 2"), "{error}");
    let error = checked.fit(&sample, &ArmScores::new(1, vec![0.0; 10]).unwrap()).expect_err("one arm").to_string();
    assert!(error.contains("at least 2"), "{error}");
    assert!(ArmScores::new(2, vec![0.0, f64::NAN]).is_err() && ArmScores::new(2, vec![0.0; 3]).is_err());
}

#[test]
fn a_table_of_segments_is_a_tree_with_an_arm_for_every_cell() {
    let rows = 6_000;
    let (sample, _) = world(rows, 2, 77);
    // Arm 1 pays at level 2, and for small amounts of level 0; the amounts without a value count as small.
    let pays = |row: usize| {
        let small = sample.columns[1].value(row).is_none_or(|amount| amount <= 0.0);
        match sample.columns[2].value(row) {
            Some(2.0) => true,
            Some(0.0) => small,
            _ => false,
        }
    };
    let mut random = Random::new(3);
    let values = (0..rows).flat_map(|row| {
        let noise = unit(&mut random) - 0.5;
        [0.0, if pays(row) { 0.5 + noise } else { noise - 0.5 }]
    });
    let scores = ArmScores::new(2, values.collect()).unwrap();
    let params = SegmentTableParams { by: vec!["level".into(), "free".into()], bands: 2, min_rows: 50 };
    let table = params.clone().check().unwrap().fit(&sample, &scores).unwrap();
    let wrong = (0..rows).filter(|row| (table.choose(&sample.row(*row)) == 1) != pays(*row)).count();
    assert!(wrong < 60, "{wrong} rows: the median lies a little beside 0");
    assert_eq!(table.nodes.iter().filter(|node| node.question.is_none()).map(|node| node.rows).sum::<u64>(), 6_000);
    assert!(!table.exact && (brings(&table, &sample, &scores) - table.total).abs() < 1e-6);
    let refused = |params: SegmentTableParams| params.check().unwrap().fit(&sample, &scores).unwrap_err().to_string();
    let by = |names: [&str; 2]| names.map(String::from).to_vec();
    assert!(refused(SegmentTableParams { by: by(["level", "age"]), ..params.clone() }).contains("called `age`"));
    assert!(refused(SegmentTableParams { by: by(["free", "free"]), bands: 40, ..params }).contains("cells of a table"));
}
