//! Which files a log is, how each is written, and the parts it falls into.
//!
//! Only what the settings leave open is looked for: the separator, the byte order mark, the names of columns.

use super::csv::Records;
use super::json;
use super::ranges::{self, Range};
use super::unpack::{self, Encoding, Packing, Stream};
use super::window::Window;
use crate::error::{Code, Error, Result};
use crate::train::config::{CheckedLog, Format, Layout, Shape};
use memchr::memchr_iter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// One file of a log.
#[derive(Clone, Debug)]
pub struct LogFile {
    /// As messages call it.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// How bytes become records.
    pub format: Format,
    /// Between two fields.
    pub separator: u8,
    /// Names of its columns, in order; empty for JSON lines.
    pub header: Vec<String>,
    /// Whether the header is the first record.
    has_header_record: bool,
    /// How letters are written.
    encoding: Encoding,
    /// First byte after the header, and its line.
    body: (u64, u64),
    told: Option<Encoding>,
}

/// The files that a name relative to `root` stands for, in the order of their names.
pub fn find(root: &Path, name: &str) -> Result<Vec<PathBuf>> {
    if !name.contains('*') {
        return Ok(vec![root.join(name)]);
    }
    let mut found = vec![root.to_path_buf()];
    for part in name.split('/') {
        found = found.iter().flat_map(|folder| inside(folder, part)).collect();
    }
    found.retain(|path| path.is_file());
    match found.is_empty() {
        true => Err(Error::new(Code::Io, format!("data.files: no file is called {name} in {}", root.display()))),
        false => Ok(found),
    }
}

fn inside(folder: &Path, part: &str) -> Vec<PathBuf> {
    if !part.contains('*') {
        return vec![folder.join(part)];
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| fits(name, part));
    names.sort_unstable();
    names.iter().map(|name| folder.join(name)).collect()
}

/// Whether a name is the pattern with `*` for any letters.
fn fits(name: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => name == pattern,
        Some((start, rest)) => name.strip_prefix(start).is_some_and(|tail| {
            let places = tail.char_indices().map(|(at, _)| at).chain([tail.len()]);
            places.into_iter().any(|at| fits(&tail[at..], rest))
        }),
    }
}

/// How messages call a file.
pub fn called(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

/// By the ending of the name, its packing aside.
pub fn format_of(name: &str) -> Result<Format> {
    match unpack::unpacked_name(name).rsplit_once('.').map(|(_, ending)| ending) {
        Some("csv" | "tsv" | "txt" | "dat" | "basket") => Ok(Format::Csv),
        Some("parquet") => Ok(Format::Parquet),
        Some("jsonl" | "ndjson" | "json") => Ok(Format::JsonLines),
        _ => Err(Error::new(
            Code::BadConfig,
            format!("{name}: the name does not tell a format; say `format = \"csv\"`, \"parquet\" or \"json_lines\""),
        )),
    }
}

impl LogFile {
    /// Looks at the start of a file of records; `wanted` are columns it should have.
    pub fn look(path: &Path, log: &CheckedLog, wanted: &[String]) -> Result<LogFile> {
        let name = called(path);
        let format = log.format.map_or_else(|| format_of(&name), Ok)?;
        let mut file = LogFile {
            separator: log.layout.separator.unwrap_or(b','),
            has_header_record: log.layout.header && format == Format::Csv,
            told: log.layout.encoding,
            encoding: Encoding::Utf8,
            header: log.layout.names.clone(),
            body: (0, 1),
            path: path.to_path_buf(),
            name,
            format,
        };
        if format == Format::Parquet {
            unpack::file(path, &file.name)?;
            return Ok(file);
        }
        let (stream, encoding) = unpack::open(path, &file.name, file.told, &Default::default())?;
        file.encoding = encoding;
        let mut window = Window::new(stream, &file.name)?;
        let length = window.line()?;
        if length == 0 {
            return Err(Error::new(Code::BadData, format!("{}: expected records, found an empty file", file.name)));
        }
        if log.layout.separator.is_none() {
            file.separator = likely_separator(&window.bytes()[..length], log.shape);
        }
        if file.has_header_record {
            file.read_header(window, &log.layout, wanted)?;
        }
        Ok(file)
    }

    fn read_header(&mut self, window: Window, layout: &Layout, wanted: &[String]) -> Result<()> {
        let start = if window.bytes().is_empty() { 0 } else { mark_length(&self.path) };
        let mut records = Records::new(window, self.separator, 1);
        records.advance()?;
        let text = |index| String::from_utf8_lossy(records.field(index).unwrap_or_default()).trim().to_string();
        let named = |index| match text(index) {
            name if name.is_empty() => format!("column_{}", index + 1),
            name => name,
        };
        self.header = (0..records.width()).map(named).collect();
        self.body = (start + records.end(), records.next_line());
        self.check_header(layout, wanted)
    }

    fn check_header(&self, layout: &Layout, wanted: &[String]) -> Result<()> {
        let twice = wanted.iter().find(|name| self.header.iter().filter(|known| known == name).count() > 1);
        if let Some(name) = twice {
            let what = format!("{}, line 1: two columns are called `{name}`", self.name);
            return Err(Error::new(Code::DuplicateName, what));
        }
        let has = |name: &&String| self.header.contains(*name);
        match wanted.iter().find(|name| !has(name)) {
            None => Ok(()),
            Some(name) => Err(Error::new(Code::BadData, self.missing(name, layout))),
        }
    }

    /// Refuses a file without one of those columns, in any order.
    pub fn has_all(&self, names: &[String], layout: &Layout) -> Result<()> {
        match names.iter().find(|name| self.format != Format::JsonLines && !self.header.contains(name)) {
            None => Ok(()),
            Some(name) => Err(Error::new(Code::BadData, self.missing(name, layout))),
        }
    }

    /// The names in the first object of a file of JSON lines.
    pub fn top_names(&self) -> Result<Vec<String>> {
        let mut window = self.window(None, &Default::default())?;
        let length = window.line()?;
        Ok(json::top_names(&window, length))
    }

    /// Says that a column is missing, and why that may be.
    pub fn missing(&self, name: &str, layout: &Layout) -> String {
        let told = format!("{}: column `{name}` is missing", self.name);
        let joined = self.header.join(&(self.separator as char).to_string());
        let others = [b',', b';', b'|', b'\t'].into_iter().filter(|other| *other != self.separator);
        let fits = |other: &u8| joined.split(*other as char).any(|part| part.trim_matches(['"', ' ']) == name);
        let shown = |separator: u8| (separator as char).escape_default().to_string();
        match others.into_iter().find(fits) {
            Some(other) => {
                let now = if layout.separator.is_some() { "the settings say" } else { "taken was" };
                format!("{told}; with separator `{}` it is there, {now} `{}`", shown(other), shown(self.separator))
            }
            None => format!("{told}; there are {}", listed(&self.header)),
        }
    }

    /// Ranges of a plain file; none for one that can only be read from its start.
    pub fn ranges(&self, size: u64) -> Result<Option<Vec<Range>>> {
        let is_plain = Packing::of(&self.name) == Packing::Plain && self.encoding == Encoding::Utf8;
        if !is_plain || self.format == Format::Parquet {
            return Ok(None);
        }
        let separator = (self.format == Format::Csv).then_some(self.separator);
        let (from, line) = self.body;
        ranges::cut(&self.path, &self.name, separator, from, line, size).map(Some)
    }

    /// The text of a range, or the whole text with the header still in front.
    pub fn window(&self, range: Option<Range>, done: &Arc<AtomicU64>) -> Result<Window> {
        let stream: Stream = match range {
            Some(range) => unpack::range(&self.path, &self.name, range.from, range.to, done)?,
            None => unpack::open(&self.path, &self.name, self.told, done)?.0,
        };
        Window::new(stream, &self.name)
    }

    /// The records of a range, or of the whole file, without the header.
    pub fn records(&self, range: Option<Range>, done: &Arc<AtomicU64>) -> Result<Records> {
        let line = range.map_or(1, |range| range.line);
        let mut records = Records::new(self.window(range, done)?, self.separator, line);
        if range.is_none() && self.has_header_record {
            records.advance()?;
        }
        Ok(records)
    }
}

/// A UTF-8 byte order mark is not part of the header's length.
fn mark_length(path: &Path) -> u64 {
    let mut start = [0; 3];
    let read = std::fs::File::open(path).and_then(|mut file| std::io::Read::read_exact(&mut file, &mut start));
    if read.is_ok() && start == *b"\xef\xbb\xbf" { 3 } else { 0 }
}

/// The most frequent candidate of the first line.
fn likely_separator(line: &[u8], shape: Shape) -> u8 {
    let candidates: &[u8] = if shape == Shape::Baskets { b",;|\t " } else { b",;|\t" };
    let count = |separator: &u8| memchr_iter(*separator, line).count();
    let best = candidates.iter().rev().max_by_key(|separator| count(separator)).copied().unwrap_or(b',');
    // Words of an item may be apart by spaces, where commas are between items.
    candidates
        .iter()
        .copied()
        .find(|other| shape == Shape::Baskets && *other != b' ' && count(other) > 0)
        .unwrap_or(best)
}

fn listed(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match names.len() > SHOWN {
        true => format!("{} and {} more", shown.join(", "), names.len() - SHOWN),
        false => shown.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_letters() {
        let rows = [("a.csv", "*.csv", true), ("a.csv", "a*", true), ("ab", "a*b", true), ("b.csv", "a*", false)];
        for (name, pattern, expected) in rows {
            assert_eq!(fits(name, pattern), expected, "{name} {pattern}");
        }
    }

    #[test]
    fn the_name_tells_the_format_whatever_the_packing() {
        assert_eq!(format_of("a.csv.gz").unwrap(), Format::Csv);
        assert_eq!(format_of("a.ndjson.zst").unwrap(), Format::JsonLines);
        assert!(format_of("a.xlsx").unwrap_err().to_string().contains("does not tell a format"));
    }
}
