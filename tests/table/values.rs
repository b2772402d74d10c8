//! What a row of a sample holds is what a device computes for the request, and nothing of what it must not see.

use super::made::{judged, load, values};
use proptest::prelude::*;
use skonto::event::{GroupId, Profile, hash32};
use skonto::feature::{Context, extract};
use skonto::money::Money;
use skonto::train::sample::{Column, MISSING_LEVEL, Sample};
use skonto::train::table::Prepared;

const SETTINGS: &str = r#"
shape = "rows"
[data.types]
word = "category"
rare = "category"
flag = "flag"
[table]
target = "y"
test = { every = 3, at = 2 }
log = ["size"]
[[feature]]
name = "scaled"
kind = "attribute"
of = "amount"
transform = ["fill_median", "standard"]
[[feature]]
name = "rate"
kind = "attribute"
of = "word"
transform = "target"
[[feature]]
name = "hot"
kind = "attribute"
of = "rare"
transform = "one_hot"
"#;

type Row = (Option<f64>, Option<f64>, Option<usize>, Option<usize>, Option<bool>, bool);

fn cell<T: ToString>(value: Option<T>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

fn written(rows: &[Row]) -> String {
    let line = |(size, amount, word, rare, flag, y): &Row| {
        let (word, rare) = (word.map(|word| format!("w{word}")), rare.map(|rare| format!("r{rare}")));
        let flag = flag.map(|flag| if flag { "true" } else { "false" });
        format!("{},{},{},{},{},{}\n", cell(*size), cell(*amount), cell(word), cell(rare), cell(flag), *y as u8)
    };
    "size,amount,word,rare,flag,y\n".to_string() + &rows.iter().map(line).collect::<String>()
}

/// What a shop passes with a request about a row: made from the row itself, not by the code under test.
fn passed((size, amount, word, rare, flag, _): &Row) -> Vec<Option<f64>> {
    let number = |text: String| Some(hash32(&text) as f64);
    let flag = flag.and_then(|flag| number(if flag { "yes" } else { "no" }.into()));
    let (word, rare) = (word.and_then(|w| number(format!("w{w}"))), rare.and_then(|r| number(format!("r{r}"))));
    vec![*size, *amount, word, rare, flag]
}

fn check_row(prepared: &Prepared, sample: &Sample, at: usize, row: &Row, skip: &str) {
    let attributes = passed(row);
    let context = Context { group: Some(GroupId(0)), attributes: &attributes, ..Context::default() };
    let vector = extract(&prepared.program, &prepared.schema, &Profile::new(), &context);
    for (index, name) in sample.names.iter().enumerate().filter(|(_, name)| *name != skip) {
        let (here, there) = (sample.columns[index].value(at), vector.get(index));
        assert_eq!(here.map(f64::to_bits), there.map(f64::to_bits), "{name}: {here:?} and {there:?} for {row:?}");
    }
}

fn row() -> impl Strategy<Value = Row> {
    use proptest::option::of;
    (of(0.0..1e6), of(-1e3..1e3), of(0..40usize), of(0..6usize), of(any::<bool>()), any::<bool>())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_value_of_a_sample_has_the_bits_that_a_device_computes(mut rows in prop::collection::vec(row(), 12..60)) {
        // Something to tell apart, and a value of each column, so that nothing is refused.
        rows[0] = (Some(1.0), Some(2.0), Some(1), Some(1), Some(true), true);
        rows[1] = (Some(3.5), Some(-2.0), Some(2), Some(2), Some(false), false);
        let prepared = load(&written(&rows), SETTINGS).unwrap();
        let (test, train): (Vec<_>, Vec<_>) = rows.iter().enumerate().partition(|(index, _)| index % 3 == 2);
        prop_assert_eq!((prepared.train.rows(), prepared.test.rows()), (train.len(), test.len()));
        test.iter().enumerate().for_each(|(at, (_, row))| check_row(&prepared, &prepared.test, at, row, ""));
        // A training row does not see its own outcome, so its rate is that of the other folds.
        train.iter().enumerate().for_each(|(at, (_, row))| check_row(&prepared, &prepared.train, at, row, "rate"));
        for (at, (_, row)) in test.iter().enumerate() {
            prop_assert_eq!(&prepared.test_attributes[at], &passed(row));
        }
    }
}

/// 60 rows: `word` tells the outcome in most rows, `later` in all.
fn planted(change: impl Fn(usize, &mut [String; 4])) -> String {
    let line = |row: usize| {
        let yes = row % 4 < 2;
        let word = if row.is_multiple_of(10) {
            "odd"
        } else if yes {
            "good"
        } else {
            "bad"
        };
        let mut cells = [row.to_string(), word.into(), (yes as u8 * 7).to_string(), (yes as u8).to_string()];
        change(row, &mut cells);
        cells.join(",") + "\n"
    };
    "number,word,later,y\n".to_string() + &(0..60).map(line).collect::<String>()
}

const LEAK: &str = "shape = \"rows\"\n[data.types]\nword = \"category\"\n[table]\ntarget = \"y\"\n\
    drop = [\"later\"]\nrates = [\"word\"]\ntransform = \"standard\"\ntest = { every = 5, at = 4 }\n";

#[test]
fn neither_the_target_nor_a_dropped_column_is_asked_of_a_shop_or_read_by_a_feature() {
    let prepared = load(&planted(|_, _| {}), LEAK).unwrap();
    assert_eq!(prepared.train.names, ["number", "word"]);
    let asked: Vec<&str> = prepared.program.tables.attributes.iter().map(|known| known.name.as_str()).collect();
    assert_eq!(asked, ["number", "word"]);
    let other = load(&planted(|_, cells| cells[2] = "0".into()), LEAK).unwrap();
    assert_eq!((other.train, other.test, other.program), (prepared.train, prepared.test, prepared.program));
}

#[test]
fn a_changed_test_row_changes_no_fitted_number() {
    let before = load(&planted(|_, _| {}), LEAK).unwrap();
    let change = |row: usize, cells: &mut [String; 4]| {
        if row % 5 == 4 {
            *cells = ["1e9".into(), "never seen".into(), "3".into(), (1 - row % 2).to_string()];
        }
    };
    let after = load(&planted(change), LEAK).unwrap();
    assert_eq!((&after.program, &after.train, &after.words), (&before.program, &before.train, &before.words));
    assert_ne!(after.test, before.test);
}

#[test]
fn a_training_row_does_not_see_its_own_outcome_through_a_rate() {
    let rate = |flipped: Option<usize>| {
        let change = |row: usize, cells: &mut [String; 4]| {
            if flipped == Some(row) {
                cells[3] = if cells[3] == "1" { "0".into() } else { "1".into() };
            }
        };
        values(&load(&planted(change), LEAK).unwrap().train, "word")
    };
    let (before, after) = (rate(None), rate(Some(7)));
    // Row 7 is the 7th of the training rows (rows 4 and so on are test rows), and its fold holds every fifth of them.
    let fold = |row: usize| row % 5 == 6 % 5;
    assert!((0..before.len()).filter(|row| fold(*row)).all(|row| before[row].to_bits() == after[row].to_bits()));
    assert!((0..before.len()).any(|row| before[row].to_bits() != after[row].to_bits()));
}

#[test]
fn a_word_that_training_never_saw_is_level_0_and_a_missing_one_is_missing() {
    let half = "a,0\na,1\nb,0\nc,1\n,0\n";
    let settings = "shape = \"rows\"\n[data.types]\nword = \"category\"\n[table]\ntarget = \"y\"\n\
        test = { every = 5, at = 3 }\n";
    let prepared = load(&format!("word,y\n{half}{half}"), settings).unwrap();
    assert_eq!(judged(&prepared, "word"), [0.0, 0.0], "`c` stands in test rows only");
    let Column::Level { codes, levels } = &prepared.train.columns[0] else { panic!("a word is a level") };
    assert_eq!((*levels, codes[3]), (2, MISSING_LEVEL));
    let word = |row: usize| prepared.words["word"][codes[row] as usize - 1].as_str();
    assert_eq!([word(0), word(1), word(2)], ["a", "a", "b"]);
}

#[test]
fn the_most_frequent_words_are_kept_and_the_rest_is_unknown() {
    let rows: String = (0..40).map(|row| format!("{},{}\n", ["x", "x", "y", "z"][row % 4], row % 2)).collect();
    let settings = "shape = \"rows\"\n[data.types]\nword = \"category\"\n[table]\ntarget = \"y\"\n\
        test = { every = 4, at = 3 }\n[[column]]\nname = \"word\"\nkeep = 1\n";
    let prepared = load(&format!("word,y\n{rows}"), settings).unwrap();
    assert_eq!(prepared.words["word"], ["x"]);
    assert_eq!(values(&prepared.train, "word")[..3], [1.0, 1.0, 0.0]);
}

#[test]
fn a_price_is_told_as_a_share_of_the_list_price_in_minor_units() {
    let rows = "list,paid,kind\n10,8,a\n20,15.5,b\n0,3,a\n,3,a\n4,,b\n4,0,b\n19.99,9.995,a\n5,5,b\n";
    let settings = "shape = \"rows\"\n[data.types]\nkind = \"category\"\n[table]\ntarget = \"paid\"\n\
        predicts = \"market_price\"\nlist_price = \"list\"\ntest = { every = 2, at = 0 }\n";
    let prepared = load(rows, settings).unwrap();
    assert_eq!(prepared.test_list_prices, [1_000, 1_999]);
    assert_eq!(prepared.test.target[0].to_bits(), skonto::math::ln(0.8).to_bits());
    assert_eq!(prepared.train.target, [skonto::math::ln(15.5 / 20.0), 0.0]);
    let context = Context { price: Some(Money::new(1_999).unwrap()), attributes: &[None], ..Context::default() };
    let vector = extract(&prepared.program, &prepared.schema, &Profile::new(), &context);
    assert_eq!(vector.get(0), Some(judged(&prepared, "list")[1]));
    let causes: Vec<(&str, u64)> =
        prepared.counts.causes.iter().map(|cause| (cause.cause.as_str(), cause.rows)).collect();
    let expected = [
        ("list price is not above 0", 1),
        ("list price is missing", 1),
        ("price is missing", 1),
        ("price is not above 0", 1),
    ];
    assert_eq!((causes, prepared.counts.left_out()), (expected.to_vec(), 4));
}
