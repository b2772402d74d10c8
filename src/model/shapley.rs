//! Exact Shapley values of trees: what each feature adds to a score, fairly among all orders of learning their values.
//!
//! The worth of knowing some features is the tree's mean over training rows that go the row's own way at every question
//! about a known feature, and both ways, by the share of rows that went each, at every other question ("path-dependent";
//! Lundberg and others 2020, "From local explanations to global understanding with explainable AI for trees", algorithm 1).
//! Of one leaf with value `w` that is
//!
//! ```text
//! v(S) = w · Π_{i ∈ S} o_i · Π_{i ∉ S} z_i      o_i = 1 if the row goes the leaf's way wherever i is asked, else 0
//!                                              z_i = product of the shares of the leaf's ways wherever i is asked
//! φ_i  = w · (o_i − z_i) · ∫₀¹ Π_{j ≠ i} (t · o_j + (1 − t) · z_j) dt
//! ```
//! The integral is Owen's (1972, "Multilinear extensions of games"): it weighs every subset as Shapley does. Its integrand is
//! a polynomial one degree below the number of features asked on the way, so Gauss's rule with half as many points gives it
//! without an error but rounding, and every term is positive, so nothing cancels. Of a leaf below `d` features this costs
//! `d²` multiplications and as many divisions, with no recursion; memory is in proportion to the depth.
//!
//! Not known here are links, arms and the grid on which parts add up without an error: those are the model's.

use super::{Node, forest::Split};
use crate::feature::MAX_FEATURES;
use alloc::vec::Vec;

/// Rounds of Newton's method for a point of a rule; far more than it takes.
const ROUNDS: usize = 60;

/// What the way to a node says of a feature.
#[derive(Clone, Copy)]
struct Asked {
    /// The share of rows that go this way wherever the feature is asked.
    share: f64,
    /// 1 if the row is one of them, else 0.
    own: f64,
}

impl Asked {
    const NOT: Asked = Asked { share: 1.0, own: 1.0 };

    /// The factor of the integrand.
    fn at(&self, t: f64) -> f64 {
        t * self.own + (1.0 - t) * self.share
    }
}

/// Goes to every leaf of a tree and shares out what it says.
pub(super) struct Walk<'a> {
    nodes: &'a [Node],
    parts: &'a mut [f64; MAX_FEATURES],
    asked: [Asked; MAX_FEATURES],
    /// By number of points less one.
    rules: Vec<Vec<(f64, f64)>>,
}

/// A question on the way, and what was known of its feature before it.
struct Open {
    split: Split,
    before: Asked,
    own: u32,
    is_right: bool,
}

impl<'a> Walk<'a> {
    /// Adds to `parts`, by feature.
    pub(super) fn new(nodes: &'a [Node], parts: &'a mut [f64; MAX_FEATURES]) -> Walk<'a> {
        Walk { nodes, parts, asked: [Asked::NOT; MAX_FEATURES], rules: Vec::new() }
    }

    /// Shares out the tree at `root`, given the child that the row goes to at each split; returns the tree's mean.
    pub(super) fn tree(&mut self, root: u32, own: impl Fn(u32, &Split) -> u32) -> f64 {
        let (mut at, mut mean, mut open) = (root, 0.0, Vec::<Open>::new());
        loop {
            let node = self.nodes[at as usize];
            if let Some(split) = node.split {
                let before = self.asked[split.feature as usize];
                open.push(Open { split, before, own: own(at, &split), is_right: false });
            } else {
                mean += self.leaf(node.value as f64);
                // Up to the question whose right side is still to come.
                while let Some(done) = open.pop_if(|last| last.is_right) {
                    self.asked[done.split.feature as usize] = done.before;
                }
                let Some(last) = open.last_mut() else { return mean };
                last.is_right = true;
            }
            let Some(last) = open.last() else { return mean };
            at = if last.is_right { last.split.right } else { at + 1 };
            let share = if last.is_right { 1.0 - last.split.share as f64 } else { last.split.share as f64 };
            let own = if last.own == at { last.before.own } else { 0.0 };
            self.asked[last.split.feature as usize] = Asked { share: last.before.share * share, own };
        }
    }

    /// Shares out a leaf that says `value`; returns what it adds to the mean.
    fn leaf(&mut self, value: f64) -> f64 {
        let mut way = [(0, Asked::NOT); MAX_FEATURES];
        let is_asked = |(_, asked): &(usize, Asked)| asked.share != 1.0 || asked.own != 1.0;
        let found = way.iter_mut().zip(self.asked.iter().copied().enumerate().filter(is_asked));
        let length = found.map(|(place, asked)| *place = asked).count();
        let way = &way[..length];
        let mean = way.iter().fold(value, |mean, (_, asked)| mean * asked.share);
        let points = length.div_ceil(2);
        while self.rules.len() < points {
            self.rules.push(rule(self.rules.len() + 1));
        }
        for (t, weight) in self.rules.get(points.wrapping_sub(1)).into_iter().flatten() {
            let whole = way.iter().fold(value * weight, |whole, (_, asked)| whole * asked.at(*t));
            // Of no part where nobody comes here, whatever is known.
            for (feature, asked) in way.iter().filter(|_| whole != 0.0) {
                self.parts[*feature] += whole / asked.at(*t) * (asked.own - asked.share);
            }
        }
        mean
    }
}

/// Gauss's rule on 0 to 1: points and weights that integrate polynomials of a degree below `2 · count` exactly.
///
/// The points are the roots of Legendre's polynomial, found from above: Newton's method on what is left when the roots
/// already found are divided out (Maehly 1954) goes down to the next one without passing it.
fn rule(count: usize) -> Vec<(f64, f64)> {
    let mut roots: Vec<f64> = Vec::new();
    for _ in 0..count {
        let mut x = 1.0;
        for _ in 0..ROUNDS {
            let (value, slope) = legendre(count, x);
            let found: f64 = roots.iter().map(|root| 1.0 / (x - root)).sum();
            x -= value / (slope - value * found);
        }
        roots.push(x);
    }
    let point = |x: f64| {
        let (_, slope) = legendre(count, x);
        ((1.0 + x) / 2.0, 1.0 / ((1.0 - x * x) * slope * slope))
    };
    roots.into_iter().map(point).collect()
}

/// Legendre's polynomial of a degree of at least 1 and its slope at `x`, by Bonnet's recursion.
fn legendre(degree: usize, x: f64) -> (f64, f64) {
    let (mut before, mut value, mut slope_before, mut slope) = (1.0, x, 0.0, 1.0);
    for k in 1..degree {
        let k = k as f64;
        let next = ((2.0 * k + 1.0) * x * value - k * before) / (k + 1.0);
        let next_slope = slope_before + (2.0 * k + 1.0) * value;
        (before, value, slope_before, slope) = (value, next, slope, next_slope);
    }
    (value, slope)
}
