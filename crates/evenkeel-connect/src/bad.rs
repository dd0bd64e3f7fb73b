//! What is wrong with a file people gave us: where, what was seen, what was expected, what to do.
//!
//! One shape for tables, NDJSON and mapping documents, so that every surface prints them alike. It
//! deliberately decides nothing: whether a bad line stops the run is the caller's choice.

use std::fmt;

/// Longest value shown in a message, in characters; longer ones end in `…`.
pub const SHOWN_MAX: usize = 60;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// The file as the user named it.
    pub file: String,
    /// Line, from 1; 0 when it is about the file as a whole.
    pub line: u64,
    /// Column of a table by number and name, or character of a document.
    pub column: Option<Column>,
    /// The value seen, shortened and with control characters escaped.
    pub value: Option<String>,
    /// What was expected instead.
    pub expected: String,
    /// What to do, when there is something better to say than what was expected.
    pub hint: Option<String>,
}

/// Where on the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// From 1.
    pub number: usize,
    /// The column's name; `None` in a document, where the number counts characters.
    pub name: Option<String>,
}

/// One line of a file that cannot be used, with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Why.
    pub bad: Bad,
    /// The line as it was read; bytes that are no UTF-8 are replaced, and a line over the bound is
    /// cut.
    pub original: String,
}

/// Why a reader hands out no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// This line is bad; reading may go on behind it.
    Line(Box<Reject>),
    /// Nothing more can be read from this file.
    File(Box<Bad>),
}

impl Bad {
    /// Something wrong with the file as a whole.
    pub fn file(file: &str, expected: impl Into<String>) -> Self {
        Self::line(file, 0, expected)
    }

    /// Something wrong with a line.
    pub fn line(file: &str, line: u64, expected: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line,
            column: None,
            value: None,
            expected: expected.into(),
            hint: None,
        }
    }

    /// Adds the column of a table.
    pub fn in_column(mut self, number: usize, name: &str) -> Self {
        self.column = Some(Column {
            number,
            name: Some(shown(name)),
        });
        self
    }

    /// Adds the character of a document.
    pub fn at_char(mut self, number: usize) -> Self {
        self.column = Some(Column { number, name: None });
        self
    }

    /// Adds the value seen.
    pub fn seen(mut self, value: &str) -> Self {
        self.value = Some(shown(value));
        self
    }

    /// Adds what to do.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The words without the place.
    pub fn reason(&self) -> String {
        let mut words = match &self.value {
            Some(value) => format!("found \"{value}\", expected {}", self.expected),
            None => format!("expected {}", self.expected),
        };
        if let Some(hint) = &self.hint {
            words.push_str(". ");
            words.push_str(hint);
        }
        words
    }
}

impl fmt::Display for Bad {
    /// `leads.csv:17: column 3 "employees": found "12k", expected a number …. Maybe …`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        match &self.column {
            Some(Column {
                number,
                name: Some(name),
            }) => write!(f, ": column {number} \"{name}\"")?,
            Some(Column { number, name: None }) => write!(f, ":{number}")?,
            None => {}
        }
        write!(f, ": {}", self.reason())
    }
}

impl Trouble {
    /// What is wrong.
    pub fn bad(&self) -> &Bad {
        match self {
            Self::Line(reject) => &reject.bad,
            Self::File(bad) => bad,
        }
    }
}

/// `text` fit for a message: control characters escaped, at most [`SHOWN_MAX`] characters.
pub fn shown(text: &str) -> String {
    let mut short: String = text
        .chars()
        .take(SHOWN_MAX)
        .flat_map(|c| {
            if c.is_control() {
                c.escape_default().collect()
            } else {
                vec![c]
            }
        })
        .collect();
    if text.chars().nth(SHOWN_MAX).is_some() {
        short.push('…');
    }
    short
}

/// The name in `known` that `word` was most likely meant to be, as a hint.
///
/// *Order and ties*: fewest edits wins, then the one listed first. More than a third of the
/// letters wrong is no guess any more.
pub fn maybe<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let allowed = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|name| (edits(&word.to_lowercase(), &name.to_lowercase()), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| format!("Maybe you meant \"{name}\""))
}

/// Letters to insert, delete or change to get from `a` to `b`.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, other) in b.iter().enumerate() {
            let change = diagonal + usize::from(letter != *other);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_file_line_column_value_and_hint() {
        let bad = Bad::line("leads.csv", 17, "a number such as 1250.5")
            .in_column(3, "employees")
            .seen("12k")
            .hint("Maybe write 12000");
        assert_eq!(
            bad.to_string(),
            "leads.csv:17: column 3 \"employees\": found \"12k\", expected a number such as \
             1250.5. Maybe write 12000"
        );
        assert_eq!(
            Bad::file("x.csv", "a file").to_string(),
            "x.csv: expected a file"
        );
        assert_eq!(
            Bad::line("m.toml", 2, "a key").at_char(5).to_string(),
            "m.toml:2:5: expected a key"
        );
    }

    #[test]
    fn what_is_shown_is_short_and_printable() {
        assert_eq!(shown("a\u{1b}[31m\nb"), "a\\u{1b}[31m\\nb");
        assert_eq!(shown(&"ä".repeat(61)).chars().count(), SHOWN_MAX + 1);
    }

    #[test]
    fn a_slip_of_the_finger_is_guessed_and_a_stranger_is_not() {
        let known = ["country", "county", "kind"];
        assert_eq!(
            maybe("contry", known),
            Some("Maybe you meant \"country\"".into())
        );
        assert_eq!(
            maybe("Kind", known),
            Some("Maybe you meant \"kind\"".into())
        );
        assert_eq!(maybe("revenue", known), None);
    }
}
