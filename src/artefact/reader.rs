//! A bounds-checked cursor and the writer that mirrors it. Little-endian throughout.

use crate::error::{Code, Error, Result};
use alloc::string::String;
use alloc::vec::Vec;

/// Reads values off the front of a byte slice.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes }
    }

    /// The next `count` bytes. One copy of it in the module: a file has thousands of values, a page few bytes.
    #[inline(never)]
    pub(crate) fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        if count > self.bytes.len() {
            let (limit, found) = (self.bytes.len() as u64, count as u64);
            return Err(Error::limit(Code::Truncated, "bytes end early; bytes wanted", limit, found));
        }
        let (taken, rest) = self.bytes.split_at(count);
        self.bytes = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }

    #[inline(never)]
    pub(crate) fn u8(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    #[inline(never)]
    pub(crate) fn u16(&mut self) -> Result<u16> {
        self.array().map(u16::from_le_bytes)
    }

    #[inline(never)]
    pub(crate) fn u32(&mut self) -> Result<u32> {
        self.array().map(u32::from_le_bytes)
    }

    #[inline(never)]
    pub(crate) fn u64(&mut self) -> Result<u64> {
        self.array().map(u64::from_le_bytes)
    }

    pub(crate) fn f32(&mut self) -> Result<f32> {
        self.u32().map(f32::from_bits)
    }

    #[inline(never)]
    pub(crate) fn text(&mut self) -> Result<String> {
        let length = self.u16()? as usize;
        let text = core::str::from_utf8(self.take(length)?);
        text.map(String::from).map_err(|_| Error::new(Code::BadText, "text is not UTF-8"))
    }

    /// A `u16` count, then that many of what `item` reads. Memory grows only as items are really there.
    pub(crate) fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Result<T>) -> Result<Vec<T>> {
        let count = self.u16()?;
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }

    /// So many numbers in planes: the first bytes of all, then the second bytes of all, and so on.
    pub(crate) fn planes<const N: usize, T>(&mut self, count: usize, number: impl Fn([u8; N]) -> T) -> Result<Vec<T>> {
        let bytes = self.take(count * N)?;
        let of = |at: usize| number(core::array::from_fn(|plane| bytes[plane * count + at]));
        Ok((0..count).map(of).collect())
    }

    /// So many answers, eight to a byte, the lowest bit first.
    pub(crate) fn bits(&mut self, count: usize) -> Result<Vec<bool>> {
        let bytes = self.take(count.div_ceil(8))?;
        Ok((0..count).map(|at| bytes[at / 8] >> (at % 8) & 1 == 1).collect())
    }

    /// What was not read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// Refuses leftovers.
    pub(crate) fn finish(self) -> Result<()> {
        match self.bytes.len() {
            0 => Ok(()),
            found => Err(Error::limit(Code::TrailingBytes, "bytes remain after the last value", 0, found as u64)),
        }
    }
}

/// Appends values to a byte vector.
#[derive(Default)]
pub(crate) struct Writer {
    pub(crate) bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn u8(&mut self, value: u8) {
        self.bytes.push(value);
    }

    pub(crate) fn u16(&mut self, value: u16) {
        self.bytes.extend(value.to_le_bytes());
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes.extend(value.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes.extend(value.to_le_bytes());
    }

    pub(crate) fn f32(&mut self, value: f32) {
        self.u32(value.to_bits());
    }

    /// Text of at most 65,535 bytes; longer text is cut at a character's border.
    pub(crate) fn text(&mut self, text: &str) {
        let mut end = text.len().min(u16::MAX as usize);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.u16(end as u16);
        self.bytes.extend(&text.as_bytes()[..end]);
    }

    pub(crate) fn list<T>(&mut self, items: &[T], mut item: impl FnMut(&mut Self, &T)) {
        self.u16(items.len() as u16);
        for value in items {
            item(self, value);
        }
    }

    /// Numbers in planes: the first bytes of all, then the second bytes of all, and so on.
    pub(crate) fn planes<const N: usize, T>(&mut self, numbers: &[T], bytes: impl Fn(&T) -> [u8; N]) {
        for plane in 0..N {
            self.bytes.extend(numbers.iter().map(|number| bytes(number)[plane]));
        }
    }

    /// Answers, eight to a byte, the lowest bit first.
    pub(crate) fn bits(&mut self, answers: impl Iterator<Item = bool>) {
        for (at, answer) in answers.enumerate() {
            if at % 8 == 0 {
                self.bytes.push(0);
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= (answer as u8) << (at % 8);
            }
        }
    }
}
