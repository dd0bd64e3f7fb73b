//! Does every decision follow? Each is made again on the very state it was made on, and compared.
//!
//! A decision that does not follow is told, and the recorded one stands: the next is judged by what
//! was recorded, so one finding never makes others. What cannot be made again is counted and taken
//! over: verbs this program does not have, picks of a day whose secret nobody has (their bits are
//! still checked against the pick), and fixed handoffs that came back before the check began.

use crate::command::envelope::Envelope;
use crate::command::log_activities::touched;
use crate::command::merge::Merge;
use crate::command::refusal::Refusal;
use crate::command::void::Void;
use crate::command::{Command, assign::Expected, decide};
use crate::event::{Event, Recorded, Taken};
use crate::ids::{RecordNo, RepNo};
use crate::replay::ask::{Ask, Input};
use crate::replay::draws::Draws;
use crate::replay::role::{Role, role};
use crate::replay::stream::Follow;
use crate::rotation::redraw::{Redraw, repeat};
use crate::state::State;
use crate::time::Moment;
use crate::verdict::{Destination, Verdict};
use std::collections::BTreeMap;

/// Most findings told one by one; the others are counted.
pub const FINDINGS_MAX: usize = 1_000;

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// Commands looked at.
    pub commands: u64,
    /// Deals by the policy that came out the same again.
    pub deals: u64,
    /// Commands that came out the same, deals or not.
    pub same: u64,
    /// Facts that hold as they are: nothing was decided.
    pub facts: u64,
    /// Commands that could not be made again.
    pub taken_over: u64,
    /// Those that came out otherwise, in the order of the journal.
    pub findings: Vec<Finding>,
    /// How many more.
    pub unsaid: u64,
}

impl Checked {
    /// Whether everything that could be made again came out the same.
    pub fn follows(&self) -> bool {
        self.findings.is_empty()
    }
}

/// A decision that does not follow.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Position in the journal of the first event that differs.
    pub seq: u64,
    /// When it was decided.
    pub at: Moment,
    /// The record, if it is about one.
    pub record: Option<RecordNo>,
    /// Who got it by the journal.
    pub recorded: Option<RepNo>,
    /// Who gets it now.
    pub again: Option<RepNo>,
    /// How it differs.
    pub how: Differs,
}

/// How a decision differs when it is made again.
#[derive(Clone, Debug, PartialEq)]
pub enum Differs {
    /// Another rep or place.
    Elsewhere,
    /// The same place, for other reasons: credits, shares or answers are not those recorded.
    OtherReasons,
    /// More or fewer events.
    OtherEvents,
    /// It would be refused.
    Refused(Refusal),
    /// The recorded bits do not draw the recorded rep.
    OtherDraw,
}

/// A check that follows a journal.
#[derive(Debug)]
pub struct Check<'d> {
    draws: &'d Draws,
    /// Verdicts of fixed handoffs, by position: the events that give them back do not hold them.
    apart: BTreeMap<u64, Verdict>,
    /// What was found so far.
    pub checked: Checked,
}

impl<'d> Check<'d> {
    /// Nothing is checked yet.
    pub fn new(draws: &'d Draws) -> Self {
        Self {
            draws,
            apart: BTreeMap::new(),
            checked: Checked::default(),
        }
    }

    /// The command to be decided again; `None` where nothing is, or cannot be.
    fn again(&self, before: &State, input: &Input, events: &[Recorded]) -> Option<Command> {
        match &input.ask {
            Ask::Run(command) => Some(Command::clone(command)),
            Ask::Void { record, reason } => {
                let (dealt, verdict) = self.given_back(&events[0].event)?;
                let record = before.records().key(*record).to_owned();
                Some(Command::Void(Box::new(Void {
                    record,
                    reason: reason.clone(),
                    dealt,
                    verdict,
                })))
            }
            Ask::Merge { record, into } => {
                let back = match &events[0].event {
                    Event::RecordMerged { back, .. } => back.is_some(),
                    _ => false,
                };
                let turn = self.given_back(&events[0].event);
                if back && turn.is_none() {
                    return None;
                }
                Some(Command::Merge(Box::new(Merge {
                    record: before.records().key(*record).to_owned(),
                    into: before.records().key(*into).to_owned(),
                    expected: Expected::Any,
                    turn,
                })))
            }
            Ask::Grant { .. } | Ask::Touched(_) | Ask::Facts(_) | Ask::Foreign(_) => None,
        }
    }

    /// The turn that an event gives back: its position, and as much of its verdict as matters.
    fn given_back(&self, event: &Event) -> Option<(u64, Verdict)> {
        let turned = |turn, size| {
            let mut verdict = Verdict::by_hand(0);
            verdict.turns.push(turn);
            verdict.size = size;
            verdict
        };
        match event {
            Event::TurnVoided {
                dealt, turn, size, ..
            } => Some((*dealt, turned(turn.clone(), *size))),
            Event::HandoffVoided { dealt, .. } => Some((*dealt, self.apart.get(dealt)?.clone())),
            Event::RecordMerged { back, .. } => {
                let back = back.as_ref()?;
                let verdict = match &back.taken {
                    Taken::Turn { turn, size, .. } => turned(turn.clone(), *size),
                    Taken::Handoff(_) => self.apart.get(&back.dealt)?.clone(),
                };
                Some((back.dealt, verdict))
            }
            _ => None,
        }
    }

    fn find(&mut self, finding: Finding) {
        match self.checked.findings.len() < FINDINGS_MAX {
            true => self.checked.findings.push(finding),
            false => self.checked.unsaid += 1,
        }
    }

    /// Picks of a day whose secret nobody has: only the bits can be checked.
    fn take_over(&mut self, before: &State, events: &[Recorded]) {
        self.checked.taken_over += 1;
        for (at, recorded) in events.iter().enumerate() {
            let Some((record, verdict)) = recorded.event.deal() else {
                continue;
            };
            let repeats = verdict.turns.iter().map(repeat);
            if repeats
                .into_iter()
                .any(|one| matches!(one, Redraw::OtherRep { .. }))
            {
                let how = Differs::OtherDraw;
                let seq = before.seq() + 1 + at as u64;
                let recorded_rep = verdict.picked().map(|(_, pick)| pick.rep);
                self.find(Finding {
                    seq,
                    at: recorded.at,
                    record: Some(record),
                    recorded: recorded_rep,
                    again: None,
                    how,
                });
            }
        }
    }

    fn compare(&mut self, before: &State, recorded: &[Recorded], again: &[Event]) {
        let both = recorded.iter().zip(again);
        let other = both.clone().position(|(one, other)| one.event != *other);
        let other = match other {
            None if recorded.len() == again.len() => {
                self.checked.same += 1;
                let dealt = recorded.iter().filter(|one| one.event.deal().is_some());
                self.checked.deals += dealt.count() as u64;
                return;
            }
            None => recorded.len().min(again.len()),
            Some(other) => other,
        };
        let (one, two) = (recorded.get(other).map(|one| &one.event), again.get(other));
        let how = match (one.and_then(goes), two.and_then(goes)) {
            (Some(one), Some(two)) if one == two => Differs::OtherReasons,
            (Some(_), Some(_)) => Differs::Elsewhere,
            _ => Differs::OtherEvents,
        };
        let rep = |event: Option<&Event>| match goes(event?)?.1 {
            Destination::Rep(rep) => Some(rep),
            _ => None,
        };
        self.find(Finding {
            seq: before.seq() + 1 + other as u64,
            at: recorded[0].at,
            record: one.or(two).and_then(goes).map(|(record, _)| record),
            recorded: rep(one),
            again: rep(two),
            how,
        });
    }
}

/// Where an event by which the policy dealt a record sends it.
fn goes(event: &Event) -> Option<(RecordNo, Destination)> {
    match event {
        Event::RecordDealt { record, to, .. } => Some((*record, *to)),
        _ => None,
    }
}

/// Whether anything in these events was drawn.
fn drawn(events: &[Recorded]) -> bool {
    let mut deals = events.iter().filter_map(|one| one.event.deal());
    deals.any(|(_, verdict)| {
        let mut picks = verdict.turns.iter().filter_map(|turn| turn.pick);
        picks.any(|pick| pick.draw.is_some())
    })
}

impl Follow for Check<'_> {
    fn command(&mut self, before: &State, input: &Input, events: &[Recorded]) {
        self.checked.commands += 1;
        if drawn(events) && self.draws.known(input.at).is_none() {
            return self.take_over(before, events);
        }
        let envelope = Envelope {
            at: input.at,
            actor: input.actor,
            command: input.command,
            draw: self.draws.key(input.at),
        };
        if let Ask::Touched(worked) = &input.ask {
            let work = worked.iter().map(|worked| worked.touch);
            let again = touched(before, work, envelope.at);
            return self.compare(before, events, &again);
        }
        let decides = events.iter().any(|one| role(&one.event) != Role::Fact);
        match self.again(before, input, events) {
            Some(command) => match decide(before, &command, &envelope) {
                Ok(decision) => self.compare(before, events, &decision.events),
                Err(refusal) => self.find(Finding {
                    seq: before.seq() + 1,
                    at: envelope.at,
                    record: goes(&events[0].event).map(|(record, _)| record),
                    recorded: None,
                    again: None,
                    how: Differs::Refused(refusal),
                }),
            },
            None if decides => self.checked.taken_over += 1,
            None => self.checked.facts += 1,
        }
    }

    fn event(&mut self, after: &State, recorded: &Recorded) {
        if let Some((_, verdict)) = recorded.event.deal()
            && verdict.owing().is_some()
        {
            self.apart.insert(after.seq(), verdict.clone());
        }
    }
}
