//! The kinds of learner by name, as settings call them.

use super::Learner;
use super::linear::{LeastSquaresParams, LogisticRegressionParams};
use super::tree::BoostParams;
use crate::error::{Code, Error, Result};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Table;

/// What learns.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Linear regression.
    Linear,
    /// Logistic regression.
    Logistic,
    /// Gradient-boosted trees.
    Boosted,
}

impl Kind {
    /// Who competes where the settings name nobody.
    pub fn standard(is_binary: bool) -> Vec<Kind> {
        match is_binary {
            true => vec![Kind::Logistic, Kind::Boosted],
            false => vec![Kind::Linear, Kind::Boosted],
        }
    }

    /// As people call it.
    pub fn words(self) -> &'static str {
        match self {
            Kind::Linear => "linear regression",
            Kind::Logistic => "logistic regression",
            Kind::Boosted => "boosted trees",
        }
    }

    /// As settings call it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Linear => "linear",
            Kind::Logistic => "logistic",
            Kind::Boosted => "boosted",
        }
    }

    /// What it is, in a sentence.
    pub fn what(self) -> &'static str {
        match self {
            Kind::Linear => "A weighted sum of the features.",
            Kind::Logistic => "A weighted sum of the features, read as log-odds.",
            Kind::Boosted => "Many small trees, each correcting those before it.",
        }
    }

    /// The setting by which it is told whether outcomes are yes and no, if it has one.
    ///
    /// # Errors
    /// A kind that cannot learn such outcomes.
    pub fn objective(self, is_binary: bool) -> Result<Option<(&'static str, &'static str)>> {
        match (self, is_binary) {
            (Kind::Boosted, true) => Ok(Some(("objective", "log_loss"))),
            (Kind::Boosted, false) => Ok(Some(("objective", "squared_error"))),
            (Kind::Linear, false) | (Kind::Logistic, true) => Ok(None),
            (Kind::Linear, true) => {
                Err(Error::new(Code::BadConfig, "outcomes are yes and no: use logistic regression"))
            }
            (Kind::Logistic, false) => Err(Error::new(Code::BadConfig, "outcomes are amounts: use linear regression")),
        }
    }

    /// A learner of this kind with its own settings; what they leave out has defaults.
    ///
    /// # Errors
    /// A setting that the kind does not have, or outside its limits.
    pub fn learner(self, own: &Table) -> Result<Box<dyn Learner>> {
        Ok(match self {
            Kind::Linear => Box::new(read::<LeastSquaresParams>(own)?.check()?),
            Kind::Logistic => Box::new(read::<LogisticRegressionParams>(own)?.check()?),
            Kind::Boosted => Box::new(read::<BoostParams>(own)?.check()?),
        })
    }
}

fn read<P: DeserializeOwned>(own: &Table) -> Result<P> {
    let refuse = |error: toml::de::Error| Error::new(Code::BadConfig, error.message().to_string());
    own.clone().try_into().map_err(refuse)
}
