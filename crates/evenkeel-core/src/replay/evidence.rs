//! What an honest estimate of outcomes under another policy starts from: who got each record, what
//! became of it, and how likely each rep was to get it, by either policy.
//!
//! The counts come from reseeded replays and not from the verdicts: within a band the probability
//! of some picks is zero at any one moment, and weights made of such probabilities mislead. Nothing
//! is estimated here, and nothing may be where loads shift much; that is for `measure` to say.
//! *Source*: guide "science" section 9.

use crate::event::{Event, Recorded};
use crate::ids::RecordNo;
use crate::replay::reseed::{Deals, NOBODY, Row, loads};
use crate::replay::stream::Follow;
use crate::state::State;

/// The outcomes of the records that a followed part takes in.
#[derive(Clone, Debug)]
pub struct Outcomes {
    first: usize,
    reason: String,
    /// By position among the records: whether it was closed with the reason; `None` while open.
    pub row: Vec<Option<bool>>,
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

    fn close(&mut self, record: RecordNo, reason: &str) {
        let at = record.index().checked_sub(self.first);
        if let Some(outcome) = at.and_then(|at| self.row.get_mut(at)) {
            *outcome = Some(reason == self.reason);
        }
    }
}

impl Follow for Outcomes {
    fn event(&mut self, _: &State, recorded: &Recorded) {
        match &recorded.event {
            Event::RecordTaken { .. } => self.row.push(None),
            Event::RecordClosed { record, reason } => self.close(*record, reason),
            _ => {}
        }
    }
}

/// One record whose outcome is known and that a rep got by a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Position among the records of the history.
    pub record: usize,
    /// Number of the rep who got it first.
    pub rep: u16,
    /// Whether it was a success.
    pub won: bool,
    /// In how many replays by the recorded policies that rep got it, the recorded history included:
    /// never zero.
    pub recorded: u32,
    /// In how many replays by the other policy.
    pub other: u32,
}

/// Everything an estimate starts from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Replays by either policy.
    pub replays: u32,
    /// In order of arrival.
    pub known: Vec<Known>,
    /// Largest shift of any rep's records by the other policy, in millionths of what it was on
    /// average over the replays; `None` when somebody had none and would get some.
    pub shift_ppm: Option<u64>,
}

impl Evidence {
    /// Out of the recorded deals and outcomes, and as many replays by either policy.
    pub fn of(recorded: &Row, outcomes: &Outcomes, (by, other): (&Deals, &Deals)) -> Self {
        let known = recorded.iter().zip(&outcomes.row).enumerate();
        let known = known.filter_map(|(record, (rep, won))| {
            let rep = Some(*rep).filter(|rep| *rep != NOBODY)?;
            let count = |deals: &Deals| deals.count(record, crate::ids::RepNo(u32::from(rep)));
            Some(Known {
                record,
                rep,
                won: (*won)?,
                recorded: count(by) + 1,
                other: count(other),
            })
        });
        Self {
            replays: u32::try_from(by.replays()).expect("replays are far below 2^32"),
            known: known.collect(),
            shift_ppm: shift(by, other),
        }
    }
}

/// Largest relative shift of any rep's records between two sets of replays.
fn shift(by: &Deals, other: &Deals) -> Option<u64> {
    let reps = usize::from(NOBODY);
    let total = |deals: &Deals| {
        let mut total = vec![0u128; reps];
        for replay in 0..deals.replays() {
            let loads = loads(deals.row(replay), reps);
            total
                .iter_mut()
                .zip(loads)
                .for_each(|(sum, load)| *sum += u128::from(load));
        }
        total
    };
    let mut most = 0;
    for (was, would) in total(by).into_iter().zip(total(other)) {
        match (was, was.abs_diff(would)) {
            (_, 0) => {}
            (0, _) => return None,
            (was, shift) => most = most.max(shift * 1_000_000 / was),
        }
    }
    Some(u64::try_from(most).unwrap_or(u64::MAX))
}
