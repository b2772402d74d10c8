//! A run told to a real MLflow server, and read back from it.
//!
//! The server comes from PyPI: `python3 -m venv ~/.cache/skonto/mlflow && ~/.cache/skonto/mlflow/bin/pip install mlflow`.
//! Where it is absent the test says so and passes; the shape of every request is tested without it.

use super::full;
use serde_json::Value;
use skonto::evaluate::learned::{Kind, Measure};
use skonto::train::track::{File, Logged, TrackParams, Tracked};
use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Starting takes a few seconds on an idle machine, a minute on a busy one.
const PATIENCE: Duration = Duration::from_secs(180);

/// A server of this test's own; it and its workers end with it.
struct Server {
    child: Child,
    folder: PathBuf,
    uri: String,
}

impl Server {
    fn start(name: &str, hands_on_files: bool) -> Option<Server> {
        let program = PathBuf::from(std::env::var_os("HOME")?).join(".cache/skonto/mlflow/bin/mlflow");
        if !program.exists() {
            eprintln!("SKIPPED: no MLflow server at {}", program.display());
            return None;
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (store, files) = (folder.join("runs.db"), folder.join("files"));
        let mut command = Command::new(program);
        command.args(["server", "--host", "127.0.0.1", "--workers", "1", "--port"]).arg(port.to_string());
        command.arg("--backend-store-uri").arg(format!("sqlite:///{}", store.display()));
        match hands_on_files {
            true => command.arg("--serve-artifacts").arg("--artifacts-destination").arg(&files),
            false => command.arg("--no-serve-artifacts").arg("--default-artifact-root").arg(&files),
        };
        let log = fs::File::create(folder.join("server.log")).unwrap();
        // A group of its own, so that the workers it starts end with it.
        let child = command.stdout(log.try_clone().unwrap()).stderr(log).stdin(Stdio::null()).process_group(0).spawn();
        let server = Server { child: child.unwrap(), folder, uri: format!("http://127.0.0.1:{port}") };
        server.wait();
        Some(server)
    }

    fn wait(&self) {
        let started = Instant::now();
        while ureq::get(format!("{}/health", self.uri)).call().is_err() {
            let log = || fs::read_to_string(self.folder.join("server.log")).unwrap_or_default();
            assert!(started.elapsed() < PATIENCE, "the server does not start: {}", log());
            sleep(Duration::from_millis(300));
        }
    }

    fn get(&self, call: &str) -> Value {
        let address = format!("{}/api/2.0/{call}", self.uri);
        serde_json::from_str(&ureq::get(&address).call().unwrap().body_mut().read_to_string().unwrap()).unwrap()
    }

    fn log(&self, logged: &Logged) -> skonto::error::Result<Tracked> {
        let params = TrackParams { uri: self.uri.clone(), experiment: "Visits & more".into(), authorization: None };
        params.check().unwrap().log(logged, 1_700_000_000_000, 1_700_000_060_000)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn logged() -> Logged {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let file = |name: &str, bytes: Vec<u8>| File { name: name.into(), bytes };
    let files = vec![file("model.skonto", bytes), file("report.html", b"<!DOCTYPE html>".to_vec())];
    Logged { files, ..Logged::of_run(&full::run(Kind::Buys, 0.75)) }
}

#[test]
fn an_mlflow_server_keeps_settings_figures_trials_and_files() {
    let Some(server) = Server::start("mlflow", true) else { return };
    let logged = logged();
    let tracked = server.log(&logged).unwrap();
    let run = &server.get(&format!("mlflow/runs/get?run_id={}", tracked.run))["run"];
    assert_eq!(run["info"]["status"], "FINISHED");
    assert_eq!(run["info"]["end_time"], 1_700_000_060_000_i64);
    let metrics = run["data"]["metrics"].as_array().unwrap();
    let metric = |key: &str| metrics.iter().find(|it| it["key"] == key).map(|it| it["value"].as_f64().unwrap());
    assert_eq!(metric("roc_auc"), Some(0.75));
    assert_eq!(metric("roc_auc/low"), Some(0.65));
    assert_eq!(metric("winner/log_loss"), Some(0.75));
    assert_eq!(metric("constant/roc_auc"), Some(0.45));
    assert!(Measure::ALL.iter().all(|measure| metric(measure.key()).is_some()));
    let parameters = run["data"]["params"].as_array().unwrap();
    assert_eq!(parameters.len(), logged.parameters().len());
    assert!(parameters.iter().any(|it| it["key"] == "chosen" && it["value"] == "winner"));
    let search = logged.metrics().into_iter().find(|point| point.key.starts_with("search/")).unwrap().key;
    let key = search.replace(' ', "%20");
    let history = server.get(&format!("mlflow/metrics/get-history?run_id={}&metric_key={key}", tracked.run));
    assert_eq!(history["metrics"].as_array().unwrap().len(), 3, "{history}");
    for file in &logged.files {
        let place = format!(
            "{}/api/2.0/mlflow-artifacts/artifacts/{}/{}/artifacts/{}",
            server.uri, tracked.experiment, tracked.run, file.name
        );
        assert_eq!(ureq::get(&place).call().unwrap().body_mut().read_to_vec().unwrap(), file.bytes, "{}", file.name);
    }
    let again = server.log(&logged).unwrap();
    assert_eq!(again.experiment, tracked.experiment, "the experiment is found, not made twice");
    assert_ne!(again.run, tracked.run);
}

#[test]
fn an_mlflow_server_that_does_not_hand_on_files_is_named_with_the_switch() {
    let Some(server) = Server::start("mlflow-plain", false) else { return };
    let error = server.log(&logged()).unwrap_err().to_string();
    assert!(error.contains("--serve-artifacts"), "{error}");
    let experiment = &server.get("mlflow/experiments/get-by-name?experiment_name=Visits%20%26%20more")["experiment"];
    let search = serde_json::json!({"experiment_ids": [experiment["experiment_id"]]}).to_string();
    let address = format!("{}/api/2.0/mlflow/runs/search", server.uri);
    let mut found = ureq::post(&address).header("Content-Type", "application/json").send(search).unwrap();
    let found: Value = serde_json::from_str(&found.body_mut().read_to_string().unwrap()).unwrap();
    assert_eq!(found["runs"][0]["info"]["status"], "FAILED", "a run that is not whole does not look whole");
}
