//! Forests, links and targets: what is packed is what is scored, and reasons add up whatever the model.

use crate::fixture::*;
use proptest::prelude::*;
use skonto::artefact::{Artefact, Content};
use skonto::decision::Verdict;
use skonto::engine::{Engine, Request, Terms};
use skonto::error::Code;
use skonto::event::Profile;
use skonto::feature::{Feature, FeatureVector, Kind};
use skonto::model::{Cuts, Forest, Line, Linear, Link, Model, Node, Scaled, Scorer, Split, Target, Term, Test};
use skonto::money::Money;
use skonto::train::pack;

/// Features of the planted program, and after them the depth of the offer.
const OFFER: u8 = 4;

fn leaf(value: f32) -> Node {
    Node { value, split: None }
}

fn split(feature: u8, cut: u16, right: u32) -> Node {
    let test = Test::AtMost(cut);
    Node { value: 0.0, split: Some(Split { feature, test, missing_left: false, right, share: 0.5 }) }
}

/// One tree: on the weekend 1; else 2, or 3 where the offer is deeper than 10 %.
fn planted() -> Forest {
    let mut cuts = vec![Cuts::Numbers(Vec::new()); 5];
    cuts[3] = Cuts::Numbers(vec![0.5]);
    cuts[OFFER as usize] = Cuts::Numbers(vec![0.1]);
    Forest {
        base: -2.0,
        cuts,
        nodes: vec![split(3, 0, 4), split(OFFER, 0, 3), leaf(2.0), leaf(3.0), leaf(1.0)],
        roots: vec![0],
        ..Forest::default()
    }
}

/// The planted shop with a model of its own and one more feature, the offer.
fn content_with(forest: Forest, change: impl FnOnce(&mut Model)) -> Content {
    let mut content = content();
    let kind = Kind::new("weekend", &[]).expect("a kind");
    content.program.features.push(Feature { name: "offer".into(), kind, steps: Vec::new() });
    content.locales.iter_mut().for_each(|locale| locale.features.insert(4, "offer".into()));
    content.model = Model { offer: Some(OFFER), ..Model::new(Scorer::Forest(forest), Target::Buys) };
    change(&mut content.model);
    content
}

fn loaded(content: Content) -> Engine {
    Engine::load(&pack::pack(content, &[]).unwrap()).unwrap()
}

fn request() -> Request<'static> {
    Request::new(Some(MILK), 1_000.0, NOW.seconds() as f64 * 1000.0, 1.0).unwrap()
}

#[test]
fn an_arm_is_scored_as_if_the_offer_were_a_feature() {
    let engine = loaded(content_with(planted(), |_| ()));
    let decision = engine.decide(&Profile::new(), &request(), &Terms::default());
    let scores: Vec<f64> = decision.outcomes().iter().map(|outcome| outcome.score).collect();
    assert_eq!(scores, [0.0, 0.0, 0.0, 1.0, 1.0, 1.0], "NOW is a Monday; 15 % is the first arm deeper than 10 %");
}

#[test]
fn an_assumed_response_is_added_to_every_score() {
    let engine = loaded(content_with(planted(), |model| model.response = 2.0));
    let decision = engine.decide(&Profile::new(), &request(), &Terms::default());
    assert!((decision.outcomes()[2].score - 0.2).abs() < 1e-9, "10 % times 2");
    assert!((decision.outcomes()[5].score - 1.6).abs() < 1e-9, "the leaf's 1 and 30 % times 2");
}

#[test]
fn every_arm_may_have_a_link_of_its_own() {
    let affine = |slope, offset| Link::Affine { slope, offset };
    let links =
        vec![affine(0.0, -1.0), affine(1.0, 0.5), Link::Identity, Link::Logit, affine(2.0, 0.0), Link::Identity];
    let engine = loaded(content_with(planted(), |model| model.links = links));
    let decision = engine.decide(&Profile::new(), &request(), &Terms::default());
    let scores: Vec<f64> = decision.outcomes().iter().map(|outcome| outcome.score).collect();
    assert_eq!((scores[0], scores[1], scores[2], scores[4], scores[5]), (-1.0, 0.5, 0.0, 2.0, 1.0));
    assert!(scores[3] > 10.0, "a probability of 1 is kept a little below it: {}", scores[3]);
}

#[test]
fn a_curve_is_straight_between_its_points_and_flat_beyond() {
    let curve = Link::Curve(vec![(-1.0, -3.0), (0.0, 0.0), (2.0, 1.0)]);
    let rows = [(-9.0, -3.0), (-1.0, -3.0), (-0.5, -1.5), (0.0, 0.0), (1.0, 0.5), (2.0, 1.0), (9.0, 1.0)];
    for (raw, score) in rows {
        assert_eq!(curve.apply(raw), score, "{raw}");
    }
}

#[test]
fn a_weighted_sum_of_all_arms_has_the_bits_of_its_parts_added_in_order() {
    let depths = [0.0, 0.05, 0.1, 0.3];
    let line = |weight, slope| Line { weight, slope };
    let number = |weight, slope| {
        let (line, missing) = (line(weight, slope), line(0.2, 0.1));
        Term::Number(Scaled { center: 0.3, scale: 1.7, low: -9.0, high: 9.0, line, missing })
    };
    let mut features = FeatureVector::new(MILK, 0);
    [Some(0.7), None, Some(-3.1), Some(0.2)].into_iter().for_each(|value| features.push(value));
    for (offer, slope) in [(None, 0.0), (None, 0.37), (Some(1), 0.0), (Some(3), 0.0), (Some(3), -0.37)] {
        let terms = vec![number(0.1, 0.0), number(-0.7, 0.0), number(1.3, slope), number(2.1, 0.0)];
        let linear = Linear { bias: line(-1.1, 0.0), terms, ..Linear::default() };
        let model = Model { offer, ..Model::from(linear) };
        let mut scores = [0.0; 4];
        model.score(&features, &depths, &mut scores);
        for (arm, depth) in depths.into_iter().enumerate() {
            let mut sum = 0.0;
            model.contributions(&features, arm, depth, |part| sum += part.amount);
            assert_eq!(sum.to_bits(), scores[arm].to_bits(), "offer {offer:?}, slope {slope}, arm {arm}");
        }
        assert_ne!(scores[0], scores[3], "something depends on the offer");
    }
}

#[test]
fn refuses_links_that_fall_and_trees_that_are_none() {
    let refuse = |code: Code, change: &dyn Fn(&mut Model)| {
        let content = content_with(planted(), |model| change(model));
        let error = Artefact::new(content).map(|_| ()).expect_err("must be refused");
        assert_eq!(error.code(), code, "{error}");
    };
    refuse(Code::OutOfRange, &|model| model.links = vec![Link::Affine { slope: -1.0, offset: 0.0 }]);
    refuse(Code::OutOfRange, &|model| model.links = vec![Link::Curve(vec![(0.0, 1.0), (1.0, 0.0)])]);
    refuse(Code::OutOfRange, &|model| model.links = vec![Link::Curve(Vec::new())]);
    refuse(Code::BadIndex, &|model| model.links = vec![Link::Identity; 2]);
    refuse(Code::BadIndex, &|model| model.links.clear());
    refuse(Code::BadIndex, &|model| model.offer = Some(9));
    refuse(Code::BadIndex, &|model| model.offer = Some(0));
    refuse(Code::NotFinite, &|model| model.response = f32::NAN);
    let trees = |change: &dyn Fn(&mut Forest)| {
        refuse(Code::BadIndex, &|model| {
            let mut forest = planted();
            change(&mut forest);
            model.scorer = Scorer::Forest(forest);
        })
    };
    trees(&|forest| forest.nodes[0] = split(3, 1, 4));
    trees(&|forest| forest.nodes[0] = split(3, 0, 3));
    trees(&|forest| forest.nodes[0] = split(3, 0, 0));
    trees(&|forest| forest.nodes[0] = split(3, 0, 5));
    trees(&|forest| forest.nodes[0] = split(99, 0, 4));
    trees(&|forest| forest.nodes.truncate(4));
    trees(&|forest| forest.nodes.push(leaf(0.0)));
    trees(&|forest| forest.roots = vec![0, 9]);
    trees(&|forest| forest.roots = vec![1]);
    trees(&|forest| forest.roots.clear());
    trees(&|forest| forest.cuts.truncate(4));
}

#[test]
fn who_takes_part_gains_the_shop_what_an_offer_leaves() {
    let engine = loaded(content_with(planted(), |model| model.target = Target::TakesPart));
    let terms = Terms { margin: Some(basis(5_000)), ..Terms::default() };
    let decision = engine.decide(&Profile::new(), &request(), &terms);
    let outcomes = decision.outcomes();
    assert_eq!((outcomes[0].probability, outcomes[0].gain), (0.0, 0.0), "without an offer there is nothing to join");
    // 5 % of 10.00 at even odds: half of (5.00 − 0.50).
    assert!((outcomes[1].gain - 225.0).abs() < 1e-9 && (outcomes[1].cost - 25.0).abs() < 1e-9);
    // 15 % at odds of e: 0.7311 · (5.00 − 1.50) = 2.559, the most of all arms.
    assert_eq!((decision.arm, outcomes[3].verdict), (3, Verdict::Chosen));
}

#[test]
fn an_offer_meets_the_price_of_the_market() {
    let market = |price: f64| {
        let forest = Forest { base: (price / 1_000.0).ln() as f32, nodes: vec![leaf(0.0)], ..planted() };
        let engine = loaded(content_with(forest, |model| model.target = Target::MarketPrice));
        engine.decide(&Profile::new(), &request(), &Terms::default())
    };
    let rows = [(1_000.0, 0), (1_200.0, 0), (960.0, 1), (930.0, 1), (920.0, 2), (810.0, 4), (100.0, 5)];
    for (price, arm) in rows {
        let decision = market(price);
        assert_eq!(decision.arm, arm, "the market asks {price}");
        assert!(decision.price <= Money::new(1_000).unwrap());
    }
}

/// A forest over the planted features, from draws: cut 0 to 2 of features 0 to 4, or a leaf.
fn any_forest() -> impl Strategy<Value = Forest> {
    let node = (0u8..8, 0u16..3, any::<bool>(), -400i16..400);
    let trees = prop::collection::vec(prop::collection::vec(node, 1..24), 1..8);
    (trees, any::<bool>(), any::<bool>()).prop_map(|(trees, single, narrow)| {
        let unit = if narrow { 0.0078125 } else { 0.0 };
        let cuts = vec![Cuts::Numbers(vec![-0.7, 0.05, 1.3]); 5];
        let mut forest = Forest { base: 0.125, cuts, single, unit, ..Forest::default() };
        for draws in trees {
            forest.roots.push(forest.nodes.len() as u32);
            grow(&mut forest, &mut draws.into_iter(), 0);
        }
        forest
    })
}

fn grow(forest: &mut Forest, draws: &mut impl Iterator<Item = (u8, u16, bool, i16)>, depth: u32) {
    let (feature, cut, missing_left, value) = draws.next().unwrap_or((7, 0, false, 40));
    let at = forest.nodes.len();
    if feature > OFFER || depth > 5 {
        return forest.nodes.push(leaf(value as f32 * 0.0078125));
    }
    forest.nodes.push(leaf(0.0));
    grow(forest, draws, depth + 1);
    let (right, share) = (forest.nodes.len() as u32, Forest::narrow_share((value + 400) as f32 / 800.0, 2));
    forest.nodes[at].split = Some(Split { feature, test: Test::AtMost(cut), missing_left, right, share });
    grow(forest, draws, depth + 1);
}

fn any_link() -> impl Strategy<Value = Link> {
    prop_oneof![
        Just(Link::Identity),
        (0.0f32..4.0, -3.0f32..3.0).prop_map(|(slope, offset)| Link::Affine { slope, offset }),
        (-3.0f32..0.0, 0.1f32..3.0).prop_map(|(low, step)| {
            Link::Curve((0..6).map(|point| (low + point as f32 * step, (point * point) as f32 / 7.0)).collect())
        }),
    ]
}

proptest! {
    #[test]
    fn a_forest_survives_the_file_and_its_reasons_add_up(forest in any_forest(), link in any_link(), response in 0.0f32..9.0) {
        let content = content_with(forest.clone(), |model| {
            model.links = vec![link];
            model.response = response;
        });
        let bytes = Artefact::new(content).unwrap().encode();
        let again = Artefact::decode(&bytes).unwrap();
        prop_assert_eq!(&again.content().model.scorer, &Scorer::Forest(forest));
        prop_assert_eq!(again.encode(), bytes);
        let engine = Engine::new(again);
        for profile in [Profile::new(), regular(&engine)] {
            let told = engine.explain(&profile, &request(), &Terms::default());
            let sum = told.contributions.iter().fold(0.0, |sum, part| sum + part.amount);
            prop_assert_eq!(sum.to_bits(), told.decision.outcomes()[told.decision.arm].score.to_bits());
        }
    }

    #[test]
    fn a_forged_forest_never_panics(forest in any_forest(), at in 0.0f64..1.0, bit in 0u32..8, cut in any::<bool>()) {
        let mut bytes = Artefact::new(content_with(forest, |_| ())).unwrap().encode();
        let place = 16 + ((bytes.len() - 17) as f64 * at) as usize;
        if cut { bytes.truncate(place) } else { bytes[place] ^= 1 << bit }
        let hash = |hash: u64, byte: &u8| (hash ^ *byte as u64).wrapping_mul(0x100_0000_01b3);
        let checksum = bytes[16..].iter().fold(0xcbf2_9ce4_8422_2325, hash);
        bytes[8..16].copy_from_slice(&checksum.to_le_bytes());
        if let Ok(engine) = Engine::load(&bytes) {
            engine.explain(&Profile::new(), &request(), &Terms::default());
        }
    }
}
