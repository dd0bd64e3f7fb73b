//! Gate: the rep has had the most allowed in a sliding window.
//!
//! Windows slide: they end now and begin 24 hours, 7 or 30 days ago. Deliberately never a calendar
//! reset, so nobody gets two days' worth around midnight.

use crate::ballot::{Ballot, Counts, Member};
use crate::policy::document::Caps;
use crate::time::{Moment, Span};
use crate::verdict::{Stop, Window};

/// Stops a rep at a cap.
///
/// *Order and ties*: the pool's caps before those over all pools, the shortest window first.
/// *Bounds*: an assignment exactly 24 hours old no longer counts (likewise 7 and 30 days). A cap of
/// zero never frees; `frees` is then one window from now.
#[inline]
pub fn gate(member: &Member<'_>, ballot: &Ballot) -> Option<Stop> {
    let reached = |caps: &Caps, counts, everywhere| match caps.are_set() {
        true => reached(caps, counts, ballot.now, everywhere),
        false => None,
    };
    reached(&ballot.pool_caps, member.from_pool, false)
        .or_else(|| reached(&ballot.all_caps, member.from_all, true))
}

fn reached(caps: &Caps, counts: Counts<'_>, now: Moment, everywhere: bool) -> Option<Stop> {
    Window::ALL.into_iter().find_map(|window| {
        let (cap, span) = match window {
            Window::Day => (caps.day?, Span::days(1)),
            Window::Week => (caps.week?, Span::days(7)),
            Window::Month => (caps.month?, Span::days(30)),
        };
        let gone = counts.past.partition_point(|at| *at + span <= now);
        let inside = &counts.past[gone..];
        let count = u32::try_from(inside.len())
            .unwrap_or(u32::MAX)
            .saturating_add(counts.pending);
        if count < cap {
            return None;
        }
        // All but `cap - 1` of those in the window must leave it; those of this very command are
        // from now.
        let last_to_leave = match cap {
            0 => None,
            _ => inside.get((count - cap) as usize).copied(),
        };
        let frees = last_to_leave.unwrap_or(now) + span;
        Some(Stop::CapReached {
            window,
            everywhere,
            count,
            cap,
            frees,
        })
    })
}
