//! Models that other libraries trained, as models of this crate: LightGBM's text, XGBoost's JSON, ONNX.
//!
//! ```text
//! bytes -> Imported (columns, trees or weights, what they mean) -> Model of a program -> artefact
//! ```
//! A file is refused unless every number of it has a meaning here: what is not supported is named, never skipped.
//! Nothing is fitted. Whether the import was right is not believed but measured: rows with the predictions of the library
//! that trained the model come along, see [`rows`].

pub mod columns;
mod forest;
mod lightgbm;
mod linear;
mod narrow;
mod onnx;
pub mod release;
pub mod rows;
pub mod settings;
mod tree;
mod xgboost;

use crate::error::{Code, Error, Result};
use crate::feature::Program;
use crate::model::{Link, Model, Scorer, Target};
use columns::{Column, Placement};
use linear::{Weight, Weights};
use tree::Tree;

/// Most bytes of a file; one that fits an artefact is far smaller.
pub const MAX_FILE: usize = 32 << 20;
/// Most columns of a model.
const MAX_COLUMNS: usize = 1 << 16;

/// What the outputs of a model are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// The logarithm of the odds of the outcome; the library turns it into a probability.
    LogOdds,
    /// The probability of the outcome.
    Probability,
    /// An amount.
    Value,
}

/// Trees whose leaves are added up.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Trees {
    /// What every sum starts from.
    pub(crate) base: f64,
    /// In the order of the file.
    pub(crate) trees: Vec<Tree>,
    /// Values are rounded to single precision before they are compared.
    pub(crate) single: bool,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    /// Trees.
    Trees(Trees),
    /// A weighted sum.
    Weights(Weights),
}

/// A model as read, before its columns are features.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// Library, format, objective and size, in words.
    pub source: String,
    /// What the model was trained on, in its order.
    pub columns: Vec<Column>,
    /// What its outputs are.
    pub meaning: Meaning,
    pub(crate) body: Body,
}

fn bad(what: impl Into<String>) -> Error {
    Error::new(Code::BadData, what.into())
}

/// Reads a model file; its first bytes tell the format.
///
/// # Errors
/// [`Code::TooLarge`] beyond [`MAX_FILE`]; [`Code::BadData`] for a damaged file and for whatever is not supported.
pub fn read(bytes: &[u8]) -> Result<Imported> {
    crate::feature::bounded("bytes of the model file", bytes.len(), MAX_FILE)?;
    let text = || std::str::from_utf8(bytes).map_err(|_| bad("the model file is not UTF-8"));
    match bytes.first() {
        Some(b't') => lightgbm::read(text()?),
        Some(b'{') => xgboost::read(bytes),
        // The version, which every writer puts first.
        Some(8) => onnx::read(bytes),
        _ => Err(bad("the file is none of LightGBM's text (`model.txt`), XGBoost's JSON (`model.json`) and ONNX")),
    }
}

impl Imported {
    /// The model over the features of a program, for scores about `target`.
    ///
    /// # Errors
    /// [`Code::BadConfig`] where columns are no features or the outputs are not about `target`; the limits of
    /// [`Forest`](crate::model::Forest).
    pub fn model(&self, program: &Program, target: Target) -> Result<Model> {
        let placement = self.placement(program)?;
        let scorer = match &self.body {
            Body::Trees(trees) => Scorer::Forest(forest::build(trees, &placement, program)?),
            Body::Weights(weights) => Scorer::Linear(linear::build(weights, &placement, program)?),
        };
        Ok(Model { links: vec![self.link(target)?], ..Model::new(scorer, target) })
    }

    /// Which feature every column is.
    pub fn placement(&self, program: &Program) -> Result<Placement> {
        columns::place(&self.columns, &self.used(), program)
    }

    /// By column, whether the model looks at it.
    pub fn used(&self) -> Vec<bool> {
        let mut used = vec![false; self.columns.len()];
        match &self.body {
            Body::Trees(trees) => {
                let splits = trees.trees.iter().flat_map(|tree| &tree.nodes).filter_map(|node| node.split.as_ref());
                splits.for_each(|split| used[split.column] = true);
            }
            Body::Weights(weights) => {
                used.iter_mut().zip(&weights.columns).for_each(|(used, weight)| *used = *weight != Weight::default());
            }
        }
        used
    }

    fn link(&self, target: Target) -> Result<Link> {
        match (self.meaning, target) {
            (Meaning::LogOdds, Target::Buys | Target::TakesPart) => Ok(Link::Identity),
            // A regression on outcomes of 0 and 1 predicts a probability.
            (Meaning::Probability | Meaning::Value, Target::Buys | Target::TakesPart) => Ok(Link::Logit),
            (Meaning::Value, Target::MarketPrice) => Ok(Link::Identity),
            (Meaning::LogOdds | Meaning::Probability, Target::MarketPrice) => {
                let what = "a classifier cannot say the market's price: train a regression on ln(market / list price)";
                Err(Error::new(Code::BadConfig, what))
            }
            (_, Target::Gain) => {
                let what = "an imported model has one output: what every arm gains is learnt from an experiment";
                Err(Error::new(Code::BadConfig, what))
            }
        }
    }
}
