//! The part of the state that knows which skills reps have, and since when.

use super::State;
use crate::ids::{FieldNo, RepNo};
use crate::people::rep::Profile;
use crate::people::skills::Skills;
use crate::time::Moment;

impl State {
    /// Skills of reps and how they grew.
    pub fn skills(&self) -> &Skills {
        &self.skills
    }

    /// Applies `RepSet`.
    pub(super) fn set_rep(&mut self, (rep, key): (RepNo, &str), profile: &Profile, at: Moment) {
        self.skills.set(rep, &profile.attributes, at);
        self.roster.set(rep, key, profile);
    }

    /// A policy names the fields that hold skills.
    pub(super) fn name_skills(&mut self, fields: &[FieldNo], at: Moment) {
        let reps = self.roster.iter();
        let reps = reps.map(|(rep, known)| (rep, &known.profile.attributes));
        self.skills.name(fields, reps, at);
    }
}
