//! Words for people, by locale: what a decision says.

use alloc::string::String;
use alloc::vec::Vec;

/// The words of one language.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Locale {
    /// BCP 47 tag, e.g. `en`, `zh`.
    pub tag: String,
    /// One per arm.
    pub arms: Vec<String>,
    /// One per feature, then: the starting point, the category, the group.
    pub features: Vec<String>,
    /// One per [`Reason`](crate::decision::Reason).
    pub reasons: Vec<String>,
    /// One per [`Verdict`](crate::decision::Verdict).
    pub verdicts: Vec<String>,
    /// Shown beside a personalised price, then beside a public one.
    pub disclosures: Vec<String>,
    /// One per kind of [`Change`](crate::explain::Change), with blanks such as `{to}` ([`sentence`](crate::explain::sentence)).
    pub changes: Vec<String>,
}

/// Which list of a [`Locale`] a word is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// An arm.
    Arm,
    /// A feature.
    Feature,
    /// A reason.
    Reason,
    /// A verdict.
    Verdict,
    /// A disclosure.
    Disclosure,
    /// A sentence about a change.
    Change,
}

impl Locale {
    /// The text of one word, empty where there is none.
    pub fn text(&self, word: Word, index: usize) -> &str {
        let list = match word {
            Word::Arm => &self.arms,
            Word::Feature => &self.features,
            Word::Reason => &self.reasons,
            Word::Verdict => &self.verdicts,
            Word::Disclosure => &self.disclosures,
            Word::Change => &self.changes,
        };
        list.get(index).map_or("", String::as_str)
    }
}
