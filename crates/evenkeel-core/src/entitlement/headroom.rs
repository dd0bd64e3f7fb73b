//! Factor: what is still free in the book.
//!
//! Follows the books as they are now, and so pays for closing quickly; [`super::capacity`] does
//! not.
//! *Source*: guide "science" section 5.

use crate::entitlement::Claim;
use crate::entitlement::weighted::number;
use crate::ids::FieldNo;
use crate::units::Micro;

/// Capacity less open records. *Bounds*: a book that is too full has no headroom, not less.
pub fn factor(claim: &Claim<'_>, capacity: FieldNo) -> Option<Micro> {
    let capacity = number(claim.attributes, capacity)?;
    let free = capacity
        .0
        .saturating_sub(Micro::whole(i64::from(claim.open)).0);
    Some(Micro(free.max(0)))
}
