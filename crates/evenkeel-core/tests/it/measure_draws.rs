//! Seeded draws for the tests of measures: counted, so that every run draws the same.
//!
//! Evenly, normally, and from the shapes of waiting times that the guides name. The product's
//! measures draw nothing.

use evenkeel_core::draw::DrawKey;

/// A seeded source of chance.
pub(crate) struct Draws {
    key: DrawKey,
    drawn: u32,
}

impl Draws {
    pub(crate) fn of(seed: u64) -> Self {
        let key = DrawKey::from_seed(seed);
        Self { key, drawn: 0 }
    }

    /// Evenly between 0 and 1, neither included.
    pub(crate) fn even(&mut self) -> f64 {
        self.drawn += 1;
        let bits = self.key.bits("measure", "draw", self.drawn) >> 11;
        (bits as f64 + 0.5) / (1u64 << 53) as f64
    }

    /// A whole number below `count`.
    pub(crate) fn below(&mut self, count: u32) -> u32 {
        (self.even() * f64::from(count)) as u32
    }

    /// Exponential with this mean.
    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        weibull(self.even(), 1.0, mean)
    }
}

/// The Weibull length that a part `u` of all exceed.
pub(crate) fn weibull(u: f64, shape: f64, scale: f64) -> f64 {
    scale * (-u.ln()).powf(1.0 / shape)
}

/// The chance of a normal deviate to stay below `x`, by the series of its integral.
pub(crate) fn normal_below(x: f64) -> f64 {
    if x.abs() > 7.0 {
        return if x > 0.0 { 1.0 } else { 0.0 };
    }
    let (mut term, mut sum, mut odd) = (x, x, 1.0);
    while term.abs() > 1e-17 {
        odd += 2.0;
        term *= x * x / odd;
        sum += term;
    }
    0.5 + sum * (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
}

/// The normal deviate that a part `u` stays below, by halving.
pub(crate) fn normal(u: f64) -> f64 {
    let (mut low, mut high) = (-7.0, 7.0);
    for _ in 0..48 {
        let middle = (low + high) / 2.0;
        if normal_below(middle) < u {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low + high) / 2.0
}

/// Point `at` of the even grid of this base: its digits mirrored at the point (van der Corput).
pub(crate) fn grid(mut at: u64, base: u64) -> f64 {
    let (mut point, mut place) = (0.0, 1.0 / base as f64);
    while at > 0 {
        point += place * (at % base) as f64;
        at /= base;
        place /= base as f64;
    }
    point
}

#[test]
fn a_normal_deviate_and_its_chance_are_the_textbook_ones() {
    for (x, chance) in [
        (0.0, 0.5),
        (1.0, 0.841_345),
        (1.96, 0.975_002),
        (-2.326_348, 0.01),
    ] {
        assert!((normal_below(x) - chance).abs() < 1e-6, "{x}");
        assert!((normal(normal_below(x)) - x).abs() < 1e-9, "{x}");
    }
}
