//! Policies compete on the training rows of an experiment; the best must beat every single arm on rows held out.
//!
//! ```text
//! Prepared + arms given -> Trial -> Entrant (Learned by fold, choices, value) each -> best
//!   -> served (one scorer per arm) -> judged on held-out rows -> gate -> the policy, or the best single arm for all -> file
//! ```
//! Who is chosen depends on training rows only. What is judged is what is served: choices are those of the file's own
//! scorers. It does *not* read files, and it does not make an experiment of rows whose arms nobody drew: where probabilities
//! are fitted, whatever is said is said to be observational, and released only where the settings accept that.

mod audit;
mod card;
mod contest;
mod entrant;
mod gate;
mod judge;
mod learner;
pub mod log;
mod observed;
mod ranking;
mod released;
mod replay;
mod served;
mod shares;
mod told;
mod trials;

pub use contest::{Judged, contest};
pub use released::{Released, Setup};
pub use replay::replay;

use super::compete::Told;
use super::table::Prepared;
use crate::error::{Code, Error, Result};
use entrant::Entrant;
use judge::Judge;
use observed::Observed;
use released::Made;
use trials::Trials;

/// Runs a competition of policies.
///
/// # Errors
/// Rows that no policy can be learnt from or judged by; no candidate that could be fitted; a model that an artefact has no
/// room for.
pub fn compete(prepared: &Prepared, setup: &Setup, told: Told) -> Result<Released> {
    let observed = Observed::of(prepared, setup)?;
    let prepared = observed.as_ref().map_or(prepared, |observed| &observed.prepared);
    let trials = Trials::of(prepared, setup, observed.as_ref().map(|observed| &observed.fitted))?;
    let judge = Judge::of(&trials.train, setup)?;
    let mut entrants = Vec::new();
    for (number, candidate) in setup.candidates.iter().enumerate() {
        let watch = |done: u64, total: u64| {
            let (all, each) = (setup.candidates.len() as u64, 1_000);
            told(&candidate.name, number as u64 * each + each * done / total.max(1), all * each, "");
        };
        entrants.push(Entrant::enter(candidate, &trials, &judge, &prepared.words, &watch)?);
    }
    let best = best(&entrants)?;
    told("judge", 0, 1, "");
    let one =
        |arm: usize| judge.value(&trials.train, &vec![arm as u16; trials.train.rows()]).map(|figure| figure.value);
    let trained = (0..trials.train.arms.len()).map(one).collect::<Result<Vec<f64>>>()?;
    let overlap = observed.as_ref().map(|observed| &observed.overlap);
    let made = Made { prepared, setup, trials: &trials, entrants: &entrants, best, trained, overlap };
    let released = made.release()?;
    told("judge", 1, 1, "");
    Ok(released)
}

/// By held-out row and arm, what happened above what would have without an offer: `rows × arms` doubly robust gains in minor
/// units, costs taken off.
///
/// # Errors
/// Rows that cannot judge: among them those whose arms nobody drew.
pub fn gains_above_none(prepared: &Prepared, setup: &Setup) -> Result<Vec<f64>> {
    if setup.trial.observational {
        return Err(Error::new(
            Code::BadConfig,
            "trial.observational: budgets are priced on rows whose arms were drawn",
        ));
    }
    let trials = Trials::of(prepared, setup, None)?;
    Ok(Judge::of(&trials.test, setup)?.gains(&trials.test))
}

/// The entrant worth most on training rows that its models had not seen; of equal ones the first.
fn best(entrants: &[Entrant]) -> Result<usize> {
    let worth = |at: usize| entrants[at].fitted.as_ref().map_or(f64::NEG_INFINITY, |fitted| fitted.value.value);
    let best = (1..entrants.len()).fold(0, |best, at| if worth(at) > worth(best) { at } else { best });
    match entrants.get(best).and_then(|entrant| entrant.fitted.as_ref()) {
        Some(_) => Ok(best),
        None => {
            let why: Vec<String> =
                entrants.iter().map(|entrant| format!("{}: {}", entrant.name, entrant.refused)).collect();
            Err(Error::new(Code::BadData, format!("no candidate could be fitted: {}", why.join("; "))))
        }
    }
}
