//! What the page promises, whatever the numbers.

use super::*;
use crate::evaluate::summary::*;

fn figure(value: f64) -> Figure {
    Figure { value, low: value - 1.0, high: value + 1.0 }
}

/// A run in which every part has something, all numbers being `value`.
fn full(value: f64) -> Summary {
    let policy = |name: &str| PolicyRow {
        name: name.into(),
        profit: figure(value),
        over_none: figure(value),
        cost: value,
        offered: value,
    };
    let group = |i: usize| GroupSupport {
        group: format!("group {i}"),
        category: format!("category {}", i / 3),
        depths: [value; 5],
        slope: value,
        arms: vec!["none".into(), "pct10".into()],
        ..GroupSupport::default()
    };
    let category = |i: usize| CategoryShares { category: format!("c{i}"), shares: vec![value; 2], decisions: 9 };
    Summary {
        shop: "<script>alert('shop')</script>".into(),
        currency: "USD".into(),
        policies: ["learned", "none", "10 % for all"].map(policy).into(),
        arms: vec![("none".into(), 0.0), ("pct10".into(), 0.1), ("pct20".into(), 0.2)],
        chosen: ["none", "pct10"].map(|arm| ArmShare { arm: arm.into(), share: value }).into(),
        chosen_by_category: (0..40).map(category).collect(),
        margins: vec![MarginPoint { margin: 0.3, offered: value, over_none: value }; 3],
        assumed_margins: vec![("GROCERY & <b>".into(), 0.3)],
        scores: vec![ModelScore { name: "model".into(), roc_auc: figure(value), ..ModelScore::default() }; 2],
        roc: vec![(value, value); 200],
        precision_recall: vec![(value, value); 200],
        calibration: vec![CalibrationBin { predicted: value, observed: value, count: 7 }; 20],
        response: vec![ResponseBin { depth_from_usual: value, observed_lift: value, predicted_lift: value, count: 7 }],
        support: (0..50).map(group).collect(),
        importance: vec![Importance { feature: "recency".into(), loss: value }],
        tuning: vec![("ridge 1".into(), value)],
        seconds: vec![("read".into(), value)],
        split: Split { train: (1, 40), validate: (41, 46), test: (47, 53), ..Split::default() },
        data: DataQuality {
            lines_read: 100,
            lines_kept: 90,
            causes: vec![Cause {
                cause: "price below zero".into(),
                action: "dropped".into(),
                rows: 10,
                examples: vec!["line 7: -1".into()],
            }],
            ..DataQuality::default()
        },
        ..Summary::default()
    }
}

#[test]
fn escapes_names() {
    let page = render(&full(0.5));
    assert!(!page.contains("<script"));
    assert!(page.contains("&lt;script&gt;"));
    assert!(page.contains("GROCERY &amp; &lt;b&gt;"));
}

#[test]
fn asks_nothing_of_the_network() {
    let page = render(&full(0.5));
    for word in ["http://", "https://", "//cdn", "@import", "url(", "<link", "<img", "<iframe"] {
        assert!(!page.contains(word), "{word}");
    }
}

#[test]
fn copes_with_an_empty_summary() {
    let page = render(&Summary::default());
    assert!(page.contains("No policy could be valued"));
    assert!(page.contains("No data."));
    assert!(!page.contains("<figure"));
    assert!(!page.contains("NaN"));
}

#[test]
fn prints_numbers_that_do_not_exist_as_a_dash() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let page = render(&full(value));
        assert!(!page.contains("NaN") && !page.contains(">inf") && !page.contains("inf%"));
        assert!(page.contains('–'));
    }
}

#[test]
fn every_chart_has_a_title_and_a_data_table() {
    let page = render(&full(0.5));
    let figures: Vec<&str> = page.split("<figure").skip(1).map(|f| f.split("</figure>").next().unwrap()).collect();
    assert_eq!(figures.len(), 16);
    for figure in figures {
        assert!(figure.contains("<figcaption><h3>"), "{figure}");
        assert!(figure.contains("<details class=\"data\""), "{figure}");
        assert!(figure.contains("<tbody><tr>"), "{figure}");
    }
}

#[test]
fn says_that_it_is_not_an_experiment_and_that_margins_are_assumed() {
    let page = render(&Summary::default());
    assert!(page.contains("a demand model from observational prices, not an experiment"));
    assert!(page.contains("margins are assumptions"));
    assert!(page.contains("resample shoppers, not weeks"));
    assert!(page.contains("if the model is right (the direct method)"));
}

#[test]
fn verdict_says_none_when_none_wins() {
    let mut summary = full(0.5);
    summary.policies.iter_mut().for_each(|p| p.over_none = figure(-5.0));
    assert!(render(&summary).contains("<h1>None wins"));
}

#[test]
fn says_so_when_rows_do_not_add_up() {
    let mut summary = full(0.5);
    assert!(!render(&summary).contains("does not add up"));
    summary.data.lines_kept = 80;
    assert!(render(&summary).contains("10 lines are not accounted for"));
}

#[test]
fn every_entry_of_the_contents_has_its_section() {
    let page = render(&Summary::default());
    for (id, _) in CONTENTS {
        assert!(page.contains(&format!("<section id=\"{id}\"")), "{id}");
    }
}

#[test]
fn groups_and_categories_past_the_first_are_folded() {
    let page = render(&full(0.5));
    assert!(page.contains("30 more groups"));
    assert!(page.contains("28 more categories"));
}

#[test]
fn arms_are_named_by_depth_and_marked_by_evidence() {
    let page = render(&full(0.5));
    assert!(!page.contains("pct10"));
    assert!(page.contains("<span class=\"chip\">10\u{202f}%</span>"));
    assert_eq!(page.matches("<circle class=\"arm\"").count(), 50);
    assert_eq!(page.matches("<circle class=\"arm without\"").count(), 50);
}
