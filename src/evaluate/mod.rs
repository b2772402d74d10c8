//! How good a model and a policy are, and the page that shows it.

pub mod chart;
pub mod experiment;
pub mod fairness;
pub mod gate;
pub mod learned;
pub mod measures;
pub mod metrics;
pub mod numbers;
pub mod off_policy;
pub mod parity;
pub mod patterns;
pub mod policy;
pub mod preview;
pub mod pricing;
pub mod quality;
pub mod replay;
pub mod report;
pub mod summary;
pub mod terminal;
pub mod uplift;
