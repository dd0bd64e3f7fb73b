//! State to ballot to eligibility to rotation to verdict: the one way a record is dealt.
//!
//! A [`Draft`] sees the state as it will be after the deals it has already made within the same
//! command, so that moving a whole book deals each record on the credits of the one before. It
//! changes nothing: its answers become events.

mod again;
pub mod ahead;
mod by_hand;
mod ladder;
mod members;
pub mod step;
pub mod turn_back;

use crate::ballot::{Ballot, Member};
use crate::bearing;
use crate::command::envelope::Envelope;
use crate::eligibility;
use crate::ids::{PoolNo, RecordNo, RepNo};
use crate::market::value::{Attributes, Facts, Value};
use crate::people::rep::{Profile, Status};
use crate::policy::compiled::Compiled;
use crate::policy::compiled::Match;
use crate::policy::document::recycling::TopUp;
use crate::policy::document::{
    Landing, Members, Method, Nobody, PoolSpec, RECORD_WEIGHT_MAX, RecordWeight, Target,
    WEIGHT_MAX, Weights,
};
use crate::precedence::mark::Mark;
use crate::rotation;
use crate::rotation::ledger::Ledger;
use crate::rotation::memory::Memory;
use crate::state::State;
use crate::territory::landing::land;
use crate::units::{Micro, ONE};
use crate::verdict::{Destination, InTerritory, Named, Stream, TURNS_MAX, Traits, Turn, Verdict};
use std::collections::BTreeMap;

/// Smallest record weight: a hundredth of a turn.
const RECORD_WEIGHT_MIN: Micro = Micro(10_000);

/// The deals of one command, in the making.
#[derive(Debug)]
pub struct Draft<'a> {
    state: &'a State,
    policy: &'a Compiled,
    envelope: &'a Envelope,
    /// Ledgers as they will be after the deals of this command.
    ledgers: BTreeMap<PoolNo, Ledger>,
    /// What choosers will remember after them.
    memories: BTreeMap<PoolNo, Memory>,
    /// Deals of this command per pool and rep.
    pending: BTreeMap<(PoolNo, RepNo), u32>,
    /// What the deals of this command added to books, in standard accounts.
    taken: BTreeMap<RepNo, Micro>,
    /// Reps that are treated as gone although the state does not say so yet.
    leaving: Option<RepNo>,
    /// A record that is treated as released although the state does not say so yet.
    lapsed: Option<RecordNo>,
    /// What stands for the personal data of a record that comes in.
    marks: &'a [Mark],
    /// Whether what is dealt is being released by its owner.
    releasing: bool,
    /// The targets to which books are being filled up.
    filling: Option<&'a TopUp>,
}

/// The record to be dealt, as a pool is asked about it.
struct Asked<'r> {
    key: &'r str,
    /// Its attributes; `None` for one made up to look ahead.
    record: Option<&'r Attributes>,
    size: Micro,
    /// How often it was dealt before.
    deals: u32,
    excluded: Option<RepNo>,
    /// Its number; `None` for one that is just coming in.
    number: Option<RecordNo>,
    /// What stands for its personal data.
    marks: &'r [Mark],
}

impl Asked<'_> {
    /// A made-up record of one turn that nothing is known of.
    fn preview(number: u32) -> Self {
        Self {
            key: "preview",
            record: None,
            size: ONE,
            deals: number,
            excluded: None,
            number: None,
            marks: &[],
        }
    }
}

impl<'a> Draft<'a> {
    /// A draft on top of `state`.
    pub fn new(state: &'a State, policy: &'a Compiled, envelope: &'a Envelope) -> Self {
        let (ledgers, pending) = (BTreeMap::new(), BTreeMap::new());
        Self {
            state,
            policy,
            envelope,
            ledgers,
            memories: BTreeMap::new(),
            pending,
            taken: BTreeMap::new(),
            leaving: None,
            lapsed: None,
            marks: &[],
            releasing: false,
            filling: None,
        }
    }

    /// With what stands for the personal data of the record that comes in.
    pub fn marked(mut self, marks: &'a [Mark]) -> Self {
        self.marks = marks;
        self
    }

    /// Treats `rep` as gone, and the changed pools as already changed.
    pub fn without(mut self, rep: RepNo, ledgers: BTreeMap<PoolNo, Ledger>) -> Self {
        self.leaving = Some(rep);
        self.ledgers = ledgers;
        self
    }

    /// Where a record with these attributes goes, and why. `deals` is how often it was dealt
    /// before; `excluded` must not get it.
    pub fn deal_attributes(
        &mut self,
        key: &str,
        attributes: &Attributes,
        deals: u32,
        excluded: Option<RepNo>,
    ) -> (Destination, Verdict) {
        let matched = self.policy.matching(attributes);
        let size = |field| match attributes.fact(field) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        };
        let size = self.size_of(&matched, size);
        let asked = Asked {
            key,
            record: Some(attributes),
            size,
            deals,
            excluded,
            number: None,
            marks: self.marks,
        };
        self.deal(&asked, matched)
    }

    /// Where a record of the workspace goes, and why; remembered for the next one.
    pub fn deal_record(
        &mut self,
        record: RecordNo,
        excluded: Option<RepNo>,
    ) -> (Destination, Verdict) {
        if let Some(dealt) = self.again(record, excluded) {
            return dealt;
        }
        let records = self.state.records();
        let matched = self.policy.matching_row(&records.columns, record.index());
        let size = self.size_of_row(&matched, record);
        let (key, deals) = (records.key(record), records.deals(record));
        let attributes = records.columns.attributes(record.index());
        let asked = Asked {
            key,
            record: Some(&attributes),
            size,
            deals,
            excluded,
            number: Some(record),
            marks: records.marks(record),
        };
        let (to, verdict) = self.deal(&asked, matched);
        self.remember(&to, &verdict, self.state.cost(record));
        (to, verdict)
    }

    /// As [`Draft::deal_record`], for a record that its owner did not touch in time: not to the
    /// owner, and not to anybody else who had it lately.
    pub fn deal_lapsed(&mut self, record: RecordNo, owner: RepNo) -> (Destination, Verdict) {
        self.lapsed = Some(record);
        let dealt = self.deal_record(record, Some(owner));
        self.lapsed = None;
        dealt
    }

    /// Position of the rule that would deal a record of the workspace; `None` is the fallback.
    pub fn rule(&self, record: RecordNo) -> Option<usize> {
        let columns = &self.state.records().columns;
        self.policy.matching_row(columns, record.index()).rule
    }

    /// Remembers a deal of a record that costs `cost` for those after it.
    fn remember(&mut self, to: &Destination, verdict: &Verdict, cost: Micro) {
        self.remember_charge(verdict);
        if let Destination::Rep(rep) = to {
            *self.taken.entry(*rep).or_default() += cost;
        }
        if let (Destination::Rep(rep), Some(owing)) = (to, verdict.owing()) {
            let state = self.state;
            self.ledgers
                .entry(owing.pool)
                .or_insert_with(|| state.pool(owing.pool).ledger.clone())
                .apply_makeup(&owing.makeup);
            *self.pending.entry((owing.pool, *rep)).or_default() += 1;
        }
        let (Destination::Rep(rep), Some(turn)) = (to, verdict.turns.last()) else {
            return;
        };
        if turn.pick.is_some() {
            let pool = turn.pool;
            let state = self.state;
            if !matches!(turn.stream, Stream::Special { .. }) {
                self.ledgers
                    .entry(pool)
                    .or_insert_with(|| state.pool(pool).ledger.clone())
                    .apply_turn(turn, verdict.size);
            }
            self.memories
                .entry(pool)
                .or_insert_with(|| state.pool(pool).memory.clone())
                .apply_turn(turn, verdict.size);
            *self.pending.entry((pool, *rep)).or_default() += 1;
        }
    }

    fn size_of_row(&self, matched: &Match, record: RecordNo) -> Micro {
        let columns = &self.state.records().columns;
        self.size_of(matched, |field| {
            match columns.value(field, record.index()) {
                Some(Value::Number(number)) => Some(number),
                _ => None,
            }
        })
    }

    fn size_of(
        &self,
        matched: &Match,
        number: impl Fn(crate::ids::FieldNo) -> Option<Micro>,
    ) -> Micro {
        let Some(rule) = matched.rule else { return ONE };
        self.weighed(&self.policy.document().rules[rule].weight, number)
    }

    fn weighed(
        &self,
        weight: &RecordWeight,
        number: impl Fn(crate::ids::FieldNo) -> Option<Micro>,
    ) -> Micro {
        let size = match weight {
            RecordWeight::Fixed(size) => *size,
            RecordWeight::Field(name) => self
                .state
                .record_schema()
                .find(name)
                .and_then(number)
                .unwrap_or(ONE),
        };
        size.clamp(RECORD_WEIGHT_MIN, RECORD_WEIGHT_MAX)
    }

    fn deal(&mut self, asked: &Asked<'_>, matched: Match) -> (Destination, Verdict) {
        let document = self.policy.document();
        let target = match matched.rule {
            Some(rule) => &document.rules[rule].to,
            None => &document.fallback,
        };
        let mut verdict = Verdict {
            policy: self.state.version(),
            rule: matched.rule.map(|rule| rule as u32),
            answers: matched.answers,
            size: asked.size,
            named: None,
            territory: None,
            turns: Vec::new(),
            rungs: Vec::new(),
            step: self.begins(target),
        };
        let to = match self.climb(asked, target, &mut verdict.rungs) {
            Some(to) => to,
            None => self.aim(asked, target, &mut verdict),
        };
        (to, verdict)
    }

    /// Where a target sends a record.
    fn aim(&self, asked: &Asked<'_>, target: &Target, verdict: &mut Verdict) -> Destination {
        match target {
            Target::Queue(queue) => Destination::Queue(self.state.queue_at(*queue)),
            Target::Rep { rep, otherwise } => self.to_named(asked, rep, *otherwise, verdict),
            Target::Pool(pool) => self.turns(asked, *pool, verdict),
            Target::Territories => self.by_territory(asked, None, verdict),
            Target::Territory(named) => self.by_territory(asked, Some(*named), verdict),
        }
    }

    /// To the pool of its territory, or where the policy sends what is in none.
    fn by_territory(
        &self,
        asked: &Asked<'_>,
        named: Option<usize>,
        verdict: &mut Verdict,
    ) -> Destination {
        let nothing = Attributes::default();
        let facts = asked.record.unwrap_or(&nothing);
        let (to, said) = self.landing(facts, named);
        verdict.territory = Some(said);
        match to {
            Landing::Pool(pool) => self.turns(asked, pool, verdict),
            Landing::Queue(queue) => Destination::Queue(self.state.queue_at(queue)),
        }
    }

    fn landing(&self, facts: &Attributes, named: Option<usize>) -> (Landing, InTerritory) {
        let territories = self.policy.document().territories.as_ref();
        let territories = territories.expect("a rule asks territories only where there are some");
        land(territories, self.state.territories(), facts, named)
    }

    /// To a rep outside rotation, or into the queue for when that rep cannot.
    fn to_named(
        &self,
        asked: &Asked<'_>,
        rep: &str,
        otherwise: usize,
        verdict: &mut Verdict,
    ) -> Destination {
        let named = self.named(rep, asked.excluded, asked.number);
        let to = match (named.rep, named.stop) {
            (Some(rep), None) => Destination::Rep(rep),
            _ => Destination::Queue(self.state.queue_at(otherwise)),
        };
        verdict.named = Some(named);
        to
    }

    /// A named account, and what keeps the rep from taking it: being gone, paused, away, or
    /// excluded. Hours and caps are for rotation.
    fn named(&self, key: &str, excluded: Option<RepNo>, record: Option<RecordNo>) -> Named {
        let rep = self.state.roster().find(key);
        let stop = rep.and_then(|rep| self.barred(rep, excluded, record));
        let key = key.to_owned();
        Named { key, rep, stop }
    }

    /// Tries the pool, then what it names for the case that nobody can.
    fn turns(&self, asked: &Asked<'_>, first: usize, verdict: &mut Verdict) -> Destination {
        let mut position = first;
        loop {
            let spec = &self.policy.document().pools[position];
            let pool = self.state.pool_at(position);
            let turn = self.turn(asked, pool, spec);
            let pick = turn.pick;
            verdict.turns.push(turn);
            if let Some(pick) = pick {
                return Destination::Rep(pick.rep);
            }
            match spec.nobody {
                Nobody::Rep { ref rep, otherwise } => {
                    return self.to_named(asked, rep, otherwise, verdict);
                }
                Nobody::Pool(next) if verdict.turns.len() < TURNS_MAX => position = next,
                Nobody::Pool(next) => {
                    return self.last_resort(next);
                }
                Nobody::Queue(queue) => return Destination::Queue(self.state.queue_at(queue)),
                Nobody::Hold { span, then } => {
                    let (until, then) = (self.envelope.at + span, self.state.queue_at(then));
                    return Destination::Hold {
                        pool,
                        until,
                        then,
                        excluded: asked.excluded,
                        awaits: None,
                    };
                }
            }
        }
    }

    /// The queue at the end of a chain of pools longer than a verdict may be.
    fn last_resort(&self, mut position: usize) -> Destination {
        loop {
            match self.policy.document().pools[position].nobody {
                Nobody::Pool(next) => position = next,
                Nobody::Queue(queue)
                | Nobody::Hold { then: queue, .. }
                | Nobody::Rep {
                    otherwise: queue, ..
                } => {
                    return Destination::Queue(self.state.queue_at(queue));
                }
            }
        }
    }

    fn turn(&self, asked: &Asked<'_>, pool_no: PoolNo, spec: &PoolSpec) -> Turn {
        let pool = self.state.pool(pool_no);
        let memory = self.memories.get(&pool_no).unwrap_or(&pool.memory);
        let traits = asked
            .record
            .filter(|_| matches!(spec.method, Method::Mix { .. }))
            .map_or_else(Traits::default, |record| {
                bearing::traits(spec, record, memory)
            });
        let mut members = self.members(asked, pool_no, spec, (memory, &traits));
        let mut ballot = Ballot {
            now: self.envelope.at,
            size: asked.size,
            keeps_hours: spec.keeps_hours,
            pool_caps: spec.caps,
            all_caps: self.policy.document().caps,
            excluded: asked.excluded,
            traits,
            stream: Stream::Whole,
        };
        let mut method = spec.method;
        if let Some(share_ppm) = spec.stream_ppm {
            let able = |member: &Member<'_>| {
                member.apt.specialist && eligibility::gate(member, &ballot).is_none()
            };
            let able = members.iter().any(able);
            ballot.stream = memory.special.stream(asked.size, share_ppm, able);
        }
        if matches!(ballot.stream, Stream::Special { .. }) {
            method = Method::Straight;
            for member in &mut members {
                member.credit = memory.special.owed(member.rep);
                member.makeup = Micro(0);
            }
        }
        let draw = || self.envelope.draw.bits(&spec.name, asked.key, asked.deals);
        bearing::leaning(
            rotation::turn(pool_no, &ballot, method, &members, draw),
            memory,
        )
    }

    /// Position of the pool that a target asks first about a record, if it asks one.
    fn pool_of(&self, target: &Target, attributes: &Attributes) -> Option<usize> {
        let named = match target {
            Target::Pool(pool) => return Some(*pool),
            Target::Rep { .. } | Target::Queue(_) => return None,
            Target::Territories => None,
            Target::Territory(named) => Some(*named),
        };
        let (to, _) = self.landing(attributes, named);
        match to {
            Landing::Pool(pool) => Some(pool),
            Landing::Queue(_) => None,
        }
    }
}

/// Reads member weights as the pool asks.
#[derive(Debug)]
pub struct Weigher<'a> {
    weights: &'a Weights,
    field: Option<crate::ids::FieldNo>,
}

impl<'a> Weigher<'a> {
    /// For one pool.
    pub fn new(state: &State, spec: &'a PoolSpec) -> Self {
        let field = match &spec.weights {
            Weights::ByField(name) => state.rep_schema().find(name),
            Weights::Equal | Weights::ByRep(_) => None,
        };
        Self {
            weights: &spec.weights,
            field,
        }
    }

    /// The weight of one rep, 1..=[`WEIGHT_MAX`].
    pub fn weight(&self, key: &str, profile: &Profile) -> u32 {
        match self.weights {
            Weights::Equal => 1,
            Weights::ByRep(by_rep) => by_rep.get(key).copied().unwrap_or(1),
            Weights::ByField(_) => {
                match self.field.and_then(|field| profile.attributes.fact(field)) {
                    Some(Value::Number(number)) => {
                        (number.0 / ONE.0).clamp(1, i64::from(WEIGHT_MAX)) as u32
                    }
                    _ => 1,
                }
            }
        }
    }
}

/// Whether a rep with this key and profile belongs to the pool. Nobody who left does.
pub fn belongs(spec: &PoolSpec, key: &str, profile: &Profile) -> bool {
    if profile.status == Status::Left {
        return false;
    }
    match &spec.members {
        Members::List(keys) => keys.iter().any(|listed| listed == key),
        Members::Where(condition) => {
            condition.answer(&profile.attributes) == crate::market::clause::Answer::Yes
        }
    }
}
