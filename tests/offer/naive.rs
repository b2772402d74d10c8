//! The same prices, worked out another way: plain loops and every combination, no bounds and no shortcuts.

use super::build::{amount, basket, line, offers, on_cart, percent, price, prices};
use proptest::prelude::*;
use skonto::offer::{BasketLine, Mode, Offer, Over, Priced};

/// Half up, by counting remainders instead of doubling.
fn half_up(amount: i128, points: i128) -> i128 {
    let (whole, rest) = (amount * points / 10_000, amount * points % 10_000);
    if rest >= 5_000 { whole + 1 } else { whole }
}

/// Gives single units away, each to the line that is furthest below its exact share; the first among equals.
fn one_by_one(amount: i128, weights: &[i128]) -> Vec<i128> {
    let sum: i128 = weights.iter().sum();
    let mut parts: Vec<i128> = weights.iter().map(|weight| amount * weight / sum.max(1)).collect();
    while parts.iter().sum::<i128>() < amount {
        let short = |line: usize| amount * weights[line] - parts[line] * sum;
        let mut furthest = 0;
        for line in 1..weights.len() {
            if short(line) > short(furthest) {
                furthest = line;
            }
        }
        parts[furthest] += 1;
    }
    parts
}

fn lines() -> impl Strategy<Value = Vec<BasketLine>> {
    prop::collection::vec((1_i64..50_000, 1_u32..5), 1..6)
        .prop_map(|rows| rows.iter().map(|(price, quantity)| line("a", *price, *quantity)).collect())
}

fn total(priced: &Priced) -> i64 {
    priced.totals.discount.minor()
}

proptest! {
    #[test]
    fn two_shares_are_taken_one_after_the_other(lines in lines(), first in 1_u16..10_000, second in 1_u16..10_000) {
        let item = vec![percent("first", first), percent("second", second)];
        let priced = price(offers(item, Mode::Stackable, Over::Cart), &basket(lines.clone()));
        let naive = |line: &BasketLine| {
            let list = line.price.minor() as i128 * line.quantity as i128;
            let left = list - half_up(list, first as i128);
            (left - half_up(left, second as i128)) as i64
        };
        prop_assert_eq!(prices(&priced), lines.iter().map(naive).collect::<Vec<_>>());
    }

    #[test]
    fn two_shares_of_the_cart_reach_the_lines_one_by_one(lines in lines(), first in 1_u16..10_000, second in 1_u16..10_000) {
        let cart = vec![on_cart(percent("first", first)), on_cart(percent("second", second))];
        let priced = price(offers(cart, Mode::Stackable, Over::Cart), &basket(lines.clone()));
        let mut left: Vec<i128> = lines.iter().map(|line| line.price.minor() as i128 * line.quantity as i128).collect();
        for points in [first, second] {
            let off = half_up(left.iter().sum(), points as i128);
            let parts = one_by_one(off, &left);
            left.iter_mut().zip(parts).for_each(|(left, part)| *left -= part);
        }
        prop_assert_eq!(prices(&priced), left.iter().map(|left| *left as i64).collect::<Vec<_>>());
    }

    #[test]
    fn the_best_deal_is_the_best_of_all_combinations(lines in lines(), deal in deals()) {
        let basket = basket(lines);
        let best = price(offers(deal.clone(), Mode::BestDeal, Over::Cart), &basket);
        let every = (0_u32..1 << deal.len()).map(|combination| {
            let some = deal.iter().enumerate().filter(|(place, _)| combination >> place & 1 == 1);
            let some = some.map(|(_, offer)| offer.clone()).collect();
            total(&price(offers(some, Mode::Stackable, Over::Cart), &basket))
        });
        prop_assert_eq!(total(&best), every.max().unwrap());
    }

    #[test]
    fn the_best_deal_over_items_is_the_best_of_every_line(lines in lines(), deal in deals()) {
        let on_items: Vec<Offer> = deal.into_iter().filter(|offer| offer.scope == Default::default()).collect();
        let best = price(offers(on_items.clone(), Mode::BestDeal, Over::Item), &basket(lines.clone()));
        let alone = |line: &BasketLine| {
            total(&price(offers(on_items.clone(), Mode::BestDeal, Over::Cart), &basket(vec![line.clone()])))
        };
        prop_assert_eq!(total(&best), lines.iter().map(alone).sum::<i64>());
    }
}

/// Shares and amounts, some of a class, some alone.
fn deals() -> impl Strategy<Value = Vec<Offer>> {
    let one = (1_u16..6_000, 1_i64..30_000, any::<[bool; 2]>(), 0_usize..4, 0_u8..8, -1_i32..2);
    prop::collection::vec(one, 1..7).prop_map(|rows| {
        let offer = |place: usize| {
            let (points, minor, [is_share, is_cart], class, alone, priority) = rows[place];
            let id = place.to_string();
            let offer = if is_share { percent(&id, points) } else { amount(&id, minor) };
            let offer = if is_cart { on_cart(offer) } else { offer };
            let classes = [vec![], vec!["x".into()], vec!["y".into()], vec!["x".into(), "y".into()]][class].clone();
            Offer { classes, exclusive: alone == 0, priority, ..offer }
        };
        (0..rows.len()).map(offer).collect()
    })
}
