//! `skonto patterns`: a log in, a page out, and the same in words or as JSON.

use super::{Bar, io, json, now, say, write};
use clap::Args;
use skonto::error::Result;
use skonto::evaluate::{patterns, report};
use skonto::train::Params;
use skonto::train::read::log::Scan;
use std::fs;
use std::path::PathBuf;

/// What stands below the help.
pub const HELP: &str = "Example:
  skonto patterns examples/groceries/shop.toml --data data --out patterns.html

Thresholds are those of [rules] in the settings; without it, sets in one basket in a hundred and rules with a
confidence of 25 % and a lift of 1. How many clusters [clusters] says; without it, the clearest from 2 to 8.";

/// What `skonto patterns` is asked.
#[derive(Args)]
pub struct Asked {
    /// The shop's settings.
    settings: PathBuf,
    /// Folder with the files that the settings name.
    #[arg(long)]
    data: PathBuf,
    /// Write the page there.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Print numbers as JSON instead of words.
    #[arg(long)]
    json: bool,
}

/// Reads the log, looks, writes and prints.
pub fn run(asked: &Asked) -> Result<()> {
    let text = fs::read_to_string(&asked.settings).map_err(|error| io("read", &asked.settings, &error))?;
    let params = Params::from_toml(&text)?;
    let log = params.check_log()?.at(now());
    let bar = Bar::new();
    let scan = Scan::open(&log, &asked.data)?;
    let found = patterns::measure(&params, &log, &scan, &|stage, done, all| bar.show(stage, done, all))?;
    bar.finish();
    if let Some(out) = &asked.out {
        write(out, report::patterns_page(&found).as_bytes())?;
    }
    say(&if asked.json { json(&found) + "\n" } else { patterns::in_words(&found) });
    Ok(())
}
