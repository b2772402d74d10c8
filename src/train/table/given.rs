//! Which arm each row of an experiment or a log was given, by what chance, and what stood between arm and reward.

use super::frame::{Frame, Values};
use super::outcome::Usable;
use super::split;
use crate::error::{Code, Error, Result};
use crate::train::config::{CheckedTrial, PlainTableParams, TrialParams};
use crate::train::read::sniff;

/// By row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Given {
    /// The arm, by its position in the menu.
    pub arm: Vec<u16>,
    /// 0 or 1, where the settings name such a column.
    pub stage: Option<Vec<f64>>,
    /// The chance of every arm, or of the arm given alone, where columns hold them; empty where it is the same for all.
    pub chance: Vec<Vec<f64>>,
    /// When the arm was given and when the reward was known, in local seconds since 1970; empty where no time is known.
    pub moments: Vec<(i64, i64)>,
}

/// The settings that say what was given.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// `[table]`
    pub table: &'a PlainTableParams,
    /// `[trial]`
    pub trial: &'a TrialParams,
    /// The trial beside the menu.
    pub checked: &'a CheckedTrial,
}

impl Given {
    /// Some rows, in the order given.
    pub fn pick(&self, rows: &[usize]) -> Given {
        Given {
            arm: rows.iter().map(|row| self.arm[*row]).collect(),
            stage: self.stage.as_ref().map(|stage| rows.iter().map(|row| stage[*row]).collect()),
            chance: of_rows(&self.chance, rows),
            moments: of_rows(&self.moments, rows),
        }
    }
}

/// What is known of some rows; of none where nothing is known of any.
fn of_rows<T: Clone>(all: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().filter_map(|row| all.get(*row).cloned()).collect()
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
pub fn given(frame: &Frame, asked: &Asked, arms: &[Option<u16>], rows: &[Usable]) -> Result<Given> {
    Ok(Given {
        arm: rows.iter().map(|usable| arms[usable.row].unwrap_or_default()).collect(),
        stage: asked.trial.stage.as_ref().map(|name| stage(frame, name, rows)).transpose()?,
        chance: chances(frame, asked.checked, rows)?,
        moments: moments(frame, asked, rows)?,
    })
}

fn chances(frame: &Frame, trial: &CheckedTrial, rows: &[Usable]) -> Result<Vec<Vec<f64>>> {
    let Some(logged) = &trial.logged else { return Ok(Vec::new()) };
    let column = |name: &String| match &frame.column("trial.chance_columns", name)?.values {
        Values::Number(values) => Ok(values),
        _ => Err(Error::new(
            Code::BadConfig,
            format!("trial: `{name}` holds no numbers; data.types may say that it does"),
        )),
    };
    let columns = logged.columns().iter().map(column).collect::<Result<Vec<_>>>()?;
    Ok(rows.iter().map(|usable| columns.iter().map(|column| column[usable.row]).collect()).collect())
}

/// A reward that is not known later than its decision is known with it.
fn moments(frame: &Frame, asked: &Asked, rows: &[Usable]) -> Result<Vec<(i64, i64)>> {
    let Some(decided) = split::times(frame, asked.table)? else { return Ok(Vec::new()) };
    let answered = match &asked.trial.answered {
        None => decided,
        Some(name) => match &frame.column("trial.answered", name)?.values {
            Values::Date(times) => times,
            _ => return Err(Error::new(Code::BadConfig, format!("trial.answered: `{name}` holds no dates"))),
        },
    };
    let moment = |usable: &Usable| {
        let decided = decided[usable.row].unwrap_or_default();
        (decided, answered[usable.row].unwrap_or(decided))
    };
    let moments: Vec<(i64, i64)> = rows.iter().map(moment).collect();
    match moments.iter().position(|(decided, answered)| answered < decided) {
        Some(at) => {
            let what =
                format!("row {} of the files was answered before it was decided", frame.origin[rows[at].row] + 1);
            Err(Error::new(Code::BadData, what))
        }
        None => Ok(moments),
    }
}

fn stage(frame: &Frame, name: &str, rows: &[Usable]) -> Result<Vec<f64>> {
    let values = &frame.column("trial.stage", name)?.values;
    let stage = rows.iter().map(|usable| yes(values, usable.row).ok_or(usable.row));
    let stage = stage.collect::<std::result::Result<Vec<f64>, usize>>();
    stage.map_err(|row| {
        let what = format!("trial.stage: `{name}` is yes or no, found {:?} in row {}", values.text(row), row + 1);
        Error::new(Code::BadData, what)
    })
}

fn yes(values: &Values, row: usize) -> Option<f64> {
    values.text(row).and_then(|text| sniff::flag(&text)).map(|flag| flag as u8 as f64)
}
