//! Budgets of a model get their prices: what they spend, what they gain by what happened, and what travels in the file.

use crate::experiment::{SETTINGS, trial};
use crate::table::made::Folder;
use skonto::engine::{Engine, Request, Terms};
use skonto::error::Result;
use skonto::evaluate::learned::Screen;
use skonto::evaluate::numbers::Numbers;
use skonto::evaluate::pricing::{JudgedBy, Pricing, in_words};
use skonto::event::{GroupId, Profile, Timestamp};
use skonto::money::Money;
use skonto::train::experiment::{Setup, compete};
use skonto::train::pricing::{HeldOut, Priced, PricingParams, price};
use skonto::train::{Params, table};
use std::path::Path;

const HEAD: &str = "shop = \"shop.toml\"\ndecisions = 6000\nexpires = \"2027-01-31T23:59\"\n";
const WEEK: &str = "[[budget]]\nname = \"week\"\nkind = \"spend\"\namount = 1200\n";

/// Prices of the learned policy, packed whatever the gate says.
fn priced(budgets: &str) -> Result<(Engine, Priced)> {
    let folder = Folder::with(&[("trial.csv", &trial(3.0, 2.0))]);
    let checked = PricingParams::from_toml(budgets)?.check()?;
    let params = Params::from_toml(SETTINGS)?;
    let prepared = table::load(&params, &folder, &|_, _| {})?;
    let setup = Setup { keep_learned: true, ..Setup::of(&params, "every fifth row", 4)? };
    let engine = Engine::load(&compete(&prepared, &setup, &|_, _, _, _| {})?.bytes)?;
    let held = HeldOut::of_table(&prepared, Some(&setup), "every fifth row", &engine)?;
    let priced = price(&held, &engine, &checked, engine.content().version + 1, &|_, _, _| {})?;
    drop(held);
    Ok((engine, priced))
}

fn found(budgets: &str) -> (Engine, Priced) {
    priced(budgets).unwrap_or_else(|error| panic!("{budgets}: {error}"))
}

#[test]
fn a_budget_is_kept_by_a_price_that_travels_in_the_file() {
    let (old, priced) = found(&format!("{HEAD}{WEEK}"));
    let budget = &priced.run.budgets[0];
    assert!(budget.price > 0.0 && budget.used <= 1_200.0 && budget.used > 1_100.0, "{budget:?}");
    assert!(budget.fallback > budget.packed && budget.packed >= budget.price, "{budget:?}");
    assert!(
        budget.other_half.len() == 2 && budget.other_half.iter().all(|share| (share - 1.0).abs() < 0.2),
        "{budget:?}"
    );
    let engine = Engine::load(&priced.files[0].1).unwrap();
    let (menu, content) = (&engine.content().menu, engine.content());
    assert_eq!((menu.budgets.len(), menu.budgets[0].id.as_str(), menu.budget_price), (1, "week", 0.0));
    assert_eq!((content.version, content.golden.len()), (old.content().version + 1, old.content().golden.len()));
    assert!(priced.run.same_as_found > 0.99, "{}", priced.run.same_as_found);
    // Decided again in Node and on the edge by pkg/test/learned.test.mjs.
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("out/learned/budget");
    std::fs::create_dir_all(&out).unwrap();
    std::fs::write(out.join("model.skonto"), &priced.files[0].1).unwrap();
    std::fs::write(out.join("cases.json"), priced.cases.to_string()).unwrap();
}

#[test]
fn what_happened_judges_the_prices_and_comes_near_what_was_planted() {
    let (_, priced) = found(&format!("{HEAD}{WEEK}"));
    let run = &priced.run;
    assert_eq!(run.judged_by, JudgedBy::Outcomes);
    let policy = run.priced().unwrap();
    // A letter that fits brings 3.00 and costs 0.50 or 0.80: 1,200 buy 1,500 to 2,400 letters that leave 2.20 or 2.50 each.
    assert!(policy.gain.low < 6_600.0 && policy.gain.high > 3_300.0, "{policy:?}");
    assert!(run.policies[0].spend > policy.spend && run.policies[0].gain.value > policy.gain.value);
    // At chance half of the letters would not fit.
    assert!(run.over_single.low > 0.0, "{:?}", run.over_single);
    assert!(run.share_of_bound > 0.99 && run.share_of_bound <= 1.0 + 1e-9, "{}", run.share_of_bound);
    for pair in run.budgets[0].curve.windows(2) {
        assert!(pair[0].price < pair[1].price && pair[0].spend >= pair[1].spend && pair[0].offered >= pair[1].offered);
    }
    let words = in_words(run, &Screen::PLAIN);
    assert!(
        words.split_whitespace().collect::<Vec<_>>().join(" ").contains("by what happened")
            && words.contains("week")
            && words.lines().all(|line| line.chars().count() <= 80),
        "{words}"
    );
    assert_eq!(Pricing::from_json(&run.to_json()).unwrap().budgets.len(), 1);
}

#[test]
fn a_device_that_hears_nothing_more_offers_less() {
    let (_, priced) = found(&format!("{HEAD}{WEEK}"));
    let engine = Engine::load(&priced.files[0].1).unwrap();
    let offers = |now: u32| {
        let decide = |tenure: u32| {
            let attributes = [Some(f64::from(tenure)), None];
            let request = Request {
                group: Some(GroupId(0)),
                list: Money::new(10_000).unwrap(),
                now: Timestamp::from_seconds(now),
                attributes: &attributes[..engine.content().program.tables.attributes.len()],
                ..Request::default()
            };
            engine.decide(&Profile::new(), &request, &Terms::default()).arm > 0
        };
        (0..100).filter(|tenure| decide(*tenure)).count()
    };
    let last = engine.content().menu.budgets[0].not_after;
    let (before, after) = (offers(last), offers(last + 1));
    assert!(after < before, "{after} after {before}");
}

#[test]
fn some_shoppers_money_is_priced_in_a_file_of_their_own() {
    let own = "[[budget]]\nname = \"By mail\"\nkind = \"spend\"\namount = 150\nwhere = { attribute = \"way\", is = \"mail\" }\n";
    let (_, priced) = found(&format!("{HEAD}{WEEK}{own}"));
    let names: Vec<&str> = priced.files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["model.skonto", "model-by-mail.skonto"]);
    let budgets = |at: usize| Engine::load(&priced.files[at].1).unwrap().content().menu.budgets.len();
    assert_eq!((budgets(0), budgets(1)), (1, 2));
    let mail = &priced.run.budgets[1];
    assert!(mail.price > 0.0 && mail.used <= 150.0 && mail.is_for.contains("way mail"), "{mail:?}");
}

#[test]
fn arms_and_floors_are_limits_as_well() {
    let cap = "[[budget]]\nname = \"glossy\"\nkind = \"spend\"\namount = 200\narms = [\"glossy\"]\n";
    let floor = "[[budget]]\nname = \"return\"\nkind = \"return_floor\"\namount = 4.0\n";
    let (_, priced) = found(&format!("{HEAD}{WEEK}{cap}{floor}"));
    let [week, glossy, floor] = &priced.run.budgets[..] else { panic!("three budgets") };
    assert!(week.used <= 1_200.0 && glossy.used <= 200.0 && glossy.price > 0.0, "{week:?} {glossy:?}");
    assert!(floor.curve.is_empty() && floor.kind == "return floor");
    let engine = Engine::load(&priced.files[0].1).unwrap();
    let glossy = engine.content().menu.budgets.iter().find(|budget| budget.id == "glossy").unwrap();
    assert_eq!(glossy.arms, 0b100);
    assert!(priced.run.same_as_found > 0.99, "{}", priced.run.same_as_found);
}

#[test]
fn refuses_budgets_that_make_no_sense_and_says_what_to_do() {
    let rows = [
        ("", "missing field `budget`"),
        ("[[budget]]\nname = \"a\"\nkind = \"spend\"\namount = -1\n", "amount must be a number from 0 on, found -1"),
        ("[[budget]]\nname = \"a\"\nkind = \"spend\"\namount = 1\nlimit = 2\n", "unknown field `limit`"),
        (
            "[[budget]]\nname = \"a\"\nkind = \"spend\"\namount = 1\narms = [\"post\"]\n",
            "the model has no arm `post`; it has none, plain, glossy",
        ),
        ("[[budget]]\nname = \"a\"\nkind = \"spend\"\namount = 1\ndays = 7\n", "say `decisions` instead"),
        ("[[budget]]\nname = \"a\"\nkind = \"profit_floor\"\namount = 1e9\n", "lower a floor"),
        (
            "[[budget]]\nname = \"a\"\nkind = \"profit_floor\"\namount = 1\narms = [\"plain\"]\n",
            "a floor counts every offer",
        ),
        (
            "[[budget]]\nname = \"a\"\nkind = \"spend\"\namount = 1\nwhere = { attribute = \"town\", is = \"B\" }\n",
            "`town` is no attribute",
        ),
        (
            "[[budget]]\nname = \"a\"\nkind = \"spend\"\namount = 1\nwhere = { attribute = \"way\", is = \"B\" }\n",
            "no held-out row has `B`",
        ),
    ];
    for (budgets, expected) in rows {
        let message = priced(&format!("{HEAD}{budgets}")).err().unwrap_or_else(|| panic!("{budgets}")).to_string();
        assert!(message.contains(expected), "{budgets}: {message}");
    }
    let twice = priced(&format!("{HEAD}{WEEK}{WEEK}")).err().unwrap().to_string();
    assert!(twice.contains("another one has that name"), "{twice}");
}
