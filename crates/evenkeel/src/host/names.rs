//! What reps are called: display names by subject, kept ready for pages and sentences.
//!
//! Only reps' names are here. The personal data of records is read when it is asked for and never
//! kept in memory.

use crate::host::private::Private;
use evenkeel_core::ids::RepNo;
use evenkeel_core::state::State;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// Display names of reps.
#[derive(Debug, Default)]
pub struct Names {
    by_subject: RwLock<BTreeMap<u64, Arc<str>>>,
}

impl Names {
    /// What `rep` is called: the display name, or the key when there is none or it was erased.
    pub fn rep(&self, state: &State, rep: RepNo) -> String {
        let entry = state.roster().rep(rep);
        let subject = entry.profile.private.map(|private| private.subject);
        let named = subject.and_then(|subject| self.subject(subject));
        named.map_or_else(|| entry.key.clone(), |name| name.to_string())
    }

    /// The name kept for a subject.
    pub fn subject(&self, subject: u64) -> Option<Arc<str>> {
        self.by_subject
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&subject)
            .cloned()
    }

    /// Remembers or forgets the name of a subject.
    pub(super) fn learn(&self, subject: u64, private: Option<&Private>) {
        let mut names = self
            .by_subject
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        match private.and_then(Private::name) {
            Some(name) => names.insert(subject, name.into()),
            None => names.remove(&subject),
        };
    }
}
