//! What every kind of event is to a replay: a fact, which it takes as it was, or a decision, which
//! it makes again.
//!
//! The one list; a new kind of event does not compile without its line here. What is done with a
//! fact or a decision is in [`super::ask`].

use crate::event::sweeping::Sweeping;
use crate::event::{Event, Release};
use crate::ids::RecordNo;

/// What an event is to a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Somebody did or said something: it is taken as it was.
    Fact,
    /// The workspace decided it: it is decided again.
    Decision,
    /// It follows from the fact or decision before it in the same command.
    Consequence,
}

/// The one list: what every kind of event is to a replay.
pub fn role(event: &Event) -> Role {
    match event {
        Event::PolicyPublished { .. }
        | Event::RepSet { .. }
        | Event::RecordTaken { .. }
        | Event::RecordGiven { .. }
        | Event::RecordClosed { .. }
        | Event::TurnVoided { .. }
        | Event::RepPaused { .. }
        | Event::RepResumed { .. }
        | Event::DrawCommitted { .. }
        | Event::DrawRevealed { .. }
        | Event::TerritoriesSet { .. }
        | Event::HandoffVoided { .. }
        | Event::RecordMerged { .. }
        | Event::MarksForgotten { .. }
        | Event::SharesGranted { .. }
        | Event::RecordsTouched { .. }
        | Event::HistoryImported(_)
        | Event::Planned(_)
        | Event::FeedbackFiled { .. }
        | Event::TimersHeld(_)
        | Event::TimersConfirmed => Role::Fact,
        Event::RecordReleased { why, .. } => match why {
            Release::ClaimExpired | Release::Overdue | Release::Removed { .. } => Role::Decision,
            Release::Retrieved => Role::Fact,
            Release::Returned(_) | Release::Closed(_) => Role::Consequence,
        },
        Event::RecordReturned { .. } | Event::RecordKept { .. } => Role::Fact,
        Event::Sweeping(sweeping) => role_of(sweeping),
        Event::RecordDealt { .. }
        | Event::RecordClaimed { .. }
        | Event::RecordRestored { .. }
        | Event::HoldExpired { .. }
        | Event::CreditClamped { .. }
        | Event::SlaWarned { .. }
        | Event::SlaBreached { .. }
        | Event::SlaEscalated { .. } => Role::Decision,
        Event::PoolChanged { .. } | Event::ClockSet { .. } | Event::FirstWorked { .. } => {
            Role::Consequence
        }
    }
}

/// The same for what happens in recycling.
fn role_of(sweeping: &Sweeping) -> Role {
    match sweeping {
        Sweeping::ContactsFound { .. }
        | Sweeping::Approved { .. }
        | Sweeping::Dropped { .. }
        | Sweeping::Recalled { .. } => Role::Fact,
        Sweeping::OwnersWarned { .. }
        | Sweeping::RecordsDue { .. }
        | Sweeping::RecordsAvailable { .. }
        | Sweeping::Begun { .. }
        | Sweeping::Held { .. }
        | Sweeping::Ended { .. }
        | Sweeping::Undone { .. } => Role::Decision,
        Sweeping::CadenceSet { .. } => Role::Consequence,
    }
}

/// The record whose place or turn an event moves, if it moves one. Of a merge, the absorbed one:
/// the survivor stays where it is.
pub fn moves(event: &Event) -> Option<RecordNo> {
    match event {
        Event::RecordTaken { record, .. }
        | Event::RecordDealt { record, .. }
        | Event::RecordGiven { record, .. }
        | Event::HoldExpired { record, .. }
        | Event::RecordClosed { record, .. }
        | Event::TurnVoided { record, .. }
        | Event::HandoffVoided { record, .. }
        | Event::RecordMerged { record, .. }
        | Event::RecordReleased { record, .. }
        | Event::RecordClaimed { record, .. }
        | Event::RecordRestored { record, .. } => Some(*record),
        Event::PolicyPublished { .. }
        | Event::RepSet { .. }
        | Event::PoolChanged { .. }
        | Event::CreditClamped { .. }
        | Event::RepPaused { .. }
        | Event::RepResumed { .. }
        | Event::DrawCommitted { .. }
        | Event::DrawRevealed { .. }
        | Event::TerritoriesSet { .. }
        | Event::MarksForgotten { .. }
        | Event::SharesGranted { .. }
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
        | Event::HistoryImported(_)
        | Event::Planned(_)
        | Event::FeedbackFiled { .. }
        | Event::Sweeping(_) => None,
    }
}
