//! What clashes in a plan and what has changed since it was made, in words.
//!
//! Names are the caller's: pages show what reps are called, others their keys.

use crate::holding::planned::{Barred, Clash, Spot, Why};
use crate::ids::{RecordNo, RepNo};
use crate::plan::since::Change;
use crate::state::State;
use crate::units::Micro;

/// How reps and records are called.
pub struct Names<'a> {
    /// The workspace.
    pub state: &'a State,
    /// A rep.
    pub rep: &'a dyn Fn(RepNo) -> String,
}

/// Points as text, cut to three decimals.
pub fn points(pico: i128) -> String {
    let milli = i64::try_from(pico / 1_000_000_000).unwrap_or(i64::MAX);
    Micro(milli.saturating_mul(1_000)).to_string()
}

/// Why a record moves.
pub fn why(why: Why) -> &'static str {
    match why {
        Why::First => "first rep",
        Why::MayNot => "its owner may not have it",
        Why::Even => "for even books",
    }
}

/// Why a record has no place in a plan.
pub fn barred(why: &Barred) -> String {
    match why {
        Barred::Queue(queue) => format!("the rules send it to the queue {queue}"),
        Barred::Rep(rep) => format!("the rules name {rep}, who is not among the reps"),
        Barred::Pool(pool) => format!("the pool {pool} has nobody who takes accounts"),
        Barred::Only => "no rep meets every only line".to_owned(),
        Barred::Full => "everybody who may have it is full".to_owned(),
    }
}

impl Names<'_> {
    fn reps(&self, reps: &[RepNo], of: u32) -> String {
        let told: Vec<String> = reps.iter().map(|rep| (self.rep)(*rep)).collect();
        match (of as usize).checked_sub(told.len()) {
            Some(more) if more > 0 => format!("{} and {more} more", told.join(", ")),
            _ => told.join(", "),
        }
    }

    fn record(&self, record: RecordNo) -> &str {
        self.state.records().key(record)
    }

    /// One clash.
    pub fn clash(&self, clash: &Clash) -> String {
        match clash {
            Clash::NobodyMay { count, .. } => format!("nobody may have {count} of the accounts"),
            Clash::TooMany {
                records,
                reps,
                of,
                room,
            } => format!(
                "{records} accounts can only go to {}, who may have {room} together: {} too many",
                self.reps(reps, *of),
                records - room
            ),
            Clash::TooFew {
                reps,
                of,
                wanted,
                records,
            } => format!(
                "{} should have at least {wanted} together, but may have only {records}: {} too few",
                self.reps(reps, *of),
                wanted - records
            ),
            Clash::TooMuchEffort {
                records,
                reps,
                of,
                effort,
                room,
            } => format!(
                "{records} accounts that can only go to {} take an effort of {effort}, but there \
                 is room for {room}: {} too much",
                self.reps(reps, *of),
                *effort - *room
            ),
            Clash::NotFound { rep, over } => format!(
                "no way was found to keep {} within the room for effort: {over} too much",
                (self.rep)(*rep)
            ),
        }
    }

    /// One change.
    pub fn change(&self, change: &Change) -> String {
        match change {
            Change::Policy { made, now } => {
                format!("it was made by policy version {made}, and version {now} is in force")
            }
            Change::Territories { made, now } => {
                format!("it was made by territory table {made}, and table {now} is in force")
            }
            Change::Left(rep) => format!("{} has left", (self.rep)(*rep)),
            Change::Gone(record) => {
                format!(
                    "{} is closed, held or no longer planned",
                    self.record(*record)
                )
            }
            Change::Moved { record, now } => format!(
                "{} is with {} now",
                self.record(*record),
                match now {
                    Spot::Book(rep) => (self.rep)(*rep),
                    Spot::Queue(queue) => format!("the queue {}", self.state.queue(*queue).name),
                }
            ),
            Change::MayNot { record, rep } => format!(
                "{} may no longer have {}",
                (self.rep)(*rep),
                self.record(*record)
            ),
            Change::Over {
                rep,
                holds,
                most,
                effort,
            } => format!(
                "{}’s book would hold {} {holds}, of at most {most}",
                (self.rep)(*rep),
                if *effort {
                    "an effort of"
                } else {
                    "as many accounts as"
                }
            ),
        }
    }
}
