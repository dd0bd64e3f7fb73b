//! NDJSON in: one flat JSON object per line, each whole or reported.
//!
//! Numbers keep their own digits and never become floats. Nested objects are refused rather than
//! guessed at; a list of texts becomes tags. A key that comes twice is refused, as readers disagree
//! about which one counts.

use crate::bad::{Bad, Reject, Trouble};
use crate::lines::{LINE_MAX, Line, Lines};
use crate::row::{COLUMNS_MAX, Cell, Row, forbidden};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::sync::Arc;

/// Reads objects line by line.
pub struct Ndjson {
    file: String,
    lines: Lines,
    names: Arc<[String]>,
    ended: bool,
}

impl Ndjson {
    /// Starts at the first line.
    pub fn open(file: &str, lines: Lines) -> Self {
        Self {
            file: file.to_owned(),
            lines,
            names: Arc::new([]),
            ended: false,
        }
    }

    fn row(&mut self, line: Line) -> Result<Row, Trouble> {
        if line.over {
            let expected = format!("a line of at most {LINE_MAX} bytes");
            let original = String::from_utf8_lossy(&line.bytes).into_owned();
            return Err(rejected(
                Bad::line(&self.file, line.number, expected),
                original,
            ));
        }
        let original = String::from_utf8(line.bytes).map_err(|error| {
            let column = error.utf8_error().valid_up_to() + 1;
            let lossy = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let bad = Bad::line(&self.file, line.number, "text in UTF-8").at_char(column);
            rejected(bad.seen(&lossy), lossy)
        })?;
        match self.cells(line.number, &original) {
            Ok((names, cells)) => {
                // Most files have the same keys on every line; their names are kept once.
                if names[..] != self.names[..] {
                    self.names = names.into();
                }
                let names = Arc::clone(&self.names);
                Ok(Row {
                    line: line.number,
                    number: 0,
                    original,
                    names,
                    cells,
                })
            }
            Err(bad) => Err(rejected(*bad, original)),
        }
    }

    fn cells(&self, line: u64, text: &str) -> Result<(Vec<String>, Vec<Cell>), Box<Bad>> {
        let object: Object<'_> = serde_json::from_str(text).map_err(|error| {
            let bad = Bad::line(
                &self.file,
                line,
                "one JSON object, such as {\"id\": \"L-1\"}",
            );
            Box::new(bad.at_char(error.column().max(1)).hint(sentence(&error)))
        })?;
        let mut names = Vec::with_capacity(object.0.len());
        let mut cells = Vec::with_capacity(object.0.len());
        for (at, (name, raw)) in object.0.into_iter().enumerate() {
            let bad = |expected: &str| {
                Box::new(
                    Bad::line(&self.file, line, expected)
                        .in_column(at + 1, &name)
                        .seen(raw.get()),
                )
            };
            let cell = cell(raw).map_err(|Wrong { expected, hint }| {
                let mut bad = bad(expected);
                bad.hint = hint;
                bad
            })?;
            let unfit = match &cell {
                Cell::Text(text) => text.contains(forbidden),
                Cell::List(list) => list.iter().any(|text| text.contains(forbidden)),
                Cell::Missing | Cell::Number(_) | Cell::Flag(_) => false,
            };
            if unfit || name.contains(forbidden) {
                return Err(Box::new(
                    bad("printable text").hint("Remove the control character"),
                ));
            }
            names.push(name);
            cells.push(cell);
        }
        Ok((names, cells))
    }
}

impl Iterator for Ndjson {
    type Item = Result<Row, Trouble>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            match self.lines.next_line() {
                Ok(Some(line)) if line.bytes.iter().all(u8::is_ascii_whitespace) && !line.over => {}
                Ok(Some(line)) => return Some(self.row(line)),
                Ok(None) => self.ended = true,
                Err(error) => {
                    self.ended = true;
                    let bad = Bad::file(&self.file, "a file that can be read");
                    return Some(Err(Trouble::File(Box::new(bad.hint(error.to_string())))));
                }
            }
        }
        None
    }
}

fn rejected(bad: Bad, original: String) -> Trouble {
    Trouble::Line(Box::new(Reject { bad, original }))
}

/// The parser's own words, without the place that stands in front already.
fn sentence(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let words = words.split(" at line ").next().unwrap_or_default();
    let mut letters = words.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// Why a JSON value is no cell.
struct Wrong {
    expected: &'static str,
    hint: Option<String>,
}

fn cell(raw: &RawValue) -> Result<Cell, Wrong> {
    let text = raw.get();
    match text.as_bytes().first() {
        Some(b'n') => Ok(Cell::Missing),
        Some(b't') => Ok(Cell::Flag(true)),
        Some(b'f') => Ok(Cell::Flag(false)),
        Some(b'"') => string(text).map(Cell::Text),
        Some(b'[') => {
            let expected = "a list of texts";
            let items: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| Wrong {
                expected,
                hint: Some(sentence(&error)),
            })?;
            // Not by way of `cell`: a list of lists of lists would need a stack as deep.
            let items = items
                .into_iter()
                .map(|item| match item.get().as_bytes().first() {
                    Some(b'"') => string(item.get()),
                    Some(b'-' | b'0'..=b'9') => Ok(item.get().to_owned()),
                    _ => Err(Wrong {
                        expected,
                        hint: None,
                    }),
                });
            items.collect::<Result<_, _>>().map(Cell::List)
        }
        Some(b'{') => Err(Wrong {
            expected: "a text, a number, true, false, null or a list of texts",
            hint: Some("Nested objects have no column; flatten them first".into()),
        }),
        _ => Ok(Cell::Number(text.to_owned())),
    }
}

fn string(text: &str) -> Result<String, Wrong> {
    serde_json::from_str(text).map_err(|error| Wrong {
        expected: "valid text",
        hint: Some(sentence(&error)),
    })
}

/// An object with its keys in order, none twice.
struct Object<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
                let mut pairs: Vec<(String, &'de RawValue)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    if pairs.iter().any(|(known, _)| *known == name) {
                        return Err(A::Error::custom(format_args!(
                            "the key {name:?} comes twice"
                        )));
                    }
                    if pairs.len() == COLUMNS_MAX {
                        return Err(A::Error::custom(format_args!(
                            "more than {COLUMNS_MAX} keys"
                        )));
                    }
                    pairs.push((name, value));
                }
                Ok(Object(pairs))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}
