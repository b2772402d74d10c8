//! A whole cart at one moment: which arm's offer to give beside the public ones, and what everything then costs.
//!
//! ```text
//! public    = price(cart, offers that no arm gives)          what everyone pays
//! arm       = price(cart, public offers and the arm's own)   refused by its rules, stacking, floors and caps
//! depth(l)  = what is taken off line l, shipping's part included, of its list price
//! gain(arm) = Σ over lines of the gain at depth(l), above that at the public depth
//! ```
//! Money off shipping counts as money off the lines, in proportion to what they cost: the model has seen prices only. What
//! no price tells, such as points, changes no score; an arm of that kind is learnt from an experiment. Nobody pays more
//! than everyone does: an arm that would shut out a better public offer is blocked.

use super::{Engine, Request, Terms};
use crate::decision::{Decision, Reason, Verdict};
use crate::event::{GroupId, Profile, Timestamp};
use crate::explain::Explanation;
use crate::feature::{Context, FeatureVector, extract};
use crate::model::{MAX_ARMS, Target};
use crate::money::{BasisPoints, Currency, Money};
use crate::offer::{Basket, BasketLine, CheckedBasket, CheckedOffers, Circumstances, Priced, Refusal, RefusalCode};
use crate::policy::{Menu, Stakes, Weighed, compare};
use crate::words::Meaning;
use alloc::vec::Vec;

/// What the model is told of one line, beside its place in the basket.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    /// The product's group; none if the model does not know it.
    pub group: Option<GroupId>,
    /// The number that stands for the product, 0 for none.
    pub item: u32,
    /// The number that stands for its brand, 0 for none.
    pub brand: u32,
    /// Where the words of its name point to.
    pub name: Option<Meaning>,
}

/// What is asked: a cart at one moment.
#[derive(Clone, Debug)]
pub struct CartRequest<'a> {
    /// Lines, shipping, currency and taxes.
    pub basket: &'a CheckedBasket,
    /// One per line of the basket; what is missing is not known.
    pub known: &'a [Known],
    /// What is known of the shopper, for the rules of offers. Its moment and uses are added where they are absent.
    pub about: &'a Circumstances,
    /// What the shop says, in the order of the program's attributes.
    pub attributes: &'a [Option<f64>],
    /// When.
    pub now: Timestamp,
    /// Decides ties of chance; the same seed draws the same arm.
    pub seed: u64,
}

/// A decision about a cart.
#[derive(Clone, Debug, PartialEq)]
pub struct CartDecision {
    /// The arm and its record. Its amounts are those of the whole cart, shipping included.
    pub decision: Decision,
    /// Every line, every offer given and every offer refused. Offers are numbered as [`Engine::offers`] has them.
    pub priced: Priced,
    /// By arm, why its offer cannot be given; empty where it can.
    pub refusals: Vec<Vec<Refusal>>,
}

/// A line the model knows: what it looks like, and what is at stake on it.
struct Judged {
    features: FeatureVector,
    stakes: Stakes,
}

/// What arms take off one line.
struct Cuts<'a> {
    /// By arm, minor units.
    off: &'a dyn Fn(usize) -> f64,
    /// The line's list price.
    list: f64,
    /// How many arms there are.
    arms: usize,
}

/// A cart half decided.
struct Considered {
    arms: Vec<(Weighed, Option<Verdict>)>,
    prices: [f64; MAX_ARMS],
    margin: BasisPoints,
}

/// By arm, the place of what it gives among the offers of the menu.
pub(super) fn gives(menu: &Menu, offers: &CheckedOffers) -> [Option<usize>; MAX_ARMS] {
    let mut gives = [None; MAX_ARMS];
    for (given, arm) in gives.iter_mut().zip(&menu.arms) {
        *given = offers.get().offers.iter().position(|offer| offer.id == arm.id);
    }
    gives
}

impl Engine {
    /// Every offer, those of arms included, in the order in which they are numbered.
    pub fn offers(&self) -> &CheckedOffers {
        &self.offers
    }

    /// The decision about a cart. Never fails: where no arms can be compared, public offers stand.
    pub fn decide_cart(&self, profile: &Profile, request: &CartRequest, terms: &Terms) -> CartDecision {
        self.decide_judged(profile, request, terms, &self.judge(profile, request, terms))
    }

    fn decide_judged(
        &self,
        profile: &Profile,
        request: &CartRequest,
        terms: &Terms,
        judged: &[Option<Judged>],
    ) -> CartDecision {
        let about = self.circumstances(profile, request);
        let basket = self.above_floors(request);
        let public = self.offers.price_with(&basket, &about, &|offer| self.is_given(offer, 0));
        let bounded = self.above_margins(basket, &public, request, terms);
        let price = |arm: usize| self.offers.price_with(&bounded, &about, &|offer| self.is_given(offer, arm));
        let priced: Vec<Priced> = [public].into_iter().chain((1..self.content().menu.arms.len()).map(price)).collect();
        let refusals: Vec<_> = (0..priced.len()).map(|arm| self.refusals(&priced, arm)).collect();
        let decision = match self.considered(request, &priced, &refusals, judged, terms) {
            Ok(considered) => self.settled(profile, request, &priced, considered),
            Err(reason) => self.base(Money::default(), reason),
        };
        let priced = priced.into_iter().nth(decision.arm);
        // The arm of a decision is one of the menu's.
        let priced = priced.unwrap_or_else(|| self.offers.price_with(&bounded, &about, &|_| false));
        CartDecision { decision: of_cart(decision, &priced), priced, refusals }
    }

    /// As [`decide_cart`](Self::decide_cart), and why, where the model knows one line alone: of several each has a score of
    /// its own. What would alter the offer is not told: the refusals say what is near.
    pub fn explain_cart(&self, profile: &Profile, request: &CartRequest, terms: &Terms) -> (CartDecision, Explanation) {
        let judged = self.judge(profile, request, terms);
        let told = self.decide_judged(profile, request, terms, &judged);
        let mut known = judged.iter().enumerate().filter_map(|(line, judged)| Some((line, judged.as_ref()?)));
        let mut explanation = Explanation::bare(told.decision);
        if let (Some((line, judged)), None, Ok(())) = (known.next(), known.next(), self.may_compare(terms)) {
            let lists = lists(request);
            let depth = depth(cuts(&told.priced, &lists)[line], lists[line]);
            explanation.contributions = self.contributions(&judged.features, told.decision.arm, depth);
        }
        (told, explanation)
    }

    /// What `request` asks about one product, asked as a cart of one unit of it.
    pub(super) fn decide_alone(&self, profile: &Profile, request: &Request, terms: &Terms) -> Decision {
        let told = as_cart(request, &|cart| self.decide_cart(profile, cart, terms).decision);
        told.unwrap_or_else(|| self.base(request.list, Reason::BadPrice))
    }

    /// As [`decide_alone`](Self::decide_alone), and why.
    pub(crate) fn explain_alone(&self, profile: &Profile, request: &Request, terms: &Terms) -> Explanation {
        let told = as_cart(request, &|cart| self.explain_cart(profile, cart, terms).1);
        told.unwrap_or_else(|| Explanation::bare(self.base(request.list, Reason::BadPrice)))
    }

    /// Whether `offer` is in force where `arm` is chosen: its own, and every public one.
    fn is_given(&self, offer: usize, arm: usize) -> bool {
        let owner = self.gives.iter().position(|given| *given == Some(offer));
        owner.is_none_or(|owner| owner == arm)
    }

    /// The basket above the menu's floors.
    fn above_floors(&self, request: &CartRequest) -> CheckedBasket {
        let (floors, currency) = (&self.content().menu.floors, request.basket.get().currency);
        let floor = |line: &BasketLine| floors.iter().map(|floor| floor.of(line, currency)).max();
        request.basket.clone().bounded(|_, line| floor(line).unwrap_or_default())
    }

    /// The basket above the margins that are assumed where no cost is told. They bound what an arm adds; a public offer that
    /// goes below them stands.
    fn above_margins(
        &self,
        basket: CheckedBasket,
        public: &Priced,
        request: &CartRequest,
        terms: &Terms,
    ) -> CheckedBasket {
        let kept = self.content().menu.guard.floor_margin;
        basket.bounded(|place, line| {
            let margin = request.known.get(place).and_then(|known| self.margin(known, terms));
            let (Some(margin), None) = (margin, line.unit_cost) else { return Money::default() };
            // Both rounded up: what the product costs, and the margin that must stay.
            let cost = line.price.less(share_below(line.price, margin));
            let stays = line.price.less(share_below(line.price, kept.rest()));
            let unit = public.lines[place].price.minor() / line.quantity as i64;
            cost.and(stays).min(Money::new(unit).unwrap_or_default())
        })
    }

    fn margin(&self, known: &Known, terms: &Terms) -> Option<BasisPoints> {
        let schema = &self.content().schema;
        let group = schema.groups.get(known.group?.0 as usize)?;
        Some(terms.margin.unwrap_or(schema.departments[group.department as usize].margin))
    }

    /// What is known of the shopper, with what the request and the profile say of the moment and of past uses.
    fn circumstances(&self, profile: &Profile, request: &CartRequest) -> Circumstances {
        let mut about = request.about.clone();
        about.now = about.now.or(Some(request.now.seconds() as i64 * 1_000));
        about.uses = about.uses.or_else(|| profile.uses(&self.offers, &self.content().program));
        about.past_orders = about.past_orders.or(profile.orders_known());
        about
    }

    /// Why `arm` cannot give its offer in this cart.
    fn refusals(&self, priced: &[Priced], arm: usize) -> Vec<Refusal> {
        let Some(offer) = self.gives[arm] else { return Vec::new() };
        let refused = priced[arm].refused.iter().find(|refused| refused.offer == offer);
        let is_dearer = priced[arm].totals.price > priced[0].totals.price;
        let worse = is_dearer.then(|| Refusal::new(RefusalCode::NotBestDeal));
        refused.map_or_else(|| worse.into_iter().collect(), |refused| refused.refusals.clone())
    }

    /// Each line that the model knows.
    fn judge(&self, profile: &Profile, request: &CartRequest, terms: &Terms) -> Vec<Option<Judged>> {
        let (nobody, lines) = (Profile::new(), &request.basket.get().lines);
        let shopper = if terms.personalised { profile } else { &nobody };
        let line = |(place, line): (usize, &BasketLine)| {
            let known = request.known.get(place)?;
            let list = Money::new(line.list()).unwrap_or_default();
            let stakes = self.stakes(known.group?, list, request.now, terms)?;
            Some(Judged { features: self.features_of(shopper, known, line.price, request), stakes })
        };
        lines.iter().enumerate().map(line).collect()
    }

    fn features_of(&self, shopper: &Profile, known: &Known, price: Money, request: &CartRequest) -> FeatureVector {
        let Known { group, item, brand, name } = *known;
        let (attributes, now) = (request.attributes, request.now);
        let context = Context { group, item, brand, name, attributes, price: Some(price), now };
        extract(&self.content().program, &self.content().schema, shopper, &context)
    }

    /// What each arm is expected to do, or why arms are not compared.
    fn considered(
        &self,
        request: &CartRequest,
        priced: &[Priced],
        refusals: &[Vec<Refusal>],
        judged: &[Option<Judged>],
        terms: &Terms,
    ) -> Result<Considered, Reason> {
        self.may_compare(terms)?;
        let first = judged.iter().flatten().next().ok_or(Reason::UnknownGroup)?;
        let lists = lists(request);
        let cuts: Vec<Vec<f64>> = priced.iter().map(|priced| cuts(priced, &lists)).collect();
        let (weighed, evidence) = match first.stakes.target {
            Target::Gain => self.weigh_gains(first),
            _ => self.weigh_lines(&lists, &cuts, judged),
        };
        let blocked = |arm: usize| match refusals[arm].first() {
            Some(refusal) if refusal.code == RefusalCode::NothingLeft => Some(Verdict::BelowFloor),
            Some(_) => Some(Verdict::NotEligible),
            None => (arm > 0 && !evidence[arm]).then_some(Verdict::NotEnoughEvidence),
        };
        let arms = (0..cuts.len()).map(|arm| (weighed[arm], blocked(arm))).collect();
        Ok(Considered { arms, prices: first.stakes.budget_prices, margin: first.stakes.margin })
    }

    /// Gains as learnt from an experiment, of the shopper as the first line shows them.
    fn weigh_gains(&self, line: &Judged) -> ([Weighed; MAX_ARMS], [bool; MAX_ARMS]) {
        let (scores, mut costs) = (self.score_features(&line.features), [0.0; MAX_ARMS]);
        let arms = self.content().menu.arms.len();
        self.content().model.costs(&self.ready, &line.features, &mut costs[..arms]);
        let (mut weighed, mut evidence) = ([Weighed::default(); MAX_ARMS], [false; MAX_ARMS]);
        for arm in 0..arms {
            weighed[arm] = Weighed { score: scores[arm], probability: 0.0, gain: scores[arm], cost: costs[arm] };
            evidence[arm] = line.stakes.support >> arm & 1 == 1;
        }
        (weighed, evidence)
    }

    /// Sums over lines, in their order. Scores and probabilities are means, weighted by what the lines cost.
    fn weigh_lines(
        &self,
        lists: &[f64],
        cuts: &[Vec<f64>],
        judged: &[Option<Judged>],
    ) -> ([Weighed; MAX_ARMS], [bool; MAX_ARMS]) {
        let (mut weighed, mut evidence) = ([Weighed::default(); MAX_ARMS], [false; MAX_ARMS]);
        // A lone line's numbers are told as they are: a product, a mean rounds.
        let is_alone = judged.iter().flatten().count() == 1;
        let weights: Vec<f64> = lists.iter().map(|list| if is_alone { 1.0 } else { *list }).collect();
        let mut weight = 0.0;
        for (line, judged) in judged.iter().enumerate() {
            let off = |arm: usize| cuts[arm][line];
            let Some(judged) = judged else {
                // A product nobody knows is taken to be bought whatever it costs.
                for (arm, sum) in weighed.iter_mut().enumerate().take(cuts.len()) {
                    sum.gain -= off(arm) - off(0);
                    sum.cost += off(arm) - off(0);
                }
                continue;
            };
            weight += weights[line];
            let cuts = Cuts { off: &off, list: lists[line], arms: cuts.len() };
            self.weigh_line(judged, cuts, is_alone, &mut |arm, of_arm, is_seen| {
                evidence[arm] |= is_seen;
                let sum = &mut weighed[arm];
                sum.score += of_arm.score * weights[line];
                sum.probability += of_arm.probability * weights[line];
                sum.gain += of_arm.gain;
                sum.cost += of_arm.cost;
            });
        }
        for sum in &mut weighed[..cuts.len()] {
            (sum.score, sum.probability) = match weight > 0.0 {
                true => (sum.score / weight, sum.probability / weight),
                false => (0.0, 0.0),
            };
        }
        (weighed, evidence)
    }

    /// Tells what each arm does on one line, and whether training saw enough to tell. Where it saw too little the arm is taken to
    /// change nothing but the price, since it may be worth giving for the other lines; on a line that is alone it is told as the
    /// model says.
    fn weigh_line(&self, judged: &Judged, cuts: Cuts, is_alone: bool, each: &mut dyn FnMut(usize, Weighed, bool)) {
        let Cuts { off, list, arms } = cuts;
        let (mut depths, mut scores) = ([0.0; MAX_ARMS], [0.0; MAX_ARMS]);
        for (arm, place) in depths.iter_mut().enumerate().take(arms) {
            *place = depth(off(arm), list);
        }
        self.content().model.score_ready(&self.ready, &judged.features, &depths[..arms], &mut scores[..arms]);
        let bare = judged.stakes.bare(scores[0], off(0));
        let still = (scores[0], judged.stakes.chance(scores[0]));
        for arm in 0..arms {
            let is_seen = off(arm) == off(0) || self.has_evidence(judged, arm, depths[arm]);
            let (score, chance) = match (is_seen || is_alone) && scores[arm] != still.0 {
                true => (scores[arm], judged.stakes.chance(scores[arm])),
                false => still,
            };
            each(arm, judged.stakes.weigh_at(arm, score, chance, off(arm), bare), is_seen);
        }
    }

    /// Whether training saw enough of discounts like the arm's: its own depth, or for an arm without one, as deep a share.
    fn has_evidence(&self, judged: &Judged, arm: usize, depth: f64) -> bool {
        let is_supported = |arm: usize| judged.stakes.support >> arm & 1 == 1;
        let depths = &self.depths[..self.content().menu.arms.len()];
        if depths[arm] > 0.0 || depths.iter().all(|depth| *depth == 0.0) {
            return is_supported(arm);
        }
        depths.iter().enumerate().any(|(arm, deep)| is_supported(arm) && depth <= *deep) || depth <= 0.0
    }

    fn settled(&self, profile: &Profile, request: &CartRequest, priced: &[Priced], told: Considered) -> Decision {
        let menu = &self.content().menu;
        let mut appraisal = compare(&told.arms, menu.exploration as f64, &told.prices);
        let promised = self.promised_in_cart(profile, request, priced).filter(|arm| appraisal.values[*arm].is_some());
        // A cart of one line draws as its product's page did.
        let group = if let [Known { group: Some(group), .. }] = request.known { group.0 as u64 } else { 0 };
        let (arm, reason) = self.pick(&mut appraisal, promised, request.seed ^ group << 48);
        let base = self.base(Money::default(), reason);
        Decision { arm, margin: told.margin, outcomes: appraisal.outcomes, ..base }
    }

    /// The arm that takes off about what was promised for a line.
    fn promised_in_cart(&self, profile: &Profile, request: &CartRequest, priced: &[Priced]) -> Option<usize> {
        let minutes = self.content().menu.promise_minutes;
        let promise = |(line, known): (usize, &Known)| {
            Some((line, profile.promised(known.group?, request.now, minutes)?.get() as i64))
        };
        let (line, depth) = request.known.iter().enumerate().find_map(promise)?;
        let distance = |arm: &usize| {
            let line = priced[*arm].lines.get(line)?;
            let off = line.discount().minor() * 10_000 / line.list.minor().max(1);
            Some((off - depth).abs())
        };
        let nearest = (0..priced.len()).min_by_key(|arm| distance(arm).unwrap_or(i64::MAX))?;
        (nearest > 0).then_some(nearest)
    }
}

/// What `answer` says of a cart of one unit; none if its price is beyond the bounds of a cart.
fn as_cart<T>(request: &Request, answer: &dyn Fn(&CartRequest) -> T) -> Option<T> {
    let line = BasketLine { price: request.list, quantity: 1, ..BasketLine::default() };
    let basket = Basket { lines: [line].into(), ..Basket::new(Currency::NONE) }.check().ok()?;
    let Request { group, item, brand, name, attributes, now, seed, .. } = *request;
    let (known, about) = ([Known { group, item, brand, name }], Circumstances::default());
    Some(answer(&CartRequest { basket: &basket, known: &known, about: &about, attributes, now, seed }))
}

/// List prices of the lines, minor units.
fn lists(request: &CartRequest) -> Vec<f64> {
    request.basket.get().lines.iter().map(|line| line.list() as f64).collect()
}

/// Line by line, what is taken off, with its part of what is taken off shipping.
fn cuts(priced: &Priced, lists: &[f64]) -> Vec<f64> {
    let (all, shipping) = (lists.iter().sum::<f64>().max(1.0), priced.shipping.discount().minor() as f64);
    let lines = priced.lines.iter().zip(lists);
    lines.map(|(line, list)| line.discount().minor() as f64 + shipping * list / all).collect()
}

/// What is taken off as a share of a list price.
fn depth(off: f64, list: f64) -> f64 {
    if list > 0.0 { off / list } else { 0.0 }
}

/// The decision with the amounts of the cart.
fn of_cart(decision: Decision, priced: &Priced) -> Decision {
    let (list, discount, price) = (priced.totals.list, priced.totals.discount, priced.totals.price);
    let share = discount.minor() * 10_000 / list.minor().max(1);
    let depth = BasisPoints::new(share as u16).unwrap_or(BasisPoints::ALL);
    Decision { list, discount, price, depth, ..decision }
}

/// `share` of an amount, rounded down, so that what is left of it is rounded up.
fn share_below(amount: Money, share: BasisPoints) -> Money {
    Money::new(amount.minor() * share.get() as i64 / 10_000).unwrap_or_default()
}
