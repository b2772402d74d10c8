//! Every committed settings file reads its data: rows, causes, and the page.
//!
//! Figures are of ../shared/data/README.md and of counts made with other tools (Python's csv module) on the
//! same files. Where the data are absent the tests say so and pass.

use skonto::evaluate::quality::{self, LogQuality};
use skonto::evaluate::report;
use skonto::train::Params;
use skonto::train::read::log::Scan;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Settings, rows read, rows kept.
const SHOPS: [(&str, u64, u64); 26] = [
    ("amexpert2019/coupons", 92_663, 92_663),
    ("amexpert2019/shop", 78_369, 78_369),
    ("amexpert2019/test", 50_226, 50_226),
    // 59,602 visits to 149,639 products.
    ("bms_webview1/shop", 149_639, 149_639),
    ("complete_journey/shop", 1_469_307, 1_441_710),
    ("coupons/other_edition", 12_684, 12_684),
    ("coupons/shop", 12_684, 12_684),
    ("dmc2015/held_back", 669, 669),
    ("dmc2015/outcomes", 669, 669),
    ("dmc2015/shop", 6_053, 6_053),
    ("ga4/shop", 10, 8),
    // 9,835 baskets of 43,367 items.
    ("groceries/shop", 43_367, 43_367),
    ("hillstrom/shop", 64_000, 64_000),
    // 13,634 lines, of which many are the second line of a description.
    ("listings/dmart", 5_189, 5_189),
    ("listings/flipkart", 20_000, 20_000),
    ("listings/wish", 1_573, 1_573),
    ("marketing_campaign/shop", 2_240, 2_240),
    ("online_retail/shop", 541_909, 404_872),
    ("openbandit/shop", 20_000, 20_000),
    ("rees46/shop", 17_434, 17_434),
    ("scanner_choice/catsup", 2_798, 2_798),
    ("scanner_choice/cracker", 3_292, 3_292),
    ("scanner_choice/ketchup", 4_956, 4_956),
    ("scanner_choice/oj", 1_070, 1_070),
    ("scanner_choice/tuna", 13_705, 13_705),
    ("scanner_choice/yogurt", 2_412, 2_412),
];

/// Settings with a test of their own.
const OTHERS: [&str; 2] = ["segment/shop", "shoppers/shop"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn settings(name: &str) -> Params {
    let path = root().join("examples").join(format!("{name}.toml"));
    let text = fs::read_to_string(&path).unwrap_or_else(|_| panic!("no {}", path.display()));
    Params::from_toml(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The shared data sets: where SKONTO_DATA says, or beside the checkout.
fn shared() -> PathBuf {
    std::env::var_os("SKONTO_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from)
}

/// Where the files of those settings are, if they are.
fn folder(name: &str) -> Option<PathBuf> {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let folder = match name.split('/').next().unwrap_or("") {
        own @ ("ga4" | "segment") => root().join("examples").join(own).join("data"),
        "complete_journey" => home.join(".cache/skonto/complete_journey"),
        _ => shared(),
    };
    let first = settings(name).data.files[0].clone();
    if folder.join(&first).exists() {
        return Some(folder);
    }
    eprintln!("SKIPPED: {name}: no {}", folder.join(first).display());
    None
}

fn inspected(name: &str) -> Option<LogQuality> {
    let folder = folder(name)?;
    let log = settings(name).check_log().unwrap_or_else(|error| panic!("{name}: {error}"));
    let scan = Scan::open(&log, &folder).unwrap_or_else(|error| panic!("{name}: {error}"));
    Some(quality::measure(&log, &scan, &|_, _| {}).unwrap_or_else(|error| panic!("{name}: {error}")))
}

fn rows(quality: &LogQuality, cause: &str) -> u64 {
    quality.causes.iter().filter(|known| known.cause.starts_with(cause)).map(|known| known.rows).sum()
}

#[test]
fn every_example_reads_its_data_and_loses_no_row_in_silence() {
    for (name, read, kept) in SHOPS {
        let Some(quality) = inspected(name) else { continue };
        assert_eq!((quality.rows_read, quality.rows_kept), (read, kept), "{name}");
        let dropped: u64 = quality.causes.iter().filter(|c| c.action == "dropped").map(|c| c.rows).sum();
        assert_eq!(read, kept + dropped, "{name}");
        assert!(quality.columns.iter().all(|column| column.rows == kept), "{name}");
        let page = report::quality_page(&quality);
        assert!(page.contains("</html>") && !page.contains("NaN"), "{name}");
    }
}

#[test]
fn every_settings_file_is_in_the_table_of_this_test() {
    let mut found = BTreeSet::new();
    for folder in fs::read_dir(root().join("examples")).unwrap().flatten() {
        for file in fs::read_dir(folder.path()).into_iter().flatten().flatten() {
            let path = file.path();
            let is_shop = path.extension().is_some_and(|ending| ending == "toml")
                // What is learnt from is loaded by the tests of tables.
                && fs::read_to_string(&path).is_ok_and(|text| text.contains("[shop]") && !text.contains("\n[table]"));
            if is_shop {
                let inner = path.strip_prefix(root().join("examples")).unwrap().with_extension("");
                found.insert(inner.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    // The grocery shop is trained, and read by a reader of its own.
    found.remove("grocery/shop");
    // Its rows come from a query, through `skonto-sql`.
    found.remove("rees46/sql");
    let known = SHOPS.iter().map(|(name, _, _)| *name).chain(OTHERS).map(String::from).collect();
    assert_eq!(found, known);
}

#[test]
fn every_shared_file_is_named_by_some_settings() {
    let Ok(folders) = fs::read_dir(shared()) else {
        return eprintln!("SKIPPED: no {}", shared().display());
    };
    let names = SHOPS.iter().map(|(name, _, _)| *name).chain(OTHERS);
    let all: Vec<Params> = names.map(settings).collect();
    let named: BTreeSet<String> = all
        .iter()
        .flat_map(|params| params.data.files.iter().chain(params.data.join.iter().map(|join| &join.file)))
        .cloned()
        .collect();
    for folder in folders.flatten().filter(|entry| entry.path().is_dir()) {
        for file in fs::read_dir(folder.path()).unwrap().flatten() {
            let name = format!("{}/{}", folder.file_name().to_string_lossy(), file.file_name().to_string_lossy());
            assert!(named.contains(&name), "no settings under examples/ read {name}");
        }
    }
}

#[test]
fn shoppers_visits_are_read_with_the_types_told_and_found() {
    let Some(quality) = inspected("shoppers/shop") else { return };
    assert_eq!((quality.rows_read, quality.rows_kept), (12_330, 12_330));
    let kind = |name: &str| quality.columns.iter().find(|column| column.name == name).unwrap().kind.clone();
    assert_eq!(
        (kind("Revenue"), kind("Month"), kind("BounceRates")),
        ("flag".into(), "category".into(), "number".into())
    );
    let revenue = quality.columns.iter().find(|column| column.name == "Revenue").unwrap();
    assert_eq!(revenue.common, [("no".to_string(), 10_422), ("yes".to_string(), 1_908)]);
}

#[test]
fn the_wholesalers_returns_corrections_and_strangers_are_counted() {
    let Some(quality) = inspected("online_retail/shop") else { return };
    // Counted with Python: 135,080 lines without CustomerID; of the others 8,905 have a negative quantity.
    assert_eq!(rows(&quality, "no shopper"), 135_080);
    assert_eq!(rows(&quality, "negative quantity"), 8_905);
    assert_eq!(rows(&quality, "price is 0"), 39);
    let refunds = quality.events.iter().find(|(name, _)| name == "refund").unwrap().1;
    assert!(refunds > 8_000 && refunds <= 8_905, "{refunds}");
    let example = &quality.causes.iter().find(|cause| cause.cause == "no shopper").unwrap().examples[0];
    assert_eq!(example, "online_retail.csv.gz, line 624: no shopper");
}

#[test]
fn the_multi_category_shops_events_are_mapped_to_those_of_ga4() {
    let Some(quality) = inspected("rees46/shop") else { return };
    let expected = [("view_item", 17_055), ("add_to_cart", 165), ("purchase", 214)];
    assert_eq!(quality.events, expected.map(|(name, rows)| (name.to_string(), rows)));
}

#[test]
fn a_years_orders_find_their_products_and_move_to_the_stores_zone() {
    let Some(quality) = inspected("complete_journey/shop") else { return };
    let days = (quality.days.first().unwrap().0, quality.days.last().unwrap().0);
    assert_eq!(days.1 - days.0, 364);
    let category = quality.columns.iter().find(|column| column.name == "item_category").unwrap();
    assert_eq!(category.common[0].0, "GROCERY");
    assert_eq!(rows(&quality, "no row of the side table"), 4_836);
}

#[test]
fn ga4_prices_are_net_already_and_are_not_reduced_twice() {
    use arrow::array::AsArray;
    use arrow::datatypes::Float64Type;
    let log = settings("ga4/shop").check_log().unwrap();
    let scan = Scan::open(&log, &root().join("examples/ga4/data")).unwrap();
    let mut found = Vec::new();
    let mut take = |batch: arrow::array::RecordBatch| {
        let column =
            |name| batch.column_by_name(name).unwrap().as_primitive::<Float64Type>().iter().collect::<Vec<_>>();
        found.extend(column("price").into_iter().zip(column("discount")));
        Ok(())
    };
    scan.read(0, &mut take).unwrap();
    assert_eq!(found[0], (Some(39.9), Some(10.0)));
    assert!(found.contains(&(None, None)), "an event without items has no price, and not 0");
}

#[test]
fn segment_orders_of_several_products_are_several_rows() {
    let quality = inspected("segment/shop").unwrap();
    let expected =
        [("view_item_list", 2), ("view_item", 1), ("search", 1), ("add_to_cart", 1), ("purchase", 2), ("refund", 1)];
    assert_eq!(quality.events, expected.map(|(name, rows)| (name.to_string(), rows)));
    assert_eq!((quality.rows_read, rows(&quality, "event is left out")), (9, 1));
}
