//! One case per reported failure: `data/golden/offers/stacking.json`.

use serde::Deserialize;
use skonto::money::{Amount, BasisPoints, Currency, Money, TaxRate, Taxes};
use skonto::offer::{
    Amounts, Base, Basket, BasketLine, BundlePart, Circumstances, Cut, Kind, Limits, LineFilter, Mode, Nearest, Offer,
    Offers, Over, Priced, Refusal, Reward, Rule, Scope, Stacking, Tier, Uses,
};
use std::collections::BTreeMap;

const CASES: &str = include_str!("../../data/golden/offers/stacking.json");

type ByCurrency = BTreeMap<String, i64>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "about")]
    _about: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    issues: Vec<String>,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    taxes: Option<String>,
    #[serde(default)]
    shipping: i64,
    #[serde(default)]
    stacking: Stack,
    #[serde(default)]
    limits: Caps,
    #[serde(default)]
    about: About,
    offers: Vec<Told>,
    lines: Vec<Row>,
    expect: Expect,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Stack {
    mode: Option<String>,
    over: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Caps {
    line_cap: Option<u16>,
    cart_cap: Option<u16>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct About {
    now: Option<i64>,
    segments: Option<Vec<String>>,
    tier: Option<String>,
    channel: Option<String>,
    uses: Option<Vec<Used>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Used {
    offer: String,
    count: u32,
    last: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    id: String,
    kind: What,
    scope: Option<String>,
    base: Option<String>,
    #[serde(default)]
    skus: Vec<String>,
    #[serde(default)]
    categories: Vec<String>,
    #[serde(default)]
    rules: Vec<Condition>,
    #[serde(default)]
    priority: i32,
    #[serde(default)]
    exclusive: bool,
    #[serde(default)]
    classes: Vec<String>,
    #[serde(default)]
    most: ByCurrency,
    most_uses: Option<u32>,
    #[serde(default)]
    cool_down_millis: u64,
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum What {
    Amount { amount_off: ByCurrency, stated: Option<String> },
    Tagged(Tagged),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Tagged {
    PercentOff(u16),
    FixedPrice(ByCurrency),
    FreeShipping,
    SpendAndSave(Vec<(ByCurrency, Prize)>),
    BuyGet {
        buy: u32,
        get: u32,
        #[serde(default)]
        reduced: Vec<String>,
        most_times: Option<u32>,
    },
    Bundle {
        parts: Vec<(Vec<String>, u32)>,
        price: ByCurrency,
    },
    Gift {
        sku: String,
        worth: ByCurrency,
    },
    Points(u32),
    PartnerVoucher(String, ByCurrency),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Prize {
    Percent(u16),
    Amount(ByCurrency),
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Condition {
    Tier { tier: Vec<String> },
    Segment { segment: Vec<String> },
    Channel { channel: Vec<String> },
    Window { window: (Option<i64>, Option<i64>) },
    Minimum { minimum: ByCurrency, measured: Option<String> },
    Quantity { quantity: Count },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Count {
    skus: Vec<String>,
    least: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    sku: String,
    price: i64,
    quantity: u32,
    #[serde(default)]
    tax: u32,
    #[serde(default)]
    floor: i64,
    #[serde(default)]
    categories: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    error: Option<String>,
    #[serde(default)]
    prices: Vec<i64>,
    tax: Option<i64>,
    #[serde(default)]
    applied: BTreeMap<String, i64>,
    #[serde(default)]
    cut: BTreeMap<String, String>,
    #[serde(default)]
    next: BTreeMap<String, Change>,
    #[serde(default)]
    refused: BTreeMap<String, Vec<Reason>>,
}

#[derive(Deserialize, PartialEq, Debug)]
#[serde(deny_unknown_fields)]
struct Reason {
    code: String,
    rule: Option<usize>,
    nearest: Option<Change>,
}

#[derive(Deserialize, PartialEq, Debug)]
#[serde(rename_all = "snake_case")]
enum Change {
    Spend(i64),
    Add(u32),
    Remove(u32),
    Wait(i64),
    Tell(String),
    Without(String),
}

fn money(minor: i64) -> Money {
    Money::new(minor).unwrap()
}

fn share(points: u16) -> BasisPoints {
    BasisPoints::new(points).unwrap()
}

fn amounts(told: &ByCurrency) -> Amounts {
    let one = |(code, minor): (&String, &i64)| Amount { currency: Currency::new(code).unwrap(), money: money(*minor) };
    Amounts(told.iter().map(one).collect())
}

fn base(told: &Option<String>) -> Base {
    match told.as_deref() {
        None | Some("discounted") => Base::Discounted,
        Some("initial") => Base::Initial,
        Some(other) => panic!("no base {other}"),
    }
}

fn taxes(told: &str) -> Taxes {
    match told {
        "included" => Taxes::Included,
        "added" => Taxes::Added,
        other => panic!("no taxes {other}"),
    }
}

impl Told {
    fn offer(&self) -> Offer {
        Offer {
            scope: match self.scope.as_deref() {
                None | Some("item") => Scope::Item,
                Some("cart") => Scope::Cart,
                Some(other) => panic!("no scope {other}"),
            },
            base: base(&self.base),
            lines: LineFilter { skus: self.skus.clone(), categories: self.categories.clone(), ..LineFilter::default() },
            rules: self.rules.iter().map(Condition::rule).collect(),
            priority: self.priority,
            exclusive: self.exclusive,
            classes: self.classes.clone(),
            most: amounts(&self.most),
            most_uses: self.most_uses,
            cool_down_millis: self.cool_down_millis,
            ..Offer::new(self.id.clone(), self.kind.kind())
        }
    }
}

impl What {
    fn kind(&self) -> Kind {
        match self {
            What::Amount { amount_off, stated } => {
                Kind::AmountOff { amounts: amounts(amount_off), stated: stated.as_deref().map(taxes) }
            }
            What::Tagged(tagged) => tagged.kind(),
        }
    }
}

impl Tagged {
    fn kind(&self) -> Kind {
        match self {
            Tagged::PercentOff(points) => Kind::PercentOff { depth: share(*points) },
            Tagged::FixedPrice(told) => Kind::FixedPrice { amounts: amounts(told) },
            Tagged::FreeShipping => Kind::FreeShipping,
            Tagged::SpendAndSave(tiers) => {
                let tier = |(from, prize): &(ByCurrency, Prize)| Tier { from: amounts(from), reward: prize.reward() };
                Kind::SpendAndSave { tiers: tiers.iter().map(tier).collect() }
            }
            Tagged::BuyGet { buy, get, reduced, most_times } => {
                let (reduced, depth) = (LineFilter::skus(reduced.clone()), share(10_000));
                Kind::BuyGet { buy: *buy, get: *get, reduced, depth, most_times: *most_times }
            }
            Tagged::Bundle { parts, price } => {
                let part = |(skus, units): &(Vec<String>, u32)| BundlePart {
                    lines: LineFilter::skus(skus.clone()),
                    units: *units,
                };
                Kind::Bundle { parts: parts.iter().map(part).collect(), price: amounts(price), most_times: None }
            }
            Tagged::Gift { sku, worth } => Kind::Gift { sku: sku.clone(), worth: amounts(worth) },
            Tagged::Points(hundredths) => Kind::Points { hundredths: *hundredths },
            Tagged::PartnerVoucher(partner, told) => {
                Kind::PartnerVoucher { partner: partner.clone(), amount: amounts(told).0[0] }
            }
        }
    }
}

impl Prize {
    fn reward(&self) -> Reward {
        match self {
            Prize::Percent(points) => Reward::Percent(share(*points)),
            Prize::Amount(told) => Reward::Amount(amounts(told)),
        }
    }
}

impl Condition {
    fn rule(&self) -> Rule {
        match self {
            Condition::Tier { tier } => Rule::Tier(tier.clone()),
            Condition::Segment { segment } => Rule::Segment(segment.clone()),
            Condition::Channel { channel } => Rule::Channel(channel.clone()),
            Condition::Window { window: (from, until) } => Rule::Window { from: *from, until: *until },
            Condition::Minimum { minimum, measured } => {
                let measured = measured.as_ref().map_or(Base::Initial, |_| base(measured));
                Rule::MinimumBasket { amounts: amounts(minimum), lines: LineFilter::default(), measured }
            }
            Condition::Quantity { quantity } => {
                let lines = LineFilter::skus(quantity.skus.clone());
                Rule::Quantity { lines, least: quantity.least, most: None }
            }
        }
    }
}

impl Case {
    fn offers(&self) -> Offers {
        let mode = match self.stacking.mode.as_deref() {
            None | Some("stackable") => Mode::Stackable,
            Some("list_order") => Mode::ListOrder,
            Some("best_deal") => Mode::BestDeal,
            Some("exclusive") => Mode::Exclusive,
            Some(other) => panic!("no mode {other}"),
        };
        let over = if self.stacking.over.as_deref() == Some("item") { Over::Item } else { Over::Cart };
        let cap = |told: Option<u16>| told.map_or(BasisPoints::ALL, share);
        let (line_cap, cart_cap) = (cap(self.limits.line_cap), cap(self.limits.cart_cap));
        let limits = Limits { line_cap, cart_cap, ..Limits::default() };
        Offers { offers: self.offers.iter().map(Told::offer).collect(), stacking: Stacking { mode, over }, limits }
    }

    fn basket(&self) -> Basket {
        let line = |row: &Row| BasketLine {
            sku: row.sku.clone(),
            categories: row.categories.clone(),
            price: money(row.price),
            quantity: row.quantity,
            tax: TaxRate::new(row.tax).unwrap(),
            floor: money(row.floor),
            unit_cost: None,
        };
        Basket {
            lines: self.lines.iter().map(line).collect(),
            taxes: taxes(self.taxes.as_deref().unwrap_or("included")),
            shipping: money(self.shipping),
            ..Basket::new(Currency::new(self.currency.as_deref().unwrap_or("EUR")).unwrap())
        }
    }

    fn circumstances(&self) -> Circumstances {
        let About { now, segments, tier, channel, uses } = &self.about;
        let one = |used: &Used| Uses { offer: used.offer.clone(), count: used.count, last: used.last };
        let uses = uses.as_ref().map(|uses| uses.iter().map(one).collect());
        let (segments, tier, channel) = (segments.clone(), tier.clone(), channel.clone());
        Circumstances { now: *now, segments, tier, channel, uses, ..Circumstances::default() }
    }

    fn change(&self, nearest: Nearest) -> Change {
        match nearest {
            Nearest::Spend(more) => Change::Spend(more.minor()),
            Nearest::Add(units) => Change::Add(units),
            Nearest::Remove(units) => Change::Remove(units),
            Nearest::Wait(until) => Change::Wait(until),
            Nearest::Tell(attribute) => Change::Tell(format!("{attribute:?}")),
            Nearest::Without(offer) => Change::Without(self.offers[offer].id.clone()),
        }
    }

    fn reason(&self, refusal: &Refusal) -> Reason {
        let nearest = refusal.nearest.map(|nearest| self.change(nearest));
        Reason { code: refusal.code.name().into(), rule: refusal.rule, nearest }
    }

    fn compare(&self, priced: &Priced) {
        let (name, expect) = (&self.name, &self.expect);
        let id = |offer: usize| self.offers[offer].id.clone();
        let prices: Vec<i64> = priced.lines.iter().map(|line| line.price.minor()).collect();
        assert_eq!(prices, expect.prices, "prices of {name}: {priced:#?}");
        let applied: BTreeMap<String, i64> =
            priced.applied.iter().map(|applied| (id(applied.offer), applied.amount.minor())).collect();
        assert_eq!(applied, expect.applied, "applied in {name}");
        let cut = |cut: Cut| match cut {
            Cut::Line => "line".to_string(),
            Cut::Cart => "cart".to_string(),
            Cut::Offer => "offer".to_string(),
        };
        let cuts: BTreeMap<String, String> =
            priced.applied.iter().filter_map(|applied| Some((id(applied.offer), cut(applied.cut?)))).collect();
        assert_eq!(cuts, expect.cut, "cut in {name}");
        let next: BTreeMap<String, Change> =
            priced.applied.iter().filter_map(|applied| Some((id(applied.offer), self.change(applied.next?)))).collect();
        assert_eq!(next, expect.next, "next in {name}");
        let reasons = |refusals: &[Refusal]| refusals.iter().map(|refusal| self.reason(refusal)).collect();
        let refused: BTreeMap<String, Vec<Reason>> =
            priced.refused.iter().map(|refused| (id(refused.offer), reasons(&refused.refusals))).collect();
        assert_eq!(refused, expect.refused, "refused in {name}");
        if let Some(tax) = expect.tax {
            assert_eq!(priced.totals.taxed.tax.minor(), tax, "tax of {name}");
        }
    }
}

#[test]
fn every_reported_failure_has_its_answer() {
    let file: File = serde_json::from_str(CASES).unwrap();
    assert!(file.cases.len() >= 40, "only {} cases", file.cases.len());
    let issues = file.cases.iter().flat_map(|case| &case.issues);
    assert!(issues.clone().all(|issue| issue.contains('/') && issue.contains('#')), "an issue without its place");
    for case in &file.cases {
        match (case.offers().check(), &case.expect.error) {
            (Ok(offers), None) => case.compare(&offers.price(&case.basket().check().unwrap(), &case.circumstances())),
            (Err(error), Some(code)) => assert_eq!(error.code().name(), code, "{}: {error}", case.name),
            (checked, expected) => panic!("{}: {checked:?}, expected {expected:?}", case.name),
        }
    }
}
