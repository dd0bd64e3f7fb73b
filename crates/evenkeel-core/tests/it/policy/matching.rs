//! Index, tree and interpreter say the same, whatever the policy and the record.

use super::interpreter;
use super::world;
use evenkeel_core::market::clause::Answer;
use evenkeel_core::market::columns::Columns;
use evenkeel_core::market::schema::Schema;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::policy::analysis::{Known, check};
use evenkeel_core::policy::compiled::{Compiled, Match};
use evenkeel_core::policy::document::Document;
use evenkeel_core::units::Micro;
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
    #![proptest_config(ProptestConfig {
        cases: 200,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

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

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_rule_said_to_be_out_of_reach_is_never_reached(
        conditions in prop::collection::vec(world::condition(), 1..9),
        records in prop::collection::vec(world::record(), 1..60),
    ) {
        let text = world::policy_text(&conditions);
        let (record_schema, rep_schema) = (Schema::of_records(), Schema::of_reps());
        let known = Known { record_schema: &record_schema, rep_schema: &rep_schema, reps: vec![] };
        let problems = check(&text, &known).problems;
        let policy = compile(&world::document(&conditions), &Columns::default());
        let reached: Vec<Option<usize>> = records.iter().map(|one| policy.first(one)).collect();
        for problem in problems.iter().filter(|problem| problem.at.starts_with("rule")) {
            let rule = problem.at.trim_start_matches("rule \"").trim_end_matches('"');
            let rule: usize = rule.parse().expect("rules are named by position here");
            let first = reached.iter().position(|reached| *reached == Some(rule));
            prop_assert_eq!(first.map(|at| &records[at]), None, "{}\n{:#?}", problem, conditions);
        }
    }
}

/// Conditions that need many lanes, many terms, and two that explode into terms.
fn many_conditions() -> Vec<String> {
    let mut conditions: Vec<String> = (0..70)
        .map(|at| format!("\"tag {at}\" in record.interests && record.score == {at}"))
        .collect();
    conditions.extend((0..700).map(|at| format!("record.employees == {at} && record.hot")));
    conditions
        .extend((0..600).map(|at| format!("record.city == \"c{at}\" || record.score > {at}.5")));
    let pairs: Vec<String> = (0..8)
        .map(|at| format!("(record.city == \"x{at}\" || record.score >= {at})"))
        .collect();
    conditions.push(pairs.join(" && "));
    conditions.push(format!(
        "{} && record.employees > record.score",
        pairs.join(" && ")
    ));
    conditions
}

/// Beyond the size of everything that is kept inline or in one piece: more lanes than fit on the
/// stack, more terms and more clauses than one chunk holds, and a rule that explodes into terms.
#[test]
fn large_policies_answer_as_their_trees_do() {
    let document = world::document(&many_conditions());
    let mut columns = Columns::new(&world::schema());
    let mut policy = compile(&document, &columns);
    let number = |at: i64| Value::Number(Micro::whole(at));
    let mut reached = std::collections::BTreeSet::new();
    for at in 0..400i64 {
        let mut record = Attributes::default();
        let field = |name: &str| world::schema().find(name).expect("a made-up field");
        if at % 3 != 0 {
            record.set(field("employees"), number(at * 2));
        }
        if at % 4 != 0 {
            record.set(
                field("score"),
                number(if at % 8 == 1 { 7 } else { at % 70 - 5 }),
            );
        }
        if at % 5 < 2 {
            let city = if at % 2 == 0 {
                format!("c{at}")
            } else {
                format!("x{}", at % 8)
            };
            record.set(field("city"), Value::Text(city.into()));
        }
        record.set(field("hot"), Value::Flag(at % 7 == 2));
        record.set(
            field("interests"),
            Value::tags(vec![format!("tag {}", at % 70 - 5)]),
        );
        let row = columns.len();
        let fresh = columns.push(&record);
        policy.learn(&fresh, &columns);
        let found = policy.matching_row(&columns, row);
        assert_eq!(found, policy.matching(&record), "stored or not, {record:?}");
        let first = document
            .rules
            .iter()
            .position(|rule| rule.when.answer(&record) == Answer::Yes);
        assert_eq!(found.rule, first, "{record:?}");
        assert_eq!(policy.first_row(&columns, row), first);
        for (clause, asked) in policy.clauses().iter().enumerate() {
            assert_eq!(
                found.answers.get(clause),
                asked.answer(&record),
                "{asked:?} {record:?}"
            );
        }
        reached.insert(first);
    }
    assert!(
        reached.len() > 100,
        "only {} rules were reached",
        reached.len()
    );
}
