//! Decisions that were made, made again by another file: what would have been spent, who would have taken part, who gains.
//!
//! ```text
//! before      what was given, or what the file in use gives       after      what the candidate gives
//! by row      Σ over arms of (after − before) · what happened under the arm, doubly robust
//! ```
//! Rows are those held out of an experiment or a log with probabilities. It does *not* say whether to release: that is the
//! [`gate`](crate::evaluate::gate).

use super::Setup;
use super::contest::chances;
use super::judge::{Judge, always};
use super::observed::Observed;
use super::trials::Trials;
use crate::engine::Engine;
use crate::error::{Code, Error, Result};
use crate::evaluate::metrics::mean_and_half;
use crate::evaluate::replay::{Group, Move, Replay, Side};
use crate::evaluate::summary::Figure;
use crate::feature::Attribute;
use crate::train::table::Prepared;
use crate::train::trial::Trial;

/// Fewest rows that the candidate's rows must be worth.
const LEAST_EFFECTIVE: f64 = 100.0;
/// Words of an attribute beyond which it makes no groups.
const MOST_LEVELS: usize = 12;
/// Rows below which a group is not told.
const LEAST_ROWS: usize = 200;

/// The rows under both policies.
struct Both<'a> {
    trial: &'a Trial,
    setup: &'a Setup<'a>,
    before: Vec<f64>,
    after: Vec<f64>,
    /// By row and arm, what happens above no offer, less its cost, in minor units.
    gains: Vec<f64>,
}

/// The held-out rows as `candidate` would have decided them, beside what was given or what `incumbent` gives.
///
/// # Errors
/// What the [contest](super::contest()) refuses; a candidate that so seldom gives what was given that no estimate holds.
pub fn replay(
    prepared: &Prepared,
    setup: &Setup,
    candidate: (&str, &Engine),
    incumbent: Option<(&str, &Engine)>,
) -> Result<Replay> {
    let observed = Observed::of(prepared, setup)?;
    let prepared = observed.as_ref().map_or(prepared, |observed| &observed.prepared);
    let trials = Trials::of(prepared, setup, observed.as_ref().map(|observed| &observed.fitted))?;
    let trial = &trials.test;
    let before = match incumbent {
        Some(file) => chances(prepared, setup, file)?,
        None => always(&trial.arm, trial.arms.len()),
    };
    let gains = Judge::of(trial, setup)?.gains(trial);
    let both = Both { trial, setup, before, after: chances(prepared, setup, candidate)?, gains };
    let effective_rows = both.effective_rows();
    if effective_rows < LEAST_EFFECTIVE {
        let what = format!("{}: it seldom gives what was given; rows it rests on", candidate.0);
        return Err(Error::limit(Code::BadData, what, LEAST_EFFECTIVE as u64, effective_rows as u64));
    }
    let rows: Vec<usize> = (0..trial.rows()).collect();
    Ok(Replay {
        candidate: candidate.0.into(),
        before_is: incumbent.map_or("what was given", |(name, _)| name).into(),
        currency: prepared.currency.clone(),
        randomised: !setup.trial.observational,
        rows: trial.rows() as u64,
        effective_rows,
        before: both.side(&both.before, prepared.test_given.stage.as_deref()),
        after: both.side(&both.after, prepared.test_given.stage.as_deref()),
        gain: both.gain(&rows),
        moves: both.moves(),
        groups: groups(prepared, &both),
    })
}

impl Both<'_> {
    fn arms(&self) -> usize {
        self.trial.arms.len()
    }

    /// Kish's effective number of rows of the candidate's weights.
    fn effective_rows(&self) -> f64 {
        let weight = |row: usize| {
            let given = self.trial.arm[row] as usize;
            self.after[row * self.arms() + given] / self.trial.chance(row, given)
        };
        let weights: Vec<f64> = (0..self.trial.rows()).map(weight).collect();
        let (sum, squares) = (weights.iter().sum::<f64>(), weights.iter().map(|weight| weight * weight).sum::<f64>());
        if squares > 0.0 { sum * sum / squares } else { 0.0 }
    }

    fn side(&self, policy: &[f64], stage: Option<&[f64]>) -> Side {
        let rows = self.trial.rows() as f64;
        let mean = |of: &dyn Fn(usize) -> f64| {
            let sum: f64 = policy
                .chunks_exact(self.arms())
                .flat_map(|row| row.iter().enumerate())
                .map(|(arm, chance)| chance * of(arm))
                .sum();
            sum / rows
        };
        Side {
            offered: mean(&|arm| f64::from(u8::from(arm > 0))),
            spend: mean(&|arm| self.setup.cost(arm) / self.setup.minor),
            take_up: self.take_up(policy, stage),
        }
    }

    /// The share that takes part, by rows that were given what the policy gives, weighted and normalised; with its interval.
    fn take_up(&self, policy: &[f64], stage: Option<&[f64]>) -> Figure {
        let took = |row: usize| stage.map_or(self.trial.reward(row) > 0.0, |stage| stage[row] > 0.0);
        let weight = |row: usize| {
            let given = self.trial.arm[row] as usize;
            policy[row * self.arms() + given] / self.trial.chance(row, given)
        };
        let rows = 0..self.trial.rows();
        let all: f64 = rows.clone().map(weight).sum();
        let share = rows.clone().map(|row| weight(row) * f64::from(u8::from(took(row)))).sum::<f64>() / all;
        // The delta method for a ratio of means.
        let off: Vec<f64> = rows.map(|row| weight(row) * (f64::from(u8::from(took(row))) - share)).collect();
        let (_, half) = mean_and_half(&off);
        let half = half * self.trial.rows() as f64 / all;
        Figure { value: share, low: share - half, high: share + half }
    }

    /// What rows gain on average by the candidate's decisions, cost taken off, in units of the currency.
    fn gain(&self, rows: &[usize]) -> Figure {
        let arms = self.arms();
        let of = |row: &usize| -> f64 {
            let places = row * arms..(row + 1) * arms;
            places.map(|place| (self.after[place] - self.before[place]) * self.gains[place]).sum::<f64>()
                / self.setup.minor
        };
        let (value, half) = mean_and_half(&rows.iter().map(of).collect::<Vec<f64>>());
        Figure { value, low: value - half, high: value + half }
    }

    /// From which arm to which, as shares of all rows, the largest first; a row that keeps its arm moves nowhere.
    fn moves(&self) -> Vec<Move> {
        let (arms, rows) = (self.arms(), self.trial.rows());
        let mut share = vec![0.0; arms * arms];
        for row in 0..rows {
            let of = |policy: &[f64], arm: usize| policy[row * arms + arm];
            for from in 0..arms {
                for to in 0..arms {
                    // Drawn apart from each other: what one policy draws says nothing about the other.
                    share[from * arms + to] += of(&self.before, from) * of(&self.after, to) / rows as f64;
                }
            }
        }
        let told = |(place, share): (usize, f64)| Move {
            from: self.trial.arms[place / arms].clone(),
            to: self.trial.arms[place % arms].clone(),
            share,
        };
        let mut moves: Vec<Move> = share.into_iter().enumerate().filter(|(_, share)| *share > 0.0).map(told).collect();
        moves.sort_by(|one, other| other.share.total_cmp(&one.share));
        moves
    }

    fn offered(&self, policy: &[f64], rows: &[usize]) -> f64 {
        let none: f64 = rows.iter().map(|row| policy[row * self.arms()]).sum();
        1.0 - none / rows.len() as f64
    }
}

/// Who gains and who loses: rows by each word of an attribute, and by the halves of one that is a number. The largest loss
/// first.
fn groups(prepared: &Prepared, both: &Both) -> Vec<Group> {
    let declared = prepared.program.tables.attributes.iter().enumerate();
    let parts = declared.flat_map(|(place, attribute)| parts(prepared, attribute, place));
    let told =
        parts.filter(|(_, rows)| rows.len() >= LEAST_ROWS && rows.len() < both.trial.rows()).map(|(who, rows)| Group {
            who,
            rows: rows.len() as u64,
            offered_before: both.offered(&both.before, &rows),
            offered_after: both.offered(&both.after, &rows),
            gain: both.gain(&rows),
        });
    let mut groups: Vec<Group> = told.collect();
    groups.sort_by(|one, other| one.gain.value.total_cmp(&other.gain.value));
    groups
}

fn parts(prepared: &Prepared, attribute: &Attribute, place: usize) -> Vec<(String, Vec<usize>)> {
    let values: Vec<Option<f64>> = prepared.test_attributes.iter().map(|row| row[place]).collect();
    let rows = |holds: &dyn Fn(f64) -> bool| (0..values.len()).filter(|row| values[*row].is_some_and(holds)).collect();
    if attribute.levels.is_empty() {
        let mut known: Vec<f64> = values.iter().flatten().copied().collect();
        known.sort_by(f64::total_cmp);
        let Some(middle) = known.get(known.len().saturating_sub(1) / 2).copied() else { return Vec::new() };
        let name = &attribute.name;
        return vec![
            (format!("{name} up to {middle}"), rows(&|value| value <= middle)),
            (format!("{name} above {middle}"), rows(&|value| value > middle)),
        ];
    }
    let words = prepared.words.get(&attribute.name).map_or(&[][..], Vec::as_slice);
    let known = attribute.levels.iter().zip(words).take(if words.len() > MOST_LEVELS { 0 } else { MOST_LEVELS });
    known
        .map(|(level, word)| (format!("{} is {word}", attribute.name), rows(&|value| value == *level as f64)))
        .collect()
}
