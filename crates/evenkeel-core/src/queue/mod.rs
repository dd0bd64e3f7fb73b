//! Queues in force: what waits in which order, and who took what out of them.
//!
//! Nouns only: they remember what was decided. Who may take which record is worked out in
//! [`crate::claiming`].

pub mod claims;
pub mod grade_book;
pub mod hand;
pub mod line;
