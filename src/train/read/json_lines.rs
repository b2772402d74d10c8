//! GA4 events as JSON, one a line → [`Event`].
//!
//! Prices are in major units of a currency with two decimals, net of the discount, as GA4 has them.

use crate::error::{Code, Error, Result};
use crate::event::{Event, EventKind, Line, Timestamp, id_number};
use crate::feature::Schema;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Told {
    name: String,
    timestamp_ms: f64,
    #[serde(default)]
    params: Params,
}

#[derive(Default, Deserialize)]
struct Params {
    #[serde(default)]
    transaction_id: String,
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    price: f64,
    #[serde(default)]
    discount: f64,
    #[serde(default = "one")]
    quantity: f64,
    /// Every other field; the schema says which of them name the group.
    #[serde(flatten)]
    others: BTreeMap<String, serde_json::Value>,
}

fn one() -> f64 {
    1.0
}

/// The events of a text, each with the line it could not be read from.
pub fn events<'a>(text: &'a str, schema: &'a Schema) -> impl Iterator<Item = Result<Event>> + 'a {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(index, line)| {
        event(line, schema).map_err(|error| Error::new(error.code(), format!("line {}: {error}", index + 1)))
    })
}

fn event(line: &str, schema: &Schema) -> Result<Event> {
    let told: Told =
        serde_json::from_str(line).map_err(|error| Error::new(Code::BadData, format!("not a GA4 event: {error}")))?;
    Ok(Event {
        kind: EventKind::from_name(&told.name)?,
        time: Timestamp::from_ms(told.timestamp_ms)?,
        transaction: id_number(&told.params.transaction_id),
        query: None,
        lines: told.params.items.iter().map(|item| item.line(schema)).collect::<Result<_>>()?,
    })
}

impl Item {
    fn line(&self, schema: &Schema) -> Result<Line> {
        let text = |field: &String| self.others.get(field).and_then(|value| value.as_str()).unwrap_or("");
        let name: Vec<&str> = schema.group_fields.iter().map(text).collect();
        let minor = |major: f64| (major * 100.0).round();
        Line::new(schema.group(&name.join("/")), minor(self.price), minor(self.discount), self.quantity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feature::Group;

    fn schema() -> Schema {
        let group = |name: &str| Group { name: name.into(), category: 0, department: 0, base_rate: 0.1, support: 1 };
        Schema { group_fields: vec!["item_category2".into()], groups: vec![group("MILK")], ..Schema::default() }
    }

    #[test]
    fn reads_an_event_and_knows_its_group() {
        let line = r#"{"name":"purchase","timestamp_ms":1510000000000,"params":{"transaction_id":"t","items":
            [{"item_category2":"MILK","price":1.19,"discount":0.1,"quantity":2},{"item_category2":"TEA","price":3}]}}"#;
        let line = line.replace('\n', " ");
        let event = events(&line, &schema()).next().unwrap().unwrap();
        assert_eq!(event.lines[0].group, schema().group("MILK"));
        assert_eq!((event.lines[0].net.minor(), event.lines[0].discount.minor()), (119, 10));
        assert_eq!((event.lines[1].group, event.lines[1].quantity), (None, 1));
    }

    #[test]
    fn says_which_line_is_wrong_and_why() {
        let message = |text| events(text, &schema()).last().unwrap().unwrap_err().to_string();
        assert!(message("{}").starts_with("line 1: not a GA4 event: missing field `name`"));
        let unknown = "{\"name\":\"view_item\",\"timestamp_ms\":1e12}\n{\"name\":\"buy\",\"timestamp_ms\":1e12}";
        assert!(message(unknown).starts_with("line 2: event name"));
    }
}
