//! What one offer would take off, given what the others have left.
//!
//! Every kind becomes one [`Wish`]: a total, and the weight and room of each line. Shares are rounded half up: once per
//! line in scope `Item`, once for all lines in scope `Cart`, where no line then gives more than its own share rounded up.
//! *Not* here: caps, which the [`Ledger`] applies to every wish alike.

use super::kind::{Kind, Reward, Tier};
use super::ledger::{Ledger, Wish};
use super::refusal::{Nearest, Refusal, RefusalCode};
use super::{Amounts, Base, Offer, Scope, units};
use crate::money::{BasisPoints, MAX_MINOR, Money, Share, Taxes, allocate};
use alloc::vec::Vec;

/// The wish of `offer` on the lines that are `open` (one flag per line, shipping last), or why it has none.
pub(super) fn wish(offer: &Offer, ledger: &Ledger, open: &[bool]) -> Result<Wish, Refusal> {
    if let Kind::FreeShipping = offer.kind {
        return Ok(free_shipping(ledger, open));
    }
    if !open[..ledger.shipping()].contains(&true) {
        return Err(Refusal::new(RefusalCode::NoLineMatches));
    }
    let by_line = |amount: &dyn Fn(usize) -> i64| Ok(line_by_line(ledger, open, amount));
    let amount = |amounts: &Amounts| amounts.get(ledger.basket().currency).unwrap_or_default();
    match (&offer.kind, offer.scope) {
        (Kind::PercentOff { depth }, Scope::Item) => by_line(&|line| discount(ledger.value(line, offer.base), *depth)),
        (Kind::PercentOff { depth }, Scope::Cart) => Ok(share_of_cart(ledger, open, offer.base, *depth)),
        (Kind::AmountOff { amounts, stated }, Scope::Item) => by_line(&|line| {
            let units = ledger.basket().lines[line].quantity as i64;
            restate(ledger, line, amount(amounts).minor().saturating_mul(units), *stated)
        }),
        (Kind::AmountOff { amounts, stated }, Scope::Cart) => {
            Ok(amount_off_cart(ledger, open, offer.base, amount(amounts).minor(), *stated))
        }
        (Kind::FixedPrice { amounts }, _) => by_line(&|line| {
            let units = ledger.basket().lines[line].quantity as i64;
            let price = amount(amounts).minor().saturating_mul(units);
            (ledger.value(line, Base::Discounted) - price).max(0)
        }),
        (Kind::SpendAndSave { tiers }, _) => tiered(offer, tiers, ledger, open),
        (Kind::BuyGet { .. }, _) => units::buy_get(&offer.kind, &offer.lines, ledger, open),
        (Kind::Bundle { .. }, _) => units::bundle(&offer.kind, ledger, open),
        _ => Ok(Wish::default()),
    }
}

/// `depth` of `amount`, half up.
pub(super) fn discount(amount: i64, depth: BasisPoints) -> i64 {
    Money::new(amount).unwrap_or_default().discount(depth).minor()
}

/// `amount` of every open line, as far as there is room.
pub(super) fn line_by_line(ledger: &Ledger, open: &[bool], amount: &dyn Fn(usize) -> i64) -> Wish {
    let share = |line: usize| match open[line] && line < ledger.shipping() {
        true => {
            let weight = amount(line).min(MAX_MINOR);
            Share { weight, room: weight.min(ledger.room(line)) }
        }
        false => Share::default(),
    };
    let shares: Vec<Share> = (0..open.len()).map(share).collect();
    Wish { total: shares.iter().map(|share| share.weight.max(0)).sum(), shares }
}

/// One total over all open lines, in proportion to what they are worth, no line giving more than `most` of it.
pub(super) fn together(ledger: &Ledger, open: &[bool], base: Base, total: i64, most: &dyn Fn(i64) -> i64) -> Wish {
    let share = |line: usize| match open[line] && line < ledger.shipping() {
        true => {
            let value = ledger.value(line, base);
            Share { weight: value, room: most(value).min(ledger.room(line)) }
        }
        false => Share::default(),
    };
    Wish { total, shares: (0..open.len()).map(share).collect() }
}

fn share_of_cart(ledger: &Ledger, open: &[bool], base: Base, depth: BasisPoints) -> Wish {
    let all = worth(ledger, open, base);
    let total = discount(all, depth);
    let own_share = |value: i64| match all {
        0 => 0,
        _ => ((value as i128 * total as i128 + all as i128 - 1) / all as i128) as i64,
    };
    together(ledger, open, base, total, &own_share)
}

/// What the open lines are worth together.
fn worth(ledger: &Ledger, open: &[bool], base: Base) -> i64 {
    (0..ledger.shipping()).filter(|line| open[*line]).map(|line| ledger.value(line, base)).sum()
}

/// An amount that is stated under the other tax rule is shared out as stated, then restated line by line.
fn amount_off_cart(ledger: &Ledger, open: &[bool], base: Base, amount: i64, stated: Option<Taxes>) -> Wish {
    let Some(stated) = stated.filter(|stated| *stated != ledger.basket().taxes) else {
        return together(ledger, open, base, amount, &|_| i64::MAX);
    };
    let as_stated = |line: usize, minor: i64| {
        let rate = ledger.basket().lines.get(line).map(|line| line.tax).unwrap_or_default();
        stated.restate(minor, ledger.basket().taxes, rate)
    };
    let mut wish = together(ledger, open, base, amount, &|_| i64::MAX);
    for (line, share) in wish.shares.iter_mut().enumerate() {
        *share = Share { weight: as_stated(line, share.weight), room: as_stated(line, share.room) };
    }
    let parts = allocate(amount, &wish.shares);
    let mut wish = line_by_line(ledger, open, &|line| restate(ledger, line, parts[line], Some(stated)));
    // What rooms cut off belongs to the wish too.
    let cut = amount - parts.iter().sum::<i64>();
    wish.total = wish.total.saturating_add(cut);
    wish
}

fn restate(ledger: &Ledger, line: usize, amount: i64, stated: Option<Taxes>) -> i64 {
    let basket = ledger.basket();
    basket.taxes.restate(amount, stated.unwrap_or(basket.taxes), basket.lines[line].tax)
}

fn free_shipping(ledger: &Ledger, open: &[bool]) -> Wish {
    let shipping = ledger.shipping();
    let left = if open[shipping] { ledger.room(shipping) } else { 0 };
    let share = |line: usize| if line == shipping { Share { weight: left, room: left } } else { Share::default() };
    Wish { total: left, shares: (0..open.len()).map(share).collect() }
}

/// The last tier that the open lines reach, or how much is missing to the first.
fn tiered(offer: &Offer, tiers: &[Tier], ledger: &Ledger, open: &[bool]) -> Result<Wish, Refusal> {
    let currency = ledger.basket().currency;
    let spent = worth(ledger, open, offer.base);
    let there = || tiers.iter().filter(|tier| tier.exists_in(currency));
    let threshold = |tier: &Tier| tier.from.get(currency).unwrap_or_default().minor();
    let Some(tier) = there().rfind(|tier| threshold(tier) <= spent) else {
        let missing = there().map(threshold).next().unwrap_or(0) - spent;
        let nearest = Nearest::Spend(Money::new(missing).unwrap_or_default());
        return Err(Refusal::with(RefusalCode::BelowMinimum, nearest));
    };
    Ok(match &tier.reward {
        Reward::Percent(depth) => share_of_cart(ledger, open, offer.base, *depth),
        Reward::Amount(amounts) => {
            let amount = amounts.get(currency).unwrap_or_default().minor();
            together(ledger, open, offer.base, amount, &|_| i64::MAX)
        }
    })
}

/// How much more brings the next tier, if there is one.
pub(super) fn next_tier(offer: &Offer, ledger: &Ledger, open: &[bool]) -> Option<Nearest> {
    let Kind::SpendAndSave { tiers } = &offer.kind else {
        return None;
    };
    let currency = ledger.basket().currency;
    let spent = worth(ledger, open, offer.base);
    let thresholds = tiers.iter().filter(|tier| tier.exists_in(currency)).filter_map(|tier| tier.from.get(currency));
    let next = thresholds.map(Money::minor).find(|threshold| *threshold > spent)?;
    Some(Nearest::Spend(Money::new(next - spent).ok()?))
}
