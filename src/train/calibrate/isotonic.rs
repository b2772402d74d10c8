//! The rising curve nearest to the outcomes: isotonic regression by pooling adjacent violators (Ayer and others, 1955).

use crate::math;
use crate::model::{Link, MAX_POINTS};

/// Rows with one fitted value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Block {
    /// Least score.
    pub first: f64,
    /// Greatest score.
    pub last: f64,
    /// Weighted mean of the outcomes.
    pub mean: f64,
    /// Of its rows.
    pub weight: f64,
}

/// The prior, in rows: one of outcome 1 at the least score and one of outcome 0 at the greatest. It keeps every probability
/// off 0 and 1, as Platt's targets do, and weighs less the more rows there are.
const PRIOR: f64 = 1.0;

/// Blocks of rising means that minimise the weighted squared distance to the outcomes. Scores that are equal share a block.
/// The order of rows does not matter beyond rounding.
pub fn pool(scores: &[f64], outcome: &[f64], weight: &[f64]) -> Vec<Block> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|one, other| scores[*one].total_cmp(&scores[*other]));
    let rows = order.into_iter().map(|row| {
        let score = scores[row];
        Block { first: score, last: score, mean: outcome[row], weight: weight[row] }
    });
    let mut tied: Vec<Block> = Vec::new();
    for row in rows {
        match tied.last_mut().filter(|last| last.last == row.first) {
            Some(last) => *last = last.joined(row),
            None => tied.push(row),
        }
    }
    let mut blocks: Vec<Block> = Vec::new();
    for mut next in tied {
        while let Some(last) = blocks.pop_if(|last| last.mean >= next.mean) {
            next = last.joined(next);
        }
        blocks.push(next);
    }
    blocks
}

impl Block {
    fn joined(self, other: Block) -> Block {
        let weight = self.weight + other.weight;
        let mean = self.mean + (other.mean - self.mean) * (other.weight / weight);
        Block { first: self.first, last: other.last, mean, weight }
    }
}

/// A curve in log-odds, straight between the ends of blocks, at most [`MAX_POINTS`] of them.
pub(super) fn link(raw: &[f64], outcome: &[f64], weight: &[f64]) -> Link {
    let ends = raw.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |ends, raw| (ends.0.min(*raw), ends.1.max(*raw)));
    let with = |values: &[f64], priors: [f64; 2]| [values, &priors].concat();
    let scale = math::ordered_sum(weight.iter().copied()) / weight.len() as f64;
    let blocks = pool(&with(raw, [ends.0, ends.1]), &with(outcome, [1.0, 0.0]), &with(weight, [PRIOR * scale; 2]));
    let mut points: Vec<(f32, f32)> = Vec::new();
    for block in thinned(blocks, MAX_POINTS / 2) {
        let score = math::ln(block.mean / (1.0 - block.mean)) as f32;
        for raw in [block.first as f32, block.last as f32] {
            // Scores that single precision cannot tell apart are one point.
            if points.last().is_none_or(|last| last.0 < raw) {
                points.push((raw, score));
            }
        }
    }
    Link::Curve(points)
}

/// Joins neighbours until about equal shares of the weight are left, at most `most` of them: still rising.
fn thinned(blocks: Vec<Block>, most: usize) -> Vec<Block> {
    if blocks.len() <= most {
        return blocks;
    }
    let total = math::ordered_sum(blocks.iter().map(|block| block.weight));
    let (mut kept, mut passed): (Vec<(usize, Block)>, f64) = (Vec::new(), 0.0);
    for block in blocks {
        // Where its middle falls, so that a heavy block is not joined to all that follow it.
        let share = (((passed + block.weight / 2.0) / total * most as f64) as usize).min(most - 1);
        passed += block.weight;
        match kept.last_mut().filter(|last| last.0 == share) {
            Some(last) => last.1 = last.1.joined(block),
            None => kept.push((share, block)),
        }
    }
    kept.into_iter().map(|(_, block)| block).collect()
}
