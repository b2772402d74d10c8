//! Shoppers who are programs: too fast, never resting, or looking at the same few things.
//!
//! Looks at a shopper's whole log, later events included: it decides whether there was a shopper, not what one knows.

use super::row::Row;
use super::rules::Cause;
use crate::event::EventKind;
use serde::Deserialize;
use std::collections::HashSet;

/// When a shopper is a program.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(default)]
pub struct BotLimits {
    /// More events a minute than this, kept up for `bot_minutes`.
    pub bot_events_per_minute: u32,
    /// Minutes of that.
    pub bot_minutes: u32,
    /// More events than this in a run of `bot_hours` or longer without a pause of `bot_pause_seconds`.
    pub bot_tireless_events: u32,
    /// A pause, in seconds.
    pub bot_pause_seconds: u32,
    /// Hours without a pause.
    pub bot_hours: u32,
    /// So many views or more, and no purchase, of at most `bot_views_items` products.
    pub bot_views: u32,
    /// Products.
    pub bot_views_items: u32,
}

impl Default for BotLimits {
    fn default() -> Self {
        BotLimits {
            bot_events_per_minute: 60,
            bot_minutes: 10,
            bot_tireless_events: 1_000,
            bot_pause_seconds: 600,
            bot_hours: 12,
            bot_views: 3_000,
            bot_views_items: 10,
        }
    }
}

const VIEW_ITEM: u8 = 2;

/// Why these rows, in order of time, are no person's; none if they may be.
pub fn cause(rows: &[Row], rules: &BotLimits) -> Option<Cause> {
    let least = fewest(rules);
    if rows.len() < least {
        return None;
    }
    let times: Vec<u32> = rows.iter().filter(|row| row.begins()).map(|row| row.time).collect();
    match () {
        () if too_fast(&times, rules) => Some(Cause::BotRate),
        () if tireless(&times, rules) => Some(Cause::BotTireless),
        () if monotonous(rows, rules) => Some(Cause::BotMonotonous),
        () => None,
    }
}

fn sustained(rules: &BotLimits) -> usize {
    rules.bot_events_per_minute as usize * rules.bot_minutes.max(1) as usize
}

/// With fewer rows than this, no rule can apply.
fn fewest(rules: &BotLimits) -> usize {
    sustained(rules).min(rules.bot_tireless_events as usize).min(rules.bot_views as usize).max(1)
}

/// More than the rate allows within the minutes, anywhere.
fn too_fast(times: &[u32], rules: &BotLimits) -> bool {
    let (events, seconds) = (sustained(rules), rules.bot_minutes.max(1) * 60);
    times.windows(events + 1).any(|window| window[events] - window[0] < seconds)
}

/// Hours of events without a pause.
fn tireless(times: &[u32], rules: &BotLimits) -> bool {
    let runs = times.chunk_by(|a, b| b - a <= rules.bot_pause_seconds);
    let hours = rules.bot_hours.saturating_mul(3_600);
    runs.into_iter().any(|run| run.len() > rules.bot_tireless_events as usize && run[run.len() - 1] - run[0] >= hours)
}

/// Thousands of views of few products.
fn monotonous(rows: &[Row], rules: &BotLimits) -> bool {
    let views = rows.iter().filter(|row| row.kind() == VIEW_ITEM);
    let bought = rows.iter().any(|row| row.kind() == EventKind::PURCHASE.index());
    if bought || views.clone().count() < rules.bot_views as usize {
        return false;
    }
    let items: HashSet<u32> = views.map(|row| row.item).take(1 << 20).collect();
    items.len() <= rules.bot_views_items as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(times: impl Iterator<Item = u32>, item: impl Fn(usize) -> u32) -> Option<Cause> {
        let line = super::super::row::Amounts { net: None, discount: 0, quantity: 1, group: 0 };
        let row = |(index, time)| Row::new(1, time, VIEW_ITEM, 0).with_line(item(index), 0, line);
        let rows: Vec<Row> = times.enumerate().map(row).collect();
        cause(&rows, &BotLimits::default())
    }

    #[test]
    fn tells_programs_from_eager_people() {
        let start = 1_000_000u32;
        // Twice a second for ten minutes; a person with a fast finger manages five.
        assert_eq!(found((0..1_201).map(|n| start + n / 2), |n| n as u32), Some(Cause::BotRate));
        assert_eq!(found((0..550).map(|n| start + n / 2), |n| n as u32), None);
        // One every half minute for thirteen hours; the same with a night's sleep.
        assert_eq!(found((0..1_560).map(|n| start + n * 30), |n| n as u32), Some(Cause::BotTireless));
        assert_eq!(found((0..1_560).map(|n| start + n * 30 + n / 800 * 30_000), |n| n as u32), None);
        // Three thousand views over a month, of three products or of hundreds.
        assert_eq!(found((0..3_000).map(|n| start + n * 864), |n| n as u32 % 3), Some(Cause::BotMonotonous));
        assert_eq!(found((0..3_000).map(|n| start + n * 864), |n| n as u32 % 300), None);
    }
}
