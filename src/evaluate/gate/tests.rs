//! Planted worlds: a candidate that is better, one that is not, and everything that may stop a release.

use super::*;
use crate::error::Result;
use crate::evaluate::fairness::{FairnessParams, Groups, Offers};
use crate::evaluate::off_policy::{Estimator, Logged, Propensity};
use crate::train::random::Random;

fn names() -> Vec<String> {
    ["none", "mail", "call"].map(String::from).to_vec()
}

/// Half of the shoppers like mail, the others calls: an arm brings `liked` to those who like it, and half of that to the
/// others. `candidate` says which arm a shopper gets.
fn world(seed: u64, rows: usize, liked: f64, candidate: fn(bool) -> usize) -> Logged {
    let mut random = Random::new(seed);
    let (mut reward, mut arm, mut target, mut value) = (vec![], vec![], vec![], vec![]);
    for _ in 0..rows {
        let (likes_mail, given) = (random.below(2) == 0, random.below(3));
        let brings = |given: usize| match given {
            0 => 0.0,
            1 if likes_mail => liked,
            2 if !likes_mail => liked,
            _ => liked / 2.0,
        };
        reward.push(1.0 + brings(given) + random.uniform());
        arm.push(given as u16);
        target.extend((0..3).map(|arm| (arm == candidate(likes_mail)) as u8 as f64));
        value.extend((0..3).map(|arm| 1.4 + brings(arm)));
    }
    let propensity = Propensity::Every(vec![1.0 / 3.0; 3 * rows]);
    Logged { arms: 3, reward, arm, propensity, target, value: Some(value), shopper: None }
}

fn knowing(likes_mail: bool) -> usize {
    if likes_mail { 1 } else { 2 }
}

fn judge(params: GateParams, rows: &Logged, incumbent: Option<(&str, &[f64])>) -> Result<Verdict> {
    let contest = Contest {
        candidate: "the learned policy",
        rows,
        arms: &names(),
        incumbent,
        fairness: &[],
        basis: Basis::Drawn,
    };
    GateParams { resamples: 200, ..params }.check()?.judge(&contest)
}

#[test]
fn releases_a_policy_that_is_better_than_every_arm() {
    let verdict = judge(GateParams::default(), &world(1, 3_000, 0.5, knowing), None).unwrap();
    assert!(verdict.released && verdict.release == "the learned policy", "{}", verdict.why);
    assert!(verdict.why.contains("is released: it is shown to earn more than every single arm"), "{}", verdict.why);
    assert_eq!((verdict.policies.len(), verdict.candidate.len(), verdict.arms.len()), (4, 6, 4));
    let json = serde_json::to_string(&verdict).unwrap();
    assert!(json.contains("\"released\":true") && json.contains("\"estimator\":\"doubly_robust\""), "{json}");
}

#[test]
fn gives_one_arm_to_all_where_telling_shoppers_apart_is_not_shown_to_pay() {
    let always = |_: bool| 1;
    let mut rows = world(2, 3_000, 0.5, always);
    // Mail is truly best: those who like calls like mail no less.
    rows.arm.iter().zip(&mut rows.reward).filter(|(arm, _)| **arm == 1).for_each(|(_, reward)| *reward += 0.3);
    let verdict = judge(GateParams::default(), &rows, None).unwrap();
    assert!(!verdict.released);
    assert_eq!((verdict.release.as_str(), verdict.release_arm), ("mail for all", Some(1)));
    assert!(
        verdict.why.contains("not shown to earn more than mail for all: +0.0000 (+0.0000 to +0.0000)"),
        "{}",
        verdict.why
    );
}

#[test]
fn releases_nothing_where_nothing_is_shown_to_pay() {
    let verdict = judge(GateParams::default(), &world(3, 3_000, 0.0, knowing), None).unwrap();
    assert_eq!((verdict.released, verdict.release_arm), (false, Some(0)));
    assert!(verdict.why.starts_with("none for all stays, the learned policy is not released"), "{}", verdict.why);
}

#[test]
fn keeps_an_incumbent_that_is_as_good() {
    let rows = world(4, 3_000, 0.5, knowing);
    let verdict = judge(GateParams::default(), &rows, Some(("last month's model", &rows.target))).unwrap();
    assert_eq!((verdict.released, verdict.release.as_str()), (false, "last month's model"));
    assert!(verdict.why.contains("not shown to earn more than last month's model"), "{}", verdict.why);
}

#[test]
fn asks_for_the_smallest_gain_worth_a_release() {
    let params = GateParams { smallest_gain: 0.2, ..GateParams::default() };
    assert!(!judge(params.clone(), &world(1, 3_000, 0.5, knowing), None).unwrap().released);
    assert!(judge(params, &world(1, 3_000, 1.0, knowing), None).unwrap().released);
}

#[test]
fn does_not_release_what_the_rows_cannot_judge() {
    let verdict = judge(GateParams::default(), &world(1, 200, 5.0, knowing), None).unwrap();
    assert!(!verdict.released && verdict.why.contains("effective rows, at least 100"), "{}", verdict.why);
    assert!(verdict.policies[0].estimates[0].figure().is_err());
}

#[test]
fn an_arm_that_was_never_given_is_nobodys_alternative() {
    let mut rows = world(1, 3_000, 0.5, |likes_mail| likes_mail as usize);
    rows.arm.iter_mut().for_each(|arm| *arm = (*arm).min(1));
    rows.reward.iter_mut().zip(&rows.arm).for_each(|(reward, arm)| *reward += 2.0 * *arm as f64);
    rows.target = [0.0, 1.0, 0.0].repeat(3_000);
    rows.propensity = Propensity::Every([1.0 / 3.0, 2.0 / 3.0, 0.0].repeat(3_000));
    let verdict = judge(GateParams::default(), &rows, None).unwrap();
    assert_eq!((verdict.release_arm, verdict.candidate.len()), (Some(1), 4));
}

#[test]
fn an_unfair_policy_is_not_released() {
    let rows = world(1, 3_000, 0.5, knowing);
    let offered: Vec<f64> = (0..3_000).map(|row| (row % 2) as f64).collect();
    let of: Vec<u16> = (0..3_000).map(|row| row % 2).collect();
    let groups = [String::from("women"), String::from("men")];
    let fairness = FairnessParams::default().check().unwrap();
    let offers = Offers { offered: &offered, discount: &offered, shopper: None };
    let fairness = fairness.gaps(&offers, &Groups { names: &groups, of: &of }).unwrap();
    let contest = Contest {
        candidate: "it",
        rows: &rows,
        arms: &names(),
        incumbent: None,
        fairness: &fairness,
        basis: Basis::Drawn,
    };
    let verdict = GateParams::default().check().unwrap().judge(&contest).unwrap();
    assert!(!verdict.released && verdict.why.contains("offer rate, women less all others"), "{}", verdict.why);
}

#[test]
fn released_where_better_and_hardly_ever_where_not() {
    let released = |liked: f64, candidate: fn(bool) -> usize| {
        let worlds =
            (0..60).map(|seed| judge(GateParams::default(), &world(seed, 900, liked, candidate), None).unwrap());
        worlds.filter(|verdict| verdict.released).count()
    };
    assert!(released(0.6, knowing) >= 57, "{}", released(0.6, knowing));
    // All arms but none are alike on average for a policy that has the likes the wrong way round.
    assert!(released(0.0, knowing) <= 3, "{}", released(0.0, knowing));
}

#[test]
fn refuses_settings_that_would_let_anything_pass() {
    let check = |spoil: fn(&mut GateParams), says: &str| {
        let mut params = GateParams::default();
        spoil(&mut params);
        let error = params.check().expect_err(says).to_string();
        assert!(error.contains(says), "{error} does not say {says}");
    };
    check(|params| params.agreeing = 1, "2 or more of its estimators to agree, found 1 of 2");
    check(|params| params.agreeing = 3, "found 3 of 2");
    check(|params| params.estimators = vec![Estimator::Ips; 2], "estimators of a gate differ");
    check(|params| params.estimators = vec![Estimator::DirectMethod, Estimator::Ips], "none is the reward model alone");
    check(|params| params.confidence = f64::NAN, "between 0 and 1");
    check(|params| params.smallest_gain = -1.0, "at least 0, found -1");
    check(|params| params.resamples = 10, "at least 100");
    let mut rows = world(1, 900, 0.5, knowing);
    rows.value = None;
    assert!(judge(GateParams::default(), &rows, None).is_err());
}

#[test]
fn what_nobody_drew_is_never_called_shown_and_not_released_unless_accepted() {
    let rows = world(1, 3_000, 0.5, knowing);
    let judged = |rows: &Logged, accepted: bool| {
        let basis = Basis::Observed { accepted };
        let contest = Contest { candidate: "it", rows, arms: &names(), incumbent: None, fairness: &[], basis };
        let params = GateParams { resamples: 200, ..GateParams::default() };
        params.check().unwrap().judge(&contest).unwrap()
    };
    let held = judged(&rows, false);
    assert_eq!((held.released, held.release_arm), (false, Some(0)));
    assert!(held.why.starts_with("Observational, not causal: none for all stays, it is not released"), "{}", held.why);
    assert!(held.why.contains("nobody drew the arms"), "{}", held.why);
    let accepted = judged(&rows, true);
    assert!(
        accepted.released && accepted.why.starts_with("Observational, not causal: it is released"),
        "{}",
        accepted.why
    );
    let mut mail = world(2, 3_000, 0.5, |_| 1);
    mail.arm.iter().zip(&mut mail.reward).filter(|(arm, _)| **arm == 1).for_each(|(_, reward)| *reward += 0.3);
    let arm = judged(&mail, true);
    assert!(!arm.released && arm.release_arm == Some(1), "{}", arm.why);
    assert_eq!(judged(&mail, false).release_arm, Some(0));
    for verdict in [held, accepted, arm] {
        assert!(!verdict.why.contains("is shown") && !verdict.why.contains("proven"), "{}", verdict.why);
    }
}
