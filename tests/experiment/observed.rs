//! Rows whose arms nobody drew: what is fitted, what is left out, what is refused, and that nothing is called an effect.
//!
//! The truth is known where an experiment's rows are kept by a chance that depends on the shopper and the arm: confounding
//! that was planted, on real outcomes.

use super::{released, settings, with_setup};
use crate::table::made::Folder;
use flate2::read::GzDecoder;
use skonto::engine::Engine;
use skonto::evaluate::experiment::{Experiment, in_words};
use skonto::evaluate::gate::GateParams;
use skonto::evaluate::learned::Screen;
use skonto::evaluate::numbers::Numbers;
use skonto::evaluate::report::experiment_page;
use skonto::train::experiment::contest;
use skonto::train::random::Random;
use std::fmt::Write;
use std::io::Read;
use std::path::PathBuf;

const CANDIDATE: &str = "[[candidate]]\nname = \"letter by letter\"\nuplift = { method = \"separate\" }\n";

fn observational(candidate: &str) -> String {
    settings(candidate).replacen("resamples = 200", "resamples = 200\nobservational = true", 1)
}

/// Who has been a customer for long gets letters more often; or `vip`s, one row in `one_in`, always get the glossy one.
fn log(one_in: usize) -> String {
    let mut text = String::from("tenure,way,letter,spent\n");
    let mut random = Random::new(6);
    for row in 0..8_000 {
        let mut draw = |most: usize| random.below(most) as f64;
        let (tenure, way, chance) = (draw(100), draw(3), draw(1_000) / 1_000.0);
        let is_vip = one_in > 0 && row % one_in == 0;
        let none = if one_in > 0 { 0.45 } else { 0.7 - 0.5 * tenure / 100.0 };
        let letter = if is_vip { 2 } else { usize::from(chance >= none) + usize::from(chance >= 0.5 + none / 2.0) };
        let spent = 10.0 + 0.2 * tenure + [0.0, 2.0, 1.0][letter] + draw(800) / 100.0;
        let way = if is_vip { "vip" } else { ["mail", "search", "link"][way as usize] };
        let _ = writeln!(text, "{tenure},{way},{},{spent:.2}", ["no", "P", "G"][letter]);
    }
    text
}

fn worth(run: &Experiment, name: &str) -> f64 {
    let policy = run.policies.iter().find(|policy| policy.name == name).unwrap();
    let (estimator, figure) = &policy.values[1];
    assert!(estimator.contains("doubly robust"), "{estimator}");
    figure.value
}

#[test]
fn fitted_chances_undo_what_decided_about_letters_and_nothing_is_released_unasked() {
    let folder = Folder::with(&[("trial.csv", &log(0))]);
    let released = released(&folder, &observational(CANDIDATE)).unwrap();
    let run = &released.run;
    assert!(!run.randomised && run.verdict.sentence.starts_with("Observational, not causal: none for all stays"));
    assert!(!run.verdict.learned && run.verdict.released == "none for all");
    // By construction 2 less the letter's cost; the means of those who got one or none are further apart.
    let effect = worth(run, "plain for all") - worth(run, "none for all");
    assert!((effect - 1.5).abs() < 0.4, "{effect}");
    let naive = run.arms[1].reward.value - run.arms[0].reward.value - 0.5;
    assert!(naive > 3.0, "{naive}");
    assert!(run.arms.iter().all(|arm| arm.effective_rows.is_some_and(|rows| rows > 500.0) && arm.outside.is_some()));
    let engine = Engine::load(&released.bytes).unwrap();
    assert!(engine.content().card.contains("Observational, not causal"), "{}", engine.content().card);
    let page = experiment_page(run);
    assert!(
        page.contains("<h1>Observational, not causal: none for all stays") && page.contains("How comparable they are")
    );
    let told = in_words(run, &Screen::PLAIN);
    assert!(told.starts_with("! Not causal"), "{told}");
    assert_eq!(Experiment::from_json(&run.to_json()).unwrap().arms, run.arms);
}

#[test]
fn a_file_from_such_rows_passes_the_gate_only_where_that_is_accepted() {
    let folder = Folder::with(&[("trial.csv", &log(0))]);
    let accepting = observational(CANDIDATE).replacen(
        "observational = true",
        "observational = true\naccept_observational = true",
        1,
    );
    let accepted = released(&folder, &accepting).unwrap();
    let sentence = &accepted.run.verdict.sentence;
    assert!(
        accepted.run.verdict.released != "none for all" && sentence.starts_with("Observational, not causal: "),
        "{sentence}"
    );
    assert!(!sentence.contains("is shown") && !sentence.contains("proven"), "{sentence}");
    let engine = Engine::load(&accepted.bytes).unwrap();
    let judged = |settings: &str| {
        with_setup(&folder, settings, |prepared, setup| {
            let gate = GateParams { resamples: 200, ..GateParams::default() }.check()?;
            contest(prepared, setup, ("new", &engine), None, &gate)
        })
        .unwrap()
    };
    let held = judged(&observational(CANDIDATE));
    assert!(
        !held.may_be_released() && held.verdict.why.starts_with("Observational, not causal"),
        "{}",
        held.verdict.why
    );
    assert!(judged(&accepting).may_be_released());
}

#[test]
fn rows_that_can_be_compared_with_no_others_are_left_out_or_the_run_is_refused() {
    let few = released(&Folder::with(&[("trial.csv", &log(12))]), &observational(CANDIDATE)).unwrap().run;
    let cause = few.data.causes.iter().find(|cause| cause.cause.contains("outside [0.02, 0.98]"));
    let cause = cause.unwrap_or_else(|| panic!("{:?}", few.data.causes));
    assert_eq!((cause.rows, few.data.train + few.data.test), (667, 7_333));
    assert!((few.arms[0].outside.unwrap() - 1.0 / 12.0).abs() < 0.01, "{:?}", few.arms);
    let many = released(&Folder::with(&[("trial.csv", &log(5))]), &observational(CANDIDATE)).unwrap_err().to_string();
    assert!(many.contains("trial.observational: arm `none`: at most 0.1 of rows with a propensity outside"), "{many}");
    let thin =
        observational(CANDIDATE).replacen("observational = true", "observational = true\nmin_effective_rows = 5000", 1);
    let thin = released(&Folder::with(&[("trial.csv", &log(0))]), &thin).unwrap_err().to_string();
    assert!(thin.contains("at least 5000 effective rows, found"), "{thin}");
}

/// The Hillstrom trial, none where it is absent.
fn hillstrom() -> Option<String> {
    let folder = std::env::var_os("SKONTO_DATA").map_or("../shared/data".into(), PathBuf::from);
    let path = folder.join("hillstrom/hillstrom.csv.gz");
    let Ok(file) = std::fs::File::open(&path) else {
        eprintln!("SKIPPED: {} is absent; SKONTO_DATA names the folder", path.display());
        return None;
    };
    let mut text = String::new();
    GzDecoder::new(file).read_to_string(&mut text).unwrap();
    Some(text)
}

/// Customers who are new kept four times as often where they got no letter, the others where they got the men's: of every
/// kind of customer as many stay as of any other, so that the truth is still the whole trial's.
fn confounded(all: &str) -> String {
    let mut random = Random::new(9);
    let mut lines = all.lines();
    let mut kept = format!("{}\n", lines.next().unwrap());
    for line in lines {
        let is_new = line.split(',').nth(6) == Some("1");
        let chance = match (line.split(',').nth(8), is_new) {
            (Some("No E-Mail"), true) | (Some("Mens E-Mail"), false) => 800,
            (Some("No E-Mail"), false) | (Some("Mens E-Mail"), true) => 200,
            _ => 500,
        };
        if random.below(1_000) < chance {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// Mean visits of an arm in the whole trial.
fn visits(all: &str, arm: &str) -> f64 {
    let rows = all.lines().filter(|line| line.split(',').nth(8) == Some(arm));
    let visits: Vec<f64> = rows.map(|line| line.split(',').nth(9).unwrap().parse().unwrap()).collect();
    visits.iter().sum::<f64>() / visits.len() as f64
}

#[test]
fn an_experiment_that_was_spoilt_on_purpose_gives_the_experiments_answer() {
    let Some(all) = hillstrom() else { return };
    let settings = "
        [shop]\nname = \"Spoilt\"\ncurrency = \"USD\"
        [data]\nfiles = [\"rows.csv\"]\nshape = \"rows\"
        [data.types]\nmens = \"number\"\nwomens = \"number\"\nnewbie = \"number\"\nvisit = \"number\"
        [table]\ntarget = \"visit\"\npredicts = \"gain\"\ntest = { every = 2, at = 1 }\ndrop = [\"conversion\", \"spend\"]
        [trial]\narm = \"segment\"\nobservational = true\nresamples = 200
        arms = { none = \"No E-Mail\", mens = \"Mens E-Mail\", womens = \"Womens E-Mail\" }
        [[candidate]]\nname = \"sums\"\nuplift = { method = \"separate\" }
        [menu]\narms = [{ id = \"none\", percent = 0 }, { id = \"mens\", percent = 0 }, { id = \"womens\", percent = 0 }]
        floor_margin = 0\nmax_discount = 100\nbudget_price = 0.0\nexploration = 0.0\nholdout = 0\npromise_minutes = 0\n";
    let run = released(&Folder::with(&[("rows.csv", &confounded(&all))]), settings).unwrap().run;
    let truth = ["No E-Mail", "Mens E-Mail", "Womens E-Mail"].map(|arm| visits(&all, arm));
    for (arm, truth) in ["none", "mens", "womens"].iter().zip(truth) {
        let policy = run.policies.iter().find(|policy| policy.name == format!("{arm} for all")).unwrap();
        for (estimator, figure) in &policy.values {
            assert!((figure.value - truth).abs() < 0.02, "{arm} by {estimator}: {figure:?}, truth {truth}");
        }
        eprintln!(
            "{arm}: truth {truth:.4}, as given {:.4}, {:.4?}",
            run.arms.iter().find(|it| it.id == *arm).unwrap().reward.value,
            policy.values
        );
    }
    let naive = run.arms[1].reward.value - run.arms[0].reward.value;
    let effect = worth(&run, "mens for all") - worth(&run, "none for all");
    assert!(naive - (truth[1] - truth[0]) > 0.02, "as given {naive}, truth {}", truth[1] - truth[0]);
    assert!((effect - (truth[1] - truth[0])).abs() < 0.02, "fitted {effect}, truth {}", truth[1] - truth[0]);
    assert!(run.verdict.sentence.starts_with("Observational, not causal: none for all stays"));
}
