//! Promised draws: what is promised when, what is shown when, and what is refused.

use crate::company::{Desk, START};
use evenkeel_core::command::Command;
use evenkeel_core::command::commit_draw::{CommitDraw, due};
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::reveal_draw::RevealDraw;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::drawing::Period;
use evenkeel_core::event::Event;
use evenkeel_core::state::State;
use evenkeel_core::time::DAY;

fn commit(desk: &mut Desk, period: Period, seed: u64) -> Result<Vec<Event>, &'static str> {
    let commitment = DrawKey::from_seed(seed).commitment();
    let command = Command::CommitDraw(CommitDraw { period, commitment });
    desk.run(&command).map_err(|refusal| refusal.code())
}

fn reveal(desk: &mut Desk, period: Period, seed: u64) -> Result<Vec<Event>, Refusal> {
    let secret = DrawKey::from_seed(seed);
    desk.run(&Command::RevealDraw(RevealDraw { period, secret }))
}

#[test]
fn the_present_day_and_the_next_are_due_where_the_policy_draws() {
    let today = Period::of(START);
    let mut still = Desk::empty();
    assert_eq!(due(&still.state, START).count(), 0, "nothing draws");
    still
        .publish(
            "evenkeel = 1\nname = \"x\"\n[[queue]]\nname = \"q\"\n[fallback]\nto = \"queue:q\"\n",
        )
        .expect("a sound policy");
    assert_eq!(due(&still.state, START).count(), 0, "nothing draws");
    let mut desk = Desk::with_reps(&["ana"]);
    let waits = |desk: &Desk, now| due(&desk.state, now).collect::<Vec<Period>>();
    assert_eq!(waits(&desk, START), [today, today.next()]);
    commit(&mut desk, today, 1).expect("the present day");
    commit(&mut desk, today.next(), 2).expect("the next one");
    assert_eq!(waits(&desk, START), []);
    assert_eq!(waits(&desk, START + DAY), [today.next().next()]);
    let made = desk.state.promises().all();
    assert_eq!(
        made.iter().map(|made| made.ahead()).collect::<Vec<bool>>(),
        [false, true]
    );
}

#[test]
fn a_promise_is_made_once_and_for_near_days_only() {
    let mut desk = Desk::with_reps(&["ana"]);
    let today = Period::of(START);
    commit(&mut desk, today, 1).expect("the present day");
    assert_eq!(commit(&mut desk, today, 2), Err("nothing_to_do"));
    for period in [Period(today.0 - 1), today.next().next()] {
        assert_eq!(commit(&mut desk, period, 1), Err("value_refused"));
    }
}

#[test]
fn a_secret_is_shown_when_its_day_is_over_and_only_the_promised_one() {
    let mut desk = Desk::with_reps(&["ana"]);
    let today = Period::of(START);
    let code = |told: Result<Vec<Event>, Refusal>| told.map_err(|refusal| refusal.code());
    assert_eq!(code(reveal(&mut desk, today, 1)), Err("value_refused"));
    commit(&mut desk, today, 1).expect("the present day");
    let early = reveal(&mut desk, today, 1).expect_err("the day is not over");
    assert!(early.message().contains("one that is over"), "{early:?}");
    desk.now = today.ends();
    let other = reveal(&mut desk, today, 2).expect_err("another secret");
    assert!(other.message().contains("the promised one"), "{other:?}");
    assert_eq!(desk.state.promises().owed(desk.now).count(), 1);
    reveal(&mut desk, today, 1).expect("the promised secret");
    assert_eq!(desk.state.promises().owed(desk.now).count(), 0);
    assert_eq!(code(reveal(&mut desk, today, 1)), Err("nothing_to_do"));
    let shown = desk.state.promises().of(today).and_then(|made| made.secret);
    assert_eq!(shown, Some(DrawKey::from_seed(1)));
    let mut again = State::new();
    desk.journal
        .iter()
        .for_each(|recorded| again.apply(recorded));
    assert_eq!(Desk::bytes(&again), Desk::bytes(&desk.state));
}
