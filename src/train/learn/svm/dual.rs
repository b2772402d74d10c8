//! The hinge loss by coordinate descent in the dual: one row's multiplier at a time is put where it is best.
//!
//! ```text
//! minimise  ½‖Σ_i α_i y_i x_i‖² − Σ_i α_i ,  0 ≤ α_i ≤ C_i
//! ```
//! Rows whose multiplier rests firmly at an end are left out until the rest has settled. The starting point is a weight like
//! the others, as liblinear has it.
//!
//! Source: Hsieh, Chang, Lin, Keerthi, Sundararajan (ICML 2008), A dual coordinate descent method for large-scale linear SVM.

use crate::train::learn::linear::Design;
use crate::train::random::{Random, shuffle};

/// What is minimised, over the rows named.
pub struct Dual<'a> {
    /// All rows.
    pub design: &'a Design,
    /// Of all rows, 0 or 1.
    pub target: &'a [f64],
    /// `C` of each of all rows.
    pub bounds: &'a [f64],
    /// The rows that take part.
    pub rows: &'a [usize],
    /// Ends when no multiplier's slope is off by more.
    pub tolerance: f64,
    /// Passes after which it stands as it is.
    pub passes: usize,
    /// Of the order in which rows are visited.
    pub seed: u64,
}

/// Weights and multipliers (by place in `rows`).
pub struct Settled {
    /// By column.
    pub weights: Vec<f64>,
    /// By place in the rows that took part.
    pub multipliers: Vec<f64>,
    /// Whether the tolerance was met within the passes.
    pub met: bool,
}

/// Slopes beyond which a multiplier at an end is left out, from the pass before.
#[derive(Clone, Copy)]
struct Firm {
    high: f64,
    low: f64,
}

const OPEN: Firm = Firm { high: f64::INFINITY, low: f64::NEG_INFINITY };

impl Dual<'_> {
    /// Descends until the tolerance is met.
    pub fn minimise(&self) -> Settled {
        let squares: Vec<f64> = self.rows.iter().map(|row| self.square(*row)).collect();
        let mut at =
            Settled { weights: vec![0.0; self.design.columns()], multipliers: vec![0.0; self.rows.len()], met: false };
        let mut active: Vec<usize> = (0..self.rows.len()).collect();
        let (mut random, mut firm) = (Random::new(self.seed), OPEN);
        for _ in 0..self.passes {
            shuffle(&mut active, &mut random);
            let (high, low) = self.pass(&mut at, &mut active, &squares, firm);
            if high - low > self.tolerance {
                firm = Firm {
                    high: if high > 0.0 { high } else { f64::INFINITY },
                    low: if low < 0.0 { low } else { f64::NEG_INFINITY },
                };
            } else if active.len() == self.rows.len() {
                at.met = true;
                break;
            } else {
                active = (0..self.rows.len()).collect();
                firm = OPEN;
            }
        }
        at
    }

    /// Visits the active rows; returns the largest and the smallest slope that a multiplier could still follow.
    fn pass(&self, at: &mut Settled, active: &mut Vec<usize>, squares: &[f64], firm: Firm) -> (f64, f64) {
        let (mut high, mut low) = (f64::NEG_INFINITY, f64::INFINITY);
        let mut kept = 0;
        for visit in 0..active.len() {
            let place = active[visit];
            let row = self.rows[place];
            let (sign, bound) = (self.target[row] * 2.0 - 1.0, self.bounds[row]);
            let slope = sign * self.design.score(row, &at.weights) - 1.0;
            let old = at.multipliers[place];
            let rests = (old == 0.0 && slope > firm.high) || (old == bound && slope < firm.low);
            if rests {
                continue;
            }
            active[kept] = place;
            kept += 1;
            let free = if old == 0.0 {
                slope.min(0.0)
            } else if old == bound {
                slope.max(0.0)
            } else {
                slope
            };
            (high, low) = (high.max(free), low.min(free));
            if free.abs() > 1e-14 {
                let new = (old - slope / squares[place]).clamp(0.0, bound);
                at.multipliers[place] = new;
                self.add(&mut at.weights, row, sign * (new - old));
            }
        }
        active.truncate(kept);
        (high, low)
    }

    fn square(&self, row: usize) -> f64 {
        let numbers = self.design.values(row).iter().fold(0.0, |sum, value| sum + value * value);
        numbers + self.design.lit(row).count() as f64
    }

    fn add(&self, weights: &mut [f64], row: usize, step: f64) {
        let (dense, levels) = weights.split_at_mut(self.design.dense());
        dense.iter_mut().zip(self.design.values(row)).for_each(|(weight, value)| *weight += step * value);
        self.design.lit(row).for_each(|column| levels[column] += step);
    }
}
