//! The verbs: one file each, beside this list and its dispatch.
//!
//! `decide` is pure: the same state, command and envelope give the same answer (law 1). A verb
//! never calls a verb; what two verbs share stands one floor below, in [`crate::choose`].

pub mod assign;
pub mod claim;
pub mod close;
pub mod commit_draw;
pub mod confirm_clock;
pub mod deactivate_rep;
pub mod envelope;
pub mod find_contacts;
pub mod forget;
pub mod grant_shares;
pub mod hand_off;
pub mod hold_timers;
pub mod intake;
pub mod keep;
pub mod log_activities;
pub mod merge;
pub mod pause_rep;
pub mod publish_policy;
pub mod reassign;
pub mod refusal;
pub mod resume_rep;
pub mod retrieve;
pub mod return_record;
pub mod reveal_draw;
pub mod set_rep;
pub mod set_territories;
pub mod settle_sweep;
pub mod sweep;
pub mod tick;
pub mod void;

use crate::overdue;
use crate::state::State;
use envelope::{Decision, Envelope};
use refusal::Refusal;

/// A request to change the workspace.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// A record comes in.
    Intake(intake::Intake),
    /// A person gives a record to a rep.
    Assign(assign::Assign),
    /// Another owner is wanted for a record, by the policy.
    Reassign(reassign::Reassign),
    /// A record is done with.
    Close(close::Close),
    /// A rep is new or changed.
    SetRep(Box<set_rep::SetRep>),
    /// A rep leaves; the book goes somewhere.
    DeactivateRep(deactivate_rep::DeactivateRep),
    /// A policy comes into force.
    PublishPolicy(publish_policy::PublishPolicy),
    /// A turn is given back.
    Void(Box<void::Void>),
    /// Time has passed.
    Tick,
    /// A rep is taken out of rotation until a review.
    PauseRep(pause_rep::PauseRep),
    /// A rep is back in rotation.
    ResumeRep(resume_rep::ResumeRep),
    /// A draw period's secret is promised.
    CommitDraw(commit_draw::CommitDraw),
    /// A draw period's secret is shown.
    RevealDraw(reveal_draw::RevealDraw),
    /// A territory table comes into force.
    SetTerritories(Box<set_territories::SetTerritories>),
    /// A record goes on to another step.
    HandOff(hand_off::HandOff),
    /// Two records turn out to be the same.
    Merge(Box<merge::Merge>),
    /// The marks of a record are no longer matched.
    Forget(forget::Forget),
    /// What the members of a pool have earned comes into force.
    GrantShares(grant_shares::GrantShares),
    /// What was done on records.
    LogActivities(log_activities::LogActivities),
    /// A rep takes a record from a queue.
    Claim(claim::Claim),
    /// The clock jumped.
    HoldTimers(hold_timers::HoldTimers),
    /// A person has looked at the clock.
    ConfirmClock(confirm_clock::ConfirmClock),
    /// A rep gives a record back.
    Return(return_record::Return),
    /// An owner keeps a record that would be taken.
    Keep(keep::Keep),
    /// A manager pulls records out of books.
    Retrieve(retrieve::Retrieve),
    /// New contacts were found at a record.
    FindContacts(find_contacts::FindContacts),
    /// What nobody works on is warned of, due, and taken.
    Sweep,
    /// A held sweep may run or takes nothing, or one is undone.
    SettleSweep(settle_sweep::SettleSweep),
}

/// Decides one command.
pub fn decide(state: &State, command: &Command, envelope: &Envelope) -> Result<Decision, Refusal> {
    let at = envelope.at.max(state.last_at());
    let envelope = &Envelope { at, ..*envelope };
    let mut events = match command {
        Command::Intake(intake) => intake.decide(state, envelope),
        Command::Assign(assign) => assign.decide(state, envelope),
        Command::Reassign(reassign) => reassign.decide(state, envelope),
        Command::Close(close) => close.decide(state, envelope),
        Command::SetRep(set_rep) => set_rep.decide(state, envelope),
        Command::DeactivateRep(deactivate) => deactivate.decide(state, envelope),
        Command::PublishPolicy(publish) => publish.decide(state, envelope),
        Command::Void(void) => void.decide(state, envelope),
        Command::Tick => tick::decide(state, envelope),
        Command::PauseRep(pause) => pause.decide(state, envelope),
        Command::ResumeRep(resume) => resume.decide(state),
        Command::CommitDraw(commit) => commit.decide(state, envelope),
        Command::RevealDraw(reveal) => reveal.decide(state, envelope),
        Command::SetTerritories(set) => set.decide(state),
        Command::HandOff(hand_off) => hand_off.decide(state, envelope),
        Command::Merge(merge) => merge.decide(state),
        Command::Forget(forget) => forget.decide(state),
        Command::GrantShares(grant) => grant.decide(state, envelope),
        Command::LogActivities(log) => log.decide(state, envelope),
        Command::Claim(claim) => claim.decide(state, envelope),
        Command::HoldTimers(hold) => hold.decide(state),
        Command::ConfirmClock(confirm) => confirm.decide(state),
        Command::Return(back) => back.decide(state, envelope),
        Command::Keep(keep) => keep.decide(state, envelope),
        Command::Retrieve(retrieve) => retrieve.decide(state, envelope),
        Command::FindContacts(found) => found.decide(state),
        Command::Sweep => sweep::decide(state, envelope),
        Command::SettleSweep(settle) => settle.decide(state, envelope),
    }?;
    overdue::set_clocks(state, at, &mut events);
    Ok(Decision { at, events })
}
