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
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
impl Page {
    /// Whether the model's arms and its public offers are more than shares off a price.
    pub fn has_offers(&self) -> bool {
        !self.engine.content().menu.is_plain()
    }

    /// Decides about a cart, with what the shop said of the moment by `attribute`. One that cannot be read has no lines in
    /// its answer.
    pub fn cart(&mut self, question: &[u8], now_ms: f64, seed: f64) -> Vec<f64> {
        let answer = self.answer_cart(question, now_ms, seed);
        let mut told = Told(Vec::new());
        match answer {
            Ok((answer, explanation)) => told.answer(&answer, &explanation),
            Err(reason) => told.explanation(&Explanation::bare(self.base(0.0, reason))),
        }
        told.0
    }
}

impl Page {
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

    fn answer_cart(
        &self,
        question: &[u8],
        now_ms: f64,
        seed: f64,
    ) -> core::result::Result<(CartDecision, Explanation), Reason> {
        let now = Timestamp::from_ms(now_ms).map_err(|_| Reason::BadTime)?;
        let (basket, known, about) = self.read_cart(question).map_err(|_| Reason::BadPrice)?;
        let attributes = &self.asked.attributes;
        let request = CartRequest { basket: &basket, known: &known, about: &about, attributes, now, seed: seed as u64 };
        Ok(self.engine.explain_cart(&self.profile, &request, &self.terms))
    }

    fn read_cart(&self, question: &[u8]) -> Result<(CheckedBasket, Vec<Known>, Circumstances)> {
        let mut r = Reader::new(question);
        let currency = core::str::from_utf8(r.take(3)?).ok().and_then(|code| Currency::new(code).ok());
        let taxes = if r.u8()? == 0 { Taxes::Included } else { Taxes::Added };
        let (shipping, shipping_tax) = (money(&mut r)?.unwrap_or_default(), TaxRate::new(r.u32()?)?);
        let about = read_circumstances(&mut r)?;
        let mut known = Vec::new();
        let lines = r.list(|r| {
            let group = self.engine.content().schema.group_at(r.u32()?);
            let (item, brand, name) = (r.u32()?, r.u32()?, r.text()?);
            let words = self.engine.content().program.tables.words.as_ref();
            let name = words.and_then(|words| words.embed_characters(name.chars()));
            known.push(Known { group, item, brand, name });
            read_line(r)
        })?;
        r.finish()?;
        let currency = currency.unwrap_or(Currency::NONE);
        Ok((Basket { currency, taxes, lines, shipping, shipping_tax }.check()?, known, about))
    }
}

fn read_line(r: &mut Reader) -> Result<BasketLine> {
    let (sku, categories) = (r.text()?, r.list(Reader::text)?);
    let price = money(r)?.ok_or_else(|| Error::new(Code::BadPrice, "a line has no price"))?;
    let (quantity, tax) = (r.u32()?, TaxRate::new(r.u32()?)?);
    Ok(BasketLine { sku, categories, price, quantity, tax, floor: money(r)?.unwrap_or_default(), unit_cost: money(r)? })
}

fn read_circumstances(r: &mut Reader) -> Result<Circumstances> {
    let (now, past_orders) = (number(r)?, number(r)?);
    let (referred, eco_choice) = (flag(r.u8()?), flag(r.u8()?));
    let segments = if r.u8()? == 0 { None } else { Some(r.list(Reader::text)?) };
    let (tier, channel) = (Some(r.text()?), Some(r.text()?));
    let used =
        |r: &mut Reader| Ok(Uses { offer: r.text()?, count: r.u32()?, last: number(r)?.map(|last| last as i64) });
    let uses = if r.u8()? == 0 { None } else { Some(r.list(used)?) };
    let is_told = |text: &String| !text.is_empty();
    Ok(Circumstances {
        now: now.map(|now| now as i64),
        segments,
        tier: tier.filter(is_told),
        channel: channel.filter(is_told),
        past_orders: past_orders.map(|orders| orders as u32),
        referred,
        eco_choice,
        uses,
    })
}

/// 0 for not known, 1 for no, 2 for yes.
fn flag(byte: u8) -> Option<bool> {
    (byte > 0).then_some(byte > 1)
}

/// NaN for none.
fn number(r: &mut Reader) -> Result<Option<f64>> {
    r.u64().map(|bits| Some(f64::from_bits(bits)).filter(|number| !number.is_nan()))
}

fn money(r: &mut Reader) -> Result<Option<Money>> {
    number(r)?.map(Money::from_f64).transpose()
}

/// The numbers of an answer.
struct Told(Vec<f64>);

impl Told {
    fn answer(&mut self, answer: &CartDecision, explanation: &Explanation) {
        self.explanation(explanation);
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

    fn explanation(&mut self, explanation: &Explanation) {
        let mut block = [0.0; super::ANSWER];
        let count = numbers::write_explanation(explanation, &mut block);
        self.0.extend(&block[..count]);
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
