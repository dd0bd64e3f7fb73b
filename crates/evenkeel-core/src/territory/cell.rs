//! One cell of a territory table: which values of a record's field it takes.
//!
//! Text is compared byte by byte, as in conditions; nothing is folded, trimmed or guessed, since
//! `US` and `us` being two things is what the report on holes shows.

use crate::market::schema::FieldType;
use crate::market::value::Value;
use crate::units::Micro;
use serde::{Deserialize, Serialize};
use std::cmp::{Ordering, Reverse};
use std::fmt;

/// Most bytes of one cell.
pub const CELL_MAX: usize = 100;

/// Which values a cell takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Cell {
    /// Every value, and also none: the cell was left empty.
    Any,
    /// A number in this band.
    Within(Band),
    /// Text that starts so: `94*`.
    Starts(String),
    /// Exactly this text.
    Is(String),
}

/// From a number up to, but not including, another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Band {
    /// The first number taken; `None` is from the smallest.
    pub from: Option<Micro>,
    /// The first number not taken any more; `None` is without end.
    pub below: Option<Micro>,
}

impl Band {
    /// Whether the number is in it.
    pub fn holds(self, number: Micro) -> bool {
        self.from.is_none_or(|from| from <= number) && self.below.is_none_or(|below| number < below)
    }

    /// Whether some number is in both.
    pub fn meets(self, other: Self) -> bool {
        let starts_before_end = |one: Self, two: Self| match (one.from, two.below) {
            (Some(from), Some(below)) => from < below,
            _ => true,
        };
        starts_before_end(self, other) && starts_before_end(other, self)
    }

    /// Whether every number of `other` is in it.
    pub fn covers(self, other: Self) -> bool {
        let from = match (self.from, other.from) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(others)) => own <= others,
        };
        let below = match (self.below, other.below) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(others)) => own >= others,
        };
        from && below
    }

    /// What the closer of two bands is smaller in: the narrower one, then the one that begins
    /// higher, then the one that ends lower. An open band is wider than every closed one.
    pub fn closeness(self) -> (bool, u64, Reverse<Option<Micro>>, Option<Micro>) {
        let width = match (self.from, self.below) {
            (Some(from), Some(below)) => Some(below.0.abs_diff(from.0)),
            _ => None,
        };
        (
            width.is_none(),
            width.unwrap_or(0),
            Reverse(self.from),
            self.below,
        )
    }

    /// `200..1000`, `200..`, `..1000` or `50`.
    ///
    /// *Refuses*: what is none of these, and a band without a number in it.
    fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| Micro::parse(text.trim());
        let band = match text.split_once("..") {
            None => {
                let from = number(text)?;
                let below = Micro(from.0.checked_add(1)?);
                Self {
                    from: Some(from),
                    below: Some(below),
                }
            }
            Some((from, below)) => {
                let end = |text: &str| match text.trim() {
                    "" => Some(None),
                    text => number(text).map(Some),
                };
                Self {
                    from: end(from)?,
                    below: end(below)?,
                }
            }
        };
        let sound = match (band.from, band.below) {
            (Some(from), Some(below)) => from < below,
            (None, None) => false,
            _ => true,
        };
        sound.then_some(band)
    }
}

impl Cell {
    /// Reads a cell for a field of this type; in a `starred` column every text is a beginning.
    ///
    /// *Refuses*, in words of what was expected: a text too long, a star that is not at the end, a
    /// number or band that is none, and every cell of another type of field.
    pub fn parse(text: &str, kind: FieldType, starred: bool) -> Result<Self, String> {
        let text = text.trim();
        if text.len() > CELL_MAX {
            return Err(format!("at most {CELL_MAX} bytes of text"));
        }
        if text.is_empty() || text == "*" {
            return Ok(Self::Any);
        }
        if text.chars().any(char::is_control) {
            return Err("printable text on one line".to_owned());
        }
        match kind {
            FieldType::Text => {
                let (start, star) = match text.strip_suffix('*') {
                    Some(start) => (start, true),
                    None => (text, starred),
                };
                if start.contains('*') {
                    return Err("a star only at the end, like 94*".to_owned());
                }
                let start = start.to_owned();
                Ok(if star {
                    Self::Starts(start)
                } else {
                    Self::Is(start)
                })
            }
            FieldType::Number => Band::parse(text).map(Self::Within).ok_or_else(|| {
                "a number or a band like 200..1000 (200 and up to, not including, 1000), 200.. \
                 or ..1000"
                    .to_owned()
            }),
            FieldType::Flag | FieldType::Time | FieldType::Tags => {
                Err("nothing: only fields of text and numbers can stand in a table".to_owned())
            }
        }
    }

    /// Whether it takes the value; a missing one only when it takes any.
    pub fn takes(&self, value: Option<&Value>) -> bool {
        match (self, value) {
            (Self::Any, _) => true,
            (Self::Is(text), Some(Value::Text(value))) => text == value,
            (Self::Starts(start), Some(Value::Text(value))) => value.starts_with(start.as_str()),
            (Self::Within(band), Some(Value::Number(number))) => band.holds(*number),
            _ => false,
        }
    }

    /// Which of two cells that take the same value says more about it: the exact text, then the
    /// longer beginning, then the closer band, then any. `Equal` only when they are the same cell.
    pub fn closer(&self, other: &Self) -> Ordering {
        let class = |cell: &Self| match cell {
            Self::Any => 0,
            Self::Within(_) => 1,
            Self::Starts(_) => 2,
            Self::Is(_) => 3,
        };
        match (self, other) {
            (Self::Starts(own), Self::Starts(others)) => own.len().cmp(&others.len()),
            (Self::Within(own), Self::Within(others)) => others.closeness().cmp(&own.closeness()),
            _ => class(self).cmp(&class(other)),
        }
    }
}

impl fmt::Display for Cell {
    /// As people write it in a row's key: any is `*`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Any => f.write_str("*"),
            Self::Is(text) => f.write_str(text),
            Self::Starts(start) => write!(f, "{start}*"),
            Self::Within(band) => band.fmt(f),
        }
    }
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.below) {
            (Some(from), Some(below)) if below.0 == from.0 + 1 => from.fmt(f),
            (from, below) => {
                if let Some(from) = from {
                    from.fmt(f)?;
                }
                f.write_str("..")?;
                below.map_or(Ok(()), |below| below.fmt(f))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_and_written_alike() {
        for (text, kind, starred, written) in [
            (" US ", FieldType::Text, false, "US"),
            ("94*", FieldType::Text, false, "94*"),
            ("94", FieldType::Text, true, "94*"),
            ("", FieldType::Text, true, "*"),
            ("*", FieldType::Number, false, "*"),
            ("200..1000", FieldType::Number, false, "200..1000"),
            ("0.5 .. 1", FieldType::Number, false, "0.5..1"),
            ("200..", FieldType::Number, false, "200.."),
            ("..200", FieldType::Number, false, "..200"),
            ("50", FieldType::Number, false, "50"),
        ] {
            let cell = Cell::parse(text, kind, starred).expect(text);
            assert_eq!(cell.to_string(), written, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_cell_says_what_was_expected() {
        for (text, kind) in [
            ("9*4", FieldType::Text),
            ("9**", FieldType::Text),
            ("a\tb", FieldType::Text),
            ("many", FieldType::Number),
            ("1000..200", FieldType::Number),
            ("..", FieldType::Number),
            ("yes", FieldType::Flag),
        ] {
            assert!(Cell::parse(text, kind, false).is_err(), "{text:?}");
        }
        let long = "x".repeat(CELL_MAX + 1);
        assert!(Cell::parse(&long, FieldType::Text, false).is_err());
    }

    #[test]
    fn a_band_holds_its_beginning_and_not_its_end() {
        let cell = Cell::parse("200..1000", FieldType::Number, false).expect("a band");
        let takes = |number| cell.takes(Some(&Value::Number(Micro::whole(number))));
        assert!(takes(200) && takes(999) && !takes(1_000) && !takes(199));
        assert!(!cell.takes(None) && Cell::Any.takes(None));
    }

    #[test]
    fn the_cell_that_says_more_is_closer() {
        let text = |text: &str| Cell::parse(text, FieldType::Text, false).expect(text);
        let band = |text: &str| Cell::parse(text, FieldType::Number, false).expect(text);
        for (less, more) in [
            (Cell::Any, text("9*")),
            (text("9*"), text("94*")),
            (text("94*"), text("94")),
            (Cell::Any, band("1..")),
            (band("1.."), band("5..")),
            (band("1.."), band("1..100")),
            (band("1..101"), band("50..100")),
            (band("1..51"), band("50..100")),
        ] {
            assert_eq!(more.closer(&less), Ordering::Greater, "{more} {less}");
            assert_eq!(less.closer(&more), Ordering::Less, "{more} {less}");
        }
    }
}
