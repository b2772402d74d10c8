//! A bandit learns from a log of decisions: what is released, what goes on with the next log, what is refused.

use crate::table::made::Folder;
use skonto::engine::Engine;
use skonto::error::Result;
use skonto::model::{Scorer, Target};
use skonto::train::experiment::log::{Learned, Log, State, learn};
use skonto::train::random::Random;
use skonto::train::{Params, table};
use std::fmt::Write;
use std::path::Path;

const SETTINGS: &str = "
[shop]
name = \"Letters\"
currency = \"EUR\"
[data]
files = [\"log.csv\"]
shape = \"rows\"
time_format = \"unix_s\"
[data.types]
sent = \"date\"
known = \"date\"
[table]
target = \"spent\"
predicts = \"gain\"
time = \"sent\"
test = { last = 0.5 }
[trial]
arm = \"letter\"
arms = { none = \"no\", plain = \"P\", glossy = \"G\" }
chance_columns = { none = \"p_no\", plain = \"p_P\", glossy = \"p_G\" }
answered = \"known\"
resamples = 200
[bandit]
name = \"the bandit\"
settings = { noise = 2.0, prior_deviation = 10.0, floor = 0.1 }
[menu]
arms = [{ id = \"none\", percent = 0 }, { id = \"plain\", percent = 0 }, { id = \"glossy\", percent = 0 }]
floor_margin = 0
max_discount = 100
budget_price = 0.0
exploration = 0.05
holdout = 0
promise_minutes = 0
";

/// By arm, its chance.
type Logging = fn(f64, usize) -> [f64; 3];

/// Prefers plain letters to those who came by mail: the arm given depends on the row, the chances say how.
fn tilted(_: f64, way: usize) -> [f64; 3] {
    if way == 0 { [0.2, 0.5, 0.3] } else { [0.3, 0.2, 0.5] }
}

/// Gives the better letter, but one in ten evenly, as a device would.
fn knowing(tenure: f64, _: usize) -> [f64; 3] {
    let even = 0.1 / 3.0;
    if tenure < 50.0 { [even, 0.9 + even, even] } else { [even, even, 0.9 + even] }
}

/// The plain letter brings six cents for every month that a customer's tenure is below 50, the glossy one for every one above.
fn rows(seed: u64, first: i64, rows: usize, logging: Logging) -> String {
    let mut text = String::new();
    let mut random = Random::new(seed);
    for row in 0..rows {
        let (tenure, way) = (random.below(101) as f64, random.below(3));
        let chances = logging(tenure, way);
        let mark = random.uniform();
        let letter = if mark < chances[0] { 0 } else { 1 + usize::from(mark >= chances[0] + chances[1]) };
        let effect = [0.0, 0.06 * (50.0 - tenure), 0.06 * (tenure - 50.0)][letter];
        let spent = 10.0 + effect + (random.uniform() - 0.5) * 6.0;
        let (sent, wait) = (first + 60 * row as i64, random.below(40) as i64 * 60);
        let (word, [none, plain, glossy]) = (["no", "P", "G"][letter], chances);
        let way = ["mail", "search", "link"][way];
        let _ = writeln!(text, "{sent},{},{tenure},{way},{word},{none},{plain},{glossy},{spent:.2}", sent + wait);
    }
    text
}

const HEAD: &str = "sent,known,tenure,way,letter,p_no,p_P,p_G,spent\n";
const START: i64 = 1_700_000_000;

fn learned(text: &str, settings: &str, before: Option<State>) -> Result<Learned> {
    let folder = Folder::with(&[("log.csv", text)]);
    let mut params = Params::from_toml(settings)?;
    params.known = before.as_ref().map(State::words).unwrap_or_default();
    let prepared = table::load(&params, &folder, &|_, _| {})?;
    let log = Log::of(&params, "the later half", 3)?;
    learn(&prepared, &log, before, &|_, _, _, _| {})
}

fn first() -> Learned {
    learned(&(HEAD.to_string() + &rows(1, START, 6_000, tilted)), SETTINGS, None).unwrap()
}

fn refusal(text: &str, settings: &str, before: Option<State>) -> String {
    learned(text, settings, before).unwrap_err().to_string()
}

#[test]
fn a_log_teaches_and_the_file_gives_each_shopper_the_letter_that_fits() {
    let learned = first();
    let run = &learned.run;
    assert!(run.verdict.learned, "{}", run.verdict.sentence);
    assert!(run.verdict.sentence.starts_with("the bandit is released"), "{}", run.verdict.sentence);
    assert!(run.verdict.tests.iter().any(|(test, passed)| test.contains("what logged") && *passed));
    let engine = Engine::load(learned.bytes.as_ref().unwrap()).unwrap();
    assert!(matches!(&engine.content().model.scorer, Scorer::Arms(effects) if effects.len() == 2));
    assert_eq!((engine.content().model.target, engine.content().version), (Target::Gain, 3));
    assert_eq!(engine.content().menu.exploration, 0.1, "the bandit's floor, which is above the menu's share");
    let cases = learned.cases["cases"].as_array().unwrap();
    // A device explores: one decision in ten is drawn evenly, so a fifteenth of all differ.
    let right = cases.iter().filter(|case| {
        let fits = if case["attributes"]["tenure"].as_f64().unwrap() < 50.0 { 1 } else { 2 };
        let scores = case["scores"].as_array().unwrap();
        scores[fits].as_f64() > scores[3 - fits].as_f64()
    });
    assert!(right.count() * 100 > cases.len() * 97);
    // Decided again in Node and on the edge by pkg/test/learned.test.mjs.
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("out/learned/log");
    std::fs::create_dir_all(&out).unwrap();
    std::fs::write(out.join("model.skonto"), learned.bytes.as_ref().unwrap()).unwrap();
    std::fs::write(out.join("cases.json"), learned.cases.to_string()).unwrap();
}

#[test]
fn what_policies_are_worth_is_what_was_planted() {
    let run = first().run;
    let names: Vec<&str> = run.policies.iter().map(|policy| policy.name.as_str()).collect();
    let expected = ["the bandit", "the bandit, without exploration", "what logged", "every arm equally often"];
    assert_eq!(names[..4], expected);
    // By construction: a mean distance of 25.2 months from 50 at six cents, 9 in 10 times and evenly otherwise.
    let truth = [10.0 + 0.9 * 1.515, 11.515, 10.0, 10.0, 10.0, 10.0, 10.0];
    for (policy, truth) in run.policies.iter().zip(truth) {
        assert_eq!(policy.values.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().len(), 3, "{policy:?}");
        for (estimator, figure) in &policy.values {
            let near = (figure.value - truth).abs() < 4.0 * (figure.high - figure.low).max(0.01) / 2.0;
            assert!(near, "{} {estimator} {figure:?}, not {truth}", policy.name);
        }
        assert!(policy.effective_rows.unwrap() > 400.0);
    }
    assert!((run.policies[2].effective_rows.unwrap() - 3_000.0).abs() < 1e-6, "all rows speak for what logged");
    let log = run.log.unwrap();
    assert_eq!((log.rows_before, log.rows, log.exploration as f32), (0, 3_000, 0.1));
    assert!(log.apart > 0.0 && log.apart < 0.2, "{}", log.apart);
}

#[test]
fn the_file_holds_what_the_bandit_believes_and_chooses_alike() {
    let learned = first();
    assert!(learned.run.file.same_as_learner > 0.999, "{}", learned.run.file.same_as_learner);
    let logistic = SETTINGS.replace("noise = 2.0, prior_deviation = 10.0", "response = \"logistic\"").replace(
        "name = \"the bandit\"",
        "name = \"the bandit\"\nworth = { none = 20.0, plain = 20.0, glossy = 20.0 }",
    );
    let text = HEAD.to_string() + &rows(1, START, 6_000, tilted);
    let learned = learned_of(&text, &logistic);
    assert!(learned.run.verdict.learned, "{}", learned.run.verdict.sentence);
    assert!(learned.run.file.same_as_learner > 0.95, "{}", learned.run.file.same_as_learner);
}

fn learned_of(text: &str, settings: &str) -> Learned {
    learned(text, settings, None).unwrap()
}

#[test]
fn a_second_log_goes_on_from_the_first_as_if_it_had_been_one() {
    let (one, two) = (rows(1, START, 4_000, tilted), rows(2, START + 4_000 * 60 + 2_400, 4_000, tilted));
    let both = learned_of(&format!("{HEAD}{one}{two}"), SETTINGS).state;
    let state = learned_of(&format!("{HEAD}{one}"), SETTINGS).state;
    let stored = State::from_json(&state.to_json()).unwrap();
    assert_eq!(stored, state, "read back to the same bits");
    let second = learned(&format!("{HEAD}{two}"), SETTINGS, Some(stored)).unwrap();
    assert_eq!((second.state.rows, second.state.through), (both.rows, both.through));
    assert_eq!(second.run.log.as_ref().unwrap().rows_before, 4_000);
    assert!(second.run.verdict.learned, "{}", second.run.verdict.sentence);
}

#[test]
fn a_log_that_was_learnt_or_means_something_else_is_refused() {
    let text = HEAD.to_string() + &rows(1, START, 2_000, tilted);
    let state = || Some(learned_of(&text, SETTINGS).state);
    assert!(refusal(&text, SETTINGS, state()).contains("give it new rows only"));
    let later = HEAD.to_string() + &rows(2, START + 1_000_000, 2_000, tilted);
    let renamed = later.replace("tenure", "months");
    assert!(refusal(&renamed, SETTINGS, state()).contains("learnt with the features tenure, way"));
    let logistic = SETTINGS.replace(
        "settings = {",
        "worth = { none = 20.0, plain = 20.0, glossy = 20.0 }\nsettings = { response = \"logistic\",",
    );
    assert!(refusal(&later, &logistic, state()).contains("keeps its response"));
    let timeless = SETTINGS.replace("time = \"sent\"\n", "drop = [\"sent\"]\n").replace("last = 0.5", "share = 0.5");
    assert!(refusal(&text, &timeless, None).contains("needs `table.time`"));
    let undated = SETTINGS.replace("answered = \"known\"", "answered = \"way\"");
    let undated = undated.replace("[table]\n", "[table]\ndrop = [\"known\"]\n");
    assert!(refusal(&text, &undated, None).contains("holds no dates"));
    let worthless = SETTINGS.replace("settings = {", "settings = { response = \"logistic\",");
    assert!(refusal(&text, &worthless, None).contains("bandit.worth: what does a success of `none` bring?"));
    let scaled = SETTINGS.replace("test = { last = 0.5 }", "test = { last = 0.5 }\ntransform = \"standard\"");
    assert!(refusal(&text, &scaled, None).contains("no fitted steps"));
    assert!(State::from_json("{}").is_err());
}

#[test]
fn an_arm_that_comes_is_learnt_and_one_that_goes_is_forgotten() {
    let two = SETTINGS
        .replace(", glossy = \"G\"", "")
        .replace(", glossy = \"p_G\"", "")
        .replace(", { id = \"glossy\", percent = 0 }", "");
    let halves: Logging = |_, _| [0.5, 0.5, 0.0];
    let small = learned_of(
        &(HEAD.to_string() + &rows(1, START, 4_000, halves)),
        &two.replace("[table]", "[table]\ndrop = [\"p_G\"]"),
    );
    let more = HEAD.to_string() + &rows(2, START + 1_000_000, 6_000, tilted);
    let grown = learned(&more, SETTINGS, Some(small.state)).unwrap();
    assert!(grown.run.verdict.learned, "{}", grown.run.verdict.sentence);
    let engine = Engine::load(grown.bytes.as_ref().unwrap()).unwrap();
    assert_eq!(engine.content().menu.arms.len(), 3);
    let less = HEAD.to_string() + &rows(3, START + 2_000_000, 4_000, halves);
    let shrunk = learned(&less, &two.replace("[table]", "[table]\ndrop = [\"p_G\"]"), Some(grown.state)).unwrap();
    assert!(shrunk.run.verdict.learned, "{}", shrunk.run.verdict.sentence);
}

#[test]
fn a_log_that_kept_the_chance_of_the_arm_given_alone_is_learnt_too() {
    let given = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let chance = cells[5 + ["no", "P", "G"].iter().position(|word| *word == cells[4]).unwrap()];
        format!("{},{chance},{}\n", cells[..5].join(","), cells[8])
    };
    let body: String = rows(1, START, 6_000, tilted).lines().map(given).collect();
    let text = format!("sent,known,tenure,way,letter,p,spent\n{body}");
    let columns = "chance_columns = { none = \"p_no\", plain = \"p_P\", glossy = \"p_G\" }";
    let learned = learned_of(&text, &SETTINGS.replace(columns, "chance_given = \"p\""));
    assert!(learned.run.verdict.learned, "{}", learned.run.verdict.sentence);
    assert!(learned.run.policies.iter().all(|policy| policy.name != "what logged"), "its other chances are not known");
}

#[test]
fn what_is_in_use_stays_where_it_knows_as_much() {
    let learned = learned_of(&(HEAD.to_string() + &rows(1, START, 6_000, knowing)), SETTINGS);
    assert!(learned.bytes.is_none() && !learned.run.verdict.learned);
    assert!(learned.run.verdict.sentence.starts_with("what logged stays"), "{}", learned.run.verdict.sentence);
    assert_eq!((learned.run.file.bytes, learned.state.rows), (0, 6_000), "it is learnt all the same");
}
