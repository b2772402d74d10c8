//! How well probabilities predict purchases: discrimination, calibration, and how sure we are of it.
//!
//! Everything is weighted and added in a fixed order. Intervals come from a bootstrap over **shoppers**, not
//! over examples: the visits of one shopper are not independent.

use super::summary::{CalibrationBin, Figure, ModelScore};
use crate::math;
use crate::train::random::Random;
use crate::train::threads::ordered;

/// Points kept of a curve.
const CURVE_POINTS: usize = 200;
/// Bins of equal count for calibration.
pub const CALIBRATION_BINS: usize = 20;

/// Held-out examples with the probabilities of one model.
#[derive(Clone, Copy, Debug)]
pub struct Predictions<'a> {
    /// Probability of buying.
    pub probability: &'a [f32],
    /// Whether it was bought.
    pub bought: &'a [bool],
    /// How many examples each stands for.
    pub weight: &'a [f32],
    /// Whose it is: `0..shoppers`.
    pub shopper: &'a [u32],
    /// Number of shoppers.
    pub shoppers: usize,
}

/// Points of a curve, in order.
pub type Curve = Vec<(f64, f64)>;

/// The bootstrap's size and seed.
#[derive(Clone, Copy, Debug)]
pub struct Resampling {
    /// How many resamples.
    pub count: usize,
    /// Decides who is drawn.
    pub seed: u64,
}

/// One example, in descending order of probability.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ranked {
    pub weight: f64,
    /// Whose it is.
    pub shopper: u32,
    pub bought: bool,
    /// Whether the next example has another probability.
    pub ends_tie: bool,
}

/// Examples by descending probability.
#[derive(Clone, Debug)]
pub struct Ranking {
    pub(super) examples: Vec<Ranked>,
    /// In the same order; apart, because a pass over resamples does not need them.
    pub(super) probabilities: Vec<f64>,
}

/// Resamples measured in one pass.
pub(super) const LANES: usize = 8;

/// How often one shopper is drawn in each of them.
pub(super) type Lanes = [f64; LANES];

/// Areas under both curves.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Areas {
    pub roc: f64,
    pub precision_recall: f64,
}

/// Weight of buyers and of others ranked at or above a probability.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Above {
    pub bought: f64,
    pub others: f64,
}

impl Ranking {
    /// Sorts; ties keep the order of the examples.
    pub fn of(predictions: &Predictions) -> Ranking {
        let mut order: Vec<u64> = predictions
            .probability
            .iter()
            .enumerate()
            // The bits of a non-negative float rise with it; inverted, the greatest comes first.
            .map(|(index, probability)| (!probability.to_bits() as u64) << 32 | index as u64)
            .collect();
        order.sort_unstable();
        Ranking::in_order(order.iter().map(|key| *key as u32 as usize), |index| {
            let example = Ranked {
                weight: predictions.weight[index] as f64,
                shopper: predictions.shopper[index],
                bought: predictions.bought[index],
                ends_tie: false,
            };
            (predictions.probability[index] as f64, example)
        })
    }

    /// Examples that `order` names from the highest probability to the lowest.
    pub(super) fn in_order(order: impl Iterator<Item = usize>, at: impl Fn(usize) -> (f64, Ranked)) -> Ranking {
        let (probabilities, mut examples): (Vec<f64>, Vec<Ranked>) = order.map(at).unzip();
        for (index, example) in examples.iter_mut().enumerate() {
            example.ends_tie = probabilities.get(index + 1) != Some(&probabilities[index]);
        }
        Ranking { examples, probabilities }
    }

    /// Calls `each` at the end of every group of equal probabilities with what lies at or above it.
    pub(super) fn walk(&self, mut each: impl FnMut(Above)) {
        let mut above = Above::default();
        for example in &self.examples {
            match example.bought {
                true => above.bought += example.weight,
                false => above.others += example.weight,
            }
            if example.ends_tie {
                each(above);
            }
        }
    }

    /// The areas under several draws of shoppers at once: one pass over millions of examples serves them all.
    pub(super) fn areas(&self, draws: &[Lanes]) -> [Areas; LANES] {
        let (mut bought, mut others) = ([0.0; LANES], [0.0; LANES]);
        let (mut bought_before, mut others_before) = (bought, others);
        let mut sums = [Areas::default(); LANES];
        for example in &self.examples {
            let draw = &draws[example.shopper as usize];
            let above = if example.bought { &mut bought } else { &mut others };
            above.iter_mut().zip(draw).for_each(|(above, times)| *above += example.weight * times);
            if !example.ends_tie {
                continue;
            }
            for lane in 0..LANES {
                let (new_bought, new_others) = (bought[lane] - bought_before[lane], others[lane] - others_before[lane]);
                // Equal probabilities count half, as the trapezoid does.
                sums[lane].roc += new_others * (bought_before[lane] + new_bought / 2.0);
                if new_bought > 0.0 {
                    sums[lane].precision_recall += new_bought * bought[lane] / (bought[lane] + others[lane]);
                }
            }
            (bought_before, others_before) = (bought, others);
        }
        core::array::from_fn(|lane| Areas {
            roc: share(sums[lane].roc, bought[lane] * others[lane]),
            precision_recall: share(sums[lane].precision_recall, bought[lane]),
        })
    }

    /// (false positive rate, true positive rate) and (recall, precision), at most 200 points each.
    pub fn curves(&self) -> (Curve, Curve) {
        let mut points = Vec::new();
        self.walk(|above| points.push(above));
        let last = points.last().copied().unwrap_or_default();
        let mut roc = vec![(0.0, 0.0)];
        roc.extend(
            thinned(&points, |above| share(above.others, last.others).max(share(above.bought, last.bought)))
                .map(|above| (share(above.others, last.others), share(above.bought, last.bought))),
        );
        let precision_recall = thinned(&points, |above| share(above.bought, last.bought))
            .map(|above| (share(above.bought, last.bought), share(above.bought, above.bought + above.others)))
            .collect();
        (roc, precision_recall)
    }

    /// Predicted against observed, in bins of equal weight.
    pub fn calibration(&self) -> Vec<CalibrationBin> {
        self.binned(&self.equal_bins(CALIBRATION_BINS), CALIBRATION_BINS)
    }

    /// The bin of every example, in order, when each of `count` bins has about the same weight; 0 is the lowest.
    pub(super) fn equal_bins(&self, count: usize) -> Vec<usize> {
        let total: f64 = math::ordered_sum(self.examples.iter().map(|example| example.weight));
        let mut passed = 0.0;
        let mut bins: Vec<usize> = Vec::with_capacity(self.examples.len());
        for example in self.examples.iter().rev() {
            bins.push(((passed / total * count as f64) as usize).min(count - 1));
            passed += example.weight;
        }
        bins.reverse();
        bins
    }

    /// Means of the bins that are not empty, the lowest first.
    pub(super) fn binned(&self, bin_of: &[usize], count: usize) -> Vec<CalibrationBin> {
        let mut bins = vec![Bin::default(); count];
        for (index, example) in self.examples.iter().enumerate().rev() {
            bins[bin_of[index]].add(self.probabilities[index], example.bought, example.weight);
        }
        bins.iter().filter(|bin| bin.weight > 0.0).map(Bin::mean).collect()
    }
}

/// Points at about equal steps of `progress`, which rises from 0 to 1; the last point is always kept.
pub(super) fn thinned<'a>(
    points: &'a [Above],
    progress: impl Fn(&Above) -> f64 + 'a,
) -> impl Iterator<Item = &'a Above> {
    // Room for the origin, a point at step 0 and the last point.
    let steps = (CURVE_POINTS - 4) as f64;
    let mut next = 0.0;
    points.iter().enumerate().filter_map(move |(index, point)| {
        let reached = progress(point) * steps;
        let keep = reached >= next || index + 1 == points.len();
        if keep {
            next = reached.floor() + 1.0;
        }
        keep.then_some(point)
    })
}

/// What fell into one bin of a calibration.
#[derive(Clone, Copy, Debug, Default)]
struct Bin {
    weight: f64,
    predicted: f64,
    bought: f64,
}

impl Bin {
    fn add(&mut self, probability: f64, bought: bool, weight: f64) {
        self.weight += weight;
        self.predicted += weight * probability;
        self.bought += weight * bought as u8 as f64;
    }

    fn mean(&self) -> CalibrationBin {
        CalibrationBin {
            predicted: self.predicted / self.weight,
            observed: self.bought / self.weight,
            count: self.weight.round() as u64,
        }
    }
}

/// Mean distance between predicted and observed, weighted by count.
pub fn calibration_error(bins: &[CalibrationBin]) -> f64 {
    let total: u64 = bins.iter().map(|bin| bin.count).sum();
    let distance = bins.iter().map(|bin| (bin.predicted - bin.observed).abs() * bin.count as f64);
    share(math::ordered_sum(distance), total as f64)
}

/// All figures of one model.
pub fn score(name: &str, what: &str, predictions: &Predictions, resampling: Resampling) -> (ModelScore, Ranking) {
    let ranking = Ranking::of(predictions);
    let losses = Losses::of(predictions);
    let everyone = vec![1.0; predictions.shoppers];
    let areas = ranking.areas(&vec![[1.0; LANES]; predictions.shoppers])[0];
    let draws = draws(predictions.shoppers, resampling);
    let passes = ordered(draws.len().div_ceil(LANES), |pass| ranking.areas(&lanes(&draws, pass * LANES)), |_| {});
    let resampled = passes.concat();
    let figure = |value: f64, of: &dyn Fn(usize) -> f64| interval(value, (0..draws.len()).map(of).collect());
    let score = ModelScore {
        name: name.into(),
        what: what.into(),
        roc_auc: figure(areas.roc, &|index| resampled[index].roc),
        pr_auc: figure(areas.precision_recall, &|index| resampled[index].precision_recall),
        log_loss: figure(losses.mean(&everyone), &|index| losses.mean(&draws[index])),
        brier: losses.brier,
        calibration_error: calibration_error(&ranking.calibration()),
    };
    (score, ranking)
}

/// How much higher the log loss of `other` is than that of `model`, shopper by shopper on the same draws.
///
/// Far narrower than the two intervals suggest: most of what varies between resamples varies in both.
pub fn excess_loss(other: &Predictions, model: &Predictions, resampling: Resampling) -> Figure {
    let (other, model) = (Losses::of(other), Losses::of(model));
    let excess = |draws: &[f64]| other.mean(draws) - model.mean(draws);
    let resampled = draws(model.loss.len(), resampling).iter().map(|draws| excess(draws)).collect();
    interval(excess(&vec![1.0; model.loss.len()]), resampled)
}

/// How often each shopper is drawn, by resample. The same for every model, so that differences are paired.
pub fn draws(shoppers: usize, resampling: Resampling) -> Vec<Vec<f64>> {
    let mut random = Random::new(resampling.seed);
    let mut draw = || {
        let mut times = vec![0.0; shoppers];
        (0..shoppers).for_each(|_| times[random.below(shoppers)] += 1.0);
        times
    };
    (0..resampling.count).map(|_| draw()).collect()
}

/// Eight resamples from `first` on, by shopper; zeros past the last.
fn lanes(draws: &[Vec<f64>], first: usize) -> Vec<Lanes> {
    let times = |shopper: usize, lane: usize| draws.get(first + lane).map_or(0.0, |draw| draw[shopper]);
    (0..draws[first].len()).map(|shopper| core::array::from_fn(|lane| times(shopper, lane))).collect()
}

/// A figure with the 2.5 % and 97.5 % quantiles of its resamples.
pub fn interval(value: f64, mut resampled: Vec<f64>) -> Figure {
    resampled.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let position = share * (resampled.len() as f64 - 1.0);
        resampled.get(position.round() as usize).copied().unwrap_or(value)
    };
    Figure { value, low: at(0.025), high: at(0.975) }
}

/// A mean, and half of its 95 % interval by the normal distribution: 1.96 standard errors; no number for one value.
pub fn mean_and_half(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = math::ordered_sum(values.iter().copied()) / count;
    let squares = math::ordered_sum(values.iter().map(|value| (value - mean) * (value - mean)));
    (mean, 1.96 * math::sqrt(squares / (count - 1.0) / count))
}

/// Log loss by shopper, so that a resample costs one pass over shoppers.
struct Losses {
    loss: Vec<f64>,
    weight: Vec<f64>,
    brier: f64,
}

impl Losses {
    fn of(predictions: &Predictions) -> Losses {
        let shoppers = predictions.shoppers;
        let mut sums = Losses { loss: vec![0.0; shoppers], weight: vec![0.0; shoppers], brier: 0.0 };
        let mut total = 0.0;
        for (index, probability) in predictions.probability.iter().enumerate() {
            let (shopper, weight) = (predictions.shopper[index] as usize, predictions.weight[index] as f64);
            let (probability, bought) = (*probability as f64, predictions.bought[index]);
            sums.loss[shopper] += weight * log_loss(probability, bought);
            sums.weight[shopper] += weight;
            let miss = probability - bought as u8 as f64;
            sums.brier += weight * miss * miss;
            total += weight;
        }
        sums.brier = share(sums.brier, total);
        sums
    }

    fn mean(&self, draws: &[f64]) -> f64 {
        let product = |values: &[f64]| math::ordered_sum(values.iter().zip(draws).map(|(value, draw)| value * draw));
        share(product(&self.loss), product(&self.weight))
    }
}

/// Negative log-likelihood, with probabilities kept a hair away from 0 and 1.
pub fn log_loss(probability: f64, bought: bool) -> f64 {
    let probability = probability.clamp(1e-7, 1.0 - 1e-7);
    -math::ln(if bought { probability } else { 1.0 - probability })
}

pub(super) fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESAMPLING: Resampling = Resampling { count: 200, seed: 3 };

    fn scored(probability: &[f32], bought: &[bool], weight: &[f32]) -> (ModelScore, Ranking) {
        let shopper: Vec<u32> = (0..bought.len() as u32).collect();
        let predictions = Predictions { probability, bought, weight, shopper: &shopper, shoppers: shopper.len() };
        score("m", "a model", &predictions, RESAMPLING)
    }

    #[test]
    fn areas_match_hand_counts() {
        // Pairs (buyer above other): 0.9>0.8, 0.9>0.3, 0.6>0.3 of four, and 0.6<0.8: 3/4.
        // Average precision: (1/1 + 2/3) / 2 = 5/6.
        let rows: [(&[f32], &[bool], f64, f64); 4] = [
            (&[0.9, 0.8, 0.6, 0.3], &[true, false, true, false], 0.75, 5.0 / 6.0),
            (&[0.9, 0.8, 0.2, 0.1], &[true, true, false, false], 1.0, 1.0),
            (&[0.5, 0.5, 0.5, 0.5], &[true, false, true, false], 0.5, 0.5),
            (&[0.9, 0.5, 0.5, 0.1], &[true, true, false, false], 0.875, 5.0 / 6.0),
        ];
        for (probability, bought, roc, precision_recall) in rows {
            let (score, _) = scored(probability, bought, &[1.0; 4]);
            assert!((score.roc_auc.value - roc).abs() < 1e-12, "{probability:?}: {}", score.roc_auc.value);
            assert!((score.pr_auc.value - precision_recall).abs() < 1e-12, "{probability:?}: {}", score.pr_auc.value);
        }
    }

    #[test]
    fn a_weight_counts_as_that_many_examples() {
        let (weighted, _) = scored(&[0.9, 0.8, 0.6], &[true, false, true], &[1.0, 3.0, 2.0]);
        let (copied, _) = scored(&[0.9, 0.8, 0.8, 0.8, 0.6, 0.6], &[true, false, false, false, true, true], &[1.0; 6]);
        let close = |one: f64, other: f64| assert!((one - other).abs() < 1e-9, "{one} against {other}");
        close(weighted.roc_auc.value, copied.roc_auc.value);
        close(weighted.pr_auc.value, copied.pr_auc.value);
        close(weighted.log_loss.value, copied.log_loss.value);
        close(weighted.brier, copied.brier);
    }

    #[test]
    fn a_worse_model_has_excess_loss_and_the_same_one_none() {
        let (bought, weight, shopper) = ([true, false, true, false], [1.0; 4], [0, 1, 2, 3]);
        let of =
            |probability| Predictions { probability, bought: &bought, weight: &weight, shopper: &shopper, shoppers: 4 };
        let (good, bad) = (of(&[0.9, 0.1, 0.8, 0.2]), of(&[0.6, 0.5, 0.6, 0.4]));
        assert_eq!(excess_loss(&good, &good, RESAMPLING).high, 0.0);
        let excess = excess_loss(&bad, &good, RESAMPLING);
        assert!(excess.low > 0.0 && excess.low < excess.value && excess.value < excess.high);
    }

    #[test]
    fn intervals_hold_the_estimate_and_narrow_with_more_shoppers() {
        let width = |count: usize| {
            let mut random = Random::new(1);
            let probability: Vec<f32> = (0..count).map(|_| random.below(1_000) as f32 / 1_000.0).collect();
            let bought: Vec<bool> =
                probability.iter().map(|chance| (random.below(1_000) as f32) < chance * 1_000.0).collect();
            let figure = scored(&probability, &bought, &vec![1.0; count]).0.roc_auc;
            assert!(figure.low < figure.value && figure.value < figure.high);
            figure.high - figure.low
        };
        assert!(width(3_000) < width(200) / 2.0);
    }

    #[test]
    fn true_probabilities_are_calibrated_and_halved_ones_are_not() {
        let mut random = Random::new(2);
        let truth: Vec<f32> = (0..20_000).map(|_| random.below(1_000) as f32 / 1_000.0).collect();
        let bought: Vec<bool> = truth.iter().map(|chance| (random.below(1_000) as f32) < chance * 1_000.0).collect();
        let halved: Vec<f32> = truth.iter().map(|chance| chance / 2.0).collect();
        let error = |probability: &[f32]| scored(probability, &bought, &vec![1.0; 20_000]).0.calibration_error;
        assert!(error(&truth) < 0.02, "{}", error(&truth));
        assert!((error(&halved) - 0.25).abs() < 0.02, "{}", error(&halved));
    }

    #[test]
    fn curves_start_and_end_where_they_must_and_stay_short() {
        let mut random = Random::new(4);
        let probability: Vec<f32> = (0..5_000).map(|_| random.below(1 << 20) as f32 / (1 << 20) as f32).collect();
        let bought: Vec<bool> = (0..5_000).map(|_| random.below(10) == 0).collect();
        let (_, ranking) = scored(&probability, &bought, &vec![1.0; 5_000]);
        let (roc, precision_recall) = ranking.curves();
        assert!(roc.len() <= CURVE_POINTS && precision_recall.len() <= CURVE_POINTS);
        assert_eq!((roc[0], *roc.last().unwrap()), ((0.0, 0.0), (1.0, 1.0)));
        assert_eq!(precision_recall.last().unwrap().0, 1.0);
    }
}
