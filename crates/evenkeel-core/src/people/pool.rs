//! A pool in force: its ledger, what each member received, and when.
//!
//! How a pool deals is the policy's; who is next is [`crate::rotation`]'s. This noun only
//! remembers, and it outlives the policy version that declared it.

use crate::ids::RepNo;
use crate::people::grants::Grants;
use crate::rotation::fairness::{Change, Fairness};
use crate::rotation::ledger::{Ledger, Portion};
use crate::rotation::memory::Memory;
use crate::time::{Moment, Span};
use crate::units::Micro;
use crate::verdict::{Standing, Stream, Turn};
use serde::{Deserialize, Serialize};

/// How far back assignments are remembered for caps: the longest window and a day.
const MEMORY: Span = Span::days(31);

/// Assignments as moments, ascending; only as far back as a cap can look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History(Vec<Moment>);

impl History {
    /// The remembered moments, ascending.
    pub fn moments(&self) -> &[Moment] {
        &self.0
    }

    /// Adds one at `at`, which is never earlier than the last.
    pub fn push(&mut self, at: Moment) {
        let half = self.0.len() / 2;
        if half >= 16 && self.0[half] < at - MEMORY {
            self.0.drain(..=half);
        }
        self.0.push(at);
    }
}

/// What one member was entitled to and received from a pool since it joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The rep.
    pub rep: RepNo,
    /// Records received by turn.
    pub turns: u64,
    /// Their sizes added up.
    pub received: Micro,
    /// Entitlement added up over the turns the member could take.
    pub entitled: Micro,
    /// When turns came, for caps.
    pub history: History,
    /// Turns given back; they stay counted above, and come back by make-up.
    pub voided: u64,
}

/// One pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// Name, the same in every policy version.
    pub name: String,
    /// Credits and make-up buffers of the present members.
    pub ledger: Ledger,
    /// What its choosers remember beside the credits.
    pub memory: Memory,
    /// Per rep who was ever a member, ascending by rep.
    pub tallies: Vec<Tally>,
    /// Earned shares.
    pub grants: Grants,
    /// Turns dealt.
    pub dealt: u64,
    /// The proved bound since the last change, and the worst credit measured beside it.
    pub fairness: Fairness,
}

impl Pool {
    /// A pool without members.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ledger: Ledger::default(),
            memory: Memory::default(),
            tallies: Vec::new(),
            grants: Grants::default(),
            dealt: 0,
            fairness: Fairness::default(),
        }
    }

    /// What `rep` received, if it was ever a member.
    pub fn tally(&self, rep: RepNo) -> Option<&Tally> {
        self.tallies
            .binary_search_by_key(&rep, |tally| tally.rep)
            .ok()
            .map(|at| &self.tallies[at])
    }

    /// Makes sure `rep` has a tally.
    pub fn remember(&mut self, rep: RepNo) -> &mut Tally {
        let at = self.place(rep);
        &mut self.tallies[at]
    }

    /// Where the tally of `rep` stands, which is there afterwards.
    fn place(&mut self, rep: RepNo) -> usize {
        match self.tallies.binary_search_by_key(&rep, |tally| tally.rep) {
            Ok(at) => at,
            Err(at) => {
                let zero = Micro(0);
                let history = History::default();
                self.tallies.insert(
                    at,
                    Tally {
                        rep,
                        turns: 0,
                        received: zero,
                        entitled: zero,
                        history,
                        voided: 0,
                    },
                );
                at
            }
        }
    }

    /// Applies a recorded change of membership.
    pub fn apply_change(
        &mut self,
        joined: &[RepNo],
        left: &[RepNo],
        spread: &[Portion],
        at: Moment,
    ) {
        self.ledger.apply_change(joined, left, spread);
        self.memory.forget(left);
        for rep in joined {
            self.remember(*rep);
        }
        let change = match left.len() {
            0 => Change::Even,
            left => Change::Departures(left),
        };
        self.begin(change, at);
    }

    /// Applies a recorded clamp.
    pub fn apply_clamp(
        &mut self,
        rep: RepNo,
        credit: Micro,
        spread: &[(RepNo, Micro)],
        at: Moment,
    ) {
        self.ledger.apply_clamp(rep, credit, spread);
        self.begin(Change::Clamp, at);
    }

    /// From here on the pool deals in another way.
    pub fn apply_manner(&mut self, at: Moment) {
        self.begin(Change::Even, at);
    }

    /// Applies a recorded turn.
    pub fn apply_turn(&mut self, turn: &Turn, size: Micro, at: Moment) {
        let Some(pick) = turn.pick else { return };
        self.memory.apply_turn(turn, size);
        let special = matches!(turn.stream, Stream::Special { .. });
        let mut next = 0;
        for candidate in &turn.candidates {
            let Standing::Able { share, .. } = candidate.standing else {
                continue;
            };
            // Both ascend by rep, and nearly everybody with a tally is a member.
            match self.tallies[next..].first() {
                Some(tally) if tally.rep == candidate.rep => {}
                _ => next = self.place(candidate.rep),
            }
            self.tallies[next].entitled += share;
            next += 1;
        }
        let tally = self.remember(pick.rep);
        tally.turns += 1;
        tally.received += size;
        tally.history.push(at);
        self.dealt += 1;
        if !special {
            self.ledger.apply_turn(turn, size);
            let entries = self.ledger.members().iter();
            let credits = entries.map(|entry| (entry.rep, entry.credit));
            self.fairness.turn(credits, (size, turn.delta), at);
        }
    }

    /// Applies a recorded void of a turn.
    pub fn apply_void(&mut self, turn: &Turn, size: Micro, makeup: &[(RepNo, Micro)]) {
        self.memory.reverse_turn(turn, size);
        self.ledger.apply_makeup(makeup);
        if let Some(pick) = turn.pick {
            self.remember(pick.rep).voided += 1;
        }
    }

    /// A stretch of fairness ends and another begins.
    fn begin(&mut self, change: Change, at: Moment) {
        let entries = self.ledger.members().iter();
        let credits: Vec<_> = entries.map(|entry| (entry.rep, entry.credit)).collect();
        self.fairness.begin(&credits, change, at);
    }
}
