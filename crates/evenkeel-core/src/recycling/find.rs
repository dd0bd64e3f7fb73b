//! Which records a removal rule takes, and which rests end early: one pass over columns.
//!
//! Owner and last sign of life stand in columns, so most records cost a comparison; only those idle
//! long enough are asked the rule's condition. Who was warned, and whether it may go now, is asked
//! of the few that are found.

use crate::holding::activity::Stamp;
use crate::ids::RecordNo;
use crate::market::filter::Filter;
use crate::policy::document::recycling::{Availability, Removal};
use crate::state::State;
use crate::time::{Moment, Span};

/// Every record in a book on which nobody worked for `idle` at `now`, and that satisfies the
/// rule's condition. *Order*: ascending by record.
pub fn idle(state: &State, removal: &Removal, idle: Span, now: Moment) -> Vec<RecordNo> {
    let records = state.records();
    let active = records.activity.active();
    let latest = Stamp::of(now - idle);
    let mut filter = Filter::new(removal.when.as_ref(), &records.columns);
    let owned = records.places.owned();
    let found = owned.filter(|(record, _)| active[record.index()] <= latest);
    let found = found.map(|(record, _)| record);
    found.filter(|record| filter.yes(record.index())).collect()
}

/// Every record that the removal at this position of the policy in force takes at `now`, whether
/// its owner was warned or not. None for a rule about reasons alone.
pub fn due(state: &State, rule: usize, now: Moment) -> Vec<RecordNo> {
    let recycling = state
        .policy()
        .and_then(|policy| policy.document().recycling.as_ref());
    let removal = recycling.and_then(|recycling| recycling.removals.get(rule));
    match removal.and_then(|removal| Some((removal, removal.idle?))) {
        Some((removal, span)) => idle(state, removal, span, now),
        None => Vec::new(),
    }
}

/// Resting records that this entry makes available at `now`, though their rest goes on.
/// *Order*: ascending by record.
///
/// What a rep asked to get back at a date rests until that date whatever is found.
pub fn available(state: &State, entry: &Availability, now: Moment) -> Vec<RecordNo> {
    let records = state.records();
    let mut filter = Filter::new(entry.when.as_ref(), &records.columns);
    let resting = records.places.resting();
    let rests = resting.filter(|(_, rest)| now < rest.until && rest.then.ends_early());
    let idle = rests.filter(|(record, _)| {
        let active = records.activity.active()[record.index()];
        entry
            .idle
            .is_none_or(|idle| active <= Stamp::of(now - idle))
    });
    let known = idle
        .filter(|(record, _)| !entry.new_contacts || state.recycling().contacts(*record).is_some());
    let found = known.map(|(record, _)| record);
    found.filter(|record| filter.yes(record.index())).collect()
}
