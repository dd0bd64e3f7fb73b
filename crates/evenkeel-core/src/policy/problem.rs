//! What is wrong with a policy, for people: where it stands, what was seen, what to do.
//!
//! This file knows positions and words, and deliberately nothing of policies.

use std::fmt;
use std::ops::Range;

/// Most problems one check lists; what comes after them is not looked for.
pub const PROBLEMS_MAX: usize = 200;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The policy is not accepted.
    Error,
    /// The policy is accepted, but hardly meant so.
    Warning,
}

impl Level {
    /// `error` or `warning`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing wrong with a policy document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// How bad.
    pub level: Level,
    /// Line in the document, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Bytes of the document it is about; for programs that underline.
    pub span: Range<usize>,
    /// Which part, in words: `rule "Enterprise" when`. Empty for the document itself.
    pub at: String,
    /// What is wrong, with the value seen.
    pub message: String,
    /// What to do; empty when the message says it.
    pub hint: String,
}

impl Problem {
    /// Whether it keeps the policy from being accepted.
    pub fn is_error(&self) -> bool {
        self.level == Level::Error
    }
}

impl fmt::Display for Problem {
    /// Writes `12:8 rule "Enterprise" when: there is no field "contry". Maybe "country"?`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} ", self.line, self.column)?;
        if !self.at.is_empty() {
            write!(f, "{}: ", self.at)?;
        }
        write!(f, "{}.", self.message)?;
        match self.hint.as_str() {
            "" => Ok(()),
            hint if hint.ends_with('?') => write!(f, " {hint}"),
            hint => write!(f, " {hint}."),
        }
    }
}

/// A problem inside one text, before anybody knows where that text stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Bytes of the text it is about.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do; may be empty.
    pub hint: String,
}

impl Fault {
    /// A fault at `span`.
    pub(crate) fn new(
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            span,
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// Turns byte positions of one text into lines and columns.
#[derive(Clone, Debug)]
pub struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    /// For one text.
    pub fn of(text: &'a str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0)
            .chain(ends.map(|(at, _)| at + 1))
            .collect();
        Self { text, starts }
    }

    /// Line and column in characters, both from 1. A position inside a character counts as it.
    pub fn place(&self, byte: usize) -> (usize, usize) {
        let byte = byte.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= byte);
        let start = self.starts[line - 1];
        let before = self.text[start..]
            .char_indices()
            .take_while(|(at, _)| start + at < byte);
        (line, before.count() + 1)
    }
}

/// `Maybe "country"?` when one of `known` is close enough to `word`, else nothing.
///
/// *Order and ties*: fewest changed letters, then first in `known`.
pub(crate) fn did_you_mean<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let most = word.chars().count().max(3) / 3;
    known
        .map(|candidate| (changes(word, candidate), candidate))
        .filter(|(changes, _)| *changes <= most)
        .min_by_key(|(changes, _)| *changes)
        .map(|(_, candidate)| format!("Maybe {candidate:?}?"))
}

/// How many letters must change to make `left` into `right` (Levenshtein; case does not count).
///
/// *Bounds*: words over 64 characters are compared by their first 64.
fn changes(left: &str, right: &str) -> usize {
    let letters = |word: &str| word.chars().take(64).collect::<Vec<char>>();
    let (left, right) = (letters(left), letters(right));
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let swap = corner + usize::from(!a.eq_ignore_ascii_case(b));
            corner = row[j + 1];
            row[j + 1] = swap.min(row[j] + 1).min(corner + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let lines = Lines::of("ab\nçd é\n");
        for (byte, place) in [
            (0, (1, 1)),
            (2, (1, 3)),
            (3, (2, 1)),
            (5, (2, 2)),
            (7, (2, 4)),
        ] {
            assert_eq!(lines.place(byte), place, "{byte}");
        }
        assert_eq!(lines.place(1_000), (3, 1));
    }

    #[test]
    fn only_a_close_word_is_offered() {
        let known = || ["country", "employees", "hot"].into_iter();
        assert_eq!(
            did_you_mean("contry", known()).as_deref(),
            Some("Maybe \"country\"?")
        );
        assert_eq!(
            did_you_mean("COUNTRY", known()).as_deref(),
            Some("Maybe \"country\"?")
        );
        assert_eq!(did_you_mean("revenue", known()), None);
    }
}
