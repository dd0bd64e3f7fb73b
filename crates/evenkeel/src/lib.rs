//! The ship: server, pages, API and command line over the core, the journal and the ports.
//!
//! A library so that tests and benches reach it; `main.rs` only calls it. Read the rooms in this
//! order: `host` is below `api` and `web`, which never see each other, and `cmd` is above all.

pub mod api;
pub mod app;
pub mod cmd;
pub mod config;
pub mod demo;
pub mod dry;
pub mod host;
pub mod reports;
pub mod server;
pub mod territories;
pub mod web;
