//! Replay of histories in which time decides: clocks on first work, claims that go back, rests, a
//! clock that jumped.

use crate::company::{Desk, POLICY};
use crate::racing::Dice;
use crate::replaying::{Tape, draws, gives_itself_back, history};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::Expected;
use evenkeel_core::command::claim::{Claim, Pick};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::confirm_clock::ConfirmClock;
use evenkeel_core::command::hold_timers::HoldTimers;
use evenkeel_core::command::log_activities::{Activity, LogActivities};
use evenkeel_core::event::{Cause, Event, Recorded, Release};
use evenkeel_core::holding::place::Place;
use evenkeel_core::replay::again::How;
use evenkeel_core::time::Span;

const REPS: [&str; 4] = ["ana", "ben", "cleo", "dina"];
/// A quarter of an hour.
const STEP: Span = Span(900_000);

fn policy(within: &str) -> String {
    let queue =
        format!("name = \"triage\"\nlimit = {{ unworked = 3 }}\nwork_within = \"{within}\"\n");
    let policy = POLICY.replace("name = \"triage\"\n", &queue);
    format!(
        "{policy}\n[guard]\ntimers = 2\n\n[[sla]]\nname = \"Inbound\"\n\
         when = 'record.kind == \"lead\"'\nfirst_touch = \"2 hours\"\nwarn = \"1 hour\"\n\
         escalate = \"3 hours\"\nreassign = \"4 hours\"\ntries = 2\nthen = \"rest 2 days\"\n"
    )
}

fn work(desk: &mut Desk, record: &str, rep: &str) {
    let activity = Activity {
        record: record.into(),
        rep: Some(rep.into()),
        at: desk.now,
        kind: "call".into(),
        verified: true,
    };
    let activities = vec![activity];
    desk.run(&Command::LogActivities(LogActivities { activities }))
        .expect("nothing to refuse");
}

/// Ten days of a desk whose reps work on about half of what they get.
pub(crate) fn half_worked() -> Desk {
    let mut desk = Desk::empty();
    desk.publish(&policy("5 hours")).expect("sound");
    for key in REPS {
        desk.set_rep(key, |_| {}).expect("a new rep");
    }
    let mut dice = Dice::new(3);
    let mut taken = 0;
    for step in 0..960u64 {
        desk.wait(STEP);
        if dice.below(8) == 0 {
            let country = ["US", "DE", "NZ", "FR"][step as usize % 4];
            desk.take_in(&format!("L-{taken}"), country).expect("new");
            taken += 1;
        }
        let rep = REPS[dice.below(4) as usize];
        if dice.below(12) == 0 {
            let (queue, rep) = ("triage".into(), rep.into());
            let pick = Pick::Next;
            drop(desk.run(&Command::Claim(Claim { queue, rep, pick })));
        }
        let record = format!("L-{}", dice.below(taken.max(1)));
        if taken > 0 && dice.below(3) == 0 {
            let owner = desk.owner(&record).map(str::to_owned);
            work(&mut desk, &record, &owner.unwrap_or_else(|| rep.to_owned()));
        }
        if taken > 0 && dice.below(25) == 0 {
            let (expected, reason) = (Expected::Any, "won".to_owned());
            drop(desk.run(&Command::Close(Close {
                record,
                expected,
                reason,
            })));
        }
        if step == 700 {
            let (from, to) = (desk.now, desk.now + Span::days(1));
            desk.now = to;
            drop(desk.run(&Command::HoldTimers(HoldTimers { from, to })));
        }
        if step == 702 {
            drop(desk.run(&Command::ConfirmClock(ConfirmClock)));
        }
        while desk.run(&Command::Tick).is_ok() {}
    }
    desk
}

fn count(journal: &[Recorded], is: impl Fn(&Event) -> bool) -> usize {
    journal.iter().filter(|one| is(&one.event)).count()
}

#[test]
fn a_history_of_claims_expiries_and_clocks_gives_itself_back_to_the_byte() {
    let desk = half_worked();
    let some = |name, is: fn(&Event) -> bool| {
        let seen = count(&desk.journal, is);
        assert!(
            seen > 0,
            "the history has no {name}, so it shows nothing of it"
        );
    };
    some("claim", |one| matches!(one, Event::RecordClaimed { .. }));
    some("warning", |one| matches!(one, Event::SlaWarned { .. }));
    some("breach", |one| matches!(one, Event::SlaBreached { .. }));
    some("escalation", |one| {
        matches!(one, Event::SlaEscalated { .. })
    });
    some("first work", |one| matches!(one, Event::FirstWorked { .. }));
    some("held timers", |one| matches!(one, Event::TimersHeld(_)));
    let released = |one: &Event, why: &Release| match one {
        Event::RecordReleased { why: was, .. } => was == why,
        _ => false,
    };
    assert!(count(&desk.journal, |one| released(one, &Release::ClaimExpired)) > 0);
    assert!(count(&desk.journal, |one| released(one, &Release::Overdue)) > 0);
    let dealt =
        |one: &Event, why: Cause| matches!(one, Event::RecordDealt { cause, .. } if *cause == why);
    for cause in [Cause::Overdue, Cause::Rested] {
        assert!(
            count(&desk.journal, |one| dealt(one, cause)) > 0,
            "{cause:?}"
        );
    }
    gives_itself_back(&desk.journal);
}

#[test]
fn timers_go_off_between_the_recorded_ticks() {
    let mut desk = Desk::empty();
    desk.publish(&policy("3 hours")).expect("sound");
    for key in &REPS[..2] {
        desk.set_rep(key, |_| {}).expect("a new rep");
    }
    let start = desk.now;
    desk.take_in("L-1", "US").expect("dealt");
    desk.wait(Span::days(9));
    desk.take_in("L-2", "US").expect("dealt");
    let history = history(&desk.journal);
    let how = How {
        policy: None,
        draws: draws(),
        between: true,
    };
    let mut tape = Tape::default();
    history.play(&how, &mut tape).expect("no policy");
    let hours = |one: &Recorded| (one.at - start).0 / 3_600_000;
    let overdue = tape.0.iter().filter(|one| match &one.event {
        Event::RecordDealt { record, cause, .. } => {
            record.0 == 0 && matches!(cause, Cause::Overdue | Cause::Rested)
        }
        _ => false,
    });
    let overdue: Vec<i64> = overdue.map(hours).collect();
    // To the other rep after four hours; from there to rest, and dealt again two days later.
    assert_eq!(overdue[..2], [4, 56]);
}

#[test]
fn the_owners_work_is_that_of_whoever_has_the_record_in_the_replay() {
    let mut desk = Desk::empty();
    desk.publish(&policy("3 hours")).expect("sound");
    for key in &REPS[..2] {
        desk.set_rep(key, |_| {}).expect("a new rep");
    }
    desk.take_in("L-1", "NZ").expect("named for ana");
    desk.wait(STEP);
    work(&mut desk, "L-1", "ana");
    desk.wait(Span::days(1));
    desk.take_in("L-2", "NZ").expect("named for ana");
    let history = history(&desk.journal);
    let how = How {
        policy: Some(policy("3 hours").replace("rep = \"ana\"", "rep = \"ben\"")),
        draws: draws(),
        between: true,
    };
    let mut tape = Tape::default();
    let played = history.play(&how, &mut tape).expect("a sound policy");
    let ben = played.state.roster().find("ben").expect("set");
    let first = tape.0.iter().find_map(|one| match &one.event {
        Event::FirstWorked {
            record,
            rep,
            waited,
            ..
        } => Some((record.0, *rep, *waited)),
        _ => None,
    });
    assert_eq!(first, Some((0, ben, STEP)));
    let record = played.state.record_no("L-1").expect("taken in");
    assert_eq!(played.state.place(record), Place::Book(ben), "nothing rang");
}
