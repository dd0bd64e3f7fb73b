//! What a chooser may look at: those who could take the record, and what each is owed now.
//!
//! Deliberately below the choosers and their list, so that a chooser never imports another.

use crate::ids::RepNo;
use crate::units::Micro;
use crate::verdict::{Candidate, Pick, Standing};

/// One record's contest; shares are already dealt out.
///
/// *Bounds*: at least one contender; [`crate::rotation::turn`] sees to it.
#[derive(Clone, Copy, Debug)]
pub struct Contest<'a> {
    /// How many turns the record uses up.
    pub size: Micro,
    /// How many could take it.
    pub able_count: usize,
    /// The largest amount any of them is owed.
    pub owed_max: Micro,
    candidates: &'a [Candidate],
}

/// One who could take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contender {
    /// The rep.
    pub rep: RepNo,
    /// Leads owed, this turn's share included.
    pub owed: Micro,
    /// This turn's share.
    pub share: Micro,
}

/// What a chooser answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// How far below the most owed a pick was allowed to be.
    pub delta: Micro,
    /// The pick.
    pub pick: Pick,
}

impl<'a> Contest<'a> {
    /// The contest among those of `candidates` who could take it; `None` when nobody could.
    pub fn of(size: Micro, candidates: &'a [Candidate]) -> Option<Self> {
        let able_count = able(candidates).count();
        let owed_max = able(candidates).map(|contender| contender.owed).max()?;
        Some(Self {
            size,
            able_count,
            owed_max,
            candidates,
        })
    }

    /// Those who are owed at least `least`, ascending by rep.
    pub fn owed_at_least(&self, least: Micro) -> impl Iterator<Item = Contender> + use<'a> {
        able(self.candidates).filter(move |contender| contender.owed >= least)
    }
}

fn able(candidates: &[Candidate]) -> impl Iterator<Item = Contender> {
    candidates
        .iter()
        .filter_map(|candidate| match candidate.standing {
            Standing::Able { share, .. } => Some(Contender {
                rep: candidate.rep,
                owed: candidate.credit + share,
                share,
            }),
            Standing::Stopped(_) => None,
        })
}
