//! Learning from a log of decisions whose probabilities were kept: a bandit takes in the earlier rows, the later ones judge it.
//!
//! ```text
//! Prepared, state of the last log -> State::next -> learn(earlier rows) -> belief -> file
//!   -> judged on later rows as the file decides, against what logged and every single arm -> gate -> released or not
//!   -> learn(later rows) -> state for the next log
//! ```
//! What is judged is the file, with the exploration that a device does: the best arm, and a share of decisions drawn evenly.
//! That is not the rule by which the bandit itself would draw; how far apart the two are is measured. It does *not* read
//! files, and it cannot learn from a log without probabilities.

mod belief;
mod context;
mod judged;
mod state;

pub use state::State;

use super::Setup;
use super::judge::Judge;
use super::trials::Trials;
use crate::engine::Engine;
use crate::error::{Code, Error, Result};
use crate::evaluate::experiment::Experiment;
use crate::model::Model;
use crate::policy::Menu;
use crate::train::Params;
use crate::train::compete::{self, MOMENT, Told, packed, rows_as_cases};
use crate::train::config::LogParams;
use crate::train::table::{Given, Prepared};
use judged::Judging;
use serde_json::Value;
use state::Lessons;

/// Everything about a run that is not in the table.
pub struct Log<'a> {
    /// The experiment's side: arms, menu, files.
    pub setup: Setup<'a>,
    /// `[bandit]`
    pub params: &'a LogParams,
    worths: Vec<f64>,
}

impl<'a> Log<'a> {
    /// What the settings say. `rule` says which rows are held out, in a sentence.
    ///
    /// # Errors
    /// A section that is missing, a trial that does not fit the menu, costs that a logistic response cannot take.
    pub fn of(settings: &'a Params, rule: &'a str, version: u64) -> Result<Log<'a>> {
        let missing = || Error::new(Code::BadConfig, "learning from a log needs `bandit`, the file has none");
        let params = settings.bandit.as_ref().ok_or_else(missing)?;
        let setup = Setup::of(settings, rule, version)?;
        let worths = params.worths(setup.menu)?;
        let is_logistic = params.settings.response == crate::train::bandit::Response::Logistic;
        if is_logistic && setup.checked.cost.iter().any(|cost| *cost != 0.0) {
            let what = "a logistic response learns whether an arm's worth is won: take costs off `bandit.worth`";
            return Err(Error::new(Code::BadConfig, what));
        }
        Ok(Log { setup, params, worths })
    }

    /// Names of the arms and what a success of each brings.
    fn arms(&self) -> impl Iterator<Item = (&str, f64)> {
        self.setup.checked.ids.iter().map(String::as_str).zip(self.worths.iter().copied())
    }

    /// The shop's menu, exploring at least as much as the bandit's floor asks.
    fn menu(&self, shop: &str) -> Result<Menu> {
        let menu = compete::menu(Some(self.setup.menu), shop)?;
        Ok(Menu { exploration: menu.exploration.max(self.params.settings.floor as f32), ..menu })
    }
}

/// What a log ends with.
#[derive(Clone, Debug)]
pub struct Learned {
    /// The file to release; none where what is in use stays.
    pub bytes: Option<Vec<u8>>,
    /// Everything measured.
    pub run: Experiment,
    /// Held-out rows as requests, with the decisions of the file.
    pub cases: Value,
    /// What the next log goes on from; all rows of this one are in it.
    pub state: State,
}

/// Learns a log, from `before` or from nothing.
///
/// # Errors
/// A log without times; one that was learnt already or has other features; rows that cannot judge.
pub fn learn(prepared: &Prepared, log: &Log, before: Option<State>, told: Told) -> Result<Learned> {
    let (trials, minor) = (Trials::of(prepared, &log.setup, None)?, log.setup.minor);
    timed(&prepared.train_given)?;
    let rows_before = before.as_ref().map_or(0, |state| state.rows);
    let mut state = match before {
        Some(state) => state.next(prepared, log)?,
        None => State::first(prepared, log)?,
    };
    [&prepared.train_given, &prepared.test_given].into_iter().try_for_each(|given| state.check_later(given))?;
    told("learn", 0, 3, "");
    state.learn(&Lessons { trial: &trials.train, given: &prepared.train_given, minor })?;
    told("judge", 1, 3, "");
    let model = belief::model(&state, &trials, log)?;
    let menu = log.menu(&prepared.shop)?;
    let pack = |model: &Model, card: String| packed(prepared, model, &menu, card, log.setup.version);
    let candidate = Engine::load(&pack(&model, String::new())?)?;
    let judge = Judge::of(&trials.test, &log.setup)?;
    let judging = Judging { prepared, log, trials: &trials, judge: &judge, state: &state, rows_before };
    let (mut run, single) = judging.run(&candidate)?;
    let released = match (run.verdict.learned, single) {
        (true, _) => Some(model),
        (false, Some(arm)) => Some(judging.single(arm)?),
        (false, None) => None,
    };
    let card = super::card::card(prepared, &run.verdict.sentence, &log.setup.trial.rows[1], false);
    let bytes = released.map(|model| pack(&model, card)).transpose()?;
    let cases = match &bytes {
        Some(bytes) => rows_as_cases(&Engine::load(bytes)?, prepared, &[MOMENT]),
        None => Value::Null,
    };
    run.file.bytes = bytes.as_ref().map_or(0, |bytes| bytes.len() as u64);
    told("learn the rest", 2, 3, "");
    state.learn(&Lessons { trial: &trials.test, given: &prepared.test_given, minor })?;
    told("learn the rest", 3, 3, "");
    Ok(Learned { bytes, run, cases, state })
}

fn timed(given: &Given) -> Result<()> {
    match given.moments.len() == given.arm.len() {
        true => Ok(()),
        false => {
            Err(Error::new(Code::BadConfig, "learning from a log needs `table.time`: what came first is learnt first"))
        }
    }
}
