//! The normal distribution: density, probability and quantile.
//!
//! Marsaglia's series, which is exact to the last digits of a double where it matters; no table, no
//! approximation to look up. *Source*: Marsaglia 2004, "Evaluating the normal distribution".

use super::logarithm::exp;

/// Beyond this many standard deviations a probability is taken for 0 or 1.
const FAR: f64 = 8.0;

/// Density at `x`.
pub fn density(x: f64) -> f64 {
    exp(-0.5 * x * x) / (2.0 * std::f64::consts::PI).sqrt()
}

/// Probability of at most `x`.
///
/// *Example*: 1.96 gives 0.975.
pub fn below(x: f64) -> f64 {
    if x.abs() > FAR {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    let (mut term, mut sum, mut order) = (x, x, 1.0);
    loop {
        order += 2.0;
        term *= x * x / order;
        let next = sum + term;
        if next == sum {
            return (0.5 + sum * density(x)).clamp(0.0, 1.0);
        }
        sum = next;
    }
}

/// What is not exceeded with probability `part`: the z of a stated chance.
///
/// *Bounds*: within ±8.
/// *Example*: 0.8 gives 0.8416.
pub fn quantile(part: f64) -> f64 {
    let (mut low, mut high) = (-FAR, FAR);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if below(middle) < part {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        for (x, part) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_543),
            (-1.0, 0.158_655_253_931_457),
            (1.959_963_984_540_054, 0.975),
            (-2.3, 0.010_724_110_021_676),
            (-3.0, 0.001_349_898_031_630),
            (6.0, 0.999_999_999_013_412),
        ] {
            assert!((below(x) - part).abs() < 1e-13, "{x}: {}", below(x));
            assert!((below(quantile(part)) - part).abs() < 1e-13, "{part}");
        }
        assert!((quantile(0.8) - 0.841_621_233_572_914).abs() < 1e-12);
    }
}
