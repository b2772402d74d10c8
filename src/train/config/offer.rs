//! `[[menu.offer]]` and `[[menu.floor]]`: offers as a merchandiser writes them.
//!
//! Amounts are in major units with their currency, moments have their zone. *Not* here: what offers mean; that is
//! [`offer`](crate::offer), which also refuses what makes no sense.

use super::percent;
use crate::error::{Code, Error, Result};
use crate::money::{Amount, Currency, Taxes};
use crate::offer::{
    Amounts, Base, BundlePart, Floor, Kind, LineFilter, Mode, Offer, Over, Reward, Rule, Scope, Stacking, Tier,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Amounts by currency, in major units: `{ EUR = 4.99, JPY = "800" }`.
pub type AmountParams = BTreeMap<String, Major>;

/// An amount in major units.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Major {
    /// Without decimals.
    Whole(u64),
    /// As TOML writes numbers; read back as the shortest decimal text.
    Number(f64),
    /// Exact decimal text.
    Text(String),
}

/// One offer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfferParams {
    /// Stable name. An arm of the same name gives it; without one it is public.
    pub id: String,
    /// What the shopper gets.
    pub gives: Gives,
    /// Line by line, or once for the cart.
    #[serde(default)]
    pub scope: ScopeParams,
    /// What it is measured on.
    #[serde(default)]
    pub measured: BaseParams,
    /// The lines it looks at.
    #[serde(default)]
    pub lines: LineParams,
    /// Conditions, all of which must hold.
    #[serde(default)]
    pub when: When,
    /// The higher, the earlier its turn.
    #[serde(default)]
    pub priority: i32,
    /// It stands alone.
    #[serde(default)]
    pub exclusive: bool,
    /// Offers that share one of these do not stand together.
    #[serde(default)]
    pub classes: Vec<String>,
    /// The most it takes off a cart.
    #[serde(default)]
    pub most: AmountParams,
    /// How often one shopper may use it.
    pub most_uses: Option<u32>,
    /// Hours after a use in which it is not given again.
    #[serde(default)]
    pub cool_down_hours: f64,
}

/// What the shopper gets.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Gives {
    /// A share, in percent.
    PercentOff(f64),
    /// An amount, as the cart's prices are.
    AmountOff(AmountParams),
    /// An amount that holds its tax.
    AmountOffWithTax(AmountParams),
    /// An amount to which tax is added.
    AmountOffBeforeTax(AmountParams),
    /// Every unit at this price.
    FixedPrice(AmountParams),
    /// No shipping to pay.
    FreeShipping,
    /// By rising threshold.
    SpendAndSave(Vec<TierParams>),
    /// Some bought, some reduced.
    BuyGet(BuyGetParams),
    /// A set for one price.
    Bundle(BundleParams),
    /// A product for nothing.
    Gift {
        /// Which.
        sku: String,
        /// What it is worth.
        worth: AmountParams,
    },
    /// Points are multiplied by this.
    Points(f64),
    /// A voucher of a partner's.
    PartnerVoucher {
        /// Where.
        partner: String,
        /// Its value, in one currency.
        value: AmountParams,
    },
}

/// One step of spend and save: a percentage or an amount.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TierParams {
    /// Reached when this much is spent.
    pub from: AmountParams,
    /// A share.
    pub percent: Option<f64>,
    /// Or an amount.
    pub amount: Option<AmountParams>,
}

/// Buy some, get some.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BuyGetParams {
    /// Units at their price.
    pub buy: u32,
    /// Units reduced.
    pub get: u32,
    /// Where the reduced units are; the offer's lines when absent.
    pub reduced: Option<LineParams>,
    /// By how much, in percent.
    #[serde(default = "all")]
    pub percent: f64,
    /// How often in one cart.
    pub most_times: Option<u32>,
}

fn all() -> f64 {
    100.0
}

/// A set for one price.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleParams {
    /// What belongs to it.
    pub parts: Vec<PartParams>,
    /// What a set costs.
    pub price: AmountParams,
    /// How many sets in one cart.
    pub most_times: Option<u32>,
}

/// One part of a set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartParams {
    /// Where its units are.
    pub lines: LineParams,
    /// How many.
    #[serde(default = "one")]
    pub units: u32,
}

fn one() -> u32 {
    1
}

/// A choice of lines; all of them when nothing is said.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LineParams {
    /// SKUs taken.
    pub skus: Vec<String>,
    /// Categories taken.
    pub categories: Vec<String>,
    /// SKUs never taken.
    pub except_skus: Vec<String>,
    /// Categories never taken.
    pub except_categories: Vec<String>,
}

/// Conditions. What is not said is none.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// The shopper is in one of these segments.
    pub segments: Vec<String>,
    /// Of one of these loyalty tiers.
    pub tiers: Vec<String>,
    /// Came by one of these channels.
    pub channels: Vec<String>,
    /// Something of these categories is in the cart.
    pub categories: Vec<String>,
    /// One of these products is in the cart.
    pub skus: Vec<String>,
    /// The cart is in one of these currencies.
    pub currencies: Vec<String>,
    /// From this moment on, such as `2026-11-27T09:00+01:00` or `2026-11-27T09:00[Europe/Berlin]`.
    pub from: Option<String>,
    /// Until this moment, itself excluded.
    pub until: Option<String>,
    /// Never ordered before.
    pub first_order: bool,
    /// Was referred by another shopper.
    pub referral: bool,
    /// Chose the greener way.
    pub eco_choice: bool,
    /// At least this much is spent.
    pub minimum: AmountParams,
    /// On which lines.
    pub minimum_lines: LineParams,
    /// At list prices, or at what other offers have left.
    pub minimum_measured: BaseParams,
    /// At least so many units of the offer's lines.
    pub least_units: Option<u32>,
    /// At most so many.
    pub most_units: Option<u32>,
}

/// What products are never sold below.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FloorParams {
    /// Which products.
    #[serde(default)]
    pub lines: LineParams,
    /// The least price of a unit.
    #[serde(default)]
    pub price: AmountParams,
    /// At most this much is taken off it, in percent.
    #[serde(default = "all")]
    pub max_discount: f64,
}

/// Line by line, or once for the cart.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeParams {
    /// Line by line.
    #[default]
    Item,
    /// Once for all lines.
    Cart,
}

/// What shares and thresholds are measured on.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BaseParams {
    /// What other offers have left.
    #[default]
    Discounted,
    /// The list price.
    Initial,
}

/// How offers stand together.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StackingParams {
    /// All that may.
    #[default]
    Stackable,
    /// The first of the list.
    ListOrder,
    /// The best combination for the shopper.
    BestDeal,
    /// One.
    Exclusive,
}

/// The stacking of the menu, over items or over the cart.
pub fn stacking(mode: StackingParams, over: ScopeParams) -> Stacking {
    let mode = match mode {
        StackingParams::Stackable => Mode::Stackable,
        StackingParams::ListOrder => Mode::ListOrder,
        StackingParams::BestDeal => Mode::BestDeal,
        StackingParams::Exclusive => Mode::Exclusive,
    };
    Stacking { mode, over: if matches!(over, ScopeParams::Item) { Over::Item } else { Over::Cart } }
}

impl OfferParams {
    /// The offer; refuses amounts, percentages and moments that cannot be read.
    pub fn offer(&self) -> Result<Offer> {
        let told = self.read();
        told.map_err(|error| Error::new(error.code(), format!("menu.offer `{}`: {error}", self.id)))
    }

    fn read(&self) -> Result<Offer> {
        let cool_down = self.cool_down_hours * 3_600_000.0;
        if !(0.0..=1e13).contains(&cool_down) {
            return Err(bad(format!("cool_down_hours: expected hours, found {}", self.cool_down_hours)));
        }
        let lines = self.lines.filter();
        Ok(Offer {
            kind: self.gives.kind(&lines)?,
            scope: if matches!(self.scope, ScopeParams::Item) { Scope::Item } else { Scope::Cart },
            base: self.measured.base(),
            rules: self.when.rules(&lines)?,
            priority: self.priority,
            exclusive: self.exclusive,
            classes: self.classes.clone(),
            most: amounts(&self.most)?,
            most_uses: self.most_uses,
            cool_down_millis: cool_down as u64,
            lines,
            ..Offer::new(self.id.as_str(), Kind::FreeShipping)
        })
    }

    /// Whether its uses must be counted.
    pub fn counts_uses(&self) -> bool {
        self.most_uses.is_some() || self.cool_down_hours > 0.0
    }
}

impl FloorParams {
    /// The floor; refuses amounts and percentages that cannot be read.
    pub fn floor(&self) -> Result<Floor> {
        let most_off = percent("menu.floor.max_discount", self.max_discount)?;
        Ok(Floor { lines: self.lines.filter(), least: amounts(&self.price)?, most_off })
    }
}

impl Gives {
    fn kind(&self, lines: &LineFilter) -> Result<Kind> {
        let amount_off = |all: &AmountParams, stated| Ok(Kind::AmountOff { amounts: amounts(all)?, stated });
        Ok(match self {
            Gives::PercentOff(depth) => Kind::PercentOff { depth: percent("percent_off", *depth)? },
            Gives::AmountOff(all) => return amount_off(all, None),
            Gives::AmountOffWithTax(all) => return amount_off(all, Some(Taxes::Included)),
            Gives::AmountOffBeforeTax(all) => return amount_off(all, Some(Taxes::Added)),
            Gives::FixedPrice(all) => Kind::FixedPrice { amounts: amounts(all)? },
            Gives::FreeShipping => Kind::FreeShipping,
            Gives::SpendAndSave(tiers) => {
                Kind::SpendAndSave { tiers: tiers.iter().map(TierParams::tier).collect::<Result<_>>()? }
            }
            Gives::BuyGet(told) => Kind::BuyGet {
                buy: told.buy,
                get: told.get,
                reduced: told.reduced.as_ref().map_or_else(|| lines.clone(), LineParams::filter),
                depth: percent("percent", told.percent)?,
                most_times: told.most_times,
            },
            Gives::Bundle(told) => {
                let part = |part: &PartParams| BundlePart { lines: part.lines.filter(), units: part.units };
                let parts = told.parts.iter().map(part).collect();
                Kind::Bundle { parts, price: amounts(&told.price)?, most_times: told.most_times }
            }
            Gives::Gift { sku, worth } => Kind::Gift { sku: sku.clone(), worth: amounts(worth)? },
            Gives::Points(times) if (0.01..=1_000.0).contains(times) => {
                Kind::Points { hundredths: libm::round(times * 100.0) as u32 }
            }
            Gives::Points(times) => return Err(bad(format!("points: expected 0.01 to 1000 times, found {times}"))),
            Gives::PartnerVoucher { partner, value } => {
                let amount = amounts(value)?.0.first().copied().filter(|_| value.len() == 1);
                let amount = amount.ok_or_else(|| bad("value of a voucher: expected one currency"))?;
                Kind::PartnerVoucher { partner: partner.clone(), amount }
            }
        })
    }
}

impl TierParams {
    fn tier(&self) -> Result<Tier> {
        let reward = match (self.percent, &self.amount) {
            (Some(depth), None) => Reward::Percent(percent("percent of a tier", depth)?),
            (None, Some(all)) => Reward::Amount(amounts(all)?),
            _ => return Err(bad("a tier has either `percent` or `amount`")),
        };
        Ok(Tier { from: amounts(&self.from)?, reward })
    }
}

impl LineParams {
    fn filter(&self) -> LineFilter {
        let LineParams { skus, categories, except_skus, except_categories } = self.clone();
        LineFilter { skus, categories, except_skus, except_categories }
    }
}

impl BaseParams {
    fn base(self) -> Base {
        if matches!(self, BaseParams::Initial) { Base::Initial } else { Base::Discounted }
    }
}

impl When {
    fn rules(&self, lines: &LineFilter) -> Result<Vec<Rule>> {
        let named = [
            (&self.segments, Rule::Segment as fn(Vec<String>) -> Rule),
            (&self.tiers, Rule::Tier),
            (&self.channels, Rule::Channel),
            (&self.categories, Rule::Category),
            (&self.skus, Rule::Sku),
        ];
        let said = named.into_iter().filter(|(names, _)| !names.is_empty());
        let mut rules: Vec<Rule> = said.map(|(names, rule)| rule(names.clone())).collect();
        if !self.currencies.is_empty() {
            let currencies = self.currencies.iter().map(|code| Currency::new(code)).collect::<Result<_>>()?;
            rules.push(Rule::Currency(currencies));
        }
        if self.from.is_some() || self.until.is_some() {
            let (from, until) = (self.from.as_deref(), self.until.as_deref());
            let window = (from.map(instant).transpose()?, until.map(instant).transpose()?);
            rules.push(Rule::Window { from: window.0, until: window.1 });
        }
        let flags =
            [(self.first_order, Rule::FirstOrder), (self.referral, Rule::Referral), (self.eco_choice, Rule::EcoChoice)];
        rules.extend(flags.into_iter().filter(|(holds, _)| *holds).map(|(_, rule)| rule));
        if !self.minimum.is_empty() {
            let (amounts, lines) = (amounts(&self.minimum)?, self.minimum_lines.filter());
            rules.push(Rule::MinimumBasket { amounts, lines, measured: self.minimum_measured.base() });
        }
        if self.least_units.is_some() || self.most_units.is_some() {
            let least = self.least_units.unwrap_or(0);
            rules.push(Rule::Quantity { lines: lines.clone(), least, most: self.most_units });
        }
        Ok(rules)
    }
}

fn amounts(all: &AmountParams) -> Result<Amounts> {
    let amount = |(code, major): (&String, &Major)| {
        let currency = Currency::new(code)?;
        let text = match major {
            Major::Whole(whole) => whole.to_string(),
            Major::Number(number) => number.to_string(),
            Major::Text(text) => text.clone(),
        };
        let money = currency.parse(&text);
        let money = money.map_err(|error| Error::new(error.code(), format!("{code} {text}: {error}")))?;
        Ok(Amount { currency, money })
    };
    all.iter().map(amount).collect::<Result<_>>().map(Amounts)
}

/// Milliseconds since 1970 of a moment that says its zone.
fn instant(text: &str) -> Result<i64> {
    let zoned = text.parse::<jiff::ZonedDateTime>().map(|zoned| zoned.timestamp());
    let told = text.parse::<jiff::Timestamp>().or(zoned);
    told.map(|at| at.as_millisecond())
        .map_err(|_| bad(format!("expected a moment with its zone like 2026-11-27T09:00+01:00, found `{text}`")))
}

fn bad(what: impl Into<String>) -> Error {
    Error::new(Code::BadConfig, what.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Menu;
    use crate::train::Params;
    use crate::train::release;

    const MONEY: &str = include_str!("../../../docs/money.md");

    fn documented() -> &'static str {
        MONEY.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap()
    }

    fn menu(settings: &str) -> Result<Menu> {
        let shop = "[shop]\nname = \"a\"\ncurrency = \"EUR\"\n";
        let params = Params::from_toml(&format!("{shop}{settings}"))?.menu.unwrap();
        release::menu(&params, &params.check()?, "a")
    }

    #[test]
    fn the_documented_menu_has_every_kind_of_offer_and_every_condition() {
        let menu = menu(documented()).unwrap();
        let kinds: std::collections::BTreeSet<_> = menu.offers.iter().map(|offer| variant(&offer.kind)).collect();
        let rules: std::collections::BTreeSet<_> =
            menu.offers.iter().flat_map(|offer| &offer.rules).map(variant).collect();
        assert_eq!((kinds.len(), rules.len()), (10, 12), "{kinds:?} {rules:?}");
        assert_eq!(menu.floors.len(), 2);
    }

    /// The name of the variant, as it is printed.
    fn variant(value: &impl std::fmt::Debug) -> String {
        let told = format!("{value:?}");
        told.split([' ', '(', '{']).next().unwrap_or_default().to_string()
    }

    #[test]
    fn amounts_moments_and_hours_become_minor_units_and_milliseconds() {
        let menu = menu(documented()).unwrap();
        let offer = |id: &str| menu.offers.iter().find(|offer| offer.id == id).unwrap();
        assert_eq!(offer("free delivery").cool_down_millis, 72 * 3_600_000);
        let [Rule::MinimumBasket { amounts, .. }] = &offer("free delivery").rules[..] else { panic!("a minimum") };
        assert_eq!(amounts.get(Currency::new("EUR").unwrap()).unwrap().minor(), 2_990);
        let window = offer("black friday").rules.iter().find(|rule| matches!(rule, Rule::Window { .. }));
        // 27 November 8:00 and 29 November 23:00 in UTC.
        let expected = Rule::Window { from: Some(1_795_766_400_000), until: Some(1_795_993_200_000) };
        assert_eq!(window, Some(&expected));
    }

    #[test]
    fn refuses_what_cannot_be_read_and_says_which_offer() {
        let rows = [
            ("EUR = 29.90", "EUR = 29.905", "menu.offer `free delivery`: EUR 29.905: decimals of an amount"),
            (
                "EUR = 29.90",
                "eur = 29.90",
                "menu.offer `free delivery`: currency is not a code of three capital letters",
            ),
            (
                "T09:00+01:00",
                "T09:00",
                "menu.offer `black friday`: expected a moment with its zone like 2026-11-27T09:00+01:00",
            ),
            (
                "percent_off = 10",
                "percent_off = 110",
                "menu.offer `a friend sent me`: percent_off: at most 100, found 110",
            ),
            ("points = 2", "points = 0", "menu.offer `gold points`: points: expected 0.01 to 1000 times, found 0"),
            ("cool_down_hours = 72", "cool_down_hours = -1", "cool_down_hours: expected hours, found -1"),
            ("id = \"tote\"", "id = \"none\"", "arm `none`: an offer is called `none`"),
            ("id = \"tote\"", "id = \"cinema\"", "two offers carry the id `cinema`"),
            ("percent = 15 }", "percent = 15, amount = { EUR = 1 } }", "a tier has either `percent` or `amount`"),
            ("max_discount = 0", "max_discount = 100", "a floor has neither a least price nor a largest discount"),
            ("priority = 1", "prioritty = 1", "unknown field `prioritty`"),
            ("when = { first_order", "when = { first_oder", "unknown field `first_oder`"),
        ];
        for (from, to, expected) in rows {
            assert!(documented().contains(from), "{from}");
            let message = menu(&documented().replacen(from, to, 1)).unwrap_err().to_string();
            assert!(message.contains(expected), "{to}: {message}");
        }
    }
}
