//! The page of `skonto patterns`: who buys how, and what goes together.
//!
//! One self-contained page with the style sheet, charts and tables of the training report. It computes nothing:
//! every number is one of [`Patterns`]; what the log lacks for a part stands where the part would.

mod clusters;
mod meanings;
mod rules;
mod shoppers;
mod together;

use super::frame::Frame;
use super::number;
use super::panel::section;
use crate::evaluate::patterns::{Item, Part, Patterns};
use maud::{Markup, html};

const CONTENTS: [(&str, &str); 6] = [
    ("shoppers", "Shoppers"),
    ("clusters", "Who buys alike"),
    ("tree", "Family tree"),
    ("together", "What goes together"),
    ("bundles", "Bundles worth trying"),
    ("words", "Words"),
];

/// Draws the whole page.
pub fn patterns_page(patterns: &Patterns) -> String {
    page(patterns).into_string()
}

fn page(patterns: &Patterns) -> Markup {
    let title = format!("{} – skonto patterns", patterns.shop);
    let frame = Frame { title: &title, style: include_str!("patterns.css"), skip: "Skip to the page" };
    let contents: Vec<_> = CONTENTS.iter().filter(|(id, _)| is_shown(patterns, id)).copied().collect();
    frame.page(&contents, &html! { (top(patterns)) (sections(patterns)) (foot()) })
}

/// Without a part that what follows needs too, one sentence is enough for all of them.
fn is_shown(patterns: &Patterns, id: &str) -> bool {
    match id {
        "clusters" | "tree" => !same(&patterns.segments, &patterns.clusters),
        "bundles" => patterns.together.found().is_some(),
        _ => true,
    }
}

fn same<A, B>(first: &Part<A>, second: &Part<B>) -> bool {
    matches!((first, second), (Part::Absent(why), Part::Absent(other)) if why == other)
}

fn top(patterns: &Patterns) -> Markup {
    html! {
        header {
            p.kicker { (patterns.shop) span { "Patterns" } }
            h1 { (patterns.headline) }
            div.verdict { p { (source(patterns)) } }
            dl.tiles { @for (name, value, note) in tiles(patterns) { (super::tile(name, &value, &note)) } }
            aside.caveat {
                strong { "What was, not why. " }
                "These are patterns in what shoppers did. They do not say that one purchase causes another, nor what an \
                 offer would change."
            }
        }
    }
}

fn source(patterns: &Patterns) -> String {
    let names = patterns.files.iter().take(4).cloned().collect::<Vec<_>>().join(", ");
    let more = patterns.files.len().saturating_sub(4);
    let rest = if more > 0 { format!(" and {more} more files") } else { String::new() };
    let (kept, read) = (number::count(patterns.rows_kept), number::count(patterns.rows_read));
    format!("From {names}{rest}: {kept} of {read} rows, after the rules of cleaning.")
}

fn tiles(patterns: &Patterns) -> Vec<(&'static str, String, String)> {
    let mut tiles = Vec::new();
    if let Some(segments) = patterns.segments.found() {
        let money = number::Currency::of(&patterns.currency);
        let orders = format!("{} orders", number::count(segments.orders));
        tiles.push(("Shoppers who bought", number::count(segments.shoppers), orders));
        let mean = format!("{} a shopper", money.major_amount(segments.mean_spend));
        tiles.push(("Paid, refunds taken off", money.major_amount(segments.revenue), mean));
    }
    if let Some(together) = patterns.together.found() {
        let items = format!("of {} different items", number::count(together.items));
        tiles.push(("Baskets", number::count(together.baskets), items));
        let strongest = together.rules.first().map_or_else(
            || "at these thresholds".to_string(),
            |rule| format!("up to {} times chance", number::decimal(rule.lift, 1)),
        );
        tiles.push(("Rules", number::count(together.rules_found), strongest));
    }
    tiles
}

fn sections(patterns: &Patterns) -> Markup {
    let (currency, shown) = (&patterns.currency, |id| is_shown(patterns, id));
    html! {
        (part("shoppers", "Shoppers by recency, frequency and money", shoppers::LEAD, &patterns.segments,
            |found| shoppers::draw(found, currency)))
        @if shown("clusters") {
            (part("clusters", "Who buys alike", clusters::LEAD, &patterns.clusters,
                |found| clusters::draw(found, currency)))
        }
        @if shown("tree") {
            (part("tree", "Family tree of shoppers", clusters::TREE_LEAD, &patterns.hierarchy, clusters::draw_tree))
        }
        (part("together", "What goes together", together::LEAD, &patterns.together, together::draw))
        @if shown("bundles") {
            (part("bundles", "Bundles worth trying", together::BUNDLES_LEAD, &patterns.together,
                together::draw_bundles))
        }
        (part("words", "Words in the same company", meanings::LEAD, &patterns.meanings, meanings::draw))
    }
}

/// A section, or the same section with the sentence that says what the log lacks.
fn part<T>(id: &str, title: &str, lead: &str, part: &Part<T>, draw: impl Fn(&T) -> Markup) -> Markup {
    match part {
        Part::Found(found) => section(id, title, lead, draw(found)),
        Part::Absent(why) => section(id, title, lead, html! { div.empty { p.why { (why) } } }),
    }
}

/// Names of items in one line of text.
fn names(items: &[Item]) -> String {
    items.iter().map(|item| item.shown()).collect::<Vec<_>>().join(" + ")
}

/// "a, b and c".
fn listed(parts: &[String]) -> String {
    match parts {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => parts.concat(),
    }
}

fn times(lift: f64) -> String {
    let decimals = match lift {
        lift if lift < 10.0 => 2,
        lift if lift < 100.0 => 1,
        _ => 0,
    };
    format!("{}×", number::decimal(lift, decimals))
}

fn foot() -> Markup {
    html! {
        footer {
            p {
                "Written by skonto patterns. The same log and settings give the same page. Segments are graded within this \
                 shop; clusters, tree and rules are exact, samples are drawn with the seed that is told."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_anything_found_says_why_once_for_parts_of_the_same_need() {
        let page = patterns_page(&Patterns { shop: "<Corner>".into(), ..Patterns::default() });
        assert!(page.contains("&lt;Corner&gt;") && !page.contains("<script") && !page.contains("http"));
        assert_eq!(page.matches("Nothing was read.").count(), ["shoppers", "together", "words"].len());
        assert!(!page.contains("#tree") && !page.contains("#bundles"));
    }
}
