//! A table of segments as a policy tree: a few features cut into bands or taken level by level, an arm for every cell.
//!
//! Cells are what somebody named, not what a search found; their means are pulled together as [`SegmentsParams`] has it. As
//! a tree the table is asked, served and explained like any other. It is *not* the best tree of its size.

use super::coded::Coded;
use super::tree::{PolicyNode, PolicyTree};
use super::{Ask, check_scores};
use crate::error::{Code, Error, Result};
use crate::train::sample::{Column, Sample};
use crate::train::uplift::{ArmScores, CheckedSegments, Segments, SegmentsParams};
use serde::Deserialize;

/// A table with more cells is none that anybody reads.
const MAX_CELLS: usize = 1_000;

/// `segments = { … }` of a candidate.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct SegmentTableParams {
    /// The features that make segments, one to four.
    pub by: Vec<String>,
    /// Bands of about as many rows that an amount is cut into, 2 to 100.
    pub bands: usize,
    /// Segments with fewer rows get the arm that is best for all.
    pub min_rows: usize,
}

impl Default for SegmentTableParams {
    fn default() -> Self {
        SegmentTableParams { by: Vec::new(), bands: 4, min_rows: SegmentsParams::default().min_rows }
    }
}

/// Settings that can be fitted. Only [`SegmentTableParams::check`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedSegmentTable {
    by: Vec<String>,
    bands: usize,
    segments: CheckedSegments,
}

/// One feature of the table: its parts are the codes that rows have; of levels one more, for those that no row has.
struct Axis {
    feature: usize,
    coded: Coded,
    codes: Vec<u32>,
    parts: usize,
}

/// What a tree is made of.
struct Cells<'a> {
    axes: &'a [Axis],
    segments: &'a Segments,
}

impl SegmentTableParams {
    /// Refuses a table by nothing, by too much, or of too few bands.
    ///
    /// # Errors
    /// [`Code::BadConfig`] with the setting, its range and what was found.
    pub fn check(self) -> Result<CheckedSegmentTable> {
        let refuse = |what: String| Err(Error::new(Code::BadConfig, what));
        if !(1..=4).contains(&self.by.len()) {
            return refuse(format!("`by` of segments names 1 to 4 features, found {}", self.by.len()));
        }
        if !(2..=100).contains(&self.bands) {
            return refuse(format!("`bands` is 2 to 100, found {}", self.bands));
        }
        let segments = SegmentsParams { min_rows: self.min_rows }.check()?;
        Ok(CheckedSegmentTable { by: self.by, bands: self.bands, segments })
    }
}

impl CheckedSegmentTable {
    /// The table as a tree. `scores` has a row for each of the sample's.
    ///
    /// # Errors
    /// A feature that the sample does not have, more than 1,000 cells, scores of other rows.
    pub fn fit(&self, sample: &Sample, scores: &ArmScores) -> Result<PolicyTree> {
        check_scores(sample, scores)?;
        let axes = self.by.iter().map(|name| self.axis(sample, name)).collect::<Result<Vec<Axis>>>()?;
        let count = axes.iter().fold(1, |count: usize, axis| count.saturating_mul(axis.parts));
        if count > MAX_CELLS {
            return Err(Error::limit(Code::TooLarge, "cells of a table of segments", MAX_CELLS as u64, count as u64));
        }
        let cell = |row: usize| axes.iter().fold(0, |cell, axis| cell * axis.parts + axis.part(row));
        let segment: Vec<usize> = (0..sample.rows()).map(cell).collect();
        let segments = self.segments.fit(scores, &segment, count)?;
        let mut nodes = Vec::new();
        Cells { axes: &axes, segments: &segments }.grow(0, 0, 0, &mut nodes);
        let brings = segment.iter().enumerate().map(|(row, cell)| scores.row(row)[segments.best[*cell] as usize]);
        let levels = sample.columns.iter().map(|column| matches!(column, Column::Level { .. })).collect();
        Ok(PolicyTree { nodes, total: brings.sum(), exact: false, levels })
    }

    fn axis(&self, sample: &Sample, name: &str) -> Result<Axis> {
        let Some(feature) = sample.names.iter().position(|known| known == name) else {
            let what = format!("segments.by: no feature is called `{name}`; there are {}", sample.names.join(", "));
            return Err(Error::new(Code::BadConfig, what));
        };
        let coded = Coded::of(&sample.columns[feature], self.bands - 1);
        let mut codes = coded.codes.clone();
        codes.sort_unstable();
        codes.dedup();
        let parts = codes.len() + usize::from(coded.amounts.is_none());
        Ok(Axis { feature, coded, codes, parts })
    }
}

impl Axis {
    fn part(&self, row: usize) -> usize {
        self.codes.partition_point(|code| *code < self.coded.codes[row])
    }
}

impl Cells<'_> {
    /// Appends the tree of the cells that share `cell` on all axes before `axis`, of its parts those from `part` on.
    fn grow(&self, axis: usize, part: usize, cell: usize, nodes: &mut Vec<PolicyNode>) {
        let at = nodes.len();
        let Some(asked) = self.axes.get(axis) else {
            let (mean, rows) = (self.segments.mean[cell].clone(), self.segments.rows[cell]);
            return nodes.push(PolicyNode { question: None, arm: self.segments.best[cell], rows, mean });
        };
        if part + 1 == asked.parts {
            return self.grow(axis + 1, 0, cell * asked.parts + part, nodes);
        }
        let ask = asked.coded.ask(asked.feature, asked.codes[part]);
        nodes.push(PolicyNode { question: None, arm: 0, rows: 0, mean: Vec::new() });
        self.grow(axis + 1, 0, cell * asked.parts + part, nodes);
        let right = nodes.len();
        self.grow(axis, part + 1, cell, nodes);
        nodes[at] = above(ask, right, &nodes[at + 1], &nodes[right]);
    }
}

/// A question with the means of all rows below it.
fn above(ask: Ask, right_at: usize, left: &PolicyNode, right: &PolicyNode) -> PolicyNode {
    let rows = left.rows + right.rows;
    let share = if rows > 0 { left.rows as f64 / rows as f64 } else { 0.5 };
    let mean: Vec<f64> = left.mean.iter().zip(&right.mean).map(|(l, r)| share * l + (1.0 - share) * r).collect();
    let arm = super::stump::largest(&mean) as u16;
    PolicyNode { question: Some((ask, right_at)), arm, rows, mean }
}
