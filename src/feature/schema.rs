//! The names a model knows: product groups, their categories and departments.

use crate::error::{Code, Error, Result};
use crate::money::BasisPoints;
use alloc::string::String;
use alloc::vec::Vec;

/// Most product groups of one model.
pub const MAX_GROUPS: usize = 1_024;

/// A product group: the level at which demand was learnt.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The GA4 category values joined by `/`.
    pub name: String,
    /// Position in [`Schema::categories`].
    pub category: u8,
    /// Position in [`Schema::departments`].
    pub department: u8,
    /// Share of all training trips that bought it.
    pub base_rate: f32,
    /// Bit `a` is set when arm `a` lies within what training saw for this group.
    pub support: u16,
}

/// A category of groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Category {
    /// Its name.
    pub name: String,
    /// Share of all training trips that bought it.
    pub base_rate: f32,
}

/// A department: where the merchandiser states a margin.
#[derive(Clone, Debug, PartialEq)]
pub struct Department {
    /// Its name.
    pub name: String,
    /// Assumed margin on the list price.
    pub margin: BasisPoints,
}

/// The names a model knows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// GA4 item fields whose values, joined by `/`, name a group.
    pub group_fields: Vec<String>,
    /// Departments.
    pub departments: Vec<Department>,
    /// Categories.
    pub categories: Vec<Category>,
    /// Groups, sorted by name.
    pub groups: Vec<Group>,
}

impl Schema {
    /// The names of a shop that tells no groups apart: one, without a name, in which any product falls.
    #[cfg(feature = "train")]
    pub fn nameless(margin: BasisPoints, support: u16) -> Schema {
        let name = String::new;
        Schema {
            group_fields: Vec::new(),
            departments: alloc::vec![Department { name: name(), margin }],
            categories: alloc::vec![Category { name: name(), base_rate: 0.0 }],
            groups: alloc::vec![Group { name: name(), category: 0, department: 0, base_rate: 0.0, support }],
        }
    }

    /// The group with that name.
    pub fn group(&self, name: &str) -> Option<crate::event::GroupId> {
        let found = self.groups.binary_search_by(|group| group.name.as_str().cmp(name));
        found.ok().map(|index| crate::event::GroupId(index as u16))
    }

    /// The group at `index`, if there is one.
    pub fn group_at(&self, index: u32) -> Option<crate::event::GroupId> {
        ((index as usize) < self.groups.len()).then_some(crate::event::GroupId(index as u16))
    }
}

/// Refuses more than `limit` of something.
pub(crate) fn bounded(what: &'static str, found: usize, limit: usize) -> Result<()> {
    match found <= limit {
        true => Ok(()),
        false => Err(Error::limit(Code::TooLarge, what, limit as u64, found as u64)),
    }
}
