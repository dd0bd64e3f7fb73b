//! The stream of a journal: its events in groups of one command, each with the state before it.
//!
//! Only reads and folds. What is made of a command is the follower's.

use crate::event::Recorded;
use crate::replay::ask::Input;
use crate::state::State;

/// Who follows a stream.
pub trait Follow {
    /// A command, with the state it was decided on and the events it gave.
    fn command(&mut self, before: &State, input: &Input, events: &[Recorded]) {
        let _ = (before, input, events);
    }

    /// One of its events, applied.
    fn event(&mut self, after: &State, recorded: &Recorded) {
        let _ = (after, recorded);
    }
}

/// The inputs alone.
impl Follow for Vec<Input> {
    fn command(&mut self, _: &State, input: &Input, _: &[Recorded]) {
        self.push(input.clone());
    }
}

/// Two at once, the first one first.
impl<A: Follow, B: Follow> Follow for (A, B) {
    fn command(&mut self, before: &State, input: &Input, events: &[Recorded]) {
        self.0.command(before, input, events);
        self.1.command(before, input, events);
    }

    fn event(&mut self, after: &State, recorded: &Recorded) {
        self.0.event(after, recorded);
        self.1.event(after, recorded);
    }
}

/// A journal that is read on.
#[derive(Debug)]
pub struct Stream {
    state: State,
    group: Vec<Recorded>,
}

impl Stream {
    /// After the events that `state` is folded from, at the end of a command.
    pub fn after(state: State) -> Self {
        Self {
            state,
            group: Vec::new(),
        }
    }

    /// Whether this event belongs to the command at hand.
    pub fn goes_on(&self, next: &Recorded) -> bool {
        let last = self.group.last();
        last.is_some_and(|last| (last.command, last.at) == (next.command, next.at))
    }

    /// The next event of the journal.
    pub fn event(&mut self, next: Recorded, follow: &mut impl Follow) {
        if !self.goes_on(&next) {
            self.close(follow);
        }
        self.group.push(next);
    }

    /// The end: gives the state of all events.
    pub fn finish(mut self, follow: &mut impl Follow) -> State {
        self.close(follow);
        self.state
    }

    fn close(&mut self, follow: &mut impl Follow) {
        if self.group.is_empty() {
            return;
        }
        let events = std::mem::take(&mut self.group);
        let input = Input::of(&self.state, &events);
        follow.command(&self.state, &input, &events);
        for recorded in &events {
            self.state.apply(recorded);
            follow.event(&self.state, recorded);
        }
    }
}
