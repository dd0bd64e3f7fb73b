//! Validation as a report: how much of what was dealt is worked and how soon, what became of it,
//! what was no fit, and what changed since a day.

use crate::host::fault::Fault;
use crate::host::past::Instant;
use crate::reports::asked::{self, Wrong, given};
use crate::reports::asking::{Answer, Asks};
use crate::reports::history::{self, History, Source};
use crate::reports::productivity;
use crate::reports::table::{Cell, Report};
use crate::reports::validation_tables::{curve, disqualified, funnel_table, parts, weeks};
use crate::reports::work::Work;
use evenkeel_core::ids::{FieldNo, PoolNo, RepNo};
use evenkeel_core::market::clause::Condition;
use evenkeel_core::market::schema::FieldType;
use evenkeel_core::measure::before_after::BeforeAfter;
use evenkeel_core::measure::figure::count;
use evenkeel_core::measure::life::{Fate, Life, Lives, Reading, Telling};
use evenkeel_core::measure::periods::{Weeks, Well};
use evenkeel_core::measure::proportion::Tally;
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::measure::validation::{By, Funnel, Part, Validation, WAYS};
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::Reader;
use serde::Deserialize;

/// Days within which a win counts before and after, where none are asked for.
const HORIZON: Span = Span::days(30);
/// Days within which a record is worked before and after.
const WORKED: Span = Span::days(7);

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// From where: `own` (the journal; the default while it has any record), `imported` (files of
    /// past history) or `both`.
    pub source: Option<String>,
    /// Kinds of activities that count as worked, with commas between; those that the policy counts
    /// when absent.
    pub kinds: Option<String>,
    /// How many of them it takes; 1 when absent.
    pub touches: Option<String>,
    /// Only records that came to their first rep by a turn of this pool.
    pub pool: Option<String>,
    /// By what records are put together: `all` (the default), `rep`, `pool`, `policy`, `month`.
    pub by: Option<String>,
    /// Before and after of what: `worked` (within 7 days, the default) or `won`.
    pub what: Option<String>,
    /// The change: a version of the policy (`v2`), a date or a moment; the last version but the
    /// first when absent.
    pub change: Option<String>,
    /// Days within which a win counts before and after; 30 when absent.
    pub horizon: Option<String>,
    /// The number field that says what a record is worth.
    pub worth: Option<String>,
    /// The text field that names the account a record belongs to.
    pub account: Option<String>,
    /// Reason codes of closed records that were won, with commas between; `won` when absent.
    pub won: Option<String>,
    /// Reason codes of lost ones; `lost` when absent. Any other reason is a record that was no fit.
    pub lost: Option<String>,
    /// The number of an event, a date (its first moment in UTC) or a moment, RFC 3339; now when
    /// absent.
    pub as_of: Option<String>,
    /// `json` (the default) or `csv`, then of one `table`.
    pub format: Option<String>,
    /// Name of the table for CSV; the first when absent.
    pub table: Option<String>,
}

/// What is asked, read.
#[derive(Clone, Debug)]
pub struct Read {
    /// Only of this pool.
    pub pool: Option<PoolNo>,
    /// By what.
    pub by: By,
    /// Of what before and after, and within how long.
    pub well: (Well, Span),
    /// When the change came, if one was named; else the last of `versions` that is known.
    pub change: Option<Moment>,
    /// What counts as worked.
    pub work: Work,
    /// When each version of the policy but the first came.
    versions: Vec<Moment>,
    reading: Reading,
    worth: Option<FieldNo>,
    account: Option<FieldNo>,
    origin: Option<Condition>,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// Part by part.
    pub validation: Result<Validation, Unknown>,
    /// Before and after the change.
    pub change: Option<Change>,
}

/// Before and after one change.
#[derive(Debug)]
pub struct Change {
    /// When it came.
    pub at: Moment,
    /// What it comes to.
    pub outcome: Result<BeforeAfter, Unknown>,
    /// The weeks.
    pub weeks: Weeks,
}

impl Asks for Question {
    type Read = Read;
    type Found = Found;

    fn history(&self) -> Result<history::Asked, Wrong> {
        let work = Work::read(self.kinds.as_ref(), self.touches.as_ref())?;
        history::Asked::read(self.source.as_ref(), self.as_of.as_ref(), work)
    }

    fn read(&self, state: &State, history: &History) -> Result<Read, Wrong> {
        let ways = WAYS.map(|by| (by.word(), by));
        let wells = [Well::Worked, Well::Won].map(|well| (well.word(), well));
        let well = asked::one_of("what", self.what.as_ref(), &wells)?;
        let horizon = asked::days("horizon", self.horizon.as_ref())?;
        let horizon = match well {
            Well::Won => horizon.unwrap_or(HORIZON),
            Well::Worked => WORKED,
        };
        Ok(Read {
            pool: asked::pool(state, self.pool.as_ref())?,
            by: asked::one_of("by", self.by.as_ref(), &ways)?,
            well: (well, horizon),
            change: change(state, self.change.as_ref())?,
            work: Work::read(self.kinds.as_ref(), self.touches.as_ref())?,
            versions: later_versions(state, history.source),
            reading: asked::reading(self.won.as_ref(), self.lost.as_ref())?,
            worth: field(state, ("worth", self.worth.as_ref()), FieldType::Number)?,
            account: field(state, ("account", self.account.as_ref()), FieldType::Text)?,
            origin: origin(state),
        })
    }

    fn find(_: (&dyn Reader, WorkspaceId), history: &History, read: &Read) -> Result<Found, Fault> {
        Ok(find(&history.lives, read))
    }

    fn tell(answer: &Answer<Self>, state: &State, _: &dyn Fn(RepNo) -> String) -> Report {
        report(answer, &|part| key(state, part))
    }

    fn form(&self) -> (Option<&String>, Option<&String>) {
        (self.format.as_ref(), self.table.as_ref())
    }
}

/// The moment of a change that was named.
fn change(state: &State, text: Option<&String>) -> Result<Option<Moment>, Wrong> {
    let versions = state.versions();
    let Some(text) = given(text) else {
        return Ok(None);
    };
    let number = text
        .strip_prefix('v')
        .and_then(|number| number.parse::<u32>().ok());
    let version = number.and_then(|number| versions.iter().find(|one| one.number == number));
    if let Some(version) = version {
        return Ok(Some(version.at));
    }
    match Instant::parse(text) {
        Some(Instant::Time(at)) => Ok(Some(at)),
        _ => Err(Wrong::new(
            "change",
            text,
            "a version of the policy such as v2, a date such as 2026-03-31, or a moment",
        )),
    }
}

/// When each version of the policy but the first came; what files tell knows none.
fn later_versions(state: &State, source: Source) -> Vec<Moment> {
    let own = source != Source::Imported;
    let later = (state.versions().iter()).filter(|version| own && version.number > 1);
    later.map(|version| version.at).collect()
}

/// A field of records of this type, by name.
fn field(
    state: &State,
    (parameter, text): (&'static str, Option<&String>),
    kind: FieldType,
) -> Result<Option<FieldNo>, Wrong> {
    let Some(name) = given(text) else {
        return Ok(None);
    };
    let schema = state.record_schema();
    let fits = |field: &FieldNo| schema.field(*field).is_some_and(|field| field.kind == kind);
    let word = match kind {
        FieldType::Number => "number",
        _ => "text",
    };
    let expected = || format!("a {word} field of the policy's records");
    let found = schema.find(name).filter(fits);
    Ok(Some(
        found.ok_or_else(|| Wrong::new(parameter, name, expected()))?,
    ))
}

/// The condition by which the policy knows what reps brought themselves, if any pool says so.
pub fn origin(state: &State) -> Option<Condition> {
    let pools = &state.policy()?.document().pools;
    let gates = pools
        .iter()
        .filter_map(|pool| pool.earn.as_ref()?.gate.as_ref());
    gates.map(|gate| gate.self_sourced.clone()).next()
}

/// Works it out.
fn find(lives: &Lives, read: &Read) -> Found {
    let telling = Telling {
        worth: read.worth,
        origin: read.origin.as_ref(),
        account: read.account,
    };
    let some = || {
        let within = |life: &&Life| read.pool.is_none() || life.pool() == read.pool;
        lives.all.iter().filter(within)
    };
    let worked = read.work.of(lives);
    let codes: Vec<Option<Fate>> = read.reading.of(lives);
    let (well, horizon) = read.well;
    // A report of then knows no version that came later.
    let known = read.versions.iter().rev().find(|at| **at <= lives.until);
    let change = read.change.or(known.copied()).map(|at| {
        let weeks = match well {
            Well::Won => Weeks::of(lives, some(), (well, &codes), horizon),
            Well::Worked => {
                let known = lives.tells_work();
                let some = some().filter(|life| known || !life.is_told());
                Weeks::by(lives, some, (&codes, horizon), |life| {
                    let dealt = life.dealt(&codes, false, lives.known(life));
                    let first = dealt.and_then(|dealt| worked.first(&dealt));
                    first.is_some_and(|after| after <= horizon)
                })
            }
        };
        let (before, after) = weeks.around(at);
        Change {
            at,
            outcome: BeforeAfter::of(&before, &after),
            weeks,
        }
    });
    Found {
        validation: Validation::of(lives, some(), (&read.reading, telling), (read.by, &worked)),
        change,
    }
}

/// As a report; names of parts are given by `part`.
fn report(answer: &Answer<Question>, part: &dyn Fn(Part) -> Cell) -> Report {
    let Answer {
        history,
        read,
        found,
    } = answer;
    let mut report = Report {
        until: history.lives.until,
        unknown: None,
        caveats: vec![
            format!("Worked is {}, by the first rep.", read.work.words()),
            "Parts are described, not compared: what came to each was not dealt at random."
                .to_owned(),
        ],
        said: Vec::new(),
        tables: Vec::new(),
    };
    match &found.validation {
        Err(unknown) => report.unknown = Some(unknown.sentence()),
        Ok(validation) => {
            let funnel = &validation.whole.funnel;
            let told = history.is_told();
            report.said.push(match &validation.whole.coverage {
                Ok(coverage) => coverage.sentence(),
                Err(_) if told && funnel.work_known == 0 => NO_WORK.to_owned(),
                Err(unknown) => unknown.sentence(),
            });
            report.said.push(origin_sentence(funnel, told));
            report.tables = vec![
                parts(validation, part),
                productivity::table(funnel, told),
                funnel_table(funnel),
                curve(&validation.curve, funnel.work_known),
                disqualified(validation),
            ];
        }
    }
    if let Some(change) = &found.change {
        report.said.push(match &change.outcome {
            Ok(outcome) => outcome.sentence(),
            Err(unknown) => format!("Before and after: {}", unknown.sentence()),
        });
        report.tables.push(weeks(change, read));
    }
    report
}

/// Why nobody knows what was worked.
pub const NO_WORK: &str = "What was worked is not known: the import names no activities. “evenkeel import \
                       history --what activities” takes a file of them.";

fn origin_sentence(funnel: &Funnel, told: bool) -> String {
    match funnel.origin_known {
        0 if told => "Which records reps brought themselves is not known: the import names no origin."
            .to_owned(),
        0 => "Which records reps brought themselves is not known: no pool's gate says what counts as \
              self-sourced."
            .to_owned(),
        known => format!(
            "Of {} of known origin, {} were brought by their reps.",
            count(known as f64, "record"),
            Tally::of(funnel.self_sourced as f64, known as f64)
                .figure()
                .as_percent()
        ),
    }
}

/// What a part is called in exports.
pub fn key(state: &State, part: Part) -> Cell {
    match part {
        Part::All => Cell::Text("all".to_owned()),
        Part::Rep(rep) => Cell::Rep(rep),
        Part::Pool(pool) => Cell::Text(state.pool(pool).name.clone()),
        Part::NoPool => Cell::Text("outside rotation".to_owned()),
        Part::Policy(version) => Cell::Text(format!("v{version}")),
        Part::Month(year, month) => Cell::Text(format!("{year}-{month:02}")),
    }
}
