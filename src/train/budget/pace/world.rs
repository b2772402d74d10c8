//! A week of an invented shop, to try pacing in: what is right is known, because demand is drawn here.
//!
//! About 400,000 shoppers come in 168 hours. Arms are 0, 5, 10, 15 and 20 % off. A shopper buys with a probability that
//! rises with the discount, and only then the discount is paid. Gain is the margin of orders that would not have come
//! otherwise, before the discount. The budget is 40 % of what would be spent without one
//! in a week as forecast. Figures depend on these choices: the order of rules is to be trusted, not the digits.

use super::controller::{CheckedPaceParams, Controller, Ledger, PaceParams, Price, Rule};
use crate::error::Result;
use crate::math;
use crate::train::budget::{Curve, Limit, Offers, Program};
use crate::train::random::Random;

const HOURS: usize = 168;
const DEPTHS: [f64; 5] = [0.0, 0.05, 0.10, 0.15, 0.20];
const MARGIN: f64 = 0.40;
/// What the budget is of the spend without one.
const SHARE_OF_FREE_SPEND: f64 = 0.40;

/// What the forecast did not know.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shock {
    /// Hour from which it holds.
    pub from_hour: usize,
    /// Factor of the traffic.
    pub traffic: f64,
    /// Factor of how much discounts move shoppers.
    pub sensitivity: f64,
}

impl Shock {
    /// Half as much traffic again and more sensitive shoppers, from the third day on: by as much as makes the forecast's
    /// price spend 1.9 times the budget.
    pub const BUSY: Shock = Shock { from_hour: 48, traffic: 1.5, sensitivity: 1.21 };
    /// The same a day later, where more of the week is gone before anybody can know: by as much as spends 1.9 times again.
    pub const LATE: Shock = Shock { from_hour: 72, traffic: 1.5, sensitivity: 1.28 };
    /// The week as forecast.
    pub const NONE: Shock = Shock { from_hour: 0, traffic: 1.0, sensitivity: 1.0 };
}

/// How old the price is that devices hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clients {
    /// Every one holds the price of so many hours ago.
    AllAged(f64),
    /// Ages are spread evenly up to so many hours.
    Spread(f64),
}

/// Who sets the price.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Policy {
    /// The forecast's price all week; nobody looks at the ledger.
    Fixed,
    /// The same, until the ledger is empty.
    LedgerOnly,
    /// A controller that updates every so many hours and takes devices to keep a price as long.
    Paced {
        /// Hours between updates.
        interval_hours: f64,
        /// How old the controller takes the prices on devices to be.
        mean_age_hours: f64,
        /// How the price is moved.
        rule: Rule,
    },
}

/// What a week came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outcome {
    /// Expected gain as a share of that of the best choice within the budget in hindsight.
    pub share_of_hindsight: f64,
    /// Money redeemed as a share of the budget.
    pub spent_of_budget: f64,
}

/// A week as it happens, and what was forecast of it.
#[derive(Clone, Debug)]
pub struct World {
    /// How many came, by hour.
    arrivals: Vec<usize>,
    offers: Offers,
    /// By shopper: the draw that decides on buying, and what an order is worth.
    fate: Vec<(f32, f32)>,
    budget: f64,
    profile: Vec<f64>,
    curve: Curve,
    hindsight: f64,
}

struct Drawn {
    arrivals: Vec<usize>,
    offers: Offers,
    fate: Vec<(f32, f32)>,
}

/// About normal: the sum of twelve even draws.
fn normal(random: &mut Random) -> f64 {
    math::ordered_sum((0..12).map(|_| random.uniform())) - 6.0
}

/// Quiet nights, busy evenings, a busier week-end.
fn expected_traffic(hour: usize, a_week: f64) -> f64 {
    const DAY: [f64; 24] = [
        0.3, 0.2, 0.1, 0.1, 0.1, 0.2, 0.4, 0.7, 0.9, 1.0, 1.1, 1.2, 1.3, 1.2, 1.1, 1.1, 1.2, 1.4, 1.7, 2.0, 2.1, 1.8,
        1.2, 0.6,
    ];
    let week_end = |hour: usize| if hour / 24 >= 5 { 1.3 } else { 1.0 };
    let weight = |hour: usize| DAY[hour % 24] * week_end(hour);
    a_week * weight(hour) / math::ordered_sum((0..HOURS).map(weight))
}

fn drawn(a_week: f64, shock: Shock, random: &mut Random) -> Result<Drawn> {
    let (mut arrivals, mut gain, mut cost, mut fate) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for hour in 0..HOURS {
        let shocked = hour >= shock.from_hour;
        let expected = expected_traffic(hour, a_week) * if shocked { shock.traffic } else { 1.0 };
        arrivals.push((expected + math::sqrt(expected) * normal(random)).max(0.0) as usize);
        for _ in 0..arrivals[hour] {
            let sensitivity = if shocked { shock.sensitivity } else { 1.0 };
            fate.push((random.uniform() as f32, shopper(sensitivity, random, &mut gain, &mut cost)));
        }
    }
    Ok(Drawn { arrivals, offers: Offers::new(DEPTHS.len(), gain, cost, vec![])?, fate })
}

/// Draws one shopper's gains and costs; what an order is worth is returned.
fn shopper(sensitivity: f64, random: &mut Random, gain: &mut Vec<f32>, cost: &mut Vec<f32>) -> f32 {
    let usual = -3.0 + 0.7 * normal(random);
    let moved = sensitivity * (6.0 + 4.0 * normal(random)).max(0.0);
    let order = 50.0 * math::exp(0.4 * normal(random));
    let chance = DEPTHS.map(|depth| math::sigmoid(usual + moved * depth));
    for (depth, chance_here) in DEPTHS.into_iter().zip(chance) {
        gain.push((order * MARGIN * (chance_here - chance[0])) as f32);
        cost.push((order * chance_here * depth) as f32);
    }
    order as f32
}

impl World {
    /// Draws a week of about `a_week` shoppers, and another, without the shock, that the forecast is made from.
    ///
    /// # Errors
    /// Too few shoppers for a budget.
    pub fn draw(a_week: f64, shock: Shock, seed: u64) -> Result<World> {
        let mut random = Random::new(seed);
        let forecast = drawn(a_week, Shock::NONE, &mut random)?;
        let curve = Curve::of(&forecast.offers, 200)?;
        let budget = SHARE_OF_FREE_SPEND * curve.points[0].spend;
        let Drawn { arrivals, offers, fate } = drawn(a_week, shock, &mut random)?;
        let limits = vec![Limit::spend("week", budget)];
        let hindsight = Program { offers: &offers, limits, seed }.check()?.solve()?.gain;
        let profile = (0..HOURS).map(|hour| expected_traffic(hour, a_week)).collect();
        Ok(World { arrivals, offers, fate, budget, profile, curve, hindsight })
    }

    /// Lives through the week.
    ///
    /// # Errors
    /// Settings that the controller refuses.
    pub fn run(&self, policy: Policy, clients: Clients) -> Result<Outcome> {
        let mut controller = self.params(policy).check().map(|params: CheckedPaceParams| params.start())?;
        let mut prices = vec![controller.price()];
        let (mut ledger, mut gain, mut next) = (Ledger::default(), 0.0, 0);
        for (hour, arrivals) in self.arrivals.iter().enumerate() {
            self.update(policy, &mut controller, ledger, hour as f64, &mut prices)?;
            for place in 0..*arrivals {
                let now = hour as f64 + place as f64 / *arrivals as f64;
                let open = policy == Policy::Fixed || ledger.spent < self.budget;
                let arm = if open { self.pick(next, held(&prices, clients, place, now)) } else { 0 };
                gain += self.offers.gain(next, arm);
                ledger.spent += self.redeemed(next, arm);
                next += 1;
            }
        }
        Ok(Outcome { share_of_hindsight: gain / self.hindsight, spent_of_budget: ledger.spent / self.budget })
    }

    /// What the best choice could reach if it went by the forecast's price up to `hour` and knew all the rest from then on,
    /// as a share of hindsight: no rule that learns of a shock when it comes does better.
    ///
    /// # Errors
    /// Nothing left to spend or nobody to come.
    pub fn known_from(&self, hour: usize) -> Result<f64> {
        let price = self.params(Policy::Fixed).check()?.start().price().lambda;
        let before: usize = self.arrivals[..hour].iter().sum();
        let (mut gain, mut spent) = (0.0, 0.0);
        for shopper in 0..before {
            let arm = self.pick(shopper, price);
            (gain, spent) = (gain + self.offers.gain(shopper, arm), spent + self.offers.cost(shopper, arm));
        }
        let rest = self.offers.pick(&(before..self.offers.shoppers()).collect::<Vec<_>>())?;
        let limits = vec![Limit::spend("rest", self.budget - spent)];
        let after = Program { offers: &rest, limits, seed: 0 }.check()?.solve()?.gain;
        Ok((gain + after) / self.hindsight)
    }

    fn params(&self, policy: Policy) -> PaceParams {
        let params = PaceParams::new(self.budget, self.profile.clone(), self.curve.clone());
        match policy {
            Policy::Paced { interval_hours, mean_age_hours, rule } => {
                PaceParams { interval_hours, client_life_hours: interval_hours, mean_age_hours, rule, ..params }
            }
            Policy::Fixed | Policy::LedgerOnly => params,
        }
    }

    fn update(
        &self,
        policy: Policy,
        controller: &mut Controller,
        ledger: Ledger,
        now: f64,
        prices: &mut Vec<Price>,
    ) -> Result<()> {
        if let Policy::Paced { .. } = policy {
            let price = controller.update(ledger, now)?;
            if prices.last().is_some_and(|last| last.not_before < price.not_before) {
                prices.push(price);
            }
        }
        Ok(())
    }

    fn pick(&self, shopper: usize, price: f64) -> usize {
        let worth = |arm: usize| self.offers.gain(shopper, arm) - price * self.offers.cost(shopper, arm);
        (1..DEPTHS.len()).fold(0, |best, arm| if worth(arm) > worth(best) { arm } else { best })
    }

    fn redeemed(&self, shopper: usize, arm: usize) -> f64 {
        let (draw, order) = self.fate[shopper];
        let paid = f64::from(order) * DEPTHS[arm];
        let buys = f64::from(draw) * paid < self.offers.cost(shopper, arm);
        if buys { paid } else { 0.0 }
    }
}

/// The price that the device of the arrival numbered `place` holds.
fn held(prices: &[Price], clients: Clients, place: usize, now: f64) -> f64 {
    let age = match clients {
        Clients::AllAged(hours) => hours,
        // The golden ratio's multiples spread evenly, however many arrivals there are.
        Clients::Spread(hours) => hours * (place as f64 * 0.618_033_988_749_895).fract(),
    };
    let fetched = prices.iter().rev().find(|price| price.not_before <= now - age);
    fetched.unwrap_or(&prices[0]).lambda
}
