//! From numbers of an instance to a plan that people and the journal can keep: records, reps,
//! books before and after, what clashes.
//!
//! The arithmetic is the checker's and the bound's; nothing is improved here.

use crate::holding::planned::{
    Book, Clash, Cost, Made, Move, NAMED_MAX, Sum, WITHOUT_MAX, Why, Without,
};
use crate::ids::{RecordNo, RepNo};
use crate::plan::check::Tally;
use crate::plan::clash::{self, clashes};
use crate::plan::gather::Gathered;
use crate::plan::instance::{COUNT, EFFORT, Instance, NOBODY, ONE, VALUE};
use crate::plan::setting::Setting;
use crate::state::State;
use crate::units::Micro;
use std::collections::BTreeMap;

/// What every book holds by `to`, gauge by gauge.
pub fn held(instance: &Instance, to: &[u32]) -> Vec<Vec<i64>> {
    let mut held = vec![vec![0; instance.gauges]; instance.reps()];
    for (account, rep) in to.iter().enumerate().filter(|(_, rep)| **rep != NOBODY) {
        for (gauge, amount) in instance.accounts.adds(account) {
            held[*rep as usize][gauge] += amount;
        }
    }
    held
}

/// The plan that gives every account to the rep of `to`, as checked.
pub fn made(
    state: &State,
    gathered: &Gathered,
    to: &[u32],
    (tally, bound): (&Tally, i128),
) -> Made {
    let (setting, instance) = (&gathered.setting, &gathered.setting.instance);
    let clashes = clashes(instance, tally);
    Made {
        number: state.plans().next_number(),
        policy: state.version(),
        territories: state.territories().version(),
        basis: instance.digest(),
        records: whole(gathered.records.len()),
        unplaced: whole(tally.unplaced),
        cost: cost(tally, bound),
        moves: moves(gathered, to),
        books: books(setting, to),
        clashes: clashes
            .iter()
            .map(|clash| named(setting, clash, |account| gathered.records[account]))
            .collect(),
    }
}

/// What a plan costs beside what no plan can cost less than.
pub fn cost(tally: &Tally, bound: i128) -> Cost {
    Cost {
        objective: tally.objective,
        bound,
        misses: tally.pairs,
        moves: tally.moves,
        books: tally.books.iter().sum(),
        without: tally.without,
    }
}

fn moves(gathered: &Gathered, to: &[u32]) -> Vec<Move> {
    let instance = &gathered.setting.instance;
    let owners = &instance.accounts.owner;
    let mut moves = Vec::new();
    for (account, rep) in to.iter().enumerate() {
        let owner = owners[account];
        if *rep == owner || *rep == NOBODY {
            continue;
        }
        let why = match owner {
            NOBODY => Why::First,
            owner if instance.pair(account, owner).is_none() => Why::MayNot,
            _ => Why::Even,
        };
        moves.push(Move {
            record: gathered.records[account],
            from: gathered.spots[account],
            to: gathered.setting.reps[*rep as usize],
            why,
        });
    }
    moves
}

/// What has no place by `to`, by reason.
///
/// *Order*: queues, reps, pools by name, then what no `only` line leaves anybody for, then full
/// books.
pub fn without(gathered: &Gathered, to: &[u32]) -> Vec<Without> {
    let mut all: BTreeMap<_, Without> = BTreeMap::new();
    for (account, _) in to.iter().enumerate().filter(|(_, rep)| **rep == NOBODY) {
        let why = gathered.setting.why_without(account);
        let group = all.entry(why.clone()).or_insert(Without {
            why,
            count: 0,
            records: Vec::new(),
        });
        group.count += 1;
        if group.records.len() < WITHOUT_MAX {
            group.records.push(gathered.records[account]);
        }
    }
    all.into_values().collect()
}

fn books(setting: &Setting, to: &[u32]) -> Vec<Book> {
    let instance = &setting.instance;
    let (before, after) = (held(instance, &instance.accounts.owner), held(instance, to));
    let best = setting.gauges.iter().position(|gauge| gauge == "best");
    let sum = |row: &[i64]| Sum {
        records: whole((row[COUNT] / ONE) as usize),
        best: best.map_or(0, |gauge| whole((row[gauge] / ONE) as usize)),
        value: Micro(row[VALUE].saturating_mul(setting.powers[0])),
        effort: Micro(row[EFFORT].saturating_mul(setting.powers[1])),
    };
    let book = |(at, rep): (usize, &RepNo)| {
        let room = instance.bands_of(at)[EFFORT];
        Book {
            rep: *rep,
            before: sum(&before[at]),
            after: sum(&after[at]),
            room: (room.wall > 0).then(|| Micro(room.ceiling.saturating_mul(setting.powers[1]))),
        }
    };
    setting.reps.iter().enumerate().map(book).collect()
}

/// A clash with the reps and records it is about; `record` says which an account is.
pub fn named(setting: &Setting, clash: &clash::Clash, record: impl Fn(usize) -> RecordNo) -> Clash {
    let who = |reps: &[usize]| {
        let named = reps.iter().take(NAMED_MAX);
        let named: Vec<RepNo> = named.map(|rep| setting.reps[*rep]).collect();
        (named, whole(reps.len()))
    };
    let effort = |scaled: i64| Micro(scaled.saturating_mul(setting.powers[1]));
    match clash {
        clash::Clash::NobodyMay { accounts } => Clash::NobodyMay {
            count: whole(accounts.len()),
            records: accounts
                .iter()
                .take(NAMED_MAX)
                .map(|at| record(*at))
                .collect(),
        },
        clash::Clash::TooMany {
            accounts,
            reps,
            room,
        } => {
            let (reps, of) = who(reps);
            Clash::TooMany {
                records: *accounts,
                reps,
                of,
                room: *room,
            }
        }
        clash::Clash::TooFew {
            reps,
            wanted,
            accounts,
        } => {
            let (reps, of) = who(reps);
            Clash::TooFew {
                reps,
                of,
                wanted: *wanted,
                records: *accounts,
            }
        }
        clash::Clash::TooMuchEffort {
            accounts,
            reps,
            effort: wanted,
            room,
        } => {
            let (reps, of) = who(reps);
            Clash::TooMuchEffort {
                records: whole(*accounts),
                reps,
                of,
                effort: effort(*wanted),
                room: effort(*room),
            }
        }
        clash::Clash::NotFound { rep, over } => Clash::NotFound {
            rep: setting.reps[*rep],
            over: effort(*over),
        },
    }
}

fn whole(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
