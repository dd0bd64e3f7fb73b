//! Claim: a rep takes a record from a queue, this one or the next.
//!
//! Whoever is decided first has it; the other hears who that was. A manager who wants a record to
//! go to somebody whatever the queue says gives it by hand ([`super::assign`]).

use crate::claiming::counter::{Counter, NotYours};
use crate::claiming::hand::{Bar, bar};
use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::event::Event;
use crate::holding::place::Place;
use crate::ids::{QueueNo, RecordNo, RepNo};
use crate::people::rep::Status;
use crate::policy::document::pull::Show;
use crate::state::{State, open_record, rep_named};
use crate::time::Moment;

/// Which record is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The first in the queue's order that the rep may take.
    Next,
    /// This one, by key.
    This(String),
}

/// A rep takes a record from a queue.
///
/// *Refuses*, in order: `policy_missing`, `record_unknown`, `record_closed`, `rep_unknown`,
/// `rep_left`, `rep_owns_it`, `queue_unknown`, `already_taken`, `no_puller`, `rep_away`,
/// `wip_limit_reached`, `claim_budget_reached`, `cooling`, `grade_spoken_for`, `not_shown`,
/// `nothing_to_claim`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Name of the queue.
    pub queue: String,
    /// Key of the rep.
    pub rep: String,
    /// Which record.
    pub pick: Pick,
}

impl Claim {
    /// What the verb would say at `now`: the record it would give, or why it would not.
    pub fn foresee(&self, state: &State, now: Moment) -> Result<RecordNo, Refusal> {
        match self.decided(state, now)? {
            Event::RecordClaimed { record, .. } => Ok(record),
            event => unreachable!("a claim is no {event:?}"),
        }
    }

    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        Ok(vec![self.decided(state, envelope.at)?])
    }

    fn decided(&self, state: &State, now: Moment) -> Result<Event, Refusal> {
        state.policy().ok_or(Refusal::PolicyMissing)?;
        let wanted = match &self.pick {
            Pick::Next => None,
            Pick::This(key) => Some((key, open_record(state, key)?)),
        };
        let rep = rep_named(state, &self.rep)?;
        self.has_left(state, rep)?;
        if let Some((key, record)) = wanted {
            self.owns(state, (key, record), rep)?;
        }
        let queue = state.queue_no(&self.queue);
        let (queue, counter) = queue
            .and_then(|queue| Some((queue, Counter::of(state, queue, rep, now)?)))
            .ok_or_else(|| Refusal::QueueUnknown {
                queue: self.queue.clone(),
            })?;
        if let Some((key, record)) = wanted {
            still_there(state, queue, (key, record))?;
        }
        if let Some(bar) = bar(state, queue, rep, now) {
            return Err(self.barred(bar));
        }
        let offers = counter.offers(counter.pull().choice());
        let record = match wanted {
            Some((key, record)) => {
                if let Some(why) = counter.why_not(record) {
                    return Err(self.not_yours(state, key, why));
                }
                let place = offers.iter().position(|offer| offer.record == record);
                if !counter.shows(place) {
                    return Err(Refusal::NotShown {
                        record: key.clone(),
                        first: match counter.pull().show {
                            Show::First(count) => Some(count),
                            Show::All | Show::Blind => None,
                        },
                    });
                }
                record
            }
            None => match offers.first() {
                Some(offer) => offer.record,
                None => return Err(self.nothing(state, queue)),
            },
        };
        let claim = Box::new(counter.claimed(record, wanted.is_none(), &offers));
        Ok(Event::RecordClaimed {
            record,
            rep,
            queue,
            claim,
        })
    }

    fn has_left(&self, state: &State, rep: RepNo) -> Result<(), Refusal> {
        match state.roster().rep(rep).profile.status {
            Status::Left => Err(Refusal::RepLeft {
                rep: self.rep.clone(),
            }),
            Status::Active | Status::Paused { .. } => Ok(()),
        }
    }

    fn owns(
        &self,
        state: &State,
        (key, record): (&str, RecordNo),
        rep: RepNo,
    ) -> Result<(), Refusal> {
        if state.place(record).owner() == Some(rep) {
            let (record, rep) = (key.to_owned(), self.rep.clone());
            return Err(Refusal::RepOwnsIt { record, rep });
        }
        Ok(())
    }

    fn barred(&self, bar: Bar) -> Refusal {
        let (queue, rep) = (self.queue.clone(), self.rep.clone());
        match bar {
            Bar::Left => Refusal::RepLeft { rep },
            Bar::NoPuller => Refusal::NoPuller { queue, rep },
            Bar::Paused => Refusal::RepAway { rep, until: None },
            Bar::OnLeave { until } => Refusal::RepAway {
                rep,
                until: Some(until),
            },
            Bar::Unworked { limit } => Refusal::WipLimitReached {
                queue,
                rep,
                unworked: true,
                limit,
            },
            Bar::Open { limit } => Refusal::WipLimitReached {
                queue,
                rep,
                unworked: false,
                limit,
            },
            Bar::Spent(budget) => Refusal::ClaimBudgetReached { queue, rep, budget },
        }
    }

    fn not_yours(&self, state: &State, record: &str, why: NotYours) -> Refusal {
        let (record, rep) = (record.to_owned(), self.rep.clone());
        match why {
            NotYours::Cooling { until } => Refusal::Cooling { record, rep, until },
            NotYours::SpokenFor {
                grade, owed, ahead, ..
            } => {
                let key = |rep: &RepNo| state.roster().rep(*rep).key.clone();
                let owed = owed.iter().map(key).collect();
                Refusal::GradeSpokenFor {
                    record,
                    rep,
                    grade,
                    owed,
                    ahead,
                }
            }
        }
    }

    fn nothing(&self, state: &State, queue: QueueNo) -> Refusal {
        Refusal::NothingToClaim {
            queue: self.queue.clone(),
            rep: self.rep.clone(),
            waiting: state.queue(queue).records.len() as u64,
        }
    }
}

/// Refuses a record that is no longer in the queue, and says who has it.
fn still_there(
    state: &State,
    queue: QueueNo,
    (key, record): (&str, RecordNo),
) -> Result<(), Refusal> {
    let place = state.place(record);
    if place == Place::Queue(queue) {
        return Ok(());
    }
    let owner = place.owner();
    Err(Refusal::AlreadyTaken {
        record: key.to_owned(),
        queue: state.queue(queue).name.clone(),
        place,
        by: owner.map(|rep| state.roster().rep(rep).key.clone()),
        at: state.records().activity.owned_since(record),
    })
}
