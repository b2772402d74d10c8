//! Which group of similar shoppers a feature vector belongs to: the nearest of a few centres.
//!
//! The same function in training and on the device. Finding the centres is training's (`train::pattern::kmeans`).

use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error, Result};
use crate::math;
use alloc::vec::Vec;

/// The most centres.
pub const MAX_CLUSTERS: usize = 64;
/// The most features that tell clusters apart.
pub const MAX_COLUMNS: usize = 32;
/// Further out than this many standard deviations a value says nothing more, and squares stay finite.
const FAR: f64 = 1e9;

/// Centres, and how to bring features to their scale.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clusters {
    /// Position in the feature vector of each column.
    pub features: Vec<u8>,
    /// Subtracted from each column.
    pub shift: Vec<f32>,
    /// Each column is then divided by this.
    pub scale: Vec<f32>,
    /// One row of scaled columns per cluster, row after row.
    pub centers: Vec<f32>,
}

impl Clusters {
    /// How many clusters there are.
    pub fn len(&self) -> usize {
        self.centers.len().checked_div(self.features.len()).unwrap_or(0)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The nearest cluster to a feature vector, and how far its centre is in scaled units; none without clusters.
    ///
    /// A value that is missing or not finite counts as the column's mean in training. Of equally near clusters the
    /// first is taken.
    /// `value` gives the feature at a position.
    pub fn assign(&self, value: impl Fn(usize) -> Option<f64>) -> Option<(u8, f64)> {
        let mut nearest: Option<(u8, f64)> = None;
        for (number, center) in self.rows().enumerate() {
            let distance = self.squared_distance(&value, center);
            if nearest.is_none_or(|(_, least)| distance < least) {
                nearest = Some((number as u8, distance));
            }
        }
        nearest.map(|(number, squared)| (number, libm::sqrt(squared)))
    }

    /// Whether one of the features that tell clusters apart stands at `position` or after it.
    pub(crate) fn look_from(&self, position: usize) -> bool {
        self.features.iter().any(|feature| *feature as usize >= position)
    }

    fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.centers.chunks_exact(self.features.len().max(1)).take(MAX_CLUSTERS)
    }

    fn squared_distance(&self, value: &impl Fn(usize) -> Option<f64>, center: &[f32]) -> f64 {
        let differences = center.iter().enumerate().map(|(column, center)| self.scaled(value, column) - *center as f64);
        math::ordered_sum(differences.map(|difference| difference * difference))
    }

    /// The value of `column` in training's scale, 0 when missing.
    fn scaled(&self, value: &impl Fn(usize) -> Option<f64>, column: usize) -> f64 {
        let parts = (self.features.get(column), self.shift.get(column), self.scale.get(column));
        let (Some(feature), Some(shift), Some(scale)) = parts else { return 0.0 };
        match value(*feature as usize).filter(|value| value.is_finite()) {
            Some(value) => math::clamp((value - *shift as f64) / *scale as f64, -FAR, FAR),
            None => 0.0,
        }
    }

    /// Refuses what `assign` was not made for: wrong lengths, a feature beyond `features`, numbers that are not
    /// finite, a scale that is not positive.
    pub fn check(&self, features: usize) -> Result<()> {
        let columns = self.features.len();
        at_most("columns of the clusters", MAX_COLUMNS, columns)?;
        at_most("clusters", MAX_CLUSTERS, self.len())?;
        if self.shift.len() != columns || self.scale.len() != columns || self.centers.len() != self.len() * columns {
            return Err(Error::new(Code::BadIndex, "clusters whose parts differ in length"));
        }
        if let Some(feature) = self.features.iter().find(|feature| **feature as usize >= features) {
            let what = "a feature of the clusters past the last feature";
            return Err(Error::limit(Code::BadIndex, what, features as u64, *feature as u64));
        }
        self.check_numbers()
    }

    pub(crate) fn encode(&self, w: &mut Writer) {
        w.list(&self.features, |w, feature| w.u8(*feature));
        for numbers in [&self.shift, &self.scale, &self.centers] {
            w.list(numbers, |w, number| w.f32(*number));
        }
    }

    pub(crate) fn read(r: &mut Reader) -> Self {
        let numbers = |r: &mut Reader| r.list(Reader::f32);
        Clusters { features: r.list(Reader::u8), shift: numbers(r), scale: numbers(r), centers: numbers(r) }
    }

    fn check_numbers(&self) -> Result<()> {
        let numbers = [&self.shift, &self.scale, &self.centers];
        if !numbers.into_iter().flatten().all(|number| number.is_finite()) {
            return Err(Error::new(Code::NotFinite, "a number of the clusters is not finite"));
        }
        match self.scale.iter().all(|scale| *scale > 0.0) {
            true => Ok(()),
            false => Err(Error::new(Code::OutOfRange, "a scale of the clusters is not positive")),
        }
    }
}

fn at_most(what: &'static str, limit: usize, found: usize) -> Result<()> {
    match found <= limit {
        true => Ok(()),
        false => Err(Error::limit(Code::TooLarge, what, limit as u64, found as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn assigned(clusters: &Clusters, row: &[Option<f64>]) -> Option<(u8, f64)> {
        clusters.assign(|index| row.get(index).copied().flatten())
    }

    /// Centres at −1, 1 and (again) 1 on both of two columns, which are features 0 and 2.
    fn three() -> Clusters {
        let centers = vec![-1.0, -1.0, 1.0, 1.0, 1.0, 1.0];
        Clusters { features: vec![0, 2], shift: vec![10.0, 0.0], scale: vec![2.0, 1.0], centers }
    }

    #[test]
    fn assigns_the_nearest_center_and_the_first_of_equals() {
        assert_eq!(assigned(&three(), &[Some(8.0), None, Some(-1.0)]), Some((0, 0.0)));
        assert_eq!(assigned(&three(), &[Some(12.0), None, Some(1.0)]), Some((1, 0.0)));
        assert_eq!(assigned(&three(), &[Some(10.0), None, Some(0.0)]), Some((0, libm::sqrt(2.0))));
    }

    #[test]
    fn a_missing_value_is_the_mean() {
        let mean = assigned(&three(), &[Some(10.0), None, Some(2.0)]);
        for row in [&[None, None, Some(2.0)][..], &[Some(f64::NAN), Some(7.0), Some(2.0)]] {
            assert_eq!(assigned(&three(), row), mean);
        }
        assert_eq!(assigned(&three(), &[]), assigned(&three(), &[None, None, None]));
    }

    #[test]
    fn answers_for_any_number_and_any_shape() {
        for value in [f64::MAX, f64::MIN, f64::INFINITY, f64::MIN_POSITIVE] {
            let distance = assigned(&three(), &[Some(value), None, Some(value)]).map(|(_, distance)| distance);
            assert!(distance.is_some_and(f64::is_finite), "{value}");
        }
        assert_eq!(assigned(&Clusters::default(), &[Some(1.0)]), None);
        let ragged = Clusters { shift: vec![], centers: vec![1.0; 5], ..three() };
        assert_eq!(assigned(&ragged, &[Some(1.0)]).map(|(number, _)| number), Some(0));
    }

    #[test]
    fn accepts_sound_clusters_and_none_at_all() {
        assert_eq!(three().check(3), Ok(()));
        assert_eq!(Clusters::default().check(0), Ok(()));
    }

    #[test]
    fn rejects_each_way_of_being_wrong() {
        let columns = MAX_COLUMNS + 1;
        let wide = Clusters {
            features: vec![0; columns],
            shift: vec![0.0; columns],
            scale: vec![1.0; columns],
            centers: vec![0.0; columns],
        };
        let rows = [
            (Clusters { shift: vec![0.0], ..three() }, Code::BadIndex),
            (Clusters { centers: vec![0.0; 5], ..three() }, Code::BadIndex),
            (Clusters { features: vec![0, 3], ..three() }, Code::BadIndex),
            (Clusters { features: vec![], ..three() }, Code::BadIndex),
            (Clusters { shift: vec![f32::NAN, 0.0], ..three() }, Code::NotFinite),
            (Clusters { centers: vec![f32::INFINITY; 6], ..three() }, Code::NotFinite),
            (Clusters { scale: vec![0.0, 1.0], ..three() }, Code::OutOfRange),
            (Clusters { scale: vec![1.0, -1.0], ..three() }, Code::OutOfRange),
            (Clusters { centers: vec![0.0; 2 * (MAX_CLUSTERS + 1)], ..three() }, Code::TooLarge),
            (wide, Code::TooLarge),
        ];
        for (clusters, code) in rows {
            assert_eq!(clusters.check(3).map_err(|error| error.code()), Err(code), "{clusters:?}");
        }
    }
}
