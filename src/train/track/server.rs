//! Requests to the server, and what its refusals mean for a person.

use crate::error::{Code, Error, Result};
use serde_json::Value;
use std::time::Duration;
use ureq::Agent;
use ureq::http::{Response, StatusCode};

/// A server that cannot be reached in this time is not there.
const CONNECT: Duration = Duration::from_secs(10);
/// An answer that takes longer is none.
const ANSWER: Duration = Duration::from_secs(120);
/// Characters of a refusal that are passed on.
const QUOTED: usize = 300;

/// A server at an address.
#[derive(Clone, Debug)]
pub struct Server {
    uri: String,
    authorization: Option<String>,
    agent: Agent,
}

impl Server {
    /// Nothing is asked yet.
    pub fn at(uri: &str, authorization: Option<String>) -> Server {
        let config = Agent::config_builder()
            .timeout_connect(Some(CONNECT))
            .timeout_global(Some(ANSWER))
            .http_status_as_error(false)
            .user_agent(concat!("skonto/", env!("CARGO_PKG_VERSION")));
        Server { uri: uri.to_string(), authorization, agent: config.build().into() }
    }

    /// Its address.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Asks for something by name; none where there is nothing of that name.
    pub fn find(&self, call: &str, key: &str, name: &str) -> Result<Option<Value>> {
        let mut request = self.agent.get(self.api(call)).query(key, name);
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization);
        }
        let (status, body) = self.answer(call, request.call())?;
        let is_missing = status == StatusCode::NOT_FOUND && body.contains("RESOURCE_DOES_NOT_EXIST");
        if is_missing { Ok(None) } else { self.value(call, status, &body).map(Some) }
    }

    /// Sends JSON, takes JSON.
    pub fn post(&self, call: &str, body: &Value) -> Result<Value> {
        let mut request = self.agent.post(self.api(call)).header("Content-Type", "application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization);
        }
        let (status, body) = self.answer(call, request.send(body.to_string()))?;
        self.value(call, status, &body)
    }

    /// Puts a file behind the server.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let mut request = self.agent.put(format!("{}/api/2.0/mlflow-artifacts/artifacts/{path}", self.uri));
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization);
        }
        let request = request.header("Content-Type", "application/octet-stream");
        let (status, body) = self.answer(path, request.send(bytes))?;
        match status {
            status if status.is_success() => Ok(()),
            StatusCode::NOT_FOUND | StatusCode::SERVICE_UNAVAILABLE => Err(Error::new(
                Code::Io,
                format!(
                    "the server at {} takes no files ({status}): start it with --serve-artifacts and \
                     --artifacts-destination <folder>",
                    self.uri
                ),
            )),
            status => Err(self.refused(path, status, &body)),
        }
    }

    fn api(&self, call: &str) -> String {
        format!("{}/api/2.0/mlflow/{call}", self.uri)
    }

    fn answer(
        &self,
        call: &str,
        sent: std::result::Result<Response<ureq::Body>, ureq::Error>,
    ) -> Result<(StatusCode, String)> {
        let failed = |error: ureq::Error| {
            Error::new(
                Code::Io,
                format!(
                    "no MLflow server answers at {} ({call}: {error}): is it running, and is the address right? Start \
                     one with: mlflow server --host 127.0.0.1 --port 5000 --serve-artifacts",
                    self.uri
                ),
            )
        };
        let mut response = sent.map_err(failed)?;
        let status = response.status();
        let body = response.body_mut().read_to_string().map_err(failed)?;
        Ok((status, body))
    }

    fn value(&self, call: &str, status: StatusCode, body: &str) -> Result<Value> {
        if !status.is_success() {
            return Err(self.refused(call, status, body));
        }
        serde_json::from_str(body).map_err(|_| {
            Error::new(Code::Io, format!("{} answers {call} with no JSON: is this an MLflow server?", self.uri))
        })
    }

    fn refused(&self, call: &str, status: StatusCode, body: &str) -> Error {
        let said = serde_json::from_str::<Value>(body).ok();
        let said = said.and_then(|value| value["message"].as_str().map(str::to_string)).unwrap_or_else(|| body.into());
        let said: String = said.chars().filter(|c| !c.is_control()).take(QUOTED).collect();
        let advice = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                "; set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
            }
            StatusCode::NOT_FOUND => "; is this the address of an MLflow server?",
            _ => "",
        };
        Error::new(Code::Io, format!("the MLflow server at {} refuses {call} ({status}): {said}{advice}", self.uri))
    }
}
