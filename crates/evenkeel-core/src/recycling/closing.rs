//! What is closed for a reason that a removal rule names comes back after a rest.
//!
//! Every verb that closes a record asks here what follows; nothing is closed here.

use crate::event::{Event, Freed, Release};
use crate::holding::place::AfterRest;
use crate::ids::RecordNo;
use crate::market::filter::Filter;
use crate::policy::document::recycling::Onward;
use crate::state::State;
use crate::time::Moment;

/// The event after the closing of `record` for `reason`, if it comes back: by the first removal
/// that names the reason and whose condition holds.
pub fn back(state: &State, record: RecordNo, reason: &str, now: Moment) -> Option<Event> {
    let recycling = state.policy()?.document().recycling.as_ref()?;
    let columns = &state.records().columns;
    let mut removals = recycling.bringing_back(reason);
    let removal =
        removals.find(|removal| Filter::new(removal.when.as_ref(), columns).yes(record.index()))?;
    Some(Event::RecordReleased {
        record,
        why: Release::Closed(reason.to_owned()),
        to: Freed::Rest {
            until: now + recycling.rest,
            then: onward(state, removal.then),
        },
    })
}

/// What a removal's `then` is in the workspace.
pub fn onward(state: &State, then: Onward) -> AfterRest {
    match then {
        Onward::Deal => AfterRest::Deal,
        Onward::Queue(queue) => AfterRest::Queue(state.queue_at(queue)),
    }
}
