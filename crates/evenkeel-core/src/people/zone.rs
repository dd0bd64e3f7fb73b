//! A time zone: which offset from UTC is in force when, by the bundled rules.
//!
//! The rules come with the program (never from the machine), so that every node decides alike.
//! Deliberately knows no hours and no calendar: only offsets and when they change.

use crate::time::Moment;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A zone that has been looked up by name; worth keeping where it is asked often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// The zone called `name`, if there is one.
    pub fn find(name: &str) -> Option<Self> {
        TimeZone::get(name).ok().map(Self)
    }

    /// The zone called `name`, or UTC. Names are checked at the door, so UTC is for a journal
    /// written by a later program that knows a zone this one does not.
    pub fn named(name: &str) -> Self {
        Self::find(name).unwrap_or(Self(TimeZone::UTC))
    }

    /// Seconds to add to UTC for what the clock on the wall shows at `now`.
    pub fn offset_seconds(&self, now: Moment) -> i32 {
        // Beyond the calendar there are no rules; UTC is as good as any.
        Timestamp::from_millisecond(now.0).map_or(0, |now| self.0.to_offset(now).seconds())
    }

    /// The moments after `now` at which the offset may change, ascending.
    pub fn changes_after(&self, now: Moment) -> impl Iterator<Item = Moment> {
        let now = Timestamp::from_millisecond(now.0).unwrap_or(Timestamp::MAX);
        self.0
            .following(now)
            .map(|change| Moment(change.timestamp().as_millisecond()))
    }
}
