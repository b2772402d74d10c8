//! The search: every first question with the best of what can follow on both sides.

use super::coded::Coded;
use super::prefix::{Prefixes, differences};
use super::stump::{self, Question, add, is_better, largest, scan, sums};
use super::tree::{PolicyTree, Source};
use crate::train::threads::ordered;
use crate::train::uplift::ArmScores;

/// What is searched.
pub struct Search<'a> {
    pub features: &'a [Coded],
    pub scores: &'a ArmScores,
    pub exact_rows: usize,
    /// On each side of a question, at least 1.
    pub least_rows: usize,
}

/// Rows by the code of one feature.
struct Groups {
    /// Codes that occur, rising, and where their rows end.
    ends: Vec<(u32, usize)>,
    rows: Vec<u32>,
}

impl Groups {
    fn of(feature: &Coded, rows: &[u32]) -> Groups {
        let mut sorted = rows.to_vec();
        sorted.sort_by_key(|row| feature.codes[*row as usize]);
        let mut ends = Vec::new();
        for same in sorted.chunk_by(|one, other| feature.codes[*one as usize] == feature.codes[*other as usize]) {
            let end = ends.last().map_or(0, |(_, end)| *end) + same.len();
            ends.push((feature.codes[same[0] as usize], end));
        }
        Groups { ends, rows: sorted }
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn group(&self, number: usize) -> &[u32] {
        let start = if number == 0 { 0 } else { self.ends[number - 1].1 };
        &self.rows[start..self.ends[number].1]
    }
}

impl Search<'_> {
    /// The best tree for these rows.
    pub fn solve(&self, rows: &[u32], depth: usize) -> PolicyTree {
        let source = Source { features: self.features, scores: self.scores };
        let slack = self.slack(rows);
        let top = match depth {
            0 => None,
            1 => stump::best(self, rows, slack).0,
            3 if rows.len() <= self.exact_rows => return self.every_first(rows, depth, slack),
            _ => self.first_of_two(rows, slack),
        };
        let tree = match top {
            None => source.leaf(rows),
            Some(question) => {
                let (left, right) = self.part(rows, question);
                source.join(rows, question, self.solve(&left, depth - 1), self.solve(&right, depth - 1))
            }
        };
        let exact = tree.exact && depth < 3;
        PolicyTree { exact, ..tree }
    }

    /// What differs by less is rounding.
    fn slack(&self, rows: &[u32]) -> f64 {
        let size =
            |row: &u32| self.scores.row(*row as usize).iter().fold(0.0, |most: f64, score| most.max(score.abs()));
        1e-11 * rows.iter().map(size).sum::<f64>()
    }

    fn part(&self, rows: &[u32], question: Question) -> (Vec<u32>, Vec<u32>) {
        rows.iter().partition(|row| question.is_left(self.features, **row))
    }

    /// Tries every first question and solves both sides.
    fn every_first(&self, rows: &[u32], depth: usize, slack: f64) -> PolicyTree {
        let mut best = self.solve(rows, depth - 1);
        let source = Source { features: self.features, scores: self.scores };
        for feature in 0..self.features.len() {
            let groups = Groups::of(&self.features[feature], rows);
            let solve = |number: usize| {
                let question = Question { feature, code: groups.ends[number].0 };
                let (left, right) = self.part(rows, question);
                let thick = left.len().min(right.len()) >= self.least_rows;
                thick.then(|| source.join(rows, question, self.solve(&left, depth - 1), self.solve(&right, depth - 1)))
            };
            // After the last amount nothing is left to the right; of levels each can be told from all others.
            let last = usize::from(self.features[feature].amounts.is_some());
            for tree in ordered(groups.len().saturating_sub(last), solve, |_| {}).into_iter().flatten() {
                if is_better(tree.total, best.total, slack) {
                    best = tree;
                }
            }
        }
        best
    }

    /// The first question of the best tree of depth 2; none where one arm for all, or a single question, is as good.
    fn first_of_two(&self, rows: &[u32], slack: f64) -> Option<Question> {
        let try_feature = |feature: usize| self.with_second(feature, rows);
        let (single, mut most) = stump::best(self, rows, slack);
        let mut best = single;
        let by_feature = ordered(self.features.len(), try_feature, |_| {});
        for (feature, values) in by_feature.into_iter().enumerate() {
            for (code, value) in values {
                if is_better(value, most, slack) {
                    (best, most) = (Some(Question { feature, code }), value);
                }
            }
        }
        best
    }

    /// By code of the first question that leaves enough rows on both sides, what it brings with the best second questions.
    fn with_second(&self, first: usize, rows: &[u32]) -> Vec<(u32, f64)> {
        let groups = Groups::of(&self.features[first], rows);
        if groups.len() < 2 {
            return Vec::new();
        }
        let ordered = self.features[first].amounts.is_some();
        let sides = if ordered { self.sides_in_order(&groups) } else { self.sides_of_levels(&groups) };
        let thick = |number: usize| {
            let left = if ordered { groups.ends[number].1 } else { groups.group(number).len() };
            left.min(rows.len() - left) >= self.least_rows
        };
        let sides = sides.into_iter().enumerate().filter(|(number, _)| thick(*number));
        sides.map(|(number, (left, right))| (groups.ends[number].0, left + right)).collect()
    }

    /// By cut after a group, the most that a second question brings left and right of it. The last group has no right.
    fn sides_in_order(&self, groups: &Groups) -> Vec<(f64, f64)> {
        let cuts = groups.len() - 1;
        let mut sides = vec![(f64::NEG_INFINITY, f64::NEG_INFINITY); cuts];
        for feature in self.features {
            // A scan of the sums after each group, or a change of maxima for each row: whichever is less work.
            let scans = cuts * feature.count;
            let changes = groups.rows.len() * (feature.count.ilog2() as usize + 1) * 2;
            if scans <= changes {
                self.scan_groups(groups, feature, &mut sides);
            } else {
                let left = self.change(groups, feature, false);
                let right = self.change(groups, feature, true);
                sides.iter_mut().zip(left).for_each(|(side, value)| side.0 = side.0.max(value));
                sides.iter_mut().zip(right).for_each(|(side, value)| side.1 = side.1.max(value));
            }
        }
        sides
    }

    fn scan_groups(&self, groups: &Groups, feature: &Coded, sides: &mut [(f64, f64)]) {
        let mut right = sums(feature, self.scores, &groups.rows);
        let mut left = vec![0.0; right.len()];
        let whole = right.clone();
        for (number, side) in sides.iter_mut().enumerate() {
            groups.group(number).iter().for_each(|row| add(&mut left, feature, self.scores, *row));
            right.iter_mut().zip(&whole).zip(&left).for_each(|((right, whole), left)| *right = whole - left);
            side.0 = side.0.max(self.second(feature, &left));
            side.1 = side.1.max(self.second(feature, &right));
        }
    }

    /// What the best second question brings, by sums of its codes.
    fn second(&self, feature: &Coded, sums: &[f64]) -> f64 {
        let mut totals = [0.0; crate::model::MAX_ARMS + 1];
        let totals = &mut totals[..self.scores.arms() + 1];
        for of_code in sums.chunks_exact(totals.len()) {
            totals.iter_mut().zip(of_code).for_each(|(total, sum)| *total += sum);
        }
        let mut most = totals[largest(&totals[..self.scores.arms()])];
        let least = self.least_rows as f64;
        scan(sums, totals, feature.amounts.is_some(), least, |_, value| most = most.max(value));
        most
    }

    fn sides_of_levels(&self, groups: &Groups) -> Vec<(f64, f64)> {
        let mut sides = vec![(f64::NEG_INFINITY, f64::NEG_INFINITY); groups.len()];
        for feature in self.features {
            let whole = sums(feature, self.scores, &groups.rows);
            for (number, side) in sides.iter_mut().enumerate() {
                let left = sums(feature, self.scores, groups.group(number));
                let right: Vec<f64> = whole.iter().zip(&left).map(|(whole, left)| whole - left).collect();
                side.0 = side.0.max(self.second(feature, &left));
                side.1 = side.1.max(self.second(feature, &right));
            }
        }
        sides
    }

    /// By cut, the most of a second question about the rows on one side of it, from that side's end on.
    fn change(&self, groups: &Groups, feature: &Coded, from_right: bool) -> Vec<f64> {
        match self.scores.arms() {
            2 => self.change_pairs::<1>(groups, feature, from_right),
            3 => self.change_pairs::<3>(groups, feature, from_right),
            4 => self.change_pairs::<6>(groups, feature, from_right),
            5 => self.change_pairs::<10>(groups, feature, from_right),
            6 => self.change_pairs::<15>(groups, feature, from_right),
            7 => self.change_pairs::<21>(groups, feature, from_right),
            8 => self.change_pairs::<28>(groups, feature, from_right),
            // Pairs of 9 to 16 arms: those that are not there stay 0.
            _ => self.change_pairs::<120>(groups, feature, from_right),
        }
    }

    fn change_pairs<const P: usize>(&self, groups: &Groups, feature: &Coded, from_right: bool) -> Vec<f64> {
        let cuts = groups.len() - 1;
        let mut prefixes = Prefixes::<P>::new(feature.count, feature.amounts.is_some(), self.least_rows);
        let (mut totals, mut values) = (vec![0.0; self.scores.arms()], vec![0.0; cuts]);
        for step in 0..cuts {
            let (group, cut) = if from_right { (cuts - step, cuts - step - 1) } else { (step, step) };
            for row in groups.group(group) {
                let scores = self.scores.row(*row as usize);
                totals.iter_mut().zip(scores).for_each(|(total, score)| *total += score);
                prefixes.add(feature.codes[*row as usize] as usize, &differences(scores));
            }
            values[cut] = prefixes.best(&totals);
        }
        values
    }
}
