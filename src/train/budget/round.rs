//! From prices to a choice that keeps every limit and wastes little.
//!
//! Prices alone leave room: the next shopper's step did not fit, or a whole segment is worth the same at its price and
//! flips together. Repair takes back what is worth least for the room it frees; fill gives what earns most for the
//! charges it adds, each shopper once, equals in the order of a hash. With one limit a larger one never earns less: at
//! the first offer that only the larger one has room for, what the smaller one can still fill is worth less than it.

use super::limit::Limit;
use super::program::{CheckedProgram, Plan};
use crate::error::{Code, Error, Result};
use crate::train::random::Random;

/// Offers up to which every one is tried; beyond, only those nearly worth their charges.
const TRY_ALL: usize = 1 << 20;

/// The least gain by charge of an offer that is tried where there are many.
const NEARLY: f64 = 0.99;

/// Gain by charge from which on an offer counts as worth the same as the one picked.
const TIED: f64 = 1.0 - 1e-6;

/// One shopper given another arm.
struct Move {
    shopper: u32,
    arm: u8,
    rank: f64,
    hash: u64,
}

fn hash(program: &CheckedProgram, shopper: usize) -> u64 {
    Random::new(program.seed() ^ (shopper as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)).bits()
}

/// What counts as kept: sums may differ from the limit by the rounding of a million additions.
fn room(limit: &Limit) -> f64 {
    limit.at_most + 1e-12 * limit.at_most.abs()
}

/// Gives shoppers other arms until every limit is kept.
pub fn repair(program: &CheckedProgram, plan: &mut Plan) -> Result<()> {
    for _ in 0..8 * program.limits().len() {
        let over = |limit: &usize| plan.used[*limit] - program.limits()[*limit].at_most;
        let broken = (0..plan.used.len()).filter(|limit| plan.used[*limit] > room(&program.limits()[*limit]));
        let Some(limit) = broken.max_by(|left, right| over(left).total_cmp(&over(right))) else { return Ok(()) };
        free(program, plan, limit);
    }
    let over = |limit: &usize| plan.used[*limit] > room(&program.limits()[*limit]);
    (0..plan.used.len()).find(over).map_or(Ok(()), |limit| {
        let limit = &program.limits()[limit];
        Err(Error::new(Code::OutOfRange, format!("limit `{}`: not kept together with the others", limit.name)))
    })
}

fn free(program: &CheckedProgram, plan: &mut Plan, limit: usize) {
    let at_most = program.limits()[limit].at_most;
    for step in sorted(
        program.by_piece(|shoppers| shoppers.filter_map(|shopper| relief(program, plan, limit, shopper)).collect()),
    ) {
        if plan.used[limit] <= at_most {
            return;
        }
        let used = used_after(program, plan, &step);
        let breaks = |other: usize| used[other] > program.limits()[other].at_most && used[other] > plan.used[other];
        if !(0..used.len()).any(|other| other != limit && breaks(other)) {
            (plan.used, plan.arm[step.shopper as usize]) = (used, step.arm);
        }
    }
}

/// The arm that frees most for what it loses.
fn relief(program: &CheckedProgram, plan: &Plan, limit: usize, shopper: usize) -> Option<Move> {
    let now = plan.arm[shopper] as usize;
    let limit = &program.limits()[limit];
    let (weight, worth) = (limit.weight(program.offers(), shopper, now), program.worth(&plan.prices, shopper, now));
    let moves = program.offers().allowed(shopper).filter_map(|arm| {
        let freed = weight - limit.weight(program.offers(), shopper, arm);
        let lost = worth - program.worth(&plan.prices, shopper, arm);
        (freed > 0.0).then(|| (arm, -lost / freed))
    });
    let (arm, rank) = moves.max_by(|left, right| left.1.total_cmp(&right.1))?;
    Some(Move { shopper: shopper as u32, arm: arm as u8, rank, hash: hash(program, shopper) })
}

/// Gives what still fits.
pub fn fill(program: &CheckedProgram, plan: &mut Plan) {
    let offers = program.offers();
    let least = if offers.shoppers() * offers.arms() <= TRY_ALL { 0.0 } else { NEARLY };
    let moves = sorted(program.by_piece(|shoppers| {
        shoppers.flat_map(|shopper| raises(program, plan, shopper)).filter(|step| step.rank >= least).collect()
    }));
    let mut given = vec![false; offers.shoppers()];
    let (mut tied, mut tied_given) = (0.0, 0.0);
    for step in moves {
        let shopper = step.shopper as usize;
        let charge = program.charge(&plan.prices, shopper, step.arm as usize, None)
            - program.charge(&plan.prices, shopper, plan.arm[shopper] as usize, None);
        let counts = step.rank >= TIED && !given[shopper];
        tied += if counts { charge } else { 0.0 };
        let used = used_after(program, plan, &step);
        let fits = used.iter().zip(program.limits()).all(|(used, limit)| *used <= limit.at_most);
        if fits && !given[shopper] {
            tied_given += if counts { charge } else { 0.0 };
            (plan.used, plan.arm[shopper], given[shopper]) = (used, step.arm, true);
        }
    }
    plan.tied_share = if tied > 0.0 { tied_given / tied } else { 0.0 };
}

/// Arms that earn more, ranked by gain for what they are charged.
fn raises<'a>(program: &'a CheckedProgram, plan: &'a Plan, shopper: usize) -> impl Iterator<Item = Move> + 'a {
    let now = plan.arm[shopper] as usize;
    let (gain, charge) = (program.offers().gain(shopper, now), program.charge(&plan.prices, shopper, now, None));
    program.offers().allowed(shopper).filter_map(move |arm| {
        let more = program.offers().gain(shopper, arm) - gain;
        let charged = program.charge(&plan.prices, shopper, arm, None) - charge;
        let rank = if charged > 0.0 { more / charged } else { f64::INFINITY };
        let step = || Move { shopper: shopper as u32, arm: arm as u8, rank, hash: hash(program, shopper) };
        (more > 0.0).then(step)
    })
}

fn used_after(program: &CheckedProgram, plan: &Plan, step: &Move) -> Vec<f64> {
    let (shopper, now) = (step.shopper as usize, plan.arm[step.shopper as usize] as usize);
    let more = program.limits().iter().map(|limit| {
        limit.weight(program.offers(), shopper, step.arm as usize) - limit.weight(program.offers(), shopper, now)
    });
    plan.used.iter().zip(more).map(|(used, more)| used + more).collect()
}

/// By rank from the highest, equals by hash.
fn sorted(pieces: Vec<Vec<Move>>) -> Vec<Move> {
    let mut moves: Vec<Move> = pieces.into_iter().flatten().collect();
    moves.sort_unstable_by(|left, right| {
        right.rank.total_cmp(&left.rank).then(left.hash.cmp(&right.hash)).then(left.arm.cmp(&right.arm))
    });
    moves
}
