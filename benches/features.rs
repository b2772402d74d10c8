//! The session table of REES46 beside DuckDB and polars, and the replay of thirty features. Run by `make bench
//! ONLY=features`.
//!
//! No harness: a figure is the best of some rounds, in each of which every engine runs once, in a process of its own,
//! so that what else the machine does hits all of them alike. Engines are timed without their start. Prints one JSON
//! line per figure. The files are written by benches/features.py.

use skonto::error::Result;
use skonto::train::fold::features::Features;
use skonto::train::fold::moments::At;
use skonto::train::fold::settings::Settings;
use skonto::train::fold::table::{Pending, TableWriter};
use skonto::train::fold::{CheckedOptions, Options, Partitioned, fold, options};
use skonto::train::read::log::Scan;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

/// Rounds of which the best counts.
const ROUNDS: usize = 5;
const THREADS: usize = 2;
/// Rows of the two logs.
const ROWS: [(&str, f64); 2] = [("115", 2_004_910.0), ("1150", 20_049_100.0)];
/// What the larger log may use for its rows.
const BUDGET: &str = "256MiB";

fn main() -> ExitCode {
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    let done = match asked[..] {
        ["sessions", kind, copies, memory, out] => sessions(kind, copies, memory, out.as_ref()).map(print_run),
        ["replay"] => replay().map(|rate| println!("{rate}")),
        [] => compare(),
        _ => Err("sessions KIND COPIES MEMORY OUT, replay, or nothing".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

type Failing<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn cache() -> PathBuf {
    let home = std::env::var_os("HOME").unwrap_or_default();
    let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(|| Path::new(&home).join(".cache"), PathBuf::from);
    std::env::var_os("SKONTO_CACHE").map_or_else(|| cache.join("skonto"), PathBuf::from)
}

fn checked(settings: &Settings, memory: Option<usize>) -> Result<CheckedOptions> {
    Options { threads: Some(THREADS), memory, ..settings.options()? }.check()
}

/// The columns of the log as the session table needs them, and as the replay does.
const SESSIONS: &str = "shopper = \"user_session\"";
const VISITORS: &str = "shopper = \"user_id\"\nitem_category = \"category_code\"";

fn open(folder: &Path, files: &str, columns: &str) -> Result<Scan> {
    let settings = format!(
        r#"
[shop]
name = "REES46"
currency = "USD"
[data]
files = ["{files}"]
[data.columns]
time = "event_time"
event = "event_type"
item_id = "product_id"
price = "price"
{columns}
[data.events]
view = "view_item"
cart = "add_to_cart"
"#
    );
    Scan::open(&Settings::log(&settings)?, folder)
}

/// From files to a Parquet table; the seconds that took.
fn sessions(kind: &str, copies: &str, memory: &str, out: &Path) -> Failing<f64> {
    let start = Instant::now();
    let settings = Settings::from_toml(include_str!("features/sessions.toml"))?;
    let options = checked(&settings, Some(options::bytes(memory)?))?;
    let folder = cache().join(format!("bench/rees46_x{copies}"));
    let files = if kind == "csv" { "log.csv" } else { "part-*.parquet" };
    let source = open(&folder, files, SESSIONS)?;
    let log = Partitioned::read(&source, &options, &|_| {})?;
    let (program, schema) = (settings.program()?, settings.schema(&log.groups)?);
    let features = Features::new(&program, &schema, At::Last, log.shopper_is_number);
    let (pending, file) = Pending::create(out)?;
    let mut table = TableWriter::parquet(features.table(), file)?;
    fold(&log, &options, &features, |batch| table.write(batch))?;
    drop(table.finish()?);
    pending.finish()?;
    Ok(start.elapsed().as_secs_f64())
}

/// Seconds, and the most memory the process ever had.
fn print_run(seconds: f64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    let peak: f64 = peak.trim().trim_end_matches(" kB").parse().unwrap_or(0.0);
    println!("{seconds} {}", peak / 1_024.0);
}

/// Events a second: rows left after cleaning (a row of REES46 is an event), divided by the time of the whole fold, which
/// loads, sorts and cleans coded rows in memory, lets a profile observe every event, and makes thirty features at the
/// end of every visit. Reading the files is not in it, writing a table neither.
fn replay() -> Failing<f64> {
    let settings = Settings::from_toml(include_str!("features/replay.toml"))?;
    let options = checked(&settings, None)?;
    let source = open(&cache().join("bench/rees46_x115"), "part-*.parquet", VISITORS)?;
    let program = settings.program()?;
    let mut best = f64::INFINITY;
    for _ in 0..ROUNDS {
        let log = Partitioned::read(&source, &options, &|_| {})?;
        let schema = settings.schema(&log.groups)?;
        let features = Features::new(&program, &schema, At::Session, log.shopper_is_number);
        let start = Instant::now();
        let folded = fold(&log, &options, &features, |batch| {
            std::hint::black_box(batch.num_rows());
            Ok(())
        })?;
        best = best.min(start.elapsed().as_secs_f64() / folded.rows as f64);
    }
    Ok(1.0 / best)
}

fn output(command: &mut Command) -> Failing<Vec<f64>> {
    let output = command.stderr(std::process::Stdio::inherit()).output()?;
    let text = String::from_utf8(output.stdout)?;
    let numbers = text.split_whitespace().map(str::parse).collect::<std::result::Result<Vec<f64>, _>>()?;
    if output.status.success() { Ok(numbers) } else { Err(format!("{command:?} failed").into()) }
}

/// One run of ours in its own process: seconds and peak.
fn ours(what: &[&str], out: &Path) -> Failing<Vec<f64>> {
    output(Command::new(std::env::current_exe()?).arg("sessions").args(what).arg(out))
}

fn python() -> Command {
    let mut command = Command::new(cache().join("peers/bin/python"));
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/features.py"));
    command
}

fn compare() -> Failing<()> {
    let folder = std::env::temp_dir().join(format!("skonto-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let done = replayed().and_then(|()| tables(&folder)).and_then(|()| large(&folder));
    std::fs::remove_dir_all(&folder)?;
    done
}

fn replayed() -> Failing<()> {
    let rate = output(Command::new(std::env::current_exe()?).arg("replay"))?;
    print("features.replay_events_per_s", rate[0], "events/s", "null");
    Ok(())
}

fn tables(folder: &Path) -> Failing<()> {
    let mut peak = f64::INFINITY;
    for kind in ["parquet", "csv"] {
        let mut best = [f64::INFINITY; 3];
        for _ in 0..ROUNDS {
            let run = ours(&[kind, "115", "1GiB"], &folder.join("skonto.parquet"))?;
            best[0] = best[0].min(run[0]);
            peak = peak.min(run[1]);
            for (best, engine) in best[1..].iter_mut().zip(["duckdb", "polars"]) {
                let out = folder.join(format!("{engine}.parquet"));
                *best = best.min(output(python().args([engine, kind]).arg(out))?[0]);
            }
        }
        let equal =
            python().arg("equal").args(["duckdb.parquet", "skonto.parquet"].map(|name| folder.join(name))).output()?;
        eprint!("{kind}: {}", String::from_utf8_lossy(&equal.stdout));
        if !equal.status.success() {
            return Err("the tables differ".into());
        }
        let infix = if kind == "csv" { "_csv" } else { "" };
        print(&format!("features.sessions{infix}_s"), best[0], "s", "null");
        for (engine, seconds) in ["duckdb", "polars"].iter().zip(&best[1..]) {
            let against = format!("\"{engine} {seconds:.3} s\"");
            print(&format!("features.sessions{infix}_time_over_{engine}"), best[0] / seconds, "ratio", &against);
        }
    }
    print("features.peak_mib_2m", peak, "MiB", "null");
    Ok(())
}

fn large(folder: &Path) -> Failing<()> {
    let (copies, rows) = ROWS[1];
    let run = ours(&["parquet", copies, BUDGET], &folder.join("large.parquet"))?;
    print("features.peak_mib_20m", run[1], "MiB", &format!("\"--memory {BUDGET}\""));
    print("features.rows_per_s_20m", rows / run[0], "rows/s", &format!("\"--memory {BUDGET}\""));
    Ok(())
}

fn print(figure: &str, value: f64, unit: &str, against: &str) {
    println!(r#"{{"figure":"{figure}","value":{},"unit":"{unit}","against":{against}}}"#, (value * 1e3).round() / 1e3);
}
