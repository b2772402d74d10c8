//! What one price by budget costs and reaches: against the true optimum of an integer solver, and against hindsight.

#[path = "budget/exact.rs"]
mod exact;

use crate::figure;
use skonto::train::budget::pace::{Clients, Outcome, Policy, Rule, Shock, World};
use skonto::train::budget::{Limit, Offers, Program};
use skonto::train::random::Random;
use std::time::{Duration, Instant};

const ARMS: usize = 8;

/// Prints one line by figure.
pub fn run() {
    shares();
    million();
    weeks();
}

fn drawn(shoppers: usize, seed: u64) -> Offers {
    let mut random = Random::new(seed);
    let (mut gain, mut cost) = (Vec::new(), Vec::new());
    for _ in 0..shoppers {
        let (scale, bent) = (4.0 * random.uniform(), 1.0 + 3.0 * random.uniform());
        for arm in 0..ARMS {
            let depth = arm as f64 / ARMS as f64;
            let worth = scale * depth * (bent - depth) + random.uniform() - 0.5;
            let spent = depth * (1.0 + random.uniform());
            gain.push(if arm == 0 { 0.0 } else { worth as f32 });
            cost.push(if arm == 0 { 0.0 } else { spent as f32 });
        }
    }
    Offers::new(ARMS, gain, cost, Vec::new()).expect("drawn offers are sound")
}

/// One program's plan beside the best there is, as shares of it.
struct Share {
    /// The plan, repaired and filled up.
    plan: f64,
    /// What devices do at the price alone.
    price_alone: f64,
    /// Whether the optimum was proven; otherwise shares are of the linear bound, which is above it.
    is_proven: bool,
}

fn shares() {
    let shares: Vec<Share> = (0..200).map(share).collect();
    let unproven = shares.iter().filter(|share| !share.is_proven).count();
    if unproven > 0 {
        eprintln!("*** {unproven} OF 200 OPTIMA WERE NOT PROVEN IN TIME; THE LINEAR BOUND STANDS IN FOR THEM ***");
    }
    let against =
        format!("the optimum of 200 programs of 2000 shoppers by 8 arms by an integer solver, {unproven} not proven");
    let least = |of: fn(&Share) -> f64| shares.iter().map(of).fold(f64::INFINITY, f64::min);
    let mut plans: Vec<f64> = shares.iter().map(|share| share.plan).collect();
    plans.sort_by(f64::total_cmp);
    figure("policy.lambda.share_of_optimum_min", plans[0], "share", against.as_str());
    figure("policy.lambda.share_of_optimum_median", plans[100], "share", against.as_str());
    figure("policy.lambda.price_alone_share_min", least(|share| share.price_alone), "share", against.as_str());
    figure("policy.lambda.optima_not_proven", unproven as f64, "programs", "of 200; a minute each at most");
}

fn share(seed: u64) -> Share {
    let (offers, budget) = (drawn(2_000, seed), 50.0 + 40.0 * (seed % 20) as f64);
    let program =
        Program { offers: &offers, limits: vec![Limit::spend("budget", budget)], seed }.check().expect("sound");
    let plan = program.solve().expect("no offer costs nothing");
    let optimum = exact::optimum(&offers, budget, &plan, Duration::from_secs(60));
    let best = optimum.unwrap_or(plan.bound);
    let alone = program.choose(&plan.prices).into_iter().enumerate();
    let alone: f64 = alone.map(|(shopper, arm)| offers.gain(shopper, usize::from(arm))).sum();
    Share { plan: plan.gain / best, price_alone: alone / best, is_proven: optimum.is_some() }
}

fn million() {
    let offers = drawn(1_000_000, 1);
    let limits = vec![Limit::spend("budget", 200_000.0)];
    let start = Instant::now();
    let plan = Program { offers: &offers, limits, seed: 1 }.check().and_then(|program| program.solve()).expect("room");
    let against = format!("limit 2 s; gap {:.1e}", plan.gap());
    figure("policy.lambda.seconds_1m", start.elapsed().as_secs_f64(), "s", against);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find(|line| line.starts_with("VmHWM:"));
    let peak = peak.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok()).unwrap_or(f64::NAN);
    figure("policy.lambda.peak_mib_1m", peak / 1024.0, "MiB", "the whole process, 61 MiB of offers included");
}

fn weeks() {
    pace("policy.pacing", Shock::BUSY);
    // The shock that no rule can answer in time: its ceiling is below what was wanted.
    pace("policy.pacing.late_shock", Shock::LATE);
}

fn pace(name: &str, shock: Shock) {
    let worlds: Vec<World> = (0..20).map(|seed| World::draw(400_000.0, shock, seed).expect("a week")).collect();
    let paced = |interval_hours, mean_age_hours| Policy::Paced {
        interval_hours,
        mean_age_hours,
        rule: Rule::Forecast { half_life_hours: 1.0 },
    };
    let share: fn(&Outcome) -> f64 = |outcome| outcome.share_of_hindsight;
    let spent: fn(&Outcome) -> f64 = |outcome| outcome.spent_of_budget;
    let rows = [
        ("fresh_share", paced(1.0, 0.0), Clients::AllAged(0.0), share),
        ("stale6h_share", paced(6.0, 6.0), Clients::AllAged(6.0), share),
        ("stale6h_spread_share", paced(6.0, 3.0), Clients::Spread(6.0), share),
        ("ledger_only_share", Policy::LedgerOnly, Clients::AllAged(0.0), share),
        ("fixed_overspend", Policy::Fixed, Clients::AllAged(0.0), spent),
    ];
    for (figure, policy, clients, of) in rows {
        let run = |world: &World| of(&world.run(policy, clients).expect("sound settings"));
        say(&format!("{name}.{figure}"), worlds.iter().map(run).collect());
    }
    let ceiling = |world: &World| world.known_from(shock.from_hour).expect("a week");
    say(&format!("{name}.ceiling_share"), worlds.iter().map(ceiling).collect());
}

fn say(name: &str, values: Vec<f64>) {
    let (mean, least) =
        (values.iter().sum::<f64>() / values.len() as f64, values.iter().copied().fold(f64::MAX, f64::min));
    figure(name, mean, "share", format!("hindsight or budget, 20 weeks, least {least:.4}"));
}
