//! What a policy is expected to earn on held-out decisions, beside "the same depth for all" and "none".
//!
//! The direct method: the model's own probabilities are taken as the truth, so a figure says what follows
//! *if the model is right*. It is not evidence from an experiment, and the report says so. Fixed depths are
//! held to the same rules as the learned policy: where an arm has no evidence or breaks a limit, none is given.

use super::metrics::{Resampling, draws, interval};
use super::summary::{ArmShare, CategoryShares, Figure, MarginPoint, PolicyRow, Summary};
use crate::engine::{Engine, Request, Terms};
use crate::math::{ordered_sum, sigmoid};
use crate::model::MAX_ARMS;
use crate::money::BasisPoints;
use crate::policy::Appraisal;
use crate::train::fit::{Case, Trained};
use crate::train::threads::ordered;

/// Margins of the sensitivity curve, in percent.
const MARGINS: [u16; 13] = [10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 70, 80];
/// One in so many decisions draws the sensitivity curve.
const MARGIN_ONE_IN: usize = 8;

/// Sums over decisions for one policy.
#[derive(Clone, Copy, Debug, Default)]
struct Takings {
    profit: f64,
    over_none: f64,
    cost: f64,
    offered: f64,
}

impl Takings {
    fn add(&mut self, appraisal: &Appraisal, arm: usize, none: f64) {
        let outcome = appraisal.outcomes[arm];
        self.profit += none + outcome.gain;
        self.over_none += outcome.gain;
        self.cost += outcome.cost;
        self.offered += (arm > 0) as u8 as f64;
    }
}

/// One household's sums.
#[derive(Clone, Debug)]
struct Ledger {
    decisions: f64,
    learned: Takings,
    /// The same depth for all, by arm; `none` is arm 0.
    fixed: [Takings; MAX_ARMS],
    chosen: Vec<[u32; MAX_ARMS]>,
    margins: [Takings; MARGINS.len()],
    sampled: f64,
}

impl Ledger {
    fn of(trained: &Trained, engine: &Engine, household: usize) -> Ledger {
        let mut ledger = Ledger {
            decisions: 0.0,
            learned: Takings::default(),
            fixed: Default::default(),
            chosen: vec![Default::default(); trained.schema().categories.len()],
            margins: Default::default(),
            sampled: 0.0,
        };
        let mut seen = household;
        trained.held_out(household, |case| {
            ledger.take(engine, &case);
            if seen.is_multiple_of(MARGIN_ONE_IN) {
                ledger.take_margins(engine, &case);
            }
            seen += 1;
        });
        ledger
    }

    fn take(&mut self, engine: &Engine, case: &Case) {
        let Some((appraisal, none)) = appraise(engine, case, None) else { return };
        let best = appraisal.best();
        self.decisions += 1.0;
        self.learned.add(&appraisal, best, none);
        for (arm, fixed) in self.fixed.iter_mut().enumerate().take(engine.content().menu.arms.len()) {
            fixed.add(&appraisal, if appraisal.values[arm].is_some() { arm } else { 0 }, none);
        }
        let category = engine.content().schema.groups[case.group.0 as usize].category;
        self.chosen[category as usize][best] += 1;
    }

    fn take_margins(&mut self, engine: &Engine, case: &Case) {
        self.sampled += 1.0;
        for (takings, percent) in self.margins.iter_mut().zip(MARGINS) {
            let margin = BasisPoints::new(percent * 100).ok();
            if let Some((appraisal, none)) = appraise(engine, case, margin) {
                takings.add(&appraisal, appraisal.best(), none);
            }
        }
    }
}

/// Every arm's record, and what no offer is expected to earn.
fn appraise(engine: &Engine, case: &Case, margin: Option<BasisPoints>) -> Option<(Appraisal, f64)> {
    let request = Request { group: Some(case.group), list: case.price, now: case.now, ..Request::default() };
    let terms = Terms { margin, ..Terms::default() };
    let considered = engine.consider(case.profile, &request, &terms).ok()?;
    let unit = case.price.minor() as f64 * considered.stakes.margin.fraction();
    Some((considered.appraisal, sigmoid(considered.appraisal.outcomes[0].score) * unit))
}

/// Fills the parts of `summary` that belong to the policy.
pub fn measure(
    trained: &Trained,
    engine: &Engine,
    resampling: Resampling,
    summary: &mut Summary,
    done: impl Fn(u64, u64) + Sync,
) {
    let households = trained.households();
    let told = |count: usize| done(count as u64, households as u64);
    let ledgers = ordered(households, |household| Ledger::of(trained, engine, household), told);
    let sample = Sample { ledgers: &ledgers, draws: draws(households, resampling) };
    let arms = &engine.content().menu.arms;
    summary.arms = arms.iter().map(|arm| (arm.id.clone(), arm.depth.fraction())).collect();
    summary.policies = vec![sample.row("learned", |ledger| ledger.learned)];
    for (index, arm) in arms.iter().enumerate() {
        let percent = arm.depth.get() as f64 / 100.0;
        let name = if index == 0 { "none".to_string() } else { format!("{percent} % for all") };
        summary.policies.push(sample.row(&name, |ledger| ledger.fixed[index]));
    }
    let total = |arm: usize| ordered_sum(ledgers.iter().map(|ledger| ledger.fixed[arm].profit));
    let best = (0..arms.len()).max_by(|a, b| total(*a).total_cmp(&total(*b))).unwrap_or(0);
    summary.over_best_fixed = sample.figure(|ledger| ledger.learned.profit - ledger.fixed[best].profit);
    summary.chosen = chosen(&ledgers, engine);
    summary.chosen_by_category = by_category(&ledgers, engine);
    summary.margins = margins(&ledgers);
}

/// Households and how often each resample draws them.
struct Sample<'a> {
    ledgers: &'a [Ledger],
    draws: Vec<Vec<f64>>,
}

impl Sample<'_> {
    /// A mean per 1,000 decisions with its interval over households.
    fn figure(&self, value: impl Fn(&Ledger) -> f64) -> Figure {
        let pairs: Vec<(f64, f64)> = self.ledgers.iter().map(|ledger| (value(ledger), ledger.decisions)).collect();
        let mean = |times: &dyn Fn(usize) -> f64| {
            let of = |pick: fn(&(f64, f64)) -> f64| {
                ordered_sum(pairs.iter().enumerate().map(|(index, pair)| times(index) * pick(pair)))
            };
            per_thousand(of(|pair| pair.0), of(|pair| pair.1))
        };
        let resampled = self.draws.iter().map(|draw| mean(&|index| draw[index])).collect();
        interval(mean(&|_| 1.0), resampled)
    }

    fn row(&self, name: &str, takings: impl Fn(&Ledger) -> Takings) -> PolicyRow {
        let sum = |value: &dyn Fn(&Ledger) -> f64| ordered_sum(self.ledgers.iter().map(value));
        let decisions = sum(&|ledger| ledger.decisions);
        PolicyRow {
            name: name.into(),
            profit: self.figure(|ledger| takings(ledger).profit),
            over_none: self.figure(|ledger| takings(ledger).over_none),
            cost: per_thousand(sum(&|ledger| takings(ledger).cost), decisions),
            offered: share(sum(&|ledger| takings(ledger).offered), decisions),
        }
    }
}

fn chosen(ledgers: &[Ledger], engine: &Engine) -> Vec<ArmShare> {
    let decisions = ordered_sum(ledgers.iter().map(|ledger| ledger.decisions));
    let times = |arm: usize| ledgers.iter().flat_map(|ledger| &ledger.chosen).map(|row| row[arm] as u64).sum::<u64>();
    let arms = engine.content().menu.arms.iter().enumerate();
    arms.map(|(index, arm)| ArmShare { arm: arm.id.clone(), share: share(times(index) as f64, decisions) }).collect()
}

fn by_category(ledgers: &[Ledger], engine: &Engine) -> Vec<CategoryShares> {
    let arms = engine.content().menu.arms.len();
    let row = |(index, category): (usize, &crate::feature::Category)| {
        let times: Vec<u64> =
            (0..arms).map(|arm| ledgers.iter().map(|ledger| ledger.chosen[index][arm] as u64).sum()).collect();
        let decisions: u64 = times.iter().sum();
        let shares = times.iter().map(|count| share(*count as f64, decisions as f64)).collect();
        CategoryShares { category: category.name.clone(), decisions, shares }
    };
    let mut rows: Vec<CategoryShares> = engine.content().schema.categories.iter().enumerate().map(row).collect();
    rows.sort_by(|a, b| a.shares[0].total_cmp(&b.shares[0]).then(a.category.cmp(&b.category)));
    rows
}

fn margins(ledgers: &[Ledger]) -> Vec<MarginPoint> {
    let sampled = ordered_sum(ledgers.iter().map(|ledger| ledger.sampled));
    let point = |(index, percent): (usize, u16)| {
        let sum = |value: fn(&Takings) -> f64| ordered_sum(ledgers.iter().map(|ledger| value(&ledger.margins[index])));
        MarginPoint {
            margin: percent as f64 / 100.0,
            offered: share(sum(|takings| takings.offered), sampled),
            over_none: per_thousand(sum(|takings| takings.over_none), sampled),
        }
    };
    MARGINS.into_iter().enumerate().map(point).collect()
}

fn per_thousand(sum: f64, decisions: f64) -> f64 {
    1_000.0 * share(sum, decisions)
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}
