//! How often a shopper used which offer: for caps and cool-downs that hold without a ledger.
//!
//! Bounded: when full, the offer used longest ago makes room. *Not* here: what follows from it; that is a
//! [`rule`](crate::offer::Rule) of the offer. A device only knows what happened on it, so a shop that keeps a ledger tells
//! the uses itself.

use super::{Event, EventKind, Timestamp};
use alloc::vec::Vec;

/// The most offers whose uses a profile keeps.
pub const MAX_USED_OFFERS: u8 = 32;

/// The uses of one offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Used {
    /// The number that stands for the offer.
    pub offer: u32,
    /// In how many orders.
    pub count: u16,
    /// In the latest of them.
    pub last: Timestamp,
}

/// Counts the offers of a purchase, each once, keeping at most `most` offers.
pub(super) fn count(all: &mut Vec<Used>, event: &Event, most: u8) {
    if event.kind != EventKind::PURCHASE || most == 0 {
        return;
    }
    for (place, line) in event.lines.iter().enumerate() {
        let is_counted = event.lines[..place].iter().any(|earlier| earlier.offer == line.offer);
        if line.offer != 0 && !is_counted {
            count_one(all, line.offer, event.time, most);
        }
    }
}

fn count_one(all: &mut Vec<Used>, offer: u32, now: Timestamp, most: u8) {
    if let Some(used) = all.iter_mut().find(|used| used.offer == offer) {
        used.count = used.count.saturating_add(1);
        used.last = used.last.max(now);
        return;
    }
    if all.len() >= most as usize {
        let oldest = (0..all.len()).min_by_key(|place| all[*place].last);
        oldest.map(|place| all.remove(place));
    }
    all.push(Used { offer, count: 1, last: now });
}
