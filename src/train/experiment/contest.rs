//! A model file against every single arm and the file in use, on the held-out rows of an experiment.
//!
//! Both files decide as they would on a device, guards and exploration included: what is judged is their own probabilities.

use super::judge::Judge;
use super::observed::Observed;
use super::trials::Trials;
use super::{Setup, audit};
use crate::decision::Reason;
use crate::engine::{Engine, Request, Terms};
use crate::error::{Code, Error, Result};
use crate::evaluate::gate::{Basis, CheckedGate, Contest, Verdict};
use crate::event::{GroupId, Profile};
use crate::money::Money;
use crate::train::compete::{MOMENT, NOMINAL_PRICE};
use crate::train::table::Prepared;

/// A file before the gate.
#[derive(Clone, Debug)]
pub struct Judged {
    /// What the gate says.
    pub verdict: Verdict,
    /// The one arm that the file gives to everybody, if it does.
    pub one_arm: Option<usize>,
}

impl Judged {
    /// Whether the file may be released: it beats every rival, or gives everybody the arm that is to be released. Without an
    /// experiment only where that is accepted.
    pub fn may_be_released(&self) -> bool {
        if self.verdict.basis == (Basis::Observed { accepted: false }) {
            return false;
        }
        self.verdict.released || (self.one_arm.is_some() && self.one_arm == self.verdict.release_arm)
    }
}

/// What the gate says of `candidate`, where `incumbent` is in use; without one, nothing is offered now. Money is in units of
/// the currency.
///
/// # Errors
/// A file with other arms than the trial, or that asks for an attribute the table does not have; rows that cannot judge.
pub fn contest(
    prepared: &Prepared,
    setup: &Setup,
    candidate: (&str, &Engine),
    incumbent: Option<(&str, &Engine)>,
    gate: &CheckedGate,
) -> Result<Judged> {
    let observed = Observed::of(prepared, setup)?;
    let prepared = observed.as_ref().map_or(prepared, |observed| &observed.prepared);
    let trials = Trials::of(prepared, setup, observed.as_ref().map(|observed| &observed.fitted))?;
    let judge = Judge::of(&trials.test, setup)?;
    let given = chances(prepared, setup, candidate)?;
    let fairness = audit::findings(prepared, setup, &given)?;
    let rows = judge.in_units(&trials.test, given, setup);
    let now = incumbent.map(|file| chances(prepared, setup, file).map(|now| (file.0, now))).transpose()?;
    let incumbent = now.as_ref().map(|(name, chances)| (*name, chances.as_slice()));
    let arms = trials.test.arms.as_slice();
    let (basis, fairness) = (setup.basis(), fairness.as_slice());
    let contest = Contest { candidate: candidate.0, rows: &rows, arms, incumbent, fairness, basis };
    let verdict = gate.judge(&contest)?;
    let always = |arm: usize| rows.target.chunks_exact(arms.len()).all(|chances| chances[arm] == 1.0);
    Ok(Judged { verdict, one_arm: (0..arms.len()).find(|arm| always(*arm)) })
}

/// By held-out row and arm of the trial, with which probability a file gives it.
pub(super) fn chances(prepared: &Prepared, setup: &Setup, (name, engine): (&str, &Engine)) -> Result<Vec<f64>> {
    let (ids, content) = (&setup.checked.ids, engine.content());
    let read = content.program.features.iter().map(|feature| &feature.name);
    for asked in read.chain(content.program.tables.attributes.iter().map(|asked| &asked.name)) {
        let named = |error: Error| Error::new(error.code(), format!("{name}: {error}"));
        setup.fairness.refuse(asked).map_err(named)?;
    }
    let own: Vec<&String> = content.menu.arms.iter().map(|arm| &arm.id).collect();
    let place = |id: &String| own.iter().position(|own| *own == id);
    let places: Option<Vec<usize>> = ids.iter().map(place).collect();
    let Some(places) = places.filter(|_| own.len() == ids.len()) else {
        let what = format!("{name}: its arms are not those of the trial, {}", ids.join(", "));
        return Err(Error::new(Code::BadConfig, what));
    };
    let known = &prepared.program.tables.attributes;
    let asked = content.program.tables.attributes.iter();
    let columns = asked.map(|asked| {
        let found = known.iter().position(|known| known.name == asked.name);
        found.ok_or_else(|| Error::new(Code::BadConfig, format!("{name}: the table has no `{}`", asked.name)))
    });
    let columns = columns.collect::<Result<Vec<usize>>>()?;
    let list = Money::new(NOMINAL_PRICE as i64)?;
    let mut table = Vec::with_capacity(prepared.test.rows() * ids.len());
    for passed in &prepared.test_attributes {
        let attributes: Vec<Option<f64>> = columns.iter().map(|column| passed[*column]).collect();
        let group = (!content.schema.groups.is_empty()).then_some(GroupId(0));
        let request = Request { group, list, now: MOMENT, attributes: &attributes, ..Request::default() };
        let decision = engine.decide(&Profile::new(), &request, &Terms::default());
        if decision.reason == Reason::UnknownGroup {
            return Err(Error::new(
                Code::BadConfig,
                format!("{name}: it tells groups of products apart, a trial does not"),
            ));
        }
        table.extend(places.iter().map(|place| decision.outcomes[*place].propensity));
    }
    Ok(table)
}
