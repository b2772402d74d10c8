//! Coordinate descent on a quadratic with an absolute-value penalty: one weight at a time is put where it is best.
//!
//! ```text
//! minimise  ½ v'Gv − q'v + Σ lasso_j |v_j| + ½ Σ ridge_j v_j²
//! ```
//! The residual `q − Gv` is kept (covariance updates), so that a weight that stays where it is costs nothing. Between
//! full passes only the weights that are not zero are visited.
//!
//! Source: Friedman, Hastie, Tibshirani (2010), Regularization paths for generalized linear models via coordinate descent.

/// The problem. Matrices are symmetric, row after row.
pub struct Quadratic<'a> {
    /// `G`.
    pub matrix: &'a [f64],
    /// `q`.
    pub linear: &'a [f64],
    /// By weight, not negative.
    pub lasso: &'a [f64],
    /// By weight, not negative.
    pub ridge: &'a [f64],
}

/// Weights on their way, with the residual they leave.
#[derive(Clone, Debug)]
pub struct Point {
    /// `v`.
    pub weights: Vec<f64>,
    /// `q − Gv`.
    pub residual: Vec<f64>,
}

/// Passes over the non-zero weights between two full passes.
const INNER_PASSES: usize = 50;

impl Quadratic<'_> {
    /// Where `weights` leave off.
    pub fn point(&self, weights: Vec<f64>) -> Point {
        let fitted = super::solve::times(self.matrix, &weights);
        let residual = self.linear.iter().zip(fitted).map(|(linear, fitted)| linear - fitted).collect();
        Point { weights, residual }
    }

    /// Full passes until one lowers the objective by at most `enough` **and** `done` agrees, or `passes` are used up;
    /// whether it ended well.
    pub fn minimise(&self, point: &mut Point, enough: f64, passes: usize, done: impl Fn(&Point) -> bool) -> bool {
        for _ in 0..passes {
            let moved = self.pass(point, |_| true);
            if moved <= enough && done(point) {
                return true;
            }
            for _ in 0..INNER_PASSES {
                if self.pass(point, |weight| weight != 0.0) <= enough / 10.0 {
                    break;
                }
            }
        }
        false
    }

    /// Visits every weight that `visits` wants; returns by how much the objective fell, to within a factor of two.
    fn pass(&self, point: &mut Point, visits: impl Fn(f64) -> bool) -> f64 {
        let size = point.weights.len();
        let mut gained = 0.0;
        for column in 0..size {
            let old = point.weights[column];
            if !visits(old) {
                continue;
            }
            let new = self.best(point, column);
            if new == old {
                continue;
            }
            let row = &self.matrix[column * size..(column + 1) * size];
            let step = new - old;
            point.residual.iter_mut().zip(row).for_each(|(residual, entry)| *residual -= step * entry);
            point.weights[column] = new;
            gained += step * step * (row[column] + self.ridge[column]);
        }
        gained
    }

    fn best(&self, point: &Point, column: usize) -> f64 {
        let diagonal = self.matrix[column * point.weights.len() + column];
        let pull = point.residual[column] + diagonal * point.weights[column];
        let curve = diagonal + self.ridge[column];
        if curve > 0.0 { shrunk(pull, self.lasso[column]) / curve } else { 0.0 }
    }
}

/// Moved towards zero by `by`, but not across.
pub fn shrunk(value: f64, by: f64) -> f64 {
    if value > by {
        value - by
    } else if value < -by {
        value + by
    } else {
        0.0
    }
}
