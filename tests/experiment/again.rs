//! Decisions made again: what is planted is what the replay tells.

use super::{SETTINGS, trial, with_setup};
use crate::table::made::Folder;
use skonto::engine::Engine;
use skonto::error::Result;
use skonto::evaluate::replay::{Replay, in_words};
use skonto::train::experiment::{Setup, compete, replay};
use skonto::train::table::Prepared;

fn again(then: impl Fn(&Prepared, &Setup, &Engine) -> Result<Replay>) -> Replay {
    let folder = Folder::with(&[("trial.csv", &trial(6.0, 4.0))]);
    with_setup(&folder, SETTINGS, |prepared, setup| {
        let bytes = compete(prepared, setup, &|_, _, _, _| {})?.bytes;
        then(prepared, setup, &Engine::load(&bytes)?)
    })
    .unwrap()
}

#[test]
fn letters_to_whom_they_suit_bring_what_was_planted() {
    let told = again(|prepared, setup, engine| replay(prepared, setup, ("new", engine), None));
    // Before: one in three got the right letter and one in three the wrong one. After: all but a few get the right one.
    let (before, after) = ((6.0 - 4.0) / 3.0 - 0.65 * 2.0 / 3.0, 6.0 - 0.65);
    assert!((told.gain.value - (after - before)).abs() < 0.7 && told.gain.low > 3.0, "{:?}", told.gain);
    assert!((told.before.offered - 2.0 / 3.0).abs() < 0.05 && told.after.offered > 0.99);
    assert!((told.before.spend - 0.65 * 2.0 / 3.0).abs() < 0.03 && (told.after.spend - 0.65).abs() < 0.03);
    let all: f64 = told.moves.iter().map(|step| step.share).sum();
    assert!((all - 1.0).abs() < 1e-9);
    let halves: Vec<&str> = told.groups.iter().map(|group| group.who.as_str()).collect();
    assert!(halves.iter().any(|who| who.starts_with("tenure up to")) && halves.contains(&"way is mail"), "{halves:?}");
    assert!(in_words(&told).contains("new decides 1200 decisions again, against what was given: they bring more"));
}

#[test]
fn a_file_against_itself_changes_nothing() {
    let told = again(|prepared, setup, engine| replay(prepared, setup, ("new", engine), Some(("old", engine))));
    assert_eq!((told.gain.value, told.gain.low, told.gain.high), (0.0, 0.0, 0.0));
    assert!(told.moves.iter().all(|step| step.from == step.to));
    assert!(in_words(&told).contains("against old: no difference is shown"));
}
