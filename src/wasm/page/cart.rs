//! A cart through the page border: a question in bytes, an answer in numbers. `docs/page-border.md` has both tables.

use super::{Page, numbers};
use crate::artefact::reader::Reader;
use crate::decision::Reason;
use crate::engine::{CartDecision, CartRequest, Known};
use crate::error::{Code, Error, Result};
use crate::event::Timestamp;
use crate::explain::Explanation;
use crate::money::{Currency, Money, TaxRate, Taxed, Taxes};
use crate::offer::{
    ATTRIBUTES, Applied, Basket, BasketLine, Benefit, CheckedBasket, Circumstances, Cut, Kind, Nearest, PricedLine,
    REFUSAL_CODES, Refusal, Uses,
};
use alloc::string::String;
use alloc::vec::Vec;

impl Page {
    /// Decides about the cart in the bytes, with what the shop said of the moment by `attributes`. One that cannot be read
    /// has no lines in its answer.
    pub(super) fn cart(&mut self, now_ms: f64, seed: f64) -> f64 {
        let now = Timestamp::from_ms(now_ms).map_err(|_| Reason::BadTime);
        let asked = now.and_then(|now| Ok((now, self.read(Page::read_cart).map_err(|_| Reason::BadPrice)?)));
        let answer = asked.map(|(now, (basket, known, about))| {
            self.engine.expect(known.len() as u32);
            let (attributes, seed) = (&self.asked.attributes, seed as u64);
            let request = CartRequest { basket: &basket, known: &known, about: &about, attributes, now, seed };
            self.engine.explain_cart(&self.profile, &request, &self.terms)
        });
        let mut told = Told(Vec::new());
        match answer {
            Ok((answer, explanation)) => told.answer(&answer, &explanation),
            Err(reason) => numbers::write_explanation(&Explanation::bare(self.base(0.0, reason)), &mut told.0),
        }
        self.output = told.0;
        0.0
    }

    /// A word about offers; the kinds from 15 on of [`text`](Page::text).
    pub(super) fn offer_text(&self, kind: u32, index: usize) -> Option<&str> {
        let offer = self.engine.offers().get().offers.get(index);
        match kind {
            15 => offer.map(|offer| offer.id.as_str()),
            16 => offer.and_then(|offer| match &offer.kind {
                Kind::Gift { sku, .. } => Some(sku.as_str()),
                Kind::PartnerVoucher { partner, .. } => Some(partner.as_str()),
                _ => None,
            }),
            17 => offer.and_then(|offer| match &offer.kind {
                Kind::PartnerVoucher { amount, .. } => Some(amount.currency.code()),
                _ => None,
            }),
            18 => REFUSAL_CODES.get(index).copied(),
            19 => ATTRIBUTES.get(index).copied(),
            _ => None,
        }
    }

    fn read_cart(&self, question: &[u8]) -> Result<(CheckedBasket, Vec<Known>, Circumstances)> {
        let mut r = Reader::new(question);
        let (mut known, mut lines) = (Vec::new(), Vec::new());
        let currency = core::str::from_utf8(r.take(3)).ok().and_then(|code| Currency::new(code).ok());
        let taxes = if r.u8() == 0 { Taxes::Included } else { Taxes::Added };
        let (shipping, shipping_tax) = (money(&mut r).unwrap_or_default(), tax(&mut r));
        let about = read_circumstances(&mut r);
        for _ in 0..r.count(2) {
            known.push(self.read_known(&mut r));
            lines.push(read_line(&mut r));
        }
        let currency = currency.unwrap_or(Currency::NONE);
        let basket = r.finish(Basket { currency, taxes, lines, shipping, shipping_tax })?;
        Ok((basket.check()?, known, about))
    }

    fn read_known(&self, r: &mut Reader) -> Known {
        let group = self.engine.content().schema.group_at(r.u32());
        let (item, brand, name) = (r.u32(), r.u32(), r.text());
        let words = self.engine.content().program.tables.words.as_ref();
        Known { group, item, brand, name: words.and_then(|words| words.embed_characters(name.chars())) }
    }
}

fn read_line(r: &mut Reader) -> BasketLine {
    let (sku, categories, price) = (r.text(), r.list(Reader::text), money(r));
    let price = price.ok_or_else(|| Error::new(Code::BadPrice, "a line has no price"));
    let (price, quantity, tax) = (r.checked(price), r.u32(), tax(r));
    BasketLine { sku, categories, price, quantity, tax, floor: money(r).unwrap_or_default(), unit_cost: money(r) }
}

fn read_circumstances(r: &mut Reader) -> Circumstances {
    let (now, past_orders) = (number(r), number(r));
    let (referred, eco_choice) = (flag(r.u8()), flag(r.u8()));
    let segments = if r.u8() == 0 { None } else { Some(r.list(Reader::text)) };
    let (tier, channel) = (Some(r.text()), Some(r.text()));
    let used = |r: &mut Reader| Uses { offer: r.text(), count: r.u32(), last: number(r).map(|last| last as i64) };
    let uses = if r.u8() == 0 { None } else { Some(r.list(used)) };
    let is_told = |text: &String| !text.is_empty();
    Circumstances {
        now: now.map(|now| now as i64),
        segments,
        tier: tier.filter(is_told),
        channel: channel.filter(is_told),
        past_orders: past_orders.map(|orders| orders as u32),
        referred,
        eco_choice,
        uses,
    }
}

/// 0 for not known, 1 for no, 2 for yes.
fn flag(byte: u8) -> Option<bool> {
    (byte > 0).then_some(byte > 1)
}

/// NaN for none.
fn number(r: &mut Reader) -> Option<f64> {
    Some(f64::from_bits(r.u64())).filter(|number| !number.is_nan())
}

fn money(r: &mut Reader) -> Option<Money> {
    let told = number(r).map(Money::from_f64).transpose();
    r.checked(told)
}

fn tax(r: &mut Reader) -> TaxRate {
    let rate = TaxRate::new(r.u32());
    r.checked(rate)
}

/// The numbers of an answer.
struct Told(Vec<f64>);

impl Told {
    fn answer(&mut self, answer: &CartDecision, explanation: &Explanation) {
        numbers::write_explanation(explanation, &mut self.0);
        let priced = &answer.priced;
        self.0.push(priced.totals.list.minor() as f64);
        self.tax(&priced.totals.taxed);
        self.line(&priced.shipping);
        self.list(&priced.lines, Told::line);
        self.list(&priced.applied, Told::applied);
        self.list(&priced.refused, |told, refused| {
            told.0.push(refused.offer as f64);
            told.list(&refused.refusals, Told::refusal);
        });
        self.list(&answer.refusals, |told, refusals| told.list(refusals, Told::refusal));
    }

    fn list<T>(&mut self, all: &[T], mut one: impl FnMut(&mut Told, &T)) {
        self.0.push(all.len() as f64);
        all.iter().for_each(|each| one(self, each));
    }

    fn line(&mut self, line: &PricedLine) {
        self.0.extend([line.list, line.discount(), line.price].map(|amount| amount.minor() as f64));
        self.tax(&line.taxed);
        self.list(&line.parts, |told, part| told.0.extend([part.offer as f64, part.amount.minor() as f64]));
    }

    fn tax(&mut self, taxed: &Taxed) {
        self.0.extend([taxed.net, taxed.tax, taxed.gross].map(|amount| amount.minor() as f64));
    }

    fn applied(&mut self, applied: &Applied) {
        let cut = applied.cut.map_or(0.0, |cut| match cut {
            Cut::Line => 1.0,
            Cut::Cart => 2.0,
            Cut::Offer => 3.0,
        });
        let (kind, value) = match &applied.benefit {
            None => (0.0, 0.0),
            Some(Benefit::Gift { worth, .. }) => (1.0, worth.minor() as f64),
            Some(Benefit::Points { hundredths }) => (2.0, *hundredths as f64 / 100.0),
            Some(Benefit::PartnerVoucher { amount, .. }) => (3.0, amount.money.minor() as f64),
        };
        let amounts = [applied.amount, applied.wanted].map(|amount| amount.minor() as f64);
        self.0.extend([applied.offer as f64, amounts[0], amounts[1], cut, kind, value]);
        self.nearest(applied.next);
    }

    fn refusal(&mut self, refusal: &Refusal) {
        self.0.extend([refusal.code as u8 as f64, refusal.rule.map_or(-1.0, |rule| rule as f64)]);
        self.nearest(refusal.nearest);
    }

    fn nearest(&mut self, nearest: Option<Nearest>) {
        self.0.extend(nearest.map_or([0.0, 0.0], |change| match change {
            Nearest::Spend(more) => [1.0, more.minor() as f64],
            Nearest::Add(units) => [2.0, units as f64],
            Nearest::Remove(units) => [3.0, units as f64],
            Nearest::Wait(until) => [4.0, until as f64],
            Nearest::Tell(what) => [5.0, what as u8 as f64],
            Nearest::Without(offer) => [6.0, offer as f64],
        }));
    }
}
