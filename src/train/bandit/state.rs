//! A bandit as it is written down: settings and sums, without what follows from them.

use super::arms::Arm;
use super::learned::LearnedBandit;
use super::params::BanditParams;
use crate::error::{Code, Error, Result};
use crate::model::MAX_ARMS;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    settings: BanditParams,
    arms: Vec<Arm>,
    next_id: u32,
    latest: f64,
}

impl From<LearnedBandit> for State {
    fn from(bandit: LearnedBandit) -> State {
        let (settings, arms, next_id, latest) = bandit.parts();
        State { settings: settings.params().clone(), arms, next_id, latest }
    }
}

impl TryFrom<State> for LearnedBandit {
    type Error = Error;

    fn try_from(state: State) -> Result<LearnedBandit> {
        if state.arms.is_empty() || state.arms.len() > MAX_ARMS {
            let found = state.arms.len() as u64;
            return Err(Error::limit(Code::OutOfRange, "arms of a stored bandit", MAX_ARMS as u64, found));
        }
        if !state.latest.is_finite() {
            return Err(Error::new(Code::NotFinite, "the latest time of a stored bandit must be finite"));
        }
        let highest = state.arms.iter().map(|arm| arm.id).max().unwrap_or(0);
        if state.next_id <= highest {
            return Err(Error::limit(
                Code::OutOfRange,
                "the next id of a stored bandit, above",
                highest as u64,
                state.next_id as u64,
            ));
        }
        LearnedBandit::of(state.settings.check()?, state.arms, state.next_id, state.latest)
    }
}
