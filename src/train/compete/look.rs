//! What the chosen model looks like: what each feature is worth to it, how predictions move with one feature, and a small
//! tree that says roughly the same.

use super::judge::Judged;
use crate::error::Result;
use crate::evaluate::learned::{Node, Response, ResponsePoint, Tree};
use crate::math;
use crate::model::{Cuts, Forest, Model, Scorer, Target, Test, Values};
use crate::train::learn::scores;
use crate::train::learn::tree::BoostParams;
use crate::train::learn::{Learner, tree::Objective};
use crate::train::sample::{Column, MISSING_LEVEL, Row, Sample};
use std::collections::BTreeMap;

/// Rows over which predictions are averaged.
const AVERAGED: usize = 1_000;
/// Values of an amount at which they are.
const PLACES: usize = 20;
/// Most levels shown.
const LEVELS: usize = 12;
/// Leaves of the tree that imitates a model.
const LEAVES: usize = 8;

/// Names of levels, by feature.
pub type Names = BTreeMap<String, Vec<String>>;

/// A row with one feature's value replaced.
struct Changed<'a> {
    row: Row<'a>,
    feature: usize,
    value: Option<f64>,
}

impl Values for Changed<'_> {
    fn value(&self, feature: usize) -> Option<f64> {
        if feature == self.feature { self.value } else { self.row.value(feature) }
    }

    fn group(&self) -> usize {
        0
    }

    fn category(&self) -> usize {
        0
    }
}

/// How the mean prediction moves with one feature while all others stay (partial dependence, Friedman 2001).
pub fn response(model: &Model, sample: &Sample, feature: usize, names: &Names) -> Response {
    let every = sample.rows().div_ceil(AVERAGED).max(1);
    let rows: Vec<usize> = (0..sample.rows()).step_by(every).collect();
    let mean = |value: Option<f64>| {
        let told = |row: &usize| {
            let score = model.score_of(&Changed { row: sample.row(*row), feature, value }, 0.0);
            if model.target == Target::MarketPrice { score } else { math::sigmoid(score) }
        };
        math::ordered_sum(rows.iter().map(told)) / rows.len() as f64
    };
    let name = &sample.names[feature];
    let places = match &sample.columns[feature] {
        Column::Number(values) => numbers(values),
        Column::Level { codes, levels } => of_levels(codes, *levels, names.get(name)),
    };
    let point = |(value, label, share): (Option<f64>, String, f64)| ResponsePoint {
        at: value.unwrap_or(f64::NAN),
        mean: mean(value),
        label,
        share,
    };
    let levels = matches!(sample.columns[feature], Column::Level { .. });
    Response { feature: name.clone(), levels, points: places.into_iter().map(point).collect() }
}

type Place = (Option<f64>, String, f64);

/// Quantiles of an amount, each once, and the missing value where there is one.
fn numbers(values: &[f64]) -> Vec<Place> {
    let mut known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    known.sort_by(f64::total_cmp);
    let rows = values.len() as f64;
    let at = |index: usize| known[(known.len() - 1) * index / (PLACES - 1)];
    let mut quantiles: Vec<f64> = if known.is_empty() { Vec::new() } else { (0..PLACES).map(at).collect() };
    quantiles.dedup();
    let share = known.len() as f64 / rows / quantiles.len().max(1) as f64;
    let mut places: Vec<Place> =
        quantiles.into_iter().map(|value| (Some(value), format!("{value:.4}"), share)).collect();
    if known.len() < values.len() {
        places.push((None, "missing".into(), (values.len() - known.len()) as f64 / rows));
    }
    places
}

/// The most frequent levels first.
fn of_levels(codes: &[u16], levels: u16, names: Option<&Vec<String>>) -> Vec<Place> {
    let mut counts = vec![0usize; levels as usize + 2];
    for code in codes {
        counts[if *code == MISSING_LEVEL { levels as usize + 1 } else { *code as usize }] += 1;
    }
    let label = |level: usize| match level {
        0 => "any other".to_string(),
        level if level > levels as usize => "missing".into(),
        level => names.and_then(|names| names.get(level - 1)).cloned().unwrap_or_else(|| level.to_string()),
    };
    let mut known: Vec<usize> = (0..counts.len()).filter(|level| counts[*level] > 0).collect();
    known.sort_by_key(|level| (usize::MAX - counts[*level], *level));
    let place = |level: usize| {
        let value = (level <= levels as usize).then_some(level as f64);
        (value, label(level), counts[level] as f64 / codes.len() as f64)
    };
    known.into_iter().take(LEVELS).map(place).collect()
}

/// A small tree fitted to the model's own predictions, with the share of their variance that it reproduces.
///
/// Source: Craven and Shavlik (1996), trees that stand for a model nobody can read.
pub fn imitation(model: &Model, judged: &Judged, training: &Sample, names: &Names) -> Result<Tree> {
    let told = |sample: &Sample| -> Vec<f64> {
        let scores = scores(model, sample);
        if judged.is_binary() { scores.into_iter().map(math::sigmoid).collect() } else { scores }
    };
    let params = BoostParams {
        objective: Objective::SquaredError,
        rounds: 1,
        learning_rate: 1.0,
        max_leaves: LEAVES,
        max_depth: 4,
        min_rows_leaf: (training.rows() / 50).max(1),
        ..BoostParams::default()
    };
    let fitted = params.check()?.fit(&Sample { target: told(training), ..training.clone() }, &|_, _| {})?;
    let Scorer::Forest(forest) = &fitted.scorer else { return Ok(Tree::default()) };
    let (truth, guessed) = (told(judged.sample), scores(&fitted, judged.sample));
    Ok(Tree {
        what: "A small tree that imitates the model: it answers roughly as the model does.".into(),
        fidelity: explained(&truth, &guessed),
        nodes: nodes(forest, training, names),
    })
}

/// Share of the variance of `truth` that `guessed` explains.
fn explained(truth: &[f64], guessed: &[f64]) -> f64 {
    let mean = math::ordered_sum(truth.iter().copied()) / truth.len() as f64;
    let around = math::ordered_sum(truth.iter().map(|value| (value - mean) * (value - mean)));
    let missed = math::ordered_sum(truth.iter().zip(guessed).map(|(one, other)| (one - other) * (one - other)));
    if around > 0.0 { 1.0 - missed / around } else { f64::NAN }
}

fn nodes(forest: &Forest, training: &Sample, names: &Names) -> Vec<Node> {
    let (shares, means) = (shares(forest, training), means(forest));
    let base = forest.base as f64;
    let node = |(at, node): (usize, &crate::model::Node)| Node {
        question: node.split.map(|split| question(forest, &split, training, names)).unwrap_or_default(),
        share: shares[at],
        mean: base + means[at],
        yes: node.split.map(|_| at + 1),
        no: node.split.map(|split| split.right as usize),
    };
    forest.nodes.iter().enumerate().map(node).collect()
}

/// What leaves say, of a split their mean by the share of rows that went either way.
fn means(forest: &Forest) -> Vec<f64> {
    let mut means: Vec<f64> = forest.nodes.iter().map(|node| node.value as f64).collect();
    // A child stands behind its parent.
    for at in (0..means.len()).rev() {
        if let Some(split) = &forest.nodes[at].split {
            let share = split.share as f64;
            means[at] = share * means[at + 1] + (1.0 - share) * means[split.right as usize];
        }
    }
    means
}

/// Share of the training rows that pass each node.
fn shares(forest: &Forest, training: &Sample) -> Vec<f64> {
    let mut counts = vec![0usize; forest.nodes.len()];
    for row in 0..training.rows() {
        forest.walk(&training.row(row), |at| counts[at] += 1);
    }
    counts.into_iter().map(|count| count as f64 / training.rows() as f64).collect()
}

fn question(forest: &Forest, split: &crate::model::Split, training: &Sample, names: &Names) -> String {
    let name = training.names[split.feature as usize].replace('_', " ");
    match (&forest.cuts[split.feature as usize], split.test) {
        (Cuts::Numbers(cuts), Test::AtMost(cut)) => format!("{name} ≤ {}", short(cuts[cut as usize])),
        (Cuts::Levels(sets), Test::In(set)) => {
            let known = names.get(&training.names[split.feature as usize]);
            let words = known.map_or(&[][..], Vec::as_slice);
            let set = &sets[set as usize];
            let holds = |level: usize| set.get(level / 32).is_some_and(|word| word >> (level % 32) & 1 == 1);
            let told: Vec<&str> =
                words.iter().enumerate().filter(|(at, _)| holds(at + 1)).map(|(_, word)| word.as_str()).collect();
            match told.len() {
                0..=3 => format!("{name} is {}", told.join(" or ")),
                more => format!("{name} is {}, {} or {} others", told[0], told[1], more - 2),
            }
        }
        _ => name,
    }
}

fn short(number: f64) -> String {
    match number.abs() {
        1_000.0.. => format!("{number:.0}"),
        10.0.. => format!("{number:.1}"),
        _ => format!("{number:.3}"),
    }
}
