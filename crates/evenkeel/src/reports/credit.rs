//! Rules of credit by their words in addresses.

use evenkeel_core::measure::credit::CreditRule;

/// Every rule, the default first.
pub const RULES: [(&str, CreditRule); 5] = [
    ("outcome", CreditRule::OwnerAtOutcome),
    ("creation", CreditRule::OwnerAtCreation),
    ("current", CreditRule::CurrentOwner),
    ("first_touch", CreditRule::FirstTouch),
    ("last_touch", CreditRule::LastTouch),
];

/// The word of a rule.
pub fn word(rule: CreditRule) -> &'static str {
    let found = RULES.iter().find(|(_, one)| *one == rule);
    found.map_or("outcome", |(word, _)| word)
}
