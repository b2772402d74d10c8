//! How the numbers of an experiment are printed: means of money with as many decimals as tell policies apart.

use crate::evaluate::chart::Print;
use crate::evaluate::experiment::Experiment;
use crate::evaluate::report::bars::{self, Mark, Row};
pub use crate::evaluate::report::learned::show::{bytes, first_up, has_interval, percent_tick, plain_tick, seconds};
use crate::evaluate::report::number::{self, Currency};
use crate::evaluate::summary::Figure;
use maud::Markup;

/// What something is measured in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Money per row.
    Money,
    /// Any other number, such as a share of visits.
    Number,
}

/// A run with the way its money is printed.
pub struct Show<'a> {
    /// The run.
    pub run: &'a Experiment,
    currency: Currency,
    decimals: usize,
}

impl Show<'_> {
    /// Finds how many decimals the means of a run need.
    pub fn of(run: &Experiment) -> Show<'_> {
        let currency = Currency::of(&run.currency);
        let values = run.policies.iter().flat_map(|policy| &policy.values).map(|(_, figure)| figure.value);
        let rewards = run.arms.iter().map(|arm| arm.reward.value);
        let largest = values.chain(rewards).map(f64::abs).filter(|value| value.is_finite()).fold(0.0, f64::max);
        let decimals = currency.mean_decimals(largest);
        Show { run, currency, decimals }
    }

    /// What the page is about.
    pub fn heading(&self) -> &str {
        let names = [&self.run.title, &self.run.shop];
        names.into_iter().find(|name| !name.is_empty()).map_or("An experiment", String::as_str)
    }

    /// One row, in words.
    pub fn row(&self) -> &str {
        if self.run.rows[0].is_empty() { "row" } else { &self.run.rows[0] }
    }

    /// Several rows, in words.
    pub fn rows(&self) -> &str {
        if self.run.rows[1].is_empty() { "rows" } else { &self.run.rows[1] }
    }

    /// What a row brought, in words.
    pub fn reward(&self) -> &str {
        if self.run.reward.is_empty() { "reward" } else { &self.run.reward }
    }

    /// Names of the arms.
    pub fn arms(&self) -> Vec<&str> {
        self.run.arms.iter().map(|arm| arm.id.as_str()).collect()
    }

    /// Money per row.
    pub fn money(&self, value: f64) -> String {
        self.currency.mean(value, self.decimals, false)
    }

    /// The same with a plus sign above zero.
    pub fn signed(&self, value: f64) -> String {
        self.currency.mean(value, self.decimals, true)
    }

    /// A tick of an axis of money.
    pub fn tick(&self, value: f64, step: f64) -> String {
        self.currency.mean(value, number::tick_decimals(step), false)
    }

    /// A value in a unit.
    pub fn value(&self, unit: Unit, value: f64) -> String {
        match unit {
            Unit::Money => self.money(value),
            Unit::Number => number::amount(value),
        }
    }

    /// A tick in a unit.
    pub fn unit_tick(&self, unit: Unit, value: f64, step: f64) -> String {
        match unit {
            Unit::Money => self.tick(value, step),
            Unit::Number => plain_tick(value, step),
        }
    }

    /// In what an outcome is measured: the reward is money.
    pub fn unit(&self, outcome: &str) -> Unit {
        if outcome.is_empty() || outcome == self.run.reward { Unit::Money } else { Unit::Number }
    }
}

/// A figure with its interval where that is known.
pub fn full(figure: &Figure, print: &dyn Fn(f64) -> String) -> String {
    if has_interval(figure) { number::with_interval(figure, print) } else { print(figure.value) }
}

/// The interval alone; a dash where it is not known.
pub fn ends(figure: &Figure, print: &dyn Fn(f64) -> String) -> String {
    if has_interval(figure) { number::interval(figure, print) } else { number::DASH.to_string() }
}

/// A row of a picture with its interval.
pub fn dot(label: &str, figure: &Figure, text: String, strong: bool) -> Row {
    let interval = has_interval(figure).then_some((figure.low, figure.high));
    Row { label: label.to_string(), value: figure.value, interval, text, strong }
}

/// A row of a picture without one.
pub fn bar(label: &str, value: f64, text: String) -> Row {
    Row { label: label.to_string(), value, interval: None, text, strong: false }
}

/// Dots under each other.
pub fn dots(rows: &[Row], axis: &str, print: Print) -> Option<Markup> {
    bars::rows(rows, Mark::Dot, axis, print)
}

/// A text of the program's with signs as wide as the pluses beside them, which stay with their numbers.
pub fn typeset(sentence: &str) -> String {
    let mut set = String::with_capacity(sentence.len());
    let mut before = ' ';
    let mut letters = sentence.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_sign = matches!(letter, '-' | '+') && matches!(before, ' ' | '(');
        match is_sign && letters.peek().is_some_and(char::is_ascii_digit) {
            true => set.extend([if letter == '-' { '−' } else { '+' }, '\u{2060}']),
            false => set.push(letter),
        }
        before = letter;
    }
    set
}

#[cfg(test)]
mod tests {
    use super::typeset;

    #[test]
    fn signs_are_set_as_signs_and_hyphens_stay() {
        let said = typeset("an e-mail: -0.03 (-0.35 to +0.29), 1-2 of self-made");
        assert_eq!(said, "an e-mail: −\u{2060}0.03 (−\u{2060}0.35 to +\u{2060}0.29), 1-2 of self-made");
    }
}
