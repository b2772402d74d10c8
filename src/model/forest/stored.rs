//! The forest in a file: by columns, since what compresses a download finds likeness among like bytes.
//!
//! Numbers of several bytes are written in planes, all lowest bytes first, for the same reason. Shares, which only reasons need,
//! are a section of their own.

use super::{Cuts, Forest, Node, Split, Test};
use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error};
use crate::math::round;
use alloc::vec;
use alloc::vec::Vec;

/// Shares in one byte and in two are whole numbers of these parts.
const PARTS: [f32; 2] = [u8::MAX as f32, u16::MAX as f32];

impl Cuts {
    fn write(&self, w: &mut Writer) {
        match self {
            Cuts::Numbers(cuts) if cuts.iter().all(|cut| *cut as f32 as f64 == *cut) => {
                w.u8(0);
                w.u16(cuts.len() as u16);
                w.planes(cuts, |cut| (*cut as f32).to_le_bytes());
            }
            Cuts::Numbers(cuts) => {
                w.u8(1);
                w.u16(cuts.len() as u16);
                w.planes(cuts, |cut| cut.to_le_bytes());
            }
            Cuts::Levels(sets) => {
                w.u8(2);
                w.list(sets, |w, set| w.list(set, |w, word| w.u32(*word)));
            }
        }
    }

    fn read(r: &mut Reader) -> Cuts {
        let kind = r.index("kind of cuts", 3);
        if kind == 2 {
            return Cuts::Levels(r.list(|r| r.list(Reader::u32)));
        }
        let (count, mut cuts) = (r.count(2), Vec::new());
        match kind {
            0 => r.planes(4, count, &mut |bits| cuts.push(f32::from_bits(bits as u32) as f64)),
            _ => r.planes(8, count, &mut |bits| cuts.push(f64::from_bits(bits))),
        }
        Cuts::Numbers(cuts)
    }

    /// Whether one byte tells them apart.
    fn is_narrow(&self) -> bool {
        self.len() <= 256
    }
}

impl Forest {
    pub(in crate::model) fn write(&self, w: &mut Writer) {
        w.f32(self.base);
        w.u8(self.single as u8);
        w.f32(self.unit);
        w.list(&self.cuts, |w, cuts| cuts.write(w));
        w.u32(self.nodes.len() as u32);
        w.bits(self.nodes.iter().map(|node| node.split.is_some()));
        let splits: Vec<&Split> = self.splits().collect();
        splits.iter().for_each(|split| w.u8(split.feature));
        w.bits(splits.iter().map(|split| split.missing_left));
        for (feature, cuts) in self.cuts.iter().enumerate() {
            let asked =
                splits.iter().filter(|split| split.feature as usize == feature).map(|split| split.test.number());
            let asked: Vec<u16> = asked.collect();
            if cuts.is_narrow() {
                w.planes(&asked, |cut| [*cut as u8])
            } else {
                w.planes(&asked, |cut| cut.to_le_bytes())
            }
        }
        let leaves: Vec<f32> = self.nodes.iter().filter(|node| node.split.is_none()).map(|node| node.value).collect();
        if self.unit > 0.0 {
            w.planes(&leaves, |value| folded(round(*value as f64 / self.unit as f64) as i16).to_le_bytes())
        } else {
            w.planes(&leaves, |value| value.to_le_bytes())
        }
    }

    /// Right children and roots are not in the file: preorder tells them.
    #[inline(never)]
    pub(in crate::model) fn read(r: &mut Reader) -> Forest {
        let (base, single, unit) = (r.f32(), r.index("single precision, yes or no", 2), r.f32());
        let mut forest = Forest { base, single: single == 1, unit, cuts: r.list(Cuts::read), ..Forest::default() };
        let count = r.count(4);
        let is_split = r.bits(count);
        let splits = forest.read_splits(r, is_split.iter().filter(|is_split| **is_split).count());
        let leaves = is_split.len() - splits.len().min(is_split.len());
        let mut values = Vec::new();
        match unit > 0.0 {
            true => r.planes(2, leaves, &mut |bits| values.push(unfolded(bits as u16) as f32 * unit)),
            false => r.planes(4, leaves, &mut |bits| values.push(f32::from_bits(bits as u32))),
        }
        forest.plant(&is_split, splits, values);
        forest
    }

    #[inline(never)]
    fn read_splits(&self, r: &mut Reader, count: usize) -> Vec<Split> {
        let (features, missing_left) = (r.take(count), r.bits(count));
        if let Some(beyond) = features.iter().find(|feature| **feature as usize >= self.cuts.len()) {
            let (known, found) = (self.cuts.len() as u64, *beyond as u64);
            r.fail(Error::limit(Code::BadIndex, "feature of a split, less than", known, found));
            return Vec::new();
        }
        let mut counts = vec![0; self.cuts.len()];
        features.iter().for_each(|feature| counts[*feature as usize] += 1);
        // Feature by feature; where the next one of each feature stands takes the place of its count.
        let mut asked = Vec::new();
        for (cuts, count) in self.cuts.iter().zip(&mut counts) {
            let first = asked.len();
            r.planes(if cuts.is_narrow() { 1 } else { 2 }, *count, &mut |cut| asked.push(cut as u16));
            *count = first;
        }
        let split = |(feature, missing_left): (&u8, bool)| {
            let (cuts, next) = (&self.cuts[*feature as usize], &mut counts[*feature as usize]);
            // As many as there are splits of the feature, unless the file ends early, which is refused.
            let cut = asked.get(*next).copied().unwrap_or_default();
            *next += 1;
            let test = if matches!(cuts, Cuts::Levels(_)) { Test::In(cut) } else { Test::AtMost(cut) };
            Split { feature: *feature, test, missing_left, right: 0, share: 0.0 }
        };
        features.iter().zip(missing_left).map(split).collect()
    }

    /// Makes trees of nodes in preorder. A last tree that lacks nodes is refused by the check.
    #[inline(never)]
    fn plant(&mut self, is_split: &[bool], splits: Vec<Split>, values: Vec<f32>) {
        let (mut splits, mut values) = (splits.into_iter(), values.into_iter());
        // Splits whose right child is still to come, and nodes that the tree still lacks.
        let (mut open, mut lacking) = (Vec::new(), 0u32);
        for (at, is_split) in is_split.iter().enumerate() {
            if lacking == 0 {
                self.roots.push(at as u32);
                lacking = 1;
            }
            if *is_split {
                self.nodes.push(Node { value: 0.0, split: splits.next() });
                open.push(at);
                lacking += 1;
                continue;
            }
            self.nodes.push(Node { value: values.next().unwrap_or_default(), split: None });
            lacking -= 1;
            if let Some(parent) = open.pop()
                && let Some(split) = &mut self.nodes[parent].split
            {
                split.right = at as u32 + 1;
            }
        }
    }

    fn splits(&self) -> impl Iterator<Item = &Split> {
        self.nodes.iter().filter_map(|node| node.split.as_ref())
    }

    /// Shares in as few bytes as give all of them back.
    pub(in crate::model) fn write_shares(&self, w: &mut Writer) {
        let shares: Vec<f32> = self.splits().map(|split| split.share).collect();
        let fits = |parts: &f32| shares.iter().all(|share| round((share * parts) as f64) as f32 / parts == *share);
        let bytes = PARTS.iter().position(fits);
        w.u8(bytes.map_or(4, |bytes| bytes as u8 + 1));
        match bytes {
            Some(0) => w.planes(&shares, |share| [round((share * PARTS[0]) as f64) as u8]),
            Some(_) => w.planes(&shares, |share| (round((share * PARTS[1]) as f64) as u16).to_le_bytes()),
            None => w.planes(&shares, |share| share.to_le_bytes()),
        }
    }

    pub(in crate::model) fn read_shares(&mut self, r: &mut Reader) {
        let (count, width) = (self.splits().count(), r.index("bytes of a share", 5));
        let mut splits = self.nodes.iter_mut().filter_map(|node| node.split.as_mut());
        let share = |bits: u64| match width {
            1 => bits as f32 / PARTS[0],
            2 => bits as f32 / PARTS[1],
            _ => f32::from_bits(bits as u32),
        };
        // Of no or three bytes there is nothing to read, and what is there is refused as left over.
        let is_known = matches!(width, 1 | 2 | 4);
        r.planes(width, if is_known { count } else { 0 }, &mut |bits| {
            splits.next().into_iter().for_each(|split| split.share = share(bits));
        });
    }

    /// A share as so many bytes, 1 or 2, give it back.
    #[cfg(feature = "train")]
    pub fn narrow_share(share: f32, bytes: usize) -> f32 {
        let parts = PARTS[bytes - 1];
        round((share * parts) as f64) as f32 / parts
    }
}

impl Test {
    fn number(self) -> u16 {
        let (Test::AtMost(number) | Test::In(number)) = self;
        number
    }
}

/// Small numbers of either sign as small numbers without one.
fn folded(value: i16) -> u16 {
    ((value << 1) ^ (value >> 15)) as u16
}

fn unfolded(folded: u16) -> i16 {
    (folded >> 1) as i16 ^ -((folded & 1) as i16)
}
