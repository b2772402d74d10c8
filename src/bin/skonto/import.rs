//! `skonto import`: a model file of another library and a shop's settings in, an artefact out.

use super::{io, say, write};
use clap::{Args, ValueEnum};
use skonto::artefact::MAX_BYTES;
use skonto::engine::Engine;
use skonto::error::{Error, Result};
use skonto::feature::{Program, Schema};
use skonto::model::Target;
use skonto::train::fold::given;
use skonto::train::import::release::{self, Released, Wanted};
use skonto::train::import::settings::Settings;
use skonto::train::import::{self, rows};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

pub const HELP: &str = "Examples:
  skonto import model.txt --settings shop.toml --golden rows.csv --offer depth --out model.skonto
  skonto import model.json --settings shop.toml --from program.json --golden rows.csv --target takes-part

rows.csv has a column for every feature of the model and `prediction`: what the library itself predicts, a probability or,
with --target market-price, ln(market / list price). An empty field is a missing value. docs/import.md tells the rest.";

/// What `skonto import` is asked.
#[derive(Args)]
pub struct Asked {
    /// LightGBM's model.txt, XGBoost's model.json or an ONNX file.
    model: PathBuf,
    /// The shop's settings: features, menu and margins.
    #[arg(long)]
    settings: PathBuf,
    /// Features fitted on a log: the program.json that `skonto features --program` wrote, or a .skonto model.
    #[arg(long)]
    from: Option<PathBuf>,
    /// Rows with the library's predictions; all must agree, and a few travel in the file.
    #[arg(long)]
    golden: Option<PathBuf>,
    /// What the model predicts.
    #[arg(long, value_enum, default_value_t = About::Buys)]
    target: About,
    /// The feature that is the depth of the offer, as a fraction of one.
    #[arg(long)]
    offer: Option<String>,
    /// Log-odds (or log price) assumed to be added by an offer of depth 1, where no feature says it.
    #[arg(long, default_value_t = 0.0, allow_negative_numbers = true)]
    response: f32,
    /// Version of the model; a device never goes back to a lower one.
    #[arg(long, default_value_t = 1)]
    release: u64,
    /// Round the leaves of trees to so many bits, 2 to 16: 11 halve what a page downloads. Without it they stay as they are.
    #[arg(long)]
    bits: Option<u8>,
    /// File to write.
    #[arg(long, default_value = "model.skonto")]
    out: PathBuf,
}

/// What a score is about.
#[derive(Clone, Copy, ValueEnum)]
enum About {
    /// Whether the shopper buys.
    Buys,
    /// Whether the shopper takes part if an offer is made.
    TakesPart,
    /// The logarithm of the market's price over the list price.
    MarketPrice,
}

impl From<About> for Target {
    fn from(about: About) -> Target {
        match about {
            About::Buys => Target::Buys,
            About::TakesPart => Target::TakesPart,
            About::MarketPrice => Target::MarketPrice,
        }
    }
}

/// Imports the model.
pub fn run(asked: &Asked) -> Result<()> {
    let text = fs::read_to_string(&asked.settings).map_err(|error| io("read", &asked.settings, &error))?;
    let settings = Settings::from_toml(&text)?;
    let imported = import::read(&bytes(&asked.model)?).map_err(|error| of(&asked.model, error))?;
    let (program, schema) = release::program(&settings, given(asked)?)?;
    let rows = match &asked.golden {
        Some(path) => {
            let file = File::open(path).map_err(|error| io("read", path, &error))?;
            release::read_rows(&imported, &program, file).map_err(|error| of(path, error))?
        }
        None => Vec::new(),
    };
    let Asked { target, offer, response, release: version, .. } = asked;
    let (target, offer, bits) = ((*target).into(), offer.clone(), asked.bits);
    let wanted = Wanted { target, offer, response: *response, version: *version, bits };
    let released = release::release(&imported, &settings, (program, schema), &rows, &wanted)?;
    write(&asked.out, &released.bytes)?;
    say(&in_words(&imported.source, rows.len(), &released)?);
    say(&format!("{} written\n", asked.out.display()));
    released.notes.iter().for_each(|note| eprintln!("note: {note}"));
    Ok(())
}

fn bytes(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| io("read", path, &error))
}

fn of(path: &Path, error: Error) -> Error {
    Error::new(error.code(), format!("{}: {error}", path.display()))
}

fn given(asked: &Asked) -> Result<Option<(Program, Schema)>> {
    let Some(path) = &asked.from else { return Ok(None) };
    given::read(&bytes(path)?).map(Some).map_err(|error| of(path, error))
}

fn in_words(source: &str, rows: usize, released: &Released) -> Result<String> {
    let size = released.bytes.len();
    let trees = release::trees(&Engine::load(&released.bytes)?).map_or(String::new(), |trees| format!(" ({trees})"));
    let mut words = format!("{source}\n{size} of {MAX_BYTES} bytes{trees}\n");
    if let Some(worst) = released.worst {
        words += &format!(
            "{rows} rows agree; the worst is row {}, off by {:.1e} of {:e} allowed\n{} golden vectors travel along\n",
            worst.row,
            worst.difference,
            rows::TOLERANCE,
            released.golden
        );
    }
    Ok(words)
}
