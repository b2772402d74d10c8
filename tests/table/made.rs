//! Small tables made for a test: files in a folder that is gone afterwards, and settings beside them.

use skonto::error::Result;
use skonto::train::Params;
use skonto::train::table::{self, Prepared};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder that is gone when the test is.
pub struct Folder(PathBuf);

impl Folder {
    /// With those files.
    pub fn with(files: &[(&str, &str)]) -> Folder {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("skonto-table-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = Folder(std::env::temp_dir().join(name));
        std::fs::create_dir_all(&folder.0).unwrap();
        files.iter().for_each(|(name, text)| std::fs::write(folder.0.join(name), text).unwrap());
        folder
    }

    /// Reads `rows.csv` with those settings after `[data]`.
    pub fn load(&self, settings: &str) -> Result<Prepared> {
        let text = format!("[shop]\nname = \"a\"\ncurrency = \"EUR\"\n[data]\nfiles = [\"rows.csv\"]\n{settings}");
        Params::from_toml(&text).and_then(|params| table::load(&params, &self.0, &|_, _| {}))
    }
}

impl Deref for Folder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A table of one file.
pub fn load(rows: &str, settings: &str) -> Result<Prepared> {
    Folder::with(&[("rows.csv", rows)]).load(settings)
}

/// The values of a feature in the test rows, NaN where missing.
pub fn judged(prepared: &Prepared, feature: &str) -> Vec<f64> {
    values(&prepared.test, feature)
}

/// The values of a feature, NaN where missing.
pub fn values(sample: &skonto::train::sample::Sample, feature: &str) -> Vec<f64> {
    let at = sample.names.iter().position(|name| name == feature);
    let at = at.unwrap_or_else(|| panic!("no `{feature}` among {:?}", sample.names));
    (0..sample.rows()).map(|row| sample.columns[at].value(row).unwrap_or(f64::NAN)).collect()
}
