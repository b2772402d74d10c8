//! Who gets what: shares of arms by the values of a feature.

use crate::evaluate::experiment::Shares;
use crate::math;
use crate::train::sample::Column;
use crate::train::table::Prepared;

/// Bands of a feature that is an amount.
const BANDS: usize = 5;
/// Features whose shares are told.
const TOLD: usize = 6;

/// A band or a level: its name, how many rows, the share of each arm.
type Band = (String, u64, Vec<f64>);

/// Who gets what, by the features whose bands differ most.
///
/// `chosen` is the arm of every held-out row.
pub fn shares(prepared: &Prepared, chosen: &[u16], arms: usize) -> Vec<Shares> {
    let sample = &prepared.test;
    let mut told: Vec<(f64, Shares)> = sample
        .names
        .iter()
        .zip(&sample.columns)
        .map(|(name, column)| {
            let words = prepared.words.get(name).map_or(&[][..], Vec::as_slice);
            let bands = banded(column, words);
            let rows: Vec<Band> = bands.into_iter().map(|band| share(band, chosen, arms)).collect();
            (spread(&rows, chosen.len() as f64), Shares { feature: name.clone(), bands: rows })
        })
        .filter(|(spread, _)| *spread > 0.0)
        .collect();
    told.sort_by(|one, other| other.0.total_cmp(&one.0));
    told.into_iter().take(TOLD).map(|(_, shares)| shares).collect()
}

fn share((name, rows): (String, Vec<usize>), chosen: &[u16], arms: usize) -> Band {
    let of = |arm: usize| rows.iter().filter(|row| chosen[**row] as usize == arm).count() as f64 / rows.len() as f64;
    (name, rows.len() as u64, (0..arms).map(of).collect())
}

/// How far shares of bands are from those of all rows, on average.
fn spread(bands: &[Band], rows: f64) -> f64 {
    let Some((_, _, first)) = bands.first() else { return 0.0 };
    let of = |arm: usize| {
        let all = math::ordered_sum(bands.iter().map(|(_, count, shares)| *count as f64 * shares[arm])) / rows;
        math::ordered_sum(bands.iter().map(|(_, count, shares)| *count as f64 * (shares[arm] - all).abs())) / rows
    };
    math::ordered_sum((0..first.len()).map(of))
}

/// The rows of each level, or of each fifth of an amount; the missing ones last.
fn banded(column: &Column, words: &[String]) -> Vec<(String, Vec<usize>)> {
    let rows = |of: &dyn Fn(usize) -> bool, count: usize| (0..count).filter(|row| of(*row)).collect::<Vec<usize>>();
    let mut bands = match column {
        Column::Level { codes, levels } => (0..=*levels)
            .map(|level| (said(level, words), rows(&|row| codes[row] == level, codes.len())))
            .collect::<Vec<_>>(),
        Column::Number(values) => fifths(values),
    };
    let count = match column {
        Column::Level { codes, .. } => codes.len(),
        Column::Number(values) => values.len(),
    };
    bands.push(("missing".into(), rows(&|row| column.value(row).is_none(), count)));
    bands.retain(|(_, rows)| !rows.is_empty());
    bands
}

fn fifths(values: &[f64]) -> Vec<(String, Vec<usize>)> {
    let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    sorted.sort_by(f64::total_cmp);
    let Some(last) = sorted.len().checked_sub(1) else { return Vec::new() };
    let mut edges: Vec<f64> = (1..=BANDS).map(|band| sorted[last * band / BANDS]).collect();
    edges.dedup();
    let mut low = f64::NEG_INFINITY;
    edges
        .into_iter()
        .map(|high| {
            let rows: Vec<usize> = (0..values.len()).filter(|row| values[*row] > low && values[*row] <= high).collect();
            let is_one_value = rows.iter().all(|row| values[*row] == high);
            low = high;
            (format!("{}{}", if is_one_value { "" } else { "to " }, plain(high)), rows)
        })
        .collect()
}

/// Two decimals at most, and none that say nothing.
fn plain(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// The word of a level; level 0 is every word that training did not know.
pub(super) fn said(level: u16, words: &[String]) -> String {
    let known = level.checked_sub(1).and_then(|at| words.get(at as usize));
    known.cloned().unwrap_or_else(|| if level == 0 { "other".into() } else { format!("level {level}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_of_an_amount_are_called_by_their_end_and_one_value_by_itself() {
        let names = |values: &[f64]| fifths(values).into_iter().map(|(name, _)| name).collect::<Vec<String>>();
        assert_eq!(names(&[0.0, 1.0, 1.0, 1.0, f64::NAN]), ["0", "1"]);
        let ten = [1.0, 2.0, 3.0, 3.5, 5.0, 6.0, 7.0, 8.0, 9.0, 10.126];
        assert_eq!(names(&ten), ["to 2", "to 3.5", "to 6", "to 8", "to 10.13"]);
    }
}
