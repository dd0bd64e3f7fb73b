//! Factor: what is still free in the book.
//!
//! Follows the books as they are now, and so pays for closing quickly; [`super::capacity`] does
//! not.
//! *Source*: guide "science" section 5.

use crate::entitlement::Claim;
use crate::policy::document::BookSize;
use crate::units::Micro;

/// Capacity less load. *Bounds*: a book that is too full has no headroom, not less.
pub fn factor(claim: &Claim<'_>, capacity: BookSize) -> Option<Micro> {
    let free = claim.holds(capacity)?.0.saturating_sub(claim.load.0);
    Some(Micro(free.max(0)))
}
