//! Skills of reps: what is held and since when, and how it grew, read off the profiles set.

use crate::company::{Desk, POLICY, START};
use evenkeel_core::ids::RepNo;
use evenkeel_core::market::value::Value;
use evenkeel_core::people::skills::{CHANGES_MAX, Growth, Held};
use evenkeel_core::state::State;
use evenkeel_core::time::DAY;
use evenkeel_core::units::{Micro, ONE};

const ANA: RepNo = RepNo(0);

fn policy(skills: &str) -> String {
    let fields = "[rep]\nlanguages = \"tags\"\ncertified = \"number\"\nnegotiates = \"flag\"\n";
    format!("{}\n{skills}", POLICY.replacen("[rep]\n", fields, 1))
}

fn named() -> String {
    let fields = "[\"rep.languages\", \"rep.certified\", \"rep.negotiates\"]";
    policy(&format!("[skills]\nfields = {fields}\n"))
}

/// Sets one field of ana's profile; the other fields stay.
fn set(desk: &mut Desk, field: &str, value: Option<Value>) {
    let field = desk.state.rep_schema().find(field).expect("declared");
    let change = |profile: &mut evenkeel_core::people::rep::Profile| {
        let values = &mut profile.attributes.values;
        values.retain(|(known, _)| *known != field);
        if let Some(value) = value {
            profile.attributes.set(field, value);
        }
    };
    // Setting what is there already is nothing to do.
    let _ = desk.set_rep("ana", change);
}

fn languages(desk: &mut Desk, tags: &[&str]) {
    let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    set(desk, "languages", Some(Value::tags(tags)));
}

/// Day, tag, which way, and the levels before and after.
type Told = (i64, String, Growth, Option<Micro>, Option<Micro>);

fn changes(desk: &Desk) -> Vec<Told> {
    let known = desk.state.skills().of(ANA).expect("skills");
    let told = known.changes().iter().map(|change| {
        let day = (change.at.0 - START.0) / DAY.0;
        let (tag, growth) = (change.skill.1.to_string(), change.growth());
        (day, tag, growth, change.from, change.to)
    });
    told.collect()
}

fn held(desk: &Desk) -> Vec<(String, Held)> {
    let known = desk.state.skills().of(ANA).expect("skills");
    let held = known.held();
    held.map(|(skill, held)| (skill.1.to_string(), *held))
        .collect()
}

/// Folded again from the journal, and read from its own bytes, the state is the same.
fn the_same_again(desk: &Desk) {
    let mut again = State::new();
    desk.journal.iter().for_each(|event| again.apply(event));
    let bytes = Desk::bytes(&desk.state);
    assert_eq!(Desk::bytes(&again), bytes);
    let mut read: State = postcard::from_bytes(&bytes).expect("its own bytes");
    read.revive();
    assert_eq!(read.skills(), desk.state.skills());
    assert_eq!(Desk::bytes(&read), bytes);
}

#[test]
fn skills_are_added_raised_lowered_and_removed_over_time() {
    let mut desk = Desk::empty();
    desk.publish(&named()).expect("a sound policy");
    desk.set_rep("ana", |_| {}).expect("a new rep");
    assert_eq!(desk.state.skills().of(ANA), None, "nothing is known yet");
    languages(&mut desk, &["German"]);
    desk.wait(DAY);
    languages(&mut desk, &["German", "Dutch"]);
    set(&mut desk, "certified", Some(Value::Number(Micro::whole(2))));
    desk.wait(DAY);
    set(&mut desk, "certified", Some(Value::Number(Micro::whole(3))));
    set(&mut desk, "negotiates", Some(Value::Flag(true)));
    desk.wait(DAY);
    set(&mut desk, "certified", Some(Value::Number(ONE)));
    languages(&mut desk, &["Dutch"]);
    set(&mut desk, "negotiates", Some(Value::Flag(false)));
    let level = |level| Some(Micro::whole(level));
    let row = |day, tag: &str, growth, from, to| (day, tag.to_owned(), growth, from, to);
    assert_eq!(
        changes(&desk),
        [
            row(0, "German", Growth::Added, None, level(1)),
            row(1, "Dutch", Growth::Added, None, level(1)),
            row(1, "", Growth::Added, None, level(2)),
            row(2, "", Growth::Raised, level(2), level(3)),
            row(2, "", Growth::Added, None, level(1)),
            row(3, "", Growth::Lowered, level(3), level(1)),
            row(3, "German", Growth::Removed, level(1), None),
            row(3, "", Growth::Removed, level(1), None),
        ]
    );
    let since = START + DAY;
    let kept = |tag: &str| {
        let held = Held {
            level: ONE,
            since,
            before: false,
        };
        (tag.to_owned(), held)
    };
    let mut now = held(&desk);
    now.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(
        now,
        [kept(""), kept("Dutch")],
        "since first held, at any level"
    );
    the_same_again(&desk);
}

#[test]
fn the_same_skills_set_again_add_nothing() {
    let mut desk = Desk::empty();
    desk.publish(&named()).expect("a sound policy");
    desk.set_rep("ana", |_| {}).expect("a new rep");
    languages(&mut desk, &["German", "Dutch"]);
    let before = desk.state.skills().clone();
    desk.wait(DAY);
    languages(&mut desk, &["Dutch", "German", "Dutch"]);
    set(&mut desk, "weight", Some(Value::Number(Micro::whole(7))));
    desk.set_rep("ana", |profile| profile.zone = "Europe/Berlin".into())
        .expect("another zone");
    assert_eq!(desk.state.skills(), &before);
    desk.publish(&named().replacen("Test company", "The same", 1))
        .expect("another name");
    assert_eq!(desk.state.skills(), &before, "no field was named anew");
    the_same_again(&desk);
}

#[test]
fn what_was_there_before_a_policy_named_it_is_no_growth() {
    let mut desk = Desk::empty();
    desk.publish(&policy("")).expect("a sound policy");
    desk.set_rep("ana", |_| {}).expect("a new rep");
    languages(&mut desk, &["German"]);
    assert_eq!(desk.state.skills().of(ANA), None);
    desk.wait(DAY);
    let only = policy("[skills]\nfields = [\"rep.languages\"]\n");
    desk.publish(&only).expect("a sound policy");
    let before = Held {
        level: ONE,
        since: START + DAY,
        before: true,
    };
    assert_eq!(held(&desk), [("German".to_owned(), before)]);
    assert_eq!(changes(&desk), []);
    // Not named any more: nothing is held, and what was learned stays on record.
    languages(&mut desk, &["German", "Dutch"]);
    desk.publish(&policy("")).expect("a sound policy");
    languages(&mut desk, &[]);
    assert_eq!(held(&desk), []);
    assert_eq!(changes(&desk).len(), 1);
    the_same_again(&desk);
}

#[test]
fn the_oldest_changes_go_first() {
    let mut desk = Desk::empty();
    desk.publish(&named()).expect("a sound policy");
    desk.set_rep("ana", |_| {}).expect("a new rep");
    for level in 0..=CHANGES_MAX as i64 {
        set(
            &mut desk,
            "certified",
            Some(Value::Number(Micro::whole(level))),
        );
    }
    let changes = changes(&desk);
    assert_eq!(changes.len(), CHANGES_MAX);
    assert_eq!(
        changes[0].3,
        Some(Micro(0)),
        "the first, from nothing, is gone"
    );
    the_same_again(&desk);
}

#[test]
fn fields_that_hold_no_skill_are_told() {
    let refused = [
        ("", "does not say which rep fields"),
        ("fields = []", "a list of 1 to 16 rep fields"),
        ("fields = [\"rep.team\"]", "rep.team is a text"),
        ("fields = [\"rep.langages\"]", "there is no field"),
        (
            "fields = [\"rep.certified\", \"rep.certified\"]",
            "listed twice",
        ),
        ("field = [\"rep.certified\"]", "\"field\""),
    ];
    for (line, says) in refused {
        let mut desk = Desk::empty();
        let refusal = desk.publish(&policy(&format!("[skills]\n{line}\n")));
        let told = format!("{:?}", refusal.expect_err("not sound"));
        let told = told.replace("\\\"", "\"");
        assert!(told.contains(says), "{line}: {told}");
    }
}
