//! Counters, attributes and features as the shop declares them, compiled to a [`Program`].
//!
//! A counter is named by its scope and name, `shopper.trips`; `category.<name>` reads the group counters over the
//! product's category. Names exist only here: the program holds positions. Which arguments a kind of feature takes
//! is read from [`ROWS`], so a new kind needs no change here.

use super::tables::{ClusterParams, RuleParams};
use super::transform::StepParams;
use super::words::WordsParams;
use crate::error::{Code, Error, Result};
use crate::event::{EventKind, EventSet, hash32};
use crate::feature::{
    Argument, Attribute, Base, Counter, CounterRef, CounterSet, Feature, Kind, MEASURES, Measure, Memory, Need,
    Program, ROWS, Row, SCOPES, Scope, Tables, Take, Window,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Minutes without an event that end a session, unless the shop says otherwise.
const SESSION_MINUTES: u16 = 30;
/// Cart lines, searches and brands that are remembered where a feature needs them.
const REMEMBERED: (u8, u8, u8) = (24, 3, 16);

/// All the sections of a shop's file that make a program.
#[derive(Clone, Debug, Default)]
pub struct ProgramParams {
    /// `[[counter]]`
    pub counters: Vec<CounterParams>,
    /// `[[attribute]]`
    pub attributes: Vec<AttributeParams>,
    /// `[[feature]]`
    pub features: Vec<FeatureParams>,
    /// `[memory]`
    pub memory: MemoryParams,
    /// `[calendar] holidays`
    pub holidays: Vec<String>,
    /// `[clusters]`
    pub clusters: Option<ClusterParams>,
    /// `[rules]`
    pub rules: Option<RuleParams>,
    /// `[words]`
    pub words: Option<WordsParams>,
}

/// `[[counter]]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CounterParams {
    /// Name within its scope.
    pub name: String,
    /// `shopper`, `group`, `session` or `brand`.
    pub scope: String,
    /// GA4 event names, or `any`.
    pub event: OneOrMore<String>,
    /// What is added up.
    pub measure: String,
    /// Days after which an event counts half.
    pub half_life_days: Option<f32>,
    /// Only the last so many days count.
    pub window_days: Option<u16>,
    /// Of distinct counters: how many things are told apart, 16 when left out.
    pub limit: Option<u8>,
}

/// `[[attribute]]`: something the shop says with a request.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttributeParams {
    /// Its name.
    pub name: String,
    /// The words it may be; a number when left out.
    #[serde(default)]
    pub levels: Vec<String>,
}

/// `[memory]`: what is kept besides counters. What is left out is as much as the features need.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemoryParams {
    /// Minutes without an event that end a session.
    pub session_minutes: Option<u16>,
    /// Latest searches.
    pub searches: Option<u8>,
    /// Lines of the cart.
    pub cart_lines: Option<u8>,
    /// Brands.
    pub brands: Option<u8>,
    /// Offers whose uses are counted; by default as many as have a cap on uses or a cool-down.
    pub offers: Option<u8>,
}

/// `[[feature]]`: the keys each kind needs are checked on compiling; a key it does not need is refused.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct FeatureParams {
    /// Unique name.
    pub name: String,
    /// A name of [`ROWS`].
    pub kind: String,
    /// What is done to the value, in this order.
    #[serde(default)]
    pub transform: OneOrMore<StepParams>,
    /// What a shopper is told this is; the name when left out.
    pub label: Option<LabelParams>,
    /// The kind's own keys.
    #[serde(flatten)]
    pub arguments: BTreeMap<String, toml::Value>,
}

/// A label in the languages that ship.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelParams {
    /// English.
    pub en: String,
    /// Chinese.
    pub zh: String,
}

/// One value, or a list of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMore<T> {
    /// One.
    One(T),
    /// Several.
    More(Vec<T>),
}

impl<T> Default for OneOrMore<T> {
    fn default() -> Self {
        OneOrMore::More(Vec::new())
    }
}

impl<T> OneOrMore<T> {
    /// As a slice.
    pub fn as_slice(&self) -> &[T] {
        match self {
            OneOrMore::One(value) => std::slice::from_ref(value),
            OneOrMore::More(values) => values,
        }
    }
}

/// A program whose fitted steps are still to come: feature `i` goes on with `fits[i]`.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// Counters, features, and the steps that need no data.
    pub program: Program,
    /// By feature, the steps from the first that needs data.
    pub fits: Vec<Vec<StepParams>>,
    /// Clusters to be found.
    pub clusters: Option<ClusterParams>,
}

/// Compiles and checks.
pub fn compile(params: &ProgramParams) -> Result<Declared> {
    check_unique(&params.counters)?;
    params.rules.as_ref().map_or(Ok(()), RuleParams::check)?;
    params.words.map_or(Ok(()), |words| words.check().map(|_| ()))?;
    let of = |scope| -> Result<CounterSet> {
        let counters = params.counters.iter().filter(|counter| counter.scope == scope).map(counter);
        Ok(CounterSet::new(counters.collect::<Result<_>>()?))
    };
    let (features, fits) = features(params)?;
    let (shopper, group, session, brand) = (of("shopper")?, of("group")?, of("session")?, of("brand")?);
    let (attributes, holidays) = (attributes(&params.attributes), holidays(&params.holidays)?);
    let tables = Tables { attributes, holidays, ..Tables::default() };
    let mut program = Program { shopper, group, session, brand, memory: Memory::default(), features, tables };
    program.memory = memory(&program, params.memory);
    program.check().map_err(|error| Error::new(error.code(), format!("features: {error}")))?;
    let reads_clusters = program.features.iter().any(|feature| feature.kind.reads_clusters());
    if reads_clusters != params.clusters.is_some() {
        return Err(bad("[clusters] and features of kind `cluster` or `cluster_distance` go together".into()));
    }
    Ok(Declared { program, fits, clusters: params.clusters.clone() })
}

fn bad(what: String) -> Error {
    Error::new(Code::BadConfig, what)
}

fn check_unique(counters: &[CounterParams]) -> Result<()> {
    for (index, counter) in counters.iter().enumerate() {
        let same = |earlier: &CounterParams| earlier.scope == counter.scope && earlier.name == counter.name;
        if counters[..index].iter().any(same) {
            return Err(Error::new(Code::DuplicateName, format!("counter `{}` is declared twice", counter.name)));
        }
        let scopes = SCOPES.iter().filter(|(scope, _)| *scope != Scope::Category).map(|(_, name)| *name);
        if !scopes.clone().any(|name| name == counter.scope) {
            let known: Vec<&str> = scopes.collect();
            let (name, found) = (&counter.name, &counter.scope);
            return Err(bad(format!("counter `{name}`: scope is one of {}, found `{found}`", known.join(", "))));
        }
    }
    Ok(())
}

fn counter(params: &CounterParams) -> Result<Counter> {
    let wrong = |what: String| bad(format!("counter `{}`: {what}", params.name));
    let named = MEASURES.iter().find(|(_, name)| *name == params.measure);
    let (measure, _) = named.ok_or_else(|| {
        let known = MEASURES.map(|(_, name)| name).join(", ");
        wrong(format!("measure is one of {known}, found `{}`", params.measure))
    })?;
    let window = window(params, *measure).map_err(|what| wrong(what.into()))?;
    let limit = if measure.is_distinct() { params.limit.unwrap_or(16) } else { params.limit.unwrap_or(0) };
    let events = events(params.event.as_slice()).map_err(|error| wrong(error.to_string()))?;
    Ok(Counter { events, measure: *measure, window, limit })
}

fn window(params: &CounterParams, measure: Measure) -> std::result::Result<Window, &'static str> {
    match (params.half_life_days, params.window_days) {
        (Some(_), Some(_)) => Err("it has half_life_days and window_days, one of them is enough"),
        (None, None) if measure.adds_up() && ["shopper", "group", "brand"].contains(&params.scope.as_str()) => {
            Err("half_life_days or window_days is missing: a profile that never forgets only grows")
        }
        (None, None) => Ok(Window::Ever),
        _ if !measure.adds_up() => Err("only sums forget, so it has no half_life_days and no window_days"),
        (Some(days), None) => Ok(Window::HalfLife(days)),
        (None, Some(days)) => Ok(Window::Days(days)),
    }
}

fn events(names: &[String]) -> Result<EventSet> {
    if names.iter().any(|name| name == "any") {
        return Ok(EventSet::ALL);
    }
    let add = |set: EventSet, name: &String| {
        let found = EventKind::from_name(name).map_err(|error| bad(format!("{error}, found `{name}`")))?;
        Ok(set.with(found.into()))
    };
    names.iter().try_fold(EventSet::NONE, add)
}

fn attributes(params: &[AttributeParams]) -> Vec<Attribute> {
    let attribute = |params: &AttributeParams| {
        let mut levels: Vec<u32> = params.levels.iter().map(|level| hash32(level)).collect();
        levels.sort_unstable();
        levels.dedup();
        Attribute { name: params.name.clone(), levels }
    };
    params.iter().map(attribute).collect()
}

fn holidays(dates: &[String]) -> Result<Vec<u16>> {
    let epoch = jiff::civil::date(1970, 1, 1);
    let day = |text: &String| {
        let date: jiff::civil::Date = text.parse().map_err(|_| bad(format!("calendar: `{text}` is no date")))?;
        let days = epoch.until(date).map_or(-1, |span| span.get_days());
        u16::try_from(days).map_err(|_| bad(format!("calendar: {text} is not between 1970 and 2149")))
    };
    let mut days = dates.iter().map(day).collect::<Result<Vec<u16>>>()?;
    days.sort_unstable();
    days.dedup();
    Ok(days)
}

/// As much as the counters and features need, unless the shop says otherwise.
fn memory(program: &Program, params: MemoryParams) -> Memory {
    let needs = |need| program.features.iter().any(|feature| feature.kind.row().need == need);
    let mut counters = [&program.shopper, &program.session].into_iter().flat_map(CounterSet::counters);
    let sessions = !program.session.is_empty()
        || counters.any(|counter| counter.measure.needs_sessions())
        || needs(Need::Sessions);
    let (cart, searches, brands) = REMEMBERED;
    let when = |needed: bool, many: u8| if needed { many } else { 0 };
    Memory {
        session_minutes: params.session_minutes.unwrap_or(if sessions { SESSION_MINUTES } else { 0 }),
        searches: params.searches.unwrap_or(when(needs(Need::Searches), searches)),
        cart_lines: params.cart_lines.unwrap_or(when(needs(Need::Cart), cart)),
        brands: params.brands.unwrap_or(when(!program.brand.is_empty(), brands)),
        offers: params.offers.unwrap_or(0),
    }
}

type Features = (Vec<Feature>, Vec<Vec<StepParams>>);

fn features(params: &ProgramParams) -> Result<Features> {
    let names = Names { counters: &params.counters, attributes: &params.attributes };
    let mut all = Features::default();
    for declared in &params.features {
        let in_feature = |error: Error| Error::new(error.code(), format!("feature `{}`: {error}", declared.name));
        let kind = names.kind(declared).map_err(in_feature)?;
        let steps = declared.transform.as_slice();
        let fixed = steps.iter().take_while(|step| step.fixed().is_some()).count();
        let known = steps[..fixed].iter().filter_map(StepParams::fixed).flatten().collect();
        all.0.push(Feature { name: declared.name.clone(), kind, steps: known });
        all.1.push(steps[fixed..].to_vec());
    }
    Ok(all)
}

struct Names<'a> {
    counters: &'a [CounterParams],
    attributes: &'a [AttributeParams],
}

impl Names<'_> {
    fn kind(&self, declared: &FeatureParams) -> Result<Kind> {
        let unknown = || {
            let known: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
            bad(format!("`{}` is not a kind of feature; known are {}", declared.kind, known.join(", ")))
        };
        let row = ROWS.iter().find(|row| row.name == declared.kind).ok_or_else(unknown)?;
        self.refuse_other_keys(row, declared)?;
        let argument = |(key, take): &(&str, Take)| {
            let missing = || bad(format!("`{key}` is missing"));
            self.argument(key, *take, declared.arguments.get(*key).ok_or_else(missing)?)
        };
        let arguments = row.takes.iter().map(argument).collect::<Result<Vec<_>>>()?;
        Kind::new(row.name, &arguments).ok_or_else(unknown)
    }

    fn refuse_other_keys(&self, row: &Row, declared: &FeatureParams) -> Result<()> {
        let takes = |key: &String| row.takes.iter().any(|(name, _)| name == key);
        match declared.arguments.keys().find(|key| !takes(key)) {
            Some(key) => Err(bad(format!("kind `{}` does not take `{key}`", row.name))),
            None => Ok(()),
        }
    }

    fn argument(&self, key: &str, take: Take, value: &toml::Value) -> Result<Argument> {
        let wrong = |expected: &str| bad(format!("`{key}`: expected {expected}, found {value}"));
        let number = value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
        let word = value.as_str();
        match take {
            Take::Counter | Take::Moment => {
                self.find(word.ok_or_else(|| wrong("the name of a counter"))?).map(Argument::Counter)
            }
            Take::Number(low, high) => {
                let within = number.filter(|number| (low as f64..=high as f64).contains(number));
                let number = within.ok_or_else(|| wrong(&format!("a number between {low} and {high}")))?;
                Ok(Argument::Number(number as f32))
            }
            Take::Base => Ok(Argument::Base(match (word, number) {
                (Some("group_rate"), _) => Base::GroupRate,
                (Some("category_rate"), _) => Base::CategoryRate,
                (None, Some(number)) => Base::Fixed(number as f32),
                _ => return Err(wrong("a number, `group_rate` or `category_rate`")),
            })),
            Take::Choice(words) => {
                let found = words.iter().position(|known| Some(*known) == word);
                found.map(|index| Argument::Choice(index as u8)).ok_or_else(|| wrong(&words.join(", ")))
            }
            Take::Attribute => {
                let found = self.attributes.iter().position(|attribute| Some(attribute.name.as_str()) == word);
                found.map(|index| Argument::Choice(index as u8)).ok_or_else(|| wrong("the name of an [[attribute]]"))
            }
        }
    }

    /// Resolves `scope.name`.
    fn find(&self, reference: &str) -> Result<CounterRef> {
        let missing = || bad(format!("no counter is called `{reference}`"));
        let (scope, name) = reference.split_once('.').ok_or_else(missing)?;
        let (scope, _) = SCOPES.iter().find(|(_, known)| *known == scope).ok_or_else(missing)?;
        let kept_for = if *scope == Scope::Category { "group" } else { SCOPES[*scope as usize].1 };
        let mut of_scope = self.counters.iter().filter(|counter| counter.scope == kept_for);
        let index = of_scope.position(|counter| counter.name == name).ok_or_else(missing)?;
        Ok(CounterRef { scope: *scope, index: index as u8 })
    }
}

#[cfg(test)]
#[path = "program_tests.rs"]
mod tests;
