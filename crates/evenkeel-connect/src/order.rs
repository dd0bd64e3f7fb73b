//! The order in which records of a file are dealt: `--order-by created_at,id`.
//!
//! *Order and ties*, key by key from the left; `-` before a key turns it round:
//! - missing values come last, turned round or not;
//! - texts that are whole numbers (digits only) come before other texts and in the order of
//!   their amounts, whatever their length: `2 < 10 < A`; equal amounts (`2`, `02`) by their text;
//! - other texts byte by byte: `A < B < a < ä`;
//! - numbers by amount, moments from early to late, no before yes, tags like words in a lexicon;
//! - what is level on every key stays in the order of the file.

use crate::bad::maybe;
use crate::records::{CREATED_AT, ID, RecordIn};
use evenkeel_core::ids::FieldNo;
use evenkeel_core::market::schema::Schema;
use evenkeel_core::market::value::{Facts, Value};
use std::cmp::Ordering;

/// Most keys of one order.
const KEYS_MAX: usize = 16;

/// A list of keys to order by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderBy {
    keys: Vec<(Key, bool)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Id,
    CreatedAt,
    Field(FieldNo),
}

impl OrderBy {
    /// Reads keys divided by commas.
    ///
    /// *Refuses*, in words: no key, too many, a field the schema does not have or keeps private.
    pub fn parse(text: &str, schema: &Schema) -> Result<Self, String> {
        let mut keys = Vec::new();
        for word in text.split(',').map(str::trim) {
            let (name, down) = match word.strip_prefix('-') {
                Some(name) => (name.trim(), true),
                None => (word, false),
            };
            let key = match name {
                ID => Key::Id,
                CREATED_AT => Key::CreatedAt,
                name => Key::Field(public_field(name, schema)?),
            };
            keys.push((key, down));
        }
        if keys.len() > KEYS_MAX {
            return Err(format!(
                "an order has at most {KEYS_MAX} keys, found {}",
                keys.len()
            ));
        }
        Ok(Self { keys })
    }

    /// Puts records in this order.
    pub fn sort(&self, records: &mut [RecordIn]) {
        records.sort_by(|a, b| self.compare(a, b));
    }

    /// Which of two records comes first.
    pub fn compare(&self, a: &RecordIn, b: &RecordIn) -> Ordering {
        let mut order = Ordering::Equal;
        for (key, down) in &self.keys {
            order = order.then_with(|| match key {
                Key::Id => turned(texts(&a.key, &b.key), *down),
                Key::CreatedAt => present(&a.occurred, &b.occurred, *down, |a, b| a.cmp(b)),
                Key::Field(field) => {
                    let (a, b) = (a.attributes.fact(*field), b.attributes.fact(*field));
                    present(&a, &b, *down, |a, b| values(a, b))
                }
            });
        }
        order
    }
}

fn public_field(name: &str, schema: &Schema) -> Result<FieldNo, String> {
    let public = schema.fields().iter().filter(|field| !field.private);
    let names = || {
        [ID, CREATED_AT]
            .into_iter()
            .chain(public.clone().map(|f| f.name.as_str()))
    };
    match schema.find(name) {
        Some(number) if schema.field(number).is_some_and(|field| !field.private) => Ok(number),
        Some(_) => Err(format!("\"{name}\" is personal data and orders nothing")),
        None => {
            let known = names().collect::<Vec<_>>().join(", ");
            let guess = maybe(name, names())
                .map(|hint| format!(". {hint}"))
                .unwrap_or_default();
            Err(format!(
                "there is no \"{name}\" to order by, only {known}{guess}"
            ))
        }
    }
}

fn turned(order: Ordering, down: bool) -> Ordering {
    if down { order.reverse() } else { order }
}

fn present<T>(
    a: &Option<T>,
    b: &Option<T>,
    down: bool,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => turned(compare(a, b), down),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

fn values(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => texts(a, b),
        // One field has one type; among types the order of the enum is as good as any.
        (a, b) => a.cmp(b),
    }
}

/// Whole numbers before other texts, by amount; then byte by byte.
pub fn texts(a: &str, b: &str) -> Ordering {
    match (amount(a), amount(b)) {
        (Some(x), Some(y)) => x.len().cmp(&y.len()).then(x.cmp(y)).then(a.cmp(b)),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

/// The digits of a whole number without leading zeros: longer is larger.
fn amount(text: &str) -> Option<&str> {
    let whole = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    whole.then(|| text.trim_start_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenkeel_core::market::schema::{Field, FieldType};
    use evenkeel_core::market::value::Attributes;
    use evenkeel_core::time::Moment;
    use evenkeel_core::units::Micro;

    fn schema() -> Schema {
        let mut schema = Schema::of_records();
        for (name, kind, private) in [
            ("score", FieldType::Number, false),
            ("email", FieldType::Text, true),
        ] {
            let field = Field {
                name: name.into(),
                kind,
                private,
            };
            schema.declare(field).expect("is new");
        }
        schema
    }

    fn record(key: &str, occurred: Option<i64>, score: Option<i64>) -> RecordIn {
        let mut attributes = Attributes::default();
        if let Some(score) = score {
            attributes.set(FieldNo(1), Value::Number(Micro::whole(score)));
        }
        let (line, private) = (1, Default::default());
        RecordIn {
            line,
            key: key.into(),
            attributes,
            private,
            occurred: occurred.map(Moment),
        }
    }

    fn sorted(by: &str, mut records: Vec<RecordIn>) -> String {
        OrderBy::parse(by, &schema())
            .expect("is sound")
            .sort(&mut records);
        records
            .iter()
            .map(|record| record.key.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn whole_numbers_come_first_and_by_amount() {
        let keys = [
            "B",
            "10",
            "a",
            "2",
            "L-10",
            "02",
            "L-2",
            "99999999999999999999",
            "A",
            "0",
        ];
        let records = || keys.map(|key| record(key, None, None)).to_vec();
        assert_eq!(
            sorted("id", records()),
            "0 02 2 10 99999999999999999999 A B L-10 L-2 a"
        );
        assert_eq!(
            sorted("-id", records()),
            "a L-2 L-10 B A 99999999999999999999 10 2 02 0"
        );
    }

    #[test]
    fn missing_comes_last_either_way_and_ties_keep_the_order_of_the_file() {
        let records = || {
            vec![
                record("d", None, Some(1)),
                record("c", Some(5), Some(2)),
                record("b", Some(5), None),
                record("a", Some(3), Some(2)),
            ]
        };
        for (by, order) in [
            ("created_at", "a c b d"),
            ("-created_at", "c b a d"),
            ("created_at,id", "a b c d"),
            ("-score", "c a d b"),
            ("score, created_at", "d a c b"),
        ] {
            assert_eq!(sorted(by, records()), order, "{by}");
        }
    }

    #[test]
    fn what_orders_nothing_is_refused() {
        for (by, words) in [
            (
                "scor",
                "there is no \"scor\" to order by, only id, created_at, kind, score. Maybe \
                      you meant \"score\"",
            ),
            (
                "",
                "there is no \"\" to order by, only id, created_at, kind, score",
            ),
            ("email", "\"email\" is personal data and orders nothing"),
            (
                &["id"; 17].join(","),
                "an order has at most 16 keys, found 17",
            ),
        ] {
            assert_eq!(OrderBy::parse(by, &schema()), Err(words.into()), "{by}");
        }
    }
}
