//! One row with several slots becomes several rows: an order with three coupons, three rows of one coupon each.
//!
//! All columns of slots go; the others stay the same in each row. The rows keep the origin of theirs.

use super::frame::{Column, Frame, Values, Words};
use crate::error::{Code, Error, Result};
use crate::train::config::{StackParams, Type};

/// Stacks the slots.
pub fn stack(frame: Frame, params: &StackParams) -> Result<Frame> {
    let slots = params.slots();
    let mut columns = Vec::new();
    for column in &frame.columns {
        if !params.columns.values().flatten().any(|slot| *slot == column.name) {
            columns.push(repeated(column, slots));
        }
    }
    let numbers: Vec<String> = (1..=slots).map(|slot| slot.to_string()).collect();
    let slot: Words = (0..frame.rows()).flat_map(|_| numbers.iter().map(|number| Some(number.as_str()))).collect();
    let mut stacked = Frame {
        columns,
        origin: frame.origin.iter().flat_map(|origin| std::iter::repeat_n(*origin, slots)).collect(),
        held_out: frame.held_out,
    };
    stacked.add(Column { name: params.name.clone(), kind: Type::Category, values: Values::Words(slot) })?;
    for (name, of) in &params.columns {
        stacked.add(woven(&frame, name, of)?)?;
    }
    Ok(stacked)
}

fn repeated(column: &Column, slots: usize) -> Column {
    let mut values = column.values.empty();
    for row in 0..column.values.len() {
        (0..slots).for_each(|_| values.push(&column.values, row));
    }
    Column { values, ..column.clone() }
}

fn woven(frame: &Frame, name: &str, of: &[String]) -> Result<Column> {
    let asked = format!("table.stack.columns.{name}");
    let slots = of.iter().map(|slot| frame.column(&asked, slot)).collect::<Result<Vec<&Column>>>()?;
    let first = slots[0];
    let differs = |slot: &&&Column| std::mem::discriminant(&slot.values) != std::mem::discriminant(&first.values);
    if let Some(other) = slots.iter().find(differs) {
        let (one, two) = (first.kind.name(), other.kind.name());
        let what = format!("{asked}: `{}` is a {one} and `{}` a {two}; data.types may say", first.name, other.name);
        return Err(Error::new(Code::BadConfig, what));
    }
    let mut values = first.values.empty();
    for row in 0..frame.rows() {
        slots.iter().for_each(|slot| values.push(&slot.values, row));
    }
    // The widest of the kinds: a text where one slot is a text, a flag where all are.
    let kind = slots.iter().map(|slot| slot.kind).max().unwrap_or(first.kind);
    let kind = if slots.iter().all(|slot| slot.kind == kind) { kind } else { kind.max(Type::Category) };
    Ok(Column { name: name.into(), kind, values })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(name: &str, rows: [Option<&str>; 2]) -> Column {
        Column { name: name.into(), kind: Type::Category, values: Values::Words(rows.into_iter().collect()) }
    }

    fn params(columns: &[(&str, &[&str])]) -> StackParams {
        let list = |of: &[&str]| of.iter().map(|name| name.to_string()).collect();
        let columns = columns.iter().map(|(name, of)| (name.to_string(), list(of))).collect();
        StackParams { name: "slot".into(), columns }
    }

    #[test]
    fn slots_become_rows_and_the_rest_stays() {
        let columns =
            vec![words("a", [Some("x"), None]), words("b1", [Some("p"), Some("q")]), words("b2", [None, Some("r")])];
        let frame = Frame { columns, origin: vec![3, 4], held_out: 4 };
        let stacked = stack(frame, &params(&[("b", &["b1", "b2"])])).unwrap();
        let told = |name: &str| -> Vec<Option<String>> {
            let values = &stacked.column("test", name).unwrap().values;
            (0..4).map(|row| values.text(row)).collect()
        };
        let texts = |rows: [&str; 4]| rows.map(|text| Some(text.to_string()).filter(|text| !text.is_empty())).to_vec();
        assert_eq!((stacked.origin.as_slice(), stacked.held_out), (&[3, 3, 4, 4][..], 4));
        assert_eq!(told("a"), texts(["x", "x", "", ""]));
        assert_eq!(told("slot"), texts(["1", "2", "1", "2"]));
        assert_eq!(told("b"), texts(["p", "", "q", "r"]));
        assert!(stacked.column("test", "b1").unwrap_err().to_string().contains("there are a, slot, b"));
    }

    #[test]
    fn slots_of_different_types_are_refused() {
        let number = Column { name: "b2".into(), kind: Type::Number, values: Values::Number(vec![1.0, 2.0]) };
        let frame = Frame { columns: vec![words("b1", [None, None]), number], origin: vec![0, 1], held_out: 2 };
        let message = stack(frame, &params(&[("b", &["b1", "b2"])])).unwrap_err().to_string();
        assert_eq!(message, "table.stack.columns.b: `b1` is a category and `b2` a number; data.types may say");
    }
}
