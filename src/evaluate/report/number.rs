//! Numbers as people read them: grouped by thin spaces, a real minus sign, money in major units.
//!
//! Whatever is not finite prints as a dash. What is *not* here: rounding of prices (see `money`); these
//! numbers are for reading only.

use crate::evaluate::summary::Figure;
use crate::money;

/// Printed in place of a number that does not exist.
pub const DASH: &str = "–";
/// A space that neither breaks nor spreads.
pub const THIN: char = '\u{202f}';
/// Keeps a minus and the sign of a currency on one line.
const GLUE: &str = "\u{2060}";

/// A whole number.
pub fn count(value: u64) -> String {
    grouped(&value.to_string())
}

/// A number with a fixed count of decimals.
pub fn decimal(value: f64, decimals: usize) -> String {
    prefixed(value, decimals, "", false)
}

/// An amount of any size, with about four digits.
pub fn amount(value: f64) -> String {
    decimal(value, amount_decimals(value))
}

/// How many decimals that takes.
pub fn amount_decimals(value: f64) -> usize {
    match value.abs() {
        size if size >= 1_000.0 => 0,
        size if size >= 100.0 => 1,
        size if size >= 10.0 => 2,
        size if size >= 1.0 => 3,
        _ => 4,
    }
}

/// A number with a fixed count of decimals, and a plus sign when it is above zero.
pub fn signed(value: f64, decimals: usize) -> String {
    prefixed(value, decimals, "", true)
}

/// A fraction of one, in percent.
pub fn percent(share: f64, decimals: usize) -> String {
    match share.is_finite() {
        true => format!("{}{THIN}%", decimal(share * 100.0, decimals)),
        false => DASH.to_string(),
    }
}

/// As many decimals as ticks `step` apart need.
pub fn tick_decimals(step: f64) -> usize {
    let fits = |d: &usize| {
        let scaled = step * 10f64.powi(*d as i32);
        (scaled - scaled.round()).abs() < 1e-6 * scaled
    };
    (0..6).find(fits).unwrap_or(6)
}

/// A figure with its interval.
pub fn with_interval(figure: &Figure, print: &dyn Fn(f64) -> String) -> String {
    format!("{} ({})", print(figure.value), interval(figure, print))
}

/// The two ends of an interval.
pub fn interval(figure: &Figure, print: &dyn Fn(f64) -> String) -> String {
    format!("{} to {}", print(figure.low), print(figure.high))
}

/// How amounts of one currency are printed.
#[derive(Clone, Debug)]
pub struct Currency {
    sign: String,
    /// Decimals of the major unit.
    pub digits: usize,
}

impl Currency {
    /// By ISO 4217 code; a code without a sign of its own is printed as it is.
    pub fn of(code: &str) -> Currency {
        let digits = money::Currency::new(code).map_or(2, |currency| currency.decimals() as usize);
        let sign = match code {
            "USD" => "$".to_string(),
            "EUR" => "€".to_string(),
            "GBP" => "£".to_string(),
            "JPY" => "¥".to_string(),
            "INR" => "₹".to_string(),
            "" => String::new(),
            other => format!("{other}{THIN}"),
        };
        Currency { sign, digits }
    }

    /// An amount given in minor units; below one major unit it has two significant digits, so that the ends of a
    /// narrow interval can be told apart.
    pub fn amount(&self, minor: f64) -> String {
        self.print(minor, false)
    }

    /// The same with a plus sign when it is above zero.
    pub fn signed(&self, minor: f64) -> String {
        self.print(minor, true)
    }

    /// An amount given in major units, whole ones where it is large.
    pub fn major_amount(&self, major: f64) -> String {
        let decimals = if major.abs() >= 1_000.0 { 0 } else { self.digits };
        prefixed(major, decimals, &self.sign, false)
    }

    /// An amount given in major units with a fixed count of decimals, such as a mean, which no one pays.
    pub fn mean(&self, major: f64, decimals: usize, plus: bool) -> String {
        prefixed(major, decimals, &self.sign, plus)
    }

    /// How many decimals means need that are at most as large as `largest`: some four digits, and never fewer than a price.
    pub fn mean_decimals(&self, largest: f64) -> usize {
        let more = match largest.abs() {
            size if size >= 100.0 => 0,
            size if size >= 1.0 => 1,
            _ => 2,
        };
        self.digits + more
    }

    /// A tick of an axis in minor units.
    pub fn tick(&self, minor: f64, step: f64) -> String {
        let decimals = tick_decimals(self.major(step)).min(self.digits + 1);
        prefixed(self.major(minor), decimals, &self.sign, false)
    }

    fn print(&self, minor: f64, plus: bool) -> String {
        let major = self.major(minor);
        let tells = |decimals: &usize| major.abs() * 10f64.powi(*decimals as i32) >= 9.95;
        let decimals = (self.digits..=self.digits + 2).find(tells).unwrap_or(self.digits);
        prefixed(major, decimals, &self.sign, plus)
    }

    fn major(&self, minor: f64) -> f64 {
        minor / 10f64.powi(self.digits as i32)
    }
}

fn prefixed(value: f64, decimals: usize, sign: &str, plus: bool) -> String {
    if !value.is_finite() {
        return DASH.to_string();
    }
    let text = format!("{:.*}", decimals, value.abs());
    let zero = text.bytes().all(|b| matches!(b, b'0' | b'.'));
    let lead = match (zero, value < 0.0) {
        (true, _) => "",
        (false, true) => "−",
        (false, false) if plus => "+",
        (false, false) => "",
    };
    let glue = if lead.is_empty() || sign.is_empty() { "" } else { GLUE };
    match text.split_once('.') {
        Some((whole, part)) => format!("{lead}{glue}{sign}{}.{part}", grouped(whole)),
        None => format!("{lead}{glue}{sign}{}", grouped(&text)),
    }
}

fn grouped(digits: &str) -> String {
    let mut text = String::with_capacity(digits.len() * 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(THIN);
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_by_thin_spaces() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_469_307), "1\u{202f}469\u{202f}307");
        assert_eq!(decimal(-1234.5, 1), "−1\u{202f}234.5");
    }

    #[test]
    fn amounts_have_about_four_digits() {
        let rows = [(0.28321, "0.2832"), (12.345, "12.35"), (-1234.5, "−1\u{202f}234")];
        for (value, text) in rows {
            assert_eq!(amount(value), text);
        }
    }

    #[test]
    fn signs_are_shown_only_where_digits_are() {
        assert_eq!(decimal(-0.001, 2), "0.00");
        assert_eq!(signed(0.001, 2), "0.00");
        assert_eq!(signed(0.5, 1), "+0.5");
    }

    #[test]
    fn prints_a_dash_for_what_is_not_finite() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let money = Currency::of("USD");
            for text in [decimal(value, 2), percent(value, 1), money.amount(value), money.signed(value)] {
                assert_eq!(text, DASH);
            }
        }
    }

    #[test]
    fn money_is_in_major_units_of_its_currency() {
        let rows = [
            ("USD", 123_456.0, "$1\u{202f}234.56"),
            ("USD", -50.0, "−\u{2060}$0.50"),
            ("USD", 4.07, "$0.041"),
            ("USD", 0.4, "$0.0040"),
            ("USD", 0.001, "$0.00"),
            ("PYG", 1_500.0, "PYG\u{202f}1\u{202f}500"),
            ("JPY", 1_500.0, "¥1\u{202f}500"),
            ("KWD", 1_500.0, "KWD\u{202f}1.500"),
            ("", 150.0, "1.50"),
        ];
        for (code, minor, text) in rows {
            assert_eq!(Currency::of(code).amount(minor), text);
        }
    }

    #[test]
    fn ticks_have_the_decimals_they_need() {
        for (step, decimals) in [(1.0, 0), (25.0, 0), (0.5, 1), (0.25, 2), (0.002, 3)] {
            assert_eq!(tick_decimals(step), decimals, "{step}");
        }
    }
}
