//! Every rep's rate drawn towards the team's, by how much the team's own spread says.
//!
//! Each rate is a draw of `Beta(mu kappa, (1 - mu) kappa)`; `mu` has the prior Beta(1, 3), and the
//! spread between reps on the scale of log-odds, `tau = 1 / sqrt(mu (1 - mu) (kappa + 1))`, is
//! half-normal with scale ½. The posterior is summed over a grid of 18 spreads and, for each, 30
//! rates around where the wins say the team is; so it is a finite mixture of Betas, the same
//! bytes on every machine, and no chance is involved.
//!
//! Deliberately for showing and never for testing: a true outlier is drawn in too far
//! ([`crate::measure::e_process`] tests).
//! *Source*: guide "science" section 3 (a); Gelman et al., Bayesian Data Analysis, 5.3.

use super::figure::{Figure, Interval};
use super::logarithm::{exp, ln};
use super::proportion::Tally;
use super::special::{beta_cdf, ln_beta};

/// Middles of 18 equally likely parts of a half-normal distribution of scale ½.
const SPREADS: [f64; 18] = [
    0.017_410_658_630_173_78,
    0.052_316_727_807_037_63,
    0.087_479_970_082_866_26,
    0.123_081_823_330_679_73,
    0.159_319_681_982_187_6,
    0.196_415_406_824_864_75,
    0.234_626_441_906_401_08,
    0.274_261_141_349_049_05,
    0.315_700_947_119_880_5,
    0.359_434_026_411_357_74,
    0.406_108_900_749_956_65,
    0.456_624_963_341_804_4,
    0.512_296_196_270_049_2,
    0.575_174_690_188_003_9,
    0.648_771_464_308_277_1,
    0.739_970_694_517_596_1,
    0.865_832_198_061_122_3,
    1.100_205_290_605_017,
];
/// Team rates for each spread.
const RATES: usize = 30;
/// How far they reach, in standard deviations of what is known of the team's rate.
const REACH: f64 = 5.0;
/// Mean and precision of the log-odds of Beta(1, 3).
const PRIOR: (f64, f64) = (-1.5, 0.49);
/// Parts of the grid lighter than this, of the heaviest, are left out.
const LIGHT: f64 = 1e-4;
/// Points of a rep's own at which chances are compared, and most points of all reps together.
const POINTS: (usize, usize) = (25, 1_000);
/// How far a rep's own points reach, in standard deviations.
const POINTS_REACH: f64 = 6.0;
/// Most steps to an end of an interval, and when its chance is near enough.
const NEWTON_STEPS: u32 = 40;
const NEAR: f64 = 1e-7;
/// The logarithm of a density that adds nothing.
const NOTHING: f64 = -50.0;
/// Middles of nine equally likely parts of a normal distribution.
const NINTHS: [f64; 9] = [
    -1.593_218_818,
    -0.967_421_566,
    -0.589_455_797,
    -0.282_216_147,
    0.0,
    0.282_216_147,
    0.589_455_797,
    0.967_421_566,
    1.593_218_818,
];

/// One part of the grid.
#[derive(Clone, Copy, Debug)]
struct Node {
    weight: f64,
    a: f64,
    b: f64,
}

/// What is known of a team's rates together.
#[derive(Clone, Debug)]
pub struct Posterior {
    nodes: Vec<Node>,
    tallies: Vec<Tally>,
}

/// How one rep stands in the team.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// The rate, drawn towards the team's, with its 95 % interval; n is the rep's own trials.
    pub rate: Figure,
    /// How far it was drawn: 0 is the rep's own rate, 1 is `towards`.
    pub drawn: f64,
    /// The team's rate as it pulls on this rep.
    pub towards: f64,
    /// The chance that this is the lowest rate of all.
    pub worst: f64,
    /// The chance that this is the highest.
    pub best: f64,
}

impl Posterior {
    /// What the tallies say together; fractional trials are welcome.
    pub fn of(tallies: &[Tally]) -> Self {
        let mut nodes: Vec<Node> = Vec::with_capacity(SPREADS.len() * RATES);
        let mut logs = Vec::with_capacity(SPREADS.len() * RATES);
        for spread in SPREADS {
            let (middle, reach) = place(tallies, spread);
            for at in 0..RATES {
                let step = 2.0 * at as f64 / (RATES - 1) as f64 - 1.0;
                let odds = exp(middle + REACH * reach * step);
                let mu = odds / (1.0 + odds);
                let kappa = 1.0 / (spread * spread * mu * (1.0 - mu)) - 1.0;
                let (a, b) = (mu * kappa, (1.0 - mu) * kappa);
                // Beta(1, 3) on the scale of log-odds, times the width of this part.
                let prior = ln(reach) + ln(mu) + 3.0 * ln(1.0 - mu);
                let base = ln_beta(a, b);
                let seen = tallies.iter().filter(|one| one.trials > 0.0);
                let likely: f64 = seen
                    .map(|one| ln_beta(a + one.wins, b + one.losses()) - base)
                    .sum();
                logs.push(prior + likely);
                nodes.push(Node { weight: 0.0, a, b });
            }
        }
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for (node, log) in nodes.iter_mut().zip(&logs) {
            node.weight = exp(log - most);
        }
        nodes.retain(|node| node.weight > LIGHT);
        let all: f64 = nodes.iter().map(|node| node.weight).sum();
        nodes.iter_mut().for_each(|node| node.weight /= all);
        Self {
            nodes,
            tallies: tallies.to_vec(),
        }
    }

    /// The team's rate with its 95 % interval; n is the trials of all.
    pub fn team(&self) -> Figure {
        let mu = |node: &Node| node.a / (node.a + node.b);
        let value = self.over(mu);
        let mut sorted: Vec<(f64, f64)> = self
            .nodes
            .iter()
            .map(|node| (mu(node), node.weight))
            .collect();
        sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
        let at = |share: f64| {
            let mut sum = 0.0;
            let reached = sorted.iter().find(|(_, weight)| {
                sum += weight;
                sum >= share
            });
            reached.map_or(value, |(mu, _)| *mu)
        };
        Figure {
            value,
            interval: Interval {
                low: at(0.025).min(value),
                high: at(0.975).max(value),
            },
            n: self.tallies.iter().map(|one| one.trials).sum(),
        }
    }

    /// The chance that a rep's rate is at most `x`; reps by their place in the tallies.
    pub fn cdf(&self, rep: usize, x: f64) -> f64 {
        let one = self.tallies[rep];
        self.over(|node| beta_cdf(node.a + one.wins, node.b + one.losses(), x))
    }

    /// A rep's mean rate.
    pub fn mean(&self, rep: usize) -> f64 {
        let one = self.tallies[rep];
        self.over(|node| (node.a + one.wins) / (node.a + node.b + one.trials))
    }

    /// The chance that a rep's rate is below `factor` times the others' together.
    ///
    /// The others' is their mean by trials (evenly, if they have none), taken as normal.
    pub fn below(&self, rep: usize, factor: f64) -> f64 {
        let others = || (0..self.tallies.len()).filter(|at| *at != rep);
        let trials: f64 = others().map(|at| self.tallies[at].trials).sum();
        let part = |at: usize| match trials > 0.0 {
            true => self.tallies[at].trials / trials,
            false => 1.0 / (self.tallies.len() - 1) as f64,
        };
        let one = self.tallies[rep];
        self.over(|node| {
            let (mut mean, mut variance) = (0.0, 0.0);
            for at in others() {
                let (m, v) = moments(node, self.tallies[at]);
                mean += part(at) * m;
                variance += part(at) * part(at) * v;
            }
            let spread = variance.sqrt();
            let below = NINTHS.iter().map(|z| {
                let limit = factor * (mean + z * spread).clamp(0.0, 1.0);
                beta_cdf(node.a + one.wins, node.b + one.losses(), limit)
            });
            below.sum::<f64>() / NINTHS.len() as f64
        })
    }

    /// How every rep stands, in the order of the tallies.
    ///
    /// *Bounds*: the chances of being lowest add up to 1, and so do those of being highest.
    pub fn standings(&self) -> Vec<Standing> {
        let (worst, best) = self.ends();
        (0..self.tallies.len())
            .map(|rep| {
                let one = self.tallies[rep];
                let pull = |node: &Node| (node.a + node.b) / (node.a + node.b + one.trials);
                let drawn = self.over(pull);
                let towards = self.over(|node| pull(node) * node.a / (node.a + node.b)) / drawn;
                let (value, spread) = self.spread(rep);
                let reach = 2.0 * spread;
                Standing {
                    rate: Figure {
                        value,
                        interval: Interval {
                            low: self.quantile(rep, 0.025, value - reach).min(value),
                            high: self.quantile(rep, 0.975, value + reach).max(value),
                        },
                        n: one.trials,
                    },
                    drawn,
                    towards,
                    worst: worst[rep],
                    best: best[rep],
                }
            })
            .collect()
    }

    /// Where a rep's rate reaches the chance `p`: Newton's steps, kept between what is known to be
    /// below and above.
    fn quantile(&self, rep: usize, p: f64, start: f64) -> f64 {
        let one = self.tallies[rep];
        let density = |x: f64| {
            let (log, other) = (ln(x), ln(1.0 - x));
            self.over(|node| {
                let (a, b) = (node.a + one.wins, node.b + one.losses());
                exp((a - 1.0) * log + (b - 1.0) * other - ln_beta(a, b))
            })
        };
        let (mut low, mut high) = (0.0, 1.0);
        let mut x: f64 = start.clamp(1e-6, 1.0 - 1e-6);
        for _ in 0..NEWTON_STEPS {
            let over = self.cdf(rep, x) - p;
            if over.abs() < NEAR {
                break;
            }
            match over < 0.0 {
                true => low = x,
                false => high = x,
            }
            let next = x - over / density(x);
            x = match low < next && next < high {
                true => next,
                false => (low + high) / 2.0,
            };
        }
        x
    }

    /// The mean of something over the grid.
    fn over(&self, of: impl Fn(&Node) -> f64) -> f64 {
        self.nodes.iter().map(|node| node.weight * of(node)).sum()
    }

    /// Mean and standard deviation of a rep's rate.
    fn spread(&self, rep: usize) -> (f64, f64) {
        let one = self.tallies[rep];
        let mean = self.mean(rep);
        let variance = self.over(|node| {
            let (m, v) = moments(node, one);
            v + (m - mean) * (m - mean)
        });
        (mean, variance.sqrt())
    }

    /// For each rep the chance of being lowest, and of being highest.
    fn ends(&self) -> (Vec<f64>, Vec<f64>) {
        let count = self.tallies.len();
        let (mut worst, mut best) = (vec![0.0; count], vec![0.0; count]);
        for node in &self.nodes {
            let points = self.points(node);
            let curve = |one: &Tally| curve(node, *one, &points);
            let curves: Vec<Vec<f64>> = self.tallies.iter().map(curve).collect();
            let others = |at: usize, back: usize| Others::between(&curves, at, at - back);
            let mut before = others(0, 0);
            for at in 1..points.len() {
                let (middle, here) = (others(at, 1), others(at, 0));
                // Simpson's rule, over the chance of the rep's own rate.
                let mean = |a: f64, b: f64, c: f64| node.weight * (a + 4.0 * b + c) / 6.0;
                for rep in 0..count {
                    let step = curves[rep][at] - curves[rep][at - 1];
                    worst[rep] +=
                        step * mean(before.above[rep], middle.above[rep], here.above[rep]);
                    best[rep] += step * mean(before.below[rep], middle.below[rep], here.below[rep]);
                }
                before = here;
            }
        }
        for chances in [&mut worst, &mut best] {
            let all: f64 = chances.iter().sum();
            chances.iter_mut().for_each(|chance| *chance /= all);
        }
        (worst, best)
    }

    /// The points at which rates are compared: closest where some rep's rate is likely.
    fn points(&self, node: &Node) -> Vec<Point> {
        let each = (POINTS.1 / self.tallies.len().max(1)).clamp(9, POINTS.0);
        let mut points = Vec::with_capacity(each * self.tallies.len() + 2);
        for one in &self.tallies {
            let (mean, variance) = moments(node, *one);
            let reach = POINTS_REACH * variance.sqrt();
            let step = 2.0 * reach / (each - 1) as f64;
            points.extend((0..each).map(|at| mean - reach + step * at as f64));
        }
        points.retain(|x| *x > 1e-6 && *x < 1.0 - 1e-6);
        points.extend([1e-6, 1.0 - 1e-6]);
        points.sort_by(f64::total_cmp);
        points.dedup_by(|one, other| (*one - *other).abs() < 1e-9);
        let point = |x: f64| Point {
            x,
            ln: ln(x),
            ln_other: ln(1.0 - x),
        };
        points.into_iter().map(point).collect()
    }
}

/// A rate at which chances are compared, with its logarithm and that of its rest.
struct Point {
    x: f64,
    ln: f64,
    ln_other: f64,
}

/// The chances that all others of a rep are above it, and below.
struct Others {
    above: Vec<f64>,
    below: Vec<f64>,
}

impl Others {
    /// Between two points, or at one.
    fn between(curves: &[Vec<f64>], one: usize, other: usize) -> Self {
        let chance = |curve: &Vec<f64>| (curve[one] + curve[other]) / 2.0;
        Self {
            above: but_one(curves.iter().map(|curve| 1.0 - chance(curve))),
            below: but_one(curves.iter().map(chance)),
        }
    }
}

/// For each factor the product of all others.
fn but_one(factors: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let mut products = Vec::new();
    let mut product = 1.0;
    for factor in factors.clone() {
        products.push(product);
        product *= factor;
    }
    let all: Vec<f64> = factors.collect();
    product = 1.0;
    for at in (0..all.len()).rev() {
        products[at] *= product;
        product *= all[at];
    }
    products
}

/// The distribution of one rep's rate in one part of the grid, at the points: Hermite's rule over
/// the density, scaled to end at 1.
fn curve(node: &Node, one: Tally, points: &[Point]) -> Vec<f64> {
    let (a, b) = (node.a + one.wins, node.b + one.losses());
    let scale = ln_beta(a, b);
    let at = |point: &Point| {
        let log = (a - 1.0) * point.ln + (b - 1.0) * point.ln_other - scale;
        let density = if log > NOTHING { exp(log) } else { 0.0 };
        (
            density,
            density * ((a - 1.0) / point.x - (b - 1.0) / (1.0 - point.x)),
        )
    };
    let mut sums = Vec::with_capacity(points.len());
    let Some(first) = points.first() else {
        return sums;
    };
    let (mut x, mut before) = (first.x, at(first));
    let mut sum = beta_cdf(a, b, x);
    for point in points {
        let here = at(point);
        let width = point.x - x;
        let part = width * (before.0 + here.0) / 2.0 + width * width * (before.1 - here.1) / 12.0;
        sum += part.max(0.0);
        sums.push(sum);
        (x, before) = (point.x, here);
    }
    let all = sum;
    sums.iter_mut().for_each(|sum| *sum /= all);
    sums
}

/// Mean and variance of a rep's rate in one part of the grid.
fn moments(node: &Node, one: Tally) -> (f64, f64) {
    let (a, b) = (node.a + one.wins, node.b + one.losses());
    let mean = a / (a + b);
    (mean, mean * (1.0 - mean) / (a + b + 1.0))
}

/// Where a team of this spread probably is, in log-odds, and how surely.
fn place(tallies: &[Tally], spread: f64) -> (f64, f64) {
    let all: Tally = tallies.iter().copied().sum();
    let pool = (all.wins + 1.0) / (all.trials + 4.0);
    let unit = pool * (1.0 - pool);
    let (mut sum, mut precision) = (PRIOR.0 * PRIOR.1, PRIOR.1);
    for one in tallies {
        let near = (one.wins + pool) / (one.trials + 1.0);
        let sure = one.trials * unit;
        let weight = sure / (1.0 + spread * spread * sure);
        sum += weight * (ln(near) - ln(1.0 - near));
        precision += weight;
    }
    (sum / precision, 1.0 / precision.sqrt())
}

#[cfg(test)]
mod tests {
    use super::super::normal::quantile;
    use super::*;

    #[test]
    fn the_grid_is_the_middles_of_equally_likely_parts() {
        for (at, spread) in SPREADS.iter().enumerate() {
            let part = (at as f64 + 0.5) / SPREADS.len() as f64;
            assert!((0.5 * quantile((1.0 + part) / 2.0) - spread).abs() < 1e-12);
        }
        for (at, z) in NINTHS.iter().enumerate() {
            let part = (at as f64 + 0.5) / NINTHS.len() as f64;
            assert!((quantile(part) - z).abs() < 1e-8);
        }
    }
}
