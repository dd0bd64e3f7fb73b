//! From a workspace's policy, reps and accounts to an instance: fields become numbers here.
//!
//! Accounts are taken one by one and only their numbers kept, so that a million of them fit in
//! little. Who may have an account is asked once for all accounts that are alike in it. Nothing is
//! planned here.

use crate::bearing::{level, pairs};
use crate::effort::capacity::{Capacity, Target};
use crate::holding::planned::Barred;
use crate::ids::RepNo;
use crate::market::clause::{Answer, Condition};
use crate::market::value::{Attributes, Facts, Value};
use crate::people::rep::Status;
use crate::plan::instance::{Accounts, COST_MAX, Circles, Instance, LEVELS, NOBODY, ONE};
use crate::plan::wish::{self, Balance, Wish};
use crate::policy::document::planning::{Amount, Planning};
use crate::policy::document::{self, Landing, Specialist};
use crate::state::State;
use crate::territory::landing::land;
use crate::units::Micro;
use std::collections::BTreeMap;

/// Most levels of one factor that are told apart: the most frequent; the others are one level.
pub const LEVELS_MAX: usize = 40;
/// Most levels of one factor that are counted; further ones are one level from the start.
const WORDS_MAX: usize = 10_000;

/// What is alike for all accounts of one circle.
type Alike = (Sent, u32, Vec<Option<Value>>);

/// Where the rules send an account, by position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sent {
    Owner,
    Anybody,
    Pool(usize),
    Rule(usize),
    Fallback,
    Queue(usize),
}

/// An instance, with what its numbers stand for.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The numbers.
    pub instance: Instance,
    /// The reps, by their number in the instance.
    pub reps: Vec<RepNo>,
    /// What each gauge measures, in words.
    pub gauges: Vec<String>,
    /// By what value and effort were divided.
    pub powers: [i64; 2],
    /// How early each account should be worked.
    pub priority: Vec<i128>,
    /// Why nobody may have the accounts of a circle.
    pub barred: BTreeMap<u32, Barred>,
    /// Accounts whose owner is not among the reps: they count as nobody's.
    pub strangers: usize,
}

impl Setting {
    /// Why an account has no rep in a plan.
    pub fn why_without(&self, account: usize) -> Barred {
        let circle = self.instance.accounts.circle[account];
        self.barred.get(&circle).cloned().unwrap_or(Barred::Full)
    }
}

/// A setting in the making.
pub struct Draft<'s> {
    state: &'s State,
    planning: &'s Planning,
    reps: Vec<RepNo>,
    accounts: Accounts,
    circles: Circles,
    alike: BTreeMap<Alike, u32>,
    barred: BTreeMap<u32, Barred>,
    priority: Vec<i128>,
    /// Words of each factor's levels, in the order in which they came.
    words: Vec<BTreeMap<String, usize>>,
    strangers: usize,
}

impl<'s> Draft<'s> {
    /// Begins with the reps who have not left. `None` without a policy.
    pub fn new(state: &'s State) -> Option<Self> {
        let planning = &state.policy()?.document().plan;
        let there = state.roster().iter();
        let there = there.filter(|(_, rep)| rep.profile.status != Status::Left);
        Some(Self {
            state,
            planning,
            reps: there.map(|(number, _)| number).collect(),
            accounts: Accounts::default(),
            circles: Circles::default(),
            alike: BTreeMap::new(),
            barred: BTreeMap::new(),
            priority: Vec::new(),
            words: vec![BTreeMap::new(); planning.mix.len()],
            strangers: 0,
        })
    }

    /// Takes one account: its fields, who has it (else the policy's owner field tells), and
    /// whether it is locked (else the policy's condition tells).
    ///
    /// *Bounds*: amounts below zero count as zero.
    pub fn take(&mut self, record: &Attributes, owner: Option<&str>, locked: bool) {
        let text = |field| match record.fact(field) {
            Some(Value::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let key = owner.or_else(|| text(self.planning.owner?));
        let owner = key.and_then(|key| self.rep(key));
        self.strangers += usize::from(key.is_some() && owner.is_none());
        self.put(record, owner.unwrap_or(NOBODY), locked);
    }

    /// Takes one record of the workspace, whose owner the workspace knows.
    pub fn take_of(&mut self, record: &Attributes, owner: Option<RepNo>) {
        let owner = owner.and_then(|owner| self.reps.binary_search(&owner).ok());
        self.put(record, owner.map_or(NOBODY, |at| at as u32), false);
    }

    fn put(&mut self, record: &Attributes, owner: u32, locked: bool) {
        let planning = self.planning;
        let lock = planning.lock.as_ref();
        let locked = locked || lock.is_some_and(|lock| lock.answer(record) == Answer::Yes);
        let locked = locked && owner != NOBODY;
        let number = |field| match record.fact(field) {
            Some(Value::Number(number)) => Some(number.0.max(0)),
            _ => None,
        };
        let value = planning.value.and_then(number).unwrap_or(0);
        let effort = match planning.effort {
            Some(field) => number(field).unwrap_or(ONE),
            None => self.state.cost_of(record).0,
        };
        let priority = match planning.priority {
            Some(field) => number(field).unwrap_or(0),
            None => value,
        };
        let circle = self.circle(record, owner, locked);
        for (factor, words) in planning.mix.iter().zip(&mut self.words) {
            let word = level(factor, record.fact(factor.field));
            let full = words.len() >= WORDS_MAX && !words.contains_key(&word);
            let word = if full { "other".to_owned() } else { word };
            let fresh = words.len();
            let at = *words.entry(word).or_insert(fresh);
            self.accounts.levels.push(at as u16);
        }
        self.accounts.circle.push(circle);
        self.accounts.owner.push(owner);
        self.accounts.locked.push(locked);
        self.accounts
            .keep
            .push(u32::try_from(planning.moving.0).unwrap_or(u32::MAX));
        self.accounts.effort.push(effort);
        self.accounts.value.push(value);
        self.priority.push(i128::from(priority));
    }

    /// The number of a rep in the instance.
    fn rep(&self, key: &str) -> Option<u32> {
        let number = self.state.roster().find(key)?;
        let at = self.reps.binary_search(&number).ok()?;
        u32::try_from(at).ok()
    }

    /// The circle of an account, a known one if another account was alike.
    fn circle(&mut self, record: &Attributes, owner: u32, locked: bool) -> u32 {
        // An owner matters to who may have an account only when locked or paused.
        let alone = match owner {
            NOBODY => NOBODY,
            owner if locked || self.paused(owner) => owner,
            _ => NOBODY,
        };
        let alike = match locked {
            true => (Sent::Owner, owner, Vec::new()),
            false => {
                let lines = self.planning.only.iter();
                let lines = lines.chain(self.planning.prefer.iter().map(|one| &one.line));
                let asked = lines.map(|line| asked(line, record)).collect();
                (self.sent(record), alone, asked)
            }
        };
        if let Some(circle) = self.alike.get(&alike) {
            return *circle;
        }
        if locked {
            let circle = self.circles.add([(owner, 0)]);
            self.alike.insert(alike, circle);
            return circle;
        }
        let sent = alike.0;
        let (who, barred) = self.who(sent);
        let (found, among) = (who.len(), who);
        let who = among
            .into_iter()
            .filter(|rep| *rep == alone || !self.paused(*rep));
        let who: Vec<(u32, u32)> = who
            .filter_map(|rep| Some((rep, self.cost(record, rep)?)))
            .collect();
        let circle = self.circles.add(who.iter().copied());
        if who.is_empty() {
            let only = if found > 0 { Barred::Only } else { barred };
            self.barred.insert(circle, only);
        }
        self.alike.insert(alike, circle);
        circle
    }

    fn paused(&self, rep: u32) -> bool {
        let rep = self.state.roster().rep(self.reps[rep as usize]);
        matches!(rep.profile.status, Status::Paused { .. })
    }

    /// What misses cost with this rep; `None` when an `only` line forbids it.
    fn cost(&self, record: &Attributes, rep: u32) -> Option<u32> {
        let profile = &self
            .state
            .roster()
            .rep(self.reps[rep as usize])
            .profile
            .attributes;
        let misses =
            |line: &Specialist| asked(line, record).is_some() && !pairs(line, record, profile);
        if self.planning.only.iter().any(misses) {
            return None;
        }
        let missed = self.planning.prefer.iter().filter(|one| misses(&one.line));
        let cost: i64 = missed.map(|one| one.miss.0).sum();
        Some(cost.min(i64::from(COST_MAX)) as u32)
    }

    /// Where the rules send an account.
    fn sent(&self, record: &Attributes) -> Sent {
        let Some(policy) = self.state.policy().filter(|_| self.planning.pools) else {
            return Sent::Anybody;
        };
        let document = policy.document();
        let rule = policy.first(record);
        let target = rule.map_or(&document.fallback, |rule| &document.rules[rule].to);
        let named = match target {
            document::Target::Pool(pool) => return Sent::Pool(*pool),
            document::Target::Queue(queue) => return Sent::Queue(*queue),
            document::Target::Rep { .. } => return rule.map_or(Sent::Fallback, Sent::Rule),
            document::Target::Territories => None,
            document::Target::Territory(named) => Some(*named),
        };
        let Some(territories) = &document.territories else {
            return Sent::Anybody;
        };
        match land(territories, self.state.territories(), record, named).0 {
            Landing::Pool(pool) => Sent::Pool(pool),
            Landing::Queue(queue) => Sent::Queue(queue),
        }
    }

    /// Everybody there, and why it is nobody.
    fn who(&self, sent: Sent) -> (Vec<u32>, Barred) {
        let document = self.state.policy().map(|policy| policy.document());
        let document = document.expect("a draft begins with a policy");
        let target = match sent {
            Sent::Owner | Sent::Anybody => {
                return ((0..self.reps.len() as u32).collect(), Barred::Only);
            }
            Sent::Pool(pool) => {
                let members = self.state.pool(self.state.pool_at(pool)).ledger.members();
                let members = members
                    .iter()
                    .filter_map(|one| self.reps.binary_search(&one.rep).ok());
                let mut members: Vec<u32> = members.map(|at| at as u32).collect();
                members.sort_unstable();
                return (members, Barred::Pool(document.pools[pool].name.clone()));
            }
            Sent::Queue(queue) => {
                return (
                    Vec::new(),
                    Barred::Queue(document.queues[queue].name.clone()),
                );
            }
            Sent::Rule(rule) => &document.rules[rule].to,
            Sent::Fallback => &document.fallback,
        };
        match target {
            document::Target::Rep { rep, .. } => (
                self.rep(rep).into_iter().collect(),
                Barred::Rep(rep.clone()),
            ),
            _ => (Vec::new(), Barred::Only),
        }
    }

    /// The instance.
    pub fn finish(mut self) -> Setting {
        let powers = [
            wish::scale(&mut self.accounts.value),
            wish::scale(&mut self.accounts.effort),
        ];
        let (wanted, names) = self.level();
        let plain = ["accounts", "effort", "value"].map(String::from);
        let wishes: Vec<Wish> = self.reps.iter().map(|rep| self.wish(*rep)).collect();
        let points = |points: Micro| u32::try_from(points.0).unwrap_or(u32::MAX);
        let balance = Balance {
            tolerance_ppm: points(self.planning.tolerance),
            value: points(self.planning.even_value),
            mix: points(self.planning.even_mix),
        };
        let weighed = (balance, powers[1]);
        let instance = wish::instance(self.accounts, self.circles, &wishes, &wanted, weighed);
        Setting {
            instance,
            reps: self.reps,
            gauges: plain.into_iter().chain(names).collect(),
            powers,
            priority: self.priority,
            barred: self.barred,
            strangers: self.strangers,
        }
    }

    /// Turns the levels as they came into gauges; tells of which an even mix is wanted, and their
    /// names.
    fn level(&mut self) -> (Vec<bool>, Vec<String>) {
        let (accounts, planning) = (&mut self.accounts, self.planning);
        let even = planning.even_mix > Micro(0);
        let (columns, count) = (self.words.len(), accounts.len());
        let came = std::mem::take(&mut accounts.levels);
        let (mut names, mut numbers) = (Vec::new(), Vec::new());
        for (factor, words) in self.words.iter().enumerate() {
            let place = frequent(words, came.iter().skip(factor).step_by(columns));
            let first = LEVELS + names.len();
            let places = place.iter().max().map_or(0, |most| most + 1);
            let mut known = vec!["other".to_owned(); places];
            for (word, at) in words.iter().filter(|(_, at)| place[**at] < LEVELS_MAX) {
                known[place[*at]].clone_from(word);
            }
            numbers.push(
                place
                    .into_iter()
                    .map(|at| (first + at) as u16)
                    .collect::<Vec<u16>>(),
            );
            names.extend(known);
        }
        let mut wanted = vec![even; names.len()];
        let best = planning.best > Micro(0) && accounts.value.iter().any(|value| *value > 0);
        let top = (LEVELS + names.len()) as u16;
        let least = match best {
            true => threshold(&accounts.value, planning.best),
            false => 0,
        };
        accounts.factors = columns + usize::from(best);
        for account in 0..count {
            let row = came[account * columns..].iter().zip(&numbers);
            let row = row.map(|(at, numbers)| numbers[usize::from(*at)]);
            let below = u16::from(accounts.value[account] < least);
            let top = best.then_some(top + below);
            accounts.levels.extend(row.chain(top));
        }
        if best {
            wanted.extend([even, false]);
            names.extend(["best", "not best"].map(String::from));
        }
        (wanted, names)
    }

    /// What a rep's book should hold by `capacity` now.
    fn target(&self, capacity: &Capacity, rep: RepNo) -> Option<Target> {
        let rep = self.state.roster().rep(rep);
        capacity.of(&rep.key, &rep.profile, self.state.last_at())
    }

    /// Without a wish of its own, a book holds at most what the policy's `[capacity]` lets it, and
    /// has its part of value and mix by its target. `None` where neither is known.
    fn by_tier(&self, rep: RepNo) -> Option<Wish> {
        let capacity = self.state.policy()?.document().capacity.as_ref()?;
        let target = self.target(capacity, rep)?;
        let part = target.accounts.0.max(0) / ONE;
        Some(Wish {
            free: true,
            effort: Some(target.most.0.max(0)),
            share: Some(u32::try_from(part).unwrap_or(u32::MAX)),
            ..Wish::default()
        })
    }

    /// What is wished for a rep's book: by the first line that holds, and by none without limits.
    fn wish(&self, rep: RepNo) -> Wish {
        let profile = &self.state.roster().rep(rep).profile.attributes;
        let holds = |reps: &Option<Condition>| match reps {
            None => true,
            Some(reps) => reps.answer(profile) == Answer::Yes,
        };
        let mut lines = self.planning.books.iter();
        let Some(line) = lines.find(|line| holds(&line.reps)) else {
            // Who is paused gets nothing new, so an even part cannot be promised.
            let paused = matches!(
                self.state.roster().rep(rep).profile.status,
                Status::Paused { .. }
            );
            let free = paused || !self.planning.books.is_empty();
            return match self.by_tier(rep).filter(|_| !free) {
                Some(wish) => wish,
                None => Wish {
                    free,
                    ..Wish::default()
                },
            };
        };
        // Asked for by name, the usual tiers stand in for a policy without any.
        let capacity = self.state.policy().map(|policy| policy.document());
        let capacity = capacity.and_then(|document| document.capacity.clone());
        let tier = match line.effort {
            Some(Amount::Tier) => self.target(&capacity.unwrap_or_else(Capacity::usual), rep),
            _ => None,
        };
        let number = |amount: Option<Amount>| match amount? {
            Amount::Tier => tier.map(|target| target.most.0.max(0)),
            Amount::Each(each) => Some(each.0.max(0)),
            Amount::Field(field) => match profile.fact(field) {
                Some(Value::Number(number)) => Some(number.0.max(0)),
                _ => None,
            },
        };
        let whole = |amount| {
            let whole = number(amount)? / ONE;
            Some(u32::try_from(whole).unwrap_or(u32::MAX))
        };
        let (low, high) = (whole(line.low), whole(line.high));
        let effort = number(line.effort);
        Wish {
            free: low.is_none() && high.is_none() && effort.is_some(),
            low: low.map(|low| low.min(high.unwrap_or(u32::MAX))),
            high,
            effort,
            share: whole(line.share).or_else(|| {
                let part = tier?.accounts.0.max(0) / ONE;
                let unsaid = low.is_none() && high.is_none();
                unsaid.then(|| u32::try_from(part).unwrap_or(u32::MAX))
            }),
        }
    }
}

/// What a line asks about a record; `None` when it asks nothing.
fn asked(line: &Specialist, record: &Attributes) -> Option<Value> {
    match line {
        Specialist::When { when, .. } => {
            (when.answer(record) == Answer::Yes).then_some(Value::Flag(true))
        }
        Specialist::Same { record: field, .. } => record.fact(*field).cloned(),
        Specialist::Closes(_) => None,
    }
}

/// The place of each level: the most frequent first, those beyond [`LEVELS_MAX`] together.
///
/// *Order and ties*: of two as frequent the one that came first.
fn frequent<'a>(
    words: &BTreeMap<String, usize>,
    came: impl Iterator<Item = &'a u16>,
) -> Vec<usize> {
    let mut counts = vec![0usize; words.len()];
    came.for_each(|at| counts[usize::from(*at)] += 1);
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(counts[*at]), *at));
    let mut place = vec![0; counts.len()];
    for (rank, at) in order.into_iter().enumerate() {
        place[at] = rank.min(LEVELS_MAX);
    }
    place
}

/// The value that the best part of the accounts circle.
fn threshold(values: &[i64], part: Micro) -> i64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let count = (values.len() as i128 * i128::from(part.0) / i128::from(ONE)).max(1) as usize;
    sorted[sorted.len() - count].max(1)
}
