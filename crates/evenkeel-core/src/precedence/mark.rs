//! Marks: personal data compared without being kept.
//!
//! A mark is a keyed digest of a value in its form. It is journalled in place of the text (law 9):
//! equal values have equal marks, and without the key a mark says nothing and cannot be guessed
//! from. The key is kept beside the journal, like those of draws. Who may know it, and what becomes
//! of marks when data is erased, is told in ADR 11; nothing is looked up here.

use crate::ids::FieldNo;
use crate::market::schema::Schema;
use crate::market::value::{Attributes, Facts};
use crate::precedence::form::Form;
use crate::precedence::rung::{Ladder, PARTS_MAX, Part, RUNGS_MAX};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Most marks of one record: as many as a ladder can compare.
pub const MARKS_MAX: usize = 2 * RUNGS_MAX * PARTS_MAX;

/// A digest that stands for a value when two are compared: half of a SHA-256.
pub type Seal = [u8; 16];

/// The secret behind a workspace's marks. Never journalled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MarkKey(pub [u8; 32]);

impl MarkKey {
    /// A key that anybody can make: for `route` and tests, where marks are compared and not kept.
    pub fn public() -> Self {
        Self(Sha256::digest("evenkeel public mark key").into())
    }
}

impl std::fmt::Debug for MarkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MarkKey(hidden)")
    }
}

/// What stands for one value of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mark {
    /// The record field.
    pub field: FieldNo,
    /// The form in which it is compared.
    pub form: Form,
    /// The keyed digest.
    pub seal: Seal,
}

/// The marks of a record with these attributes and personal texts (by field name): one for each
/// field and form that the ladder compares by mark and that has something to match by; ascending.
pub fn marks(
    ladder: &Ladder,
    key: &MarkKey,
    schema: &Schema,
    attributes: &Attributes,
    private: &BTreeMap<String, String>,
) -> Vec<Mark> {
    let text_of = |number: FieldNo| match schema.field(number) {
        Some(field) if field.private => private.get(&field.name).cloned(),
        _ => attributes.fact(number).map(ToString::to_string),
    };
    let marked = ladder.marked().into_iter();
    let mark = marked.filter_map(|(field, form)| {
        let value = form.of(&text_of(field)?, &ladder.free_mail)?;
        let seal = keyed(key, form, &value);
        Some(Mark { field, form, seal })
    });
    mark.collect()
}

/// The seal of a value that anybody may see.
pub fn plain(form: Form, value: &str) -> Seal {
    let mut hasher = Sha256::new();
    hasher.update(b"evenkeel match 1");
    sealed(hasher, form, value)
}

/// What stands for several values together: the only one's seal, or a digest over all.
pub fn together(seals: &[Seal]) -> Seal {
    if let [only] = seals {
        return *only;
    }
    let mut hasher = Sha256::new();
    hasher.update(b"evenkeel match several 1");
    seals.iter().for_each(|seal| hasher.update(seal));
    half(hasher)
}

/// The mark of `part` among `marks`.
pub fn find(marks: &[Mark], part: &Part) -> Option<Seal> {
    let same = |mark: &&Mark| mark.field == part.field && mark.form == part.form;
    marks.iter().find(same).map(|mark| mark.seal)
}

/// HMAC-SHA-256 by its definition (RFC 2104); the key is shorter than a block.
fn keyed(key: &MarkKey, form: Form, value: &str) -> Seal {
    let pad = |byte: u8| {
        let mut block = [byte; 64];
        block.iter_mut().zip(key.0).for_each(|(at, key)| *at ^= key);
        block
    };
    let mut inner = Sha256::new();
    inner.update(pad(0x36));
    inner.update(b"evenkeel mark 1");
    inner.update([0]);
    inner.update(form.word());
    inner.update([0]);
    inner.update(value);
    let mut outer = Sha256::new();
    outer.update(pad(0x5c));
    outer.update(inner.finalize());
    half(outer)
}

/// The word of the form and the value, told apart by what neither holds.
fn sealed(mut hasher: Sha256, form: Form, value: &str) -> Seal {
    hasher.update(form.word());
    hasher.update([0]);
    hasher.update(value);
    half(hasher)
}

fn half(hasher: Sha256) -> Seal {
    let mut seal = [0; 16];
    seal.copy_from_slice(&hasher.finalize()[..16]);
    seal
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMAIL: Form = Form::Email { dots: false };

    #[test]
    fn a_mark_depends_on_key_form_and_value() {
        let (one, other) = (MarkKey([1; 32]), MarkKey([2; 32]));
        let seal = keyed(&one, EMAIL, "ana@acme.example");
        assert_eq!(keyed(&one, EMAIL, "ana@acme.example"), seal);
        assert_ne!(keyed(&other, EMAIL, "ana@acme.example"), seal);
        assert_ne!(keyed(&one, Form::Exact, "ana@acme.example"), seal);
        assert_ne!(keyed(&one, EMAIL, "ben@acme.example"), seal);
        assert_ne!(plain(EMAIL, "ana@acme.example"), seal);
    }

    #[test]
    fn several_values_are_compared_together_and_in_order() {
        let (one, two) = (plain(Form::Name, "ana"), plain(Form::Name, "acme"));
        assert_eq!(together(&[one]), one);
        assert_ne!(together(&[one, two]), together(&[two, one]));
    }

    #[test]
    fn the_key_is_not_shown() {
        assert_eq!(format!("{:?}", MarkKey([7; 32])), "MarkKey(hidden)");
    }
}
