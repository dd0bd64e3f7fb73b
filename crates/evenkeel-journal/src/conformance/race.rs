//! Racers: whoever appends at a number first has it, and the others are told.

use crate::conformance::Rig;
use crate::conformance::sample::{assert_sound, batch, id, workspace};
use crate::fault::AppendFault;
use std::sync::{Barrier, Mutex};

const RACERS: u64 = 20;
const ROUNDS: u64 = 100;

/// In every round all racers append at the same number; one wins, and no win is lost.
pub fn one_racer_wins_each_number(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let journal = Mutex::new(journal);
    let barrier = Barrier::new(usize::try_from(RACERS).expect("small"));
    let race = |racer: u64| {
        let mut won = Vec::new();
        for round in 0..ROUNDS {
            barrier.wait();
            let mine = batch(round, round * RACERS + racer, 1);
            let appended = journal
                .lock()
                .expect("no racer panics")
                .append(space, &mine);
            match appended {
                Ok(head) => won.push(head.seq),
                Err(AppendFault::Moved { head }) => assert_eq!(head.seq, round + 1),
                Err(other) => panic!("racer {racer}, round {round}: {other}"),
            }
        }
        won
    };
    let mut won: Vec<(u64, u64)> = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..RACERS)
            .map(|racer| scope.spawn(move || race(racer)))
            .collect();
        let joined = racers
            .into_iter()
            .map(|racer| racer.join().expect("no racer panics"));
        (0..)
            .zip(joined)
            .flat_map(|(racer, won)| won.into_iter().map(move |seq| (seq, racer)))
            .collect()
    });
    won.sort_unstable();
    assert_eq!(
        won.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(),
        (1..=ROUNDS).collect::<Vec<_>>()
    );

    let journal = rig.reopen(journal.into_inner().expect("no racer panics"));
    assert_eq!(journal.head(space).expect("head").seq, ROUNDS);
    for (seq, racer) in won {
        let command = journal
            .command(space, id((seq - 1) * RACERS + racer))
            .expect("look");
        assert_eq!(
            command.expect("what was acknowledged is there").first_seq,
            seq
        );
    }
    assert_eq!(journal.counts(space).expect("count").commands, ROUNDS);
    assert_sound(&*journal, space);
}

/// The same command sent by everybody, each at the head it sees, is in the journal once.
pub fn a_command_raced_twice_is_in_once(rig: &mut dyn Rig) {
    let mut journal = rig.fresh();
    let space = workspace(&mut *journal);
    let journal = Mutex::new(journal);
    let rounds = ROUNDS / 10;
    let race = |_| {
        let mut wins = 0;
        for round in 0..rounds {
            loop {
                let seen = journal
                    .lock()
                    .expect("no racer panics")
                    .head(space)
                    .expect("head");
                let mine = batch(seen.seq, round, 1);
                let appended = journal
                    .lock()
                    .expect("no racer panics")
                    .append(space, &mine);
                match appended {
                    Ok(_) => wins += 1,
                    Err(AppendFault::Moved { .. }) => continue,
                    Err(AppendFault::CommandKnown { id: known }) => assert_eq!(known, id(round)),
                    Err(other) => panic!("round {round}: {other}"),
                }
                break;
            }
        }
        wins
    };
    let wins: u64 = std::thread::scope(|scope| {
        let racers: Vec<_> = (0..RACERS)
            .map(|racer| scope.spawn(move || race(racer)))
            .collect();
        racers
            .into_iter()
            .map(|racer| racer.join().expect("no racer panics"))
            .sum()
    });
    assert_eq!(wins, rounds);
    let journal = journal.into_inner().expect("no racer panics");
    assert_eq!(journal.head(space).expect("head").seq, rounds);
    assert_sound(&*journal, space);
}
