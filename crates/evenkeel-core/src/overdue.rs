//! Clocks on first work: set when a record gets an owner, and what happens when one rings.
//!
//! *Order*: the warning, the breach, the escalation, then the record goes to somebody else who did
//! not have it lately; after so many tries, or when nobody can take it, it is released. What the
//! policy promised when the owner got the record is kept with the clock: a later policy, and later
//! changes of hours or leave, move no clock that runs.

use crate::choose::Draft;
use crate::clocks::{Clock, Lapse, Running, Stage, Then};
use crate::event::{Cause, Event, Freed, Release};
use crate::holding::place::AfterRest;
use crate::ids::{PoolNo, RecordNo, RepNo};
use crate::market::clause::Answer;
use crate::market::value::Attributes;
use crate::people::business::Working;
use crate::policy::document::sla::{ClockKind, LapseSpec, SlaSpec};
use crate::state::State;
use crate::time::{Moment, Span};
use crate::verdict::{Destination, Standing, Stop, Verdict};
use std::collections::BTreeMap;

/// Adds to `events`, as decided at `now`, the clocks of all records that get an owner by them.
///
/// Costs nothing in a policy without `[[sla]]`.
pub fn set_clocks(state: &State, now: Moment, events: &mut Vec<Event>) {
    let Some(policy) = state.policy() else { return };
    let slas = &policy.document().slas;
    if slas.is_empty() {
        return;
    }
    let mut clocks = Vec::new();
    for (record, (rep, pool)) in gained(events) {
        let brought = events.iter().find_map(|event| match event {
            Event::RecordTaken {
                record: taken,
                attributes,
                ..
            } if *taken == record => Some(attributes),
            _ => None,
        });
        let stored;
        let attributes: &Attributes = match brought {
            Some(attributes) => attributes,
            None => {
                stored = state.records().columns.attributes(record.index());
                &stored
            }
        };
        let asked = |sla: &&SlaSpec| {
            let dealt_there = |position| Some(state.pool_at(position)) == pool;
            sla.pool.is_none_or(dealt_there) && sla.when.answer(attributes) == Answer::Yes
        };
        if let Some(sla) = slas.iter().find(asked) {
            let mut clock = clock(state, sla, rep, now);
            clock.lapse = clock.lapse.filter(|_| !goes_back(events, record));
            clocks.push(Event::ClockSet { record, rep, clock });
        }
    }
    events.append(&mut clocks);
}

/// Who has each record after these events that got an owner by them, and by which pool.
fn gained(events: &[Event]) -> BTreeMap<RecordNo, (RepNo, Option<PoolNo>)> {
    let mut gained = BTreeMap::new();
    for event in events {
        match event {
            Event::RecordDealt {
                record,
                to: Destination::Rep(rep),
                verdict,
                ..
            } => {
                let pool = verdict.picked().map(|(turn, _)| turn.pool);
                gained.insert(*record, (*rep, pool));
            }
            Event::RecordGiven {
                record,
                rep,
                counted,
                ..
            } => {
                let pool = counted.first().map(|counted| counted.pool);
                gained.insert(*record, (*rep, pool));
            }
            Event::RecordClaimed { record, rep, .. }
            | Event::RecordRestored { record, rep, .. } => {
                gained.insert(*record, (*rep, None));
            }
            Event::RecordDealt { record, .. }
            | Event::RecordClosed { record, .. }
            | Event::RecordMerged { record, .. }
            | Event::RecordReleased { record, .. } => {
                gained.remove(record);
            }
            _ => {}
        }
    }
    gained
}

/// Whether a record was claimed from a queue that takes it back itself when it is not worked in
/// time: its clock then warns and tells, and leaves the taking to the queue.
fn goes_back(events: &[Event], record: RecordNo) -> bool {
    events.iter().any(|event| match event {
        Event::RecordClaimed {
            record: claimed,
            claim,
            ..
        } => *claimed == record && claim.until.is_some(),
        _ => false,
    })
}

/// The line's promise to whoever gets a record at `now`, as moments.
fn clock(state: &State, sla: &SlaSpec, rep: RepNo, now: Moment) -> Clock {
    let working = Working::of(&state.roster().rep(rep).profile);
    let after = |span: Span| match sla.clock {
        ClockKind::Wall => now + span,
        // Who is at work for less than that in a year gets no more time than anybody else.
        ClockKind::Business => working.add(now, span).unwrap_or(now + span),
    };
    let due_at = after(sla.first_touch);
    Clock {
        sla: sla.name.clone(),
        started: now,
        warn_at: sla.warn.map(after),
        due_at,
        escalate_at: after(sla.escalate),
        lapse: sla.reassign.map(|spec| Lapse {
            at: after(spec.after),
            tries: spec.tries,
            then: match spec.then {
                LapseSpec::Queue(queue) => Then::Queue(state.queue_at(queue)),
                LapseSpec::Rest(span) => Then::Rest(span),
            },
        }),
        offset_seconds: working.offset_seconds(due_at),
    }
}

/// What of this a tick at `now` brings, until there are `most` events; the earliest clock first.
pub fn due(
    draft: &mut Draft<'_>,
    state: &State,
    now: Moment,
    most: usize,
    events: &mut Vec<Event>,
) {
    for (record, running) in state.clocks().due(now) {
        if events.len() >= most {
            return;
        }
        let stage = ring(state, (record, running), now, events);
        let lapse = running.clock.lapse.filter(|lapse| lapse.at <= now);
        if let Some(lapse) = lapse.filter(|_| stage >= Stage::Breached && !state.timers_held()) {
            events.push(lapsed(draft, state, (record, running.rep), lapse, now));
        }
    }
}

/// Warns, says that it is overdue, tells the manager; gives how far the clock has come then.
fn ring(
    state: &State,
    (record, running): (RecordNo, &Running),
    now: Moment,
    events: &mut Vec<Event>,
) -> Stage {
    let (rep, clock) = (running.rep, &running.clock);
    let sla = || clock.sla.clone();
    let mut stage = running.stage;
    if stage < Stage::Breached && clock.due_at <= now {
        stage = Stage::Breached;
        let working = Working::of(&state.roster().rep(rep).profile);
        events.push(Event::SlaBreached {
            record,
            rep,
            sla: sla(),
            waited: now - clock.started,
            business: working.between(clock.started, now),
        });
    } else if stage < Stage::Warned && clock.warn_at.is_some_and(|at| at <= now) {
        stage = Stage::Warned;
        let sla = sla();
        events.push(Event::SlaWarned { record, rep, sla });
    }
    if stage == Stage::Breached && clock.escalate_at <= now {
        stage = Stage::Escalated;
        let sla = sla();
        events.push(Event::SlaEscalated { record, rep, sla });
    }
    stage
}

/// Where a record goes that its owner did not touch.
fn lapsed(
    draft: &mut Draft<'_>,
    state: &State,
    (record, owner): (RecordNo, RepNo),
    lapse: Lapse,
    now: Moment,
) -> Event {
    if state.clocks().tries(record) < lapse.tries {
        let (to, verdict) = draft.deal_lapsed(record, owner);
        let goes_on = match to {
            Destination::Rep(_) => true,
            Destination::Hold { .. } => worth_waiting(&verdict),
            Destination::Queue(_) | Destination::Merged(_) => false,
        };
        if goes_on {
            let cause = Cause::Overdue;
            return Event::RecordDealt {
                record,
                to,
                cause,
                verdict,
            };
        }
    }
    let why = Release::Overdue;
    let to = match lapse.then {
        Then::Queue(queue) => Freed::Queue(queue),
        Then::Rest(span) => Freed::Rest {
            until: now + span,
            then: AfterRest::Deal,
        },
    };
    Event::RecordReleased { record, why, to }
}

/// Whether somebody may take the record later who only cannot now: not whoever had it already.
fn worth_waiting(verdict: &Verdict) -> bool {
    let turn = verdict.turns.last();
    let mut candidates = turn.into_iter().flat_map(|turn| &turn.candidates);
    candidates.any(|candidate| match &candidate.standing {
        Standing::Stopped(stop) => !matches!(
            stop,
            Stop::Cooling { .. } | Stop::Excluded | Stop::Left | Stop::Paused { .. }
        ),
        Standing::Able { .. } => true,
    })
}

/// How many records clocks and claims take from their owners by `until`.
pub fn movers(state: &State, until: Moment) -> usize {
    let running = state.clocks().running();
    let lapses = running.filter_map(|(_, running)| running.clock.lapse);
    let lapses = lapses.filter(|lapse| lapse.at <= until).count();
    let claims = state.claims().due();
    lapses + claims.take_while(|(late, _)| *late <= until).count()
}
