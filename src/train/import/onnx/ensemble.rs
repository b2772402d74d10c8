//! `TreeEnsembleClassifier` and `TreeEnsembleRegressor`.
//!
//! A classifier of two classes has leaves for one class or for both; what its scores are then, `post_transform` says, and
//! where the standard is vague the reading of ONNX Runtime counts.

use super::super::tree::{Question, RawNode, RawSplit, Tree};
use super::super::xgboost::below;
use super::super::{Body, Meaning, Trees, bad};
use super::chains;
use super::graph::Node;
use super::inputs::{Inputs, Prepared};
use crate::error::Result;
use crate::feature::MAX_LEVELS;
use std::collections::{BTreeMap, BTreeSet};

/// What the node says.
pub(super) fn read(node: &Node, inputs: &Inputs) -> Result<(Meaning, Body, String)> {
    let transform = node.text("post_transform").unwrap_or_else(|| "NONE".into());
    let told = Told::read(node)?;
    let (meaning, base, leaf, what) = match node.operator.as_str() {
        "TreeEnsembleClassifier" => classifier(node, &told, &transform)?,
        _ => regressor(node, &told, &transform)?,
    };
    let mut trees = told.trees(inputs, leaf)?;
    match node.text("aggregate_function").as_deref() {
        None | Some("SUM") => {}
        Some("AVERAGE") => {
            let share = 1.0 / trees.len().max(1) as f64;
            trees.iter_mut().for_each(|tree| tree.scale(share));
        }
        Some(other) => return Err(bad(format!("aggregate_function {other} is not supported"))),
    }
    let what = format!("{what}, {} trees", trees.len());
    Ok((meaning, Body::Trees(Trees { base, trees, single: inputs.single }), what))
}

/// What a leaf adds, given its weights for ids 0 and 1.
type Leaf = fn([f64; 2]) -> f64;
type Reading = (Meaning, f64, Leaf, String);

fn regressor(node: &Node, told: &Told, transform: &str) -> Result<Reading> {
    if node.int("n_targets").unwrap_or(1) != 1 || told.ids.contains(&1) {
        return Err(bad("TreeEnsembleRegressor: several targets are not supported"));
    }
    let base = told.base(1)?;
    let meaning = match transform {
        "NONE" => Meaning::Value,
        "LOGISTIC" => Meaning::LogOdds,
        other => return Err(bad(format!("TreeEnsembleRegressor: post_transform {other} is not supported"))),
    };
    Ok((meaning, base, |weights| weights[0], "regression".into()))
}

fn classifier(node: &Node, told: &Told, transform: &str) -> Result<Reading> {
    let outcome = node.two_labels("classlabels_int64s", "classlabels_strings")?;
    let one_class = !told.ids.contains(&1);
    let base = told.base(if one_class { 1 } else { 0 })?;
    let (meaning, leaf): (Meaning, Leaf) = match (transform, one_class) {
        ("LOGISTIC", true) => (Meaning::LogOdds, |weights| weights[0]),
        ("LOGISTIC", false) => (Meaning::LogOdds, |weights| weights[1]),
        ("NONE", true) if told.negative => {
            return Err(bad("TreeEnsembleClassifier: post_transform NONE with negative weights says no probability"));
        }
        ("NONE", true) => (Meaning::Probability, |weights| weights[0]),
        ("NONE", false) => (Meaning::Probability, |weights| weights[1]),
        ("SOFTMAX", false) => (Meaning::LogOdds, |weights| weights[1] - weights[0]),
        (other, _) => return Err(bad(format!("TreeEnsembleClassifier: post_transform {other} is not supported here"))),
    };
    Ok((meaning, base, leaf, format!("classification, {outcome}")))
}

/// The lists of a node.
struct Told<'a> {
    trees: &'a [i64],
    nodes: &'a [i64],
    columns: &'a [i64],
    yes: &'a [i64],
    no: &'a [i64],
    missing_yes: &'a [i64],
    modes: &'a [Vec<u8>],
    thresholds: Vec<f64>,
    base: Vec<f64>,
    /// By tree and node, the weights for ids 0 and 1.
    weights: BTreeMap<(i64, i64), [f64; 2]>,
    ids: BTreeSet<i64>,
    negative: bool,
}

impl<'a> Told<'a> {
    fn read(node: &'a Node) -> Result<Told<'a>> {
        let modes = node.attribute("nodes_modes").map_or(&[][..], |attribute| &attribute.texts);
        let mut told = Told {
            trees: node.ints("nodes_treeids"),
            nodes: node.ints("nodes_nodeids"),
            columns: node.ints("nodes_featureids"),
            yes: node.ints("nodes_truenodeids"),
            no: node.ints("nodes_falsenodeids"),
            missing_yes: node.ints("nodes_missing_value_tracks_true"),
            modes,
            thresholds: node.numbers("nodes_values")?,
            base: node.numbers("base_values")?,
            weights: BTreeMap::new(),
            ids: BTreeSet::new(),
            negative: false,
        };
        told.check_lengths()?;
        let kind = if node.operator == "TreeEnsembleClassifier" { "class" } else { "target" };
        told.read_weights(node, kind)?;
        Ok(told)
    }

    fn check_lengths(&self) -> Result<()> {
        let count = self.nodes.len();
        let lengths = [
            ("nodes_treeids", self.trees.len()),
            ("nodes_featureids", self.columns.len()),
            ("nodes_truenodeids", self.yes.len()),
            ("nodes_falsenodeids", self.no.len()),
            ("nodes_modes", self.modes.len()),
            ("nodes_values", self.thresholds.len()),
        ];
        match lengths.into_iter().find(|(_, found)| *found != count) {
            Some((name, found)) => Err(bad(format!("{name}: expected {count} values, found {found}"))),
            None if ![0, count].contains(&self.missing_yes.len()) => {
                let found = self.missing_yes.len();
                Err(bad(format!("nodes_missing_value_tracks_true: expected {count} values, found {found}")))
            }
            None => Ok(()),
        }
    }

    fn read_weights(&mut self, node: &Node, kind: &str) -> Result<()> {
        let list = |name: &str| node.ints(&format!("{kind}_{name}"));
        let (trees, nodes, ids) = (list("treeids"), list("nodeids"), list("ids"));
        let weights = node.numbers(&format!("{kind}_weights"))?;
        if [trees.len(), nodes.len(), ids.len()] != [weights.len(); 3] {
            return Err(bad(format!("{kind}_treeids, _nodeids, _ids and _weights differ in length")));
        }
        let mut met = BTreeSet::new();
        for (index, weight) in weights.iter().enumerate() {
            let (tree, at, id) = (trees[index], nodes[index], ids[index]);
            if !(0..=1).contains(&id) || !met.insert((tree, at, id)) {
                return Err(bad(format!("leaf {at} of tree {tree}: {kind} {id} is told twice, or is none of two")));
            }
            self.weights.entry((tree, at)).or_default()[id as usize] = *weight;
            self.ids.insert(id);
            self.negative |= *weight < 0.0;
        }
        Ok(())
    }

    /// What all scores start from: at most so many values.
    fn base(&self, most: usize) -> Result<f64> {
        match self.base[..] {
            [] => Ok(0.0),
            [base] if most == 1 && base.is_finite() => Ok(base),
            _ => Err(bad(format!("base_values: {} of them are not supported here", self.base.len()))),
        }
    }

    fn trees(&self, inputs: &Inputs, leaf: Leaf) -> Result<Vec<Tree>> {
        let (mut order, mut of_tree) = (Vec::new(), BTreeMap::<i64, Vec<usize>>::new());
        for (position, tree) in self.trees.iter().enumerate() {
            of_tree.entry(*tree).or_insert_with(|| {
                order.push(*tree);
                Vec::new()
            });
            of_tree.entry(*tree).or_default().push(position);
        }
        let named = |tree: &i64| {
            let read = self.tree(&of_tree[tree], inputs, leaf);
            read.map_err(|error| bad(format!("tree {tree}: {error}")))
        };
        let trees = order.iter().map(named).collect::<Result<Vec<_>>>()?;
        let leaves: usize = trees.iter().map(|tree| tree.leaves().count()).sum();
        match self.weights.len() <= leaves {
            true => Ok(trees),
            false => Err(bad("there are weights of nodes that are no leaves")),
        }
    }

    /// One tree, from the positions of its nodes.
    fn tree(&self, positions: &[usize], inputs: &Inputs, leaf: Leaf) -> Result<Tree> {
        let index: BTreeMap<i64, usize> = positions.iter().enumerate().map(|(at, p)| (self.nodes[*p], at)).collect();
        if index.len() != positions.len() {
            return Err(bad("two nodes have the same id"));
        }
        let mut raw =
            positions.iter().map(|position| self.node(*position, &index, inputs, leaf)).collect::<Result<Vec<_>>>()?;
        let children = raw.iter().filter_map(|node| node.split.as_ref()).flat_map(|split| [split.yes, split.no]);
        let children: BTreeSet<usize> = children.collect();
        let mut roots = (0..raw.len()).filter(|at| !children.contains(at));
        let (Some(root), None) = (roots.next(), roots.next()) else { return Err(bad("there is not one root")) };
        let absorbed = chains::join(&mut raw);
        let tree = Tree::new(&raw, root, inputs.columns.len())?;
        match tree.nodes.len() + absorbed.len() == raw.len() {
            true => Ok(tree),
            false => Err(bad("there are nodes that the root does not lead to")),
        }
    }

    fn node(&self, position: usize, index: &BTreeMap<i64, usize>, inputs: &Inputs, leaf: Leaf) -> Result<RawNode> {
        let (tree, at) = (self.trees[position], self.nodes[position]);
        let mode = &self.modes[position][..];
        if mode == b"LEAF" {
            let weights = self.weights.get(&(tree, at)).copied().unwrap_or_default();
            return Ok(RawNode { value: leaf(weights), cover: 1.0, split: None });
        }
        let column = usize::try_from(self.columns[position]).unwrap_or(usize::MAX);
        let prepared = inputs.columns.get(column);
        let prepared = prepared.ok_or_else(|| bad(format!("node {at} asks for column {}", self.columns[position])))?;
        let child = |id: i64| index.get(&id).copied().unwrap_or(usize::MAX);
        let ways = [child(self.yes[position]), child(self.no[position])];
        let missing = self.missing_yes.get(position).is_some_and(|tracks| *tracks != 0);
        let asked = Asked { mode, threshold: self.thresholds[position], single: inputs.single, missing };
        let split = asked.split(column, prepared, ways).map_err(|error| bad(format!("node {at}: {error}")))?;
        Ok(RawNode { value: 0.0, cover: 1.0, split: Some(split) })
    }
}

/// A comparison.
struct Asked<'a> {
    mode: &'a [u8],
    threshold: f64,
    single: bool,
    missing: bool,
}

impl Asked<'_> {
    fn split(&self, column: usize, prepared: &Prepared, [yes, no]: [usize; 2]) -> Result<RawSplit> {
        let unknown =
            || bad(format!("mode `{}` is not known", super::graph::short(&String::from_utf8_lossy(self.mode))));
        let (question, turned) = match self.mode {
            b"BRANCH_LEQ" => (Question::AtMost(self.threshold), false),
            b"BRANCH_GT" => (Question::AtMost(self.threshold), true),
            b"BRANCH_LT" => (self.below(), false),
            b"BRANCH_GTE" => (self.below(), true),
            b"BRANCH_EQ" => (self.level(prepared)?, false),
            b"BRANCH_NEQ" => (self.level(prepared)?, true),
            _ => return Err(unknown()),
        };
        let holds = |filling: f64| match &question {
            Question::AtMost(threshold) => filling <= *threshold,
            Question::Among(levels) => levels.iter().any(|level| *level as f64 == filling),
        };
        // Nothing compares with a missing value, so `!=` alone holds for one.
        let untold = if self.mode == b"BRANCH_NEQ" { true } else { self.missing };
        let missing_yes = prepared.filling.map_or(untold != turned, holds);
        let question = match question {
            Question::AtMost(threshold) => Question::AtMost(prepared.before(threshold)),
            levels => levels,
        };
        let (yes, no) = if turned { (no, yes) } else { (yes, no) };
        Ok(RawSplit { column, question, missing_yes, yes, no })
    }

    /// `x < threshold` as `x <=` the number before it.
    fn below(&self) -> Question {
        match self.single {
            true => below(self.threshold as f32).unwrap_or(Question::AtMost(f64::NAN)),
            false => Question::AtMost(self.threshold.next_down()),
        }
    }

    /// `x == threshold`, for a column of levels.
    fn level(&self, prepared: &Prepared) -> Result<Question> {
        let level = self.threshold;
        let whole = level >= 0.0 && level <= MAX_LEVELS as f64 && level.fract() == 0.0;
        match whole && prepared.is_bare() {
            true => Ok(Question::Among([level as u32].into())),
            false => Err(bad(format!("a comparison with {level} for equality is supported for levels only"))),
        }
    }
}
