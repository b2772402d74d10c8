//! A file of budgets: what may be spent on which offers, for how many decisions, until when a price holds.
//!
//! Only what the file may say and whether it makes sense by itself; whether a model has such arms is for [`price`](super::price).

use crate::error::{Code, Error, Result};
use crate::evaluate::preview;
use crate::event::Timestamp;
use crate::policy::MAX_BUDGETS;
use serde::Deserialize;
use std::path::PathBuf;

/// The file as written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PricingParams {
    /// A heading.
    #[serde(default)]
    pub title: String,
    /// Settings that the model was trained with, beside this file: they say which decisions are held out.
    pub shop: PathBuf,
    /// Decisions that a budget is for, unless it says so itself.
    pub decisions: Option<f64>,
    /// Days instead of them, where held-out decisions have moments; as long as were held out where left out.
    pub days: Option<f64>,
    /// Last moment of the prices, in the shop's own time; they hold for ever where left out.
    pub expires: Option<String>,
    /// After that moment a device offers as if only this share of every budget were there.
    #[serde(default = "quarter")]
    pub fallback_share: f64,
    /// Decides ties.
    #[serde(default)]
    pub seed: u64,
    /// The budgets.
    pub budget: Vec<BudgetParams>,
}

/// How much is to come, beside what was held out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Period {
    /// As much as was held out.
    HeldOut,
    /// So many decisions.
    Decisions(f64),
    /// So many days.
    Days(f64),
}

/// `[[budget]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetParams {
    /// What a person calls it.
    pub name: String,
    /// What `amount` is.
    pub kind: BudgetKind,
    /// Money in units of the currency; of a return floor the money earned for each unit spent.
    pub amount: f64,
    /// Of a spend: the arms that draw on it; all where left out.
    #[serde(default)]
    pub arms: Vec<String>,
    /// Of a spend: whose decisions draw on it; all where left out.
    #[serde(rename = "where")]
    pub whose: Option<WhoseParams>,
    /// Decisions that it is for.
    pub decisions: Option<f64>,
    /// Days instead of them.
    pub days: Option<f64>,
}

/// Some decisions, by a word that the shop passes with a request.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WhoseParams {
    /// The attribute.
    pub attribute: String,
    /// Its word.
    pub is: String,
}

/// What a budget limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetKind {
    /// What offers cost adds up to at most the amount.
    Spend,
    /// What offers gain adds up to at least the amount.
    ProfitFloor,
    /// What offers gain is at least the amount for every unit of money that they cost.
    ReturnFloor,
}

/// Budgets that can be priced.
#[derive(Clone, Debug)]
pub struct CheckedPricing {
    /// As written.
    pub params: PricingParams,
    /// What the file says a budget is for.
    pub usual: Period,
    /// What each budget is for.
    pub periods: Vec<Period>,
    /// The last moment of the prices.
    pub expires: Option<Timestamp>,
}

fn quarter() -> f64 {
    0.25
}

fn bad(what: String) -> Error {
    Error::new(Code::BadConfig, what)
}

impl PricingParams {
    /// Reads a file.
    ///
    /// # Errors
    /// What is no such file.
    pub fn from_toml(text: &str) -> Result<PricingParams> {
        toml::from_str(text).map_err(|error| bad(format!("budgets: {error}")))
    }

    /// Refuses what could not be priced.
    ///
    /// # Errors
    /// No budgets or too many, names given twice, amounts below 0 or no numbers, a floor for some arms or decisions only, both
    /// `days` and `decisions`, a moment that is none.
    pub fn check(self) -> Result<CheckedPricing> {
        if !(1..=MAX_BUDGETS).contains(&self.budget.len()) {
            let found = self.budget.len();
            return Err(bad(format!("budgets: at least 1 [[budget]] and at most {MAX_BUDGETS}, found {found}")));
        }
        if !(self.fallback_share > 0.0 && self.fallback_share < 1.0) {
            return Err(bad(format!("fallback_share: above 0 and below 1, found {}", self.fallback_share)));
        }
        let usual = period("the file", self.decisions, self.days)?.unwrap_or(Period::HeldOut);
        let periods = self.budget.iter().map(|budget| {
            let own = period(&format!("budget `{}`", budget.name), budget.decisions, budget.days)?;
            Ok(own.unwrap_or(usual))
        });
        let periods = periods.collect::<Result<_>>()?;
        for (index, budget) in self.budget.iter().enumerate() {
            budget.check()?;
            if self.budget[..index].iter().any(|earlier| slug(&earlier.name) == slug(&budget.name)) {
                return Err(bad(format!("budget `{}`: another one has that name", budget.name)));
            }
        }
        let expires = self.expires.as_deref().map(moment).transpose()?;
        Ok(CheckedPricing { params: self, usual, periods, expires })
    }
}

fn moment(text: &str) -> Result<Timestamp> {
    let told = preview::moment_ms(text).map(|(local, _)| Timestamp::from_ms(local));
    told.and_then(core::result::Result::ok)
        .ok_or_else(|| bad(format!("expires: expected a moment like 2026-11-27T09:00, found `{text}`")))
}

/// Which of two keys was used, if any.
fn period(of: &str, decisions: Option<f64>, days: Option<f64>) -> Result<Option<Period>> {
    if decisions.is_some() && days.is_some() {
        return Err(bad(format!("{of}: `days` or `decisions`, found both")));
    }
    match decisions.or(days).filter(|many| !(many.is_finite() && *many > 0.0)) {
        Some(found) => Err(bad(format!("{of}: `days` and `decisions` are above 0, found {found}"))),
        None => Ok(decisions.map(Period::Decisions).or(days.map(Period::Days))),
    }
}

impl BudgetParams {
    fn check(&self) -> Result<()> {
        let of = format!("budget `{}`", self.name);
        if slug(&self.name).is_empty() {
            return Err(bad(format!("{of}: a name has a letter or a digit, it names a file")));
        }
        if !(self.amount.is_finite() && self.amount >= 0.0) {
            return Err(bad(format!("{of}: amount must be a number from 0 on, found {}", self.amount)));
        }
        if self.kind != BudgetKind::Spend && !(self.arms.is_empty() && self.whose.is_none()) {
            return Err(bad(format!("{of}: a floor counts every offer; `arms` and `where` are for a spend")));
        }
        Ok(())
    }
}

/// A name as part of the name of a file.
pub fn slug(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}
