//! Nanoseconds per turn of the ledger, beside the two rotations people usually write.
//!
//! Run `cargo bench -p evenkeel-core --bench rotation`. The neighbors keep no account for those who
//! cannot take a record and explain nothing: they are here for scale, not as equals.

use evenkeel_core::ballot::{Apt, Ballot, Counts, Member};
use evenkeel_core::draw::DrawKey;
use evenkeel_core::ids::{PoolNo, RepNo};
use evenkeel_core::market::value::Attributes;
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{Profile, Status};
use evenkeel_core::policy::document::{Caps, Method};
use evenkeel_core::rotation::ledger::{Entry, Ledger};
use evenkeel_core::rotation::turn;
use evenkeel_core::time::Moment;
use evenkeel_core::units::ONE;
use evenkeel_core::verdict::{Stream, Traits};
use std::hint::black_box;
use std::time::Instant;

const NOW: Moment = Moment(1_780_000_000_000);

fn main() {
    println!("ns per turn, median of 7 runs (decide and apply; weights 1..5)");
    println!(
        "{:>6} {:>7} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "reps",
        "masked",
        "straight",
        "random",
        "hours",
        "decide",
        "smooth",
        "last-used",
        "x smooth"
    );
    for count in [10, 35, 100, 1_000] {
        for masked in [false, true] {
            let turns = 400_000 / count;
            let base = Ours {
                count,
                masked,
                method: Method::Straight,
                hours: "always",
                apply: true,
            };
            let straight = base.measure(turns);
            let random = Ours {
                method: Method::Random { band: ONE },
                ..base
            }
            .measure(turns);
            let hours = Ours {
                hours: "Mon-Fri 09:00-17:30",
                ..base
            }
            .measure(turns / 4);
            let decide = Ours {
                apply: false,
                ..base
            }
            .measure(turns);
            let smooth = smooth(count, masked, turns);
            let last_used = last_used(count, masked, turns / 4);
            println!(
                "{count:>6} {:>7} {straight:>9} {random:>9} {hours:>9} {decide:>9} {smooth:>9} \
                 {last_used:>9} {:>9.1}",
                if masked { "half" } else { "none" },
                straight as f64 / smooth as f64,
            );
        }
    }
}

/// The median of seven runs in nanoseconds per turn.
fn median(turns: usize, mut run: impl FnMut()) -> u128 {
    let mut nanoseconds: Vec<u128> = (0..7)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_nanos() / turns as u128
        })
        .collect();
    nanoseconds.sort_unstable();
    nanoseconds[3]
}

fn weight(at: usize) -> u32 {
    at as u32 % 5 + 1
}

/// Whether the rep at `at` is away at this turn: every other one, taking turns.
fn away(masked: bool, at: usize, turn: usize) -> bool {
    masked && (at + turn).is_multiple_of(2)
}

/// What is measured of the ledger.
#[derive(Clone, Copy)]
struct Ours {
    count: usize,
    masked: bool,
    method: Method,
    hours: &'static str,
    /// Whether the turn is applied, or only decided.
    apply: bool,
}

impl Ours {
    fn profiles(&self, status: Status) -> Vec<Profile> {
        let zones = [
            "America/New_York",
            "Europe/Lisbon",
            "Asia/Tokyo",
            "America/Los_Angeles",
        ];
        let profile = |at: usize| Profile {
            attributes: Attributes::default(),
            closing_since: None,
            zone: zones[at % zones.len()].to_owned(),
            hours: Hours::parse(self.hours).expect("hours are well formed"),
            leaves: Vec::new(),
            status,
            private: None,
        };
        (0..self.count).map(profile).collect()
    }

    /// Nanoseconds per turn.
    fn measure(&self, turns: usize) -> u128 {
        let (here, gone) = (self.profiles(Status::Active), self.profiles(Status::Left));
        let none = Caps::default();
        let ballot = Ballot {
            now: NOW,
            size: ONE,
            keeps_hours: true,
            pool_caps: none,
            all_caps: none,
            excluded: None,
            traits: Traits::default(),
            stream: Stream::Whole,
        };
        let key = DrawKey::from_seed(1);
        let counts = Counts {
            past: &[],
            pending: 0,
        };
        let mut ledger = Ledger::default();
        let reps: Vec<RepNo> = (0..self.count).map(RepNo::at).collect();
        ledger.apply_change(&reps, &[], &[]);
        let mut number = 0;
        median(turns, || {
            for _ in 0..turns {
                number += 1;
                let member = |(at, entry): (usize, &Entry)| Member {
                    rep: entry.rep,
                    weight: weight(at),
                    credit: entry.credit,
                    makeup: entry.makeup,
                    profile: if away(self.masked, at, number) {
                        &gone[at]
                    } else {
                        &here[at]
                    },
                    from_pool: counts,
                    from_all: counts,
                    apt: Apt::default(),
                };
                let members: Vec<Member<'_>> =
                    ledger.members().iter().enumerate().map(member).collect();
                let draw = || key.bits("pool", "record", number as u32);
                let turn = turn(PoolNo(0), &ballot, self.method, &members, draw);
                if self.apply {
                    ledger.apply_turn(&turn, ONE);
                }
                black_box(&turn);
            }
        })
    }
}

/// Smooth weighted round robin, as a well-known web server does it.
fn smooth(count: usize, masked: bool, turns: usize) -> u128 {
    let weights: Vec<i64> = (0..count).map(|at| weight(at).into()).collect();
    let mut current = vec![0; count];
    let mut number = 0;
    median(turns, || {
        for _ in 0..turns {
            number += 1;
            let (mut total, mut best) = (0, None);
            for at in 0..count {
                if away(masked, at, number) {
                    continue;
                }
                total += weights[at];
                current[at] += weights[at];
                if best.is_none_or(|best: usize| current[at] > current[best]) {
                    best = Some(at);
                }
            }
            if let Some(best) = best {
                current[best] -= total;
            }
            black_box(best);
        }
    })
}

/// Sorts the reps by when they last got something and takes the first.
fn last_used(count: usize, masked: bool, turns: usize) -> u128 {
    let mut used: Vec<(usize, usize)> = (0..count).map(|at| (0, at)).collect();
    let mut number = 0;
    median(turns, || {
        for _ in 0..turns {
            number += 1;
            let mut order: Vec<(usize, usize)> = used
                .iter()
                .copied()
                .filter(|(_, at)| !away(masked, *at, number))
                .collect();
            order.sort_unstable();
            if let Some((_, at)) = order.first() {
                used[*at].0 = number;
            }
            black_box(&order);
        }
    })
}
