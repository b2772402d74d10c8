//! Planted gaps, proxies and penalties for loyalty, each demanded back; and none where none was planted.

use super::*;
use crate::evaluate::summary::Figure;
use crate::train::learn::linear::LogisticRegressionParams;
use crate::train::random::Random;
use crate::train::sample::{Column, Sample};

const ROWS: usize = 4_000;

fn checked() -> CheckedFairness {
    FairnessParams { resamples: 200, ..FairnessParams::default() }.check().unwrap()
}

fn groups() -> (Vec<String>, Vec<u16>) {
    (vec!["women".into(), "men".into()], (0..ROWS).map(|row| (row % 5 == 0) as u16).collect())
}

#[test]
fn finds_the_planted_gap_and_none_where_there_is_none() {
    let (names, of) = groups();
    let check = |gap: f64, standing: Standing| {
        let mut random = Random::new(1);
        let rate = |row: usize| 0.3 + if of[row] == 1 { gap } else { 0.0 };
        let offered: Vec<f64> = (0..ROWS).map(|row| (random.uniform() < rate(row)) as u8 as f64).collect();
        let discount: Vec<f64> = offered.iter().map(|offered| 0.1 * offered).collect();
        let offers = Offers { offered: &offered, discount: &discount, shopper: None };
        let found = checked().gaps(&offers, &Groups { names: &names, of: &of }).unwrap();
        let (rate, depth) = (&found[2], &found[3]);
        assert_eq!(rate.standing, standing, "{rate:?}");
        assert_eq!(rate.fails, standing == Standing::Beyond);
        assert!((rate.figure.low..=rate.figure.high).contains(&gap), "{rate:?}");
        assert!((depth.figure.value - 0.1 * rate.figure.value).abs() < 1e-12 && rate.what.contains("men less"));
        assert!((found[0].figure.value + rate.figure.value).abs() < 1e-12);
    };
    check(0.2, Standing::Beyond);
    check(-0.2, Standing::Beyond);
    check(0.0, Standing::Within);
}

#[test]
fn an_unclear_finding_fails_only_where_strictness_is_asked_for() {
    let figure = Figure { value: 0.06, low: 0.01, high: 0.11 };
    let check = |strict: bool| {
        let checked = FairnessParams { strict, ..FairnessParams::default() }.check().unwrap();
        checked.two_sided((Test::Discount, "gap".into()), figure, 0.05)
    };
    assert_eq!((check(false).standing, check(false).fails), (Standing::Unclear, false));
    assert_eq!((check(true).standing, check(true).fails), (Standing::Unclear, true));
}

#[test]
fn finds_offers_that_shrink_with_history() {
    let check = |slope: f64, standing: Standing| {
        let mut random = Random::new(2);
        let history: Vec<f64> = (0..ROWS).map(|_| random.below(20) as f64).collect();
        let discount: Vec<f64> = history.iter().map(|orders| 1.0 + slope * orders + random.uniform()).collect();
        let offers = Offers { offered: &vec![1.0; ROWS], discount: &discount, shopper: None };
        let found = checked().loyalty(&offers, &history, None).unwrap();
        assert_eq!(found.standing, standing, "{found:?}");
        assert!(found.figure.low <= found.figure.value && found.figure.value <= found.figure.high);
    };
    check(-0.02, Standing::Beyond);
    check(0.0, Standing::Within);
    check(0.05, Standing::Within);
}

#[test]
fn strata_take_out_what_may_make_a_difference() {
    // Large baskets get more and belong to new shoppers; within baskets history makes no difference.
    let mut random = Random::new(3);
    let strata: Vec<u32> = (0..ROWS).map(|_| random.below(2) as u32).collect();
    let history: Vec<f64> = strata.iter().map(|basket| 5.0 - 4.0 * *basket as f64 + random.uniform()).collect();
    let discount: Vec<f64> = strata.iter().map(|basket| *basket as f64 + random.uniform()).collect();
    let offers = Offers { offered: &vec![1.0; ROWS], discount: &discount, shopper: None };
    assert_eq!(checked().loyalty(&offers, &history, None).unwrap().standing, Standing::Beyond);
    assert_eq!(checked().loyalty(&offers, &history, Some(&strata)).unwrap().standing, Standing::Within);
    let same = Offers { discount: &vec![0.1; ROWS], ..offers };
    assert_eq!(checked().loyalty(&same, &history, None).unwrap().figure.value, 0.0);
}

#[test]
fn finds_the_feature_that_gives_the_group_away() {
    let (names, of) = groups();
    let mut random = Random::new(4);
    let noise: Vec<f64> = (0..ROWS).map(|_| random.uniform()).collect();
    let telling: Vec<f64> = of.iter().map(|of| *of as f64 - 1.2 * random.uniform()).collect();
    let sample = |columns: Vec<(&str, &Vec<f64>)>| Sample {
        names: columns.iter().map(|(name, _)| name.to_string()).collect(),
        columns: columns.iter().map(|(_, values)| Column::Number(values.to_vec())).collect(),
        target: vec![0.0; ROWS],
        weight: vec![1.0; ROWS],
    };
    let groups = Groups { names: &names, of: &of };
    let learner = LogisticRegressionParams::default().check().unwrap();
    let proxy =
        |sample: &Sample| checked().proxy(("all features", sample), &groups, None, &learner, &|_, _| ()).unwrap();
    let both = sample(vec![("noise", &noise), ("telling", &telling)]);
    assert!(proxy(&both)[1].fails, "{:?}", proxy(&both));
    assert_eq!(proxy(&sample(vec![("noise", &noise)]))[1].standing, Standing::Within);
    let ranked = checked().telling(&both, &groups, 0, None).unwrap();
    assert!(ranked[0].what.contains("`telling`") && ranked[0].fails && !ranked[1].fails, "{ranked:?}");
}

#[test]
fn refuses_what_cannot_be_compared() {
    let (names, of) = groups();
    let (rates, all) = (vec![0.5; ROWS], vec![0u16; ROWS]);
    let offers = Offers { offered: &rates, discount: &rates, shopper: None };
    let check = |offers: &Offers, of: &[u16], says: &str| {
        let error = checked().gaps(offers, &Groups { names: &names, of }).expect_err(says).to_string();
        assert!(error.contains(says), "{error} does not say {says}");
    };
    check(&offers, &all, "group `women` has 4000 of 4000 rows");
    check(&offers, &of[1..], "groups by row");
    check(&offers, &vec![7; ROWS], "index of a group");
    check(&Offers { offered: &[], ..offers }, &of, "found none");
    check(&Offers { discount: &rates[1..], ..offers }, &of, "discounts or shoppers");
    check(&Offers { offered: &vec![1.5; ROWS], ..offers }, &of, "row 0: the chance of an offer");
    check(&Offers { discount: &vec![f64::NAN; ROWS], ..offers }, &of, "row 0: a discount must be a number");
    assert!(FairnessParams { proxy_auc: 0.4, ..FairnessParams::default() }.check().is_err());
    assert!(FairnessParams { loyalty: f64::NAN, ..FairnessParams::default() }.check().is_err());
}
