//! The numbers of one experiment's policies: what its page draws and `metrics.json` holds.
//!
//! Plain data, like [`learned`](super::learned). Money is in whole units of the currency per row (a shopper, a session), not
//! in minor units. What is *not* here: any computing, and any drawing.

mod terminal;

pub use terminal::in_words;

use super::fairness::Finding;
use super::learned::read::{pairs, real, reals};
use super::numbers::Numbers;
use super::summary::{Cause, Figure};
use serde::{Deserialize, Deserializer, Serialize};

/// By which `metrics.json` says that it holds an [`Experiment`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contents {
    /// Policies learnt from an experiment.
    #[default]
    Experiment,
}

/// Everything a run measured.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Experiment {
    /// Always `experiment`.
    pub contents: Contents,
    /// Version of the program that wrote it.
    pub skonto_version: String,
    /// Name of the shop.
    pub shop: String,
    /// What the run is about, as a heading; may be empty.
    pub title: String,
    /// ISO 4217 code.
    pub currency: String,
    /// One row and several, in words: "shopper", "shoppers".
    pub rows: [String; 2],
    /// The column that says what a row brought.
    pub reward: String,
    /// Whether a coin gave the arms; otherwise probabilities were fitted and nothing here is causal.
    pub randomised: bool,
    /// Where the rows came from.
    pub data: Data,
    /// What was released, and why.
    pub verdict: Verdict,
    /// The arms, none first.
    pub arms: Vec<Arm>,
    /// Policies that competed on training rows, in the order of the settings.
    pub candidates: Vec<Candidate>,
    /// What policies are worth on held-out rows: the learned one first, then every single arm.
    pub policies: Vec<Policy>,
    /// How well the learned policy's gains rank held-out rows, by arm but the first.
    pub rankings: Vec<Ranking>,
    /// Spend and gain of the learned policy as the price of budget rises, on held-out rows.
    pub budget: Vec<BudgetPoint>,
    /// Who gets what: held-out rows by the value of a feature, the most telling features first.
    pub shares: Vec<Shares>,
    /// Whom the learned policy treats how, on held-out rows; empty where nothing is watched.
    pub fairness: Vec<Finding>,
    /// The file.
    pub file: File,
    /// Of a log: how a bandit learnt from it.
    pub log: Option<Learning>,
    /// How long each stage took.
    #[serde(deserialize_with = "seconds")]
    pub seconds: Vec<(String, f64)>,
}

/// Rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Data {
    /// Names of the files.
    pub files: Vec<String>,
    /// Rows read.
    pub read: u64,
    /// Rows learnt from.
    pub train: u64,
    /// Rows held out.
    pub test: u64,
    /// Which rows are held out, in a sentence.
    pub rule: String,
    /// Rows left out or repaired, by cause.
    pub causes: Vec<Cause>,
    /// Features of a row.
    pub features: u64,
}

/// What was released, and why.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Verdict {
    /// Whether the learned policy was released; otherwise a single arm for all was.
    pub learned: bool,
    /// Name of what was released.
    pub released: String,
    /// One sentence: what was released and why.
    pub sentence: String,
    /// The tests behind it, in words with their numbers, each with whether it was passed.
    pub tests: Vec<(String, bool)>,
}

/// One arm.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Arm {
    /// Its id in the menu.
    pub id: String,
    /// Share of rows that were given it.
    #[serde(deserialize_with = "real")]
    pub given: f64,
    /// Mean reward of those rows, all of them, costs not taken off.
    pub reward: Figure,
    /// Mean cost of those rows.
    #[serde(deserialize_with = "real")]
    pub cost: f64,
    /// Where nobody drew the arms: the share of all rows for which it was all but certain or impossible; they are left out.
    pub outside: Option<f64>,
    /// Where nobody drew the arms: as many equally likely rows would be as sure about it.
    pub effective_rows: Option<f64>,
}

/// A policy that competed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Candidate {
    /// Its name.
    pub name: String,
    /// What it is, in a sentence.
    pub what: String,
    /// Value per training row of choices by models that had not seen the row.
    pub value: Figure,
    /// Whether it is the learned policy.
    pub chosen: bool,
    /// Why it could not be fitted; empty where it could.
    pub refused: String,
}

/// What a policy is worth on held-out rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Its name; a single arm's is "`id` for all".
    pub name: String,
    /// Share of rows by arm.
    #[serde(deserialize_with = "reals")]
    pub shares: Vec<f64>,
    /// Profit per row by estimator: its name, its figure. Empty where the estimate was refused.
    pub values: Vec<(String, Figure)>,
    /// By estimator, the learned policy above the best single arm; empty for single arms.
    pub over_best_arm: Vec<(String, Figure)>,
    /// Expected cost per row.
    #[serde(deserialize_with = "real")]
    pub cost: f64,
    /// How many equally weighted rows would be as good; told of a log.
    pub effective_rows: Option<f64>,
}

/// How a bandit learnt from a log, and how a device explores with what it learnt.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Learning {
    /// Rows that earlier logs had taught.
    pub rows_before: u64,
    /// Rows of this log that taught before the others judged.
    pub rows: u64,
    /// How many outcomes all of them count for, old ones less where a half-life is set.
    #[serde(deserialize_with = "real")]
    pub counted: f64,
    /// What ties reward to context, in words.
    pub response: String,
    /// After how many days an outcome counts half; none where all count alike.
    pub half_life_days: Option<f64>,
    /// The rule by which the bandit itself would draw, in words.
    pub learns_by: String,
    /// The share of its decisions that the bandit spreads evenly.
    #[serde(deserialize_with = "real")]
    pub floor: f64,
    /// The share of decisions that a device draws evenly; otherwise it gives the best arm.
    #[serde(deserialize_with = "real")]
    pub exploration: f64,
    /// The share of held-out rows on which a draw by the bandit's rule and one by the device's must differ.
    #[serde(deserialize_with = "real")]
    pub apart: f64,
    /// Mean days from a decision to its reward.
    #[serde(deserialize_with = "real")]
    pub delay_days: f64,
}

/// How well gains rank rows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ranking {
    /// The arm, against none.
    pub arm: String,
    /// What the effect is measured in, such as the reward, in words.
    pub outcome: String,
    /// Mean effect of the arm.
    pub effect: Figure,
    /// Qini, per treated row.
    pub qini: Figure,
    /// Area under the cumulative gain, above a random order's.
    pub auuc_gain: Figure,
    /// Area under incremental value against incremental cost, ½ for a random order; absent without costs.
    pub aucc: Option<Figure>,
    /// Share of rows offered to, best first; incremental outcome.
    #[serde(deserialize_with = "pairs")]
    pub qini_curve: Vec<(f64, f64)>,
    /// Incremental cost per row; incremental value per row.
    #[serde(deserialize_with = "pairs")]
    pub cost_curve: Vec<(f64, f64)>,
    /// By decile of the predicted gain, highest first: predicted, observed.
    #[serde(deserialize_with = "deciles")]
    pub deciles: Vec<(f64, Figure)>,
}

/// One price of budget.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BudgetPoint {
    /// λ.
    #[serde(deserialize_with = "real")]
    pub price: f64,
    /// Cost per row.
    #[serde(deserialize_with = "real")]
    pub spend: f64,
    /// Gain above no offer per row, as the model has it.
    #[serde(deserialize_with = "real")]
    pub gain: f64,
    /// Share of rows that get an offer.
    #[serde(deserialize_with = "real")]
    pub offered: f64,
}

/// Shares of arms by the values of one feature.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shares {
    /// The feature.
    pub feature: String,
    /// By band or level: its name, how many rows, the share of each arm.
    #[serde(deserialize_with = "bands")]
    pub bands: Vec<(String, u64, Vec<f64>)>,
}

/// The file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct File {
    /// Its size.
    pub bytes: u64,
    /// Share of held-out rows on which the file chooses what the learner itself would have chosen.
    #[serde(deserialize_with = "real")]
    pub same_as_learner: f64,
}

impl Numbers for Experiment {
    type Contents = Contents;
}

/// As `null` stands for a number that does not exist.
fn there(value: Option<f64>) -> f64 {
    value.unwrap_or(f64::NAN)
}

fn deciles<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Vec<(f64, Figure)>, D::Error> {
    let rows = Vec::<(Option<f64>, Figure)>::deserialize(from)?;
    Ok(rows.into_iter().map(|(predicted, observed)| (there(predicted), observed)).collect())
}

/// By band: its name, its rows, shares.
type Bands<Share> = Vec<(String, u64, Vec<Share>)>;

fn bands<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Bands<f64>, D::Error> {
    let rows = Bands::<Option<f64>>::deserialize(from)?;
    Ok(rows.into_iter().map(|(name, rows, shares)| (name, rows, shares.into_iter().map(there).collect())).collect())
}

fn seconds<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Vec<(String, f64)>, D::Error> {
    let rows = Vec::<(String, Option<f64>)>::deserialize(from)?;
    Ok(rows.into_iter().map(|(stage, seconds)| (stage, there(seconds))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_from_json_as_it_went() {
        let arm = Arm { id: "none".into(), given: 0.5, ..Arm::default() };
        let run = Experiment { shop: "Shop".into(), arms: vec![arm], ..Experiment::default() };
        let text = run.to_json();
        assert!(Experiment::is_told_by(&text));
        assert!(!Experiment::is_told_by("{\"contents\": \"learned\"}") && !Experiment::is_told_by("{}"));
        assert_eq!(Experiment::from_json(&text), Ok(run));
    }
}
