//! One integration binary for the ship: every module here is listed once.

mod bin;
mod completions;
mod demo;
mod examples;
mod fairness;
mod policy_cli;
mod route;
