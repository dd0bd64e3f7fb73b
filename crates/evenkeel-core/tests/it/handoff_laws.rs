//! Laws of handoffs that hold after every command of any stream: one owner per step, places
//! conserved, ledgers within their bound, fixed handoffs adding up to zero, state equal to fold.
//!
//! `EVENKEEL_CASES` sets the number of streams (default 64).

use crate::company::Desk;
use crate::handoffs::{POLICY, REPS, desk_of, hand_off, void};
use crate::laws::{cases, ledgers, one_place};
use crate::replaying::gives_itself_back;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::deactivate_rep::{BookGoes, DeactivateRep};
use evenkeel_core::command::reassign::Reassign;
use evenkeel_core::event::{Cause, Event};
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::{PoolNo, RecordNo};
use evenkeel_core::people::rep::Leave;
use evenkeel_core::state::State;
use evenkeel_core::time::Span;
use evenkeel_core::units::Micro;
use proptest::prelude::*;
use std::collections::BTreeSet;

const STEPS: [&str; 3] = ["sdr", "ae", "am"];

#[derive(Clone, Debug)]
enum Step {
    TakeIn { country: u8 },
    HandOff { record: u8, step: u8 },
    Void { record: u8 },
    Assign { record: u8, rep: u8 },
    Reassign { record: u8 },
    Close { record: u8 },
    Leave { rep: u8, days: u8 },
    Return { rep: u8 },
    Deactivate { rep: u8 },
    Republish { settings: u8 },
    Wait { hours: u8 },
    Tick,
}

fn step(departures: bool) -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0u8..6).prop_map(|country| Step::TakeIn { country }),
        12 => (any::<u8>(), 0u8..3).prop_map(|(record, step)| Step::HandOff { record, step }),
        2 => any::<u8>().prop_map(|record| Step::Void { record }),
        1 => any::<(u8, u8)>().prop_map(|(record, rep)| Step::Assign { record, rep }),
        1 => any::<u8>().prop_map(|record| Step::Reassign { record }),
        1 => any::<u8>().prop_map(|record| Step::Close { record }),
        4 => (any::<u8>(), 0u8..6).prop_map(|(rep, days)| Step::Leave { rep, days }),
        2 => any::<u8>().prop_map(|rep| Step::Return { rep }),
        1 => any::<u8>().prop_map(move |rep| match departures {
            true => Step::Deactivate { rep },
            false => Step::Tick,
        }),
        1 => any::<u8>().prop_map(|settings| Step::Republish { settings }),
        3 => (0u8..60).prop_map(|hours| Step::Wait { hours }),
        3 => Just(Step::Tick),
    ]
}

/// The policy with other settings of its pod.
fn variant(settings: u8, version: u32) -> String {
    let counts = ["full", "none"][usize::from(settings) % 2];
    let at_return = ["goes_back", "stays"][usize::from(settings / 2) % 2];
    let text = POLICY
        .replace(
            "stand_in_counts = \"none\"",
            &format!("stand_in_counts = \"{counts}\""),
        )
        .replace(
            "at_return = \"goes_back\"",
            &format!("at_return = \"{at_return}\""),
        );
    format!("{text}\n# edition {version}\n")
}

/// Runs one step; a refusal is a fine answer, a broken law is not.
fn take(desk: &mut Desk, step: &Step) {
    let rep_key = |rep: &u8| REPS[*rep as usize % REPS.len()].to_owned();
    let total = desk.state.records().len();
    let record_key = |desk: &Desk, record: &u8| match total {
        0 => "none".to_owned(),
        _ => {
            let record = RecordNo::at(*record as usize % total);
            desk.state.records().key(record).to_owned()
        }
    };
    let now = desk.now;
    let command = match step {
        Step::TakeIn { country } => {
            let country = ["US", "US", "US", "NZ", "XX", "FR"][usize::from(*country)];
            desk.take_in(&format!("L-{total}"), country).expect("new");
            return;
        }
        Step::HandOff { record, step } => {
            let _ = hand_off(desk, &record_key(desk, record), STEPS[usize::from(*step)]);
            return;
        }
        Step::Void { record } => {
            if total > 0 {
                let _ = void(desk, &record_key(desk, record));
            }
            return;
        }
        Step::Assign { record, rep } => Command::Assign(Assign {
            record: record_key(desk, record),
            rep: rep_key(rep),
            expected: Expected::Any,
            note: None,
        }),
        Step::Reassign { record } => Command::Reassign(Reassign {
            record: record_key(desk, record),
            expected: Expected::Any,
        }),
        Step::Close { record } => Command::Close(Close {
            record: record_key(desk, record),
            expected: Expected::Any,
            reason: "won".into(),
        }),
        Step::Leave { rep, days } => {
            let until = now + Span::days(i64::from(*days));
            let leave = Leave { from: now, until };
            let _ = desk.set_rep(&rep_key(rep), |profile| profile.leaves = vec![leave]);
            return;
        }
        Step::Return { rep } => {
            let _ = desk.set_rep(&rep_key(rep), |profile| profile.leaves.clear());
            return;
        }
        Step::Deactivate { rep } => Command::DeactivateRep(DeactivateRep {
            plan: None,
            rep: rep_key(rep),
            book: BookGoes::Redeal,
        }),
        Step::Republish { settings } => {
            let text = variant(*settings, desk.state.version());
            desk.publish(&text).expect("the same steps again");
            return;
        }
        Step::Wait { hours } => {
            desk.wait(Span::hours(i64::from(*hours)));
            return;
        }
        Step::Tick => Command::Tick,
    };
    let _ = desk.run(&command);
}

/// At most one holder per step, and the holder at the present step is the owner.
fn one_owner_per_step(state: &State) {
    let journeys = state.journeys();
    for at in 0..state.records().len() {
        let record = RecordNo::at(at);
        let stages = journeys.stages(record);
        let steps: BTreeSet<_> = stages.iter().map(|stage| stage.step).collect();
        assert_eq!(steps.len(), stages.len(), "one stage per step");
        let stage = journeys.stage(record).expect("the policy has steps");
        match state.place(record) {
            Place::Closed => {}
            place => assert_eq!(stage.rep, place.owner(), "the present holder is the owner"),
        }
    }
    for (record, standing) in journeys.standing() {
        let owner = state.place(record).owner();
        assert_eq!(owner, Some(standing.rep), "who stands in has it");
    }
    for at in 0..state.pools().len() {
        let apart = journeys.apart(PoolNo::at(at));
        let owed: Micro = apart.map(|(_, apart)| apart.owed).sum();
        assert_eq!(owed, Micro(0), "what is owed apart adds up to zero");
    }
}

/// What the events of one command may do to who had it elsewhere: nothing, but for a handoff.
fn others_stay_known(before: &State, after: &State, events: &[Event]) {
    for event in events {
        let Event::RecordDealt {
            record,
            cause: Cause::HandedOn,
            ..
        } = event
        else {
            continue;
        };
        let old = before.journeys().stage(*record).expect("it was at a step");
        let kept = after.journeys().stage_at(*record, old.step);
        let kept = kept.expect("a step once reached stays known");
        if after.journeys().stage(*record).map(|now| now.step) != Some(old.step) {
            assert_eq!(kept.rep, old.rep, "who handed it on stays known");
        }
    }
}

fn run(steps: &[Step]) {
    let mut desk = desk_of(POLICY);
    for step in steps {
        let before = desk.state.clone();
        let events = desk.journal.len();
        take(&mut desk, step);
        let new: Vec<Event> = desk.journal[events..]
            .iter()
            .map(|recorded| recorded.event.clone())
            .collect();
        one_place(&desk.state);
        one_owner_per_step(&desk.state);
        others_stay_known(&before, &desk.state, &new);
        ledgers(&desk.state);
    }
    let mut folded = State::new();
    gives_itself_back(&desk.journal);
    for recorded in &desk.journal {
        folded.apply(recorded);
    }
    assert_eq!(
        Desk::bytes(&folded),
        Desk::bytes(&desk.state),
        "state is the fold"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn handoffs_keep_every_law(steps in prop::collection::vec(step(false), 1..90)) {
        run(&steps);
    }

    #[test]
    fn handoffs_keep_every_law_while_reps_leave(steps in prop::collection::vec(step(true), 1..90)) {
        run(&steps);
    }
}
