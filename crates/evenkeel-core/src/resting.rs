//! Rests that are over: a released record is available again, and goes on by what was said when it
//! was released.
//!
//! Why and for how long a record rests was decided before; whether anything ends a rest early is
//! not known here.

use crate::choose::Draft;
use crate::event::{Cause, Event};
use crate::holding::place::{AfterRest, Place};
use crate::ids::RepNo;
use crate::people::rep::Status;
use crate::state::State;
use crate::time::Moment;
use crate::verdict::{Destination, Verdict};

/// Whether any rest is over at `now`.
pub fn any(state: &State, now: Moment) -> bool {
    let first = state.resting().next();
    first.is_some_and(|(until, _)| until <= now)
}

/// Adds the going on of every record whose rest is over, the earliest first, until there are
/// `most` events. *Ties*: the lower record.
///
/// A record that is to go back to a rep who is away, paused or gone is dealt by the policy instead.
pub fn due(
    draft: &mut Draft<'_>,
    state: &State,
    now: Moment,
    most: usize,
    events: &mut Vec<Event>,
) {
    for (_, record) in state.resting().take_while(|(until, _)| *until <= now) {
        if events.len() >= most {
            return;
        }
        let Place::Resting(rest) = state.place(record) else {
            unreachable!("{record:?} is listed as resting");
        };
        let told = || Verdict::by_hand(state.version());
        let (to, verdict) = match rest.then {
            AfterRest::Queue(queue) => (Destination::Queue(queue), told()),
            AfterRest::Back(rep) if is_here(state, rep, now) => (Destination::Rep(rep), told()),
            AfterRest::Back(_) | AfterRest::Deal => draft.deal_record(record, None),
        };
        events.push(Event::RecordDealt {
            record,
            to,
            cause: Cause::Rested,
            verdict,
        });
    }
}

fn is_here(state: &State, rep: RepNo, now: Moment) -> bool {
    let profile = &state.roster().rep(rep).profile;
    profile.status == Status::Active && profile.leave_at(now).is_none()
}
