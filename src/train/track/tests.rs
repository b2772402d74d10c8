//! The shape of every request, against a server of a few lines.

use super::*;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::{self, JoinHandle};

/// One request as it came in.
#[derive(Debug)]
struct Asked {
    line: String,
    head: String,
    body: Vec<u8>,
}

impl Asked {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Answers so many requests by `answer`, then returns them.
fn serve(count: usize, answer: fn(&str) -> (u16, &'static str)) -> (String, JoinHandle<Vec<Asked>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let uri = format!("http://{}", listener.local_addr().unwrap());
    let serving = thread::spawn(move || {
        (0..count)
            .map(|_| {
                let (mut stream, _) = listener.accept().unwrap();
                let asked = read(&mut stream);
                let (status, body) = answer(&asked.line);
                let length = body.len();
                write!(stream, "HTTP/1.1 {status} x\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
                    .unwrap();
                asked
            })
            .collect()
    });
    (uri, serving)
}

fn read(stream: &mut TcpStream) -> Asked {
    let mut lines = BufReader::new(stream);
    let (mut line, mut head) = (String::new(), String::new());
    lines.read_line(&mut line).unwrap();
    loop {
        let mut next = String::new();
        lines.read_line(&mut next).unwrap();
        if next.trim().is_empty() {
            break;
        }
        head += &next.to_lowercase();
    }
    let length =
        head.lines().find_map(|it| it.strip_prefix("content-length:")).map_or(0, |it| it.trim().parse().unwrap());
    let mut body = vec![0; length];
    lines.read_exact(&mut body).unwrap();
    Asked { line: line.trim().into(), head, body }
}

fn answer(line: &str) -> (u16, &'static str) {
    match line {
        line if line.contains("get-by-name") => (404, r#"{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"none"}"#),
        line if line.contains("experiments/create") => (200, r#"{"experiment_id":"7"}"#),
        line if line.contains("runs/create") => {
            (200, r#"{"run":{"info":{"run_id":"r1","artifact_uri":"mlflow-artifacts:/7/r1/artifacts"}}}"#)
        }
        _ => (200, "{}"),
    }
}

fn track(uri: &str) -> CheckedTrack {
    let authorization = Some("Bearer t0ken".to_string());
    TrackParams { uri: uri.into(), experiment: "shop & co".into(), authorization }.check().unwrap()
}

fn logged(parameters: usize, metrics: usize) -> Logged {
    let point =
        |at: usize| Point { key: format!("m{at}"), value: if at == 0 { f64::NAN } else { 0.5 }, step: at as i64 };
    Logged {
        name: "run".into(),
        settings: (0..parameters).map(|at| (format!("p{at}"), "1".into())).collect(),
        points: (0..metrics).map(point).collect(),
        files: vec![File { name: "model.skonto".into(), bytes: vec![0, 159, 146, 150] }],
        ..Logged::default()
    }
}

#[test]
fn every_request_has_the_shape_that_mlflow_takes() {
    // get-by-name, create, runs/create, two batches of parameters, one of metrics, one file, update
    let (uri, serving) = serve(8, answer);
    let tracked = track(&uri).log(&logged(101, 4), 1_000, 2_000).unwrap();
    assert_eq!((tracked.run.as_str(), tracked.experiment.as_str()), ("r1", "7"));
    let asked = serving.join().unwrap();
    let lines: Vec<&str> = asked.iter().map(|it| it.line.trim_end_matches(" HTTP/1.1")).collect();
    assert!(lines[0].starts_with("GET /api/2.0/mlflow/experiments/get-by-name?experiment_name=shop"), "{}", lines[0]);
    assert!(lines[0].contains("%26") && !lines[0].contains(" & "), "{}", lines[0]);
    let expected = ["experiments/create", "runs/create", "runs/log-batch", "runs/log-batch", "runs/log-batch"];
    assert_eq!(lines[1..6], expected.map(|call| format!("POST /api/2.0/mlflow/{call}")));
    assert_eq!(lines[6], "PUT /api/2.0/mlflow-artifacts/artifacts/7/r1/artifacts/model.skonto");
    assert!(asked.iter().all(|it| it.head.contains("authorization: bearer t0ken")));
    assert_eq!(asked[2].json()["start_time"], 1_000);
    let sizes = [3, 4].map(|at: usize| asked[at].json()["params"].as_array().unwrap().len());
    assert_eq!(sizes, [100, 1]);
    let metrics = asked[5].json()["metrics"].clone();
    assert_eq!(metrics.as_array().unwrap().len(), 3, "a number that does not exist is not sent");
    assert_eq!(metrics[0], json!({"key": "m1", "value": 0.5, "step": 1, "timestamp": 1_000}));
    assert_eq!(asked[6].body, [0, 159, 146, 150]);
    assert_eq!(asked[7].json(), json!({"run_id": "r1", "status": "FINISHED", "end_time": 2_000}));
}

#[test]
fn a_server_that_takes_no_files_is_named_with_the_switch_that_makes_it() {
    let refuse = |line: &str| if line.starts_with("PUT") { (404, "<html>no</html>") } else { answer(line) };
    let (uri, serving) = serve(6, refuse);
    let error = track(&uri).log(&logged(1, 0), 0, 1).unwrap_err().to_string();
    assert!(error.contains("--serve-artifacts"), "{error}");
    let last = serving.join().unwrap().pop().unwrap();
    assert_eq!(last.json()["status"], "FAILED");
}

#[test]
fn a_server_that_keeps_files_elsewhere_is_told_of_before_anything_is_sent_there() {
    let error = place("/var/lib/mlflow/7/r1", "model.skonto").unwrap_err().to_string();
    assert!(error.contains("--serve-artifacts"), "{error}");
    assert_eq!(place("mlflow-artifacts://host:5000/7/r1/artifacts", "a").unwrap(), "7/r1/artifacts/a");
}

#[test]
fn a_server_that_is_not_there_is_said_to_be_missing() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = track(&format!("http://{gone}")).log(&logged(0, 0), 0, 1).unwrap_err().to_string();
    assert!(error.contains("no MLflow server answers") && error.contains("mlflow server --host"), "{error}");
}

#[test]
fn refusals_are_passed_on_with_what_helps() {
    let (uri, serving) = serve(1, |_| (401, r#"{"message":"who are you"}"#));
    let error = track(&uri).log(&logged(0, 0), 0, 1).unwrap_err().to_string();
    assert!(error.contains("who are you") && error.contains("MLFLOW_TRACKING_TOKEN"), "{error}");
    serving.join().unwrap();
}

#[test]
fn addresses_that_cannot_work_are_refused_before_any_request() {
    for uri in ["", "http://", "https://mlflow.example", "sqlite:///mlflow.db", "127.0.0.1:5000"] {
        assert!(TrackParams { uri: uri.into(), experiment: "a".into(), authorization: None }.check().is_err(), "{uri}");
    }
    assert!(TrackParams { uri: "http://a".into(), experiment: " ".into(), authorization: None }.check().is_err());
}
