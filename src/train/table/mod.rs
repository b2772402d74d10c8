//! Learning from a plain table: settings and files in, a feature program and samples out.
//!
//! ```text
//! files -> reading -> stack -> derive -> outcome, split -> attributes -> fitting -> Prepared { program, train, test }
//! ```
//! Rows of a log of events are made by the engine of `skonto features` instead, a row at every moment asked about.
//!
//! A column becomes an attribute that the shop passes with a request, and a feature that reads it. Values of both
//! samples are what [`extract`](crate::feature::extract) gives for such a request: there is no second implementation.
//! Nothing is fitted here but the program; that is [`learn`](super::learn).

mod attributes;
mod derive;
mod events;
mod fitting;
mod frame;
mod given;
mod outcome;
mod prepared;
mod reading;
mod split;
mod stack;
mod watched;

pub(super) use frame::{Frame, Values, yes_or_no};
pub use given::Given;
pub use prepared::{Counts, Prepared};
pub(super) use reading::rows as read_rows;
pub use watched::{Audited, Watched};

use super::Params;
use super::clean::tally::Tallies;
use super::config::{CheckedLog, CheckedTrial, PlainTableParams, Predicts, TrialParams};
use super::learn::Watch;
use super::sample::Sample;
use super::texts;
use crate::error::{Code, Error, Result};
use crate::evaluate::summary::Cause;
use crate::feature::Schema;
use crate::money::{BasisPoints, Currency};
use attributes::Asked;
use fitting::{Made, Requests};
use split::Parts;
use std::path::Path;

/// Reads the files of the settings below `folder` and makes them ready. `watch` is told bytes read of bytes there are.
///
/// # Errors
/// Settings that make no sense together, files that cannot be read, rows that nothing can be learnt from.
pub fn load(settings: &Params, folder: &Path, watch: Watch) -> Result<Prepared> {
    let missing = || Error::new(Code::BadConfig, "learning from a table needs `table`, the file has none");
    let params = settings.table.as_ref().ok_or_else(missing)?;
    params.check()?;
    let trial = trial(settings, params)?;
    let log = settings.check_log()?;
    settings.fairness.refuse_derived(&settings.column, &params.drop)?;
    if let Some(at) = &params.at {
        if settings.fairness.is_asked() {
            let what = "fairness: audits rows of a plain table, not moments of a log";
            return Err(Error::new(Code::BadConfig, what));
        }
        return events::load(settings, params, &log, at, folder, watch);
    }
    let (mut frame, tallies) = reading::read(&log, params, folder, watch)?;
    if let Some(stacked) = &params.stack {
        frame = stack::stack(frame, stacked)?;
    }
    let read = derive::derive(&mut frame, &settings.column, &log)?;
    let arms = trial.as_ref().map(|(params, trial)| given::arms(&frame, params, trial)).transpose()?;
    let (rows, dropped) = outcome::usable(&frame, params, arms.as_deref(), minor_units(&log.currency))?;
    let parts = split::split(&frame, params, &log, rows)?;
    let asked = attributes::ask(&frame, settings, params, &read, &parts.train)?;
    let loaded = Loaded { settings, params, log, frame, parts, asked, arms, trial };
    loaded.prepare(&tallies, dropped)
}

/// A table whose rows and columns are chosen.
struct Loaded<'a> {
    settings: &'a Params,
    params: &'a PlainTableParams,
    log: CheckedLog,
    frame: Frame,
    parts: Parts,
    asked: Asked,
    /// By row of the frame, the arm it was given; none without a trial.
    arms: Option<Vec<Option<u16>>>,
    /// The trial, where there is one.
    trial: Option<(&'a TrialParams, CheckedTrial)>,
}

/// The trial of the settings, checked beside the menu.
fn trial<'a>(settings: &'a Params, params: &PlainTableParams) -> Result<Option<(&'a TrialParams, CheckedTrial)>> {
    let needs = |what: &'static str| Error::new(Code::BadConfig, what);
    match (&settings.trial, params.predicts == Predicts::Gain) {
        (None, false) => Ok(None),
        (Some(_), false) => Err(needs("table.predicts: an experiment needs \"gain\"")),
        (None, true) => Err(needs("table.predicts: \"gain\" needs `trial`, the file has none")),
        (Some(trial), true) => {
            let menu = settings.menu.as_ref().ok_or_else(|| needs("an experiment needs `menu`, the file has none"))?;
            Ok(Some((trial, trial.check(menu)?)))
        }
    }
}

impl Loaded<'_> {
    fn prepare(self, tallies: &Tallies, dropped: Vec<Cause>) -> Result<Prepared> {
        let (schema, times) = (schema(self.settings)?, split::times(&self.frame, self.params)?);
        let requests = Requests { frame: &self.frame, asked: &self.asked, schema: &schema, times };
        let Made { program, train, test } = requests.make(&self.parts)?;
        check(self.params.predicts, &train, &test)?;
        let Parts { train: fitted, test: judged } = &self.parts;
        let mut groups = split::groups(&self.frame, self.params, fitted.iter().chain(judged))?;
        let test_groups = groups.split_off(fitted.len());
        let is_price = self.params.predicts == Predicts::MarketPrice;
        let prices = judged.iter().filter(|_| is_price).map(|usable| usable.list_price);
        Ok(Prepared {
            shop: self.log.shop.clone(),
            currency: self.log.currency.clone(),
            predicts: self.params.predicts,
            target: self.params.target.clone(),
            program,
            train,
            test,
            train_groups: groups,
            test_groups,
            train_times: times.map(|times| fitted.iter().filter_map(|usable| times[usable.row]).collect()),
            test_attributes: judged.iter().map(|usable| requests.attributes(usable)).collect(),
            test_list_prices: prices.collect(),
            labels: texts::labels(&self.settings.feature),
            words: self.asked.words.clone(),
            counts: self.counts(tallies, dropped),
            test_audited: watched::audited(&self.frame, &self.settings.fairness, judged)?,
            train_given: self.given(fitted)?,
            test_given: self.given(judged)?,
            schema,
        })
    }

    fn given(&self, rows: &[outcome::Usable]) -> Result<Given> {
        match (&self.trial, &self.arms) {
            (Some((trial, checked)), Some(arms)) => {
                let asked = given::Asked { table: self.params, trial, checked };
                given::given(&self.frame, &asked, arms, rows)
            }
            _ => Ok(Given::default()),
        }
    }

    fn counts(&self, tallies: &Tallies, dropped: Vec<Cause>) -> Counts {
        Counts {
            read: tallies.read,
            made: self.frame.rows() as u64,
            train: self.parts.train.len() as u64,
            test: self.parts.test.len() as u64,
            causes: tallies.causes().into_iter().chain(dropped).collect(),
        }
    }
}

/// Refuses samples that a learner could make nothing of.
fn check(predicts: Predicts, train: &Sample, test: &Sample) -> Result<()> {
    let checked = match predicts {
        Predicts::MarketPrice | Predicts::Gain => train.check().and_then(|()| test.check()),
        _ => train.check_binary().and_then(|()| test.check()),
    };
    checked.map_err(|error| Error::new(error.code(), format!("table: {error}")))
}

/// Only the arm without an offer was seen.
fn schema(settings: &Params) -> Result<Schema> {
    Ok(Schema::nameless(margin(settings)?, 1))
}

/// The margin of a shop that says nothing of departments; nothing where it says nothing at all.
fn margin(settings: &Params) -> Result<BasisPoints> {
    let margin = settings.margins.as_ref().and_then(|margins| margins.get("default")).copied().unwrap_or(0.0);
    if !(0.0..=100.0).contains(&margin) {
        return Err(Error::new(Code::BadConfig, format!("margins.default: 0 to 100, found {margin}")));
    }
    BasisPoints::from_percent(margin)
}

/// Minor units of one unit of a currency; a hundred for what is no currency.
pub fn minor_units(currency: &str) -> f64 {
    Currency::new(currency).map_or(100.0, |currency| currency.scale() as f64)
}
