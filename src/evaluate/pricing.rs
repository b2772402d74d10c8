//! The numbers of a pricing of budgets: what its page draws and `metrics.json` holds.
//!
//! Plain data, like [`experiment`](super::experiment). Money is in whole units of the currency and, unless it is said to be a
//! budget's own, for the whole period that the file of budgets names. What is *not* here: any computing, and any drawing.

mod terminal;

pub use terminal::{in_words, used};

use super::numbers::Numbers;
use super::summary::Figure;
use serde::{Deserialize, Serialize};

/// By which `metrics.json` says that it holds a [`Pricing`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contents {
    /// Prices of budgets.
    #[default]
    Pricing,
}

/// Whose word is taken for what an offer gains.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JudgedBy {
    /// What happened to those who were given an arm by chance.
    Outcomes,
    /// The model's own: nothing else is known.
    #[default]
    Model,
}

/// Everything a pricing measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pricing {
    /// Always `pricing`.
    pub contents: Contents,
    /// Version of the program that wrote it.
    pub skonto_version: String,
    /// Name of the shop.
    pub shop: String,
    /// A heading; may be empty.
    pub title: String,
    /// ISO 4217 code.
    pub currency: String,
    /// One decision and several, in words.
    pub rows: [String; 2],
    /// Whose word is taken for gains.
    pub judged_by: JudgedBy,
    /// What the file's period is, in words, such as "7 days".
    pub period: String,
    /// Held-out decisions, shoppers they are of, and which they are, in a sentence.
    pub held_out: HeldOut,
    /// The budgets.
    pub budgets: Vec<Budget>,
    /// Without any budget, then with the prices.
    pub policies: Vec<Policy>,
    /// What the prices gain above the best single arm given to so many drawn by chance that it spends the same.
    pub over_single: Figure,
    /// That arm.
    pub single: String,
    /// Gain of the prices as a share of what no choice within the budgets exceeds, by the model's account.
    pub share_of_bound: f64,
    /// Share of decisions by arm, without any budget and with the prices.
    pub arms: Vec<ArmShares>,
    /// What was written.
    pub files: Vec<File>,
    /// Of held-out decisions asked again, the share that the file decides as its prices were found to.
    pub same_as_found: f64,
    /// What a reader should know before using it, in sentences.
    pub warnings: Vec<String>,
    /// How long each stage took.
    pub seconds: Vec<(String, f64)>,
}

/// What prices were found on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct HeldOut {
    /// Decisions.
    pub rows: u64,
    /// Shoppers.
    pub shoppers: u64,
    /// Which they are, in a sentence.
    pub rule: String,
}

/// One budget.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Budget {
    /// Its name.
    pub name: String,
    /// What it limits: `spend`, `profit floor`, `return floor`.
    pub kind: String,
    /// Money, or for a return floor the money earned for each unit spent.
    pub amount: f64,
    /// What it is for, in words: a period, arms, whose decisions.
    pub is_for: String,
    /// Its price λ, as found.
    pub price: f64,
    /// What a unit of cost is charged for it in the file; 0 where it only makes other budgets cheaper.
    pub packed: f64,
    /// The same after the last moment.
    pub fallback: f64,
    /// The last moment, in words; empty for ever.
    pub expires: String,
    /// What the prices come to in its own terms: money spent or gained, or gained for each unit spent.
    pub used: f64,
    /// Of a spend, what prices found on one half of the shoppers spend of its part for the other half, both ways.
    pub other_half: Vec<f64>,
    /// Of a spend: what other prices of it would spend and gain, all other prices standing.
    pub curve: Vec<Point>,
}

/// One price of one budget, in that budget's own period and among its own decisions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Point {
    /// λ.
    pub price: f64,
    /// What is spent of the budget.
    pub spend: f64,
    /// What is gained, by the model's account.
    pub believed: f64,
    /// What is gained, as it is judged.
    pub gain: Figure,
    /// Share of decisions with an offer.
    pub offered: f64,
}

/// What a way of deciding comes to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// What it spends.
    pub spend: f64,
    /// What it gains, as it is judged.
    pub gain: Figure,
    /// What it gains, by the model's account.
    pub believed: f64,
    /// Share of decisions with an offer.
    pub offered: f64,
}

/// How often one arm is chosen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ArmShares {
    /// The arm.
    pub arm: String,
    /// Without any budget.
    pub free: f64,
    /// With the prices.
    pub priced: f64,
}

/// A file that was written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Whose devices read it, in words.
    pub is_for: String,
    /// Its size.
    pub bytes: u64,
    /// Its version.
    pub version: u64,
}

/// So many of what has a word for one and a word for several.
pub fn counted(many: f64, words: [&str; 2]) -> String {
    let decimals = if many == many.trunc() { 0 } else { 1 };
    format!("{} {}", super::report::number::decimal(many, decimals), words[usize::from(many != 1.0)])
}

impl Numbers for Pricing {
    type Contents = Contents;
}

impl Pricing {
    /// The decisions with the prices; nothing where none were measured.
    pub fn priced(&self) -> Option<&Policy> {
        self.policies.get(1)
    }

    /// The first sentence about it.
    pub fn headline(&self) -> String {
        use super::report::number::{self, Currency};
        let Some(priced) = self.priced() else { return "No budget was priced in this run.".into() };
        let money = Currency::of(&self.currency);
        let print = |value: f64| money.major_amount(value);
        let by = match self.judged_by {
            JudgedBy::Outcomes => "by what happened",
            JudgedBy::Model => "if the model is right",
        };
        let gain = number::with_interval(&priced.gain, &print);
        format!("For {} the prices spend {} and gain {gain} {by}.", self.period, print(priced.spend))
    }

    /// What that is worth beside the same spend without a model.
    pub fn beside_single(&self) -> Option<String> {
        use super::report::number::{self, Currency};
        if self.single.is_empty() {
            return None;
        }
        let money = Currency::of(&self.currency);
        let Figure { value, low, high } = self.over_single;
        let size = money.major_amount(value.abs());
        let side = if value < 0.0 { "less" } else { "more" };
        let luck = if low <= 0.0 && high >= 0.0 { ", which may be luck" } else { "" };
        let ends = number::interval(&self.over_single, &|value| money.major_amount(value));
        Some(format!(
            "That is {size} {side} ({ends}) than {} gains where it is given by chance until the same is spent{luck}.",
            self.single
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_from_json_as_it_went() {
        let budget = Budget { name: "week".into(), price: 0.5, ..Budget::default() };
        let run = Pricing { shop: "Shop".into(), budgets: vec![budget], ..Pricing::default() };
        let text = run.to_json();
        assert!(Pricing::is_told_by(&text) && !Pricing::is_told_by("{\"contents\": \"experiment\"}"));
        assert_eq!(Pricing::from_json(&text), Ok(run));
    }
}
