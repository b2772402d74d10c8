//! [`Cell`]: one value as a file tells it, and [`Record`]: one row of them, whatever the format.
//!
//! Numbers are read here, exactly: a plain decimal of at most 15 digits by one division, anything else by the
//! standard library. Words such as `inf`, `nan` and hexadecimal are *not* numbers.

use crate::train::config::Layout;

/// One value as a file tells it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Missing,
    /// Text that nobody has checked to be UTF-8.
    Bytes(&'a [u8]),
    /// Text.
    Text(&'a str),
    /// A whole number.
    Whole(i64),
    /// A number.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// Microseconds since 1970, of an instant or of some wall clock.
    Moment {
        /// Since 1970.
        micros: i64,
        /// Whether it is an instant.
        zoned: bool,
    },
    /// A value of a type that is none of these, by its name.
    Other(&'static str),
}

/// One row of a file.
pub trait Record {
    /// The value of a needed column.
    fn cell(&self, slot: usize) -> Cell<'_>;
    /// Which file and line, for messages.
    fn place(&self) -> String;
    /// What is wrong with the record as a whole.
    fn fault(&self) -> Option<String> {
        None
    }
    /// Which side table has no row for it.
    fn unmatched(&self) -> Option<String> {
        None
    }
    /// Whether nothing of it can be read, so that there is nothing to repair.
    fn is_void(&self) -> bool {
        false
    }
    /// Whether its text may hold bytes that no text has.
    fn has_nul(&self) -> bool {
        false
    }
}

impl Cell<'_> {
    /// Quoted for a message, shortened.
    pub fn quoted(&self) -> String {
        const LONGEST: usize = 60;
        let text = match self {
            Cell::Missing => return "nothing".into(),
            Cell::Bytes(bytes) => String::from_utf8_lossy(&bytes[..bytes.len().min(4 * LONGEST)]).into_owned(),
            Cell::Text(text) => text.chars().take(LONGEST + 1).collect(),
            Cell::Whole(value) => return value.to_string(),
            Cell::Number(value) => return value.to_string(),
            Cell::Flag(value) => return value.to_string(),
            Cell::Moment { micros, .. } => return format!("{micros} µs since 1970"),
            Cell::Other(name) => return (*name).to_string(),
        };
        match text.chars().count() > LONGEST {
            true => format!("\"{}…\"", text.chars().take(LONGEST).collect::<String>().escape_debug()),
            false => format!("\"{}\"", text.escape_debug()),
        }
    }
}

impl Layout {
    /// The text of a value, trimmed, or none where it is a word for missing.
    pub fn bytes<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        let text = text.trim_ascii();
        match text.is_empty() || (text.len() <= self.longest_null && self.null.iter().any(|word| word == text)) {
            true => None,
            false => Some(text),
        }
    }

    /// The number a text is; none where it is none.
    pub fn number(&self, text: &[u8]) -> Option<f64> {
        match self.thousands {
            Some(mark) if text.contains(&mark) => {
                let joined = without_thousands(text, mark, self.decimal)?;
                plain(&joined, self.decimal).or_else(|| slow(&joined, self.decimal))
            }
            _ => plain(text, self.decimal).or_else(|| slow(text, self.decimal)),
        }
    }

    /// What a number looks like, for messages.
    pub fn expected_number(&self) -> &'static str {
        match self.decimal {
            b',' => "a number with decimal comma",
            _ => "a number with decimal point",
        }
    }
}

/// Marks stand before every group of three digits, and nowhere else: `1.234,5` but not `1.23,5`.
fn without_thousands(text: &[u8], mark: u8, decimal: u8) -> Option<Vec<u8>> {
    let end = text.iter().position(|byte| *byte == decimal).unwrap_or(text.len());
    let (whole, rest) = text.split_at(end);
    let mut groups = whole.split(|byte| *byte == mark);
    let first = groups.next()?;
    let digits = first.iter().filter(|byte| byte.is_ascii_digit()).count();
    let fits = (1..=3).contains(&digits) && groups.all(|group| group.len() == 3);
    fits.then(|| [&whole.iter().copied().filter(|byte| *byte != mark).collect::<Vec<u8>>()[..], rest].concat())
}

/// Powers of ten that a double holds exactly.
const TENS: [f64; 16] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// Sign, digits, decimals: both parts are exact in a double, so their quotient is the nearest one (Clinger 1990).
fn plain(text: &[u8], decimal: u8) -> Option<f64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 16 {
        return None;
    }
    let (mut whole, mut point, mut count) = (0u64, None, 0);
    for (index, byte) in digits.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit < 10 {
            whole = whole * 10 + digit as u64;
            count += 1;
        } else if *byte == decimal && point.is_none() {
            point = Some(index);
        } else {
            return None;
        }
    }
    if count == 0 || count > 15 {
        return None;
    }
    let decimals = point.map_or(0, |at| digits.len() - at - 1);
    let value = whole as f64 / TENS[decimals];
    Some(if negative { -value } else { value })
}

fn slow(text: &[u8], decimal: u8) -> Option<f64> {
    let is_numeric = |byte: &u8| byte.is_ascii_digit() || [b'+', b'-', b'e', b'E', decimal].contains(byte);
    if !text.iter().all(is_numeric) || text.len() > 400 {
        return None;
    }
    let mut text = std::str::from_utf8(text).ok()?.to_string();
    if decimal != b'.' {
        text = text.replace(decimal as char, ".");
    }
    text.parse().ok().filter(|value: &f64| value.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::config::Params;
    use proptest::prelude::*;

    pub(in crate::train) fn layout(data: &str) -> Layout {
        let text =
            format!("[shop]\nname = \"a\"\ncurrency = \"EUR\"\n[data]\nfiles = [\"a\"]\nshape = \"rows\"\n{data}");
        Params::from_toml(&text).unwrap().check_log().unwrap().layout
    }

    #[test]
    fn reads_numbers_as_the_layout_writes_them() {
        let comma = "decimal = \",\"\nthousands = \".\"";
        let rows = [
            ("", "12.5", Some(12.5)),
            ("", "-0", Some(-0.0)),
            ("", "1e308", Some(1e308)),
            ("", "98.000002", Some(98.000002)),
            ("", "0.6771831139635117", Some(0.6771831139635117)),
            ("", "12,5", None),
            ("", "0x1F", None),
            ("", "1e999", None),
            ("", "inf", None),
            ("", "1.2.3", None),
            ("", ".", None),
            ("", "1_000", None),
            (comma, "1.234,5", Some(1234.5)),
            (comma, "1.23,5", None),
            (comma, "12.5a", None),
            ("thousands = \",\"", "-1,234,567.25", Some(-1_234_567.25)),
        ];
        for (data, text, expected) in rows {
            assert_eq!(layout(data).number(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn quotes_what_was_found_in_short() {
        assert_eq!(Cell::Text("12.5a").quoted(), "\"12.5a\"");
        assert!(Cell::Bytes(&[b'x'; 1_000_000]).quoted().len() < 80);
    }

    proptest! {
        #[test]
        fn the_fast_path_is_exact(whole in 0u64..1_000_000_000, decimals in "[0-9]{0,6}", negative: bool) {
            let text = format!("{}{whole}.{decimals}", if negative { "-" } else { "" });
            let found = plain(text.as_bytes(), b'.').unwrap();
            prop_assert_eq!(found.to_bits(), text.parse::<f64>().unwrap().to_bits());
        }
    }
}
