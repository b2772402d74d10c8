//! The part of ONNX's messages that models of trees and weights use, by their field numbers in `onnx.proto`.
//!
//! Fields that are not here are skipped on reading. Lists of messages are read as lists of bytes first: an empty message
//! takes two bytes in a file and hundreds in memory, so they are counted before they are read.

use super::super::bad;
use crate::error::Result;
use crate::feature::bounded;
use prost::Message;

/// `ModelProto`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Model {
    #[prost(string, tag = "2")]
    pub(super) producer_name: String,
    #[prost(message, optional, tag = "7")]
    pub(super) graph: Option<Graph>,
}

/// `GraphProto`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Graph {
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub(super) nodes: Vec<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "5")]
    pub(super) initializers: Vec<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "11")]
    pub(super) inputs: Vec<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "12")]
    pub(super) outputs: Vec<Vec<u8>>,
}

/// `NodeProto`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Node {
    #[prost(string, repeated, tag = "1")]
    pub(super) inputs: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub(super) outputs: Vec<String>,
    #[prost(string, tag = "4")]
    pub(super) operator: String,
    #[prost(bytes = "vec", repeated, tag = "5")]
    pub(super) attributes: Vec<Vec<u8>>,
    #[prost(string, tag = "7")]
    pub(super) domain: String,
}

/// `AttributeProto`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Attribute {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(float, tag = "2")]
    pub(super) float: f32,
    #[prost(int64, tag = "3")]
    pub(super) int: i64,
    #[prost(bytes = "vec", tag = "4")]
    pub(super) text: Vec<u8>,
    #[prost(message, optional, tag = "5")]
    pub(super) tensor: Option<Tensor>,
    #[prost(float, repeated, tag = "7")]
    pub(super) floats: Vec<f32>,
    #[prost(int64, repeated, tag = "8")]
    pub(super) ints: Vec<i64>,
    #[prost(bytes = "vec", repeated, tag = "9")]
    pub(super) texts: Vec<Vec<u8>>,
}

/// `TensorProto`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Tensor {
    #[prost(int64, repeated, tag = "1")]
    pub(super) dims: Vec<i64>,
    #[prost(int32, tag = "2")]
    pub(super) data_type: i32,
    #[prost(float, repeated, tag = "4")]
    pub(super) floats: Vec<f32>,
    #[prost(string, tag = "8")]
    pub(super) name: String,
    #[prost(bytes = "vec", tag = "9")]
    pub(super) raw: Vec<u8>,
    #[prost(double, repeated, tag = "10")]
    pub(super) doubles: Vec<f64>,
}

/// `ValueInfoProto`
#[derive(Clone, PartialEq, Message)]
pub(super) struct ValueInfo {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(message, optional, tag = "2")]
    pub(super) kind: Option<Kind>,
}

/// `TypeProto`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Kind {
    #[prost(message, optional, tag = "1")]
    pub(super) tensor: Option<TensorKind>,
}

/// `TypeProto.Tensor`
#[derive(Clone, PartialEq, Message)]
pub(super) struct TensorKind {
    #[prost(int32, tag = "1")]
    pub(super) element: i32,
    #[prost(message, optional, tag = "2")]
    pub(super) shape: Option<Shape>,
}

/// `TensorShapeProto`
#[derive(Clone, PartialEq, Message)]
pub(super) struct Shape {
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub(super) dims: Vec<Vec<u8>>,
}

/// `TensorShapeProto.Dimension`; 0 for one that is not told.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Dimension {
    #[prost(int64, tag = "1")]
    pub(super) value: i64,
}

/// `TensorProto.FLOAT`
pub(super) const FLOAT: i32 = 1;
/// `TensorProto.DOUBLE`
pub(super) const DOUBLE: i32 = 11;

impl Tensor {
    /// Its numbers as doubles; none for a tensor of something else, or one whose bytes do not add up.
    pub(super) fn numbers(&self) -> Option<Vec<f64>> {
        let wide = |floats: &[f32]| floats.iter().map(|float| *float as f64).collect();
        match (self.data_type, self.raw.is_empty()) {
            (FLOAT, true) => Some(wide(&self.floats)),
            (DOUBLE, true) => Some(self.doubles.clone()),
            (FLOAT, false) => {
                let (chunks, rest) = self.raw.as_chunks::<4>();
                rest.is_empty().then(|| chunks.iter().map(|bytes| f32::from_le_bytes(*bytes) as f64).collect())
            }
            (DOUBLE, false) => {
                let (chunks, rest) = self.raw.as_chunks::<8>();
                rest.is_empty().then(|| chunks.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect())
            }
            _ => None,
        }
    }
}

/// Reads messages of a list, at most `limit`.
pub(super) fn list<M: Message + Default>(what: &'static str, told: &[Vec<u8>], limit: usize) -> Result<Vec<M>> {
    bounded(what, told.len(), limit)?;
    told.iter().map(|bytes| M::decode(&bytes[..]).map_err(|error| bad(format!("{what}: {error}")))).collect()
}
