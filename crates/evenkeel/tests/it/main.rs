//! One integration binary for the ship: every module here is listed once.

mod demo;
