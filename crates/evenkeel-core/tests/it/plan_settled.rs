//! Plans of the books in a workspace: kept, approved, carried out, taken back; refused when the
//! books have moved; and the laws that hold whatever is done.

use crate::company::{Desk, POLICY};
use crate::laws::{cases, ledgers, one_place};
use crate::turnover::{adds_up, since};
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::keep_plan::KeepPlan;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::settle_plan::{SettlePlan, Settlement};
use evenkeel_core::event::Event;
use evenkeel_core::holding::place::Place;
use evenkeel_core::holding::planned::{Barred, Lost, Stage, WITHOUT_MAX};
use evenkeel_core::ids::RecordNo;
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::people::rep::Status;
use evenkeel_core::plan::beside::differing;
use evenkeel_core::plan::gather::gather;
use evenkeel_core::plan::instance::{EFFORT, ONE};
use evenkeel_core::plan::solve::solve;
use evenkeel_core::state::State;
use evenkeel_core::time::Span;
use evenkeel_core::units::Micro;
use proptest::prelude::*;
use std::sync::Arc;

const REPS: [&str; 4] = ["ana", "ben", "cleo", "dina"];

fn planned(extra: &str) -> String {
    let plan = format!("[plan]\nvalue = \"record.points\"\nbest = 0\n{extra}\n[fallback]");
    POLICY.replace("[fallback]", &plan)
}

/// Four reps, the first of whom has all twelve records.
fn lopsided(extra: &str) -> Desk {
    let mut desk = Desk::with_reps(&REPS);
    desk.publish(&planned(extra)).expect("sound");
    for number in 0..12 {
        take(&mut desk, number);
        give(&mut desk, number, "ana");
    }
    desk
}

fn take(desk: &mut Desk, number: i64) {
    let mut attributes = Attributes::default();
    let points = desk.state.record_schema().find("points").expect("declared");
    attributes.set(points, Value::Number(Micro::whole(number % 4 + 1)));
    desk.take_in_with(&format!("A-{number}"), "US", attributes)
        .expect("new");
}

fn give(desk: &mut Desk, number: i64, rep: &str) {
    // Whoever has it already keeps it.
    let _ = desk.run(&Command::Assign(Assign {
        record: format!("A-{number}"),
        expected: Expected::Any,
        rep: rep.into(),
        note: None,
    }));
}

fn close(desk: &mut Desk, record: &str) {
    desk.run(&Command::Close(Close {
        record: record.into(),
        expected: Expected::Any,
        reason: "won".into(),
    }))
    .expect("it is open");
}

/// What the server does: gather, solve, hand in.
fn made(desk: &mut Desk) -> Result<u32, Refusal> {
    let gathered = gather(&desk.state)?;
    let plan = solve(&gathered.setting.instance, |_| {}).expect("gathered is sound");
    let rep = |to: &u32| gathered.setting.reps.get(*to as usize).copied();
    let to = gathered.records.iter().zip(&plan.to);
    let keep = KeepPlan {
        to: to.map(|(record, to)| (*record, rep(to))).collect(),
        reps: gathered.setting.reps.clone(),
        prices: plan.prices,
    };
    let events = desk.run(&Command::KeepPlan(Box::new(keep)))?;
    match &events[..] {
        [Event::Planned(planned), ..] => Ok(planned.plan()),
        other => panic!("a plan: {other:?}"),
    }
}

/// A plan that nobody solved for: records go round, beginning with the rep at `salt`. What is kept
/// is checked, whoever worked it out.
fn dealt_round(desk: &mut Desk, salt: usize) -> Result<u32, Refusal> {
    let gathered = gather(&desk.state)?;
    let instance = &gathered.setting.instance;
    let round = |(at, record): (usize, &RecordNo)| {
        let (reps, _) = instance.circles.of(instance.accounts.circle[at]);
        let rep = reps.get((at + salt) % reps.len().max(1));
        let rep = rep.map(|rep| gathered.setting.reps[usize::from(*rep)]);
        (*record, rep)
    };
    let keep = KeepPlan {
        to: gathered.records.iter().enumerate().map(round).collect(),
        reps: gathered.setting.reps.clone(),
        prices: vec![0; instance.bands.len()],
    };
    let events = desk.run(&Command::KeepPlan(Box::new(keep)))?;
    match &events[..] {
        [Event::Planned(planned), ..] => Ok(planned.plan()),
        other => panic!("a plan: {other:?}"),
    }
}

fn settle(desk: &mut Desk, plan: u32, settlement: Settlement) -> Result<Vec<Event>, Refusal> {
    desk.run(&Command::SettlePlan(SettlePlan { plan, settlement }))
}

fn books(state: &State) -> Vec<usize> {
    state
        .roster()
        .iter()
        .map(|(_, rep)| rep.book.len())
        .collect()
}

#[test]
fn a_plan_is_made_approved_carried_out_and_taken_back() {
    let mut desk = lopsided("");
    let before = books(&desk.state);
    assert_eq!(before, [12, 0, 0, 0]);
    let plan = made(&mut desk).expect("there is something to plan");
    assert_eq!(books(&desk.state), before, "a plan moves nothing");
    let kept = desk.state.plans().find(plan).expect("kept");
    assert_eq!((kept.stage, kept.made.moves.len()), (Stage::Made, 9));
    assert!(kept.made.cost.bound <= kept.made.cost.objective);
    let refused = settle(&mut desk, plan, Settlement::Apply).expect_err("not approved");
    assert_eq!(refused.code(), "plan_elsewhere");
    settle(&mut desk, plan, Settlement::Approve).expect("nothing has moved");
    let credits = |desk: &Desk| desk.state.pools().to_vec();
    let pools = credits(&desk);
    let assigned = desk
        .state
        .roster()
        .rep(evenkeel_core::ids::RepNo(1))
        .assigned;
    settle(&mut desk, plan, Settlement::Apply).expect("nothing has moved");
    assert_eq!(books(&desk.state), [3, 3, 3, 3]);
    assert_eq!(credits(&desk), pools, "a planned move is no turn");
    let ben = desk.state.roster().rep(evenkeel_core::ids::RepNo(1));
    assert_eq!(ben.assigned, assigned, "and no assignment");
    one_place(&desk.state);
    settle(&mut desk, plan, Settlement::Undo).expect("it was applied");
    assert_eq!(books(&desk.state), before);
    let kept = desk.state.plans().find(plan).expect("kept");
    assert_eq!((kept.stage, kept.lost.len()), (Stage::Undone, 0));
    let again = settle(&mut desk, plan, Settlement::Undo).expect_err("once");
    assert_eq!(again.code(), "plan_elsewhere");
}

#[test]
fn what_has_no_place_is_named_with_the_reason() {
    let mut desk = lopsided("[[plan.book]]\nhigh = 2\n");
    let plan = made(&mut desk).expect("planned");
    let kept = desk.state.plans().find(plan).expect("kept");
    assert_eq!(
        kept.made.unplaced, 4,
        "four reps may have two each, of twelve"
    );
    let [full] = &kept.without[..] else {
        panic!("one reason: {:?}", kept.without);
    };
    assert_eq!(
        (&full.why, full.count, full.records.len()),
        (&Barred::Full, 4, 4)
    );
    assert!(full.records.is_sorted());
    let moved = |record: &RecordNo| kept.made.moves.iter().any(|line| line.record == *record);
    assert!(!full.records.iter().any(moved), "what has no place stays");
    // Of very many, the first are named and all are counted.
    let mut desk = Desk::with_reps(&REPS);
    desk.publish(&planned("[[plan.book]]\nhigh = 0\n"))
        .expect("sound");
    for number in 0..WITHOUT_MAX as i64 + 3 {
        take(&mut desk, number);
        give(&mut desk, number, "ana");
    }
    let plan = made(&mut desk).expect("planned");
    let without = &desk.state.plans().find(plan).expect("kept").without;
    let counts = without
        .iter()
        .map(|one| (one.count as usize, one.records.len()));
    assert_eq!(counts.collect::<Vec<_>>(), [(WITHOUT_MAX + 3, WITHOUT_MAX)]);
}

#[test]
fn without_a_value_only_counts_are_evened_out() {
    let mut desk = Desk::with_reps(&REPS);
    for number in 0..8 {
        take(&mut desk, number);
        give(&mut desk, number, "cleo");
    }
    let plan = made(&mut desk).expect("no field is called value, and none is needed");
    settle(&mut desk, plan, Settlement::Approve).expect("fresh");
    settle(&mut desk, plan, Settlement::Apply).expect("fresh");
    assert_eq!(books(&desk.state), [2, 2, 2, 2]);
}

#[test]
fn what_has_moved_since_stays_and_is_named_when_a_plan_is_taken_back() {
    let mut desk = lopsided("");
    let plan = made(&mut desk).expect("planned");
    settle(&mut desk, plan, Settlement::Approve).expect("fresh");
    settle(&mut desk, plan, Settlement::Apply).expect("fresh");
    desk.wait(Span::hours(1));
    let moves = desk
        .state
        .plans()
        .find(plan)
        .expect("kept")
        .made
        .moves
        .clone();
    let key = |at: usize| desk.state.records().key(moves[at].record).to_owned();
    let (closed, moved) = (key(0), key(1));
    let to = desk.state.roster().rep(moves[1].to).key.clone();
    close(&mut desk, &closed);
    let heir = REPS.into_iter().find(|rep| **rep != to).expect("another");
    desk.run(&Command::Assign(Assign {
        record: moved.clone(),
        expected: Expected::Any,
        rep: heir.into(),
        note: None,
    }))
    .expect("given away");
    settle(&mut desk, plan, Settlement::Undo).expect("applied");
    let kept = desk.state.plans().find(plan).expect("kept");
    let lost = kept.lost.iter();
    let lost: Vec<_> = lost.map(|(record, why)| (*record, *why)).collect();
    assert_eq!(
        lost,
        [
            (moves[0].record, Lost::Closed),
            (moves[1].record, Lost::Moved)
        ]
    );
    assert_eq!(desk.owner(&moved), Some(heir), "a later owner keeps it");
    one_place(&desk.state);
}

#[test]
fn a_plan_is_refused_when_the_books_have_moved_and_says_what_changed() {
    let mut desk = lopsided("");
    let plan = made(&mut desk).expect("planned");
    let first = desk.state.plans().find(plan).expect("kept").made.moves[0];
    // Something new, and something that stays, do not matter.
    take(&mut desk, 50);
    settle(&mut desk, plan, Settlement::Approve).expect("none of it touches the plan");
    let key = desk.state.records().key(first.record).to_owned();
    close(&mut desk, &key);
    let refused = settle(&mut desk, plan, Settlement::Apply).expect_err("a record is gone");
    assert_eq!(refused.code(), "plan_stale");
    assert!(refused.message().contains(&key), "{}", refused.message());
    let text = format!("{}\n# again\n", planned(""));
    desk.publish(&text).expect("sound");
    let refused = settle(&mut desk, plan, Settlement::Apply).expect_err("another policy");
    assert!(
        refused.message().contains("policy version"),
        "{}",
        refused.message()
    );
    settle(&mut desk, plan, Settlement::Drop).expect("nobody wants it");
    let kept = desk.state.plans().find(plan).expect("kept");
    assert_eq!(kept.stage, Stage::Dropped);
}

#[test]
fn a_book_that_filled_up_meanwhile_is_named() {
    let mut desk = lopsided("[[plan.book]]\nhigh = 4\n");
    let plan = made(&mut desk).expect("planned");
    settle(&mut desk, plan, Settlement::Approve).expect("fresh");
    for number in 60..66 {
        take(&mut desk, number);
        give(&mut desk, number, "ben");
    }
    let refused = settle(&mut desk, plan, Settlement::Apply).expect_err("ben has no room");
    assert_eq!(refused.code(), "plan_stale");
    assert!(
        refused.message().contains("ben’s book would hold"),
        "{}",
        refused.message()
    );
}

#[test]
fn only_what_accounts_names_is_planned_and_queues_count_then() {
    let mut desk =
        lopsided("accounts = 'record.kind == \"junk\" || record.points >= 4'\npools = false");
    for number in 0..2 {
        let mut attributes = Attributes::default();
        attributes.set(
            evenkeel_core::market::schema::RECORD_KIND,
            Value::Text("junk".into()),
        );
        desk.take_in_with(&format!("J-{number}"), "US", attributes)
            .expect("new");
    }
    let gathered = gather(&desk.state).expect("there is something");
    assert_eq!(
        gathered.records.len(),
        3 + 2,
        "three of four points, two in the queue"
    );
    let plan = made(&mut desk).expect("planned");
    settle(&mut desk, plan, Settlement::Approve).expect("fresh");
    settle(&mut desk, plan, Settlement::Apply).expect("fresh");
    let junk = desk.state.record_no("J-0").expect("there");
    assert!(matches!(desk.state.place(junk), Place::Book(_)));
    settle(&mut desk, plan, Settlement::Undo).expect("applied");
    assert!(
        matches!(desk.state.place(junk), Place::Queue(_)),
        "back in its queue"
    );
    one_place(&desk.state);
}

#[test]
fn two_plans_are_compared_and_the_oldest_is_forgotten() {
    let mut desk = lopsided("");
    let one = dealt_round(&mut desk, 1).expect("planned");
    let two = dealt_round(&mut desk, 1).expect("planned");
    let plans = |desk: &Desk, number| desk.state.plans().find(number).map(|one| one.made.clone());
    let (first, second) = (plans(&desk, one), plans(&desk, two));
    let (first, second) = (first.expect("kept"), second.expect("kept"));
    assert_eq!(first.basis, second.basis);
    assert_eq!(differing(&first, &second), []);
    give(&mut desk, 0, "dina");
    let three = dealt_round(&mut desk, 2).expect("planned");
    let third = plans(&desk, three).expect("kept");
    assert_ne!(first.basis, third.basis);
    assert!(!differing(&first, &third).is_empty());
    for _ in 0..12 {
        dealt_round(&mut desk, 1).expect("planned");
    }
    assert_eq!(plans(&desk, one), None);
    let refused = settle(&mut desk, one, Settlement::Approve).expect_err("forgotten");
    assert_eq!(refused.code(), "plan_unknown");
}

/// One step of a stream; numbers pick among what exists.
#[derive(Clone, Debug)]
enum Step {
    Take,
    Give(u8, u8),
    Close(u8),
    Pause(u8),
    Make(u8),
    Settle(u8, u8),
    Wait(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Take),
        2 => any::<(u8, u8)>().prop_map(|(record, rep)| Step::Give(record, rep)),
        1 => any::<u8>().prop_map(Step::Close),
        1 => any::<u8>().prop_map(Step::Pause),
        2 => any::<u8>().prop_map(Step::Make),
        6 => any::<(u8, u8)>().prop_map(|(plan, how)| Step::Settle(plan, how)),
        1 => any::<u8>().prop_map(Step::Wait),
    ]
}

fn run(desk: &mut Desk, step: &Step, next: &mut i64) {
    let record = |at: u8| i64::from(at) % (*next).max(1);
    let rep = |at: u8| REPS[at as usize % REPS.len()];
    match step {
        Step::Take => {
            take(desk, *next);
            *next += 1;
        }
        Step::Give(at, to) => give(desk, record(*at), rep(*to)),
        Step::Close(at) => {
            let _ = desk.run(&Command::Close(Close {
                record: format!("A-{}", record(*at)),
                expected: Expected::Any,
                reason: "won".into(),
            }));
        }
        Step::Pause(at) => {
            let now = desk.now;
            let _ = desk.set_rep(rep(*at), |profile| {
                profile.status = match profile.status {
                    Status::Active => Status::Paused {
                        since: now,
                        review: None,
                        reason: None,
                    },
                    _ => Status::Active,
                };
            });
        }
        Step::Make(salt) => {
            let _ = dealt_round(desk, usize::from(*salt));
        }
        Step::Settle(plan, how) => {
            let settlement = match how % 4 {
                0 => Settlement::Approve,
                1 | 2 => Settlement::Apply,
                _ => Settlement::Undo,
            };
            let last = desk.state.plans().next_number().saturating_sub(1);
            let _ = settle(desk, last.saturating_sub(u32::from(plan % 3)), settlement);
        }
        Step::Wait(hours) => desk.wait(Span::hours(i64::from(*hours % 48) + 1)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(cases().min(24)))]

    /// Nothing is lost, every record is in one place, credits are untouched, and the state is the
    /// fold of its events.
    #[test]
    fn whatever_is_planned_nothing_is_lost(steps in prop::collection::vec(step(), 1..40)) {
        let mut desk = lopsided("");
        let then = Arc::new(desk.state.clone());
        let mut next = 12;
        for step in &steps {
            let closed = |state: &State| {
                let all = (0..state.records().len()).map(RecordNo::at);
                all.filter(|record| state.place(*record) == Place::Closed).count()
            };
            let (before, records) = (closed(&desk.state), desk.state.records().len());
            run(&mut desk, step, &mut next);
            if matches!(step, Step::Make(_) | Step::Settle(..)) {
                let after = (closed(&desk.state), desk.state.records().len());
                prop_assert_eq!(after, (before, records));
            }
            one_place(&desk.state);
            ledgers(&desk.state);
        }
        adds_up(&then, &since(&then, &desk), &desk.state);
        let mut again = State::new();
        desk.journal.iter().for_each(|recorded| again.apply(recorded));
        prop_assert!(Desk::bytes(&again) == Desk::bytes(&desk.state));
    }
}

/// Tiers from experience decide how much a planned book holds where the plan itself says nothing.
#[test]
fn a_planned_book_holds_no_more_than_its_tier_lets_it() {
    let text = planned("").replace("[plan]", "[capacity]\n[plan]");
    let mut desk = Desk::empty();
    desk.publish(&text).expect("sound");
    for (rep, days) in [("ana", 180), ("ben", 2_200), ("cleo", 2_500)] {
        let since = desk.now - Span::days(days);
        desk.set_rep(rep, |profile| profile.closing_since = Some(since))
            .expect("new");
    }
    for number in 0..240 {
        take(&mut desk, number);
        give(&mut desk, number, "ana");
    }
    let number = made(&mut desk).expect("it can be planned");
    settle(&mut desk, number, Settlement::Approve).expect("looked at");
    settle(&mut desk, number, Settlement::Apply).expect("carried out");
    let books = books(&desk.state);
    assert!(books[0] <= 75, "the rookie holds {books:?}");
    assert_eq!(books.iter().sum::<usize>(), 240);
}

/// The same, said for some books by name; the others may hold any number.
#[test]
fn a_book_may_be_asked_to_hold_what_its_tier_says() {
    let line = "[[plan.book]]\nreps = 'rep.id != \"cleo\"'\neffort = \"tier\"\n";
    let mut desk = Desk::empty();
    desk.publish(&planned(line))
        .expect("the usual tiers hold without [capacity]");
    for (rep, days) in [("ana", 180), ("ben", 2_200), ("cleo", 2_500)] {
        let since = desk.now - Span::days(days);
        desk.set_rep(rep, |profile| profile.closing_since = Some(since))
            .expect("new");
    }
    take(&mut desk, 0);
    give(&mut desk, 0, "ana");
    let gathered = gather(&desk.state).expect("one record");
    let room = |rep: usize| {
        let band = gathered.setting.instance.bands_of(rep)[EFFORT];
        (band.wall > 0).then_some(band.ceiling * gathered.setting.powers[1] / ONE)
    };
    assert_eq!([0, 1, 2].map(room), [Some(75), Some(175), None]);
    let wrong = desk.publish(&planned("[[plan.book]]\nlow = \"tier\"\n"));
    wrong.expect_err("only effort goes by tier");
}
