//! Tick: time has passed, so what waited on time moves (law 10).
//!
//! Oldest first. One tick does a bounded part; the next does the rest. It deliberately knows no
//! clock: `now` is the envelope's.

use crate::choose::step::Handed;
use crate::choose::{Draft, Weigher};
use crate::claiming::due;
use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::event::{Cause, Event};
use crate::holding::place::Place;
use crate::ids::{PoolNo, RecordNo, RepNo};
use crate::overdue;
use crate::people::rep::Status;
use crate::recycling::moving;
use crate::state::State;
use crate::time::{Moment, Span};
use crate::units::ONE;
use crate::verdict::Destination;
use crate::waiting;
use std::collections::BTreeSet;

/// Most records one tick moves.
pub const TICK_MAX: usize = 500;
/// After this much absence a credit of more than one lead, either way, is brought back to one.
pub const CLAMP_AFTER: Span = Span::days(14);

/// Decides what time has brought.
///
/// *Order*: what owners did not touch in time, the earliest first; claims that were not worked in
/// time; what waits, held or in a queue that is dealt again, the longest wait first; then what
/// somebody stands in for, by record; then what recycling moves, rests first; then long absences,
/// by pool and rep.
/// *Refuses*: `policy_missing`, `nothing_to_do`.
pub(super) fn decide(state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
    let policy = state.policy().ok_or(Refusal::PolicyMissing)?;
    let now = envelope.at;
    let mut events = Vec::new();
    let mut draft = Draft::new(state, policy, envelope);
    overdue::due(&mut draft, state, now, TICK_MAX, &mut events);
    due::due(state, now, TICK_MAX, &mut events);
    let mut stuck = BTreeSet::new();
    for record in waiting::oldest_first(state) {
        if events.len() >= TICK_MAX {
            break;
        }
        let queued = match state.place(record) {
            Place::Held(hold) if hold.until <= now => {
                let queue = hold.then;
                events.push(Event::HoldExpired { record, queue });
                continue;
            }
            place => !matches!(place, Place::Held(_)),
        };
        let excluded = match state.place(record) {
            Place::Held(hold) => hold.excluded,
            _ => None,
        };
        let alike = alike(&draft, state, record);
        if alike.as_ref().is_some_and(|alike| stuck.contains(alike)) {
            continue;
        }
        match (draft.deal_record(record, excluded), queued) {
            ((Destination::Hold { awaits, .. }, _), false) => {
                if awaits.is_none() {
                    stuck.extend(alike);
                }
            }
            // What waits in a queue moves to a rep or not at all: its place in the order stays.
            ((Destination::Hold { .. } | Destination::Queue(_), _), true) => stuck.extend(alike),
            ((to, verdict), _) => {
                events.push(Event::RecordDealt {
                    record,
                    to,
                    cause: Cause::Waited,
                    verdict,
                });
            }
        }
    }
    give_back(&mut draft, state, &mut events);
    moving::due(&mut draft, state, now, &mut events);
    if events.is_empty() {
        clamp(state, now, &mut events);
    }
    if events.is_empty() {
        Err(Refusal::NothingToDo)
    } else {
        Ok(events)
    }
}

/// What need not be tried again within one tick, since somebody who came before could not be dealt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stuck {
    /// What is held for this pool and must not go to this rep.
    Pool(PoolNo, Option<RepNo>),
    /// What waits in a queue and is dealt by this rule; `None` is the fallback.
    Rule(Option<usize>),
    /// What was handed to a step in this way, and must not go to this rep.
    Handed(Handed, Option<RepNo>),
}

/// What a waiting record has in common with those that cannot be dealt while it cannot. `None` for
/// one that waits for a rep of its own.
fn alike(draft: &Draft<'_>, state: &State, record: RecordNo) -> Option<Stuck> {
    let handed = draft.handed(record);
    match (state.place(record), handed) {
        (Place::Held(hold), _) if hold.awaits.is_some() => None,
        (Place::Held(hold), Some(handed)) => Some(Stuck::Handed(handed, hold.excluded)),
        (_, Some(handed)) => Some(Stuck::Handed(handed, None)),
        (Place::Held(hold), None) => Some(Stuck::Pool(hold.pool, hold.excluded)),
        (_, None) => Some(Stuck::Rule(draft.rule(record))),
    }
}

/// Gives records back to those for whom somebody stood in and who can take them again, lowest
/// record first.
fn give_back(draft: &mut Draft<'_>, state: &State, events: &mut Vec<Event>) {
    for (record, standing) in state.journeys().standing() {
        if events.len() >= TICK_MAX {
            return;
        }
        if let Some((to, verdict)) = draft.give_back(record, standing) {
            let cause = Cause::Returned;
            events.push(Event::RecordDealt {
                record,
                to,
                cause,
                verdict,
            });
        }
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
