//! A bounds-checked cursor and the writer that mirrors it. Little-endian throughout.

use crate::error::{Code, Error, Result};
use alloc::string::String;
use alloc::vec::Vec;

/// Reads values off the front of a byte slice.
///
/// Reading goes on whatever comes: a value that is not there is 0, and the reader remembers the first that was wrong.
/// [`Reader::finish`] tells it, once, instead of a branch and its cleaning up after each of the thousands of values of a file.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    failed: Option<Error>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes, failed: None }
    }

    /// The next `count` bytes; none if there are not so many. One copy of it in the module, as of all that is not inlined
    /// here: a file has thousands of values, a page few bytes.
    #[inline(never)]
    pub(crate) fn take(&mut self, count: usize) -> &'a [u8] {
        if count > self.bytes.len() {
            let (limit, found) = (self.bytes.len() as u64, count as u64);
            self.fail(Error::limit(Code::Truncated, "bytes end early; bytes wanted", limit, found));
            return &[];
        }
        let (taken, rest) = self.bytes.split_at(count);
        self.bytes = rest;
        taken
    }

    /// Refuses what was read. Only the first refusal counts, and after it there is nothing left to read.
    #[cold]
    #[inline(never)]
    pub(crate) fn fail(&mut self, error: Error) {
        self.bytes = &[];
        self.failed.get_or_insert(error);
    }

    /// A value that passed a check; where it did not, a default in its place.
    #[inline]
    pub(crate) fn checked<T: Default>(&mut self, value: Result<T>) -> T {
        value.unwrap_or_else(|error| {
            self.fail(error);
            T::default()
        })
    }

    /// The variant that a byte stands for; the first where it stands for none.
    pub(crate) fn variant<T: Copy>(&mut self, what: &'static str, variants: &[T]) -> T {
        variants[self.index(what, variants.len())]
    }

    /// A byte that is less than `length`; 0 where it is not.
    #[inline(never)]
    pub(crate) fn index(&mut self, what: &'static str, length: usize) -> usize {
        let byte = self.u8() as usize;
        if byte >= length {
            self.fail(Error::limit(Code::BadIndex, what, length as u64 - 1, byte as u64));
            return 0;
        }
        byte
    }

    #[inline(never)]
    fn number(&mut self, width: usize) -> u64 {
        self.take(width).iter().rev().fold(0, |number, byte| number << 8 | *byte as u64)
    }

    pub(crate) fn u8(&mut self) -> u8 {
        self.number(1) as u8
    }

    pub(crate) fn u16(&mut self) -> u16 {
        self.number(2) as u16
    }

    #[inline(never)]
    pub(crate) fn u32(&mut self) -> u32 {
        self.number(4) as u32
    }

    pub(crate) fn u64(&mut self) -> u64 {
        self.number(8)
    }

    pub(crate) fn f32(&mut self) -> f32 {
        f32::from_bits(self.u32())
    }

    #[inline(never)]
    pub(crate) fn text(&mut self) -> String {
        let length = self.u16() as usize;
        let text = core::str::from_utf8(self.take(length));
        self.checked(text.map_err(|_| Error::new(Code::BadText, "text is not UTF-8"))).into()
    }

    /// How many things follow, in a number of `width` bytes; 0 where there are not even as many bytes as things, so that no
    /// count makes a loop long.
    #[inline(never)]
    pub(crate) fn count(&mut self, width: usize) -> usize {
        let (count, left) = (self.number(width), self.bytes.len() as u64);
        if count > left {
            self.fail(Error::limit(Code::Truncated, "bytes end early; things counted", left, count));
            return 0;
        }
        count as usize
    }

    /// A `u16` count, then that many of what `item` reads. Memory grows only as items are really there.
    pub(crate) fn list<T>(&mut self, item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let count = self.count(2);
        self.items(count, item)
    }

    /// So many items.
    pub(crate) fn items<T>(&mut self, count: usize, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(item(self));
        }
        items
    }

    /// From here on only the next `length` bytes are read, until [`leave`](Reader::leave) is given what this gives.
    #[inline(never)]
    pub(crate) fn enter(&mut self, length: usize) -> &'a [u8] {
        let part = self.take(length);
        core::mem::replace(&mut self.bytes, part)
    }

    /// Goes on after the part, which must have been read to its last byte.
    #[inline(never)]
    pub(crate) fn leave(&mut self, whole: &'a [u8]) {
        self.refuse_rest();
        if self.failed.is_none() {
            self.bytes = whole;
        }
    }

    fn refuse_rest(&mut self) {
        let found = self.bytes.len() as u64;
        if found > 0 {
            self.fail(Error::limit(Code::TrailingBytes, "bytes remain after the last value", 0, found));
        }
    }

    /// Calls `each` with so many numbers of `width` bytes that stand in planes: the first bytes of all, then the second bytes of
    /// all, and so on. With none if there are not so many.
    #[inline(never)]
    pub(crate) fn planes(&mut self, width: usize, count: usize, each: &mut dyn FnMut(u64)) {
        let bytes = self.take(count * width);
        for at in 0..bytes.len().checked_div(width).unwrap_or(0) {
            each((0..width).rev().fold(0, |number, plane| number << 8 | bytes[plane * count + at] as u64));
        }
    }

    /// So many answers, eight to a byte, the lowest bit first. None if there are not so many.
    #[inline(never)]
    pub(crate) fn bits(&mut self, count: usize) -> Vec<bool> {
        let bytes = self.take(count.div_ceil(8));
        (0..count.min(8 * bytes.len())).map(|at| bytes[at / 8] >> (at % 8) & 1 == 1).collect()
    }

    /// What was not read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes
    }

    /// What was read, unless something was refused or bytes are left.
    pub(crate) fn finish<T>(mut self, read: T) -> Result<T> {
        self.refuse_rest();
        self.failed.map_or(Ok(read), Err)
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
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn u32(&mut self, value: u32) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    pub(crate) fn u64(&mut self, value: u64) {
        self.bytes.extend_from_slice(&value.to_le_bytes());
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
        self.bytes.extend_from_slice(&text.as_bytes()[..end]);
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
