//! The dual of the kernel machine, two multipliers at a time.
//!
//! ```text
//! minimise  ½ Σ_ij α_i α_j y_i y_j K_ij − Σ_i α_i ,  0 ≤ α_i ≤ C_i ,  Σ_i α_i y_i = 0
//! ```
//! The first multiplier is the steepest, the second the one whose pair gains most to second order (Fan, Chen, Lin, JMLR 2005).
//! Rows whose multiplier rests at an end are set aside while the others settle (Joachims 1999) and then looked at again.
//! Kept for each row is `pull_i = y_i − Σ_j α_j y_j K_ij`, minus the gradient times the sign: at the solution it is the
//! starting point for every row on the margin.

use super::cache::Cache;
use super::vectors::Vectors;

/// What is minimised.
pub struct Machine<'a> {
    /// The rows.
    pub vectors: &'a Vectors,
    /// By row, 1 or −1.
    pub signs: &'a [f64],
    /// By row, `C`.
    pub bounds: &'a [f64],
    /// Of the kernel.
    pub gamma: f32,
    /// Ends when no pair of pulls is further apart.
    pub tolerance: f64,
    /// For similarities kept.
    pub bytes: usize,
}

/// Where it ended.
pub struct Settled {
    /// By row.
    pub multipliers: Vec<f64>,
    /// What every decision value starts from.
    pub bias: f64,
    /// Whether the tolerance was met.
    pub met: bool,
}

/// Pairs tried per row before giving up; at least ten million.
const PAIRS_PER_ROW: usize = 100;
/// How often rows at an end are set aside.
const BETWEEN_SHRINKS: usize = 1_000;
/// Setting aside fewer rows than this share is not worth the copying.
const WORTH_SHRINKING: f64 = 0.15;
/// A curvature that is not positive is taken as this.
const FLAT: f64 = 1e-12;

/// The rows under way, in a table of their own.
struct Active {
    rows: Vec<usize>,
    vectors: Vectors,
    signs: Vec<f64>,
    bounds: Vec<f64>,
    multipliers: Vec<f64>,
    pulls: Vec<f64>,
    /// Whether `α y` may rise, and whether it may fall.
    rises: Vec<bool>,
    falls: Vec<bool>,
    cache: Cache,
}

/// The steepest pulls: that of the row to raise, and the least of those that may fall.
#[derive(Clone, Copy)]
struct Steepest {
    row: usize,
    high: f64,
    low: f64,
}

impl Machine<'_> {
    /// Solves it.
    pub fn minimise(&self) -> Settled {
        let rows = self.vectors.rows();
        let mut multipliers = vec![0.0; rows];
        let mut active = self.active((0..rows).collect(), &multipliers, self.signs.to_vec());
        let (mut shrinks, mut until_shrink) = (true, BETWEEN_SHRINKS.min(rows));
        let most = (PAIRS_PER_ROW * rows).max(10_000_000);
        for _ in 0..most {
            let steepest = active.steepest();
            if steepest.high - steepest.low < self.tolerance {
                if active.rows.len() == rows {
                    return active.settled(steepest, true);
                }
                active = self.whole_again(active, &mut multipliers);
                shrinks = false;
                continue;
            }
            active.step(self.gamma, steepest);
            until_shrink -= 1;
            if until_shrink == 0 {
                until_shrink = BETWEEN_SHRINKS.min(rows);
                if shrinks {
                    active = self.shrunk(active, &mut multipliers);
                }
            }
        }
        let active = if active.rows.len() == rows { active } else { self.whole_again(active, &mut multipliers) };
        active.settled(active.steepest(), false)
    }

    fn active(&self, rows: Vec<usize>, multipliers: &[f64], pulls: Vec<f64>) -> Active {
        let of = |numbers: &[f64]| rows.iter().map(|row| numbers[*row]).collect::<Vec<f64>>();
        let (signs, bounds, multipliers) = (of(self.signs), of(self.bounds), of(multipliers));
        let vectors = if rows.len() == self.vectors.rows() { self.vectors.clone() } else { self.vectors.pick(&rows) };
        let cache = Cache::new(rows.len(), self.bytes);
        let (rises, falls) = (vec![false; rows.len()], vec![false; rows.len()]);
        let mut active = Active { rows, vectors, signs, bounds, multipliers, pulls, rises, falls, cache };
        (0..active.rows.len()).for_each(|place| active.mark(place));
        active
    }

    /// Without the rows that could not be chosen as things stand.
    fn shrunk(&self, active: Active, multipliers: &mut [f64]) -> Active {
        let Steepest { high, low, .. } = active.steepest();
        let stays = |place: &usize| {
            let pull = active.pulls[*place];
            match (active.rises[*place], active.falls[*place]) {
                (true, true) => true,
                (true, false) => pull >= low,
                (false, _) => pull <= high,
            }
        };
        let places: Vec<usize> = (0..active.rows.len()).filter(stays).collect();
        let gone = active.rows.len() - places.len();
        if (gone as f64) < WORTH_SHRINKING * active.rows.len() as f64 || places.len() < 2 {
            return active;
        }
        active.rows.iter().zip(&active.multipliers).for_each(|(row, multiplier)| multipliers[*row] = *multiplier);
        let pulls = places.iter().map(|place| active.pulls[*place]).collect();
        let rows = places.iter().map(|place| active.rows[*place]).collect();
        let narrow = active.cache.narrowed(&places, self.bytes);
        Active { cache: narrow, ..self.active(rows, multipliers, pulls) }
    }

    /// With all rows; pulls of those that were set aside are summed anew.
    fn whole_again(&self, active: Active, multipliers: &mut [f64]) -> Active {
        let rows = self.vectors.rows();
        let mut pulls = vec![f64::NAN; rows];
        for (place, row) in active.rows.iter().enumerate() {
            multipliers[*row] = active.multipliers[place];
            pulls[*row] = active.pulls[place];
        }
        drop(active);
        let aside: Vec<usize> = (0..rows).filter(|row| pulls[*row].is_nan()).collect();
        let vectors = self.vectors.pick(&aside);
        let mut sums: Vec<f64> = aside.iter().map(|row| self.signs[*row]).collect();
        let mut similarities = vec![0.0; aside.len()];
        for row in (0..rows).filter(|row| multipliers[*row] > 0.0) {
            vectors.similarities(self.vectors, row, self.gamma, &mut similarities);
            let weight = multipliers[row] * self.signs[row];
            sums.iter_mut().zip(&similarities).for_each(|(sum, similarity)| *sum -= weight * *similarity as f64);
        }
        aside.iter().zip(sums).for_each(|(row, sum)| pulls[*row] = sum);
        self.active((0..rows).collect(), multipliers, pulls)
    }
}

impl Active {
    fn mark(&mut self, place: usize) {
        let (multiplier, bound) = (self.multipliers[place], self.bounds[place]);
        let (below, above) = (multiplier < bound, multiplier > 0.0);
        (self.rises[place], self.falls[place]) = if self.signs[place] > 0.0 { (below, above) } else { (above, below) };
    }

    fn steepest(&self) -> Steepest {
        let mut found = Steepest { row: 0, high: f64::NEG_INFINITY, low: f64::INFINITY };
        for (place, pull) in self.pulls.iter().enumerate() {
            if self.rises[place] && *pull > found.high {
                (found.row, found.high) = (place, *pull);
            }
            if self.falls[place] && *pull < found.low {
                found.low = *pull;
            }
        }
        found
    }

    /// Moves the best pair as far as its bounds let it.
    fn step(&mut self, gamma: f32, steepest: Steepest) {
        let first = steepest.row;
        let vectors = &self.vectors;
        let near = self.cache.row(first, |out| vectors.similarities(vectors, first, gamma, out));
        let second = self.partner(&near, steepest.high);
        let far = self.cache.row(second, |out| vectors.similarities(vectors, second, gamma, out));
        let curve = (2.0 - 2.0 * near[second] as f64).max(FLAT);
        let best = (steepest.high - self.pulls[second]) / curve;
        let step = best.min(self.room(first, 1.0)).min(self.room(second, -1.0));
        self.moved(first, step);
        self.moved(second, -step);
        for ((pull, near), far) in self.pulls.iter_mut().zip(&*near).zip(&*far) {
            *pull -= step * (*near as f64 - *far as f64);
        }
    }

    /// The row that may fall and with which the objective gains most, to second order.
    fn partner(&self, near: &[f32], high: f64) -> usize {
        let (mut best, mut most) = (0, f64::NEG_INFINITY);
        for (place, (pull, near)) in self.pulls.iter().zip(near).enumerate() {
            let apart = high - pull;
            let gain = apart * apart / (2.0 - 2.0 * *near as f64).max(FLAT);
            if gain > most && apart > 0.0 && self.falls[place] {
                (best, most) = (place, gain);
            }
        }
        best
    }

    /// How far `α y` can go in a direction.
    fn room(&self, place: usize, direction: f64) -> f64 {
        let (multiplier, bound) = (self.multipliers[place], self.bounds[place]);
        if self.signs[place] == direction { bound - multiplier } else { multiplier }
    }

    /// Adds to `α y`; a multiplier that fills its room ends exactly at its end.
    fn moved(&mut self, place: usize, step: f64) {
        let full = step.abs() >= self.room(place, step.signum());
        let outward = self.signs[place] == step.signum();
        self.multipliers[place] = match (full, outward) {
            (true, true) => self.bounds[place],
            (true, false) => 0.0,
            (false, _) => self.multipliers[place] + step * self.signs[place],
        };
        self.mark(place);
    }

    /// The starting point: the pull of rows on the margin, or the middle of what is possible.
    fn settled(&self, steepest: Steepest, met: bool) -> Settled {
        let free = (0..self.rows.len()).filter(|place| self.rises[*place] && self.falls[*place]);
        let (sum, count) = free.fold((0.0, 0), |(sum, count), place| (sum + self.pulls[place], count + 1));
        let bias = if count > 0 { sum / count as f64 } else { (steepest.high + steepest.low) / 2.0 };
        Settled { multipliers: self.multipliers.clone(), bias, met }
    }
}
