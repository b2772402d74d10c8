//! A table that knows the arm, for the one model of an S-learner: the arm as levels, and for weighted sums every feature
//! again as it is under each arm.

use crate::error::{Code, Error, Result};
use crate::feature::MAX_LEVELS;
use crate::model::Values;
use crate::train::sample::{Column, MISSING_LEVEL, Sample};

/// A column made from the arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extra {
    /// The arm as a level, 1 for none.
    Arm,
    /// The feature's amount under this arm, 0 under any other.
    Amount { feature: usize, arm: u16 },
    /// The feature's level and the arm as one level.
    Level { feature: usize, arms: u16 },
}

/// A row as if it had been given an arm. Features past those of the row are the extras.
pub(super) struct Armed<'a, V> {
    pub row: &'a V,
    pub features: usize,
    pub extras: &'a [Extra],
    pub arm: u16,
}

impl Extra {
    fn value(self, row: &impl Values, arm: u16) -> Option<f64> {
        match self {
            Extra::Arm => Some(f64::from(arm) + 1.0),
            Extra::Amount { feature, arm: wanted } => {
                if arm == wanted {
                    row.value(feature)
                } else {
                    Some(0.0)
                }
            }
            // Level 0, one not known, stays 0.
            Extra::Level { feature, arms } => row.value(feature).map(|level| match level > 0.0 {
                true => (level - 1.0) * f64::from(arms) + f64::from(arm) + 1.0,
                false => 0.0,
            }),
        }
    }
}

impl<V: Values> Values for Armed<'_, V> {
    fn value(&self, feature: usize) -> Option<f64> {
        match feature.checked_sub(self.features) {
            Some(extra) => self.extras.get(extra).and_then(|extra| extra.value(self.row, self.arm)),
            None => self.row.value(feature),
        }
    }

    fn group(&self) -> usize {
        self.row.group()
    }

    fn category(&self) -> usize {
        self.row.category()
    }
}

/// The extras of a table: the arm, and its products with the features where they are asked for.
///
/// # Errors
/// A feature with so many levels that no model tells them apart by arm.
pub(super) fn extras(sample: &Sample, arms: u16, products: bool) -> Result<Vec<Extra>> {
    let mut extras = vec![Extra::Arm];
    for (feature, column) in sample.columns.iter().enumerate().filter(|_| products) {
        match column {
            Column::Number(_) => extras.extend((1..arms).map(|arm| Extra::Amount { feature, arm })),
            Column::Level { levels, .. } => {
                let most = MAX_LEVELS as u64;
                let found = u64::from(*levels) * u64::from(arms);
                if found > most {
                    let what = format!("levels of `{}` times arms", sample.names[feature]);
                    return Err(Error::limit(Code::TooLarge, what, most, found));
                }
                extras.push(Extra::Level { feature, arms });
            }
        }
    }
    Ok(extras)
}

/// The table with a column for each extra, by the arm that each row was given.
pub(super) fn with_arm(sample: &Sample, arm: &[u16], arms: u16, extras: &[Extra]) -> Sample {
    let mut table = sample.clone();
    for (number, extra) in extras.iter().enumerate() {
        table.names.push(format!("under arm {number}"));
        let values = (0..sample.rows()).map(|row| extra.value(&sample.row(row), arm[row]));
        table.columns.push(match extra {
            Extra::Amount { .. } => Column::Number(values.map(|value| value.unwrap_or(f64::NAN)).collect()),
            Extra::Arm => level(values, arms),
            Extra::Level { feature, .. } => match &sample.columns[*feature] {
                Column::Level { levels, .. } => level(values, levels * arms),
                Column::Number(_) => level(values, arms),
            },
        });
    }
    table
}

fn level(values: impl Iterator<Item = Option<f64>>, levels: u16) -> Column {
    Column::Level { codes: values.map(|value| value.map_or(MISSING_LEVEL, |level| level as u16)).collect(), levels }
}
