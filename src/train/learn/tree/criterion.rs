//! What a split is worth, from sums of gradients and hessians alone.
//!
//! Boosting, variance and Gini are one formula: with `gradient = -weight · outcome` and `hessian = weight`, the gain of
//! Newton's step without penalties is the fall of the weighted sum of squares, which for outcomes 0 and 1 is half the
//! fall of Gini's impurity (Breiman et al. 1984). Entropy needs its own.

use crate::math;

/// How good a leaf is and what it should say.
pub trait Criterion: Copy + Sync {
    /// The fall of the loss, doubled, when the leaf's rows get its value.
    fn score(self, gradient: f64, hessian: f64) -> f64;
    /// The value of the leaf.
    fn value(self, gradient: f64, hessian: f64) -> f64;
    /// The same with more ridge.
    fn stricter(self, l2: f64) -> Self;
    /// Whether values may differ only in one way, see [`Bounded`].
    fn is_bounded(self) -> bool {
        false
    }
}

/// Newton's step with a ridge and a lasso penalty on the value (Chen and Guestrin, KDD 2016).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Newton {
    /// Subtracted from the size of the gradient.
    pub l1: f64,
    /// Added to the hessian.
    pub l2: f64,
}

impl Newton {
    #[inline(always)]
    fn shrunk(self, gradient: f64) -> f64 {
        if self.l1 == 0.0 {
            return gradient;
        }
        let size = (gradient.abs() - self.l1).max(0.0);
        if gradient < 0.0 { -size } else { size }
    }
}

impl Criterion for Newton {
    #[inline(always)]
    fn score(self, gradient: f64, hessian: f64) -> f64 {
        let gradient = self.shrunk(gradient);
        gradient * gradient / (hessian + self.l2)
    }

    #[inline(always)]
    fn value(self, gradient: f64, hessian: f64) -> f64 {
        -self.shrunk(gradient) / (hessian + self.l2)
    }

    fn stricter(self, l2: f64) -> Newton {
        Newton { l2: self.l2 + l2, ..self }
    }
}

/// Newton's step whose values stay within bounds that splits above have set, so that the tree is monotone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounded {
    /// The penalties.
    pub newton: Newton,
    /// The least value.
    pub low: f64,
    /// The greatest value.
    pub high: f64,
}

impl Criterion for Bounded {
    #[inline(always)]
    fn score(self, gradient: f64, hessian: f64) -> f64 {
        let value = self.value(gradient, hessian);
        -(2.0 * self.newton.shrunk(gradient) * value + (hessian + self.newton.l2) * value * value)
    }

    #[inline(always)]
    fn value(self, gradient: f64, hessian: f64) -> f64 {
        math::clamp(self.newton.value(gradient, hessian), self.low, self.high)
    }

    fn stricter(self, l2: f64) -> Bounded {
        Bounded { newton: self.newton.stricter(l2), ..self }
    }

    fn is_bounded(self) -> bool {
        true
    }
}

/// Entropy of outcomes 0 and 1; a leaf says the share of 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Entropy;

impl Criterion for Entropy {
    fn score(self, gradient: f64, hessian: f64) -> f64 {
        let share = self.value(gradient, hessian);
        let part = |share: f64| if share > 0.0 { share * math::ln(share) } else { 0.0 };
        2.0 * hessian * (part(share) + part(1.0 - share))
    }

    fn value(self, gradient: f64, hessian: f64) -> f64 {
        math::clamp(-gradient / hessian, 0.0, 1.0)
    }

    fn stricter(self, _: f64) -> Entropy {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newton's fall of the loss is what the quadratic says at the best value.
    #[test]
    fn score_is_the_fall_of_the_quadratic_at_the_value() {
        for (gradient, hessian, l1, l2) in [(3.0, 2.0, 0.0, 0.0), (-3.0, 2.0, 0.5, 1.0), (0.2, 1.0, 0.5, 0.0)] {
            let newton = Newton { l1, l2 };
            let value = newton.value(gradient, hessian);
            let loss = gradient * value + 0.5 * (hessian + l2) * value * value + l1 * value.abs();
            assert!((newton.score(gradient, hessian) + 2.0 * loss).abs() < 1e-12);
        }
    }

    #[test]
    fn a_bound_that_does_not_bind_changes_nothing() {
        let newton = Newton { l1: 0.1, l2: 1.0 };
        let loose = Bounded { newton, low: -9.0, high: 9.0 };
        assert!((newton.score(3.0, 2.0) - loose.score(3.0, 2.0)).abs() < 1e-12);
        let tight = Bounded { newton, low: 0.0, high: 9.0 };
        assert_eq!((tight.value(3.0, 2.0), tight.score(3.0, 2.0)), (0.0, 0.0));
    }

    #[test]
    fn entropy_of_a_pure_leaf_is_zero_and_of_an_even_one_ln_2_per_row() {
        assert_eq!(Entropy.score(-5.0, 5.0), 0.0);
        assert!((Entropy.score(-5.0, 10.0) + 20.0 * core::f64::consts::LN_2).abs() < 1e-12);
    }
}
