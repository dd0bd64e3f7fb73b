//! How figures are said aloud: parts of a hundred, days, lengths of time, and counts.
//!
//! Deliberately no tables and no other language than the documents'.

/// A part of one in per cent: `28 %`; what is nearly nothing or nearly all is not rounded to it.
///
/// *Example*: 0.283 is `28 %`, 0.0004 is `under 1 %`, 0.997 is `over 99 %`.
pub fn percent(part: f64) -> String {
    match part {
        part if part > 0.0 && part < 0.005 => "under 1 %".to_owned(),
        part if part < 1.0 && part > 0.995 => "over 99 %".to_owned(),
        part => format!("{:.0} %", part * 100.0),
    }
}

/// How many of something: `1 gap`, `1,204 gaps`.
pub fn count(count: usize, one: &str) -> String {
    format!(
        "{} {one}{}",
        number(count),
        if count == 1 { "" } else { "s" }
    )
}

/// A whole number with its thousands apart: `12,040`.
pub fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut said = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}

/// Whole days: `1 day`, `30 days`.
pub fn days(days: u64) -> String {
    count(usize::try_from(days).unwrap_or(usize::MAX), "day")
}

/// Milliseconds by their two largest units: `3 days 4 hours`, `2 hours 5 minutes`, `40 seconds`.
pub fn time(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    let said = |large: u64, one: &str, small: u64, other: &str| {
        let large = count(large as usize, one);
        if small == 0 {
            return large;
        }
        format!("{large} {}", count(small as usize, other))
    };
    match seconds {
        s if s >= 86_400 => said(s / 86_400, "day", s % 86_400 / 3_600, "hour"),
        s if s >= 3_600 => said(s / 3_600, "hour", s % 3_600 / 60, "minute"),
        s if s >= 60 => said(s / 60, "minute", s % 60, "second"),
        s => count(s as usize, "second"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_as_said_aloud() {
        for (part, said) in [
            (0.0, "0 %"),
            (0.0004, "under 1 %"),
            (0.283, "28 %"),
            (0.997, "over 99 %"),
            (1.0, "100 %"),
        ] {
            assert_eq!(percent(part), said);
        }
        for (milliseconds, said) in [
            (999, "0 seconds"),
            (1_000, "1 second"),
            (125_000, "2 minutes 5 seconds"),
            (7_500_000, "2 hours 5 minutes"),
            (86_400_000, "1 day"),
            (273_700_000, "3 days 4 hours"),
        ] {
            assert_eq!(time(milliseconds), said);
        }
        assert_eq!((number(0), number(999)), ("0".to_owned(), "999".to_owned()));
        assert_eq!(number(1_234_567), "1,234,567");
        assert_eq!(
            (days(1), days(30)),
            ("1 day".to_owned(), "30 days".to_owned())
        );
    }
}
