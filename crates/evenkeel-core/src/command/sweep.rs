//! Sweep: owners are warned, what is due is named, and at once or at the cadence it is taken.
//!
//! Submitted by the clock, like a tick; a sweep that finds nothing is refused. The records
//! themselves are moved by ticks, a bounded part each. What is larger than the guard lets pass
//! waits for a person.

use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::event::Event;
use crate::event::sweeping::{Planned, Sweeping};
use crate::holding::sweeps::{Stage, Sweep};
use crate::ids::RecordNo;
use crate::policy::document::Document;
use crate::policy::document::recycling::{Cadence, Recycling};
use crate::recycling::due::{self, Found};
use crate::recycling::plan::{self, Line, SweepPlan};
use crate::recycling::{cadence, find};
use crate::state::State;
use crate::time::{DAY, Moment};
use std::collections::{BTreeMap, BTreeSet};

/// Decides what is to be warned of, due and taken.
///
/// *Order*: the cadence, where it is not set yet; warnings and what is due, rule by rule; rests
/// that end early, entry by entry; what is taken at once; what is taken at the cadence, and when
/// that comes next. *Refuses*: `policy_missing`, `nothing_to_do`, also while timers are held.
pub(super) fn decide(state: &State, envelope: &Envelope) -> Result<Vec<Event>, Refusal> {
    let document = state.policy().ok_or(Refusal::PolicyMissing)?.document();
    let recycling = document.recycling.as_ref().ok_or(Refusal::NothingToDo)?;
    if state.timers_held() {
        return Err(Refusal::NothingToDo);
    }
    let now = envelope.at;
    let mut events = Vec::new();
    let next = state.recycling().next();
    if next.is_none() {
        events.extend(cadence::set(recycling, now));
    }
    let found = due::found(state, recycling, now);
    events.extend(found.iter().flat_map(|found| told(recycling, found, now)));
    events.extend(available(state, recycling, now));
    let begin = Begin {
        state,
        document,
        recycling,
        found: &found,
        now,
    };
    let number = state.recycling().sweeps().next_number();
    let at_once = begin.at_once(number);
    let number = number + u32::from(at_once.as_ref().is_some_and(|begun| begun.is_new));
    events.extend(at_once.map(|begun| begun.event));
    if let Some(next) = next.filter(|next| next.at <= now) {
        events.push(begin.at_cadence(number, next.at));
        events.extend(cadence::set(recycling, now));
    }
    match events.is_empty() {
        true => Err(Refusal::NothingToDo),
        false => Ok(events),
    }
}

/// What one rule found, as events.
fn told(recycling: &Recycling, found: &Found, now: Moment) -> Vec<Event> {
    let rule = &recycling.removals[found.rule].name;
    let mut told = Vec::new();
    if let Some(warn) = recycling.warn.filter(|_| !found.warn.is_empty()) {
        told.push(Event::Sweeping(Sweeping::OwnersWarned {
            rule: rule.clone(),
            records: found.warn.clone(),
            removal: now + warn,
        }));
    }
    if !found.due.is_empty() {
        told.push(Event::Sweeping(Sweeping::RecordsDue {
            rule: rule.clone(),
            records: found.due.clone(),
        }));
    }
    told
}

/// Rests that are over before their time; a record comes once, by the first entry that holds.
fn available(state: &State, recycling: &Recycling, now: Moment) -> Vec<Event> {
    let mut seen: BTreeSet<RecordNo> = BTreeSet::new();
    let entries = recycling.available.iter().enumerate();
    let events = entries.filter_map(|(entry, available)| {
        let mut records = find::available(state, available, now);
        records.retain(|record| seen.insert(*record));
        let entry = entry as u32;
        (!records.is_empty()).then_some(Event::Sweeping(Sweeping::RecordsAvailable {
            entry,
            records,
        }))
    });
    events.collect()
}

/// A sweep that begins or is held.
struct Begun {
    event: Event,
    /// Whether it has a number of its own, or goes on with one from earlier the same day.
    is_new: bool,
}

/// What beginning a sweep takes to know.
struct Begin<'a> {
    state: &'a State,
    document: &'a Document,
    recycling: &'a Recycling,
    found: &'a [Found],
    now: Moment,
}

impl Begin<'_> {
    /// What goes at once. All of one day (UTC) is one sweep, so that the guard counts it together;
    /// what comes while one waits for approval waits with it.
    fn at_once(&self, number: u32) -> Option<Begun> {
        let lines = self.lines(|rule| self.recycling.is_at_once(&self.recycling.removals[rule]));
        if lines.is_empty() {
            return None;
        }
        let goes_with = |sweep: &&Sweep| {
            let same_day = sweep.planned.0.div_euclid(DAY.0) == self.now.0.div_euclid(DAY.0);
            let running = matches!(sweep.stage, Stage::Running | Stage::Done) && same_day;
            sweep.cadence.is_none() && (running || sweep.stage == Stage::Held)
        };
        let sweeps = self.state.recycling().sweeps();
        let earlier = sweeps.iter().rev().find(goes_with);
        let mut taken = earlier.map(plan::taken).unwrap_or_default();
        for record in earlier.iter().flat_map(|sweep| &sweep.open) {
            if let Some(rep) = self.state.place(*record).owner() {
                *taken.entry(rep).or_default() += 1;
            }
        }
        let plan = SweepPlan::new(self.state, self.document.guard, lines, &taken);
        let waits = earlier.filter(|sweep| sweep.stage == Stage::Held);
        let goes_on = waits.or(earlier.filter(|_| plan.excess.is_empty()));
        let number = goes_on.map_or(number, |sweep| sweep.number);
        Some(Begun {
            event: self.begun(number, None, plan, waits.is_some()),
            is_new: goes_on.is_none(),
        })
    }

    /// What goes with the cadence; a sweep of nothing shows that it was on time.
    fn at_cadence(&self, number: u32, moment: Moment) -> Event {
        let lines = self.lines(|rule| !self.recycling.is_at_once(&self.recycling.removals[rule]));
        let plan = SweepPlan::new(self.state, self.document.guard, lines, &BTreeMap::new());
        self.begun(number, Some(moment), plan, false)
    }

    /// What is due by these rules, since before or only now; ascending.
    fn lines(&self, carried_out: impl Fn(usize) -> bool) -> Vec<Line> {
        let mut lines = plan::due_lines(self.state, &carried_out);
        for found in self.found.iter().filter(|found| carried_out(found.rule)) {
            let due =
                |record: &RecordNo| plan::line(self.state, *record, found.rule, Some(self.now));
            lines.extend(found.due.iter().filter_map(due));
        }
        lines.sort_unstable_by_key(|line| line.record);
        lines
    }

    fn begun(&self, number: u32, cadence: Option<Moment>, plan: SweepPlan, waits: bool) -> Event {
        let rules: BTreeSet<usize> = plan.lines.iter().map(|line| line.rule).collect();
        let rules = rules.into_iter();
        let sweep = Planned {
            number,
            cadence,
            rules: rules
                .map(|rule| self.recycling.removals[rule].name.clone())
                .collect(),
            records: u32::try_from(plan.lines.len()).unwrap_or(u32::MAX),
            books: u32::try_from(plan.books.len()).unwrap_or(u32::MAX),
        };
        Event::Sweeping(match plan.excess.is_empty() && !waits {
            true => Sweeping::Begun { sweep },
            false => Sweeping::Held {
                sweep,
                why: plan.excess,
            },
        })
    }
}

/// Whether the cadence of the policy in force has come at `now`.
pub fn cadence_is_due(state: &State, now: Moment) -> bool {
    let policy = state.policy();
    let recycling = policy.and_then(|policy| policy.document().recycling.as_ref());
    let every = recycling.is_some_and(|one| matches!(one.cadence, Cadence::Every(_)));
    let next = state.recycling().next();
    every && next.is_some_and(|next| next.at <= now)
}
