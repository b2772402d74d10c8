//! What prices spend and gain on held-out decisions, beside other prices, none at all, and one arm drawn by chance.

use super::Told;
use super::menu::Packed;
use super::params::{BudgetKind, Period};
use super::solved::{Solved, Tally, scale, total};
use crate::engine::{Engine, Request, Terms};
use crate::error::Result;
use crate::evaluate::pricing::{ArmShares, Budget, HeldOut, JudgedBy, Point, Policy, Pricing, counted};
use crate::evaluate::summary::Figure;
use crate::math::ordered_sum;
use crate::money::Money;
use crate::train::budget::Curve;
use crate::train::table::minor_units;

/// Points of a budget's curve.
const POINTS: usize = 24;
/// A spend that leaves more of its budget than this share, at a price above 0, has many who are worth the same.
const LEFT_OVER: f64 = 0.1;

/// Everything but the files.
pub fn measure(solved: &Solved, packed: &[Packed], engine: &Engine, told: Told) -> Result<Pricing> {
    let (held, params) = (solved.held, &solved.checked.params);
    let units = Units { minor: minor_units(&held.shop[1]), scale: scale(held, solved.checked.usual)? };
    let none = vec![0.0; solved.plan.prices.len()];
    let (free, priced) = (solved.at(&none, None), solved.at(&solved.plan.prices, None));
    let (single, over_single) = over_single(solved, &priced, engine, units);
    let halves = solved.on_the_other_half();
    let budget = |at: usize| {
        told("curves", at as u64, params.budget.len() as u64);
        budget(solved, packed, at, &halves[at], units)
    };
    let budgets = (0..params.budget.len()).map(budget).collect::<Result<Vec<_>>>()?;
    told("curves", 1, 1);
    let policies = vec![
        units.policy("no budget", &free, held.offers.shoppers()),
        units.policy("these prices", &priced, held.offers.shoppers()),
    ];
    Ok(Pricing {
        skonto_version: env!("CARGO_PKG_VERSION").into(),
        shop: held.shop[0].clone(),
        title: params.title.clone(),
        currency: held.shop[1].clone(),
        rows: held.rows.clone(),
        judged_by: if held.outcomes.is_some() { JudgedBy::Outcomes } else { JudgedBy::Model },
        period: period(solved, solved.checked.usual),
        held_out: HeldOut { rows: held.offers.shoppers() as u64, shoppers: held.units as u64, rule: held.rule.clone() },
        warnings: warnings(solved, &budgets),
        budgets,
        policies,
        over_single,
        single,
        share_of_bound: priced.believed / solved.plan.bound,
        arms: arms(solved, &none, engine),
        ..Pricing::default()
    })
}

/// From minor units on held-out decisions to money in a period.
#[derive(Clone, Copy)]
struct Units {
    minor: f64,
    scale: f64,
}

impl Units {
    fn money(self, amount: f64) -> f64 {
        amount / self.minor / self.scale
    }

    fn figure(self, figure: Figure) -> Figure {
        Figure { value: self.money(figure.value), low: self.money(figure.low), high: self.money(figure.high) }
    }

    fn policy(self, name: &str, tally: &Tally, rows: usize) -> Policy {
        Policy {
            name: name.into(),
            spend: self.money(tally.spend),
            gain: self.figure(tally.gain()),
            believed: self.money(tally.believed),
            offered: tally.offered / rows as f64,
        }
    }
}

fn period(solved: &Solved, period: Period) -> String {
    let held = solved.held;
    let rows = |many: f64| counted(many, [&held.rows[0], &held.rows[1]]);
    match (period, held.days) {
        (Period::Decisions(many), _) => rows(many),
        (Period::Days(days), _) | (Period::HeldOut, Some(days)) => counted(days, ["day", "days"]),
        (Period::HeldOut, None) => rows(held.offers.shoppers() as f64),
    }
}

fn is_for(solved: &Solved, at: usize) -> String {
    let budget = &solved.checked.params.budget[at];
    let mut words = period(solved, solved.checked.periods[at]);
    if !budget.arms.is_empty() {
        words += &format!(", {}", budget.arms.join(", "));
    }
    if let Some(whose) = &budget.whose {
        words += &format!(", {} {}", whose.attribute, whose.is);
    }
    words
}

fn budget(solved: &Solved, packed: &[Packed], at: usize, halves: &[f64], usual: Units) -> Result<Budget> {
    let (params, limit) = (&solved.checked.params.budget[at], &solved.program.limits()[at]);
    let units = Units { scale: solved.scales[at], ..usual };
    let priced = solved.at(&solved.plan.prices, Some(limit));
    let (all, gained) = (solved.at(&solved.plan.prices, None), ordered_sum(priced.gains.iter().copied()));
    let used = match params.kind {
        BudgetKind::Spend => units.money(priced.spend),
        BudgetKind::ProfitFloor => units.money(gained),
        BudgetKind::ReturnFloor => gained / all.spend,
    };
    let is_spend = params.kind == BudgetKind::Spend;
    Ok(Budget {
        name: params.name.clone(),
        kind: kind(params.kind).into(),
        amount: params.amount,
        is_for: is_for(solved, at),
        price: solved.plan.prices[at],
        packed: packed[at].price,
        fallback: packed[at].fallback,
        expires: solved.checked.params.expires.clone().unwrap_or_default(),
        used,
        other_half: if is_spend && params.amount > 0.0 { halves.to_vec() } else { Vec::new() },
        curve: if is_spend { curve(solved, at, units)? } else { Vec::new() },
    })
}

fn kind(kind: BudgetKind) -> &'static str {
    match kind {
        BudgetKind::Spend => "spend",
        BudgetKind::ProfitFloor => "profit floor",
        BudgetKind::ReturnFloor => "return floor",
    }
}

/// Other prices of one budget while all others stand, the price itself among them.
fn curve(solved: &Solved, at: usize, units: Units) -> Result<Vec<Point>> {
    let (limit, found) = (&solved.program.limits()[at], solved.plan.prices[at]);
    let alone = Curve::of(&solved.program.alone(&solved.plan.prices, at)?, POINTS)?;
    let mut prices: Vec<f64> = alone.points.iter().map(|point| point.price).collect();
    if !prices.contains(&found) {
        prices.push(found);
    }
    prices.sort_by(f64::total_cmp);
    let rows = match &limit.shoppers {
        Some(shoppers) => shoppers.iter().filter(|counts| **counts).count(),
        None => solved.held.offers.shoppers(),
    };
    let point = |price: f64| {
        let mut all = solved.plan.prices.clone();
        all[at] = price;
        let tally = solved.at(&all, Some(limit));
        Point {
            price,
            spend: units.money(tally.spend),
            believed: units.money(tally.believed),
            gain: units.figure(tally.gain()),
            offered: tally.offered / rows as f64,
        }
    };
    Ok(prices.into_iter().map(point).collect())
}

/// The best single arm, given to so many drawn by chance that it spends what the prices do, and what these gain above it.
/// The arm is chosen with hindsight, which favours it.
fn over_single(solved: &Solved, priced: &Tally, engine: &Engine, units: Units) -> (String, Figure) {
    let offers = &solved.held.offers;
    let rival = |arm: usize| {
        let tally = solved.tally(|row| if offers.allows(row, arm) { arm } else { 0 }, None);
        let share = if tally.spend > 0.0 { (priced.spend / tally.spend).clamp(0.0, 1.0) } else { 1.0 };
        (arm, share, ordered_sum(tally.gains.iter().copied()) * share, tally.gains)
    };
    let best = (1..offers.arms()).map(rival).max_by(|one, other| one.2.total_cmp(&other.2));
    let Some((arm, share, _, gains)) = best else { return (String::new(), Figure::default()) };
    let more: Vec<f64> = priced.gains.iter().zip(&gains).map(|(ours, theirs)| ours - share * theirs).collect();
    (engine.content().menu.arms[arm].id.clone(), units.figure(total(&more)))
}

fn arms(solved: &Solved, none: &[f64], engine: &Engine) -> Vec<ArmShares> {
    let shares = [none, &solved.plan.prices].map(|prices| {
        let chosen = solved.program.choose(prices);
        let share = |arm: usize| {
            chosen.iter().filter(|chosen| usize::from(**chosen) == arm).count() as f64 / chosen.len() as f64
        };
        (0..solved.held.offers.arms()).map(share).collect::<Vec<f64>>()
    });
    let named = engine.content().menu.arms.iter().zip(shares[0].iter().zip(&shares[1]));
    named.map(|(arm, (free, priced))| ArmShares { arm: arm.id.clone(), free: *free, priced: *priced }).collect()
}

fn warnings(solved: &Solved, budgets: &[Budget]) -> Vec<String> {
    let mut warnings = Vec::new();
    for (budget, limit) in budgets.iter().zip(solved.program.limits()) {
        let is_spend = limit.per_cost == 1.0 && limit.per_gain == 0.0;
        if is_spend && budget.price > 0.0 && budget.used < (1.0 - LEFT_OVER) * budget.amount {
            warnings.push(format!(
                "Budget {}: many are worth the same to this model, and no price offers to some of them only. {} of it is left \
                 over; a model whose gains differ more would spend it.",
                budget.name,
                format_args!("{:.0}\u{202f}%", 100.0 * (1.0 - budget.used / budget.amount))
            ));
        }
        if is_spend && budget.used > 1.001 * budget.amount {
            warnings
                .push(format!("Budget {}: prices alone spend more than it; the ledger must stop them.", budget.name));
        }
    }
    if solved.held.outcomes.is_none() {
        warnings.push(
            "Gains are the model's own: nobody drew the offers by chance, so nothing else is known of them.".into(),
        );
    }
    warnings
}

/// Of the decisions kept for it, the share that the file decides as its prices pick.
pub fn same_as_found(solved: &Solved, engine: &Engine, prices: &[f64]) -> f64 {
    let found = |row: usize| {
        let worth = |arm: usize| {
            let charges = solved.program.limits().iter().zip(prices).filter(|(limit, _)| limit.arms >> arm & 1 == 1);
            let price = charges.fold(0.0, |sum, (_, price)| sum + price);
            solved.held.offers.gain(row, arm) - price * solved.held.offers.cost(row, arm)
        };
        solved.held.offers.allowed(row).fold(0, |best, arm| if worth(arm) > worth(best) { arm } else { best })
    };
    let last = engine.content().menu.budgets.iter().map(|budget| budget.not_after).max().unwrap_or(0);
    let asked = solved.held.again.iter().filter(|(_, case)| last == 0 || case.now.seconds() <= last);
    let same = asked.map(|(row, case)| {
        let list = Money::new(case.price as i64).unwrap_or_default();
        let request = Request {
            group: Some(case.group),
            list,
            now: case.now,
            attributes: &case.attributes,
            ..Request::default()
        };
        f64::from(engine.decide(&case.profile, &request, &Terms::default()).arm == found(*row))
    });
    let same: Vec<f64> = same.collect();
    ordered_sum(same.iter().copied()) / same.len() as f64
}
