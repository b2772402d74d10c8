//! From a shop's orders to an artefact. Native only; nothing here is compiled for a device.
//!
//! ```text
//! read -> clean -> orders -> catalogue -> replay -> dataset -> design -> logistic (tuned) -> held_out -> pack
//! ```

pub mod bandit;
pub mod budget;
pub mod calibrate;
pub mod catalogue;
pub mod choice;
pub mod clean;
pub mod compete;
pub mod config;
pub mod dataset;
pub mod design;
pub mod experiment;
pub mod fit;
pub mod fold;
pub mod held_out;
pub mod import;
pub mod learn;
pub mod logistic;
pub mod orders;
pub mod pack;
pub mod pattern;
pub mod policy_tree;
pub mod pricing;
pub mod program;
pub mod random;
pub mod read;
pub mod release;
pub mod replay;
pub mod sample;
pub mod search;
pub mod select;
pub mod shop;
pub mod showcase;
pub mod simulate;
pub mod table;
pub mod tables;
pub mod texts;
pub mod threads;
pub mod track;
pub mod transform;
pub mod trial;
pub mod tune;
pub mod uplift;
pub mod validate;
pub mod words;

pub use config::{CheckedParams, Params};
pub use fit::{Trained, fit};
