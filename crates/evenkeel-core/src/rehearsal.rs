//! A workspace of its own in which commands are decided and applied, and nothing is kept.
//!
//! What-ifs that need the very verbs run here: the same arrivals under another policy, a year with
//! one rep more. Deliberately knows nothing of what is asked; it only holds the clock and numbers
//! the commands. Draws come from one fixed key.

use crate::command::envelope::Envelope;
use crate::command::publish_policy::PublishPolicy;
use crate::command::refusal::Refusal;
use crate::command::set_rep::SetRep;
use crate::command::{Command, decide};
use crate::draw::DrawKey;
use crate::event::{Actor, Event, Recorded};
use crate::ids::CommandId;
use crate::market::schema::Schema;
use crate::people::rep::{Profile, Status};
use crate::state::State;
use crate::territory::table::Table;
use crate::time::Moment;

/// What a rehearsal starts from, taken out of a workspace.
#[derive(Clone, Debug)]
pub struct Base {
    text: String,
    records: Schema,
    reps: Schema,
    roster: Vec<(String, Profile)>,
    table: Table,
}

impl Base {
    /// The policy, fields, table and reps of a workspace as they are now.
    pub fn of(state: &State) -> Self {
        let here = state.roster().iter().map(|(_, rep)| rep);
        let here = here.filter(|rep| rep.profile.status != Status::Left);
        Self {
            text: state.policy_text().to_owned(),
            records: state.record_schema().clone(),
            reps: state.rep_schema().clone(),
            roster: here
                .map(|rep| (rep.key.clone(), rep.profile.clone()))
                .collect(),
            table: state.territories().imported().clone(),
        }
    }

    /// The policy's text; empty when there is none.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The workspace.
#[derive(Debug)]
pub struct Rehearsal {
    /// As it stands.
    pub state: State,
    /// The moment at which the next command is decided.
    pub now: Moment,
    commands: u64,
}

impl Rehearsal {
    /// An empty one with the fields of another, at the beginning of time.
    pub fn with_fields(base: &Base) -> Self {
        Self {
            state: State::with_fields(&base.records, &base.reps),
            now: Moment(0),
            commands: 0,
        }
    }

    /// With the policy, the reps and the table of another, and no records.
    ///
    /// *Refuses*: `policy_missing`, and what setting its reps refuses.
    pub fn of(base: &Base, now: Moment) -> Result<Self, Refusal> {
        if base.text.is_empty() {
            return Err(Refusal::PolicyMissing);
        }
        let mut desk = Self::with_fields(base);
        desk.now = now;
        desk.publish(base.text.clone())?;
        desk.people(base)?;
        Ok(desk)
    }

    /// Sets the reps and the territory table of another.
    ///
    /// *Refuses* what setting a rep refuses.
    pub fn people(&mut self, base: &Base) -> Result<(), Refusal> {
        for (key, profile) in &base.roster {
            self.set_rep(key, profile)?;
        }
        let table = base.table.clone();
        self.apply(Event::TerritoriesSet { version: 1, table });
        Ok(())
    }

    /// Publishes a policy.
    ///
    /// *Refuses* what publishing refuses.
    pub fn publish(&mut self, text: String) -> Result<(), Refusal> {
        let based_on = None;
        self.submit(&Command::PublishPolicy(PublishPolicy { text, based_on }))
            .map(drop)
    }

    /// Sets a rep.
    ///
    /// *Refuses* what setting a rep refuses.
    pub fn set_rep(&mut self, key: &str, profile: &Profile) -> Result<(), Refusal> {
        let (key, profile) = (key.to_owned(), profile.clone());
        self.submit(&Command::SetRep(Box::new(SetRep { key, profile })))
            .map(drop)
    }

    /// Decides and applies a command; what it did, and when.
    ///
    /// *Refuses* what the command refuses.
    pub fn submit(&mut self, command: &Command) -> Result<(Vec<Event>, Moment), Refusal> {
        self.commands += 1;
        let decision = decide(&self.state, command, &self.envelope())?;
        for event in &decision.events {
            self.apply(event.clone());
        }
        Ok((decision.events, decision.at))
    }

    /// Applies an event that no command decided.
    pub fn apply(&mut self, event: Event) {
        let Envelope {
            at, actor, command, ..
        } = self.envelope();
        self.state.apply(&Recorded {
            at,
            actor,
            command,
            event,
        });
    }

    fn envelope(&self) -> Envelope {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.commands.to_le_bytes());
        Envelope {
            at: self.now,
            actor: Actor::System,
            command: CommandId(id),
            draw: DrawKey::from_seed(0),
        }
    }
}
