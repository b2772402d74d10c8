//! What the simulator promises.

use super::market::MarketParams;
use super::planted::PlantedParams;
use super::reference::{LEVELS, Reference, ReferenceParams};
use super::*;
use crate::error::Code;
use crate::train::bandit::visits::{FittedQParams, Step};
use crate::train::bandit::{BanditParams, Explore, Response};
use crate::train::learn::tree::{BoostParams, Objective};

fn bandit(name: &str, settings: BanditParams) -> Player {
    Player::Bandit { name: name.into(), settings }
}

fn upper() -> Player {
    let explore = Explore::UpperConfidence { width: 0.5 };
    bandit("upper", BanditParams { explore, floor: 0.0, ..BanditParams::default() })
}

fn plan() -> Plan {
    Plan { rounds: 400, seeds: 8, every: 100, ..Plan::default() }
}

#[test]
fn makes_the_visits_that_other_programs_make() {
    // Expected values: visits() in benches/policy/bandit.py, the switching world, seed 7.
    let world = PlantedParams { switch_every: 500, ..PlantedParams::default() }.check().unwrap();
    let expected = [[0.1789886893456651, 0.0831646043588118], [0.39461576194583775, -0.3125942090035276]];
    for (visit, expected) in world.visits(7).zip(expected) {
        let is_same = (0..2).all(|arm| (visit.expected[arm] - expected[arm]).abs() < 1e-13);
        assert!(is_same, "{visit:?}");
    }
}

#[test]
fn learning_loses_less_than_never_learning_and_the_same_seeds_lose_the_same() {
    let world = PlantedParams::default().check().unwrap();
    let players = [upper(), Player::Evenly, Player::Always { arm: 1 }];
    let found = simulate(&world, &players, &plan(), &|_, _| ()).unwrap();
    assert_eq!(found, simulate(&world, &players, &plan(), &|_, _| ()).unwrap());
    assert_eq!(found.rounds, [100, 200, 300, 400]);
    for other in &found.curves[1..] {
        let (less, half) = found.curves[0].below(other);
        assert!(less > half && less > 0.5 * other.mean[3], "{} {less} ± {half}", other.name);
    }
    let learned = &found.curves[0];
    assert!(
        (0..4).all(|point| learned.low[point] <= learned.mean[point] && learned.mean[point] <= learned.high[point])
    );
    assert!((learned.given.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert_eq!(found.curve("always arm 1").unwrap().given[1], 1.0);
}

#[test]
fn late_answers_cost_little_and_something() {
    let world = PlantedParams::default().check().unwrap();
    let at_once = simulate(&world, &[upper()], &plan(), &|_, _| ()).unwrap();
    let late = simulate(&world, &[upper()], &Plan { delay: 40, ..plan() }, &|_, _| ()).unwrap();
    let (at_once, late) = (at_once.curves[0].mean[3], late.curves[0].mean[3]);
    assert!(late > at_once && late < 4.0 * at_once, "{late} against {at_once}");
}

#[test]
fn refuses_a_plan_without_a_point_and_an_arm_there_is_not() {
    let world = PlantedParams::default().check().unwrap();
    let check = |player: Player, plan: Plan, code: Code| {
        assert_eq!(simulate(&world, &[player], &plan, &|_, _| ()).unwrap_err().code(), code);
    };
    check(upper(), Plan { seeds: 1, ..plan() }, Code::BadConfig);
    check(upper(), Plan { every: 0, ..plan() }, Code::BadConfig);
    check(upper(), Plan { rounds: 10, ..plan() }, Code::BadConfig);
    check(Player::Always { arm: 5 }, plan(), Code::BadIndex);
    check(bandit("bad", BanditParams { floor: 2.0, ..BanditParams::default() }), plan(), Code::BadConfig);
    assert!(PlantedParams { arms: 1, ..PlantedParams::default() }.check().is_err());
    assert!(PlantedParams { noise: f64::NAN, ..PlantedParams::default() }.check().is_err());
}

#[test]
fn a_bandit_in_the_market_loses_less_than_an_endless_experiment() {
    let world = MarketParams::default().check().unwrap();
    let settings = BanditParams {
        response: Response::Logistic,
        explore: Explore::Thompson { width: 0.5 },
        between_arms: Some(0.2),
        ..BanditParams::default()
    };
    let players = [bandit("learns", settings), Player::Evenly];
    let found = simulate(&world, &players, &Plan { rounds: 800, seeds: 5, ..plan() }, &|_, _| ()).unwrap();
    let (less, half) = found.curves[0].below(&found.curves[1]);
    assert!(less > half, "{less} ± {half}");
    let blocked = world.visits(3).take(1_000).filter(|visit| !visit.allowed[4]).count();
    assert!((150..250).contains(&blocked), "{blocked}");
    assert!(MarketParams { margin: 0.2, ..MarketParams::default() }.check().is_err());
    assert!(MarketParams { blur: f64::NAN, ..MarketParams::default() }.check().is_err());
}

fn world() -> Reference {
    ReferenceParams::default().check().unwrap()
}

#[test]
fn the_optimum_beats_every_other_rule_and_the_myopic_one_by_far() {
    let world = world();
    let (rule, worth) = world.optimum(0.0);
    let value = world.value(&rule, 0.0);
    assert!(worth.iter().flatten().zip(value.iter().flatten()).all(|(worth, value)| (worth - value).abs() < 1e-9));
    let best = world.value_at_start(&rule, 0.0);
    let myopic = world.value_at_start(&world.myopic(0.0), 0.0);
    assert!(best > 1.03 * myopic, "{best} against {myopic}");
    for (kind, level) in (0..world.kinds()).flat_map(|kind| (0..LEVELS).map(move |level| (kind, level))) {
        for arm in 0..reference::DEPTHS.len() {
            let mut other = rule.clone();
            other[kind][level] = arm;
            assert!(world.value_at_start(&other, 0.0) <= best + 1e-9);
        }
    }
}

#[test]
fn looking_ahead_learns_to_wait_from_a_log_of_random_offers() {
    let world = world();
    let steps = world.log(1_000, 10, 5);
    let settings = FittedQParams { discount: 0.95, rounds: 40, prices: vec![0.0, 1.0] }.check().unwrap();
    let objective = Objective::SquaredError;
    let boost = BoostParams { objective, rounds: 10, learning_rate: 0.4, max_leaves: 8, ..BoostParams::default() };
    let learned = settings.fit(&steps, reference::DEPTHS.len(), &boost.check().unwrap()).unwrap();
    for price in [0.0, 1.0] {
        let rule = world.rule(|kind, level, arm| learned.worth(&world.state(kind, level), price).unwrap()[arm]);
        let (best, myopic) = (world.optimum(price).0, world.myopic(price));
        let [found, best, myopic] = [&rule, &best, &myopic].map(|rule| world.value_at_start(rule, price));
        eprintln!("price {price}: learned {found}, optimum {best}, myopic {myopic}");
        assert!(found > 0.85 * best && found > 1.05 * myopic, "{found} between {myopic} and {best}");
    }
    assert!(learned.worth(&[0.0], 0.0).is_err());
    assert!(learned.choose(&[0.0, 3.0], f64::NAN, &[true; 5]).is_err());
    assert!(learned.choose(&[0.0, 3.0], 0.0, &[false; 5]).is_err());
    assert_eq!(learned.choose(&[0.0, 3.0], 0.0, &[true, false, false, false, false]).unwrap(), 0);
}

#[test]
fn refuses_visits_that_nothing_can_be_learned_from() {
    let settings = FittedQParams::default().check().unwrap();
    let learner = BoostParams { objective: Objective::SquaredError, ..BoostParams::default() }.check().unwrap();
    let check = |spoil: fn(&mut Vec<Step>), says: &str| {
        let mut steps = world().log(4, 10, 1);
        spoil(&mut steps);
        let error = settings.fit(&steps, 5, &learner).expect_err(says).to_string();
        assert!(error.contains(says), "{error} does not say {says}");
    };
    check(|steps| steps[3].gain = f64::NAN, "visit 3: a number that is not finite");
    check(|steps| steps[3].state = vec![0.0], "visit 3: a state of another length");
    check(|steps| steps[3].arm = 5, "visit 3: an arm beyond the last");
    check(|steps| steps.retain(|step| step.arm != 2), "arm 2 was never given");
    check(Vec::clear, "arm 0 was never given");
    assert!(FittedQParams { discount: 1.0, ..FittedQParams::default() }.check().is_err());
    assert!(FittedQParams { prices: vec![-1.0], ..FittedQParams::default() }.check().is_err());
}

fn log_plan() -> log::LogPlan {
    let text = "visits = 3000\nseed = 4\ndelay = 5\nfirst = 1700000000\nseconds = 30\nlist_minor = 1000\ngiver = { kind = \"evenly\" }";
    toml::from_str(text).unwrap()
}

#[test]
fn a_log_holds_what_was_given_and_the_chance_of_every_arm() {
    let world = MarketParams { blocked: 0.0, ..MarketParams::default() }.check().unwrap();
    let entries = log_plan().play(&world, None).unwrap();
    assert_eq!((entries.len(), entries[7].moments), (3_000, (1_700_000_210, 1_700_000_360)));
    assert!(
        entries.iter().all(|entry| entry.draw.propensities == [0.2; 5] && entry.context.len() == world.names().len())
    );
    // A sale at the list price of 10.00 earns 35 %, less the discount; most visits bring nothing.
    let earned = |arm: usize| [350, 300, 250, 200, 150][arm];
    assert!(entries.iter().all(|entry| entry.minor == 0 || entry.minor == earned(entry.draw.arm)));
    let next = log_plan().part(2).play(&world, None).unwrap();
    assert!(next[0].moments.0 > entries[2_999].moments.0 && next[0].context != entries[0].context);
}

#[test]
fn a_bandit_that_logs_gives_the_probabilities_it_drew_from() {
    let world = MarketParams::default().check().unwrap();
    let settings = BanditParams { floor: 0.1, between_arms: Some(0.3), ..BanditParams::default() };
    let plan = log::LogPlan { giver: bandit("learns", settings), visits: 500, ..log_plan() };
    let entries = plan.play(&world, None).unwrap();
    assert!(entries.iter().all(|entry| (entry.draw.propensities.iter().sum::<f64>() - 1.0).abs() < 1e-9));
    assert!(entries.iter().all(|entry| entry.draw.propensities[entry.draw.arm] > 0.0));
    assert!(entries[499].draw.propensities != entries[0].draw.propensities, "it has learnt");
}

#[test]
fn a_file_that_knows_nothing_of_the_world_cannot_decide_in_it() {
    let world = MarketParams::default().check().unwrap();
    let engine = crate::engine::Engine::load(crate::BUNDLED).unwrap();
    let refused = log_plan().play(&world, Some(&engine)).unwrap_err().to_string();
    assert!(refused.contains("the file does not fit the world"), "{refused}");
}

#[test]
fn on_the_journey_no_discount_is_best_for_most_and_some_pay() {
    let world = journey::JourneyParams::default().check().unwrap();
    let best =
        |visit: &Visit| (1..5).fold(0, |best, arm| if visit.expected[arm] > visit.expected[best] { arm } else { best });
    let visits: Vec<Visit> = world.visits(3).take(20_000).collect();
    let none = visits.iter().filter(|visit| best(visit) == 0).count() as f64 / 20_000.0;
    assert!((0.5..0.98).contains(&none), "{none}");
    // A trip buys of a group about as often as was measured: 0.054 over the thirty groups, more where loyalty varies.
    let bought = visits.iter().map(|visit| visit.expected[0] / 0.35).sum::<f64>() / 20_000.0;
    assert!((0.05..0.09).contains(&bought), "{bought}");
    assert!(journey::JourneyParams { margin: 0.2 }.check().is_err());
}
