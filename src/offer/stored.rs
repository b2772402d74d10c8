//! The bytes of offers and floors, as the menu of an artefact holds them: each encoded beside its decoding.
//!
//! ```text
//! offer     text id · u8 kind, its fields · u8 scope · u8 base · lines · list of rules · u32 priority · u8 exclusive
//!           list of texts (classes) · amounts (most) · u32 most uses (0 none) · u64 cool-down
//! amounts   list of (currency, u64 minor)          currency   three letters
//! lines     four lists of texts: SKUs, categories, SKUs never, categories never
//! floor     lines · amounts · u16 most off
//! stacking  u8 mode · u8 over
//! ```
//! Only the form is looked at here; what makes no sense is refused by [`Offers::check`](super::Offers::check).

use super::{
    Amounts, Base, BundlePart, Floor, Kind, LineFilter, Mode, Offer, Over, Reward, Rule, Scope, Stacking, Tier,
};
use crate::artefact::reader::{Reader, Writer};
use crate::money::{Amount, BasisPoints, Currency, Money, Taxes};
use alloc::string::String;
use alloc::vec::Vec;

const SCOPES: [Scope; 2] = [Scope::Item, Scope::Cart];
const BASES: [Base; 2] = [Base::Initial, Base::Discounted];
const MODES: [Mode; 4] = [Mode::Stackable, Mode::ListOrder, Mode::BestDeal, Mode::Exclusive];
const OVERS: [Over; 2] = [Over::Item, Over::Cart];
const STATED: [Option<Taxes>; 3] = [None, Some(Taxes::Included), Some(Taxes::Added)];
const KINDS: usize = 10;
const RULES: usize = 12;

impl Stacking {
    pub(crate) fn write(&self, w: &mut Writer) {
        w.u8(place(&MODES, &self.mode));
        w.u8(place(&OVERS, &self.over));
    }

    pub(crate) fn read(r: &mut Reader) -> Self {
        Stacking { mode: r.variant("stacking", &MODES), over: r.variant("stacking over", &OVERS) }
    }
}

impl Floor {
    pub(crate) fn write(&self, w: &mut Writer) {
        self.lines.write(w);
        self.least.write(w);
        w.u16(self.most_off.get());
    }

    pub(crate) fn read(r: &mut Reader) -> Self {
        Floor { lines: LineFilter::read(r), least: Amounts::read(r), most_off: share(r) }
    }
}

impl Offer {
    pub(crate) fn write(&self, w: &mut Writer) {
        w.text(&self.id);
        self.kind.write(w);
        w.u8(place(&SCOPES, &self.scope));
        w.u8(place(&BASES, &self.base));
        self.lines.write(w);
        w.list(&self.rules, |w, rule| rule.write(w));
        w.u32(self.priority as u32);
        w.u8(self.exclusive as u8);
        write_texts(w, &self.classes);
        self.most.write(w);
        w.u32(self.most_uses.unwrap_or(0));
        w.u64(self.cool_down_millis);
    }

    pub(crate) fn read(r: &mut Reader) -> Self {
        Offer {
            id: r.text(),
            kind: Kind::read(r),
            scope: r.variant("scope of an offer", &SCOPES),
            base: r.variant("base of an offer", &BASES),
            lines: LineFilter::read(r),
            rules: r.list(Rule::read),
            priority: r.u32() as i32,
            exclusive: r.index("flag of an offer", 2) == 1,
            classes: read_texts(r),
            most: Amounts::read(r),
            most_uses: or_none(r.u32()),
            cool_down_millis: r.u64(),
        }
    }
}

impl LineFilter {
    fn write(&self, w: &mut Writer) {
        let lists = [&self.skus, &self.categories, &self.except_skus, &self.except_categories];
        lists.into_iter().for_each(|texts| write_texts(w, texts));
    }

    fn read(r: &mut Reader) -> Self {
        let (skus, categories, except_skus) = (read_texts(r), read_texts(r), read_texts(r));
        LineFilter { skus, categories, except_skus, except_categories: read_texts(r) }
    }
}

impl Amounts {
    fn write(&self, w: &mut Writer) {
        w.list(&self.0, write_amount);
    }

    fn read(r: &mut Reader) -> Self {
        Amounts(r.list(read_amount))
    }
}

impl Kind {
    fn write(&self, w: &mut Writer) {
        match self {
            Kind::PercentOff { depth } => (w.u8(0), w.u16(depth.get())).1,
            Kind::AmountOff { amounts, stated } => {
                w.u8(1);
                amounts.write(w);
                w.u8(place(&STATED, stated));
            }
            Kind::FixedPrice { amounts } => (w.u8(2), amounts.write(w)).1,
            Kind::FreeShipping => w.u8(3),
            Kind::SpendAndSave { tiers } => (w.u8(4), w.list(tiers, write_tier)).1,
            Kind::BuyGet { buy, get, reduced, depth, most_times } => {
                w.u8(5);
                [*buy, *get].into_iter().for_each(|units| w.u32(units));
                reduced.write(w);
                w.u16(depth.get());
                w.u32(most_times.unwrap_or(0));
            }
            Kind::Bundle { parts, price, most_times } => {
                w.u8(6);
                w.list(parts, |w, part| {
                    part.lines.write(w);
                    w.u32(part.units);
                });
                price.write(w);
                w.u32(most_times.unwrap_or(0));
            }
            Kind::Gift { sku, worth } => (w.u8(7), w.text(sku), worth.write(w)).2,
            Kind::Points { hundredths } => (w.u8(8), w.u32(*hundredths)).1,
            Kind::PartnerVoucher { partner, amount } => (w.u8(9), w.text(partner), write_amount(w, amount)).2,
        }
    }

    fn read(r: &mut Reader) -> Self {
        match r.index("kind of an offer", KINDS) {
            0 => Kind::PercentOff { depth: share(r) },
            1 => Kind::AmountOff { amounts: Amounts::read(r), stated: r.variant("tax of an amount", &STATED) },
            2 => Kind::FixedPrice { amounts: Amounts::read(r) },
            3 => Kind::FreeShipping,
            4 => Kind::SpendAndSave { tiers: r.list(read_tier) },
            5 => {
                let (buy, get, reduced) = (r.u32(), r.u32(), LineFilter::read(r));
                Kind::BuyGet { buy, get, reduced, depth: share(r), most_times: or_none(r.u32()) }
            }
            6 => {
                let parts = r.list(|r| BundlePart { lines: LineFilter::read(r), units: r.u32() });
                Kind::Bundle { parts, price: Amounts::read(r), most_times: or_none(r.u32()) }
            }
            7 => Kind::Gift { sku: r.text(), worth: Amounts::read(r) },
            8 => Kind::Points { hundredths: r.u32() },
            _ => Kind::PartnerVoucher { partner: r.text(), amount: read_amount(r) },
        }
    }
}

impl Rule {
    fn write(&self, w: &mut Writer) {
        let named = |w: &mut Writer, tag: u8, names: &[String]| (w.u8(tag), write_texts(w, names)).1;
        match self {
            Rule::Segment(names) => named(w, 0, names),
            Rule::Tier(names) => named(w, 1, names),
            Rule::Category(names) => named(w, 2, names),
            Rule::Sku(names) => named(w, 3, names),
            Rule::Channel(names) => named(w, 4, names),
            Rule::Window { from, until } => {
                w.u8(5);
                w.u64(from.unwrap_or(i64::MIN) as u64);
                w.u64(until.unwrap_or(i64::MAX) as u64);
            }
            Rule::FirstOrder => w.u8(6),
            Rule::MinimumBasket { amounts, lines, measured } => {
                w.u8(7);
                amounts.write(w);
                lines.write(w);
                w.u8(place(&BASES, measured));
            }
            Rule::Referral => w.u8(8),
            Rule::EcoChoice => w.u8(9),
            Rule::Quantity { lines, least, most } => {
                w.u8(10);
                lines.write(w);
                w.u32(*least);
                w.u32(most.unwrap_or(u32::MAX));
            }
            Rule::Currency(currencies) => (w.u8(11), w.list(currencies, |w, currency| write_currency(w, *currency))).1,
        }
    }

    fn read(r: &mut Reader) -> Self {
        match r.index("rule of an offer", RULES) {
            0 => Rule::Segment(read_texts(r)),
            1 => Rule::Tier(read_texts(r)),
            2 => Rule::Category(read_texts(r)),
            3 => Rule::Sku(read_texts(r)),
            4 => Rule::Channel(read_texts(r)),
            5 => {
                let (from, until) = (r.u64() as i64, r.u64() as i64);
                Rule::Window { from: unless(from, i64::MIN), until: unless(until, i64::MAX) }
            }
            6 => Rule::FirstOrder,
            7 => {
                let (amounts, lines) = (Amounts::read(r), LineFilter::read(r));
                Rule::MinimumBasket { amounts, lines, measured: r.variant("base of a rule", &BASES) }
            }
            8 => Rule::Referral,
            9 => Rule::EcoChoice,
            10 => {
                let (lines, least) = (LineFilter::read(r), r.u32());
                Rule::Quantity { lines, least, most: unless(r.u32(), u32::MAX) }
            }
            _ => Rule::Currency(r.list(read_currency)),
        }
    }
}

fn write_tier(w: &mut Writer, tier: &Tier) {
    tier.from.write(w);
    match &tier.reward {
        Reward::Percent(depth) => (w.u8(0), w.u16(depth.get())).1,
        Reward::Amount(amounts) => (w.u8(1), amounts.write(w)).1,
    }
}

fn read_tier(r: &mut Reader) -> Tier {
    let from = Amounts::read(r);
    let reward = match r.index("reward of a tier", 2) {
        0 => Reward::Percent(share(r)),
        _ => Reward::Amount(Amounts::read(r)),
    };
    Tier { from, reward }
}

fn share(r: &mut Reader) -> BasisPoints {
    let share = BasisPoints::new(r.u16());
    r.checked(share)
}

fn write_amount(w: &mut Writer, amount: &Amount) {
    write_currency(w, amount.currency);
    w.u64(amount.money.minor() as u64);
}

fn read_amount(r: &mut Reader) -> Amount {
    let currency = read_currency(r);
    let money = Money::new(i64::try_from(r.u64()).unwrap_or(i64::MAX));
    Amount { currency, money: r.checked(money) }
}

fn write_currency(w: &mut Writer, currency: Currency) {
    w.bytes.extend(currency.code().as_bytes());
}

fn read_currency(r: &mut Reader) -> Currency {
    // Letters that are none are no code either.
    match Currency::new(core::str::from_utf8(r.take(3)).unwrap_or_default()) {
        Ok(currency) => currency,
        Err(error) => {
            r.fail(error);
            Currency::NONE
        }
    }
}

fn write_texts(w: &mut Writer, texts: &[String]) {
    w.list(texts, |w, text| w.text(text));
}

fn read_texts(r: &mut Reader) -> Vec<String> {
    r.list(Reader::text)
}

/// Numbers that are never 0 are stored as 0 where there is none.
fn or_none(number: u32) -> Option<u32> {
    unless(number, 0)
}

fn unless<T: PartialEq>(number: T, none: T) -> Option<T> {
    (number != none).then_some(number)
}

/// Every variant stands in its list.
fn place<T: PartialEq>(variants: &[T], variant: &T) -> u8 {
    variants.iter().position(|known| known == variant).unwrap_or_default() as u8
}
