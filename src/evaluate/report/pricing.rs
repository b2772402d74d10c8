//! The page of a pricing: what the prices spend and gain, the budgets with their curves, who gets what, the files.
//!
//! One self-contained page with the style sheet, charts and tables of the other reports. It computes nothing: every number is
//! one of [`Pricing`], and a part without numbers is left out.

mod budgets;
mod rest;
mod worth;

use super::frame::Frame;
use super::number::{self, Currency};
use super::tile;
use crate::evaluate::pricing::{JudgedBy, Pricing};
use maud::{Markup, html};

/// Rules of this page, beside those of every page.
const STYLE: &str = concat!(include_str!("learned.css"), include_str!("experiment/page.css"));

/// Said where outcomes judge.
const MEASURED: &str = "Offers of these decisions were drawn by chance, and gains are what happened, estimated doubly robustly. \
    Intervals are 95\u{202f}%, over shoppers. Prices were found from the model's gains alone, so what happened judges them \
    without having chosen them.";
/// Said where only the model is there to judge.
const BELIEVED: &str = "Nobody drew these offers by chance: every gain is what the model itself expects, and is wrong where the \
    model is. Intervals say what other shoppers would have changed, not how far the model may be off. Only spending is checked \
    on the way: prices from one half of the shoppers are tried on the other.";

/// A section: its id, its name in the contents, what it draws.
type Part = (&'static str, &'static str, fn(&Pricing) -> Option<Markup>);

const PARTS: [Part; 7] = [
    ("budgets", "Budgets and prices", budgets::draw),
    ("curves", "What money buys", budgets::draw_curves),
    ("worth", "With and without", worth::draw),
    ("arms", "Who gets what", worth::draw_arms),
    ("files", "Files", rest::draw_files),
    ("seconds", "Seconds", rest::draw_seconds),
    ("words", "Words", rest::draw_words),
];

/// Draws the whole page.
pub fn pricing_page(run: &Pricing) -> String {
    let parts: Vec<(&str, &str, Markup)> =
        PARTS.iter().filter_map(|(id, name, draw)| draw(run).map(|body| (*id, *name, body))).collect();
    let contents: Vec<(&str, &str)> = parts.iter().map(|(id, name, _)| (*id, *name)).collect();
    let main = html! { (top(run)) @for (_, _, body) in &parts { (body) } (foot(run)) };
    let title = format!("{} – skonto budget report", heading(run));
    Frame { title: &title, style: STYLE, skip: "Skip to the report" }.page(&contents, &main).into_string()
}

fn heading(run: &Pricing) -> &str {
    [&run.title, &run.shop].into_iter().find(|name| !name.is_empty()).map_or("Budgets", String::as_str)
}

fn top(run: &Pricing) -> Markup {
    let kicker = match run.title.is_empty() || run.shop.is_empty() {
        true => "Budget report".to_string(),
        false => format!("{} · Budget report", run.shop),
    };
    html! {
        header {
            p.kicker { (heading(run)) span { (kicker) } }
            @if run.judged_by == JudgedBy::Model { aside.caveat.warned.alarm role="note" { strong { "Not measured. " } (BELIEVED) } }
            h1 { (run.headline()) }
            div.verdict {
                @if let Some(sentence) = run.beside_single() { p { (sentence) } }
                @for warning in &run.warnings { p { (warning) } }
            }
            dl.tiles { @for (name, value, note) in tiles(run) { (tile(&name, &value, &note)) } }
            @if run.judged_by == JudgedBy::Outcomes { aside.caveat { strong { "By what happened. " } (MEASURED) } }
        }
    }
}

fn tiles(run: &Pricing) -> Vec<(String, String, String)> {
    let (money, mut tiles) = (Currency::of(&run.currency), Vec::new());
    let print = |value: f64| money.major_amount(value);
    if let Some(priced) = run.priced() {
        tiles.push((
            format!("Gain in {}", run.period),
            print(priced.gain.value),
            number::interval(&priced.gain, &print),
        ));
        tiles.push((format!("Spend in {}", run.period), print(priced.spend), "what offers cost".into()));
        let offered = format!("{} with an offer", rows(run));
        tiles.push((first_up(&offered), number::percent(priced.offered, 1), "at these prices".into()));
        tiles.push((
            "Of what is possible".into(),
            number::percent(run.share_of_bound, 2),
            "a bound that no choice exceeds, by the model".into(),
        ));
    }
    tiles
}

fn rows(run: &Pricing) -> &str {
    if run.rows[1].is_empty() { "decisions" } else { &run.rows[1] }
}

fn first_up(text: &str) -> String {
    super::learned::show::first_up(text)
}

fn foot(run: &Pricing) -> Markup {
    html! {
        footer { p { "Written by skonto " (run.skonto_version) ". The same data, model and budgets give the same prices." } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::pricing::{Budget, Point, Policy};
    use crate::evaluate::summary::Figure;

    fn run() -> Pricing {
        let gain = |value: f64| Figure { value, low: value - 5.0, high: value + 5.0 };
        let point = |price: f64| Point { price, spend: 100.0 - price, believed: 90.0, gain: gain(70.0), offered: 0.4 };
        let policy =
            |name: &str| Policy { name: name.into(), spend: 50.0, gain: gain(60.0), believed: 66.0, offered: 0.2 };
        Pricing {
            shop: "Corner <shop>".into(),
            currency: "EUR".into(),
            period: "7 days".into(),
            budgets: vec![Budget {
                name: "week".into(),
                kind: "spend".into(),
                amount: 50.0,
                used: 49.0,
                price: 1.5,
                packed: 1.5,
                fallback: 3.0,
                curve: vec![point(0.0), point(1.5), point(3.0)],
                ..Budget::default()
            }],
            policies: vec![policy("no budget"), policy("these prices")],
            single: "pct10".into(),
            over_single: gain(4.0),
            ..Pricing::default()
        }
    }

    #[test]
    fn says_first_what_is_spent_and_gained_and_by_whose_account() {
        let page = pricing_page(&run());
        assert!(page.contains("For 7 days the prices spend €50.00 and gain €60.00"), "{page}");
        assert!(page.contains("Not measured.") && page.contains("which may be luck"));
        assert!(page.contains("Corner &lt;shop&gt;") && !page.contains("<script"));
        let measured = pricing_page(&Pricing { judged_by: JudgedBy::Outcomes, ..run() });
        assert!(measured.contains("By what happened.") && !measured.contains("Not measured."));
    }

    #[test]
    fn a_page_without_numbers_has_no_parts_and_no_infinite_ones() {
        let empty = pricing_page(&Pricing::default());
        assert!(!empty.contains("<section") && !empty.contains("NaN") && !empty.contains("inf"));
    }
}
