//! Offers in a basket: known failures of other engines, a naive reference, and what holds for every basket.

pub mod build; // baskets and offers, written short
mod golden; // one case per reported failure
mod hold; // what holds for every basket
mod naive; // the same prices, worked out another way
mod stack; // stacking, floors and reasons, by hand
