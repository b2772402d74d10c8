//! ONNX: tree ensembles and linear models of `ai.onnx.ml`, with the small operators that exporters put around them.
//!
//! ```text
//! input(s) -> Cast, Identity, Imputer, Scaler, Add/Sub/Mul/Div by a constant, Concat -> ensemble or linear model
//!          -> Cast, Identity, ZipMap, Normalizer -> outputs
//! ```
//! A graph has one such model, and no other operator. Numbers are compared in the precision of the graph. What an exporter
//! loses on the way is lost in the file: skl2onnx, for one, writes no direction for missing values of scikit-learn's own
//! trees. Only rows with predictions show that.
//!
//! Source: the operators of `ai.onnx.ml` up to version 4, and ONNX Runtime for what they leave open.

mod chains;
mod ensemble;
mod graph;
mod inputs;
mod linear;
mod proto;

use super::{Imported, bad};
use crate::error::Result;
use crate::feature::bounded;
use graph::Graph;

/// Most bytes of a file.
const MAX_FILE: usize = 16 << 20;

/// Reads the file.
pub(super) fn read(bytes: &[u8]) -> Result<Imported> {
    bounded("bytes of an ONNX file", bytes.len(), MAX_FILE)?;
    imported(bytes).map_err(|error| bad(format!("ONNX: {error}")))
}

fn imported(bytes: &[u8]) -> Result<Imported> {
    let graph = Graph::read(bytes)?;
    let node = graph.model()?;
    let prepared = inputs::trace(&graph, node)?;
    graph.refuse_leftovers(node, &prepared.passed)?;
    let (meaning, body, what) = match node.operator.as_str() {
        "TreeEnsembleClassifier" | "TreeEnsembleRegressor" => ensemble::read(node, &prepared)?,
        _ => linear::read(node, &prepared)?,
    };
    let source = format!("ONNX by {}, {what}", graph.producer);
    Ok(Imported { source, columns: prepared.columns(), meaning, body })
}
