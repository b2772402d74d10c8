//! Baskets reduced to what can be frequent: infrequent items gone, the others renamed by frequency.
//!
//! Rank 0 is the most frequent item, ties in the order of first appearance. Each basket is a rising run of ranks.

use super::baskets::{Baskets, MinimumCount};

/// The reduced baskets, by basket and by item.
pub(super) struct Ranked {
    /// The item of each rank.
    pub(super) labels: Vec<u32>,
    /// How many baskets have each rank.
    pub(super) counts: Vec<u32>,
    /// Ranks of every basket, one basket after the other.
    pub(super) ranks: Vec<u32>,
    /// Where each basket ends in `ranks`; a basket may be empty.
    pub(super) ends: Vec<u32>,
    /// Baskets of every rank, one rank after the other, rising.
    holders: Vec<u32>,
    /// Where each rank ends in `holders`.
    holder_ends: Vec<u32>,
}

impl Ranked {
    /// Two passes over the baskets and one over each item's list, so every basket comes out sorted without sorting.
    pub(super) fn new(baskets: &Baskets, minimum: MinimumCount) -> Ranked {
        let counts = count(baskets);
        let mut labels: Vec<u32> = (0..counts.len() as u32).collect();
        labels.retain(|item| counts[*item as usize] >= minimum.get());
        labels.sort_by_key(|item| std::cmp::Reverse(counts[*item as usize]));
        let counts: Vec<u32> = labels.iter().map(|item| counts[*item as usize]).collect();
        let (holders, holder_ends) = holders(baskets, &labels, &counts);
        let mut ranked = Ranked { labels, counts, ranks: Vec::new(), ends: Vec::new(), holders, holder_ends };
        ranked.fill(baskets.len());
        ranked
    }

    /// Hands each rank to its baskets, in rising order.
    fn fill(&mut self, baskets: usize) {
        let mut next = vec![0; baskets];
        self.holders.iter().for_each(|basket| next[*basket as usize] += 1);
        self.ends = running_ends(&next);
        next.iter_mut().zip(&self.ends).for_each(|(length, end)| *length = end - *length);
        self.ranks = vec![0; self.holders.len()];
        for rank in 0..self.labels.len() {
            for basket in holders_of(&self.holders, &self.holder_ends, rank) {
                let place = &mut next[*basket as usize];
                self.ranks[*place as usize] = rank as u32;
                *place += 1;
            }
        }
    }

    /// The baskets that have `rank`, rising.
    pub(super) fn holders(&self, rank: u32) -> &[u32] {
        holders_of(&self.holders, &self.holder_ends, rank as usize)
    }

    /// The ranks of one basket, rising.
    pub(super) fn basket(&self, basket: u32) -> &[u32] {
        let start = if basket == 0 { 0 } else { self.ends[basket as usize - 1] };
        &self.ranks[start as usize..self.ends[basket as usize] as usize]
    }
}

fn count(baskets: &Baskets) -> Vec<u32> {
    let mut counts = vec![0; baskets.names().len()];
    baskets.iter().flatten().for_each(|item| counts[*item as usize] += 1);
    counts
}

fn holders_of<'a>(holders: &'a [u32], ends: &[u32], rank: usize) -> &'a [u32] {
    let start = if rank == 0 { 0 } else { ends[rank - 1] };
    &holders[start as usize..ends[rank] as usize]
}

fn holders(baskets: &Baskets, labels: &[u32], counts: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let ends = running_ends(counts);
    let mut next = vec![u32::MAX; baskets.names().len()];
    labels.iter().zip(ends.iter().zip(counts)).for_each(|(item, (end, count))| next[*item as usize] = end - count);
    let mut holders = vec![0; ends.last().map_or(0, |end| *end as usize)];
    for (basket, items) in baskets.iter().enumerate() {
        for item in items {
            let place = &mut next[*item as usize];
            if *place != u32::MAX {
                holders[*place as usize] = basket as u32;
                *place += 1;
            }
        }
    }
    (holders, ends)
}

fn running_ends(lengths: &[u32]) -> Vec<u32> {
    let running = lengths.iter().scan(0, |end, length| {
        *end += length;
        Some(*end)
    });
    running.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renames_by_frequency_and_forgets_the_infrequent() {
        let baskets = Baskets::new([vec!["x", "a", "b"], vec!["b"], vec!["a", "b"]]).unwrap();
        let ranked = Ranked::new(&baskets, MinimumCount::new(2).unwrap());
        assert_eq!((&ranked.labels[..], &ranked.counts[..]), (&[2, 1][..], &[3, 2][..]));
        assert_eq!([0, 1, 2].map(|basket| ranked.basket(basket)), [&[0, 1][..], &[0], &[0, 1]]);
        assert_eq!(ranked.holders(1), [0, 2]);
    }
}
