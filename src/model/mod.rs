//! A scorer: features and offers in, one score per arm out. Total: a checked model cannot fail.
//!
//! ```text
//! features -> Scorer -> raw score -> Link (of the arm) -> + response · depth -> score
//! ```
//! What a score means is said by the model's [`Target`]: log-odds of buying or of taking part, the logarithm of the
//! market's price over the list price, or what an arm gains. A model does *not* know money, budgets or rules; those are the
//! [policy](crate::policy).

#[cfg(feature = "full")]
mod effect;
mod forest;
#[cfg(feature = "full")]
mod kernel;
mod linear;
mod link;
mod masks;
// Drawn by proptest, which is not for this target.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod masks_tests;
mod ready;
mod shapley;
#[cfg(test)]
mod shapley_tests;

#[cfg(not(feature = "full"))]
pub use crate::absent::{Effect, Effects, Kernel};
#[cfg(feature = "full")]
pub use effect::{Effect, Effects};
pub use forest::{Cuts, Forest, MAX_CUTS, Node, Split, Test};
#[cfg(feature = "full")]
pub use kernel::{Axis, Kernel, MISSING_STEPS, Steps};
pub use linear::{Line, Linear, Scaled, Term};
pub use link::{Link, MAX_POINTS};
pub(crate) use ready::Ready;

use crate::artefact::reader::{Reader, Writer};
use crate::error::{Code, Error, Result};
use crate::feature::{FeatureVector, MAX_FEATURES, Program, Schema};
use alloc::vec;
use alloc::vec::Vec;

/// The most arms a menu may have; also the length of a score array.
pub const MAX_ARMS: usize = 16;

/// Where a scorer takes feature values from: a vector on a device, a row of a table in training.
pub trait Values {
    /// The value of a feature, none when missing.
    fn value(&self, feature: usize) -> Option<f64>;
    /// The product's group.
    fn group(&self) -> usize;
    /// The group's category.
    fn category(&self) -> usize;
}

impl Values for FeatureVector {
    fn value(&self, feature: usize) -> Option<f64> {
        self.get(feature)
    }

    fn group(&self) -> usize {
        self.group.0 as usize
    }

    fn category(&self) -> usize {
        self.category as usize
    }
}

/// What a score is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Target {
    /// Log-odds that the shopper buys under the offer.
    #[default]
    Buys = 0,
    /// Log-odds that the shopper takes part if the offer is made; without one there is nothing to take part in.
    TakesPart = 1,
    /// `ln(price on the market / list price)`.
    MarketPrice = 2,
    /// What the arm brings above no offer, its cost taken off, in minor units; each arm has a scorer of its own.
    Gain = 3,
}

const TARGETS: [Target; 4] = [Target::Buys, Target::TakesPart, Target::MarketPrice, Target::Gain];

/// What was learnt.
#[derive(Clone, Debug, PartialEq)]
pub enum Scorer {
    /// Weighted sums, each weight a straight line in the depth of the offer.
    Linear(Linear),
    /// Trees whose leaves are added up.
    Forest(Forest),
    /// Similarity to remembered rows.
    Kernel(Kernel),
    /// The effect of every arm but the first, which is no offer and has none.
    Arms(Effects),
}

impl Default for Scorer {
    fn default() -> Self {
        Scorer::Linear(Linear::default())
    }
}

/// The kind of [`Scorer::Arms`] in a file.
const ARMS: u8 = 3;

/// A scorer and how its raw scores are read.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// What was learnt.
    pub scorer: Scorer,
    /// The feature that is the depth of the offer (a fraction of one) and differs by arm; none where no feature is.
    pub offer: Option<u8>,
    /// Added to a score per unit of depth: an assumption of the shop where data say nothing about offers.
    pub response: f32,
    /// From raw scores to scores: one for all arms, or one per arm.
    pub links: Vec<Link>,
    /// What a score is about.
    pub target: Target,
}

/// A part of a score: which feature it belongs to, how much it adds, and the value that caused it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Contribution {
    /// Index of the feature; the features are followed by the starting point, the category and the group.
    pub feature: usize,
    /// What it adds to the score.
    pub amount: f64,
    /// What it adds to the cost of the arm, in minor units; 0 where costs follow from the offer.
    pub cost: f64,
    /// The feature's value after its transform; none when missing.
    pub value: Option<f64>,
}

impl From<Linear> for Model {
    fn from(linear: Linear) -> Model {
        Model::new(Scorer::Linear(linear), Target::Buys)
    }
}

/// A way from the starting point to a score as short as this tells little of the link's slope.
const SHORT: f64 = 1e-6;
/// A scorer bent by a link is rounded to multiples of 2⁻³², so that its parts add up to it without an error.
const GRID: f64 = 1.5 * (1u64 << 20) as f64;

/// `x` rounded to a multiple of 2⁻³², for `|x|` below 2¹⁹: adding the grid's constant leaves no finer bits.
fn on_grid(x: f64) -> f64 {
    crate::math::clamp(x, -4e5, 4e5) + GRID - GRID
}

impl Model {
    /// A model whose raw scores are its scores.
    pub fn new(scorer: Scorer, target: Target) -> Model {
        Model { scorer, offer: None, response: 0.0, links: vec![Link::Identity], target }
    }

    /// The score under each depth (a fraction of one), written to `out`. An arm is known by its position.
    pub fn score(&self, features: &FeatureVector, depths: &[f64], out: &mut [f64]) {
        self.score_ready(&Ready::default(), features, depths, out);
    }

    /// The same, with what was made ready of this very model.
    pub(crate) fn score_ready(&self, ready: &Ready, features: &FeatureVector, depths: &[f64], out: &mut [f64]) {
        if let (Scorer::Linear(linear), true) = (&self.scorer, self.is_plain()) {
            return linear.score(features, None, depths, out);
        }
        self.raw(ready, features, depths, out);
        for (arm, (depth, out)) in depths.iter().zip(out).enumerate() {
            *out = self.bent(arm, *depth, *out);
        }
    }

    fn raw(&self, ready: &Ready, features: &FeatureVector, depths: &[f64], out: &mut [f64]) {
        match &self.scorer {
            Scorer::Forest(forest) => ready.all(forest, self.offer, features, depths, out),
            Scorer::Arms(effects) => {
                out[0] = 0.0;
                let raw = |arm: usize| ready.one(2 * arm, &effects[arm].gain, features);
                out[1..].iter_mut().enumerate().for_each(|(arm, out)| *out = raw(arm));
            }
            Scorer::Linear(linear) => linear.score(features, self.offer.map(usize::from), depths, out),
            scorer => {
                for (depth, out) in depths.iter().zip(out) {
                    *out = scorer.raw(&self.offered(features, *depth), *depth);
                }
            }
        }
    }

    /// What each arm costs, in minor units, written to `out`; untouched where costs follow from the offer.
    pub(crate) fn costs(&self, ready: &Ready, features: &FeatureVector, out: &mut [f64]) {
        if let Scorer::Arms(effects) = &self.scorer {
            let cost = |arm: usize| on_grid(ready.one(2 * arm + 1, &effects[arm].cost, features));
            out[1..].iter_mut().enumerate().for_each(|(arm, out)| *out = cost(arm));
        }
    }

    /// The score of one row of a table, as [`Self::score`] gives it to the arm at position 0.
    pub fn score_of(&self, values: &impl Values, depth: f64) -> f64 {
        let raw = self.scorer.raw(values, depth);
        if self.is_plain() { raw } else { self.bent(0, depth, raw) }
    }

    /// Calls `each` with every part of the score of `arm`; summed in that order they equal the score exactly, and their
    /// costs the cost that [`Self::costs`] says.
    ///
    /// Parts of a weighted sum are its terms, parts of trees are Shapley values, of a kernel they are shares of what single
    /// changes do. Where a score is bent by a link they are stretched alike. Where arms have scorers of their own they say
    /// how the arm differs from no offer.
    pub fn contributions(&self, features: &FeatureVector, arm: usize, depth: f64, mut each: impl FnMut(Contribution)) {
        let features = &self.offered(features, depth);
        let (count, value) = (features.len(), |feature: usize| features.get(feature));
        if let (Scorer::Linear(linear), true) = (&self.scorer, self.is_plain()) {
            return linear.parts(features, depth, &mut |feature, amount| {
                let value = if feature < count { value(feature) } else { None };
                each(Contribution { feature, amount, cost: 0.0, value })
            });
        }
        let Some(scorer) = self.scorer.of_arm(arm) else {
            // No offer, beside arms with scorers of their own: nothing adds to its score.
            return each(Contribution { feature: count, amount: 0.0, cost: 0.0, value: None });
        };
        let (mut amounts, mut costs) = ([0.0; MAX_FEATURES], [0.0; MAX_FEATURES]);
        let amount = scorer.shared_out(features, depth, &mut amounts, &|raw| self.bend(arm, depth, raw));
        let cost = match &self.scorer {
            Scorer::Arms(effects) => effects[arm - 1].cost.shared_out(features, depth, &mut costs, &|raw| raw),
            _ => 0.0,
        };
        each(Contribution { feature: count, amount, cost, value: None });
        for feature in 0..count {
            let (amount, cost) = (amounts[feature], costs[feature]);
            each(Contribution { feature, amount, cost, value: value(feature) });
        }
    }

    /// The range of values seen in training for a feature; none for one whose values are no amounts.
    pub fn range(&self, feature: usize) -> Option<(f64, f64)> {
        self.scorer.range(feature)
    }

    /// Refuses a model that does not fit the program and the schema, or holds a number that is not finite.
    pub fn check(&self, program: &Program, schema: &Schema, arms: usize) -> Result<()> {
        self.scorer.check(program, schema)?;
        self.check_arms(arms)?;
        self.links.iter().try_for_each(Link::check)?;
        linear::finite(self.response)?;
        if self.links.len() != 1 && self.links.len() != arms {
            return Err(Error::limit(Code::BadIndex, "links of the model", arms as u64, self.links.len() as u64));
        }
        let Some(offer) = self.offer.map(usize::from) else { return Ok(()) };
        let bare = program.features.get(offer).is_some_and(|feature| feature.steps.is_empty());
        match bare {
            true => Ok(()),
            false => Err(Error::new(Code::BadIndex, "the offer's feature is not in the program, or is transformed")),
        }
    }

    /// Effects stand for gains, one for every arm but the first, and come without offers as features and without links.
    fn check_arms(&self, arms: usize) -> Result<()> {
        let found = match &self.scorer {
            Scorer::Arms(effects) => Some(effects.len()),
            _ => None,
        };
        let bent = self.offer.is_some() || self.response != 0.0 || self.links != [Link::Identity];
        match (self.target == Target::Gain, found) {
            (true, Some(effects)) if effects + 1 == arms && !bent => Ok(()),
            (true, Some(effects)) if !bent => {
                Err(Error::limit(Code::BadIndex, "effects of arms", arms.saturating_sub(1) as u64, effects as u64))
            }
            (false, None) => Ok(()),
            _ => Err(Error::new(Code::BadConfig, "gains are told by effects of arms, and by nothing else")),
        }
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        self.scorer.write(w);
        w.u8(self.offer.map_or(u8::MAX, |offer| offer));
        w.f32(self.response);
        w.list(&self.links, |w, link| link.write(w));
        w.u8(self.target as u8);
    }

    /// Which shares of rows the splits of its forests have, in the order of the file; reasons need them, scores do not.
    pub(crate) fn write_shares(&self, w: &mut Writer) {
        self.scorer.write_shares(w);
    }

    pub(crate) fn read_shares(&mut self, r: &mut Reader) {
        self.scorer.read_shares(r);
    }

    /// The bytes it takes in a file.
    #[cfg(feature = "train")]
    pub fn bytes(&self) -> usize {
        let mut writer = Writer::default();
        self.write(&mut writer);
        self.write_shares(&mut writer);
        writer.bytes.len()
    }

    pub(crate) fn read(r: &mut Reader) -> Model {
        let scorer = match r.u8() {
            ARMS => Effect::read_scorer(r),
            kind => Scorer::read(kind, r),
        };
        let offer = Some(r.u8()).filter(|offer| *offer != u8::MAX);
        let (response, links) = (r.f32(), r.list(Link::read));
        Model { scorer, offer, response, links, target: r.variant("target of the model", &TARGETS) }
    }

    /// Format 1 knew one kind of model.
    pub(crate) fn read_1(r: &mut Reader) -> Model {
        r.index("kind of model", 1);
        Model::from(Linear::read_1(r))
    }

    /// Whether scores are what the scorer says, whatever the arm.
    fn is_plain(&self) -> bool {
        let bends = self.links.iter().any(|link| *link != Link::Identity);
        self.offer.is_none() && self.response == 0.0 && !bends && matches!(self.scorer, Scorer::Linear(_))
    }

    fn offered(&self, features: &FeatureVector, depth: f64) -> FeatureVector {
        let mut features = *features;
        if let Some(offer) = self.offer {
            features.set(offer as usize, depth);
        }
        features
    }

    /// The score before it is rounded.
    fn bend(&self, arm: usize, depth: f64, raw: f64) -> f64 {
        let link = if self.links.len() == 1 { &self.links[0] } else { &self.links[arm] };
        link.apply(raw) + self.response as f64 * depth
    }

    fn bent(&self, arm: usize, depth: f64, raw: f64) -> f64 {
        on_grid(self.bend(arm, depth, raw))
    }
}

impl Scorer {
    /// The raw score.
    pub fn raw(&self, values: &impl Values, depth: f64) -> f64 {
        match self {
            Scorer::Linear(linear) => linear.raw(values, depth),
            Scorer::Forest(forest) => forest.raw(values),
            Scorer::Kernel(kernel) => kernel.raw(values),
            Scorer::Arms(_) => 0.0,
        }
    }

    /// What scores an arm; none for no offer where each arm has a scorer of its own.
    fn of_arm(&self, arm: usize) -> Option<&Scorer> {
        match self {
            Scorer::Arms(effects) => arm.checked_sub(1).and_then(|other| effects.get(other)).map(|effect| &effect.gain),
            _ => Some(self),
        }
    }

    /// Its shares, or those of its arms in the order of the file, as far as they are forests.
    fn write_shares(&self, w: &mut Writer) {
        match self {
            Scorer::Forest(forest) => forest.write_shares(w),
            Scorer::Arms(effects) => {
                effects.iter().flat_map(Effect::scorers).for_each(|scorer| scorer.write_shares(w));
            }
            _ => {}
        }
    }

    fn read_shares(&mut self, r: &mut Reader) {
        match self {
            Scorer::Forest(forest) => forest.read_shares(r),
            Scorer::Arms(effects) => effects.iter_mut().for_each(|effect| {
                effect.gain.read_shares(r);
                effect.cost.read_shares(r);
            }),
            _ => {}
        }
    }

    fn range(&self, feature: usize) -> Option<(f64, f64)> {
        match self {
            Scorer::Linear(linear) => linear.range(feature),
            Scorer::Forest(forest) => forest.range(feature),
            Scorer::Kernel(kernel) => kernel.range(feature),
            Scorer::Arms(effects) => {
                let ranges = effects.iter().flat_map(Effect::scorers).filter_map(|scorer| scorer.range(feature));
                ranges.reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
            }
        }
    }

    fn check(&self, program: &Program, schema: &Schema) -> Result<()> {
        match self {
            Scorer::Linear(linear) => linear.check(program, schema),
            Scorer::Forest(forest) => forest.check(program),
            Scorer::Kernel(kernel) => kernel.check(program),
            Scorer::Arms(effects) => effects.iter().try_for_each(|effect| effect.check(program, schema)),
        }
    }

    fn write(&self, w: &mut Writer) {
        match self {
            Scorer::Linear(linear) => {
                w.u8(0);
                linear.write(w);
            }
            Scorer::Forest(forest) => {
                w.u8(1);
                forest.write(w);
            }
            Scorer::Kernel(kernel) => {
                w.u8(2);
                kernel.write(w);
            }
            Scorer::Arms(effects) => {
                w.u8(ARMS);
                w.list(effects, |w, effect| effect.write(w));
            }
        }
    }

    /// Reads a scorer that has no arms of its own.
    fn read(kind: u8, r: &mut Reader) -> Scorer {
        match kind {
            0 => Scorer::Linear(Linear::read(r)),
            1 => Scorer::Forest(Forest::read(r)),
            2 => Kernel::read_scorer(r),
            other => {
                r.fail(Error::limit(Code::BadIndex, "kind of model", ARMS as u64, other as u64));
                Scorer::default()
            }
        }
    }

    /// Writes each feature's part of the score that `bend` makes of the raw one, and returns the rest: all add up to the
    /// score on the grid without an error.
    fn shared_out(
        &self,
        features: &FeatureVector,
        depth: f64,
        parts: &mut [f64; MAX_FEATURES],
        bend: &dyn Fn(f64) -> f64,
    ) -> f64 {
        let start = self.parts(features, depth, parts);
        let raw = self.raw(features, depth);
        // A link is no straight line: the way from the starting point to the score is shared out in proportion. Where
        // parts cancel there is hardly a way, and the slope of the link says what they are in proportion to.
        let end = if (raw - start).abs() < SHORT { start + SHORT } else { raw };
        let stretch = (bend(end) - bend(start)) / (end - start);
        let score = on_grid(bend(raw));
        let parts = &mut parts[..features.len()];
        parts.iter_mut().for_each(|part| *part = on_grid(*part * stretch));
        parts.iter().fold(score, |rest, part| rest - part)
    }

    /// Each feature's part of the raw score, added to `parts`; returns where the score starts from.
    fn parts(&self, features: &FeatureVector, depth: f64, parts: &mut [f64; MAX_FEATURES]) -> f64 {
        match self {
            Scorer::Linear(linear) => {
                let (mut start, count) = (0.0, features.len());
                linear.parts(features, depth, &mut |feature, amount| match feature < count {
                    true => parts[feature] += amount,
                    false => start += amount,
                });
                start
            }
            Scorer::Forest(forest) => forest.parts(features, parts),
            Scorer::Kernel(kernel) => kernel.parts(features, parts),
            Scorer::Arms(_) => 0.0,
        }
    }
}
