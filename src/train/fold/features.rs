//! The feature table: a profile replayed per shopper, and a row of features at every moment asked for.
//!
//! The profile and the features are those of the device, so a row here has the bits of a row there. Columns are
//! `shopper`, `time` (local seconds since 1970), `group` (where products have groups), then the features in their
//! order. There is no outcome among them: what came after a moment is for the caller to join.

use super::moments::{At, pause};
use super::{Folding, Shopper, shopper};
use crate::error::{Code, Error, Result};
use crate::event::{Event, Line, Profile, Timestamp};
use crate::feature::{Category, Context, Department, Group, MAX_GROUPS, Program, Schema, extract};
use crate::money::BasisPoints;
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
    program: &'a Program,
    schema: &'a Schema,
    at: At,
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
    profile: Profile,
    event: Event,
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
        Features { program, schema, at, shopper_is_number, table }
    }

    /// The table's columns.
    pub fn table(&self) -> SchemaRef {
        self.table.clone()
    }

    fn replay(&self, columns: &mut Columns, shopper: &Shopper) -> Result<()> {
        let pause = pause(self.program.memory.session_minutes);
        let (mut previous, mut looked_at): (Option<u32>, Option<Line>) = (None, None);
        for rows in shopper.events() {
            shopper::fill(&mut columns.event, rows)?;
            if self.at.is_before(&rows[0], previous, pause) {
                let about = if self.at.is_after_all() { looked_at } else { columns.event.lines.first().copied() };
                let now = if self.at.is_after_all() { previous } else { Some(rows[0].time) };
                self.row(columns, shopper.id, about, now.unwrap_or(rows[0].time));
            }
            // A refusal means that the transaction was told before, and the device would skip it as well.
            let _ = columns.profile.observe(self.program, &columns.event);
            looked_at = columns.event.lines.last().copied().or(looked_at);
            previous = Some(rows[0].time);
        }
        if let Some(now) = previous.filter(|_| self.at.is_after_all()) {
            self.row(columns, shopper.id, looked_at, now);
        }
        Ok(())
    }

    fn row(&self, columns: &mut Columns, id: &[u8], about: Option<Line>, now: u32) {
        let context = Context {
            group: about.and_then(|line| line.group),
            item: about.map_or(0, |line| line.item),
            brand: about.map_or(0, |line| line.brand),
            price: about.and_then(|line| line.list().ok()),
            now: Timestamp::from_seconds(now),
            ..Context::default()
        };
        let vector = extract(self.program, self.schema, &columns.profile, &context);
        for (index, values) in columns.values.iter_mut().enumerate() {
            values.push(vector.get(index).unwrap_or(f64::NAN));
        }
        columns.ids.extend_from_slice(id);
        columns.id_lengths.push(id.len());
        columns.times.push(now as i64);
        columns.groups.push(context.group.map_or(NO_GROUP, |group| group.0));
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
        let name = |group: &u16| self.schema.groups.get(*group as usize).map(|group| group.name.as_str());
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
            values: vec![Vec::new(); self.program.features.len()],
            profile: Profile::new(),
            event: shopper::nothing()?,
        })
    }

    fn take(&self, columns: &mut Columns, shopper: &Shopper) -> Result<()> {
        columns.profile.clear();
        self.replay(columns, shopper)
    }

    fn finish(&self, mut columns: Columns) -> Result<RecordBatch> {
        let mut arrays: Vec<ArrayRef> = vec![self.shoppers(&mut columns)?, Arc::new(Int64Array::from(columns.times))];
        if !self.schema.groups.is_empty() {
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
