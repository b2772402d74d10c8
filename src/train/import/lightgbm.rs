//! LightGBM's text format, `model.txt`: binary and regression objectives, boosted trees, dart and random forests.
//!
//! Thresholds are doubles and stay so. Where a missing value goes follows the node's missing type: with `None` it counts
//! as zero, with `NaN` it goes the default way, and with `Zero` zeros go the default way too, which is refused where the
//! threshold would send them the other way. Multiclass, ranking, custom objectives and linear leaves are refused.
//!
//! Source: `src/io/tree.cpp` and `include/LightGBM/tree.h` of LightGBM 4, which define the format by what they read.

use super::columns::{Categories, Column};
use super::tree::{Question, RawNode, RawSplit, Tree};
use super::{Body, Imported, MAX_COLUMNS, Meaning, Trees, bad};
use crate::error::Result;
use crate::feature::{MAX_LEVELS, bounded};
use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

/// Words of 32 categories up to the last level a feature may have.
const SET_WORDS: usize = MAX_LEVELS / 32 + 1;
/// What LightGBM takes for zero where zeros count as missing.
const ZERO: f64 = 1e-35_f32 as f64;
/// Objectives whose raw output is the prediction.
const REGRESSIONS: [&str; 6] = ["regression", "regression_l1", "huber", "fair", "quantile", "mape"];
/// Objectives whose raw output is turned into a probability.
const BINARY: [&str; 2] = ["binary", "cross_entropy"];

/// Reads the file.
pub(super) fn read(text: &str) -> Result<Imported> {
    let named = |error: crate::error::Error| bad(format!("LightGBM: {error}"));
    let file = File::new(text).map_err(named)?;
    file.imported().map_err(named)
}

/// `key=value` lines of a header or of one tree.
#[derive(Default)]
struct Fields<'a> {
    of: String,
    values: BTreeMap<&'a str, &'a str>,
}

impl<'a> Fields<'a> {
    fn text(&self, key: &str) -> Result<&'a str> {
        self.values.get(key).copied().ok_or_else(|| bad(format!("{}: `{key}` is missing", self.of)))
    }

    fn number<T: FromStr>(&self, key: &str) -> Result<T> {
        let text = self.text(key)?;
        text.parse().map_err(|_| bad(format!("{}: `{key}`: expected a number, found `{}`", self.of, short(text))))
    }

    /// A list of exactly so many numbers.
    fn list<T: FromStr>(&self, key: &str, length: usize) -> Result<Vec<T>> {
        let number = |text: &str| {
            text.parse().map_err(|_| bad(format!("{}: `{key}`: expected numbers, found `{}`", self.of, short(text))))
        };
        let numbers: Vec<T> = self.text(key)?.split_ascii_whitespace().map(number).collect::<Result<_>>()?;
        match numbers.len() == length {
            true => Ok(numbers),
            false => Err(bad(format!("{}: `{key}`: expected {length} numbers, found {}", self.of, numbers.len()))),
        }
    }

    /// How many rows came by, 1 each where the file does not say.
    fn covers(&self, key: &str, length: usize) -> Result<Vec<f64>> {
        if self.values.contains_key(key) { self.list(key, length) } else { Ok(vec![1.0; length]) }
    }
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The parts of a file.
struct File<'a> {
    header: Fields<'a>,
    trees: Vec<Fields<'a>>,
    /// By categorical column, the categories it had in a data frame; empty where there was none.
    categories: Vec<Categories>,
}

impl<'a> File<'a> {
    fn new(text: &'a str) -> Result<File<'a>> {
        let mut header = Fields { of: "header".into(), ..Fields::default() };
        let (mut trees, mut categories, mut ended) = (Vec::new(), Vec::new(), false);
        for line in text.lines().map(str::trim_end) {
            if let Some(listed) = line.strip_prefix("pandas_categorical:") {
                categories = data_frame(listed)?;
            }
            ended |= line == "end of trees";
            let Some((key, value)) = line.split_once('=').filter(|_| !ended) else {
                // `average_output` stands alone.
                if !ended && !line.is_empty() {
                    header.values.insert(line, "");
                }
                continue;
            };
            if key == "Tree" {
                trees.push(Fields { of: format!("Tree={}", short(value)), ..Fields::default() });
                continue;
            }
            let fields = trees.last_mut().unwrap_or(&mut header);
            if fields.values.insert(key, value).is_some() {
                return Err(bad(format!("{}: `{}` stands there twice", fields.of, short(key))));
            }
        }
        match ended {
            true => Ok(File { header, trees, categories }),
            false => Err(bad("`end of trees` is missing: the file is cut short")),
        }
    }

    fn imported(&self) -> Result<Imported> {
        for key in ["num_class", "num_tree_per_iteration"] {
            let found: u32 = self.header.number(key)?;
            if found != 1 {
                return Err(bad(format!("{key}={found}: multiclass models are not supported, one score is needed")));
            }
        }
        let objective = self.header.values.get("objective").copied().unwrap_or_default();
        let (meaning, factor) = meaning(objective)?;
        let names: Vec<&str> = self.header.text("feature_names")?.split(' ').collect();
        self.check_width(names.len())?;
        let mut trees = self.trees.iter().map(|tree| read_tree(tree, names.len())).collect::<Result<Vec<_>>>()?;
        let averaged = self.header.values.contains_key("average_output");
        let share = if averaged { 1.0 / trees.len().max(1) as f64 } else { 1.0 };
        trees.iter_mut().for_each(|tree| tree.scale(factor * share));
        let kind = if averaged { "random forest" } else { "boosted trees" };
        Ok(Imported {
            source: format!("LightGBM text, {objective}, {} {kind}", trees.len()),
            columns: self.columns(&names)?,
            meaning,
            body: Body::Trees(Trees { base: 0.0, trees, single: false }),
        })
    }

    fn check_width(&self, names: usize) -> Result<()> {
        bounded("columns of the model", names, MAX_COLUMNS)?;
        let last: usize = self.header.number("max_feature_idx")?;
        match names == last.saturating_add(1) {
            true => Ok(()),
            false => Err(bad(format!("max_feature_idx={last}, but there are {names} feature_names"))),
        }
    }

    /// LightGBM calls columns without names `Column_0`, `Column_1` and so on.
    fn columns(&self, names: &[&str]) -> Result<Vec<Column>> {
        let unnamed = names.iter().enumerate().all(|(index, name)| *name == format!("Column_{index}"));
        let column = |name: &&str| Column { name: (!unnamed).then(|| name.to_string()), ..Column::default() };
        let mut columns: Vec<Column> = names.iter().map(column).collect();
        let listed = self.categories.len();
        if listed > 0 {
            let categorical = self.categorical()?;
            if categorical.len() != listed {
                let found = categorical.len();
                return Err(bad(format!("pandas_categorical tells of {listed} columns, {found} are categorical")));
            }
            for (index, categories) in categorical.into_iter().zip(&self.categories) {
                columns[index].categories = categories.clone();
            }
        }
        Ok(columns)
    }

    /// Categorical columns are those whose `feature_infos` list categories instead of a range.
    fn categorical(&self) -> Result<Vec<usize>> {
        let infos = self.header.text("feature_infos")?.split(' ').enumerate();
        Ok(infos.filter(|(_, info)| !info.starts_with('[') && *info != "none").map(|(index, _)| index).collect())
    }
}

/// What the raw output is, and what it is multiplied with.
fn meaning(objective: &str) -> Result<(Meaning, f64)> {
    let mut words = objective.split(' ');
    let name = words.next().unwrap_or_default();
    let options: Vec<&str> = words.collect();
    if REGRESSIONS.contains(&name) && !options.contains(&"sqrt") {
        return Ok((Meaning::Value, 1.0));
    }
    if BINARY.contains(&name) {
        let sigmoid = options.iter().find_map(|option| option.strip_prefix("sigmoid:"));
        let sigmoid = sigmoid.map_or(Some(1.0), |text| text.parse().ok());
        return match sigmoid.filter(|sigmoid: &f64| sigmoid.is_finite() && *sigmoid > 0.0) {
            Some(sigmoid) => Ok((Meaning::LogOdds, sigmoid)),
            None => Err(bad(format!("objective `{}`: its sigmoid is no positive number", short(objective)))),
        };
    }
    let known = [&BINARY[..], &REGRESSIONS[..]].concat().join(", ");
    Err(bad(format!("objective `{}` is not supported; supported are {known}", short(objective))))
}

fn data_frame(listed: &str) -> Result<Vec<Categories>> {
    let wrong = || bad("pandas_categorical: expected lists of numbers or of words");
    let lists: Option<Vec<Vec<serde_json::Value>>> = serde_json::from_str(listed).map_err(|_| wrong())?;
    let of = |list: Vec<serde_json::Value>| {
        let numbers: Option<Vec<f64>> = list.iter().map(serde_json::Value::as_f64).collect();
        let words: Option<Vec<String>> = list.iter().map(|word| word.as_str().map(str::to_string)).collect();
        numbers.map(Categories::Numbers).or(words.map(Categories::Words)).ok_or_else(wrong)
    };
    lists.unwrap_or_default().into_iter().map(of).collect()
}

fn read_tree(fields: &Fields, columns: usize) -> Result<Tree> {
    if fields.values.get("is_linear").is_some_and(|linear| *linear != "0") {
        return Err(bad(format!("{}: linear_tree=true is not supported, leaves must be constants", fields.of)));
    }
    let leaves: usize = fields.number("num_leaves")?;
    let values: Vec<f64> = fields.list("leaf_value", leaves)?;
    if leaves == 0 {
        return Err(bad(format!("{}: a tree without a leaf", fields.of)));
    }
    let splits = Splits::read(fields, leaves - 1)?;
    let mut nodes = (0..leaves - 1).map(|index| splits.node(index)).collect::<Result<Vec<_>>>()?;
    let covers = fields.covers("leaf_count", leaves)?;
    nodes.extend(values.into_iter().zip(covers).map(|(value, cover)| RawNode { value, cover, split: None }));
    Tree::new(&nodes, 0, columns).map_err(|error| bad(format!("{}: {error}", fields.of)))
}

/// The lists of a tree's inner nodes.
struct Splits<'a> {
    of: &'a str,
    columns: Vec<usize>,
    thresholds: Vec<f64>,
    kinds: Vec<u8>,
    left: Vec<i64>,
    right: Vec<i64>,
    covers: Vec<f64>,
    sets: Vec<Arc<[u32]>>,
}

impl<'a> Splits<'a> {
    fn read(fields: &'a Fields, count: usize) -> Result<Splits<'a>> {
        if count == 0 {
            let (columns, thresholds, kinds, left, right, covers) = Default::default();
            return Ok(Splits { of: &fields.of, columns, thresholds, kinds, left, right, covers, sets: Vec::new() });
        }
        Ok(Splits {
            of: &fields.of,
            columns: fields.list("split_feature", count)?,
            thresholds: fields.list("threshold", count)?,
            kinds: fields.list("decision_type", count)?,
            left: fields.list("left_child", count)?,
            right: fields.list("right_child", count)?,
            covers: fields.covers("internal_count", count)?,
            sets: category_sets(fields)?,
        })
    }

    fn wrong(&self, index: usize, what: &str) -> crate::error::Error {
        bad(format!("{}: node {index}: {what}", self.of))
    }

    fn node(&self, index: usize) -> Result<RawNode> {
        // Leaves follow the inner nodes; a file counts them as -1, -2 and so on.
        let child = |told: i64| if told >= 0 { told as usize } else { self.columns.len() + !told as usize };
        let (question, missing_yes) = self.question(index)?;
        let (yes, no) = (child(self.left[index]), child(self.right[index]));
        let split = RawSplit { column: self.columns[index], question, missing_yes, yes, no };
        Ok(RawNode { value: 0.0, cover: self.covers[index], split: Some(split) })
    }

    /// What is asked, and whether a missing value goes left.
    fn question(&self, index: usize) -> Result<(Question, bool)> {
        let (kind, threshold) = (self.kinds[index], self.thresholds[index]);
        let (default_left, missing) = (kind & 2 != 0, kind >> 2);
        if kind & 1 != 0 {
            let set = Some(threshold).filter(|set| *set >= 0.0 && set.fract() == 0.0).map(|set| set as usize);
            let set =
                set.and_then(|set| self.sets.get(set)).ok_or_else(|| self.wrong(index, "no such category set"))?;
            return Ok((Question::Among(set.clone()), false));
        }
        let zero_left = 0.0 <= threshold;
        let missing_left = match missing {
            0 => zero_left,
            1 if default_left == (-ZERO <= threshold) && default_left == (ZERO <= threshold) => default_left,
            1 => {
                let what = "missing type Zero sends zeros another way than the threshold does, which is not supported; \
                            train with zero_as_missing=false";
                return Err(self.wrong(index, what));
            }
            2 => default_left,
            _ => return Err(self.wrong(index, "unknown decision_type")),
        };
        Ok((Question::AtMost(threshold), missing_left))
    }
}

/// The categories of every set, from their bits.
fn category_sets(fields: &Fields) -> Result<Vec<Arc<[u32]>>> {
    let count: usize = fields.number("num_cat")?;
    if count == 0 {
        return Ok(Vec::new());
    }
    let bounds: Vec<usize> = fields.list("cat_boundaries", count.saturating_add(1))?;
    let total = bounds.last().copied().unwrap_or_default();
    let words: Vec<u32> = fields.list("cat_threshold", total)?;
    let set = |pair: &[usize]| {
        let words = words.get(pair[0]..pair[1]);
        let words = words.ok_or_else(|| bad(format!("{}: cat_boundaries do not rise", fields.of)))?;
        bounded("sets of 32 categories of a split", words.len(), SET_WORDS)?;
        Ok(bits(words).into())
    };
    bounds.windows(2).map(set).collect()
}

/// The positions of set bits, 32 to a word.
fn bits(words: &[u32]) -> Vec<u32> {
    let of_word = |(index, word): (usize, &u32)| {
        let word = *word;
        (0..32).filter(move |bit| word >> bit & 1 == 1).map(move |bit| index as u32 * 32 + bit)
    };
    words.iter().enumerate().flat_map(of_word).collect()
}
