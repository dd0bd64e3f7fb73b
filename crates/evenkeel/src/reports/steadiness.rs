//! Steadiness as a report: how even results are period by period, of each rep, of the team and
//! between reps; and how long reps take to a target.

use crate::host::fault::Fault;
use crate::reports::asked::{self, Wrong};
use crate::reports::asking::{Answer, Asks};
use crate::reports::credit;
use crate::reports::history::{self, History};
use crate::reports::table::{Cell, Column, Report, Table};
use crate::reports::to_target::{self, Aim};
use crate::reports::together::together;
use crate::reports::work::Work;
use evenkeel_core::ids::RepNo;
use evenkeel_core::measure::calendar::STRETCHES;
use evenkeel_core::measure::figure::{Figure, count};
use evenkeel_core::measure::life::{Lives, Reading};
use evenkeel_core::measure::proportion::Tally;
use evenkeel_core::measure::reached::Reached;
use evenkeel_core::measure::spread::Spread;
use evenkeel_core::measure::steadiness::{self, Asked, PeriodLine, RepLine, Steadiness};
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::state::State;
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::Reader;
use serde::Deserialize;

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// From where: `own` (the journal; the default while it has any record), `imported` (files of
    /// past history) or `both`.
    pub source: Option<String>,
    /// `month` (the default) or `quarter`.
    pub period: Option<String>,
    /// Only records that came to their first rep by a turn of this pool.
    pub pool: Option<String>,
    /// `all` (the default) or `drawn`: only leads that chance gave to one of several reps.
    pub leads: Option<String>,
    /// Whose an outcome counts as, as for the scorecard.
    pub credit: Option<String>,
    /// Wins a period that are the target: a number, or the name of a number field of the reps that
    /// holds each rep's. Without it nothing is said of targets.
    pub target: Option<String>,
    /// Days within which a win counts for a rate; the time within which 90 % of wins come when
    /// absent.
    pub horizon: Option<String>,
    /// Reason codes of closed records that were won, with commas between; `won` when absent.
    pub won: Option<String>,
    /// Reason codes of lost ones; `lost` when absent.
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
    /// What is asked.
    pub asked: Asked,
    /// The target, if one was named.
    pub aim: Option<Aim>,
    reading: Reading,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// How even results are.
    pub steadiness: Result<Steadiness, Unknown>,
    /// How long the target takes, if one was named.
    pub reached: Option<Result<Reached, Unknown>>,
}

impl Asks for Question {
    type Read = Read;
    type Found = Found;

    fn history(&self) -> Result<history::Asked, Wrong> {
        history::Asked::read(self.source.as_ref(), self.as_of.as_ref(), Work::default())
    }

    fn read(&self, state: &State, _: &History) -> Result<Read, Wrong> {
        let drawn = [("all", false), ("drawn", true)];
        let stretch = asked::one_of("period", self.period.as_ref(), &STRETCHES)?;
        let target = to_target::target(state, self.target.as_ref())?;
        Ok(Read {
            asked: Asked {
                stretch,
                pool: asked::pool(state, self.pool.as_ref())?,
                drawn: asked::one_of("leads", self.leads.as_ref(), &drawn)?,
                rule: asked::one_of("credit", self.credit.as_ref(), &credit::RULES)?,
                horizon: asked::days("horizon", self.horizon.as_ref())?,
            },
            aim: target.map(|target| Aim { target, stretch }),
            reading: asked::reading(self.won.as_ref(), self.lost.as_ref())?,
        })
    }

    fn find(_: (&dyn Reader, WorkspaceId), history: &History, read: &Read) -> Result<Found, Fault> {
        let lives = &history.lives;
        let codes = read.reading.of(lives);
        let reached = |aim: &Aim| Reached::of(lives, &codes, aim.stretch, &|rep| aim.of(rep));
        Ok(Found {
            steadiness: Steadiness::of(lives, &read.reading, &read.asked),
            reached: read.aim.as_ref().map(reached),
        })
    }

    fn tell(answer: &Answer<Self>, _: &State, name: &dyn Fn(RepNo) -> String) -> Report {
        report(&answer.history.lives, &answer.read, &answer.found, name)
    }

    fn form(&self) -> (Option<&String>, Option<&String>) {
        (self.format.as_ref(), self.table.as_ref())
    }
}

fn report(lives: &Lives, read: &Read, found: &Found, name: &dyn Fn(RepNo) -> String) -> Report {
    let mut report = Report {
        until: lives.until,
        unknown: None,
        caveats: vec![caveat(read).to_owned()],
        said: Vec::new(),
        tables: Vec::new(),
    };
    match &found.steadiness {
        Err(unknown) => report.unknown = Some(unknown.sentence()),
        Ok(steady) => {
            report.said = said(steady, read, name);
            report.tables = vec![
                reps(steady, read),
                periods(steady, read),
                rates(steady, read),
            ];
        }
    }
    match (&found.reached, &read.aim) {
        (Some(Ok(reached)), Some(aim)) => {
            report.said.push(to_target::team(reached, aim));
            report
                .said
                .extend(to_target::on_the_way(reached, aim, name));
            let tables = [
                to_target::by_rep(reached, aim),
                to_target::by_period(reached, aim),
            ];
            report.tables.extend(tables);
        }
        (Some(Err(unknown)), _) => {
            let why = unknown.sentence();
            report.said.push(format!("Of the target: {why}"));
        }
        _ => {}
    }
    report
}

fn caveat(read: &Read) -> &'static str {
    match read.asked.drawn {
        true => {
            "Counted are leads that chance gave to one of several reps: what is between reps is \
             theirs."
        }
        false => {
            "Described, not compared: who was given which leads shows in every rate. Only drawn leads \
             tell reps apart."
        }
    }
}

/// How even everything is, in sentences: the team, between reps, whether that grows, and each rep.
pub fn said(steady: &Steadiness, read: &Read, name: &dyn Fn(RepNo) -> String) -> Vec<String> {
    let stretch = read.asked.stretch;
    let mut said = vec![steadiness::sentence("The team", stretch, &steady.team)];
    said.push(match &steady.trend {
        Ok(trend) => trend.sentence(),
        Err(unknown) => format!("Whether reps grow apart: {}", unknown.sentence()),
    });
    let each = steady.reps.iter();
    let known = each.clone().filter(|line| line.within.is_ok());
    said.extend(known.map(|line| steadiness::sentence(&name(line.rep), stretch, &line.within)));
    let unknown = each.filter_map(|line| {
        let unknown = line.within.as_ref().err()?;
        Some((name(line.rep), unknown.sentence()))
    });
    said.extend(together(unknown));
    said
}

/// A spread in points of the rate.
fn points(spread: &Result<Spread, Unknown>) -> Cell {
    let points = |spread: &Spread| Figure {
        value: spread.between.value * 100.0,
        interval: spread.between.interval.times(100.0),
        n: spread.between.n,
    };
    Cell::maybe(spread.as_ref().ok().map(points), Cell::Numbers)
}

fn share(tally: Tally) -> Cell {
    match tally.trials > 0.0 {
        true => Cell::Shares(tally.figure()),
        false => Cell::None,
    }
}

fn reps(steady: &Steadiness, read: &Read) -> Table {
    let row = |who: Cell, periods: &[Tally], within: &Result<Spread, Unknown>| {
        let with_any = periods.iter().filter(|one| one.trials > 0.0);
        let rates = || {
            periods
                .iter()
                .filter(|one| one.trials > 0.0)
                .map(Tally::rate)
        };
        vec![
            who,
            Cell::Count(with_any.count() as u64),
            share(periods.iter().copied().sum()),
            Cell::maybe(rates().min_by(f64::total_cmp), Cell::Share),
            Cell::maybe(rates().max_by(f64::total_cmp), Cell::Share),
            points(within),
        ]
    };
    let all: Vec<Tally> = steady.periods.iter().map(|line| line.all).collect();
    let team = row(Cell::Text("the team".to_owned()), &all, &steady.team);
    let each = steady.reps.iter();
    let each = each.map(|line: &RepLine| row(Cell::Rep(line.rep), &line.periods, &line.within));
    let word = read.asked.stretch.word();
    Table {
        name: "reps",
        title: format!("How even the {word}s are"),
        n: format!("n = {}", count(steady.leads as f64, "lead")),
        definition: format!(
            "Leads by the {word} in which they came to their first rep, won within {} of it; only whole \
             {word}s all of whose leads are that old. Swing: the standard deviation between somebody’s \
             {word}s, in points of the close rate, beyond what so many leads scatter by chance; 0 within \
             the interval means that it may be chance alone.",
            steady.horizon
        ),
        columns: vec![
            Column::words("rep", "Rep"),
            Column::number("periods", "Periods"),
            Column::figure("rate", "Close rate"),
            Column::number("lowest", "Lowest"),
            Column::number("highest", "Highest"),
            Column::figure("swing", "Swing, points"),
        ],
        rows: std::iter::once(team).chain(each).collect(),
    }
}

fn periods(steady: &Steadiness, read: &Read) -> Table {
    let stretch = read.asked.stretch;
    let row = |line: &PeriodLine| {
        let reps = line.between.as_ref().map_or(0, |spread| spread.reps);
        vec![
            Cell::Text(stretch.name(line.number)),
            share(line.all),
            Cell::maybe(Some(reps).filter(|reps| *reps > 0), |reps| {
                Cell::Count(reps as u64)
            }),
            points(&line.between),
        ]
    };
    let word = stretch.word();
    Table {
        name: "periods",
        title: format!("How far apart reps are, {word} by {word}"),
        n: format!("n = {}", count(steady.periods.len() as f64, word)),
        definition:
            "Apart: the standard deviation between the reps’ close rates, in points, beyond what so \
             many leads scatter by chance. The best pull away when it grows."
                .to_owned(),
        columns: vec![
            Column::words("period", "Period"),
            Column::figure("rate", "Close rate of all"),
            Column::number("reps", "Reps"),
            Column::figure("apart", "Apart, points"),
        ],
        rows: steady.periods.iter().map(row).collect(),
    }
}

fn rates(steady: &Steadiness, read: &Read) -> Table {
    let row = |rep: RepNo, (line, tally): (&PeriodLine, &Tally)| {
        vec![
            Cell::Rep(rep),
            Cell::Text(read.asked.stretch.name(line.number)),
            Cell::Number(tally.wins),
            Cell::Number(tally.trials),
            share(*tally),
        ]
    };
    let rows = steady.reps.iter().flat_map(|one| {
        let both = steady.periods.iter().zip(&one.periods);
        let both = both.filter(|(_, tally)| tally.trials > 0.0);
        both.map(|both| row(one.rep, both)).collect::<Vec<_>>()
    });
    Table {
        name: "rates",
        title: "Rep by rep and period by period".to_owned(),
        n: format!("n = {}", count(steady.leads as f64, "lead")),
        definition: "The close rates that the swings are made of.".to_owned(),
        columns: vec![
            Column::words("rep", "Rep"),
            Column::words("period", "Period"),
            Column::number("wins", "Won"),
            Column::number("leads", "Leads"),
            Column::figure("rate", "Close rate"),
        ],
        rows: rows.collect(),
    }
}
