//! Values of many records in columns: per field one compact list, texts as numbers.
//!
//! Every distinct text, and every distinct set of tags, is interned once per field and stands as
//! a *symbol*; numbers and moments stand as 64-bit integers, flags as bytes. A column is only as
//! long as its last present value. Nothing is ever forgotten here but a value that is overwritten;
//! personal data deliberately never gets in (law 9).

use crate::ids::FieldNo;
use crate::market::schema::{FieldType, Schema};
use crate::market::tall::Tall;
use crate::market::value::{Attributes, Value};
use crate::time::Moment;
use crate::units::Micro;
use indexmap::IndexSet;
use serde::{Deserialize, Serialize};

/// A text or set of tags that a column had not seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fresh {
    /// The column.
    pub field: FieldNo,
    /// Its number there: 0, 1, 2, … in the order of first appearance.
    pub symbol: u32,
}

/// One stored value, as it stands in its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// No value.
    Missing,
    /// A text or a set of tags, by symbol.
    Symbol(u32),
    /// A number in millionths, or a moment in milliseconds.
    Integer(i64),
    /// Yes or no.
    Flag(bool),
}

/// Values of records by field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    rows: usize,
    columns: Vec<Column>,
}

/// Marks a missing symbol.
const NO_SYMBOL: u32 = u32::MAX;
/// Marks a missing number or moment, so that one number of 2⁶⁴ cannot be held.
const NO_INTEGER: i64 = i64::MIN;
/// Marks a missing flag; 0 is no and 1 is yes.
const NO_FLAG: u8 = 2;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Column {
    Text {
        seen: IndexSet<Box<str>>,
        symbols: Tall<u32>,
    },
    Tags {
        seen: IndexSet<Box<[String]>>,
        symbols: Tall<u32>,
    },
    Number(Tall<i64>),
    Time(Tall<i64>),
    Flags(Tall<u8>),
}

impl Columns {
    /// Empty columns for the fields of `schema`.
    pub fn new(schema: &Schema) -> Self {
        let mut columns = Self::default();
        columns.widen(schema);
        columns
    }

    /// Adds the columns that `schema` has and these have not. Their values are missing.
    pub fn widen(&mut self, schema: &Schema) {
        for field in schema.fields().iter().skip(self.columns.len()) {
            self.columns.push(match field.kind {
                FieldType::Text => Column::Text {
                    seen: IndexSet::new(),
                    symbols: Tall::default(),
                },
                FieldType::Tags => Column::Tags {
                    seen: IndexSet::new(),
                    symbols: Tall::default(),
                },
                FieldType::Number => Column::Number(Tall::default()),
                FieldType::Time => Column::Time(Tall::default()),
                FieldType::Flag => Column::Flags(Tall::default()),
            });
        }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Adds a row and returns what was seen for the first time. Its number is the length before.
    ///
    /// *Bounds*: a value of a field without a column, or of another type than its column, is left
    /// out; the door refuses both.
    pub fn push(&mut self, attributes: &Attributes) -> Vec<Fresh> {
        let row = self.rows;
        self.rows += 1;
        let set = attributes.values.iter();
        set.filter_map(|(field, value)| self.set(row, *field, Some(value)))
            .collect()
    }

    /// Puts a value, or none, into a row, and returns it if its column had never seen it.
    ///
    /// *Bounds*: as [`Columns::push`]; panics on a row that was never pushed.
    pub fn set(&mut self, row: usize, field: FieldNo, value: Option<&Value>) -> Option<Fresh> {
        assert!(row < self.rows, "row {row} of {}", self.rows);
        let column = self.columns.get_mut(field.index())?;
        let (symbol, fresh) = match (column, value) {
            (Column::Text { symbols, .. } | Column::Tags { symbols, .. }, None) => {
                put(symbols, row, NO_SYMBOL, NO_SYMBOL);
                return None;
            }
            (Column::Number(numbers) | Column::Time(numbers), None) => {
                put(numbers, row, NO_INTEGER, NO_INTEGER);
                return None;
            }
            (Column::Flags(flags), None) => {
                put(flags, row, NO_FLAG, NO_FLAG);
                return None;
            }
            (Column::Number(numbers), Some(Value::Number(Micro(number))))
            | (Column::Time(numbers), Some(Value::Time(Moment(number)))) => {
                put(numbers, row, *number, NO_INTEGER);
                return None;
            }
            (Column::Flags(flags), Some(Value::Flag(flag))) => {
                put(flags, row, u8::from(*flag), NO_FLAG);
                return None;
            }
            (Column::Text { seen, symbols }, Some(Value::Text(text))) => {
                let (symbol, fresh) = match seen.get_index_of(text.as_str()) {
                    Some(symbol) => (symbol, false),
                    None => seen.insert_full(text.as_str().into()),
                };
                put(symbols, row, symbol as u32, NO_SYMBOL);
                (symbol, fresh)
            }
            (Column::Tags { seen, symbols }, Some(Value::Tags(tags))) => {
                let (symbol, fresh) = match seen.get_index_of(tags.as_slice()) {
                    Some(symbol) => (symbol, false),
                    None => seen.insert_full(tags.as_slice().into()),
                };
                put(symbols, row, symbol as u32, NO_SYMBOL);
                (symbol, fresh)
            }
            _ => return None,
        };
        fresh.then_some(Fresh {
            field,
            symbol: symbol as u32,
        })
    }

    /// What stands in a row.
    #[inline]
    pub fn cell(&self, field: FieldNo, row: usize) -> Cell {
        match self.columns.get(field.index()) {
            Some(Column::Text { symbols, .. } | Column::Tags { symbols, .. }) => {
                match symbols.get(row) {
                    Some(&symbol) if symbol != NO_SYMBOL => Cell::Symbol(symbol),
                    _ => Cell::Missing,
                }
            }
            Some(Column::Number(numbers) | Column::Time(numbers)) => match numbers.get(row) {
                Some(&number) if number != NO_INTEGER => Cell::Integer(number),
                _ => Cell::Missing,
            },
            Some(Column::Flags(flags)) => match flags.get(row) {
                Some(&flag) if flag != NO_FLAG => Cell::Flag(flag == 1),
                _ => Cell::Missing,
            },
            None => Cell::Missing,
        }
    }

    /// The value in a row; `None` when it is missing.
    pub fn value(&self, field: FieldNo, row: usize) -> Option<Value> {
        match (self.columns.get(field.index())?, self.cell(field, row)) {
            (_, Cell::Missing) => None,
            (_, Cell::Symbol(symbol)) => self.symbol(field, symbol),
            (_, Cell::Flag(flag)) => Some(Value::Flag(flag)),
            (Column::Time(_), Cell::Integer(moment)) => Some(Value::Time(Moment(moment))),
            (_, Cell::Integer(number)) => Some(Value::Number(Micro(number))),
        }
    }

    /// All values of a row.
    pub fn attributes(&self, row: usize) -> Attributes {
        let fields = (0..self.columns.len()).map(FieldNo::at);
        let values = fields
            .filter_map(|field| Some((field, self.value(field, row)?)))
            .collect();
        Attributes { values }
    }

    /// What kind of values a column holds; `None` without such a column.
    pub fn kind(&self, field: FieldNo) -> Option<FieldType> {
        Some(match self.columns.get(field.index())? {
            Column::Text { .. } => FieldType::Text,
            Column::Tags { .. } => FieldType::Tags,
            Column::Number(_) => FieldType::Number,
            Column::Time(_) => FieldType::Time,
            Column::Flags(_) => FieldType::Flag,
        })
    }

    /// How many distinct texts or sets of tags a column has seen; 0 for other columns.
    pub fn symbols(&self, field: FieldNo) -> usize {
        match self.columns.get(field.index()) {
            Some(Column::Text { seen, .. }) => seen.len(),
            Some(Column::Tags { seen, .. }) => seen.len(),
            _ => 0,
        }
    }

    /// The text or set of tags behind a symbol.
    pub fn symbol(&self, field: FieldNo, symbol: u32) -> Option<Value> {
        let symbol = symbol as usize;
        match self.columns.get(field.index())? {
            Column::Text { seen, .. } => Some(Value::Text(seen.get_index(symbol)?.as_ref().into())),
            Column::Tags { seen, .. } => Some(Value::Tags(seen.get_index(symbol)?.to_vec())),
            Column::Number(_) | Column::Time(_) | Column::Flags(_) => None,
        }
    }

    /// The symbol of a text or set of tags; `None` when the column has never seen it.
    pub fn lookup(&self, field: FieldNo, value: &Value) -> Option<u32> {
        let symbol = match (self.columns.get(field.index())?, value) {
            (Column::Text { seen, .. }, Value::Text(text)) => seen.get_index_of(text.as_str())?,
            (Column::Tags { seen, .. }, Value::Tags(tags)) => seen.get_index_of(tags.as_slice())?,
            _ => return None,
        };
        Some(symbol as u32)
    }
}

/// Puts `value` at `row`, filling up with `missing` before it. A missing value needs no room.
fn put<T: Copy + PartialEq>(list: &mut Tall<T>, row: usize, value: T, missing: T) {
    if row < list.len() {
        list[row] = value;
    } else if value != missing {
        list.fill(row, missing);
        list.push(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::schema::Field;

    fn schema() -> Schema {
        let mut schema = Schema::of_records();
        for (name, kind) in [
            ("country", FieldType::Text),
            ("employees", FieldType::Number),
            ("created_at", FieldType::Time),
            ("hot", FieldType::Flag),
            ("interests", FieldType::Tags),
        ] {
            schema
                .declare(Field {
                    name: name.to_owned(),
                    kind,
                    private: false,
                })
                .expect("no field twice");
        }
        schema
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn what_goes_in_comes_out() {
        let mut columns = Columns::new(&schema());
        let mut row = Attributes::default();
        row.set(FieldNo(1), text("US"));
        row.set(FieldNo(2), Value::Number(Micro::whole(-3)));
        row.set(FieldNo(3), Value::Time(Moment(0)));
        row.set(FieldNo(4), Value::Flag(false));
        row.set(FieldNo(5), Value::tags(vec!["b".into(), "a".into()]));
        columns.push(&Attributes::default());
        columns.push(&row);
        columns.push(&Attributes::default());
        assert_eq!(columns.attributes(0), Attributes::default());
        assert_eq!(columns.attributes(1), row);
        assert_eq!(columns.attributes(2), Attributes::default());
    }

    #[test]
    fn each_text_is_fresh_once() {
        let mut columns = Columns::new(&schema());
        let mut row = Attributes::default();
        row.set(FieldNo(1), text("US"));
        assert_eq!(
            columns.push(&row),
            [Fresh {
                field: FieldNo(1),
                symbol: 0
            }]
        );
        assert_eq!(columns.push(&row), []);
        assert_eq!(
            columns.set(1, FieldNo(1), Some(&text("CA"))),
            Some(Fresh {
                field: FieldNo(1),
                symbol: 1
            })
        );
        assert_eq!(columns.lookup(FieldNo(1), &text("CA")), Some(1));
        assert_eq!(columns.lookup(FieldNo(1), &text("MX")), None);
        assert_eq!(columns.set(1, FieldNo(1), None), None);
        assert_eq!(columns.cell(FieldNo(1), 1), Cell::Missing);
        assert_eq!(columns.symbols(FieldNo(1)), 2);
    }

    #[test]
    fn a_value_of_another_type_or_field_is_left_out() {
        let mut columns = Columns::new(&schema());
        let mut row = Attributes::default();
        row.set(FieldNo(2), text("twelve"));
        row.set(FieldNo(99), text("nowhere"));
        columns.push(&row);
        assert_eq!(columns.attributes(0), Attributes::default());
    }

    #[test]
    fn widening_adds_missing_values() {
        let mut columns = Columns::new(&Schema::of_records());
        columns.push(&Attributes::default());
        columns.widen(&schema());
        assert_eq!(columns.cell(FieldNo(2), 0), Cell::Missing);
        columns.set(0, FieldNo(2), Some(&Value::Number(Micro(7))));
        assert_eq!(columns.value(FieldNo(2), 0), Some(Value::Number(Micro(7))));
    }
}
