//! The narrow rows kept beside the events: where each record is, which owner the CRM must learn.
//!
//! They are written in the transaction of their events, so a reader of the store never sees an
//! event without its rows (law 7). They say nothing that a replay would not say again.

use evenkeel_core::event::{Event, Freed, Recorded};
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::{RecordNo, RepNo};
use evenkeel_core::state::State;
use evenkeel_core::verdict::Destination;
use evenkeel_journal::batch::{self, Batch, OutboxRow, PlaceKind, PlaceRow, Placed};

/// Adds the rows of `recorded`, which becomes event `seq` and is not applied to `state` yet.
///
/// `entered` is the record that the same command took in and that has no place yet.
pub fn note(
    batch: &mut Batch,
    state: &State,
    recorded: &Recorded,
    seq: u64,
    entered: &mut Option<RecordNo>,
) {
    let (record, now, due_ms) = match &recorded.event {
        Event::RecordTaken { record, .. } => {
            *entered = Some(*record);
            return;
        }
        Event::RecordDealt { record, to, .. } => match to {
            Destination::Rep(rep) => (*record, in_book(*rep), None),
            Destination::Queue(queue) => (*record, place(PlaceKind::Queue, queue.0), None),
            Destination::Hold { until, .. } => (*record, place(PlaceKind::Held, 0), Some(until.0)),
            Destination::Merged(_) => (*record, place(PlaceKind::Closed, 0), None),
        },
        Event::RecordGiven { record, rep, .. } | Event::RecordClaimed { record, rep, .. } => {
            (*record, in_book(*rep), None)
        }
        Event::HoldExpired { record, queue } => (*record, place(PlaceKind::Queue, queue.0), None),
        Event::RecordClosed { record, .. } | Event::RecordMerged { record, .. } => {
            (*record, place(PlaceKind::Closed, 0), None)
        }
        Event::RecordReleased { record, to, .. } => match to {
            Freed::Queue(queue) => (*record, place(PlaceKind::Queue, queue.0), None),
            Freed::Rest { until, .. } => (*record, place(PlaceKind::Held, 0), Some(until.0)),
        },
        Event::RecordRestored { record, rep, .. } => (*record, in_book(*rep), None),
        // These move no record. No wildcard: a new event must be thought about here.
        Event::PolicyPublished { .. }
        | Event::RepSet { .. }
        | Event::PoolChanged { .. }
        | Event::CreditClamped { .. }
        | Event::TurnVoided { .. }
        | Event::MarksForgotten { .. }
        | Event::HandoffVoided { .. }
        | Event::SharesGranted { .. }
        | Event::RepPaused { .. }
        | Event::RepResumed { .. }
        | Event::DrawCommitted { .. }
        | Event::DrawRevealed { .. }
        | Event::TerritoriesSet { .. }
        | Event::RecordsTouched { .. }
        | Event::ClockSet { .. }
        | Event::SlaWarned { .. }
        | Event::SlaBreached { .. }
        | Event::SlaEscalated { .. }
        | Event::FirstWorked { .. }
        | Event::TimersHeld(_)
        | Event::TimersConfirmed
        | Event::RecordReturned { .. }
        | Event::RecordKept { .. }
        | Event::Sweeping(_) => return,
    };
    let was = match entered.take_if(|entered| *entered == record) {
        Some(_) => None,
        None => Some(stored(state.place(record))),
    };
    let place = Placed {
        place: now,
        due_ms,
        seq,
    };
    push(batch, record, was, place);
}

fn push(batch: &mut Batch, record: RecordNo, was: Option<batch::Place>, now: Placed) {
    let record = record.0;
    batch.places.push(PlaceRow { record, was, now });
    if now.place.kind == PlaceKind::Book {
        let (seq, owner) = (now.seq, now.place.owner);
        batch.outbox.push(OutboxRow { record, seq, owner });
    }
}

/// A place as the store knows it.
pub fn stored(at: Place) -> batch::Place {
    match at {
        Place::Book(rep) => in_book(rep),
        Place::Queue(queue) => place(PlaceKind::Queue, queue.0),
        Place::Held(_) | Place::Resting(_) => place(PlaceKind::Held, 0),
        Place::Closed => place(PlaceKind::Closed, 0),
    }
}

fn in_book(rep: RepNo) -> batch::Place {
    place(PlaceKind::Book, rep.0)
}

fn place(kind: PlaceKind, owner: u32) -> batch::Place {
    batch::Place { kind, owner }
}
