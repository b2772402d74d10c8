//! How many clusters: k-means for every number in a range, judged by silhouette and by the elbow of inertia.
//!
//! The silhouette (Rousseeuw, 1987) is computed in full up to [`SAMPLE`] rows and on a seeded sample above, since it needs
//! every pair of rows. It chooses; the elbow is told beside it. Neither can say that there are no clusters at all:
//! a best silhouette below a quarter says so in the reason.

use super::kmeans::Params;
use super::points::{Points, squared_distance};
use crate::error::{Code, Error, Result};
use crate::train::random::Random;
use crate::train::threads;
use std::ops::RangeInclusive;

/// Rows of which the silhouette is computed.
pub const SAMPLE: usize = 2_000;
/// Rows that one thread takes at a time.
const PIECE: usize = 64;
/// Below this, clusters are usually called absent (Kaufman and Rousseeuw, 1990).
const WEAK: f64 = 0.25;

/// One number of clusters and how good it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// How many clusters.
    pub clusters: usize,
    /// Squared distances of all rows from their centres; falls with every cluster.
    pub inertia: f64,
    /// Mean silhouette, from −1 to 1; higher is better.
    pub silhouette: f64,
}

/// The table, the choice, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// One row per number in the range.
    pub table: Vec<Row>,
    /// The chosen number.
    pub clusters: usize,
    /// Where inertia bends most; none when the range is too short to bend.
    pub elbow: Option<usize>,
    /// Rows the silhouette was computed of.
    pub sampled: usize,
    /// Why, in a sentence.
    pub reason: String,
}

/// Tries every number of clusters in `range`, the rest of `params` being the same. Refuses an empty range, one cluster,
/// and more clusters than rows.
pub fn choose(points: &Points, range: RangeInclusive<usize>, params: Params) -> Result<Choice> {
    if range.is_empty() || *range.start() < 2 {
        return Err(Error::new(Code::OutOfRange, "a range of numbers of clusters that is empty or starts below 2"));
    }
    let fits = range.map(|clusters| Ok((clusters, Params { clusters, ..params }.check(points)?.fit())));
    let fits = fits.collect::<Result<Vec<_>>>()?;
    let sample = sample(points.count(), params.seed);
    let labels: Vec<(usize, &[u32])> = fits.iter().map(|(clusters, fit)| (*clusters, &fit.labels[..])).collect();
    let silhouettes = silhouettes(points, &sample, &labels);
    let rows = fits.iter().zip(silhouettes);
    let rows = rows.map(|((clusters, fit), silhouette)| Row { clusters: *clusters, inertia: fit.inertia, silhouette });
    Ok(decide(rows.collect(), sample.len(), points.count(), params.seed))
}

fn decide(table: Vec<Row>, sampled: usize, count: usize, seed: u64) -> Choice {
    let best = table.iter().fold(table[0], |best, row| if row.silhouette > best.silhouette { *row } else { best });
    let elbow = elbow(&table);
    let basis = match sampled < count {
        true => format!("{sampled} of {count} rows, drawn with seed {seed}"),
        false => format!("all {count} rows"),
    };
    let bend = match elbow {
        Some(elbow) if elbow == best.clusters => ", where inertia bends too".to_string(),
        Some(elbow) => format!("; inertia bends at {elbow}"),
        None => String::new(),
    };
    let doubt = if best.silhouette < WEAK { "; so low a silhouette means hardly any clusters" } else { "" };
    let reason = format!(
        "{} clusters have the highest silhouette, {:.3} over {basis}{bend}{doubt}",
        best.clusters, best.silhouette
    );
    Choice { table, clusters: best.clusters, elbow, sampled, reason }
}

/// The number farthest below the straight line between the ends of the range, both axes brought to one scale.
fn elbow(table: &[Row]) -> Option<usize> {
    let [first, .., last] = table else { return None };
    let (width, height) = ((last.clusters - first.clusters) as f64, first.inertia - last.inertia);
    let below = |row: &Row| {
        let along = (row.clusters - first.clusters) as f64 / width;
        1.0 - along - (row.inertia - last.inertia) / height
    };
    let deepest = table.iter().max_by(|a, b| below(a).total_cmp(&below(b)))?;
    (height > 0.0 && below(deepest) > 0.0).then_some(deepest.clusters)
}

/// Up to [`SAMPLE`] rows, rising.
fn sample(count: usize, seed: u64) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..count).collect();
    if count > SAMPLE {
        crate::train::random::shuffle(&mut rows, &mut Random::new(seed));
        rows.truncate(SAMPLE);
        rows.sort_unstable();
    }
    rows
}

/// The mean silhouette of the rows in `sample` under each labelling. Each distance is computed once for all of them.
fn silhouettes(points: &Points, sample: &[usize], labellings: &[(usize, &[u32])]) -> Vec<f64> {
    let sizes: Vec<Vec<usize>> = labellings.iter().map(|(clusters, labels)| sizes(*clusters, labels, sample)).collect();
    let piece = |index: usize| {
        let rows = &sample[index * PIECE..sample.len().min((index + 1) * PIECE)];
        let mut sums = vec![0.0; labellings.len()];
        for row in rows {
            let distances: Vec<f64> =
                sample.iter().map(|other| squared_distance(points.row(*row), points.row(*other)).sqrt()).collect();
            for ((sum, (_, labels)), sizes) in sums.iter_mut().zip(labellings).zip(&sizes) {
                *sum += silhouette(*row, &distances, sample, labels, sizes);
            }
        }
        sums
    };
    let pieces = threads::ordered(sample.len().div_ceil(PIECE), piece, |_| {});
    let total = |labelling: usize| pieces.iter().fold(0.0, |sum, piece| sum + piece[labelling]);
    (0..labellings.len()).map(|labelling| total(labelling) / sample.len() as f64).collect()
}

fn sizes(clusters: usize, labels: &[u32], sample: &[usize]) -> Vec<usize> {
    let mut sizes = vec![0; clusters];
    sample.iter().for_each(|row| sizes[labels[*row] as usize] += 1);
    sizes
}

/// How much nearer a row is to its own cluster than to the next; 0 for a row that is alone.
fn silhouette(row: usize, distances: &[f64], sample: &[usize], labels: &[u32], sizes: &[usize]) -> f64 {
    let own = labels[row] as usize;
    if sizes[own] < 2 {
        return 0.0;
    }
    let mut sums = [0.0; crate::feature::cluster::MAX_CLUSTERS];
    for (distance, other) in distances.iter().zip(sample) {
        sums[labels[*other] as usize] += distance;
    }
    let inside = sums[own] / (sizes[own] - 1) as f64;
    let others = (0..sizes.len()).filter(|cluster| *cluster != own && sizes[*cluster] > 0);
    let outside = others.map(|cluster| sums[cluster] / sizes[cluster] as f64).fold(f64::INFINITY, f64::min);
    let larger = inside.max(outside);
    if larger > 0.0 && larger.is_finite() { (outside - inside) / larger } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `groups` groups of 40 rows each, 100 apart and 3 wide.
    fn groups(groups: usize) -> Points {
        let values = (0..groups * 40).flat_map(|i| [(i / 40 * 100 + i % 4) as f64, (i % 3) as f64]);
        Points::new(values.collect(), 2).unwrap()
    }

    #[test]
    fn finds_the_number_of_groups_that_was_planted() {
        for planted in 2..7 {
            let choice = choose(&groups(planted), 2..=8, Params::default()).unwrap();
            assert_eq!(choice.clusters, planted, "{}", choice.reason);
            assert!(choice.table.iter().all(|row| row.silhouette <= 1.0 && row.silhouette >= -1.0));
        }
    }

    #[test]
    fn inertia_bends_where_the_planted_groups_end() {
        let choice = choose(&groups(4), 2..=8, Params::default()).unwrap();
        assert_eq!(choice.elbow, Some(4));
        assert!(choice.reason.starts_with("4 clusters") && choice.reason.ends_with("bends too"), "{}", choice.reason);
    }

    #[test]
    fn the_silhouette_of_four_rows_follows_its_definition() {
        // Worked by hand: rows at 0, 1, 10, 12 in two clusters; (a, b) are (1, 11), (1, 10), (2, 9.5), (2, 11.5).
        let points = Points::new(vec![0.0, 1.0, 10.0, 12.0], 1).unwrap();
        let expected = (10.0 / 11.0 + 9.0 / 10.0 + 7.5 / 9.5 + 9.5 / 11.5) / 4.0;
        let found = silhouettes(&points, &[0, 1, 2, 3], &[(2, &[0, 0, 1, 1])]);
        assert!((found[0] - expected).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn identical_rows_have_no_clusters_and_say_so() {
        let points = Points::new(vec![1.0; 20], 1).unwrap();
        let choice = choose(&points, 2..=4, Params::default()).unwrap();
        assert!(choice.reason.ends_with("hardly any clusters") && choice.elbow.is_none(), "{choice:?}");
    }

    #[test]
    fn refuses_ranges_that_cannot_be_tried() {
        // From one cluster, from more to fewer, and to more than there are rows.
        for (from, to) in [(1, 3), (4, 2), (2, 41)] {
            let refusal = choose(&groups(1), from..=to, Params::default()).unwrap_err();
            assert_eq!(refusal.code(), Code::OutOfRange);
        }
    }
}
