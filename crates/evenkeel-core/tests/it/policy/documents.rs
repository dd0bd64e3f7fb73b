//! Whole documents: one that is sound, and one small change a line with what is said about it.

use evenkeel_core::ids::FieldNo;
use evenkeel_core::market::schema::{Field, FieldType, Schema};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::policy::analysis::{Analysis, Known, check};
use evenkeel_core::policy::document::{
    Caps, ManualCounts, Members, Method, Nobody, RecordWeight, Target, Weights,
};
use evenkeel_core::policy::problem::PROBLEMS_MAX;
use evenkeel_core::time::Span;
use evenkeel_core::units::Micro;
use std::collections::BTreeMap;

/// A document that uses every key.
pub(crate) const SOUND: &str = r#"evenkeel = 1
name = "Acme inbound"

[record]                       # line 4
country = "text"
employees = "number"
created_at = "time"
hot = "flag"
interests = "tags"
points = "number"
email = { type = "text", private = true }

[rep]                          # line 13
region = "text"
weight = "number"

[caps]                         # line 17
month = 45

[[pool]]                       # line 20
name = "us"
where = 'rep.team == "inbound" && rep.role == "AE"'
weight = "rep.weight"
cap = { day = 5, week = 20, month = 45 }
hours = "keep"
manual_counts = 0.5
nobody = { hold = "2 days", then = "queue:triage" }

[[pool]]                       # line 29
name = "eu"
members = ["ana", "ben"]
method = "random"
band = 1.5
weights = { ana = 2 }
nobody = "pool:us"

[[queue]]                      # line 37
name = "triage"

[[rule]]                       # line 40
name = "Enterprise, North America"
when = '''
  record.country in ["US", "CA"]
  && record.employees >= 200'''
to = "pool:us"
weight = 2

[[rule]]                       # line 48
name = "Acme"
when = "record.country == \"DE\" && record.hot"
to = { rep = "ana", otherwise = "queue:triage" }

[[rule]]                       # line 53
name = "Europe"
when = 'record.country in ["DE", "FR"]'
to = "pool:eu"
weight = "record.points"

[fallback]                     # line 59
to = "queue:triage"
"#;

/// The reps of the made-up company.
fn reps() -> Vec<(&'static str, Attributes)> {
    let rep = |team: &str| {
        let mut attributes = Attributes::default();
        attributes.set(FieldNo(1), Value::Text("AE".into()));
        attributes.set(FieldNo(2), Value::Text(team.into()));
        attributes
    };
    vec![("ana", rep("inbound")), ("ben", rep("outbound"))]
}

fn checked(text: &str) -> Analysis {
    let (record_schema, rep_schema) = (Schema::of_records(), Schema::of_reps());
    let reps = reps();
    let reps = reps
        .iter()
        .map(|(key, attributes)| (*key, attributes))
        .collect();
    check(
        text,
        &Known {
            record_schema: &record_schema,
            rep_schema: &rep_schema,
            reps,
        },
    )
}

/// The sound document with one change.
fn changed(from: &str, to: &str) -> String {
    assert_eq!(
        SOUND.matches(from).count(),
        1,
        "{from:?} stands once in the sound document"
    );
    SOUND.replace(from, to)
}

/// Everything said about a text, one a line, warnings marked.
fn said(text: &str) -> Vec<String> {
    let problems = checked(text).problems;
    let line = |problem: &evenkeel_core::policy::problem::Problem| match problem.is_error() {
        true => problem.to_string(),
        false => format!("(warning) {problem}"),
    };
    problems.iter().map(line).collect()
}

#[test]
fn a_sound_document_is_read_whole() {
    let analysis = checked(SOUND);
    assert_eq!(analysis.problems, []);
    let document = analysis.document.expect("there are no problems");
    assert_eq!(document.name, "Acme inbound");
    assert_eq!(document.record_fields.len(), 7);
    assert!(document.record_fields[6].private);
    assert_eq!(
        document.caps,
        Caps {
            day: None,
            week: None,
            month: Some(45)
        }
    );
    let [us, eu] = document.pools.as_slice() else {
        panic!("two pools")
    };
    assert!(matches!(&us.members, Members::Where(condition) if condition.text.contains("AE")));
    assert_eq!(us.method, Method::Straight);
    assert_eq!(us.weights, Weights::ByField("weight".to_owned()));
    assert_eq!(
        us.caps,
        Caps {
            day: Some(5),
            week: Some(20),
            month: Some(45)
        }
    );
    assert!(us.keeps_hours && !eu.keeps_hours);
    assert_eq!(us.manual_counts, ManualCounts::Fraction(500_000));
    assert_eq!(
        us.nobody,
        Nobody::Hold {
            span: Span::days(2),
            then: 0
        }
    );
    assert_eq!(
        eu.members,
        Members::List(vec!["ana".to_owned(), "ben".to_owned()])
    );
    assert_eq!(
        eu.method,
        Method::Random {
            band: Micro(1_500_000)
        }
    );
    assert_eq!(
        eu.weights,
        Weights::ByRep(BTreeMap::from([("ana".to_owned(), 2)]))
    );
    assert_eq!(eu.manual_counts, ManualCounts::Full);
    assert_eq!(eu.nobody, Nobody::Pool(0));
}

#[test]
fn rules_of_a_sound_document_are_read_whole() {
    let analysis = checked(SOUND);
    let document = analysis.document.expect("there are no problems");
    let [first, named, europe] = document.rules.as_slice() else {
        panic!("three rules")
    };
    assert_eq!(first.to, Target::Pool(0));
    assert_eq!(first.weight, RecordWeight::Fixed(Micro::whole(2)));
    assert_eq!(
        named.to,
        Target::Rep {
            rep: "ana".to_owned(),
            otherwise: 0
        }
    );
    assert_eq!(europe.weight, RecordWeight::Field("points".to_owned()));
    assert_eq!(document.fallback, Target::Queue(0));
    assert_eq!(analysis.records.fields().len(), 8);
    assert_eq!(analysis.reps.find("weight"), Some(FieldNo(4)));
    let pairs: Vec<(usize, usize)> = analysis
        .overlaps
        .iter()
        .map(|pair| (pair.earlier, pair.later))
        .collect();
    assert_eq!(pairs, [(1, 2)], "a hot record from Germany goes to Acme");
}

/// Holds every case of the table against what is said.
#[test]
fn one_change_is_said_with_its_place() {
    let table = include_str!("../../data/policy/documents.txt");
    let written = |text: &str| text.replace("\\n", "\n").replace("\\\\", "\\");
    let mut lines = table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .peekable();
    let (mut count, mut wrong) = (0, String::new());
    while let Some(case) = lines.next() {
        let (from, to) = case.split_once(" ~> ").unwrap_or_else(|| panic!("{case}"));
        let mut wanted = Vec::new();
        while let Some(line) = lines.next_if(|line| line.starts_with("    ")) {
            wanted.push(line.trim());
        }
        let found = said(&changed(&written(from), &written(to)));
        if found != wanted {
            wrong += &format!(
                "{case}\n{}\n",
                found
                    .iter()
                    .map(|line| format!("    {line}\n"))
                    .collect::<String>()
            );
        }
        count += 1;
    }
    assert!(count > 70, "the table has only {count} cases");
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn all_problems_are_said_at_once_and_in_order() {
    let text = SOUND
        .replace("country = \"text\"", "country = \"string\"")
        .replace("hours = \"keep\"", "hours = 7")
        .replace("record.employees", "record.employes");
    let places: Vec<(usize, usize)> = checked(&text)
        .problems
        .iter()
        .map(|problem| (problem.line, problem.column))
        .collect();
    assert_eq!(places[..2], [(5, 11), (25, 9)]);
    assert!(places.is_sorted(), "{places:?}");
    assert!(checked(&text).document.is_none());
}

#[test]
fn a_field_never_changes_its_type() {
    let mut record_schema = Schema::of_records();
    for (name, kind) in [("old", FieldType::Flag), ("hot", FieldType::Text)] {
        let field = Field {
            name: name.to_owned(),
            kind,
            private: false,
        };
        record_schema.declare(field).expect("no field stands twice");
    }
    let rep_schema = Schema::of_reps();
    let known = Known {
        record_schema: &record_schema,
        rep_schema: &rep_schema,
        reps: Vec::new(),
    };
    let analysis = check(SOUND, &known);
    let first = analysis.problems.first().expect("hot is a text already");
    assert_eq!(
        first.to_string(),
        "8:7 record field \"hot\": since an earlier policy this field is a text, and a field \
         never changes. Declare a new field under another name."
    );
    let analysis = check(&SOUND.replace("hot", "hotness"), &known);
    assert_eq!(analysis.problems, []);
    assert_eq!(
        analysis.records.find("country"),
        Some(FieldNo(3)),
        "old fields keep their numbers"
    );
}

#[test]
fn bounds_are_kept() {
    let many = |count: usize| {
        (0..count)
            .map(|at| format!("f{at} = \"text\"\n"))
            .collect::<String>()
    };
    let text = SOUND.replace(
        "country = \"text\"\n",
        &format!("country = \"text\"\n{}", many(193)),
    );
    let problems = checked(&text).problems;
    assert_eq!(problems.len(), 1, "{problems:#?}");
    assert!(
        problems[0].message.contains("200 fields"),
        "{}",
        problems[0]
    );

    let text = SOUND.replace("country = \"text\"\n", &"x y = 1\n".repeat(3));
    assert_eq!(checked(&text).problems.len(), 1, "no TOML is one problem");

    let wrong: String = (0..500)
        .map(|at| format!("[[queue]]\nname = \"q{at}\"\nbad = 1\n"))
        .collect();
    assert_eq!(
        checked(&format!("{SOUND}{wrong}")).problems.len(),
        PROBLEMS_MAX
    );

    let large = format!("{SOUND}# {}\n", "x".repeat(4 << 20));
    assert_eq!(checked(&large).problems.len(), 1);

    let deep = format!("evenkeel = {}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(
        checked(&deep).problems[0]
            .message
            .starts_with("this is no TOML")
    );
}

#[test]
fn formulas_of_all_rules_together_are_bounded() {
    let sum = |at: usize| {
        format!(
            "record.points + {}{at} > record.employees",
            "1 + ".repeat(10)
        )
    };
    let rules: String = (0..100)
        .map(|at| {
            format!(
                "[[rule]]\nname = \"r{at}\"\nwhen = '{}'\nto = \"pool:us\"\n",
                sum(at)
            )
        })
        .collect();
    let problems = checked(&SOUND.replace("[fallback]", &format!("{rules}[fallback]"))).problems;
    let errors: Vec<String> = problems
        .iter()
        .map(|problem| problem.message.clone())
        .collect();
    assert_eq!(
        errors,
        ["with this rule all formulas take more than 2048 steps a record"]
    );
}
