//! Learners compete on a plain table: who wins, what is packed, and what may not change either.

use crate::table::made::Folder;
use skonto::engine::{Engine, Request, Terms};
use skonto::error::Code;
use skonto::evaluate::learned::Run;
use skonto::event::{GroupId, Profile};
use skonto::model::{Scorer, Target};
use skonto::money::Money;
use skonto::train::compete::{Released, Setup, compete};
use skonto::train::{Params, table};
use std::fmt::Write;
use std::path::Path;

const MENU: &str = "
[margins]
default = 40
[menu]
arms = [{ id = \"none\", percent = 0 }, { id = \"pct10\", percent = 10 }, { id = \"pct20\", percent = 20 }]
floor_margin = 0
max_discount = 20
budget_price = 0.0
exploration = 0.0
holdout = 0
promise_minutes = 60
";

/// 1,500 visits. Who saw few pages and came by mail buys, and so does who saw many and did not: no straight line tells.
fn visits(change_test: bool) -> String {
    let mut text = String::from("pages,way,noise,bought\n");
    for row in 0..1_500u64 {
        let draw = |salt: u64| {
            (row.wrapping_mul(2_654_435_761) ^ salt.wrapping_mul(40_503)).wrapping_mul(0x9e37_79b9) >> 20 & 1_023
        };
        let (pages, way, noise) = (draw(3) % 40, ["mail", "search", "link"][(draw(5) % 3) as usize], draw(7));
        let sure = (pages < 20) == (way == "mail");
        let bought = sure ^ (draw(11) < 100) ^ (change_test && row % 5 == 4);
        let _ = writeln!(text, "{pages},{way},{noise},{}", bought as u8);
    }
    text
}

fn settings(more: &str) -> String {
    format!(
        "[shop]\nname = \"Planted\"\ncurrency = \"EUR\"\n[data]\nfiles = [\"visits.csv\"]\nshape = \"rows\"\n[data.types]\nbought = \"flag\"\n\
         [table]\ntarget = \"bought\"\npredicts = \"buys\"\ntest = {{ every = 5, at = 4 }}\n{more}{MENU}"
    )
}

fn released(folder: &Path, text: &str, rows: &str) -> Result<Released, skonto::error::Error> {
    std::fs::write(folder.join("visits.csv"), rows).unwrap();
    let params = Params::from_toml(text)?;
    let prepared = table::load(&params, folder, &|_, _| {})?;
    let learn = params.learn.clone().check(&params.learner, Target::Buys)?;
    let histories = folder.join("search");
    std::fs::create_dir_all(&histories).unwrap();
    let setup = Setup {
        learn: &learn,
        menu: params.menu.as_ref(),
        files: &params.data.files,
        rule: "every fifth row",
        version: 3,
        histories: Some(&histories),
    };
    compete(&prepared, &setup, &|_, _, _, _| {})
}

const TWO: &str =
    "[learn]\nresamples = 50\n[[learner]]\nkind = \"logistic\"\n[[learner]]\nkind = \"boosted\"\nrounds = 40\n";

fn refusal(more: &str) -> String {
    let folder = Folder::with(&[]);
    released(&folder, &settings(more), &visits(false)).unwrap_err().to_string()
}

#[test]
fn trees_win_where_no_straight_line_tells_and_the_winner_is_packed() {
    let folder = Folder::with(&[]);
    let Released { bytes, run, .. } = released(&folder, &settings(TWO), &visits(false)).unwrap();
    assert_eq!(run.chosen.name, "boosted trees");
    let auc = |name: &str| run.named(name).unwrap().figures[&run.chosen.measure].value;
    assert!(auc("boosted trees") > 0.85 && auc("logistic regression") < 0.7, "{:?}", run.candidates);
    let engine = Engine::load(&bytes).unwrap();
    assert!(matches!(engine.content().model.scorer, Scorer::Forest(_)));
    assert_eq!((engine.content().version, run.model_bytes), (3, bytes.len() as u64));
    assert!(engine.content().card.contains("boosted trees"));
}

#[test]
fn held_out_rows_do_not_move_the_model() {
    let folder = Folder::with(&[]);
    let one = released(&folder, &settings(TWO), &visits(false)).unwrap();
    let other = released(&folder, &settings(TWO), &visits(true)).unwrap();
    assert_eq!(one.bytes, other.bytes);
    let auc = |run: &Run| run.winner().unwrap().figures[&run.chosen.measure].value;
    assert!(auc(&one.run) > 0.8 && auc(&other.run) < 0.2, "the figures are those of the rows held out");
}

#[test]
fn an_assumed_response_is_what_makes_an_offer_and_is_said_aloud() {
    let folder = Folder::with(&[]);
    let assumed = TWO.replace("[learn]\n", "[learn]\nresponse = 9.0\n");
    let none = released(&folder, &settings(TWO), &visits(false)).unwrap().run;
    let some = released(&folder, &settings(&assumed), &visits(false)).unwrap().run;
    let offered = |run: &Run| run.offers.as_ref().unwrap().arms[1..].iter().map(|arm| arm.share).sum::<f64>();
    assert_eq!(offered(&none), 0.0, "without a response nothing is known of offers");
    assert!(offered(&some) > 0.2);
    assert!(none.warnings.is_empty() && some.warnings[0].contains("assumption"), "{:?}", some.warnings);
}

#[test]
fn cases_are_what_the_engine_decides_for_the_same_words() {
    let folder = Folder::with(&[]);
    let assumed = TWO.replace("[learn]\n", "[learn]\nresponse = 9.0\n");
    let Released { bytes, cases, .. } = released(&folder, &settings(&assumed), &visits(false)).unwrap();
    let engine = Engine::load(&bytes).unwrap();
    let attributes = &engine.content().program.tables.attributes;
    let cases = cases["cases"].as_array().unwrap();
    assert!(cases.len() > 100);
    for case in cases {
        let told = |name: &str| &case["attributes"][name];
        let value = |name: &String| match told(name).as_str() {
            Some(word) => Some(skonto::event::id_number(word) as f64),
            None => told(name).as_f64(),
        };
        let values: Vec<Option<f64>> = attributes.iter().map(|attribute| value(&attribute.name)).collect();
        let list = Money::new(case["list_minor"].as_i64().unwrap()).unwrap();
        let now = skonto::event::Timestamp::from_seconds(1_735_732_800);
        let request = Request { group: Some(GroupId(0)), list, now, attributes: &values, ..Request::default() };
        let decision = engine.decide(&Profile::new(), &request, &Terms::default());
        let scores: Vec<f64> = decision.outcomes().iter().map(|outcome| outcome.score).collect();
        let recorded: Vec<f64> =
            case["scores"].as_array().unwrap().iter().map(|score| score.as_f64().unwrap()).collect();
        assert_eq!(scores, recorded);
    }
}

#[test]
fn who_is_better_but_too_large_for_a_file_is_passed_over_and_named() {
    let folder = Folder::with(&[]);
    let more = "[learn]\nresamples = 20\n[[learner]]\nkind = \"logistic\"\n[[learner]]\nkind = \"forest\"\ntrees = 900\nmin_rows_leaf = 1\nmax_leaves = 0\n";
    let run = released(&folder, &settings(more), &visits(false)).unwrap().run;
    assert_eq!(run.chosen.name, "logistic regression");
    assert!(run.warnings.iter().any(|warning| warning.contains("random forest was better")), "{:?}", run.warnings);
    let alone = more.replace("[[learner]]\nkind = \"logistic\"\n", "");
    let error = released(&folder, &settings(&alone), &visits(false)).unwrap_err();
    assert_eq!(error.code(), Code::TooLarge, "{error}");
}

#[test]
fn a_search_goes_on_from_its_history_and_ends_with_the_same_model() {
    let folder = Folder::with(&[]);
    let more = "[learn]\nresamples = 20\n[[learner]]\nkind = \"boosted\"\nrounds = 20\n[learner.search]\nmethod = \"random\"\nevaluations = 4\n\
        space = { max_leaves = { from = 2, to = 16, integer = true }, learning_rate = [0.05, 0.3] }\n";
    let first = released(&folder, &settings(more), &visits(false)).unwrap();
    let file = folder.join("search/boosted_trees.jsonl");
    let history = std::fs::read_to_string(&file).unwrap();
    assert_eq!(history.lines().count(), 5, "a header and four trials");
    let cut: Vec<&str> = history.lines().take(3).collect();
    std::fs::write(&file, cut.join("\n") + "\n").unwrap();
    let again = released(&folder, &settings(more), &visits(false)).unwrap();
    assert_eq!(first.bytes, again.bytes);
    assert_eq!(first.run.searches[0].trials.len(), 4);
}

#[test]
fn refuses_settings_of_learners_and_says_whose_and_why() {
    let rows = [
        ("[[learner]]\nkind = \"boost\"\n", "unknown variant `boost`"),
        ("[[learner]]\nkind = \"boosted\"\nleafs = 3\n", "learner `boosted trees`: unknown field `leafs`"),
        ("[[learner]]\nkind = \"boosted\"\nlearning_rate = -1.0\n", "learner `boosted trees`: "),
        ("[[learner]]\nkind = \"linear\"\n", "outcomes are yes and no: use `logistic` or trees"),
        ("[[learner]]\nkind = \"tree\"\n[[learner]]\nkind = \"tree\"\n", "two learners are called `decision tree`"),
        ("[learn]\nmetric = \"rmse\"\n", "learn.metric"),
        ("[learn]\nresamples = 1\n", "learn.resamples: 2 to 100000, found 1"),
        ("[learn]\nresponse = -1.0\n", "learn.response: 0 to 100"),
        ("[learn]\noffer = \"depth\"\n", "learn.offer: expected a feature that is an amount, found `depth`"),
        ("[learn]\nfold = 3\n", "unknown field `fold`"),
    ];
    for (more, expected) in rows {
        let message = refusal(more);
        assert!(message.contains(expected), "{more}: {message}");
    }
}

/// 1,000 products that sell for two thirds of their list price, or for all of it when they are red.
#[test]
fn an_offer_follows_the_price_of_the_market_and_says_so() {
    let folder = Folder::with(&[]);
    let mut rows = String::from("price,list,colour\n");
    for row in 0..1_000u32 {
        let (list, red) = (500 + row * 7 % 900, row % 3 == 0);
        let _ = writeln!(
            rows,
            "{},{list},{}",
            if red { list as f64 } else { list as f64 / 1.5 },
            ["red", "blue", "grey"][(row % 3) as usize]
        );
    }
    std::fs::write(folder.join("products.csv"), rows).unwrap();
    let text = "[shop]\nname = \"Planted\"\ncurrency = \"EUR\"\n[data]\nfiles = [\"products.csv\"]\nshape = \"rows\"\n\
        [table]\ntarget = \"price\"\npredicts = \"market_price\"\nlist_price = \"list\"\ntest = { every = 5, at = 4 }\n\
        [learn]\nresamples = 20\n[[learner]]\nkind = \"tree\"\n";
    let params = Params::from_toml(&format!("{text}{MENU}")).unwrap();
    let prepared = table::load(&params, &folder, &|_, _| {}).unwrap();
    let learn = params.learn.clone().check(&params.learner, Target::MarketPrice).unwrap();
    let (files, menu) = (&params.data.files[..], params.menu.as_ref());
    let setup = Setup { learn: &learn, menu, files, rule: "every fifth row", version: 1, histories: None };
    let Released { bytes, run, cases } = compete(&prepared, &setup, &|_, _, _, _| {}).unwrap();
    let arm = |case: &serde_json::Value| (case["attributes"]["colour"] == "red", case["arm"].as_str() == Some("none"));
    assert!(cases["cases"].as_array().unwrap().iter().map(arm).all(|(is_red, is_none)| is_red == is_none));
    assert!(run.offers.unwrap().gains.is_empty(), "nearness to a price is no profit");
    let engine = Engine::load(&bytes).unwrap();
    let words = engine.content().locales[0].reasons[0].as_str();
    assert_eq!(words, "This discount brings the price nearest to what this product is expected to sell for.");
}

/// For the package's tests, which decide the same cases through the page and the edge build.
#[test]
fn every_kind_of_model_is_packed_for_other_engines() {
    let kinds = ["logistic", "linear_svm", "kernel_svm", "tree", "forest", "boosted"];
    for kind in kinds {
        let folder = Folder::with(&[]);
        let more = format!("[learn]\nresponse = 6.0\nresamples = 20\n[[learner]]\nkind = \"{kind}\"\n");
        let Released { bytes, cases, .. } = released(&folder, &settings(&more), &visits(false)).unwrap();
        let arms = cases["cases"].as_array().unwrap().iter().map(|case| case["arm"].to_string());
        assert!(arms.collect::<std::collections::BTreeSet<_>>().len() > 1, "{kind}: one arm for all shows little");
        let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("out/learned").join(kind);
        std::fs::create_dir_all(&out).unwrap();
        std::fs::write(out.join("model.skonto"), &bytes).unwrap();
        std::fs::write(out.join("cases.json"), cases.to_string()).unwrap();
    }
}
