//! Log activities: what was done on records, by whom and when, many at once.
//!
//! The journal gets only what a decision may depend on ([`Event::RecordsTouched`]); every activity
//! itself is kept outside it, by whoever runs this. Most logs therefore decide nothing, and this is
//! the one verb that may succeed without an event.

use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::event::{Event, Touch};
use crate::holding::activity::Stamp;
use crate::ids::{RecordNo, RepNo};
use crate::market::code::{CODE_FORM, is_code};
use crate::people::business::Working;
use crate::state::State;
use crate::time::{DAY, Moment, Span};
use std::collections::BTreeMap;

/// Most activities in one command.
pub const ACTIVITIES_MAX: usize = 5_000;
/// How far ahead of the clock an activity may lie. What is ahead counts as now; what is further
/// ahead is refused, since it is a mistake and no skew.
pub const AHEAD_MAX: Span = DAY;
/// A sign of life that is less than so much later than the one before it decides nothing.
pub const STIR_SECONDS: u32 = 3_600;

/// What was done on records.
///
/// *Order*: as given. *Refuses*, in order: `policy_missing`, `bound_exceeded` (more than
/// [`ACTIVITIES_MAX`]), `value_refused` (a kind that is no code, a moment more than [`AHEAD_MAX`]
/// ahead). An activity on a record nobody knows is passed over, and one by a rep nobody knows is
/// somebody's work: to tell the caller is the edge's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogActivities {
    /// The activities.
    pub activities: Vec<Activity>,
}

/// One activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Key of the record.
    pub record: String,
    /// Key of the rep; `None` when it was no rep.
    pub rep: Option<String>,
    /// Event time.
    pub at: Moment,
    /// What was done: a code of the workspace, such as `call`.
    pub kind: String,
    /// Whether somebody else than the rep says so, such as the CRM.
    pub verified: bool,
}

/// When a record's owner began to work on it and when it last showed life, as they will be after
/// the touches decided so far.
#[derive(Clone, Copy)]
struct Pulse {
    owned: Option<Stamp>,
    /// The owner's first work, where it becomes known now.
    first: Option<Moment>,
    worked: Option<Stamp>,
    active: Stamp,
}

impl Activity {
    /// Refuses what no activity may be, at `now`.
    pub fn fits(&self, now: Moment) -> Result<(), Refusal> {
        if !is_code(&self.kind) {
            return Err(Refusal::ValueRefused {
                what: "kind of activity",
                seen: self.kind.chars().take(80).collect(),
                expected: CODE_FORM,
            });
        }
        if self.at > now + AHEAD_MAX {
            return Err(Refusal::ValueRefused {
                what: "time of an activity",
                seen: self.at.to_string(),
                expected: "at most a day ahead",
            });
        }
        Ok(())
    }

    /// The record and the rep it is about; `None` when nobody knows the record.
    pub fn about(&self, state: &State) -> Option<(RecordNo, Option<RepNo>)> {
        let record = state.record_no(&self.record)?;
        let rep = self.rep.as_ref().and_then(|rep| state.roster().find(rep));
        Some((record, rep))
    }
}

impl LogActivities {
    pub(super) fn decide(&self, state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
        let policy = state.policy().ok_or(Refusal::PolicyMissing)?;
        if self.activities.len() > ACTIVITIES_MAX {
            return Err(Refusal::BoundExceeded {
                what: "activities at once",
                limit: ACTIVITIES_MAX as u64,
                seen: self.activities.len() as u64,
            });
        }
        let now = envelope.at;
        for activity in &self.activities {
            activity.fits(now)?;
        }
        let counts = &policy.document().activity;
        let counted = |activity: &&Activity| counts.counts(&activity.kind, activity.verified);
        let counted = self.activities.iter().filter(counted);
        let known = counted.filter_map(|activity| {
            let (record, rep) = activity.about(state)?;
            Some(Touch {
                record,
                rep,
                at: activity.at,
                verified: activity.verified,
            })
        });
        Ok(touched(state, known, now))
    }
}

/// What this work comes to, logged at `now`: only what a decision may depend on.
pub fn touched(state: &State, work: impl Iterator<Item = Touch>, now: Moment) -> Vec<Event> {
    let mut pulses: BTreeMap<RecordNo, Pulse> = BTreeMap::new();
    let mut touches = Vec::new();
    for touch in work {
        let (record, rep) = (touch.record, touch.rep);
        let at = touch.at.min(now);
        let pulse = pulses
            .entry(record)
            .or_insert_with(|| Pulse::of(state, record));
        let by_owner = rep.is_some() && state.place(record).owner() == rep;
        if pulse.beats(at, by_owner, state.is_watched(record)) {
            touches.push(Touch { at, ..touch });
        }
    }
    if touches.is_empty() {
        return Vec::new();
    }
    let mut events = vec![Event::RecordsTouched { touches }];
    events.extend(pulses.iter().filter_map(|(record, pulse)| {
        let (rep, started) = (state.place(*record).owner()?, pulse.owned?.moment()?);
        let at = pulse.first?.max(started);
        let working = Working::of(&state.roster().rep(rep).profile);
        Some(Event::FirstWorked {
            record: *record,
            rep,
            started,
            waited: at - started,
            business: working.between(started, at),
        })
    }));
    events
}

impl Pulse {
    fn of(state: &State, record: RecordNo) -> Self {
        let activity = &state.records().activity;
        let stamp = |at: Option<Moment>| at.map(Stamp::of);
        Self {
            owned: stamp(activity.owned_since(record)),
            worked: stamp(activity.worked_at(record)),
            active: stamp(activity.active_at(record)).unwrap_or_default(),
            first: None,
        }
    }

    /// Whether work at `at` changes what a decision may depend on: it is the present owner's first,
    /// or a sign of life an hour after the last, or any later one on a watched record.
    fn beats(&mut self, moment: Moment, by_owner: bool, watched: bool) -> bool {
        let at = Stamp::of(moment);
        let theirs = by_owner && self.owned.is_some_and(|owned| owned <= at);
        let first = theirs && self.worked.is_none_or(|worked| at < worked);
        let least = if watched { 1 } else { STIR_SECONDS };
        let stirs = at.0 >= self.active.0.saturating_add(least);
        if !first && !stirs {
            return false;
        }
        if first {
            self.worked = Some(at);
            self.first = Some(moment);
        }
        self.active = self.active.max(at);
        true
    }
}
