//! How values are written: which texts mean missing, forms of dates, numbers, flags and tags.
//!
//! A cell of any file becomes a typed value here or nowhere. Nothing is guessed: a text that fits
//! none of the stated forms is refused with the forms named.

use crate::row::Cell;
use evenkeel_core::market::schema::FieldType;
use evenkeel_core::market::value::{TAGS_MAX, TEXT_MAX, Value};
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;
use jiff::civil::Date;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

/// Earliest and latest year of a moment; what lies beyond is a slip of the finger.
const YEARS: std::ops::RangeInclusive<i16> = 1800..=2199;
/// The name in a list of date forms for milliseconds since 1970, as CRMs export them.
pub const EPOCH_MS: &str = "epoch-ms";
/// The name in a list of date forms for seconds since 1970.
pub const EPOCH_SECONDS: &str = "epoch-seconds";

/// The forms of one file.
#[derive(Clone, Debug)]
pub struct Forms {
    /// Texts that mean missing, beside the empty one; compared after white space is dropped.
    pub blanks: Vec<String>,
    /// Date forms in order, the first that fits wins; empty for the ISO forms.
    pub dates: Vec<String>,
    /// Time zone for dates that name none.
    pub zone: TimeZone,
    /// Mark between groups of three digits.
    pub thousands: Option<char>,
    /// Decimal mark.
    pub decimal: char,
    /// Texts dropped from both ends of a number, such as currency signs.
    pub strip: Vec<String>,
    /// Texts that mean yes, in small letters.
    pub yes: Vec<String>,
    /// Texts that mean no, in small letters.
    pub no: Vec<String>,
    /// Mark between tags.
    pub tags: String,
}

/// What was expected instead, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// The form that was expected.
    pub expected: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Default for Forms {
    /// The empty text is missing; ISO dates in UTC; plain decimals; yes/true/1 and no/false/0;
    /// tags between semicolons.
    fn default() -> Self {
        let texts = |texts: [&str; 5]| texts.map(str::to_owned).into();
        Self {
            blanks: Vec::new(),
            dates: Vec::new(),
            zone: TimeZone::UTC,
            thousands: None,
            decimal: '.',
            strip: Vec::new(),
            yes: texts(["yes", "true", "1", "y", "t"]),
            no: texts(["no", "false", "0", "n", "f"]),
            tags: ";".into(),
        }
    }
}

impl Forms {
    /// The cell as plain text without white space around it, or `None` when it is blank.
    ///
    /// *Refuses*: a list.
    pub fn text(&self, cell: &Cell) -> Result<Option<String>, Unfit> {
        let text = match cell {
            Cell::Missing => return Ok(None),
            Cell::Text(text) | Cell::Number(text) => text.trim(),
            Cell::Flag(true) => "true",
            Cell::Flag(false) => "false",
            Cell::List(_) => return Err(unfit("a single value, not a list")),
        };
        let blank = text.is_empty() || self.blanks.iter().any(|blank| blank == text);
        Ok((!blank).then(|| text.to_owned()))
    }

    /// The cell as a value of `kind`, or `None` when it is blank.
    pub fn value(&self, cell: &Cell, kind: FieldType) -> Result<Option<Value>, Unfit> {
        if let (FieldType::Tags, Cell::List(list)) = (kind, cell) {
            return self.tag_set(list.iter().map(String::as_str));
        }
        let Some(text) = self.text(cell)? else {
            return Ok(None);
        };
        let value = match kind {
            FieldType::Text => {
                fits(&text)?;
                Value::Text(text.into())
            }
            FieldType::Number => Value::Number(self.number(&text)?),
            FieldType::Flag => Value::Flag(self.flag(&text)?),
            FieldType::Time => Value::Time(self.moment(&text)?),
            FieldType::Tags => return self.tag_set(text.split(self.tags.as_str())),
        };
        Ok(Some(value))
    }

    /// A decimal with at most six places.
    pub fn number(&self, text: &str) -> Result<Micro, Unfit> {
        let mut rest = text;
        let mut sign = "";
        loop {
            let before = rest;
            rest = rest.trim();
            if sign.is_empty() && rest.starts_with(['-', '+']) {
                (sign, rest) = rest.split_at(1);
            }
            for word in &self.strip {
                rest = rest.strip_prefix(word.as_str()).unwrap_or(rest);
                rest = rest.strip_suffix(word.as_str()).unwrap_or(rest);
            }
            if before == rest {
                break;
            }
        }
        let (whole, places) = match rest.split_once(self.decimal) {
            Some((whole, places)) => (whole, places.trim_end_matches('0')),
            None => (rest, ""),
        };
        let grouped = self.thousands.filter(|mark| whole.contains(*mark));
        let digits: Option<String> = match grouped {
            None => Some(whole.to_owned()),
            Some(mark) => {
                let mut groups = whole.split(mark);
                let first = groups.next().unwrap_or_default();
                ((1..=3).contains(&first.len()) && groups.all(|group| group.len() == 3))
                    .then(|| whole.split(mark).collect())
            }
        };
        let plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        let digits = digits.filter(|digits| {
            plain(digits) && plain(places) && !(digits.is_empty() && places.is_empty())
        });
        let Some(digits) = digits else {
            return Err(self.no_number(text));
        };
        if places.len() > 6 {
            return Err(unfit("a number with at most six decimal places").with("Round it"));
        }
        let bound = "Numbers reach from -9,200,000,000,000 to 9,200,000,000,000";
        Micro::parse(&format!("{sign}{digits}.{places}"))
            .ok_or_else(|| unfit("a number within bounds").with(bound))
    }

    fn no_number(&self, text: &str) -> Unfit {
        let example = match self.thousands {
            Some(mark) => format!("a number such as 1{mark}250{}5", self.decimal),
            None => format!("a number such as 1250{}5", self.decimal),
        };
        let lower = text.to_lowercase();
        let hint = if lower.contains("nan") || lower.contains("inf") {
            "Leave the cell empty when the number is not known"
        } else if has_exponent(&lower) {
            "Write it out, without an exponent"
        } else {
            "Signs of currency and marks between thousands are named in the mapping's [numbers]"
        };
        Unfit {
            expected: example,
            hint: Some(hint.into()),
        }
    }

    fn flag(&self, text: &str) -> Result<bool, Unfit> {
        let lower = text.to_lowercase();
        if self.yes.contains(&lower) {
            return Ok(true);
        }
        if self.no.contains(&lower) {
            return Ok(false);
        }
        Err(unfit(format!(
            "one of {} or {}",
            self.yes.join(", "),
            self.no.join(", ")
        )))
    }

    /// A set without members is missing: a table could not tell the two apart.
    fn tag_set<'a>(&self, tags: impl Iterator<Item = &'a str>) -> Result<Option<Value>, Unfit> {
        let tags: Vec<String> = tags
            .map(str::trim)
            .filter(|tag| !tag.is_empty())
            .map(str::to_owned)
            .collect();
        if tags.len() > TAGS_MAX {
            return Err(unfit(format!("at most {TAGS_MAX} tags")));
        }
        for tag in &tags {
            fits(tag)?;
        }
        Ok((!tags.is_empty()).then(|| Value::tags(tags)))
    }

    /// A moment; a date without a time is the start of that day, and a time without a zone is in
    /// the mapping's zone. A time that a clock change skips is the same distance after the change;
    /// one that comes twice is the first.
    pub fn moment(&self, text: &str) -> Result<Moment, Unfit> {
        self.moment_in(text, &self.zone)
    }

    /// As [`Forms::moment`], with another zone for what names none.
    pub fn moment_in(&self, text: &str, zone: &TimeZone) -> Result<Moment, Unfit> {
        let millisecond = if self.dates.is_empty() {
            iso(text, zone)
        } else {
            self.dates.iter().find_map(|form| in_form(form, text, zone))
        };
        millisecond
            .filter(|ms| within_years(*ms))
            .map(Moment)
            .ok_or_else(|| self.no_date())
    }

    /// A day without a time, in the same forms.
    pub fn day(&self, text: &str) -> Result<Date, Unfit> {
        let day = if self.dates.is_empty() {
            strtime::parse("%Y-%m-%d", text)
                .ok()
                .and_then(|parts| parts.to_date().ok())
        } else {
            self.dates.iter().find_map(|form| {
                strtime::parse(form, text)
                    .ok()
                    .and_then(|p| p.to_date().ok())
            })
        };
        day.filter(|day| YEARS.contains(&day.year()))
            .ok_or_else(|| self.no_date())
    }

    fn no_date(&self) -> Unfit {
        let years = format!("{} to {}", YEARS.start(), YEARS.end());
        if self.dates.is_empty() {
            unfit(format!(
                "a date such as 2026-03-01 or 2026-03-01T09:30:00Z, years {years}"
            ))
            .with("Other forms are named in the mapping's [dates]")
        } else {
            unfit(format!(
                "a date in the form {}, years {years}",
                self.dates.join(" or ")
            ))
        }
    }
}

/// Whether there is an `e` between digits, or before a sign.
fn has_exponent(text: &str) -> bool {
    text.split_once('e').is_some_and(|(before, after)| {
        before.ends_with(|c: char| c.is_ascii_digit())
            && after.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c))
    })
}

fn iso(text: &str, zone: &TimeZone) -> Option<i64> {
    if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
        return Some(stamp.as_millisecond());
    }
    // The civil parser takes a date alone as midnight, which some zones skip.
    let civil = text.parse::<jiff::civil::DateTime>().ok()?;
    zone.to_ambiguous_zoned(civil)
        .compatible()
        .ok()
        .map(|zoned| zoned.timestamp().as_millisecond())
}

fn in_form(form: &str, text: &str, zone: &TimeZone) -> Option<i64> {
    match form {
        EPOCH_MS => return text.parse().ok(),
        EPOCH_SECONDS => return text.parse::<i64>().ok()?.checked_mul(1_000),
        _ => {}
    }
    let parts = strtime::parse(form, text).ok()?;
    if let Ok(stamp) = parts.to_timestamp() {
        return Some(stamp.as_millisecond());
    }
    let civil = match parts.to_datetime() {
        Ok(civil) => civil,
        Err(_) => parts
            .to_date()
            .ok()?
            .to_datetime(jiff::civil::Time::midnight()),
    };
    zone.to_ambiguous_zoned(civil)
        .compatible()
        .ok()
        .map(|zoned| zoned.timestamp().as_millisecond())
}

fn within_years(millisecond: i64) -> bool {
    jiff::Timestamp::from_millisecond(millisecond)
        .is_ok_and(|stamp| YEARS.contains(&stamp.to_zoned(TimeZone::UTC).year()))
}

/// Refuses a text over the bound of one value.
fn fits(text: &str) -> Result<(), Unfit> {
    if text.len() <= TEXT_MAX {
        return Ok(());
    }
    Err(unfit(format!("at most {TEXT_MAX} bytes, found {}", text.len())).with("Shorten it"))
}

/// Something that is not of the expected form.
pub fn unfit(expected: impl Into<String>) -> Unfit {
    Unfit {
        expected: expected.into(),
        hint: None,
    }
}

impl Unfit {
    /// Adds what to do.
    pub fn with(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(forms: &Forms, kind: FieldType, text: &str) -> String {
        match forms.value(&Cell::Text(text.into()), kind) {
            Ok(Some(value)) => value.to_string(),
            Ok(None) => "-".into(),
            Err(unfit) => format!("! {}", unfit.expected),
        }
    }

    #[test]
    fn numbers_in_plain_form() {
        let forms = Forms::default();
        for (text, value) in [
            ("1250.5", "1250.5"),
            (" -3 ", "-3"),
            ("+.5", "0.5"),
            ("-0", "0"),
            ("1.2500000000", "1.25"),
            ("", "-"),
            ("NaN", "! a number such as 1250.5"),
            ("1e309", "! a number such as 1250.5"),
            ("1,250", "! a number such as 1250.5"),
            ("--1", "! a number such as 1250.5"),
            (".", "! a number such as 1250.5"),
            ("0.1234567", "! a number with at most six decimal places"),
            ("9300000000000", "! a number within bounds"),
            ("99999999999999999999999", "! a number within bounds"),
        ] {
            assert_eq!(read(&forms, FieldType::Number, text), value, "{text:?}");
        }
    }

    #[test]
    fn numbers_with_marks_and_signs() {
        let strip = ["$", "€", "EUR"].map(str::to_owned).to_vec();
        let us = Forms {
            thousands: Some(','),
            strip: strip.clone(),
            ..Forms::default()
        };
        let eu = Forms {
            thousands: Some('.'),
            decimal: ',',
            strip,
            ..Forms::default()
        };
        for (forms, text, value) in [
            (&us, "$1,250.50", "1250.5"),
            (&us, "-$ 1,250", "-1250"),
            (&us, "$-7", "-7"),
            (&us, "1,5", "! a number such as 1,250.5"),
            (&us, "1250", "1250"),
            (&us, ",250", "! a number such as 1,250.5"),
            (&eu, "1.250,5 €", "1250.5"),
            (&eu, "12 EUR", "12"),
            (&eu, "1.5", "! a number such as 1.250,5"),
        ] {
            assert_eq!(read(forms, FieldType::Number, text), value, "{text:?}");
        }
    }

    #[test]
    fn moments_in_iso_and_stated_forms() {
        let iso = Forms::default();
        let new_york = TimeZone::get("America/New_York").expect("bundled");
        let us = Forms {
            dates: vec!["%m/%d/%Y %H:%M".into(), "%m/%d/%Y".into(), EPOCH_MS.into()],
            zone: new_york,
            ..Forms::default()
        };
        for (forms, text, value) in [
            (&iso, "2026-03-01", "2026-03-01T00:00:00Z"),
            (&iso, "2026-03-01 09:30", "2026-03-01T09:30:00Z"),
            (&iso, "2026-03-01T09:30:00+02:00", "2026-03-01T07:30:00Z"),
            (&us, "03/01/2026", "2026-03-01T05:00:00Z"),
            // The clocks skip 02:30 on 8 March 2026, and 01:30 comes twice on 1 November.
            (&us, "03/08/2026 02:30", "2026-03-08T07:30:00Z"),
            (&us, "11/01/2026 01:30", "2026-11-01T05:30:00Z"),
            (&us, "1767225600000", "2026-01-01T00:00:00Z"),
        ] {
            assert_eq!(read(forms, FieldType::Time, text), value, "{text:?}");
        }
        for text in [
            "2026-02-30",
            "20260-01-01",
            "yesterday",
            "0001-01-01",
            "03/01/2026",
        ] {
            assert!(
                read(&iso, FieldType::Time, text).starts_with("! a date such as"),
                "{text:?}"
            );
        }
        assert!(read(&us, FieldType::Time, "2026-03-01").contains("%m/%d/%Y"));
    }

    #[test]
    fn flags_tags_and_blanks() {
        let forms = Forms {
            blanks: vec!["N/A".into()],
            ..Forms::default()
        };
        for (kind, text, value) in [
            (FieldType::Flag, "Yes", "yes"),
            (FieldType::Flag, "0", "no"),
            (FieldType::Flag, "N/A", "-"),
            (
                FieldType::Flag,
                "maybe",
                "! one of yes, true, 1, y, t or no, false, 0, n, f",
            ),
            (FieldType::Tags, " b; a;;b ", "a, b"),
            (FieldType::Tags, " ; ", "-"),
            (FieldType::Text, "  x ", "x"),
            (FieldType::Text, " N/A ", "-"),
        ] {
            assert_eq!(read(&forms, kind, text), value, "{text:?}");
        }
        let long = "x".repeat(TEXT_MAX + 1);
        assert!(read(&forms, FieldType::Text, &long).starts_with("! at most 1024 bytes"));
        let many = "a;".repeat(3) + &(0..=TAGS_MAX).map(|i| format!("t{i};")).collect::<String>();
        assert!(read(&forms, FieldType::Tags, &many).starts_with("! at most 64 tags"));
        let list = Cell::List(vec!["b".into(), "a".into()]);
        assert_eq!(
            forms.value(&list, FieldType::Tags),
            Ok(Some(Value::tags(vec!["a".into(), "b".into()])))
        );
        assert!(forms.value(&list, FieldType::Text).is_err());
    }
}
