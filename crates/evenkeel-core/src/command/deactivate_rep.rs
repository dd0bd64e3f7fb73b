//! Deactivate rep: a rep leaves, and what happens to the book is part of the command.
//!
//! Nothing is left behind (law 2): every record of the book gets a new place in the same breath.

use crate::choose::Draft;
use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::command::refusal::recycling::NotRecycled;
use crate::draw::DrawKey;
use crate::event::{Cause, Event};
use crate::ids::{PoolNo, RepNo};
use crate::membership::{self, Changed};
use crate::people::rep::Status;
use crate::recycling::leaving::LeavePlan;
use crate::rotation::ledger::Ledger;
use crate::state::{State, rep_named};
use crate::verdict::{Destination, Verdict};
use std::collections::BTreeMap;

/// Most records one departure may move; a larger book is emptied by plan first.
pub const BOOK_MOVE_MAX: usize = 20_000;

/// Where the book of a rep who leaves goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BookGoes {
    /// Each record is dealt again by the policy.
    Redeal,
    /// All to this rep, by key.
    Rep(String),
    /// All into this queue, by name.
    Queue(String),
}

/// A rep leaves.
///
/// *Refuses*, in order: `policy_missing`, `rep_unknown`, `rep_left` (the leaver, or the heir),
/// `queue_unknown`, `bound_exceeded`, `value_refused` (the heir is the leaver), `plan_moved`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeactivateRep {
    /// Key of the rep.
    pub rep: String,
    /// Where the book goes.
    pub book: BookGoes,
    /// The digest of the plan that was looked at; `None` goes ahead whatever it comes to.
    pub plan: Option<[u8; 32]>,
}

impl DeactivateRep {
    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        if let Some(looked_at) = self.plan {
            // Planned with a public key: a plan never gives away a draw.
            let draw = DrawKey::from_seed(0);
            let planned = self.moves(state, &Envelope { draw, ..*envelope })?;
            if LeavePlan::of(state, &planned).digest != looked_at {
                return Err(Refusal::Recycling(NotRecycled::PlanMoved));
            }
        }
        self.moves(state, envelope)
    }

    fn moves(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        let policy = state.policy().ok_or(Refusal::PolicyMissing)?;
        let rep = rep_named(state, &self.rep)?;
        let entry = state.roster().rep(rep);
        if entry.profile.status == Status::Left {
            return Err(Refusal::RepLeft {
                rep: self.rep.clone(),
            });
        }
        let heir = self.heir(state, rep)?;
        if entry.book.len() > BOOK_MOVE_MAX {
            return Err(Refusal::BoundExceeded {
                what: "records in the book of the rep who leaves",
                limit: BOOK_MOVE_MAX as u64,
                seen: entry.book.len() as u64,
            });
        }
        let mut profile = entry.profile.clone();
        profile.status = Status::Left;
        let changed = Changed {
            rep,
            key: &self.rep,
            profile: &profile,
        };
        let changes = membership::changes(state, policy.document(), Some(changed));
        let mut ledgers: BTreeMap<PoolNo, Ledger> = BTreeMap::new();
        let mut events = vec![Event::RepSet {
            rep,
            key: self.rep.clone(),
            profile: profile.clone(),
        }];
        for (event, ledger) in changes {
            if let Event::PoolChanged { pool, .. } = event {
                ledgers.insert(pool, ledger);
            }
            events.push(event);
        }
        let mut draft = Draft::new(state, policy, envelope).without(rep, ledgers);
        for record in &entry.book {
            events.push(match heir {
                Heir::Policy => {
                    let (to, verdict) = draft.deal_record(*record, Some(rep));
                    Event::RecordDealt {
                        record: *record,
                        to,
                        cause: Cause::OwnerLeft,
                        verdict,
                    }
                }
                Heir::Place(to) => {
                    let verdict = Verdict::by_hand(state.version());
                    Event::RecordDealt {
                        record: *record,
                        to,
                        cause: Cause::OwnerLeft,
                        verdict,
                    }
                }
            });
        }
        Ok(events)
    }

    fn heir(&self, state: &State, leaver: RepNo) -> Result<Heir, Refusal> {
        match &self.book {
            BookGoes::Redeal => Ok(Heir::Policy),
            BookGoes::Queue(name) => {
                let declared = state
                    .policy()
                    .is_some_and(|p| p.document().queues.iter().any(|queue| queue.name == *name));
                match state.queue_no(name).filter(|_| declared) {
                    Some(queue) => Ok(Heir::Place(Destination::Queue(queue))),
                    None => Err(Refusal::QueueUnknown {
                        queue: name.clone(),
                    }),
                }
            }
            BookGoes::Rep(key) => {
                let heir = rep_named(state, key)?;
                if state.roster().rep(heir).profile.status == Status::Left {
                    return Err(Refusal::RepLeft { rep: key.clone() });
                }
                if heir == leaver {
                    let expected = "another rep than the one who leaves";
                    return Err(Refusal::ValueRefused {
                        what: "heir",
                        seen: key.clone(),
                        expected,
                    });
                }
                Ok(Heir::Place(Destination::Rep(heir)))
            }
        }
    }
}

/// Who or what takes over the book.
#[derive(Clone, Copy)]
enum Heir {
    Policy,
    Place(Destination),
}
