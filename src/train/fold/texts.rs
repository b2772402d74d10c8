//! The texts of a log, each once, numbered as they are met: what shoppers searched for and what products are called.
//!
//! Numbers depend on which thread met a text first, so they never leave the fold: what leaves is what a text means.
//! Of a text only what [`Words`] reads is kept. The texts stay in memory, at most [`MAX_TEXTS`] of them.

use super::groups::Plain;
use super::key;
use crate::error::{Code, Error, Result};
use crate::words::{Meaning, Words};
use arrow::array::{Array, StringViewArray};
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::Mutex;

/// No text.
pub const NO_TEXT: u32 = u32::MAX;
/// The most different texts of one log.
pub const MAX_TEXTS: usize = 1 << 22;
/// Characters of a text that count, as [`Words`] has it.
const MAX_CHARACTERS: usize = 256;
/// Texts a thread remembers, so that it seldom asks the others.
const REMEMBERED: usize = 1 << 16;

/// All texts met so far, shared by the threads that read.
#[derive(Debug, Default)]
pub struct Texts {
    shared: Mutex<HashMap<String, u32>>,
}

/// One thread's memory of texts.
#[derive(Debug, Default)]
pub struct Coder {
    known: HashMap<u64, (String, u32), BuildHasherDefault<Plain>>,
}

impl Coder {
    /// The number of a text, or [`NO_TEXT`].
    pub fn code(&mut self, column: &StringViewArray, row: usize, texts: &Texts) -> Result<u32> {
        let text = if column.is_valid(row) { column.value(row) } else { "" };
        let text = text.char_indices().nth(MAX_CHARACTERS).map_or(text, |(end, _)| &text[..end]);
        if text.is_empty() {
            return Ok(NO_TEXT);
        }
        let key = key::key(text.as_bytes());
        if let Some((known, code)) = self.known.get(&key)
            && known == text
        {
            return Ok(*code);
        }
        let code = texts.code(text)?;
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(key, (text.into(), code));
        Ok(code)
    }
}

impl Texts {
    fn code(&self, text: &str) -> Result<u32> {
        let mut shared = self.shared.lock().map_err(|_| Error::new(Code::BadData, "another thread failed"))?;
        if let Some(code) = shared.get(text) {
            return Ok(*code);
        }
        let next = shared.len();
        if next >= MAX_TEXTS {
            let what = "different texts in search_term and item_name";
            return Err(Error::limit(Code::TooLarge, what, MAX_TEXTS as u64, next as u64 + 1));
        }
        shared.insert(text.into(), next as u32);
        Ok(next as u32)
    }

    /// The texts by number.
    pub fn settle(self) -> Vec<String> {
        let shared = self.shared.into_inner().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut texts = vec![String::new(); shared.len()];
        shared.into_iter().for_each(|(text, code)| texts[code as usize] = text);
        texts
    }
}

/// What each text means, by number; nothing without words.
pub fn meanings(texts: &[String], words: Option<&Words>) -> Vec<Option<Meaning>> {
    words.map_or(Vec::new(), |words| texts.iter().map(|text| words.embed(text)).collect())
}
