//! A graph with its nodes read, and what may stand behind the model in it.

use super::super::bad;
use super::proto::{self, Attribute, Dimension, Tensor, ValueInfo};
use crate::error::Result;
use crate::feature::bounded;
use prost::Message;
use std::collections::{BTreeMap, BTreeSet};

/// Most nodes, constants and outputs of a graph; exporters write a dozen.
const MAX_PARTS: usize = 1_000;
/// Most attributes and outputs of a node; the largest operator has twenty.
const MAX_ATTRIBUTES: usize = 64;
/// Most inputs: one per column.
const MAX_INPUTS: usize = 1 << 12;
/// The operators that are a model.
const MODELS: [&str; 4] = ["TreeEnsembleClassifier", "TreeEnsembleRegressor", "LinearClassifier", "LinearRegressor"];

/// A node.
pub(super) struct Node {
    pub(super) operator: String,
    pub(super) inputs: Vec<String>,
    pub(super) outputs: Vec<String>,
    attributes: Vec<Attribute>,
}

/// One input of the graph.
pub(super) struct Input {
    pub(super) name: String,
    pub(super) element: i32,
    /// How many columns; 0 where the file does not say.
    pub(super) width: usize,
}

/// A graph.
pub(super) struct Graph {
    pub(super) producer: String,
    pub(super) nodes: Vec<Node>,
    pub(super) inputs: Vec<Input>,
    constants: Vec<Tensor>,
    /// By value, the position of the node that makes it.
    makers: BTreeMap<String, usize>,
}

impl Graph {
    pub(super) fn read(bytes: &[u8]) -> Result<Graph> {
        let model = proto::Model::decode(bytes).map_err(|error| bad(error.to_string()))?;
        let graph = model.graph.ok_or_else(|| bad("the file holds no graph"))?;
        let nodes: Vec<proto::Node> = proto::list("nodes", &graph.nodes, MAX_PARTS)?;
        let constants: Vec<Tensor> = proto::list("constants", &graph.initializers, MAX_PARTS)?;
        let inputs: Vec<ValueInfo> = proto::list("inputs", &graph.inputs, MAX_INPUTS)?;
        let is_constant = |input: &ValueInfo| constants.iter().any(|constant| constant.name == input.name);
        let inputs = inputs.into_iter().filter(|input| !is_constant(input)).map(Input::read);
        let inputs = inputs.collect::<Result<_>>()?;
        let nodes: Vec<Node> = nodes.into_iter().map(Node::read).collect::<Result<_>>()?;
        let makes = |(index, node): (usize, &Node)| node.outputs.clone().into_iter().map(move |output| (output, index));
        let makers = nodes.iter().enumerate().flat_map(makes).collect();
        Ok(Graph { producer: short(&model.producer_name), inputs, nodes, constants, makers })
    }

    /// The one node that is a model.
    pub(super) fn model(&self) -> Result<&Node> {
        let mut models = self.nodes.iter().filter(|node| MODELS.contains(&node.operator.as_str()));
        match (models.next(), models.next()) {
            (Some(node), None) => Ok(node),
            (None, _) => {
                let found: Vec<&str> = self.nodes.iter().take(20).map(|node| node.operator.as_str()).collect();
                Err(bad(format!("expected one of {}, found {}", MODELS.join(", "), found.join(", "))))
            }
            (Some(_), Some(other)) => Err(bad(format!("a second model, `{}`, is not supported", other.operator))),
        }
    }

    /// The node that makes a value, and its position.
    pub(super) fn maker(&self, value: &str) -> Option<(usize, &Node)> {
        self.makers.get(value).map(|index| (*index, &self.nodes[*index]))
    }

    /// The numbers of a constant.
    pub(super) fn constant(&self, name: &str) -> Option<Vec<f64>> {
        self.constants.iter().find(|constant| constant.name == name)?.numbers()
    }

    /// Refuses any node that neither prepares the model's input, as those `before` do, nor just passes its output on.
    pub(super) fn refuse_leftovers(&self, model: &Node, before: &BTreeSet<usize>) -> Result<()> {
        let mut passed: BTreeSet<&str> = model.outputs.iter().map(String::as_str).collect();
        for (index, node) in self.nodes.iter().enumerate() {
            if before.contains(&index) || std::ptr::eq(node, model) {
                continue;
            }
            let follows = node.inputs.iter().all(|input| passed.contains(input.as_str()));
            if !follows || !node.passes_on() {
                return Err(bad(format!("operator `{}` is not supported where it stands", node.operator)));
            }
            passed.extend(node.outputs.iter().map(String::as_str));
        }
        Ok(())
    }
}

pub(super) fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

impl Input {
    fn read(told: ValueInfo) -> Result<Input> {
        let tensor = told.kind.and_then(|kind| kind.tensor);
        let tensor = tensor.ok_or_else(|| bad(format!("input `{}` is no tensor", short(&told.name))))?;
        let dims: Vec<Dimension> = proto::list("dimensions", &tensor.shape.unwrap_or_default().dims, 8)?;
        let width = dims.get(1).map_or(0, |dimension| usize::try_from(dimension.value).unwrap_or(0));
        Ok(Input { name: told.name, element: tensor.element, width })
    }
}

impl Node {
    fn read(told: proto::Node) -> Result<Node> {
        let known = ["", "ai.onnx", "ai.onnx.ml"].contains(&told.domain.as_str());
        if !known {
            let (operator, domain) = (short(&told.operator), short(&told.domain));
            return Err(bad(format!("operator `{operator}` of domain `{domain}` is not supported")));
        }
        bounded("inputs of a node", told.inputs.len(), MAX_INPUTS)?;
        bounded("outputs of a node", told.outputs.len(), MAX_ATTRIBUTES)?;
        let attributes = proto::list("attributes", &told.attributes, MAX_ATTRIBUTES)?;
        Ok(Node { operator: short(&told.operator), inputs: told.inputs, outputs: told.outputs, attributes })
    }

    /// Whether the node leaves a score or a probability what it is.
    fn passes_on(&self) -> bool {
        match self.operator.as_str() {
            "Cast" | "Identity" | "ZipMap" => true,
            // Probabilities add up to one already.
            "Normalizer" => self.text("norm").is_none_or(|norm| norm == "L1"),
            _ => false,
        }
    }

    /// An attribute, if it is there.
    pub(super) fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// A list of whole numbers, empty if it is not there.
    pub(super) fn ints(&self, name: &str) -> &[i64] {
        self.attribute(name).map_or(&[], |attribute| &attribute.ints)
    }

    /// A whole number.
    pub(super) fn int(&self, name: &str) -> Option<i64> {
        self.attribute(name).map(|attribute| attribute.int)
    }

    /// A text, cut to what an error may show.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        Some(short(&String::from_utf8_lossy(&self.attribute(name)?.text)))
    }

    /// A list of numbers: single precision, or a tensor of doubles under the name that ends in `_as_tensor`.
    pub(super) fn numbers(&self, name: &str) -> Result<Vec<f64>> {
        let tensor = self.attribute(&format!("{name}_as_tensor")).and_then(|attribute| attribute.tensor.as_ref());
        match tensor {
            Some(tensor) => {
                tensor.numbers().ok_or_else(|| bad(format!("{name}_as_tensor: expected a tensor of floats")))
            }
            None => {
                let floats = self.attribute(name).map_or(&[][..], |attribute| &attribute.floats);
                Ok(floats.iter().map(|float| *float as f64).collect())
            }
        }
    }

    /// Refuses all but two class labels; the second is the outcome. In words.
    pub(super) fn two_labels(&self, ints: &str, texts: &str) -> Result<String> {
        let words = self.attribute(texts).map_or(&[][..], |attribute| &attribute.texts);
        match (self.ints(ints), words) {
            ([_, outcome], []) => Ok(format!("outcome {outcome}")),
            ([], [_, outcome]) => Ok(format!("outcome `{}`", short(&String::from_utf8_lossy(outcome)))),
            (ints, words) => Err(bad(format!(
                "{}: {} classes; two are needed, multiclass models are not supported",
                self.operator,
                ints.len() + words.len()
            ))),
        }
    }
}
