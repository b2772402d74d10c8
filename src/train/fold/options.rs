//! How a log is folded: threads, memory, groups, rules. Of it only groups, rules, extras and training rows show
//! in the result.

use super::bots::BotLimits;
use super::extras::Wanted;
use super::groups::Grouping;
use super::training::Training;
use crate::error::{Code, Error, Result};
use crate::train::clean::tally::Actions;
use std::path::PathBuf;

/// What is done about rows and shoppers that are not plain.
#[derive(Clone, Debug, Default)]
pub struct Cleaning {
    /// By rule.
    pub actions: Actions,
    /// When a shopper is a program.
    pub bots: BotLimits,
}

/// How a log is folded, as asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// Threads; all there are when left out.
    pub threads: Option<usize>,
    /// Bytes of memory for rows; a quarter of the machine's when left out.
    pub memory: Option<usize>,
    /// Partitions, as a power of two.
    pub partition_bits: u32,
    /// Where rows go that do not fit; the system's temporary folder when left out.
    pub folder: Option<PathBuf>,
    /// Product groups.
    pub grouping: Grouping,
    /// Minor units of one major unit: 100 for cents.
    pub minor_units: f64,
    /// Rules.
    pub cleaning: Cleaning,
    /// Texts and attributes to be told.
    pub extras: Wanted,
    /// Rows that may be learnt from.
    pub training: Training,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            threads: None,
            memory: None,
            partition_bits: 8,
            folder: None,
            grouping: Grouping::Frequent { fields: Vec::new(), keep: 0 },
            minor_units: 100.0,
            cleaning: Cleaning::default(),
            extras: Wanted::default(),
            training: Training::All,
        }
    }
}

/// Options that make sense.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckedOptions {
    /// Threads.
    pub threads: usize,
    /// Bytes of memory for rows.
    pub memory: usize,
    /// Partitions, as a power of two.
    pub partition_bits: u32,
    /// Where rows go that do not fit.
    pub folder: PathBuf,
    /// Product groups.
    pub grouping: Grouping,
    /// Minor units of one major unit.
    pub minor_units: f64,
    /// Rules.
    pub cleaning: Cleaning,
    /// Texts and attributes to be told.
    pub extras: Wanted,
    /// Rows that may be learnt from.
    pub training: Training,
}

const MAX_THREADS: usize = 256;
const MAX_PARTITION_BITS: u32 = 12;

impl Options {
    /// Refuses what cannot be, and fills in what the machine says.
    pub fn check(self) -> Result<CheckedOptions> {
        let threads = self.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, |all| all.get()));
        within("threads", threads as u64, 1, MAX_THREADS as u64)?;
        within("partition bits", self.partition_bits as u64, 0, MAX_PARTITION_BITS as u64)?;
        if let Grouping::Frequent { fields, keep } = &self.grouping
            && !fields.is_empty()
        {
            within("groups.keep", *keep as u64, 1, crate::feature::MAX_GROUPS as u64)?;
        }
        Ok(CheckedOptions {
            threads,
            memory: self.memory.unwrap_or_else(quarter_of_memory),
            partition_bits: self.partition_bits,
            folder: self.folder.unwrap_or_else(std::env::temp_dir),
            grouping: self.grouping,
            minor_units: self.minor_units,
            cleaning: self.cleaning,
            extras: self.extras,
            training: self.training,
        })
    }
}

fn within(what: &str, found: u64, least: u64, most: u64) -> Result<()> {
    match found {
        _ if found < least => Err(Error::limit(Code::BadConfig, format!("{what}: too few"), least, found)),
        _ if found > most => Err(Error::limit(Code::BadConfig, format!("{what}: too many"), most, found)),
        _ => Ok(()),
    }
}

/// A quarter of the memory the system reports, or one gibibyte where it reports none.
fn quarter_of_memory() -> usize {
    let told = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = told.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kibibytes = total.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<usize>().ok());
    kibibytes.map_or(1 << 30, |kibibytes| kibibytes * 1_024 / 4)
}

/// Bytes of a size like `512MiB`, `2 GB` or `1000000`.
pub fn bytes(text: &str) -> Result<usize> {
    let text = text.trim();
    let digits = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let unit: usize = match text[digits..].trim() {
        "" | "B" => 1,
        "kB" | "KB" => 1_000,
        "KiB" => 1 << 10,
        "MB" => 1_000_000,
        "MiB" => 1 << 20,
        "GB" => 1_000_000_000,
        "GiB" => 1 << 30,
        _ => return Err(not_a_size(text)),
    };
    let number: usize = text[..digits].parse().map_err(|_| not_a_size(text))?;
    number.checked_mul(unit).ok_or_else(|| not_a_size(text))
}

fn not_a_size(text: &str) -> Error {
    Error::new(Code::BadConfig, format!("expected a size like 512MiB, found `{text}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sizes_as_people_write_them() {
        let rows = [("512MiB", 536_870_912), ("2 GB", 2_000_000_000), ("77", 77), ("1GiB", 1 << 30)];
        rows.iter().for_each(|(text, expected)| assert_eq!(bytes(text).unwrap(), *expected));
        for text in ["", "MiB", "1.5GiB", "-1", "9 elephants", "99999999999999999999", "18446744073709551615GiB"] {
            assert_eq!(bytes(text).unwrap_err().code(), Code::BadConfig, "{text}");
        }
    }

    #[test]
    fn refuses_options_that_cannot_be() {
        let grouping = Grouping::Frequent { fields: vec!["item_category".into()], keep: 5_000 };
        let rows = [
            (Options { threads: Some(0), ..Options::default() }, "threads: too few: limit 1, found 0"),
            (Options { partition_bits: 30, ..Options::default() }, "partition bits: too many: limit 12, found 30"),
            (Options { grouping, ..Options::default() }, "groups.keep: too many: limit 1024, found 5000"),
        ];
        for (options, expected) in rows {
            let message = options.check().unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
