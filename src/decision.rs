//! What the shop is told: an arm, a price, a reason, and the record that lets others learn from it.

use crate::model::MAX_ARMS;
use crate::money::{BasisPoints, Money};

/// Why the decision is what it is. The numbers are part of the page border: append, never renumber.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Reason {
    /// This discount is expected to earn more than any other choice.
    BestProfit = 0,
    /// No discount is expected to earn more than the list price does.
    NoneEarnsMost = 1,
    /// Training saw too little of this group under discounts to tell.
    NotEnoughEvidence = 2,
    /// The model does not know the product's group.
    UnknownGroup = 3,
    /// The price given cannot be used.
    BadPrice = 4,
    /// The time given cannot be used.
    BadTime = 5,
    /// The offer was promised earlier and still holds.
    Promised = 6,
    /// Drawn to learn from, within the guardrails.
    Explored = 7,
    /// The shopper belongs to the group that gets no offers, against which offers are measured.
    Holdout = 8,
    /// Personalised offers are switched off by the shop.
    SwitchedOff = 9,
    /// Every discount would break the price floor or the cap.
    BelowFloor = 10,
    /// The request could not be understood.
    BadRequest = 11,
    /// The conditions of no offer are met.
    NotEligible = 12,
}

/// How many [`Reason`]s there are.
pub const REASON_COUNT: usize = 13;

impl Reason {
    /// The stable code that documentation, logs and the npm package use.
    pub fn code(self) -> &'static str {
        REASON_CODES[self as usize]
    }
}

/// The codes of all reasons, by number.
pub const REASON_CODES: [&str; REASON_COUNT] = [
    "BEST_PROFIT",
    "NONE_EARNS_MOST",
    "NOT_ENOUGH_EVIDENCE",
    "UNKNOWN_GROUP",
    "BAD_PRICE",
    "BAD_TIME",
    "PROMISED",
    "EXPLORED",
    "HOLDOUT",
    "SWITCHED_OFF",
    "BELOW_FLOOR",
    "BAD_REQUEST",
    "NOT_ELIGIBLE",
];

/// What became of one arm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Verdict {
    /// It is the decision.
    Chosen = 0,
    /// It was allowed, and another earns more.
    #[default]
    EarnsLess = 1,
    /// Training saw too little at this depth.
    NotEnoughEvidence = 2,
    /// It would go below the price floor.
    BelowFloor = 3,
    /// It is deeper than the largest discount allowed.
    OverCap = 4,
    /// Another rule decided before arms were compared.
    NotConsidered = 5,
    /// The conditions of its offer are not met, or another offer stands in its way.
    NotEligible = 6,
}

/// The codes of all verdicts, by number.
pub const VERDICT_CODES: [&str; 7] =
    ["CHOSEN", "EARNS_LESS", "NOT_ENOUGH_EVIDENCE", "BELOW_FLOOR", "OVER_CAP", "NOT_CONSIDERED", "NOT_ELIGIBLE"];

/// The record of one arm. Amounts are expectations in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Outcome {
    /// What became of it.
    pub verdict: Verdict,
    /// The probability with which it was chosen, exploration included.
    pub propensity: f64,
    /// The probability that the shopper buys under it.
    pub probability: f64,
    /// Profit above that of no offer.
    pub gain: f64,
    /// Discount given.
    pub cost: f64,
    /// Log-odds of buying: the model's own number, which the explanation adds up to.
    pub score: f64,
}

/// One decision. Always has a price and a reason.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// Index of the arm in the menu; 0 is no offer.
    pub arm: usize,
    /// How many arms the menu has.
    pub arm_count: usize,
    /// The depth of the offer.
    pub depth: BasisPoints,
    /// The price before the offer.
    pub list: Money,
    /// Taken off.
    pub discount: Money,
    /// What to charge: `list − discount`.
    pub price: Money,
    /// Why.
    pub reason: Reason,
    /// Which model decided.
    pub model_version: u64,
    /// The margin that was assumed.
    pub margin: BasisPoints,
    /// One record per arm; only the first `arm_count` mean anything.
    pub outcomes: [Outcome; MAX_ARMS],
}

impl Decision {
    /// The list price with a reason: what every failure becomes.
    pub fn base(list: Money, reason: Reason, arm_count: usize, model_version: u64) -> Self {
        let mut outcomes = [Outcome { verdict: Verdict::NotConsidered, ..Outcome::default() }; MAX_ARMS];
        outcomes[0] = Outcome { verdict: Verdict::Chosen, propensity: 1.0, ..Outcome::default() };
        Decision {
            arm: 0,
            arm_count,
            depth: BasisPoints::default(),
            list,
            discount: Money::default(),
            price: list,
            reason,
            model_version,
            margin: BasisPoints::default(),
            outcomes,
        }
    }

    /// Calls `each` with every number a decision says but the model's version, in one order: what engines are compared by.
    ///
    /// `arm, discount, price, reason`, then per arm `verdict, propensity, probability, gain, cost, score`.
    pub fn numbers(&self, mut each: impl FnMut(f64)) {
        let (discount, price) = (self.discount.minor() as f64, self.price.minor() as f64);
        [self.arm as f64, discount, price, self.reason as u8 as f64].into_iter().for_each(&mut each);
        self.arm_numbers(&mut each);
    }

    /// Those of the arms.
    pub(crate) fn arm_numbers(&self, each: &mut dyn FnMut(f64)) {
        for outcome in self.outcomes() {
            let Outcome { verdict, propensity, probability, gain, cost, score } = *outcome;
            [verdict as u8 as f64, propensity, probability, gain, cost, score].into_iter().for_each(&mut *each);
        }
    }

    /// 64-bit FNV-1a over the little-endian bytes of [`numbers`](Decision::numbers).
    pub fn fingerprint(&self) -> u64 {
        let mut hash = HASH64_OF_NOTHING;
        self.numbers(|number| hash = hash64_on(hash, number.to_bits().to_le_bytes().into_iter()));
        hash
    }

    /// The records of the menu's arms.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes[..self.arm_count]
    }
}

/// The hash of no bytes.
const HASH64_OF_NOTHING: u64 = 0xcbf2_9ce4_8422_2325;

/// 64-bit FNV-1a: notices damage, not malice.
pub(crate) fn hash64(bytes: impl Iterator<Item = u8>) -> u64 {
    hash64_on(HASH64_OF_NOTHING, bytes)
}

/// The hash of what has `hash` and goes on with `bytes`.
fn hash64_on(hash: u64, bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(hash, |hash, byte| (hash ^ byte as u64).wrapping_mul(0x0000_0100_0000_01b3))
}
