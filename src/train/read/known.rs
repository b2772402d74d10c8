//! Shapes whose names are published: what GA4's BigQuery export and Segment's e-commerce events call things.
//!
//! GA4: `price` is net of `discount` already. Segment: `price` is the unit price of the product; its
//! `discount` is of the whole order and is left alone. Sources: the two vendors' event references.

use crate::train::config::{ColumnParams, Format, Shape};
use std::collections::BTreeMap;

/// What is filled in for a shape.
pub struct Preset {
    columns: &'static [(&'static str, &'static [&'static str])],
    /// Words of the event column.
    pub events: &'static [(&'static str, &'static str)],
    /// How times are written.
    pub time_format: &'static str,
    /// How bytes become records.
    pub format: Option<Format>,
}

impl Preset {
    /// What fields are filled from.
    pub fn columns(&self) -> BTreeMap<String, ColumnParams> {
        let names = |names: &[&str]| ColumnParams::Names(names.iter().map(|name| name.to_string()).collect());
        self.columns.iter().map(|(field, from)| (field.to_string(), names(from))).collect()
    }
}

/// The preset of a shape.
pub fn preset(shape: Shape) -> &'static Preset {
    match shape {
        Shape::Events | Shape::Rows => &PLAIN,
        Shape::Baskets => &BASKETS,
        Shape::Ga4 => &GA4,
        Shape::Segment => &SEGMENT,
    }
}

static PLAIN: Preset = Preset { columns: &[], events: &[], time_format: "iso", format: None };

static BASKETS: Preset = Preset {
    columns: &[("transaction_id", &[BASKET]), ("item_id", &[ITEM])],
    events: &[],
    time_format: "iso",
    format: Some(Format::Csv),
};

/// What the columns of a basket are called: its number, by line, and one of its items.
pub const BASKET: &str = "basket";
/// See [`BASKET`].
pub const ITEM: &str = "item";

static GA4: Preset = Preset {
    columns: &[
        ("shopper", &["user_pseudo_id"]),
        ("time", &["event_timestamp"]),
        ("event", &["event_name"]),
        ("transaction_id", &["ecommerce.transaction_id", "event_params.transaction_id"]),
        ("item_id", &["items[].item_id"]),
        ("item_name", &["items[].item_name"]),
        ("item_brand", &["items[].item_brand"]),
        ("item_category", &["items[].item_category"]),
        ("item_category2", &["items[].item_category2"]),
        ("item_category3", &["items[].item_category3"]),
        ("item_category4", &["items[].item_category4"]),
        ("item_category5", &["items[].item_category5"]),
        ("price", &["items[].price"]),
        ("discount", &["items[].discount"]),
        ("quantity", &["items[].quantity"]),
        ("search_term", &["event_params.search_term"]),
        ("coupon", &["items[].coupon", "event_params.coupon"]),
        ("currency", &["event_params.currency"]),
    ],
    // What GA4 collects by itself says nothing about products.
    events: &[
        ("page_view", "ignore"),
        ("session_start", "ignore"),
        ("first_visit", "ignore"),
        ("user_engagement", "ignore"),
        ("scroll", "ignore"),
        ("click", "ignore"),
        ("view_search_results", "search"),
    ],
    time_format: "unix_us",
    format: Some(Format::JsonLines),
};

static SEGMENT: Preset = Preset {
    columns: &[
        ("shopper", &["userId", "anonymousId"]),
        ("time", &["timestamp", "originalTimestamp", "sentAt"]),
        ("event", &["event"]),
        ("transaction_id", &["properties.order_id", "properties.checkout_id"]),
        ("item_id", &["properties.products[].product_id", "properties.products[].sku"]),
        ("item_name", &["properties.products[].name"]),
        ("item_brand", &["properties.products[].brand"]),
        ("item_category", &["properties.products[].category"]),
        ("price", &["properties.products[].price"]),
        ("quantity", &["properties.products[].quantity"]),
        ("search_term", &["properties.query"]),
        ("coupon", &["properties.products[].coupon", "properties.coupon"]),
        ("currency", &["properties.currency"]),
    ],
    events: &[
        ("Products Searched", "search"),
        ("Product List Viewed", "view_item_list"),
        ("Product Clicked", "select_item"),
        ("Product Viewed", "view_item"),
        ("Product Added", "add_to_cart"),
        ("Product Removed", "remove_from_cart"),
        ("Product Added to Wishlist", "add_to_wishlist"),
        ("Cart Viewed", "view_cart"),
        ("Checkout Started", "begin_checkout"),
        ("Payment Info Entered", "add_payment_info"),
        ("Order Completed", "purchase"),
        ("Order Refunded", "refund"),
        ("Promotion Viewed", "view_promotion"),
        ("Promotion Clicked", "select_promotion"),
        ("Coupon Entered", "ignore"),
        ("Coupon Applied", "ignore"),
        ("Coupon Denied", "ignore"),
        ("Coupon Removed", "ignore"),
    ],
    time_format: "iso",
    format: Some(Format::JsonLines),
};
