//! Playing a history again: every input in order, decided anew by the verbs that decided it.
//!
//! Facts about a record apply to whoever has it now. A fact that can no longer apply, such as
//! closing a record that the replay merged, is counted by the refusal's code and left out. Work
//! that a record's owner did is the work of whoever has it in the replay, at the same moment.
//!
//! *Time*: as recorded, ticks are played when they moved something, and the outcome is the recorded
//! one to the byte. Under another policy or with fresh draws other records wait, so time passes in
//! between as well: at the deadline of a hold, a rest, a claim or a clock, at the end of a leave,
//! and every full hour while a record is held or the policy recycles. The real clock looks every
//! second; a replayed wait is therefore up to an hour longer than a real one.

use crate::command::envelope::Envelope;
use crate::command::log_activities::touched;
use crate::command::merge::Merge;
use crate::command::publish_policy::PublishPolicy;
use crate::command::refusal::Refusal;
use crate::command::void::Void;
use crate::command::{Command, assign::Expected, decide};
use crate::event::planned::Planned;
use crate::event::{Actor, Event, Recorded, Touch};
use crate::holding::place::Place;
use crate::ids::{CommandId, RecordNo};
use crate::market::schema::Schema;
use crate::replay::ask::{Ask, Input, Worked};
use crate::replay::draws::Draws;
use crate::replay::stream::Follow;
use crate::state::State;
use crate::time::{HOUR, Moment};
use crate::verdict::Verdict;
use crate::waiting;
use std::collections::{BTreeMap, BTreeSet};

/// Most inputs of one replay; longer histories are replayed a part at a time.
pub const INPUTS_MAX: usize = 5_000_000;

/// A recorded part of a history, ready to be played.
#[derive(Clone, Debug)]
pub struct History {
    /// The workspace before it.
    pub base: State,
    /// What was asked for, in order.
    pub inputs: Vec<Input>,
    /// The moment up to which it goes.
    pub until: Moment,
    /// Record fields at its end: values have their numbers.
    pub records: Schema,
    /// Rep fields at its end.
    pub reps: Schema,
}

/// How to play it.
#[derive(Clone, Debug)]
pub struct How {
    /// Deals by this policy from the beginning on; `None` is by the recorded ones.
    pub policy: Option<String>,
    /// Where draws come from.
    pub draws: Draws,
    /// Whether time passes between the recorded ticks.
    pub between: bool,
}

/// What came of it, beside the events.
#[derive(Clone, Debug)]
pub struct Played {
    /// The workspace at the end.
    pub state: State,
    /// Facts that could no longer apply, by the code of the refusal.
    pub refused: BTreeMap<&'static str, u64>,
    /// Commands of verbs that this program does not have; left out.
    pub foreign: u64,
}

impl History {
    /// Whether dealing by this policy would be dealing by the recorded ones.
    pub fn is_policy(&self, text: &str) -> bool {
        let before = self.base.policy().map(|_| self.base.policy_text());
        let published = self.inputs.iter().filter_map(Input::publishes);
        let mut all = before.into_iter().chain(published).peekable();
        all.peek().is_some() && all.all(|one| one == text)
    }

    /// Plays it.
    ///
    /// *Refuses*: what publishing the policy refuses.
    pub fn play(&self, how: &How, follow: &mut impl Follow) -> Result<Played, Refusal> {
        let mut player = Player::new(self, how);
        if let Some(text) = how.policy.as_deref()
            && self.base.policy().is_some()
        {
            player.publish_first(text, follow)?;
        }
        for input in &self.inputs {
            player.input(input, follow)?;
        }
        if how.between {
            player.pass(self.until, follow);
        }
        Ok(player.played)
    }

    /// The records whose turns came back: only of these the verdicts are kept while playing.
    fn given_back(&self) -> BTreeSet<RecordNo> {
        let mut given_back = BTreeSet::new();
        for input in &self.inputs {
            match &input.ask {
                Ask::Void { record, .. } => drop(given_back.insert(*record)),
                Ask::Merge { record, into } => given_back.extend([*record, *into]),
                _ => {}
            }
        }
        given_back
    }
}

/// A workspace in which a history is played.
struct Player<'a> {
    how: &'a How,
    played: Played,
    given_back: BTreeSet<RecordNo>,
    /// Verdicts of turns that may come back, by position.
    kept: BTreeMap<u64, Verdict>,
    /// Ends of leaves, ascending.
    returns: Vec<Moment>,
    now: Moment,
    /// Commands of our own, such as ticks in between.
    own: u64,
}

impl<'a> Player<'a> {
    fn new(history: &'a History, how: &'a How) -> Self {
        let mut state = history.base.clone();
        if how.policy.is_some() {
            state.widen(&history.records, &history.reps);
        }
        let mut player = Self {
            how,
            given_back: history.given_back(),
            kept: BTreeMap::new(),
            returns: Vec::new(),
            now: state.last_at(),
            own: 0,
            played: Played {
                state,
                refused: BTreeMap::new(),
                foreign: 0,
            },
        };
        player.learn_returns();
        player
    }

    fn publish_first(&mut self, text: &str, follow: &mut impl Follow) -> Result<(), Refusal> {
        if text == self.played.state.policy_text() {
            return Ok(());
        }
        let envelope = self.own_envelope();
        let command = publish(text);
        self.submit(&command, &envelope, follow)
    }

    fn input(&mut self, input: &Input, follow: &mut impl Follow) -> Result<(), Refusal> {
        if self.how.between {
            self.pass(input.at, follow);
        }
        self.now = self.now.max(input.at);
        let envelope = Envelope {
            at: input.at,
            actor: input.actor,
            command: input.command,
            draw: self.how.draws.key(input.at),
        };
        if let (Some(text), true) = (&self.how.policy, input.publishes().is_some()) {
            // The first policy of all is replaced where it stood; the later ones never come.
            return match self.played.state.policy() {
                None => self.submit(&publish(text), &envelope, follow),
                Some(_) => Ok(()),
            };
        }
        let done = match &input.ask {
            Ask::Run(command) => self.submit(command, &envelope, follow),
            Ask::Void { record, reason } => {
                let command = self.void(*record, reason);
                command.and_then(|command| self.submit(&command, &envelope, follow))
            }
            Ask::Merge { record, into } => {
                let command = self.merge(*record, *into);
                self.submit(&command, &envelope, follow)
            }
            Ask::Grant { pool, grant } => match self.played.state.pool_no(pool) {
                Some(pool) => {
                    let grant = grant.clone();
                    self.take(Event::SharesGranted { pool, grant }, &envelope, follow);
                    Ok(())
                }
                None => Err(Refusal::PoolUnknown { pool: pool.clone() }),
            },
            Ask::Touched(worked) => {
                for event in self.touched(worked, input.at) {
                    self.take(event, &envelope, follow);
                }
                Ok(())
            }
            Ask::Facts(events) => {
                for event in events {
                    let event = self.still(event.clone());
                    self.take(event, &envelope, follow);
                }
                Ok(())
            }
            Ask::Foreign(_) => {
                self.played.foreign += 1;
                Ok(())
            }
        };
        if let Err(refusal) = done {
            *self.played.refused.entry(refusal.code()).or_default() += 1;
        }
        if matches!(&input.ask, Ask::Run(command) if sets_rep(command)) {
            self.learn_returns();
        }
        Ok(())
    }

    /// Decides, applies and tells one command.
    fn submit(
        &mut self,
        command: &Command,
        envelope: &Envelope,
        follow: &mut impl Follow,
    ) -> Result<(), Refusal> {
        let decision = decide(&self.played.state, command, envelope)?;
        for recorded in decision.recorded(envelope) {
            self.apply(&recorded, follow);
        }
        Ok(())
    }

    /// Takes a fact as it is.
    fn take(&mut self, event: Event, envelope: &Envelope, follow: &mut impl Follow) {
        let recorded = Recorded {
            at: envelope.at.max(self.played.state.last_at()),
            actor: envelope.actor,
            command: envelope.command,
            event,
        };
        self.apply(&recorded, follow);
    }

    fn apply(&mut self, recorded: &Recorded, follow: &mut impl Follow) {
        let state = &mut self.played.state;
        state.apply(recorded);
        if let Some((record, verdict)) = recorded.event.deal()
            && self.given_back.contains(&record)
            && verdict.took_turn()
        {
            self.kept.insert(state.seq(), verdict.clone());
        }
        follow.event(state, recorded);
    }

    fn void(&self, record: RecordNo, reason: &str) -> Result<Command, Refusal> {
        let records = self.played.state.records();
        let key = records.key(record);
        let turn = records.turn(record);
        let kept = turn.and_then(|dealt| Some((dealt, self.kept.get(&dealt)?)));
        let (dealt, verdict) = kept.ok_or_else(|| Refusal::TurnUnknown {
            record: key.to_owned(),
        })?;
        Ok(Command::Void(Box::new(Void {
            record: key.to_owned(),
            reason: reason.to_owned(),
            dealt,
            verdict: verdict.clone(),
        })))
    }

    fn merge(&self, record: RecordNo, into: RecordNo) -> Command {
        let records = self.played.state.records();
        let turn = records.turn(record);
        let turn = turn.and_then(|dealt| Some((dealt, self.kept.get(&dealt)?.clone())));
        Command::Merge(Box::new(Merge {
            record: records.key(record).to_owned(),
            into: records.key(into).to_owned(),
            expected: Expected::Any,
            turn,
        }))
    }

    /// A fact as far as it still holds here: a plan moves no record that is closed by now.
    fn still(&self, mut event: Event) -> Event {
        if let Event::Planned(Planned::Applied { shifts, .. } | Planned::Undone { shifts, .. }) =
            &mut event
        {
            let state = &self.played.state;
            shifts.retain(|shift| state.place(shift.record) != Place::Closed);
        }
        event
    }

    /// Work as it is here: the owner's is that of whoever has the record.
    fn touched(&self, worked: &[Worked], now: Moment) -> Vec<Event> {
        let state = &self.played.state;
        let here = worked.iter().map(|worked| {
            let owner = state.place(worked.touch.record).owner();
            let rep = match worked.by_owner {
                true => owner.or(worked.touch.rep),
                false => worked.touch.rep,
            };
            Touch {
                rep,
                ..worked.touch
            }
        });
        touched(state, here, now)
    }

    /// Lets time pass until just before `then`, as far as anything waits for it.
    fn pass(&mut self, then: Moment, follow: &mut impl Follow) {
        while let Some(next) = self.next_look().filter(|next| *next < then) {
            self.now = next;
            let mut envelope = self.own_envelope();
            if self.recycles() && self.submit(&Command::Sweep, &envelope, follow).is_ok() {
                envelope = self.own_envelope();
            }
            while self.submit(&Command::Tick, &envelope, follow).is_ok() {
                envelope = self.own_envelope();
            }
        }
    }

    /// The next moment at which something that waits may move.
    fn next_look(&self) -> Option<Moment> {
        let state = &self.played.state;
        let after = |at: &Moment| *at > self.now;
        let clock = state.clocks().next_after(self.now);
        let rest = state.resting().map(|(until, _)| until).find(after);
        let claim = state.claims().due().map(|(until, _)| until).find(after);
        let recycles = self.recycles();
        let hour = Moment((self.now.0.div_euclid(HOUR.0) + 1) * HOUR.0);
        let sweep = recycles.then_some(hour);
        let timers = [clock, rest, claim, sweep].into_iter().flatten().min();
        let held = state.held().len() > 0;
        if !held && state.journeys().standing().len() == 0 && !waiting::any(state) {
            return timers;
        }
        let deadline = state.held().map(|(_, hold)| hold.until).filter(after).min();
        let back = self.returns.partition_point(|at| *at <= self.now);
        let hour = held.then_some(hour);
        let back = self.returns.get(back).copied();
        [deadline, back, hour, timers].into_iter().flatten().min()
    }

    /// Whether the policy in force takes back what nobody works on.
    fn recycles(&self) -> bool {
        let policy = self.played.state.policy();
        policy.is_some_and(|policy| policy.document().recycling.is_some())
    }

    fn learn_returns(&mut self) {
        if !self.how.between {
            return;
        }
        let reps = self.played.state.roster().iter();
        let leaves = reps.flat_map(|(_, rep)| &rep.profile.leaves);
        self.returns = leaves.map(|leave| leave.until).collect();
        self.returns.sort_unstable();
    }

    fn own_envelope(&mut self) -> Envelope {
        self.own += 1;
        let mut id = *b"replay..\0\0\0\0\0\0\0\0";
        id[8..].copy_from_slice(&self.own.to_be_bytes());
        Envelope {
            at: self.now,
            actor: Actor::System,
            command: CommandId(id),
            draw: self.how.draws.key(self.now),
        }
    }
}

fn publish(text: &str) -> Command {
    Command::PublishPolicy(PublishPolicy {
        text: text.to_owned(),
        based_on: None,
    })
}

fn sets_rep(command: &Command) -> bool {
    matches!(command, Command::SetRep(_) | Command::DeactivateRep(_))
}
