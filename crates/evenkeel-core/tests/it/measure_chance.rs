//! Seeded chance for the tests of statistics: many draws, quickly, the same on every machine.
//!
//! *Source*: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators").

use evenkeel_core::ids::RepNo;
use evenkeel_core::measure::close_rate::Counted;
use evenkeel_core::measure::logarithm::ln;
use evenkeel_core::measure::proportion::Tally;
use evenkeel_core::measure::special::beta_quantile;

/// A seeded source of chance.
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn of(seed: u64) -> Self {
        // Mixed once, or neighboring seeds would walk the same way one step apart.
        Self(Self(seed).bits())
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Evenly from 0 to 1.
    pub(crate) fn even(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn under(&mut self, count: usize) -> usize {
        ((u128::from(self.bits()) * count as u128) >> 64) as usize
    }

    pub(crate) fn is(&mut self, chance: f64) -> bool {
        self.even() < chance
    }

    /// A normal distribution's: twelve even ones, less six.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.even()).sum::<f64>() - 6.0
    }

    /// An exponential distribution's.
    pub(crate) fn wait(&mut self, mean: f64) -> f64 {
        -mean * ln(1.0 - self.even())
    }

    pub(crate) fn beta(&mut self, a: f64, b: f64) -> f64 {
        beta_quantile(a, b, self.even())
    }

    /// Wins of so many trials.
    pub(crate) fn wins(&mut self, trials: u32, rate: f64) -> f64 {
        (0..trials)
            .map(|_| f64::from(u8::from(self.is(rate))))
            .sum()
    }
}

/// A size from the environment, or the small default.
pub(crate) fn size(name: &str, default: u32) -> u32 {
    let set = std::env::var(name).ok().and_then(|text| text.parse().ok());
    set.unwrap_or(default)
}

/// Reps who were counted in full: so many wins of so many leads each.
pub(crate) fn counted(tallies: &[(f64, f64)]) -> Vec<Counted> {
    let one = |(at, (wins, leads)): (usize, &(f64, f64))| Counted {
        rep: RepNo::at(at),
        leads: *leads as u64,
        mature: *leads as u64,
        tally: Tally::of(*wins, *leads),
    };
    tallies.iter().enumerate().map(one).collect()
}

/// The mean and the standard error of it.
pub(crate) fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let square = values
        .iter()
        .map(|one| (one - mean) * (one - mean))
        .sum::<f64>();
    (mean, (square / (n - 1.0) / n).sqrt())
}

/// The middle one.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
