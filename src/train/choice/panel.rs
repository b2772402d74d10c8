//! How sure parameters are where the choices of one household go together.

use super::occasions::CheckedOccasions;
use super::outlook::Outlook;
use crate::train::learn::linear::solve::times;

/// `covariance · Σ_p s_p s_p' · covariance · panels / (panels − 1)` with the slopes `s_p` of each panel's own log-likelihood
/// (Liang and Zeger 1986, *Longitudinal data analysis using generalized linear models*); none without two panels.
pub fn covariance(occasions: &CheckedOccasions, parameters: &[f64], covariance: &[f64]) -> Option<Vec<f64>> {
    let size = parameters.len();
    let scores = scores(occasions, parameters)?;
    let seen = |score: &&Vec<f64>| !score.is_empty();
    let count = scores.iter().filter(seen).count() as f64;
    let share = (count > 1.0).then(|| count / (count - 1.0))?;
    let mut spread = vec![0.0; size * size];
    // What a panel's slopes come to in parameters; the covariance is symmetric.
    for moved in scores.iter().filter(seen).map(|score| times(covariance, score)) {
        let cell = |at: usize| share * moved[at / size] * moved[at % size];
        spread.iter_mut().enumerate().for_each(|(at, sum)| *sum += cell(at));
    }
    Some(spread)
}

/// By panel, the slopes of its log-likelihood; empty for one that never chose.
fn scores(occasions: &CheckedOccasions, parameters: &[f64]) -> Option<Vec<Vec<f64>>> {
    let panels = occasions.occasions().panels.as_ref()?;
    let mut scores = vec![Vec::new(); panels.weight.len()];
    let mut outlook = Outlook::new(occasions.alternatives(), occasions.occasions().attributes.len());
    for (row, panel) in panels.of.iter().map(|panel| *panel as usize).enumerate() {
        outlook.turn(occasions.row(row), parameters);
        let (own, weight) = (&mut scores[panel], panels.weight[panel]);
        own.resize(parameters.len(), 0.0);
        let slopes = outlook.score(occasions.chosen(row));
        own.iter_mut().zip(slopes).for_each(|(sum, slope)| *sum += weight * slope);
    }
    Some(scores)
}
