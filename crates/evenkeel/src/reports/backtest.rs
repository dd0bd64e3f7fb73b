//! A back-test as a report: two policies side by side over the recorded history, who would have got
//! what, how full books, caps, waits. Outcomes are not replayed, and the report says so first.

use crate::host::fault::Fault;
use crate::host::past::{self, Instant};
use crate::reports::asked::{self, Wrong, given};
use crate::reports::estimated::{AsRecorded, Estimated};
use crate::reports::table::{Cell, Column, Report, Table};
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::ids::RepNo;
use evenkeel_core::measure::figure::count;
use evenkeel_core::measure::off_policy::REPLAYS_MIN;
use evenkeel_core::policy::document::TEXT_MAX;
use evenkeel_core::replay::again::{History, How, Played};
use evenkeel_core::replay::ask::Input;
use evenkeel_core::replay::compare::{Both, Comparison, End, RepLine, Seen};
use evenkeel_core::replay::draws::Draws;
use evenkeel_core::replay::evidence::Outcomes;
use evenkeel_core::replay::reseed::{self, Deals, Firsts, Row};
use evenkeel_core::replay::side::Side;
use evenkeel_core::state::State;
use evenkeel_core::time::Span;
use evenkeel_core::units::{Micro, ONE};
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::Reader;
use serde::Deserialize;

/// Commands that one back-test on a server plays at most; the command line has no such limit.
pub const INPUTS_MAX: usize = 1_000_000;
/// Replays with fresh draws by either policy at most, and what all of them may play.
const RESEEDED_MAX: usize = 50;
const RESEEDED_INPUTS_MAX: usize = 1_000_000;
/// Most differences in one table.
const LIST_MAX: usize = 10_000;

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The other policy, the whole document.
    pub policy: String,
    /// From when on it deals: the number of an event, a date or a moment; the beginning when
    /// absent.
    #[serde(default)]
    pub from: Option<String>,
    /// Until when; now when absent.
    #[serde(default)]
    pub to: Option<String>,
    /// `yes` plays it up to 50 times more by either policy with fresh draws, and says what may be
    /// said of outcomes; `no` is the default.
    #[serde(default)]
    pub chance: Option<String>,
    /// The reason code by which a closed record is a success; `won` when absent.
    #[serde(default)]
    pub won: Option<String>,
    /// Days within which a success counts; the time within which nine of ten came when absent.
    #[serde(default)]
    pub horizon: Option<String>,
    /// `json` (the default) or `csv`, then of one `table`.
    #[serde(default)]
    pub format: Option<String>,
    /// Name of the table for CSV; the first when absent.
    #[serde(default)]
    pub table: Option<String>,
}

/// What is asked, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    policy: String,
    from: Option<Instant>,
    to: Option<Instant>,
    /// Whether it is played again with fresh draws.
    pub chance: bool,
    won: String,
    horizon: Option<Span>,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// Both sides.
    pub comparison: Comparison,
    /// What may be said of outcomes, if that was asked for.
    pub outcomes: Option<Result<Estimated, String>>,
    notes: Vec<String>,
    state: State,
}

impl Question {
    /// Reads it.
    pub fn read(&self) -> Result<Read, Wrong> {
        if self.policy.len() > TEXT_MAX {
            let seen = format!("{} bytes", self.policy.len());
            return Err(Wrong::new(
                "policy",
                &seen,
                format!("at most {TEXT_MAX} bytes"),
            ));
        }
        let instant = |name, text: Option<&String>| {
            asked::instant(text).map_err(|wrong| Wrong { name, ..wrong })
        };
        let yes = [("no", false), ("yes", true)];
        Ok(Read {
            policy: self.policy.replace("\r\n", "\n"),
            from: instant("from", self.from.as_ref())?,
            to: instant("to", self.to.as_ref())?,
            chance: asked::one_of("chance", self.chance.as_ref(), &yes)?,
            won: given(self.won.as_ref()).unwrap_or("won").to_owned(),
            horizon: asked::days("horizon", self.horizon.as_ref())?,
        })
    }
}

/// Why there is no comparison.
#[derive(Debug)]
pub enum NotPlayed {
    /// The policy was refused.
    Refused(Refusal),
    /// There is nothing to play, or too much.
    Unfit(String),
}

/// Plays the history by the other policy and compares.
pub fn find(
    reader: &dyn Reader,
    workspace: WorkspaceId,
    read: &Read,
) -> Result<Result<Found, NotPlayed>, Fault> {
    let base = past::base(reader, workspace, read.from)?;
    let inputs: Vec<Input> = Vec::new();
    let deals = (Firsts::after(&base), Outcomes::after(&base, &read.won));
    let mut counted = ((Side::after(&base), deals), inputs);
    let end = past::follow(reader, workspace, &base, read.to, &mut counted)?;
    let draws = past::draws(reader, workspace, (base.last_at(), end.last_at()))?;
    let ((recorded, (firsts, outcomes)), inputs) = counted;
    if recorded.fates.is_empty() {
        let why = "No record came in within this part of the history.".to_owned();
        return Ok(Err(NotPlayed::Unfit(why)));
    }
    if inputs.len() > INPUTS_MAX {
        let why = format!(
            "{} are more than a server plays at once ({INPUTS_MAX}). Ask for a part of the history, or \
             use “evenkeel backtest”.",
            count(inputs.len() as f64, "command")
        );
        return Ok(Err(NotPlayed::Unfit(why)));
    }
    let history = History {
        until: end.last_at(),
        records: end.record_schema().clone(),
        reps: end.rep_schema().clone(),
        base,
        inputs,
    };
    Ok(play(
        &history,
        (recorded, end),
        (&firsts.row, &outcomes),
        (read, draws),
    ))
}

fn play(
    history: &History,
    (recorded, end): (Side, State),
    (firsts, outcomes): (&Row, &Outcomes),
    (read, draws): (&Read, Draws),
) -> Result<Found, NotPlayed> {
    let how = How {
        between: !history.is_policy(&read.policy),
        policy: Some(read.policy.clone()),
        draws,
    };
    let mut replayed = Side::after(&history.base);
    let played = history
        .play(&how, &mut replayed)
        .map_err(NotPlayed::Refused)?;
    let until = history.until;
    let seen = |side, state| Seen { side, state, until };
    let comparison = Comparison::of(seen(&recorded, &end), seen(&replayed, &played.state));
    let recorded = AsRecorded {
        firsts,
        outcomes,
        until,
        reps: end.roster().len(),
    };
    let outcomes = read.chance.then(|| by_chance(history, recorded, read));
    Ok(Found {
        comparison,
        outcomes,
        notes: left_out(&played),
        state: end,
    })
}

/// What may be said of outcomes, out of replays with fresh draws by both policies.
fn by_chance(
    history: &History,
    recorded: AsRecorded<'_>,
    read: &Read,
) -> Result<Estimated, String> {
    let fits = RESEEDED_INPUTS_MAX / (2 * history.inputs.len().max(1));
    let times = fits.min(RESEEDED_MAX);
    if times < REPLAYS_MIN {
        return Err(
            "This history is too long to be played so often on a page; “evenkeel backtest --reseed 200” \
             does it."
                .to_owned(),
        );
    }
    let deals = |policy: Option<&str>| {
        let rows = (0..times as u64).map(|number| reseed::row(history, policy, number));
        let rows: Result<Vec<Row>, Refusal> = rows.collect();
        rows.map(Deals::of).map_err(|refusal| refusal.message())
    };
    let both = (deals(None)?, deals(Some(&read.policy))?);
    Ok(Estimated::of(recorded, (&both.0, &both.1), read.horizon))
}

/// What could not be played, in sentences.
fn left_out(played: &Played) -> Vec<String> {
    let mut said = Vec::new();
    let refused: u64 = played.refused.values().sum();
    if refused > 0 {
        let codes = played.refused.iter();
        let codes: Vec<String> = codes
            .map(|(code, count)| format!("{count} {code}"))
            .collect();
        said.push(format!(
            "{} could not apply to the records as replayed and are left out: {}.",
            count(refused as f64, "fact"),
            codes.join(", ")
        ));
    }
    if played.foreign > 0 {
        said.push(format!(
            "{} of another version of the program were left out.",
            count(played.foreign as f64, "decision")
        ));
    }
    said
}

/// As a report.
pub fn report(found: &Found) -> Report {
    let comparison = &found.comparison;
    let mut sentences = comparison.sentences();
    let caveat = sentences.remove(0);
    sentences.extend(found.notes.iter().cloned());
    match &found.outcomes {
        Some(Ok(told)) => sentences.extend(told.sentences()),
        Some(Err(why)) => sentences.push(format!("Of outcomes nothing is said. {why}")),
        None => {}
    }
    let mut tables = vec![
        reps(found),
        pools(comparison),
        rules(comparison),
        differences(comparison),
    ];
    if let Some(Ok(told)) = &found.outcomes {
        tables.insert(1, told.table());
    }
    Report {
        until: comparison.between.1,
        unknown: None,
        caveats: vec![caveat],
        said: sentences,
        tables,
    }
}

/// The rep of a line.
pub fn rep_of(found: &Found, line: &RepLine) -> Option<RepNo> {
    found.state.roster().find(&line.rep)
}

fn amount(amount: Micro) -> Cell {
    Cell::Number(amount.0 as f64 / ONE.0 as f64)
}

fn counts(both: Both<u64>) -> [Cell; 2] {
    [Cell::Count(both.recorded), Cell::Count(both.replayed)]
}

fn reps(found: &Found) -> Table {
    let row = |line: &RepLine| {
        let rep = rep_of(found, line).map_or_else(|| Cell::Text(line.rep.clone()), Cell::Rep);
        let most = Both {
            recorded: u64::from(line.most.recorded),
            replayed: u64::from(line.most.replayed),
        };
        let change = line.dealt.replayed as f64 - line.dealt.recorded as f64;
        let [dealt, dealt_would] = counts(line.dealt);
        let [most, most_would] = counts(most);
        let [capped, capped_would] = counts(line.capped);
        vec![
            rep,
            dealt,
            dealt_would,
            Cell::Number(change),
            amount(line.load.recorded),
            amount(line.load.replayed),
            most,
            most_would,
            capped,
            capped_would,
        ]
    };
    Table {
        name: "reps",
        title: "Rep by rep".to_owned(),
        n: format!("n = {}", count(found.comparison.records as f64, "record")),
        definition: "Dealt: records that came to the rep first. Book: open records on average over the \
                     time, and the most at once. Capped: turns in which a cap stopped the rep. “Would” is \
                     by the other policy."
            .to_owned(),
        columns: vec![
            Column::words("rep", "Rep"),
            Column::number("dealt", "Dealt"),
            Column::number("dealt_would", "would"),
            Column::number("change", "Change"),
            Column::number("book", "Book"),
            Column::number("book_would", "would"),
            Column::number("most", "At most"),
            Column::number("most_would", "would"),
            Column::number("capped", "Capped"),
            Column::number("capped_would", "would"),
        ],
        rows: found.comparison.reps.iter().map(row).collect(),
    }
}

fn pools(comparison: &Comparison) -> Table {
    let row = |line: &evenkeel_core::replay::compare::PoolLine| {
        let (was, would) = (line.even.recorded, line.even.replayed);
        vec![
            Cell::Text(line.pool.clone()),
            Cell::Count(was.turns),
            Cell::Count(would.turns),
            Cell::Count(was.special),
            Cell::Count(would.special),
            amount(was.worst),
            amount(would.worst),
            amount(was.bound),
            amount(would.bound),
        ]
    };
    let turns: u64 = comparison
        .pools
        .iter()
        .map(|line| line.even.recorded.turns)
        .sum();
    Table {
        name: "pools",
        title: "How even pools are".to_owned(),
        n: format!("n = {}", count(turns as f64, "recorded turn")),
        definition:
            "Worst: the largest amount anybody was owed or ahead, in leads, beside the proved \
                     bound. Specialists’: turns that went to somebody who fits the record."
                .to_owned(),
        columns: vec![
            Column::words("pool", "Pool"),
            Column::number("turns", "Turns"),
            Column::number("turns_would", "would"),
            Column::number("special", "Specialists’"),
            Column::number("special_would", "would"),
            Column::number("worst", "Worst"),
            Column::number("worst_would", "would"),
            Column::number("bound", "Bound"),
            Column::number("bound_would", "would"),
        ],
        rows: comparison.pools.iter().map(row).collect(),
    }
}

fn rules(comparison: &Comparison) -> Table {
    let rules = comparison.rules();
    let row = |(before, after, records): &(&str, &str, u64)| {
        vec![
            Cell::Text((*before).to_owned()),
            Cell::Text((*after).to_owned()),
            Cell::Count(*records),
        ]
    };
    Table {
        name: "rules",
        title: "Between which rules".to_owned(),
        n: format!(
            "n = {}",
            count(comparison.differences.len() as f64, "difference")
        ),
        definition:
            "Records that would have gone elsewhere, by the rule that decided about them and the \
                     one that would have."
                .to_owned(),
        columns: vec![
            Column::words("by", "Decided by"),
            Column::words("by_would", "Would be decided by"),
            Column::number("records", "Records"),
        ],
        rows: rules.iter().map(row).collect(),
    }
}

fn differences(comparison: &Comparison) -> Table {
    let waited = |end: &End| Cell::maybe(end.waited, Cell::Span);
    let rows = comparison.differences.iter().take(LIST_MAX).map(|one| {
        vec![
            Cell::Text(one.record.clone()),
            Cell::Text(one.taken.to_string()),
            Cell::Text(one.recorded.place.clone()),
            Cell::Text(one.replayed.place.clone()),
            waited(&one.recorded),
            waited(&one.replayed),
            Cell::Text(one.because.words().to_owned()),
        ]
    });
    Table {
        name: "differences",
        title: "Every record that would have gone elsewhere".to_owned(),
        n: format!(
            "n = {} of {}",
            comparison.differences.len(),
            count(comparison.records as f64, "record")
        ),
        definition: format!(
            "In the order in which they came; at most {LIST_MAX} here, all with “evenkeel backtest \
             --out”. Waited: until the first rep had it."
        ),
        columns: vec![
            Column::words("record", "Record"),
            Column::words("came", "Came"),
            Column::words("to", "Went to"),
            Column::words("to_would", "Would go to"),
            Column::number("waited", "Waited"),
            Column::number("waited_would", "would"),
            Column::words("because", "Because of"),
        ],
        rows: rows.collect(),
    }
}
