//! [`Reading`]: one record → one cleaned line.
//!
//! Rules are asked in the order of [`Fault`]; the first that drops a row ends the questions.

use super::cell::{Cell, Record};
use super::judge::{Judge, Step, Stop, cell};
use super::lines::{CATEGORY, CURRENCY, Id, Line};
use super::mapping::{AmountPlan, FieldPlan, Plan};
use crate::error::{Code, Error};
use crate::event::EventKind;
use crate::train::clean::rows::Fault;
use crate::train::clean::tally::Action;
use crate::train::config::Word;
use std::borrow::Cow;

/// No amount and no quantity is larger.
pub const LARGEST: f64 = 1e12;
const ABOVE_0: &str = "a number above 0";
/// 1970-01-02, the first moment an event may have.
pub const FIRST_SECOND: i64 = 86_400;
const LAST_SECOND: i64 = (u32::MAX - 86_400) as i64;

/// The GA4 events that say something about an item.
const ABOUT_ITEM: [&str; 7] =
    ["select_item", "view_item", "add_to_wishlist", "add_to_cart", "remove_from_cart", "purchase", "refund"];

/// Whether an event says something about an item.
pub fn is_about_item(event: Option<u8>) -> bool {
    event.is_some_and(|event| ABOUT_ITEM.contains(&crate::event::EVENT_NAMES[event as usize]))
}

const PURCHASE: u8 = 11;
const REFUND: u8 = 12;

/// Whether something is sold or given back.
pub fn is_sale(event: Option<u8>) -> bool {
    matches!(event, Some(PURCHASE | REFUND))
}

/// One record on its way to a line.
pub struct Reading<'a, 'j, 'c, R> {
    /// Counts.
    pub judge: &'j mut Judge<'a>,
    /// What is where.
    pub plan: &'c Plan,
    /// What was read.
    pub record: &'c R,
    /// The ends of usual prices.
    pub prices: Option<(f64, f64)>,
}

impl<'c, R: Record> Reading<'_, '_, 'c, R> {
    /// Fills a line in place: it is too large to be handed around by value for every row.
    pub fn fill(&mut self, line: &mut Line<'c>) -> Step<()> {
        self.judge.whole(self.record)?;
        self.joined()?;
        line.event = self.event()?;
        line.ids = [self.id(0)?, self.id(1)?, self.id(2)?];
        if line.ids[0].is_none() && self.plan.ids[0].from.is_mapped() {
            self.row_fault(Fault::MissingShopper)?;
        }
        line.time = self.time()?;
        self.texts(line)?;
        self.currency(line)?;
        self.quantity(line)?;
        self.money(line)?;
        if line.ids[2].is_none() && self.plan.ids[2].from.is_mapped() && is_about_item(line.event) {
            self.row_fault(Fault::EmptyItem)?;
        }
        self.merchandise(line)
    }

    fn row_fault(&mut self, fault: Fault) -> Step<Action> {
        let record = self.record;
        self.judge.fault(fault, || format!("{}: {}", record.place(), fault.rule().what))
    }

    /// A fault of a number that was read.
    fn found(&mut self, fault: Fault, field: &FieldPlan, expected: &str, value: f64) -> Step<Action> {
        self.judge.value(fault, (self.record, &field.column), expected, Cell::Number(value))
    }

    fn joined(&mut self) -> Step<()> {
        match self.record.unmatched() {
            None => Ok(()),
            Some(told) => self.judge.fault(Fault::UnmatchedJoin, || told).map(|_| ()),
        }
    }

    fn event(&mut self) -> Step<Option<u8>> {
        let field = &self.plan.event;
        if !field.from.is_mapped() {
            return Ok(None);
        }
        let value = cell(self.record, field);
        let word = self.judge.text(value, (self.record, &field.column))?;
        let word = word.as_deref().unwrap_or("");
        let known = match self.judge.log.events.get(word) {
            Some(known) => Some(*known),
            None => EventKind::from_name(word).ok().map(|kind| Word::Kind(kind.index())),
        };
        match known {
            Some(Word::Kind(kind)) => Ok(Some(kind)),
            Some(Word::Ignored) => self.row_fault(Fault::IgnoredEvent).map(|_| None),
            None => {
                let at = (self.record, field.column.as_str());
                self.judge.value(Fault::UnknownEvent, at, "a GA4 event or a word of data.events", value).map(|_| None)
            }
        }
    }

    fn id(&mut self, index: usize) -> Step<Option<Id<'c>>> {
        let field = &self.plan.ids[index];
        match cell(self.record, field) {
            Cell::Missing => Ok(None),
            Cell::Whole(value) => Ok(Some(Id::Whole(value))),
            value => Ok(self.judge.text(value, (self.record, &field.column))?.map(Id::Text)),
        }
    }

    fn time(&mut self) -> Step<Option<i64>> {
        let field = &self.plan.time;
        if !field.from.is_mapped() {
            return Ok(None);
        }
        let value = cell(self.record, field);
        let at = (self.record, field.column.as_str());
        match self.judge.time(value, at)? {
            None => self.row_fault(Fault::MissingTime).map(|_| None),
            Some(seconds) if seconds < FIRST_SECOND => {
                self.judge.value(Fault::Before1970, at, "a time after 1970-01-01", value).map(|_| None)
            }
            Some(seconds) if seconds > self.judge.log.ends => {
                self.judge.value(Fault::FutureTime, at, "a time before the log ends", value)?;
                Ok((seconds <= LAST_SECOND).then_some(seconds))
            }
            Some(seconds) => Ok(Some(seconds)),
        }
    }

    fn texts(&mut self, line: &mut Line<'c>) -> Step<()> {
        for (field, text) in self.plan.texts.iter().zip(&mut line.texts) {
            if field.from.is_mapped() {
                *text = self.judge.text(cell(self.record, field), (self.record, &field.column))?;
            }
        }
        if let Some(mark) = &self.plan.split
            && let Some(path) = line.texts[CATEGORY].take()
        {
            split(path, mark, &mut line.texts[CATEGORY..CATEGORY + 5]);
        }
        Ok(())
    }

    fn currency(&mut self, line: &Line) -> Step<()> {
        match line.texts[CURRENCY].as_deref() {
            Some(code) if code != self.judge.log.currency => {
                let expected = self.judge.log.currency.clone();
                let at = (self.record, self.plan.texts[CURRENCY].column.as_str());
                self.judge.value(Fault::ForeignCurrency, at, &expected, Cell::Text(code)).map(|_| ())
            }
            _ => Ok(()),
        }
    }

    fn amount(&mut self, plan: &'c AmountPlan, quantity: Option<f64>) -> Step<Option<f64>> {
        if !plan.field.from.is_mapped() {
            return Ok(None);
        }
        let value = cell(self.record, &plan.field);
        let amount = self.judge.number(value, (self.record, &plan.field.column), LARGEST)?;
        match (plan.of_line, quantity) {
            (true, Some(units)) if units > 0.0 => Ok(amount.map(|amount| amount / units)),
            _ => Ok(amount),
        }
    }

    fn quantity(&mut self, line: &mut Line<'c>) -> Step<()> {
        let field = &self.plan.quantity;
        if !field.from.is_mapped() {
            return Ok(());
        }
        line.quantity = self.judge.number(cell(self.record, field), (self.record, &field.column), LARGEST)?;
        let Some(units) = line.quantity else { return Ok(()) };
        if units == 0.0 {
            self.found(Fault::ZeroQuantity, field, ABOVE_0, units)?;
            line.quantity = Some(1.0);
        }
        if units < 0.0 {
            if !is_sale(line.event) {
                return self.drop_negative(field, units);
            }
            self.found(Fault::NegativeQuantity, field, ABOVE_0, units)?;
            (line.event, line.quantity) = (Some(REFUND), Some(-units));
        }
        let limit = self.judge.log.max_quantity;
        if units.abs() > limit {
            let expected = format!("at most {limit} units");
            if self.found(Fault::QuantityOutlier, field, &expected, units)? == Action::Repair {
                line.quantity = Some(limit);
            }
        }
        Ok(())
    }

    /// Only what was sold can come back: elsewhere a negative quantity has no repair.
    fn drop_negative(&mut self, field: &FieldPlan, units: f64) -> Step<()> {
        let (record, column, rule) = (self.record, &field.column, Fault::NegativeQuantity.rule());
        let told = || format!("{}, column {column}: expected {ABOVE_0}, found {units}", record.place());
        match self.judge.log.strict {
            true => Err(Stop::Refused(Error::new(Code::BadData, told()))),
            false => {
                self.judge.tallies.add(rule, Action::Drop, told);
                Err(Stop::Dropped)
            }
        }
    }

    fn money(&mut self, line: &mut Line<'c>) -> Step<()> {
        let plan = self.plan;
        let paid = self.amount(&plan.price, line.quantity)?;
        let list = self.amount(&plan.list_price, line.quantity)?;
        let off = self.amount(&plan.discount, line.quantity)?;
        (line.price, line.discount) = self.net(paid, list, off)?;
        let field = if plan.price.field.from.is_mapped() { &plan.price.field } else { &plan.list_price.field };
        if !field.from.is_mapped() {
            return Ok(());
        }
        match line.price {
            None if is_sale(line.event) => self.row_fault(Fault::MissingPrice).map(|_| ()),
            None => Ok(()),
            Some(price) if price < 0.0 => self.found(Fault::NegativePrice, field, ABOVE_0, price).map(|_| ()),
            Some(0.0) => self.found(Fault::ZeroPrice, field, ABOVE_0, 0.0).map(|_| ()),
            Some(price) => {
                line.price = Some(self.usual(field, price)?);
                Ok(())
            }
        }
    }

    /// Net price and discount per unit. GA4's price is net already: what is told beside it is never taken off
    /// a second time.
    fn net(&mut self, paid: Option<f64>, list: Option<f64>, off: Option<f64>) -> Step<(Option<f64>, Option<f64>)> {
        let plan = self.plan;
        match (paid, list, off) {
            (Some(paid), _, Some(off)) if off < 0.0 => {
                self.found(Fault::NegativeDiscount, &plan.discount.field, "a discount of at least 0", off)?;
                Ok((Some(paid), Some(0.0)))
            }
            (Some(paid), _, Some(off)) => Ok((Some(paid), Some(off))),
            (Some(paid), Some(list), None) if paid > list => {
                let expected = format!("at least the {paid} paid");
                self.found(Fault::NegativeDiscount, &plan.list_price.field, &expected, list)?;
                Ok((Some(paid), Some(0.0)))
            }
            (Some(paid), Some(list), None) => Ok((Some(paid), Some(difference(list, paid)))),
            (None, Some(list), Some(off)) if off > list && list >= 0.0 => {
                let expected = format!("at most the list price of {list}");
                self.found(Fault::DiscountOverPrice, &plan.discount.field, &expected, off)?;
                Ok((Some(0.0), Some(list)))
            }
            (None, Some(list), Some(off)) => Ok((Some(difference(list, off)), Some(off))),
            (None, list, None) => Ok((list, None)),
            (paid, _, off) => Ok((paid, off)),
        }
    }

    fn usual(&mut self, field: &FieldPlan, price: f64) -> Step<f64> {
        match self.prices {
            Some((low, high)) if price < low || price > high => {
                let expected = format!("a price between {low:.2} and {high:.2}");
                let action = self.found(Fault::PriceOutlier, field, &expected, price)?;
                Ok(if action == Action::Repair { price.clamp(low, high) } else { price })
            }
            _ => Ok(price),
        }
    }

    fn merchandise(&mut self, line: &Line) -> Step<()> {
        let named = &self.judge.log.not_merchandise;
        if named.is_empty() {
            return Ok(());
        }
        let is_named = |text: Option<&str>| text.is_some_and(|text| named.iter().any(|name| name == text));
        let item = match &line.ids[2] {
            Some(Id::Text(text)) => is_named(Some(text)),
            _ => false,
        };
        match item || is_named(line.texts[CATEGORY].as_deref()) {
            true => self.row_fault(Fault::NotMerchandise).map(|_| ()),
            false => Ok(()),
        }
    }
}

/// Of two decimals, without the dust that their difference leaves.
fn difference(list: f64, off: f64) -> f64 {
    ((list - off) * 1e6).round() / 1e6
}

/// Cuts a path into levels; what is beyond the last level stays in it.
fn split<'c>(path: Cow<'c, str>, mark: &str, levels: &mut [Option<Cow<'c, str>>]) {
    let mut rest = Some(path);
    let last = levels.len() - 1;
    for (index, level) in levels.iter_mut().enumerate() {
        let Some(path) = rest.take() else { return };
        let (part, tail) = if index < last { cut(path, mark) } else { (path, None) };
        *level = (!part.is_empty()).then_some(part);
        rest = tail;
    }
}

fn cut<'c>(path: Cow<'c, str>, mark: &str) -> (Cow<'c, str>, Option<Cow<'c, str>>) {
    // One byte, the usual mark, is found without setting up a search.
    let at = match mark.as_bytes() {
        [byte] => memchr::memchr(*byte, path.as_bytes()),
        _ => path.find(mark),
    };
    match (at, path) {
        (None, path) => (path, None),
        (Some(at), Cow::Borrowed(path)) => (path[..at].into(), Some(path[at + mark.len()..].into())),
        (Some(at), Cow::Owned(path)) => {
            (path[..at].to_string().into(), Some(path[at + mark.len()..].to_string().into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_cut_into_levels_and_the_last_keeps_the_rest() {
        let levels = |path: &'static str, mark| {
            let mut levels = [None, None, None];
            split(path.into(), mark, &mut levels);
            levels.map(|level| level.map(Cow::into_owned).unwrap_or_default())
        };
        assert_eq!(levels("electronics", "."), ["electronics", "", ""]);
        assert_eq!(levels("a.b.c.d", "."), ["a", "b", "c.d"]);
        assert_eq!(levels("a > b", " > "), ["a", "b", ""]);
        assert_eq!(levels(".b", "."), ["", "b", ""]);
    }

    #[test]
    fn a_list_price_less_a_discount_leaves_no_dust() {
        assert_eq!(difference(1.1, 0.3), 0.8);
        assert_eq!(difference(39.9, 39.9), 0.0);
    }
}
