//! Product groups of a log: fields joined by `/`, numbered as they are met, counted, and cut to the most frequent.
//!
//! Numbers given while reading depend on which thread met a value first, so they never leave the fold: what the
//! features see is the position among the names a model knows, or among the most frequent values (the more frequent
//! first kept, then all by name). A log is read once for both.

use super::key;
use super::row::NO_GROUP;
use crate::error::{Code, Error, Result};
use arrow::array::{Array, StringViewArray};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Mutex;

/// More distinct groups than this in one log means that a field names something else.
const MAX_VALUES: usize = 1 << 20;

/// Which groups a log is told in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// Those of a model, in its order.
    Known {
        /// GA4 item fields.
        fields: Vec<String>,
        /// Names, in the model's order.
        names: Vec<String>,
    },
    /// The most frequent values of the log.
    Frequent {
        /// GA4 item fields; with none, products have no group.
        fields: Vec<String>,
        /// How many values.
        keep: usize,
    },
}

impl Grouping {
    /// GA4 item fields whose values name a group.
    pub fn fields(&self) -> &[String] {
        match self {
            Grouping::Known { fields, .. } | Grouping::Frequent { fields, .. } => fields,
        }
    }
}

/// All values met so far, shared by the threads that read.
#[derive(Debug, Default)]
pub struct Values {
    shared: Mutex<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    codes: HashMap<String, u32>,
}

/// One thread's memory of values, so that it seldom asks the others.
#[derive(Debug, Default)]
pub struct Coder {
    known: HashMap<u64, (String, u32), BuildHasherDefault<Plain>>,
    counts: Vec<u64>,
    joined: String,
}

/// Takes a key for its own hash.
#[derive(Clone, Copy, Debug, Default)]
pub struct Plain(u64);

impl Hasher for Plain {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = key::key(bytes);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

impl Coder {
    /// The number of the value that the fields have in `row`; [`NO_GROUP`] when one of them is missing.
    ///
    /// Whether the row `counts` decides how frequent the value is.
    pub fn code(&mut self, fields: &[StringViewArray], row: usize, values: &Values, counts: bool) -> Result<u32> {
        if fields.is_empty() || fields.iter().any(|field| field.is_null(row) || field.value(row).is_empty()) {
            return Ok(NO_GROUP);
        }
        let first = key::key(fields[0].value(row).as_bytes());
        let key = fields[1..].iter().fold(first, |key, field| {
            (key ^ key::key(field.value(row).as_bytes())).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
        });
        let code = match self.known.get(&key) {
            Some((text, code)) if is_joined(text, fields, row) => *code,
            _ => self.learn(key, fields, row, values)?,
        };
        self.counts[code as usize] += counts as u64;
        Ok(code)
    }

    fn learn(&mut self, key: u64, fields: &[StringViewArray], row: usize, values: &Values) -> Result<u32> {
        self.joined.clear();
        for (index, field) in fields.iter().enumerate() {
            self.joined.push_str(if index > 0 { "/" } else { "" });
            self.joined.push_str(field.value(row));
        }
        let code = values.code(&self.joined)?;
        self.known.insert(key, (self.joined.clone(), code));
        self.counts.resize(self.counts.len().max(code as usize + 1), 0);
        Ok(code)
    }
}

/// Whether `text` is the fields of that row joined by `/`.
fn is_joined(text: &str, fields: &[StringViewArray], row: usize) -> bool {
    let mut left = Some(text);
    for (index, field) in fields.iter().enumerate() {
        let separated = if index > 0 { left.and_then(|left| left.strip_prefix('/')) } else { left };
        left = separated.and_then(|left| left.strip_prefix(field.value(row)));
    }
    left == Some("")
}

impl Values {
    fn code(&self, text: &str) -> Result<u32> {
        let mut shared = self.shared.lock().map_err(|_| Error::new(Code::BadData, "another thread failed"))?;
        if let Some(code) = shared.codes.get(text) {
            return Ok(*code);
        }
        let next = shared.codes.len();
        if next >= MAX_VALUES {
            let what = "groups.fields: distinct values; name fields of categories, not of products";
            return Err(Error::limit(Code::TooLarge, what, MAX_VALUES as u64, next as u64 + 1));
        }
        shared.codes.insert(text.to_string(), next as u32);
        Ok(next as u32)
    }

    /// The groups' names, and for every number its position among them ([`NO_GROUP`] for a value left out).
    pub fn settle(self, grouping: &Grouping, coders: &[Coder]) -> (Vec<String>, Vec<u32>) {
        let codes = self.shared.into_inner().map(|shared| shared.codes).unwrap_or_default();
        let names = match grouping {
            Grouping::Known { names, .. } => names.clone(),
            Grouping::Frequent { keep, .. } => most_frequent(&codes, &total(codes.len(), coders), *keep),
        };
        let mut positions = vec![NO_GROUP; codes.len()];
        for (position, name) in names.iter().enumerate() {
            if let Some(code) = codes.get(name) {
                positions[*code as usize] = position as u32;
            }
        }
        (names, positions)
    }
}

fn total(values: usize, coders: &[Coder]) -> Vec<u64> {
    let mut counts = vec![0; values];
    for coder in coders {
        counts.iter_mut().zip(&coder.counts).for_each(|(total, count)| *total += count);
    }
    counts
}

fn most_frequent(codes: &HashMap<String, u32>, counts: &[u64], keep: usize) -> Vec<String> {
    let mut ranked: Vec<(u64, &String)> = codes.iter().map(|(name, code)| (counts[*code as usize], name)).collect();
    ranked.retain(|(count, _)| *count > 0);
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    let mut names: Vec<String> = ranked.into_iter().take(keep).map(|(_, name)| name.clone()).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(rows: &[(&str, &str)]) -> Vec<StringViewArray> {
        vec![rows.iter().map(|row| Some(row.0)).collect(), rows.iter().map(|row| Some(row.1)).collect()]
    }

    fn settled(pieces: &[&[(&str, &str)]], keep: usize) -> (Vec<String>, Vec<Vec<u32>>) {
        let values = Values::default();
        let grouping = Grouping::Frequent { fields: Vec::new(), keep };
        let mut coders = Vec::new();
        let mut codes = Vec::new();
        for piece in pieces {
            let (mut coder, fields) = (Coder::default(), fields(piece));
            let of_piece = (0..piece.len()).map(|row| coder.code(&fields, row, &values, true).unwrap());
            codes.push(of_piece.collect::<Vec<_>>());
            coders.push(coder);
        }
        let (names, positions) = values.settle(&grouping, &coders);
        let of = |code: &u32| positions.get(*code as usize).copied().unwrap_or(NO_GROUP);
        (names, codes.iter().map(|codes| codes.iter().map(of).collect()).collect())
    }

    #[test]
    fn keeps_the_most_frequent_values_by_name_whoever_met_them_first() {
        let one: &[(&str, &str)] = &[("b", "x"), ("a", "x"), ("c", "y")];
        let two: &[(&str, &str)] = &[("c", "y"), ("a", "x"), ("c", ""), ("d", "z")];
        let (names, positions) = settled(&[one, two], 2);
        assert_eq!(names, ["a/x", "c/y"]);
        assert_eq!(positions, [vec![NO_GROUP, 0, 1], vec![1, 0, NO_GROUP, NO_GROUP]]);
        let (names, positions) = settled(&[two, one], 2);
        assert_eq!(names, ["a/x", "c/y"]);
        assert_eq!(positions, [vec![1, 0, NO_GROUP, NO_GROUP], vec![NO_GROUP, 0, 1]]);
    }

    #[test]
    fn fields_joined_alike_are_one_group() {
        let (names, positions) = settled(&[&[("a/b", "c"), ("a", "b/c")]], 9);
        assert_eq!(names, ["a/b/c"]);
        assert_eq!(positions, [vec![0, 0]]);
    }

    #[test]
    fn refuses_a_field_that_names_too_many_things() {
        let values = Values::default();
        for number in 0..MAX_VALUES {
            values.code(&number.to_string()).unwrap();
        }
        assert_eq!(values.code("7").unwrap(), 7, "one already known is still known");
        assert_eq!(values.code("one too many").unwrap_err().code(), Code::TooLarge);
    }
}
