//! Recorded against replayed: who would have got what, and what that would have meant.
//!
//! Both sides are counted alike, so that what differs is the policy's doing. Deliberately without
//! any word about outcomes: what another rep would have made of a record is not known.

use crate::holding::place::Place;
use crate::ids::RepNo;
use crate::replay::side::{By, Even, Fate, Fill, Side};
use crate::state::State;
use crate::time::{Moment, Span};
use crate::units::Micro;
use std::collections::{BTreeMap, BTreeSet};

/// Said with every comparison.
pub const CAVEAT: &str = "Assignments are replayed, outcomes are not: what another rep would have \
     made of a record is not known. What people did by hand, and when, stays as it was.";

/// One side with the state at its end.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// What was counted.
    pub side: &'a Side,
    /// The workspace at the end.
    pub state: &'a State,
    /// The end.
    pub until: Moment,
}

/// A value on the recorded and on the replayed side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Both<T> {
    /// As recorded.
    pub recorded: T,
    /// As replayed.
    pub replayed: T,
}

/// Why a record would have gone elsewhere, the first that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// Another rule, or rung, decided about it.
    Rule,
    /// The same rule, and another pool dealt it.
    Pool,
    /// The same pool, and it was another's turn: other credits, weights or draws.
    Turn,
}

impl Because {
    /// The words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Rule => "another rule",
            Self::Pool => "the same rule, another pool",
            Self::Turn => "the same pool, another turn",
        }
    }
}

/// Where one record went on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// The first rep it was dealt to, by key; otherwise where it is: `queue triage`, `held`.
    pub place: String,
    /// Name of the pool that dealt it.
    pub pool: Option<String>,
    /// What decided: the name of the rule or rung, or `fallback`.
    pub by: String,
    /// How long it waited for the rep.
    pub waited: Option<Span>,
}

/// A record that would have gone elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Key of the record.
    pub record: String,
    /// When it came.
    pub taken: Moment,
    /// Where it went.
    pub recorded: End,
    /// Where it would have gone.
    pub replayed: End,
    /// Why.
    pub because: Because,
}

/// One rep on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepLine {
    /// The key.
    pub rep: String,
    /// Records first dealt to the rep.
    pub dealt: Both<u64>,
    /// Records in the book on average.
    pub load: Both<Micro>,
    /// Most records in the book at once.
    pub most: Both<u32>,
    /// Turns in which a cap stopped the rep.
    pub capped: Both<u64>,
}

/// One pool on both sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolLine {
    /// The name.
    pub pool: String,
    /// Turns, and how even it was.
    pub even: Both<Even>,
}

/// How long records waited for their rep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// Records that a rep got.
    pub records: u64,
    /// Half of them waited no longer.
    pub median: Span,
    /// Nine of ten waited no longer.
    pub most: Span,
    /// Records that no rep got.
    pub nobody: u64,
}

/// Everything compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// First and last moment.
    pub between: (Moment, Moment),
    /// Records that came.
    pub records: u64,
    /// Those that would have gone elsewhere, in order of arrival.
    pub differences: Vec<Difference>,
    /// Everybody who got a record on either side, by key.
    pub reps: Vec<RepLine>,
    /// Every pool that dealt on either side, by name.
    pub pools: Vec<PoolLine>,
    /// How long records waited.
    pub waits: Both<Waits>,
}

impl Comparison {
    /// Compares; both sides follow the same part of one history.
    pub fn of(recorded: Seen<'_>, replayed: Seen<'_>) -> Self {
        let both = recorded.side.fates.iter().zip(&replayed.side.fates);
        let differences = both.enumerate().filter_map(|(at, (was, would))| {
            let record = recorded.side.record(at);
            let (was, would) = (end(&recorded, at, was), end(&replayed, at, would));
            (was.place != would.place).then(|| Difference {
                record: recorded.state.records().key(record).to_owned(),
                taken: recorded.side.fates[at].taken,
                because: because(&was, &would),
                recorded: was,
                replayed: would,
            })
        });
        Self {
            between: (begin(&recorded), recorded.until),
            records: recorded.side.fates.len() as u64,
            differences: differences.collect(),
            reps: reps(&recorded, &replayed),
            pools: pools(&recorded, &replayed),
            waits: Both {
                recorded: waits(&recorded),
                replayed: waits(&replayed),
            },
        }
    }

    /// How many records would have gone elsewhere, by reason; every reason that holds for any.
    pub fn reasons(&self) -> BTreeMap<Because, u64> {
        let mut reasons = BTreeMap::new();
        for difference in &self.differences {
            *reasons.entry(difference.because).or_default() += 1;
        }
        reasons
    }

    /// Pairs of what decided, before and after, with how many records went elsewhere between them;
    /// the most first, then by name.
    pub fn rules(&self) -> Vec<(&str, &str, u64)> {
        let mut pairs: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for one in &self.differences {
            *pairs
                .entry((&one.recorded.by, &one.replayed.by))
                .or_default() += 1;
        }
        let mut pairs: Vec<_> = pairs.into_iter().map(|((a, b), n)| (a, b, n)).collect();
        pairs.sort_by_key(|(before, after, count)| (std::cmp::Reverse(*count), *before, *after));
        pairs
    }

    /// What it comes to, in sentences; what is not known first.
    pub fn sentences(&self) -> Vec<String> {
        let mut said = vec![CAVEAT.to_owned()];
        let moved = self.differences.len();
        let reasons = self.reasons().into_iter();
        let reasons = reasons.map(|(because, count)| format!("{count} by {}", because.words()));
        let reasons: Vec<String> = reasons.collect();
        said.push(match moved {
            0 => format!(
                "All {} records would have gone where they went.",
                self.records
            ),
            _ => format!(
                "Of {} records, {moved} would have gone elsewhere: {}.",
                self.records,
                reasons.join(", ")
            ),
        });
        let fullest = |side: fn(&Both<Micro>) -> Micro| {
            let loads = self.reps.iter().map(|line| (side(&line.load), &line.rep));
            loads.max_by(|one, other| one.0.cmp(&other.0).then(other.1.cmp(one.1)))
        };
        if let (Some((was, one)), Some((would, other))) =
            (fullest(|load| load.recorded), fullest(|load| load.replayed))
        {
            said.push(format!(
                "The fullest book held {} records on average ({one}); it would have held {} \
                 ({other}).",
                tenths(was),
                tenths(would)
            ));
        }
        let Both { recorded, replayed } = self.waits;
        said.push(format!(
            "Half of the records waited at most {} for a rep, nine of ten at most {}; it would have \
             been {} and {}. {} came to no rep; it would have been {}.",
            recorded.median,
            recorded.most,
            replayed.median,
            replayed.most,
            recorded.nobody,
            replayed.nobody
        ));
        let capped = |side: fn(&Both<u64>) -> u64| {
            let capped = self.reps.iter().map(|line| side(&line.capped));
            capped.sum::<u64>()
        };
        said.push(format!(
            "Caps stopped somebody {} times; it would have been {}.",
            capped(|capped| capped.recorded),
            capped(|capped| capped.replayed)
        ));
        said
    }
}

/// An amount with one decimal, cut.
pub fn tenths(amount: Micro) -> Micro {
    Micro(amount.0 / 100_000 * 100_000)
}

fn because(was: &End, would: &End) -> Because {
    match was.by == would.by {
        false => Because::Rule,
        true if was.pool != would.pool => Because::Pool,
        true => Because::Turn,
    }
}

fn end(seen: &Seen<'_>, position: usize, fate: &Fate) -> End {
    let state = seen.state;
    let key = |rep: RepNo| state.roster().rep(rep).key.clone();
    let place = match fate.first {
        Some((rep, _)) => key(rep),
        None => match state.place(seen.side.record(position)) {
            // Only a person can have given it to them.
            Place::Book(rep) => format!("by hand to {}", key(rep)),
            Place::Queue(queue) => format!("queue {}", state.queue(queue).name),
            Place::Held(_) => "held".to_owned(),
            Place::Resting(_) => "resting".to_owned(),
            Place::Closed => "closed".to_owned(),
        },
    };
    let names = |version: u32| {
        let at = (version as usize).checked_sub(1)?;
        state.versions().get(at)
    };
    let by = match fate.by {
        By::Fallback => None,
        By::Rule(version, rule) => names(version).and_then(|one| one.rules.get(rule as usize)),
        By::Rung(version, rung) => names(version).and_then(|one| one.rungs.get(rung as usize)),
    };
    End {
        place,
        pool: fate.pool.map(|pool| state.pool(pool).name.clone()),
        by: by.map_or_else(|| "fallback".to_owned(), |name| name.to_string()),
        waited: fate.first.map(|(_, at)| at - fate.taken),
    }
}

/// Where what is compared begins: with the part followed, or with its first record where nothing is
/// before it.
fn begin(seen: &Seen<'_>) -> Moment {
    let first = seen.side.fates.first().map(|fate| fate.taken);
    match seen.side.begin() {
        Moment(0) => first.unwrap_or(Moment(0)),
        begin => begin,
    }
}

fn reps(recorded: &Seen<'_>, replayed: &Seen<'_>) -> Vec<RepLine> {
    let dealt = |seen: &Seen<'_>| {
        let mut dealt: BTreeMap<RepNo, u64> = BTreeMap::new();
        for (rep, _) in seen.side.fates.iter().filter_map(|fate| fate.first) {
            *dealt.entry(rep).or_default() += 1;
        }
        dealt
    };
    let (was, would) = (dealt(recorded), dealt(replayed));
    let some = |seen: &Seen<'_>| {
        let books = seen.side.books.iter();
        let some = books.filter(|(_, fill)| fill.most > 0).map(|(rep, _)| *rep);
        some.collect::<Vec<_>>()
    };
    let all: BTreeSet<RepNo> = some(recorded)
        .into_iter()
        .chain(some(replayed))
        .chain(was.keys().chain(would.keys()).copied())
        .collect();
    let line = |rep: RepNo| {
        let count = |counts: &BTreeMap<RepNo, u64>| counts.get(&rep).copied().unwrap_or(0);
        let fill = |seen: &Seen<'_>| seen.side.books.get(&rep).copied().unwrap_or_default();
        let mean = |seen: &Seen<'_>, fill: Fill| fill.mean(begin(seen), seen.until);
        let (one, other) = (fill(recorded), fill(replayed));
        RepLine {
            rep: recorded.state.roster().rep(rep).key.clone(),
            dealt: Both {
                recorded: count(&was),
                replayed: count(&would),
            },
            load: Both {
                recorded: mean(recorded, one),
                replayed: mean(replayed, other),
            },
            most: Both {
                recorded: one.most,
                replayed: other.most,
            },
            capped: Both {
                recorded: count(&recorded.side.capped),
                replayed: count(&replayed.side.capped),
            },
        }
    };
    let mut lines: Vec<RepLine> = all.into_iter().map(line).collect();
    lines.sort_by(|one, other| one.rep.cmp(&other.rep));
    lines
}

fn pools(recorded: &Seen<'_>, replayed: &Seen<'_>) -> Vec<PoolLine> {
    let named = |seen: &Seen<'_>| {
        let pools = seen.side.pools.iter();
        let named = pools.map(|(pool, even)| (seen.state.pool(*pool).name.clone(), *even));
        named.collect::<BTreeMap<String, Even>>()
    };
    let (was, would) = (named(recorded), named(replayed));
    let names: BTreeSet<&String> = was.keys().chain(would.keys()).collect();
    let even =
        |side: &BTreeMap<String, Even>, name: &String| side.get(name).copied().unwrap_or_default();
    let line = |name: &String| PoolLine {
        pool: name.clone(),
        even: Both {
            recorded: even(&was, name),
            replayed: even(&would, name),
        },
    };
    names.into_iter().map(line).collect()
}

fn waits(seen: &Seen<'_>) -> Waits {
    let waits = seen.side.waits();
    // The least wait that so many of a hundred do not exceed.
    let at = |percent: usize| {
        let rank = (waits.len() * percent).div_ceil(100);
        waits
            .get(rank.saturating_sub(1))
            .copied()
            .unwrap_or_default()
    };
    Waits {
        records: waits.len() as u64,
        median: at(50),
        most: at(90),
        nobody: (seen.side.fates.len() - waits.len()) as u64,
    }
}
