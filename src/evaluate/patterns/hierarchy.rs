//! Which shoppers are alike, from single ones up to all: Ward's hierarchy, of a sample where there are many.

use crate::error::Result;
use crate::train::pattern::ward::{self, Hierarchy};
use crate::train::pattern::{Points, dendrogram};
use crate::train::random::{Random, shuffle};
use serde::Serialize;

/// More shoppers than this are sampled: the time grows with their square.
pub const MOST: usize = 5_000;
/// Leaves drawn.
const LEAVES: usize = 24;
/// Merges told in figures, the highest.
const TOLD: usize = 12;

/// The hierarchy and its cut.
#[derive(Clone, Debug, Serialize)]
pub struct Tree {
    /// Shoppers there are.
    pub shoppers: u64,
    /// Shoppers in the hierarchy.
    pub sampled: u64,
    /// Draws the sample.
    pub seed: u64,
    /// Into how many clusters it is cut.
    pub clusters: usize,
    /// Shoppers in each of them, largest first.
    pub sizes: Vec<u64>,
    /// The highest merges, from the top.
    pub merges: Vec<Merged>,
    /// The picture.
    #[serde(skip)]
    pub svg: String,
}

/// Two clusters become one.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Merged {
    /// How many clusters are left.
    pub left: usize,
    /// How far apart they were.
    pub height: f64,
    /// Shoppers in the union.
    pub shoppers: u64,
}

/// Links `points`, or a sample of them, and cuts them into `clusters`.
pub fn find(points: &Points, clusters: usize, seed: u64) -> Result<Tree> {
    let sample = sample(points.count(), seed);
    let rows = sample.iter().flat_map(|row| points.row(*row)).copied().collect();
    let hierarchy = ward::link(&Points::new(rows, points.columns())?)?;
    let leaves = LEAVES.max(clusters);
    Ok(Tree {
        shoppers: points.count() as u64,
        sampled: sample.len() as u64,
        seed,
        clusters,
        sizes: sizes(&hierarchy.cut(clusters)?, clusters),
        merges: merges(&hierarchy),
        svg: dendrogram::draw(&hierarchy, leaves, clusters)?.into_string(),
    })
}

fn sample(count: usize, seed: u64) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..count).collect();
    if count > MOST {
        shuffle(&mut rows, &mut Random::new(seed));
        rows.truncate(MOST);
        rows.sort_unstable();
    }
    rows
}

fn sizes(labels: &[u32], clusters: usize) -> Vec<u64> {
    let mut sizes = vec![0; clusters];
    labels.iter().for_each(|label| sizes[*label as usize] += 1);
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    sizes
}

fn merges(hierarchy: &Hierarchy) -> Vec<Merged> {
    let from_top = hierarchy.merges.iter().rev().take(TOLD).zip(1..);
    from_top.map(|(merge, left)| Merged { left, height: merge.height, shoppers: merge.size as u64 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_rows_are_sampled_and_always_the_same_ones() {
        assert_eq!(sample(7, 1), [0, 1, 2, 3, 4, 5, 6]);
        let drawn = sample(3 * MOST, 1);
        assert_eq!((drawn.len(), &drawn), (MOST, &sample(3 * MOST, 1)));
        assert_ne!(drawn, sample(3 * MOST, 2));
    }
}
