//! Void: a turn is given back, because what was dealt was no lead: bad data, no-show, duplicate.
//!
//! Everybody's credit from that turn is taken back through make-up, so nobody is flooded and nobody
//! starved. Close rates keep counting the record: giving a lead back must never mend a rate.
//! Deliberately reads the turn from the command, as the journal holds it: the state does not keep
//! the verdicts of a whole history.

use crate::choose::step::reversed;
use crate::choose::{Draft, turn_back};
use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::event::{Cause, Event};
use crate::holding::place::Place;
use crate::ids::{RecordNo, RepNo};
use crate::people::roster::Rep;
use crate::policy::document::VoidThen;
use crate::recycling::closing;
use crate::state::State;
use crate::time::{Moment, Span};
use crate::verdict::{Destination, Owing, Turn, Verdict};

/// The limit on voids looks back this far.
const WINDOW: Span = Span::days(30);

/// A turn is given back.
///
/// *Refuses*, in order: `policy_missing`, `record_unknown`, `reason_unknown`, `turn_unknown`,
/// `void_limit_reached`.
#[derive(Clone, Debug, PartialEq)]
pub struct Void {
    /// Key of the record; it may be closed already.
    pub record: String,
    /// A reason code of the policy.
    pub reason: String,
    /// Position in the journal of the deal: what [`crate::holding::records::Records::turn`] says.
    pub dealt: u64,
    /// The verdict in the event at that position.
    pub verdict: Verdict,
}

impl Void {
    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        let policy = state.policy().ok_or(Refusal::PolicyMissing)?.document();
        let record = state
            .record_no(&self.record)
            .ok_or_else(|| Refusal::RecordUnknown {
                record: self.record.clone(),
            })?;
        let voids = policy.voids.as_ref();
        let known = voids.map_or(&[][..], |voids| &voids.reasons);
        let Some(voids) = voids.filter(|voids| voids.reasons.contains(&self.reason)) else {
            return Err(Refusal::ReasonUnknown {
                reason: self.reason.chars().take(80).collect(),
                known: known.to_vec(),
            });
        };
        let taken = self
            .taken()
            .filter(|_| state.records().turn(record) == Some(self.dealt));
        let (rep, taken) = taken.ok_or_else(|| Refusal::TurnUnknown {
            record: self.record.clone(),
        })?;
        within_limit(state.roster().rep(rep), voids.per_month, envelope.at)?;
        let mut events = vec![match taken {
            Taken::Turn(turn) => self.turn_back(state, record, turn),
            Taken::Apart(owing) => self.handoff_back(state, record, rep, owing),
        }];
        let open = state.place(record) != Place::Closed;
        events.extend(match voids.then {
            VoidThen::Close if open => Some(Event::RecordClosed {
                record,
                reason: self.reason.clone(),
            }),
            VoidThen::Queue(queue) if open => Some(Event::RecordDealt {
                record,
                to: Destination::Queue(state.queue_at(queue)),
                cause: Cause::Voided,
                verdict: Verdict::by_hand(state.version()),
            }),
            VoidThen::Back { otherwise } if open => {
                Some(self.step_back(state, envelope, record, otherwise))
            }
            VoidThen::Close | VoidThen::Queue(_) | VoidThen::Back { .. } | VoidThen::Stay => None,
        });
        if let Some(Event::RecordClosed { .. }) = events.last() {
            events.extend(closing::back(state, record, &self.reason, envelope.at));
        }
        Ok(events)
    }

    /// Who used up a turn by the verdict, and how.
    fn taken(&self) -> Option<(RepNo, Taken<'_>)> {
        if let Some((turn, pick)) = self.verdict.picked() {
            return Some((pick.rep, Taken::Turn(turn)));
        }
        let at = self.verdict.step.as_ref()?;
        let (_, rep) = at.taker()?;
        Some((rep, Taken::Apart(at.owing.as_ref()?)))
    }

    fn turn_back(&self, state: &State, record: RecordNo, turn: &Turn) -> Event {
        let size = self.verdict.size;
        Event::TurnVoided {
            record,
            dealt: self.dealt,
            turn: turn.clone(),
            size,
            reason: self.reason.clone(),
            makeup: turn_back::makeup(state, turn, size),
        }
    }

    fn handoff_back(&self, state: &State, record: RecordNo, rep: RepNo, owing: &Owing) -> Event {
        let ledger = &state.pool(owing.pool).ledger;
        // With the taker gone from the pool too, there is nobody left to settle it with.
        let nothing = || Owing {
            pool: owing.pool,
            parts: Vec::new(),
            makeup: Vec::new(),
        };
        Event::HandoffVoided {
            record,
            dealt: self.dealt,
            rep,
            reason: self.reason.clone(),
            owing: reversed(owing, ledger, rep).unwrap_or_else(nothing),
        }
    }

    /// Back to whoever handed it on, or into the queue when there is nobody or they cannot.
    fn step_back(
        &self,
        state: &State,
        envelope: &Envelope,
        record: RecordNo,
        otherwise: usize,
    ) -> Event {
        let policy = state.policy().expect("looked up before");
        let back = Draft::new(state, policy, envelope).step_back(record);
        let (to, verdict) = back.unwrap_or_else(|| {
            let queue = Destination::Queue(state.queue_at(otherwise));
            (queue, Verdict::by_hand(state.version()))
        });
        Event::RecordDealt {
            record,
            to,
            cause: Cause::Voided,
            verdict,
        }
    }
}

/// How a turn was used up.
enum Taken<'v> {
    /// A pool dealt it.
    Turn(&'v Turn),
    /// It was handed on outside rotation.
    Apart(&'v Owing),
}

/// How many more turns a rep may give back at `now`; `None` is no limit.
pub fn left(rep: &Rep, per_month: Option<u32>, now: Moment) -> Option<u32> {
    let used = u32::try_from(inside(rep, now).len()).unwrap_or(u32::MAX);
    per_month.map(|limit| limit.saturating_sub(used))
}

/// The voids that still count at `now`, ascending.
fn inside(rep: &Rep, now: Moment) -> &[Moment] {
    let past = rep.voids.moments();
    &past[past.partition_point(|at| *at + WINDOW <= now)..]
}

/// Refuses with `void_limit_reached` when the rep has given back as many as the policy allows.
fn within_limit(rep: &Rep, per_month: Option<u32>, now: Moment) -> Result<(), Refusal> {
    let Some(limit) = per_month else {
        return Ok(());
    };
    let inside = inside(rep, now);
    let Some(last_to_leave) = inside.len().checked_sub(limit as usize) else {
        return Ok(());
    };
    Err(Refusal::VoidLimitReached {
        rep: rep.key.clone(),
        limit,
        frees: inside[last_to_leave] + WINDOW,
    })
}
