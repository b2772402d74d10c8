//! Bundles worth trying: maximal sets that are in far more baskets than chance would put them into.
//!
//! A bundle says what goes together. Whether people buy more when it is offered is *not* known from that.

use super::{Item, items};
use crate::evaluate::patterns::told::Told;
use crate::train::pattern::Itemsets;
use serde::Serialize;
use std::collections::HashMap;

/// Bundles told.
const BUNDLES: usize = 8;
/// Times chance that a bundle must reach.
const LIFT: f64 = 2.0;

/// Items that go together.
#[derive(Clone, Debug, Serialize)]
pub struct Bundle {
    /// Its items.
    pub items: Vec<Item>,
    /// Baskets that have them all.
    pub baskets: u64,
    /// As a multiple of chance: of the share if each item were bought for itself.
    pub lift: f64,
}

/// The bundles with the highest lift, no two of which share more than one item.
pub fn choose(all: &Itemsets, maximal: &Itemsets, baskets: usize, told: &Told) -> Vec<Bundle> {
    let alone: HashMap<u32, u32> =
        all.iter().filter(|(items, _)| items.len() == 1).map(|(items, count)| (items[0], count)).collect();
    let share = |count: u32| count as f64 / baskets as f64;
    let lift = |items: &[u32], count: u32| {
        let chance = items.iter().map(|item| share(alone.get(item).copied().unwrap_or(0)));
        share(count) / chance.product::<f64>()
    };
    let mut sets: Vec<(f64, &[u32], u32)> = maximal
        .iter()
        .filter(|(items, _)| items.len() > 1)
        .map(|(items, count)| (lift(items, count), items, count))
        .filter(|(lift, _, _)| lift.is_finite() && *lift >= LIFT)
        .collect();
    sets.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.2.cmp(&a.2)).then_with(|| a.1.cmp(b.1)));
    let mut chosen: Vec<(f64, &[u32], u32)> = Vec::new();
    for set in sets {
        if chosen.len() < BUNDLES && chosen.iter().all(|other| shared(other.1, set.1) < 2) {
            chosen.push(set);
        }
    }
    let bundle =
        |(lift, set, count): (f64, &[u32], u32)| Bundle { items: items(set, told), baskets: count as u64, lift };
    chosen.into_iter().map(bundle).collect()
}

fn shared(a: &[u32], b: &[u32]) -> usize {
    a.iter().filter(|item| b.contains(item)).count()
}

/// As a section of the settings to paste: codes to go by, names to read.
pub fn as_toml(bundles: &[Bundle]) -> String {
    let bundle = |bundle: &Bundle| {
        let codes = bundle.items.iter().map(|item| toml::Value::String(item.code.clone()).to_string());
        let codes = codes.collect::<Vec<_>>().join(", ");
        let names = bundle.items.iter().filter(|item| item.name != item.code).map(|item| one_line(&item.name));
        let names = names.collect::<Vec<_>>().join(" + ");
        let names = if names.is_empty() { String::new() } else { format!("# {names}\n") };
        let (count, lift, decimals) = (bundle.baskets, bundle.lift, usize::from(bundle.lift < 100.0));
        format!("[[bundle]]\n{names}# in {count} baskets, {lift:.decimals$} times chance\nitems = [{codes}]\n")
    };
    bundles.iter().map(bundle).collect::<Vec<_>>().join("\n")
}

/// A line end in a comment would end the comment.
fn one_line(name: &str) -> String {
    name.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_codes_and_names_stay_inside_their_string_and_their_comment() {
        let item = |code: &str, name: &str| Item { code: code.into(), name: name.into() };
        let items = vec![item("a\"]\nevil = 1", "x\n[shop]"), item("'''", "<b>")];
        let written = as_toml(&[Bundle { items: items.clone(), baskets: 7, lift: 3.0 }]);
        let read: toml::Table = toml::from_str(&written).unwrap();
        assert_eq!(read.keys().collect::<Vec<_>>(), ["bundle"]);
        let bundle = read["bundle"][0].as_table().unwrap();
        let codes: Vec<&str> = bundle["items"].as_array().unwrap().iter().filter_map(|code| code.as_str()).collect();
        assert_eq!(codes, items.iter().map(|item| item.code.as_str()).collect::<Vec<_>>());
    }
}
