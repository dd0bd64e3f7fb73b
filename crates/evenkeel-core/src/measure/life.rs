//! One record from its coming to what became of it: what every report over a history reads.
//!
//! Plain data. It is gathered from a journal ([`super::gather`]) or from files of the past, and
//! both fill the same lists, so that no report asks where a history comes from. Deliberately no
//! rates and no rules: whose an outcome counts as, what is a win and what counts as worked are
//! asked of it ([`super::credit`], [`Reading`], [`super::coverage`]).

use super::coverage;
use super::credit;
use super::maturity::Outcome;
use crate::ids::{FieldNo, PoolNo, RecordNo, RepNo};
use crate::market::clause::{Answer, Condition};
use crate::market::value::{Attributes, Value};
use crate::time::{Moment, Span};
use crate::units::Micro;
use std::sync::Arc;

/// The kind of a touch of which the journal only says that it counts as work.
pub const COUNTED: u32 = 0;
/// Its name.
pub const COUNTED_NAME: &str = "work";
/// Reps that only files know have numbers from here on; no roster is that long.
pub const STRANGERS: u32 = 1 << 31;

/// All records of a history, in the order in which they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lives {
    /// The records.
    pub all: Vec<Life>,
    /// Reason codes, by number.
    pub reasons: Vec<String>,
    /// Kinds of touches, by number; [`COUNTED`] is the first.
    pub kinds: Vec<String>,
    /// Up to when it is known.
    pub until: Moment,
    /// What reps that only files know are called there, by number from [`STRANGERS`] on.
    pub strangers: Vec<String>,
    /// Records of files that are left out because the journal has them too.
    pub twice: u64,
}

/// One record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// The key its source uses.
    pub key: String,
    /// Its number in the workspace; `None` for one that only files know.
    pub record: Option<RecordNo>,
    /// When it came.
    pub came: Moment,
    /// How it came to each of its owners, in the order of time.
    pub deals: Vec<Deal>,
    /// From when on which rep owned it; `None` is nobody.
    pub owners: Vec<(Moment, Option<RepNo>)>,
    /// Work on it, in the order in which it became known.
    pub touches: Vec<Touch>,
    /// When it, or the turn it came by, was given back, and why.
    pub voids: Vec<Void>,
    /// How it ended; `None` while it is open.
    pub end: Option<End>,
    /// Its attributes; `None` for one that only files know.
    pub attributes: Option<Arc<Attributes>>,
    /// What it is worth, where a file says so; else a field may ([`Telling::value`]).
    pub value: Option<Micro>,
    /// Whether its rep brought it, where a file says so; else a condition may ([`Telling::own`]).
    pub self_sourced: Option<bool>,
    /// Up to when it is known, where that is not as far as the history.
    pub until: Option<Moment>,
}

/// What tells of a record's worth and origin.
#[derive(Clone, Copy, Debug, Default)]
pub struct Telling<'a> {
    /// The field of its worth.
    pub worth: Option<FieldNo>,
    /// Holds for records that their reps brought.
    pub origin: Option<&'a Condition>,
    /// The field that names the account a record belongs to.
    pub account: Option<FieldNo>,
}

impl Telling<'_> {
    /// The account a record belongs to, if a field names it.
    pub fn account<'a>(&self, life: &'a Life) -> Option<&'a Value> {
        let account = self.account?;
        let values = &life.attributes.as_ref()?.values;
        let found = values.iter().find(|(field, _)| *field == account);
        found.map(|(_, value)| value)
    }

    /// What a record is worth, if anybody says.
    pub fn value(&self, life: &Life) -> Option<Micro> {
        let field = || {
            let worth = self.worth?;
            let values = &life.attributes.as_ref()?.values;
            values.iter().find_map(|(field, value)| match value {
                Value::Number(amount) if *field == worth => Some(*amount),
                _ => None,
            })
        };
        life.value.or_else(field)
    }

    /// Whether its rep brought it, if anybody says.
    pub fn own(&self, life: &Life) -> Option<bool> {
        let asked = || match self.origin?.answer(&**life.attributes.as_ref()?) {
            Answer::Yes => Some(true),
            Answer::No => Some(false),
            Answer::Unknown => None,
        };
        life.self_sourced.or_else(asked)
    }
}

/// How a record came to a rep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deal {
    /// When.
    pub at: Moment,
    /// Who got it.
    pub rep: RepNo,
    /// How.
    pub way: Way,
}

/// How a record came to a rep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// By a turn of a pool.
    Turn(Turn),
    /// By the policy, and not by a turn: named, handed on, a former owner.
    Named,
    /// Somebody gave it by hand.
    Hand,
    /// The rep took it from a queue.
    Claim,
    /// A file says so, and not how.
    Told,
}

/// A turn of a pool, as far as reports ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The pool.
    pub pool: PoolNo,
    /// Version of the policy; 0 where nobody knows.
    pub policy: u32,
    /// Position of the rule in it; `None` is the fallback.
    pub rule: Option<u32>,
    /// Everybody who could have taken it with the weight in force, ascending by rep.
    pub able: Arc<[(RepNo, u32)]>,
    /// Among whom it was drawn, each with the same chance, ascending; empty when nothing was drawn.
    pub drawn: Arc<[RepNo]>,
}

impl Deal {
    /// Whether this is work of its rep after it; moments of work are known to the second. Where a
    /// file does not say who worked, its owner did.
    pub fn worked_by(&self, touch: &Touch) -> bool {
        let second = |at: Moment| at.0.div_euclid(1_000);
        let theirs = match touch.rep {
            Some(rep) => rep == self.rep,
            None => self.way == Way::Told,
        };
        theirs && second(touch.at) >= second(self.at)
    }
}

impl Turn {
    /// Whether chance decided who of several got it: only such records compare reps.
    pub fn is_random(&self) -> bool {
        self.drawn.len() > 1
    }
}

/// Work on a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    /// When.
    pub at: Moment,
    /// Who; `None` when it was no rep of the workspace, or a file does not say.
    pub rep: Option<RepNo>,
    /// What, by number.
    pub kind: u32,
}

/// A record, or the turn it came by, was given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Void {
    /// When.
    pub at: Moment,
    /// Who had it.
    pub rep: RepNo,
    /// Why, by number.
    pub reason: u32,
}

/// How a record ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// When.
    pub at: Moment,
    /// Why, by number.
    pub reason: u32,
    /// What became of it, where a file says so; else its reason is read ([`Reading`]).
    pub told: Option<Fate>,
}

/// What the reason codes of a team mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Codes of records that were won.
    pub won: Vec<String>,
    /// Codes of records that were worked and lost.
    pub lost: Vec<String>,
    /// Codes that say nothing of the record: it lives on as another, or was no record.
    pub apart: Vec<String>,
}

/// What became of a record, as its reason is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// Nothing yet.
    Open,
    /// It was won.
    Won,
    /// It was lost.
    Lost,
    /// It was no fit: closed with any other reason, or given back and with nobody since.
    Disqualified,
}

impl Default for Reading {
    fn default() -> Self {
        let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
        Self {
            won: codes(&["won"]),
            lost: codes(&["lost"]),
            apart: codes(&[MERGED]),
        }
    }
}

/// The reason of a record that turned out to be another one.
pub const MERGED: &str = "merged";

impl Reading {
    /// What each reason of a history means, by number; `None` is apart.
    pub fn of(&self, lives: &Lives) -> Vec<Option<Fate>> {
        let fate = |reason: &String| match reason {
            reason if self.apart.contains(reason) => None,
            reason if self.won.contains(reason) => Some(Fate::Won),
            reason if self.lost.contains(reason) => Some(Fate::Lost),
            _ => Some(Fate::Disqualified),
        };
        lives.reasons.iter().map(fate).collect()
    }
}

impl Lives {
    /// Nothing is known.
    pub fn none() -> Self {
        Self {
            all: Vec::new(),
            reasons: Vec::new(),
            kinds: vec![COUNTED_NAME.to_owned()],
            until: Moment(0),
            strangers: Vec::new(),
            twice: 0,
        }
    }

    /// What a rep is called that only files know; `None` for one of the workspace.
    pub fn stranger(&self, rep: RepNo) -> Option<&str> {
        let place = rep.0.checked_sub(STRANGERS)?;
        let name = self.strangers.get(place as usize);
        Some(name.map_or("(unknown)", String::as_str))
    }

    /// Up to when a record is known.
    pub fn known(&self, life: &Life) -> Moment {
        life.until.unwrap_or(self.until).min(self.until)
    }

    /// Between what files tell last and what the journal has first: there nobody knows anything.
    pub fn gap(&self) -> Option<(Moment, Moment)> {
        let (told, own): (Vec<&Life>, Vec<&Life>) =
            self.all.iter().partition(|life| life.is_told());
        let until = told.into_iter().map(|life| self.known(life)).max()?;
        let from = own.into_iter().map(|life| life.came).min()?;
        (until < from).then_some((until, from))
    }

    /// Whether files tell of any work on what only they know.
    pub fn tells_work(&self) -> bool {
        let mut told = self.all.iter().filter(|life| life.is_told());
        told.any(|life| !life.touches.is_empty())
    }

    /// Records that only files know.
    pub fn told(&self) -> u64 {
        self.all.iter().filter(|life| life.is_told()).count() as u64
    }

    /// The number of a reason code; a new one for a new code.
    pub fn reason(&mut self, code: &str) -> u32 {
        number(&mut self.reasons, code)
    }

    /// The number of a kind of touch; a new one for a new kind.
    pub fn kind(&mut self, name: &str) -> u32 {
        number(&mut self.kinds, name)
    }
}

fn number(names: &mut Vec<String>, name: &str) -> u32 {
    let known = names.iter().position(|known| known == name);
    let at = known.unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    });
    u32::try_from(at).expect("codes are far fewer than 2^32")
}

impl Life {
    /// A record that has just come.
    pub fn new(key: &str, record: Option<RecordNo>, came: Moment) -> Self {
        Self {
            key: key.to_owned(),
            record,
            came,
            deals: Vec::new(),
            owners: Vec::new(),
            touches: Vec::new(),
            voids: Vec::new(),
            end: None,
            attributes: None,
            value: None,
            self_sourced: None,
            until: None,
        }
    }

    /// Whether only files know it.
    pub fn is_told(&self) -> bool {
        self.record.is_none()
    }

    /// How it first came to a rep.
    pub fn first(&self) -> Option<&Deal> {
        self.deals.first()
    }

    /// The turn by which it first came to a rep, if chance decided it among several.
    pub fn random(&self) -> Option<(&Deal, &Turn)> {
        let first = self.first()?;
        match &first.way {
            Way::Turn(turn) if turn.is_random() => Some((first, turn)),
            _ => None,
        }
    }

    /// The pool by whose turn it first came to a rep.
    pub fn pool(&self) -> Option<PoolNo> {
        match &self.first()?.way {
            Way::Turn(turn) => Some(turn.pool),
            Way::Named | Way::Hand | Way::Claim | Way::Told => None,
        }
    }

    /// What became of it, as its reason is read; `None` for one that is apart.
    pub fn fate(&self, reading: &[Option<Fate>]) -> Option<Fate> {
        match self.end {
            Some(end) => match end.told {
                None => reading[end.reason as usize],
                told => told,
            },
            None => Some(Fate::Open),
        }
    }

    /// The same, and what was given back and is with nobody was no fit.
    pub fn ended(&self, reading: &[Option<Fate>]) -> Option<Fate> {
        let with_nobody = self.owners.last().is_none_or(|(_, rep)| rep.is_none());
        match self.fate(reading) {
            Some(Fate::Open) if !self.voids.is_empty() && with_nobody => Some(Fate::Disqualified),
            fate => fate,
        }
    }

    /// For the rule of credit: who had it and who worked it.
    pub fn history(&self, reading: &[Option<Fate>]) -> credit::History {
        let touches = self.touches.iter();
        let mut touches: Vec<(Moment, RepNo)> = touches
            .filter_map(|touch| Some((touch.at, touch.rep?)))
            .collect();
        touches.sort_by_key(|(at, _)| *at);
        credit::History {
            owners: self.owners.clone(),
            touches,
            outcome: self.end.map(|end| end.at),
            won: self.fate(reading) == Some(Fate::Won),
        }
    }

    /// How it stands, counted from when it first came to a rep.
    pub fn outcome(&self, reading: &[Option<Fate>]) -> Outcome {
        let begun = self.first().map_or(self.came, |deal| deal.at);
        match (self.fate(reading), self.end) {
            (Some(Fate::Won), Some(end)) => Outcome::Won {
                after: Span((end.at - begun).0.max(0)),
            },
            (Some(Fate::Lost | Fate::Disqualified), _) => Outcome::Lost,
            _ => Outcome::Open,
        }
    }

    /// For coverage: the first owner's work, from when that rep got it until it went elsewhere.
    /// `own` says that the rep brought it.
    pub fn dealt(
        &self,
        reading: &[Option<Fate>],
        own: bool,
        until: Moment,
    ) -> Option<coverage::Dealt> {
        let first = self.first()?;
        let after = |at: Moment| Span((at - first.at).0.max(0));
        let moved = self.owners.iter().find(|(at, rep)| {
            *at >= first.at && *rep != Some(first.rep) && Some(*at) != self.end.map(|end| end.at)
        });
        let touches = self.touches.iter();
        let touches = touches.filter(|touch| first.worked_by(touch));
        let void = self.voids.iter().map(|void| void.at).min();
        let closed = self
            .end
            .filter(|_| self.fate(reading) == Some(Fate::Disqualified));
        let left = [void, closed.map(|end| end.at)].into_iter().flatten().min();
        Some(coverage::Dealt {
            age: after(moved.map_or(until, |(at, _)| *at).min(until)),
            touches: touches
                .map(|touch| coverage::Touch {
                    after: after(touch.at),
                    kind: touch.kind,
                })
                .collect(),
            left: match own {
                true => Some((Span(0), coverage::Left::SelfSourced)),
                false => left.map(|at| (after(at), coverage::Left::Disqualified)),
            },
        })
    }
}
