//! Policy trees, uplift forests and tables of segments compete like any other, and a file says exactly what they say.

use super::{arms, released, settings, trial};
use crate::table::made::Folder;
use skonto::engine::Engine;
use skonto::model::Scorer;
use skonto::train::experiment::Released;

fn run(candidates: &str, rows: &str, change: (&str, &str)) -> Released {
    let settings = settings(candidates);
    assert!(settings.contains(change.0), "{}", change.0);
    released(&Folder::with(&[("trial.csv", rows)]), &settings.replacen(change.0, change.1, 1)).unwrap()
}

const AS_IT_IS: (&str, &str) = ("[menu]", "[menu]");

fn trees(released: &Released) -> Vec<usize> {
    let engine = Engine::load(&released.bytes).unwrap();
    let Scorer::Arms(effects) = &engine.content().model.scorer else { panic!("no arms") };
    let count = |scorer: &Scorer| if let Scorer::Forest(forest) = scorer { forest.roots.len() } else { 0 };
    effects.iter().map(|effect| count(&effect.gain)).collect()
}

#[test]
fn every_kind_finds_the_planted_policy_and_is_served_exactly() {
    let rows = trial(6.0, 4.0);
    let check = |candidate: &str, trees_of_an_arm: usize, told: &str| {
        let released = run(&format!("[[candidate]]\nname = \"it\"\n{candidate}"), &rows, AS_IT_IS);
        let run = &released.run;
        assert!(run.verdict.learned && run.verdict.sentence.starts_with("it is released"), "{:?}", run.verdict);
        assert_eq!(run.file.same_as_learner, 1.0, "{candidate}");
        assert_eq!(trees(&released), [trees_of_an_arm; 2], "{candidate}");
        assert!(run.candidates[0].what.contains(told), "{}", run.candidates[0].what);
        let cases = released.cases["cases"].as_array().unwrap();
        let right = cases.iter().filter(|case| {
            let young = case["attributes"]["tenure"].as_f64().unwrap() < 50.0;
            case["arm"] == if young { "plain" } else { "glossy" }
        });
        assert!(right.count() * 10 > cases.len() * 9, "{candidate}: nine in ten at least");
    };
    check("tree = { depth = 2, least_rows = 200 }", 1, "tenure at most");
    check("tree = { depth = 3, least_rows = 200, most_cuts = 31 }\nscores = { folds = 3 }", 1, "plain");
    check("forest = { trees = 20, max_depth = 3 }", 20, "20 honest trees");
    check("segments = { by = [\"tenure\", \"way\"], bands = 2 }", 1, "Segments by tenure, way");
}

#[test]
fn the_best_of_all_kinds_is_taken_and_the_others_are_told() {
    let candidates = "
        [[candidate]]\nname = \"by the way\"\nsegments = { by = [\"way\"] }
        [[candidate]]\nname = \"by questions\"\ntree = { least_rows = 200 }
        [[candidate]]\nname = \"by nothing\"\nsegments = { by = [\"height\"] }";
    let run = run(candidates, &trial(6.0, 4.0), AS_IT_IS).run;
    let chosen: Vec<bool> = run.candidates.iter().map(|candidate| candidate.chosen).collect();
    assert_eq!(chosen, [false, true, false]);
    assert!(run.candidates[2].refused.contains("no feature is called `height`"), "{}", run.candidates[2].refused);
}

#[test]
fn a_dear_budget_is_known_to_whoever_asks_the_questions() {
    // A letter that fits brings 6 and costs 0.5 or 0.8; at λ = 1 + 20 that is more than it brings.
    let dear = ("budget_price = 0.0", "budget_price = 20.0");
    for candidate in ["tree = { least_rows = 200 }", "forest = { trees = 10 }", "uplift = { method = \"separate\" }"] {
        let released = run(&format!("[[candidate]]\nname = \"it\"\n{candidate}"), &trial(6.0, 4.0), dear);
        assert!(released.run.policies[0].shares[0] > 0.99, "{candidate}: {:?}", released.run.policies[0].shares);
        assert!(arms(&released).iter().all(|arm| arm == "none"), "{candidate}");
        assert!(released.run.file.same_as_learner > 0.99, "{candidate}");
    }
    // At 1 + 8 a plain letter for 4.5 still pays, a glossy one for 7.2 does not.
    let middling = run(
        "[[candidate]]\nname = \"it\"\ntree = { least_rows = 200 }",
        &trial(6.0, 4.0),
        ("budget_price = 0.0", "budget_price = 8.0"),
    );
    let shares = &middling.run.policies[0].shares;
    assert!((shares[1] - 0.5).abs() < 0.1 && shares[2] < 0.05, "{shares:?}");
    assert_eq!(middling.run.file.same_as_learner, 1.0);
}
