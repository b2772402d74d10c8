//! A trained model and the merchandiser's settings → the file that is released.

use super::config::{CheckedParams, FloorParams, MenuParams, OfferParams, stacking};
use super::fit::Trained;
use super::pack::{Case, pack};
use super::texts;
use crate::artefact::Content;
use crate::error::Result;
use crate::event::hash32;
use crate::money::BasisPoints;
use crate::policy::{Arm, Guard, Menu};

/// How many golden vectors a release carries.
const GOLDEN: usize = 8;
/// The most product groups in the history of one.
const GOLDEN_SLOTS: usize = 10;
/// Spreads them over groups.
const GROUP_STEP: usize = 17;

/// Packs version `version` of the model.
pub fn release(trained: &Trained, checked: &CheckedParams, version: u64) -> Result<Vec<u8>> {
    let content = content(trained, checked, version)?;
    pack(content, &golden_cases(trained))
}

fn content(trained: &Trained, checked: &CheckedParams, version: u64) -> Result<Content> {
    let menu = menu(&checked.params.menu, &checked.depths, &checked.params.shop.name)?;
    Ok(Content {
        version,
        schema: trained.schema().clone(),
        program: trained.program.clone(),
        model: trained.model.clone(),
        locales: texts::locales(&menu, &trained.program, &texts::labels(&checked.params.program.features)),
        menu,
        card: card(trained, checked),
        golden: Vec::new(),
    })
}

/// What may be offered, with the depths of the checked settings; the shop's name salts the holdout.
pub(super) fn menu(params: &MenuParams, depths: &[BasisPoints], shop: &str) -> Result<Menu> {
    let arms = params.arms.iter().zip(depths).map(|(arm, depth)| Arm { id: arm.id.clone(), depth: *depth });
    let menu = Menu {
        arms: arms.collect(),
        guard: Guard {
            floor_margin: BasisPoints::from_percent(params.floor_margin)?,
            max_discount: BasisPoints::from_percent(params.max_discount)?,
            max_cart_discount: BasisPoints::from_percent(params.max_cart_discount)?,
            holdout: BasisPoints::from_percent(params.holdout)?,
            salt: hash32(shop),
            switched_off: false,
        },
        budget_price: params.budget_price as f32,
        exploration: params.exploration as f32,
        promise_minutes: params.promise_minutes,
        budgets: Vec::new(),
        offers: params.offer.iter().map(OfferParams::offer).collect::<Result<_>>()?,
        stacking: stacking(params.stacking, params.stacking_over),
        floors: params.floor.iter().map(FloorParams::floor).collect::<Result<_>>()?,
    };
    menu.check()?;
    Ok(menu)
}

fn card(trained: &Trained, checked: &CheckedParams) -> String {
    let (data, split) = (&trained.summary.data, &trained.summary.split);
    let model = &trained.summary.scores[0];
    format!(
        "{shop}: will this shopper buy this kind of product on this trip, and how does a discount change that? \
         Logistic regression with a response to the depth of the offer that differs by group and shopper. \
         Data: {orders} orders of {shoppers} shoppers, weeks {from} to {to} for training, {test_from} to {test_to} held out: \
         ROC-AUC {auc:.4}, log loss {loss:.5}. A demand model from observed prices, not an experiment: prices were not \
         assigned by chance. Margins are assumptions of the shop. No attribute of a person is used, only purchases. \
         Not for: prices above list, credit, insurance, or any decision about a person other than an offer.",
        shop = checked.params.shop.name,
        orders = data.orders,
        shoppers = data.shoppers,
        from = split.train.0,
        to = split.train.1,
        test_from = split.test.0,
        test_to = split.test.1,
        auc = model.roc_auc.value,
        loss = model.log_loss.value,
    )
}

/// Held-out cases spread over households and groups, each with a short history: they travel with every model.
fn golden_cases(trained: &Trained) -> Vec<Case> {
    let households = trained.households();
    let pick = |index: usize| {
        let mut part = households * index / GOLDEN..households * (index + 1) / GOLDEN;
        part.find_map(|household| short_case(trained, household, GROUP_STEP * (index + 1)))
    };
    (0..GOLDEN).filter_map(pick).collect()
}

/// The household's question number `wanted` or its last, if it knows some product groups but not many.
fn short_case(trained: &Trained, household: usize, wanted: usize) -> Option<Case> {
    let (mut asked, mut found) = (0, None);
    trained.held_out(household, |case| {
        asked += 1;
        if asked <= wanted && (1..=GOLDEN_SLOTS).contains(&case.profile.groups().len()) {
            let (profile, price) = (case.profile.clone(), case.price.minor() as u32);
            found = Some(Case { profile, group: case.group, price, now: case.now, attributes: Vec::new() });
        }
    });
    found
}
