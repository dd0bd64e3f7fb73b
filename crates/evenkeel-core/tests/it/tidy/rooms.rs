//! Which room may use which: the tables of `docs/ARCHITECTURE.md` against the imports.
//!
//! A room is a folder or file of a crate's `src`, or a path within one that has its own row.
//! Rooms are listed from the ground up, so an arrow to a row further down is an arrow upward, and
//! a circle always holds one. What is compiled for tests only may look anywhere.

use super::imports::imports;
use super::tree::Tree;
use std::collections::{BTreeMap, BTreeSet};

const DOCUMENT: &str = "docs/ARCHITECTURE.md";
/// Heading of a crate's table, before the crate's name in backticks.
const HEADING: &str = "### Rooms of ";
/// The crate every other may use without saying so.
const GROUND: &str = "evenkeel-core";

/// One row: a room and the rooms (and crates) it may use.
#[derive(Debug)]
struct Row {
    room: String,
    uses: Vec<String>,
    line: usize,
}

/// The tables, by crate.
type Tables = BTreeMap<String, Vec<Row>>;

/// Every arrow that is not listed, runs upward, or closes a circle; every row that lies.
pub(crate) fn check(tree: &Tree) -> Vec<String> {
    let Some(document) = tree.text(DOCUMENT) else {
        return vec![format!("{DOCUMENT}: is missing")];
    };
    let mut tables = tables(document);
    let mut findings = Vec::new();
    let crates: BTreeSet<&str> = tree
        .files
        .iter()
        .filter_map(|file| file.path.strip_prefix("crates/")?.split('/').next())
        .collect();
    for name in &crates {
        let rows = tables.remove(*name).unwrap_or_default();
        if rows.is_empty() {
            findings.push(format!("{DOCUMENT}: has no table `{HEADING}`{name}``"));
        }
        check_crate(tree, name, &rows, &crates, &mut findings);
    }
    findings.extend(
        tables
            .keys()
            .map(|name| format!("{DOCUMENT}: lists a crate {name} that is not there")),
    );
    findings
}

/// The rows that differ from the code, as they would have to read. Their order, and whether an
/// arrow is a good one, is for people to decide.
pub(crate) fn rows_to_be(tree: &Tree) -> Vec<String> {
    let tables = tables(tree.text(DOCUMENT).unwrap_or_default());
    let crates: BTreeSet<&str> = tables.keys().map(String::as_str).collect();
    let mut rows_to_be = Vec::new();
    for (name, rows) in &tables {
        let (arrows, _) = arrows(tree, name, rows, &crates, &mut Vec::new());
        let floor = |room: &String| rows.iter().position(|row| row.room == *room);
        for row in rows {
            let used = arrows
                .keys()
                .filter(|(from, _)| *from == row.room)
                .map(|(_, to)| to);
            let mut used: Vec<&String> = used.collect();
            used.sort_by_key(|room| (floor(room).is_none(), floor(room)));
            let listed: BTreeSet<&String> = row.uses.iter().collect();
            if listed != used.iter().copied().collect() {
                let used: Vec<String> = used.iter().map(|room| format!("`{room}`")).collect();
                rows_to_be.push(format!("| `{}` | {} |", row.room, used.join(", ")));
            }
        }
    }
    rows_to_be
}

/// Arrows between rooms, each with the first place where it begins.
type Arrows = BTreeMap<(String, String), String>;

fn check_crate(
    tree: &Tree,
    name: &str,
    rows: &[Row],
    crates: &BTreeSet<&str>,
    findings: &mut Vec<String>,
) {
    let floor = |room: &str| rows.iter().position(|row| row.room == room);
    let (arrows, lived_in) = arrows(tree, name, rows, crates, findings);
    for ((from, to), place) in &arrows {
        let row = rows
            .iter()
            .find(|row| row.room == *from)
            .expect("arrows begin in a listed room");
        if from < to && arrows.contains_key(&(to.clone(), from.clone())) {
            findings.push(format!("{place}: {from} and {to} use each other: a circle"));
        }
        if !row.uses.contains(to) {
            findings.push(format!(
                "{place}: {from} uses {to}; row `{from}` of {name} does not list it"
            ));
        }
        if floor(to) > floor(from) {
            findings.push(format!(
                "{place}: {from} uses {to}, which stands on a higher floor"
            ));
        }
    }
    for row in rows {
        let place = format!("{DOCUMENT}:{}", row.line);
        if !lived_in.contains(&row.room) {
            findings.push(format!("{place}: {name} has no room {}", row.room));
        }
        for to in &row.uses {
            if floor(to) >= floor(&row.room) && !crates.contains(to.as_str()) {
                findings.push(format!(
                    "{place}: {} lists {to}, which is not below it",
                    row.room
                ));
            } else if !arrows.contains_key(&(row.room.clone(), to.clone())) {
                findings.push(format!(
                    "{place}: {} lists {to} but does not use it",
                    row.room
                ));
            }
        }
    }
}

/// The arrows of a crate, and the rooms that hold a file.
fn arrows(
    tree: &Tree,
    name: &str,
    rows: &[Row],
    crates: &BTreeSet<&str>,
    findings: &mut Vec<String>,
) -> (Arrows, BTreeSet<String>) {
    let (mut arrows, mut lived_in) = (Arrows::new(), BTreeSet::new());
    let prefix = format!("crates/{name}/src/");
    for file in tree
        .ending(".rs")
        .filter(|file| file.path.starts_with(&prefix) && !file.is_test())
    {
        let module = module_of(&file.path[prefix.len()..]);
        if module.is_empty() {
            continue;
        }
        let Some(from) = room_of(rows, &module) else {
            findings.push(format!(
                "{}: is in no room that {DOCUMENT} lists",
                file.path
            ));
            continue;
        };
        lived_in.insert(from.to_owned());
        for (path, line) in imports(file, &module, name, crates) {
            let to = match &path[..] {
                [other, ..] if crates.contains(other.as_str()) => Some(other.as_str()),
                path => room_of(rows, path),
            };
            if let Some(to) = to.filter(|to| *to != from && *to != GROUND) {
                let place = format!("{}:{line}", file.path);
                arrows
                    .entry((from.to_owned(), to.to_owned()))
                    .or_insert(place);
            }
        }
    }
    (arrows, lived_in)
}

/// Reads the tables: under each heading, `| `room` | `used`, `used` | … |`.
fn tables(document: &str) -> Tables {
    let mut tables = Tables::new();
    let mut name: Option<String> = None;
    for (number, line) in document.lines().enumerate() {
        if line.starts_with('#') {
            name = line
                .strip_prefix(HEADING)
                .and_then(|rest| quoted(rest).into_iter().next());
        }
        let Some(name) = &name else { continue };
        let cells: Vec<&str> = line.trim().split('|').collect();
        if cells.len() < 4 {
            continue;
        }
        if let Some(room) = quoted(cells[1]).into_iter().next() {
            let row = Row {
                room,
                uses: quoted(cells[2]),
                line: number + 1,
            };
            tables.entry(name.clone()).or_default().push(row);
        }
    }
    tables
}

/// What stands in backticks.
fn quoted(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// `people/rep.rs` is the module people::rep; `lib.rs` is the root, which only lists.
fn module_of(path: &str) -> Vec<String> {
    let stem = path.trim_end_matches(".rs").trim_end_matches("/mod");
    if stem == "lib" {
        Vec::new()
    } else {
        stem.split('/').map(str::to_owned).collect()
    }
}

/// The listed room a path is in: the longest that begins it.
fn room_of<'a>(rows: &'a [Row], path: &[String]) -> Option<&'a str> {
    let within = |room: &str| {
        let parts: Vec<&str> = room.split("::").collect();
        path.len() >= parts.len() && parts.iter().zip(path).all(|(part, step)| part == step)
    };
    rows.iter()
        .filter(|row| within(&row.room))
        .max_by_key(|row| row.room.len())
        .map(|row| row.room.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
### Rooms of `evenkeel-core`

| room | uses | what |
|---|---|---|
| `ids` | | numbers |
| `people` | `ids` | who |
| `people::pool` | `people`, `ids` | sets of them |
| `state` | `people`, `people::pool` | all |

### Rooms of `evenkeel`

| room | uses | what |
|---|---|---|
| `host` | `evenkeel-journal` | door |

### Rooms of `evenkeel-journal`

| room | uses | what |
|---|---|---|
| `memory` | | kept |
";

    /// Findings for the sound repository after replacing the text of some files.
    fn findings(changes: &[(&str, &str)]) -> Vec<String> {
        let mut files = BTreeMap::from([
            (DOCUMENT, TABLE),
            (
                "crates/evenkeel-core/src/lib.rs",
                "pub mod ids; pub mod people; pub mod state;",
            ),
            (
                "crates/evenkeel-core/src/ids.rs",
                "//! See [`crate::state`].\n#[cfg(test)]\nmod tests { use crate::state::S; }",
            ),
            (
                "crates/evenkeel-core/src/people/rep.rs",
                "use crate::ids::{No,\n Id as I};",
            ),
            (
                "crates/evenkeel-core/src/people/pool.rs",
                "use super::rep::Rep; fn f() { super::super::ids::f() }",
            ),
            (
                "crates/evenkeel-core/src/state.rs",
                "use crate::{people::{rep, pool::P}, };",
            ),
            (
                "crates/evenkeel/src/host/mod.rs",
                "pub mod clock;\nuse evenkeel_core::ids; use clock::C; use evenkeel_journal::memory::M;",
            ),
            ("crates/evenkeel/src/host/clock.rs", ""),
            (
                "crates/evenkeel-journal/src/memory.rs",
                "use evenkeel_core::state;",
            ),
        ]);
        files.extend(changes.iter().copied());
        check(&Tree::made_up(&files.into_iter().collect::<Vec<_>>()))
    }

    #[track_caller]
    fn finds(changes: &[(&str, &str)], parts: &[&str]) {
        let found = findings(changes);
        for part in parts {
            assert!(
                found.iter().any(|one| one.contains(part)),
                "{part:?} is not in {found:#?}"
            );
        }
        assert_eq!(found.len(), parts.len(), "{found:#?}");
    }

    #[test]
    fn a_repository_as_listed_has_no_finding() {
        finds(&[], &[]);
    }

    #[test]
    fn an_unlisted_arrow_is_found_where_it_begins() {
        finds(
            &[(
                "crates/evenkeel-core/src/state.rs",
                "use crate::people::{pool, rep};\nuse crate::{ids::No};",
            )],
            &["state.rs:2: state uses ids; row `state` of evenkeel-core does not list it"],
        );
    }

    #[test]
    fn a_crate_that_is_not_listed_is_an_unlisted_arrow() {
        finds(
            &[(
                "crates/evenkeel-journal/src/memory.rs",
                "fn f() { evenkeel::host::open() }",
            )],
            &["memory uses evenkeel; row `memory`"],
        );
    }

    #[test]
    fn an_upward_arrow_and_a_circle_are_found() {
        finds(
            &[(
                "crates/evenkeel-core/src/ids.rs",
                "use crate::people::rep::Rep;",
            )],
            &[
                "ids uses people; row",
                "ids uses people, which stands on a higher floor",
                "ids and people use each other",
            ],
        );
    }

    #[test]
    fn super_and_paths_in_code_are_arrows_too() {
        finds(
            &[(
                "crates/evenkeel-core/src/people/rep.rs",
                "use crate::ids; fn f() { super::super::state::f() }",
            )],
            &[
                "people uses state; row",
                "people uses state, which",
                "people and state use each other",
            ],
        );
    }

    #[test]
    fn a_row_that_lies_is_found() {
        let table = TABLE.replace("| `ids` | |", "| `ids` | `state` |").replace(
            "| `state` | `people`, `people::pool` |",
            "| `attic` | |  |\n| `state` | `people`, `people::pool`, `ids` |",
        );
        finds(
            &[(DOCUMENT, &table)],
            &[
                "ids lists state, which is not below it",
                "has no room attic",
                "state lists ids but does not use it",
            ],
        );
    }

    #[test]
    fn the_row_that_would_be_true_is_told() {
        let table = TABLE.replace("| `state` | `people`,", "| `state` | `ids`,");
        let files = [
            (DOCUMENT, table.as_str()),
            (
                "crates/evenkeel-core/src/state.rs",
                "use crate::{people::{rep, pool::P}, };",
            ),
        ];
        let rows = rows_to_be(&Tree::made_up(&files));
        assert!(
            rows.contains(&"| `state` | `people`, `people::pool` |".to_owned()),
            "{rows:?}"
        );
    }

    #[test]
    fn a_file_in_no_room_is_found() {
        finds(
            &[("crates/evenkeel-core/src/util.rs", "")],
            &["src/util.rs: is in no room"],
        );
    }
}
