//! A table for a person: the first rows, and what every column holds.

use super::table::field;
use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Float64Type, SchemaRef};
use arrow::record_batch::RecordBatch;
use std::fmt::Write;

/// Rows shown.
const ROWS: usize = 5;
/// Longest value shown whole.
const WIDTH: usize = 24;

/// Grows batch by batch, in order.
#[derive(Debug)]
pub struct Preview {
    schema: SchemaRef,
    rows: Vec<Vec<String>>,
    columns: Vec<Summary>,
    count: u64,
}

/// What a column holds.
#[derive(Clone, Copy, Debug)]
struct Summary {
    present: u64,
    sum: f64,
    least: f64,
    most: f64,
}

impl Preview {
    /// Of a table with those columns.
    pub fn new(schema: SchemaRef) -> Preview {
        let nothing = Summary { present: 0, sum: 0.0, least: f64::INFINITY, most: f64::NEG_INFINITY };
        Preview { rows: Vec::new(), columns: vec![nothing; schema.fields().len()], count: 0, schema }
    }

    /// Takes the next rows.
    pub fn take(&mut self, batch: &RecordBatch) {
        let shown = ROWS.saturating_sub(self.rows.len()).min(batch.num_rows());
        self.rows.extend((0..shown).map(|row| batch.columns().iter().map(|column| value(column, row)).collect()));
        self.columns.iter_mut().zip(batch.columns()).for_each(|(summary, column)| summary.add(column));
        self.count += batch.num_rows() as u64;
    }

    /// As text: each column a line, its first values behind it.
    pub fn text(&self) -> String {
        let mut text = format!("{} rows, {} columns\n\n", self.count, self.columns.len());
        let width = self.schema.fields().iter().map(|field| field.name().len()).max().unwrap_or(0);
        let _ = writeln!(
            text,
            "{:width$}  {:>8} {:>12} {:>12} {:>12}  first rows",
            "column", "missing", "least", "mean", "most"
        );
        for (index, (field, summary)) in self.schema.fields().iter().zip(&self.columns).enumerate() {
            let values: Vec<&str> = self.rows.iter().map(|row| row[index].as_str()).collect();
            let missing = percent(self.count - summary.present, self.count);
            let [least, mean, most] = summary.numbers(field.data_type());
            let name = field.name();
            let _ =
                writeln!(text, "{name:width$}  {missing:>8} {least:>12} {mean:>12} {most:>12}  {}", values.join(", "));
        }
        text
    }
}

impl Summary {
    fn add(&mut self, column: &dyn Array) {
        self.present += (column.len() - column.null_count()) as u64;
        if let Some(numbers) = column.as_primitive_opt::<Float64Type>() {
            for number in numbers.iter().flatten() {
                self.sum += number;
                self.least = self.least.min(number);
                self.most = self.most.max(number);
            }
        }
    }

    fn numbers(&self, kind: &DataType) -> [String; 3] {
        match *kind == DataType::Float64 && self.present > 0 {
            true => [self.least, self.sum / self.present as f64, self.most].map(short),
            false => Default::default(),
        }
    }
}

fn percent(part: u64, whole: u64) -> String {
    if part == 0 { "0 %".into() } else { format!("{:.1} %", 100.0 * part as f64 / whole as f64) }
}

/// Six digits are enough to look at.
fn short(number: f64) -> String {
    match number {
        _ if number == number.trunc() && number.abs() < 1e12 => format!("{number}"),
        _ if number.abs() >= 1e6 || number.abs() < 1e-3 => format!("{number:.3e}"),
        _ => format!("{number:.4}"),
    }
}

fn value(column: &dyn Array, row: usize) -> String {
    if let Some(numbers) = column.as_primitive_opt::<Float64Type>() {
        return if numbers.is_null(row) { "-".into() } else { short(numbers.value(row)) };
    }
    let mut text = String::new();
    field(column, row, &mut text);
    match text.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None if text.is_empty() => "-".into(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Float64Array, StringArray};
    use std::sync::Arc;

    #[test]
    fn shows_the_first_rows_and_what_is_missing() {
        let batch = |ids: &[&str], values: &[Option<f64>]| {
            let ids: StringArray = ids.iter().map(|id| Some(*id)).collect();
            let values: Float64Array = values.iter().copied().collect();
            RecordBatch::try_from_iter_with_nullable([
                ("shopper", Arc::new(ids) as _, true),
                ("views", Arc::new(values) as _, true),
            ])
            .unwrap()
        };
        let first = batch(&["a", "a shopper with a name that is long"], &[Some(2.0), None]);
        let mut preview = Preview::new(first.schema());
        preview.take(&first);
        preview.take(&batch(&["b"], &[Some(0.5)]));
        let text = preview.text();
        assert!(text.starts_with("3 rows, 2 columns\n"), "{text}");
        assert!(text.contains("a, a shopper with a name th…, b"), "{text}");
        assert!(text.contains("33.3 %       0.5000       1.2500            2  2, -, 0.5000"), "{text}");
    }
}
