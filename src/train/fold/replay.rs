//! A shopper's events into a profile, as a device does it, stopping at every moment that is asked about.
//!
//! What is asked at a moment is what a device would be asked: the product, its price and name, what the shop says with
//! it. Who asks (the table, or what is fitted) decides what becomes of it.

use super::moments::{At, pause};
use super::row::Row;
use super::{Shopper, shopper};
use crate::error::Result;
use crate::event::{Event, Line, Profile, Timestamp};
use crate::feature::{Context, Program, Schema};
use crate::words::Meaning;

/// How a log is replayed.
#[derive(Clone, Copy, Debug)]
pub struct Replay<'a> {
    /// What is kept of a shopper.
    pub program: &'a Program,
    /// Groups.
    pub schema: &'a Schema,
    /// When to stop.
    pub at: At,
    /// What the log's texts mean, by number.
    pub meanings: &'a [Option<Meaning>],
}

/// What one replay after the other uses again.
#[derive(Debug)]
pub struct Walk {
    profile: Profile,
    event: Event,
    attributes: Vec<Option<f64>>,
}

/// A moment that is asked about.
#[derive(Debug)]
pub struct Asked<'a> {
    /// What is known then.
    pub profile: &'a Profile,
    /// What is asked.
    pub context: Context<'a>,
    /// How many of the shopper's rows are known then.
    pub seen: usize,
}

impl Walk {
    /// Nothing replayed yet.
    pub fn new() -> Result<Walk> {
        Ok(Walk { profile: Profile::new(), event: shopper::nothing()?, attributes: Vec::new() })
    }
}

/// A row, and its product if it has one.
type About<'a> = (&'a Row, Option<Line>);

fn first<'a>(rows: &'a [Row], event: &Event) -> About<'a> {
    (rows.iter().find(|row| row.line().is_some()).unwrap_or(&rows[0]), event.lines.first().copied())
}

fn last<'a>(rows: &'a [Row], event: &Event) -> About<'a> {
    (rows.iter().rfind(|row| row.line().is_some()).unwrap_or(&rows[0]), event.lines.last().copied())
}

impl Replay<'_> {
    /// Replays a shopper; `each` is told every moment.
    pub fn walk(&self, walk: &mut Walk, shopper: &Shopper, mut each: impl FnMut(Asked)) -> Result<()> {
        walk.profile.clear();
        let pause = pause(self.program.memory.session_minutes);
        let (mut previous, mut looked_at, mut seen): (Option<u32>, Option<About>, usize) = (None, None, 0);
        for rows in shopper.events() {
            shopper::fill(&mut walk.event, rows)?;
            walk.event.query = shopper.extras.query(&rows[0]).and_then(|text| self.meaning(text));
            if self.at.is_before(&rows[0], previous, pause) {
                let before = looked_at.zip(previous).filter(|_| self.at.is_after_all());
                let (about, now) = before.unwrap_or_else(|| (first(rows, &walk.event), rows[0].time));
                each(self.asked(&walk.profile, &mut walk.attributes, shopper, about, now, seen));
            }
            // A refusal means that the transaction was told before, and the device would skip it as well.
            let _ = walk.profile.observe(self.program, &walk.event);
            let latest = last(rows, &walk.event);
            if latest.1.is_some() || looked_at.is_none_or(|(_, line)| line.is_none()) {
                looked_at = Some(latest);
            }
            previous = Some(rows[0].time);
            seen += rows.len();
        }
        if let (Some(now), Some(about), true) = (previous, looked_at, self.at.is_after_all()) {
            each(self.asked(&walk.profile, &mut walk.attributes, shopper, about, now, seen));
        }
        Ok(())
    }

    fn meaning(&self, text: u32) -> Option<Meaning> {
        self.meanings.get(text as usize).copied().flatten()
    }

    fn asked<'w>(
        &self,
        profile: &'w Profile,
        attributes: &'w mut Vec<Option<f64>>,
        shopper: &Shopper,
        (row, line): About,
        now: u32,
        seen: usize,
    ) -> Asked<'w> {
        shopper.extras.attributes(row, attributes);
        // A price that the log does not tell is missing; as a part of a line it counts as nothing.
        let is_told = row.line().is_some_and(|line| line.net.is_some());
        let context = Context {
            group: line.and_then(|line| line.group),
            item: line.map_or(0, |line| line.item),
            brand: line.map_or(0, |line| line.brand),
            price: line.filter(|_| is_told).and_then(|line| line.list().ok()),
            name: shopper.extras.name(row).and_then(|text| self.meaning(text)),
            attributes,
            now: Timestamp::from_seconds(now),
        };
        Asked { profile, context, seen }
    }
}
