//! Rows per second of reading a log into batches, on one core: `cargo bench --bench reading`.
//!
//! Replicates the REES46 head of SKONTO_DATA (default ../shared/data) to 2 million events, as CSV and as
//! Parquet, in a temporary folder. Prints one JSON line per figure.

use arrow::array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use skonto::train::Params;
use skonto::train::read::log::Scan;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

const COPIES: usize = 115;

fn settings(file: &str, columns: &str) -> String {
    format!("[shop]\nname = \"bench\"\ncurrency = \"USD\"\n[data]\nfiles = [\"{file}\"]\n{columns}")
}

const CSV: &str = r#"
[data.columns]
shopper = "user_id"
time = "event_time"
event = "event_type"
item_id = "product_id"
item_brand = "brand"
item_category = { column = "category_code", split = "." }
price = "price"
attributes = ["user_session"]
[data.events]
view = "view_item"
cart = "add_to_cart"
"#;

const PARQUET: &str = r#"
time_format = "unix_s"
[data.columns]
shopper = "shopper"
time = "time"
event = "event"
item_id = "item_id"
item_brand = "item_brand"
item_category = "item_category"
price = "price"
"#;

fn main() {
    let data = std::env::var("SKONTO_DATA").unwrap_or_else(|_| "../shared/data".into());
    let source = Path::new(&data).join("rees46_events/2019-Oct-head.csv.gz");
    let Ok(file) = std::fs::File::open(&source) else {
        return println!("SKIPPED: no {}", source.display());
    };
    let mut text = Vec::new();
    flate2::read::MultiGzDecoder::new(file).read_to_end(&mut text).expect("the head unpacks");
    let folder = std::env::temp_dir().join("skonto-bench-reading");
    std::fs::create_dir_all(&folder).expect("a folder");
    let csv = csv_file(&folder, &text);
    measure("csv", &folder, &settings("events.csv", CSV), csv.metadata().map_or(0, |known| known.len()));
    let parquet = parquet_file(&folder);
    let size = parquet.metadata().map_or(0, |known| known.len());
    measure("parquet", &folder, &settings("events.parquet", PARQUET), size);
}

fn csv_file(folder: &Path, text: &[u8]) -> PathBuf {
    let path = folder.join("events.csv");
    let header = text.iter().position(|byte| *byte == b'\n').expect("a header") + 1;
    let mut out = std::io::BufWriter::new(std::fs::File::create(&path).expect("a file"));
    out.write_all(&text[..header]).expect("space");
    (0..COPIES).for_each(|_| out.write_all(&text[header..]).expect("space"));
    path
}

/// The same events, as the reader understood them, with words for events.
fn parquet_file(folder: &Path) -> PathBuf {
    let path = folder.join("events.parquet");
    let log = Params::from_toml(&settings("events.csv", CSV)).and_then(|params| params.check_log()).expect("settings");
    let scan = Scan::open(&log, folder).expect("a log");
    let mut writer: Option<ArrowWriter<std::fs::File>> = None;
    let mut take = |batch: RecordBatch| {
        let batch = with_words(&batch);
        let new = || {
            let file = std::fs::File::create(&path).expect("a file");
            let compression = parquet::basic::Compression::SNAPPY;
            let settings = WriterProperties::builder()
                .set_compression(compression)
                .set_max_row_group_row_count(Some(200_000))
                .build();
            ArrowWriter::try_new(file, batch.schema(), Some(settings)).expect("a writer")
        };
        writer.get_or_insert_with(new).write(&batch).expect("space");
        Ok(())
    };
    (0..scan.parts()).for_each(|part| drop(scan.read(part, &mut take).expect("rows")));
    writer.expect("rows").close().expect("space");
    path
}

fn with_words(batch: &RecordBatch) -> RecordBatch {
    use arrow::array::{ArrayRef, AsArray, Int64Array, StringArray};
    use arrow::datatypes::UInt8Type;
    let names = skonto::event::EVENT_NAMES;
    let number = |name: &str| {
        let texts = batch.column_by_name(name).expect("a column").as_string_view();
        std::sync::Arc::new(texts.iter().map(|text| text?.parse().ok()).collect::<Int64Array>()) as ArrayRef
    };
    let events = batch.column_by_name("event").expect("events").as_primitive::<UInt8Type>();
    let words = events.iter().map(|event| event.map(|event| names[event as usize])).collect::<StringArray>();
    let column = |name: &str| batch.column_by_name(name).expect("a column").clone();
    RecordBatch::try_from_iter([
        ("shopper", number("shopper")),
        ("time", column("time")),
        ("event", std::sync::Arc::new(words) as ArrayRef),
        ("item_id", number("item_id")),
        ("item_brand", column("item_brand")),
        ("item_category", column("item_category")),
        ("price", column("price")),
    ])
    .expect("columns of one length")
}

/// Seconds this thread has run, where the system tells: on a busy machine the clock on the wall says less.
fn cpu_seconds() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse::<f64>().ok().map(|nanoseconds| nanoseconds / 1e9)
}

fn measure(name: &str, folder: &Path, settings: &str, bytes: u64) {
    let log = Params::from_toml(settings).and_then(|params| params.check_log()).expect("settings");
    let (mut best, mut cpu) = (f64::INFINITY, f64::INFINITY);
    let (mut rows, mut open) = (0, 0.0);
    for _ in 0..3 {
        let (started, before) = (Instant::now(), cpu_seconds());
        let scan = Scan::open(&log, folder).expect("a log");
        open = started.elapsed().as_secs_f64();
        rows = 0;
        for part in 0..scan.parts() {
            let counted = scan.read(part, &mut |batch| {
                rows += batch.num_rows();
                Ok(())
            });
            assert_eq!(counted.expect("rows").dropped(), 0);
        }
        best = best.min(started.elapsed().as_secs_f64());
        if let (Some(before), Some(after)) = (before, cpu_seconds()) {
            cpu = cpu.min(after - before);
        }
    }
    let line = |figure: &str, value: f64, unit: &str| {
        println!("{{\"figure\": \"reading.{name}_{figure}\", \"value\": {value:.3}, \"unit\": \"{unit}\"}}");
    };
    line("rows", rows as f64, "rows");
    line("seconds", best, "s, one thread, best of 3");
    line("open_seconds", open, "s, of these for finding parts and types");
    line("rows_per_s", rows as f64 / best, "rows/s");
    line("mb_per_s", bytes as f64 / best / 1e6, "MB/s");
    line("rows_per_cpu_s", rows as f64 / cpu, "rows/s of processor time");
    line("mb_per_cpu_s", bytes as f64 / cpu / 1e6, "MB/s of processor time");
}
