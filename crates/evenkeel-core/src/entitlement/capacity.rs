//! Factor: what a book can take in: its size over how long a record stays (Little's law).
//!
//! Whoever sells in long cycles keeps each record longer and so can take fewer, with the same book.
//! Deliberately knows nothing of what is in the book now; that is [`super::headroom`].
//! *Source*: guide "science" section 5.

use crate::entitlement::Claim;
use crate::entitlement::weighted::number;
use crate::ids::FieldNo;
use crate::policy::document::BookSize;
use crate::units::{Micro, ONE};

/// Capacity over cycle, rounded down.
///
/// *Bounds*: unknown when a cycle is not above zero; a capacity below zero counts as zero.
/// *Example*: 60 records over 30 days is 2 a day.
pub fn factor(claim: &Claim<'_>, capacity: BookSize, cycle: FieldNo) -> Option<Micro> {
    let capacity = claim.holds(capacity)?.max(Micro(0));
    let cycle = number(claim.attributes, cycle).filter(|cycle| cycle.0 > 0)?;
    let flow = i128::from(capacity.0) * i128::from(ONE.0) / i128::from(cycle.0);
    Some(Micro(i64::try_from(flow).unwrap_or(i64::MAX)))
}
