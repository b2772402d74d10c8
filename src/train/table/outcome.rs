//! What became of each row, and what it counts for; rows that cannot be used are dropped and counted by cause.

use super::frame::{Frame, Values};
use super::split;
use crate::error::{Code, Error, Result};
use crate::evaluate::summary::Cause;
use crate::money::MAX_MINOR;
use crate::train::config::{PlainTableParams, Predicts, Type};
use crate::train::read::sniff;

/// Rows of each cause that are quoted.
const EXAMPLES: usize = 3;

/// A row that can be used.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usable {
    /// Its position in the frame.
    pub row: usize,
    /// What became of it: 0 or 1, the logarithm of a price's share of the list price, or an amount in minor units.
    pub outcome: f64,
    /// What it counts for.
    pub weight: f64,
    /// The list price in minor units; 0 where none is asked for.
    pub list_price: u64,
}

/// The usable rows in the order of the frame, and why others are not.
pub fn usable(
    frame: &Frame,
    params: &PlainTableParams,
    arms: Option<&[Option<u16>]>,
    minor: f64,
) -> Result<(Vec<Usable>, Vec<Cause>)> {
    let target = match arms {
        Some(arms) => Target::Reward { amount: numbers(frame, "table.target", &params.target)?, arms, minor },
        None => Target::of(frame, params, minor)?,
    };
    let times = split::times(frame, params)?;
    let weight = params.weight.as_ref().map(|name| numbers(frame, "table.weight", name)).transpose()?;
    let mut dropped = Dropped { frame, causes: Vec::new() };
    let mut rows = Vec::new();
    for row in 0..frame.rows() {
        let counts = weight.map_or(1.0, |weight| weight[row]);
        match target.of_row(row) {
            Ok(_) if times.is_some_and(|times| times[row].is_none()) => dropped.add("time is missing", row),
            Ok(_) if !(counts.is_finite() && counts > 0.0) => dropped.add("weight is not above 0", row),
            Ok((outcome, list_price)) => rows.push(Usable { row, outcome, weight: counts, list_price }),
            Err(cause) => dropped.add(cause, row),
        }
    }
    Ok((rows, dropped.causes))
}

struct Dropped<'a> {
    frame: &'a Frame,
    causes: Vec<Cause>,
}

impl Dropped<'_> {
    fn add(&mut self, cause: &str, row: usize) {
        let at = self.causes.iter().position(|known| known.cause == cause).unwrap_or_else(|| {
            self.causes.push(Cause { cause: cause.into(), action: "dropped".into(), ..Cause::default() });
            self.causes.len() - 1
        });
        self.causes[at].rows += 1;
        if self.causes[at].examples.len() < EXAMPLES {
            self.causes[at].examples.push(format!("row {} of the files", self.frame.origin[row] + 1));
        }
    }
}

enum Target<'a> {
    Flag(Vec<Option<bool>>),
    Price { paid: &'a [f64], list: &'a [f64], minor: f64 },
    Reward { amount: &'a [f64], arms: &'a [Option<u16>], minor: f64 },
}

impl<'a> Target<'a> {
    fn of(frame: &'a Frame, params: &PlainTableParams, minor: f64) -> Result<Target<'a>> {
        if let (Predicts::MarketPrice, Some(list)) = (params.predicts, &params.list_price) {
            let paid = numbers(frame, "table.target", &params.target)?;
            return Ok(Target::Price { paid, list: numbers(frame, "table.list_price", list)?, minor });
        }
        let column = frame.column("table.target", &params.target)?;
        let positive = params.positive.as_slice();
        let is_flag = column.kind == Type::Flag || positive.is_empty();
        if is_flag && !positive.is_empty() {
            return Err(bad(format!("table.positive: `{}` is yes or no already", params.target)));
        }
        if let Some(word) = positive.iter().find(|word| !has(&column.values, word)) {
            return Err(bad(format!("table.positive: no row of `{}` is `{word}`", params.target)));
        }
        let yes = |text: String| if is_flag { sniff::flag(&text) } else { Some(positive.contains(&text)) };
        let flags: Vec<Option<bool>> =
            (0..frame.rows()).map(|row| column.values.text(row).map(yes)).map(|known| known.unwrap_or(None)).collect();
        match (0..frame.rows()).find(|row| flags[*row].is_none() && !column.values.is_missing(*row)) {
            None => Ok(Target::Flag(flags)),
            Some(row) => {
                let found = column.values.text(row).unwrap_or_default();
                let what = format!("table.positive: which words of `{}` count as yes? One is `{found}`", params.target);
                Err(bad(what))
            }
        }
    }

    /// The outcome and the list price of a row, or why it has none.
    fn of_row(&self, row: usize) -> std::result::Result<(f64, u64), &'static str> {
        match self {
            Target::Flag(flags) => flags[row].map(|flag| (flag as u8 as f64, 0)).ok_or("outcome is missing"),
            Target::Price { paid, list, minor } => price(paid[row], list[row], *minor),
            Target::Reward { arms, .. } if arms[row].is_none() => Err("arm is none of the trial's"),
            Target::Reward { amount, minor, .. } => reward(amount[row] * minor),
        }
    }
}

fn price(paid: f64, list: f64, minor: f64) -> std::result::Result<(f64, u64), &'static str> {
    let in_minor = libm::round(list * minor);
    match () {
        () if paid.is_nan() => Err("price is missing"),
        () if list.is_nan() => Err("list price is missing"),
        () if paid <= 0.0 => Err("price is not above 0"),
        () if in_minor < 1.0 => Err("list price is not above 0"),
        () if in_minor > MAX_MINOR as f64 => Err("list price is larger than any amount of money"),
        () => Ok((crate::math::ln(paid / list), in_minor as u64)),
    }
}

/// What a row brought, in minor units; below zero after a refund.
fn reward(minor: f64) -> std::result::Result<(f64, u64), &'static str> {
    match () {
        () if minor.is_nan() => Err("reward is missing"),
        () if minor.abs() > MAX_MINOR as f64 => Err("reward is larger than any amount of money"),
        () => Ok((libm::round(minor), 0)),
    }
}

fn has(values: &Values, word: &str) -> bool {
    match values {
        Values::Words(words) => words.texts.iter().any(|text| text == word),
        _ => (0..values.len()).any(|row| values.text(row).as_deref() == Some(word)),
    }
}

fn numbers<'a>(frame: &'a Frame, asked: &str, name: &str) -> Result<&'a [f64]> {
    match &frame.column(asked, name)?.values {
        Values::Number(values) => Ok(values),
        _ => Err(bad(format!("{asked}: `{name}` holds no numbers; data.types may say that it does"))),
    }
}

fn bad(what: String) -> Error {
    Error::new(Code::BadConfig, what)
}
