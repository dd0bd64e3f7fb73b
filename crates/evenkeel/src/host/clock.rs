//! Where `now` comes from: the one place of the server that asks the machine for the time of day.
//!
//! Decisions never see a clock; they get a moment in their envelope (law 1).

use evenkeel_core::time::Moment;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

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
