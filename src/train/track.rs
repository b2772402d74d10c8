//! Tells an MLflow server of a run: parameters, figures, files.
//!
//! Speaks the REST API of MLflow 2 and 3 over http. The run itself does not depend on it: everything is on disk before
//! the first request, and what fails here says what to do about it. What is *not* here: TLS (a server elsewhere is
//! reached through a proxy on this machine), the model registry, and any clock.

mod logged;
mod server;

pub use logged::{File, Logged, Point};

use crate::error::{Code, Error, Result};
use serde_json::{Value, json};
use server::Server;

/// The server takes at most so many metrics and parameters in one request.
const METRICS: usize = 1_000;
const PARAMETERS: usize = 100;

/// Where to log to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrackParams {
    /// Address of the server, such as `http://127.0.0.1:5000`.
    pub uri: String,
    /// Name of the experiment; made where it is missing.
    pub experiment: String,
    /// What is sent as `Authorization`, if anything.
    pub authorization: Option<String>,
}

/// An address that was looked at.
#[derive(Clone, Debug)]
pub struct CheckedTrack {
    server: Server,
    experiment: String,
}

impl TrackParams {
    /// Looks at the address, and asks nothing of the server.
    ///
    /// # Errors
    /// An address that is not http, an experiment without a name.
    pub fn check(&self) -> Result<CheckedTrack> {
        let uri = self.uri.trim_end_matches('/');
        let bad = |what: String| Err(Error::new(Code::BadConfig, what));
        if uri.starts_with("https://") {
            return bad(format!(
                "{uri}: skonto speaks http only; forward a port of this machine to the server and name \
                 http://127.0.0.1:<port>"
            ));
        }
        if !uri.starts_with("http://") || uri.len() == "http://".len() {
            return bad(format!("{uri:?} is no address of an MLflow server: expected one like http://127.0.0.1:5000"));
        }
        if self.experiment.trim().is_empty() {
            return bad("the experiment needs a name".into());
        }
        Ok(CheckedTrack { server: Server::at(uri, self.authorization.clone()), experiment: self.experiment.clone() })
    }
}

/// What the server made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracked {
    /// The run's id.
    pub run: String,
    /// The experiment's id.
    pub experiment: String,
    /// Where a person can look at it.
    pub address: String,
}

impl CheckedTrack {
    /// Logs a run that took from `started` to `ended`, both in milliseconds since 1970.
    ///
    /// # Errors
    /// A server that cannot be reached or refuses; the run is then marked as failed there, if it was made at all.
    pub fn log(&self, logged: &Logged, started: i64, ended: i64) -> Result<Tracked> {
        let experiment = self.experiment_id()?;
        let made = self.server.post("runs/create", &json!({
            "experiment_id": experiment, "run_name": logged.name, "start_time": started, "tags": pairs(&logged.tags),
        }))?;
        let info = &made["run"]["info"];
        let run = text(&info["run_id"], "runs/create")?;
        let told = self.tell(&run, logged, started, &text(&info["artifact_uri"], "runs/create")?);
        let status = if told.is_ok() { "FINISHED" } else { "FAILED" };
        let ended = self.server.post("runs/update", &json!({"run_id": run, "status": status, "end_time": ended}));
        told.and(ended)?;
        let address = format!("{}/#/experiments/{experiment}/runs/{run}", self.server.uri());
        Ok(Tracked { run, experiment, address })
    }

    fn experiment_id(&self) -> Result<String> {
        let found = self.server.find("experiments/get-by-name", "experiment_name", &self.experiment)?;
        if let Some(found) = found {
            let experiment = &found["experiment"];
            if experiment["lifecycle_stage"] == "deleted" {
                let what = format!(
                    "the experiment {:?} was deleted on the server: restore it there, or name another with \
                     --mlflow-experiment",
                    self.experiment
                );
                return Err(Error::new(Code::BadConfig, what));
            }
            return text(&experiment["experiment_id"], "experiments/get-by-name");
        }
        let made = self.server.post("experiments/create", &json!({"name": self.experiment}))?;
        text(&made["experiment_id"], "experiments/create")
    }

    fn tell(&self, run: &str, logged: &Logged, time: i64, artefacts: &str) -> Result<()> {
        for part in logged.parameters().chunks(PARAMETERS) {
            self.server.post("runs/log-batch", &json!({"run_id": run, "params": pairs(part)}))?;
        }
        let metric =
            |point: &Point| json!({"key": point.key, "value": point.value, "step": point.step, "timestamp": time});
        for part in logged.metrics().chunks(METRICS) {
            let metrics: Vec<Value> = part.iter().map(metric).collect();
            self.server.post("runs/log-batch", &json!({"run_id": run, "metrics": metrics}))?;
        }
        logged.files.iter().try_for_each(|file| self.server.put(&place(artefacts, &file.name)?, &file.bytes))
    }
}

/// The path of a file behind the server, from where the run keeps its files.
fn place(artefacts: &str, name: &str) -> Result<String> {
    let Some(path) = artefacts.strip_prefix("mlflow-artifacts:") else {
        let what = format!(
            "the server keeps files of this experiment at {artefacts}, which it does not hand on: start it with \
             --serve-artifacts, and name a new experiment with --mlflow-experiment"
        );
        return Err(Error::new(Code::Io, what));
    };
    // mlflow-artifacts:/path or mlflow-artifacts://host/path
    let path = match path.strip_prefix("//") {
        Some(rest) => rest.split_once('/').map_or("", |(_, path)| path),
        None => path.trim_start_matches('/'),
    };
    Ok(format!("{path}/{name}"))
}

fn pairs(of: &[(String, String)]) -> Vec<Value> {
    of.iter().map(|(key, value)| json!({"key": key, "value": value})).collect()
}

fn text(value: &Value, call: &str) -> Result<String> {
    value.as_str().map(str::to_string).ok_or_else(|| {
        Error::new(Code::Io, format!("the answer to {call} lacks what MLflow sends: is this an MLflow server?"))
    })
}

#[cfg(test)]
mod tests;
