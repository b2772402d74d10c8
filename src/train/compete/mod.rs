//! Learners compete on the training rows of a table; the best is calibrated, judged on rows held out, and packed.
//!
//! ```text
//! Prepared -> folds -> Entrant (search, folds, calibrate, fit) each -> choose by folds -> judge on test rows -> Released
//! ```
//! Who is chosen depends on training rows only. Test rows are used once, for the figures of the report. It does *not* read
//! files, and it does not say what an offer causes.

mod cases;
mod entrant;
mod judge;
mod look;
mod offers;
mod pack;
mod params;
mod report;

pub(super) use cases::cases as rows_as_cases;
pub use entrant::{Entrant, Told};
pub(super) use offers::decide as decide_row;
pub(super) use pack::{MOMENT, NOMINAL_PRICE, attributes, list_price, menu, packed};
pub use params::{CheckedLearn, Contender, LearnParams, LearnerParams};

use super::table::Prepared;
use crate::engine::Engine;
use crate::error::{Code, Error, Result};
use crate::evaluate::learned::Run;
use crate::train::config::{MenuParams, Predicts};
use crate::train::sample::Column;
use crate::train::validate::{Fold, FoldParams, Rows, Scheme};
use entrant::Training;
use judge::Judged;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// What a competition ends with.
#[derive(Clone, Debug)]
pub struct Released {
    /// The file.
    pub bytes: Vec<u8>,
    /// Everything measured.
    pub run: Run,
    /// Held-out rows as requests, with their decisions.
    pub cases: Value,
}

/// Everything about a run that is not in the table.
pub struct Setup<'a> {
    /// Who competes.
    pub learn: &'a CheckedLearn,
    /// What may be offered; none for the list price alone.
    pub menu: Option<&'a MenuParams>,
    /// Names of the files that rows came from.
    pub files: &'a [String],
    /// Which rows are held out, in a sentence.
    pub rule: &'a str,
    /// Version of the model.
    pub version: u64,
    /// Where searches keep their trials, so that a run that was cut off goes on.
    pub histories: Option<&'a Path>,
}

/// Runs a competition.
///
/// # Errors
/// Rows that no fold or learner can use; a model that an artefact has no room for.
pub fn compete(prepared: &Prepared, setup: &Setup, told: Told) -> Result<Released> {
    let learn = setup.learn;
    if prepared.predicts == Predicts::Gain {
        return Err(Error::new(Code::BadConfig, "gains are learnt by `candidate` policies, not by `learner`"));
    }
    let group: Vec<u64> = prepared.train_groups.iter().map(|group| *group as u64).collect();
    let folds = folds(prepared, learn, &group)?;
    let training = Training {
        sample: &prepared.train,
        group: &group,
        folds: &folds,
        target: prepared.predicts.target(),
        offer: offer(prepared, learn)?,
        histories: setup.histories,
    };
    let enter = |contender| Entrant::enter(contender, learn, &training, told);
    let entrants: Vec<Entrant> = learn.contenders.iter().map(enter).collect::<Result<_>>()?;
    let ranked = ranked(&entrants, learn);
    let (best, bytes) = release(prepared, setup, &entrants, &ranked)?;
    let test_group: Vec<u64> = prepared.test_groups.iter().map(|group| *group as u64).collect();
    let judged = Judged { sample: &prepared.test, group: &test_group, learn };
    let engine = Engine::load(&bytes)?;
    let passed_over = ranked.iter().copied().take_while(|at| *at != best).collect();
    let made = report::Made { prepared, setup, judged: &judged, entrants: &entrants, best, passed_over, folds: &folds };
    let run = made.report(&engine, bytes.len(), told)?;
    Ok(Released { cases: cases::cases(&engine, prepared, &[MOMENT]), bytes, run })
}

/// By class, and by shopper where a shopper has several rows, unless the settings say otherwise.
fn folds(prepared: &Prepared, learn: &CheckedLearn, group: &[u64]) -> Result<Vec<Fold>> {
    let parts = group.iter().collect::<BTreeSet<_>>().len() < group.len();
    let scheme = match (prepared.predicts == Predicts::MarketPrice, parts) {
        (true, true) => Scheme::Grouped,
        (true, false) => Scheme::Shuffled,
        (false, true) => Scheme::StratifiedGrouped,
        (false, false) => Scheme::Stratified,
    };
    let standard = FoldParams { scheme, seed: learn.params.seed, ..FoldParams::default() }.check();
    let rows = Rows { target: &prepared.train.target, group: Some(group), moment: prepared.train_times.as_deref() };
    learn.folds.map_or(standard, Ok)?.split(&rows)
}

fn offer(prepared: &Prepared, learn: &CheckedLearn) -> Result<Option<u8>> {
    let Some(name) = &learn.params.offer else { return Ok(None) };
    let place = prepared.train.names.iter().position(|known| known == name);
    match place.map(|place| (place, &prepared.train.columns[place])) {
        Some((place, Column::Number(_))) => Ok(Some(place as u8)),
        _ => Err(Error::new(
            Code::BadConfig,
            format!("learn.offer: expected a feature that is an amount, found `{name}`"),
        )),
    }
}

/// The best on folds first; of equal ones the earlier.
fn ranked(entrants: &[Entrant], learn: &CheckedLearn) -> Vec<usize> {
    let mut order: Vec<usize> = (0..entrants.len()).collect();
    order.sort_by(|one, other| learn.metric.loss(entrants[*other].validated, entrants[*one].validated).total_cmp(&0.0));
    order
}

/// The best that a file has room for, packed.
fn release(prepared: &Prepared, setup: &Setup, entrants: &[Entrant], ranked: &[usize]) -> Result<(usize, Vec<u8>)> {
    let menu = pack::menu(setup.menu, &prepared.shop)?;
    let mut refused = None;
    for at in ranked {
        let card = pack::card(prepared, setup.learn, &entrants[*at]);
        match pack::packed(prepared, &entrants[*at].model, &menu, card, setup.version) {
            Ok(bytes) => return Ok((*at, bytes)),
            Err(error) if error.code() == Code::TooLarge => refused = refused.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    Err(refused.unwrap_or_else(|| Error::new(Code::BadConfig, "nobody competes")))
}
