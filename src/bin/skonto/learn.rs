//! `skonto train` on a plain table: learners compete, the best is packed.

use super::{Bar, json, say, write};
use skonto::error::{Code, Error, Result};
use skonto::evaluate::experiment::{self, Experiment};
use skonto::evaluate::learned::{Run, Screen, Seconds, in_words};
use skonto::evaluate::numbers::Numbers;
use skonto::evaluate::report;
use skonto::train::compete::{Setup, compete};
use skonto::train::config::{Split, TestParams};
use skonto::train::{Params, experiment as policies, table};
use std::path::Path;
use std::time::Instant;

/// What the run is about, beside the settings.
pub struct Asked<'a> {
    /// Folder with the files.
    pub data: &'a Path,
    /// Folder to write into.
    pub out: &'a Path,
    /// Version of the model.
    pub version: u64,
    /// Whether an experiment's learned policy is packed whatever the gate says.
    pub keep_learned: bool,
}

/// Trains, and writes model.skonto, report.html, metrics.json, cases.json and the trials of searches.
pub fn run(params: &Params, asked: &Asked) -> Result<Run> {
    let plain = params.table.as_ref().ok_or_else(|| Error::new(Code::BadConfig, "expected [table]"))?;
    let learn = params.learn.clone().check(&params.learner, plain.predicts.target())?;
    let (bar, started) = (Bar::new(), Instant::now());
    let prepared = table::load(params, asked.data, &|done, total| bar.show("read", done, total))?;
    let read = started.elapsed().as_secs_f64();
    let rule = rule(&plain.test)?;
    let histories = asked.out.join("search");
    std::fs::create_dir_all(&histories).map_err(|error| super::io("make", &histories, &error))?;
    let setup = Setup {
        learn: &learn,
        menu: params.menu.as_ref(),
        files: &params.data.files,
        rule: &rule,
        version: asked.version,
        histories: Some(&histories),
    };
    let told = |stage: &str, done: u64, total: u64, best: &str| {
        let stage = if best.is_empty() { stage.to_string() } else { format!("{stage}, {best}") };
        bar.show(&stage, done, total);
    };
    let mut released = compete(&prepared, &setup, &told)?;
    bar.finish();
    released.run.seconds.insert(0, Seconds { stage: "reading".into(), seconds: read });
    let run = &released.run;
    write(&asked.out.join("model.skonto"), &released.bytes)?;
    write(&asked.out.join("report.html"), report::learned_page(run).as_bytes())?;
    write(&asked.out.join("metrics.json"), run.to_json().as_bytes())?;
    write(&asked.out.join("cases.json"), json(&released.cases).as_bytes())?;
    say(&in_words(run, &Screen::of_stdout()));
    Ok(released.run)
}

/// Which rows are held out, in a sentence.
pub fn rule(test: &TestParams) -> Result<String> {
    Ok(match test.check()? {
        Split::Every { every, at } => {
            format!("Row i of the files, counted from 0, is held out where i mod {every} is {at}.")
        }
        Split::Share(share) => {
            format!("{:.0} % are held out, drawn by a stable hash of whose they are.", 100.0 * share)
        }
        Split::Last(share) => format!("The latest {:.0} % are held out.", 100.0 * share),
        Split::From(day) => format!("Rows from {day} on are held out."),
        Split::Files { files, .. } => format!("The rows of {} are held out.", files.join(", ")),
    })
}

/// Lets policies compete on an experiment; writes model.skonto, report.html, metrics.json and cases.json.
pub fn run_experiment(params: &Params, asked: &Asked) -> Result<Experiment> {
    let plain = params
        .table
        .as_ref()
        .ok_or_else(|| Error::new(Code::BadConfig, "an experiment needs `table`, the file has none"))?;
    let rule = rule(&plain.test)?;
    let setup =
        policies::Setup { keep_learned: asked.keep_learned, ..policies::Setup::of(params, &rule, asked.version)? };
    let (bar, started) = (Bar::new(), Instant::now());
    let prepared = table::load(params, asked.data, &|done, total| bar.show("read", done, total))?;
    let read = started.elapsed().as_secs_f64();
    let told = |stage: &str, done: u64, total: u64, _: &str| bar.show(stage, done, total);
    let mut released = policies::compete(&prepared, &setup, &told)?;
    bar.finish();
    let all = started.elapsed().as_secs_f64();
    released.run.seconds = vec![("reading".into(), read), ("learning and judging".into(), all - read)];
    write(&asked.out.join("model.skonto"), &released.bytes)?;
    write(&asked.out.join("report.html"), report::experiment_page(&released.run).as_bytes())?;
    write(&asked.out.join("metrics.json"), released.run.to_json().as_bytes())?;
    write(&asked.out.join("cases.json"), json(&released.cases).as_bytes())?;
    say(&experiment::in_words(&released.run, &Screen::of_stdout()));
    Ok(released.run)
}
