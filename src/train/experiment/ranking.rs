//! How well the gains of the served model rank held-out rows, arm by arm against none.

use super::Setup;
use super::trials::Trials;
use crate::error::Result;
use crate::evaluate::experiment::Ranking;
use crate::evaluate::metrics::Resampling;
use crate::evaluate::summary::Figure;
use crate::evaluate::uplift::Targeted;
use crate::train::uplift::rows_given;

/// Bands of the predicted gain.
const BANDS: usize = 10;

/// One ranking per arm but the first. `gains` are the served scores of held-out rows, by arm, in minor units.
///
/// # Errors
/// Held-out rows without one of the arms.
pub fn rankings(trials: &Trials, gains: &[Vec<f64>], reward: &str, setup: &Setup) -> Result<Vec<Ranking>> {
    (1..trials.test.arms.len()).map(|arm| ranking(trials, gains, arm, reward, setup)).collect()
}

fn ranking(trials: &Trials, gains: &[Vec<f64>], arm: usize, reward: &str, setup: &Setup) -> Result<Ranking> {
    let (test, rows) = (&trials.test, rows_given(&trials.test, &[0, arm]));
    let of = |value: &dyn Fn(usize) -> f64| rows.iter().map(|row| value(*row)).collect::<Vec<f64>>();
    let score = of(&|row| gains[row][arm]);
    let outcome = of(&|row| test.reward(row) / setup.minor);
    let cost = of(&|row| test.cost[row] / setup.minor);
    let treated: Vec<bool> = rows.iter().map(|row| test.arm[*row] as usize == arm).collect();
    let group: Option<Vec<u64>> = test.shopper.as_ref().map(|shopper| rows.iter().map(|row| shopper[*row]).collect());
    let costs = cost.iter().any(|other| *other != cost[0]).then_some(cost.as_slice());
    let targeted =
        Targeted { score: &score, outcome: &outcome, treated: &treated, cost: costs, group: group.as_deref() };
    let checked = targeted.check()?;
    let resampling = Resampling { count: setup.trial.resamples, seed: setup.trial.seed };
    let (figures, curves) = (checked.score(resampling), checked.curves());
    let bands = checked.bands(BANDS.min(rows.len()), resampling)?;
    Ok(Ranking {
        arm: test.arms[arm].clone(),
        outcome: reward.into(),
        effect: figures.effect,
        qini: figures.qini,
        auuc_gain: figures.auuc_gain,
        aucc: figures.aucc,
        qini_curve: curves.qini,
        cost_curve: curves.value_by_cost,
        deciles: bands.iter().map(|band| (band.predicted / setup.minor, band.effect)).collect(),
    })
}

/// A figure in units of the currency.
pub fn in_units(figure: Figure, minor: f64) -> Figure {
    Figure { value: figure.value / minor, low: figure.low / minor, high: figure.high / minor }
}
