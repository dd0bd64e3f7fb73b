//! Fields known before any policy declares them: for playing a history in which they come later.
//!
//! Numbers of fields stay what they were recorded as; what they mean is the policy's to say.

use super::State;
use crate::market::schema::Schema;

impl State {
    /// An empty workspace with the fields of another: values keep their numbers in it.
    pub fn with_fields(records: &Schema, reps: &Schema) -> Self {
        Self {
            record_schema: records.clone(),
            rep_schema: reps.clone(),
            ..Self::new()
        }
    }

    /// Adds the fields that a later version of the same workspace has, under their numbers there.
    ///
    /// *Bounds*: panics on the fields of another workspace.
    pub fn widen(&mut self, records: &Schema, reps: &Schema) {
        let later = records.fields().starts_with(self.record_schema.fields())
            && reps.fields().starts_with(self.rep_schema.fields());
        assert!(later, "a workspace keeps the numbers of its fields");
        self.record_schema = records.clone();
        self.rep_schema = reps.clone();
        self.records.columns.widen(&self.record_schema);
        self.revive();
    }
}
