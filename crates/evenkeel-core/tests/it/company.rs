//! A small made-up company for the tests: a policy, reps, and a workspace that keeps its journal.

use evenkeel_core::command::envelope::Envelope;
use evenkeel_core::command::intake::Intake;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::set_rep::SetRep;
use evenkeel_core::command::{Command, decide};
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::{Actor, Event, Recorded};
use evenkeel_core::ids::CommandId;
use evenkeel_core::market::schema::{RECORD_KIND, REP_TEAM};
use evenkeel_core::market::value::{Attributes, Value};
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{Leave, Profile, Status};
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::units::Micro;

/// Monday 2 March 2026, 09:00 UTC.
pub(crate) const START: Moment = Moment(1_772_442_000_000);

/// Two pools, a named account, a hold, a queue, caps.
pub(crate) const POLICY: &str = r#"
evenkeel = 1
name = "Test company"

[record]
country = "text"
points = "number"

[rep]
weight = "number"

[[pool]]
name = "inbound"
where = 'rep.team == "inbound"'
weight = "rep.weight"
manual_counts = "full"
nobody = { hold = "2 days", then = "queue:triage" }

[[pool]]
name = "lottery"
where = 'rep.team == "inbound"'
method = "random"
band = 1
cap = { day = 5 }
nobody = "pool:inbound"

[[queue]]
name = "triage"

[[rule]]
name = "Junk"
when = 'record.kind == "junk"'
to = "queue:triage"

[[rule]]
name = "Lottery"
when = 'record.country == "DE"'
to = "pool:lottery"
weight = "record.points"

[[rule]]
name = "Named"
when = 'record.country == "NZ"'
to = { rep = "ana", otherwise = "queue:triage" }

[fallback]
to = "pool:inbound"
"#;

/// A workspace that remembers every event it recorded.
pub(crate) struct Desk {
    pub(crate) state: State,
    pub(crate) journal: Vec<Recorded>,
    pub(crate) now: Moment,
    pub(crate) commands: u64,
}

impl Desk {
    /// An empty workspace at [`START`].
    pub(crate) fn empty() -> Self {
        Self {
            state: State::new(),
            journal: Vec::new(),
            now: START,
            commands: 0,
        }
    }

    /// With [`POLICY`] and these active inbound reps.
    pub(crate) fn with_reps(keys: &[&str]) -> Self {
        let mut desk = Self::empty();
        desk.publish(POLICY).expect("the test policy is sound");
        for key in keys {
            desk.set_rep(key, |_| {}).expect("a new rep");
        }
        desk
    }

    /// Decides, records and applies one command.
    pub(crate) fn run(&mut self, command: &Command) -> Result<Vec<Event>, Refusal> {
        self.commands += 1;
        let envelope = self.envelope();
        let decision = decide(&self.state, command, &envelope)?;
        let events = decision.events.clone();
        for recorded in decision.recorded(&envelope) {
            self.state.apply(&recorded);
            self.journal.push(recorded);
        }
        Ok(events)
    }

    /// What comes with the command at hand.
    pub(crate) fn envelope(&self) -> Envelope {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&self.commands.to_le_bytes());
        Envelope {
            at: self.now,
            actor: Actor::System,
            command: CommandId(id),
            draw: DrawKey::from_seed(1),
        }
    }

    pub(crate) fn publish(&mut self, text: &str) -> Result<Vec<Event>, Refusal> {
        self.run(&Command::PublishPolicy(PublishPolicy {
            text: text.into(),
            based_on: None,
        }))
    }

    /// Sets a rep: the known profile, or that of a new active inbound rep, after `change`.
    pub(crate) fn set_rep(
        &mut self,
        key: &str,
        change: impl FnOnce(&mut Profile),
    ) -> Result<Vec<Event>, Refusal> {
        let known = self
            .state
            .roster()
            .find(key)
            .map(|rep| self.state.roster().rep(rep));
        let mut profile = known.map_or_else(newcomer, |rep| rep.profile.clone());
        change(&mut profile);
        self.run(&Command::SetRep(Box::new(SetRep {
            key: key.into(),
            profile,
        })))
    }

    pub(crate) fn leave(&mut self, key: &str, until: Moment) {
        let leave = Leave {
            from: self.now,
            until,
        };
        self.set_rep(key, |profile| profile.leaves.push(leave))
            .expect("a leave");
    }

    pub(crate) fn take_in(&mut self, key: &str, country: &str) -> Result<Vec<Event>, Refusal> {
        let mut attributes = Attributes::default();
        attributes.set(RECORD_KIND, Value::Text("lead".into()));
        self.take_in_with(key, country, attributes)
    }

    pub(crate) fn take_in_with(
        &mut self,
        key: &str,
        country: &str,
        mut attributes: Attributes,
    ) -> Result<Vec<Event>, Refusal> {
        let field = self
            .state
            .record_schema()
            .find("country")
            .expect("declared");
        attributes.set(field, Value::Text(country.into()));
        let (key, occurred) = (key.to_owned(), None);
        self.run(&Command::Intake(Intake {
            key: key.into(),
            attributes: attributes.into(),
            private: None,
            marks: Vec::new(),
            occurred,
        }))
    }

    pub(crate) fn wait(&mut self, span: Span) {
        self.now = self.now + span;
    }

    /// Key of the owner of a record, if it is in a book.
    pub(crate) fn owner(&self, record: &str) -> Option<&str> {
        let record = self.state.record_no(record).expect("taken in");
        let owner = self.state.place(record).owner()?;
        Some(&self.state.roster().rep(owner).key)
    }

    /// The state's bytes: equal bytes are equal states.
    pub(crate) fn bytes(state: &State) -> Vec<u8> {
        postcard::to_stdvec(state).expect("a state can be written")
    }
}

/// An active inbound rep of weight 1.
pub(crate) fn newcomer() -> Profile {
    let mut attributes = Attributes::default();
    attributes.set(REP_TEAM, Value::Text("inbound".into()));
    Profile {
        attributes,
        closing_since: None,
        zone: "UTC".into(),
        hours: Hours::default(),
        leaves: Vec::new(),
        status: Status::Active,
        private: None,
    }
}

/// Sets the rep's weight field.
pub(crate) fn set_weight(state: &State, profile: &mut Profile, weight: i64) {
    let field = state.rep_schema().find("weight").expect("declared");
    profile
        .attributes
        .set(field, Value::Number(Micro::whole(weight)));
}
