//! The transcript in README.md is what the program really says.

use crate::bin::{Bin, run_in};
use std::path::PathBuf;

/// A line of a transcript that stands for any number of lines.
const CUT: &str = "…";

/// The commands of a page's `console` blocks, each with the lines shown below it.
fn transcripts(page: &str) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let Some(command) = line.strip_prefix("$ evenkeel ").filter(|_| inside) {
            found.push((command.to_owned(), Vec::new()));
        } else if let Some((_, shown)) = found.last_mut().filter(|_| inside) {
            shown.push(line.to_owned());
        }
    }
    found
}

/// The first line shown that is not said where it should be, if there is one.
fn first_lie<'a>(said: &[&str], shown: &'a [String]) -> Option<&'a str> {
    let (mut at, mut cut) = (0, false);
    for line in shown {
        if line == CUT {
            cut = true;
            continue;
        }
        let skip = if cut {
            said.len().saturating_sub(at)
        } else {
            1
        };
        let found = said[at..].iter().take(skip).position(|one| one == line);
        let Some(found) = found else {
            return Some(line);
        };
        (at, cut) = (at + found + 1, false);
    }
    (!cut && at < said.len()).then_some("the end")
}

#[test]
fn the_transcript_is_what_the_program_says() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page = std::fs::read_to_string(root.join("README.md")).expect("it is there");
    let transcripts = transcripts(&page);
    assert!(transcripts.len() >= 2, "{transcripts:?}");
    let scratch = Bin::new();
    let folder = format!("{}/", scratch.path("").display());
    for (command, shown) in transcripts {
        let command = command.replace("target/", &folder);
        let ran = run_in(&root, &command.split_whitespace().collect::<Vec<_>>(), "");
        assert_eq!(ran.code, 0, "{command}: {}", ran.err);
        let said: Vec<&str> = ran.out.lines().chain(ran.err.lines()).collect();
        assert_eq!(
            first_lie(&said, &shown),
            None,
            "{command} says:\n{}",
            said.join("\n")
        );
    }
}

#[test]
fn a_transcript_that_lies_is_caught() {
    let said = ["one", "two", "three"];
    let lie = |shown: &[&str]| {
        let shown: Vec<String> = shown.iter().map(|line| (*line).to_owned()).collect();
        first_lie(&said, &shown).map(str::to_owned)
    };
    assert_eq!(lie(&["one", "two", "three"]), None);
    assert_eq!(lie(&["one", CUT]), None);
    assert_eq!(lie(&[CUT, "three"]), None);
    assert_eq!(lie(&["one"]).as_deref(), Some("the end"));
    assert_eq!(lie(&["one", "three"]).as_deref(), Some("three"));
    assert_eq!(lie(&[CUT, "three", "two", CUT]).as_deref(), Some("two"));
}
