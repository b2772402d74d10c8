//! What a log says of orders, baskets and words, in one pass, every name a number.
//!
//! Memory grows with the lines bought: some 40 bytes each. It judges nothing; rows come cleaned.

use crate::error::Result;
use crate::event::{EVENT_NAMES, EventKind};
use crate::train::clean::tally::Tallies;
use crate::train::config::{CheckedLog, Shape};
use crate::train::pattern::rfm::Line;
use crate::train::read::log::Scan;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, Int64Type, UInt8Type};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

/// Everything the parts of the page are made from.
#[derive(Default)]
pub struct Told {
    /// Rows read.
    pub rows_read: u64,
    /// Rows kept.
    pub rows_kept: u64,
    /// Columns that the settings map.
    pub mapped: BTreeSet<String>,
    /// Bought lines with a shopper, a time and an amount.
    pub lines: Vec<Line>,
    /// What shoppers got back.
    pub refunds: Vec<(u32, f64)>,
    /// Basket and item of each line, in the order of the log.
    pub baskets: Vec<(u32, u32)>,
    /// Rows of each event, in the order of the vocabulary.
    pub events: [u64; EVENT_NAMES.len()],
    /// Every different title and query.
    pub texts: Vec<String>,
    /// The code of each item.
    pub codes: Vec<String>,
    /// What people call each item.
    pub names: Vec<String>,
}

/// Names in the order of their first appearance.
#[derive(Default)]
struct Numbered(HashMap<String, u32>);

impl Numbered {
    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.0.get(name) {
            return *number;
        }
        let number = self.0.len() as u32;
        self.0.insert(name.to_string(), number);
        number
    }

    fn names(self) -> Vec<String> {
        let mut names = vec![String::new(); self.0.len()];
        self.0.into_iter().for_each(|(name, number)| names[number as usize] = name);
        names
    }
}

/// Reads all parts in order. `progress` is told bytes done and bytes there are.
pub fn collect(log: &CheckedLog, scan: &Scan, progress: &dyn Fn(u64, u64)) -> Result<Told> {
    let mut reading = Reading::new(log, scan);
    let mut tallies = Tallies::default();
    for part in 0..scan.parts() {
        let counted = scan.read(part, &mut |batch| {
            reading.look(&batch);
            let (done, all) = scan.progress();
            progress(done, all);
            Ok(())
        })?;
        tallies.merge(counted);
    }
    Ok(reading.finish(&tallies))
}

/// The pass under way.
struct Reading {
    told: Told,
    any_event: bool,
    shoppers: Numbered,
    orders: Numbered,
    items: Numbered,
    spellings: Numbered,
    texts: BTreeSet<String>,
    /// How often an item is spelt in a way.
    spelt: HashMap<(u32, u32), u64>,
    key: String,
}

impl Reading {
    fn new(log: &CheckedLog, scan: &Scan) -> Reading {
        let mapped = scan.schema().fields().iter().map(|field| field.name().clone()).collect();
        Reading {
            told: Told { mapped, ..Told::default() },
            any_event: log.shape == Shape::Baskets,
            shoppers: Numbered::default(),
            orders: Numbered::default(),
            items: Numbered::default(),
            spellings: Numbered::default(),
            texts: BTreeSet::new(),
            spelt: HashMap::new(),
            key: String::new(),
        }
    }

    fn look(&mut self, batch: &RecordBatch) {
        let columns = Columns { batch };
        let events = columns.get("event");
        for row in 0..batch.num_rows() {
            let event = events.filter(|events| events.is_valid(row));
            let Some(event) = event.map(|events| events.as_primitive::<UInt8Type>().value(row)) else { continue };
            self.told.events[event as usize] += 1;
            self.learn_texts(&columns, row);
            match EVENT_NAMES[event as usize] {
                "refund" if !self.any_event => self.refund(&columns, row),
                _ if self.any_event || event == EventKind::PURCHASE.index() => self.buy(&columns, row),
                _ => {}
            }
        }
    }

    fn learn_texts(&mut self, columns: &Columns, row: usize) {
        for name in ["item_name", "search_term"] {
            if let Some(text) = columns.text(name, row)
                && !self.texts.contains(text)
            {
                self.texts.insert(text.to_string());
            }
        }
    }

    fn refund(&mut self, columns: &Columns, row: usize) {
        if let (Some(shopper), Some(amount)) = (self.shopper(columns, row), columns.amount(row)) {
            self.told.refunds.push((shopper, amount));
        }
    }

    fn buy(&mut self, columns: &Columns, row: usize) {
        let (shopper, time) = (self.shopper(columns, row), columns.whole("time", row));
        let order = self.order(columns, row, time);
        if let (Some(shopper), Some(seconds), Some(order), Some(amount)) = (shopper, time, order, columns.amount(row)) {
            self.told.lines.push(Line { shopper, order, seconds, amount });
        }
        if let (Some(order), Some(item)) = (order, self.item(columns, row)) {
            self.told.baskets.push((order, item));
        }
    }

    fn shopper(&mut self, columns: &Columns, row: usize) -> Option<u32> {
        self.key.clear();
        columns.write("shopper", row, &mut self.key).then(|| self.shoppers.number(&self.key))
    }

    /// A transaction; without one, what a shopper bought in a day.
    fn order(&mut self, columns: &Columns, row: usize, time: Option<i64>) -> Option<u32> {
        self.key.clear();
        let is_told = columns.write("transaction_id", row, &mut self.key);
        if !is_told {
            self.key.push_str("\0day ");
            if !columns.write("shopper", row, &mut self.key) {
                return None;
            }
            let _ = write!(self.key, "\0{}", time?.div_euclid(86_400));
        }
        Some(self.orders.number(&self.key))
    }

    fn item(&mut self, columns: &Columns, row: usize) -> Option<u32> {
        self.key.clear();
        if !columns.write("item_id", row, &mut self.key) && !columns.write("item_name", row, &mut self.key) {
            return None;
        }
        let item = self.items.number(&self.key);
        self.key.clear();
        spell(columns, row, &mut self.key);
        if !self.key.is_empty() {
            let spelling = self.spellings.number(&self.key);
            *self.spelt.entry((item, spelling)).or_default() += 1;
        }
        Some(item)
    }

    fn finish(self, tallies: &Tallies) -> Told {
        let (codes, spellings) = (self.items.names(), self.spellings.names());
        let is_named = self.told.mapped.contains("item_name");
        let names = name(&codes, &most_frequent(&self.spelt, &spellings, codes.len()), is_named);
        let (rows_read, rows_kept) = (tallies.read, tallies.kept);
        Told { rows_read, rows_kept, texts: self.texts.into_iter().collect(), codes, names, ..self.told }
    }
}

/// The name on one line; without names, the brand and the deepest category.
fn spell(columns: &Columns, row: usize, out: &mut String) {
    const LEVELS: [&str; 5] = ["item_category5", "item_category4", "item_category3", "item_category2", "item_category"];
    if columns.get("item_name").is_some() {
        return push_words(out, columns.text("item_name", row));
    }
    push_words(out, columns.text("item_brand", row));
    push_words(out, LEVELS.iter().find_map(|level| columns.text(level, row)));
}

/// Words with one space between them; a line end in a name would break what it is printed in.
fn push_words(out: &mut String, text: Option<&str>) {
    for word in text.unwrap_or("").split(|letter: char| letter.is_whitespace() || letter.is_control()) {
        if !word.is_empty() {
            out.push_str(if out.is_empty() { "" } else { " " });
            out.push_str(word);
        }
    }
}

/// The most frequent spelling of each item; of equally frequent ones the first of the alphabet.
fn most_frequent<'a>(
    spelt: &HashMap<(u32, u32), u64>,
    spellings: &'a [String],
    items: usize,
) -> Vec<Option<(u64, &'a str)>> {
    let mut best: Vec<Option<(u64, &str)>> = vec![None; items];
    for ((item, spelling), count) in spelt {
        let (place, text) = (&mut best[*item as usize], spellings[*spelling as usize].as_str());
        if place.is_none_or(|(most, known)| *count > most || (*count == most && text < known)) {
            *place = Some((*count, text));
        }
    }
    best
}

/// A spelling that two items share is told apart by the code; so is one that is not a name.
fn name(codes: &[String], spellings: &[Option<(u64, &str)>], is_named: bool) -> Vec<String> {
    let mut shared: HashMap<&str, u32> = HashMap::new();
    spellings.iter().flatten().for_each(|(_, text)| *shared.entry(text).or_default() += 1);
    let name = |(code, spelling): (&String, &Option<(u64, &str)>)| match spelling {
        None => code.clone(),
        Some((_, text)) if *text == code || (is_named && shared[text] == 1) => (*text).to_string(),
        Some((_, text)) => format!("{text} ({code})"),
    };
    codes.iter().zip(spellings).map(name).collect()
}

/// Cells of a batch by the name of their column.
struct Columns<'a> {
    batch: &'a RecordBatch,
}

impl Columns<'_> {
    fn get(&self, name: &str) -> Option<&ArrayRef> {
        self.batch.column_by_name(name)
    }

    /// The column where the cell has a value.
    fn cell(&self, name: &str, row: usize) -> Option<&ArrayRef> {
        self.get(name).filter(|column| column.is_valid(row))
    }

    fn text(&self, name: &str, row: usize) -> Option<&str> {
        Some(self.cell(name, row)?.as_string_view().value(row))
    }

    fn whole(&self, name: &str, row: usize) -> Option<i64> {
        Some(self.cell(name, row)?.as_primitive::<Int64Type>().value(row))
    }

    fn number(&self, name: &str, row: usize) -> Option<f64> {
        Some(self.cell(name, row)?.as_primitive::<Float64Type>().value(row))
    }

    /// Price times quantity; a line without a quantity is one unit.
    fn amount(&self, row: usize) -> Option<f64> {
        let amount = self.number("price", row)? * self.number("quantity", row).unwrap_or(1.0);
        (amount.is_finite() && amount >= 0.0).then_some(amount)
    }

    /// Appends an identity or a name; whether there is one.
    fn write(&self, name: &str, row: usize, out: &mut String) -> bool {
        let Some(column) = self.cell(name, row) else { return false };
        match column.data_type() {
            DataType::Int64 => _ = write!(out, "{}", column.as_primitive::<Int64Type>().value(row)),
            _ => out.push_str(column.as_string_view().value(row)),
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_goes_by_its_most_frequent_spelling_and_by_its_code_where_that_is_shared() {
        let spelt = HashMap::from([((0, 0), 2), ((0, 1), 5), ((1, 1), 1), ((2, 2), 3), ((2, 3), 3)]);
        let spellings = ["Cup?", "Cup", "Tea b", "Tea a"].map(String::from);
        let best = most_frequent(&spelt, &spellings, 4);
        let codes = ["A", "B", "C", "D"].map(String::from);
        assert_eq!(name(&codes, &best, true), ["Cup (A)", "Cup (B)", "Tea a", "D"]);
    }

    #[test]
    fn names_are_brought_to_one_line() {
        let mut out = String::new();
        push_words(&mut out, Some("  Mug\r\n\"items = []\"\t2 "));
        assert_eq!(out, "Mug \"items = []\" 2");
    }
}
