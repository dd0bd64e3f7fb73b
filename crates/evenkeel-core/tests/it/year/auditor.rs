//! The auditor of the simulated year: a naive model of where every record is, fed with events only.
//!
//! It never looks at how the state is kept. Each event is checked against what came before, and
//! from time to time the whole model is held against the state.

use evenkeel_core::event::{Cause, Event, Freed, Recorded, Release};
use evenkeel_core::holding::place::{AfterRest, Place};
use evenkeel_core::ids::{QueueNo, RecordNo, RepNo};
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::verdict::Destination;
use std::collections::BTreeMap;

/// How late a tick may be with what is due.
pub(crate) const LATE_MAX: Span = Span::hours(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spot {
    Entering,
    Book(RepNo),
    Queue(QueueNo),
    Held {
        until: Moment,
    },
    /// Until when, and whom it was promised to go back to.
    Resting {
        until: Moment,
        back: Option<RepNo>,
    },
    Closed,
}

/// What is known of one record.
#[derive(Debug)]
struct Known {
    spot: Spot,
    /// Who lost it, and when.
    parted: Vec<(RepNo, Moment)>,
    released: bool,
}

/// How often what happened, for the figures at the end.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) taken: u64,
    pub(crate) dealt: u64,
    pub(crate) claimed: u64,
    pub(crate) removed: u64,
    pub(crate) returned: u64,
    pub(crate) expired: u64,
    pub(crate) overdue: u64,
    pub(crate) rested: u64,
    pub(crate) restored: u64,
    pub(crate) closed: u64,
}

/// The model.
#[derive(Debug)]
pub(crate) struct Auditor {
    cooldown: Span,
    records: BTreeMap<RecordNo, Known>,
    pub(crate) counts: Counts,
}

impl Auditor {
    /// Watches a workspace whose policy cools records for `cooldown`.
    pub(crate) fn new(cooldown: Span) -> Self {
        Self {
            cooldown,
            records: BTreeMap::new(),
            counts: Counts::default(),
        }
    }

    /// Checks one event against everything before it.
    pub(crate) fn see(&mut self, recorded: &Recorded) {
        let at = recorded.at;
        match &recorded.event {
            Event::RecordTaken { record, .. } => {
                self.counts.taken += 1;
                let known = Known {
                    spot: Spot::Entering,
                    parted: Vec::new(),
                    released: false,
                };
                assert!(self.records.insert(*record, known).is_none(), "taken twice");
            }
            Event::RecordDealt {
                record, to, cause, ..
            } => self.dealt(*record, to, *cause, at),
            Event::RecordGiven { record, rep, .. } => self.go(*record, Spot::Book(*rep), at),
            Event::RecordClaimed {
                record, rep, queue, ..
            } => {
                self.counts.claimed += 1;
                let spot = self.known(*record).spot;
                assert_eq!(spot, Spot::Queue(*queue), "claimed from where it was");
                self.may_have(*record, *rep, at);
                self.go(*record, Spot::Book(*rep), at);
            }
            Event::HoldExpired { record, queue } => {
                let spot = self.known(*record).spot;
                assert!(
                    matches!(spot, Spot::Held { until } if until <= at),
                    "{spot:?}"
                );
                self.go(*record, Spot::Queue(*queue), at);
            }
            Event::RecordReleased { record, why, to } => self.released(*record, why, to, at),
            Event::RecordRestored { record, rep, .. } => {
                self.counts.restored += 1;
                let spot = self.known(*record).spot;
                assert!(
                    !matches!(spot, Spot::Book(_)),
                    "restored from nobody's: {spot:?}"
                );
                self.go(*record, Spot::Book(*rep), at);
            }
            Event::RecordClosed { record, .. } | Event::RecordMerged { record, .. } => {
                self.counts.closed += 1;
                self.go(*record, Spot::Closed, at);
            }
            Event::RecordReturned { record, rep, .. } => {
                self.counts.returned += 1;
                assert_eq!(
                    self.known(*record).spot,
                    Spot::Book(*rep),
                    "returned by its owner"
                );
            }
            _ => {}
        }
    }

    fn dealt(&mut self, record: RecordNo, to: &Destination, cause: Cause, at: Moment) {
        self.counts.dealt += 1;
        if cause == Cause::Overdue {
            self.counts.overdue += 1;
            self.known(record).released = true;
        }
        self.counts.rested += u64::from(cause == Cause::Rested);
        let to = match to {
            Destination::Rep(rep) => {
                self.may_have(record, *rep, at);
                Spot::Book(*rep)
            }
            Destination::Queue(queue) => Spot::Queue(*queue),
            Destination::Hold { until, .. } => {
                assert!(*until > at, "a hold has a deadline ahead");
                Spot::Held { until: *until }
            }
            Destination::Merged(_) => Spot::Closed,
        };
        self.go(record, to, at);
    }

    fn released(&mut self, record: RecordNo, why: &Release, to: &Freed, at: Moment) {
        match why {
            Release::ClaimExpired => self.counts.expired += 1,
            Release::Removed { .. } => self.counts.removed += 1,
            _ => {}
        }
        let known = self.known(record);
        match why {
            Release::Closed(_) => assert_eq!(known.spot, Spot::Closed, "it was closed"),
            _ => assert!(matches!(known.spot, Spot::Book(_)), "it was in a book"),
        }
        known.released = true;
        let spot = match to {
            Freed::Rest { until, then } => {
                assert!(*until > at, "a rest has an end ahead");
                Spot::Resting {
                    until: *until,
                    back: match then {
                        AfterRest::Back(rep) => Some(*rep),
                        AfterRest::Deal | AfterRest::Queue(_) => None,
                    },
                }
            }
            Freed::Queue(queue) => Spot::Queue(*queue),
        };
        self.go(record, spot, at);
    }

    fn known(&mut self, record: RecordNo) -> &mut Known {
        self.records.get_mut(&record).expect("taken in before")
    }

    /// No machine gives a released record back to somebody who had it less than a cooldown ago,
    /// but to the rep who asked for it at a date.
    fn may_have(&mut self, record: RecordNo, rep: RepNo, at: Moment) {
        let cooldown = self.cooldown;
        let known = self.known(record);
        let promised = matches!(known.spot, Spot::Resting { back, .. } if back == Some(rep));
        if !known.released || promised || known.spot == Spot::Book(rep) {
            return;
        }
        let too_soon = known
            .parted
            .iter()
            .find(|(owner, until)| *owner == rep && at < *until + cooldown);
        // A second of grace: the state keeps whole seconds.
        let too_soon = too_soon.filter(|(_, until)| at + Span(1_000) < *until + cooldown);
        assert_eq!(too_soon, None, "{rep:?} regains {record:?} at {at}");
    }

    fn go(&mut self, record: RecordNo, to: Spot, at: Moment) {
        let known = self.known(record);
        if let Spot::Book(owner) = known.spot
            && to != known.spot
        {
            known.parted.push((owner, at));
        }
        assert!(
            known.spot != Spot::Closed || matches!(to, Spot::Resting { .. } | Spot::Queue(_)),
            "what is closed stays closed, but for what recycles"
        );
        known.spot = to;
    }

    /// Holds the model against the state: every record is in the one place that the events say,
    /// none is between places, and nothing is overdue by more than a late tick.
    pub(crate) fn compare(&self, state: &State, now: Moment) {
        assert_eq!(self.records.len(), state.records().len());
        for (record, known) in &self.records {
            let agrees = match (known.spot, state.place(*record)) {
                (Spot::Book(rep), Place::Book(owner)) => {
                    rep == owner && state.roster().rep(rep).book.contains(record)
                }
                (Spot::Queue(queue), Place::Queue(here)) => {
                    queue == here && state.queue(queue).records.contains_key(record)
                }
                (Spot::Held { until }, Place::Held(hold)) => {
                    until == hold.until && until + LATE_MAX >= now
                }
                (Spot::Resting { until, .. }, Place::Resting(rest)) => {
                    until == rest.until && until + LATE_MAX >= now
                }
                (Spot::Closed, Place::Closed) => true,
                _ => false,
            };
            let place = state.place(*record);
            assert!(
                agrees,
                "{record:?}: {:?} by the events, {place:?}",
                known.spot
            );
        }
        let books: usize = state.roster().iter().map(|(_, rep)| rep.book.len()).sum();
        let queued: usize = state.queues().iter().map(|queue| queue.records.len()).sum();
        let count = |of: fn(Spot) -> bool| self.records.values().filter(|it| of(it.spot)).count();
        assert_eq!(
            books,
            count(|spot| matches!(spot, Spot::Book(_))),
            "in one book each"
        );
        assert_eq!(
            queued,
            count(|spot| matches!(spot, Spot::Queue(_))),
            "in one queue each"
        );
    }
}

/// The auditor bites: a history with one defect each.
#[cfg(test)]
mod tests {
    use super::*;
    use evenkeel_core::event::Actor;
    use evenkeel_core::ids::CommandId;
    use evenkeel_core::market::value::Attributes;
    use evenkeel_core::verdict::Verdict;

    const DAY_ONE: Moment = Moment(1_772_442_000_000);

    /// What the auditor says to these events, one a day; `None` is nothing.
    fn said(events: Vec<Event>) -> Option<String> {
        let seen = std::panic::catch_unwind(|| {
            let mut auditor = Auditor::new(Span::days(90));
            for (day, event) in (0..).zip(events) {
                auditor.see(&Recorded {
                    at: DAY_ONE + Span::days(day),
                    actor: Actor::System,
                    command: CommandId([0; 16]),
                    event,
                });
            }
        });
        let said = seen.err()?;
        let owned = said.downcast_ref::<String>().cloned();
        owned.or_else(|| said.downcast_ref::<&str>().map(|text| (*text).to_owned()))
    }

    fn taken() -> Event {
        Event::RecordTaken {
            record: RecordNo(0),
            key: "L-1".into(),
            attributes: Attributes::default().into(),
            private: None,
            marks: Vec::new(),
            occurred: DAY_ONE,
        }
    }

    fn dealt(to: Destination) -> Event {
        Event::RecordDealt {
            record: RecordNo(0),
            to,
            cause: Cause::Intake,
            verdict: Verdict::by_hand(1),
        }
    }

    fn released(to: Freed) -> Event {
        Event::RecordReleased {
            record: RecordNo(0),
            why: Release::ClaimExpired,
            to,
        }
    }

    #[test]
    fn a_sound_history_passes_and_every_seeded_defect_is_named() {
        let (ana, ben) = (RepNo(0), RepNo(1));
        let queue = QueueNo(0);
        let first = || {
            vec![
                taken(),
                dealt(Destination::Rep(ana)),
                released(Freed::Queue(queue)),
            ]
        };
        let with = |event: Event| {
            let mut all = first();
            all.push(event);
            said(all)
        };
        assert_eq!(with(dealt(Destination::Rep(ben))), None);
        let named = |said: Option<String>, words: &str| {
            let said = said.expect("a defect");
            assert!(said.contains(words), "{said}");
        };
        named(with(dealt(Destination::Rep(ana))), "regains");
        named(with(released(Freed::Queue(queue))), "it was in a book");
        named(with(taken()), "taken twice");
        let expired = Event::HoldExpired {
            record: RecordNo(0),
            queue,
        };
        named(with(expired), "Queue");
        let late = Freed::Rest {
            until: DAY_ONE,
            then: AfterRest::Deal,
        };
        let (given, rests) = (dealt(Destination::Rep(ben)), released(late));
        named(said([first(), vec![given, rests]].concat()), "an end ahead");
    }
}
