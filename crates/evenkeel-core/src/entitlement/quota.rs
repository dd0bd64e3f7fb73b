//! Factor: what is missing from the sales target.
//!
//! Whoever is far from it gets more; whoever has made it gets what everybody else leaves.

use crate::entitlement::Claim;
use crate::entitlement::weighted::number;
use crate::ids::FieldNo;
use crate::units::Micro;

/// Quota less what is booked. *Bounds*: a quota that is made leaves nothing missing, not less;
/// nothing booked yet may be left blank.
pub fn factor(claim: &Claim<'_>, quota: FieldNo, booked: FieldNo) -> Option<Micro> {
    let quota = number(claim.attributes, quota)?;
    let booked = number(claim.attributes, booked).unwrap_or_default();
    Some(Micro(quota.0.saturating_sub(booked.0).max(0)))
}
