//! A policy judged: diagnostics first, then every estimator with its interval, or the reason why not.
//!
//! `EvaluationParams -> check -> CheckedEvaluation -> evaluate -> Evaluation`. It does *not* say whether to release anything:
//! see [`gate`](crate::evaluate::gate).

use super::bootstrap::{draws, percentiles};
use super::concentration::{anytime_valid, check_confidence, empirical_bernstein};
use super::diagnostics::{CheckedRequirements, Diagnostics, Refusal, Requirements};
use super::estimator::{Estimator, Terms};
use super::logged::Rows;
use crate::error::{Code, Error, Result};
use crate::evaluate::metrics::Resampling;
use crate::evaluate::summary::Figure;
use serde::{Deserialize, Serialize};

/// How an interval comes about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalKind {
    /// Percentiles of a bootstrap over shoppers: short, right for many rows. For every estimator.
    #[default]
    Bootstrap,
    /// Empirical Bernstein: holds for any number of rows. Not for SNIPS, whose rows do not add up.
    EmpiricalBernstein,
    /// Holds at every moment, so that one may look as often as one likes. For IPS.
    AnytimeValid,
}

/// What is estimated and how.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EvaluationParams {
    /// In the order shown.
    pub estimators: Vec<Estimator>,
    /// Probability with which an interval covers what it is about; between 0 and 1.
    pub confidence: f64,
    /// How intervals come about.
    pub interval: IntervalKind,
    /// Resamples of the bootstrap.
    pub resamples: usize,
    /// Of the bootstrap.
    pub seed: u64,
    /// Least and most that a row can bring, known beforehand: for intervals other than the bootstrap.
    pub reward_range: Option<(f64, f64)>,
    /// The largest weight a row can have: for empirical Bernstein where the log has no propensities of every arm.
    pub largest_weight: Option<f64>,
    /// What the log must bring.
    pub requirements: Requirements,
}

impl Default for EvaluationParams {
    fn default() -> Self {
        EvaluationParams {
            estimators: Estimator::all(10.0).to_vec(),
            confidence: 0.95,
            interval: IntervalKind::Bootstrap,
            resamples: 1_000,
            seed: 0,
            reward_range: None,
            largest_weight: None,
            requirements: Requirements::default(),
        }
    }
}

/// Parameters that can evaluate.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedEvaluation {
    params: EvaluationParams,
    requirements: CheckedRequirements,
}

/// A figure, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The value per row with its interval.
    Shown(Figure),
    /// The reason.
    Refused(Refusal),
}

/// What one estimator says.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// Which.
    pub estimator: Estimator,
    /// What it says.
    pub outcome: Outcome,
}

impl Estimate {
    /// The figure.
    ///
    /// # Errors
    /// The reason why there is none.
    pub fn figure(&self) -> Result<Figure> {
        match self.outcome {
            Outcome::Shown(figure) => Ok(figure),
            Outcome::Refused(why) => {
                Err(Error::new(Code::BadData, format!("no {} estimate: {why}", self.estimator.name())))
            }
        }
    }
}

/// What is known of a policy's value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Whether the log can judge it.
    pub diagnostics: Diagnostics,
    /// In the order asked for.
    pub estimates: Vec<Estimate>,
}

impl EvaluationParams {
    /// Refuses no estimators, a confidence outside 0 to 1, no resamples where they are needed, ranges without width.
    pub fn check(self) -> Result<CheckedEvaluation> {
        let refuse = |what: String| Err(Error::new(Code::BadConfig, what));
        check_confidence(self.confidence)?;
        self.estimators.iter().try_for_each(|estimator| estimator.check())?;
        if self.estimators.is_empty() {
            return refuse("an evaluation needs at least one estimator, found none".into());
        }
        if self.resamples < 2 && self.interval == IntervalKind::Bootstrap {
            return refuse(format!("a bootstrap needs at least 2 resamples, found {}", self.resamples));
        }
        if let Some((low, high)) = self.reward_range.filter(|(low, high)| !(low < high && (high - low).is_finite())) {
            return refuse(format!("rewards lie within a range, found {low} to {high}"));
        }
        if let Some(found) = self.largest_weight.filter(|weight| !(*weight >= 1.0 && weight.is_finite())) {
            return refuse(format!("the largest weight is at least 1, found {found}"));
        }
        let requirements = self.requirements.check()?;
        Ok(CheckedEvaluation { params: self, requirements })
    }
}

impl CheckedEvaluation {
    /// The parameters that were checked.
    pub fn params(&self) -> &EvaluationParams {
        &self.params
    }

    /// The requirements that were checked.
    pub fn requirements(&self) -> &CheckedRequirements {
        &self.requirements
    }

    /// Judges the policy. Cost of the bootstrap: resamples × shoppers × estimators.
    ///
    /// # Errors
    /// Rewards or weights outside the limits that were given for an interval. What data cannot say is no error: see
    /// [`Outcome::Refused`].
    pub fn evaluate(&self, rows: &Rows) -> Result<Evaluation> {
        let params = &self.params;
        let limit = params.estimators.iter().find_map(|estimator| match estimator {
            Estimator::ClippedIps { limit } | Estimator::SwitchDoublyRobust { limit } => Some(*limit),
            _ => None,
        });
        let diagnostics = Diagnostics::of(rows, limit);
        let unfit = self.requirements.refusal(&diagnostics);
        let refusal = |estimator: &Estimator| match estimator.needs_model() && !rows.modelled {
            true => Some(Refusal::NoRewardModel),
            false => unfit.filter(|_| estimator.needs_weights()),
        };
        let refused: Vec<Option<Refusal>> = params.estimators.iter().map(refusal).collect();
        let outcomes = match params.interval {
            IntervalKind::Bootstrap => self.bootstrapped(rows, &refused)?,
            _ => self.concentrated(rows, &refused)?,
        };
        let estimates = params.estimators.iter().zip(outcomes);
        let estimates = estimates.map(|(estimator, outcome)| Estimate { estimator: *estimator, outcome }).collect();
        Ok(Evaluation { diagnostics, estimates })
    }

    fn bootstrapped(&self, rows: &Rows, refused: &[Option<Refusal>]) -> Result<Vec<Outcome>> {
        let params = &self.params;
        let both = || params.estimators.iter().zip(refused);
        let shown: Vec<Estimator> = both().filter(|(_, why)| why.is_none()).map(|(estimator, _)| *estimator).collect();
        let resampling = Resampling { count: params.resamples, seed: params.seed };
        let figures = figures(rows, &shown, resampling, params.confidence)?;
        let mut figures = figures.into_iter();
        let outcome = |why: &Option<Refusal>| match why {
            Some(why) => Some(Outcome::Refused(*why)),
            None => figures.next().map(Outcome::Shown),
        };
        Ok(refused.iter().filter_map(outcome).collect())
    }

    fn concentrated(&self, rows: &Rows, refused: &[Option<Refusal>]) -> Result<Vec<Outcome>> {
        let each = |(estimator, why): (&Estimator, &Option<Refusal>)| {
            let found = match why {
                Some(why) => Err(*why),
                None => self.bounded(rows, *estimator)?,
            };
            Ok(found.map_or_else(Outcome::Refused, Outcome::Shown))
        };
        self.params.estimators.iter().zip(refused).map(each).collect()
    }

    /// An interval from limits known beforehand.
    fn bounded(&self, rows: &Rows, estimator: Estimator) -> Result<std::result::Result<Figure, Refusal>> {
        let (value, params) = (estimator.value(rows)?, &self.params);
        if rows.units != rows.rows.len() {
            return Ok(Err(Refusal::SeveralRowsPerShopper));
        }
        let Some(range) = params.reward_range else { return Ok(Err(Refusal::LimitsUnknown)) };
        if estimator.needs_model() {
            check_expectations(rows, range)?;
        }
        let ends = match (params.interval, estimator) {
            (IntervalKind::AnytimeValid, Estimator::Ips) => {
                // The upper end rests on a mean weight of exactly 1.
                let unsupported = rows.unsupported.iter().flatten().fold(0.0, |most: f64, mass| most.max(*mass));
                if unsupported > 0.0 {
                    return Ok(Err(Refusal::Unsupported { limit: 0.0, found: unsupported }));
                }
                let (weight, reward): (Vec<f64>, Vec<f64>) =
                    rows.rows.iter().map(|row| (row.weight, row.reward)).unzip();
                anytime_valid(&weight, &reward, range, params.confidence)?
            }
            (IntervalKind::AnytimeValid, _) | (_, Estimator::Snips) => return Ok(Err(Refusal::NoSuchInterval)),
            _ => {
                let largest = params.largest_weight.or(rows.largest_possible);
                let Some(largest) = largest.or(own_limit(estimator)) else { return Ok(Err(Refusal::LimitsUnknown)) };
                let terms: Vec<f64> = rows.rows.iter().map(|row| estimator.terms(row).above).collect();
                empirical_bernstein(&terms, estimator.bounds(range, largest), params.confidence)?
            }
        };
        Ok(Ok(Figure { value, low: ends.0, high: ends.1 }))
    }
}

/// Refuses a reward model that expects what no row can bring: the limits of a doubly robust term would not hold.
fn check_expectations(rows: &Rows, (low, high): (f64, f64)) -> Result<()> {
    let beyond = |value: f64| !(low..=high).contains(&value);
    match rows.rows.iter().position(|row| beyond(row.expected) || beyond(row.policy_value)) {
        Some(row) => {
            let what = format!("row {row}: a reward model expects between {low} and {high}, found another expectation");
            Err(Error::new(Code::OutOfRange, what))
        }
        None => Ok(()),
    }
}

/// The largest weight that matters to an estimator whatever the log; none where every weight does.
fn own_limit(estimator: Estimator) -> Option<f64> {
    match estimator {
        Estimator::ClippedIps { limit } | Estimator::SwitchDoublyRobust { limit } => Some(limit),
        Estimator::DirectMethod => Some(0.0),
        _ => None,
    }
}

/// Estimates with percentile intervals, all from the same draws.
fn figures(rows: &Rows, estimators: &[Estimator], resampling: Resampling, confidence: f64) -> Result<Vec<Figure>> {
    let values = estimators.iter().map(|estimator| estimator.value(rows)).collect::<Result<Vec<f64>>>()?;
    let mut terms = vec![Terms::default(); rows.units * estimators.len()];
    for (place, estimator) in estimators.iter().enumerate() {
        rows.add_terms(*estimator, &mut terms, estimators.len(), place);
    }
    let drawn = draws(&terms, estimators.len(), resampling);
    let figure = |(at, value): (usize, f64)| {
        let draws = drawn.iter().skip(at).step_by(estimators.len()).copied();
        percentiles(value, draws, (1.0 - confidence) / 2.0)
    };
    Ok(values.into_iter().enumerate().map(figure).collect())
}
