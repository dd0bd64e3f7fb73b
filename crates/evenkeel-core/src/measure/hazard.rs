//! The chance to end today for what has lasted until now, day by day, and smoothed over days.
//!
//! Counts of a fixed grid of bins, so that a group of data can be taken away again and another
//! curve be mixed in. For lengths off the grid, [`super::survival`] is exact.

use super::part::Part;
use super::survival::Observed;
use super::words;

/// Most bins: ten years of days. Lengths beyond the last bin count as open there.
pub const BINS_MAX: usize = 3_650;

/// How many ended in each bin, of how many that got there. Parts of one are allowed: what a
/// neighbor's curve lends counts too.
#[derive(Clone, Debug, PartialEq)]
pub struct Exposure {
    /// Ended in each bin.
    pub ended: Vec<f64>,
    /// Reached each bin; one more than there are bins: the last lasted longer than all of them.
    pub at_risk: Vec<f64>,
}

/// One bin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bin {
    /// From this length.
    pub from: u64,
    /// Until this one, excluded.
    pub until: u64,
    /// The chance to end in it, of what reached it.
    pub chance: Part,
}

impl Bin {
    /// In plain words, for bins counted in days.
    pub fn sentence(&self) -> String {
        format!(
            "Of what lasted {}, {} ended before {}.",
            words::days(self.from),
            self.chance,
            words::days(self.until)
        )
    }
}

impl Exposure {
    /// Counts lengths into `bins` bins of `width`.
    ///
    /// *Bounds*: at least one bin, at most [`BINS_MAX`]; a width of 0 counts as 1.
    pub fn of(observed: impl IntoIterator<Item = Observed>, width: u64, bins: usize) -> Self {
        let bins = bins.clamp(1, BINS_MAX);
        let (mut ended, mut left) = (vec![0.0; bins], vec![0.0; bins + 1]);
        for one in observed {
            let bin = one.length / width.max(1);
            let bin = usize::try_from(bin).map_or(bins, |bin| bin.min(bins));
            left[bin] += 1.0;
            if one.ended && bin < bins {
                ended[bin] += 1.0;
            }
        }
        for bin in (0..bins).rev() {
            left[bin] += left[bin + 1];
        }
        Self {
            ended,
            at_risk: left,
        }
    }

    /// These without those of a group that is part of them.
    pub fn without(&self, group: &Self) -> Self {
        let less = |all: &[f64], part: &[f64]| -> Vec<f64> {
            all.iter().zip(part).map(|(all, part)| all - part).collect()
        };
        Self {
            ended: less(&self.ended, &group.ended),
            at_risk: less(&self.at_risk, &group.at_risk),
        }
    }

    /// These and `count` more that end as `chances` say.
    pub fn lent(&self, chances: &[f64], count: f64) -> Self {
        let mut more = self.clone();
        let mut lasting = count;
        for (bin, chance) in chances.iter().enumerate().take(self.ended.len()) {
            more.at_risk[bin] += lasting;
            more.ended[bin] += lasting * chance;
            lasting *= 1.0 - chance;
        }
        more
    }

    /// The chance to end in each bin; 0 where nothing got.
    pub fn chances(&self) -> Vec<f64> {
        let pairs = self.ended.iter().zip(&self.at_risk);
        pairs.map(|(ended, risk)| part(*ended, *risk)).collect()
    }

    /// The same, each bin averaged with its neighbors as far to either side as it is from the
    /// start, near ones counting more: what happens early is not blurred, what happens late, where
    /// few are left, is.
    pub fn smooth_chances(&self) -> Vec<f64> {
        let bins = self.ended.len();
        let smooth = |bin: usize| {
            let (mut ended, mut risk) = (0.0, 0.0);
            for near in 0..(2 * bin + 1).min(bins) {
                let weight = (bin + 1 - bin.abs_diff(near)) as f64;
                ended += weight * self.ended[near];
                risk += weight * self.at_risk[near];
            }
            part(ended, risk)
        };
        (0..bins).map(smooth).collect()
    }

    /// Bins of this width with their chances, for whole counts.
    pub fn bins(&self, width: u64) -> Vec<Bin> {
        let bin = |at: usize| Bin {
            from: at as u64 * width,
            until: (at as u64 + 1) * width,
            chance: Part::counted(self.ended[at] as usize, self.at_risk[at] as usize),
        };
        (0..self.ended.len()).map(bin).collect()
    }
}

/// The chance to reach the beginning of each bin, and in the last place the end of them all.
pub fn reaches(chances: &[f64]) -> Vec<f64> {
    let mut reaches = vec![1.0];
    for chance in chances {
        reaches.push(reaches[reaches.len() - 1] * (1.0 - chance));
    }
    reaches
}

fn part(ended: f64, risk: f64) -> f64 {
    if risk > 0.0 { ended / risk } else { 0.0 }
}
