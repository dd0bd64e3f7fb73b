//! The lives of all records, for reports: gathered from the journal once, and carried on by what
//! was added since when they are asked for again.
//!
//! Of an instant in the past they are gathered anew, and the last few kept. Nothing is worked out
//! here: what a report says is in the core's `measure`.

use crate::host::fault::Fault;
use crate::host::fold;
use crate::host::past::Instant;
use evenkeel_core::measure::gather::Gather;
use evenkeel_core::measure::life::Lives;
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::Reader;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Most lives of past instants kept in memory; the oldest goes.
pub const KEPT_MAX: usize = 2;

/// Lives that were asked for.
#[derive(Debug, Default)]
pub struct Kept {
    /// Those of the present, and the event up to which they are gathered.
    now: Mutex<(u64, Gather)>,
    then: Mutex<VecDeque<(Instant, Arc<Lives>)>>,
}

impl Kept {
    /// The lives up to the end of the journal.
    pub fn now(&self, reader: &dyn Reader, workspace: WorkspaceId) -> Result<Arc<Lives>, Fault> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let (seq, gather) = &mut *now;
        fold::walk(reader, workspace, *seq, |at, recorded| {
            gather.event(&recorded);
            *seq = at;
            Ok(true)
        })?;
        Ok(Arc::clone(&gather.lives))
    }

    /// The lives as they were at an instant.
    pub fn at(
        &self,
        reader: &dyn Reader,
        workspace: WorkspaceId,
        instant: Instant,
    ) -> Result<Arc<Lives>, Fault> {
        if let Some(lives) = self.kept(instant) {
            return Ok(lives);
        }
        let mut gather = Gather::default();
        let mut over = false;
        fold::walk(reader, workspace, 0, |seq, recorded| {
            over = !instant.takes(seq, recorded.at);
            if !over {
                gather.event(&recorded);
            }
            Ok(!over)
        })?;
        let lives = gather.lives;
        if over {
            // Nothing can be added any more to what lies before an event that was not taken.
            let mut then = self.then.lock().unwrap_or_else(PoisonError::into_inner);
            while then.len() >= KEPT_MAX {
                then.pop_front();
            }
            then.push_back((instant, Arc::clone(&lives)));
        }
        Ok(lives)
    }

    fn kept(&self, instant: Instant) -> Option<Arc<Lives>> {
        let then = self.then.lock().unwrap_or_else(PoisonError::into_inner);
        let found = then.iter().find(|(known, _)| *known == instant);
        found.map(|(_, lives)| Arc::clone(lives))
    }
}
