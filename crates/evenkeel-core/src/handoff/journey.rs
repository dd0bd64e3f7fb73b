//! The way of each record through the steps: where it is now, and who held it at each.
//!
//! A record has one place and so one owner ([`crate::holding::place`]); here is only the memory of
//! the other steps, so that the SDR who sourced a deal stays known when an AE has it. The holder
//! at the present step is always the owner. Nothing is decided here: [`crate::choose`] does that.
//! *Bounds*: at most one stage per step and record, so [`STEPS_MAX`] as long as no policy renames
//! its steps.
//!
//! [`STEPS_MAX`]: crate::policy::document::STEPS_MAX

use crate::holding::place::Place;
use crate::ids::{PoolNo, RecordNo, RepNo, StepNo};
use crate::time::Moment;
use crate::units::Micro;
use crate::verdict::{AtStep, Link, Owing, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The ways of all records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journeys {
    names: Vec<String>,
    ways: BTreeMap<RecordNo, Way>,
    standing: BTreeMap<RecordNo, Standing>,
    apart: BTreeMap<PoolNo, BTreeMap<RepNo, Apart>>,
}

/// One record's way: its stages in the order in which the steps were first reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Way {
    stages: Vec<Stage>,
    now: usize,
}

/// One record at one step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    /// The step.
    pub step: StepNo,
    /// Who has it there, or had it there last; `None` when it waits, or left it waiting.
    pub rep: Option<RepNo>,
    /// When it last came to the step.
    pub since: Moment,
    /// Whether it was handed here; otherwise it began here by the rules.
    pub handed: bool,
    /// Who handed it here.
    pub from: Option<RepNo>,
    /// The step it was handed from.
    pub before: Option<StepNo>,
    /// Whether the turn here was given back: then nobody has a claim to it here any more.
    pub voided: bool,
}

/// Somebody stands in, and the record goes back when the fixed rep can take it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Who stands in.
    pub rep: RepNo,
    /// For whom.
    pub instead_of: RepNo,
    /// What the stand-in was counted.
    pub owing: Option<Owing>,
}

/// What one rep got of a pool's records outside rotation, by fixed handoff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apart {
    /// Records handed to the rep as the fixed one.
    pub fixed: u64,
    /// Records taken standing in.
    pub stood_in: u64,
    /// What the pool would have given less what was given, in leads; negative when ahead.
    pub owed: Micro,
}

impl Journeys {
    /// The name of a step. *Bounds*: panics on a number the journal never gave.
    pub fn name(&self, step: StepNo) -> &str {
        &self.names[step.index()]
    }

    /// The number of the step called `name`.
    pub fn find(&self, name: &str) -> Option<StepNo> {
        self.names
            .iter()
            .position(|known| known == name)
            .map(StepNo::at)
    }

    /// The stage a record is at; `None` for one that was never dealt by a policy with steps.
    pub fn stage(&self, record: RecordNo) -> Option<&Stage> {
        self.ways.get(&record).map(|way| &way.stages[way.now])
    }

    /// Every stage of a record, in the order in which the steps were first reached.
    pub fn stages(&self, record: RecordNo) -> &[Stage] {
        self.ways.get(&record).map_or(&[], |way| &way.stages)
    }

    /// The stage of a record at `step`, if it was ever there.
    pub fn stage_at(&self, record: RecordNo, step: StepNo) -> Option<&Stage> {
        self.stages(record).iter().find(|stage| stage.step == step)
    }

    /// Records that somebody holds for another until that one can take them, ascending.
    pub fn standing(&self) -> impl ExactSizeIterator<Item = (RecordNo, &Standing)> {
        self.standing.iter().map(|(record, held)| (*record, held))
    }

    /// What every rep got outside rotation of what this pool would have dealt, ascending by rep.
    pub fn apart(&self, pool: PoolNo) -> impl Iterator<Item = (RepNo, Apart)> {
        let reps = self.apart.get(&pool).into_iter().flatten();
        reps.map(|(rep, apart)| (*rep, *apart))
    }

    /// Gives every step a lasting number.
    pub fn register<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        for name in names {
            if self.find(name).is_none() {
                self.names.push(name.to_owned());
            }
        }
    }

    /// Brings a record to the step of a deal, before it moves.
    pub fn reach(&mut self, record: RecordNo, at: &AtStep, moment: Moment) {
        let way = self.ways.entry(record).or_insert(Way {
            stages: Vec::new(),
            now: 0,
        });
        let before = way.stages.get(way.now).map(|stage| stage.step);
        let known = way.stages.iter().position(|stage| stage.step == at.step);
        match known {
            Some(now) => {
                let stage = &mut way.stages[now];
                if before != Some(at.step) {
                    stage.since = moment;
                }
                stage.voided = false;
                way.now = now;
            }
            None => {
                way.now = way.stages.len();
                way.stages.push(Stage {
                    step: at.step,
                    rep: None,
                    since: moment,
                    handed: at.handed,
                    from: at.from,
                    before,
                    voided: false,
                });
            }
        }
    }

    /// Takes note of a record's new place: the owner is the holder at the present step.
    pub fn moved(&mut self, record: RecordNo, place: Place) {
        self.standing.remove(&record);
        let Some(way) = self.ways.get_mut(&record) else {
            return;
        };
        let stage = &mut way.stages[way.now];
        match place {
            Place::Book(rep) => stage.rep = Some(rep),
            Place::Queue(_) | Place::Held(_) | Place::Resting(_) => stage.rep = None,
            // Who closed it stays known.
            Place::Closed => {}
        }
    }

    /// Takes note of who took a record outside rotation, after it has moved.
    pub fn settle(&mut self, record: RecordNo, verdict: &Verdict) {
        let Some(at) = &verdict.step else { return };
        if let Some(owing) = &at.owing {
            self.owe(owing);
        }
        let Some((link, rep)) = at.taker() else {
            return;
        };
        if let Some(owing) = &at.owing {
            let apart = self.apart_mut(owing.pool, rep);
            match link {
                Link::Fixed | Link::Returned => apart.fixed += 1,
                Link::StandIn => apart.stood_in += 1,
                Link::Before => {}
            }
        }
        let fixed = at.stood_in_for().and_then(|named| named.rep);
        if let Some(instead_of) = fixed.filter(|_| link == Link::StandIn && at.goes_back) {
            let owing = at.owing.clone();
            let standing = Standing {
                rep,
                instead_of,
                owing,
            };
            self.standing.insert(record, standing);
        }
    }

    /// Takes note that the turn by which a record came to its present step was given back.
    pub fn void(&mut self, record: RecordNo) {
        if let Some(way) = self.ways.get_mut(&record) {
            way.stages[way.now].voided = true;
        }
    }

    /// Adds recorded parts.
    pub fn owe(&mut self, owing: &Owing) {
        for (rep, part) in &owing.parts {
            self.apart_mut(owing.pool, *rep).owed += *part;
        }
    }

    fn apart_mut(&mut self, pool: PoolNo, rep: RepNo) -> &mut Apart {
        let reps = self.apart.entry(pool).or_default();
        reps.entry(rep).or_default()
    }
}
