//! `evenkeel policy …`: check, test and compare policies before anybody is dealt by them; publish.

pub mod apply;
pub mod check;
pub mod plan;
pub mod test;
pub mod turns;
pub mod verb;
