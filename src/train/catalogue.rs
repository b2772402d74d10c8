//! The names a model knows, what each product group cost and how deep its offers were, week by week.
//!
//! The depth of a group in a week is a **fixed-weight index**:
//!
//! ```text
//! depth(g, week) = Σ_p w_p · depth(p, week) / Σ_p w_p      over the products of g sold that week
//! ```
//! where `w_p` is the product's list value over all training weeks and `depth(p, week)` the mean over its
//! lines. Weights are fixed because shoppers flock to discounted products: weighting by what was sold in
//! the week would move the index with demand, and demand would then explain itself. What is *not* known
//! here: whether an offer was advertised, and the shelf price of what nobody bought.

use super::config::{CheckedParams, TrainingGroups};
use super::orders::{Orders, Product};
use crate::error::{Code, Error, Result};
use crate::event::GroupId;
use crate::feature::{Category, Department, Group, MAX_GROUPS, Schema};
use crate::money::Money;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

/// Everything known about product groups.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// Names, base rates and supported arms.
    pub schema: Schema,
    /// Group of each product of the orders.
    pub group_of: Vec<Option<GroupId>>,
    /// Depth by group and week.
    pub index: OfferIndex,
    /// Training trips that bought the group.
    pub trips: Vec<u32>,
    /// Median list price of one unit in the training weeks, by group.
    pub prices: Vec<Money>,
}

/// The depth of every group in every week.
#[derive(Clone, Debug, Default)]
pub struct OfferIndex {
    weeks: usize,
    depths: Vec<f64>,
    usual: Vec<f64>,
}

impl OfferIndex {
    /// The depth of `group` in `week`; its usual depth in a week without any sale.
    pub fn depth(&self, group: GroupId, week: u8) -> f64 {
        self.depths[group.0 as usize * self.weeks + week as usize]
    }

    /// The mean depth over the training weeks.
    pub fn usual(&self, group: GroupId) -> f64 {
        self.usual[group.0 as usize]
    }

    /// The depths of the training weeks, ascending.
    pub fn sorted(&self, group: GroupId, weeks: RangeInclusive<u32>) -> Vec<f64> {
        let mut depths: Vec<f64> = weeks.map(|week| self.depth(group, week as u8)).collect();
        depths.sort_by(f64::total_cmp);
        depths
    }
}

/// Builds the catalogue from the training weeks; later weeks only add their depths to the index.
pub fn build(orders: &Orders, checked: &CheckedParams) -> Result<Catalogue> {
    let params = &checked.params.groups;
    let [first, last] = checked.params.split.train;
    let training = |week: u8| (first..=last).contains(&(week as u32));
    let counts = TripCounts::of(orders, params, &training);
    let names = counts.names(params);
    if names.is_empty() {
        let what = "no product group is bought often enough: trips of the most bought one";
        return Err(Error::limit(Code::BadData, what, params.min_trips as u64, counts.most() as u64));
    }
    if names.len() > MAX_GROUPS {
        return Err(Error::limit(Code::TooLarge, "product groups", MAX_GROUPS as u64, names.len() as u64));
    }
    let mut schema = counts.schema(&names, params, checked);
    let group_of = orders.products.iter().map(|product| group_of(product, &schema, params)).collect::<Vec<_>>();
    let seen = orders.trips.iter().map(|trip| trip.week as u32).max().unwrap_or(0);
    let weeks = seen.max(last) as usize + 1;
    let index = offer_index(orders, &group_of, [names.len(), weeks], &training);
    for (position, group) in schema.groups.iter_mut().enumerate() {
        let depths = index.sorted(GroupId(position as u16), first..=last);
        group.support = support(&depths, checked);
    }
    let trips = names.iter().map(|name| counts.groups[name]).collect();
    let prices = median_prices(orders, &group_of, names.len(), &training);
    Ok(Catalogue { schema, group_of, index, trips, prices })
}

/// The name of a product's group; none outside the department or where the shop left a field empty.
fn group_name(product: &Product, params: &TrainingGroups) -> Option<String> {
    let values: Vec<&str> = params.fields.iter().map(|field| product.field(field)).collect();
    let named = product.department == params.department && values.iter().all(|value| !value.is_empty());
    named.then(|| values.join("/"))
}

fn group_of(product: &Product, schema: &Schema, params: &TrainingGroups) -> Option<GroupId> {
    schema.group(&group_name(product, params)?)
}

/// Training trips that bought each category and each group.
struct TripCounts {
    all: u32,
    categories: BTreeMap<String, u32>,
    groups: BTreeMap<String, u32>,
    category_of: BTreeMap<String, String>,
}

impl TripCounts {
    fn of(orders: &Orders, params: &TrainingGroups, training: &dyn Fn(u8) -> bool) -> TripCounts {
        let named: Vec<Option<String>> = orders.products.iter().map(|product| group_name(product, params)).collect();
        let mut counts =
            TripCounts { all: 0, categories: BTreeMap::new(), groups: BTreeMap::new(), category_of: BTreeMap::new() };
        for trip in orders.trips.iter().filter(|trip| training(trip.week)) {
            counts.all += 1;
            let products = || orders.lines[trip.lines.clone()].iter().map(|line| line.product as usize);
            let bought: BTreeSet<&str> = products().filter_map(|product| named[product].as_deref()).collect();
            let in_groups = products().filter(|product| named[*product].is_some());
            let categories: BTreeSet<&str> = in_groups.map(|p| orders.products[p].category.as_str()).collect();
            add(&mut counts.groups, &bought);
            add(&mut counts.categories, &categories);
        }
        for (product, name) in orders.products.iter().zip(named) {
            if let Some(name) = name {
                counts.category_of.insert(name, product.category.clone());
            }
        }
        counts
    }

    /// Groups of the most bought categories that are bought often enough, by name.
    fn names(&self, params: &TrainingGroups) -> Vec<String> {
        let mut ranked: Vec<(&String, u32)> = self.categories.iter().map(|(name, trips)| (name, *trips)).collect();
        ranked.sort_by_key(|(name, trips)| (std::cmp::Reverse(*trips), *name));
        let chosen: BTreeSet<&String> = ranked.iter().take(params.categories).map(|(name, _)| *name).collect();
        let often =
            |(name, trips): &(&String, &u32)| **trips >= params.min_trips && chosen.contains(&self.category_of[*name]);
        self.groups.iter().filter(often).map(|(name, _)| name.clone()).collect()
    }

    fn most(&self) -> u32 {
        self.groups.values().copied().max().unwrap_or(0)
    }

    fn rate(&self, trips: u32) -> f32 {
        trips as f32 / self.all.max(1) as f32
    }

    fn schema(&self, names: &[String], params: &TrainingGroups, checked: &CheckedParams) -> Schema {
        let used: BTreeSet<&String> = names.iter().map(|name| &self.category_of[name]).collect();
        let used: Vec<&String> = used.into_iter().collect();
        let category =
            |name: &&String| Category { name: (*name).clone(), base_rate: self.rate(self.categories[*name]) };
        let position = |name: &String| used.binary_search(&&self.category_of[name]).unwrap_or(0) as u8;
        let group = |name: &String| Group {
            name: name.clone(),
            category: position(name),
            department: 0,
            base_rate: self.rate(self.groups[name]),
            support: 0,
        };
        let margin = checked.margin(&params.department);
        Schema {
            group_fields: params.fields.clone(),
            departments: vec![Department { name: params.department.clone(), margin }],
            categories: used.iter().map(category).collect(),
            groups: names.iter().map(group).collect(),
        }
    }
}

fn add(counts: &mut BTreeMap<String, u32>, bought: &BTreeSet<&str>) {
    for name in bought {
        match counts.get_mut(*name) {
            Some(count) => *count += 1,
            None => drop(counts.insert((*name).to_string(), 1)),
        }
    }
}

/// The arms between whose depth and no offer the training weeks allow a comparison.
fn support(sorted: &[f64], checked: &CheckedParams) -> u16 {
    let params = &checked.params.groups;
    let (tolerance, undiscounted) = (params.support_tolerance / 100.0, params.undiscounted / 100.0);
    let without = sorted.iter().filter(|depth| **depth <= undiscounted).count();
    let mut bits = 1;
    for (arm, depth) in checked.depths.iter().enumerate().skip(1) {
        // A hair of slack, so that a depth of exactly 7.5 % counts for an arm of 10 % whatever the rounding.
        let shallowest = depth.fraction() - tolerance - 1e-9;
        let near = sorted.iter().filter(|seen| **seen >= shallowest && **seen > undiscounted).count();
        if near >= params.support_weeks && without >= params.support_weeks {
            bits |= 1 << arm;
        }
    }
    bits
}

/// Sum of depths, lines and fixed weight of one product.
#[derive(Clone, Copy, Default)]
struct Sold {
    depth: f64,
    lines: f64,
}

fn offer_index(
    orders: &Orders,
    group_of: &[Option<GroupId>],
    [groups, weeks]: [usize; 2],
    training: &dyn Fn(u8) -> bool,
) -> OfferIndex {
    let mut weight = vec![0.0; orders.products.len()];
    let mut sold: BTreeMap<(u32, u8), Sold> = BTreeMap::new();
    for trip in &orders.trips {
        for line in &orders.lines[trip.lines.clone()] {
            if group_of[line.product as usize].is_none() {
                continue;
            }
            let cell = sold.entry((line.product, trip.week)).or_default();
            cell.depth += line.depth();
            cell.lines += 1.0;
            if training(trip.week) {
                weight[line.product as usize] += line.list as f64;
            }
        }
    }
    let (mut sums, mut totals) = (vec![0.0; groups * weeks], vec![0.0; groups * weeks]);
    for ((product, week), cell) in sold {
        if let Some(group) = group_of[product as usize] {
            let at = group.0 as usize * weeks + week as usize;
            sums[at] += weight[product as usize] * cell.depth / cell.lines;
            totals[at] += weight[product as usize];
        }
    }
    with_usual(weeks, sums, totals, training)
}

fn with_usual(weeks: usize, sums: Vec<f64>, totals: Vec<f64>, training: &dyn Fn(u8) -> bool) -> OfferIndex {
    let mut index = OfferIndex { weeks, depths: Vec::with_capacity(sums.len()), usual: Vec::new() };
    for (sums, totals) in sums.chunks(weeks.max(1)).zip(totals.chunks(weeks.max(1))) {
        let known = |week: &usize| totals[*week] > 0.0;
        let trained: Vec<f64> = (0..weeks)
            .filter(known)
            .filter(|week| training(*week as u8))
            .map(|week| sums[week] / totals[week])
            .collect();
        let usual = trained.iter().sum::<f64>() / trained.len().max(1) as f64;
        index.usual.push(usual);
        index.depths.extend((0..weeks).map(|week| if known(&week) { sums[week] / totals[week] } else { usual }));
    }
    index
}

fn median_prices(
    orders: &Orders,
    group_of: &[Option<GroupId>],
    groups: usize,
    training: &dyn Fn(u8) -> bool,
) -> Vec<Money> {
    let mut seen = vec![Vec::new(); groups];
    for trip in orders.trips.iter().filter(|trip| training(trip.week)) {
        for line in &orders.lines[trip.lines.clone()] {
            if let Some(group) = group_of[line.product as usize] {
                seen[group.0 as usize].push(line.unit_list());
            }
        }
    }
    let median = |prices: &mut Vec<u32>| {
        prices.sort_unstable();
        Money::new(prices.get(prices.len() / 2).copied().unwrap_or(0) as i64).unwrap_or_default()
    };
    seen.iter_mut().map(median).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::event::Timestamp;
    use crate::train::config::Params;
    use crate::train::orders::{OrderLine, Trip};

    /// The example shop's settings, with groups of any size.
    pub fn checked() -> CheckedParams {
        let settings = include_str!("../../examples/grocery/shop.toml");
        let mut params = Params::from_toml(settings).and_then(Params::complete).unwrap();
        params.groups.min_trips = 1;
        params.check().unwrap()
    }

    /// Product, quantity, list value and discount of some lines.
    pub type Lines<'a> = &'a [(u32, u32, u32, u32)];

    /// Orders of one household: one trip per week and lines.
    pub fn orders(trips: &[(u8, Lines)]) -> Orders {
        let product = |id: u32| Product {
            id,
            department: "GROCERY".into(),
            category: "SOUP".into(),
            kind: if id < 10 { "CONDENSED SOUP".into() } else { "DRY SOUP".into() },
            ..Product::default()
        };
        let mut orders = Orders { products: [0, 1, 10].map(product).into(), households: vec![1], ..Orders::default() };
        for (index, (week, lines)) in trips.iter().enumerate() {
            let start = orders.lines.len();
            let line = |(product, quantity, list, discount): &(u32, u32, u32, u32)| OrderLine {
                product: *product,
                quantity: *quantity,
                list: *list,
                discount: *discount,
            };
            orders.lines.extend(lines.iter().map(line));
            let time = Timestamp::from_seconds(1_483_228_800 + *week as u32 * 604_800 + index as u32 * 60);
            orders.trips.push(Trip { basket: index as u64 + 1, time, week: *week, lines: start..orders.lines.len() });
        }
        orders.starts = vec![0, orders.trips.len()];
        orders
    }

    #[test]
    fn names_groups_by_their_ga4_fields_in_order() {
        let built = build(&orders(&[(1, &[(2, 1, 100, 0)]), (2, &[(0, 1, 100, 0)])]), &checked()).unwrap();
        let names: Vec<&str> = built.schema.groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["SOUP/CONDENSED SOUP", "SOUP/DRY SOUP"]);
        assert_eq!(built.group_of, [Some(GroupId(0)), Some(GroupId(0)), Some(GroupId(1))]);
        assert_eq!(built.schema.groups[0].base_rate, 0.5);
        assert_eq!(built.schema.categories[0].base_rate, 1.0);
    }

    #[test]
    fn the_index_ignores_how_much_is_sold_of_what_is_on_offer() {
        // Product 0 half off in week 45; weights come from the training weeks, where both sold alike.
        let usual: [(u8, Lines); 2] = [(1, &[(0, 1, 100, 0), (1, 1, 100, 0)]), (2, &[(0, 1, 100, 0), (1, 1, 100, 0)])];
        let modest: Lines = &[(0, 1, 100, 50), (1, 1, 100, 0)];
        let rush: Lines = &[(0, 9, 900, 450), (0, 7, 700, 350), (0, 5, 500, 250), (1, 1, 100, 0)];
        for lines in [modest, rush] {
            let built = build(&orders(&[usual[0], usual[1], (45, lines)]), &checked()).unwrap();
            assert_eq!(built.index.depth(GroupId(0), 45), 0.25);
        }
    }

    #[test]
    fn a_week_without_a_sale_has_the_usual_depth() {
        let built =
            build(&orders(&[(1, &[(0, 1, 100, 20)]), (3, &[(0, 1, 100, 40)]), (9, &[(2, 1, 100, 0)])]), &checked());
        let index = built.unwrap().index;
        assert!((index.depth(GroupId(0), 2) - 0.3).abs() < 1e-12);
        assert!((index.usual(GroupId(0)) - 0.3).abs() < 1e-12);
    }

    #[test]
    fn supports_an_arm_only_with_evidence_at_both_ends() {
        let rows: [(&[f64], &[usize]); 6] = [
            (&[0.0, 0.0, 0.0, 0.1, 0.1, 0.1], &[0, 1, 2]),
            (&[0.0, 0.0, 0.0, 0.075, 0.08, 0.09], &[0, 1, 2]),
            (&[0.0, 0.0, 0.0, 0.1, 0.1], &[0]),
            (&[0.06, 0.07, 0.08, 0.3, 0.3, 0.3], &[0]),
            (&[0.03; 40], &[0]),
            (&[0.0, 0.0, 0.05, 0.31, 0.4, 0.5], &[0, 1, 2, 3, 4, 5]),
        ];
        for (depths, arms) in rows {
            let bits = support(depths, &checked());
            let found: Vec<usize> = (0..6).filter(|arm| bits >> arm & 1 == 1).collect();
            assert_eq!(found, arms, "{depths:?}");
        }
    }

    #[test]
    fn refuses_orders_without_a_group_that_is_bought_often_enough() {
        let mut params = checked();
        params.params.groups.min_trips = 3;
        let message = build(&orders(&[(1, &[(0, 1, 100, 0)])]), &params).unwrap_err().to_string();
        assert!(message.ends_with("limit 3, found 1"), "{message}");
    }
}
