//! A priced cart as an object: lines, offers given, offers refused and why.

use crate::engine::CartDecision;
use crate::money::Taxed;
use crate::offer::{Applied, Benefit, CheckedOffers, Cut, Nearest, Part, PricedLine, REFUSAL_CODES, Refusal};
use alloc::string::String;
use alloc::vec::Vec;
use serde::Serialize;

#[derive(Serialize)]
pub(super) struct CartTold {
    pub(super) lines: Vec<LineTold>,
    pub(super) shipping: LineTold,
    pub(super) tax: TaxTold,
    pub(super) applied: Vec<AppliedTold>,
    pub(super) refused: Vec<RefusedTold>,
    pub(super) arms_refused: Vec<ArmRefused>,
}

#[derive(Serialize)]
pub(super) struct LineTold {
    pub(super) list_minor: f64,
    pub(super) discount_minor: f64,
    pub(super) price_minor: f64,
    pub(super) tax: TaxTold,
    pub(super) parts: Vec<PartTold>,
}

#[derive(Serialize)]
pub(super) struct TaxTold {
    pub(super) net_minor: f64,
    pub(super) tax_minor: f64,
    pub(super) gross_minor: f64,
}

#[derive(Serialize)]
pub(super) struct PartTold {
    pub(super) offer: String,
    pub(super) amount_minor: f64,
}

#[derive(Serialize)]
pub(super) struct AppliedTold {
    pub(super) offer: String,
    pub(super) amount_minor: f64,
    pub(super) wanted_minor: f64,
    pub(super) cut: Option<&'static str>,
    pub(super) benefit: Option<BenefitTold>,
    pub(super) next: Option<NearestTold>,
}

#[derive(Serialize)]
pub(super) struct BenefitTold {
    pub(super) kind: &'static str,
    pub(super) sku: Option<String>,
    pub(super) partner: Option<String>,
    pub(super) points: Option<f64>,
    pub(super) worth_minor: Option<f64>,
    pub(super) currency: Option<String>,
}

#[derive(Serialize)]
pub(super) struct RefusedTold {
    pub(super) offer: String,
    pub(super) reasons: Vec<ReasonTold>,
}

#[derive(Serialize)]
pub(super) struct ArmRefused {
    pub(super) arm_index: usize,
    pub(super) reasons: Vec<ReasonTold>,
}

#[derive(Serialize)]
pub(super) struct ReasonTold {
    pub(super) code: &'static str,
    pub(super) rule: Option<usize>,
    pub(super) nearest: Option<NearestTold>,
}

#[derive(Serialize)]
pub(super) struct NearestTold {
    pub(super) kind: &'static str,
    pub(super) value: Option<f64>,
    pub(super) name: Option<String>,
}

/// The object of a cart's decision.
pub(super) fn told(offers: &CheckedOffers, answer: &CartDecision) -> CartTold {
    let priced = &answer.priced;
    let id = |offer: usize| offers.get().offers.get(offer).map(|offer| offer.id.clone()).unwrap_or_default();
    let part = |part: &Part| PartTold { offer: id(part.offer), amount_minor: part.amount.minor() as f64 };
    let line = |line: &PricedLine| LineTold {
        list_minor: line.list.minor() as f64,
        discount_minor: line.discount().minor() as f64,
        price_minor: line.price.minor() as f64,
        tax: tax(&line.taxed),
        parts: line.parts.iter().map(part).collect(),
    };
    let reasons = |refusals: &[Refusal]| refusals.iter().map(|refusal| reason(refusal, &id)).collect();
    let of_arms = answer.refusals.iter().enumerate().filter(|(_, refusals)| !refusals.is_empty());
    let refused =
        priced.refused.iter().map(|out| RefusedTold { offer: id(out.offer), reasons: reasons(&out.refusals) });
    CartTold {
        lines: priced.lines.iter().map(line).collect(),
        shipping: line(&priced.shipping),
        tax: tax(&priced.totals.taxed),
        applied: priced.applied.iter().map(|applied| given(applied, id(applied.offer), &id)).collect(),
        refused: refused.collect(),
        arms_refused: of_arms
            .map(|(arm, refusals)| ArmRefused { arm_index: arm, reasons: reasons(refusals) })
            .collect(),
    }
}

fn given(applied: &Applied, offer: String, id: &dyn Fn(usize) -> String) -> AppliedTold {
    let cut = applied.cut.map(|cut| match cut {
        Cut::Line => "LINE",
        Cut::Cart => "CART",
        Cut::Offer => "OFFER",
    });
    AppliedTold {
        offer,
        amount_minor: applied.amount.minor() as f64,
        wanted_minor: applied.wanted.minor() as f64,
        cut,
        benefit: applied.benefit.as_ref().map(benefit),
        next: applied.next.map(|next| nearest(next, id)),
    }
}

fn benefit(benefit: &Benefit) -> BenefitTold {
    let empty = BenefitTold { kind: "", sku: None, partner: None, points: None, worth_minor: None, currency: None };
    match benefit {
        Benefit::Gift { sku, worth } => {
            BenefitTold { kind: "gift", sku: Some(sku.clone()), worth_minor: Some(worth.minor() as f64), ..empty }
        }
        Benefit::Points { hundredths } => {
            BenefitTold { kind: "points", points: Some(*hundredths as f64 / 100.0), ..empty }
        }
        Benefit::PartnerVoucher { partner, amount } => BenefitTold {
            kind: "partner_voucher",
            partner: Some(partner.clone()),
            worth_minor: Some(amount.money.minor() as f64),
            currency: Some(amount.currency.code().into()),
            ..empty
        },
    }
}

fn reason(refusal: &Refusal, id: &dyn Fn(usize) -> String) -> ReasonTold {
    ReasonTold {
        code: REFUSAL_CODES[refusal.code as usize],
        rule: refusal.rule,
        nearest: refusal.nearest.map(|change| nearest(change, id)),
    }
}

fn nearest(change: Nearest, id: &dyn Fn(usize) -> String) -> NearestTold {
    let number = |kind, value: f64| NearestTold { kind, value: Some(value), name: None };
    match change {
        Nearest::Spend(more) => number("spend_minor", more.minor() as f64),
        Nearest::Add(units) => number("add_units", units as f64),
        Nearest::Remove(units) => number("remove_units", units as f64),
        Nearest::Wait(until) => number("wait_until_ms", until as f64),
        Nearest::Tell(what) => NearestTold { kind: "tell", value: None, name: Some(what.name().into()) },
        Nearest::Without(offer) => NearestTold { kind: "without", value: None, name: Some(id(offer)) },
    }
}

fn tax(taxed: &Taxed) -> TaxTold {
    let [net_minor, tax_minor, gross_minor] = [taxed.net, taxed.tax, taxed.gross].map(|part| part.minor() as f64);
    TaxTold { net_minor, tax_minor, gross_minor }
}
