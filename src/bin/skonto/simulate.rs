//! `skonto simulate`: bandits and fixed policies against shoppers whose response is known.

use super::{Bar, io, json, say, write};
use clap::Args;
use serde::Deserialize;
use skonto::error::{Code, Error, Result};
use skonto::evaluate::report::{self, Simulated};
use skonto::train::simulate::market::MarketParams;
use skonto::train::simulate::planted::PlantedParams;
use skonto::train::simulate::{Plan, Player, Regrets, World, simulate};
use std::fs;
use std::path::PathBuf;

/// What stands below the help.
pub const HELP: &str = "Example:
  skonto simulate examples/bandit/market.toml --out out/bandit

Writes report.html and regrets.json into the folder.";

/// What `skonto simulate` is asked.
#[derive(Args)]
pub struct Asked {
    /// The world, the plan and the players.
    settings: PathBuf,
    /// Folder to write into; made where missing.
    #[arg(long, default_value = "out/simulation")]
    out: PathBuf,
}

/// The file as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    title: String,
    world: WorldParams,
    #[serde(default)]
    plan: Plan,
    player: Vec<Player>,
}

/// Where shoppers come from.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum WorldParams {
    /// Shoppers who respond to price as measured on scanner panels.
    Market(MarketParams),
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
