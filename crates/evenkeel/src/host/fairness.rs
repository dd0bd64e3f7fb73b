//! The alarm of fairness: pools in which somebody was further from even than is proved.
//!
//! It would be a defect of this program or a journal that somebody wrote into, never a matter of
//! settings. The core watches at every fold ([`evenkeel_core::rotation::fairness`]); here it is
//! only told on, once a pool, in the log.

use crate::host::workspace::Workspace;
use evenkeel_core::ids::PoolNo;
use evenkeel_core::rotation::fairness::Passed;
use evenkeel_core::state::State;
use std::collections::BTreeSet;

/// Pools whose bound was passed since their last change, by number.
pub fn alarms(state: &State) -> Vec<(PoolNo, Passed)> {
    let numbered = state.pools().iter().enumerate();
    numbered
        .filter_map(|(at, pool)| Some((PoolNo::at(at), pool.fairness.passed?)))
        .collect()
}

/// What one alarm says: `pool us: ana is ahead by 2.25 leads, the bound is 1.5`.
pub fn words(state: &State, (pool, passed): (PoolNo, Passed)) -> String {
    let side = if passed.credit.0 < 0 {
        "ahead by"
    } else {
        "owed"
    };
    format!(
        "pool {}: {} was {side} {} leads, beyond the proved bound of {}",
        state.pool(pool).name,
        state.roster().rep(passed.rep).key,
        passed.credit.abs(),
        passed.bound
    )
}

/// Which alarms the log has heard of.
#[derive(Debug, Default)]
pub struct Told(BTreeSet<PoolNo>);

impl Told {
    /// Tells the log of alarms it has not heard of; gives how many there were.
    pub fn tell(&mut self, workspace: &Workspace) -> usize {
        workspace.glance(|state| {
            let alarms = alarms(state);
            self.0
                .retain(|told| alarms.iter().any(|(pool, _)| pool == told));
            let fresh = alarms.into_iter().filter(|(pool, _)| self.0.insert(*pool));
            fresh
                .map(|alarm| tracing::error!("fairness: {}", words(state, alarm)))
                .count()
        })
    }
}
