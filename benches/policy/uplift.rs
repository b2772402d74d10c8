//! What learned offers earn on the Hillstrom e-mail trial, how well gains rank there, what an exact tree costs.
//!
//! Every learner is chosen by rows that do not judge it: for each of five folds, by the rows of the other four, each
//! predicted without its own fold. Figures that end in `_fixed` are of one learner without a choice.

#[path = "uplift/candidates.rs"]
mod candidates;
#[path = "uplift/hillstrom.rs"]
pub mod hillstrom;
#[path = "uplift/tree.rs"]
mod tree;

use crate::figure;
use candidates::{Candidate, chosen, largest, nested, ranking, ranks, visit_gains};
use hillstrom::{Hillstrom, MAIL_COST};
use skonto::evaluate::metrics::{Resampling, interval};
use skonto::evaluate::summary::Figure;
use skonto::train::random::Random;
use skonto::train::threads::ordered;

/// Prints the figures of this part.
pub fn run() {
    tree();
    let Some(data) = hillstrom::read() else { return };
    gains(&data);
    value(&data);
}

fn tree() {
    let (exact, plain, large) = tree::times();
    let (rows, against) = (tree::SMALL, "at most 0.2; the reference passes over all rows for every first cut");
    eprintln!("  tree: {exact:.3} s, reference {plain:.3} s, of {rows} rows, 20 features, 3 arms");
    figure("policy.tree.time_over_reference", exact / plain, "seconds per second", against);
    let against = "64,000 rows, 20 features of distinct amounts, 3 arms; the reference takes rows squared";
    figure("policy.tree.seconds", large, "seconds", against);
}

fn gains(data: &Hillstrom) {
    let candidates = Candidate::of_visits();
    for (name, arms, bar) in [("womens", &[2][..], 0.0079), ("any", &[1, 2], 0.0047), ("mens", &[1], 0.0027)] {
        let (trial, said) = visit_gains(data, arms, &candidates);
        let fixed = |number: usize| said.iter().flat_map(|fold| fold[number].judged.clone()).collect::<Vec<_>>();
        for (number, candidate) in candidates.iter().enumerate() {
            let qini = ranking(&trial, &fixed(number)).qini();
            eprintln!("  {name}: {qini:.5} {} had it been fixed beforehand", candidate.name);
        }
        let (mut pooled, mut within) = (Vec::new(), Vec::new());
        for fold in &said {
            let best = chosen(&trial, fold);
            eprintln!("  {name}: {} is chosen", candidates[best].name);
            pooled.extend(fold[best].judged.iter().copied());
            within.extend(ranks(&fold[best].judged));
        }
        let bar = format!("at least {bar}, the better of two Python learners fixed beforehand, folds pooled by score");
        let figures = [
            ("", pooled, "chosen by other rows"),
            ("_within_folds", within, "chosen by other rows, and ranked within each fold, which the bar is not"),
            ("_fixed", fixed(0), "the S-learner of sums, fixed beforehand"),
        ];
        for (ending, scored, how) in figures {
            let score = ranking(&trial, &scored).score(Resampling { count: 1_000, seed: 1 });
            eprintln!("  {name}{ending}: {:?}", score.qini);
            let against = format!("{bar}; ours: {how}");
            figure(
                &format!("policy.hillstrom.qini_visit_{name}{ending}"),
                score.qini.value,
                "visits per mail",
                against,
            );
        }
    }
}

/// The mean profit of the rows that were given the arm a policy chooses: with one propensity for all, that is SNIPS. Rows
/// count as often as `times` says.
fn snips(data: &Hillstrom, policy: &[(usize, u16)], times: &dyn Fn(usize) -> f64) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for (row, arm) in policy.iter().filter(|(row, arm)| data.arm[*row] == *arm) {
        sum += times(*row) * (data.spend[*row] - if *arm == 0 { 0.0 } else { MAIL_COST });
        count += times(*row);
    }
    if count > 0.0 { sum / count } else { 0.0 }
}

/// The percentiles 2.5 and 97.5 of a policy's value, and of its distance from another's, over 1,000 resamples of rows.
fn intervals(data: &Hillstrom, policy: &[(usize, u16)], other: &[(usize, u16)]) -> [Figure; 2] {
    let draw = |number: usize| {
        let mut random = Random::new(Random::new(number as u64).bits());
        let mut times = vec![0.0; data.arm.len()];
        (0..times.len()).for_each(|_| times[random.below(data.arm.len())] += 1.0);
        [policy, other].map(|policy| snips(data, policy, &|row| times[row]))
    };
    let draws = ordered(1_000, draw, |_| {});
    let [value, against] = [policy, other].map(|policy| snips(data, policy, &|_| 1.0));
    let over = draws.iter().map(|draw| draw[0] - draw[1]).collect();
    [interval(value, draws.iter().map(|draw| draw[0]).collect()), interval(value - against, over)]
}

fn value(data: &Hillstrom) {
    let rows: Vec<usize> = (0..data.arm.len()).collect();
    let candidates = Candidate::of_spending();
    let said =
        nested(&rows, candidates.len(), |candidate, fitted, judged| candidates[candidate].arms(data, fitted, judged));
    for (number, candidate) in candidates.iter().enumerate() {
        let fixed: Vec<(usize, u16)> = said.iter().flat_map(|fold| fold[number].judged.clone()).collect();
        eprintln!("  value: {:.4} {} had it been fixed beforehand", snips(data, &fixed, &|_| 1.0), candidate.name);
    }
    let mut judged = Vec::new();
    for fold in &said {
        let inner: Vec<f64> = fold.iter().map(|said| snips(data, &said.inner, &|_| 1.0)).collect();
        let best = largest(&inner);
        eprintln!("  value: {} is chosen, {:.4} on the rows that choose", candidates[best].name, inner[best]);
        judged.extend(fold[best].judged.iter().copied());
    }
    let always: Vec<(usize, u16)> = rows.iter().map(|row| (*row, 1)).collect();
    let [value, over] = intervals(data, &judged, &always);
    eprintln!("  value: {value:?}; over always Men's: {over:?}");
    let against = format!(
        "at least 1.305; always Men's {:.4}, the difference {:.3} to {:.3} is no evidence if it holds 0",
        snips(data, &always, &|_| 1.0),
        over.low,
        over.high
    );
    figure("policy.hillstrom.value", value.value, "dollars per customer", against);
}
