//! Why a figure is not given: what is not known is refused, with the reason, and never guessed.
//!
//! A closed list, in the order in which it is asked. Deliberately beside the refusals of commands,
//! which say no to a change; here nothing was to be changed.

use super::figure::{count, percent};

/// Why there is no figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unknown {
    /// There is nothing to measure.
    Nothing,
    /// The rep stands on won records far more often than on others: any rate would be too high.
    RepOnlyOnWon {
        /// Share of the won with a rep.
        won: f64,
        /// Share of all others with one.
        others: f64,
        /// Records looked at.
        n: f64,
    },
    /// Nobody drew any of the records among several reps, so they do not compare reps.
    NotDrawn {
        /// Records looked at.
        n: f64,
    },
    /// Nothing was won yet, so nobody knows how long winning takes.
    NoWins {
        /// Records looked at.
        n: f64,
    },
    /// Not enough to say anything.
    TooFew {
        /// What there is.
        n: f64,
        /// What it takes.
        needed: f64,
        /// Of what: `lead`, `period`, `pod`.
        what: &'static str,
    },
    /// A way to deal that gives leads to reps who never could get such leads.
    Unseen {
        /// Share of the leads.
        share: f64,
    },
    /// A way to deal that shifts somebody's load so far that the past says nothing about it.
    LoadShift {
        /// How much more or less, of the load there was: 0.4 is 40 %.
        shift: f64,
        /// What is still comparable.
        most: f64,
    },
    /// The two sides have nothing in common to compare.
    NothingToCompare,
}

impl Unknown {
    /// In words.
    pub fn sentence(&self) -> String {
        match self {
            Self::Nothing => "There is nothing to measure yet.".to_owned(),
            Self::RepOnlyOnWon { won, others, n } => format!(
                "No close rate can be known: {} of the won records name a rep, but only {} of the \
                 others ({}). Who lost a record, or still has it open, must be recorded too.",
                percent(*won),
                percent(*others),
                count(*n, "record")
            ),
            Self::NotDrawn { n } => format!(
                "Nothing here compares reps: none of {} was drawn among several of them, and who was \
                 given which leads shows in every rate. A pool with method = \"random\", or a mix \
                 that leaves a part to chance, makes leads that compare.",
                count(*n, "record")
            ),
            Self::NoWins { n } => format!(
                "Nothing was won yet in {}, so nobody knows how long winning takes.",
                count(*n, "lead")
            ),
            Self::TooFew { n, needed, what } => format!(
                "Too few to say anything: {}, and it takes {}.",
                count(*n, what),
                count(*needed, what)
            ),
            Self::Unseen { share } => format!(
                "It would give {} of the leads to reps who never got such leads, so nobody knows how \
                 they would do.",
                percent(*share)
            ),
            Self::LoadShift { shift, .. } if shift.is_infinite() => {
                "It would give leads to somebody who had none, and the past does not tell how that rep \
                 would do. Try it on some pods first."
                    .to_owned()
            }
            Self::LoadShift { shift, most } => format!(
                "It would change somebody's load by {}; beyond {} the past does not tell how that \
                 rep would do. Try it on some pods first.",
                percent(*shift),
                percent(*most)
            ),
            Self::NothingToCompare => "The two sides have nothing in common to compare.".to_owned(),
        }
    }
}
