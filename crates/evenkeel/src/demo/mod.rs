//! A made-up company with a month behind it: for `evenkeel demo`, the browser test and benches.

pub mod act;
pub mod company;
pub mod dice;
pub mod history;
pub mod live;
pub mod play;
pub mod policy;
pub mod traffic;
