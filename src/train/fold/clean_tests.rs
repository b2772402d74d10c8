//! Each rule, with the fault planted.

use super::*;
use crate::train::fold::row::Amounts;

fn row(time: u32, kind: &str, transaction: u32, item: u32, quantity: u32) -> Row {
    let kind = EVENT_NAMES.iter().position(|name| *name == kind).unwrap() as u8;
    let line = Amounts { net: Some(100), discount: 0, quantity, group: 0 };
    Row::new(5, time, kind, transaction).with_line(item, 0, line)
}

fn further(mut row: Row) -> Row {
    row.set_begins(false);
    row
}

fn with(cause: Cause, action: Action) -> Cleaning {
    let actions = crate::train::clean::tally::Actions::default().with(cause.rule(), action);
    Cleaning { actions, ..Cleaning::default() }
}

fn cleaned(rows: &[Row], rules: &Cleaning) -> (Vec<Row>, Tallies) {
    let (mut cleaner, mut rows) = (Cleaner::new(rules), rows.to_vec());
    cleaner.clean(&mut rows, b"s");
    (rows, cleaner.tallies)
}

#[test]
fn drops_exact_duplicates_and_counts_them() {
    let (a, b) = (row(10, "view_item", 0, 1, 1), row(10, "view_item", 0, 2, 1));
    let other_price = row(10, "view_item", 0, 1, 2);
    let (rows, tallies) = cleaned(&[a, b, a, other_price, row(11, "view_item", 0, 1, 1)], &Cleaning::default());
    assert_eq!(rows, [a, b, other_price, row(11, "view_item", 0, 1, 1)]);
    assert_eq!((tallies.rows(Cause::Duplicate.rule().name), tallies.dropped()), (1, 1));
    let keep = with(Cause::Duplicate, Action::Keep);
    let (rows, tallies) = cleaned(&[a, a], &keep);
    assert_eq!((rows.len(), tallies.rows(Cause::Duplicate.rule().name), tallies.dropped()), (2, 1, 0));
}

#[test]
fn finds_duplicates_among_thousands_of_rows_of_one_moment() {
    let rows: Vec<Row> = (0..4_000).map(|item| row(10, "view_item", 0, item % 1_000, 1)).collect();
    let (rows, tallies) = cleaned(&rows, &with(Cause::BotRate, Action::Keep));
    assert_eq!((rows.len(), tallies.rows(Cause::Duplicate.rule().name)), (1_000, 3_000));
}

#[test]
fn an_event_that_lost_its_first_line_begins_at_the_next() {
    let (a, b) = (row(10, "view_item", 0, 1, 1), row(10, "view_item", 0, 2, 1));
    let between = row(10, "add_to_cart", 0, 1, 1);
    let (rows, _) = cleaned(&[a, between, a, further(b)], &Cleaning::default());
    assert_eq!(rows, [a, between, b]);
}

#[test]
fn puts_scattered_lines_of_one_transaction_together() {
    let line = |item| row(10, "purchase", 77, item, 1);
    let other = row(10, "purchase", 78, 1, 1);
    let (rows, tallies) = cleaned(&[line(1), other, line(2), line(3)], &Cleaning::default());
    assert_eq!(rows, [line(1), further(line(2)), further(line(3)), other]);
    assert_eq!(tallies.rows(Cause::Scattered.rule().name), 2);
}

#[test]
fn drops_a_transaction_told_again_later() {
    let rows = [row(10, "purchase", 77, 1, 1), row(12, "purchase", 77, 1, 1), row(13, "purchase", 78, 1, 1)];
    let (kept, tallies) = cleaned(&rows, &Cleaning::default());
    assert_eq!(kept, [rows[0], rows[2]]);
    assert_eq!(tallies.rows(Cause::ToldTwice.rule().name), 1);
}

#[test]
fn pairs_a_refund_with_the_order_it_undoes_once() {
    let rows = [
        row(10, "purchase", 77, 1, 2),
        row(11, "purchase", 78, 1, 1),
        row(12, "refund", 0, 1, 2),
        row(13, "refund", 78, 1, 1),
        row(14, "refund", 0, 1, 1),
        row(15, "refund", 0, 9, 1),
    ];
    let (kept, tallies) = cleaned(&rows, &Cleaning::default());
    assert_eq!(kept.iter().map(|row| row.transaction).collect::<Vec<_>>(), [77, 78, 77, 78, 0, 0]);
    assert_eq!(
        (tallies.rows(Cause::RefundPaired.rule().name), tallies.rows(Cause::RefundUnpaired.rule().name)),
        (2, 2)
    );
    let (kept, tallies) = cleaned(&rows, &with(Cause::RefundUnpaired, Action::Drop));
    assert_eq!((kept.len(), tallies.dropped()), (4, 2));
    let (kept, _) = cleaned(&rows, &with(Cause::RefundPaired, Action::Keep));
    assert_eq!(kept, rows);
}

#[test]
fn leaves_out_a_bot_and_counts_all_its_rows() {
    let rows: Vec<Row> = (0..2_000).map(|n| row(1_000 + n / 4, "view_item", 0, n, 1)).collect();
    let (kept, tallies) = cleaned(&rows, &Cleaning::default());
    assert_eq!((kept.len(), tallies.rows(Cause::BotRate.rule().name)), (0, 2_000));
    let (kept, tallies) = cleaned(&rows, &with(Cause::BotRate, Action::Keep));
    assert_eq!((kept.len(), tallies.rows(Cause::BotRate.rule().name), tallies.dropped()), (2_000, 2_000, 0));
}
