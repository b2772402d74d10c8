//! What has been taken off so far, line by line, and how much may still be.
//!
//! Amounts are minor units of the basket's currency. Shipping stands as one more line behind the others, without floor
//! and outside the caps. Entries can be taken back, last first, which is how combinations are tried. *Not* here: which
//! offer takes what.

use super::basket::CheckedBasket;
use super::stacking::Limits;
use super::{Base, Basket};
use crate::money::{BasisPoints, Share, allocate};
use alloc::vec::Vec;

/// A request: the whole, and each line's weight and room. One part per line, shipping last.
#[derive(Clone, Debug, Default)]
pub(super) struct Wish {
    pub total: i64,
    pub shares: Vec<Share>,
}

/// What one offer took off one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub offer: usize,
    pub line: usize,
    pub amount: i64,
}

/// The account of one basket.
#[derive(Clone, Debug)]
pub(super) struct Ledger<'a> {
    basket: &'a Basket,
    list: Vec<i64>,
    /// The most that may be taken off a line in all.
    most: Vec<i64>,
    taken: Vec<i64>,
    cart_left: i64,
    entries: Vec<Entry>,
}

impl<'a> Ledger<'a> {
    pub fn new(basket: &'a CheckedBasket, limits: &Limits) -> Self {
        let basket = basket.get();
        let shipping = basket.shipping.minor();
        let list: Vec<i64> = basket.lines.iter().map(|line| line.list()).chain([shipping]).collect();
        let most = |line: &super::BasketLine| {
            let above_floor = line.list() - line.lowest(limits.floor_margin);
            above_floor.min(share_of(line.list(), limits.line_cap))
        };
        let most = basket.lines.iter().map(most).chain([shipping]).collect();
        let cart_left = share_of(list[..basket.lines.len()].iter().sum(), limits.cart_cap);
        Ledger { basket, taken: list.iter().map(|_| 0).collect(), list, most, cart_left, entries: Vec::new() }
    }

    pub fn basket(&self) -> &'a Basket {
        self.basket
    }

    /// The place of shipping.
    pub fn shipping(&self) -> usize {
        self.list.len() - 1
    }

    pub fn list(&self, line: usize) -> i64 {
        self.list[line]
    }

    /// What `line` is worth as `base` measures it.
    pub fn value(&self, line: usize, base: Base) -> i64 {
        match base {
            Base::Initial => self.list[line],
            Base::Discounted => self.list[line] - self.taken[line],
        }
    }

    /// What may still be taken off `line`.
    pub fn room(&self, line: usize) -> i64 {
        (self.most[line] - self.taken[line]).max(0)
    }

    /// What the cap on the cart still allows.
    pub fn cart_left(&self) -> i64 {
        self.cart_left
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Gives `offer` as much of its wish as rooms, the cap on the cart and `most` allow; answers how much that was.
    pub fn grant(&mut self, offer: usize, wish: &Wish, most: i64) -> i64 {
        let is_shipping = wish.shares.last().is_some_and(|share| share.room > 0);
        let cap = if is_shipping { i64::MAX } else { self.cart_left };
        let parts = allocate(wish.total.min(most).min(cap), &wish.shares);
        let mut given = 0;
        for (line, amount) in parts.into_iter().enumerate().filter(|(_, amount)| *amount > 0) {
            self.taken[line] += amount;
            self.entries.push(Entry { offer, line, amount });
            given += amount;
        }
        if !is_shipping {
            self.cart_left -= given;
        }
        given
    }

    /// Takes back everything after the first `entries`.
    pub fn take_back(&mut self, entries: usize) {
        let shipping = self.shipping();
        for entry in self.entries.drain(entries..) {
            self.taken[entry.line] -= entry.amount;
            if entry.line != shipping {
                self.cart_left += entry.amount;
            }
        }
    }
}

/// Exact: an amount of a basket times 10,000 fits, see [`MAX_MINOR`](crate::money::MAX_MINOR).
fn share_of(amount: i64, share: BasisPoints) -> i64 {
    amount * share.get() as i64 / 10_000
}
