//! The feature table: bits that do not depend on how the log was cut, moments that see no future, real sessions.

use super::{Told, options, parts, told};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::Float64Type;
use proptest::prelude::*;
use skonto::error::Result;
use skonto::event::{Event, Profile};
use skonto::feature::{Context, extract};
use skonto::train::fold::features::Features;
use skonto::train::fold::fitting::{Fitted, fit};
use skonto::train::fold::moments::At;
use skonto::train::fold::settings::Settings;
use skonto::train::fold::table::TableWriter;
use skonto::train::fold::{CheckedOptions, Folding, Partitioned, Shopper, Source, fold};

pub const THIRTY: &str = include_str!("../../benches/features/replay.toml");

/// The whole table in one batch.
pub fn table(source: &dyn Source, settings: &Settings, options: &CheckedOptions, at: &str) -> Result<RecordBatch> {
    let log = Partitioned::read(source, options, &|_| {})?;
    let (program, schema) = (settings.program()?, settings.schema(&log.groups)?);
    let features = Features::new(&program, &schema, At::from_name(at)?, log.shopper_is_number);
    let mut batches = Vec::new();
    fold(&log, options, &features, |batch| {
        batches.push(batch);
        Ok(())
    })?;
    Ok(concat_batches(&features.table(), &batches).unwrap())
}

/// The whole table, fitted on its own log.
pub fn of_log(source: &dyn Source, settings: &Settings, options: &CheckedOptions, at: &str) -> Result<RecordBatch> {
    let log = Partitioned::read(source, options, &|_| {})?;
    of_fitted(&log, &fit(settings, &log, options, At::from_name(at)?)?, options, at)
}

/// The whole table that a fit makes.
pub fn of_fitted(log: &Partitioned, fitted: &Fitted, options: &CheckedOptions, at: &str) -> Result<RecordBatch> {
    let features = Features::new(&fitted.program, &fitted.schema, At::from_name(at)?, log.shopper_is_number);
    let features = features.with_meanings(&fitted.meanings).out_of_fold(&fitted.of_folds, options.training);
    let mut batches = Vec::new();
    fold(log, options, &features, |batch| {
        batches.push(batch);
        Ok(())
    })?;
    Ok(concat_batches(&features.table(), &batches).unwrap())
}

/// Every value, as bits.
pub fn bits(table: &RecordBatch) -> Vec<Vec<String>> {
    let value = |column: &dyn Array, row: usize| match column.as_primitive_opt::<Float64Type>() {
        Some(numbers) if numbers.is_valid(row) => format!("{:x}", numbers.value(row).to_bits()),
        _ => {
            let mut text = String::new();
            skonto::train::fold::table::field(column, row, &mut text);
            text
        }
    };
    let row = |row| table.columns().iter().map(|column| value(column, row)).collect();
    (0..table.num_rows()).map(row).collect()
}

fn any_visit() -> impl Strategy<Value = Told> {
    let fields = ("[a-d]", 1_000_000i64..1_020_000, 0u8..15, 0u32..12, "[u-z]", 1u32..90_000, 1u32..4);
    fields.prop_map(|(shopper, time, event, item, category, cents, quantity)| Told {
        transaction: (event == 11).then(|| format!("{time}")),
        category: Some(category),
        price: Some(cents as f64 / 100.0),
        quantity: Some(quantity as f64),
        ..told(&shopper, time, event, &item.to_string())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_pieces_threads_partitions_and_memory_give_the_same_bits(
        rows in prop::collection::vec(any_visit(), 0..80),
        cuts in prop::collection::vec(0usize..80, 0..6),
        threads in 1usize..5,
        bits_of in 0u32..6,
        memory in prop_oneof![Just(1usize), Just(4_000), Just(1 << 20)],
        at in prop_oneof![Just("last"), Just("session"), Just("purchase")],
    ) {
        let settings = Settings::from_toml(THIRTY).unwrap();
        let one = table(&parts(&rows, &[]), &settings, &options(1, 0, 1 << 30).check().unwrap(), at).unwrap();
        let other = options(threads, bits_of, memory).check().unwrap();
        prop_assert_eq!(bits(&one), bits(&table(&parts(&rows, &cuts), &settings, &other, at).unwrap()));
    }

    #[test]
    fn a_profile_stored_and_read_between_any_two_events_gives_the_same_bits(
        rows in prop::collection::vec(any_visit(), 1..60),
    ) {
        let settings = Settings::from_toml(THIRTY).unwrap();
        let options = options(1, 2, 1 << 20).check().unwrap();
        let whole = table(&parts(&rows, &[]), &settings, &options, "last").unwrap();
        prop_assert_eq!(bits(&whole), bits(&in_pieces(&rows, &settings, &options)));
    }
}

/// The table at `last`, with every profile encoded and decoded before each event, as a device keeps it.
fn in_pieces(rows: &[Told], settings: &Settings, options: &CheckedOptions) -> RecordBatch {
    let log = Partitioned::read(&parts(rows, &[]), options, &|_| {}).unwrap();
    let (program, schema) = (settings.program().unwrap(), settings.schema(&log.groups).unwrap());
    let features = Features::new(&program, &schema, At::Last, false);
    let device = Device { features: &features, program: &program, schema: &schema };
    let mut batches = Vec::new();
    fold(&log, options, &device, |batch| {
        batches.extend(batch);
        Ok(())
    })
    .unwrap();
    concat_batches(&features.table(), &batches).unwrap()
}

struct Device<'a> {
    features: &'a Features<'a>,
    program: &'a skonto::feature::Program,
    schema: &'a skonto::feature::Schema,
}

impl Folding for Device<'_> {
    type Piece = Vec<RecordBatch>;
    type Made = Vec<RecordBatch>;

    fn start(&self) -> Result<Self::Piece> {
        Ok(Vec::new())
    }

    fn take(&self, piece: &mut Self::Piece, shopper: &Shopper) -> Result<()> {
        let (mut profile, mut last) = (Profile::new(), None::<Event>);
        let mut looked_at = None;
        shopper.tell(|event| {
            profile = Profile::decode(&profile.encode(self.program), self.program, self.schema)?;
            let _ = profile.observe(self.program, event);
            looked_at = event.lines.last().copied().or(looked_at);
            last = Some(event.clone());
            Ok(())
        })?;
        let (now, line) = (last.unwrap().time, looked_at.unwrap());
        let price = line.list().ok();
        let context =
            Context { group: line.group, item: line.item, brand: line.brand, price, now, ..Context::default() };
        let expected = extract(self.program, self.schema, &profile, &context);
        // The row the fold makes of the same shopper, with its features replaced by the device's.
        let mut columns = self.features.start()?;
        self.features.take(&mut columns, shopper)?;
        let row = self.features.finish(columns)?;
        let skipped = row.num_columns() - expected.len();
        let values = (0..expected.len()).map(|index| {
            std::sync::Arc::new(arrow::array::Float64Array::from(vec![expected.get(index)])) as arrow::array::ArrayRef
        });
        let arrays = row.columns()[..skipped].iter().cloned().chain(values).collect();
        piece.push(RecordBatch::try_new(row.schema(), arrays).unwrap());
        Ok(())
    }

    fn finish(&self, piece: Self::Piece) -> Result<Self::Made> {
        Ok(piece)
    }
}

fn number(table: &RecordBatch, name: &str, row: usize) -> Option<f64> {
    let column = table.column_by_name(name).unwrap().as_primitive::<Float64Type>();
    column.is_valid(row).then(|| column.value(row))
}

#[test]
fn a_row_before_an_event_sees_nothing_of_it_or_of_later_ones() {
    let settings = Settings::from_toml(THIRTY).unwrap();
    let options = options(1, 2, 1 << 20).check().unwrap();
    let (buy, view) = (11, 2);
    let before = [told("a", 1_000_000, view, "1"), told("a", 1_000_060, view, "2")];
    let bought = [told("a", 1_000_100, buy, "3"), told("a", 1_000_100, buy, "4")];
    let after = [told("a", 1_000_200, view, "5"), told("a", 1_000_300, buy, "6")];
    let short = table(&parts(&[&before[..], &bought[..1]].concat(), &[]), &settings, &options, "purchase").unwrap();
    let long = table(&parts(&[&before[..], &bought, &after].concat(), &[]), &settings, &options, "purchase").unwrap();
    assert_eq!((short.num_rows(), long.num_rows()), (1, 2));
    assert_eq!(bits(&short)[0], bits(&long)[0]);
    assert_eq!(number(&long, "visit_views", 0), Some(2.0));
    assert_eq!(number(&long, "days_since_order", 0), None);
    assert!(number(&long, "orders_30", 1).unwrap() > 0.0);
}

#[test]
fn visits_end_where_half_an_hour_passes() {
    let settings = Settings::from_toml(THIRTY).unwrap();
    let options = options(2, 2, 1 << 20).check().unwrap();
    let rows = [0, 60, 1_860, 3_661, 3_662].map(|seconds| told("a", 1_000_000 + seconds, 2, &seconds.to_string()));
    let table = table(&parts(&rows, &[2]), &settings, &options, "session").unwrap();
    assert_eq!([0, 1].map(|row| number(&table, "visit_views", row)), [Some(3.0), Some(2.0)]);
    assert_eq!(number(&table, "visit_minutes", 0), Some(31.0));
}

#[test]
fn a_written_table_has_the_same_bytes_on_any_number_of_threads() {
    let settings = Settings::from_toml(THIRTY).unwrap();
    let rows: Vec<Told> =
        (0..3_000).map(|n| told(&format!("s{}", n % 700), 1_000_000 + n, 2, &n.to_string())).collect();
    for name in ["table.parquet", "table.csv"] {
        let written = |threads, bits, memory| {
            let options = options(threads, bits, memory).check().unwrap();
            let log = Partitioned::read(&parts(&rows, &[1_000]), &options, &|_| {}).unwrap();
            let (program, schema) = (settings.program().unwrap(), settings.schema(&log.groups).unwrap());
            let features = Features::new(&program, &schema, At::Session, false);
            let mut table = TableWriter::for_name(name.as_ref(), features.table(), Vec::new()).unwrap();
            fold(&log, &options, &features, |batch| table.write(batch)).unwrap();
            assert_eq!(table.rows, 700);
            table.finish().unwrap()
        };
        let one = written(1, 0, 1 << 30);
        assert!(one.len() > 10_000);
        assert!(one == written(3, 8, 1 << 30) && one == written(2, 5, 1), "{name}");
    }
}
