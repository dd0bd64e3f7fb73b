//! Named accounts: who should have which book, and the proof of how good that is.

pub mod ascent;
pub mod band;
pub mod beside;
pub mod books;
pub mod bound;
pub mod chain;
pub mod check;
pub mod clash;
pub mod compare;
pub mod flow;
pub mod gather;
pub mod instance;
pub mod made;
pub mod order;
pub mod search;
pub mod setting;
pub mod since;
pub mod solve;
pub mod wish;
pub mod words;
