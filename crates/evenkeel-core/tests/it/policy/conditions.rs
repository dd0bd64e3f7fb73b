//! What conditions mean, and what is refused in them: two tables, one case a line.

use super::world;
use evenkeel_core::market::clause::{Answer, Clause, Node};
use evenkeel_core::market::schema::{Field, FieldType, Schema};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::policy::cel::{Vocabulary, condition};
use evenkeel_core::units::Micro;

/// The made-up fields, one private field, and one that is in force but not declared.
fn vocabulary() -> (Schema, Vocabulary) {
    let mut schema = world::schema();
    for (name, private) in [("email", true), ("old", false)] {
        let field = Field {
            name: name.to_owned(),
            kind: FieldType::Text,
            private,
        };
        schema.declare(field).expect("no field stands twice");
    }
    let vocabulary = Vocabulary::new("record", &schema, |_, field| field.name != "old");
    (schema, vocabulary)
}

/// A tree in words.
fn shown(node: &Node<Clause>, schema: &Schema) -> String {
    let all = |nodes: &[Node<Clause>]| {
        nodes
            .iter()
            .map(|node| shown(node, schema))
            .collect::<Vec<String>>()
            .join("; ")
    };
    match node {
        Node::All(nodes) => format!("all({})", all(nodes)),
        Node::Any(nodes) => format!("any({})", all(nodes)),
        Node::Not(node) => format!("not({})", shown(node, schema)),
        Node::Clause(Clause::Formula(formula)) => format!("formula {{{}}}", formula.text()),
        Node::Clause(clause) => clause.words(schema, false),
    }
}

/// Compares a table of `condition => what comes of it` with what comes of it.
fn holds(table: &str) {
    let (schema, vocabulary) = vocabulary();
    let mut wrong = String::new();
    let lines = table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut count = 0;
    for line in lines {
        count += 1;
        let (text, wanted) = line.split_once(" =>").expect("a line has =>");
        let text = text.trim().replace("\\n", "\n");
        let found = match condition(&text, &vocabulary) {
            Ok(condition) => shown(&condition.tree, &schema),
            Err(faults) => {
                let faults = faults.iter().map(|fault| {
                    let column = text[..fault.span.start].chars().count() + 1;
                    let part = &text[fault.span.clone()];
                    format!("{column} [{part}] {}. {}", fault.message, fault.hint)
                });
                faults
                    .collect::<Vec<String>>()
                    .join(" ; ")
                    .replace('\n', "\\n")
                    .trim()
                    .to_owned()
            }
        };
        if found != wanted.trim() {
            wrong += &format!(
                "{line}\n    found: {} => {found}\n",
                text.replace('\n', "\\n")
            );
        }
    }
    assert!(count > 30, "the table has only {count} lines");
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn conditions_mean_what_the_table_says() {
    holds(include_str!("../../data/policy/conditions.txt"));
}

#[test]
fn wrong_conditions_are_refused_as_the_table_says() {
    holds(include_str!("../../data/policy/condition_errors.txt"));
}

/// The parser is recursive. Whatever passes the bounds must fit on the 2 MB stack that threads
/// have by default, in a debug build too; a stack overflow here kills the whole test run.
#[test]
fn the_deepest_conditions_fit_on_a_default_stack() {
    let (_, vocabulary) = vocabulary();
    let chain = "1 < 1 + 1 + 1 + 1 * 1 + 1 + 1 + 1 + ";
    let deep = [
        format!("{}record.hot{}", "(".repeat(6), ")".repeat(6)),
        format!("{}record.hot{}", "!(".repeat(6), ")".repeat(6)),
        format!("{}1{}", "[".repeat(6), "]".repeat(6)),
        format!("{}1{}", "size(".repeat(6), ")".repeat(6)),
        format!("record.score{} < 1", " + 1".repeat(60)),
        format!(
            "{}1{} > 2",
            (chain.to_owned() + "(").repeat(6),
            ")".repeat(6)
        ),
        format!("{}record.hot", "record.hot ? true : ".repeat(200)),
        format!(
            "{}record.hot{}",
            "record.hot ? (".repeat(6),
            ") : false".repeat(6)
        ),
        format!("record.employees in [{}1]", "1, ".repeat(1_300)),
        format!("record.hot{}", " || record.vip".repeat(250)),
        format!("record.hot{}", " == record.vip".repeat(60)),
        format!("{}record.hot", "!".repeat(4_000)),
        format!("{}1 == record.score", "-".repeat(4_000)),
        format!("record{}", ".x".repeat(60)),
        "((((((((((((((((".to_owned(),
        "[{(\"".repeat(1_000),
    ];
    for text in deep {
        // Whether it is accepted does not matter, only that there is an answer.
        let _ = condition(&text, &vocabulary);
    }
}

#[test]
fn too_many_parts_are_refused() {
    let (_, vocabulary) = vocabulary();
    let parts = |count: usize| ["record.hot"].repeat(count).join("||");
    assert!(condition(&parts(340), &vocabulary).is_ok());
    let text = format!("{}{}", "1<".repeat(0), ["true"].repeat(520).join("||"));
    let faults = condition(&text, &vocabulary).expect_err("521 nodes");
    assert_eq!(
        faults[0].message,
        "the condition has 521 parts, at most 512 fit"
    );
}

/// What formulas answer where the interpreter alone would not do.
#[test]
fn formulas_answer_unknown_rather_than_nonsense() {
    let (schema, vocabulary) = vocabulary();
    let mut record = Attributes::default();
    for (name, value) in [
        ("city", Value::Text("Bonn".into())),
        ("employees", Value::Number(Micro::whole(7))),
        ("score", Value::Number(Micro(0))),
        ("hot", Value::Flag(true)),
        (
            "interests",
            Value::tags(vec!["a".to_owned(), "b".to_owned()]),
        ),
    ] {
        record.set(schema.find(name).expect("a made-up field"), value);
    }
    for (text, answer) in [
        // Whole numbers and decimals mix.
        ("record.employees / 2 == 3.5", Answer::Yes),
        ("record.employees * 2 - 1 > 12.9", Answer::Yes),
        ("size(record.city) * 1.5 == 6", Answer::Yes),
        ("size(record.interests) + 1 == 3", Answer::Yes),
        // Nothing is divided by zero, and nothing follows from it.
        ("record.employees / record.score > 1", Answer::Unknown),
        ("!(record.employees / record.score > 1)", Answer::Unknown),
        ("record.score / record.score != 1", Answer::Unknown),
        (
            "record.hot || record.employees / record.score > 1",
            Answer::Yes,
        ),
        (
            "(record.employees / record.score > 1) == record.hot",
            Answer::Unknown,
        ),
        // A missing value is unknown; whether it is missing is not.
        ("record.country == record.city", Answer::Unknown),
        ("record.vip == (record.score > 1)", Answer::Unknown),
        ("has(record.country) == record.hot", Answer::No),
        (
            "has(record.vip) ? record.vip : record.employees > record.score",
            Answer::Yes,
        ),
        ("record.city.upperAscii() == \"BONN\"", Answer::Yes),
        ("record.city + record.city == \"BonnBonn\"", Answer::Yes),
    ] {
        let condition = condition(text, &vocabulary).expect(text);
        assert_eq!(condition.answer(&record), answer, "{text}");
    }
}
