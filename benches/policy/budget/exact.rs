//! The best choice within one budget, exactly: an integer solver on the few arms that no bound rules out.
//!
//! At a price, `bound` is what no choice exceeds, and a choice that gives one shopper an arm worth `loss` less than the
//! best exceeds `bound − loss` no more. Where that is below what a known choice earns, the arm is in no better one and is
//! left out (reduced-cost fixing; Crowder, Johnson and Padberg, Operations Research 1983). Changing a few shoppers first finds
//! so good a choice that a handful of arms are left, which branch and bound settles. Only benches and tests come
//! here: it is *not* how a shop finds a price.

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolutionStatus, SolveOptions, Variable};
use skonto::train::budget::{Offers, Plan};
use std::time::Duration;

/// Arms up to which all threes of them are tried.
const WIDTH: usize = 200;

/// An arm that a better choice may give to a shopper in place of the one that the price picks.
#[derive(Clone, Copy)]
struct Change {
    shopper: usize,
    gain: f64,
    cost: f64,
    loss: f64,
}

/// What the best choice within `budget` earns, given a plan for it; none where the solver did not prove it in time.
pub fn optimum(offers: &Offers, budget: f64, plan: &Plan, within: Duration) -> Option<f64> {
    let (start, room, changes) = picked(offers, budget, plan.prices[0])?;
    let open = |known: f64| -> Vec<Change> {
        changes.iter().filter(|change| plan.bound - change.loss >= known - 1e-9).copied().collect()
    };
    let mut known = plan.gain;
    for (most, width) in [(2, usize::MAX), (3, WIDTH)] {
        let open = open(known);
        let more = if open.len() <= width { few_changes(&open, room, most) } else { None };
        known = more.map_or(known, |more| known.max(start + more));
    }
    solved(&open(known), room, within).map(|more| known.max(start + more))
}

/// What the price picks: its gain, the money it leaves, and every other arm as a change of it.
fn picked(offers: &Offers, budget: f64, price: f64) -> Option<(f64, f64, Vec<Change>)> {
    let worth = |shopper: usize, arm: usize| offers.gain(shopper, arm) - price * offers.cost(shopper, arm);
    let (mut gain, mut room, mut changes) = (0.0, budget, Vec::new());
    for shopper in 0..offers.shoppers() {
        let best =
            offers.allowed(shopper).max_by(|one, other| worth(shopper, *one).total_cmp(&worth(shopper, *other)))?;
        (gain, room) = (gain + offers.gain(shopper, best), room - offers.cost(shopper, best));
        changes.extend(offers.allowed(shopper).filter(|arm| *arm != best).map(|arm| Change {
            shopper,
            gain: offers.gain(shopper, arm) - offers.gain(shopper, best),
            cost: offers.cost(shopper, arm) - offers.cost(shopper, best),
            loss: worth(shopper, best) - worth(shopper, arm),
        }));
    }
    Some((gain, room, changes))
}

/// The most that a few changes bring within the room there is; none where no such fit.
fn few_changes(open: &[Change], room: f64, most: usize) -> Option<f64> {
    let with = |(at, change): (usize, &Change)| {
        let (left, rest) = (room - change.cost, &open[at + 1..]);
        let others = &rest[rest.partition_point(|other| other.shopper == change.shopper)..];
        let more = if most > 1 { few_changes(others, left, most - 1) } else { None };
        let alone = (left >= 0.0).then_some(0.0);
        alone.into_iter().chain(more).max_by(f64::total_cmp).map(|more| change.gain + more)
    };
    open.iter().enumerate().filter_map(with).max_by(f64::total_cmp)
}

/// What the best changes bring, at most one by shopper, that together cost no more than there is room for.
fn solved(open: &[Change], room: f64, within: Duration) -> Option<f64> {
    if open.is_empty() {
        return (room >= 0.0).then_some(0.0);
    }
    let mut problem = Problem::new(OptimizationDirection::Maximize);
    let taken: Vec<Variable> = open.iter().map(|change| problem.add_binary_var(change.gain)).collect();
    let costs: Vec<(Variable, f64)> = taken.iter().zip(open).map(|(taken, change)| (*taken, change.cost)).collect();
    problem.add_constraint(&costs, ComparisonOp::Le, room);
    let mut from = 0;
    for same in open.chunk_by(|one, other| one.shopper == other.shopper) {
        let one_each: Vec<(Variable, f64)> = taken[from..from + same.len()].iter().map(|taken| (*taken, 1.0)).collect();
        problem.add_constraint(&one_each, ComparisonOp::Le, 1.0);
        from += same.len();
    }
    let mut options = SolveOptions::default();
    options.time_limit = Some(within);
    let solution = problem.solve_with(options).ok()?.into_solution().ok()?;
    let brings = |(taken, change): (&Variable, &Change)| change.gain * solution.var_value(*taken).round();
    (solution.status() == SolutionStatus::Optimal).then(|| taken.iter().zip(open).map(brings).sum())
}
