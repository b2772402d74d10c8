//! Clean orders: households, their trips in time order, the lines of each trip.
//!
//! Amounts are whole minor units *per line*; the unit price of a GA4 item is rounded only on the way out,
//! so that depths are computed from what the till recorded.

use crate::event::{Event, EventKind, GroupId, Line, MAX_QUANTITY, Timestamp, id_number};
use crate::money::Money;
use std::ops::Range;

/// A product as the shop describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Product {
    /// The shop's own number.
    pub id: u32,
    /// Department; empty when the shop says nothing.
    pub department: String,
    /// Brand.
    pub brand: String,
    /// Category.
    pub category: String,
    /// Type.
    pub kind: String,
    /// Package size.
    pub size: String,
}

impl Product {
    /// The numbers that stand for the product and its brand.
    pub fn numbers(&self) -> (u32, u32) {
        (id_number(&self.id.to_string()), id_number(&self.brand))
    }

    /// What the shop puts into a GA4 item field; empty for a field it does not fill.
    pub fn field(&self, name: &str) -> &str {
        match name {
            "item_category" => &self.department,
            "item_category2" => &self.category,
            "item_category3" => &self.kind,
            _ => "",
        }
    }
}

/// One kept order line.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OrderLine {
    /// Position in [`Orders::products`].
    pub product: u32,
    /// Units, at least 1.
    pub quantity: u32,
    /// Price of the line before the shop's discount, in minor units, above 0.
    pub list: u32,
    /// The shop's discount, at most `list`.
    pub discount: u32,
}

impl OrderLine {
    /// Discount as a fraction of the list price.
    pub fn depth(&self) -> f64 {
        self.discount as f64 / self.list as f64
    }

    /// List price of one unit, to the nearest minor unit.
    pub fn unit_list(&self) -> u32 {
        (self.list + self.quantity / 2) / self.quantity
    }

    /// Discount on one unit; at least one minor unit when there was any, so that a deal stays a deal.
    pub fn unit_discount(&self) -> u32 {
        let rounded = (self.discount + self.quantity / 2) / self.quantity;
        rounded.max((self.discount > 0) as u32).min(self.unit_list())
    }

    /// The line of an event.
    pub fn to_event_line(self, group: Option<GroupId>) -> Line {
        let (list, discount) = (self.unit_list() as i64, self.unit_discount() as i64);
        let money = |minor| Money::new(minor).unwrap_or_default();
        let (net, discount, quantity) = (money(list - discount), money(discount), self.quantity.min(MAX_QUANTITY));
        Line { group, item: 0, brand: 0, offer: 0, net, discount, quantity }
    }
}

/// One order.
#[derive(Clone, Debug, PartialEq)]
pub struct Trip {
    /// The shop's number of the order.
    pub basket: u64,
    /// When, in the shop's local time.
    pub time: Timestamp,
    /// Week of the year, from 1.
    pub week: u8,
    /// Where its lines are in [`Orders::lines`].
    pub lines: Range<usize>,
}

/// Everything kept.
#[derive(Clone, Debug, Default)]
pub struct Orders {
    /// The shop's number of each household, ascending.
    pub households: Vec<u32>,
    /// Trips by household and time.
    pub trips: Vec<Trip>,
    /// Where each household's trips begin in `trips`; one more entry than households.
    pub starts: Vec<usize>,
    /// Lines by trip.
    pub lines: Vec<OrderLine>,
    /// Products named by a line, ascending by id.
    pub products: Vec<Product>,
}

impl Orders {
    /// A household's trips, in time order.
    pub fn trips_of(&self, household: usize) -> &[Trip] {
        &self.trips[self.starts[household]..self.starts[household + 1]]
    }

    /// A trip as the `purchase` event the page would have sent.
    pub fn event(&self, trip: &Trip, group_of: &[Option<GroupId>]) -> Event {
        let line = |line: &OrderLine| {
            let (item, brand) = self.products[line.product as usize].numbers();
            line.to_event_line(group_of[line.product as usize]).of(item, brand)
        };
        Event {
            kind: EventKind::PURCHASE,
            time: trip.time,
            transaction: id_number(&trip.basket.to_string()),
            query: None,
            lines: self.lines[trip.lines.clone()].iter().map(line).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deal_stays_a_deal_when_its_unit_discount_rounds_to_nothing() {
        let line = OrderLine { product: 0, quantity: 10, list: 1_000, discount: 1 };
        assert_eq!((line.unit_list(), line.unit_discount()), (100, 1));
    }

    #[test]
    fn an_event_line_adds_up_to_the_list_price() {
        let line = OrderLine { product: 0, quantity: 3, list: 500, discount: 500 }.to_event_line(None);
        assert_eq!((line.net.minor(), line.discount.minor()), (0, 167));
    }
}
