//! `evenkeel policy …`: check, test and compare policies before anybody is dealt by them.

pub mod check;
pub mod plan;
pub mod test;
pub mod verb;
