//! Two plans of the books side by side: which records they send to different reps.
//!
//! What a plan does not name stays where it is. Nothing is weighed here.

use crate::holding::planned::Made;
use crate::ids::{RecordNo, RepNo};
use std::collections::BTreeMap;

/// One record on which two plans differ; `None` is that it stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Differing {
    /// The record.
    pub record: RecordNo,
    /// Where the first plan sends it.
    pub one: Option<RepNo>,
    /// Where the second does.
    pub other: Option<RepNo>,
}

/// Every record on which they differ, ascending.
pub fn differing(one: &Made, other: &Made) -> Vec<Differing> {
    let mut all: BTreeMap<RecordNo, (Option<RepNo>, Option<RepNo>)> = BTreeMap::new();
    for line in &one.moves {
        all.entry(line.record).or_default().0 = Some(line.to);
    }
    for line in &other.moves {
        all.entry(line.record).or_default().1 = Some(line.to);
    }
    let differ = all.into_iter().filter(|(_, (one, other))| one != other);
    differ
        .map(|(record, (one, other))| Differing { record, one, other })
        .collect()
}
