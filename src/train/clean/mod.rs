//! Cleaning: every row is kept, repaired or dropped for a named cause, and every cause is counted.
//!
//! [`rows`] asks what one row can answer by itself; [`orders`] cleans the reference shop's orders for
//! training. What is *not* here: rules that need a shopper's other rows.

pub mod orders;
pub mod rows;
pub mod tally;

use tally::Rule;

/// All rules a shop may set, by group.
pub const RULES: [&[Rule]; 1] = [&rows::RULES];
