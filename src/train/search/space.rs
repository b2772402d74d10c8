//! What may be tried: an axis per parameter, and points on them.

use crate::error::{Code, Error, Result};
use crate::math;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use toml::{Table, Value};

/// Values that one parameter may take.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Axis {
    /// One of these, in no order.
    List(Vec<Value>),
    /// Any number between two.
    Interval(Interval),
}

/// Numbers between two ends, both included.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Least.
    pub from: f64,
    /// Greatest.
    pub to: f64,
    /// Steps of equal size, or of equal ratio.
    #[serde(default)]
    pub scale: Scale,
    /// Whole numbers only.
    #[serde(default)]
    pub integer: bool,
    /// Values of a grid, at least 2; 5 unless told otherwise.
    #[serde(default = "default_steps")]
    pub steps: usize,
}

/// How an interval is measured.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Steps of equal size.
    #[default]
    Linear,
    /// Steps of equal ratio; both ends are above 0.
    Log,
}

fn default_steps() -> usize {
    5
}

/// Most points of a grid.
const MAX_GRID: usize = 100_000;
/// Whole numbers up to this are exact.
const MAX_INTEGER: f64 = 9e15;

/// A value for every parameter.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Point {
    /// By name.
    pub values: BTreeMap<String, Value>,
}

impl fmt::Display for Point {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        out.write_str(&parts.join(", "))
    }
}

impl Point {
    /// `base` with this point's values in their places; tables that are missing on the way are made.
    ///
    /// # Errors
    /// A name that leads through something that is no table.
    pub fn over(&self, base: &Table) -> Result<Table> {
        let mut table = base.clone();
        for (name, value) in &self.values {
            let mut inner = &mut table;
            let (path, last) = name.rsplit_once('.').map_or((None, name.as_str()), |(path, last)| (Some(path), last));
            for step in path.into_iter().flat_map(|path| path.split('.')) {
                let next = inner.entry(step).or_insert_with(|| Value::Table(Table::new()));
                inner = next.as_table_mut().ok_or_else(|| {
                    Error::new(Code::BadConfig, format!("parameter `{name}` of a search: `{step}` is not a table"))
                })?;
            }
            inner.insert(last.to_string(), value.clone());
        }
        Ok(table)
    }

    /// The number of a parameter, whole or not.
    pub fn number(&self, name: &str) -> Option<f64> {
        let value = self.values.get(name)?;
        value.as_float().or(value.as_integer().map(|whole| whole as f64))
    }
}

/// A checked space: parameters in the order of their names.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Space {
    pub axes: Vec<(String, Axis)>,
}

impl Space {
    pub(super) fn check(axes: &BTreeMap<String, Axis>) -> Result<Space> {
        if axes.is_empty() {
            return Err(Error::new(Code::BadConfig, "a search needs at least one parameter in `space`, found none"));
        }
        axes.iter().try_for_each(|(name, axis)| axis.check(name))?;
        Ok(Space { axes: axes.iter().map(|(name, axis)| (name.clone(), axis.clone())).collect() })
    }

    pub(super) fn grid_size(&self) -> Result<usize> {
        let size = self.axes.iter().try_fold(1usize, |size, (_, axis)| size.checked_mul(axis.grid().len()));
        match size.filter(|size| *size <= MAX_GRID) {
            Some(size) => Ok(size),
            None => Err(Error::new(Code::BadConfig, format!("a grid has at most {MAX_GRID} points, found more"))),
        }
    }

    /// A point by its number on the grid; the last parameter changes fastest.
    pub(super) fn grid_point(&self, mut number: usize) -> Point {
        let mut point = Point::default();
        for (name, axis) in self.axes.iter().rev() {
            let grid = axis.grid();
            point.values.insert(name.clone(), grid[number % grid.len()].clone());
            number /= grid.len();
        }
        point
    }

    /// The point at `places`, each 0 to 1 along an axis.
    pub(super) fn at(&self, places: &[f64]) -> Point {
        let values = self.axes.iter().zip(places).map(|((name, axis), place)| (name.clone(), axis.at(*place)));
        Point { values: values.collect() }
    }
}

impl Axis {
    fn check(&self, name: &str) -> Result<()> {
        let refuse = |what: &str| Err(Error::new(Code::BadConfig, format!("parameter `{name}` of a search {what}")));
        let interval = match self {
            Axis::List(values) if values.is_empty() => return refuse("has an empty list"),
            Axis::List(_) => return Ok(()),
            Axis::Interval(interval) => interval,
        };
        let Interval { from, to, .. } = *interval;
        if !(from.is_finite() && to.is_finite() && from < to) {
            return refuse(&format!("goes from a number to a greater one, found {from} to {to}"));
        }
        if interval.scale == Scale::Log && from <= 0.0 {
            return refuse(&format!("has a scale of ratios, which begins above 0, found {from}"));
        }
        if interval.integer && (from.fract() != 0.0 || to.fract() != 0.0 || from.abs().max(to.abs()) > MAX_INTEGER) {
            return refuse(&format!("has whole numbers for ends, found {from} to {to}"));
        }
        match interval.steps {
            0 | 1 => refuse(&format!("has at least 2 steps, found {}", interval.steps)),
            _ => Ok(()),
        }
    }

    /// The value at a place from 0 to 1.
    pub(super) fn at(&self, place: f64) -> Value {
        match self {
            Axis::List(values) => values[((place * values.len() as f64) as usize).min(values.len() - 1)].clone(),
            Axis::Interval(interval) => interval.at(place),
        }
    }

    /// The place of a value from 0 up to, not including, 1: the middle of its stretch.
    pub(super) fn place(&self, value: &Value) -> f64 {
        match self {
            Axis::List(values) => {
                let index = values.iter().position(|known| known == value).unwrap_or(0);
                (index as f64 + 0.5) / values.len() as f64
            }
            Axis::Interval(interval) => interval.place(value),
        }
    }

    pub(super) fn grid(&self) -> Vec<Value> {
        match self {
            Axis::List(values) => values.clone(),
            Axis::Interval(interval) => {
                let last = (interval.steps - 1) as f64;
                let mut values: Vec<Value> =
                    (0..interval.steps).map(|step| interval.end_to_end(step as f64 / last)).collect();
                values.dedup();
                values
            }
        }
    }
}

impl Interval {
    fn bend(&self, number: f64) -> f64 {
        if self.scale == Scale::Log { math::ln(number) } else { number }
    }

    fn unbend(&self, number: f64) -> f64 {
        if self.scale == Scale::Log { math::exp(number) } else { number }
    }

    /// The ends of what is cut into equal places: a whole number owns what rounds to it.
    fn ends(&self) -> (f64, f64) {
        let half = if self.integer { 0.5 } else { 0.0 };
        (self.bend(self.from - half), self.bend(self.to + half))
    }

    fn at(&self, place: f64) -> Value {
        let (low, high) = self.ends();
        self.value(self.unbend(low + place * (high - low)))
    }

    /// Both ends themselves included.
    fn end_to_end(&self, place: f64) -> Value {
        let (low, high) = (self.bend(self.from), self.bend(self.to));
        self.value(self.unbend(low + place * (high - low)))
    }

    /// Whole, or kept to four digits: settings that can be read, and that hide the last bits of an engine's logarithm.
    fn value(&self, number: f64) -> Value {
        let whole = if self.integer { math::round(number) } else { digits(number, 4) };
        let within = math::clamp(whole, self.from, self.to);
        if self.integer { Value::Integer(within as i64) } else { Value::Float(within) }
    }

    fn place(&self, value: &Value) -> f64 {
        let number = value.as_float().or(value.as_integer().map(|whole| whole as f64)).unwrap_or(self.from);
        let (low, high) = self.ends();
        math::clamp((self.bend(number) - low) / (high - low), 0.0, 1.0 - 1e-9)
    }
}

/// A number with so many significant digits.
pub(super) fn digits(number: f64, count: usize) -> f64 {
    format!("{number:.*e}", count - 1).parse().unwrap_or(number)
}
