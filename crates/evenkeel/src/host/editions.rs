//! Earlier versions of the policy, made readable again: old verdicts speak of their clauses.
//!
//! A few are kept ready. They answer what a verdict recorded; nothing is decided with them.

use crate::host::fault::Fault;
use crate::host::workspace::Workspace;
use evenkeel_core::event::Event;
use evenkeel_core::market::columns::Columns;
use evenkeel_core::policy::compiled::Compiled;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Versions kept ready.
const KEPT: usize = 8;

/// The versions kept ready, by number.
#[derive(Debug, Default)]
pub struct Editions(Mutex<BTreeMap<u32, Arc<Compiled>>>);

impl Workspace {
    /// The policy of a version; nothing when there is no such version.
    pub async fn edition(&self, number: u32) -> Result<Option<Arc<Compiled>>, Fault> {
        if let Some(kept) = self.editions().get(number) {
            return Ok(Some(kept));
        }
        let seq = self.glance(|state| {
            state
                .versions()
                .iter()
                .find(|version| version.number == number)
                .map(|one| one.seq)
        });
        let Some(seq) = seq else { return Ok(None) };
        let events = self.events(vec![seq]).await?;
        let Some((_, recorded)) = events.into_iter().next() else {
            return Ok(None);
        };
        let Event::PolicyPublished { text, .. } = recorded.event else {
            return Ok(None);
        };
        let (records, reps) =
            self.glance(|state| (state.record_schema().clone(), state.rep_schema().clone()));
        // The numbers of clauses come from the text alone, so no stored values are needed.
        let compiled = Arc::new(Compiled::of_published(
            &text,
            &records,
            &reps,
            &Columns::default(),
        ));
        self.editions().put(number, Arc::clone(&compiled));
        Ok(Some(compiled))
    }
}

impl Editions {
    fn get(&self, number: u32) -> Option<Arc<Compiled>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&number)
            .cloned()
    }

    fn put(&self, number: u32, compiled: Arc<Compiled>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            // The oldest version is the least likely to be asked about.
            kept.pop_first();
        }
        kept.insert(number, compiled);
    }
}
