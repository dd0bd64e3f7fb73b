//! What records take by the own activities: gathered over one of a few lengths of time, for the
//! page and the API.
//!
//! What is learned from it is the core's ([`evenkeel_core::measure::calibration`]).

use crate::host::touches::TOUCHES_MAX;
use evenkeel_core::effort::cost::Effort;
use evenkeel_core::ids::RecordNo;
use evenkeel_core::measure::own_effort::{Own, gather};
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};

/// How many days may be looked at.
pub const DAYS: [u16; 4] = [30, 60, 90, 180];
/// How many are, where nobody says.
pub const DAYS_USUAL: u16 = 90;

/// What was done on records that one rep has had for all of these days.
pub fn own(
    state: &State,
    effort: &Effort,
    touches: &[(RecordNo, Moment)],
    (now, days): (Moment, u16),
) -> Own {
    // Reading stops at a bound: of the last record then not everything may be there.
    let full = touches.len() >= TOUCHES_MAX;
    let below = touches.last().map(|(record, _)| *record);
    let below = below.filter(|_| full);
    let span = Span::days(i64::from(days));
    gather(state, effort, (touches.iter().copied(), below), (now, span))
}
