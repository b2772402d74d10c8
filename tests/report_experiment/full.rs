//! An experiment in which every part has something; its numbers are made up, of a size that such rows have.

use skonto::evaluate::experiment::*;
use skonto::evaluate::fairness::{Finding, Standing, Test};
use skonto::evaluate::summary::{Cause, Figure};

/// Ids of the arms.
pub const ARMS: [&str; 4] = ["none", "5 off 50", "10 %", "free delivery"];

pub fn figure(value: f64, half: f64) -> Figure {
    Figure { value, low: value - half, high: value + half }
}

fn named(values: [(f64, f64); 3]) -> Vec<(String, Figure)> {
    let names = ["SNIPS", "DR", "direct method"];
    names.into_iter().zip(values).map(|(name, (value, half))| (name.to_string(), figure(value, half))).collect()
}

fn policies() -> Vec<Policy> {
    let for_all = |at: usize, value: f64, over: f64, cost: f64| Policy {
        name: format!("{} for all", ARMS[at]),
        shares: (0..ARMS.len()).map(|arm| f64::from(u8::from(arm == at))).collect(),
        values: named([(value, 0.241), (value + 0.011, 0.212), (value + 0.004, 0.108)]),
        over_best_arm: match over == 0.0 {
            true => named([(0.0, 0.0); 3]),
            false => named([(over, 0.196), (over - 0.012, 0.171), (over + 0.003, 0.062)]),
        },
        cost,
        effective_rows: None,
    };
    let learned = Policy {
        name: "tree of depth 2".into(),
        shares: vec![0.231, 0.187, 0.412, 0.17],
        values: named([(1.3052, 0.233), (1.3127, 0.208), (1.4011, 0.1)]),
        over_best_arm: named([(-0.0174, 0.151), (-0.0213, 0.139), (0.0712, 0.041)]),
        cost: 0.0873,
        effective_rows: None,
    };
    let mut all = vec![
        learned,
        for_all(0, 0.6528, -0.6698, 0.0),
        for_all(1, 1.0771, -0.2455, 0.1),
        for_all(2, 1.3226, 0.0, 0.1),
        for_all(3, 0.9034, -0.4192, 0.25),
    ];
    all[4].values.truncate(2);
    all
}

fn ranking(arm: &str, outcome: &str, size: f64, with_costs: bool) -> Ranking {
    let curve = |at: f64| size * (1.55 * at - 0.55 * at * at);
    let shares = (0..=20).map(|at| f64::from(at) / 20.0);
    let decile = |at: u8| {
        let predicted = size * (1.9 - 0.2 * f64::from(at));
        (predicted, figure(predicted * 0.8 + size * 0.2 * f64::from(at % 3), size * 0.6))
    };
    Ranking {
        arm: arm.into(),
        outcome: outcome.into(),
        effect: figure(size, size * 0.35),
        qini: figure(size * 0.0914, size * 0.05),
        auuc_gain: figure(size * 0.0871, size * 0.052),
        aucc: with_costs.then(|| figure(0.561, 0.047)),
        qini_curve: shares.clone().map(|at| (at, curve(at))).collect(),
        cost_curve: if with_costs { shares.map(|at| (0.1 * at, curve(at))).collect() } else { Vec::new() },
        deciles: (0..10).map(decile).collect(),
    }
}

fn candidate(name: &str, what: &str, value: f64, chosen: bool) -> Candidate {
    Candidate { name: name.into(), what: what.into(), value: figure(value, 0.152), chosen, refused: String::new() }
}

fn candidates() -> Vec<Candidate> {
    let refused = "needs 200 rows of every arm in every leaf, limit 200, found 41";
    vec![
        candidate("S-learner, ridge", "One linear model with the arm among its features.", 1.2874, false),
        candidate("T-learner, trees of 7 leaves", "One boosted model for each arm.", 1.2519, false),
        candidate("DR-learner, ridge", "Effects fitted to doubly robust scores.", 1.3011, false),
        candidate("tree of depth 2", "The exact tree that earns most on doubly robust scores.", 1.3342, true),
        Candidate { name: "tree of depth 3".into(), refused: refused.into(), ..Candidate::default() },
    ]
}

fn shares() -> Vec<Shares> {
    let band = |name: &str, rows, shares: [f64; 4]| (name.to_string(), rows, shares.to_vec());
    vec![
        Shares {
            feature: "months since the last order".into(),
            bands: vec![
                band("up to 3", 5_210, [0.44, 0.11, 0.31, 0.14]),
                band("4 to 8", 4_377, [0.12, 0.31, 0.45, 0.12]),
                band("more than 8", 3_213, [0.04, 0.15, 0.53, 0.28]),
            ],
        },
        Shares {
            feature: "spend of the past year".into(),
            bands: vec![
                band("below 60", 6_011, [0.35, 0.09, 0.4, 0.16]),
                band("60 to 200", 4_402, [0.16, 0.25, 0.41, 0.18]),
                band("above 200", 2_387, [0.07, 0.31, 0.44, 0.18]),
            ],
        },
        Shares {
            feature: "channel".into(),
            bands: vec![band("app", 7_800, [0.2, 0.2, 0.4, 0.2]), band("web", 5_000, [0.28, 0.17, 0.43, 0.12])],
        },
    ]
}

fn budget() -> Vec<BudgetPoint> {
    let prices = [0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.5, 7.0, 12.0];
    let point = |price: f64| {
        let offered = 0.769 / (1.0 + 0.45 * price);
        let gain = 0.72 * offered.sqrt();
        BudgetPoint { price, spend: 0.1137 * offered, gain, offered }
    };
    prices.map(point).into()
}

fn fairness() -> Vec<Finding> {
    let found = |test, what: &str, value: f64, limit, standing| Finding {
        test,
        what: what.into(),
        figure: figure(value, 0.011),
        limit,
        standing,
        fails: standing == Standing::Beyond && test == Test::OfferRate,
    };
    vec![
        found(Test::OfferRate, "offer rate, club yes less all others", 0.0812, 0.05, Standing::Beyond),
        found(Test::Discount, "mean discount, club yes less all others", 0.0113, 0.01, Standing::Unclear),
        found(Test::Proxy, "area under the ROC curve of club yes from all features", 0.6431, 0.7, Standing::Within),
        found(Test::Loyalty, "rank correlation of the discount and `orders`", -0.0312, -0.05, Standing::Within),
    ]
}

/// The run.
pub fn run() -> Experiment {
    let arm = |id: &str, given, reward, cost| Arm {
        id: id.into(),
        given,
        reward: figure(reward, 0.14),
        cost,
        ..Arm::default()
    };
    let sentence = "10 % for all is released: the learned policy earns no more than it beyond luck.";
    Experiment {
        skonto_version: "0.1.0".into(),
        shop: "Corner shop".into(),
        title: "Spring letters".into(),
        currency: "USD".into(),
        rows: ["shopper".into(), "shoppers".into()],
        reward: "spend".into(),
        randomised: true,
        data: Data {
            files: vec!["letters.csv".into()],
            read: 64_012,
            train: 51_200,
            test: 12_800,
            rule: "Every fifth shopper, by a hash of the id, is held out.".into(),
            causes: vec![Cause {
                cause: "no arm named".into(),
                action: "dropped".into(),
                rows: 12,
                examples: vec!["row 77".into()],
            }],
            features: 9,
        },
        verdict: Verdict {
            learned: false,
            released: "10 % for all".into(),
            sentence: sentence.into(),
            tests: vec![
                ("at least 400 rows whose arm is the policy's choice: 3 317".into(), true),
                ("lower end above the best single arm: −0.168, limit 0".into(), false),
                ("the file chooses as the learner does: 100 %, limit 99.9 %".into(), true),
            ],
        },
        arms: vec![
            arm(ARMS[0], 0.252, 0.6528, 0.0),
            arm(ARMS[1], 0.248, 1.1771, 0.1),
            arm(ARMS[2], 0.251, 1.4226, 0.1),
            arm(ARMS[3], 0.249, 1.1534, 0.25),
        ],
        candidates: candidates(),
        policies: policies(),
        rankings: vec![
            ranking(ARMS[1], "spend", 0.4243, true),
            ranking(ARMS[2], "spend", 0.6698, true),
            ranking(ARMS[3], "visit", 0.0452, false),
        ],
        budget: budget(),
        shares: shares(),
        fairness: fairness(),
        file: File { bytes: 5_432, same_as_learner: 0.9998 },
        seconds: [("read", 0.41), ("candidates", 12.7), ("held out", 3.2), ("pack", 0.03)]
            .map(|(stage, seconds)| (stage.to_string(), seconds))
            .into(),
        ..Experiment::default()
    }
}

/// The same with one number, and one name, wherever there is one.
pub fn hostile(name: &str, value: f64) -> Experiment {
    let mut run = run();
    let spoil = |figure: &mut Figure| *figure = Figure { value, low: value, high: value };
    run.shop = name.into();
    run.title = name.into();
    run.verdict.sentence = name.into();
    run.verdict.tests[0].0 = name.into();
    run.data.rule = name.into();
    for arm in &mut run.arms {
        (arm.id, arm.given, arm.cost) = (name.into(), value, value);
        (arm.outside, arm.effective_rows) = (Some(value), Some(value));
        spoil(&mut arm.reward);
    }
    for policy in &mut run.policies {
        (policy.name, policy.cost) = (name.into(), value);
        policy.shares.fill(value);
        policy.values.iter_mut().chain(&mut policy.over_best_arm).for_each(|(_, figure)| spoil(figure));
    }
    for candidate in &mut run.candidates {
        (candidate.name, candidate.what) = (name.into(), name.into());
        spoil(&mut candidate.value);
    }
    for ranking in &mut run.rankings {
        ranking.arm = name.into();
        [&mut ranking.effect, &mut ranking.qini, &mut ranking.auuc_gain].into_iter().for_each(spoil);
        ranking.aucc.iter_mut().for_each(spoil);
        ranking.qini_curve.fill((value, value));
        ranking.cost_curve.fill((value, value));
        ranking.deciles.fill((value, Figure { value, low: value, high: value }));
    }
    run.budget.fill(BudgetPoint { price: value, spend: value, gain: value, offered: value });
    for (band, _, shares) in run.shares.iter_mut().flat_map(|shares| &mut shares.bands) {
        *band = name.into();
        shares.fill(value);
    }
    for finding in &mut run.fairness {
        (finding.what, finding.limit) = (name.into(), value);
        spoil(&mut finding.figure);
    }
    run.file.same_as_learner = value;
    run.seconds.iter_mut().for_each(|stage| *stage = (name.into(), value));
    run
}
