//! Looking ahead before a change is saved: decided at the door, worked out where it holds up
//! nobody.
//!
//! The core says what would be; nothing is appended, and draws are made with a public key, so that
//! a preview never gives away the next real one.

use crate::host::fault::Fault;
use crate::host::order::Denied;
use crate::host::workspace::Workspace;
use evenkeel_core::command::envelope::Envelope;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::{Command, decide};
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::Actor;
use evenkeel_core::ids::CommandId;
use evenkeel_core::preview::{Preview, Sight};

impl Workspace {
    /// Whether a command would be refused as things stand; nothing is appended.
    pub async fn would(&self, command: &Command) -> Result<(), Refusal> {
        let now = self.now();
        let decided = self.ask(|state| {
            let envelope = Envelope {
                at: now.max(state.last_at()),
                actor: Actor::System,
                command: CommandId([0; 16]),
                draw: DrawKey::from_seed(0),
            };
            decide(state, command, &envelope).map(|_| ())
        });
        decided.await
    }

    /// What the command would mean for the next turns of the pools it touches.
    ///
    /// *Refuses* what the command refuses.
    pub async fn preview(&self, command: &Command) -> Result<Preview, Denied> {
        let now = self.now();
        let sight = self.ask(|state| {
            let envelope = Envelope {
                at: now.max(state.last_at()),
                actor: Actor::System,
                command: CommandId([0; 16]),
                draw: DrawKey::from_seed(0),
            };
            Sight::of(state, command, &envelope)
        });
        let sight = sight.await.map_err(Denied::Refused)?;
        let look = tokio::task::spawn_blocking(move || sight.look());
        look.await.map_err(|_| Denied::Fault(Fault::Stopping))
    }
}
