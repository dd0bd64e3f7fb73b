//! What happens at the made-up company, in the words of the people who do it.
//!
//! An act becomes a command only when it is played, because field numbers belong to a workspace.

use crate::demo::company::Person;
use crate::demo::traffic::Incoming;
use evenkeel_core::command::Command;
use evenkeel_core::command::assign::{Assign, Expected};
use evenkeel_core::command::claim::{Claim, Pick};
use evenkeel_core::command::close::Close;
use evenkeel_core::command::deactivate_rep::{BookGoes, DeactivateRep};
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::keep::Keep;
use evenkeel_core::command::log_activities::{Activity, LogActivities};
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::command::reassign::Reassign;
use evenkeel_core::command::return_record::Return;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::command::settle_sweep::{SettleSweep, Verdict};
use evenkeel_core::market::schema::Schema;
use evenkeel_core::people::rep::{Leave, PrivateRef, Status};
use evenkeel_core::time::Moment;

/// Something that happens, and when.
#[derive(Clone, Debug)]
pub struct Step {
    /// When.
    pub at: Moment,
    /// What.
    pub act: Act,
}

/// Something that happens.
#[derive(Clone, Debug)]
pub enum Act {
    /// A policy is published.
    Publish(String),
    /// A rep is new, goes on leave, is paused, comes back.
    Set {
        /// Who.
        person: Person,
        /// First day as a closing account executive.
        closing_since: Moment,
        /// Every leave known by now.
        leaves: Vec<Leave>,
        /// Whether in rotation.
        status: Status,
    },
    /// A rep leaves for good; the book is dealt again.
    Leave(&'static str),
    /// A record comes in.
    TakeIn(Incoming),
    /// A manager gives a record to a rep.
    Give {
        /// Key of the record.
        record: String,
        /// Key of the rep.
        rep: &'static str,
        /// The manager's words.
        note: &'static str,
    },
    /// A manager asks for another owner.
    PassOn(String),
    /// A rep takes the next record from a queue.
    Claim {
        /// Name of the queue.
        queue: &'static str,
        /// Key of the rep.
        rep: &'static str,
    },
    /// A record is done with.
    Close {
        /// Key of the record.
        record: String,
        /// Reason code.
        reason: &'static str,
    },
    /// Whoever owns a record works on it. Many are logged at once ([`crate::demo::play`]).
    Work {
        /// Key of the record.
        record: String,
        /// What is done.
        kind: &'static str,
        /// Whether the telephone system or the mail server says so.
        verified: bool,
    },
    /// A rep gives a record back.
    GiveBack {
        /// Key of the record.
        record: String,
        /// Reason code.
        reason: &'static str,
    },
    /// A rep keeps a record that would be taken.
    Keep {
        /// Key of the record.
        record: String,
        /// What comes next.
        next_step: &'static str,
    },
    /// A manager approves a sweep, if it waits for that.
    Approve(u32),
    /// What nobody works on is looked for.
    Sweep,
    /// Time has passed.
    Tick,
}

impl Act {
    /// Personal data that goes beside the command, as texts by field.
    pub fn private(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Set { person, .. } => vec![("name", person.name.to_owned())],
            Self::TakeIn(incoming) => incoming.private.to_vec(),
            Self::Give { note, .. } => vec![("note", (*note).to_owned())],
            Self::Keep { next_step, .. } => vec![("note", (*next_step).to_owned())],
            _ => Vec::new(),
        }
    }

    /// The activity that it is at `at`, by this rep; `None` for everything but work.
    pub fn activity(&self, at: Moment, rep: Option<String>) -> Option<Activity> {
        let Self::Work {
            record,
            kind,
            verified,
        } = self
        else {
            return None;
        };
        Some(Activity {
            record: record.clone(),
            rep,
            at,
            kind: (*kind).to_owned(),
            verified: *verified,
        })
    }

    /// The command for a workspace with these fields of records and reps.
    ///
    /// `private` points at what [`Act::private`] gave.
    pub fn command(
        &self,
        at: Moment,
        records: &Schema,
        reps: &Schema,
        private: Option<PrivateRef>,
    ) -> Command {
        match self {
            Self::Publish(text) => Command::PublishPolicy(PublishPolicy {
                text: text.clone(),
                based_on: None,
            }),
            Self::Set {
                person,
                closing_since,
                leaves,
                status,
            } => {
                let profile = person.profile(reps, *closing_since, leaves, *status, private);
                Command::SetRep(Box::new(SetRep {
                    key: person.key.into(),
                    profile,
                }))
            }
            Self::Leave(rep) => Command::DeactivateRep(DeactivateRep {
                rep: (*rep).into(),
                book: BookGoes::Redeal,
                plan: None,
            }),
            Self::TakeIn(incoming) => Command::Intake(Intake {
                key: incoming.key.as_str().into(),
                attributes: incoming.attributes(records).into(),
                private,
                occurred: Some(at),
                marks: Vec::new(),
            }),
            Self::Give { record, rep, .. } => Command::Assign(Assign {
                record: record.clone(),
                rep: (*rep).into(),
                expected: Expected::Any,
                note: private,
            }),
            Self::PassOn(record) => Command::Reassign(Reassign {
                record: record.clone(),
                expected: Expected::Any,
            }),
            Self::Claim { queue, rep } => Command::Claim(Claim {
                queue: (*queue).into(),
                rep: (*rep).into(),
                pick: Pick::Next,
            }),
            Self::Close { record, reason } => Command::Close(Close {
                record: record.clone(),
                expected: Expected::Any,
                reason: (*reason).into(),
            }),
            // By nobody yet: who owns it is known when it is played.
            Self::Work { .. } => Command::LogActivities(LogActivities {
                activities: self.activity(at, None).into_iter().collect(),
            }),
            Self::GiveBack { .. } | Self::Keep { .. } | Self::Approve(_) => self.recycling(private),
            Self::Sweep => Command::Sweep,
            Self::Tick => Command::Tick,
        }
    }

    /// The commands of returns and sweeps.
    fn recycling(&self, private: Option<PrivateRef>) -> Command {
        match self {
            Self::GiveBack { record, reason } => Command::Return(Return {
                record: record.clone(),
                expected: Expected::Any,
                reason: (*reason).into(),
                back_at: None,
                note: None,
            }),
            Self::Keep { record, .. } => Command::Keep(Keep {
                record: record.clone(),
                expected: Expected::Any,
                next_step: private.expect("an act of keeping has words"),
                until: None,
            }),
            Self::Approve(sweep) => Command::SettleSweep(SettleSweep {
                sweep: *sweep,
                verdict: Verdict::Approve,
            }),
            _ => unreachable!("only returns and sweeps are asked for here"),
        }
    }
}
