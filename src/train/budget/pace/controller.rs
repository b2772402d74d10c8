//! From the ledger to the next price.

use crate::error::{Code, Error, Result};
use crate::math;
use crate::train::budget::Curve;
use serde::{Deserialize, Serialize};

/// How the price is moved.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// By how much faster than needed money was spent since the last update.
    Multiplicative {
        /// Weight of the excess; above 0.1 old prices on devices make it swing.
        strength: f64,
    },
    /// To the price at which the rest is expected to be spent in the time left.
    Forecast {
        /// Age in hours at which what was seen counts for half.
        half_life_hours: f64,
    },
}

/// What a campaign is paced by. Times are hours since it started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaceParams {
    /// Money to spend.
    pub budget: f64,
    /// Expected traffic of each hour of the campaign, in any unit.
    pub profile: Vec<f64>,
    /// What each price was expected to spend over the whole campaign.
    pub curve: Curve,
    /// Hours between updates; not below the life of a price on a device.
    #[serde(default = "one_hour")]
    pub interval_hours: f64,
    /// Hours for which devices keep a price before they ask for the next.
    #[serde(default = "one_hour")]
    pub client_life_hours: f64,
    /// How old the prices are that devices go by, on average; decisions carry their price, so it can be measured.
    #[serde(default = "half_an_hour")]
    pub mean_age_hours: f64,
    /// The largest factor by which one update moves the price.
    #[serde(default = "default_step")]
    pub largest_step: f64,
    /// The factor by which the price of an expired device is higher.
    #[serde(default = "default_fallback")]
    pub fallback_factor: f64,
    /// How the price is moved.
    #[serde(default = "default_rule")]
    pub rule: Rule,
}

fn one_hour() -> f64 {
    1.0
}

fn half_an_hour() -> f64 {
    0.5
}

fn default_step() -> f64 {
    1.5
}

fn default_fallback() -> f64 {
    3.0
}

fn default_rule() -> Rule {
    Rule::Forecast { half_life_hours: 1.0 }
}

/// Settings a controller can start from.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedPaceParams(PaceParams);

impl PaceParams {
    /// Settings with everything but the campaign itself left as it is.
    pub fn new(budget: f64, profile: Vec<f64>, curve: Curve) -> PaceParams {
        PaceParams {
            budget,
            profile,
            curve,
            interval_hours: one_hour(),
            client_life_hours: one_hour(),
            mean_age_hours: half_an_hour(),
            largest_step: default_step(),
            fallback_factor: default_fallback(),
            rule: default_rule(),
        }
    }

    /// Refuses settings that could not pace a campaign.
    ///
    /// # Errors
    /// A number that is not finite or not above 0, a largest step or fallback factor that is not above 1, no hours,
    /// traffic below 0, a curve without points that spend, an interval below the life of a price on a device.
    pub fn check(self) -> Result<CheckedPaceParams> {
        let strength = match self.rule {
            Rule::Multiplicative { strength } => strength,
            Rule::Forecast { half_life_hours } => half_life_hours,
        };
        let amounts = [
            ("budget", self.budget, 0.0),
            ("interval_hours", self.interval_hours, 0.0),
            ("client_life_hours", self.client_life_hours, 0.0),
            ("largest_step", self.largest_step, 1.0),
            ("fallback_factor", self.fallback_factor, 1.0),
            ("strength or half_life_hours of the rule", strength, 0.0),
            ("traffic of the whole profile", math::ordered_sum(self.profile.iter().copied()), 0.0),
        ];
        for (name, found, above) in amounts {
            if !(found.is_finite() && found > above) {
                return Err(Error::new(Code::BadConfig, format!("{name} must be above {above}, found {found}")));
            }
        }
        if !(0.0..=self.client_life_hours).contains(&self.mean_age_hours) {
            let (life, age) = (self.client_life_hours, self.mean_age_hours);
            let what = format!("mean_age_hours must be 0 to client_life_hours, {life}, found {age}");
            return Err(Error::new(Code::BadConfig, what));
        }
        if let Some(hour) = self.profile.iter().position(|traffic| *traffic < 0.0) {
            return Err(Error::new(Code::BadConfig, format!("profile: traffic of hour {hour} is below 0")));
        }
        if !self.curve.points.iter().any(|point| point.price > 0.0 && point.spend > 0.0) {
            return Err(Error::new(Code::BadConfig, "curve: no price above 0 spends anything"));
        }
        if self.interval_hours < self.client_life_hours {
            let (interval, life) = (self.interval_hours, self.client_life_hours);
            let what = format!("interval_hours must not be below client_life_hours, {life}, found {interval}");
            return Err(Error::new(Code::BadConfig, what));
        }
        Ok(CheckedPaceParams(self))
    }
}

/// What has been redeemed since the campaign started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// Money.
    pub spent: f64,
}

/// A price and how long it holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// The price `λ`.
    pub lambda: f64,
    /// Hour from which it holds.
    pub not_before: f64,
    /// Hour after which a device uses `fallback`.
    pub not_after: f64,
    /// A higher price, so that a device that hears nothing more becomes stingier and never freer.
    pub fallback: f64,
    /// Whether there is money left; where not, no offer that costs anything is redeemed.
    pub open: bool,
}

impl Price {
    /// The price that a device holding this one goes by.
    pub fn at(&self, now: f64) -> f64 {
        if (self.not_before..=self.not_after).contains(&now) { self.lambda } else { self.fallback }
    }
}

/// Moves the price. It can be stored and taken up again by another process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Controller {
    params: PaceParams,
    price: Price,
    spent: f64,
    /// Prices by the hour from which they held.
    history: Vec<(f64, f64)>,
    /// Discounted sums: what was spent, and what the curve said for the prices that devices held.
    seen: [f64; 2],
}

/// A controller as it is read back, its settings unchecked.
#[derive(Deserialize)]
struct Stored {
    params: PaceParams,
    price: Price,
    spent: f64,
    history: Vec<(f64, f64)>,
    seen: [f64; 2],
}

impl TryFrom<Stored> for Controller {
    type Error = Error;

    fn try_from(Stored { params, price, spent, history, seen }: Stored) -> Result<Controller> {
        let CheckedPaceParams(params) = params.check()?;
        match history.is_empty() || !price.lambda.is_finite() {
            true => Err(Error::new(Code::BadData, "a stored controller has at least one price")),
            false => Ok(Controller { params, price, spent, history, seen }),
        }
    }
}

impl CheckedPaceParams {
    /// A controller at hour 0, with the price at which the curve spends the budget.
    pub fn start(&self) -> Controller {
        let lambda = within(&self.0, self.0.curve.price(self.0.budget));
        let mut controller = Controller {
            price: Price { lambda, not_before: 0.0, not_after: 0.0, fallback: 0.0, open: true },
            spent: 0.0,
            history: vec![(0.0, lambda)],
            // An hour of the campaign as expected, so that a quiet or busy start does not decide alone.
            seen: [self.0.curve.spend(lambda) / self.0.profile.len() as f64; 2],
            params: self.0.clone(),
        };
        controller.publish(lambda, 0.0);
        controller
    }
}

/// A price that can still be multiplied: not below the first above 0, not above the highest of the curve by far.
fn within(params: &PaceParams, price: f64) -> f64 {
    let above = |point: &crate::train::budget::CurvePoint| point.price > 0.0;
    let lowest = params.curve.points.iter().find(|point| above(point)).map_or(0.0, |point| point.price);
    let highest = params.curve.points.last().map_or(lowest, |point| point.price);
    math::clamp(price, lowest.min(highest), highest)
}

impl Controller {
    /// The price in force.
    pub fn price(&self) -> Price {
        self.price
    }

    /// The next price, from what has been redeemed by the hour `now`. Before an interval has passed the price in force
    /// stands, but for whether it is open.
    ///
    /// # Errors
    /// A ledger or an hour that is no number.
    pub fn update(&mut self, ledger: Ledger, now: f64) -> Result<Price> {
        if !(ledger.spent.is_finite() && now.is_finite()) {
            return Err(Error::new(Code::NotFinite, "a ledger and its hour must be numbers"));
        }
        self.price.open = ledger.spent < self.params.budget;
        // A clock is never read to the last digit.
        if now - self.price.not_before < self.params.interval_hours - 1e-9 {
            return Ok(self.price);
        }
        let wanted = match self.params.rule {
            Rule::Multiplicative { strength } => self.multiplied(ledger, now, strength),
            Rule::Forecast { half_life_hours } => self.forecast(ledger, now, half_life_hours),
        };
        let (now_held, step) = (self.price.lambda, self.params.largest_step);
        self.spent = ledger.spent;
        self.publish(within(&self.params, math::clamp(wanted, now_held / step, now_held * step)), now);
        Ok(self.price)
    }

    fn publish(&mut self, lambda: f64, now: f64) {
        let params = &self.params;
        // A device may ask just before the next price is out and keep the old one for its whole life.
        let not_after = now + params.interval_hours + params.client_life_hours;
        let fallback = lambda * params.fallback_factor;
        self.price = Price { lambda, not_before: now, not_after, fallback, ..self.price };
        self.history.push((now, lambda));
        let oldest = now - 2.0 * (params.interval_hours + params.client_life_hours);
        let kept = self.history.iter().rposition(|(from, _)| *from <= oldest).unwrap_or(0);
        self.history.drain(..kept);
    }

    fn multiplied(&self, ledger: Ledger, now: f64, strength: f64) -> f64 {
        let (left, traffic_left) = (self.params.budget - ledger.spent, self.traffic(now, f64::INFINITY));
        let traffic = self.traffic(self.price.not_before, now);
        if traffic_left <= 0.0 || traffic <= 0.0 || left <= 0.0 {
            return self.price.lambda;
        }
        let (rate, needed) = ((ledger.spent - self.spent) / traffic, left / traffic_left);
        self.price.lambda * math::exp(math::clamp(strength * (rate / needed - 1.0), -20.0, 20.0))
    }

    fn forecast(&mut self, ledger: Ledger, now: f64, half_life_hours: f64) -> f64 {
        let (before, age) = (self.price.not_before, now - self.price.not_before);
        let fade = math::decay(age, half_life_hours);
        let said = self.said(before, now);
        self.seen = [self.seen[0] * fade + (ledger.spent - self.spent).max(0.0), self.seen[1] * fade + said];
        let busier = if self.seen[1] > 0.0 { self.seen[0] / self.seen[1] } else { 1.0 };
        // Until devices hear of it the old price still spends.
        let heard = now + self.params.mean_age_hours;
        let (late, rest) = (self.traffic(now, heard), self.traffic(heard, f64::INFINITY));
        let whole = self.traffic(0.0, f64::INFINITY);
        let committed = busier * self.params.curve.spend(self.price.lambda) * late / whole;
        let left = self.params.budget - ledger.spent - committed;
        if rest <= 0.0 || busier <= 0.0 {
            return self.price.lambda;
        }
        self.params.curve.price(left * whole / (rest * busier))
    }

    /// What the curve said would be spent between two hours at the prices that devices held.
    fn said(&self, from: f64, to: f64) -> f64 {
        let whole = self.traffic(0.0, f64::INFINITY);
        let pieces = (to - from).ceil().max(1.0);
        let piece = |index: usize| {
            let at = |index: usize| from + (to - from) * index as f64 / pieces;
            let (start, end) = (at(index), at(index + 1));
            let held = self.held((start + end) / 2.0 - self.params.mean_age_hours);
            self.traffic(start, end) / whole * self.params.curve.spend(held)
        };
        math::ordered_sum((0..pieces as usize).map(piece))
    }

    /// The price in force at an hour.
    fn held(&self, at: f64) -> f64 {
        let (_, first) = self.history[0];
        self.history.iter().rev().find(|(from, _)| *from <= at).map_or(first, |(_, price)| *price)
    }

    /// Expected traffic between two hours.
    fn traffic(&self, from: f64, to: f64) -> f64 {
        let of_hour = |(hour, traffic): (usize, &f64)| {
            let (start, end) = (hour as f64, hour as f64 + 1.0);
            traffic * (end.min(to) - start.max(from)).max(0.0)
        };
        math::ordered_sum(self.params.profile.iter().enumerate().map(of_hour))
    }
}
