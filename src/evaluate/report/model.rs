//! How good the demand model is, against baselines on the same held-out examples.

use super::bars::{self, Mark, Row};
use super::number;
use super::panel::{Panel, Table, section};
use crate::evaluate::chart::{Axis, Look, Plot, Point, Scale, Series};
use crate::evaluate::summary::{Figure, ModelScore, Summary};
use maud::{Markup, html};

/// Bars drawn at most; the data table has them all.
const SHOWN_BARS: usize = 16;

/// One of the three metrics that come with intervals.
struct Metric {
    name: &'static str,
    better: &'static str,
    decimals: usize,
    higher_is_better: bool,
    of: fn(&ModelScore) -> Figure,
}

const METRICS: [Metric; 3] = [
    Metric { name: "ROC-AUC", better: "higher is better", decimals: 3, higher_is_better: true, of: |s| s.roc_auc },
    Metric { name: "PR-AUC", better: "higher is better", decimals: 3, higher_is_better: true, of: |s| s.pr_auc },
    Metric { name: "Log loss", better: "lower is better", decimals: 4, higher_is_better: false, of: |s| s.log_loss },
];

impl Metric {
    fn print(&self, value: f64) -> String {
        number::decimal(value, self.decimals)
    }

    /// The best model by this metric.
    fn best<'a>(&self, scores: &'a [ModelScore]) -> Option<&'a ModelScore> {
        let key = |s: &ModelScore| (self.of)(s).value * if self.higher_is_better { 1.0 } else { -1.0 };
        scores.iter().filter(|s| key(s).is_finite()).max_by(|a, b| key(a).total_cmp(&key(b)))
    }

    /// Whether the order of the first two is settled, in a sentence.
    fn remark(&self, scores: &[ModelScore]) -> Option<String> {
        let best = self.best(scores)?;
        let (low, high) = ((self.of)(best).low, (self.of)(best).high);
        let near: Vec<&str> = scores
            .iter()
            .filter(|s| s.name != best.name && (self.of)(s).low <= high && (self.of)(s).high >= low)
            .map(|s| s.name.as_str())
            .collect();
        Some(match near.as_slice() {
            [] => format!("{}: {} is best, its interval clear of the others.", self.name, best.name),
            near => format!(
                "{}: {} is best, but its interval overlaps that of {}; the order is not settled.",
                self.name,
                best.name,
                near.join(", ")
            ),
        })
    }
}

/// The section.
pub fn draw(summary: &Summary) -> Markup {
    let lead = "How well the model predicts purchases in weeks it has not seen, and how much of that \
        simpler models do as well.";
    let body = html! {
        (scores(&summary.scores))
        div.triple { @for metric in &METRICS { (metric_panel(metric, &summary.scores)) } }
        div.pair { (roc(summary)) (precision_recall(summary)) }
        div.pair { (calibration(summary)) (response(summary)) }
        (importance(summary))
        (tuning(summary))
    };
    section("model", "How good the demand model is", lead, body)
}

fn scores(scores: &[ModelScore]) -> Markup {
    if scores.is_empty() {
        return html! { div.empty { h3 { "Model against baselines" } p { "No data." } } };
    }
    html! {
        h3 { "Model against baselines" }
        div.scroll tabindex="0" role="group" aria-label="Model against baselines" {
            table.wide {
                thead { tr {
                    th scope="col" { "Model" }
                    @for metric in &METRICS { th scope="col" { (metric.name) small { (metric.better) } } }
                    th scope="col" { "Brier" small { "lower is better" } }
                    th scope="col" { "Calibration error" small { "lower is better" } }
                } }
                tbody { @for score in scores { (score_row(score, scores)) } }
            }
        }
        ul.remarks { @for remark in METRICS.iter().filter_map(|m| m.remark(scores)) { li { (remark) } } }
    }
}

fn score_row(score: &ModelScore, all: &[ModelScore]) -> Markup {
    html! {
        tr {
            th scope="row" { (score.name) small { (score.what) } }
            @for metric in &METRICS {
                @let figure = (metric.of)(score);
                @let best = metric.best(all).is_some_and(|b| b.name == score.name);
                td.best[best] {
                    (metric.print(figure.value)) @if best { span.tag { "best" } }
                    small { (number::interval(&figure, &|v| metric.print(v))) }
                }
            }
            td { (number::decimal(score.brier, 4)) }
            td { (number::percent(score.calibration_error, 2)) }
        }
    }
}

fn metric_panel(metric: &Metric, scores: &[ModelScore]) -> Markup {
    let print = |v: f64| metric.print(v);
    let rows: Vec<Row> = scores
        .iter()
        .enumerate()
        .map(|(i, score)| Row {
            label: score.name.clone(),
            value: (metric.of)(score).value,
            interval: Some(((metric.of)(score).low, (metric.of)(score).high)),
            text: metric.print((metric.of)(score).value),
            strong: i == 0,
        })
        .collect();
    let cells = scores.iter().map(|s| vec![s.name.clone(), number::with_interval(&(metric.of)(s), &print)]);
    Panel {
        title: metric.name,
        read: match metric.higher_is_better {
            true => "Further right is better; the axis does not start at zero.",
            false => "Further left is better; the axis does not start at zero.",
        },
        body: bars::rows(&rows, Mark::Dot, "", &plain_tick),
        table: Table { head: &["Model", metric.name], rows: cells.collect() },
    }
    .draw()
}

/// A curve of rates between zero and one.
struct Curve<'a> {
    title: &'a str,
    read: &'a str,
    x: &'a str,
    y: &'a str,
    points: &'a [(f64, f64)],
    guide: Option<([(f64, f64); 2], &'a str)>,
}

impl Curve<'_> {
    fn draw(self) -> Markup {
        let print = |v: f64| number::percent(v, 1);
        let finite = self.points.iter().filter(|(x, y)| x.is_finite() && y.is_finite());
        let points: Vec<Point> = finite
            .map(|&(x, y)| Point { x, y, tip: format!("{} {}, {} {}", self.x, print(x), self.y, print(y)) })
            .collect();
        let rows = self.points.iter().map(|&(x, y)| vec![print(x), print(y)]).collect();
        let axis = |title| Axis { title, scale: Scale::unit(), print: &percent_tick };
        let body = (!points.is_empty()).then(|| {
            let series = vec![Series { name: "model".to_string(), look: Look::Line, points }];
            Plot { title: self.title, x: axis(self.x), y: axis(self.y), series, guide: self.guide, band: None }.draw()
        });
        Panel { title: self.title, read: self.read, body, table: Table { head: &[self.x, self.y], rows } }.draw()
    }
}

fn roc(summary: &Summary) -> Markup {
    Curve {
        title: "ROC curve",
        read: "Going down the list from the likeliest purchase: how many purchases are caught for how many \
            false alarms. The further above the dotted line, the better.",
        x: "false alarms",
        y: "purchases caught",
        points: &summary.roc,
        guide: Some(([(0.0, 0.0), (1.0, 1.0)], "guessing")),
    }
    .draw()
}

fn precision_recall(summary: &Summary) -> Markup {
    let split = &summary.split;
    let rate = split.test_purchases as f64 / split.test_examples as f64;
    Curve {
        title: "Precision and recall",
        read: "How many of those picked did buy, the more purchases are to be caught. The dotted line is \
            what picking at random gives.",
        x: "purchases caught",
        y: "of those picked, bought",
        points: &summary.precision_recall,
        guide: rate.is_finite().then_some(([(0.0, rate), (1.0, rate)], "picking at random")),
    }
    .draw()
}

fn calibration(summary: &Summary) -> Markup {
    let print = |v: f64| number::percent(v, 2);
    let cells = |b: &crate::evaluate::summary::CalibrationBin| {
        vec![print(b.predicted), print(b.observed), number::count(b.count)]
    };
    let points = summary.calibration.iter().map(|b| Point {
        x: b.predicted,
        y: b.observed,
        tip: format!(
            "predicted {}, observed {}, {} examples",
            print(b.predicted),
            print(b.observed),
            number::count(b.count)
        ),
    });
    let series = vec![Series { name: "model".to_string(), look: Look::Discs, points: points.collect() }];
    let title = "Calibration";
    let body = Scale::stretched(summary.calibration.iter().flat_map(|b| [b.predicted, b.observed])).map(|scale| {
        let axis = |title| Axis { title, scale, print: &percent_tick };
        let guide = Some(([(0.0, 0.0), (1.0, 1.0)], "predicted = observed"));
        let plot = Plot { title, x: axis("predicted"), y: axis("observed"), series, guide, band: None };
        html! { (plot.draw()) (bin_counts(summary)) }
    });
    Panel {
        title,
        read: "Discs on the dotted line mean that of the purchases predicted at 10\u{202f}%, one in ten happened. Both \
            axes are stretched near zero, where most predictions are.",
        body,
        table: Table {
            head: &["Predicted", "Observed", "Examples"],
            rows: summary.calibration.iter().map(cells).collect(),
        },
    }
    .draw()
}

fn bin_counts(summary: &Summary) -> Markup {
    let counts = || summary.calibration.iter().map(|b| b.count);
    let (least, most) = (counts().min().unwrap_or(0), counts().max().unwrap_or(0));
    let each = match least == most {
        true => number::count(least),
        false => format!("{} to {}", number::count(least), number::count(most)),
    };
    html! { p.note { (summary.calibration.len()) " bins of " (each) " examples each." } }
}

fn response(summary: &Summary) -> Markup {
    let point = |x: f64, y: f64, name: &str| Point {
        x: x * 100.0,
        y,
        tip: format!("{} points from usual, {name} {}", number::signed(x * 100.0, 1), number::decimal(y, 3)),
    };
    let bins = &summary.response;
    let series = |name: &str, look, points| Series { name: name.to_string(), look, points };
    let observed = bins.iter().map(|b| point(b.depth_from_usual, b.observed_lift, "observed")).collect();
    let predicted = bins.iter().map(|b| point(b.depth_from_usual, b.predicted_lift, "predicted")).collect();
    let x = Scale::with_zero(bins.iter().map(|b| b.depth_from_usual * 100.0));
    let y = Scale::around(bins.iter().flat_map(|b| [b.observed_lift, b.predicted_lift]).chain([1.0]));
    let title = "Response to depth";
    let body = x.zip(y).map(|(x, y)| {
        let x = Axis { title: "depth above the usual, percentage points", scale: x, print: &signed_tick };
        let y = Axis { title: "purchases, times those at the usual depth", scale: y, print: &plain_tick };
        let guide = Some((x.scale.level(1.0), "no response"));
        let series = vec![series("observed", Look::Discs, observed), series("predicted", Look::Squares, predicted)];
        Plot { title, x, y, series, guide, band: None }.draw()
    });
    Panel {
        title,
        read: "In held-out weeks that were cheaper than usual (to the right), did people buy more, and as much \
            more as predicted? Discs above squares: the model is too timid.",
        body,
        table: response_table(summary),
    }
    .draw()
}

fn response_table<'a>(summary: &Summary) -> Table<'a> {
    let rows = summary.response.iter().map(|b| {
        vec![
            number::signed(b.depth_from_usual * 100.0, 1),
            number::decimal(b.observed_lift, 3),
            number::decimal(b.predicted_lift, 3),
            number::count(b.count),
        ]
    });
    Table { head: &["Points from usual", "Observed lift", "Predicted lift", "Examples"], rows: rows.collect() }
}

fn importance(summary: &Summary) -> Markup {
    let bars = summary.importance.iter().map(|i| (i.feature.replace('_', " "), i.loss));
    let rows: Vec<Row> = bars.map(|(label, loss)| plain_row(label, loss, false)).collect();
    Panel {
        title: "What the model relies on",
        read: "How much worse the prediction gets when a feature is shuffled between examples; longer is more \
            important.",
        body: bars::rows(shown(&rows), Mark::Bar, "rise of log loss", &plain_tick),
        table: Table { head: &["Feature", "Rise of log loss"], rows: row_cells(&rows) },
    }
    .draw()
}

fn tuning(summary: &Summary) -> Markup {
    let candidates = summary.tuning.iter().enumerate();
    let rows: Vec<Row> = candidates.map(|(i, (name, loss))| plain_row(name.clone(), *loss, i == 0)).collect();
    Panel {
        title: "Settings tried",
        read: "Log loss on the validation weeks, further left is better; the first was chosen. The axis does \
            not start at zero.",
        body: bars::rows(shown(&rows), Mark::Dot, "log loss", &plain_tick),
        table: Table { head: &["Setting", "Log loss"], rows: row_cells(&rows) },
    }
    .draw()
}

fn plain_row(label: String, value: f64, strong: bool) -> Row {
    Row { label, value, interval: None, text: number::decimal(value, 6), strong }
}

fn row_cells(rows: &[Row]) -> Vec<Vec<String>> {
    rows.iter().map(|r| vec![r.label.clone(), r.text.clone()]).collect()
}

fn shown(rows: &[Row]) -> &[Row] {
    &rows[..rows.len().min(SHOWN_BARS)]
}

fn plain_tick(value: f64, step: f64) -> String {
    number::decimal(value, number::tick_decimals(step))
}

fn signed_tick(value: f64, step: f64) -> String {
    number::signed(value, number::tick_decimals(step))
}

fn percent_tick(value: f64, step: f64) -> String {
    number::percent(value, number::tick_decimals(step * 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(name: &str, value: f64, half: f64) -> ModelScore {
        let figure = Figure { value, low: value - half, high: value + half };
        ModelScore { name: name.into(), roc_auc: figure, log_loss: figure, ..ModelScore::default() }
    }

    #[test]
    fn best_is_the_highest_area_and_the_lowest_loss() {
        let scores = [score("a", 0.8, 0.01), score("b", 0.7, 0.01), score("c", f64::NAN, 0.0)];
        assert_eq!(METRICS[0].best(&scores).unwrap().name, "a");
        assert_eq!(METRICS[2].best(&scores).unwrap().name, "b");
    }

    #[test]
    fn says_when_the_order_is_not_settled() {
        let close = METRICS[0].remark(&[score("a", 0.8, 0.1), score("b", 0.75, 0.1)]).unwrap();
        assert!(close.contains("overlaps that of b"), "{close}");
        let clear = METRICS[0].remark(&[score("a", 0.8, 0.01), score("b", 0.7, 0.01)]).unwrap();
        assert!(clear.contains("clear of the others"), "{clear}");
    }
}
