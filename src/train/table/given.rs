//! Which arm each row of an experiment was given, and what stood between arm and reward.

use super::frame::{Frame, Values};
use super::outcome::Usable;
use crate::error::{Code, Error, Result};
use crate::train::config::{CheckedTrial, TrialParams};
use crate::train::read::sniff;

/// By row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    /// The arm, by its position in the menu.
    pub arm: Vec<u16>,
    /// 0 or 1, where the settings name such a column.
    pub stage: Option<Vec<f64>>,
}

impl Given {
    /// Some rows, in the order given.
    pub fn pick(&self, rows: &[usize]) -> Given {
        Given {
            arm: rows.iter().map(|row| self.arm[*row]).collect(),
            stage: self.stage.as_ref().map(|stage| rows.iter().map(|row| stage[*row]).collect()),
        }
    }
}

/// The arm of every row of the frame; none where the column says something else.
pub fn arms(frame: &Frame, params: &TrialParams, trial: &CheckedTrial) -> Result<Vec<Option<u16>>> {
    let values = &frame.column("trial.arm", &params.arm)?.values;
    let place = |text: String| trial.words.iter().position(|word| *word == text).map(|arm| arm as u16);
    let arms: Vec<Option<u16>> = (0..frame.rows()).map(|row| values.text(row).and_then(place)).collect();
    for (arm, word) in trial.words.iter().enumerate() {
        if !arms.contains(&Some(arm as u16)) {
            let what = format!("trial.arms: no row of `{}` is `{word}`", params.arm);
            return Err(Error::new(Code::BadConfig, what));
        }
    }
    Ok(arms)
}

/// What was given to usable rows.
pub fn given(frame: &Frame, params: &TrialParams, arms: &[Option<u16>], rows: &[Usable]) -> Result<Given> {
    let arm = rows.iter().map(|usable| arms[usable.row].unwrap_or_default()).collect();
    let Some(name) = &params.stage else { return Ok(Given { arm, stage: None }) };
    let values = &frame.column("trial.stage", name)?.values;
    let stage = rows.iter().map(|usable| yes(values, usable.row).ok_or(usable.row));
    let stage = stage.collect::<std::result::Result<Vec<f64>, usize>>();
    let stage = stage.map_err(|row| {
        let what = format!("trial.stage: `{name}` is yes or no, found {:?} in row {}", values.text(row), row + 1);
        Error::new(Code::BadData, what)
    })?;
    Ok(Given { arm, stage: Some(stage) })
}

fn yes(values: &Values, row: usize) -> Option<f64> {
    values.text(row).and_then(|text| sniff::flag(&text)).map(|flag| flag as u8 as f64)
}
