//! What territories cost: the same arrivals dealt twice, with territories on and off.
//!
//! Each replay is a workspace of its own with the policy, the table and the reps as they are now,
//! and every record arriving and closing when it did. It is arithmetic about what was recorded, not
//! a forecast: what reps would have made of other records it does not say. Manual assignments and
//! handoffs of the record's past are left out.

use crate::command::Command;
use crate::command::assign::Expected;
use crate::command::close::Close;
use crate::command::intake::Intake;
use crate::command::refusal::Refusal;
use crate::event::Event;
use crate::ids::FieldNo;
use crate::ids::{RecordNo, RepNo};
use crate::market::value::{Attributes, Facts, Value};
use crate::policy::switch;
use crate::rehearsal::{Base, Rehearsal};
use crate::territory::problem::TableProblem;
use crate::territory::tally::{Spread, over};
use crate::time::{HOUR, Moment, Span};
use crate::units::Micro;
use crate::verdict::Destination;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Most arrivals replayed.
pub const ARRIVALS_MAX: usize = 20_000;
/// While something is held it is looked at every hour, at most so often in one replay.
pub const HOURS_MAX: usize = 20_000;
/// The window in which somebody can have too much at once.
pub const WINDOW: Span = Span::days(7);

/// What every figure means, for whoever shows it.
pub const DEFINITIONS: [(&str, &str); 7] = [
    (
        "records",
        "Recorded arrivals whose rule asks the territories, all of them replayed twice: no sample.",
    ),
    (
        "nobody",
        "Records that ended in a queue, or were still held at the end: nobody could take them.",
    ),
    (
        "waited",
        "Records that were held and then dealt; how long, from arrival to the rep, to the hour.",
    ),
    (
        "over capacity",
        "Records that came to a rep who already had the stated number in the 7 days before.",
    ),
    (
        "to change hands",
        "Records that would have to change hands until all loads differ by at most one.",
    ),
    (
        "rescued",
        "Records nobody in their territory could take, and somebody did with territories off.",
    ),
    (
        "lost",
        "Records that went to a rep with territories on, and nobody could take with them off.",
    ),
];

/// One recorded arrival.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Key of the record.
    pub key: String,
    /// Its public attributes when it came.
    pub attributes: Arc<Attributes>,
    /// When it came.
    pub at: Moment,
    /// When it was closed, if it was.
    pub closed: Option<Moment>,
}

/// What else the report needs to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Most that a rep can take in 7 days; `None` is a quarter more than an even spread gives.
    pub most_per_week: Option<u64>,
    /// A number field that tells what a record is worth.
    pub value: Option<FieldNo>,
}

/// The same arrivals with territories on and off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Arrivals whose rule asks the territories.
    pub records: u64,
    /// First and last arrival of these; `None` without any.
    pub between: Option<(Moment, Moment)>,
    /// The line above which a rep is over capacity, in records per 7 days.
    pub most_per_week: u64,
    /// With territories.
    pub on: Side,
    /// Without.
    pub off: Side,
    /// Records nobody could take with territories on, and somebody did with them off.
    pub rescued: u64,
    /// The other way round.
    pub lost: u64,
    /// One by one, with territories on, in the policy's order.
    pub territories: Vec<InOne>,
}

/// One of the two replays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Side {
    /// Records that went to a rep.
    pub dealt: u64,
    /// Records that nobody could take.
    pub nobody: u64,
    /// Records that waited before they went to a rep.
    pub waited: u64,
    /// How long these waited on average, rounded down; zero without any.
    pub wait_mean: Span,
    /// How long the longest waited.
    pub wait_longest: Span,
    /// Records that came to a rep who had too much already.
    pub over: u64,
    /// How the records dealt are spread over the reps.
    pub spread: Spread,
}

/// One territory, with territories on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InOne {
    /// Its name.
    pub name: String,
    /// Members of its pool.
    pub reps: u64,
    /// Records that fell into it.
    pub records: u64,
    /// How many of them nobody could take.
    pub nobody: u64,
    /// How many of them have a value, and their mean, rounded down; `None` without any.
    pub value: Option<(u64, Micro)>,
}

/// Replays `arrivals` both ways. They are taken in the order of their moments; at the same moment
/// in the order given.
///
/// *Refuses*, in order: `policy_missing`; `territories_rejected` when the policy has no territories
/// or no joint pool to compare with.
/// *Bounds*: the last [`ARRIVALS_MAX`] arrivals.
pub fn compare(base: &Base, arrivals: &[Arrival], asked: Asked) -> Result<Cost, Refusal> {
    if base.text().is_empty() {
        return Err(Refusal::PolicyMissing);
    }
    let mut arrivals: Vec<&Arrival> = arrivals.iter().collect();
    arrivals.sort_by_key(|arrival| arrival.at);
    let arrivals = &arrivals[arrivals.len().saturating_sub(ARRIVALS_MAX)..];
    let on = Replay::run(base, arrivals, true)?;
    let off = Replay::run(base, arrivals, false)?;
    let asking: Vec<usize> = (0..arrivals.len())
        .filter(|at| on.fates[*at].territory.is_some())
        .collect();
    let moments = |at: &usize| arrivals[*at].at;
    let between = asking.first().map(moments).zip(asking.last().map(moments));
    let reps: BTreeSet<RepNo> = on
        .reps(&asking)
        .union(&off.reps(&asking))
        .copied()
        .collect();
    let most_per_week = asked
        .most_per_week
        .unwrap_or_else(|| usual(asking.len() as u64, reps.len() as u64, between));
    let taken = |replay: &Replay, at: &usize| replay.fates[*at].rep.is_some();
    let only = |one: &Replay, other: &Replay| {
        let only = asking
            .iter()
            .filter(|at| taken(one, at) && !taken(other, at));
        only.count() as u64
    };
    Ok(Cost {
        records: asking.len() as u64,
        between,
        most_per_week,
        on: on.side(arrivals, &asking, &reps, most_per_week),
        off: off.side(arrivals, &asking, &reps, most_per_week),
        rescued: only(&off, &on),
        lost: only(&on, &off),
        territories: on.territories(arrivals, &asking, asked.value),
    })
}

/// A quarter more than an even spread gives a rep in 7 days, rounded up; at least 1.
fn usual(records: u64, reps: u64, between: Option<(Moment, Moment)>) -> u64 {
    let span = between.map_or(WINDOW, |(first, last)| (last - first).max(WINDOW));
    let (records, reps) = (u128::from(records), u128::from(reps.max(1)));
    let even = records * 5 * WINDOW.0.unsigned_abs() as u128;
    let most = even.div_ceil(reps * 4 * span.0.unsigned_abs() as u128);
    u64::try_from(most).unwrap_or(u64::MAX).max(1)
}

/// What became of one arrival.
#[derive(Clone, Debug, Default)]
struct Fate {
    /// The territory it fell into, empty for none; `None` when its rule does not ask.
    territory: Option<String>,
    held: bool,
    rep: Option<(RepNo, Moment)>,
}

/// One workspace in which the arrivals are dealt.
struct Replay {
    desk: Rehearsal,
    /// Position of the arrival behind each record.
    arrival: BTreeMap<RecordNo, usize>,
    fates: Vec<Fate>,
    hours: usize,
}

impl Replay {
    fn run(base: &Base, arrivals: &[&Arrival], on: bool) -> Result<Self, Refusal> {
        let mut replay = Self {
            desk: Rehearsal::with_fields(base),
            arrival: BTreeMap::new(),
            fates: vec![Fate::default(); arrivals.len()],
            hours: 0,
        };
        replay.set_up(base, on)?;
        let mut closes: Vec<(Moment, usize)> = arrivals
            .iter()
            .enumerate()
            .filter_map(|(at, arrival)| Some((arrival.closed?, at)))
            .collect();
        closes.sort_unstable();
        let mut closes = closes.into_iter().peekable();
        for (at, arrival) in arrivals.iter().enumerate() {
            while let Some((when, closed)) = closes.next_if(|(when, _)| *when <= arrival.at) {
                replay.close(when, &arrivals[closed].key)?;
            }
            replay.wait_until(arrival.at)?;
            replay.take(at, arrival)?;
        }
        for (when, closed) in closes {
            replay.close(when, &arrivals[closed].key)?;
        }
        replay.wait_until(Moment(i64::MAX))?;
        Ok(replay)
    }

    fn set_up(&mut self, base: &Base, on: bool) -> Result<(), Refusal> {
        let refused = |message: &str, hint: &str| Refusal::TerritoriesRejected {
            problems: vec![TableProblem::error(0, message, hint)],
        };
        let text = switch::territories(base.text(), on).ok_or_else(|| {
            let hint = "There is nothing to compare; see the guide on territories";
            refused("the policy has no [territories]", hint)
        })?;
        self.desk.publish(text).map_err(|_| {
            let message = "with territories off the policy is not sound";
            refused(message, "Add joint = \"pool:…\" to [territories]")
        })?;
        self.desk.people(base)
    }

    fn take(&mut self, at: usize, arrival: &Arrival) -> Result<(), Refusal> {
        self.desk.now = self.desk.now.max(arrival.at);
        if let Some(record) = self.desk.state.next_record() {
            self.arrival.insert(record, at);
        }
        self.submit(&Command::Intake(Intake {
            key: arrival.key.as_str().into(),
            attributes: Arc::clone(&arrival.attributes),
            private: None,
            occurred: Some(arrival.at),
            marks: Vec::new(),
        }))
    }

    /// Closes a record; one that is not there is none that was replayed.
    fn close(&mut self, when: Moment, key: &str) -> Result<(), Refusal> {
        self.wait_until(when)?;
        self.desk.now = self.desk.now.max(when);
        let close = Close {
            record: key.to_owned(),
            expected: Expected::Any,
            reason: "closed".to_owned(),
        };
        match self.submit(&Command::Close(close)) {
            Err(Refusal::RecordUnknown { .. } | Refusal::RecordClosed { .. }) | Ok(()) => Ok(()),
            Err(refusal) => Err(refusal),
        }
    }

    /// Lets time pass, hour by hour, as long as anything is held.
    fn wait_until(&mut self, then: Moment) -> Result<(), Refusal> {
        while self.desk.state.held().len() > 0 && self.hours < HOURS_MAX {
            let next = self.desk.now + HOUR;
            if next > then {
                break;
            }
            self.hours += 1;
            self.desk.now = next;
            loop {
                match self.submit(&Command::Tick) {
                    Ok(()) => {}
                    Err(Refusal::NothingToDo) => break,
                    Err(refusal) => return Err(refusal),
                }
            }
        }
        Ok(())
    }

    fn submit(&mut self, command: &Command) -> Result<(), Refusal> {
        let (events, at) = self.desk.submit(command)?;
        for event in &events {
            self.note(event, at);
        }
        Ok(())
    }

    fn note(&mut self, event: &Event, now: Moment) {
        let Event::RecordDealt {
            record,
            to,
            verdict,
            ..
        } = event
        else {
            return;
        };
        let Some(at) = self.arrival.get(record) else {
            return;
        };
        let fate = &mut self.fates[*at];
        if let Some(said) = &verdict.territory {
            fate.territory = Some(said.name.clone().unwrap_or_default());
        }
        match to {
            Destination::Rep(rep) => fate.rep = Some((*rep, now)),
            Destination::Hold { .. } => fate.held = true,
            _ => {}
        }
    }

    /// Members of the territories' pools and of the joint pool, and whoever got a record.
    fn reps(&self, asking: &[usize]) -> BTreeSet<RepNo> {
        let mut reps: BTreeSet<RepNo> = asking
            .iter()
            .filter_map(|at| Some(self.fates[*at].rep?.0))
            .collect();
        let policy = self.desk.state.policy().map(|policy| policy.document());
        if let Some(territories) = policy.and_then(|document| document.territories.as_ref()) {
            let pools = territories.list.iter().map(|spec| spec.pool);
            for pool in pools.chain(territories.joint) {
                let ledger = &self.desk.state.pool(self.desk.state.pool_at(pool)).ledger;
                reps.extend(ledger.members().iter().map(|entry| entry.rep));
            }
        }
        reps
    }

    fn side(
        &self,
        arrivals: &[&Arrival],
        asking: &[usize],
        reps: &BTreeSet<RepNo>,
        most_per_week: u64,
    ) -> Side {
        let mut times: BTreeMap<RepNo, Vec<Moment>> =
            reps.iter().map(|rep| (*rep, Vec::new())).collect();
        let mut side = Side::default();
        let mut waits = Span(0);
        for at in asking {
            let fate = &self.fates[*at];
            let Some((rep, when)) = fate.rep else {
                side.nobody += 1;
                continue;
            };
            side.dealt += 1;
            times.entry(rep).or_default().push(when);
            if fate.held {
                let wait = when - arrivals[*at].at;
                side.waited += 1;
                waits = Span(waits.0.saturating_add(wait.0));
                side.wait_longest = side.wait_longest.max(wait);
            }
        }
        if let Some(mean) = waits.0.checked_div(side.waited.cast_signed()) {
            side.wait_mean = Span(mean);
        }
        for times in times.values_mut() {
            times.sort_unstable();
            side.over += over(times, most_per_week, WINDOW);
        }
        let loads: Vec<u64> = times.values().map(|times| times.len() as u64).collect();
        side.spread = Spread::of(&loads);
        side
    }

    fn territories(
        &self,
        arrivals: &[&Arrival],
        asking: &[usize],
        value: Option<FieldNo>,
    ) -> Vec<InOne> {
        let policy = self.desk.state.policy().map(|policy| policy.document());
        let Some(territories) = policy.and_then(|document| document.territories.as_ref()) else {
            return Vec::new();
        };
        let one = |spec: &crate::policy::document::TerritorySpec| {
            let name = Some(spec.name.as_str());
            let inside: Vec<usize> = asking
                .iter()
                .copied()
                .filter(|at| self.fates[*at].territory.as_deref() == name)
                .collect();
            let nobody = inside.iter().filter(|at| self.fates[**at].rep.is_none());
            let values =
                inside
                    .iter()
                    .filter_map(|at| match arrivals[*at].attributes.fact(value?) {
                        Some(Value::Number(number)) => Some(i128::from(number.0)),
                        _ => None,
                    });
            let (count, sum) = values.fold((0, 0), |(count, sum), value| (count + 1, sum + value));
            let mean = (count > 0).then(|| sum.div_euclid(i128::from(count)) as i64);
            let pool = self.desk.state.pool(self.desk.state.pool_at(spec.pool));
            InOne {
                name: spec.name.clone(),
                reps: pool.ledger.members().len() as u64,
                records: inside.len() as u64,
                nobody: nobody.count() as u64,
                value: mean.map(|mean| (count, Micro(mean))),
            }
        };
        territories.list.iter().map(one).collect()
    }
}
