//! What a chooser may look at: those who could take the record, and what each is owed now.
//!
//! Deliberately below the choosers and their list, so that a chooser never imports another.

use crate::ballot::{Apt, Ballot, Member};
use crate::ids::RepNo;
use crate::units::Micro;
use crate::verdict::{Candidate, Pick, Standing, Traits};

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
    /// What the record adds to the mix.
    pub traits: &'a Traits,
    candidates: &'a [Candidate],
    members: &'a [Member<'a>],
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
    /// How it stands to this record.
    pub apt: Apt,
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
    /// `members` are the same people in the same order.
    pub fn of(
        ballot: &'a Ballot,
        members: &'a [Member<'a>],
        candidates: &'a [Candidate],
    ) -> Option<Self> {
        let mut able_count = 0;
        let mut owed_max = None;
        for candidate in candidates {
            if let Standing::Able { share, .. } = candidate.standing {
                able_count += 1;
                owed_max = owed_max.max(Some(candidate.credit + share));
            }
        }
        let owed_max = owed_max?;
        Some(Self {
            size: ballot.size,
            able_count,
            owed_max,
            traits: &ballot.traits,
            candidates,
            members,
        })
    }

    /// Those who are owed at least `least`, ascending by rep.
    pub fn owed_at_least(&self, least: Micro) -> impl Iterator<Item = Contender> + use<'a> {
        self.all().filter(move |contender| contender.owed >= least)
    }

    /// Everybody who could take it, ascending by rep.
    pub fn all(&self) -> impl Iterator<Item = Contender> + use<'a> {
        able(self.members, self.candidates)
    }
}

fn able<'a>(
    members: &'a [Member<'a>],
    candidates: &'a [Candidate],
) -> impl Iterator<Item = Contender> + use<'a> {
    let both = members.iter().zip(candidates);
    both.filter_map(|(member, candidate)| match candidate.standing {
        Standing::Able { share, .. } => Some(Contender {
            rep: candidate.rep,
            owed: candidate.credit + share,
            share,
            apt: member.apt,
        }),
        Standing::Stopped(_) => None,
    })
}
