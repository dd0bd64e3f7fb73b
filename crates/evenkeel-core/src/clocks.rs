//! Running clocks: by when each record's owner must have worked on it, and what was learned of how
//! soon they do.
//!
//! The moments were resolved when the clock was set, so that nothing here knows hours or zones.
//! What a clock does when it rings is decided in [`crate::overdue`].

use crate::ids::{QueueNo, RecordNo, RepNo};
use crate::time::{Moment, Span};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Most first touches remembered for one rep; the oldest goes first.
pub const SPEEDS_MAX: usize = 500;

/// What was promised of a record when its owner got it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// The line of the policy, by name.
    pub sla: String,
    /// When the owner got it.
    pub started: Moment,
    /// When the owner is warned.
    pub warn_at: Option<Moment>,
    /// When it is overdue.
    pub due_at: Moment,
    /// When the manager is told.
    pub escalate_at: Moment,
    /// When it goes to somebody else.
    pub lapse: Option<Lapse>,
    /// Seconds from UTC to the clock on the owner's wall at `due_at`, as it was resolved.
    pub offset_seconds: i32,
}

/// When a record that nobody touched goes to somebody else, and what comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lapse {
    /// When.
    pub at: Moment,
    /// How often, before it is released.
    pub tries: u32,
    /// Where it goes then.
    pub then: Then,
}

/// Where a record goes that nobody touched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Then {
    /// Into this queue.
    Queue(QueueNo),
    /// It rests so long, and is dealt again.
    Rest(Span),
}

/// How far a running clock has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Stage {
    /// Nothing happened yet.
    Running,
    /// The owner was warned.
    Warned,
    /// It is overdue.
    Breached,
    /// The manager was told.
    Escalated,
}

/// A running clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    /// Whose it is.
    pub rep: RepNo,
    /// What was promised.
    pub clock: Clock,
    /// How far it has come.
    pub stage: Stage,
}

impl Running {
    /// When something happens next; `None` when nothing does any more.
    pub fn next(&self) -> Option<Moment> {
        let clock = &self.clock;
        let lapse = clock.lapse.map(|lapse| lapse.at);
        match self.stage {
            Stage::Running => clock.warn_at.or(Some(clock.due_at)),
            Stage::Warned => Some(clock.due_at),
            Stage::Breached => {
                Some(lapse.map_or(clock.escalate_at, |at| at.min(clock.escalate_at)))
            }
            Stage::Escalated => lapse,
        }
    }
}

/// How soon an owner worked on a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speed {
    /// The record.
    pub record: RecordNo,
    /// When the owner got it.
    pub started: Moment,
    /// From then until the first work, always running.
    pub waited: Span,
    /// The same, running only while the owner was at work.
    pub business: Span,
}

/// Timers that are held because the clock jumped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// What the clock said before.
    pub from: Moment,
    /// What it said then.
    pub to: Moment,
    /// How many records timers would have moved.
    pub due: u32,
}

/// All clocks of the workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocks {
    running: BTreeMap<RecordNo, Running>,
    timers: BTreeSet<(Moment, RecordNo)>,
    /// How often records were taken from an owner who did not touch them, since anybody did.
    tries: BTreeMap<RecordNo, u32>,
    /// The latest first touches of each rep, oldest first.
    speeds: BTreeMap<RepNo, VecDeque<Speed>>,
    held: Option<Held>,
}

impl Clocks {
    /// The clock of a record, if one runs.
    pub fn of(&self, record: RecordNo) -> Option<&Running> {
        self.running.get(&record)
    }

    /// Every running clock, by record.
    pub fn running(&self) -> impl ExactSizeIterator<Item = (RecordNo, &Running)> {
        self.running.iter().map(|(record, clock)| (*record, clock))
    }

    /// The clocks that ring by `now`, the earliest first. *Ties*: the lowest record.
    pub fn due(&self, now: Moment) -> impl Iterator<Item = (RecordNo, &Running)> {
        let due = self.timers.iter().take_while(move |(at, _)| *at <= now);
        due.map(|(_, record)| (*record, &self.running[record]))
    }

    /// When the next clock rings.
    pub fn next(&self) -> Option<Moment> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// When the next clock rings after `now`.
    pub fn next_after(&self, now: Moment) -> Option<Moment> {
        let mut timers = self.timers.iter().map(|(at, _)| *at);
        timers.find(|at| *at > now)
    }

    /// How often a record was taken from an owner since anybody touched it.
    pub fn tries(&self, record: RecordNo) -> u32 {
        self.tries.get(&record).copied().unwrap_or(0)
    }

    /// The latest first touches of a rep, oldest first. *Bounds*: [`SPEEDS_MAX`].
    pub fn speeds(&self, rep: RepNo) -> impl ExactSizeIterator<Item = &Speed> {
        static NONE: VecDeque<Speed> = VecDeque::new();
        self.speeds.get(&rep).unwrap_or(&NONE).iter()
    }

    /// The timers that are held, if they are.
    pub fn held(&self) -> Option<Held> {
        self.held
    }

    /// Holds the timers, or lets them go.
    pub fn hold(&mut self, held: Option<Held>) {
        self.held = held;
    }

    /// Sets the clock of a record, in place of any before.
    pub fn set(&mut self, record: RecordNo, rep: RepNo, clock: Clock) {
        self.stop(record);
        let stage = Stage::Running;
        let running = Running { rep, clock, stage };
        self.timers.extend(running.next().map(|at| (at, record)));
        self.running.insert(record, running);
    }

    /// The clock of a record has come to `stage`.
    pub fn reach(&mut self, record: RecordNo, stage: Stage) {
        if let Some(running) = self.running.get_mut(&record) {
            if let Some(at) = running.next() {
                self.timers.remove(&(at, record));
            }
            running.stage = stage;
            self.timers.extend(running.next().map(|at| (at, record)));
        }
    }

    /// The clock of a record stops.
    pub fn stop(&mut self, record: RecordNo) {
        let running = self.running.remove(&record);
        if let Some(at) = running.and_then(|running| running.next()) {
            self.timers.remove(&(at, record));
        }
    }

    /// A record is taken from an owner who did not touch it.
    pub fn lapse(&mut self, record: RecordNo) {
        *self.tries.entry(record).or_default() += 1;
    }

    /// Somebody touched the record, or nobody is to any more.
    pub fn forgive(&mut self, record: RecordNo) {
        self.tries.remove(&record);
    }

    /// An owner worked on a record for the first time. Known again, it is the earlier of the two.
    pub fn learn(&mut self, rep: RepNo, speed: Speed) {
        let speeds = self.speeds.entry(rep).or_default();
        let same =
            |known: &&mut Speed| (known.record, known.started) == (speed.record, speed.started);
        match speeds.iter_mut().rev().find(same) {
            Some(known) => *known = speed,
            None => {
                if speeds.len() == SPEEDS_MAX {
                    speeds.pop_front();
                }
                speeds.push_back(speed);
            }
        }
    }
}
