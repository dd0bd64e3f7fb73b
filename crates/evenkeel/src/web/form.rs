//! What a form sends: read within bounds, and only counted once its token is proved.
//!
//! Values of fields are read by the type the workspace's schema gives them. Nothing here submits.

use crate::app::App;
use crate::host::secret;
use crate::host::signed::{Signed, TurnedAway};
use crate::web::refused::Refused;
use axum::extract::{FromRequest, Request};
use evenkeel_core::market::schema::{Field, FieldType};
use evenkeel_core::market::value::Value;
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Most fields of one form.
const FIELDS_MAX: usize = 500;

/// A form as it came in, from whomever.
#[derive(Debug)]
pub struct Sent(Vec<(String, String)>);

/// A form that came from one of our pages in this session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields(Vec<(String, String)>);

impl FromRequest<App> for Sent {
    type Rejection = Refused;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refused> {
        match axum::Form::<Vec<(String, String)>>::from_request(request, app).await {
            Ok(axum::Form(fields)) if fields.len() <= FIELDS_MAX => Ok(Self(fields)),
            Ok(_) => Err(Refused::form(format!(
                "A form has at most {FIELDS_MAX} fields."
            ))),
            Err(why) => Err(Refused::form(why.body_text())),
        }
    }
}

impl Sent {
    /// The fields, if the form carries the token of this session.
    pub fn by(self, signed: &Signed) -> Result<Fields, TurnedAway> {
        let fields = Fields(self.0);
        signed.own_form(fields.text("csrf"))?;
        Ok(fields)
    }

    /// The fields of a form that nobody needs to be signed in for.
    pub fn by_anyone(self) -> Fields {
        Fields(self.0)
    }
}

impl Fields {
    /// Only for tests and previews.
    pub fn of(fields: &[(&str, &str)]) -> Self {
        let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        Self(fields.iter().map(own).collect())
    }

    /// Every field, in the order sent.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The field called `name`, without space around it; empty when it is missing.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The field called `name` as it is; empty when it is missing.
    pub fn raw(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(found, _)| found == name)
            .map_or("", |(_, text)| text)
    }

    /// The key that makes sending the same form twice one order.
    pub fn once(&self) -> String {
        match self.text("once") {
            "" => format!("form-{}", secret::hex(&secret::random::<16>())),
            once => format!("form-{once}"),
        }
    }

    /// Digest of everything that was filled in.
    pub fn digest(&self) -> [u8; 32] {
        let filled = self.0.iter().filter(|(name, _)| name != "csrf");
        let parts: Vec<&[u8]> = filled
            .flat_map(|(name, text)| [name.as_bytes(), text.as_bytes()])
            .collect();
        secret::digest(&parts)
    }

    /// The value of a schema field; `None` when it was left empty.
    ///
    /// *Refuses* in words what cannot be read as the field's type.
    pub fn value(&self, name: &str, field: &Field) -> Result<Option<Value>, String> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        let wrong = |expected: &str| {
            let seen: String = text.chars().take(80).collect();
            format!("{} is “{seen}”, but must be {expected}.", field.name)
        };
        let value = match field.kind {
            FieldType::Text => Value::Text(text.into()),
            FieldType::Number => Value::Number(
                Micro::parse(text).ok_or_else(|| wrong("a plain decimal such as 200 or -1.5"))?,
            ),
            FieldType::Flag => match text {
                "yes" | "true" => Value::Flag(true),
                "no" | "false" => Value::Flag(false),
                _ => return Err(wrong("yes or no")),
            },
            FieldType::Time => Value::Time(
                moment(text).ok_or_else(|| wrong("a moment such as 2026-03-01T09:30:00Z"))?,
            ),
            FieldType::Tags => {
                let tags = text.split(',').map(str::trim).filter(|tag| !tag.is_empty());
                Value::tags(tags.map(str::to_owned).collect())
            }
        };
        Ok(Some(value))
    }

    /// The first moment of the date in the field, in `zone`; `None` when it is empty.
    pub fn day(&self, name: &str, zone: &str) -> Result<Option<Moment>, String> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        match text.parse::<Date>() {
            Ok(date) => Ok(Some(
                midnight(date, zone).ok_or("This date is out of range.")?,
            )),
            Err(_) => {
                let seen: String = text.chars().take(20).collect();
                Err(format!("“{seen}” is not a date; write it as 2026-03-31."))
            }
        }
    }

    /// The first moment after the date in the field, in `zone`.
    pub fn day_after(&self, name: &str, zone: &str) -> Result<Option<Moment>, String> {
        let Some(_) = self.day(name, zone)? else {
            return Ok(None);
        };
        let next = self
            .text(name)
            .parse::<Date>()
            .ok()
            .and_then(|date| date.tomorrow().ok());
        Ok(Some(
            next.and_then(|next| midnight(next, zone))
                .ok_or("This date is out of range.")?,
        ))
    }
}

fn midnight(date: Date, zone: &str) -> Option<Moment> {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let start = date.to_zoned(zone).ok()?.start_of_day().ok()?;
    Some(Moment(start.timestamp().as_millisecond()))
}

/// A moment with its offset, or as a browser's date field sends it, taken as UTC.
fn moment(text: &str) -> Option<Moment> {
    if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
        return Some(Moment(stamp.as_millisecond()));
    }
    let local = text.parse::<DateTime>().ok()?;
    let utc = local.to_zoned(TimeZone::UTC).ok()?;
    Some(Moment(utc.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: FieldType) -> Field {
        Field {
            name: "f".into(),
            kind,
            private: false,
        }
    }

    fn read(kind: FieldType, text: &str) -> Result<Option<Value>, String> {
        Fields::of(&[("f", text)]).value("f", &field(kind))
    }

    #[test]
    fn values_are_read_by_their_type() {
        for (kind, text, value) in [
            (FieldType::Text, " US ", Some(Value::Text("US".into()))),
            (FieldType::Text, "  ", None),
            (
                FieldType::Number,
                "-1.5",
                Some(Value::Number(Micro(-1_500_000))),
            ),
            (FieldType::Flag, "yes", Some(Value::Flag(true))),
            (
                FieldType::Tags,
                "b, a,,b",
                Some(Value::Tags(vec!["a".into(), "b".into()])),
            ),
            (
                FieldType::Time,
                "1970-01-01T00:00:01Z",
                Some(Value::Time(Moment(1_000))),
            ),
            (
                FieldType::Time,
                "1970-01-01T00:01",
                Some(Value::Time(Moment(60_000))),
            ),
        ] {
            assert_eq!(read(kind, text), Ok(value), "{kind:?} {text:?}");
        }
    }

    #[test]
    fn what_is_not_of_the_type_is_said_with_its_name() {
        for (kind, text) in [
            (FieldType::Number, "1e309"),
            (FieldType::Number, "NaN"),
            (FieldType::Flag, "maybe"),
            (FieldType::Time, "tomorrow"),
        ] {
            let refused = read(kind, text).expect_err(text);
            assert!(refused.starts_with(&format!("f is “{text}”")), "{refused}");
        }
    }

    #[test]
    fn days_begin_in_the_zone_also_when_midnight_is_left_out() {
        let fields = Fields::of(&[("d", "2026-03-08"), ("bad", "soon")]);
        // Santiago and Beirut know days without a midnight; New York only a short one.
        let from = fields
            .day("d", "America/New_York")
            .expect("a date")
            .expect("there");
        let after = fields
            .day_after("d", "America/New_York")
            .expect("a date")
            .expect("there");
        assert_eq!((after - from).0, 23 * 3_600_000);
        assert!(fields.day("bad", "UTC").is_err());
        assert_eq!(fields.day("none", "UTC"), Ok(None));
    }

    #[test]
    fn the_same_form_has_the_same_digest_whatever_its_token() {
        let one = Fields::of(&[("csrf", "a"), ("rep", "ana")]);
        let two = Fields::of(&[("csrf", "b"), ("rep", "ana")]);
        let other = Fields::of(&[("csrf", "a"), ("rep", "ben")]);
        assert_eq!(one.digest(), two.digest());
        assert_ne!(one.digest(), other.digest());
    }
}
