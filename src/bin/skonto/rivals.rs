//! Another file beside the one in use, and the held-out rows that they are tried on: where `gate` and `replay` start.

use super::{Bar, io, load};
use clap::Args;
use skonto::engine::Engine;
use skonto::error::Result;
use skonto::train::experiment::Setup;
use skonto::train::table::Prepared;
use skonto::train::{Params, table};
use std::fs;
use std::path::{Path, PathBuf};

/// Which files and rows are meant.
#[derive(Args)]
pub struct Named {
    /// The model that might be released.
    candidate: PathBuf,
    /// Settings of the experiment or the log whose held-out rows it is tried on.
    settings: PathBuf,
    /// Folder with the files of those rows.
    #[arg(long)]
    data: PathBuf,
    /// The model in use.
    #[arg(long)]
    incumbent: Option<PathBuf>,
}

/// A file under the name it was asked for by.
type File = (String, Engine);

/// Files and rows, read.
pub struct Rivals<'a> {
    candidate: File,
    incumbent: Option<File>,
    /// The rows.
    pub prepared: Prepared,
    /// How they are judged.
    pub setup: Setup<'a>,
}

impl Named {
    /// Reads all of it and judges. `change` has a word in the settings before they are checked.
    pub fn judge<T>(&self, change: impl FnOnce(&mut Params), judge: impl FnOnce(&Rivals) -> Result<T>) -> Result<T> {
        let text = fs::read_to_string(&self.settings).map_err(|error| io("read", &self.settings, &error))?;
        let mut params = Params::from_toml(&text)?;
        change(&mut params);
        let setup = Setup::of(&params, "", 1)?;
        let candidate = file(&self.candidate)?;
        let incumbent = self.incumbent.as_deref().map(file).transpose()?;
        let bar = Bar::new();
        let prepared = table::load(&params, &self.data, &|done, total| bar.show("read", done, total))?;
        let judged = judge(&Rivals { candidate, incumbent, prepared, setup });
        bar.finish();
        judged
    }

    /// The name of the file that might be released.
    pub fn candidate(&self) -> String {
        self.candidate.display().to_string()
    }
}

impl Rivals<'_> {
    /// The file that might be released.
    pub fn candidate(&self) -> (&str, &Engine) {
        (&self.candidate.0, &self.candidate.1)
    }

    /// The file in use, where one was named.
    pub fn incumbent(&self) -> Option<(&str, &Engine)> {
        self.incumbent.as_ref().map(|(name, engine)| (&name[..], engine))
    }
}

fn file(path: &Path) -> Result<File> {
    let (engine, _) = load(path)?;
    Ok((path.display().to_string(), engine))
}
