//! Statistics: what can be said of results, with how many and how sure.

pub mod audit;
pub mod before_after;
pub mod close_rate;
pub mod coverage;
pub mod credit;
pub mod e_process;
pub mod figure;
pub mod fixed_look;
pub mod follow_up;
pub mod grade;
pub mod incidence;
pub mod line;
pub mod maturity;
pub mod off_policy;
pub mod permutation;
pub mod proportion;
pub mod ratio;
pub mod rollout;
pub mod special;
pub mod spread;
pub mod standard;
pub mod target;
pub mod team;
pub mod unknown;
pub mod watch;
