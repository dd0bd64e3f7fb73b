//! The shape of a repository: files say what they are, lists only list, nothing lies about unused.

use super::code::Views;
use super::tree::{File, Tree};

const STYLE: &str = "docs/STYLE.md";
/// Heading in STYLE under which the lists that also dispatch are named.
const DISPATCH: &str = "Lists that dispatch";
/// Files that tools or people find by their place.
const FOUND_BY_PLACE: [&str; 12] = [
    "README.md",
    "Cargo.toml",
    "Cargo.lock",
    "LICENSE",
    ".gitignore",
    "rustfmt.toml",
    "clippy.toml",
    "deny.toml",
    "lib.rs",
    "main.rs",
    "mod.rs",
    ".ci/run",
];

/// Rust files that do not open with `//!` and a sentence.
pub(crate) fn headers(tree: &Tree) -> Vec<String> {
    let opens = |file: &&File| {
        let first = file.text.lines().next().unwrap_or_default();
        first
            .strip_prefix("//! ")
            .is_none_or(|rest| rest.split_whitespace().count() < 3)
    };
    tree.ending(".rs")
        .filter(opens)
        .map(|file| format!("{}:1: does not open with `//! ` and what it is", file.path))
        .collect()
}

/// `mod.rs`, `lib.rs` and test lists that define something, other than those named in STYLE.
pub(crate) fn lists(tree: &Tree) -> Vec<String> {
    let dispatching = dispatching(tree.text(STYLE).unwrap_or_default());
    let mut findings = Vec::new();
    for file in tree.ending(".rs") {
        let is_list =
            matches!(file.name(), "mod.rs" | "lib.rs") || file.path.ends_with("tests/it/main.rs");
        let may_define = dispatching.iter().any(|path| file.path.ends_with(path));
        if !is_list || may_define {
            continue;
        }
        let code = Views::of(&file.text).product_code();
        if let Some(line) = code.lines().position(|line| !only_lists(line)) {
            let line = line + 1;
            let path = &file.path;
            findings.push(format!(
                "{path}:{line}: a list defines nothing; see {STYLE}, {DISPATCH}"
            ));
        }
    }
    for path in &dispatching {
        if !tree.files.iter().any(|file| file.path.ends_with(path)) {
            findings.push(format!("{STYLE}: names a list {path} that is not there"));
        }
    }
    findings
}

/// Whether a line of code is empty, an attribute, or a `mod` line.
fn only_lists(line: &str) -> bool {
    let item = line
        .trim()
        .trim_start_matches("pub ")
        .trim_start_matches("pub(crate) ");
    let attribute = item.starts_with("#[") || item.starts_with("#![");
    item.is_empty() || attribute || item.starts_with("mod ") && item.ends_with(';')
}

/// Paths in backticks under the heading of the lists that dispatch.
fn dispatching(style: &str) -> Vec<&str> {
    let section = style.split_once(DISPATCH).map_or("", |(_, rest)| rest);
    let section = section.split("\n#").next().unwrap_or_default();
    section
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.ends_with(".rs"))
        .collect()
}

/// Files that nothing names: no `mod` line, no link, no mention of the name or of the folder.
///
/// Examples, which cargo finds by itself, are named by the document that says how to run them.
/// A folder read as a whole (tables, snapshots, pictures) is named by its last two steps.
pub(crate) fn unreferenced(tree: &Tree) -> Vec<String> {
    let unused = |file: &&File| {
        let by_place = FOUND_BY_PLACE
            .iter()
            .any(|place| file.path.ends_with(place));
        !by_place
            && !tree
                .files
                .iter()
                .any(|other| other.path != file.path && names(other, file))
    };
    tree.files
        .iter()
        .filter(unused)
        .map(|file| format!("{}: nothing names it", file.path))
        .collect()
}

/// Whether `text` of one file names another.
fn names(other: &File, file: &File) -> bool {
    if let Some(stem) = file.name().strip_suffix(".rs") {
        let listed = format!("mod {stem};");
        let target = format!("name = \"{stem}\"");
        let near = |other: &File| folder(&file.path).starts_with(folder(&other.path));
        return match other.name() {
            "Cargo.toml" => near(other) && other.text.contains(&target),
            name if name.ends_with(".rs") => near(other) && other.text.contains(&listed),
            name if name.ends_with(".md") && file.path.contains("/examples/") => {
                other.text.contains(&format!("--example {stem}"))
            }
            _ => false,
        };
    }
    let folder = folder(&file.path);
    let steps: Vec<&str> = folder.rsplit('/').take(2).collect();
    let named_folder =
        steps.len() == 2 && other.text.contains(&format!("{}/{}", steps[1], steps[0]));
    other.text.contains(file.name()) || named_folder
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_header_is_found() {
        for text in ["", "use x;", "// a comment is none\n", "//! placeholder\n"] {
            assert_eq!(
                headers(&Tree::made_up(&[("src/a.rs", text)])).len(),
                1,
                "{text:?}"
            );
        }
        assert!(headers(&Tree::made_up(&[("src/a.rs", "//! What it is.\n")])).is_empty());
    }

    #[test]
    fn a_list_that_defines_something_is_found() {
        let style = (
            STYLE,
            "## Lists that dispatch\n\n- `verbs/mod.rs`: the verbs\n\n## Other\n`x.rs`",
        );
        let list = "//! A list.\n#[cfg(unix)]\npub mod a;\nmod b;\npub(crate) mod c;\n";
        let defining = "//! A list.\npub mod a;\npub use a::A;\npub enum B { C }\n";
        let found = |path, text| {
            lists(&Tree::made_up(&[
                style,
                ("src/verbs/mod.rs", "enum Verb {}"),
                (path, text),
            ]))
        };
        assert_eq!(found("src/lib.rs", list), [] as [&str; 0]);
        assert_eq!(found("src/people/mod.rs", defining).len(), 1);
        assert_eq!(found("tests/it/main.rs", defining).len(), 1);
        assert_eq!(found("src/people/rep.rs", defining), [] as [&str; 0]);
        assert_eq!(
            lists(&Tree::made_up(&[style])),
            ["docs/STYLE.md: names a list verbs/mod.rs that is not there"]
        );
    }

    #[test]
    fn a_file_that_nothing_names_is_found() {
        let base = [
            (
                "crates/a/src/lib.rs",
                "mod used; include_str!(\"../sql/one.sql\"); read(\"data/cases\")",
            ),
            ("crates/a/src/used.rs", ""),
            ("crates/a/sql/one.sql", ""),
            ("crates/a/tests/data/cases/b.txt", ""),
            ("crates/a/examples/shown.rs", ""),
            ("README.md", "cargo run --example shown"),
        ];
        assert_eq!(unreferenced(&Tree::made_up(&base)), [] as [&str; 0]);
        for unused in [
            "crates/a/src/stray.rs",
            "crates/b/src/used.rs",
            "docs/lost.md",
            "crates/a/examples/hidden.rs",
            "crates/a/sql/two.sql",
        ] {
            let mut files = base.to_vec();
            files.push((unused, ""));
            assert_eq!(
                unreferenced(&Tree::made_up(&files)),
                [format!("{unused}: nothing names it")]
            );
        }
    }
}
