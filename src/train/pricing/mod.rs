//! A model and budgets in; the same model with a price for each budget out, and what those prices spend and gain.
//!
//! ```text
//! PricingParams -> check -> CheckedPricing ─┐
//! Engine + rows or orders -> HeldOut ───────┴-> Solved (limits, prices) -> Menu -> file, Pricing
//! ```
//! Prices are those of [`budget`](super::budget), found on decisions that taught the model nothing. It does *not* learn
//! anything, and it does not watch what is spent: that is the ledger's, and [`pace`](super::budget::pace) moves a price by it.

mod held_out;
mod measured;
mod menu;
mod orders;
mod params;
mod solved;

pub use held_out::HeldOut;
pub use orders::Shop;
pub use params::{BudgetKind, BudgetParams, CheckedPricing, Period, PricingParams, WhoseParams};

use crate::artefact::Content;
use crate::engine::Engine;
use crate::error::Result;
use crate::evaluate::pricing::{File, Pricing};
use crate::event::{Profile, Timestamp};
use crate::policy::Budget;
use crate::train::pack::{Case, pack};
use serde_json::Value;
use solved::Solved;

/// Told the stage's name, how much of it is done and how much there is.
pub type Told<'a> = &'a (dyn Fn(&str, u64, u64) + Sync);

/// What a pricing ends with.
#[derive(Clone, Debug)]
pub struct Priced {
    /// By name of a file its bytes, the one for everybody first.
    pub files: Vec<(String, Vec<u8>)>,
    /// Everything measured.
    pub run: Pricing,
    /// Held-out decisions as requests, with what the first file decides.
    pub cases: Value,
}

/// Prices the budgets of a model, as version `version` of it.
///
/// # Errors
/// Budgets that name what the model does not have, floors that cannot be reached, a price that a file has no room for.
pub fn price(held: &HeldOut, engine: &Engine, checked: &CheckedPricing, version: u64, told: Told) -> Result<Priced> {
    told("price", 0, 1);
    let solved = Solved::of(held, checked, engine)?;
    let packed = menu::budgets(&solved)?;
    let mut run = measured::measure(&solved, &packed, engine, told)?;
    let mut files = Vec::new();
    for (name, is_for, budgets) in menu::files(&solved, &packed) {
        let bytes = file(engine, budgets, version)?;
        run.files.push(File { name: name.clone(), is_for, bytes: bytes.len() as u64, version });
        files.push((name, bytes));
    }
    let first = Engine::load(&files[0].1)?;
    let prices: Vec<f64> = packed
        .iter()
        .zip(&checked.params.budget)
        .map(|(packed, budget)| if budget.whose.is_none() { packed.price } else { 0.0 })
        .collect();
    run.same_as_found = measured::same_as_found(&solved, &first, &prices);
    let last = checked.expires.map_or(0, Timestamp::seconds);
    let moment = |after: u32| Timestamp::from_seconds(last.saturating_add(after));
    let holds = crate::train::compete::MOMENT;
    let moments = if last == 0 { [holds; 2] } else { [holds.min(moment(0)), moment(AFTERWARDS)] };
    Ok(Priced { cases: (held.cases)(&first, moments)?, files, run })
}

/// Seconds after the last moment at which a golden vector and a case are asked.
const AFTERWARDS: u32 = 3_600;

/// The model with other budgets. Every golden vector is asked again; of two in a row one while prices hold, where they
/// expire, and one afterwards.
fn file(engine: &Engine, budgets: Vec<Budget>, version: u64) -> Result<Vec<u8>> {
    let old = engine.content();
    let last = budgets.iter().map(|budget| budget.not_after).filter(|last| *last > 0).min();
    let case = |(number, golden): (usize, &crate::artefact::Golden)| {
        let now = match last {
            Some(last) if number % 2 == 0 => golden.now.min(last),
            Some(last) => golden.now.max(last.saturating_add(AFTERWARDS)),
            None => golden.now,
        };
        Ok(Case {
            profile: Profile::decode(&golden.profile, &old.program, &old.schema)?,
            group: crate::event::GroupId(golden.group),
            price: golden.price,
            now: Timestamp::from_seconds(now),
            attributes: golden.attributes.clone(),
        })
    };
    let cases = old.golden.iter().enumerate().map(case).collect::<Result<Vec<_>>>()?;
    let menu = crate::policy::Menu { budget_price: 0.0, budgets, ..old.menu.clone() };
    pack(Content { version, menu, golden: Vec::new(), ..old.clone() }, &cases)
}
