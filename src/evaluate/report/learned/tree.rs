//! A tree from left to right: questions in boxes, links as thick as their share of rows, leaves with their mean outcome.
//!
//! Only as much of a tree as a page can hold: the nodes that most rows pass are drawn first. The table has the rules of
//! the leaves that are drawn.

use super::show;
use crate::evaluate::learned::{Node, Run, Tree};
use crate::evaluate::report::number;
use crate::evaluate::report::panel::{Panel, Table};
use maud::{Markup, html};
use std::collections::BTreeSet;

/// Leaves drawn at most.
const LEAVES: usize = 12;
/// Questions one below the other at most.
const DEPTH: usize = 4;
/// Pixels from one column to the next, and from one leaf to the next.
const COLUMN: f64 = 190.0;
const LINE: f64 = 52.0;
/// A box.
const WIDTH: f64 = 154.0;
const HEIGHT: f64 = 42.0;
/// Thickness of a link that all rows take.
const THICK: f64 = 22.0;
/// Characters that fit into a box.
const LETTERS: usize = 23;

/// The panel; none without a tree.
pub fn draw(run: &Run) -> Option<Markup> {
    let tree = run.tree.as_ref().filter(|tree| tree.nodes.len() > 1)?;
    let drawn = Drawn::of(tree);
    let hidden = tree.nodes.len().saturating_sub(drawn.places.len());
    let read = format!(
        "{}{} Start on the left; a link is as thick as the share of rows that take it, and the bar in a box is the {}.{}",
        tree.what,
        fidelity(tree.fidelity),
        show::outcome(run),
        match hidden {
            0 => String::new(),
            count =>
                format!(" {count} further nodes, which fewer rows reach, are not drawn; “…” marks where they are."),
        }
    );
    let panel = Panel {
        title: "As a tree",
        read: &read,
        body: Some(drawn.draw(run)),
        table: Table { head: &["Rule", "Share of rows", "Outcome"], rows: drawn.rules(run) },
    };
    Some(panel.draw())
}

fn fidelity(share: f64) -> String {
    match share > 0.0 {
        true => format!(" It reproduces {} of the variance of the model's predictions.", number::percent(share, 0)),
        false => String::new(),
    }
}

/// Where a node stands: its column, its height in lines.
struct Place<'a> {
    node: &'a Node,
    depth: usize,
    line: f64,
    /// Places of the nodes for yes and no, where they are drawn.
    children: Option<(usize, usize)>,
    /// Whether the node asks more than is drawn.
    is_cut: bool,
}

struct Drawn<'a> {
    places: Vec<Place<'a>>,
    lines: usize,
    depth: usize,
    most: f64,
}

impl<'a> Drawn<'a> {
    fn of(tree: &'a Tree) -> Drawn<'a> {
        let open = opened(tree);
        let mut drawn = Drawn { places: Vec::new(), lines: 0, depth: 0, most: 0.0 };
        drawn.place(tree, &open, 0, 0);
        let means = drawn.places.iter().map(|place| place.node.mean).filter(|mean| mean.is_finite());
        drawn.most = means.fold(0.0, f64::max);
        drawn
    }

    /// Places a node below its children, and says where it stands.
    fn place(&mut self, tree: &'a Tree, open: &BTreeSet<usize>, index: usize, depth: usize) -> usize {
        let (node, at) = (&tree.nodes[index], self.places.len());
        self.depth = self.depth.max(depth);
        self.places.push(Place { node, depth, line: 0.0, children: None, is_cut: false });
        let asked = children(tree, index);
        let Some((yes, no)) = asked.filter(|_| open.contains(&index)) else {
            self.places[at].line = self.lines as f64;
            self.places[at].is_cut = asked.is_some();
            self.lines += 1;
            return at;
        };
        let (yes, no) = (self.place(tree, open, yes, depth + 1), self.place(tree, open, no, depth + 1));
        self.places[at].line = (self.places[yes].line + self.places[no].line) / 2.0;
        self.places[at].children = Some((yes, no));
        at
    }

    fn draw(&self, run: &Run) -> Markup {
        let width = self.depth as f64 * COLUMN + WIDTH + 2.0;
        let height = self.lines as f64 * LINE;
        html! {
            div.scroll.tree tabindex="0" role="group" aria-label="The tree" {
                svg viewBox={ "0 0 " (width) " " (height) } style={ "min-width:" (width) "px" } role="img" aria-label="The tree" {
                    @for place in &self.places { @if let Some((yes, no)) = place.children {
                        (link(place, &self.places[yes], "yes")) (link(place, &self.places[no], "no"))
                    } }
                    @for place in &self.places { (self.stand(run, place)) }
                }
            }
        }
    }

    fn stand(&self, run: &Run, place: &Place) -> Markup {
        let (x, y) = corner(place);
        let (node, mean) = (place.node, show::mean(run, place.node.mean));
        let rows = format!("{} of {}", number::percent(node.share, 1), show::rows(run));
        let is_leaf = place.children.is_none();
        let (first, second) = match (is_leaf, place.is_cut) {
            (true, false) => (outcome(run, &mean), rows.clone()),
            (true, true) => (outcome(run, &mean), format!("{rows}, …")),
            _ => (show::cut(&node.question, LETTERS), format!("{mean} · {rows}")),
        };
        let bar = if self.most > 0.0 && node.mean > 0.0 { (node.mean / self.most).min(1.0) } else { 0.0 };
        html! {
            g.node.leaf[is_leaf] {
                title { @if !node.question.is_empty() { (node.question) " · " } (mean) ", " (rows) }
                rect.plate x=(x) y=(y) width=(WIDTH) height=(HEIGHT) rx="4" {}
                rect.fill x=(x + 1.0) y=(y + HEIGHT - 4.0) width=(((WIDTH - 2.0) * bar * 10.0).round() / 10.0) height="3" {}
                text.strong x=(x + 8.0) y=(y + 16.0) { (first) }
                text x=(x + 8.0) y=(y + 31.0) { (second) }
            }
        }
    }

    /// Rules of the leaves that are drawn, the greatest outcome first.
    fn rules(&self, run: &Run) -> Vec<Vec<String>> {
        let mut leaves = Vec::new();
        self.walk(0, &mut Vec::new(), &mut leaves);
        leaves.sort_by(|a, b| b.1.node.mean.total_cmp(&a.1.node.mean));
        let row = |(rule, place): (String, &Place)| {
            vec![rule, number::percent(place.node.share, 1), show::mean(run, place.node.mean)]
        };
        leaves.into_iter().map(row).collect()
    }

    fn walk<'b>(&'b self, at: usize, rule: &mut Vec<String>, leaves: &mut Vec<(String, &'b Place<'a>)>) {
        let place = &self.places[at];
        let Some((yes, no)) = place.children else { return leaves.push((rule.join(", "), place)) };
        for (child, said) in [(yes, place.node.question.clone()), (no, negated(&place.node.question))] {
            rule.push(said);
            self.walk(child, rule, leaves);
            rule.pop();
        }
    }
}

/// Both children, if the node asks and they stand after it, as a tree's do.
fn children(tree: &Tree, index: usize) -> Option<(usize, usize)> {
    let (yes, no) = (tree.nodes[index].yes?, tree.nodes[index].no?);
    [yes, no].iter().all(|child| *child > index && *child < tree.nodes.len()).then_some((yes, no))
}

/// The nodes whose children are drawn: those that most rows pass, from the root on.
fn opened(tree: &Tree) -> BTreeSet<usize> {
    let mut open = BTreeSet::new();
    let mut edge = vec![(0, 0)];
    while open.len() + 1 < LEAVES {
        let asks = |(index, depth): &&(usize, usize)| *depth < DEPTH && children(tree, *index).is_some();
        let share = |index: usize| tree.nodes[index].share;
        let widest =
            edge.iter().filter(asks).reduce(|best, next| if share(next.0) > share(best.0) { next } else { best });
        let Some(&(index, depth)) = widest else { break };
        open.insert(index);
        edge.retain(|(other, _)| *other != index);
        edge.extend(children(tree, index).into_iter().flat_map(|(yes, no)| [(yes, depth + 1), (no, depth + 1)]));
    }
    open
}

fn corner(place: &Place) -> (f64, f64) {
    (place.depth as f64 * COLUMN + 1.0, place.line * LINE + (LINE - HEIGHT) / 2.0)
}

fn link(from: &Place, to: &Place, answer: &str) -> Markup {
    let ((x, y), (to_x, to_y)) = (corner(from), corner(to));
    let (x, y, to_y) = (x + WIDTH, y + HEIGHT / 2.0, to_y + HEIGHT / 2.0);
    let middle = (x + to_x) / 2.0;
    let share = if to.node.share.is_finite() { to.node.share.clamp(0.0, 1.0) } else { 0.0 };
    html! {
        path.link d={ "M" (x) " " (y) "C" (middle) " " (y) " " (middle) " " (to_y) " " (to_x) " " (to_y) }
            stroke-width=(((share * THICK).max(1.5) * 10.0).round() / 10.0) { title { (answer) ": " (number::percent(share, 1)) } }
        text.answer x=(to_x - 5.0) y=(to_y + if to_y < y { -8.0 } else { 17.0 }) text-anchor="end" { (answer) }
    }
}

fn outcome(run: &Run, mean: &str) -> String {
    match run.task.kind.is_binary() {
        true => show::cut(&format!("{mean} {}", show::positives(run)), LETTERS),
        false => mean.to_string(),
    }
}

/// What holds when the answer is no.
fn negated(question: &str) -> String {
    for (sign, opposite) in
        [(" ≤ ", " > "), (" < ", " ≥ "), (" > ", " ≤ "), (" ≥ ", " < "), (" is ", " is not "), (" = ", " ≠ ")]
    {
        if question.contains(sign) {
            return question.replacen(sign, opposite, 1);
        }
    }
    format!("not: {question}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: usize) -> Tree {
        let asks = |index: usize| Node {
            question: format!("x ≤ {index}"),
            share: 0.5f64.powi(index as i32),
            mean: 0.1,
            yes: Some(2 * index + 1),
            no: Some(2 * index + 2),
        };
        let leaf = || Node { share: 0.1, mean: 0.2, ..Node::default() };
        let nodes = (0..2 * length + 1).map(|index| if index < length { asks(index) } else { leaf() });
        Tree { nodes: nodes.collect(), ..Tree::default() }
    }

    #[test]
    fn draws_no_more_than_fits_and_says_where_it_cuts() {
        let tree = chain(200);
        let drawn = Drawn::of(&tree);
        assert!(drawn.lines <= LEAVES && drawn.depth <= DEPTH);
        assert!(drawn.places.iter().any(|place| place.is_cut));
        assert_eq!(drawn.places.len(), 2 * drawn.lines - 1);
    }

    #[test]
    fn a_tree_that_bites_its_tail_is_a_leaf() {
        let mut tree = chain(1);
        tree.nodes[0].yes = Some(0);
        tree.nodes[0].no = Some(99);
        assert_eq!(Drawn::of(&tree).places.len(), 1);
    }

    #[test]
    fn the_rule_of_a_leaf_says_what_holds_there() {
        let tree = chain(2);
        let run = Run::default();
        let rules = Drawn::of(&tree).rules(&run);
        assert!(rules.iter().any(|row| row[0] == "x ≤ 0, x > 1"), "{rules:?}");
        assert_eq!(negated("month is May"), "month is not May");
        assert_eq!(negated("weekend?"), "not: weekend?");
    }
}
