//! What a gate or a chooser may know of a member: no state, no policy, no clock.
//!
//! [`crate::choose`] fills a ballot; [`crate::eligibility`] and [`crate::rotation`] read it. It
//! deliberately holds borrowed, already counted facts, so that a gate cannot go and look further.

use crate::ids::RepNo;
use crate::people::rep::Profile;
use crate::policy::document::Caps;
use crate::time::Moment;
use crate::units::Micro;
use crate::verdict::{Load, Stream, Traits, Window};

/// One turn's circumstances, the same for every member.
#[derive(Clone, Debug)]
pub struct Ballot {
    /// The moment of the decision.
    pub now: Moment,
    /// How many turns the record uses up.
    pub size: Micro,
    /// Whether the pool passes over members outside working hours.
    pub keeps_hours: bool,
    /// The pool's caps per member.
    pub pool_caps: Caps,
    /// The caps per rep over all pools.
    pub all_caps: Caps,
    /// A rep who must not get it.
    pub excluded: Option<RepNo>,
    /// What the record adds to the mix, in a pool that evens it out.
    pub traits: Traits,
    /// Which of the pool's streams the turn belongs to.
    pub stream: Stream,
}

/// One member.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// The rep.
    pub rep: RepNo,
    /// Weight in force: 1..=`WEIGHT_MAX`, or 0..=1,000,000 where shares scale it.
    pub weight: u32,
    /// Leads owed.
    pub credit: Micro,
    /// Make-up still to drip.
    pub makeup: Micro,
    /// Availability and attributes.
    pub profile: &'a Profile,
    /// Assignments from this pool; the past ones only where the pool has caps.
    pub from_pool: Counts<'a>,
    /// Assignments from all pools.
    pub from_all: Counts<'a>,
    /// What only some choosers and gates look at.
    pub apt: Apt,
}

/// How one member stands to this record, as far as the pool's settings ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Apt {
    /// Whether the rep is a specialist for the record.
    pub specialist: bool,
    /// Whether the record has to be earned and the rep has not.
    pub unearned: bool,
    /// When the rep may get this very record again, having had it before it was released.
    pub cooling: Option<Moment>,
    /// How full the book is; `None` in a pool without a capacity, or for a rep who has none.
    pub load: Option<Load>,
    /// Owed of the record's levels, over all factors.
    pub levels_owed: Micro,
    /// Owed of the value so far dealt.
    pub value_owed: Micro,
    /// Owed of the records which that value came with.
    pub valued_owed: Micro,
}

/// Past assignments as moments, ascending; plus those this very command has already made.
#[derive(Clone, Copy, Debug)]
pub struct Counts<'a> {
    /// Journalled assignments, ascending.
    pub past: &'a [Moment],
    /// Assignments already decided in the same command, all at `now`.
    pub pending: u32,
}

impl Window {
    /// Every window, shortest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];
}
