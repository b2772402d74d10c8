//! Regret of every bandit in its own regime, beside ε-greedy and mabwiser; and what looking ahead earns.
//!
//! mabwiser's figures are those of benches/policy/bandit.py, which meets the same visits; they are kept beside it. Settings
//! of ours were chosen on seeds 1 to 30; measured is on seeds 1001 to 1020. Floors are 0 here, as the peer has none.

use serde_json::Value;
use skonto::evaluate::metrics::mean_and_half;
use skonto::train::bandit::visits::FittedQParams;
use skonto::train::bandit::{BanditParams, Explore, Response};
use skonto::train::learn::tree::{BoostParams, Objective};
use skonto::train::simulate::planted::{Planted, PlantedParams};
use skonto::train::simulate::reference::{DEPTHS, LEVELS, ReferenceParams};
use skonto::train::simulate::{Curve, Plan, Player, simulate};

type Failing<T> = Result<T, Box<dyn std::error::Error>>;

/// A rule in its regime, and what it is compared with among the peer's.
struct Entry {
    name: &'static str,
    explore: Explore,
    half_life: Option<f64>,
    /// Starts of the names of peers that do the same; none where the peer has no such method.
    peer: Option<&'static str>,
}

const GREEDY: Explore = Explore::Greedy { epsilon: 0.1, exponent: 0.0 };
const PEERS: &str = include_str!("bandit_peers.json");

/// Prints the lines of this part.
pub fn run() {
    if let Err(error) = bandits().and_then(|()| visits()) {
        eprintln!("bench: FAILED policy.bandit: {error}");
    }
}

fn bandits() -> Failing<()> {
    let entry = |name, explore, peer| Entry { name, explore, half_life: None, peer };
    let linear = [
        entry("linucb", Explore::UpperConfidence { width: 0.5 }, Some("LinUCB")),
        entry("linear_thompson", Explore::Thompson { width: 0.25 }, Some("LinTS")),
        entry("squarecb", Explore::InverseGap { gamma: 100.0, exponent: 0.5 }, None),
    ];
    let logistic = [
        entry("logistic_thompson", Explore::Thompson { width: 0.25 }, Some("LinTS")),
        entry("softmax", Explore::Softmax { temperature: 0.3, exponent: 0.5 }, Some("Softmax")),
        entry("logistic_ucb", Explore::UpperConfidence { width: 0.5 }, Some("LinUCB")),
    ];
    let fading = |name, explore, peer| Entry { half_life: Some(150.0), ..entry(name, explore, Some(peer)) };
    let switching = [
        fading("discounted_linucb", Explore::UpperConfidence { width: 0.5 }, "LinUCB"),
        fading("discounted_thompson", Explore::Thompson { width: 0.25 }, "LinTS"),
    ];
    regime("linear", PlantedParams::default(), &linear)?;
    let world = PlantedParams { response: Response::Logistic, spread: 0.6, constant: -2.0, ..PlantedParams::default() };
    regime("logistic", world, &logistic)?;
    regime("switching", PlantedParams { switch_every: 500, ..PlantedParams::default() }, &switching)
}

fn player(name: &str, response: Response, explore: Explore, half_life: Option<f64>) -> Player {
    let settings = BanditParams { response, explore, half_life, floor: 0.0, ..BanditParams::default() };
    Player::Bandit { name: name.into(), settings }
}

/// The entries of one world, each beside ε-greedy on the same model.
fn regime(world_name: &str, params: PlantedParams, entries: &[Entry]) -> Failing<()> {
    let peers: Value = serde_json::from_str(PEERS)?;
    let response = params.response;
    let world: Planted = params.check()?;
    let mut players: Vec<Player> =
        entries.iter().map(|entry| player(entry.name, response, entry.explore, entry.half_life)).collect();
    players.push(player("greedy", response, GREEDY, None));
    players.push(player("greedy 0.02", response, Explore::Greedy { epsilon: 0.02, exponent: 0.0 }, None));
    let plan = Plan { first_seed: 1001, ..Plan::default() };
    let found = simulate(&world, &players, &plan, &|_, _| ())?;
    let (greedy, careful) = (&found.curves[entries.len()], &found.curves[entries.len() + 1]);
    for (entry, curve) in entries.iter().zip(&found.curves) {
        let peer = entry.peer.map(|start| best_peer(&peers["regret_by_seed"][world_name], start));
        line(world_name, entry.name, curve, [greedy, careful], peer);
    }
    Ok(())
}

/// Of the peer's settings the one that lost least here: name, regret by seed.
fn best_peer(world: &Value, start: &str) -> (String, Vec<f64>) {
    let all = world.as_object().into_iter().flatten().filter(|(name, _)| name.starts_with(start));
    let numbers = |values: &Value| values.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    let mut all: Vec<(String, Vec<f64>)> = all.map(|(name, values)| (name.clone(), numbers(values))).collect();
    all.sort_by(|left, right| mean(&left.1).total_cmp(&mean(&right.1)));
    all.into_iter().next().unwrap_or_default()
}

fn line(world: &str, name: &str, curve: &Curve, greedy: [&Curve; 2], peer: Option<(String, Vec<f64>)>) {
    let (regret, half) = mean_and_half(&curve.by_seed);
    let [(constant, less), (careful, less_careful)] =
        greedy.map(|greedy| (mean(&greedy.by_seed), format_pair(curve.below(greedy))));
    let mut against = format!(
        "{world} world, 2000 rounds, 20 seeds, ± {half:.1}; ε-greedy 0.1 {constant:.1} (less by {less}); \
         ε-greedy 0.02 {careful:.1} (less by {less_careful})"
    );
    if let Some((peer_name, by_seed)) = &peer {
        let less: Vec<f64> = by_seed.iter().zip(&curve.by_seed).map(|(peer, ours)| peer - ours).collect();
        against += &format!(
            "; mabwiser's best of its settings, {peer_name}: {:.1} (less by {})",
            mean(by_seed),
            format_pair(mean_and_half(&less))
        );
        let same_seeds = mean(&curve.by_seed[..by_seed.len().clamp(1, curve.by_seed.len())]);
        rounded(&format!("policy.bandit.{name}.regret_over_peer"), same_seeds / mean(by_seed), "ratio", &against);
    }
    rounded(&format!("policy.bandit.{name}.regret"), regret, "reward", &against);
    rounded(&format!("policy.bandit.{name}.regret_over_greedy"), regret / constant, "ratio", &against);
}

fn visits() -> Failing<()> {
    let params = ReferenceParams::default();
    let discount = params.discount;
    let world = params.check()?;
    let prices = vec![0.0, 0.5, 1.0];
    let settings = FittedQParams { discount, rounds: 60, prices: prices.clone() }.check()?;
    let objective = Objective::SquaredError;
    let boost = BoostParams { objective, rounds: 20, learning_rate: 0.25, max_leaves: 12, ..BoostParams::default() };
    let learned = settings.fit(&world.log(2_000, 12, 1), DEPTHS.len(), &boost.check()?)?;
    let (mut over_myopic, mut share) = (f64::INFINITY, f64::INFINITY);
    let mut told = Vec::new();
    for price in prices {
        let mut worth = vec![[[0.0; DEPTHS.len()]; LEVELS]; world.kinds()];
        for (kind, levels) in worth.iter_mut().enumerate() {
            for (level, arms) in levels.iter_mut().enumerate() {
                arms.copy_from_slice(&learned.worth(&world.state(kind, level), price)?);
            }
        }
        let rule = world.rule(|kind, level, arm| worth[kind][level][arm]);
        let (best, myopic) = (world.optimum(price).0, world.myopic(price));
        let [found, best, myopic] = [&rule, &best, &myopic].map(|rule| world.value_at_start(rule, price));
        (over_myopic, share) = (over_myopic.min(found / myopic), share.min(found / best));
        told.push(format!("λ {price}: learned {found:.3}, optimum {best:.3}, myopic {myopic:.3}"));
    }
    let against = format!("the lowest over λ, from 24,000 logged visits; {}", told.join("; "));
    rounded("policy.fqi.value_over_myopic", over_myopic, "ratio", &against);
    rounded("policy.fqi.share_of_optimum", share, "share", &against);
    Ok(())
}

fn rounded(name: &str, value: f64, unit: &str, against: &str) {
    crate::figure(name, (value * 1e4).round() / 1e4, unit, against);
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn format_pair((middle, half): (f64, f64)) -> String {
    format!("{middle:.1} ± {half:.1}")
}
