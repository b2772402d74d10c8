//! The `[words]` settings: [`WordsParams`] is what a file says, [`CheckedWordsParams`] what made sense.

use crate::error::{Code, Error, Result};
use crate::words::{BUCKETS, DIM};
use serde::Deserialize;

/// As written; what is left out has a default.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WordsParams {
    /// Dimensions of the vectors, at most [`DIM`]; the device's have [`DIM`] whatever this says.
    pub dimensions: usize,
    /// Rows on the device; a power of two within [`BUCKETS`].
    pub buckets: usize,
    /// How far apart two words of a text may stand and still be neighbours.
    pub window: usize,
    /// A word that occurs more rarely is not learnt.
    pub min_count: u32,
    /// The most words learnt, the commonest first.
    pub max_words: usize,
    /// Taken off the information of two words, which drops the weakest.
    pub shift: f64,
    /// Strength that keeps the buckets' rows small, in units of what the words weigh on a bucket.
    pub ridge: f64,
    /// Of the random projection.
    pub seed: u64,
}

impl Default for WordsParams {
    fn default() -> Self {
        WordsParams {
            dimensions: DIM,
            buckets: 1024,
            window: 3,
            min_count: 2,
            max_words: 50_000,
            shift: 0.0,
            ridge: 0.5,
            seed: 1,
        }
    }
}

/// Settings that passed every check.
#[derive(Clone, Copy, Debug)]
pub struct CheckedWordsParams(WordsParams);

impl CheckedWordsParams {
    /// What was checked.
    pub fn params(&self) -> &WordsParams {
        &self.0
    }
}

impl WordsParams {
    /// Refuses what cannot be fitted.
    pub fn check(self) -> Result<CheckedWordsParams> {
        within("words.dimensions", self.dimensions as f64, 1.0, DIM as f64)?;
        within("words.buckets", self.buckets as f64, *BUCKETS.start() as f64, *BUCKETS.end() as f64)?;
        within("words.window", self.window as f64, 1.0, 256.0)?;
        within("words.min_count", self.min_count as f64, 1.0, 1e6)?;
        within("words.max_words", self.max_words as f64, 1.0, 1e6)?;
        within("words.shift", self.shift, 0.0, 10.0)?;
        within("words.ridge", self.ridge, f64::MIN_POSITIVE, 1e9)?;
        match self.buckets.is_power_of_two() {
            true => Ok(CheckedWordsParams(self)),
            false => Err(refusal(format!("words.buckets: expected a power of two, found {}", self.buckets))),
        }
    }
}

fn within(what: &str, found: f64, least: f64, most: f64) -> Result<()> {
    match found >= least && found <= most {
        true => Ok(()),
        false => Err(refusal(format!("{what}: from {least} to {most}, found {found}"))),
    }
}

fn refusal(what: String) -> Error {
    Error::new(Code::BadConfig, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_settings_and_says_what_the_limit_is_and_what_was_found() {
        let rows = [
            ("dimensions = 17", "words.dimensions: from 1 to 16, found 17"),
            ("buckets = 1000", "words.buckets: expected a power of two, found 1000"),
            ("buckets = 8192", "words.buckets: from 64 to 4096, found 8192"),
            ("window = 0", "words.window: from 1 to 256, found 0"),
            ("shift = nan", "words.shift: from 0 to 10, found NaN"),
            ("ridge = 0.0", "words.ridge"),
        ];
        for (text, expected) in rows {
            let params: WordsParams = toml::from_str(text).unwrap();
            let message = params.check().unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
        }
        let misspelt = toml::from_str::<WordsParams>("bucket = 64").unwrap_err().to_string();
        assert!(misspelt.contains("unknown field `bucket`"), "{misspelt}");
        assert!(toml::from_str::<WordsParams>("").unwrap().check().is_ok());
    }
}
