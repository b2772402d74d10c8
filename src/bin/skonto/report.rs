//! `skonto report`: a page again from its numbers, or two runs side by side.

use super::{io, json, say, write};
use clap::Args;
use skonto::error::{Code, Error, Result};
use skonto::evaluate::experiment::{self, Experiment};
use skonto::evaluate::learned::compare::{self, Comparison};
use skonto::evaluate::learned::{Run, Screen, in_words};
use skonto::evaluate::numbers::Numbers;
use skonto::evaluate::pricing::{self, Pricing};
use skonto::evaluate::report;
use std::fs;
use std::path::{Path, PathBuf};

/// What stands below the help.
pub const HELP: &str = "Examples:
  skonto report out --out report.html
  skonto report --compare monday tuesday --out comparison.html

A run is the folder that skonto train wrote, or its metrics.json.";

/// What `skonto report` is asked.
#[derive(Args)]
pub struct Asked {
    /// A run: the folder that skonto train wrote, or its metrics.json.
    #[arg(required_unless_present = "compare", conflicts_with = "compare")]
    run: Option<PathBuf>,
    /// Two runs to set side by side.
    #[arg(long, num_args = 2, value_names = ["FIRST", "SECOND"])]
    compare: Option<Vec<PathBuf>>,
    /// Write the page there.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print numbers as JSON instead of words.
    #[arg(long)]
    json: bool,
}

/// Reads, draws, prints.
pub fn run(asked: &Asked) -> Result<()> {
    match (&asked.run, asked.compare.as_deref()) {
        (_, Some([first, second])) => compare_runs(asked, first, second),
        (Some(path), _) => again(asked, path),
        _ => {
            Err(Error::new(Code::BadConfig, "a run is missing: a folder that skonto train wrote, or its metrics.json"))
        }
    }
}

fn again(asked: &Asked, path: &Path) -> Result<()> {
    let text = text(path)?;
    if Experiment::is_told_by(&text) {
        return told(asked, &Experiment::from_json(&text)?, report::experiment_page, experiment::in_words);
    }
    if Pricing::is_told_by(&text) {
        return told(asked, &Pricing::from_json(&text)?, report::pricing_page, pricing::in_words);
    }
    told(asked, &read(path)?, report::learned_page, in_words)
}

/// Draws the page where one is asked for, and prints the numbers or their words.
fn told<Of: Numbers>(
    asked: &Asked,
    run: &Of,
    page: fn(&Of) -> String,
    words: fn(&Of, &Screen) -> String,
) -> Result<()> {
    if let Some(out) = &asked.out {
        write(out, page(run).as_bytes())?;
    }
    say(&if asked.json { run.to_json() + "\n" } else { words(run, &Screen::of_stdout()) });
    Ok(())
}

fn compare_runs(asked: &Asked, first: &Path, second: &Path) -> Result<()> {
    let runs = [read(first)?, read(second)?];
    let runs = [&runs[0], &runs[1]];
    let comparison = Comparison::of(names(first, second), runs);
    if let Some(out) = &asked.out {
        write(out, report::compare_page(&comparison, runs).as_bytes())?;
    }
    let columns = Screen::of_stdout().columns;
    say(&if asked.json { json(&comparison) + "\n" } else { compare::in_words(&comparison, columns) });
    Ok(())
}

fn file(path: &Path) -> PathBuf {
    if path.is_dir() { path.join("metrics.json") } else { path.to_path_buf() }
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(file(path)).map_err(|error| io("read", &file(path), &error))
}

/// The numbers of a run of learners.
fn read(path: &Path) -> Result<Run> {
    let named = |error: Error| Error::new(error.code(), format!("{}: {error}", file(path).display()));
    Run::from_json(&text(path)?).map_err(named)
}

/// What the runs are called: their folders, or their whole paths where folders have the same name.
fn names(first: &Path, second: &Path) -> [String; 2] {
    let short = |path: &Path| {
        let is_plain = path.file_name().is_some_and(|name| name == "metrics.json");
        let named = if is_plain { path.parent().and_then(Path::file_name) } else { path.file_name() };
        named.map(|name| name.to_string_lossy().into_owned())
    };
    match (short(first), short(second)) {
        (Some(one), Some(other)) if one != other => [one, other],
        _ => [first, second].map(|path| path.display().to_string()),
    }
}
