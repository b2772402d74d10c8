//! Cases by number, recorded ones and drawn ones, as plain numbers at the page's border. The order of the draws is the order of
//! `pkg/test/parity/generated/questions.mjs`, their twin.

use super::super::cases::Case;
use super::draws::Draws;
use super::forest::{AMOUNTS, CUTS, GROUPS, LEVELS, WORD, WORDS, threshold};
use skonto::engine::Terms;
use skonto::money::BasisPoints;

/// Seeds of the two worlds' draws.
const GROCERY: u32 = 1;
const FOREST: u32 = 2;
/// 2023-11-14.
const SOME_TIME: u32 = 1_700_000_000;

const PRICES: [f64; 9] = [0.0, 1.0, -1.0, 0.5, 1e12, 1e300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
const MOMENTS: [f64; 6] = [0.0, -1.0, 1e18, f64::NAN, f64::INFINITY, 86_400_000.0];
const SEEDS: [f64; 6] = [0.0, -1.0, 0.5, 1e300, f64::NAN, f64::INFINITY];
const AMOUNTS_BESIDE: [f64; 9] =
    [0.0, -0.0, 1e300, -1e300, 5e-324, -5e-324, f64::MAX, 2.225_073_858_507_201_4e-308, 1e-7];

/// What is asked.
pub struct Question {
    /// Whose profile among the recorded cases; none for a stranger.
    pub profile: Option<usize>,
    pub attributes: Vec<f64>,
    pub group: i32,
    pub price: f64,
    pub now_ms: f64,
    pub seed: f64,
    pub terms: Terms,
}

/// A recorded case; beyond their number, parts of recorded cases mixed with what is drawn.
pub fn grocery(recorded: &[Case], groups: u32, case: u32) -> Question {
    let count = recorded.len() as u32;
    if case < count {
        return as_recorded(&recorded[case as usize], case as usize);
    }
    let mut draws = Draws::new(GROCERY, case);
    let (whose, like) = (draws.below(count) as usize, draws.below(count) as usize);
    Question {
        profile: (draws.below(8) > 0).then_some(whose),
        group: match draws.below(32) {
            0 => groups as i32 + draws.below(3) as i32 - 1,
            1..16 => group_of(&recorded[like]),
            _ => draws.below(groups) as i32,
        },
        price: if draws.below(2) == 0 { recorded[like].request.list.minor() as f64 } else { price(&mut draws) },
        now_ms: moment(&mut draws, recorded[whose].request.now.seconds()),
        seed: seed(&mut draws),
        terms: terms(&mut draws),
        attributes: Vec::new(),
    }
}

/// A stranger of whom the shop says something.
pub fn forest(case: u32) -> Question {
    let mut draws = Draws::new(FOREST, case);
    let amounts: Vec<f64> = (0..AMOUNTS).map(|feature| amount(&mut draws, feature)).collect();
    let words: Vec<f64> = (0..WORDS).map(|_| word(&mut draws)).collect();
    Question {
        profile: None,
        attributes: [amounts, words].concat(),
        group: if draws.below(64) == 0 { draws.below(6) as i32 - 2 } else { draws.below(GROUPS) as i32 },
        price: price(&mut draws),
        now_ms: moment(&mut draws, SOME_TIME),
        seed: seed(&mut draws),
        terms: terms(&mut draws),
    }
}

fn as_recorded(Case { request, .. }: &Case, index: usize) -> Question {
    Question {
        profile: Some(index),
        attributes: Vec::new(),
        group: request.group.map_or(-1, |group| group.0 as i32),
        price: request.list.minor() as f64,
        now_ms: request.now.seconds() as f64 * 1_000.0,
        seed: request.seed as f64,
        terms: Terms::default(),
    }
}

fn group_of(case: &Case) -> i32 {
    case.request.group.map_or(-1, |group| group.0 as i32)
}

fn price(draws: &mut Draws) -> f64 {
    match draws.below(32) {
        0 => draws.one_of(&PRICES),
        1 => draws.draw() as f64,
        _ => draws.below(20_000) as f64,
    }
}

fn moment(draws: &mut Draws, known: u32) -> f64 {
    match draws.below(32) {
        0 => draws.one_of(&MOMENTS),
        1 => draws.draw() as f64 * 1_000.0,
        2..16 => (known as f64 + draws.below(1 << 24) as f64) * 1_000.0 + draws.below(1_000) as f64,
        _ => known as f64 * 1_000.0,
    }
}

fn seed(draws: &mut Draws) -> f64 {
    match draws.below(32) {
        0 => draws.one_of(&SEEDS),
        1..8 => draws.draw() as f64 * 1_048_576.0 + draws.below(1 << 20) as f64,
        _ => draws.draw() as f64,
    }
}

/// What-if terms for every fourth.
fn terms(draws: &mut Draws) -> Terms {
    if draws.below(4) > 0 {
        return Terms::default();
    }
    Terms {
        margin: (draws.below(2) == 0).then(|| BasisPoints::new(draws.below(10_001) as u16).expect("a share")),
        budget_price: (draws.below(2) == 0).then(|| 3.0 * draws.share()),
        personalised: draws.below(4) > 0,
        shopper: None,
    }
}

/// Missing, no number, on a threshold, a hair above it, extreme, or anywhere.
fn amount(draws: &mut Draws, feature: u32) -> f64 {
    match draws.below(16) {
        0 => f64::NAN,
        1 => {
            if draws.below(2) == 0 {
                f64::INFINITY
            } else {
                f64::NEG_INFINITY
            }
        }
        2 => draws.one_of(&AMOUNTS_BESIDE),
        3..6 => threshold(feature, draws.below(CUTS)),
        6 => threshold(feature, draws.below(CUTS)) * (1.0 + f64::EPSILON),
        _ => 24.0 * draws.share() - 8.0,
    }
}

/// One that is known, one that is not, or none.
fn word(draws: &mut Draws) -> f64 {
    match draws.below(8) {
        0 => f64::NAN,
        1 => draws.draw() as f64,
        _ => (WORD * (1 + draws.below(LEVELS))) as f64,
    }
}
