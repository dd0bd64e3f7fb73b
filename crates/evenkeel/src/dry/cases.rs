//! Cases for a policy: this record, at this moment, with these reps away, should go there.
//!
//! TOML. A case names what it expects and nothing else is compared, so that cases outlive changes
//! they are not about.

use crate::dry::bench::Bench;
use crate::dry::story::{self, Story};
use evenkeel_connect::bad::{Bad, maybe};
use evenkeel_connect::forms::Forms;
use evenkeel_connect::mapping::Mapping;
use evenkeel_connect::records::{CREATED_AT, ID, RecordIn, Records};
use evenkeel_connect::reps::RepIn;
use evenkeel_connect::source::{Format, Rows};
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::people::rep::Leave;
use evenkeel_core::state::State;
use evenkeel_core::time::{DAY, Moment};
use serde::Deserialize;
use std::io::Cursor;
use toml::Spanned;

/// Most bytes of a file of cases.
pub const TEXT_MAX: usize = 4 << 20;

/// Most records that are taken in before the one of a case.
pub const BEFORE_MAX: usize = 100;

/// A file of cases.
#[derive(Debug)]
pub struct Cases {
    /// File of reps, beside the cases.
    pub reps: Option<String>,
    /// Its mapping, beside the cases.
    pub reps_map: Option<String>,
    /// The cases in order.
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Debug)]
pub struct Case {
    /// What it is about.
    pub name: String,
    /// Line on which it begins.
    pub line: u64,
    record: toml::Table,
    /// Records that are taken in first, in order.
    before: Vec<toml::Table>,
    now: Option<Moment>,
    away: Vec<String>,
    from: Option<String>,
    step: Option<String>,
    expect: Expect,
}

/// What should come out; what is not named may be anything.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    outcome: Option<String>,
    rep: Option<String>,
    pool: Option<String>,
    queue: Option<String>,
    rule: Option<String>,
    into: Option<String>,
}

/// What came out.
#[derive(Debug)]
pub struct Outcome {
    /// What was expected and did not come, in words; empty when the case passed.
    pub wrong: Vec<String>,
    /// What happened instead, and why.
    pub story: Story,
}

/// Why a case cannot be tried.
#[derive(Debug)]
pub enum Untried {
    /// Something is wrong with the file.
    Bad(Box<Bad>),
    /// The workspace says no.
    Refused(Refusal),
}

impl From<Box<Bad>> for Untried {
    fn from(bad: Box<Bad>) -> Self {
        Self::Bad(bad)
    }
}

impl From<Refusal> for Untried {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    cases: Spanned<u32>,
    reps: Option<String>,
    reps_map: Option<String>,
    #[serde(default, rename = "case")]
    list: Vec<Spanned<RawCase>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCase {
    name: String,
    record: toml::Table,
    #[serde(default)]
    before: Vec<toml::Table>,
    now: Option<String>,
    #[serde(default)]
    away: Vec<String>,
    /// Who has the record before it is handed on.
    from: Option<String>,
    /// The step it is handed on to.
    step: Option<String>,
    expect: Expect,
}

/// Reads a file of cases.
///
/// *Refuses*: what is no TOML, unknown or missing keys, a moment that is none, and a case that
/// expects nothing.
pub fn read(file: &str, text: &str) -> Result<Cases, Box<Bad>> {
    let line_of = |byte: usize| {
        let before = &text[..text.floor_char_boundary(byte)];
        before.matches('\n').count() as u64 + 1
    };
    let raw: Raw = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        let bad = Bad::line(file, line_of(at), "a file of cases");
        Box::new(bad.hint(error.message().lines().next().unwrap_or_default()))
    })?;
    if *raw.cases.get_ref() != 1 {
        let line = line_of(raw.cases.span().start);
        return Err(Box::new(Bad::line(
            file,
            line,
            "cases = 1, the only version there is",
        )));
    }
    let mut cases = Vec::new();
    for case in raw.list {
        let line = line_of(case.span().start);
        let RawCase {
            name,
            record,
            before,
            now,
            away,
            from,
            step,
            expect,
        } = case.into_inner();
        if before.len() > BEFORE_MAX {
            let expected = format!("at most {BEFORE_MAX} records before");
            return Err(Box::new(Bad::line(file, line, expected).seen(&name)));
        }
        let now = match now {
            None => None,
            Some(text) => Some(Forms::default().moment(&text).map_err(|unfit| {
                Box::new(Bad::line(file, line, format!("now: {}", unfit.expected)).seen(&text))
            })?),
        };
        if expect.named().is_empty() {
            let expected = "expect to name outcome, rep, pool, queue, rule or into";
            return Err(Box::new(Bad::line(file, line, expected).seen(&name)));
        }
        cases.push(Case {
            name,
            line,
            record,
            before,
            now,
            away,
            from,
            step,
            expect,
        });
    }
    Ok(Cases {
        reps: raw.reps,
        reps_map: raw.reps_map,
        cases,
    })
}

/// Tries one case on a workspace of its own.
///
/// The moment is the case's `now`, else the record's `created_at`, else `otherwise`.
pub fn try_case(
    file: &str,
    bench: &Bench,
    case: &Case,
    otherwise: Moment,
) -> Result<Outcome, Untried> {
    let mut bench = bench.clone();
    let record = record_of(file, case, (&case.record, "case"), bench.state())?;
    let now = case.now.or(record.occurred).unwrap_or(otherwise);
    for (number, table) in case.before.iter().enumerate() {
        let key = format!("before-{}", number + 1);
        let earlier = record_of(file, case, (table, &key), bench.state())?;
        let at = earlier.occurred.map_or(now, |occurred| occurred.min(now));
        bench.intake(earlier, at)?;
    }
    for key in &case.away {
        let rep = away(file, case, bench.state(), key, now)?;
        bench.set_rep(rep)?;
    }
    let key = record.key.clone();
    let mut dealt = bench.intake(record, now)?;
    if let Some(from) = &case.from {
        bench.give(&key, from, now)?;
    }
    if let Some(step) = &case.step {
        dealt = bench.hand_off(&key, step, now)?;
    }
    let (to, verdict) = dealt.decided.expect("an intake is decided");
    let story = story::of(bench.state(), dealt.record, dealt.at, &to, &verdict);
    let wrong = case.expect.wrong(&story);
    Ok(Outcome { wrong, story })
}

/// The record of a case, read like a line of a file.
fn record_of(
    file: &str,
    case: &Case,
    (table, key): (&toml::Table, &str),
    state: &State,
) -> Result<RecordIn, Box<Bad>> {
    let schema = state.record_schema();
    let known = || {
        schema
            .fields()
            .iter()
            .map(|field| field.name.as_str())
            .chain([ID, CREATED_AT])
    };
    let mut object = serde_json::Map::new();
    object.insert(ID.into(), key.into());
    for (name, value) in table {
        if !known().any(|field| field == name) {
            let expected = format!("one of {}", known().collect::<Vec<_>>().join(", "));
            let bad = Bad::line(file, case.line, expected).seen(name);
            let hint = maybe(name, known()).unwrap_or("Declare the field in the policy".into());
            return Err(Box::new(bad.hint(hint)));
        }
        object.insert(name.clone(), json(value));
    }
    let line = serde_json::Value::Object(object).to_string();
    let source = Box::new(Cursor::new(line.into_bytes()));
    let rows = Rows::open(file, source, Format::Ndjson, b',')?;
    let mut records = Records::open(file, rows, &Mapping::none(), schema)?;
    let record = records.next().expect("one line is one outcome");
    record.map_err(|trouble| {
        let mut bad = trouble.bad().clone();
        bad.line = case.line;
        Box::new(bad)
    })
}

fn json(value: &toml::Value) -> serde_json::Value {
    match value {
        toml::Value::Boolean(flag) => (*flag).into(),
        toml::Value::Integer(whole) => (*whole).into(),
        toml::Value::Array(list) => list.iter().map(json).collect(),
        toml::Value::Table(table) => table
            .iter()
            .map(|(name, value)| (name.clone(), json(value)))
            .collect(),
        toml::Value::String(text) => text.as_str().into(),
        // In their own digits: a decimal is never a float on its way here.
        toml::Value::Float(_) | toml::Value::Datetime(_) => value.to_string().into(),
    }
}

/// The rep, on leave for a day from `now`.
fn away(file: &str, case: &Case, state: &State, key: &str, now: Moment) -> Result<RepIn, Box<Bad>> {
    let Some(rep) = state.roster().find(key) else {
        let known: Vec<&str> = state
            .roster()
            .iter()
            .map(|(_, rep)| rep.key.as_str())
            .collect();
        let bad = Bad::line(file, case.line, "away to name a rep of the file of reps").seen(key);
        return Err(Box::new(Bad {
            hint: maybe(key, known),
            ..bad
        }));
    };
    let mut profile = state.roster().rep(rep).profile.clone();
    profile.leaves.push(Leave {
        from: now,
        until: now + DAY,
    });
    let (line, private) = (case.line, Default::default());
    Ok(RepIn {
        line,
        key: key.to_owned(),
        profile,
        private,
    })
}

impl Expect {
    /// What is expected, by name.
    fn named(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("outcome", &self.outcome),
            ("rep", &self.rep),
            ("pool", &self.pool),
            ("queue", &self.queue),
            ("rule", &self.rule),
            ("into", &self.into),
        ];
        all.into_iter()
            .filter_map(|(name, want)| Some((name, want.as_deref()?)))
            .collect()
    }

    fn wrong(&self, story: &Story) -> Vec<String> {
        let found = |name: &str| match name {
            "outcome" => Some(story.outcome.as_str()),
            "rep" => story.rep.as_deref(),
            "pool" => story.pool.as_deref(),
            "queue" => story.queue.as_deref(),
            "into" => story.into.as_deref(),
            _ => Some(story.rule.as_str()),
        };
        self.named()
            .into_iter()
            .filter(|(name, want)| found(name) != Some(*want))
            .map(|(name, want)| {
                let found = found(name).unwrap_or("none");
                format!("{name}: expected {want}, found {found}")
            })
            .collect()
    }
}
