//! What learned offers earn on the Hillstrom e-mail trial, how well gains rank there, what an exact tree costs.
//!
//! Every learner is chosen by rows that do not judge it: for each of five folds, by its value on the other four, each
//! predicted without itself.

#[path = "uplift/candidates.rs"]
mod candidates;
#[path = "uplift/hillstrom.rs"]
mod hillstrom;

use candidates::{Candidate, largest, nested, qini, visit_gains};
use hillstrom::{Hillstrom, MAIL_COST};
use serde_json::json;

/// Prints the figures of this part.
pub fn run() {
    let Some(data) = hillstrom::read() else { return };
    gains(&data);
    value(&data);
}

fn say(figure: &str, value: f64, unit: &str, against: &str) {
    println!("{}", json!({ "figure": figure, "value": value, "unit": unit, "against": against }));
}

fn gains(data: &Hillstrom) {
    let candidates = Candidate::of_visits();
    for (name, arms, bar) in [("womens", &[2][..], 0.0079), ("any", &[1, 2], 0.0047), ("mens", &[1], 0.0027)] {
        let (trial, said) = visit_gains(data, arms, &candidates);
        for (number, candidate) in candidates.iter().enumerate() {
            let fixed: Vec<(usize, f64)> = said.iter().flat_map(|fold| fold[number].judged.clone()).collect();
            eprintln!("  {name}: {:.5} {} had it been fixed beforehand", qini(&trial, &fixed), candidate.name);
        }
        let mut chosen = Vec::new();
        for fold in &said {
            let inner: Vec<f64> = fold.iter().map(|said| qini(&trial, &said.inner)).collect();
            let best = largest(&inner);
            eprintln!("  {name}: {} is chosen, {:.5} on the rows chosen by", candidates[best].name, inner[best]);
            chosen.extend(fold[best].judged.iter().copied());
        }
        let against = format!("at least {bar}, the best Python learner, picked by the judged rows");
        say(&format!("policy.hillstrom.qini_visit_{name}"), qini(&trial, &chosen), "visits per mail", &against);
    }
}

/// The mean profit of the rows that were given the arm a policy chooses: with one propensity for all, that is SNIPS.
fn snips(data: &Hillstrom, chosen: &[(usize, u16)]) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for (row, arm) in chosen.iter().filter(|(row, arm)| data.arm[*row] == *arm) {
        sum += data.spend[*row] - if *arm == 0 { 0.0 } else { MAIL_COST };
        count += 1.0;
    }
    if count > 0.0 { sum / count } else { 0.0 }
}

fn value(data: &Hillstrom) {
    let rows: Vec<usize> = (0..data.arm.len()).collect();
    let candidates = Candidate::of_spending();
    let said = nested(&rows, candidates.len(), |candidate, fitted, judged| candidates[candidate].arms(data, fitted, judged));
    for (number, candidate) in candidates.iter().enumerate() {
        let fixed: Vec<(usize, u16)> = said.iter().flat_map(|fold| fold[number].judged.clone()).collect();
        eprintln!("  value: {:.4} {} had it been fixed beforehand", snips(data, &fixed), candidate.name);
    }
    let mut chosen = Vec::new();
    for fold in &said {
        let inner: Vec<f64> = fold.iter().map(|said| snips(data, &said.inner)).collect();
        let best = largest(&inner);
        eprintln!("  value: {} is chosen, {:.4} on the rows chosen by; all {inner:.3?}", candidates[best].name, inner[best]);
        chosen.extend(fold[best].judged.iter().copied());
    }
    let always: Vec<(usize, u16)> = rows.iter().map(|row| (*row, 1)).collect();
    let against = format!("at least 1.305; always Men's {:.4}", snips(data, &always));
    say("policy.hillstrom.value", snips(data, &chosen), "dollars per customer", &against);
}
