//! Forests of any size over attributes of the shop, and the engines that serve them.

use skonto::artefact::{Artefact, Content};
use skonto::engine::Engine;
use skonto::feature::{Argument, Attribute, Feature, Kind, Program, Schema};
use skonto::feature::{Category, Department, Group};
use skonto::model::{Cuts, Forest, Model, Node, Scorer, Split, Target, Test};
use skonto::money::BasisPoints;
use skonto::policy::{Arm, Guard, Menu};
use skonto::train::random::Random;
use skonto::train::texts;

/// What is varied.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub trees: usize,
    /// Questions on the way to every leaf.
    pub depth: u32,
    pub arms: usize,
    pub features: usize,
}

/// About the size of the reference forest.
pub const USUAL: Size = Size { trees: 100, depth: 5, arms: 8, features: 28 };
/// Cuts of a feature.
const CUTS: usize = 31;

/// An engine of that size, prepared.
pub fn engine(size: Size) -> Engine {
    let mut engine = Engine::new(artefact(size));
    engine.prepare();
    engine
}

/// The file of such a model.
pub fn bytes(size: Size) -> Vec<u8> {
    artefact(size).encode()
}

fn artefact(size: Size) -> Artefact {
    Artefact::new(content(size)).expect("a sound model")
}

fn content(size: Size) -> Content {
    let menu = menu(size.arms);
    let program = program(size.features + 1);
    Content {
        version: 1,
        schema: schema(size.arms),
        locales: texts::locales(&menu, &program, &Default::default()),
        model: Model { offer: Some(size.features as u8), ..Model::new(Scorer::Forest(forest(size)), Target::Buys) },
        program,
        menu,
        card: String::new(),
        golden: Vec::new(),
    }
}

fn forest(size: Size) -> Forest {
    let cuts = vec![Cuts::Numbers((1..=CUTS).map(|cut| cut as f64 / (CUTS + 1) as f64).collect()); size.features + 1];
    let mut forest = Forest { cuts, ..Forest::default() };
    let mut random = Random::new(7);
    for _ in 0..size.trees {
        forest.roots.push(forest.nodes.len() as u32);
        grow(&mut forest, &mut random, size, size.depth);
    }
    forest
}

fn grow(forest: &mut Forest, random: &mut Random, size: Size, depth: u32) {
    let at = forest.nodes.len();
    let value = random.below(2_001) as f32 / 10_000.0 - 0.1;
    forest.nodes.push(Node { value, split: None });
    if depth == 0 {
        return;
    }
    // One question in fourteen is about the offer, as in the reference forest.
    let feature = if random.below(14) == 0 { size.features } else { random.below(size.features) } as u8;
    let test = Test::AtMost(random.below(CUTS) as u16);
    grow(forest, random, size, depth - 1);
    let right = forest.nodes.len() as u32;
    grow(forest, random, size, depth - 1);
    forest.nodes[at] = Node { value: 0.0, split: Some(Split { feature, test, missing_left: true, right, share: 0.5 }) };
}

fn program(features: usize) -> Program {
    let mut program = Program::default();
    for index in 0..features {
        let name = format!("f{index}");
        program.tables.attributes.push(Attribute { name: name.clone(), levels: Vec::new() });
        let kind = Kind::new("attribute", &[Argument::Choice(index as u8)]).expect("a kind");
        program.features.push(Feature { name, kind, steps: Vec::new() });
    }
    program
}

fn menu(arms: usize) -> Menu {
    let arm = |index: usize| Arm {
        id: if index == 0 { "none".into() } else { format!("arm{index}") },
        depth: BasisPoints::new(index as u16 * 300).expect("a share"),
    };
    let guard = Guard { max_discount: BasisPoints::ALL, max_cart_discount: BasisPoints::ALL, ..Guard::default() };
    Menu { arms: (0..arms).map(arm).collect(), guard, ..Menu::default() }
}

fn schema(arms: usize) -> Schema {
    let group =
        Group { name: "all".into(), category: 0, department: 0, base_rate: 0.1, support: ((1u32 << arms) - 1) as u16 };
    Schema {
        group_fields: vec!["item_category".into()],
        departments: vec![Department { name: "all".into(), margin: BasisPoints::ALL }],
        categories: vec![Category { name: "all".into(), base_rate: 0.1 }],
        groups: vec![group],
    }
}

/// So many requests' attributes, between 0 and 1.
pub fn visits(count: usize, features: usize) -> Vec<Vec<Option<f64>>> {
    let mut random = Random::new(11);
    let mut unit = || random.below(1 << 20) as f64 / (1 << 20) as f64;
    (0..count).map(|_| (0..=features).map(|_| Some(unit())).collect()).collect()
}
