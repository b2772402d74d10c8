//! One shopper who is as much work as a whole shop: what is remembered stays bounded, what is counted stays exact.

use super::options;
use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringViewArray, UInt8Array};
use skonto::error::Result;
use skonto::event::{EventKind, MAX_PROFILE_BYTES, Profile};
use skonto::feature::{Counter, CounterSet, Measure, Memory, Program, Window};
use skonto::train::clean::tally::{Action, Actions};
use skonto::train::fold::{Batches, Cause, Cleaning, Folded, Folding, Options, Partitioned, Shopper, fold};
use std::sync::Arc;

const VIEW: u8 = 2;
const START: i64 = 1_000_000_000;

/// Views of one shopper, the latest first: the item and the category of each by its number.
fn views(count: i64, item: impl Fn(i64) -> i64, category: impl Fn(i64) -> i64) -> Batches {
    let batch = |from: i64, to: i64| {
        let numbers = from..to;
        let category = |number| Some(category(number).to_string());
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("shopper", Arc::new(numbers.clone().map(|_| Some("a")).collect::<StringViewArray>())),
            ("time", Arc::new(numbers.clone().map(|number| START - 7 * number).collect::<Int64Array>())),
            ("event", Arc::new(numbers.clone().map(|_| VIEW).collect::<UInt8Array>())),
            ("item_id", Arc::new(numbers.clone().map(&item).collect::<Int64Array>())),
            ("item_category", Arc::new(numbers.clone().map(category).collect::<StringViewArray>())),
            ("price", Arc::new(numbers.map(|_| 0.01).collect::<Float64Array>())),
        ];
        RecordBatch::try_from_iter(columns).unwrap()
    };
    let parts: Vec<Vec<RecordBatch>> =
        (0..4).map(|part| vec![batch(part * count / 4, (part + 1) * count / 4)]).collect();
    Batches::new(parts[0][0].schema(), parts)
}

fn counter(measure: Measure, limit: u8) -> Counter {
    Counter { limit, ..Counter::new(EventKind::new(VIEW).unwrap(), measure, Window::Ever) }
}

fn program() -> Program {
    let all = [Measure::Events, Measure::Spent].map(|measure| counter(measure, 0));
    let distinct = [Measure::DistinctItems, Measure::DistinctGroups].map(|measure| counter(measure, 64));
    Program {
        shopper: CounterSet::new(all.into_iter().chain(distinct).collect()),
        group: CounterSet::new(vec![counter(Measure::Events, 0), counter(Measure::DistinctItems, 8)]),
        session: CounterSet::new(vec![counter(Measure::Lines, 0)]),
        memory: Memory { session_minutes: 30, cart_lines: 4, ..Memory::default() },
        ..Program::default()
    }
}

/// Replays a profile, which may never outgrow its bytes.
struct Replayed(Program);

impl Folding for Replayed {
    type Piece = Vec<Profile>;
    type Made = Vec<Profile>;

    fn start(&self) -> Result<Vec<Profile>> {
        Ok(Vec::new())
    }

    fn take(&self, piece: &mut Vec<Profile>, shopper: &Shopper) -> Result<()> {
        let (mut profile, mut events) = (Profile::new(), 0);
        shopper.tell(|event| {
            events += 1;
            profile.observe(&self.0, event)?;
            assert!(events % 10_000 != 0 || profile.encode(&self.0).len() <= MAX_PROFILE_BYTES);
            Ok(())
        })?;
        piece.push(profile);
        Ok(())
    }

    fn finish(&self, piece: Vec<Profile>) -> Result<Vec<Profile>> {
        Ok(piece)
    }
}

fn replayed(log: &Batches, memory: usize) -> (Profile, Folded) {
    // Without rest for weeks, so a bot; this test wants to see what becomes of one that is kept.
    let cleaning =
        Cleaning { actions: Actions::default().with(Cause::BotTireless.rule(), Action::Keep), ..Cleaning::default() };
    let options = Options { cleaning, ..options(2, 6, memory) }.check().unwrap();
    let log = Partitioned::read(log, &options, &|_| {}).unwrap();
    let mut profiles = Vec::new();
    let folded = fold(&log, &options, &Replayed(program()), |made| {
        profiles.extend(made);
        Ok(())
    });
    assert_eq!(profiles.len(), 1);
    (profiles.remove(0), folded.unwrap())
}

fn numbers(profile: &Profile) -> [f64; 4] {
    let program = program();
    let now = skonto::event::Timestamp::from_seconds(START as u32);
    [0, 1, 2, 3].map(|index| profile.shopper_value(&program, index, now).unwrap())
}

#[test]
fn counts_a_million_events_of_one_shopper_exactly_and_in_bounds() {
    let (profile, folded) = replayed(&views(1_000_000, |number| number % 1_000, |number| number % 500), 8 << 20);
    assert_eq!((folded.shoppers, folded.rows), (1, 1_000_000));
    assert_eq!(folded.tallies.rows(Cause::OutOfOrder.rule().name), 999_999);
    // Only three groups are kept of the log, the rest are none.
    assert_eq!(numbers(&profile), [1e6, 1e6, 64.0, 3.0]);
    assert_eq!(profile.groups().len(), 3);
    assert!(profile.encode(&program()).len() <= MAX_PROFILE_BYTES);
}

#[test]
fn counts_a_hundred_thousand_items_of_one_shopper_in_bounds() {
    let (profile, folded) = replayed(&views(100_000, |number| number, |_| 1), 1 << 30);
    assert_eq!((folded.shoppers, folded.rows), (1, 100_000));
    assert_eq!(numbers(&profile), [1e5, 1e5, 64.0, 1.0]);
    let whole: Vec<u32> = profile.groups().iter().map(|slot| slot.key).collect();
    assert_eq!(whole, [0]);
    assert!(profile.encode(&program()).len() <= MAX_PROFILE_BYTES);
}
