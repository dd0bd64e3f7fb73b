//! What comes with every command: when, who, which, and the key for draws (law 1).

use crate::draw::DrawKey;
use crate::event::{Actor, Event, Recorded};
use crate::ids::CommandId;
use crate::time::Moment;

/// The circumstances of a command.
#[derive(Clone, Copy, Debug)]
pub struct Envelope {
    /// The moment of the decision. An earlier moment than the last event's is lifted to it, so
    /// event time never runs backwards.
    pub at: Moment,
    /// Who asks.
    pub actor: Actor,
    /// Which command; the same id gives the same answer for ever (law 6).
    pub command: CommandId,
    /// Key of the draw period.
    pub draw: DrawKey,
}

/// What a command decided: the events to append, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Record time of every event.
    pub at: Moment,
    /// Events in order. A command that changes nothing is refused; only a log of activities may be
    /// taken without any.
    pub events: Vec<Event>,
}

impl Decision {
    /// The events as they go into the journal.
    pub fn recorded(self, envelope: &Envelope) -> impl Iterator<Item = Recorded> {
        let (at, actor, command) = (self.at, envelope.actor, envelope.command);
        self.events.into_iter().map(move |event| Recorded {
            at,
            actor,
            command,
            event,
        })
    }
}
