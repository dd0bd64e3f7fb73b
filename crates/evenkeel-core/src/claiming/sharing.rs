//! Who shares in a record of a grade, and how far one rep is behind the most owed of them.
//!
//! A record of a grade is owed in equal parts (or by the weights of the queue's pool) to everybody
//! **active** in the queue: there (neither paused nor on leave) and with a claim from it, or work
//! on one, in the last [`ACTIVE_FOR`]; and to whoever claims now. A rep at a limit is active, or
//! whoever clicks first would be owed nothing for being busy; a rep who does not come for a week
//! is not, so that nobody waits for somebody who does not want any. Whoever is not active neither
//! gains nor loses.
//!
//! *Source*: guide "science" section 7; who is owed was decided by simulation
//! (`tests/it/queue_fixture.rs`).

use crate::choose::Weigher;
use crate::claiming::hand::{away, may_pull};
use crate::ids::{QueueNo, RepNo};
use crate::policy::document::pull::Pull;
use crate::rotation::ledger::Ledger;
use crate::rotation::share::split;
use crate::state::State;
use crate::time::{Moment, Span};
use crate::units::{Micro, ONE};
use crate::verdict::claim::{Graded, Sharer};

/// How long after the last claim from a queue, or work on one, a rep counts as active in it.
pub const ACTIVE_FOR: Span = Span::days(7);
/// Most claims by others that are counted ahead of a rep's own turn.
pub const AHEAD_MAX: u32 = 1_000;
/// Most reps named as owed more.
pub const OWED_MAX: usize = 5;

/// The ledger of one grade as it stands for a claim by one rep, brought in line with who is there.
#[derive(Clone, Debug)]
pub struct Sharing {
    /// What the event of such a claim says; its band is the widened one.
    pub graded: Graded,
    /// How far the rep is behind the most owed.
    pub gap: Micro,
    rep: RepNo,
}

/// Everybody who ever took from a queue and still may, and whoever asks: who is on its ledgers.
#[derive(Clone, Debug)]
pub struct Takers {
    all: Vec<Taker>,
}

#[derive(Clone, Copy, Debug)]
struct Taker {
    rep: RepNo,
    weight: u32,
    active: bool,
}

impl Takers {
    /// For a claim by `rep` at `now`.
    pub fn of(state: &State, queue: QueueNo, pull: &Pull, rep: RepNo, now: Moment) -> Self {
        let spec = pull.pool.and_then(|pool| {
            let pools = &state.policy()?.document().pools;
            pools.get(pool)
        });
        let weigh = spec.map(|spec| Weigher::new(state, spec));
        let taker = |taker: RepNo, stirred: Option<Moment>| {
            let entry = state.roster().rep(taker);
            let weight = weigh.as_ref();
            let weight = weight.map_or(1, |weigh| weigh.weight(&entry.key, &entry.profile));
            let lately = stirred.is_some_and(|at| now < at + ACTIVE_FOR);
            let here = away(state, taker, now).is_none();
            let active = taker == rep || lately && here;
            Taker {
                rep: taker,
                weight,
                active,
            }
        };
        let hands = state.claims().hands(queue);
        let hands = hands.filter(|(other, _)| may_pull(state, pull, *other));
        let mut all: Vec<Taker> = hands
            .map(|(other, hand)| taker(other, Some(hand.stirred)))
            .collect();
        if let Err(at) = all.binary_search_by_key(&rep, |taker| taker.rep) {
            all.insert(at, taker(rep, None));
        }
        Self { all }
    }

    fn weight(&self, rep: RepNo) -> u32 {
        let at = self.all.binary_search_by_key(&rep, |taker| taker.rep);
        at.map_or(1, |at| self.all[at].weight)
    }
}

impl Sharing {
    /// Of the grade called `grade`, for a claim by `rep`.
    pub fn of(
        state: &State,
        (queue, grade): (QueueNo, &str),
        takers: &Takers,
        rep: RepNo,
        fair: bool,
    ) -> Self {
        let book = state.claims().grade(queue, grade).filter(|_| fair);
        let mut ledger = book.map_or_else(Ledger::default, |book| book.ledger.clone());
        let (mut joined, mut left, mut spread) = (Vec::new(), Vec::new(), Vec::new());
        if fair {
            let all = &takers.all;
            joined.extend(all.iter().map(|taker| taker.rep));
            joined.retain(|rep| ledger.entry(*rep).is_none());
            left.extend(ledger.members().iter().map(|entry| entry.rep));
            left.retain(|rep| all.binary_search_by_key(rep, |taker| taker.rep).is_err());
            let portions = ledger.spread(&left, |rep| takers.weight(rep));
            ledger.apply_change(&joined, &left, &portions);
            spread.extend(portions.iter().map(|part| (part.rep, part.credit)));
        }
        let active = takers.all.iter().filter(|taker| taker.active);
        let active: Vec<&Taker> = active.collect();
        let weights: Vec<u64> = active.iter().map(|taker| taker.weight.into()).collect();
        let shares = split(ONE.0.unsigned_abs(), &weights);
        let sharers = active.iter().zip(shares).map(|(taker, share)| Sharer {
            rep: taker.rep,
            credit: ledger
                .entry(taker.rep)
                .map_or(Micro(0), |entry| entry.credit),
            share: Micro(i64::try_from(share).expect("a part of one record")),
        });
        let graded = Graded {
            grade: grade.to_owned(),
            band: None,
            joined,
            left,
            spread,
            sharers: sharers.collect(),
        };
        let owed = |sharer: &Sharer| sharer.credit + sharer.share;
        let own = graded.sharers.iter().find(|sharer| sharer.rep == rep);
        let own = own.map_or(Micro(0), owed);
        let most = graded.sharers.iter().map(owed).max().unwrap_or(own);
        Self {
            graded,
            gap: most - own,
            rep,
        }
    }

    /// Who is owed more than the rep by more than `band`, the most owed first. *Ties*: the lower
    /// rep. *Bounds*: [`OWED_MAX`].
    pub fn owed_more(&self, band: Micro) -> Vec<RepNo> {
        let owed = |sharer: &Sharer| sharer.credit + sharer.share;
        let sharers = &self.graded.sharers;
        let own = sharers.iter().find(|sharer| sharer.rep == self.rep);
        let own = own.map_or(Micro(0), owed);
        let mut more: Vec<&Sharer> = sharers.iter().collect();
        more.retain(|sharer| owed(sharer) > own + band);
        more.sort_by_key(|sharer| (-owed(sharer), sharer.rep));
        more.truncate(OWED_MAX);
        more.into_iter().map(|sharer| sharer.rep).collect()
    }

    /// How many records of the grade the others take before the rep may have one, if each goes to
    /// the most owed of them. *Bounds*: [`AHEAD_MAX`].
    pub fn ahead(&self, band: Micro) -> u32 {
        let mut credits: Vec<Sharer> = self.graded.sharers.clone();
        let owed = |sharer: &Sharer| sharer.credit + sharer.share;
        for taken in 0..AHEAD_MAX {
            let own = credits.iter().find(|sharer| sharer.rep == self.rep);
            let own = own.map_or(Micro(0), owed);
            let others = credits.iter().filter(|sharer| sharer.rep != self.rep);
            let most = others.max_by_key(|sharer| (owed(sharer), std::cmp::Reverse(sharer.rep)));
            let Some(most) = most.copied().filter(|most| owed(most) - own > band) else {
                return taken;
            };
            for sharer in &mut credits {
                sharer.credit += sharer.share;
                if sharer.rep == most.rep {
                    sharer.credit -= ONE;
                }
            }
        }
        AHEAD_MAX
    }
}
