//! [`Scan`]: a log of rows that several threads may read in parts.
//!
//! Parts and their batches depend on the files and the settings alone, never on the number of threads. What
//! is *not* here: sorting, pairing, counting by shopper.
//!
//! ```no_run
//! use skonto::train::{Params, read::log::Scan};
//! # let settings = String::new();
//! let log = Params::from_toml(&settings).and_then(|params| params.check_log()).unwrap();
//! let scan = Scan::open(&log, "data".as_ref()).unwrap();
//! for part in 0..scan.parts() {
//!     let tallies = scan.read(part, &mut |batch| Ok(println!("{} rows", batch.num_rows()))).unwrap();
//!     assert_eq!(tallies.read, tallies.kept + tallies.dropped());
//! }
//! ```

use super::aggregate;
use super::files::{self, LogFile};
use super::join::SideTable;
use super::lines;
use super::mapper::Mapper;
use super::mapping::{Filled, Plan, SIDE};
use super::parquet;
use super::parts::{self, Part, Visitor};
use super::sniff::{self, Sniffer};
use super::table::{self, Tabler};
use crate::error::{Code, Error, Result};
use crate::train::clean::tally::Tallies;
use crate::train::config::{CheckedLog, Format, Shape, Type};
use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, SchemaRef};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub use super::lines::COLUMNS;

/// Bytes of a part of a plain text file.
const PART: u64 = 16 << 20;
/// Rows looked at for usual prices.
const SAMPLE: usize = 20_000;

/// A log of rows that several threads may read in parts.
pub struct Scan {
    log: CheckedLog,
    plan: Plan,
    files: Vec<LogFile>,
    parts: Vec<(usize, Part)>,
    tables: Arc<Vec<SideTable>>,
    schema: SchemaRef,
    types: Vec<(String, Type)>,
    prices: Option<(f64, f64)>,
    done: Arc<AtomicU64>,
    bytes: u64,
}

impl Scan {
    /// Finds the files and looks at the start of each, for what the settings leave open.
    pub fn open(log: &CheckedLog, root: &Path) -> Result<Scan> {
        Scan::open_in_parts(log, root, PART)
    }

    fn open_in_parts(log: &CheckedLog, root: &Path, size: u64) -> Result<Scan> {
        if log.query.is_some() {
            let what = "data.query: SQL is run by another program, whose batches come through standard input";
            return Err(Error::new(Code::BadConfig, what));
        }
        aggregate::check(log)?;
        let mut found = Vec::new();
        for name in &log.files {
            found.extend(files::find(root, name)?);
        }
        let bytes = found.iter().filter_map(|path| path.metadata().ok()).map(|known| known.len()).sum();
        let tables: Vec<SideTable> =
            (0..log.joins.len()).map(|index| SideTable::read(root, log, index)).collect::<Result<_>>()?;
        let mut scan = Scan {
            plan: Plan::new(log),
            log: log.clone(),
            files: Vec::new(),
            parts: Vec::new(),
            tables: Arc::new(tables),
            schema: Arc::new(arrow::datatypes::Schema::empty()),
            types: Vec::new(),
            prices: None,
            done: Arc::default(),
            bytes,
        };
        for path in &found {
            scan.add_file(path, size)?;
        }
        match log.shape {
            Shape::Rows => scan.as_table()?,
            _ => scan.as_events()?,
        }
        Ok(scan)
    }

    fn add_file(&mut self, path: &Path, size: u64) -> Result<()> {
        let wanted = if self.log.shape == Shape::Baskets { &[][..] } else { &self.plan.needed };
        let mut file = LogFile::look(path, &self.log, wanted)?;
        if file.format == Format::Parquet {
            file.header = parquet::schema(&file)?.fields().iter().map(|field| field.name().clone()).collect();
        }
        let parts = parts::of(&file, size)?;
        let index = self.files.len();
        self.parts.extend(parts.into_iter().map(|part| (index, part)));
        self.files.push(file);
        Ok(())
    }

    /// How many parts there are: Parquet row groups, byte ranges of plain text, whole compressed files.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// The schema of every batch.
    pub fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// Types of the columns that are not of the line table, and whether each was told or found.
    pub fn types(&self) -> impl Iterator<Item = (&str, Type, bool)> {
        self.types.iter().map(|(name, kind)| (name.as_str(), *kind, self.log.types.contains_key(name)))
    }

    /// Names of the files, in the order they are read.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.name.as_str())
    }

    /// Bytes read so far, by all threads, and bytes there are.
    pub fn progress(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.bytes)
    }

    /// Reads one part in file order, cleaned row by row.
    pub fn read(&self, part: usize, each: &mut dyn FnMut(RecordBatch) -> Result<()>) -> Result<Tallies> {
        let (file, part) = self.parts[part];
        self.read_part(&self.files[file], part, self.prices, each)
    }

    fn read_part(
        &self,
        file: &LogFile,
        part: Part,
        prices: Option<(f64, f64)>,
        each: &mut dyn FnMut(RecordBatch) -> Result<()>,
    ) -> Result<Tallies> {
        let (log, plan) = (&self.log, &self.plan);
        if log.shape == Shape::Rows {
            let mut tabler = Tabler::new(log, plan, &self.tables, self.schema.clone(), each);
            parts::read(file, part, &plan.needed, &self.done, &mut tabler)?;
            return tabler.finish();
        }
        let mut mapper = Mapper::new(log, plan, &self.tables, prices, self.schema.clone(), each);
        match log.shape {
            Shape::Baskets => parts::read_baskets(file, part, &self.done, &mut mapper)?,
            _ => parts::read(file, part, &plan.needed, &self.done, &mut mapper)?,
        }
        mapper.finish()
    }

    fn as_events(&mut self) -> Result<()> {
        let names: Vec<String> = self.log.attributes.clone();
        self.types = self.types_of(&names)?;
        let attributes: Vec<(String, DataType)> =
            self.types.iter().map(|(name, kind)| (name.clone(), stored(*kind))).collect();
        let mut whole = Vec::new();
        for (name, field) in lines::IDS.iter().zip(&self.plan.ids) {
            if self.is_whole(&field.from)? {
                whole.push(*name);
            }
        }
        let kind = |name: &str| self.plan.fills(name).then(|| line_type(name, &whole));
        self.schema = lines::schema(&kind, &attributes);
        self.prices = self.usual_prices()?;
        Ok(())
    }

    /// Whether an identity is a whole number in every file.
    fn is_whole(&self, from: &Filled) -> Result<bool> {
        let Filled::Column(slot) = from else { return Ok(false) };
        if self.log.shape == Shape::Baskets {
            return Ok(*slot == 0);
        }
        if *slot >= SIDE {
            return Ok(false);
        }
        for file in &self.files {
            if file.format != Format::Parquet || !is_integer(file, &self.plan.needed[*slot])? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn as_table(&mut self) -> Result<()> {
        let Some(first) = self.files.first() else { return Ok(()) };
        let mut names = match self.log.attributes.is_empty() {
            true if first.format == Format::JsonLines => first.top_names()?,
            true => first.header.clone(),
            false => self.log.attributes.clone(),
        };
        if self.log.attributes.is_empty() {
            // A side table's column stands for one of the file by the same name.
            let joined = self.log.joins.iter().flat_map(|join| join.names());
            let more: Vec<String> = joined.filter(|name| !names.contains(name)).collect();
            names.extend(more);
        }
        if let Some(name) = self.log.types.keys().find(|name| !names.contains(name)) {
            let what = format!("data.types: no column is called `{name}`; there are {}", names.join(", "));
            return Err(Error::new(Code::BadConfig, what));
        }
        self.plan = Plan::of_table(&self.log, &names);
        for file in &self.files {
            file.has_all(&self.plan.needed, &self.log.layout)?;
        }
        self.types = self.types_of(&names)?;
        self.schema = table::schema(&self.types);
        Ok(())
    }

    /// Types told, or found in the first rows of the first file; columns of side tables are categories.
    fn types_of(&self, names: &[String]) -> Result<Vec<(String, Type)>> {
        let own: Vec<String> = names.iter().filter(|name| self.plan.needed.contains(name)).cloned().collect();
        let mut sniffer = Sniffer::new(&self.log, own.len());
        let is_open = !own.iter().all(|name| self.log.types.contains_key(name));
        for (_, part) in self.parts.iter().filter(|(file, _)| *file == 0 && is_open) {
            if !sniffer.is_done() {
                parts::read(&self.files[0], *part, &own, &Arc::default(), &mut sniffer)?;
            }
        }
        let found = sniffer.types();
        let sniffed = |name: &String| own.iter().position(|known| known == name).map(|index| found[index]);
        let joined = |name: &String| self.log.joins.iter().find_map(|join| join.kind(name));
        let kind = |name: &String| {
            let told = self.log.types.get(name).copied();
            told.or_else(|| sniffed(name)).or_else(|| joined(name)).unwrap_or(Type::Category)
        };
        Ok(names.iter().map(|name| (name.clone(), kind(name))).collect())
    }

    /// The ends of usual prices in the first rows of the log, however it falls into parts.
    fn usual_prices(&self) -> Result<Option<(f64, f64)>> {
        let Ok(price) = self.schema.index_of("price") else { return Ok(None) };
        let (lenient, mut prices) = (self.lenient(), Vec::new());
        for (file, part) in &self.parts {
            let mut take = |batch: RecordBatch| {
                prices.extend(batch.column(price).as_primitive::<Float64Type>().iter().flatten());
                // Any error ends the reading; this one is not passed on.
                if prices.len() < SAMPLE { Ok(()) } else { Err(Error::new(Code::TooLarge, "enough prices")) }
            };
            match lenient.read_part(&self.files[*file], *part, None, &mut take) {
                Err(error) if error.code() == Code::TooLarge => break,
                result => result?,
            };
        }
        prices.truncate(SAMPLE);
        Ok(sniff::usual(prices, self.log.price_outlier_iqr))
    }

    /// The same log with a progress of its own, for which no row is an error.
    fn lenient(&self) -> Scan {
        Scan {
            log: CheckedLog { strict: false, ..self.log.clone() },
            plan: self.plan.clone(),
            files: Vec::new(),
            parts: Vec::new(),
            tables: self.tables.clone(),
            schema: self.schema.clone(),
            types: Vec::new(),
            prices: None,
            done: Arc::default(),
            bytes: 0,
        }
    }
}

fn stored(kind: Type) -> DataType {
    if kind == Type::Number { DataType::Float64 } else { DataType::Utf8View }
}

fn is_integer(file: &LogFile, name: &str) -> Result<bool> {
    let schema = parquet::schema(file)?;
    Ok(schema.field_with_name(name).is_ok_and(|field| field.data_type().is_integer()))
}

fn line_type(name: &str, whole: &[&str]) -> DataType {
    match name {
        "time" => DataType::Int64,
        "event" => DataType::UInt8,
        "price" | "discount" | "quantity" => DataType::Float64,
        name if whole.contains(&name) => DataType::Int64,
        _ => DataType::Utf8View,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::train::config::Params;
    use arrow::compute::concat_batches;

    const SETTINGS: &str = r#"
        [shop]
        name = "a"
        currency = "EUR"
        [data]
        files = ["*.csv"]
        [data.columns]
        shopper = "who"
        time = "when"
        event = { value = "purchase" }
        item_name = "name"
        price = "price"
    "#;

    /// Rows with quoted line ends, so that a range cannot begin just anywhere, and faults here and there.
    fn table() -> String {
        let row = |index: usize| match index % 7 {
            0 => format!("s{index},2024-05-01,\"two\nlines, \"\"{index}\"\"\",{index}.5\n"),
            3 => format!("s{index},2024-05-01,plain,x\n"),
            _ => format!("s{index},2024-05-01 10:00:{:02},5\" wide,{index}\r\n", index % 60),
        };
        "who,when,name,price\n".to_string() + &(0..200).map(row).collect::<String>()
    }

    fn all(scan: &Scan) -> (RecordBatch, Tallies) {
        let (mut batches, mut tallies) = (Vec::new(), Tallies::default());
        for part in 0..scan.parts() {
            let mut take = |batch| {
                batches.push(batch);
                Ok(())
            };
            tallies.merge(scan.read(part, &mut take).unwrap());
        }
        (concat_batches(&scan.schema(), &batches).unwrap(), tallies)
    }

    #[test]
    fn any_cut_into_parts_gives_the_same_rows_and_the_same_causes() {
        let folder = std::env::temp_dir().join(format!("skonto-parts-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("a.csv"), table()).unwrap();
        let log = Params::from_toml(SETTINGS).and_then(|params| params.check_log()).unwrap();
        let (whole, counted) = all(&Scan::open(&log, &folder).unwrap());
        assert_eq!((counted.read, counted.kept, counted.rows("bad_number")), (200, 171, 29));
        for size in [1, 37, 64, 500, 4_000] {
            let scan = Scan::open_in_parts(&log, &folder, size).unwrap();
            assert!(scan.parts() > 1 || size > 1_000);
            let (rows, again) = all(&scan);
            assert_eq!(rows, whole, "parts of {size} bytes");
            let told =
                |tallies: &Tallies| tallies.causes().iter().map(|cause| cause.examples.clone()).collect::<Vec<_>>();
            assert_eq!(told(&again), told(&counted), "parts of {size} bytes");
        }
        std::fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn several_threads_may_read_one_scan() {
        fn may_be_shared<T: Send + Sync>() {}
        may_be_shared::<Scan>();
    }

    #[test]
    fn a_query_is_for_another_program() {
        let log = CheckedLog {
            query: Some("SELECT 1".into()),
            ..Params::from_toml(SETTINGS).and_then(|params| params.check_log()).unwrap()
        };
        let error = Scan::open(&log, Path::new(".")).err().unwrap();
        assert!(error.to_string().starts_with("data.query: SQL is run by another program"), "{error}");
    }
}
