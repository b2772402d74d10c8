//! What is in one basket: frequent sets, rules between items, and bundles worth trying.

mod bundles;

pub use bundles::Bundle;

use super::Part;
use super::told::Told;
use crate::error::Result;
use crate::event::{EVENT_NAMES, EventKind};
use crate::train::config::Shape;
use crate::train::pattern::rules::{self, Consequents, Thresholds};
use crate::train::pattern::{Baskets, Itemsets, MinimumCount, condensed, fp_growth};
use crate::train::tables::RuleParams;
use serde::Serialize;

/// Where `[rules]` says nothing: at least this share of the baskets has the set.
const SUPPORT: f64 = 0.01;
/// In fewer baskets than this, a set is an accident.
const FEWEST: u32 = 5;
/// With fewer pairs than this the least support is halved.
const PAIRS: usize = 10;
/// Where `[rules]` says nothing: at least this share of the baskets with the left side has the right side.
const CONFIDENCE: f64 = 0.25;
/// Where `[rules]` says nothing: no rule that does worse than chance.
const LIFT: f64 = 1.0;
/// Rules told; the page shows the first of them.
const RULES: usize = 100;
/// Sets told of each size.
const SETS: usize = 5;

/// What goes together.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Together {
    /// Baskets with at least one item.
    pub baskets: u64,
    /// Different items.
    pub items: u64,
    /// What a basket is.
    pub basket_is: String,
    /// Whether `[rules]` says the thresholds.
    pub told: bool,
    /// Least share of baskets.
    pub min_support: f64,
    /// The same as a number of baskets.
    pub min_baskets: u64,
    /// Least confidence of a rule.
    pub min_confidence: f64,
    /// Least lift of a rule.
    pub min_lift: f64,
    /// Frequent sets by size.
    pub sizes: Vec<Sizes>,
    /// The most frequent of each size.
    pub frequent: Vec<Set>,
    /// How many rules reach the thresholds.
    pub rules_found: u64,
    /// The strongest of them, by falling lift.
    pub rules: Vec<Rule>,
    /// Bundles worth trying.
    pub bundles: Vec<Bundle>,
    /// The same as settings.
    pub bundles_toml: String,
}

/// Sets of one size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Sizes {
    /// Items in a set.
    pub size: usize,
    /// Frequent sets.
    pub all: u64,
    /// Those whose every superset is rarer.
    pub closed: u64,
    /// Those without a frequent superset.
    pub maximal: u64,
}

/// An item as the shop and as people call it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Item {
    /// The shop's code.
    pub code: String,
    /// Its most frequent name.
    pub name: String,
}

impl Item {
    /// Its name as a page shows it: a till that knows capitals only is not to shout.
    pub fn shown(&self) -> String {
        let is_loud = self.name.contains(' ') && !self.name.chars().any(char::is_lowercase);
        if !is_loud || self.name == self.code {
            return self.name.clone();
        }
        let mut letters = self.name.chars();
        letters.next().map_or(String::new(), |first| first.to_string() + &letters.as_str().to_lowercase())
    }
}

/// A frequent set.
#[derive(Clone, Debug, Serialize)]
pub struct Set {
    /// Its items.
    pub items: Vec<Item>,
    /// Baskets that have them all.
    pub baskets: u64,
}

/// Who has the left side often has the right side.
#[derive(Clone, Debug, Serialize)]
pub struct Rule {
    /// The left side.
    pub antecedent: Vec<Item>,
    /// The right side.
    pub consequent: Vec<Item>,
    /// Baskets with both sides.
    pub baskets: u64,
    /// The five usual measures.
    pub support: f64,
    /// Share of the baskets with the left side.
    pub confidence: f64,
    /// As a multiple of chance.
    pub lift: f64,
    /// Support beyond chance.
    pub leverage: f64,
    /// None for a rule that never fails.
    pub conviction: Option<f64>,
}

/// Sets, rules and bundles, or why there are none.
pub fn find(told: &mut Told, shape: Shape, params: Option<&RuleParams>) -> Part<Together> {
    if let Some(why) = lacking(told, shape) {
        return Part::Absent(why);
    }
    let found = baskets(told).and_then(|baskets| mine(&baskets, told, shape, params));
    found.map_or_else(|error| Part::Absent(format!("{error}.")), Part::Found)
}

fn lacking(told: &Told, shape: Shape) -> Option<String> {
    let bought = told.events[EventKind::PURCHASE.index() as usize];
    if !told.mapped.contains("item_id") && !told.mapped.contains("item_name") {
        return Some("The log does not say which item a line is about: map item_id.".into());
    }
    if shape != Shape::Baskets && bought == 0 {
        return Some("No purchase is left after cleaning, so nothing was bought together.".into());
    }
    told.baskets
        .is_empty()
        .then(|| "No line belongs to a basket: it takes a transaction, or a shopper and a day.".into())
}

/// Lines of one basket brought together, in the order of the log.
fn baskets(told: &mut Told) -> Result<Baskets> {
    let mut lines = std::mem::take(&mut told.baskets);
    lines.sort_by_key(|(basket, _)| *basket);
    let baskets = lines.chunk_by(|a, b| a.0 == b.0).map(|lines| lines.iter().map(|(_, item)| *item));
    Baskets::of_numbers(told.codes.clone(), baskets)
}

fn mine(baskets: &Baskets, told: &Told, shape: Shape, params: Option<&RuleParams>) -> Result<Together> {
    let count = baskets.len();
    let (minimum, sets) = match params {
        Some(params) => {
            let minimum = MinimumCount::of_share(params.min_support, count)?;
            (minimum, fp_growth::mine(baskets, minimum)?)
        }
        None => mine_by_default(baskets)?,
    };
    let confidence = params.map_or(CONFIDENCE, |params| params.min_confidence);
    let lift = params.map_or(LIFT, |params| params.min_lift);
    let thresholds = Thresholds::new(confidence, lift, Consequents::Single)?;
    let mut rules = rules::derive(&sets, count, &thresholds)?;
    rules.sort_by(by_lift);
    let maximal = condensed::maximal(&sets);
    let bundles = bundles::choose(&sets, &maximal, count, told);
    Ok(Together {
        baskets: count as u64,
        items: told.codes.len() as u64,
        basket_is: basket_is(told, shape),
        told: params.is_some(),
        min_support: params.map_or(minimum.get() as f64 / count as f64, |params| params.min_support),
        min_baskets: minimum.get() as u64,
        min_confidence: confidence,
        min_lift: lift,
        sizes: sizes(&sets, &condensed::closed(&sets), &maximal),
        frequent: frequent(&sets, told),
        rules_found: rules.len() as u64,
        rules: rules.iter().take(RULES).map(|rule| named(rule, count, told)).collect(),
        bundles_toml: bundles::as_toml(&bundles),
        bundles,
    })
}

/// One basket in a hundred; halved for as long as hardly anything goes together that often.
fn mine_by_default(baskets: &Baskets) -> Result<(MinimumCount, Itemsets)> {
    let mut minimum = MinimumCount::of_share(SUPPORT, baskets.len())?.get().max(FEWEST);
    loop {
        let count = MinimumCount::new(minimum)?;
        let sets = fp_growth::mine(baskets, count)?;
        if minimum < 2 * FEWEST || sets.sizes().get(&2).is_some_and(|pairs| *pairs >= PAIRS) {
            return Ok((count, sets));
        }
        minimum /= 2;
    }
}

fn basket_is(told: &Told, shape: Shape) -> String {
    let one = match shape {
        Shape::Baskets => "one line of the file",
        _ if told.mapped.contains("transaction_id") => "one transaction",
        _ => "what one shopper bought in a day",
    };
    let others = told.events.iter().zip(EVENT_NAMES).filter(|(rows, name)| **rows > 0 && *name != "purchase");
    match (shape, others.map(|(_, name)| name).next()) {
        (Shape::Baskets, Some(event)) => format!("{one}, of event {event}"),
        _ => one.to_string(),
    }
}

/// The strongest first; equally strong ones by confidence, then in the order of their items.
fn by_lift(a: &rules::Rule, b: &rules::Rule) -> std::cmp::Ordering {
    let (left, right) = (&a.measures, &b.measures);
    let measures = right.lift.total_cmp(&left.lift).then(right.confidence.total_cmp(&left.confidence));
    measures.then_with(|| a.antecedent.cmp(&b.antecedent)).then_with(|| a.consequent.cmp(&b.consequent))
}

fn sizes(all: &Itemsets, closed: &Itemsets, maximal: &Itemsets) -> Vec<Sizes> {
    let (closed, maximal) = (closed.sizes(), maximal.sizes());
    let of = |sizes: &std::collections::BTreeMap<usize, usize>, size| sizes.get(&size).copied().unwrap_or(0) as u64;
    let row = |(size, count): (usize, usize)| Sizes {
        size,
        all: count as u64,
        closed: of(&closed, size),
        maximal: of(&maximal, size),
    };
    all.sizes().into_iter().map(row).collect()
}

/// The most frequent sets of each size, larger sizes last.
fn frequent(sets: &Itemsets, told: &Told) -> Vec<Set> {
    let mut order: Vec<usize> = (0..sets.len()).collect();
    order.sort_by_key(|index| (sets.items(*index).len(), std::cmp::Reverse(sets.count(*index)), sets.items(*index)));
    let same_size = order.chunk_by(|a, b| sets.items(*a).len() == sets.items(*b).len());
    let set = |index: &usize| Set { items: items(sets.items(*index), told), baskets: sets.count(*index) as u64 };
    same_size.flat_map(|sets| sets.iter().take(SETS)).map(set).collect()
}

fn items(numbers: &[u32], told: &Told) -> Vec<Item> {
    let item =
        |number: &u32| Item { code: told.codes[*number as usize].clone(), name: told.names[*number as usize].clone() };
    numbers.iter().map(item).collect()
}

fn named(rule: &rules::Rule, baskets: usize, told: &Told) -> Rule {
    let measures = rule.measures;
    Rule {
        antecedent: items(&rule.antecedent, told),
        consequent: items(&rule.consequent, told),
        baskets: (measures.support * baskets as f64).round() as u64,
        support: measures.support,
        confidence: measures.confidence,
        lift: measures.lift,
        leverage: measures.leverage,
        conviction: measures.conviction,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_capitals_are_shown_as_people_write_them_and_codes_as_they_are() {
        let shown = |code: &str, name: &str| Item { code: code.into(), name: name.into() }.shown();
        assert_eq!(shown("1", "TEA PLATE, GREEN"), "Tea plate, green");
        assert_eq!(shown("1", "Tea PLATE"), "Tea PLATE");
        assert_eq!([shown("1", "USB"), shown("A 1", "A 1"), shown("1", "")], ["USB", "A 1", ""]);
    }
}
