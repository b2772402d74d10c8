//! The session table of REES46 and the replay of a feature program. Run by `make bench ONLY=features`.
use arrow::array::*;
use arrow::datatypes::*;
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReaderBuilder};
use parquet::arrow::ProjectionMask;
use skonto::error::{Code, Error, Result};
use skonto::train::fold::*;
use skonto::train::fold::table::{Pending, TableWriter};
use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

struct Rees46 { parts: Vec<(PathBuf, ArrowReaderMetadata, usize)> }

const COLUMNS: [&str; 5] = ["event_time", "event_type", "product_id", "price", "user_session"];

fn bad(error: impl std::fmt::Display) -> Error { Error::new(Code::BadData, error.to_string()) }

impl Rees46 {
    fn open(folder: &std::path::Path) -> Rees46 {
        let mut parts = Vec::new();
        for file in 0..4 {
            let path = folder.join(format!("part-{file}.parquet"));
            let metadata = ArrowReaderMetadata::load(&File::open(&path).unwrap(), Default::default()).unwrap();
            for group in 0..metadata.metadata().num_row_groups() {
                parts.push((path.clone(), metadata.clone(), group));
            }
        }
        Rees46 { parts }
    }
}

impl Source for Rees46 {
    fn parts(&self) -> usize { self.parts.len() }
    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(vec![
            Field::new("shopper", DataType::Utf8View, true),
            Field::new("time", DataType::Int64, true),
            Field::new("event", DataType::UInt8, true),
            Field::new("item_id", DataType::Int64, true),
            Field::new("price", DataType::Float64, true),
        ]))
    }
    fn read(&self, part: usize, each: &mut dyn FnMut(RecordBatch) -> Result<()>) -> Result<Tallies> {
        let (path, metadata, group) = &self.parts[part];
        let fields: Vec<Field> = metadata.schema().fields().iter().map(|f| {
            if f.data_type() == &DataType::Utf8 { Field::new(f.name(), DataType::Utf8View, f.is_nullable()) } else { f.as_ref().clone() }
        }).collect();
        let options = parquet::arrow::arrow_reader::ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
        let metadata = ArrowReaderMetadata::try_new(metadata.metadata().clone(), options).map_err(bad)?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(File::open(path).map_err(bad)?, metadata);
        let mask = ProjectionMask::columns(builder.parquet_schema(), COLUMNS);
        let reader = builder.with_projection(mask).with_row_groups(vec![*group]).with_batch_size(8192).build().map_err(bad)?;
        let schema = self.schema();
        for batch in reader {
            let batch = batch.map_err(bad)?;
            let column = |name| batch.column_by_name(name).unwrap();
            let time = arrow::compute::cast(column("event_time"), &DataType::Timestamp(TimeUnit::Second, None)).map_err(bad)?;
            let time = arrow::compute::cast(&time, &DataType::Int64).map_err(bad)?;
            let events = column("event_type").as_string_view();
            let events: UInt8Array = events.iter().map(|e| match e { Some("view") => Some(2), Some("cart") => Some(5), Some("purchase") => Some(11), Some("remove_from_cart") => Some(6), _ => None }).collect();
            each(RecordBatch::try_new(schema.clone(), vec![column("user_session").clone(), time, Arc::new(events), column("product_id").clone(), column("price").clone()]).map_err(bad)?)?;
        }
        Ok(Tallies::default())
    }
}

struct Sessions { schema: SchemaRef }
#[derive(Default)]
struct Piece { shopper: StringBuilder, ints: [Vec<i64>; 6], floats: [Vec<Option<f64>>; 4], items: Vec<u32> }

impl Folding for Sessions {
    type Piece = Piece;
    fn start(&self) -> Piece { Piece::default() }
    fn take(&self, p: &mut Piece, s: &Shopper) -> Result<()> {
        p.shopper.append_value(std::str::from_utf8(s.id).unwrap());
        let (mut views, mut carts, mut purchases, mut low, mut high, mut sum, mut cart) = (0i64, 0i64, 0i64, u64::MAX, 0u64, 0u64, 0u64);
        p.items.clear();
        for row in s.rows {
            let net = row.line().unwrap().net.unwrap();
            match row.kind() {
                2 => { views += 1; low = low.min(net); high = high.max(net); sum += net; }
                5 => { carts += 1; cart += net; }
                11 => purchases += 1,
                _ => {}
            }
            p.items.push(row.item);
        }
        p.items.sort_unstable();
        p.items.dedup();
        let dwell = (s.rows[s.rows.len() - 1].time - s.rows[0].time) as i64;
        for (v, x) in p.ints.iter_mut().zip([views, carts, purchases, p.items.len() as i64, dwell, (purchases > 0) as i64]) { v.push(x); }
        let of = |x: f64| (views > 0).then_some(x / 100.0);
        for (v, x) in p.floats.iter_mut().zip([of(low as f64), of(sum as f64 / views as f64), of(high as f64), Some(cart as f64 / 100.0)]) { v.push(x); }
        Ok(())
    }
}
impl Sessions {
    fn new() -> Sessions {
        let i = |n| Field::new(n, DataType::Int64, false);
        let f = |n| Field::new(n, DataType::Float64, true);
        Sessions { schema: Arc::new(Schema::new(vec![Field::new("shopper", DataType::Utf8, false), i("views"), i("carts"), i("purchases"), i("products"), f("lowest"), f("mean"), f("highest"), f("cart_value"), i("dwell"), i("label")])) }
    }
    fn batch(&self, mut p: Piece) -> RecordBatch {
        let [a, b, c, d, e, f] = p.ints.map(|v| Arc::new(Int64Array::from(v)) as ArrayRef);
        let [g, h, i, j] = p.floats.map(|v| Arc::new(Float64Array::from(v)) as ArrayRef);
        RecordBatch::try_new(self.schema.clone(), vec![Arc::new(p.shopper.finish()), a, b, c, d, g, h, i, j, e, f]).unwrap()
    }
}

fn main() {
    let home = PathBuf::from(std::env::var("HOME").unwrap()).join(".cache/skonto/bench");
    let copies = std::env::var("COPIES").unwrap_or("115".into());
    let folder = home.join(format!("rees46_x{copies}"));
    let keep = Cleaning { duplicates: Rule::Keep, ..Cleaning::default() };
    let memory = std::env::var("MEMORY").ok().map(|m| options::bytes(&m).unwrap());
    let options = Options { threads: Some(2), cleaning: keep, memory, ..Options::default() }.check().unwrap();
    for _ in 0..3 {
        let start = Instant::now();
        let source = Rees46::open(&folder);
        let log = Partitioned::read(&source, &options, &|_| {}).unwrap();
        let read = start.elapsed();
        let sessions = Sessions::new();
        let (pending, file) = Pending::create(std::path::Path::new("/tmp/skonto-sessions.parquet")).unwrap();
        let mut table = TableWriter::parquet(sessions.schema.clone(), file).unwrap();
        let counted = fold(&log, &options, &sessions, |piece| table.write(sessions.batch(piece))).unwrap();
        let folded = start.elapsed();
        drop(table.finish().unwrap());
        pending.finish().unwrap();
        println!("read {read:?} folded {folded:?} all {:?} shoppers {} rows {} spilled {}", start.elapsed(), counted.shoppers, counted.rows, log.spilled);
        for ((cause, action), tally) in counted.tallies.iter() { println!("{cause:?} {action:?} {} {:?}", tally.rows, tally.examples.first()); }
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("{}", status.lines().find(|l| l.starts_with("VmHWM")).unwrap());
}
