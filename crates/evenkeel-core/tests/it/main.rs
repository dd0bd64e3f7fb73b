//! One integration binary for the core: every module here is listed once.

// Tests read the repository, and from the environment how much to try.
#![allow(clippy::disallowed_methods)]

mod company;
mod dealing;
mod earning;
mod earning_gain;
mod eligibility;
mod fairness;
mod handoff_fairness;
mod handoff_laws;
mod handoff_policy;
mod handoffs;
mod hours;
mod laws;
mod measure_consistency;
mod measure_draws;
mod measure_queue;
mod measure_recycle_time;
mod measure_survival;
mod measure_threshold;
mod pauses;
mod policy;
mod precedence;
mod precedence_laws;
mod precedence_merging;
mod preview;
mod promises;
mod replaying;
mod rotation_aptitude;
mod rotation_capacity;
mod rotation_chance;
mod rotation_contrasts;
mod rotation_fit;
mod rotation_ledger;
mod rotation_mix;
mod rotation_tables;
mod rotation_team;
mod rotation_theorems;
mod territories;
mod territory_cost;
mod tidy;
mod verbs;
mod voids;
mod waits;
