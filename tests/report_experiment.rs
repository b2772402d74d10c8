//! The page of an experiment and its words on a terminal: every number is there, and nothing that was not given.

#[path = "report_experiment/full.rs"]
mod full;

use skonto::evaluate::experiment::{Candidate, Experiment, in_words};
use skonto::evaluate::learned::Screen;
use skonto::evaluate::numbers::Numbers;
use skonto::evaluate::report::experiment_page;
use skonto::evaluate::summary::Figure;
use std::fs;
use std::path::Path;

/// A name that must be escaped.
const NAME: &str = "<script>alert('x')</script> & co";
const PARTS: [&str; 11] =
    ["worth", "who", "fairness", "ranking", "budget", "candidates", "arms", "data", "file", "seconds", "words"];

/// Pages are left where a person can look at them.
fn kept(name: &str, run: &Experiment) -> String {
    let page = experiment_page(run);
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name), &page).unwrap();
    page
}

fn is_self_contained(page: &str) {
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"));
    for word in ["NaN", ">inf", "inf%", "<script", "http://", "https://", "//cdn", "@import", "url(", "<link", "<img"] {
        assert!(!page.contains(word), "the page has {word}");
    }
}

/// The text of one part of the page.
fn part<'a>(page: &'a str, id: &str) -> &'a str {
    page.split(&format!("<section id=\"{id}\"")).nth(1).unwrap().split("</section>").next().unwrap()
}

fn money(value: f64) -> String {
    format!("{}${:.3}", if value < 0.0 { "−\u{2060}" } else { "" }, value.abs())
}

fn signed(value: f64) -> String {
    if value > 0.0 { format!("+\u{2060}{}", money(value)) } else { money(value) }
}

#[test]
fn the_page_has_every_part_and_asks_nothing_of_the_network() {
    let page = kept("experiment.html", &full::run());
    is_self_contained(&page);
    for id in PARTS {
        let there = page.contains(&format!("<section id=\"{id}\"")) && page.contains(&format!("href=\"#{id}\""));
        assert!(there, "{id}");
    }
}

#[test]
fn the_first_sentence_is_the_verdict_and_every_test_says_whether_it_was_passed() {
    let run = full::run();
    let page = experiment_page(&run);
    let top = page.split("<header>").nth(1).unwrap().split("</header>").next().unwrap();
    assert!(top.contains(&format!("<h1>{}</h1>", run.verdict.sentence)));
    for (test, is_passed) in &run.verdict.tests {
        let said = if *is_passed { ">passed</span>" } else { ">not passed</span>" };
        let before = top.split(test.as_str()).next().unwrap();
        assert!(before.trim_end_matches("<span>").ends_with(said), "{test}");
    }
    assert!(top.contains("$0.017 less than the best single arm") && top.contains("may be luck"), "{top}");
}

#[test]
fn every_number_of_every_policy_is_on_the_page() {
    let run = full::run();
    let page = experiment_page(&run);
    let worth = part(&page, "worth");
    let ends = |figure: &Figure, print: fn(f64) -> String| format!("{} to {}", print(figure.low), print(figure.high));
    for policy in &run.policies {
        assert!(worth.contains(&policy.name) && worth.contains(&money(policy.cost)), "{}", policy.name);
        for (estimator, figure) in &policy.values {
            let [value, ends] = [money(figure.value), ends(figure, money)];
            assert!(worth.contains(&value) && worth.contains(&ends), "{} {estimator} {value} {ends}", policy.name);
        }
        for (estimator, figure) in policy.over_best_arm.iter().filter(|(_, figure)| figure.value != 0.0) {
            let [value, ends] = [signed(figure.value), ends(figure, signed)];
            assert!(worth.contains(&value) && worth.contains(&ends), "{} {estimator} {value} {ends}", policy.name);
        }
    }
    assert!(worth.contains("<span class=\"tag\">released</span>") && worth.contains("refused"));
}

#[test]
fn the_first_sentence_has_a_capital_whatever_its_policy_is_called() {
    let mut run = full::run();
    run.verdict.sentence = "logistic bandit is released.".into();
    assert!(experiment_page(&run).contains("<h1>Logistic bandit is released.</h1>"));
}

#[test]
fn an_estimator_that_holds_nothing_against_the_best_arm_has_one_picture() {
    let mut run = full::run();
    let named = "Above the best single arm, by DR";
    assert!(experiment_page(&run).contains(named));
    run.policies.iter_mut().for_each(|policy| policy.over_best_arm.retain(|(name, _)| name != "DR"));
    let page = experiment_page(&run);
    assert!(page.contains("Worth by DR") && !page.contains(named));
}

#[test]
fn shares_budget_and_rankings_show_the_numbers_that_were_given() {
    let page = experiment_page(&full::run());
    for share in ["23.1\u{202f}%", "41.2\u{202f}%", "5\u{202f}210", "53.0\u{202f}%"] {
        assert!(part(&page, "who").contains(share), "{share}");
    }
    // Ten prices in two pictures, λ on each point.
    assert_eq!(part(&page, "budget").matches("<title>λ ").count(), 20);
    let ranking = part(&page, "ranking");
    for word in ["0.03878", "0.561", "on visit", "$0.670", "0.0452"] {
        assert!(ranking.contains(word), "{word}");
    }
    // Two arms with costs have three pictures, the third arm has two.
    assert_eq!(ranking.matches("<figure").count(), 8);
}

#[test]
fn every_finding_of_fairness_is_drawn_with_its_limit_and_one_sentence_says_what_stops_the_release() {
    let page = experiment_page(&full::run());
    let fairness = part(&page, "fairness");
    assert!(fairness.contains("stops the release: offer rate, club yes less all others (+8.1\u{202f}%)"), "{fairness}");
    for word in ["beyond, fails", "unclear", "0.643", "0.0500", "−0.031"] {
        assert!(fairness.contains(word), "{word}: {fairness}");
    }
    assert_eq!(fairness.matches("<circle").count(), 4);
    assert!(part(&page, "words").contains("Area under the ROC curve"));
}

#[test]
fn the_chosen_candidate_is_marked_and_a_refused_one_says_why() {
    let page = experiment_page(&full::run());
    let candidates = part(&page, "candidates");
    assert!(candidates.contains("tree of depth 2<span class=\"tag\">chosen</span>"));
    assert!(candidates.contains("<strong>tree of depth 3</strong> <span>needs 200 rows of every arm"));
    assert_eq!(candidates.matches("<circle").count(), 4, "a refused candidate has no dot");
    let mut run = full::run();
    run.candidates = vec![Candidate { name: "only".into(), refused: "too few rows".into(), ..Candidate::default() }];
    assert!(part(&experiment_page(&run), "candidates").contains("too few rows"));
}

#[test]
fn what_was_not_randomised_is_called_not_causal_before_anything_else() {
    let mut run = full::run();
    assert!(!experiment_page(&run).contains("Not causal") && !in_words(&run, &Screen::PLAIN).contains("Not causal"));
    run.randomised = false;
    assert!(!experiment_page(&run).contains("How comparable they are"));
    run.arms.iter_mut().for_each(|arm| (arm.outside, arm.effective_rows) = (Some(0.0123), Some(4_321.7)));
    let page = kept("experiment-observed.html", &run);
    let arms = part(&page, "arms");
    assert!(arms.contains("4\u{202f}321") && arms.contains("1.2\u{202f}%") && arms.contains("How comparable they are"));
    assert!(page.find("Not causal").unwrap() < page.find("<h1>").unwrap());
    assert!(!page.contains("Arms were given by chance") && !page.contains("An effect, where it was measured"));
    assert!(in_words(&run, &Screen::PLAIN).starts_with("! Not causal"));
}

#[test]
fn names_are_escaped_and_numbers_that_do_not_exist_are_dashes() {
    for value in [0.5, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let page = experiment_page(&full::hostile(NAME, value));
        is_self_contained(&page);
        assert!(page.contains("&lt;script&gt;") && page.contains("&amp; co"));
        assert!(value.is_finite() || part(&page, "worth").contains("<td>–</td>"), "{value}");
    }
}

#[test]
fn a_run_read_back_draws_the_same_page() {
    for run in [full::run(), full::hostile(NAME, f64::NAN)] {
        let back = Experiment::from_json(&run.to_json()).unwrap();
        assert!(experiment_page(&back) == experiment_page(&run), "the page read back differs");
    }
}

#[test]
fn what_has_no_numbers_is_left_out_entry_and_all() {
    let page = experiment_page(&Experiment { title: "Nothing".into(), randomised: true, ..Experiment::default() });
    is_self_contained(&page);
    assert!(!page.contains("<section") && !page.contains("<figure") && !page.contains("href=\"#worth\""));
    assert!(page.contains("<h1>Nothing was released in this run.</h1>"));
    let empties: [fn(&mut Experiment); 8] = [
        |run| run.policies.clear(),
        |run| run.arms.clear(),
        |run| run.rankings.iter_mut().for_each(|it| it.qini_curve.clear()),
        |run| run.rankings.iter_mut().for_each(|it| it.deciles.clear()),
        |run| run.budget.clear(),
        |run| run.shares.iter_mut().for_each(|it| it.bands.clear()),
        |run| run.candidates.clear(),
        |run| run.policies.iter_mut().for_each(|it| it.values.clear()),
    ];
    for empty in empties {
        let mut run = full::run();
        empty(&mut run);
        is_self_contained(&experiment_page(&run));
        in_words(&run, &Screen::PLAIN);
    }
}

#[test]
fn every_picture_has_a_title_a_way_to_read_it_and_its_numbers() {
    let page = experiment_page(&full::run());
    let figures: Vec<&str> = page.split("<figure").skip(1).map(|it| it.split("</figure>").next().unwrap()).collect();
    assert_eq!(figures.len(), 6 + 4 + 4 + 8 + 2 + 1 + 3 + 1);
    for figure in figures {
        assert!(figure.contains("<figcaption><h3>") && figure.contains("class=\"read\""), "{figure}");
        assert!(figure.contains("<details class=\"data\"") && figure.contains("<tbody><tr>"), "{figure}");
    }
}

#[test]
fn only_words_that_are_used_are_explained() {
    let page = experiment_page(&full::run());
    for word in ["SNIPS", "Doubly robust (DR)", "Direct method", "Qini", "AUCC", "λ"] {
        assert!(part(&page, "words").contains(&format!("<dt>{word}</dt>")), "{word}");
    }
    assert!(!part(&page, "words").contains("<dt>IPS</dt>"));
}

#[test]
fn the_words_fit_every_screen_and_mark_what_was_released() {
    for run in [full::run(), full::hostile("优惠 \u{1b}[31m with a long name", f64::NAN)] {
        for columns in [24, 40, 80, 200] {
            let text = in_words(&run, &Screen { columns, colour: false });
            for line in text.lines() {
                assert!(console::measure_text_width(line) <= columns, "{columns}: {line}");
            }
            assert!(!text.contains('\u{1b}'), "{text}");
        }
    }
    let text = in_words(&full::run(), &Screen::PLAIN);
    assert!(text.contains("▸ 10 % for all") && text.contains("✗ not passed: lower end"), "{text}");
    assert!(text.contains("$1.323 ($1.082 to $1.564)") && text.contains('█'), "{text}");
    assert!(in_words(&full::run(), &Screen { columns: 80, colour: true }).contains("\u{1b}[1m10 % for all"));
}
