//! What a rep may learn of a record by trying to claim it.
//!
//! Whether the claim succeeds is the core's to say.

use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::holding::place::Place;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::state::State;

/// Refuses a record that is neither in the queue nor claimed from it: a rep learns nothing of it.
///
/// *Refuses*: `record_unknown`.
pub fn known_here(state: &State, queue: &str, record: &str) -> Result<(), Refusal> {
    let queue = state.queue_no(queue);
    let here = |record: &RecordNo| {
        let claimed = state.claims().of(*record).map(|claim| claim.queue);
        queue.is_some_and(|queue| {
            state.place(*record) == Place::Queue(queue) || claimed == Some(queue)
        })
    };
    match state.record_no(record).filter(here) {
        Some(_) => Ok(()),
        None => Err(Refusal::RecordUnknown {
            record: record.chars().take(200).collect(),
        }),
    }
}
