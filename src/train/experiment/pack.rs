//! A policy as an artefact: the table's program, the shop's menu, held-out rows as golden vectors and as cases.

use super::Setup;
use crate::artefact::Content;
use crate::engine::Engine;
use crate::error::Result;
use crate::model::{Model, Target};
use crate::train::compete::{golden, rows_as_cases};
use crate::train::pack::pack;
use crate::train::table::Prepared;
use crate::train::{release, texts};
use serde_json::Value;

/// Packs a model of effects with everything a device needs.
///
/// # Errors
/// A menu that makes no sense, a model that an artefact has no room for.
pub fn packed(prepared: &Prepared, setup: &Setup, model: &Model, card: String) -> Result<Vec<u8>> {
    let menu = release::menu(setup.menu, &setup.menu.check()?, &prepared.shop)?;
    let mut schema = prepared.schema.clone();
    // Every arm was given by chance, so there is evidence for all.
    let all = (1u32 << menu.arms.len()) - 1;
    schema.groups.iter_mut().for_each(|group| group.support = all as u16);
    let locales = texts::of_target(texts::locales(&menu, &prepared.program, &prepared.labels), Target::Gain);
    let program = prepared.program.clone();
    let (model, golden_rows) = (model.clone(), golden(prepared));
    let content = Content { version: setup.version, schema, program, model, locales, menu, card, golden: Vec::new() };
    pack(content, &golden_rows)
}

/// Held-out rows as requests, with their decisions.
pub fn cases(bytes: &[u8], prepared: &Prepared) -> Result<Value> {
    Ok(rows_as_cases(&Engine::load(bytes)?, prepared))
}

/// What the model is, from what rows, and what it is not for.
pub fn card(prepared: &Prepared, sentence: &str, rows: &str) -> String {
    format!(
        "{shop}: which arm brings most, its cost taken off? Learnt from {train} {rows} of an experiment whose arms were given \
         by chance; {test} others were held out. {sentence} Not for: prices above list, credit, insurance, or any decision \
         about a person other than an offer.",
        shop = prepared.shop,
        train = prepared.train.rows(),
        test = prepared.test.rows(),
    )
}
