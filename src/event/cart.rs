//! What lies in the cart, as far as the events told it.
//!
//! Kept with the profile, so that a decision on the next page still knows it. Prices are not promises: those are
//! kept apart.

use super::{Event, EventKind, GroupId, Line};
#[cfg(feature = "full")]
use crate::error::Result;
use crate::money::Money;
use alloc::vec::Vec;

/// Most lines of a cart that are remembered.
pub const MAX_CART_LINES: u8 = 32;

/// One product in the cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CartLine {
    /// Its group, if the model knows it.
    pub group: Option<GroupId>,
    /// The number that stands for the item, 0 for none.
    pub item: u32,
    /// Price per unit.
    pub net: Money,
    /// Taken off per unit.
    pub discount: Money,
    /// Units.
    pub quantity: u32,
}

/// The cart, in the order in which products were first put in.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cart {
    pub(crate) lines: Vec<CartLine>,
}

impl Cart {
    /// The lines.
    pub fn lines(&self) -> &[CartLine] {
        &self.lines
    }

    /// What the cart costs, minor units.
    pub fn value(&self) -> f64 {
        crate::math::ordered_sum(self.lines.iter().map(|line| line.net.minor() as f64 * line.quantity as f64))
    }

    /// Units of all lines.
    pub fn units(&self) -> f64 {
        crate::math::ordered_sum(self.lines.iter().map(|line| line.quantity as f64))
    }

    /// Takes one event; at most `limit` lines stay, the oldest make room.
    pub(crate) fn observe(&mut self, event: &Event, limit: usize) {
        match event.kind {
            EventKind::ADD_TO_CART => event.lines.iter().for_each(|line| self.put(line, limit)),
            EventKind::REMOVE_FROM_CART => event.lines.iter().for_each(|line| self.take(line)),
            EventKind::PURCHASE => self.lines.clear(),
            _ => {}
        }
    }

    fn put(&mut self, line: &Line, limit: usize) {
        match self.lines.iter_mut().find(|held| same(held, line)) {
            Some(held) => {
                held.quantity = held.quantity.saturating_add(line.quantity).min(super::MAX_QUANTITY);
                (held.net, held.discount) = (line.net, line.discount);
            }
            None => {
                if self.lines.len() >= limit {
                    self.lines.remove(0);
                }
                let Line { group, item, net, discount, quantity, .. } = *line;
                self.lines.push(CartLine { group, item, net, discount, quantity });
            }
        }
    }

    fn take(&mut self, line: &Line) {
        if let Some(held) = self.lines.iter_mut().find(|held| same(held, line)) {
            held.quantity = held.quantity.saturating_sub(line.quantity);
        }
        self.lines.retain(|held| held.quantity > 0);
    }
}

/// The same item; where items have no number, the same group.
fn same(held: &CartLine, line: &Line) -> bool {
    held.item == line.item && (held.item != 0 || held.group == line.group)
}

#[cfg(feature = "full")]
impl CartLine {
    /// Refuses a line that no event could have left.
    pub(crate) fn check(&self) -> Result<()> {
        Line::new(self.group, self.net.minor() as f64, self.discount.minor() as f64, self.quantity as f64).map(|_| ())
    }
}
