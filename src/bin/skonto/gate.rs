//! `skonto gate`: whether a model file may be released, as an exit code for a build.

use super::{Bar, io, json, load, say};
use clap::Args;
use skonto::error::Result;
use skonto::evaluate::gate::{Basis, Comparison, GateParams, Verdict};
use skonto::train::experiment::{Setup, contest};
use skonto::train::{Params, table};
use std::fs;
use std::path::PathBuf;

/// What stands below the help.
pub const HELP: &str = "Examples:
  skonto gate out/model.skonto examples/uplift/hillstrom.toml --data data
  skonto gate new.skonto shop.toml --data data --incumbent old.skonto --smallest-gain 0.05

Ends with 0 if the model may be released, with 3 if not, and with 1 if it could not be judged. Rows whose arms nobody drew
(trial.observational) release nothing, unless --accept-observational says so.";

/// What `skonto gate` is asked.
#[derive(Args)]
pub struct Asked {
    /// The model that wants to be released.
    candidate: PathBuf,
    /// Settings of the experiment by whose held-out rows it is judged.
    settings: PathBuf,
    /// Folder with the experiment's files.
    #[arg(long)]
    data: PathBuf,
    /// The model in use; without it, nothing is offered now.
    #[arg(long)]
    incumbent: Option<PathBuf>,
    /// The smallest gain per row worth a release, in units of the currency.
    #[arg(long, default_value_t = 0.0)]
    smallest_gain: f64,
    /// Judge by rows whose arms nobody drew as if that could show anything.
    #[arg(long)]
    accept_observational: bool,
    /// Print everything measured as JSON.
    #[arg(long)]
    json: bool,
}

/// Judges, prints, and says whether the model may be released.
pub fn run(asked: &Asked) -> Result<bool> {
    let text = fs::read_to_string(&asked.settings).map_err(|error| io("read", &asked.settings, &error))?;
    let mut params = Params::from_toml(&text)?;
    if let Some(trial) = params.trial.as_mut().filter(|trial| trial.observational) {
        trial.accept_observational |= asked.accept_observational;
    }
    let setup = Setup::of(&params, "", 1)?;
    let (candidate, _) = load(&asked.candidate)?;
    let incumbent = asked.incumbent.as_deref().map(load).transpose()?;
    let bar = Bar::new();
    let prepared = table::load(&params, &asked.data, &|done, total| bar.show("read", done, total))?;
    let gate = GateParams {
        smallest_gain: asked.smallest_gain,
        resamples: setup.trial.resamples,
        seed: setup.trial.seed,
        ..GateParams::default()
    };
    let named = |path: &PathBuf| path.display().to_string();
    let (name, now) = (named(&asked.candidate), asked.incumbent.as_ref().map(named));
    let now = now.as_deref().zip(incumbent.as_ref().map(|(engine, _)| engine));
    let judged = contest(&prepared, &setup, (&name, &candidate), now, &gate.check()?)?;
    bar.finish();
    let verdict = &judged.verdict;
    if asked.json {
        say(&(json(verdict) + "\n"));
        return Ok(judged.may_be_released());
    }
    if judged.one_arm.is_some() && judged.may_be_released() {
        say(&format!("{name} may be released: it gives everybody the arm that is to be released.\n"));
    }
    say(&in_words(verdict));
    Ok(judged.may_be_released())
}

fn in_words(verdict: &Verdict) -> String {
    let line = |pair: &Comparison| {
        let mark = if pair.beaten { "yes" } else { "no " };
        let (gain, by) = (pair.gain, pair.estimator.name());
        format!("  {mark}  over {}: {:+.4} ({:+.4} to {:+.4}), {by}\n", pair.against, gain.value, gain.low, gain.high)
    };
    let lines: String = verdict.candidate.iter().map(line).collect();
    let head = match verdict.basis {
        Basis::Drawn => "Shown to earn more, per row:",
        Basis::Observed { .. } => "Seems to earn more by fitted propensities, which is no proof, per row:",
    };
    format!("{}\n\n{head}\n{lines}", verdict.why)
}
