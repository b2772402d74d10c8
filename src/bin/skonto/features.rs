//! `skonto features`: a log in, a table of features out; files, streams or the terminal.

use super::{Bar, io, say, write};
use clap::{Args, ValueEnum};
use skonto::error::{Code, Error, Result};
use skonto::feature::{Program, Schema};
use skonto::train::fold::features::Features;
use skonto::train::fold::fitting::{self, Fitted};
use skonto::train::fold::given;
use skonto::train::fold::moments::At;
use skonto::train::fold::options::bytes;
use skonto::train::fold::preview::Preview;
use skonto::train::fold::settings::Settings;
use skonto::train::fold::table::{Pending, TableWriter};
use skonto::train::fold::{CheckedOptions, Folded, Options, Partitioned, Source, Stream, fold};
use skonto::train::read::log::Scan;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Nobody needs to watch what is over sooner.
const QUIET: Duration = Duration::from_secs(1);

/// What `skonto features` is asked.
#[derive(Args)]
pub struct Asked {
    /// The shop's settings: counters, features, groups, and where the log's columns are.
    settings: PathBuf,
    /// Folder with the log.
    #[arg(long, required_unless_present = "stdin", conflicts_with = "stdin")]
    data: Option<PathBuf>,
    /// When a row is made: `last` (after a shopper's last event), `session` (at the end of every visit), or just before
    /// every event of a name such as `purchase`.
    #[arg(long, default_value = "last")]
    at: String,
    /// File to write, .parquet or .csv; without it the table is summed up in the terminal.
    #[arg(long, conflicts_with = "stdout")]
    out: Option<PathBuf>,
    /// Read the log from standard input, with the columns shopper, time (local seconds), event, transaction_id,
    /// item_id, item_brand, item_category…, price (net per unit), discount, quantity. All rows of a shopper must be in
    /// this stream.
    #[arg(long)]
    stdin: Option<StreamFormat>,
    /// Write the table to standard output.
    #[arg(long)]
    stdout: Option<StreamFormat>,
    /// Write what was fitted there, as JSON: to be read, and to be applied to other logs by --from.
    #[arg(long)]
    program: Option<PathBuf>,
    /// Fit nothing: apply an earlier fit, a program.json or a .skonto model. [features] from says the same in the settings.
    #[arg(long)]
    from: Option<PathBuf>,
    /// Memory for rows, such as 512MiB; what does not fit goes to the temporary folder. A quarter of the machine's when
    /// left out.
    #[arg(long)]
    memory: Option<String>,
    /// Threads; as many as there are when left out.
    #[arg(long)]
    threads: Option<usize>,
}

/// What a stream is made of.
#[derive(Clone, Copy, ValueEnum)]
pub enum StreamFormat {
    /// Arrow IPC.
    Arrow,
}

/// Makes the table.
pub fn run(asked: &Asked) -> Result<()> {
    let text = fs::read_to_string(&asked.settings).map_err(|error| io("read", &asked.settings, &error))?;
    let settings = Settings::from_toml(&text)?;
    let memory = asked.memory.as_deref().map(bytes).transpose()?;
    let given = given(asked, &settings)?;
    let options = match &given {
        Some((program, schema)) => settings.options_for(program, schema)?,
        None => settings.options()?,
    };
    let options = Options { threads: asked.threads, memory, ..options }.check()?;
    let at = At::from_name(&asked.at).map_err(|error| Error::new(error.code(), format!("--at: {error}")))?;
    let making = Making { asked, settings: &settings, given, options: &options, at, watch: Watch::new() };
    match &asked.data {
        Some(folder) => making.make(&Scan::open(&Settings::log(&text)?.at(super::now()), folder)?),
        None => making.make(&Stream::new(std::io::stdin())?),
    }
}

/// The fit to be applied, if one is named; the settings name it beside themselves.
fn given(asked: &Asked, settings: &Settings) -> Result<Option<(Program, Schema)>> {
    let beside = |name: &str| asked.settings.parent().unwrap_or(Path::new("")).join(name);
    let Some(path) = asked.from.clone().or_else(|| settings.from().map(beside)) else { return Ok(None) };
    let bytes = fs::read(&path).map_err(|error| io("read", &path, &error))?;
    let read = given::read(&bytes);
    read.map(Some).map_err(|error| Error::new(error.code(), format!("{}: {error}", path.display())))
}

struct Making<'a> {
    asked: &'a Asked,
    settings: &'a Settings,
    given: Option<(Program, Schema)>,
    options: &'a CheckedOptions,
    at: At,
    watch: Watch,
}

impl Making<'_> {
    fn make(&self, source: &dyn Source) -> Result<()> {
        let parts = source.parts() as u64;
        let log = Partitioned::read(source, self.options, &|done| self.watch.show("reading", done as u64, parts))?;
        let fitted = match &self.given {
            Some((program, schema)) => Fitted::given(program.clone(), schema.clone(), &log),
            None => fitting::fit(self.settings, &log, self.options, self.at)?,
        };
        if let Some(path) = &self.asked.program {
            write(path, given::write(&fitted.program, &fitted.schema).as_bytes())?;
        }
        fitted.summary.iter().for_each(|line| eprintln!("{line}"));
        let features = Features::new(&fitted.program, &fitted.schema, self.at, log.shopper_is_number);
        let features = features.with_meanings(&fitted.meanings).out_of_fold(&fitted.of_folds, self.options.training);
        match (&self.asked.out, self.asked.stdout) {
            (Some(out), _) => {
                let (pending, file) = Pending::create(out)?;
                let table = TableWriter::for_name(out, features.table(), file)?;
                self.write(&log, &features, table)?;
                pending.finish()
            }
            (None, Some(StreamFormat::Arrow)) => {
                let stdout = BufWriter::with_capacity(1 << 20, std::io::stdout());
                self.write(&log, &features, TableWriter::stream(features.table(), stdout)?)
            }
            (None, None) => {
                let mut preview = Preview::new(features.table());
                self.fold(&log, &features, |batch| {
                    preview.take(&batch);
                    Ok(())
                })?;
                say(&preview.text());
                Ok(())
            }
        }
    }

    fn write<W: Write + Send>(&self, log: &Partitioned, features: &Features, mut table: TableWriter<W>) -> Result<()> {
        self.fold(log, features, |batch| table.write(batch))?;
        let mut written = table.finish()?;
        written.flush().map_err(|error| Error::new(Code::Io, format!("cannot write the table: {error}")))
    }

    fn fold(
        &self,
        log: &Partitioned,
        features: &Features,
        mut sink: impl FnMut(arrow::record_batch::RecordBatch) -> Result<()> + Send,
    ) -> Result<()> {
        let (mut done, all) = (0, log.partitions() as u64);
        let folded = fold(log, self.options, features, |batch| {
            done += 1;
            self.watch.show("folding", done, all);
            sink(batch)
        })?;
        self.watch.bar.finish();
        report(&folded);
        Ok(())
    }
}

/// What was found on the way, on standard error, which a table on standard output does not mind.
fn report(folded: &Folded) {
    eprintln!("{} rows of {} shoppers", folded.rows, folded.shoppers);
    for cause in folded.tallies.causes() {
        eprintln!("  {} {}: {}", cause.rows, cause.action, cause.cause);
        cause.examples.iter().for_each(|example| eprintln!("    {example}"));
    }
}

/// The progress bar, after a while.
struct Watch {
    start: Instant,
    bar: Bar,
}

impl Watch {
    fn new() -> Watch {
        Watch { start: Instant::now(), bar: Bar::new() }
    }

    fn show(&self, stage: &str, done: u64, all: u64) {
        if self.start.elapsed() > QUIET {
            self.bar.show(stage, done, all);
        }
    }
}
