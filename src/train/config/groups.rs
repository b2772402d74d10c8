//! `[groups]`: one section for training, looking and features; each asks for the keys it needs.

use super::{at_least, at_most, percent, present};
use crate::error::{Code, Error, Result};
use crate::train::fold::Grouping;
use serde::Deserialize;

/// Groups kept of a log that no model was trained on, unless the shop says otherwise.
const KEEP: usize = 200;

/// The section as written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupParams {
    /// GA4 item fields whose values, joined by `/`, name a group.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Of a log that is made a table of features: how many of its most frequent groups.
    pub keep: Option<usize>,
    /// In training: the department groups are taken from.
    pub department: Option<String>,
    /// In training: how many of its most bought categories.
    pub categories: Option<usize>,
    /// In training: a group was bought on at least this many training trips.
    pub min_trips: Option<u32>,
    /// In training: how many weeks at both ends an arm needs to count as seen.
    pub support_weeks: Option<usize>,
    /// In training: a week counts as seen at an arm's depth when it was at most this many percentage points below it.
    pub support_tolerance: Option<f64>,
    /// In training: a week up to this depth in percent counts as one without an offer.
    pub undiscounted: Option<f64>,
}

/// The keys that training needs.
#[derive(Clone, Debug)]
pub struct TrainingGroups {
    /// GA4 item fields whose values, joined by `/`, name a group.
    pub fields: Vec<String>,
    /// The department groups are taken from.
    pub department: String,
    /// How many of its most bought categories.
    pub categories: usize,
    /// A group was bought on at least this many training trips.
    pub min_trips: u32,
    /// How many weeks at both ends an arm needs to count as seen.
    pub support_weeks: usize,
    /// A week counts as seen at an arm's depth when it was at most this many percentage points below it.
    pub support_tolerance: f64,
    /// A week up to this depth in percent counts as one without an offer.
    pub undiscounted: f64,
}

impl GroupParams {
    /// Which groups a log is told in.
    pub fn grouping(&self) -> Result<Grouping> {
        let keep = self.keep.unwrap_or(KEEP);
        at_least("groups.keep", keep as f64, 1.0)?;
        at_most("groups.keep", keep as f64, crate::feature::MAX_GROUPS as f64)?;
        Ok(Grouping::Frequent { fields: self.fields.clone(), keep })
    }

    /// Says which key is missing for training.
    pub fn complete(self) -> Result<TrainingGroups> {
        self.grouping()?;
        Ok(TrainingGroups {
            fields: self.fields,
            department: present("groups.department", self.department)?,
            categories: present("groups.categories", self.categories)?,
            min_trips: present("groups.min_trips", self.min_trips)?,
            support_weeks: present("groups.support_weeks", self.support_weeks)?,
            support_tolerance: present("groups.support_tolerance", self.support_tolerance)?,
            undiscounted: present("groups.undiscounted", self.undiscounted)?,
        })
    }
}

impl TrainingGroups {
    /// Refuses what training cannot do.
    pub(super) fn check(&self) -> Result<()> {
        const KNOWN: [&str; 3] = ["item_category", "item_category2", "item_category3"];
        if let Some(field) = self.fields.iter().find(|field| !KNOWN.contains(&field.as_str())) {
            let known = KNOWN.join(", ");
            return Err(Error::new(
                Code::BadConfig,
                format!("groups.fields: expected one of {known}, found `{field}`"),
            ));
        }
        if self.fields.is_empty() {
            return Err(Error::new(Code::BadConfig, "groups.fields: expected at least one field, found none"));
        }
        at_least("groups.categories", self.categories as f64, 1.0)?;
        at_most("groups.categories", self.categories as f64, 255.0)?;
        at_least("groups.min_trips", self.min_trips as f64, 1.0)?;
        at_least("groups.support_weeks", self.support_weeks as f64, 1.0)?;
        percent("groups.support_tolerance", self.support_tolerance)?;
        percent("groups.undiscounted", self.undiscounted).map(|_| ())
    }
}
