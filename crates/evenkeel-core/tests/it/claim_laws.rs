//! Laws of claims that hold after every command of any stream: limits in hand, one winner, what is
//! owed within its bound, nothing overtaken beyond the window, what goes back at its old key.
//!
//! The limits are counted again from the events alone. `EVENKEEL_CASES` sets the number of streams
//! (default 64).

use crate::claims::{claim, take_in, touch};
use crate::company::{Desk, newcomer};
use crate::laws::{cases, ledgers, one_place};
use crate::replaying::gives_itself_back;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::claim::Pick;
use evenkeel_core::command::close::Close;
use evenkeel_core::command::deactivate_rep::{BookGoes, DeactivateRep};
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::event::{Event, Freed, Recorded, Release};
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::{QueueNo, RecordNo, RepNo};
use evenkeel_core::people::rep::Leave;
use evenkeel_core::state::State;
use evenkeel_core::time::{DAY, Moment, Span};
use evenkeel_core::units::Micro;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const REPS: [&str; 5] = ["ana", "ben", "cleo", "dina", "emil"];
const QUEUE: QueueNo = QueueNo(0);
const OVERTAKE: Span = Span::days(3);
const WORK_WITHIN: Span = Span::days(2);
const UNWORKED: usize = 3;
const OPEN: usize = 5;
const A_DAY: usize = 4;

/// The policy of every stream; `edition` changes what may change without a limit becoming tighter.
fn policy(edition: u8) -> String {
    let show = ["\"all\"", "3", "\"blind\""][usize::from(edition) % 3];
    let band = 1 + u32::from(edition) % 2;
    let best = ["0.7", "0.5"][usize::from(edition) % 2];
    format!(
        "evenkeel = 1\nname = \"Claims {edition}\"\n[record]\nfit = \"number\"\n\
         [[pool]]\nname = \"closers\"\nwhere = 'rep.team == \"inbound\"'\n\
         nobody = \"queue:inbound\"\n\
         [[queue]]\nname = \"inbound\"\npool = \"closers\"\n\
         score = {{ likely = {{ field = \"record.fit\", from = 0, to = 100 }} }}\n\
         overtake = \"3 days\"\nshow = {show}\n\
         grades = [{{ name = \"A\", from = {best} }}, {{ name = \"B\", from = 0.3 }}]\n\
         fair = {{ band = {band}, leak = \"2 days\" }}\n\
         limit = {{ unworked = 3, open = 5 }}\nclaims = {{ day = 4 }}\n\
         worked_rate = 0.8\nwork_within = \"2 days\"\n\
         [fallback]\nto = \"queue:inbound\"\n"
    )
}

/// One step of a stream; numbers pick among what exists.
#[derive(Clone, Debug)]
enum Step {
    TakeIn { fit: u8 },
    Next { rep: u8 },
    This { rep: u8, record: u8 },
    Work { record: u8 },
    Close { record: u8 },
    Assign { record: u8, rep: u8 },
    Away { rep: u8, days: u8 },
    Deactivate { rep: u8 },
    Republish { edition: u8 },
    Wait { hours: u8 },
    Tick,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        10 => (0u8..=100).prop_map(|fit| Step::TakeIn { fit }),
        10 => any::<u8>().prop_map(|rep| Step::Next { rep }),
        5 => any::<(u8, u8)>().prop_map(|(rep, record)| Step::This { rep, record }),
        4 => any::<u8>().prop_map(|record| Step::Work { record }),
        2 => any::<u8>().prop_map(|record| Step::Close { record }),
        1 => any::<(u8, u8)>().prop_map(|(record, rep)| Step::Assign { record, rep }),
        1 => (any::<u8>(), 0u8..20).prop_map(|(rep, days)| Step::Away { rep, days }),
        1 => any::<u8>().prop_map(|rep| Step::Deactivate { rep }),
        1 => any::<u8>().prop_map(|edition| Step::Republish { edition }),
        4 => (0u8..40).prop_map(|hours| Step::Wait { hours }),
        3 => Just(Step::Tick),
    ]
}

fn open() -> Desk {
    let mut desk = Desk::empty();
    desk.publish(&policy(0)).expect("a sound policy");
    for key in &REPS[..4] {
        set(&mut desk, key);
    }
    desk
}

fn set(desk: &mut Desk, key: &str) {
    let set = SetRep {
        key: key.into(),
        profile: newcomer(),
    };
    desk.run(&Command::SetRep(Box::new(set))).expect("a rep");
}

/// Runs one step; a refusal is a fine answer, a broken law is not.
fn take(desk: &mut Desk, step: &Step, taken: &mut usize) {
    let rep_key = |rep: &u8| REPS[usize::from(*rep) % REPS.len()];
    let record_at = |record: &u8| {
        let total = (*taken).max(1);
        RecordNo::at(usize::from(*record) % total)
    };
    let key = |record: &u8| format!("L-{}", record_at(record).0);
    match step {
        Step::TakeIn { fit } => {
            take_in(desk, &format!("L-{taken}"), i64::from(*fit));
            *taken += 1;
        }
        Step::Next { rep } => drop(claim(desk, rep_key(rep), Pick::Next)),
        Step::This { rep, record } => {
            drop(claim(desk, rep_key(rep), Pick::This(key(record))));
        }
        Step::Work { record } if *taken > 0 => {
            let record = record_at(record);
            if let Some(rep) = desk.state.place(record).owner() {
                let rep = desk.state.roster().rep(rep).key.clone();
                touch(desk, record, &rep);
            }
        }
        Step::Work { .. } => {}
        Step::Close { record } => {
            let close = Command::Close(Close {
                record: key(record),
                expected: Expected::Any,
                reason: "won".into(),
            });
            drop(desk.run(&close));
        }
        Step::Assign { record, rep } => {
            let assign = Command::Assign(Assign {
                record: key(record),
                rep: rep_key(rep).into(),
                expected: Expected::Any,
                note: None,
            });
            drop(desk.run(&assign));
        }
        Step::Away { rep, days } => {
            let leave = Leave {
                from: desk.now,
                until: desk.now + Span::days(i64::from(*days)),
            };
            drop(desk.set_rep(rep_key(rep), |profile| profile.leaves = vec![leave]));
        }
        Step::Deactivate { rep } => {
            let deactivate = Command::DeactivateRep(DeactivateRep {
                rep: rep_key(rep).into(),
                book: BookGoes::Redeal,
                plan: None,
            });
            drop(desk.run(&deactivate));
        }
        Step::Republish { edition } => match desk.publish(&policy(*edition)) {
            Ok(_) | Err(Refusal::NothingToDo) => {}
            Err(refusal) => panic!("a sound policy: {refusal:?}"),
        },
        Step::Wait { hours } => desk.wait(Span::hours(i64::from(*hours))),
        Step::Tick => drop(desk.run(&Command::Tick)),
    }
}

/// A claim as the checker knows it.
#[derive(Clone, Copy)]
struct Seen {
    rep: RepNo,
    arrival: Moment,
    key: Moment,
    until: Option<Moment>,
    worked: bool,
}

/// Counts everything again from the events alone.
#[derive(Default)]
struct Recount {
    claims: BTreeMap<RecordNo, Seen>,
    queued: BTreeSet<RecordNo>,
    owners: BTreeMap<RecordNo, RepNo>,
    times: BTreeMap<RepNo, Vec<Moment>>,
    /// Arrival and key of what came back.
    back: BTreeMap<RecordNo, (Moment, Moment)>,
    policies: u32,
}

impl Recount {
    fn see(&mut self, recorded: &Recorded) {
        match &recorded.event {
            Event::PolicyPublished { .. } => {
                self.policies += 1;
                self.back.clear();
            }
            Event::RecordDealt { record, to, .. } => {
                self.gone(*record);
                match to {
                    evenkeel_core::verdict::Destination::Queue(_) => {
                        self.queued.insert(*record);
                    }
                    to => panic!("{to:?}: this policy deals into its queue"),
                }
            }
            Event::RecordGiven { record, rep, .. } => {
                self.gone(*record);
                self.owners.insert(*record, *rep);
            }
            Event::RecordClosed { record, .. } => self.gone(*record),
            Event::RecordsTouched { touches } => {
                for touch in touches {
                    if let Some(seen) = self.claims.get_mut(&touch.record) {
                        seen.worked |= touch.rep == Some(seen.rep);
                    }
                }
            }
            Event::RecordReleased { record, why, to } => {
                assert_eq!((why, to), (&Release::ClaimExpired, &Freed::Queue(QUEUE)));
                let seen = self.claims.remove(record).expect("only claims expire");
                assert!(!seen.worked, "what was worked stays");
                assert!(seen.until.is_some_and(|until| until <= recorded.at));
                self.gone(*record);
                self.queued.insert(*record);
                self.back.insert(*record, (seen.arrival, seen.key));
            }
            Event::RecordClaimed {
                record, rep, claim, ..
            } => {
                assert!(self.queued.contains(record), "one winner for {record:?}");
                // For the one claim after it went back: what is dealt into the queue again later
                // arrives anew.
                if let Some(back) = self.back.remove(record) {
                    assert_eq!((claim.arrival, claim.key), back, "its old place");
                }
                self.gone(*record);
                self.owners.insert(*record, *rep);
                let seen = Seen {
                    rep: *rep,
                    arrival: claim.arrival,
                    key: claim.key,
                    until: claim.until,
                    worked: false,
                };
                assert_eq!(claim.until, Some(recorded.at + WORK_WITHIN));
                self.claims.insert(*record, seen);
                self.times.entry(*rep).or_default().push(recorded.at);
                self.limits(*rep, recorded.at);
            }
            _ => {}
        }
    }

    fn gone(&mut self, record: RecordNo) {
        self.queued.remove(&record);
        self.owners.remove(&record);
        self.claims.remove(&record);
    }

    fn limits(&self, rep: RepNo, now: Moment) {
        let own = self.claims.values().filter(|seen| seen.rep == rep);
        let unworked = own.clone().filter(|seen| !seen.worked).count();
        assert!(unworked <= UNWORKED, "{rep:?} holds {unworked} unworked");
        assert!(own.count() <= OPEN);
        let times = &self.times[&rep];
        let inside = times.iter().filter(|at| now - **at < DAY).count();
        assert!(inside <= A_DAY, "{rep:?} took {inside} in 24 hours");
    }
}

/// Zero-sum and within the proved bound, per grade.
fn grades(state: &State) {
    for (name, book) in state.claims().grades(QUEUE) {
        let credits: Micro = book.ledger.members().iter().map(|entry| entry.credit).sum();
        assert_eq!(credits, Micro(0), "grade {name}");
        let fairness = book.fairness;
        assert!(
            fairness.passed.is_none() && fairness.worst <= fairness.bound(),
            "grade {name}: {fairness:?}"
        );
    }
}

/// Nothing is ahead of what arrived more than the window before it.
fn overtaking(state: &State) {
    let line = state.queue(QUEUE);
    let mut latest = None;
    let order: Vec<RecordNo> = line.in_order().map(|(record, _)| record).collect();
    assert_eq!(
        order.len(),
        line.records.len(),
        "everything that waits is ranked"
    );
    for record in order {
        let arrival = line.arrival(record).expect("it waits");
        if let Some(latest) = latest {
            assert!(
                latest - arrival <= OVERTAKE,
                "{record:?} is overtaken by more"
            );
        }
        latest = latest.max(Some(arrival));
    }
}

/// The state's own counts are those of its claims.
fn hands(state: &State) {
    let claims = state.claims();
    for (rep, hand) in claims.hands(QUEUE) {
        let own = claims.open().filter(|(_, claim)| claim.rep == rep);
        let (open, unworked) = own.fold((0, 0), |(open, unworked), (record, claim)| {
            assert_eq!(state.place(record), Place::Book(rep));
            (open + 1, unworked + u32::from(!claim.worked))
        });
        assert_eq!((hand.open, hand.unworked), (open, unworked), "{rep:?}");
    }
    let unworked = claims.open().filter(|(_, claim)| !claim.worked);
    assert_eq!(
        claims.due().len(),
        unworked.count(),
        "every claim has its deadline"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn laws_of_claims_hold_after_every_command(steps in prop::collection::vec(step(), 1..160)) {
        let mut desk = open();
        let (mut taken, mut seen) = (0, 0);
        let mut recount = Recount::default();
        for one in &steps {
            take(&mut desk, one, &mut taken);
            desk.journal[seen..].iter().for_each(|recorded| recount.see(recorded));
            seen = desk.journal.len();
            one_place(&desk.state);
            ledgers(&desk.state);
            grades(&desk.state);
            overtaking(&desk.state);
            hands(&desk.state);
        }
        prop_assert_eq!(recount.owners.len() + recount.queued.len(), {
            let closed = (0..taken).filter(|at| {
                desk.state.place(RecordNo::at(*at)) == Place::Closed
            });
            taken - closed.count()
        });

        gives_itself_back(&desk.journal);
        let mut folded = State::new();
        desk.journal.iter().for_each(|recorded| folded.apply(recorded));
        prop_assert!(Desk::bytes(&folded) == Desk::bytes(&desk.state), "fold(events) = live state");
        let snapshot = Desk::bytes(&desk.state);
        let mut revived: State = postcard::from_bytes(&snapshot).expect("a snapshot can be read");
        revived.revive();
        let order = |state: &State| -> Vec<RecordNo> {
            state.queue(QUEUE).in_order().map(|(record, _)| record).collect()
        };
        prop_assert_eq!(order(&revived), order(&desk.state), "the order is worked out again");
        let mut other = Desk { state: revived, journal: Vec::new(), ..desk };
        let next = claim(&mut other, "ana", Pick::Next);
        other.state = folded;
        prop_assert_eq!(claim(&mut other, "ana", Pick::Next), next);
    }
}
