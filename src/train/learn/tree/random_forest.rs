//! A random forest (Breiman 2001): trees on rows drawn with replacement, each split among features drawn for it.
//!
//! Trees are grown side by side, each from a seed of its own. What the trees that did not see a row say of it is returned
//! too: from those a calibration can be learnt without holding rows back.

use super::grow::{Ground, Grower, Growth};
use super::grown::Grown;
use super::mean::{self, Impurity, Outcomes, Shape};
use super::pack;
use super::params::{LevelParams, at_least, within};
use super::table::Table;
use crate::error::Result;
use crate::math;
use crate::model::Model;
use crate::train::learn::{Learner, Watch};
use crate::train::random::Random;
use crate::train::sample::Sample;
use crate::train::threads;
use serde::Deserialize;

/// How to grow the forest.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RandomForestParams {
    /// What a split lowers.
    pub impurity: Impurity,
    /// How many trees.
    pub trees: usize,
    /// The most questions on a path; 0: no limit.
    pub max_depth: usize,
    /// The most leaves of a tree; 0: no limit, and likely no room in an artefact.
    pub max_leaves: usize,
    /// The least rows of a leaf.
    pub min_rows_leaf: usize,
    /// The features every split draws; 0: the square root of their number, of amounts a third.
    pub features_per_split: usize,
    /// So many rows of the overall mean are added to every leaf; left out: 1 for yes and no, so that a leaf is never
    /// certain, and 0 for amounts, where it would only pull estimates to the middle.
    pub smooth: Option<f64>,
    /// How levels are split.
    pub levels: LevelParams,
    /// What rows of outcome 0 and of outcome 1 count for.
    pub class_weights: [f64; 2],
    /// All randomness comes from this.
    pub seed: u64,
}

impl Default for RandomForestParams {
    fn default() -> Self {
        RandomForestParams {
            impurity: Impurity::Gini,
            trees: 100,
            max_depth: 0,
            max_leaves: 200,
            min_rows_leaf: 3,
            features_per_split: 0,
            smooth: None,
            levels: mean::plain_levels(),
            class_weights: [1.0; 2],
            seed: 1,
        }
    }
}

/// Parameters that can grow a forest. Only [`RandomForestParams::check`] makes one.
#[derive(Clone, Debug)]
pub struct RandomForest(RandomForestParams);

/// A forest, and what it says of rows that trees were not grown from.
#[derive(Clone, Debug, PartialEq)]
pub struct Bagged {
    /// The forest.
    pub model: Model,
    /// For each row learnt from, the score by the trees that did not see it; none where all did.
    pub out_of_bag: Vec<Option<f64>>,
    /// The scores of the other rows, in their order.
    pub scores: Vec<f64>,
}

/// One tree and what it says of the rows it did not see: `(position, mean)`.
struct Bag {
    tree: Grown,
    unseen: Vec<(u32, f64)>,
}

impl RandomForestParams {
    /// Refuses settings that cannot grow a forest.
    pub fn check(self) -> Result<RandomForest> {
        self.shape(1).check()?;
        at_least("trees", 1.0, self.trees as f64)?;
        at_least("smooth", 0.0, self.smooth.unwrap_or_default())?;
        self.class_weights.iter().try_for_each(|weight| within("class_weights", 0.0, 1e6, *weight))?;
        self.levels.check()?;
        Ok(RandomForest(self))
    }

    fn shape(&self, features: usize) -> Shape {
        let RandomForestParams { impurity, max_leaves, max_depth, min_rows_leaf, .. } = *self;
        let draws = match (self.features_per_split, impurity.is_binary()) {
            (0, true) => math::round(math::sqrt(features as f64)) as usize,
            (0, false) => features.div_ceil(3),
            (draws, _) => draws,
        };
        Shape { impurity, max_leaves, max_depth, min_rows_leaf, min_gain: 0.0, draws: draws.max(1) }
    }
}

impl Learner for RandomForest {
    fn fit(&self, sample: &Sample, watch: Watch) -> Result<Model> {
        let table = Table::new(sample)?;
        self.fit_rows(&table, &table.all_rows(), &[], watch).map(|bagged| bagged.model)
    }
}

impl RandomForest {
    /// Grows a forest from some rows of a table (rising) and scores others.
    ///
    /// # Errors
    /// As of [`Learner::fit`].
    pub fn fit_rows(&self, table: &Table, rows: &[u32], others: &[u32], watch: Watch) -> Result<Bagged> {
        let (params, impurity) = (&self.0, self.0.impurity);
        let outcomes = Outcomes::new(table, rows, impurity, params.class_weights)?;
        let features = table.features();
        let growth = params.shape(features.len()).growth(table, &params.levels, outcomes.sum)?;
        let bag = |index: usize| self.bag(table, rows, &outcomes, &growth, &features, index);
        let bags = threads::ordered(params.trees, bag, |done| watch(done as u64, params.trees as u64));
        let out_of_bag = out_of_bag(&bags, rows.len(), impurity);
        let mut trees: Vec<Grown> = bags.into_iter().map(|bag| bag.tree).collect();
        let share = 1.0 / params.trees as f64;
        trees.iter_mut().for_each(|tree| tree.scale(share));
        let mean = |row: &u32| math::ordered_sum(trees.iter().map(|tree| tree.value(&table.binned, *row as usize)));
        let scores = others.iter().map(|row| mean::score(mean(row), impurity)).collect();
        let mut forest = pack::forest(&table.binned.bins, &trees, 0.0);
        pack::quantise(&mut forest);
        Ok(Bagged { model: mean::model(forest, impurity), out_of_bag, scores })
    }

    fn bag(
        &self,
        table: &Table,
        rows: &[u32],
        outcomes: &Outcomes,
        growth: &Growth,
        features: &[usize],
        index: usize,
    ) -> Bag {
        // A sequence drawn from another one: sequences of neighbouring seeds must not be each other, moved by one.
        let mut random = Random::new(Random::new(self.0.seed ^ (index as u64) << 32).bits());
        let mut times = vec![0u32; table.rows()];
        rows.iter().for_each(|_| times[rows[random.below(rows.len())] as usize] += 1);
        let mut seen: Vec<u32> = rows.iter().copied().filter(|row| times[*row as usize] > 0).collect();
        let (tallies, scale) = outcomes.tallies(table, &seen, |row| f64::from(times[row]));
        let ground = Ground { tallies: &tallies, scale: &scale, features };
        let mut tree = Grower::new(&table.binned, growth).grow(&mut seen, ground, &mut random);
        outcomes.smooth(&mut tree, self.0.smooth.unwrap_or(self.0.impurity.smooth(1.0)));
        let unseen = rows.iter().enumerate().filter(|(_, row)| times[**row as usize] == 0);
        let unseen = unseen.map(|(at, row)| (at as u32, tree.value(&table.binned, *row as usize))).collect();
        Bag { tree, unseen }
    }
}

/// The mean over the trees that did not see a row, in the order of the trees.
fn out_of_bag(bags: &[Bag], rows: usize, impurity: Impurity) -> Vec<Option<f64>> {
    let mut sums = vec![(0.0, 0u32); rows];
    for (at, mean) in bags.iter().flat_map(|bag| &bag.unseen) {
        let (sum, count) = &mut sums[*at as usize];
        *sum += mean;
        *count += 1;
    }
    let score = |(sum, count): (f64, u32)| (count > 0).then(|| mean::score(sum / f64::from(count), impurity));
    sums.into_iter().map(score).collect()
}
