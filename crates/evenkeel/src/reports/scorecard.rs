//! The scorecard as a report: every rep beside the team, and how much the rule of credit matters.

use crate::host::fault::Fault;
use crate::reports::asked::{self, Wrong};
use crate::reports::asking::{Answer, Asks};
use crate::reports::credit;
use crate::reports::history::{self, History, Source};
use crate::reports::table::{Cell, Column, Report, Table};
use crate::reports::work::Work;
use evenkeel_core::ids::{PoolNo, RepNo};
use evenkeel_core::measure::credit::Matter;
use evenkeel_core::measure::figure::{Figure, count};
use evenkeel_core::measure::grade::Grade;
use evenkeel_core::measure::life::{Lives, Reading};
use evenkeel_core::measure::scorecard::{Asked, Scorecard};
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::state::State;
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::Reader;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What is asked of a scorecard.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// From where: `own` (the journal; the default while it has any record), `imported` (files of
    /// past history) or `both`.
    pub source: Option<String>,
    /// Name of the pool whose reps are compared; the one with the most drawn leads when absent.
    pub pool: Option<String>,
    /// Whose an outcome counts as: `outcome` (owner at the time of the outcome, the default),
    /// `creation`, `current`, `first_touch` or `last_touch`.
    pub credit: Option<String>,
    /// `drawn` (only leads that chance gave to one of several reps, the default) or `all`, which
    /// compares nobody and is labeled so.
    pub leads: Option<String>,
    /// Days within which a win counts; the time within which 90 % of wins come when absent.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// What the scorecard is asked.
    pub asked: Asked,
    /// What reasons mean.
    pub reading: Reading,
}

const REPS: [Column; 15] = [
    Column::words("rep", "Rep"),
    Column::words("said", "What may be said"),
    Column::number("leads", "Leads"),
    Column::number("mature", "Old enough"),
    Column::number("wins", "Wins"),
    Column::figure("rate", "Close rate, own"),
    Column::figure("drawn_in", "Drawn towards the team’s"),
    Column::number("worst", "Chance of being lowest"),
    Column::number("best", "Chance of being highest"),
    Column::figure("leads_per_win", "Leads a win"),
    Column::figure("wasted", "Wins the others would have made more"),
    Column::figure("ratio", "Times as often as others"),
    Column::number("evidence", "Evidence"),
    Column::number("evidence_highest", "Highest ever"),
    Column::figure("over_expected", "Wins over expected on the same rules"),
];

impl Asks for Question {
    type Read = Read;
    type Found = Result<Scorecard, Unknown>;

    fn history(&self) -> Result<history::Asked, Wrong> {
        history::Asked::read(self.source.as_ref(), self.as_of.as_ref(), Work::default())
    }

    /// The pools are those of the workspace, the default is found in its history; files know none.
    fn read(&self, state: &State, history: &History) -> Result<Read, Wrong> {
        let all = [("drawn", false), ("all", true)];
        let all = asked::one_of("leads", self.leads.as_ref(), &all)?;
        let named = asked::pool(state, self.pool.as_ref())?;
        let usual = || match history.source {
            Source::Imported => None,
            Source::Both if all => None,
            Source::Own | Source::Both => most_drawn(&history.lives),
        };
        Ok(Read {
            asked: Asked {
                pool: named.or_else(usual),
                rule: asked::one_of("credit", self.credit.as_ref(), &credit::RULES)?,
                all,
                horizon: asked::days("horizon", self.horizon.as_ref())?,
            },
            reading: asked::reading(self.won.as_ref(), self.lost.as_ref())?,
        })
    }

    fn find(
        _: (&dyn Reader, WorkspaceId),
        history: &History,
        read: &Read,
    ) -> Result<Self::Found, Fault> {
        let Read { asked, reading } = read;
        Ok(Scorecard::of(&history.lives, reading, asked))
    }

    fn tell(answer: &Answer<Self>, _: &State, name: &dyn Fn(RepNo) -> String) -> Report {
        report(&answer.history.lives, &answer.read, &answer.found, name)
    }

    fn form(&self) -> (Option<&String>, Option<&String>) {
        (self.format.as_ref(), self.table.as_ref())
    }
}

/// The pool that most leads were drawn in; the lowest number of equals. Without any, the pool that
/// dealt most.
fn most_drawn(lives: &Lives) -> Option<PoolNo> {
    let mut pools: BTreeMap<PoolNo, (u64, u64)> = BTreeMap::new();
    for life in &lives.all {
        if let Some(pool) = life.pool() {
            let (drawn, dealt) = pools.entry(pool).or_default();
            *drawn += u64::from(life.random().is_some());
            *dealt += 1;
        }
    }
    let most = pools.iter().rev().max_by_key(|(_, count)| **count);
    most.map(|(pool, _)| *pool)
}

fn report(
    lives: &Lives,
    read: &Read,
    card: &Result<Scorecard, Unknown>,
    name: &dyn Fn(RepNo) -> String,
) -> Report {
    let mut report = Report {
        until: lives.until,
        unknown: None,
        caveats: Vec::new(),
        said: Vec::new(),
        tables: Vec::new(),
    };
    match card {
        Err(unknown) => report.unknown = Some(unknown.sentence()),
        Ok(card) => {
            report.caveats = caveats(card);
            report.said.push(card.rates.sentence());
            let sentence = |(place, line)| {
                let line: &evenkeel_core::measure::scorecard::RepLine = line;
                card.sentence(place, &name(line.rep))
            };
            report
                .said
                .extend(card.reps.iter().enumerate().map(sentence));
            let wasted = card.rates.reps.iter();
            let wasted = wasted.map(|rate| rate.wasted_sentence(&name(rate.counted.rep)));
            report.said.extend(wasted.filter(|_| card.comparable));
            report.said.extend(card.quarters.sentence());
            report.said.extend(card.quarters.pace_sentence());
            report.said.push(card.matters(name));
            report.tables = vec![reps(card), rules(card, read), look(card)];
        }
    }
    report
}

/// What is to be known before any figure.
fn caveats(card: &Scorecard) -> Vec<String> {
    let leads = count(card.leads as f64, "lead");
    let given = count(card.given as f64, "lead");
    let mut caveats = vec![match card.comparable {
        true => format!(
            "Counted are {leads} of {given} that were given to somebody: those that chance gave to \
             one of several reps. Only they compare reps."
        ),
        false => format!(
            "Not comparable: all {leads} are counted, and most were not dealt by chance. A rate shows \
             which leads somebody was given as much as what was made of them."
        ),
    }];
    if card.told > 0 && !card.comparable {
        caveats.push(
            "Expected wins on imported records are those of the team on what was dealt in the same \
             quarter: no file says by which rule anybody got a record."
                .to_owned(),
        );
    }
    if card.nobody > 0 {
        caveats.push(format!(
            "For {} the rule of credit finds nobody; they are in no rate.",
            count(card.nobody as f64, "lead")
        ));
    }
    caveats
}

/// The word for what is said of a rep.
pub fn word(grade: Grade) -> &'static str {
    match grade {
        Grade::TooEarly { .. } => "too early",
        Grade::NoSign => "no sign",
        Grade::Watch { .. } => "watch",
        Grade::Below => "below the team",
    }
}

fn reps(card: &Scorecard) -> Table {
    let row = |(line, rate): (
        &evenkeel_core::measure::scorecard::RepLine,
        &evenkeel_core::measure::close_rate::RepRate,
    )| {
        let said = match line.known {
            Some(known) => word(known.grade()),
            None => "not comparable",
        };
        let per_win = rate.leads_per_win;
        vec![
            Cell::Rep(line.rep),
            Cell::Text(said.to_owned()),
            Cell::Count(rate.counted.leads),
            Cell::Count(rate.counted.mature),
            Cell::Number(rate.counted.tally.wins),
            Cell::Shares(rate.own),
            Cell::Shares(rate.standing.rate),
            Cell::maybe(line.known.map(|_| rate.standing.worst), Cell::Share),
            Cell::maybe(line.known.map(|_| rate.standing.best), Cell::Share),
            Cell::Numbers(Figure {
                value: per_win.leads,
                interval: per_win.interval,
                n: per_win.tally.trials,
            }),
            Cell::maybe(line.known.map(|_| rate.wasted), Cell::Numbers),
            Cell::maybe(line.known.map(|known| known.ratio), Cell::Numbers),
            Cell::maybe(line.known.map(|known| known.track.evidence()), Cell::Number),
            Cell::maybe(line.known.map(|known| known.track.highest), Cell::Number),
            Cell::maybe(line.standard.map(|standard| standard.ratio), Cell::Numbers),
        ]
    };
    Table {
        name: "reps",
        title: "Every rep beside the team".to_owned(),
        n: format!("n = {}", count(card.leads as f64, "lead")),
        definition: format!(
            "A win counts when it comes within {} of the lead’s first deal. A young lead counts as the \
             share of wins that come within its age, so open or lost makes no difference. Intervals \
             hold the true value in 95 of 100 cases; the one of “times as often” however often one \
             looks. Evidence of {} would be one false alarm in 20 teams of equals.",
            card.rates.horizon,
            card.reps.len() * 20,
        ),
        columns: REPS.to_vec(),
        rows: card.reps.iter().zip(&card.rates.reps).map(row).collect(),
    }
}

fn rules(card: &Scorecard, read: &Read) -> Table {
    let row = |matter: &Matter| {
        let most = matter.most();
        vec![
            Cell::Text(credit::word(matter.rule).to_owned()),
            Cell::Text(format!("counts for {}", matter.rule.words())),
            Cell::Shares(matter.moved),
            Cell::Count(matter.nobody),
            Cell::maybe(most, |(rep, _)| Cell::Rep(rep)),
            Cell::maybe(most, |(_, by)| Cell::Number(by as f64)),
        ]
    };
    Table {
        name: "credit",
        title: "How much the rule of credit matters".to_owned(),
        n: format!("n = {}", count(card.leads as f64, "record")),
        definition: format!(
            "What each rule would change against “{}”, the usual one. Shown above is “{}”.",
            evenkeel_core::measure::credit::CreditRule::default().words(),
            read.asked.rule.words()
        ),
        columns: vec![
            Column::words("rule", "Rule"),
            Column::words("means", "A record"),
            Column::figure("moved", "Would count for somebody else"),
            Column::number("nobody", "Finds nobody"),
            Column::words("most_for", "Most would change for"),
            Column::number("wins_more", "Wins more"),
        ],
        rows: card.matter.iter().map(row).collect(),
    }
}

fn look(card: &Scorecard) -> Table {
    let look = &card.look;
    let row = |(at, line): (usize, &evenkeel_core::measure::scorecard::RepLine)| {
        vec![
            Cell::Rep(line.rep),
            Cell::maybe(look.each.get(at), |p| Cell::Number(*p)),
            Cell::maybe(look.held.get(at), |p| Cell::Number(*p)),
        ]
    };
    Table {
        name: "look",
        title: "The classical tests, for one look".to_owned(),
        n: format!("n = {} old enough", count(look.n, "lead")),
        definition: format!(
            "For readers who know them: right only if the moment of looking was fixed beforehand. \
             All alike: chi-squared {:.3} with {} degrees of freedom, p {:.4}. Each rep against the \
             others together: Fisher’s exact p, and the same held to one false alarm in 20 teams by \
             Holm’s steps. {}",
            look.chi2,
            look.freedom,
            look.p,
            look.sentence()
        ),
        columns: vec![
            Column::words("rep", "Rep"),
            Column::number("fisher_p", "Fisher’s p"),
            Column::number("holm_p", "Held by Holm"),
        ],
        rows: card.reps.iter().enumerate().map(row).collect(),
    }
}
