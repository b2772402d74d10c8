//! One shopper's cleaned rows, told as events in order of time.

use super::extras::Extras;
use super::row::{NO_GROUP, Row};
use crate::error::Result;
use crate::event::{Event, EventKind, GroupId, Line, Timestamp};
use crate::money::Money;

/// One shopper and everything the log says of them.
#[derive(Clone, Copy, Debug)]
pub struct Shopper<'a> {
    /// The id, as in the log.
    pub id: &'a [u8],
    /// The key that orders shoppers.
    pub key: u64,
    /// Rows in order of time; at least one.
    pub rows: &'a [Row],
    /// Their texts and attributes.
    pub extras: Extras<'a>,
}

impl Shopper<'_> {
    /// The rows of each event.
    pub fn events(&self) -> impl Iterator<Item = &[Row]> {
        self.rows.chunk_by(|_, next| !next.begins())
    }

    /// Calls `each` with every event but what was searched for, which takes words; one buffer serves them all.
    pub fn tell(&self, mut each: impl FnMut(&Event) -> Result<()>) -> Result<()> {
        let mut event = nothing()?;
        for rows in self.events() {
            fill(&mut event, rows)?;
            each(&event)?;
        }
        Ok(())
    }
}

/// An event to be filled.
pub fn nothing() -> Result<Event> {
    Ok(Event { kind: EventKind::new(0)?, time: Timestamp::default(), transaction: 0, query: None, lines: Vec::new() })
}

/// Makes `event` the one these rows tell.
pub fn fill(event: &mut Event, rows: &[Row]) -> Result<()> {
    let Some(first) = rows.first() else { return Ok(()) };
    event.kind = EventKind::new(first.kind())?;
    event.time = Timestamp::from_seconds(first.time);
    event.transaction = first.transaction;
    event.lines.clear();
    for row in rows {
        if let Some(line) = line(row)? {
            event.lines.push(line);
        }
    }
    Ok(())
}

/// The group of a row's product.
pub fn group(row: &Row) -> Option<GroupId> {
    row.line().filter(|told| told.group != NO_GROUP).map(|told| GroupId(told.group as u16))
}

/// The product line of a row.
pub fn line(row: &Row) -> Result<Option<Line>> {
    let Some(told) = row.line() else { return Ok(None) };
    let group = group(row);
    let (net, discount) = (Money::new(told.net.unwrap_or(0) as i64)?, Money::new(told.discount as i64)?);
    Ok(Some(Line { group, item: row.item, brand: row.brand, offer: 0, net, discount, quantity: told.quantity }))
}
