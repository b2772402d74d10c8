//! What a text is about, as a direction in 16 dimensions: a shopper's search beside a product's title.
//!
//! A text is cut into short pieces, each piece is hashed to a bucket, and the buckets' rows are added up. So a word
//! that no shopper wrote before, or wrote with a letter wrong, still has most of its pieces in common with known
//! words. The rows are learnt by `train::words`; nothing here knows a dictionary, a language or a shop.
//!
//! What this module does not do: it finds no products, corrects no spelling and translates nothing. It does not fold
//! case or accents by the Unicode tables, which alone would outweigh it many times: see rule 2. It does not say how sure
//! it is: a word unlike any that was learnt still falls into some buckets, and means what stands there.
//!
//! # The rule
//! 1. Only the first 256 characters (Unicode scalar values) of a text count.
//! 2. Each is folded: full-width `！` to `～` (U+FF01 to U+FF5E) become ASCII; then ASCII capitals become small; U+00C0
//!    to U+00FE become the letter of `aaaaaaaceeeeiiiidnooooo ouuuuyts` at their lowest five bits, U+00FF and U+0178
//!    `y`; in U+0100 to U+0137 and U+014A to U+0177 the lowest bit is set; in U+0139 to U+0148 and U+0179 to U+017E odd
//!    numbers rise by 1; U+0391 to U+03A9 and U+0410 to U+042F rise by 32; U+0400 to U+040F rise by 80.
//! 3. Apostrophes (`'`, U+2019), soft hyphens (U+00AD) and accents that stand alone (U+0300 to U+036F) are left out.
//! 4. What remains falls into runs: of digits `0` to `9`; of ideographs (U+2E80 to U+2FFF, U+3040 to U+31FF, U+3400 to
//!    U+9FFF, U+AC00 to U+D7AF, U+F900 to U+FAFF, U+20000 to U+3FFFF); of letters, which is all else but the breaks
//!    between runs: the rest below U+00C0, U+2000 to U+2BFF, U+2E00 to U+2E7F, U+3000 to U+303F, U+3200 to U+33FF,
//!    U+E000 to U+F8FF, U+FE00 to U+FE6F, U+FEFF, U+FF5F to U+FF65, U+FFE0 to U+FFFF, U+1F000 to U+1FFFF and all from
//!    U+40000.
//! 5. The pieces of a run of ideographs are its single characters and its pairs of neighbours. Any other run is put
//!    between `<` and `>`; its pieces are its triples of neighbours, and the whole if that is longer.
//! 6. A piece's bucket is the 32-bit FNV-1a hash of its UTF-8 bytes, modulo the number of buckets, a power of two.
//! 7. The rows of all pieces are added, piece by piece, a piece that comes twice counting twice. The sum is scaled so
//!    that its largest magnitude becomes 127, halves rounded away from zero. A sum of zeros is no meaning at all.
//!
//! Everything up to the cosine is integer arithmetic, so it cannot differ between engines.
//!
//! ```
//! use skonto::words::{DIM, Words};
//!
//! let mut words = Words::new(64).expect("a power of two");
//! assert_eq!(words.embed("green tea"), None);
//! words.buckets.fill([3; DIM]);
//! assert_eq!(words.embed("Green TEA"), words.embed("green tea"));
//! ```

use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error, Result};
use crate::event::{GroupId, HASH32_OF_NOTHING, hash32_on};
use crate::feature::Schema;
use crate::math;
use alloc::vec;
use alloc::vec::Vec;

/// Dimensions of a meaning.
pub const DIM: usize = 16;
/// The fewest and the most buckets; each costs [`DIM`] bytes of artefact.
pub const BUCKETS: core::ops::RangeInclusive<usize> = 64..=4096;
/// Characters of a text that count.
const MAX_CHARACTERS: usize = 256;

/// The direction of a text. All zeros means that nothing is known, and is like no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning(pub [i8; DIM]);

impl Meaning {
    /// From -1, the opposite, to 1, the same; 0 if either is unknown.
    pub fn cosine(&self, other: &Meaning) -> f64 {
        // Exact: the product of two such norms stays below 2^37.
        let norms = self.dot(self) as f64 * other.dot(other) as f64;
        if norms == 0.0 { 0.0 } else { self.dot(other) as f64 / math::sqrt(norms) }
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        write_row(w, &self.0);
    }

    pub(crate) fn read(r: &mut Reader) -> Self {
        Meaning(read_row(r))
    }

    fn dot(&self, other: &Meaning) -> i32 {
        self.0.iter().zip(other.0).map(|(a, b)| *a as i32 * b as i32).sum()
    }
}

/// The learnt rows, and what the shop's groups and categories are about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// One row per bucket; a power of two within [`BUCKETS`].
    pub buckets: Vec<[i8; DIM]>,
    /// By group of the schema; empty, or one for each.
    pub groups: Vec<Meaning>,
    /// By category of the schema; empty, or one for each.
    pub categories: Vec<Meaning>,
}

impl Words {
    /// Words that know nothing yet.
    pub fn new(buckets: usize) -> Result<Self> {
        check_buckets(buckets)?;
        Ok(Words { buckets: vec![[0; DIM]; buckets], groups: Vec::new(), categories: Vec::new() })
    }

    /// Refuses a number of buckets that the rule has no use for. Any row is a row.
    pub fn check(&self) -> Result<()> {
        check_buckets(self.buckets.len())
    }

    /// Refuses rows for other groups or categories than the schema's.
    pub(crate) fn check_counts(&self, schema: &Schema) -> Result<()> {
        let known = [(self.groups.len(), schema.groups.len()), (self.categories.len(), schema.categories.len())];
        match known.into_iter().find(|(found, expected)| *found != 0 && found != expected) {
            None => Ok(()),
            Some((found, expected)) => {
                Err(Error::limit(Code::BadIndex, "groups or categories of the words", expected as u64, found as u64))
            }
        }
    }

    /// What a text is about; none if none of its pieces is known.
    pub fn embed(&self, text: &str) -> Option<Meaning> {
        self.embed_characters(text.chars())
    }

    /// What a text is about that comes character by character. Of what it says nothing stays behind in memory.
    pub fn embed_characters(&self, text: impl Iterator<Item = char>) -> Option<Meaning> {
        let mut sum = [0; DIM];
        runs(text, |run, kind| pieces(run, kind, |hash| self.add(hash, &mut sum)));
        quantise(&sum)
    }

    fn add(&self, hash: u32, sum: &mut [i32; DIM]) {
        let row = self.buckets.get(hash as usize & self.buckets.len().wrapping_sub(1));
        let cells = row.into_iter().flatten();
        sum.iter_mut().zip(cells).for_each(|(total, cell)| *total += *cell as i32);
    }

    /// What a group is about.
    pub fn group(&self, group: GroupId) -> Option<&Meaning> {
        self.groups.get(group.0 as usize)
    }

    /// What a category is about.
    pub fn category(&self, category: u8) -> Option<&Meaning> {
        self.categories.get(category as usize)
    }

    /// The bytes of the section: rows of buckets, of groups and of categories, each a `u16` count, little-endian, and then
    /// [`DIM`] signed bytes a row.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        self.encode(&mut writer);
        writer.bytes
    }

    /// Reads what [`to_bytes`](Words::to_bytes) wrote, to the last byte.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let mut reader = Reader::new(bytes);
        let words = Words::read_rows(&mut reader);
        let words = reader.finish(words)?;
        words.check().map(|()| words)
    }

    pub(crate) fn encode(&self, w: &mut Writer) {
        w.list(&self.buckets, write_row);
        w.list(&self.groups, |w, meaning| meaning.write(w));
        w.list(&self.categories, |w, meaning| meaning.write(w));
    }

    /// None only in a build that has no words.
    pub(crate) fn read(r: &mut Reader) -> Option<Self> {
        Some(Words::read_rows(r))
    }

    fn read_rows(r: &mut Reader) -> Self {
        let buckets = r.list(read_row);
        Words { buckets, groups: r.list(Meaning::read), categories: r.list(Meaning::read) }
    }
}

fn check_buckets(count: usize) -> Result<()> {
    match BUCKETS.contains(&count) && count.is_power_of_two() {
        true => Ok(()),
        false => Err(Error::new(Code::OutOfRange, "buckets of words are not a power of two from 64 to 4096")),
    }
}

fn write_row(w: &mut Writer, row: &[i8; DIM]) {
    w.bytes.extend(row.iter().map(|cell| *cell as u8));
}

fn read_row(r: &mut Reader) -> [i8; DIM] {
    let mut row = [0; DIM];
    row.iter_mut().zip(r.take(DIM)).for_each(|(cell, byte)| *cell = *byte as i8);
    row
}

/// Rule 7.
fn quantise(sum: &[i32; DIM]) -> Option<Meaning> {
    let largest = sum.iter().fold(0, |largest, value| value.abs().max(largest));
    let scaled = |value: i32| (254 * value + value.signum() * largest) / (2 * largest);
    (largest > 0).then(|| Meaning(sum.map(|value| scaled(value) as i8)))
}

/// What a character belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Break,
    Digit,
    Letter,
    Ideograph,
}

impl Kind {
    fn is_marked(self) -> bool {
        matches!(self, Kind::Digit | Kind::Letter)
    }
}

/// Rules 1 to 4: shows each run, one of letters or digits with its marks.
pub(crate) fn runs(text: impl Iterator<Item = char>, mut visit: impl FnMut(&[char], Kind)) {
    // With room for the longest run and its marks, since a list that grows leaves a copy behind.
    let (mut run, mut current) = (Vec::with_capacity(MAX_CHARACTERS + 2), Kind::Break);
    let folded = text.take(MAX_CHARACTERS).map(fold).filter(|character| !is_silent(*character));
    for character in folded.chain([' ']) {
        let kind = kind(character);
        if kind != current {
            run.extend(current.is_marked().then_some('>'));
            if current != Kind::Break {
                visit(&run, current);
            }
            run.clear();
            run.extend(kind.is_marked().then_some('<'));
            current = kind;
        }
        run.push(character);
    }
    // Freed memory keeps what was written to it. The compiler, which knows that nobody reads this, must not leave it out.
    run.clear();
    run.resize(run.capacity(), ' ');
    core::hint::black_box(&run);
}

/// Rules 5 and 6: shows the hash of each piece of a run.
pub(crate) fn pieces(run: &[char], kind: Kind, mut visit: impl FnMut(u32)) {
    let (shortest, longest) = if kind.is_marked() { (3, 3) } else { (1, 2) };
    for start in 0..run.len() {
        let reach = if start == 0 && kind.is_marked() { run.len() } else { longest };
        let mut hash = HASH32_OF_NOTHING;
        for (before, character) in run.iter().skip(start).take(reach).enumerate() {
            hash = hash32_on(hash, character.encode_utf8(&mut [0; 4]));
            let length = before + 1;
            if (shortest..=longest).contains(&length) || length == run.len() {
                visit(hash);
            }
        }
    }
}

/// Rule 2.
fn fold(character: char) -> char {
    const PLAIN: &[u8; 32] = b"aaaaaaaceeeeiiiidnooooo ouuuuyts";
    let code = character as u32;
    let code = if (0xff01..=0xff5e).contains(&code) { code - 0xfee0 } else { code };
    let folded = match code {
        0x41..=0x5a | 0x391..=0x3a9 | 0x410..=0x42f => code + 32,
        0xff | 0x178 => 'y' as u32,
        0xc0..=0xfe => PLAIN[code as usize % 32] as u32,
        0x100..=0x137 | 0x14a..=0x177 => code | 1,
        0x139..=0x148 | 0x179..=0x17e => code + code % 2,
        0x400..=0x40f => code + 80,
        _ => code,
    };
    char::from_u32(folded).unwrap_or(' ')
}

/// Rule 3.
fn is_silent(character: char) -> bool {
    matches!(character, '\'' | '\u{2019}' | '\u{ad}' | '\u{300}'..='\u{36f}')
}

/// Rule 4, of a folded character.
fn kind(character: char) -> Kind {
    match character as u32 {
        0x30..=0x39 => Kind::Digit,
        0x61..=0x7a => Kind::Letter,
        0..0xc0 | 0x2000..=0x2bff | 0x2e00..=0x2e7f | 0x3000..=0x303f | 0x3200..=0x33ff => Kind::Break,
        0xe000..=0xf8ff | 0xfe00..=0xfe6f | 0xfeff | 0xff5f..=0xff65 | 0xffe0..=0xffff => Kind::Break,
        0x1f000..=0x1ffff | 0x40000.. => Kind::Break,
        0x2e80..=0x2fff | 0x3040..=0x31ff | 0x3400..=0x9fff => Kind::Ideograph,
        0xac00..=0xd7af | 0xf900..=0xfaff | 0x20000..=0x3ffff => Kind::Ideograph,
        _ => Kind::Letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<(alloc::string::String, Kind)> {
        let mut found = Vec::new();
        runs(text.chars(), |run, kind| found.push((run.iter().collect(), kind)));
        found
    }

    #[test]
    fn cuts_a_text_into_runs_of_one_kind() {
        use Kind::{Digit, Ideograph, Letter};
        let rows: [(&str, &[(&str, Kind)]); 9] = [
            ("", &[]),
            (" -- ", &[]),
            ("Tea 500ml", &[("<tea>", Letter), ("<500>", Digit), ("<ml>", Letter)]),
            ("Lay's", &[("<lays>", Letter)]),
            ("ＴＥＡ！", &[("<tea>", Letter)]),
            ("Crème Brûlée", &[("<creme>", Letter), ("<brulee>", Letter)]),
            ("Чай ŽLUTÝ", &[("<чай>", Letter), ("<žluty>", Letter)]),
            ("iPhone手机壳", &[("<iphone>", Letter), ("手机壳", Ideograph)]),
            ("茶、面🍜😀", &[("茶", Ideograph), ("面", Ideograph)]),
        ];
        for (text, expected) in rows {
            let found = shown(text);
            let found: Vec<_> = found.iter().map(|(run, kind)| (run.as_str(), *kind)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn hashes_the_pieces_that_the_rule_names() {
        let rows: [(&str, &[&str]); 5] = [
            ("a", &["<a>"]),
            ("almonds", &["<al", "<almonds>", "alm", "lmo", "mon", "ond", "nds", "ds>"]),
            ("tea", &["<te", "<tea>", "tea", "ea>"]),
            ("100%", &["<10", "<100>", "100", "00>"]),
            ("手机壳", &["手", "手机", "机", "机壳", "壳"]),
        ];
        for (text, expected) in rows {
            let mut found = Vec::new();
            runs(text.chars(), |run, kind| pieces(run, kind, |hash| found.push(hash)));
            let expected: Vec<_> = expected.iter().map(|piece| crate::event::hash32(piece)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn scales_by_the_largest_magnitude_and_rounds_halves_outwards() {
        let mut sum = [0; DIM];
        assert_eq!(quantise(&sum), None);
        (sum[0], sum[1], sum[2], sum[3]) = (-254, 127, -1, 3);
        assert_eq!(quantise(&sum).map(|meaning| meaning.0[..4].to_vec()), Some(vec![-127, 64, -1, 2]));
    }
}
