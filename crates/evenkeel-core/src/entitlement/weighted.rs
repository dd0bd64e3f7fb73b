//! Factor: in proportion to a number in a rep field.

use crate::entitlement::Claim;
use crate::ids::FieldNo;
use crate::market::value::{Attributes, Facts, Value};
use crate::units::Micro;

/// The number itself. *Bounds*: below zero counts as zero.
pub fn factor(claim: &Claim<'_>, field: FieldNo) -> Option<Micro> {
    Some(number(claim.attributes, field)?.max(Micro(0)))
}

/// The number in a rep field.
pub(super) fn number(attributes: &Attributes, field: FieldNo) -> Option<Micro> {
    match attributes.fact(field) {
        Some(Value::Number(number)) => Some(*number),
        _ => None,
    }
}
