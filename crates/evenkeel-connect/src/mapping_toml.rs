//! Reads a mapping document from TOML, and says what is wrong with it and where.
//!
//! What the document means for a file is not known here ([`crate::binding`]).

use crate::bad::{Bad, maybe};
use crate::forms::{EPOCH_MS, EPOCH_SECONDS, Forms};
use crate::mapping::{Mapping, Named};
use crate::row::Cell;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

/// Most bytes of one mapping document.
pub const TEXT_MAX: usize = 1 << 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    mapping: Spanned<u32>,
    #[serde(default)]
    columns: BTreeMap<Spanned<String>, Columns>,
    #[serde(default)]
    constants: BTreeMap<Spanned<String>, Constant>,
    #[serde(default)]
    cycle: BTreeMap<Spanned<String>, Vec<Constant>>,
    #[serde(default)]
    replace: BTreeMap<Spanned<String>, BTreeMap<String, String>>,
    #[serde(default)]
    dates: Dates,
    #[serde(default)]
    numbers: Numbers,
    #[serde(default)]
    flags: Flags,
    #[serde(default)]
    blanks: Vec<String>,
    tags: Option<Spanned<String>>,
    join: Option<String>,
    delimiter: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Columns {
    One(String),
    Several(Vec<String>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Constant {
    Flag(bool),
    Whole(i64),
    Text(String),
    List(Vec<String>),
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dates {
    #[serde(default)]
    forms: Vec<Spanned<String>>,
    zone: Option<Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Numbers {
    thousands: Option<Spanned<String>>,
    decimal: Option<Spanned<String>>,
    #[serde(default)]
    strip: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Flags {
    yes: Option<Vec<String>>,
    no: Option<Vec<String>>,
}

/// Reads a document.
///
/// *Refuses*, in order: too long, not TOML, unknown or missing keys, another version than 1, date
/// forms that are none, unknown zone, marks that are not one character, empty cycles.
pub fn read(file: &str, text: &str) -> Result<Mapping, Box<Bad>> {
    let at = At { file, text };
    if text.len() > TEXT_MAX {
        return Err(Box::new(Bad::file(
            file,
            format!("at most {TEXT_MAX} bytes"),
        )));
    }
    let raw: Raw = toml::from_str(text).map_err(|error| at.toml(&error))?;
    if *raw.mapping.get_ref() != 1 {
        let bad = at.bad(raw.mapping.span(), "mapping = 1, the only version there is");
        return Err(Box::new(bad.seen(&raw.mapping.get_ref().to_string())));
    }
    let none = Mapping::none();
    let forms = forms(&at, none.forms, raw.blanks, raw.dates, raw.flags, raw.tags)?;
    let columns = raw
        .columns
        .into_iter()
        .map(|(name, columns)| at.named(name, columns.list()));
    let replace = raw
        .replace
        .into_iter()
        .map(|(name, texts)| at.named(name, texts));
    Ok(Mapping {
        file: file.to_owned(),
        columns: columns.collect(),
        replace: replace.collect(),
        constants: constants(&at, raw.constants, raw.cycle)?,
        join: raw.join.unwrap_or(none.join),
        delimiter: at.delimiter(raw.delimiter)?.unwrap_or(none.delimiter),
        forms: numbers(&at, forms, raw.numbers)?,
    })
}

/// The forms of everything but numbers.
fn forms(
    at: &At<'_>,
    forms: Forms,
    blanks: Vec<String>,
    dates: Dates,
    flags: Flags,
    tags: Option<Spanned<String>>,
) -> Result<Forms, Box<Bad>> {
    let mut forms = Forms { blanks, ..forms };
    for form in dates.forms {
        at.date_form(&form)?;
        forms.dates.push(form.into_inner());
    }
    if let Some(zone) = dates.zone {
        forms.zone = TimeZone::get(zone.get_ref()).map_err(|_| {
            let expected = "a time zone such as America/New_York or UTC";
            at.bad(zone.span(), expected).seen(zone.get_ref())
        })?;
    }
    let lower = |words: Vec<String>| words.iter().map(|word| word.to_lowercase()).collect();
    forms.yes = flags.yes.map_or(forms.yes, lower);
    forms.no = flags.no.map_or(forms.no, lower);
    if let Some(tags) = tags {
        if tags.get_ref().is_empty() {
            return Err(Box::new(
                at.bad(tags.span(), "a mark between tags, such as \";\""),
            ));
        }
        forms.tags = tags.into_inner();
    }
    Ok(forms)
}

/// The forms of numbers.
fn numbers(at: &At<'_>, mut forms: Forms, numbers: Numbers) -> Result<Forms, Box<Bad>> {
    let decimal = at.mark(numbers.decimal, "a decimal mark of one character")?;
    forms.decimal = decimal.unwrap_or(forms.decimal);
    let span = numbers.thousands.as_ref().map(Spanned::span);
    forms.thousands = at.mark(numbers.thousands, "a mark of one character")?;
    if let (Some(mark), Some(span)) = (forms.thousands, span)
        && mark == forms.decimal
    {
        let bad = at.bad(span, "another mark between thousands than the decimal mark");
        return Err(Box::new(bad.seen(&mark.to_string())));
    }
    forms.strip = numbers
        .strip
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect();
    Ok(forms)
}

/// Constants and cycles by field.
fn constants(
    at: &At<'_>,
    constants: BTreeMap<Spanned<String>, Constant>,
    cycles: BTreeMap<Spanned<String>, Vec<Constant>>,
) -> Result<BTreeMap<String, Named<Vec<Cell>>>, Box<Bad>> {
    let constants = constants.into_iter();
    let constants = constants.map(|(name, constant)| at.named(name, vec![constant.cell()]));
    let mut all: BTreeMap<_, _> = constants.collect();
    for (name, values) in cycles {
        let span = name.span();
        let values: Vec<Cell> = values.into_iter().map(Constant::cell).collect();
        let (name, named) = at.named(name, values);
        if named.value.is_empty() || all.contains_key(&name) {
            let bad = at.bad(span, "at least one value, and no constant of the same name");
            return Err(Box::new(bad.seen(&name)));
        }
        all.insert(name, named);
    }
    Ok(all)
}

impl Columns {
    fn list(self) -> Vec<String> {
        match self {
            Self::One(column) => vec![column],
            Self::Several(columns) => columns,
        }
    }
}

impl Constant {
    fn cell(self) -> Cell {
        match self {
            Self::Flag(flag) => Cell::Flag(flag),
            Self::Whole(whole) => Cell::Number(whole.to_string()),
            Self::Text(text) => Cell::Text(text),
            Self::List(list) => Cell::List(list),
        }
    }
}

/// The document being read, to say where something is.
struct At<'a> {
    file: &'a str,
    text: &'a str,
}

impl At<'_> {
    /// Line and character of a byte, both from 1.
    fn position(&self, byte: usize) -> (u64, usize) {
        let before = &self.text[..self.text.floor_char_boundary(byte)];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (
            before.matches('\n').count() as u64 + 1,
            before[start..].chars().count() + 1,
        )
    }

    fn bad(&self, span: Range<usize>, expected: impl Into<String>) -> Bad {
        let (line, column) = self.position(span.start);
        Bad::line(self.file, line, expected).at_char(column)
    }

    fn toml(&self, error: &toml::de::Error) -> Box<Bad> {
        let message = error.message().lines().next().unwrap_or_default();
        let span = error.span().unwrap_or(0..0);
        // The parser quotes names in backticks: first the unknown key, then the known ones.
        let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        let bad = if message.starts_with("unknown field") && names.len() > 1 {
            let bad = self
                .bad(span, format!("one of {}", names[1..].join(", ")))
                .seen(names[0]);
            match maybe(names[0], names[1..].iter().copied()) {
                Some(hint) => bad.hint(hint),
                None => bad,
            }
        } else if message.starts_with("missing field `mapping`") {
            Bad::line(self.file, 1, "mapping = 1 at the top").at_char(1)
        } else {
            self.bad(span, "a mapping document in TOML").hint(message)
        };
        Box::new(bad)
    }

    fn named<T>(&self, name: Spanned<String>, value: T) -> (String, Named<T>) {
        let (line, column) = self.position(name.span().start);
        (
            name.into_inner(),
            Named {
                value,
                line,
                column,
            },
        )
    }

    fn date_form(&self, form: &Spanned<String>) -> Result<(), Box<Bad>> {
        let text = form.get_ref();
        if text == EPOCH_MS || text == EPOCH_SECONDS {
            return Ok(());
        }
        // A form is sound when a date written in it can be read back.
        let sample = jiff::civil::date(2026, 11, 25).at(13, 45, 59, 0);
        let zoned = sample.to_zoned(TimeZone::UTC).expect("UTC has no gaps");
        let sound = strtime::format(text, &zoned)
            .and_then(|written| strtime::parse(text, written))
            .and_then(|parts| parts.to_date());
        sound.map(|_| ()).map_err(|error| {
            let expected =
                format!("a date form such as %m/%d/%Y %H:%M, {EPOCH_MS} or {EPOCH_SECONDS}");
            Box::new(
                self.bad(form.span(), expected)
                    .seen(text)
                    .hint(error.to_string()),
            )
        })
    }

    fn mark(
        &self,
        mark: Option<Spanned<String>>,
        expected: &str,
    ) -> Result<Option<char>, Box<Bad>> {
        let Some(mark) = mark else { return Ok(None) };
        let mut letters = mark.get_ref().chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) if !letter.is_ascii_digit() && !"+-".contains(letter) => {
                Ok(Some(letter))
            }
            _ => Err(Box::new(
                self.bad(mark.span(), expected).seen(mark.get_ref()),
            )),
        }
    }

    fn delimiter(&self, mark: Option<Spanned<String>>) -> Result<Option<u8>, Box<Bad>> {
        let Some(mark) = mark else { return Ok(None) };
        match mark.get_ref().as_bytes() {
            [byte @ (b',' | b';' | b'|' | b'\t')] => Ok(Some(*byte)),
            _ => {
                let bad = self.bad(mark.span(), "one of \",\", \";\", \"|\" and \"\\t\"");
                Err(Box::new(bad.seen(mark.get_ref())))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_says_where_each_field_comes_from() {
        let mapping = read(
            "m.toml",
            r#"
mapping = 1
blanks = ["N/A"]
tags = "|"
delimiter = ";"

[columns]
id = ["first", "last"]
created_at = "engage_date"

[constants]
kind = "opportunity"

[replace.product]
"GTXPro" = "GTX Pro"

[dates]
forms = ["%d.%m.%Y"]
zone = "Europe/Berlin"

[numbers]
thousands = "."
decimal = ","
strip = ["€"]

[flags]
yes = ["Ja"]
no = ["Nein"]
"#,
        )
        .expect("is sound");
        assert_eq!(mapping.columns["id"].value, ["first", "last"]);
        assert_eq!(
            (
                mapping.columns["created_at"].line,
                mapping.columns["created_at"].column
            ),
            (9, 1)
        );
        assert_eq!(
            mapping.constants["kind"].value,
            [Cell::Text("opportunity".into())]
        );
        assert_eq!(mapping.replace["product"].value["GTXPro"], "GTX Pro");
        assert_eq!(
            (mapping.delimiter, mapping.forms.thousands),
            (b';', Some('.'))
        );
        assert_eq!(mapping.forms.yes, ["ja"]);
        assert_eq!(mapping.forms.zone.iana_name(), Some("Europe/Berlin"));
    }

    #[test]
    fn mistakes_are_told_with_line_column_and_hint() {
        for (text, words) in [
            ("", "m.toml:1:1: expected mapping = 1 at the top"),
            (
                "mapping = 2",
                "m.toml:1:11: found \"2\", expected mapping = 1, the only version there is",
            ),
            (
                "mapping = 1\n[colums]\nid = \"x\"",
                "m.toml:2:2: found \"colums\", expected one of mapping, columns, constants, cycle, \
                 replace, dates, numbers, flags, blanks, tags, join, delimiter. Maybe you \
                 meant \"columns\"",
            ),
            (
                "mapping = 1\n[dates]\nzon = \"UTC\"",
                "m.toml:3:1: found \"zon\", expected one of forms, zone. Maybe you meant \"zone\"",
            ),
            (
                "mapping = 1\n[dates]\nzone = \"Berlin\"",
                "m.toml:3:8: found \"Berlin\", expected a time zone such as \
                 America/New_York or UTC",
            ),
            (
                "mapping = 1\ndelimiter = \"::\"",
                "m.toml:2:13: found \"::\", expected one of \",\", \";\", \"|\" and \"\\t\"",
            ),
            (
                "mapping = 1\n[numbers]\nthousands = \".\"",
                "m.toml:3:13: found \".\", expected another mark between thousands than \
                 the decimal mark",
            ),
            (
                "mapping = 1\n[numbers]\ndecimal = \"ab\"",
                "m.toml:3:11: found \"ab\", expected a decimal mark of one character",
            ),
            (
                "mapping = 1\n[cycle]\nweight = []",
                "m.toml:3:1: found \"weight\", expected at least one value, and no constant of the \
                 same name",
            ),
            (
                "mapping = 1\ntags = \"\"",
                "m.toml:2:8: expected a mark between tags, such as \";\"",
            ),
        ] {
            let bad = read("m.toml", text).expect_err(text);
            assert_eq!(bad.to_string(), words, "{text:?}");
        }
        for (text, start) in [
            (
                "mapping = 1\n[dates]\nforms = [\"%Q\"]",
                "m.toml:3:10: found \"%Q\", expected a date form",
            ),
            (
                "mapping = 1\n[dates]\nforms = [\"%H:%M\"]",
                "m.toml:3:10: found \"%H:%M\", expected a date",
            ),
            ("mapping = ", "m.toml:1:"),
            ("mapping = 1\n[columns]\nid = 3", "m.toml:3:"),
            (
                "mapping = 1\n[columns]\nid = \"a\"\nid = \"b\"",
                "m.toml:4:",
            ),
        ] {
            let bad = read("m.toml", text).expect_err(text);
            assert!(bad.to_string().starts_with(start), "{text:?}: {bad}");
        }
    }
}
