//! Volume as a report: up to how many leads a month each rep follows up, and what a further one
//! brings. Advice with its n; nothing is capped by it.

use crate::host::fault::Fault;
use crate::reports::asked::{self, Wrong};
use crate::reports::asking::{Answer, Asks};
use crate::reports::history::{self, History};
use crate::reports::table::{Cell, Column, Report, Table};
use crate::reports::together::together;
use crate::reports::validation;
use crate::reports::work::Work;
use evenkeel_core::ids::RepNo;
use evenkeel_core::market::clause::Condition;
use evenkeel_core::measure::calendar::Stretch;
use evenkeel_core::measure::figure::{count, number};
use evenkeel_core::measure::follow_up::{FollowUp, Month};
use evenkeel_core::measure::life::{Lives, Reading, Telling};
use evenkeel_core::measure::proportion::Tally;
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::measure::volume::{Asked, RepMonths, Volume};
use evenkeel_core::state::State;
use evenkeel_core::time::Span;
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::Reader;
use serde::Deserialize;

/// Days within which a lead is to be worked, and within which a win counts, where none are asked
/// for.
const FOLLOW: Span = Span::days(7);
const WON: Span = Span::days(90);
/// What of this page is to be known before any figure.
pub const ADVICE: &str = "This is advice and is never applied by itself: nobody dealt volumes at \
    random, and busy months differ in more than volume.";

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// From where: `own` (the journal; the default while it has any record), `imported` (files of
    /// past history) or `both`.
    pub source: Option<String>,
    /// Days within which a lead that came is to be worked; 7 when absent.
    pub follow: Option<String>,
    /// Days within which a win counts; 90 when absent.
    pub horizon: Option<String>,
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
    /// Within how long.
    pub asked: Asked,
    reading: Reading,
    origin: Option<Condition>,
}

impl Asks for Question {
    type Read = Read;
    type Found = Result<Volume, Unknown>;

    fn history(&self) -> Result<history::Asked, Wrong> {
        history::Asked::read(self.source.as_ref(), self.as_of.as_ref(), Work::default())
    }

    fn read(&self, state: &State, _: &History) -> Result<Read, Wrong> {
        let days = |name, text: Option<&String>, usual: Span| {
            Ok::<Span, Wrong>(asked::days(name, text)?.unwrap_or(usual))
        };
        Ok(Read {
            asked: Asked {
                follow: days("follow", self.follow.as_ref(), FOLLOW)?,
                won: days("horizon", self.horizon.as_ref(), WON)?,
            },
            reading: asked::reading(self.won.as_ref(), self.lost.as_ref())?,
            origin: validation::origin(state),
        })
    }

    fn find(
        _: (&dyn Reader, WorkspaceId),
        history: &History,
        read: &Read,
    ) -> Result<Self::Found, Fault> {
        let telling = Telling {
            worth: None,
            account: None,
            origin: read.origin.as_ref(),
        };
        let reading = (&read.reading, telling);
        Ok(Volume::of(&history.lives, reading, read.asked))
    }

    fn tell(answer: &Answer<Self>, _: &State, name: &dyn Fn(RepNo) -> String) -> Report {
        report(&answer.history.lives, &answer.read, &answer.found, name)
    }

    fn form(&self) -> (Option<&String>, Option<&String>) {
        (self.format.as_ref(), self.table.as_ref())
    }
}

fn report(
    lives: &Lives,
    read: &Read,
    found: &Result<Volume, Unknown>,
    name: &dyn Fn(RepNo) -> String,
) -> Report {
    let mut report = Report {
        until: lives.until,
        unknown: None,
        caveats: vec![ADVICE.to_owned()],
        said: Vec::new(),
        tables: Vec::new(),
    };
    match found {
        Err(unknown) => report.unknown = Some(unknown.sentence()),
        Ok(volume) => {
            if lives.told() > 0 && !lives.tells_work() {
                report.caveats.push(validation::NO_WORK.to_owned());
            }
            report.caveats.push(by_chance(volume.known()));
            report.said = sentences(volume, name);
            report.tables = vec![reps(volume, read), months(volume, read)];
        }
    }
    report
}

/// How many reps would be told a drop that is none.
fn by_chance(known: usize) -> String {
    let reps = count(known as f64, "rep");
    match known {
        0 => "Of nobody’s follow-up enough months are known yet.".to_owned(),
        known => format!(
            "A drop is told when at most 5 of 100 orders of the same months give one as large: of \
             {reps} whose follow-up never drops, about {} would be told one all the same.",
            number(known as f64 * 0.05)
        ),
    }
}

/// What is said of each rep, and once of all those of whom the same is not known.
fn sentences(volume: &Volume, name: &dyn Fn(RepNo) -> String) -> Vec<String> {
    let known = volume.reps.iter().filter_map(|one| {
        let (told, name) = (one.told.as_ref().ok()?, name(one.rep));
        Some(match told.drop {
            Some(_) => format!("{} {}", told.sentence(&name), told.further()),
            None => told.sentence(&name),
        })
    });
    let unknown = volume.reps.iter().filter_map(|one| {
        let unknown = one.told.as_ref().err()?;
        Some((name(one.rep), unknown.sentence()))
    });
    known.chain(together(unknown)).collect()
}

/// The word for what is known of a rep.
pub fn word(told: &Result<FollowUp, Unknown>) -> &'static str {
    match told {
        Err(_) => "too early",
        Ok(told) if told.follow_up.is_none() => "not known",
        Ok(told) if told.drop.is_some() => "drops",
        Ok(_) => "no drop known",
    }
}

fn reps(volume: &Volume, read: &Read) -> Table {
    let row = |one: &RepMonths| {
        let told = one.told.as_ref().ok();
        let drop = told.and_then(|told| told.drop);
        let leads = one.months.iter().map(|(_, month)| u64::from(month.leads));
        let further = told.map(|told| told.marginal_wins);
        let further = further.filter(|figure| figure.interval.high.is_finite());
        let close = told.map(|told| told.close).filter(|close| close.n > 0.0);
        vec![
            Cell::Rep(one.rep),
            Cell::Text(word(&one.told).to_owned()),
            Cell::Count(one.months.len() as u64),
            Cell::Count(leads.sum()),
            Cell::maybe(told.and_then(|told| told.follow_up), Cell::Shares),
            Cell::maybe(drop.map(|drop| u64::from(drop.up_to)), Cell::Count),
            Cell::maybe(drop.map(|drop| drop.below), Cell::Shares),
            Cell::maybe(drop.map(|drop| drop.above), Cell::Shares),
            Cell::maybe(
                told.filter(|told| told.follow_up.is_some())
                    .map(|told| told.p),
                Cell::Number,
            ),
            Cell::maybe(close, Cell::Shares),
            Cell::maybe(further, Cell::Numbers),
        ]
    };
    Table {
        name: "reps",
        title: "Where follow-up drops, rep by rep".to_owned(),
        n: format!("n = {}", count(volume.leads as f64, "lead")),
        definition: format!(
            "Followed up: the rep worked the lead within {} of getting it. What went elsewhere unworked \
             before that counts as not followed up; what a person gave to somebody else, or was no fit, \
             counts as volume only. Up to: the most leads in a month before the drop. Chance: how often \
             another order of the same months gives as large a drop. Closed: won within {} of coming, by \
             the rep. A further lead: how many more wins a month with one lead more has, by the line of \
             least squares.",
            read.asked.follow, read.asked.won
        ),
        columns: vec![
            Column::words("rep", "Rep"),
            Column::words("said", "Follow-up"),
            Column::number("months", "Months"),
            Column::number("leads", "Leads"),
            Column::figure("follow_up", "Followed up"),
            Column::number("up_to", "Drops beyond, a month"),
            Column::figure("below", "Followed up to there"),
            Column::figure("above", "Beyond"),
            Column::number("chance", "Chance without a drop"),
            Column::figure("close", "Closed"),
            Column::figure("marginal_wins", "Wins of a further lead"),
        ],
        rows: volume.reps.iter().map(row).collect(),
    }
}

fn months(volume: &Volume, read: &Read) -> Table {
    let share = |part: u32, of: u32| match of {
        0 => Cell::None,
        of => Cell::Shares(Tally::of(f64::from(part), f64::from(of)).figure()),
    };
    let row = |rep: RepNo, (number, month): &(i32, Month)| {
        vec![
            Cell::Rep(rep),
            Cell::Text(Stretch::Month.name(*number)),
            Cell::Count(u64::from(month.leads)),
            share(month.followed_up, month.known),
            Cell::maybe(month.wins.map(u64::from), Cell::Count),
            match month.wins {
                Some(wins) => share(wins, month.leads),
                None => Cell::None,
            },
        ]
    };
    let rows = volume.reps.iter();
    let rows = rows.flat_map(|one| one.months.iter().map(|month| row(one.rep, month)));
    let rows: Vec<Vec<Cell>> = rows.collect();
    Table {
        name: "months",
        title: "Month by month".to_owned(),
        n: format!("n = {}", count(rows.len() as f64, "month")),
        definition: format!(
            "Whole months in UTC all of whose leads came at least {} ago; wins of months all of whose \
             leads came at least {} ago. A rep’s first month counts when a lead came within its first \
             week.",
            read.asked.follow, read.asked.won
        ),
        columns: vec![
            Column::words("rep", "Rep"),
            Column::words("month", "Month"),
            Column::number("leads", "Leads"),
            Column::figure("follow_up", "Followed up"),
            Column::number("wins", "Won"),
            Column::figure("close", "Closed"),
        ],
        rows,
    }
}
