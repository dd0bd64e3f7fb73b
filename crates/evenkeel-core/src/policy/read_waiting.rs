//! Reading what a policy says of waiting: its queues, and when an alarm is raised.

use crate::policy::document::{Alarms, HOLD_MAX, QueueSpec};
use crate::policy::read::{Reader, part};
use crate::policy::source::Section;

impl<'a> Reader<'a, '_> {
    /// One `[[queue]]`.
    pub(super) fn queue(&mut self, section: Section<'a>, position: usize) -> Option<QueueSpec> {
        let name = self.names.queues[position].clone();
        let at = part("queue", &name, position);
        self.source.only(section, &at, &["name", "redeal"]);
        let redeal = match section.get("redeal") {
            None => Some(false),
            Some(entry) => self.source.flag(entry, &at),
        };
        let redeal = redeal?;
        Some(QueueSpec { name, redeal })
    }

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
