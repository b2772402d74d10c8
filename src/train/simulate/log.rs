//! A world's visits as a log of decisions: what was known, what was given and how likely every arm was, what it brought.
//!
//! The log is what a shop would hold: the answers to arms that were not given are not in it. It is **simulated**, and says so
//! in no column; whoever keeps it should. It does *not* write files.

use super::play::{Player, Seat};
use super::{Visit, World};
use crate::engine::{Engine, Request, Terms};
use crate::error::{Code, Error, Result};
use crate::event::{GroupId, Profile, Timestamp};
use crate::money::Money;
use crate::train::bandit::Draw;
use crate::train::random::Random;
use serde::Deserialize;

/// `[log]`: how many visits, who decides, and what a row says.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogPlan {
    /// Visits.
    pub visits: usize,
    /// Of shoppers and draws.
    pub seed: u64,
    /// Visits between a decision and its outcome; 0: at once.
    #[serde(default)]
    pub delay: usize,
    /// When the first visit is, in seconds since 1970.
    pub first: i64,
    /// Seconds between two visits.
    pub seconds: i64,
    /// Price before any offer, in minor units; rewards are shares of it.
    pub list_minor: u32,
    /// Who decides, unless a model file does.
    pub giver: Player,
}

/// One decision and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What was known, to four decimals.
    pub context: Vec<f64>,
    /// The arm given and the probability of every arm.
    pub draw: Draw,
    /// What it brought, in minor units.
    pub minor: i64,
    /// When it was decided and answered, in seconds since 1970.
    pub moments: (i64, i64),
}

impl LogPlan {
    /// The same plan for the log that follows: later, and other shoppers.
    pub fn part(&self, part: u64) -> LogPlan {
        let before = part.saturating_sub(1);
        let first = self.first + (before as i64) * self.seconds * self.visits as i64;
        LogPlan { first, seed: self.seed.wrapping_add(before), ..self.clone() }
    }

    /// Plays the visits; `file` decides instead of the plan's giver, as it would on a device.
    ///
    /// # Errors
    /// A plan without visits or with time that stands still; settings that a bandit refuses; a file that does not fit.
    pub fn play(&self, world: &dyn World, file: Option<&Engine>) -> Result<Vec<Entry>> {
        if self.visits == 0 || self.seconds < 1 || self.list_minor == 0 {
            return Err(Error::new(Code::BadConfig, "log: `visits`, `seconds` and `list_minor` are above 0"));
        }
        let mut giver = match file {
            Some(engine) => Giver::File(Served::of(engine, world, self)?),
            None => Giver::Seat(self.giver.seated(world, self.delay, self.visits)?),
        };
        let mut luck = Random::new(self.seed ^ 0x10c5_eed5);
        let visits = world.visits(self.seed).take(self.visits).enumerate();
        visits.map(|(round, visit)| self.entry(rounded(visit), round, &mut giver, luck.bits())).collect()
    }

    fn entry(&self, visit: Visit, round: usize, giver: &mut Giver, seed: u64) -> Result<Entry> {
        let decided = self.first + self.seconds * round as i64;
        let draw = match giver {
            Giver::File(served) => served.decide(&visit, decided, seed)?,
            Giver::Seat(seat) => seat.give(&visit, round, seed, self.delay)?,
        };
        let minor = libm::round(visit.reward[draw.arm] * self.list_minor as f64) as i64;
        let answered = decided + self.seconds * self.delay as i64;
        Ok(Entry { context: visit.context, draw, minor, moments: (decided, answered) })
    }
}

/// A shop does not keep sixteen digits of what it knows.
fn rounded(visit: Visit) -> Visit {
    let context = visit.context.iter().map(|number| libm::round(number * 1e4) / 1e4).collect();
    Visit { context, ..visit }
}

enum Giver<'a> {
    Seat(Seat),
    File(Served<'a>),
}

/// A model file that decides in a world.
struct Served<'a> {
    engine: &'a Engine,
    /// By arm of the world, its place in the file's menu.
    arms: Vec<usize>,
    /// By attribute of the file, its place in the world's context.
    columns: Vec<usize>,
    list: Money,
}

impl<'a> Served<'a> {
    fn of(engine: &'a Engine, world: &dyn World, plan: &LogPlan) -> Result<Served<'a>> {
        let (content, names) = (engine.content(), world.names());
        let refuse = |what: &str, name: &str| {
            Error::new(Code::BadConfig, format!("the file does not fit the world, which has no {what} `{name}`"))
        };
        let arms: Vec<String> = world.arms().into_iter().map(|(name, _)| name).collect();
        let menu: Vec<&String> = content.menu.arms.iter().map(|arm| &arm.id).collect();
        if let Some(name) = menu.iter().find(|id| !arms.contains(id)) {
            return Err(refuse("arm", name));
        }
        let place = |name: &String| menu.iter().position(|id| *id == name);
        let arms: Option<Vec<usize>> = arms.iter().map(place).collect();
        let arms = arms.ok_or_else(|| Error::new(Code::BadConfig, "the file's menu lacks an arm of the world"))?;
        let attributes = content.program.tables.attributes.iter();
        let column = |name: &String| names.iter().position(|known| known == name).ok_or_else(|| refuse("number", name));
        let columns = attributes.map(|attribute| column(&attribute.name)).collect::<Result<_>>()?;
        Ok(Served { engine, arms, columns, list: Money::new(plan.list_minor as i64)? })
    }

    fn decide(&self, visit: &Visit, seconds: i64, seed: u64) -> Result<Draw> {
        if visit.allowed.contains(&false) {
            let what =
                "a file knows its own guards only: in a world that blocks arms for other reasons it cannot decide";
            return Err(Error::new(Code::BadConfig, what));
        }
        let attributes: Vec<Option<f64>> = self.columns.iter().map(|column| Some(visit.context[*column])).collect();
        let now = Timestamp::from_ms(seconds as f64 * 1_000.0)?;
        // A seed crosses the border as a double, so 53 bits of it are all that a device would have.
        let seed = seed >> 11;
        let request = Request {
            group: Some(GroupId(0)),
            attributes: &attributes,
            list: self.list,
            now,
            seed,
            ..Request::default()
        };
        let decision = self.engine.decide(&Profile::new(), &request, &Terms::default());
        let arm = self.arms.iter().position(|place| *place == decision.arm).unwrap_or(0);
        let propensities = self.arms.iter().map(|place| decision.outcomes()[*place].propensity).collect();
        Ok(Draw { arm, propensities })
    }
}
