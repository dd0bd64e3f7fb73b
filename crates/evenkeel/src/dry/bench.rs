//! A workspace in memory: publish a policy, set reps, take records in, let time pass.
//!
//! The same core decides as in the server; only nothing is kept, and there is nobody to sign in.
//! It reads no file and no clock.

use evenkeel_connect::records::RecordIn;
use evenkeel_connect::reps::RepIn;
use evenkeel_core::command::envelope::Envelope;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::command::set_territories::SetTerritories;
use evenkeel_core::command::{Command, decide};
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::{Actor, Event, Recorded};
use evenkeel_core::ids::{CommandId, RecordNo};
use evenkeel_core::market::value::Attributes;
use evenkeel_core::people::rep::Status;
use evenkeel_core::policy::analysis;
use evenkeel_core::policy::problem::Problem;
use evenkeel_core::precedence::mark::{self, Mark, MarkKey};
use evenkeel_core::state::State;
use evenkeel_core::territory::table::Sheet;
use evenkeel_core::time::Moment;
use evenkeel_core::verdict::{Destination, Verdict};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The moment at which policy and reps are set up: before any record.
const SETUP: Moment = Moment(0);

/// A workspace in memory.
#[derive(Clone, Debug)]
pub struct Bench {
    state: State,
    draw: DrawKey,
    ticks: u64,
    /// Every event since it was asked for.
    tape: Option<Vec<Recorded>>,
}

/// Something the workspace decided about a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Dealt {
    /// The record.
    pub record: RecordNo,
    /// When.
    pub at: Moment,
    /// Where it went, and why; `None` when a hold ran out and the record went to its queue.
    pub decided: Option<(Destination, Verdict)>,
}

impl Bench {
    /// A workspace with this policy; random methods draw from `seed`.
    ///
    /// *Refuses*: `policy_rejected`, with everything that is wrong.
    pub fn open(policy: &str, seed: u64) -> Result<Self, Refusal> {
        let mut bench = Self {
            state: State::new(),
            draw: DrawKey::from_seed(seed),
            ticks: 0,
            tape: None,
        };
        let publish = PublishPolicy {
            text: policy.to_owned(),
            based_on: None,
        };
        bench.submit("policy", policy, SETUP, Command::PublishPolicy(publish))?;
        Ok(bench)
    }

    /// Keeps every event from now on.
    pub fn tape(&mut self) {
        self.tape = Some(Vec::new());
    }

    /// The events kept.
    pub fn taped(self) -> Vec<Recorded> {
        self.tape.unwrap_or_default()
    }

    /// The workspace.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Sets one rep; says whether it takes part. One who left does not, and is not set.
    pub fn set_rep(&mut self, rep: RepIn) -> Result<bool, Refusal> {
        if rep.profile.status == Status::Left {
            return Ok(false);
        }
        let RepIn { key, profile, .. } = rep;
        let command = Command::SetRep(Box::new(SetRep {
            key: key.clone(),
            profile,
        }));
        self.submit("rep", &key, SETUP, command)?;
        Ok(true)
    }

    /// Sets a territory table, before any record.
    pub fn set_territories(&mut self, sheet: Sheet) -> Result<(), Refusal> {
        let based_on = None;
        let set = SetTerritories { sheet, based_on };
        let command = Command::SetTerritories(Box::new(set));
        self.submit("territories", "", SETUP, command).map(drop)
    }

    /// What the analysis says about the policy now that the reps are known.
    pub fn problems(&self) -> Vec<Problem> {
        analysis::check(self.state.policy_text(), &self.state.known()).problems
    }

    /// Takes one record in at `now` and deals it.
    pub fn intake(&mut self, record: RecordIn, now: Moment) -> Result<Dealt, Refusal> {
        let RecordIn {
            key,
            attributes,
            occurred,
            private,
            ..
        } = record;
        let intake = Intake {
            key: key.as_str().into(),
            marks: self.marks(&attributes, &private),
            attributes: attributes.into(),
            private: None,
            occurred,
        };
        let mut dealt = self.submit("record", &key, now, Command::Intake(intake))?;
        Ok(dealt.pop().expect("an intake deals the record"))
    }

    /// What stands for personal data, with a key that anybody can make: nothing is kept here.
    fn marks(&self, attributes: &Attributes, private: &BTreeMap<String, String>) -> Vec<Mark> {
        let schema = self.state.record_schema();
        self.state.policy().map_or_else(Vec::new, |policy| {
            let ladder = &policy.document().ladder;
            mark::marks(ladder, &MarkKey::public(), schema, attributes, private)
        })
    }

    /// Lets time pass until `now`: everything that was waiting for it moves.
    pub fn tick(&mut self, now: Moment) -> Result<Vec<Dealt>, Refusal> {
        let mut moved = Vec::new();
        loop {
            self.ticks += 1;
            let id = self.ticks.to_string();
            match self.submit("tick", &id, now, Command::Tick) {
                Ok(more) => moved.extend(more),
                Err(Refusal::NothingToDo) => return Ok(moved),
                Err(refusal) => return Err(refusal),
            }
        }
    }

    /// Decides and applies one command; gives what it decided about records.
    pub(super) fn submit(
        &mut self,
        what: &str,
        key: &str,
        at: Moment,
        command: Command,
    ) -> Result<Vec<Dealt>, Refusal> {
        let id = command_id(what, key);
        let envelope = Envelope {
            at,
            actor: Actor::System,
            command: id,
            draw: self.draw,
        };
        let decision = decide(&self.state, &command, &envelope)?;
        let mut dealt = Vec::new();
        for recorded in decision.recorded(&envelope) {
            self.state.apply(&recorded);
            if let Some(tape) = &mut self.tape {
                tape.push(recorded.clone());
            }
            let at = recorded.at;
            match recorded.event {
                Event::RecordDealt {
                    record,
                    to,
                    verdict,
                    ..
                } => {
                    dealt.push(Dealt {
                        record,
                        at,
                        decided: Some((to, verdict)),
                    });
                }
                Event::HoldExpired { record, .. } => {
                    dealt.push(Dealt {
                        record,
                        at,
                        decided: None,
                    });
                }
                _ => {}
            }
        }
        Ok(dealt)
    }
}

/// The command's id: the same file gives the same ids, so two runs are the same to the byte.
fn command_id(what: &str, key: &str) -> CommandId {
    let digest = Sha256::digest(format!("{what}\0{key}"));
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    CommandId(id)
}
