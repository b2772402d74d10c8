//! Damaged and malicious logs: each is refused with a typed error, or read with its faults counted.
//! No panic, no hang, no memory beyond a few records.

use arrow::array::{ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array, ListArray, RecordBatch, StringArray};
use arrow::datatypes::Int32Type;
use flate2::Compression;
use flate2::write::GzEncoder;
use skonto::error::{Code, Result};
use skonto::evaluate::summary::Cause;
use skonto::train::Params;
use skonto::train::read::log::Scan;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

const HEAD: &str = "who,when,item,price\n";
const GOOD: &str = "a,2024-05-01 10:00:00,i1,2.5\n";

enum Expected {
    /// Refused with that code, and words of the message.
    Refused(Code, &'static str),
    /// Rows read and kept, and words of a cause or of one of its examples; "" for none at all.
    Read(u64, u64, &'static str),
}
use Expected::{Read, Refused};

struct Case {
    name: &'static str,
    file: &'static str,
    bytes: Vec<u8>,
    /// Keys of `[data]`.
    data: &'static str,
    expected: Expected,
}

fn case(
    name: &'static str,
    file: &'static str,
    bytes: impl Into<Vec<u8>>,
    data: &'static str,
    expected: Expected,
) -> Case {
    Case { name, file, bytes: bytes.into(), data, expected }
}

/// A folder that is gone when the test is.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("skonto-hostile-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn with(self, name: &str, bytes: &[u8]) -> Folder {
        std::fs::write(self.0.join(name), bytes).unwrap();
        self
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

struct Found {
    read: u64,
    kept: u64,
    causes: Vec<Cause>,
    batches: Vec<RecordBatch>,
}

impl Found {
    fn tells(&self, words: &str) -> bool {
        self.causes.iter().any(|cause| cause.cause.contains(words) || cause.examples.iter().any(|e| e.contains(words)))
    }

    fn texts(&self, column: &str) -> Vec<String> {
        let column = |batch: &RecordBatch| {
            let column = batch.column_by_name(column).unwrap().as_string_view().clone();
            column.iter().map(|text| text.unwrap_or("null").to_string()).collect::<Vec<_>>()
        };
        self.batches.iter().flat_map(column).collect()
    }
}

fn settings(files: &str, data: &str) -> String {
    let columns =
        "shopper = \"who\"\ntime = \"when\"\nevent = { value = \"purchase\" }\nitem_id = \"item\"\nprice = \"price\"";
    format!(
        "[shop]\nname = \"a\"\ncurrency = \"EUR\"\n[data]\nfiles = [\"{files}\"]\n{data}\n[data.columns]\n{columns}\n"
    )
}

fn read(folder: &Folder, settings: &str, strict: bool) -> Result<Found> {
    let log = Params::from_toml(settings)?.check_log()?;
    let scan = Scan::open(&if strict { log.strict() } else { log }, &folder.0)?;
    let mut batches = Vec::new();
    let mut all = skonto::train::clean::tally::Tallies::default();
    for part in 0..scan.parts() {
        let counted = scan.read(part, &mut |batch| {
            batches.push(batch);
            Ok(())
        })?;
        all.merge(counted);
    }
    assert_eq!(all.read, all.kept + all.dropped(), "rows are lost in silence");
    assert_eq!(all.kept, batches.iter().map(|batch| batch.num_rows() as u64).sum::<u64>());
    Ok(Found { read: all.read, kept: all.kept, causes: all.causes(), batches })
}

fn check(cases: Vec<Case>) {
    for case in cases {
        let folder = Folder::new().with(case.file, &case.bytes);
        let result = read(&folder, &settings(case.file, case.data), false);
        match (case.expected, result) {
            (Refused(code, words), Err(error)) => {
                assert_eq!(error.code(), code, "{}: {error}", case.name);
                assert!(error.to_string().contains(words), "{}: {error}", case.name);
            }
            (Read(read, kept, words), Ok(found)) => {
                assert_eq!((found.read, found.kept), (read, kept), "{}: {:?}", case.name, found.causes);
                let plain = words.is_empty() && found.causes.is_empty();
                assert!(plain || (!words.is_empty() && found.tells(words)), "{}: {:?}", case.name, found.causes);
            }
            (Refused(_, words), Ok(found)) => panic!("{}: {} rows kept, expected {words}", case.name, found.kept),
            (Read(..), Err(error)) => panic!("{}: {error}", case.name),
        }
    }
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn rows(prices: &[&str]) -> String {
    HEAD.to_string() + &prices.iter().map(|price| format!("a,2024-05-01,i1,{price}\n")).collect::<String>()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn text_files() {
    let table = HEAD.to_string() + GOOD;
    let semicolons = table.replace(',', ";");
    check(vec![
        case("empty file", "a.csv", "", "", Refused(Code::BadData, "found an empty file")),
        case("header only", "a.csv", HEAD, "", Read(0, 0, "")),
        case("blank lines only", "a.csv", "\n\n\n", "", Refused(Code::BadData, "is missing")),
        case("byte order mark", "a.csv", "\u{feff}".to_string() + &table, "", Read(1, 1, "")),
        case("utf-16 with a mark", "a.csv", utf16(&("\u{feff}".to_string() + &table)), "", Read(1, 1, "")),
        case("utf-16 without a mark", "a.csv", utf16(&table), "", Refused(Code::BadText, "encoding = \"utf-16le\"")),
        case("utf-16 as told", "a.csv", utf16(&table), "encoding = \"utf-16le\"", Read(1, 1, "")),
        case("NUL bytes", "a.csv", table.replace("i1", "i\x001"), "", Read(1, 1, "not text")),
        case(
            "latin-1 taken for utf-8",
            "a.csv",
            table
                .replace("i1", "\u{1}")
                .into_bytes()
                .iter()
                .map(|b| if *b == 1 { 0xe9 } else { *b })
                .collect::<Vec<u8>>(),
            "",
            Read(1, 1, "not text"),
        ),
        case(
            "quote never closed",
            "a.csv",
            HEAD.to_string() + "a,\"2024-05-01,i1,2\nb",
            "",
            Refused(Code::BadData, "a.csv, line 2: a quote is opened here"),
        ),
        case(
            "lines after quoted line ends",
            "a.csv",
            HEAD.to_string() + "\"a\n\nb\",2024-05-01,i1,2\nc,2024-05-01,i1,x\n",
            "",
            Read(2, 1, "a.csv, line 5, column price: expected a number with decimal point, found \"x\""),
        ),
        case(
            "ragged rows",
            "a.csv",
            table.clone() + "a,2024-05-01\na,2024-05-01,i1,2,3,4\n",
            "",
            Read(3, 1, "line 3: expected 4 columns, found 2"),
        ),
        case("a million letters", "a.csv", table.replace("i1", &"x".repeat(1_000_000)), "", Read(1, 1, "")),
        case(
            "twenty million letters",
            "a.csv",
            table.replace("i1", &"x".repeat(20_000_000)),
            "",
            Refused(Code::TooLarge, "a record has no end"),
        ),
        case(
            "the same name twice",
            "a.csv",
            "who,when,item,price,price\n",
            "",
            Refused(Code::DuplicateName, "two columns are called `price`"),
        ),
        case(
            "missing column",
            "a.csv",
            "who,when,item,Price\n",
            "",
            Refused(Code::BadData, "column `price` is missing; there are `who`, `when`"),
        ),
        case(
            "semicolons told as commas",
            "a.csv",
            semicolons.clone(),
            "separator = \",\"",
            Refused(Code::BadData, "with separator `;` it is there"),
        ),
        case(
            "bars told as tabs",
            "a.csv",
            table.replace(',', "|"),
            "separator = \"\\t\"",
            Refused(Code::BadData, "with separator `|` it is there, the settings say `\\t`"),
        ),
        case("semicolons found", "a.csv", semicolons, "", Read(1, 1, "")),
        case(
            "mixed line ends",
            "a.csv",
            "who,when,item,price\r\na,2024-05-01,i1,2\nb,2024-05-01,i1,3\r\nc,2024-05-01,i1,4",
            "",
            Read(3, 3, ""),
        ),
        case(
            "an unknown encoding",
            "a.csv",
            table,
            "encoding = \"ebcdic\"",
            Refused(Code::BadConfig, "found `ebcdic`"),
        ),
    ]);
}

#[test]
fn numbers() {
    let comma = "separator = \";\"\ndecimal = \",\"\nthousands = \".\"";
    let semicolons = |price: &str| format!("who;when;item;price\na;2024-05-01;i1;{price}\n");
    check(vec![
        case(
            "decimal comma taken for a dot",
            "a.csv",
            semicolons("12,50"),
            "",
            Read(1, 0, "expected a number with decimal point, found \"12,50\""),
        ),
        case("decimal comma", "a.csv", semicolons("1.234,50"), comma, Read(1, 1, "")),
        case(
            "thousands in the wrong place",
            "a.csv",
            semicolons("12.34,5"),
            comma,
            Read(1, 0, "expected a number with decimal comma, found \"12.34,5\""),
        ),
        case(
            "no numbers",
            "a.csv",
            rows(&["NaN", "Inf", "-inf", "0x10", "1_0", "1e999", "--1"]),
            "",
            Read(7, 0, "not a number"),
        ),
        case("1e308", "a.csv", rows(&["1e308"]), "", Read(1, 0, "expected a number up to 1e12")),
        case("minus zero", "a.csv", rows(&["-0"]), "", Read(1, 1, "price is 0")),
        case("below zero", "a.csv", rows(&["-1"]), "", Read(1, 0, "negative price")),
        case("no price", "a.csv", rows(&["", "NA"]), "", Read(2, 0, "without a price")),
    ]);
}

#[test]
fn times() {
    let at = |times: &[&str]| HEAD.to_string() + &times.iter().map(|at| format!("a,{at},i1,2\n")).collect::<String>();
    let zones = "recorded_in = \"America/New_York\"\ntime_zone = \"Europe/Berlin\"";
    check(vec![
        case("30 February", "a.csv", at(&["2024-02-30 10:00:00"]), "", Read(1, 0, "expected a time like")),
        case("year 0", "a.csv", at(&["0000-01-01"]), "", Read(1, 0, "time before 1970")),
        case("1970", "a.csv", at(&["1970-01-01 00:00:00"]), "", Read(1, 0, "time before 1970")),
        case("year 9999", "a.csv", at(&["9999-12-31 23:59:59"]), "", Read(1, 0, "time after the end")),
        case(
            "after the end",
            "a.csv",
            at(&["2024-05-01 23:59:59", "2024-05-02"]),
            "ends = \"2024-05-01\"",
            Read(2, 1, "line 3, column when"),
        ),
        case(
            "skipped and repeated hours",
            "a.csv",
            at(&["2024-03-10 02:30:00", "2024-11-03 01:30:00"]),
            zones,
            Read(2, 2, ""),
        ),
        case(
            "no such zone",
            "a.csv",
            at(&[]),
            "time_zone = \"Mars/Olympus\"",
            Refused(Code::BadConfig, "found `Mars/Olympus`"),
        ),
        case(
            "huge unix time",
            "a.csv",
            at(&["99999999999999999999"]),
            "time_format = \"unix_s\"",
            Read(1, 0, "seconds since 1970"),
        ),
    ]);
}

#[test]
fn compressed_files() {
    let table = HEAD.to_string() + GOOD + GOOD;
    let many = HEAD.to_string() + &GOOD.repeat(20_000);
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let zst = |text: &str| zstd::encode_all(text.as_bytes(), 1).unwrap();
    check(vec![
        case("gz", "a.csv.gz", gz(table.as_bytes()), "", Read(2, 2, "")),
        case(
            "truncated gz",
            "a.csv.gz",
            cut(gz(many.as_bytes())),
            "",
            Refused(Code::BadData, "the compressed stream ends early"),
        ),
        case("zst", "a.csv.zst", zst(&table), "", Read(2, 2, "")),
        case("truncated zst", "a.csv.zst", cut(zst(&many)), "", Refused(Code::BadData, "compressed stream")),
        case("gz that is none", "a.csv.gz", table.clone(), "", Refused(Code::BadData, "not a sound compressed stream")),
        case("gz of nothing", "a.csv.gz", "", "", Refused(Code::BadData, "")),
        case("gz in two members", "a.csv.gz", [gz(table.as_bytes()), gz(GOOD.as_bytes())].concat(), "", Read(3, 3, "")),
        case(
            "a bomb of one record",
            "a.csv.gz",
            gz(&vec![b'x'; 64 << 20]),
            "",
            Refused(Code::TooLarge, "a record has no end"),
        ),
        case(
            "a bomb of blank lines",
            "a.csv.gz",
            gz(&[HEAD.as_bytes(), &vec![b'\n'; 64 << 20]].concat()),
            "",
            Read(0, 0, ""),
        ),
    ]);
}

fn parquet_of(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, c)| (name, c, true))).unwrap();
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

/// One good row, with another column for one of the names.
fn parquet_with(name: &str, other: ArrayRef) -> Vec<u8> {
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("who", Arc::new(Int64Array::from(vec![9_007_199_254_740_993]))),
        ("when", Arc::new(StringArray::from(vec!["2024-05-01"]))),
        ("item", Arc::new(StringArray::from(vec!["i1"]))),
        ("price", Arc::new(Float64Array::from(vec![2.5]))),
    ];
    parquet_of(columns.into_iter().map(|(own, c)| if own == name { (own, other.clone()) } else { (own, c) }).collect())
}

#[test]
fn parquet_files() {
    let good = parquet_with("", Arc::new(Float64Array::from(vec![1.0])));
    let list: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1)])]));
    let flag: ArrayRef = Arc::new(BooleanArray::from(vec![true]));
    let nan: ArrayRef = Arc::new(Float64Array::from(vec![f64::NAN]));
    let text: ArrayRef = Arc::new(StringArray::from(vec!["two"]));
    let foreign = parquet_of(vec![("a", flag.clone())]);
    check(vec![
        case("parquet", "a.parquet", good.clone(), "", Read(1, 1, "")),
        case(
            "truncated parquet",
            "a.parquet",
            good[..good.len() - 9].to_vec(),
            "",
            Refused(Code::BadData, "not a sound Parquet file"),
        ),
        case("parquet that is none", "a.parquet", "PAR1", "", Refused(Code::BadData, "not a sound Parquet file")),
        case(
            "parquet without the column",
            "a.parquet",
            foreign,
            "",
            Refused(Code::BadData, "column `who` is missing; there are `a`"),
        ),
        case(
            "nested where flat is wanted",
            "a.parquet",
            parquet_with("price", list),
            "",
            Refused(Code::BadData, "column `price`: expected numbers, texts, flags or times, found List"),
        ),
        case(
            "a flag for a time",
            "a.parquet",
            parquet_with("when", flag),
            "",
            Read(1, 0, "a.parquet, row 1, column when: expected a time"),
        ),
        case("a NaN for a price", "a.parquet", parquet_with("price", nan), "", Read(1, 0, "not a number")),
        case("a word for a price", "a.parquet", parquet_with("price", text), "", Read(1, 0, "found \"two\"")),
    ]);
}

fn json(fields: &str) -> String {
    format!("{{\"who\":\"a\",\"when\":\"2024-05-01\",\"item\":\"i1\",\"price\":2.5,{fields}}}\n")
}

#[test]
fn json_lines() {
    let good = json("\"x\":1");
    let deep = format!("{{\"who\":{}}}\n", "[".repeat(100_000));
    check(vec![
        case("json", "a.jsonl", good.clone(), "", Read(1, 1, "")),
        case("a cut line", "a.jsonl", good.clone() + &good[..20], "", Read(2, 1, "a.jsonl, line 2: not a JSON object")),
        case("deep nesting", "a.jsonl", good.clone() + &deep, "", Read(2, 1, "recursion limit")),
        case("a key twice", "a.jsonl", json("\"price\":3"), "", Read(1, 1, "")),
        case("a number as text", "a.jsonl", json("\"price\":\"3.5\""), "", Read(1, 1, "")),
        case("a price too large for any number", "a.jsonl", json("\"price\":1e400"), "", Read(1, 0, "out of range")),
        case(
            "an id too large to be exact",
            "a.jsonl",
            json("\"who\":36893488147419103232"),
            "",
            Read(1, 0, "expected a text"),
        ),
        case("a lone surrogate", "a.jsonl", json("\"item\":\"\\ud800\""), "", Read(1, 0, "hex escape")),
        case(
            "keys of a prototype",
            "a.jsonl",
            json("\"__proto__\":{\"price\":0},\"constructor\":1"),
            "",
            Read(1, 1, ""),
        ),
        case(
            "a list for an object",
            "a.jsonl",
            good.clone() + "[1,2]\n",
            "",
            Read(2, 1, "expected a JSON object, found a list"),
        ),
        case("a list for a text", "a.jsonl", json("\"item\":[1]"), "", Read(1, 0, "expected a text, found a list")),
        case("an object for a price", "a.jsonl", json("\"price\":{}"), "", Read(1, 0, "found an object")),
        case("no json at all", "a.jsonl", HEAD.to_string() + GOOD, "", Read(2, 0, "line 1: not a JSON object")),
        case(
            "bytes that are no text",
            "a.jsonl",
            [good.as_bytes(), b"{\"who\":\"\xff\"}\n"].concat(),
            "",
            Read(2, 1, "line 2: not a JSON object"),
        ),
    ]);
}

#[test]
fn ids_beyond_two_to_the_53rd_stay_exact_in_every_format() {
    let id = "9007199254740993";
    let csv = HEAD.to_string() + &GOOD.replacen('a', id, 1);
    let line = json(&format!("\"who\":{id}"));
    for (file, bytes) in [("a.csv", csv), ("a.jsonl", line)] {
        let found = read(&Folder::new().with(file, bytes.as_bytes()), &settings(file, ""), false).unwrap();
        assert_eq!(found.texts("shopper"), [id], "{file}");
    }
    let bytes = parquet_with("", Arc::new(Float64Array::from(vec![1.0])));
    let found = read(&Folder::new().with("a.parquet", &bytes), &settings("a.parquet", ""), false).unwrap();
    let shopper = found.batches[0].column_by_name("shopper").unwrap();
    assert_eq!(shopper.as_primitive::<arrow::datatypes::Int64Type>().value(0).to_string(), id);
}

fn refusal(folder: &Folder, settings: &str) -> (Code, String) {
    let error = read(folder, settings, false).err().expect("a refusal");
    (error.code(), error.to_string())
}

#[test]
fn files_that_are_not_there_or_are_none() {
    let (code, message) = refusal(&Folder::new(), &settings("*.csv", ""));
    assert_eq!(code, Code::Io);
    assert!(message.starts_with("data.files: no file is called *.csv"), "{message}");
    let (code, message) = refusal(&Folder::new(), &settings("a.csv", ""));
    assert!(code == Code::Io && message.starts_with("cannot read a.csv"), "{message}");
    let folder = Folder::new();
    std::fs::create_dir(folder.0.join("a.csv")).unwrap();
    assert_eq!(refusal(&folder, &settings("a.csv", "")).1, "cannot read a.csv: expected a file, found a folder");
}

#[test]
fn a_second_file_with_another_header_is_named() {
    let table = HEAD.to_string() + GOOD;
    let other = table.replace("price", "cost");
    let folder = Folder::new().with("a.csv", table.as_bytes()).with("b.csv", other.as_bytes());
    let (code, message) = refusal(&folder, &settings("*.csv", ""));
    assert!(code == Code::BadData && message.starts_with("b.csv: column `price` is missing"), "{message}");
    let swapped = "price,item,when,who\n2.5,i1,2024-05-01,b\n";
    let folder = Folder::new().with("a.csv", table.as_bytes()).with("b.csv", swapped.as_bytes());
    assert_eq!(read(&folder, &settings("*.csv", ""), false).unwrap().texts("shopper"), ["a", "b"]);
}

#[test]
fn strict_names_the_first_row_that_would_be_dropped() {
    let folder = Folder::new().with("a.csv", rows(&["1", "x", "y"]).as_bytes());
    let error = read(&folder, &settings("a.csv", ""), true).err().unwrap();
    assert_eq!(error.code(), Code::BadData);
    assert_eq!(error.to_string(), "a.csv, line 3, column price: expected a number with decimal point, found \"x\"");
}

#[test]
fn a_ragged_row_is_repaired_when_asked() {
    let text = HEAD.to_string() + "a,2024-05-01,i1\n" + "a,2024-05-01,i1,2,9\n";
    let folder = Folder::new().with("a.csv", text.as_bytes());
    let repaired = settings("a.csv", "") + "[cleaning]\nbad_record = \"repair\"\nmissing_price = \"keep\"\n";
    let found = read(&folder, &repaired, false).unwrap();
    assert_eq!((found.read, found.kept), (2, 2));
    assert!(found.tells("surplus ones left out"));
}
