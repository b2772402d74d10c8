//! Small learners written for these tests alone, so that the page is drawn from numbers that were measured.

use super::table::Table;
use skonto::evaluate::learned::{Node, Tree};

pub fn sigmoid(score: f64) -> f64 {
    1.0 / (1.0 + (-score).exp())
}

/// Quantile edges of a column among some rows, each once.
pub fn edges(column: &[f64], rows: &[usize], bins: usize) -> Vec<f64> {
    let mut values: Vec<f64> = rows.iter().map(|row| column[*row]).collect();
    values.sort_by(f64::total_cmp);
    let mut edges: Vec<f64> = (1..bins).map(|bin| values[bin * values.len() / bins]).collect();
    edges.dedup();
    edges
}

pub fn bin(edges: &[f64], value: f64) -> usize {
    edges.partition_point(|edge| *edge <= value)
}

/// Naive Bayes on quantile bins: log-odds of every bin of every column, added up.
pub struct Bayes {
    pub bias: f64,
    pub columns: Vec<(usize, Vec<f64>, Vec<f64>)>,
}

impl Bayes {
    pub fn fit(table: &Table, rows: &[usize], columns: &[usize], bins: usize, prior: f64) -> Bayes {
        let yes = rows.iter().map(|row| table.target[*row]).sum::<f64>();
        let rate = yes / rows.len() as f64;
        let column = |at: &usize| {
            let edges = edges(&table.columns[*at], rows, bins);
            let mut counts = vec![(prior * rate, prior * (1.0 - rate)); edges.len() + 1];
            for row in rows {
                let count = &mut counts[bin(&edges, table.columns[*at][*row])];
                (count.0, count.1) = (count.0 + table.target[*row], count.1 + 1.0 - table.target[*row]);
            }
            let odds = counts.iter().map(|(yes, no)| (yes / no).ln() - (rate / (1.0 - rate)).ln()).collect();
            (*at, edges, odds)
        };
        Bayes { bias: (rate / (1.0 - rate)).ln(), columns: columns.iter().map(column).collect() }
    }

    pub fn score(&self, value: &dyn Fn(usize) -> f64) -> f64 {
        let parts = self.columns.iter().map(|(at, edges, odds)| odds[bin(edges, value(*at))]);
        self.bias + parts.sum::<f64>()
    }
}

/// Weights of standardised columns, the bias first, with the mean and spread of every column.
pub struct Linear {
    pub weights: Vec<f64>,
    moments: Vec<(f64, f64)>,
}

impl Linear {
    /// Logistic regression by proximal gradient steps; `penalty` is on the sum of weights.
    pub fn fit(table: &Table, rows: &[usize], penalty: f64, steps: usize) -> Linear {
        let moments: Vec<(f64, f64)> = table.columns.iter().map(|column| moments(column, rows)).collect();
        let mut linear = Linear { weights: vec![0.0; moments.len() + 1], moments };
        for _ in 0..steps {
            let slope = linear.slope(table, rows);
            for (at, weight) in linear.weights.iter_mut().enumerate() {
                let moved = *weight - 0.9 * slope[at];
                let price = if at == 0 { 0.0 } else { 0.9 * penalty };
                *weight = moved.signum() * (moved.abs() - price).max(0.0);
            }
        }
        linear
    }

    fn slope(&self, table: &Table, rows: &[usize]) -> Vec<f64> {
        let mut slope = vec![0.0; self.weights.len()];
        for row in rows {
            let off = (sigmoid(self.score(&|at| table.columns[at][*row])) - table.target[*row]) / rows.len() as f64;
            slope[0] += off;
            for (at, (mean, spread)) in self.moments.iter().enumerate() {
                slope[at + 1] += off * (table.columns[at][*row] - mean) / spread;
            }
        }
        slope
    }

    pub fn score(&self, value: &dyn Fn(usize) -> f64) -> f64 {
        let parts = self.moments.iter().zip(&self.weights[1..]).enumerate();
        self.weights[0] + parts.map(|(at, ((mean, spread), weight))| (value(at) - mean) / spread * weight).sum::<f64>()
    }
}

fn moments(column: &[f64], rows: &[usize]) -> (f64, f64) {
    let mean = rows.iter().map(|row| column[*row]).sum::<f64>() / rows.len() as f64;
    let spread = rows.iter().map(|row| (column[*row] - mean).powi(2)).sum::<f64>() / rows.len() as f64;
    (mean, spread.sqrt().max(1e-9))
}

/// Entropy of a yes in bits.
pub fn entropy(share: f64) -> f64 {
    let part = |p: f64| if p > 0.0 { -p * p.log2() } else { 0.0 };
    part(share) + part(1.0 - share)
}

/// Best gain of a split among quantile edges: (gain in bits, edge).
pub fn best_split(table: &Table, rows: &[usize], at: usize) -> (f64, f64) {
    let mean = |rows: &[usize]| rows.iter().map(|row| table.target[*row]).sum::<f64>() / rows.len().max(1) as f64;
    let whole = entropy(mean(rows));
    let gain = |edge: f64| {
        let (low, high): (Vec<usize>, Vec<usize>) = rows.iter().partition(|row| table.columns[at][**row] <= edge);
        if low.len() < 30 || high.len() < 30 {
            return 0.0;
        }
        let share = low.len() as f64 / rows.len() as f64;
        whole - share * entropy(mean(&low)) - (1.0 - share) * entropy(mean(&high))
    };
    let gains = edges(&table.columns[at], rows, 24).into_iter().map(|edge| (gain(edge), edge));
    gains.fold((0.0, f64::NAN), |best, next| if next.0 > best.0 { next } else { best })
}

/// A tree by information gain, at most `depth` questions deep.
pub fn grow(table: &Table, rows: &[usize], depth: usize) -> Tree {
    let mut nodes = Vec::new();
    grow_node(table, rows, rows.len() as f64, depth, &mut nodes);
    Tree {
        what: "The decision tree itself.".into(),
        fidelity: f64::NAN,
        nodes: nodes.into_iter().map(|it| it.0).collect(),
    }
}

type Grown = (Node, Option<(usize, f64)>);

fn grow_node(table: &Table, rows: &[usize], all: f64, depth: usize, nodes: &mut Vec<Grown>) -> usize {
    let index = nodes.len();
    let mean = rows.iter().map(|row| table.target[*row]).sum::<f64>() / rows.len() as f64;
    nodes.push((Node { share: rows.len() as f64 / all, mean, ..Node::default() }, None));
    let splits = (0..table.columns.len()).map(|at| (at, best_split(table, rows, at)));
    let best = splits.fold((0, (0.0, 0.0)), |best, next| if next.1.0 > best.1.0 { next } else { best });
    let (at, (gain, edge)) = best;
    if depth == 0 || gain < 1e-3 {
        return index;
    }
    let (low, high): (Vec<usize>, Vec<usize>) = rows.iter().partition(|row| table.columns[at][**row] <= edge);
    let yes = grow_node(table, &low, all, depth - 1, nodes);
    let no = grow_node(table, &high, all, depth - 1, nodes);
    let node = &mut nodes[index].0;
    node.question = format!("{} ≤ {}", table.names[at], (edge * 1e4).round() / 1e4);
    (node.yes, node.no) = (Some(yes), Some(no));
    index
}

/// The mean outcome of the leaf that values fall into.
pub fn leaf(tree: &Tree, table: &Table, value: &dyn Fn(usize) -> f64) -> f64 {
    let mut node = &tree.nodes[0];
    while let (Some(yes), Some(no)) = (node.yes, node.no) {
        let (name, edge) = node.question.split_once(" ≤ ").unwrap();
        let at = table.names.iter().position(|it| it == name).unwrap();
        node = &tree.nodes[if value(at) <= edge.parse().unwrap() { yes } else { no }];
    }
    node.mean
}
