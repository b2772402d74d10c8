//! A forest grown by drawing: it knows nothing, asks about everything, and needs no data. Its questions stand where
//! [`threshold`] says, so that cases can be put right on them.

use super::draws::Draws;
use skonto::artefact::Content;
use skonto::feature::{Argument, Attribute, Category, Department, Feature, Group, Kind, Program, Schema, Tables};
use skonto::model::{Cuts, Forest, Link, Model, Node, Scorer, Split, Target, Test};
use skonto::money::BasisPoints;
use skonto::policy::{Arm, Guard, Menu};
use skonto::train::{pack, texts};

/// Attributes that are amounts, and after them those that are words.
pub const AMOUNTS: u32 = 24;
pub const WORDS: u32 = 4;
/// Thresholds of an amount.
pub const CUTS: u32 = 31;
/// Words known of an attribute, told as multiples of [`WORD`].
pub const LEVELS: u32 = 20;
pub const WORD: u32 = 1_009;
/// Product groups.
pub const GROUPS: u32 = 3;

const OFFER: u32 = AMOUNTS + WORDS;
const SETS: u32 = 16;
const TREES: u32 = 60;
/// Leaves of a tree.
pub const LEAVES: u32 = 31;
/// Of [`Draws`]; cases have other ones.
const WORLD: u32 = 0xf0;

/// The same bits in every language: whole numbers and one division.
pub fn threshold(feature: u32, cut: u32) -> f64 {
    (37.0 * cut as f64 + 11.0 * feature as f64 - 500.0) / 87.0
}

/// The packed file.
pub fn bytes() -> Vec<u8> {
    let (program, menu) = (program(), menu());
    let model = Model {
        offer: Some(OFFER as u8),
        response: 3.0,
        links: vec![Link::Affine { slope: 0.9, offset: -0.7 }],
        ..Model::new(Scorer::Forest(grown()), Target::Buys)
    };
    let content = Content {
        // Newer than whatever a page was built with, or it would not go back to it.
        version: u32::MAX as u64,
        locales: texts::locales(&menu, &program, &Default::default()),
        schema: schema(),
        model,
        program,
        menu,
        card: "A forest grown by drawing, to compare engines.".into(),
        golden: Vec::new(),
    };
    pack::pack(content, &[]).expect("a sound model")
}

fn grown() -> Forest {
    let mut draws = Draws::new(WORLD, 0);
    let amounts = (0..AMOUNTS).map(|feature| Cuts::Numbers((0..CUTS).map(|cut| threshold(feature, cut)).collect()));
    let words = (0..WORDS).map(|_| Cuts::Levels((0..SETS).map(|_| vec![draws.draw()]).collect()));
    // One is a depth of the menu, the others lie between.
    let depths = Cuts::Numbers(vec![0.03, 0.05, 0.12, 0.18, 0.27, 0.31]);
    let mut forest = Forest { base: -0.3, cuts: amounts.chain(words).chain([depths]).collect(), ..Forest::default() };
    for _ in 0..TREES {
        forest.roots.push(forest.nodes.len() as u32);
        grow(&mut forest, &mut draws, LEAVES);
    }
    forest
}

/// Adds a tree of so many leaves in preorder.
fn grow(forest: &mut Forest, draws: &mut Draws, leaves: u32) {
    let at = forest.nodes.len();
    forest.nodes.push(Node { value: (draws.below(2_001) as f32 - 1_000.0) / 5_000.0, split: None });
    if leaves == 1 {
        return;
    }
    let feature = if draws.below(4) == 0 { OFFER } else { draws.below(OFFER) };
    let test = match &forest.cuts[feature as usize] {
        Cuts::Numbers(cuts) => Test::AtMost(draws.below(cuts.len() as u32) as u16),
        Cuts::Levels(sets) => Test::In(draws.below(sets.len() as u32) as u16),
    };
    let missing_left = draws.below(2) == 0;
    let left = 1 + draws.below(leaves - 1);
    let share = left as f32 / leaves as f32;
    grow(forest, draws, left);
    let right = forest.nodes.len() as u32;
    let split = Split { feature: feature as u8, test, missing_left, right, share };
    forest.nodes[at] = Node { value: 0.0, split: Some(split) };
    grow(forest, draws, leaves - left);
}

fn program() -> Program {
    let name = |index: u32| if index < AMOUNTS { format!("amount{index}") } else { format!("word{index}") };
    let attribute = |index: u32| Attribute {
        name: name(index),
        levels: if index < AMOUNTS { Vec::new() } else { (1..=LEVELS).map(|level| level * WORD).collect() },
    };
    let feature = |name: String, kind: &str, arguments: &[Argument]| Feature {
        name,
        kind: Kind::new(kind, arguments).expect("a kind"),
        steps: Vec::new(),
    };
    let told = |index: u32| feature(name(index), "attribute", &[Argument::Choice(index as u8)]);
    // What stands for the offer is overwritten with its depth.
    let offer = feature("offer".into(), "weekend", &[]);
    Program {
        features: (0..OFFER).map(told).chain([offer]).collect(),
        tables: Tables { attributes: (0..OFFER).map(attribute).collect(), ..Tables::default() },
        ..Program::default()
    }
}

fn schema() -> Schema {
    let group = |index: u32| Group {
        name: format!("G{index}"),
        category: 0,
        department: 0,
        base_rate: 0.1,
        // The last has never been seen under the deepest offer.
        support: if index + 1 < GROUPS { 0xff } else { 0x7f },
    };
    Schema {
        group_fields: vec!["item_category".into()],
        departments: vec![Department { name: "D".into(), margin: basis(4_500) }],
        categories: vec![Category { name: "C".into(), base_rate: 0.1 }],
        groups: (0..GROUPS).map(group).collect(),
    }
}

fn menu() -> Menu {
    let deeper = (1..8).map(|arm| Arm { id: format!("pct{}", 5 * arm), depth: basis(500 * arm) });
    let none = Arm { id: "none".into(), depth: basis(0) };
    Menu {
        arms: [none].into_iter().chain(deeper).collect(),
        guard: Guard { max_discount: basis(5_000), ..Guard::default() },
        budget_price: 0.1,
        exploration: 0.1,
        ..Menu::default()
    }
}

fn basis(points: u16) -> BasisPoints {
    BasisPoints::new(points).expect("a share")
}
