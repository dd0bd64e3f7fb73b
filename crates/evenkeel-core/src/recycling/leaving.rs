//! What becomes of the book of a rep who leaves, as a plan: who would get how many.
//!
//! Read from the events that a departure would give. Its digest says whether a later departure
//! would do the same: each record to the same place, whatever else has changed.

use crate::event::Event;
use crate::ids::{RecordNo, RepNo};
use crate::state::State;
use crate::verdict::Destination;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// One rep who would get something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heir {
    /// Who.
    pub rep: RepNo,
    /// Open records now.
    pub before: usize,
    /// How many would come.
    pub gets: usize,
}

/// What a departure would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeavePlan {
    /// Each record of the book with where it would go, in the order of the book.
    pub moves: Vec<(RecordNo, Destination)>,
    /// Who would get something, the most first. *Ties*: by rep.
    pub heirs: Vec<Heir>,
    /// Records that would go into queues.
    pub queued: usize,
    /// Records that would be held.
    pub held: usize,
    /// Says what it comes to: SHA-256 over each record and its place.
    pub digest: [u8; 32],
}

impl LeavePlan {
    /// The plan behind the events of a departure.
    pub fn of(state: &State, events: &[Event]) -> Self {
        let moves = events.iter().filter_map(|event| match event {
            Event::RecordDealt { record, to, .. } => Some((*record, *to)),
            _ => None,
        });
        let moves: Vec<(RecordNo, Destination)> = moves.collect();
        let (mut queued, mut held) = (0, 0);
        let mut gets: BTreeMap<RepNo, usize> = BTreeMap::new();
        let mut digest = Sha256::new();
        for (record, to) in &moves {
            let (kind, number) = match to {
                Destination::Rep(rep) => (0u8, rep.0),
                Destination::Queue(queue) => (1, queue.0),
                Destination::Hold { pool, .. } => (2, pool.0),
                Destination::Merged(into) => (3, into.0),
            };
            digest.update(record.0.to_be_bytes());
            digest.update([kind]);
            digest.update(number.to_be_bytes());
            match to {
                Destination::Rep(rep) => *gets.entry(*rep).or_default() += 1,
                Destination::Queue(_) => queued += 1,
                Destination::Hold { .. } => held += 1,
                Destination::Merged(_) => {}
            }
        }
        let heirs = gets.into_iter().map(|(rep, gets)| Heir {
            rep,
            before: state.roster().rep(rep).book.len(),
            gets,
        });
        let mut heirs: Vec<Heir> = heirs.collect();
        heirs.sort_by_key(|heir| (std::cmp::Reverse(heir.gets), heir.rep));
        Self {
            moves,
            heirs,
            queued,
            held,
            digest: digest.finalize().into(),
        }
    }
}
