//! Files in and out, as a whole.

mod bad_input;
mod cells;
mod formats;
mod reading;
mod rejecting;
mod reps;
