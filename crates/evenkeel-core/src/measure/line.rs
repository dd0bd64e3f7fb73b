//! A straight line through points: how much one thing changes with another, with Student's
//! interval.
//!
//! Deliberately one line and no model: points far from it are not looked for.
//! *Source*: Gauss 1809; Student 1908.

use super::figure::{Figure, Interval};
use super::special::beta_quantile;

/// The slope alone, for whoever asks many times; 0 where any slope will do.
pub fn steepness(points: &[(f64, f64)]) -> f64 {
    let n = points.len() as f64;
    let (x, y) = points
        .iter()
        .fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let (x, y) = (x / n, y / n);
    let square: f64 = points.iter().map(|one| (one.0 - x) * (one.0 - x)).sum();
    let both = points.iter().map(|one| (one.0 - x) * (one.1 - y));
    match square > 0.0 {
        true => both.sum::<f64>() / square,
        false => 0.0,
    }
}

/// The slope of the line of least squares; n is the points.
///
/// *Bounds*: with fewer than three points, or all at one place, any slope will do.
/// *Example*: points on a line have no interval at all.
pub fn slope(points: &[(f64, f64)]) -> Figure {
    let n = points.len() as f64;
    let (x, y) = points
        .iter()
        .fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let (x, y) = (x / n, y / n);
    let square: f64 = points.iter().map(|one| (one.0 - x) * (one.0 - x)).sum();
    if n < 3.0 || square <= 0.0 {
        return Figure {
            value: 0.0,
            interval: Interval {
                low: f64::NEG_INFINITY,
                high: f64::INFINITY,
            },
            n,
        };
    }
    let value = points
        .iter()
        .map(|one| (one.0 - x) * (one.1 - y))
        .sum::<f64>()
        / square;
    let left = |one: &(f64, f64)| one.1 - y - value * (one.0 - x);
    let scatter: f64 = points.iter().map(|one| left(one) * left(one)).sum();
    let freedom = n - 2.0;
    let beta = beta_quantile(freedom / 2.0, 0.5, 0.05);
    let student = (freedom * (1.0 - beta) / beta).sqrt();
    let reach = student * (scatter / freedom / square).sqrt();
    Figure {
        value,
        interval: Interval {
            low: value - reach,
            high: value + reach,
        },
        n,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checked against an independent implementation (SciPy 1.17, `linregress`).
    #[test]
    fn the_slope_is_the_textbooks() {
        let points = [(1.0, 2.0), (2.0, 2.5), (3.0, 4.5), (4.0, 4.0), (5.0, 6.0)];
        let told = slope(&points);
        let near = |value: f64, wanted: f64| assert!((value - wanted).abs() < 1e-6, "{value}");
        near(told.value, 0.95);
        near(steepness(&points), 0.95);
        near(steepness(&points[..1]), 0.0);
        near(told.interval.low, 0.293922);
        near(told.interval.high, 1.606078);
        assert!(slope(&points[..2]).interval.high.is_infinite());
    }
}
