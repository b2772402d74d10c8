//! Clusters with the choice of their number, and the family tree.

use super::shoppers::PERCENT;
use crate::evaluate::chart::{Axis, Band, Look, Plot, Point, Print, Scale, Series};
use crate::evaluate::patterns::{Cluster, Clusters, Tree};
use crate::evaluate::report::bars::{self, Mark, Row};
use crate::evaluate::report::number::{self, Currency};
use crate::evaluate::report::panel::{Panel, Table};
use maud::{Markup, PreEscaped, html};

/// What the section on clusters is about.
pub const LEAD: &str = "Shoppers are put next to each other by days since their last order, number of orders and spend \
    (logarithms, each brought to the same spread), and fall into groups around a centre: k-means.";
/// What the section on the tree is about.
pub const TREE_LEAD: &str = "The two most alike groups of shoppers are merged again and again, from single shoppers up \
    to all (Ward's method, on the same three numbers).";

/// The whole section on clusters.
pub fn draw(found: &Clusters, currency: &str) -> Markup {
    let money = Currency::of(currency);
    html! {
        (sizes(found))
        (centres(found, &money))
        h3 { "Why " (found.clusters.len()) "?" }
        p.read { (found.reason) }
        @if found.tried.len() > 1 { div.pair { (silhouettes(found)) (inertias(found)) } }
    }
}

fn label(cluster: &Cluster) -> String {
    format!("{}  {}", cluster.number, cluster.words)
}

fn sizes(found: &Clusters) -> Markup {
    let row = |cluster: &Cluster| Row {
        label: label(cluster),
        value: cluster.share_of_shoppers,
        interval: None,
        text: number::percent(cluster.share_of_shoppers, 1),
        strong: false,
    };
    let rows: Vec<Row> = found.clusters.iter().map(row).collect();
    let cells = found.clusters.iter().map(|cluster| {
        let share = number::percent(cluster.share_of_shoppers, 1);
        vec![label(cluster), number::count(cluster.shoppers), share]
    });
    Panel {
        title: "Share of shoppers by cluster",
        read: "Words compare the centre of a cluster with the middle of all shoppers.",
        body: bars::rows(&rows, Mark::Bar, "", PERCENT),
        table: Table { head: &["Cluster", "Shoppers", "Share"], rows: cells.collect() },
    }
    .draw()
}

fn centres(found: &Clusters, money: &Currency) -> Markup {
    html! {
        h3 { "Their centres" }
        p.read { "What a typical shopper of the cluster does, in the shop's own units; best spenders first." }
        div.scroll.body tabindex="0" role="group" aria-label="Centres of clusters" {
            table.cards {
                caption.known { "Centres of clusters" }
                thead { tr {
                    th scope="col" { "Cluster" }
                    th scope="col" { "Shoppers" }
                    th scope="col" { "Days since last order" }
                    th scope="col" { "Orders" }
                    th scope="col" { "Spend" }
                    th scope="col" { "For one order" }
                    th scope="col" { "Share of the money" }
                } }
                tbody { @for cluster in &found.clusters { (centre(cluster, money)) } }
            }
        }
    }
}

fn centre(cluster: &Cluster, money: &Currency) -> Markup {
    html! {
        tr {
            th scope="row" { "Cluster " (cluster.number) small { (cluster.words) } }
            td data-name="shoppers" { (number::count(cluster.shoppers)) }
            td data-name="days" { (number::decimal(cluster.recency_days, 0)) }
            td data-name="orders" { (number::decimal(cluster.orders, 1)) }
            td data-name="spend" { (money.major_amount(cluster.spend)) }
            td data-name="an order" { (money.major_amount(cluster.basket)) }
            td data-name="of the money" { (number::percent(cluster.share_of_revenue, 1)) }
        }
    }
}

fn silhouettes(found: &Clusters) -> Markup {
    let points = found.tried.iter().map(|row| (row.clusters, row.silhouette)).collect::<Vec<_>>();
    let print: Print = &|value, step| number::decimal(value, number::tick_decimals(step));
    let chosen = found.clusters.len();
    let mark = (chosen, format!("{chosen} chosen"));
    Panel {
        title: "Silhouette",
        read: "How much nearer shoppers are to their own cluster than to the next: higher is clearer, below 0.25 is none.",
        body: curve("Silhouette by number of clusters", "silhouette", &points, Scale::with_zero, print, Some(mark)),
        table: table(&points, "Silhouette", 3),
    }
    .draw()
}

fn inertias(found: &Clusters) -> Markup {
    let points = found.tried.iter().map(|row| (row.clusters, row.inertia)).collect::<Vec<_>>();
    let print: Print = &|value, _| number::decimal(value, 0);
    let mark = found.elbow.map(|elbow| (elbow, format!("bends at {elbow}")));
    Panel {
        title: "Squared distance from centres",
        read: "It falls with every cluster; where the fall bends, more clusters say little more.",
        body: curve(
            "Squared distance by number of clusters",
            "squared distance",
            &points,
            Scale::with_zero,
            print,
            mark,
        ),
        table: table(&points, "Squared distance", 1),
    }
    .draw()
}

fn table(points: &[(usize, f64)], name: &'static str, decimals: usize) -> Table<'static> {
    let head: &'static [&'static str] = match name {
        "Silhouette" => &["Clusters", "Silhouette"],
        _ => &["Clusters", "Squared distance"],
    };
    let row = |(clusters, value): &(usize, f64)| vec![clusters.to_string(), number::decimal(*value, decimals)];
    Table { head, rows: points.iter().map(row).collect() }
}

fn curve(
    title: &str,
    axis: &str,
    points: &[(usize, f64)],
    scale: fn(Vec<f64>) -> Option<Scale>,
    print: Print,
    mark: Option<(usize, String)>,
) -> Option<Markup> {
    let point = |(clusters, value): &(usize, f64)| Point {
        x: *clusters as f64,
        y: *value,
        tip: format!("{clusters} clusters: {}", number::decimal(*value, 3)),
    };
    let plot = Plot {
        title,
        x: Axis {
            title: "clusters",
            scale: Scale::around(points.iter().map(|(clusters, _)| *clusters as f64))?,
            print: &|value, _| number::decimal(value, 0),
        },
        y: Axis { title: axis, scale: scale(points.iter().map(|(_, value)| *value).collect())?, print },
        series: vec![Series { name: axis.into(), look: Look::Discs, points: points.iter().map(point).collect() }],
        guide: None,
        band: mark.map(|(at, label)| Band { from: at as f64, to: at as f64, label }),
    };
    Some(plot.draw())
}

/// The whole section on the tree.
pub fn draw_tree(tree: &Tree) -> Markup {
    let rows = tree.merges.iter().map(|merge| {
        vec![
            format!("{} → {}", merge.left + 1, merge.left),
            number::decimal(merge.height, 2),
            number::count(merge.shoppers),
        ]
    });
    let panel = Panel {
        title: "Who is alike",
        read: "Read from right to left: a bracket joins two groups, and the further left it stands, the less alike they \
            are. Numbers on the right are shoppers; the dashed line is the cut.",
        body: Some(PreEscaped(tree.svg.clone())),
        table: Table { head: &["Clusters", "Distance", "Shoppers in the union"], rows: rows.collect() },
    };
    html! {
        p.note { (cut(tree)) }
        (panel.draw())
    }
}

fn cut(tree: &Tree) -> String {
    let sizes = super::listed(&tree.sizes.iter().map(|size| number::count(*size)).collect::<Vec<_>>());
    let (sampled, all) = (number::count(tree.sampled), number::count(tree.shoppers));
    let basis = match tree.sampled < tree.shoppers {
        true => format!("The tree is of {sampled} shoppers out of {all}, drawn with seed {}. ", tree.seed),
        false => format!("The tree is of all {all} shoppers. "),
    };
    format!("{basis}Cut where k-means was, into {} clusters, it has groups of {sizes}.", tree.clusters)
}
