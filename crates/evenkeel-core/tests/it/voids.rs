//! Turns given back: what it takes, what it moves, and what comes of it.

use crate::company::Desk;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::Expected;
use evenkeel_core::command::close::Close;
use evenkeel_core::command::void::Void;
use evenkeel_core::event::Event;
use evenkeel_core::holding::place::Place;
use evenkeel_core::policy::read::read;
use evenkeel_core::time::Span;
use evenkeel_core::units::Micro;

/// A straight pool of four, with these lines about voids.
fn desk(voids: &str) -> Desk {
    let text = format!(
        "evenkeel = 1\nname = \"made up\"\n{voids}\n[record]\ncountry = \"text\"\n[[queue]]\n\
         name = \"triage\"\n[fallback]\nto = \"pool:all\"\n[[pool]]\nname = \"all\"\n\
         where = 'rep.team == \"inbound\"'\nnobody = \"queue:triage\"\n"
    );
    let mut desk = Desk::empty();
    desk.publish(&text).expect("a sound policy");
    for key in ["ana", "ben", "cleo", "dan"] {
        desk.set_rep(key, |_| {}).expect("a new rep");
    }
    desk
}

const VOIDS: &str = "[voids]\nreasons = [\"bad_data\", \"no_show\"]\nper_month = 8";

/// Gives the turn of a record back, as the journal tells it.
fn void(desk: &mut Desk, record: &str, reason: &str) -> Result<Vec<Event>, &'static str> {
    let number = desk.state.record_no(record).expect("taken in");
    let dealt = desk.state.records().turn(number).unwrap_or(0);
    let told = |recorded: &evenkeel_core::event::Recorded| match &recorded.event {
        Event::RecordDealt {
            record, verdict, ..
        } if *record == number => Some(verdict.clone()),
        _ => None,
    };
    let at = dealt.checked_sub(1).map(|at| at as usize);
    let verdict = match at {
        Some(at) => told(&desk.journal[at]),
        None => desk.journal.iter().find_map(told),
    };
    let void = Void {
        record: record.to_owned(),
        reason: reason.to_owned(),
        dealt,
        verdict: verdict.expect("it was dealt"),
    };
    desk.run(&Command::Void(Box::new(void)))
        .map_err(|refusal| refusal.code())
}

/// Credit and make-up together, by member.
fn owed(desk: &Desk) -> Vec<Micro> {
    let members = desk.state.pools()[0].ledger.members().iter();
    members.map(|entry| entry.credit + entry.makeup).collect()
}

fn turns(desk: &Desk) -> Vec<u64> {
    let tallies = desk.state.pools()[0].tallies.iter();
    tallies.map(|tally| tally.turns).collect()
}

#[test]
fn a_void_takes_back_what_the_turn_moved_and_closes_the_record() {
    let mut desk = desk(VOIDS);
    let before = owed(&desk);
    desk.take_in("L-1", "US").expect("taken in");
    assert_ne!(owed(&desk), before);
    let events = void(&mut desk, "L-1", "bad_data").expect("given back");
    assert!(matches!(
        events.as_slice(),
        [Event::TurnVoided { .. }, Event::RecordClosed { reason, .. }] if reason == "bad_data"
    ));
    assert_eq!(owed(&desk), before, "to the millionth");
    let record = desk.state.record_no("L-1").expect("taken in");
    assert_eq!(desk.state.place(record), Place::Closed);
    assert_eq!(desk.state.pools()[0].tallies[0].voided, 1);
    let mut again = evenkeel_core::state::State::new();
    desk.journal
        .iter()
        .for_each(|recorded| again.apply(recorded));
    assert_eq!(Desk::bytes(&again), Desk::bytes(&desk.state));
}

#[test]
fn a_void_is_refused_in_order() {
    let mut none = desk("");
    none.take_in("L-1", "US").expect("taken in");
    assert_eq!(void(&mut none, "L-1", "bad_data"), Err("reason_unknown"));
    let mut desk = desk("[voids]\nreasons = [\"bad_data\"]\nper_month = 1");
    for number in 1..=6 {
        desk.take_in(&format!("L-{number}"), "US")
            .expect("taken in");
    }
    assert_eq!(void(&mut desk, "L-1", "tired"), Err("reason_unknown"));
    void(&mut desk, "L-1", "bad_data").expect("ana gives one back");
    assert_eq!(void(&mut desk, "L-1", "bad_data"), Err("turn_unknown"));
    assert_eq!(desk.owner("L-5"), Some("ana"));
    assert_eq!(
        void(&mut desk, "L-5", "bad_data"),
        Err("void_limit_reached")
    );
    void(&mut desk, "L-2", "bad_data").expect("ben has his own limit");
    desk.wait(Span::days(30));
    void(&mut desk, "L-5", "bad_data").expect("thirty days later");
}

#[test]
fn what_became_of_the_record_is_the_policys_to_say() {
    let mut stay = desk("[voids]\nreasons = [\"no_show\"]\nthen = \"stay\"");
    stay.take_in("L-1", "US").expect("taken in");
    void(&mut stay, "L-1", "no_show").expect("given back");
    assert_eq!(stay.owner("L-1"), Some("ana"));
    let mut queue = desk("[voids]\nreasons = [\"no_show\"]\nthen = \"queue:triage\"");
    queue.take_in("L-1", "US").expect("taken in");
    void(&mut queue, "L-1", "no_show").expect("given back");
    let record = queue.state.record_no("L-1").expect("taken in");
    assert!(matches!(queue.state.place(record), Place::Queue(_)));
    // A closed record stays closed, and its turn still comes back.
    let mut closed = desk("[voids]\nreasons = [\"no_show\"]\nthen = \"queue:triage\"");
    closed.take_in("L-1", "US").expect("taken in");
    let close = Close {
        record: "L-1".into(),
        expected: Expected::Any,
        reason: "lost".into(),
    };
    closed.run(&Command::Close(close)).expect("closed");
    let events = void(&mut closed, "L-1", "no_show").expect("given back");
    assert_eq!(events.len(), 1);
}

/// What must be shown: eight voids at once come back without a burst, and in full.
#[test]
fn eight_voids_at_once_flood_nobody() {
    let mut desk = desk(VOIDS);
    for number in 0..40 {
        desk.take_in(&format!("L-{number}"), "US")
            .expect("taken in");
    }
    let bad: Vec<String> = (0..40)
        .map(|number| format!("L-{number}"))
        .filter(|key| desk.owner(key) == Some("ben"))
        .take(8)
        .collect();
    for key in &bad {
        void(&mut desk, key, "bad_data").expect("given back");
    }
    let before = turns(&desk);
    let mut owners = Vec::new();
    for number in 40..140 {
        let key = format!("L-{number}");
        desk.take_in(&key, "US").expect("taken in");
        owners.push(desk.owner(&key).expect("an owner").to_owned());
    }
    for who in ["ana", "ben", "cleo", "dan"] {
        let runs = owners.chunk_by(|one, next| one == next);
        let longest = runs.filter(|run| run[0] == who).map(<[_]>::len).max();
        assert!(longest <= Some(2), "{who}: {owners:?}");
    }
    // Ben gets his share of a hundred and what the eight were worth beyond the share they had been.
    let since = turns(&desk);
    let got: Vec<u64> = since
        .iter()
        .zip(before)
        .map(|(now, was)| now - was)
        .collect();
    assert!((30..=32).contains(&got[1]), "{got:?}");
    for other in [0, 2, 3] {
        assert!((22..=24).contains(&got[other]), "{got:?}");
    }
}

#[test]
fn what_is_wrong_with_voids_is_said() {
    let said = |voids: &str| {
        let text = format!(
            "evenkeel = 1\nname = \"made up\"\n{voids}\n[[queue]]\nname = \"triage\"\n\
             [fallback]\nto = \"queue:triage\"\n"
        );
        let (records, reps) = Default::default();
        let problems = read(&text, &records, &reps).problems;
        problems
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("\n")
    };
    for (voids, wanted) in [
        (VOIDS, ""),
        (
            "[voids]",
            "3:1 voids: the reasons are missing. Add reasons = [\"bad_data\", \"no_show\", \
             \"duplicate\"].",
        ),
        (
            "[voids]\nreasons = [\"Bad data\"]",
            "4:12 voids: \"Bad data\" is no reason code. Use 1 to 60 lower-case letters, digits, \
             _ or -.",
        ),
        (
            "[voids]\nreasons = [\"a\", \"a\"]",
            "4:17 voids: \"a\" is listed twice. Keep one.",
        ),
        (
            "[voids]\nreasons = [\"a\"]\nthen = \"pool:x\"",
            "5:8 voids: then must be \"close\", \"stay\", \"queue:…\" or { back = true, \
             otherwise = \"queue:…\" }, but is \"pool:x\".",
        ),
        (
            "[voids]\nreasons = [\"a\"]\nper_month = 0",
            "5:13 voids: per_month must be a whole number from 1 to 1000000, but is 0.",
        ),
    ] {
        assert_eq!(said(voids), wanted, "{voids}");
    }
}
