//! The TOML side of a policy: tables with positions, values of the right type, keys nobody knows.
//!
//! It collects problems instead of stopping at the first, and deliberately knows nothing of pools
//! and rules.

use crate::policy::problem::{Fault, Level, Lines, PROBLEMS_MAX, Problem, did_you_mean};
use crate::time::Span;
use crate::units::Micro;
use std::ops::Range;
use toml_edit::{Item, TableLike};

/// Collects problems of one document.
#[derive(Debug)]
pub(super) struct Source<'a> {
    text: &'a str,
    lines: Lines<'a>,
    problems: Vec<Problem>,
}

/// One table of the document.
#[derive(Clone, Copy)]
pub(super) struct Section<'a> {
    table: &'a dyn TableLike,
    /// Where its head stands.
    head: (usize, usize),
}

/// One key and its value.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    /// The key.
    pub(super) key: &'a str,
    item: &'a Item,
    key_at: (usize, usize),
    value_at: (usize, usize),
}

impl<'a> Section<'a> {
    /// The whole document.
    pub(super) fn root(table: &'a toml_edit::Table) -> Self {
        Self {
            table,
            head: (0, 0),
        }
    }

    /// Where its head stands.
    pub(super) fn span(&self) -> Range<usize> {
        self.head.0..self.head.1
    }

    /// The value of `key`, if it is there.
    pub(super) fn get(&self, key: &str) -> Option<Entry<'a>> {
        let (key, item) = self.table.get_key_value(key)?;
        let bounds = |span: Option<Range<usize>>| span.map(|span| (span.start, span.end));
        let key_at = bounds(key.span()).unwrap_or(self.head);
        let value_at = bounds(item.span()).unwrap_or(key_at);
        Some(Entry {
            key: key.get(),
            item,
            key_at,
            value_at,
        })
    }

    /// Every key with its value, in document order.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry<'a>> {
        let section = *self;
        self.table
            .iter()
            .filter_map(move |(key, _)| section.get(key))
    }
}

impl<'a> Entry<'a> {
    /// Where the key stands.
    pub(super) fn key_span(&self) -> Range<usize> {
        self.key_at.0..self.key_at.1
    }

    /// Where the value stands.
    pub(super) fn span(&self) -> Range<usize> {
        self.value_at.0..self.value_at.1
    }

    /// The value as text.
    pub(super) fn as_text(&self) -> Option<&'a str> {
        self.item.as_str()
    }

    /// The value as yes or no.
    pub(super) fn as_flag(&self) -> Option<bool> {
        self.item.as_bool()
    }

    /// The value as a table, `[so]` or `{ so }`.
    pub(super) fn as_section(&self) -> Option<Section<'a>> {
        let table = self.item.as_table_like()?;
        // A table made by dotted keys has no head of its own.
        let head = if self.item.span().is_some() {
            self.value_at
        } else {
            self.key_at
        };
        Some(Section { table, head })
    }

    fn is_number(&self) -> bool {
        self.item.is_integer() || self.item.is_float()
    }
}

impl<'a> Source<'a> {
    /// For one text.
    pub(super) fn of(text: &'a str) -> Self {
        Self {
            text,
            lines: Lines::of(text),
            problems: Vec::new(),
        }
    }

    /// Everything found so far.
    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    /// Notes a problem. *Bounds*: nothing beyond [`PROBLEMS_MAX`].
    pub(super) fn note(&mut self, level: Level, span: Range<usize>, at: &str, words: [String; 2]) {
        if self.problems.len() < PROBLEMS_MAX {
            let (line, column) = self.lines.place(span.start);
            let [message, hint] = words;
            self.problems.push(Problem {
                level,
                line,
                column,
                span,
                at: at.into(),
                message,
                hint,
            });
        }
    }

    /// Notes an error; always `None`, to return it.
    pub(super) fn error<T>(
        &mut self,
        span: Range<usize>,
        at: &str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Option<T> {
        self.note(Level::Error, span, at, [message.into(), hint.into()]);
        None
    }

    /// Notes what is wrong inside the text `entry`.
    pub(super) fn faults(&mut self, entry: Entry<'_>, at: &str, faults: Vec<Fault>) {
        for fault in faults {
            let start = self.inside(entry.span(), fault.span.start);
            let end = self.inside(entry.span(), fault.span.end).max(start);
            self.error::<()>(start..end, at, fault.message, fault.hint);
        }
    }

    /// Notes every key that is not among `known`.
    pub(super) fn only(&mut self, section: Section<'a>, at: &str, known: &[&str]) {
        for entry in section
            .entries()
            .filter(|entry| !known.contains(&entry.key))
        {
            let hint = did_you_mean(entry.key, known.iter().copied())
                .unwrap_or_else(|| format!("There are {}", known.join(", ")));
            let message = format!("there is no key {:?} here", entry.key);
            self.error::<()>(entry.key_span(), at, message, hint);
        }
    }

    /// The value as text.
    pub(super) fn text(&mut self, entry: Entry<'a>, at: &str) -> Option<&'a str> {
        match entry.as_text() {
            Some(text) => Some(text),
            None => self.other(entry, at, "a text in quotes"),
        }
    }

    /// The value as yes or no.
    pub(super) fn flag(&mut self, entry: Entry<'a>, at: &str) -> Option<bool> {
        match entry.item.as_bool() {
            Some(flag) => Some(flag),
            None => self.other(entry, at, "true or false"),
        }
    }

    /// The value as a whole number within `bounds`.
    pub(super) fn whole(
        &mut self,
        entry: Entry<'a>,
        at: &str,
        bounds: std::ops::RangeInclusive<u32>,
    ) -> Option<u32> {
        let number = entry
            .item
            .as_integer()
            .and_then(|number| u32::try_from(number).ok());
        match number.filter(|number| bounds.contains(number)) {
            Some(number) => Some(number),
            None => {
                let (least, most) = (bounds.start(), bounds.end());
                let wanted = match least == most {
                    true => least.to_string(),
                    false => format!("a whole number from {least} to {most}"),
                };
                self.other(entry, at, &wanted)
            }
        }
    }

    /// The value as a plain decimal within `bounds`; `None` without a word when it is no number.
    pub(super) fn decimal(
        &mut self,
        entry: Entry<'a>,
        at: &str,
        bounds: std::ops::RangeInclusive<Micro>,
    ) -> Option<Micro> {
        let digits = self.text[entry.span()].replace('_', "");
        let number = Micro::parse(&digits).filter(|_| entry.is_number());
        match number.filter(|number| bounds.contains(number)) {
            Some(number) => Some(number),
            None => {
                let (least, most) = (bounds.start(), bounds.end());
                self.other(entry, at, &format!("a number from {least} to {most}"))
            }
        }
    }

    /// The value as a list of texts, each with where it stands.
    pub(super) fn texts(
        &mut self,
        entry: Entry<'a>,
        at: &str,
    ) -> Option<Vec<(&'a str, Range<usize>)>> {
        let wanted = "a list of texts, like [\"ana\", \"ben\"]";
        let Some(list) = entry.item.as_array() else {
            return self.other(entry, at, wanted);
        };
        let texts = list.iter().map(|value| {
            Some((
                value.as_str()?,
                value.span().unwrap_or_else(|| entry.span()),
            ))
        });
        match texts.collect() {
            Some(texts) => Some(texts),
            None => self.other(entry, at, wanted),
        }
    }

    /// The value as a list of plain decimals.
    pub(super) fn decimals(&mut self, entry: Entry<'a>, at: &str) -> Option<Vec<Micro>> {
        let numbers = entry.item.as_array().map(|list| {
            list.iter().map(|value| {
                let digits = self.text[value.span()?].replace('_', "");
                Micro::parse(&digits).filter(|_| value.is_integer() || value.is_float())
            })
        });
        match numbers.and_then(Iterator::collect) {
            Some(numbers) => Some(numbers),
            None => self.other(entry, at, "a list of numbers, like [50, 200, 1000]"),
        }
    }

    /// The value as a table.
    pub(super) fn section(&mut self, entry: Entry<'a>, at: &str) -> Option<Section<'a>> {
        match entry.as_section() {
            Some(section) => Some(section),
            None => self.other(entry, at, "a table"),
        }
    }

    /// The value as a list of tables, `[[so]]` or `[{ so }]`.
    pub(super) fn sections(&mut self, entry: Entry<'a>, at: &str) -> Option<Vec<Section<'a>>> {
        if let Some(tables) = entry.item.as_array_of_tables() {
            let section = |table: &'a toml_edit::Table| {
                let head = table
                    .span()
                    .map_or(entry.key_at, |span| (span.start, span.end));
                Section { table, head }
            };
            return Some(tables.iter().map(section).collect());
        }
        let inline = entry.item.as_array().map(|list| {
            list.iter().map(|value| {
                let head = value
                    .span()
                    .map_or(entry.value_at, |span| (span.start, span.end));
                Some(Section {
                    table: value.as_inline_table()?,
                    head,
                })
            })
        });
        match inline.and_then(Iterator::collect) {
            Some(sections) => Some(sections),
            None => {
                let wanted = format!("a list of tables, each begun with [[{}]]", entry.key);
                self.other(entry, at, &wanted)
            }
        }
    }

    /// The value as a length of time: `"2 days"`, `"36 hours"`, `"45 minutes"`.
    pub(super) fn duration(&mut self, entry: Entry<'a>, at: &str, most: Span) -> Option<Span> {
        let wanted = "a length of time, like \"2 days\", \"36 hours\" or \"45 minutes\"";
        let text = self.text(entry, at)?;
        let (count, unit) = text.split_once(' ').unwrap_or((text, ""));
        let unit = match unit {
            "minute" | "minutes" => Some(60_000),
            "hour" | "hours" => Some(crate::time::HOUR.0),
            "day" | "days" => Some(crate::time::DAY.0),
            "week" | "weeks" => Some(7 * crate::time::DAY.0),
            _ => None,
        };
        let span = count
            .parse::<u32>()
            .ok()
            .zip(unit)
            .map(|(count, unit)| i64::from(count) * unit);
        match span.filter(|span| *span > 0) {
            None => self.other(entry, at, wanted),
            Some(span) if span > most.0 => {
                let message = format!("{text:?} is longer than the longest, {most}");
                self.error(entry.span(), at, message, "")
            }
            Some(span) => Some(Span(span)),
        }
    }

    /// Notes that a value is not what is wanted; always `None`.
    pub(super) fn other<T>(&mut self, entry: Entry<'_>, at: &str, wanted: &str) -> Option<T> {
        let seen: String = self.text[entry.span()].chars().take(40).collect();
        let seen = seen.lines().next().unwrap_or("");
        let message = format!("{} must be {wanted}, but is {seen}", entry.key);
        self.error(entry.span(), at, message, "")
    }

    /// Where byte `offset` of the text value at `span` stands in the document.
    fn inside(&self, span: Range<usize>, offset: usize) -> usize {
        let raw = &self.text[span.clone()];
        let quote = ["'''", "\"\"\"", "'", "\""]
            .into_iter()
            .find(|quote| raw.starts_with(quote));
        let Some(quote) = quote else {
            return span.start;
        };
        let mut at = quote.len();
        if quote.len() == 3 {
            let body = &raw[at..];
            at += if body.starts_with("\r\n") {
                2
            } else {
                usize::from(body.starts_with('\n'))
            };
        }
        let mut decoded = 0;
        while decoded < offset {
            let rest = &raw[at..];
            let Some(first) = rest.chars().next() else {
                break;
            };
            let (taken, gives) = match first {
                '\\' if quote.starts_with('"') => escape(rest),
                '\r' if rest.starts_with("\r\n") => (2, 1),
                _ => (first.len_utf8(), first.len_utf8()),
            };
            at += taken;
            decoded += gives;
        }
        (span.start + at).min(span.end.saturating_sub(quote.len()).max(span.start))
    }
}

/// How many bytes an escape takes in the document, and how many it stands for.
fn escape(rest: &str) -> (usize, usize) {
    let digits = |count: usize| {
        let code = rest
            .get(2..2 + count)
            .and_then(|hex| u32::from_str_radix(hex, 16).ok());
        (
            2 + count,
            code.and_then(char::from_u32).map_or(1, char::len_utf8),
        )
    };
    match rest.as_bytes().get(1) {
        Some(b'x') => digits(2),
        Some(b'u') => digits(4),
        Some(b'U') => digits(8),
        Some(b' ' | b'\t' | b'\r' | b'\n') => {
            let blank = rest[1..].len() - rest[1..].trim_start().len();
            (1 + blank, 0)
        }
        _ => (2.min(rest.len()), 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_inside_texts_survive_quotes_and_escapes() {
        for (text, decoded, found) in [
            ("a = 'xyz'", 2, 'z'),
            ("a = \"x\\\"yz\"", 3, 'z'),
            ("a = \"x\\u00e9z\"", 3, 'z'),
            ("a = '''\nxy\nz'''", 3, 'z'),
            ("a = \"\"\"\r\nx\\\n   yz\"\"\"", 2, 'z'),
            ("a = \"\\t\\\\z\"", 2, 'z'),
        ] {
            let document = toml_edit::Document::parse(text).expect(text);
            let entry = Section::root(document.as_table()).get("a").expect(text);
            let source = Source::of(text);
            let at = source.inside(entry.span(), decoded);
            assert_eq!(text[at..].chars().next(), Some(found), "{text:?}");
            assert_eq!(
                entry.as_text().and_then(|t| t[decoded..].chars().next()),
                Some(found)
            );
        }
    }
}
