//! Figures of predicted amounts against amounts.

use super::Scored;
use super::metric::{METRICS, Metric, Values};
use super::resample::{Sums, everything, resampled};
use crate::evaluate::metrics::{LANES, Lanes, Resampling, interval, share};
use crate::evaluate::summary::Figure;
use crate::math;
use serde::Serialize;

/// What sums by unit hold, in the order of [`amounts`].
const SUMS: usize = 7;

/// Rows ready to be drawn from.
#[derive(Clone, Debug)]
pub struct Regression {
    sums: Sums<SUMS>,
    rows: usize,
    mean: f64,
    pub(super) units: usize,
}

/// How near predicted amounts come. Each figure comes with its 95 % interval.
#[derive(Clone, Debug, Default, Serialize)]
pub struct RegressionScore {
    /// Rows measured.
    pub rows: u64,
    /// Things a resample draws: groups, or rows where there are none.
    pub units: u64,
    /// Weighted mean of the outcome.
    pub mean: f64,
    /// Mean squared error, in the square of the outcome's unit.
    pub mse: Figure,
    /// Its root, in the outcome's unit.
    pub rmse: Figure,
    /// Mean absolute error, in the outcome's unit.
    pub mae: Figure,
    /// Mean of absolute error over absolute outcome, a fraction, without rows whose outcome is 0; none if all are.
    pub mape: Option<Figure>,
    /// Share of the outcome's variance that is explained; below 0 if the mean predicts better, none without variance.
    pub r2: Option<Figure>,
}

impl Regression {
    pub(super) fn of(scored: &Scored) -> Regression {
        let (unit, units) = scored.units();
        let weighted = scored.actual.iter().zip(scored.weight).map(|(actual, weight)| actual * weight);
        let mean = math::ordered_sum(weighted) / math::ordered_sum(scored.weight.iter().copied());
        let mut sums = Sums::new(units);
        for (row, unit) in unit.iter().enumerate() {
            sums.add(*unit, amounts(scored, row, mean));
        }
        Regression { sums, rows: scored.actual.len(), mean, units }
    }

    /// All figures, each with its interval.
    pub fn score(&self, resampling: Resampling) -> RegressionScore {
        let values = self.figures(&everything(self.units))[0];
        let draws = resampled(self.units, resampling, |draws| self.figures(draws));
        let figure = |metric: Metric| {
            let of = draws.iter().map(|values| values[metric as usize]).filter(|value| !value.is_nan());
            interval(values[metric as usize], of.collect())
        };
        let some = |metric: Metric| Some(figure(metric)).filter(|figure| !figure.value.is_nan());
        RegressionScore {
            rows: self.rows as u64,
            units: self.units as u64,
            mean: self.mean,
            mse: figure(Metric::Mse),
            rmse: figure(Metric::Rmse),
            mae: figure(Metric::Mae),
            mape: some(Metric::Mape),
            r2: some(Metric::R2),
        }
    }

    pub(super) fn figures(&self, draws: &[Lanes]) -> [Values; LANES] {
        // What rounding leaves of outcomes that are all the same is no variance.
        let least = 1e-24 * self.mean * self.mean;
        self.sums.totals(draws).map(|[weight, first, second, squared, absolute, relative, relative_weight]| {
            let mut values = [f64::NAN; METRICS];
            let mse = share(squared, weight);
            values[Metric::Mse as usize] = mse;
            values[Metric::Rmse as usize] = mse.sqrt();
            values[Metric::Mae as usize] = share(absolute, weight);
            // 0 / 0 is NaN: a figure that there is none of.
            values[Metric::Mape as usize] = relative / relative_weight;
            let spread = second - first * share(first, weight);
            values[Metric::R2 as usize] = if spread > least * weight { 1.0 - squared / spread } else { f64::NAN };
            values
        })
    }
}

/// Weight, outcome and its square around the mean of all, squared, absolute and relative error, weight of the relative one.
fn amounts(scored: &Scored, row: usize, mean: f64) -> [f64; SUMS] {
    let (actual, weight) = (scored.actual[row], scored.weight[row]);
    let (around, error) = (actual - mean, scored.predicted[row] - actual);
    let relative = if actual == 0.0 { [0.0, 0.0] } else { [weight * (error / actual).abs(), weight] };
    let [relative, relative_weight] = relative;
    let squares = [weight * around * around, weight * error * error];
    [weight, weight * around, squares[0], squares[1], weight * error.abs(), relative, relative_weight]
}
