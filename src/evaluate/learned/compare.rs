//! Two runs side by side: what differs in settings, figures, choice and size.
//!
//! The runs were measured apart, so there is no interval of a difference: it is only said whether two intervals lie
//! apart, and whether the held-out rows were the same to begin with.

use super::{Candidate, Metric, Run, Setting};
use crate::evaluate::report::number;
use crate::evaluate::summary::Figure;
use serde::Serialize;

/// A setting that is not the same in both; absent where a run does not have it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Changed {
    /// The setting, with the candidate it belongs to.
    pub name: String,
    /// In the first run.
    pub first: Option<String>,
    /// In the second.
    pub second: Option<String>,
}

/// What one candidate reaches by one measure in both runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pair {
    /// The candidate or baseline.
    pub name: String,
    /// The measure.
    pub measure: Metric,
    /// In the first run, if it was measured there.
    pub first: Option<Figure>,
    /// In the second.
    pub second: Option<Figure>,
}

/// Whether a change is more than luck could make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Better, and the intervals lie apart.
    Better,
    /// Worse, and the intervals lie apart.
    Worse,
    /// The same number.
    Same,
    /// The intervals overlap.
    Unsettled,
    /// An interval or a figure is missing.
    Unknown,
}

impl Change {
    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Change::Better => "better",
            Change::Worse => "worse",
            Change::Same => "the same",
            Change::Unsettled => "within the intervals",
            Change::Unknown => "not settled: no interval",
        }
    }
}

impl Pair {
    /// How the second stands to the first.
    pub fn change(&self) -> Change {
        let (Some(first), Some(second)) = (self.first, self.second) else { return Change::Unknown };
        let known = |figure: Figure| figure.low < figure.high;
        let is_better = self.measure.gain(second.value, first.value) > 0.0;
        match (known(first) && known(second), second.low > first.high || second.high < first.low) {
            _ if first.value == second.value => Change::Same,
            (false, _) => Change::Unknown,
            (true, false) => Change::Unsettled,
            (true, true) if is_better => Change::Better,
            _ => Change::Worse,
        }
    }
}

/// Two runs, side by side.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// What they are called.
    pub names: [String; 2],
    /// All of it in a sentence.
    pub headline: String,
    /// Why the figures may not be comparable; empty when they are.
    pub doubts: Vec<String>,
    /// Settings that are not the same.
    pub changed: Vec<Changed>,
    /// What every candidate reaches, the chosen ones first.
    pub pairs: Vec<Pair>,
    /// The chosen candidate of each run, by the measure of the first run's choice.
    pub chosen: Option<Pair>,
    /// Sizes of the packed models.
    pub bytes: [u64; 2],
}

impl Comparison {
    /// Compares two runs by name.
    pub fn of(names: [String; 2], runs: [&Run; 2]) -> Comparison {
        let (doubts, chosen) = (doubts(runs), chosen(runs));
        let headline = headline(&names, runs, chosen.as_ref());
        let bytes = runs.map(|run| run.model_bytes);
        Comparison { headline, doubts, changed: changed(runs), pairs: pairs(runs), chosen, bytes, names }
    }
}

fn chosen(runs: [&Run; 2]) -> Option<Pair> {
    let measure = runs[0].chosen.measure;
    let [first, second] = runs.map(|run| run.winner().and_then(|winner| winner.figure(measure)).copied());
    let names = runs.map(|run| run.chosen.name.as_str());
    let name = if names[0] == names[1] { names[0].to_string() } else { names.join(" → ") };
    (first.is_some() || second.is_some()).then_some(Pair { name, measure, first, second })
}

fn headline(names: &[String; 2], runs: [&Run; 2], chosen: Option<&Pair>) -> String {
    let Some(pair) = chosen else { return "Neither run has a figure of its chosen model.".into() };
    let print = |figure: Option<Figure>| figure.map_or_else(|| number::DASH.into(), |it| pair.measure.print(it.value));
    let figures = format!("{} {} against {}", pair.measure.name(), print(pair.first), print(pair.second));
    let [first, second] = names;
    match pair.change() {
        Change::Same => format!("{first} and {second} reach the same: {figures}."),
        Change::Better => format!("{second} is better than {first}: {figures}."),
        Change::Worse => format!("{first} is better than {second}: {figures}."),
        Change::Unsettled => format!("Neither is shown to be better: {figures}, and the intervals overlap."),
        Change::Unknown if runs.iter().all(|run| run.winner().is_some()) => {
            format!("Which is better is not settled, for want of intervals: {figures}.")
        }
        Change::Unknown => format!("Only one of the runs has a chosen model: {figures}."),
    }
}

/// Whatever makes a comparison of figures unfair.
fn doubts(runs: [&Run; 2]) -> Vec<String> {
    let [first, second] = runs;
    let mut doubts = Vec::new();
    if (first.task.target.as_str(), first.task.kind) != (second.task.target.as_str(), second.task.kind) {
        doubts.push("The runs predict different things, so their figures cannot be compared.".to_string());
    }
    if first.task.unit != second.task.unit {
        doubts.push("Errors are in different units.".to_string());
    }
    if first.data.files != second.data.files {
        doubts.push("The runs read different files.".to_string());
    }
    let held_out = |run: &Run| (run.split.test, run.split.rule.clone(), run.split.test_mean.to_bits());
    if held_out(first) != held_out(second) {
        doubts.push("The held-out rows are not the same, so a difference may come from them.".to_string());
    }
    doubts
}

/// Everything with a name and a value, in order.
fn settings(run: &Run) -> Vec<(String, String)> {
    let own = |name: &str, value: &dyn ToString| (name.to_string(), value.to_string());
    let mut all = vec![
        own("what is predicted", &run.task.target),
        own("files", &run.data.files.join(", ")),
        own("rows used", &run.data.kept),
        own("features", &run.data.features),
        own("split", &run.split.rule),
        own("rows learnt from", &run.split.train),
        own("rows held out", &run.split.test),
        own("chosen", &run.chosen.name),
        own("chosen by", &run.chosen.decided_by.name()),
        own("refused columns", &run.refused.iter().map(|it| it.column.as_str()).collect::<Vec<_>>().join(", ")),
        own("version of skonto", &run.skonto_version),
    ];
    all.extend(run.settings.iter().map(|Setting { name, value }| (name.clone(), value.clone())));
    for candidate in &run.candidates {
        let named = |setting: &Setting| (format!("{}: {}", candidate.name, setting.name), setting.value.clone());
        all.extend(candidate.settings.iter().map(named));
    }
    all
}

fn changed(runs: [&Run; 2]) -> Vec<Changed> {
    let [first, second] = runs.map(settings);
    let find = |of: &[(String, String)], name: &str| of.iter().find(|it| it.0 == name).map(|it| it.1.clone());
    let mut changed = Vec::new();
    let only_second = second.iter().filter(|(name, _)| find(&first, name).is_none());
    for (name, _) in first.iter().chain(only_second) {
        let (before, after) = (find(&first, name), find(&second, name));
        if before != after && !changed.iter().any(|it: &Changed| it.name == *name) {
            changed.push(Changed { name: name.clone(), first: before, second: after });
        }
    }
    changed
}

fn pairs(runs: [&Run; 2]) -> Vec<Pair> {
    let all = |run: &Run| run.candidates.iter().chain(&run.baselines).map(|it| it.name.clone()).collect::<Vec<_>>();
    let mut names = all(runs[0]);
    names.extend(all(runs[1]).into_iter().filter(|name| runs[0].named(name).is_none()));
    let figure =
        |run: &Run, name: &str, measure| run.named(name).and_then(|it: &Candidate| it.figure(measure)).copied();
    let pair = |name: &String, measure: Metric| Pair {
        name: name.clone(),
        measure,
        first: figure(runs[0], name, measure),
        second: figure(runs[1], name, measure),
    };
    let pairs = Metric::ALL.into_iter().flat_map(|measure| names.iter().map(move |name| (name, measure)));
    pairs.map(|(name, measure)| pair(name, measure)).filter(|it| it.first.is_some() || it.second.is_some()).collect()
}

/// The comparison as a table in the terminal, at most `columns` wide.
pub fn in_words(comparison: &Comparison, columns: usize) -> String {
    let columns = columns.clamp(40, 120);
    let tame = |text: &str| {
        text.chars()
            .map(|c| {
                if c.is_control() {
                    '\u{fffd}'
                } else if c == number::THIN {
                    ' '
                } else {
                    c
                }
            })
            .collect::<String>()
    };
    let cut = |text: &str, room: usize| {
        let text = console::truncate_str(text, room, "…").into_owned();
        console::pad_str(&text, room, console::Alignment::Left, None).into_owned()
    };
    let room = (columns - 4) / 3;
    let line = |cells: [&str; 3]| format!("{}\n", cells.map(|cell| cut(&tame(cell), room)).join("  ").trim_end());
    let mut out = tame(&comparison.headline) + "\n";
    comparison.doubts.iter().for_each(|doubt| out += &format!("! {doubt}\n"));
    let [first, second] = &comparison.names;
    out += &format!("\n{}", line(["figures", first, second]));
    for pair in &comparison.pairs {
        let print =
            |figure: Option<Figure>| figure.map_or_else(|| number::DASH.into(), |it| pair.measure.with_interval(&it));
        out += &line([&format!("{} {}", pair.measure.name(), pair.name), &print(pair.first), &print(pair.second)]);
    }
    if comparison.bytes != [0, 0] {
        let [first, second] = comparison.bytes.map(|bytes| format!("{bytes} bytes"));
        out += &line(["packed model", &first, &second]);
    }
    if !comparison.changed.is_empty() {
        out += &format!("\n{}", line(["settings that differ", first, second]));
    }
    for changed in &comparison.changed {
        let print = |value: &Option<String>| value.clone().unwrap_or_else(|| number::DASH.into());
        out += &line([&changed.name, &print(&changed.first), &print(&changed.second)]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(value: f64, half: f64, depth: u32) -> Run {
        let figure = Figure { value, low: value - half, high: value + half };
        let candidate = Candidate {
            name: "boosted".into(),
            settings: vec![Setting::new("depth", depth)],
            figures: [(Metric::RocAuc, figure)].into(),
            ..Candidate::default()
        };
        let mut run = Run { candidates: vec![candidate], ..Run::default() };
        run.chosen.name = "boosted".into();
        run
    }

    fn compared(first: &Run, second: &Run) -> Comparison {
        Comparison::of(["a".into(), "b".into()], [first, second])
    }

    #[test]
    fn a_lead_within_the_intervals_is_none() {
        let close = compared(&run(0.90, 0.02, 3), &run(0.91, 0.02, 4));
        assert!(close.headline.starts_with("Neither is shown to be better"), "{}", close.headline);
        let clear = compared(&run(0.80, 0.02, 3), &run(0.91, 0.02, 4));
        assert!(clear.headline.starts_with("b is better than a"), "{}", clear.headline);
        let worse = compared(&run(0.91, 0.02, 3), &run(0.80, 0.02, 4));
        assert!(worse.headline.starts_with("a is better than b"), "{}", worse.headline);
    }

    #[test]
    fn tells_what_differs_and_nothing_else() {
        let comparison = compared(&run(0.9, 0.01, 3), &run(0.9, 0.01, 4));
        let [changed] = &comparison.changed[..] else { panic!("{:?}", comparison.changed) };
        assert_eq!(
            (changed.name.as_str(), changed.first.as_deref(), changed.second.as_deref()),
            ("boosted: depth", Some("3"), Some("4"))
        );
        assert!(comparison.doubts.is_empty() && comparison.headline.contains("reach the same"));
    }

    #[test]
    fn doubts_figures_of_other_rows() {
        let mut other = run(0.9, 0.01, 3);
        other.split.test = 99;
        assert_eq!(compared(&run(0.9, 0.01, 3), &other).doubts.len(), 1);
    }

    #[test]
    fn no_line_of_the_table_is_wider_than_told() {
        let comparison = compared(&run(0.9, 0.01, 3), &run(0.8, 0.01, 4));
        let table = in_words(&comparison, 60);
        assert!(table.lines().skip(1).all(|line| line.chars().count() <= 60), "{table}");
        assert!(table.contains("ROC-AUC boosted") && table.contains("boosted: depth"), "{table}");
    }
}
