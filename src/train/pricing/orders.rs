//! A shop's orders as held-out decisions: at every trip of the test weeks, one by product group.
//!
//! It is the stage that `skonto train` judges by, without the training: orders are read and cleaned, names and prices come from
//! the training weeks, and every household's trips are told to the engine's own profile code. Nobody drew the prices by
//! chance, so nothing judges the gains but the model itself.

use super::held_out::{Gathered, HeldOut, appraised, every};
use crate::engine::{Engine, Request, Terms};
use crate::error::{Code, Error, Result};
use crate::event::{GroupId, Profile, Timestamp};
use crate::train::catalogue::{self, Catalogue};
use crate::train::clean::orders::clean;
use crate::train::config::{CheckedParams, Source};
use crate::train::fit::{Case, Progress, questions};
use crate::train::orders::Orders;
use crate::train::pack;
use crate::train::read::{complete_journey, json_lines};
use crate::train::replay::Replay;
use crate::train::threads::ordered;
use crate::train::{shop, showcase};
use serde_json::{Value, json};
use std::path::Path;

/// Households whose trips another engine is asked about, their longest history in trips, and groups asked about at each.
const HOUSEHOLDS: usize = 30;
const LONGEST: usize = 12;
const GROUPS: usize = 12;

/// Orders, ready to be asked about.
pub struct Shop {
    orders: Orders,
    catalogue: Catalogue,
    test: [u32; 2],
    name: String,
    currency: String,
}

impl Shop {
    /// Reads and cleans the orders of the settings.
    ///
    /// # Errors
    /// Files that cannot be read; a model of other product groups.
    pub fn load(checked: &CheckedParams, folder: &Path, engine: &Engine, progress: Progress) -> Result<Shop> {
        let params = &checked.params;
        if params.data.source != Source::CompleteJourney {
            let what = "data.source: budgets are priced on `complete_journey` orders, or on a `table`";
            return Err(Error::new(Code::BadConfig, what));
        }
        let raw = complete_journey::read(folder, &|done, all| progress("read", done, all))?;
        let (orders, _) = clean(raw, &params.data)?;
        let catalogue = catalogue::build(&orders, checked)?;
        let names =
            |groups: &[crate::feature::Group]| groups.iter().map(|group| group.name.clone()).collect::<Vec<_>>();
        if names(&catalogue.schema.groups) != names(&engine.content().schema.groups) {
            let what =
                "the model knows other product groups than the settings of `shop` make: train it with those first";
            return Err(Error::new(Code::BadConfig, what));
        }
        let (name, currency) = (params.shop.name.clone(), params.shop.currency.clone());
        Ok(Shop { orders, catalogue, test: params.split.test, name, currency })
    }

    fn replay<'a>(&'a self, engine: &'a Engine) -> Replay<'a> {
        Replay { orders: &self.orders, catalogue: &self.catalogue, program: &engine.content().program }
    }

    fn is_held_out(&self, week: u8) -> bool {
        (self.test[0]..=self.test[1]).contains(&u32::from(week))
    }

    /// Asks about every group at every trip of the test weeks.
    ///
    /// # Errors
    /// No such trip; a model that decides nothing.
    pub fn held_out(&self, engine: &Engine, progress: Progress) -> Result<HeldOut<'_>> {
        let households = self.orders.households.len();
        let starts = self.starts();
        let every = every(starts[households]);
        let told = |done: usize| progress("ask", done as u64, households as u64);
        let work = |household: usize| self.part(engine, household, (starts[household], every));
        let (mut all, mut again, mut unit) = (Gathered::default(), Vec::new(), Vec::new());
        for (household, part) in ordered(households, work, told).into_iter().enumerate() {
            let (gathered, mut sampled) = part?;
            unit.extend(std::iter::repeat_n(household as u32, gathered.rows()));
            all.append(gathered);
            again.append(&mut sampled);
        }
        Ok(HeldOut {
            offers: all.offers(engine.content().menu.arms.len())?,
            outcomes: None,
            unit,
            units: households,
            days: Some(self.days()),
            rows: ["decision".into(), "decisions".into()],
            shop: [self.name.clone(), self.currency.clone()],
            rule: format!(
                "Every product group at every trip of weeks {} to {}, none of which taught the model.",
                self.test[0], self.test[1]
            ),
            again,
            whose: Box::new(|attribute, _| {
                let what = format!("where: orders carry no attribute `{attribute}`; leave `where` out");
                Err(Error::new(Code::BadConfig, what))
            }),
            cases: Box::new(|engine, [_, expired]| self.cases(engine, expired)),
        })
    }

    /// Where each household's decisions begin; one more entry than households.
    fn starts(&self) -> Vec<usize> {
        let groups = self.catalogue.schema.groups.len();
        let mut starts = vec![0];
        for household in 0..self.orders.households.len() {
            let trips = self.orders.trips_of(household).iter().filter(|trip| self.is_held_out(trip.week)).count();
            starts.push(starts[household] + trips * groups);
        }
        starts
    }

    /// From the day of the first held-out trip to that of the last.
    fn days(&self) -> f64 {
        let days = || self.orders.trips.iter().filter(|trip| self.is_held_out(trip.week)).map(|trip| trip.time.day());
        days().max().zip(days().min()).map_or(0.0, |(last, first)| f64::from(last - first) + 1.0)
    }

    fn part(
        &self,
        engine: &Engine,
        household: usize,
        (start, every): (usize, usize),
    ) -> Result<(Gathered, Vec<(usize, pack::Case)>)> {
        let (mut gathered, mut again, mut refused) = (Gathered::default(), Vec::new(), None);
        questions(&self.replay(engine), self.test, household, |case| {
            let row = start + gathered.rows();
            match appraised(engine, case.profile, &request(&case)) {
                Ok(appraisal) => gathered.add(&appraisal, engine.content().menu.arms.len()),
                Err(error) => refused = Some(error),
            }
            if row.is_multiple_of(every) {
                again.push((row, kept(&case)));
            }
        });
        refused.map_or(Ok((gathered, again)), Err)
    }

    /// Some households' histories as a page would tell them, and what is decided at a trip that follows.
    fn cases(&self, engine: &Engine, expired: Timestamp) -> Result<Value> {
        let fits = |household: &usize| {
            let trips = self.orders.trips_of(*household);
            let first = trips.iter().position(|trip| self.is_held_out(trip.week));
            first.filter(|first| (1..=LONGEST).contains(first)).map(|first| (*household, first))
        };
        let all: Vec<(usize, usize)> =
            (0..self.orders.households.len()).filter_map(|household| fits(&household)).collect();
        let step = all.len().div_ceil(HOUSEHOLDS).max(1);
        let (mut histories, mut cases) = (Vec::new(), Vec::new());
        for (number, (household, trip)) in all.into_iter().step_by(step).enumerate() {
            let told = shop::purchases(&self.orders, household);
            let events = told[..trip].iter().map(|told| json!(showcase::event(told, &self.currency)));
            let events: Vec<Value> = events.collect();
            let lines: Vec<String> = events.iter().map(Value::to_string).collect();
            cases.extend(self.asked_at(engine, &lines.join("\n"), told[trip].time, number, expired)?);
            histories.push(events);
        }
        Ok(json!({ "currency": self.currency, "histories": histories, "cases": cases }))
    }

    /// Some groups after a household's history, told as text is: one event a line.
    fn asked_at(
        &self,
        engine: &Engine,
        history: &str,
        time: Timestamp,
        number: usize,
        expired: Timestamp,
    ) -> Result<Vec<Value>> {
        let now = if number.is_multiple_of(2) { time } else { time.max(expired) };
        let mut profile = Profile::new();
        for event in json_lines::events(history, &engine.content().schema) {
            engine.observe(&mut profile, &event?)?;
        }
        let groups = self.catalogue.schema.groups.len();
        let step = groups.div_ceil(GROUPS).max(1);
        let asked = (number % step..groups).step_by(step);
        Ok(asked.filter_map(|group| self.asked(engine, &profile, group, now, number)).collect())
    }

    fn asked(&self, engine: &Engine, profile: &Profile, group: usize, now: Timestamp, history: usize) -> Option<Value> {
        let id = GroupId(group as u16);
        let product = self.catalogue.group_of.iter().position(|of| *of == Some(id))?;
        let (product, list) = (&self.orders.products[product], self.catalogue.prices[group]);
        let request = Request { group: Some(id), list, now, ..Request::default() };
        let decision = engine.decide(profile, &request, &Terms::default());
        Some(json!({
            "history": history,
            "item": { "item_category": product.department, "item_category2": product.category, "item_category3": product.kind },
            "list_minor": list.minor(),
            "now_ms": f64::from(now.seconds()) * 1_000.0,
            "arm": engine.content().menu.arms[decision.arm].id,
            "price_minor": decision.price.minor(),
            "reason": decision.reason.code(),
            "scores": decision.outcomes().iter().map(|outcome| outcome.score).collect::<Vec<_>>(),
        }))
    }
}

fn request(case: &Case) -> Request<'static> {
    Request { group: Some(case.group), list: case.price, now: case.now, ..Request::default() }
}

fn kept(case: &Case) -> pack::Case {
    let (profile, price) = (case.profile.clone(), case.price.minor() as u32);
    pack::Case { profile, group: case.group, price, now: case.now, attributes: Vec::new() }
}
