//! From the journal to the state in memory, and from the state to a snapshot.
//!
//! A snapshot is never truth: one that does not fit is passed over, and the whole journal is folded
//! instead. Nothing here writes.

use crate::host::fault::Fault;
use evenkeel_core::event::Recorded;
use evenkeel_core::state::State;
use evenkeel_journal::chain::StoredBatch;
use evenkeel_journal::codec;
use evenkeel_journal::identity::{Digest, Head, WorkspaceId};
use evenkeel_journal::journal::Reader;
use evenkeel_journal::snapshot::Snapshot;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Level of this program: what it decides and folds. Raised when either changes its meaning.
pub const ENGINE: u32 = 1;
/// How the bytes of a snapshot are written.
pub const SNAPSHOT_FORMAT: u32 = 6;
/// Events read at once while folding.
const PAGE_EVENTS: usize = 20_000;

/// A state and where its journal ends.
#[derive(Debug)]
pub struct Folded {
    /// The state.
    pub state: State,
    /// The head it stands for.
    pub head: Head,
    /// Where the snapshot stood that the fold began with; 0 without one.
    pub from: u64,
}

/// Folds a workspace: the newest snapshot that fits, then every event after it.
pub fn fold(reader: &dyn Reader, workspace: WorkspaceId) -> Result<Folded, Fault> {
    let state = newest_snapshot(reader, workspace, |_| true)?.unwrap_or_default();
    fold_from(reader, workspace, state)
}

/// Folds a workspace from its first event, whatever snapshots there are.
pub fn fold_all(reader: &dyn Reader, workspace: WorkspaceId) -> Result<Folded, Fault> {
    fold_from(reader, workspace, State::new())
}

fn fold_from(
    reader: &dyn Reader,
    workspace: WorkspaceId,
    mut state: State,
) -> Result<Folded, Fault> {
    let from = state.seq();
    walk(reader, workspace, from, |seq, recorded| {
        apply(&mut state, seq, &recorded)?;
        Ok(true)
    })?;
    let head = reader.head(workspace)?;
    Ok(Folded { state, head, from })
}

/// Hands every event after `after` to `each`, with its number, until that says false or there are
/// no more.
pub fn walk(
    reader: &dyn Reader,
    workspace: WorkspaceId,
    mut after: u64,
    mut each: impl FnMut(u64, Recorded) -> Result<bool, Fault>,
) -> Result<(), Fault> {
    loop {
        let batches = reader.read(workspace, after, PAGE_EVENTS)?;
        if batches.is_empty() {
            return Ok(());
        }
        for batch in &batches {
            let skip = after.saturating_sub(batch.expected_seq) as usize;
            for (seq, recorded) in events_of(batch, skip)? {
                after = seq;
                if !each(seq, recorded)? {
                    return Ok(());
                }
            }
        }
    }
}

/// Applies one event; a panic is a fault of this event and not of the program.
pub fn apply(state: &mut State, seq: u64, recorded: &Recorded) -> Result<(), Fault> {
    catch_unwind(AssertUnwindSafe(|| state.apply(recorded))).map_err(|panic| Fault::Unreadable {
        seq,
        what: words(&*panic),
    })
}

/// The events of a batch with their numbers, without the first `skip`.
pub fn events_of(batch: &StoredBatch, skip: usize) -> Result<Vec<(u64, Recorded)>, Fault> {
    let first = batch.expected_seq + 1;
    let body = batch.parse().map_err(|fault| Fault::Unreadable {
        seq: first,
        what: fault.to_string(),
    })?;
    let numbered = body.events.iter().enumerate().skip(skip);
    numbered
        .map(|(at, bytes)| {
            let seq = first + at as u64;
            Ok((seq, decode(seq, bytes)?))
        })
        .collect()
}

/// Reads one event.
pub fn decode(seq: u64, bytes: &[u8]) -> Result<Recorded, Fault> {
    codec::decode(bytes).map_err(|fault| Fault::Unreadable {
        seq,
        what: fault.to_string(),
    })
}

/// The digest of a state, as snapshots and `verify` compare it.
pub fn digest(state: &State) -> Digest {
    Digest(state.digest(encode))
}

fn encode(state: &State) -> Vec<u8> {
    postcard::to_stdvec(state).expect("a vector grows, and a state holds nothing of unknown length")
}

/// A snapshot of a state whose events are durable up to `head`.
pub fn snapshot(state: &State, head: Head) -> Snapshot {
    let bytes = encode(state);
    let digest = Digest(state.digest(|_| bytes.clone()));
    Snapshot {
        format: SNAPSHOT_FORMAT,
        engine: ENGINE,
        head,
        digest,
        bytes,
    }
}

/// The newest snapshot of this program that `fits`.
pub fn newest_snapshot(
    reader: &dyn Reader,
    workspace: WorkspaceId,
    fits: impl Fn(&State) -> bool,
) -> Result<Option<State>, Fault> {
    for mark in reader.snapshots(workspace)? {
        if mark.format != SNAPSHOT_FORMAT || mark.engine != ENGINE {
            continue;
        }
        let Some(snapshot) = reader.snapshot(workspace, mark.head.seq)? else {
            continue;
        };
        let Ok(mut state) = postcard::from_bytes::<State>(&snapshot.bytes) else {
            continue;
        };
        if state.seq() == snapshot.head.seq && fits(&state) {
            state.revive();
            return Ok(Some(state));
        }
    }
    Ok(None)
}

/// What a panic said.
pub fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned())
}
