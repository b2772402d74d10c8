//! The best cut of one feature while rows come in, one after the other.
//!
//! A tree over the feature's codes. A node knows, for each pair of arms, the sum of `s_a − s_b` below it, and the largest and
//! the smallest sum of a beginning of its codes (of one code alone, where codes are levels). A row changes the nodes above
//! its code.

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
    leaves: usize,
    ordered: bool,
}

impl<const P: usize> Prefixes<P> {
    const EMPTY: Node<P> = Node { sum: [0.0; P], most: [0.0; P], least: [0.0; P] };

    /// Nothing came in yet, of `codes` codes.
    pub fn new(codes: usize, ordered: bool) -> Self {
        let leaves = codes.next_power_of_two();
        Prefixes { nodes: vec![Self::EMPTY; 2 * leaves], leaves, ordered }
    }

    /// Adds a row's differences to its code: `O(P log codes)`.
    pub fn add(&mut self, code: usize, differences: &[f64; P]) {
        let mut at = self.leaves + code;
        let leaf = &mut self.nodes[at];
        for (pair, difference) in differences.iter().enumerate() {
            leaf.sum[pair] += difference;
            leaf.most[pair] = leaf.sum[pair].max(0.0);
            leaf.least[pair] = leaf.sum[pair].min(0.0);
        }
        while at > 1 {
            at /= 2;
            let (left, right) = (self.nodes[2 * at], self.nodes[2 * at + 1]);
            self.nodes[at] = if self.ordered { left.then(&right) } else { left.beside(&right) };
        }
    }

    /// The most that two arms bring, one on each side of the best cut, or one arm without a cut; `totals` are by arm.
    pub fn best(&self, totals: &[f64]) -> f64 {
        let root = &self.nodes[1];
        let mut best = totals.iter().fold(f64::NEG_INFINITY, |best: f64, total| best.max(*total));
        let mut pair = 0;
        for (one, total) in totals.iter().enumerate() {
            for other in &totals[one + 1..] {
                best = best.max(other + root.most[pair]).max(total - root.least[pair]);
                pair += 1;
            }
        }
        best
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
