//! What a tick moves: ends of rests, records of a running sweep, records of one that is undone,
//! and books that are filled up.
//!
//! In this order, a bounded part each tick. Whether a sweep may run was decided before; here it is
//! carried out. What another part of the same tick has moved is left alone.

use crate::choose::Draft;
use crate::event::sweeping::Sweeping;
use crate::event::{Cause, Event, Freed, Release};
use crate::holding::place::{AfterRest, Place};
use crate::holding::sweeps::{Stage, Sweep, Taken};
use crate::ids::RecordNo;
use crate::people::rep::Status;
use crate::policy::document::recycling::{KEEP, REST};
use crate::recycling::due::{Found, found};
use crate::recycling::{closing, filling};
use crate::state::State;
use crate::time::Moment;
use crate::verdict::{Destination, Verdict};
use std::collections::BTreeSet;

/// Most records that one tick moves for recycling.
pub const MOVE_MAX: usize = 500;

/// Adds what time has brought for recycling to the events of a tick.
///
/// *Order*: rests by (end, record); sweeps by number, their records ascending; sweeps being undone
/// likewise, in the order in which they took; then books, pool by pool. Nothing while timers are
/// held after a jump of the clock.
pub fn due(draft: &mut Draft<'_>, state: &State, now: Moment, events: &mut Vec<Event>) {
    if state.timers_held() {
        return;
    }
    let most = events.len() + MOVE_MAX;
    let moved: BTreeSet<RecordNo> = events.iter().filter_map(Event::moved).collect();
    rests(draft, state, now, (most, &moved), events);
    for sweep in state.recycling().sweeps().iter() {
        match sweep.stage {
            Stage::Running => take(state, sweep, now, (most, &moved), events),
            Stage::Undoing => give_back(state, sweep, now, (most, &moved), events),
            Stage::Held | Stage::Done | Stage::Dropped | Stage::Undone => {}
        }
    }
    filling::fill(draft, state, (most, &moved), events);
}

/// Whether time has anything to move here at `now`.
pub fn any(state: &State, now: Moment) -> bool {
    let rested = state
        .resting()
        .next()
        .is_some_and(|(until, _)| until <= now);
    !state.timers_held() && (rested || state.recycling().sweeps().busy() || filling::wanted(state))
}

/// How many records rests and removals move by `until`, as far as one look at each rule goes.
pub fn movers(state: &State, until: Moment) -> usize {
    let rests = state.resting().take_while(|(end, _)| *end <= until).count();
    let policy = state.policy();
    let recycling = policy.and_then(|policy| policy.document().recycling.as_ref());
    let found = recycling.map_or_else(Vec::new, |recycling| found(state, recycling, until));
    let taken = |found: &Found| found.warn.len() + found.due.len();
    rests + found.iter().map(taken).sum::<usize>()
}

fn rests(
    draft: &mut Draft<'_>,
    state: &State,
    now: Moment,
    (most, moved): (usize, &BTreeSet<RecordNo>),
    events: &mut Vec<Event>,
) {
    let over = state.resting().take_while(|(until, _)| *until <= now);
    for (_, record) in over.filter(|(_, record)| !moved.contains(record)) {
        if events.len() >= most {
            return;
        }
        let Place::Resting(rest) = state.place(record) else {
            continue;
        };
        let by_hand = || Verdict::by_hand(state.version());
        let (to, verdict) = match rest.then {
            AfterRest::Queue(queue) => (Destination::Queue(queue), by_hand()),
            AfterRest::Back(rep) if draft.is_here(rep) => (Destination::Rep(rep), by_hand()),
            AfterRest::Back(_) | AfterRest::Deal => draft.deal_record(record, None),
        };
        events.push(Event::RecordDealt {
            record,
            to,
            cause: Cause::Rested,
            verdict,
        });
    }
}

/// Takes what a running sweep has still to take, and ends it when that is all.
fn take(
    state: &State,
    sweep: &Sweep,
    now: Moment,
    (most, moved): (usize, &BTreeSet<RecordNo>),
    events: &mut Vec<Event>,
) {
    let policy = state.policy();
    let recycling = policy.and_then(|policy| policy.document().recycling.as_ref());
    let rest = recycling.map_or(REST, |recycling| recycling.rest);
    let removal = |record: &RecordNo| {
        let watched = state.recycling().watch(*record)?;
        recycling?.removal(state.recycling().rule(watched.rule))
    };
    let open = sweep.open.iter().filter(|record| !moved.contains(record));
    for (record, removal) in open.filter_map(|record| Some((record, removal(record)?))) {
        if events.len() >= most {
            return;
        }
        events.push(Event::RecordReleased {
            record: *record,
            why: Release::Removed {
                rule: removal.name.clone(),
                sweep: Some(sweep.number),
            },
            to: Freed::Rest {
                until: now + rest,
                then: closing::onward(state, removal.then),
            },
        });
    }
    let sweep = sweep.number;
    events.push(Event::Sweeping(Sweeping::Ended { sweep }));
}

/// Gives back what an undone sweep took and nobody owns since, and ends it when that is all.
fn give_back(
    state: &State,
    sweep: &Sweep,
    now: Moment,
    (most, moved): (usize, &BTreeSet<RecordNo>),
    events: &mut Vec<Event>,
) {
    let recycling = state
        .policy()
        .and_then(|policy| policy.document().recycling.as_ref());
    let keep = recycling.map_or(KEEP, |one| one.keep);
    let (mut restored, mut again) = (sweep.restored, false);
    for taken in &sweep.taken[sweep.undone as usize..] {
        if events.len() >= most {
            return;
        }
        if !restorable(state, taken) {
            continue;
        }
        if moved.contains(&taken.record) {
            again = true;
            continue;
        }
        restored += 1;
        events.push(Event::RecordRestored {
            record: taken.record,
            rep: taken.rep,
            sweep: sweep.number,
            until: now + keep,
        });
    }
    if again {
        return;
    }
    let lost = sweep.taken.len() as u32 - restored;
    let sweep = sweep.number;
    events.push(Event::Sweeping(Sweeping::Undone { sweep, lost }));
}

/// Whether a record that a sweep took can still go back: nobody has it or had it since, it is not
/// closed, and its former owner has not left.
pub fn restorable(state: &State, taken: &Taken) -> bool {
    let free = match state.place(taken.record) {
        Place::Queue(_) | Place::Held(_) | Place::Resting(_) => true,
        Place::Book(_) | Place::Closed => false,
    };
    let parted = state.records().activity.parted(taken.record);
    let mine =
        parted.is_some_and(|(rep, until)| (rep, Some(until)) == (taken.rep, taken.at.moment()));
    let here = state.roster().rep(taken.rep).profile.status != Status::Left;
    free && mine && here
}
