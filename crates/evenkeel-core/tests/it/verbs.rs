//! Given, when, then: each verb with its refusals in order of precedence, and what it does.

use crate::company::{Desk, POLICY, START, set_weight};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::deactivate_rep::{BookGoes, DeactivateRep};
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::command::reassign::Reassign;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::event::{Cause, Event};
use evenkeel_core::holding::place::Place;
use evenkeel_core::market::schema::RECORD_KIND;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::people::rep::{Leave, Status};
use evenkeel_core::sentence::Words;
use evenkeel_core::time::{DAY, HOUR, Span};
use evenkeel_core::units::{Micro, ONE};
use evenkeel_core::verdict::{Destination, Standing, Stop};

fn code(result: Result<Vec<Event>, Refusal>) -> &'static str {
    match result {
        Ok(events) => panic!("expected a refusal, got {events:?}"),
        Err(refusal) => {
            assert!(!refusal.message().is_empty() && !refusal.hint().is_empty());
            refusal.code()
        }
    }
}

fn assign(record: &str, rep: &str, expected: Expected) -> Command {
    Command::Assign(Assign {
        record: record.into(),
        rep: rep.into(),
        expected,
        note: None,
    })
}

fn reassign(record: &str) -> Command {
    Command::Reassign(Reassign {
        record: record.into(),
        expected: Expected::Any,
    })
}

fn close(record: &str, reason: &str) -> Command {
    let (record, reason) = (record.into(), reason.into());
    Command::Close(Close {
        record,
        expected: Expected::Any,
        reason,
    })
}

fn deactivate(rep: &str, book: BookGoes) -> Command {
    Command::DeactivateRep(DeactivateRep {
        plan: None,
        rep: rep.into(),
        book,
    })
}

#[test]
fn before_the_first_policy_nothing_can_be_dealt() {
    let mut desk = Desk::empty();
    let (key, attributes) = ("L-1".into(), Attributes::default());
    let intake = Intake {
        key,
        attributes: attributes.into(),
        private: None,
        marks: Vec::new(),
        occurred: None,
    };
    assert_eq!(code(desk.run(&Command::Intake(intake))), "policy_missing");
    assert_eq!(code(desk.run(&Command::Tick)), "policy_missing");
    assert_eq!(
        code(desk.run(&assign("L-1", "ana", Expected::Any))),
        "policy_missing"
    );
}

#[test]
fn intake_deals_at_once_and_says_why() {
    let mut desk = Desk::with_reps(&["ana", "ben", "cleo"]);
    desk.leave("ben", START + Span::days(1));
    let events = desk.take_in("L-1", "US").expect("a new record");
    let [
        Event::RecordTaken { .. },
        Event::RecordDealt {
            to, cause, verdict, ..
        },
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!(*cause, Cause::Intake);
    assert_eq!(verdict.rule, None, "no rule asks for US");
    let turn = &verdict.turns[0];
    assert_eq!(turn.candidates.len(), 3, "every member is on the ballot");
    let until = START + Span::days(1);
    assert_eq!(
        turn.candidates[1].standing,
        Standing::Stopped(Stop::OnLeave { until })
    );
    let half = Micro(500_000);
    assert_eq!(
        turn.candidates[0].standing,
        Standing::Able {
            share: half,
            plain: half
        }
    );
    let name = Words::keys(&desk.state);
    let words = Words {
        state: &desk.state,
        rep: &name,
    };
    assert_eq!(
        words.verdict(verdict, to),
        "ana got it: owed 0.5 of a lead, the most of the 2 who could take it, level with one other \
         who comes later on the list. ben is on leave until Tuesday 3 March 09:00."
    );
}

#[test]
fn intake_refusals_in_order() {
    let mut desk = Desk::with_reps(&["ana"]);
    desk.take_in("L-1", "US").expect("a new record");
    assert_eq!(code(desk.take_in("L-1", "US")), "record_known");
    assert_eq!(code(desk.take_in(&"x".repeat(201), "US")), "bound_exceeded");
    assert_eq!(code(desk.take_in(" ", "US")), "value_refused");
    assert_eq!(code(desk.take_in("a\nb", "US")), "value_refused");
    assert_eq!(
        code(desk.take_in("L-2", &"x".repeat(1_025))),
        "bound_exceeded"
    );
    let mut attributes = Attributes::default();
    attributes.set(RECORD_KIND, Value::Flag(true));
    assert_eq!(
        code(desk.take_in_with("L-3", "US", attributes)),
        "value_refused"
    );
    assert_eq!(desk.state.records().len(), 1, "a refusal appends nothing");
}

#[test]
fn rules_send_to_queues_named_reps_and_weighted_pools() {
    let mut desk = Desk::with_reps(&["ana", "ben"]);
    let mut junk = Attributes::default();
    junk.set(RECORD_KIND, Value::Text("junk".into()));
    desk.take_in_with("J-1", "US", junk).expect("a new record");
    assert!(matches!(
        desk.state.place(desk.state.record_no("J-1").unwrap()),
        Place::Queue(_)
    ));

    desk.take_in("N-1", "NZ").expect("a new record");
    assert_eq!(desk.owner("N-1"), Some("ana"));
    desk.leave("ana", START + DAY);
    desk.take_in("N-2", "NZ").expect("a new record");
    assert_eq!(
        desk.owner("N-2"),
        None,
        "a named rep who is away does not get it"
    );

    let mut heavy = Attributes::default();
    let field = desk.state.record_schema().find("points").unwrap();
    heavy.set(field, Value::Number(Micro::whole(3)));
    let events = desk.take_in_with("D-1", "DE", heavy).expect("a new record");
    let Event::RecordDealt { verdict, .. } = &events[1] else {
        panic!()
    };
    assert_eq!(verdict.size, Micro::whole(3));
}

#[test]
fn nobody_able_holds_and_the_first_able_gets_the_oldest() {
    let mut desk = Desk::with_reps(&["ana"]);
    desk.leave("ana", START + DAY);
    desk.take_in("L-1", "US").expect("held");
    desk.wait(HOUR);
    desk.take_in("L-2", "US").expect("held");
    assert_eq!(desk.state.held().len(), 2);
    assert_eq!(code(desk.run(&Command::Tick)), "nothing_to_do");
    desk.wait(DAY);
    let events = desk.run(&Command::Tick).expect("ana is back");
    let dealt: Vec<&str> = events
        .iter()
        .map(|event| match event {
            Event::RecordDealt {
                record,
                cause: Cause::Waited,
                ..
            } => desk.state.records().key(*record),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(dealt, ["L-1", "L-2"], "oldest first");
}

#[test]
fn a_hold_that_nobody_ends_goes_to_its_queue_at_the_deadline() {
    let mut desk = Desk::with_reps(&["ana"]);
    desk.leave("ana", START + Span::days(30));
    desk.take_in("L-1", "US").expect("held");
    desk.wait(Span::days(2));
    let events = desk.run(&Command::Tick).expect("the deadline has come");
    assert!(matches!(events[..], [Event::HoldExpired { .. }]));
    assert_eq!(desk.state.queues()[0].records.len(), 1);
}

#[test]
fn assign_by_hand_refuses_in_order_and_counts_a_turn_slowly() {
    let mut desk = Desk::with_reps(&["ana", "ben", "cleo"]);
    assert_eq!(
        code(desk.run(&assign("L-1", "ana", Expected::Any))),
        "record_unknown"
    );
    desk.take_in("L-1", "US").expect("a new record");
    let owner = desk.owner("L-1").unwrap().to_owned();
    let other = ["ana", "ben", "cleo"]
        .into_iter()
        .find(|key| *key != owner)
        .unwrap();
    let wrong = Expected::Owner(Some(other.into()));
    assert_eq!(
        code(desk.run(&assign("L-1", "nobody", wrong))),
        "owner_moved"
    );
    assert_eq!(
        code(desk.run(&assign("L-1", "nobody", Expected::Any))),
        "rep_unknown"
    );
    assert_eq!(
        code(desk.run(&assign("L-1", &owner, Expected::Any))),
        "rep_owns_it"
    );
    let right = Expected::Owner(Some(owner));
    let events = desk
        .run(&assign("L-1", other, right))
        .expect("a human decides");
    let [Event::RecordGiven { counted, .. }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(counted.len(), 1, "the pool counts manual assignments");
    let sum: Micro = counted[0].makeup.iter().map(|(_, amount)| *amount).sum();
    assert_eq!(sum, Micro(0));
    let rep = desk.state.roster().find(other).unwrap();
    let entry = desk.state.pools()[0].ledger.entry(rep).unwrap();
    assert!(entry.makeup < Micro(-600_000), "it drips: {}", entry.makeup);
    desk.run(&close("L-1", "won")).expect("an open record");
    assert_eq!(
        code(desk.run(&assign("L-1", "ana", Expected::Any))),
        "record_closed"
    );
}

#[test]
fn reassign_never_returns_to_the_present_owner() {
    let mut desk = Desk::with_reps(&["ana", "ben"]);
    assert_eq!(code(desk.run(&reassign("L-1"))), "record_unknown");
    desk.take_in("L-1", "US").expect("a new record");
    let first = desk.owner("L-1").unwrap().to_owned();
    desk.run(&reassign("L-1")).expect("there is another rep");
    let second = desk.owner("L-1").unwrap().to_owned();
    assert_ne!(first, second);
    desk.leave(&first, START + DAY);
    desk.run(&reassign("L-1"))
        .expect("held, as the only other is away");
    assert_eq!(desk.state.held().len(), 1);
    assert_eq!(
        code(desk.run(&Command::Tick)),
        "nothing_to_do",
        "not back to {second}"
    );
    assert_eq!(code(desk.run(&reassign("L-1"))), "nothing_to_do");
    desk.wait(DAY);
    desk.run(&Command::Tick).expect("the other is back");
    assert_eq!(desk.owner("L-1"), Some(first.as_str()));
}

#[test]
fn close_wants_a_plain_reason() {
    let mut desk = Desk::with_reps(&["ana"]);
    desk.take_in("L-1", "US").expect("a new record");
    for reason in ["", "Lost!", "not a fit", &"x".repeat(61)] {
        assert_eq!(
            code(desk.run(&close("L-1", reason))),
            "value_refused",
            "{reason:?}"
        );
    }
    desk.run(&close("L-1", "lost-price"))
        .expect("an open record");
    assert_eq!(code(desk.run(&close("L-1", "won"))), "record_closed");
    assert!(
        desk.state
            .roster()
            .iter()
            .all(|(_, rep)| rep.book.is_empty())
    );
}

#[test]
fn set_rep_refusals_in_order() {
    let mut desk = Desk::with_reps(&["ana"]);
    assert_eq!(
        code(desk.set_rep(&"x".repeat(101), |_| {})),
        "bound_exceeded"
    );
    assert_eq!(code(desk.set_rep("", |_| {})), "value_refused");
    assert_eq!(
        code(desk.set_rep("ben", |rep| rep.zone = "Mars/Base".into())),
        "value_refused"
    );
    let backwards = Leave {
        from: START + DAY,
        until: START,
    };
    assert_eq!(
        code(desk.set_rep("ben", |rep| rep.leaves.push(backwards))),
        "value_refused"
    );
    assert_eq!(
        code(desk.set_rep("ben", |rep| rep.status = Status::Left)),
        "value_refused"
    );
    let many = vec![
        Leave {
            from: START,
            until: START + DAY
        };
        201
    ];
    assert_eq!(
        code(desk.set_rep("ben", |rep| rep.leaves = many)),
        "bound_exceeded"
    );
    assert_eq!(code(desk.set_rep("ana", |_| {})), "nothing_to_do");
}

#[test]
fn a_rep_who_leaves_leaves_nothing_behind() {
    for (book, place) in [
        (BookGoes::Redeal, "redealt"),
        (BookGoes::Rep("ben".into()), "ben"),
        (BookGoes::Queue("triage".into()), "queued"),
    ] {
        let mut desk = Desk::with_reps(&["ana", "ben", "cleo"]);
        for number in 0..30 {
            desk.take_in(&format!("L-{number}"), "US")
                .expect("a new record");
        }
        let before = desk
            .state
            .roster()
            .rep(desk.state.roster().find("ana").unwrap())
            .book
            .len();
        assert_eq!(before, 10);
        desk.run(&deactivate("ana", book)).expect("ana leaves");
        let books: Vec<usize> = desk
            .state
            .roster()
            .iter()
            .map(|(_, rep)| rep.book.len())
            .collect();
        match place {
            "redealt" => assert_eq!(books, [0, 15, 15]),
            "ben" => assert_eq!(books, [0, 20, 10]),
            _ => assert_eq!(
                (books, desk.state.queues()[0].records.len()),
                (vec![0, 10, 10], 10)
            ),
        }
        assert!(
            desk.state
                .pools()
                .iter()
                .all(|pool| pool.ledger.members().len() == 2)
        );
        assert_eq!(
            code(desk.run(&deactivate("ana", BookGoes::Redeal))),
            "rep_left"
        );
        assert_eq!(
            code(desk.run(&assign("L-0", "ana", Expected::Any))),
            "rep_left"
        );
    }
}

#[test]
fn deactivate_refusals_in_order() {
    let mut desk = Desk::with_reps(&["ana", "ben"]);
    assert_eq!(
        code(desk.run(&deactivate("zoe", BookGoes::Redeal))),
        "rep_unknown"
    );
    assert_eq!(
        code(desk.run(&deactivate("ana", BookGoes::Rep("zoe".into())))),
        "rep_unknown"
    );
    assert_eq!(
        code(desk.run(&deactivate("ana", BookGoes::Rep("ana".into())))),
        "value_refused"
    );
    assert_eq!(
        code(desk.run(&deactivate("ana", BookGoes::Queue("x".into())))),
        "queue_unknown"
    );
}

#[test]
fn publishing_is_analysed_versioned_and_keeps_the_ledgers() {
    let mut desk = Desk::with_reps(&["ana", "ben", "cleo"]);
    assert_eq!(code(desk.publish(POLICY)), "nothing_to_do");
    assert_eq!(
        code(desk.publish("evenkeel = 1\nname = 'x'")),
        "policy_rejected"
    );
    let text = format!("{POLICY}\n# two\n");
    let publish = |based_on| {
        Command::PublishPolicy(PublishPolicy {
            text: text.clone(),
            based_on: Some(based_on),
        })
    };
    assert_eq!(code(desk.run(&publish(7))), "policy_moved");
    desk.take_in("L-1", "US").expect("a new record");
    let ledger = desk.state.pools()[0].ledger.clone();
    assert!(
        ledger
            .members()
            .iter()
            .any(|entry| entry.credit != Micro(0))
    );
    desk.run(&publish(1))
        .expect("based on the version in force");
    assert_eq!(desk.state.version(), 2);
    assert_eq!(
        desk.state.pools()[0].ledger,
        ledger,
        "a change beside a pool keeps its ledger"
    );
    let renamed = POLICY.replace(r#"where = 'rep.team == "inbound"'"#, r#"members = ["ana"]"#);
    desk.publish(&renamed).expect("fewer members");
    assert_eq!(desk.state.pools()[0].ledger.members().len(), 1);
    assert_eq!(
        desk.state.pools()[0].ledger.members()[0].credit,
        Micro(0),
        "alone is even"
    );
}

#[test]
fn joining_and_returning_never_floods() {
    let mut desk = Desk::with_reps(&["ana", "ben", "cleo", "dina", "emil"]);
    desk.leave("emil", START + Span::days(30));
    for number in 0..400 {
        desk.take_in(&format!("L-{number}"), "US")
            .expect("a new record");
    }
    desk.set_rep("fay", |_| {}).expect("a newcomer");
    desk.wait(Span::days(30));
    let mut got = [0; 2];
    for number in 0..24 {
        let key = format!("M-{number}");
        desk.take_in(&key, "US").expect("a new record");
        match desk.owner(&key) {
            Some("emil") => got[0] += 1,
            Some("fay") => got[1] += 1,
            _ => {}
        }
    }
    assert_eq!(got, [4, 4], "24 leads over 6 reps");
}

#[test]
fn weights_are_shares_of_the_flow() {
    let mut desk = Desk::with_reps(&["ana", "ben", "cleo"]);
    let state = desk.state.clone();
    desk.set_rep("cleo", |profile| set_weight(&state, profile, 3))
        .expect("reweighted");
    for number in 0..100 {
        desk.take_in(&format!("L-{number}"), "US")
            .expect("a new record");
    }
    let books: Vec<usize> = desk
        .state
        .roster()
        .iter()
        .map(|(_, rep)| rep.book.len())
        .collect();
    assert_eq!(books, [20, 20, 60]);
    assert!(desk.state.pools()[0].fairness.worst < ONE);
}

#[test]
fn a_long_absence_brings_a_large_credit_back_to_one() {
    let mut desk = Desk::with_reps(&["ana", "ben"]);
    let field = desk.state.record_schema().find("points").unwrap();
    let text = POLICY.replace(
        "[fallback]",
        "[[rule]]\nname = \"Whale\"\nwhen = 'record.country == \"US\"'\nto = \"pool:inbound\"\n\
         weight = \"record.points\"\n[fallback]",
    );
    desk.publish(&text).expect("sound");
    let mut whale = Attributes::default();
    whale.set(field, Value::Number(Micro::whole(8)));
    desk.take_in_with("W-1", "US", whale).expect("a new record");
    let taker = desk.owner("W-1").unwrap().to_owned();
    desk.leave(&taker, START + Span::days(60));
    desk.wait(Span::days(15));
    let events = desk.run(&Command::Tick).expect("long away");
    let [Event::CreditClamped { credit, spread, .. }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(*credit, -ONE);
    assert_eq!(
        spread.iter().map(|(_, amount)| *amount).sum::<Micro>(),
        Micro::whole(-3)
    );
    assert_eq!(code(desk.run(&Command::Tick)), "nothing_to_do");
}

#[test]
fn time_never_runs_backwards() {
    let mut desk = Desk::with_reps(&["ana"]);
    desk.take_in("L-1", "US").expect("a new record");
    desk.now = START + Span(-1_000_000);
    desk.take_in("L-2", "US").expect("a new record");
    assert!(desk.journal.is_sorted_by_key(|recorded| recorded.at));
}

#[test]
fn a_named_record_goes_where_its_rule_says_without_a_ballot() {
    let mut desk = Desk::with_reps(&["ana", "ben"]);
    let events = desk.take_in("N-1", "NZ").expect("a new record");
    let Event::RecordDealt { to, verdict, .. } = &events[1] else {
        panic!()
    };
    assert!(matches!(to, Destination::Rep(_)) && verdict.turns.is_empty());
    let name = Words::keys(&desk.state);
    let words = Words {
        state: &desk.state,
        rep: &name,
    };
    assert_eq!(
        words.verdict(verdict, to),
        "ana got it: named by the rule “Named”."
    );
}

#[test]
fn a_named_rep_who_cannot_take_it_is_told_with_the_reason() {
    let mut desk = Desk::with_reps(&["ana", "ben"]);
    desk.leave("ana", START + DAY);
    let events = desk.take_in("N-1", "NZ").expect("a new record");
    let Event::RecordDealt { to, verdict, .. } = &events[1] else {
        panic!()
    };
    let name = Words::keys(&desk.state);
    let words = Words {
        state: &desk.state,
        rep: &name,
    };
    assert_eq!(
        words.verdict(verdict, to),
        "The rule “Named” names ana, who is on leave until Tuesday 3 March 09:00; \
         so it waits in the queue triage."
    );
}
