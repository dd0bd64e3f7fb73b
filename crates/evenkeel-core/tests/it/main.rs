//! One integration binary for the core: every module here is listed once.

mod company;
mod laws;
mod tidy;
mod verbs;
