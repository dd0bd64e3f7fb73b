//! Dealing at a step of the lifecycle: who held it there, the fixed partner, the stand-ins, and
//! only then a pool.
//!
//! *Order*: whoever held the record at the step before, unless that turn was given back; in a
//! pod, the fixed partner of whoever hands it on, then the stand-ins in the order written; the
//! pool of the pod's seat; the step's own rules. Reps outside rotation are stopped by being gone,
//! paused, away or excluded; hours and caps are for rotation, as with named accounts.
//! What such a handoff counts drips through make-up, so the proved bound of the pool stands.

use crate::choose::{Asked, Draft};
use crate::handoff::journey::Standing;
use crate::ids::{PoolNo, RecordNo, RepNo, StepNo};
use crate::market::clause::Answer;
use crate::market::value::{Attributes, Facts, Value};
use crate::policy::document::{ManualCounts, StepSpec, Target};
use crate::rotation::ledger::Ledger;
use crate::units::Micro;
use crate::verdict::{AtStep, Destination, Link, Owing, Standing as Able, Tried, Turn, Verdict};

/// How a record comes to a step.
struct Coming {
    /// Position of the step in the policy in force.
    step: usize,
    /// Who hands it on.
    from: Option<RepNo>,
    /// Who held it at the step before.
    before: Option<RepNo>,
    /// Who must not get it.
    excluded: Option<RepNo>,
}

/// What decides about a record at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Handed {
    step: StepNo,
    rule: Option<usize>,
    from: Option<RepNo>,
}

impl<'a> Draft<'a> {
    /// The step at which a record begins that the rules send to `target`.
    pub(super) fn begins(&self, target: &Target) -> Option<AtStep> {
        let document = self.policy.document();
        let step = &document.steps[document.begins(target)?].name;
        let step = self.state.journeys().find(step)?;
        Some(AtStep::of(step, false, None))
    }

    /// Where a record of the workspace goes that is handed to the step at this position of the
    /// policy in force, and why; remembered for the next one.
    pub fn hand_on(&mut self, record: RecordNo, step: usize) -> (Destination, Verdict) {
        let journeys = self.state.journeys();
        let name = &self.policy.document().steps[step].name;
        let known = journeys.find(name);
        let stage = known.and_then(|step| journeys.stage_at(record, step));
        let coming = Coming {
            step,
            from: self.state.place(record).owner(),
            before: stage
                .filter(|stage| !stage.voided)
                .and_then(|stage| stage.rep),
            excluded: None,
        };
        self.come(record, coming)
    }

    /// Where a record goes that was handed to a step and must be dealt there again. `None` for one
    /// that the rules deal.
    pub(super) fn again(
        &mut self,
        record: RecordNo,
        excluded: Option<RepNo>,
    ) -> Option<(Destination, Verdict)> {
        let journeys = self.state.journeys();
        let stage = journeys.stage(record).filter(|stage| stage.handed)?;
        let name = journeys.name(stage.step);
        let steps = &self.policy.document().steps;
        let coming = Coming {
            step: steps.iter().position(|step| step.name == name)?,
            from: stage.from,
            before: None,
            excluded,
        };
        Some(self.come(record, coming))
    }

    /// What decides about a record that was handed to a step, and waits: two records alike in this
    /// are dealt alike. `None` for one that the rules deal.
    pub fn handed(&self, record: RecordNo) -> Option<Handed> {
        let journeys = self.state.journeys();
        let stage = journeys.stage(record).filter(|stage| stage.handed)?;
        let name = journeys.name(stage.step);
        let mut steps = self.policy.document().steps.iter();
        let spec = steps.find(|step| step.name == name)?;
        let attributes = self.state.records().columns.attributes(record.index());
        Some(Handed {
            step: stage.step,
            rule: rule_of(spec, &attributes),
            from: stage.from,
        })
    }

    /// Gives a record back to the fixed partner for whom somebody stood in. `None` while that one
    /// cannot take it.
    pub fn give_back(
        &mut self,
        record: RecordNo,
        standing: &Standing,
    ) -> Option<(Destination, Verdict)> {
        let roster = self.state.roster();
        let named = self.named(&roster.rep(standing.instead_of).key, None, Some(record));
        if named.stop.is_some() {
            return None;
        }
        let journeys = self.state.journeys();
        let stage = journeys.stage(record)?;
        let mut at = AtStep::of(stage.step, true, Some(standing.rep));
        let document = self.policy.document();
        let name = journeys.name(stage.step);
        let step = document.steps.iter().position(|step| step.name == name);
        let giver = stage.from.map(|rep| roster.rep(rep).key.as_str());
        let pod = giver.zip(step).and_then(|(giver, step)| {
            let (pod, _) = document.pod_of(giver, step)?;
            Some((pod, pod.seat_at(step)?.pool?))
        });
        let attributes = self.state.records().columns.attributes(record.index());
        let mut verdict = Verdict::by_hand(self.state.version());
        if let (Some((pod, pool)), Some(step)) = (pod, step) {
            at.pod = Some(pod.name.clone());
            let asked = self.asked_at(record, &attributes, step, None);
            verdict.size = asked.size;
            at.owing = self.owing(&asked, pool, standing.instead_of, pod.counts);
        }
        let undone = standing.owing.as_ref().and_then(|owing| {
            let ledger = self.ledger(owing.pool);
            reversed(owing, ledger, standing.instead_of)
        });
        at.owing = merged(at.owing, undone);
        at.tried.push(Tried {
            link: Link::Returned,
            named,
        });
        verdict.step = Some(at);
        let to = Destination::Rep(standing.instead_of);
        self.remember(&to, &verdict, self.state.cost(record));
        Some((to, verdict))
    }

    /// Gives a record back to whoever held it at the step from which it was handed on. `None` when
    /// there is nobody, or they cannot take it.
    pub fn step_back(&mut self, record: RecordNo) -> Option<(Destination, Verdict)> {
        let journeys = self.state.journeys();
        let before = journeys.stage(record)?.before?;
        let rep = journeys.stage_at(record, before)?.rep?;
        let named = self.named(&self.state.roster().rep(rep).key, None, Some(record));
        if named.stop.is_some() {
            return None;
        }
        let mut at = AtStep::of(before, true, self.state.place(record).owner());
        at.tried.push(Tried {
            link: Link::Before,
            named,
        });
        let mut verdict = Verdict::by_hand(self.state.version());
        verdict.step = Some(at);
        Some((Destination::Rep(rep), verdict))
    }

    fn come(&mut self, record: RecordNo, coming: Coming) -> (Destination, Verdict) {
        let document = self.policy.document();
        let state = self.state;
        let spec = &document.steps[coming.step];
        let attributes = state.records().columns.attributes(record.index());
        let asked = self.asked_at(record, &attributes, coming.step, coming.excluded);
        let rule = rule_of(spec, &attributes);
        let target = rule.map_or(&spec.to, |rule| &spec.rules[rule].to);
        let number = state.journeys().find(&spec.name);
        let number = number.expect("publishing registers every step");
        let mut at = AtStep::of(number, true, coming.from);
        at.rule = rule.map(|rule| rule as u32);
        let giver = coming.from.map(|rep| state.roster().rep(rep).key.as_str());
        let pod = giver.and_then(|giver| document.pod_of(giver, coming.step));
        let seat = pod.and_then(|(pod, _)| pod.seat_at(coming.step));
        at.pod = pod.map(|(pod, _)| pod.name.clone());
        let before = coming
            .before
            .map(|rep| state.roster().rep(rep).key.as_str());
        let pair = pod.and_then(|(_, pair)| pair);
        let fixed = pair.map(|pair| pair.to.as_str());
        let stand_in = pair.into_iter().flat_map(|pair| &pair.stand_in);
        let asked_in_turn = (before.map(|key| (Link::Before, key)).into_iter())
            .chain(fixed.map(|key| (Link::Fixed, key)))
            .chain(stand_in.map(|key| (Link::StandIn, key.as_str())));
        for (link, key) in asked_in_turn {
            let named = self.named(key, coming.excluded, Some(record));
            let able = named.rep.filter(|_| named.stop.is_none());
            // A key that nobody has yet is no rep to ask.
            if named.rep.is_some() {
                at.tried.push(Tried { link, named });
            }
            let Some(rep) = able else { continue };
            let counts = match (link, pod) {
                (Link::Fixed, Some((pod, _))) => pod.counts,
                (Link::StandIn, Some((pod, _))) => pod.stand_in_counts,
                _ => ManualCounts::None,
            };
            let own = match target {
                Target::Pool(pool) => Some(*pool),
                _ => None,
            };
            let pool = seat.and_then(|seat| seat.pool).or(own);
            if let Some(pool) = pool.filter(|_| link != Link::Before) {
                at.owing = self.owing(&asked, pool, rep, counts);
            }
            at.goes_back = link == Link::StandIn && pod.is_some_and(|(pod, _)| pod.goes_back);
            let mut verdict = Verdict::by_hand(state.version());
            verdict.size = asked.size;
            verdict.step = Some(at);
            let to = Destination::Rep(rep);
            self.remember(&to, &verdict, self.state.cost(record));
            return (to, verdict);
        }
        let pool = seat.and_then(|seat| seat.pool).map(Target::Pool);
        let mut verdict = Verdict::by_hand(state.version());
        verdict.size = asked.size;
        let to = self.aim(&asked, pool.as_ref().unwrap_or(target), &mut verdict);
        verdict.step = Some(at);
        self.remember(&to, &verdict, self.state.cost(record));
        (to, verdict)
    }

    /// The pool that deals a record at the step it was handed to, if one does, and how many turns
    /// it uses up there. `None` for a record that the rules deal.
    pub(super) fn pool_at_step(&self, record: RecordNo) -> Option<(Option<usize>, Micro)> {
        let journeys = self.state.journeys();
        let stage = journeys.stage(record).filter(|stage| stage.handed)?;
        let name = journeys.name(stage.step);
        let document = self.policy.document();
        let step = document.steps.iter().position(|step| step.name == name)?;
        let spec = &document.steps[step];
        let attributes = self.state.records().columns.attributes(record.index());
        let rule = rule_of(spec, &attributes);
        let target = rule.map_or(&spec.to, |rule| &spec.rules[rule].to);
        let giver = stage.from.map(|rep| &self.state.roster().rep(rep).key);
        let pod = giver.and_then(|giver| document.pod_of(giver, step));
        let seat = pod.and_then(|(pod, _)| pod.seat_at(step)?.pool);
        let pool = seat.or_else(|| self.pool_of(target, &attributes));
        let size = self.asked_at(record, &attributes, step, None).size;
        Some((pool, size))
    }

    fn asked_at<'r>(
        &self,
        record: RecordNo,
        attributes: &'r Attributes,
        step: usize,
        excluded: Option<RepNo>,
    ) -> Asked<'r>
    where
        'a: 'r,
    {
        let state = self.state;
        let number = |field| match attributes.fact(field) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        };
        Asked {
            key: state.records().key(record),
            record: Some(attributes),
            size: self.weighed(&self.policy.document().steps[step].weight, number),
            deals: state.records().deals(record),
            excluded,
            number: Some(record),
            marks: state.records().marks(record),
        }
    }

    fn ledger(&self, pool: PoolNo) -> &Ledger {
        let own = self.ledgers.get(&pool);
        own.unwrap_or(&self.state.pool(pool).ledger)
    }

    /// What it means for the pool at `position` that `rep` gets the record outside rotation.
    /// `None` for a stranger to the pool, and when nobody there could have taken it.
    fn owing(
        &self,
        asked: &Asked<'_>,
        position: usize,
        rep: RepNo,
        counts: ManualCounts,
    ) -> Option<Owing> {
        let pool = self.state.pool_at(position);
        let spec = &self.policy.document().pools[position];
        self.ledger(pool).entry(rep)?;
        let turn = self.turn(asked, pool, spec);
        let parts = parts(&turn, rep, asked.size)?;
        let ppm = match counts {
            ManualCounts::None => 0,
            ManualCounts::Full => 1_000_000,
            ManualCounts::Fraction(ppm) => ppm,
        };
        let makeup = scaled(&parts, rep, ppm);
        Some(Owing {
            pool,
            parts,
            makeup,
        })
    }
}

impl AtStep {
    /// At a step, with nobody asked yet.
    fn of(step: StepNo, handed: bool, from: Option<RepNo>) -> Self {
        Self {
            step,
            handed,
            rule: None,
            from,
            pod: None,
            tried: Vec::new(),
            owing: None,
            goes_back: false,
        }
    }
}

/// Position of the step's first rule that says yes.
fn rule_of(step: &StepSpec, attributes: &Attributes) -> Option<usize> {
    let yes = |answer| answer == Answer::Yes;
    let mut rules = step.rules.iter();
    rules.position(|rule| yes(rule.when.answer(attributes)))
}

/// The shares of everybody who could have taken it, less the record for who got it.
fn parts(turn: &Turn, rep: RepNo, size: Micro) -> Option<Vec<(RepNo, Micro)>> {
    let able = |standing: &Able| match standing {
        Able::Able { plain, .. } => *plain,
        Able::Stopped(_) => Micro(0),
    };
    let mut parts: Vec<(RepNo, Micro)> = turn
        .candidates
        .iter()
        .map(|candidate| (candidate.rep, able(&candidate.standing)))
        .collect();
    if parts.iter().map(|(_, part)| *part).sum::<Micro>() != size {
        return None;
    }
    for (candidate, part) in &mut parts {
        if *candidate == rep {
            *part -= size;
        }
    }
    parts.retain(|(_, part)| *part != Micro(0));
    Some(parts)
}

/// The counted part of it; what rounding leaves is the taker's, so that it adds up to zero.
fn scaled(parts: &[(RepNo, Micro)], rep: RepNo, ppm: u32) -> Vec<(RepNo, Micro)> {
    let part = |part: Micro| Micro((i128::from(part.0) * i128::from(ppm) / 1_000_000) as i64);
    let others: Micro = parts
        .iter()
        .filter(|(other, _)| *other != rep)
        .map(|(_, other)| part(*other))
        .sum();
    let all = parts.iter().map(|(one, amount)| match *one == rep {
        true => (*one, -others),
        false => (*one, part(*amount)),
    });
    all.filter(|(_, amount)| *amount != Micro(0)).collect()
}

/// What undoes a recorded handoff in a pool. The parts of those who are gone since fall to
/// `heir`. `None` when that one is gone too.
pub fn reversed(owing: &Owing, ledger: &Ledger, heir: RepNo) -> Option<Owing> {
    let back = |vector: &[(RepNo, Micro)]| {
        let here = vector
            .iter()
            .filter(|(rep, _)| ledger.entry(*rep).is_some());
        let mut back: Vec<(RepNo, Micro)> = here.map(|(rep, part)| (*rep, -*part)).collect();
        let rest = -back.iter().map(|(_, part)| *part).sum::<Micro>();
        if rest != Micro(0) {
            ledger.entry(heir)?;
            back = added(&back, &[(heir, rest)]);
        }
        Some(back)
    };
    Some(Owing {
        pool: owing.pool,
        parts: back(&owing.parts)?,
        makeup: back(&owing.makeup)?,
    })
}

/// Both together, where they are about the same pool; otherwise the first.
fn merged(one: Option<Owing>, other: Option<Owing>) -> Option<Owing> {
    match (one, other) {
        (Some(one), Some(other)) if one.pool == other.pool => Some(Owing {
            pool: one.pool,
            parts: added(&one.parts, &other.parts),
            makeup: added(&one.makeup, &other.makeup),
        }),
        (one, other) => one.or(other),
    }
}

fn added(one: &[(RepNo, Micro)], other: &[(RepNo, Micro)]) -> Vec<(RepNo, Micro)> {
    let mut sum = std::collections::BTreeMap::new();
    for (rep, part) in one.iter().chain(other) {
        *sum.entry(*rep).or_insert(Micro(0)) += *part;
    }
    sum.retain(|_, part| *part != Micro(0));
    sum.into_iter().collect()
}
