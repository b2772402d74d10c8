//! The file: what it keeps, and every way in which damage is refused.

use crate::fixture::*;
use skonto::artefact::{Artefact, Content, MAX_BYTES};
use skonto::engine::Engine;
use skonto::error::Code;
use skonto::feature::CounterSet;
use skonto::model::{Scaled, Scorer, Term};

#[track_caller]
fn refused(bytes: &[u8], code: Code) {
    let error = Engine::load(bytes).expect_err("a damaged artefact must not load");
    assert_eq!(error.code(), code, "{error}");
}

#[track_caller]
fn refuses(code: Code, damage: impl FnOnce(&mut Content)) {
    let mut content = content();
    damage(&mut content);
    let error = Artefact::new(content).map(|_| ()).expect_err("impossible content must not pass");
    assert_eq!(error.code(), code, "{error}");
}

fn linear(content: &mut Content) -> &mut skonto::model::Linear {
    let Scorer::Linear(linear) = &mut content.model.scorer else { panic!("the planted model is linear") };
    linear
}

fn first(content: &mut Content) -> &mut Scaled {
    let Term::Number(scaled) = &mut linear(content).terms[0] else {
        panic!("the planted model's first term is a number")
    };
    scaled
}

#[test]
fn encodes_and_decodes_to_the_same_content() {
    let bytes = bytes();
    let artefact = Artefact::decode(&bytes).unwrap();
    assert_eq!(artefact.encode(), bytes);
    assert_eq!(artefact.content().golden.len(), 3);
}

#[test]
fn refuses_every_truncation() {
    let bytes = bytes();
    for length in 0..bytes.len() {
        assert!(Engine::load(&bytes[..length]).is_err(), "{length} bytes of {}", bytes.len());
    }
}

#[test]
fn refuses_a_trailing_byte() {
    let mut bytes = bytes();
    bytes.push(0);
    refused(&bytes, Code::BadChecksum);
    refused(&forged(|bytes| bytes.push(0)), Code::TrailingBytes);
}

#[test]
fn refuses_every_single_bit_flip() {
    let good = bytes();
    for bit in 0..good.len() * 8 {
        let mut bytes = good.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        assert!(Engine::load(&bytes).is_err(), "bit {bit}");
    }
}

/// The bytes after `damage`, with a checksum that fits: what a forger would send to the parser.
fn forged(damage: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut bytes = bytes();
    damage(&mut bytes);
    let hash = |hash: u64, byte: &u8| (hash ^ *byte as u64).wrapping_mul(0x100_0000_01b3);
    let checksum = bytes[16..].iter().fold(0xcbf2_9ce4_8422_2325, hash);
    bytes[8..16].copy_from_slice(&checksum.to_le_bytes());
    bytes
}

#[test]
fn survives_every_forged_bit_flip() {
    let length = bytes().len();
    let accepted = (16 * 8..length * 8)
        .filter(|bit| Engine::load(&forged(|bytes| bytes[bit / 8] ^= 1 << (bit % 8))).is_ok())
        .count();
    // Words, names and the version are free text to a parser. What counts is that nothing panicked.
    assert!(accepted > 0 && accepted < length * 8);
}

#[test]
fn survives_every_forged_truncation() {
    for length in 16..bytes().len() {
        assert!(Engine::load(&forged(|bytes| bytes.truncate(length))).is_err(), "{length}");
    }
}

#[test]
fn refuses_a_weight_changed_behind_the_golden_vectors() {
    let artefact = Artefact::decode(&bytes()).unwrap();
    let mut content = artefact.into_content();
    linear(&mut content).groups[PIZZA.0 as usize].weight += 0.25;
    refused(&Artefact::new(content).unwrap().encode(), Code::GoldenMismatch);
}

#[test]
fn refuses_another_magic_format_or_size() {
    let good = bytes();
    let with = |at: usize, byte: u8| {
        let mut bytes = good.clone();
        bytes[at] = byte;
        bytes
    };
    refused(b"", Code::Truncated);
    refused(b"<!doctype html>", Code::BadMagic);
    refused(&with(4, 3), Code::UnknownVersion);
    refused(&with(6, 9), Code::BadSection);
    refused(&forged(|bytes| bytes[24] = 3), Code::BadSection);
    refused(&with(16, 3), Code::BadChecksum);
    refused(&vec![0; MAX_BYTES + 1], Code::TooLarge);
}

#[test]
fn refuses_numbers_that_are_not_finite() {
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        refuses(Code::NotFinite, |content| linear(content).bias.weight = bad);
        refuses(Code::NotFinite, |content| first(content).line.slope = bad);
        refuses(Code::NotFinite, |content| linear(content).groups[2].slope = bad);
        refuses(Code::OutOfRange, |content| content.menu.exploration = bad);
        refuses(Code::OutOfRange, |content| content.schema.groups[0].base_rate = bad);
    }
    refuses(Code::OutOfRange, |content| first(content).line.weight = 1e38);
    refuses(Code::OutOfRange, |content| first(content).scale = 0.0);
}

#[test]
fn refuses_indices_past_their_tables() {
    refuses(Code::BadIndex, |content| content.schema.groups[0].category = 3);
    refuses(Code::BadIndex, |content| content.schema.groups[0].department = 1);
    refuses(Code::BadIndex, |content| content.program.group = CounterSet::default());
    refuses(Code::BadIndex, |content| linear(content).terms.truncate(1));
    refuses(Code::BadIndex, |content| linear(content).groups.truncate(1));
    refuses(Code::BadIndex, |content| drop(content.locales[1].arms.pop()));
}

#[test]
fn refuses_menus_that_contradict_themselves() {
    refuses(Code::BadConfig, |content| content.menu.arms.clear());
    refuses(Code::BadConfig, |content| drop(content.menu.arms.remove(0)));
    refuses(Code::BadConfig, |content| content.menu.arms.swap(1, 2));
    refuses(Code::DuplicateName, |content| content.menu.arms[2].id = "pct5".into());
    refuses(Code::OutOfRange, |content| content.menu.budget_price = -1.0);
}

#[test]
fn refuses_groups_out_of_order_or_doubled() {
    refuses(Code::DuplicateName, |content| content.schema.groups.swap(0, 1));
    refuses(Code::DuplicateName, |content| content.schema.groups[1].name = "DAIRY/MILK".into());
}

#[test]
fn refuses_a_feature_that_names_a_protected_attribute() {
    for name in ["gender_share", "Marital_Status", "ethnicity"] {
        refuses(Code::ProtectedAttribute, |content| content.program.features[0].name = name.into());
    }
}

#[test]
fn refuses_two_features_of_one_name() {
    refuses(Code::DuplicateName, |content| {
        content.program.features[1].name = "group_rate".into();
        content.program.features[1].steps.clear();
    });
}

#[test]
fn loads_the_bundled_model() {
    let engine = Engine::load(skonto::BUNDLED).unwrap();
    assert!(engine.content().golden.len() >= 8, "a released model carries golden vectors");
    assert!(skonto::BUNDLED.len() <= MAX_BYTES);
}

#[test]
fn loads_a_model_of_every_released_format() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/compat");
    let mut loaded = 0;
    for version in std::fs::read_dir(folder).unwrap() {
        for file in std::fs::read_dir(version.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let engine = Engine::load(&std::fs::read(&path).unwrap());
            assert!(engine.is_ok(), "{}: {:?}", path.display(), engine.err());
            loaded += 1;
        }
    }
    assert!(loaded > 0, "no stored sample was found");
}

#[test]
fn accepts_a_file_with_fewer_or_more_reasons_than_this_build_knows() {
    for count in [3, 20] {
        let engine = engine_with(|content| content.locales[0].reasons.resize(count, "a later reason".into()));
        let text = |index| engine.content().locales[0].text(skonto::artefact::Word::Reason, index).to_string();
        assert!(!text(2).is_empty());
        assert_eq!(text(11).is_empty(), count == 3, "a missing word is empty, not an error");
    }
}
