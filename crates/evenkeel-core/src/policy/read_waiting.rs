//! Reading what a policy says of waiting: when an alarm is raised.

use crate::policy::document::{Alarms, HOLD_MAX};
use crate::policy::read::Reader;
use crate::policy::source::Section;

impl<'a> Reader<'a, '_> {
    /// `[alarms]`, if it is there.
    pub(super) fn alarms(&mut self, root: Section<'a>) -> Option<Alarms> {
        let at = "alarms";
        let Some(entry) = root.get(at) else {
            return Some(Alarms::default());
        };
        let table = self.source.section(entry, "")?;
        self.source.only(table, at, &["waiting"]);
        let waiting = match table.get("waiting") {
            None => None,
            Some(entry) => Some(self.source.duration(entry, at, HOLD_MAX)?),
        };
        Some(Alarms { waiting })
    }
}
