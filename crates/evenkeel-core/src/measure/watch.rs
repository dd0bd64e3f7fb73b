//! A team under watch: evidence and ratios, lead by lead, and what is known of each rep.
//!
//! Puts together what [`crate::measure::grade`] asks for, so that page, API and report say the
//! same. Deliberately asks for ripe leads only; which are ripe, the horizon of the close rates
//! says.

use super::close_rate::CloseRates;
use super::e_process::{ALPHA, Deal, EProcess};
use super::grade::{Known, MATTERS};
use super::ratio::Ratio;

/// Half a win in one lead beside what there was, so that a rep without wins has a rate.
const BESIDE: (f64, f64) = (0.5, 1.0);

/// Evidence on a team whose reps have places.
#[derive(Clone, Debug)]
pub struct Watch {
    process: EProcess,
    ratios: Vec<Ratio>,
}

impl Watch {
    /// Before any lead.
    pub fn new(reps: usize) -> Self {
        Self {
            // Losses tell as well: the seed's D is known after a sixth fewer leads.
            process: EProcess::new(reps, true),
            ratios: vec![Ratio::default(); reps],
        }
    }

    /// Sees one more ripe lead; says whether it counted, as [`EProcess::see`] does.
    ///
    /// *Order and ties*: in the order in which they were dealt; only the highest evidence of the
    /// past depends on it.
    pub fn see(&mut self, deal: Deal<'_>) -> bool {
        if !self.process.see(deal) {
            return false;
        }
        for (rep, (ratio, chance)) in self.ratios.iter_mut().zip(deal.chances).enumerate() {
            ratio.see(*chance, rep == deal.picked, deal.won);
        }
        true
    }

    /// The evidence on everybody.
    pub fn process(&self) -> &EProcess {
        &self.process
    }

    /// What is known of the rep at `place`, who has the same place in `rates`. `over_expected` is
    /// wins over expected ones on the same mix ([`crate::measure::standard`]).
    ///
    /// *Bounds*: how many more leads it takes supposes that the rep goes on as before.
    pub fn known(&self, place: usize, rates: &CloseRates, over_expected: f64) -> Known {
        let own = rates.reps[place].counted.tally;
        let all = rates.reps.iter().map(|rep| rep.counted.tally);
        let rest = all.fold((-own.wins, -own.trials), |sum, one| {
            (sum.0 + one.wins, sum.1 + one.trials)
        });
        let rate = |wins: f64, trials: f64| (wins + BESIDE.0) / (trials + BESIDE.1);
        let (mine, others) = (rate(own.wins, own.trials), rate(rest.0, rest.1));
        Known {
            rep: rates.reps[place].counted.rep,
            reps: self.ratios.len(),
            track: self.process.tracks()[place],
            ratio: self.ratios[place].figure(ALPHA),
            below: rates.posterior.below(place, MATTERS),
            effective: own.trials,
            over_expected,
            more: self.process.more(place, mine / others, others, ALPHA),
        }
    }
}
