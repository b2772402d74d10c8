//! The numbers of one training run: what the report draws and `metrics.json` holds.
//!
//! Plain data, no behaviour. Money is in minor units of [`Summary::currency`]; shares are fractions of one.

use super::learned::read::{real, reals};
use serde::{Deserialize, Serialize};

/// Everything a run measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// Name of the shop, from its TOML.
    pub shop: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Version of the model that was packed.
    pub model_version: u64,
    /// What was read, dropped and repaired.
    pub data: DataQuality,
    /// How the examples were split by time.
    pub split: Split,
    /// The model first, then the baselines, all on the same held-out examples.
    pub scores: Vec<ModelScore>,
    /// (false positive rate, true positive rate), at most 200 points.
    pub roc: Vec<(f64, f64)>,
    /// (recall, precision), at most 200 points.
    pub precision_recall: Vec<(f64, f64)>,
    /// Predicted against observed purchase rate, by bins of equal count.
    pub calibration: Vec<CalibrationBin>,
    /// Observed against predicted purchase rate in held-out weeks, by how far the week's depth was from usual.
    pub response: Vec<ResponseBin>,
    /// Depths seen in training, by group.
    pub support: Vec<GroupSupport>,
    /// What each policy is expected to earn on held-out decisions; the learned one first, then `none`, then fixed depths.
    pub policies: Vec<PolicyRow>,
    /// Profit of the learned policy above the best fixed depth, per 1,000 decisions; a paired difference.
    pub over_best_fixed: Figure,
    /// The menu: id and depth (a fraction) of every arm.
    pub arms: Vec<(String, f64)>,
    /// How often the learned policy chooses each arm.
    pub chosen: Vec<ArmShare>,
    /// The same by category, largest first.
    pub chosen_by_category: Vec<CategoryShares>,
    /// How the decision depends on the assumed margin.
    pub margins: Vec<MarginPoint>,
    /// How much held-out log loss rises when a feature is shuffled, largest first.
    pub importance: Vec<Importance>,
    /// Margins assumed, by department (fractions).
    pub assumed_margins: Vec<(String, f64)>,
    /// Candidates tried on the validation weeks: (setting, log loss), the chosen one first.
    pub tuning: Vec<(String, f64)>,
    /// Wall-clock seconds by stage.
    pub seconds: Vec<(String, f64)>,
}

/// What was read, and what happened to every row that was not plain.
#[derive(Clone, Debug, Default, Serialize)]
pub struct DataQuality {
    /// Order lines read.
    pub lines_read: u64,
    /// Order lines used.
    pub lines_kept: u64,
    /// Shoppers with at least one kept line.
    pub shoppers: u64,
    /// Orders with at least one kept line.
    pub orders: u64,
    /// Products named by a kept line.
    pub products: u64,
    /// First and last week.
    pub weeks: (u32, u32),
    /// Rows by cause.
    pub causes: Vec<Cause>,
}

/// Rows that were dropped, repaired or kept for one reason.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cause {
    /// What was found, in words.
    pub cause: String,
    /// `dropped`, `repaired` or `kept`.
    pub action: String,
    /// How many.
    pub rows: u64,
    /// Up to three of them, in words.
    pub examples: Vec<String>,
}

/// Weeks and example counts of the three parts.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Split {
    /// First and last week of training.
    pub train: (u32, u32),
    /// First and last week of validation.
    pub validate: (u32, u32),
    /// First and last week of test.
    pub test: (u32, u32),
    /// (trip, group) examples in training, before sampling.
    pub train_examples: u64,
    /// Examples fitted, after keeping one in so many non-purchases with that weight.
    pub fitted_examples: u64,
    /// Examples in the test weeks.
    pub test_examples: u64,
    /// Purchases among them.
    pub test_purchases: u64,
}

/// A figure with its 95 % interval, from a bootstrap over shoppers or rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figure {
    /// The estimate.
    #[serde(deserialize_with = "real")]
    pub value: f64,
    /// Lower end.
    #[serde(deserialize_with = "real")]
    pub low: f64,
    /// Upper end.
    #[serde(deserialize_with = "real")]
    pub high: f64,
}

/// How well one model predicts held-out purchases.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ModelScore {
    /// Short name.
    pub name: String,
    /// What it is, in a sentence.
    pub what: String,
    /// Area under the ROC curve.
    pub roc_auc: Figure,
    /// Area under the precision-recall curve (average precision).
    pub pr_auc: Figure,
    /// Mean negative log-likelihood, in nats.
    pub log_loss: Figure,
    /// Mean squared error of the probability.
    pub brier: f64,
    /// Expected calibration error, 20 bins of equal count.
    pub calibration_error: f64,
}

/// One bin of the calibration plot.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CalibrationBin {
    /// Mean predicted probability.
    #[serde(deserialize_with = "real")]
    pub predicted: f64,
    /// Share that bought.
    #[serde(deserialize_with = "real")]
    pub observed: f64,
    /// Examples.
    pub count: u64,
}

/// Held-out weeks whose depth differed from the group's usual depth by about the same amount.
#[derive(Clone, Debug, Default, Serialize)]
pub struct ResponseBin {
    /// Mean of (that week's depth − the group's mean training depth).
    pub depth_from_usual: f64,
    /// Purchases over those predicted at the usual depth.
    pub observed_lift: f64,
    /// The model's prediction of the same ratio.
    pub predicted_lift: f64,
    /// Examples.
    pub count: u64,
}

/// What training saw of a group.
#[derive(Clone, Debug, Default, Serialize)]
pub struct GroupSupport {
    /// Group.
    pub group: String,
    /// Its category.
    pub category: String,
    /// Training trips that bought it.
    pub trips: u64,
    /// Least, lower quartile, median, upper quartile and greatest weekly depth.
    pub depths: [f64; 5],
    /// Mean slope of the log-odds on depth over its shoppers.
    pub slope: f64,
    /// Ids of the arms with enough evidence.
    pub arms: Vec<String>,
}

/// What one policy is expected to earn.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PolicyRow {
    /// Name, e.g. `learned`, `none`, `10 % for all`.
    pub name: String,
    /// Expected profit per 1,000 decisions, minor units.
    pub profit: Figure,
    /// Expected profit above `none` per 1,000 decisions, minor units; the interval is of the paired difference.
    pub over_none: Figure,
    /// Expected discount given per 1,000 decisions, minor units.
    pub cost: f64,
    /// Share of decisions with an offer.
    pub offered: f64,
}

/// How often an arm is chosen.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ArmShare {
    /// Arm id.
    pub arm: String,
    /// Share of decisions.
    #[serde(deserialize_with = "real")]
    pub share: f64,
}

/// Arm shares of one category.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CategoryShares {
    /// Category.
    pub category: String,
    /// Held-out decisions.
    pub decisions: u64,
    /// Share by arm, in menu order.
    #[serde(deserialize_with = "reals")]
    pub shares: Vec<f64>,
}

/// The learned policy under another margin assumption.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MarginPoint {
    /// Margin assumed for every department.
    pub margin: f64,
    /// Share of decisions with an offer.
    pub offered: f64,
    /// Expected profit above `none` per 1,000 decisions, minor units.
    pub over_none: f64,
}

/// What a feature is worth.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Importance {
    /// Label.
    pub feature: String,
    /// Rise of log loss when shuffled, in nats.
    pub loss: f64,
}
