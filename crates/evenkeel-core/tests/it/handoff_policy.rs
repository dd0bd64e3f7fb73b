//! What is said about steps and pods that are not meant so: one change of a sound policy a line.

use crate::handoffs::{POLICY, REPS};
use crate::rotation_tables::table;
use evenkeel_core::market::schema::Schema;
use evenkeel_core::market::value::Attributes;
use evenkeel_core::policy::analysis::{Known, check};
use evenkeel_core::policy::problem::Problem;

fn problems(text: &str, reps: &[&'static str]) -> Vec<Problem> {
    let (records, schema) = (Schema::of_records(), Schema::of_reps());
    let nothing = Attributes::default();
    let known = Known {
        record_schema: &records,
        rep_schema: &schema,
        reps: reps.iter().map(|key| (*key, &nothing)).collect(),
    };
    check(text, &known).problems
}

#[test]
fn the_policy_of_the_tests_is_sound() {
    assert_eq!(problems(POLICY, &REPS), []);
}

#[test]
fn what_is_wrong_with_steps_and_pods_is_said() {
    for (case, line) in table(include_str!("../data/handoff/documents.txt")) {
        let [from, to, message] = &case[..] else {
            panic!("three columns, not {line}");
        };
        assert!(POLICY.contains(from.as_str()), "{line}: nothing to change");
        let text = POLICY.replacen(from.as_str(), &to.replace("\\n", "\n"), 1);
        let said: Vec<String> = problems(&text, &REPS)
            .iter()
            .filter(|problem| problem.is_error())
            .map(ToString::to_string)
            .collect();
        let told = said.iter().any(|said| said.contains(message.as_str()));
        assert!(told, "{line}: {said:#?}");
    }
}

#[test]
fn reps_whom_nobody_knows_and_steps_that_nothing_leads_to_are_warned_of() {
    let known: Vec<&str> = REPS.into_iter().filter(|key| *key != "dina").collect();
    let said: Vec<String> = problems(POLICY, &known)
        .iter()
        .map(ToString::to_string)
        .collect();
    let of = |part: &str| said.iter().filter(|said| said.contains(part)).count();
    assert_eq!(
        of("pod \"north\": there is no rep \"dina\""),
        1,
        "{said:#?}"
    );
    assert_eq!(of("step \"ae\": there is no rep \"dina\""), 1, "{said:#?}");
    let cut = POLICY.replace("name = \"am\"\n", "name = \"am\"\nafter = []\n");
    let said = problems(&cut, &REPS);
    assert_eq!(said.len(), 1, "{said:#?}");
    assert!(
        said[0]
            .message
            .contains("no step hands records to this one")
    );
}
