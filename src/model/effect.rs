//! What an arm changes, learnt from an experiment: one scorer for its gain and one for its cost.
//!
//! Arms of one depth, or none, can differ here in everything: each has scorers of its own.

use super::{Scorer, Values};
use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error, Result};
use crate::feature::{Program, Schema};
use alloc::vec::Vec;

/// One arm against no offer.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// What the arm brings above no offer, its cost taken off, in minor units.
    pub gain: Scorer,
    /// What the arm costs, in minor units; below zero where it pays for itself.
    pub cost: Scorer,
}

/// The effect of every arm but the first.
pub type Effects = Vec<Effect>;

impl Effect {
    /// What a decision for this arm brings above no offer, as [`Model::score`](super::Model::score) gives it.
    pub fn gain_of(&self, values: &impl Values) -> f64 {
        super::on_grid(self.gain.raw(values, 0.0))
    }

    pub(super) fn scorers(&self) -> [&Scorer; 2] {
        [&self.gain, &self.cost]
    }

    pub(super) fn check(&self, program: &Program, schema: &Schema) -> Result<()> {
        for scorer in self.scorers() {
            if matches!(scorer, Scorer::Arms(_)) {
                return Err(Error::new(Code::BadIndex, "an arm's scorer has arms of its own"));
            }
            scorer.check(program, schema)?;
        }
        Ok(())
    }

    pub(super) fn write(&self, w: &mut Writer) {
        self.gain.write(w);
        self.cost.write(w);
    }

    /// One for every arm but the first.
    pub(super) fn read_scorer(r: &mut Reader) -> Scorer {
        Scorer::Arms(r.list(|r| Effect { gain: plain(r), cost: plain(r) }))
    }
}

/// A scorer of one arm, which has no arms of its own.
fn plain(r: &mut Reader) -> Scorer {
    Scorer::read(r.index("kind of scorer of one arm", super::ARMS as usize) as u8, r)
}
