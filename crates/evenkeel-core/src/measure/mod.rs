//! What the figures say: one question a file, asked of plain numbers, answered with n and interval.
//!
//! The one room of the core with floats. Nothing here decides anything and no decision looks here:
//! people read the answers and then set a rule. No chance, fixed grids, and only operations that
//! every machine rounds alike ([`special`] and [`logarithm`] make their own), so that an answer is
//! the same bytes everywhere.

pub mod approach;
pub mod attainment;
pub mod audit;
pub mod before_after;
pub mod cadence;
pub mod calendar;
pub mod calibration;
pub mod cherry;
pub mod close_rate;
pub mod compound;
pub mod consistency;
pub mod coverage;
pub mod credit;
pub mod e_process;
pub mod figure;
pub mod fixed_look;
pub mod follow_up;
pub mod gather;
pub mod grade;
pub mod hazard;
pub mod hire;
pub mod hire_deal;
pub mod hire_range;
pub mod history;
pub mod incidence;
pub mod jackknife;
pub mod life;
pub mod line;
pub mod little;
pub mod logarithm;
pub mod market;
pub mod maturity;
pub mod normal;
pub mod off_policy;
pub mod own_effort;
pub mod own_history;
pub mod part;
pub mod past;
pub mod past_look;
pub mod past_rates;
pub mod periods;
pub mod permutation;
pub mod proportion;
pub mod quarter;
pub mod ratio;
pub mod reached;
pub mod recycle_time;
pub mod rollout;
pub mod scorecard;
pub mod sizing;
pub mod special;
pub mod speed;
pub mod spread;
pub mod standard;
pub mod steadiness;
pub mod survival;
pub mod target;
pub mod team;
pub mod threshold;
pub mod told;
pub mod unknown;
pub mod validation;
pub mod volume;
pub mod watch;
pub mod words;
