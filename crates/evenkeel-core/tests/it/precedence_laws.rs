//! Laws of the ladder: turn counts are right after any stream of intakes, merges, voids and gifts.
//!
//! `EVENKEEL_CASES` sets the number of streams (default 64).

use crate::company::Desk;
use crate::precedence::{EMAIL, RELATED, STICKY, desk, merge, owed, refolded, take, turn_of};
use crate::replaying::gives_itself_back;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::void::Void;
use evenkeel_core::event::{Event, Taken};
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::{RecordNo, RepNo};
use evenkeel_core::time::Span;
use evenkeel_core::units::Micro;
use evenkeel_core::verdict::rung::Said;
use evenkeel_core::verdict::{Destination, Standing};
use proptest::prelude::*;

/// One step of a made-up stream.
#[derive(Clone, Debug)]
enum Step {
    Take {
        company: u8,
        person: u8,
        account: u8,
    },
    Merge {
        from: u8,
        into: u8,
    },
    Void(u8),
    Close(u8),
    Give {
        record: u8,
        rep: u8,
    },
    Leave {
        rep: u8,
        days: u8,
    },
    Wait(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0..6u8, 0..12u8, any::<u8>())
            .prop_map(|(company, person, account)| Step::Take { company, person, account }),
        3 => (any::<u8>(), any::<u8>()).prop_map(|(from, into)| Step::Merge { from, into }),
        1 => any::<u8>().prop_map(Step::Void),
        1 => any::<u8>().prop_map(Step::Close),
        1 => (any::<u8>(), 0..4u8).prop_map(|(record, rep)| Step::Give { record, rep }),
        1 => (0..4u8, 1..5u8).prop_map(|(rep, days)| Step::Leave { rep, days }),
        1 => (1..40u8).prop_map(Step::Wait),
    ]
}

const REPS: [&str; 4] = ["ana", "ben", "cleo", "dan"];

fn walk(desk: &mut Desk, step: &Step) {
    let count = desk.state.records().len();
    let key = |at: u8| format!("L-{}", usize::from(at) % count.max(1));
    match step {
        Step::Take {
            company,
            person,
            account,
        } => {
            let fields = format!(
                "company=Company {company};email=p{person}@c{company}.example;account={}",
                key(*account)
            );
            take(desk, &format!("L-{count}"), &fields);
        }
        Step::Merge { from, into } => drop(merge(desk, &key(*from), &key(*into))),
        Step::Void(at) => {
            if let Some((dealt, verdict)) = turn_of(desk, &key(*at)) {
                let (record, reason) = (key(*at), "bad_data".into());
                let void = Void {
                    record,
                    reason,
                    dealt,
                    verdict,
                };
                desk.run(&Command::Void(Box::new(void)))
                    .expect("a turn comes back once");
            }
        }
        Step::Close(at) => {
            let close = Close {
                record: key(*at),
                expected: Expected::Any,
                reason: "lost".into(),
            };
            drop(desk.run(&Command::Close(close)));
        }
        Step::Give { record, rep } => {
            let assign = Assign {
                record: key(*record),
                rep: REPS[usize::from(*rep)].into(),
                expected: Expected::Any,
                note: None,
            };
            drop(desk.run(&Command::Assign(assign)));
        }
        Step::Leave { rep, days } => {
            let until = desk.now + Span::days(i64::from(*days));
            desk.leave(REPS[usize::from(*rep)], until);
        }
        Step::Wait(hours) => {
            desk.wait(Span(i64::from(*hours) * 3_600_000));
            drop(desk.run(&Command::Tick));
        }
    }
}

/// What is owed, worked out again from the journal alone: entitlement less turns, less turns that
/// came back, and what was counted outside rotation.
fn audited(desk: &Desk) -> Vec<Micro> {
    let mut owed = [Micro(0); 4];
    let mut add = |parts: &[(RepNo, Micro)]| {
        parts
            .iter()
            .for_each(|(rep, amount)| owed[rep.index()] += *amount);
    };
    for recorded in &desk.journal {
        match &recorded.event {
            Event::RecordDealt { verdict, .. } => {
                if let Some((turn, pick)) = verdict.picked() {
                    for candidate in &turn.candidates {
                        if let Standing::Able { plain, .. } = candidate.standing {
                            add(&[(candidate.rep, plain)]);
                        }
                    }
                    add(&[(pick.rep, -verdict.size)]);
                }
                if let Some(Said::Took(charge)) = verdict.settled().map(|rung| &rung.said) {
                    add(&charge.makeup);
                }
            }
            Event::RecordGiven { counted, .. } => {
                counted.iter().for_each(|counted| add(&counted.makeup));
            }
            Event::TurnVoided { makeup, .. } => add(makeup),
            Event::RecordMerged {
                back: Some(back), ..
            } => match &back.taken {
                Taken::Turn { makeup, .. } => add(makeup),
                Taken::Handoff(owing) => add(&owing.makeup),
            },
            Event::CreditClamped {
                rep,
                credit,
                spread,
                ..
            } => {
                let _ = (rep, credit);
                add(spread);
                let rest: Micro = spread.iter().map(|(_, amount)| *amount).sum();
                add(&[(*rep, -rest)]);
            }
            _ => {}
        }
    }
    owed.to_vec()
}

/// Open records of which no other open one is the same by the duplicates that are merged.
fn no_open_twins(desk: &Desk) -> bool {
    let all = (0..desk.state.records().len()).map(RecordNo::at);
    let mut open = all.filter(|record| desk.state.place(*record) != Place::Closed);
    open.all(|record| desk.state.alike(record).is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("EVENKEEL_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(64),
        ..ProptestConfig::default()
    })]

    /// After any sequence of intakes, merges, voids and gifts the books of turns are right, every
    /// credit is within the proved bound, and the fold of the journal is the state.
    #[test]
    fn turn_counts_are_right_after_anything(steps in prop::collection::vec(step(), 1..80)) {
        let lines = format!(
            "{EMAIL}\n{RELATED}\ncounts = 0.5\n\
             otherwise = {{ hold = \"1 days\", then = \"queue:stand-in\" }}\n{STICKY}"
        );
        let mut desk = desk(&lines);
        for one in &steps {
            walk(&mut desk, one);
            let pool = &desk.state.pools()[0];
            // (q + delta)(n - 1) / 2 with q = 1, n = 4 and delta = 2/3.
            let bound = Micro(2_500_000);
            for entry in pool.ledger.members() {
                prop_assert!(entry.credit.abs() <= bound, "{:?}", entry);
            }
        }
        prop_assert_eq!(owed(&desk), audited(&desk));
        prop_assert!(no_open_twins(&desk));
        for record in (0..desk.state.records().len()).map(RecordNo::at) {
            if let Some(into) = desk.state.records().merged_into(record) {
                prop_assert_eq!(desk.state.place(record), Place::Closed);
                prop_assert_eq!(turn_of(&desk, desk.state.records().key(record)), None);
                prop_assert!(desk.state.records().survivor(into) != record);
            }
        }
        refolded(&desk);
        gives_itself_back(&desk.journal);
    }
}

#[test]
fn the_right_one_of_many_is_found() {
    let lines = "[[duplicate]]\nname = \"Company\"\nby = \"record.company\"\nas = \"name\"";
    let mut desk = desk(lines);
    for number in 0..2_000 {
        take(
            &mut desk,
            &format!("L-{number}"),
            &format!("company=Company {number}"),
        );
        desk.journal.clear();
    }
    let verdict = take(&mut desk, "again", "company=COMPANY 7 Ltd");
    assert_eq!(
        verdict.settled().and_then(|rung| rung.found),
        desk.state.record_no("L-7")
    );
    let to = Destination::Merged(desk.state.record_no("L-7").expect("taken in"));
    assert!(matches!(&desk.journal[1].event, Event::RecordDealt { to: found, .. } if *found == to));
}
