//! Which rows of a log may be learnt from, and what their outcome is: `[features]`.
//!
//! A row is a training row by its moment or by its shopper, never by what it says. What is fitted sees training rows
//! only: groups are counted, shoppers cleaned and profiles replayed as if the log held no other.

use crate::error::{Code, Error, Result};
use crate::event::{DAY, EVENT_NAMES, EventKind};
use crate::train::random::{Random, fraction};
use crate::train::transform::FOLDS;
use serde::Deserialize;

/// Draws of different kinds must not follow each other.
const SHARE: u64 = 1;
const FOLD: u64 = 2;
const ROW: u64 = 3;

/// `[features]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TableParams {
    /// Rows before this moment of the shop's clock are training rows.
    pub train_until: Option<String>,
    /// The share of shoppers whose rows are training rows.
    pub train_share: Option<f64>,
    /// The event that target encoding learns to expect.
    pub target: Option<String>,
    /// Within so many days after a row; within the row's visit when left out.
    pub within_days: Option<f64>,
    /// An earlier fit to be applied: a program that was written, or a model.
    pub from: Option<String>,
}

/// Checked `[features]`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CheckedTable {
    /// Training rows.
    pub training: Training,
    /// Their outcome.
    pub target: Option<Target>,
}

/// Which rows are training rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Training {
    /// All.
    #[default]
    All,
    /// Those before a moment, in local seconds since 1970.
    Until(u32),
    /// Those of a share of the shoppers, drawn by a stable hash.
    Share(f64),
}

/// An event that may follow a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// What kind.
    pub kind: EventKind,
    /// Within so many seconds; within the visit when none.
    pub within: Option<u32>,
}

impl TableParams {
    /// Refuses what contradicts itself.
    pub fn check(&self) -> Result<CheckedTable> {
        let training = match (&self.train_until, self.train_share) {
            (Some(_), Some(_)) => return Err(bad("train_until and train_share: one of them is enough".into())),
            (Some(text), None) => Training::Until(moment(text)?),
            (None, Some(share)) if share > 0.0 && share <= 1.0 => Training::Share(share),
            (None, Some(share)) => return Err(bad(format!("train_share: above 0 up to 1, found {share}"))),
            (None, None) => Training::All,
        };
        Ok(CheckedTable { training, target: self.target()? })
    }

    fn target(&self) -> Result<Option<Target>> {
        let within = match self.within_days {
            Some(days) if days > 0.0 && days <= 3_650.0 => Some((days * DAY).round() as u32),
            Some(days) => return Err(bad(format!("within_days: above 0 up to 3650, found {days}"))),
            None => None,
        };
        match &self.target {
            None if within.is_some() => Err(bad("within_days: needs a target".into())),
            None => Ok(None),
            Some(name) => match EventKind::from_name(name) {
                Ok(kind) => Ok(Some(Target { kind, within })),
                Err(_) => Err(bad(format!("target: expected one of {}, found `{name}`", EVENT_NAMES.join(", ")))),
            },
        }
    }
}

fn moment(text: &str) -> Result<u32> {
    let wrong = || bad(format!("train_until: expected a moment like 2019-10-01T01:00:00, found `{text}`"));
    let moment: jiff::civil::DateTime = text.parse().map_err(|_| wrong())?;
    let seconds = jiff::tz::Offset::UTC.to_timestamp(moment).map_err(|_| wrong())?.as_second();
    u32::try_from(seconds).map_err(|_| wrong())
}

fn bad(what: String) -> Error {
    Error::new(Code::BadConfig, format!("features.{what}"))
}

impl Training {
    /// Whether a row of the shopper with that key, at that moment, is a training row.
    pub fn has(self, key: u64, time: u32) -> bool {
        match self {
            Training::All => true,
            Training::Until(until) => time < until,
            Training::Share(share) => fraction(draw(key, SHARE)) < share,
        }
    }
}

/// The fold of a shopper.
pub fn fold_of(key: u64) -> usize {
    (draw(key, FOLD) % FOLDS as u64) as usize
}

/// The place in a lottery of the `number`th thing of a shopper.
pub fn lot(key: u64, number: u64) -> u64 {
    draw(draw(key, ROW), number)
}

fn draw(key: u64, what: u64) -> u64 {
    Random::new(Random::new(key).bits() ^ what).bits()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_sections_that_make_no_sense() {
        let rows = [
            ("train_until = \"soon\"", "features.train_until: expected a moment like"),
            ("train_until = \"2019-10-01\"\ntrain_share = 0.5", "one of them is enough"),
            ("train_share = 0.0", "features.train_share: above 0 up to 1, found 0"),
            ("target = \"buy\"", "features.target: expected one of view_item_list,"),
            ("within_days = 7.0", "features.within_days: needs a target"),
            ("target = \"purchase\"\nwithin_days = -1.0", "features.within_days: above 0"),
        ];
        for (text, expected) in rows {
            let params: TableParams = toml::from_str(text).unwrap();
            let message = params.check().unwrap_err().to_string();
            assert!(message.contains(expected), "{text}: {message}");
        }
        assert!(toml::from_str::<TableParams>("until = 1").is_err());
    }

    #[test]
    fn a_share_of_shoppers_is_drawn_and_folds_are_even_among_them() {
        let drawn: Vec<u64> = (0..100_000).filter(|key| Training::Share(0.3).has(*key, 0)).collect();
        // Binomial: standard deviation 145; five of them.
        assert!((29_275..30_725).contains(&drawn.len()), "{}", drawn.len());
        let mut folds = [0; FOLDS];
        drawn.iter().for_each(|key| folds[fold_of(*key)] += 1);
        assert!(folds.iter().all(|count| (5_600..6_400).contains(count)), "{folds:?}");
        let until = TableParams { train_until: Some("1970-01-02T00:00:01".into()), ..TableParams::default() };
        assert_eq!(until.check().unwrap().training, Training::Until(86_401));
    }
}
