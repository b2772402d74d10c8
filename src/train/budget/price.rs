//! The lowest price at which one limit is kept while the prices of all others stand: exact, in three passes.
//!
//! At price `λ` a shopper's arm is the last corner of the hull reached by a slope above `λ`. So the sum at `λ` is that of
//! the lightest corners plus that of all steps with a slope above `λ`, and the price wanted is the slope at which the
//! steps, from the steepest down, no longer fit. It is found as a radix search finds a median: by the leading bits of the
//! slopes, then by the next, then by the last. Hulls are worked out anew in every pass, so nothing but the offers is
//! held: O(shoppers · arms), no sort of all steps.

use super::hull::{Hull, Point, ceiling, slope};
use super::program::CheckedProgram;
use crate::error::{Code, Error, Result};

/// How far to the right bits of a slope are shifted, and how many are looked at, pass by pass.
const PASSES: [(u32, u32); 3] = [(21, 10), (10, 11), (0, 10)];

/// Sums of one pass.
struct Sums {
    /// Of the lightest corners.
    least: f64,
    /// Of the steps, by the bits looked at.
    steps: Vec<f64>,
}

/// The lowest price of `limit`, the others as in `prices`; 0 where it is kept anyway.
///
/// # Errors
/// A limit that is not kept at any price.
pub fn lowest(program: &CheckedProgram, prices: &[f64], limit: usize) -> Result<f64> {
    let mut room = program.limits()[limit].at_most;
    let mut prefix = 0;
    for (pass, (shift, bits)) in PASSES.into_iter().enumerate() {
        let sums = sum(program, prices, limit, prefix, (shift, bits));
        if pass == 0 {
            room -= sums.least;
            check_reachable(program, limit, room, sums.least)?;
        }
        match overflow(&sums.steps, &mut room) {
            Some(bucket) => prefix |= (bucket as u32) << shift,
            None if pass == 0 => return Ok(0.0),
            // Sums of the same steps in another grouping may differ in their last bit; the lowest bucket is then the one.
            None => {}
        }
    }
    Ok(f64::from(f32::from_bits(prefix)))
}

/// The bucket, from the steepest down, that no longer fits.
fn overflow(steps: &[f64], room: &mut f64) -> Option<usize> {
    for (bucket, sum) in steps.iter().enumerate().rev() {
        if *sum > *room {
            return Some(bucket);
        }
        *room -= sum;
    }
    None
}

fn check_reachable(program: &CheckedProgram, limit: usize, room: f64, least: f64) -> Result<()> {
    let limit = &program.limits()[limit];
    if room >= -1e-9 * (least.abs() + limit.at_most.abs()) {
        return Ok(());
    }
    let what = format!("limit `{}`: at most {}, but no choice gets below {least}", limit.name, limit.at_most);
    Err(Error::new(Code::OutOfRange, what))
}

fn sum(program: &CheckedProgram, prices: &[f64], limit: usize, prefix: u32, (shift, bits): (u32, u32)) -> Sums {
    let pieces = program.by_piece(|shoppers| sum_piece(program, prices, limit, (prefix, shift, bits), shoppers));
    let start = Sums { least: 0.0, steps: vec![0.0; 1 << bits] };
    pieces.into_iter().fold(start, |mut all, piece| {
        all.least += piece.least;
        all.steps.iter_mut().zip(piece.steps).for_each(|(sum, more)| *sum += more);
        all
    })
}

fn sum_piece(
    program: &CheckedProgram,
    prices: &[f64],
    limit: usize,
    (prefix, shift, bits): (u32, u32, u32),
    shoppers: std::ops::Range<usize>,
) -> Sums {
    let mut sums = Sums { least: 0.0, steps: vec![0.0; 1 << bits] };
    let mut hull = Hull::default();
    let mask = (1u32 << bits) - 1;
    for shopper in shoppers {
        hull.build(points(program, prices, limit, shopper));
        let corners = hull.corners();
        sums.least += corners[0].weight;
        for step in corners.windows(2) {
            let slope = ceiling(slope(step[0], step[1])).to_bits();
            // What was settled by earlier passes must be the same; in the first, nothing is settled.
            if (slope >> shift >> bits) == (prefix >> shift >> bits) {
                sums.steps[(slope >> shift & mask) as usize] += step[1].weight - step[0].weight;
            }
        }
    }
    sums
}

fn points(program: &CheckedProgram, prices: &[f64], limit: usize, shopper: usize) -> impl Iterator<Item = Point> {
    program.offers().allowed(shopper).map(move |arm| Point {
        weight: program.limits()[limit].weight(program.offers(), shopper, arm),
        value: program.offers().gain(shopper, arm) - program.charge(prices, shopper, arm, Some(limit)),
        arm,
    })
}
