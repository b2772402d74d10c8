//! The patterns of a log in a screenful.

use super::{Clusters, Item, Part, Patterns, Segments, Together};
use std::fmt::Write;

/// Rules printed; the page has more.
const RULES: usize = 8;

/// The sentence, segments, clusters, rules.
pub fn in_words(patterns: &Patterns) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}: {}", patterns.shop, patterns.files.join(", "));
    let _ = writeln!(out, "{}", patterns.headline);
    section(&mut out, "shoppers", &patterns.segments, segments);
    match (&patterns.segments, &patterns.clusters) {
        (Part::Absent(why), Part::Absent(same)) if why == same => {}
        _ => section(&mut out, "clusters", &patterns.clusters, clusters),
    }
    section(&mut out, "together", &patterns.together, together);
    out
}

fn section<T>(out: &mut String, name: &str, part: &Part<T>, tell: fn(&mut String, &T)) {
    let _ = writeln!(out);
    match part {
        Part::Found(found) => tell(out, found),
        Part::Absent(why) => _ = writeln!(out, "{name}: {why}"),
    }
}

fn segments(out: &mut String, segments: &Segments) {
    let _ = writeln!(
        out,
        "{:<20} {:>9} {:>9} {:>9} {:>7} {:>7} {:>12}",
        "segment", "shoppers", "of them", "of money", "days", "orders", "spend"
    );
    for row in &segments.rows {
        let [people, money] =
            [row.share_of_shoppers, row.share_of_revenue].map(|share| format!("{:.1} %", share * 100.0));
        let _ = writeln!(
            out,
            "{:<20} {:>9} {people:>9} {money:>9} {:>7.0} {:>7.1} {:>12.2}",
            row.name, row.shoppers, row.mean_recency_days, row.mean_orders, row.mean_spend
        );
    }
}

fn clusters(out: &mut String, clusters: &Clusters) {
    let _ = writeln!(out, "{}", clusters.reason);
    for cluster in &clusters.clusters {
        let _ = writeln!(
            out,
            "{:>3} {:<40} {:>9} shoppers {:>7.0} days {:>7.1} orders {:>12.2} spend",
            cluster.number, cluster.words, cluster.shoppers, cluster.recency_days, cluster.orders, cluster.spend
        );
    }
}

fn together(out: &mut String, together: &Together) {
    let sizes: Vec<String> = together.sizes.iter().map(|row| format!("{} of {}", row.all, row.size)).collect();
    let _ = writeln!(
        out,
        "{} baskets; sets in at least {}: {}; {} rules",
        together.baskets,
        together.min_baskets,
        sizes.join(", "),
        together.rules_found
    );
    for rule in together.rules.iter().take(RULES) {
        let (left, right) = (names(&rule.antecedent), names(&rule.consequent));
        let (share, lift) = (rule.confidence * 100.0, rule.lift);
        let _ = writeln!(out, "  {left} → {right}: {share:.0} %, {lift:.1} times chance, {} baskets", rule.baskets);
    }
}

fn names(items: &[Item]) -> String {
    items.iter().map(|item| item.shown()).collect::<Vec<_>>().join(" + ")
}
