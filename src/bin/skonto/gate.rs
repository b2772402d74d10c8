//! `skonto gate`: whether a model file may be released, as an exit code for a build.

use super::rivals::Named;
use super::{json, say};
use clap::Args;
use skonto::error::Result;
use skonto::evaluate::gate::{Basis, Comparison, GateParams, Verdict};
use skonto::train::Params;
use skonto::train::experiment::contest;

/// What stands below the help.
pub const HELP: &str = "Examples:
  skonto gate out/model.skonto examples/uplift/hillstrom.toml --data data
  skonto gate new.skonto shop.toml --data data --incumbent old.skonto --smallest-gain 0.05

Ends with 0 if the model may be released, with 3 if not, and with 1 if it could not be judged. Without --incumbent nothing
is offered now. Rows whose arms nobody drew
(trial.observational) release nothing, unless --accept-observational says so.";

/// What `skonto gate` is asked.
#[derive(Args)]
pub struct Asked {
    #[command(flatten)]
    named: Named,
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
    let accept = |params: &mut Params| {
        if let Some(trial) = params.trial.as_mut().filter(|trial| trial.observational) {
            trial.accept_observational |= asked.accept_observational;
        }
    };
    let judged = asked.named.judge(accept, |rivals| {
        let gate = GateParams {
            smallest_gain: asked.smallest_gain,
            resamples: rivals.setup.trial.resamples,
            seed: rivals.setup.trial.seed,
            ..GateParams::default()
        };
        contest(&rivals.prepared, &rivals.setup, rivals.candidate(), rivals.incumbent(), &gate.check()?)
    })?;
    let verdict = &judged.verdict;
    if asked.json {
        say(&(json(verdict) + "\n"));
        return Ok(judged.may_be_released());
    }
    if judged.one_arm.is_some() && judged.may_be_released() {
        let name = asked.named.candidate();
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
