//! The clock of a run over a file: each record at its moment, and time passing in between.
//!
//! What becomes of the decisions is the caller's business.

use crate::cmd::failure::Failure;
use crate::cmd::feed::{FIRST_MOMENT, Feed};
use crate::dry::bench::{Bench, Dealt};
use evenkeel_core::time::Moment;

/// Deals every record of `feed`; `took` hears of every decision, in order.
///
/// A record is dealt at `fixed`, or at its own moment but never before the record before it. When
/// the clock moves on, whatever waited for time moves first.
pub fn deal(
    bench: &mut Bench,
    feed: &mut Feed,
    fixed: Option<Moment>,
    mut took: impl FnMut(&Bench, Dealt) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut clock = fixed;
    let mut ticked = None;
    while let Some(record) = feed.next_record() {
        let record = record?;
        if fixed.is_none() {
            clock = clock.max(record.occurred);
        }
        let now = clock.unwrap_or(FIRST_MOMENT);
        if ticked != Some(now) {
            ticked = Some(now);
            for dealt in bench.tick(now)? {
                took(bench, dealt)?;
            }
        }
        let dealt = bench.intake(record, now)?;
        took(bench, dealt)?;
    }
    Ok(())
}
