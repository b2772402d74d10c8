//! Arrow streams from elsewhere: other types are cast, what cannot be is refused by name.

use super::{batch, options, table, told};
use arrow::array::{
    Array, ArrayRef, DictionaryArray, Float32Array, Int32Array, ListArray, StringArray, TimestampSecondArray,
};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int32Type};
use arrow::ipc::writer::StreamWriter;
use arrow::record_batch::RecordBatch;
use skonto::error::{Code, Error};
use skonto::train::fold::settings::Settings;
use skonto::train::fold::{Partitioned, Stream};
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;

pub fn written(batch: &RecordBatch) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

fn read(bytes: &[u8]) -> Result<RecordBatch, Error> {
    let settings = Settings::from_toml(table::THIRTY).unwrap();
    table::table(&Stream::new(bytes)?, &settings, &options(2, 3, 1 << 20).check().unwrap(), "last")
}

fn log() -> RecordBatch {
    let rows: Vec<_> = (0..50).map(|n| told(&format!("{}", n % 7), 1_000_000 + n, 2, &n.to_string())).collect();
    batch(&rows)
}

/// The log with some columns replaced; without a column, it is left out.
fn with(changes: &[(&str, Option<ArrayRef>)]) -> RecordBatch {
    let log = log();
    let columns = log
        .schema()
        .fields()
        .iter()
        .zip(log.columns())
        .filter_map(|(field, column)| {
            let change = changes.iter().find(|(name, _)| name == field.name());
            let column = change.map_or(Some(column.clone()), |(_, changed)| changed.clone())?;
            Some((field.name().clone(), column, true))
        })
        .collect::<Vec<_>>();
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

fn column(name: &str, kind: &DataType) -> (&'static str, Option<ArrayRef>) {
    let name: &'static str =
        ["shopper", "item_id", "item_category", "price", "time"].into_iter().find(|known| *known == name).unwrap();
    (name, Some(cast(log().column_by_name(name).unwrap(), kind).unwrap()))
}

#[test]
fn plain_and_dictionary_texts_smaller_numbers_and_timestamps_tell_the_same() {
    let expected = read(&written(&log())).unwrap();
    let dictionary = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let names: StringArray = (0..50).map(|_| Some("view_item")).collect();
    let times: TimestampSecondArray = (0..50).map(|n| Some(1_000_000 + n)).collect();
    let prices: Float32Array = (0..50).map(|_| Some(1.5)).collect();
    let items: Int32Array = (0..50).map(Some).collect();
    let others = [
        with(&[column("shopper", &DataType::Utf8), column("item_category", &DataType::LargeUtf8)]),
        with(&[column("shopper", &dictionary), column("item_category", &dictionary)]),
        with(&[("event", Some(Arc::new(names))), ("time", Some(Arc::new(times)))]),
        with(&[("price", Some(Arc::new(prices))), ("item_id", Some(Arc::new(items)))]),
    ];
    for other in others {
        assert_eq!(read(&written(&other)).unwrap(), expected, "{:?}", other.schema());
    }
}

#[test]
fn whole_numbers_as_shoppers_come_in_the_same_order_and_as_numbers() {
    let texts = read(&written(&log())).unwrap();
    let numbers = read(&written(&with(&[column("shopper", &DataType::Int32)]))).unwrap();
    assert_eq!(numbers.column(0).data_type(), &DataType::Int64);
    assert_eq!(&cast(numbers.column(0), &DataType::Utf8).unwrap(), texts.column(0));
    assert_eq!(numbers.columns()[1..], texts.columns()[1..]);
}

#[test]
fn refuses_missing_nested_and_wrong_columns_by_name() {
    let nested: ArrayRef =
        Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>((0..50).map(|n| Some(vec![Some(n)]))));
    let codes: DictionaryArray<Int32Type> = (0..50).map(|_| Some("dear")).collect();
    let floats: ArrayRef = Arc::new(arrow::array::PrimitiveArray::<Float64Type>::from(vec![1.0; 50]));
    let rows = [
        (with(&[("shopper", None)]), "no column `shopper`; found time, event,"),
        (with(&[("item_category", None)]), "no column `item_category`"),
        (with(&[("shopper", Some(nested.clone()))]), "column `shopper`: expected texts or whole numbers, found List"),
        (with(&[("price", Some(nested.clone()))]), "column `price`: expected numbers, found List"),
        (with(&[("price", Some(Arc::new(codes)))]), "column `price`: expected numbers, found Dictionary"),
        (with(&[("event", Some(nested))]), "column `event`: expected names of GA4 events or their positions"),
        (with(&[("time", Some(floats))]), "column `time`: expected seconds since 1970 or timestamps"),
    ];
    for (batch, expected) in rows {
        let error = read(&written(&batch)).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(error.code(), Code::BadData);
    }
}

#[test]
fn a_stream_cut_anywhere_is_an_error_and_never_a_smaller_log() {
    let whole = written(&log());
    assert!(read(&whole).is_ok());
    for length in (0..whole.len()).step_by(61).chain(whole.len() - 9..whole.len()) {
        let error = read(&whole[..length]).unwrap_err();
        assert!([Code::BadData, Code::Truncated].contains(&error.code()), "{length}: {error}");
    }
}

#[test]
fn a_stream_is_read_once() {
    let stream = Stream::new(std::io::Cursor::new(written(&log()))).unwrap();
    let options = options(1, 0, 1 << 20).check().unwrap();
    Partitioned::read(&stream, &options, &|_| {}).unwrap();
    assert!(Partitioned::read(&stream, &options, &|_| {}).unwrap_err().to_string().contains("read already"));
}

#[test]
fn the_program_takes_a_stream_and_gives_one() {
    let settings = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/features/replay.toml");
    let mut program = Command::new(env!("CARGO_BIN_EXE_skonto"));
    program.args(["features", settings, "--stdin", "arrow", "--stdout", "arrow", "--threads", "2"]);
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(&written(&log())).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let batches: Vec<RecordBatch> =
        arrow::ipc::reader::StreamReader::try_new(&output.stdout[..], None).unwrap().map(Result::unwrap).collect();
    assert_eq!(batches, [read(&written(&log())).unwrap()]);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "50 rows of 7 shoppers\n");
}
