//! Documents: links resolve, one title each, decisions complete, nothing undocumented.

use super::tree::{File, Tree};

/// The headings of a decision, in order.
const DECISION_HEADINGS: [&str; 6] = [
    "Status",
    "Problem",
    "Decision",
    "Consequences",
    "Alternatives",
    "How we would notice we were wrong",
];
const REFUSALS: &str = "docs/reference/refusals.md";
const CHANGELOG: &str = "CHANGELOG.md";
const DEPENDENCIES: &str = "docs/adr/0008-dependencies.md";

/// Relative links to files or headings that are not there.
pub(crate) fn links(tree: &Tree) -> Vec<String> {
    let mut findings = Vec::new();
    for file in tree.ending(".md") {
        for (number, line) in prose(&file.text) {
            for link in targets(&line) {
                if link.contains("://") || link.starts_with("mailto:") {
                    continue;
                }
                let (path, anchor) = link.split_once('#').unwrap_or((&link, ""));
                let place = format!("{}:{number}", file.path);
                let target = if path.is_empty() {
                    Some(file.path.clone())
                } else {
                    join(&file.path, path)
                };
                let Some(target) = target else {
                    findings.push(format!("{place}: {link} leaves the repository"));
                    continue;
                };
                let within = format!("{}/", target.trim_end_matches('/'));
                let is_folder = tree.files.iter().any(|file| file.path.starts_with(&within));
                match tree.text(&target) {
                    None if is_folder && anchor.is_empty() => {}
                    None => findings.push(format!("{place}: {link} leads to nothing")),
                    Some(text) if !anchor.is_empty() && !anchors(text).any(|one| one == anchor) => {
                        findings.push(format!("{place}: {link} has no such heading"));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    findings
}

/// The lines of a document outside fenced code, numbered from 1, with code spans emptied.
fn prose(text: &str) -> impl Iterator<Item = (usize, String)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(number, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        let outside: Vec<&str> = line.split('`').step_by(2).collect();
        (!fenced && !fence).then(|| (number + 1, outside.join("`")))
    })
}

/// What the inline links and pictures of a line lead to.
fn targets(line: &str) -> Vec<String> {
    let after = line.split("](").skip(1);
    after
        .filter_map(|rest| rest.split([')', ' ']).next())
        .map(str::to_owned)
        .collect()
}

/// `path` as seen from the folder of `from`; `None` when it leaves the repository.
fn join(from: &str, path: &str) -> Option<String> {
    let mut steps: Vec<&str> = from.split('/').collect();
    steps.pop();
    for step in path.trim_end_matches('/').split('/') {
        match step {
            "." => {}
            ".." => {
                steps.pop()?;
            }
            step => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

/// The anchors that the headings of a document make.
fn anchors(text: &str) -> impl Iterator<Item = String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| {
        let words = line.trim_start_matches('#').trim().to_lowercase();
        let kept = words
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}

/// Documents without a title, or with several.
pub(crate) fn titles(tree: &Tree) -> Vec<String> {
    let count = |file: &File| {
        prose(&file.text)
            .filter(|(_, line)| line.starts_with("# "))
            .count()
    };
    tree.ending(".md")
        .filter(|file| !file.path.starts_with("changes/") && count(file) != 1)
        .map(|file| format!("{}: has {} titles (`# …`), not one", file.path, count(file)))
        .collect()
}

/// Decisions that lack a heading, or have them in another order.
pub(crate) fn decisions(tree: &Tree) -> Vec<String> {
    let mut findings = Vec::new();
    for file in tree
        .ending(".md")
        .filter(|file| file.path.starts_with("docs/adr/"))
    {
        let headings: Vec<&str> = file
            .text
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .collect();
        let mut from = 0;
        for wanted in DECISION_HEADINGS {
            match headings[from..]
                .iter()
                .position(|heading| heading.starts_with(wanted))
            {
                Some(at) => from += at + 1,
                None => findings.push(format!("{}: has no `## {wanted}` in its place", file.path)),
            }
        }
    }
    findings
}

/// Refusal codes without a row in the reference.
pub(crate) fn refusals(tree: &Tree, codes: &[&str]) -> Vec<String> {
    let text = tree.text(REFUSALS).unwrap_or_default();
    codes
        .iter()
        .filter(|code| !text.contains(&format!("`{code}`")))
        .map(|code| format!("{REFUSALS}: has no row for `{code}`"))
        .collect()
}

/// Dependencies of the workspace without a line that says why, and lines without a dependency.
pub(crate) fn dependencies(tree: &Tree) -> Vec<String> {
    let manifest = tree.text("Cargo.toml").unwrap_or_default();
    let section = manifest
        .split_once("[workspace.dependencies]")
        .map_or("", |(_, rest)| rest);
    let section = section.split("\n[").next().unwrap_or_default();
    let names = section
        .lines()
        .filter_map(|line| line.split_once(" = "))
        .map(|(name, _)| name);
    let names: Vec<&str> = names
        .filter(|name| !name.starts_with("evenkeel") && !name.starts_with('#'))
        .collect();
    let rows: Vec<&str> = tree
        .text(DEPENDENCIES)
        .unwrap_or_default()
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let missing = names.iter().filter(|name| !rows.contains(name));
    let stale = rows.iter().filter(|name| !names.contains(name));
    missing
        .map(|name| format!("{DEPENDENCIES}: has no row for `{name}`"))
        .chain(stale.map(|name| format!("{DEPENDENCIES}: `{name}` is no dependency any more")))
        .collect()
}

/// A changelog without a place for the next change.
pub(crate) fn changelog(tree: &Tree) -> Vec<String> {
    let text = tree.text(CHANGELOG).unwrap_or_default();
    if text.lines().any(|line| line == "## [Unreleased]") {
        return Vec::new();
    }
    vec![format!("{CHANGELOG}: has no `## [Unreleased]`")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_nothing_is_found() {
        let base = [
            ("docs/a.md", "# A\n\n## Two words, here\n"),
            ("docs/images/p.png", ""),
            (
                "README.md",
                "[a](docs/a.md#two-words-here) ![p](docs/images/p.png) [d](docs/) [w](https://x.y)",
            ),
        ];
        assert_eq!(links(&Tree::made_up(&base)), [] as [&str; 0]);
        for (text, part) in [
            ("[a](b.md)", "b.md leads to nothing"),
            ("[a](a.md#three)", "a.md#three has no such heading"),
            ("[a](../../x.md)", "leaves the repository"),
            (
                "see [this](../README.md) and [that](#nowhere)",
                "#nowhere has no such heading",
            ),
        ] {
            let mut files = base.to_vec();
            files.push(("docs/c.md", text));
            let found = links(&Tree::made_up(&files));
            assert!(
                found.len() == 1 && found[0].contains(part),
                "{text}: {found:?}"
            );
        }
        let fenced = [(
            "a.md",
            "```\n[a](nowhere.md)\n```\nand `[b](nowhere.md)` too",
        )];
        assert_eq!(links(&Tree::made_up(&fenced)), [] as [&str; 0]);
    }

    #[test]
    fn a_document_without_or_with_two_titles_is_found() {
        assert_eq!(titles(&Tree::made_up(&[("a.md", "## B\n")])).len(), 1);
        assert_eq!(titles(&Tree::made_up(&[("a.md", "# A\n\n# B\n")])).len(), 1);
        assert_eq!(
            titles(&Tree::made_up(&[("a.md", "# A\n```\n# a comment\n```\n")])).len(),
            0
        );
    }

    #[test]
    fn a_decision_without_a_heading_is_found() {
        let whole: String = DECISION_HEADINGS
            .map(|heading| format!("## {heading}\n"))
            .concat();
        let found = |text: &str| decisions(&Tree::made_up(&[("docs/adr/0001-a.md", text)]));
        assert_eq!(found(&whole), [] as [&str; 0]);
        for heading in DECISION_HEADINGS {
            assert_eq!(
                found(&whole.replace(&format!("## {heading}\n"), "")).len(),
                1,
                "{heading}"
            );
        }
        let swapped = whole.replace("## Problem\n## Decision\n", "## Decision\n## Problem\n");
        assert_eq!(found(&swapped).len(), 1);
    }

    #[test]
    fn a_refusal_without_a_row_is_found() {
        let tree = Tree::made_up(&[(REFUSALS, "| `rep_left` | … |")]);
        assert_eq!(refusals(&tree, &["rep_left"]), [] as [&str; 0]);
        assert_eq!(refusals(&tree, &["rep_left", "rep"]).len(), 1);
    }

    #[test]
    fn a_dependency_without_a_reason_is_found_and_a_reason_without_one() {
        let manifest = "[workspace.dependencies]\nevenkeel-core = { path = \"\" }\n\nserde = \"1\"\n\n[lints]\nx = 1\n";
        let found = |rows| {
            dependencies(&Tree::made_up(&[
                ("Cargo.toml", manifest),
                (DEPENDENCIES, rows),
            ]))
        };
        assert_eq!(found("| `serde` | why |"), [] as [&str; 0]);
        assert_eq!(found("").len(), 1);
        assert_eq!(found("| `serde` | why |\n| `left-pad` | why |").len(), 1);
    }

    #[test]
    fn a_changelog_without_unreleased_is_found() {
        assert_eq!(
            changelog(&Tree::made_up(&[(
                CHANGELOG,
                "# Changelog\n\n## [0.1.0]\n"
            )]))
            .len(),
            1
        );
        let sound = Tree::made_up(&[(CHANGELOG, "# Changelog\n\n## [Unreleased]\n")]);
        assert_eq!(changelog(&sound), [] as [&str; 0]);
    }
}
