//! What would be offered on held-out rows, decided by the engine that a device runs.

use super::pack::{MOMENT, attributes, list_price};
use super::params::CheckedLearn;
use crate::decision::Decision;
use crate::engine::{Engine, Request, Terms};
use crate::evaluate::learned::{Assumption, Gain, Offers};
use crate::evaluate::summary::{ArmShare, Figure};
use crate::event::{GroupId, Profile, Timestamp};
use crate::math;
use crate::money::Money;
use crate::train::config::Predicts;
use crate::train::table::Prepared;

/// One held-out row as a request at a moment.
pub fn request(prepared: &Prepared, row: usize, now: Timestamp) -> Request<'_> {
    let list = Money::new(list_price(prepared, row) as i64).unwrap_or_default();
    Request { group: Some(GroupId(0)), list, now, attributes: attributes(prepared, row), ..Request::default() }
}

/// The decision on one held-out row at a moment.
pub fn decide(engine: &Engine, prepared: &Prepared, row: usize, now: Timestamp) -> Decision {
    engine.decide(&Profile::new(), &request(prepared, row, now), &Terms::default())
}

/// What is offered on all held-out rows; none where there is only the list price, and for the rows of a log, which say
/// nothing without the history behind them.
pub fn offers(engine: &Engine, prepared: &Prepared, learn: &CheckedLearn) -> Option<Offers> {
    let arms = &engine.content().menu.arms;
    if arms.len() < 2 || prepared.test_attributes.is_empty() {
        return None;
    }
    let decisions: Vec<Decision> = (0..prepared.test.rows()).map(|row| decide(engine, prepared, row, MOMENT)).collect();
    let share =
        |arm: usize| decisions.iter().filter(|decision| decision.arm == arm).count() as f64 / decisions.len() as f64;
    let rows = (0..arms.len()).map(|arm| ArmShare { arm: arms[arm].id.clone(), share: share(arm) });
    let is_price = prepared.predicts == Predicts::MarketPrice;
    let what = match prepared.predicts {
        Predicts::Gain => "The arm that gains most, as learnt from the experiment.",
        Predicts::MarketPrice => "The discount that brings the price nearest to what the market asks.",
        Predicts::TakesPart => "The offer that leaves most if the shopper takes part as predicted.",
        Predicts::Buys => "The offer that leaves most if the shopper buys as predicted.",
    };
    Some(Offers {
        what: what.into(),
        arms: rows.collect(),
        by_group: Vec::new(),
        assumptions: assumptions(engine, learn, is_price),
        gains: if is_price { Vec::new() } else { gains(engine, &decisions, share(0)) },
    })
}

fn assumptions(engine: &Engine, learn: &CheckedLearn, is_price: bool) -> Vec<Assumption> {
    let margin = engine.content().schema.departments[0].margin.fraction();
    let of = |about: &str, source: &str, value: f64, text: String| Assumption {
        about: about.into(),
        source: source.into(),
        value,
        text,
    };
    let margins = of("margin on the list price", "[margins]", margin, format!("{:.0} %", 100.0 * margin));
    let response = learn.params.response;
    let text = format!("{response} log-odds per unit of depth");
    let responses = of("response to an offer", "[learn] response", response, text);
    match (is_price, response > 0.0) {
        (true, _) => Vec::new(),
        (false, true) => vec![margins, responses],
        (false, false) => vec![margins],
    }
}

/// Per 1,000 rows, for the learned choice and for each arm given to all. The interval is the mean's, by its standard error.
fn gains(engine: &Engine, decisions: &[Decision], none: f64) -> Vec<Gain> {
    let gain = |name: String, arm: &dyn Fn(&Decision) -> usize, offered: f64| {
        let of_rows: Vec<f64> = decisions.iter().map(|decision| decision.outcomes()[arm(decision)].gain).collect();
        Gain { name, over_none: per_thousand(&of_rows), offered }
    };
    let arms = engine.content().menu.arms.iter().enumerate().skip(1);
    let fixed = arms.map(|(arm, told)| gain(format!("{} for all", told.id), &|_| arm, 1.0));
    core::iter::once(gain("learned".into(), &|decision| decision.arm, 1.0 - none)).chain(fixed).collect()
}

fn per_thousand(values: &[f64]) -> Figure {
    let rows = values.len() as f64;
    let mean = math::ordered_sum(values.iter().copied()) / rows;
    let spread = math::ordered_sum(values.iter().map(|value| (value - mean) * (value - mean))) / rows;
    let error = 1.96 * math::sqrt(spread / rows);
    Figure { value: 1_000.0 * mean, low: 1_000.0 * (mean - error), high: 1_000.0 * (mean + error) }
}
