//! Steps whose numbers come from data: fitted on training rows only, then part of the program.
//!
//! What is fitted here is applied by [`Step::apply`], the same in training and on the device. The one exception is
//! target encoding: a training row must not see its own outcome, so in the training table it gets the rate of the
//! other folds, while the program carries the rate of all training rows.

use super::program::Declared;
use crate::error::{Code, Error, Result};
use crate::feature::{Feature, MAX_ENTRIES, MAX_FEATURES, Program, Step};
use serde::Deserialize;

/// Folds of the target encoding; unless told otherwise row `i` belongs to fold `i % 5`.
pub const FOLDS: usize = 5;
/// Rows of the overall rate that a level's rate leans on.
const PRIOR_ROWS: f64 = 20.0;
/// Most levels of a one-hot encoding; rarer ones share the column that is all zero.
const MAX_COLUMNS: usize = 32;

/// One step of `transform = [...]`.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum StepParams {
    /// Nothing.
    Identity,
    /// `ln(1 + x)`.
    Log1p,
    /// Log-odds.
    Logit,
    /// 1 if missing, else 0.
    Missing,
    /// Minus the mean, by the standard deviation.
    Standard,
    /// Minus the median, by the distance of the quartiles.
    Robust,
    /// One column of zeros and ones per level seen in training.
    OneHot,
    /// The mean outcome of the level, leaning on the mean of all.
    Target,
    /// Kept within two numbers.
    Clip([f32; 2]),
    /// Kept within two quantiles of training.
    ClipQuantiles([f64; 2]),
    /// How many of these edges are at most the value.
    Edges(Vec<f32>),
    /// As many bins of equal size in training.
    Quantiles(usize),
    /// 1 if it is this number, else 0.
    Equals(f32),
    /// This number if missing.
    Fill(f32),
    /// The median of training if missing.
    FillMedian,
}

impl StepParams {
    /// The steps it stands for when no data are needed; none otherwise.
    pub fn fixed(&self) -> Option<Vec<Step>> {
        Some(match self {
            StepParams::Identity => Vec::new(),
            StepParams::Log1p => vec![Step::Log1p],
            StepParams::Logit => vec![Step::Logit],
            StepParams::Missing => vec![Step::Missing],
            StepParams::Clip([low, high]) => vec![Step::Clip { low: *low, high: *high }],
            StepParams::Edges(edges) => vec![Step::Bins(edges.clone())],
            StepParams::Equals(wanted) => vec![Step::Equals(*wanted)],
            StepParams::Fill(filling) => vec![Step::Fill(*filling)],
            _ => return None,
        })
    }
}

/// The rows a program is fitted on, column by column; NaN where missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    /// By feature, then by row.
    pub values: Vec<Vec<f64>>,
}

/// A fitted program and the training table it makes.
#[derive(Clone, Debug, Default)]
pub struct Fitted {
    /// With every step's numbers.
    pub program: Program,
    /// The training rows as the model may see them: target encodings are out of fold.
    pub columns: Columns,
    /// What those of each fold were encoded with.
    pub out_of_fold: Vec<OutOfFold>,
}

/// A target encoding as the rows of each fold may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct OutOfFold {
    /// Which feature of the program.
    pub feature: usize,
    /// Which of its steps.
    pub step: usize,
    /// In its place, by fold.
    pub rates: [Step; FOLDS],
}

impl Fitted {
    /// The programs that make the training rows of each fold; none where the fitted program makes all rows.
    pub fn of_folds(&self) -> Vec<Program> {
        let of_fold = |fold: usize| {
            let mut program = self.program.clone();
            for encoding in &self.out_of_fold {
                program.features[encoding.feature].steps[encoding.step] = encoding.rates[fold].clone();
            }
            program
        };
        if self.out_of_fold.is_empty() { Vec::new() } else { (0..FOLDS).map(of_fold).collect() }
    }
}

/// The outcomes of training rows and the folds they fall into.
#[derive(Clone, Copy, Debug)]
struct Outcomes<'a> {
    target: Option<&'a [f64]>,
    folds: Option<&'a [usize]>,
}

impl Outcomes<'_> {
    fn fold(&self, row: usize) -> usize {
        self.folds.map_or(row % FOLDS, |folds| folds[row])
    }
}

impl Declared {
    /// Whether any step needs data.
    pub fn needs_data(&self) -> bool {
        self.clusters.is_some() || self.fits.iter().any(|steps| !steps.is_empty())
    }

    /// Fits what is left to fit. `columns` are training rows after the steps that need no data; `target` is their
    /// outcome, for target encoding.
    pub fn fit(&self, columns: &Columns, target: Option<&[f64]>) -> Result<Fitted> {
        self.fit_all(columns, Outcomes { target, folds: None })
    }

    /// The same with the fold of each row, below [`FOLDS`]: rows that know of each other belong into one.
    pub fn fit_in_folds(&self, columns: &Columns, target: Option<&[f64]>, folds: &[usize]) -> Result<Fitted> {
        self.fit_all(columns, Outcomes { target, folds: Some(folds) })
    }

    fn fit_all(&self, columns: &Columns, outcomes: Outcomes) -> Result<Fitted> {
        let mut fitted =
            Fitted { program: Program { features: Vec::new(), ..self.program.clone() }, ..Fitted::default() };
        let declared = self.program.features.iter().zip(&self.fits).zip(&columns.values);
        for ((feature, steps), column) in declared {
            let column = match feature.kind.reads_clusters() {
                true => self.cluster_column(feature, &mut fitted)?,
                false => column.clone(),
            };
            let start = vec![Growing { feature: feature.clone(), column, out_of_fold: Vec::new() }];
            let grow = |grown: Vec<Growing>, step: &StepParams| -> Result<Vec<Growing>> {
                let grown: Result<Vec<Vec<Growing>>> = grown.into_iter().map(|one| one.step(step, &outcomes)).collect();
                Ok(grown?.into_iter().flatten().collect())
            };
            let named = |error: Error| Error::new(error.code(), format!("feature `{}`: {error}", feature.name));
            for Growing { feature, column, out_of_fold } in steps.iter().try_fold(start, grow).map_err(named)? {
                let position = fitted.program.features.len();
                let placed = |encoding: OutOfFold| OutOfFold { feature: position, ..encoding };
                fitted.out_of_fold.extend(out_of_fold.into_iter().map(placed));
                fitted.program.features.push(feature);
                fitted.columns.values.push(column);
            }
        }
        let found = fitted.program.features.len();
        if found > MAX_FEATURES {
            let (what, limit) = ("features after one-hot encoding", MAX_FEATURES as u64);
            return Err(Error::limit(Code::TooLarge, what, limit, found as u64));
        }
        fitted.program.check()?;
        Ok(fitted)
    }
}

impl Declared {
    /// The training column of a feature that reads clusters, which are found when the first one comes.
    fn cluster_column(&self, feature: &Feature, fitted: &mut Fitted) -> Result<Vec<f64>> {
        if let (true, Some(params)) = (fitted.program.tables.clusters.is_empty(), &self.clusters) {
            let find = |name: &String| {
                let found = fitted.program.features.iter().position(|feature| feature.name == *name);
                let missing = || format!("clusters: no feature called `{name}` stands before `{}`", feature.name);
                found.ok_or_else(|| Error::new(Code::BadConfig, missing()))
            };
            let positions = params.features.iter().map(find).collect::<Result<Vec<usize>>>()?;
            let columns: Vec<&[f64]> = positions.iter().map(|at| fitted.columns.values[*at].as_slice()).collect();
            fitted.program.tables.clusters = params.fit(&columns, &positions)?;
        }
        let (clusters, columns) = (&fitted.program.tables.clusters, &fitted.columns.values);
        let rows = columns.first().map_or(0, Vec::len);
        let value = |row: usize| {
            let assigned = clusters.assign(|index| Some(columns[index][row]).filter(|value| !value.is_nan()));
            let (number, distance) = assigned?;
            Some(if feature.kind.row().name == "cluster" { number as f64 } else { distance })
        };
        let steps = |raw: Option<f64>| feature.steps.iter().fold(raw, |value, step| step.apply(value));
        Ok((0..rows).map(|row| steps(value(row)).unwrap_or(f64::NAN)).collect())
    }
}

/// A feature on its way through its steps, with its training column.
struct Growing {
    feature: Feature,
    column: Vec<f64>,
    out_of_fold: Vec<OutOfFold>,
}

impl Growing {
    fn step(self, step: &StepParams, outcomes: &Outcomes) -> Result<Vec<Growing>> {
        if let Some(fixed) = step.fixed() {
            return Ok(vec![fixed.into_iter().fold(self, Growing::with)]);
        }
        let sorted = sorted(&self.column);
        let nothing = || Error::new(Code::BadData, "no training row has a value to fit on");
        let at = |share| quantile(&sorted, share).ok_or_else(nothing);
        Ok(vec![match step {
            StepParams::OneHot => return Ok(self.one_hot()),
            StepParams::Target => return self.target(outcomes).map(|one| vec![one]),
            StepParams::Standard => {
                let (mean, deviation) = moments(&sorted).ok_or_else(nothing)?;
                self.with(scale(mean, deviation))
            }
            StepParams::Robust => {
                let step = scale(at(0.5)?, at(0.75)? - at(0.25)?);
                self.with(step)
            }
            StepParams::ClipQuantiles([low, high]) => {
                let step = Step::Clip { low: at(*low)? as f32, high: at(*high)? as f32 };
                self.with(step)
            }
            StepParams::Quantiles(bins) => {
                let edges = edges(&sorted, *bins)?;
                self.with(Step::Bins(edges))
            }
            _ => {
                let median = at(0.5)? as f32;
                self.with(Step::Fill(median))
            }
        }])
    }

    fn with(mut self, step: Step) -> Growing {
        self.column.iter_mut().for_each(|value| *value = apply(&step, *value));
        self.feature.steps.push(step);
        self
    }

    /// A column per level, the most frequent first in training but in the order of the levels.
    fn one_hot(self) -> Vec<Growing> {
        let mut counted: Vec<(f64, usize)> = Vec::new();
        for level in sorted(&self.column) {
            match counted.last_mut() {
                Some((last, count)) if *last == level => *count += 1,
                _ => counted.push((level, 1)),
            }
        }
        counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counted.truncate(MAX_COLUMNS);
        counted.sort_by(|a, b| a.0.total_cmp(&b.0));
        let column = |(level, _): (f64, usize)| {
            let mut feature = self.feature.clone();
            feature.name = format!("{}={level}", feature.name);
            let (column, out_of_fold) = (self.column.clone(), self.out_of_fold.clone());
            Growing { feature, column, out_of_fold }.with(Step::Equals(level as f32))
        };
        counted.into_iter().map(column).collect()
    }

    fn target(mut self, outcomes: &Outcomes) -> Result<Growing> {
        let needs = || Error::new(Code::BadConfig, "target encoding needs an outcome to learn from");
        let target = outcomes.target.ok_or_else(needs)?;
        let levels = self.column.clone();
        let all = rates(&levels, target, |_| true)?;
        let others = |fold: usize| rates(&levels, target, |row| outcomes.fold(row) != fold);
        let [a, b, c, d, e] = std::array::from_fn(others);
        let others = [a?, b?, c?, d?, e?];
        let rows = self.column.iter_mut().enumerate();
        rows.for_each(|(row, rate)| *rate = apply(&others[outcomes.fold(row)], levels[row]));
        self.out_of_fold.push(OutOfFold { feature: 0, step: self.feature.steps.len(), rates: others });
        self.feature.steps.push(all);
        Ok(self)
    }
}

/// NaN stands for missing on the way in and out.
fn apply(step: &Step, value: f64) -> f64 {
    step.apply(Some(value).filter(|value| !value.is_nan())).unwrap_or(f64::NAN)
}

/// Mean outcomes by level, `(sum + prior · overall) / (n + prior)`, from the rows that `keep` names.
///
/// Source: Micci-Barreca 2001, with a prior of fixed weight.
fn rates(levels: &[f64], target: &[f64], keep: impl Fn(usize) -> bool) -> Result<Step> {
    let mut sums: Vec<(f64, f64)> = Vec::new();
    let mut total = (0.0, 0.0);
    for (_, (level, outcome)) in levels.iter().zip(target).enumerate().filter(|(row, _)| keep(*row)) {
        total = (total.0 + outcome, total.1 + 1.0);
        let Some(level) = level_number(*level)? else { continue };
        sums.resize(sums.len().max(level + 1), (0.0, 0.0));
        sums[level] = (sums[level].0 + outcome, sums[level].1 + 1.0);
    }
    let overall = if total.1 > 0.0 { total.0 / total.1 } else { 0.0 };
    let rate = |(sum, count): &(f64, f64)| ((sum + PRIOR_ROWS * overall) / (count + PRIOR_ROWS)) as f32;
    Ok(Step::Rates { rates: sums.iter().map(rate).collect(), others: overall as f32 })
}

fn level_number(level: f64) -> Result<Option<usize>> {
    match level {
        level if level.is_nan() => Ok(None),
        level if level >= 0.0 && level < MAX_ENTRIES as f64 => Ok(Some(level as usize)),
        _ => Err(Error::new(Code::OutOfRange, format!("target encoding takes levels 0 to {}", MAX_ENTRIES - 1))),
    }
}

/// Present values in rising order.
fn sorted(column: &[f64]) -> Vec<f64> {
    let mut present: Vec<f64> = column.iter().copied().filter(|value| !value.is_nan()).collect();
    present.sort_by(f64::total_cmp);
    present
}

/// The `share` quantile of sorted numbers by linear interpolation between the neighbours, as R's type 7; none of none.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share.clamp(0.0, 1.0) * sorted.len().checked_sub(1)? as f64;
    let (low, part) = (place as usize, place - (place as usize) as f64);
    let high = (low + 1).min(sorted.len() - 1);
    Some(sorted[low] + part * (sorted[high] - sorted[low]))
}

/// Mean and population standard deviation.
fn moments(values: &[f64]) -> Option<(f64, f64)> {
    let count = values.len() as f64;
    let mean = crate::math::ordered_sum(values.iter().copied()) / count;
    let squares = crate::math::ordered_sum(values.iter().map(|value| (value - mean) * (value - mean)));
    (!values.is_empty()).then(|| (mean, (squares / count).sqrt()))
}

/// A column that never varies is left as wide as it is.
fn scale(center: f64, scale: f64) -> Step {
    Step::Scale { center: center as f32, scale: if scale > 0.0 { scale as f32 } else { 1.0 } }
}

/// Edges between bins of equal size; fewer where values repeat.
fn edges(sorted: &[f64], bins: usize) -> Result<Vec<f32>> {
    if !(2..=MAX_ENTRIES).contains(&bins) {
        return Err(Error::limit(Code::OutOfRange, "bins", MAX_ENTRIES as u64, bins as u64));
    }
    let edge = |bin: usize| quantile(sorted, bin as f64 / bins as f64).map(|edge| edge as f32);
    let mut edges: Vec<f32> = (1..bins).filter_map(edge).collect();
    edges.dedup();
    match edges.is_empty() {
        false => Ok(edges),
        true => Err(Error::new(Code::BadData, "no training row has a value to fit on")),
    }
}

#[cfg(test)]
#[path = "transform_tests.rs"]
mod tests;
