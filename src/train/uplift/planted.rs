//! Trials whose gains are known, for tests.

use crate::train::random::Random;
use crate::train::sample::{Column, Sample};
use crate::train::trial::Trial;

/// A number from 0 to 1.
pub fn unit(random: &mut Random) -> f64 {
    random.below(1 << 30) as f64 / f64::from(1 << 30)
}

/// Noise of mean 0 and standard deviation 1: twelve numbers, added up.
pub fn noise(random: &mut Random) -> f64 {
    (0..12).map(|_| unit(random)).sum::<f64>() - 6.0
}

/// The gains of `mail` and `call` for a row.
pub fn truth(recency: f64, level: u16) -> [f64; 3] {
    [0.0, 1.0 + 2.0 * recency, if level == 2 { 4.0 } else { -1.0 }]
}

/// Three arms; `chance` gives the probability of each for a row.
pub fn trial(rows: usize, seed: u64, chance: impl Fn(f64) -> [f64; 3]) -> Trial {
    let mut random = Random::new(seed);
    let (mut recency, mut other, mut codes) = (vec![], vec![], vec![]);
    let (mut target, mut arm, mut propensity, mut cost) = (vec![], vec![], vec![], vec![]);
    for _ in 0..rows {
        let (x, z, level) = (unit(&mut random), noise(&mut random), 1 + random.below(3) as u16);
        let chances = chance(x);
        let draw = unit(&mut random);
        let given = if draw < chances[0] { 0 } else { 1 + usize::from(draw >= chances[0] + chances[1]) };
        target.push(3.0 * x + z + truth(x, level)[given] + 0.5 * noise(&mut random));
        cost.push([0.0, 0.1, 1.0][given]);
        arm.push(given as u16);
        propensity.push(chances.to_vec());
        recency.push(x);
        other.push(z);
        codes.push(level);
    }
    let columns = vec![Column::Number(recency), Column::Number(other), Column::Level { codes, levels: 3 }];
    Trial {
        arms: ["none", "mail", "call"].map(String::from).to_vec(),
        features: Sample {
            names: ["recency", "other", "channel"].map(String::from).to_vec(),
            columns,
            target,
            weight: vec![1.0; rows],
        },
        arm,
        propensity,
        only_given: false,
        cost,
        shopper: None,
    }
}

/// The gains of a row of such a trial.
pub fn truth_of(trial: &Trial, row: usize) -> [f64; 3] {
    let value = |feature: usize| trial.features.columns[feature].value(row).unwrap_or(0.0);
    truth(value(0), value(2) as u16)
}
