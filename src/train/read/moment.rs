//! Written time → seconds since 1970 in the shop's local time.
//!
//! The common ISO shape is read by hand; other patterns are jiff's. A time with an offset, and any Unix time,
//! is an instant and moves to the shop's zone. A time without one is the shop's own wall clock, unless
//! `recorded_in` or `utc_offset_minutes` says where it was recorded. An hour that the clocks skip or repeat is
//! taken as the earlier offset has it. Leap seconds are *not* known.

use super::cell::Cell;
use crate::error::{Code, Error, Result};
use crate::train::config::DataParams;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

const DAY: i64 = 86_400;

/// How times are written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Style {
    Iso,
    /// Units in a second.
    Unix(i64),
    Pattern(String),
}

impl Style {
    fn expected(&self) -> String {
        match self {
            Style::Iso => "a time like 2019-10-31 23:59:59".into(),
            Style::Unix(1) => "seconds since 1970".into(),
            Style::Unix(1_000) => "milliseconds since 1970".into(),
            Style::Unix(_) => "microseconds since 1970".into(),
            Style::Pattern(pattern) => format!("a time written {pattern}"),
        }
    }
}

/// How times are written, where they were recorded, where the shop is.
#[derive(Clone, Debug)]
pub struct Clock {
    styles: Vec<Style>,
    /// Zone of times that carry none; none where they are the shop's own.
    recorded: Option<TimeZone>,
    /// The shop's.
    local: Option<TimeZone>,
}

/// What the clock found out lately: most rows are of the same day, and of the same offset.
#[derive(Clone, Debug, Default)]
pub struct Lately {
    date: [u8; 10],
    day: i64,
    /// From, to and seconds ahead of UTC.
    offset: Option<(i64, i64, i64)>,
}

impl Clock {
    /// Refuses zones that do not exist and patterns that cannot be read.
    pub fn new(data: &DataParams, usual: &str) -> Result<Clock> {
        let written = data.time_format.as_ref().map_or(vec![usual], |formats| formats.list());
        if written.is_empty() {
            return Err(bad("data.time_format: expected at least one format, found none"));
        }
        let styles = written.into_iter().map(style).collect::<Result<_>>()?;
        let zone = data.time_zone.as_deref().map(|name| zone("time_zone", name)).transpose()?;
        let minutes = data.utc_offset_minutes;
        if minutes != 0 && (zone.is_some() || data.recorded_in.is_some()) {
            return Err(bad("data.utc_offset_minutes: stands alone; `time_zone` knows its offsets"));
        }
        let fixed = (minutes != 0).then(|| fixed(minutes)).transpose()?;
        let recorded = match data.recorded_in.as_deref() {
            None if fixed.is_some() => Some(TimeZone::UTC),
            None | Some("local") => None,
            Some("utc") => Some(TimeZone::UTC),
            Some(name) => Some(self::zone("recorded_in", name)?),
        };
        Ok(Clock { styles, recorded, local: zone.or(fixed) })
    }

    /// What a time looks like, for messages.
    pub fn expected(&self) -> String {
        self.styles.iter().map(Style::expected).collect::<Vec<_>>().join(" or ")
    }

    /// Whether moments are of the shop's wall clock already, those of instants or the others.
    pub fn is_local(&self, zoned: bool) -> bool {
        if zoned { self.local.is_none() } else { self.recorded.is_none() }
    }

    /// Local midnight of a date.
    pub fn day(&self, text: &str) -> Option<i64> {
        let (at, rest) = iso_day(text.as_bytes(), &mut Lately::default())?;
        rest.is_empty().then_some(at)
    }

    /// Local seconds of a value; none where it is no time.
    pub fn read(&self, cell: Cell<'_>, lately: &mut Lately) -> Option<i64> {
        self.styles.iter().find_map(|style| self.read_as(style, cell, lately))
    }

    fn read_as(&self, style: &Style, cell: Cell<'_>, lately: &mut Lately) -> Option<i64> {
        match (cell, style) {
            (Cell::Moment { micros, zoned }, _) => self.local(micros.div_euclid(1_000_000), zoned, lately),
            (Cell::Whole(value), Style::Unix(units)) => self.local(value.div_euclid(*units), true, lately),
            (Cell::Number(value), Style::Unix(units)) => {
                let seconds = (value / *units as f64).floor();
                (seconds.abs() < 1e12).then_some(seconds as i64).and_then(|at| self.local(at, true, lately))
            }
            (Cell::Bytes(text), _) => self.written_time(style, text.trim_ascii(), lately),
            (Cell::Text(text), _) => self.written_time(style, text.as_bytes().trim_ascii(), lately),
            _ => None,
        }
    }

    fn written_time(&self, style: &Style, text: &[u8], lately: &mut Lately) -> Option<i64> {
        match style {
            Style::Iso => {
                let (at, zoned) = iso(text, lately)?;
                self.local(at, zoned, lately)
            }
            Style::Unix(units) => {
                let whole: f64 = match std::str::from_utf8(text).ok()?.parse::<i64>() {
                    Ok(value) => return self.local(value.div_euclid(*units), true, lately),
                    Err(_) => std::str::from_utf8(text).ok()?.parse().ok()?,
                };
                self.read_as(style, Cell::Number(whole), lately)
            }
            Style::Pattern(pattern) => self.patterned(pattern, std::str::from_utf8(text).ok()?, lately),
        }
    }

    fn patterned(&self, pattern: &str, text: &str, lately: &mut Lately) -> Option<i64> {
        let found = strtime::parse(pattern, text).ok()?;
        if let Ok(at) = found.to_timestamp() {
            return self.local(at.as_second(), true, lately);
        }
        let moment = found.to_datetime().or_else(|_| found.to_date().map(|date| date.at(0, 0, 0, 0))).ok()?;
        self.local(seconds(moment), false, lately)
    }

    /// To the shop's wall clock.
    fn local(&self, at: i64, zoned: bool, lately: &mut Lately) -> Option<i64> {
        let instant = match (&self.recorded, zoned) {
            (_, true) => at,
            (Some(zone), false) => instant(zone, at)?,
            (None, false) => return Some(at),
        };
        match &self.local {
            None => Some(instant),
            Some(zone) => Some(instant + ahead(zone, instant, lately)?),
        }
    }
}

fn bad(what: impl Into<String>) -> Error {
    Error::new(Code::BadConfig, what.into())
}

fn zone(key: &str, name: &str) -> Result<TimeZone> {
    TimeZone::get(name)
        .map_err(|_| bad(format!("data.{key}: expected an IANA zone like Europe/Berlin, found `{name}`")))
}

fn fixed(minutes: i32) -> Result<TimeZone> {
    let offset = jiff::tz::Offset::from_seconds(minutes.saturating_mul(60));
    offset.map(TimeZone::fixed).map_err(|_| bad(format!("data.utc_offset_minutes: at most a day, found {minutes}")))
}

fn style(written: &str) -> Result<Style> {
    match written {
        "iso" => Ok(Style::Iso),
        "unix_s" => Ok(Style::Unix(1)),
        "unix_ms" => Ok(Style::Unix(1_000)),
        "unix_us" => Ok(Style::Unix(1_000_000)),
        pattern if pattern.contains('%') => Ok(Style::Pattern(pattern.into())),
        other => Err(bad(format!(
            "data.time_format: expected iso, unix_s, unix_ms, unix_us or a pattern like %d/%m/%y, found `{other}`"
        ))),
    }
}

/// Seconds since 1970 as if the wall clock were UTC.
fn seconds(moment: DateTime) -> i64 {
    TimeZone::UTC.to_timestamp(moment).map_or(0, |at| at.as_second())
}

fn instant(zone: &TimeZone, wall: i64) -> Option<i64> {
    if *zone == TimeZone::UTC {
        return Some(wall);
    }
    let moment = TimeZone::UTC.to_datetime(Timestamp::from_second(wall).ok()?);
    zone.to_ambiguous_timestamp(moment).compatible().ok().map(|at| at.as_second())
}

/// Seconds the zone is ahead of UTC, looked up once per stretch without a change.
fn ahead(zone: &TimeZone, at: i64, lately: &mut Lately) -> Option<i64> {
    if let Some((from, to, offset)) = lately.offset
        && (from..to).contains(&at)
    {
        return Some(offset);
    }
    let moment = Timestamp::from_second(at).ok()?;
    let offset = zone.to_offset(moment).seconds() as i64;
    let from = zone.preceding(moment).next().map_or(at, |change| change.timestamp().as_second());
    let to = zone.following(moment).next().map_or(i64::MAX, |change| change.timestamp().as_second());
    // A change at this very second precedes only the next one.
    lately.offset = Some((
        if zone.to_offset(Timestamp::from_second(from).ok()?).seconds() as i64 == offset { from } else { at },
        to,
        offset,
    ));
    Some(offset)
}

/// `YYYY-MM-DD`, then `T` or a space and `HH:MM[:SS[.fraction]]`, then nothing, `Z`, `UTC` or an offset.
fn iso(text: &[u8], lately: &mut Lately) -> Option<(i64, bool)> {
    let (day, rest) = iso_day(text, lately)?;
    let [b'T' | b't' | b' ', clock @ ..] = rest else { return rest.is_empty().then_some((day, false)) };
    let [h1, h2, b':', m1, m2, rest @ ..] = clock else { return None };
    let (hour, minute) = (two(*h1, *h2)?, two(*m1, *m2)?);
    let (second, rest) = match rest {
        [b':', s1, s2, rest @ ..] => (two(*s1, *s2)?, fraction(rest)),
        rest => (0, rest),
    };
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let wall = day + hour * 3_600 + minute * 60 + second.min(59);
    match rest {
        b"" => Some((wall, false)),
        b"Z" | b"z" | b" UTC" | b"UTC" | b" Z" => Some((wall, true)),
        offset => Some((wall - offset_seconds(offset)?, true)),
    }
}

fn fraction(rest: &[u8]) -> &[u8] {
    match rest {
        [b'.' | b',', digits @ ..] => {
            let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
            &digits[count..]
        }
        rest => rest,
    }
}

fn offset_seconds(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text.trim_ascii_start() {
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits {
        [h1, h2] => (two(*h1, *h2)?, 0),
        [h1, h2, m1, m2] | [h1, h2, b':', m1, m2] => (two(*h1, *h2)?, two(*m1, *m2)?),
        _ => return None,
    };
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

fn two(tens: u8, ones: u8) -> Option<i64> {
    let digit = |byte: u8| byte.is_ascii_digit().then_some((byte - b'0') as i64);
    Some(digit(tens)? * 10 + digit(ones)?)
}

/// Midnight of the date in front, and what follows it.
fn iso_day<'a>(text: &'a [u8], lately: &mut Lately) -> Option<(i64, &'a [u8])> {
    let (date, rest) = text.split_first_chunk::<10>()?;
    if *date != lately.date {
        lately.day = midnight(date)?;
        lately.date = *date;
    }
    Some((lately.day, rest))
}

fn midnight(date: &[u8; 10]) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *date else { return None };
    let (year, month, day) = (two(y1, y2)? * 100 + two(y3, y4)?, two(m1, m2)?, two(d1, d2)?);
    let date = jiff::civil::Date::new(year as i16, month as i8, day as i8).ok()?;
    let first = jiff::civil::Date::constant(1970, 1, 1);
    Some(first.until((jiff::Unit::Day, date)).ok()?.get_days() as i64 * DAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::config::Formats;

    fn read(data: DataParams, text: &str) -> Option<i64> {
        Clock::new(&data, "iso").unwrap().read(Cell::Text(text), &mut Lately::default())
    }

    fn plain(text: &str) -> Option<i64> {
        read(DataParams::default(), text)
    }

    #[test]
    fn reads_the_common_shapes_of_iso() {
        let rows = [
            ("1970-01-01", Some(0)),
            ("2019-10-01 00:00:00 UTC", Some(1_569_888_000)),
            ("2019-10-01T00:00:00Z", Some(1_569_888_000)),
            ("2019-10-01T02:00:00+02:00", Some(1_569_888_000)),
            ("2019-11-24 00:03:13.442536+00:00", Some(1_574_553_793)),
            ("2010-12-01 08:26", Some(1_291_191_960)),
            ("2019-02-30", None),
            ("2019-10-01 24:00:00", None),
            ("2019-10-01 00:00:00 CEST", None),
            ("0000-00-00", None),
            ("1.10.2019", None),
            ("", None),
        ];
        for (text, expected) in rows {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn an_instant_moves_to_the_shops_zone_summer_and_winter() {
        let berlin = || DataParams { time_zone: Some("Europe/Berlin".into()), ..DataParams::default() };
        let instants =
            [("2019-03-31T00:59:59Z", 3_600), ("2019-03-31T01:00:00Z", 7_200), ("2019-10-27T01:00:00Z", 3_600)];
        for (text, ahead) in instants {
            assert_eq!(read(berlin(), text), plain(text).map(|at| at + ahead), "{text}");
        }
        assert_eq!(read(berlin(), "2019-07-01 12:00:00"), plain("2019-07-01 12:00:00"));
    }

    #[test]
    fn hours_that_clocks_skip_or_repeat_are_read_by_the_earlier_offset() {
        let new_york = || DataParams { recorded_in: Some("America/New_York".into()), ..DataParams::default() };
        assert_eq!(read(new_york(), "2019-03-10 02:30:00"), plain("2019-03-10 07:30:00"));
        assert_eq!(read(new_york(), "2019-11-03 01:30:00"), plain("2019-11-03 05:30:00"));
    }

    #[test]
    fn other_styles_are_read_when_told() {
        let told =
            |format: &str| DataParams { time_format: Some(Formats::One(format.into())), ..DataParams::default() };
        assert_eq!(read(told("%d/%m/%y"), "21/10/13"), plain("2013-10-21"));
        let both = Formats::Several(vec!["%d/%m/%y".into(), "%d/%m/%Y".into()]);
        let both = DataParams { time_format: Some(both), ..DataParams::default() };
        assert_eq!(read(both, "5/7/2013"), plain("2013-07-05"));
        assert_eq!(read(told("unix_us"), "1569888000000000"), Some(1_569_888_000));
        assert_eq!(read(told("unix_ms"), "-1"), Some(-1));
        assert!(Clock::new(&told("dd/mm"), "iso").unwrap_err().to_string().contains("found `dd/mm`"));
    }

    #[test]
    fn a_fixed_offset_is_from_the_recorded_time() {
        let offset = DataParams { utc_offset_minutes: -300, ..DataParams::default() };
        assert_eq!(read(offset, "2017-01-01 12:00:00"), plain("2017-01-01 07:00:00"));
    }
}
