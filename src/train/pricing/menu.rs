//! Prices of limits as budgets of a menu: what a device can be told.
//!
//! A device charges for costs only. A floor under gains with price `μ` makes a choice worth `(1 + μ) · gain − λ · cost`, which
//! picks what `gain − λ / (1 + μ) · cost` picks: it makes other budgets cheaper. A floor under the return, `ρ · cost ≤ gain`,
//! does the same and charges `μ · ρ` for costs besides. So every limit but one on the number of offers travels as a price of
//! costs; prices are rounded up to the file's precision, towards stinginess.

use super::params::{BudgetKind, slug};
use super::solved::Solved;
use crate::error::{Code, Error, Result};
use crate::event::Timestamp;
use crate::policy::Budget;
use crate::train::budget::{Curve, ceiling};

/// The highest price of a menu.
const HIGHEST: f64 = 1_000.0;
/// A price is raised by so much, so that whoever is worth exactly the price is offered nothing, however amounts are rounded.
const ABOVE: f64 = 1.0 + 1e-6;
/// Points of the curve from which a fallback is read.
const POINTS: usize = 200;

/// What a budget is in the file, in double precision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Packed {
    /// Its price for costs; 0 where it charges none.
    pub price: f64,
    /// The same after the last moment.
    pub fallback: f64,
}

/// What every budget is in the file.
///
/// # Errors
/// A price above the highest that a file has room for.
pub fn budgets(solved: &Solved) -> Result<Vec<Packed>> {
    let cheaper = cheaper(solved);
    let of = |at: usize| {
        let (budget, price) = (&solved.checked.params.budget[at], solved.plan.prices[at]);
        let share = solved.checked.params.fallback_share;
        let (price, fallback) = match budget.kind {
            BudgetKind::Spend => (price / cheaper, fallback(solved, at)? / cheaper),
            BudgetKind::ProfitFloor => (0.0, 0.0),
            BudgetKind::ReturnFloor => (price * budget.amount / cheaper, price * budget.amount / cheaper / share),
        };
        let (price, fallback) = (f64::from(ceiling(price * ABOVE)), f64::from(ceiling(fallback * ABOVE)));
        match price <= HIGHEST {
            true => Ok(Packed { price, fallback: fallback.max(price).min(HIGHEST) }),
            false => {
                let what = format!(
                    "budget `{}`: every unit of it would have to earn {price:.0}, and a file has room for {HIGHEST}; raise \
                     its amount",
                    budget.name
                );
                Err(Error::new(Code::OutOfRange, what))
            }
        }
    };
    (0..solved.plan.prices.len()).map(of).collect()
}

/// By what a floor under gains makes costs cheaper: `1 + Σ μ`.
fn cheaper(solved: &Solved) -> f64 {
    let prices = solved.checked.params.budget.iter().zip(&solved.plan.prices);
    let floors = prices.filter(|(budget, _)| budget.kind != BudgetKind::Spend);
    floors.fold(1.0, |sum, (_, price)| sum + price)
}

/// The price at which a share of a spend is spent, never below its price.
fn fallback(solved: &Solved, at: usize) -> Result<f64> {
    let (share, amount) = (solved.checked.params.fallback_share, solved.program.limits()[at].at_most);
    let curve = Curve::of(&solved.program.alone(&solved.plan.prices, at)?, POINTS)?;
    let most = curve.points[0].spend.min(amount);
    let price = curve.price_within(most * share).unwrap_or_else(|| curve.points[curve.points.len() - 1].price);
    Ok(price.max(solved.plan.prices[at]).min(HIGHEST))
}

/// The files to write: a name, whose devices read it, its budgets. The first is for everybody outside the budgets that are
/// for some decisions only; each of those has one of its own.
pub fn files(solved: &Solved, packed: &[Packed]) -> Vec<(String, String, Vec<Budget>)> {
    let budgets = &solved.checked.params.budget;
    let of = |own: Option<usize>| {
        let counts = |at: &usize| (budgets[*at].whose.is_none() || Some(*at) == own) && packed[*at].fallback > 0.0;
        (0..budgets.len()).filter(counts).map(|at| menu_budget(solved, packed, at)).collect::<Vec<Budget>>()
    };
    let rest = "everybody".to_string();
    let mut files = vec![("model.skonto".to_string(), rest, of(None))];
    for (at, budget) in budgets.iter().enumerate() {
        if let Some(whose) = &budget.whose {
            let is_for = format!("{} {}", whose.attribute, whose.is);
            files.push((format!("model-{}.skonto", slug(&budget.name)), is_for, of(Some(at))));
        }
    }
    if files.len() > 1 {
        files[0].1 = "everybody else".into();
    }
    files
}

fn menu_budget(solved: &Solved, packed: &[Packed], at: usize) -> Budget {
    let limit = &solved.program.limits()[at];
    let arms = (1u32 << solved.held.offers.arms()) - 1;
    Budget {
        id: limit.name.clone(),
        price: packed[at].price as f32,
        fallback: packed[at].fallback as f32,
        not_after: solved.checked.expires.map_or(0, Timestamp::seconds),
        arms: limit.arms & arms as u16 & !1,
    }
}
