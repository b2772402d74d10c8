//! Cuts a plain text file into byte ranges that begin with a record, so that several threads may read it.
//!
//! One fast pass follows the quotes from the start: whether a line end is inside of a field cannot be told
//! from the middle of a file. Ranges depend on the file alone, never on the number of threads.

use super::unpack;
use crate::error::Result;
use memchr::{memchr, memchr_iter};
use std::io::Read;
use std::path::Path;

/// Bytes from one record's start to another's, and the line of the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// First byte.
    pub from: u64,
    /// After the last byte.
    pub to: u64,
    /// Line of the first byte, from 1.
    pub line: u64,
}

/// What is known of the bytes so far.
struct Walk {
    /// None where quotes mean nothing, as in JSON lines.
    separator: Option<u8>,
    is_inside: bool,
    /// The byte before, and whether it was a quote that closed a field.
    before: u8,
    closed: bool,
    line: u64,
    /// Offset of the chunk in front.
    offset: u64,
    size: u64,
    ranges: Vec<Range>,
}

/// Ranges of about `size` bytes from offset `from`, which begins on `line`, to the end.
pub fn cut(path: &Path, name: &str, separator: Option<u8>, from: u64, line: u64, size: u64) -> Result<Vec<Range>> {
    let end = path.metadata().map_or(0, |known| known.len());
    if end <= from.saturating_add(size) {
        return Ok(vec![Range { from, to: end, line }]);
    }
    let mut input = unpack::range(path, name, from, end, &Default::default())?;
    let first = Range { from, to: end, line };
    let mut walk = Walk {
        separator,
        is_inside: false,
        before: b'\n',
        closed: false,
        line,
        offset: from,
        size,
        ranges: vec![first],
    };
    let mut chunk = vec![0; 1 << 20];
    loop {
        let count = input.read(&mut chunk).map_err(|error| unpack::broken(name, &error))?;
        if count == 0 {
            return Ok(walk.ranges);
        }
        walk.over(&chunk[..count]);
    }
}

impl Walk {
    fn over(&mut self, chunk: &[u8]) {
        let mut from = 0;
        if let Some(separator) = self.separator {
            for quote in memchr_iter(b'"', chunk) {
                self.stretch(chunk, from, quote);
                self.quote(separator);
                self.before = b'"';
                from = quote + 1;
            }
        }
        self.stretch(chunk, from, chunk.len());
        self.offset += chunk.len() as u64;
    }

    /// The bytes from one quote to the next.
    fn stretch(&mut self, chunk: &[u8], from: usize, to: usize) {
        if from == to {
            return;
        }
        let bytes = &chunk[from..to];
        if !self.is_inside {
            self.cut_in(bytes, self.offset + from as u64);
        }
        self.line += memchr_iter(b'\n', bytes).count() as u64;
        self.before = bytes[bytes.len() - 1];
        self.closed = false;
    }

    fn quote(&mut self, separator: u8) {
        let opens = self.closed || self.before == separator || self.before == b'\n';
        (self.is_inside, self.closed) = match self.is_inside {
            true => (false, true),
            false => (opens, false),
        };
    }

    /// Ends the present range at the first line end after it is long enough, and so on.
    fn cut_in(&mut self, bytes: &[u8], offset: u64) {
        while let Some(last) = self.ranges.last_mut() {
            let skipped = (last.from + self.size).saturating_sub(offset) as usize;
            let Some(length) = bytes.get(skipped..).and_then(|rest| memchr(b'\n', rest)) else { return };
            let start = skipped + length + 1;
            let next = Range {
                from: offset + start as u64,
                to: last.to,
                line: self.line + memchr_iter(b'\n', &bytes[..start]).count() as u64,
            };
            if next.from == next.to {
                return;
            }
            last.to = next.from;
            self.ranges.push(next);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ranges(name: &str, text: &str, separator: Option<u8>, size: u64) -> Vec<(String, u64)> {
        let path = std::env::temp_dir().join(format!("skonto-ranges-{}-{name}", std::process::id()));
        std::fs::write(&path, text).unwrap();
        let found = cut(&path, name, separator, 0, 1, size).unwrap();
        std::fs::remove_file(path).unwrap();
        found.iter().map(|range| (text[range.from as usize..range.to as usize].to_string(), range.line)).collect()
    }

    #[test]
    fn ranges_begin_with_a_record_and_lose_nothing() {
        let text = "a,b\n\"x\ny\",1\n2,\"3 \"\"\n\"\"\"\n4\" wide,5\n6,7\n";
        for size in 1..text.len() as u64 {
            let found = ranges(&format!("{size}"), text, Some(b','), size);
            assert_eq!(found.iter().map(|(part, _)| part.as_str()).collect::<String>(), text);
            for (part, line) in &found {
                assert!(["a", "\"x", "2,", "4\"", "6"].iter().any(|start| part.starts_with(start)), "{size}: {part}");
                let before = &text[..text.find(part.as_str()).unwrap()];
                assert_eq!(*line, 1 + before.matches('\n').count() as u64, "{size}: {part}");
            }
        }
        assert_eq!(ranges("one", text, Some(b','), 1).len(), 5);
    }

    #[test]
    fn quotes_mean_nothing_where_every_line_is_a_record() {
        assert_eq!(ranges("json", "{\"a\n\"b\n", None, 1).len(), 2);
    }
}
