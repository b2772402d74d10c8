//! What the model and its baselines predict for the test weeks, scored as the device scores.
//!
//! Test weeks are replayed in full and scored by [`Model::score`] on the features of
//! [`extract`](crate::feature::extract), not by the matrices that fitting used: what is reported is what is
//! served. Nothing here influences the fit.

use super::catalogue::Catalogue;
use super::dataset::{Dataset, PIECES};
use super::random::{Random, shuffle};
use super::replay::{Moment, Replay};
use super::threads::{ordered, piece};
use super::tune::household_rate;
use crate::evaluate::metrics::{self, Predictions, Ranking, Resampling};
use crate::evaluate::summary::{Importance, ModelScore, ResponseBin};
use crate::event::GroupId;
use crate::feature::{FeatureVector, Program};
use crate::math;
use crate::model::{Linear, Model};

/// The models compared.
#[derive(Clone, Debug)]
pub struct Contenders {
    /// The one that is served.
    pub model: Model,
    /// The same with one response to an offer for everyone.
    pub common: Model,
    /// Pseudo-trips of the household × group rate.
    pub prior: f64,
}

/// One column per quantity, one row per test example.
#[derive(Clone, Debug, Default)]
pub struct HeldOut {
    shopper: Vec<u32>,
    group: Vec<u16>,
    bought: Vec<bool>,
    /// Depth that week less the group's usual one.
    from_usual: Vec<f32>,
    model: Vec<f32>,
    /// The model, had the depth been the usual one.
    at_usual: Vec<f32>,
    common: Vec<f32>,
    household: Vec<f32>,
    category: Vec<f32>,
    /// How the log-odds change with the depth.
    slope: Vec<f32>,
}

impl HeldOut {
    /// Replays the test weeks.
    pub fn collect(replay: &Replay, weeks: [u32; 2], contenders: &Contenders, done: impl Fn(usize) + Sync) -> HeldOut {
        let households = replay.orders.households.len();
        let of_piece = |index| {
            let mut part = HeldOut::default();
            for household in piece(households, PIECES, index) {
                replay.household(household, |moment| {
                    if (weeks[0]..=weeks[1]).contains(&(moment.trip.week as u32)) {
                        part.take(replay, contenders, moment);
                    }
                });
            }
            part
        };
        ordered(PIECES, of_piece, done).into_iter().fold(HeldOut::default(), HeldOut::joined)
    }

    fn take(&mut self, replay: &Replay, contenders: &Contenders, moment: &Moment) {
        for (index, bought) in moment.bought.iter().enumerate() {
            let group = GroupId(index as u16);
            let features = replay.features(moment, group);
            let (depth, usual) =
                (replay.catalogue.index.depth(group, moment.trip.week), replay.catalogue.index.usual(group));
            let (mut scores, mut common) = ([0.0; 4], [0.0]);
            contenders.model.score(&features, &[depth, usual, 0.0, 1.0], &mut scores);
            contenders.common.score(&features, &[depth], &mut common);
            let rate = replay.catalogue.schema.groups[index].base_rate as f64;
            let (times, trips) = (moment.history.groups[index] as f64, moment.history.trips as f64);
            self.shopper.push(moment.household as u32);
            self.group.push(group.0);
            self.bought.push(*bought);
            self.from_usual.push((depth - usual) as f32);
            self.model.push(math::sigmoid(scores[0]) as f32);
            self.at_usual.push(math::sigmoid(scores[1]) as f32);
            self.slope.push((scores[3] - scores[2]) as f32);
            self.common.push(math::sigmoid(common[0]) as f32);
            self.household.push(household_rate(times, trips, rate, contenders.prior) as f32);
            self.category.push(rate as f32);
        }
    }

    fn joined(mut self, mut next: HeldOut) -> HeldOut {
        self.shopper.append(&mut next.shopper);
        self.group.append(&mut next.group);
        self.bought.append(&mut next.bought);
        self.from_usual.append(&mut next.from_usual);
        self.model.append(&mut next.model);
        self.at_usual.append(&mut next.at_usual);
        self.common.append(&mut next.common);
        self.household.append(&mut next.household);
        self.category.append(&mut next.category);
        self.slope.append(&mut next.slope);
        self
    }

    /// Examples.
    pub fn len(&self) -> usize {
        self.bought.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.bought.is_empty()
    }

    /// Examples that bought.
    pub fn purchases(&self) -> u64 {
        self.bought.iter().filter(|bought| **bought).count() as u64
    }

    /// The model first, then the baselines; and the model's ranking for the curves.
    pub fn scores(&self, shoppers: usize, resampling: Resampling) -> (Vec<ModelScore>, Ranking) {
        let weight = vec![1.0; self.len()];
        let of = |probability| Predictions {
            probability,
            bought: &self.bought,
            weight: &weight,
            shopper: &self.shopper,
            shoppers,
        };
        let what = "logistic regression; the response to an offer differs by shopper and group";
        let (served, ranking) = metrics::score("model", what, &of(&self.model), resampling);
        let baselines = [
            ("one response", "the same features; everyone responds alike to an offer", &self.common),
            ("household × group", "the household's own rate for the group, leaning on the group's", &self.household),
            ("group rate", "how often the group is bought by everyone", &self.category),
        ];
        let baseline = |name, what, probability| {
            let predictions = of(probability);
            let excess = metrics::excess_loss(&predictions, &of(&self.model), resampling);
            let what = format!(
                "{what}; log loss above the model's: {:.6} ({:.6} to {:.6})",
                excess.value, excess.low, excess.high
            );
            metrics::score(name, &what, &predictions, resampling).0
        };
        let mut scores = vec![served];
        for (name, what, probability) in baselines {
            scores.push(baseline(name, what, probability.as_slice()));
        }
        (scores, ranking)
    }

    /// Mean and standard deviation over test examples of a group's slope.
    pub fn slopes(&self, groups: usize) -> Vec<(f64, f64)> {
        let mut sums = vec![(0.0, 0.0, 0.0); groups];
        for (group, slope) in self.group.iter().zip(&self.slope) {
            let (sum, slope) = (&mut sums[*group as usize], *slope as f64);
            *sum = (sum.0 + 1.0, sum.1 + slope, sum.2 + slope * slope);
        }
        let mean = |(count, sum, squares): (f64, f64, f64)| {
            let mean = sum / count.max(1.0);
            (mean, (squares / count.max(1.0) - mean * mean).max(0.0).sqrt())
        };
        sums.into_iter().map(mean).collect()
    }

    /// Observed and predicted lift by how far the week's depth was from usual.
    pub fn response(&self) -> Vec<ResponseBin> {
        let mut bins = vec![Response::default(); RESPONSE_EDGES.len() + 1];
        for row in 0..self.len() {
            let bin = RESPONSE_EDGES.partition_point(|edge| *edge <= self.from_usual[row]);
            bins[bin].add(self, row);
        }
        bins.iter().filter(|bin| bin.count > 0 && bin.at_usual > 0.0).map(Response::mean).collect()
    }
}

/// Bounds between bins of (depth − usual depth).
const RESPONSE_EDGES: [f32; 10] = [-0.15, -0.1, -0.05, -0.02, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3];

#[derive(Clone, Copy, Debug, Default)]
struct Response {
    count: u64,
    from_usual: f64,
    bought: f64,
    model: f64,
    at_usual: f64,
}

impl Response {
    fn add(&mut self, data: &HeldOut, row: usize) {
        self.count += 1;
        self.from_usual += data.from_usual[row] as f64;
        self.bought += data.bought[row] as u8 as f64;
        self.model += data.model[row] as f64;
        self.at_usual += data.at_usual[row] as f64;
    }

    fn mean(&self) -> ResponseBin {
        ResponseBin {
            depth_from_usual: self.from_usual / self.count as f64,
            observed_lift: self.bought / self.at_usual,
            predicted_lift: self.model / self.at_usual,
            count: self.count,
        }
    }
}

/// How much the log loss of a sample rises when one feature is dealt to the wrong examples.
pub fn importance(
    sample: &Dataset,
    program: &Program,
    catalogue: &Catalogue,
    model: &Linear,
    seed: u64,
) -> Vec<Importance> {
    let model = Model::from(model.clone());
    let rows: Vec<usize> = (0..sample.examples.len()).collect();
    let loss = |feature: usize, dealt: &[usize]| {
        let losses = rows.iter().map(|row| {
            let example = &sample.examples[*row];
            let probability = predict(sample, catalogue, &model, *row, (feature, dealt[*row]));
            metrics::log_loss(probability, example.bought) * example.weight as f64
        });
        let weight = math::ordered_sum(sample.examples.iter().map(|example| example.weight as f64));
        math::ordered_sum(losses) / weight
    };
    let usual = loss(0, &rows);
    let shuffled = |feature: usize| {
        let mut dealt = rows.clone();
        shuffle(&mut dealt, &mut Random::new(seed ^ feature as u64));
        loss(feature, &dealt) - usual
    };
    let rises = ordered(program.features.len(), shuffled, |_| {});
    let named = program.features.iter().zip(rises);
    let mut all: Vec<Importance> =
        named.map(|(feature, loss)| Importance { feature: feature.name.clone(), loss }).collect();
    all.sort_by(|one, other| other.loss.total_cmp(&one.loss));
    all
}

/// The probability of buying of one example, with one feature's value taken from another.
fn predict(sample: &Dataset, catalogue: &Catalogue, model: &Model, row: usize, swapped: (usize, usize)) -> f64 {
    let example = &sample.examples[row];
    let group = GroupId(example.group);
    let mut features = FeatureVector::new(group, catalogue.schema.groups[group.0 as usize].category);
    for (feature, value) in sample.row(row).iter().enumerate() {
        let value = if feature == swapped.0 { sample.row(swapped.1)[feature] } else { *value };
        features.push((!value.is_nan()).then_some(value as f64));
    }
    let mut score = [0.0];
    model.score(&features, &[catalogue.index.depth(group, example.week)], &mut score);
    math::sigmoid(score[0])
}
