//! From settings to a stream: files become tables, the query's batches go out as they come.

use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::prelude::{CsvReadOptions, JsonReadOptions, ParquetReadOptions, SessionConfig, SessionContext};
use futures::StreamExt;
use serde::Deserialize;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Why nothing, or not everything, was written.
pub type Refusal = Box<dyn std::error::Error + Send + Sync>;

/// The part of a shop's settings that matters here; `skonto` checks the others.
#[derive(Debug, Deserialize)]
pub struct Settings {
    data: Data,
}

#[derive(Debug, Deserialize)]
struct Data {
    files: Vec<String>,
    query: Option<String>,
    separator: Option<String>,
}

/// A file that becomes a table.
#[derive(Debug, PartialEq, Eq)]
struct Table {
    name: String,
    path: PathBuf,
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Csv,
    Parquet,
    JsonLines,
}

impl Settings {
    /// Reads a settings file.
    pub fn read(path: &Path) -> Result<Settings, Refusal> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        Ok(toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?)
    }

    /// Runs the query over the files in `folder` and writes its batches.
    pub async fn stream(&self, folder: &Path, threads: usize, out: impl Write) -> Result<(), Refusal> {
        let query = self.data.query.as_deref().ok_or("[data] has no `query`: nothing to run")?;
        let context = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(threads));
        for file in &self.data.files {
            self.register(&context, table(folder, file)?).await?;
        }
        let mut batches = context.sql(query).await?.execute_stream().await?;
        let mut writer = StreamWriter::try_new(out, &batches.schema())?;
        while let Some(batch) = batches.next().await {
            writer.write(&batch?)?;
        }
        writer.finish()?;
        Ok(())
    }

    async fn register(&self, context: &SessionContext, table: Table) -> Result<(), Refusal> {
        let path = table.path.to_str().ok_or_else(|| format!("{}: the name is not UTF-8", table.path.display()))?;
        let ending = path.rsplit_once('/').map_or(path, |(_, name)| name);
        let ending = ending.find('.').map_or("", |start| &ending[start..]);
        let compression = match ending {
            ending if ending.ends_with(".gz") => datafusion::common::parsers::CompressionTypeVariant::GZIP,
            ending if ending.ends_with(".zst") => datafusion::common::parsers::CompressionTypeVariant::ZSTD,
            _ => datafusion::common::parsers::CompressionTypeVariant::UNCOMPRESSED,
        };
        match table.format {
            Format::Parquet => {
                context
                    .register_parquet(&table.name, path, ParquetReadOptions::default().file_extension(ending))
                    .await?
            }
            Format::JsonLines => {
                let options = JsonReadOptions::default().file_extension(ending);
                context.register_json(&table.name, path, options.file_compression_type(compression.into())).await?
            }
            Format::Csv => {
                let separator = self.data.separator.as_deref().and_then(|text| text.bytes().next()).unwrap_or(b',');
                let options = CsvReadOptions::new().file_extension(ending).delimiter(separator);
                context.register_csv(&table.name, path, options.file_compression_type(compression.into())).await?
            }
        }
        Ok(())
    }
}

/// `2019-Oct-head.csv.gz` becomes the table `2019_oct_head`, quoted in a query.
fn table(folder: &Path, file: &str) -> Result<Table, Refusal> {
    let path = folder.join(file);
    if !path.is_file() {
        return Err(format!("{} is not a file; a query needs each file by name", path.display()).into());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let bare = name.trim_end_matches(".gz").trim_end_matches(".zst");
    let (stem, ending) = bare.rsplit_once('.').unwrap_or((bare, ""));
    let format = match ending {
        "parquet" => Format::Parquet,
        "json" | "jsonl" | "ndjson" => Format::JsonLines,
        "csv" | "tsv" | "txt" => Format::Csv,
        other => return Err(format!("{file}: expected .csv, .parquet or .jsonl, found `.{other}`").into()),
    };
    let letter = |letter: char| if letter.is_alphanumeric() { letter } else { '_' };
    Ok(Table { name: stem.chars().map(letter).collect(), path, format })
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::ipc::reader::StreamReader;

    fn streamed(files: &[(&str, &str)], query: &str) -> Result<Vec<(usize, usize)>, Refusal> {
        let folder = tempfile::tempdir()?;
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text)?;
        }
        let names = files.iter().map(|(name, _)| name.to_string()).collect();
        let settings = Settings { data: Data { files: names, query: Some(query.into()), separator: None } };
        let mut out = Vec::new();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(settings.stream(folder.path(), 2, &mut out))?;
        let batches = StreamReader::try_new(&out[..], None)?;
        batches.map(|batch| batch.map(|batch| (batch.num_rows(), batch.num_columns())).map_err(Into::into)).collect()
    }

    #[test]
    fn joins_two_files_and_streams_the_result() {
        let orders = ("orders.csv", "who,what,at\n1,7,2020-01-01T00:00:00\n2,8,2020-01-02T00:00:00\n");
        let products = ("my-products.csv", "id,brand\n7,acme\n8,zeta\n");
        let query = "SELECT who AS shopper, brand AS item_brand FROM orders JOIN my_products ON what = id";
        let batches = streamed(&[orders, products], query).unwrap();
        assert_eq!(batches.iter().map(|(rows, _)| rows).sum::<usize>(), 2);
        assert!(batches.iter().all(|(_, columns)| *columns == 2));
    }

    /// The example that `docs/data.md` and `--help` show, on the real log.
    #[test]
    fn the_example_gives_the_columns_that_features_reads() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let data = std::env::var_os("SKONTO_DATA").map_or_else(|| root.join("../shared/data"), PathBuf::from);
        if !data.is_dir() {
            return eprintln!(
                "*** SKIPPED the_example_gives_the_columns_that_features_reads: the shared data are not here ***"
            );
        }
        let settings = Settings::read(&root.join("examples/rees46/sql.toml")).unwrap();
        let mut out = Vec::new();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(settings.stream(&data, 2, &mut out)).unwrap();
        let batches = StreamReader::try_new(&out[..], None).unwrap();
        let names: Vec<String> = batches.schema().fields().iter().map(|field| field.name().clone()).collect();
        assert_eq!(names, ["shopper", "time", "event", "item_id", "item_brand", "item_category", "price"]);
        assert_eq!(batches.map(|batch| batch.unwrap().num_rows()).sum::<usize>(), 4_720);
    }

    #[test]
    fn says_what_is_wrong_with_a_query_or_a_file() {
        let file = ("orders.csv", "who\n1\n");
        assert!(streamed(&[file], "SELECT nothing FROM orders").unwrap_err().to_string().contains("nothing"));
        assert!(table(Path::new("."), "absent.csv").unwrap_err().to_string().contains("absent.csv is not a file"));
    }
}
