//! Readers: files in, rows out.
//!
//! ```text
//! files -> unpack -> window -> csv | json | parquet -> Record -> mapper | table -> batches
//! ```
//! They check types and missing columns; what becomes of a row that makes no sense is asked in
//! [`clean`](super::clean). [`log::Scan`] is the way in.

pub mod aggregate;
pub mod cell;
pub mod columns;
pub mod complete_journey;
pub mod csv;
pub mod files;
pub mod join;
pub mod json;
pub mod json_lines;
pub mod judge;
pub mod known;
pub mod lines;
pub mod log;
pub mod mapper;
pub mod mapping;
pub mod moment;
pub mod parquet;
pub mod parts;
pub mod ranges;
pub mod reading;
pub mod sniff;
pub mod table;
mod taker;
pub mod unpack;
pub mod window;

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
