//! Columns that are watched and never learnt from: what the audit finds, and when it stops a release.

use super::{released, settings, trial, with_setup};
use crate::table::made::Folder;
use skonto::engine::Engine;
use skonto::evaluate::experiment::Experiment;
use skonto::evaluate::fairness::{Finding, Test};
use skonto::evaluate::gate::GateParams;
use skonto::evaluate::numbers::Numbers;
use skonto::evaluate::report::experiment_page;
use skonto::train::experiment::contest;
use std::path::Path;

const CANDIDATE: &str = "[[candidate]]\nname = \"letter by letter\"\nuplift = { method = \"separate\" }\n";

/// Those younger than 50 as a customer are in the club but for one in ten, among the rows held out as well.
fn rows() -> String {
    let mut number = 0;
    let club = |line: &str| {
        number += 1;
        let Some(tenure) = line.split(',').next().and_then(|tenure| tenure.parse::<f64>().ok()) else {
            return format!("{line},club\n");
        };
        format!("{line},{}\n", if (tenure < 50.0) ^ (number / 5 % 10 == 0) { "yes" } else { "no" })
    };
    trial(6.0, 4.0).lines().map(club).collect()
}

fn audited(folder: &Path, fairness: &str) -> Experiment {
    let settings = settings(&format!("{CANDIDATE}[fairness]\n{fairness}\n[margins]\ndefault = 60"));
    // The letters differ in what they take off a price.
    let settings = settings.replacen("\"plain\", percent = 0", "\"plain\", percent = 5", 1);
    let settings = settings.replacen("\"glossy\", percent = 0", "\"glossy\", percent = 20", 1);
    released(folder, &settings).unwrap().run
}

fn of(run: &Experiment, test: Test) -> Vec<&Finding> {
    run.fairness.iter().filter(|finding| finding.test == test).collect()
}

#[test]
fn a_gap_is_shown_and_stops_a_release_only_where_a_limit_is_set() {
    let folder = Folder::with(&[("trial.csv", &rows())]);
    let watched = "watch = [\"club\"]\nhistory = \"tenure\"";
    let run = audited(&folder, watched);
    assert!(run.verdict.learned, "{}", run.verdict.sentence);
    // By construction: nine in ten of the club get 5 % off, nine in ten of the others 20 %.
    let gap = of(&run, Test::Discount)[0];
    assert_eq!(gap.what, "mean discount, club yes less all others");
    assert!((gap.figure.value + 0.12).abs() < 0.02 && gap.figure.low < gap.figure.high && !gap.fails, "{gap:?}");
    assert!(of(&run, Test::OfferRate)[0].figure.value.abs() < 0.01);
    let [features, offers] = of(&run, Test::Proxy)[..] else { panic!("{:?}", run.fairness) };
    assert!(features.what.ends_with("club yes from all features") && offers.what.ends_with("from what is offered"));
    assert!(features.figure.value > 0.85 && (offers.figure.value - 0.9).abs() < 0.05, "{features:?} {offers:?}");
    let loyal = of(&run, Test::Loyalty)[0];
    assert!(loyal.figure.value > 0.5 && !loyal.fails && loyal.what.contains("`tenure`"), "{loyal:?}");
    let page = experiment_page(&run);
    assert!(page.contains("id=\"fairness\"") && page.contains("which nobody set and which stop nothing"));
    assert_eq!(Experiment::from_json(&run.to_json()).unwrap().fairness, run.fairness);

    let held = audited(&folder, &format!("{watched}\ndiscount_gap = 0.02"));
    assert!(!held.verdict.learned, "{}", held.verdict.sentence);
    assert!(
        held.verdict.sentence.contains("mean discount, club yes less all others is -0.1"),
        "{}",
        held.verdict.sentence
    );
    assert!(held.verdict.sentence.contains("beyond the limit of 0.02"), "{}", held.verdict.sentence);
    assert!(held.verdict.tests.iter().any(|(test, passed)| !passed && test.starts_with("mean discount, club yes")));
    assert!(experiment_page(&held).contains("which stops the release"));
    assert!(audited(&folder, &format!("{watched}\ndiscount_gap = 0.2")).verdict.learned);
}

#[test]
fn a_watched_column_is_no_feature_in_training_and_no_file_may_read_it() {
    let folder = Folder::with(&[("trial.csv", &rows())]);
    let read = released(&folder, &settings(CANDIDATE)).unwrap();
    let engine = Engine::load(&read.bytes).unwrap();
    assert!(engine.content().program.features.iter().any(|feature| feature.name == "club"));
    let judged = |fairness: &str| {
        with_setup(&folder, &settings(&format!("{CANDIDATE}[fairness]\n{fairness}")), |prepared, setup| {
            let names: Vec<&str> = prepared.program.features.iter().map(|feature| feature.name.as_str()).collect();
            assert!(!names.contains(&"club"), "{names:?}");
            let gate = GateParams { resamples: 200, ..GateParams::default() }.check()?;
            contest(prepared, setup, ("new", &engine), None, &gate).map(|_| ())
        })
    };
    let message = judged("watch = [\"club\"]").unwrap_err().to_string();
    assert!(message.contains("new: `club` is watched by [fairness]"), "{message}");
    let denied = judged("deny = [\"clu\"]").unwrap_err().to_string();
    assert!(denied.contains("`club` carries `clu`") && denied.contains("table.drop"), "{denied}");
}

#[test]
fn refuses_what_cannot_be_audited() {
    let folder = Folder::with(&[("trial.csv", &rows())]);
    let check = |fairness: &str, expected: &str| {
        let message =
            released(&folder, &settings(&format!("{CANDIDATE}[fairness]\n{fairness}"))).unwrap_err().to_string();
        assert!(message.contains(expected), "{fairness}: {message}");
    };
    check("watch = [\"height\"]", "fairness.watch: no column is called `height`");
    check("watch = [\"spent\"]", "`spent` has 2 to 20 values, a group each, found");
    check("history = \"way\"", "fairness.history: `way` holds no numbers");
    check("watch = [\"club\"]\nproxy_auc = 0.1", "`proxy_auc` is 0.5 to 1");
    let made = "[[column]]\nname = \"club length\"\nof = \"club\"\ntake = \"length\"\n[fairness]\nwatch = [\"club\"]";
    let message = released(&folder, &settings(&format!("{CANDIDATE}{made}"))).unwrap_err().to_string();
    assert!(message.contains("column `club length`: `club` is watched"), "{message}");
}
