//! Claims from a queue, case by case: order, limits, budget, what goes back, what is refused.

use crate::company::{Desk, newcomer};
use evenkeel_core::claiming::counter::Counter;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::claim::{Claim, Pick};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::deactivate_rep::{BookGoes, DeactivateRep};
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::log_activities::{Activity, LogActivities};
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::event::Event;
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::{QueueNo, RecordNo, RepNo};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::people::rep::Leave;
use evenkeel_core::time::Span;
use evenkeel_core::units::Micro;
use evenkeel_core::verdict::claim::{Choice, Claimed};

/// A policy with one queue, whose settings are `lines`.
pub(crate) fn policy(lines: &str) -> String {
    format!(
        "evenkeel = 1\nname = \"Queues\"\n[record]\nfit = \"number\"\namount = \"number\"\n\
         [[pool]]\nname = \"closers\"\nmembers = [\"ana\", \"ben\"]\nnobody = \"queue:inbound\"\n\
         [[queue]]\nname = \"inbound\"\n{lines}\n[fallback]\nto = \"queue:inbound\"\n"
    )
}

/// What most cases use: a score, grades, everything shown.
pub(crate) const SCORED: &str = "\
    score = { likely = { field = \"record.fit\", from = 0, to = 100 } }\n\
    overtake = \"5 days\"\n\
    grades = [{ name = \"A\", from = 0.7 }, { name = \"B\", from = 0.3 }]\n";

pub(crate) fn desk(lines: &str) -> Desk {
    let mut desk = Desk::empty();
    desk.publish(&policy(lines)).expect("a sound policy");
    for key in ["ana", "ben", "cleo"] {
        let set = SetRep {
            key: key.into(),
            profile: newcomer(),
        };
        desk.run(&Command::SetRep(Box::new(set))).expect("new");
    }
    desk
}

pub(crate) fn take_in(desk: &mut Desk, key: &str, fit: i64) -> RecordNo {
    let field = desk.state.record_schema().find("fit").expect("declared");
    let mut attributes = Attributes::default();
    attributes.set(field, Value::Number(Micro::whole(fit)));
    let intake = Intake {
        key: key.into(),
        attributes: attributes.into(),
        private: None,
        marks: Vec::new(),
        occurred: None,
    };
    desk.run(&Command::Intake(intake)).expect("a new record");
    desk.state.record_no(key).expect("taken in")
}

pub(crate) fn claim(desk: &mut Desk, rep: &str, pick: Pick) -> Result<(String, Claimed), Refusal> {
    let (queue, rep) = ("inbound".to_owned(), rep.to_owned());
    let events = desk.run(&Command::Claim(Claim { queue, rep, pick }))?;
    match events.as_slice() {
        [Event::RecordClaimed { record, claim, .. }] => {
            let key = desk.state.records().key(*record).to_owned();
            Ok((key, (**claim).clone()))
        }
        other => panic!("a claim is one event: {other:?}"),
    }
}

fn next(desk: &mut Desk, rep: &str) -> Result<String, Refusal> {
    claim(desk, rep, Pick::Next).map(|(key, _)| key)
}

fn this(desk: &mut Desk, rep: &str, key: &str) -> Result<String, Refusal> {
    claim(desk, rep, Pick::This(key.into())).map(|(key, _)| key)
}

/// Somebody worked on a record now.
pub(crate) fn touch(desk: &mut Desk, record: RecordNo, rep: &str) {
    let activity = Activity {
        record: desk.state.records().key(record).to_owned(),
        rep: Some(rep.to_owned()),
        at: desk.now,
        kind: "call".into(),
        verified: true,
    };
    let activities = vec![activity];
    desk.run(&Command::LogActivities(LogActivities { activities }))
        .expect("nothing to refuse");
}

fn code(result: Result<String, Refusal>) -> &'static str {
    result.expect_err("refused").code()
}

#[test]
fn a_bare_queue_gives_the_oldest_to_anybody() {
    let mut desk = desk("");
    for key in ["L-1", "L-2", "L-3"] {
        take_in(&mut desk, key, 0);
        desk.wait(Span::hours(1));
    }
    assert_eq!(next(&mut desk, "cleo").as_deref(), Ok("L-1"));
    assert_eq!(this(&mut desk, "ben", "L-3").as_deref(), Ok("L-3"));
    assert_eq!(next(&mut desk, "ana").as_deref(), Ok("L-2"));
    assert_eq!(code(next(&mut desk, "ana")), "nothing_to_claim");
    assert_eq!(desk.owner("L-3"), Some("ben"));
}

#[test]
fn a_better_record_overtakes_and_an_old_one_comes_first_in_the_end() {
    let mut desk = desk(SCORED);
    take_in(&mut desk, "old", 0);
    desk.wait(Span::days(4));
    take_in(&mut desk, "best", 100);
    desk.wait(Span::days(2));
    take_in(&mut desk, "late", 100);
    let (key, why) = claim(&mut desk, "ana", Pick::Next).expect("something waits");
    assert_eq!(
        key, "best",
        "it came four days later, and five may be overtaken"
    );
    assert_eq!((why.rank, why.shown, why.next), (0, 3, true));
    assert_eq!(why.score, Micro::whole(1));
    assert_eq!(why.key, why.arrival - Span::days(5));
    assert_eq!(next(&mut desk, "ana").as_deref(), Ok("old"), "six are not");
}

#[test]
fn whoever_is_second_hears_who_was_first() {
    let mut desk = desk("");
    take_in(&mut desk, "L-1", 0);
    let at = desk.now;
    this(&mut desk, "ana", "L-1").expect("nobody was faster");
    let refused = this(&mut desk, "ben", "L-1").expect_err("ana was faster");
    let Refusal::AlreadyTaken { by, at: since, .. } = &refused else {
        panic!("{refused:?}");
    };
    assert_eq!((by.as_deref(), *since), (Some("ana"), Some(at)));
    assert!(refused.message().contains("ana has had it since"));
    assert_eq!(code(this(&mut desk, "ana", "L-1")), "rep_owns_it");
}

#[test]
fn only_those_of_the_pool_who_are_there_may_pull() {
    let mut desk = desk("pool = \"closers\"");
    take_in(&mut desk, "L-1", 0);
    assert_eq!(code(next(&mut desk, "cleo")), "no_puller");
    let leave = Leave {
        from: desk.now,
        until: desk.now + Span::days(1),
    };
    desk.set_rep("ana", |profile| profile.leaves.push(leave))
        .expect("a leave");
    assert_eq!(code(next(&mut desk, "ana")), "rep_away");
    let gone = Command::DeactivateRep(DeactivateRep {
        rep: "ben".into(),
        book: BookGoes::Redeal,
        plan: None,
    });
    desk.run(&gone).expect("here until now");
    assert_eq!(code(next(&mut desk, "ben")), "rep_left");
    desk.wait(Span::days(1));
    assert_eq!(next(&mut desk, "ana").as_deref(), Ok("L-1"));
    let by_hand = Command::Assign(Assign {
        record: "L-1".into(),
        rep: "cleo".into(),
        expected: Expected::Any,
        note: None,
    });
    desk.run(&by_hand).expect("a person may");
    assert_eq!(
        desk.state.claims().open().len(),
        0,
        "the claim ended with it"
    );
}

#[test]
fn limits_hold_until_something_is_worked_or_closed() {
    let mut desk = desk("limit = { unworked = 2, open = 3 }");
    let records: Vec<RecordNo> = (1..=5)
        .map(|number| take_in(&mut desk, &format!("L-{number}"), 0))
        .collect();
    next(&mut desk, "ana").expect("one");
    next(&mut desk, "ana").expect("two");
    let refused = next(&mut desk, "ana").expect_err("two are unworked");
    assert!(
        refused.message().contains("2 unworked"),
        "{}",
        refused.message()
    );
    desk.wait(Span::hours(1));
    touch(&mut desk, records[0], "ana");
    next(&mut desk, "ana").expect("one was worked");
    touch(&mut desk, records[1], "ana");
    let refused = next(&mut desk, "ana").expect_err("three are in the book");
    assert!(
        refused.message().contains("3 open"),
        "{}",
        refused.message()
    );
    let close = Command::Close(Close {
        record: "L-1".into(),
        expected: Expected::Any,
        reason: "won".into(),
    });
    desk.run(&close).expect("open");
    next(&mut desk, "ana").expect("one was closed");
}

#[test]
fn the_budget_slides_and_shrinks_with_what_is_left_unworked() {
    let lines = "claims = { day = 4 }\nworked_rate = 0.8\nwork_within = \"2 days\"";
    let mut desk = desk(lines);
    for number in 0..40 {
        take_in(&mut desk, &format!("L-{number:02}"), 0);
    }
    for _ in 0..4 {
        next(&mut desk, "ana").expect("four a day");
        desk.wait(Span::hours(1));
    }
    let refused = next(&mut desk, "ana").expect_err("four a day");
    assert_eq!(refused.code(), "claim_budget_reached");
    desk.wait(Span::hours(20));
    next(&mut desk, "ana").expect("the first left the window");
    assert_eq!(code(next(&mut desk, "ana")), "claim_budget_reached");
    // Nothing of it was worked in time: five of five went back.
    desk.wait(Span::days(3));
    desk.run(&Command::Tick).expect("claims go back");
    let (_, why) = claim(&mut desk, "ana", Pick::Next).expect("one is always allowed");
    assert_eq!((why.budget[0].cap, why.budget[0].allowed), (4, 1));
    let refused = next(&mut desk, "ana").expect_err("one instead of four");
    assert!(
        refused.message().contains("instead of 4"),
        "{}",
        refused.message()
    );
    assert!(next(&mut desk, "ben").is_ok(), "others have their own");
}

#[test]
fn what_is_not_worked_in_time_goes_back_to_where_it_was() {
    let lines = format!("{SCORED}work_within = \"2 days\"\n");
    let mut desk = desk(&lines);
    let first = take_in(&mut desk, "first", 50);
    let arrival = desk.now;
    desk.wait(Span::hours(5));
    take_in(&mut desk, "second", 50);
    assert_eq!(next(&mut desk, "ana").as_deref(), Ok("first"));
    let queue = QueueNo(0);
    let key_before = desk.journal.last().map(|recorded| match &recorded.event {
        Event::RecordClaimed { claim, .. } => claim.key,
        other => panic!("{other:?}"),
    });
    desk.wait(Span(Span::days(2).0 - 1));
    assert!(desk.run(&Command::Tick).is_err(), "not yet");
    desk.wait(Span(1));
    desk.run(&Command::Tick).expect("it is time");
    let line = desk.state.queue(queue);
    assert_eq!(line.arrival(first), Some(arrival));
    assert_eq!(line.rank_of(first).map(|rank| rank.key), key_before);
    assert_eq!(desk.state.place(first), Place::Queue(queue));
    assert_eq!(code(this(&mut desk, "ana", "first")), "cooling");
    let (key, why) = claim(&mut desk, "ana", Pick::Next).expect("another");
    assert_eq!((key.as_str(), why.passed.cooling), ("second", 1));
    let (key, why) = claim(&mut desk, "ben", Pick::Next).expect("the first again");
    assert_eq!((key.as_str(), why.arrival), ("first", arrival));
    let hand = desk.state.claims().hand(queue, RepNo(0)).expect("claimed");
    assert_eq!((hand.expired, hand.open, hand.unworked), (1, 1, 1));
}

#[test]
fn worked_claims_stay() {
    let mut desk = desk("work_within = \"2 days\"");
    let record = take_in(&mut desk, "L-1", 0);
    next(&mut desk, "ana").expect("it waits");
    desk.wait(Span::days(1));
    touch(&mut desk, record, "ana");
    desk.wait(Span::days(9));
    assert!(desk.run(&Command::Tick).is_err(), "it was worked");
    assert_eq!(desk.owner("L-1"), Some("ana"));
}

#[test]
fn a_choice_of_the_first_few_and_none_at_all() {
    let mut desk = desk(&format!("{SCORED}show = 2\n"));
    for (key, fit) in [("a", 20), ("b", 80), ("c", 50), ("d", 60)] {
        take_in(&mut desk, key, fit);
    }
    assert_eq!(code(this(&mut desk, "ana", "c")), "not_shown");
    let (_, why) = claim(&mut desk, "ana", Pick::This("d".into())).expect("the second of two");
    assert_eq!((why.rank, why.shown), (1, 2));
    assert_eq!(why.choice, Some(Choice { below: 0, shown: 1 }));
    desk.publish(&policy(&format!("{SCORED}show = \"blind\"\n")))
        .expect("sound");
    assert_eq!(code(this(&mut desk, "ana", "a")), "not_shown");
    assert_eq!(next(&mut desk, "ana").as_deref(), Ok("b"));
}

#[test]
fn a_pick_out_of_order_is_placed_among_the_others_shown() {
    let mut desk = desk(SCORED);
    for (key, fit) in [("a", 90), ("b", 40), ("c", 10), ("d", 70), ("e", 40)] {
        take_in(&mut desk, key, fit);
    }
    // In order: a, d, b, e, c. Besides a there are 70, 40, 40, 10.
    let (_, why) = claim(&mut desk, "ana", Pick::This("b".into())).expect("shown");
    assert_eq!(why.choice, Some(Choice { below: 2, shown: 4 }));
    let (_, why) = claim(&mut desk, "ana", Pick::This("d".into())).expect("shown");
    assert_eq!(why.choice, Some(Choice { below: 2, shown: 3 }));
    let hand = desk.state.claims().hand(QueueNo(0), RepNo(0));
    assert_eq!(hand.map(|hand| hand.out_of_order), Some(2));
}

#[test]
fn a_grade_is_for_those_owed_more_until_it_waited_too_long() {
    let fair = format!("{SCORED}fair = {{ band = 0.9, leak = \"5 days\" }}\n");
    let mut desk = desk(&fair);
    for key in ["b1", "b2", "b3"] {
        take_in(&mut desk, key, 40);
    }
    for rep in ["ana", "ben", "cleo"] {
        next(&mut desk, rep).expect("everybody is active now");
    }
    for key in ["a1", "a2", "a3", "a4"] {
        take_in(&mut desk, key, 90);
    }
    take_in(&mut desk, "b4", 40);
    let (_, why) = claim(&mut desk, "ana", Pick::Next).expect("even");
    let graded = why.graded.expect("of grade A");
    assert_eq!(graded.grade, "A");
    assert_eq!(graded.sharers.len(), 3);
    assert_eq!(graded.joined.len(), 3);
    // Ana is one record behind the others, who are owed a third each: a band of 0.9 is not enough.
    let refused = this(&mut desk, "ana", "a2").expect_err("others are owed more");
    let Refusal::GradeSpokenFor { owed, ahead, .. } = &refused else {
        panic!("{refused:?}");
    };
    assert_eq!(
        (owed.as_slice(), *ahead),
        (&["ben".to_owned(), "cleo".into()][..], 2)
    );
    let (key, why) = claim(&mut desk, "ana", Pick::Next).expect("the next item");
    assert_eq!((key.as_str(), why.passed.spoken_for), ("b4", 3));
    let counter = Counter::of(&desk.state, QueueNo(0), RepNo(0), desk.now).expect("a queue");
    assert!(counter.offers(9).is_empty());
    desk.wait(Span::days(5));
    assert_eq!(next(&mut desk, "ana").as_deref(), Ok("a2"), "it leaked");
}

#[test]
fn who_does_not_come_for_a_week_is_not_waited_for() {
    let mut desk = desk(&format!(
        "{SCORED}fair = {{ band = 0.9, leak = \"60 days\" }}\n"
    ));
    take_in(&mut desk, "b1", 40);
    take_in(&mut desk, "b2", 40);
    next(&mut desk, "ana").expect("one");
    next(&mut desk, "ben").expect("two");
    for number in 0..6 {
        take_in(&mut desk, &format!("a{number}"), 90);
    }
    next(&mut desk, "ana").expect("even");
    assert_eq!(code(this(&mut desk, "ana", "a1")), "grade_spoken_for");
    desk.wait(Span::days(7));
    for _ in 0..5 {
        next(&mut desk, "ana").expect("ben was not there for a week");
    }
    let book = desk.state.claims().grade(QueueNo(0), "A").expect("claimed");
    let owed = book.ledger.entry(RepNo(1)).map(|entry| entry.credit);
    assert_eq!(
        owed,
        Some(Micro(500_000)),
        "of the one taken while he was there"
    );
}

#[test]
fn a_queue_takes_what_no_rule_takes_by_its_own_condition() {
    let mut desk = Desk::empty();
    let text = "evenkeel = 1\nname = \"x\"\n[record]\nfit = \"number\"\namount = \"number\"\n\
        [[queue]]\nname = \"inbound\"\nwhen = 'record.fit >= 50'\n[[queue]]\nname = \"rest\"\n\
        [[rule]]\nname = \"big\"\nwhen = 'record.fit >= 90'\nto = \"queue:rest\"\n\
        [fallback]\nto = \"queue:rest\"\n";
    desk.publish(text).expect("sound");
    for (key, fit, queue) in [("a", 95, 1), ("b", 60, 0), ("c", 10, 1)] {
        let record = take_in(&mut desk, key, fit);
        assert_eq!(
            desk.state.place(record),
            Place::Queue(QueueNo(queue)),
            "{key}"
        );
    }
}

#[test]
fn a_new_policy_ranks_what_waits_anew() {
    let mut desk = desk("");
    take_in(&mut desk, "old", 0);
    desk.wait(Span::hours(1));
    take_in(&mut desk, "good", 100);
    desk.publish(&policy(SCORED)).expect("sound");
    let key = desk.state.queue(QueueNo(0)).in_order().next();
    let (first, rank) = key.expect("two wait");
    assert_eq!(desk.state.records().key(first), "good");
    assert_eq!((rank.grade, rank.key), (0, desk.now - Span::days(5)));
}
