//! Plain tables made ready for learning: the rows of other programs, the values of a device, and honest refusals.

mod columns; // derived, stacked and summed-up columns; rows of a log
mod documented; // what the documentation lists
mod examples; // every committed settings file, on the real data
pub mod made; // small tables
mod refusals; // settings and rows that make no sense
mod values; // what a device computes, and what no row may see
