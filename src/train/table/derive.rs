//! `[[column]]`: columns made of others, by a closed list of small rules.
//!
//! A device does not know these rules: a shop passes the derived value, made the same way. `docs/tables.md` therefore
//! says of each exactly how. A value that is missing, or cannot be made, is missing.

use super::frame::{Column, Frame, Values, Words, yes_or_no};
use crate::error::{Code, Error, Result};
use crate::math::ln_1p;
use crate::train::config::{CheckedLog, Derivation, DerivedParams, Pair, Take, Type};
use jiff::civil::DateTime;

const DAY: f64 = 86_400.0;

/// Adds all derived columns, each of which may read those before it; returns which columns were read.
pub fn derive(frame: &mut Frame, columns: &[DerivedParams], log: &CheckedLog) -> Result<Vec<String>> {
    let mut read = Vec::new();
    for params in columns {
        let making = Making { frame, params, log };
        match params.derivation()? {
            Derivation::Nothing => drop(frame.column("column", &params.name)?),
            derivation => {
                let (kind, values, of) = making.make(&derivation)?;
                read.extend(of.into_iter().map(String::from));
                frame.add(Column { name: params.name.clone(), kind, values })?;
            }
        }
    }
    Ok(read)
}

struct Making<'a> {
    frame: &'a Frame,
    params: &'a DerivedParams,
    log: &'a CheckedLog,
}

type Made<'a> = (Type, Values, Vec<&'a str>);

impl<'a> Making<'a> {
    fn make(&self, derivation: &Derivation<'a>) -> Result<Made<'a>> {
        let number = |values: Vec<f64>, of: Vec<&'a str>| Ok((Type::Number, Values::Number(values), of));
        match *derivation {
            Derivation::Nothing => number(Vec::new(), Vec::new()),
            Derivation::Take(of, take) => self.take(of, take),
            Derivation::Prefix(of, characters) => {
                let first =
                    |text: &str| Some(text.chars().take(characters).collect()).filter(|text: &String| !text.is_empty());
                self.words(of, first)
            }
            Derivation::Until(of, day) => {
                let wrong = || self.bad(format!("days_until: expected a date like 2014-12-31, found `{day}`"));
                let day = self.log.clock.day(day).ok_or_else(wrong)?;
                let whole = |at: i64| (day - at.div_euclid(86_400) * 86_400) as f64 / DAY;
                number(self.dates(of)?.iter().map(|at| at.map_or(f64::NAN, whole)).collect(), vec![of])
            }
            Derivation::Since(of, earlier) => {
                let both = self.dates(of)?.iter().zip(self.dates(earlier)?);
                let days = |(later, earlier): (&Option<i64>, &Option<i64>)| match (later, earlier) {
                    (Some(later), Some(earlier)) => (later - earlier) as f64 / DAY,
                    _ => f64::NAN,
                };
                number(both.map(days).collect(), vec![of, earlier])
            }
            Derivation::Ratio(pair) => number(self.pair(pair, ratio)?, vec![&pair.of, &pair.to]),
            Derivation::Sum(pair) => number(self.pair(pair, |of, to| of + to)?, vec![&pair.of, &pair.to]),
            Derivation::Difference(pair) => number(self.pair(pair, |of, to| of - to)?, vec![&pair.of, &pair.to]),
        }
    }

    fn take(&self, of: &'a str, take: Take) -> Result<Made<'a>> {
        let number = |values: Vec<f64>| Ok((Type::Number, Values::Number(values), vec![of]));
        let apart = self.params.apart.as_deref();
        match take {
            Take::FirstWord => self.words(of, |text| split(text, apart).next()),
            Take::LastWord => self.words(of, |text| split(text, apart).last()),
            Take::Length => number(self.counts(of, |text| text.chars().count())?),
            Take::Words => number(self.counts(of, |text| split(text, apart).count())?),
            Take::Hour => number(self.of_moments(of, |at| at.hour() as f64)?),
            Take::Weekday => number(self.of_moments(of, |at| at.weekday().to_monday_zero_offset() as f64)?),
            Take::Month => number(self.of_moments(of, |at| at.month() as f64)?),
            Take::Log1p => number(self.numbers(of)?.iter().map(|value| log1p(*value)).collect()),
            Take::Missing => {
                let values = &self.column(of)?.values;
                let flags: Words = (0..values.len()).map(|row| Some(yes_or_no(values.is_missing(row)))).collect();
                Ok((Type::Flag, Values::Words(flags), Vec::new()))
            }
        }
    }

    fn column(&self, name: &str) -> Result<&'a Column> {
        self.frame.column(&format!("column `{}`", self.params.name), name)
    }

    fn words(&self, of: &'a str, make: impl Fn(&str) -> Option<String>) -> Result<Made<'a>> {
        let made: Vec<Option<String>> = self.texts(of)?.map(make).map(Option::flatten).collect();
        let words: Words = made.iter().map(Option::as_deref).collect();
        Ok((Type::Category, Values::Words(words), vec![of]))
    }

    fn counts(&self, of: &str, count: impl Fn(&str) -> usize) -> Result<Vec<f64>> {
        Ok(self.texts(of)?.map(|text| count(text) as f64).map(|count| count.unwrap_or(f64::NAN)).collect())
    }

    fn of_moments(&self, of: &str, take: impl Fn(DateTime) -> f64) -> Result<Vec<f64>> {
        let moment = |at: i64| {
            let instant = jiff::Timestamp::from_second(at).ok()?;
            Some(take(jiff::tz::Offset::UTC.to_datetime(instant)))
        };
        Ok(self.dates(of)?.iter().map(|at| at.and_then(moment).unwrap_or(f64::NAN)).collect())
    }

    fn pair(&self, pair: &Pair, of: impl Fn(f64, f64) -> f64) -> Result<Vec<f64>> {
        let both = self.numbers(&pair.of)?.iter().zip(self.numbers(&pair.to)?);
        Ok(both
            .map(|(one, other)| of(*one, *other))
            .map(|value| if value.is_finite() { value } else { f64::NAN })
            .collect())
    }

    fn numbers(&self, name: &str) -> Result<&'a [f64]> {
        match &self.column(name)?.values {
            Values::Number(values) => Ok(values),
            _ => Err(self.wrong(name, "numbers")),
        }
    }

    fn dates(&self, name: &str) -> Result<&'a [Option<i64>]> {
        match &self.column(name)?.values {
            Values::Date(values) => Ok(values),
            _ => Err(self.wrong(name, "dates")),
        }
    }

    fn texts(&self, name: &str) -> Result<&'a Words> {
        match &self.column(name)?.values {
            Values::Words(words) => Ok(words),
            _ => Err(self.wrong(name, "words")),
        }
    }

    fn wrong(&self, name: &str, expected: &str) -> Error {
        self.bad(format!("`{name}` holds no {expected}; data.types may say that it does"))
    }

    fn bad(&self, what: String) -> Error {
        Error::new(Code::BadConfig, format!("column `{}`: {what}", self.params.name))
    }
}

/// The words of a text in lower case: what stands apart, or runs of letters.
fn split<'t>(text: &'t str, apart: Option<&'t str>) -> Box<dyn Iterator<Item = String> + 't> {
    let pieces: Box<dyn Iterator<Item = &'t str>> = match apart {
        Some(apart) => Box::new(text.split(apart)),
        None => Box::new(text.split(|letter: char| !letter.is_alphabetic())),
    };
    Box::new(pieces.map(|word| word.trim().to_lowercase()).filter(|word| !word.is_empty()))
}

/// Of what is below zero as of zero, as the step of that name.
fn log1p(value: f64) -> f64 {
    if value.is_nan() { value } else { ln_1p(value.max(0.0)) }
}

fn ratio(of: f64, to: f64) -> f64 {
    if to == 0.0 { f64::NAN } else { of / to }
}
