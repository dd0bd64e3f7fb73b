//! The specialists' stream: a fixed part of the flow that goes to those who are best at it, beside
//! an equal base.
//!
//! - Every record the pool deals adds the stream's share of its size to the stream's account.
//! - A record for which some specialist is able goes by the stream as soon as the account holds
//!   that much, and is taken off it. So the stream gets its share and never more, spread evenly
//!   over the flow, and which record it gets does not depend on who would get it.
//! - Within the stream specialists share alike, on credits of its own. The base ledger does not
//!   move, so base counts stay equal and, in a random pool, comparable.
//!
//! *Source*: seed 002 (2.9 to 2.11); guide "science" section 1, modified round robin.

use crate::ids::RepNo;
use crate::units::Micro;
use crate::verdict::{Standing, Stream, Turn};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most that the account saves up for lack of matching records, in leads; what is beyond is lost,
/// so that a long drought is not followed by a flood.
pub const SAVED_MAX: Micro = Micro::whole(5);

/// The stream's account, what it dealt, and what its members are owed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Special {
    /// Saved up, in leads.
    pub account: Micro,
    /// Sizes dealt by the stream, added up.
    pub dealt: Micro,
    /// Sizes dealt by the base since there is a stream.
    pub base: Micro,
    owed: BTreeMap<RepNo, Micro>,
    received: BTreeMap<RepNo, Micro>,
}

impl Special {
    /// The stream a record of `size` belongs to, in a pool that gives its specialists `share_ppm`.
    pub fn stream(&self, size: Micro, share_ppm: u32, specialist_able: bool) -> Stream {
        let accrued = i128::from(size.0) * i128::from(share_ppm) / 1_000_000;
        let accrued = Micro(i64::try_from(accrued).expect("a part of a size is a size"));
        match specialist_able && self.account + accrued >= size {
            true => Stream::Special { accrued },
            false => Stream::Base { accrued },
        }
    }

    /// Sizes dealt by stream and base together since there is a stream.
    pub fn all(&self) -> Micro {
        self.dealt + self.base
    }

    /// The stream's part of [`Special::all`] in millionths; `None` before the first turn.
    pub fn part_ppm(&self) -> Option<u32> {
        let all = i128::from(self.all().0);
        let part = (all > 0).then(|| i128::from(self.dealt.0) * 1_000_000 / all)?;
        u32::try_from(part).ok()
    }

    /// Leads a specialist is owed by the stream.
    pub fn owed(&self, rep: RepNo) -> Micro {
        self.owed.get(&rep).copied().unwrap_or_default()
    }

    /// Sizes a specialist received from the stream, added up.
    pub fn received(&self, rep: RepNo) -> Micro {
        self.received.get(&rep).copied().unwrap_or_default()
    }

    /// Applies a recorded turn.
    pub fn apply(&mut self, turn: &Turn, size: Micro) {
        match turn.stream {
            Stream::Whole => {}
            Stream::Base { accrued } => {
                self.account = (self.account + accrued).min(SAVED_MAX.max(size));
                self.base += size;
            }
            Stream::Special { accrued } => {
                self.account += accrued - size;
                self.dealt += size;
                self.share_out(turn, size, 1);
            }
        }
    }

    /// Takes a recorded turn of the stream back.
    pub fn reverse(&mut self, turn: &Turn, size: Micro) {
        self.dealt -= size;
        self.account = (self.account + size).min(SAVED_MAX.max(size));
        self.share_out(turn, size, -1);
    }

    fn share_out(&mut self, turn: &Turn, size: Micro, sign: i64) {
        for candidate in &turn.candidates {
            if let Standing::Able { share, .. } = candidate.standing {
                *self.owed.entry(candidate.rep).or_default() += Micro(share.0 * sign);
            }
        }
        if let Some(pick) = turn.pick {
            *self.owed.entry(pick.rep).or_default() -= Micro(size.0 * sign);
            *self.received.entry(pick.rep).or_default() += Micro(size.0 * sign);
        }
    }

    /// Drops what `rep` was owed: it left.
    pub fn forget(&mut self, rep: RepNo) {
        self.owed.remove(&rep);
    }
}
