//! What a sweep would take, out of whose books and why, as a value; and whether the guard stops it.
//!
//! Shown before it is carried out, and tested as it is. Nothing is moved here.

use crate::event::sweeping::{EXCESS_MAX, Excess};
use crate::holding::activity::Stamp;
use crate::holding::sweeps::Sweep;
use crate::ids::{RecordNo, RepNo};
use crate::policy::document::guard::Guard;
use crate::policy::document::recycling::{Onward, Recycling};
use crate::recycling::find;
use crate::state::State;
use crate::time::Moment;
use std::collections::BTreeMap;

/// One record that a sweep takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The record.
    pub record: RecordNo,
    /// Whose it is.
    pub rep: RepNo,
    /// Position of the removal rule in the policy in force.
    pub rule: usize,
    /// The last sign of life.
    pub idle_since: Moment,
    /// Since when it is due; `None` when it is not yet.
    pub due_since: Option<Moment>,
    /// What becomes of it after its rest.
    pub then: Onward,
}

/// What a sweep takes out of one book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BookShare {
    /// Whose book.
    pub rep: RepNo,
    /// How many it takes.
    pub records: u32,
    /// How many the book holds.
    pub held: u32,
    /// How many may go without approval.
    pub most: u32,
}

/// A sweep before it happens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SweepPlan {
    /// Each record, ascending.
    pub lines: Vec<Line>,
    /// Each book it takes from: the largest part of a book first. *Ties*: by rep.
    pub books: Vec<BookShare>,
    /// Why somebody has to approve it; empty when nobody has to.
    pub excess: Vec<Excess>,
}

impl SweepPlan {
    /// The plan for these lines, with what the same sweep has already taken from each book.
    pub fn new(
        state: &State,
        guard: Guard,
        lines: Vec<Line>,
        taken: &BTreeMap<RepNo, u32>,
    ) -> Self {
        let mut counts: BTreeMap<RepNo, u32> = BTreeMap::new();
        for line in &lines {
            *counts.entry(line.rep).or_default() += 1;
        }
        let whole = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let share = |(rep, records): (&RepNo, &u32)| {
            let gone = taken.get(rep).copied().unwrap_or(0);
            let held = state.roster().rep(*rep).book.len() + gone as usize;
            BookShare {
                rep: *rep,
                records: records + gone,
                held: whole(held),
                most: whole(guard.of_book(held)),
            }
        };
        let mut books: Vec<BookShare> = counts.iter().map(share).collect();
        books.sort_by(|one, other| {
            let part = |a: &BookShare, b: &BookShare| u64::from(a.records) * u64::from(b.held);
            part(other, one)
                .cmp(&part(one, other))
                .then(one.rep.cmp(&other.rep))
        });
        let records = whole(lines.len()).saturating_add(taken.values().sum());
        let in_all = Excess::Records {
            records,
            most: guard.records,
        };
        let in_all = (records > guard.records).then_some(in_all);
        let over = books.iter().filter(|book| book.records > book.most);
        let over = over.map(|book| Excess::Book {
            rep: book.rep,
            records: book.records,
            held: book.held,
            most: book.most,
        });
        let excess = in_all.into_iter().chain(over).take(EXCESS_MAX).collect();
        Self {
            lines,
            books,
            excess,
        }
    }
}

/// What is due by the rules for which `carried_out` says yes, and in no sweep yet; ascending by
/// record.
pub fn due_lines(state: &State, carried_out: impl Fn(usize) -> bool) -> Vec<Line> {
    let watched = state.recycling().watched();
    let free = watched.filter(|(_, watched)| watched.due > Stamp(0) && watched.sweep == 0);
    let lines = free.filter_map(|(record, watched)| {
        let rule = position(state, state.recycling().rule(watched.rule))?;
        let line = line(state, record, rule, watched.due.moment())?;
        carried_out(rule).then_some(line)
    });
    lines.collect()
}

/// What a sweep has still to take, as it stands now.
pub fn of_sweep(state: &State, sweep: &Sweep) -> SweepPlan {
    let guard = state.policy().map(|policy| policy.document().guard);
    let lines = sweep.open.iter().filter_map(|record| {
        let watched = state.recycling().watch(*record)?;
        let rule = position(state, state.recycling().rule(watched.rule))?;
        line(state, *record, rule, watched.due.moment())
    });
    let lines = lines.collect();
    SweepPlan::new(state, guard.unwrap_or_default(), lines, &BTreeMap::new())
}

/// What a sweep at `at` would take if nobody worked on anything until then: everything that is
/// idle long enough by then and not kept, by the first rule that takes it.
pub fn ahead(state: &State, recycling: &Recycling, at: Moment) -> SweepPlan {
    let mut seen = vec![false; state.records().len()];
    let mut lines = Vec::new();
    for rule in 0..recycling.removals.len() {
        for record in find::due(state, rule, at) {
            let kept = state.recycling().kept(record, at).is_some();
            if kept || std::mem::replace(&mut seen[record.index()], true) {
                continue;
            }
            let watched = state.recycling().watch(record);
            let due = watched.and_then(|watched| watched.due.moment());
            lines.extend(line(state, record, rule, due));
        }
    }
    lines.sort_unstable_by_key(|line| line.record);
    let guard = state.policy().map(|policy| policy.document().guard);
    SweepPlan::new(state, guard.unwrap_or_default(), lines, &BTreeMap::new())
}

/// How many of each book a sweep has taken already.
pub fn taken(sweep: &Sweep) -> BTreeMap<RepNo, u32> {
    let mut counts = BTreeMap::new();
    for taken in &sweep.taken {
        *counts.entry(taken.rep).or_default() += 1;
    }
    counts
}

/// One line; `None` for what is in no book.
pub fn line(state: &State, record: RecordNo, rule: usize, due: Option<Moment>) -> Option<Line> {
    let recycling = state.policy()?.document().recycling.as_ref()?;
    Some(Line {
        record,
        rep: state.place(record).owner()?,
        rule,
        idle_since: state.records().activity.active_at(record)?,
        due_since: due,
        then: recycling.removals.get(rule)?.then,
    })
}

fn position(state: &State, rule: &str) -> Option<usize> {
    let recycling = state.policy()?.document().recycling.as_ref()?;
    recycling.removals.iter().position(|one| one.name == rule)
}
