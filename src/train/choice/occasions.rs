//! [`Occasions`]: what there was to choose from, what was chosen, and by whom. Only checked ones can be fitted.

use crate::error::{Code, Error, Result};
use crate::evaluate::measures::numbered;
use std::collections::HashSet;

/// The most alternatives, and the most attributes: a step inverts a square matrix of both.
pub const MOST: usize = 64;
/// The largest value of an attribute: its square still has digits to spare.
const LARGEST: f64 = 1e12;

/// Occasions on which one of the same alternatives was chosen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Occasions {
    /// Names, 2 to 64. The first is the one that intercepts are told against.
    pub alternatives: Vec<String>,
    /// Names of what alternatives differ in, at most 64; none where shares alone are asked for.
    pub attributes: Vec<String>,
    /// Occasion after occasion: alternative after alternative, its attributes, in any unit.
    pub values: Vec<f64>,
    /// By occasion, the alternative chosen.
    pub chosen: Vec<u16>,
    /// Who chose, where that is known.
    pub panels: Option<Panels>,
}

/// Households, or whoever chose more than once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panels {
    /// By occasion, the number of its panel.
    pub of: Vec<u32>,
    /// By panel, what each of its occasions counts; positive.
    pub weight: Vec<f64>,
}

impl Panels {
    /// Every occasion counts 1. `who` says by occasion who chose, in any numbers.
    pub fn plain(who: &[u64]) -> Panels {
        let (of, count) = numbered(Some(who), who.len());
        Panels { of, weight: vec![1.0; count] }
    }

    /// Every panel counts as much as any other, however often it chose; all together count as many as there are occasions.
    pub fn alike(who: &[u64]) -> Panels {
        let Panels { of, mut weight } = Panels::plain(who);
        let mut own = vec![0.0; weight.len()];
        of.iter().for_each(|panel| own[*panel as usize] += 1.0);
        let share = of.len() as f64 / own.len().max(1) as f64;
        weight.iter_mut().zip(own).for_each(|(weight, own)| *weight = share / own);
        Panels { of, weight }
    }
}

/// Occasions that make sense. Only [`Occasions::check`] makes them.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedOccasions(Occasions);

impl Occasions {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.chosen.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// Numbers of one occasion.
    fn width(&self) -> usize {
        self.alternatives.len() * self.attributes.len()
    }

    /// Some occasions, in the order given. Each counts what it counted before.
    pub fn pick(&self, rows: &[usize]) -> Occasions {
        let width = self.width();
        let of = |panels: &Panels| rows.iter().map(|row| panels.of[*row]).collect();
        Occasions {
            alternatives: self.alternatives.clone(),
            attributes: self.attributes.clone(),
            values: rows.iter().flat_map(|row| &self.values[row * width..(row + 1) * width]).copied().collect(),
            chosen: rows.iter().map(|row| self.chosen[*row]).collect(),
            panels: self.panels.as_ref().map(|panels| Panels { of: of(panels), weight: panels.weight.clone() }),
        }
    }

    /// Refuses what nothing could be learnt from.
    ///
    /// # Errors
    /// No occasion; fewer than 2 or more than 64 alternatives, more than 64 attributes; a name that is empty or taken; another
    /// number of values than occasions × alternatives × attributes; a value that is no number or beyond ±1e12; a choice that
    /// is no alternative; a panel without a positive weight.
    pub fn check(self) -> Result<CheckedOccasions> {
        check_names("alternatives", 2, &self.alternatives)?;
        check_names("attributes", 0, &self.attributes)?;
        if self.is_empty() {
            return Err(Error::new(Code::BadData, "choices: at least one occasion, found none"));
        }
        let expected = (self.len() as u64).saturating_mul(self.width() as u64);
        if self.values.len() as u64 != expected {
            let found = self.values.len() as u64;
            return Err(Error::limit(Code::BadIndex, "choices: values of the alternatives", expected, found));
        }
        self.check_values()?;
        let last = self.alternatives.len();
        if let Some(row) = self.chosen.iter().position(|chosen| *chosen as usize >= last) {
            let what = format!("occasion {row}: alternative {} of {last} was chosen", self.chosen[row]);
            return Err(Error::new(Code::BadIndex, what));
        }
        self.panels.as_ref().map_or(Ok(()), |panels| panels.check(self.len()))?;
        Ok(CheckedOccasions(self))
    }

    fn check_values(&self) -> Result<()> {
        let Some(at) = self.values.iter().position(|value| !(-LARGEST..=LARGEST).contains(value)) else {
            return Ok(());
        };
        let (value, row) = (self.values[at], at / self.width());
        let attribute = &self.attributes[at % self.attributes.len()];
        let alternative = &self.alternatives[at % self.width() / self.attributes.len()];
        let code = if value.is_finite() { Code::OutOfRange } else { Code::NotFinite };
        let what =
            format!("occasion {row}: `{attribute}` of `{alternative}` is {value}; at most {LARGEST:e} either way");
        Err(Error::new(code, what))
    }
}

impl Panels {
    fn check(&self, occasions: usize) -> Result<()> {
        if self.of.len() != occasions {
            return Err(Error::limit(Code::BadIndex, "panels by occasion", occasions as u64, self.of.len() as u64));
        }
        let count = self.weight.len();
        if let Some(row) = self.of.iter().position(|panel| *panel as usize >= count) {
            return Err(Error::new(Code::BadIndex, format!("occasion {row}: panel {} of {count}", self.of[row])));
        }
        // Sums of squares of weights must keep their digits, too.
        match self.weight.iter().position(|weight| !(1e-9..=1e9).contains(weight)) {
            None => Ok(()),
            Some(panel) => {
                let what = format!("panel {panel}: its weight must be 1e-9 to 1e9, found {}", self.weight[panel]);
                Err(Error::new(Code::OutOfRange, what))
            }
        }
    }
}

fn check_names(what: &str, least: usize, names: &[String]) -> Result<()> {
    if !(least..=MOST).contains(&names.len()) {
        let what = format!("{what} of a choice, at least {least}");
        return Err(Error::limit(Code::OutOfRange, what, MOST as u64, names.len() as u64));
    }
    let mut known = HashSet::new();
    match names.iter().find(|name| name.is_empty() || !known.insert(name.as_str())) {
        None => Ok(()),
        Some(name) if name.is_empty() => Err(Error::new(Code::BadText, format!("{what} of a choice: one has no name"))),
        Some(name) => Err(Error::new(Code::DuplicateName, format!("{what} of a choice: two are called `{name}`"))),
    }
}

impl CheckedOccasions {
    /// The occasions as they were given.
    pub fn occasions(&self) -> &Occasions {
        &self.0
    }

    /// How many alternatives there are.
    pub(super) fn alternatives(&self) -> usize {
        self.0.alternatives.len()
    }

    /// How many parameters: an intercept by alternative after the first, a weight by attribute.
    pub(super) fn parameters(&self) -> usize {
        self.alternatives() - 1 + self.0.attributes.len()
    }

    /// What a parameter belongs to: an alternative after the first, or an attribute.
    pub(super) fn name(&self, parameter: usize) -> &str {
        let Occasions { alternatives, attributes, .. } = &self.0;
        alternatives.iter().skip(1).chain(attributes).nth(parameter).map_or("", String::as_str)
    }

    /// The alternatives of an occasion, each with its attributes.
    pub(super) fn row(&self, row: usize) -> &[f64] {
        let width = self.0.width();
        &self.0.values[row * width..(row + 1) * width]
    }

    /// The alternative chosen.
    pub(super) fn chosen(&self, row: usize) -> usize {
        self.0.chosen[row] as usize
    }

    /// What an occasion counts.
    pub(super) fn weight(&self, row: usize) -> f64 {
        self.0.panels.as_ref().map_or(1.0, |panels| panels.weight[panels.of[row] as usize])
    }

    /// What all occasions count.
    pub(super) fn total(&self) -> f64 {
        crate::math::ordered_sum((0..self.0.len()).map(|row| self.weight(row)))
    }

    /// By alternative, what the occasions on which it was chosen count.
    pub(super) fn counts(&self) -> Vec<f64> {
        let mut counts = vec![0.0; self.alternatives()];
        (0..self.0.len()).for_each(|row| counts[self.chosen(row)] += self.weight(row));
        counts
    }

    /// The log-likelihood of giving every alternative its share of choices, whatever its attributes: what a fit must beat.
    pub fn log_likelihood_of_shares(&self) -> f64 {
        let total = self.total();
        let chosen = self.counts().into_iter().filter(|count| *count > 0.0);
        crate::math::ordered_sum(chosen.map(|count| count * crate::math::ln(count / total)))
    }
}
