//! The nearest changes that would alter the offer.
//!
//! Every change told was tried: the arms are appraised again with it, and another one is best. Features and the margin are
//! searched in steps, so an island of values narrower than a step may be overlooked; prices and costs are lines, whose
//! crossings are computed. Features that say one of a few levels, the category and the group are not changed, nor is what is
//! drawn by chance or promised: all is about the arm that is best.

use crate::engine::{Considered, Engine};
use crate::math;
use crate::model::Target;
use crate::money::BasisPoints;
use crate::policy::{Appraisal, Stakes};
use alloc::vec::Vec;

/// Positions tried on each side of a feature's value.
const STEPS: usize = 24;
/// A price of budget is at most this, as in a menu.
const DEAREST: f64 = 1_000.0;

/// What would have to be different.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lever {
    /// The value of a feature, in its own unit where its steps can be undone.
    Feature(usize),
    /// The margin on the list price, a fraction of one in whole basis points.
    Margin,
    /// The price of one unit of budget, by as much for every arm. Told is the price without what budgets of some arms add.
    BudgetPrice,
    /// What giving this arm is expected to cost, in minor units; whatever it costs less the shop gains.
    Cost(usize),
}

/// A change that would alter the offer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Change {
    /// What would have to be different.
    pub lever: Lever,
    /// Its value now; none when missing.
    pub from: Option<f64>,
    /// The value that would alter the offer.
    pub to: f64,
    /// The arm that would then be best.
    pub arm: usize,
}

impl Engine {
    /// One change of each lever, as far as there is one; the nearer of feature and margin first.
    pub(super) fn changes(&self, considered: &Considered) -> Vec<Change> {
        let best = considered.appraisal.best();
        let features = 0..self.content().program.features.len();
        let by_feature = features.filter_map(|index| self.feature_change(considered, index, best));
        let feature = by_feature.reduce(|a, b| if b.0 < a.0 { b } else { a });
        let margin = self.margin_change(considered, best);
        let margin_is_nearer = matches!((feature, margin), (Some(a), Some(b)) if b.0 < a.0);
        let [first, second] = if margin_is_nearer { [margin, feature] } else { [feature, margin] };
        let money = [self.price_change(considered, best), self.cost_change(considered, best)];
        let mut changes = Vec::new();
        for change in [first.map(|(_, change)| change), second.map(|(_, change)| change), money[0], money[1]] {
            changes.extend(change);
        }
        changes
    }

    /// With its distance, as a share of what training saw of the feature.
    fn feature_change(&self, considered: &Considered, index: usize, best: usize) -> Option<(f64, Change)> {
        let (low, high) = self.content().model.range(index)?;
        let feature = &self.content().program.features[index];
        let now = considered.features.get(index);
        let start = math::clamp(now.unwrap_or(low), low, high);
        let arm_at = |value: f64| {
            let mut features = considered.features;
            features.set(index, feature.seen(value));
            overtaking(&self.appraise(&features, considered.stakes), best)
        };
        let (value, arm) = scan(start, low, high, best, &arm_at)?;
        let from = now.map(|value| feature.show(value));
        let change = Change { lever: Lever::Feature(index), from, to: feature.show(value), arm };
        Some(((value - start).abs() / (high - low), change))
    }

    /// With its distance, as a share of the whole range of margins.
    fn margin_change(&self, considered: &Considered, best: usize) -> Option<(f64, Change)> {
        let start = considered.stakes.margin.fraction();
        let whole = |margin: f64| BasisPoints::new(math::round(margin * 10_000.0) as u16).unwrap_or_default();
        let arm_at = |margin: f64| {
            let stakes = Stakes { margin: whole(margin), ..considered.stakes };
            overtaking(&self.appraise(&considered.features, stakes), best)
        };
        let (value, arm) = scan(start, 0.0, 1.0, best, &arm_at)?;
        let to = whole(value).fraction();
        Some(((to - start).abs(), Change { lever: Lever::Margin, from: Some(start), to, arm }))
    }

    /// An arm's value falls with the price by what it costs, so another one overtakes where two lines cross.
    fn price_change(&self, considered: &Considered, best: usize) -> Option<Change> {
        let Considered { appraisal, stakes, .. } = considered;
        let now = stakes.budget_prices[0];
        let cost = |arm: usize| appraisal.outcomes[arm].cost;
        let mut nearest: Option<(f64, f64)> = None;
        for (arm, lag) in lags(appraisal, best) {
            let apart = cost(best) - cost(arm);
            let (to, sign) = (now + lag / apart, apart.signum());
            let is_nearer = nearest.is_none_or(|(known, _)| (to - now).abs() < (known - now).abs());
            if apart != 0.0 && (0.0..=DEAREST).contains(&to) && is_nearer {
                nearest = Some((to, sign));
            }
        }
        let arm_at = |price: f64| {
            let mut stakes = *stakes;
            stakes.budget_prices.iter_mut().for_each(|of_arm| *of_arm = *of_arm - now + price);
            overtaking(&self.appraise(&considered.features, stakes), best)
        };
        let (to, arm) = beyond(nearest?, best, &arm_at)?;
        (to >= 0.0).then_some(Change { lever: Lever::BudgetPrice, from: Some(now), to, arm })
    }

    /// Another arm that costs less, but not less than nothing, or the best one that costs more.
    fn cost_change(&self, considered: &Considered, best: usize) -> Option<Change> {
        let Considered { appraisal, stakes, .. } = considered;
        let cost = |arm: usize| appraisal.outcomes[arm].cost;
        // What an arm is worth more for every unit that it costs less; how near a price is to the market's costs nothing.
        let net = if stakes.target == Target::MarketPrice { 0.0 } else { 1.0 };
        let worth = |arm: usize| net + stakes.budget_prices[arm];
        let lags = lags(appraisal, best);
        let mut nearest: Option<(usize, f64)> = None;
        let mut consider = |arm: usize, by: f64| {
            if by.is_finite() && nearest.is_none_or(|(_, known)| by.abs() < known.abs()) {
                nearest = Some((arm, by));
            }
        };
        for (arm, lag) in &lags {
            let by = -lag / worth(*arm);
            if *arm > 0 && cost(*arm) + by >= 0.0 {
                consider(*arm, by);
            }
        }
        if best > 0 {
            lags.iter().for_each(|(_, lag)| consider(best, lag / worth(best)));
        }
        let (arm, by) = nearest?;
        let best_at = |to: f64| {
            let mut altered = *appraisal;
            altered.values[arm] = appraisal.values[arm].map(|value| value + worth(arm) * (cost(arm) - to));
            overtaking(&altered, best)
        };
        let sign = if arm == best { 1.0 } else { -1.0 };
        let (to, then) = beyond((cost(arm) + by, sign), best, &best_at)?;
        Some(Change { lever: Lever::Cost(arm), from: Some(cost(arm)), to, arm: then })
    }
}

/// The arm that is best by now, or `best` still where the two are equals: those are drawn by chance.
fn overtaking(appraisal: &Appraisal, best: usize) -> usize {
    let arm = appraisal.best();
    if appraisal.values[arm] > appraisal.values[best] { arm } else { best }
}

/// The other allowed arms, and by how much the best one is worth more.
fn lags(appraisal: &Appraisal, best: usize) -> Vec<(usize, f64)> {
    let mut lags = Vec::new();
    for (arm, value) in appraisal.values.iter().enumerate().filter(|(arm, _)| *arm != best) {
        if let (Some(top), Some(value)) = (appraisal.values[best], *value) {
            lags.push((arm, top - value));
        }
    }
    lags
}

/// The first of ever larger steps from a crossing, in the direction of its sign, at which `arm_at` is not `best`: at the
/// crossing itself two arms are equals, and rounding may move it.
fn beyond((crossing, sign): (f64, f64), best: usize, arm_at: &dyn Fn(f64) -> usize) -> Option<(f64, usize)> {
    let mut step = 0.0;
    for _ in 0..STEPS {
        let place = crossing + sign * step;
        let arm = arm_at(place);
        if arm != best {
            return Some((place, arm));
        }
        step = if step == 0.0 { crossing.abs().max(1.0) * f64::EPSILON } else { step * 4.0 };
    }
    None
}

/// The value nearest to `start` within `low..=high` at which `arm_at` is not `best`, narrowed down by halving.
fn scan(start: f64, low: f64, high: f64, best: usize, arm_at: &dyn Fn(f64) -> usize) -> Option<(f64, usize)> {
    for step in 1..=STEPS {
        for end in [low, high] {
            let place = |step: usize| start + (end - start) * step as f64 / STEPS as f64;
            if arm_at(place(step)) != best {
                let value = halve(place(step - 1), place(step), best, arm_at);
                return Some((value, arm_at(value)));
            }
        }
    }
    None
}

fn halve(mut same: f64, mut other: f64, best: usize, arm_at: &dyn Fn(f64) -> usize) -> f64 {
    for _ in 0..16 {
        let middle = (same + other) / 2.0;
        if arm_at(middle) == best {
            same = middle;
        } else {
            other = middle;
        }
    }
    other
}
