//! The words an artefact carries, in English and Chinese.
//!
//! Sentences a shopper may read: short, true for every shop, no jargon. A feature's label comes from the shop's
//! TOML; where it has none, the feature's name stands in.

use crate::artefact::Locale;
use crate::decision::Reason;
use crate::explain::SENTENCES;
use crate::feature::Program;
use crate::model::Target;
use crate::offer::{Amounts, Kind};
use crate::policy::{Arm, Menu};
use crate::train::program::FeatureParams;
use std::collections::BTreeMap;

/// Labels of features: name → (English, Chinese).
pub type Labels = BTreeMap<String, (String, String)>;

/// In the order of [`Reason`](crate::decision::Reason).
const REASONS: [(&str, &str); 13] = [
    (
        "This discount is expected to earn the shop most for you and this product.",
        "对您和这件商品而言，这个折扣预计带来最好的收益。",
    ),
    ("No discount is expected to do better than the normal price here.", "在这里，预计没有折扣会优于正常价格。"),
    (
        "Too little was seen of discounts on this kind of product to promise one.",
        "这类商品的折扣数据太少，不足以给出优惠。",
    ),
    (
        "This kind of product is new to the model, so it has its normal price.",
        "模型尚不了解这类商品，因此保持正常价格。",
    ),
    ("The price could not be read, so nothing was changed.", "无法读取价格，因此未作任何改动。"),
    ("The time could not be read, so nothing was changed.", "无法读取时间，因此未作任何改动。"),
    ("You were promised this offer, and it still holds.", "此优惠已承诺给您，目前仍然有效。"),
    (
        "This offer was drawn by chance, to learn what works, within the shop's limits.",
        "此优惠在商店限定范围内随机抽取，用于了解效果。",
    ),
    (
        "You are in the group that sees normal prices, so that offers can be measured.",
        "您属于查看正常价格的对照组，以便衡量优惠效果。",
    ),
    ("Personal offers are switched off.", "个性化优惠已关闭。"),
    ("A discount would go below the lowest price the shop allows.", "折扣会低于商店允许的最低价格。"),
    ("The request could not be understood, so nothing was changed.", "无法理解请求，因此未作任何改动。"),
    ("The conditions of no offer are met here.", "目前没有符合条件的优惠。"),
];

/// What a model of market prices says instead.
const NEAR_THE_MARKET: [(Reason, Pair<'static>); 2] = [
    (
        Reason::BestProfit,
        (
            "This discount brings the price nearest to what this product is expected to sell for.",
            "这个折扣使价格最接近这件商品的预计成交价。",
        ),
    ),
    (
        Reason::NoneEarnsMost,
        (
            "The normal price is nearest to what this product is expected to sell for.",
            "正常价格最接近这件商品的预计成交价。",
        ),
    ),
];

/// In the order of [`Verdict`](crate::decision::Verdict).
const VERDICTS: [(&str, &str); 7] = [
    ("chosen", "已选"),
    ("earns less", "收益较低"),
    ("not enough evidence", "证据不足"),
    ("below the price floor", "低于最低限价"),
    ("deeper than allowed", "超过折扣上限"),
    ("not considered", "未参与比较"),
    ("conditions not met", "不符合条件"),
];

/// Beside a personalised price, then beside a public one.
const DISCLOSURES: [(&str, &str); 2] = [
    (
        "This offer was chosen automatically from your purchases on this device. It never raises a price.",
        "此优惠根据您在本设备上的购买记录自动选出，绝不会提高价格。",
    ),
    ("This offer is the same for everyone.", "此优惠对所有人相同。"),
];

/// In the order of [`Change::sentence`](crate::explain::Change::sentence).
const CHANGES: [(&str, &str); SENTENCES] = [
    (
        "If “{what}” were {to} instead of {from}, the answer would be: {arm}.",
        "如果“{what}”是 {to} 而不是 {from}，结果将是：{arm}。",
    ),
    ("If “{what}” were known to be {to}, the answer would be: {arm}.", "如果已知“{what}”是 {to}，结果将是：{arm}。"),
    (
        "If the margin were {to} instead of {from}, the answer would be: {arm}.",
        "如果毛利率是 {to} 而不是 {from}，结果将是：{arm}。",
    ),
    (
        "If a unit of budget were priced at {to} instead of {from}, the answer would be: {arm}.",
        "如果每单位预算的价格是 {to} 而不是 {from}，结果将是：{arm}。",
    ),
    (
        "If giving “{what}” cost {by} less, the answer would be: {arm}.",
        "如果给出“{what}”的成本减少 {by}，结果将是：{arm}。",
    ),
    (
        "If giving “{what}” cost {by} more, the answer would be: {arm}.",
        "如果给出“{what}”的成本增加 {by}，结果将是：{arm}。",
    ),
];

/// What follows the features in an explanation.
const AFTER_FEATURES: [(&str, &str); 3] =
    [("starting point", "起点"), ("product category", "商品类别"), ("kind of product", "商品种类")];

/// The labels that settings give to features.
pub fn labels(features: &[FeatureParams]) -> Labels {
    let labelled = |feature: &FeatureParams| {
        let label = feature.label.clone()?;
        Some((feature.name.clone(), (label.en, label.zh)))
    };
    features.iter().filter_map(labelled).collect()
}

/// Builds both languages.
pub fn locales(menu: &Menu, program: &Program, labels: &Labels) -> Vec<Locale> {
    vec![locale("en", menu, program, labels, |pair| pair.0), locale("zh", menu, program, labels, |pair| pair.1)]
}

/// Where a model says what the market asks, an offer is chosen to be near it and not to earn most: the sentences follow.
pub fn of_target(mut locales: Vec<Locale>, target: Target) -> Vec<Locale> {
    if target == Target::MarketPrice {
        for locale in &mut locales {
            let pick = |pair: Pair<'static>| if locale.tag == "zh" { pair.1 } else { pair.0 };
            let sentences = NEAR_THE_MARKET.map(|(reason, pair)| (reason, pick(pair)));
            sentences.into_iter().for_each(|(reason, text)| locale.reasons[reason as usize] = text.to_string());
        }
    }
    locales
}

type Pair<'a> = (&'a str, &'a str);

fn locale(
    tag: &str,
    menu: &Menu,
    program: &Program,
    labels: &Labels,
    pick: impl for<'a> Fn(Pair<'a>) -> &'a str,
) -> Locale {
    let words = |pairs: &[Pair<'static>]| pairs.iter().map(|pair| pick(*pair).to_string()).collect::<Vec<_>>();
    let label = |name: &String| match labels.get(name) {
        Some((en, zh)) => pick((en, zh)).to_string(),
        None => name.replace('_', " "),
    };
    let mut features: Vec<String> = program.features.iter().map(|feature| label(&feature.name)).collect();
    features.extend(words(&AFTER_FEATURES));
    Locale {
        tag: tag.to_string(),
        arms: menu.arms.iter().map(|arm| arm_text(arm, menu, &pick)).collect(),
        features,
        reasons: words(&REASONS),
        verdicts: words(&VERDICTS),
        disclosures: words(&DISCLOSURES),
        changes: words(&CHANGES),
    }
}

/// What an arm gives, in a few words.
fn arm_text(arm: &Arm, menu: &Menu, pick: &impl for<'a> Fn(Pair<'a>) -> &'a str) -> String {
    let told = |en: String, zh: String| pick((&en, &zh)).to_string();
    let percent = arm.depth.get() as f64 / 100.0;
    let kind = menu.offers.iter().find(|offer| offer.id == arm.id).map(|offer| &offer.kind);
    match kind {
        None | Some(Kind::PercentOff { .. }) if percent > 0.0 => {
            told(format!("{percent} % off"), format!("优惠 {percent}%"))
        }
        None | Some(Kind::PercentOff { .. }) if arm.id == "none" => pick(("no discount", "无折扣")).to_string(),
        // Other arms that take nothing off, such as letters, are known by their ids.
        None | Some(Kind::PercentOff { .. }) => arm.id.clone(),
        Some(Kind::AmountOff { amounts, .. }) => {
            let text = in_currencies(amounts);
            told(format!("{text} off"), format!("立减 {text}"))
        }
        Some(Kind::FixedPrice { amounts }) => {
            let text = in_currencies(amounts);
            told(format!("for {text}"), format!("特价 {text}"))
        }
        Some(Kind::FreeShipping) => pick(("free shipping", "免运费")).to_string(),
        Some(Kind::SpendAndSave { .. }) => pick(("spend more, save more", "多买多省")).to_string(),
        Some(Kind::BuyGet { buy, get, .. }) => {
            told(format!("buy {buy}, get {get} reduced"), format!("买 {buy} 件，{get} 件优惠"))
        }
        Some(Kind::Bundle { price, .. }) => {
            let text = in_currencies(price);
            told(format!("a set for {text}"), format!("套装价 {text}"))
        }
        Some(Kind::Gift { .. }) => pick(("a gift", "赠品")).to_string(),
        Some(Kind::Points { hundredths }) => {
            let times = *hundredths as f64 / 100.0;
            told(format!("points × {times}"), format!("积分 ×{times}"))
        }
        Some(Kind::PartnerVoucher { partner, amount }) => {
            told(format!("a voucher of {amount} for {partner}"), format!("{partner} 代金券 {amount}"))
        }
    }
}

/// Amounts with their codes, such as `5.00 EUR / 6.00 CHF`.
fn in_currencies(amounts: &Amounts) -> String {
    amounts.0.iter().map(|amount| amount.to_string()).collect::<Vec<_>>().join(" / ")
}
