//! The audit as a report: was this really a (weighted) round robin, does every decision follow, who
//! gained by hand, and what other draws of the same cards would have given.

use crate::host::fault::Fault;
use crate::host::past::{self, Instant};
use crate::reports::asked::{self, Wrong};
use crate::reports::asking::{Answer, Asks};
use crate::reports::audit_told;
use crate::reports::history::{self, History, Source};
use crate::reports::table::{Cell, Column, Report, Table};
use crate::reports::work::Work;
use evenkeel_core::event::Actor;
use evenkeel_core::ids::{PoolNo, RepNo};
use evenkeel_core::measure::audit::{self, Audit, Past, Redealt};
use evenkeel_core::measure::figure::count;
use evenkeel_core::measure::life::{Deal, Fate, Life, Lives, Reading, Turn, Way};
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::replay::again;
use evenkeel_core::replay::ask::Input;
use evenkeel_core::replay::check::{Check, Checked, Differs};
use evenkeel_core::replay::hands::{Hands, Override};
use evenkeel_core::replay::reseed::{self, Firsts, NOBODY, Row};
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::Reader;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// Deals again at most, and what all of them together may play.
pub const AGAIN_MAX: u32 = 199;
const INPUTS_MAX: usize = 2_000_000;
/// Fewer deals again say nothing at 5 %.
const AGAIN_MIN: u32 = 19;
/// Most overrides and findings in one table.
pub const LIST_MAX: usize = 10_000;

/// What is asked.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Question {
    /// From where: `own` (the journal; the default while it has any record) or `imported` (files of
    /// past history).
    pub source: Option<String>,
    /// Name of the pool; the one that dealt most when absent.
    pub pool: Option<String>,
    /// `yes` deals the cards again with fresh draws, up to 199 times; `no` is the default.
    pub deal_again: Option<String>,
    /// Reason codes of closed records that were won, with commas between; `won` when absent.
    pub won: Option<String>,
    /// Until when: the number of an event, a date (its first moment in UTC) or a moment, RFC 3339;
    /// now when absent.
    pub as_of: Option<String>,
    /// `json` (the default) or `csv`, then of one `table`.
    pub format: Option<String>,
    /// Name of the table for CSV; the first when absent.
    pub table: Option<String>,
}

/// What is asked, read.
#[derive(Clone, Debug)]
pub struct Read {
    /// The pool; `None` without any that dealt.
    pub pool: Option<PoolNo>,
    /// Whether the cards are dealt again.
    pub again: bool,
    reading: Reading,
    until: Option<Instant>,
}

/// What was found.
#[derive(Debug)]
pub struct Found {
    /// What was decided here; `None` of a history that files tell.
    pub decided: Option<Decided>,
    /// Whether the pool's turns were a rotation, and which deals went past it.
    pub rotation: Result<Sequence, Unknown>,
}

/// What was decided here, looked at again.
#[derive(Debug)]
pub struct Decided {
    /// Every decision, made again.
    pub checked: Checked,
    /// What people did beside the rules.
    pub hands: Hands,
    /// The cards dealt again, if that was asked for.
    pub redealt: Option<Result<Vec<(RepNo, Redealt)>, String>>,
}

/// The sequence of a pool's turns, tested.
#[derive(Debug)]
pub struct Sequence {
    /// Who has which place.
    pub reps: Vec<RepNo>,
    /// Keys of the records, by position.
    pub records: Vec<String>,
    /// What came of it.
    pub audit: Audit,
    /// Whether weights changed on the way: the last ones are taken for all of it.
    pub reweighted: bool,
}

impl Asks for Question {
    type Read = Read;
    type Found = Found;

    fn history(&self) -> Result<history::Asked, Wrong> {
        let as_of = self.as_of.as_ref();
        let asked = history::Asked::read(self.source.as_ref(), as_of, Work::default())?;
        match asked.source {
            Some(Source::Both) => Err(Wrong::new("source", "both", "one of own, imported")),
            _ => Ok(asked),
        }
    }

    /// The default pool is found in the history.
    fn read(&self, state: &State, history: &History) -> Result<Read, Wrong> {
        let lives = &history.lives;
        let yes = [("no", false), ("yes", true)];
        let named = asked::pool(state, self.pool.as_ref())?;
        Ok(Read {
            pool: named.or_else(|| most_turns(lives)),
            again: asked::one_of("deal_again", self.deal_again.as_ref(), &yes)?,
            reading: asked::reading(self.won.as_ref(), None)?,
            until: asked::instant(self.as_of.as_ref())?,
        })
    }

    fn find(
        journal: (&dyn Reader, WorkspaceId),
        history: &History,
        read: &Read,
    ) -> Result<Found, Fault> {
        match history.source {
            Source::Imported => Ok(audit_told::find(&history.lives)),
            Source::Own | Source::Both => find(journal, &history.lives, read),
        }
    }

    fn tell(answer: &Answer<Self>, state: &State, name: &dyn Fn(RepNo) -> String) -> Report {
        let (lives, found) = (&answer.history.lives, &*answer.found);
        match &found.decided {
            None => audit_told::report(lives, found, name),
            Some(decided) => report((lives, state), &answer.read, (found, decided), name),
        }
    }

    fn form(&self) -> (Option<&String>, Option<&String>) {
        (self.format.as_ref(), self.table.as_ref())
    }
}

/// The pool that dealt most; the lowest number of equals.
fn most_turns(lives: &Lives) -> Option<PoolNo> {
    let mut pools: BTreeMap<PoolNo, u64> = BTreeMap::new();
    for deal in lives.all.iter().flat_map(|life| &life.deals) {
        if let Way::Turn(turn) = &deal.way {
            *pools.entry(turn.pool).or_default() += 1;
        }
    }
    let most = pools.iter().rev().max_by_key(|(_, turns)| **turns);
    most.map(|(pool, _)| *pool)
}

/// Follows the whole journal once, and deals again if that is asked for.
fn find(
    (reader, workspace): (&dyn Reader, WorkspaceId),
    lives: &Lives,
    read: &Read,
) -> Result<Found, Fault> {
    let base = State::new();
    let draws = past::draws(reader, workspace, (first_at(lives), lives.until))?;
    let inputs: Vec<Input> = Vec::new();
    let seen = (Hands::default(), (Firsts::after(&base), inputs));
    let mut all = (Check::new(&draws), seen);
    let end = past::follow(reader, workspace, &base, read.until, &mut all)?;
    let (check, (hands, (firsts, inputs))) = all;
    let checked = check.checked;
    let redealt = read.again.then(|| {
        let history = again::History {
            base,
            inputs,
            until: end.last_at(),
            records: end.record_schema().clone(),
            reps: end.rep_schema().clone(),
        };
        deal_again(&history, &firsts.row, lives, read)
    });
    Ok(Found {
        decided: Some(Decided {
            checked,
            hands,
            redealt,
        }),
        rotation: sequence(lives, read.pool),
    })
}

fn first_at(lives: &Lives) -> Moment {
    let came = lives.all.iter().map(|life| life.came).min();
    came.unwrap_or(lives.until)
}

/// Tests the turns of a pool, in the order in which they were dealt.
fn sequence(lives: &Lives, pool: Option<PoolNo>) -> Result<Sequence, Unknown> {
    let turns = lives.all.iter().flat_map(|life| {
        let deals = life.deals.iter();
        deals.filter_map(move |deal| match &deal.way {
            Way::Turn(turn) if Some(turn.pool) == pool => Some((deal, turn, &life.key)),
            _ => None,
        })
    });
    let mut turns: Vec<_> = turns.collect();
    turns.sort_by_key(|(deal, _, _)| deal.at);
    let mut weights: BTreeMap<RepNo, BTreeSet<u32>> = BTreeMap::new();
    let mut last: BTreeMap<RepNo, u32> = BTreeMap::new();
    for (_, turn, _) in &turns {
        for (rep, weight) in turn.able.iter() {
            weights.entry(*rep).or_default().insert(*weight);
            last.insert(*rep, *weight);
        }
    }
    let reps: Vec<RepNo> = weights.keys().copied().collect();
    let place = |rep: RepNo| reps.binary_search(&rep).unwrap_or(usize::MAX);
    let past = |(deal, turn, _): &(&Deal, &Turn, &String)| {
        let mut able = vec![false; reps.len()];
        for (rep, _) in turn.able.iter() {
            able[place(*rep)] = true;
        }
        Past {
            got: place(deal.rep),
            able,
        }
    };
    let history: Vec<Past> = turns.iter().map(past).collect();
    let weighed: Vec<u32> = reps.iter().map(|rep| last[rep]).collect();
    Ok(Sequence {
        audit: audit::audit(&weighed, &history)?,
        records: turns.iter().map(|(_, _, key)| (*key).clone()).collect(),
        reweighted: weights.values().any(|weights| weights.len() > 1),
        reps,
    })
}

/// The drawn leads of the pool with other draws of the same rotation.
fn deal_again(
    history: &again::History,
    recorded: &Row,
    lives: &Lives,
    read: &Read,
) -> Result<Vec<(RepNo, Redealt)>, String> {
    let fits = INPUTS_MAX / history.inputs.len().max(1);
    let times = u32::try_from(fits).unwrap_or(u32::MAX).min(AGAIN_MAX);
    if times < AGAIN_MIN {
        return Err(format!(
            "This history is too long to be dealt again on a page ({}); “evenkeel audit --replays \
             {AGAIN_MAX}” does it.",
            count(history.inputs.len() as f64, "command")
        ));
    }
    let codes = read.reading.of(lives);
    let drawn = |(at, life): (usize, &Life)| {
        let of_pool = life
            .random()
            .is_some_and(|(_, turn)| Some(turn.pool) == read.pool);
        let ended = life.fate(&codes)?;
        (of_pool && at < recorded.len()).then_some((at, ended == Fate::Won))
    };
    let leads: Vec<(usize, bool)> = lives.all.iter().enumerate().filter_map(drawn).collect();
    let mut reps: BTreeSet<u16> = leads.iter().map(|(at, _)| recorded[*at]).collect();
    reps.remove(&NOBODY);
    let reps: Vec<u16> = reps.into_iter().collect();
    let place = |rep: u16| reps.binary_search(&rep).unwrap_or(usize::MAX);
    let won: Vec<bool> = leads.iter().map(|(_, won)| *won).collect();
    let picked: Vec<usize> = leads.iter().map(|(at, _)| place(recorded[*at])).collect();
    let again = |number: u32| {
        let row = reseed::row(history, None, u64::from(number)).unwrap_or_default();
        let who = |(at, _): &(usize, bool)| row.get(*at).copied().map_or(usize::MAX, place);
        leads.iter().map(who).collect()
    };
    let redealt = audit::redeal(&won, &picked, reps.len(), times, again);
    let redealt = redealt.map_err(|unknown| unknown.sentence())?;
    let named = redealt.into_iter();
    let named = named.map(|one| (RepNo(u32::from(reps[one.rep])), one));
    Ok(named.collect())
}

fn report(
    (lives, state): (&Lives, &State),
    read: &Read,
    (Found { rotation, .. }, decided): (&Found, &Decided),
    name: &dyn Fn(RepNo) -> String,
) -> Report {
    let Decided { checked, hands, .. } = decided;
    let mut said = vec![follows(checked)];
    let mut caveats = vec![
        "An override is told with who gained by it. Whether it was right to do so is not known here: \
         the policy allows a manager to give a record by name."
            .to_owned(),
    ];
    match rotation {
        Ok(sequence) => {
            let called = |place: usize| name(sequence.reps[place]);
            said.push(sequence.audit.sentence(&called));
            if sequence.reweighted {
                caveats.push(
                    "Weights changed on the way; the sequence is tested with the last ones."
                        .to_owned(),
                );
            }
        }
        Err(unknown) => said.push(format!("The sequence of turns: {}", unknown.sentence())),
    }
    let overrides = of_pool(hands, read.pool).count();
    said.push(match overrides {
        0 => "Nobody went past the rules by hand.".to_owned(),
        n => format!("{} by hand.", count(n as f64, "override")),
    });
    let mut tables = vec![gains(hands, read), list(hands, read, state)];
    if let Ok(sequence) = rotation {
        tables.push(past_turns(sequence));
    }
    tables.push(findings(checked, state));
    match &decided.redealt {
        Some(Ok(redealt)) => {
            said.extend(redealt.iter().map(|(rep, one)| one.sentence(&name(*rep))));
            tables.push(dealt_again(redealt));
        }
        Some(Err(why)) => said.push(format!("Dealing again: {why}")),
        None => {}
    }
    Report {
        until: lives.until,
        unknown: lives.all.is_empty().then(|| Unknown::Nothing.sentence()),
        caveats,
        said,
        tables,
    }
}

/// Whether every decision follows, in one sentence.
pub fn follows(checked: &Checked) -> String {
    let wrong = checked.findings.len() as u64 + checked.unsaid;
    let over = match checked.taken_over {
        0 => String::new(),
        n => format!(
            " {} could not be made again, for want of the day’s secret.",
            count(n as f64, "command")
        ),
    };
    match wrong {
        0 => format!(
            "Every decision follows: {} were made again on the state they were made on, with {}, and \
             came out the same.{over}",
            count(checked.same as f64, "command"),
            count(checked.deals as f64, "deal")
        ),
        n => format!(
            "{} do not follow from what was recorded before them; {} came out the same.{over}",
            count(n as f64, "decision"),
            count(checked.same as f64, "command")
        ),
    }
}

fn of_pool(hands: &Hands, pool: Option<PoolNo>) -> impl Iterator<Item = &Override> {
    let list = hands.list.iter();
    list.filter(move |one| pool.is_none() || one.pool == pool)
}

fn gains(hands: &Hands, read: &Read) -> Table {
    let mut reps: BTreeMap<RepNo, (u64, u64)> = BTreeMap::new();
    for one in of_pool(hands, read.pool).filter(|one| one.from != one.to) {
        if let Some(rep) = one.to {
            reps.entry(rep).or_default().0 += 1;
        }
        if let Some(rep) = one.from {
            reps.entry(rep).or_default().1 += 1;
        }
    }
    let row = |(rep, (gained, lost)): (&RepNo, &(u64, u64))| {
        vec![
            Cell::Rep(*rep),
            Cell::Count(*gained),
            Cell::Count(*lost),
            Cell::Number(*gained as f64 - *lost as f64),
        ]
    };
    Table {
        name: "gains",
        title: "Who gained by hand".to_owned(),
        n: format!(
            "n = {}",
            count(of_pool(hands, read.pool).count() as f64, "override")
        ),
        definition:
            "Of records that had come by a turn of this pool: those that somebody’s hand brought \
                     to a rep, and those it took from one."
                .to_owned(),
        columns: vec![
            Column::words("rep", "Rep"),
            Column::number("gained", "Gained"),
            Column::number("lost", "Lost"),
            Column::number("net", "Net"),
        ],
        rows: reps.iter().map(row).collect(),
    }
}

fn list(hands: &Hands, read: &Read, state: &State) -> Table {
    let row = |one: &Override| {
        vec![
            Cell::Count(one.seq),
            Cell::Text(one.at.to_string()),
            Cell::Text(match one.actor {
                Actor::System => "the program".to_owned(),
                Actor::User(number) => format!("user {number}"),
                Actor::Key(number) => format!("key {number}"),
            }),
            Cell::Text(one.what.word().to_owned()),
            Cell::Text(state.records().key(one.record).to_owned()),
            Cell::maybe(one.from, Cell::Rep),
            Cell::maybe(one.to, Cell::Rep),
        ]
    };
    let rows: Vec<Vec<Cell>> = of_pool(hands, read.pool).take(LIST_MAX).map(row).collect();
    Table {
        name: "overrides",
        title: "Every override".to_owned(),
        n: format!("n = {}", count(rows.len() as f64, "override")),
        definition: format!(
            "What people did beside the rules, oldest first, by whom, from whom and to whom; at most \
             {LIST_MAX} here, all with “evenkeel audit --out”."
        ),
        columns: vec![
            Column::number("seq", "Event"),
            Column::words("at", "When"),
            Column::words("by", "By"),
            Column::words("what", "What"),
            Column::words("record", "Record"),
            Column::words("from", "From"),
            Column::words("to", "To"),
        ],
        rows,
    }
}

/// Turns that the tested rotation did not foresee.
pub fn past_turns(sequence: &Sequence) -> Table {
    let row = |one: &audit::Override| {
        vec![
            Cell::Count(one.at as u64 + 1),
            Cell::maybe(sequence.records.get(one.at), |key| Cell::Text(key.clone())),
            Cell::Rep(sequence.reps[one.got]),
            Cell::Rep(sequence.reps[one.due]),
            Cell::Number(one.by),
        ]
    };
    Table {
        name: "unforeseen",
        title: "Turns that a plain rotation would not foresee".to_owned(),
        n: format!("n = {}", count(sequence.audit.share.n, "turn")),
        definition:
            "The sequence test knows only who was able, with which weight, and who got it; caps, \
                     fit, makeup and bands are not in it. It is the test for a history without \
                     verdicts; whether these decisions follow is said above."
                .to_owned(),
        columns: vec![
            Column::number("turn", "Turn"),
            Column::words("record", "Record"),
            Column::words("got", "Went to"),
            Column::words("due", "On the turn of"),
            Column::number("by", "Owed more, in leads"),
        ],
        rows: sequence
            .audit
            .overrides
            .iter()
            .take(LIST_MAX)
            .map(row)
            .collect(),
    }
}

fn findings(checked: &Checked, state: &State) -> Table {
    let rows = checked.findings.iter().take(LIST_MAX).map(|one| {
        let how = match &one.how {
            Differs::Elsewhere => "goes elsewhere".to_owned(),
            Differs::OtherReasons => "same place, other reasons".to_owned(),
            Differs::OtherEvents => "other events".to_owned(),
            Differs::OtherDraw => "its bits draw another".to_owned(),
            Differs::Refused(refusal) => format!("would be refused: {}", refusal.code()),
        };
        vec![
            Cell::Count(one.seq),
            Cell::Text(one.at.to_string()),
            Cell::maybe(one.record, |record| {
                Cell::Text(state.records().key(record).to_owned())
            }),
            Cell::maybe(one.recorded, Cell::Rep),
            Cell::maybe(one.again, Cell::Rep),
            Cell::Text(how),
        ]
    });
    Table {
        name: "findings",
        title: "Decisions that do not follow".to_owned(),
        n: format!("n = {}", count(checked.commands as f64, "command")),
        definition:
            "Every command of the journal, decided again on the very state it was decided on; the \
                     next is judged by what was recorded, so one finding never makes others."
                .to_owned(),
        columns: vec![
            Column::number("seq", "Event"),
            Column::words("at", "When"),
            Column::words("record", "Record"),
            Column::words("recorded", "Recorded"),
            Column::words("again", "Made again"),
            Column::words("how", "How it differs"),
        ],
        rows: rows.collect(),
    }
}

fn dealt_again(redealt: &[(RepNo, Redealt)]) -> Table {
    let row = |(rep, one): &(RepNo, Redealt)| {
        vec![
            Cell::Rep(*rep),
            Cell::Shares(one.rate),
            Cell::Share(one.low),
            Cell::Share(one.high),
        ]
    };
    let leads: f64 = redealt.iter().map(|(_, one)| one.rate.n).sum();
    let again = redealt.first().map_or(0, |(_, one)| one.again);
    Table {
        name: "redealt",
        title: format!("The cards dealt again {again} times"),
        n: format!("n = {}", count(leads, "drawn lead")),
        definition: "The same leads with the outcomes they had, dealt by other draws of the same \
                     rotation. The rate is the one there was; its interval is where 95 % of the deals \
                     again put it. A chance as low or lower is exact, if it does not matter who gets a \
                     lead."
            .to_owned(),
        columns: vec![
            Column::words("rep", "Rep"),
            Column::figure("rate", "Won, and where chance puts it"),
            Column::number("low", "So low or lower"),
            Column::number("high", "So high or higher"),
        ],
        rows: redealt.iter().map(row).collect(),
    }
}
