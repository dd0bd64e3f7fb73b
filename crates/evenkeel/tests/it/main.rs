//! One integration binary for the ship: every module here is listed once.

mod access;
mod api;
mod bin;
mod checker;
mod client;
mod completions;
mod demo;
mod examples;
mod fairness;
mod hostile;
mod http;
mod kill;
mod policy_cli;
mod racers;
mod readme;
mod route;
mod serving;
