//! A question about one feature's codes, and the best one that a histogram offers.
//!
//! Amounts are scanned from below, once with missing rows on the right and once with them on the left. Each level is tried
//! against the rest; when there are more than a few, also sets of them: sorted by their mean, which for a sum of squares
//! has the best of all sets among its beginnings (Fisher 1958), and smoothed, so that rare levels are not taken for their
//! noise.

use super::bins::Bins;
use super::criterion::Criterion;
use super::tally::{Scale, Tally};

/// A set of codes.
pub type CodeSet = [u64; 4];

/// What is asked of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Left if at most that code, missing as said.
    AtMost {
        /// The last code that goes left.
        code: u8,
        /// Whether missing goes left.
        missing_left: bool,
    },
    /// Left if in the set, which also says where missing goes.
    In(CodeSet),
}

impl Rule {
    /// By code, whether it goes left.
    pub fn table(&self, missing: u8) -> [bool; 256] {
        let mut left = [false; 256];
        match self {
            Rule::AtMost { code, missing_left } => {
                left[..=*code as usize].fill(true);
                left[missing as usize] = *missing_left;
            }
            Rule::In(set) => {
                left.iter_mut().enumerate().for_each(|(code, left)| *left = holds(set, code as u8));
            }
        }
        left
    }
}

/// Whether a code is in a set.
pub fn holds(set: &CodeSet, code: u8) -> bool {
    set[code as usize / 64] >> (code % 64) & 1 == 1
}

/// A split that could be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// By how much it lowers the doubled loss, costs taken off.
    pub gain: f64,
    /// The feature asked about.
    pub feature: usize,
    /// The question.
    pub rule: Rule,
    /// What goes left.
    pub left: Tally,
}

/// How levels are split.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LevelLimits {
    /// With more levels than this, sets of them are tried too.
    pub most_single: usize,
    /// Added to a level's hessian before levels are sorted by their mean.
    pub smooth: f64,
    /// Added to the ridge when levels are split by sorted sets.
    pub l2: f64,
    /// The most levels on the smaller side of a sorted split.
    pub most_in_set: usize,
    /// Levels with fewer rows are left with the rest.
    pub least_rows: usize,
    /// So many rows must come in between two sorted splits that are tried.
    pub least_group: usize,
}

/// What every split must respect.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The least rows of a side.
    pub rows: usize,
    /// The least hessian of a side.
    pub hessian: f64,
    /// A split must gain more than this.
    pub gain: f64,
    /// How levels are split.
    pub levels: LevelLimits,
}

/// Which way values may go as a feature rises.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Any.
    #[default]
    Free,
    /// Never down.
    Up,
    /// Never up.
    Down,
}

/// One feature's part of a leaf.
pub struct Search<'a, C> {
    /// Its histogram, in its place.
    pub histogram: &'a [Tally],
    /// What the codes stand for.
    pub bins: &'a Bins,
    /// Its position.
    pub feature: usize,
    /// All rows of the leaf.
    pub total: Tally,
    /// The units of the sums.
    pub scale: &'a Scale,
    /// What every split must respect.
    pub limits: &'a Limits,
    /// Which way values may go.
    pub direction: Direction,
    /// What a split is worth.
    pub criterion: C,
    /// What asking about the feature costs.
    pub cost: f64,
}

/// A side of a split in the units of the loss.
#[derive(Clone, Copy)]
struct Side {
    gradient: f64,
    hessian: f64,
}

impl<C: Criterion> Search<'_, C> {
    /// The best split, none where no split gains more than the limit and the cost.
    pub fn best(&self) -> Option<Candidate> {
        let total = self.side(self.total);
        let floor = self.criterion.score(total.gradient, total.hessian) + self.limits.gain.max(1e-10) + self.cost;
        let found = match self.bins.is_number() {
            true => self.best_number(floor),
            false => self.best_levels(floor),
        };
        let before = self.criterion.score(total.gradient, total.hessian) + self.cost;
        found.map(|candidate| Candidate { gain: candidate.gain - before, ..candidate })
    }

    #[inline(always)]
    fn side(&self, tally: Tally) -> Side {
        Side { gradient: self.scale.gradient(tally), hessian: self.scale.hessian(tally) }
    }

    /// The score of both sides together, none where a side is too small or the values go the wrong way.
    #[inline(always)]
    fn worth(&self, criterion: C, left: Tally) -> Option<f64> {
        let (left, right) = (self.side(left), self.side(self.total - left));
        let least = self.limits.hessian;
        if left.hessian < least || right.hessian < least {
            return None;
        }
        if criterion.is_bounded() && self.direction != Direction::Free {
            let value = |side: Side| criterion.value(side.gradient, side.hessian);
            let rise = value(right) - value(left);
            if self.direction == Direction::Up && rise < 0.0 || self.direction == Direction::Down && rise > 0.0 {
                return None;
            }
        }
        Some(criterion.score(left.gradient, left.hessian) + criterion.score(right.gradient, right.hessian))
    }

    /// The missing rows of the leaf.
    fn missing(&self) -> Tally {
        match self.bins.has_missing {
            true => self.histogram[self.bins.values()],
            false => Tally::default(),
        }
    }

    fn best_number(&self, floor: f64) -> Option<Candidate> {
        let missing = self.missing();
        let right = self.scan(Tally::default(), floor);
        if missing.is_empty() {
            return right.map(|(score, code, left)| {
                let missing_left = 2 * self.scale.count(left) > self.scale.count(self.total);
                self.candidate(score, Rule::AtMost { code, missing_left }, left)
            });
        }
        let left = self.scan(missing, right.map_or(floor, |(score, ..)| score));
        let missing_left = left.is_some();
        left.or(right).map(|(score, code, left)| self.candidate(score, Rule::AtMost { code, missing_left }, left))
    }

    fn candidate(&self, gain: f64, rule: Rule, left: Tally) -> Candidate {
        Candidate { gain, feature: self.feature, rule, left }
    }

    /// The best last code on the left, with `start` on the left already; only scores above `floor` count.
    #[inline(always)]
    fn scan(&self, start: Tally, floor: f64) -> Option<(f64, u8, Tally)> {
        let (rows, values) = (self.scale.count(self.total), self.bins.values());
        let (mut left, mut best, mut found) = (start, floor, None);
        for (code, bin) in self.histogram[..values].iter().enumerate() {
            if bin.is_empty() {
                continue;
            }
            left += *bin;
            let count = self.scale.count(left);
            if count < self.limits.rows {
                continue;
            }
            if rows - count < self.limits.rows.max(1) {
                break;
            }
            if let Some(score) = self.worth(self.criterion, left)
                && score > best
            {
                (best, found) = (score, Some((score, code as u8, left)));
            }
        }
        found.map(|(score, code, left)| (score, self.centred(code), left))
    }

    /// A cut in the middle of the bins that the leaf has no rows in, not at their edge.
    fn centred(&self, code: u8) -> u8 {
        let values = self.bins.values();
        let next = (code as usize + 1..values).find(|code| !self.histogram[*code].is_empty());
        next.map_or(code, |next| ((code as usize + next - 1) / 2) as u8)
    }

    fn best_levels(&self, floor: f64) -> Option<Candidate> {
        let levels = &self.limits.levels;
        let used: Vec<u8> =
            (0..self.histogram.len()).filter(|code| !self.histogram[*code].is_empty()).map(|code| code as u8).collect();
        if used.len() < 2 {
            return None;
        }
        let single = self.best_single(&used, floor);
        let best = single.map_or(floor, |(score, ..)| score);
        let sorted = if used.len() > levels.most_single { self.best_sorted(used, best) } else { None };
        let found = sorted.or(single);
        found.map(|(score, set, left)| self.smaller_left(score, set, left))
    }

    /// A level never seen goes right, so the larger side is put there.
    fn smaller_left(&self, score: f64, set: CodeSet, left: Tally) -> Candidate {
        if 2 * self.scale.count(left) <= self.scale.count(self.total) {
            return self.candidate(score, Rule::In(set), left);
        }
        let all = self.histogram.iter().enumerate().filter(|(_, bin)| !bin.is_empty());
        let others = all.map(|(code, _)| code as u8).filter(|code| !holds(&set, *code));
        self.candidate(score, Rule::In(set_of(others)), self.total - left)
    }

    fn best_single(&self, used: &[u8], floor: f64) -> Option<(f64, CodeSet, Tally)> {
        let (rows, mut best, mut found) = (self.scale.count(self.total), floor, None);
        for code in used {
            let left = self.histogram[*code as usize];
            let count = self.scale.count(left);
            if count < self.limits.rows || rows - count < self.limits.rows {
                continue;
            }
            if let Some(score) = self.worth(self.criterion, left)
                && score > best
            {
                (best, found) = (score, Some((score, set_of([*code]), left)));
            }
        }
        found
    }

    fn best_sorted(&self, used: Vec<u8>, floor: f64) -> Option<(f64, CodeSet, Tally)> {
        let levels = &self.limits.levels;
        let mean = |code: u8| {
            let side = self.side(self.histogram[code as usize]);
            side.gradient / (side.hessian + levels.smooth)
        };
        let enough = |code: &u8| self.scale.count(self.histogram[*code as usize]) >= levels.least_rows;
        let mut sorted: Vec<(f64, u8)> = used.into_iter().filter(enough).map(|code| (mean(code), code)).collect();
        sorted.sort_unstable_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        let most = levels.most_in_set.min(sorted.len());
        let forth = self.run(sorted.iter().take(most), floor);
        let back = self.run(sorted.iter().rev().take(most), forth.map_or(floor, |(score, ..)| score));
        let (is_back, (score, length, left)) = back.map(|back| (true, back)).or(forth.map(|forth| (false, forth)))?;
        let set = match is_back {
            true => set_of(sorted.iter().rev().take(length).map(|(_, code)| *code)),
            false => set_of(sorted.iter().take(length).map(|(_, code)| *code)),
        };
        Some((score, set, left))
    }

    /// The best number of levels to take, in the order given.
    fn run<'b>(&self, order: impl Iterator<Item = &'b (f64, u8)>, floor: f64) -> Option<(f64, usize, Tally)> {
        let criterion = self.criterion.stricter(self.limits.levels.l2);
        let (rows, mut left, mut group) = (self.scale.count(self.total), Tally::default(), 0);
        let (mut best, mut found) = (floor, None);
        for (index, (_, code)) in order.enumerate() {
            let bin = self.histogram[*code as usize];
            left += bin;
            group += self.scale.count(bin);
            let count = self.scale.count(left);
            if rows - count < self.limits.rows.max(1) || rows - count < self.limits.levels.least_group {
                break;
            }
            if count < self.limits.rows || group < self.limits.levels.least_group {
                continue;
            }
            group = 0;
            if let Some(score) = self.worth(criterion, left)
                && score > best
            {
                (best, found) = (score, Some((score, index + 1, left)));
            }
        }
        found
    }
}

fn set_of(codes: impl IntoIterator<Item = u8>) -> CodeSet {
    codes.into_iter().fold([0; 4], |mut set, code| {
        set[code as usize / 64] |= 1 << (code % 64);
        set
    })
}
