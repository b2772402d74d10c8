//! First centres for k-means: k-means++ (Arthur and Vassilvitskii, SODA 2007), greedy as its authors suggest.
//!
//! Each further centre is a row drawn in proportion to its squared distance from those chosen; of a few draws the one
//! that leaves the least is kept.

use super::lanes::Lanes;
use super::points::Points;
use crate::math;
use crate::train::random::Random;

/// Draws held against each other per centre: 2 + ln 64, rounded down.
const MOST_TRIALS: usize = 6;

/// Rows to start from, as many as there are to be clusters. Rows repeat only when there are not enough different ones.
pub(super) fn choose(points: &Points, clusters: usize, random: &mut Random) -> Vec<usize> {
    let first = random.below(points.count());
    let mut chosen = vec![first];
    let trials = 2 + math::ln(clusters as f64) as usize;
    let mut nearest = vec![f64::INFINITY; points.count()];
    narrow(points, &mut nearest, first);
    while chosen.len() < clusters {
        let drawn = draw(&nearest, trials.min(MOST_TRIALS), random);
        let best = match drawn.len() <= 4 {
            true => least_left::<4>(points, &nearest, &drawn),
            false => least_left::<MOST_TRIALS>(points, &nearest, &drawn),
        };
        narrow(points, &mut nearest, best);
        chosen.push(best);
    }
    chosen
}

/// Rows drawn with the given weights, or evenly when all are 0.
fn draw(weights: &[f64], count: usize, random: &mut Random) -> Vec<usize> {
    let total = math::ordered_sum(weights.iter().copied());
    if total <= 0.0 {
        return vec![random.below(weights.len())];
    }
    let mut targets: Vec<f64> = (0..count).map(|_| random.uniform() * total).collect();
    targets.sort_by(f64::total_cmp);
    let mut running = 0.0;
    let mut drawn = Vec::new();
    for (row, weight) in weights.iter().enumerate() {
        running += weight;
        while drawn.len() < count && targets[drawn.len()] < running {
            drawn.push(row);
        }
    }
    drawn
}

/// The drawn row that would leave the least squared distance in total; the first of equals.
fn least_left<const K: usize>(points: &Points, nearest: &[f64], drawn: &[usize]) -> usize {
    let lanes = Lanes::<K>::new(drawn.iter().map(|row| points.row(*row)), points.columns());
    let mut left = [0.0; K];
    for (row, nearest) in points.rows().zip(nearest) {
        let distances = lanes.squared_distances(row);
        for (sum, distance) in left.iter_mut().zip(distances) {
            *sum += if distance < *nearest { distance } else { *nearest };
        }
    }
    let mut best = 0;
    for trial in 1..drawn.len() {
        if left[trial] < left[best] {
            best = trial;
        }
    }
    drawn[best]
}

/// Takes a new centre into account.
fn narrow(points: &Points, nearest: &mut [f64], center: usize) {
    let lane = Lanes::<1>::new(std::iter::once(points.row(center)), points.columns());
    for (row, nearest) in points.rows().zip(nearest) {
        let [distance] = lane.squared_distances(row);
        *nearest = nearest.min(distance);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_separated_groups_get_one_center_each() {
        let values: Vec<f64> = (0..90).map(|i| (i / 30 * 1_000 + i % 30) as f64).collect();
        let points = Points::new(values, 1).unwrap();
        for seed in 0..20 {
            let mut groups: Vec<usize> =
                choose(&points, 3, &mut Random::new(seed)).iter().map(|row| row / 30).collect();
            groups.sort_unstable();
            assert_eq!(groups, [0, 1, 2], "seed {seed}");
        }
    }

    #[test]
    fn identical_rows_can_be_chosen_more_than_once() {
        let points = Points::new(vec![5.0; 4], 1).unwrap();
        assert_eq!(choose(&points, 3, &mut Random::new(1)).len(), 3);
    }
}
