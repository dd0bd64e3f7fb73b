//! Whether a rep wins less often than whoever else would have got the same leads: evidence that may
//! be looked at after every lead.
//!
//! For each lead the rotation logged with which chance each rep would get it. If a rep wins like
//! the others, a won lead is that rep's with just that chance, however good the month, the season
//! or the lead was. Each won lead multiplies the evidence by how much better "this rep wins only θ
//! times as often" explains whose it was. Among equals that product has mean 1 for ever, so it
//! passes `x` in at most one of `x` teams, whenever and however often one looks (Ville 1939).
//!
//! - Only leads whose outcome is ripe are seen, in the order in which they were dealt; leads still
//!   waiting change nothing.
//! - A lead that its rep could not have drawn (given by hand, owned already) is not counted.
//! - Several reps are held to one false alarm per team by asking each for `reps / alpha`. Running
//!   maxima must not be weighed by steps, as p-values at one look may.
//!
//! Deliberately no model of leads, seasons or skill, and no verdict ([`crate::measure::grade`]).
//! *Source*: guide "science" section 3 (b); Ramdas et al. 2023; Tavyrikov, Goeman and de Heide
//! 2025.

use super::logarithm::{exp, ln};
use super::special::root;

/// How much less often a rep may win, averaged over.
pub const THETAS: [f64; 5] = [0.15, 0.3, 0.45, 0.6, 0.75];
/// False alarms in a team of equals, ever: at most this share of teams.
pub const ALPHA: f64 = 0.05;
/// Where evidence stops growing, so that it stays a number.
const EVIDENCE_MAX: f64 = 1e250;
/// Leads and wins that the past rate begins with, where losses count too.
const BEGUN: (f64, f64) = (4.0, 1.0);
/// A forecast beyond so many leads of the rep is none.
pub const MORE_MAX: f64 = 2_000.0;

/// One ripe lead.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deal<'a> {
    /// With which chance each rep would get it, by place; they add up to 1.
    pub chances: &'a [f64],
    /// Who got it.
    pub picked: usize,
    /// Whether it was won within the horizon.
    pub won: bool,
}

/// The evidence on every rep of a team.
#[derive(Clone, Debug, PartialEq)]
pub struct EProcess {
    tracks: Vec<Track>,
    losses_count: bool,
    seen: f64,
    won: f64,
}

/// The evidence on one rep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Track {
    products: [f64; THETAS.len()],
    /// The highest the evidence ever was.
    pub highest: f64,
    /// Leads of the rep's own that were seen.
    pub leads: u64,
    /// Those won.
    pub wins: u64,
    /// The chances of getting a lead, added up.
    pub chances: f64,
}

impl Track {
    const NONE: Self = Self {
        products: [1.0; THETAS.len()],
        highest: 1.0,
        leads: 0,
        wins: 0,
        chances: 0.0,
    };

    /// The evidence now.
    pub fn evidence(&self) -> f64 {
        self.products.iter().sum::<f64>() / self.products.len() as f64
    }

    fn multiply(&mut self, chance: f64, mine: bool, less: impl Fn(f64) -> f64) {
        for (product, theta) in self.products.iter_mut().zip(THETAS) {
            let less = less(theta);
            let factor = if mine { less } else { 1.0 };
            *product *= factor / (chance * less + 1.0 - chance);
            *product = product.min(EVIDENCE_MAX);
        }
        self.highest = self.highest.max(self.evidence());
    }
}

impl EProcess {
    /// Before any lead, for so many reps. With `losses_count`, leads that were not won tell a
    /// little too: a rep who wins less often loses more often.
    pub fn new(reps: usize, losses_count: bool) -> Self {
        Self {
            tracks: vec![Track::NONE; reps],
            losses_count,
            seen: 0.0,
            won: 0.0,
        }
    }

    /// Sees one more lead; says whether it counted.
    ///
    /// *Bounds*: it does not when its rep had no chance of getting it, or when there are not as
    /// many chances as reps.
    pub fn see(&mut self, deal: Deal<'_>) -> bool {
        let drawn = deal
            .chances
            .get(deal.picked)
            .is_some_and(|chance| *chance > 0.0);
        if !drawn || deal.chances.len() != self.tracks.len() {
            return false;
        }
        let past = (self.won + BEGUN.1) / (self.seen + BEGUN.0);
        for (rep, (track, chance)) in self.tracks.iter_mut().zip(deal.chances).enumerate() {
            let mine = rep == deal.picked;
            track.chances += chance;
            track.leads += u64::from(mine);
            track.wins += u64::from(mine && deal.won);
            match deal.won {
                true => track.multiply(*chance, mine, |theta| theta),
                false if self.losses_count => {
                    track.multiply(*chance, mine, |theta| (1.0 - theta * past) / (1.0 - past))
                }
                false => {}
            }
        }
        self.seen += 1.0;
        self.won += f64::from(u8::from(deal.won));
        true
    }

    /// The evidence on each rep, by place.
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// What the evidence on a rep must reach for one false alarm in so many teams.
    ///
    /// *Example*: four reps at 5 %: 80.
    pub fn threshold(&self, alpha: f64) -> f64 {
        self.tracks.len() as f64 / alpha
    }

    /// About how many more leads of the rep's own it takes until the evidence reaches the
    /// threshold, if the rep goes on winning `ratio` times as often as the others, who win `others`
    /// of theirs.
    ///
    /// *Bounds*: `None` beyond [`MORE_MAX`], and when they win so much alike that it never does.
    pub fn more(&self, rep: usize, ratio: f64, others: f64, alpha: f64) -> Option<u32> {
        let track = &self.tracks[rep];
        let chance = match self.seen > 0.0 {
            true => track.chances / self.seen,
            false => 1.0 / self.tracks.len() as f64,
        };
        if chance <= 0.0 {
            return None;
        }
        let growth = THETAS.map(|theta| {
            let shared = ln(chance * theta + 1.0 - chance);
            let mine = ratio * others * chance * (ln(theta) - shared);
            mine - others * (1.0 - chance) * shared
        });
        let after = |leads: f64| {
            let product = |(product, growth): (&f64, f64)| product * exp(leads / chance * growth);
            let all: f64 = track.products.iter().zip(growth).map(product).sum();
            all / THETAS.len() as f64
        };
        let wanted = self.threshold(alpha);
        if track.evidence() >= wanted {
            return Some(0);
        }
        if after(MORE_MAX) < wanted {
            return None;
        }
        // The products may first fall and then rise; the last crossing is asked for.
        let more = root(0.0, MORE_MAX, 24, |leads| after(leads) - wanted);
        Some(more.ceil() as u32)
    }
}
