//! The picture of a hierarchy: which clusters merge, and at what height.
//!
//! One SVG that needs nothing else, inside a page or opened by itself. It lies on its side: lengths are percentages and
//! rows are pixels high, so it follows the width of the screen while its text keeps its size and can be selected.
//! Only the last merges are drawn; what was merged before is a leaf that says how many rows it holds.

use super::ward::Hierarchy;
use crate::error::{Code, Error, Result};
use crate::evaluate::chart::{Scale, anchor, pct};
use maud::{Markup, html};

/// The most leaves that are still readable.
pub const MAX_LEAVES: usize = 200;
/// Height of a leaf and of the axis, in pixels.
const ROW: f64 = 20.0;
const AXIS: f64 = 44.0;
/// Room above the first leaf, for the name of the cut.
const TOP: f64 = 26.0;
/// Where heights begin and end, in percent of the width; leaf counts stand to the right.
const ROOT: f64 = 3.0;
const LEAF: f64 = 82.0;

/// Colours are those of the report, for a light and a dark screen.
const STYLE: &str = "\
.dendrogram{--paper:#fbfaf7;--ink:#1d2026;--soft:#5b606b;--grid:#e6e2d9;--first:#1257a8;--second:#b4500b;color:var(--ink);\
font:400 13px/1.4 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans','Noto Sans CJK SC',sans-serif;\
font-variant-numeric:tabular-nums}\
@media screen and (prefers-color-scheme:dark){.dendrogram{--paper:#14171c;--ink:#e9e6df;--soft:#a2a7b1;--grid:#2a2f38;\
--first:#74b3ff;--second:#ffa45e}}\
.dendrogram .paper{fill:var(--paper)}.dendrogram text{fill:currentColor}.dendrogram .tick{fill:var(--soft);font-size:12px}\
.dendrogram .grid{stroke:var(--grid)}.dendrogram .above{stroke:var(--soft);stroke-width:1.5}\
.dendrogram .below{stroke:var(--first);stroke-width:2}\
.dendrogram .cut{stroke:var(--second);stroke-width:1.5;stroke-dasharray:5 4}";

/// Draws the last merges of `hierarchy` down to `leaves` leaves, with a dashed line where it falls into `clusters`.
///
/// Refuses fewer than 2 or more than [`MAX_LEAVES`] leaves, and more clusters than leaves. A hierarchy with fewer rows than
/// `leaves` is drawn whole.
pub fn draw(hierarchy: &Hierarchy, leaves: usize, clusters: usize) -> Result<Markup> {
    if !(2..=MAX_LEAVES).contains(&leaves) {
        return Err(Error::limit(
            Code::OutOfRange,
            "leaves of a dendrogram, at least 2",
            MAX_LEAVES as u64,
            leaves as u64,
        ));
    }
    if clusters == 0 || clusters > leaves {
        let what = "clusters of a dendrogram, at least 1 and at most its leaves";
        return Err(Error::limit(Code::OutOfRange, what, leaves as u64, clusters as u64));
    }
    Ok(Picture::new(hierarchy, leaves, clusters).draw())
}

/// Where a cluster's line starts: its row in pixels, its height as a value.
#[derive(Clone, Copy)]
struct Spot {
    y: f64,
    height: f64,
}

struct Picture<'a> {
    hierarchy: &'a Hierarchy,
    /// The first merge that is drawn.
    first: usize,
    clusters: usize,
    scale: Scale,
    /// Clusters that are leaves, from top to bottom.
    leaves: Vec<usize>,
}

impl<'a> Picture<'a> {
    fn new(hierarchy: &'a Hierarchy, leaves: usize, clusters: usize) -> Self {
        let first = hierarchy.rows().saturating_sub(leaves);
        let highest = hierarchy.merges.last().map_or(0.0, |merge| merge.height);
        let scale = Scale::with_zero([highest]).unwrap_or(Scale::unit());
        let mut picture = Picture { hierarchy, first, clusters, scale, leaves: Vec::new() };
        picture.leaves = picture.leaves_in_order();
        picture
    }

    /// The merge that made `cluster`, if it is drawn.
    fn drawn(&self, cluster: usize) -> Option<usize> {
        cluster.checked_sub(self.hierarchy.rows()).filter(|merge| *merge >= self.first)
    }

    /// Left before right at every merge, from the root. A list instead of recursion: a chain of merges can be long.
    fn leaves_in_order(&self) -> Vec<usize> {
        let mut open = vec![2 * self.hierarchy.rows() - 2];
        let mut leaves = Vec::new();
        while let Some(cluster) = open.pop() {
            match self.drawn(cluster) {
                Some(merge) => open.extend([self.hierarchy.merges[merge].right, self.hierarchy.merges[merge].left]),
                None => leaves.push(cluster),
            }
        }
        leaves
    }

    /// Rows in a leaf.
    fn size(&self, leaf: usize) -> usize {
        leaf.checked_sub(self.hierarchy.rows()).map_or(1, |merge| self.hierarchy.merges[merge].size)
    }

    fn bottom(&self) -> f64 {
        TOP + ROW * self.leaves.len() as f64
    }

    /// In percent of the width.
    fn place(&self, height: f64) -> f64 {
        LEAF - self.scale.place(height) * (LEAF - ROOT) / 100.0
    }

    fn x(&self, height: f64) -> String {
        pct(self.place(height))
    }

    fn draw(&self) -> Markup {
        let title = format!("{} rows, the last {} merges", self.hierarchy.rows(), self.leaves.len() - 1);
        let height = self.bottom() + AXIS;
        html! {
            svg.dendrogram xmlns="http://www.w3.org/2000/svg" width="100%" height=(height) role="img" aria-label=(title) {
                title { (title) }
                style { (maud::PreEscaped(STYLE)) }
                rect.paper width="100%" height="100%" {}
                (self.axis())
                (self.brackets())
                (self.cut())
                (self.counts())
            }
        }
    }

    fn axis(&self) -> Markup {
        let bottom = self.bottom();
        html! {
            @for tick in self.scale.ticks() {
                @let x = self.x(tick);
                line.grid x1=(x) x2=(x) y1=(TOP) y2=(bottom + 4.0) {}
                text.tick x=(x) y=(bottom + 19.0) text-anchor=(anchor(self.place(tick), 5.0)) { (number(tick)) }
            }
            text.tick x=(pct((ROOT + LEAF) / 2.0)) y=(bottom + 36.0) text-anchor="middle" { "distance at which clusters merge" }
            text.tick x=(pct(LEAF + 1.5)) y=(bottom + 36.0) { "rows" }
        }
    }

    /// A bracket per merge: a line from each part to the merge's height, and one that joins the two.
    fn brackets(&self) -> Markup {
        let mut spots = std::collections::HashMap::new();
        for (position, leaf) in self.leaves.iter().enumerate() {
            spots.insert(*leaf, Spot { y: TOP + ROW * (position as f64 + 0.5), height: 0.0 });
        }
        let mut bracket = |position: usize| {
            let merge = self.hierarchy.merges[position];
            let (left, right) = (spots.get(&merge.left).copied()?, spots.get(&merge.right).copied()?);
            let middle = Spot { y: (left.y + right.y) / 2.0, height: merge.height };
            spots.insert(self.hierarchy.rows() + position, middle);
            Some(self.bracket(position, [left, right]))
        };
        let brackets: Vec<Markup> = (self.first..self.hierarchy.merges.len()).filter_map(&mut bracket).collect();
        html! { @for bracket in brackets { (bracket) } }
    }

    fn bracket(&self, position: usize, parts: [Spot; 2]) -> Markup {
        let merge = self.hierarchy.merges[position];
        let class = if position + self.clusters >= self.hierarchy.rows() { "above" } else { "below" };
        let x = self.x(merge.height);
        html! {
            g.(class) {
                title { (thousands(merge.size)) " rows, merged at " (number(merge.height)) }
                @for part in parts { line x1=(x) x2=(self.x(part.height)) y1=(part.y) y2=(part.y) {} }
                line x1=(x) x2=(x) y1=(parts[0].y) y2=(parts[1].y) {}
            }
        }
    }

    /// Half-way between the last merge inside clusters and the first between them.
    fn cut(&self) -> Markup {
        let merges = &self.hierarchy.merges;
        let Some(first_above) = merges.len().checked_sub(self.clusters - 1).filter(|above| *above < merges.len())
        else {
            return html! {};
        };
        let below = first_above.checked_sub(1).map_or(0.0, |below| merges[below].height);
        let place = self.place((below + merges[first_above].height) / 2.0);
        let name = format!("{} clusters", self.clusters);
        html! {
            line.cut x1=(pct(place)) x2=(pct(place)) y1=(TOP - 8.0) y2=(self.bottom()) {}
            text.tick x=(pct(place)) y=(TOP - 12.0) text-anchor=(anchor(place, 20.0)) { (name) }
        }
    }

    fn counts(&self) -> Markup {
        html! {
            @for (position, leaf) in self.leaves.iter().enumerate() {
                text x=(pct(LEAF + 1.5)) y=(TOP + ROW * (position as f64 + 0.5) + 4.5) { (thousands(self.size(*leaf))) }
            }
        }
    }
}

/// Up to three digits after the point, without trailing zeros.
fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

/// With a comma between thousands.
fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::{Points, ward};
    use super::*;

    fn line(rows: usize) -> Hierarchy {
        let values = (0..rows).map(|row| (row * row) as f64).collect();
        ward::link(&Points::new(values, 1).unwrap()).unwrap()
    }

    fn leaf_counts(svg: &str) -> Vec<usize> {
        let texts = svg.split("<text x=\"83.5%\"").skip(1);
        let counts = texts.filter_map(|text| text.split(['>', '<']).nth(1)).map(|text| text.replace(',', ""));
        counts.map(|count| count.parse().unwrap()).collect()
    }

    #[test]
    fn leaves_hold_all_rows_between_them() {
        for (rows, leaves) in [(2, 2), (50, 12), (50, 50), (7, 30), (2_000, 30)] {
            let svg = draw(&line(rows), leaves, 2).unwrap().into_string();
            let counts = leaf_counts(&svg);
            assert_eq!((counts.len(), counts.iter().sum::<usize>()), (leaves.min(rows), rows));
        }
    }

    #[test]
    fn draws_one_bracket_per_merge_and_the_cut_once() {
        let svg = draw(&line(50), 12, 3).unwrap().into_string();
        assert_eq!(svg.matches("<g class=\"above\">").count(), 2);
        assert_eq!(svg.matches("<g class=\"below\">").count(), 9);
        assert_eq!(svg.matches("class=\"cut\"").count(), 1);
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }

    #[test]
    fn one_row_and_identical_rows_can_be_drawn() {
        for rows in [1, 9] {
            let hierarchy = ward::link(&Points::new(vec![4.0; rows], 1).unwrap()).unwrap();
            let svg = draw(&hierarchy, 5, 1).unwrap().into_string();
            assert_eq!(leaf_counts(&svg).iter().sum::<usize>(), rows);
            assert!(!svg.contains("NaN"));
        }
    }

    #[test]
    fn refuses_too_few_and_too_many_leaves_and_more_clusters_than_leaves() {
        for (leaves, clusters) in [(1, 1), (MAX_LEAVES + 1, 1), (5, 6), (5, 0)] {
            assert_eq!(draw(&line(9), leaves, clusters).unwrap_err().code(), Code::OutOfRange);
        }
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!([7, 999, 1_000, 1_234_567].map(thousands), ["7", "999", "1,000", "1,234,567"]);
    }
}
