//! The words of a verdict: what a manager can read aloud to the rep.
//!
//! Words are made from the recorded verdict alone; nothing is decided or worked out again here.
//! Names come from the caller, since display names are personal data and live outside the core.

mod claim;
mod handoff;
mod ladder;
mod reason;

use crate::ids::{PoolNo, QueueNo, RepNo};
use crate::state::State;
use crate::territory::landing;
use crate::time::Moment;
use crate::units::{Micro, ONE};
use crate::verdict::{
    Candidate, Chooser, Destination, Named, Pick, Standing, Stop, Turn, Verdict, Window,
};

/// Most reps a sentence explains one by one; the rest are counted.
const SKIPPED_MAX: usize = 3;

/// Who and what things are called.
pub struct Words<'a> {
    /// The workspace, for pools, queues, rules and zones.
    pub state: &'a State,
    /// Display name of a rep.
    pub rep: &'a dyn Fn(RepNo) -> String,
}

impl std::fmt::Debug for Words<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Words")
    }
}

impl Words<'_> {
    /// Reps called by their keys.
    pub fn keys(state: &State) -> impl Fn(RepNo) -> String {
        |rep| state.roster().rep(rep).key.clone()
    }

    /// The whole sentence: who got it, why, and why not the others.
    ///
    /// *Example*: `Ana got it: owed 0.6 of a lead, the most of the 5 who could take it. Ben is on
    /// leave until Tuesday 3 March.`
    pub fn verdict(&self, verdict: &Verdict, to: &Destination) -> String {
        let handed = self.handed(verdict, to);
        let mut parts = vec![handed.unwrap_or_else(|| self.outcome(verdict, to))];
        parts.extend(self.rungs_before(verdict));
        parts.extend(verdict.territory.as_ref().map(landing::words));
        if let Some(turn) = verdict.turns.last() {
            parts.extend(self.skipped(turn));
        }
        if verdict.turns.len() > 1 {
            let pools: Vec<&str> = verdict.turns[..verdict.turns.len() - 1]
                .iter()
                .map(|turn| self.pool(turn.pool))
                .collect();
            parts.push(format!(
                "Before that, nobody in {} could take it.",
                pools.join(", ")
            ));
        }
        parts.join(" ")
    }

    /// The name of the rule that matched, in the version that decided, or of the step to which the
    /// record was handed.
    pub fn rule(&self, verdict: &Verdict) -> String {
        let handed = verdict.step.as_ref().filter(|at| at.handed);
        if let Some(at) = handed {
            return format!("step {}", self.state.journeys().name(at.step));
        }
        match verdict.rule {
            None => "fallback".to_owned(),
            Some(rule) => self
                .state
                .versions()
                .iter()
                .find(|version| version.number == verdict.policy)
                .and_then(|version| version.rules.get(rule as usize))
                .map_or_else(|| format!("rule {}", rule + 1), |name| name.to_string()),
        }
    }

    /// One line for a stopped candidate: why this rep could not take it.
    pub fn stop(&self, rep: RepNo, stop: &Stop) -> String {
        let when = |moment: Moment| self.when(rep, moment);
        match stop {
            Stop::Left => "has left".into(),
            Stop::Paused { review: None } => "is taken out of rotation".into(),
            Stop::Paused {
                review: Some(review),
            } => {
                format!(
                    "is taken out of rotation, to be reviewed on {}",
                    when(*review)
                )
            }
            Stop::OnLeave { until } => format!("is on leave until {}", when(*until)),
            Stop::OutOfHours { opens: Some(opens) } => {
                format!("is outside working hours until {}", when(*opens))
            }
            Stop::OutOfHours { opens: None } => "is outside working hours".into(),
            Stop::Excluded => "is not to get this record again".into(),
            Stop::CapReached {
                window,
                count,
                cap,
                frees,
                ..
            } => {
                let window = match window {
                    Window::Day => "24 hours",
                    Window::Week => "7 days",
                    Window::Month => "30 days",
                };
                format!(
                    "has had {count} of at most {cap} in {window}, next one possible {}",
                    when(*frees)
                )
            }
            Stop::BookFull(load) if load.adds == ONE => format!("has a full book, {load}"),
            Stop::BookFull(load) => {
                format!(
                    "has no room for it, {load} in the book and this is {}",
                    load.adds
                )
            }
            Stop::NoSpecialist => "is no specialist for it".into(),
            Stop::NotEarned => "has not earned records of this kind yet".into(),
            Stop::Cooling { until } => {
                format!("had it before and may get it again from {}", when(*until))
            }
        }
    }

    fn outcome(&self, verdict: &Verdict, to: &Destination) -> String {
        if let Some(settled) = self.by_rung(verdict, to) {
            return settled;
        }
        match (to, verdict.picked()) {
            (Destination::Rep(_), Some((turn, pick))) => self.picked(turn, pick),
            (Destination::Rep(rep), None) => match &verdict.named {
                Some(_) if !verdict.turns.is_empty() => format!(
                    "{} got it: named for when nobody in {} can take it.",
                    (self.rep)(*rep),
                    self.last_pool(verdict)
                ),
                Some(_) => format!(
                    "{} got it: named by the rule “{}”.",
                    (self.rep)(*rep),
                    self.rule(verdict)
                ),
                None => format!("{} got it by hand.", (self.rep)(*rep)),
            },
            (Destination::Merged(into), _) => format!("Merged into {}.", self.key(*into)),
            (Destination::Queue(queue), _) if verdict.turns.is_empty() => match &verdict.named {
                None => format!("It waits in the queue {}.", self.queue(*queue)),
                Some(named) => self.named(verdict, named, self.queue(*queue)),
            },
            (Destination::Queue(queue), _) if verdict.named.is_some() => {
                let named = verdict.named.as_ref().map(|named| self.cannot(named));
                format!(
                    "Nobody in {} could take it, and {}; so it waits in the queue {}.",
                    self.last_pool(verdict),
                    named.unwrap_or_default(),
                    self.queue(*queue)
                )
            }
            (Destination::Queue(queue), _) => {
                format!(
                    "Nobody could take it, so it waits in the queue {}.",
                    self.queue(*queue)
                )
            }
            (
                Destination::Hold {
                    pool, until, then, ..
                },
                _,
            ) => format!(
                "Nobody in {} could take it now. It is held until {} UTC at the latest, then goes to the queue {}.",
                self.pool(*pool),
                local("UTC", *until),
                self.queue(*then)
            ),
        }
    }

    /// The pool that was asked last.
    fn last_pool(&self, verdict: &Verdict) -> &str {
        verdict.turns.last().map_or("", |turn| self.pool(turn.pool))
    }

    /// Why a rep whom the rule names did not get it.
    fn named(&self, verdict: &Verdict, named: &Named, queue: &str) -> String {
        let (name, why) = self.hindered(named);
        let rule = self.rule(verdict);
        format!("The rule “{rule}” names {name}, who {why}; so it waits in the queue {queue}.")
    }

    /// Why a rep who is named for the case that nobody can could not either.
    fn cannot(&self, named: &Named) -> String {
        let (name, why) = self.hindered(named);
        format!("{name}, named for that case, {why}")
    }

    fn hindered(&self, named: &Named) -> (String, String) {
        match (named.rep, &named.stop) {
            (Some(rep), Some(stop)) => ((self.rep)(rep), self.stop(rep, stop)),
            _ => (named.key.clone(), "is not in the workspace".to_owned()),
        }
    }

    /// Who was picked, what they were owed, and what decided between them and the rest.
    fn picked(&self, turn: &Turn, pick: Pick) -> String {
        let name = (self.rep)(pick.rep);
        let candidate = turn
            .candidates
            .iter()
            .find(|candidate| candidate.rep == pick.rep);
        let owed = leads(candidate.map_or(Micro(0), owed_with_share));
        let able = able(turn).count();
        let first_of_level = match pick.level.saturating_sub(1) {
            0 => String::new(),
            1 => ", level with one other who comes later on the list".to_owned(),
            others => format!(", level with {others} others who come later on the list"),
        };
        match pick.chooser {
            Chooser::OnlyOne => {
                format!(
                    "{name} got it: the only one in {} who could take it.",
                    self.pool(turn.pool)
                )
            }
            Chooser::Draw => format!(
                "{name} got it by draw: {owed}, one of {} close enough to the most owed of the \
                 {able} who could take it.",
                pick.band
            ),
            chooser if reason::compares(chooser) => {
                let reason = self.reason(turn, pick, &first_of_level);
                format!("{name} got it: {owed}, and {reason}.")
            }
            Chooser::MixDraw => format!(
                "{name} got it by draw: {owed}, one of {} close enough to the most owed; a part of \
                 the picks is left to chance.",
                pick.band
            ),
            Chooser::Deadline if most_owed(turn) != Some(pick.rep) => format!(
                "{name} got it: {owed}, and of the {able} who could take it the one whose turn \
                 was due first{first_of_level}."
            ),
            _ => format!(
                "{name} got it: {owed}, the most of the {able} who could take it{first_of_level}."
            ),
        }
    }

    fn skipped(&self, turn: &Turn) -> Vec<String> {
        let stopped: Vec<(RepNo, &Stop)> = turn
            .candidates
            .iter()
            .filter_map(|candidate| match &candidate.standing {
                Standing::Stopped(stop) => Some((candidate.rep, stop)),
                Standing::Able { .. } => None,
            })
            .collect();
        let named = stopped.iter().take(SKIPPED_MAX);
        let mut parts: Vec<String> = named
            .map(|(rep, stop)| format!("{} {}.", (self.rep)(*rep), self.stop(*rep, stop)))
            .collect();
        if stopped.len() > SKIPPED_MAX {
            parts.push(format!(
                "{} more could not take it.",
                stopped.len() - SKIPPED_MAX
            ));
        }
        parts
    }

    fn pool(&self, pool: PoolNo) -> &str {
        &self.state.pool(pool).name
    }

    fn queue(&self, queue: QueueNo) -> &str {
        &self.state.queue(queue).name
    }

    /// A moment in the rep's own zone: the day, and the time when it is not midnight.
    fn when(&self, rep: RepNo, moment: Moment) -> String {
        local(&self.state.roster().rep(rep).profile.zone, moment)
    }
}

/// A moment in words, in `zone`: `Tuesday 3 March`, or with the time when it is not midnight.
pub fn local(zone: &str, moment: Moment) -> String {
    let zoned = jiff::Timestamp::from_millisecond(moment.0)
        .ok()
        .and_then(|stamp| stamp.in_tz(zone).ok());
    match zoned {
        None => moment.to_string(),
        Some(zoned) if zoned.time() == jiff::civil::Time::midnight() => {
            zoned.strftime("%A %-d %B").to_string()
        }
        Some(zoned) => zoned.strftime("%A %-d %B %H:%M").to_string(),
    }
}

/// An amount owed in words: `owed 0.6 of a lead`, `ahead by 1.25 leads`.
pub fn leads(credit: Micro) -> String {
    // Two places are enough for people; the verdict has all six.
    let rounded = Micro((credit.abs().0 + 5_000) / 10_000 * 10_000);
    let amount = if rounded < ONE {
        format!("{rounded} of a lead")
    } else if rounded == ONE {
        "1 lead".to_owned()
    } else {
        format!("{rounded} leads")
    };
    match credit.0 {
        _ if rounded.0 == 0 => "exactly even".to_owned(),
        0.. => format!("owed {amount}"),
        _ => format!("ahead by {amount}"),
    }
}

fn able(turn: &Turn) -> impl Iterator<Item = &Candidate> {
    turn.candidates
        .iter()
        .filter(|one| matches!(one.standing, Standing::Able { .. }))
}

/// What the candidate was owed when the pick was made: credit before plus this turn's share.
pub fn owed_with_share(candidate: &Candidate) -> Micro {
    match candidate.standing {
        Standing::Able { share, .. } => candidate.credit + share,
        Standing::Stopped(_) => candidate.credit,
    }
}

fn most_owed(turn: &Turn) -> Option<RepNo> {
    able(turn)
        .max_by(|a, b| {
            owed_with_share(a)
                .cmp(&owed_with_share(b))
                .then(b.rep.cmp(&a.rep))
        })
        .map(|candidate| candidate.rep)
}
