//! Handoffs: which step of the customer lifecycle a record is at, and who had it at the others.

pub mod journey;
