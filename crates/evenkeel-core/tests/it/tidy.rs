//! The tidy test: what the compiler and clippy cannot see, checked on every run.
//!
//! It reads the repository with nothing but the standard library. Each rule is a function from
//! files to findings, applied here to the repository, and beside its definition to a made-up
//! repository that breaks it: a rule that can no longer bite is a broken rule. What is allowed
//! stands in documents (`docs/ARCHITECTURE.md`, `docs/STYLE.md`) and in the tables under
//! `tests/data/tidy`, never in the rules. It deliberately formats and mends nothing.

mod banned;
mod code;
mod imports;
mod papers;
mod rooms;
mod shape;
mod sizes;
mod tree;

use tree::Tree;

/// Fails with every finding, one a line.
#[track_caller]
fn nothing_found(rule: &str, findings: &[String]) {
    assert!(
        findings.is_empty(),
        "{rule}: {} finding(s)\n  {}\n",
        findings.len(),
        findings.join("\n  ")
    );
}

#[test]
fn rooms_use_only_the_rooms_listed_below_them() {
    let tree = Tree::of_repository();
    let mut findings = rooms::check(&tree);
    if !findings.is_empty() {
        findings.push("as the code has it:".into());
        findings.extend(rooms::rows_to_be(&tree));
    }
    nothing_found("rooms", &findings);
}

#[test]
fn no_banned_word_is_used() {
    let tree = Tree::of_repository();
    let table = tree.text("crates/evenkeel-core/tests/data/tidy/banned.txt");
    nothing_found(
        "banned words",
        &banned::check(&tree, table.expect("the table is there")),
    );
}

#[test]
fn files_and_functions_are_small() {
    let tree = Tree::of_repository();
    let table = tree.text("crates/evenkeel-core/tests/data/tidy/ratchet.txt");
    nothing_found(
        "sizes",
        &sizes::check(&tree, table.expect("the table is there")),
    );
}

#[test]
fn lines_are_at_most_100_columns() {
    nothing_found("columns", &sizes::columns(&Tree::of_repository()));
}

#[test]
fn no_file_is_larger_than_256_kb() {
    nothing_found("blobs", &sizes::blobs(&Tree::of_repository()));
}

#[test]
fn every_source_file_says_what_it_is() {
    nothing_found("file headers", &shape::headers(&Tree::of_repository()));
}

#[test]
fn lists_define_nothing() {
    nothing_found("lists", &shape::lists(&Tree::of_repository()));
}

#[test]
fn every_file_is_used_by_another() {
    nothing_found(
        "unreferenced files",
        &shape::unreferenced(&Tree::of_repository()),
    );
}

#[test]
fn links_in_documents_resolve() {
    nothing_found("links", &papers::links(&Tree::of_repository()));
}

#[test]
fn a_document_has_one_title() {
    nothing_found("titles", &papers::titles(&Tree::of_repository()));
}

#[test]
fn decisions_have_every_heading() {
    nothing_found("decisions", &papers::decisions(&Tree::of_repository()));
}

#[test]
fn every_refusal_is_documented() {
    let codes = evenkeel_core::command::refusal::Refusal::CODES.map(|(code, _)| code);
    nothing_found(
        "refusals",
        &papers::refusals(&Tree::of_repository(), &codes),
    );
}

#[test]
fn every_dependency_has_its_reason() {
    nothing_found(
        "dependencies",
        &papers::dependencies(&Tree::of_repository()),
    );
}

#[test]
fn the_changelog_has_a_place_for_the_next_change() {
    nothing_found("changelog", &papers::changelog(&Tree::of_repository()));
}
