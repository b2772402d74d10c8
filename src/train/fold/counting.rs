//! What words and rules are learnt from: titles, searches and baskets of the training rows, counted.
//!
//! A title counts once, however often it was looked at, or what sells would drown what is sold. A search counts once
//! for every doubling of how often it was made, so that the head of the searches does not drown their tail. A basket
//! is the groups of one transaction; purchases without a transaction make one basket a visit.

use super::moments::pause;
use super::training::lot;
use super::{CheckedOptions, Folding, Partitioned, Shopper, survey};
use crate::error::Result;
use crate::event::{EventKind, GroupId};
use crate::feature::Schema;
use crate::train::words::{self, Corpus, WordsParams};
use crate::words::Words;
use std::collections::{BTreeMap, BTreeSet};

/// The most baskets that rules are found in; of more, so many drawn by a stable hash.
const MAX_BASKETS: usize = 1_000_000;

/// What was counted.
#[derive(Debug, Default)]
pub struct Counted {
    /// How often each text was searched for, by number.
    searches: BTreeMap<u32, u64>,
    /// Titles by group, or by none.
    titles: BTreeSet<(Option<u16>, u32)>,
    /// Baskets, each with its lot.
    baskets: Vec<(u64, Vec<u16>)>,
    /// All baskets there were.
    pub of_baskets: u64,
}

/// Counts shopper by shopper.
#[derive(Debug)]
struct Counting {
    pause: u32,
}

impl Folding for Counting {
    type Piece = Counted;
    type Made = Counted;

    fn start(&self) -> Result<Counted> {
        Ok(Counted::default())
    }

    fn take(&self, piece: &mut Counted, shopper: &Shopper) -> Result<()> {
        piece.texts(shopper);
        piece.baskets(shopper, self.pause);
        Ok(())
    }

    fn finish(&self, piece: Counted) -> Result<Counted> {
        Ok(piece)
    }
}

/// Counts the training rows of a log.
pub fn count(log: &Partitioned, options: &CheckedOptions, session_minutes: u16) -> Result<Counted> {
    let mut all = Counted::default();
    survey(log, options, &Counting { pause: pause(session_minutes) }, |piece| {
        all.merge(piece);
        Ok(())
    })?;
    all.draw();
    Ok(all)
}

impl Counted {
    fn texts(&mut self, shopper: &Shopper) {
        for row in shopper.rows {
            if let Some(text) = shopper.extras.query(row).filter(|_| row.begins()) {
                *self.searches.entry(text).or_default() += 1;
            }
            if let Some(text) = shopper.extras.name(row) {
                self.titles.insert((super::shopper::group(row).map(|group| group.0), text));
            }
        }
    }

    fn baskets(&mut self, shopper: &Shopper, pause: u32) {
        let purchases = shopper.events().filter(|rows| rows[0].kind() == EventKind::PURCHASE.index());
        // The basket that goes on while purchases have no transaction: its latest moment.
        let mut going_on: Option<u32> = None;
        for rows in purchases {
            let groups = rows.iter().filter_map(super::shopper::group).map(|GroupId(group)| group);
            let joins = rows[0].transaction == 0 && going_on.is_some_and(|latest| rows[0].time - latest <= pause);
            match self.baskets.last_mut().filter(|_| joins) {
                Some((_, basket)) => basket.extend(groups),
                None => {
                    self.baskets.push((lot(shopper.key, rows[0].time as u64), groups.collect()));
                    self.of_baskets += 1;
                }
            }
            going_on = (rows[0].transaction == 0).then_some(rows[0].time);
        }
        if self.baskets.len() > 2 * MAX_BASKETS {
            self.draw();
        }
    }

    /// Keeps those with the lowest lots, in their order.
    fn draw(&mut self) {
        if self.baskets.len() > MAX_BASKETS {
            let mut lots: Vec<u64> = self.baskets.iter().map(|(lot, _)| *lot).collect();
            let (_, last, _) = lots.select_nth_unstable(MAX_BASKETS - 1);
            self.baskets.retain(|(lot, _)| lot <= last);
        }
    }

    fn merge(&mut self, later: Counted) {
        later.searches.into_iter().for_each(|(text, count)| *self.searches.entry(text).or_default() += count);
        self.titles.extend(later.titles);
        self.baskets.extend(later.baskets);
        self.of_baskets += later.of_baskets;
        if self.baskets.len() > 2 * MAX_BASKETS {
            self.draw();
        }
    }

    /// Baskets that were kept.
    pub fn kept_baskets(&self) -> u64 {
        self.baskets.len() as u64
    }

    /// Groups of the baskets.
    pub fn groups(&self) -> impl Iterator<Item = Vec<u32>> {
        self.baskets.iter().map(|(_, basket)| basket.iter().map(|group| *group as u32).collect())
    }

    /// What words mean. Texts go in by their letters, whatever their numbers.
    pub fn words(&self, texts: &[String], schema: &Schema, params: WordsParams) -> Result<Words> {
        let text = |number: u32| texts[number as usize].as_str();
        let titles: BTreeSet<&str> = self.titles.iter().map(|(_, title)| text(*title)).collect();
        let searches: BTreeMap<&str, u64> = self.searches.iter().map(|(term, count)| (text(*term), *count)).collect();
        let mut corpus = Corpus {
            texts: titles.into_iter().collect(),
            groups: vec![Vec::new(); schema.groups.len()],
            categories: vec![Vec::new(); schema.categories.len()],
        };
        for (term, count) in searches {
            corpus.texts.extend(std::iter::repeat_n(term, 1 + count.ilog2() as usize));
        }
        let mut of_groups: Vec<(u16, &str)> =
            self.titles.iter().filter_map(|(group, title)| Some(((*group)?, text(*title)))).collect();
        of_groups.sort_unstable();
        for (group, title) in of_groups {
            corpus.groups[group as usize].push(title);
            corpus.categories[schema.groups[group as usize].category as usize].push(title);
        }
        Ok(words::fit(&corpus, &params.check()?)?.1)
    }
}
