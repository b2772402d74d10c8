//! Offline and online are the same: a history told in one go, in pieces, natively and in wasm, gives the same bits.

mod borders;
pub mod everything;
mod real;
mod told;

use everything::{fingerprint, program, replay, schema};
use proptest::prelude::*;
use skonto::event::MAX_PROFILE_BYTES;
use skonto::event::Profile;

#[test]
fn the_program_of_these_tests_leaves_nothing_out() {
    use skonto::feature::{MEASURES, ROWS};
    let program = program();
    for (measure, name) in MEASURES {
        assert!(program.shopper.counters().iter().any(|counter| counter.measure == measure), "{name}");
    }
    for row in ROWS {
        assert!(program.features.iter().any(|feature| feature.kind.row().name == row.name), "{}", row.name);
    }
}

#[test]
fn every_build_comes_to_the_same_fingerprint() {
    assert_eq!(fingerprint(everything::HISTORIES, everything::LENGTH), everything::FINGERPRINT);
}

proptest! {
    #[test]
    fn a_history_told_in_pieces_gives_the_same_bits(seed in any::<u64>(), length in 1usize..60, cut in 0usize..60) {
        let (program, schema) = (program(), schema());
        let whole = replay(&program, &schema, seed, length, None);
        prop_assert_eq!(whole, replay(&program, &schema, seed, length, Some(cut % length)));
    }

    #[test]
    fn a_full_profile_stays_within_its_bytes(seed in any::<u64>()) {
        let (program, mut profile) = (program(), Profile::new());
        for event in everything::history(seed, 400) {
            let _ = profile.observe(&program, &event);
        }
        prop_assert!(profile.encode(&program).len() <= MAX_PROFILE_BYTES);
        prop_assert!(profile.groups().len() <= program.max_groups());
    }
}
