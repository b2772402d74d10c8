//! `--mlflow`: tells an MLflow server of what `skonto train` wrote.

use super::{io, say};
use clap::Args;
use skonto::error::{Code, Error, Result};
use skonto::train::track::{CheckedTrack, File, Logged, TrackParams};
use std::env;
use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// The files of a run that are kept on the server, where they were written.
const FILES: [&str; 3] = ["model.skonto", "report.html", "metrics.json"];

/// Where to log to.
#[derive(Args)]
pub struct Asked {
    /// Log the run to the MLflow server at this address, such as http://127.0.0.1:5000.
    #[arg(long, value_name = "URI")]
    mlflow: Option<String>,
    /// Name of the experiment there; made where it is missing.
    #[arg(long, value_name = "NAME", default_value = "skonto", requires = "mlflow")]
    mlflow_experiment: String,
}

impl Asked {
    /// Looks at the address before anything is trained; none where nothing is to be logged.
    pub fn check(&self) -> Result<Option<CheckedTrack>> {
        let Some(uri) = self.mlflow.clone() else { return Ok(None) };
        let params = TrackParams { uri, experiment: self.mlflow_experiment.clone(), authorization: authorization() };
        params.check().map(Some)
    }
}

/// Logs what was written into a folder.
pub fn log(track: &CheckedTrack, logged: Logged, folder: &Path, started: SystemTime) -> Result<()> {
    let there = FILES.into_iter().filter(|name| folder.join(name).exists());
    let read = |name: &str| {
        let path = folder.join(name);
        let bytes = fs::read(&path).map_err(|error| io("read", &path, &error))?;
        Ok(File { name: name.into(), bytes })
    };
    let logged = Logged { files: there.map(read).collect::<Result<Vec<File>>>()?, ..logged };
    let tracked = track.log(&logged, milliseconds(started), milliseconds(SystemTime::now())).map_err(|error| {
        let what = format!("{error}. The run itself is complete in {}", folder.display());
        Error::new(Code::Io, what)
    })?;
    say(&format!("logged as {}\n", tracked.address));
    Ok(())
}

fn milliseconds(moment: SystemTime) -> i64 {
    moment.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// As MLflow's own client finds it: a token, or a name with a password.
fn authorization() -> Option<String> {
    let named = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(token) = named("MLFLOW_TRACKING_TOKEN") {
        return Some(format!("Bearer {token}"));
    }
    let (name, password) = (named("MLFLOW_TRACKING_USERNAME")?, named("MLFLOW_TRACKING_PASSWORD")?);
    Some(format!("Basic {}", base64(format!("{name}:{password}").as_bytes())))
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let group = |group: &[u8]| {
        let word = group.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        let letter = |at: usize| char::from(LETTERS[(word >> (18 - 6 * at)) as usize & 63]);
        (0..4).map(move |at| if at <= group.len() { letter(at) } else { '=' }).collect::<String>()
    };
    bytes.chunks(3).map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_as_rfc_4648_does() {
        let rows = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (text, encoded) in rows {
            assert_eq!(base64(text.as_bytes()), encoded);
        }
    }
}
