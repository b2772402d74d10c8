//! The strongest rules as a table that turns into cards on a phone.

use super::times;
use crate::evaluate::patterns::{Item, Rule, Together};
use crate::evaluate::report::number;
use maud::{Markup, html};

/// Rules shown, and shown when unfolded; the JSON has more.
const SHOWN: usize = 12;
const UNFOLDED: usize = 40;

/// The table of rules, or what to do to get some.
pub fn draw(found: &Together) -> Markup {
    if found.rules.is_empty() {
        let why = "No rule reaches these thresholds. Lower min_support or min_confidence in [rules].";
        return html! { h3 { "Rules" } div.empty { p.why { (why) } } };
    }
    let (shown, folded) = found.rules.split_at(found.rules.len().min(SHOWN));
    let folded = &folded[..folded.len().min(UNFOLDED - SHOWN)];
    html! {
        h3 { "The strongest rules" }
        p.read { (caption(found)) }
        (table("The strongest rules, by lift", shown))
        @if !folded.is_empty() {
            details.more { summary { (folded.len()) " more rules" } (table("More rules, by lift", folded)) }
        }
        (terms())
    }
}

fn table(name: &str, rules: &[Rule]) -> Markup {
    html! {
        div.scroll.body tabindex="0" role="group" aria-label=(name) {
            table.cards.rules {
                caption.known { (name) }
                thead { tr {
                    th scope="col" { "Who has this" }
                    th.right scope="col" { "often has that" }
                    th scope="col" { "Lift" }
                    th scope="col" { "Confidence" }
                    th scope="col" { "Support" }
                    th scope="col" { "Leverage" }
                    th scope="col" { "Conviction" }
                    th scope="col" { "Baskets" }
                } }
                tbody { @for rule in rules { (line(rule)) } }
            }
        }
    }
}

fn caption(found: &Together) -> String {
    let shown = found.rules.len().min(SHOWN) as u64;
    let which = match shown == found.rules_found {
        true => format!("All {} rules", number::count(shown)),
        false => format!("The first {} of {} rules", number::count(shown), number::count(found.rules_found)),
    };
    format!("{which}, the highest lift first. Two things that go together make a rule each way.")
}

fn line(rule: &Rule) -> Markup {
    let conviction = rule.conviction.map_or_else(|| "never fails".to_string(), |value| number::decimal(value, 2));
    html! {
        tr {
            th scope="row" { (side(&rule.antecedent)) }
            td.right { span.arrow aria-hidden="true" { "→ " } (side(&rule.consequent)) }
            td.lift data-name="lift" { strong { (times(rule.lift)) } }
            td data-name="confidence" { (number::percent(rule.confidence, 0)) }
            td data-name="support" { (number::percent(rule.support, 2)) }
            td data-name="leverage" { (number::decimal(rule.leverage, 4)) }
            td data-name="conviction" { (conviction) }
            td data-name="baskets" { (number::count(rule.baskets)) }
        }
    }
}

/// Items one under the other, their codes for those who point at them.
pub fn side(items: &[Item]) -> Markup {
    html! {
        @for (index, item) in items.iter().enumerate() {
            @if index > 0 { span.plus { " + " } }
            span.item title=(item.code) { (item.shown()) }
        }
    }
}

fn terms() -> Markup {
    const TERMS: [(&str, &str); 5] = [
        ("Lift", "How many times more often the right side is there than in any basket. 1 is chance."),
        ("Confidence", "Share of the baskets with the left side that have the right side too."),
        ("Support", "Share of all baskets that have both sides."),
        ("Leverage", "Support above what chance would give, as a share of all baskets. 0 is chance."),
        ("Conviction", "How many times more often the rule would fail by chance than it does. 1 is chance."),
    ];
    html! {
        dl.glossary { @for (term, meaning) in TERMS { div { dt { (term) } dd { (meaning) } } } }
    }
}
