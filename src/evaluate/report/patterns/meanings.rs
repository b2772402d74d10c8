//! The nearest words of the most frequent ones.

use crate::evaluate::patterns::{Meanings, Near};
use crate::evaluate::report::number;
use maud::{Markup, html};

/// What the section is about.
pub const LEAD: &str = "Learnt from the shop's own product names and searches: words near to each other stand among the \
    same words. A search for one may well mean the other.";

/// The whole section.
pub fn draw(found: &Meanings) -> Markup {
    html! {
        p.note {
            (number::count(found.words)) " words were learnt from " (number::count(found.texts))
            " different texts. Words of one or two letters and numbers are not listed."
        }
        @if found.nearest.is_empty() { div.empty { p.why { "No word is frequent enough to be listed." } } }
        @else { (table(&found.nearest)) }
    }
}

fn table(nearest: &[Near]) -> Markup {
    html! {
        h3 { "The most frequent words and the nearest to each" }
        p.read { "Nearest first; 1 would be a word in exactly the same company, 0 one that has nothing to do with it." }
        div.scroll.body tabindex="0" role="group" aria-label="Nearest words" {
            table.near {
                caption.known { "Nearest words" }
                thead { tr {
                    th scope="col" { "Word" } th scope="col" { "Found" } th.words scope="col" { "Nearest" }
                } }
                tbody { @for near in nearest { (line(near)) } }
            }
        }
    }
}

fn line(near: &Near) -> Markup {
    html! {
        tr {
            th scope="row" { (near.word) }
            td { (number::count(near.count)) }
            td.words {
                @for (word, cosine) in &near.neighbours {
                    span.chip { (word) " " span.cosine { (number::decimal(*cosine, 2)) } } " "
                }
            }
        }
    }
}
