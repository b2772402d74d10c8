//! Derived columns, stacked slots and summed-up side tables give what was planted.

use super::made::{Folder, judged, load, values};

const DERIVED: &str = r#"
shape = "rows"
[data.types]
name = "text"
code = "text"
list = "text"
since = "date"
until = "date"
[table]
target = "y"
test = { every = 2, at = 1 }
[[column]]
name = "first"
of = "name"
take = "first_word"
[[column]]
name = "last"
of = "name"
take = "last_word"
[[column]]
name = "length"
of = "name"
take = "length"
[[column]]
name = "words"
of = "name"
take = "words"
[[column]]
name = "kind"
of = "code"
prefix = 2
[[column]]
name = "parts"
of = "list"
take = "words"
apart = ","
[[column]]
name = "part"
of = "list"
take = "first_word"
apart = ","
[[column]]
name = "gone"
of = "a"
take = "missing"
[[column]]
name = "left"
of = "since"
days_until = "2024-03-01"
[[column]]
name = "days"
of = "until"
days_since = "since"
[[column]]
name = "hour"
of = "until"
take = "hour"
[[column]]
name = "weekday"
of = "until"
take = "weekday"
[[column]]
name = "month"
of = "until"
take = "month"
[[column]]
name = "ratio"
ratio = { of = "a", to = "b" }
[[column]]
name = "less"
difference = { of = "a", to = "b" }
[[column]]
name = "both"
sum = { of = "a", to = "b" }
[[column]]
name = "log"
of = "b"
take = "log1p"
"#;

/// Each row twice, with the other outcome: once to fit, once to judge by.
fn doubled(head: &str, rows: &[&str]) -> String {
    let lines = rows.iter().enumerate().map(|(row, line)| format!("{line},{}\n{line},{}\n", row % 2, (row + 1) % 2));
    format!("{head},y\n{}", lines.collect::<String>())
}

#[test]
fn derived_columns_give_what_the_documentation_says() {
    let rows = doubled(
        "name,code,list,since,until,a,b",
        &[
            "Ärmel-Shirt 2 XL,AB12,\"q7,r\",2024-02-27 23:00:00,2024-02-29 11:30:00,3,4",
            "12,Z,q7,2024-03-02,2024-03-03,,0",
            ",,,,,5,0",
        ],
    );
    let prepared = load(&rows, DERIVED).unwrap();
    let word = |name: &str, row: usize| {
        let level = judged(&prepared, name)[row];
        if level.is_nan() { "" } else { prepared.words[name][level as usize - 1].as_str() }
    };
    let words = |name: &str| [0, 1, 2].map(|row| word(name, row));
    assert_eq!((words("first"), words("last")), (["ärmel", "", ""], ["xl", "", ""]));
    assert_eq!((words("kind"), words("part"), words("gone")), (["AB", "Z", ""], ["q7", "q7", ""], ["no", "yes", "no"]));
    let number = |name: &str| -> Vec<String> { judged(&prepared, name).iter().map(f64::to_string).collect() };
    let rows = [
        ("length", ["16", "2", "NaN"]),
        ("words", ["3", "0", "NaN"]),
        ("parts", ["2", "1", "NaN"]),
        ("left", ["3", "-1", "NaN"]),
        ("days", ["1.5208333333333333", "1", "NaN"]),
        ("hour", ["11", "0", "NaN"]),
        ("weekday", ["3", "6", "NaN"]),
        ("month", ["2", "3", "NaN"]),
        ("ratio", ["0.75", "NaN", "NaN"]),
        ("less", ["-1", "NaN", "5"]),
        ("both", ["7", "NaN", "5"]),
    ];
    rows.iter().for_each(|(name, expected)| assert_eq!(number(name), *expected, "{name}"));
    assert_eq!(judged(&prepared, "log"), [skonto::math::ln_1p(4.0), 0.0, 0.0]);
    // Texts and dates themselves are read by no feature.
    for source in ["name", "code", "list", "since", "until"] {
        assert!(!prepared.train.names.iter().any(|name| name == source));
    }
}

#[test]
fn slots_are_split_by_the_row_they_came_from() {
    let rows = "id,p1,p2,u1,u2\n0,1,2,0,1\n1,3,4,1,0\n2,5,6,0,0\n3,7,8,1,1\n";
    let settings = "shape = \"rows\"\n[data.types]\nu1 = \"flag\"\nu2 = \"flag\"\n[table]\ntarget = \"used\"\ndrop = [\"id\"]\n\
        test = { every = 2, at = 1 }\n[table.stack]\nname = \"slot\"\n\
        columns = { price = [\"p1\", \"p2\"], used = [\"u1\", \"u2\"] }\n";
    let prepared = load(rows, settings).unwrap();
    assert_eq!(judged(&prepared, "price"), [3.0, 4.0, 7.0, 8.0]);
    assert_eq!(prepared.test.target, [1.0, 0.0, 1.0, 1.0]);
    assert_eq!(prepared.train_groups, [0, 0, 1, 1]);
    assert_eq!((prepared.counts.read, prepared.counts.made), (4, 8));
}

#[test]
fn rows_of_one_group_stay_on_one_side_and_share_a_number() {
    let rows: String = (0..400).map(|row| format!("g{},{row},{}\n", row % 50, row % 3 / 2)).collect();
    let settings = "shape = \"rows\"\n[table]\ntarget = \"y\"\ngroup = \"g\"\ntest = { share = 0.3 }\n";
    let prepared = load(&format!("g,x,y\n{rows}"), settings).unwrap();
    let group = |x: f64| x as usize % 50;
    let of = |values: Vec<f64>| values.into_iter().map(group).collect::<std::collections::BTreeSet<_>>();
    let (train, test) = (of(values(&prepared.train, "x")), of(judged(&prepared, "x")));
    assert!(train.is_disjoint(&test) && (8..=22).contains(&test.len()), "{test:?}");
    for (x, number) in values(&prepared.train, "x").iter().zip(&prepared.train_groups) {
        let same = |(other, _): &(&f64, &u32)| group(**other) == group(*x);
        let others = values(&prepared.train, "x");
        assert!(others.iter().zip(&prepared.train_groups).filter(same).all(|(_, other)| other == number));
    }
    assert!(!prepared.train.names.contains(&"g".to_string()));
}

const SIDE: &str = "who,when,what,much\na,2024-01-01,tea,2\na,2024-01-03,rice,3\na,2024-01-05,rice,5\nb,2024-01-09,tea,1\n,2024-01-01,tea,9\n";

fn joined(before: &str, aggregate: &str) -> skonto::error::Result<skonto::train::table::Prepared> {
    let rows = doubled("who,at", &["a,2024-01-04", "b,2024-01-04", "c,2024-01-04"]);
    let settings = format!(
        "shape = \"rows\"\n[data.types]\nat = \"date\"\n[[data.join]]\nfile = \"side.csv\"\non = \"who\"\n{before}\
         aggregate = [{aggregate}]\n[table]\ntarget = \"y\"\ntime = \"at\"\ndrop = [\"who\"]\ntest = {{ every = 2, at = 1 }}\n"
    );
    Folder::with(&[("rows.csv", &rows), ("side.csv", SIDE)]).load(&settings)
}

#[test]
fn a_side_table_is_summed_up_by_key() {
    let prepared = joined(
        "",
        r#"{ name = "rows", take = "count" }, { name = "tea", take = "count", of = "what", equals = "tea" },
           { name = "kinds", take = "distinct", of = "what" }, { name = "share", take = "share", of = "what", equals = "rice" },
           { name = "mean", take = "mean", of = "much" }, { name = "sum", take = "sum", of = "much" },
           { name = "common", take = "mode", of = "what" }, { name = "any", take = "any" }"#,
    )
    .unwrap();
    let number = |name: &str| -> Vec<String> { judged(&prepared, name).iter().map(f64::to_string).collect() };
    assert_eq!(number("rows"), ["3", "1", "0"]);
    assert_eq!(
        (number("tea"), number("kinds")),
        (["1", "1", "0"].map(String::from).to_vec(), ["2", "1", "0"].map(String::from).to_vec())
    );
    assert_eq!(number("share"), [(2.0f64 / 3.0).to_string(), "0".into(), "NaN".into()]);
    assert_eq!(number("mean"), [(10.0f64 / 3.0).to_string(), "1".into(), "NaN".into()]);
    assert_eq!(number("sum"), ["10", "1", "0"]);
    let word = |name: &str, row: usize| {
        let level = judged(&prepared, name)[row];
        if level.is_nan() { "" } else { prepared.words[name][level as usize - 1].as_str() }
    };
    assert_eq!([0, 1, 2].map(|row| word("common", row)), ["rice", "tea", ""]);
    assert_eq!([0, 1, 2].map(|row| word("any", row)), ["yes", "yes", "no"]);
}

#[test]
fn of_a_side_table_only_what_came_before_the_row_is_seen() {
    let before = "before = { log = \"at\", file = \"when\" }\n";
    let sums = r#"{ name = "rows", take = "count" }, { name = "sum", take = "sum", of = "much" },
        { name = "recency", take = "recency" }"#;
    let prepared = joined(before, sums).unwrap();
    assert_eq!(judged(&prepared, "rows"), [2.0, 0.0, 0.0]);
    assert_eq!(judged(&prepared, "sum"), [5.0, 0.0, 0.0]);
    let recency = judged(&prepared, "recency");
    assert!(recency[0] == 1.0 && recency[1].is_nan() && recency[2].is_nan());
    let message = joined("", r#"{ name = "recency", take = "recency" }"#).unwrap_err().to_string();
    assert!(message.contains("`before` is missing"), "{message}");
}

#[test]
fn outcomes_of_test_files_may_stand_elsewhere() {
    let test = "id,x,y\n7,1,?\n8,2,?\n";
    let settings = "shape = \"rows\"\nnull = [\"\", \"?\"]\n[data.types]\ny = \"flag\"\n[table]\ntarget = \"y\"\ndrop = [\"id\"]\n\
        [table.test]\nfiles = [\"test.csv\"]\noutcomes = { file = \"told.csv\", on = \"id\", columns = [\"y\"] }\n";
    let folder =
        Folder::with(&[("rows.csv", "id,x,y\n1,5,0\n2,6,1\n"), ("test.csv", test), ("told.csv", "id,y\n8,1\n7,0\n")]);
    let prepared = folder.load(settings).unwrap();
    assert_eq!((prepared.test.target.as_slice(), judged(&prepared, "x")), (&[0.0, 1.0][..], vec![1.0, 2.0]));
    assert_eq!(prepared.train.target, [0.0, 1.0]);
}

const LOG: &str = "shopper = \"who\"\ntime = \"when\"\nevent = \"what\"\nprice = \"price\"\nitem_id = \"item\"\n";

fn visits(rows: &str, table: &str) -> skonto::error::Result<skonto::train::table::Prepared> {
    let settings = format!(
        "time_format = \"unix_s\"\n[data.columns]\n{LOG}[table]\ntarget = \"purchase\"\n{table}\n\
         [[counter]]\nname = \"views\"\nscope = \"session\"\nevent = \"view_item\"\nmeasure = \"events\"\n\
         [[counter]]\nname = \"bought\"\nscope = \"shopper\"\nevent = \"purchase\"\nmeasure = \"events\"\nwindow_days = 7\n\
         [[feature]]\nname = \"views\"\nkind = \"count\"\ncounter = \"session.views\"\n\
         [[feature]]\nname = \"bought\"\nkind = \"count\"\ncounter = \"shopper.bought\"\n"
    );
    load(&format!("who,when,what,item,price\n{rows}"), &settings)
}

/// Shopper `s` looks three times in a row from `start`, and buys or not.
fn visit(shopper: &str, start: u64, buys: bool) -> String {
    let views: String = (0..3).map(|look| format!("{shopper},{},view_item,i{look},5\n", start + 60 * look)).collect();
    if buys { format!("{views}{shopper},{},purchase,i2,5\n", start + 240) } else { views }
}

const DAY: u64 = 1_700_000_000;

#[test]
fn a_row_of_a_log_knows_what_came_before_it_and_its_outcome_what_came_after() {
    let early: String = (0..4).map(|shopper| visit(&format!("s{shopper}"), DAY + shopper, shopper % 2 == 0)).collect();
    let late: String = (4..8).map(|shopper| visit(&format!("s{shopper}"), DAY + 90_000, shopper % 2 == 1)).collect();
    let closing = format!("z,{},view_item,i0,5\n", DAY + 200_000);
    let from = "at = \"view_item\"\ntest = { from = \"2023-11-15T12:00:00\" }";
    let prepared = visits(&(early.clone() + &late + &closing), from).unwrap();
    assert_eq!((prepared.train.rows(), prepared.test.rows()), (12, 12));
    for (sample, buyers) in [(&prepared.train, 2), (&prepared.test, 2)] {
        assert_eq!(sample.target.iter().sum::<f64>(), 3.0 * buyers as f64);
        assert_eq!(values(sample, "bought"), vec![0.0; 12], "a row sees no purchase of its own visit");
        assert!(values(sample, "views").chunks(3).all(|views| views == [0.0, 1.0, 2.0]));
    }
    // The view that ends the log is left out: nobody knows what followed.
    assert_eq!(prepared.counts.left_out(), 1);
    // Of purchases after the rows nothing shows in any value, whoever made them.
    let none =
        late.lines().filter(|line| !line.contains("s5") || !line.contains("purchase")).collect::<Vec<_>>().join("\n");
    let other = visits(&(early + &none + "\n" + &closing), from).unwrap();
    assert_eq!((&other.test.columns, &other.train), (&prepared.test.columns, &prepared.train));
    assert_ne!(other.test.target, prepared.test.target);
}

#[test]
fn a_visit_is_not_asked_about_itself_once_it_is_over() {
    let log = visit("a", DAY, true);
    for (table, expected) in [
        ("at = \"session\"\ntest = { share = 0.5 }", "what happened in a visit is known at its end"),
        ("at = \"view_item\"\ntest = { every = 5, at = 4 }", "split by `from` or by `share`"),
        ("at = \"looking\"\ntest = { share = 0.5 }", "table.at: expected last, session or one of"),
        ("at = \"view_item\"\nrates = [\"item\"]\ntest = { share = 0.5 }", "table.rates: is of plain tables"),
        ("at = \"view_item\"\ntest = { from = \"soon\" }", "table.test.from: expected a moment"),
    ] {
        let message = visits(&log, table).unwrap_err().to_string();
        assert!(message.contains(expected), "{table}: {message}");
    }
}
