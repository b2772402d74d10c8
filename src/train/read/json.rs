//! One JSON object a line → [`Record`]s, one by item where the object holds a list of them.
//!
//! Columns are paths: `ecommerce.transaction_id`, `items[].price`. A path into a list of
//! `{"key": …, "value": {…}}`, as GA4 exports parameters, goes by the key. Where the list of a path with `[]`
//! is not there, the object around it is the item, as in Segment's single-product events. A key told twice
//! counts as last told, as everywhere in JSON.

use super::cell::{Cell, Record};
use super::parts::Visitor;
use super::window::Window;
use crate::error::Result;
use serde_json::Value;

#[derive(Clone, Debug)]
struct Path {
    /// Keys of the event, up to the list if there is one.
    outer: Vec<String>,
    /// Keys within an item.
    inner: Option<Vec<String>>,
}

impl Path {
    fn new(text: &str) -> Path {
        let keys = |text: &str| text.split('.').filter(|key| !key.is_empty()).map(String::from).collect();
        match text.split_once("[]") {
            Some((outer, inner)) => Path { outer: keys(outer), inner: Some(keys(inner)) },
            None => Path { outer: keys(text), inner: None },
        }
    }
}

/// What the records of a line have in common.
#[derive(Clone, Copy)]
struct Frame<'a> {
    paths: &'a [Path],
    file: &'a str,
    line: u64,
}

struct JsonRecord<'a> {
    frame: Frame<'a>,
    event: &'a Value,
    item: Option<&'a Value>,
    fault: Option<&'a str>,
}

/// Reads lines as records.
pub fn read<V: Visitor>(mut window: Window, first: u64, needed: &[String], visitor: &mut V) -> Result<()> {
    let paths: Vec<Path> = needed.iter().map(|name| Path::new(name)).collect();
    let list = paths.iter().find(|path| path.inner.is_some()).map(|path| path.outer.clone());
    let file = window.file.clone();
    let mut line = first;
    loop {
        let length = window.line()?;
        if length == 0 || visitor.is_done() {
            return Ok(());
        }
        let bytes = window.bytes()[..length].trim_ascii();
        if !bytes.is_empty() {
            visit_line(bytes, list.as_deref(), Frame { paths: &paths, file: &file, line }, visitor)?;
        }
        window.skip(length);
        line += 1;
    }
}

fn visit_line<V: Visitor>(bytes: &[u8], list: Option<&[String]>, frame: Frame, visitor: &mut V) -> Result<()> {
    let void = |told: String, visitor: &mut V| {
        visitor.visit(&JsonRecord { frame, event: &Value::Null, item: None, fault: Some(&told) })
    };
    let event = match serde_json::from_slice::<Value>(bytes) {
        Ok(event @ Value::Object(_)) => event,
        Ok(other) => return void(format!("expected a JSON object, found {}", kind(&other)), visitor),
        Err(error) => return void(format!("not a JSON object: {}", reason(&error)), visitor),
    };
    let mut visit = |item| visitor.visit(&JsonRecord { frame, event: &event, item, fault: None });
    match list.map(|list| follow(&event, list)) {
        None => visit(None),
        Some(Some(Value::Array(items))) if !items.is_empty() => items.iter().try_for_each(|item| visit(Some(item))),
        // An empty list, or none: the event has no item, unless it is told beside the list's place.
        Some(Some(Value::Array(_))) => visit(None),
        Some(_) => visit(list.and_then(|list| around(&event, list))),
    }
}

fn around<'a>(event: &'a Value, list: &[String]) -> Option<&'a Value> {
    list.split_last().and_then(|(_, outer)| follow(event, outer))
}

/// The reason without the position, which is that of a single line.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let told = text.split(" at line ").next().unwrap_or(&text);
    format!("{told} at column {}", error.column())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn follow<'a>(value: &'a Value, keys: &[String]) -> Option<&'a Value> {
    keys.iter().try_fold(value, |value, key| match value {
        Value::Object(fields) => fields.get(key),
        Value::Array(parameters) => parameter(parameters, key),
        _ => None,
    })
}

/// GA4: `[{"key": "currency", "value": {"string_value": "EUR"}}]`.
fn parameter<'a>(parameters: &'a [Value], key: &str) -> Option<&'a Value> {
    let found = parameters.iter().find(|parameter| parameter.get("key").and_then(Value::as_str) == Some(key))?;
    match found.get("value")? {
        Value::Object(values) => values.values().find(|value| !value.is_null()),
        value => Some(value),
    }
}

/// Whole numbers above this may have been rounded by whoever wrote them as a floating-point number.
const EXACT: f64 = 9_007_199_254_740_992.0;

fn cell(value: &Value) -> Cell<'_> {
    match value {
        Value::Null => Cell::Missing,
        Value::Bool(flag) => Cell::Flag(*flag),
        Value::String(text) => Cell::Text(text),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Cell::Whole(whole),
            (None, Some(value)) if value.abs() <= EXACT || value.fract() != 0.0 => Cell::Number(value),
            (None, Some(value)) if value.abs() > 1e20 => Cell::Number(value),
            _ => Cell::Other("a whole number too large to be exact"),
        },
        other => Cell::Other(kind(other)),
    }
}

impl Record for JsonRecord<'_> {
    fn cell(&self, slot: usize) -> Cell<'_> {
        let path = &self.frame.paths[slot];
        let found = match (&path.inner, self.item) {
            (None, _) => follow(self.event, &path.outer),
            (Some(inner), Some(item)) => follow(item, inner),
            (Some(_), None) => None,
        };
        found.map_or(Cell::Missing, cell)
    }

    fn place(&self) -> String {
        format!("{}, line {}", self.frame.file, self.frame.line)
    }

    fn fault(&self) -> Option<String> {
        self.fault.map(|fault| format!("{}: {fault}", self.place()))
    }

    fn is_void(&self) -> bool {
        self.fault.is_some()
    }
}

/// The names a first object has, for a table of its own: texts, numbers and flags at the top.
pub fn top_names(window: &Window, length: usize) -> Vec<String> {
    match serde_json::from_slice::<Value>(&window.bytes()[..length]) {
        Ok(Value::Object(fields)) => fields.into_iter().map(|(name, _)| name).collect(),
        _ => Vec::new(),
    }
}
