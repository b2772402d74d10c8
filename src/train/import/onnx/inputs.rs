//! From the graph's inputs to the model's columns: what is filled in, shifted and scaled on the way.
//!
//! A threshold behind such steps is turned into one before them exactly: the steps rise, so the largest value that still
//! passes is found by halving the floats, each tried with the very operations of the graph.

use super::super::bad;
use super::super::columns::Column;
use super::graph::{Graph, Node, short};
use super::proto::{DOUBLE, FLOAT};
use crate::error::Result;
use std::collections::BTreeSet;

/// Element types of whole numbers: int32 and int64.
const WHOLE: [i32; 2] = [6, 7];
/// Most operators between an input and the model.
const MAX_STEPS: usize = 32;
/// Most columns.
const MAX_COLUMNS: usize = 1 << 12;

/// One operation on a column.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Add(f64),
    /// By a positive number.
    Times(f64),
    /// By a positive number.
    Over(f64),
}

/// What becomes of a column before the model sees it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Prepared {
    name: Option<String>,
    steps: Vec<Step>,
    /// What a missing value has become by now.
    pub(super) filling: Option<f64>,
    single: bool,
}

/// All columns.
pub(super) struct Inputs {
    pub(super) columns: Vec<Prepared>,
    /// Whether the model compares in single precision.
    pub(super) single: bool,
    /// Positions of the nodes that were passed.
    pub(super) passed: BTreeSet<usize>,
}

impl Inputs {
    pub(super) fn columns(&self) -> Vec<Column> {
        self.columns.iter().map(|column| Column { name: column.name.clone(), ..Column::default() }).collect()
    }
}

/// Follows the model's input back to the inputs of the graph.
pub(super) fn trace(graph: &Graph, model: &Node) -> Result<Inputs> {
    let value = model.inputs.first().ok_or_else(|| bad(format!("{} has no input", model.operator)))?;
    let mut inputs = Inputs { columns: Vec::new(), single: true, passed: BTreeSet::new() };
    inputs.columns = back(graph, value, &mut inputs.passed, 0)?;
    let singles = inputs.columns.iter().filter(|column| column.single).count();
    inputs.single = singles > 0;
    match singles == 0 || singles == inputs.columns.len() {
        true => Ok(inputs),
        false => Err(bad("inputs of single and of double precision are mixed")),
    }
}

fn back(graph: &Graph, value: &str, passed: &mut BTreeSet<usize>, depth: usize) -> Result<Vec<Prepared>> {
    crate::feature::bounded("operators before the model", depth, MAX_STEPS)?;
    let Some((position, node)) = graph.maker(value) else { return input(graph, value) };
    // A graph without cycles comes by each node once, but for values that are used twice.
    if !passed.insert(position) {
        return Err(bad(format!("`{}` is used twice", node.operator)));
    }
    let of = |value: &String, passed: &mut BTreeSet<usize>| back(graph, value, passed, depth + 1);
    let first = node.inputs.first().ok_or_else(|| bad(format!("`{}` has no input", node.operator)))?;
    if node.operator == "Concat" {
        let mut columns = Vec::new();
        for value in &node.inputs {
            columns.extend(of(value, passed)?);
            crate::feature::bounded("columns of the model", columns.len(), MAX_COLUMNS)?;
        }
        return Ok(columns);
    }
    if let "Add" | "Sub" | "Mul" | "Div" = node.operator.as_str() {
        let (value, numbers) = operands(graph, node)?;
        return arithmetic(node, of(value, passed)?, &numbers);
    }
    let columns = of(first, passed)?;
    match node.operator.as_str() {
        "Identity" => Ok(columns),
        "Cast" => cast(node, columns),
        "Imputer" => impute(node, columns),
        "Scaler" => {
            let columns = each(node, columns, &node.numbers("offset")?, |column, offset| column.add(-offset))?;
            each(node, columns, &node.numbers("scale")?, Prepared::times)
        }
        other => Err(bad(format!("operator `{other}` before the model is not supported"))),
    }
}

/// The columns of an input: named by it where there are several inputs.
fn input(graph: &Graph, value: &str) -> Result<Vec<Prepared>> {
    let name = short(value);
    let input = graph.inputs.iter().find(|input| input.name == value);
    let input = input.ok_or_else(|| bad(format!("value `{name}` comes from nowhere")))?;
    if ![FLOAT, DOUBLE].contains(&input.element) && !WHOLE.contains(&input.element) {
        return Err(bad(format!("input `{name}`: elements of type {} are no numbers", input.element)));
    }
    let single = input.element == FLOAT;
    let column = Prepared { single, ..Prepared::default() };
    match (graph.inputs.len(), input.width) {
        (1, width @ 1..=MAX_COLUMNS) => Ok(vec![column; width]),
        (2.., 0..=1) => Ok(vec![Prepared { name: Some(name), ..column }]),
        (_, width) => Err(bad(format!("input `{name}` is {width} columns wide, which is not supported"))),
    }
}

fn cast(node: &Node, mut columns: Vec<Prepared>) -> Result<Vec<Prepared>> {
    let to = node.int("to").unwrap_or_default();
    if to != FLOAT as i64 && columns.iter().any(|column| column.single || to != DOUBLE as i64) {
        return Err(bad(format!("Cast to type {to} before the model is not supported")));
    }
    let narrowed = to == FLOAT as i64;
    if narrowed && columns.iter().any(|column| !column.single && !column.steps.is_empty()) {
        return Err(bad("Cast to floats after arithmetic is not supported"));
    }
    columns.iter_mut().for_each(|column| column.single = narrowed);
    Ok(columns)
}

fn impute(node: &Node, columns: Vec<Prepared>) -> Result<Vec<Prepared>> {
    let replaced = node.attribute("replaced_value_float").map_or(f32::NAN, |attribute| attribute.float);
    if !replaced.is_nan() || node.attribute("imputed_value_int64s").is_some() {
        return Err(bad("Imputer: only missing (NaN) floats can be filled in"));
    }
    each(node, columns, &node.numbers("imputed_value_floats")?, |column, filling| {
        column.filling = column.filling.or(Some(filling));
        finite(filling)
    })
}

fn finite(number: f64) -> Result<()> {
    if number.is_finite() { Ok(()) } else { Err(bad("a number before the model is not finite")) }
}

/// The operand that is computed, and the numbers of the one that is constant.
fn operands<'a>(graph: &Graph, node: &'a Node) -> Result<(&'a String, Vec<f64>)> {
    let unknown = || bad(format!("operator `{}` before the model needs a constant", node.operator));
    let [first, second] = &node.inputs[..] else { return Err(unknown()) };
    if let Some(numbers) = graph.constant(second) {
        return Ok((first, numbers));
    }
    let commutes = ["Add", "Mul"].contains(&node.operator.as_str());
    let numbers = graph.constant(first).filter(|_| commutes).ok_or_else(unknown)?;
    Ok((second, numbers))
}

fn arithmetic(node: &Node, columns: Vec<Prepared>, numbers: &[f64]) -> Result<Vec<Prepared>> {
    each(node, columns, numbers, |column, number| match node.operator.as_str() {
        "Add" => column.add(number),
        "Sub" => column.add(-number),
        "Mul" => column.times(number),
        _ => column.over(number),
    })
}

/// Does something with each column and its number; one number is for all.
fn each(
    node: &Node,
    mut columns: Vec<Prepared>,
    numbers: &[f64],
    mut with: impl FnMut(&mut Prepared, f64) -> Result<()>,
) -> Result<Vec<Prepared>> {
    if numbers.len() != 1 && numbers.len() != columns.len() {
        let (operator, expected, found) = (&node.operator, columns.len(), numbers.len());
        return Err(bad(format!("{operator}: expected {expected} numbers, found {found}")));
    }
    for (index, column) in columns.iter_mut().enumerate() {
        with(column, numbers[if numbers.len() == 1 { 0 } else { index }])
            .map_err(|error| bad(format!("{}: column {index}: {error}", node.operator)))?;
    }
    Ok(columns)
}

impl Prepared {
    fn push(&mut self, step: Step) -> Result<()> {
        let single = self.single;
        self.filling = self.filling.map(|filling| step.apply(filling, single));
        self.steps.push(step);
        crate::feature::bounded("steps before the model", self.steps.len(), MAX_STEPS)
    }

    fn add(&mut self, number: f64) -> Result<()> {
        finite(number)?;
        self.push(Step::Add(number))
    }

    fn times(&mut self, number: f64) -> Result<()> {
        positive(number)?;
        self.push(Step::Times(number))
    }

    fn over(&mut self, number: f64) -> Result<()> {
        positive(number)?;
        self.push(Step::Over(number))
    }

    /// Whether the model sees the value as it is.
    pub(super) fn is_bare(&self) -> bool {
        self.steps.is_empty()
    }

    fn apply(&self, value: f64) -> f64 {
        self.steps.iter().fold(value, |value, step| step.apply(value, self.single))
    }

    /// The largest value that the steps leave at most `threshold`; of all values if every one does.
    pub(super) fn before(&self, threshold: f64) -> f64 {
        if self.is_bare() || threshold.is_nan() {
            return threshold;
        }
        let (mut low, mut high) = match self.single {
            true => (rank32(f32::MIN), rank32(f32::MAX)),
            false => (rank64(f64::MIN), rank64(f64::MAX)),
        };
        let value = |rank: i64| if self.single { value32(rank) } else { value64(rank) };
        while low < high {
            // Halved as wide numbers: the ranks of doubles span more than half of 64 bits.
            let middle = ((low as i128 + high as i128 + 1) >> 1) as i64;
            match self.apply(value(middle)) <= threshold {
                true => low = middle,
                false => high = middle - 1,
            }
        }
        value(low)
    }

    /// `weight · x + start` of the steps.
    pub(super) fn line(&self) -> (f64, f64) {
        self.steps.iter().fold((1.0, 0.0), |(weight, start), step| match step {
            Step::Add(number) => (weight, start + number),
            Step::Times(number) => (weight * number, start * number),
            Step::Over(number) => (weight / number, start / number),
        })
    }
}

fn positive(number: f64) -> Result<()> {
    match number.is_finite() && number > 0.0 {
        true => Ok(()),
        false => Err(bad("a scale before the model is not positive")),
    }
}

impl Step {
    fn apply(self, value: f64, single: bool) -> f64 {
        let changed = match self {
            Step::Add(number) => value + number,
            Step::Times(number) => value * number,
            Step::Over(number) => value / number,
        };
        // The sum, product and quotient of two floats, rounded from a double, are those of single precision.
        if single { changed as f32 as f64 } else { changed }
    }
}

/// Floats in their order, as whole numbers.
fn rank32(value: f32) -> i64 {
    let bits = value.to_bits() as i32;
    (if bits < 0 { i32::MIN - bits } else { bits }) as i64
}

fn value32(rank: i64) -> f64 {
    let rank = rank as i32;
    f32::from_bits(if rank < 0 { i32::MIN.wrapping_sub(rank) } else { rank } as u32) as f64
}

fn rank64(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits }
}

fn value64(rank: i64) -> f64 {
    f64::from_bits(if rank < 0 { i64::MIN.wrapping_sub(rank) } else { rank } as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaled(single: bool) -> Prepared {
        let number = |number: f64| if single { number as f32 as f64 } else { number };
        let steps = vec![Step::Add(number(-19.91273)), Step::Times(number(0.049907)), Step::Over(number(3.7))];
        Prepared { steps, single, ..Prepared::default() }
    }

    #[test]
    fn a_threshold_before_the_steps_divides_the_floats_as_the_one_behind_them() {
        let column = scaled(true);
        for threshold in [0.20929813f32, -0.1055, 0.0, 4.0, -2.5].map(f64::from) {
            let before = column.before(threshold) as f32;
            assert!(column.apply(before as f64) <= threshold);
            assert!(column.apply(before.next_up() as f64) > threshold, "{threshold}");
        }
    }

    #[test]
    fn doubles_are_divided_as_finely() {
        let column = scaled(false);
        let before = column.before(0.3);
        assert!(column.apply(before) <= 0.3 && column.apply(before.next_up()) > 0.3);
    }

    #[test]
    fn ranks_follow_the_order_of_floats() {
        let rising = [f32::MIN, -1.0, -1e-45, 0.0, 1e-45, 1.0, f32::MAX];
        assert!(rising.windows(2).all(|pair| rank32(pair[0]) < rank32(pair[1])));
        assert_eq!(rising.map(|value| value32(rank32(value)) as f32), rising);
        let rising = [f64::MIN, -1.0, -5e-324, 0.0, 5e-324, 1.0, f64::MAX];
        assert!(rising.windows(2).all(|pair| rank64(pair[0]) < rank64(pair[1])));
        assert_eq!(rising.map(|value| value64(rank64(value))), rising);
    }
}
