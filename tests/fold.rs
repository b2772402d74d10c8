//! A log in any number of pieces, on any number of threads, in memory or on disk: the same shoppers and events.

mod fitting;
mod hostile;
mod outcomes;
mod rees46;
mod streams;
mod table;

use arrow::array::{ArrayRef, Float64Array, Int64Array, StringViewArray, UInt8Array};
use arrow::record_batch::RecordBatch;
use proptest::prelude::*;
use skonto::error::{Code, Result};
use skonto::event::Event;
use skonto::train::clean::tally::{Action, Actions};
use skonto::train::fold::{
    Batches, Cause, CheckedOptions, Cleaning, Folded, Folding, Grouping, Options, Partitioned, Shopper, fold,
};
use std::sync::Arc;

/// One row of a log, as a test writes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub shopper: Option<String>,
    pub time: i64,
    pub event: u8,
    pub transaction: Option<String>,
    pub item: Option<String>,
    pub category: Option<String>,
    pub price: Option<f64>,
    pub quantity: Option<f64>,
    pub search: Option<String>,
    pub name: Option<String>,
    pub device: Option<String>,
    pub score: Option<f64>,
}

pub fn told(shopper: &str, time: i64, event: u8, item: &str) -> Told {
    Told {
        shopper: Some(shopper.into()),
        time,
        event,
        transaction: None,
        item: Some(item.into()),
        category: Some("c".into()),
        price: Some(1.5),
        quantity: None,
        search: None,
        name: None,
        device: None,
        score: None,
    }
}

pub fn batch(rows: &[Told]) -> RecordBatch {
    let text = |of: fn(&Told) -> &Option<String>| -> ArrayRef {
        Arc::new(rows.iter().map(|row| of(row).clone()).collect::<StringViewArray>())
    };
    let float = |of: fn(&Told) -> Option<f64>| -> ArrayRef { Arc::new(rows.iter().map(of).collect::<Float64Array>()) };
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("shopper", text(|row| &row.shopper)),
        ("time", Arc::new(rows.iter().map(|row| Some(row.time)).collect::<Int64Array>())),
        ("event", Arc::new(rows.iter().map(|row| Some(row.event)).collect::<UInt8Array>())),
        ("transaction_id", text(|row| &row.transaction)),
        ("item_id", text(|row| &row.item)),
        ("item_category", text(|row| &row.category)),
        ("price", float(|row| row.price)),
        ("quantity", float(|row| row.quantity)),
        ("search_term", text(|row| &row.search)),
        ("item_name", text(|row| &row.name)),
        ("attribute.device", text(|row| &row.device)),
        ("attribute.score", float(|row| row.score)),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, column)| (name, column, true))).unwrap()
}

/// Parts of a log cut at `cuts`.
pub fn parts(rows: &[Told], cuts: &[usize]) -> Batches {
    let mut edges: Vec<usize> = cuts.iter().map(|cut| cut % (rows.len() + 1)).collect();
    edges.extend([0, rows.len()]);
    edges.sort();
    let parts = edges.windows(2).map(|edge| vec![batch(&rows[edge[0]..edge[1]])]).collect();
    Batches::new(batch(&[]).schema(), parts)
}

pub fn options(threads: usize, bits: u32, memory: usize) -> Options {
    let grouping = Grouping::Frequent { fields: vec!["item_category".into()], keep: 3 };
    Options { threads: Some(threads), memory: Some(memory), partition_bits: bits, grouping, ..Options::default() }
}

/// Collects every event of every shopper.
struct Everything;

impl Folding for Everything {
    type Piece = Everyone;
    type Made = Everyone;

    fn start(&self) -> Result<Everyone> {
        Ok(Vec::new())
    }

    fn finish(&self, piece: Everyone) -> Result<Everyone> {
        Ok(piece)
    }

    fn take(&self, piece: &mut Everyone, shopper: &Shopper) -> Result<()> {
        let mut events = Vec::new();
        shopper.tell(|event| {
            events.push(event.clone());
            Ok(())
        })?;
        piece.push((String::from_utf8_lossy(shopper.id).into(), events));
        Ok(())
    }
}

type Everyone = Vec<(String, Vec<Event>)>;

fn folded(source: &Batches, options: &CheckedOptions) -> Result<(Everyone, Folded, Vec<String>, u64)> {
    let log = Partitioned::read(source, options, &|_| {})?;
    let mut all = Vec::new();
    let counted = fold(&log, options, &Everything, |piece| {
        all.extend(piece);
        Ok(())
    })?;
    Ok((all, counted, log.groups.clone(), log.spilled))
}

fn any_row() -> impl Strategy<Value = Told> {
    let ids = prop::option::weighted(0.95, "[a-f]{1,2}|shopper-with-a-long-name-[0-9]");
    let item = prop::option::of("[0-9]{1,2}");
    let category = prop::option::of("[u-z]");
    let price = prop::option::of(prop_oneof![Just(f64::NAN), -1.0..900.0f64, Just(1e300)]);
    let quantity = prop::option::of(-1.0..4.0f64);
    let transaction = prop::option::weighted(0.3, "t[0-9]");
    let time = prop_oneof![9 => 1_000_000i64..1_000_040, 1 => Just(-5), 1 => Just(5_000_000_000)];
    let fields = (ids, time, 0u8..16, transaction, item, category, price, quantity);
    fields.prop_map(|(shopper, time, event, transaction, item, category, price, quantity)| Told {
        shopper,
        time,
        event,
        transaction,
        item,
        category,
        price,
        quantity,
        ..told("", 0, 0, "")
    })
}

proptest! {
    #[test]
    fn any_pieces_threads_partitions_and_memory_give_the_same_events(
        rows in prop::collection::vec(any_row(), 0..120),
        cuts in prop::collection::vec(0usize..120, 0..6),
        threads in 1usize..5,
        bits in 0u32..6,
        memory in prop_oneof![Just(1usize), Just(4_000), Just(1 << 20)],
    ) {
        let plain = folded(&parts(&rows, &[]), &options(1, 0, 1 << 30).check().unwrap()).unwrap();
        let pieces = folded(&parts(&rows, &cuts), &options(threads, bits, memory).check().unwrap()).unwrap();
        prop_assert_eq!(&plain.0, &pieces.0);
        prop_assert_eq!((plain.1.shoppers, plain.1.rows), (pieces.1.shoppers, pieces.1.rows));
        let said = |folded: &Folded| serde_json::to_string(&folded.tallies.causes()).unwrap();
        prop_assert_eq!(said(&plain.1), said(&pieces.1), "causes and examples are those of the log");
        prop_assert_eq!(plain.1.tallies.read, plain.1.tallies.kept + plain.1.tallies.dropped());
        prop_assert_eq!(plain.2, pieces.2);
    }
}

#[test]
fn events_of_a_shopper_come_in_order_of_time_with_their_lines() {
    let mut rows = vec![told("a", 100_020, 2, "1"), told("b", 100_000, 2, "1"), told("a", 100_010, 11, "2")];
    rows.push(Told { item: Some("3".into()), ..rows[2].clone() });
    rows.push(told("a", 100_010, 5, "4"));
    for cut in 0..5 {
        let (all, counted, ..) = folded(&parts(&rows, &[cut]), &options(2, 3, 1 << 20).check().unwrap()).unwrap();
        let (_, events) = all.iter().find(|(id, _)| id == "a").unwrap();
        let seen: Vec<(u32, u8, usize)> =
            events.iter().map(|event| (event.time.seconds(), event.kind.index(), event.lines.len())).collect();
        assert_eq!(seen, [(100_010, 11, 2), (100_010, 5, 1), (100_020, 2, 1)], "cut at {cut}");
        assert_eq!((counted.shoppers, counted.rows), (2, 5));
        assert_eq!(counted.tallies.rows(Cause::OutOfOrder.rule().name), 3);
    }
}

#[test]
fn what_cannot_be_a_row_is_dropped_and_what_spoils_an_amount_is_mended() {
    let good = told("a", 100_000, 2, "1");
    let rows = [
        Told { shopper: None, ..good.clone() },
        Told { shopper: Some(String::new()), ..good.clone() },
        Told { time: 0, ..good.clone() },
        Told { time: 4_294_967_295, ..good.clone() },
        Told { event: 15, ..good.clone() },
        Told { price: Some(f64::NAN), ..told("a", 100_001, 2, "1") },
        Told { price: Some(-0.01), ..told("a", 100_002, 2, "1") },
        Told { quantity: Some(0.0), ..told("a", 100_003, 2, "1") },
        good,
    ];
    let (all, counted, ..) = folded(&parts(&rows, &[]), &options(1, 2, 1 << 20).check().unwrap()).unwrap();
    let rules = ["missing_shopper", "impossible_time", "unknown_event", "impossible_amount", "impossible_quantity"];
    assert_eq!(rules.map(|rule| counted.tallies.rows(rule)), [2, 2, 1, 2, 1]);
    assert_eq!((all[0].1.len(), counted.tallies.dropped()), (4, 5));
}

#[test]
fn a_flood_of_one_shopper_in_reverse_is_put_in_order_from_disk() {
    let rows: Vec<Told> = (0..200_000).map(|n| told("a", 1_000_000 - n, 2, &n.to_string())).collect();
    let mut options = options(2, 8, 1 << 20);
    let actions = Actions::default().with(Cause::BotTireless.rule(), Action::Keep);
    options.cleaning = Cleaning { actions, ..Cleaning::default() };
    let (all, counted, _, spilled) = folded(&parts(&rows, &[77, 100_000]), &options.check().unwrap()).unwrap();
    assert!(spilled > 6_000_000, "{spilled}");
    assert_eq!((all.len(), all[0].1.len()), (1, 200_000));
    assert!(all[0].1.is_sorted_by_key(|event| event.time));
    assert_eq!(counted.tallies.rows(Cause::OutOfOrder.rule().name), 199_999);
    assert_eq!(
        counted.tallies.rows(Cause::BotTireless.rule().name),
        200_000,
        "one a second for two days, counted and kept"
    );
}

#[test]
fn nothing_is_left_on_disk_after_success_or_error() {
    let folder = std::env::temp_dir().join(format!("skonto-fold-test-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let rows: Vec<Told> = (0..5_000).map(|n| told(&n.to_string(), 1_000_000, 2, "1")).collect();
    let mut options = options(2, 4, 1);
    options.folder = Some(folder.clone());
    let checked = options.check().unwrap();
    let is_empty = || std::fs::read_dir(&folder).unwrap().next().is_none();
    let log = Partitioned::read(&parts(&rows, &[2_000]), &checked, &|_| {}).unwrap();
    assert!(log.spilled > 0 && !is_empty());
    let error = fold(&log, &checked, &Everything, |_| Err(skonto::error::Error::new(Code::BadData, "no")));
    assert_eq!(error.unwrap_err().code(), Code::BadData);
    drop(log);
    assert!(is_empty());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_folder_that_cannot_be_written_is_a_typed_error() {
    let rows = [told("a", 1_000_000, 2, "1")];
    let options = Options { folder: Some("/proc/nowhere".into()), ..options(1, 4, 1) };
    let error = Partitioned::read(&parts(&rows, &[]), &options.check().unwrap(), &|_| {}).unwrap_err();
    assert_eq!(error.code(), Code::Io);
    assert!(error.to_string().contains("/proc/nowhere/skonto-"), "{error}");
}
