//! Factor: what a rep has earned, as granted by a manager.
//!
//! Deliberately works nothing out: the grant is in the journal, and [`crate::earn`] says how it
//! came about.

use crate::entitlement::Claim;
use crate::units::Micro;

/// The granted multiplier; one for a record that is dealt rateably.
pub fn factor(claim: &Claim<'_>) -> Option<Micro> {
    Some(claim.earned.max(Micro(0)))
}
