//! Business time: how long a rep was at work between two moments, and when so much work is done.
//!
//! Working hours as the clock on the rep's wall shows them, without leave. Exact to the
//! millisecond, also when clocks change: a moment counts when the wall shows working hours then,
//! whatever it showed before. Pauses are deliberately not looked at: the book stays at work.

use crate::people::rep::{Leave, Profile};
use crate::people::zone::Zone;
use crate::time::{Moment, Span};

/// How far ahead work is looked for; a rep who works less than asked within it has no answer.
pub const HORIZON: Span = Span::days(366);

/// The working time of a rep, with the zone looked up.
#[derive(Debug)]
pub struct Working<'a> {
    profile: &'a Profile,
    zone: Zone,
}

/// A time without a change: all at work, or all not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    works: bool,
    /// The first moment after it.
    until: Moment,
}

impl<'a> Working<'a> {
    /// The working time of a rep.
    pub fn of(profile: &'a Profile) -> Self {
        let zone = Zone::named(&profile.zone);
        Self { profile, zone }
    }

    /// Seconds to add to UTC for what the clock on the rep's wall shows at `now`.
    pub fn offset_seconds(&self, now: Moment) -> i32 {
        self.zone.offset_seconds(now)
    }

    /// Whether the rep is at work at `now`.
    pub fn at(&self, now: Moment) -> bool {
        self.stretch(now).works
    }

    /// The moment at which the rep has worked `span` since `from`; `from` itself when that is
    /// nothing. `None` when it is not within [`HORIZON`].
    ///
    /// *Example*: 30 minutes from Friday 17:20, with work until 17:30 and from Monday 09:00 on, is
    /// Monday 09:20.
    pub fn add(&self, from: Moment, span: Span) -> Option<Moment> {
        let (mut at, mut left) = (from, span);
        let horizon = from + HORIZON;
        while left > Span(0) {
            if at >= horizon {
                return None;
            }
            let Stretch { works, until } = self.stretch(at);
            let worked = until - at;
            if works && worked >= left {
                return Some(at + left);
            }
            if works {
                left = Span(left.0 - worked.0);
            }
            at = until;
        }
        Some(at)
    }

    /// How long the rep works from `from` until `until`; nothing when that is before it.
    ///
    /// *Bounds*: what comes more than [`HORIZON`] after `from` is not counted.
    pub fn between(&self, from: Moment, until: Moment) -> Span {
        let until = until.min(from + HORIZON);
        let (mut at, mut worked) = (from, 0);
        while at < until {
            let stretch = self.stretch(at);
            let end = stretch.until.min(until);
            if stretch.works {
                worked += (end - at).0;
            }
            at = end;
        }
        Span(worked)
    }

    fn stretch(&self, from: Moment) -> Stretch {
        if let Some(Leave { until, .. }) = self.profile.leave_at(from) {
            let works = false;
            return Stretch { works, until };
        }
        let leaves = self.profile.leaves.iter().map(|leave| leave.from);
        let leave = leaves.filter(|leave| from < *leave).min();
        let hours = self.profile.hours.stretch(&self.zone, from);
        let (works, until) = hours;
        Stretch {
            works,
            until: leave.map_or(until, |leave| until.min(leave)),
        }
    }
}
