//! Decisions held out from learning, as a device with the model would see them: every arm's gain and cost.
//!
//! ```text
//! rows of a table, or trips of the test weeks -> Engine::consider -> Offers, whose, when, a sample to decide again
//! ```
//! Gains are the model's own. Where the rows are those of an experiment, what really happened judges them beside it.
//! Money is in minor units. It does *not* find prices.

use crate::engine::{Engine, Request, Terms};
use crate::error::{Code, Error, Result};
use crate::event::{GroupId, Profile, Timestamp, id_number};
use crate::money::Money;
use crate::policy::Appraisal;
use crate::train::budget::Offers;
use crate::train::compete::{MOMENT, attributes, list_price, rows_as_cases};
use crate::train::experiment::{Setup, gains_above_none};
use crate::train::pack::Case;
use crate::train::table::Prepared;
use serde_json::Value;

/// Decisions that are decided again by the finished file.
const AGAIN: usize = 2_000;

/// What prices are found on and judged by.
pub struct HeldOut<'a> {
    /// What every arm gains and costs by the model.
    pub offers: Offers,
    /// The same gains as outcomes have them; none where nobody drew the arms.
    pub outcomes: Option<Offers>,
    /// Whose each decision is, numbered from 0.
    pub unit: Vec<u32>,
    /// How many shoppers they are of.
    pub units: usize,
    /// How many days they lie in; none where they have no moments.
    pub days: Option<f64>,
    /// What a decision is called, one and several.
    pub rows: [String; 2],
    /// Name of the shop and its currency.
    pub shop: [String; 2],
    /// Which decisions these are, in a sentence.
    pub rule: String,
    /// Some of them by their place, to be decided again.
    pub again: Vec<(usize, Case)>,
    /// By attribute and word, whose decisions those are.
    pub whose: Whose<'a>,
    /// What another engine is asked, and what it must answer.
    pub cases: Cases<'a>,
}

/// Says for an attribute and a word which decisions have it.
pub type Whose<'a> = Box<dyn Fn(&str, &str) -> Result<Vec<bool>> + 'a>;

/// `cases.json` as an engine decides it; prices hold at the first moment and have expired at the second.
pub type Cases<'a> = Box<dyn Fn(&Engine, [Timestamp; 2]) -> Result<Value> + 'a>;

/// Gains and costs as they come in.
#[derive(Default)]
pub struct Gathered {
    gain: Vec<f32>,
    cost: Vec<f32>,
    blocked: Vec<u16>,
}

impl Gathered {
    /// Adds a decision of a menu with `arms` arms.
    pub fn add(&mut self, appraisal: &Appraisal, arms: usize) {
        let mut blocked = 0;
        for (arm, outcome) in appraisal.outcomes[..arms].iter().enumerate() {
            self.gain.push(outcome.gain as f32);
            self.cost.push(outcome.cost as f32);
            blocked |= u16::from(appraisal.values[arm].is_none()) << arm;
        }
        self.blocked.push(blocked);
    }

    /// How many decisions there are.
    pub fn rows(&self) -> usize {
        self.blocked.len()
    }

    /// Adds those of another part.
    pub fn append(&mut self, mut other: Gathered) {
        self.gain.append(&mut other.gain);
        self.cost.append(&mut other.cost);
        self.blocked.append(&mut other.blocked);
    }

    /// All of them.
    pub fn offers(self, arms: usize) -> Result<Offers> {
        Offers::new(arms, self.gain, self.cost, self.blocked)
    }
}

/// The appraisal of one question.
pub fn appraised(engine: &Engine, profile: &Profile, request: &Request) -> Result<Appraisal> {
    let considered = engine.consider(profile, request, &Terms::default());
    considered.map(|considered| considered.appraisal).map_err(|reason| {
        let what =
            format!("the model decides nothing here, {}: train it with these settings, switched on", reason.code());
        Error::new(Code::BadConfig, what)
    })
}

/// Every so many decisions are decided again.
pub fn every(rows: usize) -> usize {
    rows.div_ceil(AGAIN).max(1)
}

impl<'a> HeldOut<'a> {
    /// The held-out rows of a table; of an experiment where there is a `setup`.
    ///
    /// # Errors
    /// A model of other settings, rows that cannot judge.
    pub fn of_table(prepared: &'a Prepared, setup: Option<&Setup>, rule: &str, engine: &Engine) -> Result<HeldOut<'a>> {
        check_same(prepared, engine)?;
        let (rows, arms) = (prepared.test.rows(), engine.content().menu.arms.len());
        let mut gathered = Gathered::default();
        for row in 0..rows {
            let case = case(prepared, row);
            let list = Money::new(case.price as i64)?;
            let request = Request {
                group: Some(case.group),
                list,
                now: MOMENT,
                attributes: &case.attributes,
                ..Request::default()
            };
            gathered.add(&appraised(engine, &case.profile, &request)?, arms);
        }
        let offers = gathered.offers(arms)?;
        let outcomes = setup.map(|setup| outcomes(prepared, setup, &offers)).transpose()?;
        let (unit, units) = numbered(&prepared.test_groups, rows);
        let again = (0..rows).step_by(every(rows)).map(|row| (row, case(prepared, row))).collect();
        let called = setup.map_or_else(|| ["row".into(), "rows".into()], |setup| setup.trial.rows.clone());
        Ok(HeldOut {
            offers,
            outcomes,
            unit,
            units,
            days: None,
            rows: called,
            shop: [prepared.shop.clone(), prepared.currency.clone()],
            rule: rule.into(),
            again,
            whose: Box::new(|attribute, word| whose(prepared, attribute, word)),
            cases: Box::new(|engine, moments| Ok(rows_as_cases(engine, prepared, &moments))),
        })
    }
}

fn case(prepared: &Prepared, row: usize) -> Case {
    Case {
        profile: Profile::new(),
        group: GroupId(0),
        price: list_price(prepared, row) as u32,
        now: MOMENT,
        attributes: attributes(prepared, row).to_vec(),
    }
}

/// Refuses a model that would be told other things than the rows hold.
fn check_same(prepared: &Prepared, engine: &Engine) -> Result<()> {
    let content = engine.content();
    let same = content.program.tables.attributes == prepared.program.tables.attributes;
    if prepared.test_attributes.is_empty() || content.schema.groups.len() != 1 {
        let what = "held-out rows of a log say nothing without the history behind them; budgets are priced on a table, or \
                    on the orders that `skonto train` reads";
        return Err(Error::new(Code::BadConfig, what));
    }
    match same {
        true => Ok(()),
        false => Err(Error::new(
            Code::BadConfig,
            "the model asks for other attributes than the settings of `shop` have: train it with those settings first",
        )),
    }
}

/// Gains above none by what happened, doubly robust; costs as the model has them.
fn outcomes(prepared: &Prepared, setup: &Setup, offers: &Offers) -> Result<Offers> {
    if setup.checked.ids.len() != offers.arms() {
        let (arms, found) = (setup.checked.ids.len() as u64, offers.arms() as u64);
        return Err(Error::limit(Code::BadConfig, "arms of the model, as many as of the trial", arms, found));
    }
    offers.judged_by(gains_above_none(prepared, setup)?.into_iter().map(|gain| gain as f32).collect())
}

/// Whose each row is, numbered in the order met.
fn numbered(groups: &[u32], rows: usize) -> (Vec<u32>, usize) {
    if groups.len() != rows {
        return ((0..rows as u32).collect(), rows);
    }
    let mut known = std::collections::BTreeMap::new();
    let unit = groups.iter().map(|group| {
        let next = known.len() as u32;
        *known.entry(*group).or_insert(next)
    });
    (unit.collect(), known.len())
}

fn whose(prepared: &Prepared, attribute: &str, word: &str) -> Result<Vec<bool>> {
    let declared = &prepared.program.tables.attributes;
    let known =
        || declared.iter().filter(|it| !it.levels.is_empty()).map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ");
    let place = declared.iter().position(|it| it.name == attribute && !it.levels.is_empty());
    let Some(place) = place else {
        let what = format!("where: `{attribute}` is no attribute that is a word; there are {}", known());
        return Err(Error::new(Code::BadConfig, what));
    };
    let number = f64::from(id_number(word));
    let has: Vec<bool> = prepared.test_attributes.iter().map(|row| row[place] == Some(number)).collect();
    match has.iter().any(|has| *has) {
        true => Ok(has),
        false => Err(Error::new(Code::BadConfig, format!("where: no held-out row has `{word}` as its `{attribute}`"))),
    }
}
