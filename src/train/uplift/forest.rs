//! Trees that split where gains differ, not where outcomes do: an honest forest on doubly robust scores.
//!
//! Each tree draws some rows and halves them: one half finds the questions, the other says what leaves gain, so that a leaf
//! is not flattered by having been looked for (Wager and Athey 2018). A question is worth `n_l n_r / n² · Σ_a (g_al − g_ar)²`,
//! `g` the mean of the scores of arm `a` minus none's on either side (Athey, Tibshirani and Wager 2019). Scores that were
//! made with a price contain `− price · cost`, and then so do gains and questions. One tree is a forest of one.
//!
//! It does *not* make scores (see [`ArmScores`]), and its trees know nothing of a budget.

use super::params::within;
use super::scores::ArmScores;
use crate::error::{Code, Error, Result};
use crate::model::{Forest, MAX_ARMS, Model, Node, Scorer, Target};
use crate::train::learn::tree::MAX_FEATURES;
use crate::train::policy_tree::Ask;
use crate::train::policy_tree::coded::Coded;
use crate::train::policy_tree::tree::{cuts, split};
use crate::train::random::{Random, shuffle};
use crate::train::threads::ordered;
use crate::train::trial::Trial;
use serde::Deserialize;

/// How a forest is grown.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct UpliftForestParams {
    /// How many trees, 1 to 10,000.
    pub trees: usize,
    /// The most questions on a path, 1 to 20.
    pub max_depth: usize,
    /// Of every arm, the least rows in a leaf, in either half.
    pub min_rows_arm: usize,
    /// The share of rows that each tree draws and halves.
    pub share: f64,
    /// The share of features that each question is chosen from.
    pub feature_share: f64,
    /// The most cuts tried of an amount, 1 to 1,000.
    pub most_cuts: usize,
    /// Decides who is drawn.
    pub seed: u64,
}

impl Default for UpliftForestParams {
    fn default() -> Self {
        UpliftForestParams {
            trees: 100,
            max_depth: 4,
            min_rows_arm: 30,
            share: 0.5,
            feature_share: 0.7,
            most_cuts: 31,
            seed: 1,
        }
    }
}

/// Settings that can be grown. Only [`UpliftForestParams::check`] makes one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckedUpliftForest(UpliftForestParams);

impl UpliftForestParams {
    /// Refuses numbers outside their ranges.
    ///
    /// # Errors
    /// [`Code::BadConfig`] with the setting, its range and what was found.
    pub fn check(self) -> Result<CheckedUpliftForest> {
        within("trees", 1.0, 1e4, self.trees as f64)?;
        within("max_depth", 1.0, 20.0, self.max_depth as f64)?;
        within("min_rows_arm", 1.0, 1e9, self.min_rows_arm as f64)?;
        within("share", 0.01, 1.0, self.share)?;
        within("feature_share", 0.01, 1.0, self.feature_share)?;
        within("most_cuts", 1.0, 1e3, self.most_cuts as f64)?;
        Ok(CheckedUpliftForest(self))
    }
}

/// A node of a tree, in preorder.
struct Grown {
    question: Option<(Ask, usize)>,
    /// By arm, of the half that estimates.
    gain: Vec<f64>,
    /// Rows of that half.
    rows: f64,
}

/// What is grown from.
struct Ground<'a> {
    params: UpliftForestParams,
    trial: &'a Trial,
    scores: &'a ArmScores,
    features: &'a [Coded],
}

/// Rows of the half that asks and of the half that estimates.
type Halves = [Vec<u32>; 2];

/// What lies on one side of a question.
#[derive(Clone, Copy, Default)]
struct Side {
    /// Rows by half and arm.
    rows: [[u32; MAX_ARMS]; 2],
    /// Sums of gains of the half that asks, by arm.
    gain: [f64; MAX_ARMS],
}

impl CheckedUpliftForest {
    /// A model per arm whose score is the arm's gain over none, none's being 0.
    ///
    /// # Errors
    /// What the trial is refused for; scores of other rows or arms; more features than a forest can hold.
    pub fn fit(&self, trial: &Trial, scores: &ArmScores) -> Result<Vec<Model>> {
        trial.check()?;
        if (scores.rows(), scores.arms()) != (trial.rows(), trial.arms.len()) {
            let (rows, found) = (trial.rows() as u64, scores.rows() as u64);
            return Err(Error::limit(Code::BadIndex, "scored rows of a trial, and its arms", rows, found));
        }
        let columns = &trial.features.columns;
        if columns.len() > MAX_FEATURES {
            let (most, found) = (MAX_FEATURES as u64, columns.len() as u64);
            return Err(Error::limit(Code::TooLarge, "features of a forest", most, found));
        }
        let features: Vec<Coded> = columns.iter().map(|column| Coded::of(column, self.0.most_cuts)).collect();
        let ground = Ground { params: self.0, trial, scores, features: &features };
        let trees = ordered(self.0.trees, |number| ground.tree(number), |_| {});
        let model = |arm: usize| Model::new(Scorer::Forest(packed(&features, &trees, arm)), Target::Buys);
        Ok((0..scores.arms()).map(model).collect())
    }
}

impl Ground<'_> {
    fn tree(&self, number: usize) -> Vec<Grown> {
        let mut random = Random::new(Random::new(self.params.seed ^ number as u64).bits());
        let mut nodes = Vec::new();
        let halves = self.halves(&mut random);
        self.grow(&halves, self.params.max_depth, &mut random, &mut nodes);
        nodes
    }

    /// Rows drawn without putting back; those of a shopper are in one half, or in none.
    fn halves(&self, random: &mut Random) -> Halves {
        let group = |row: usize| self.trial.shopper.as_ref().map_or(row as u64, |shopper| shopper[row]);
        let mut groups: Vec<u64> = (0..self.trial.rows()).map(group).collect();
        groups.sort_unstable();
        groups.dedup();
        shuffle(&mut groups, random);
        groups.truncate(((groups.len() as f64 * self.params.share) as usize).max(2));
        let middle = groups.len() / 2;
        let (asking, estimating) = groups.split_at_mut(middle);
        asking.sort_unstable();
        estimating.sort_unstable();
        let drawn = |half: &[u64]| {
            (0..self.trial.rows() as u32).filter(|row| half.binary_search(&group(*row as usize)).is_ok()).collect()
        };
        [drawn(asking), drawn(estimating)]
    }

    fn grow(&self, halves: &Halves, depth: usize, random: &mut Random, nodes: &mut Vec<Grown>) {
        let at = nodes.len();
        nodes.push(Grown { question: None, gain: self.means(&halves[1]), rows: halves[1].len() as f64 });
        let Some((feature, code)) = (depth > 0).then(|| self.best(halves, random)).flatten() else { return };
        let coded = &self.features[feature];
        let is_left = |row: &u32| coded.is_left(code, *row);
        let part = |wanted: bool| {
            [0, 1].map(|half: usize| halves[half].iter().copied().filter(|row| is_left(row) == wanted).collect())
        };
        self.grow(&part(true), depth - 1, random, nodes);
        nodes[at].question = Some((coded.ask(feature, code), nodes.len()));
        self.grow(&part(false), depth - 1, random, nodes);
    }

    fn gain(&self, row: u32, arm: usize) -> f64 {
        let scores = self.scores.row(row as usize);
        scores[arm] - scores[0]
    }

    fn means(&self, rows: &[u32]) -> Vec<f64> {
        let sum = |arm: usize| rows.iter().fold(0.0, |sum, row| sum + self.gain(*row, arm));
        (0..self.scores.arms()).map(|arm| sum(arm) / rows.len().max(1) as f64).collect()
    }

    /// The feature and code of the question after which gains differ most; none that leaves enough rows of every arm.
    fn best(&self, halves: &Halves, random: &mut Random) -> Option<(usize, u32)> {
        let mut features: Vec<usize> = (0..self.features.len()).collect();
        shuffle(&mut features, random);
        let wanted = (features.len() as f64 * self.params.feature_share).ceil() as usize;
        features.truncate(wanted.max(1));
        features.sort_unstable();
        let mut best = (0.0, None);
        for feature in features {
            let sides = self.sides(&self.features[feature], halves);
            let whole = sides.iter().fold(Side::default(), |sum, side| sum.plus(side, 1.0));
            let mut left = Side::default();
            for (code, side) in sides.iter().enumerate() {
                left = if self.features[feature].amounts.is_some() { left.plus(side, 1.0) } else { *side };
                let worth = self.worth(&left, &whole.plus(&left, -1.0));
                if worth > best.0 {
                    best = (worth, Some((feature, code as u32)));
                }
            }
        }
        best.1
    }

    fn sides(&self, feature: &Coded, halves: &Halves) -> Vec<Side> {
        let mut sides = vec![Side::default(); feature.count];
        for (half, rows) in halves.iter().enumerate() {
            for row in rows {
                let side = &mut sides[feature.codes[*row as usize] as usize];
                side.rows[half][self.trial.arm[*row as usize] as usize] += 1;
                for arm in (1..self.scores.arms()).filter(|_| half == 0) {
                    side.gain[arm] += self.gain(*row, arm);
                }
            }
        }
        sides
    }

    fn worth(&self, left: &Side, right: &Side) -> f64 {
        let arms = self.scores.arms();
        let least = |side: &Side| side.rows.iter().flat_map(|rows| &rows[..arms]).min().copied().unwrap_or(0);
        if (least(left).min(least(right)) as usize) < self.params.min_rows_arm {
            return 0.0;
        }
        let count = |side: &Side| f64::from(side.rows[0].iter().sum::<u32>());
        let (left_count, right_count) = (count(left), count(right));
        let gap = |arm: usize| left.gain[arm] / left_count - right.gain[arm] / right_count;
        let whole = left_count + right_count;
        (1..arms).map(|arm| gap(arm) * gap(arm)).sum::<f64>() * left_count * right_count / (whole * whole)
    }
}

impl Side {
    /// This side and `other`, or without it where `sign` is −1.
    fn plus(mut self, other: &Side, sign: f64) -> Side {
        for (rows, others) in self.rows.iter_mut().flatten().zip(other.rows.iter().flatten()) {
            *rows = if sign > 0.0 { *rows + others } else { *rows - others };
        }
        self.gain.iter_mut().zip(other.gain).for_each(|(gain, other)| *gain += sign * other);
        self
    }
}

/// The gain of one arm as trees that are added up.
fn packed(features: &[Coded], trees: &[Vec<Grown>], arm: usize) -> Forest {
    let asks = || trees.iter().flatten().filter_map(|node| node.question.map(|(ask, _)| ask));
    let is_level: Vec<bool> = features.iter().map(|feature| feature.amounts.is_none()).collect();
    let mut forest = Forest { cuts: cuts(&is_level, asks()), ..Forest::default() };
    for tree in trees {
        let root = forest.nodes.len();
        forest.roots.push(root as u32);
        let node = |(at, node): (usize, &Grown)| match node.question {
            None => Node { value: (node.gain[arm] / trees.len() as f64) as f32, split: None },
            Some((ask, right)) => {
                let rows = [at + 1, right].map(|child: usize| tree[child].rows);
                Node { value: 0.0, split: Some(split(&forest.cuts, ask, root + right, rows)) }
            }
        };
        let nodes: Vec<Node> = tree.iter().enumerate().map(node).collect();
        forest.nodes.extend(nodes);
    }
    forest
}
