//! Where `now` comes from: the one place of the server that asks the machine for the time of day.
//!
//! Decisions never see a clock; they get a moment in their envelope (law 1).

use evenkeel_core::command::hold_timers::JUMP;
use evenkeel_core::time::{Moment, Span};
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Tells the time.
pub trait Clock: Send + Sync + 'static {
    /// The moment it is.
    fn now(&self) -> Moment;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wall;

impl Clock for Wall {
    fn now(&self) -> Moment {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// A clock that stands where it is put, for tests and generated history.
#[derive(Debug)]
pub struct Standing(AtomicI64);

impl Standing {
    /// Stands at `now`.
    pub fn at(now: Moment) -> Self {
        Self(AtomicI64::new(now.0))
    }

    /// Stands at `now` from here on.
    pub fn set(&self, now: Moment) {
        self.0.store(now.0, Ordering::SeqCst);
    }
}

impl Clock for Standing {
    fn now(&self) -> Moment {
        Moment(self.0.load(Ordering::SeqCst))
    }
}

/// A clock that only ever goes on.
#[derive(Clone, Copy, Debug)]
pub struct Steady(Instant);

impl Steady {
    /// Begins at 0.
    pub fn begin() -> Self {
        Self(Instant::now())
    }

    /// How long ago it began.
    pub fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// Watches the clock against one that only ever goes on, to tell a jump from time that passed.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    said: Moment,
    steady: Duration,
}

/// What the clock did that it should not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// It went on by more than passed.
    Ahead {
        /// What it said before.
        from: Moment,
        /// What it says now.
        to: Moment,
    },
    /// It went back. Nothing recorded goes back with it.
    Back {
        /// What it said before.
        from: Moment,
        /// What it says now.
        to: Moment,
    },
}

impl Watch {
    /// Begins when the clock says `said` and the steady one `steady`, both since any moment.
    pub fn begin(said: Moment, steady: Duration) -> Self {
        Self { said, steady }
    }

    /// Compares what both say now with what they said last.
    ///
    /// *Bounds*: a difference of up to [`JUMP`] is none: machines set their clocks right by
    /// seconds.
    pub fn look(&mut self, said: Moment, steady: Duration) -> Option<Jump> {
        let before = std::mem::replace(self, Self { said, steady });
        let passed = steady.saturating_sub(before.steady);
        let passed = Span(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX));
        let (from, to) = (before.said, said);
        let gained = Span((to - from).0.saturating_sub(passed.0));
        if gained > JUMP {
            Some(Jump::Ahead { from, to })
        } else if gained.0 < -JUMP.0 {
            Some(Jump::Back { from, to })
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenkeel_core::time::HOUR;

    #[test]
    fn time_that_passes_is_no_jump_and_a_jump_is_said_once() {
        let at = |hours: i64| Moment(1_772_442_000_000) + Span::hours(hours);
        let steady = |hours: u64| Duration::from_secs(hours * 3_600);
        let mut watch = Watch::begin(at(0), steady(7));
        assert_eq!(
            watch.look(at(30), steady(37)),
            None,
            "30 hours went by on both"
        );
        assert_eq!(
            watch.look(at(31), steady(37)),
            None,
            "an hour is no more than one"
        );
        let (from, to) = (at(31), at(32) + Span(1));
        assert_eq!(watch.look(to, steady(37)), Some(Jump::Ahead { from, to }));
        assert_eq!(watch.look(to + HOUR, steady(38)), None);
        let (from, to) = (to + HOUR, at(20));
        assert_eq!(watch.look(to, steady(38)), Some(Jump::Back { from, to }));
        assert_eq!(watch.look(to, steady(38)), None);
    }
}
