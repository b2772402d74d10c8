//! `skonto simulate`: bandits and fixed policies against shoppers whose response is known, or a log of their decisions.

use super::{Bar, io, json, load, say, write};
use clap::Args;
use serde::Deserialize;
use skonto::error::{Code, Error, Result};
use skonto::evaluate::report::{self, Simulated};
use skonto::train::simulate::journey::JourneyParams;
use skonto::train::simulate::log::{Entry, LogPlan};
use skonto::train::simulate::market::MarketParams;
use skonto::train::simulate::planted::PlantedParams;
use skonto::train::simulate::{Plan, Player, Regrets, World, simulate};
use std::fs;
use std::path::PathBuf;

/// What stands below the help.
pub const HELP: &str = "Example:
  skonto simulate examples/bandit/market.toml --out out/bandit
  skonto simulate examples/bandit/log.toml --log out/bandit/log.csv
  skonto simulate examples/bandit/log.toml --log out/bandit/next.csv --part 2 --serve out/bandit/model.skonto

Writes report.html and regrets.json into the folder; with --log nothing but the log, of which [log] says who decides.";

/// What `skonto simulate` is asked.
#[derive(Args)]
pub struct Asked {
    /// The world, the plan and the players.
    settings: PathBuf,
    /// Folder to write into; made where missing.
    #[arg(long, default_value = "out/simulation")]
    out: PathBuf,
    /// Write a log of simulated decisions there instead, with the probability of every arm.
    #[arg(long)]
    log: Option<PathBuf>,
    /// Which log of a row of them: each is later than the one before, with other shoppers.
    #[arg(long, default_value_t = 1, requires = "log")]
    part: u64,
    /// Let this model file decide in the log, as a device would.
    #[arg(long, requires = "log")]
    serve: Option<PathBuf>,
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    title: String,
    world: WorldParams,
    #[serde(default)]
    plan: Plan,
    #[serde(default)]
    player: Vec<Player>,
    log: Option<LogPlan>,
}

/// Where shoppers come from.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum WorldParams {
    /// Shoppers who respond to price as measured on scanner panels.
    Market(MarketParams),
    /// Households on their trips, who respond to discounts as measured on a year of orders.
    Journey(JourneyParams),
    /// A world made up to be hard in one way.
    Planted(PlantedParams),
}

impl WorldParams {
    fn check(self) -> Result<(Box<dyn World>, &'static str, &'static str)> {
        Ok(match self {
            WorldParams::Market(params) => {
                let words = "Shoppers respond to price as was measured on scanner panels of groceries; how much they differ, \
                             and the margin, are assumptions.";
                (Box::new(params.check()?), words, "list prices")
            }
            WorldParams::Journey(params) => {
                let words = "Households respond to discounts as was measured on a year of grocery orders, where nobody drew the \
                             discounts by chance; the margin is an assumption.";
                (Box::new(params.check()?), words, "list prices")
            }
            WorldParams::Planted(params) => {
                let words = "A world made up to be hard in one way; it says how policies learn, not what a shop earns.";
                (Box::new(params.check()?), words, "rewards")
            }
        })
    }
}

/// Plays, writes, prints.
pub fn run(asked: &Asked) -> Result<()> {
    let text = fs::read_to_string(&asked.settings).map_err(|error| io("read", &asked.settings, &error))?;
    let refuse = |error: toml::de::Error| Error::new(Code::BadConfig, format!("{}: {error}", asked.settings.display()));
    let settings: Settings = toml::from_str(&text).map_err(refuse)?;
    let (world, words, unit) = settings.world.check()?;
    if let Some(path) = &asked.log {
        let plan = settings.log.ok_or_else(|| Error::new(Code::BadConfig, "a log needs `log`, the file has none"))?;
        let file = asked.serve.as_deref().map(load).transpose()?;
        let entries = plan.part(asked.part).play(world.as_ref(), file.as_ref().map(|(engine, _)| engine))?;
        write(path, told(world.as_ref(), &entries)?.as_bytes())?;
        say(&format!("{} simulated decisions are in {}\n", entries.len(), path.display()));
        return Ok(());
    }
    let bar = Bar::new();
    let watch = |done, total| bar.show("play", done, total);
    let regrets = simulate(world.as_ref(), &settings.player, &settings.plan, &watch)?;
    bar.finish();
    let arms: Vec<String> = world.arms().into_iter().map(|(name, _)| name).collect();
    let about = Simulated { title: &settings.title, world: words, unit, arms: &arms };
    write(&asked.out.join("report.html"), report::simulation_page(&about, &regrets).as_bytes())?;
    write(&asked.out.join("regrets.json"), json(&regrets).as_bytes())?;
    say(&in_words(&regrets, unit));
    say(&format!("the curves are in {}\n", asked.out.join("report.html").display()));
    Ok(())
}

/// A log as a table: moments, what was known, the arm, the probability of every arm, the profit in units of 100.
fn told(world: &dyn World, entries: &[Entry]) -> Result<String> {
    let arms: Vec<String> = world.arms().into_iter().map(|(name, _)| name).collect();
    let chances = arms.iter().map(|arm| format!("chance {arm}"));
    let fixed = |names: [&str; 2]| names.map(String::from);
    let head = fixed(["decided", "answered"]).into_iter().chain(world.names()).chain(["arm".to_string()]);
    let mut out = csv::Writer::from_writer(Vec::new());
    let refuse = |error: csv::Error| Error::new(Code::Io, format!("a log cannot be written: {error}"));
    out.write_record(head.chain(chances).chain(["profit".to_string()])).map_err(refuse)?;
    for entry in entries {
        let moments = [entry.moments.0, entry.moments.1].map(|seconds| seconds.to_string());
        let known = entry.context.iter().map(f64::to_string).chain([arms[entry.draw.arm].clone()]);
        let chances = entry.draw.propensities.iter().map(f64::to_string);
        let row = moments.into_iter().chain(known).chain(chances).chain([(entry.minor as f64 / 100.0).to_string()]);
        out.write_record(row).map_err(refuse)?;
    }
    let bytes = out.into_inner().map_err(|error| Error::new(Code::Io, format!("a log cannot be written: {error}")))?;
    String::from_utf8(bytes).map_err(|error| Error::new(Code::BadText, format!("a log: {error}")))
}

/// Widest bar, in characters.
const BAR: f64 = 24.0;

fn in_words(regrets: &Regrets, unit: &str) -> String {
    let end = |values: &[f64]| values.last().copied().unwrap_or(f64::NAN);
    let most = regrets.curves.iter().map(|curve| end(&curve.mean)).fold(0.0, f64::max);
    let visits = regrets.rounds.last().copied().unwrap_or_default();
    let mut out = format!("regret after {visits} visits, in {unit} (mean over seeds and its 95 % interval)\n");
    for curve in &regrets.curves {
        let bar = "█".repeat((BAR * (end(&curve.mean) / most).max(0.0)).round() as usize);
        let (mean, low, high) = (end(&curve.mean), end(&curve.low), end(&curve.high));
        out += &format!("  {:<28} {mean:>9.2} ({low:.2} to {high:.2}) {bar}\n", curve.name);
    }
    out
}
