//! Which feature of a program every column of an imported model is, and which level each of its categories.
//!
//! Columns find their features by name; where the format has no names, by position, and then there must be as many
//! features as columns. Columns that no tree asks about may be absent from the program.

use crate::error::{Code, Error, Result};
use crate::event::hash32;
use crate::feature::{Argument, Attribute, Kind, MAX_LEVELS, Program};

/// What the categories of a column are.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Categories {
    /// Numbers of levels: category 3 is level 3.
    #[default]
    Levels,
    /// By category, the number of its level.
    Numbers(Vec<f64>),
    /// By category, the word it stands for.
    Words(Vec<String>),
}

/// A column of an imported model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Column {
    /// Its name, if the format has names.
    pub name: Option<String>,
    /// What its categories are, where it has some.
    pub categories: Categories,
}

/// Where columns are found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Placement {
    /// By column, the feature it is; none for a column that is not looked at.
    pub features: Vec<Option<usize>>,
    /// By column, the level of every category; none where a category is its level.
    pub(crate) levels: Vec<Option<Vec<u32>>>,
    /// Whether columns were matched by position.
    pub by_position: bool,
}

impl Placement {
    /// The level that a category of a column is.
    pub(crate) fn level(&self, column: usize, category: u32) -> Result<u32> {
        let level = match &self.levels[column] {
            None => Some(category),
            Some(levels) => levels.get(category as usize).copied(),
        };
        level.filter(|level| *level as usize <= MAX_LEVELS).ok_or_else(|| {
            let what = format!("column {column}: category {category} is no level; a feature has {MAX_LEVELS} of them");
            Error::new(Code::BadConfig, what)
        })
    }
}

fn bad(what: String) -> Error {
    Error::new(Code::BadConfig, what)
}

/// Finds the features of columns that are `used`.
pub(crate) fn place(columns: &[Column], used: &[bool], program: &Program) -> Result<Placement> {
    let by_position = columns.iter().any(|column| column.name.is_none());
    let features: Vec<Option<usize>> = match by_position {
        true => by_order(columns.len(), program)?,
        false => {
            columns.iter().zip(used).map(|(column, used)| by_name(column, *used, program)).collect::<Result<_>>()?
        }
    };
    refuse_doubles(columns, &features)?;
    let levels = columns.iter().zip(&features).zip(used).map(|((column, feature), used)| match (feature, used) {
        (Some(feature), true) => levels(&column.categories, *feature, program),
        _ => Ok(None),
    });
    Ok(Placement { levels: levels.collect::<Result<_>>()?, features, by_position })
}

fn by_order(columns: usize, program: &Program) -> Result<Vec<Option<usize>>> {
    let found = program.features.len();
    match found == columns {
        true => Ok((0..columns).map(Some).collect()),
        false => Err(bad(format!(
            "the model's {columns} columns have no names, so they are the features in their order; the settings declare \
             {found} features"
        ))),
    }
}

fn by_name(column: &Column, used: bool, program: &Program) -> Result<Option<usize>> {
    let name = column.name.as_deref().unwrap_or_default();
    match program.features.iter().position(|feature| feature.name == name) {
        None if used => {
            let known: Vec<&str> = program.features.iter().map(|feature| feature.name.as_str()).collect();
            Err(bad(format!("the model's column `{name}` is no [[feature]]; declared are {}", known.join(", "))))
        }
        found => Ok(found),
    }
}

fn refuse_doubles(columns: &[Column], features: &[Option<usize>]) -> Result<()> {
    let mut seen = std::collections::BTreeSet::new();
    for (column, feature) in columns.iter().zip(features) {
        if feature.is_some_and(|feature| !seen.insert(feature)) {
            return Err(bad(format!("two columns are called `{}`", column.name.as_deref().unwrap_or_default())));
        }
    }
    Ok(())
}

fn levels(categories: &Categories, feature: usize, program: &Program) -> Result<Option<Vec<u32>>> {
    match categories {
        Categories::Levels => Ok(None),
        Categories::Numbers(numbers) => numbers.iter().map(|number| whole(*number)).collect::<Result<_>>().map(Some),
        Categories::Words(words) => {
            let name = &program.features[feature].name;
            let attribute = attribute(feature, program).ok_or_else(|| {
                bad(format!(
                    "feature `{name}`: the model knows words, and only an attribute without transforms has them"
                ))
            })?;
            words.iter().map(|word| level_of(name, word, attribute)).collect::<Result<_>>().map(Some)
        }
    }
}

fn whole(number: f64) -> Result<u32> {
    match number >= 0.0 && number <= MAX_LEVELS as f64 && number.fract() == 0.0 {
        true => Ok(number as u32),
        false => Err(bad(format!("category {number} is no level: a whole number from 0 to {MAX_LEVELS}"))),
    }
}

/// The attribute that a feature is, unchanged.
pub(crate) fn attribute(feature: usize, program: &Program) -> Option<&Attribute> {
    let feature = program.features.get(feature).filter(|feature| feature.steps.is_empty())?;
    let is = |index: usize| Kind::new("attribute", &[Argument::Choice(index as u8)]) == Some(feature.kind);
    program.tables.attributes.iter().enumerate().find(|(index, _)| is(*index)).map(|(_, attribute)| attribute)
}

/// The level of a word, from 1.
pub(crate) fn level_of(feature: &str, word: &str, attribute: &Attribute) -> Result<u32> {
    let found = attribute.levels.binary_search(&hash32(word));
    found.map(|index| index as u32 + 1).map_err(|_| {
        bad(format!("feature `{feature}`: `{word}` is none of the levels of [[attribute]] `{}`", attribute.name))
    })
}
