//! A change in words: a sentence of the artefact with its blanks filled in.
//!
//! The page does this in JavaScript (`pkg/src/change.ts`), where numbers are written as a shopper's language does; here
//! they have a point and at most four digits that matter.

use super::{Change, Lever};
use crate::artefact::{Content, Locale, Word};
use crate::math;
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
    let blanks = [
        ("from", &*unit(from)),
        ("to", &unit(change.to)),
        ("by", &short(by)),
        ("what", locale.text(word, index)),
        ("arm", arm),
    ];
    filled(locale.text(Word::Change, change.sentence()), &blanks)
}

/// The text with each `{blank}` replaced by its word. What is in braces and no blank stays.
fn filled(text: &str, blanks: &[(&str, &str)]) -> String {
    let mut told = String::new();
    for (at, piece) in text.split('{').enumerate() {
        let blank = piece.split_once('}').filter(|_| at > 0);
        let word = blank.and_then(|(name, rest)| Some((blanks.iter().find(|blank| blank.0 == name)?.1, rest)));
        match word {
            Some((word, rest)) => [word, rest].into_iter().for_each(|part| told.push_str(part)),
            None => [if at > 0 { "{" } else { "" }, piece].into_iter().for_each(|part| told.push_str(part)),
        }
    }
    told
}

/// Four digits that matter, without zeros behind the point. By whole numbers: writing decimals the standard way takes 2 kB of a module.
fn short(number: f64) -> String {
    let (mut scaled, mut decimals) = (number.abs(), 0);
    if scaled >= 1e15 {
        return number.to_string();
    }
    while scaled < 999.95 && decimals < 12 {
        scaled *= 10.0;
        decimals += 1;
    }
    let whole = math::round(scaled) as u64;
    let digits = format!("{whole:0width$}", width = decimals + 1);
    let (before, behind) = digits.split_at(digits.len() - decimals);
    let sign = if number < 0.0 && whole > 0 { "-" } else { "" };
    match behind.trim_end_matches('0') {
        "" => format!("{sign}{before}"),
        behind => format!("{sign}{before}.{behind}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{filled, short};

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
            (-1e-20, "0"),
            (999.96, "1000"),
            (99.996, "100"),
            (0.99996, "1"),
            (-0.05, "-0.05"),
            (1e15, "1000000000000000"),
        ];
        for (number, expected) in rows {
            assert_eq!(short(number), expected);
        }
    }
    #[test]
    fn a_sentence_is_filled_with_what_it_has_blanks_for() {
        let blanks = [("to", "5"), ("what", "{to} days")];
        let rows = [
            ("{what}: {to}!", "{to} days: 5!"),
            ("none", "none"),
            ("{other} {to", "{other} {to"),
            ("}{to}{", "}5{"),
            ("", ""),
        ];
        for (text, expected) in rows {
            assert_eq!(filled(text, &blanks), expected);
        }
    }
}
