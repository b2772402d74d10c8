//! A pricing in a screenful: what the prices spend and gain, then every budget with a small bar of how much of it is spent.

use super::{Budget, Pricing};
use crate::evaluate::learned::terminal::{Screen, bar, paragraph, tame};
use crate::evaluate::report::number::{self, Currency};
use console::{Alignment, measure_text_width, pad_str, truncate_str};
use std::fmt::Write;

/// Narrower bars tell nothing, wider ones no more.
const LEAST_BAR: usize = 6;
const MOST_BAR: usize = 20;

/// The pricing in words.
pub fn in_words(run: &Pricing, screen: &Screen) -> String {
    let mut out = String::new();
    paragraph(&mut out, &run.headline(), screen, true);
    if let Some(sentence) = run.beside_single() {
        paragraph(&mut out, &sentence, screen, false);
    }
    let _ = writeln!(out);
    let lines: Vec<[String; 3]> = run.budgets.iter().map(|budget| cells(run, budget)).collect();
    let widths = [0, 1, 2].map(|at| lines.iter().map(|line| measure_text_width(&line[at])).max().unwrap_or(0));
    for (budget, cells) in run.budgets.iter().zip(&lines) {
        line(&mut out, budget, cells, widths, screen);
    }
    for warning in &run.warnings {
        let _ = writeln!(out);
        paragraph(&mut out, &format!("! {warning}"), screen, true);
    }
    if !run.files.is_empty() {
        let _ = writeln!(out);
        let files: Vec<String> = run.files.iter().map(|file| format!("{} ({} bytes)", file.name, file.bytes)).collect();
        paragraph(&mut out, &format!("{}; report.html says the rest", files.join(", ")), screen, false);
    }
    out
}

/// Name, price, and what of the budget is used.
fn cells(run: &Pricing, budget: &Budget) -> [String; 3] {
    let price = format!("λ {}, then {}", number::amount(budget.packed), number::amount(budget.fallback));
    [budget.name.clone(), price, used(run, budget)].map(|cell| tame(&cell))
}

/// What a budget comes to beside its amount, in words.
pub fn used(run: &Pricing, budget: &Budget) -> String {
    let money = Currency::of(&run.currency);
    let print =
        |value: f64| if budget.kind == "return floor" { number::decimal(value, 2) } else { money.major_amount(value) };
    match budget.kind.as_str() {
        "spend" => format!("{} of {}", print(budget.used), print(budget.amount)),
        _ => format!("{}, at least {}", print(budget.used), print(budget.amount)),
    }
}

fn line(out: &mut String, budget: &Budget, cells: &[String; 3], widths: [usize; 3], screen: &Screen) {
    let share = if budget.amount > 0.0 && budget.kind == "spend" { budget.used / budget.amount } else { 0.0 };
    let text: Vec<String> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| pad_str(cell, width, Alignment::Left, None).into_owned())
        .collect();
    let text = text.join("  ");
    let left = screen.room().saturating_sub(measure_text_width(&text) + 4).min(MOST_BAR);
    if left >= LEAST_BAR {
        let _ = writeln!(out, "  {text}  {}", screen.bar(&bar(share.clamp(0.0, 1.0), left)));
    } else {
        for cell in cells {
            let _ = writeln!(out, "  {}", truncate_str(cell, screen.room() - 2, "…"));
        }
    }
}
