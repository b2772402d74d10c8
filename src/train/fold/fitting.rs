//! What is fitted of a program, from the training rows of a log: words, rules, clusters and steps.
//!
//! ```text
//! training rows -> counted texts and baskets -> words, rules -> sampled rows of the table -> clusters, steps
//! ```
//!
//! Rows that are no training rows move nothing here: the log is looked at as if it ended before them. At most
//! [`MAX_ROWS`] training rows are held, drawn by a stable hash, so that a longer log takes no more memory.

use super::counting;
use super::moments::{At, pause};
use super::replay::{Asked, Replay, Walk};
use super::row::Row;
use super::settings::Settings;
use super::texts::meanings;
use super::training::{Target, Training, fold_of, lot};
use super::{CheckedOptions, Folding, Partitioned, Shopper, survey};
use crate::error::{Code, Error, Result};
use crate::feature::{Program, Schema, extract};
use crate::train::program::Declared;
use crate::train::transform::Columns;
use crate::words::Meaning;
use std::sync::atomic::{AtomicU64, Ordering};

/// The most training rows that steps and clusters are fitted on.
pub const MAX_ROWS: usize = 200_000;

/// A program with all its numbers, and what its table is made of.
#[derive(Clone, Debug, Default)]
pub struct Fitted {
    /// With every number.
    pub program: Program,
    /// Groups.
    pub schema: Schema,
    /// By fold, the program that makes training rows; empty where it is the same.
    pub of_folds: Vec<Program>,
    /// What the log's texts mean.
    pub meanings: Vec<Option<Meaning>>,
    /// What was fitted on, in words.
    pub summary: Vec<String>,
}

impl Fitted {
    /// A program that is there already, for a log told in its groups.
    pub fn given(program: Program, schema: Schema, log: &Partitioned) -> Fitted {
        let meanings = meanings(&log.texts, program.tables.words.as_ref());
        Fitted { program, schema, meanings, ..Fitted::default() }
    }
}

/// Fits what the settings declare.
pub fn fit(settings: &Settings, log: &Partitioned, options: &CheckedOptions, at: At) -> Result<Fitted> {
    let mut declared = settings.declared()?;
    let schema = settings.schema(&log.groups)?;
    let mut summary = Vec::new();
    if settings.words().is_some() || settings.rules().is_some() {
        count(settings, log, options, &schema, &mut declared, &mut summary)?;
    }
    let mut fitted = Fitted::given(declared.program.clone(), schema, log);
    if declared.needs_data() {
        let sampled = Sampling::new(&fitted, options, at, settings.table()?.target)?.sample(log, options)?;
        let learnt = sampled.fit(&declared, options.training)?;
        summary.push(sampled.summary(options.training));
        (fitted.of_folds, fitted.program) = (learnt.of_folds(), learnt.program);
    }
    Ok(Fitted { summary, ..fitted })
}

fn count(
    settings: &Settings,
    log: &Partitioned,
    options: &CheckedOptions,
    schema: &Schema,
    declared: &mut Declared,
    summary: &mut Vec<String>,
) -> Result<()> {
    let counted = counting::count(log, options, declared.program.memory.session_minutes)?;
    if let Some(params) = settings.words() {
        declared.program.tables.words = Some(counted.words(&log.texts, schema, params)?);
        summary.push(format!("words learnt from the training rows among {} texts", log.texts.len()));
    }
    if let Some(params) = settings.rules() {
        declared.program.tables.rules = params.fit(schema.groups.len(), counted.groups())?;
        let (found, kept, all) =
            (declared.program.tables.rules.rules.len(), counted.kept_baskets(), counted.of_baskets);
        summary.push(format!("{found} rules found in {kept} of {all} baskets of training rows"));
    }
    Ok(())
}

/// What is asked of the events that follow a row.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// Which event.
    pub target: Target,
    /// When rows are made.
    pub at: At,
    /// Minutes without an event that end a visit; 0 for the usual.
    pub minutes: u16,
}

impl Outcome {
    /// Whether the target follows a row made before the rows from `seen` on, and the last second that can change that.
    ///
    /// Without days, the rows that sum up a visit or a shopper ask about the visit itself.
    pub fn of(&self, rows: &[Row], seen: usize, now: u32) -> (bool, u32) {
        let is_target = |row: &Row| row.kind() == self.target.kind.index();
        if let Some(within) = self.target.within {
            let end = now.saturating_add(within);
            return (rows[seen..].iter().take_while(|row| row.time <= end).any(is_target), end);
        }
        let pause = pause(self.minutes);
        let goes_on = |pair: &[Row]| pair[1].time - pair[0].time <= pause;
        let from = if self.at.is_after_all() { seen - 1 } else { seen };
        let after = rows[from..].windows(2).take_while(|pair| goes_on(pair)).count();
        let before = match self.at.is_after_all() {
            true => rows[..=from].windows(2).rev().take_while(|pair| goes_on(pair)).count(),
            false => 0,
        };
        let visit = &rows[from - before..=from + after];
        let end = visit.last().map_or(now, |last| last.time.saturating_add(pause));
        (visit.iter().any(is_target), end)
    }
}

/// Draws training rows of the table.
#[derive(Debug)]
struct Sampling<'a> {
    replay: Replay<'a>,
    training: Training,
    target: Option<Target>,
    /// No row with a higher lot can be among those drawn.
    highest: AtomicU64,
}

/// Training rows, in the order of the table.
#[derive(Debug, Default)]
struct Sampled {
    rows: Vec<Drawn>,
    of: u64,
    has_target: bool,
}

/// One training row.
#[derive(Clone, Debug)]
struct Drawn {
    lot: u64,
    fold: usize,
    outcome: bool,
    values: Vec<f64>,
}

impl<'a> Sampling<'a> {
    fn new(fitted: &'a Fitted, options: &CheckedOptions, at: At, target: Option<Target>) -> Result<Sampling<'a>> {
        if at == At::Last && target.is_some_and(|target| target.within.is_some()) {
            let what = "features.within_days: nothing follows the rows of `--at last`";
            return Err(Error::new(Code::BadConfig, what));
        }
        let replay = Replay { program: &fitted.program, schema: &fitted.schema, at, meanings: &fitted.meanings };
        Ok(Sampling { replay, training: options.training, target, highest: AtomicU64::new(u64::MAX) })
    }

    fn sample(&self, log: &Partitioned, options: &CheckedOptions) -> Result<Sampled> {
        let mut all = Sampled { has_target: self.target.is_some(), ..Sampled::default() };
        survey(log, options, self, |piece| {
            all.of += piece.of;
            all.rows.extend(piece.rows);
            if all.rows.len() > MAX_ROWS + MAX_ROWS / 4 {
                self.highest.store(all.draw(), Ordering::Relaxed);
            }
            Ok(())
        })?;
        all.draw();
        Ok(all)
    }

    /// Whether the target follows a row made before the rows from `seen` on; none while that cannot be known.
    ///
    /// The rows that sum up a visit or a shopper ask about the visit itself.
    fn outcome(&self, rows: &[Row], seen: usize, now: u32) -> Option<bool> {
        let Some(target) = self.target else { return Some(false) };
        let asks = Outcome { target, at: self.replay.at, minutes: self.replay.program.memory.session_minutes };
        let (outcome, known_from) = asks.of(rows, seen, now);
        let is_cut_off = matches!(self.training, Training::Until(until) if known_from >= until);
        (!is_cut_off).then_some(outcome)
    }

    fn draw(&self, piece: &mut Sampled, shopper: &Shopper, asked: &Asked, number: u64) {
        let now = asked.context.now.seconds();
        let Some(outcome) = self.outcome(shopper.rows, asked.seen, now) else { return };
        piece.of += 1;
        let lot = lot(shopper.key, number);
        if lot > self.highest.load(Ordering::Relaxed) {
            return;
        }
        let vector = extract(self.replay.program, self.replay.schema, asked.profile, &asked.context);
        let values = (0..vector.len()).map(|index| vector.get(index).unwrap_or(f64::NAN)).collect();
        piece.rows.push(Drawn { lot, fold: fold_of(shopper.key), outcome, values });
        if piece.rows.len() > MAX_ROWS + MAX_ROWS / 4 {
            piece.draw();
        }
    }
}

impl Folding for Sampling<'_> {
    type Piece = (Sampled, Walk);
    type Made = Sampled;

    fn start(&self) -> Result<Self::Piece> {
        Ok((Sampled::default(), Walk::new()?))
    }

    fn take(&self, (piece, walk): &mut Self::Piece, shopper: &Shopper) -> Result<()> {
        let mut number = 0;
        self.replay.walk(walk, shopper, |asked| {
            self.draw(piece, shopper, &asked, number);
            number += 1;
        })
    }

    fn finish(&self, (piece, _): Self::Piece) -> Result<Sampled> {
        Ok(piece)
    }
}

impl Sampled {
    /// Keeps the rows with the lowest lots, in their order; returns the highest lot that may still be drawn.
    fn draw(&mut self) -> u64 {
        if self.rows.len() <= MAX_ROWS {
            return u64::MAX;
        }
        let mut lots: Vec<u64> = self.rows.iter().map(|row| row.lot).collect();
        let (_, last, _) = lots.select_nth_unstable(MAX_ROWS - 1);
        self.rows.retain(|row| row.lot <= *last);
        *last
    }

    fn fit(&self, declared: &Declared, training: Training) -> Result<crate::train::transform::Fitted> {
        if self.rows.is_empty() {
            return Err(Error::new(
                Code::BadData,
                format!("no row of the table can be learnt from: {}", said(training)),
            ));
        }
        let column = |index: usize| self.rows.iter().map(|row| row.values[index]).collect();
        let columns = Columns { values: (0..declared.program.features.len()).map(column).collect() };
        let outcomes: Vec<f64> = self.rows.iter().map(|row| row.outcome as u8 as f64).collect();
        let folds: Vec<usize> = self.rows.iter().map(|row| row.fold).collect();
        declared.fit_in_folds(&columns, self.has_target.then_some(&outcomes), &folds)
    }

    fn summary(&self, training: Training) -> String {
        let (kept, all) = (self.rows.len(), self.of);
        let drawn = if kept as u64 == all { "" } else { ", drawn by a stable hash" };
        format!("steps and clusters fitted on {kept} of {all} training rows{drawn}: {}", said(training))
    }
}

fn said(training: Training) -> String {
    match training {
        Training::All => "all rows, as [features] has no train_until and no train_share".into(),
        Training::Until(until) => format!("those before {}", jiff_moment(until)),
        Training::Share(share) => format!("those of {share} of the shoppers"),
    }
}

fn jiff_moment(seconds: u32) -> String {
    let moment = jiff::Timestamp::from_second(seconds as i64).map(|moment| jiff::tz::Offset::UTC.to_datetime(moment));
    moment.map_or_else(|_| seconds.to_string(), |moment| moment.to_string())
}
