//! Index, tree and interpreter say the same, whatever the policy and the record.

use super::interpreter;
use super::world;
use evenkeel_core::market::clause::Answer;
use evenkeel_core::market::columns::Columns;
use evenkeel_core::market::schema::Schema;
use evenkeel_core::market::value::Attributes;
use evenkeel_core::policy::compiled::{Compiled, Match};
use evenkeel_core::policy::document::Document;
use proptest::prelude::*;

fn compile(document: &Document, columns: &Columns) -> Compiled {
    Compiled::new(
        document.clone(),
        world::schema(),
        Schema::of_reps(),
        columns,
    )
}

/// Holds one answer of the index against the trees and the interpreter.
fn judge(policy: &Compiled, found: &Match, conditions: &[String], record: &Attributes) {
    let context = interpreter::context(policy.records(), record);
    let rules = &policy.document().rules;
    let mut first = None;
    for (at, explained) in policy.explain(&found.answers).iter().enumerate() {
        let tree = rules[at].when.answer(record);
        let judged = interpreter::answer(&interpreter::program(&conditions[at]), &context);
        assert_eq!(
            tree, judged,
            "tree and interpreter on {} for {record:?}",
            conditions[at]
        );
        assert_eq!(
            explained.answer, tree,
            "index and tree on {} for {record:?}",
            conditions[at]
        );
        if judged == Answer::Yes {
            first = first.or(Some(at));
        }
    }
    assert_eq!(
        found.rule, first,
        "first match of {conditions:#?} for {record:?}"
    );
    assert_eq!(policy.first(record), first, "without answers");
    for (number, clause) in policy.clauses().iter().enumerate() {
        assert_eq!(
            found.answers.get(number),
            clause.answer(record),
            "{clause:?} for {record:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn index_tree_and_interpreter_agree(
        conditions in prop::collection::vec(world::condition(), 1..9),
        before in prop::collection::vec(world::record(), 0..6),
        after in prop::collection::vec(world::record(), 1..8),
    ) {
        let document = world::document(&conditions);
        let mut columns = Columns::new(&world::schema());
        for record in &before {
            columns.push(record);
        }
        let mut policy = compile(&document, &columns);
        for (row, record) in before.iter().enumerate() {
            judge(&policy, &policy.matching_row(&columns, row), &conditions, record);
        }
        for record in &after {
            // First as a stranger, then stored but not yet learned, then learned.
            let stranger = policy.matching(record);
            judge(&policy, &stranger, &conditions, record);
            let row = columns.len();
            let fresh = columns.push(record);
            prop_assert_eq!(&policy.matching_row(&columns, row), &stranger);
            policy.learn(&fresh, &columns);
            prop_assert_eq!(&policy.matching_row(&columns, row), &stranger);
            prop_assert_eq!(policy.first_row(&columns, row), stranger.rule);
        }
    }

    #[test]
    fn compiling_before_or_after_the_records_is_the_same(
        conditions in prop::collection::vec(world::condition(), 1..6),
        records in prop::collection::vec(world::record(), 1..12),
    ) {
        let document = world::document(&conditions);
        let mut columns = Columns::new(&world::schema());
        let mut early = compile(&document, &columns);
        for record in &records {
            let fresh = columns.push(record);
            early.learn(&fresh, &columns);
        }
        let late = compile(&document, &columns);
        for row in 0..columns.len() {
            prop_assert_eq!(early.matching_row(&columns, row), late.matching_row(&columns, row));
        }
    }
}
