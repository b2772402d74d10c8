//! The page of learned models, its numbers in `metrics.json`, the comparison and the program around them.
//!
//! Some runs are measured on public tables, with small learners of the tests' own; where the data are absent the tests
//! that need them say so and pass. Others are planted: names that would break a page, numbers that do not exist.

#[path = "report_learned/fit.rs"]
mod fit;
#[path = "report_learned/full.rs"]
pub mod full;
#[path = "report_learned/measure.rs"]
mod measure;
#[path = "report_learned/runs.rs"]
mod runs;
#[path = "report_learned/schema.rs"]
mod schema;
#[path = "report_learned/table.rs"]
mod table;
#[path = "report_learned/tracking.rs"]
mod tracking;

use skonto::evaluate::learned::compare::Comparison;
use skonto::evaluate::learned::*;
use skonto::evaluate::numbers::Numbers;
use skonto::evaluate::report::{LearnedVerdict, compare_page, learned_page};
use skonto::evaluate::summary::Figure;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const KINDS: [Kind; 4] = [Kind::Buys, Kind::TakesPart, Kind::MarketPrice, Kind::Amount];

fn kept_at(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// Pages are left where a person can look at them.
fn kept(name: &str, page: String) -> String {
    fs::write(kept_at(name), &page).unwrap();
    page
}

fn is_self_contained(page: &str) {
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"));
    for word in ["NaN", ">inf", "inf%", "<script", "http://", "https://", "//cdn", "@import", "url(", "<link", "<img"] {
        assert!(!page.contains(word), "the page has {word}");
    }
}

fn figures(page: &str) -> Vec<&str> {
    page.split("<figure").skip(1).map(|figure| figure.split("</figure>").next().unwrap()).collect()
}

#[test]
fn the_page_of_real_visits_has_every_part_and_asks_nothing_of_the_network() {
    let Some(run) = runs::shoppers() else { return };
    let page = kept("shoppers.html", learned_page(run));
    is_self_contained(&page);
    for part in ["candidates", "held-out", "features", "model", "offers", "search", "rows", "card", "words"] {
        let there = page.contains(&format!("<section id=\"{part}\"")) && page.contains(&format!("href=\"#{part}\""));
        assert!(there, "{part}");
    }
}

#[test]
fn the_first_sentence_has_the_figure_its_interval_and_the_rows() {
    let Some(run) = runs::shoppers() else { return };
    let (headline, figure) = (LearnedVerdict::of(run).headline, run.winner().unwrap().figures[&Metric::RocAuc]);
    for part in
        [format!("ROC-AUC {:.3} ({:.3} to {:.3})", figure.value, figure.low, figure.high), "2\u{202f}466 visits".into()]
    {
        assert!(headline.contains(&part), "{headline}");
    }
}

#[test]
fn the_page_of_real_prices_has_its_grid_and_its_errors_and_no_curves() {
    let Some(run) = runs::groceries() else { return };
    let page = kept("groceries.html", learned_page(run));
    is_self_contained(&page);
    let density = &run.held_out.errors.as_ref().unwrap().density;
    let cells = density.counts.iter().flatten().filter(|rows| **rows > 0).count();
    let heat = page.split("class=\"heat\"").nth(1).unwrap().split("</g>").next().unwrap();
    assert_eq!(heat.matches("<rect").count(), cells);
    assert_eq!(density.counts.iter().flatten().sum::<u64>() + density.outside, run.split.test);
    assert!(!page.contains("ROC curve") && !page.contains("id=\"search\""));
}

#[test]
fn names_are_escaped_in_every_kind_of_run() {
    for kind in KINDS {
        let page = learned_page(&full::run(kind, 0.8));
        is_self_contained(&page);
        assert!(page.contains("&lt;script&gt;") && page.contains("&amp; co"));
    }
}

#[test]
fn numbers_that_do_not_exist_are_dashes_and_survive_the_file() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for kind in KINDS {
            let run = full::run(kind, value);
            let page = learned_page(&run);
            is_self_contained(&page);
            assert!(page.contains('–'));
            // JSON knows no infinity: both come back as numbers that do not exist.
            let back = learned_page(&Run::from_json(&run.to_json()).unwrap());
            is_self_contained(&back);
            assert!(back == page || !value.is_nan(), "{kind:?}: the page read back differs");
        }
    }
}

#[test]
fn a_run_read_back_draws_the_same_page() {
    let runs = [runs::shoppers(), runs::groceries()];
    for run in runs.into_iter().flatten() {
        let back = Run::from_json(&run.to_json()).unwrap();
        assert!(learned_page(&back) == learned_page(run), "the page read back differs");
    }
}

#[test]
fn what_has_no_numbers_is_left_out_entry_and_all() {
    let page = learned_page(&Run { title: "Nothing".into(), ..Run::default() });
    is_self_contained(&page);
    assert!(!page.contains("<section") && !page.contains("href=\"#candidates\"") && !page.contains("<figure"));
    assert!(page.contains("<h1>Nothing was measured in this run.</h1>"));
}

#[test]
fn every_picture_has_a_title_a_way_to_read_it_and_its_numbers() {
    for (kind, count) in [(Kind::Buys, 20), (Kind::MarketPrice, 18)] {
        let page = learned_page(&full::run(kind, 0.8));
        let figures = figures(&page);
        assert_eq!(figures.len(), count, "{kind:?}");
        for figure in figures {
            assert!(figure.contains("<figcaption><h3>") && figure.contains("class=\"read\""), "{figure}");
            assert!(figure.contains("<details class=\"data\"") && figure.contains("<tbody><tr>"), "{figure}");
        }
    }
}

#[test]
fn pictures_show_the_numbers_that_were_given_and_no_others() {
    let page = learned_page(&full::run(Kind::Buys, 0.8123));
    let of =
        |title: &str| figures(&page).into_iter().find(|it| it.contains(&format!("<h3>{title}"))).unwrap().to_string();
    for count in ["1\u{202f}111", "2\u{202f}222", "3\u{202f}333", "4\u{202f}444"] {
        assert!(of("Right and wrong").contains(count), "{count}");
    }
    assert_eq!(of("ROC curve").matches("<circle").count(), 2 * 3);
    assert_eq!(of("As a tree").matches("class=\"plate\"").count(), 3);
    assert_eq!(of("As a tree").matches("class=\"link\"").count(), 2);
    assert_eq!(of("What moves the prediction").matches("class=\"bar\"").count(), 2);
    assert!(of("If a feature were noise").contains("0.8123"));
    assert!(page.contains("53.0 KiB"), "54321 bytes");
}

fn with(ours: Figure, other: Figure, difference: Option<Figure>) -> LearnedVerdict {
    let candidate = |name: &str, figure| Candidate {
        name: name.into(),
        figures: [(Metric::RocAuc, figure)].into(),
        ..Candidate::default()
    };
    let difference = difference.map(|figure| Difference {
        other: "logistic regression".into(),
        measure: Metric::RocAuc,
        figure,
        paired: true,
    });
    LearnedVerdict::of(&Run {
        candidates: vec![candidate("boosted trees", ours), candidate("logistic regression", other)],
        baselines: vec![candidate("constant", Figure { value: 0.5, low: 0.5, high: 0.5 })],
        chosen: Chosen { name: "boosted trees".into(), ..Chosen::default() },
        differences: difference.into_iter().collect(),
        ..Run::default()
    })
}

#[test]
fn a_lead_is_claimed_only_beyond_the_error_of_the_measurement() {
    let wide = |value: f64| Figure { value, low: value - 0.02, high: value + 0.02 };
    let apart = |value: f64, half: f64| Some(Figure { value, low: value - half, high: value + half });
    let rows = [
        (with(wide(0.94), wide(0.91), apart(0.03, 0.01)), "better than logistic regression by 0.030"),
        (with(wide(0.94), wide(0.91), None), "logistic regression did as well within the error"),
        (with(wide(0.94), wide(0.91), apart(0.03, 0.04)), "logistic regression did as well within the error"),
        (with(wide(0.90), wide(0.94), apart(-0.04, 0.01)), "on these, logistic regression did better by 0.040"),
        (with(wide(0.51), wide(0.50), None), "Nothing to use yet: constant did as well as a model"),
    ];
    for (verdict, part) in rows {
        assert!(verdict.headline.contains(part), "{}", verdict.headline);
    }
}

#[test]
fn less_is_better_for_a_loss() {
    let figure = |value: f64| Figure { value, low: value - 0.001, high: value + 0.001 };
    let candidate = |name: &str, value| Candidate {
        name: name.into(),
        figures: [(Metric::Rmse, figure(value))].into(),
        ..Candidate::default()
    };
    let mut run = Run {
        task: Task { kind: Kind::MarketPrice, unit: "ln price".into(), amount: "price".into(), ..Task::default() },
        candidates: vec![candidate("forest", 0.28), candidate("line", 0.31)],
        baselines: vec![candidate("one ratio", 0.43)],
        chosen: Chosen { name: "forest".into(), measure: Metric::Rmse, ..Chosen::default() },
        ..Run::default()
    };
    let verdict = LearnedVerdict::of(&run);
    assert!(verdict.headline.contains("better than line by 0.0300"), "{}", verdict.headline);
    assert!(verdict.details.iter().any(|it| it.contains("a factor of 1.32")), "{:?}", verdict.details);
    run.baselines[0] = candidate("one ratio", 0.2);
    let verdict = LearnedVerdict::of(&run).headline;
    assert!(verdict.contains("one ratio did better than a model"), "{verdict}");
}

#[test]
fn two_runs_side_by_side_show_what_differs() {
    let (Some(first), Some(second)) = (runs::shoppers(), runs::shoppers()) else { return };
    let mut second = second.clone();
    second.settings.push(Setting::new("ridge", "<b>9</b>"));
    second.model_bytes = 9_999;
    for figure in second.candidates.iter_mut().flat_map(|it| it.figures.values_mut()) {
        *figure = Figure { value: figure.value * 0.8, low: figure.low * 0.8, high: figure.high * 0.8 };
    }
    let comparison = Comparison::of(["monday".into(), "tuesday".into()], [first, &second]);
    assert_eq!(comparison.changed.iter().map(|it| it.name.as_str()).collect::<Vec<_>>(), ["ridge"]);
    let page = kept("comparison.html", compare_page(&comparison, [first, &second]));
    is_self_contained(&page);
    assert!(page.contains("<h1>monday is better than tuesday: ROC-AUC"), "{}", comparison.headline);
    assert!(page.contains("&lt;b&gt;9&lt;/b&gt;") && page.contains("9.8 KiB"));
}

fn skonto(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_skonto")).args(arguments).output().unwrap()
}

#[test]
fn the_program_draws_a_run_again_and_compares_two() {
    let folder = kept_at(&format!("report-program-{}", std::process::id()));
    let at = |name: &str| folder.join(name).to_string_lossy().into_owned();
    for (name, value) in [("first", 0.8), ("second", 0.7)] {
        fs::create_dir_all(at(name)).unwrap();
        fs::write(folder.join(name).join("metrics.json"), full::run(Kind::Buys, value).to_json()).unwrap();
    }
    let again = skonto(&["report", &at("first"), "--out", &at("again.html")]);
    let words = String::from_utf8(again.stdout).unwrap();
    assert!(again.status.success() && words.contains("▸ winner"), "{words}");
    assert!(!words.contains('\u{1b}') && words.lines().all(|line| line.chars().count() <= 80), "{words}");
    assert!(fs::read_to_string(at("again.html")).unwrap() == learned_page(&full::run(Kind::Buys, 0.8)));
    let both = skonto(&["report", "--compare", &at("first"), &at("second"), "--out", &at("both.html")]);
    assert!(both.status.success(), "{}", String::from_utf8_lossy(&both.stderr));
    is_self_contained(&fs::read_to_string(at("both.html")).unwrap());
    let missing = skonto(&["report", &at("nowhere")]);
    let said = String::from_utf8(missing.stderr).unwrap();
    assert!(!missing.status.success() && said.contains("nowhere"), "{said}");
    fs::write(folder.join("first/metrics.json"), "{\"shop\": \"a\"}").unwrap();
    let other = skonto(&["report", &at("first")]);
    let said = String::from_utf8(other.stderr).unwrap();
    assert!(said.contains("`contents`") && said.contains("demand model"), "{said}");
    fs::remove_dir_all(&folder).unwrap();
}
