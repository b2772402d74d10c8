//! What the documentation says is true, as far as a program can tell.

use skonto::BUNDLED;
use skonto::decision::{REASON_CODES, VERDICT_CODES};
use skonto::engine::Engine;
use skonto::error::Code;
use skonto::event::EVENT_NAMES;
use skonto::train::Params;
use skonto::train::fold::settings::Settings;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const FORMAT: &str = include_str!("../docs/format-v2.md");
const BORDER: &str = include_str!("../docs/page-border.md");
const ARCHITECTURE: &str = include_str!("../docs/architecture.md");
const DATA: &str = include_str!("../docs/data.md");
const README: &str = include_str!("../README.md");
/// The stored sample of every format and the model that the crate carries, each with its specification.
const FILES: [(&str, &[u8]); 4] = [
    (include_str!("../docs/format-v1.md"), include_bytes!("../data/compat/v1/grocery.skonto")),
    (FORMAT, include_bytes!("../data/compat/v2/grocery.skonto")),
    (FORMAT, include_bytes!("../data/compat/v2/offers.skonto")),
    (FORMAT, BUNDLED),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below `folder` with one of the endings, without what tools leave there.
fn below(folder: &str, endings: &[&str], found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(root().join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !["node_modules", "dist", "target"].contains(&name.as_str()) {
            below(&path.strip_prefix(root()).unwrap().to_string_lossy(), endings, found);
        } else if path.is_file() && endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
}

fn documents() -> Vec<(PathBuf, String)> {
    let mut paths: Vec<PathBuf> =
        ["README.md", "README.zh-CN.md", "pkg/README.md"].map(|name| root().join(name)).into();
    below("docs", &[".md"], &mut paths);
    below("examples", &["README.md"], &mut paths);
    let read = |path: PathBuf| (path.clone(), fs::read_to_string(path).unwrap());
    paths.into_iter().map(read).collect()
}

/// What stands between `open` and `close`, each time.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    text.split(open).skip(1).filter_map(|rest| rest.split_once(close)).map(|(inside, _)| inside).collect()
}

/// The back-ticked parts, outside of blocks of code.
fn ticked(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2).flat_map(str::lines);
    prose.flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

/// The text from a heading to the next of the same depth or higher.
fn section<'a>(text: &'a str, heading: &str) -> &'a str {
    let start = text.find(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no heading {heading}")) + 1;
    let rest = &text[start + heading.len()..];
    let depth = heading.chars().take_while(|mark| *mark == '#').count();
    let ends = (1..=depth).filter_map(|depth| rest.find(&format!("\n{} ", "#".repeat(depth))));
    &rest[..ends.min().unwrap_or(rest.len())]
}

/// The cells of all table rows, without headings and rules; back-ticks are taken off.
fn rows(text: &str) -> Vec<Vec<String>> {
    let lines: Vec<&str> = text.lines().collect();
    let is_rule = |index: usize| lines.get(index).is_some_and(|line| line.starts_with("|---"));
    let body = lines.iter().enumerate().filter(|(index, line)| line.starts_with("| ") && !is_rule(index + 1));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_string()).collect();
    body.map(|(_, line)| cells(line)).collect()
}

/// The cell's first back-ticked part.
fn code(cell: &str) -> Option<&str> {
    ticked(cell).first().copied()
}

fn numbered(text: &str, heading: &str) -> Vec<(usize, String)> {
    let rows = rows(section(text, heading));
    rows.iter().map(|row| (row[0].parse().unwrap(), code(&row[1]).unwrap().to_string())).collect()
}

#[test]
fn every_relative_link_and_image_points_to_a_file() {
    for (path, text) in documents() {
        for target in between(&text, "](", ")") {
            let file = target.split('#').next().unwrap();
            let is_elsewhere = file.is_empty() || file.starts_with("https://");
            let exists = path.parent().unwrap().join(file).exists();
            assert!(is_elsewhere || exists, "{} links to {target}, which is not there", path.display());
        }
    }
}

#[test]
fn every_anchor_is_a_heading() {
    for (path, text) in documents() {
        for target in between(&text, "](", ")") {
            let Some((file, anchor)) = target.split_once('#').filter(|_| !target.starts_with("https://")) else {
                continue;
            };
            let there = fs::read_to_string(path.parent().unwrap().join(file)).unwrap_or_else(|_| text.clone());
            let slug = |line: &str| line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
            let found = there.lines().any(|line| line.starts_with('#') && slug(line) == anchor);
            assert!(found, "{} links to {target}, but there is no such heading", path.display());
        }
    }
}

#[test]
fn every_source_file_a_document_names_exists() {
    let folders = ["src/", "tests/", "pkg/", "www/", "docs/", "tools/", "examples/", ".ci/", "data/", "models/"];
    let made = ["pkg/dist", "pkg/wasm", "www/dist"];
    let is_path = |name: &str| {
        let starts = folders.iter().any(|folder| name.starts_with(folder)) && !made.iter().any(|m| name.starts_with(m));
        starts && !name.contains([' ', '*', '<'])
    };
    for (document, text) in documents() {
        for name in ticked(&text).into_iter().filter(|name| is_path(name)) {
            // The design notes name files of the plan that were not written.
            let planned = ["src/feature/encode", "src/event/json"].contains(&name);
            assert!(planned || root().join(name).exists(), "{} names {name}", document.display());
        }
    }
}

/// Every test of the repository but this file's, as text.
fn test_sources() -> String {
    let mut paths = Vec::new();
    for folder in ["src", "tests", "pkg/test", "www/test"] {
        below(folder, &[".rs", ".mjs"], &mut paths);
    }
    let this = root().join(file!());
    paths.iter().filter(|path| **path != this).map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[track_caller]
fn exists(sources: &str, name: &str) {
    let forms = [format!("fn {name}("), format!("(\"{name}\""), format!("('{name}'"), format!("(`{name}`")];
    assert!(forms.iter().any(|form| sources.contains(form)), "no test is called {name}");
}

#[test]
fn every_test_that_holds_an_invariant_exists() {
    let sources = test_sources();
    let invariants = section(ARCHITECTURE, "## Invariants");
    let names: Vec<&str> = ticked(invariants).into_iter().filter(|name| name.matches('_').count() > 2).collect();
    assert!(names.len() > 30, "only {} tests named", names.len());
    names.into_iter().for_each(|name| exists(&sources, name));
}

#[test]
fn every_hostile_input_has_a_test() {
    let sources = test_sources();
    let rows = rows(include_str!("../docs/hostile.md"));
    assert!(rows.len() >= 40, "only {} inputs", rows.len());
    for (index, row) in rows.iter().enumerate() {
        assert_eq!(row[0], (index + 1).to_string());
        let names = ticked(&row[3]);
        assert!(!names.is_empty(), "input {} names no test", row[0]);
        names.into_iter().for_each(|name| exists(&sources, name));
    }
}

#[test]
fn no_document_names_a_place_on_one_machine() {
    let places = ["/home/", "/root/", "/Users/", "/tmp/", "C:\\"];
    for (path, text) in documents() {
        for place in places {
            assert!(!text.contains(place), "{} names {place}", path.display());
        }
    }
}

/// How many sections a specification has.
fn sections(format: &str) -> usize {
    format.lines().filter(|line| line.starts_with("### ")).count()
}

#[test]
fn the_header_stands_where_the_format_says() {
    for (format, bytes) in FILES {
        let rows = rows(section(format, "## Header"));
        let row = |what: &str| rows.iter().find(|row| row[2].starts_with(what)).unwrap_or_else(|| panic!("no {what}"));
        let at = |what: &str| -> usize { row(what)[0].parse().unwrap() };
        let said = |what: &str| -> u64 { row(what)[2].rsplit(' ').next().unwrap().parse().unwrap() };
        let number =
            |at: usize, size: usize| bytes[at..at + size].iter().rev().fold(0u64, |n, byte| n << 8 | *byte as u64);
        assert_eq!(&bytes[at("magic")..at("magic") + 4], b"SKNT");
        assert_eq!(number(at("format"), 2), said("format"));
        assert_eq!(number(at("number of sections"), 2), said("number of sections"));
        let (offset, prime) = (0xcbf29ce484222325, 0x100000001b3u64);
        let covered = &bytes[at("version")..];
        let hash = covered.iter().fold(offset, |hash: u64, byte| (hash ^ *byte as u64).wrapping_mul(prime));
        assert_eq!(number(at("checksum"), 8), hash);
        let engine = Engine::load(bytes).expect("a stored sample loads");
        assert_eq!(number(at("version"), 8), engine.content().version);
        assert_eq!(at("first section"), at("table") + sections(format) * 6);
        let lengths = (0..sections(format)).map(|index| number(at("table") + 6 * index + 2, 4)).sum::<u64>() as usize;
        assert_eq!(at("first section") + lengths, bytes.len());
    }
}

/// Walks bytes along the types that a document gives.
struct Walk<'a> {
    format: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Words of one owner's counters, by what the format calls them.
    widths: Vec<(&'a str, usize)>,
}

impl Walk<'_> {
    fn number(&mut self, size: usize) -> usize {
        let value = self.bytes[self.at..self.at + size].iter().rev().fold(0, |n, byte| n << 8 | *byte as usize);
        self.at += size;
        value
    }

    fn follow(&mut self, types: &str) {
        let mut rest = types.trim();
        while !rest.is_empty() {
            let is_list = rest.starts_with("list") || rest.starts_with("planes");
            let end = if is_list { closing(rest) + 1 } else { rest.find(' ').unwrap_or(rest.len()) };
            let (word, after) = rest.split_at(end);
            self.one(word);
            rest = after.trim();
        }
    }

    fn one(&mut self, word: &str) {
        if let Some((list, inside)) = word.split_once('(') {
            let count = self.number(if list == "list8" { 1 } else { 2 });
            (0..count).for_each(|_| self.follow(&inside[..inside.len() - 1]));
            return;
        }
        match word {
            "u8" => self.at += 1,
            "u16" | "ref" => self.at += 2,
            "u32" | "f32" => self.at += 4,
            "u64" | "f64" | "line" => self.at += 8,
            "meaning" => self.at += 16,
            "text" | "blob" => self.at += self.number(2),
            "kind" | "step" | "scorer" | "term" | "cuts" | "link" | "gives" | "reward" | "rule" => self.tagged(word),
            other => {
                let width = self.widths.iter().find(|(owner, _)| *owner == other);
                self.at += 4 * width.unwrap_or_else(|| panic!("the format names no type {other}")).1;
            }
        }
    }
}

impl Walk<'_> {
    /// A tag, then what the table of that name says of it.
    fn tagged(&mut self, name: &str) {
        let tag = self.number(1);
        let head = format!("| {}{} |", name[..1].to_uppercase(), &name[1..]);
        let table = self.format.split("\n\n").find(|part| part.trim_start().starts_with(&head)).expect("a table");
        let table = rows(table);
        let row = table.iter().find(|row| row[0] == tag.to_string()).expect("a documented tag");
        let types = code(&row[2]).unwrap_or("").to_string();
        self.follow(&types);
    }
}

/// Where the first bracket closes.
fn closing(text: &str) -> usize {
    let mut depth = 0;
    let place = text.char_indices().find(|(_, letter)| {
        depth += (*letter == '(') as i32 - (*letter == ')') as i32;
        *letter == ')' && depth == 0
    });
    place.expect("a bracket closes").0
}

/// The types in the first column of a section's tables, without the tables that a tag chooses from.
fn types(format: &str, heading: &str) -> Vec<String> {
    let tables = section(format, heading).split("\n\n").filter(|part| part.trim_start().starts_with("| Type |"));
    let rows: Vec<Vec<String>> = tables.flat_map(rows).collect();
    rows.iter().filter_map(|row| code(&row[0])).map(String::from).collect()
}

#[test]
fn every_section_is_laid_out_as_the_format_says() {
    for (format, bytes) in FILES {
        let headings = format.lines().filter(|line| line.starts_with("### "));
        let first = 24 + 6 * sections(format);
        let walk = |at| Walk { format, bytes, at, widths: Vec::new() };
        let (mut walked, mut end) = (walk(first), first);
        for (index, heading) in headings.enumerate() {
            let length = walk(24 + 6 * index + 2).number(4);
            end += length;
            if length == 0 {
                continue;
            }
            types(format, heading).iter().for_each(|types| walked.follow(types));
            assert_eq!(walked.at, end, "{heading} ends elsewhere");
        }
    }
}

#[test]
fn a_stored_profile_is_laid_out_as_the_format_says() {
    for (format, bytes) in FILES {
        let engine = Engine::load(bytes).expect("a stored sample loads");
        let content = engine.content();
        assert!(!content.golden.is_empty());
        let (program, memory) = (&content.program, content.program.memory);
        let widths = [("shopper", &program.shopper), ("group", &program.group), ("words", &program.group)]
            .into_iter()
            .chain([("session", &program.session), ("brand", &program.brand)]);
        let widths: Vec<(&str, usize)> = widths.map(|(owner, set)| (owner, set.width())).collect();
        let absent = [
            ("session", memory.session_minutes == 0),
            ("meaning", memory.searches == 0),
            ("u64", memory.cart_lines == 0),
            ("brand", memory.brands == 0),
            ("u32 u16 u32", memory.offers == 0),
        ];
        for golden in &content.golden {
            let mut walk = Walk { format, bytes: &golden.profile, at: 0, widths: widths.clone() };
            let parts = types(format, "## The stored profile");
            let kept = |types: &&String| !absent.iter().any(|(word, absent)| *absent && types.contains(word));
            parts.iter().filter(kept).for_each(|types| walk.follow(types));
            assert_eq!(walk.at, golden.profile.len());
        }
    }
}

#[test]
fn the_table_of_error_codes_is_complete() {
    let codes = [
        Code::Truncated,
        Code::BadMagic,
        Code::UnknownVersion,
        Code::TrailingBytes,
        Code::BadSection,
        Code::BadIndex,
        Code::NotFinite,
        Code::OutOfRange,
        Code::TooLarge,
        Code::DuplicateName,
        Code::BadText,
        Code::GoldenMismatch,
        Code::OlderModel,
        Code::ForeignProfile,
        Code::ProtectedAttribute,
        Code::BadTime,
        Code::BadPrice,
        Code::BadQuantity,
        Code::UnknownEvent,
        Code::DuplicateEvent,
        Code::BadConfig,
        Code::BadData,
        Code::Io,
        Code::BadChecksum,
        Code::NotInThisBuild,
    ];
    let declared = include_str!("../src/error.rs").matches(" => \"").count();
    assert_eq!(codes.len(), declared, "a code is missing from this test");
    let expected: Vec<_> = codes.iter().map(|code| (*code as usize, code.name().to_string())).collect();
    assert_eq!(numbered(FORMAT, "## Error codes"), expected);
}

#[test]
fn the_tables_of_the_page_border_are_complete() {
    let expected = |names: &[&str]| names.iter().map(|name| name.to_string()).enumerate().collect::<Vec<_>>();
    assert_eq!(numbered(BORDER, "## Reasons"), expected(&REASON_CODES));
    assert_eq!(numbered(BORDER, "## Verdicts"), expected(&VERDICT_CODES));
    assert_eq!(numbered(BORDER, "## Events"), expected(&EVENT_NAMES));
}

#[test]
fn every_call_of_the_page_is_in_its_table_and_none_more() {
    let text = fs::read_to_string(root().join("src/wasm/page.rs")).unwrap();
    let calls = between(&text, "let answer = match call {", "_ => 0.0").concat();
    let made: Vec<&str> =
        calls.lines().filter_map(|line| line.split_once(" => ")).map(|(number, _)| number.trim()).collect();
    let told: Vec<String> = rows(section(BORDER, "## Calls")).into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(told, made);
}

fn help(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_skonto")).args(arguments).arg("--help").output().unwrap();
    assert!(output.status.success(), "skonto {arguments:?} --help fails");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_command_a_document_shows_is_one_the_program_knows() {
    let mut shown = 0;
    for (path, text) in documents() {
        let blocks = text.split("```").skip(1).step_by(2);
        for line in blocks.flat_map(str::lines).filter_map(|line| line.strip_prefix("skonto ")) {
            let words: Vec<&str> = line.split(' ').collect();
            let about = help(&words[..1]);
            for option in words.iter().filter(|word| word.starts_with("--")) {
                assert!(about.contains(&format!("{option} ")), "{}: {option} of `{line}`", path.display());
            }
            shown += 1;
        }
    }
    assert!(shown >= 3, "only {shown} commands shown");
}

#[test]
fn the_readme_names_the_two_commands_and_the_scores_of_the_bundled_model() {
    let card = Engine::load(BUNDLED).unwrap().content().card.clone();
    for text in [README, include_str!("../README.zh-CN.md")] {
        let first = text.find("make demo").zip(text.find("make test")).map(|(demo, test)| demo < test);
        assert_eq!(first, Some(true));
        for mark in ["ROC-AUC ", "log loss "] {
            let score = card.split(mark).nth(1).and_then(|rest| rest.split([',', ' ']).next()).unwrap();
            let score = score.trim_end_matches('.');
            assert!(text.contains(score), "the bundled model has {mark}{score}");
        }
    }
}

#[test]
fn the_page_of_features_lists_every_measure_scope_kind_and_argument() {
    use skonto::feature::{MEASURES, ROWS, SCOPES};
    let page = include_str!("../docs/features.md");
    let table = |head: &str| {
        let found = page.split("\n\n").find(|part| part.starts_with(head)).unwrap_or_else(|| panic!("no table {head}"));
        rows(found)
    };
    let first = |rows: &[Vec<String>]| -> Vec<String> {
        rows.iter().map(|row| code(&row[0]).unwrap_or_default().trim_matches('"').to_string()).collect()
    };
    assert_eq!(first(&table("| Measure |")), MEASURES.map(|(_, name)| name.to_string()));
    let mut scopes = first(&table("| Scope |"));
    scopes.sort_unstable();
    let mut known = SCOPES.map(|(_, name)| name.to_string());
    known.sort_unstable();
    assert_eq!(scopes, known);
    let kinds = table("| Kind |");
    assert_eq!(first(&kinds), ROWS.map(|row| row.name.to_string()));
    for (told, row) in kinds.iter().zip(ROWS) {
        let takes: Vec<&str> = row.takes.iter().map(|(name, _)| *name).collect();
        assert_eq!(ticked(&told[1]), takes, "{}", row.name);
    }
}

#[test]
fn every_example_on_the_page_of_features_is_one_the_settings_take() {
    let page = include_str!("../docs/features.md");
    let examples = between(page, "```toml\n", "```");
    assert!(examples.len() >= 3);
    examples.iter().for_each(|example| drop(Settings::from_toml(example).expect(example)));
    let steps = rows(section(page, "## Steps"));
    for step in steps.iter().filter_map(|row| code(&row[0])) {
        #[derive(serde::Deserialize)]
        struct Step {
            #[allow(dead_code, reason = "what matters is that it can be read")]
            step: skonto::train::transform::StepParams,
        }
        let written = format!("step = {}", step.replace("[low, high]", "[0, 1]"));
        toml::from_str::<Step>(&written).unwrap_or_else(|error| panic!("{written}: {error}"));
    }
}

#[test]
fn the_tables_of_features_and_groups_are_complete() {
    let page = include_str!("../docs/features.md");
    for name in ["features", "groups"] {
        let refused = Settings::from_toml(&format!("[{name}]\nno_key = 1\n")).unwrap_err().to_string();
        let list = refused.split("expected one of").nth(1).expect("the keys that there are");
        let known: Vec<&str> = list.lines().next().unwrap().split('`').skip(1).step_by(2).collect();
        let table = rows(section(page, &format!("### Keys of `[{name}]`")));
        let told: Vec<&str> = table.iter().flat_map(|row| ticked(&row[0])).collect();
        assert_eq!(told, known, "[{name}]");
    }
    use skonto::train::fold::{fitting::MAX_ROWS, texts::MAX_TEXTS};
    assert_eq!((MAX_ROWS, MAX_TEXTS), (200_000, 4_194_304), "the page says so");
}

#[test]
fn the_table_of_cleaning_rules_is_complete() {
    let rules = skonto::train::clean::rows::RULES.iter();
    let row = |rule: &skonto::train::clean::tally::Rule| {
        [rule.name, rule.what, rule.default.name(), rule.repair.unwrap_or("–")].map(String::from)
    };
    let expected: Vec<_> = rules.map(row).collect();
    let told = rows(section(DATA, "## Rules of `[cleaning]`"));
    let told: Vec<[String; 4]> = told.into_iter().filter_map(|row| row.try_into().ok()).collect();
    assert_eq!(
        told.iter().map(|[name, ..]| name.trim_matches('`')).collect::<Vec<_>>(),
        expected.iter().map(|[name, ..]| name).collect::<Vec<_>>()
    );
    for (told, expected) in told.iter().zip(&expected) {
        assert_eq!(told[1..], expected[1..]);
    }
}

#[test]
fn the_table_of_data_keys_is_complete_and_the_example_is_accepted() {
    let refused =
        Params::from_toml("[shop]\nname = \"a\"\ncurrency = \"EUR\"\n[data]\nno_key = 1\n").unwrap_err().to_string();
    let list = refused.split("expected one of").nth(1).expect("the keys that there are");
    let known: BTreeSet<&str> = list.lines().next().unwrap().split('`').skip(1).step_by(2).collect();
    let table = rows(section(DATA, "## Keys of `[data]`"));
    let told: BTreeSet<&str> = table.iter().flat_map(|row| ticked(&row[0])).collect();
    assert_eq!(told, known);
    let example = between(DATA, "```toml\n", "```")[0];
    Params::from_toml(example).and_then(|params| params.check_log()).expect("the example makes sense");
}

#[test]
fn every_field_of_the_line_table_is_documented() {
    let fields = section(DATA, "## Fields of `[data.columns]`");
    for name in skonto::train::read::log::COLUMNS {
        // Levels are told as a span.
        let is_level = ["item_category2", "item_category3", "item_category4"].contains(&name);
        assert!(is_level || ticked(fields).contains(&name), "{name}");
    }
}
