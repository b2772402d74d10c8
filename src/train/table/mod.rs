//! Learning from a plain table: settings and files in, a feature program and samples out.
//!
//! ```text
//! files -> read -> stack -> derive -> split -> attributes, features -> Prepared { program, train, test }
//! ```
//! A column becomes an attribute that the shop passes with a request, and a feature that reads it. Values of both
//! samples are what [`extract`](crate::feature::extract) gives for such a request: there is no second implementation.
//! Nothing is fitted here but the program; that is [`learn`](super::learn).

mod prepared;

pub use prepared::{Counts, Prepared};

use super::Params;
use super::learn::Watch;
use crate::error::{Code, Error, Result};
use std::path::Path;

/// Reads the files of the settings below `folder` and makes them ready. `watch` is told bytes read of bytes there are.
///
/// # Errors
/// Settings that make no sense together, files that cannot be read, rows that nothing can be learnt from.
pub fn load(settings: &Params, folder: &Path, watch: Watch) -> Result<Prepared> {
    let _ = (settings, folder, watch);
    Err(Error::new(Code::BadConfig, "[table]: not read yet"))
}
