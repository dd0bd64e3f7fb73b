//! Laws of recycling after every command of any stream: nothing unowned and unscheduled, nobody
//! regains a record before its cooldown by the machine, warned before taken, the guard, one place,
//! and a state that is the fold of its events.
//!
//! `EVENKEEL_CASES` sets the number of streams (a third of it, 22 by default).

use crate::company::Desk;
use crate::recycling::{desk, policy, touch};
use crate::replaying::gives_itself_back;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::keep::Keep;
use evenkeel_core::command::return_record::Return;
use evenkeel_core::command::settle_sweep::{SettleSweep, Verdict};
use evenkeel_core::event::sweeping::Sweeping;
use evenkeel_core::event::{Event, Release};
use evenkeel_core::holding::place::Place;
use evenkeel_core::holding::sweeps::Stage;
use evenkeel_core::ids::{RecordNo, RepNo};
use evenkeel_core::people::rep::PrivateRef;
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::verdict::Destination;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const COOLDOWN: Span = Span::days(90);
const WARN: Span = Span::days(7);

#[derive(Clone, Debug)]
enum Step {
    TakeIn(u8),
    Touch(u8),
    Keep(u8),
    Return { record: u8, reason: u8 },
    Close { record: u8, reason: bool },
    Assign { record: u8, rep: u8 },
    Settle { sweep: u8, verdict: u8 },
    Days(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0u8..3).prop_map(Step::TakeIn),
        3 => any::<u8>().prop_map(Step::Touch),
        2 => any::<u8>().prop_map(Step::Keep),
        2 => any::<(u8, u8)>().prop_map(|(record, reason)| Step::Return { record, reason }),
        1 => any::<(u8, bool)>().prop_map(|(record, reason)| Step::Close { record, reason }),
        1 => any::<(u8, u8)>().prop_map(|(record, rep)| Step::Assign { record, rep }),
        2 => any::<(u8, u8)>().prop_map(|(sweep, verdict)| Step::Settle { sweep, verdict }),
        5 => (1u8..25).prop_map(Step::Days),
    ]
}

fn text(at_once: bool) -> String {
    let cadence = if at_once { "at once" } else { "monthly" };
    let recycling = format!(
        "cadence = \"{cadence}\"\nwarn = \"7 days\"\n\
         [[recycling.remove]]\nname = \"Idle\"\nidle = \"30 days\"\n\
         [[recycling.remove]]\nname = \"Lost\"\nreasons = [\"lost\"]\nthen = \"queue:waiting\"\n\
         [[recycling.available]]\nidle = \"85 days\"\n\
         [guard]\nbook = 0.2\nrecords = 4\n\
         [returns]\n[[returns.reason]]\nname = \"rest\"\nthen = \"rest 20 days\"\n\
         [[returns.reason]]\nname = \"deal\"\nthen = \"deal\"\n"
    );
    policy(&recycling, "target = 4\ntop_up = \"queue:waiting\"")
}

/// What the laws are checked against, kept apart from the state.
#[derive(Default)]
struct Watch {
    seen: usize,
    /// When each rep last lost each record by a machine or with its own return.
    lost: BTreeMap<(RecordNo, RepNo), Moment>,
    released: BTreeMap<RecordNo, bool>,
    warned: BTreeMap<RecordNo, Moment>,
    owners: BTreeMap<RecordNo, RepNo>,
    /// Numbers of the sweeps that somebody approved.
    approved: BTreeSet<u32>,
}

impl Watch {
    /// Looks at the events since the last time, which are the journal's and nobody else's word.
    fn look(&mut self, desk: &Desk) {
        for recorded in &desk.journal[self.seen..] {
            let at = recorded.at;
            match &recorded.event {
                Event::Sweeping(Sweeping::OwnersWarned { records, .. }) => {
                    self.warned
                        .extend(records.iter().map(|record| (*record, at)));
                }
                Event::Sweeping(Sweeping::Approved { sweep }) => {
                    self.approved.insert(*sweep);
                }
                Event::RecordReturned { record, .. } => {
                    self.released.insert(*record, true);
                }
                Event::RecordReleased { record, why, .. } => {
                    if let Release::Removed { .. } = why {
                        let warned = self.warned[record];
                        assert!(at - warned >= WARN, "{record:?} was warned at {warned}");
                    }
                    self.released.insert(*record, true);
                    self.leave(*record, at);
                }
                Event::RecordDealt { record, to, .. } => {
                    self.leave(*record, at);
                    if let Destination::Rep(rep) = to {
                        let lost = self.lost.get(&(*record, *rep));
                        let cools = self.released.contains_key(record);
                        let early = lost.filter(|lost| cools && at - **lost < COOLDOWN);
                        assert_eq!(early, None, "{record:?} is back with {rep:?} at {at}");
                        self.owners.insert(*record, *rep);
                    }
                }
                Event::RecordGiven { record, rep, .. } => {
                    self.leave(*record, at);
                    self.owners.insert(*record, *rep);
                }
                Event::RecordRestored { record, rep, .. } => {
                    self.lost.remove(&(*record, *rep));
                    self.owners.insert(*record, *rep);
                }
                Event::RecordClosed { record, .. } => self.leave(*record, at),
                _ => {}
            }
        }
        self.seen = desk.journal.len();
    }

    fn leave(&mut self, record: RecordNo, at: Moment) {
        if let Some(rep) = self.owners.remove(&record) {
            self.lost.insert((record, rep), at);
        }
    }
}

/// One place each, and whatever nobody has is scheduled, in a queue, or closed.
fn placed(desk: &Desk, watch: &Watch) {
    let state = &desk.state;
    let mut books = BTreeMap::new();
    for (rep, entry) in state.roster().iter() {
        for record in &entry.book {
            assert_eq!(
                books.insert(*record, rep),
                None,
                "{record:?} is in two books"
            );
        }
    }
    let resting: BTreeMap<_, _> = state
        .resting()
        .map(|(until, record)| (record, until))
        .collect();
    for record in (0..state.records().len()).map(RecordNo::at) {
        match state.place(record) {
            Place::Book(rep) => assert_eq!(books.get(&record), Some(&rep)),
            Place::Resting(rest) => {
                assert_eq!(resting.get(&record), Some(&rest.until));
                assert!(
                    rest.until > desk.now - Span::days(1),
                    "a rest is over and forgotten"
                );
            }
            Place::Queue(queue) => assert!(state.queue(queue).records.contains_key(&record)),
            Place::Held(hold) => assert!(hold.until >= hold.since),
            Place::Closed => {}
        }
        let watched = state.recycling().watch(record).is_some();
        assert!(
            !watched || state.place(record).owner().is_some(),
            "{record:?}"
        );
    }
    for sweep in state.recycling().sweeps().iter() {
        // Told by the events, for an approval can come in the moment of the plan.
        let over = sweep.taken.len() > 4;
        assert!(
            !over || watch.approved.contains(&sweep.number),
            "sweep {} took {}",
            sweep.number,
            sweep.taken.len()
        );
        assert!(sweep.stage != Stage::Held || sweep.taken.is_empty());
    }
}

fn take(desk: &mut Desk, step: &Step) {
    let total = desk.state.records().len();
    let number = |record: u8| RecordNo::at(usize::from(record) % total.max(1));
    let key = |desk: &Desk, record: u8| match total {
        0 => "none".to_owned(),
        _ => desk.state.records().key(number(record)).to_owned(),
    };
    let expected = Expected::Any;
    let command = match *step {
        Step::TakeIn(count) => {
            for one in 0..=count {
                desk.take_in(&format!("L-{total}-{one}"), "US")
                    .expect("new");
            }
            return;
        }
        Step::Touch(record) => {
            if total > 0 {
                touch(desk, number(record));
            }
            return;
        }
        Step::Days(days) => {
            for _ in 0..days {
                desk.wait(Span::days(1));
                let _ = desk.run(&Command::Sweep);
                while desk.run(&Command::Tick).is_ok() {}
            }
            return;
        }
        Step::Keep(record) => Command::Keep(Keep {
            record: key(desk, record),
            expected,
            next_step: PrivateRef {
                subject: 1,
                digest: [1; 32],
            },
            until: None,
        }),
        Step::Return { record, reason } => Command::Return(Return {
            record: key(desk, record),
            expected,
            reason: ["rest", "deal"][usize::from(reason) % 2].into(),
            back_at: None,
            note: None,
        }),
        Step::Close { record, reason } => Command::Close(Close {
            record: key(desk, record),
            expected,
            reason: if reason { "lost" } else { "won" }.into(),
        }),
        Step::Assign { record, rep } => Command::Assign(Assign {
            record: key(desk, record),
            rep: ["ana", "ben", "cleo"][usize::from(rep) % 3].into(),
            expected,
            note: None,
        }),
        Step::Settle { sweep, verdict } => Command::SettleSweep(SettleSweep {
            sweep: u32::from(sweep) % 6 + 1,
            verdict: [Verdict::Approve, Verdict::Drop, Verdict::Undo][usize::from(verdict) % 3],
        }),
    };
    let _ = desk.run(&command);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(crate::laws::cases().div_ceil(3)))]

    #[test]
    fn the_laws_hold_after_every_step(
        at_once in any::<bool>(),
        steps in prop::collection::vec(step(), 1..50),
    ) {
        let mut desk = desk(&text(at_once));
        let mut watch = Watch::default();
        for step in &steps {
            take(&mut desk, step);
            watch.look(&desk);
            placed(&desk, &watch);
            // A server that was started again from a snapshot goes on as if it had not been.
            desk.state = postcard::from_bytes(&Desk::bytes(&desk.state)).expect("a snapshot");
            desk.state.revive();
        }
        gives_itself_back(&desk.journal);
        let mut folded = State::new();
        for recorded in &desk.journal {
            folded.apply(recorded);
        }
        prop_assert_eq!(Desk::bytes(&folded), Desk::bytes(&desk.state));
    }
}
