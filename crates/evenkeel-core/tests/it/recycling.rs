//! Sweeps: warned before taken, the guard, approval, undo, keeping, and rests that end.

use crate::company::{Desk, START};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::Expected;
use evenkeel_core::command::close::Close;
use evenkeel_core::command::find_contacts::FindContacts;
use evenkeel_core::command::keep::Keep;
use evenkeel_core::command::log_activities::{Activity, LogActivities};
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::retrieve::{Retrieve, RetrieveTo};
use evenkeel_core::command::settle_sweep::{SettleSweep, Verdict};
use evenkeel_core::event::sweeping::Sweeping;
use evenkeel_core::event::{Cause, Event, Release};
use evenkeel_core::holding::place::Place;
use evenkeel_core::holding::sweeps::Stage;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::people::rep::PrivateRef;
use evenkeel_core::recycling::swap;
use evenkeel_core::time::{DAY, Moment, Span};

/// Books that are taken back after 30 days without work, with what else `recycling` says.
pub(crate) fn policy(recycling: &str, rest: &str) -> String {
    format!(
        "evenkeel = 1\nname = \"made up\"\n[record]\ncountry = \"text\"\npoints = \"number\"\n\
         [[queue]]\nname = \"waiting\"\n[[queue]]\nname = \"triage\"\n\
         [[pool]]\nname = \"desk\"\nmembers = [\"ana\", \"ben\", \"cleo\"]\n\
         nobody = \"queue:triage\"\n{rest}\n\
         [[rule]]\nname = \"Wait\"\nwhen = 'record.country == \"XX\"'\nto = \"queue:waiting\"\n\
         [fallback]\nto = \"pool:desk\"\n\
         [recycling]\nrest = \"60 days\"\n{recycling}\n"
    )
}

/// At once, with a warning of a week.
pub(crate) const AT_ONCE: &str = "cadence = \"at once\"\nwarn = \"7 days\"\n\
     [[recycling.remove]]\nname = \"Idle\"\nidle = \"30 days\"";

const ROOMY: &str = "[guard]\nbook = 1\nrecords = 100000\n";

pub(crate) fn desk(text: &str) -> Desk {
    let mut desk = Desk::empty();
    desk.publish(text).expect("a sound policy");
    for key in ["ana", "ben", "cleo"] {
        desk.set_rep(key, |_| {}).expect("a new rep");
    }
    desk
}

/// With this many records in the three books.
pub(crate) fn stocked(text: &str, records: usize) -> Desk {
    let mut desk = desk(text);
    for number in 0..records {
        desk.take_in(&format!("L-{number}"), "US").expect("new");
    }
    desk
}

/// Somebody works on a record, as its owner.
pub(crate) fn touch(desk: &mut Desk, record: RecordNo) {
    let owner = desk.state.place(record).owner();
    let activity = Activity {
        record: desk.state.records().key(record).to_owned(),
        rep: owner.map(|rep| desk.state.roster().rep(rep).key.clone()),
        at: desk.now,
        kind: "call".into(),
        verified: true,
    };
    let activities = vec![activity];
    desk.run(&Command::LogActivities(LogActivities { activities }))
        .expect("nothing to refuse");
}

/// Sweeps and ticks once a day until `days` are over; every event that came of it.
pub(crate) fn days(desk: &mut Desk, days: i64) -> Vec<Event> {
    let mut events = Vec::new();
    for _ in 0..days {
        desk.wait(DAY);
        events.extend(desk.run(&Command::Sweep).unwrap_or_default());
        while let Ok(more) = desk.run(&Command::Tick) {
            events.extend(more);
        }
    }
    events
}

fn settle(desk: &mut Desk, sweep: u32, verdict: Verdict) -> Result<Vec<Event>, Refusal> {
    desk.run(&Command::SettleSweep(SettleSweep { sweep, verdict }))
}

fn keep(desk: &mut Desk, record: &str) -> Result<Vec<Event>, Refusal> {
    desk.run(&Command::Keep(Keep {
        record: record.into(),
        expected: Expected::Any,
        next_step: PrivateRef {
            subject: 1,
            digest: [1; 32],
        },
        until: None,
    }))
}

fn resting(desk: &Desk) -> usize {
    desk.state.resting().len()
}

fn stage(desk: &Desk, sweep: u32) -> Stage {
    let sweep = desk.state.recycling().sweeps().find(sweep);
    sweep.expect("remembered").stage
}

#[test]
fn an_owner_is_warned_a_week_before_and_then_it_is_taken_and_rests() {
    let mut desk = stocked(&format!("{}{ROOMY}", policy(AT_ONCE, "")), 6);
    assert!(days(&mut desk, 22).is_empty(), "nothing before day 23");
    let warned = days(&mut desk, 1);
    assert!(
        matches!(&warned[..], [Event::Sweeping(Sweeping::OwnersWarned { rule, records, removal })]
            if rule == "Idle" && records.len() == 6 && *removal == START + Span::days(30)),
        "{warned:?}"
    );
    touch(&mut desk, RecordNo(0));
    assert!(days(&mut desk, 6).is_empty());
    let taken = days(&mut desk, 1);
    let by_rule = |event: &&Event| match event {
        Event::RecordReleased { why, .. } => {
            let (rule, sweep) = ("Idle".to_owned(), Some(1));
            *why == Release::Removed { rule, sweep }
        }
        _ => false,
    };
    let released = taken.iter().filter(by_rule);
    assert_eq!(released.count(), 5);
    assert_eq!((resting(&desk), stage(&desk, 1)), (5, Stage::Done));
    assert!(matches!(desk.state.place(RecordNo(0)), Place::Book(_)));
    let sweep = desk.state.recycling().sweeps().find(1).expect("there");
    assert_eq!((sweep.before.warned, sweep.before.worked), (6, 1));
    let owners: Vec<_> = sweep
        .taken
        .iter()
        .map(|one| (one.record, one.rep))
        .collect();
    let dealt = days(&mut desk, 60);
    for (record, former) in owners {
        let Place::Book(now) = desk.state.place(record) else {
            panic!("{record:?} is in no book after its rest");
        };
        assert_ne!(now, former, "{record:?} cools");
    }
    let rested = |event: &&Event| {
        matches!(
            event,
            Event::RecordDealt {
                cause: Cause::Rested,
                ..
            }
        )
    };
    assert_eq!(dealt.iter().filter(rested).count(), 5);
}

#[test]
fn a_policy_without_a_warning_takes_at_the_day() {
    let text = AT_ONCE.replace("warn = \"7 days\"\n", "");
    let mut desk = stocked(&format!("{}{ROOMY}", policy(&text, "")), 3);
    assert!(days(&mut desk, 29).is_empty());
    days(&mut desk, 1);
    assert_eq!(resting(&desk), 3);
}

#[test]
fn the_guard_holds_a_sweep_until_somebody_approves_it() {
    // Three books of ten: more than one of each is more than a twentieth, rounded up.
    let mut desk = stocked(&policy(AT_ONCE, ""), 30);
    days(&mut desk, 30);
    let recycling = desk.state.recycling();
    assert_eq!((resting(&desk), stage(&desk, 1)), (0, Stage::Held));
    assert_eq!(recycling.sweeps().find(1).expect("there").open.len(), 30);
    touch(&mut desk, RecordNo(4));
    keep(&mut desk, "L-5").expect("kept");
    settle(&mut desk, 1, Verdict::Approve).expect("approved");
    let again = settle(&mut desk, 1, Verdict::Approve).expect_err("running");
    assert_eq!(again.code(), "sweep_elsewhere");
    days(&mut desk, 1);
    assert_eq!((resting(&desk), stage(&desk, 1)), (28, Stage::Done));
    assert!(matches!(desk.state.place(RecordNo(5)), Place::Book(_)));
    let unknown = settle(&mut desk, 9, Verdict::Undo).expect_err("no such");
    assert_eq!(unknown.code(), "sweep_unknown");
}

#[test]
fn what_goes_at_once_counts_together_for_a_day() {
    let mut desk = desk(
        &policy(AT_ONCE, "").replace("[recycling]", "[guard]\nrecords = 3\nbook = 1\n[recycling]"),
    );
    for number in 0..6 {
        desk.take_in(&format!("L-{number}"), "US").expect("new");
        desk.wait(Span::hours(1));
    }
    desk.wait(Span(Span::days(23).0 - Span::hours(9).0));
    let mut held = 0;
    for _ in 0..8 * 24 {
        desk.wait(Span::hours(1));
        let _ = desk.run(&Command::Sweep);
        while desk.run(&Command::Tick).is_ok() {}
        let sweeps = desk.state.recycling().sweeps();
        held = held.max(sweeps.iter().filter(|one| one.stage == Stage::Held).count());
    }
    assert_eq!(
        (resting(&desk), held),
        (3, 1),
        "the fourth of the day needs approval"
    );
    let first = desk.state.recycling().sweeps().find(1).expect("there");
    assert_eq!(first.taken.len(), 3);
}

#[test]
fn a_dropped_sweep_takes_nothing_and_its_records_are_left_alone() {
    let mut desk = stocked(&policy(AT_ONCE, ""), 30);
    days(&mut desk, 30);
    settle(&mut desk, 1, Verdict::Drop).expect("dropped");
    assert!(days(&mut desk, 13).is_empty());
    assert_eq!((resting(&desk), stage(&desk, 1)), (0, Stage::Dropped));
    let warned = days(&mut desk, 1);
    assert!(matches!(
        &warned[..],
        [Event::Sweeping(Sweeping::OwnersWarned { .. })]
    ));
}

#[test]
fn undo_brings_back_exactly_what_nobody_has_since() {
    let mut desk = stocked(&format!("{}{ROOMY}", policy(AT_ONCE, "")), 12);
    touch(&mut desk, RecordNo(3));
    days(&mut desk, 29);
    let before = desk.state.clone();
    days(&mut desk, 1);
    assert_eq!(resting(&desk), 12);
    settle(&mut desk, 1, Verdict::Undo).expect("undone");
    while desk.run(&Command::Tick).is_ok() {}
    assert_eq!((resting(&desk), stage(&desk, 1)), (0, Stage::Undone));
    for record in (0..12).map(RecordNo) {
        let (now, then) = (desk.state.records(), before.records());
        assert_eq!(now.place(record), then.place(record), "{record:?}");
        assert_eq!(now.activity.clocks(record), then.activity.clocks(record));
        assert_eq!(now.activity.parted(record), None);
        assert!(!now.activity.was_released(record));
        assert_eq!(
            now.turn(record),
            then.turn(record),
            "a turn can be given back again"
        );
    }
    let books = |state: &evenkeel_core::state::State| {
        let books = state.roster().iter().map(|(_, rep)| rep.book.clone());
        books.collect::<Vec<_>>()
    };
    assert_eq!(books(&desk.state), books(&before));
    assert!(
        days(&mut desk, 13).is_empty(),
        "and they are left alone for a while"
    );
}

#[test]
fn undo_leaves_what_somebody_got_and_says_how_many() {
    let mut desk = stocked(&format!("{}{ROOMY}", policy(AT_ONCE, "")), 4);
    days(&mut desk, 30);
    let assign = evenkeel_core::command::assign::Assign {
        record: "L-0".into(),
        rep: "cleo".into(),
        expected: Expected::Any,
        note: None,
    };
    desk.run(&Command::Assign(assign)).expect("by hand");
    let lost = desk.owner("L-1").map(str::to_owned);
    assert_eq!(lost, None);
    desk.set_rep("ben", |profile| {
        profile.status = evenkeel_core::people::rep::Status::Left;
    })
    .ok();
    settle(&mut desk, 1, Verdict::Undo).expect("undone");
    let mut told = None;
    while let Ok(events) = desk.run(&Command::Tick) {
        told = events.iter().find_map(|event| match event {
            Event::Sweeping(Sweeping::Undone { lost, .. }) => Some(*lost),
            _ => told,
        });
    }
    let back = desk
        .state
        .recycling()
        .sweeps()
        .find(1)
        .expect("there")
        .restored;
    assert_eq!(told.map(|lost| lost + back), Some(4));
    assert!(back < 4 && desk.owner("L-0") == Some("cleo"));
}

#[test]
fn keeping_takes_a_next_step_and_ends() {
    let mut desk = stocked(&format!("{}{ROOMY}", policy(AT_ONCE, "")), 3);
    let refused = keep(&mut desk, "L-0").expect_err("nobody was warned");
    assert_eq!(refused, Refusal::NothingToDo);
    days(&mut desk, 25);
    keep(&mut desk, "L-0").expect("kept until day 39");
    days(&mut desk, 13);
    assert!(matches!(desk.state.place(RecordNo(0)), Place::Book(_)));
    days(&mut desk, 2);
    keep(&mut desk, "L-0").expect("kept once more");
    days(&mut desk, 16);
    let refused = keep(&mut desk, "L-0").expect_err("twice in a row");
    assert_eq!(refused.code(), "keep_limit_reached");
    days(&mut desk, 7);
    assert_eq!(resting(&desk), 3, "warned again, and then taken");
}

#[test]
fn a_closed_record_comes_back_for_a_reason_of_the_policy() {
    let text = format!(
        "{AT_ONCE}\n[[recycling.remove]]\nname = \"Timing\"\n\
        reasons = [\"no_budget\"]\nthen = \"queue:triage\""
    );
    let mut desk = stocked(&policy(&text, ""), 2);
    for (record, reason) in [("L-0", "no_budget"), ("L-1", "lost")] {
        let (record, reason) = (record.to_owned(), reason.to_owned());
        let expected = Expected::Any;
        desk.run(&Command::Close(Close {
            record,
            expected,
            reason,
        }))
        .expect("closed");
    }
    assert!(matches!(desk.state.place(RecordNo(0)), Place::Resting(_)));
    assert_eq!(desk.state.place(RecordNo(1)), Place::Closed);
    days(&mut desk, 60);
    let triage = desk.state.queue_no("triage").expect("declared");
    assert_eq!(desk.state.place(RecordNo(0)), Place::Queue(triage));
}

#[test]
fn new_contacts_or_enough_idle_time_end_a_rest_early() {
    let text = format!(
        "{AT_ONCE}\n[[recycling.available]]\nnew_contacts = true\n\
        [[recycling.available]]\nidle = \"80 days\"\nwhen = 'record.country == \"DE\"'"
    );
    let mut desk = desk(&format!("{}{ROOMY}", policy(&text, "")));
    for (key, country) in [("L-0", "US"), ("L-1", "DE"), ("L-2", "US")] {
        desk.take_in(key, country).expect("new");
    }
    days(&mut desk, 35);
    assert_eq!(resting(&desk), 3);
    let found = FindContacts {
        record: "L-0".into(),
    };
    desk.run(&Command::FindContacts(found)).expect("found");
    days(&mut desk, 1);
    assert!(matches!(desk.state.place(RecordNo(0)), Place::Book(_)));
    days(&mut desk, 20);
    touch(&mut desk, RecordNo(0));
    days(&mut desk, 23);
    assert_eq!(resting(&desk), 2, "day 79");
    days(&mut desk, 1);
    assert!(matches!(desk.state.place(RecordNo(1)), Place::Book(_)));
    assert!(matches!(desk.state.place(RecordNo(2)), Place::Resting(_)));
}

#[test]
fn a_cadence_takes_what_is_due_by_then_and_shows_that_it_was_on_time() {
    let text = AT_ONCE.replace(
        "\"at once\"",
        "\"monthly\"\nzone = \"Europe/Berlin\"\nat = \"06:00\"",
    );
    let mut desk = desk(&format!("{}{ROOMY}", policy(&text, "")));
    let next = desk
        .state
        .recycling()
        .next()
        .expect("set by the publication");
    assert_eq!(next.local, "2026-04-01 06:00 Europe/Berlin");
    assert_eq!(next.at.to_string(), "2026-04-01T04:00:00Z");
    days(&mut desk, 2);
    for number in 0..3 {
        desk.take_in(&format!("L-{number}"), "US").expect("new");
    }
    days(&mut desk, 57);
    let sweep = desk.state.recycling().sweeps().find(1).expect("1 April");
    assert_eq!((sweep.records, sweep.stage), (0, Stage::Done));
    assert_eq!(resting(&desk), 0, "due, but the cadence has not come");
    days(&mut desk, 1);
    assert_eq!(resting(&desk), 3);
    let sweep = desk.state.recycling().sweeps().find(2).expect("1 May");
    assert!(sweep.cadence.is_some());
    assert_eq!(
        sweep.waited,
        3 * 28 * 86_400,
        "four weeks from due to taken"
    );
}

#[test]
fn a_manager_pulls_records_out_by_a_plan_that_still_holds() {
    let mut desk = stocked(&policy(AT_ONCE, ""), 6);
    let owner = desk.owner("L-0").expect("dealt").to_owned();
    let named = |owner: &str| ("L-0".to_owned(), Expected::Owner(Some(owner.to_owned())));
    let retrieve = |records, to| Command::Retrieve(Retrieve { records, to });
    let moved = desk
        .run(&retrieve(vec![named("nobody")], RetrieveTo::Rest))
        .expect_err("moved");
    assert_eq!(moved.code(), "owner_moved");
    desk.run(&retrieve(vec![named(&owner)], RetrieveTo::Deal))
        .expect("dealt again");
    assert_ne!(desk.owner("L-0"), Some(owner.as_str()));
    let all = (1..6)
        .map(|at| (format!("L-{at}"), Expected::Any))
        .collect();
    desk.run(&retrieve(all, RetrieveTo::Queue("waiting".into())))
        .expect("pulled");
    let queue = desk.state.queue_no("waiting").expect("declared");
    assert_eq!(desk.state.queue(queue).records.len(), 5);
}

#[test]
fn books_below_their_target_are_filled_up_with_the_best_that_waits() {
    let pool = "target = 3\ntop_up = \"queue:waiting\"\nbest = \"record.points\"";
    let mut desk = desk(&policy(AT_ONCE, pool));
    let points = desk.state.record_schema().find("points").expect("declared");
    for number in 0..12i64 {
        let mut attributes = evenkeel_core::market::value::Attributes::default();
        let value = evenkeel_core::units::Micro::whole(number * 7 % 12);
        attributes.set(points, evenkeel_core::market::value::Value::Number(value));
        desk.take_in_with(&format!("L-{number}"), "XX", attributes)
            .expect("waits");
    }
    let events = desk.run(&Command::Tick).expect("filled up");
    let order: Vec<i64> = events
        .iter()
        .filter_map(|event| match event {
            Event::RecordDealt {
                record,
                cause: Cause::ToppedUp,
                ..
            } => Some(i64::from(record.0) * 7 % 12),
            _ => None,
        })
        .collect();
    assert_eq!(order, [11, 10, 9, 8, 7, 6, 5, 4, 3]);
    for (_, rep) in desk.state.roster().iter() {
        assert_eq!(rep.book.len(), 3, "{}", rep.key);
    }
    assert!(desk.run(&Command::Tick).is_err(), "full");
    let spec = desk.state.policy().expect("in force").document().pools[0].clone();
    let top_up = spec.top_up.expect("set");
    desk.wait(Span::days(40));
    let worse = swap::pairs(
        &desk.state,
        desk.state.pool_at(0),
        &top_up,
        Span::days(30),
        desk.now,
    );
    assert!(worse.is_empty(), "nothing that waits is worth more");
    let mut attributes = evenkeel_core::market::value::Attributes::default();
    let value = evenkeel_core::units::Micro::whole(50);
    attributes.set(points, evenkeel_core::market::value::Value::Number(value));
    desk.take_in_with("L-99", "XX", attributes).expect("waits");
    let pairs = swap::pairs(
        &desk.state,
        desk.state.pool_at(0),
        &top_up,
        Span::days(30),
        desk.now,
    );
    assert_eq!((pairs[0].into, pairs[0].into_worth), (RecordNo(12), value));
    assert_eq!(pairs.len(), 1);
}

#[test]
fn a_changed_rule_warns_afresh() {
    let mut desk = stocked(&format!("{}{ROOMY}", policy(AT_ONCE, "")), 2);
    days(&mut desk, 25);
    assert_eq!(desk.state.recycling().watched().len(), 2);
    let text = AT_ONCE.replace("30 days", "28 days");
    desk.publish(&format!("{}{ROOMY}", policy(&text, "")))
        .expect("sound");
    assert_eq!(desk.state.recycling().watched().len(), 0);
    days(&mut desk, 1);
    let removal = desk
        .state
        .recycling()
        .watch(RecordNo(0))
        .expect("warned")
        .removal;
    assert_eq!(removal.moment(), Some(desk.now + Span::days(7)));
    assert!(removal.moment() > Some(Moment(0)));
}
