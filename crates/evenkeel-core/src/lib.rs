//! The decisions of Evenkeel: pure, deterministic, and nothing else.
//!
//! No I/O, clock, threads, async, logging or ambient randomness: everything a decision needs comes
//! in the state, the command and its envelope (law 1). Read the rooms in this order.

pub mod draw;
pub mod ids;
pub mod time;
pub mod units;

pub mod drawing;

pub mod effort;
pub mod market;
pub mod people;
pub mod precedence;

pub mod aptitude;
pub mod ballot;
pub mod bearing;
pub mod eligibility;
pub mod entitlement;
pub mod rotation;
pub mod verdict;

pub mod policy;
pub mod territory;

pub mod clocks;
pub mod queue;

pub mod event;
pub mod handoff;
pub mod holding;
pub mod state;

pub mod checkin;
pub mod choose;
pub mod claiming;
pub mod membership;
pub mod overdue;
pub mod recycling;
pub mod turnover;
pub mod waiting;

pub mod earn;
pub mod plan;

pub mod command;
pub mod measure;
pub mod preview;
pub mod rehearsal;
pub mod replay;
pub mod sentence;
