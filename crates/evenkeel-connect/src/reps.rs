//! Reps from a file: each row becomes a key, a profile and personal data.
//!
//! Beside the fields the policy declares there are built-in ones: `id`, `name` (personal), `role`,
//! `team`, `closing_since`, `zone`, `hours`, `leave` and `status`. Only `id` is needed.

use crate::bad::{Bad, Trouble};
use crate::binding::{Binder, Slot};
use crate::forms::{Forms, Unfit, unfit};
use crate::mapping::Mapping;
use crate::records::{ID, key_of, private_of};
use crate::row::{Cell, Row};
use crate::source::Rows;
use evenkeel_core::ids::FieldNo;
use evenkeel_core::market::schema::{FieldType, Schema};
use evenkeel_core::market::value::Attributes;
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{LEAVES_MAX, Leave, Profile, REP_KEY_MAX, Status};
use evenkeel_core::time::Moment;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The built-in columns that make a profile, beside the key and the fields.
const BUILT_IN: [&str; 6] = ["name", "closing_since", "zone", "hours", "leave", "status"];
/// The end of a leave without one: 1 January 2200.
pub const LEAVE_OPEN: Moment = Moment(7_258_118_400_000);

/// One rep, ready to be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepIn {
    /// Line on which it begins.
    pub line: u64,
    /// The key people use.
    pub key: String,
    /// Everything a decision may know; without a reference to personal data.
    pub profile: Profile,
    /// Personal data by field name: `name`, and what the schema declares private.
    pub private: BTreeMap<String, String>,
}

/// Reads reps, each key once.
pub struct Reps {
    file: String,
    rows: Rows,
    map: Map,
    unused: Vec<String>,
    absent: Vec<String>,
    seen: HashMap<String, u64>,
}

struct Map {
    forms: Forms,
    id: Slot,
    built_in: BTreeMap<&'static str, Slot>,
    fields: Vec<(FieldNo, FieldType, Slot)>,
    private: Vec<(String, Slot)>,
}

impl Reps {
    /// Binds `rows` of `file` to the schema.
    ///
    /// *Refuses*: a mapping that does not fit the schema or the file, and a file without keys.
    pub fn open(
        file: &str,
        rows: Rows,
        mapping: &Mapping,
        schema: &Schema,
    ) -> Result<Self, Box<Bad>> {
        let fields = schema.fields().iter().map(|field| field.name.as_str());
        let known: BTreeSet<&str> = fields.chain(BUILT_IN).chain([ID]).collect();
        let mut binder = Binder::new(file, mapping, rows.header(), &known)?;
        let id = binder.needed(ID, FieldType::Text)?;
        let (mut built_in, mut fields, mut private) = (BTreeMap::new(), Vec::new(), Vec::new());
        let mut absent = Vec::new();
        for name in BUILT_IN {
            if let Some(slot) = binder.slot(name, FieldType::Text)? {
                if name == "name" {
                    private.push((name.to_owned(), slot));
                } else {
                    built_in.insert(name, slot);
                }
            }
        }
        for (at, field) in schema.fields().iter().enumerate() {
            match binder.slot(&field.name, field.kind)? {
                Some(slot) if field.private => private.push((field.name.clone(), slot)),
                Some(slot) => fields.push((FieldNo::at(at), field.kind, slot)),
                None => absent.push(field.name.clone()),
            }
        }
        let unused = binder.unused();
        let map = Map {
            forms: mapping.forms.clone(),
            id,
            built_in,
            fields,
            private,
        };
        Ok(Self {
            file: file.to_owned(),
            rows,
            map,
            unused,
            absent,
            seen: HashMap::new(),
        })
    }

    /// Columns of the file that no field uses.
    pub fn unused(&self) -> &[String] {
        &self.unused
    }

    /// Fields, built-in `role` and `team` included, for which the file has no column.
    pub fn absent(&self) -> &[String] {
        &self.absent
    }

    fn take(&mut self, row: Row) -> Result<RepIn, Trouble> {
        let rep = match self.map.rep(&self.file, &row) {
            Ok(rep) => rep,
            Err(bad) => return Err(row.reject(*bad)),
        };
        if let Some(first) = self.seen.get(&rep.key) {
            let expected = unfit(format!("every id once, but line {first} has it"));
            let bad = self.map.id.bad(&self.file, &row, &rep.key, expected);
            return Err(row.reject(*bad));
        }
        self.seen.insert(rep.key.clone(), rep.line);
        Ok(rep)
    }
}

impl Iterator for Reps {
    type Item = Result<RepIn, Trouble>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(match self.rows.next()? {
            Ok(row) => self.take(row),
            Err(trouble) => Err(trouble),
        })
    }
}

impl Map {
    fn rep(&self, file: &str, row: &Row) -> Result<RepIn, Box<Bad>> {
        let forms = &self.forms;
        let key = key_of(&self.id, file, row, forms, REP_KEY_MAX)?;
        let (zone, rules) = self
            .built(row, file, "zone", |text| {
                let rules = TimeZone::get(text)
                    .map_err(|_| unfit("a time zone such as America/New_York or UTC"))?;
                Ok((text.to_owned(), rules))
            })?
            .unwrap_or(("UTC".into(), TimeZone::UTC));
        let closing_since = self.built(row, file, "closing_since", |text| {
            forms.moment_in(text, &rules)
        })?;
        let hours = self.built(row, file, "hours", |text| {
            Hours::parse(text).map_err(|error| {
                unfit("hours such as Mon-Fri 09:00-17:30; Sat 10:00-14:00, or always")
                    .with(error.to_string())
            })
        })?;
        let leaves = self.built(row, file, "leave", |text| leaves(text, forms, &rules))?;
        let status = self.built(row, file, "status", |text| status(text, forms, &rules))?;
        let mut attributes = Attributes::default();
        for (number, kind, slot) in &self.fields {
            if let Some(value) = slot.value(file, row, forms, *kind)? {
                attributes.set(*number, value);
            }
        }
        let profile = Profile {
            attributes,
            closing_since,
            zone,
            hours: hours.unwrap_or(Hours::ALWAYS),
            leaves: leaves.unwrap_or_default(),
            status: status.unwrap_or(Status::Active),
            private: None,
        };
        let private = private_of(&self.private, file, row, forms)?;
        Ok(RepIn {
            line: row.line,
            key,
            profile,
            private,
        })
    }

    /// What `read` makes of a built-in column; `None` when it is blank or not there.
    fn built<T>(
        &self,
        row: &Row,
        file: &str,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, Unfit>,
    ) -> Result<Option<T>, Box<Bad>> {
        let Some(slot) = self.built_in.get(name) else {
            return Ok(None);
        };
        slot.with(file, row, &self.forms, |cell| {
            let text = match cell {
                Cell::List(list) => Some(list.join(";")),
                cell => self.forms.text(cell)?,
            };
            text.filter(|text| !text.trim().is_empty())
                .map(|text| read(&text))
                .transpose()
        })
    }
}

/// Reads `2026-03-01..2026-03-15; 2026-07-01..; 2026-12-24`.
///
/// Days count in the rep's zone, and the last day is away too; with a time of day the end is the
/// first moment back. Without an end the rep is away until further notice ([`LEAVE_OPEN`]).
fn leaves(text: &str, forms: &Forms, zone: &TimeZone) -> Result<Vec<Leave>, Unfit> {
    let mut leaves = Vec::new();
    for part in text
        .split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let (from, until) = span(part, forms, zone)?;
        let until = until.unwrap_or(LEAVE_OPEN);
        if until <= from {
            return Err(unfit("leave that ends after it begins").with(format!("Look at {part:?}")));
        }
        leaves.push(Leave { from, until });
    }
    if leaves.len() > LEAVES_MAX {
        return Err(unfit(format!(
            "at most {LEAVES_MAX} leaves, found {}",
            leaves.len()
        )));
    }
    leaves.sort();
    Ok(leaves)
}

/// Reads `active`, `left`, `paused`, `paused 2026-03-01` and `paused 2026-03-01..2026-04-01`, the
/// last with the day on which the manager looks again. `paused` alone is since 1970.
fn status(text: &str, forms: &Forms, zone: &TimeZone) -> Result<Status, Unfit> {
    let lower = text.to_lowercase();
    let (word, rest) = lower
        .split_once(char::is_whitespace)
        .unwrap_or((&lower, ""));
    match (word, rest.trim()) {
        ("active", "") => Ok(Status::Active),
        ("left", "") => Ok(Status::Left),
        ("paused", "") => Ok(Status::Paused {
            since: Moment(0),
            review: None,
            reason: None,
        }),
        ("paused", dates) => {
            let begin = |day: &str| start_or_moment(day, forms, zone);
            let (since, review) = dates.split_once("..").unwrap_or((dates, ""));
            let review = (!review.trim().is_empty())
                .then(|| begin(review))
                .transpose()?;
            Ok(Status::Paused {
                since: begin(since)?,
                review,
                reason: None,
            })
        }
        _ => Err(unfit(
            "active, paused, paused 2026-03-01..2026-04-01, or left",
        )),
    }
}

/// `a..b`, `a..` or `a`: from, and until (excluded) unless open.
fn span(part: &str, forms: &Forms, zone: &TimeZone) -> Result<(Moment, Option<Moment>), Unfit> {
    let (from, until) = part.split_once("..").unwrap_or((part, part));
    let from_moment = start_or_moment(from, forms, zone)?;
    if until.trim().is_empty() {
        return Ok((from_moment, None));
    }
    let until = match forms.day(until.trim()) {
        Ok(day) => day
            .tomorrow()
            .map_err(|_| unfit("a day within the calendar"))
            .and_then(|next| start_of(next, zone))?,
        Err(_) => forms.moment_in(until.trim(), zone)?,
    };
    Ok((from_moment, Some(until)))
}

fn start_or_moment(text: &str, forms: &Forms, zone: &TimeZone) -> Result<Moment, Unfit> {
    match forms.day(text.trim()) {
        Ok(day) => start_of(day, zone),
        Err(_) => forms.moment_in(text.trim(), zone),
    }
}

/// The first moment of a day; clock changes at midnight included.
fn start_of(day: Date, zone: &TimeZone) -> Result<Moment, Unfit> {
    day.to_zoned(zone.clone())
        .map(|start| Moment(start.timestamp().as_millisecond()))
        .map_err(|_| unfit("a day within the calendar"))
}
