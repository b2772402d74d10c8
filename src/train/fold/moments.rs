//! When a row of the table is made, and what the shopper is then thought to look at.
//!
//! A row never knows of the event it stands before. `last` is the moment after the last event, `session` the end of
//! every visit, and the name of an event the moment just before each of its kind, with its first line as the product.
//! At the end of a visit the product is the one looked at last.

use super::row::Row;
use crate::error::{Code, Error, Result};
use crate::event::{EVENT_NAMES, EventKind};

/// Minutes without an event that end a visit, where the program keeps no sessions.
const SESSION_MINUTES: u32 = 30;

/// When rows are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// After a shopper's last event.
    Last,
    /// At the end of every visit.
    Session,
    /// Before every event of a kind.
    Event(EventKind),
}

impl At {
    /// `last`, `session` or the name of an event.
    pub fn from_name(name: &str) -> Result<At> {
        match name {
            "last" => Ok(At::Last),
            "session" => Ok(At::Session),
            _ => EventKind::from_name(name).map(At::Event).map_err(|_| {
                let known = EVENT_NAMES.join(", ");
                Error::new(Code::BadConfig, format!("expected last, session or one of {known}; found `{name}`"))
            }),
        }
    }

    /// Whether a row is made before these rows' event, given the time of the event before it.
    pub fn is_before(self, event: &Row, previous: Option<u32>, pause: u32) -> bool {
        match self {
            At::Last => false,
            At::Session => previous.is_some_and(|previous| event.time - previous > pause),
            At::Event(kind) => event.kind() == kind.index(),
        }
    }

    /// Whether a row is made after the last event.
    pub fn is_after_all(self) -> bool {
        !matches!(self, At::Event(_))
    }
}

/// Seconds without an event that end a visit.
pub fn pause(session_minutes: u16) -> u32 {
    60 * if session_minutes == 0 { SESSION_MINUTES } else { session_minutes as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(at: At, times: &[(u32, u8)]) -> Vec<u32> {
        let mut previous = None;
        let mut made = Vec::new();
        for (time, kind) in times {
            if at.is_before(&Row::new(1, *time, *kind, 0), previous, 1_800) {
                made.push(*time);
            }
            previous = Some(*time);
        }
        made
    }

    #[test]
    fn a_visit_ends_after_more_than_half_an_hour_without_an_event() {
        let times = [(1_000, 2), (2_800, 2), (4_601, 2), (4_602, 11), (9_000, 11)];
        assert_eq!(made(At::Session, &times), [4_601, 9_000]);
        assert_eq!(made(At::Event(EventKind::PURCHASE), &times), [4_602, 9_000]);
        assert!(made(At::Last, &times).is_empty());
        assert_eq!((pause(0), pause(5)), (1_800, 300));
    }

    #[test]
    fn takes_the_names_of_moments_and_refuses_others_with_a_list() {
        assert_eq!(At::from_name("purchase").unwrap(), At::Event(EventKind::PURCHASE));
        assert_eq!((At::from_name("last").unwrap(), At::from_name("session").unwrap()), (At::Last, At::Session));
        let message = At::from_name("buy").unwrap_err().to_string();
        assert!(message.contains("last, session or one of view_item_list,") && message.ends_with("found `buy`"));
    }
}
