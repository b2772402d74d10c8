//! Counters and features as the shop declares them, compiled to a [`Program`].
//!
//! A counter is named `shopper.<name>` or `group.<name>`; `category.<name>` reads the group counters
//! summed over the product's category. Names exist only here: the program holds positions.

use crate::error::{Code, Error, Result};
use crate::event::EventKind;
use crate::feature::{Base, Counter, CounterRef, Feature, Kind, Measure, Program, Scope, Transform};
use serde::Deserialize;

/// `[[counter]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CounterParams {
    /// Name within its scope.
    pub name: String,
    /// `shopper` or `group`.
    pub scope: CounterScope,
    /// GA4 event name.
    pub event: String,
    /// What is added up.
    pub measure: CounterMeasure,
    /// Days after which an event counts half; not for `last`.
    pub half_life_days: Option<f32>,
}

/// Whose counter.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum CounterScope {
    /// The shopper as a whole.
    Shopper,
    /// Every product group.
    Group,
}

/// What a counter adds up.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum CounterMeasure {
    /// One per event.
    Events,
    /// One per line.
    Lines,
    /// One per line below list price.
    Deals,
    /// The latest moment.
    Last,
}

/// `[[feature]]`: the keys each kind needs are checked on compiling; a key it does not need is refused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureParams {
    /// Unique name.
    pub name: String,
    /// `count`, `share`, `recency`, `due`, `weekend` or `tenure`.
    pub kind: String,
    /// Of `count`, `recency` and `due`.
    pub counter: Option<String>,
    /// Of `share`: the numerator.
    pub part: Option<String>,
    /// Of `share`: the denominator.
    pub whole: Option<String>,
    /// Of `share`: pseudo-observations.
    pub prior: Option<f32>,
    /// Of `share`: where it starts.
    pub base: Option<BaseParams>,
    /// Of `due`: a `last` counter.
    pub last: Option<String>,
    /// `identity` (when left out), `log1p` or `logit`.
    pub transform: Option<TransformParams>,
    /// What a shopper is told this is; the name when left out.
    pub label: Option<LabelParams>,
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

/// Where a share starts: a number, `group_rate` or `category_rate`.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum BaseParams {
    /// A fixed share.
    Fixed(f32),
    /// A rate of the schema.
    Rate(BaseRate),
}

/// A rate of the schema.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BaseRate {
    /// How often the group is bought by everyone.
    GroupRate,
    /// How often the category is bought by everyone.
    CategoryRate,
}

/// What is done to a value.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransformParams {
    /// Nothing.
    Identity,
    /// `ln(1 + x)`.
    Log1p,
    /// Log-odds.
    Logit,
}

/// Compiles and checks.
pub fn compile(counters: &[CounterParams], features: &[FeatureParams]) -> Result<Program> {
    let names = Names { counters };
    names.check_unique()?;
    let of = |scope| -> Result<Vec<Counter>> {
        counters.iter().filter(|counter| counter.scope == scope).map(counter).collect()
    };
    let program = Program {
        shopper: of(CounterScope::Shopper)?,
        group: of(CounterScope::Group)?,
        features: features.iter().map(|params| names.feature(params)).collect::<Result<_>>()?,
    };
    program.check().map_err(|error| Error::new(error.code(), format!("features: {error}")))?;
    Ok(program)
}

fn counter(params: &CounterParams) -> Result<Counter> {
    let bad = |what: &str| Error::new(Code::BadConfig, format!("counter `{}`: {what}", params.name));
    let measure = match params.measure {
        CounterMeasure::Events => Measure::Events,
        CounterMeasure::Lines => Measure::Lines,
        CounterMeasure::Deals => Measure::Deals,
        CounterMeasure::Last => Measure::Last,
    };
    let half_life_days = match (measure, params.half_life_days) {
        (Measure::Last, None) => 0.0,
        (Measure::Last, Some(_)) => return Err(bad("`last` does not decay, so it has no half_life_days")),
        (_, Some(days)) => days,
        (_, None) => return Err(bad("half_life_days is missing")),
    };
    let event = EventKind::from_name(&params.event).map_err(|error| bad(&error.to_string()))?;
    Ok(Counter { event, measure, half_life_days })
}

struct Names<'a> {
    counters: &'a [CounterParams],
}

impl Names<'_> {
    fn check_unique(&self) -> Result<()> {
        for (index, counter) in self.counters.iter().enumerate() {
            let same = |earlier: &CounterParams| earlier.scope == counter.scope && earlier.name == counter.name;
            if self.counters[..index].iter().any(same) {
                return Err(Error::new(Code::DuplicateName, format!("counter `{}` is declared twice", counter.name)));
            }
        }
        Ok(())
    }

    /// Resolves `scope.name`.
    fn find(&self, reference: &str) -> Result<CounterRef> {
        let missing = || Error::new(Code::BadConfig, format!("no counter is called `{reference}`"));
        let (scope, name) = reference.split_once('.').ok_or_else(missing)?;
        let (scope, kept_for) = match scope {
            "shopper" => (Scope::Shopper, CounterScope::Shopper),
            "group" => (Scope::Group, CounterScope::Group),
            "category" => (Scope::Category, CounterScope::Group),
            _ => return Err(missing()),
        };
        let mut of_scope = self.counters.iter().filter(|counter| counter.scope == kept_for);
        let index = of_scope.position(|counter| counter.name == name).ok_or_else(missing)?;
        Ok(CounterRef { scope, index: index as u8 })
    }

    fn feature(&self, params: &FeatureParams) -> Result<Feature> {
        let mut left = params.clone();
        let in_feature = |error: Error| Error::new(error.code(), format!("feature `{}`: {error}", params.name));
        let kind = self.kind(&mut left).map_err(in_feature)?;
        if let Some(key) = left_over(&left) {
            let what = format!("kind `{}` does not take `{key}`", params.kind);
            return Err(in_feature(Error::new(Code::BadConfig, what)));
        }
        let transform = match params.transform {
            None | Some(TransformParams::Identity) => Transform::Identity,
            Some(TransformParams::Log1p) => Transform::Log1p,
            Some(TransformParams::Logit) => Transform::Logit,
        };
        Ok(Feature { name: params.name.clone(), kind, transform })
    }

    /// Takes the keys that the kind needs out of `left`.
    fn kind(&self, left: &mut FeatureParams) -> Result<Kind> {
        Ok(match left.kind.as_str() {
            "count" => Kind::Count(self.find(&need("counter", left.counter.take())?)?),
            "recency" => Kind::Recency(self.find(&need("counter", left.counter.take())?)?),
            "due" => Kind::Due {
                last: self.find(&need("last", left.last.take())?)?,
                count: self.find(&need("counter", left.counter.take())?)?,
            },
            "share" => Kind::Share {
                part: self.find(&need("part", left.part.take())?)?,
                whole: self.find(&need("whole", left.whole.take())?)?,
                prior: need("prior", left.prior.take())?,
                base: base(need("base", left.base.take())?),
            },
            "weekend" => Kind::Weekend,
            "tenure" => Kind::Tenure,
            other => return Err(Error::new(Code::BadConfig, format!("`{other}` is not a kind of feature"))),
        })
    }
}

fn need<T>(key: &str, value: Option<T>) -> Result<T> {
    value.ok_or_else(|| Error::new(Code::BadConfig, format!("`{key}` is missing")))
}

fn left_over(params: &FeatureParams) -> Option<&'static str> {
    let keys = [
        ("counter", params.counter.is_some()),
        ("part", params.part.is_some()),
        ("whole", params.whole.is_some()),
        ("prior", params.prior.is_some()),
        ("base", params.base.is_some()),
        ("last", params.last.is_some()),
    ];
    keys.into_iter().find(|(_, present)| *present).map(|(key, _)| key)
}

fn base(params: BaseParams) -> Base {
    match params {
        BaseParams::Fixed(share) => Base::Fixed(share),
        BaseParams::Rate(BaseRate::GroupRate) => Base::GroupRate,
        BaseParams::Rate(BaseRate::CategoryRate) => Base::CategoryRate,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counter_named(name: &str, scope: CounterScope, measure: CounterMeasure) -> CounterParams {
        let half_life_days = (measure != CounterMeasure::Last).then_some(28.0);
        CounterParams { name: name.into(), scope, event: "purchase".into(), measure, half_life_days }
    }

    fn counters() -> Vec<CounterParams> {
        vec![
            counter_named("last", CounterScope::Group, CounterMeasure::Last),
            counter_named("trips", CounterScope::Shopper, CounterMeasure::Events),
            counter_named("bought", CounterScope::Group, CounterMeasure::Events),
        ]
    }

    fn feature(kind: &str, counter: Option<&str>) -> FeatureParams {
        let counter = counter.map(String::from);
        FeatureParams { name: "f".into(), kind: kind.into(), counter, ..FeatureParams::default() }
    }

    #[test]
    fn resolves_names_to_positions_within_their_scope() {
        let program = compile(&counters(), &[feature("count", Some("category.bought"))]).unwrap();
        assert_eq!(program.features[0].kind, Kind::Count(CounterRef { scope: Scope::Category, index: 1 }));
    }

    #[test]
    fn refuses_features_that_do_not_add_up() {
        let rows = [
            (feature("count", Some("group.trips")), "feature `f`: no counter is called `group.trips`"),
            (feature("count", None), "feature `f`: `counter` is missing"),
            (feature("weekend", Some("group.bought")), "feature `f`: kind `weekend` does not take `counter`"),
            (feature("median", None), "feature `f`: `median` is not a kind of feature"),
            (feature("recency", Some("shopper.trips")), "recency reads a `last` counter"),
        ];
        for (params, expected) in rows {
            let message = compile(&counters(), &[params]).unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn refuses_a_counter_declared_twice() {
        let twice = [counters(), counters()].concat();
        assert_eq!(compile(&twice, &[]).unwrap_err().code(), Code::DuplicateName);
    }
}
