//! Products and order histories for the demo shop: what the page shows and what a visitor may pretend to be.
//!
//! Names are made readable here and nowhere else; groups keep the names of the data, so that a shop's own
//! category values match them.

use super::catalogue::Catalogue;
use super::orders::{Orders, Product};
use crate::event::{GroupId, Timestamp};
use crate::money::Money;
use std::collections::BTreeMap;

/// One product as the demo shop shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ShopProduct {
    /// As the data has it, names included.
    pub product: Product,
    /// Its type in words.
    pub name: String,
    /// Most frequent list price of one unit.
    pub price: Money,
    /// Order lines.
    pub popularity: u32,
    /// Its group.
    pub group: GroupId,
}

/// One line of a past order, per unit as GA4 has it.
#[derive(Clone, Debug, PartialEq)]
pub struct PurchaseLine {
    /// What was bought.
    pub product: Product,
    /// Paid per unit.
    pub net: Money,
    /// Taken off per unit.
    pub discount: Money,
    /// Units.
    pub quantity: u32,
}

/// One past order.
#[derive(Clone, Debug, PartialEq)]
pub struct Purchase {
    /// The shop's number of the order.
    pub transaction: String,
    /// When, local time.
    pub time: Timestamp,
    /// What.
    pub lines: Vec<PurchaseLine>,
}

/// Products of the model's groups, most popular first.
pub fn products(orders: &Orders, catalogue: &Catalogue) -> Vec<ShopProduct> {
    let mut prices: Vec<BTreeMap<u32, u32>> = vec![BTreeMap::new(); orders.products.len()];
    for line in &orders.lines {
        *prices[line.product as usize].entry(line.unit_list()).or_default() += 1;
    }
    let in_shop = orders.products.iter().zip(&catalogue.group_of).zip(&prices);
    let mut all: Vec<ShopProduct> =
        in_shop.filter_map(|((product, group), prices)| Some(shop_product(product, (*group)?, prices))).collect();
    all.sort_by_key(|product| (std::cmp::Reverse(product.popularity), product.product.id));
    all
}

fn shop_product(product: &Product, group: GroupId, prices: &BTreeMap<u32, u32>) -> ShopProduct {
    // Of equally frequent prices the lowest, whatever the order of the data.
    let modal = prices.iter().max_by_key(|(price, lines)| (**lines, std::cmp::Reverse(**price)));
    ShopProduct {
        name: readable(&product.kind),
        price: Money::new(modal.map_or(0, |(price, _)| *price) as i64).unwrap_or_default(),
        popularity: prices.values().sum(),
        product: product.clone(),
        group,
    }
}

/// All orders of the household at that position of [`Orders::households`].
pub fn purchases(orders: &Orders, household: usize) -> Vec<Purchase> {
    let line = |line: &super::orders::OrderLine| {
        let told = line.to_event_line(None);
        let product = orders.products[line.product as usize].clone();
        PurchaseLine { product, net: told.net, discount: told.discount, quantity: told.quantity }
    };
    let purchase = |trip: &super::orders::Trip| Purchase {
        transaction: trip.basket.to_string(),
        time: trip.time,
        lines: orders.lines[trip.lines.clone()].iter().map(line).collect(),
    };
    orders.trips_of(household).iter().map(purchase).collect()
}

/// Words that the till shortened.
const SHORTENED: [(&str, &str); 37] = [
    ("ALEMALT", "ale, malt"),
    ("BEERALEMALT", "beer, ale, malt"),
    ("BF", "beef"),
    ("BKD", "baked"),
    ("BKFST", "breakfast"),
    ("BN", "beans"),
    ("BTL", "bottle"),
    ("CAR", "carbonated"),
    ("CARB", "carbonated"),
    ("CND", "canned"),
    ("CHOC", "chocolate"),
    ("CRMD", "crushed"),
    ("DNRS", "dinners"),
    ("DRNK", "drink"),
    ("DRNKING", "drinking"),
    ("DRNKNG", "drinking"),
    ("EXCP", ""),
    ("FLVRD", "flavoured"),
    ("FRZN", "frozen"),
    ("INCL", ""),
    ("IWS", "sliced"),
    ("MISC", "other"),
    ("MISCELLANEOUS", "other"),
    ("MLT-PK", "multi-pack"),
    ("MNERAL", "mineral"),
    ("NON-CARB", "non-carbonated"),
    ("NON-CRBNTD", "still"),
    ("PK", "pack"),
    ("REFRIG", "refrigerated"),
    ("SAUCESSALSAPICANTEE", "salsa and picante"),
    ("SFT", "soft"),
    ("SGL", "single"),
    ("SNGL", "single"),
    ("SPECILATY", "specialty"),
    ("SRV", "serve"),
    ("SS", "single serve"),
    ("WT", "weight"),
];

/// "SFT DRNK 2 LITER BTL CARB INCL" → "Soft drink 2 liter bottle carbonated".
pub fn readable(name: &str) -> String {
    // A bracket that the till cut off says nothing.
    let whole = match (name.rfind('('), name.rfind(')')) {
        (Some(open), close) if close.is_none_or(|close| close < open) => &name[..open],
        _ => name,
    };
    let word = |word: &str| match SHORTENED.iter().find(|(short, _)| *short == word) {
        Some((_, full)) => (*full).to_string(),
        None => word.to_lowercase(),
    };
    let spaced = whole.replace('/', " / ").replace(':', " ");
    let words: Vec<String> = spaced.split_whitespace().map(word).filter(|word| !word.is_empty()).collect();
    let sentence = words.join(" ").replace(" / ", "/");
    let mut letters = sentence.trim_end_matches(['/', '-', ' ']).chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_out_what_the_till_shortened() {
        let rows = [
            ("SFT DRNK 2 LITER BTL CARB INCL", "Soft drink 2 liter bottle carbonated"),
            ("SFT DRNK MLT-PK BTL CARB (EXCP", "Soft drink multi-pack bottle carbonated"),
            ("PIZZA/PREMIUM", "Pizza/premium"),
            ("EGGS - LARGE", "Eggs - large"),
            ("MARGARINE: TUBS AND BOWLS", "Margarine tubs and bowls"),
            ("BUTTER SPRAY CRACKER (RITZ/CLU", "Butter spray cracker"),
            ("", ""),
        ];
        for (name, expected) in rows {
            assert_eq!(readable(name), expected);
        }
    }

    #[test]
    fn the_price_shown_is_the_most_frequent_list_price() {
        let prices = BTreeMap::from([(150, 1), (199, 3), (219, 3)]);
        let shown = shop_product(&Product::default(), GroupId(0), &prices);
        assert_eq!((shown.price.minor(), shown.popularity), (199, 7));
    }
}
