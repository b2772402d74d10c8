//! Bars with intervals, dots, stacked shares and range strips, each a track of SVG beside its label.
//!
//! Tracks follow the width of their column. What is *not* here: lines and scales (see `chart`).

use crate::evaluate::chart::{Print, Scale, anchor, pct};
use maud::{Markup, html};

/// Height of one bar, in pixels.
const TRACK: f64 = 30.0;
/// A stacked part narrower than this share has no room for its label.
const LABELLED_SHARE: f64 = 0.085;

/// One labelled bar or dot.
pub struct Row {
    /// What it is.
    pub label: String,
    /// Where it ends.
    pub value: f64,
    /// Its interval, if known.
    pub interval: Option<(f64, f64)>,
    /// The number as printed beside it.
    pub text: String,
    /// Whether it is the one to look at.
    pub strong: bool,
}

/// Whether rows are bars from zero or dots on a scale without it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Bars from zero.
    Bar,
    /// Dots.
    Dot,
}

impl Mark {
    fn height(self) -> f64 {
        match self {
            Mark::Bar => TRACK,
            Mark::Dot => 22.0,
        }
    }
}

/// Labelled bars or dots, one under the other, on one scale. None when there is nothing finite to draw.
pub fn rows(rows: &[Row], mark: Mark, axis: &str, print: Print) -> Option<Markup> {
    let values = rows.iter().flat_map(|r| [Some(r.value), r.interval.map(|i| i.0), r.interval.map(|i| i.1)]);
    let scale = match mark {
        Mark::Bar => Scale::with_zero(values.flatten()),
        Mark::Dot => Scale::around(values.flatten()),
    }?;
    Some(html! {
        div.rows {
            @for row in rows {
                div.row.strong[row.strong] {
                    span.label { (row.label) }
                    (track(row, mark, &scale))
                    span.value { (row.text) }
                }
            }
            div.row.foot { span.label { (axis) } (foot(&scale, print)) span.value {} }
        }
    })
}

fn track(row: &Row, mark: Mark, scale: &Scale) -> Markup {
    let height = mark.height();
    html! {
        svg.track width="100%" height=(height) aria-hidden="true" {
            title { (row.label) ": " (row.text) }
            @for tick in scale.ticks() {
                @let x = pct(scale.place(tick));
                line.grid.zero[tick == 0.0 && mark == Mark::Bar] x1=(x) x2=(x) y1="0" y2=(height) {}
            }
            @if row.value.is_finite() && mark == Mark::Bar { (bar(row.value, scale)) }
            @if let Some((low, high)) = row.interval { (whisker(low, high, height / 2.0, scale)) }
            @if row.value.is_finite() && mark == Mark::Dot {
                circle.dot cx=(pct(scale.place(row.value))) cy=(height / 2.0) r="4" {}
            }
        }
    }
}

fn bar(value: f64, scale: &Scale) -> Markup {
    let (zero, end) = (scale.place(0.0), scale.place(value));
    html! {
        rect.bar.below[value < 0.0] x=(pct(zero.min(end))) width=(pct((end - zero).abs()))
            y=(TRACK * 0.2) height=(TRACK * 0.6) {}
    }
}

fn whisker(low: f64, high: f64, middle: f64, scale: &Scale) -> Markup {
    if !(low.is_finite() && high.is_finite()) {
        return html! {};
    }
    let (low, high) = (pct(scale.place(low)), pct(scale.place(high)));
    html! {
        line.whisker x1=(low) x2=(high) y1=(middle) y2=(middle) {}
        @for x in [&low, &high] { line.whisker x1=(x) x2=(x) y1=(middle - 5.0) y2=(middle + 5.0) {} }
    }
}

/// The tick labels of `scale`, for under a track. Those that a narrow track has no room for are marked, and left out there.
pub fn foot(scale: &Scale, print: Print) -> Markup {
    let ticks = scale.ticks();
    let labels: Vec<String> = ticks.iter().map(|tick| print(*tick, scale.step())).collect();
    let zero = ticks.iter().position(|tick| *tick == 0.0).unwrap_or(0);
    let apart = stride(&labels, zero);
    html! {
        svg.track width="100%" height="22" aria-hidden="true" {
            @for (at, (tick, label)) in ticks.iter().zip(&labels).enumerate() {
                @let x = scale.place(*tick);
                text.tick.spare[at.abs_diff(zero) % apart > 0] x=(pct(x)) y="15" text-anchor=(anchor(x, 4.0)) { (label) }
            }
        }
    }
}

/// Letters under a narrow track, with two between labels.
const NARROW: usize = 22;

/// Every how many labels, counted from one of them, have room under a narrow track.
fn stride(labels: &[String], from: usize) -> usize {
    let length = |apart: usize| {
        let kept = labels.iter().enumerate().filter(|(at, _)| at.abs_diff(from) % apart == 0);
        kept.map(|(_, label)| label.chars().count() + 2).sum::<usize>()
    };
    (1..labels.len()).find(|apart| length(*apart) <= NARROW).unwrap_or(labels.len().max(1))
}

/// One bar cut into shares.
pub struct Stack {
    /// What it is.
    pub label: String,
    /// Printed after the bar.
    pub note: String,
    /// Shares of one, in the order of the legend.
    pub shares: Vec<f64>,
}

/// The legend of stacked bars.
pub fn stack_legend(names: &[&str]) -> Markup {
    html! {
        ul.legend {
            @for (i, name) in names.iter().enumerate() { li { (swatch(i)) (name) } }
        }
    }
}

/// The colour of the part at `index`, as a small square.
pub fn swatch(index: usize) -> Markup {
    html! {
        svg.swatch width="12" height="12" aria-hidden="true" { rect.(part(index)) width="12" height="12" rx="2" {} }
    }
}

/// Bars cut into shares, one under the other.
pub fn stacks(names: &[&str], stacks: &[Stack], print: &dyn Fn(f64) -> String) -> Markup {
    html! {
        div.rows {
            @for stack in stacks {
                div.row {
                    span.label { (stack.label) }
                    svg.track.stack width="100%" height=(TRACK) aria-hidden="true" { (parts(names, stack, print)) }
                    span.value { (stack.note) }
                }
            }
        }
    }
}

fn parts(names: &[&str], stack: &Stack, print: &dyn Fn(f64) -> String) -> Markup {
    html! {
        @for (i, from, share) in placed(&stack.shares) {
            @let name = names.get(i).copied().unwrap_or("other");
            g.(part(i)) {
                title { (stack.label) ": " (name) ", " (print(share)) }
                rect x=(pct(from * 100.0)) width=(pct(share * 100.0)) y="4" height=(TRACK - 8.0) {}
                @if share >= LABELLED_SHARE {
                    @let middle = pct((from + share / 2.0) * 100.0);
                    text x=(middle) y=(TRACK / 2.0 + 4.0) text-anchor="middle" { (print(share)) }
                }
            }
        }
    }
}

/// Index, start and width of every part that has a width.
fn placed(shares: &[f64]) -> Vec<(usize, f64, f64)> {
    let drawable = |share: f64| if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    let parts = shares.iter().map(|s| drawable(*s)).enumerate().scan(0.0, |end, (i, share)| {
        let from = *end;
        *end += share;
        Some((i, from, share))
    });
    parts.filter(|(_, _, share)| *share > 0.0).collect()
}

/// The style sheet knows eight steps of the ramp; deeper ones share the last.
fn part(index: usize) -> String {
    format!("part-{}", index.min(7))
}

/// Least, quartiles and greatest as a line, a box and a tick, on `scale`; below them the `arms`, a disc for one
/// with enough evidence and a ring for one without.
pub fn strip(five: &[f64; 5], arms: &[(f64, bool)], scale: &Scale, tip: &str) -> Markup {
    if five.iter().any(|v| !v.is_finite()) {
        return html! { "–" };
    }
    let [least, lower, median, upper, greatest] = five.map(|v| scale.place(v));
    html! {
        svg.strip width="100%" height="28" aria-hidden="true" {
            title { (tip) }
            @for tick in scale.ticks() {
                @let x = pct(scale.place(tick));
                line.grid x1=(x) x2=(x) y1="0" y2="28" {}
            }
            line.range x1=(pct(least)) x2=(pct(greatest)) y1="10" y2="10" {}
            rect.box x=(pct(lower)) width=(pct((upper - lower).max(0.5))) y="5" height="10" rx="1.5" {}
            line.median x1=(pct(median)) x2=(pct(median)) y1="2" y2="18" {}
            @for (depth, evidence) in arms {
                circle.arm.without[!evidence] cx=(pct(scale.place(*depth))) cy="23.5" r="2.75" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_that_a_narrow_track_has_no_room_for_are_spare_and_zero_never_is() {
        let labels = |all: &[&str]| all.iter().map(|label| label.to_string()).collect::<Vec<String>>();
        assert_eq!(stride(&labels(&["−$0.4", "$0.0", "$0.4"]), 1), 1);
        assert_eq!(stride(&labels(&["−$25 000", "$0", "$25 000", "$50 000", "$75 000"]), 1), 2);
        let wide = Scale::with_zero([-30_000.0, 120_000.0]).unwrap();
        let foot = foot(&wide, &|value, _| format!("${value:.0}")).into_string();
        assert!(foot.contains("\"tick spare\"") && foot.contains(">$0<"), "{foot}");
        assert!(!foot.split("<text").any(|text| text.contains("spare") && text.contains(">$0<")), "{foot}");
    }

    #[test]
    fn rows_without_a_finite_number_are_not_drawn() {
        let row = Row { label: "a".into(), value: f64::NAN, interval: None, text: "–".into(), strong: false };
        assert!(rows(&[row], Mark::Bar, "", &|v, _| v.to_string()).is_none());
        assert!(rows(&[], Mark::Dot, "", &|v, _| v.to_string()).is_none());
    }

    #[test]
    fn stacked_parts_follow_each_other_and_skip_what_has_no_width() {
        let parts = placed(&[0.5, 0.0, f64::NAN, 0.25, -1.0]);
        assert_eq!(parts, [(0, 0.0, 0.5), (3, 0.5, 0.25)]);
    }
}
