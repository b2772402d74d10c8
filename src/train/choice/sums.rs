//! The log-likelihood of all occasions, its gradient and its information (minus the matrix of second derivatives), exactly.
//!
//! ```text
//! gradient    = Σ_n weight_n · (z_chosen − z̄)                 z: the columns of intercepts and attributes
//! information = Σ_n weight_n · Σ_j P_j · (z_j − z̄)(z_j − z̄)'   z̄ = Σ_j P_j z_j
//! ```
//! The columns of intercepts are never made: their part is known from the probabilities alone. With `j` alternatives and `a`
//! attributes an occasion takes `O(j² + j·a²)`. Occasions are cut into pieces that depend on their number only, and pieces
//! are added in order: the same bits on any number of threads.

use super::occasions::CheckedOccasions;
use super::outlook::Outlook;
use crate::train::threads::{ordered, piece};

/// Occasions that are worth a piece of their own.
const ROWS_PER_PIECE: usize = 2_048;
/// The most pieces.
const MAX_PIECES: usize = 8;

/// The sums.
#[derive(Clone, Debug)]
pub struct Sums {
    /// Of the logarithms of the probabilities of what was chosen.
    pub log_likelihood: f64,
    /// By parameter.
    pub gradient: Vec<f64>,
    /// Row after row, symmetric.
    pub information: Vec<f64>,
}

impl Sums {
    /// Under those parameters.
    pub fn at(occasions: &CheckedOccasions, parameters: &[f64]) -> Sums {
        let rows = occasions.occasions().len();
        let pieces = (rows / ROWS_PER_PIECE).clamp(1, MAX_PIECES);
        let of_piece = |index: usize| {
            let mut sums = Sums::none(parameters.len());
            let mut outlook = Outlook::new(occasions.alternatives(), occasions.occasions().attributes.len());
            for row in piece(rows, pieces, index) {
                outlook.turn(occasions.row(row), parameters);
                sums.add(&outlook, occasions.chosen(row), occasions.weight(row));
            }
            sums
        };
        let all = ordered(pieces, of_piece, |_| {}).into_iter().fold(Sums::none(parameters.len()), Sums::plus);
        all.mirrored()
    }

    fn none(size: usize) -> Sums {
        Sums { log_likelihood: 0.0, gradient: vec![0.0; size], information: vec![0.0; size * size] }
    }

    fn add(&mut self, outlook: &Outlook, chosen: usize, weight: f64) {
        self.log_likelihood += weight * outlook.log_chance(chosen);
        self.gradient.iter_mut().zip(outlook.score(chosen)).for_each(|(sum, score)| *sum += weight * score);
        let (size, intercepts) = (self.gradient.len(), outlook.chance.len() - 1);
        for (alternative, chance) in outlook.chance.iter().enumerate() {
            let (weight, away) = (weight * chance, outlook.away(alternative));
            if alternative > 0 {
                self.add_intercept(outlook, alternative, weight);
            }
            for (first, value) in away.iter().enumerate() {
                let row = &mut self.information[(intercepts + first) * size + intercepts + first..];
                row.iter_mut().zip(&away[first..]).for_each(|(sum, other)| *sum += weight * value * other);
            }
        }
    }

    /// The row of an alternative's intercept, from its own column on.
    fn add_intercept(&mut self, outlook: &Outlook, alternative: usize, weight: f64) {
        let (size, own) = (self.gradient.len(), alternative - 1);
        let row = &mut self.information[own * size + own..(own + 1) * size];
        let others = outlook.chance[alternative..].iter().enumerate();
        let others = others.map(|(ahead, chance)| (ahead == 0) as u8 as f64 - chance);
        let all = others.chain(outlook.away(alternative).iter().copied());
        row.iter_mut().zip(all).for_each(|(sum, value)| *sum += weight * value);
    }

    fn plus(mut self, other: Sums) -> Sums {
        self.log_likelihood += other.log_likelihood;
        self.gradient.iter_mut().zip(&other.gradient).for_each(|(sum, other)| *sum += other);
        self.information.iter_mut().zip(&other.information).for_each(|(sum, other)| *sum += other);
        self
    }

    /// With the lower triangle filled in.
    fn mirrored(mut self) -> Sums {
        let size = self.gradient.len();
        for row in 0..size {
            (0..row).for_each(|column| self.information[row * size + column] = self.information[column * size + row]);
        }
        self
    }
}
