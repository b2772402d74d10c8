//! [`Plan`]: which needed column fills which field. Made once for a log; rows only follow it.

use super::lines::{COLUMNS, IDS, TEXTS};
use crate::train::config::{CheckedLog, Of};

/// What a field is filled from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Filled {
    /// It is not.
    #[default]
    Nothing,
    /// A needed column.
    Column(usize),
    /// The first of several that has a value.
    First(Vec<usize>),
    /// The same for every row.
    Constant(String),
}

impl Filled {
    /// Whether the field is mapped.
    pub fn is_mapped(&self) -> bool {
        *self != Filled::Nothing
    }
}

/// A field with what messages call its column.
#[derive(Clone, Debug, Default)]
pub struct FieldPlan {
    /// Where its values are.
    pub from: Filled,
    /// Name of the column in the file.
    pub column: String,
}

/// An amount of money.
#[derive(Clone, Debug, Default)]
pub struct AmountPlan {
    /// Where its values are.
    pub field: FieldPlan,
    /// Whether it is of the whole line.
    pub of_line: bool,
}

/// Which needed column fills which field.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// Columns read from the log's own files; those of side tables follow in the numbering.
    pub needed: Vec<String>,
    /// Side table and column of each slot after those.
    pub side: Vec<(usize, usize)>,
    /// Slots of the key of each side table.
    pub keys: Vec<Vec<usize>>,
    /// Slot of the moment before which rows of a side table count.
    pub moments: Vec<Option<usize>>,
    /// Shopper, transaction and item.
    pub ids: [FieldPlan; IDS.len()],
    /// When.
    pub time: FieldPlan,
    /// What.
    pub event: FieldPlan,
    /// In the order of [`TEXTS`].
    pub texts: [FieldPlan; TEXTS.len()],
    /// What cuts a category path into levels.
    pub split: Option<String>,
    /// Paid.
    pub price: AmountPlan,
    /// Before any discount.
    pub list_price: AmountPlan,
    /// Taken off.
    pub discount: AmountPlan,
    /// Units.
    pub quantity: FieldPlan,
    /// Name and place of each attribute.
    pub attributes: Vec<FieldPlan>,
}

impl Plan {
    /// The plan of a log of events.
    pub fn new(log: &CheckedLog) -> Plan {
        let mut plan = Plan::with_keys(log);
        plan.ids = IDS.map(|name| plan.field(log, name));
        plan.time = plan.field(log, "time");
        plan.event = plan.field(log, "event");
        plan.texts = TEXTS.map(|name| plan.field(log, name));
        plan.split = log.columns.get("item_category").and_then(|column| column.split()).map(String::from);
        let paid = if log.columns.contains_key("price") { "price" } else { "discounted_price" };
        plan.price = plan.amount(log, paid);
        plan.list_price = plan.amount(log, "list_price");
        plan.discount = plan.amount(log, "discount");
        plan.quantity = plan.field(log, "quantity");
        let attribute = |name: &String| FieldPlan { from: Filled::Column(plan.slot(log, name)), column: name.clone() };
        plan.attributes = log.attributes.iter().map(attribute).collect();
        plan
    }

    /// The plan of a plain table with those columns.
    pub fn of_table(log: &CheckedLog, columns: &[String]) -> Plan {
        let mut plan = Plan::with_keys(log);
        let field = |name: &String| FieldPlan { from: Filled::Column(plan.slot(log, name)), column: name.clone() };
        plan.attributes = columns.iter().map(field).collect();
        plan
    }

    /// Keys first: a side table's columns are numbered after all of the log's own.
    fn with_keys(log: &CheckedLog) -> Plan {
        let mut plan = Plan::default();
        let columns = |index: usize| (0..log.joins[index].names().len()).map(move |column| (index, column));
        plan.side = (0..log.joins.len()).flat_map(columns).collect();
        for (index, join) in log.joins.iter().enumerate() {
            let key = join.on.log().iter().map(|name| plan.earlier(log, index, name)).collect();
            let moment = join.before.as_ref().map(|before| plan.earlier(log, index, &before.log()[0]));
            plan.keys.push(key);
            plan.moments.push(moment);
        }
        plan
    }

    fn own(&mut self, name: &str) -> usize {
        self.needed.iter().position(|known| known == name).unwrap_or_else(|| {
            self.needed.push(name.to_string());
            self.needed.len() - 1
        })
    }

    /// Slots of side tables are counted down from the top, because the log's own are not all known yet.
    fn slot(&mut self, log: &CheckedLog, name: &str) -> usize {
        self.joined(log, log.joins.len(), name).unwrap_or_else(|| self.own(name))
    }

    /// The slot of a column of one of the first `tables` side tables.
    fn joined(&self, log: &CheckedLog, tables: usize, name: &str) -> Option<usize> {
        let is_it = |(join, column): &(usize, usize)| *join < tables && log.joins[*join].names()[*column] == name;
        self.side.iter().position(is_it).map(|index| SIDE + index)
    }

    /// What a side table is asked with: a column of the log, or of a side table before it.
    fn earlier(&mut self, log: &CheckedLog, index: usize, name: &str) -> usize {
        self.joined(log, index, name).unwrap_or_else(|| self.own(name))
    }

    fn field(&mut self, log: &CheckedLog, name: &str) -> FieldPlan {
        let Some(told) = log.columns.get(name) else { return FieldPlan::default() };
        if let Some(value) = told.constant() {
            return FieldPlan { from: Filled::Constant(value.to_string()), column: name.to_string() };
        }
        let names = told.names();
        let column = names.join(" or ");
        let slots: Vec<usize> = names.iter().map(|name| self.slot(log, name)).collect();
        let from = match slots[..] {
            [] => Filled::Nothing,
            [slot] => Filled::Column(slot),
            _ => Filled::First(slots),
        };
        FieldPlan { from, column }
    }

    fn amount(&mut self, log: &CheckedLog, name: &str) -> AmountPlan {
        let of_line = log.columns.get(name).is_some_and(|column| column.of() == Of::Line);
        AmountPlan { field: self.field(log, name), of_line }
    }

    /// Whether a column of the line table is filled.
    pub fn fills(&self, name: &str) -> bool {
        let at = |names: &[&str]| names.iter().position(|known| *known == name);
        let is_level = name.strip_prefix("item_category").is_some_and(|level| !level.is_empty());
        match (at(&IDS), at(&TEXTS)) {
            (Some(index), _) => self.ids[index].from.is_mapped(),
            (_, Some(index)) => self.texts[index].from.is_mapped() || (is_level && self.split.is_some()),
            _ => self.fills_number(name),
        }
    }

    fn fills_number(&self, name: &str) -> bool {
        let (paid, list) = (self.price.field.from.is_mapped(), self.list_price.field.from.is_mapped());
        match name {
            "time" => self.time.from.is_mapped(),
            "event" => self.event.from.is_mapped(),
            "price" => paid || list,
            "discount" => self.discount.field.from.is_mapped() || (paid && list),
            "quantity" => self.quantity.from.is_mapped(),
            _ => COLUMNS.contains(&name),
        }
    }
}

/// Slots from here on are columns of side tables.
pub const SIDE: usize = 1 << 20;
