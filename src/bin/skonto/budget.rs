//! `skonto budget`: a price for every budget, found on held-out decisions and packed into the model.

use super::{Bar, io, json, learn, load, say, write};
use clap::Args;
use skonto::engine::Engine;
use skonto::error::Result;
use skonto::evaluate::learned::Screen;
use skonto::evaluate::numbers::Numbers;
use skonto::evaluate::{pricing, report};
use skonto::train::experiment::Setup;
use skonto::train::pricing::{CheckedPricing, HeldOut, Priced, PricingParams, Shop, price};
use skonto::train::{Params, table};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What stands below the help.
pub const HELP: &str = "Example:
  skonto train examples/grocery/shop.toml --data ~/.cache/skonto/complete_journey --out out
  skonto budget out/model.skonto examples/budget/complete_journey.toml --data ~/.cache/skonto/complete_journey --out out/budget

Writes model.skonto with the prices, report.html, metrics.json and cases.json into the folder; a budget for some decisions
only has a file of its own, model-<its name>.skonto.";

/// What `skonto budget` is asked.
#[derive(Args)]
pub struct Asked {
    /// The model, as `skonto train` wrote it.
    model: PathBuf,
    /// The budgets; the file names the settings that the model was trained with.
    budgets: PathBuf,
    /// Folder with the data that those settings read.
    #[arg(long)]
    data: PathBuf,
    /// Folder to write into; made where missing.
    #[arg(long, default_value = "out/budget")]
    out: PathBuf,
    /// Version of the new file; one more than the model's when left out, since a device never goes back.
    #[arg(long)]
    release: Option<u64>,
}

/// What a pricing is about.
struct Question<'a> {
    asked: &'a Asked,
    engine: Engine,
    checked: CheckedPricing,
    bar: Bar,
    started: Instant,
}

/// Prices, writes, prints.
pub fn run(asked: &Asked) -> Result<()> {
    let text = fs::read_to_string(&asked.budgets).map_err(|error| io("read", &asked.budgets, &error))?;
    let checked = PricingParams::from_toml(&text)?.check()?;
    let folder = asked.budgets.parent().unwrap_or(Path::new(""));
    let shop = folder.join(&checked.params.shop);
    let settings = fs::read_to_string(&shop).map_err(|error| io("read", &shop, &error))?;
    let (engine, _) = load(&asked.model)?;
    let question = Question { asked, engine, checked, bar: Bar::new(), started: Instant::now() };
    let priced = question.answer(&Params::from_toml(&settings)?)?;
    question.bar.finish();
    for (name, bytes) in &priced.files {
        write(&asked.out.join(name), bytes)?;
    }
    write(&asked.out.join("report.html"), report::pricing_page(&priced.run).as_bytes())?;
    write(&asked.out.join("metrics.json"), priced.run.to_json().as_bytes())?;
    write(&asked.out.join("cases.json"), json(&priced.cases).as_bytes())?;
    say(&pricing::in_words(&priced.run, &Screen::of_stdout()));
    Ok(())
}

impl Question<'_> {
    fn answer(&self, params: &Params) -> Result<Priced> {
        let told = |stage: &str, done: u64, total: u64| self.bar.show(stage, done, total);
        let Some(plain) = &params.table else {
            let shop = Shop::load(&params.clone().check()?, &self.asked.data, &self.engine, &told)?;
            return self.priced(&shop.held_out(&self.engine, &told)?);
        };
        let prepared = table::load(params, &self.asked.data, &|done, total| told("read", done, total))?;
        let rule = learn::rule(&plain.test)?;
        let setup = params.trial.as_ref().map(|_| Setup::of(params, &rule, 1)).transpose()?;
        self.priced(&HeldOut::of_table(&prepared, setup.as_ref(), &rule, &self.engine)?)
    }

    fn priced(&self, held: &HeldOut) -> Result<Priced> {
        let told = |stage: &str, done: u64, total: u64| self.bar.show(stage, done, total);
        let asking = self.started.elapsed().as_secs_f64();
        let version = self.asked.release.unwrap_or(self.engine.content().version + 1);
        let mut priced = price(held, &self.engine, &self.checked, version, &told)?;
        let all = self.started.elapsed().as_secs_f64();
        priced.run.seconds = vec![("reading and asking".into(), asking), ("pricing and judging".into(), all - asking)];
        Ok(priced)
    }
}
