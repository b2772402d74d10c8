//! `skonto replay`: last month's decisions through another file.

use super::rivals::Named;
use super::{json, say, write};
use clap::Args;
use skonto::error::Result;
use skonto::evaluate::replay::in_words;
use skonto::train::experiment::replay;
use std::path::PathBuf;

/// What stands below the help.
pub const HELP: &str = "Examples:
  skonto replay new.skonto examples/uplift/hillstrom.toml --data data
  skonto replay new.skonto shop.toml --data data --incumbent old.skonto --json

Spend, take-up, what decisions bring, which change, who gains and who loses: on the rows that the settings of an
experiment, or of a log with probabilities, hold out. Without --incumbent it is held against what was given. Whether to release is said by `skonto gate`.";

/// What `skonto replay` is asked.
#[derive(Args)]
pub struct Asked {
    #[command(flatten)]
    named: Named,
    /// Print everything measured as JSON.
    #[arg(long)]
    json: bool,
    /// Also write everything measured to this file.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Decides again and prints.
pub fn run(asked: &Asked) -> Result<()> {
    let told = asked
        .named
        .judge(|_| {}, |rivals| replay(&rivals.prepared, &rivals.setup, rivals.candidate(), rivals.incumbent()))?;
    if let Some(out) = &asked.out {
        write(out, json(&told).as_bytes())?;
    }
    say(&if asked.json { json(&told) + "\n" } else { in_words(&told) });
    Ok(())
}
