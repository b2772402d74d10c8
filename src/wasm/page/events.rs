//! What the shopper did: lines and searches through the input block, then the event.

use super::{BLOCK, Page};
use crate::error::Result;
use crate::event::{Event, EventKind, Line, Timestamp, id_number};
use crate::feature::bounded;

/// Numbers that describe one line of an event.
const LINE: usize = 7;
/// The most lines one event may have.
const MAX_LINES: usize = 1_000;

impl Page {
    /// Reads `lines` lines from the input block, to be part of the next event.
    #[inline(never)]
    pub(super) fn stage(&mut self, lines: usize) -> Result<()> {
        let staged = self.read_lines(lines);
        if staged.is_err() {
            self.staged.clear();
            self.query = None;
        }
        staged
    }

    fn read_lines(&mut self, lines: usize) -> Result<()> {
        bounded("lines in the input block", lines, BLOCK / LINE)?;
        bounded("lines of an event", self.staged.len() + lines, MAX_LINES)?;
        for numbers in self.input[..lines * LINE].chunks_exact(LINE) {
            let group = if numbers[0] >= 0.0 { self.engine.content().schema.group_at(numbers[0] as u32) } else { None };
            let line = Line::new(group, numbers[1], numbers[2], numbers[3])?;
            self.staged.push(line.of(numbers[4] as u32, numbers[5] as u32).under(numbers[6] as u32));
        }
        Ok(())
    }

    /// The next event is a search: reads its text, so many characters, from the input block and wipes it there.
    pub(super) fn search(&mut self, characters: usize) -> f64 {
        self.query = self.read_text(characters);
        0.0
    }

    /// Counts one event with the staged lines and the search; its transaction is in the bytes. On an error nothing changes.
    #[inline(never)]
    pub(super) fn observe(&mut self, kind: u8, time_ms: f64) -> Result<()> {
        let (query, lines) = (self.query.take(), core::mem::take(&mut self.staged));
        let transaction = self.read_words(|_, id| id_number(id));
        let (kind, time) = (EventKind::new(kind)?, Timestamp::from_ms(time_ms)?);
        self.engine.observe(&mut self.profile, &Event { kind, time, transaction, query, lines })
    }
}
