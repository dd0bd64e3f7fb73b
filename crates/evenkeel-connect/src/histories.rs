//! History from a file: each line becomes facts about one record that happened elsewhere, before.
//!
//! A file has one [`Form`]: what its lines tell. Only keys, moments, amounts and codes are read; a
//! column with names, addresses or notes is left in the file. Facts are handed on as they are told;
//! what they add up to is deliberately not known here.

use crate::bad::{Bad, Reject, Trouble};
use crate::binding::{Binder, Slot};
use crate::forms::{Forms, unfit};
use crate::mapping::Mapping;
use crate::records::key_of;
use crate::row::Row;
use crate::source::Rows;
use evenkeel_core::command::intake::RECORD_KEY_MAX;
use evenkeel_core::market::code::{CODE_FORM, is_code};
use evenkeel_core::market::schema::FieldType;
use evenkeel_core::market::value::Value;
use evenkeel_core::measure::past::Happened;
use evenkeel_core::people::rep::REP_KEY_MAX;
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;
use std::collections::{BTreeMap, BTreeSet};

/// What the lines of a file tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A record, how it stands, and what is known of how it came there: an export of a CRM.
    Deals,
    /// That a record was assigned to a rep.
    Assignments,
    /// That a record had another owner from then on, or none.
    Owners,
    /// That somebody worked on a record.
    Activities,
    /// That a record was won, lost, disqualified or open again.
    Outcomes,
    /// Any of these; a column says which.
    Facts,
}

impl Form {
    /// Columns that must be there, and those that may.
    fn columns(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Self::Deals => (
                &["record", "outcome"],
                &[
                    "rep",
                    "created_at",
                    "assigned_at",
                    "closed_at",
                    "value",
                    "reason",
                    "origin",
                ],
            ),
            Self::Assignments => (&["record", "at", "rep"], &["id"]),
            Self::Owners => (&["record", "at", "rep"], &["id"]),
            Self::Activities => (&["record", "at", "kind"], &["rep", "id"]),
            Self::Outcomes => (&["record", "at", "outcome"], &["value", "reason"]),
            Self::Facts => (
                &["record", "at", "what"],
                &["rep", "kind", "value", "reason", "origin"],
            ),
        }
    }
}

/// The words for what happened, as a column says them.
const WHATS: [(&str, Happened); 8] = [
    ("created", Happened::Created),
    ("assigned", Happened::Assigned),
    ("owned", Happened::Owned),
    ("worked", Happened::Worked),
    ("reopened", Happened::Reopened),
    ("won", Happened::Won),
    ("lost", Happened::Lost),
    ("disqualified", Happened::Disqualified),
];

/// One fact about a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FactIn {
    /// What happened.
    pub what: Happened,
    /// When.
    pub at: Moment,
    /// Key of the rep; `None` for nobody.
    pub rep: Option<String>,
    /// Kind of activity, reason of an outcome, or where the record came from: a code.
    pub word: Option<String>,
    /// What it is or was worth.
    pub value: Option<Micro>,
}

/// What one line tells.
#[derive(Debug)]
pub struct PastLine {
    /// Key of the record.
    pub record: String,
    /// What its source calls it.
    pub id: Option<String>,
    /// Facts; none when the record is open and nothing has happened to it yet.
    pub facts: Vec<FactIn>,
    file: String,
    row: Row,
}

impl PastLine {
    /// The line as one that is not taken after all, because it should have been `expected`.
    pub fn reject(self, seen: &str, expected: impl Into<String>) -> Reject {
        Reject {
            bad: Bad::line(&self.file, self.row.line, expected).seen(seen),
            original: self.row.original,
        }
    }
}

/// Reads history, in the order of the file.
pub struct Histories {
    file: String,
    rows: Rows,
    form: Form,
    map: Map,
    unused: Vec<String>,
}

/// Slots by column, and how values are written.
struct Map {
    forms: Forms,
    slots: BTreeMap<&'static str, Slot>,
}

impl Histories {
    /// Binds `rows` of `file`.
    ///
    /// *Refuses*: a mapping that does not fit the file, and a file without the needed columns.
    pub fn open(file: &str, rows: Rows, mapping: &Mapping, form: Form) -> Result<Self, Box<Bad>> {
        let (needed, optional) = form.columns();
        let known: BTreeSet<&str> = needed.iter().chain(optional).copied().collect();
        let mut binder = Binder::new(file, mapping, rows.header(), &known)?;
        let mut slots = BTreeMap::new();
        for name in needed {
            slots.insert(*name, binder.needed(name, kind_of(name))?);
        }
        for name in optional {
            if let Some(slot) = binder.slot(name, kind_of(name))? {
                slots.insert(*name, slot);
            }
        }
        let unused = binder.unused();
        let forms = mapping.forms.clone();
        Ok(Self {
            file: file.to_owned(),
            rows,
            form,
            map: Map { forms, slots },
            unused,
        })
    }

    /// Columns of the file that nothing uses.
    pub fn unused(&self) -> &[String] {
        &self.unused
    }

    fn line(&self, row: &Row) -> Result<(String, Option<String>, Vec<FactIn>), Box<Bad>> {
        let cells = Cells {
            file: &self.file,
            map: &self.map,
            row,
        };
        let slot = &self.map.slots["record"];
        let record = key_of(slot, &self.file, row, &self.map.forms, RECORD_KEY_MAX)?;
        let facts = match self.form {
            Form::Deals => cells.deal()?,
            Form::Assignments => vec![cells.owned(Happened::Assigned, cells.at("at")?)?],
            Form::Owners => vec![cells.owned(Happened::Owned, cells.at("at")?)?],
            Form::Activities => vec![cells.worked()?],
            Form::Outcomes => {
                let what = cells.outcome()?.unwrap_or(Happened::Reopened);
                vec![cells.ended(what, cells.at("at")?)?]
            }
            Form::Facts => vec![cells.any()?],
        };
        Ok((record, cells.text("id")?, facts))
    }
}

impl Iterator for Histories {
    type Item = Result<PastLine, Trouble>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(match self.rows.next()? {
            Err(trouble) => Err(trouble),
            Ok(row) => match self.line(&row) {
                Err(bad) => Err(row.reject(*bad)),
                Ok((record, id, facts)) => Ok(PastLine {
                    record,
                    id,
                    facts,
                    file: self.file.clone(),
                    row,
                }),
            },
        })
    }
}

fn kind_of(column: &str) -> FieldType {
    match column {
        "at" | "created_at" | "assigned_at" | "closed_at" => FieldType::Time,
        "value" => FieldType::Number,
        _ => FieldType::Text,
    }
}

/// One line, read column by column.
struct Cells<'a> {
    file: &'a str,
    map: &'a Map,
    row: &'a Row,
}

impl Cells<'_> {
    fn bad(&self, column: &str, seen: &str, expected: impl Into<String>) -> Box<Bad> {
        let expected = unfit(expected);
        match self.map.slots.get(column) {
            Some(slot) => slot.bad(self.file, self.row, seen, expected),
            None => Box::new(Bad::line(self.file, self.row.line, expected.expected)),
        }
    }

    fn text(&self, column: &str) -> Result<Option<String>, Box<Bad>> {
        match self.map.slots.get(column) {
            Some(slot) => slot.text(self.file, self.row, &self.map.forms),
            None => Ok(None),
        }
    }

    fn moment(&self, column: &str) -> Result<Option<Moment>, Box<Bad>> {
        let Some(slot) = self.map.slots.get(column) else {
            return Ok(None);
        };
        let value = slot.value(self.file, self.row, &self.map.forms, FieldType::Time)?;
        Ok(match value {
            Some(Value::Time(at)) => Some(at),
            _ => None,
        })
    }

    fn at(&self, column: &str) -> Result<Moment, Box<Bad>> {
        let at = self.moment(column)?;
        at.ok_or_else(|| self.bad(column, "", "a moment on every line"))
    }

    fn value(&self) -> Result<Option<Micro>, Box<Bad>> {
        let Some(slot) = self.map.slots.get("value") else {
            return Ok(None);
        };
        let value = slot.value(self.file, self.row, &self.map.forms, FieldType::Number)?;
        Ok(match value {
            Some(Value::Number(value)) => Some(value),
            _ => None,
        })
    }

    /// The key of a rep, if there is one.
    fn rep(&self) -> Result<Option<String>, Box<Bad>> {
        match self.map.slots.get("rep") {
            Some(slot) if self.text("rep")?.is_some() => {
                key_of(slot, self.file, self.row, &self.map.forms, REP_KEY_MAX).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// A code: small letters, with `_` where the file has white space.
    fn code(&self, column: &str) -> Result<Option<String>, Box<Bad>> {
        let Some(text) = self.text(column)? else {
            return Ok(None);
        };
        let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
        let code = words.join("_");
        match is_code(&code) {
            true => Ok(Some(code)),
            false => Err(self.bad(column, &text, format!("a code of {CODE_FORM}"))),
        }
    }

    /// How the record stands; `None` is open.
    fn outcome(&self) -> Result<Option<Happened>, Box<Bad>> {
        let Some(text) = self.text("outcome")? else {
            return Ok(None);
        };
        match text.to_lowercase().as_str() {
            "open" => Ok(None),
            "won" => Ok(Some(Happened::Won)),
            "lost" => Ok(Some(Happened::Lost)),
            "disqualified" => Ok(Some(Happened::Disqualified)),
            _ => {
                let mut bad = self.bad("outcome", &text, "open, won, lost or disqualified");
                let hint = "What other words mean, the mapping says: [replace.outcome]";
                bad.hint = Some(hint.to_owned());
                Err(bad)
            }
        }
    }

    fn created(&self, at: Moment) -> Result<FactIn, Box<Bad>> {
        Ok(FactIn {
            what: Happened::Created,
            at,
            rep: None,
            word: self.code("origin")?,
            value: self.value()?,
        })
    }

    fn owned(&self, what: Happened, at: Moment) -> Result<FactIn, Box<Bad>> {
        let rep = self.rep()?;
        if rep.is_none() && what == Happened::Assigned {
            return Err(self.bad("rep", "", "a rep on every line"));
        }
        Ok(FactIn {
            what,
            at,
            rep,
            word: None,
            value: None,
        })
    }

    fn worked(&self) -> Result<FactIn, Box<Bad>> {
        let kind = self.code("kind")?;
        Ok(FactIn {
            what: Happened::Worked,
            at: self.at("at")?,
            rep: self.rep()?,
            word: Some(kind.ok_or_else(|| self.bad("kind", "", "a kind on every line"))?),
            value: None,
        })
    }

    fn ended(&self, what: Happened, at: Moment) -> Result<FactIn, Box<Bad>> {
        Ok(FactIn {
            what,
            at,
            rep: None,
            word: self.code("reason")?,
            value: self.value()?,
        })
    }

    fn any(&self) -> Result<FactIn, Box<Bad>> {
        let text = self.text("what")?.unwrap_or_default();
        let lower = text.to_lowercase();
        let Some((_, what)) = WHATS.iter().find(|(word, _)| *word == lower) else {
            let words = WHATS.map(|(word, _)| word).join(", ");
            return Err(self.bad("what", &text, format!("one of {words}")));
        };
        match what {
            Happened::Created => self.created(self.at("at")?),
            Happened::Assigned | Happened::Owned => self.owned(*what, self.at("at")?),
            Happened::Worked => self.worked(),
            _ => self.ended(*what, self.at("at")?),
        }
    }

    /// A record as it stands. The day on which an open one is expected to close is no fact.
    fn deal(&self) -> Result<Vec<FactIn>, Box<Bad>> {
        let (created, assigned) = (self.moment("created_at")?, self.moment("assigned_at")?);
        let outcome = self.outcome()?;
        let mut facts = Vec::with_capacity(3);
        // Where it came from and what it may be worth are told of its beginning.
        let says = self.code("origin")?.is_some() || outcome.is_none() && self.value()?.is_some();
        let begun = created.or(assigned.filter(|_| says));
        if let Some(at) = begun {
            let mut fact = self.created(at)?;
            fact.value = fact.value.filter(|_| outcome.is_none());
            facts.push(fact);
        }
        match (self.rep()?, assigned.or(created)) {
            (Some(rep), Some(at)) => facts.push(FactIn {
                what: Happened::Assigned,
                at,
                rep: Some(rep),
                word: None,
                value: None,
            }),
            (Some(_), None) if outcome.is_some() => {
                let column = match self.map.slots.contains_key("assigned_at") {
                    true => "assigned_at",
                    false => "created_at",
                };
                let expected = "since when the rep has a record that was decided";
                return Err(self.bad(column, "", expected));
            }
            _ => {}
        }
        if let Some(what) = outcome {
            let closed = self.moment("closed_at")?;
            let expected = "when a decided record was decided";
            let at = closed.ok_or_else(|| self.bad("closed_at", "", expected))?;
            facts.push(self.ended(what, at)?);
        }
        Ok(facts)
    }
}
