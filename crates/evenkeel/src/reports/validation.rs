//! Validation as a report: how much of what was dealt is worked and how soon, what became of it,
//! what was no fit, and what changed since a day.

use crate::host::past::Instant;
use crate::reports::asked::{self, Wrong, given};
use crate::reports::table::{Cell, Column, Report, Table};
use evenkeel_core::ids::{FieldNo, PoolNo};
use evenkeel_core::market::clause::Condition;
use evenkeel_core::market::schema::FieldType;
use evenkeel_core::measure::before_after::BeforeAfter;
use evenkeel_core::measure::coverage::Worked;
use evenkeel_core::measure::figure::{Figure, count};
use evenkeel_core::measure::life::{Fate, Life, Lives, Reading, Telling};
use evenkeel_core::measure::periods::{WEEK, Weeks, Well};
use evenkeel_core::measure::proportion::Tally;
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::measure::validation::{
    By, Disqualified, Funnel, Line, Part, Point, Validation, WAYS,
};
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::units::ONE;
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
    /// When each version of the policy but the first came.
    versions: Vec<Moment>,
    reading: Reading,
    worth: Option<FieldNo>,
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

impl Question {
    /// Reads it.
    pub fn read(&self, state: &State) -> Result<Read, Wrong> {
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
            versions: later_versions(state),
            reading: asked::reading(self.won.as_ref(), self.lost.as_ref())?,
            worth: worth(state, self.worth.as_ref())?,
            origin: origin(state),
        })
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

fn later_versions(state: &State) -> Vec<Moment> {
    let later = state.versions().iter().filter(|version| version.number > 1);
    later.map(|version| version.at).collect()
}

fn worth(state: &State, text: Option<&String>) -> Result<Option<FieldNo>, Wrong> {
    let Some(name) = given(text) else {
        return Ok(None);
    };
    let schema = state.record_schema();
    let field = schema.find(name);
    let number = field.filter(|field| {
        schema
            .field(*field)
            .is_some_and(|field| field.kind == FieldType::Number)
    });
    let wrong = || Wrong::new("worth", name, "a number field of the policy's records");
    Ok(Some(number.ok_or_else(wrong)?))
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
pub fn find(lives: &Lives, read: &Read) -> Found {
    let telling = Telling {
        worth: read.worth,
        origin: read.origin.as_ref(),
    };
    let some = || {
        let within = |life: &&Life| read.pool.is_none() || life.pool() == read.pool;
        lives.all.iter().filter(within)
    };
    // As the policy counts work: one touch.
    let worked = Worked {
        kinds: Vec::new(),
        touches: 1,
    };
    let codes: Vec<Option<Fate>> = read.reading.of(lives);
    let (well, horizon) = read.well;
    // A report of then knows no version that came later.
    let known = read.versions.iter().rev().find(|at| **at <= lives.until);
    let change = read.change.or(known.copied()).map(|at| {
        let weeks = Weeks::of(lives, some(), (well, &codes), horizon);
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
pub fn report(lives: &Lives, read: &Read, found: &Found, part: &dyn Fn(Part) -> Cell) -> Report {
    let mut report = Report {
        until: lives.until,
        unknown: None,
        caveats: vec![
            "Parts are described, not compared: what came to each was not dealt at random."
                .to_owned(),
        ],
        said: Vec::new(),
        tables: Vec::new(),
    };
    match &found.validation {
        Err(unknown) => report.unknown = Some(unknown.sentence()),
        Ok(validation) => {
            report.said.push(match &validation.whole.coverage {
                Ok(coverage) => coverage.sentence(),
                Err(unknown) => unknown.sentence(),
            });
            report.said.push(origin_sentence(&validation.whole.funnel));
            report.tables = vec![
                parts(validation, part),
                funnel(&validation.whole.funnel),
                curve(&validation.curve, validation.whole.funnel.dealt),
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

fn origin_sentence(funnel: &Funnel) -> String {
    match funnel.origin_known {
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

fn share(part: u64, of: u64) -> Cell {
    match of {
        0 => Cell::None,
        of => Cell::Shares(Tally::of(part as f64, of as f64).figure()),
    }
}

fn parts(validation: &Validation, part: &dyn Fn(Part) -> Cell) -> Table {
    let at = |line: &Line, day: i64| -> Option<Figure> {
        let coverage = line.coverage.as_ref().ok()?;
        let found = coverage.days.iter().find(|by| by.day == day);
        found.map(|by| by.worked)
    };
    let row = |line: &Line| {
        let funnel = &line.funnel;
        vec![
            part(line.part),
            Cell::Count(funnel.came),
            Cell::Count(funnel.dealt),
            Cell::maybe(at(line, 7), Cell::Shares),
            Cell::maybe(at(line, 30), Cell::Shares),
            share(funnel.won, funnel.dealt),
            share(funnel.disqualified, funnel.dealt),
            share(funnel.self_sourced, funnel.origin_known),
            Cell::Count(funnel.open),
            match funnel.valued {
                0 => Cell::None,
                _ => Cell::Number(funnel.pipeline as f64 / ONE.0 as f64),
            },
        ]
    };
    let all = std::iter::once(&validation.whole).chain(&validation.parts);
    Table {
        name: "parts",
        title: "Worked, won, no fit".to_owned(),
        n: format!("n = {}", count(validation.whole.funnel.came as f64, "record")),
        definition: "Worked: the first rep logged work that the policy counts, before the record went \
                     elsewhere; read from the time to first work, in which young records count for as \
                     long as they have been watched. Won so far is of everything dealt, also of what \
                     is young; closed rates are on the scorecard. No fit: closed with a reason that is \
                     neither won nor lost, or given back and with nobody since. Worth: of open and won records \
                     whose worth is known."
            .to_owned(),
        columns: vec![
            Column::words("part", "Records of"),
            Column::number("came", "Came"),
            Column::number("dealt", "Came to a rep"),
            Column::figure("worked_7", "Worked by day 7"),
            Column::figure("worked_30", "Worked by day 30"),
            Column::figure("won", "Won so far"),
            Column::figure("disqualified", "No fit"),
            Column::figure("self_sourced", "Self-sourced"),
            Column::number("open", "Open"),
            Column::number("worth", "Worth"),
        ],
        rows: all.map(row).collect(),
    }
}

fn funnel(funnel: &Funnel) -> Table {
    let rows = [
        ("came", "Came in", funnel.came),
        ("dealt", "Came to a rep", funnel.dealt),
        ("worked", "Worked by that rep", funnel.worked),
        ("won", "Won", funnel.won),
        ("lost", "Lost", funnel.lost),
        ("disqualified", "No fit", funnel.disqualified),
        ("open", "Open", funnel.open),
    ];
    let row = |(step, words, records): (&str, &str, u64)| {
        vec![
            Cell::Text(step.to_owned()),
            Cell::Text(words.to_owned()),
            Cell::Count(records),
            share(records, funnel.came),
        ]
    };
    Table {
        name: "funnel",
        title: "How far records came".to_owned(),
        n: format!("n = {}", count(funnel.came as f64, "record")),
        definition:
            "Everything that came in, apart from records that turned out to be others. Won, \
                     lost, no fit and open add up to it."
                .to_owned(),
        columns: vec![
            Column::words("step", "Step"),
            Column::words("means", "Records that"),
            Column::number("records", "Records"),
            Column::figure("share", "Of all"),
        ],
        rows: rows.into_iter().map(row).collect(),
    }
}

fn curve(points: &[Point], dealt: u64) -> Table {
    let row = |point: &Point| vec![Cell::Span(point.after), Cell::Shares(point.worked)];
    let far = points.last().map_or(Span(0), |point| point.after);
    Table {
        name: "curve",
        title: "Time to first work".to_owned(),
        n: format!("n = {}", count(dealt as f64, "record")),
        definition: format!(
            "Share worked within so many days of coming to a rep, with its 95 % interval; records that \
             left before are no longer waited for. Watched as far as {far}."
        ),
        columns: vec![
            Column::number("days", "Within"),
            Column::figure("worked", "Worked"),
        ],
        rows: points.iter().map(row).collect(),
    }
}

fn disqualified(validation: &Validation) -> Table {
    let row = |one: &Disqualified| {
        vec![
            Cell::Text(one.reason.clone()),
            Cell::Count(one.records),
            Cell::Shares(one.share),
        ]
    };
    Table {
        name: "disqualified",
        title: "No fit, by reason".to_owned(),
        n: format!(
            "n = {} that came to a rep",
            count(validation.whole.funnel.dealt as f64, "record")
        ),
        definition:
            "Closed with a reason that is neither won nor lost, or given back by a rep; each record \
             once, by its first reason."
                .to_owned(),
        columns: vec![
            Column::words("reason", "Reason"),
            Column::number("records", "Records"),
            Column::figure("share", "Of what came to a rep"),
        ],
        rows: validation.disqualified.iter().map(row).collect(),
    }
}

fn weeks(change: &Change, read: &Read) -> Table {
    let begins = |at: usize| change.weeks.begin + Span(WEEK.0 * at as i64);
    let all = change.weeks.all.iter().enumerate();
    let rows = all.map(|(at, week)| {
        let from = begins(at);
        let side = match from {
            from if from + WEEK <= change.at => "before",
            from if from >= change.at => "after",
            _ => "the week of the change",
        };
        vec![
            Cell::Text(from.to_string()),
            Cell::Text(side.to_owned()),
            Cell::Text(
                if week.whole && week.ripe {
                    "counts"
                } else {
                    "left out"
                }
                .to_owned(),
            ),
            Cell::Number(week.tally.trials),
            match week.tally.trials > 0.0 {
                true => Cell::Shares(week.tally.figure()),
                false => Cell::None,
            },
        ]
    });
    let rows: Vec<Vec<Cell>> = rows.collect();
    let (well, horizon) = read.well;
    Table {
        name: "weeks",
        title: format!("Before and after: {}, week by week", well.rate()),
        n: format!("n = {}", count(rows.len() as f64, "week")),
        definition: format!(
            "Records by the week in which they came to a rep, and the share that was {} within \
             {horizon}. Only whole weeks all of whose records are that old count.",
            well.word()
        ),
        columns: vec![
            Column::words("week", "Week from"),
            Column::words("side", "Side"),
            Column::words("counts", "In the comparison"),
            Column::number("records", "Records"),
            Column::figure("share", "Share"),
        ],
        rows,
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
