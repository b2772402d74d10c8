//! Finds an itemset among others by its items.
//!
//! A table of positions with linear probing, half full at most. It does not copy the sets and cannot grow.

/// Marks a place that holds no position.
const FREE: u32 = u32::MAX;

/// Where each of a fixed list of sets is.
pub(super) struct SetIndex<'a, S: Fn(usize) -> &'a [u32]> {
    places: Vec<u32>,
    set: S,
}

impl<'a, S: Fn(usize) -> &'a [u32]> SetIndex<'a, S> {
    /// An index of the sets `set(0)..set(count - 1)`.
    pub(super) fn new(count: usize, set: S) -> Self {
        let mut index = SetIndex { places: vec![FREE; (count * 2).next_power_of_two().max(2)], set };
        for position in 0..count {
            let place = index.place((index.set)(position).iter().copied());
            index.places[place] = position as u32;
        }
        index
    }

    /// The position of the set of `items`, which must come in the order in which the sets hold theirs.
    pub(super) fn find(&self, items: impl Iterator<Item = u32> + Clone) -> Option<usize> {
        let position = self.places[self.place(items)];
        (position != FREE).then_some(position as usize)
    }

    /// The place that holds the set of `items`, or the free one where it belongs.
    fn place(&self, items: impl Iterator<Item = u32> + Clone) -> usize {
        let mask = self.places.len() - 1;
        let mut place = fold(items.clone()) as usize & mask;
        loop {
            let position = self.places[place];
            if position == FREE || (self.set)(position as usize).iter().copied().eq(items.clone()) {
                return place;
            }
            place = (place + 1) & mask;
        }
    }
}

fn fold(items: impl Iterator<Item = u32>) -> u64 {
    let hash = items.fold(0, |hash: u64, item| (hash.rotate_left(5) ^ item as u64).wrapping_mul(0x517c_c1b7_2722_0a95));
    hash ^ hash >> 32
}

/// All of `items` except the one at `position`.
pub(super) fn without(items: &[u32], position: usize) -> impl Iterator<Item = u32> + Clone {
    items[..position].iter().chain(&items[position + 1..]).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_every_set_and_nothing_else() {
        let sets: Vec<Vec<u32>> = (0..500).map(|i| vec![i / 20, 100 + i % 20]).collect();
        let index = SetIndex::new(sets.len(), |i| &sets[i]);
        for (position, set) in sets.iter().enumerate() {
            assert_eq!(index.find(set.iter().copied()), Some(position));
            assert_eq!(index.find(without(set, 0)), None);
        }
    }
}
