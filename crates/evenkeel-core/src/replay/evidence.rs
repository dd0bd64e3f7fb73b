//! What became of the records that a history takes in, as far as it is known: what an estimate of
//! outcomes under another policy starts from, beside the replays.
//!
//! A record is a success when it was closed with the asked reason within a horizon of coming in,
//! and is none once it is older than that, whether it was closed otherwise or is open still: so
//! nothing hangs on how fast anybody closes what is lost. Younger ones, and those that turned out
//! to be another record, are not known. Nothing is estimated here: [`super::estimate`] does.
//! *Source*: guide "science" sections 3 (d) and 9.

use crate::event::{Event, Recorded};
use crate::ids::RecordNo;
use crate::replay::stream::Follow;
use crate::state::State;
use crate::time::{Moment, Span};

/// The horizon, where none is given: so many percent of all successes came within it.
const HORIZON_PERCENT: usize = 90;

/// How one record ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Not yet, or otherwise.
    Other,
    /// With the asked reason, then.
    Won(Moment),
    /// It was another record.
    Apart,
}

/// The outcomes of the records that a followed part takes in.
#[derive(Clone, Debug)]
pub struct Outcomes {
    first: usize,
    reason: String,
    /// By position among the records: when it came in, and how it ended.
    row: Vec<(Moment, Fate)>,
}

impl Outcomes {
    /// For what follows this state: closed with `reason` is a success.
    pub fn after(base: &State, reason: &str) -> Self {
        Self {
            first: base.records().len(),
            reason: reason.to_owned(),
            row: Vec::new(),
        }
    }

    fn end(&mut self, record: RecordNo, fate: Fate) {
        let at = record.index().checked_sub(self.first);
        if let Some((_, ended)) = at.and_then(|at| self.row.get_mut(at)) {
            *ended = fate;
        }
    }

    /// The time within which nine of ten successes came; `None` without any.
    pub fn horizon(&self) -> Option<Span> {
        let took = self.row.iter().filter_map(|(came, fate)| match fate {
            Fate::Won(at) => Some(*at - *came),
            Fate::Other | Fate::Apart => None,
        });
        let mut took: Vec<Span> = took.collect();
        took.sort_unstable();
        let place = (took.len() * HORIZON_PERCENT).div_ceil(100);
        took.get(place.checked_sub(1)?).copied()
    }

    /// By position among the records: whether it was a success within `horizon`; `None` where that
    /// is not known yet at `until`.
    pub fn within(&self, horizon: Span, until: Moment) -> Vec<Option<bool>> {
        let one = |(came, fate): &(Moment, Fate)| match fate {
            _ if *came + horizon > until => None,
            Fate::Apart => None,
            Fate::Won(at) => Some(*at - *came <= horizon),
            Fate::Other => Some(false),
        };
        self.row.iter().map(one).collect()
    }
}

impl Follow for Outcomes {
    fn event(&mut self, _: &State, recorded: &Recorded) {
        match &recorded.event {
            Event::RecordTaken { .. } => self.row.push((recorded.at, Fate::Other)),
            Event::RecordClosed { record, reason } => {
                let won = *reason == self.reason;
                self.end(
                    *record,
                    if won {
                        Fate::Won(recorded.at)
                    } else {
                        Fate::Other
                    },
                );
            }
            Event::RecordMerged { record, .. } => self.end(*record, Fate::Apart),
            _ => {}
        }
    }
}
