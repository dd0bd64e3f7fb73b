//! Sizes: lines of a file, lines of a function, columns of a line, bytes of a blob.
//!
//! What was too large when a rule came stands in `tests/data/tidy/ratchet.txt` with its size. A
//! ratchet turns one way: growing is a finding, and so is a row larger than what it stands for.

use super::code::{Views, in_word, item_end, places};
use super::tree::{File, Tree};
use std::collections::BTreeMap;

/// Most lines of a file.
const FILE_LINES_MAX: usize = 600;
/// Most lines of a function, from its `fn` to its closing brace.
const FUNCTION_LINES_MAX: usize = 70;
/// Most columns of a line, the insides of strings and addresses not counted.
const COLUMNS_MAX: usize = 100;
/// Most bytes of a file.
const BLOB_BYTES_MAX: usize = 256 << 10;

/// Files written by hand that people read as code.
const SOURCES: [&str; 6] = [".rs", ".sql", ".js", ".mjs", ".css", "scripts/test"];

fn is_source(file: &File) -> bool {
    SOURCES.iter().any(|ending| file.path.ends_with(ending))
}

/// Files and functions over their limit, against the ratchet.
pub(crate) fn check(tree: &Tree, ratchet: &str) -> Vec<String> {
    let mut large: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for file in tree.files.iter().filter(|file| is_source(file)) {
        let lines = file.text.lines().count();
        if lines > FILE_LINES_MAX {
            large.insert(file.path.clone(), (lines, FILE_LINES_MAX));
        }
        if file.path.ends_with(".rs") {
            for (name, lines) in functions(&file.text) {
                if lines > FUNCTION_LINES_MAX {
                    let key = format!("{} {name}", file.path);
                    let known = large.entry(key).or_insert((lines, FUNCTION_LINES_MAX));
                    known.0 = known.0.max(lines);
                }
            }
        }
    }
    let mut findings = Vec::new();
    for row in ratchet
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let (key, allowed) = row
            .rsplit_once(' ')
            .expect("a row ends with a number of lines");
        let allowed: usize = allowed.parse().expect("a row ends with a number of lines");
        match large.remove(key) {
            None => findings.push(format!("{key}: is within its limit now; remove its row")),
            Some((lines, _)) if lines > allowed => {
                findings.push(format!("{key}: grew from {allowed} to {lines} lines"));
            }
            Some((lines, _)) if lines < allowed => {
                findings.push(format!(
                    "{key}: shrank to {lines} lines; lower its row from {allowed}"
                ));
            }
            Some(_) => {}
        }
    }
    findings.extend(large.into_iter().map(|(key, (lines, limit))| {
        format!("{key}: {lines} lines are more than {limit}; give a part its own name")
    }));
    findings
}

/// Every function with a body, and how many lines it has.
fn functions(source: &str) -> Vec<(String, usize)> {
    let code = Views::of(source).code;
    let chars: Vec<char> = code.chars().collect();
    let starts: Vec<usize> = code
        .lines()
        .scan(0, |next, line| {
            let start = *next;
            *next += line.chars().count() + 1;
            Some(start)
        })
        .collect();
    let function = |(line, column): (usize, usize)| {
        let from = starts[line - 1] + column - 1 + "fn ".len();
        let name: String = chars[from..].iter().take_while(|c| in_word(**c)).collect();
        let end = item_end(&chars, from);
        let lines = chars[from..end].iter().filter(|c| **c == '\n').count() + 1;
        (!name.is_empty() && chars[end - 1] == '}').then_some((name, lines))
    };
    places(&code, "fn ")
        .into_iter()
        .filter_map(function)
        .collect()
}

/// Lines of sources that are too wide.
pub(crate) fn columns(tree: &Tree) -> Vec<String> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| is_source(file)) {
        let strings = Views::of(&file.text).strings;
        for (number, (line, inside)) in file.text.lines().zip(strings.lines()).enumerate() {
            let address = line.split_whitespace().filter(|word| word.contains("://"));
            let address: usize = address.map(|word| word.chars().count()).sum();
            let inside =
                inside.chars().filter(|c| *c != ' ').count() + inside.trim().matches(' ').count();
            let width = line.chars().count();
            if width > COLUMNS_MAX && width.saturating_sub(inside.max(address)) > COLUMNS_MAX {
                findings.push(format!("{}:{}: {width} columns", file.path, number + 1));
            }
        }
    }
    findings
}

/// Files that are too large to keep in a repository.
pub(crate) fn blobs(tree: &Tree) -> Vec<String> {
    tree.files
        .iter()
        .filter(|file| file.size > BLOB_BYTES_MAX)
        .map(|file| {
            format!(
                "{}: {} bytes are more than {BLOB_BYTES_MAX}",
                file.path, file.size
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made_up(path: &str, text: &str) -> Tree {
        Tree::made_up(&[(path, text)])
    }

    #[test]
    fn a_long_file_is_found_and_the_ratchet_holds_it() {
        let tree = made_up("crates/a/src/b.rs", &"//\n".repeat(601));
        assert_eq!(check(&tree, "crates/a/src/b.rs 601"), [] as [&str; 0]);
        for (ratchet, part) in [
            ("", "601 lines are more than 600"),
            ("crates/a/src/b.rs 600", "grew from 600 to 601"),
            ("crates/a/src/b.rs 602", "shrank to 601"),
        ] {
            assert!(
                check(&tree, ratchet).join(" ").contains(part),
                "{:?}",
                check(&tree, ratchet)
            );
        }
        let short = check(
            &made_up("crates/a/src/b.rs", "//\n"),
            "crates/a/src/b.rs 601",
        );
        assert!(short.join(" ").contains("within its limit"), "{short:?}");
    }

    #[test]
    fn a_long_function_is_found_by_name() {
        let body = "    let x = [1; 2];\n".repeat(69);
        let tree = made_up(
            "a.rs",
            &format!("fn short() {{ }}\nfn long(a: [u8; 2]) {{\n{body}}}\n"),
        );
        assert_eq!(check(&tree, "").len(), 1, "{:?}", check(&tree, ""));
        assert!(
            check(&tree, "")[0].starts_with("a.rs long: 71 lines"),
            "{:?}",
            check(&tree, "")
        );
        let tree = made_up(
            "a.rs",
            &format!("trait T {{ fn none(&self); }}\n{}", "//\n".repeat(80)),
        );
        assert_eq!(check(&tree, ""), [] as [&str; 0]);
    }

    #[test]
    fn a_wide_line_is_found_unless_a_string_makes_it_so() {
        let wide = format!("let {} = 1;", "a".repeat(100));
        let said = format!("say(\"{}\");", "word ".repeat(30));
        let linked = format!("// see https://example.org/{}", "a".repeat(100));
        assert_eq!(columns(&made_up("a.rs", &wide)), ["a.rs:1: 109 columns"]);
        assert_eq!(columns(&made_up("a.rs", &said)), [] as [&str; 0]);
        assert_eq!(columns(&made_up("a.rs", &linked)), [] as [&str; 0]);
        assert_eq!(columns(&made_up("a.md", &wide)), [] as [&str; 0]);
    }

    #[test]
    fn a_large_blob_is_found() {
        let tree = made_up("docs/a.png", &"x".repeat(BLOB_BYTES_MAX + 1));
        assert_eq!(blobs(&tree).len(), 1);
        assert_eq!(blobs(&made_up("docs/a.png", "x")), [] as [&str; 0]);
    }
}
