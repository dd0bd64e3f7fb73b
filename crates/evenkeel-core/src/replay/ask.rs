//! What was asked for: from the events of one command back to the command.
//!
//! [`Input::of`] turns the events of one command into what is to be done again; which events are
//! facts is listed in [`super::role`]. Nothing is decided here.

use crate::command::Command;
use crate::command::assign::{Assign, Expected};
use crate::command::claim::{Claim, Pick};
use crate::command::close::Close;
use crate::command::commit_draw::CommitDraw;
use crate::command::confirm_clock::ConfirmClock;
use crate::command::deactivate_rep::{BookGoes, DeactivateRep};
use crate::command::find_contacts::FindContacts;
use crate::command::forget::Forget;
use crate::command::hand_off::HandOff;
use crate::command::hold_timers::HoldTimers;
use crate::command::intake::Intake;
use crate::command::keep::Keep;
use crate::command::pause_rep::PauseRep;
use crate::command::publish_policy::PublishPolicy;
use crate::command::reassign::Reassign;
use crate::command::resume_rep::ResumeRep;
use crate::command::retrieve::{Retrieve, RetrieveTo};
use crate::command::return_record::Return;
use crate::command::reveal_draw::RevealDraw;
use crate::command::set_rep::SetRep;
use crate::command::settle_sweep::{self, SettleSweep};
use crate::event::sweeping::Sweeping;
use crate::event::{Actor, Cause, Event, Freed, Recorded, Release, Touch};
use crate::holding::place::AfterRest;
use crate::ids::{CommandId, RecordNo, RepNo};
use crate::people::grants::Grant;
use crate::people::rep::Status;
use crate::state::State;
use crate::time::Moment;
use crate::verdict::{Destination, Verdict};
use std::sync::Arc;

/// One command of the journal, as it is to be played again.
#[derive(Clone, Debug)]
pub struct Input {
    /// Position in the journal of its first event.
    pub seq: u64,
    /// When it was decided.
    pub at: Moment,
    /// Who asked.
    pub actor: Actor,
    /// Which command it was.
    pub command: CommandId,
    /// What was asked for.
    pub ask: Ask,
}

/// What was asked for.
#[derive(Clone, Debug)]
pub enum Ask {
    /// A verb that needs nothing but its command.
    Run(Box<Command>),
    /// The last turn of a record was given back, with this reason.
    Void {
        /// The record.
        record: RecordNo,
        /// A reason code of the policy.
        reason: String,
    },
    /// Two records turned out to be the same.
    Merge {
        /// The absorbed one.
        record: RecordNo,
        /// The survivor.
        into: RecordNo,
    },
    /// Shares were granted in the pool of this name: a manager's word, kept as it was.
    Grant {
        /// Name of the pool.
        pool: String,
        /// The shares.
        grant: Grant,
    },
    /// Records were worked on.
    Touched(Vec<Worked>),
    /// Facts that hold in any replay as they are.
    Facts(Vec<Event>),
    /// Decisions of a verb that this program does not have: they cannot be made again.
    Foreign(Vec<Event>),
}

/// One fact about work on a record, and whose work it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worked {
    /// As it was.
    pub touch: Touch,
    /// Whether it was the work of whoever had the record then.
    pub by_owner: bool,
}

impl Input {
    /// What the events of one command were asked by; `before` is the state they were decided on.
    ///
    /// *Bounds*: panics without events.
    pub fn of(before: &State, events: &[Recorded]) -> Self {
        let first = &events[0];
        Self {
            seq: before.seq() + 1,
            at: first.at,
            actor: first.actor,
            command: first.command,
            ask: ask(before, &first.event, &events[1..]),
        }
    }

    /// The text of the policy that it publishes, if it does.
    pub fn publishes(&self) -> Option<&str> {
        match &self.ask {
            Ask::Run(command) => match &**command {
                Command::PublishPolicy(publish) => Some(&publish.text),
                _ => None,
            },
            _ => None,
        }
    }
}

/// What was asked for by the first event of a command, and those after it.
fn ask(before: &State, first: &Event, rest: &[Recorded]) -> Ask {
    match first {
        Event::PolicyPublished { .. }
        | Event::RepSet { .. }
        | Event::RepPaused { .. }
        | Event::RepResumed { .. }
        | Event::DrawCommitted { .. }
        | Event::DrawRevealed { .. }
        | Event::TimersHeld(_)
        | Event::TimersConfirmed => run(of_workspace(before, first, rest)),
        Event::RecordTaken { .. }
        | Event::RecordGiven { .. }
        | Event::RecordClosed { .. }
        | Event::MarksForgotten { .. }
        | Event::RecordClaimed { .. }
        | Event::RecordKept { .. } => run(of_record(before, first)),
        Event::RecordDealt { .. } => run(dealt(before, first, rest)),
        Event::RecordReturned { .. } | Event::Sweeping(_) => run(of_recycling(before, first, rest)),
        Event::HoldExpired { .. }
        | Event::CreditClamped { .. }
        | Event::SlaWarned { .. }
        | Event::SlaBreached { .. }
        | Event::SlaEscalated { .. }
        | Event::RecordRestored { .. } => run(Some(Command::Tick)),
        Event::RecordReleased { .. } => run(of_recycling(before, first, rest)),
        Event::TurnVoided { record, reason, .. } | Event::HandoffVoided { record, reason, .. } => {
            Some(Ask::Void {
                record: *record,
                reason: reason.clone(),
            })
        }
        Event::RecordMerged { record, into, .. } => Some(Ask::Merge {
            record: *record,
            into: *into,
        }),
        Event::SharesGranted { pool, grant } => Some(Ask::Grant {
            pool: before.pool(*pool).name.clone(),
            grant: grant.clone(),
        }),
        Event::RecordsTouched { touches } => Some(Ask::Touched(worked(before, touches))),
        Event::TerritoriesSet { .. }
        | Event::HistoryImported(_)
        | Event::Planned(_)
        | Event::FeedbackFiled { .. } => Some(Ask::Facts(all(first, rest))),
        Event::PoolChanged { .. } | Event::ClockSet { .. } | Event::FirstWorked { .. } => None,
    }
    .unwrap_or_else(|| Ask::Foreign(all(first, rest)))
}

/// Whose work it was, at the state before it.
fn worked(before: &State, touches: &[Touch]) -> Vec<Worked> {
    let worked = |touch: &Touch| Worked {
        touch: *touch,
        by_owner: touch.rep.is_some() && before.place(touch.record).owner() == touch.rep,
    };
    touches.iter().map(worked).collect()
}

fn run(command: Option<Command>) -> Option<Ask> {
    command.map(|command| Ask::Run(Box::new(command)))
}

/// The verb behind a fact about reps, the policy or draws.
fn of_workspace(before: &State, first: &Event, rest: &[Recorded]) -> Option<Command> {
    let rep = |rep: &RepNo| before.roster().rep(*rep).key.clone();
    let command = match first {
        Event::PolicyPublished { text, .. } => Command::PublishPolicy(PublishPolicy {
            text: text.clone(),
            based_on: None,
        }),
        Event::RepSet { key, profile, .. } if profile.status == Status::Left => {
            Command::DeactivateRep(DeactivateRep {
                rep: key.clone(),
                book: book_goes(before, rest),
                plan: None,
            })
        }
        Event::RepSet { key, profile, .. } => Command::SetRep(Box::new(SetRep {
            key: key.clone(),
            profile: profile.clone(),
        })),
        Event::RepPaused {
            rep: paused,
            review,
            reason,
            ..
        } => Command::PauseRep(PauseRep {
            rep: rep(paused),
            review: *review,
            reason: *reason,
        }),
        Event::RepResumed { rep: resumed } => Command::ResumeRep(ResumeRep { rep: rep(resumed) }),
        Event::DrawCommitted { period, commitment } => Command::CommitDraw(CommitDraw {
            period: *period,
            commitment: *commitment,
        }),
        Event::DrawRevealed { period, secret } => Command::RevealDraw(RevealDraw {
            period: *period,
            secret: *secret,
        }),
        Event::TimersHeld(held) => Command::HoldTimers(HoldTimers {
            from: held.from,
            to: held.to,
        }),
        Event::TimersConfirmed => Command::ConfirmClock(ConfirmClock),
        _ => return None,
    };
    Some(command)
}

/// The verb that begins with this event about a record.
fn of_record(before: &State, first: &Event) -> Option<Command> {
    let key = |record: &RecordNo| before.records().key(*record).to_owned();
    let expected = Expected::Any;
    let command = match first {
        Event::RecordTaken {
            key,
            attributes,
            private,
            occurred,
            marks,
            ..
        } => Command::Intake(Intake {
            key: key.clone(),
            attributes: Arc::clone(attributes),
            private: *private,
            occurred: Some(*occurred),
            marks: marks.clone(),
        }),
        Event::RecordGiven {
            record, rep, note, ..
        } => Command::Assign(Assign {
            record: key(record),
            rep: before.roster().rep(*rep).key.clone(),
            expected,
            note: *note,
        }),
        Event::RecordClosed { record, reason } => Command::Close(Close {
            record: key(record),
            expected,
            reason: reason.clone(),
        }),
        Event::MarksForgotten { record } => Command::Forget(Forget {
            record: key(record),
        }),
        Event::RecordClaimed {
            record,
            rep,
            queue,
            claim,
        } => Command::Claim(Claim {
            queue: before.queue(*queue).name.clone(),
            rep: before.roster().rep(*rep).key.clone(),
            pick: match claim.next {
                true => Pick::Next,
                false => Pick::This(key(record)),
            },
        }),
        Event::RecordKept {
            record,
            next_step,
            until,
            ..
        } => Command::Keep(Keep {
            record: key(record),
            expected,
            next_step: *next_step,
            until: Some(*until),
        }),
        _ => return None,
    };
    Some(command)
}

fn all(first: &Event, rest: &[Recorded]) -> Vec<Event> {
    let rest = rest.iter().map(|recorded| recorded.event.clone());
    std::iter::once(first.clone()).chain(rest).collect()
}

/// The verb that begins by dealing a record; `None` for one that this program does not have.
fn dealt(before: &State, first: &Event, rest: &[Recorded]) -> Option<Command> {
    let Event::RecordDealt {
        record,
        cause,
        verdict,
        ..
    } = first
    else {
        return None;
    };
    let key = || before.records().key(*record).to_owned();
    match cause {
        Cause::Waited | Cause::Returned | Cause::Rested | Cause::Overdue | Cause::ToppedUp => {
            Some(Command::Tick)
        }
        Cause::Retrieved => Some(retrieve(before, first, rest, RetrieveTo::Deal)),
        Cause::Reassign => Some(Command::Reassign(Reassign {
            record: key(),
            expected: Expected::Any,
        })),
        Cause::HandedOn => Some(Command::HandOff(HandOff {
            record: key(),
            step: before
                .journeys()
                .name(verdict.step.as_ref()?.step)
                .to_owned(),
            expected: Expected::Any,
        })),
        // These follow another event, so nothing that begins with them can be told apart.
        Cause::Intake | Cause::OwnerLeft | Cause::Voided | Cause::GivenBack => None,
    }
}

/// A manager pulled these records out of books.
fn retrieve(before: &State, first: &Event, rest: &[Recorded], to: RetrieveTo) -> Command {
    let all = std::iter::once(first).chain(rest.iter().map(|one| &one.event));
    let records = all.filter_map(|event| match event {
        Event::RecordReleased { record, .. } | Event::RecordDealt { record, .. } => Some(*record),
        _ => None,
    });
    let key = |record: RecordNo| (before.records().key(record).to_owned(), Expected::Any);
    Command::Retrieve(Retrieve {
        records: records.map(key).collect(),
        to,
    })
}

/// The verb that begins with this event of recycling.
fn of_recycling(before: &State, first: &Event, rest: &[Recorded]) -> Option<Command> {
    Some(match first {
        Event::RecordReturned {
            record,
            reason,
            note,
            ..
        } => Command::Return(Return {
            record: before.records().key(*record).to_owned(),
            expected: Expected::Any,
            reason: reason.clone(),
            back_at: rest.iter().find_map(|one| back_at(&one.event)),
            note: *note,
        }),
        Event::RecordReleased { why, to, .. } => match (why, to) {
            (Release::ClaimExpired | Release::Overdue | Release::Removed { .. }, _) => {
                Command::Tick
            }
            (Release::Retrieved, Freed::Rest { .. }) => {
                retrieve(before, first, rest, RetrieveTo::Rest)
            }
            (Release::Retrieved, Freed::Queue(queue)) => {
                let queue = before.queue(*queue).name.clone();
                retrieve(before, first, rest, RetrieveTo::Queue(queue))
            }
            // These follow another event.
            (Release::Returned(_) | Release::Closed(_), _) => return None,
        },
        Event::Sweeping(sweeping) => swept(before, sweeping),
        _ => return None,
    })
}

/// When a rep wants a returned record back, if that was said.
fn back_at(event: &Event) -> Option<Moment> {
    match event {
        Event::RecordReleased {
            to:
                Freed::Rest {
                    until,
                    then: AfterRest::Back(_),
                },
            ..
        } => Some(*until),
        _ => None,
    }
}

fn swept(before: &State, sweeping: &Sweeping) -> Command {
    let settle = |sweep: u32, verdict| Command::SettleSweep(SettleSweep { sweep, verdict });
    match sweeping {
        Sweeping::ContactsFound { record } => Command::FindContacts(FindContacts {
            record: before.records().key(*record).to_owned(),
        }),
        Sweeping::Approved { sweep } => settle(*sweep, settle_sweep::Verdict::Approve),
        Sweeping::Dropped { sweep, .. } => settle(*sweep, settle_sweep::Verdict::Drop),
        Sweeping::Recalled { sweep } => settle(*sweep, settle_sweep::Verdict::Undo),
        Sweeping::Ended { .. } | Sweeping::Undone { .. } => Command::Tick,
        Sweeping::OwnersWarned { .. }
        | Sweeping::RecordsDue { .. }
        | Sweeping::RecordsAvailable { .. }
        | Sweeping::CadenceSet { .. }
        | Sweeping::Begun { .. }
        | Sweeping::Held { .. } => Command::Sweep,
    }
}

/// Where the book of a rep who left was sent, from where its records went.
fn book_goes(before: &State, events: &[Recorded]) -> BookGoes {
    let by_hand = Verdict::by_hand(before.version());
    let mut heir = None;
    for recorded in events {
        if let Event::RecordDealt { to, verdict, .. } = &recorded.event {
            if *verdict != by_hand || heir.is_some_and(|heir| heir != *to) {
                return BookGoes::Redeal;
            }
            heir = Some(*to);
        }
    }
    match heir {
        Some(Destination::Rep(rep)) => BookGoes::Rep(before.roster().rep(rep).key.clone()),
        Some(Destination::Queue(queue)) => BookGoes::Queue(before.queue(queue).name.clone()),
        _ => BookGoes::Redeal,
    }
}
