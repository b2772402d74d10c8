//! Rows of a log of events: what a device knows at a moment, and whether the target follows.
//!
//! The profile, the features and what is fitted are those of [`fold`]. A row never knows of the event it stands before,
//! and is left out where the log, or the part of it that may be learnt from, ends before its outcome is known.

use super::attributes::{by_level, levels};
use super::fitting::sample;
use super::prepared::{Counts, Prepared};
use super::{check, margin, minor_units, schema};
use crate::error::{Code, Error, Result};
use crate::evaluate::summary::Cause;
use crate::feature::{Program, Schema, extract};
use crate::train::Params;
use crate::train::config::{CheckedLog, PlainTableParams, Predicts, Shape, Split};
use crate::train::fold::fitting::{self, Fitted, Outcome};
use crate::train::fold::moments::At;
use crate::train::fold::replay::{Asked, Replay, Walk};
use crate::train::fold::settings::Settings;
use crate::train::fold::training::{TableParams, Training, fold_of};
use crate::train::fold::{CheckedOptions, Folding, Options, Partitioned, Shopper, fold};
use crate::train::learn::Watch;
use crate::train::read::log::Scan;
use crate::train::sample::Sample;
use crate::train::texts;
use crate::train::transform::Columns;
use std::collections::BTreeMap;
use std::path::Path;

/// More rows than this are not held.
const MAX_ROWS: usize = 1 << 22;

/// Makes a log ready, with a row at every moment that `at` names.
pub fn load(
    settings: &Params,
    params: &PlainTableParams,
    log: &CheckedLog,
    at: &str,
    folder: &Path,
    watch: Watch,
) -> Result<Prepared> {
    let at = At::from_name(at).map_err(|error| Error::new(error.code(), format!("table.at: {error}")))?;
    refuse(settings, params, log, at)?;
    let sections = Settings::of(settings, asked(params)?);
    let options = Options { minor_units: minor_units(&log.currency), ..sections.options()? }.check()?;
    let scan = Scan::open(log, folder)?;
    let parts = scan.parts() as u64;
    let log_in_parts = Partitioned::read(&scan, &options, &|done| watch(done as u64, parts))?;
    let fitted = fitting::fit(&sections, &log_in_parts, &options, at)?;
    let target = sections.table()?.target.ok_or_else(|| bad("table.target: expected an event"))?;
    let outcome = Outcome { target, at, minutes: fitted.program.memory.session_minutes };
    let making = Making { fitted: &fitted, options: &options, outcome };
    let (rows, causes, read) = making.rows(&log_in_parts)?;
    let split = Splitting { training: options.training, end: rows.end };
    split.prepare(settings, params, &fitted, rows, causes, read)
}

/// What a log cannot be asked.
fn refuse(settings: &Params, params: &PlainTableParams, log: &CheckedLog, at: At) -> Result<()> {
    if matches!(log.shape, Shape::Rows | Shape::Baskets) {
        return Err(bad("table.at: rows of events need a log of events, not data.shape = \"rows\" or \"baskets\""));
    }
    if matches!(params.predicts, Predicts::MarketPrice | Predicts::Gain) {
        return Err(bad("table.predicts: prices and gains are learnt from a plain table, not from a log of events"));
    }
    if at.is_after_all() && params.within().is_none() {
        return Err(bad(
            "table.within_days: needed with at = \"session\" or \"last\": what happened in a visit is known at its end",
        ));
    }
    let plain = [
        ("weight", params.weight.is_some()),
        ("group", params.group.is_some()),
        ("time", params.time.is_some()),
        ("positive", !params.positive.as_slice().is_empty()),
        ("drop", !params.drop.is_empty()),
        ("log", !params.log.is_empty()),
        ("rates", !params.rates.is_empty()),
        ("transform", !params.transform.as_slice().is_empty()),
        ("stack", params.stack.is_some()),
        ("column", !settings.column.is_empty()),
    ];
    match plain.into_iter().find(|(_, is_told)| *is_told) {
        Some((name, _)) => Err(bad(format!("table.{name}: is of plain tables; a log has [[counter]] and [[feature]]"))),
        None => Ok(()),
    }
}

/// Training rows and outcome, as the engine of features takes them.
fn asked(params: &PlainTableParams) -> Result<TableParams> {
    let target = Some(params.target.clone());
    let features = TableParams { target, within_days: params.within(), ..TableParams::default() };
    let renamed = |error: Error| {
        let message =
            error.to_string().replace("features.train_until", "table.test.from").replace("features.", "table.");
        Error::new(error.code(), message)
    };
    let features = match params.test.check()? {
        Split::From(from) => TableParams { train_until: Some(from), ..features },
        Split::Share(share) => TableParams { train_share: Some(1.0 - share), ..features },
        _ => return Err(bad("table.test: rows of a log are split by `from` or by `share` of the shoppers")),
    };
    features.check().map_err(renamed)?;
    Ok(features)
}

fn bad(what: impl Into<String>) -> Error {
    Error::new(Code::BadConfig, what.into())
}

/// Makes the rows.
#[derive(Debug)]
struct Making<'a> {
    fitted: &'a Fitted,
    options: &'a CheckedOptions,
    outcome: Outcome,
}

/// Rows in the order of the shoppers, then of time.
#[derive(Debug, Default)]
struct Rows {
    rows: Vec<Row>,
    shoppers: u32,
    /// The latest moment of the log.
    end: u32,
}

/// One row.
#[derive(Clone, Debug)]
struct Row {
    shopper: u32,
    key: u64,
    time: u32,
    outcome: bool,
    /// The last second that can change the outcome.
    known_from: u32,
    values: Box<[f64]>,
}

impl Making<'_> {
    fn rows(&self, log: &Partitioned) -> Result<(Rows, Vec<Cause>, u64)> {
        let mut all = Rows::default();
        let folded = fold(log, self.options, self, |piece: Rows| {
            let before = all.shoppers;
            all.rows.extend(piece.rows.into_iter().map(|row| Row { shopper: row.shopper + before, ..row }));
            all.shoppers += piece.shoppers;
            all.end = all.end.max(piece.end);
            match all.rows.len() <= MAX_ROWS {
                true => Ok(()),
                false => {
                    let what = "rows of table.at; ask at fewer moments";
                    Err(Error::limit(Code::TooLarge, what, MAX_ROWS as u64, all.rows.len() as u64))
                }
            }
        })?;
        Ok((all, folded.tallies.causes(), folded.tallies.read))
    }

    /// The program that makes a row: a training row must not see its own outcome.
    fn program(&self, key: u64, now: u32) -> &Program {
        match self.fitted.of_folds.get(fold_of(key)) {
            Some(of_fold) if self.options.training.has(key, now) => of_fold,
            _ => &self.fitted.program,
        }
    }

    fn row(&self, shopper: &Shopper, number: u32, asked: &Asked) -> Row {
        let now = asked.context.now.seconds();
        let (outcome, known_from) = self.outcome.of(shopper.rows, asked.seen, now);
        let program = self.program(shopper.key, now);
        let vector = extract(program, &self.fitted.schema, asked.profile, &asked.context);
        let values = (0..vector.len()).map(|index| vector.get(index).unwrap_or(f64::NAN)).collect();
        Row { shopper: number, key: shopper.key, time: now, outcome, known_from, values }
    }
}

impl Folding for Making<'_> {
    type Piece = (Rows, Walk);
    type Made = Rows;

    fn start(&self) -> Result<Self::Piece> {
        Ok((Rows::default(), Walk::new()?))
    }

    fn take(&self, (piece, walk): &mut Self::Piece, shopper: &Shopper) -> Result<()> {
        let Fitted { program, schema, meanings, .. } = self.fitted;
        let replay = Replay { program, schema, at: self.outcome.at, meanings };
        let number = piece.shoppers;
        replay.walk(walk, shopper, |asked| piece.rows.push(self.row(shopper, number, &asked)))?;
        piece.shoppers += 1;
        piece.end = piece.end.max(shopper.rows.last().map_or(0, |row| row.time));
        Ok(())
    }

    fn finish(&self, (piece, _): Self::Piece) -> Result<Self::Made> {
        Ok(piece)
    }
}

/// Which rows are fitted, and which are judged by.
struct Splitting {
    training: Training,
    end: u32,
}

impl Splitting {
    /// Whether a row is a training row; none where its outcome is not known in time.
    fn is_training(&self, row: &Row) -> Option<bool> {
        let is_training = self.training.has(row.key, row.time);
        let in_time = match self.training {
            Training::Until(until) if is_training => row.known_from < until,
            _ => row.known_from <= self.end,
        };
        in_time.then_some(is_training)
    }

    fn prepare(
        &self,
        settings: &Params,
        params: &PlainTableParams,
        fitted: &Fitted,
        rows: Rows,
        mut causes: Vec<Cause>,
        read: u64,
    ) -> Result<Prepared> {
        let of = |part| rows.rows.iter().filter(move |row| self.is_training(row) == Some(part)).collect::<Vec<&Row>>();
        let (train, test) = (of(true), of(false));
        let unknown = (rows.rows.len() - train.len() - test.len()) as u64;
        if unknown > 0 {
            let cause = "outcome is not known when the training rows, or the log, end".into();
            causes.push(Cause { cause, action: "dropped".into(), rows: unknown, examples: Vec::new() });
        }
        for (what, part) in [("training", &train), ("test", &test)] {
            if part.is_empty() {
                return Err(Error::new(Code::BadData, format!("table.test: no {what} row is left")));
            }
        }
        let words = words(settings);
        let made = |rows: &[&Row]| into_sample(settings, &fitted.program, &words, rows);
        let (fit, judge) = (made(&train)?, made(&test)?);
        check(params.predicts, &fit, &judge)?;
        let shoppers = |rows: &[&Row]| rows.iter().map(|row| row.shopper).collect();
        Ok(Prepared {
            shop: settings.shop.name.clone(),
            currency: settings.shop.currency.clone(),
            predicts: params.predicts,
            target: params.target.clone(),
            program: fitted.program.clone(),
            schema: schema_of(settings, &fitted.schema)?,
            counts: Counts {
                read,
                made: rows.rows.len() as u64,
                train: fit.rows() as u64,
                test: judge.rows() as u64,
                causes,
            },
            train: fit,
            test: judge,
            train_groups: shoppers(&train),
            test_groups: shoppers(&test),
            train_times: Some(train.iter().map(|row| row.time as i64).collect()),
            labels: texts::labels(&settings.feature),
            words,
            ..Prepared::default()
        })
    }
}

fn words(settings: &Params) -> BTreeMap<String, Vec<String>> {
    settings.attribute.iter().map(|attribute| (attribute.name.clone(), by_level(attribute.levels.clone()))).collect()
}

fn into_sample(
    settings: &Params,
    program: &Program,
    words: &BTreeMap<String, Vec<String>>,
    rows: &[&Row],
) -> Result<Sample> {
    let column = |index: usize| rows.iter().map(|row| row.values[index]).collect();
    let columns = Columns { values: (0..program.features.len()).map(column).collect() };
    let target = rows.iter().map(|row| row.outcome as u8 as f64).collect();
    let levels = |name: &str| levels(&settings.feature, words, name);
    sample(program, columns, &levels, target, vec![1.0; rows.len()])
}

/// Groups of the log with the shop's margin; the one group without a name where it tells none.
fn schema_of(settings: &Params, found: &Schema) -> Result<Schema> {
    if found.groups.is_empty() {
        return schema(settings);
    }
    let mut schema = found.clone();
    let margin = margin(settings)?;
    schema.departments.iter_mut().for_each(|department| department.margin = margin);
    schema.groups.iter_mut().for_each(|group| group.support = 1);
    Ok(schema)
}
