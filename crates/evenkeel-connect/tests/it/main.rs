//! Files in and out, as a whole.

mod bad_input;
mod cells;
mod formats;
mod histories;
mod reading;
mod rejecting;
mod reps;
