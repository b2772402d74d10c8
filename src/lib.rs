//! # skonto
//!
//! Decides, for one shopper at one moment, which discount to offer, or none.
//!
//! Models are trained natively on a shop's own orders, packed into one [`artefact`], and served by an
//! [`engine`] that compiles to WebAssembly and runs on the shopper's device or on an edge worker.
//!
//! The modules stand in the order in which things flow:
//!
//! ```text
//! Event -> Profile -> FeatureVector -> score -> appraise -> Decision
//! ```
//!
//! What this crate does not do: it has no clock, no randomness, no storage and no network; those are arguments.
//! It never raises a price.
//!
//! ```
//! # #[cfg(feature = "train")] {
//! use skonto::engine::{Engine, Request, Terms};
//! use skonto::event::Profile;
//!
//! let engine = Engine::load(skonto::BUNDLED).expect("the bundled model is sound");
//! let group = engine.content().schema.group("SOUP/CONDENSED SOUP");
//! let request = Request::new(group, 129.0, 1_510_000_000_000.0, 7.0).expect("a price and a moment");
//! let decision = engine.decide(&Profile::new(), &request, &Terms::default());
//! assert!(decision.price <= decision.list);
//! # }
//! ```
#![cfg_attr(not(any(feature = "train", test)), no_std)]

extern crate alloc;
// What turns objects into values and back needs std; the core itself uses none of it.
#[cfg(feature = "edge")]
extern crate std;

pub mod error;
pub mod math;
pub mod money;

pub mod event;
pub mod feature;
pub mod model;
#[cfg(feature = "full")]
pub mod offer;
pub mod policy;
#[cfg(feature = "full")]
pub mod words;

pub mod artefact;
pub mod decision;
pub mod engine;
pub mod explain;

#[cfg(not(feature = "full"))]
pub mod absent;
#[cfg(not(feature = "full"))]
use absent as words;

#[cfg(feature = "train")]
pub mod evaluate;
#[cfg(feature = "train")]
pub mod train;

#[cfg(any(feature = "page", feature = "edge"))]
mod wasm;

/// The model that is compiled in: trained on the Complete Journey orders by `make demo`.
pub const BUNDLED: &[u8] = include_bytes!("../models/bundled.skonto");
