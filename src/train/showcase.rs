//! What the demo shop shows: real products, and real order histories a visitor may try on.

use super::fit::Trained;
use super::shop::{self, Purchase, ShopProduct};
use crate::event::Timestamp;
use crate::money::Money;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Products shown of each category.
const PER_CATEGORY: usize = 6;

/// The file `shop.json`.
#[derive(Clone, Debug, Serialize)]
pub struct Showcase {
    currency: String,
    data_end_ms: f64,
    departments: BTreeMap<String, u16>,
    model: ModelFacts,
    products: Vec<Product>,
    households: Vec<Household>,
}

#[derive(Clone, Debug, Serialize)]
struct ModelFacts {
    version: u64,
    test_auc: f64,
}

#[derive(Clone, Debug, Serialize)]
struct Product {
    item_id: String,
    item_name: String,
    item_brand: String,
    item_category: String,
    item_category2: String,
    item_category3: String,
    size: String,
    price: f64,
    popularity: u32,
}

#[derive(Clone, Debug, Serialize)]
struct Household {
    id: String,
    label_en: String,
    label_zh: String,
    events: Vec<Event>,
}

/// An order as a page would tell it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Event {
    name: &'static str,
    timestamp_ms: f64,
    params: Params,
}

#[derive(Clone, Debug, Serialize)]
struct Params {
    transaction_id: String,
    currency: String,
    items: Vec<Item>,
}

#[derive(Clone, Debug, Serialize)]
struct Item {
    item_id: String,
    item_category: String,
    item_category2: String,
    item_category3: String,
    price: f64,
    discount: f64,
    quantity: u32,
}

/// Gathers the showcase of a trained shop. GA4 prices are in major units.
pub fn showcase(trained: &Trained, version: u64) -> Showcase {
    let currency = trained.summary.currency.clone();
    let end = trained.orders.trips.iter().map(|trip| trip.time).max().unwrap_or_default();
    let margins = trained.schema().departments.iter();
    Showcase {
        data_end_ms: milliseconds(end),
        departments: margins.map(|department| (department.name.clone(), department.margin.get())).collect(),
        model: ModelFacts { version, test_auc: trained.summary.scores[0].roc_auc.value },
        products: products(trained),
        households: households(trained, &currency),
        currency,
    }
}

fn milliseconds(time: Timestamp) -> f64 {
    time.seconds() as f64 * 1_000.0
}

fn major(amount: Money) -> f64 {
    amount.minor() as f64 / 100.0
}

fn brand(brand: &str) -> String {
    match brand {
        "Private" => "Store brand".into(),
        "National" => "National brand".into(),
        other => other.into(),
    }
}

fn products(trained: &Trained) -> Vec<Product> {
    let mut shown: BTreeMap<String, usize> = BTreeMap::new();
    let mut faces = BTreeSet::new();
    let mut fits = |found: &ShopProduct| {
        // Two products that look the same on a tile would only confuse.
        let face = (found.name.clone(), found.product.brand.clone(), found.product.size.clone());
        let count = shown.entry(found.product.category.clone()).or_default();
        let fits = *count < PER_CATEGORY && found.price.minor() > 0 && faces.insert(face);
        *count += fits as usize;
        fits
    };
    let all = shop::products(&trained.orders, &trained.catalogue);
    all.into_iter().filter(|found| fits(found)).map(product).collect()
}

fn product(found: ShopProduct) -> Product {
    Product {
        item_id: found.product.id.to_string(),
        item_name: found.name,
        item_brand: brand(&found.product.brand),
        item_category: found.product.department,
        item_category2: found.product.category,
        item_category3: found.product.kind,
        size: found.product.size,
        price: major(found.price),
        popularity: found.popularity,
    }
}

/// What a household is like, for choosing a few that differ.
#[derive(Clone, Copy)]
struct Habit {
    household: usize,
    trips: usize,
    lines_per_trip: f64,
    deal_share: f64,
}

fn habits(trained: &Trained) -> Vec<Habit> {
    let habit = |household| {
        let trips = trained.orders.trips_of(household);
        let lines: usize = trips.iter().map(|trip| trip.lines.len()).sum();
        let of_trips = trips.iter().flat_map(|trip| &trained.orders.lines[trip.lines.clone()]);
        let deals = of_trips.filter(|line| line.to_event_line(None).discount.minor() > 0).count();
        let (trips, lines) = (trips.len(), lines as f64);
        Habit { household, trips, lines_per_trip: lines / trips as f64, deal_share: deals as f64 / lines }
    };
    (0..trained.households()).map(habit).collect()
}

/// Six households picked by rule, each the extreme or the middle of one habit.
fn households(trained: &Trained, currency: &str) -> Vec<Household> {
    let all = habits(trained);
    let regular: Vec<Habit> = all.iter().copied().filter(|habit| (40..=150).contains(&habit.trips)).collect();
    let by = |of: &[Habit], key: fn(&Habit) -> f64, position: f64| {
        let mut sorted = of.to_vec();
        sorted.sort_by(|a, b| key(a).total_cmp(&key(b)).then(a.household.cmp(&b.household)));
        sorted.get(((sorted.len().max(1) - 1) as f64 * position) as usize).copied()
    };
    let rows = [
        (by(&regular, |habit| habit.deal_share, 1.0), "Buys mostly on offer", "多买优惠商品"),
        (by(&regular, |habit| habit.deal_share, 0.0), "Rarely buys on offer", "很少买优惠商品"),
        (by(&regular, |habit| habit.lines_per_trip, 1.0), "Few trips, big baskets", "一次买很多"),
        (by(&regular, |habit| habit.lines_per_trip, 0.0), "Many trips, small baskets", "常来少买"),
        (by(&regular, |habit| habit.trips as f64, 0.5), "A typical household", "普通家庭"),
        (by(&all, |habit| habit.trips as f64, 0.05), "Comes once in a while", "偶尔光顾"),
    ];
    let found = rows.into_iter().enumerate().filter_map(|(index, (habit, en, zh))| Some((index, habit?, en, zh)));
    found.map(|(index, habit, en, zh)| household(trained, index, habit, (en, zh), currency)).collect()
}

fn household(trained: &Trained, index: usize, habit: Habit, label: (&str, &str), currency: &str) -> Household {
    let share = (100.0 * habit.deal_share).round();
    let trips = habit.trips;
    Household {
        id: format!("h{}", index + 1),
        label_en: format!("{}: {trips} trips, {share} % on offer", label.0),
        label_zh: format!("{}：{trips} 次购物，{share}% 为优惠商品", label.1),
        events: shop::purchases(&trained.orders, habit.household).iter().map(|told| event(told, currency)).collect(),
    }
}

/// Tells an order. GA4 prices are in major units.
pub(super) fn event(told: &Purchase, currency: &str) -> Event {
    let item = |line: &shop::PurchaseLine| Item {
        item_id: line.product.id.to_string(),
        item_category: line.product.department.clone(),
        item_category2: line.product.category.clone(),
        item_category3: line.product.kind.clone(),
        price: major(line.net),
        discount: major(line.discount),
        quantity: line.quantity,
    };
    Event {
        name: "purchase",
        timestamp_ms: milliseconds(told.time),
        params: Params {
            transaction_id: told.transaction.clone(),
            currency: currency.into(),
            items: told.lines.iter().map(item).collect(),
        },
    }
}
