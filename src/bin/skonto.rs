//! The `skonto` program: parse, call, print.

#[path = "skonto/budget.rs"]
mod budget;
#[path = "skonto/features.rs"]
mod features;
#[path = "skonto/gate.rs"]
mod gate;
#[path = "skonto/import.rs"]
mod import;
#[path = "skonto/learn.rs"]
mod learn;
#[path = "skonto/logged.rs"]
mod logged;
#[path = "skonto/patterns.rs"]
mod patterns;
#[path = "skonto/replay.rs"]
mod replay;
#[path = "skonto/report.rs"]
mod report_again;
#[path = "skonto/rivals.rs"]
mod rivals;
#[path = "skonto/simulate.rs"]
mod simulate;
#[path = "skonto/track.rs"]
mod track;

use clap::{Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use skonto::engine::Engine;
use skonto::error::{Code, Error, Result};
use skonto::evaluate::metrics::Resampling;
use skonto::evaluate::{parity, policy, preview, quality, report, terminal};
use skonto::train::read::log::Scan;
use skonto::train::track::Logged;
use skonto::train::{self, Params, release, showcase};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

/// Decides which discount to offer, or none: train a model on a shop's orders, look into it, use it.
#[derive(Parser)]
#[command(
    version,
    after_help = "Examples:
  skonto train examples/grocery/shop.toml --data ~/.cache/skonto/complete_journey --out out
  skonto inspect out/model.skonto
  skonto patterns examples/groceries/shop.toml --data data --out patterns.html
  skonto decide out/model.skonto --group 'SOUP/CONDENSED SOUP' --price 129 --at 2017-11-20T12:00:00"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Learn from orders, or from a plain table; write model.skonto, report.html, metrics.json, shop.json and parity/ into a folder.
    #[command(after_help = "Example:
  skonto train examples/grocery/shop.toml --data ~/.cache/skonto/complete_journey --out out")]
    Train {
        /// The shop's settings.
        settings: PathBuf,
        /// Folder with the orders.
        #[arg(long)]
        data: PathBuf,
        /// Folder to write into; made where missing.
        #[arg(long, default_value = "out")]
        out: PathBuf,
        /// Version of the model; a device never goes back to a lower one.
        #[arg(long, default_value_t = 1)]
        release: u64,
        /// How many held-out decisions to record for comparing engines.
        #[arg(long, default_value_t = 12_000)]
        parity_cases: usize,
        /// Of an experiment: pack the learned policy whatever the gate says, to give its budgets prices.
        #[arg(long)]
        keep_learned: bool,
        #[command(flatten)]
        tracking: track::Asked,
    },
    /// Check a model file, or the data a shop's settings name, and say what is in it.
    #[command(after_help = "Examples:
  skonto inspect out/model.skonto
  skonto inspect examples/rees46/shop.toml --data data/rees46_events --out quality.html")]
    Inspect {
        /// A .skonto file, or a shop's settings (.toml).
        what: PathBuf,
        /// Folder with the files that the settings name.
        #[arg(long)]
        data: Option<PathBuf>,
        /// Write the data-quality page there.
        #[arg(long)]
        out: Option<PathBuf>,
        /// Take the first row that would be dropped for an error.
        #[arg(long)]
        strict: bool,
        /// Print numbers as JSON instead of words.
        #[arg(long)]
        json: bool,
    },
    /// Learn from a log of decisions whose probabilities were kept: which arm to give next, released if that is shown to pay.
    #[command(after_help = logged::HELP)]
    Learn(logged::Asked),
    /// Look for patterns in a shop's log: who buys how, and what goes together.
    #[command(after_help = patterns::HELP)]
    Patterns(patterns::Asked),
    /// Make a table of features from a log, for any learner.
    #[command(after_help = "Examples:
  skonto features shop.toml --data logs --at session --out table.parquet
  skonto features shop.toml --data train --at view_item --program program.json --out train.parquet
  skonto features shop.toml --data test --at view_item --from program.json --out test.parquet
  skonto features shop.toml --stdin arrow --stdout arrow < part.arrows > features.arrows")]
    Features(features::Asked),
    /// Draw the page of a run of learners or of an experiment again, or set two runs of learners side by side.
    #[command(after_help = report_again::HELP)]
    Report(report_again::Asked),
    /// Take over a model that LightGBM, XGBoost, scikit-learn or CatBoost trained.
    #[command(after_help = import::HELP)]
    Import(import::Asked),
    /// May this model be released? Judged by the held-out rows of an experiment; the answer is an exit code.
    #[command(after_help = gate::HELP)]
    Gate(gate::Asked),
    /// Decisions that were made, made again by another model: spend, take-up, what they bring, who gains, who loses.
    #[command(after_help = replay::HELP)]
    Replay(replay::Asked),
    /// Find a price for every budget of a model on held-out decisions, draw what money buys, and pack the prices.
    #[command(after_help = budget::HELP)]
    Budget(budget::Asked),
    /// What a shopper would be offered at a moment: every arm, and why or why not.
    #[command(after_help = PREVIEW_HELP)]
    Preview {
        /// A .skonto file.
        model: PathBuf,
        /// The shopper: a JSON file of `attributes`, GA4 `events` and a `cart`.
        #[arg(long = "as", value_name = "SHOPPER")]
        shopper: PathBuf,
        /// The moment, in the shop's own time; an offset, if it follows, says how far that is ahead of UTC.
        #[arg(long, value_parser = previewed)]
        at: (f64, f64),
        /// List price in minor units.
        #[arg(long, default_value_t = 10_000.0)]
        price: f64,
        /// The product's group; left out where the model tells no groups apart.
        #[arg(long, default_value = "")]
        group: String,
        /// Language of the reasons.
        #[arg(long, default_value = "en")]
        language: String,
    },
    /// Play policies against shoppers whose response is known, and draw what each loses; or log what one of them decides.
    #[command(after_help = simulate::HELP)]
    Simulate(simulate::Asked),
    /// Decide for one product, and say why, as JSON.
    #[command(after_help = "Example:
  skonto decide out/model.skonto --group 'SOUP/CONDENSED SOUP' --price 129 --at 2017-11-20T12:00:00 \\
    --events history.jsonl

history.jsonl holds one GA4 event a line:
  {\"name\":\"purchase\",\"timestamp_ms\":1510000000000,\"params\":{\"items\":[{\"item_category2\":\"SOUP\",
   \"item_category3\":\"CONDENSED SOUP\",\"price\":1.19,\"discount\":0.1,\"quantity\":2}]}}")]
    Decide {
        /// A .skonto file.
        model: PathBuf,
        /// The product's group; left out where the model tells no groups apart.
        #[arg(long, default_value = "")]
        group: String,
        /// List price in minor units.
        #[arg(long)]
        price: f64,
        /// The moment, in the shop's local time.
        #[arg(long, value_parser = moment)]
        at: f64,
        /// What the shop says, as a JSON object of attributes.
        #[arg(long)]
        attributes: Option<String>,
        /// What the shopper did so far, one GA4 event a line.
        #[arg(long)]
        events: Option<PathBuf>,
        /// Assume this margin in percent instead of the model's.
        #[arg(long)]
        margin: Option<f64>,
        /// Draws among equals and explores.
        #[arg(long, default_value_t = 0.0)]
        seed: f64,
    },
}

const PREVIEW_HELP: &str = "Example:
  skonto preview out/model.skonto --as shopper.json --at 2026-11-27T09:00+01:00 --price 129 --group 'SOUP/CONDENSED SOUP'

shopper.json: {\"attributes\": {\"newbie\": 1}, \"events\": [{\"name\": \"view_item\", \"timestamp_ms\": 1510000000000,
  \"params\": {\"items\": [{\"item_category2\": \"SOUP\", \"item_category3\": \"CONDENSED SOUP\", \"price\": 1.19}]}}]}
With \"cart\": {\"currency\": \"EUR\", \"shipping\": 4.9, \"items\": [{\"item_id\": \"soup\", \"item_category\": \"Soup\", \"price\": 2.5,
  \"quantity\": 3}], \"circumstances\": {\"tier\": \"gold\", \"past_orders\": 0}} the whole cart is decided, and every offer says why
  not. All three may be left out.";

/// Nothing new is released: neither a success nor a failure of the program.
const NOT_RELEASED: u8 = 3;

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Train { settings, data, out, release, parity_cases, keep_learned, tracking } => {
            let asked = learn::Asked { data: &data, out: &out, version: release, keep_learned };
            train_and_log(&tracking, &out, || run_training(&settings, &asked, parity_cases))
        }
        Command::Features(asked) => features::run(&asked),
        Command::Import(asked) => import::run(&asked),
        Command::Inspect { what, data, out, strict, json } => match data {
            Some(folder) => inspect_log(&what, &folder, out.as_deref(), strict, json),
            None => inspect_model(&what),
        },
        Command::Patterns(asked) => patterns::run(&asked),
        Command::Report(asked) => report_again::run(&asked),
        Command::Simulate(asked) => simulate::run(&asked),
        Command::Learn(asked) => match logged::run(&asked) {
            Ok(false) => return ExitCode::from(NOT_RELEASED),
            learned => learned.map(|_| ()),
        },
        Command::Budget(asked) => budget::run(&asked),
        Command::Replay(asked) => replay::run(&asked),
        Command::Gate(asked) => match gate::run(&asked) {
            Ok(false) => return ExitCode::from(NOT_RELEASED),
            judged => judged.map(|_| ()),
        },
        Command::Preview { model, shopper, at, price, group, language } => {
            let (at, instant) = at;
            let asked = terminal::Asked { group, price, at, instant, margin: None, seed: 0.0, attributes: None };
            run_preview(&model, &shopper, &asked, &language)
        }
        Command::Decide { model, group, price, at, attributes, events, margin, seed } => {
            let asked = terminal::Asked { group, price, at, instant: at, margin, seed, attributes };
            decide(&model, events.as_deref(), &asked)
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("skonto: {} ({})", error, error.code().name());
            ExitCode::FAILURE
        }
    }
}

/// Milliseconds since 1970 of a moment like `2017-11-20T12:00:00`.
fn moment(text: &str) -> std::result::Result<f64, String> {
    terminal::moment_ms(text).ok_or_else(|| "expected a moment like 2017-11-20T12:00:00".into())
}

/// Trains, then tells a tracking server if one was named; an address that cannot work stops before the training.
fn train_and_log(asked: &track::Asked, out: &Path, train: impl FnOnce() -> Result<Logged>) -> Result<()> {
    let (tracking, started) = (asked.check()?, SystemTime::now());
    let logged = train()?;
    tracking.map_or(Ok(()), |it| track::log(&it, logged, out, started))
}

fn run_training(settings: &Path, asked: &learn::Asked, cases: usize) -> Result<Logged> {
    let learn::Asked { data, out, version, .. } = *asked;
    let text = fs::read_to_string(settings).map_err(|error| io("read", settings, &error))?;
    let params = Params::from_toml(&text)?;
    if params.trial.is_some() {
        let run = learn::run_experiment(&params, asked)?;
        return Ok(Logged::of_experiment(&run));
    }
    if params.table.is_some() {
        let run = learn::run(&params, asked)?;
        return Ok(Logged::of_run(&run));
    }
    let checked = params.check()?;
    let bar = Bar::new();
    let trained = train::fit(&checked, data, &|stage, done, total| bar.show(stage, done, total))?;
    let bytes = release::release(&trained, &checked, version)?;
    let engine = Engine::load(&bytes)?;
    let mut summary = trained.summary.clone();
    summary.model_version = version;
    let resampling = Resampling { count: checked.params.fit.resamples, seed: checked.params.fit.seed };
    policy::measure(&trained, &engine, resampling, &mut summary, |done, total| bar.show("policy", done, total));
    let parity = parity::collect(&trained, &engine, cases);
    bar.finish();

    write(&out.join("model.skonto"), &bytes)?;
    write(&out.join("report.html"), report::render(&summary).as_bytes())?;
    write(&out.join("metrics.json"), json(&summary).as_bytes())?;
    write(&out.join("shop.json"), json(&showcase::showcase(&trained, version)).as_bytes())?;
    write(&out.join("parity/cases.bin"), &parity.cases)?;
    write(&out.join("parity/numbers.bin"), &parity.numbers)?;
    write(&out.join("parity/expected.json"), json(&parity.expected).as_bytes())?;
    say(&terminal::summary(&summary, bytes.len()));
    Ok(Logged::of_summary(&summary))
}

fn inspect_model(path: &Path) -> Result<()> {
    if path.extension().is_some_and(|ending| ending == "toml") {
        return Err(Error::new(
            Code::BadConfig,
            "a shop's settings are inspected with their files: add --data <folder>",
        ));
    }
    load(path).map(|(engine, bytes)| say(&terminal::card(&engine, bytes)))
}

fn inspect_log(settings: &Path, data: &Path, out: Option<&Path>, strict: bool, as_json: bool) -> Result<()> {
    let text = fs::read_to_string(settings).map_err(|error| io("read", settings, &error))?;
    let log = Params::from_toml(&text)?.check_log()?.at(now());
    let log = if strict { log.strict() } else { log };
    let (bar, started) = (Bar::new(), Instant::now());
    let scan = Scan::open(&log, data)?;
    let mut measured = quality::measure(&log, &scan, &|done, total| bar.show("read", done, total))?;
    measured.seconds = started.elapsed().as_secs_f64();
    bar.finish();
    if let Some(out) = out {
        write(out, report::quality_page(&measured).as_bytes())?;
    }
    say(&if as_json { json(&measured) + "\n" } else { quality::in_words(&measured) });
    Ok(())
}

/// Seconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() as i64)
}

fn decide(model: &Path, events: Option<&Path>, asked: &terminal::Asked) -> Result<()> {
    let (engine, _) = load(model)?;
    let history = match events {
        Some(path) => fs::read_to_string(path).map_err(|error| io("read", path, &error))?,
        None => String::new(),
    };
    say(&(json(&terminal::decide(&engine, &history, asked)?) + "\n"));
    Ok(())
}

fn run_preview(model: &Path, shopper: &Path, asked: &terminal::Asked, language: &str) -> Result<()> {
    let (engine, _) = load(model)?;
    let told = fs::read_to_string(shopper).map_err(|error| io("read", shopper, &error))?;
    say(&preview::preview(&engine, &told, asked, language)?);
    Ok(())
}

fn previewed(text: &str) -> std::result::Result<(f64, f64), String> {
    preview::moment_ms(text).ok_or_else(|| "expected a moment like 2026-11-27T09:00".into())
}

/// Prints, and does not mind a reader that left: `skonto inspect … | head` is no error.
fn say(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

fn load(path: &Path) -> Result<(Engine, usize)> {
    let bytes = fs::read(path).map_err(|error| io("read", path, &error))?;
    let engine = Engine::load(&bytes);
    let engine = engine.map_err(|error| Error::new(error.code(), format!("{}: {error}", path.display())))?;
    Ok((engine, bytes.len()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| io("make", folder, &error))?;
    }
    fs::write(path, bytes).map_err(|error| io("write", path, &error))
}

fn json(value: &impl serde::Serialize) -> String {
    // Plain data with text keys: there is nothing a serialiser could refuse.
    serde_json::to_string_pretty(value).unwrap_or_default()
}

fn io(verb: &str, path: &Path, error: &std::io::Error) -> Error {
    Error::new(Code::Io, format!("cannot {verb} {}: {error}", path.display()))
}

/// One progress bar that changes its name with the stage; silent where nobody looks.
struct Bar {
    bar: ProgressBar,
    started: Instant,
    stage: Mutex<String>,
}

/// What takes less needs no bar.
const SOON: Duration = Duration::from_secs(1);

impl Bar {
    fn new() -> Bar {
        let bar = ProgressBar::new(1);
        let template = "{msg:>8} [{bar:30}] {percent:>3} % {elapsed}";
        bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
        Bar { bar, started: Instant::now(), stage: Mutex::default() }
    }

    fn show(&self, stage: &str, done: u64, total: u64) {
        if self.started.elapsed() < SOON {
            return;
        }
        if let Ok(mut shown) = self.stage.lock()
            && *shown != stage
        {
            *shown = stage.to_string();
            self.bar.set_message(stage.to_string());
        }
        self.bar.set_length(total);
        self.bar.set_position(done);
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
