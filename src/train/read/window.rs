//! [`Window`]: the part of a stream that is being read, never longer than one record and a chunk.
//!
//! The longest record has a limit, which also bounds memory where a quote is never closed or a small archive
//! unpacks to something endless.

use super::unpack::{Stream, broken};
use crate::error::{Code, Error, Result};
use memchr::memchr;
use std::io::Read;

/// Bytes read at a time.
const CHUNK: usize = 1 << 18;
/// The longest record.
pub const MAX_RECORD: usize = 8 << 20;

/// Bytes of a stream from the start of the present record.
pub struct Window {
    input: Stream,
    /// Where the bytes come from.
    pub file: String,
    buffer: Vec<u8>,
    start: usize,
    filled: usize,
    ended: bool,
    has_nul: bool,
}

impl Window {
    /// Looks at the start of a stream; a UTF-8 byte order mark is passed over.
    pub fn new(input: Stream, file: &str) -> Result<Window> {
        let mut window = Window {
            input,
            file: file.to_string(),
            buffer: vec![0; 2 * CHUNK],
            start: 0,
            filled: 0,
            ended: false,
            has_nul: false,
        };
        window.more()?;
        if window.bytes().starts_with(b"\xef\xbb\xbf") {
            window.start += 3;
        }
        Ok(window)
    }

    /// The bytes not yet taken.
    pub fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.filled]
    }

    /// Whether no more bytes will come.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Whether a NUL was seen, which no text has.
    pub fn has_nul(&self) -> bool {
        self.has_nul
    }

    /// Passes over the first bytes.
    pub fn skip(&mut self, count: usize) {
        self.start += count;
    }

    /// Reads more bytes after those not yet taken.
    pub fn more(&mut self) -> Result<()> {
        self.buffer.copy_within(self.start..self.filled, 0);
        self.filled -= self.start;
        self.start = 0;
        if self.filled > MAX_RECORD {
            let what = format!("{}: a record has no end; a quote may never be closed", self.file);
            return Err(Error::limit(Code::TooLarge, what, MAX_RECORD as u64, self.filled as u64));
        }
        // Twice what is held already, so that a long record is looked at a few times only.
        let room = CHUNK.max(self.filled);
        if self.buffer.len() < self.filled + room {
            self.buffer.resize(self.filled + room, 0);
        }
        let from = self.filled;
        while self.filled < from + CHUNK.min(room) && !self.ended {
            let count = self.read_once()?;
            self.ended = count == 0;
            self.filled += count;
        }
        self.has_nul |= memchr(0, &self.buffer[from..self.filled]).is_some();
        Ok(())
    }

    fn read_once(&mut self) -> Result<usize> {
        loop {
            match self.input.read(&mut self.buffer[self.filled..]) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                result => return result.map_err(|error| broken(&self.file, &error)),
            }
        }
    }

    /// The length of the line in front, its end included; 0 at the end of the stream.
    pub fn line(&mut self) -> Result<usize> {
        let mut seen = 0;
        loop {
            if let Some(at) = memchr(b'\n', &self.bytes()[seen..]) {
                return Ok(seen + at + 1);
            }
            if self.ended {
                return Ok(self.bytes().len());
            }
            seen = self.bytes().len();
            self.more()?;
        }
    }
}
