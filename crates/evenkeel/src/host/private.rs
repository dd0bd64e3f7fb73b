//! Personal data: names, e-mail addresses, phone numbers and free text, outside the journal.
//!
//! The journal holds a subject number and a salted digest (law 9); the data is a row beside it that
//! can be erased. Which fields are personal is said by the policy; here they are just texts.

use crate::host::secret;
use evenkeel_core::people::rep::PrivateRef;
use evenkeel_core::time::Moment;
use evenkeel_journal::batch::PrivateRow;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

/// Most bytes of one personal text.
pub const TEXT_MAX: usize = 4_096;
/// Most personal texts of one subject.
pub const FIELDS_MAX: usize = 50;
/// The field that holds a rep's display name.
pub const NAME: &str = "name";
/// The field that holds the words of a person who gave a record by hand.
pub const NOTE: &str = "note";

/// The personal data of one subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Private {
    /// Text by field name.
    pub fields: BTreeMap<String, String>,
}

impl Private {
    /// Only words that somebody wrote.
    pub fn note(words: &str) -> Self {
        Self {
            fields: BTreeMap::from([(NOTE.to_owned(), words.to_owned())]),
        }
    }

    /// Only a display name.
    pub fn named(name: &str) -> Self {
        Self {
            fields: BTreeMap::from([(NAME.to_owned(), name.to_owned())]),
        }
    }

    /// The display name, when there is one.
    pub fn name(&self) -> Option<&str> {
        self.fields
            .get(NAME)
            .map(String::as_str)
            .filter(|name| !name.trim().is_empty())
    }

    /// The row to keep and the reference for the journal. `None` when there is nothing to keep.
    pub fn row(&self, subject: u64) -> Option<(PrivateRow, PrivateRef)> {
        if self.fields.is_empty() {
            return None;
        }
        let body = serde_json::to_vec(&self.fields).expect("a map of texts is always JSON");
        let row = PrivateRow {
            subject,
            salt: secret::salt(),
            body,
        };
        let digest = row.digest().0;
        Some((row, PrivateRef { subject, digest }))
    }

    /// Reads a kept row; one that cannot be read is as good as erased.
    pub fn of(body: &[u8]) -> Self {
        Self {
            fields: serde_json::from_slice(body).unwrap_or_default(),
        }
    }
}

/// Gives out subject numbers: growing with time, never one twice.
#[derive(Debug)]
pub struct Subjects(AtomicU64);

impl Subjects {
    /// Starts above `seen`, the largest number in use.
    pub fn above(seen: u64) -> Self {
        Self(AtomicU64::new(seen))
    }

    /// The next number: the millisecond and a count within it, so that a restart needs no memory.
    pub fn next(&self, now: Moment) -> u64 {
        let floor = (now.0.max(0) as u64) << 20;
        let step = |last: u64| Some(last.max(floor) + 1);
        let last = self
            .0
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, step);
        last.expect("the step always gives a number").max(floor) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_never_repeat_even_when_the_clock_goes_back() {
        let subjects = Subjects::above(0);
        let first = subjects.next(Moment(1_000));
        let second = subjects.next(Moment(1_000));
        let third = subjects.next(Moment(10));
        assert!(first < second && second < third);
        assert!(Subjects::above(third).next(Moment(0)) > third);
    }

    #[test]
    fn a_row_comes_back_as_it_was() {
        let private = Private::named("Ana Beispiel");
        let (row, reference) = private.row(7).expect("there is a name");
        assert_eq!(Private::of(&row.body), private);
        assert_eq!(reference.subject, 7);
        assert_eq!(Private::default().row(7), None);
        assert_eq!(Private::of(b"\xff"), Private::default());
    }
}
