//! Recency, frequency and monetary value of each shopper, in five grades each, and a name for every combination.
//!
//! Grades compare shoppers of one shop with each other at one moment; they are *not* a forecast, and a segment is a
//! word for people to talk with, not an offer.

use crate::error::{Code, Error, Result};
use std::collections::HashMap;

/// One line of an order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Line {
    /// Who bought.
    pub shopper: u32,
    /// Which order it belongs to.
    pub order: u32,
    /// When, in seconds since 1970.
    pub seconds: i64,
    /// What was paid.
    pub amount: f64,
}

/// How one shopper has bought so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shopper {
    /// Who.
    pub shopper: u32,
    /// Whole days since the last order.
    pub recency_days: u32,
    /// How many orders.
    pub frequency: u32,
    /// What was paid for all of them.
    pub monetary: f64,
}

/// Sums up `lines` per shopper, rising by shopper, as seen at `now_seconds`. Refuses a line after that moment and an
/// amount that is negative or not finite. Amounts are added in the order of the lines.
pub fn sum_up(lines: &[Line], now_seconds: i64) -> Result<Vec<Shopper>> {
    lines.iter().enumerate().try_for_each(|(index, line)| check_line(index, line, now_seconds))?;
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|index| (lines[*index].shopper, *index));
    let groups = order.chunk_by(|a, b| lines[*a].shopper == lines[*b].shopper);
    Ok(groups.map(|group| shopper(group.iter().map(|index| &lines[*index]), now_seconds)).collect())
}

fn check_line(index: usize, line: &Line, now_seconds: i64) -> Result<()> {
    if line.seconds > now_seconds {
        return Err(Error::new(Code::BadTime, format!("order line {index} is later than the moment of the grades")));
    }
    match line.amount.is_finite() && line.amount >= 0.0 {
        true => Ok(()),
        false => Err(Error::new(Code::BadPrice, format!("order line {index} has an amount of {}", line.amount))),
    }
}

fn shopper<'a>(lines: impl Iterator<Item = &'a Line> + Clone, now_seconds: i64) -> Shopper {
    let mut orders: Vec<u32> = lines.clone().map(|line| line.order).collect();
    orders.sort_unstable();
    orders.dedup();
    let last = lines.clone().map(|line| line.seconds).max().unwrap_or(now_seconds);
    Shopper {
        shopper: lines.clone().next().map_or(0, |line| line.shopper),
        recency_days: (now_seconds.saturating_sub(last) / 86_400).min(u32::MAX as i64) as u32,
        frequency: orders.len() as u32,
        monetary: crate::math::ordered_sum(lines.map(|line| line.amount)),
    }
}

/// A grade from 1, the worst fifth, to 5, the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(u8);

impl Score {
    /// Refuses what is not within 1 to 5.
    pub fn new(grade: u8) -> Result<Score> {
        match grade {
            1..=5 => Ok(Score(grade)),
            _ => Err(Error::limit(Code::OutOfRange, "a grade, from 1", 5, grade as u64)),
        }
    }

    /// The grade.
    pub fn get(self) -> u8 {
        self.0
    }
}

/// The three grades of one shopper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scores {
    /// 5 for those who bought most recently.
    pub recency: Score,
    /// 5 for those who order most often.
    pub frequency: Score,
    /// 5 for those who paid most.
    pub monetary: Score,
}

/// Grades all shoppers against each other, in their order. Equal values get equal grades, so fifths can be uneven.
pub fn grade(shoppers: &[Shopper]) -> Vec<Scores> {
    let column = |value: fn(&Shopper) -> f64| fifths(&shoppers.iter().map(value).collect::<Vec<_>>());
    let recency = column(|shopper| -(shopper.recency_days as f64));
    let (frequency, monetary) = (column(|shopper| shopper.frequency as f64), column(|shopper| shopper.monetary));
    let rows = recency.into_iter().zip(frequency).zip(monetary);
    rows.map(|((recency, frequency), monetary)| Scores { recency, frequency, monetary }).collect()
}

/// The grade of a value is the fifth its rank falls into: the share of values below it, in fifths, plus 1.
fn fifths(values: &[f64]) -> Vec<Score> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let below = |value: &f64| sorted.partition_point(|other| other < value);
    values.iter().map(|value| Score((below(value) * 5 / values.len()) as u8 + 1)).collect()
}

/// What to call shoppers with certain grades.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// Bought just now, often and much.
    Champions,
    /// Buy often or much, and still do.
    Loyal,
    /// Bought recently and more than once.
    PotentialLoyal,
    /// Bought just now, for the first time or little.
    New,
    /// Bought recently, little so far.
    Promising,
    /// Average in everything.
    NeedsAttention,
    /// Neither recent nor frequent, still within reach.
    AboutToSleep,
    /// Bought often or much, some time ago.
    AtRisk,
    /// Were among the best, and have not come back for long.
    CannotLoseThem,
    /// Bought little, some time ago.
    Hibernating,
    /// Worst in everything.
    Lost,
}

impl Segment {
    /// All of them, best first.
    pub const ALL: [Segment; 11] = [
        Segment::Champions,
        Segment::Loyal,
        Segment::PotentialLoyal,
        Segment::New,
        Segment::Promising,
        Segment::NeedsAttention,
        Segment::AboutToSleep,
        Segment::AtRisk,
        Segment::CannotLoseThem,
        Segment::Hibernating,
        Segment::Lost,
    ];

    /// The segment of any grades, from the table in common use: recency against the mean of frequency and monetary
    /// value, halves rounded up.
    pub fn of(scores: Scores) -> Segment {
        let value = (scores.frequency.get() + scores.monetary.get()).div_ceil(2);
        match (scores.recency.get(), value) {
            (5, 4 | 5) => Segment::Champions,
            (3 | 4, 4 | 5) => Segment::Loyal,
            (4 | 5, 2 | 3) => Segment::PotentialLoyal,
            (5, _) => Segment::New,
            (4, _) => Segment::Promising,
            (3, 3) => Segment::NeedsAttention,
            (3, _) => Segment::AboutToSleep,
            (_, 5) => Segment::CannotLoseThem,
            (_, 3 | 4) => Segment::AtRisk,
            (1, 1) => Segment::Lost,
            _ => Segment::Hibernating,
        }
    }

    /// Its name in English.
    pub fn english(self) -> &'static str {
        match self {
            Segment::Champions => "champions",
            Segment::Loyal => "loyal",
            Segment::PotentialLoyal => "potentially loyal",
            Segment::New => "new",
            Segment::Promising => "promising",
            Segment::NeedsAttention => "needs attention",
            Segment::AboutToSleep => "about to sleep",
            Segment::AtRisk => "at risk",
            Segment::CannotLoseThem => "cannot lose them",
            Segment::Hibernating => "hibernating",
            Segment::Lost => "lost",
        }
    }

    /// Its name in Chinese.
    pub fn chinese(self) -> &'static str {
        match self {
            Segment::Champions => "冠军顾客",
            Segment::Loyal => "忠诚顾客",
            Segment::PotentialLoyal => "潜在忠诚顾客",
            Segment::New => "新顾客",
            Segment::Promising => "有潜力顾客",
            Segment::NeedsAttention => "需要关注",
            Segment::AboutToSleep => "即将沉睡",
            Segment::AtRisk => "有流失风险",
            Segment::CannotLoseThem => "不能失去",
            Segment::Hibernating => "休眠顾客",
            Segment::Lost => "已流失",
        }
    }
}

/// How many shoppers each segment has, best segment first, empty ones included.
pub fn count(scores: &[Scores]) -> Vec<(Segment, usize)> {
    let mut counts: HashMap<Segment, usize> = HashMap::new();
    scores.iter().for_each(|scores| *counts.entry(Segment::of(*scores)).or_default() += 1);
    Segment::ALL.map(|segment| (segment, counts.get(&segment).copied().unwrap_or(0))).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(recency: u8, frequency: u8, monetary: u8) -> Scores {
        Scores { recency: Score(recency), frequency: Score(frequency), monetary: Score(monetary) }
    }

    fn every_combination() -> Vec<Scores> {
        (0..125).map(|i| scores(i / 25 + 1, i / 5 % 5 + 1, i % 5 + 1)).collect()
    }

    #[test]
    fn every_combination_of_grades_has_one_segment_and_every_segment_has_some() {
        let counts = count(&every_combination());
        assert_eq!(counts.iter().map(|(_, count)| count).sum::<usize>(), 125);
        assert!(counts.iter().all(|(_, count)| *count > 0), "{counts:?}");
    }

    #[test]
    fn grades_at_the_corners_have_the_segment_everyone_expects() {
        let rows = [
            (scores(5, 5, 5), Segment::Champions),
            (scores(3, 4, 4), Segment::Loyal),
            (scores(4, 3, 2), Segment::PotentialLoyal),
            (scores(5, 1, 1), Segment::New),
            (scores(4, 1, 1), Segment::Promising),
            (scores(3, 3, 3), Segment::NeedsAttention),
            (scores(3, 1, 2), Segment::AboutToSleep),
            (scores(2, 4, 3), Segment::AtRisk),
            (scores(1, 5, 5), Segment::CannotLoseThem),
            (scores(2, 2, 2), Segment::Hibernating),
            (scores(1, 1, 1), Segment::Lost),
        ];
        for (scores, segment) in rows {
            assert_eq!(Segment::of(scores), segment);
        }
    }

    #[test]
    fn a_higher_grade_never_makes_a_worse_customer_of_a_recent_one() {
        for recency in 4..=5 {
            let by_value: Vec<Segment> = (1..=5).map(|value| Segment::of(scores(recency, value, value))).collect();
            assert!(by_value.is_sorted_by(|worse, better| worse >= better), "{by_value:?}");
        }
    }

    #[test]
    fn names_are_different_in_both_languages() {
        for name in [Segment::english, Segment::chinese] {
            let mut names = Segment::ALL.map(name).to_vec();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), Segment::ALL.len());
        }
    }

    #[test]
    fn lines_add_up_per_shopper_and_orders_count_once() {
        let line = |shopper, order, day: i64, amount| Line { shopper, order, seconds: day * 86_400, amount };
        let lines = [line(7, 1, 3, 5.0), line(2, 9, 1, 1.0), line(7, 1, 3, 2.5), line(7, 4, 8, 1.0)];
        let shoppers = sum_up(&lines, 10 * 86_400 - 1).unwrap();
        let expected = [(2, 8, 1, 1.0), (7, 1, 2, 8.5)].map(|(shopper, recency_days, frequency, monetary)| Shopper {
            shopper,
            recency_days,
            frequency,
            monetary,
        });
        assert_eq!(shoppers, expected);
    }

    #[test]
    fn refuses_lines_from_the_future_and_impossible_amounts() {
        let line = Line { shopper: 1, order: 1, seconds: 100, amount: 1.0 };
        assert_eq!(sum_up(&[line], 99).unwrap_err().code(), Code::BadTime);
        for amount in [-1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(sum_up(&[Line { amount, ..line }], 100).unwrap_err().code(), Code::BadPrice);
        }
        assert_eq!(sum_up(&[], 0), Ok(vec![]));
    }

    #[test]
    fn fifths_are_even_without_ties_and_ties_share_a_grade() {
        let grades = |values: &[f64]| fifths(values).into_iter().map(Score::get).collect::<Vec<_>>();
        assert_eq!(grades(&[1.0, 2.0, 3.0, 4.0, 5.0]), [1, 2, 3, 4, 5]);
        assert_eq!(grades(&[1.0, 1.0, 1.0, 1.0, 9.0]), [1, 1, 1, 1, 5]);
        assert_eq!(grades(&[3.0]), [1]);
        assert!(grades(&[]).is_empty());
    }

    #[test]
    fn the_most_recent_shopper_has_the_best_recency() {
        let shopper = |recency_days| Shopper { shopper: 0, recency_days, frequency: 1, monetary: 1.0 };
        let graded = grade(&[90, 1, 30, 7, 60].map(shopper));
        assert_eq!(graded.iter().map(|scores| scores.recency.get()).collect::<Vec<_>>(), [1, 5, 3, 4, 2]);
    }

    #[test]
    fn refuses_grades_outside_one_to_five() {
        assert!(Score::new(0).is_err() && Score::new(6).is_err());
        assert_eq!(Score::new(5).map(Score::get), Ok(5));
    }
}
