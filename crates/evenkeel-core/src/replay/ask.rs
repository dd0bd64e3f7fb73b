//! What was asked for: from the events of one command back to the command.
//!
//! Events are either facts, which a replay takes as they were, or decisions, which it makes again.
//! [`role`] is the one list of which is which; [`Input::of`] turns the events of one command into
//! what is to be done again. Nothing is decided here.

use crate::command::Command;
use crate::command::assign::{Assign, Expected};
use crate::command::claim::{Claim, Pick};
use crate::command::close::Close;
use crate::command::commit_draw::CommitDraw;
use crate::command::confirm_clock::ConfirmClock;
use crate::command::deactivate_rep::{BookGoes, DeactivateRep};
use crate::command::forget::Forget;
use crate::command::hand_off::HandOff;
use crate::command::hold_timers::HoldTimers;
use crate::command::intake::Intake;
use crate::command::pause_rep::PauseRep;
use crate::command::publish_policy::PublishPolicy;
use crate::command::reassign::Reassign;
use crate::command::resume_rep::ResumeRep;
use crate::command::reveal_draw::RevealDraw;
use crate::command::set_rep::SetRep;
use crate::event::sweeping::Sweeping;
use crate::event::{Actor, Cause, Event, Freed, Recorded, Release, Touch};
use crate::holding::place::AfterRest;
use crate::ids::{CommandId, QueueNo, RecordNo, RepNo};
use crate::people::grants::Grant;
use crate::people::rep::Status;
use crate::replay::ask_recycling::of_recycling;
use crate::state::State;
use crate::time::Moment;
use crate::verdict::{Destination, Verdict};
use std::sync::Arc;

/// What an event is to a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Somebody did or said something: it is taken as it was.
    Fact,
    /// The workspace decided it: it is decided again.
    Decision,
    /// It follows from the fact or decision before it in the same command.
    Consequence,
}

/// The one list: what every kind of event is to a replay.
pub fn role(event: &Event) -> Role {
    match event {
        Event::PolicyPublished { .. }
        | Event::RepSet { .. }
        | Event::RecordTaken { .. }
        | Event::RecordGiven { .. }
        | Event::RecordClosed { .. }
        | Event::TurnVoided { .. }
        | Event::RepPaused { .. }
        | Event::RepResumed { .. }
        | Event::DrawCommitted { .. }
        | Event::DrawRevealed { .. }
        | Event::TerritoriesSet { .. }
        | Event::HandoffVoided { .. }
        | Event::RecordMerged { .. }
        | Event::MarksForgotten { .. }
        | Event::SharesGranted { .. }
        | Event::RecordsTouched { .. }
        | Event::RecordReturned { .. }
        | Event::RecordKept { .. }
        | Event::HistoryImported(_)
        | Event::Planned(_)
        | Event::FeedbackFiled { .. }
        | Event::TimersHeld(_)
        | Event::TimersConfirmed => Role::Fact,
        Event::Sweeping(fact) if by_person(fact) => Role::Fact,
        Event::RecordReleased { why, .. } if by_time(why) => Role::Decision,
        Event::RecordReleased { .. } => Role::Fact,
        Event::RecordDealt { .. }
        | Event::RecordRestored { .. }
        | Event::Sweeping(_)
        | Event::RecordClaimed { .. }
        | Event::HoldExpired { .. }
        | Event::CreditClamped { .. }
        | Event::SlaWarned { .. }
        | Event::SlaBreached { .. }
        | Event::SlaEscalated { .. } => Role::Decision,
        Event::PoolChanged { .. } | Event::ClockSet { .. } | Event::FirstWorked { .. } => {
            Role::Consequence
        }
    }
}

/// Whether nothing but the passing of time takes a record out of a book so.
fn by_time(why: &Release) -> bool {
    match why {
        Release::ClaimExpired | Release::Overdue | Release::Removed { .. } => true,
        Release::Returned(_) | Release::Retrieved | Release::Closed(_) => false,
    }
}

/// Whether somebody did or said this of recycling, as opposed to a sweep that found it.
fn by_person(fact: &Sweeping) -> bool {
    match fact {
        Sweeping::ContactsFound { .. }
        | Sweeping::Approved { .. }
        | Sweeping::Dropped { .. }
        | Sweeping::Recalled { .. } => true,
        Sweeping::OwnersWarned { .. }
        | Sweeping::RecordsDue { .. }
        | Sweeping::RecordsAvailable { .. }
        | Sweeping::CadenceSet { .. }
        | Sweeping::Begun { .. }
        | Sweeping::Held { .. }
        | Sweeping::Ended { .. }
        | Sweeping::Undone { .. } => false,
    }
}

/// The record whose place or turn an event moves, if it moves one. Of a merge, the absorbed one:
/// the survivor stays where it is.
pub fn moves(event: &Event) -> Option<RecordNo> {
    match event {
        Event::RecordTaken { record, .. }
        | Event::RecordDealt { record, .. }
        | Event::RecordGiven { record, .. }
        | Event::HoldExpired { record, .. }
        | Event::RecordClosed { record, .. }
        | Event::TurnVoided { record, .. }
        | Event::HandoffVoided { record, .. }
        | Event::RecordMerged { record, .. }
        | Event::RecordReleased { record, .. }
        | Event::RecordRestored { record, .. }
        | Event::RecordClaimed { record, .. } => Some(*record),
        Event::PolicyPublished { .. }
        | Event::RepSet { .. }
        | Event::PoolChanged { .. }
        | Event::CreditClamped { .. }
        | Event::RepPaused { .. }
        | Event::RepResumed { .. }
        | Event::DrawCommitted { .. }
        | Event::DrawRevealed { .. }
        | Event::TerritoriesSet { .. }
        | Event::MarksForgotten { .. }
        | Event::SharesGranted { .. }
        | Event::RecordsTouched { .. }
        | Event::ClockSet { .. }
        | Event::SlaWarned { .. }
        | Event::SlaBreached { .. }
        | Event::SlaEscalated { .. }
        | Event::FirstWorked { .. }
        | Event::RecordReturned { .. }
        | Event::RecordKept { .. }
        | Event::Sweeping(_)
        | Event::HistoryImported(_)
        | Event::Planned(_)
        | Event::FeedbackFiled { .. }
        | Event::TimersHeld(_)
        | Event::TimersConfirmed => None,
    }
}

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
    /// A record left its owner; the name of the queue it went or will go to, if one.
    Release {
        /// The event as it was.
        event: Box<Event>,
        /// Name of the queue.
        queue: Option<String>,
    },
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

    /// Whether it is nothing but the passing of time.
    pub fn is_tick(&self) -> bool {
        matches!(&self.ask, Ask::Run(command) if **command == Command::Tick)
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
        Event::RecordDealt { cause, .. } if *cause == Cause::Retrieved => {
            run(of_recycling(before, first, rest))
        }
        Event::RecordTaken { .. }
        | Event::RecordGiven { .. }
        | Event::RecordClosed { .. }
        | Event::MarksForgotten { .. }
        | Event::RecordClaimed { .. }
        | Event::RecordDealt { .. } => run(of_record(before, first)),
        Event::HoldExpired { .. }
        | Event::CreditClamped { .. }
        | Event::SlaWarned { .. }
        | Event::SlaBreached { .. }
        | Event::SlaEscalated { .. } => run(Some(Command::Tick)),
        Event::RecordRestored { .. } => run(Some(Command::Tick)),
        Event::RecordReleased { why, .. } if by_time(why) => run(Some(Command::Tick)),
        Event::RecordReturned { .. } | Event::RecordKept { .. } | Event::Sweeping(_) => {
            run(of_recycling(before, first, rest))
        }
        Event::RecordReleased { why, .. } if *why == Release::Retrieved => {
            run(of_recycling(before, first, rest))
        }
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
        Event::RecordReleased { to, .. } => rest.is_empty().then(|| Ask::Release {
            event: Box::new(first.clone()),
            queue: queue_of(*to).map(|queue| before.queue(queue).name.clone()),
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
        Event::RecordDealt {
            record,
            cause,
            verdict,
            ..
        } => return dealt(before, record, *cause, verdict),
        _ => return None,
    };
    Some(command)
}

fn all(first: &Event, rest: &[Recorded]) -> Vec<Event> {
    let rest = rest.iter().map(|recorded| recorded.event.clone());
    std::iter::once(first.clone()).chain(rest).collect()
}

/// The verb that begins by dealing a record; `None` for one that this program does not have.
fn dealt(before: &State, record: &RecordNo, cause: Cause, verdict: &Verdict) -> Option<Command> {
    let key = || before.records().key(*record).to_owned();
    match cause {
        Cause::Waited | Cause::Returned | Cause::Rested | Cause::Overdue | Cause::ToppedUp => {
            Some(Command::Tick)
        }
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
        Cause::Retrieved => None,
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

/// The queue that a release names.
pub fn queue_of(to: Freed) -> Option<QueueNo> {
    match to {
        Freed::Queue(queue) => Some(queue),
        Freed::Rest {
            then: AfterRest::Queue(queue),
            ..
        } => Some(queue),
        Freed::Rest { .. } => None,
    }
}
