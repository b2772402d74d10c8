//! A change in words: a sentence of the artefact with its blanks filled in.
//!
//! The page does this in JavaScript (`pkg/src/change.ts`), where numbers are written as a shopper's language does; here
//! they have a point and at most four digits that matter.

use super::{Change, Lever};
use crate::artefact::{Content, Locale, Word};
use alloc::format;
use alloc::string::{String, ToString};

/// How many sentences about changes a language has: a feature; a feature that is missing now; the margin; the price of
/// budget; an arm that costs less; one that costs more.
pub const SENTENCES: usize = 6;

impl Change {
    /// Which of a language's sentences tells it.
    pub fn sentence(&self) -> usize {
        match (self.lever, self.from) {
            (Lever::Feature(_), Some(_)) => 0,
            (Lever::Feature(_), None) => 1,
            (Lever::Margin, _) => 2,
            (Lever::BudgetPrice, _) => 3,
            (Lever::Cost(_), Some(from)) if from < self.to => 5,
            (Lever::Cost(_), _) => 4,
        }
    }
}

/// The change in the words of a language; money has `digits` decimals. Empty where the language has no such sentence.
pub fn sentence(change: &Change, locale: &Locale, content: &Content, digits: u32) -> String {
    let (word, index) = match change.lever {
        Lever::Feature(index) => (Word::Feature, index),
        Lever::Cost(arm) => (Word::Arm, arm),
        Lever::Margin | Lever::BudgetPrice => (Word::Change, usize::MAX),
    };
    let unit = |number: f64| match change.lever {
        Lever::Margin => short(number * 100.0) + "%",
        _ => short(number),
    };
    let from = change.from.unwrap_or_default();
    let by = (0..digits.min(6)).fold((change.to - from).abs(), |by, _| by / 10.0);
    let arm = match locale.text(Word::Arm, change.arm) {
        "" => content.menu.arms[change.arm].id.as_str(),
        label => label,
    };
    let blanks = [("{from}", unit(from)), ("{to}", unit(change.to)), ("{by}", short(by))];
    let words = [("{what}", locale.text(word, index)), ("{arm}", arm)];
    let told = locale.text(Word::Change, change.sentence()).to_string();
    let told = blanks.iter().fold(told, |told, (blank, number)| told.replace(blank, number));
    words.iter().fold(told, |told, (blank, word)| told.replace(blank, word))
}

/// Four digits that matter, without zeros behind the point.
fn short(number: f64) -> String {
    let told = format!("{number:.3e}");
    let exponent = told.split_once('e').and_then(|(_, exponent)| exponent.parse::<i32>().ok());
    let decimals = (3 - exponent.unwrap_or_default()).clamp(0, 12) as usize;
    let told = format!("{number:.decimals$}");
    match told.contains('.') {
        true => told.trim_end_matches('0').trim_end_matches('.').to_string(),
        false => told,
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn numbers_have_four_digits_that_matter() {
        let rows = [
            (0.0, "0"),
            (1.0, "1"),
            (-2.50, "-2.5"),
            (1234.56, "1235"),
            (98_765.4, "98765"),
            (0.3, "0.3"),
            (0.012_345_6, "0.01235"),
            (2.0 / 3.0, "0.6667"),
            (1e-20, "0"),
        ];
        for (number, expected) in rows {
            assert_eq!(short(number), expected);
        }
    }
}
