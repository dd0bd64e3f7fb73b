//! Activities on their way into the store: the rows beside a batch, and what became of each.
//!
//! The core decides what of them moves a clock; every one of a known record is kept, whether it
//! decides anything or not, and none twice.

use crate::host::order::Order;
use evenkeel_core::command::Command;
use evenkeel_core::command::log_activities::{Activity, LogActivities};
use evenkeel_core::event::Actor;
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use evenkeel_journal::activity::{ActivityId, ActivityRow};
use std::collections::HashSet;

/// What a log of activities has beside its command.
#[derive(Clone, Debug)]
pub struct Logged {
    /// Who tells them: a code.
    pub source: String,
    /// Id of each, in the order of the command.
    pub ids: Vec<ActivityId>,
}

/// What became of one activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is kept.
    Kept,
    /// It was there already.
    Duplicate,
    /// Nobody knows the record.
    RecordUnknown,
}

impl Fate {
    const ALL: [(Self, u8, &'static str); 3] = [
        (Self::Kept, b'k', "kept"),
        (Self::Duplicate, b'd', "duplicate"),
        (Self::RecordUnknown, b'u', "record_unknown"),
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        let found = Self::ALL.into_iter().find(|(fate, ..)| *fate == self);
        found.map_or("", |(.., word)| word)
    }

    /// The fates that an answer of the journal tells, in the order of the command.
    pub fn read(answer: &[u8]) -> impl Iterator<Item = Self> {
        answer.iter().filter_map(|byte| {
            let found = Self::ALL.into_iter().find(|(_, code, _)| code == byte);
            found.map(|(fate, ..)| fate)
        })
    }

    fn byte(self) -> u8 {
        let found = Self::ALL.into_iter().find(|(fate, ..)| *fate == self);
        found.map_or(0, |(_, code, _)| code)
    }
}

/// The id of an activity: the one its source gave, or else all that is known of it, so that the
/// same line is the same activity however often it comes.
pub fn id_of(source: &str, given: Option<&str>, activity: &Activity) -> ActivityId {
    match given {
        Some(given) => ActivityId::of(source, &[b"id", given.as_bytes()]),
        None => {
            let rep = activity.rep.as_deref().unwrap_or_default();
            let at = activity.at.0.to_be_bytes();
            let (record, kind) = (activity.record.as_bytes(), activity.kind.as_bytes());
            ActivityId::of(source, &[b"all", record, rep.as_bytes(), &at, kind])
        }
    }
}

/// An order that logs these activities, told by `source`, each with the id its source gave it.
///
/// Without a `key` it is made once: what comes again is told apart by the ids.
pub fn order(
    actor: Actor,
    key: Option<(&str, [u8; 32])>,
    source: &str,
    told: Vec<(Option<String>, Activity)>,
) -> Order {
    let ids = told
        .iter()
        .map(|(given, activity)| id_of(source, given.as_deref(), activity));
    let logged = Logged {
        source: source.to_owned(),
        ids: ids.collect(),
    };
    let activities = told.into_iter().map(|(_, activity)| activity).collect();
    let command = Command::LogActivities(LogActivities { activities });
    let order = match key {
        Some((key, body)) => Order::keyed(actor, key, body, command),
        None => Order::once(actor, command),
    };
    order.logging(logged)
}

/// The source of what people log on a page.
pub const BY_HAND: &str = "page";

/// The rows to keep of a log, and its answer. `known` says which ids the store has; `seen` has
/// those of the batch so far, and gets the new ones.
pub fn rows(
    state: &State,
    (log, logged): (&LogActivities, &Logged),
    known: &[bool],
    seen: &mut HashSet<ActivityId>,
    now: Moment,
) -> (Vec<ActivityRow>, Vec<u8>) {
    let mut rows = Vec::new();
    let mut answer = Vec::with_capacity(log.activities.len());
    let ids = logged.ids.iter().zip(known);
    for (activity, (id, known)) in log.activities.iter().zip(ids) {
        let fate = match activity.about(state) {
            None => Fate::RecordUnknown,
            Some(_) if *known || !seen.insert(*id) => Fate::Duplicate,
            Some((record, rep)) => {
                rows.push(ActivityRow {
                    id: *id,
                    record: record.0,
                    rep: rep.map(|rep| rep.0),
                    at_ms: activity.at.min(now).0,
                    kind: activity.kind.clone(),
                    verified: activity.verified,
                    source: logged.source.clone(),
                });
                Fate::Kept
            }
        };
        answer.push(fate.byte());
    }
    (rows, answer)
}
