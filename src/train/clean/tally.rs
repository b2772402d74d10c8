//! [`Tallies`]: how many rows met which rule, what was done, and three of them in words.
//!
//! Tallies of parts are merged in the order of the parts, so the examples are the first of the file however
//! many threads read it. It does *not* know what the rules are.

use crate::evaluate::summary::Cause;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How many rows of each cause are quoted.
const EXAMPLES: usize = 3;

/// What becomes of a row.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It is left out.
    Drop,
    /// It is used after a change.
    Repair,
    /// It is used as it is, and counted.
    Keep,
}

impl Action {
    /// What was done, as the report says it.
    pub fn done(self) -> &'static str {
        match self {
            Action::Drop => "dropped",
            Action::Repair => "repaired",
            Action::Keep => "kept",
        }
    }

    /// As the settings write it.
    pub fn name(self) -> &'static str {
        match self {
            Action::Drop => "drop",
            Action::Repair => "repair",
            Action::Keep => "keep",
        }
    }
}

/// One question asked of rows.
#[derive(Debug)]
pub struct Rule {
    /// As the settings write it.
    pub name: &'static str,
    /// What was found, in words.
    pub what: &'static str,
    /// What a repair does; none where there is no repair.
    pub repair: Option<&'static str>,
    /// Whether such a row can be used as it is.
    pub keeps: bool,
    /// What is done unless the shop says otherwise.
    pub default: Action,
    /// Whether a row dropped by this rule is a fault, and not what the settings ask for.
    pub is_fault: bool,
}

impl Rule {
    /// Whether the shop may ask for that.
    pub fn allows(&self, action: Action) -> bool {
        match action {
            Action::Drop => true,
            Action::Repair => self.repair.is_some(),
            Action::Keep => self.keeps,
        }
    }
}

/// What is done by rule: each rule's default, but for the rules named here.
#[derive(Clone, Debug, Default)]
pub struct Actions(BTreeMap<String, Action>);

impl Actions {
    /// What is done about a rule.
    pub fn of(&self, rule: &Rule) -> Action {
        self.0.get(rule.name).copied().unwrap_or(rule.default)
    }

    /// Changes what is done about the rule of that name.
    pub fn set(&mut self, name: &str, action: Action) {
        self.0.insert(name.into(), action);
    }

    /// The same with another action.
    pub fn with(mut self, rule: &Rule, action: Action) -> Actions {
        self.set(rule.name, action);
        self
    }
}

#[derive(Clone, Debug)]
struct Tally {
    rule: &'static Rule,
    rows: u64,
    examples: Vec<String>,
}

/// Rows read and kept, and the rules they met.
#[derive(Clone, Debug, Default)]
pub struct Tallies {
    /// Rows read.
    pub read: u64,
    /// Rows kept.
    pub kept: u64,
    found: BTreeMap<(Action, &'static str), Tally>,
}

impl Tallies {
    /// So many rows, of which nothing is to be said.
    pub fn plain(rows: u64) -> Tallies {
        Tallies { read: rows, kept: rows, ..Tallies::default() }
    }

    /// Counts a row; the example is made only where it will be quoted.
    #[cold]
    pub fn add(&mut self, rule: &'static Rule, action: Action, example: impl FnOnce() -> String) {
        self.add_rows(rule, action, 1, example);
    }

    /// Counts rows that met a rule together.
    pub fn add_rows(&mut self, rule: &'static Rule, action: Action, rows: u64, example: impl FnOnce() -> String) {
        let new = || Tally { rule, rows: 0, examples: Vec::new() };
        let tally = self.found.entry((action, rule.name)).or_insert_with(new);
        tally.rows += rows;
        if tally.examples.len() < EXAMPLES {
            tally.examples.push(example());
        }
    }

    /// Adds what a later part counted.
    pub fn merge(&mut self, later: Tallies) {
        self.read += later.read;
        self.kept += later.kept;
        for (key, tally) in later.found {
            let new = || Tally { rule: tally.rule, rows: 0, examples: Vec::new() };
            let sum = self.found.entry(key).or_insert_with(new);
            sum.rows += tally.rows;
            let room = EXAMPLES - sum.examples.len();
            sum.examples.extend(tally.examples.into_iter().take(room));
        }
    }

    /// Rows dropped, whatever the rule.
    pub fn dropped(&self) -> u64 {
        self.found.iter().filter(|((action, _), _)| *action == Action::Drop).map(|(_, tally)| tally.rows).sum()
    }

    /// Rows that met the rule of that name, and what was done most severely.
    pub fn rows(&self, name: &str) -> u64 {
        self.found.iter().filter(|((_, known), _)| *known == name).map(|(_, tally)| tally.rows).sum()
    }

    /// Whether no row met any rule.
    pub fn is_plain(&self) -> bool {
        self.found.is_empty()
    }

    /// For the report: dropped first, then repaired, then kept, the most frequent first.
    pub fn causes(&self) -> Vec<Cause> {
        let mut tallies: Vec<_> = self.found.iter().collect();
        tallies.sort_by_key(|((action, name), tally)| (*action, std::cmp::Reverse(tally.rows), *name));
        tallies.into_iter().map(|((action, _), tally)| tally.cause(*action)).collect()
    }
}

impl Tally {
    fn cause(&self, action: Action) -> Cause {
        let cause = match (action, self.rule.repair) {
            (Action::Repair, Some(repair)) => format!("{}; {repair}", self.rule.what),
            _ => self.rule.what.to_string(),
        };
        Cause { cause, action: action.done().into(), rows: self.rows, examples: self.examples.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static RULE: Rule =
        Rule { name: "late", what: "late", repair: None, keeps: true, default: Action::Drop, is_fault: true };

    #[test]
    fn merged_parts_count_as_one_and_quote_the_first_rows() {
        let part = |from: u64, to: u64| {
            let mut part = Tallies { read: to - from, ..Tallies::default() };
            (from..to).for_each(|row| part.add(&RULE, Action::Drop, || format!("row {row}")));
            part
        };
        let mut all = part(0, 2);
        all.merge(part(2, 9));
        let causes = all.causes();
        assert_eq!((all.read, all.dropped(), causes[0].rows), (9, 9, 9));
        assert_eq!(causes[0].examples, ["row 0", "row 1", "row 2"]);
    }
}
