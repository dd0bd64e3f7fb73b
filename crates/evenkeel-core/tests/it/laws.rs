//! Laws that hold after every command of any stream: one place, zero-sum ledgers, the proved
//! bound, caps, and a state that is exactly the fold of its events.
//!
//! `EVENKEEL_CASES` sets the number of streams (default 64).

use crate::company::{Desk, POLICY, set_weight};
use crate::replaying::gives_itself_back;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::deactivate_rep::{BookGoes, DeactivateRep};
use evenkeel_core::command::reassign::Reassign;
use evenkeel_core::event::{Event, Recorded};
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::{RecordNo, RepNo};
use evenkeel_core::people::rep::{Leave, Status};
use evenkeel_core::state::State;
use evenkeel_core::time::{DAY, Moment, Span};
use evenkeel_core::units::Micro;
use evenkeel_core::verdict::Standing;
use proptest::prelude::*;
use std::collections::BTreeMap;

const REPS: [&str; 6] = ["ana", "ben", "cleo", "dina", "emil", "fay"];

/// One step of a stream; numbers pick among what exists.
#[derive(Clone, Debug)]
enum Step {
    TakeIn { country: u8, points: u8 },
    Assign { record: u8, rep: u8 },
    Reassign { record: u8 },
    Close { record: u8 },
    Pause { rep: u8 },
    Resume { rep: u8 },
    Leave { rep: u8, days: u8 },
    Reweight { rep: u8, weight: u8 },
    Deactivate { rep: u8, book: u8 },
    Republish,
    Wait { hours: u8 },
    Tick,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (any::<u8>(), 0u8..6).prop_map(|(country, points)| Step::TakeIn { country, points }),
        1 => any::<(u8, u8)>().prop_map(|(record, rep)| Step::Assign { record, rep }),
        1 => any::<u8>().prop_map(|record| Step::Reassign { record }),
        1 => any::<u8>().prop_map(|record| Step::Close { record }),
        1 => any::<u8>().prop_map(|rep| Step::Pause { rep }),
        2 => any::<u8>().prop_map(|rep| Step::Resume { rep }),
        1 => (any::<u8>(), 0u8..40).prop_map(|(rep, days)| Step::Leave { rep, days }),
        1 => (any::<u8>(), 1u8..9).prop_map(|(rep, weight)| Step::Reweight { rep, weight }),
        1 => (any::<u8>(), 0u8..3).prop_map(|(rep, book)| Step::Deactivate { rep, book }),
        1 => Just(Step::Republish),
        3 => (0u8..60).prop_map(|hours| Step::Wait { hours }),
        3 => Just(Step::Tick),
    ]
}

pub(crate) fn cases() -> u32 {
    std::env::var("EVENKEEL_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(64)
}

fn book_goes(book: u8, heir: &str) -> BookGoes {
    match book {
        0 => BookGoes::Redeal,
        1 => BookGoes::Queue("triage".into()),
        _ => BookGoes::Rep(heir.into()),
    }
}

fn paused(since: Moment) -> Status {
    Status::Paused {
        since,
        review: None,
        reason: None,
    }
}

/// Runs one step; a refusal is a fine answer, a broken law is not.
fn take(desk: &mut Desk, step: &Step, taken: &mut u32) {
    let rep_key = |rep: &u8| REPS[*rep as usize % REPS.len()].to_owned();
    let total = desk.state.records().len();
    let record_key = |record: &u8| match total {
        0 => "none".to_owned(),
        _ => desk
            .state
            .records()
            .key(RecordNo::at(*record as usize % total))
            .to_owned(),
    };
    let now = desk.now;
    let command = match step {
        Step::TakeIn { country, points } => {
            *taken += 1;
            let country = ["US", "DE", "DE", "NZ", "FR"][*country as usize % 5];
            let mut attributes = evenkeel_core::market::value::Attributes::default();
            let field = desk.state.record_schema().find("points").expect("declared");
            let points = Micro::whole(i64::from(*points));
            attributes.set(field, evenkeel_core::market::value::Value::Number(points));
            desk.take_in_with(&format!("L-{taken}"), country, attributes)
                .expect("a new record");
            return;
        }
        Step::Assign { record, rep } => Command::Assign(Assign {
            record: record_key(record),
            rep: rep_key(rep),
            expected: Expected::Any,
            note: None,
        }),
        Step::Reassign { record } => Command::Reassign(Reassign {
            record: record_key(record),
            expected: Expected::Any,
        }),
        Step::Close { record } => Command::Close(Close {
            record: record_key(record),
            expected: Expected::Any,
            reason: "won".into(),
        }),
        Step::Pause { rep } => {
            let status = paused(now);
            let _ = desk.set_rep(&rep_key(rep), |profile| profile.status = status);
            return;
        }
        Step::Resume { rep } => {
            let _ = desk.set_rep(&rep_key(rep), |profile| profile.status = Status::Active);
            return;
        }
        Step::Leave { rep, days } => {
            let leave = Leave {
                from: now,
                until: now + Span::days(i64::from(*days)),
            };
            let _ = desk.set_rep(&rep_key(rep), |profile| profile.leaves = vec![leave]);
            return;
        }
        Step::Reweight { rep, weight } => {
            let state = desk.state.clone();
            let _ = desk.set_rep(&rep_key(rep), |profile| {
                set_weight(&state, profile, i64::from(*weight));
            });
            return;
        }
        Step::Deactivate { rep, book } => Command::DeactivateRep(DeactivateRep {
            rep: rep_key(rep),
            book: book_goes(*book, &rep_key(&rep.wrapping_add(1))),
            plan: None,
        }),
        Step::Republish => {
            let text = format!("{POLICY}\n# edition {}\n", desk.state.version());
            desk.publish(&text).expect("the same rules again");
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

/// Every record in exactly one place, counted independently of the state's own lists.
pub(crate) fn one_place(state: &State) {
    let mut owned: BTreeMap<RepNo, usize> = BTreeMap::new();
    let (mut queued, mut held, mut resting) = (0, 0, 0);
    for at in 0..state.records().len() {
        let record = RecordNo::at(at);
        match state.place(record) {
            Place::Book(rep) => {
                *owned.entry(rep).or_default() += 1;
                assert!(state.roster().rep(rep).book.contains(&record));
            }
            Place::Queue(queue) => {
                queued += 1;
                assert!(state.queue(queue).records.contains_key(&record));
            }
            Place::Held(hold) => {
                held += 1;
                assert!(hold.until > hold.since, "every hold has a deadline");
            }
            Place::Resting(rest) => {
                resting += 1;
                assert!(rest.until > rest.since, "every rest has an end");
            }
            Place::Closed => {}
        }
    }
    let books: usize = state.roster().iter().map(|(_, rep)| rep.book.len()).sum();
    assert_eq!(
        books,
        owned.values().sum::<usize>(),
        "books hold what the places say"
    );
    assert_eq!(
        state
            .queues()
            .iter()
            .map(|queue| queue.records.len())
            .sum::<usize>(),
        queued
    );
    assert_eq!(state.held().len(), held);
    assert_eq!(state.resting().len(), resting);
    for (_, rep) in state.roster().iter() {
        assert!(
            rep.profile.status != Status::Left || rep.book.is_empty(),
            "nobody leaves a book"
        );
    }
}

/// Zero-sum, and nobody further from even than proved.
pub(crate) fn ledgers(state: &State) {
    for pool in state.pools() {
        let credits: Micro = pool.ledger.members().iter().map(|entry| entry.credit).sum();
        assert_eq!(credits, Micro(0), "credits add up to zero");
        let fairness = pool.fairness;
        assert!(
            fairness.passed.is_none() && fairness.worst <= fairness.bound(),
            "{}: {fairness:?}",
            pool.name,
        );
    }
}

/// Caps hold at every deal, recounted from the journal alone.
fn caps(journal: &[Recorded], state: &State) {
    let lottery = state.pool_no("lottery").expect("in the policy");
    let mut times: BTreeMap<RepNo, Vec<Moment>> = BTreeMap::new();
    for recorded in journal {
        let Event::RecordDealt { verdict, .. } = &recorded.event else {
            continue;
        };
        let Some((turn, pick)) = verdict.picked() else {
            continue;
        };
        if turn.pool == lottery {
            times.entry(pick.rep).or_default().push(recorded.at);
        }
    }
    for (rep, times) in times {
        for (at, time) in times.iter().enumerate() {
            let within = times[..=at]
                .iter()
                .filter(|other| *time - **other < DAY)
                .count();
            assert!(within <= 5, "{rep:?} got {within} in 24 hours by {time}");
        }
    }
}

/// Received less entitled is what the credit says, per member, through all joins and pauses.
fn interval_fairness(journal: &[Recorded], state: &State) {
    let mut entitled: BTreeMap<(u32, RepNo), Micro> = BTreeMap::new();
    for recorded in journal {
        let Event::RecordDealt { verdict, .. } = &recorded.event else {
            continue;
        };
        let Some((turn, pick)) = verdict.picked() else {
            continue;
        };
        let shares: Micro = turn
            .candidates
            .iter()
            .map(|candidate| match candidate.standing {
                Standing::Able { share, .. } => {
                    *entitled.entry((turn.pool.0, candidate.rep)).or_default() += share;
                    share
                }
                Standing::Stopped(_) => Micro(0),
            })
            .sum();
        assert_eq!(
            shares, verdict.size,
            "the shares of a turn add up to the record"
        );
        *entitled.entry((turn.pool.0, pick.rep)).or_default() -= verdict.size;
    }
    for (at, pool) in state.pools().iter().enumerate() {
        for tally in &pool.tallies {
            let expected = entitled
                .get(&(at as u32, tally.rep))
                .copied()
                .unwrap_or_default();
            assert_eq!(tally.entitled - tally.received, expected);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn laws_hold_after_every_command(steps in prop::collection::vec(step(), 1..120)) {
        let mut desk = Desk::with_reps(&REPS[..4]);
        let mut taken = 0;
        for one in &steps {
            take(&mut desk, one, &mut taken);
            one_place(&desk.state);
            ledgers(&desk.state);
        }
        caps(&desk.journal, &desk.state);
        interval_fairness(&desk.journal, &desk.state);
        prop_assert_eq!(desk.state.records().len() as u32, taken, "nothing is lost");

        let mut folded = State::new();
        desk.journal.iter().for_each(|recorded| folded.apply(recorded));
        prop_assert!(Desk::bytes(&folded) == Desk::bytes(&desk.state), "fold(events) = live state");

        gives_itself_back(&desk.journal);
        let snapshot = Desk::bytes(&desk.state);
        let mut revived: State = postcard::from_bytes(&snapshot).expect("a snapshot can be read");
        revived.revive();
        prop_assert!(Desk::bytes(&revived) == snapshot, "a snapshot is the state");
        let mut other = Desk { state: revived, journal: Vec::new(), ..desk };
        let next = other.take_in("after", "DE").expect("a new record");
        other.state = folded;
        prop_assert_eq!(other.take_in("after", "DE").expect("a new record"), next);
    }
}
