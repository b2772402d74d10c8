//! Frequent itemsets and rules.

use super::data;
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use skonto::error::Code;
use skonto::train::pattern::rules::{self, Consequents, Thresholds};
use skonto::train::pattern::{Baskets, Itemsets, MinimumCount, apriori, condensed, fp_growth};
use std::collections::BTreeMap;

struct Expected {
    data: &'static str,
    share: f64,
    sizes: &'static [usize],
    sum: u64,
    closed: usize,
    maximal: usize,
    /// Rules with one item on the right at a confidence of 0.25, 0.5 and 0.8.
    rules: [usize; 3],
    sha256: &'static str,
}

/// From pyfim 6.28, which agreed with itself (FP-growth, Eclat, Apriori) and with efficient-apriori and mlxtend.
const EXPECTED: [Expected; 4] = [
    Expected {
        data: "groceries",
        share: 0.01,
        sizes: &[88, 213, 32],
        sum: 82_103,
        closed: 333,
        maximal: 243,
        rules: [170, 15, 0],
        sha256: "64e4e7b1dea443f626be71cea39b7d2ab0e19d6b68f4170bab62fa78479d35e8",
    },
    Expected {
        data: "groceries",
        share: 0.001,
        sizes: &[157, 2_981, 6_831, 3_137, 376, 10],
        sum: 339_547,
        closed: 13_464,
        maximal: 7_794,
        rules: [17_391, 5_668, 410],
        sha256: "84716fcf0b24a747b391a45732c31f51959cf25606ec4471b9c163c3edaa27e5",
    },
    Expected {
        data: "bms_webview1",
        share: 0.001,
        sizes: &[343, 1_573, 1_492, 522, 59, 2],
        sum: 489_207,
        closed: 3_974,
        maximal: 2_067,
        rules: [6_479, 3_928, 1_000],
        sha256: "b6a0e5e40233109a30d0d976d6f7837d6f94fdaa6f2a150ee83a4ef0cc0527e3",
    },
    Expected {
        data: "online_retail",
        share: 0.01,
        sizes: &[790, 817, 215, 18],
        sum: 630_746,
        closed: 1_840,
        maximal: 1_348,
        rules: [1_716, 775, 82],
        sha256: "4c5396c4cd199473aefe2c1d1471627bc5f4dfd28861cf8312d88f30f75fb778",
    },
];

fn intern(baskets: &[Vec<String>]) -> Baskets {
    Baskets::new(baskets.iter().map(|basket| basket.iter().map(String::as_str))).unwrap()
}

fn sorted(mut sets: Itemsets) -> Itemsets {
    sets.sort();
    sets
}

fn sha256(sets: &Itemsets, baskets: &Baskets) -> String {
    let mut lines = sets.lines(baskets);
    lines.sort_unstable();
    let digest = Sha256::digest(lines.join("\n") + "\n");
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn rule_count(sets: &Itemsets, baskets: usize, confidence: f64) -> usize {
    rules::derive(sets, baskets, &Thresholds::new(confidence, 0.0, Consequents::Single).unwrap()).unwrap().len()
}

#[test]
fn itemsets_closed_sets_maximal_sets_and_rules_are_those_of_the_reference() {
    for expected in &EXPECTED {
        let Some(baskets) = data::baskets(expected.data).map(|baskets| intern(&baskets)) else { return };
        let minimum = MinimumCount::of_share(expected.share, baskets.len()).unwrap();
        let sets = fp_growth::mine(&baskets, minimum).unwrap();
        let name = format!("{} at {}", expected.data, expected.share);
        assert_eq!(sets.sizes().into_values().collect::<Vec<_>>(), expected.sizes, "{name}");
        assert_eq!(sets.iter().map(|(_, count)| count as u64).sum::<u64>(), expected.sum, "{name}");
        assert_eq!(sha256(&sets, &baskets), expected.sha256, "{name}");
        assert_eq!(condensed::closed(&sets).len(), expected.closed, "{name}");
        assert_eq!(condensed::maximal(&sets).len(), expected.maximal, "{name}");
        let rules = [0.25, 0.5, 0.8].map(|confidence| rule_count(&sets, baskets.len(), confidence));
        assert_eq!(rules, expected.rules, "{name}");
        assert!(sorted(sets) == sorted(apriori::mine(&baskets, minimum).unwrap()), "Apriori differs on {name}");
    }
}

/// Every set of items that is in some basket, counted the slow way.
fn brute_force(baskets: &Baskets, minimum: u32) -> BTreeMap<Vec<u32>, u32> {
    let mut counts = BTreeMap::new();
    for basket in baskets.iter() {
        let mut items = basket.to_vec();
        items.sort_unstable();
        for chosen in 1..1u32 << items.len() {
            let set: Vec<u32> = (0..items.len()).filter(|i| chosen >> i & 1 == 1).map(|i| items[i]).collect();
            *counts.entry(set).or_insert(0) += 1;
        }
    }
    counts.retain(|_, count| *count >= minimum);
    counts
}

fn map(sets: &Itemsets) -> BTreeMap<Vec<u32>, u32> {
    let map: BTreeMap<_, _> = sets.iter().map(|(items, count)| (items.to_vec(), count)).collect();
    assert_eq!(map.len(), sets.len(), "a set was found twice");
    map
}

fn contains(larger: &[u32], smaller: &[u32]) -> bool {
    larger.len() > smaller.len() && smaller.iter().all(|item| larger.contains(item))
}

fn numbered(baskets: Vec<Vec<u32>>, items: u32) -> Baskets {
    Baskets::of_numbers((0..items).map(|item| item.to_string()).collect(), baskets).unwrap()
}

fn small_baskets() -> impl Strategy<Value = Baskets> {
    let basket = proptest::collection::vec(0..9u32, 0..9);
    proptest::collection::vec(basket, 0..40).prop_map(|baskets| numbered(baskets, 9))
}

proptest! {
    #[test]
    fn both_methods_find_what_counting_everything_finds(baskets in small_baskets(), minimum in 1..6u32) {
        let expected = brute_force(&baskets, minimum);
        let minimum = MinimumCount::new(minimum).unwrap();
        prop_assert_eq!(map(&fp_growth::mine(&baskets, minimum).unwrap()), expected.clone());
        prop_assert_eq!(map(&apriori::mine(&baskets, minimum).unwrap()), expected);
    }

    #[test]
    fn closed_and_maximal_sets_follow_their_definitions(baskets in small_baskets(), minimum in 1..6u32) {
        let all = fp_growth::mine(&baskets, MinimumCount::new(minimum).unwrap()).unwrap();
        let frequent = map(&all);
        let covered = |set: &[u32], by: &dyn Fn(u32) -> bool| frequent.iter().any(|(other, n)| contains(other, set) && by(*n));
        let (mut closed, mut maximal) = (frequent.clone(), frequent.clone());
        closed.retain(|set, count| !covered(set, &|other| other == *count));
        maximal.retain(|set, _| !covered(set, &|_| true));
        prop_assert_eq!(map(&condensed::closed(&all)), closed);
        prop_assert_eq!(map(&condensed::maximal(&all)), maximal);
    }

    #[test]
    fn every_rule_says_what_the_baskets_say(baskets in small_baskets(), least in 0..=10u32) {
        let sets = fp_growth::mine(&baskets, MinimumCount::new(2).unwrap()).unwrap();
        let thresholds = Thresholds::new(least as f64 / 10.0, 0.0, Consequents::Any).unwrap();
        for rule in rules::derive(&sets, baskets.len(), &thresholds).unwrap() {
            let having = |items: &[u32]| baskets.iter().filter(|b| items.iter().all(|item| b.contains(item))).count();
            let both = having(&[&rule.antecedent[..], &rule.consequent].concat());
            let confidence = both as f64 / having(&rule.antecedent) as f64;
            prop_assert!((rule.measures.confidence - confidence).abs() < 1e-12);
            prop_assert!(confidence > least as f64 / 10.0 - 1e-9);
        }
    }
}

#[test]
fn more_than_64_items_that_go_together_are_all_combined() {
    // 70 items in every basket would make 2^70 sets; pairs of neighbours and one item in all baskets make few.
    let baskets = (0..140).map(|i| vec![0, 1 + i / 2, 1 + (i / 2 + 1) % 70]).collect();
    let baskets = numbered(baskets, 71);
    for minimum in [1, 2, 3] {
        let expected = brute_force(&baskets, minimum);
        let minimum = MinimumCount::new(minimum).unwrap();
        assert_eq!(map(&fp_growth::mine(&baskets, minimum).unwrap()), expected);
        assert_eq!(map(&apriori::mine(&baskets, minimum).unwrap()), expected);
    }
}

#[test]
fn wide_baskets_grow_through_trees_as_well_as_through_words() {
    // Item 99 is the rarest and goes with 99 others, of which each basket has every other one or every third.
    let step = |step: u32| (0..99).step_by(step as usize).chain([99]).collect::<Vec<u32>>();
    let mut baskets = vec![step(11), step(33), step(11), step(33)];
    baskets.extend((0..99).flat_map(|item| vec![vec![item, 99]; 2]));
    baskets.extend((0..99).flat_map(|item| vec![vec![item]; 9]));
    let baskets = numbered(baskets, 100);
    for minimum in 1..5 {
        let expected = brute_force(&baskets, minimum);
        let minimum = MinimumCount::new(minimum).unwrap();
        assert_eq!(map(&fp_growth::mine(&baskets, minimum).unwrap()), expected);
        assert_eq!(map(&apriori::mine(&baskets, minimum).unwrap()), expected);
    }
}

#[test]
fn a_planted_rule_is_found_with_its_measures() {
    let kinds = [(vec!["bread", "butter"], 30), (vec!["bread"], 10), (vec!["butter"], 30), (vec!["jam"], 30)];
    let baskets = Baskets::new(kinds.into_iter().flat_map(|(basket, count)| vec![basket; count])).unwrap();
    let sets = fp_growth::mine(&baskets, MinimumCount::new(5).unwrap()).unwrap();
    let rules = rules::derive(&sets, 100, &Thresholds::new(0.6, 1.0, Consequents::Single).unwrap()).unwrap();
    assert_eq!(rules.len(), 1);
    assert_eq!((&rules[0].antecedent[..], &rules[0].consequent[..]), (&[0][..], &[1][..]));
    assert_eq!(rules[0].measures, rules::Measures::new(30, 40, 60, 100));
}

#[test]
fn rules_for_serving_are_sound_and_find_the_planted_one() {
    let baskets = numbered([vec![vec![3, 5]; 30], vec![vec![3]; 10], vec![vec![7]; 60]].concat(), 9);
    let sets = fp_growth::mine(&baskets, MinimumCount::new(1).unwrap()).unwrap();
    let all = rules::derive(&sets, 100, &Thresholds::new(0.0, 0.0, Consequents::Any).unwrap()).unwrap();
    let served = rules::compile(&all);
    served.check(9).unwrap();
    assert_eq!(served.best(&[3], 5).map(|rule| rule.confidence), Some(0.75));
    assert_eq!(served.best(&[7], 5), None);
}

#[test]
fn no_baskets_have_no_itemsets_and_no_rules() {
    let baskets = Baskets::new([Vec::<&str>::new(), vec![]]).unwrap();
    let sets = fp_growth::mine(&baskets, MinimumCount::of_share(0.5, 0).unwrap()).unwrap();
    assert!(sets.is_empty() && apriori::mine(&baskets, MinimumCount::new(1).unwrap()).unwrap().is_empty());
    assert!(condensed::closed(&sets).is_empty() && condensed::maximal(&sets).is_empty());
    assert!(rules::derive(&sets, 0, &Thresholds::new(0.0, 0.0, Consequents::Any).unwrap()).unwrap().is_empty());
}

#[test]
fn baskets_without_a_frequent_item_have_no_itemsets() {
    let baskets = numbered(vec![vec![0], vec![1, 2]], 3);
    let minimum = MinimumCount::new(2).unwrap();
    assert!(fp_growth::mine(&baskets, minimum).unwrap().is_empty());
    assert!(apriori::mine(&baskets, minimum).unwrap().is_empty());
}

#[test]
fn rules_need_all_frequent_sets() {
    let baskets = numbered(vec![vec![0, 1]; 3], 2);
    let sets = fp_growth::mine(&baskets, MinimumCount::new(1).unwrap()).unwrap();
    let thresholds = Thresholds::new(0.5, 0.0, Consequents::Any).unwrap();
    let refusal = rules::derive(&condensed::maximal(&sets), 3, &thresholds).unwrap_err();
    assert_eq!(refusal.code(), Code::BadData);
}
