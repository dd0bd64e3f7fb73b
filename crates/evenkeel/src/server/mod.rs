//! The running server: API and pages behind one set of limits, on one listener.

pub mod edge;
pub mod health;
pub mod listen;
pub mod patience;
pub mod router;
pub mod waiting;
