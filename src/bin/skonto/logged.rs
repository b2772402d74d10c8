//! `skonto learn`: a log of decisions in, a model for the next ones out, released if the gate lets it.

use super::learn::rule;
use super::{Bar, io, json, say, write};
use clap::Args;
use skonto::error::{Code, Error, Result};
use skonto::evaluate::experiment::in_words;
use skonto::evaluate::learned::Screen;
use skonto::evaluate::numbers::Numbers;
use skonto::evaluate::report;
use skonto::train::experiment::log::{self, Log, State};
use skonto::train::{Params, table};
use std::fs;
use std::path::PathBuf;
use std::time::Instant;

/// What stands below the help.
pub const HELP: &str = "Examples:
  skonto learn examples/bandit/learn.toml --data out/bandit --out out/bandit/first
  skonto learn examples/bandit/again.toml --data out/bandit --state out/bandit/first/state.json --out out/bandit/second --release 2

The settings say what was given, by what chance and for what reward ([table], [trial]), and how to learn ([bandit]). Earlier
rows teach, later ones judge. Writes report.html, metrics.json and state.json, from which the next log goes on; model.skonto
and cases.json only where something is released. Ends with 0 then, with 3 where what is in use stays, and with 1 on failure.";

/// What `skonto learn` is asked.
#[derive(Args)]
pub struct Asked {
    /// The shop's settings.
    settings: PathBuf,
    /// Folder with the log.
    #[arg(long)]
    data: PathBuf,
    /// What the last log ended with; without it, nothing was learnt before.
    #[arg(long)]
    state: Option<PathBuf>,
    /// Folder to write into; made where missing.
    #[arg(long, default_value = "out")]
    out: PathBuf,
    /// Version of the model; a device never goes back to a lower one.
    #[arg(long, default_value_t = 1)]
    release: u64,
}

/// Learns, writes, prints, and says whether something is released.
pub fn run(asked: &Asked) -> Result<bool> {
    let text = fs::read_to_string(&asked.settings).map_err(|error| io("read", &asked.settings, &error))?;
    let mut params = Params::from_toml(&text)?;
    let state = asked.state.as_ref().map(|path| {
        let text = fs::read_to_string(path).map_err(|error| io("read", path, &error))?;
        State::from_json(&text)
    });
    let state = state.transpose()?;
    params.known = state.as_ref().map(State::words).unwrap_or_default();
    let missing = || Error::new(Code::BadConfig, "learning from a log needs `table`, the file has none");
    let rule = rule(&params.table.as_ref().ok_or_else(missing)?.test)?;
    let log = Log::of(&params, &rule, asked.release)?;
    let (bar, started) = (Bar::new(), Instant::now());
    let prepared = table::load(&params, &asked.data, &|done, total| bar.show("read", done, total))?;
    let read = started.elapsed().as_secs_f64();
    let told = |stage: &str, done: u64, total: u64, _: &str| bar.show(stage, done, total);
    let mut learned = log::learn(&prepared, &log, state, &told)?;
    bar.finish();
    let all = started.elapsed().as_secs_f64();
    learned.run.seconds = vec![("reading".into(), read), ("learning and judging".into(), all - read)];
    write(&asked.out.join("report.html"), report::experiment_page(&learned.run).as_bytes())?;
    write(&asked.out.join("metrics.json"), learned.run.to_json().as_bytes())?;
    write(&asked.out.join("state.json"), learned.state.to_json().as_bytes())?;
    say(&in_words(&learned.run, &Screen::of_stdout()));
    let Some(bytes) = learned.bytes else { return Ok(false) };
    write(&asked.out.join("model.skonto"), &bytes)?;
    write(&asked.out.join("cases.json"), json(&learned.cases).as_bytes())?;
    Ok(true)
}
