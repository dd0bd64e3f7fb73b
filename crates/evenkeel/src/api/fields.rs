//! Field values as JSON, to and from the workspace's own types, without ever passing a float.
//!
//! A field may be public (it goes to the decision and into the journal) or private (it goes to the
//! side table). Which one it is, and of what type, is said by the policy in force.

use crate::api::problem::Problem;
use crate::host::private::{self, Private};
use evenkeel_core::market::schema::{FIELDS_MAX, Field, FieldType, Schema};
use evenkeel_core::market::value::{Attributes, TAGS_MAX, TEXT_MAX, Value};
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Fields by name, their values not read yet.
///
/// *Bounds*: [`FIELDS_MAX`] fields; a name given twice is refused.
#[derive(Debug, Default)]
pub struct RawFields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for RawFields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;

        impl<'de> Visitor<'de> for Fields {
            type Value = RawFields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with a value for each field")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                use serde::de::Error;
                // Most records have a dozen; growing to that in steps costs as much as reading one.
                let mut fields: Vec<(Cow<'de, str>, &'de RawValue)> = Vec::with_capacity(24);
                while let Some(Borrowed(name)) = map.next_key()? {
                    if fields.len() >= FIELDS_MAX {
                        return Err(A::Error::custom(format!("more than {FIELDS_MAX} fields")));
                    }
                    if fields.iter().any(|(known, _)| *known == name) {
                        return Err(A::Error::custom(format!("field `{name}` is there twice")));
                    }
                    fields.push((name, map.next_value()?));
                }
                Ok(RawFields(fields))
            }
        }

        deserializer.deserialize_map(Fields)
    }
}

/// A text that borrows from the body where it can.
#[derive(Debug, serde::Deserialize)]
pub struct Borrowed<'a>(#[serde(borrow)] pub Cow<'a, str>);

/// What a caller's fields amount to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Public fields.
    pub attributes: Attributes,
    /// Private ones.
    pub private: Private,
}

impl RawFields<'_> {
    /// Reads the values by the types the policy declares. `null` is the same as absent.
    ///
    /// *Refuses*: `field_unknown`, `field_malformed`; both say where.
    pub fn read(&self, schema: &Schema) -> Result<Read, Problem> {
        let mut read = Read::default();
        read.attributes.values.reserve_exact(self.0.len());
        let mut next = 0;
        for (name, raw) in &self.0 {
            let at = |problem: Problem| problem.at(format!("/fields/{}", escaped(name)));
            let found = schema.find_from(next, name);
            let number = found.ok_or_else(|| at(unknown(name, schema)))?;
            next = number.index() + 1;
            let field = schema.field(number).expect("a found field is there");
            let Some(value) = value(field, raw).map_err(at)? else {
                continue;
            };
            if field.private {
                read.private
                    .fields
                    .insert(field.name.clone(), value.to_string());
            } else {
                read.attributes.set(number, value);
            }
        }
        Ok(read)
    }
}

fn unknown(name: &str, schema: &Schema) -> Problem {
    let name: String = name.chars().take(80).collect();
    let known: Vec<&str> = schema
        .fields()
        .iter()
        .map(|field| field.name.as_str())
        .collect();
    Problem::own(
        "field_unknown",
        format!("The policy declares no field {name:?}."),
    )
    .hint(format!("Declared are: {}.", known.join(", ")))
}

fn value(field: &Field, raw: &RawValue) -> Result<Option<Value>, Problem> {
    let text = raw.get();
    if text == "null" {
        return Ok(None);
    }
    let refused = |expected: &str| {
        let seen: String = text.chars().take(80).collect();
        let name = &field.name;
        Problem::own(
            "field_malformed",
            format!("{name} is {seen}, but must be {expected}."),
        )
    };
    let text_max = if field.private {
        private::TEXT_MAX
    } else {
        TEXT_MAX
    };
    let value = match field.kind {
        FieldType::Text => {
            let text = string(text).ok_or_else(|| refused("text"))?;
            if text.len() > text_max {
                return Err(refused(&format!("text of at most {text_max} bytes")));
            }
            Value::Text(text.into())
        }
        FieldType::Number => {
            let expected = "a plain decimal number with at most six places, without an exponent";
            Value::Number(Micro::parse(text).ok_or_else(|| refused(expected))?)
        }
        FieldType::Flag => match text {
            "true" => Value::Flag(true),
            "false" => Value::Flag(false),
            _ => return Err(refused("true or false")),
        },
        FieldType::Time => {
            let expected = "a moment such as \"2026-03-01T09:30:00Z\"";
            let text = string(text).ok_or_else(|| refused(expected))?;
            Value::Time(moment(&text).ok_or_else(|| refused(expected))?)
        }
        FieldType::Tags => {
            let expected = "a list of at most 64 texts";
            let tags: Vec<String> = serde_json::from_str(text).map_err(|_| refused(expected))?;
            let long = tags
                .iter()
                .any(|tag| tag.len() > TEXT_MAX || tag.contains('\0'));
            if tags.len() > TAGS_MAX || long {
                return Err(refused(expected));
            }
            Value::tags(tags)
        }
    };
    Ok(Some(value))
}

/// A JSON string without the character NUL, which no database agrees about.
fn string(json: &str) -> Option<Cow<'_, str>> {
    // What holds no escape stands there as it is: the body was parsed, so it is sound.
    if let [b'"', inner @ .., b'"'] = json.as_bytes()
        && !inner.contains(&b'\\')
    {
        return Some(Cow::Borrowed(&json[1..json.len() - 1]));
    }
    let text: String = serde_json::from_str(json).ok()?;
    (!text.contains('\0')).then_some(Cow::Owned(text))
}

/// Reads RFC 3339.
pub fn moment(text: &str) -> Option<Moment> {
    text.parse::<jiff::Timestamp>()
        .ok()
        .map(|stamp| Moment(stamp.as_millisecond()))
}

/// A value as JSON: numbers are exact.
pub fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::Text(text) => text.as_str().into(),
        Value::Number(number) => exact(*number),
        Value::Flag(flag) => (*flag).into(),
        Value::Time(moment) => moment.to_string().into(),
        Value::Tags(tags) => tags.as_slice().into(),
    }
}

/// An amount as a JSON number where a double holds it exactly enough to come back the same, else as
/// text.
pub fn exact(amount: Micro) -> serde_json::Value {
    let text = amount.to_string();
    match serde_json::from_str::<serde_json::Number>(&text) {
        Ok(number) if number.to_string() == text => number.into(),
        _ => text.into(),
    }
}

/// The public fields of something, by name.
pub fn object<'a>(
    schema: &Schema,
    values: impl Iterator<Item = (evenkeel_core::ids::FieldNo, &'a Value)>,
) -> serde_json::Map<String, serde_json::Value> {
    values
        .filter_map(|(number, value)| Some((schema.field(number)?.name.clone(), json(value))))
        .collect()
}

fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
pub(in crate::api) mod tests {
    use super::*;

    /// A field of each type, and two that are private.
    pub(in crate::api) fn schema() -> Schema {
        let mut schema = Schema::of_records();
        for (name, kind, private) in [
            ("country", FieldType::Text, false),
            ("employees", FieldType::Number, false),
            ("hot", FieldType::Flag, false),
            ("seen", FieldType::Time, false),
            ("tags", FieldType::Tags, false),
            ("email", FieldType::Text, true),
            ("salary", FieldType::Number, true),
        ] {
            schema
                .declare(Field {
                    name: name.into(),
                    kind,
                    private,
                })
                .expect("new");
        }
        schema
    }

    fn read(json: &str) -> Result<Read, Problem> {
        let raw: RawFields<'_> = serde_json::from_str(json).expect("JSON");
        raw.read(&schema())
    }

    #[test]
    fn values_come_in_their_declared_types() {
        let read = read(
            r#"{"country":"PT","employees":0.1,"hot":true,"seen":"2026-03-01T10:30:00+01:00",
                "tags":["b","a","b"],"email":"a@b.example","kind":null}"#,
        )
        .expect("fits");
        let values: Vec<&Value> = read
            .attributes
            .values
            .iter()
            .map(|(_, value)| value)
            .collect();
        let expected = [
            &Value::Text("PT".into()),
            &Value::Number(Micro(100_000)),
            &Value::Flag(true),
            &Value::Time(moment("2026-03-01T09:30:00Z").expect("a moment")),
            &Value::Tags(vec!["a".into(), "b".into()]),
        ];
        assert_eq!(values, expected);
        assert_eq!(read.private.fields["email"], "a@b.example");
    }

    #[test]
    fn bad_values_are_refused_where_they_stand() {
        for (json, code, detail) in [
            (r#"{"contry":"PT"}"#, "field_unknown", "\"contry\""),
            (r#"{"country":7}"#, "field_malformed", "country is 7"),
            (r#"{"country":"a\u0000b"}"#, "field_malformed", "text"),
            (r#"{"country":"\ud800"}"#, "field_malformed", "text"),
            (r#"{"employees":1e309}"#, "field_malformed", "1e309"),
            (r#"{"employees":1e2}"#, "field_malformed", "exponent"),
            (
                r#"{"employees":0.1234567}"#,
                "field_malformed",
                "six places",
            ),
            (
                r#"{"employees":99999999999999}"#,
                "field_malformed",
                "decimal",
            ),
            (r#"{"employees":"7"}"#, "field_malformed", "decimal"),
            (r#"{"hot":"yes"}"#, "field_malformed", "true or false"),
            (r#"{"seen":"yesterday"}"#, "field_malformed", "2026-03-01"),
            (r#"{"tags":[["deep"]]}"#, "field_malformed", "list"),
            (r#"{"tags":"a"}"#, "field_malformed", "list"),
        ] {
            let problem = read(json).expect_err(json);
            let text = serde_json::to_string(&problem.document()).expect("JSON");
            assert!(problem.code() == code, "{json}: {text}");
            assert!(
                text.contains(&detail.replace('"', "\\\"")),
                "{json}: {text}"
            );
            assert!(text.contains("\"pointer\":\"/fields/"), "{json}: {text}");
        }
        for json in [r#"{"hot":true,"hot":true}"#, "[]", "7"] {
            assert!(
                serde_json::from_str::<RawFields<'_>>(json).is_err(),
                "{json}"
            );
        }
    }

    #[test]
    fn numbers_go_out_exactly() {
        for text in [
            "0.1",
            "12",
            "-3.000001",
            "9223372036854.775807",
            "123456789.123456",
        ] {
            let number = Micro::parse(text).expect("a number");
            let json = exact(number).to_string();
            assert_eq!(json.trim_matches('"'), text);
        }
    }
}
