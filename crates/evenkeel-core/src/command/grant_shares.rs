//! Grant shares: what the members of a pool have earned comes into force, or an end is put to it.
//!
//! The shares are worked out here, from the state the command meets, and journalled as whole
//! numbers; whoever asks only says for which pool and how long. Changes no credit: what was owed
//! stays owed.

use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::earn::proposal;
use crate::event::Event;
use crate::people::grants::{GRANTS_MAX, Grant};
use crate::state::State;
use crate::time::{Moment, Span};

/// Longest that a grant may reach ahead, and furthest off that it may begin.
pub const AHEAD_MAX: Span = Span::days(731);

/// Shares are granted.
///
/// *Refuses*, in order: `policy_missing`, `pool_unknown`, `pool_rateable`, `value_refused` (dates
/// that do not fit), `nobody_earned`, `bound_exceeded` ([`GRANTS_MAX`] grants at a time),
/// `nothing_to_do`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantShares {
    /// Name of the pool.
    pub pool: String,
    /// When they come into force; `None` is at once.
    pub from: Option<Moment>,
    /// First moment they no longer hold; `None` is until other shares are granted.
    pub until: Option<Moment>,
    /// Deals everything rateably instead of by what was earned.
    pub rateably: bool,
}

impl GrantShares {
    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        let now = envelope.at;
        state.policy().ok_or(Refusal::PolicyMissing)?;
        let pool = state
            .pool_no(&self.pool)
            .ok_or_else(|| Refusal::PoolUnknown {
                pool: self.pool.clone(),
            })?;
        let proposal = proposal::of(state, pool, now).ok_or_else(|| Refusal::PoolRateable {
            pool: self.pool.clone(),
        })?;
        let from = self.dates(now)?;
        let (shares, others) = match self.rateably {
            true => (Vec::new(), None),
            false => (proposal.shares(), proposal.others),
        };
        if shares.is_empty() && !self.rateably {
            return Err(Refusal::NobodyEarned {
                pool: self.pool.clone(),
                needed: proposal.needed.unwrap_or(0),
            });
        }
        let grants = &state.pool(pool).grants;
        let same = grants.in_force(now).map_or(shares.is_empty(), |grant| {
            grant.shares == shares && grant.until == self.until
        });
        if same && from == now && grants.to_come(now).next().is_none() {
            return Err(Refusal::NothingToDo);
        }
        let kept = grants.kept(now);
        if kept >= GRANTS_MAX {
            return Err(Refusal::BoundExceeded {
                what: "grants of one pool at a time",
                limit: GRANTS_MAX as u64,
                seen: kept as u64 + 1,
            });
        }
        let grant = Grant {
            from,
            until: self.until,
            shares,
            others,
        };
        Ok(vec![Event::SharesGranted { pool, grant }])
    }

    /// When it begins: never before now.
    fn dates(&self, now: Moment) -> Result<Moment, Refusal> {
        let from = self.from.unwrap_or(now).max(now);
        let refused = |what, seen: Moment, expected| Refusal::ValueRefused {
            what,
            seen: seen.to_string(),
            expected,
        };
        if from > now + AHEAD_MAX {
            return Err(refused("beginning", from, "within two years from now"));
        }
        match self.until {
            Some(until) if until <= from => Err(refused("end", until, "after the beginning")),
            Some(until) if until > from + AHEAD_MAX => {
                Err(refused("end", until, "within two years of the beginning"))
            }
            _ => Ok(from),
        }
    }
}
