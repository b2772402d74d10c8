//! Groups of shoppers who buy alike: k-means on the logarithms of days, orders and spend.
//!
//! Logarithms, since a few shoppers buy a hundred times as much as the others; standardised, so that the three count the
//! same. Centres are told in the shopper's own units.

use super::Part;
use super::hierarchy::{self, Tree};
use crate::error::{Code, Error, Result};
use crate::evaluate::report::number;
use crate::math;
use crate::train::pattern::choose_k::{self, Choice};
use crate::train::pattern::kmeans::Params;
use crate::train::pattern::rfm::Shopper;
use crate::train::pattern::{Points, Scaling};
use crate::train::tables::{ClusterCount, ClusterParams};
use serde::Serialize;

/// Fewer shoppers than this fall into groups by chance.
const FEWEST: usize = 20;
/// Tried where the settings say nothing.
const MOST: usize = 8;

/// The groups, and why there are so many.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Clusters {
    /// Why so many.
    pub reason: String,
    /// Whether `[clusters]` says how many, or between how many.
    pub told: bool,
    /// One row per number tried.
    pub tried: Vec<Try>,
    /// Where inertia bends most.
    pub elbow: Option<usize>,
    /// Shoppers of whom the silhouette was computed.
    pub sampled: u64,
    /// Best spenders first.
    pub clusters: Vec<Cluster>,
}

/// One number of clusters.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Try {
    /// How many clusters.
    pub clusters: usize,
    /// From −1 to 1; higher is better.
    pub silhouette: f64,
    /// Squared distances from centres.
    pub inertia: f64,
}

/// One group and its centre.
#[derive(Clone, Debug, Serialize)]
pub struct Cluster {
    /// From 1, by falling spend.
    pub number: usize,
    /// How its shoppers buy.
    pub words: String,
    /// Shoppers.
    pub shoppers: u64,
    /// Share of all shoppers.
    pub share_of_shoppers: f64,
    /// Share of all that was paid.
    pub share_of_revenue: f64,
    /// Typical days since the last order.
    pub recency_days: f64,
    /// Typical orders.
    pub orders: f64,
    /// Typical spend.
    pub spend: f64,
    /// Typical spend for one order.
    pub basket: f64,
}

/// Clusters and hierarchy of the same points, cut alike.
pub fn find(shoppers: &[Shopper], params: Option<&ClusterParams>) -> Result<(Part<Clusters>, Part<Tree>)> {
    if shoppers.len() < FEWEST {
        let why = format!("{} are too few to fall into groups; it takes {FEWEST}.", counted(shoppers.len()));
        return Ok((Part::Absent(why.clone()), Part::Absent(why)));
    }
    let logarithms = shoppers.iter().flat_map(|shopper| values(shopper).map(math::ln_1p)).collect();
    let (points, scaling) = Points::new(logarithms, COLUMNS)?.standardised();
    let different = different(&points);
    if different < 3 {
        let why = "Shoppers hardly differ in how lately, how often and for how much they buy.".to_string();
        return Ok((Part::Absent(why.clone()), Part::Absent(why)));
    }
    let seed = params.map_or(1, |params| params.seed);
    let [low, high] = match params.map(|params| params.count) {
        None => [2, MOST.min(different - 1)],
        Some(ClusterCount::Fixed(count)) => [count, count],
        Some(ClusterCount::Between(ends)) => ends,
    };
    let asked = Params { seed, ..Params::default() };
    let choice = choose_k::choose(&points, low..=high, asked).map_err(in_settings)?;
    let fitted = Params { clusters: choice.clusters, ..asked }.check(&points)?.fit();
    let tree = hierarchy::find(&points, choice.clusters, seed)?;
    let groups = describe(shoppers, &fitted.labels, &fitted.centers, &scaling);
    let reason = reason(&choice, low == high, shoppers.len(), seed);
    Ok((Part::Found(told(choice, reason, params.is_some(), groups)), Part::Found(tree)))
}

fn in_settings(error: Error) -> Error {
    Error::new(Code::BadConfig, format!("clusters.count: {error}; ask for 2 clusters or more, and fewer than shoppers"))
}

fn counted(shoppers: usize) -> String {
    if shoppers == 1 { "1 shopper".into() } else { format!("{shoppers} shoppers") }
}

const COLUMNS: usize = 3;

fn values(shopper: &Shopper) -> [f64; COLUMNS] {
    [shopper.recency_days as f64, shopper.frequency as f64, shopper.monetary]
}

/// How many rows are different, as far as it matters.
fn different(points: &Points) -> usize {
    let mut rows: Vec<Vec<u64>> = points.rows().map(|row| row.iter().map(|value| value.to_bits()).collect()).collect();
    rows.sort_unstable();
    rows.dedup();
    rows.len()
}

fn reason(choice: &Choice, is_fixed: bool, shoppers: usize, seed: u64) -> String {
    let (count, best) = (choice.clusters, choice.table.iter().find(|row| row.clusters == choice.clusters));
    let silhouette = best.map_or(0.0, |row| row.silhouette);
    let basis = match choice.sampled < shoppers {
        true => format!("measured on {} shoppers drawn with seed {seed}", number::count(choice.sampled as u64)),
        false => "measured on all shoppers".to_string(),
    };
    let doubt = if silhouette < 0.25 { " So low a silhouette means that there are hardly any groups." } else { "" };
    if is_fixed {
        return format!("The settings ask for {count} clusters; their silhouette is {silhouette:.3}, {basis}.{doubt}");
    }
    let bend = match choice.elbow {
        Some(elbow) if elbow == count => " The squared distance bends there too.".to_string(),
        Some(elbow) => format!(" The squared distance bends at {elbow}, which would be the finer picture."),
        None => String::new(),
    };
    format!(
        "{count} clusters are the clearest: their silhouette is the highest, {silhouette:.3}, {basis}.{bend}{doubt}"
    )
}

fn told(choice: Choice, reason: String, told: bool, clusters: Vec<Cluster>) -> Clusters {
    let tried =
        choice.table.iter().map(|row| Try { clusters: row.clusters, silhouette: row.silhouette, inertia: row.inertia });
    Clusters { reason, told, tried: tried.collect(), elbow: choice.elbow, sampled: choice.sampled as u64, clusters }
}

fn describe(shoppers: &[Shopper], labels: &[u32], centers: &[f64], scaling: &Scaling) -> Vec<Cluster> {
    let revenue = math::ordered_sum(shoppers.iter().map(|shopper| shopper.monetary));
    let mut clusters: Vec<Cluster> = centers
        .chunks_exact(COLUMNS)
        .zip(0..)
        .map(|(center, label)| {
            let members = shoppers.iter().zip(labels).filter(|(_, own)| **own == label).map(|(shopper, _)| shopper);
            describe_one(center, members, [shoppers.len() as f64, revenue], scaling)
        })
        .filter(|cluster| cluster.shoppers > 0)
        .collect();
    clusters.sort_by(|a, b| b.spend.total_cmp(&a.spend).then(a.recency_days.total_cmp(&b.recency_days)));
    clusters.iter_mut().zip(1..).for_each(|(cluster, number)| cluster.number = number);
    clusters
}

fn describe_one<'a>(
    center: &[f64],
    members: impl Iterator<Item = &'a Shopper> + Clone,
    [all, revenue]: [f64; 2],
    scaling: &Scaling,
) -> Cluster {
    let typical = |column: usize| back(center[column] * scaling.scale[column] + scaling.shift[column]);
    let [recency_days, orders, spend] = [0, 1, 2].map(typical);
    // What is the same for all is worth no word.
    let varies = [0, 1].map(|column| scaling.scale[column] != 1.0);
    let shoppers = members.clone().count() as u64;
    let paid = math::ordered_sum(members.map(|shopper| shopper.monetary));
    let basket = spend / orders.max(1.0);
    let usual = back(scaling.shift[2]) / back(scaling.shift[1]).max(1.0);
    Cluster {
        number: 0,
        words: words(center, varies, basket / usual.max(f64::MIN_POSITIVE)),
        shoppers,
        share_of_shoppers: shoppers as f64 / all,
        share_of_revenue: if revenue > 0.0 { paid / revenue } else { 0.0 },
        recency_days,
        orders,
        spend,
        basket,
    }
}

/// The number whose `ln(1 + x)` it is.
fn back(logarithm: f64) -> f64 {
    (math::exp(logarithm) - 1.0).max(0.0)
}

/// Against the mean shopper: a third of a standard deviation, or a basket a quarter larger, is worth a word.
fn words(center: &[f64], varies: [bool; 2], basket: f64) -> String {
    const WORTH: f64 = 1.0 / 3.0;
    let of = |value: f64, words: [&'static str; 3]| match value {
        value if value < -WORTH => words[0],
        value if value > WORTH => words[2],
        _ => words[1],
    };
    let often = of(center[1], ["seldom", "now and then", "often"]);
    let lately = of(center[0], ["lately", "some time ago", "long ago"]);
    let size = match basket {
        share if share < 0.8 => "small baskets",
        share if share > 1.25 => "large baskets",
        _ => "usual baskets",
    };
    let told = [(varies[1], often), (varies[0], lately), (true, size)];
    told.into_iter().filter(|(varies, _)| *varies).map(|(_, word)| word).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn planted() -> Vec<Shopper> {
        let shopper = |index: u32, recency_days, frequency, monetary| Shopper {
            shopper: index,
            recency_days: recency_days + index % 3,
            frequency,
            monetary: monetary + index as f64,
        };
        let row = |index| match index % 2 {
            0 => shopper(index, 300, 1, 20.0),
            _ => shopper(index, 3, 30, 9_000.0),
        };
        (0..60).map(row).collect()
    }

    #[test]
    fn planted_groups_are_found_and_put_into_words() {
        let (clusters, tree) = find(&planted(), None).unwrap();
        let (Part::Found(clusters), Part::Found(tree)) = (clusters, tree) else { panic!("nothing found") };
        let words: Vec<&str> = clusters.clusters.iter().map(|cluster| cluster.words.as_str()).collect();
        assert_eq!(words, ["often, lately, large baskets", "seldom, long ago, small baskets"]);
        assert_eq!(clusters.clusters[0].shoppers, 30);
        assert!((clusters.clusters[0].orders - 30.0).abs() < 1e-9);
        assert_eq!(tree.sizes, [30, 30]);
    }

    #[test]
    fn few_or_equal_shoppers_are_said_to_be_so() {
        let absent = |shoppers: &[Shopper]| match find(shoppers, None).unwrap().0 {
            Part::Absent(why) => why,
            Part::Found(_) => panic!("found"),
        };
        assert!(absent(&planted()[..7]).starts_with("7 shoppers are too few"));
        let same = vec![Shopper { shopper: 1, recency_days: 1, frequency: 1, monetary: 1.0 }; 40];
        assert!(absent(&same).starts_with("Shoppers hardly differ"));
    }

    #[test]
    fn impossible_settings_are_refused_with_what_to_do() {
        let params = ClusterParams { features: vec![], count: ClusterCount::Fixed(1), seed: 1 };
        let message = find(&planted(), Some(&params)).unwrap_err().to_string();
        assert!(message.starts_with("clusters.count: ") && message.contains("2 clusters or more"), "{message}");
    }
}
