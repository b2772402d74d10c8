//! Gradient boosting: every tree takes a step against the loss that the trees before it left (Friedman 2001), by Newton's
//! method and leaf by leaf, as LightGBM does (Ke et al., NIPS 2017).

use super::bins::Binned;
use super::criterion::Newton;
use super::grow::{Ground, Grower, Growth, Judge};
use super::grown::Grown;
use super::objective::Objective;
use super::pack;
use super::params::{LevelParams, Monotone, at_least, directions, within};
use super::split::Limits;
use super::table::{Table, Watched};
use super::tally::Tally;
use crate::error::Result;
use crate::math;
use crate::model::{Model, Scorer};
use crate::train::learn::{Learner, Watch};
use crate::train::random::{self, Random};
use crate::train::sample::Sample;
use serde::Deserialize;
use std::collections::BTreeMap;

/// When to stop before the last round.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EarlyStopping {
    /// Rounds without a lower loss after which to stop; 0: never.
    pub rounds: usize,
    /// The share of rows held out to watch where no other rows are given; 0: none, and nothing stops early.
    pub share: f64,
}

impl Default for EarlyStopping {
    fn default() -> Self {
        EarlyStopping { rounds: 0, share: 0.2 }
    }
}

/// How to boost.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BoostParams {
    /// The loss.
    pub objective: Objective,
    /// The most trees.
    pub rounds: usize,
    /// The share of each step that is taken.
    pub learning_rate: f64,
    /// The most leaves of a tree.
    pub max_leaves: usize,
    /// The most questions on a path; 0: no limit.
    pub max_depth: usize,
    /// The least rows of a leaf.
    pub min_rows_leaf: usize,
    /// The least hessian of a leaf.
    pub min_hessian_leaf: f64,
    /// Lasso penalty on leaf values.
    pub lambda_l1: f64,
    /// Ridge penalty on leaf values.
    pub lambda_l2: f64,
    /// A split must gain more than this.
    pub min_gain: f64,
    /// The share of features that each tree may ask about.
    pub feature_fraction: f64,
    /// The share of rows that each tree is grown from.
    pub bagging_fraction: f64,
    /// Rounds after which those rows are drawn anew.
    pub bagging_frequency: usize,
    /// How levels are split.
    pub levels: LevelParams,
    /// By name of a feature, which way scores may go as it rises.
    pub monotone: BTreeMap<String, Monotone>,
    /// By name of a feature, by how much a split on it must gain more.
    pub costs: BTreeMap<String, f64>,
    /// What rows of outcome 0 and of outcome 1 count for.
    pub class_weights: [f64; 2],
    /// When to stop before the last round.
    pub early_stopping: EarlyStopping,
    /// All randomness comes from this.
    pub seed: u64,
}

impl Default for BoostParams {
    fn default() -> Self {
        BoostParams {
            objective: Objective::LogLoss,
            rounds: 100,
            learning_rate: 0.1,
            max_leaves: 31,
            max_depth: 0,
            min_rows_leaf: 20,
            min_hessian_leaf: 1e-3,
            lambda_l1: 0.0,
            lambda_l2: 0.0,
            min_gain: 0.0,
            feature_fraction: 1.0,
            bagging_fraction: 1.0,
            bagging_frequency: 1,
            levels: LevelParams::default(),
            monotone: BTreeMap::new(),
            costs: BTreeMap::new(),
            class_weights: [1.0; 2],
            early_stopping: EarlyStopping::default(),
            seed: 1,
        }
    }
}

/// Parameters that can boost. Only [`BoostParams::check`] makes one.
#[derive(Clone, Debug)]
pub struct Boost(BoostParams);

/// A boosted model and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct Boosted {
    /// The trees up to the best round.
    pub model: Model,
    /// How many rounds were best for the rows watched; without any, how many there were.
    pub best_round: usize,
    /// After each round, the weighted mean loss of the rows watched: log loss, or squared error.
    pub losses: Vec<f64>,
    /// The scores of the rows watched after the best round, in their order.
    pub scores: Vec<f64>,
}

impl BoostParams {
    /// Refuses settings that cannot boost.
    pub fn check(self) -> Result<Boost> {
        at_least("rounds", 1.0, self.rounds as f64)?;
        within("learning_rate", 0.0, 1.0, self.learning_rate)?;
        at_least("max_leaves", 2.0, self.max_leaves as f64)?;
        at_least("min_rows_leaf", 1.0, self.min_rows_leaf as f64)?;
        at_least("min_hessian_leaf", 0.0, self.min_hessian_leaf)?;
        at_least("lambda_l1", 0.0, self.lambda_l1)?;
        at_least("lambda_l2", 0.0, self.lambda_l2)?;
        at_least("min_gain", 0.0, self.min_gain)?;
        within("feature_fraction", 0.0, 1.0, self.feature_fraction)?;
        within("bagging_fraction", 0.0, 1.0, self.bagging_fraction)?;
        at_least("bagging_frequency", 1.0, self.bagging_frequency as f64)?;
        at_least("early_stopping.share", 0.0, self.early_stopping.share)?;
        within("early_stopping.share", -1.0, 0.9, self.early_stopping.share)?;
        self.class_weights.iter().try_for_each(|weight| within("class_weights", 0.0, 1e6, *weight))?;
        self.costs.values().try_for_each(|cost| at_least("costs", 0.0, *cost))?;
        self.levels.check()?;
        Ok(Boost(self))
    }
}

impl Learner for Boost {
    fn fit(&self, sample: &Sample, watch: Watch) -> Result<Model> {
        self.fit_watched(sample, None, watch).map(|boosted| boosted.model)
    }
}

impl Boost {
    /// The settings.
    pub fn params(&self) -> &BoostParams {
        &self.0
    }

    /// Boosts on a sample and watches another one, or a share of the sample that is held out when early stopping is on;
    /// in the second case the best number of rounds is then fitted to all rows.
    ///
    /// # Errors
    /// As of [`Learner::fit`].
    pub fn fit_watched(&self, sample: &Sample, validation: Option<&Sample>, watch: Watch) -> Result<Boosted> {
        let table = Table::new(sample)?;
        let all = table.all_rows();
        if let Some(validation) = validation {
            validation.check()?;
            let binned = table.binned.like(validation)?;
            let rows: Vec<u32> = (0..validation.rows() as u32).collect();
            let watched = Watched { binned: &binned, sample: validation, rows: &rows };
            return self.run(&table, &all, Some(watched), self.0.rounds, watch);
        }
        let (learnt, held_out) = self.hold_out(&all);
        if learnt.is_empty() || held_out.is_empty() {
            return self.run(&table, &all, None, self.0.rounds, watch);
        }
        let found = self.fit_rows(&table, &learnt, &held_out, watch)?;
        let last = self.run(&table, &all, None, found.best_round.max(1), watch)?;
        Ok(Boosted { model: last.model, ..found })
    }

    /// Boosts on some rows of a table (rising) and watches others, which may be none.
    ///
    /// # Errors
    /// As of [`Learner::fit`].
    pub fn fit_rows(&self, table: &Table, rows: &[u32], watched: &[u32], watch: Watch) -> Result<Boosted> {
        if watched.is_empty() {
            return self.run(table, rows, None, self.0.rounds, watch);
        }
        table.check_rows(watched)?;
        let watched = Watched { binned: &table.binned, sample: table.sample, rows: watched };
        self.run(table, rows, Some(watched), self.0.rounds, watch)
    }

    /// Rows to learn from and rows to watch; none of the latter when nothing may stop early.
    fn hold_out(&self, rows: &[u32]) -> (Vec<u32>, Vec<u32>) {
        let EarlyStopping { rounds, share } = self.0.early_stopping;
        if rounds == 0 || share <= 0.0 {
            return (rows.to_vec(), Vec::new());
        }
        let (mut shuffled, held) = (rows.to_vec(), (rows.len() as f64 * share) as usize);
        random::shuffle(&mut shuffled, &mut Random::new(self.0.seed ^ 0x5eed));
        let mut learnt = shuffled.split_off(held);
        learnt.sort_unstable();
        shuffled.sort_unstable();
        (learnt, shuffled)
    }

    fn growth(&self, sample: &Sample) -> Result<Growth> {
        let params = &self.0;
        let limits = Limits {
            rows: params.min_rows_leaf,
            hessian: params.min_hessian_leaf.max(f64::MIN_POSITIVE),
            gain: params.min_gain,
            levels: params.levels.limits(),
        };
        Ok(Growth {
            most_leaves: params.max_leaves,
            most_depth: params.max_depth,
            limits,
            judge: Judge::Newton(Newton { l1: params.lambda_l1, l2: params.lambda_l2 }),
            directions: directions(&params.monotone, sample)?,
            costs: sample.names.iter().map(|name| params.costs.get(name).copied().unwrap_or(0.0)).collect(),
            draws: 0,
        })
    }

    fn run(
        &self,
        table: &Table,
        rows: &[u32],
        watched: Option<Watched>,
        rounds: usize,
        watch: Watch,
    ) -> Result<Boosted> {
        table.check_rows(rows)?;
        if self.0.objective == Objective::LogLoss {
            table.check_binary(rows)?;
        }
        let growth = self.growth(table.sample)?;
        let mut run = Run::new(&self.0, table, rows, watched);
        let mut grower = Grower::new(&table.binned, &growth);
        for round in 0..rounds {
            run.step(&mut grower, round);
            watch(round as u64 + 1, rounds as u64);
            if run.is_over() || !run.grows() {
                break;
            }
        }
        Ok(run.finish())
    }
}

/// A fit under way.
struct Run<'a> {
    params: &'a BoostParams,
    binned: &'a Binned,
    rows: &'a [u32],
    target: &'a [f64],
    features: Vec<usize>,
    weight: Vec<f64>,
    base: f32,
    /// By row of the table.
    scores: Vec<f64>,
    tallies: Vec<Tally>,
    bag: Vec<u32>,
    trees: Vec<Grown>,
    watched: Option<Watched<'a>>,
    watched_scores: Vec<f64>,
    losses: Vec<f64>,
    best_scores: Vec<f64>,
    random: Random,
}

impl<'a> Run<'a> {
    fn new(params: &'a BoostParams, table: &'a Table, rows: &'a [u32], watched: Option<Watched<'a>>) -> Self {
        let target = &table.sample.target;
        let class = |target: f64| match params.objective {
            Objective::LogLoss => params.class_weights[(target > 0.5) as usize],
            Objective::SquaredError => 1.0,
        };
        let weight: Vec<f64> =
            table.sample.weight.iter().zip(target).map(|(weight, target)| weight * class(*target)).collect();
        let sum = |value: &dyn Fn(usize) -> f64| math::ordered_sum(rows.iter().map(|row| value(*row as usize)));
        let mean = sum(&|row| weight[row] * target[row]) / sum(&|row| weight[row]);
        let base = params.objective.base(mean);
        let watched_scores = watched.map_or(Vec::new(), |watched| vec![f64::from(base); watched.rows.len()]);
        Run {
            params,
            binned: &table.binned,
            rows,
            target,
            features: table.features(),
            weight,
            base,
            scores: vec![f64::from(base); table.rows()],
            tallies: vec![Tally::default(); table.rows()],
            bag: Vec::new(),
            trees: Vec::new(),
            watched,
            best_scores: watched_scores.clone(),
            watched_scores,
            losses: Vec::new(),
            random: Random::new(params.seed),
        }
    }

    /// One more tree.
    fn step(&mut self, grower: &mut Grower, round: usize) {
        self.draw_rows(round);
        let features = self.draw_features();
        let objective = self.params.objective;
        let scale = objective.scale(&self.bag, &self.scores, self.target, &self.weight);
        for row in &self.bag {
            let row = *row as usize;
            self.tallies[row] = objective.tally(&scale, self.scores[row], self.target[row], self.weight[row]);
        }
        let mut order = self.bag.clone();
        let ground = Ground { tallies: &self.tallies, scale: &scale, features: &features };
        let mut tree = grower.grow(&mut order, ground, &mut self.random);
        tree.scale(self.params.learning_rate);
        self.add(&tree, &order);
        self.trees.push(tree);
        self.look();
    }

    fn draw_rows(&mut self, round: usize) {
        let share = self.params.bagging_fraction;
        if share >= 1.0 {
            if round == 0 {
                self.bag = self.rows.to_vec();
            }
        } else if round.is_multiple_of(self.params.bagging_frequency) {
            const OF: usize = 1 << 30;
            let below = (share * OF as f64) as usize;
            let random = &mut self.random;
            self.bag.clear();
            self.bag.extend(self.rows.iter().filter(|_| random.below(OF) < below));
            if self.bag.is_empty() {
                self.bag.push(self.rows[0]);
            }
        }
    }

    /// The features with more than one bin, or a draw of them; rising.
    fn draw_features(&mut self) -> Vec<usize> {
        let mut features: Vec<usize> = self.features.clone();
        let count = (features.len() as f64 * self.params.feature_fraction).ceil() as usize;
        if count < features.len() {
            random::shuffle(&mut features, &mut self.random);
            features.truncate(count.max(1));
            features.sort_unstable();
        }
        features
    }

    /// Adds a tree to all scores: by leaf for the rows it was grown from, by walking it for the others.
    fn add(&mut self, tree: &Grown, order: &[u32]) {
        for (node, rows) in &tree.leaves {
            let value = tree.nodes[*node].value;
            order[rows.clone()].iter().for_each(|row| self.scores[*row as usize] += value);
        }
        if self.bag.len() < self.rows.len() {
            let mut bag = self.bag.iter().peekable();
            for row in self.rows {
                match bag.next_if(|drawn| *drawn == row) {
                    Some(_) => {}
                    None => self.scores[*row as usize] += tree.value(self.binned, *row as usize),
                }
            }
        }
        if let Some(watched) = self.watched {
            for (score, row) in self.watched_scores.iter_mut().zip(watched.rows) {
                *score += tree.value(watched.binned, *row as usize);
            }
        }
    }

    /// Notes the loss of the rows watched.
    fn look(&mut self) {
        let Some(Watched { sample, rows, .. }) = self.watched else { return };
        let weigh = |row: &u32| sample.weight[*row as usize];
        let losses = rows
            .iter()
            .zip(&self.watched_scores)
            .map(|(row, score)| weigh(row) * self.params.objective.loss(*score, sample.target[*row as usize]));
        let loss = math::ordered_sum(losses) / math::ordered_sum(rows.iter().map(weigh));
        if self.losses.iter().all(|before| loss < *before) {
            self.best_scores.clone_from(&self.watched_scores);
        }
        self.losses.push(loss);
    }

    /// How many rounds were best.
    fn best_round(&self) -> usize {
        let best = (0..self.losses.len())
            .reduce(|best, round| if self.losses[round] < self.losses[best] { round } else { best });
        best.map_or(self.trees.len(), |best| best + 1)
    }

    fn is_over(&self) -> bool {
        let patience = self.params.early_stopping.rounds;
        patience > 0 && !self.losses.is_empty() && self.losses.len() - self.best_round() >= patience
    }

    /// Whether another round could find something: the last one split, or the next one sees other rows or features.
    fn grows(&self) -> bool {
        let is_drawn = self.params.bagging_fraction < 1.0 || self.params.feature_fraction < 1.0;
        is_drawn || self.trees.last().is_none_or(|tree| tree.nodes.len() > 1)
    }

    fn finish(mut self) -> Boosted {
        let best_round = self.best_round();
        self.trees.truncate(best_round);
        let mut forest = pack::forest(&self.binned.bins, &self.trees, self.base);
        pack::quantise(&mut forest);
        let model = Model::new(Scorer::Forest(forest), self.params.objective.target());
        Boosted { model, best_round, losses: self.losses, scores: self.best_scores }
    }
}
