//! What comes from a store and goes there: the model and the profile.

use super::{Asked, Page};
use crate::engine::Engine;
use crate::error::Result;
use crate::event::{Profile, Timestamp};

impl Page {
    /// Checks a newer model and swaps it in; on an error the previous model stays.
    #[inline(never)]
    pub(super) fn load(&mut self) -> Result<()> {
        let next = self.read(|_, bytes| Engine::load(bytes))?;
        self.engine.hand_over(&next, &mut self.profile)?;
        self.engine = next;
        // Another model has other words and other attributes.
        (self.query, self.asked) = (None, Asked::default());
        Ok(())
    }

    /// The profile's bytes, to be kept by the page.
    #[inline(never)]
    pub(super) fn keep(&mut self) -> f64 {
        self.bytes = self.profile.encode(&self.engine.content().program);
        0.0
    }

    /// Takes back what [`keep`](Page::keep) gave; on an error nothing changes.
    #[inline(never)]
    pub(super) fn restore(&mut self) -> Result<()> {
        self.profile = self.read(|page, bytes| {
            let content = page.engine.content();
            Profile::decode(bytes, &content.program, &content.schema)
        })?;
        Ok(())
    }

    /// Forgets the shopper.
    pub(super) fn forget(&mut self) -> f64 {
        self.profile = Profile::new();
        self.query = None;
        0.0
    }

    /// The profile to look at: trips, days since the last event (NaN: none), then per group its number and its counters.
    #[inline(never)]
    pub(super) fn tell_profile(&mut self, now_ms: f64) -> f64 {
        let now = Timestamp::from_ms(now_ms).unwrap_or_default();
        self.output = self.profile.numbers(&self.engine.content().program, now);
        0.0
    }
}
