//! Ward's hierarchical clustering: merge, again and again, the two clusters whose union adds the least squared distance.
//!
//! Exact, by following chains of nearest neighbours (Murtagh, 1983; Benzécri, 1982). Ward's distance follows from centres
//! and sizes alone, so no table of distances is kept: time grows with the square of the rows, memory with the rows.
//! Merges, heights and their order are those of SciPy's `linkage(method='ward')`. Other linkages are *not* here.

use super::points::Points;
use crate::error::{Code, Error, Result};

/// More rows would take minutes; sample them, or use k-means.
pub const MAX_ROWS: usize = 100_000;

/// Two clusters becoming one. Rows are clusters `0..n`; the merge at position `i` makes cluster `n + i`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Merge {
    /// The cluster with the lower number.
    pub left: usize,
    /// The cluster with the higher number.
    pub right: usize,
    /// Square root of twice the squared distance that the union adds.
    pub height: f64,
    /// Rows in the union.
    pub size: usize,
}

/// Every merge from single rows to one cluster, by rising height.
#[derive(Clone, Debug, PartialEq)]
pub struct Hierarchy {
    /// One fewer than rows.
    pub merges: Vec<Merge>,
}

/// Builds the hierarchy of `points`. Refuses more than [`MAX_ROWS`].
pub fn link(points: &Points) -> Result<Hierarchy> {
    if points.count() > MAX_ROWS {
        return Err(Error::limit(Code::TooLarge, "rows of a hierarchy", MAX_ROWS as u64, points.count() as u64));
    }
    let mut pairs = Chain::new(points).run();
    // Chains find merges out of order. Stable, so that equal heights stay as found.
    pairs.sort_by(|a, b| a.squared.total_cmp(&b.squared));
    Ok(Hierarchy { merges: number(&pairs, points.count()) })
}

impl Hierarchy {
    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.merges.len() + 1
    }

    /// The cluster of each row when the hierarchy is cut into `clusters`, numbered by their first row.
    pub fn cut(&self, clusters: usize) -> Result<Vec<u32>> {
        let rows = self.rows();
        if clusters == 0 || clusters > rows {
            let what = "clusters of a hierarchy, at least 1 and at most its rows";
            return Err(Error::limit(Code::OutOfRange, what, rows as u64, clusters as u64));
        }
        let mut owner: Vec<usize> = (0..2 * rows - 1).collect();
        // From the top down, so that what a cluster belongs to is settled before its parts ask.
        for (position, merge) in self.merges[..rows - clusters].iter().enumerate().rev() {
            owner[merge.left] = owner[rows + position];
            owner[merge.right] = owner[rows + position];
        }
        Ok(number_by_first_row(&owner[..rows]))
    }
}

fn number_by_first_row(owners: &[usize]) -> Vec<u32> {
    let mut numbers = std::collections::HashMap::new();
    let number = |owner: &usize| {
        let next = numbers.len() as u32;
        *numbers.entry(*owner).or_insert(next)
    };
    owners.iter().map(number).collect()
}

/// Two clusters that merge, each named by one of its rows.
struct Pair {
    left: usize,
    right: usize,
    squared: f64,
}

/// Clusters that are still apart, in the order of the row that names them: the last of their rows in merge order.
struct Chain {
    names: Vec<usize>,
    sizes: Vec<f64>,
    /// Column after column, each in the order of `names`.
    centers: Vec<Vec<f64>>,
    apart: usize,
    distances: Vec<f64>,
}

impl Chain {
    fn new(points: &Points) -> Chain {
        let rows = points.count();
        Chain {
            names: (0..rows).collect(),
            sizes: vec![1.0; rows],
            centers: (0..points.columns()).map(|column| points.rows().map(|row| row[column]).collect()).collect(),
            apart: rows,
            distances: vec![0.0; rows],
        }
    }

    /// Grows a chain of nearest neighbours until two are each other's, merges these, and goes on from what is left.
    fn run(mut self) -> Vec<Pair> {
        let mut pairs = Vec::with_capacity(self.names.len().saturating_sub(1));
        let mut chain: Vec<usize> = Vec::new();
        while self.apart > 1 {
            if self.is_mostly_merged() {
                self.compact(&mut chain);
            }
            let end = match chain.last() {
                Some(end) => *end,
                None => self.first(),
            };
            let before = chain.len().checked_sub(2).map(|place| chain[place]);
            if chain.is_empty() {
                chain.push(end);
            }
            let (nearest, squared) = self.nearest(end, before);
            if Some(nearest) == before {
                chain.truncate(chain.len() - 2);
                pairs.push(self.merge(end.min(nearest), end.max(nearest), squared));
            } else {
                chain.push(nearest);
            }
        }
        pairs
    }

    fn first(&self) -> usize {
        self.centers[0].iter().position(|center| center.is_finite()).unwrap_or(0)
    }

    /// The nearest cluster to the one at `place` and how near; `before` if none is nearer, else the first.
    fn nearest(&mut self, place: usize, before: Option<usize>) -> (usize, f64) {
        self.measure(place);
        self.distances[place] = f64::INFINITY;
        let (mut nearest, mut least) = match before {
            Some(before) => (before, self.distances[before]),
            None => (usize::MAX, f64::INFINITY),
        };
        for (other, distance) in self.distances.iter().enumerate() {
            if *distance < least {
                (nearest, least) = (other, *distance);
            }
        }
        (nearest, least)
    }

    /// Ward's squared distance of every cluster from the one at `place`. Merged ones are infinitely far.
    fn measure(&mut self, place: usize) {
        self.distances.fill(0.0);
        for column in &self.centers {
            let center = column[place];
            for (distance, other) in self.distances.iter_mut().zip(column) {
                *distance += (other - center) * (other - center);
            }
        }
        let size = self.sizes[place];
        for (distance, other) in self.distances.iter_mut().zip(&self.sizes) {
            *distance *= 2.0 * size * other / (size + other);
        }
    }

    /// Keeps the union in the place of `right`, as SciPy does, so that ties fall the same way.
    fn merge(&mut self, left: usize, right: usize, squared: f64) -> Pair {
        let share = self.sizes[left] / (self.sizes[left] + self.sizes[right]);
        for column in &mut self.centers {
            // This form leaves equal centres exactly equal.
            column[right] += (column[left] - column[right]) * share;
            column[left] = f64::INFINITY;
        }
        self.sizes[right] += self.sizes[left];
        self.apart -= 1;
        Pair { left: self.names[left], right: self.names[right], squared }
    }

    fn is_mostly_merged(&self) -> bool {
        self.apart * 4 < self.names.len() * 3
    }

    /// Forgets merged places, so that looking for a neighbour costs only what is left.
    fn compact(&mut self, chain: &mut [usize]) {
        let kept: Vec<usize> = (0..self.names.len()).filter(|place| self.centers[0][*place].is_finite()).collect();
        let mut moved = vec![0; self.names.len()];
        kept.iter().enumerate().for_each(|(new, old)| moved[*old] = new);
        chain.iter_mut().for_each(|place| *place = moved[*place]);
        self.names = kept.iter().map(|place| self.names[*place]).collect();
        self.sizes = kept.iter().map(|place| self.sizes[*place]).collect();
        for column in &mut self.centers {
            *column = kept.iter().map(|place| column[*place]).collect();
        }
        self.distances.truncate(kept.len());
    }
}

/// Replaces the rows that name clusters by the numbers of the merges that made them.
fn number(pairs: &[Pair], rows: usize) -> Vec<Merge> {
    let mut parents: Vec<usize> = (0..2 * rows).collect();
    let mut sizes = vec![1; 2 * rows];
    let mut merges = Vec::with_capacity(pairs.len());
    for (position, pair) in pairs.iter().enumerate() {
        let (a, b) = (find(&mut parents, pair.left), find(&mut parents, pair.right));
        let union = rows + position;
        (parents[a], parents[b]) = (union, union);
        sizes[union] = sizes[a] + sizes[b];
        let height = pair.squared.sqrt();
        merges.push(Merge { left: a.min(b), right: a.max(b), height, size: sizes[union] });
    }
    merges
}

/// The cluster that holds `row` now, halving the way there for the next who asks.
fn find(parents: &mut [usize], mut row: usize) -> usize {
    while parents[row] != row {
        parents[row] = parents[parents[row]];
        row = parents[row];
    }
    row
}
