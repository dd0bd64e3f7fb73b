//! Month by month, how many leads came to each rep, how many of them were followed up and won:
//! what [`super::follow_up`] looks at, out of the lives of a history.
//!
//! Volume is everything that came to a rep, by whatever way. A lead that went elsewhere unworked
//! before its time was up counts as not followed up, unless a person gave it to somebody else or it
//! was no fit: then nobody knows what the rep would have done. Advice only; nothing is capped here.
//! *Source*: seed 002 (2.5 to 2.7).

use super::calendar::{STRETCHES_MAX, Stretch};
use super::follow_up::{FollowUp, Month};
use super::life::{Deal, Fate, Life, Lives, Reading, Telling, Way};
use super::unknown::Unknown;
use crate::draw::DrawKey;
use crate::ids::RepNo;
use crate::time::{DAY, Moment, Span};
use std::collections::BTreeMap;

/// What the arrangements of months are drawn with: the same question has the same answer for ever.
const SEED: u64 = 2;
/// A rep's first month counts when a lead came within its first days.
const BEGUN_WITHIN: Span = Span(7 * DAY.0);

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Within how long a lead is to be worked.
    pub follow: Span,
    /// Within how long a win counts.
    pub won: Span,
}

/// The months of one rep.
#[derive(Clone, Debug, PartialEq)]
pub struct RepMonths {
    /// The rep.
    pub rep: RepNo,
    /// Each with its number ([`Stretch::Month`]), ascending; none without leads.
    pub months: Vec<(i32, Month)>,
    /// What they say.
    pub told: Result<FollowUp, Unknown>,
}

/// Every rep's months.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    /// By number of the rep.
    pub reps: Vec<RepMonths>,
    /// Leads counted.
    pub leads: u64,
}

/// One lead's time with one rep.
struct Stay<'a> {
    deal: &'a Deal,
    /// Whether it was worked, or won, in time; `None` is not known.
    followed_up: Option<bool>,
    won: bool,
}

/// The months of one rep, each with up to when its leads are known.
type Known = BTreeMap<i32, (Month, Moment)>;

impl RepMonths {
    /// Keeps the months that are whole and old enough.
    fn of(rep: RepNo, months: Known, begun: Moment, asked: Asked) -> Self {
        let first = Stretch::Month.of(begun);
        let early = begun < Stretch::Month.begins(first) + BEGUN_WITHIN;
        let old = |number: i32, within: Span, until: Moment| {
            Stretch::Month.ends(number) + within <= until
        };
        let counts = |number: i32, until: Moment| {
            (early || number > first) && old(number, asked.follow, until)
        };
        let months = months.into_iter();
        let months = months.filter(|(number, (_, until))| counts(*number, *until));
        let month = |(number, (month, until)): (i32, (Month, Moment))| {
            let wins = month.wins.filter(|_| old(number, asked.won, until));
            (number, Month { wins, ..month })
        };
        let months: Vec<(i32, Month)> = months.map(month).collect();
        let bare: Vec<Month> = months.iter().map(|(_, month)| *month).collect();
        Self {
            rep,
            told: FollowUp::of(&bare, &DrawKey::from_seed(SEED)),
            months,
        }
    }
}

impl Volume {
    /// Counts a history.
    ///
    /// *Bounds*: only whole months all of whose leads are known for long enough to have been
    /// followed up; of those whose leads may still be won, the wins are not counted. Where files
    /// tell of no work, nothing is known of what was followed up in them. What reps brought
    /// themselves is left out as far as that is known.
    /// *Refuses*: [`Unknown::Nothing`] without a lead in such a month.
    pub fn of(
        lives: &Lives,
        (reading, telling): (&Reading, Telling<'_>),
        asked: Asked,
    ) -> Result<Self, Unknown> {
        let codes = reading.of(lives);
        let dealt = lives.all.iter().filter(|life| {
            life.fate(&codes).is_some() && telling.own(life) != Some(true) && !life.deals.is_empty()
        });
        let dealt: Vec<&Life> = dealt.collect();
        let firsts = dealt.iter().filter_map(|life| life.first());
        let first = firsts.map(|deal| deal.at).min().ok_or(Unknown::Nothing)?;
        let of = |at| Stretch::Month.of(at);
        let whole = Stretch::Month.first_whole(first);
        let last = of(lives.until - asked.follow) - 1;
        let from = whole.max(last - STRETCHES_MAX);
        let (gap, tells_work) = (lives.gap(), lives.tells_work());
        let mut begun: BTreeMap<RepNo, Moment> = BTreeMap::new();
        let mut months: BTreeMap<RepNo, Known> = BTreeMap::new();
        for life in dealt {
            let known = lives.known(life);
            let watched = tells_work || !life.is_told();
            for stay in stays(life, lives, &codes, asked) {
                let Deal { rep, at, .. } = *stay.deal;
                let earliest = begun.entry(rep).or_insert(at);
                *earliest = at.min(*earliest);
                let month = of(at);
                if !(from..=last).contains(&month) || Stretch::Month.meets(month, gap) {
                    continue;
                }
                let month = months.entry(rep).or_default().entry(month);
                let (month, until) = month.or_insert((Month::default(), known));
                *until = known.min(*until);
                let followed_up = stay.followed_up.filter(|_| watched);
                month.leads += 1;
                month.known += u32::from(followed_up.is_some());
                month.followed_up += u32::from(followed_up == Some(true));
                month.wins = Some(month.wins.unwrap_or(0) + u32::from(stay.won));
            }
        }
        let rep = |(rep, months)| RepMonths::of(rep, months, begun[&rep], asked);
        let reps: Vec<RepMonths> = months.into_iter().map(rep).collect();
        let reps: Vec<RepMonths> = reps
            .into_iter()
            .filter(|one| !one.months.is_empty())
            .collect();
        let months = reps.iter().flat_map(|one| &one.months);
        let leads = months.map(|(_, month)| u64::from(month.leads)).sum();
        match leads {
            0 => Err(Unknown::Nothing),
            leads => Ok(Self { reps, leads }),
        }
    }

    /// Reps of whose follow-up something can be said.
    pub fn known(&self) -> usize {
        let told = self.reps.iter().filter_map(|one| one.told.as_ref().ok());
        told.filter(|told| told.follow_up.is_some()).count()
    }
}

/// A lead's time with each of its reps.
fn stays<'a>(life: &'a Life, lives: &Lives, codes: &[Option<Fate>], asked: Asked) -> Vec<Stay<'a>> {
    let owner = life.owners.last().and_then(|(_, rep)| *rep);
    let stay = |(at, deal): (usize, &'a Deal)| {
        let next = life.deals.get(at + 1);
        let won = next.is_none()
            && owner == Some(deal.rep)
            && life.fate(codes) == Some(Fate::Won)
            && life.end.is_some_and(|end| end.at - deal.at <= asked.won);
        Stay {
            followed_up: followed_up(life, lives, (deal, next), codes, asked.follow),
            won,
            deal,
        }
    };
    life.deals.iter().enumerate().map(stay).collect()
}

fn followed_up(
    life: &Life,
    lives: &Lives,
    (deal, next): (&Deal, Option<&Deal>),
    codes: &[Option<Fate>],
    follow: Span,
) -> Option<bool> {
    let due = deal.at + follow;
    let known = lives.known(life);
    let until = next.map_or(known, |next| next.at);
    let mut touches = life.touches.iter();
    if touches.any(|touch| deal.worked_by(touch) && touch.at <= due && touch.at <= until) {
        return Some(true);
    }
    if life
        .voids
        .iter()
        .any(|void| void.rep == deal.rep && void.at >= deal.at && void.at < due)
    {
        return None;
    }
    if let Some(next) = next.filter(|next| next.at < due) {
        return (next.way != Way::Hand).then_some(false);
    }
    let ended = life.end.filter(|end| next.is_none() && end.at < due);
    match ended.map(|_| life.fate(codes)) {
        // Somebody who closes a deal has been in touch, whether or not that was logged.
        Some(Some(Fate::Won)) => Some(true),
        Some(Some(Fate::Lost)) => Some(false),
        Some(_) => None,
        None => (due <= known).then_some(false),
    }
}
