//! What keeps a rep from taking anything from a queue: not being of its pool, being away, having
//! enough in hand, having had enough claims.

use crate::ids::{QueueNo, RepNo};
use crate::people::rep::Status;
use crate::policy::document::Caps;
use crate::policy::document::pull::Pull;
use crate::queue::hand::Hand;
use crate::state::State;
use crate::time::Moment;
use crate::units::ONE;
use crate::verdict::Window;
use crate::verdict::claim::{Budget, InHand};

/// Fewest claims that had to be worked before the part worked in time makes a budget smaller.
pub const RIPE_MIN: u32 = 5;

/// Why a rep may take nothing from a queue now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bar {
    /// Is not of the pool whose members may.
    NoPuller,
    /// Has left.
    Left,
    /// Is paused, until somebody decides otherwise.
    Paused,
    /// Is on leave.
    OnLeave {
        /// First moment back.
        until: Moment,
    },
    /// Has as many unworked claims as allowed.
    Unworked {
        /// The most.
        limit: u32,
    },
    /// Has as many claimed records in the book as allowed.
    Open {
        /// The most.
        limit: u32,
    },
    /// Has used up the claims of a window.
    Spent(Budget),
}

/// What keeps `rep` from taking anything from `queue`, if something does.
///
/// *Order*: as listed in [`Bar`].
pub fn bar(state: &State, queue: QueueNo, rep: RepNo, now: Moment) -> Option<Bar> {
    let pull = state.pull(queue)?;
    if !may_pull(state, pull, rep) {
        let left = state.roster().rep(rep).profile.status == Status::Left;
        return Some(if left { Bar::Left } else { Bar::NoPuller });
    }
    if let Some(away) = away(state, rep, now) {
        return Some(away);
    }
    let hand = in_hand(state, queue, pull, rep);
    if let Some(limit) = hand.unworked_max.filter(|most| hand.unworked >= *most) {
        return Some(Bar::Unworked { limit });
    }
    if let Some(limit) = hand.open_max.filter(|most| hand.open >= *most) {
        return Some(Bar::Open { limit });
    }
    let budget = budget(pull, state.claims().hand(queue, rep), now);
    budget.into_iter().find(Budget::is_spent).map(Bar::Spent)
}

/// Whether a rep is of those who may take records: the members of the queue's pool, else everybody
/// who has not left.
pub fn may_pull(state: &State, pull: &Pull, rep: RepNo) -> bool {
    match pull.pool {
        Some(pool) => {
            let pool = state.pool(state.pool_at(pool));
            pool.ledger.entry(rep).is_some()
        }
        None => state.roster().rep(rep).profile.status != Status::Left,
    }
}

/// Whether a rep is paused or on leave.
pub fn away(state: &State, rep: RepNo, now: Moment) -> Option<Bar> {
    let profile = &state.roster().rep(rep).profile;
    match profile.status {
        Status::Left => Some(Bar::Left),
        Status::Paused { .. } => Some(Bar::Paused),
        Status::Active => {
            let until = profile.leave_at(now)?.until;
            Some(Bar::OnLeave { until })
        }
    }
}

/// What a rep has in hand from a queue, and may have.
pub fn in_hand(state: &State, queue: QueueNo, pull: &Pull, rep: RepNo) -> InHand {
    let hand = state.claims().hand(queue, rep);
    InHand {
        unworked: hand.map_or(0, |hand| hand.unworked),
        unworked_max: pull.limit.unworked,
        open: hand.map_or(0, |hand| hand.open),
        open_max: pull.limit.open,
    }
}

/// What is left of a rep's claims in every window that has a cap, the shortest first.
///
/// A rep who works a smaller part of them in time than the policy asks for is allowed the same
/// part of the cap, rounded up and at least one. *Bounds*: with fewer than [`RIPE_MIN`] claims that
/// had to be worked, the whole cap.
pub fn budget(pull: &Pull, hand: Option<&Hand>, now: Moment) -> Vec<Budget> {
    let nothing = Hand::default();
    let hand = hand.unwrap_or(&nothing);
    let Caps { day, week, month } = pull.claims;
    let caps = Window::ALL.into_iter().zip([day, week, month]);
    let budget = |(window, cap): (Window, Option<u32>)| {
        let cap = cap?;
        let allowed = allowed(pull, hand, cap, now);
        let inside = hand.since(now, window.span());
        let count = u32::try_from(inside.len()).unwrap_or(u32::MAX);
        let frees = (count >= allowed).then(|| {
            let last_to_leave = inside.get((count - allowed) as usize);
            last_to_leave.map_or(now, |claim| claim.at) + window.span()
        });
        Some(Budget {
            window,
            count,
            cap,
            allowed,
            frees,
        })
    };
    caps.filter_map(budget).collect()
}

fn allowed(pull: &Pull, hand: &Hand, cap: u32, now: Moment) -> u32 {
    let Some(target) = pull.worked_ppm else {
        return cap;
    };
    let (ripe, worked) = hand.worked_in_time(now);
    if ripe < RIPE_MIN {
        return cap;
    }
    let (ripe, worked) = (u64::from(ripe), u64::from(worked));
    let asked = (ripe * u64::from(target)).max(1);
    let part = (u64::from(cap) * worked).saturating_mul(ONE.0.unsigned_abs());
    let allowed = part.div_ceil(asked).clamp(1, u64::from(cap));
    u32::try_from(allowed).unwrap_or(cap)
}
