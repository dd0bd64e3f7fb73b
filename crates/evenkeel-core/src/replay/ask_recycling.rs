//! What was asked for in recycling: from the events of one command back to the command.
//!
//! A part of [`super::ask`], which says what is a fact and what is decided again.

use crate::command::Command;
use crate::command::assign::Expected;
use crate::command::find_contacts::FindContacts;
use crate::command::keep::Keep;
use crate::command::retrieve::{Retrieve, RetrieveTo};
use crate::command::return_record::Return;
use crate::command::settle_sweep::{SettleSweep, Verdict};
use crate::event::sweeping::Sweeping;
use crate::event::{Cause, Event, Freed, Recorded, Release};
use crate::holding::place::AfterRest;
use crate::ids::RecordNo;
use crate::state::State;
use crate::time::Moment;

/// The verb that begins with this event; `None` when it begins with none of recycling.
pub(super) fn of_recycling(before: &State, first: &Event, rest: &[Recorded]) -> Option<Command> {
    let key = |record: &RecordNo| before.records().key(*record).to_owned();
    let expected = Expected::Any;
    let settled = |sweep: u32, verdict| Command::SettleSweep(SettleSweep { sweep, verdict });
    let command = match first {
        Event::RecordReturned {
            record,
            reason,
            note,
            ..
        } => Command::Return(Return {
            record: key(record),
            expected,
            reason: reason.clone(),
            back_at: rest.iter().find_map(|one| back_at(&one.event)),
            note: *note,
        }),
        Event::RecordKept {
            record,
            next_step,
            until,
            ..
        } => Command::Keep(Keep {
            record: key(record),
            expected,
            next_step: *next_step,
            until: Some(*until),
        }),
        Event::RecordReleased { .. } | Event::RecordDealt { .. } => {
            return retrieved(before, first, rest);
        }
        Event::Sweeping(fact) => match fact {
            Sweeping::ContactsFound { record } => Command::FindContacts(FindContacts {
                record: key(record),
            }),
            Sweeping::Approved { sweep } => settled(*sweep, Verdict::Approve),
            Sweeping::Dropped { sweep, .. } => settled(*sweep, Verdict::Drop),
            Sweeping::Recalled { sweep } => settled(*sweep, Verdict::Undo),
            Sweeping::Ended { .. } | Sweeping::Undone { .. } => Command::Tick,
            Sweeping::OwnersWarned { .. }
            | Sweeping::RecordsDue { .. }
            | Sweeping::RecordsAvailable { .. }
            | Sweeping::CadenceSet { .. }
            | Sweeping::Begun { .. }
            | Sweeping::Held { .. } => Command::Sweep,
        },
        _ => return None,
    };
    Some(command)
}

/// When a rep wants a record back that was given back.
fn back_at(event: &Event) -> Option<Moment> {
    match event {
        Event::RecordReleased {
            to: Freed::Rest { until, then },
            ..
        } => matches!(then, AfterRest::Back(_)).then_some(*until),
        _ => None,
    }
}

/// A retrieval, from where its records went.
fn retrieved(before: &State, first: &Event, rest: &[Recorded]) -> Option<Command> {
    let to = match first {
        Event::RecordReleased { why, to, .. } if *why == Release::Retrieved => match to {
            Freed::Queue(queue) => RetrieveTo::Queue(before.queue(*queue).name.clone()),
            Freed::Rest { .. } => RetrieveTo::Rest,
        },
        Event::RecordDealt { cause, .. } if *cause == Cause::Retrieved => RetrieveTo::Deal,
        _ => return None,
    };
    let rest = rest.iter().map(|one| &one.event);
    let records = std::iter::once(first).chain(rest).filter_map(|event| {
        let record = match event {
            Event::RecordReleased { record, why, .. } if *why == Release::Retrieved => record,
            Event::RecordDealt { record, cause, .. } if *cause == Cause::Retrieved => record,
            _ => return None,
        };
        Some((before.records().key(*record).to_owned(), Expected::Any))
    });
    let records = records.collect();
    Some(Command::Retrieve(Retrieve { records, to }))
}
