//! The rules of the house, as tests.

use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &str, ending: &str) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(!found.is_empty(), "no {ending} files below {folder}");
    found
}

#[test]
fn no_file_is_longer_than_the_house_allows() {
    let limits = [("src", ".rs", 600), ("tests", ".rs", 600), ("pkg/src", ".ts", 150), ("www/src", ".ts", 150)];
    for (folder, ending, limit) in limits {
        for (path, text) in files(folder, ending) {
            let lines = text.lines().count();
            assert!(lines <= limit, "{} has {lines} lines, limit {limit}", path.display());
        }
    }
}

#[test]
fn only_the_border_names_wasm_bindgen() {
    for (path, text) in files("src", ".rs") {
        let is_border = path.components().any(|part| part.as_os_str() == "wasm");
        assert!(is_border || !text.contains("wasm_bindgen"), "{}", path.display());
    }
}

#[test]
fn the_serving_core_names_no_clock_no_randomness_and_no_host() {
    let folders = ["src/event", "src/feature", "src/model", "src/policy", "src/offer", "src/artefact"];
    for (path, text) in folders.iter().flat_map(|folder| files(folder, ".rs")) {
        for word in ["std::", "SystemTime", "Instant::now", "unwrap()", "expect("] {
            assert!(!text.contains(word), "{} names {word}", path.display());
        }
    }
}

#[test]
fn every_module_opens_with_what_it_is() {
    for (path, text) in files("src", ".rs") {
        assert!(text.starts_with("//!"), "{} has no opening sentence", path.display());
    }
}

#[test]
fn nothing_is_left_undone_in_the_source() {
    let words = ["todo!(", "unimplemented!(", "FIXME", "dbg!("];
    for (path, text) in files("src", ".rs") {
        assert!(!words.iter().any(|word| text.contains(word)), "{} is unfinished", path.display());
    }
}
