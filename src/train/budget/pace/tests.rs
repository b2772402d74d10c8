//! What a controller promises, and weeks lived through.

use super::*;

#[test]
#[ignore = "measurement"]
fn weeks() {
    for (name, shock) in [("none", Shock::NONE), ("busy", Shock::BUSY)] {
        let worlds: Vec<World> = (0..5).map(|seed| World::draw(400_000.0, shock, seed).unwrap()).collect();
        let forecast = |half_life_hours| Rule::Forecast { half_life_hours };
        let paced = |interval_hours, rule| Policy::Paced { interval_hours, rule };
        let plain = |strength| Rule::Multiplicative { strength };
        for (policy, clients) in [
            (Policy::Fixed, Clients::AllAged(0.0)),
            (Policy::LedgerOnly, Clients::AllAged(0.0)),
            (paced(1.0, plain(0.03)), Clients::AllAged(0.0)),
            (paced(1.0, plain(0.1)), Clients::AllAged(0.0)),
            (paced(1.0, plain(0.03)), Clients::AllAged(6.0)),
            (paced(1.0, plain(0.1)), Clients::AllAged(6.0)),
            (paced(1.0, plain(0.6)), Clients::AllAged(6.0)),
            (paced(6.0, plain(0.1)), Clients::AllAged(6.0)),
            (paced(6.0, plain(0.1)), Clients::Spread(6.0)),
            (paced(1.0, forecast(6.0)), Clients::AllAged(0.0)),
            (paced(1.0, forecast(12.0)), Clients::AllAged(0.0)),
            (paced(1.0, forecast(24.0)), Clients::AllAged(0.0)),
            (paced(6.0, forecast(6.0)), Clients::AllAged(6.0)),
            (paced(6.0, forecast(12.0)), Clients::AllAged(6.0)),
            (paced(6.0, forecast(24.0)), Clients::AllAged(6.0)),
            (paced(6.0, forecast(12.0)), Clients::Spread(6.0)),
            (paced(24.0, forecast(24.0)), Clients::AllAged(24.0)),
        ] {
            let all: Vec<Outcome> = worlds.iter().map(|world| world.run(policy, clients).unwrap()).collect();
            let mean = |of: fn(&Outcome) -> f64| all.iter().map(of).sum::<f64>() / all.len() as f64;
            let min = all.iter().map(|outcome| outcome.share_of_hindsight).fold(9.0, f64::min);
            println!(
                "{name} {policy:?} {clients:?}: share {:.4} min {min:.4} spent {:.4}",
                mean(|o| o.share_of_hindsight),
                mean(|o| o.spent_of_budget)
            );
        }
    }
}
