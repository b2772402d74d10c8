//! Closed and maximal itemsets: the few from which all others follow.
//!
//! A frequent set is *closed* when every larger set is in fewer baskets, and *maximal* when no larger set is frequent.
//! Both need all frequent sets at hand; they are *not* mined directly.

use super::itemsets::Itemsets;
use super::set_index::{SetIndex, without};

/// Sets whose every superset is in fewer baskets. All counts can be worked out from these.
pub fn closed(sets: &Itemsets) -> Itemsets {
    keep(sets, |superset, subset| superset == subset)
}

/// Sets without a frequent superset. Which sets are frequent can be worked out from these, their counts cannot.
pub fn maximal(sets: &Itemsets) -> Itemsets {
    keep(sets, |_, _| true)
}

/// Keeps the sets that no superset, larger by one item, covers. Larger steps need no look: where such a set covers,
/// so does one between the two.
fn keep(sets: &Itemsets, covers: impl Fn(u32, u32) -> bool) -> Itemsets {
    let known = SetIndex::new(sets.len(), |index| sets.items(index));
    let mut kept = vec![true; sets.len()];
    for (items, count) in sets.iter().filter(|(items, _)| items.len() > 1) {
        for left_out in 0..items.len() {
            if let Some(subset) = known.find(without(items, left_out)) {
                kept[subset] &= !covers(count, sets.count(subset));
            }
        }
    }
    let indices: Vec<usize> = (0..sets.len()).filter(|index| kept[*index]).collect();
    sets.select(&indices)
}
