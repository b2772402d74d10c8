//! The arms of one shopper that some price picks, from the cheapest to the most valuable.
//!
//! Where arms are points (weight, value), a price `λ` picks the one with the largest `value − λ · weight`. Over all
//! `λ ≥ 0` those are the corners of the upper hull that rises from the lightest arm: the multiple-choice knapsack's
//! "LP-extreme" items (Sinha and Zoltners, Operations Research 1979).

use crate::model::MAX_ARMS;

/// One arm as a point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// What it adds to the limit.
    pub weight: f64,
    /// What it is worth at the prices of all other limits.
    pub value: f64,
    /// Which arm it is.
    pub arm: usize,
}

/// Corners, with rising weight and value and falling slopes between them.
#[derive(Debug, Default)]
pub struct Hull {
    points: [Point; MAX_ARMS],
    length: usize,
}

impl Hull {
    /// Starts over; nothing is allocated.
    pub fn build(&mut self, points: impl Iterator<Item = Point>) {
        self.length = 0;
        points.for_each(|point| self.insert(point));
        self.keep_corners();
    }

    /// The corners.
    pub fn corners(&self) -> &[Point] {
        &self.points[..self.length]
    }

    /// Keeps the order: lighter first, and of one weight the most valuable first. With 16 arms at most nothing is faster.
    fn insert(&mut self, point: Point) {
        let mut place = self.length;
        while place > 0 {
            let before = self.points[place - 1];
            let later = before.weight > point.weight || (before.weight == point.weight && before.value < point.value);
            if !later {
                break;
            }
            self.points[place] = before;
            place -= 1;
        }
        self.points[place] = point;
        self.length += 1;
    }

    /// Drops what no price picks: points that are worth no more than a lighter one, and points below a line.
    fn keep_corners(&mut self) {
        let mut kept = 0;
        for index in 0..self.length {
            let point = self.points[index];
            if kept > 0 && point.value <= self.points[kept - 1].value {
                continue;
            }
            while kept > 1 && slope(self.points[kept - 2], self.points[kept - 1]) <= slope(self.points[kept - 1], point)
            {
                kept -= 1;
            }
            self.points[kept] = point;
            kept += 1;
        }
        self.length = kept;
    }
}

/// The price at which both are worth the same.
pub fn slope(light: Point, heavy: Point) -> f64 {
    (heavy.value - light.value) / (heavy.weight - light.weight)
}

/// A price in single precision, never below the one given, so that at it the heavier arm is not picked.
pub fn ceiling(price: f64) -> f32 {
    let near = price as f32;
    let above = if f64::from(near) < price { near.next_up() } else { near };
    above.min(f32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn corners(arms: &[(f64, f64)]) -> Vec<usize> {
        let mut hull = Hull::default();
        let point = |(arm, &(weight, value)): (usize, &(f64, f64))| Point { weight, value, arm };
        hull.build(arms.iter().enumerate().map(point));
        hull.corners().iter().map(|point| point.arm).collect()
    }

    #[test]
    fn keeps_exactly_the_arms_that_some_price_picks() {
        assert_eq!(corners(&[(0.0, 0.0), (1.0, 3.0), (2.0, 4.0)]), [0, 1, 2], "falling slopes");
        assert_eq!(corners(&[(0.0, 0.0), (1.0, 1.0), (2.0, 4.0)]), [0, 2], "below the line");
        assert_eq!(corners(&[(0.0, 0.0), (1.0, 3.0), (2.0, 3.0)]), [0, 1], "dearer for the same value");
        assert_eq!(corners(&[(0.0, 0.0), (-1.0, 2.0), (1.0, 1.0)]), [1], "pays for itself and earns most");
        assert_eq!(corners(&[(0.0, 0.0), (-1.0, -2.0), (1.0, 1.0)]), [1, 0, 2], "worth its loss at a high price");
        assert_eq!(corners(&[(0.0, 0.0), (0.0, 1.0), (1.0, -5.0)]), [1], "free");
    }

    #[test]
    fn ceilings_are_never_below() {
        for price in [0.0, 0.1, 1.0 / 3.0, 7.0, 1e-30, 1e300] {
            assert!(f64::from(ceiling(price)) >= price.min(f64::from(f32::MAX)), "{price}");
        }
    }
}
