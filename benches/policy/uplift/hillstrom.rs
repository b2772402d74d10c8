//! Reads the Hillstrom e-mail trial: 64,000 customers, three arms given by a fair coin.

use flate2::read::GzDecoder;
use skonto::train::sample::{Column, Sample};
use skonto::train::trial::Trial;
use std::collections::BTreeMap;
use std::fs::File;

/// What an e-mail costs, dollars.
pub const MAIL_COST: f64 = 0.1;
const ARMS: [&str; 3] = ["No E-Mail", "Mens E-Mail", "Womens E-Mail"];
const LEVELS: [&str; 3] = ["history_segment", "zip_code", "channel"];

/// The trial with all three outcomes.
pub struct Hillstrom {
    pub visit: Vec<f64>,
    pub conversion: Vec<f64>,
    pub spend: Vec<f64>,
    pub arm: Vec<u16>,
    /// Numbers, then levels: what weighted sums are fitted on.
    pub levels: Sample,
    /// Numbers, then a column of 0 and 1 for every level: what trees are fitted on.
    pub one_hot: Sample,
}

/// Columns of text by name.
type Texts = BTreeMap<String, Vec<String>>;

/// The data, none where they are absent.
pub fn read() -> Option<Hillstrom> {
    let file = File::open(crate::data("hillstrom/hillstrom.csv.gz")?).ok()?;
    let mut reader = csv::Reader::from_reader(GzDecoder::new(file));
    let names: Vec<String> = reader.headers().ok()?.iter().map(String::from).collect();
    let mut texts = Texts::new();
    for record in reader.records() {
        let record = record.ok()?;
        names.iter().zip(&record).for_each(|(name, text)| texts.entry(name.clone()).or_default().push(text.into()));
    }
    let number = |name: &str| texts[name].iter().map(|text| text.parse().ok()).collect::<Option<Vec<f64>>>();
    let arm = texts["segment"].iter().map(|text| ARMS.iter().position(|arm| arm == text).map(|arm| arm as u16));
    let (levels, one_hot) = features(&texts, &number)?;
    Some(Hillstrom {
        visit: number("visit")?,
        conversion: number("conversion")?,
        spend: number("spend")?,
        arm: arm.collect::<Option<_>>()?,
        levels,
        one_hot,
    })
}

fn features(texts: &Texts, number: &dyn Fn(&str) -> Option<Vec<f64>>) -> Option<(Sample, Sample)> {
    let mut columns = Vec::new();
    for name in ["recency", "history", "mens", "womens", "newbie"] {
        columns.push((name.to_string(), number(name)?));
    }
    let logarithm = columns[1].1.iter().map(|history| skonto::math::ln_1p(*history)).collect();
    columns.push(("log_history".into(), logarithm));
    let mut levels = sample(columns.iter().map(|(name, values)| (name.clone(), Column::Number(values.clone()))));
    for name in LEVELS {
        let known: Vec<&String> = std::collections::BTreeSet::from_iter(&texts[name]).into_iter().collect();
        let codes: Vec<u16> =
            texts[name].iter().filter_map(|text| known.binary_search(&text).ok()).map(|at| at as u16 + 1).collect();
        for (at, level) in known.iter().enumerate() {
            let lit = codes.iter().map(|code| f64::from(u8::from(*code as usize == at + 1)));
            columns.push((format!("{name} {level}"), lit.collect()));
        }
        levels.names.push(name.into());
        levels.columns.push(Column::Level { codes, levels: known.len() as u16 });
    }
    Some((levels, sample(columns.into_iter().map(|(name, values)| (name, Column::Number(values))))))
}

fn sample(columns: impl Iterator<Item = (String, Column)>) -> Sample {
    let (names, columns): (Vec<String>, Vec<Column>) = columns.unzip();
    let rows = columns.first().map_or(0, |column| match column {
        Column::Number(values) => values.len(),
        Column::Level { codes, .. } => codes.len(),
    });
    Sample { names, columns, target: vec![0.0; rows], weight: vec![1.0; rows] }
}

impl Hillstrom {
    /// A trial of all arms whose reward is this outcome.
    pub fn trial(&self, features: &Sample, outcome: &[f64]) -> Trial {
        let cost = self.arm.iter().map(|arm| if *arm == 0 { 0.0 } else { MAIL_COST });
        Trial {
            arms: ARMS.map(String::from).to_vec(),
            features: Sample { target: outcome.to_vec(), ..features.clone() },
            arm: self.arm.clone(),
            propensity: vec![vec![1.0 / 3.0; 3]],
            only_given: false,
            cost: cost.collect(),
            shopper: None,
        }
    }

    /// The rows given none or one of these arms, as a trial of two arms.
    pub fn against_none(&self, features: &Sample, outcome: &[f64], arms: &[u16]) -> Trial {
        let rows: Vec<usize> =
            (0..self.arm.len()).filter(|row| self.arm[*row] == 0 || arms.contains(&self.arm[*row])).collect();
        let mut trial = self.trial(features, outcome).pick(&rows);
        trial.arm.iter_mut().for_each(|arm| *arm = (*arm).min(1));
        trial.arms = vec!["none".into(), "mail".into()];
        let mailed = arms.len() as f64 / (arms.len() as f64 + 1.0);
        trial.propensity = vec![vec![1.0 - mailed, mailed]];
        trial
    }
}
