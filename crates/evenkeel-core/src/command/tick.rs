//! Tick: time has passed, so what waited on time moves (law 10).
//!
//! Oldest first. One tick does a bounded part; the next does the rest. It deliberately knows no
//! clock: `now` is the envelope's.

use crate::choose::{Draft, Weigher};
use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::event::{Cause, Event};
use crate::people::rep::Status;
use crate::state::State;
use crate::time::{Moment, Span};
use crate::units::ONE;
use crate::verdict::Destination;
use std::collections::BTreeSet;

/// Most records one tick moves.
pub const TICK_MAX: usize = 500;
/// After this much absence a credit of more than one lead, either way, is brought back to one.
pub const CLAMP_AFTER: Span = Span::days(14);

/// Decides what time has brought.
///
/// *Order*: held records, those waiting longest first; then long absences, by pool and rep.
/// *Refuses*: `policy_missing`, `nothing_to_do`.
pub(super) fn decide(state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
    let policy = state.policy().ok_or(Refusal::PolicyMissing)?;
    let now = envelope.at;
    let mut events = Vec::new();
    let mut draft = Draft::new(state, policy, envelope);
    let mut stuck = BTreeSet::new();
    for (record, hold) in state.held() {
        if events.len() >= TICK_MAX {
            break;
        }
        if hold.until <= now {
            events.push(Event::HoldExpired {
                record,
                queue: hold.then,
            });
            continue;
        }
        if stuck.contains(&hold.pool) {
            continue;
        }
        match draft.deal_record(record, hold.excluded) {
            (Destination::Hold { .. }, _) => {
                stuck.insert(hold.pool);
            }
            (to, verdict) => {
                events.push(Event::RecordDealt {
                    record,
                    to,
                    cause: Cause::Waited,
                    verdict,
                });
            }
        }
    }
    if events.is_empty() {
        clamp(state, now, &mut events);
    }
    if events.is_empty() {
        Err(Refusal::NothingToDo)
    } else {
        Ok(events)
    }
}

/// Brings back the credits of those long away, so that nobody returns to a flood or a drought.
///
/// Only in a tick that moved no record, since a spread must start from the credits as they stand.
fn clamp(state: &State, now: Moment, events: &mut Vec<Event>) {
    let Some(policy) = state.policy() else { return };
    for (position, spec) in policy.document().pools.iter().enumerate() {
        let pool_no = state.pool_at(position);
        let ledger = &state.pool(pool_no).ledger;
        let weigh = Weigher::new(state, spec);
        let long_away = ledger.members().iter().find(|entry| {
            let profile = &state.roster().rep(entry.rep).profile;
            let since = match profile.status {
                Status::Paused { since, .. } => Some(since),
                Status::Active | Status::Left => profile.leave_at(now).map(|leave| leave.from),
            };
            entry.credit.abs() > ONE && since.is_some_and(|since| now - since > CLAMP_AFTER)
        });
        if let Some(away) = long_away {
            let weight = |rep| {
                let entry = state.roster().rep(rep);
                weigh.weight(&entry.key, &entry.profile)
            };
            if let Some((credit, spread)) = ledger.clamp(away.rep, ONE, weight) {
                events.push(Event::CreditClamped {
                    pool: pool_no,
                    rep: away.rep,
                    credit,
                    spread,
                });
            }
        }
    }
}
