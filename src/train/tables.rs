//! `[clusters]` and `[rules]`: patterns found in training, for features to read on the device.

use super::pattern::rules::{self, Consequents, Thresholds};
use super::pattern::{Baskets, MinimumCount, Points, choose_k, fp_growth, kmeans};
use crate::error::{Code, Error, Result};
use crate::feature::cluster::Clusters;
use crate::feature::rule::Rules;
use serde::Deserialize;

/// `[clusters]`: groups of similar shoppers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterParams {
    /// Names of the features that tell them apart; they stand before any feature that reads a cluster.
    pub features: Vec<String>,
    /// How many, or the fewest and the most to choose from by silhouette.
    pub count: ClusterCount,
    /// Of the starts.
    #[serde(default = "one")]
    pub seed: u64,
}

/// A number of clusters, or a range of them.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
pub enum ClusterCount {
    /// So many.
    Fixed(usize),
    /// From the first to the second.
    Between([usize; 2]),
}

/// `[rules]`: which groups go together in a basket.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleParams {
    /// Least share of baskets that have both sides.
    pub min_support: f64,
    /// Least share of the baskets with the left side that have the right side.
    pub min_confidence: f64,
    /// Least confidence as a multiple of what chance would give.
    #[serde(default = "by_chance")]
    pub min_lift: f64,
}

fn one() -> u64 {
    1
}

fn by_chance() -> f64 {
    1.0
}

impl ClusterParams {
    /// Finds clusters among training rows, given column by column. A missing value counts as the column's mean.
    ///
    /// `positions` are those of the columns among the features of the program.
    pub fn fit(&self, columns: &[&[f64]], positions: &[usize]) -> Result<Clusters> {
        let features = positions.iter().map(|position| u8::try_from(*position));
        let features = features.collect::<std::result::Result<Vec<u8>, _>>();
        let features = features.map_err(|_| Error::new(Code::TooLarge, "clusters: a feature past the 256th"))?;
        let means: Vec<f64> = columns.iter().map(|column| mean(column)).collect();
        let rows = columns.first().map_or(0, |column| column.len());
        let known =
            |row: usize, (column, mean): (&&[f64], &f64)| if column[row].is_nan() { *mean } else { column[row] };
        let row = |row: usize| columns.iter().zip(&means).map(move |cell| known(row, cell));
        let points = Points::new((0..rows).flat_map(row).collect(), columns.len())?;
        let (scaled, scaling) = points.standardised();
        let params = kmeans::Params { seed: self.seed, ..kmeans::Params::default() };
        let clusters = match self.count {
            ClusterCount::Fixed(count) => count,
            ClusterCount::Between([low, high]) => choose_k::choose(&scaled, low..=high, params)?.clusters,
        };
        let fitted = kmeans::Params { clusters, ..params }.check(&scaled)?.fit();
        fitted.to_clusters(features, &scaling)
    }
}

/// Of the values that are there; 0 where none is.
fn mean(column: &[f64]) -> f64 {
    let present = || column.iter().copied().filter(|value| !value.is_nan());
    let count = present().count();
    if count == 0 { 0.0 } else { crate::math::ordered_sum(present()) / count as f64 }
}

impl RuleParams {
    /// Refuses shares outside of 0 and 1.
    pub fn check(&self) -> Result<()> {
        MinimumCount::of_share(self.min_support, 1)?;
        self.thresholds().map(|_| ())
    }

    fn thresholds(&self) -> Result<Thresholds> {
        Thresholds::new(self.min_confidence, self.min_lift, Consequents::Single)
    }

    /// Finds the rules between `groups` product groups in baskets of their numbers.
    pub fn fit<B: IntoIterator<Item = u32>>(
        &self,
        groups: usize,
        baskets: impl IntoIterator<Item = B>,
    ) -> Result<Rules> {
        let names = (0..groups).map(|group| group.to_string()).collect();
        let baskets = Baskets::of_numbers(names, baskets)?;
        let minimum = MinimumCount::of_share(self.min_support, baskets.len())?;
        let sets = fp_growth::mine(&baskets, minimum)?;
        Ok(rules::compile(&rules::derive(&sets, baskets.len(), &self.thresholds()?)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_planted_clusters_and_says_which_features_tell_them_apart() {
        let first: Vec<f64> =
            (0..60).map(|row| if row % 2 == 0 { 0.0 } else { 10.0 } + (row % 3) as f64 * 0.1).collect();
        let mut second = first.clone();
        second[4] = f64::NAN;
        let params = ClusterParams { features: vec![], count: ClusterCount::Between([2, 4]), seed: 1 };
        let clusters = params.fit(&[&first, &second], &[3, 7]).unwrap();
        assert_eq!((clusters.len(), &clusters.features[..]), (2, &[3, 7][..]));
        let cluster = |value: f64| clusters.assign(|_| Some(value)).unwrap().0;
        assert_ne!(cluster(0.0), cluster(10.0));
    }

    #[test]
    fn finds_a_planted_rule_between_groups() {
        let baskets = (0..100u32).map(|row| if row % 4 == 0 { vec![0, 1] } else { vec![1 + row % 2] });
        let params = RuleParams { min_support: 0.2, min_confidence: 0.9, min_lift: 1.1 };
        let rules = params.fit(3, baskets).unwrap().rules;
        assert_eq!(rules.len(), 1);
        assert_eq!((rules[0].antecedent[0], rules[0].consequent, rules[0].confidence), (0, 1, 1.0));
    }
}
