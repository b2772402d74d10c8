//! What every price spends and earns: the budget curve, as data for a picture and as the way from a budget to a price.
//!
//! A [`Curve::of`] offers is exact at its points and falls in spend and gain as the price rises. A [`Curve::judged`] by
//! other shoppers' or other estimates' gains need not: there, predictions are put to the test. It does *not* draw.

use super::hull::{Hull, Point as Corner, ceiling, slope};
use super::limit::Limit;
use super::offers::Offers;
use super::program::Program;
use crate::error::{Code, Error, Result};
use serde::{Deserialize, Serialize};

/// Bits of a slope that tell one point from the next: they lie at most 1/64 apart.
const SHIFT: u32 = 17;

/// One price.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurvePoint {
    /// The price `λ`.
    pub price: f64,
    /// Costs of the arms it picks.
    pub spend: f64,
    /// Their gains.
    pub gain: f64,
    /// Shoppers who are offered something, 0 to 1.
    pub share_offered: f64,
    /// What the last money spent earned: gain by spend since the next higher price; 0 where nothing more is spent.
    pub marginal_return: f64,
}

/// Points by rising price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Curve {
    /// At least one.
    pub points: Vec<CurvePoint>,
}

/// Sums of steps: of cost, of gain, of shoppers who are offered something.
type Sums = [f64; 3];

impl Curve {
    /// About `points` points, evenly spread over what can be spent; the first price is 0.
    ///
    /// O(shoppers · arms): all prices at once.
    ///
    /// # Errors
    /// Fewer than 2 points.
    pub fn of(offers: &Offers, points: usize) -> Result<Curve> {
        if points < 2 {
            return Err(Error::limit(Code::BadConfig, "points of a curve, at least", 2, points as u64));
        }
        let program = Program { offers, limits: vec![Limit::spend("curve", 0.0)], seed: 0 }.check()?;
        let pieces = program.by_piece(|shoppers| {
            let (mut least, mut steps) = ([0.0; 3], vec![[0.0; 3]; (f32::MAX.to_bits() >> SHIFT) as usize + 1]);
            let mut hull = Hull::default();
            shoppers.for_each(|shopper| add_steps(offers, shopper, &mut hull, &mut least, &mut steps));
            (least, steps)
        });
        let (mut least, mut steps) = ([0.0; 3], vec![[0.0; 3]; (f32::MAX.to_bits() >> SHIFT) as usize + 1]);
        for (piece, of_piece) in pieces {
            add(&mut least, piece);
            steps.iter_mut().zip(of_piece).for_each(|(sum, more)| add(sum, more));
        }
        Ok(Curve { points: thinned(all(least, &steps, offers.shoppers()), points) })
    }

    /// What arms picked by `predicted` at each price spend and earn by `judge`, such as estimates for shoppers held out.
    ///
    /// O(prices · shoppers · arms).
    ///
    /// # Errors
    /// No prices, one below 0 or no number, judges of other shoppers or arms.
    pub fn judged(predicted: &Offers, judge: &Offers, prices: &[f64]) -> Result<Curve> {
        if (predicted.shoppers(), predicted.arms()) != (judge.shoppers(), judge.arms()) {
            let (shoppers, found) = (predicted.shoppers() as u64, judge.shoppers() as u64);
            return Err(Error::limit(Code::BadIndex, "offers that judge others of as many shoppers", shoppers, found));
        }
        if let Some(price) = prices.iter().find(|price| !(price.is_finite() && **price >= 0.0)) {
            return Err(Error::new(Code::OutOfRange, format!("a price is at least 0, found {price}")));
        }
        let program = Program { offers: predicted, limits: vec![Limit::spend("curve", 0.0)], seed: 0 }.check()?;
        let mut rising = prices.to_vec();
        rising.sort_unstable_by(f64::total_cmp);
        let point = |price: &f64| {
            let mut sums = [0.0; 3];
            for (shopper, arm) in program.choose(&[*price]).into_iter().enumerate() {
                add(&mut sums, amounts(judge, shopper, arm as usize));
            }
            point(*price, sums, judge.shoppers())
        };
        let mut points: Vec<CurvePoint> = rising.iter().map(point).collect();
        fill_marginal_returns(&mut points);
        match points.is_empty() {
            true => Err(Error::new(Code::BadConfig, "a curve needs at least one price, found none")),
            false => Ok(Curve { points }),
        }
    }

    /// The lowest price of the curve from which on nothing spends more than `budget`; none where every price does.
    pub fn price_within(&self, budget: f64) -> Option<f64> {
        let kept = self.points.iter().rev().take_while(|point| point.spend <= budget);
        kept.last().map(|point| point.price)
    }

    /// What a price between the points is expected to spend.
    pub fn spend(&self, price: f64) -> f64 {
        between(self.points.iter().map(|point| (point.price, point.spend)), price)
    }

    /// The price that is expected to spend `spend`; the highest of the curve where none spends so little.
    pub fn price(&self, spend: f64) -> f64 {
        between(self.points.iter().rev().map(|point| (point.spend, point.price)), spend)
    }
}

/// The height at `x` of a line through points by rising x, level beyond both ends.
fn between(points: impl Iterator<Item = (f64, f64)>, x: f64) -> f64 {
    let mut before: Option<(f64, f64)> = None;
    for (right, height) in points {
        match before {
            _ if right < x => before = Some((right, height)),
            Some((left, low)) if right > left => return low + (height - low) * (x - left) / (right - left),
            _ => return height,
        }
    }
    before.map_or(0.0, |(_, height)| height)
}

fn add(sums: &mut Sums, more: Sums) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}

fn amounts(offers: &Offers, shopper: usize, arm: usize) -> Sums {
    [offers.cost(shopper, arm), offers.gain(shopper, arm), if arm == 0 { 0.0 } else { 1.0 }]
}

fn add_steps(offers: &Offers, shopper: usize, hull: &mut Hull, least: &mut Sums, steps: &mut [Sums]) {
    let arms = offers.allowed(shopper);
    hull.build(arms.map(|arm| Corner { weight: offers.cost(shopper, arm), value: offers.gain(shopper, arm), arm }));
    let corners = hull.corners();
    add(least, amounts(offers, shopper, corners[0].arm));
    for step in corners.windows(2) {
        // A step is not taken at its own slope: a bucket holds what lies above its lower edge, the upper one included.
        let bucket = ceiling(slope(step[0], step[1])).to_bits().saturating_sub(1) >> SHIFT;
        let (from, to) = (amounts(offers, shopper, step[0].arm), amounts(offers, shopper, step[1].arm));
        add(&mut steps[bucket as usize], std::array::from_fn(|index| to[index] - from[index]));
    }
}

fn point(price: f64, [spend, gain, offered]: Sums, shoppers: usize) -> CurvePoint {
    CurvePoint { price, spend, gain, share_offered: offered / shoppers as f64, marginal_return: 0.0 }
}

/// Points by rising price: one at the lower edge of every bucket that holds a step, one above them all.
fn all(least: Sums, steps: &[Sums], shoppers: usize) -> Vec<CurvePoint> {
    let edge = |bucket: usize| f64::from(f32::from_bits((bucket as u32) << SHIFT));
    let mut sums = least;
    let mut points = Vec::new();
    for (bucket, step) in steps.iter().enumerate().rev().filter(|(_, step)| step[0] > 0.0) {
        if points.is_empty() {
            points.push(point(edge(bucket + 1).min(f64::from(f32::MAX)), sums, shoppers));
        }
        add(&mut sums, *step);
        points.push(point(edge(bucket), sums, shoppers));
    }
    match points.last_mut() {
        Some(last) => last.price = 0.0,
        None => points.push(point(0.0, sums, shoppers)),
    }
    points.reverse();
    points
}

fn thinned(all: Vec<CurvePoint>, points: usize) -> Vec<CurvePoint> {
    let (most, last) = (all[0].spend, all.len() - 1);
    let apart = (most - all[last].spend) / (points - 1) as f64;
    let mut kept: Vec<CurvePoint> = Vec::new();
    for (index, point) in all.into_iter().enumerate() {
        if index == last || kept.last().is_none_or(|before| before.spend - point.spend >= apart) {
            kept.push(point);
        }
    }
    fill_marginal_returns(&mut kept);
    kept
}

fn fill_marginal_returns(points: &mut [CurvePoint]) {
    for index in 0..points.len().saturating_sub(1) {
        let (here, next) = (points[index], points[index + 1]);
        let spent = here.spend - next.spend;
        points[index].marginal_return = if spent > 0.0 { (here.gain - next.gain) / spent } else { 0.0 };
    }
}
