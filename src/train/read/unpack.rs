//! Bytes of a file → UTF-8 text: decompressed by the ending of the name, transcoded by the byte order mark or
//! as told. Everything streams; nothing is unpacked as a whole.
//!
//! Bytes that the encoding does not know become a byte that no UTF-8 has, so that the row is counted where
//! its text is read, and not repaired in silence here.

use crate::error::{Code, Error, Result};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A stream of bytes that may be sent to a thread.
pub type Stream = Box<dyn Read + Send>;

/// How letters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// The usual one.
    Utf8,
    /// ISO 8859-1.
    Latin1,
    /// What Windows calls "ANSI" in the west.
    Windows1252,
    /// Two bytes, low first.
    Utf16Le,
    /// Two bytes, high first.
    Utf16Be,
}

impl Encoding {
    /// As the settings write it.
    pub fn from_name(name: &str) -> Result<Encoding> {
        match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" => Ok(Encoding::Utf8),
            "latin-1" | "latin1" | "iso-8859-1" => Ok(Encoding::Latin1),
            "windows-1252" | "cp1252" => Ok(Encoding::Windows1252),
            "utf-16le" => Ok(Encoding::Utf16Le),
            "utf-16be" => Ok(Encoding::Utf16Be),
            _ => Err(Error::new(
                Code::BadConfig,
                format!("data.encoding: expected utf-8, latin-1, windows-1252, utf-16le or utf-16be, found `{name}`"),
            )),
        }
    }
}

/// How the bytes of a file are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// gzip, any number of members.
    Gzip,
    /// Zstandard.
    Zstd,
}

impl Packing {
    /// By the ending of a name.
    pub fn of(name: &str) -> Packing {
        match name.rsplit_once('.').map(|(_, ending)| ending) {
            Some("gz") => Packing::Gzip,
            Some("zst") => Packing::Zstd,
            _ => Packing::Plain,
        }
    }
}

/// The name without the ending that tells its packing.
pub fn unpacked_name(name: &str) -> &str {
    name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(name)
}

struct Counted<R> {
    inner: R,
    done: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.done.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// The text of a file, and how it turned out to be written. Bytes read from the disk are added to `done`.
pub fn open(path: &Path, name: &str, told: Option<Encoding>, done: &Arc<AtomicU64>) -> Result<(Stream, Encoding)> {
    let file = Counted { inner: file(path, name)?, done: done.clone() };
    let mut bytes = decompressed(file, name)?;
    let mut start = Vec::new();
    bytes.by_ref().take(4).read_to_end(&mut start).map_err(|error| broken(name, &error))?;
    let encoding = match start[..] {
        [0xff, 0xfe, ..] => Encoding::Utf16Le,
        [0xfe, 0xff, ..] => Encoding::Utf16Be,
        [a, 0, b, 0] if a != 0 && b != 0 && told.is_none() => return Err(unmarked_utf16(name)),
        [0, a, 0, b] if a != 0 && b != 0 && told.is_none() => return Err(unmarked_utf16(name)),
        [0xef, 0xbb, 0xbf, ..] => Encoding::Utf8,
        _ => told.unwrap_or(Encoding::Utf8),
    };
    let whole = io::Cursor::new(start).chain(bytes);
    match encoding {
        Encoding::Utf8 => Ok((Box::new(whole), encoding)),
        other => Ok((Box::new(Transcoded::new(whole, other)), encoding)),
    }
}

/// The bytes from one offset of a plain file to another.
pub fn range(path: &Path, name: &str, from: u64, to: u64, done: &Arc<AtomicU64>) -> Result<Stream> {
    let mut file = file(path, name)?;
    file.seek(SeekFrom::Start(from)).map_err(|error| broken(name, &error))?;
    Ok(Box::new(Counted { inner: file.take(to - from), done: done.clone() }))
}

/// Opens a file; a folder is none.
pub fn file(path: &Path, name: &str) -> Result<File> {
    let closed = |error: io::Error| Error::new(Code::Io, format!("cannot read {name}: {error}"));
    if path.is_dir() {
        return Err(Error::new(Code::Io, format!("cannot read {name}: expected a file, found a folder")));
    }
    File::open(path).map_err(closed)
}

fn decompressed(file: impl Read + Send + 'static, name: &str) -> Result<Stream> {
    match Packing::of(name) {
        Packing::Plain => Ok(Box::new(file)),
        Packing::Gzip => Ok(Box::new(flate2::read::MultiGzDecoder::new(file))),
        Packing::Zstd => {
            zstd::Decoder::new(file).map(|stream| Box::new(stream) as Stream).map_err(|e| broken(name, &e))
        }
    }
}

/// What a failed read means to a person.
pub fn broken(name: &str, error: &io::Error) -> Error {
    let what = match (Packing::of(name), error.kind()) {
        (Packing::Plain, _) => format!("cannot read {name}: {error}"),
        (_, io::ErrorKind::UnexpectedEof) => format!("{name}: the compressed stream ends early"),
        _ => format!("{name}: not a sound compressed stream: {error}"),
    };
    Error::new(Code::BadData, what)
}

fn unmarked_utf16(name: &str) -> Error {
    let what = "every other byte is 0, as in UTF-16; say so with `encoding = \"utf-16le\"` or \"utf-16be\"";
    Error::new(Code::BadText, format!("{name}: {what}"))
}

/// A byte that no UTF-8 has.
const NO_TEXT: u8 = 0xff;

/// What windows-1252 has from 0x80 to 0x9f; 0 where it has nothing.
const WINDOWS: [u16; 32] = [
    0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0,
    0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
];

struct Transcoded<R> {
    inner: R,
    encoding: Encoding,
    /// Bytes of a letter that is not whole yet.
    rest: Vec<u8>,
    ready: io::Cursor<Vec<u8>>,
}

impl<R: Read> Transcoded<R> {
    fn new(inner: R, encoding: Encoding) -> Self {
        Transcoded { inner, encoding, rest: Vec::new(), ready: io::Cursor::default() }
    }

    fn refill(&mut self) -> io::Result<bool> {
        let mut bytes = std::mem::take(&mut self.rest);
        let before = bytes.len();
        let read = self.inner.by_ref().take(1 << 16).read_to_end(&mut bytes)?;
        let is_end = read == 0;
        let mut text = Vec::with_capacity(2 * bytes.len());
        match self.encoding {
            Encoding::Latin1 => bytes.iter().for_each(|byte| push(&mut text, Some(*byte as char))),
            Encoding::Windows1252 => bytes.iter().for_each(|byte| push(&mut text, windows(*byte))),
            Encoding::Utf16Le | Encoding::Utf16Be => self.rest = self.utf16(&bytes, is_end, &mut text),
            Encoding::Utf8 => text = bytes,
        }
        self.ready = io::Cursor::new(text);
        Ok(!(is_end && before == 0))
    }

    /// Returns what is left of the last letter.
    fn utf16(&self, bytes: &[u8], is_end: bool, text: &mut Vec<u8>) -> Vec<u8> {
        let unit = |pair: &[u8]| match self.encoding {
            Encoding::Utf16Be => u16::from_be_bytes([pair[0], pair[1]]),
            _ => u16::from_le_bytes([pair[0], pair[1]]),
        };
        let mut units: Vec<u16> = bytes.chunks_exact(2).map(unit).collect();
        let is_half = |unit: &u16| (0xd800..0xdc00).contains(unit);
        let kept = units.last().is_some_and(|unit| !is_end && is_half(unit)) as usize;
        units.truncate(units.len() - kept);
        let letters = char::decode_utf16(units.iter().copied());
        letters.filter(|letter| *letter != Ok('\u{feff}')).for_each(|letter| push(text, letter.ok()));
        if is_end && bytes.len() % 2 == 1 {
            text.push(NO_TEXT);
            return Vec::new();
        }
        bytes[2 * units.len()..].to_vec()
    }
}

fn push(text: &mut Vec<u8>, letter: Option<char>) {
    match letter {
        Some(letter) => text.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes()),
        None => text.push(NO_TEXT),
    }
}

fn windows(byte: u8) -> Option<char> {
    match byte {
        0x80..=0x9f => {
            Some(WINDOWS[byte as usize - 0x80]).filter(|unit| *unit != 0).and_then(|u| char::from_u32(u as u32))
        }
        other => Some(other as char),
    }
}

impl<R: Read> Read for Transcoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.ready.read(buffer)? {
                0 if !buffer.is_empty() && self.refill()? => continue,
                count => return Ok(count),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
        let mut out = Vec::new();
        Transcoded::new(bytes, encoding).read_to_end(&mut out).unwrap();
        out
    }

    #[test]
    fn other_encodings_become_utf8() {
        assert_eq!(text(b"caf\xe9", Encoding::Latin1), "café".as_bytes());
        assert_eq!(text(b"\x80 5", Encoding::Windows1252), "€ 5".as_bytes());
        assert_eq!(text(&[0xff, 0xfe, 0x41, 0, 0x3d, 0xd8, 0x00, 0xde], Encoding::Utf16Le), "A😀".as_bytes());
        assert_eq!(text(&[0, 0x41, 0x20, 0xac], Encoding::Utf16Be), "A€".as_bytes());
    }

    #[test]
    fn what_an_encoding_does_not_know_is_left_for_the_row_to_count() {
        assert_eq!(text(b"a\x81", Encoding::Windows1252), b"a\xff");
        assert_eq!(text(&[0x00, 0xd8, 0x41, 0], Encoding::Utf16Le), b"\xffA");
        assert_eq!(text(&[0x41, 0, 0x42], Encoding::Utf16Le), b"A\xff");
    }
}
