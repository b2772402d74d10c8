//! The learners that compete for the Hillstrom trial, and the choice among them by rows that are not judged.

use super::hillstrom::{Hillstrom, MAIL_COST};
use skonto::evaluate::metrics::Resampling;
use skonto::evaluate::uplift::{Ranking, Targeted};
use skonto::train::sample::Sample;
use skonto::train::threads::ordered;
use skonto::train::trial::Trial;
use skonto::train::uplift::{CheckedUplift, UpliftParams};

/// Row `i` is judged in fold `i % 5`.
pub const FOLDS: usize = 5;
const TREES: &str = "
    yes_no = 'boosted'
    amount = 'boosted'
    yes_no_settings = { rounds = 100, learning_rate = 0.05, max_leaves = 7, min_rows_leaf = 200 }
    amount_settings = { rounds = 100, learning_rate = 0.05, max_leaves = 7, min_rows_leaf = 200 }";

/// One learner.
pub struct Candidate {
    pub name: String,
    learner: CheckedUplift,
    trees: bool,
    /// What a staged learner's stage is.
    stage: Stage,
}

/// What comes before spending.
#[derive(Clone, Copy, PartialEq)]
pub enum Stage {
    None,
    Visit,
    Conversion,
}

fn checked(settings: &str) -> CheckedUplift {
    let params: UpliftParams = toml::from_str(settings).expect("settings of the bench");
    params.check().expect("settings of the bench")
}

impl Candidate {
    fn new(method: &str, trees: bool, stage: Stage) -> Candidate {
        let stage_name = ["", ", visit", ", conversion"][stage as usize];
        let name = format!("{method}{stage_name}, {}", if trees { "trees of 7 leaves" } else { "sums" });
        let settings = format!("method = '{method}'\n{}", if trees { TREES } else { "" });
        Candidate { name, learner: checked(&settings), trees, stage }
    }

    /// An S-learner of weighted sums held down by this penalty.
    fn penalised(c: f64) -> Candidate {
        let settings = format!("method = 'single'\nyes_no_settings = {{ c = {c} }}");
        Candidate {
            name: format!("single, sums, c = {c}"),
            learner: checked(&settings),
            trees: false,
            stage: Stage::None,
        }
    }

    /// For gains of yes-and-no outcomes: the S-learner of sums first, which is kept unless another is clearly better.
    pub fn of_visits() -> Vec<Candidate> {
        let mut all: Vec<Candidate> = [1.0, 0.01, 0.001, 0.0003].into_iter().map(Candidate::penalised).collect();
        all.extend(["separate", "crossed", "doubly_robust"].map(|method| Candidate::new(method, false, Stage::None)));
        all.extend(["single", "separate", "crossed"].map(|method| Candidate::new(method, true, Stage::None)));
        all
    }

    /// For gains of spending.
    pub fn of_spending() -> Vec<Candidate> {
        let mut all = Vec::new();
        for trees in [false, true] {
            all.push(Candidate::new("staged", trees, Stage::Visit));
            all.push(Candidate::new("staged", trees, Stage::Conversion));
            all.push(Candidate::new("single", trees, Stage::None));
            all.push(Candidate::new("separate", trees, Stage::None));
            all.push(Candidate::new("doubly_robust", trees, Stage::None));
        }
        all
    }

    fn features<'a>(&self, data: &'a Hillstrom) -> &'a Sample {
        if self.trees { &data.one_hot } else { &data.levels }
    }

    /// The gains of the judged rows after fitting on the others.
    fn gains(&self, trial: &Trial, stage: Option<&[f64]>, fitted: &[usize], judged: &[usize]) -> Vec<Vec<f64>> {
        let stage = stage.map(|stage| fitted.iter().map(|row| stage[*row]).collect::<Vec<f64>>());
        let effects = self.learner.fit(&trial.pick(fitted), stage.as_deref(), &|_, _| {}).expect("a fit");
        effects.gains_of(&trial.features.pick(judged))
    }

    /// By row, the arm with the largest gain in spending after its cost.
    pub fn arms(&self, data: &Hillstrom, fitted: &[usize], judged: &[usize]) -> Vec<u16> {
        let stage = match self.stage {
            Stage::None => None,
            Stage::Visit => Some(&data.visit[..]),
            Stage::Conversion => Some(&data.conversion[..]),
        };
        let trial = data.trial(self.features(data), &data.spend);
        let best = |gains: Vec<f64>| {
            let worth = |arm: usize| gains[arm] - if arm == 0 { 0.0 } else { MAIL_COST };
            (1..3).fold(0, |best, arm| if worth(arm) > worth(best) { arm } else { best }) as u16
        };
        self.gains(&trial, stage, fitted, judged).into_iter().map(best).collect()
    }
}

/// Rows by fold number.
fn apart(rows: &[usize], is_judged: impl Fn(usize) -> bool) -> (Vec<usize>, Vec<usize>) {
    rows.iter().partition(|row| !is_judged(**row % FOLDS))
}

/// What a candidate says about every row of a fold, and, without those rows, about each of the other folds.
pub struct Said<T> {
    /// The rows of the fold.
    pub judged: Vec<(usize, T)>,
    /// The other rows, each from a fit without its own fold and without the judged one.
    pub inner: Vec<(usize, T)>,
}

/// What every candidate says, by outer fold and candidate. A fit without two folds judges both, so that each row is told
/// about without its own fold and without the outer one.
pub fn nested<T: Copy + Send>(
    rows: &[usize],
    candidates: usize,
    say: impl Fn(usize, &[usize], &[usize]) -> Vec<T> + Sync,
) -> Vec<Vec<Said<T>>> {
    let pairs: Vec<[usize; 2]> = (0..FOLDS).flat_map(|one| (one..FOLDS).map(move |other| [one, other])).collect();
    let tell = |number: usize| {
        let (fitted, judged) = apart(rows, |fold| pairs[number / candidates].contains(&fold));
        let said = say(number % candidates, &fitted, &judged);
        judged.into_iter().zip(said).collect::<Vec<_>>()
    };
    let all = ordered(pairs.len() * candidates, tell, |_| {});
    let gather = |outer: usize, candidate: usize| {
        let mut said = Said { judged: Vec::new(), inner: Vec::new() };
        for (pair, told) in pairs.iter().zip(all.iter().skip(candidate).step_by(candidates)) {
            match pair {
                [one, other] if one == other && *one == outer => said.judged.extend_from_slice(told),
                pair if pair[0] != pair[1] && pair.contains(&outer) => {
                    said.inner.extend(told.iter().filter(|(row, _)| row % FOLDS != outer))
                }
                _ => {}
            }
        }
        said
    };
    (0..FOLDS).map(|outer| (0..candidates).map(|candidate| gather(outer, candidate)).collect()).collect()
}

/// The gain that candidates of a two-armed trial say, by outer fold and candidate.
pub fn visit_gains(data: &Hillstrom, arms: &[u16], candidates: &[Candidate]) -> (Trial, Vec<Vec<Said<f64>>>) {
    // Rows of one outcome and arm keep their number in the whole table, which decides their fold.
    let whole: Vec<usize> =
        (0..data.arm.len()).filter(|row| data.arm[*row] == 0 || arms.contains(&data.arm[*row])).collect();
    let place: std::collections::HashMap<usize, usize> = whole.iter().enumerate().map(|(at, row)| (*row, at)).collect();
    let trials = [&data.levels, &data.one_hot].map(|features| data.against_none(features, &data.visit, arms));
    let said = nested(&whole, candidates.len(), |candidate, fitted, judged| {
        let candidate = &candidates[candidate];
        let at = |rows: &[usize]| rows.iter().map(|row| place[row]).collect::<Vec<usize>>();
        let trial = &trials[usize::from(candidate.trees)];
        candidate.gains(trial, None, &at(fitted), &at(judged)).into_iter().map(|gains| gains[1]).collect()
    });
    let [trial, _] = trials;
    let back = |said: Said<f64>| {
        let back = |list: Vec<(usize, f64)>| list.into_iter().map(|(row, gain)| (place[&row], gain)).collect();
        Said { judged: back(said.judged), inner: back(said.inner) }
    };
    let said = said.into_iter().map(|fold| fold.into_iter().map(back).collect()).collect();
    (trial, said)
}

/// Scored rows of a trial in their order.
pub fn ranking(trial: &Trial, scored: &[(usize, f64)]) -> Ranking {
    let mut scored = scored.to_vec();
    scored.sort_by_key(|(row, _)| *row);
    let score: Vec<f64> = scored.iter().map(|(_, score)| *score).collect();
    let outcome: Vec<f64> = scored.iter().map(|(row, _)| trial.reward(*row)).collect();
    let treated: Vec<bool> = scored.iter().map(|(row, _)| trial.arm[*row] == 1).collect();
    let rows = Targeted { score: &score, outcome: &outcome, treated: &treated, cost: None, group: None };
    rows.check().expect("rows of both arms")
}

/// The scores of a fold as shares of its rows that score less: what two learners say has not one scale, and folds may be
/// scored by different ones.
pub fn ranks(scored: &[(usize, f64)]) -> Vec<(usize, f64)> {
    let mut order = scored.to_vec();
    order.sort_by(|one, other| one.1.total_cmp(&other.1).then(other.0.cmp(&one.0)));
    let share = |(rank, (row, _)): (usize, (usize, f64))| (row, rank as f64 / scored.len() as f64);
    order.into_iter().enumerate().map(share).collect()
}

/// The candidate with the largest Qini on the rows that choose, if that is above the first one's by more than the standard
/// error of the difference; else the first.
pub fn chosen(trial: &Trial, fold: &[Said<f64>]) -> usize {
    let rankings: Vec<Ranking> = fold.iter().map(|said| ranking(trial, &said.inner)).collect();
    let best = largest(&rankings.iter().map(Ranking::qini).collect::<Vec<f64>>());
    let resampling = Resampling { count: 100, seed: 1 };
    let gain = rankings[0].qini_difference(&rankings[best], resampling).expect("the same rows");
    // A 95 % interval is 3.92 standard errors wide.
    if gain.value > (gain.high - gain.low) / 3.92 { best } else { 0 }
}

/// The number of the largest value; of equal ones the first.
pub fn largest(values: &[f64]) -> usize {
    (1..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best })
}
