//! The patterns of a log and their page: what other programs found in public data, planted logs, and hostile ones.
//!
//! Expected figures of public data come from pandas, pyfim 6.28 and scikit-learn 1.5.2 on the same files. Where the
//! data are absent the tests say so and pass.

use skonto::error::Result;
use skonto::evaluate::patterns::{self, Part, Patterns, Rule, Sizes};
use skonto::evaluate::report;
use skonto::train::Params;
use skonto::train::read::log::Scan;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ORDERS: &str = r#"
[shop]
name = "Corner shop"
currency = "EUR"
[data]
files = ["log.csv"]
[data.columns]
shopper = "who"
time = "at"
event = { column = "what" }
transaction_id = "order"
item_id = "sku"
item_name = "name"
price = "price"
quantity = "units"
"#;

fn found(settings: &str, folder: &Path) -> Result<Patterns> {
    let params = Params::from_toml(settings)?;
    let log = params.check_log()?;
    let scan = Scan::open(&log, folder)?;
    patterns::measure(&params, &log, &scan, &|_, _, _| {})
}

/// The shared data sets: where SKONTO_DATA says, or beside the checkout.
fn shared(file: &str) -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let folder = std::env::var_os("SKONTO_DATA").map_or_else(beside, PathBuf::from);
    if folder.join(file).exists() {
        return Some(folder);
    }
    eprintln!("SKIPPED: no {}", folder.join(file).display());
    None
}

fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name).join("shop.toml");
    fs::read_to_string(path).unwrap()
}

/// The wholesaler's log with every line that the reference kept, and what it dropped dropped.
fn wholesaler(cleaning: &str, rest: &str) -> Option<Patterns> {
    let folder = shared("online_retail/online_retail.csv.gz")?;
    let text = example("online_retail");
    let (head, tail) = text.split_once("not_merchandise").unwrap();
    let columns = tail.split_once("[data.columns]").unwrap().1.split("[cleaning]").next().unwrap();
    let text = format!(
        "{head}max_quantity = 1_000_000\n[data.columns]{columns}[cleaning]\nnegative_quantity = \"drop\"\n{cleaning}\n{rest}"
    );
    Some(found(&text, &folder).unwrap())
}

fn counts(sizes: &[Sizes]) -> Vec<u64> {
    sizes.iter().map(|row| row.all).collect()
}

fn near(value: f64, expected: f64, within: f64) {
    assert!((value - expected).abs() <= within, "{value}, expected {expected}");
}

#[test]
fn the_wholesalers_shoppers_are_those_of_the_reference() {
    let Some(patterns) = wholesaler("zero_price = \"drop\"", "") else { return };
    let segments = patterns.segments.found().unwrap();
    assert_eq!(segments.shoppers, 4_338);
    near(segments.mean_recency_days, 92.536, 0.000_5);
    near(segments.mean_orders, 4.272, 0.000_5);
    near(segments.mean_spend, 2_054.266, 0.000_5);
    near(segments.revenue, 8_911_407.904, 0.000_5);
    let sums = |value: fn(&patterns::SegmentRow) -> f64| segments.rows.iter().map(value).sum::<f64>();
    near(sums(|row| row.share_of_revenue), 1.0, 1e-9);
    near(sums(|row| row.shoppers as f64), 4_338.0, 0.0);
    let tree = patterns.hierarchy.found().unwrap();
    assert_eq!((tree.sampled, tree.sizes.iter().sum::<u64>()), (4_338, 4_338));
    // scipy's linkage of the same logarithms, standardised.
    near(tree.merges[0].height, 111.621, 0.000_5);
}

#[test]
fn the_wholesalers_sets_and_rules_are_those_of_the_reference() {
    let keep = "missing_shopper = \"keep\"";
    let rules = "[rules]\nmin_support = 0.01\nmin_confidence = 0.25\nmin_lift = 0.0";
    let Some(patterns) = wholesaler(keep, rules) else { return };
    let together = patterns.together.found().unwrap();
    assert_eq!(counts(&together.sizes), [790, 817, 215, 18]);
    let sum = |count: fn(&Sizes) -> u64| together.sizes.iter().map(count).sum::<u64>();
    assert_eq!((sum(|row| row.closed), sum(|row| row.maximal)), (1_840, 1_348));
    assert_eq!(together.rules_found, 1_716);
    assert!(together.rules.windows(2).all(|pair| pair[0].lift >= pair[1].lift));
    assert!(together.rules.iter().all(|rule| rule.antecedent.iter().all(|item| item.name != item.code)));
    assert_eq!(patterns.meanings.found().unwrap().nearest.len(), 10);
}

#[test]
fn the_grocers_sets_and_rules_are_those_of_the_reference() {
    let Some(folder) = shared("groceries/groceries.basket.gz") else { return };
    let rules = "[rules]\nmin_support = 0.01\nmin_confidence = 0.25\nmin_lift = 0.0";
    let patterns = found(&format!("{}\n{rules}", example("groceries")), &folder).unwrap();
    let together = patterns.together.found().unwrap();
    assert_eq!((together.baskets, counts(&together.sizes), together.rules_found), (9_835, vec![88, 213, 32], 170));
    for part in [patterns.segments.found().is_none(), patterns.meanings.found().is_none()] {
        assert!(part, "{}", patterns.headline);
    }
    // Without [rules] the thresholds are the same but for the one rule below chance.
    let by_default = found(&example("groceries"), &folder).unwrap();
    let by_default = by_default.together.found().unwrap();
    assert_eq!((by_default.min_baskets, by_default.rules_found, by_default.told), (99, 169, false));
}

#[test]
fn every_other_example_has_its_page() {
    for (name, file) in [("bms_webview1", "bms_webview1/BMS1.dat.gz"), ("rees46", "rees46_events/2019-Oct-head.csv.gz")]
    {
        let Some(folder) = shared(file) else { continue };
        let patterns = found(&example(name), &folder).unwrap();
        assert!(patterns.together.found().is_some(), "{name}");
        is_a_page(&report::patterns_page(&patterns));
    }
}

fn is_a_page(page: &str) {
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"));
    for word in ["NaN", "inf%", "<script", "http://", "https://", "0.0.0"] {
        let found = page.replace("http://www.w3.org/2000/svg", "").contains(word);
        assert!(!found, "the page has {word}");
    }
}

/// A folder of its own with that log; it goes when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn with(name: &str, log: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("skonto-patterns-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("log.csv"), log).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const HEAD: &str = "who,at,what,order,sku,name,price,units\n";

/// 30 regulars who buy tea with a cup every week, 30 strangers who came once for bread, long ago.
fn planted() -> String {
    let mut log = HEAD.to_string();
    for shopper in 0..60u32 {
        let weeks = if shopper % 2 == 0 { 0..8 } else { 0..1 };
        for week in weeks {
            let (order, day) = (format!("{shopper}-{week}"), 1 + week * 3 + shopper % 3);
            let mut line = |month: u32, sku: &str, name: &str, price: u32| {
                log += &format!("s{shopper},2024-{month:02}-{day:02},purchase,{order},{sku},{name},{price},1\n");
            };
            if shopper % 2 == 0 {
                line(6, "T", if week == 0 { "Tea?" } else { "Green tea" }, 20 + shopper);
                line(6, "C", "Tea cup", 5);
            } else {
                line(1, "B", "Bread", 2);
            }
        }
    }
    log + "s0,2024-06-25,refund,0-0,C,Tea cup,5,2\ns99,2024-06-25,refund,9-9,C,Tea cup,5,1\n"
}

fn names(rule: &Rule) -> [&str; 2] {
    [&rule.antecedent[0].name, &rule.consequent[0].name]
}

#[test]
fn planted_segments_clusters_rules_and_bundles_are_found() {
    let folder = Folder::with("planted", &planted());
    let patterns = found(ORDERS, &folder.0).unwrap();
    let segments = patterns.segments.found().unwrap();
    assert_eq!((segments.shoppers, segments.orders), (60, 30 * 8 + 30));
    // One shopper gave two cups back; another, who bought nothing here, one.
    assert_eq!((segments.refunded, segments.refunded_beyond), (10.0, 5.0));
    let regulars: u32 = (0..60).step_by(2).map(|shopper| 8 * (25 + shopper)).sum();
    near(segments.revenue, (regulars + 30 * 2 - 10) as f64, 1e-9);
    let clusters = patterns.clusters.found().unwrap();
    assert_eq!(clusters.clusters.len(), 2);
    assert!(clusters.clusters[0].words.starts_with("often, lately"), "{}", clusters.clusters[0].words);
    let together = patterns.together.found().unwrap();
    assert_eq!((together.baskets, together.basket_is.as_str()), (270, "one transaction"));
    assert_eq!(names(&together.rules[0]), ["Green tea", "Tea cup"]);
    assert_eq!((together.rules[0].baskets, together.rules[0].conviction), (240, None));
    assert!(together.bundles.is_empty(), "270 / 240 is hardly above chance");
    is_a_page(&report::patterns_page(&patterns));
}

#[test]
fn bundles_are_settings_that_can_be_read() {
    let basket = |index: u32| match index % 4 {
        0 => "p,q\n".to_string(),
        1 => "r\n".into(),
        _ => format!("x{}\n", index % 7),
    };
    let folder = Folder::with("bundles", &(0..400).map(basket).collect::<String>());
    let settings = "[shop]\nname = \"a\"\ncurrency = \"EUR\"\n[data]\nfiles = [\"log.csv\"]\nshape = \"baskets\"\nseparator = \",\"\n";
    let patterns = found(settings, &folder.0).unwrap();
    let together = patterns.together.found().unwrap();
    assert_eq!(together.bundles.len(), 1);
    near(together.bundles[0].lift, 4.0, 1e-12);
    let read: toml::Table = toml::from_str(&together.bundles_toml).unwrap();
    let items = read["bundle"][0]["items"].as_array().unwrap();
    assert_eq!(items.iter().filter_map(|item| item.as_str()).collect::<Vec<_>>(), ["p", "q"]);
    assert!(patterns.headline.starts_with("400 baskets; 2 rules"), "{}", patterns.headline);
}

#[test]
fn without_transactions_a_basket_is_what_a_shopper_bought_in_a_day() {
    let folder = Folder::with("days", &planted());
    let patterns = found(&ORDERS.replace("transaction_id = \"order\"\n", ""), &folder.0).unwrap();
    let together = patterns.together.found().unwrap();
    assert_eq!((together.baskets, together.basket_is.as_str()), (270, "what one shopper bought in a day"));
    assert_eq!(patterns.segments.found().unwrap().orders, 270);
}

fn why<T>(part: &Part<T>) -> &str {
    match part {
        Part::Absent(why) => why,
        Part::Found(_) => panic!("something was found"),
    }
}

#[test]
fn every_part_says_what_the_log_lacks() {
    let empty = Folder::with("empty", HEAD);
    let patterns = found(ORDERS, &empty.0).unwrap();
    assert!(why(&patterns.segments).starts_with("No purchase is left after cleaning"));
    assert!(why(&patterns.together).starts_with("No purchase is left after cleaning"));
    assert!(why(&patterns.meanings).starts_with("Too few words"));
    assert!(patterns.headline.starts_with("There is nothing to look at yet"));
    is_a_page(&report::patterns_page(&patterns));

    let planted = Folder::with("lacking", &planted());
    let bare = ORDERS.replace("price = \"price\"\n", "").replace("item_name = \"name\"\n", "");
    let patterns = found(&(bare + "[cleaning]\nmissing_price = \"keep\"\n"), &planted.0).unwrap();
    assert!(why(&patterns.segments).starts_with("The log has no price:"), "{}", why(&patterns.segments));
    assert!(why(&patterns.meanings).contains("map item_name or search_term"));
    assert!(patterns.together.found().is_some());

    let day = Folder::with("day", &format!("{HEAD}a,2024-01-01,purchase,1,x,X,2,1\nb,2024-01-01,purchase,2,y,Y,3,1\n"));
    let patterns = found(ORDERS, &day.0).unwrap();
    assert!(why(&patterns.segments).starts_with("All shoppers bought within one day"));
    assert!(why(&patterns.clusters).starts_with("2 shoppers are too few"));
    is_a_page(&report::patterns_page(&patterns));
}

#[test]
fn hostile_names_are_printed_and_not_obeyed() {
    let name = "\"<script>alert(1)</script>\n]] <b> & \"\"q\"\"\"";
    let line = |index: u32| {
        let day = 1 + index % 28;
        format!(
            "\"<i>{index}\",2024-02-{day:02},purchase,{index},\"<k'\"\"\n1>\",{name},2,1\n\
                 \"<i>{index}\",2024-02-{day:02},purchase,{index},y,</table>,2,1\n\
                 \"<i>{index}\",2024-02-{day:02},purchase,z{index},w{index},</style>,{index},1\n"
        )
    };
    let folder = Folder::with("hostile", &(HEAD.to_string() + &(1..60).map(line).collect::<String>()));
    let settings = ORDERS.replace("Corner shop", "</title><script>");
    let patterns = found(&settings, &folder.0).unwrap();
    let page = report::patterns_page(&patterns);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    for word in ["<script", "<i>", "<b>", "</table>,", "<k'"] {
        assert!(!page.contains(word), "{word}");
    }
    assert_eq!(page.matches("</style>").count(), page.matches("<style>").count());
    let together = patterns.together.found().unwrap();
    assert_eq!(together.bundles.len(), 1);
    let read: toml::Table = toml::from_str(&together.bundles_toml).unwrap();
    assert_eq!(read.len(), 1);
}

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_skonto")).arg("patterns").args(arguments).output().unwrap()
}

#[test]
fn the_command_writes_the_same_bytes_twice_and_prints_what_the_page_shows() {
    let folder = Folder::with("command", &planted());
    let path = |name: &str| folder.0.join(name).to_string_lossy().into_owned();
    fs::write(path("shop.toml"), ORDERS).unwrap();
    let once =
        |out: &str| run(&[&path("shop.toml"), "--data", &folder.0.to_string_lossy(), "--out", &path(out), "--json"]);
    let (first, second) = (once("a.html"), once("b.html"));
    assert!(first.status.success() && first.stderr.is_empty());
    assert_eq!(first.stdout, second.stdout);
    assert_eq!(fs::read(path("a.html")).unwrap(), fs::read(path("b.html")).unwrap());
    let json: serde_json::Value = serde_json::from_slice(&first.stdout).unwrap();
    let page = fs::read_to_string(path("a.html")).unwrap();
    let best = &json["segments"]["found"]["rows"][0];
    for told in [&json["headline"], &best["name"], &best["name_zh"], &json["clusters"]["found"]["reason"]] {
        assert!(page.contains(told.as_str().unwrap()), "{told}");
    }
    let words = run(&[&path("shop.toml"), "--data", &folder.0.to_string_lossy()]);
    assert!(String::from_utf8(words.stdout).unwrap().contains(json["headline"].as_str().unwrap()));
}

#[test]
fn refusals_say_what_to_do_next() {
    let folder = Folder::with("refusals", &planted());
    let settings = folder.0.join("shop.toml");
    let rows = [
        (
            "[shop]\nname = \"a\"\ncurrency = \"EUR\"\n[data]\nfiles = [\"log.csv\"]\nshape = \"rows\"\n".to_string(),
            "take `events`",
        ),
        (ORDERS.to_string() + "[rules]\nmin_support = 2\nmin_confidence = 0.5\n", "the least support is 2"),
        (ORDERS.to_string() + "[clusters]\nfeatures = []\ncount = 900\n", "fewer than shoppers"),
        (ORDERS.replace("log.csv", "none.csv"), "none.csv"),
    ];
    for (text, expected) in rows {
        fs::write(&settings, text).unwrap();
        let output = run(&[&settings.to_string_lossy(), "--data", &folder.0.to_string_lossy()]);
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && message.contains(expected), "{message}");
    }
}
