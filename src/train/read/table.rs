//! A plain table: typed columns, no events. For listings, randomised tests and surveys.

use super::cell::{Cell, Record};
use super::join::SideTable;
use super::judge::{Judge, Step, cell};
use super::mapping::{FieldPlan, Plan};
use super::parts::Visitor;
use super::sniff;
use super::taker::{Sheet, Taker};
use crate::error::Result;
use crate::train::clean::rows::Fault;
use crate::train::config::{CheckedLog, Type};
use arrow::array::{ArrayRef, BooleanBuilder, Float64Builder, RecordBatch, StringViewBuilder, TimestampSecondBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use arrow::error::ArrowError;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// The key of a field's metadata that holds its [`Type`].
pub const TYPE: &str = "skonto.type";

/// The schema of columns with those types.
pub fn schema(columns: &[(String, Type)]) -> SchemaRef {
    let field = |(name, kind): &(String, Type)| {
        let stored = match kind {
            Type::Number => DataType::Float64,
            Type::Flag => DataType::Boolean,
            Type::Date => DataType::Timestamp(TimeUnit::Second, None),
            Type::Category | Type::Text => DataType::Utf8View,
        };
        let metadata = HashMap::from([(TYPE.to_string(), kind.name().to_string())]);
        Field::new(name, stored, true).with_metadata(metadata)
    };
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()))
}

enum Column {
    Number(Float64Builder),
    Flag(BooleanBuilder),
    Date(TimestampSecondBuilder),
    Text(StringViewBuilder),
}

enum Value<'c> {
    Number(Option<f64>),
    Flag(Option<bool>),
    Date(Option<i64>),
    Text(Option<Cow<'c, str>>),
}

impl Column {
    fn of(kind: &DataType) -> Column {
        match kind {
            DataType::Float64 => Column::Number(Float64Builder::new()),
            DataType::Boolean => Column::Flag(BooleanBuilder::new()),
            DataType::Timestamp(_, _) => Column::Date(TimestampSecondBuilder::new()),
            _ => Column::Text(StringViewBuilder::new()),
        }
    }

    fn append(&mut self, value: Value) {
        match (self, value) {
            (Column::Number(column), Value::Number(value)) => column.append_option(value),
            (Column::Flag(column), Value::Flag(value)) => column.append_option(value),
            (Column::Date(column), Value::Date(value)) => column.append_option(value),
            (Column::Text(column), Value::Text(value)) => column.append_option(value),
            _ => (),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Column::Number(column) => Arc::new(column.finish()),
            Column::Flag(column) => Arc::new(column.finish()),
            Column::Date(column) => Arc::new(column.finish()),
            Column::Text(column) => Arc::new(column.finish()),
        }
    }
}

/// Takes records, gives batches of a plain table.
pub type Tabler<'a> = Taker<'a, PlainTable>;

/// Rows of a plain table.
pub struct PlainTable {
    schema: SchemaRef,
    columns: Vec<Column>,
    rows: usize,
}

impl Sheet for PlainTable {
    const NAME: &'static str = "table";

    fn rows(&self) -> usize {
        self.rows
    }

    fn row<R: Record>(&mut self, judge: &mut Judge, plan: &Plan, record: &R) -> Step<()> {
        judge.whole(record)?;
        if let Some(told) = record.unmatched() {
            judge.fault(Fault::UnmatchedJoin, || told)?;
        }
        let mut values = Vec::with_capacity(plan.attributes.len());
        for (field, column) in plan.attributes.iter().zip(&self.columns) {
            values.push(value(judge, record, field, column)?);
        }
        self.columns.iter_mut().zip(values).for_each(|(column, value)| column.append(value));
        self.rows += 1;
        Ok(())
    }

    fn batch(&mut self) -> std::result::Result<RecordBatch, ArrowError> {
        self.rows = 0;
        let columns = self.columns.iter_mut().map(Column::finish).collect();
        RecordBatch::try_new(self.schema.clone(), columns)
    }
}

impl<'a> Tabler<'a> {
    /// Before the first record.
    pub fn new(
        log: &'a CheckedLog,
        plan: &'a Plan,
        tables: &'a [SideTable],
        schema: SchemaRef,
        each: &'a mut dyn FnMut(RecordBatch) -> Result<()>,
    ) -> Tabler<'a> {
        let columns = schema.fields().iter().map(|field| Column::of(field.data_type())).collect();
        Taker::of(PlainTable { schema, columns, rows: 0 }, log, plan, tables, each)
    }
}

fn value<'c, R: Record>(judge: &mut Judge, record: &'c R, field: &'c FieldPlan, column: &Column) -> Step<Value<'c>> {
    let (cell, at) = (cell(record, field), (record, field.column.as_str()));
    match column {
        Column::Number(_) => judge.number(cell, at, f64::MAX).map(Value::Number),
        Column::Date(_) => judge.time(cell, at).map(Value::Date),
        Column::Text(_) => judge.text(cell, at).map(Value::Text),
        Column::Flag(_) => {
            let Some(text) = judge.text(cell, at)? else { return Ok(Value::Flag(None)) };
            let found = sniff::flag(&text);
            if found.is_none() {
                judge.value(Fault::BadNumber, at, "yes or no", Cell::Text(&text))?;
            }
            Ok(Value::Flag(found))
        }
    }
}

impl Visitor for Tabler<'_> {
    fn visit<R: Record>(&mut self, record: &R) -> Result<()> {
        self.take_joined(record)
    }
}
