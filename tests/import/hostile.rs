//! Damaged and malicious model files: a refusal or a model, never a panic, never more memory than the file deserves.

use super::cases::{Case, small};
use proptest::prelude::*;
use skonto::error::Code;
use skonto::train::import;

fn case(name: &str) -> Case {
    small().into_iter().find(|case| case.name == name).unwrap_or_else(|| panic!("{name}"))
}

/// One of every format and kind.
const KINDS: [&str; 8] = [
    "lightgbm_levels",
    "lightgbm_forest_binary",
    "xgboost_levels",
    "xgboost_dart",
    "xgboost_linear",
    "sklearn_scaled_forest",
    "sklearn_imputed",
    "catboost",
];

/// Reads the bytes; a model that comes out must score any row with a finite number.
fn survives(case: &Case, bytes: Vec<u8>) {
    let changed = Case { bytes, ..case.clone() };
    if let Ok(model) = changed.model() {
        for row in case.rows().iter().take(3) {
            assert!(!model.score_of(row, 0.0).is_nan(), "{}", case.name);
        }
    }
}

fn refusal(bytes: &[u8]) -> String {
    import::read(bytes).unwrap_err().to_string()
}

fn replaced(name: &str, from: &str, to: &str) -> String {
    let text = String::from_utf8(case(name).bytes).unwrap();
    assert!(text.contains(from), "`{from}` is not in {name}");
    refusal(text.replacen(from, to, 1).as_bytes())
}

#[test]
fn refuses_every_truncation_of_every_format() {
    for name in KINDS {
        let bytes = case(name).bytes;
        // The last tree of LightGBM's file is followed by what nobody reads.
        let needed = String::from_utf8_lossy(&bytes).find("end of trees").unwrap_or(bytes.len());
        let text = name.starts_with("lightgbm") || name.starts_with("xgboost");
        for length in (0..needed).step_by(7) {
            let read = import::read(&bytes[..length]);
            assert!(read.is_err() || !text, "{name} cut to {length}");
        }
    }
}

#[test]
fn survives_every_bit_flip() {
    for name in KINDS {
        let case = case(name);
        for at in (0..case.bytes.len()).step_by(5) {
            let mut bytes = case.bytes.clone();
            bytes[at] ^= 1 << (at % 8);
            if let Ok(read) = import::read(&bytes) {
                let _ = read.model(&case.program(), case.target);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(96) })]

    #[test]
    fn survives_random_bytes(kind in 0usize..3, mut bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        bytes.insert(0, [b't', b'{', 8][kind]);
        let _ = import::read(&bytes);
    }

    #[test]
    fn survives_pieces_torn_out_and_put_elsewhere(
        kind in 0usize..KINDS.len(), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>(),
        length in 1usize..200,
    ) {
        let case = case(KINDS[kind]);
        let (from, to) = (from.index(case.bytes.len()), to.index(case.bytes.len()));
        let piece = case.bytes[from..(from + length).min(case.bytes.len())].to_vec();
        let mut bytes = case.bytes.clone();
        bytes.splice(to..(to + length / 2).min(case.bytes.len()), piece);
        survives(&case, bytes);
    }

    #[test]
    fn survives_numbers_changed_in_texts(
        kind in 0usize..5, which in any::<prop::sample::Index>(), number in prop::sample::select(vec![
            "-1", "0", "7", "99999999999999999999", "4294967295", "1e999", "nan", "-2147483648", "", "1e-320",
        ]),
    ) {
        let case = case(KINDS[kind]);
        let text = String::from_utf8(case.bytes.clone()).unwrap();
        let starts: Vec<usize> = text.char_indices().filter(|(at, c)| {
            c.is_ascii_digit() && *at > 0 && !text.as_bytes()[at - 1].is_ascii_digit()
        }).map(|(at, _)| at).collect();
        let start = starts[which.index(starts.len())];
        let end = text[start..].find(|c: char| !c.is_ascii_digit()).map_or(text.len(), |length| start + length);
        survives(&case, format!("{}{number}{}", &text[..start], &text[end..]).into_bytes());
    }
}

#[test]
fn names_what_it_does_not_support_in_lightgbm_files() {
    let rows = [
        ("lightgbm_binary", "num_class=1", "num_class=3", "num_class=3: multiclass models are not supported"),
        (
            "lightgbm_binary",
            "objective=binary sigmoid:1",
            "objective=lambdarank",
            "objective `lambdarank` is not supported",
        ),
        (
            "lightgbm_regression",
            "objective=regression",
            "objective=regression sqrt",
            "objective `regression sqrt` is not",
        ),
        ("lightgbm_binary", "objective=binary sigmoid:1", "objective=poisson", "objective `poisson` is not supported"),
        ("lightgbm_binary", "is_linear=0", "is_linear=1", "Tree=0: linear_tree=true is not supported"),
        ("lightgbm_binary", "end of trees", "", "`end of trees` is missing"),
        (
            "lightgbm_binary",
            "max_feature_idx=6",
            "max_feature_idx=2",
            "max_feature_idx=2, but there are 7 feature_names",
        ),
        ("lightgbm_levels", "cat_boundaries=0", "cat_boundaries=9", "cat_boundaries do not rise"),
    ];
    for (name, from, to, expected) in rows {
        let message = replaced(name, from, to);
        assert!(message.starts_with("LightGBM: ") && message.contains(expected), "{message}");
    }
}

#[test]
fn refuses_zeros_that_count_as_missing_and_go_another_way() {
    let text = String::from_utf8(case("lightgbm_binary").bytes).unwrap();
    let line = text.lines().find(|line| line.starts_with("decision_type=")).unwrap();
    let kinds = line["decision_type=".len()..].split(' ').map(|_| "4").collect::<Vec<_>>().join(" ");
    let message = replaced("lightgbm_binary", line, &format!("decision_type={kinds}"));
    assert!(message.contains("train with zero_as_missing=false"), "{message}");
}

#[test]
fn names_what_it_does_not_support_in_xgboost_files() {
    let rows = [
        ("xgboost_binary", "\"num_class\":\"0\"", "\"num_class\":\"3\"", "num_class=3: one score is needed"),
        ("xgboost_binary", "\"num_target\":\"1\"", "\"num_target\":\"2\"", "num_target=2: one score is needed"),
        (
            "xgboost_binary",
            "\"name\":\"binary:logistic\"",
            "\"name\":\"rank:ndcg\"",
            "objective `rank:ndcg` is not supported",
        ),
        ("xgboost_binary", "\"name\":\"gbtree\"", "\"name\":\"gbforest\"", "booster `gbforest` is not supported"),
        ("xgboost_binary", "\"size_leaf_vector\":\"1\"", "\"size_leaf_vector\":\"3\"", "leaves of several numbers"),
        ("xgboost_binary", "\"attributes\":{}", "\"attributes\":{\"best_iteration\":\"1\"}", "best_iteration=1, but"),
        ("xgboost_base_score", "\"base_score\":\"[2E-1]\"", "\"base_score\":\"[2E0]\"", "expected a probability"),
        ("xgboost_linear", "\"weights\":[", "\"weights\":[1.0,", "expected 8 weights, found 9"),
        ("xgboost_dart", "\"weight_drop\":[", "\"weight_drop\":[1.0,", "weight_drop and trees differ"),
    ];
    for (name, from, to, expected) in rows {
        let message = replaced(name, from, to);
        assert!(message.starts_with("XGBoost: ") && message.contains(expected), "{message}");
    }
}

/// The refusal of the same bytes with a text replaced by one of the same length, as messages tell lengths.
fn patched(name: &str, from: &[u8], to: &[u8]) -> String {
    assert_eq!(from.len(), to.len());
    let mut bytes = case(name).bytes;
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    assert!(!places.is_empty(), "nothing to be replaced in {name}");
    places.into_iter().for_each(|at| bytes[at..at + from.len()].copy_from_slice(to));
    refusal(&bytes)
}

#[test]
fn names_what_it_does_not_support_in_onnx_files() {
    let rows: [(&str, &[u8], &[u8], &str); 8] = [
        ("sklearn_tree", b"BRANCH_LEQ", b"BRANCH_FOO", "mode `BRANCH_FOO` is not known"),
        ("catboost", b"LOGISTIC", b"LOGISTIX", "post_transform LOGISTIX is not supported"),
        ("sklearn_scaled_forest", b"Scaler", b"Scalar", "operator `Scalar` before the model is not supported"),
        ("sklearn_tree", b"ZipMap", b"ZopMap", "operator `ZopMap` is not supported where it stands"),
        (
            "sklearn_tree",
            b"TreeEnsembleClassifier",
            b"TreeEnsembleClassifieR",
            "expected one of TreeEnsembleClassifier",
        ),
        ("sklearn_tree", b"ai.onnx.ml", b"my.onnx.ml", "of domain `my.onnx.ml` is not supported"),
        ("sklearn_tree", b"nodes_values", b"nodes_valuez", "nodes_values: expected 11 values, found 0"),
        ("sklearn_imputed", b"imputed_value_floats", b"imputed_value_flootz", "Imputer: expected 7 numbers, found 0"),
    ];
    for (name, from, to, expected) in rows {
        let message = patched(name, from, to);
        assert!(message.starts_with("ONNX: ") && message.contains(expected), "{name}: {message}");
    }
}

#[test]
fn a_file_of_empty_messages_is_refused_before_they_are_read() {
    // ir_version, then a graph of a million empty nodes.
    let nodes: Vec<u8> = [0x0a, 0x00].repeat(1_000_000);
    let mut bytes = vec![8, 8, 0x3a, 0x80, 0x89, 0x7a];
    bytes.extend(nodes);
    assert_eq!(refusal(&bytes), "ONNX: nodes: limit 1000, found 1000000");
}

#[test]
fn refuses_files_of_other_kinds_and_larger_ones() {
    for bytes in [&b""[..], b"PK\x03\x04", b"\x80\x04pickle", b"binf"] {
        assert!(refusal(bytes).starts_with("the file is none of"), "{bytes:?}");
    }
    let error = import::read(&vec![b't'; import::MAX_FILE + 1]).unwrap_err();
    assert_eq!(error.code(), Code::TooLarge);
}
