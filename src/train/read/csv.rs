//! Text with separators → [`Record`]s, as RFC 4180 has it, and more kindly: any line end, quotes inside of
//! unquoted fields are letters, blank lines are passed over.
//!
//! Fields are spans of the window, so that a column nobody mapped costs no more than finding its end.

use super::cell::{Cell, Record};
use super::window::Window;
use crate::error::{Code, Error, Result};
use memchr::{memchr, memchr_iter, memchr2};

#[derive(Clone, Copy, Debug, PartialEq)]
struct Span {
    from: usize,
    to: usize,
    /// Whether it lies in the scratch space, because doubled quotes were taken out.
    unescaped: bool,
}

/// The records of a stream, one at a time.
pub struct Records {
    window: Window,
    separator: u8,
    spans: Vec<Span>,
    scratch: Vec<u8>,
    /// Bytes of the present record.
    length: usize,
    /// Line on which the present record begins, from 1.
    line: u64,
    /// Lines the present record spans.
    lines: u64,
    /// Bytes before the present record.
    passed: u64,
}

/// Why a record could not be cut from the bytes at hand.
enum Cut {
    Whole(usize),
    NeedsMore,
}

impl Records {
    /// Before the first record, which begins on `line`.
    pub fn new(window: Window, separator: u8, line: u64) -> Records {
        Records { window, separator, spans: Vec::new(), scratch: Vec::new(), length: 0, line, lines: 0, passed: 0 }
    }

    /// Moves to the next record; false at the end.
    pub fn advance(&mut self) -> Result<bool> {
        loop {
            self.window.skip(self.length);
            self.line += self.lines;
            self.passed += self.length as u64;
            (self.length, self.lines) = (0, 0);
            let Cut::Whole(length) = self.cut()? else {
                self.window.more()?;
                continue;
            };
            if length == 0 {
                return Ok(false);
            }
            self.length = length;
            if !self.is_blank() {
                return Ok(true);
            }
        }
    }

    fn is_blank(&self) -> bool {
        matches!(self.spans[..], [Span { from, to, unescaped: false }] if from == to && self.window.bytes()[0] != b'"')
    }

    /// Finds the fields of the record in front.
    fn cut(&mut self) -> Result<Cut> {
        self.spans.clear();
        self.scratch.clear();
        let (bytes, ended) = (self.window.bytes(), self.window.has_ended());
        let (mut at, mut has_quotes) = (0, false);
        if bytes.is_empty() && ended {
            return Ok(Cut::Whole(0));
        }
        loop {
            if bytes.get(at) == Some(&b'"') {
                has_quotes = true;
                match quoted(bytes, at, self.separator, ended, &mut self.scratch, &mut self.spans) {
                    Ok(next) => at = next,
                    Err(Quote::NeedsMore) => return Ok(Cut::NeedsMore),
                    Err(Quote::NeverClosed) => return Err(self.never_closed(at)),
                }
                match bytes.get(at) {
                    Some(b'\n') => return Ok(self.whole(at + 1)),
                    Some(_) => at += 1,
                    None => return Ok(self.whole(at)),
                }
                continue;
            }
            match memchr2(self.separator, b'\n', &bytes[at..]) {
                Some(length) if bytes[at + length] == b'\n' => {
                    let end = at + length;
                    let trimmed = end - (end > at && bytes[end - 1] == b'\r') as usize;
                    self.spans.push(Span { from: at, to: trimmed, unescaped: false });
                    return Ok(if has_quotes { self.whole(end + 1) } else { self.one_line(end + 1) });
                }
                Some(length) => {
                    self.spans.push(Span { from: at, to: at + length, unescaped: false });
                    at += length + 1;
                }
                None if ended => {
                    let end = bytes.len() - bytes.ends_with(b"\r") as usize;
                    self.spans.push(Span { from: at, to: end.max(at), unescaped: false });
                    return Ok(self.whole(bytes.len()));
                }
                None => return Ok(Cut::NeedsMore),
            }
        }
    }

    /// Lines are counted only where a quoted field may hide some.
    fn whole(&mut self, length: usize) -> Cut {
        self.lines = memchr_iter(b'\n', &self.window.bytes()[..length]).count() as u64;
        Cut::Whole(length)
    }

    fn one_line(&mut self, length: usize) -> Cut {
        self.lines = 1;
        Cut::Whole(length)
    }

    fn never_closed(&self, at: usize) -> Error {
        let before = memchr_iter(b'\n', &self.window.bytes()[..at]).count() as u64;
        let what =
            format!("{}, line {}: a quote is opened here and never closed", self.window.file, self.line + before);
        Error::new(Code::BadData, what)
    }

    /// How many fields the present record has.
    pub fn width(&self) -> usize {
        self.spans.len()
    }

    /// A field of the present record.
    pub fn field(&self, index: usize) -> Option<&[u8]> {
        let span = self.spans.get(index)?;
        match span.unescaped {
            true => Some(&self.scratch[span.from..span.to]),
            false => Some(&self.window.bytes()[span.from..span.to]),
        }
    }

    /// The present record's place.
    pub fn place(&self) -> String {
        format!("{}, line {}", self.window.file, self.line)
    }

    /// Line on which the present record begins.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Line on which the next record begins.
    pub fn next_line(&self) -> u64 {
        self.line + self.lines
    }

    /// Whether a NUL was seen.
    pub fn has_nul(&self) -> bool {
        self.window.has_nul()
    }

    /// Bytes up to the end of the present record.
    pub fn end(&self) -> u64 {
        self.passed + self.length as u64
    }
}

enum Quote {
    NeedsMore,
    NeverClosed,
}

/// Reads the quoted field at `at`; returns where its separator or line end is.
fn quoted(
    bytes: &[u8],
    at: usize,
    separator: u8,
    ended: bool,
    scratch: &mut Vec<u8>,
    spans: &mut Vec<Span>,
) -> std::result::Result<usize, Quote> {
    let (open, start) = (at + 1, scratch.len());
    let (mut from, mut close) = (open, open);
    loop {
        match memchr(b'"', &bytes[close..]) {
            None if ended => return Err(Quote::NeverClosed),
            None => return Err(Quote::NeedsMore),
            Some(length) => close += length,
        }
        match bytes.get(close + 1) {
            None if !ended => return Err(Quote::NeedsMore),
            Some(b'"') => {
                scratch.extend_from_slice(&bytes[from..=close]);
                close += 2;
                from = close;
            }
            _ => break,
        }
    }
    let rest = &bytes[close + 1..];
    let Some(tail) = memchr2(separator, b'\n', rest).or(ended.then_some(rest.len())) else {
        return Err(Quote::NeedsMore);
    };
    let surplus = rest[..tail].strip_suffix(b"\r").unwrap_or(&rest[..tail]);
    if from == open && surplus.is_empty() {
        spans.push(Span { from: open, to: close, unescaped: false });
    } else {
        scratch.extend_from_slice(&bytes[from..close]);
        scratch.extend_from_slice(surplus);
        spans.push(Span { from: start, to: scratch.len(), unescaped: true });
    }
    Ok(close + 1 + tail)
}

/// The present record of [`Records`], seen by needed columns.
pub struct CsvRecord<'a> {
    /// The stream.
    pub records: &'a Records,
    /// Position in the file of each needed column.
    pub positions: &'a [usize],
    /// How many columns the file has.
    pub width: usize,
}

impl Record for CsvRecord<'_> {
    fn cell(&self, slot: usize) -> Cell<'_> {
        match self.records.field(self.positions[slot]) {
            Some(bytes) => Cell::Bytes(bytes),
            None => Cell::Missing,
        }
    }

    fn place(&self) -> String {
        self.records.place()
    }

    fn fault(&self) -> Option<String> {
        let found = self.records.width();
        (found != self.width).then(|| format!("{}: expected {} columns, found {found}", self.place(), self.width))
    }

    fn has_nul(&self) -> bool {
        self.records.has_nul()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &[u8]) -> Result<Vec<(u64, Vec<String>)>> {
        let window = Window::new(Box::new(std::io::Cursor::new(text.to_vec())), "a.csv")?;
        let mut records = Records::new(window, b',', 1);
        let mut found = Vec::new();
        while records.advance()? {
            let field = |index| String::from_utf8_lossy(records.field(index).unwrap()).into_owned();
            found.push((records.line, (0..records.width()).map(field).collect()));
        }
        Ok(found)
    }

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        read(text.as_bytes()).unwrap()
    }

    fn row(line: u64, fields: &[&str]) -> (u64, Vec<String>) {
        (line, fields.iter().map(|field| field.to_string()).collect())
    }

    #[test]
    fn reads_quotes_line_ends_and_blank_lines() {
        let text = "\u{feff}a,b\r\n\"x\ny\",\"say \"\"hi\"\"\"\n\n1,2\" wide\r\n\"\",\"a\"b\n,";
        let expected = [
            row(1, &["a", "b"]),
            row(2, &["x\ny", "say \"hi\""]),
            row(5, &["1", "2\" wide"]),
            row(6, &["", "ab"]),
            row(7, &["", ""]),
        ];
        assert_eq!(rows(text), expected);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_named_by_its_line() {
        let message = read(b"a,b\n1,2\n3,\"4\n5,6\n").unwrap_err().to_string();
        assert_eq!(message, "a.csv, line 3: a quote is opened here and never closed");
    }

    #[test]
    fn a_field_of_a_million_letters_is_read_and_one_without_end_is_refused() {
        let long = "x".repeat(1_000_000);
        assert_eq!(rows(&format!("a,\"{long}\"\nb,c"))[0].1[1].len(), 1_000_000);
        let endless = "x".repeat(20 << 20);
        assert_eq!(read(endless.as_bytes()).unwrap_err().code(), Code::TooLarge);
    }

    proptest! {
        #[test]
        fn what_a_writer_quotes_is_read_back(table in prop::collection::vec(prop::collection::vec("[a\", \n\r]{0,6}", 2..4), 1..6)) {
            let mut writer = ::csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
            table.iter().for_each(|row| writer.write_record(row).unwrap());
            let text = writer.into_inner().unwrap();
            let found: Vec<Vec<String>> = read(&text).unwrap().into_iter().map(|(_, row)| row).collect();
            prop_assert_eq!(found, table);
        }
    }
}
