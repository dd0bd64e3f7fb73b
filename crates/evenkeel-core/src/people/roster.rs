//! All reps of the workspace by number and by key, each with the book it holds.
//!
//! Who may receive something is decided elsewhere; the roster only remembers.

use crate::ids::{RecordNo, RepNo};
use crate::people::pool::History;
use crate::people::rep::{PrivateRef, Profile, Status};
use crate::time::Moment;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// One rep as the workspace knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rep {
    /// The key people use.
    pub key: String,
    /// Availability and attributes.
    pub profile: Profile,
    /// Open records owned now.
    pub book: BTreeSet<RecordNo>,
    /// Assignments from all pools, for caps.
    pub history: History,
    /// Assignments ever, from pools, by rule and by hand.
    pub assigned: u64,
    /// Turns given back, for the limit on them.
    pub voids: History,
    /// Records given back, for the limit on them.
    pub returns: History,
}

/// All reps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    reps: Vec<Rep>,
    by_key: BTreeMap<String, RepNo>,
}

impl Roster {
    /// Every rep with its number, in order of first appearance.
    pub fn iter(&self) -> impl Iterator<Item = (RepNo, &Rep)> {
        self.reps
            .iter()
            .enumerate()
            .map(|(at, rep)| (RepNo::at(at), rep))
    }

    /// How many there are, those who left included.
    pub fn len(&self) -> usize {
        self.reps.len()
    }

    /// Whether nobody was ever set.
    pub fn is_empty(&self) -> bool {
        self.reps.is_empty()
    }

    /// The rep with this number. *Bounds*: panics on a number the journal never gave.
    pub fn rep(&self, rep: RepNo) -> &Rep {
        &self.reps[rep.index()]
    }

    /// The number behind a key.
    pub fn find(&self, key: &str) -> Option<RepNo> {
        self.by_key.get(key).copied()
    }

    /// Applies `RepSet`.
    pub fn set(&mut self, rep: RepNo, key: &str, profile: &Profile) {
        if let Some(known) = self.reps.get_mut(rep.index()) {
            known.profile = profile.clone();
            return;
        }
        assert_eq!(
            rep.index(),
            self.reps.len(),
            "rep numbers are given in order"
        );
        self.by_key.insert(key.to_owned(), rep);
        self.reps.push(Rep {
            key: key.to_owned(),
            profile: profile.clone(),
            book: BTreeSet::new(),
            history: History::default(),
            assigned: 0,
            voids: History::default(),
            returns: History::default(),
        });
    }

    /// Applies `RepPaused`.
    pub fn pause(&mut self, rep: RepNo, since: Moment, review: Moment, reason: Option<PrivateRef>) {
        let review = Some(review);
        self.rep_mut(rep).profile.status = Status::Paused {
            since,
            review,
            reason,
        };
    }

    /// Applies `RepResumed`.
    pub fn resume(&mut self, rep: RepNo) {
        self.rep_mut(rep).profile.status = Status::Active;
    }

    /// The rep, to be changed by an applied event.
    pub fn rep_mut(&mut self, rep: RepNo) -> &mut Rep {
        &mut self.reps[rep.index()]
    }
}
