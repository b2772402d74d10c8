//! What a lasso lets in, and when: the coefficients of a linear model by the strength of its L1 penalty.
//!
//! The path itself is fitted elsewhere. Coefficients must be of standardised columns, or their sizes say nothing.

use crate::error::{Code, Error, Result};
use serde::Serialize;

/// One feature along the path.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct PathFeature {
    /// Its name.
    pub feature: String,
    /// The greatest strength under which it has a coefficient; none if it never has.
    pub enters: Option<f64>,
    /// Its coefficient under each strength of the path.
    pub coefficients: Vec<f64>,
}

/// All features along the path.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct L1Path {
    /// Falling.
    pub strengths: Vec<f64>,
    /// The first to enter first; of those that enter together, the one that is greater in the end.
    pub features: Vec<PathFeature>,
}

/// The path of `names`, given coefficients by strength, in any order of strengths.
///
/// # Errors
/// No or doubled strengths, numbers that are not finite, coefficients that are not as many as names.
pub fn l1_path(names: &[String], path: &[(f64, Vec<f64>)]) -> Result<L1Path> {
    check(names, path)?;
    let mut path: Vec<&(f64, Vec<f64>)> = path.iter().collect();
    path.sort_by(|one, other| other.0.total_cmp(&one.0));
    if let Some(pair) = path.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(Error::new(Code::BadData, format!("a path has each strength once, found {} twice", pair[0].0)));
    }
    let feature = |(index, name): (usize, &String)| PathFeature {
        feature: name.clone(),
        enters: path.iter().find(|(_, coefficients)| coefficients[index] != 0.0).map(|(strength, _)| *strength),
        coefficients: path.iter().map(|(_, coefficients)| coefficients[index]).collect(),
    };
    let mut features: Vec<PathFeature> = names.iter().enumerate().map(feature).collect();
    let rank = |feature: &PathFeature| {
        let last = feature.coefficients.last().map_or(0.0, |last| last.abs());
        (feature.enters.unwrap_or(f64::NEG_INFINITY), last)
    };
    features.sort_by(|one, other| {
        let (one, other) = (rank(one), rank(other));
        other.0.total_cmp(&one.0).then(other.1.total_cmp(&one.1))
    });
    Ok(L1Path { strengths: path.iter().map(|(strength, _)| *strength).collect(), features })
}

fn check(names: &[String], path: &[(f64, Vec<f64>)]) -> Result<()> {
    if path.is_empty() {
        return Err(Error::new(Code::BadData, "a path has at least one strength, found none"));
    }
    for (strength, coefficients) in path {
        if coefficients.len() != names.len() {
            let (limit, found) = (names.len() as u64, coefficients.len() as u64);
            return Err(Error::limit(Code::BadIndex, "coefficients of a path, one per feature", limit, found));
        }
        if !(strength.is_finite() && coefficients.iter().all(|coefficient| coefficient.is_finite())) {
            return Err(Error::new(Code::NotFinite, format!("strength {strength} of a path holds what is no number")));
        }
    }
    Ok(())
}

impl L1Path {
    /// Features that have a coefficient under the nearest strength of the path that is not weaker; all that ever enter,
    /// under strength 0.
    pub fn selected(&self, strength: f64) -> Vec<&str> {
        let weakest = self.strengths.iter().rposition(|known| *known >= strength);
        let has = |feature: &&PathFeature| weakest.is_some_and(|at| feature.coefficients[at] != 0.0);
        let ever = |feature: &&PathFeature| feature.enters.is_some();
        let kept = self.features.iter().filter(|feature| if strength == 0.0 { ever(feature) } else { has(feature) });
        kept.map(|feature| feature.feature.as_str()).collect()
    }
}
