//! One line of the log, packed into forty bytes: what is sorted, spilled and folded.
//!
//! Amounts are whole minor units, ids are hashes, a product's group is a code of [`groups`](super::groups).
//! A row does not carry texts: a shopper's id is kept once beside the rows, in [`ids`](super::ids).

use crate::money::MAX_MINOR;

/// Bytes of a row, in memory and on disk.
pub const ROW_BYTES: usize = 40;
/// The group code of a product whose group is unknown.
pub const NO_GROUP: u32 = (1 << GROUP_BITS) - 1;

const GROUP_BITS: u32 = 24;
const MONEY_BITS: u32 = 40;
const MONEY_MASK: u64 = (1 << MONEY_BITS) - 1;
const QUANTITY_MASK: u64 = (1 << 17) - 1;
const KIND_AT: u32 = MONEY_BITS + 17;
const LINE_AT: u32 = KIND_AT + 4;
const BEGINS_AT: u32 = LINE_AT + 1;

// Twelve digits of minor units fit, with room for "no price".
const NO_MONEY: u64 = MONEY_MASK;
const _: () = assert!((MAX_MINOR as u64) < NO_MONEY);

/// One line of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The shopper's key: the hash of the id.
    pub shopper: u64,
    /// `net:40 | quantity:17 | kind:4 | line:1 | begins:1`
    told: u64,
    /// `discount:40 | group:24`
    more: u64,
    /// Seconds since 1970, local.
    pub time: u32,
    /// Hash of the product's id, 0 for none.
    pub item: u32,
    /// Hash of the brand, 0 for none.
    pub brand: u32,
    /// Hash of the transaction's id, 0 for none.
    pub transaction: u32,
}

/// Shopper, time, kind and transaction.
pub type EventKey = (u64, u32, u8, u32);

/// The product line of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amounts {
    /// Paid per unit, in minor units; none when the log does not say.
    pub net: Option<u64>,
    /// Taken off per unit, in minor units.
    pub discount: u64,
    /// Units, 1 to 100,000.
    pub quantity: u32,
    /// The group's code, or [`NO_GROUP`].
    pub group: u32,
}

impl Row {
    /// A row without a product line.
    pub fn new(shopper: u64, time: u32, kind: u8, transaction: u32) -> Row {
        let told = NO_MONEY | (kind as u64) << KIND_AT | 1 << BEGINS_AT;
        Row { shopper, told, more: (NO_GROUP as u64) << MONEY_BITS, time, transaction, ..Row::default() }
    }

    /// The same row with a product line. Amounts above [`MAX_MINOR`] are the caller's to refuse.
    pub fn with_line(mut self, item: u32, brand: u32, line: Amounts) -> Row {
        let net = line.net.unwrap_or(NO_MONEY) & MONEY_MASK;
        let flags = self.told & !(MONEY_MASK | QUANTITY_MASK << MONEY_BITS);
        self.told = flags | net | (line.quantity as u64 & QUANTITY_MASK) << MONEY_BITS | 1 << LINE_AT;
        self.more = (line.discount & MONEY_MASK) | (line.group.min(NO_GROUP) as u64) << MONEY_BITS;
        Row { item, brand, ..self }
    }

    /// Position of the event's name in [`EVENT_NAMES`](crate::event::EVENT_NAMES).
    pub fn kind(&self) -> u8 {
        (self.told >> KIND_AT) as u8 & 15
    }

    /// Whether an event begins here; otherwise this is a further line of the one before.
    pub fn begins(&self) -> bool {
        self.told >> BEGINS_AT & 1 == 1
    }

    /// Says whether an event begins here.
    pub fn set_begins(&mut self, begins: bool) {
        self.told = self.told & !(1 << BEGINS_AT) | (begins as u64) << BEGINS_AT;
    }

    /// Replaces the transaction's hash.
    pub fn set_transaction(&mut self, transaction: u32) {
        self.transaction = transaction;
    }

    /// The product line, if the row has one.
    pub fn line(&self) -> Option<Amounts> {
        let net = self.told & MONEY_MASK;
        (self.told >> LINE_AT & 1 == 1).then_some(Amounts {
            net: (net != NO_MONEY).then_some(net),
            discount: self.more & MONEY_MASK,
            quantity: (self.told >> MONEY_BITS & QUANTITY_MASK) as u32,
            group: (self.more >> MONEY_BITS) as u32,
        })
    }

    /// Gives the line's group another code.
    pub fn set_group(&mut self, group: u32) {
        self.more = self.more & MONEY_MASK | (group.min(NO_GROUP) as u64) << MONEY_BITS;
    }

    /// What the lines of one event have in common: neighbours in the log that have it are one event.
    pub fn event_key(&self) -> EventKey {
        (self.shopper, self.time, self.kind(), self.transaction)
    }

    /// Says which of the words beside the rows are this row's. A row that is told needs no key: its shopper is known.
    pub fn set_place(&mut self, place: usize) {
        self.shopper = place as u64;
    }

    /// Where the words beside the row are, once that was said.
    pub fn place(&self) -> usize {
        self.shopper as usize
    }

    /// Everything the row tells, but not where in its event it stands.
    pub fn content(&self) -> [u64; 5] {
        let ids = (self.item as u64) << 32 | self.brand as u64;
        let moment = (self.time as u64) << 32 | self.transaction as u64;
        [self.shopper, moment, self.told & !(1 << BEGINS_AT), self.more, ids]
    }

    /// The row as bytes; [`Row::read`] is its inverse.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        let mut row = [0u8; ROW_BYTES];
        row[..8].copy_from_slice(&self.shopper.to_le_bytes());
        row[8..16].copy_from_slice(&self.told.to_le_bytes());
        row[16..24].copy_from_slice(&self.more.to_le_bytes());
        for (place, word) in row[24..].chunks_exact_mut(4).zip([self.time, self.item, self.brand, self.transaction]) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        bytes.extend_from_slice(&row);
    }

    /// Reads what [`Row::write`] wrote.
    pub fn read(bytes: &[u8; ROW_BYTES]) -> Row {
        let long = |at: usize| u64::from_le_bytes(std::array::from_fn(|index| bytes[at + index]));
        let word = |at: usize| u32::from_le_bytes(std::array::from_fn(|index| bytes[at + index]));
        Row {
            shopper: long(0),
            told: long(8),
            more: long(16),
            time: word(24),
            item: word(28),
            brand: word(32),
            transaction: word(36),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_gives_back_what_was_put_in_also_at_the_limits() {
        let most = MAX_MINOR as u64;
        let rows = [(Some(0), 0, 1, 0), (None, 7, 100_000, NO_GROUP), (Some(most), most, 100_000, NO_GROUP - 1)];
        for (net, discount, quantity, group) in rows {
            let line = Amounts { net, discount, quantity, group };
            let mut row = Row::new(u64::MAX, u32::MAX, 14, 5).with_line(6, 7, line);
            assert_eq!((row.line(), row.kind(), row.begins()), (Some(line), 14, true));
            assert_eq!((row.item, row.brand, row.transaction), (6, 7, 5));
            row.set_begins(false);
            assert_eq!((row.line(), row.kind(), row.begins()), (Some(line), 14, false));
            row.set_group(3);
            assert_eq!(row.line(), Some(Amounts { group: 3, ..line }));
        }
        assert_eq!(Row::new(1, 2, 3, 4).line(), None);
    }

    #[test]
    fn a_row_survives_the_disk() {
        let line = Amounts { net: Some(1_999), discount: 100, quantity: 3, group: 17 };
        let row = Row::new(0x0123_4567_89ab_cdef, 77, 11, 88).with_line(99, 111, line);
        let mut bytes = Vec::new();
        row.write(&mut bytes);
        assert_eq!(Row::read(bytes.as_slice().try_into().unwrap()), row);
    }
}
