//! How much time may take out of books before somebody is asked: the policy's `[guard]`.
//!
//! Types only; sweeps ask in `recycling::plan`, timers after a jump of the clock in
//! `command::hold_timers`.

/// Largest number of records that a guard may let pass.
pub const GUARD_MAX: u32 = 1_000_000;

/// How much may go without being asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// Part of any one book that one sweep takes, in millionths; rounded up to a whole record.
    pub book_ppm: u32,
    /// Records that one sweep takes in all.
    pub records: u32,
    /// Records that timers move after the clock has jumped.
    pub timers: u32,
}

impl Default for Guard {
    /// One in twenty of a book, 500 in all, 50 after a jump.
    fn default() -> Self {
        Self {
            book_ppm: 50_000,
            records: 500,
            timers: 50,
        }
    }
}

impl Guard {
    /// Most records of a book that holds `held` that may go without approval.
    pub fn of_book(&self, held: usize) -> usize {
        let part = held as u64 * u64::from(self.book_ppm);
        usize::try_from(part.div_ceil(1_000_000)).unwrap_or(usize::MAX)
    }
}
