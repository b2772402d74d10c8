//! The best entrant as an artefact: the table's program, the shop's menu, and held-out rows as golden vectors.

use super::entrant::Entrant;
use super::params::CheckedLearn;
use crate::artefact::Content;
use crate::error::Result;
use crate::event::{GroupId, Profile, Timestamp};
use crate::model::{Model, Target};
use crate::money::BasisPoints;
use crate::policy::{Arm, Menu};
use crate::train::config::{MenuParams, Predicts};
use crate::train::pack::{Case, pack};
use crate::train::table::Prepared;
use crate::train::{release, texts};

/// Golden vectors of a release.
const GOLDEN: usize = 8;
/// The list price of a row that has none, in minor units.
pub const NOMINAL_PRICE: u64 = 10_000;
/// 2025-01-01 12:00, the moment of golden vectors: no feature of a table depends on it.
pub const MOMENT: Timestamp = Timestamp::from_seconds(1_735_732_800);

/// What the shop offers; without `[menu]` nothing but the list price.
pub fn menu(params: Option<&MenuParams>, shop: &str) -> Result<Menu> {
    match params {
        Some(params) => release::menu(params, &params.check()?, shop),
        None => {
            let none = Arm { id: "none".into(), depth: BasisPoints::default() };
            Ok(Menu { arms: vec![none], ..Menu::default() })
        }
    }
}

/// Packs `model` with everything a device needs.
pub fn packed(prepared: &Prepared, model: &Model, menu: &Menu, card: String, version: u64) -> Result<Vec<u8>> {
    let mut schema = prepared.schema.clone();
    // An arm is offered where the data, or an assumption of the shop, says what it does.
    let says = model.target != Target::Buys || model.response > 0.0 || model.offer.is_some();
    let all = (1u32 << menu.arms.len()) - 1;
    schema.groups.iter_mut().for_each(|group| group.support = if says { all as u16 } else { 1 });
    let content = Content {
        version,
        schema,
        program: prepared.program.clone(),
        model: model.clone(),
        locales: texts::of_target(texts::locales(menu, &prepared.program, &prepared.labels), model.target),
        menu: menu.clone(),
        card,
        golden: Vec::new(),
    };
    pack(content, &cases(prepared))
}

/// Held-out rows spread over the table, as golden vectors.
pub fn cases(prepared: &Prepared) -> Vec<Case> {
    let rows = prepared.test.rows();
    let case = |row: usize| Case {
        profile: Profile::new(),
        group: GroupId(0),
        price: list_price(prepared, row) as u32,
        now: MOMENT,
        attributes: attributes(prepared, row).to_vec(),
    };
    (0..GOLDEN.min(rows)).map(|index| case(rows * index / GOLDEN.min(rows))).collect()
}

/// What a request about a held-out row would pass; nothing for a row of a log, whose features come from a history.
pub fn attributes(prepared: &Prepared, row: usize) -> &[Option<f64>] {
    prepared.test_attributes.get(row).map_or(&[], Vec::as_slice)
}

/// The list price of a held-out row in minor units.
pub fn list_price(prepared: &Prepared, row: usize) -> u64 {
    prepared.test_list_prices.get(row).copied().unwrap_or(NOMINAL_PRICE)
}

/// What the model is, from what rows, and what it is not for.
pub fn card(prepared: &Prepared, learn: &CheckedLearn, entrant: &Entrant) -> String {
    let asks = match prepared.predicts {
        Predicts::Buys => "will the shopper buy?",
        Predicts::TakesPart => "will the shopper take part if the offer is made?",
        Predicts::Gain => "what does each arm bring?",
        Predicts::MarketPrice => "at what share of its list price is the product sold?",
    };
    let assumed = match learn.params.response > 0.0 {
        true => format!(
            " That an offer adds {} log-odds per unit of depth is an assumption of the shop, not learnt.",
            learn.params.response
        ),
        false => String::new(),
    };
    format!(
        "{shop}: {asks} Answered by {name}, learnt from {train} {rows}, with {metric} {validated:.4} on those \
         its models had not seen; {test} others were held out.{assumed} A prediction from what was observed, not an \
         experiment: it does not say what an offer causes. Not for: prices above list, credit, insurance, or any decision about a person other than an offer.",
        shop = prepared.shop,
        name = entrant.contender.name,
        metric = learn.metric.name(),
        validated = entrant.validated,
        train = prepared.train.rows(),
        test = prepared.test.rows(),
        rows = learn.params.rows[1],
    )
}
