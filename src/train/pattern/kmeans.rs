//! k-means: centres such that no row is nearer to another centre than to its own cluster's.
//!
//! Seeded by k-means++, restarted, and iterated to the end as Lloyd (1982) does, not until a tolerance. Most distances
//! are never computed: by how far centres have moved, a row's lead over the second nearest centre cannot have been used
//! up yet (Hamerly, SDM 2010). The last pass is complete and exact, so the bounds never show in a result.
//!
//! It does *not* scale columns (see [`Points::standardised`]) or choose the number of clusters (see `choose_k`).

use super::lanes::Lanes;
use super::points::{Points, Scaling, squared_distance};
use super::seeding;
use crate::error::{Code, Error, Result};
use crate::feature::cluster::{Clusters, MAX_CLUSTERS};
use crate::math;
use crate::train::random::Random;
use crate::train::threads;

/// What to look for.
#[derive(Clone, Copy, Debug)]
pub struct Params {
    /// How many clusters.
    pub clusters: usize,
    /// How many starts; the best end is kept.
    pub restarts: usize,
    /// Passes after which a start is abandoned as it stands.
    pub max_passes: usize,
    /// All randomness comes from this.
    pub seed: u64,
}

impl Default for Params {
    fn default() -> Self {
        Params { clusters: 5, restarts: 10, max_passes: 1_000, seed: 1 }
    }
}

/// Parameters that fit some points. Only [`Params::check`] makes one.
#[derive(Clone, Copy, Debug)]
pub struct CheckedParams<'a> {
    params: Params,
    points: &'a Points,
}

impl Params {
    /// Refuses no clusters, more than rows or [`MAX_CLUSTERS`], and no start or pass at all.
    pub fn check(self, points: &Points) -> Result<CheckedParams<'_>> {
        let most = points.count().min(MAX_CLUSTERS);
        if self.clusters == 0 || self.clusters > most {
            let what = "clusters, at least 1 and at most as many as rows";
            return Err(Error::limit(Code::OutOfRange, what, most as u64, self.clusters as u64));
        }
        match self.restarts > 0 && self.max_passes > 0 {
            true => Ok(CheckedParams { params: self, points }),
            false => Err(Error::new(Code::OutOfRange, "k-means without a start or without a pass")),
        }
    }
}

/// Centres and which row belongs to which.
#[derive(Clone, Debug, PartialEq)]
pub struct Fitted {
    /// One row per cluster, row after row.
    pub centers: Vec<f64>,
    /// The cluster of each row.
    pub labels: Vec<u32>,
    /// Squared distances of all rows from their centres.
    pub inertia: f64,
    /// Passes of the start that was kept.
    pub passes: usize,
    /// Whether the last pass of that start changed nothing.
    pub converged: bool,
}

impl Fitted {
    /// How many rows each cluster has.
    pub fn sizes(&self, clusters: usize) -> Vec<usize> {
        let mut sizes = vec![0; clusters];
        self.labels.iter().for_each(|label| sizes[*label as usize] += 1);
        sizes
    }

    /// For the serving core: the same centres in single precision, for rows before `scaling`. `features` are the
    /// positions of the columns in the feature vector.
    pub fn to_clusters(&self, features: Vec<u8>, scaling: &Scaling) -> Result<Clusters> {
        let narrow = |values: &[f64]| values.iter().map(|value| *value as f32).collect();
        let (shift, scale) = (narrow(&scaling.shift), narrow(&scaling.scale));
        let clusters = Clusters { features, shift, scale, centers: narrow(&self.centers) };
        clusters.check(u8::MAX as usize + 1)?;
        Ok(clusters)
    }
}

impl CheckedParams<'_> {
    /// The best end of all starts; of equally good ones the first. The same on any number of threads.
    pub fn fit(&self) -> Fitted {
        let start = |index: usize| self.start(self.params.seed ^ (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let ends = threads::ordered(self.params.restarts, start, |_| {});
        let better = |best: Fitted, end| if end_is_better(&end, &best) { end } else { best };
        ends.into_iter().reduce(better).unwrap_or_else(|| self.start(self.params.seed))
    }

    /// One start, with lanes for as many clusters as there are.
    fn start(&self, seed: u64) -> Fitted {
        match self.params.clusters {
            1..=2 => self.run::<2>(seed),
            3..=4 => self.run::<4>(seed),
            5..=6 => self.run::<6>(seed),
            7..=8 => self.run::<8>(seed),
            9..=16 => self.run::<16>(seed),
            17..=32 => self.run::<32>(seed),
            _ => self.run::<MAX_CLUSTERS>(seed),
        }
    }

    fn run<const K: usize>(&self, seed: u64) -> Fitted {
        let mut lloyd = Lloyd::<K>::new(self.points, self.params.clusters, seed);
        let (mut passes, mut converged) = (0, false);
        while passes < self.params.max_passes && !converged {
            passes += 1;
            if lloyd.pass() == 0 {
                // Nothing moved as far as the bounds can tell: ask again without them, from sums without drift.
                lloyd.restart_exactly();
                converged = lloyd.pass() == 0;
            }
        }
        lloyd.finish(passes, converged)
    }
}

fn end_is_better(end: &Fitted, best: &Fitted) -> bool {
    end.inertia < best.inertia
}

/// One start under way.
struct Lloyd<'a, const K: usize> {
    points: &'a Points,
    clusters: usize,
    centers: Vec<f64>,
    labels: Vec<u32>,
    /// Sums and numbers of the rows of each cluster.
    sums: Vec<f64>,
    counts: Vec<usize>,
    /// For each row: how far it led over the second nearest centre when last looked at, plus its cluster's `spent` then.
    lead: Vec<f64>,
    /// For each cluster: by how much, at most, a lead of its rows has shrunk since the start.
    spent: [f64; K],
}

impl<'a, const K: usize> Lloyd<'a, K> {
    fn new(points: &'a Points, clusters: usize, seed: u64) -> Self {
        let rows = seeding::choose(points, clusters, &mut Random::new(seed));
        let mut lloyd = Lloyd {
            points,
            clusters,
            centers: rows.iter().flat_map(|row| points.row(*row)).copied().collect(),
            labels: vec![0; points.count()],
            sums: Vec::new(),
            counts: Vec::new(),
            lead: vec![f64::NEG_INFINITY; points.count()],
            spent: [0.0; K],
        };
        lloyd.add_up();
        lloyd.assign();
        lloyd
    }

    /// Moves centres to the means of their rows, then rows to their nearest centres. How many rows moved.
    fn pass(&mut self) -> usize {
        let filled = self.fill_empty_clusters();
        self.move_centers();
        filled + self.assign()
    }

    fn center(&self, cluster: usize) -> &[f64] {
        &self.centers[cluster * self.points.columns()..(cluster + 1) * self.points.columns()]
    }

    /// A row whose lead is not used up stays where it is without a look.
    fn assign(&mut self) -> usize {
        let columns = self.points.columns();
        let lanes = Lanes::<K>::new(self.centers.chunks_exact(columns), columns);
        let mut moved = 0;
        for (index, row) in self.points.rows().enumerate() {
            let label = self.labels[index] as usize;
            if self.lead[index] > self.spent[label] {
                continue;
            }
            let (nearest, lead) = nearest(&lanes.squared_distances(row), label);
            self.lead[index] = lead + self.spent[nearest];
            if nearest != label {
                moved += 1;
                self.labels[index] = nearest as u32;
                self.transfer(row, label, nearest);
            }
        }
        moved
    }

    fn transfer(&mut self, row: &[f64], from: usize, to: usize) {
        let columns = row.len();
        self.counts[from] -= 1;
        self.counts[to] += 1;
        for (column, value) in row.iter().enumerate() {
            self.sums[from * columns + column] -= value;
            self.sums[to * columns + column] += value;
        }
    }

    /// A centre without rows stays where it is.
    fn move_centers(&mut self) {
        let columns = self.points.columns();
        let mut moves = [0.0; K];
        for cluster in (0..self.clusters).filter(|cluster| self.counts[*cluster] > 0) {
            let range = cluster * columns..(cluster + 1) * columns;
            let count = self.counts[cluster] as f64;
            let mean: Vec<f64> = self.sums[range.clone()].iter().map(|sum| sum / count).collect();
            moves[cluster] = squared_distance(&mean, &self.centers[range.clone()]).sqrt();
            self.centers[range].copy_from_slice(&mean);
        }
        self.spend(&moves);
    }

    /// A row's own centre may have moved away from it, and the farthest moved of the others towards it.
    fn spend(&mut self, moves: &[f64; K]) {
        for cluster in 0..self.clusters {
            let others = moves.iter().enumerate().filter(|(other, _)| *other != cluster);
            self.spent[cluster] += moves[cluster] + others.fold(0.0, |most: f64, (_, moved)| most.max(*moved));
        }
    }

    /// Gives each cluster without rows the row that is farthest from its centre. How many rows moved.
    fn fill_empty_clusters(&mut self) -> usize {
        let empty: Vec<usize> = (0..self.clusters).filter(|cluster| self.counts[*cluster] == 0).collect();
        let mut moved = 0;
        for cluster in empty {
            if let Some(row) = self.farthest() {
                self.transfer(self.points.row(row), self.labels[row] as usize, cluster);
                self.labels[row] = cluster as u32;
                moved += 1;
            }
        }
        if moved > 0 {
            self.lead.fill(f64::NEG_INFINITY);
        }
        moved
    }

    /// The row farthest from its centre, among clusters that can spare one; none when all rows are on their centres.
    fn farthest(&self) -> Option<usize> {
        let mut farthest = (0.0, None);
        for (index, row) in self.points.rows().enumerate() {
            let label = self.labels[index] as usize;
            let distance = squared_distance(row, self.center(label));
            if distance > farthest.0 && self.counts[label] > 1 {
                farthest = (distance, Some(index));
            }
        }
        farthest.1
    }

    fn restart_exactly(&mut self) {
        self.add_up();
        self.lead.fill(f64::NEG_INFINITY);
        self.spent = [0.0; K];
    }

    /// Sums of rows in their order, without the drift of adding and taking away.
    fn add_up(&mut self) {
        let columns = self.points.columns();
        self.sums = vec![0.0; self.clusters * columns];
        self.counts = vec![0; self.clusters];
        for (row, label) in self.points.rows().zip(&self.labels) {
            let start = *label as usize * columns;
            self.counts[*label as usize] += 1;
            self.sums[start..start + columns].iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        }
    }

    fn finish(self, passes: usize, converged: bool) -> Fitted {
        let distances = self
            .points
            .rows()
            .zip(&self.labels)
            .map(|(row, label)| squared_distance(row, self.center(*label as usize)));
        let inertia = math::ordered_sum(distances);
        Fitted { centers: self.centers, labels: self.labels, inertia, passes, converged }
    }
}

/// The nearest centre, `label` if it is as near as any, and its lead over the next.
fn nearest<const K: usize>(squared: &[f64; K], label: usize) -> (usize, f64) {
    let (mut best, mut least, mut second) = (label, squared[label], f64::INFINITY);
    for (lane, distance) in squared.iter().enumerate() {
        if lane == label {
            continue;
        }
        if *distance < least {
            (second, least, best) = (least, *distance, lane);
        } else if *distance < second {
            second = *distance;
        }
    }
    (best, second.sqrt() - least.sqrt())
}
