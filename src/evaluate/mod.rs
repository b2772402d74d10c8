//! How good a model and a policy are, and the page that shows it.

pub mod chart;
pub mod report;
pub mod summary;
