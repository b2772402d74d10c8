//! Whole columns and single rows must say the same of any batch, clean or not.

use crate::error::Result;
use crate::train::clean::tally::Tallies;
use crate::train::config::{CheckedLog, Params};
use crate::train::read::cell::Record;
use crate::train::read::lines::schema;
use crate::train::read::mapper::Mapper;
use crate::train::read::mapping::Plan;
use crate::train::read::parquet::{Decoded, visit_batch};
use crate::train::read::parts::Visitor;
use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringViewArray, TimestampMicrosecondArray};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, SchemaRef};
use proptest::prelude::*;
use std::sync::Arc;

const SETTINGS: &str = r#"
    [shop]
    name = "a"
    currency = "EUR"
    [data]
    files = ["*.parquet"]
    null = ["", "NA"]
    TIME_ZONE
    [data.columns]
    shopper = "who"
    time = "when"
    event = "what"
    transaction_id = "order"
    item_id = "item"
    item_category = "category"
    price = "price"
    discount = "off"
    quantity = "units"
    currency = "money"
    [data.events]
    cart = "add_to_cart"
    look = "view_item"
    noise = "ignore"
"#;

const TIME_ZONES: [&str; 3] =
    ["", "recorded_in = \"utc\"\ntime_zone = \"Europe/Berlin\"", "recorded_in = \"Europe/Berlin\""];

/// A row as the file has it.
#[derive(Clone, Debug)]
struct Row {
    texts: [Option<String>; 5],
    item: Option<i64>,
    micros: Option<i64>,
    numbers: [Option<f64>; 4],
    order: Option<i64>,
}

fn settings(zone: &str) -> CheckedLog {
    let text = SETTINGS.replace("TIME_ZONE", zone);
    let log = Params::from_toml(&text).and_then(|params| params.check_log()).unwrap();
    CheckedLog { attributes: vec!["size".into(), "word".into()], ..log }
}

fn kind(name: &str) -> DataType {
    match name {
        "time" | "item_id" => DataType::Int64,
        "event" => DataType::UInt8,
        "price" | "discount" | "quantity" => DataType::Float64,
        _ => DataType::Utf8View,
    }
}

fn line_table(plan: &Plan) -> SchemaRef {
    let attributes = [("size".to_string(), DataType::Float64), ("word".to_string(), DataType::Utf8View)];
    schema(&|name| plan.fills(name).then(|| kind(name)), &attributes)
}

fn file_batch(rows: &[Row]) -> RecordBatch {
    let text = |index: usize| -> ArrayRef {
        Arc::new(rows.iter().map(|row| row.texts[index].as_deref()).collect::<StringViewArray>())
    };
    let number =
        |index: usize| -> ArrayRef { Arc::new(rows.iter().map(|row| row.numbers[index]).collect::<Float64Array>()) };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("who", text(0)),
        ("what", text(1)),
        ("category", text(2)),
        ("money", text(3)),
        ("word", text(4)),
        ("item", Arc::new(rows.iter().map(|row| row.item).collect::<Int64Array>())),
        (
            "order",
            Arc::new(rows.iter().map(|row| row.order.map(|order| order.to_string())).collect::<StringViewArray>()),
        ),
        ("when", Arc::new(rows.iter().map(|row| row.micros).collect::<TimestampMicrosecondArray>())),
        ("price", number(0)),
        ("off", number(1)),
        ("units", number(2)),
        ("size", number(3)),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true))).unwrap()
}

/// Refuses whole batches.
struct RowByRow<'a>(Mapper<'a>);

impl Visitor for RowByRow<'_> {
    fn visit<R: Record>(&mut self, record: &R) -> Result<()> {
        self.0.visit(record)
    }
}

/// Counts the batches that were taken whole.
struct Counting<'a, 'c>(Mapper<'a>, &'c mut usize);

impl Visitor for Counting<'_, '_> {
    fn visit<R: Record>(&mut self, record: &R) -> Result<()> {
        self.0.visit(record)
    }

    fn visit_columns<R: Record>(
        &mut self,
        columns: &[Decoded],
        rows: usize,
        record: impl Fn(usize) -> R,
    ) -> Result<bool> {
        self.0.visit_columns(columns, rows, record).inspect(|taken| *self.1 += *taken as usize)
    }
}

type Read = std::result::Result<(RecordBatch, String), String>;

/// The rows and the tallies, or the error; and how many batches were taken whole.
fn read(log: &CheckedLog, batches: &[Vec<Row>], whole: bool) -> (Read, usize) {
    let (plan, mut out, mut taken) = (Plan::new(log), Vec::new(), 0);
    let schema = line_table(&plan);
    let mut each = |batch: RecordBatch| {
        out.push(batch);
        Ok(())
    };
    let mapper = Mapper::new(log, &plan, &[], Some((0.01, 1_000.0)), schema.clone(), &mut each);
    let (mut columns, mut rows) = (None, None);
    match whole {
        true => columns = Some(Counting(mapper, &mut taken)),
        false => rows = Some(RowByRow(mapper)),
    }
    let (mut first, mut failure) = (0, None);
    for batch in batches {
        let told = file_batch(batch);
        let done = match (&mut columns, &mut rows) {
            (Some(columns), _) => visit_batch(&told, &plan.needed, "a.parquet", first, columns),
            (_, Some(rows)) => visit_batch(&told, &plan.needed, "a.parquet", first, rows),
            _ => Ok(()),
        };
        first += batch.len() as u64;
        if let Err(error) = done {
            failure = Some(error.to_string());
            break;
        }
    }
    let tallies: Option<Tallies> =
        columns.map(|columns| columns.0.finish()).or(rows.map(|rows| rows.0.finish())).map(|tallies| tallies.unwrap());
    let read = match failure {
        Some(error) => Err(error),
        None => Ok((concat_batches(&schema, &out).unwrap(), format!("{tallies:?}"))),
    };
    (read, taken)
}

fn clean_row() -> impl Strategy<Value = Row> {
    let texts = ("[a-z]{1,20}", "cart|look|view_item|view_cart", "[a-z.]{1,15}", Just("EUR"), "[a-z]{1,4}");
    let numbers = (0.02..900.0, 0.0..5.0, 1.0..50.0, -9.0..9.0);
    (texts, 0i64..99, 200_000_000_000i64..1_700_000_000_000_000, numbers, any::<bool>()).prop_map(
        |((who, what, category, money, word), item, micros, (price, off, units, size), told)| Row {
            texts: [Some(who), Some(what), told.then_some(category), Some(money.into()), told.then_some(word)],
            item: Some(item),
            micros: Some(micros),
            numbers: [Some(price), told.then_some(off), Some(units), Some(size)],
            order: told.then_some(item),
        },
    )
}

/// One thing of a row that may or may not be odd.
fn spoilt(row: Row, place: usize, with: usize) -> Row {
    let mut row = row;
    let texts =
        [None, Some(""), Some(" NA"), Some(" x "), Some("noise"), Some("purchase"), Some("refund"), Some("USD")];
    let numbers =
        [None, Some(0.0), Some(-1.0), Some(f64::NAN), Some(1e13), Some(2_000.0), Some(f64::INFINITY), Some(0.5)];
    let moments = [
        None,
        Some(0),
        Some(-1),
        Some(i64::MAX),
        Some(i64::MIN),
        Some(9_000_000_000_000_000),
        Some(86_399_999_999),
        Some(86_400_000_000),
    ];
    match place {
        0..5 => row.texts[place] = texts[with].map(String::from),
        5 => row.item = None,
        6 => row.order = None,
        7 => row.micros = moments[with],
        place => row.numbers[place - 8] = numbers[with],
    }
    row
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whole_columns_and_single_rows_read_the_same(
        mut batches in prop::collection::vec(prop::collection::vec(clean_row(), 1..40), 1..4),
        spoilers in prop::collection::vec((0usize..60, 0usize..12, 0usize..8), 0..6),
        zone in 0usize..3,
        strict: bool,
    ) {
        for (at, place, with) in spoilers {
            let batch = at % batches.len();
            let row = at % batches[batch].len();
            batches[batch][row] = spoilt(batches[batch][row].clone(), place, with);
        }
        let log = CheckedLog { strict, ..settings(TIME_ZONES[zone]) };
        let (whole, _) = read(&log, &batches, true);
        let (rows, none) = read(&log, &batches, false);
        prop_assert_eq!(none, 0);
        prop_assert_eq!(whole, rows);
    }

    #[test]
    fn few_odd_rows_do_not_spoil_a_batch(
        batch in prop::collection::vec(clean_row(), 24..60),
        spoilers in prop::collection::vec((0usize..60, 0usize..12, 0usize..8), 1..4),
    ) {
        let mut batch = batch;
        for (at, place, with) in spoilers {
            let row = at % batch.len();
            batch[row] = spoilt(batch[row].clone(), place, with);
        }
        prop_assert_eq!(read(&settings(""), &[batch], true).1, 1);
    }

    #[test]
    fn clean_batches_are_taken_whole(batches in prop::collection::vec(prop::collection::vec(clean_row(), 1..12), 1..5)) {
        for zone in TIME_ZONES {
            prop_assert_eq!(read(&settings(zone), &batches, true).1, batches.len());
        }
    }
}
