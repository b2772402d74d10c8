//! The shop's settings: one TOML file, written by a merchandiser and a data scientist.
//!
//! [`Params`] is what the file says; [`CheckedParams`] is what made sense, and only that can be fitted.
//! Unknown keys are refused, so that a misspelt limit is never silently ignored.

mod bandit;
mod cleaning;
mod columns;
mod data;
mod fairness;
mod groups;
mod join;
mod log;
mod offer;
mod table;
mod trial;

pub use bandit::LogParams;
pub use cleaning::{Action, CleaningParams};
pub use columns::{Column, ColumnParams, Of};
pub use data::{DataParams, Format, Formats, Shape, Source, Type};
pub use fairness::AuditParams;
pub use groups::{GroupParams, TrainingGroups};
pub use join::{AggregateParams, JoinParams, On, Sum};
pub use log::{CheckedLog, Layout, Word};
pub use offer::{FloorParams, OfferParams, ScopeParams, StackingParams, stacking};
pub use table::{Derivation, DerivedParams, Pair, PlainTableParams, Predicts, Split, StackParams, Take, TestParams};
pub use trial::{CandidateParams, CheckedTrial, LoggedChances, TrialParams};

use super::choice::ChoiceParams;
use super::compete::{LearnParams, LearnerParams};
use super::fold::training::TableParams;
use super::program::{self, AttributeParams, CounterParams, Declared, FeatureParams, MemoryParams, ProgramParams};
use super::tables::{ClusterParams, RuleParams};
use super::words::WordsParams;
use crate::error::{Code, Error, Result};
use crate::event::MAX_USED_OFFERS;
use crate::money::BasisPoints;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The file as written. What only training needs may be absent: reading a log asks for no menu.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Params {
    /// Who the shop is.
    pub shop: ShopParams,
    /// Where rows come from and how they are told; an imported model has none.
    #[serde(default)]
    pub data: DataParams,
    /// What becomes of rows that are not plain.
    #[serde(default)]
    pub cleaning: CleaningParams,
    /// Which weeks do what.
    pub split: Option<SplitParams>,
    /// The level at which demand is learnt.
    pub groups: Option<GroupParams>,
    /// Assumed margin on the list price in percent, by department; `default` for the others.
    pub margins: Option<BTreeMap<String, f64>>,
    /// What may be offered.
    pub menu: Option<MenuParams>,
    /// What is remembered of a shopper.
    #[serde(default)]
    pub counter: Vec<CounterParams>,
    /// What the shop says with a request.
    #[serde(default)]
    pub attribute: Vec<AttributeParams>,
    /// What is kept besides counters.
    #[serde(default)]
    pub memory: MemoryParams,
    /// Holidays.
    #[serde(default)]
    pub calendar: CalendarParams,
    /// Groups of similar shoppers.
    pub clusters: Option<ClusterParams>,
    /// What goes together in a basket.
    pub rules: Option<RuleParams>,
    /// What words mean.
    pub words: Option<WordsParams>,
    /// What the model sees.
    #[serde(default)]
    pub feature: Vec<FeatureParams>,
    /// How the model is fitted.
    pub fit: Option<FitParams>,
    /// What a table of features is fitted on.
    #[serde(default)]
    pub features: TableParams,
    /// What is learnt from a plain table.
    pub table: Option<PlainTableParams>,
    /// Columns that are made of others.
    #[serde(default)]
    pub column: Vec<DerivedParams>,
    /// How learners compete on a plain table.
    #[serde(default)]
    pub learn: LearnParams,
    /// Who competes.
    #[serde(default)]
    pub learner: Vec<LearnerParams>,
    /// Which arms the rows of an experiment were given.
    pub trial: Option<TrialParams>,
    /// Policies that compete on an experiment.
    #[serde(default)]
    pub candidate: Vec<CandidateParams>,
    /// What was chosen among what, for the response to prices.
    pub choice: Option<ChoiceParams>,
    /// What learns from a log of decisions.
    pub bandit: Option<LogParams>,
    /// By column of words, those that are known whatever the rows say: of a bandit that learns on. Not in the file.
    #[serde(skip)]
    pub known: BTreeMap<String, Vec<String>>,
    /// What is read to audit and never to learn.
    #[serde(default)]
    pub fairness: AuditParams,
}

/// The file with every section that training needs.
#[derive(Clone, Debug)]
pub struct TrainingParams {
    /// Who the shop is.
    pub shop: ShopParams,
    /// Where rows come from and how they are told.
    pub data: DataParams,
    /// Which weeks do what.
    pub split: SplitParams,
    /// The level at which demand is learnt.
    pub groups: TrainingGroups,
    /// Assumed margin on the list price in percent, by department; `default` for the others.
    pub margins: BTreeMap<String, f64>,
    /// What may be offered.
    pub menu: MenuParams,
    /// What is remembered of a shopper, and what the model sees.
    pub program: ProgramParams,
    /// How the model is fitted.
    pub fit: FitParams,
}

/// `[shop]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShopParams {
    /// Shown in the report.
    pub name: String,
    /// ISO 4217 code.
    pub currency: String,
}

/// `[calendar]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarParams {
    /// Dates such as `2017-12-25`.
    pub holidays: Vec<String>,
}

/// `[split]`: first and last week of each part.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitParams {
    /// Weeks replayed into profiles before the first example.
    pub warm_up_weeks: u32,
    /// Fitted, the warm-up included.
    pub train: [u32; 2],
    /// Used to choose the ridge strengths.
    pub validate: [u32; 2],
    /// Used once, for the report.
    pub test: [u32; 2],
}

/// `[menu]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuParams {
    /// `none` first, then by percentage, never falling.
    pub arms: Vec<ArmParams>,
    /// An offer must leave this margin on the list price, in percent.
    pub floor_margin: f64,
    /// No offer is deeper than this, in percent.
    pub max_discount: f64,
    /// The price λ of one unit of budget.
    pub budget_price: f64,
    /// Share of decisions drawn evenly from the allowed arms.
    pub exploration: f64,
    /// Shoppers who never get an offer, in percent.
    pub holdout: f64,
    /// Minutes for which an accepted offer holds.
    pub promise_minutes: u32,
    /// All offers together take at most this share off a cart, in percent.
    #[serde(default = "all")]
    pub max_cart_discount: f64,
    /// How offers stand together.
    #[serde(default)]
    pub stacking: StackingParams,
    /// Where they meet: in the cart, or only on a line.
    #[serde(default = "in_the_cart")]
    pub stacking_over: ScopeParams,
    /// Offers, of arms and for everyone.
    #[serde(default)]
    pub offer: Vec<OfferParams>,
    /// What products are never sold below.
    #[serde(default)]
    pub floor: Vec<FloorParams>,
}

fn all() -> f64 {
    100.0
}

fn in_the_cart() -> ScopeParams {
    ScopeParams::Cart
}

/// One arm.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArmParams {
    /// Stable name.
    pub id: String,
    /// Depth in percent.
    pub percent: f64,
}

/// `[fit]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FitParams {
    /// One in so many non-purchases is kept, with that weight.
    pub negatives_one_in: u32,
    /// One in so many validation examples is kept, purchases or not.
    pub validate_one_in: u32,
    /// Decides which examples are kept, and all other draws.
    pub seed: u64,
    /// Ridge strength on the weights of features.
    pub ridge_terms: f64,
    /// Strengths to try on how features change the response to an offer.
    pub ridge_term_slopes: Vec<f64>,
    /// Strengths to try on the weights of groups and categories.
    pub ridge_levels: Vec<f64>,
    /// Strengths to try on the slopes of groups and categories.
    pub ridge_level_slopes: Vec<f64>,
    /// Pseudo-trips to try in the baseline of each household's own rate.
    pub baseline_priors: Vec<f64>,
    /// Bootstrap resamples of shoppers behind every interval.
    pub resamples: usize,
}

/// Settings that passed every check.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CheckedParams {
    /// The file.
    pub params: TrainingParams,
    /// Counters and features, compiled; what is fitted of them comes with the data.
    pub declared: Declared,
    /// The arms' depths, `none` first.
    pub depths: Vec<BasisPoints>,
    /// Margin of departments without an own line.
    pub default_margin: BasisPoints,
    /// Margin by department.
    pub margins: BTreeMap<String, BasisPoints>,
}

impl Params {
    /// Reads a settings file.
    pub fn from_toml(text: &str) -> Result<Params> {
        toml::from_str(text).map_err(|error| Error::new(Code::BadConfig, format!("shop settings: {error}")))
    }

    /// Refuses settings that cannot be trained with, or that contradict each other.
    pub fn check(self) -> Result<CheckedParams> {
        self.complete()?.check()
    }

    /// Asks only for what reading a log needs: `[shop]` and `[data]`.
    pub fn check_log(&self) -> Result<CheckedLog> {
        check_shop(&self.shop)?;
        log::check(&self.shop, &self.data, &self.cleaning)
    }

    /// The sections that make a feature program.
    pub fn program(&self) -> ProgramParams {
        ProgramParams {
            counters: self.counter.clone(),
            attributes: self.attribute.clone(),
            features: self.feature.clone(),
            memory: MemoryParams { offers: self.memory.offers.or(self.counted_offers()), ..self.memory },
            holidays: self.calendar.holidays.clone(),
            clusters: self.clusters.clone(),
            rules: self.rules,
            words: self.words,
        }
    }

    /// Offers whose uses a profile counts, unless the shop says how many.
    fn counted_offers(&self) -> Option<u8> {
        let counted = self.menu.as_ref()?.offer.iter().filter(|offer| offer.counts_uses()).count();
        Some(counted.min(MAX_USED_OFFERS as usize) as u8)
    }

    /// Says which section is missing for training.
    pub fn complete(self) -> Result<TrainingParams> {
        self.features.check()?;
        Ok(TrainingParams {
            program: self.program(),
            shop: self.shop,
            data: self.data,
            split: present("split", self.split)?,
            groups: present("groups", self.groups)?.complete()?,
            margins: present("margins", self.margins)?,
            menu: present("menu", self.menu)?,
            fit: present("fit", self.fit)?,
        })
    }
}

fn present<T>(name: &str, found: Option<T>) -> Result<T> {
    found.ok_or_else(|| Error::new(Code::BadConfig, format!("training needs `{name}`, the file has none")))
}

impl TrainingParams {
    /// Refuses settings that contradict each other.
    pub fn check(self) -> Result<CheckedParams> {
        check_shop(&self.shop)?;
        check_split(&self.split)?;
        self.groups.check()?;
        check_fit(&self.fit)?;
        let depths = self.menu.check()?;
        let mut margins = BTreeMap::new();
        for (department, value) in &self.margins {
            margins.insert(department.clone(), percent(&format!("margins.{department}"), *value)?);
        }
        let default_margin =
            margins.remove("default").ok_or_else(|| Error::new(Code::BadConfig, "margins: `default` is missing"))?;
        let declared = program::compile(&self.program)?;
        Ok(CheckedParams { params: self, declared, depths, default_margin, margins })
    }
}

impl CheckedParams {
    /// The margin assumed for a department.
    pub fn margin(&self, department: &str) -> BasisPoints {
        self.margins.get(department).copied().unwrap_or(self.default_margin)
    }
}

fn check_shop(shop: &ShopParams) -> Result<()> {
    let code = &shop.currency;
    match code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        true => Ok(()),
        false => Err(Error::new(Code::BadConfig, format!("shop.currency: expected three capitals, found `{code}`"))),
    }
}

fn check_split(split: &SplitParams) -> Result<()> {
    let parts = [("train", split.train), ("validate", split.validate), ("test", split.test)];
    let mut after = 0;
    for (name, [first, last]) in parts {
        if first <= after || last < first {
            return Err(Error::new(
                Code::BadConfig,
                format!("split.{name}: weeks must rise and follow week {after}, found {first} to {last}"),
            ));
        }
        after = last;
    }
    at_most("split.test: last week", after as f64, MAX_WEEK as f64)?;
    at_most("split.warm_up_weeks", split.warm_up_weeks as f64, (split.train[1] - split.train[0]) as f64)
}

/// Weeks are kept in one byte.
pub(super) const MAX_WEEK: u32 = 250;

impl MenuParams {
    /// The depths of the arms; refuses limits that make no sense and arms out of order.
    pub fn check(&self) -> Result<Vec<BasisPoints>> {
        percent("menu.floor_margin", self.floor_margin)?;
        percent("menu.max_discount", self.max_discount)?;
        percent("menu.max_cart_discount", self.max_cart_discount)?;
        percent("menu.holdout", self.holdout)?;
        at_least("menu.budget_price", self.budget_price, 0.0)?;
        at_least("menu.exploration", self.exploration, 0.0)?;
        at_most("menu.exploration", self.exploration, 1.0)?;
        at_most("menu.arms", self.arms.len() as f64, crate::model::MAX_ARMS as f64)?;
        let depth = |arm: &ArmParams| percent(&format!("menu.arms: `{}`", arm.id), arm.percent);
        let depths = self.arms.iter().map(depth).collect::<Result<Vec<_>>>()?;
        let starts_with_none = self.arms.first().is_some_and(|arm| arm.id == "none" && arm.percent == 0.0);
        match starts_with_none && depths.windows(2).all(|pair| pair[0] <= pair[1]) {
            true => Ok(depths),
            false => Err(Error::new(
                Code::BadConfig,
                "menu.arms: expected `none` at 0 percent, then percentages that never fall",
            )),
        }
    }
}

fn check_fit(fit: &FitParams) -> Result<()> {
    at_least("fit.negatives_one_in", fit.negatives_one_in as f64, 1.0)?;
    at_least("fit.validate_one_in", fit.validate_one_in as f64, 1.0)?;
    at_least("fit.resamples", fit.resamples as f64, 2.0)?;
    at_least("fit.ridge_terms", fit.ridge_terms, f64::MIN_POSITIVE)?;
    let grids = [
        ("fit.ridge_term_slopes", &fit.ridge_term_slopes),
        ("fit.ridge_levels", &fit.ridge_levels),
        ("fit.ridge_level_slopes", &fit.ridge_level_slopes),
        ("fit.baseline_priors", &fit.baseline_priors),
    ];
    for (name, grid) in grids {
        at_least(&format!("{name}: values"), grid.len() as f64, 1.0)?;
        // A strength of zero would leave a group that never bought without a finite weight.
        grid.iter().try_for_each(|value| at_least(name, *value, f64::MIN_POSITIVE))?;
    }
    Ok(())
}

pub(super) fn percent(what: &str, value: f64) -> Result<BasisPoints> {
    at_least(what, value, 0.0)?;
    at_most(what, value, 100.0)?;
    BasisPoints::from_percent(value)
}

fn at_least(what: &str, found: f64, limit: f64) -> Result<()> {
    match found >= limit && found.is_finite() {
        true => Ok(()),
        false => Err(Error::new(Code::BadConfig, format!("{what}: at least {limit}, found {found}"))),
    }
}

fn at_most(what: &str, found: f64, limit: f64) -> Result<()> {
    match found <= limit {
        true => Ok(()),
        false => Err(Error::new(Code::BadConfig, format!("{what}: at most {limit}, found {found}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROCERY: &str = include_str!("../../examples/grocery/shop.toml");

    fn refusal(from: &str, to: &str) -> String {
        assert!(GROCERY.contains(from), "`{from}` is not in the example");
        let changed = GROCERY.replacen(from, to, 1);
        Params::from_toml(&changed).and_then(Params::check).unwrap_err().to_string()
    }

    #[test]
    fn accepts_the_example_shop() {
        let checked = Params::from_toml(GROCERY).and_then(Params::check).unwrap();
        assert_eq!(checked.depths[0].get(), 0);
        assert!(checked.declared.program.features.len() <= 20);
    }

    #[test]
    fn a_log_needs_no_menu_and_training_says_which_section_is_missing() {
        let log = "[shop]\nname = \"a\"\ncurrency = \"EUR\"\n[data]\nfiles = [\"a.csv\"]\nshape = \"rows\"\n";
        let params = Params::from_toml(log).unwrap();
        assert_eq!(params.check_log().unwrap().files, ["a.csv"]);
        let message = params.check().unwrap_err().to_string();
        assert_eq!(message, "training needs `split`, the file has none");
    }

    #[test]
    fn refuses_data_settings_and_says_what_was_expected() {
        let rows = [
            ("file = \"a\"", "unknown field `file`"),
            ("files = []", "data.files: expected at least one file"),
            ("shape = \"events\"", "data.columns: `shopper` is missing; a table without it has shape = \"rows\""),
            ("decimal = \";\"", "data.decimal: expected `.` or `,`"),
            ("header = false", "data.names: needed with `header = false`"),
            ("max_quantity = 0", "data.max_quantity: at least 1, found 0"),
            ("ends = \"soon\"", "data.ends: expected a date like 2019-10-31, found `soon`"),
            ("time_format = \"dd\"", "data.time_format: expected iso, unix_s"),
            ("utc_offset_minutes = 60\ntime_zone = \"Europe/Berlin\"", "data.utc_offset_minutes: stands alone"),
            ("[data.columns]\ncolour = \"c\"", "data.columns: expected one of shopper"),
            ("[data.columns]\nprice = { column = \"p\", off = \"line\" }", "expected the name of a column"),
            ("[data.events]\nview = \"look\"", "data.events: `view`: expected `ignore` or one of view_item_list"),
            ("[cleaning]\nlate = \"drop\"", "cleaning: expected one of bad_record"),
            ("[cleaning]\nnegative_price = \"keep\"", "cleaning.negative_price: expected `drop`, found `keep`"),
        ];
        for (data, expected) in rows {
            let files = if data.contains("files") { "" } else { "files = [\"a.csv\"]\n" };
            let shape = if data.contains("shape") { "" } else { "shape = \"rows\"\n" };
            let text = format!("[shop]\nname = \"a\"\ncurrency = \"EUR\"\n[data]\n{files}{shape}{data}\n");
            let message = Params::from_toml(&text).and_then(|params| params.check_log()).unwrap_err().to_string();
            assert!(message.contains(expected), "{data}: {message}");
        }
    }

    #[test]
    fn refuses_settings_and_says_what_the_limit_is_and_what_was_found() {
        let rows = [
            ("seed = ", "sede = ", "unknown field `sede`"),
            ("max_discount = 30", "max_discount = 130", "menu.max_discount: at most 100, found 130"),
            ("validate = [41, 46]", "validate = [40, 46]", "split.validate: weeks must rise and follow week 40"),
            ("\"none\"", "\"nothing\"", "menu.arms: expected `none` at 0 percent"),
            ("currency = \"USD\"", "currency = \"usd\"", "shop.currency: expected three capitals, found `usd`"),
            ("negatives_one_in = 8", "negatives_one_in = 0", "fit.negatives_one_in: at least 1, found 0"),
            ("\"item_category2\"", "\"item_colour\"", "found `item_colour`"),
            ("default = ", "defaults = ", "margins: `default` is missing"),
            ("min_trips = 800", "keep = 800", "training needs `groups.min_trips`, the file has none"),
            ("min_trips = 800", "keep = 8000", "groups.keep: at most 1024, found 8000"),
            ("[groups]", "[features]\ntrain_share = 2.0\n[groups]", "features.train_share: above 0 up to 1, found 2"),
        ];
        for (from, to, expected) in rows {
            let message = refusal(from, to);
            assert!(message.contains(expected), "{to}: {message}");
        }
    }
}
