//! `skonto-sql`: runs the query of a shop's settings over its files, and writes an Arrow stream to standard output.
//!
//! It knows nothing of features or shoppers: the query has to give the columns that `skonto features --stdin arrow`
//! reads (`docs/data.md`). Every file is a table of its own, called by its name without the ending.
#![warn(missing_docs)]

mod query;

use clap::Parser;
use query::Settings;
use std::path::PathBuf;
use std::process::ExitCode;

/// Run the `[data] query` of a shop over its files, as an Arrow stream for `skonto features --stdin arrow`.
#[derive(Parser)]
#[command(
    version,
    after_help = "Example:
  skonto-sql examples/rees46/sql.toml --data ../shared/data | skonto features examples/rees46/sql.toml --stdin arrow"
)]
struct Cli {
    /// The shop's settings.
    settings: PathBuf,
    /// Folder with the files.
    #[arg(long)]
    data: PathBuf,
    /// Threads; all cores when left out.
    #[arg(long)]
    threads: Option<usize>,
}

fn main() -> ExitCode {
    match run(&Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("skonto-sql: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli) -> Result<(), query::Refusal> {
    let settings = Settings::read(&cli.settings)?;
    let threads = cli.threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    let runtime = runtime.map_err(|error| format!("no threads could be started: {error}"))?;
    runtime.block_on(settings.stream(&cli.data, threads, std::io::stdout().lock()))
}
