//! A run in which every part has something: names that would break a page, and one number for all.

use skonto::evaluate::learned::*;
use skonto::evaluate::summary::{ArmShare, CalibrationBin, CategoryShares, Cause, Figure};

/// A name that must be escaped.
pub const NAME: &str = "<script>alert('x')</script> & co";

pub fn figure(value: f64) -> Figure {
    Figure { value, low: value - 0.1, high: value + 0.1 }
}

fn candidate(name: &str, value: f64) -> Candidate {
    Candidate {
        name: name.into(),
        learner: NAME.into(),
        what: NAME.into(),
        settings: vec![Setting::new(NAME, NAME)],
        figures: Metric::ALL.iter().map(|measure| (*measure, figure(value))).collect(),
        validated: value,
        fit_seconds: value,
        search_seconds: value,
        bytes: 4_321,
    }
}

fn held_out(value: f64) -> HeldOut {
    let curve = |name: &str| Curve { name: name.into(), points: vec![(0.0, 0.0), (value, value), (1.0, 1.0)] };
    let bins = || vec![CalibrationBin { predicted: value, observed: value, count: 77 }; 2];
    HeldOut {
        roc: vec![curve(NAME), curve("other")],
        precision_recall: vec![curve(NAME)],
        calibration: Some(Calibration {
            method: NAME.into(),
            before: bins(),
            after: bins(),
            error_before: value,
            error_after: value,
        }),
        threshold: Some(Threshold {
            at: value,
            why: NAME.into(),
            confusion: Confusion {
                true_positives: 1_111,
                false_positives: 2_222,
                false_negatives: 3_333,
                true_negatives: 4_444,
            },
            curve: vec![ThresholdPoint { at: value, precision: value, recall: value, f1: value, picked: value }; 3],
        }),
        errors: Some(Errors {
            density: Density { low: 0.0, high: 1.0, counts: vec![vec![0, 5], vec![7, 0]], outside: 3 },
            residuals: Histogram { edges: vec![-1.0, 0.0, 1.0], counts: vec![5, 7], outside: 1 },
            bands: vec![ErrorBand { band: NAME.into(), rows: 9, mae: value, bias: value }],
        }),
    }
}

fn selection(value: f64) -> Selection {
    let worth = |at: usize| Worth {
        feature: format!("{NAME} {at}"),
        information_gain: value,
        mutual_information: value,
        permutation: Some(figure(value)),
        kept: at > 0,
    };
    Selection {
        features: (0..20).map(worth).collect(),
        measure: Metric::LogLoss,
        paths: Some(Paths {
            penalties: vec![0.1, 1.0],
            paths: vec![Path { feature: NAME.into(), weights: vec![value, 0.0] }],
            chosen: 0.1,
        }),
        elimination: Some(Elimination {
            method: NAME.into(),
            steps: vec![Step { features: 2, removed: NAME.into(), figure: figure(value) }],
            chosen: 2,
        }),
    }
}

fn tree(value: f64) -> Tree {
    let leaf = Node { share: value, mean: value, ..Node::default() };
    let root = Node { question: NAME.into(), yes: Some(1), no: Some(2), ..leaf.clone() };
    Tree { what: NAME.into(), fidelity: value, nodes: vec![root, leaf.clone(), leaf] }
}

fn response(levels: bool, value: f64) -> Response {
    let point = |at: f64| ResponsePoint { at, label: NAME.into(), mean: value, share: value };
    Response { feature: NAME.into(), levels, points: vec![point(1.0), point(2.0)] }
}

fn offers(value: f64) -> Offers {
    let gain = |name: &str| Gain { name: name.into(), over_none: figure(value), offered: value };
    Offers {
        what: NAME.into(),
        arms: vec![ArmShare { arm: NAME.into(), share: value }],
        by_group: vec![CategoryShares { category: NAME.into(), decisions: 8, shares: vec![value] }; 14],
        assumptions: vec![Assumption { about: NAME.into(), source: NAME.into(), value, text: NAME.into() }],
        gains: vec![gain(NAME)],
    }
}

/// The run, every number of it `value` where it may be any.
pub fn run(kind: Kind, value: f64) -> Run {
    let (name, winner) = (|| NAME.to_string(), "winner");
    let trial =
        |number: u64| Trial { number, value, best: value, settings: vec![Setting::new(NAME, 1)], seconds: value };
    Run {
        skonto_version: name(),
        shop: name(),
        title: name(),
        currency: "EUR".into(),
        task: Task {
            kind,
            target: name(),
            row: name(),
            rows: name(),
            positives: name(),
            negatives: name(),
            amount: name(),
            unit: name(),
        },
        data: Rows {
            files: vec![name(); 6],
            read: 10,
            kept: 8,
            columns: 4,
            features: 3,
            causes: vec![Cause { cause: name(), action: "dropped".into(), rows: 2, examples: vec![name()] }],
        },
        split: Split {
            rule: name(),
            train: 60,
            validate: 20,
            folds: 3,
            test: 20,
            train_mean: value,
            test_mean: value,
            resampled: name(),
            resamples: 100,
        },
        candidates: vec![candidate(winner, value), candidate(NAME, value)],
        baselines: vec![candidate("constant", value - 0.3)],
        chosen: Chosen { name: winner.into(), why: name(), decided_by: Metric::RocAuc, measure: Metric::RocAuc },
        differences: vec![Difference { other: name(), measure: Metric::RocAuc, figure: figure(value), paired: true }],
        held_out: held_out(value),
        searches: vec![Search {
            candidate: name(),
            method: name(),
            measure: Metric::RocAuc,
            trials: (1..4).map(trial).collect(),
        }],
        selection: Some(selection(value)),
        tree: Some(tree(value)),
        responses: vec![response(false, value), response(true, value)],
        offers: Some(offers(value)),
        refused: vec![Refused { column: name(), why: name() }],
        card: vec![Setting::new(NAME, NAME)],
        settings: vec![Setting::new(NAME, NAME)],
        model_version: 3,
        model_bytes: 54_321,
        warnings: vec![name()],
        seconds: vec![Seconds { stage: name(), seconds: value }],
        ..Run::default()
    }
}
