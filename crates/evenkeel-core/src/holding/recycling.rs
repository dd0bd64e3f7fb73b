//! Who was warned, what is due, what is kept: the lists between a removal rule and a sweep.
//!
//! A record is on them only while somebody has it and nobody works on it: it leaves them when it
//! is touched, kept or moved. What gets on them is decided in [`crate::recycling`].

use crate::holding::activity::Stamp;
use crate::holding::sweeps::{Counts, Stage, Sweep, Sweeps, Taken};
use crate::ids::RecordNo;
use crate::time::Moment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A record whose owner was warned, or that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// The removal rule, by its number in [`Recycling::rule`].
    pub rule: u32,
    /// When its owner was warned; 0 is never.
    pub warned: Stamp,
    /// When it is due at the earliest.
    pub removal: Stamp,
    /// Since when it is due; 0 is not yet.
    pub due: Stamp,
    /// The sweep that is to take it; 0 is none yet.
    pub sweep: u32,
}

/// A record that is left alone for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Until when.
    pub until: Stamp,
    /// How often in a row its owner has kept it without working on it.
    pub times: u32,
}

/// The next moment of the cadence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// When.
    pub at: Moment,
    /// What the clock on the wall shows then, with its zone.
    pub local: String,
}

/// Everything recycling remembers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recycling {
    /// Names of removal rules in the order in which they first took something.
    rules: Vec<String>,
    watched: BTreeMap<RecordNo, Watched>,
    kept: BTreeMap<RecordNo, Kept>,
    /// When new contacts were last found at records that nobody has.
    contacts: BTreeMap<RecordNo, Stamp>,
    counts: Counts,
    sweeps: Sweeps,
    next: Option<Next>,
}

impl Recycling {
    /// Every record that is warned of or due, ascending.
    pub fn watched(&self) -> impl ExactSizeIterator<Item = (RecordNo, &Watched)> {
        self.watched.iter().map(|(record, one)| (*record, one))
    }

    /// How this record is watched, if it is.
    pub fn watch(&self, record: RecordNo) -> Option<&Watched> {
        self.watched.get(&record)
    }

    /// The name of a rule.
    pub fn rule(&self, number: u32) -> &str {
        &self.rules[number as usize]
    }

    /// Whether the record is left alone at `now`, and how often its owner kept it.
    pub fn kept(&self, record: RecordNo, now: Moment) -> Option<Kept> {
        let kept = *self.kept.get(&record)?;
        (Stamp::of(now) < kept.until).then_some(kept)
    }

    /// How often in a row its owner has kept it without working on it.
    pub fn times_kept(&self, record: RecordNo) -> u32 {
        self.kept.get(&record).map_or(0, |kept| kept.times)
    }

    /// When new contacts were last found there, since it left its last book.
    pub fn contacts(&self, record: RecordNo) -> Option<Moment> {
        self.contacts.get(&record)?.moment()
    }

    /// What has happened since the last sweep.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The sweeps.
    pub fn sweeps(&self) -> &Sweeps {
        &self.sweeps
    }

    /// The next moment of the cadence.
    pub fn next(&self) -> Option<&Next> {
        self.next.as_ref()
    }

    /// Sets it.
    pub fn set_next(&mut self, next: Option<Next>) {
        self.next = next;
    }

    /// Its owner was warned.
    pub fn warn(&mut self, rule: &str, records: &[RecordNo], (at, removal): (Moment, Moment)) {
        let rule = self.number(rule);
        for record in records {
            let watched = Watched {
                rule,
                warned: Stamp::of(at),
                removal: Stamp::of(removal),
                due: Stamp(0),
                sweep: 0,
            };
            self.watched.insert(*record, watched);
            self.counts.warned += 1;
        }
    }

    /// They are due.
    pub fn due(&mut self, rule: &str, records: &[RecordNo], at: Moment) {
        let rule = self.number(rule);
        for record in records {
            let watched = self.watched.entry(*record).or_insert(Watched {
                rule,
                warned: Stamp(0),
                removal: Stamp::of(at),
                due: Stamp(0),
                sweep: 0,
            });
            watched.rule = rule;
            watched.due = Stamp::of(at);
            self.counts.due += 1;
        }
    }

    /// Its owner keeps it.
    pub fn keep(&mut self, record: RecordNo, until: Moment) {
        self.counts.kept += 1;
        self.unwatch(record);
        let times = self.times_kept(record) + 1;
        let until = Stamp::of(until);
        self.kept.insert(record, Kept { until, times });
    }

    /// Somebody worked on it at `at`.
    pub fn touched(&mut self, record: RecordNo, at: Moment) {
        let news = |watched: &Watched| watched.warned.max(watched.due) <= Stamp::of(at);
        if self.watched.get(&record).is_some_and(news) {
            self.unwatch(record);
            self.counts.worked += 1;
            self.kept.remove(&record);
        }
    }

    /// It changed its place: whatever was said of it was about the one before.
    pub fn moved(&mut self, record: RecordNo, owned: bool) {
        self.unwatch(record);
        self.kept.remove(&record);
        if owned {
            self.contacts.remove(&record);
        }
    }

    /// New contacts were found.
    pub fn found(&mut self, record: RecordNo, at: Moment) {
        self.contacts.insert(record, Stamp::of(at));
    }

    /// Another policy came into force: only what `goes_on` stays on the lists.
    pub fn settle(&mut self, goes_on: impl Fn(&str) -> bool) {
        let rules = std::mem::take(&mut self.rules);
        let out = |watched: &Watched| !goes_on(&rules[watched.rule as usize]);
        let gone = self.watched.iter().filter(|(_, watched)| out(watched));
        for record in gone.map(|(record, _)| *record).collect::<Vec<_>>() {
            self.unwatch(record);
        }
        self.rules = rules;
    }

    /// A sweep of what these rules have due: it begins, or waits for approval.
    pub fn plan(&mut self, mut sweep: Sweep) {
        claim(&self.rules, &mut self.watched, &mut sweep);
        sweep.before = std::mem::take(&mut self.counts);
        self.sweeps.push(sweep);
    }

    /// More is due by the rules of a sweep that takes things at once, and goes with it.
    pub fn join(&mut self, number: u32, stage: Stage, rules: &[String], records: u32) {
        let Some(sweep) = self.sweeps.find_mut(number) else {
            return;
        };
        for rule in rules {
            if !sweep.rules.contains(rule) {
                sweep.rules.push(rule.clone());
            }
        }
        sweep.records += records;
        sweep.stage = stage;
        sweep.ended = None;
        claim(&self.rules, &mut self.watched, sweep);
    }

    /// Changes where a sweep stands.
    pub fn stage(&mut self, number: u32, stage: Stage, at: Moment) {
        let Some(sweep) = self.sweeps.find_mut(number) else {
            return;
        };
        sweep.stage = stage;
        match stage {
            Stage::Running => sweep.begun = sweep.begun.or(Some(at)),
            Stage::Done => sweep.ended = Some(at),
            Stage::Undoing => {
                let open = std::mem::take(&mut sweep.open);
                sweep.undone = 0;
                for record in open {
                    self.watched.remove(&record);
                }
            }
            Stage::Held | Stage::Dropped | Stage::Undone => {}
        }
    }

    /// A held sweep takes nothing: its records are left alone until then.
    pub fn drop_sweep(&mut self, number: u32, until: Moment, at: Moment) {
        self.stage(number, Stage::Dropped, at);
        let open = match self.sweeps.find_mut(number) {
            Some(sweep) => std::mem::take(&mut sweep.open),
            None => return,
        };
        for record in open {
            self.watched.remove(&record);
            self.leave_alone(record, until);
        }
    }

    /// A sweep takes a record.
    pub fn take(&mut self, number: u32, taken: Taken) {
        let due = self.watched.get(&taken.record).map(|watched| watched.due);
        self.unwatch(taken.record);
        let Some(sweep) = self.sweeps.find_mut(number) else {
            return;
        };
        let since = due.unwrap_or(taken.at);
        sweep.waited += u64::from(taken.at.0.saturating_sub(since.0));
        sweep.taken.push(taken);
    }

    /// A record is back with its former owner; what a sweep looks through comes in order.
    pub fn restore(&mut self, number: u32, record: RecordNo, until: Moment) -> Option<Taken> {
        self.leave_alone(record, until);
        let sweep = self.sweeps.find_mut(number)?;
        sweep.restored += 1;
        let rest = sweep.taken.get(sweep.undone as usize..)?;
        let at = rest.iter().position(|taken| taken.record == record)?;
        let taken = rest[at];
        sweep.undone += at as u32 + 1;
        Some(taken)
    }

    fn leave_alone(&mut self, record: RecordNo, until: Moment) {
        let times = self.times_kept(record);
        let until = Stamp::of(until);
        self.kept.insert(record, Kept { until, times });
    }

    fn unwatch(&mut self, record: RecordNo) {
        if let Some(watched) = self.watched.remove(&record)
            && let Some(sweep) = self.sweeps.find_mut(watched.sweep)
        {
            sweep.open.remove(&record);
        }
    }

    fn number(&mut self, rule: &str) -> u32 {
        let known = self.rules.iter().position(|known| known == rule);
        let at = known.unwrap_or_else(|| {
            self.rules.push(rule.to_owned());
            self.rules.len() - 1
        });
        u32::try_from(at).expect("a journal holds fewer removal rules than 2^32")
    }
}

/// What is due by the sweep's rules, and no other sweep's, is its own.
fn claim(rules: &[String], watched: &mut BTreeMap<RecordNo, Watched>, sweep: &mut Sweep) {
    let mine: Vec<bool> = rules
        .iter()
        .map(|name| sweep.rules.contains(name))
        .collect();
    for (record, watched) in watched {
        let free = watched.due > Stamp(0) && watched.sweep == 0;
        if free && mine[watched.rule as usize] {
            watched.sweep = sweep.number;
            sweep.open.insert(*record);
        }
    }
}
