//! Artefact + profile + request → decision. Total: whatever comes in, a price and a reason come out.
//!
//! The engine has no clock, no randomness and no storage: the moment, the seed and the profile are arguments,
//! so the same inputs give the same bits everywhere.

#[cfg(feature = "full")]
mod cart;

#[cfg(feature = "full")]
pub use cart::{CartDecision, CartRequest, Known};

use crate::artefact::{Artefact, Content, Golden};
use crate::decision::{Decision, Reason, Verdict};
use crate::error::{Code, Error, Result};
use crate::event::{Event, GroupId, Profile, Timestamp};
use crate::feature::{Context, FeatureVector, extract};
use crate::model::{MAX_ARMS, Ready};
use crate::money::{BasisPoints, Money};
#[cfg(feature = "full")]
use crate::offer::CheckedOffers;
use crate::policy::{Appraisal, Stakes, appraise};
use crate::words::Meaning;

/// What is asked: one product at one moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// The product's group; none if the model does not know it.
    pub group: Option<GroupId>,
    /// The number that stands for the product, 0 for none.
    pub item: u32,
    /// The number that stands for its brand, 0 for none.
    pub brand: u32,
    /// Where the words of its name point to.
    pub name: Option<Meaning>,
    /// What the shop says, in the order of the program's attributes.
    pub attributes: &'a [Option<f64>],
    /// Price before any offer.
    pub list: Money,
    /// When.
    pub now: Timestamp,
    /// Decides ties of chance; the same seed draws the same arm.
    pub seed: u64,
}

impl<'a> Request<'a> {
    /// Checks the plain numbers of a border. On a refusal says which reason the shop should be told.
    pub fn new(group: Option<GroupId>, price: f64, now_ms: f64, seed: f64) -> core::result::Result<Self, Reason> {
        let list = Money::from_f64(price).map_err(|_| Reason::BadPrice)?;
        let now = Timestamp::from_ms(now_ms).map_err(|_| Reason::BadTime)?;
        // A float-to-integer cast saturates and turns NaN into 0: any seed is a seed.
        Ok(Request { group, list, now, seed: seed as u64, ..Request::default() })
    }
}

impl Request<'_> {
    fn context(&self) -> Context<'_> {
        let Request { group, item, brand, name, attributes, list, now, .. } = *self;
        Context { group, item, brand, name, attributes, price: Some(list), now }
    }
}

/// Who asks, and what a merchandiser or a shopper changed for this session.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Assume this margin instead of the department's.
    pub margin: Option<BasisPoints>,
    /// Use this price of budget for every arm instead of the model's.
    pub budget_price: Option<f64>,
    /// False: decide as for a shopper of whom nothing is known.
    pub personalised: bool,
    /// A stable key for the holdout; none leaves the shopper out of it.
    pub shopper: Option<u32>,
}

impl Default for Terms {
    fn default() -> Self {
        Terms { margin: None, budget_price: None, personalised: true, shopper: None }
    }
}

/// So many decisions are worth preparing for.
const MANY: u32 = 16;
/// An explanation decides again about so many times, to find what would alter it.
pub const OF_EXPLANATION: u32 = 100;

/// A loaded model.
#[derive(Clone, Debug)]
pub struct Engine {
    artefact: Artefact,
    depths: [f64; MAX_ARMS],
    ready: Ready,
    expected: u32,
    #[cfg(feature = "full")]
    offers: CheckedOffers,
    /// By arm, the place of what it gives among `offers`.
    #[cfg(feature = "full")]
    gives: [Option<usize>; MAX_ARMS],
}

/// A decision half made: what explanations need again.
pub(crate) struct Considered {
    pub(crate) features: FeatureVector,
    pub(crate) stakes: Stakes,
    pub(crate) appraisal: Appraisal,
}

impl Engine {
    /// Wraps a checked artefact, without running its golden vectors.
    pub fn new(artefact: Artefact) -> Self {
        let mut depths = [0.0; MAX_ARMS];
        for (depth, arm) in depths.iter_mut().zip(&artefact.content().menu.arms) {
            *depth = arm.depth.fraction();
        }
        // Checked with the artefact.
        #[cfg(feature = "full")]
        let offers = artefact.content().menu.priced_offers().unwrap_or_default();
        Engine {
            #[cfg(feature = "full")]
            gives: cart::gives(&artefact.content().menu, &offers),
            #[cfg(feature = "full")]
            offers,
            ready: Ready::default(),
            expected: 0,
            artefact,
            depths,
        }
    }

    /// Says that so many more decisions are coming. Where they become many the model is [prepared](Engine::prepare); the first
    /// ones must come soon.
    pub fn expect(&mut self, decisions: u32) {
        let before = self.expected;
        self.expected = before.saturating_add(decisions);
        if before < MANY && self.expected >= MANY {
            self.prepare();
        }
    }

    /// Makes the model ready for many decisions: they say the same and take a fraction of the time. Of a hundred trees it
    /// takes as long as some hundred decisions without it.
    pub fn prepare(&mut self) {
        let arms = self.content().menu.arms.len();
        self.ready = Ready::new(&self.content().model, &self.depths[..arms]);
    }

    /// Reads a file, checks it, and demands that its golden vectors come out bit for bit.
    pub fn load(bytes: &[u8]) -> Result<Self> {
        let engine = Engine::new(Artefact::decode(bytes)?);
        for golden in &engine.content().golden {
            let hash = engine.golden_hash(golden)?;
            if hash != golden.hash {
                return Err(Error::new(Code::GoldenMismatch, "a golden vector does not reproduce bit for bit"));
            }
        }
        Ok(engine)
    }

    /// Lets `next` take over: a profile stays as it is where the groups and counters are the same, else it becomes empty.
    ///
    /// Refuses a model older than this one, and leaves the profile: a device never goes back.
    pub fn hand_over(&self, next: &Engine, profile: &mut Profile) -> Result<()> {
        let (ours, theirs) = (self.content(), next.content());
        if theirs.version < ours.version {
            return Err(Error::limit(Code::OlderModel, "model version, at least", ours.version, theirs.version));
        }
        // A profile numbers groups as its model does.
        let names = ours.schema.groups.iter().map(|group| &group.name);
        let same_groups = names.eq(theirs.schema.groups.iter().map(|group| &group.name));
        if !same_groups || ours.program.layout_hash() != theirs.program.layout_hash() {
            *profile = Profile::new();
        }
        Ok(())
    }

    /// What the model holds.
    pub fn content(&self) -> &Content {
        self.artefact.content()
    }

    /// Counts an event into a profile.
    pub fn observe(&self, profile: &mut Profile, event: &Event) -> Result<()> {
        profile.observe(&self.content().program, event)
    }

    /// What the model says of every arm of the menu, without the rules of a decision; none where the product's group is not known.
    pub fn score(&self, profile: &Profile, request: &Request) -> Option<[f64; MAX_ARMS]> {
        let Content { schema, program, .. } = self.content();
        request.group.filter(|group| (group.0 as usize) < schema.groups.len())?;
        Some(self.score_features(&extract(program, schema, profile, &request.context())))
    }

    /// The same of features that were extracted before.
    pub fn score_features(&self, features: &FeatureVector) -> [f64; MAX_ARMS] {
        let mut scores = [0.0; MAX_ARMS];
        let Content { menu, model, .. } = self.content();
        let arms = menu.arms.len();
        model.score_ready(&self.ready, features, &self.depths[..arms], &mut scores[..arms]);
        scores
    }

    /// The decision. Never fails.
    ///
    /// A menu of shares alone is decided without touching the heap; one with offers as a cart of one unit.
    pub fn decide(&self, profile: &Profile, request: &Request, terms: &Terms) -> Decision {
        #[cfg(feature = "full")]
        if !self.content().menu.is_plain() {
            return self.decide_alone(profile, request, terms);
        }
        match self.consider(profile, request, terms) {
            Ok(considered) => self.settle(&considered, profile, request),
            Err(reason) => self.base(request.list, reason),
        }
    }

    /// The list price with a reason.
    pub fn base(&self, list: Money, reason: Reason) -> Decision {
        Decision::base(list, reason, self.content().menu.arms.len(), self.content().version)
    }

    /// Scores and appraises all arms, or says why there is nothing to compare.
    pub(crate) fn consider(
        &self,
        profile: &Profile,
        request: &Request,
        terms: &Terms,
    ) -> core::result::Result<Considered, Reason> {
        let Content { schema, program, .. } = self.content();
        let group =
            request.group.filter(|group| (group.0 as usize) < schema.groups.len()).ok_or(Reason::UnknownGroup)?;
        self.may_compare(terms)?;
        let nobody = Profile::new();
        let known = if terms.personalised { profile } else { &nobody };
        let features = extract(program, schema, known, &request.context());
        let stakes = self.stakes(group, request.list, request.now, terms).ok_or(Reason::UnknownGroup)?;
        Ok(Considered { appraisal: self.appraise(&features, stakes), features, stakes })
    }

    /// Why no arms are compared for this shopper, if they are not.
    fn may_compare(&self, terms: &Terms) -> core::result::Result<(), Reason> {
        let guard = &self.content().menu.guard;
        if guard.switched_off {
            return Err(Reason::SwitchedOff);
        }
        match terms.shopper.is_some_and(|shopper| guard.holds_out(shopper)) {
            true => Err(Reason::Holdout),
            false => Ok(()),
        }
    }

    /// What is at stake on a product of `group`, if the model knows it.
    fn stakes(&self, group: GroupId, list: Money, now: Timestamp, terms: &Terms) -> Option<Stakes> {
        let Content { schema, menu, model, .. } = self.content();
        let row = schema.groups.get(group.0 as usize)?;
        Some(Stakes {
            list,
            margin: terms.margin.unwrap_or(schema.departments[row.department as usize].margin),
            budget_prices: match terms.budget_price.filter(|price| price.is_finite()) {
                Some(price) => [price; MAX_ARMS],
                None => menu.prices(now),
            },
            support: row.support,
            target: model.target,
        })
    }

    pub(crate) fn appraise(&self, features: &FeatureVector, stakes: Stakes) -> Appraisal {
        let arms = self.content().menu.arms.len();
        let (scores, mut costs) = (self.score_features(features), [0.0; MAX_ARMS]);
        self.content().model.costs(&self.ready, features, &mut costs[..arms]);
        appraise(&self.content().menu, &scores[..arms], &costs[..arms], stakes)
    }

    pub(crate) fn settle(&self, considered: &Considered, profile: &Profile, request: &Request) -> Decision {
        // With the group, so that one seed does not draw the same arm for every product on a page.
        let seed = request.seed ^ (considered.features.group.0 as u64) << 48;
        let promised = self.promised(considered, profile, request);
        let mut appraisal = considered.appraisal;
        let (arm, reason) = self.pick(&mut appraisal, promised, seed);
        let Content { menu, version, .. } = self.content();
        let depth = menu.arms[arm].depth;
        let discount = request.list.discount(depth);
        Decision {
            arm,
            arm_count: menu.arms.len(),
            depth,
            list: request.list,
            discount,
            price: request.list.less(discount),
            reason,
            model_version: *version,
            margin: considered.stakes.margin,
            outcomes: appraisal.outcomes,
        }
    }

    /// The promised arm, else the one that `seed` draws, marked as chosen; and why.
    fn pick(&self, appraisal: &mut Appraisal, promised: Option<usize>, seed: u64) -> (usize, Reason) {
        let arms = self.content().menu.arms.len();
        if let Some(arm) = promised {
            appraisal.promise(arm, arms);
            return (arm, Reason::Promised);
        }
        let best = appraisal.best();
        let arm = appraisal.draw(arms, seed);
        (arm, reason(appraisal, arm, best, arms))
    }

    /// The arm of an offer that the shopper accepted and that still holds.
    fn promised(&self, considered: &Considered, profile: &Profile, request: &Request) -> Option<usize> {
        let menu = &self.content().menu;
        let depth = profile.promised(considered.features.group, request.now, menu.promise_minutes)?;
        // Money is whole minor units, so a promised 10 % may come back as 9.98 %: take the nearest arm.
        let distance = |arm: &usize| menu.arms[*arm].depth.get().abs_diff(depth.get());
        let nearest = (0..menu.arms.len()).min_by_key(distance)?;
        let may = nearest > 0 && considered.appraisal.values[nearest].is_some();
        may.then_some(nearest)
    }

    /// A hash of everything a decision says, for golden vectors and comparisons between engines.
    pub(crate) fn golden_hash(&self, golden: &Golden) -> Result<u64> {
        let Content { program, schema, .. } = self.content();
        let profile = Profile::decode(&golden.profile, program, schema)?;
        let request = Request {
            group: schema.group_at(golden.group as u32),
            item: golden.item,
            brand: golden.brand,
            attributes: &golden.attributes,
            list: Money::new(golden.price as i64)?,
            now: Timestamp::from_seconds(golden.now),
            ..Request::default()
        };
        Ok(self.decide(&profile, &request, &Terms::default()).fingerprint())
    }
}

/// Why a drawn arm is what it is.
fn reason(appraisal: &Appraisal, arm: usize, best: usize, arms: usize) -> Reason {
    if arm != best && appraisal.values[arm] != appraisal.values[best] {
        return Reason::Explored;
    }
    match (arm, appraisal.only_none(arms)) {
        (0, Some(Verdict::NotEnoughEvidence)) => Reason::NotEnoughEvidence,
        (0, Some(Verdict::NotEligible)) => Reason::NotEligible,
        (0, Some(_)) => Reason::BelowFloor,
        (0, None) => Reason::NoneEarnsMost,
        _ => Reason::BestProfit,
    }
}
