//! The workspace folded from its events.
//!
//! [`State::apply`] cannot fail and decides nothing: it routes each event to the noun's own small
//! mutator. Everything here is derived; throw it away, fold the journal again, and it is the same
//! to the byte ([`State::digest`]).

use crate::clocks::Clocks;
use crate::command::refusal::Refusal;
use crate::drawing::Promises;
use crate::effort::loads::Loads;
use crate::event::{Event, Recorded};
use crate::handoff::journey::Journeys;
use crate::holding::imports::Imports;
use crate::holding::outcomes::Outcomes;
use crate::holding::place::{Hold, Place};
use crate::holding::planned::Plans;
use crate::holding::records::{RECORDS_MAX, Records};
use crate::holding::recycling::Recycling;
use crate::ids::{FieldNo, PoolNo, QueueNo, RecordNo, RepNo};
use crate::market::schema::Schema;
use crate::market::value::{Attributes, TAGS_MAX, TEXT_MAX, Value};
use crate::people::feedback::Feedback;
use crate::people::pool::Pool;
use crate::people::rep::Status;
use crate::people::roster::Roster;
use crate::people::skills::Skills;
use crate::policy::analysis::Known;
use crate::policy::compiled::Compiled;
use crate::precedence::index::Index;
use crate::queue::claims::Claims;
use crate::queue::line::Queue;
use crate::territory::standing::Standing;
use crate::time::Moment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

mod claimed;
mod clocked;
mod matched;
mod moved;
mod outline;
mod planned;
mod recycled;
mod skilled;
mod weighed;
mod widened;

/// A policy version and when it came into force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// 1, 2, 3, …
    pub number: u32,
    /// Names of its rules, in order: old verdicts keep their words.
    pub rules: Vec<Box<str>>,
    /// Names of its rungs, in order.
    pub rungs: Vec<Box<str>>,
    /// Since when.
    pub at: Moment,
    /// Position in the journal, where its text is.
    pub seq: u64,
}

/// Everything a decision may look at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct State {
    seq: u64,
    last_at: Moment,
    record_schema: Schema,
    rep_schema: Schema,
    versions: Vec<Version>,
    policy_text: String,
    #[serde(skip)]
    policy: Option<Compiled>,
    /// Number of each pool and queue by its position in the policy in force.
    #[serde(skip)]
    positions: (Vec<PoolNo>, Vec<QueueNo>),
    /// Which records have a given value; derived.
    #[serde(skip)]
    matches: Index,
    /// What every book weighs; derived.
    #[serde(skip)]
    loads: Loads,
    roster: Roster,
    pools: Vec<Pool>,
    queues: Vec<Queue>,
    claims: Claims,
    records: Records,
    outcomes: Outcomes,
    held: BTreeSet<(Moment, RecordNo)>,
    /// Resting records by the moment at which they are available again.
    resting: BTreeSet<(Moment, RecordNo)>,
    journeys: Journeys,
    clocks: Clocks,
    promises: Promises,
    territories: Standing,
    recycling: Recycling,
    imports: Imports,
    plans: Plans,
    feedback: Feedback,
    skills: Skills,
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    /// An empty workspace, before its first event.
    pub fn new() -> Self {
        Self {
            seq: 0,
            last_at: Moment(0),
            record_schema: Schema::of_records(),
            rep_schema: Schema::of_reps(),
            versions: Vec::new(),
            policy_text: String::new(),
            policy: None,
            positions: (Vec::new(), Vec::new()),
            matches: Index::default(),
            loads: Loads::default(),
            roster: Roster::default(),
            pools: Vec::new(),
            queues: Vec::new(),
            claims: Claims::default(),
            records: Records::default(),
            outcomes: Outcomes::default(),
            held: BTreeSet::new(),
            resting: BTreeSet::new(),
            journeys: Journeys::default(),
            clocks: Clocks::default(),
            promises: Promises::default(),
            territories: Standing::default(),
            recycling: Recycling::default(),
            imports: Imports::default(),
            plans: Plans::default(),
            feedback: Feedback::default(),
            skills: Skills::default(),
        }
    }

    /// How many events are folded in: the sequence number of the last one.
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Files of history that were imported; they decide nothing.
    pub fn imports(&self) -> &Imports {
        &self.imports
    }

    /// Record time of the last event.
    pub fn last_at(&self) -> Moment {
        self.last_at
    }

    /// The policy in force.
    pub fn policy(&self) -> Option<&Compiled> {
        self.policy.as_ref()
    }

    /// The text of the policy in force; empty before the first.
    pub fn policy_text(&self) -> &str {
        &self.policy_text
    }

    /// Every version published so far, oldest first.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    /// Number of the version in force; 0 before the first.
    pub fn version(&self) -> u32 {
        self.versions.last().map_or(0, |version| version.number)
    }

    /// Fields of records.
    pub fn record_schema(&self) -> &Schema {
        &self.record_schema
    }

    /// Fields of reps.
    pub fn rep_schema(&self) -> &Schema {
        &self.rep_schema
    }

    /// All reps.
    pub fn roster(&self) -> &Roster {
        &self.roster
    }

    /// What became of dealt records.
    pub fn outcomes(&self) -> &Outcomes {
        &self.outcomes
    }

    /// All records.
    pub fn records(&self) -> &Records {
        &self.records
    }

    /// Every pool a policy ever named, by number.
    pub fn pools(&self) -> &[Pool] {
        &self.pools
    }

    /// The pool with this number. *Bounds*: panics on a number the journal never gave.
    pub fn pool(&self, pool: PoolNo) -> &Pool {
        &self.pools[pool.index()]
    }

    /// The number of the pool called `name`.
    pub fn pool_no(&self, name: &str) -> Option<PoolNo> {
        self.pools
            .iter()
            .position(|pool| pool.name == name)
            .map(PoolNo::at)
    }

    /// Every queue a policy ever named, by number.
    pub fn queues(&self) -> &[Queue] {
        &self.queues
    }

    /// The queue with this number. *Bounds*: panics on a number the journal never gave.
    pub fn queue(&self, queue: QueueNo) -> &Queue {
        &self.queues[queue.index()]
    }

    /// The number of the queue called `name`.
    pub fn queue_no(&self, name: &str) -> Option<QueueNo> {
        self.queues
            .iter()
            .position(|queue| queue.name == name)
            .map(QueueNo::at)
    }

    /// What was claimed from queues.
    pub fn claims(&self) -> &Claims {
        &self.claims
    }

    /// The number behind a record key.
    pub fn record_no(&self, key: &str) -> Option<RecordNo> {
        self.records.find(key)
    }

    /// The number of the pool at `position` in the policy in force.
    pub fn pool_at(&self, position: usize) -> PoolNo {
        self.positions.0[position]
    }

    /// The number of the queue at `position` in the policy in force.
    pub fn queue_at(&self, position: usize) -> QueueNo {
        self.positions.1[position]
    }

    /// What the analysis of a new policy may know of the workspace.
    pub fn known(&self) -> Known<'_> {
        let here = self
            .roster
            .iter()
            .filter(|(_, rep)| rep.profile.status != Status::Left);
        Known {
            record_schema: &self.record_schema,
            rep_schema: &self.rep_schema,
            reps: here
                .map(|(_, rep)| (rep.key.as_str(), &rep.profile.attributes))
                .collect(),
        }
    }

    /// Where a record is.
    pub fn place(&self, record: RecordNo) -> Place {
        self.records.place(record)
    }

    /// Held records, those waiting longest first.
    pub fn held(&self) -> impl ExactSizeIterator<Item = (RecordNo, Hold)> {
        self.held
            .iter()
            .map(|(_, record)| match self.records.place(*record) {
                Place::Held(hold) => (*record, hold),
                place => unreachable!("{record:?} is listed as held but is in {place:?}"),
            })
    }

    /// Resting records with when their rest ends at the latest, the earliest first.
    pub fn resting(&self) -> impl ExactSizeIterator<Item = (Moment, RecordNo)> {
        self.resting.iter().copied()
    }

    /// The territory table in force.
    pub fn territories(&self) -> &Standing {
        &self.territories
    }

    /// What was promised of draws.
    pub fn promises(&self) -> &Promises {
        &self.promises
    }

    /// Which step of the lifecycle each record is at, and who had it at the others.
    pub fn journeys(&self) -> &Journeys {
        &self.journeys
    }

    /// The number the next record gets; `None` when the workspace is full.
    pub fn next_record(&self) -> Option<RecordNo> {
        let next = self.records.len();
        (next < RECORDS_MAX).then(|| RecordNo::at(next))
    }

    /// Refuses attributes that do not fit the record schema: unknown or private field, another
    /// type, text over [`TEXT_MAX`] bytes, more than [`TAGS_MAX`] tags.
    pub fn attributes_fit(&self, attributes: &Attributes) -> Result<(), Refusal> {
        fit(&self.record_schema, attributes)
    }

    /// SHA-256 over everything folded: equal states have equal digests on every node.
    pub fn digest(&self, encode: impl FnOnce(&Self) -> Vec<u8>) -> [u8; 32] {
        use sha2::{Digest, Sha256};
        Sha256::digest(encode(self)).into()
    }

    /// Makes a state that was read from a snapshot whole again: compiles its policy.
    pub fn revive(&mut self) {
        if self.policy_text.is_empty() {
            return;
        }
        let policy = Compiled::of_published(
            &self.policy_text,
            &self.record_schema,
            &self.rep_schema,
            &self.records.columns,
        );
        let known = "publishing registers every pool and queue";
        let document = policy.document();
        let pools = document
            .pools
            .iter()
            .map(|spec| self.pool_no(&spec.name).expect(known));
        let queues = document
            .queues
            .iter()
            .map(|spec| self.queue_no(&spec.name).expect(known));
        self.positions = (pools.collect(), queues.collect());
        let territories = document.territories.as_ref();
        self.territories
            .settle(territories.and_then(|territories| territories.rows.as_ref()));
        self.matches.fit(&policy.document().ladder, &self.records);
        self.policy = Some(policy);
        self.weigh();
        self.rank_queues();
    }

    /// Folds one event in. Cannot fail and decides nothing.
    pub fn apply(&mut self, recorded: &Recorded) {
        self.seq += 1;
        let at = recorded.at;
        self.last_at = self.last_at.max(at);
        match &recorded.event {
            Event::PolicyPublished { version, text } => self.publish(*version, text, at),
            Event::RepSet { rep, key, profile } => self.set_rep((*rep, key), profile, at),
            Event::PoolChanged {
                pool,
                joined,
                left,
                spread,
            } => {
                self.pools[pool.index()].apply_change(joined, left, spread, at);
            }
            Event::CreditClamped {
                pool,
                rep,
                credit,
                spread,
            } => self.pools[pool.index()].apply_clamp(*rep, *credit, spread, at),
            Event::SharesGranted { pool, grant } => {
                self.pools[pool.index()].grants.add(grant.clone(), at);
            }
            Event::RepPaused {
                rep,
                since,
                review,
                reason,
            } => self.roster.pause(*rep, *since, *review, *reason),
            Event::RepResumed { rep } => self.roster.resume(*rep),
            Event::DrawCommitted { period, commitment } => {
                self.promises.commit(*period, *commitment, (at, self.seq));
            }
            Event::DrawRevealed { period, secret } => self.promises.reveal(*period, *secret),
            Event::TerritoriesSet { version, table } => {
                self.territories.import(*version, table, at);
            }
            Event::RecordTaken { .. }
            | Event::RecordDealt { .. }
            | Event::RecordGiven { .. }
            | Event::HoldExpired { .. }
            | Event::RecordClosed { .. }
            | Event::RecordMerged { .. }
            | Event::MarksForgotten { .. }
            | Event::TurnVoided { .. }
            | Event::HandoffVoided { .. }
            | Event::RecordReleased { .. }
            | Event::RecordClaimed { .. } => self.apply_to_record(&recorded.event, at),
            Event::RecordReturned { .. }
            | Event::RecordKept { .. }
            | Event::RecordRestored { .. }
            | Event::Sweeping(_) => self.recycle(&recorded.event, at),
            Event::RecordsTouched { touches } => {
                for touch in touches {
                    self.touched(touch);
                }
            }
            Event::ClockSet { .. }
            | Event::SlaWarned { .. }
            | Event::SlaBreached { .. }
            | Event::SlaEscalated { .. }
            | Event::FirstWorked { .. }
            | Event::TimersHeld(_)
            | Event::TimersConfirmed => self.apply_to_clocks(&recorded.event),
            Event::HistoryImported(import) => self.imports.note(import, at, self.seq),
            Event::Planned(planned) => self.apply_to_plans(planned, at),
            Event::FeedbackFiled { rep, said } => self.feedback.keep(*rep, *said, at),
        }
    }

    fn publish(&mut self, version: u32, text: &str, at: Moment) {
        text.clone_into(&mut self.policy_text);
        let document = Compiled::document_of(text, &self.record_schema, &self.rep_schema);
        let rules = document
            .rules
            .iter()
            .map(|rule| rule.name.as_str().into())
            .collect();
        self.versions.push(Version {
            number: version,
            rules,
            rungs: document.ladder.names(),
            at,
            seq: self.seq,
        });
        for field in &document.record_fields {
            self.record_schema
                .declare(field.clone())
                .expect("checked before publication");
        }
        for field in &document.rep_fields {
            self.rep_schema
                .declare(field.clone())
                .expect("checked before publication");
        }
        self.name_skills(&document.skills, at);
        self.records.columns.widen(&self.record_schema);
        self.settle_recycling(&document);
        let before = self.policy.as_ref().map(Compiled::document);
        for pool in &document.pools {
            match self.pools.iter_mut().find(|known| known.name == pool.name) {
                None => self.pools.push(Pool::new(&pool.name)),
                Some(known) if before.is_none_or(|before| !before.pools.contains(pool)) => {
                    known.apply_manner(at);
                }
                Some(_) => {}
            }
        }
        let steps = document.steps.iter().map(|step| step.name.as_str());
        self.journeys.register(steps);
        for queue in &document.queues {
            if self.queue_no(&queue.name).is_none() {
                self.queues.push(Queue::new(&queue.name));
            }
        }
        self.revive();
    }

    fn move_to(&mut self, record: RecordNo, place: Place, at: Moment) {
        self.journeys.moved(record, place);
        let cost = self.cost(record);
        self.recycling.moved(record, place.owner().is_some());
        match self.records.set_place(record, place) {
            Place::Book(rep) => {
                self.clocks.stop(record);
                if self.roster.rep_mut(rep).book.remove(&record) {
                    self.loads.take(rep, cost);
                }
                self.records.activity.end(record, rep, at);
                self.claims.end(record, place == Place::Closed, at);
            }
            Place::Queue(queue) => {
                self.queues[queue.index()].remove(record);
            }
            Place::Held(hold) => {
                self.held.remove(&(hold.since, record));
            }
            Place::Resting(rest) => {
                self.resting.remove(&(rest.until, record));
            }
            Place::Closed => {}
        }
        match place {
            Place::Book(rep) => {
                self.roster.rep_mut(rep).book.insert(record);
                self.records.activity.begin(record, at);
                self.loads.add(rep, cost);
            }
            Place::Queue(queue) => self.queued(queue, record, at),
            Place::Held(hold) => {
                self.held.insert((hold.since, record));
            }
            Place::Resting(rest) => {
                self.resting.insert((rest.until, record));
            }
            Place::Closed => {}
        }
    }
}

/// Refuses attributes that do not fit `schema`.
pub fn fit(schema: &Schema, attributes: &Attributes) -> Result<(), Refusal> {
    let mut last: Option<FieldNo> = None;
    for (number, value) in &attributes.values {
        let refused = |expected| Refusal::ValueRefused {
            what: "field value",
            seen: format!("field {}: {value}", number.0)
                .chars()
                .take(80)
                .collect(),
            expected,
        };
        let field = schema
            .field(*number)
            .filter(|_| last.is_none_or(|last| last < *number))
            .ok_or_else(|| refused("a declared field, each at most once"))?;
        last = Some(*number);
        if field.private {
            return Err(refused(
                "sent as personal data, as the policy declares the field private",
            ));
        }
        if field.kind != value.kind() {
            return Err(refused("of the type the policy declares for the field"));
        }
        let (tags, longest) = match value {
            Value::Text(text) => (1, text.len()),
            Value::Tags(tags) => (tags.len(), tags.iter().map(String::len).max().unwrap_or(0)),
            Value::Number(_) | Value::Flag(_) | Value::Time(_) => continue,
        };
        if tags > TAGS_MAX {
            let (limit, seen) = (TAGS_MAX as u64, tags as u64);
            return Err(Refusal::BoundExceeded {
                what: "tags in one value",
                limit,
                seen,
            });
        }
        if longest > TEXT_MAX {
            let (limit, seen) = (TEXT_MAX as u64, longest as u64);
            return Err(Refusal::BoundExceeded {
                what: "bytes of text in one value",
                limit,
                seen,
            });
        }
    }
    Ok(())
}

/// The rep behind a key.
///
/// *Refuses*: `rep_unknown`.
pub fn rep_named(state: &State, key: &str) -> Result<RepNo, Refusal> {
    state.roster().find(key).ok_or_else(|| Refusal::RepUnknown {
        rep: key.to_owned(),
    })
}

/// The open record behind a key.
///
/// *Refuses*: `record_unknown`, `record_closed`.
pub fn open_record(state: &State, key: &str) -> Result<RecordNo, Refusal> {
    let record = state.record_no(key).ok_or_else(|| Refusal::RecordUnknown {
        record: key.to_owned(),
    })?;
    match state.place(record) {
        Place::Closed => Err(Refusal::RecordClosed {
            record: key.to_owned(),
        }),
        Place::Book(_) | Place::Queue(_) | Place::Held(_) | Place::Resting(_) => Ok(record),
    }
}
