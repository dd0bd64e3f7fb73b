//! A hire put into the real policy: a year of leads dealt by it, without the hire and with.
//!
//! Where [`super::hire`] asks what the best sharing would win, here the policy in force deals, with
//! its pools, shares, caps and books, and with the hire in the pools it would belong to. The leads
//! are the newest of the workspace over and over, evenly through the month; each stays open for a
//! stated time. Wins are reckoned from how many each rep got in a month, by the same model; what is
//! held or queued wins nothing.

use crate::command::Command;
use crate::command::assign::Expected;
use crate::command::close::Close;
use crate::command::intake::Intake;
use crate::command::refusal::Refusal;
use crate::earn::fill::{self, Vessel};
use crate::effort::capacity::MONTH;
use crate::event::Event;
use crate::ids::RepNo;
use crate::market::value::Attributes;
use crate::measure::hire::{Hire, Seat};
use crate::people::rep::Profile;
use crate::rehearsal::{Base, Rehearsal};
use crate::time::{Moment, Span};
use crate::units::Micro;
use crate::verdict::Destination;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Most leads dealt in one run.
pub const LEADS_MAX: usize = 100_000;

/// What is played.
#[derive(Debug)]
pub struct Play<'a> {
    /// The workspace as it is.
    pub base: &'a Base,
    /// What each rep makes of leads, by key; whoever is not named wins nothing.
    pub seats: &'a BTreeMap<String, Seat>,
    /// Who may be hired: key, profile, and how the ramp goes.
    pub hire: (&'a str, &'a Profile, &'a Hire),
    /// What leads look like; nothing known of them when empty.
    pub leads: &'a [Arc<Attributes>],
    /// How many come in a month of 30 days.
    pub monthly: usize,
    /// How long one stays open.
    pub stays: Span,
    /// When the hire would begin.
    pub from: Moment,
}

/// Both ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// Without the hire.
    pub without: Year,
    /// With.
    pub with: Year,
    /// How many pools the hire would belong to.
    pub pools: usize,
}

/// One way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Year {
    /// Wins by the model.
    pub wins: Micro,
    /// Leads that nobody got.
    pub nobody: u64,
    /// Leads by rep and month.
    pub dealt: BTreeMap<String, Vec<u64>>,
}

/// Plays it both ways.
///
/// *Refuses* what the policy, the reps or the leads refuse in the workspace.
/// *Bounds*: as many months as the ramp has; at most [`LEADS_MAX`] leads, later ones do not come.
pub fn play(play: &Play<'_>) -> Result<Played, Refusal> {
    let (without, _) = year(play, false)?;
    let (with, pools) = year(play, true)?;
    Ok(Played {
        without,
        with,
        pools,
    })
}

fn year(play: &Play<'_>, hired: bool) -> Result<(Year, usize), Refusal> {
    let (key, profile, hire) = play.hire;
    let mut desk = Rehearsal::of(play.base, play.from)?;
    if hired {
        desk.set_rep(key, profile)?;
    }
    let months = hire.ramp.len();
    let leads = (months * play.monthly).min(LEADS_MAX);
    let mut counts: BTreeMap<RepNo, Vec<u64>> = BTreeMap::new();
    let mut open = VecDeque::new();
    for number in 0..leads {
        let passed = MONTH.0 * number as i64 / play.monthly as i64;
        desk.now = play.from + Span(passed);
        while let Some((_, record)) = open.pop_front_if(|(until, _)| *until <= desk.now) {
            close(&mut desk, record)?;
        }
        let mut events = waited(&mut desk)?;
        let record = format!("hire-{number}");
        open.push_back((desk.now + play.stays, record.clone()));
        let attributes = play.leads.get(number % play.leads.len().max(1)).cloned();
        let (dealt, _) = desk.submit(&Command::Intake(Intake {
            key: record.into(),
            attributes: attributes.unwrap_or_default(),
            private: None,
            occurred: None,
            marks: Vec::new(),
        }))?;
        events.extend(dealt);
        for rep in events.iter().filter_map(taker) {
            let months = counts.entry(rep).or_insert_with(|| vec![0; months]);
            months[number / play.monthly] += 1;
        }
    }
    let roster = desk.state.roster();
    let named = |(rep, months): (RepNo, Vec<u64>)| (roster.rep(rep).key.clone(), months);
    let dealt: BTreeMap<_, _> = counts.into_iter().map(named).collect();
    let got: u64 = dealt.values().flatten().sum();
    let pools = roster.find(key).map_or(0, |rep| {
        let pools = desk.state.pools().iter();
        let joined = pools.filter(|pool| pool.ledger.entry(rep).is_some());
        joined.count()
    });
    let year = Year {
        wins: wins(play, &dealt),
        nobody: (leads as u64).saturating_sub(got),
        dealt,
    };
    Ok((year, pools))
}

/// Lets what waits on time go on.
fn waited(desk: &mut Rehearsal) -> Result<Vec<Event>, Refusal> {
    let mut all = Vec::new();
    while desk.state.held().len() > 0 {
        match desk.submit(&Command::Tick) {
            Ok((events, _)) => all.extend(events),
            Err(Refusal::NothingToDo) => break,
            Err(refusal) => return Err(refusal),
        }
    }
    Ok(all)
}

/// Closes a lead; one that is closed already, by merging, stays so.
fn close(desk: &mut Rehearsal, record: String) -> Result<(), Refusal> {
    let close = Command::Close(Close {
        record,
        expected: Expected::Any,
        reason: "closed".to_owned(),
    });
    match desk.submit(&close) {
        Ok(_) | Err(Refusal::RecordClosed { .. }) => Ok(()),
        Err(refusal) => Err(refusal),
    }
}

fn taker(event: &Event) -> Option<RepNo> {
    match event {
        Event::RecordDealt {
            to: Destination::Rep(rep),
            ..
        } => Some(*rep),
        _ => None,
    }
}

/// Wins by the model from what each rep got in each month.
fn wins(play: &Play<'_>, dealt: &BTreeMap<String, Vec<u64>>) -> Micro {
    let (key, _, hire) = play.hire;
    let month = |(month, ramped)| {
        let seat = |rep: &str| match rep == key {
            true => hire.at(ramped),
            false => play.seats.get(rep).copied().unwrap_or(Seat::NOTHING),
        };
        let vessels: Vec<Vessel> = dealt.keys().map(|rep| seat(rep).vessel()).collect();
        let of = |months: &Vec<u64>| Micro::whole(months[month] as i64);
        let filled: Vec<Micro> = dealt.values().map(of).collect();
        fill::wins(&vessels, &filled)
    };
    hire.ramp.iter().copied().enumerate().map(month).sum()
}
