//! `skonto replay`: last month's decisions through another file.

use super::{Bar, io, json, load, say, write};
use clap::Args;
use skonto::error::Result;
use skonto::evaluate::replay::in_words;
use skonto::train::experiment::{Setup, replay};
use skonto::train::{Params, table};
use std::fs;
use std::path::PathBuf;

/// What stands below the help.
pub const HELP: &str = "Examples:
  skonto replay new.skonto examples/uplift/hillstrom.toml --data data
  skonto replay new.skonto shop.toml --data data --incumbent old.skonto --json

Spend, take-up, what decisions bring, which change, who gains and who loses: on the rows that the settings of an
experiment, or of a log with probabilities, hold out. Whether to release is said by `skonto gate`.";

/// What `skonto replay` is asked.
#[derive(Args)]
pub struct Asked {
    /// The model that decides again.
    candidate: PathBuf,
    /// Settings of the experiment or the log.
    settings: PathBuf,
    /// Folder with its files.
    #[arg(long)]
    data: PathBuf,
    /// The model in use; without it, what was given is what the candidate is held against.
    #[arg(long)]
    incumbent: Option<PathBuf>,
    /// Print everything measured as JSON.
    #[arg(long)]
    json: bool,
    /// Also write everything measured to this file.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Decides again and prints.
pub fn run(asked: &Asked) -> Result<()> {
    let text = fs::read_to_string(&asked.settings).map_err(|error| io("read", &asked.settings, &error))?;
    let params = Params::from_toml(&text)?;
    let setup = Setup::of(&params, "", 1)?;
    let (candidate, _) = load(&asked.candidate)?;
    let incumbent = asked.incumbent.as_deref().map(load).transpose()?;
    let bar = Bar::new();
    let prepared = table::load(&params, &asked.data, &|done, total| bar.show("read", done, total))?;
    let named = |path: &PathBuf| path.display().to_string();
    let (name, now) = (named(&asked.candidate), asked.incumbent.as_ref().map(named));
    let now = now.as_deref().zip(incumbent.as_ref().map(|(engine, _)| engine));
    let told = replay(&prepared, &setup, (&name, &candidate), now)?;
    bar.finish();
    if let Some(out) = &asked.out {
        write(out, json(&told).as_bytes())?;
    }
    say(&if asked.json { json(&told) + "\n" } else { in_words(&told) });
    Ok(())
}
