//! What a file imports: every path in its product code that leaves the file.
//!
//! `use` trees, paths in expressions, `super::` and modules declared beside are all read; what a
//! macro would make of them is not.

use super::code::{Views, in_word, places};
use super::tree::File;
use std::collections::BTreeSet;

/// Every path in the product code of a file that leaves it, absolute, with its line: within the
/// crate from its root, and into other crates of the repository beginning with the crate's name.
pub(crate) fn imports(
    file: &File,
    module: &[String],
    name: &str,
    crates: &BTreeSet<&str>,
) -> Vec<(Vec<String>, usize)> {
    let code = Views::of(&file.text).product_code();
    let mut found = Vec::new();
    let mut starts: Vec<(String, Vec<String>)> = vec![("crate".into(), Vec::new())];
    starts.push(("self".into(), module.to_vec()));
    starts.push((name.replace('-', "_"), Vec::new()));
    for other in crates.iter().filter(|other| **other != name) {
        starts.push((other.replace('-', "_"), vec![(*other).to_owned()]));
    }
    let parent = &module[..module.len() - 1];
    starts.push(("super".into(), parent.to_vec()));
    for child in children(&code) {
        let mut path = module.to_vec();
        path.push(child.clone());
        starts.push((child, path));
    }
    for (word, base) in starts {
        let token = format!("{word}::");
        for (line, column) in places(&code, &token) {
            let text = code.lines().nth(line - 1).unwrap_or_default();
            let before: String = text.chars().take(column - 1).collect();
            if before.trim_end().ends_with("::") || before.ends_with('$') {
                continue;
            }
            let offset: usize = code
                .lines()
                .take(line - 1)
                .map(|line| line.chars().count() + 1)
                .sum();
            let chars: Vec<char> = code
                .chars()
                .skip(offset + column - 1 + token.chars().count())
                .collect();
            let mut paths = Vec::new();
            read_tree(&chars, 0, &base, &mut paths);
            found.extend(paths.into_iter().map(|path| (path, line)));
        }
    }
    found
}

/// Names of the modules a file declares.
fn children(code: &str) -> Vec<String> {
    places(code, "mod ")
        .into_iter()
        .filter_map(|(line, column)| {
            let text = code.lines().nth(line - 1)?;
            let rest: String = text.chars().skip(column + 3).collect();
            rest.trim_end()
                .strip_suffix(';')
                .map(|name| name.trim().to_owned())
        })
        .collect()
}

/// Reads `a::{b, c::d}` from `at` on and collects base::a::b and base::a::c::d; returns its end.
fn read_tree(
    chars: &[char],
    mut at: usize,
    base: &[String],
    paths: &mut Vec<Vec<String>>,
) -> usize {
    let mut path = base.to_vec();
    loop {
        while chars.get(at).is_some_and(|c| c.is_whitespace()) {
            at += 1;
        }
        if chars.get(at) == Some(&'{') {
            at += 1;
            loop {
                while chars
                    .get(at)
                    .is_some_and(|c| c.is_whitespace() || *c == ',')
                {
                    at += 1;
                }
                if chars.get(at).is_none_or(|c| *c == '}') {
                    return at + 1;
                }
                let end = read_tree(chars, at, &path, paths);
                at = chars[end.min(chars.len())..]
                    .iter()
                    .position(|c| *c == ',' || *c == '}')
                    .map_or(chars.len(), |more| end + more);
            }
        }
        let word: String = chars[at.min(chars.len())..]
            .iter()
            .take_while(|c| in_word(**c))
            .collect();
        at += word.chars().count();
        match word.as_str() {
            "" => break,
            "self" => {}
            "super" => {
                path.pop();
            }
            _ => path.push(word),
        }
        let separator: String = chars[at.min(chars.len())..].iter().take(2).collect();
        if separator != "::" {
            break;
        }
        at += 2;
    }
    paths.push(path);
    at
}
