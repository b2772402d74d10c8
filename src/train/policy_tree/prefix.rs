//! The best cut of one feature while rows come in, one after the other.
//!
//! A tree over the feature's codes. A node knows, for each pair of arms, the sum of `s_a − s_b` below it, and the largest and
//! the smallest sum of a beginning of its codes that is not empty (of one code alone, where codes are levels), and how many
//! rows came in below it. A row changes the nodes above its code. Where both sides of a cut need a least number of rows, the
//! codes after which that holds are neighbours, and of levels all but those with too few rows and at most one with too many.

/// What a node knows of `P` pairs of arms.
#[derive(Clone, Copy)]
struct Node<const P: usize> {
    sum: [f64; P],
    most: [f64; P],
    least: [f64; P],
}

/// Codes of one feature with what came in.
pub struct Prefixes<const P: usize> {
    nodes: Vec<Node<P>>,
    rows: Vec<u32>,
    leaves: usize,
    ordered: bool,
    least_rows: u32,
}

impl<const P: usize> Prefixes<P> {
    /// A code without rows: a cut after it is the cut before it.
    const EMPTY: Node<P> = Node { sum: [0.0; P], most: [0.0; P], least: [0.0; P] };
    /// No code, and so no cut.
    const NONE: Node<P> = Node { sum: [0.0; P], most: [f64::NEG_INFINITY; P], least: [f64::INFINITY; P] };

    /// Nothing came in yet, of `codes` codes.
    pub fn new(codes: usize, ordered: bool, least_rows: usize) -> Self {
        let leaves = codes.next_power_of_two();
        let nothing = if ordered { Self::EMPTY } else { Self::NONE };
        let least_rows = least_rows.min(u32::MAX as usize) as u32;
        Prefixes { nodes: vec![nothing; 2 * leaves], rows: vec![0; 2 * leaves], leaves, ordered, least_rows }
    }

    /// Adds a row's differences to its code: `O(P log codes)`.
    pub fn add(&mut self, code: usize, differences: &[f64; P]) {
        let mut at = self.leaves + code;
        self.rows[at] += 1;
        let (leaf, counts) = (&mut self.nodes[at], self.ordered || self.rows[at] >= self.least_rows);
        for (pair, difference) in differences.iter().enumerate() {
            leaf.sum[pair] += difference;
            if counts {
                (leaf.most[pair], leaf.least[pair]) = (leaf.sum[pair], leaf.sum[pair]);
            }
        }
        while at > 1 {
            at /= 2;
            self.rows[at] += 1;
            self.nodes[at] = self.both(&self.nodes[2 * at], &self.nodes[2 * at + 1]);
        }
    }

    fn both(&self, left: &Node<P>, right: &Node<P>) -> Node<P> {
        if self.ordered { left.then(right) } else { left.beside(right) }
    }

    /// The most that two arms bring, one on each side of the best cut, or one arm without a cut; `totals` are by arm.
    pub fn best(&self, totals: &[f64]) -> f64 {
        let mut best = totals.iter().fold(f64::NEG_INFINITY, |best: f64, total| best.max(*total));
        let (before, cuts) = self.cuts();
        let mut pair = 0;
        for (one, total) in totals.iter().enumerate() {
            for other in &totals[one + 1..] {
                let (most, least) = (before[pair] + cuts.most[pair], before[pair] + cuts.least[pair]);
                best = best.max(other + most).max(total - least);
                pair += 1;
            }
        }
        best
    }

    /// The codes after which a cut leaves enough rows on both sides, and the sums of those before the first.
    fn cuts(&self) -> ([f64; P], Node<P>) {
        let all = self.rows[1];
        if u64::from(all) < 2 * u64::from(self.least_rows) {
            return ([0.0; P], Self::NONE);
        }
        // The code in which the last row from below, or from above, comes that a side needs.
        let (first, last) = (self.code_of(self.least_rows), self.code_of(all - self.least_rows + 1));
        match self.ordered {
            true => (self.over(0, first).sum, self.over(first, last)),
            // Only a level with more than half of the rows can leave too few others; it holds the middle one.
            false => {
                let middle = self.code_of(all / 2 + 1);
                match all - self.rows[self.leaves + middle] < self.least_rows {
                    true => ([0.0; P], self.over(0, middle).beside(&self.over(middle + 1, self.leaves))),
                    false => ([0.0; P], self.nodes[1]),
                }
            }
        }
    }

    /// The code of the `number`-th row, counted from 1 in the order of codes.
    fn code_of(&self, number: u32) -> usize {
        let (mut at, mut left) = (1, number);
        while at < self.leaves {
            at *= 2;
            if self.rows[at] < left {
                left -= self.rows[at];
                at += 1;
            }
        }
        at - self.leaves
    }

    /// Codes from `from` up to but without `to`, put together in their order.
    fn over(&self, from: usize, to: usize) -> Node<P> {
        let (mut left, mut right) = (Self::NONE, Self::NONE);
        let (mut low, mut high) = (from + self.leaves, to.max(from) + self.leaves);
        while low < high {
            if low % 2 == 1 {
                left = self.both(&left, &self.nodes[low]);
                low += 1;
            }
            if high % 2 == 1 {
                high -= 1;
                right = self.both(&self.nodes[high], &right);
            }
            (low, high) = (low / 2, high / 2);
        }
        self.both(&left, &right)
    }
}

impl<const P: usize> Node<P> {
    fn then(&self, right: &Node<P>) -> Node<P> {
        Node {
            sum: std::array::from_fn(|pair| self.sum[pair] + right.sum[pair]),
            most: std::array::from_fn(|pair| larger(self.most[pair], self.sum[pair] + right.most[pair])),
            least: std::array::from_fn(|pair| smaller(self.least[pair], self.sum[pair] + right.least[pair])),
        }
    }

    fn beside(&self, right: &Node<P>) -> Node<P> {
        Node {
            sum: [0.0; P],
            most: std::array::from_fn(|pair| larger(self.most[pair], right.most[pair])),
            least: std::array::from_fn(|pair| smaller(self.least[pair], right.least[pair])),
        }
    }
}

// One instruction each; `f64::max` also looks for NaN, of which there is none.
fn larger(one: f64, other: f64) -> f64 {
    if one > other { one } else { other }
}

fn smaller(one: f64, other: f64) -> f64 {
    if one < other { one } else { other }
}

/// `s_a − s_b` of a row for every pair `a < b`, in the order of [`Prefixes::best`].
pub fn differences<const P: usize>(scores: &[f64]) -> [f64; P] {
    let mut differences = [0.0; P];
    let mut pair = 0;
    for (one, score) in scores.iter().enumerate() {
        for other in &scores[one + 1..] {
            differences[pair] = score - other;
            pair += 1;
        }
    }
    differences
}
