//! Planted optima, a search cut off at every trial, and histories that belong to something else.

use super::*;
use crate::evaluate::measures::Metric;
use std::cell::{Cell, RefCell};
use std::path::PathBuf;

const SPACE: &str = r#"
    evaluations = 40
    metric = "mse"
    [space]
    rate = { from = 0.001, to = 1.0, scale = "log" }
    "tree.depth" = { from = 1, to = 12, integer = true }
    shape = ["round", "square", "long"]
"#;

fn params(text: &str) -> SearchParams {
    toml::from_str(text).unwrap()
}

/// Least, 0, at rate 0.03, depth 7, shape square.
fn planted(point: &Point) -> Result<f64> {
    let rate = (point.number("rate").unwrap().ln() - 0.03f64.ln()) / 3.0;
    let depth = (point.number("tree.depth").unwrap() - 7.0) / 4.0;
    let shape = if point.values["shape"].as_str() == Some("square") { 0.0 } else { 0.5 };
    Ok(rate * rate + depth * depth + shape)
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("skonto_search_{}_{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Searches with a clock that stands still.
fn run(params: SearchParams, evaluate: &dyn Fn(&Point) -> Result<f64>, history: Option<&Path>) -> Result<History> {
    let surroundings = Surroundings { data: "data", history, clock: &|| 0.0, progress: &|_| {} };
    params.check()?.search(evaluate, &surroundings)
}

#[test]
fn every_method_finds_a_planted_optimum() {
    for (method, evaluations, near) in
        [(Method::Grid, 300, 0.06), (Method::Random, 300, 0.06), (Method::Bayes, 80, 0.03)]
    {
        let history =
            run(SearchParams { method, evaluations: Some(evaluations), ..params(SPACE) }, &planted, None).unwrap();
        let best = history.best_trial().unwrap();
        assert!(best.value.unwrap() < near, "{method:?}: {best:?}");
        assert_eq!(best.point.values["shape"].as_str(), Some("square"));
    }
}

#[test]
fn a_search_that_learns_beats_chance_on_most_seeds() {
    let best = |method, seed| {
        let params = SearchParams { method, seed, evaluations: Some(40), ..params(SPACE) };
        run(params, &planted, None).unwrap().best_trial().unwrap().value.unwrap()
    };
    let wins = (0..40).filter(|seed| best(Method::Bayes, *seed) < best(Method::Random, *seed)).count();
    assert!(wins >= 28, "{wins} of 40");
}

#[test]
fn a_metric_that_rises_is_raised() {
    let params = SearchParams { metric: Metric::RocAuc, evaluations: Some(60), ..params(SPACE) };
    let history = run(params, &|point| Ok(1.0 - planted(point)?), None).unwrap();
    assert!(history.best_trial().unwrap().value.unwrap() > 0.9);
    assert!(history.best_so_far.windows(2).all(|pair| pair[0] <= pair[1]));
}

/// The same search, cut off by an error at trial `cut` and gone on with, after `harm` was done to its file.
fn resumed(params: &SearchParams, path: &Path, cut: usize, harm: &dyn Fn(&Path)) -> History {
    let made = Cell::new(0);
    let cut_off = |point: &Point| {
        made.set(made.get() + 1);
        if made.get() > cut { Err(Error::new(Code::Io, "cut off")) } else { planted(point) }
    };
    let found = run(params.clone(), &cut_off, Some(path));
    assert_eq!(found.map_err(|error| error.code()), Err(Code::Io));
    harm(path);
    let again = Cell::new(0);
    let counted = |point: &Point| {
        again.set(again.get() + 1);
        planted(point)
    };
    let history = run(params.clone(), &counted, Some(path)).unwrap();
    assert_eq!(again.get(), params.evaluations.unwrap() - cut, "trials were made twice");
    history
}

#[test]
fn a_search_cut_off_at_any_trial_goes_on_as_if_nothing_had_happened() {
    let folder = Folder::new("cut");
    for method in [Method::Bayes, Method::Grid, Method::Random] {
        let params = SearchParams { method, evaluations: Some(24), startup: 6, ..params(SPACE) };
        let whole = run(params.clone(), &planted, None).unwrap();
        for cut in 0..24 {
            let path = folder.file(&format!("{method:?}{cut}.jsonl"));
            assert_eq!(resumed(&params, &path, cut, &|_| {}), whole, "{method:?} cut at {cut}");
        }
    }
}

#[test]
fn a_last_line_that_was_cut_off_is_tried_again() {
    let folder = Folder::new("torn");
    let params = SearchParams { evaluations: Some(14), ..params(SPACE) };
    let whole = run(params.clone(), &planted, None).unwrap();
    let torn = |path: &Path| {
        let mut text = std::fs::read_to_string(path).unwrap();
        text.push_str(r#"{"value":0.25,"seco"#);
        std::fs::write(path, text).unwrap();
    };
    assert_eq!(resumed(&params, &folder.file("torn.jsonl"), 9, &torn), whole);
    // Cut off while the header was written.
    std::fs::write(folder.file("header.jsonl"), r#"{"skonto_se"#).unwrap();
    assert_eq!(run(params, &planted, Some(&folder.file("header.jsonl"))).unwrap(), whole);
}

#[test]
fn a_finished_search_can_be_prolonged() {
    let folder = Folder::new("longer");
    let path = folder.file("history.jsonl");
    let short = SearchParams { evaluations: Some(12), ..params(SPACE) };
    run(short, &planted, Some(&path)).unwrap();
    let long = SearchParams { evaluations: Some(20), ..params(SPACE) };
    assert_eq!(run(long.clone(), &planted, Some(&path)).unwrap(), run(long, &planted, None).unwrap());
}

#[test]
fn refuses_a_history_of_something_else() {
    let folder = Folder::new("foreign");
    let path = folder.file("history.jsonl");
    let base = SearchParams { evaluations: Some(5), ..params(SPACE) };
    run(base.clone(), &planted, Some(&path)).unwrap();
    let mut narrow = base.clone();
    narrow.space.remove("shape");
    let others = [
        narrow,
        SearchParams { seed: 2, ..base.clone() },
        SearchParams { method: Method::Random, ..base.clone() },
        SearchParams { metric: Metric::Mae, ..base.clone() },
    ];
    for other in others {
        assert_eq!(run(other, &planted, Some(&path)).map_err(|error| error.code()), Err(Code::BadData));
    }
    let elsewhere = Surroundings { data: "other", history: Some(&path), clock: &|| 0.0, progress: &|_| {} };
    let found = base.clone().check().unwrap().search(&planted, &elsewhere);
    assert_eq!(found.map_err(|error| error.code()), Err(Code::BadData));
    // A trial that this search would not have made, and a line that is none.
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    for damaged in [[lines[0], lines[2], lines[1]], [lines[0], "no trial", lines[1]]] {
        std::fs::write(&path, damaged.join("\n") + "\n").unwrap();
        assert_eq!(run(base.clone(), &planted, Some(&path)).map_err(|error| error.code()), Err(Code::BadData));
    }
}

#[test]
fn a_search_ends_when_its_time_its_patience_or_its_space_does() {
    let base = SearchParams { evaluations: None, ..params(SPACE) };
    let now = Cell::new(0.0);
    let tick = |point: &Point| {
        now.set(now.get() + 2.0);
        planted(point)
    };
    let clocked = Surroundings { data: "", history: None, clock: &|| now.get(), progress: &|_| {} };
    let timed = SearchParams { seconds: Some(9.0), ..base.clone() }.check().unwrap().search(&tick, &clocked).unwrap();
    assert_eq!((timed.trials.len(), timed.stopped), (5, Stopped::Seconds));
    let flat = SearchParams { patience: Some(7), ..base };
    let patient = run(flat, &|_| Ok(1.0), None).unwrap();
    assert_eq!((patient.trials.len(), patient.stopped, patient.best), (8, Stopped::Patience, Some(0)));
    for method in [Method::Grid, Method::Random, Method::Bayes] {
        let space = params("[space]\na = [1, 2, 3]\nb = { from = 0, to = 1, integer = true }").space;
        let small = SearchParams { method, space, startup: 2, ..params("") };
        let all = run(small, &|point| Ok(point.number("a").unwrap()), None).unwrap();
        assert_eq!((all.trials.len(), all.stopped), (6, Stopped::Exhausted), "{method:?}");
    }
}

#[test]
fn a_failed_trial_is_worse_than_any_other() {
    let params = SearchParams { evaluations: Some(30), ..params(SPACE) };
    let shaky = |point: &Point| if point.number("tree.depth") > Some(6.0) { Ok(f64::NAN) } else { planted(point) };
    let history = run(params.clone(), &shaky, None).unwrap();
    assert!(history.best_trial().unwrap().point.number("tree.depth").unwrap() <= 6.0);
    assert!(history.trials.iter().any(|trial| trial.value.is_none()));
    let hopeless = run(params, &|_| Ok(f64::INFINITY), None).unwrap();
    assert_eq!((hopeless.best, hopeless.best_so_far.last()), (None, Some(&None)));
}

#[test]
fn what_a_trial_refuses_ends_the_search_and_names_the_point() {
    let refuse = |_: &Point| Err(Error::new(Code::BadConfig, "no such depth"));
    let error = run(params(SPACE), &refuse, None).unwrap_err();
    assert!(error.to_string().contains("tree.depth") && error.to_string().contains("no such depth"), "{error}");
    assert_eq!(error.code(), Code::BadConfig);
}

#[test]
fn progress_tells_how_far_and_how_good() {
    let told = RefCell::new(Vec::new());
    let progress = |progress: Progress| told.borrow_mut().push(progress);
    let surroundings = Surroundings { data: "", history: None, clock: &|| 0.0, progress: &progress };
    let history = params(SPACE).check().unwrap().search(&planted, &surroundings).unwrap();
    let told = told.into_inner();
    assert_eq!(told.iter().map(|told| told.done).collect::<Vec<_>>(), (1..=40).collect::<Vec<_>>());
    assert_eq!(told.iter().map(|told| told.best).collect::<Vec<_>>(), history.best_so_far);
    assert!(told.iter().all(|told| told.budget == Some(40)));
    assert_eq!(history.parameters.iter().map(|parameter| parameter.points.len()).collect::<Vec<_>>(), [40; 3]);
}

#[test]
fn a_point_overrides_settings_by_key() {
    let base: toml::Table = toml::from_str("rounds = 100\n[tree]\ndepth = 3\nleaf = 5").unwrap();
    let point = params(SPACE).check().unwrap().space().at(&[0.0, 0.999, 0.5]);
    let table = point.over(&base).unwrap();
    let expected = "rate = 0.001\nrounds = 100\nshape = \"long\"\n[tree]\ndepth = 7\nleaf = 5";
    assert_eq!(table, toml::from_str::<toml::Table>(expected).unwrap());
    let blocked: toml::Table = toml::from_str("tree = 1").unwrap();
    assert_eq!(point.over(&blocked).map_err(|error| error.code()), Err(Code::BadConfig));
}

#[test]
fn a_grid_reaches_both_ends_and_chance_stays_within() {
    let axis = |text: &str| params(&format!("[space]\na = {text}")).space["a"].clone();
    let numbers = |axis: &Axis| axis.grid().iter().map(|value| value.as_float().unwrap()).collect::<Vec<_>>();
    assert_eq!(numbers(&axis("{ from = 0.01, to = 100, scale = 'log' }")), [0.01, 0.1, 1.0, 10.0, 100.0]);
    assert_eq!(numbers(&axis("{ from = 0, to = 1, steps = 3 }")), [0.0, 0.5, 1.0]);
    let whole = axis("{ from = 1, to = 4, integer = true, steps = 9 }");
    assert_eq!(whole.grid(), [1, 2, 3, 4].map(toml::Value::Integer));
    let mut counts = [0; 4];
    for place in 0..1_000 {
        let value = whole.at(place as f64 / 1_000.0).as_integer().unwrap();
        counts[value as usize - 1] += 1;
        let back = whole.at(whole.place(&toml::Value::Integer(value)));
        assert_eq!(back.as_integer(), Some(value));
    }
    assert_eq!(counts, [250; 4]);
}

#[test]
fn refuses_settings_that_search_nothing() {
    let rows = [
        "",
        "evaluations = 0\n[space]\na = [1]",
        "seconds = 0.0\n[space]\na = [1]",
        "patience = 0\n[space]\na = [1]",
        "startup = 0\n[space]\na = [1]",
        "[space]\na = []",
        "[space]\na = { from = 2, to = 1 }",
        "[space]\na = { from = 0, to = 1, scale = 'log' }",
        "[space]\na = { from = 0.5, to = 3, integer = true }",
        "[space]\na = { from = 0, to = 1, steps = 1 }",
        "method = 'grid'\n[space]\na = { from = 0, to = 1, steps = 1000 }\nb = { from = 0, to = 1, steps = 1000 }",
    ];
    for row in rows {
        assert_eq!(params(row).check().map_err(|error| error.code()).err(), Some(Code::BadConfig), "{row}");
    }
    let unlimited = SearchParams { evaluations: None, ..params(SPACE) };
    assert_eq!(unlimited.check().map_err(|error| error.code()).err(), Some(Code::BadConfig));
    assert!(toml::from_str::<SearchParams>("[space]\na = { from = 0, to = 1, typo = 1 }").is_err());
}

#[test]
fn a_fingerprint_changes_with_any_part_of_a_sample() {
    use crate::train::sample::{Column, Sample};
    let columns = vec![Column::Number(vec![1.0, f64::NAN]), Column::Level { codes: vec![1, 2], levels: 2 }];
    let names = vec!["a".to_string(), "b".to_string()];
    let base = Sample { names, columns, target: vec![0.0, 1.0], weight: vec![1.0; 2] };
    let changed = |change: &dyn Fn(&mut Sample)| {
        let mut sample = base.clone();
        change(&mut sample);
        fingerprint(&sample)
    };
    assert_eq!(changed(&|_| {}), fingerprint(&base));
    let changes: [&dyn Fn(&mut Sample); 5] = [
        &|sample| sample.names[0] = "c".into(),
        &|sample| sample.columns[0] = Column::Number(vec![1.0, 2.0]),
        &|sample| sample.columns[1] = Column::Level { codes: vec![1, 2], levels: 3 },
        &|sample| sample.target[1] = 0.5,
        &|sample| sample.weight[0] = 2.0,
    ];
    changes.iter().for_each(|change| assert_ne!(changed(change), fingerprint(&base)));
}
