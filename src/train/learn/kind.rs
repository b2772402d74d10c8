//! The kinds of learner by name, as settings call them.

use super::Learner;
use super::linear::{LeastSquaresParams, LogisticRegressionParams};
use super::svm::{KernelSvmParams, LinearSvmParams};
use super::tree::{BoostParams, DecisionParams, RandomForestParams};
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
    /// Linear support vector machine.
    LinearSvm,
    /// Support vector machine with a Gaussian kernel.
    KernelSvm,
    /// One decision tree.
    Tree,
    /// Random forest.
    Forest,
    /// Gradient-boosted trees.
    Boosted,
}

/// What a kind learns from.
enum Outcomes {
    /// Yes and no.
    Binary,
    /// Amounts.
    Amounts,
    /// Either, told by this setting: its name, its value for yes and no, its value for amounts.
    Either(&'static str, &'static str, &'static str),
}

/// One kind: the name settings use, the one people use, a sentence, what it learns from.
struct Row {
    name: &'static str,
    words: &'static str,
    what: &'static str,
    outcomes: Outcomes,
}

impl Kind {
    /// Who competes where the settings name nobody.
    pub fn standard(is_binary: bool) -> Vec<Kind> {
        let plain = if is_binary { Kind::Logistic } else { Kind::Linear };
        vec![plain, Kind::Tree, Kind::Forest, Kind::Boosted]
    }

    fn row(self) -> Row {
        let row = |name, words, what, outcomes| Row { name, words, what, outcomes };
        let either = |name| Outcomes::Either(name, "gini", "variance");
        match self {
            Kind::Linear => row("linear", "linear regression", "A weighted sum of the features.", Outcomes::Amounts),
            Kind::Logistic => {
                let what = "A weighted sum of the features, read as log-odds.";
                row("logistic", "logistic regression", what, Outcomes::Binary)
            }
            Kind::LinearSvm => {
                let what = "A weighted sum of the features that keeps the two kinds as far apart as it can.";
                row("linear_svm", "linear SVM", what, Outcomes::Binary)
            }
            Kind::KernelSvm => {
                let what = "Compares each row with the training rows that are hardest to tell apart.";
                row("kernel_svm", "Gaussian SVM", what, Outcomes::Binary)
            }
            Kind::Tree => row("tree", "decision tree", "One tree of questions.", either("impurity")),
            Kind::Forest => {
                let what = "The mean of many trees, each grown from other rows and features.";
                row("forest", "random forest", what, either("impurity"))
            }
            Kind::Boosted => {
                let what = "Many small trees, each correcting those before it.";
                row("boosted", "boosted trees", what, Outcomes::Either("objective", "log_loss", "squared_error"))
            }
        }
    }

    /// As people call it.
    pub fn words(self) -> &'static str {
        self.row().words
    }

    /// As settings call it.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// What it is, in a sentence.
    pub fn what(self) -> &'static str {
        self.row().what
    }

    /// The setting by which it is told whether outcomes are yes and no, and its value, if it has one.
    ///
    /// # Errors
    /// A kind that cannot learn such outcomes.
    pub fn objective(self, is_binary: bool) -> Result<Option<(&'static str, &'static str)>> {
        let refuse = |what: &str| Err(Error::new(Code::BadConfig, what.to_string()));
        match (self.row().outcomes, is_binary) {
            (Outcomes::Either(name, binary, amounts), _) => Ok(Some((name, if is_binary { binary } else { amounts }))),
            (Outcomes::Binary, true) | (Outcomes::Amounts, false) => Ok(None),
            (Outcomes::Amounts, true) => refuse("outcomes are yes and no: use `logistic` or trees"),
            (Outcomes::Binary, false) => refuse("outcomes are amounts: use `linear` or trees"),
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
            Kind::LinearSvm => Box::new(read::<LinearSvmParams>(own)?.check()?),
            Kind::KernelSvm => Box::new(read::<KernelSvmParams>(own)?.check()?),
            Kind::Tree => Box::new(read::<DecisionParams>(own)?.check()?),
            Kind::Forest => Box::new(read::<RandomForestParams>(own)?.check()?),
            Kind::Boosted => Box::new(read::<BoostParams>(own)?.check()?),
        })
    }
}

fn read<P: DeserializeOwned>(own: &Table) -> Result<P> {
    let refuse = |error: toml::de::Error| Error::new(Code::BadConfig, error.message().to_string());
    own.clone().try_into().map_err(refuse)
}
