//! Rows → the values of a device: the program is fitted on training rows, and [`extract`] makes both samples.

use super::attributes::{Asked, levels, passed};
use super::frame::Frame;
use super::outcome::Usable;
use super::split::Parts;
use crate::error::{Code, Error, Result};
use crate::event::{GroupId, Profile, Timestamp};
use crate::feature::{Context, FeatureVector, MAX_LEVELS, Program, Schema, extract};
use crate::money::Money;
use crate::train::program;
use crate::train::sample::{Column, MISSING_LEVEL, Sample};
use crate::train::threads::{ordered, piece};
use crate::train::transform::{Columns, FOLDS};

/// Rows that a thread takes at once.
const PIECE: usize = 4_096;

/// A fitted program and what it makes of the rows.
#[derive(Debug, Default)]
pub struct Made {
    /// With every number.
    pub program: Program,
    /// Training rows; a target encoding is that of the other folds.
    pub train: Sample,
    /// Test rows.
    pub test: Sample,
}

/// Rows of the frame as requests.
#[derive(Clone, Copy, Debug)]
pub struct Requests<'a> {
    /// The table.
    pub frame: &'a Frame,
    /// What a request passes.
    pub asked: &'a Asked,
    /// One group.
    pub schema: &'a Schema,
    /// When each row of the frame was made, if it is known.
    pub times: Option<&'a [Option<i64>]>,
}

impl Requests<'_> {
    /// What the request of a row passes, in the order of the attributes.
    pub fn attributes(&self, usable: &Usable) -> Vec<Option<f64>> {
        self.asked.columns.iter().map(|column| passed(&self.frame.columns[*column], usable.row)).collect()
    }

    /// What a device makes of the request.
    fn vector(&self, program: &Program, usable: &Usable) -> Result<FeatureVector> {
        let attributes = self.attributes(usable);
        let price = (usable.list_price > 0).then(|| Money::new(usable.list_price as i64)).transpose()?;
        let seconds = self.times.and_then(|times| times[usable.row]);
        let now = match seconds {
            Some(seconds) => Timestamp::from_ms(seconds as f64 * 1_000.0)?,
            None => Timestamp::default(),
        };
        let group = Some(GroupId(0));
        let context = Context { group, price, attributes: &attributes, now, ..Context::default() };
        Ok(extract(program, self.schema, &Profile::new(), &context))
    }

    /// Values of all rows, feature by feature; NaN where missing.
    fn values<'p>(&self, rows: &[Usable], program: impl Fn(usize) -> &'p Program + Sync) -> Result<Columns> {
        let pieces = rows.len().div_ceil(PIECE).max(1);
        let work = |index: usize| -> Result<Vec<FeatureVector>> {
            piece(rows.len(), pieces, index).map(|row| self.vector(program(row), &rows[row])).collect()
        };
        let mut columns = Columns::default();
        for made in ordered(pieces, work, |_| {}) {
            for vector in made? {
                columns.values.resize_with(vector.len(), Vec::new);
                let values = (0..vector.len()).map(|index| vector.get(index).unwrap_or(f64::NAN));
                columns.values.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
            }
        }
        Ok(columns)
    }

    /// Fits the program on the training rows and makes both samples.
    pub fn make(&self, parts: &Parts) -> Result<Made> {
        let declared = program::compile(&self.asked.program)?;
        let folds = folds(self.frame, &parts.train);
        let fixed = self.values(&parts.train, |_| &declared.program)?;
        let outcomes: Vec<f64> = parts.train.iter().map(|usable| usable.outcome).collect();
        let fitted = declared.fit_in_folds(&fixed, Some(&outcomes), &folds)?;
        let of_folds = fitted.of_folds();
        let own = |row: usize| of_folds.get(folds[row]).unwrap_or(&fitted.program);
        let train = self.values(&parts.train, own)?;
        let test = self.values(&parts.test, |_| &fitted.program)?;
        let train = self.sample(&fitted.program, train, &parts.train)?;
        let test = self.sample(&fitted.program, test, &parts.test)?;
        Ok(Made { program: fitted.program, train, test })
    }

    fn sample(&self, program: &Program, columns: Columns, rows: &[Usable]) -> Result<Sample> {
        let (target, weight) = rows.iter().map(|usable| (usable.outcome, usable.weight)).unzip();
        let levels = |name: &str| levels(&self.asked.program.features, &self.asked.words, name);
        sample(program, columns, &levels, target, weight)
    }
}

/// Values of a program's features as a sample. `levels` says how many levels a feature without steps has.
pub fn sample(
    program: &Program,
    columns: Columns,
    levels: &dyn Fn(&str) -> usize,
    target: Vec<f64>,
    weight: Vec<f64>,
) -> Result<Sample> {
    let names: Vec<String> = program.features.iter().map(|feature| feature.name.clone()).collect();
    let mut kept = Vec::new();
    for (feature, values) in program.features.iter().zip(columns.values) {
        let levels = if feature.steps.is_empty() { levels(&feature.name) } else { 0 };
        if levels > MAX_LEVELS {
            let what = format!("feature `{}`: its levels; keep fewer words, or read their rate", feature.name);
            return Err(Error::new(Code::TooLarge, format!("{what}: at most {MAX_LEVELS}, found {levels}")));
        }
        kept.push(if levels > 0 { coded(values, levels) } else { Column::Number(values) });
    }
    Ok(Sample { names, columns: kept, target, weight })
}

fn coded(values: Vec<f64>, levels: usize) -> Column {
    let code = |value: &f64| if value.is_nan() { MISSING_LEVEL } else { *value as u16 };
    Column::Level { codes: values.iter().map(code).collect(), levels: levels as u16 }
}

/// The fold of each training row: rows from one row of the files share theirs, which goes around with each.
fn folds(frame: &Frame, train: &[Usable]) -> Vec<usize> {
    let (mut number, mut last) = (0, None);
    let fold = |usable: &Usable| {
        let origin = frame.origin[usable.row];
        if last.is_some_and(|last| last != origin) {
            number += 1;
        }
        last = Some(origin);
        number % FOLDS
    };
    train.iter().map(fold).collect()
}
