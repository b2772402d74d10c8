//! Rules that hold whatever the model says.

use super::{Guard, Menu};
use crate::decision::Verdict;
use crate::money::{BasisPoints, Money};

impl Guard {
    /// Whether this shopper belongs to the holdout. The same shopper always gets the same answer.
    pub fn holds_out(&self, shopper: u32) -> bool {
        let mixed = super::explore::mix(shopper as u64 ^ (self.salt as u64) << 32);
        (mixed % 10_000) < self.holdout.get() as u64
    }
}

/// Why arm `index` may not be offered, or none if it may.
pub(super) fn blocked(menu: &Menu, index: usize, support: u16, list: Money, margin: BasisPoints) -> Option<Verdict> {
    let depth = menu.arms[index].depth;
    if index == 0 {
        return None;
    }
    if support >> index & 1 == 0 {
        return Some(Verdict::NotEnoughEvidence);
    }
    if depth > menu.guard.max_discount.min(menu.guard.max_cart_discount) {
        return Some(Verdict::OverCap);
    }
    let left = list.minor() - list.discount(depth).minor();
    let cost_of_goods = (10_000 - margin.get() as i64) * list.minor();
    let floor = cost_of_goods + menu.guard.floor_margin.get() as i64 * list.minor();
    (left * 10_000 < floor).then_some(Verdict::BelowFloor)
}
