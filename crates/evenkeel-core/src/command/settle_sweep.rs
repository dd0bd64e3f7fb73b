//! What a person decides about a sweep: it may run, it takes nothing, or it is undone.
//!
//! The records are moved by ticks afterwards. What was touched or kept since a sweep was held is
//! out of it already; what somebody has got since it ran stays with them when it is undone.

use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::command::refusal::recycling::NotRecycled;
use crate::event::Event;
use crate::event::sweeping::Sweeping;
use crate::holding::sweeps::Stage;
use crate::policy::document::recycling::KEEP;
use crate::state::State;

/// What is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A held sweep may run.
    Approve,
    /// A held sweep takes nothing; what it would have taken is left alone as if kept.
    Drop,
    /// What a sweep took goes back to its former owners.
    Undo,
}

/// A decision about a sweep.
///
/// *Refuses*, in order: `sweep_unknown`, `sweep_elsewhere`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettleSweep {
    /// Its number.
    pub sweep: u32,
    /// What is decided.
    pub verdict: Verdict,
}

impl SettleSweep {
    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        let number = self.sweep;
        let Some(sweep) = state.recycling().sweeps().find(number) else {
            return Err(Refusal::Recycling(NotRecycled::SweepUnknown {
                sweep: number,
            }));
        };
        let recycling = state
            .policy()
            .and_then(|policy| policy.document().recycling.as_ref());
        let until = envelope.at + recycling.map_or(KEEP, |recycling| recycling.keep);
        let fact = match (self.verdict, sweep.stage) {
            (Verdict::Approve, Stage::Held) => Sweeping::Approved { sweep: number },
            (Verdict::Drop, Stage::Held) => Sweeping::Dropped {
                sweep: number,
                until,
            },
            (Verdict::Undo, Stage::Running | Stage::Done) => Sweeping::Recalled { sweep: number },
            (verdict, stage) => {
                let needs = match verdict {
                    Verdict::Approve | Verdict::Drop => "held for approval",
                    Verdict::Undo => "running or done",
                };
                return Err(Refusal::Recycling(NotRecycled::SweepElsewhere {
                    sweep: number,
                    stands: stage.word(),
                    needs,
                }));
            }
        };
        Ok(vec![Event::Sweeping(fact)])
    }
}
