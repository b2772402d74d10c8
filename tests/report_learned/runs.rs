//! Runs on public tables, every number measured here: visits that end in a purchase, prices of groceries.

use super::fit::{self, Bayes, Linear, sigmoid};
use super::measure::{self, Judged};
use super::table::{self, Table};
use skonto::evaluate::learned::*;
use skonto::evaluate::summary::{ArmShare, CategoryShares, Cause, Figure};
use skonto::train::random::{Random, shuffle};
use std::sync::OnceLock;

const BINARY: [Metric; 5] = [Metric::RocAuc, Metric::PrAuc, Metric::LogLoss, Metric::Brier, Metric::F1];
const AMOUNTS: [Metric; 4] = [Metric::Rmse, Metric::Mae, Metric::Mse, Metric::R2];

/// The visitors, once for all tests.
pub fn shoppers() -> Option<&'static Run> {
    static RUN: OnceLock<Option<Run>> = OnceLock::new();
    RUN.get_or_init(|| table::shoppers().map(|table| Visits::of(&table).run())).as_ref()
}

/// The groceries, once for all tests.
pub fn groceries() -> Option<&'static Run> {
    static RUN: OnceLock<Option<Run>> = OnceLock::new();
    RUN.get_or_init(|| table::groceries().map(|table| prices(&table))).as_ref()
}

fn setting(name: &str, value: impl ToString) -> Setting {
    Setting::new(name, value)
}

/// A model: the value of every feature in, a probability out.
type Scorer<'m> = dyn Fn(&dyn Fn(usize) -> f64) -> f64 + 'm;

struct Visits<'a> {
    table: &'a Table,
    train: Vec<usize>,
    validate: Vec<usize>,
    test: Vec<usize>,
    draws: Vec<Vec<usize>>,
}

impl<'a> Visits<'a> {
    fn of(table: &'a Table) -> Visits<'a> {
        let [train, validate, test] = ["train", "validate", "test"].map(|role| table::rows(table, role));
        let draws = measure::draws(test.len(), 120);
        Visits { table, train, validate, test, draws }
    }

    fn judged(&self, rows: &[usize], score: &dyn Fn(usize) -> f64) -> Judged {
        let truth = rows.iter().map(|row| self.table.target[*row]).collect();
        Judged { score: rows.iter().map(|row| score(*row)).collect(), truth }
    }

    fn bayes(&self, columns: &[usize], bins: usize, prior: f64) -> impl Fn(usize) -> f64 + use<'a> {
        let (fitted, table) = (Bayes::fit(self.table, &self.train, columns, bins, prior), self.table);
        move |row| sigmoid(fitted.score(&|at| table.columns[at][row]))
    }

    fn area(&self, score: &dyn Fn(usize) -> f64) -> f64 {
        let judged = self.judged(&self.validate, score);
        measure::value(&judged, &(0..judged.truth.len()).collect::<Vec<_>>(), Metric::RocAuc)
    }

    fn search(&self) -> Search {
        let mut best = f64::NEG_INFINITY;
        let mut random = Random::new(3);
        let all: Vec<usize> = (0..17).collect();
        let trial = |number: u64| {
            let (bins, prior) = (2 + random.below(30), [0.5, 2.0, 10.0, 50.0][random.below(4)]);
            let value = self.area(&self.bayes(&all, bins, prior));
            best = best.max(value);
            Trial { number, value, best, settings: vec![setting("bins", bins), setting("prior", prior)], seconds: 0.0 }
        };
        let trials = (1..=24).map(trial).collect();
        let method = "random search, one validation part".into();
        Search { candidate: "naive Bayes".into(), method, measure: Metric::RocAuc, trials }
    }

    fn worth(&self, score: &Scorer) -> Vec<Worth> {
        let table = self.table;
        let whole: Vec<usize> = (0..self.test.len()).collect();
        let area = |judged: &Judged| measure::value(judged, &whole, Metric::RocAuc);
        let plain = area(&self.judged(&self.test, &|row| score(&|at| table.columns[at][row])));
        let shuffled = |column: usize, seed: u64| {
            let mut other = self.test.clone();
            shuffle(&mut other, &mut Random::new(seed));
            let of = |row: usize| other[row / 5];
            plain
                - area(&self.judged(&self.test, &|row| {
                    score(&|at| table.columns[at][if at == column { of(row) } else { row }])
                }))
        };
        let worth = |at: usize| {
            let falls: Vec<f64> = (0..8).map(|seed| shuffled(at, seed)).collect();
            let mean = falls.iter().sum::<f64>() / 8.0;
            let spread = (falls.iter().map(|fall| (fall - mean).powi(2)).sum::<f64>() / 7.0).sqrt();
            Worth {
                feature: table.names[at].clone(),
                information_gain: fit::best_split(table, &self.train, at).0,
                mutual_information: self.mutual(at),
                permutation: Some(Figure { value: mean, low: mean - 2.0 * spread, high: mean + 2.0 * spread }),
                kept: true,
            }
        };
        let mut worths: Vec<Worth> = (0..table.names.len()).map(worth).collect();
        worths.sort_by(|a, b| b.permutation.unwrap().value.total_cmp(&a.permutation.unwrap().value));
        worths
    }

    fn mutual(&self, at: usize) -> f64 {
        let (edges, target) = (fit::edges(&self.table.columns[at], &self.train, 12), &self.table.target);
        let mut parts = vec![(0.0, 0.0); edges.len() + 1];
        for row in &self.train {
            let part = &mut parts[fit::bin(&edges, self.table.columns[at][*row])];
            (part.0, part.1) = (part.0 + target[*row], part.1 + 1.0);
        }
        let all = parts.iter().fold((0.0, 0.0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        let rest = parts.iter().filter(|part| part.1 > 0.0).map(|part| part.1 / all.1 * fit::entropy(part.0 / part.1));
        fit::entropy(all.0 / all.1) - rest.sum::<f64>()
    }

    fn paths(&self) -> Paths {
        let penalties: Vec<f64> = (0..10).map(|step| 0.0005 * 2f64.powi(step)).collect();
        let fits: Vec<Vec<f64>> =
            penalties.iter().map(|penalty| Linear::fit(self.table, &self.train, *penalty, 40).weights).collect();
        let path = |at: usize| Path {
            feature: self.table.names[at].clone(),
            weights: fits.iter().map(|weights| weights[at + 1]).collect(),
        };
        Paths { paths: (0..17).map(path).collect(), penalties, chosen: 0.002 }
    }

    fn elimination(&self, bins: usize) -> Elimination {
        let mut left: Vec<usize> = (0..17).collect();
        let draws = measure::draws(self.validate.len(), 40);
        let mut steps = Vec::new();
        let mut removed = String::new();
        while !left.is_empty() {
            let judged = self.judged(&self.validate, &self.bayes(&left, bins, 2.0));
            let figure = measure::figure(&judged, Metric::RocAuc, &draws);
            steps.push(Step { features: left.len() as u64, removed, figure });
            let without = |out: usize| {
                let rest: Vec<usize> = left.iter().copied().filter(|at| *at != out).collect();
                self.area(&self.bayes(&rest, bins, 2.0))
            };
            let worst = left
                .iter()
                .copied()
                .map(|at| (at, without(at)))
                .reduce(|best, next| if next.1 > best.1 { next } else { best });
            let (out, _) = worst.unwrap();
            removed = self.table.names[out].clone();
            left.retain(|at| *at != out);
        }
        let best = steps.iter().reduce(|best, step| if step.figure.value > best.figure.value { step } else { best });
        let chosen = best.unwrap().features;
        Elimination { method: "backwards, the least missed first".into(), steps, chosen }
    }

    fn responses(&self, served: &Scorer) -> Vec<Response> {
        let response = |at: usize| {
            let table = self.table;
            let levels = table.labels[at][0].parse::<f64>().is_err();
            let mut marks: Vec<(f64, String)> = match levels {
                true => {
                    self.train.iter().map(|row| (table.columns[at][*row], table.labels[at][*row].clone())).collect()
                }
                false => fit::edges(&table.columns[at], &self.train, 14)
                    .into_iter()
                    .map(|edge| (edge, format!("{}", (edge * 100.0).round() / 100.0)))
                    .collect(),
            };
            marks.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            marks.dedup();
            let share = |value: f64, label: &str| {
                let near = |row: &&usize| match levels {
                    true => table.labels[at][**row] == label,
                    false => (table.columns[at][**row] - value).abs() <= 1e-9,
                };
                (self.train.iter().filter(near).count() as f64 / self.train.len() as f64).max(1.0 / 14.0)
            };
            let rows: Vec<usize> = self.test.iter().copied().step_by(6).collect();
            let mean = |value: f64| {
                rows.iter().map(|row| served(&|it| if it == at { value } else { table.columns[it][*row] })).sum::<f64>()
                    / rows.len() as f64
            };
            let point = |(value, label): (f64, String)| ResponsePoint {
                at: if levels { f64::NAN } else { value },
                mean: mean(value),
                share: share(value, &label),
                label,
            };
            Response { feature: table.names[at].clone(), levels, points: marks.into_iter().map(point).collect() }
        };
        [8, 10, 7, 5, 15, 6].into_iter().map(response).collect()
    }

    fn candidate(&self, name: &str, what: &str, judged: &Judged, settings: Vec<Setting>) -> Candidate {
        let mut figures = measure::figures(judged, &BINARY[..4], &self.draws);
        let f1 = |at: f64| measure::threshold_point(judged, at).f1;
        let best = (1..50).map(|step| f1(f64::from(step) / 50.0)).fold(0.0, f64::max);
        figures.insert(Metric::F1, Figure { value: best, low: f64::NAN, high: f64::NAN });
        let learner = name.replace(' ', "_");
        Candidate { name: name.into(), learner, what: what.into(), settings, figures, ..Candidate::default() }
    }

    fn run(&self) -> Run {
        let (table, target) = (self.table, &self.table.target);
        let search = self.search();
        let best = search.trials.iter().reduce(|best, it| if it.value > best.value { it } else { best }).unwrap();
        let bins: usize = best.settings[0].value.parse().unwrap();
        let all: Vec<usize> = (0..17).collect();
        let prior: f64 = best.settings[1].value.parse().unwrap();
        let (bayes, linear) =
            (Bayes::fit(table, &self.train, &all, bins, prior), Linear::fit(table, &self.train, 0.0, 150));
        let tree = fit::grow(table, &self.train, 4);
        let models: [(&str, &str, &Scorer, Vec<Setting>); 3] = [
            ("naive Bayes", "Log-odds of bins, added up.", &|v| sigmoid(bayes.score(v)), best.settings.clone()),
            (
                "logistic regression",
                "One weight per feature.",
                &|v| sigmoid(linear.score(v)),
                vec![setting("steps", 150)],
            ),
            (
                "decision tree",
                "Questions, one after the other.",
                &|v| fit::leaf(&tree, table, v),
                vec![setting("depth", 4)],
            ),
        ];
        let at_row = |model: &Scorer, row: usize| model(&|at| table.columns[at][row]);
        let validated = models.each_ref().map(|model| self.area(&|row| at_row(model.2, row)));
        let winner = (0..3).fold(0, |best, at| if validated[at] > validated[best] { at } else { best });
        let raw = models[winner].2;
        let on_validate = self.judged(&self.validate, &|row| at_row(raw, row));
        let before = self.judged(&self.test, &|row| at_row(raw, row));
        let served = Judged { score: measure::isotonic(&on_validate, &before.score), truth: before.truth.clone() };
        let judged: Vec<Judged> =
            (0..3)
                .map(|at| {
                    if at == winner {
                        served.clone()
                    } else {
                        self.judged(&self.test, &|row| at_row(models[at].2, row))
                    }
                })
                .collect();
        let rate = self.train.iter().map(|row| target[*row]).sum::<f64>() / self.train.len() as f64;
        let (constant, pages) =
            (self.judged(&self.test, &|_| rate), self.judged(&self.test, &self.bayes(&[8], 20, 2.0)));
        let rivals = [0, 1, 2].map(|at| Candidate {
            validated: validated[at],
            ..self.candidate(models[at].0, models[at].1, &judged[at], models[at].3.clone())
        });
        let baselines = [
            ("constant", "The share of buyers for everyone.", &constant),
            ("PageValues alone", "The best single feature, in twenty bins.", &pages),
        ]
        .map(|(name, what, judged)| self.candidate(name, what, judged, Vec::new()));
        let mut others: Vec<(&str, &Judged)> =
            (0..3).filter(|at| *at != winner).map(|at| (models[at].0, &judged[at])).collect();
        others.extend([("PageValues alone", &pages), ("constant", &constant)]);
        let difference = |(other, judged): &(&str, &Judged)| Difference {
            other: other.to_string(),
            measure: Metric::RocAuc,
            figure: measure::difference(&served, judged, Metric::RocAuc, &self.draws),
            paired: true,
        };
        let differences: Vec<Difference> = others.iter().map(difference).collect();
        let curve = |name: &str, points| Curve { name: name.into(), points };
        let both = [(models[winner].0, &served), others[0], others[2]]
            .map(|(name, judged)| (name, measure::curves(judged, 150)));
        let ((bins_before, error_before), (bins_after, error_after)) =
            (measure::bins(&before, 12), measure::bins(&served, 12));
        let curve_of = |at: usize| measure::threshold_point(&served, at as f64 / 100.0);
        let points: Vec<ThresholdPoint> = (1..96).map(curve_of).collect();
        let at = points.iter().fold(points[0], |best, it| if it.f1 > best.f1 { *it } else { best }).at;
        let is_returning = |row: &usize| table.labels[15][*row].clone();
        let share = |rows: &[usize]| {
            let picked = rows.iter().filter(|at| (0.1..0.6).contains(&served.score[**at])).count() as f64;
            picked / rows.len() as f64
        };
        let group = |name: &str| {
            let rows: Vec<usize> = (0..self.test.len()).filter(|at| is_returning(&self.test[*at]) == name).collect();
            let share = share(&rows);
            CategoryShares {
                category: name.replace('_', " ").to_lowercase(),
                decisions: rows.len() as u64,
                shares: vec![1.0 - share, share],
            }
        };
        let offered = share(&(0..self.test.len()).collect::<Vec<_>>());
        let mean = |rows: &[usize]| rows.iter().map(|row| target[*row]).sum::<f64>() / rows.len() as f64;
        Run {
            skonto_version: env!("CARGO_PKG_VERSION").into(),
            shop: "Shoppers".into(),
            title: "Who buys before leaving".into(),
            currency: "EUR".into(),
            task: Task {
                kind: Kind::Buys,
                target: "Revenue".into(),
                row: "visit".into(),
                rows: "visits".into(),
                positives: "buyers".into(),
                negatives: "other visitors".into(),
                ..Task::default()
            },
            data: Rows {
                files: vec![table.file.clone()],
                read: target.len() as u64,
                kept: target.len() as u64,
                columns: 18,
                features: 17,
                causes: vec![Cause {
                    cause: "the same visit twice".into(),
                    action: "kept".into(),
                    rows: 125,
                    examples: vec!["rows 158 and 159".into()],
                }],
            },
            split: Split {
                rule: "Rows in file order: of every five the first three teach, the fourth chooses, the fifth judges."
                    .into(),
                train: self.train.len() as u64,
                validate: self.validate.len() as u64,
                folds: 0,
                test: self.test.len() as u64,
                train_mean: rate,
                test_mean: mean(&self.test),
                resampled: "held-out visits".into(),
                resamples: self.draws.len() as u64,
            },
            candidates: rivals.into(),
            baselines: baselines.into(),
            chosen: Chosen {
                name: models[winner].0.into(),
                why: "It had the highest ROC-AUC on the visits that were there to choose by.".into(),
                decided_by: Metric::RocAuc,
                measure: Metric::RocAuc,
            },
            differences,
            held_out: HeldOut {
                roc: both.iter().map(|(name, curves)| curve(name, curves.0.clone())).collect(),
                precision_recall: both.iter().map(|(name, curves)| curve(name, curves.1.clone())).collect(),
                calibration: Some(Calibration {
                    method: "isotonic regression on the visits that chose".into(),
                    before: bins_before,
                    after: bins_after,
                    error_before,
                    error_after,
                }),
                threshold: Some(Threshold {
                    at,
                    why: "the highest F1".into(),
                    confusion: measure::confusion(&served, at),
                    curve: points,
                }),
                errors: None,
            },
            searches: vec![search],
            selection: Some(Selection {
                features: self.worth(raw),
                measure: Metric::RocAuc,
                paths: Some(self.paths()),
                elimination: Some(self.elimination(bins)),
            }),
            tree: Some(tree.clone()),
            responses: self.responses(raw),
            offers: Some(Offers {
                what: "10\u{202f}% off to visitors who might buy but probably would not by themselves.".into(),
                arms: vec![
                    ArmShare { arm: "none".into(), share: 1.0 - offered },
                    ArmShare { arm: "10 % off".into(), share: offered },
                ],
                by_group: ["Returning_Visitor", "New_Visitor", "Other"].map(group).into(),
                assumptions: vec![Assumption {
                    about: "who is undecided".into(),
                    source: "shop.toml, [offers]".into(),
                    value: f64::NAN,
                    text: "probability from 0.10 to 0.60".into(),
                }],
                gains: Vec::new(),
            }),
            refused: vec![Refused { column: "Region".into(), why: "named as protected in these tests".into() }],
            card: vec![
                setting("Meant for", "Showing an offer to visitors of this shop who hesitate."),
                setting("Not meant for", "Prices, credit, or anything about a person beyond one visit."),
            ],
            settings: vec![setting("seed", 7), setting("protected", "Region")],
            model_version: 3,
            model_bytes: 2_318,
            warnings: vec!["PageValues may be computed after the purchase; ask whoever made the table.".into()],
            seconds: vec![
                Seconds { stage: "read".into(), seconds: 0.1 },
                Seconds { stage: "fit".into(), seconds: 1.2 },
            ],
            ..Run::default()
        }
    }
}

/// Estimates of ln(1 + price) from the list price, and from the mean discount of a level.
fn prices(table: &Table) -> Run {
    let (list, target) = (&table.columns[0], &table.target);
    let [train, test] = [table::rows(table, "train"), table::rows(table, "test")];
    let discounts: Vec<f64> = list.iter().zip(target).map(|(list, target)| target - list).collect();
    let mean = train.iter().map(|row| discounts[*row]).sum::<f64>() / train.len() as f64;
    let judged = |estimate: &dyn Fn(usize) -> f64| Judged {
        score: test.iter().map(|row| estimate(*row)).collect(),
        truth: test.iter().map(|row| target[*row]).collect(),
    };
    let levels = |at: usize| {
        let means = table::means(&table.labels[at], &discounts);
        judged(&|row| list[row] + means(&table.labels[at][row]))
    };
    let (constant, brand, category) = (judged(&|row| list[row] + mean), levels(0), levels(2));
    let both = Judged {
        score: brand.score.iter().zip(&category.score).map(|(a, b)| (a + b) / 2.0).collect(),
        truth: brand.truth.clone(),
    };
    let mean_of = |rows: &[usize]| rows.iter().map(|row| target[*row]).sum::<f64>() / rows.len() as f64;
    let draws = measure::draws(test.len(), 120);
    let candidate = |name: &str, what: &str, judged: &Judged| Candidate {
        name: name.into(),
        learner: name.replace(' ', "_"),
        what: what.into(),
        figures: measure::figures(judged, &AMOUNTS, &draws),
        ..Candidate::default()
    };
    Run {
        shop: "Grocer".into(),
        title: "What groceries sell for".into(),
        currency: "INR".into(),
        task: Task {
            kind: Kind::MarketPrice,
            target: "DiscountedPrice".into(),
            row: "product".into(),
            rows: "products".into(),
            amount: "market price".into(),
            unit: "ln price".into(),
            ..Task::default()
        },
        split: Split {
            train: train.len() as u64,
            test: test.len() as u64,
            train_mean: mean_of(&train),
            test_mean: mean_of(&test),
            resamples: 120,
            resampled: "products".into(),
            ..Split::default()
        },
        candidates: vec![
            candidate("discounts of brand and shelf", "The mean discount of the brand and of the sub-category.", &both),
            candidate("discounts of brands", "The mean discount of the brand.", &brand),
        ],
        baselines: vec![candidate("one discount for all", "The mean discount, whatever the product.", &constant)],
        chosen: Chosen {
            name: "discounts of brand and shelf".into(),
            why: String::new(),
            decided_by: Metric::Rmse,
            measure: Metric::Rmse,
        },
        differences: [("discounts of brands", &brand), ("one discount for all", &constant)]
            .map(|(other, judged)| Difference {
                other: other.into(),
                measure: Metric::Rmse,
                figure: measure::difference(&both, judged, Metric::Rmse, &draws),
                paired: true,
            })
            .into(),
        held_out: HeldOut { errors: Some(errors(&both)), ..HeldOut::default() },
        ..Run::default()
    }
}

fn errors(judged: &Judged) -> Errors {
    const CELLS: usize = 32;
    let pairs = || judged.score.iter().zip(&judged.truth);
    let (low, high) = (2.0, 8.0);
    let cell = |value: f64| (((value - low) / (high - low)) * CELLS as f64).floor();
    let mut density = Density { low, high, counts: vec![vec![0; CELLS]; CELLS], outside: 0 };
    for (estimated, observed) in pairs() {
        let at = [cell(*observed), cell(*estimated)];
        match at.iter().all(|it| (0.0..CELLS as f64).contains(it)) {
            true => density.counts[at[0] as usize][at[1] as usize] += 1,
            false => density.outside += 1,
        }
    }
    let edges: Vec<f64> = (-20..=20).map(|step| f64::from(step) / 20.0).collect();
    let mut residuals = Histogram { counts: vec![0; edges.len() - 1], edges, outside: 0 };
    for residual in pairs().map(|(estimated, observed)| observed - estimated) {
        match residuals.edges.partition_point(|edge| *edge <= residual) {
            at if (1..residuals.edges.len()).contains(&at) => residuals.counts[at - 1] += 1,
            _ => residuals.outside += 1,
        }
    }
    let band = |name: &str, from: f64, to: f64| {
        let of: Vec<f64> =
            pairs().filter(|(_, seen)| (from..to).contains(*seen)).map(|(said, seen)| said - seen).collect();
        let mean = |of: &dyn Fn(&f64) -> f64, all: &[f64]| all.iter().map(of).sum::<f64>() / all.len() as f64;
        let (mae, bias) = (mean(&|off| off.abs(), &of), mean(&|off| *off, &of));
        ErrorBand { band: name.into(), rows: of.len() as u64, mae, bias }
    };
    let at = |price: f64| price.ln_1p();
    let bands = vec![
        band("below ₹50", 0.0, at(50.0)),
        band("₹50 to ₹100", at(50.0), at(100.0)),
        band("₹100 to ₹200", at(100.0), at(200.0)),
        band("₹200 to ₹500", at(200.0), at(500.0)),
        band("₹500 and more", at(500.0), f64::INFINITY),
    ];
    Errors { density, residuals, bands }
}
