//! What makes no sense is refused with a sentence: what was expected, and what was found.

use super::made::load;

const ROWS: &str = "x,word,y,when,prose,gender\n1,a,0,2024-01-01,long one,f\n2,b,1,2024-01-02,long two,m\n\
    3,a,0,2024-01-03,long three,f\n4,b,1,2024-01-04,long four,m\n";

/// Settings with `[table]` keys and what follows; the columns that trouble are dropped unless `keys` say otherwise.
fn settings(keys: &str) -> String {
    let target = if keys.contains("target =") { "" } else { "target = \"y\"\n" };
    let drop = if keys.contains("drop =") { "" } else { "drop = [\"when\", \"prose\", \"gender\"]\n" };
    let test = if keys.contains("test =") { "" } else { "test = { every = 2, at = 1 }\n" };
    let (own, after) =
        keys.split_once("\n[").map_or((keys, String::new()), |(own, after)| (own, format!("[{after}\n")));
    format!(
        "shape = \"rows\"\n[data.types]\nword = \"category\"\ngender = \"category\"\nprose = \"text\"\n[table]\n{target}{drop}{test}{own}\n{after}"
    )
}

#[test]
fn accepts_the_table_that_the_refusals_start_from() {
    let prepared = load(&(ROWS.to_string() + "5,a,1,2024-01-05,x,f\n6,a,0,2024-01-06,x,f\n"), &settings("")).unwrap();
    assert_eq!((prepared.train.names.join(" ").as_str(), prepared.test.rows()), ("x word", 3));
}

#[test]
fn refuses_settings_of_a_table_and_says_what_was_expected() {
    let rows = [
        ("target = \"Y\"", "table.target: no column is called `Y`; there are x, word, y, when, prose, gender"),
        ("target = \"\"", "table.target: expected the name of a column"),
        ("target = \"word\"", "table.positive: which words of `word` count as yes? One is `a`"),
        ("target = \"x\"", "table.positive: which words of `x` count as yes? One is `2`"),
        ("target = \"word\"\npositive = \"c\"", "table.positive: no row of `word` is `c`"),
        ("drop = [\"wehn\"]", "table.drop: no column is called `wehn`; there are"),
        ("drop = [\"y\"]", "table.drop: `y` is the target"),
        ("drop = [\"when\", \"prose\"]", "table: `gender` names a protected attribute; put it into table.drop"),
        ("drop = [\"when\", \"gender\"]", "table: `prose` is a text, of which a model can make nothing"),
        ("drop = [\"prose\", \"gender\"]", "table: `when` is a date, of which a model can make nothing"),
        ("log = [\"word\"]", "table.log: `word` holds no numbers"),
        ("rates = [\"z\"]", "table.rates: no column is called `z`"),
        ("group = \"z\"", "table.group: no column is called `z`"),
        ("weight = \"word\"", "table.weight: `word` holds no numbers"),
        ("time = \"x\"", "table.time: `x` holds no dates"),
        (
            "test = { from = \"soon\" }\ntime = \"when\"",
            "table.test.from: expected a date like 2019-10-31, found `soon`",
        ),
        ("test = { from = \"2024-01-03\" }", "table.test.from: needs `table.time`"),
        ("test = { from = \"2034-01-03\" }\ntime = \"when\"", "table.test: no test row is left"),
        ("test = { last = 1.5 }", "table.test: `last` lies between 0 and 1, found 1.5"),
        ("test = { last = 0.5 }", "table.test.last: needs `table.time`"),
        (
            "test = { every = 5, share = 0.5 }",
            "table.test: expected one of `every`, `share`, `from`, `last` and `files`",
        ),
        ("test = { every = 1 }", "`every` is at least 2 and `at` below it, found 1, 0"),
        ("test = { share = 1.5 }", "`share` lies between 0 and 1, found 1.5"),
        ("test = { evry = 5 }", "unknown field `evry`"),
        ("predicts = \"market_price\"", "table.list_price: needed with"),
        ("list_price = \"x\"", "table.list_price: needed with"),
        ("stack = { name = \"s\", columns = { a = [\"x\"], b = [\"x\", \"y\"] } }", "found 1 for `a` and 2 for `b`"),
        (
            "stack = { name = \"s\", columns = { a = [\"x\", \"q\"] } }",
            "table.stack.columns.a: no column is called `q`",
        ),
        ("within_days = 3", "table.within_days: is of a log of events"),
        ("\n[[column]]\nname = \"n\"\nof = \"word\"", "column `n`: nothing is taken of `word`"),
        ("\n[[column]]\nname = \"n\"\ntake = \"hour\"", "column `n`: `of` is missing"),
        ("\n[[column]]\nname = \"n\"\nof = \"word\"\ntake = \"hour\"", "column `n`: `word` holds no dates"),
        ("\n[[column]]\nname = \"n\"\nof = \"x\"\ntake = \"words\"", "column `n`: `x` holds no words"),
        (
            "\n[[column]]\nname = \"n\"\nof = \"when\"\ndays_until = \"now\"",
            "expected a date like 2014-12-31, found `now`",
        ),
        ("\n[[column]]\nname = \"n\"\nof = \"word\"\nprefix = 1\ntake = \"length\"", "it is made in one way, found 2"),
        ("\n[[column]]\nname = \"x\"\nof = \"word\"\nprefix = 1", "two columns are called `x`"),
        ("\n[[column]]\nname = \"q\"\nkeep = 3", "column: no column is called `q`"),
        ("\n[[column]]\nname = \"word\"\nkeep = 0", "`keep` is 1 to 2047, found 0"),
        ("\n[[column]]\nname = \"f\"\nof = \"gender\"\nprefix = 1", "`gender` names a protected attribute"),
        ("\n[[feature]]\nname = \"f\"\nkind = \"weekday\"", "feature `f`: kind `weekday` needs `table.time`"),
        ("\n[[feature]]\nname = \"f\"\nkind = \"tenure\"", "reads what a shopper did"),
        ("\n[[feature]]\nname = \"f\"\nkind = \"attribute\"\nof = \"q\"", "expected the name of an [[attribute]]"),
    ];
    for (keys, expected) in rows {
        let message = load(ROWS, &settings(keys)).map(|_| ()).unwrap_err().to_string();
        assert!(message.contains(expected), "{keys}: {message}");
    }
}

#[test]
fn refuses_rows_that_nothing_can_be_learnt_from() {
    let long: String = (0..20).map(|row| format!("{row},a,1,2024-01-01,p,f\n")).collect();
    let head = "x,word,y,when,prose,gender\n";
    let rows: [(String, &str); 6] = [
        (head.into(), "table.test: no training row is left"),
        (format!("{head}{long}"), "rows have the outcome 1: there is nothing to tell apart"),
        (
            long.replace(",1,2024", ",,2024").replacen("0,a", "x,word,y,when,prose,gender\n0,a", 1),
            "no training row is left",
        ),
        (format!("{head}1,,1,,p,f\n2,,0,,p,f\n3,,0,,p,f\n4,,1,,p,f\n"), "`word` has no value in any training row"),
        ("x,word\n1,a\n".into(), "data.types: no column is called `gender`; there are x, word"),
        (String::new(), "rows.csv"),
    ];
    for (rows, expected) in rows {
        let error =
            load(&rows, &settings("drop = []").replace("drop = []", "drop = [\"when\", \"prose\", \"gender\"]"));
        let message = error.map(|_| ()).unwrap_err().to_string();
        assert!(message.contains(expected), "{rows}: {message}");
    }
}

#[test]
fn hostile_rows_are_counted_and_move_no_other() {
    let good = |row: usize| format!("{row},w{},{}\n", row % 2, row / 2 % 2);
    let plain: String = (0..20).map(good).collect();
    let huge = "9".repeat(400);
    let hostile = [
        ("not a number", "boom,w0,1\n".to_string()),
        ("too large a number", format!("{huge},w0,1\n")),
        ("an infinity", "inf,w0,1\n".into()),
        ("a nul", "1,w\u{0}0,1\n".into()),
        ("a long word", format!("1,{},1\n", "w".repeat(100_000))),
        ("a quote and a line end", "1,\"w\n0\"\"\",1\n".into()),
        ("a right-to-left mark", "1,\u{202e}w0,1\n".into()),
        ("no outcome", "1,w0,\n".into()),
    ];
    let settings = "shape = \"rows\"\n[data.types]\nx = \"number\"\nword = \"category\"\ny = \"flag\"\n[table]\ntarget = \"y\"\ntest = { every = 4, at = 3 }\n";
    let before = load(&format!("x,word,y\n{plain}"), settings).unwrap();
    for (name, row) in hostile {
        let after =
            load(&format!("x,word,y\n{plain}{row}"), settings).unwrap_or_else(|error| panic!("{name}: {error}"));
        let rows: Vec<usize> = (0..before.train.rows()).collect();
        assert_eq!(after.train.pick(&rows).target, before.train.target, "{name}");
        assert_eq!(after.test.target, before.test.target, "{name}");
        let counts = &after.counts;
        assert_eq!(counts.made, counts.train + counts.test + counts.left_out(), "{name}");
        after.train.check().unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn dates_that_do_not_parse_are_missing_and_counted() {
    let rows =
        "x,when,y\n1,2024-01-01,0\n2,2024-13-45,1\n3,2024-01-05,1\n4,2024-01-06,0\n5,2024-02-30,0\n6,2024-01-08,1\n";
    let settings = "shape = \"rows\"\n[data.types]\nwhen = \"date\"\n[table]\ntarget = \"y\"\ntime = \"when\"\n\
        test = { from = \"2024-01-06\" }\n";
    let prepared = load(rows, settings).unwrap();
    assert_eq!((prepared.train.rows(), prepared.test.rows(), prepared.counts.left_out()), (2, 2, 2));
    assert_eq!(prepared.train_times.as_deref(), Some(&[1_704_067_200, 1_704_412_800][..]));
    let causes: Vec<&str> = prepared.counts.causes.iter().map(|cause| cause.cause.as_str()).collect();
    assert!(
        causes.contains(&"time is missing") && causes.iter().any(|cause| cause.starts_with("time is not a moment"))
    );
}
