//! The curves behind the areas, thinned for drawing. No figure is measured on thinned points.

use super::Ranking;
use super::ranking::Sums;

/// The most steps between points of a curve.
const STEPS: usize = 200;

/// Points of three curves, each from (0, 0) to the whole ranking, at most 201.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curves {
    /// Share of rows offered to, best first; `Q(k)` in units of the outcome.
    pub qini: Vec<(f64, f64)>,
    /// The same share; cumulative gain `U(k)` per row.
    pub gain: Vec<(f64, f64)>,
    /// Incremental cost `C(k)` per row; incremental value `U(k)` per row.
    pub value_by_cost: Vec<(f64, f64)>,
}

impl Ranking {
    /// Points for drawing.
    pub fn curves(&self) -> Curves {
        let (count, steps) = (self.rows.len(), STEPS.min(self.rows.len()));
        let origin = || vec![(0.0, 0.0)];
        let mut curves = Curves { qini: origin(), gain: origin(), value_by_cost: origin() };
        let (mut sums, mut step) = (Sums::default(), 1);
        for (rank, row) in self.rows.iter().enumerate() {
            sums.add(row);
            if rank + 1 < count * step / steps {
                continue;
            }
            step += 1;
            let share = (rank + 1) as f64 / count as f64;
            curves.qini.push((share, sums.qini()));
            curves.gain.push((share, sums.effect() * share));
            curves.value_by_cost.push((sums.price() * share, sums.effect() * share));
        }
        curves
    }
}
