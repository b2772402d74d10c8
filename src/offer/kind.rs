//! What can be offered.
//!
//! A kind says what is taken off or given; on which lines, to whom and beside which others is said by the
//! [`Offer`](super::Offer) around it. *Not* here: how much that comes to in a basket.

use super::LineFilter;
use crate::error::{Code, Error, Result};
use crate::money::{Amount, BasisPoints, Currency, Money, Taxes};
use alloc::string::String;
use alloc::vec::Vec;

/// One amount per currency. A currency that is missing is one the offer does not exist in; nothing is converted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amounts(pub Vec<Amount>);

impl Amounts {
    /// The amount in `currency`, if there is one.
    pub fn get(&self, currency: Currency) -> Option<Money> {
        self.0.iter().find(|amount| amount.currency == currency).map(|amount| amount.money)
    }

    /// Refuses a currency given twice.
    pub(super) fn check(&self) -> Result<()> {
        for (place, amount) in self.0.iter().enumerate() {
            if self.0[..place].iter().any(|earlier| earlier.currency == amount.currency) {
                return Err(Error::new(Code::DuplicateName, "an amount is given twice in one currency"));
            }
        }
        Ok(())
    }

    /// Also refuses none at all, and amounts of zero.
    pub(super) fn check_some(&self) -> Result<()> {
        if self.0.is_empty() || self.0.iter().any(|amount| amount.money.minor() == 0) {
            return Err(Error::new(Code::BadConfig, "an offer's amount is missing or zero"));
        }
        self.check()
    }
}

impl From<Amount> for Amounts {
    fn from(amount: Amount) -> Self {
        Amounts([amount].into())
    }
}

/// What the shopper gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A share of the price.
    PercentOff {
        /// How much of it.
        depth: BasisPoints,
    },
    /// An amount: off every unit in scope `Item`, off all lines together in scope `Cart`.
    AmountOff {
        /// How much, by currency.
        amounts: Amounts,
        /// Whether the amount is stated with its tax; none means "as the basket's prices are".
        stated: Option<Taxes>,
    },
    /// Every unit at this price, if that is less than it costs already. Scope `Item` only.
    FixedPrice {
        /// The price of a unit, by currency; may be zero.
        amounts: Amounts,
    },
    /// Nothing to pay for shipping.
    FreeShipping,
    /// The more is spent on the lines, the more is taken off them together: the last tier that is reached.
    SpendAndSave {
        /// By rising threshold.
        tiers: Vec<Tier>,
    },
    /// For every `buy` units, `get` further units in the basket are reduced, the cheapest first. Units that are not in the
    /// basket are never counted and nothing is added to it.
    BuyGet {
        /// Units bought at their price, among the offer's lines.
        buy: u32,
        /// Units reduced.
        get: u32,
        /// Where the reduced units are; a unit that is both counts once, as bought or as reduced.
        reduced: LineFilter,
        /// How much of their price is taken off; 10,000 makes them free.
        depth: BasisPoints,
        /// How often it repeats in one basket; none for as often as the units allow.
        most_times: Option<u32>,
    },
    /// A set of units for one price. Each part takes the dearest units that are left, in the order of parts.
    Bundle {
        /// What belongs to one set.
        parts: Vec<BundlePart>,
        /// Price of a set, by currency.
        price: Amounts,
        /// How many sets in one basket; none for as many as the units allow.
        most_times: Option<u32>,
    },
    /// A further product for nothing. A basket takes at most one gift, whatever the stacking.
    Gift {
        /// The product.
        sku: String,
        /// What it is worth to the shopper, by currency.
        worth: Amounts,
    },
    /// Loyalty points are multiplied; no price changes.
    Points {
        /// In hundredths: 200 doubles them.
        hundredths: u32,
    },
    /// A voucher to redeem at a partner's; no price changes.
    PartnerVoucher {
        /// Where.
        partner: String,
        /// Its value, paid in its own currency whatever the basket's is.
        amount: Amount,
    },
}

/// One step of [`Kind::SpendAndSave`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// Reached when this much is spent, by currency.
    pub from: Amounts,
    /// What it brings.
    pub reward: Reward,
}

/// What a tier takes off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reward {
    /// A share of the price.
    Percent(BasisPoints),
    /// An amount, by currency.
    Amount(Amounts),
}

/// One part of a [`Kind::Bundle`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundlePart {
    /// Where its units are.
    pub lines: LineFilter,
    /// How many of them one set needs.
    pub units: u32,
}

impl Kind {
    /// Refuses what could never be given, or not be understood in one way.
    pub(super) fn check(&self) -> Result<()> {
        match self {
            Kind::PercentOff { depth } => above_zero(depth.get() as u64),
            Kind::AmountOff { amounts, .. } => amounts.check_some(),
            Kind::FixedPrice { amounts } if amounts.0.is_empty() => empty("a fixed price has no amount"),
            Kind::FixedPrice { amounts } => amounts.check(),
            Kind::FreeShipping => Ok(()),
            Kind::SpendAndSave { tiers } => check_tiers(tiers),
            Kind::BuyGet { buy, get, depth, .. } => above_zero((*buy).min(*get).min(depth.get() as u32) as u64),
            Kind::Bundle { parts, .. } if parts.is_empty() => empty("a bundle has no parts"),
            Kind::Bundle { parts, price, .. } => {
                above_zero(parts.iter().map(|part| part.units as u64).min().unwrap_or(0)).and(price.check_some())
            }
            Kind::Gift { sku, .. } if sku.is_empty() => empty("a gift names no product"),
            Kind::Gift { worth, .. } => worth.check_some(),
            Kind::Points { hundredths } => above_zero(*hundredths as u64),
            Kind::PartnerVoucher { amount, .. } => above_zero(amount.money.minor() as u64),
        }
    }

    /// Whether the offer exists in `currency`.
    pub(super) fn exists_in(&self, currency: Currency) -> bool {
        match self {
            Kind::AmountOff { amounts, .. } | Kind::FixedPrice { amounts } => amounts.get(currency).is_some(),
            Kind::Bundle { price: amounts, .. } | Kind::Gift { worth: amounts, .. } => amounts.get(currency).is_some(),
            Kind::SpendAndSave { tiers } => tiers.iter().any(|tier| tier.exists_in(currency)),
            _ => true,
        }
    }

    /// The deepest share this kind may take off every line it looks at, for the check of combined shares.
    pub(super) fn deepest_share(&self) -> u16 {
        let percent = |tier: &Tier| if let Reward::Percent(depth) = tier.reward { depth.get() } else { 0 };
        match self {
            Kind::PercentOff { depth } => depth.get(),
            Kind::SpendAndSave { tiers } => tiers.iter().map(percent).max().unwrap_or(0),
            _ => 0,
        }
    }
}

impl Tier {
    pub(super) fn exists_in(&self, currency: Currency) -> bool {
        let is_rewarded = match &self.reward {
            Reward::Percent(_) => true,
            Reward::Amount(amounts) => amounts.get(currency).is_some(),
        };
        is_rewarded && self.from.get(currency).is_some()
    }
}

fn above_zero(number: u64) -> Result<()> {
    match number {
        0 => Err(Error::new(Code::BadConfig, "a depth, a number of units or an amount of an offer is zero")),
        _ => Ok(()),
    }
}

fn empty(what: &'static str) -> Result<()> {
    Err(Error::new(Code::BadConfig, what))
}

/// In every currency that two neighbouring tiers share, the later must start higher.
fn check_tiers(tiers: &[Tier]) -> Result<()> {
    if tiers.is_empty() {
        return empty("spend and save has no tiers");
    }
    for tier in tiers {
        tier.from.check_some()?;
        match &tier.reward {
            Reward::Percent(depth) => above_zero(depth.get() as u64)?,
            Reward::Amount(amounts) => amounts.check_some()?,
        }
    }
    for (place, tier) in tiers.iter().enumerate() {
        for from in &tier.from.0 {
            let before = tiers[..place].iter().filter_map(|earlier| earlier.from.get(from.currency));
            if before.into_iter().any(|earlier| earlier >= from.money) {
                return empty("tiers are not in order of rising threshold");
            }
        }
    }
    Ok(())
}
