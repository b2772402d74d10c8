//! The line table: one row per product line, in Arrow batches.
//!
//! An event with several items is several consecutive rows; an event without items is one row whose item
//! columns are null. Columns are there only where they are mapped. Missing is null, never 0 or "".

use arrow::array::{ArrayRef, Float64Builder, Int64Builder, RecordBatch, StringViewBuilder, UInt8Builder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use std::borrow::Cow;
use std::sync::Arc;

/// The columns of the line table, in their order; after them come those of [`ATTRIBUTE`].
pub const COLUMNS: [&str; 18] = [
    "shopper",
    "time",
    "event",
    "transaction_id",
    "item_id",
    "item_name",
    "item_brand",
    "item_category",
    "item_category2",
    "item_category3",
    "item_category4",
    "item_category5",
    "price",
    "discount",
    "quantity",
    "search_term",
    "coupon",
    "currency",
];

/// What the names of attribute columns begin with.
pub const ATTRIBUTE: &str = "attribute.";

/// The text columns of [`COLUMNS`], identities aside, in its order.
pub const TEXTS: [&str; 10] = [
    "item_name",
    "item_brand",
    "item_category",
    "item_category2",
    "item_category3",
    "item_category4",
    "item_category5",
    "search_term",
    "coupon",
    "currency",
];

/// Where `item_category` stands in [`TEXTS`]; its four levels follow.
pub const CATEGORY: usize = 2;
/// Where `currency` stands in [`TEXTS`].
pub const CURRENCY: usize = 9;

/// The identities among [`COLUMNS`].
pub const IDS: [&str; 3] = ["shopper", "transaction_id", "item_id"];

/// An identity: a text, or a whole number that counts as its digits.
#[derive(Clone, Debug, PartialEq)]
pub enum Id<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// Digits.
    Whole(i64),
}

/// One product line, cleaned.
#[derive(Clone, Debug, Default)]
pub struct Line<'a> {
    /// Shopper, transaction and item.
    pub ids: [Option<Id<'a>>; 3],
    /// Local seconds since 1970.
    pub time: Option<i64>,
    /// Index into the GA4 event names.
    pub event: Option<u8>,
    /// In the order of [`TEXTS`].
    pub texts: [Option<Cow<'a, str>>; TEXTS.len()],
    /// Net, per unit.
    pub price: Option<f64>,
    /// Per unit.
    pub discount: Option<f64>,
    /// Units.
    pub quantity: Option<f64>,
}

/// A column under construction.
#[derive(Debug)]
pub enum Column {
    /// Text.
    Text(StringViewBuilder),
    /// Number.
    Number(Float64Builder),
    /// Whole number.
    Whole(Int64Builder),
    /// Small whole number.
    Small(UInt8Builder),
}

impl Column {
    /// An empty column of one of the four types of the line table.
    pub fn of(kind: &DataType) -> Column {
        match kind {
            DataType::Float64 => Column::Number(Float64Builder::new()),
            DataType::Int64 => Column::Whole(Int64Builder::new()),
            DataType::UInt8 => Column::Small(UInt8Builder::new()),
            _ => Column::Text(StringViewBuilder::new()),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Column::Text(column) => Arc::new(column.finish()),
            Column::Number(column) => Arc::new(column.finish()),
            Column::Whole(column) => Arc::new(column.finish()),
            Column::Small(column) => Arc::new(column.finish()),
        }
    }

    /// Appends a text or nothing.
    pub fn text(&mut self, value: Option<&str>) {
        if let Column::Text(column) = self {
            column.append_option(value);
        }
    }

    /// Appends a number or nothing.
    pub fn number(&mut self, value: Option<f64>) {
        if let Column::Number(column) = self {
            column.append_option(value);
        }
    }

    fn whole(&mut self, value: Option<i64>) {
        if let Column::Whole(column) = self {
            column.append_option(value);
        }
    }

    fn small(&mut self, value: Option<u8>) {
        if let Column::Small(column) = self {
            column.append_option(value);
        }
    }

    /// Appends an identity; digits as text where the column is of text.
    fn id(&mut self, value: &Option<Id>) {
        match (self, value) {
            (Column::Text(column), Some(Id::Text(text))) => column.append_value(text),
            (Column::Text(column), Some(Id::Whole(digits))) => column.append_value(digits.to_string()),
            (Column::Text(column), None) => column.append_null(),
            (Column::Whole(column), Some(Id::Whole(digits))) => column.append_value(*digits),
            (Column::Whole(column), _) => column.append_null(),
            _ => (),
        }
    }
}

/// Rows of the line table, until they are a batch.
#[derive(Debug)]
pub struct Lines {
    schema: SchemaRef,
    /// In the order of [`COLUMNS`]; none where not mapped.
    columns: Vec<Option<Column>>,
    attributes: Vec<Column>,
    rows: usize,
}

impl Lines {
    /// No rows yet.
    pub fn new(schema: SchemaRef) -> Lines {
        let of = |name: &&str| schema.field_with_name(name).ok().map(|field| Column::of(field.data_type()));
        let columns: Vec<Option<Column>> = COLUMNS.iter().map(of).collect();
        let attributes = schema.fields().iter().filter(|field| field.name().starts_with(ATTRIBUTE));
        let attributes = attributes.map(|field| Column::of(field.data_type())).collect();
        Lines { schema, columns, attributes, rows: 0 }
    }

    /// Of the batches.
    pub fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Appends a line; its attributes follow by [`Lines::attributes`].
    pub fn push(&mut self, line: &Line) {
        let [shopper, transaction, item] = &line.ids;
        let mut columns = self.columns.iter_mut();
        let mut next = |append: &mut dyn FnMut(&mut Column)| {
            if let Some(Some(column)) = columns.next() {
                append(column);
            }
        };
        next(&mut |column| column.id(shopper));
        next(&mut |column| column.whole(line.time));
        next(&mut |column| column.small(line.event));
        next(&mut |column| column.id(transaction));
        next(&mut |column| column.id(item));
        for text in &line.texts[..7] {
            next(&mut |column| column.text(text.as_deref()));
        }
        next(&mut |column| column.number(line.price));
        next(&mut |column| column.number(line.discount));
        next(&mut |column| column.number(line.quantity));
        for text in &line.texts[7..] {
            next(&mut |column| column.text(text.as_deref()));
        }
        self.rows += 1;
    }

    /// The attribute columns, each to be appended to once per line.
    pub fn attributes(&mut self) -> &mut [Column] {
        &mut self.attributes
    }

    /// The rows so far, as a batch; none are left.
    pub fn finish(&mut self) -> Result<RecordBatch, arrow::error::ArrowError> {
        let columns = self.columns.iter_mut().flatten().chain(&mut self.attributes).map(Column::finish).collect();
        self.rows = 0;
        RecordBatch::try_new(self.schema.clone(), columns)
    }
}

/// The schema of a line table with those columns (in any order) and attributes.
pub fn schema(mapped: &dyn Fn(&str) -> Option<DataType>, attributes: &[(String, DataType)]) -> SchemaRef {
    let field = |name: &str, kind: DataType| Field::new(name, kind, true);
    let columns = COLUMNS.iter().filter_map(|name| mapped(name).map(|kind| field(name, kind)));
    let attributes = attributes.iter().map(|(name, kind)| field(&format!("{ATTRIBUTE}{name}"), kind.clone()));
    Arc::new(Schema::new(columns.chain(attributes).collect::<Vec<Field>>()))
}
