//! The feature table: a profile replayed per shopper, and a row of features at every moment asked for.
//!
//! The profile and the features are those of the device, so a row here has the bits of a row there. Columns are
//! `shopper`, `time` (local seconds since 1970), `group` (where products have groups), then the features in their
//! order. There is no outcome among them: what came after a moment is for the caller to join.

use super::moments::At;
use super::replay::{Replay, Walk};
use super::training::{Training, fold_of};
use super::{Folding, Shopper};
use crate::error::{Code, Error, Result};
use crate::feature::{Category, Department, Group, MAX_GROUPS, Program, Schema, extract};
use crate::money::BasisPoints;
use crate::words::Meaning;
use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field, SchemaRef};
use arrow::record_batch::RecordBatch;
use std::sync::Arc;

/// A group that is none.
const NO_GROUP: u16 = u16::MAX;

/// Makes the feature table of a log.
#[derive(Debug)]
pub struct Features<'a> {
    replay: Replay<'a>,
    /// By fold, what a training row may be told; empty where it is the program.
    of_folds: &'a [Program],
    training: Training,
    shopper_is_number: bool,
    table: SchemaRef,
}

/// Rows of one partition, column by column.
#[derive(Debug)]
pub struct Columns {
    ids: Vec<u8>,
    id_lengths: Vec<usize>,
    times: Vec<i64>,
    groups: Vec<u16>,
    values: Vec<Vec<f64>>,
    walk: Walk,
}

impl<'a> Features<'a> {
    /// Features of `program` at the moments `at`, of products in the groups of `schema`.
    pub fn new(program: &'a Program, schema: &'a Schema, at: At, shopper_is_number: bool) -> Features<'a> {
        let id = if shopper_is_number { DataType::Int64 } else { DataType::Utf8 };
        let mut fields = vec![Field::new("shopper", id, false), Field::new("time", DataType::Int64, false)];
        if !schema.groups.is_empty() {
            fields.push(Field::new("group", DataType::Utf8, true));
        }
        let feature = |feature: &crate::feature::Feature| Field::new(&feature.name, DataType::Float64, true);
        fields.extend(program.features.iter().map(feature));
        let table = Arc::new(arrow::datatypes::Schema::new(fields));
        let replay = Replay { program, schema, at, meanings: &[] };
        Features { replay, of_folds: &[], training: Training::All, shopper_is_number, table }
    }

    /// The same, with what the log's texts mean.
    pub fn with_meanings(mut self, meanings: &'a [Option<Meaning>]) -> Features<'a> {
        self.replay.meanings = meanings;
        self
    }

    /// The same, where a training row gets what the program of its fold makes of it.
    pub fn out_of_fold(self, of_folds: &'a [Program], training: Training) -> Features<'a> {
        Features { of_folds, training, ..self }
    }

    /// The table's columns.
    pub fn table(&self) -> SchemaRef {
        self.table.clone()
    }

    /// The program that makes a row.
    fn program(&self, key: u64, now: u32) -> &Program {
        match self.of_folds.get(fold_of(key)) {
            Some(of_fold) if self.training.has(key, now) => of_fold,
            _ => self.replay.program,
        }
    }

    fn shoppers(&self, columns: &mut Columns) -> Result<ArrayRef> {
        let wrong = |error: &dyn std::fmt::Display| Error::new(Code::BadData, format!("column `shopper`: {error}"));
        let lengths = OffsetBuffer::from_lengths(columns.id_lengths.iter().copied());
        // One check of all ids together, where they came as texts.
        let texts = StringArray::try_new(lengths, Buffer::from_vec(std::mem::take(&mut columns.ids)), None);
        let texts = texts.map_err(|error| wrong(&error))?;
        if !self.shopper_is_number {
            return Ok(Arc::new(texts));
        }
        let numbers = texts.iter().flatten().map(str::parse::<i64>).collect::<std::result::Result<Vec<i64>, _>>();
        Ok(Arc::new(Int64Array::from(numbers.map_err(|error| wrong(&error))?)))
    }

    fn group_names(&self, groups: &[u16]) -> ArrayRef {
        let name = |group: &u16| self.replay.schema.groups.get(*group as usize).map(|group| group.name.as_str());
        Arc::new(groups.iter().map(name).collect::<StringArray>())
    }
}

impl Folding for Features<'_> {
    type Piece = Columns;
    type Made = RecordBatch;

    fn start(&self) -> Result<Columns> {
        Ok(Columns {
            ids: Vec::new(),
            id_lengths: Vec::new(),
            times: Vec::new(),
            groups: Vec::new(),
            values: vec![Vec::new(); self.replay.program.features.len()],
            walk: Walk::new()?,
        })
    }

    fn take(&self, columns: &mut Columns, shopper: &Shopper) -> Result<()> {
        let Columns { ids, id_lengths, times, groups, values, walk } = columns;
        self.replay.walk(walk, shopper, |asked| {
            let now = asked.context.now.seconds();
            let program = self.program(shopper.key, now);
            let vector = extract(program, self.replay.schema, asked.profile, &asked.context);
            for (index, values) in values.iter_mut().enumerate() {
                values.push(vector.get(index).unwrap_or(f64::NAN));
            }
            ids.extend_from_slice(shopper.id);
            id_lengths.push(shopper.id.len());
            times.push(now as i64);
            groups.push(asked.context.group.map_or(NO_GROUP, |group| group.0));
        })
    }

    fn finish(&self, mut columns: Columns) -> Result<RecordBatch> {
        let mut arrays: Vec<ArrayRef> = vec![self.shoppers(&mut columns)?, Arc::new(Int64Array::from(columns.times))];
        if !self.replay.schema.groups.is_empty() {
            arrays.push(self.group_names(&columns.groups));
        }
        arrays.extend(columns.values.into_iter().map(present));
        let whole = RecordBatch::try_new(self.table(), arrays);
        whole.map_err(|error| Error::new(Code::BadData, format!("cannot make the table: {error}")))
    }
}

/// A column in which NaN stands for missing.
fn present(values: Vec<f64>) -> ArrayRef {
    let missing = values.iter().any(|value| value.is_nan());
    let nulls = missing.then(|| values.iter().map(|value| !value.is_nan()).collect::<NullBuffer>());
    Arc::new(Float64Array::new(ScalarBuffer::from(values), nulls))
}

/// The groups of a log that no model was trained on: each with the first field as its category, rates unknown.
pub fn schema_of(fields: &[String], names: &[String]) -> Result<Schema> {
    let mut schema = Schema { group_fields: fields.to_vec(), ..Schema::default() };
    if names.len() > MAX_GROUPS {
        return Err(Error::limit(Code::TooLarge, "product groups", MAX_GROUPS as u64, names.len() as u64));
    }
    schema.departments.push(Department { name: "all".into(), margin: BasisPoints::default() });
    for name in names {
        let category = name.split('/').next().unwrap_or_default();
        if schema.categories.last().is_none_or(|last| last.name != category) {
            schema.categories.push(Category { name: category.into(), base_rate: 0.0 });
        }
        let category = schema.categories.len() - 1;
        let category = u8::try_from(category).map_err(|_| {
            Error::limit(Code::TooLarge, "groups.fields: values of the first field", 256, category as u64 + 1)
        })?;
        schema.groups.push(Group { name: name.clone(), category, department: 0, base_rate: 0.0, support: 0 });
    }
    Ok(schema)
}
