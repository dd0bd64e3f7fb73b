//! Moments and spans: whole milliseconds, always given, never read from a clock.
//!
//! Time zones and calendars deliberately live elsewhere ([`crate::people::hours`] resolves a
//! rep's local hours); here a moment is only a number on the UTC line.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A moment in milliseconds since 1970-01-01T00:00:00Z.
///
/// *Bounds*: years -9999 to 9999, as the calendar library; beyond them it displays as a number.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Moment(pub i64);

/// A length of time in milliseconds.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Span(pub i64);

/// One day of 24 hours.
pub const DAY: Span = Span(86_400_000);
/// One hour.
pub const HOUR: Span = Span(3_600_000);

impl Span {
    /// `days` times 24 hours.
    pub const fn days(days: i64) -> Self {
        Self(days * DAY.0)
    }

    /// `hours` hours.
    pub const fn hours(hours: i64) -> Self {
        Self(hours * HOUR.0)
    }
}

impl std::ops::Add<Span> for Moment {
    type Output = Self;
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl std::ops::Sub<Span> for Moment {
    type Output = Self;
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl std::ops::Sub for Moment {
    type Output = Span;
    fn sub(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Moment {
    /// Writes RFC 3339 in UTC with seconds: `2026-03-01T09:30:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whole seconds, so that no fraction is written.
        match jiff::Timestamp::from_second(self.0.div_euclid(1000)) {
            Ok(stamp) => stamp.fmt(f),
            Err(_) => write!(f, "{} ms", self.0),
        }
    }
}

impl fmt::Display for Span {
    /// Writes the largest whole unit: `3 days`, `5 hours`, `20 minutes`, `4 seconds`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / 1000;
        let (count, unit) = match seconds {
            s if s >= 2 * 86_400 => (s / 86_400, "day"),
            s if s >= 3_600 => (s / 3_600, "hour"),
            s if s >= 60 => (s / 60, "minute"),
            s => (s, "second"),
        };
        write!(f, "{count} {unit}{}", if count == 1 { "" } else { "s" })
    }
}
