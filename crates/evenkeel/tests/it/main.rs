//! One integration binary for the ship: every module here is listed once.

mod access;
mod api;
mod bin;
mod checker;
mod client;
mod completions;
mod demo;
mod examples;
mod failing;
mod fairness;
mod faults;
mod hostile;
mod http;
mod kill;
mod page;
mod pages;
mod payloads;
mod policy_cli;
mod racers;
mod readme;
mod route;
mod serving;
mod store_cli;
