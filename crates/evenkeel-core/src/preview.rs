//! Before a change is saved: the next turns of every pool it touches, without it and with it.
//!
//! The command is decided as it would be, but nothing is appended. Both sides are then dealt by
//! each pool's own chooser on its own ledger. Assumed, and told with the answer ([`Assumed`]): the
//! newest records that the policy sends to the pool come again, all at one moment, and a drawn pool
//! is shown in one possible order, drawn with a public key. A pool whose members all keep hours is
//! looked at from the moment when the first of them is there.
//!
//! Deliberately not a replay of the past, and no promise: who really is next depends on what comes.

use crate::choose::Draft;
use crate::choose::ahead::opens;
use crate::command::envelope::Envelope;
use crate::command::refusal::Refusal;
use crate::command::set_rep::SetRep;
use crate::command::{Command, decide};
use crate::effort::loads::Loads;
use crate::event::{Event, Recorded};
use crate::ids::{PoolNo, RepNo};
use crate::market::value::Attributes;
use crate::people::rep::Leave;
use crate::policy::compiled::Compiled;
use crate::policy::document::PoolSpec;
use crate::state::State;
use crate::time::Moment;
use crate::verdict::{Destination, Turn};
use std::collections::{BTreeMap, BTreeSet};

/// How many turns are shown.
pub const TURNS: usize = 50;
/// Most pools looked at; a policy may have more.
pub const POOLS_MAX: usize = 40;
/// How many of the newest records are looked through for those that go to a pool.
pub const NEWEST: usize = 1_000;

/// A change as decided, with what looking ahead needs of the workspace.
///
/// Copied out, so that the work can be done where it holds up nobody.
#[derive(Debug)]
pub struct Sight {
    outline: State,
    newest: Vec<Attributes>,
    events: Vec<Recorded>,
    loads: Loads,
    envelope: Envelope,
    away: Option<Leave>,
}

/// What a change would mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The pools whose turns or members would be others, in the order of the policy to come.
    pub pools: Vec<PoolAhead>,
    /// Pools that the change touches without moving any of these turns.
    pub same: Vec<String>,
    /// Pools that were not looked at, being beyond [`POOLS_MAX`].
    pub more: usize,
}

/// One pool without the change and with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolAhead {
    /// The pool.
    pub pool: String,
    /// Which records are assumed to come; with the change, when it says otherwise.
    pub assumed: Assumed,
    /// When the turns are dealt.
    pub from: Moment,
    /// Without the change; `None` when the pool is not there.
    pub before: Option<Side>,
    /// With it; `None` when the pool is not there any more.
    pub after: Option<Side>,
    /// When somebody who would be away is back, and the turns from then on.
    pub back: Option<(Moment, Side)>,
    /// Everybody who has a turn or is a member on either side, by number.
    pub reps: Vec<RepAhead>,
}

/// The turns of one pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Who gets them, in order; fewer than [`TURNS`] when caps are reached or nobody is there.
    pub turns: Vec<RepNo>,
    /// Whether some turns were drawn: then the order is one of many.
    pub drawn: bool,
    /// The members.
    pub members: BTreeSet<RepNo>,
}

/// One rep's part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepAhead {
    /// The rep; possibly one who is not there yet.
    pub rep: RepNo,
    /// The key.
    pub key: String,
    /// Without the change.
    pub before: Lane,
    /// With it.
    pub after: Lane,
    /// From the return on.
    pub back: Lane,
}

/// Some rep's turns among those of one side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// Which, counted from 0.
    pub turns: Vec<usize>,
}

/// Which records are assumed to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assumed {
    /// So many of the newest that the policy sends to the pool, over and over.
    Newest(usize),
    /// None came yet: made-up ones of one turn, of which nothing is known.
    MadeUp,
}

impl Lane {
    /// Number of the first turn, from 1.
    pub fn first(&self) -> Option<usize> {
        self.turns.first().map(|turn| turn + 1)
    }

    /// Most turns in a row.
    pub fn run(&self) -> usize {
        let (mut run, mut most) = (0, 0);
        for (at, turn) in self.turns.iter().enumerate() {
            run = match at > 0 && self.turns[at - 1] + 1 == *turn {
                true => run + 1,
                false => 1,
            };
            most = most.max(run);
        }
        most
    }
}

impl Sight {
    /// Decides `command` on the workspace as it is, and copies out what looking ahead needs.
    ///
    /// *Refuses* what the command refuses.
    pub fn of(state: &State, command: &Command, envelope: &Envelope) -> Result<Self, Refusal> {
        let decision = decide(state, command, envelope)?;
        let away = match command {
            Command::SetRep(set) => absence(state, set, decision.at),
            _ => None,
        };
        let count = state.records().len();
        let columns = &state.records().columns;
        let rows = (count.saturating_sub(NEWEST)..count).rev();
        Ok(Self {
            outline: state.outline(),
            newest: rows.map(|row| columns.attributes(row)).collect(),
            envelope: Envelope {
                at: decision.at,
                ..*envelope
            },
            loads: loads(state, &decision.events),
            events: decision.recorded(envelope).collect(),
            away,
        })
    }

    /// Looks ahead from now on; when the change is an absence, from its beginning on, and again
    /// from the return on.
    pub fn look(self) -> Preview {
        let from = self.away.map(|leave| leave.from);
        let back = self.away.map(|leave| leave.until);
        let at = from.map_or(self.envelope.at, |from| from.max(self.envelope.at));
        let now = Envelope {
            at,
            ..self.envelope
        };
        let before = self.outline;
        let mut after = before.clone();
        for event in &self.events {
            after.foresee(event);
        }
        after.set_loads(self.loads);
        let touched = touched(&before, &after, &self.events);
        let mut preview = Preview {
            pools: Vec::new(),
            same: Vec::new(),
            more: touched.len().saturating_sub(POOLS_MAX),
        };
        for name in touched.into_iter().take(POOLS_MAX) {
            let view = View {
                name,
                before: &before,
                after: &after,
                newest: &self.newest,
            };
            match view.pool(&now, back) {
                Some(pool) => preview.pools.push(pool),
                None => preview.same.push(name.to_owned()),
            }
        }
        preview
    }
}

/// What the books will weigh once the events are folded in.
fn loads(state: &State, events: &[Event]) -> Loads {
    let text = events.iter().find_map(|event| match event {
        Event::PolicyPublished { text, .. } => Some(text),
        _ => None,
    });
    let mut loads = match text {
        None => state.loads().clone(),
        Some(text) => {
            let fields = (state.record_schema(), state.rep_schema());
            let effort = Compiled::document_of(text, fields.0, fields.1).effort;
            state.loads_by(effort.as_ref())
        }
    };
    for event in events {
        if let Event::RecordDealt { record, to, .. } = event
            && record.index() < state.records().len()
        {
            let cost = state.cost(*record);
            if let Some(rep) = state.place(*record).owner() {
                loads.take(rep, cost);
            }
            if let Destination::Rep(rep) = to {
                loads.add(*rep, cost);
            }
        }
    }
    loads
}

/// The first absence that is new and not over.
fn absence(state: &State, set: &SetRep, now: Moment) -> Option<Leave> {
    let known = state.roster().find(&set.key);
    let known = known.map(|rep| &state.roster().rep(rep).profile.leaves);
    let mut fresh: Vec<Leave> = set.profile.leaves.clone();
    fresh.retain(|leave| leave.until > now && !known.is_some_and(|known| known.contains(leave)));
    fresh.into_iter().min()
}

/// Pools the events name or whose members they change, in the order of the policy to come, then
/// those that only the policy in force has.
fn touched<'s>(before: &'s State, after: &'s State, events: &[Recorded]) -> Vec<&'s str> {
    let mut named: BTreeSet<PoolNo> = BTreeSet::new();
    let mut all = false;
    for event in events {
        match &event.event {
            Event::PolicyPublished { .. } => all = true,
            Event::PoolChanged { pool, .. } | Event::CreditClamped { pool, .. } => {
                named.insert(*pool);
            }
            Event::RecordDealt { verdict, .. } => {
                named.extend(verdict.turns.iter().map(|turn| turn.pool));
            }
            Event::RepSet { rep, .. }
            | Event::RepPaused { rep, .. }
            | Event::RepResumed { rep } => {
                let pools = after.pools().iter().enumerate();
                let member = pools.filter(|(_, pool)| pool.ledger.entry(*rep).is_some());
                named.extend(member.map(|(at, _)| PoolNo::at(at)));
            }
            _ => {}
        }
    }
    let mut seen = BTreeSet::new();
    specs(after)
        .iter()
        .chain(specs(before))
        .map(|spec| spec.name.as_str())
        .filter(|name| {
            all || after
                .pool_no(name)
                .is_some_and(|pool| named.contains(&pool))
        })
        .filter(|name| seen.insert(*name))
        .collect()
}

fn specs(state: &State) -> &[PoolSpec] {
    state
        .policy()
        .map_or(&[][..], |policy| &policy.document().pools)
}

/// One pool on both sides.
struct View<'v> {
    name: &'v str,
    before: &'v State,
    after: &'v State,
    newest: &'v [Attributes],
}

impl View<'_> {
    /// The pool, or `None` when nothing of it would be another.
    fn pool(&self, now: &Envelope, back: Option<Moment>) -> Option<PoolAhead> {
        let starts = [self.before, self.after].map(|state| self.start(state, now));
        let from = starts.into_iter().flatten().min().unwrap_or(now.at);
        let now = Envelope { at: from, ..*now };
        let before = self.side(self.before, &now, None);
        let after = self.side(self.after, &now, back.filter(|back| *back > from));
        let same = match (&before, &after) {
            (Some((before, ..)), Some((after, _, None))) => before == after,
            _ => false,
        };
        if same {
            return None;
        }
        let assumed = |side: &Option<Dealt>| side.as_ref().map(|(_, assumed, _)| *assumed);
        let assumed = assumed(&after)
            .or(assumed(&before))
            .unwrap_or(Assumed::MadeUp);
        let (after, returned) = after.map_or((None, None), |(side, _, back)| (Some(side), back));
        let mut ahead = PoolAhead {
            pool: self.name.to_owned(),
            assumed,
            from,
            before: before.map(|(side, ..)| side),
            after,
            back: back.zip(returned),
            reps: Vec::new(),
        };
        ahead.reps = self.reps(&ahead);
        Some(ahead)
    }

    /// The first moment from now on at which a member can take a record.
    fn start(&self, state: &State, now: &Envelope) -> Option<Moment> {
        let pool = number(state, self.name)?;
        let ballot = Draft::new(state, state.policy()?, now).ballot(pool)?;
        match ballot.pick {
            Some(_) => Some(now.at),
            None => opens(&ballot),
        }
    }

    fn side(&self, state: &State, now: &Envelope, back: Option<Moment>) -> Option<Dealt> {
        let pool = number(state, self.name)?;
        let mut draft = Draft::new(state, state.policy()?, now);
        let coming = draft.coming(pool, self.newest, TURNS);
        let members = state.pool(pool).ledger.members().iter();
        let members: BTreeSet<RepNo> = members.map(|entry| entry.rep).collect();
        let turns = draft.look(pool, &coming, 0..TURNS);
        let assumed = match coming.len() {
            0 => Assumed::MadeUp,
            count => Assumed::Newest(count),
        };
        let later;
        let returned = match back {
            None => None,
            Some(back) => {
                later = Envelope { at: back, ..*now };
                let turns = draft.onward(&later).look(pool, &coming, TURNS..2 * TURNS);
                Some(dealt(&turns, members.clone()))
            }
        };
        Some((dealt(&turns, members), assumed, returned))
    }

    fn reps(&self, ahead: &PoolAhead) -> Vec<RepAhead> {
        let back = ahead.back.as_ref().map(|(_, side)| side);
        let sides = [ahead.before.as_ref(), ahead.after.as_ref(), back];
        let mut reps: BTreeMap<RepNo, [Lane; 3]> = BTreeMap::new();
        for (at, side) in sides.into_iter().enumerate() {
            let Some(side) = side else { continue };
            for rep in &side.members {
                reps.entry(*rep).or_default();
            }
            for (turn, rep) in side.turns.iter().enumerate() {
                reps.entry(*rep).or_default()[at].turns.push(turn);
            }
        }
        let row = |(rep, [before, after, back]): (RepNo, [Lane; 3])| RepAhead {
            rep,
            key: self.after.roster().rep(rep).key.clone(),
            before,
            after,
            back,
        };
        reps.into_iter().map(row).collect()
    }
}

/// One side, what was assumed for it, and the same from a return on.
type Dealt = (Side, Assumed, Option<Side>);

fn dealt(turns: &[Turn], members: BTreeSet<RepNo>) -> Side {
    let picks = turns.iter().filter_map(|turn| turn.pick);
    Side {
        drawn: picks.clone().any(|pick| pick.draw.is_some()),
        turns: picks.map(|pick| pick.rep).collect(),
        members,
    }
}

/// The pool of this name, when the policy in force has it.
fn number(state: &State, name: &str) -> Option<PoolNo> {
    specs(state).iter().find(|spec| spec.name == name)?;
    state.pool_no(name)
}
