//! An imported model and a shop's settings → the file that is released.
//!
//! Rows that a request can bring about become golden vectors: every device computes them again when it loads the file. That
//! is possible where all features are attributes; counters of a history cannot be set to a value.

use super::columns::attribute;
use super::narrow::{coarse, narrow};
use super::rows::{self, Row, Worst};
use super::settings::Settings;
use super::{Imported, bad};
use crate::artefact::{Artefact, Content, Golden, MAX_BYTES};
use crate::engine::Engine;
use crate::error::{Code, Error, Result};
use crate::event::{Profile, Timestamp};
use crate::feature::{Context, Program, Schema, extract};
use crate::model::{Forest, Model, Scorer, Target};
use crate::train::texts;

/// How many golden vectors travel.
const GOLDEN: usize = 8;
/// The list price of golden vectors, in minor units.
const PRICE: u32 = 1_999;
/// Their moment: 2026-01-05, a Monday, at noon.
const NOW: Timestamp = Timestamp::from_seconds(1_767_614_400);

/// What is wanted of an import.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What scores are about.
    pub target: Target,
    /// The feature that is the depth of the offer, as a fraction of one.
    pub offer: Option<String>,
    /// Added to a score per unit of depth.
    pub response: f32,
    /// Version of the model.
    pub version: u64,
    /// Bits of the leaves of trees, from 2 to 16, so that they take less of a download; none keeps them as they are.
    pub bits: Option<u8>,
}

/// A file, and what is known of it.
#[derive(Clone, Debug)]
pub struct Released {
    /// The artefact.
    pub bytes: Vec<u8>,
    /// The row farthest from its prediction; none without rows.
    pub worst: Option<Worst>,
    /// Golden vectors that travel.
    pub golden: usize,
    /// What a person should know.
    pub notes: Vec<String>,
}

/// Packs `imported` for the features of `program`, whose groups `schema` names.
///
/// # Errors
/// Columns that are no features, rows whose predictions differ by more than [`rows::TOLERANCE`], and the limits of the
/// format, with what to do about them.
pub fn release(
    imported: &Imported,
    settings: &Settings,
    (program, schema): (Program, Schema),
    rows: &[Row],
    wanted: &Wanted,
) -> Result<Released> {
    let (model, mut notes) = model(imported, &program, wanted)?;
    let worst = rows::check(&model, rows)?;
    let model = match wanted.bits {
        Some(bits) => rounded(model, bits, rows, &mut notes)?,
        None => model,
    };
    let golden = golden(&program, &schema, &model, rows);
    match (rows.is_empty(), golden.is_empty()) {
        (true, _) => notes.push("no rows were given: nothing shows that it predicts what the library does".into()),
        (false, true) => notes.push("no row can be asked for by attributes alone, so none travels in the file".into()),
        _ => {}
    }
    let menu = settings.menu()?;
    let content = Content {
        version: wanted.version,
        locales: texts::of_target(texts::locales(&menu, &program, &settings.labels()), wanted.target),
        card: card(imported, settings, worst),
        schema,
        program,
        model,
        menu,
        golden: Vec::new(),
    };
    let engine = Engine::new(Artefact::new(content)?);
    let golden = golden.into_iter().map(|golden| Ok(Golden { hash: engine.golden_hash(&golden)?, ..golden }));
    let golden = golden.collect::<Result<Vec<_>>>()?;
    let (content, count) = (engine.content().clone(), golden.len());
    let bytes = Artefact::new(Content { golden, ..content })?.encode();
    check_size(bytes.len())?;
    Engine::load(&bytes)?;
    Ok(Released { bytes, worst, golden: count, notes })
}

fn model(imported: &Imported, program: &Program, wanted: &Wanted) -> Result<(Model, Vec<String>)> {
    let placement = imported.placement(program)?;
    let mut model = imported.model(program, wanted.target)?;
    model.offer = wanted.offer.as_deref().map(|name| offer(name, program)).transpose()?;
    model.response = wanted.response;
    let mut notes = Vec::new();
    if placement.by_position {
        notes.push("the columns have no names: they are the features in the order of the settings".into());
    }
    let used: Vec<usize> = placement.features.iter().flatten().copied().collect();
    let unused = program.features.iter().enumerate().filter(|(index, _)| !used.contains(index));
    let unused: Vec<&str> = unused.map(|(_, feature)| feature.name.as_str()).collect();
    if !unused.is_empty() {
        notes.push(format!("features the model does not know: {}", unused.join(", ")));
    }
    if model.offer.is_none() && model.response == 0.0 && wanted.target == Target::Buys {
        notes.push(
            "the score is the same under every offer, so none will ever pay: name the feature that is the offer's depth \
             with --offer, or assume a --response"
                .into(),
        );
    }
    if let Scorer::Forest(forest) = &model.scorer
        && let Some(narrowed) = narrow(forest)
    {
        model.scorer = Scorer::Forest(narrowed);
    }
    Ok((model, notes))
}

/// The model with coarser leaves, and how far that moves the rows.
fn rounded(model: Model, bits: u8, rows: &[Row], notes: &mut Vec<String>) -> Result<Model> {
    let Scorer::Forest(forest) = &model.scorer else {
        return Err(bad("--bits is about the leaves of trees, and this model has none"));
    };
    if !(2..=16).contains(&bits) {
        return Err(Error::limit(Code::OutOfRange, "bits of a leaf, 2 to", 16, bits as u64));
    }
    let model = Model { scorer: Scorer::Forest(coarse(forest, bits)), ..model };
    notes.push(match rows::worst(&model, rows) {
        Some(worst) => {
            format!("leaves of {bits} bits move row {} by {:.1e}, and no other by more", worst.row, worst.difference)
        }
        None => format!("how far leaves of {bits} bits move predictions was not seen: no rows were given"),
    });
    Ok(model)
}

fn offer(name: &str, program: &Program) -> Result<u8> {
    let found = program.features.iter().position(|feature| feature.name == name && feature.steps.is_empty());
    let missing = || Error::new(Code::BadConfig, format!("--offer: `{name}` is no feature without transforms"));
    found.map(|index| index as u8).ok_or_else(missing)
}

fn check_size(found: usize) -> Result<()> {
    match found <= MAX_BYTES {
        true => Ok(()),
        false => Err(Error::limit(
            Code::TooLarge,
            "bytes of the artefact; train fewer trees (n_estimators) or smaller ones (num_leaves, max_depth, \
             min_data_in_leaf), with a larger learning rate to make up for it",
            MAX_BYTES as u64,
            found as u64,
        )),
    }
}

/// The first rows that attributes alone bring about, without their hashes.
fn golden(program: &Program, schema: &Schema, model: &Model, rows: &[Row]) -> Vec<Golden> {
    let golden = |row: &Row| {
        let attributes = attributes(program, row)?;
        let context = Context { group: schema.group_at(0), attributes: &attributes, now: NOW, ..Context::default() };
        let vector = extract(program, schema, &Profile::new(), &context);
        let same = (0..vector.len()).all(|feature| {
            // The offer's depth differs by arm, whatever the row says.
            vector.get(feature) == row.features[feature] || model.offer == Some(feature as u8)
        });
        let profile = Profile::new().encode(program);
        same.then(|| Golden { profile, price: PRICE, now: NOW.seconds(), attributes, ..Golden::default() })
    };
    rows.iter().filter_map(golden).take(GOLDEN).collect()
}

/// What a shop would say for the features to have the row's values, as far as they are attributes.
fn attributes(program: &Program, row: &Row) -> Option<Vec<Option<f64>>> {
    let mut told = vec![None; program.tables.attributes.len()];
    for (index, value) in row.features.iter().enumerate() {
        let Some(attribute) = attribute(index, program) else { continue };
        let position = program.tables.attributes.iter().position(|known| known.name == attribute.name)?;
        told[position] = match (value, attribute.levels.is_empty()) {
            // Level 0 is any word that is not known.
            (Some(level), false) if *level == 0.0 => Some(unknown(&attribute.levels)),
            (Some(level), false) => Some(*attribute.levels.get((*level as usize).checked_sub(1)?)? as f64),
            _ => *value,
        };
    }
    Some(told)
}

/// A number that stands for none of the words.
fn unknown(levels: &[u32]) -> f64 {
    (1..).find(|number| levels.binary_search(number).is_err()).unwrap_or_default() as f64
}

fn card(imported: &Imported, settings: &Settings, worst: Option<Worst>) -> String {
    let measured = match worst {
        Some(worst) => {
            format!("Checked against rows of the library: it is never off by more than {:.1e}.", worst.difference)
        }
        None => "Not checked against the library.".into(),
    };
    format!(
        "{shop}: a model that another library trained, imported. Source: {source}. {measured} What data it learnt from, how \
         good it is and which discounts those data had is not known here; all arms of the menu are open to it. Margins are \
         assumptions of the shop. Not for: prices above list, credit, insurance, or any decision about a person other than an \
         offer.",
        shop = settings.shop(),
        source = imported.source,
    )
}

/// How much of the file the trees take, in words; none for a linear model.
pub fn trees(engine: &Engine) -> Option<String> {
    let Scorer::Forest(Forest { roots, nodes, unit, .. }) = &engine.content().model.scorer else { return None };
    let bytes = if *unit > 0.0 { "two" } else { "four" };
    Some(format!("{} trees, {} nodes, {bytes}-byte values", roots.len(), nodes.len()))
}

/// The program and the groups that rows and model are read with: those of a file, or those that the settings declare.
pub fn program(settings: &Settings, given: Option<(Program, Schema)>) -> Result<(Program, Schema)> {
    match given {
        Some((program, schema)) => Ok((program, settings.priced(schema)?)),
        None => Ok((settings.program()?, settings.schema()?)),
    }
}

/// Reads rows for a model: by position where it has no names.
pub fn read_rows(imported: &Imported, program: &Program, table: impl std::io::Read) -> Result<Vec<Row>> {
    let placement = imported.placement(program)?;
    let mut used = vec![false; program.features.len()];
    for (feature, asked) in placement.features.iter().zip(imported.used()) {
        if let Some(feature) = feature.filter(|_| asked) {
            used[feature] = true;
        }
    }
    let rows = rows::read(table, program, &used)?;
    match rows.is_empty() {
        true => Err(bad("rows: the table has none")),
        false => Ok(rows),
    }
}
