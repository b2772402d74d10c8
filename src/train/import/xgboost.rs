//! XGBoost's JSON (`save_model("m.json")`): gbtree, dart and gblinear for binary and squared-error objectives.
//!
//! XGBoost compares in single precision and asks `x < t`; that is `x <= s` for the float `s` just below `t`. Categories
//! that a split lists go right. `base_score` is a probability where the objective is, and counts as its log-odds.
//! Multiclass, ranking, vector leaves and other objectives are refused, and so is a model with an early stop that was not
//! applied to it, because XGBoost's two interfaces disagree about what it then predicts.
//!
//! Source: `doc/model.schema` of XGBoost, and `src/tree` and `src/predictor` for what it leaves open.

use super::columns::{Categories, Column};
use super::linear::{Weight, Weights};
use super::tree::{Question, RawNode, RawSplit, Tree};
use super::{Body, Imported, MAX_COLUMNS, Meaning, Trees, bad};
use crate::error::Result;
use crate::feature::{MAX_LEVELS, bounded};
use crate::math;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Objectives that turn scores into probabilities.
const BINARY: [&str; 3] = ["binary:logistic", "reg:logistic", "binary:logitraw"];
/// Objectives whose scores are the predictions.
const REGRESSIONS: [&str; 3] = ["reg:squarederror", "reg:absoluteerror", "reg:pseudohubererror"];

#[derive(Deserialize)]
struct File {
    learner: Learner,
    #[serde(default)]
    version: Vec<u32>,
}

#[derive(Deserialize)]
struct Learner {
    #[serde(default)]
    attributes: BTreeMap<String, String>,
    #[serde(default)]
    feature_names: Vec<String>,
    gradient_booster: Booster,
    learner_model_param: Parameters,
    objective: Objective,
}

/// Numbers are told as texts.
#[derive(Deserialize)]
struct Parameters {
    base_score: String,
    num_class: String,
    num_feature: String,
    #[serde(default = "one")]
    num_target: String,
}

fn one() -> String {
    "1".into()
}

#[derive(Deserialize)]
struct Objective {
    name: String,
}

#[derive(Deserialize)]
struct Booster {
    name: String,
    model: Option<Grown>,
    /// Of dart: the trees.
    gbtree: Option<Box<Booster>>,
    /// Of dart: what each tree counts.
    #[serde(default)]
    weight_drop: Vec<f32>,
}

#[derive(Deserialize)]
struct Grown {
    #[serde(default)]
    trees: Vec<TreeTold>,
    /// Of gblinear: one per column, then the starting point.
    #[serde(default)]
    weights: Vec<f32>,
    #[serde(default)]
    cats: Cats,
    #[serde(default)]
    iteration_indptr: Vec<usize>,
}

#[derive(Default, Deserialize)]
struct Cats {
    #[serde(default)]
    enc: Vec<Encoding>,
}

/// The categories of a column: words as bytes with offsets, or numbers.
#[derive(Deserialize)]
struct Encoding {
    offsets: Option<Vec<usize>>,
    values: Vec<f64>,
}

#[derive(Deserialize)]
struct TreeTold {
    left_children: Vec<i64>,
    right_children: Vec<i64>,
    split_indices: Vec<usize>,
    split_conditions: Vec<f32>,
    default_left: Vec<Flag>,
    #[serde(default)]
    split_type: Vec<u8>,
    #[serde(default)]
    sum_hessian: Vec<f32>,
    #[serde(default)]
    categories: Vec<u32>,
    #[serde(default)]
    categories_nodes: Vec<usize>,
    #[serde(default)]
    categories_segments: Vec<usize>,
    #[serde(default)]
    categories_sizes: Vec<usize>,
    #[serde(default)]
    tree_param: TreeParameters,
}

#[derive(Default, Deserialize)]
struct TreeParameters {
    #[serde(default = "one")]
    size_leaf_vector: String,
}

/// True and false, which older files write as such.
#[derive(Clone, Copy, Deserialize)]
#[serde(untagged)]
enum Flag {
    Bool(bool),
    Number(u8),
}

/// Reads the file.
pub(super) fn read(bytes: &[u8]) -> Result<Imported> {
    let file: File = serde_json::from_slice(bytes).map_err(|error| bad(format!("XGBoost: {error}")))?;
    file.imported().map_err(|error| bad(format!("XGBoost: {error}")))
}

impl File {
    fn imported(self) -> Result<Imported> {
        let version: Vec<String> = self.version.iter().take(3).map(u32::to_string).collect();
        let Learner { attributes, feature_names, gradient_booster, learner_model_param: parameters, objective } =
            self.learner;
        let (meaning, base) = parameters.check(&objective.name)?;
        let width = parameters.width(&feature_names)?;
        let (grown, drops) = gradient_booster.grown()?;
        refuse_unapplied_stop(&attributes, &grown)?;
        let columns = columns(width, &feature_names, &grown.cats)?;
        let (body, what) = match gradient_booster_is_linear(&grown) {
            true => (Body::Weights(weights(&grown.weights, base, width)?), "linear".to_string()),
            false => (Body::Trees(trees(&grown.trees, &drops, base, width)?), format!("{} trees", grown.trees.len())),
        };
        let source = format!("XGBoost {} JSON, {}, {what}", version.join("."), short(&objective.name));
        Ok(Imported { source, columns, meaning, body })
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

fn gradient_booster_is_linear(grown: &Grown) -> bool {
    grown.trees.is_empty() && !grown.weights.is_empty()
}

impl Parameters {
    /// What predictions are, and the score that all start from.
    fn check(&self, objective: &str) -> Result<(Meaning, f64)> {
        let single = |key: &str, text: &str| match ["0", "1"].contains(&text) {
            true => Ok(()),
            false => Err(bad(format!("{key}={}: one score is needed, several are not supported", short(text)))),
        };
        single("num_class", &self.num_class)?;
        single("num_target", &self.num_target)?;
        let wrong = || bad(format!("base_score: expected a number, found `{}`", short(&self.base_score)));
        let text = self.base_score.trim_start_matches('[').trim_end_matches(']');
        let told = text.parse::<f32>().ok().filter(|base| base.is_finite()).ok_or_else(wrong)? as f64;
        if REGRESSIONS.contains(&objective) {
            return Ok((Meaning::Value, told));
        }
        if !BINARY.contains(&objective) {
            let known = [&BINARY[..], &REGRESSIONS[..]].concat().join(", ");
            return Err(bad(format!("objective `{}` is not supported; supported are {known}", short(objective))));
        }
        match told > 0.0 && told < 1.0 {
            true => Ok((Meaning::LogOdds, -math::ln(1.0 / told - 1.0))),
            false => Err(bad(format!("base_score: expected a probability between 0 and 1, found {told}"))),
        }
    }

    fn width(&self, names: &[String]) -> Result<usize> {
        let wrong = || bad(format!("num_feature: expected a number, found `{}`", short(&self.num_feature)));
        let width: usize = self.num_feature.parse().map_err(|_| wrong())?;
        bounded("columns of the model", width, MAX_COLUMNS)?;
        match names.is_empty() || names.len() == width {
            true => Ok(width),
            false => Err(bad(format!("num_feature={width}, but there are {} feature_names", names.len()))),
        }
    }
}

impl Booster {
    /// What was learnt, and what each tree counts; nothing where all count one.
    fn grown(self) -> Result<(Grown, Vec<f32>)> {
        let missing = || bad("gradient_booster: `model` is missing");
        match self.name.as_str() {
            "gbtree" | "gblinear" => Ok((self.model.ok_or_else(missing)?, Vec::new())),
            "dart" => {
                let inner = self.gbtree.filter(|inner| inner.name == "gbtree").ok_or_else(missing)?;
                let grown = inner.model.ok_or_else(missing)?;
                match grown.trees.len() == self.weight_drop.len() {
                    true => Ok((grown, self.weight_drop)),
                    false => Err(bad("dart: weight_drop and trees differ in number")),
                }
            }
            other => {
                Err(bad(format!("booster `{}` is not supported; supported are gbtree, dart, gblinear", short(other))))
            }
        }
    }
}

fn refuse_unapplied_stop(attributes: &BTreeMap<String, String>, grown: &Grown) -> Result<()> {
    let Some(best) = attributes.get("best_iteration").and_then(|text| text.parse::<usize>().ok()) else {
        return Ok(());
    };
    let rounds = grown.iteration_indptr.len().saturating_sub(1);
    match rounds == 0 || best.saturating_add(1) == rounds {
        true => Ok(()),
        false => Err(bad(format!(
            "best_iteration={best}, but the file has {rounds} rounds: save the slice \
             `booster[: booster.best_iteration + 1]`, which predicts the same everywhere"
        ))),
    }
}

fn columns(width: usize, names: &[String], cats: &Cats) -> Result<Vec<Column>> {
    if !cats.enc.is_empty() && cats.enc.len() != width {
        return Err(bad("cats: as many encodings are needed as there are columns"));
    }
    let column = |index: usize| {
        let categories = cats.enc.get(index).map_or(Ok(Categories::Levels), Encoding::categories)?;
        Ok(Column { name: names.get(index).cloned(), categories })
    };
    (0..width).map(column).collect()
}

impl Encoding {
    fn categories(&self) -> Result<Categories> {
        let Some(offsets) = &self.offsets else { return Ok(Categories::Numbers(self.values.clone())) };
        if offsets.is_empty() {
            return Ok(Categories::Levels);
        }
        let bytes: Vec<u8> = self.values.iter().map(|byte| *byte as u8).collect();
        let word = |pair: &[usize]| Some(std::str::from_utf8(bytes.get(pair[0]..pair[1])?).ok()?.to_string());
        let words: Option<Vec<String>> = offsets.windows(2).map(word).collect();
        words.map(Categories::Words).ok_or_else(|| bad("cats: offsets do not rise, or a category is not UTF-8"))
    }
}

fn weights(told: &[f32], base: f64, width: usize) -> Result<Weights> {
    let Some((start, weights)) = told.split_last().filter(|(_, weights)| weights.len() == width) else {
        return Err(bad(format!("gblinear: expected {} weights, found {}", width + 1, told.len())));
    };
    // What is missing adds nothing.
    let weight = |weight: &f32| Weight { weight: *weight as f64, ..Weight::default() };
    Ok(Weights { start: base + *start as f64, columns: weights.iter().map(weight).collect() })
}

fn trees(told: &[TreeTold], drops: &[f32], base: f64, width: usize) -> Result<Trees> {
    let mut trees = Vec::new();
    for (index, tree) in told.iter().enumerate() {
        let read = tree.nodes().and_then(|nodes| Tree::new(&nodes, 0, width));
        let mut tree = read.map_err(|error| bad(format!("tree {index}: {error}")))?;
        if let Some(drop) = drops.get(index) {
            tree.scale(*drop as f64);
        }
        trees.push(tree);
    }
    Ok(Trees { base, trees, single: true })
}

impl TreeTold {
    fn nodes(&self) -> Result<Vec<RawNode>> {
        let count = self.left_children.len();
        let lengths = [
            ("right_children", self.right_children.len()),
            ("split_indices", self.split_indices.len()),
            ("split_conditions", self.split_conditions.len()),
            ("default_left", self.default_left.len()),
        ];
        if let Some((name, found)) = lengths.into_iter().find(|(_, found)| *found != count) {
            return Err(bad(format!("{name}: expected {count} values, found {found}")));
        }
        if !["0", "1"].contains(&self.tree_param.size_leaf_vector.as_str()) {
            return Err(bad("size_leaf_vector: leaves of several numbers are not supported"));
        }
        let sets = self.sets()?;
        (0..count).map(|index| self.node(index, &sets)).collect()
    }

    fn node(&self, index: usize, sets: &BTreeMap<usize, &[u32]>) -> Result<RawNode> {
        let cover = self.sum_hessian.get(index).map_or(1.0, |cover| *cover as f64);
        let threshold = self.split_conditions[index];
        let child = |told: i64| usize::try_from(told).unwrap_or(usize::MAX);
        let (left, right) = (child(self.left_children[index]), child(self.right_children[index]));
        if self.left_children[index] < 0 {
            return Ok(RawNode { value: threshold as f64, cover, split: None });
        }
        let left_by_default = matches!(self.default_left[index], Flag::Bool(true) | Flag::Number(1..));
        let column = self.split_indices[index];
        let split = match self.split_type.get(index) {
            None | Some(0) => {
                let question =
                    below(threshold).ok_or_else(|| bad(format!("node {index}: its threshold is no number")))?;
                RawSplit { column, question, missing_yes: left_by_default, yes: left, no: right }
            }
            // Categories that are listed go right.
            Some(1) => {
                let set = sets.get(&index).ok_or_else(|| bad(format!("node {index}: its categories are missing")))?;
                let question = Question::Among((*set).into());
                RawSplit { column, question, missing_yes: !left_by_default, yes: right, no: left }
            }
            Some(other) => return Err(bad(format!("node {index}: split_type {other} is not known"))),
        };
        Ok(RawNode { value: 0.0, cover, split: Some(split) })
    }

    /// By node, the categories it lists.
    fn sets(&self) -> Result<BTreeMap<usize, &[u32]>> {
        let wrong = || bad("categories: nodes, segments and sizes do not fit together");
        let (nodes, starts, sizes) = (&self.categories_nodes, &self.categories_segments, &self.categories_sizes);
        if nodes.len() != starts.len() || nodes.len() != sizes.len() {
            return Err(wrong());
        }
        let set = |((node, start), size): ((&usize, &usize), &usize)| {
            bounded("categories of a split", *size, MAX_LEVELS + 1)?;
            let end = start.checked_add(*size).ok_or_else(wrong)?;
            self.categories.get(*start..end).map(|set| (*node, set)).ok_or_else(wrong)
        };
        nodes.iter().zip(starts).zip(sizes).map(set).collect()
    }
}

/// `x < threshold` for floats, as `x <=` the float before it.
pub(super) fn below(threshold: f32) -> Option<Question> {
    let before = threshold.next_down();
    // Nothing is below the smallest number: a value is rounded to a float before it is compared.
    let at_most = if before == f32::NEG_INFINITY { f64::MIN } else { before as f64 };
    (!threshold.is_nan()).then_some(Question::AtMost(at_most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn below_a_float_is_at_most_the_float_before_it() {
        let at_most = |threshold: f32| match below(threshold) {
            Some(Question::AtMost(at_most)) => at_most as f32,
            other => panic!("{other:?}"),
        };
        for threshold in [1.0f32, -1.0, 0.0, 1e-45, 3.5e7, f32::MAX] {
            assert!(at_most(threshold) < threshold && at_most(threshold).next_up() == threshold, "{threshold}");
        }
        assert_eq!(below(f32::NAN), None);
    }
}
