//! Meanings on the device and how they are learnt. What they are worth on real listings is in `words/relevance.rs`.

mod listings;
mod ranking;
mod relevance;

use proptest::prelude::*;
use skonto::error::Code;
use skonto::event::GroupId;
use skonto::train::words::{Corpus, WordVectors, WordsParams, fit};
use skonto::words::{DIM, Meaning, Words};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

const TEA: [&str; 6] = [
    "Green tea loose leaf",
    "Black tea loose leaf",
    "Herbal tea green leaf",
    "Black tea bags herbal",
    "Loose herbal infusion tea",
    "Green tea bags infusion",
];
const PHONE: [&str; 6] = [
    "Phone case clear silicone",
    "Phone charger cable fast",
    "Silicone case cover phone",
    "Charger cable fast phone",
    "Clear cover phone case",
    "Fast charger phone cover",
];
/// Written for this test: none of the shared data sets is Chinese. It shows that Chinese works, not how well.
const CHINESE_TEA: [&str; 5] =
    ["西湖龙井绿茶 250克", "云南普洱红茶 礼盒", "安溪铁观音茶叶 250克", "绿茶茶叶 礼盒装", "红茶茶叶 散装"];
const CHINESE_PHONE: [&str; 5] =
    ["苹果手机壳 透明", "华为手机壳 硅胶", "手机充电器 快充", "手机数据线 快充", "透明硅胶手机壳"];

fn learnt(topics: [&[&'static str]; 2], seed: u64) -> (WordVectors, Words) {
    let groups: Vec<Vec<&str>> = topics.map(<[_]>::to_vec).to_vec();
    let corpus = Corpus { texts: groups.concat(), categories: groups.clone(), groups };
    let params = WordsParams { min_count: 1, seed, ..WordsParams::default() };
    fit(&corpus, &params.check().unwrap()).unwrap()
}

static PLANTED: LazyLock<(WordVectors, Words)> = LazyLock::new(|| learnt([&TEA, &PHONE], 1));

fn relevance(words: &Words, text: &str, group: u16) -> f64 {
    words.embed(text).map_or(0.0, |meaning| meaning.cosine(words.group(GroupId(group)).unwrap()))
}

#[test]
fn words_of_one_topic_are_nearer_to_each_other_than_to_the_other_topic() {
    let (vectors, _) = &*PLANTED;
    for (word, own) in [("green", TEA), ("herbal", TEA), ("charger", PHONE), ("silicone", PHONE)] {
        for (near, _) in vectors.nearest(word, 4).unwrap() {
            assert!(own.join(" ").to_lowercase().contains(near), "{near} stands near {word}");
        }
    }
    assert!(vectors.relevance("Green leaf", "herbal infusion") > vectors.relevance("green leaf", "fast cable") + 0.5);
    assert_eq!(vectors.nearest("spanner", 3), None);
    assert_eq!(vectors.relevance("spanner", "tea"), 0.0);
}

#[test]
fn the_device_tells_topics_apart_in_both_languages_and_through_slips() {
    let chinese = learnt([&CHINESE_TEA, &CHINESE_PHONE], 1).1;
    let rows: [(&Words, &str, u16); 10] = [
        (&PLANTED.1, "herbal tea", 0),
        (&PLANTED.1, "HERBLA INFUSOIN", 0),
        (&PLANTED.1, "ｃｈａｒｇｅｒ", 1),
        (&PLANTED.1, "silcone", 1),
        (&PLANTED.1, "iphone", 1),
        (&chinese, "绿茶", 0),
        (&chinese, "白茶", 0),
        (&chinese, "铁观音", 0),
        (&chinese, "小米手机壳", 1),
        (&chinese, "快充线", 1),
    ];
    for (words, text, right) in rows {
        let (here, there) = (relevance(words, text, right), relevance(words, text, 1 - right));
        assert!(here > there + 0.2, "{text}: {here} and {there}");
        assert_eq!(words.category(right as u8), words.group(GroupId(right)));
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let bytes = |seed| learnt([&TEA, &PHONE], seed).1.to_bytes();
    assert_eq!(bytes(1), PLANTED.1.to_bytes());
}

#[test]
fn a_text_without_known_pieces_has_no_meaning_and_is_like_nothing() {
    let mut words = Words::new(64).unwrap();
    assert_eq!(words.embed("tea"), None);
    assert_eq!(words.group(GroupId(0)), None);
    assert_eq!(words.category(0), None);
    words.buckets.fill([1; DIM]);
    let texts = ["", "   ", "!?", "🍜", "\u{300}\u{301}", "\u{200b}\u{feff}", "'"];
    assert!(texts.iter().all(|text| words.embed(text).is_none()));
    assert_eq!(words.embed("a"), Some(Meaning([127; DIM])));
    assert_eq!(Meaning([0; DIM]).cosine(&Meaning([127; DIM])), 0.0);
}

#[test]
fn only_the_first_characters_of_a_text_count_and_the_rest_costs_nothing() {
    let words = &PLANTED.1;
    let long = "green tea ".repeat(10_000);
    assert_eq!(words.embed(&long), words.embed(&long[..256]));
    let started = Instant::now();
    (0..100).for_each(|_| _ = words.embed(&long));
    // A reading of all 100 kB takes a hundred times longer than this takes in an unoptimised build.
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
}

#[test]
fn is_read_back_as_it_was_written() {
    let words = &PLANTED.1;
    let bytes = words.to_bytes();
    assert_eq!(bytes.len(), 2 + 1024 * DIM + 2 * (2 + 2 * DIM));
    assert_eq!(&Words::from_bytes(&bytes).unwrap(), words);
}

#[test]
fn refuses_every_truncation_and_every_byte_too_many() {
    let mut bytes = Words::new(64).unwrap().to_bytes();
    for length in 0..bytes.len() {
        assert_eq!(Words::from_bytes(&bytes[..length]).unwrap_err().code(), Code::Truncated, "{length} bytes");
    }
    bytes.push(0);
    assert_eq!(Words::from_bytes(&bytes).unwrap_err().code(), Code::TrailingBytes);
}

#[test]
fn refuses_a_number_of_buckets_that_is_not_a_power_of_two_within_limits() {
    for count in [0, 1, 32, 63, 65, 100, 4095, 8192] {
        assert_eq!(Words::new(count).unwrap_err().code(), Code::OutOfRange, "{count} buckets");
        let words = Words { buckets: vec![[0; DIM]; count], groups: Vec::new(), categories: Vec::new() };
        assert_eq!(Words::from_bytes(&words.to_bytes()).unwrap_err().code(), Code::OutOfRange, "{count} buckets");
        // Content may be built by hand: unchecked it may mean nothing, but it must not panic.
        words.embed("tea");
    }
}

#[test]
fn refuses_texts_that_teach_nothing() {
    let params = WordsParams { min_count: 1, ..WordsParams::default() }.check().unwrap();
    for texts in [vec![], vec![""], vec!["tea"], vec!["!", "🍜"]] {
        let corpus = Corpus { texts, ..Corpus::default() };
        assert_eq!(fit(&corpus, &params).unwrap_err().code(), Code::BadData);
    }
}

fn any_meaning() -> impl Strategy<Value = Meaning> {
    any::<[i8; DIM]>().prop_map(Meaning)
}

proptest! {
    #[test]
    fn cosine_is_symmetric_and_between_minus_one_and_one(a in any_meaning(), b in any_meaning()) {
        let cosine = a.cosine(&b);
        prop_assert!((-1.0..=1.0).contains(&cosine));
        prop_assert_eq!(cosine, b.cosine(&a));
        prop_assert_eq!(a.cosine(&a), if a == Meaning([0; DIM]) { 0.0 } else { 1.0 });
    }

    #[test]
    fn any_text_has_a_meaning_of_full_length_or_none(text in "\\PC{0,300}") {
        if let Some(meaning) = PLANTED.1.embed(&text) {
            prop_assert_eq!(meaning.0.iter().map(|cell| cell.unsigned_abs()).max(), Some(127));
        }
    }

    #[test]
    fn any_characters_at_all_are_taken(characters in prop::collection::vec(any::<char>(), 0..300)) {
        let text: String = characters.into_iter().collect();
        PLANTED.1.embed(&text);
        PLANTED.0.embed(&text);
    }

    #[test]
    fn any_rows_may_be_read_and_used(rows in prop::collection::vec(any::<[i8; DIM]>(), 64), text in "[a-z茶手 ]{0,60}") {
        let words = Words { buckets: rows, groups: Vec::new(), categories: Vec::new() };
        let read = Words::from_bytes(&words.to_bytes()).unwrap();
        prop_assert_eq!(read.embed(&text), words.embed(&text));
    }

    #[test]
    fn capitals_full_width_and_accents_change_nothing(text in "[a-z0-9 а-яα-ρéèüöñçžšğ]{0,80}") {
        let words = &PLANTED.1;
        prop_assert_eq!(words.embed(&text.to_uppercase()), words.embed(&text));
        let wide: String = text.chars().map(|c| if c.is_ascii_graphic() { widened(c) } else { c }).collect();
        prop_assert_eq!(words.embed(&wide), words.embed(&text));
        prop_assert_eq!(words.embed(&text.replace(['é', 'è'], "e")), words.embed(&text));
    }

    #[test]
    fn damaged_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        if let Ok(words) = Words::from_bytes(&bytes) {
            words.embed("tea");
        }
    }
}

fn widened(character: char) -> char {
    char::from_u32(character as u32 + 0xfee0).unwrap()
}
