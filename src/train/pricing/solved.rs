//! Budgets as limits, their prices, and what those prices do: what is spent, what is gained, by whose account.
//!
//! What a price does is what devices do with it: the arm worth most at it, nothing repaired and nothing filled up.

use super::held_out::HeldOut;
use super::params::{BudgetKind, BudgetParams, CheckedPricing, Period};
use crate::engine::Engine;
use crate::error::{Code, Error, Result};
use crate::evaluate::metrics::mean_and_half;
use crate::evaluate::summary::Figure;
use crate::math::ordered_sum;
use crate::train::budget::{CheckedProgram, Limit, Offers, Plan, Program};
use crate::train::random::Random;
use crate::train::table::minor_units;

/// Budgets with their prices.
pub struct Solved<'a> {
    /// What decisions are held out.
    pub held: &'a HeldOut<'a>,
    /// The budgets.
    pub checked: &'a CheckedPricing,
    /// Offers and limits, in the order of the budgets.
    pub program: CheckedProgram<'a>,
    /// By budget: held-out decisions over those that it is for.
    pub scales: Vec<f64>,
    /// The plan with its prices and its bound.
    pub plan: Plan,
}

/// What some choice comes to on held-out decisions, in minor units.
#[derive(Clone, Debug)]
pub struct Tally {
    /// What offers cost.
    pub spend: f64,
    /// What they gain by the model.
    pub believed: f64,
    /// What they gain as it is judged, by shopper.
    pub gains: Vec<f64>,
    /// How many are made.
    pub offered: f64,
}

impl<'a> Solved<'a> {
    /// Finds the prices.
    ///
    /// # Errors
    /// An arm or decisions that do not exist, days of decisions without moments, floors that cannot be reached.
    pub fn of(held: &'a HeldOut<'a>, checked: &'a CheckedPricing, engine: &Engine) -> Result<Solved<'a>> {
        let scales: Vec<f64> = checked.periods.iter().map(|period| scale(held, *period)).collect::<Result<_>>()?;
        let minor = minor_units(&held.shop[1]);
        let limit = |(budget, scale): (&BudgetParams, &f64)| limit(held, budget, budget.amount * minor * scale, engine);
        let limits = checked.params.budget.iter().zip(&scales).map(limit).collect::<Result<Vec<_>>>()?;
        let program = Program { offers: &held.offers, limits, seed: checked.params.seed }.check()?;
        let plan = program.solve().map_err(advised)?;
        Ok(Solved { held, checked, program, scales, plan })
    }

    /// What gains are judged by: what happened, where that is known.
    pub fn judge(&self) -> &Offers {
        self.held.outcomes.as_ref().unwrap_or(&self.held.offers)
    }

    /// Counts a choice over the decisions that `limit` counts, and its spend as that limit has it; over all without one.
    pub fn tally(&self, arm_of: impl Fn(usize) -> usize, limit: Option<&Limit>) -> Tally {
        let (offers, judge) = (&self.held.offers, self.judge());
        let mut tally = Tally { spend: 0.0, believed: 0.0, gains: vec![0.0; self.held.units], offered: 0.0 };
        for row in 0..offers.shoppers() {
            let counts = limit.and_then(|limit| limit.shoppers.as_ref()).is_none_or(|shoppers| shoppers[row]);
            let arm = arm_of(row);
            if arm == 0 || !counts {
                continue;
            }
            tally.spend += limit.map_or_else(|| offers.cost(row, arm), |limit| limit.weight(offers, row, arm));
            tally.believed += offers.gain(row, arm);
            tally.gains[self.held.unit[row] as usize] += judge.gain(row, arm);
            tally.offered += 1.0;
        }
        tally
    }

    /// What devices do at some prices.
    pub fn at(&self, prices: &[f64], limit: Option<&Limit>) -> Tally {
        let chosen = self.program.choose(prices);
        self.tally(|row| usize::from(chosen[row]), limit)
    }

    /// What the prices found on one half of the shoppers spend of a spend's part for the other half, both ways; nothing
    /// where a half has no prices.
    pub fn on_the_other_half(&self) -> Vec<Vec<f64>> {
        let first =
            |row: &usize| Random::new(self.checked.params.seed ^ u64::from(self.held.unit[*row])).bits() & 1 == 0;
        let (one, other): (Vec<usize>, Vec<usize>) = (0..self.held.offers.shoppers()).partition(first);
        let shares = [(&one, &other), (&other, &one)].map(|(from, to)| self.carried(from, to));
        let limits = self.program.limits().len();
        (0..limits).map(|limit| shares.iter().flatten().map(|shares| shares[limit]).collect()).collect()
    }

    fn carried(&self, from: &[usize], to: &[usize]) -> Option<Vec<f64>> {
        let (offers, limits) = self.part(from)?;
        let prices = Program { offers: &offers, limits, seed: 0 }.check().ok()?.solve().ok()?.prices;
        let (offers, limits) = self.part(to)?;
        let program = Program { offers: &offers, limits, seed: 0 }.check().ok()?;
        let chosen = program.choose(&prices);
        let used = |limit: &Limit| {
            let weights = chosen.iter().enumerate().map(|(row, arm)| limit.weight(&offers, row, usize::from(*arm)));
            ordered_sum(weights) / limit.at_most
        };
        Some(program.limits().iter().map(used).collect())
    }

    /// Some decisions with their part of every limit.
    fn part(&self, rows: &[usize]) -> Option<(Offers, Vec<Limit>)> {
        let share = rows.len() as f64 / self.held.offers.shoppers() as f64;
        let limits = self.program.limits().iter().map(|limit| Limit {
            at_most: limit.at_most * share,
            shoppers: limit.shoppers.as_ref().map(|shoppers| rows.iter().map(|row| shoppers[*row]).collect()),
            ..limit.clone()
        });
        Some((self.held.offers.pick(rows).ok()?, limits.collect()))
    }
}

/// How many held-out decisions stand for one of a period.
pub fn scale(held: &HeldOut, period: Period) -> Result<f64> {
    match (period, held.days) {
        (Period::HeldOut, _) => Ok(1.0),
        (Period::Decisions(many), _) => Ok(held.offers.shoppers() as f64 / many),
        (Period::Days(days), Some(all)) => Ok(all / days),
        (Period::Days(_), None) => Err(Error::new(
            Code::BadConfig,
            "days: held-out rows of this table have no moments; say `decisions` instead",
        )),
    }
}

fn limit(held: &HeldOut, budget: &BudgetParams, amount: f64, engine: &Engine) -> Result<Limit> {
    let limit = match budget.kind {
        BudgetKind::Spend => Limit::spend(&budget.name, amount),
        BudgetKind::ProfitFloor => Limit::profit_floor(&budget.name, amount),
        BudgetKind::ReturnFloor => Limit::return_floor(&budget.name, budget.amount),
    };
    let limit = match budget.arms.is_empty() {
        true => limit,
        false => limit.for_arms(&places(&budget.arms, engine).map_err(|error| named(budget, &error))?),
    };
    match &budget.whose {
        None => Ok(limit),
        Some(whose) => {
            let shoppers = (held.whose)(&whose.attribute, &whose.is).map_err(|error| named(budget, &error))?;
            Ok(limit.for_shoppers(shoppers))
        }
    }
}

/// Arms by their names.
fn places(arms: &[String], engine: &Engine) -> Result<Vec<usize>> {
    let known: Vec<&str> = engine.content().menu.arms.iter().map(|arm| arm.id.as_str()).collect();
    let place = |arm: &String| {
        let unknown =
            || Error::new(Code::BadConfig, format!("the model has no arm `{arm}`; it has {}", known.join(", ")));
        known.iter().position(|known| known == arm).ok_or_else(unknown)
    };
    arms.iter().map(place).collect()
}

fn named(budget: &BudgetParams, error: &Error) -> Error {
    Error::new(error.code(), format!("budget `{}`: {error}", budget.name))
}

fn advised(error: Error) -> Error {
    Error::new(error.code(), format!("{error}; lower a floor, or raise the amount of a spend"))
}

impl Tally {
    /// What is gained, with its interval over shoppers.
    pub fn gain(&self) -> Figure {
        total(&self.gains)
    }
}

/// A sum over shoppers with the 95 % interval that another draw of as many shoppers would have.
pub fn total(by_shopper: &[f64]) -> Figure {
    let shoppers = by_shopper.len() as f64;
    let (mean, half) = mean_and_half(by_shopper);
    Figure { value: mean * shoppers, low: (mean - half) * shoppers, high: (mean + half) * shoppers }
}
