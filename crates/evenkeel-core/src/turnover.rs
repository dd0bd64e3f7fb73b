//! What came into books, what went out and how, and what came back, since an earlier moment.
//!
//! Events are folded after the state of that moment, so that a record that came and went in between
//! counts both ways. A handing back and forth counts each time. Deliberately counts places only:
//! what books weigh then and now is [`crate::checkin`].

use crate::event::planned::Planned;
use crate::event::{Cause, Event, Release};
use crate::holding::planned::Spot;
use crate::ids::{RecordNo, RepNo};
use crate::state::State;
use crate::verdict::Destination;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How a record left a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Out {
    /// It was closed or merged.
    Closed,
    /// Its owner gave it or its turn back.
    GivenBack,
    /// A rule took it: idle, overdue, or claimed and not worked on.
    Recycled,
    /// A manager pulled it out of the book.
    PulledOut,
    /// It went on to the next step.
    HandedOn,
    /// Somebody gave it to another, or had it dealt again.
    Reassigned,
    /// A plan moved it.
    Planned,
}

impl Out {
    /// Every way, in the order in which they are told.
    pub const ALL: [Self; 7] = [
        Self::Closed,
        Self::GivenBack,
        Self::Recycled,
        Self::PulledOut,
        Self::HandedOn,
        Self::Reassigned,
        Self::Planned,
    ];

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::GivenBack => "given back",
            Self::Recycled => "recycled",
            Self::PulledOut => "pulled out",
            Self::HandedOn => "handed on",
            Self::Reassigned => "reassigned",
            Self::Planned => "moved by a plan",
        }
    }

    /// The code of the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::GivenBack => "given_back",
            Self::Recycled => "recycled",
            Self::PulledOut => "pulled_out",
            Self::HandedOn => "handed_on",
            Self::Reassigned => "reassigned",
            Self::Planned => "planned",
        }
    }
}

/// One book's comings and goings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// Records that the rep never had before, as far as is remembered.
    pub came: u64,
    /// Records that came back to the rep.
    pub back: u64,
    /// By way, in the order of [`Out::ALL`].
    out: [u64; Out::ALL.len()],
}

impl Flow {
    /// How many left this way.
    pub fn out(&self, way: Out) -> u64 {
        self.out[way as usize]
    }

    /// How many left in all.
    pub fn gone(&self) -> u64 {
        self.out.iter().sum()
    }
}

/// Comings and goings since the moment of a state.
#[derive(Clone, Debug)]
pub struct Turnover {
    then: Arc<State>,
    /// Owners of records that moved since.
    now: BTreeMap<RecordNo, Option<RepNo>>,
    /// Who has lost which record since.
    had: BTreeSet<(RecordNo, RepNo)>,
    flows: BTreeMap<RepNo, Flow>,
}

impl Turnover {
    /// Nothing has happened yet since this state.
    pub fn since(then: Arc<State>) -> Self {
        Self {
            then,
            now: BTreeMap::new(),
            had: BTreeSet::new(),
            flows: BTreeMap::new(),
        }
    }

    /// The state it began with.
    pub fn then(&self) -> &Arc<State> {
        &self.then
    }

    /// A rep's comings and goings.
    pub fn of(&self, rep: RepNo) -> Flow {
        self.flows.get(&rep).copied().unwrap_or_default()
    }

    /// Folds the next event in.
    pub fn event(&mut self, event: &Event) {
        match event {
            Event::RecordDealt {
                record, to, cause, ..
            } => match to {
                Destination::Rep(rep) => self.moves(*record, Some(*rep), by(*cause)),
                Destination::Queue(_) | Destination::Hold { .. } => {
                    self.moves(*record, None, by(*cause));
                }
                Destination::Merged(_) => self.moves(*record, None, Out::Closed),
            },
            Event::RecordGiven { record, rep, .. } | Event::RecordClaimed { record, rep, .. } => {
                self.moves(*record, Some(*rep), Out::Reassigned);
            }
            Event::RecordRestored { record, rep, .. } => {
                self.moves(*record, Some(*rep), Out::Reassigned);
            }
            Event::RecordClosed { record, .. } | Event::RecordMerged { record, .. } => {
                self.moves(*record, None, Out::Closed);
            }
            Event::RecordReleased { record, why, .. } => {
                let way = match why {
                    Release::Returned(_) => Out::GivenBack,
                    Release::Removed { .. } | Release::ClaimExpired | Release::Overdue => {
                        Out::Recycled
                    }
                    Release::Retrieved => Out::PulledOut,
                    Release::Closed(_) => Out::Closed,
                };
                self.moves(*record, None, way);
            }
            Event::Planned(Planned::Applied { shifts, .. } | Planned::Undone { shifts, .. }) => {
                for shift in shifts {
                    let to = match shift.to {
                        Spot::Book(rep) => Some(rep),
                        Spot::Queue(_) => None,
                    };
                    self.moves(shift.record, to, Out::Planned);
                }
            }
            _ => {}
        }
    }

    fn moves(&mut self, record: RecordNo, to: Option<RepNo>, way: Out) {
        let known = record.index() < self.then.records().len();
        let owner = match self.now.get(&record) {
            Some(owner) => *owner,
            None if known => self.then.place(record).owner(),
            None => None,
        };
        if owner == to {
            return;
        }
        if let Some(rep) = owner {
            self.flows.entry(rep).or_default().out[way as usize] += 1;
            self.had.insert((record, rep));
        }
        if let Some(rep) = to {
            let before = || {
                let activity = &self.then.records().activity;
                known && activity.owners_before(record).any(|(one, _)| one == rep)
            };
            let back = self.had.contains(&(record, rep)) || before();
            let flow = self.flows.entry(rep).or_default();
            match back {
                true => flow.back += 1,
                false => flow.came += 1,
            }
        }
        self.now.insert(record, to);
    }
}

/// How a deal takes a record from its owner, if it has one.
fn by(cause: Cause) -> Out {
    match cause {
        Cause::Voided | Cause::GivenBack => Out::GivenBack,
        Cause::HandedOn => Out::HandedOn,
        Cause::Overdue => Out::Recycled,
        Cause::Retrieved => Out::PulledOut,
        Cause::Intake
        | Cause::Reassign
        | Cause::OwnerLeft
        | Cause::Waited
        | Cause::Returned
        | Cause::Rested
        | Cause::ToppedUp => Out::Reassigned,
    }
}
