//! Fitted forests in a file: accepted, and read back to the same scores.

use crate::fixture;
use skonto::artefact::Artefact;
use skonto::model::Model;
use skonto::train::learn::tree::{BoostParams, DecisionParams, LevelParams, RandomForestParams};
use skonto::train::learn::{Learner, scores};
use skonto::train::pack;
use skonto::train::random::Random;
use skonto::train::sample::{Column, MISSING_LEVEL, Sample};

const ROWS: usize = 600;

/// Four columns for the four features of the fixture, one of them levels, with values missing here and there.
fn sample() -> Sample {
    let mut random = Random::new(11);
    let mut amounts = || (0..ROWS).map(|_| random.below(100_000) as f64 / 7.0 - 5_000.0).collect::<Vec<f64>>();
    let (mut one, two, three) = (amounts(), amounts(), amounts());
    one.iter_mut().step_by(9).for_each(|value| *value = f64::NAN);
    let level = |row: usize| if row.is_multiple_of(13) { MISSING_LEVEL } else { (row * row % 23) as u16 };
    let codes: Vec<u16> = (0..ROWS).map(level).collect();
    let target =
        (0..ROWS).map(|row| f64::from((two[row] > 1_000.0) ^ codes[row].is_multiple_of(3) ^ (three[row] > 8_000.0)));
    Sample {
        names: ["group_rate", "group_days_since", "trips", "weekend"].map(String::from).to_vec(),
        target: target.collect(),
        weight: vec![1.0; ROWS],
        columns: vec![
            Column::Number(one),
            Column::Number(two),
            Column::Level { codes, levels: 25 },
            Column::Number(three),
        ],
    }
}

fn fitted() -> Vec<(&'static str, Model)> {
    let bagged = RandomForestParams { trees: 20, ..RandomForestParams::default() };
    // Sets of levels need more rows than this table has to convince with the usual caution.
    let levels = LevelParams { least_rows: 1, least_group: 5, l2: 0.0, smooth: 1.0, ..LevelParams::default() };
    let boosted = BoostParams { levels, ..BoostParams::default() };
    let learners: [(&str, Box<dyn Learner>); 3] = [
        ("boosted", Box::new(boosted.check().unwrap())),
        ("decision", Box::new(DecisionParams::default().check().unwrap())),
        ("random forest", Box::new(bagged.check().unwrap())),
    ];
    learners.into_iter().map(|(name, learner)| (name, learner.fit(&sample(), &|_, _| {}).unwrap())).collect()
}

/// The bytes of the fixture with another model.
fn packed(model: Model) -> Vec<u8> {
    let mut content = fixture::content();
    content.model = model;
    pack::pack(content, &[]).unwrap()
}

#[test]
fn a_fitted_forest_is_accepted_and_read_back_to_the_same_bits() {
    for (name, model) in fitted() {
        let content = fixture::content();
        model.check(&content.program, &content.schema, content.menu.arms.len()).unwrap();
        let read = Artefact::decode(&packed(model.clone())).unwrap().into_content().model;
        assert_eq!(read, model, "{name}");
        let bits = |model: &Model| scores(model, &sample()).into_iter().map(f64::to_bits).collect::<Vec<u64>>();
        assert_eq!(bits(&read), bits(&model), "{name}");
    }
}
