//! Merging by hand, forgetting, and what a policy may say about either.

use crate::company::Desk;
use crate::precedence::{
    EMAIL, close, desk, give, merge, owed, place, policy, refolded, said, take, turn_of,
};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::Expected;
use evenkeel_core::command::forget::Forget;
use evenkeel_core::command::merge::Merge;
use evenkeel_core::command::void::Void;
use evenkeel_core::event::Event;
use evenkeel_core::holding::place::Place;
use evenkeel_core::market::schema::Schema;
use evenkeel_core::policy::read::read;

#[test]
fn a_merge_by_hand_gives_one_turn_of_two_back() {
    let mut desk = desk("");
    let even = owed(&desk);
    take(&mut desk, "L-1", "company=Acme");
    let one = owed(&desk);
    take(&mut desk, "L-2", "company=ACME");
    assert_eq!(desk.owner("L-2"), Some("ben"));
    let events = merge(&mut desk, "L-2", "L-1").expect("merged");
    assert!(matches!(
        events.as_slice(),
        [Event::RecordMerged { back: Some(_), .. }]
    ));
    assert_eq!(
        owed(&desk),
        one,
        "as if L-2 had never been dealt, to the millionth"
    );
    assert_eq!(place(&desk, "L-2"), Place::Closed);
    assert_eq!(turn_of(&desk, "L-2"), None, "it cannot come back twice");
    // The survivor's own turn can still be given back.
    let (dealt, verdict) = turn_of(&desk, "L-1").expect("a turn");
    let void = Void {
        record: "L-1".into(),
        reason: "bad_data".into(),
        dealt,
        verdict,
    };
    desk.run(&Command::Void(Box::new(void)))
        .expect("given back");
    assert_eq!(owed(&desk), even);
    refolded(&desk);
}

#[test]
fn a_merge_by_hand_leaves_the_only_turn_with_the_rep_who_keeps_the_record() {
    let mut desk = desk("");
    take(&mut desk, "L-1", "company=Acme");
    take(&mut desk, "L-2", "company=Acme");
    give(&mut desk, "L-1", "ben");
    // L-1 was given by hand, so only L-2 has a turn, and ben has both.
    let before = owed(&desk);
    let events = merge(&mut desk, "L-2", "L-1").expect("merged");
    assert!(matches!(
        events.as_slice(),
        [Event::RecordMerged { back: None, .. }]
    ));
    assert_eq!(owed(&desk), before);
    assert!(
        turn_of(&desk, "L-1").is_some(),
        "it stands for the survivor"
    );
    refolded(&desk);
}

#[test]
fn a_merge_by_hand_is_refused_in_order() {
    let mut none = Desk::empty();
    assert_eq!(merge(&mut none, "L-1", "L-2"), Err("policy_missing"));
    let mut desk = desk("");
    for key in ["L-1", "L-2", "L-3"] {
        take(&mut desk, key, "company=Acme");
    }
    close(&mut desk, "L-3");
    assert_eq!(merge(&mut desk, "L-9", "L-9"), Err("record_unknown"));
    assert_eq!(merge(&mut desk, "L-1", "L-9"), Err("record_unknown"));
    assert_eq!(merge(&mut desk, "L-3", "L-3"), Err("value_refused"));
    assert_eq!(merge(&mut desk, "L-1", "L-3"), Err("record_closed"));
    assert_eq!(merge(&mut desk, "L-3", "L-1"), Err("record_closed"));
    let told = |expected, turn| Merge {
        record: "L-2".into(),
        into: "L-1".into(),
        expected,
        turn,
    };
    let mut run = |merge: Merge| {
        desk.run(&Command::Merge(Box::new(merge)))
            .map_err(|refusal| refusal.code())
    };
    let ana = Expected::Owner(Some("ana".into()));
    assert_eq!(run(told(ana, None)), Err("owner_moved"));
    assert_eq!(run(told(Expected::Any, None)), Err("turn_unknown"));
    merge(&mut desk, "L-2", "L-1").expect("merged");
    assert_eq!(merge(&mut desk, "L-2", "L-1"), Err("record_closed"));
}

#[test]
fn a_forgotten_record_matches_nothing_any_more() {
    let mut desk = desk(&format!("{EMAIL}\nthen = \"flag\""));
    take(&mut desk, "L-1", "email=a@acme.example");
    let record = desk.state.record_no("L-1").expect("taken in");
    let text = format!("{:?}", desk.journal);
    assert!(!text.contains("acme"), "no personal data in an event");
    let forget = |desk: &mut Desk, key: &str| {
        let forget = Forget { record: key.into() };
        desk.run(&Command::Forget(forget))
            .map_err(|refusal| refusal.code())
    };
    assert_eq!(forget(&mut desk, "L-9"), Err("record_unknown"));
    forget(&mut desk, "L-1").expect("forgotten");
    assert_eq!(forget(&mut desk, "L-1"), Err("nothing_to_do"));
    assert_eq!(desk.state.records().marks(record), []);
    assert_eq!(
        said(&take(&mut desk, "L-2", "email=a@acme.example")),
        ["nothing"]
    );
    refolded(&desk);
}

#[test]
fn a_policy_that_compares_something_else_finds_what_was_there_before() {
    let mut desk = desk("");
    take(&mut desk, "L-1", "company=Acme Ltd");
    let lines = "[[duplicate]]\nname = \"Company\"\nby = \"record.company\"\nas = \"name\"";
    desk.publish(&policy(lines)).expect("published");
    assert_eq!(said(&take(&mut desk, "L-2", "company=acme")), ["merged"]);
    refolded(&desk);
}

#[test]
fn what_is_wrong_with_a_ladder_is_said() {
    let told = |lines: &str| {
        let (records, reps) = (Schema::of_records(), Schema::of_reps());
        let problems = read(&policy(lines), &records, &reps).problems;
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        problems.join("\n")
    };
    for (lines, wanted) in [
        (EMAIL, ""),
        (
            "[[duplicate]]\nname = \"x\"",
            "duplicate \"x\": it does not say by which field. Add by = \"record.…\".",
        ),
        (
            "[[duplicate]]\nname = \"x\"\nby = \"record.emal\"",
            "duplicate \"x\": there is no field \"record.emal\". Maybe \"email\"?",
        ),
        (
            "[[duplicate]]\nname = \"x\"\nby = \"record.email\"\nas = \"fuzzy\"",
            "there is no form \"fuzzy\". There are exact, email, domain, name.",
        ),
        (
            "[[duplicate]]\nname = \"x\"\nby = \"record.points\"\nas = \"name\"",
            "record.points is a number, which has no name. Leave as out, or name a text.",
        ),
        (
            "[[duplicate]]\nname = \"x\"\nby = \"record.email\"\ncounts = \"full\"",
            "counts has no meaning without an owner. Leave it out, or say then = \"owner\".",
        ),
        (
            "[[related]]\nname = \"x\"\nby = \"record.email\"",
            "the key of a record is compared with one field that is not private. Add with = \
             \"record.…\", the field of the other record.",
        ),
        (
            "[[sticky]]\nname = \"x\"\nby = \"record.company\"",
            "it does not say how long ago somebody may have had it. Add within = \"90 days\".",
        ),
        (
            "[[sticky]]\nname = \"x\"\nby = \"record.company\"\nwithin = \"9 days\"\n\
             [[duplicate]]\nname = \"x\"\nby = \"record.company\"",
            "the name \"x\" is taken by an earlier one. Give each its own name.",
        ),
    ] {
        let said = told(lines);
        assert!(
            said.ends_with(wanted) && said.is_empty() == wanted.is_empty(),
            "{lines}\n{said}"
        );
    }
}
