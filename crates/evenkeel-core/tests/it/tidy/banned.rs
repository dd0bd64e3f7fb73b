//! Words that are not used here, each with what to use instead.
//!
//! The words are a table (`tests/data/tidy/banned.txt`), so that this file need not hold them and a
//! new one costs a line. Clippy's lists (`clippy.toml`) see through imports; this sees what clippy
//! cannot: strings, comments, files that are not Rust.

use super::code::{Views, places};
use super::tree::{File, Tree};

/// One line of the table: `word | looked for in | where | except | instead`.
#[derive(Debug)]
struct Ban<'a> {
    word: &'a str,
    view: &'a str,
    scope: &'a str,
    except: Vec<&'a str>,
    instead: &'a str,
}

/// Every use of a banned word outside its exceptions, and every exception nothing needs any more.
pub(crate) fn check(tree: &Tree, table: &str) -> Vec<String> {
    let bans = read(table);
    let mut findings = Vec::new();
    let mut needed = vec![Vec::new(); bans.len()];
    for file in &tree.files {
        let views = if file.path.ends_with(".rs") {
            Views::of(&file.text)
        } else {
            Views::default()
        };
        let product = views.product_code();
        for (ban, needed) in bans.iter().zip(&mut needed) {
            let Some(text) = looked_at(ban, file, &views, &product) else {
                continue;
            };
            let found = places(text, ban.word);
            match ban.except.iter().find(|path| file.path.starts_with(**path)) {
                Some(path) if !found.is_empty() => needed.push(*path),
                Some(_) => {}
                None => findings.extend(found.iter().map(|(line, column)| {
                    format!(
                        "{}:{line}:{column}: `{}`; {}",
                        file.path,
                        ban.word.trim(),
                        ban.instead
                    )
                })),
            }
        }
    }
    for (ban, needed) in bans.iter().zip(&needed) {
        for path in ban.except.iter().filter(|path| !needed.contains(path)) {
            let word = ban.word.trim();
            findings.push(format!(
                "the exception of `{word}` for {path} is not needed any more"
            ));
        }
    }
    findings
}

fn read(table: &str) -> Vec<Ban<'_>> {
    let rows = table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    rows.map(|line| {
        let cells: Vec<&str> = line.split(" | ").collect();
        let [word, view, scope, except, instead] = cells[..] else {
            panic!("a row has five cells: {line}");
        };
        assert!(
            matches!(view.trim(), "code" | "strings" | "all"),
            "code, strings or all: {line}"
        );
        assert!(
            matches!(scope.trim(), "product" | "core" | "rust" | "every"),
            "product, core, rust or every: {line}"
        );
        Ban {
            word: word.trim_start().trim_matches('"'),
            view: view.trim(),
            scope: scope.trim(),
            except: except
                .split_whitespace()
                .filter(|path| *path != "-")
                .collect(),
            instead: instead.trim(),
        }
    })
    .collect()
}

/// The text of `file` in which a ban looks for its word, if it looks there at all.
fn looked_at<'a>(
    ban: &Ban<'_>,
    file: &'a File,
    views: &'a Views,
    product: &'a str,
) -> Option<&'a str> {
    let rust = file.path.ends_with(".rs");
    let in_product = rust && file.path.contains("/src/") && !file.is_test();
    let applies = match ban.scope {
        "core" => in_product && file.path.starts_with("crates/evenkeel-core/"),
        "product" => in_product,
        "rust" => rust,
        _ => true,
    };
    match ban.view {
        _ if !applies => None,
        "all" => Some(&file.text),
        _ if !rust => Some(&file.text),
        "strings" => Some(&views.strings),
        _ if ban.scope == "rust" => Some(&views.code),
        _ => Some(product),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
# word | looked for in | where | except | instead
HashMap | code | core | - | use BTreeMap
.unwrap() | code | product | - | say why
gone! | code | rust | - | write it
\"SELECT \" | strings | product | crates/evenkeel-journal/ | ask the journal
LATER | all | every | - | do it now
";

    #[track_caller]
    fn finds(path: &str, text: &str, parts: &[&str]) {
        let kept = (
            "crates/evenkeel-journal/src/sql.rs",
            "const Q: &str = \"SELECT 1\";",
        );
        let found = check(&Tree::made_up(&[kept, (path, text)]), TABLE);
        assert_eq!(found.len(), parts.len(), "{found:?}");
        parts
            .iter()
            .zip(&found)
            .for_each(|(part, one)| assert!(one.contains(part), "{one}"));
    }

    #[test]
    fn a_banned_word_is_found_with_what_to_use_instead() {
        let core = "crates/evenkeel-core/src/state.rs";
        finds(
            core,
            "use std::collections::HashMap;",
            &["state.rs:1:23: `HashMap`; use BTreeMap"],
        );
        finds(
            "crates/evenkeel/src/app.rs",
            "use std::collections::HashMap;",
            &[],
        );
        finds(
            core,
            "fn f() {\n x.unwrap() }",
            &["state.rs:2:3: `.unwrap()`; say why"],
        );
        finds(
            "crates/evenkeel/tests/it/api.rs",
            "fn f() { gone!() }",
            &["gone!"],
        );
        finds(
            "crates/evenkeel/src/app.rs",
            "f(\"SELECT x\")",
            &["ask the journal"],
        );
        finds("docs/guide/x.md", "LATER: write this", &["do it now"]);
    }

    #[test]
    fn comments_strings_and_tests_are_not_product_code() {
        let text = "// HashMap\nconst X: &str = \"x.unwrap()\";\n#[cfg(test)]\nmod tests { fn f() { x.unwrap() } }";
        finds("crates/evenkeel-core/src/state.rs", text, &[]);
        finds(
            "crates/evenkeel-core/tests/it/main.rs",
            "fn f() { x.unwrap() }",
            &[],
        );
    }

    #[test]
    fn an_exception_that_nothing_needs_is_found() {
        let found = check(&Tree::made_up(&[]), TABLE);
        assert!(
            found.len() == 1 && found[0].contains("not needed any more"),
            "{found:?}"
        );
    }
}
