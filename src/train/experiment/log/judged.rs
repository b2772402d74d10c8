//! A learned file on the later rows of its log, beside what logged them, no telling apart, and every single arm.

use super::{Log, State};
use crate::engine::Engine;
use crate::error::Result;
use crate::evaluate::experiment::{Contents, Experiment, File, Learning, Policy, Verdict};
use crate::evaluate::gate::{self, Basis, Contest, GateParams};
use crate::evaluate::off_policy::{Estimator, EvaluationParams, Logged, same_for_all};
use crate::math::ordered_sum;
use crate::model::Model;
use crate::train::compete::{MOMENT, decide_row};
use crate::train::experiment::gate::{over_best_arm, said};
use crate::train::experiment::judge::{Judge, always};
use crate::train::experiment::trials::Trials;
use crate::train::experiment::{released, served, shares};
use crate::train::table::Prepared;

/// What the policy that made the log is called.
const LOGGED: &str = "what logged";

/// Later rows, and who is judged by them.
pub struct Judging<'a> {
    pub prepared: &'a Prepared,
    pub log: &'a Log<'a>,
    pub trials: &'a Trials,
    pub judge: &'a Judge,
    /// What was learnt of the earlier rows.
    pub state: &'a State,
    pub rows_before: u64,
}

impl Judging<'_> {
    /// Everything measured, and the single arm to release, if one is.
    ///
    /// # Errors
    /// Rows that no estimate can rest on.
    pub fn run(&self, candidate: &Engine) -> Result<(Experiment, Option<usize>)> {
        let (chances, chosen) = self.decisions(candidate);
        let verdict = self.verdict(&chances)?;
        let apart = apart(&chances, &self.state.propensities(&self.trials.test)?, chosen.len());
        let mut policies = self.policies(chances, &chosen)?;
        policies[0].over_best_arm = over_best_arm(&verdict);
        let (setup, counts) = (&self.log.setup, &self.prepared.counts);
        let run = Experiment {
            contents: Contents::Experiment,
            skonto_version: env!("CARGO_PKG_VERSION").into(),
            shop: self.prepared.shop.clone(),
            currency: self.prepared.currency.clone(),
            rows: setup.trial.rows.clone(),
            reward: self.prepared.target.clone(),
            randomised: true,
            data: released::data(self.prepared, setup),
            verdict: Verdict {
                learned: verdict.released,
                released: verdict.release.clone(),
                sentence: verdict.why.clone(),
                tests: verdict.candidate.iter().map(|pair| (said(pair), pair.beaten)).collect(),
            },
            arms: released::arms(self.trials, setup, None),
            policies,
            shares: shares::shares(self.prepared, &chosen, self.trials.test.arms.len()),
            file: File { bytes: 0, same_as_learner: self.same(&chosen)? },
            log: Some(self.learning(candidate, apart, counts.train)),
            ..Experiment::default()
        };
        Ok((run, if verdict.released { None } else { verdict.release_arm }))
    }

    /// One arm for all, as a model.
    ///
    /// # Errors
    /// Rows that cannot say what it gains.
    pub fn single(&self, arm: usize) -> Result<Model> {
        let rows = self.trials.train.rows();
        let judge = Judge::of(&self.trials.train, &self.log.setup)?;
        let value = |arm: usize| judge.value(&self.trials.train, &vec![arm as u16; rows]).map(|figure| figure.value);
        Ok(served::single(arm, value(arm)? - value(0)?, self.trials))
    }

    /// By held-out row, the probability with which the file gives each arm, and the arm it holds to be the best.
    fn decisions(&self, candidate: &Engine) -> (Vec<f64>, Vec<u16>) {
        let (rows, arms) = (self.trials.test.rows(), self.trials.test.arms.len());
        let (mut chances, mut chosen) = (Vec::with_capacity(rows * arms), Vec::with_capacity(rows));
        for row in 0..rows {
            let decision = decide_row(candidate, self.prepared, row, MOMENT);
            let own: Vec<f64> = decision.outcomes().iter().map(|outcome| outcome.propensity).collect();
            chosen.push((1..arms).fold(0, |best, arm| if own[arm] > own[best] { arm } else { best }) as u16);
            chances.extend(own);
        }
        (chances, chosen)
    }

    /// What the log gave: known where the chance of every arm was kept.
    fn logged(&self) -> Option<Vec<f64>> {
        let test = &self.trials.test;
        let of_row = |row: usize| (0..test.arms.len()).map(move |arm| test.chance(row, arm));
        (!test.only_given).then(|| (0..test.rows()).flat_map(of_row).collect())
    }

    fn verdict(&self, chances: &[f64]) -> Result<gate::Verdict> {
        let setup = &self.log.setup;
        let rows = self.judge.in_units(&self.trials.test, chances.to_vec(), setup);
        let logged = self.logged();
        let contest = Contest {
            candidate: &self.log.params.name,
            rows: &rows,
            arms: &self.trials.test.arms,
            incumbent: logged.as_ref().map(|chances| (LOGGED, chances.as_slice())),
            fairness: &[],
            basis: Basis::Drawn,
        };
        let params = GateParams { resamples: setup.trial.resamples, seed: setup.trial.seed, ..GateParams::default() };
        params.check()?.judge(&contest)
    }

    /// The file, the file without exploration, what logged, every arm equally often, and every single arm.
    fn policies(&self, chances: Vec<f64>, chosen: &[u16]) -> Result<Vec<Policy>> {
        let (rows, arms) = (self.trials.test.rows(), &self.trials.test.arms);
        let name = &self.log.params.name;
        let mut all = vec![(name.clone(), chances)];
        all.push((format!("{name}, without exploration"), always(chosen, arms.len())));
        all.extend(self.logged().map(|chances| (LOGGED.into(), chances)));
        all.push(("every arm equally often".into(), vec![1.0 / arms.len() as f64; rows * arms.len()]));
        let singles = arms.iter().enumerate();
        all.extend(singles.map(|(arm, id)| (format!("{id} for all"), same_for_all(rows, arms.len(), arm))));
        let test = self.judge.in_units(&self.trials.test, all[0].1.clone(), &self.log.setup);
        all.into_iter().map(|(name, target)| self.policy(name, Logged { target, ..test.clone() })).collect()
    }

    fn policy(&self, name: String, rows: Logged) -> Result<Policy> {
        let trial = self.log.setup.trial;
        let params = EvaluationParams {
            estimators: vec![Estimator::Snips, Estimator::DoublyRobust, Estimator::Ips],
            resamples: trial.resamples,
            seed: trial.seed,
            ..EvaluationParams::default()
        };
        let evaluation = params.check()?.evaluate(&rows.check()?)?;
        let count = rows.reward.len() as f64;
        let share = |arm: usize| ordered_sum(rows.target.iter().skip(arm).step_by(rows.arms).copied()) / count;
        let shares: Vec<f64> = (0..rows.arms).map(share).collect();
        let shown = evaluation.estimates.iter().filter_map(|estimate| {
            estimate.figure().ok().map(|figure| (estimate.estimator.name().to_string(), figure))
        });
        Ok(Policy {
            name,
            values: shown.collect(),
            over_best_arm: Vec::new(),
            cost: shares.iter().zip(&self.log.setup.checked.cost).fold(0.0, |sum, (share, cost)| sum + share * cost),
            effective_rows: Some(evaluation.diagnostics.effective_rows),
            shares,
        })
    }

    /// The share of held-out rows on which the file and the bandit hold the same arm to be the best.
    fn same(&self, chosen: &[u16]) -> Result<f64> {
        let best = |expected: &Vec<f64>| {
            (1..expected.len()).fold(0, |best, arm| if expected[arm] > expected[best] { arm } else { best })
        };
        let expected = self.state.expected(&self.trials.test)?;
        let same = expected.iter().zip(chosen).filter(|(expected, chosen)| best(expected) == **chosen as usize);
        Ok(same.count() as f64 / chosen.len() as f64)
    }

    fn learning(&self, candidate: &Engine, apart: f64, learnt: u64) -> Learning {
        let settings = &self.log.params.settings;
        let exploration = candidate.content().menu.exploration as f64;
        Learning {
            rows_before: self.rows_before,
            rows: learnt,
            counted: self.state.bandit.seen(),
            response: settings.response.in_words().into(),
            half_life_days: settings.half_life,
            learns_by: settings.explore.in_words(),
            floor: settings.floor,
            exploration,
            apart,
            delay_days: self.delay(),
        }
    }

    /// The mean time from a decision to its reward, in days.
    fn delay(&self) -> f64 {
        let (train, test) = (&self.prepared.train_given.moments, &self.prepared.test_given.moments);
        let waits = train.iter().chain(test).map(|(decided, answered)| (answered - decided) as f64 / 86_400.0);
        ordered_sum(waits) / (train.len() + test.len()) as f64
    }
}

/// Half the sum of differences between two tables of probabilities, per row: the share of rows on which draws must differ.
fn apart(one: &[f64], other: &[f64], rows: usize) -> f64 {
    0.5 * ordered_sum(one.iter().zip(other).map(|(one, other)| (one - other).abs())) / rows as f64
}
