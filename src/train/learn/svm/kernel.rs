//! The support vector machine with a Gaussian kernel.
//!
//! ```text
//! f(x) = bias + Σ_i α_i y_i exp(−gamma · ‖x_i − x‖²)      α as smo says, C_i = C · s_i
//! ```
//! on standardised numbers beside one-hot levels, as scikit-learn's `SVC` has it. Calibrated on decision values of folds. The
//! six fits are shared between the cores; each computes its own rows of similarities. Not for large tables: time grows with
//! the square of the rows, and each support vector travels in the artefact.

use super::platt;
use super::smo::{Machine, Settled};
use super::vectors::{Vectors, axes, codes};
use crate::error::{Code, Error, Result};
use crate::model::{Axis, Kernel, Link, Model, Scorer, Target};
use crate::train::learn::linear::ClassWeight;
use crate::train::learn::linear::class_weight::positive;
use crate::train::learn::{Learner, Watch};
use crate::train::sample::Sample;
use crate::train::threads::ordered;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Bytes that an artefact leaves a kernel: 256 KiB less 16 KiB for the rest.
pub const MAX_BYTES: usize = 240 * 1_024;

/// How fast similarity fades: `"scale"` or a number.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Gamma {
    /// By a rule.
    Named(NamedGamma),
    /// Per squared standard deviation.
    Number(f64),
}

/// Rules for [`Gamma`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NamedGamma {
    /// One over the number of columns times the variance of all their cells.
    Scale,
}

/// How wide the margin, how near is near.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct KernelSvmParams {
    /// What rows count against the width of the margin.
    pub c: f64,
    /// How fast similarity fades.
    pub gamma: Gamma,
    /// What the two outcomes count.
    pub class_weight: ClassWeight,
    /// Ends when no pair of rows violates the conditions of the solution by more.
    pub tolerance: f64,
    /// Memory for similarities, in MiB, of all fits together.
    pub cache_mib: usize,
    /// Rows beyond which a fit is refused: ten times the rows take a hundred times as long.
    pub most_rows: usize,
}

impl Default for KernelSvmParams {
    fn default() -> Self {
        let gamma = Gamma::Named(NamedGamma::Scale);
        KernelSvmParams {
            c: 1.0,
            gamma,
            class_weight: ClassWeight::default(),
            tolerance: 1e-3,
            cache_mib: 200,
            most_rows: 50_000,
        }
    }
}

/// Parameters that can be fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CheckedKernelSvm(KernelSvmParams);

impl KernelSvmParams {
    /// Refuses numbers that are not positive.
    pub fn check(self) -> Result<CheckedKernelSvm> {
        positive("c", self.c)?;
        positive("tolerance", self.tolerance)?;
        if let Gamma::Number(gamma) = self.gamma {
            positive("gamma", gamma)?;
        }
        self.class_weight.check()?;
        match self.cache_mib > 0 {
            true => Ok(CheckedKernelSvm(self)),
            false => Err(Error::new(Code::BadConfig, "`cache_mib` must be at least 1, found 0")),
        }
    }
}

/// A sample as the machine reads it.
struct Table {
    axes: Vec<Axis>,
    codes: Vec<u16>,
    vectors: Vectors,
    signs: Vec<f64>,
    bounds: Vec<f64>,
    gamma: f32,
}

impl CheckedKernelSvm {
    fn table(&self, sample: &Sample) -> Result<Table> {
        let axes = axes(sample)?;
        let codes = codes(&axes, sample);
        let vectors = Vectors::of(&axes, &codes);
        let gamma = match self.0.gamma {
            Gamma::Number(gamma) => gamma as f32,
            Gamma::Named(NamedGamma::Scale) => {
                let spread = vectors.spread(&axes);
                if spread > 0.0 { (1.0 / spread) as f32 } else { 1.0 }
            }
        };
        let bounds = self.0.class_weight.weights(sample).iter().map(|weight| weight * self.0.c).collect();
        let signs = sample.target.iter().map(|target| target * 2.0 - 1.0).collect();
        Ok(Table { axes, codes, vectors, signs, bounds, gamma })
    }

    /// Fits to some rows.
    fn machine(&self, table: &Table, rows: &[usize]) -> Result<Settled> {
        let of = |numbers: &[f64]| rows.iter().map(|row| numbers[*row]).collect::<Vec<f64>>();
        let fits = std::thread::available_parallelism().map_or(1, |cores| cores.get()).min(platt::FOLDS + 1);
        let (vectors, signs, bounds) = (&table.vectors.pick(rows), &of(&table.signs), &of(&table.bounds));
        let (gamma, tolerance, bytes) = (table.gamma, self.0.tolerance, (self.0.cache_mib << 20) / fits);
        let settled = Machine { vectors, signs, bounds, gamma, tolerance, bytes }.minimise();
        match settled.met {
            true => Ok(settled),
            false => Err(Error::new(Code::BadData, "fitting did not settle: lower `c` or raise `tolerance`")),
        }
    }
}

impl Table {
    /// Decision values of `inside` by a machine fitted to `outside`.
    fn decisions(&self, settled: &Settled, outside: &[usize], inside: &[usize]) -> Vec<f64> {
        let others = self.vectors.pick(inside);
        let mut similarities = vec![0.0; inside.len()];
        let mut values = vec![settled.bias; inside.len()];
        for (row, multiplier) in outside.iter().zip(&settled.multipliers).filter(|(_, multiplier)| **multiplier > 0.0) {
            others.similarities(&self.vectors, *row, self.gamma, &mut similarities);
            let weight = multiplier * self.signs[*row];
            values.iter_mut().zip(&similarities).for_each(|(value, near)| *value += weight * *near as f64);
        }
        values
    }

    /// What is served. Rows with the same codes become one support vector.
    fn kernel(&self, settled: &Settled) -> Kernel {
        let mut merged: BTreeMap<&[u16], f64> = BTreeMap::new();
        let rows = self.codes.chunks_exact(self.axes.len().max(1));
        for ((codes, multiplier), sign) in rows.zip(&settled.multipliers).zip(&self.signs) {
            if *multiplier > 0.0 {
                *merged.entry(codes).or_default() += multiplier * sign;
            }
        }
        merged.retain(|_, coefficient| *coefficient as f32 != 0.0);
        Kernel {
            bias: settled.bias as f32,
            gamma: self.gamma,
            axes: self.axes.clone(),
            coefficients: merged.values().map(|coefficient| *coefficient as f32).collect(),
            codes: merged.into_keys().flatten().copied().collect(),
        }
    }
}

/// Either of the things the six fits lead to.
enum Fitted {
    Served(Kernel),
    Decided(Vec<usize>, Vec<f64>),
}

impl Learner for CheckedKernelSvm {
    fn fit(&self, sample: &Sample, watch: Watch) -> Result<Model> {
        sample.check_binary()?;
        if sample.columns.is_empty() {
            return Err(Error::new(Code::BadData, "a kernel compares features, found none"));
        }
        if sample.rows() > self.0.most_rows {
            let what = format!(
                "a Gaussian machine takes time with the square of the rows: at most {} (`most_rows`), found {}; take the \
                 linear machine or trees, or fit to fewer rows",
                self.0.most_rows,
                sample.rows()
            );
            return Err(Error::new(Code::TooLarge, what));
        }
        let folds = platt::folds(&sample.target)?;
        let table = self.table(sample)?;
        let count = folds.iter().max().map_or(0, |last| last + 1);
        let fit = |index: usize| -> Result<Fitted> {
            // The last and largest fit comes first, so that no core waits for it at the end.
            let Some(fold) = index.checked_sub(1) else {
                let all: Vec<usize> = (0..sample.rows()).collect();
                return Ok(Fitted::Served(table.kernel(&self.machine(&table, &all)?)));
            };
            let (inside, outside): (Vec<usize>, Vec<usize>) = (0..sample.rows()).partition(|row| folds[*row] == fold);
            let settled = self.machine(&table, &outside)?;
            let values = table.decisions(&settled, &outside, &inside);
            Ok(Fitted::Decided(inside, values))
        };
        let fits = ordered(count + 1, fit, |done| watch(done as u64, count as u64 + 1));
        served(sample, fits)
    }
}

fn served(sample: &Sample, fits: Vec<Result<Fitted>>) -> Result<Model> {
    let (mut decisions, mut kernel) = (vec![0.0; sample.rows()], Kernel::default());
    for fitted in fits {
        match fitted? {
            Fitted::Served(fitted) => kernel = fitted,
            Fitted::Decided(rows, values) => {
                rows.into_iter().zip(values).for_each(|(row, value)| decisions[row] = value);
            }
        }
    }
    let (bytes, vectors) = (kernel.bytes(), kernel.coefficients.len());
    if bytes > MAX_BYTES {
        let what = format!(
            "{vectors} support vectors take {bytes} bytes, an artefact has room for {MAX_BYTES}: fit to fewer rows or \
             features, change `c` or `gamma`, or take the linear machine"
        );
        return Err(Error::new(Code::TooLarge, what));
    }
    let link: Link = crate::train::calibrate::platt(&decisions, &sample.target, &sample.weight).link();
    Ok(Model { links: vec![link], ..Model::new(Scorer::Kernel(kernel), Target::Buys) })
}
