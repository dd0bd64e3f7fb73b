//! One record read in one go, its values by the types of the policy while the text is parsed.
//!
//! Most records are sound, and reading them twice, first as JSON and then by type, is most of what
//! taking one in costs before it is decided. Deliberately no refusal is worded here: whatever is
//! out of the ordinary is left to the long way ([`crate::api::fields`]), which finds out what is
//! wrong and where. What is read here is read there alike; a test holds them together.

use crate::api::fields::{self, Read};
use crate::host::private;
use evenkeel_core::market::schema::{FIELDS_MAX, Field, FieldType, Schema};
use evenkeel_core::market::value::{TAGS_MAX, TEXT_MAX, Value};
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use smol_str::SmolStr;
use std::fmt;

/// A record, and what its fields amount to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outright {
    /// The key of its source.
    pub key: SmolStr,
    /// Its values.
    pub read: Read,
    /// When it came into being at its source.
    pub occurred: Option<Moment>,
}

/// Reads a record, unless anything about it is out of the ordinary: *refuses* in no words.
///
/// *Example*: of `{"key":"L-1","fields":{"country":"PT"}}` the key and one value, where the policy
/// declares a text `country`; `None` where it does not.
pub fn read(text: &str, schema: &Schema) -> Option<Outright> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Record(schema).deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some(read)
}

/// Takes no note of what is wrong: it is asked again the long way.
fn odd<E: Error>() -> E {
    E::custom("out of the ordinary")
}

struct Record<'s>(&'s Schema);

impl<'de> DeserializeSeed<'de> for Record<'_> {
    type Value = Outright;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Outright, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Record<'_> {
    type Value = Outright;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Outright, A::Error> {
        let (mut key, mut read, mut occurred) = (None, None, None);
        while let Some(name) = map.next_key::<&str>()? {
            match name {
                "key" if key.is_none() => key = Some(map.next_value::<&str>()?.into()),
                "fields" if read.is_none() => read = Some(map.next_value_seed(Fields(self.0))?),
                "occurred_at" if occurred.is_none() => {
                    let moment = fields::moment(map.next_value()?);
                    occurred = Some(moment.ok_or_else(odd)?);
                }
                _ => return Err(odd()),
            }
        }
        Ok(Outright {
            key: key.ok_or_else(odd)?,
            read: read.unwrap_or_default(),
            occurred,
        })
    }
}

struct Fields<'s>(&'s Schema);

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = Read;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Read, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = Read;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the fields of a record")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Read, A::Error> {
        let mut read = Read::default();
        // Most records have a dozen; growing to that in steps costs as much as reading one.
        read.attributes.values.reserve_exact(16);
        let mut seen = [0u64; FIELDS_MAX.div_ceil(64)];
        let mut next = 0;
        while let Some(name) = map.next_key::<&str>()? {
            let number = self.0.find_from(next, name).ok_or_else(odd)?;
            next = number.index() + 1;
            let (word, bit) = (number.index() / 64, 1 << (number.index() % 64));
            let seen = seen.get_mut(word).ok_or_else(odd)?;
            if *seen & bit != 0 {
                return Err(odd());
            }
            *seen |= bit;
            let field = self.0.field(number).expect("a found field is there");
            let Some(value) = map.next_value_seed(Typed(field))? else {
                continue;
            };
            if field.private {
                let (name, text) = (field.name.clone(), value.to_string());
                read.private.fields.insert(name, text);
            } else {
                read.attributes.set(number, value);
            }
        }
        Ok(read)
    }
}

/// A value of this field; `None` for `null`.
struct Typed<'s>(&'s Field);

impl Typed<'_> {
    fn text_max(&self) -> usize {
        match self.0.private {
            true => private::TEXT_MAX,
            false => TEXT_MAX,
        }
    }
}

impl<'de> DeserializeSeed<'de> for Typed<'_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<Value>, D::Error> {
        if self.0.kind != FieldType::Number {
            return from.deserialize_any(self);
        }
        // As it stands there, for it must not become a float on the way.
        match <&RawValue as serde::Deserialize>::deserialize(from)?.get() {
            "null" => Ok(None),
            text => Micro::parse(text)
                .map(|number| Some(Value::Number(number)))
                .ok_or_else(odd),
        }
    }
}

impl<'de> Visitor<'de> for Typed<'_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of its field")
    }

    fn visit_unit<E: Error>(self) -> Result<Option<Value>, E> {
        Ok(None)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Option<Value>, E> {
        match self.0.kind {
            FieldType::Flag => Ok(Some(Value::Flag(flag))),
            _ => Err(odd()),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<Value>, E> {
        match self.0.kind {
            FieldType::Text if text.len() <= self.text_max() && !text.contains('\0') => {
                Ok(Some(Value::Text(text.into())))
            }
            FieldType::Time => match fields::moment(text) {
                Some(moment) => Ok(Some(Value::Time(moment))),
                None => Err(odd()),
            },
            _ => Err(odd()),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Option<Value>, A::Error> {
        let mut tags = Vec::new();
        while let Some(tag) = list.next_element::<&str>()? {
            if self.0.kind != FieldType::Tags || tags.len() >= TAGS_MAX || tag.len() > TEXT_MAX {
                return Err(odd());
            }
            tags.push(tag.to_owned());
        }
        match self.0.kind {
            FieldType::Tags => Ok(Some(Value::tags(tags))),
            _ => Err(odd()),
        }
    }
}
