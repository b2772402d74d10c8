//! What a competition of policies ends with: the file, everything measured, cases for whoever decides them elsewhere.

use super::entrant::Entrant;
use super::gate::Decided;
use super::judge::Judge;
use super::ranking::{in_units, rankings};
use super::shares::shares;
use super::trials::Trials;
use super::{card, served};
use crate::artefact::MAX_BYTES;
use crate::engine::Engine;
use crate::error::{Code, Error, Result};
use crate::evaluate::experiment::{Arm, BudgetPoint, Candidate, Contents, Data, Experiment, File};
use crate::evaluate::gate::Basis;
use crate::evaluate::metrics::mean_and_half;
use crate::evaluate::summary::Figure;
use crate::math;
use crate::model::{Model, Scorer};
use crate::train::Params;
use crate::train::compete::{MOMENT, menu, packed, rows_as_cases};
use crate::train::config::{AuditParams, CandidateParams, CheckedTrial, MenuParams, TrialParams};
use crate::train::sample::Sample;
use crate::train::table::{Prepared, minor_units};
use crate::train::uplift::{Overlap, rows_given};
use serde_json::Value;

/// Prices of budget on the curve.
const PRICES: [f64; 21] =
    [0.0, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 30.0, 50.0, 100.0];

/// Bytes that a card may take.
const CARD: usize = 4_096;

/// Everything about a run that is not in the table.
pub struct Setup<'a> {
    /// The trial as written.
    pub trial: &'a TrialParams,
    /// The trial beside the menu.
    pub checked: CheckedTrial,
    /// Who competes.
    pub candidates: &'a [CandidateParams],
    /// What may be offered.
    pub menu: &'a MenuParams,
    /// What is audited, and which limits stop a release.
    pub fairness: &'a AuditParams,
    /// Minor units of one unit of the currency.
    pub minor: f64,
    /// Names of the files that rows came from.
    pub files: &'a [String],
    /// Which rows are held out, in a sentence.
    pub rule: &'a str,
    /// Version of the model.
    pub version: u64,
    /// Whether the learned policy is packed whatever the gate says: to be given a price of budget, at which it may pay.
    pub keep_learned: bool,
}

impl<'a> Setup<'a> {
    /// What the settings say. `rule` says which rows are held out, in a sentence.
    ///
    /// # Errors
    /// A section that is missing, a trial that does not fit the menu.
    pub fn of(settings: &'a Params, rule: &'a str, version: u64) -> Result<Setup<'a>> {
        let needs =
            |what: &str| Error::new(Code::BadConfig, format!("an experiment needs `{what}`, the file has none"));
        let trial = settings.trial.as_ref().ok_or_else(|| needs("trial"))?;
        let menu = settings.menu.as_ref().ok_or_else(|| needs("menu"))?;
        Ok(Setup {
            trial,
            checked: trial.check(menu)?,
            candidates: &settings.candidate,
            menu,
            fairness: &settings.fairness,
            minor: minor_units(&settings.shop.currency),
            files: &settings.data.files,
            rule,
            version,
            keep_learned: false,
        })
    }

    /// How the arms of the rows came to be given.
    pub fn basis(&self) -> Basis {
        match self.trial.observational {
            true => Basis::Observed { accepted: self.trial.accept_observational },
            false => Basis::Drawn,
        }
    }

    /// The cost of an arm in minor units.
    pub fn cost(&self, arm: usize) -> f64 {
        self.checked.cost[arm] * self.minor
    }
}

/// What a competition ends with.
#[derive(Clone, Debug)]
pub struct Released {
    /// The file.
    pub bytes: Vec<u8>,
    /// Everything measured.
    pub run: Experiment,
    /// Held-out rows as requests, with their decisions.
    pub cases: Value,
}

/// A competition that is over.
pub struct Made<'a> {
    pub prepared: &'a Prepared,
    pub setup: &'a Setup<'a>,
    pub trials: &'a Trials,
    pub entrants: &'a [Entrant],
    /// The best entrant's position.
    pub best: usize,
    /// By arm, what giving it to all is worth on training rows, in minor units.
    pub trained: Vec<f64>,
    /// How comparable the rows of different arms are, where nobody drew them.
    pub overlap: Option<&'a Overlap>,
}

/// Held-out rows under the served model.
struct Served {
    model: Model,
    /// By row, the score of every arm.
    gains: Vec<Vec<f64>>,
    /// By row, the arm chosen.
    chosen: Vec<u16>,
    /// Share of rows on which the learner itself chooses the same.
    same: f64,
}

impl Made<'_> {
    /// Judges the best entrant as a device would serve it, and packs it, or the best single arm.
    pub fn release(&self) -> Result<Released> {
        let served = self.served()?;
        let judge = Judge::of(&self.trials.test, self.setup)?;
        let asked = super::gate::Asked {
            trial: &self.trials.test,
            judge: &judge,
            chosen: &served.chosen,
            name: &self.entrants[self.best].name,
            setup: self.setup,
            prepared: self.prepared,
        };
        let decided = asked.decide()?;
        let model = match decided.single {
            None => served.model.clone(),
            Some(arm) => served::single(arm, self.trained[arm] - self.trained[0], self.trials),
        };
        let rows = &self.setup.trial.rows[1];
        let bytes = self.packed(
            &model,
            card::card(self.prepared, &decided.verdict.sentence, rows, self.setup.trial.observational),
        )?;
        if bytes.len() > MAX_BYTES {
            return Err(Error::limit(Code::TooLarge, "bytes of the artefact", MAX_BYTES as u64, bytes.len() as u64));
        }
        let cases = rows_as_cases(&Engine::load(&bytes)?, self.prepared, &[MOMENT]);
        let run = self.run(&served, decided, bytes.len())?;
        Ok(Released { bytes, run, cases })
    }

    fn packed(&self, model: &Model, card: String) -> Result<Vec<u8>> {
        let menu = menu(Some(self.setup.menu), &self.prepared.shop)?;
        packed(self.prepared, model, &menu, card, self.setup.version)
    }

    /// Whether a file has room for a model beside the longest card.
    fn has_room(&self, model: &Model) -> Result<bool> {
        match self.packed(model, " ".repeat(CARD)) {
            Ok(bytes) => Ok(bytes.len() <= MAX_BYTES),
            Err(error) if error.code() == Code::TooLarge => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn served(&self) -> Result<Served> {
        let Some(fitted) = &self.entrants[self.best].fitted else {
            return Err(Error::new(Code::BadData, "the best candidate was not fitted"));
        };
        let model = served::served(&fitted.learned, self.trials, |model| self.has_room(model))?;
        let test = &self.trials.test;
        let gains = gains(&model, &test.features);
        // The file takes the cost off once; the menu's price of budget comes on top.
        let price = self.trials.price - 1.0;
        let worth = |gains: &Vec<f64>, arm: usize| gains[arm] - price * (self.trials.cost[arm] - self.trials.cost[0]);
        let chosen: Vec<u16> = gains.iter().map(|gains| best(gains.len(), |arm| worth(gains, arm)) as u16).collect();
        let learner = |row: usize| fitted.learned.choose(&test.features.row(row), self.trials);
        let same = (0..test.rows()).filter(|row| learner(*row) == chosen[*row]).count() as f64 / test.rows() as f64;
        Ok(Served { model, gains, chosen, same })
    }

    fn run(&self, served: &Served, decided: Decided, bytes: usize) -> Result<Experiment> {
        let Made { prepared, setup, trials, .. } = self;
        Ok(Experiment {
            contents: Contents::Experiment,
            skonto_version: env!("CARGO_PKG_VERSION").into(),
            shop: prepared.shop.clone(),
            title: String::new(),
            currency: prepared.currency.clone(),
            rows: setup.trial.rows.clone(),
            reward: prepared.target.clone(),
            randomised: !setup.trial.observational,
            data: data(prepared, setup),
            verdict: decided.verdict,
            arms: arms(trials, setup, self.overlap),
            candidates: self.entrants.iter().enumerate().map(|(at, entrant)| self.candidate(at, entrant)).collect(),
            policies: decided.policies,
            fairness: decided.fairness,
            rankings: rankings(trials, &served.gains, &prepared.target, setup)?,
            budget: PRICES.iter().map(|price| self.budget(&served.gains, *price)).collect(),
            shares: shares(prepared, &served.chosen, trials.test.arms.len()),
            file: File { bytes: bytes as u64, same_as_learner: served.same },
            seconds: Vec::new(),
            ..Experiment::default()
        })
    }

    fn candidate(&self, at: usize, entrant: &Entrant) -> Candidate {
        let value = entrant.fitted.as_ref().map(|fitted| in_units(fitted.value, self.setup.minor));
        let nothing = Figure { value: f64::NAN, low: f64::NAN, high: f64::NAN };
        Candidate {
            name: entrant.name.clone(),
            what: entrant.what.clone(),
            value: value.unwrap_or(nothing),
            chosen: at == self.best,
            refused: entrant.refused.clone(),
        }
    }

    /// What the served model would spend and gain at a price of budget, by its own account.
    fn budget(&self, gains: &[Vec<f64>], price: f64) -> BudgetPoint {
        let cost = |arm: usize| self.trials.cost[arm] - self.trials.cost[0];
        let chosen: Vec<usize> =
            gains.iter().map(|gains| best(gains.len(), |arm| gains[arm] - price * cost(arm))).collect();
        let per_row = |of: &dyn Fn(usize) -> f64| math::ordered_sum((0..gains.len()).map(of)) / gains.len() as f64;
        let minor = self.setup.minor;
        BudgetPoint {
            price,
            spend: per_row(&|row| cost(chosen[row])) / minor,
            gain: per_row(&|row| gains[row][chosen[row]]) / minor,
            offered: per_row(&|row| f64::from(chosen[row] > 0)),
        }
    }
}

/// Where the rows came from and what became of them.
pub fn data(prepared: &Prepared, setup: &Setup) -> Data {
    let counts = &prepared.counts;
    Data {
        files: setup.files.to_vec(),
        read: counts.read,
        train: counts.train,
        test: counts.test,
        rule: setup.rule.into(),
        causes: counts.causes.clone(),
        features: prepared.program.features.len() as u64,
    }
}

/// The arms as they were given, in units of the currency.
pub fn arms(trials: &Trials, setup: &Setup, overlap: Option<&Overlap>) -> Vec<Arm> {
    (0..trials.train.arms.len()).map(|arm| given_arm(trials, setup, arm, overlap)).collect()
}

fn given_arm(trials: &Trials, setup: &Setup, arm: usize, overlap: Option<&Overlap>) -> Arm {
    let (train, test, minor) = (&trials.train, &trials.test, setup.minor);
    let rewards: Vec<f64> = [train, test]
        .into_iter()
        .flat_map(|trial| rows_given(trial, &[arm]).into_iter().map(|row| trial.reward(row) / minor))
        .collect();
    let given = rewards.len() as f64 / (train.rows() + test.rows()) as f64;
    Arm {
        id: train.arms[arm].clone(),
        given,
        reward: mean(&rewards),
        cost: setup.checked.cost[arm],
        outside: overlap.map(|overlap| overlap.outside[arm]),
        effective_rows: overlap.map(|overlap| overlap.effective_rows[arm]),
    }
}

/// The served score of every arm, by row.
fn gains(model: &Model, sample: &Sample) -> Vec<Vec<f64>> {
    let Scorer::Arms(effects) = &model.scorer else { return Vec::new() };
    let of = |row: usize| {
        let scores = effects.iter().map(|effect| effect.gain_of(&sample.row(row)));
        std::iter::once(0.0).chain(scores).collect()
    };
    (0..sample.rows()).map(of).collect()
}

/// The arm worth most, the first of equals.
fn best(arms: usize, worth: impl Fn(usize) -> f64) -> usize {
    (1..arms).fold(0, |best, arm| if worth(arm) > worth(best) { arm } else { best })
}

/// A mean with its 95 % interval by the normal distribution: for the thousands of rows an arm was given to.
fn mean(values: &[f64]) -> Figure {
    let (value, half) = mean_and_half(values);
    Figure { value, low: value - half, high: value + half }
}
