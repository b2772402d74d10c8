//! How the numbers of a run stand in `metrics.json`, and how a reader tells what they are numbers of.
//!
//! Every kind of run says so in a word of its own, `contents`. What is *not* here: the numbers.

use crate::error::{Code, Error, Result};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The numbers of one kind of run.
pub trait Numbers: Serialize + DeserializeOwned {
    /// What its `contents` can say.
    type Contents: DeserializeOwned;

    /// Whether some JSON says that it holds these.
    fn is_told_by(text: &str) -> bool {
        #[derive(Deserialize)]
        struct Told<Contents> {
            #[serde(rename = "contents")]
            _contents: Contents,
        }
        serde_json::from_str::<Told<Self::Contents>>(text).is_ok()
    }

    /// Reads `metrics.json`, of this version or another; fields it does not know are passed over.
    ///
    /// # Errors
    /// [`Code::BadData`] where it is not one of these.
    fn from_json(text: &str) -> Result<Self> {
        serde_json::from_str(text).map_err(|error| Error::new(Code::BadData, format!("metrics.json: {error}")))
    }

    /// Writes `metrics.json`.
    fn to_json(&self) -> String {
        // Plain data with text keys: there is nothing a serialiser could refuse.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}
