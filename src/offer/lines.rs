//! Which lines of a basket an offer looks at.
//!
//! Names are compared exactly, letter by letter; *not* here: hierarchies of categories (a line carries all it is in).

use super::BasketLine;
use alloc::string::String;
use alloc::vec::Vec;

/// A choice of lines. The default takes every line; exclusions win over everything else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineFilter {
    /// SKUs taken. With `categories` also empty, every line is.
    pub skus: Vec<String>,
    /// Categories taken; a line in one of them, or with one of the SKUs, is.
    pub categories: Vec<String>,
    /// SKUs never taken.
    pub except_skus: Vec<String>,
    /// Categories never taken.
    pub except_categories: Vec<String>,
}

impl LineFilter {
    /// Lines with one of these SKUs.
    pub fn skus(skus: impl IntoIterator<Item = impl Into<String>>) -> Self {
        LineFilter { skus: skus.into_iter().map(Into::into).collect(), ..LineFilter::default() }
    }

    /// Lines in one of these categories.
    pub fn categories(categories: impl IntoIterator<Item = impl Into<String>>) -> Self {
        LineFilter { categories: categories.into_iter().map(Into::into).collect(), ..LineFilter::default() }
    }

    /// Whether `line` is taken.
    pub fn takes(&self, line: &BasketLine) -> bool {
        let within = |categories: &[String]| line.categories.iter().any(|category| categories.contains(category));
        let is_all = self.skus.is_empty() && self.categories.is_empty();
        let is_named = is_all || self.skus.contains(&line.sku) || within(&self.categories);
        is_named && !self.except_skus.contains(&line.sku) && !within(&self.except_categories)
    }
}
