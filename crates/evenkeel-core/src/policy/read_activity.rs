//! Reading what counts as work on a record.

use crate::policy::document::activity::{ActivitySpec, KINDS_MAX, Provenance};
use crate::policy::read::Reader;
use crate::policy::source::Section;

impl<'a> Reader<'a, '_> {
    /// `[activity]`, if it is there.
    pub(super) fn activity(&mut self, root: Section<'a>) -> Option<ActivitySpec> {
        let at = "activity";
        let Some(entry) = root.get(at) else {
            return Some(ActivitySpec::default());
        };
        let table = self.source.section(entry, "")?;
        self.source.only(table, at, &["works", "counts"]);
        let works = match table.get("works") {
            None => Some(None),
            Some(entry) => {
                let kinds = self.codes(entry, at, KINDS_MAX, "kind");
                kinds.map(Some)
            }
        };
        let counts = match table.get("counts") {
            None => Some(Provenance::Any),
            Some(entry) => match entry.as_text() {
                Some("any") => Some(Provenance::Any),
                Some("verified") => Some(Provenance::Verified),
                _ => self.source.other(entry, at, "\"any\" or \"verified\""),
            },
        };
        let (works, counts) = (works?, counts?);
        Some(ActivitySpec { works, counts })
    }
}
