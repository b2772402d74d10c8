//! Plans within a budget, against the true optimum by an integer solver, and that against every choice there is.

#[path = "../benches/policy/budget/exact.rs"]
mod exact;

use skonto::train::budget::{Limit, Offers, Program};
use skonto::train::random::Random;
use std::time::Duration;

#[test]
fn a_plan_reaches_nearly_what_an_integer_solver_proves_to_be_the_best() {
    for seed in 0..12 {
        let mut random = Random::new(seed);
        let mut amount =
            |arm: usize, scale: f64| if arm == 0 { 0.0 } else { (scale * arm as f64 * random.uniform()) as f32 };
        let amounts: Vec<(f32, f32)> = (0..1_200).map(|at| (amount(at % 6, 2.0), amount(at % 6, 1.0))).collect();
        let (gain, cost) = amounts.into_iter().unzip();
        let offers = Offers::new(6, gain, cost, vec![]).unwrap();
        let program = Program { offers: &offers, limits: vec![Limit::spend("budget", 60.0)], seed }.check().unwrap();
        let plan = program.solve().unwrap();
        let best = exact::optimum(&offers, 60.0, &plan, Duration::from_secs(60)).expect("it is proven in time");
        assert!(best <= plan.bound + 1e-6 && best >= plan.gain - 1e-6, "{} to {}: {best}", plan.gain, plan.bound);
        assert!(plan.gain >= 0.997 * best, "{} of {best}", plan.gain);
    }
}

#[test]
fn an_integer_solver_finds_what_trying_every_choice_does() {
    for seed in 0..40 {
        let mut random = Random::new(seed);
        let mut amount = |at: usize| if at.is_multiple_of(3) { 0.0 } else { (4.0 * random.uniform() - 0.5) as f32 };
        let amounts: Vec<(f32, f32)> = (0..18).map(|at| (amount(at), amount(at))).collect();
        let (gain, cost) = amounts.into_iter().unzip();
        let offers = Offers::new(3, gain, cost, vec![]).unwrap();
        let plan = Program { offers: &offers, limits: vec![Limit::spend("budget", 4.0)], seed }
            .check()
            .unwrap()
            .solve()
            .unwrap();
        let sums = (0..3_usize.pow(6)).map(|number| {
            let arms = (0..6).map(|shopper| (shopper, number / 3_usize.pow(shopper as u32) % 3));
            arms.fold((0.0, 0.0), |sum, (shopper, arm)| {
                (sum.0 + offers.gain(shopper, arm), sum.1 + offers.cost(shopper, arm))
            })
        });
        let tried = sums.filter(|sum| sum.1 <= 4.0).map(|sum| sum.0).fold(f64::MIN, f64::max);
        let best = exact::optimum(&offers, 4.0, &plan, Duration::from_secs(60)).expect("it is proven in time");
        assert!((best - tried).abs() < 1e-6, "seed {seed}: {best}, by trying {tried}");
    }
}
