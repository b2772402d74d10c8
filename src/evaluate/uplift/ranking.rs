//! Rows in the order of their score, and the areas under their curves with intervals. Does not draw: see
//! [`Curves`](super::Curves).

use super::Targeted;
use crate::error::{Code, Error, Result};
use crate::evaluate::measures::numbered;
use crate::evaluate::metrics::{Resampling, interval};
use crate::evaluate::summary::Figure;
use crate::train::random::Random;
use crate::train::threads::ordered;

/// One row of a ranking.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ranked {
    pub score: f64,
    pub outcome: f64,
    pub cost: f64,
    pub treated: bool,
    /// What the bootstrap draws the row with.
    pub unit: u32,
}

/// Rows by score, highest first. Only [`Targeted::check`] makes one.
#[derive(Clone, Debug)]
pub struct Ranking {
    pub(super) rows: Vec<Ranked>,
    pub(super) units: usize,
    has_cost: bool,
}

/// How well a score ranks, each figure with a 95 % interval from the same resamples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct UpliftScore {
    /// Area between the Qini curve and a random order's, per treated row, in units of the outcome.
    pub qini: Figure,
    /// Area under the cumulative gain, in units of the outcome.
    pub auuc: Figure,
    /// The same above a random order's.
    pub auuc_gain: Figure,
    /// Area under incremental value against incremental cost, as a share of their product; none without costs, and where
    /// the offer as a whole brings or costs nothing.
    pub aucc: Option<Figure>,
    /// Mean outcome of the treated minus that of the control.
    pub effect: Figure,
}

/// Sums over the first rows of a ranking.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    /// Of control and treated rows: number, outcomes, costs.
    sides: [(f64, f64, f64); 2],
}

/// The areas of one resample; `aucc` is NaN where there is none.
#[derive(Clone, Copy, Debug, Default)]
struct Areas {
    qini: f64,
    auuc: f64,
    auuc_gain: f64,
    aucc: f64,
    effect: f64,
}

fn mean((count, sum): (f64, f64)) -> f64 {
    if count > 0.0 { sum / count } else { 0.0 }
}

impl Sums {
    pub fn add(&mut self, row: &Ranked) {
        let side = &mut self.sides[usize::from(row.treated)];
        *side = (side.0 + 1.0, side.1 + row.outcome, side.2 + row.cost);
    }

    pub fn treated(&self) -> f64 {
        self.sides[1].0
    }

    /// Rows on both sides.
    pub fn count(&self) -> f64 {
        self.sides[0].0 + self.sides[1].0
    }

    /// `Q(k)`.
    pub fn qini(&self) -> f64 {
        let [control, treated] = self.sides;
        treated.1 - mean((control.0, control.1)) * treated.0
    }

    /// Mean outcome of the treated rows minus that of the control.
    pub fn effect(&self) -> f64 {
        let [control, treated] = self.sides;
        mean((treated.0, treated.1)) - mean((control.0, control.1))
    }

    /// Mean cost of the treated rows minus that of the control.
    pub fn price(&self) -> f64 {
        let [control, treated] = self.sides;
        mean((treated.0, treated.2)) - mean((control.0, control.2))
    }
}

impl Areas {
    /// Walks rows as often as each was drawn.
    fn of(rows: &[Ranked], times: &dyn Fn(&Ranked) -> u32) -> Areas {
        let count: f64 = rows.iter().map(|row| f64::from(times(row))).sum();
        let (mut sums, mut qini, mut auuc, mut under, mut last) = (Sums::default(), 0.0, 0.0, 0.0, (0.0, 0.0));
        for row in rows {
            for _ in 0..times(row) {
                sums.add(row);
                let share = sums.count() / count;
                let (value, cost) = (sums.effect() * share, sums.price() * share);
                qini += sums.qini();
                auuc += value;
                under += 0.5 * (value + last.0) * (cost - last.1);
                last = (value, cost);
            }
        }
        // The straight line of a random order has the mean (n + 1) / 2n of its end.
        let random = 0.5 * (count + 1.0) / count * sums.qini();
        let whole = last.0 * last.1;
        Areas {
            qini: (qini / count - random) / sums.treated().max(1.0),
            auuc: auuc / count,
            auuc_gain: auuc / count - last.0 / 2.0,
            aucc: if last.0 > 0.0 && last.1 > 0.0 { under / whole } else { f64::NAN },
            effect: sums.effect(),
        }
    }
}

impl Ranking {
    pub(super) fn of(targeted: &Targeted) -> Ranking {
        let count = targeted.outcome.len();
        let (unit, units) = numbered(targeted.group, count);
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by(|one, other| targeted.score[*other].total_cmp(&targeted.score[*one]));
        let ranked = |row: usize| Ranked {
            score: targeted.score[row],
            outcome: targeted.outcome[row],
            cost: targeted.cost.map_or(0.0, |cost| cost[row]),
            treated: targeted.treated[row],
            unit: unit[row],
        };
        Ranking { rows: order.into_iter().map(ranked).collect(), units, has_cost: targeted.cost.is_some() }
    }

    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// Every figure, with the percentiles 2.5 and 97.5 of a bootstrap over groups, or over rows where there are none.
    pub fn score(&self, resampling: Resampling) -> UpliftScore {
        let value = Areas::of(&self.rows, &|_| 1);
        let draws = self.resampled(resampling, &|times| Areas::of(&self.rows, &|row| times[row.unit as usize]));
        let figure =
            |of: fn(&Areas) -> f64| interval(of(&value), draws.iter().map(of).filter(|draw| !draw.is_nan()).collect());
        let has_aucc = self.has_cost && !value.aucc.is_nan();
        UpliftScore {
            qini: figure(|areas| areas.qini),
            auuc: figure(|areas| areas.auuc),
            auuc_gain: figure(|areas| areas.auuc_gain),
            aucc: has_aucc.then(|| figure(|areas| areas.aucc)),
            effect: figure(|areas| areas.effect),
        }
    }

    /// The Qini alone: what learners are compared by.
    pub fn qini(&self) -> f64 {
        Areas::of(&self.rows, &|_| 1).qini
    }

    /// The Qini of `other` minus that of this ranking, with an interval from the same draws of both: far narrower than two
    /// intervals suggest. Both must come from the same rows with the same groups.
    ///
    /// # Errors
    /// Another number of rows or groups.
    pub fn qini_difference(&self, other: &Ranking, resampling: Resampling) -> Result<Figure> {
        if (self.rows.len(), self.units) != (other.rows.len(), other.units) {
            let (rows, found) = (self.rows.len() as u64, other.rows.len() as u64);
            return Err(Error::limit(Code::BadData, "rows of two rankings, and their groups", rows, found));
        }
        let qini = |ranking: &Ranking, times: &[u32]| Areas::of(&ranking.rows, &|row| times[row.unit as usize]).qini;
        let draws = self.resampled(resampling, &|times| qini(other, times) - qini(self, times));
        Ok(interval(other.qini() - self.qini(), draws))
    }

    /// What `measure` finds on every resample, told how often each unit was drawn. Each resample has its own sequence, so
    /// their number does not show in any of them.
    pub(super) fn resampled<T: Send>(&self, resampling: Resampling, measure: &(dyn Fn(&[u32]) -> T + Sync)) -> Vec<T> {
        let draw = |number: usize| {
            let mut random = Random::new(Random::new(resampling.seed ^ number as u64).bits());
            let mut times = vec![0; self.units];
            (0..self.units).for_each(|_| times[random.below(self.units)] += 1);
            measure(&times)
        };
        ordered(resampling.count, draw, |_| {})
    }
}
