//! Frequent sets by size, rules, and bundles as settings.

use super::{names, rules, times};
use crate::evaluate::chart::Print;
use crate::evaluate::patterns::{Bundle, Set, Sizes, Together};
use crate::evaluate::report::bars::{self, Mark, Row};
use crate::evaluate::report::number;
use crate::evaluate::report::panel::{Panel, Table};
use maud::{Markup, html};

/// What the section is about.
pub const LEAD: &str = "Items that are found in one basket more often than the settings ask for, and rules of the kind: \
    who has this often has that.";
/// What the section on bundles is about.
pub const BUNDLES_LEAD: &str = "Large sets of items that are in one basket far more often than chance would have it. They \
    go together; whether people buy more when they are offered together, only a test can say.";

/// The whole section.
pub fn draw(found: &Together) -> Markup {
    html! {
        p.note { (thresholds(found)) }
        @if found.sizes.is_empty() {
            div.empty { p.why { "No item is in so many baskets. Lower min_support in [rules]." } }
        } @else {
            (sizes(found))
            (frequent(&found.frequent, found.baskets))
            (rules::draw(found))
        }
    }
}

fn thresholds(found: &Together) -> String {
    let by = if found.told { "as [rules] says" } else { "the defaults, since the settings have no [rules]" };
    let support = number::percent(found.min_support, if found.min_support < 0.01 { 3 } else { 1 });
    format!(
        "A basket is {}. A set counts when at least {} of the {} baskets have it ({support}); a rule, when its confidence \
         is at least {} and its lift at least {}: {by}.",
        found.basket_is,
        number::count(found.min_baskets),
        number::count(found.baskets),
        number::percent(found.min_confidence, 0),
        number::decimal(found.min_lift, 1),
    )
}

fn sizes(found: &Together) -> Markup {
    let items = |size: usize| if size == 1 { "1 item".to_string() } else { format!("{size} items") };
    let row = |row: &Sizes| Row {
        label: items(row.size),
        value: row.all as f64,
        interval: None,
        text: number::count(row.all),
        strong: false,
    };
    let rows: Vec<Row> = found.sizes.iter().map(row).collect();
    let cells = |name: String, counts: [u64; 3]| [vec![name], counts.map(number::count).to_vec()].concat();
    let mut table: Vec<_> =
        found.sizes.iter().map(|row| cells(items(row.size), [row.all, row.closed, row.maximal])).collect();
    let sum = |count: fn(&Sizes) -> u64| found.sizes.iter().map(count).sum();
    table.push(cells("all sizes".into(), [sum(|row| row.all), sum(|row| row.closed), sum(|row| row.maximal)]));
    let print: Print = &|value, step| number::decimal(value, number::tick_decimals(step));
    Panel {
        title: "Frequent sets by size",
        read: "Closed sets lose baskets with any item added; maximal ones cannot take another item and stay frequent.",
        body: bars::rows(&rows, Mark::Bar, "sets", print),
        table: Table { head: &["Items in a set", "Frequent", "Closed", "Maximal"], rows: table },
    }
    .draw_with_table_shown()
}

fn frequent(sets: &[Set], baskets: u64) -> Markup {
    html! {
        h3 { "The most frequent" }
        p.read { "Up to five sets of each size, by number of baskets." }
        div.scroll.body tabindex="0" role="group" aria-label="Most frequent sets" {
            table.sets {
                caption.known { "Most frequent sets" }
                thead { tr { th scope="col" { "Items" } th scope="col" { "Baskets" } th scope="col" { "Share" } } }
                @for same in sets.chunk_by(|a, b| a.items.len() == b.items.len()) {
                    tbody {
                        @for set in same {
                            tr {
                                th scope="row" { (rules::side(&set.items)) }
                                td { (number::count(set.baskets)) }
                                td { (number::percent(set.baskets as f64 / baskets as f64, 1)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The whole section on bundles.
pub fn draw_bundles(found: &Together) -> Markup {
    if found.bundles.is_empty() {
        let why = "No frequent set of two or more items is in twice as many baskets as chance would have it. A lower \
            min_support in [rules] looks at rarer ones.";
        return html! { div.empty { p.why { (why) } } };
    }
    let row = |bundle: &Bundle| Row {
        label: names(&bundle.items),
        value: bundle.lift,
        interval: None,
        text: times(bundle.lift),
        strong: false,
    };
    let rows: Vec<Row> = found.bundles.iter().map(row).collect();
    let cells = found
        .bundles
        .iter()
        .map(|bundle| vec![names(&bundle.items), times(bundle.lift), number::count(bundle.baskets)]);
    let panel = Panel {
        title: "How far above chance",
        read: "Baskets with the whole set, as a multiple of what they would be if each item were bought for itself. Of sets \
            that are much alike only the first is shown.",
        body: bars::rows(&rows, Mark::Bar, "times chance", &|value, _| number::decimal(value, 0)),
        table: Table { head: &["Items", "Times chance", "Baskets"], rows: cells.collect() },
    };
    html! {
        div.bundles { (panel.draw()) }
        h3 { "As settings, for later" }
        p.read {
            "What goes together, not what causes what: give a bundle a test before you give it a discount. skonto does not \
             read [[bundle]] yet."
        }
        pre.toml tabindex="0" role="group" aria-label="Bundles as settings" { code { (found.bundles_toml) } }
    }
}
