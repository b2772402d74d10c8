//! The one sentence. It names what decided, with its figure, and what is released.

use super::contest::{Basis, Entrant};
use super::verdict::Comparison;
use crate::evaluate::fairness::Finding;
use crate::evaluate::summary::Figure;

/// Said first of rows whose arms nobody drew.
const OBSERVED: &str = "Observational, not causal: ";
/// Why they release nothing.
const NOT_ACCEPTED: &str =
    "nobody drew the arms of these rows, so that they show nothing, and the settings do not accept that";

/// Why `release` is released, where `now` is what is given now; both are places in `entrants`, of which the first is the
/// candidate.
pub(super) fn why(
    entrants: &[Entrant],
    (release, now): (usize, usize),
    (basis, fairness): (Basis, &[Finding]),
    candidate: &[Comparison],
    arms: &[Comparison],
) -> String {
    let name = &entrants[0].name;
    let (caution, shown, earns) = match basis {
        Basis::Drawn => ("", "it is shown to earn", "It earns"),
        Basis::Observed { .. } => (OBSERVED, "the settings accept that, and it seems to earn", "It seems to earn"),
    };
    if release == 0 {
        let closest = candidate.iter().min_by(|one, other| one.gain.low.total_cmp(&other.gain.low));
        let least = closest.map_or(String::new(), |pair| {
            format!(", least over {}: {}, {}", pair.against, figure(&pair.gain), pair.estimator.name())
        });
        return format!(
            "{caution}{name} is released: {shown} more than every single arm and what is given now{least}."
        );
    }
    let instead = &entrants[release];
    let reason = match basis {
        Basis::Observed { accepted: false } => NOT_ACCEPTED.into(),
        _ => not_released(entrants, fairness, candidate),
    };
    let best = arms.iter().find(|pair| pair.policy == instead.name);
    match best.filter(|_| release != now) {
        Some(pair) => {
            let (over, gain) = (&entrants[now].name, figure(&pair.gain));
            format!(
                "{caution}{} is released, not {name}: {reason}. {earns} {gain} per row beyond {over}.",
                instead.name
            )
        }
        None => format!("{caution}{} stays, {name} is not released: {reason}.", instead.name),
    }
}

/// The first obstacle: data that cannot say, fairness, or the rival that is beaten least.
fn not_released(entrants: &[Entrant], fairness: &[Finding], candidate: &[Comparison]) -> String {
    let unfit = entrants.iter().filter(|entrant| entrant.could_be_given());
    if let Some((entrant, why)) = unfit.filter_map(|entrant| Some((entrant, entrant.refusal?))).next() {
        return format!("{} cannot be judged, {why}", entrant.name);
    }
    if let Some(finding) = fairness.iter().find(|finding| finding.fails) {
        return format!("{} is {}, beyond the limit of {}", finding.what, figure(&finding.figure), finding.limit);
    }
    let least = candidate.iter().filter(|pair| !pair.beaten);
    match least.min_by(|one, other| one.gain.value.total_cmp(&other.gain.value)) {
        Some(pair) => {
            let (against, by) = (&pair.against, pair.estimator.name());
            format!("that is not shown to earn more than {against}: {} per row, {by}", figure(&pair.gain))
        }
        None => "no comparison was possible".into(),
    }
}

fn figure(figure: &Figure) -> String {
    format!("{:+.4} ({:+.4} to {:+.4})", figure.value, figure.low, figure.high)
}
