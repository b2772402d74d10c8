//! What money buys: gain against spend as the price of budget rises, and how many get an offer at each price.

use super::show::{self, Show};
use crate::evaluate::chart::{Axis, Look, Plot, Point, Print, Scale, Series};
use crate::evaluate::experiment::BudgetPoint;
use crate::evaluate::report::number;
use crate::evaluate::report::panel::{Panel, Table, section};
use maud::{Markup, html};

/// One picture over the spend.
struct Picture<'a> {
    title: &'a str,
    read: &'a str,
    y: (&'a str, Print<'a>),
    of: fn(&BudgetPoint) -> f64,
    guide: Option<([(f64, f64); 2], &'a str)>,
}

/// The section; none without points.
pub fn draw(show: &Show) -> Option<Markup> {
    let points = &show.run.budget;
    if points.is_empty() {
        return None;
    }
    let lead = format!(
        "One price, λ, is put on every unit of money that an offer costs: the higher it is, the fewer {} get one. Each point \
        is one price; point at it to read the price. Gains are as the model has them, not as measured.",
        show.rows()
    );
    let (gain, axis) = (format!("gain above none, per {}", show.row()), format!("share of {}", show.rows()));
    let gain = Picture {
        title: "Gain against spend",
        read: "The steeper, the more a further unit of budget earns. The dotted line spends the same on a random part of \
            those who would be offered something with the most money.",
        y: (&gain, &|value, step| show.tick(value, step)),
        of: |point| point.gain,
        guide: at_random(points, |point| point.gain),
    };
    let offered = Picture {
        title: "Offers against spend",
        read: "How many get an offer at that spend. Above the dotted line, the cheaper offers come first.",
        y: (&axis, &show::percent_tick),
        of: |point| point.offered,
        guide: at_random(points, |point| point.offered),
    };
    let body = html! { div.pair { (picture(show, gain)) (picture(show, offered)) } };
    Some(section("budget", "What a budget buys", &lead, body))
}

/// From nothing to the point with the greatest spend.
fn at_random(points: &[BudgetPoint], of: fn(&BudgetPoint) -> f64) -> Option<([(f64, f64); 2], &'static str)> {
    let finite = points.iter().filter(|point| point.spend.is_finite() && of(point).is_finite());
    let most = finite.reduce(|most, point| if point.spend > most.spend { point } else { most })?;
    (most.spend > 0.0).then_some(([(0.0, 0.0), (most.spend, of(most))], "at random"))
}

fn price(value: f64) -> String {
    number::amount(value)
}

fn picture(show: &Show, picture: Picture) -> Markup {
    let mut points: Vec<BudgetPoint> = show.run.budget.clone();
    points.sort_by(|a, b| a.spend.total_cmp(&b.spend));
    let money = |value: f64| show.money(value);
    let tip = |point: &BudgetPoint| {
        let offered = number::percent(point.offered, 1);
        format!("λ {}: spend {}, gain {}, offered {offered}", price(point.price), money(point.spend), money(point.gain))
    };
    let value = picture.of;
    let drawn = points.iter().map(|point| Point { x: point.spend, y: value(point), tip: tip(point) });
    let x = Scale::with_zero(points.iter().map(|point| point.spend));
    let y = Scale::with_zero(points.iter().map(value));
    let spend = format!("spend per {}", show.row());
    let body = x.zip(y).map(|(x, y)| {
        let plot = Plot {
            title: picture.title,
            x: Axis { title: &spend, scale: x, print: &|value, step| show.tick(value, step) },
            y: Axis { title: picture.y.0, scale: y, print: picture.y.1 },
            series: vec![Series { name: "best first".into(), look: Look::Discs, points: drawn.collect() }],
            guide: picture.guide,
            band: None,
        };
        plot.draw()
    });
    let cells = show.run.budget.iter().map(|point| {
        let offered = number::percent(point.offered, 1);
        vec![price(point.price), money(point.spend), money(point.gain), offered]
    });
    let table = Table { head: &["λ", "Spend", "Gain", "Offered"], rows: cells.collect() };
    Panel { title: picture.title, read: picture.read, body, table }.draw()
}
