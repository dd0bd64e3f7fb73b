//! Replay: what a journal's decisions come to when they are made again, as recorded, by another
//! policy, or with fresh draws.
//!
//! Facts stay what they were: what came in, what people did by hand, who was away. Decisions are
//! made again by the very verbs that made them. What reps made of their records is not replayed:
//! what another rep would have closed is unknown.

pub mod ask;
pub mod draws;

pub mod stream;

pub mod again;
pub mod check;
pub mod hands;
pub mod side;

pub mod compare;
pub mod reseed;
pub mod role;

pub mod estimate;
pub mod evidence;
