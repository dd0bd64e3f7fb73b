//! What one rep took from one queue: how much of it is in hand, how much was worked in time.
//!
//! A log of the last month, as far back as any limit or figure looks, and a few counts.

use crate::ids::RecordNo;
use crate::time::{Moment, Span};
use crate::verdict::claim::Choice;
use serde::{Deserialize, Serialize};

/// How far back claims are remembered: the longest window and a day.
const MEMORY: Span = Span::days(31);

/// One claim, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// The record.
    pub record: RecordNo,
    /// When it was claimed.
    pub at: Moment,
    /// What became of it.
    pub fate: Fate,
    /// Where it stood among those shown, if it was picked out of order.
    pub choice: Option<Choice>,
}

/// What became of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// In hand, not worked yet.
    Unworked,
    /// Worked in time, or closed, so long after the claim.
    Worked(Span),
    /// Not worked in time: it went back, or was worked only then.
    Late(Span),
    /// Gone to somebody else before it had to be worked: says nothing of the rep.
    Gone(Span),
}

/// What one rep has from one queue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hand {
    /// Claimed and still in the book.
    pub open: u32,
    /// Claimed and not worked yet.
    pub unworked: u32,
    /// The last claim, or work on one.
    pub stirred: Moment,
    /// Claims ever.
    pub claims: u64,
    /// Of them those that went back unworked.
    pub expired: u64,
    /// Of them those that were not the first of those the rep could choose from.
    pub out_of_order: u64,
    log: Vec<Logged>,
}

impl Hand {
    /// Claims by moment, ascending. *Bounds*: the last 31 days at least.
    pub fn log(&self) -> &[Logged] {
        &self.log
    }

    /// Claims younger than `span`.
    pub fn since(&self, now: Moment, span: Span) -> &[Logged] {
        let gone = self.log.partition_point(|logged| logged.at + span <= now);
        &self.log[gone..]
    }

    /// How many of the claims of the last 30 days had to be worked by now or were, and how many of
    /// them were worked in time.
    pub fn worked_in_time(&self, now: Moment) -> (u32, u32) {
        let (mut ripe, mut worked) = (0, 0);
        for logged in self.since(now, Span::days(30)) {
            match logged.fate {
                Fate::Worked(_) => (ripe, worked) = (ripe + 1, worked + 1),
                Fate::Late(_) => ripe += 1,
                Fate::Unworked | Fate::Gone(_) => {}
            }
        }
        (ripe, worked)
    }

    /// Adds a claim; never earlier than the last.
    pub(super) fn take(&mut self, logged: Logged, out_of_order: bool) {
        let half = self.log.len() / 2;
        if half >= 16 && self.log[half].at < logged.at - MEMORY {
            self.log.drain(..=half);
        }
        self.stirred = self.stirred.max(logged.at);
        self.log.push(logged);
        self.open += 1;
        self.unworked += 1;
        self.claims += 1;
        self.out_of_order += u64::from(out_of_order);
    }

    /// Notes what became of a claim of this moment.
    pub(super) fn note(&mut self, record: RecordNo, at: Moment, fate: Fate) {
        let first = self.log.partition_point(|logged| logged.at < at);
        let mut same = self.log[first..].iter_mut();
        if let Some(logged) = same.find(|logged| logged.record == record && logged.at == at) {
            logged.fate = fate;
        }
    }
}
