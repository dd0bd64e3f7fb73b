//! A pool to test with: a ledger, weights, absences and caps, and an account kept beside it.
//!
//! It goes through the real gates, choosers and ledger, and knows nothing of the workspace.

use evenkeel_core::ballot::{Ballot, Counts, Member};
use evenkeel_core::bearing;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::ids::{PoolNo, RepNo};
use evenkeel_core::market::value::{Attributes, Facts, Value};
use evenkeel_core::people::hours::Hours;
use evenkeel_core::people::rep::{Profile, Status};
use evenkeel_core::policy::document::{
    Balance, BookSize, Caps, ManualCounts, Members, Method, Nobody, PoolSpec, Weights,
};
use evenkeel_core::rotation::ledger::Ledger;
use evenkeel_core::rotation::memory::Memory;
use evenkeel_core::rotation::turn;
use evenkeel_core::time::Moment;
use evenkeel_core::units::{Micro, ONE};
use evenkeel_core::verdict::{Load, Standing, Stream, Traits, Turn};

/// Monday 2 March 2026, 09:00 UTC.
pub(crate) const START: Moment = Moment(1_772_442_000_000);

/// One member with the account kept beside the ledger.
#[derive(Clone, Debug)]
pub(crate) struct Mate {
    pub(crate) rep: RepNo,
    pub(crate) weight: u32,
    pub(crate) profile: Profile,
    pub(crate) given: Vec<Moment>,
    /// Sizes received by turn, added up.
    pub(crate) received: i64,
    /// Shares added up.
    pub(crate) entitled: i64,
    /// Open records in the book.
    pub(crate) open: u32,
}

impl Mate {
    /// How full the book is, by the field that the pool names.
    fn load(&self, spec: &PoolSpec) -> Option<Load> {
        let Some(BookSize::Field(field)) = spec.capacity else {
            return None;
        };
        match self.profile.attributes.fact(field) {
            Some(Value::Number(capacity)) => Some(Load {
                open: Micro::whole(i64::from(self.open)),
                adds: ONE,
                capacity: *capacity,
            }),
            _ => None,
        }
    }
}

/// A pool with its members, ascending by rep.
#[derive(Clone, Debug)]
pub(crate) struct Team {
    pub(crate) ledger: Ledger,
    pub(crate) mates: Vec<Mate>,
    pub(crate) method: Method,
    pub(crate) caps: Caps,
    pub(crate) now: Moment,
    /// What choosers remember.
    pub(crate) memory: Memory,
    /// What the method goes by.
    pub(crate) spec: PoolSpec,
    /// Attributes of the next record.
    pub(crate) record: Attributes,
    key: DrawKey,
    turns: u32,
    next_rep: u32,
}

/// How many cases a property test runs: `EVENKEEL_CASES`, or the small default.
pub(crate) fn cases(default: u32) -> u32 {
    std::env::var("EVENKEEL_CASES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

/// A proptest configuration with that many cases; a failing case is printed, not stored.
pub(crate) fn config(default: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        cases: cases(default),
        failure_persistence: None,
        ..Default::default()
    }
}

/// An active rep who always works.
pub(crate) fn profile() -> Profile {
    Profile {
        attributes: Attributes::default(),
        closing_since: None,
        zone: "UTC".to_owned(),
        hours: Hours::ALWAYS,
        leaves: Vec::new(),
        status: Status::Active,
        private: None,
    }
}

/// A pool of equals, with nothing set.
pub(crate) fn spec() -> PoolSpec {
    PoolSpec {
        name: "pool".to_owned(),
        members: Members::List(Vec::new()),
        method: Method::Straight,
        weights: Weights::Equal,
        shares: Vec::new(),
        capacity: None,
        balance: Balance::default(),
        specialists: Vec::new(),
        stream_ppm: None,
        earn: None,
        caps: Caps::default(),
        keeps_hours: false,
        manual_counts: ManualCounts::Full,
        nobody: Nobody::Queue(0),
        top_up: None,
    }
}

/// A ballot at [`START`] for a record of one turn, with no caps.
pub(crate) fn ballot() -> Ballot {
    Ballot {
        now: START,
        size: ONE,
        keeps_hours: false,
        pool_caps: Caps::default(),
        all_caps: Caps::default(),
        excluded: None,
        traits: Traits::default(),
        stream: Stream::Whole,
    }
}

impl Team {
    /// Straight, without caps, one member for each weight.
    pub(crate) fn of(weights: &[u32]) -> Self {
        let mut team = Self {
            ledger: Ledger::default(),
            mates: Vec::new(),
            method: Method::Straight,
            caps: Caps::default(),
            now: START,
            memory: Memory::default(),
            spec: spec(),
            record: Attributes::default(),
            key: DrawKey::from_seed(11),
            turns: 0,
            next_rep: 0,
        };
        weights.iter().for_each(|weight| team.join(*weight));
        team
    }

    pub(crate) fn random(weights: &[u32], band: Micro, seed: u64) -> Self {
        let mut team = Self::of(weights);
        team.method = Method::Random { band };
        team.key = DrawKey::from_seed(seed);
        team
    }

    /// Draws with another key from here on.
    pub(crate) fn draw_with(&mut self, key: DrawKey) {
        self.key = key;
    }

    pub(crate) fn join(&mut self, weight: u32) {
        let rep = RepNo(self.next_rep);
        self.next_rep += 1;
        self.ledger.apply_change(&[rep], &[], &[]);
        let (given, profile) = (Vec::new(), profile());
        self.mates.push(Mate {
            rep,
            weight,
            profile,
            given,
            received: 0,
            entitled: 0,
            open: 0,
        });
    }

    pub(crate) fn leave(&mut self, at: usize) {
        let rep = self.mates[at].rep;
        let spread = self.ledger.spread(&[rep], |rep| self.weight_of(rep));
        self.ledger.apply_change(&[], &[rep], &spread);
        self.memory.forget(&[rep]);
        self.mates.remove(at);
    }

    pub(crate) fn set_away(&mut self, at: usize, away: bool) {
        self.mates[at].profile.status = match away {
            true => Status::Paused {
                since: START,
                review: None,
                reason: None,
            },
            false => Status::Active,
        };
    }

    pub(crate) fn weight_of(&self, rep: RepNo) -> u32 {
        self.mates
            .iter()
            .find(|mate| mate.rep == rep)
            .expect("a member")
            .weight
    }

    /// Deals a record to whoever is next among those for whom `able` says yes and no gate says no.
    pub(crate) fn deal(&mut self, size: Micro, able: impl Fn(usize) -> bool) -> Turn {
        let turn = self.next(size, able);
        self.take(&turn, size);
        turn
    }

    /// Deals records of one turn each to whoever is here, and says who got them, by place in the
    /// team.
    pub(crate) fn stretch(&mut self, count: usize) -> Vec<usize> {
        let mut one = || {
            let turn = self.deal(ONE, |_| true);
            self.picked(&turn).expect("somebody is here")
        };
        (0..count).map(|_| one()).collect()
    }

    /// The next turn, without taking it.
    pub(crate) fn next(&self, size: Micro, able: impl Fn(usize) -> bool) -> Turn {
        let gone = Profile {
            status: Status::Left,
            ..profile()
        };
        let traits = match self.method {
            Method::Mix { .. } => bearing::traits(&self.spec, &self.record, &self.memory),
            _ => Traits::default(),
        };
        let entries = self.ledger.members().iter().zip(&self.mates).enumerate();
        let members: Vec<Member<'_>> = entries
            .map(|(at, (entry, mate))| Member {
                rep: entry.rep,
                weight: mate.weight,
                credit: entry.credit,
                makeup: entry.makeup,
                profile: if able(at) { &mate.profile } else { &gone },
                from_pool: Counts {
                    past: &mate.given,
                    pending: 0,
                },
                from_all: Counts {
                    past: &[],
                    pending: 0,
                },
                apt: bearing::apt(
                    &self.spec,
                    &self.record,
                    (entry.rep, &mate.profile.attributes),
                    mate.load(&self.spec),
                    (&self.memory, &traits),
                ),
            })
            .collect();
        let ballot = Ballot {
            size,
            now: self.now,
            pool_caps: self.caps,
            traits,
            ..ballot()
        };
        let bits = || self.key.bits("pool", "record", self.turns);
        turn(PoolNo(0), &ballot, self.method, &members, bits)
    }

    /// Applies a turn to ledger and account.
    pub(crate) fn take(&mut self, turn: &Turn, size: Micro) {
        self.turns += 1;
        self.ledger.apply_turn(turn, size);
        if turn.pick.is_some() {
            self.memory.apply_turn(turn, size);
        }
        for (mate, candidate) in self.mates.iter_mut().zip(&turn.candidates) {
            if let Standing::Able { share, .. } = candidate.standing {
                mate.entitled += share.0;
            }
        }
        if let Some(at) = self.picked(turn) {
            self.mates[at].received += size.0;
            self.mates[at].given.push(self.now);
        }
    }

    /// The place in the team of who was picked.
    pub(crate) fn picked(&self, turn: &Turn) -> Option<usize> {
        let pick = turn.pick?;
        self.mates.iter().position(|mate| mate.rep == pick.rep)
    }

    /// Credits in micro-leads, in team order.
    pub(crate) fn credits(&self) -> Vec<i64> {
        self.ledger
            .members()
            .iter()
            .map(|entry| entry.credit.0)
            .collect()
    }

    /// The largest credit in either direction, in micro-leads.
    pub(crate) fn worst(&self) -> i64 {
        self.credits().into_iter().map(i64::abs).max().unwrap_or(0)
    }
}

/// The longest run of `who` in `picks`.
pub(crate) fn longest_run(picks: &[usize], who: usize) -> usize {
    picks
        .chunk_by(|one, next| one == next)
        .filter(|run| run[0] == who)
        .map(<[_]>::len)
        .max()
        .unwrap_or(0)
}
