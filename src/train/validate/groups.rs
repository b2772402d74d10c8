//! Folds that never part a group.

use super::{Rows, classes};
use crate::error::{Code, Error, Result};
use std::collections::BTreeMap;

/// Rows of each group by class, groups numbered as they first come.
struct Members {
    /// The group of each row.
    group_of: Vec<usize>,
    /// Rows by group and class.
    counts: Vec<Vec<usize>>,
    /// Groups, the largest first; of equal ones the earlier.
    largest_first: Vec<usize>,
}

impl Members {
    fn of(groups: &[u64], class: &[usize], classes: usize, folds: usize) -> Result<Members> {
        let (mut numbers, mut counts) = (BTreeMap::new(), Vec::new());
        let mut group_of = Vec::with_capacity(groups.len());
        for (group, class) in groups.iter().zip(class) {
            let number = *numbers.entry(*group).or_insert(counts.len());
            if number == counts.len() {
                counts.push(vec![0; classes]);
            }
            counts[number][*class] += 1;
            group_of.push(number);
        }
        if counts.len() < folds {
            let what = "groups, at least as many as folds";
            return Err(Error::limit(Code::BadData, what, folds as u64, counts.len() as u64));
        }
        let mut largest_first: Vec<usize> = (0..counts.len()).collect();
        largest_first.sort_by_key(|group| std::cmp::Reverse(counts[*group].iter().sum::<usize>()));
        Ok(Members { group_of, counts, largest_first })
    }

    /// Deals out groups, each to the fold that `cost` likes best; of equal ones to that with fewest rows, then the first.
    fn deal(&self, folds: usize, cost: impl Fn(&[usize], &[usize]) -> f64) -> Vec<usize> {
        let mut filled = vec![vec![0usize; self.counts[0].len()]; folds];
        let mut fold_of = vec![0; self.counts.len()];
        for group in &self.largest_first {
            let added = &self.counts[*group];
            let rank = |fold: &usize| (cost(&filled[*fold], added), filled[*fold].iter().sum::<usize>());
            let better = |one: &usize, other: &usize| {
                let (one, other) = (rank(one), rank(other));
                one.0.total_cmp(&other.0).then(one.1.cmp(&other.1))
            };
            let fold = (0..folds).min_by(better).unwrap_or(0);
            fold_of[*group] = fold;
            filled[fold].iter_mut().zip(added).for_each(|(filled, added)| *filled += added);
        }
        self.group_of.iter().map(|group| fold_of[*group]).collect()
    }
}

/// The largest group first, each to the fold with the fewest rows.
pub(super) fn balanced(rows: &Rows, folds: usize) -> Result<Vec<usize>> {
    let members = Members::of(rows.groups()?, &vec![0; rows.count()], 1, folds)?;
    Ok(members.deal(folds, |filled, _| filled[0] as f64))
}

/// The largest group first, each to the fold where the shares of all classes stay most even: where the sum of squared
/// shares rises least.
pub(super) fn stratified(rows: &Rows, folds: usize) -> Result<Vec<usize>> {
    let (class, count) = classes(rows)?;
    let members = Members::of(rows.groups()?, &class, count, folds)?;
    let mut totals = vec![0usize; count];
    class.iter().for_each(|class| totals[*class] += 1);
    let rise = |filled: usize, added: usize, total: usize| {
        let share = |rows: usize| rows as f64 / total as f64;
        share(filled + added) * share(filled + added) - share(filled) * share(filled)
    };
    Ok(members
        .deal(folds, |filled, added| (0..count).map(|class| rise(filled[class], added[class], totals[class])).sum()))
}
