//! What records of the own workspace took: activities counted on each, for the calibration of
//! effort where nobody keeps minutes.
//!
//! Only records that one rep has had for the whole time looked at: else a record that came late
//! would pass for an easy one. One without any activity counts with 0. Kinds of activity are all
//! alike here; whoever knows minutes has them learned with `advise effort`.

use super::calibration::Sample;
use crate::effort::cost::Effort;
use crate::ids::RecordNo;
use crate::state::State;
use crate::time::{Moment, Span};
use std::collections::BTreeMap;

/// What there is to learn from.
#[derive(Clone, Debug, PartialEq)]
pub struct Own {
    /// One of each record that was in a book for the whole time.
    pub samples: Vec<Sample>,
    /// Activities on them in that time.
    pub activities: u64,
    /// Records that are in a book, but not for so long.
    pub young: u64,
}

/// Counts. `touches` are moments of work by record, as far as `below` (excluded) if it is given.
pub fn gather(
    state: &State,
    effort: &Effort,
    (touches, below): (impl Iterator<Item = (RecordNo, Moment)>, Option<RecordNo>),
    (now, span): (Moment, Span),
) -> Own {
    let (records, since) = (state.records(), now - span);
    let mut counts: BTreeMap<RecordNo, u64> = BTreeMap::new();
    let mut young = 0;
    let books = state.roster().iter().flat_map(|(_, rep)| &rep.book);
    for &record in books.filter(|record| below.is_none_or(|below| **record < below)) {
        match records.activity.owned_since(record) {
            Some(owned) if owned <= since => drop(counts.insert(record, 0)),
            _ => young += 1,
        }
    }
    for (record, at) in touches {
        if (since..now).contains(&at)
            && let Some(count) = counts.get_mut(&record)
        {
            *count += 1;
        }
    }
    let sample = |(record, count): (&RecordNo, &u64)| {
        let attributes = records.columns.attributes(record.index());
        effort.sample(&attributes, *count as f64)
    };
    Own {
        samples: counts.iter().map(sample).collect(),
        activities: counts.values().sum(),
        young,
    }
}
