//! The alarm about waiting in the log: one line when it begins and one when it ends, never one a
//! tick.
//!
//! What is overdue is said by the core; here is only the memory of whether it was said already.

use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use evenkeel_core::waiting::{self, Overdue, Spot};

/// What is to be said now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Records wait too long, and did not before.
    Begins(String),
    /// No record waits too long any more.
    Ends,
}

/// Whether the alarm is on.
#[derive(Debug, Default)]
pub struct Alarm {
    on: bool,
}

impl Alarm {
    /// Looks at the state; answers only when something changed.
    pub fn look(&mut self, state: &State, now: Moment) -> Option<Said> {
        let late = waiting::overdue(state, now);
        match (self.on, late) {
            (false, Some(late)) => {
                self.on = true;
                Some(Said::Begins(words(state, &late, now)))
            }
            (true, None) => {
                self.on = false;
                Some(Said::Ends)
            }
            _ => None,
        }
    }

    /// Looks, and writes what there is to say into the log.
    pub fn log(&mut self, state: &State, now: Moment) {
        match self.look(state, now) {
            Some(Said::Begins(words)) => tracing::warn!("{words}"),
            Some(Said::Ends) => tracing::info!("no record waits too long any more"),
            None => {}
        }
    }
}

fn words(state: &State, late: &Overdue, now: Moment) -> String {
    let spot = match late.spot {
        Spot::Pool(pool) => format!("held for the pool {:?}", state.pool(pool).name),
        Spot::Queue(queue) => format!("in the queue {:?}", state.queue(queue).name),
    };
    format!(
        "{}; the oldest for {}, {spot}",
        brief(late),
        now - late.oldest
    )
}

/// How many wait too long, without naming anything: for whoever may ask about health.
pub fn brief(late: &Overdue) -> String {
    let many = match late.records {
        1 => "1 record waits".to_owned(),
        count => format!("{count} records wait"),
    };
    format!("{many} longer than {}", late.limit)
}
