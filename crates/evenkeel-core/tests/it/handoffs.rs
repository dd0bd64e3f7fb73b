//! Handoffs: who gets a record at a step, who stays known, what counts, and what comes back.

use crate::company::{Desk, newcomer};
use crate::rotation_tables::table;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::hand_off::HandOff;
use evenkeel_core::command::reassign::Reassign;
use evenkeel_core::command::void::Void;
use evenkeel_core::event::{Cause, Event};
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::RepNo;
use evenkeel_core::sentence::Words;
use evenkeel_core::time::Span;
use evenkeel_core::units::{Micro, ONE};
use evenkeel_core::verdict::Verdict;

/// SDRs, AEs in a pod and outside, an AM; `ae` may hand back to `sdr`.
pub(crate) const POLICY: &str = r#"
evenkeel = 1
name = "Handoffs"

[record]
country = "text"

[voids]
reasons = ["no_show"]
then = { back = true, otherwise = "queue:triage" }

[[pool]]
name = "sdrs"
members = ["ana", "bo", "fay"]
nobody = "queue:triage"

[[pool]]
name = "aes"
members = ["ben", "cleo", "dina"]
nobody = { hold = "2 days", then = "queue:triage" }

[[pool]]
name = "north"
members = ["ben", "cleo"]
nobody = { hold = "2 days", then = "queue:triage" }

[[pool]]
name = "ams"
members = ["mo"]
nobody = "queue:triage"

[[queue]]
name = "triage"

[[step]]
name = "sdr"
after = ["ae"]
to = "pool:sdrs"

[[step]]
name = "ae"
to = "pool:aes"
rule = [{ when = 'record.country == "NZ"', to = { rep = "dina", otherwise = "queue:triage" } }]

[[step]]
name = "am"
to = "pool:ams"

[[pod]]
name = "north"
seat = [
    { step = "sdr", reps = ["ana", "bo"] },
    { step = "ae", reps = ["ben", "cleo", "dina"], pool = "pool:north" },
]
pair = [
    { from = "ana", to = "ben", stand_in = ["cleo", "dina"] },
    { from = "bo", to = "cleo" },
]
stand_in_counts = "none"
at_return = "goes_back"

[[rule]]
name = "Nobody yet"
when = 'record.country == "XX"'
to = "queue:triage"

[fallback]
to = "pool:sdrs"
"#;

pub(crate) const REPS: [&str; 7] = ["ana", "bo", "fay", "ben", "cleo", "dina", "mo"];

/// Everybody at work, with `text` in force.
pub(crate) fn desk_of(text: &str) -> Desk {
    let mut desk = Desk::empty();
    desk.publish(text).expect("a sound policy");
    for key in REPS {
        desk.set_rep(key, |_| {}).expect("a new rep");
    }
    desk
}

/// A record in somebody's book at the step `sdr`.
pub(crate) fn taken(desk: &mut Desk, key: &str, owner: &str, country: &str) {
    desk.take_in(key, country).expect("taken in");
    if desk.owner(key) != Some(owner) {
        let (record, rep) = (key.to_owned(), owner.to_owned());
        let expected = Expected::Any;
        let note = None;
        desk.run(&Command::Assign(Assign {
            record,
            rep,
            expected,
            note,
        }))
        .expect("assigned");
    }
}

pub(crate) fn hand_off(desk: &mut Desk, key: &str, step: &str) -> Result<Vec<Event>, &'static str> {
    let command = Command::HandOff(HandOff {
        record: key.to_owned(),
        step: step.to_owned(),
        expected: Expected::Any,
    });
    desk.run(&command).map_err(|refusal| refusal.code())
}

/// The sentence of the last event, which dealt a record.
fn sentence(desk: &Desk) -> String {
    let Some(Event::RecordDealt { to, verdict, .. }) = desk.journal.last().map(|last| &last.event)
    else {
        panic!("the last event dealt no record");
    };
    let keys = Words::keys(&desk.state);
    let words = Words {
        state: &desk.state,
        rep: &keys,
    };
    words.verdict(verdict, to)
}

/// Who holds or held the record at each step, in the order reached.
fn holders(desk: &Desk, key: &str) -> Vec<(String, Option<String>)> {
    let record = desk.state.record_no(key).expect("taken in");
    let journeys = desk.state.journeys();
    let rep = |rep: RepNo| desk.state.roster().rep(rep).key.clone();
    let stages = journeys.stages(record).iter();
    stages
        .map(|stage| (journeys.name(stage.step).to_owned(), stage.rep.map(rep)))
        .collect()
}

fn held_by<'a>(steps: &[(&'a str, Option<&'a str>)]) -> Vec<(String, Option<String>)> {
    let owned = |(step, rep): &(&str, Option<&str>)| ((*step).to_owned(), rep.map(str::to_owned));
    steps.iter().map(owned).collect()
}

fn makeup(desk: &Desk, pool: &str) -> Vec<Micro> {
    let pool = desk.state.pool_no(pool).expect("declared");
    let members = desk.state.pool(pool).ledger.members().iter();
    members.map(|entry| entry.makeup).collect()
}

/// Gives the turn of a record back, as a no-show.
pub(crate) fn void(desk: &mut Desk, key: &str) -> Result<Vec<Event>, &'static str> {
    let record = desk.state.record_no(key).expect("taken in");
    let dealt = desk.state.records().turn(record).unwrap_or(0);
    let at = dealt.checked_sub(1).map(|at| at as usize);
    let verdict = match at.map(|at| &desk.journal[at].event) {
        Some(Event::RecordDealt { verdict, .. }) => verdict.clone(),
        _ => Verdict::by_hand(1),
    };
    let void = Void {
        record: key.to_owned(),
        reason: "no_show".to_owned(),
        dealt,
        verdict,
    };
    let void = Command::Void(Box::new(void));
    desk.run(&void).map_err(|refusal| refusal.code())
}

#[test]
fn who_gets_it_is_the_pod_s_to_say_and_then_the_step_s() {
    for (case, line) in table(include_str!("../data/handoff/who.txt")) {
        let [giver, away, step, gets, begins] = &case[..] else {
            panic!("five columns, not {line}");
        };
        let mut desk = desk_of(POLICY);
        let (giver, country) = giver.split_once(' ').unwrap_or((giver, "US"));
        match giver {
            "nobody" => drop(desk.take_in("L-1", "XX").expect("taken in")),
            giver => taken(&mut desk, "L-1", giver, country),
        }
        let back = desk.now + Span::days(3);
        for key in away.split(", ").filter(|key| !key.is_empty()) {
            desk.leave(key, back);
        }
        hand_off(&mut desk, "L-1", step).expect("handed on");
        let record = desk.state.record_no("L-1").expect("taken in");
        let found = match desk.state.place(record) {
            Place::Book(rep) => desk.state.roster().rep(rep).key.clone(),
            Place::Queue(_) => "queue".to_owned(),
            Place::Held(_) => "held".to_owned(),
            Place::Resting(_) => "resting".to_owned(),
            Place::Closed => "closed".to_owned(),
        };
        let said = sentence(&desk);
        assert_eq!(found, *gets, "{line}: {said}");
        assert!(said.starts_with(begins), "{line}: {said}");
    }
}

#[test]
fn whoever_had_it_at_the_steps_before_stays_known() {
    let mut desk = desk_of(POLICY);
    taken(&mut desk, "L-1", "ana", "US");
    assert_eq!(holders(&desk, "L-1"), held_by(&[("sdr", Some("ana"))]));
    hand_off(&mut desk, "L-1", "ae").expect("handed on");
    hand_off(&mut desk, "L-1", "am").expect("handed on");
    let all = [
        ("sdr", Some("ana")),
        ("ae", Some("ben")),
        ("am", Some("mo")),
    ];
    assert_eq!(holders(&desk, "L-1"), held_by(&all));
    assert_eq!(desk.owner("L-1"), Some("mo"), "one place, one owner");
    let ana = desk.state.roster().find("ana").expect("known");
    assert!(desk.state.roster().rep(ana).book.is_empty());
}

#[test]
fn a_record_handed_back_goes_to_whoever_had_it_there_and_counts_nothing() {
    let mut desk = desk_of(POLICY);
    taken(&mut desk, "L-1", "ana", "US");
    hand_off(&mut desk, "L-1", "ae").expect("handed on");
    let counted = makeup(&desk, "north");
    hand_off(&mut desk, "L-1", "sdr").expect("handed back");
    assert_eq!(desk.owner("L-1"), Some("ana"));
    assert_eq!(
        sentence(&desk),
        "It goes back to ana, who held it at the step sdr before."
    );
    hand_off(&mut desk, "L-1", "ae").expect("handed on again");
    assert_eq!(desk.owner("L-1"), Some("ben"));
    assert_eq!(makeup(&desk, "north"), counted, "the same deal counts once");
}

#[test]
fn refusals_come_in_order() {
    let mut desk = desk_of(POLICY);
    assert_eq!(hand_off(&mut desk, "L-1", "ae"), Err("record_unknown"));
    taken(&mut desk, "L-1", "ana", "US");
    assert_eq!(hand_off(&mut desk, "L-1", "demo"), Err("step_unknown"));
    assert_eq!(hand_off(&mut desk, "L-1", "sdr"), Err("step_out_of_order"));
    assert_eq!(hand_off(&mut desk, "L-1", "am"), Err("step_out_of_order"));
    let moved = Command::HandOff(HandOff {
        record: "L-1".into(),
        step: "nowhere".into(),
        expected: Expected::Owner(Some("bo".into())),
    });
    assert_eq!(desk.run(&moved).map_err(|no| no.code()), Err("owner_moved"));
    let said = desk.run(&Command::HandOff(HandOff {
        record: "L-1".into(),
        step: "am".into(),
        expected: Expected::Any,
    }));
    let words = said.expect_err("out of order").message();
    assert_eq!(
        words,
        "Record \"L-1\" is at the step \"sdr\", which leads to ae, not to \"am\"."
    );
    let mut empty = Desk::empty();
    assert_eq!(hand_off(&mut empty, "L-1", "ae"), Err("policy_missing"));
}

#[test]
fn a_fixed_handoff_counts_in_the_pool_of_the_pod_through_make_up() {
    let mut desk = desk_of(POLICY);
    taken(&mut desk, "L-1", "ana", "US");
    hand_off(&mut desk, "L-1", "ae").expect("handed on");
    let half = Micro(ONE.0 / 2);
    assert_eq!(
        makeup(&desk, "north"),
        [-half, half],
        "Ben is ahead of Cleo"
    );
    assert_eq!(
        makeup(&desk, "aes"),
        [Micro(0); 3],
        "the step's own pool is not asked"
    );
    let north = desk.state.pool_no("north").expect("declared");
    let apart: Vec<_> = desk.state.journeys().apart(north).collect();
    assert_eq!(apart.len(), 2);
    assert_eq!((apart[0].1.fixed, apart[0].1.owed), (1, -half));
    assert_eq!((apart[1].1.fixed, apart[1].1.owed), (0, half));
}

#[test]
fn a_stand_in_gives_back_at_the_return_and_the_count_moves_with_the_record() {
    let mut desk = desk_of(POLICY);
    let back = desk.now + Span::days(3);
    desk.leave("ben", back);
    taken(&mut desk, "L-1", "ana", "US");
    hand_off(&mut desk, "L-1", "ae").expect("handed on");
    assert_eq!(desk.owner("L-1"), Some("cleo"));
    assert_eq!(
        makeup(&desk, "north"),
        [Micro(0); 2],
        "the policy counts no stand-in"
    );
    assert!(desk.run(&Command::Tick).is_err(), "Ben is still away");
    desk.now = back;
    let events = desk.run(&Command::Tick).expect("Ben is back");
    assert!(matches!(
        events[..],
        [Event::RecordDealt {
            cause: Cause::Returned,
            ..
        }]
    ));
    assert_eq!(desk.owner("L-1"), Some("ben"));
    assert_eq!(
        sentence(&desk),
        "ben can take it again, so cleo, who stood in, gives it back."
    );
    let half = Micro(ONE.0 / 2);
    assert_eq!(
        makeup(&desk, "north"),
        [-half, half],
        "now it is Ben's turn that counts"
    );
    assert!(desk.run(&Command::Tick).is_err(), "once");
}

#[test]
fn a_counted_stand_in_is_settled_at_the_return() {
    let text = POLICY.replace("stand_in_counts = \"none\"", "stand_in_counts = \"full\"");
    let mut desk = desk_of(&text);
    let back = desk.now + Span::days(3);
    desk.leave("ben", back);
    taken(&mut desk, "L-1", "ana", "US");
    hand_off(&mut desk, "L-1", "ae").expect("handed on");
    assert_eq!(
        makeup(&desk, "north"),
        [Micro(0); 2],
        "nobody else could have taken it"
    );
    taken(&mut desk, "L-2", "ana", "US");
    desk.now = back;
    hand_off(&mut desk, "L-2", "ae").expect("handed on");
    let half = Micro(ONE.0 / 2);
    assert_eq!(makeup(&desk, "north"), [-half, half]);
    desk.run(&Command::Tick).expect("the other one comes back");
    assert_eq!(makeup(&desk, "north"), [-ONE, ONE]);
}

#[test]
fn what_a_stand_in_passed_on_does_not_come_back() {
    let mut desk = desk_of(POLICY);
    let back = desk.now + Span::days(3);
    desk.leave("ben", back);
    taken(&mut desk, "L-1", "ana", "US");
    hand_off(&mut desk, "L-1", "ae").expect("handed on");
    hand_off(&mut desk, "L-1", "am").expect("closed a deal meanwhile");
    desk.now = back;
    assert!(desk.run(&Command::Tick).is_err());
    assert_eq!(desk.owner("L-1"), Some("mo"));
}

#[test]
fn another_owner_at_the_same_step_is_asked_for_as_the_pod_says() {
    let mut desk = desk_of(POLICY);
    taken(&mut desk, "L-1", "ana", "US");
    hand_off(&mut desk, "L-1", "ae").expect("handed on");
    let reassign = Command::Reassign(Reassign {
        record: "L-1".into(),
        expected: Expected::Any,
    });
    desk.run(&reassign).expect("another one");
    assert_eq!(
        desk.owner("L-1"),
        Some("cleo"),
        "who stands in, and not an SDR"
    );
    assert_eq!(
        holders(&desk, "L-1"),
        held_by(&[("sdr", Some("ana")), ("ae", Some("cleo"))])
    );
}

#[test]
fn a_record_held_at_a_step_goes_to_the_fixed_partner_who_is_back_first() {
    let mut desk = desk_of(POLICY);
    for key in ["ben", "cleo", "dina"] {
        desk.leave(key, desk.now + Span::days(1));
    }
    for key in ["L-1", "L-2"] {
        taken(&mut desk, key, "bo", "US");
        hand_off(&mut desk, key, "ae").expect("held");
    }
    taken(&mut desk, "L-3", "ana", "US");
    hand_off(&mut desk, "L-3", "ae").expect("held");
    assert_eq!(desk.state.held().len(), 3);
    desk.set_rep("dina", |profile| *profile = newcomer())
        .expect("back early");
    desk.run(&Command::Tick)
        .expect("Dina stands in for Ben, not for Cleo");
    assert_eq!(desk.owner("L-3"), Some("dina"));
    assert_eq!((desk.owner("L-1"), desk.owner("L-2")), (None, None));
    desk.wait(Span::days(1));
    desk.run(&Command::Tick).expect("everybody is back");
    assert_eq!(
        (desk.owner("L-1"), desk.owner("L-2")),
        (Some("cleo"), Some("cleo"))
    );
}

#[test]
fn a_demo_nobody_came_to_goes_back_and_its_turn_too() {
    let mut desk = desk_of(POLICY);
    taken(&mut desk, "L-1", "ana", "US");
    hand_off(&mut desk, "L-1", "ae").expect("booked with Ben");
    let events = void(&mut desk, "L-1").expect("a no-show");
    assert!(matches!(
        events[..],
        [
            Event::HandoffVoided { .. },
            Event::RecordDealt {
                cause: Cause::Voided,
                ..
            }
        ]
    ));
    assert_eq!(desk.owner("L-1"), Some("ana"), "she books it again");
    assert_eq!(makeup(&desk, "north"), [Micro(0); 2], "Ben has had nothing");
    assert_eq!(void(&mut desk, "L-1"), Err("turn_unknown"), "once");
    hand_off(&mut desk, "L-1", "ae").expect("booked again");
    let half = Micro(ONE.0 / 2);
    assert_eq!(makeup(&desk, "north"), [-half, half], "this one counts");
}

#[test]
fn a_no_show_of_a_pool_s_turn_goes_back_too_or_waits_when_the_giver_is_gone() {
    let mut desk = desk_of(POLICY);
    taken(&mut desk, "L-1", "fay", "US");
    hand_off(&mut desk, "L-1", "ae").expect("the pool deals");
    let events = void(&mut desk, "L-1").expect("a no-show");
    assert!(matches!(events[0], Event::TurnVoided { .. }));
    assert_eq!(desk.owner("L-1"), Some("fay"));
    hand_off(&mut desk, "L-1", "ae").expect("booked again");
    desk.leave("fay", desk.now + Span::days(3));
    void(&mut desk, "L-1").expect("a no-show again");
    let record = desk.state.record_no("L-1").expect("taken in");
    assert!(matches!(desk.state.place(record), Place::Queue(_)));
}

#[test]
fn what_is_given_by_hand_at_a_step_counts_in_the_pool_of_that_step() {
    let mut desk = desk_of(POLICY);
    // Fay sits in no pod: the step's own pool. Ana does: the pool of the pod's seat.
    for (key, giver, wanted) in [("L-1", "fay", "aes"), ("L-2", "ana", "north")] {
        taken(&mut desk, key, giver, "US");
        hand_off(&mut desk, key, "ae").expect("handed on");
        let had = desk.owner(key).expect("somebody has it").to_owned();
        let rep = ["ben", "cleo"].into_iter().find(|rep| *rep != had);
        let assign = Assign {
            record: key.to_owned(),
            rep: rep.expect("one of two").to_owned(),
            expected: Expected::Any,
            note: None,
        };
        let events = desk.run(&Command::Assign(assign)).expect("given");
        let [Event::RecordGiven { counted, .. }] = events.as_slice() else {
            panic!("{events:?}");
        };
        let pools = counted
            .iter()
            .map(|one| desk.state.pool(one.pool).name.as_str());
        assert_eq!(pools.collect::<Vec<_>>(), [wanted], "{key}");
    }
}
