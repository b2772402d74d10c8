//! A forest scored for all arms at once, by masks of leaves instead of walks.
//!
//! Number a tree's leaves from left to right. A question whose answer is "right" rules out all leaves on its left; of those that no
//! question rules out, the first is where a walk would end (Lucchese and others 2015, "QuickScorer"). Here the masks of all
//! questions about one feature are multiplied out in advance for each of the feature's codes, so that a forest is scored by
//! one row of words per feature:
//!
//! ```text
//! words = rows[feature 0][code 0] & rows[feature 1][code 1] & …        leaf = lowest bit of the tree's part of the words
//! ```
//! Questions about the offer are answered in advance: a leaf here stands for one leaf per arm and carries a value for each
//! (Prokhorenkova and others would call it a tree of vectors). Values are added in double precision in the order of the
//! trees, so scores have the bits that walking gives.
//!
//! Not every forest fits: a tree may come to [`MOST_LEAVES`] leaves, its features to [`MOST_CODES`] codes, all rows to
//! [`MOST_ROWS`]. Others are walked.

use super::MAX_ARMS;
use super::forest::{Cuts, Forest, MISSING, Split, Test};
use crate::feature::{FeatureVector, MAX_FEATURES};
use alloc::vec;
use alloc::vec::Vec;
use skonto_kernel::{Asked, BLOCKS, Row, Tree, Values, WORDS};

/// Most leaves of a tree, one bit each.
const MOST_LEAVES: usize = 256;
/// Most rows of a part; a place in them takes two bytes.
const MOST_ROWS: usize = 1 << 16;
/// Most codes of all features: 255 cuts of each come to as many.
const MOST_CODES: usize = 1 << 15;
/// Widths of leaves that code is made for.
const WIDTHS: [usize; 3] = [1, 8, MAX_ARMS];

/// The forest, in parts of consecutive trees.
#[derive(Clone, Debug, Default)]
pub(super) struct Masks {
    base: f64,
    /// Arms that a leaf has values for; what is beyond the menu's adds to sums that nobody reads.
    width: usize,
    /// By arm, the code of its depth.
    codes: Vec<u16>,
    parts: Vec<Part>,
}

/// As many trees as fit the words of a part.
#[derive(Clone, Debug, Default)]
struct Part {
    asked: Vec<Asked>,
    /// The cuts of all amounts asked about.
    cuts: Vec<f64>,
    /// The rows of all blocks.
    rows: Vec<Row>,
    /// By block and code of all features, which row.
    places: Vec<u16>,
    /// How many codes all features have.
    codes: usize,
    trees: Vec<Tree>,
    /// By leaf, as many values as the width.
    values: Vec<f32>,
}

impl Masks {
    /// Of a checked forest whose feature `offer` is each of `depths` in turn; none if it does not fit.
    pub(super) fn new(forest: &Forest, offer: Option<usize>, depths: &[f64]) -> Option<Masks> {
        let arms = if offer.is_some() { depths.len() } else { 1 };
        let width = WIDTHS.into_iter().find(|width| *width >= arms)?;
        let mut merge = Merge::new(forest, offer, depths, arms);
        let codes = merge.codes[..arms].to_vec();
        let mut masks = Masks { base: forest.base as f64, width, codes, parts: Vec::new() };
        let mut part = Draft::default();
        let mut keep = |merge: &Merge| {
            if !part.add(merge, width) {
                masks.parts.push(core::mem::take(&mut part).finish(forest)?);
                part.add(merge, width);
            }
            Some(())
        };
        for root in &forest.roots {
            if merge.tree(*root, merge.all()).is_some() {
                keep(&merge)?;
                continue;
            }
            // Too many leaves for all together.
            for arms in merge.groups() {
                merge.tree(*root, arms)?;
                keep(&merge)?;
            }
        }
        masks.parts.push(part.finish(forest)?);
        Some(masks)
    }

    /// Which arms here have the codes of `depths`; none if one has not.
    pub(super) fn places(&self, forest: &Forest, offer: usize, depths: &[f64]) -> Option<[u8; MAX_ARMS]> {
        let mut places = [0; MAX_ARMS];
        for (place, depth) in places.iter_mut().zip(depths) {
            let code = forest.cuts[offer].code(Some(*depth), forest.single);
            *place = self.codes.iter().position(|known| *known == code)? as u8;
        }
        Some(places)
    }

    /// The raw score of each arm; of the first alone where the forest does not ask about the offer.
    pub(super) fn raw(&self, forest: &Forest, features: &FeatureVector) -> [f64; MAX_ARMS] {
        let mut sums = [self.base; MAX_ARMS];
        for part in &self.parts {
            let words = part.words(forest, features);
            skonto_kernel::add(&part.trees, &words, &part.values, self.width, &mut sums);
        }
        sums
    }
}

impl Part {
    /// The leaves that no question rules out.
    fn words(&self, forest: &Forest, features: &FeatureVector) -> [Row; BLOCKS] {
        let (values, present) = features.raw();
        let (mut codes, mut words) = ([0; MAX_FEATURES], [[u64::MAX; WORDS]; BLOCKS]);
        let values = Values { values, present, single: forest.single };
        let count = skonto_kernel::codes(&self.asked, &self.cuts, values, &mut codes);
        skonto_kernel::common(&self.rows, &self.places, self.codes.max(1), &codes[..count], &mut words);
        words
    }
}

/// A question of a merged tree, and the leaves on its left: from one up to, but without, another.
#[derive(Clone, Copy)]
struct Question {
    split: Split,
    left: (usize, usize),
}

impl Question {
    /// The leaves on its left that are bits of the tree's word `number`, the first bit being at `shift`.
    fn mask(&self, number: usize, shift: usize) -> u64 {
        let below = |end: usize| match (end + shift).saturating_sub(64 * number) {
            count if count < 64 => (1u64 << count) - 1,
            _ => u64::MAX,
        };
        below(self.left.1) & !below(self.left.0)
    }
}

/// Codes of a feature that can still come by on the way to a node.
#[derive(Clone, Copy)]
struct Open {
    low: u16,
    high: u16,
    missing: bool,
}

impl Open {
    const ALL: Open = Open { low: 0, high: MISSING - 1, missing: true };

    fn left(self, cut: u16, split: &Split) -> Open {
        Open { high: self.high.min(cut), missing: self.missing && split.missing_left, ..self }
    }

    fn right(self, cut: u16, split: &Split) -> Open {
        Open { low: self.low.max(cut + 1), missing: self.missing && !split.missing_left, ..self }
    }

    fn is_empty(self) -> bool {
        self.low > self.high && !self.missing
    }
}

/// By arm, the node it is at.
type Places = [u32; MAX_ARMS];
/// Where an arm is whom a tree is not about.
const NOWHERE: u32 = u32::MAX;

/// One tree after another with the questions about the offer answered.
struct Merge<'a> {
    forest: &'a Forest,
    offer: Option<usize>,
    /// By arm, the code of its depth.
    codes: [u16; MAX_ARMS],
    arms: usize,
    open: Vec<Open>,
    questions: Vec<Question>,
    leaves: Vec<Places>,
}

impl<'a> Merge<'a> {
    fn new(forest: &'a Forest, offer: Option<usize>, depths: &[f64], arms: usize) -> Merge<'a> {
        let mut codes = [0; MAX_ARMS];
        if let Some(cuts) = offer.and_then(|offer| forest.cuts.get(offer)) {
            codes.iter_mut().zip(depths).for_each(|(code, depth)| *code = cuts.code(Some(*depth), forest.single));
        }
        let open = vec![Open::ALL; forest.cuts.len()];
        Merge { forest, offer, codes, arms, open, questions: Vec::new(), leaves: Vec::new() }
    }

    /// All arms, a bit each.
    fn all(&self) -> u16 {
        u16::MAX >> (MAX_ARMS - self.arms)
    }

    /// The arms of each code of the offer.
    fn groups(&self) -> Vec<u16> {
        let mut groups = Vec::new();
        for code in &self.codes[..self.arms] {
            let alike = |arms: u16, arm: usize| arms | ((self.codes[arm] == *code) as u16) << arm;
            let group = (0..self.arms).fold(0, alike);
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups
    }

    /// Merges the tree at `root` for some arms; none if it has too many leaves.
    fn tree(&mut self, root: u32, arms: u16) -> Option<()> {
        self.questions.clear();
        self.leaves.clear();
        self.open.fill(Open::ALL);
        self.below(core::array::from_fn(|arm| if arms >> arm & 1 == 1 { root } else { NOWHERE }), 0)
    }

    /// Merges what is below. Every level of the recursion leaves a leaf to its other side, so there are few.
    fn below(&mut self, mut places: Places, depth: usize) -> Option<()> {
        if depth >= MOST_LEAVES || self.leaves.len() == MOST_LEAVES {
            return None;
        }
        while let Some((node, split)) = self.next_split(&places) {
            let feature = split.feature as usize;
            if self.offer == Some(feature) {
                for (place, code) in places.iter_mut().zip(self.codes).filter(|(place, _)| **place == node) {
                    *place = if self.forest.goes_left(&split, code) { node + 1 } else { split.right };
                }
                continue;
            }
            let sides = self.sides(&split);
            match sides.map(Open::is_empty) {
                [_, true] => go(&mut places, node, node + 1),
                [true, _] => go(&mut places, node, split.right),
                _ => return self.question(places, node, split, sides, depth),
            }
        }
        self.leaves.push(places);
        Some(())
    }

    fn next_split(&self, places: &Places) -> Option<(u32, Split)> {
        places.iter().find_map(|node| Some((*node, self.forest.nodes.get(*node as usize)?.split?)))
    }

    /// What can come by on either side.
    fn sides(&self, split: &Split) -> [Open; 2] {
        let open = self.open[split.feature as usize];
        match split.test {
            Test::AtMost(cut) => [open.left(cut, split), open.right(cut, split)],
            // Of levels nothing is remembered.
            Test::In(_) => [open; 2],
        }
    }

    fn question(&mut self, places: Places, node: u32, split: Split, sides: [Open; 2], depth: usize) -> Option<()> {
        let feature = split.feature as usize;
        let (before, first) = (self.open[feature], self.leaves.len());
        for (number, (open, next)) in sides.into_iter().zip([node + 1, split.right]).enumerate() {
            let mut places = places;
            go(&mut places, node, next);
            self.open[feature] = open;
            self.below(places, depth + 1)?;
            if number == 0 {
                self.questions.push(Question { split, left: (first, self.leaves.len()) });
            }
        }
        self.open[feature] = before;
        Some(())
    }
}

/// Moves the arms at one node to another.
fn go(places: &mut Places, from: u32, to: u32) {
    places.iter_mut().filter(|place| **place == from).for_each(|place| *place = to);
}

/// A part in the making.
#[derive(Default)]
struct Draft {
    part: Part,
    /// By word, how many bits are taken.
    taken: Vec<usize>,
    questions: Vec<RuledOut>,
}

impl Draft {
    /// Adds a merged tree, or says that there is no room.
    fn add(&mut self, merge: &Merge, width: usize) -> bool {
        let leaves = merge.leaves.len();
        let word = self.taken.iter().position(|taken| taken + leaves <= 64).unwrap_or(self.taken.len());
        let shift = self.taken.get(word).copied().unwrap_or(0);
        let words = (shift + leaves).div_ceil(64);
        if word + words > WORDS * BLOCKS {
            return false;
        }
        self.taken.resize(self.taken.len().max(word + words), 64);
        self.taken[word + words - 1] = shift + leaves - 64 * (words - 1);
        for number in 0..words {
            let (block, word) = ((word + number) / WORDS, (word + number) % WORDS);
            let ruled_out = merge.questions.iter().map(|asked| (asked.split, asked.mask(number, shift)));
            let some = ruled_out.filter(|(_, left)| *left != 0);
            self.questions.extend(some.map(|(split, left)| RuledOut { block, word, split, left }));
        }
        let first = self.part.values.len() / width;
        self.part.trees.push(Tree { word: word as u16, shift: shift as u16, first: first as u32 });
        // To whom a tree is not about it adds what changes no sum, not even the sign of a zero.
        let value = |node: &u32| merge.forest.nodes.get(*node as usize).map_or(-0.0, |node| node.value);
        merge.leaves.iter().for_each(|leaf| self.part.values.extend(leaf[..width].iter().map(value)));
        true
    }

    /// Makes the rows; none if there are too many.
    fn finish(mut self, forest: &Forest) -> Option<Part> {
        let mut by_feature = vec![Vec::new(); forest.cuts.len()];
        for question in self.questions {
            by_feature[question.split.feature as usize].push(question);
        }
        for (feature, cuts) in forest.cuts.iter().enumerate().filter(|(feature, _)| !by_feature[*feature].is_empty()) {
            let start = self.part.codes;
            let (known, first_cut) = (cuts.codes(), self.part.cuts.len() as u32);
            let is_amount = matches!(cuts, Cuts::Numbers(_));
            if let Cuts::Numbers(cuts) = cuts {
                self.part.cuts.extend(cuts);
            }
            let (feature, known, start) = (feature as u8, known as u16, start as u32);
            self.part.asked.push(Asked { feature, is_amount, known, start, first_cut });
            self.part.codes += cuts.codes() + 1;
        }
        if self.part.codes > MOST_CODES {
            return None;
        }
        for block in 0..self.taken.len().div_ceil(WORDS) {
            for at in 0..self.part.asked.len() {
                let asked = self.part.asked[at];
                let of_block = by_feature[asked.feature as usize].iter().filter(|question| question.block == block);
                self.part.add_rows(forest, asked, &of_block.collect::<Vec<_>>())?;
            }
        }
        Some(self.part)
    }
}

/// A question, the word it is about, and the bits it rules out when the answer is "right".
#[derive(Clone)]
struct RuledOut {
    block: usize,
    word: usize,
    split: Split,
    left: u64,
}

impl RuledOut {
    fn apply(&self, row: &mut Row) {
        row[self.word] &= !self.left;
    }
}

impl Part {
    /// The rows of one feature in one block, one for each of its codes; equal neighbours are one.
    fn add_rows(&mut self, forest: &Forest, asked: Asked, questions: &[&RuledOut]) -> Option<()> {
        self.rows.push([u64::MAX; WORDS]);
        if asked.is_amount {
            self.add_amounts(asked, questions);
        } else {
            (0..asked.known).for_each(|code| self.add_row(ruled_out(forest, questions, code)));
        }
        self.add_row(ruled_out(forest, questions, MISSING));
        (self.rows.len() < MOST_ROWS).then_some(())
    }

    /// What a lower amount rules out, a higher one does too: each code adds what the cut below it rules out.
    fn add_amounts(&mut self, asked: Asked, questions: &[&RuledOut]) {
        let mut steps = vec![None::<Row>; asked.known as usize];
        for question in questions {
            if let Test::AtMost(cut) = question.split.test {
                question.apply(steps[cut as usize + 1].get_or_insert([u64::MAX; WORDS]));
            }
        }
        let mut row = [u64::MAX; WORDS];
        for step in steps {
            if let Some(step) = step {
                row.iter_mut().zip(step).for_each(|(word, mask)| *word &= mask);
                self.rows.push(row);
            }
            self.places.push((self.rows.len() - 1) as u16);
        }
    }

    fn add_row(&mut self, row: Row) {
        if self.rows.last() != Some(&row) {
            self.rows.push(row);
        }
        self.places.push((self.rows.len() - 1) as u16);
    }
}

fn ruled_out(forest: &Forest, questions: &[&RuledOut], code: u16) -> Row {
    let mut row = [u64::MAX; WORDS];
    let asked = questions.iter().filter(|question| !forest.goes_left(&question.split, code));
    asked.for_each(|question| question.apply(&mut row));
    row
}

impl Cuts {
    /// How many codes its values can have; levels that are in no set share the last.
    fn codes(&self) -> usize {
        match self {
            Cuts::Numbers(cuts) => cuts.len() + 1,
            Cuts::Levels(sets) => 32 * sets.iter().map(Vec::len).max().unwrap_or(0) + 1,
        }
    }
}
