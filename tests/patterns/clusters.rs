//! k-means and Ward's hierarchy.

use super::data;
use proptest::prelude::*;
use skonto::error::Code;
use skonto::train::pattern::kmeans::Params;
use skonto::train::pattern::ward::{self, Hierarchy};
use skonto::train::pattern::{Points, rfm};

/// Inertia of scikit-learn 1.5.2, `KMeans(5, n_init=10, random_state=0)`.
const INERTIA: [(&str, f64); 3] = [("rfm_raw", 3_118.287), ("rfm_log", 3_296.629), ("sessions", 62_615.503)];

#[test]
fn inertia_is_not_above_the_reference() {
    for (name, reference) in INERTIA {
        let Some(points) = data::points(name) else { return };
        let fitted = Params::default().check(&points).unwrap().fit();
        assert!(fitted.converged, "{name} after {} passes", fitted.passes);
        // The printed digits of the reference are rounded.
        assert!(fitted.inertia <= reference + 0.0005, "{name}: {} above {reference}", fitted.inertia);
    }
}

#[test]
fn shoppers_add_up_to_the_reference() {
    let Some(shoppers) = data::shoppers() else { return };
    let mean = |value: fn(&rfm::Shopper) -> f64| shoppers.iter().map(value).sum::<f64>() / shoppers.len() as f64;
    let means = [mean(|s| s.recency_days as f64), mean(|s| s.frequency as f64), mean(|s| s.monetary)];
    assert_eq!(shoppers.len(), 4_338);
    for (found, reference) in means.into_iter().zip([92.536_422_313_4, 4.272_014_753_3, 2_054.266_460_119_9]) {
        assert!((found - reference).abs() < 1e-6, "{found} is not {reference}");
    }
    let segments = rfm::count(&rfm::grade(&shoppers));
    assert_eq!(segments.iter().map(|(_, count)| count).sum::<usize>(), 4_338);
}

/// Sizes at five clusters, the last four heights and the sum of all, of scipy 1.17.1's `linkage(method='ward')`.
const WARD: [(&str, [usize; 5], [f64; 4], f64); 2] = [
    (
        "rfm_raw",
        [3_325, 949, 49, 8, 7],
        [45.059_067_778_923_8, 55.497_567_201_749_4, 81.592_439_971_660_2, 84.674_754_235_679],
        1_148.965_831_194_557_3,
    ),
    (
        "rfm_log",
        [1_364, 1_232, 912, 588, 242],
        [40.469_016_092_191_2, 45.193_269_055_050_3, 47.584_222_961_110_8, 111.620_537_301_551_9],
        1_900.275_161_676_718_9,
    ),
];

#[test]
fn the_hierarchy_is_that_of_the_reference() {
    for (name, sizes, last, sum) in WARD {
        let Some(points) = data::points(name) else { return };
        let hierarchy = ward::link(&points).unwrap();
        assert_eq!(falling_sizes(&hierarchy.cut(5).unwrap(), 5), sizes, "{name}");
        let heights: Vec<f64> = hierarchy.merges.iter().map(|merge| merge.height).collect();
        for (found, reference) in heights[heights.len() - 4..].iter().zip(last) {
            assert!((found / reference - 1.0).abs() < 1e-9, "{name}: {found} is not {reference}");
        }
        let found: f64 = heights.iter().sum();
        assert!((found / sum - 1.0).abs() < 1e-9, "{name}: {found} is not {sum}");
    }
}

fn falling_sizes(labels: &[u32], clusters: usize) -> Vec<usize> {
    let mut sizes = vec![0; clusters];
    labels.iter().for_each(|label| sizes[*label as usize] += 1);
    sizes.sort_unstable_by(|a, b| b.cmp(a));
    sizes
}

/// `groups` groups of `each` rows, far apart, in three columns.
fn blobs(groups: usize, each: usize) -> Points {
    let row = |i: usize| [(i / each * 50) as f64 + (i % 7) as f64, (i % 5) as f64, (i / each % 2 * 80) as f64];
    Points::new((0..groups * each).flat_map(row).collect(), 3).unwrap()
}

#[test]
fn both_methods_find_planted_groups() {
    for groups in 2..=9 {
        let points = blobs(groups, 35);
        let fitted = Params { clusters: groups, ..Params::default() }.check(&points).unwrap().fit();
        let cut = ward::link(&points).unwrap().cut(groups).unwrap();
        for labels in [&fitted.labels, &cut] {
            assert!(labels.chunks(35).all(|group| group.iter().all(|label| *label == group[0])), "{groups} groups");
        }
        assert_eq!(fitted.sizes(groups), vec![35; groups]);
    }
}

#[test]
fn clusters_of_the_serving_core_are_those_of_training() {
    let raw = blobs(4, 30);
    let (points, scaling) = raw.standardised();
    let fitted = Params { clusters: 4, ..Params::default() }.check(&points).unwrap().fit();
    let clusters = fitted.to_clusters(vec![2, 0, 1], &scaling).unwrap();
    for (row, label) in raw.rows().zip(&fitted.labels) {
        // The columns stand in other places of the feature vector.
        let vector = [Some(row[1]), Some(row[2]), Some(row[0])];
        assert_eq!(clusters.assign(|index| vector[index]).map(|(number, _)| number as u32), Some(*label));
    }
}

#[test]
fn the_same_seed_gives_the_same_bits_and_another_need_not() {
    let points = noise(500, 4, 3);
    let fit = |seed| Params { seed, restarts: 1, ..Params::default() }.check(&points).unwrap().fit();
    assert_eq!(fit(4), fit(4));
    assert!((0..20).any(|seed| fit(seed).centers != fit(4).centers));
}

fn noise(rows: usize, columns: usize, seed: u64) -> Points {
    let mut random = skonto::train::random::Random::new(seed);
    Points::new((0..rows * columns).map(|_| random.below(1_000) as f64).collect(), columns).unwrap()
}

#[test]
fn the_objective_never_rises_from_pass_to_pass() {
    let points = noise(400, 3, 9);
    for clusters in [2, 5, 17] {
        let after = |max_passes| {
            let params = Params { clusters, restarts: 1, max_passes, seed: 2 };
            params.check(&points).unwrap().fit()
        };
        let inertias: Vec<f64> = (1..60).map(|passes| after(passes).inertia).collect();
        assert!(inertias.is_sorted_by(|before, now| now <= &(before * (1.0 + 1e-12))), "{inertias:?}");
    }
}

#[test]
fn at_the_end_no_row_is_nearer_to_another_center() {
    for clusters in [1, 2, 3, 6, 8, 13, 30, 64] {
        let points = noise(600, 5, clusters as u64);
        let fitted = Params { clusters, ..Params::default() }.check(&points).unwrap().fit();
        assert!(fitted.converged && fitted.sizes(clusters).iter().all(|size| *size > 0));
        let distance =
            |row: &[f64], center: &[f64]| row.iter().zip(center).map(|(a, b)| (a - b) * (a - b)).sum::<f64>();
        for (row, label) in points.rows().zip(&fitted.labels) {
            let distances: Vec<f64> = fitted.centers.chunks(5).map(|center| distance(row, center)).collect();
            assert!(distances.iter().all(|other| distances[*label as usize] <= other * (1.0 + 1e-12)));
        }
    }
}

#[test]
fn as_many_clusters_as_rows_leave_no_distance() {
    let points = Points::new((0..12).map(|i| (i * i) as f64).collect(), 1).unwrap();
    let fitted = Params { clusters: 12, ..Params::default() }.check(&points).unwrap().fit();
    assert_eq!((fitted.inertia, fitted.sizes(12)), (0.0, vec![1; 12]));
    assert_eq!(ward::link(&points).unwrap().cut(12).unwrap(), (0..12).collect::<Vec<u32>>());
}

#[test]
fn identical_rows_end_without_distance_and_without_a_panic() {
    let points = Points::new(vec![0.1; 60], 3).unwrap();
    for clusters in [1, 2, 5, 20] {
        let fitted = Params { clusters, ..Params::default() }.check(&points).unwrap().fit();
        assert!(fitted.inertia < 1e-25 && fitted.labels.len() == 20);
        let hierarchy = ward::link(&points).unwrap();
        assert!(hierarchy.merges.iter().all(|merge| merge.height == 0.0));
        assert_eq!(falling_sizes(&hierarchy.cut(clusters).unwrap(), clusters).iter().sum::<usize>(), 20);
    }
}

#[test]
fn two_values_for_three_clusters_leave_one_empty() {
    let points = Points::new((0..20).map(|i| (i % 2) as f64).collect(), 1).unwrap();
    let fitted = Params { clusters: 3, ..Params::default() }.check(&points).unwrap().fit();
    assert_eq!(fitted.inertia, 0.0);
}

#[test]
fn refuses_impossible_numbers_of_clusters_and_starts() {
    let points = blobs(1, 10);
    let good = Params { clusters: 2, ..Params::default() };
    let bad = [
        Params { clusters: 0, ..good },
        Params { clusters: 11, ..good },
        Params { restarts: 0, ..good },
        Params { max_passes: 0, ..good },
    ];
    for params in bad {
        assert_eq!(params.check(&points).unwrap_err().code(), Code::OutOfRange, "{params:?}");
    }
    assert!(Params { clusters: 65, ..good }.check(&blobs(2, 50)).is_err());
    let hierarchy = ward::link(&points).unwrap();
    assert!(hierarchy.cut(0).is_err() && hierarchy.cut(11).is_err());
}

/// Merges the nearest two of all pairs, again and again.
fn naive_heights(points: &Points) -> Vec<f64> {
    let mut clusters: Vec<(f64, Vec<f64>)> = points.rows().map(|row| (1.0, row.to_vec())).collect();
    let mut heights = Vec::new();
    while clusters.len() > 1 {
        let pairs = (0..clusters.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
        let height = |(a, b): (usize, usize)| ward_distance(&clusters[a], &clusters[b]);
        let (a, b) = pairs.min_by(|x, y| height(*x).total_cmp(&height(*y))).unwrap();
        heights.push(height((a, b)));
        let (size, center) = clusters.remove(b);
        let (other_size, other) = &mut clusters[a];
        let total = *other_size + size;
        other.iter_mut().zip(center).for_each(|(x, y)| *x = (*x * *other_size + y * size) / total);
        *other_size = total;
    }
    heights
}

fn ward_distance(a: &(f64, Vec<f64>), b: &(f64, Vec<f64>)) -> f64 {
    let squared: f64 = a.1.iter().zip(&b.1).map(|(x, y)| (x - y) * (x - y)).sum();
    (2.0 * a.0 * b.0 / (a.0 + b.0) * squared).sqrt()
}

/// What a hierarchy must be whatever its heights: every cluster merged once, sizes that add up, heights that rise.
fn is_sound(hierarchy: &Hierarchy) -> bool {
    let rows = hierarchy.rows();
    let size = |cluster: usize| if cluster < rows { 1 } else { hierarchy.merges[cluster - rows].size };
    let mut parts: Vec<usize> = hierarchy.merges.iter().flat_map(|merge| [merge.left, merge.right]).collect();
    parts.sort_unstable();
    let adds_up = |(position, merge): (usize, &ward::Merge)| {
        merge.left < merge.right && merge.right < rows + position && merge.size == size(merge.left) + size(merge.right)
    };
    parts == (0..2 * rows - 2).collect::<Vec<_>>()
        && hierarchy.merges.iter().enumerate().all(adds_up)
        && hierarchy.merges.is_sorted_by(|a, b| a.height <= b.height)
}

proptest! {
    #[test]
    fn heights_are_those_of_trying_all_pairs(values in proptest::collection::vec(-1e3..1e3f64, 2..60)) {
        let points = Points::new(values[..values.len() / 2 * 2].to_vec(), 2).unwrap();
        let hierarchy = ward::link(&points).unwrap();
        prop_assert!(is_sound(&hierarchy));
        for (merge, height) in hierarchy.merges.iter().zip(naive_heights(&points)) {
            prop_assert!((merge.height - height).abs() <= 1e-9 * height.max(1.0));
        }
    }

    #[test]
    fn hierarchies_with_ties_are_sound(values in proptest::collection::vec(0..4u8, 1..80)) {
        let points = Points::new(values.into_iter().map(f64::from).collect(), 1).unwrap();
        prop_assert!(is_sound(&ward::link(&points).unwrap()));
    }

    #[test]
    fn k_means_answers_for_any_small_table(values in proptest::collection::vec(0..6u8, 1..40), clusters in 1..9usize) {
        let points = Points::new(values.into_iter().map(f64::from).collect(), 1).unwrap();
        match (Params { clusters, ..Params::default() }).check(&points) {
            Ok(params) => prop_assert!(params.fit().inertia.is_finite()),
            Err(error) => prop_assert_eq!(error.code(), Code::OutOfRange),
        }
    }
}
