//! Typed readers: files in, rows out. They check types and missing columns; whether a row makes sense
//! is asked in [`clean`](super::clean).

pub mod complete_journey;
pub mod json_lines;

/// One order line as the shop recorded it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawLine {
    /// Shopper.
    pub household: i64,
    /// Order.
    pub basket: i64,
    /// Product.
    pub product: i64,
    /// Units.
    pub quantity: i64,
    /// What the shop received for the line, after `discount`.
    pub sales: f64,
    /// The shop's own discount on the line.
    pub discount: f64,
    /// The manufacturer's and the shop's coupons on the line.
    pub coupons: f64,
    /// Week of the year, from 1.
    pub week: i64,
    /// Seconds since 1970 as recorded.
    pub seconds: i64,
}

/// One product as the shop describes it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawProduct {
    /// Product.
    pub id: i64,
    /// Department.
    pub department: Option<String>,
    /// Brand.
    pub brand: Option<String>,
    /// Category within the department.
    pub category: Option<String>,
    /// Type within the category.
    pub kind: Option<String>,
    /// Package size.
    pub size: Option<String>,
}

/// What a reader returns.
#[derive(Clone, Debug, Default)]
pub struct Raw {
    /// Order lines in file order.
    pub lines: Vec<RawLine>,
    /// Products.
    pub products: Vec<RawProduct>,
}
