//! `docs/tables.md` lists what there is: every key, every way to derive or sum up, and settings that make sense.

use skonto::train::Params;

const DOCUMENT: &str = include_str!("../../docs/tables.md");
const SHOP: &str = "[shop]\nname = \"a\"\ncurrency = \"EUR\"\n[data]\nfiles = [\"a.csv\"]\nshape = \"rows\"\n";

fn section(heading: &str) -> &'static str {
    let (_, rest) = DOCUMENT.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no heading {heading}"));
    rest.split("\n## ").next().unwrap()
}

/// The names that an error lists as expected.
fn expected(settings: &str) -> Vec<String> {
    let message = Params::from_toml(&format!("{SHOP}{settings}")).unwrap_err().to_string();
    let (_, listed) = message.split_once("expected one of ").unwrap_or_else(|| panic!("{message}"));
    listed.split('`').skip(1).step_by(2).map(String::from).collect()
}

#[test]
fn every_key_of_a_table_is_documented() {
    let text = section("Keys of `[table]`");
    for key in expected("[table]\nno_key = 1\n") {
        assert!(text.contains(&format!("`{key}`")), "{key}");
    }
    for word in expected("[table]\npredicts = \"nothing\"\n") {
        assert!(text.contains(&format!("`{word}`")), "{word}");
    }
}

#[test]
fn every_way_to_split_derive_and_sum_up_is_documented() {
    let cases = [
        ("Which rows are kept for judging", "[table]\ntest = { no_key = 1 }\n"),
        ("Derived columns", "[[column]]\ntake = \"nothing\"\n"),
        (
            "Side tables that are summed up",
            "[[data.join]]\nfile = \"b\"\non = \"k\"\naggregate = [{ name = \"n\", take = \"nothing\" }]\n",
        ),
    ];
    for (heading, settings) in cases {
        expected(settings)
            .iter()
            .for_each(|name| assert!(section(heading).contains(name.as_str()), "{heading}: {name}"));
    }
    let derived = DOCUMENT.split("## What becomes of a column").nth(1).unwrap();
    for key in expected("[[column]]\nno_key = 1\n") {
        assert!(derived.contains(&format!("{key} = ")) || derived.contains(&format!("`{key}`")), "{key}");
    }
}

#[test]
fn the_example_of_the_document_makes_sense() {
    let example = DOCUMENT.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let params = Params::from_toml(example).unwrap();
    params.check_log().unwrap();
    params.table.unwrap().check().unwrap();
    assert!(params.column.iter().all(|column| column.derivation().is_ok()));
}
