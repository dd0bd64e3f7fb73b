//! Reading what is asked of a report: short texts of an address, strictly.

use crate::host::past::Instant;
use evenkeel_core::ids::PoolNo;
use evenkeel_core::measure::life::{MERGED, Reading};
use evenkeel_core::state::State;
use evenkeel_core::time::Span;

/// Longest horizon in days: five years.
pub const DAYS_MAX: i64 = 1_826;
/// Most reason codes in one list.
const CODES_MAX: usize = 50;

/// A part of a question that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The parameter.
    pub name: &'static str,
    /// What was sent.
    pub seen: String,
    /// What it may be.
    pub expected: String,
}

impl Wrong {
    /// A parameter that cannot be read.
    pub fn new(name: &'static str, seen: &str, expected: impl Into<String>) -> Self {
        Self {
            name,
            seen: seen.chars().take(80).collect(),
            expected: expected.into(),
        }
    }

    /// In words.
    pub fn message(&self) -> String {
        let Self {
            name,
            seen,
            expected,
        } = self;
        format!("{name}: {seen:?} must be {expected}.")
    }
}

/// A text that was sent and is not empty: forms send empty ones for what was left out.
pub fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// An instant.
pub fn instant(text: Option<&String>) -> Result<Option<Instant>, Wrong> {
    let Some(text) = given(text) else {
        return Ok(None);
    };
    let expected = "the number of an event, a date such as 2026-03-31, or a moment, RFC 3339";
    let read = Instant::parse(text).ok_or_else(|| Wrong::new("as_of", text, expected))?;
    Ok(Some(read))
}

/// A span in whole days.
pub fn days(name: &'static str, text: Option<&String>) -> Result<Option<Span>, Wrong> {
    let Some(text) = given(text) else {
        return Ok(None);
    };
    let days = text
        .parse()
        .ok()
        .filter(|days| (1..=DAYS_MAX).contains(days));
    let expected = format!("whole days, 1 to {DAYS_MAX}");
    let days = days.ok_or_else(|| Wrong::new(name, text, expected))?;
    Ok(Some(Span::days(days)))
}

/// One of a list of words; the first of the list when nothing was sent.
pub fn one_of<T: Copy>(
    name: &'static str,
    text: Option<&String>,
    words: &[(&str, T)],
) -> Result<T, Wrong> {
    let Some(text) = given(text) else {
        return Ok(words[0].1);
    };
    let found = words.iter().find(|(word, _)| *word == text);
    found.map(|(_, one)| *one).ok_or_else(|| {
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        Wrong::new(name, text, format!("one of {}", words.join(", ")))
    })
}

/// A pool by name; `None` when nothing was sent.
pub fn pool(state: &State, text: Option<&String>) -> Result<Option<PoolNo>, Wrong> {
    let Some(name) = given(text) else {
        return Ok(None);
    };
    let unknown = || Wrong::new("pool", name, "the name of a pool");
    Ok(Some(state.pool_no(name).ok_or_else(unknown)?))
}

/// What reason codes mean: comma-separated lists, as the team has them.
pub fn reading(won: Option<&String>, lost: Option<&String>) -> Result<Reading, Wrong> {
    let usual = Reading::default();
    let list = |name, text: Option<&String>, usual: Vec<String>| {
        let Some(text) = given(text) else {
            return Ok(usual);
        };
        let codes: Vec<String> = text.split(',').map(|code| code.trim().to_owned()).collect();
        let expected = format!("at most {CODES_MAX} reason codes, with commas between");
        match codes.len() > CODES_MAX || codes.iter().any(String::is_empty) {
            true => Err(Wrong::new(name, text, expected)),
            false => Ok(codes),
        }
    };
    Ok(Reading {
        won: list("won", won, usual.won)?,
        lost: list("lost", lost, usual.lost)?,
        apart: vec![MERGED.to_owned()],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_read_strictly_and_empty_is_absent() {
        let text = |text: &str| Some(text.to_owned());
        let wrong = |error: Wrong| error.message();
        assert_eq!(
            days("horizon", text("90").as_ref()),
            Ok(Some(Span::days(90)))
        );
        assert_eq!(days("horizon", text(" ").as_ref()), Ok(None));
        for bad in ["0", "-1", "1.5", "5000", "x"] {
            let error = days("horizon", text(bad).as_ref()).map_err(wrong);
            let said = format!("horizon: {bad:?} must be whole days, 1 to 1826.");
            assert_eq!(error, Err(said));
        }
        let words = [("drawn", 1), ("all", 2)];
        assert_eq!(one_of("leads", None, &words), Ok(1));
        assert_eq!(one_of("leads", text("all").as_ref(), &words), Ok(2));
        assert_eq!(
            one_of("leads", text("ALL").as_ref(), &words).map_err(wrong),
            Err("leads: \"ALL\" must be one of drawn, all.".to_owned())
        );
        let read = reading(text("won, upsold").as_ref(), None).expect("codes");
        assert_eq!(
            (&*read.won, &*read.lost),
            (
                &["won", "upsold"].map(String::from)[..],
                &["lost".to_owned()][..]
            )
        );
        assert!(reading(text("won,,").as_ref(), None).is_err());
        assert!(instant(text("yesterday").as_ref()).is_err());
    }
}
