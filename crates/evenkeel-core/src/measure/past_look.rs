//! Who stands out in a history that others made, when all reps are looked at together, once.
//!
//! Twice over: of the deals old enough to count in full, and of the decided ones. Who leaves deals
//! open, or whose open ones are missing from an export, differs in the first only; that is told and
//! no sign of anything. Deliberately no watching over time and no evidence: nobody drew who got
//! which deal, so [`crate::measure::e_process`] has nothing to go by.
//! *Source*: Fisher 1934; Holm 1979; guide "science" section 3.

use super::fixed_look::FixedLook;
use super::maturity::Lead;
use super::past::{Deal, End};
use super::proportion::Tally;
use crate::ids::RepNo;
use crate::time::Span;
use std::collections::BTreeMap;

/// A rep stands out when the chance of it among equals, held for all reps, is below this.
pub const STANDS_OUT: f64 = 0.05;

/// One look; places are those of the reps with any deal, ascending.
#[derive(Clone, Debug, Default)]
pub struct PastLook {
    ripe: Vec<Tally>,
    decided: Vec<Tally>,
    looks: Option<[FixedLook; 2]>,
}

impl PastLook {
    /// Looks at deals and at the same deals as leads, in the same order.
    ///
    /// *Bounds*: looks at nobody with fewer than two reps who have deals old enough.
    pub fn of(deals: &[Deal], leads: &[Lead], horizon: Span) -> Self {
        let mut reps: BTreeMap<RepNo, [Tally; 2]> = BTreeMap::new();
        let add = |tally: &mut Tally, won: bool| {
            *tally = Tally::of(tally.wins + f64::from(u8::from(won)), tally.trials + 1.0);
        };
        for (deal, lead) in deals.iter().zip(leads) {
            let Some(rep) = lead.rep else { continue };
            let [ripe, decided] = reps.entry(rep).or_default();
            if lead.age >= horizon {
                add(ripe, lead.won_within(horizon));
            }
            if matches!(deal.end, End::Won | End::Lost) {
                add(decided, deal.end == End::Won);
            }
        }
        let (ripe, decided): (Vec<Tally>, Vec<Tally>) = reps
            .into_values()
            .map(|[ripe, decided]| (ripe, decided))
            .unzip();
        let some = ripe.iter().filter(|tally| tally.trials > 0.0).count();
        let looks = (some > 1).then(|| [FixedLook::at(&ripe), FixedLook::at(&decided)]);
        Self {
            ripe,
            decided,
            looks,
        }
    }

    /// The chance of each rep's rate among equals, held for all; empty when nobody can be compared.
    pub fn held(&self) -> &[f64] {
        self.looks.as_ref().map_or(&[], |[ripe, _]| &ripe.held)
    }

    /// Places of those who stand out in both looks, and to the same side.
    pub fn standing_out(&self) -> Vec<usize> {
        self.held_low().filter(|at| self.both(*at)).collect()
    }

    /// Places of those who stand out over all deals only: what differs is what is left open.
    pub fn untidy(&self) -> Vec<usize> {
        self.held_low().filter(|at| !self.both(*at)).collect()
    }

    /// Places of those who would seem to stand out, each looked at alone.
    pub fn seeming(&self) -> Vec<usize> {
        let each = self.looks.iter().flat_map(|[ripe, _]| &ripe.each);
        let low = each.enumerate().filter(|(_, chance)| **chance < STANDS_OUT);
        low.map(|(at, _)| at).collect()
    }

    fn held_low(&self) -> impl Iterator<Item = usize> {
        let held = self.held().iter().enumerate();
        held.filter(|(_, chance)| **chance < STANDS_OUT)
            .map(|(at, _)| at)
    }

    fn both(&self, at: usize) -> bool {
        let above = |tallies: &[Tally]| {
            let all: Tally = tallies.iter().copied().sum();
            tallies[at].rate() > all.rate()
        };
        let low = self.looks.as_ref();
        let low = low.is_some_and(|[_, decided]| decided.held[at] < STANDS_OUT);
        low && above(&self.ripe) == above(&self.decided)
    }
}
