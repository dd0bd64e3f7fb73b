//! A figure with its interval and how many it stands on, and its words.
//!
//! Law 14: no rate without its n and its interval. Deliberately knows nothing of where a figure
//! comes from; whoever makes one says which interval it is.

/// From where to where.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end; infinite when nothing bounds it.
    pub high: f64,
}

impl Interval {
    /// Whether `value` lies within, ends included.
    pub fn holds(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// Both ends times `factor`, which is not negative.
    pub fn times(&self, factor: f64) -> Self {
        Self {
            low: self.low * factor,
            high: self.high * factor,
        }
    }
}

/// What was found, how sure, and from how many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The estimate.
    pub value: f64,
    /// A 95 % interval around it.
    pub interval: Interval,
    /// How many it stands on: leads, effective leads, periods; the maker says.
    pub n: f64,
}

impl Figure {
    /// As a percentage: `19.1 % (between 12.5 % and 27.8 %)`.
    pub fn as_percent(&self) -> String {
        let Interval { low, high } = self.interval;
        format!(
            "{} (between {} and {})",
            percent(self.value),
            percent(low),
            percent(high)
        )
    }

    /// As a number: `13.7 (between 4.8 and 20.2)`.
    pub fn as_number(&self) -> String {
        let Interval { low, high } = self.interval;
        format!(
            "{} (between {} and {})",
            number(self.value),
            number(low),
            number(high)
        )
    }
}

/// A share in percent with at most one decimal: `8 %`, `19.1 %`.
pub fn percent(share: f64) -> String {
    match share.is_infinite() {
        true => number(share),
        false => format!("{} %", number(share * 100.0)),
    }
}

/// A number with at most one decimal, and two below one: `12.5`, `100`, `0.37`.
pub fn number(value: f64) -> String {
    if value.is_infinite() {
        return "no limit".to_owned();
    }
    let text = match value.abs() < 1.0 {
        true => format!("{value:.2}"),
        false => format!("{value:.1}"),
    };
    let short = text.trim_end_matches('0').trim_end_matches('.');
    match short {
        "" | "-" | "-0" => "0".to_owned(),
        short => short.to_owned(),
    }
}

/// So many of a thing: `1 lead`, `100 leads`.
pub fn count(n: f64, one: &str) -> String {
    let whole = format!("{n:.0}");
    match whole.as_str() {
        "1" => format!("1 {one}"),
        _ => format!("{whole} {one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_say_what_they_stand_on() {
        for (value, text) in [
            (0.08, "8 %"),
            (0.191, "19.1 %"),
            (1.0, "100 %"),
            (0.0, "0 %"),
            (-0.000_001, "0 %"),
            (0.001, "0.1 %"),
            (0.000_4, "0.04 %"),
        ] {
            assert_eq!(percent(value), text);
        }
        for (value, text) in [(12.5, "12.5"), (100.0, "100"), (0.37, "0.37"), (20.0, "20")] {
            assert_eq!(number(value), text);
        }
        assert_eq!(
            (count(1.0, "lead"), count(99.6, "lead")),
            ("1 lead".into(), "100 leads".into())
        );
    }
}
