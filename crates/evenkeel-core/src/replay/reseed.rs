//! The same history with fresh draws, over and over: who would have got each record how often.
//!
//! What is counted is the first rep that a record was dealt to; giving by hand is no deal. Each
//! replay is a function of its number alone, so several can run at once and in any order. The core
//! has no threads: whoever has them calls [`row`] on each.
//!
//! *Source*: guide "science" section 9, marginal propensities by replay.

use crate::command::refusal::Refusal;
use crate::event::{Event, Recorded};
use crate::holding::records::RECORDS_MAX;
use crate::ids::RepNo;
use crate::replay::again::{History, How};
use crate::replay::draws::Draws;
use crate::replay::stream::Follow;
use crate::state::State;
use crate::verdict::Destination;

/// Stands for nobody in a row.
pub const NOBODY: u16 = u16::MAX;
/// Most replays of one history.
pub const REPLAYS_MAX: usize = 10_000;
/// Most deals of all replays together: two bytes each.
pub const DEALS_MAX: usize = 500_000_000;

const _: () = assert!(crate::people::rep::REPS_MAX < NOBODY as usize);
const _: () = assert!(RECORDS_MAX < u32::MAX as usize);

/// Who got each record first, in one replay: the number of the rep by position of the record among
/// those the history takes in; [`NOBODY`] when none did.
pub type Row = Vec<u16>;

/// One replay with fresh draws, by its number; by the recorded policies, or by another.
///
/// *Refuses*: what publishing the policy refuses.
pub fn row(history: &History, policy: Option<&str>, number: u64) -> Result<Row, Refusal> {
    let how = How {
        policy: policy.map(str::to_owned),
        draws: Draws::fresh(number),
        between: true,
    };
    let mut firsts = Firsts::of(history);
    history.play(&how, &mut firsts)?;
    Ok(firsts.row)
}

/// Who got each record first, while a history is recorded or played.
#[derive(Clone, Debug)]
pub struct Firsts {
    /// Number of the first record of the history.
    first: usize,
    /// By position among its records.
    pub row: Row,
}

impl Firsts {
    /// For this history.
    pub fn of(history: &History) -> Self {
        Self::after(&history.base)
    }

    /// For what follows this state.
    pub fn after(base: &State) -> Self {
        Self {
            first: base.records().len(),
            row: Vec::new(),
        }
    }
}

impl Follow for Firsts {
    fn event(&mut self, _: &State, recorded: &Recorded) {
        match &recorded.event {
            Event::RecordTaken { .. } => self.row.push(NOBODY),
            Event::RecordDealt {
                record,
                to: Destination::Rep(rep),
                ..
            } => {
                let at = record.index().checked_sub(self.first);
                if let Some(first) = at.and_then(|at| self.row.get_mut(at))
                    && *first == NOBODY
                {
                    *first = u16::try_from(rep.0).expect("a workspace has fewer reps");
                }
            }
            _ => {}
        }
    }
}

/// Who would have got what, over many replays of one history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deals {
    rows: Vec<Row>,
}

impl Deals {
    /// Out of the rows of all replays, in the order of their numbers.
    pub fn of(rows: Vec<Row>) -> Self {
        Self { rows }
    }

    /// How many replays.
    pub fn replays(&self) -> usize {
        self.rows.len()
    }

    /// How many records.
    pub fn records(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    /// One replay.
    pub fn row(&self, replay: usize) -> &[u16] {
        &self.rows[replay]
    }

    /// In how many replays each rep got this record first: `counts[rep]`, over `reps` reps.
    pub fn counts(&self, record: usize, reps: usize) -> Vec<u32> {
        let mut counts = vec![0; reps];
        for row in &self.rows {
            if let Some(count) = counts.get_mut(usize::from(row[record])) {
                *count += 1;
            }
        }
        counts
    }

    /// How many records each rep got first, in one replay.
    pub fn loads(&self, replay: usize, reps: usize) -> Vec<u64> {
        loads(&self.rows[replay], reps)
    }

    /// In how many replays `rep` got this record first.
    pub fn count(&self, record: usize, rep: RepNo) -> u32 {
        let rows = self.rows.iter();
        let got = rows.filter(|row| u32::from(row[record]) == rep.0);
        u32::try_from(got.count()).expect("replays are far below 2^32")
    }
}

/// How many records each rep got first.
pub fn loads(row: &[u16], reps: usize) -> Vec<u64> {
    let mut loads = vec![0; reps];
    for rep in row {
        if let Some(load) = loads.get_mut(usize::from(*rep)) {
            *load += 1;
        }
    }
    loads
}
