//! The frequent-pattern tree of Han, Pei and Yin (SIGMOD 2000): paths of items from the most frequent down, with
//! shared beginnings stored once.
//!
//! Nodes lie in depth-first order in one array and know only their parent, which is all that growing a pattern
//! needs. Paths are sorted before the tree is built, so that no node has to look for a child.

/// Weighted paths of rising items, one after the other.
#[derive(Default)]
pub(super) struct Paths {
    /// Items of all paths.
    pub(super) items: Vec<u32>,
    /// Where each path ends in `items`.
    pub(super) ends: Vec<u32>,
    /// How often each path occurs.
    pub(super) weights: Vec<u32>,
}

impl Paths {
    /// Adds a path of `items`.
    pub(super) fn push(&mut self, items: impl Iterator<Item = u32>, weight: u32) {
        self.items.extend(items);
        self.ends.push(self.items.len() as u32);
        self.weights.push(weight);
    }

    fn path(&self, index: u32) -> &[u32] {
        let start = if index == 0 { 0 } else { self.ends[index as usize - 1] };
        &self.items[start as usize..self.ends[index as usize] as usize]
    }

    /// Positions of the paths in lexicographic order. Most are told apart by their first few items, packed into a word.
    fn order(&self, width: usize) -> Vec<(u64, u32)> {
        let bits = (usize::BITS - width.leading_zeros()).max(1);
        let pack = |path: &[u32]| {
            let heads = (0..64 / bits as usize).map(|depth| path.get(depth).map_or(0, |item| *item as u64 + 1));
            heads.fold(0, |key, head| key << bits | head)
        };
        let mut order: Vec<(u64, u32)> =
            (0..self.ends.len() as u32).map(|index| (pack(self.path(index)), index)).collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.path(a.1).cmp(self.path(b.1))));
        order
    }
}

/// One item of a path.
#[derive(Clone, Copy)]
struct Node {
    item: u32,
    parent: u32,
    count: u32,
}

/// The parent of a path's first item.
const ROOT: u32 = u32::MAX;

/// The tree, with the nodes of each item listed.
pub(super) struct Tree {
    nodes: Vec<Node>,
    listed: Vec<u32>,
    list_ends: Vec<u32>,
}

impl Tree {
    /// Builds the tree of `paths` over the items `0..width`. Costs a sort of the paths and one step per item.
    pub(super) fn new(paths: &Paths, width: usize) -> Tree {
        let mut nodes: Vec<Node> = Vec::new();
        let (mut open, mut previous): (Vec<u32>, &[u32]) = (Vec::new(), &[]);
        for (_, index) in paths.order(width) {
            let path = paths.path(index);
            let shared = previous.iter().zip(path).take_while(|(a, b)| a == b).count();
            open.truncate(shared);
            for item in &path[shared..] {
                nodes.push(Node { item: *item, parent: open.last().copied().unwrap_or(ROOT), count: 0 });
                open.push(nodes.len() as u32 - 1);
            }
            if let Some(end) = open.last() {
                nodes[*end as usize].count += paths.weights[index as usize];
            }
            previous = path;
        }
        sum_upwards(&mut nodes);
        let (listed, list_ends) = list(&nodes, width);
        Tree { nodes, listed, list_ends }
    }

    /// How many items the tree is over.
    pub(super) fn width(&self) -> usize {
        self.list_ends.len()
    }

    /// For each node of `item`: its count, and the items above it from the nearest up.
    pub(super) fn paths_above(&self, item: u32) -> impl Iterator<Item = (u32, impl Iterator<Item = u32>)> {
        self.list(item).iter().map(|node| {
            let node = self.nodes[*node as usize];
            (node.count, self.above(node))
        })
    }

    /// The number of nodes of `item`.
    pub(super) fn spread(&self, item: u32) -> usize {
        self.list(item).len()
    }

    fn above(&self, node: Node) -> impl Iterator<Item = u32> {
        let mut parent = node.parent;
        std::iter::from_fn(move || {
            let above = self.nodes.get(parent as usize)?;
            parent = above.parent;
            Some(above.item)
        })
    }

    fn list(&self, item: u32) -> &[u32] {
        let start = if item == 0 { 0 } else { self.list_ends[item as usize - 1] };
        &self.listed[start as usize..self.list_ends[item as usize] as usize]
    }
}

/// A node is in as many baskets as its own ends and all nodes below it.
fn sum_upwards(nodes: &mut [Node]) {
    for index in (0..nodes.len()).rev() {
        let Node { parent, count, .. } = nodes[index];
        if let Some(above) = nodes.get_mut(parent as usize) {
            above.count += count;
        }
    }
}

fn list(nodes: &[Node], width: usize) -> (Vec<u32>, Vec<u32>) {
    let mut ends = vec![0; width];
    nodes.iter().for_each(|node| ends[node.item as usize] += 1);
    let mut start = 0;
    for end in &mut ends {
        (*end, start) = (start, start + *end);
    }
    // Each entry now holds where its list starts, and moves to where it ends as the list fills.
    let mut listed = vec![0; nodes.len()];
    for (index, node) in nodes.iter().enumerate() {
        listed[ends[node.item as usize] as usize] = index as u32;
        ends[node.item as usize] += 1;
    }
    (listed, ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_beginnings_are_stored_once_with_summed_counts() {
        let mut paths = Paths::default();
        for (path, weight) in [(&[0, 2][..], 1), (&[0], 2), (&[0, 1, 2], 4), (&[1], 8), (&[], 16)] {
            paths.push(path.iter().copied(), weight);
        }
        let tree = Tree::new(&paths, 3);
        let above = |item| {
            let paths = tree.paths_above(item).map(|(count, items)| (count, items.collect::<Vec<_>>()));
            paths.collect::<Vec<_>>()
        };
        assert_eq!(above(0), [(7, vec![])]);
        assert_eq!(above(1), [(4, vec![0]), (8, vec![])]);
        assert_eq!(above(2), [(4, vec![1, 0]), (1, vec![0])]);
    }
}
