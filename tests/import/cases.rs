//! Cases on disk, and the settings of a shop whose attributes are their columns.

use serde::Deserialize;
use skonto::error::Result;
use skonto::feature::Program;
use skonto::model::{Model, Target};
use skonto::train::import::rows::{self, Row};
use skonto::train::import::settings::Settings;
use skonto::train::import::{self, Imported};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What `case.json` says.
#[derive(Clone, Debug, Deserialize)]
struct Described {
    versions: String,
    model: String,
    output: String,
    columns: Vec<String>,
    levels: BTreeMap<String, usize>,
    rows: usize,
    lossy: bool,
}

/// A model file and what its library predicts.
#[derive(Clone, Debug)]
pub struct Case {
    pub name: String,
    pub versions: String,
    pub bytes: Vec<u8>,
    pub rows: usize,
    pub lossy: bool,
    pub target: Target,
    pub settings: String,
    pub table: PathBuf,
}

impl Case {
    fn read(folder: &Path) -> Case {
        let text = fs::read_to_string(folder.join("case.json")).unwrap();
        let described: Described = serde_json::from_str(&text).unwrap();
        Case {
            name: folder.file_name().unwrap().to_string_lossy().into_owned(),
            bytes: fs::read(folder.join(&described.model)).unwrap(),
            rows: described.rows,
            lossy: described.lossy,
            target: if described.output == "value" { Target::MarketPrice } else { Target::Buys },
            settings: settings(&described.columns, &described.levels),
            versions: described.versions,
            table: folder.join("rows.csv"),
        }
    }

    pub fn program(&self) -> Program {
        Settings::from_toml(&self.settings).unwrap().program().unwrap()
    }

    pub fn imported(&self) -> Result<Imported> {
        import::read(&self.bytes)
    }

    pub fn model(&self) -> Result<Model> {
        self.imported()?.model(&self.program(), self.target)
    }

    pub fn table(&self) -> Vec<u8> {
        fs::read(&self.table).unwrap()
    }

    pub fn rows(&self) -> Vec<Row> {
        let rows = rows::read(&self.table()[..], &self.program(), &[]).unwrap();
        assert_eq!(rows.len(), self.rows);
        rows
    }
}

/// A shop that says every column with a request.
pub fn settings(columns: &[String], levels: &BTreeMap<String, usize>) -> String {
    let mut text = String::from(
        "[shop]\nname = \"imported\"\ncurrency = \"EUR\"\n\n[margins]\ndefault = 40.0\n\n[menu]\narms = [{ id = \
         \"none\", percent = 0.0 }, { id = \"pct10\", percent = 10.0 }]\nfloor_margin = 0.0\nmax_discount = 50.0\n\
         budget_price = 0.0\nexploration = 0.0\nholdout = 0.0\npromise_minutes = 60\n",
    );
    for column in columns {
        let words: Vec<String> =
            (0..levels.get(column).copied().unwrap_or(0)).map(|n| format!("\"word {n}\"")).collect();
        let words = if words.is_empty() { String::new() } else { format!("levels = [{}]\n", words.join(", ")) };
        text += &format!("\n[[attribute]]\nname = \"{column}\"\n{words}");
        text += &format!("\n[[feature]]\nname = \"{column}\"\nkind = \"attribute\"\nof = \"{column}\"\n");
    }
    text
}

fn folder(path: &Path) -> Vec<Case> {
    let mut cases: Vec<PathBuf> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.join("case.json").exists());
    cases.sort();
    cases.iter().map(|path| Case::read(path)).collect()
}

/// The committed ones.
pub fn small() -> Vec<Case> {
    folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import"))
}

/// Those of 10,000 rows; none, and a loud line, where they were not made.
pub fn large() -> Vec<Case> {
    let home = PathBuf::from(std::env::var_os("HOME").unwrap_or_default());
    let path = std::env::var_os("SKONTO_IMPORT").map_or(home.join(".cache/skonto/import"), PathBuf::from);
    if !path.exists() {
        eprintln!("SKIPPED: {} is absent; tests/reference/import/make.py makes it", path.display());
        return Vec::new();
    }
    folder(&path)
}
