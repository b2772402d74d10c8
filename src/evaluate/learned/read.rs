//! Numbers as JSON has them: `null` stands for one that does not exist.

use serde::{Deserialize, Deserializer};

/// A number; NaN where there is none.
pub fn real<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    Ok(Option::<f64>::deserialize(from)?.unwrap_or(f64::NAN))
}

/// Several of them.
pub fn reals<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<f64>, D::Error> {
    Ok(Vec::<Option<f64>>::deserialize(from)?.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect())
}

/// Points of a curve.
pub fn pairs<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(f64, f64)>, D::Error> {
    let there = |value: Option<f64>| value.unwrap_or(f64::NAN);
    let pairs = Vec::<(Option<f64>, Option<f64>)>::deserialize(from)?;
    Ok(pairs.into_iter().map(|(x, y)| (there(x), there(y))).collect())
}
