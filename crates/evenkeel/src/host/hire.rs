//! One rep more: what the workspace knows of its team, the question filled in with that, and the
//! answer.
//!
//! Asked by the page and the API; the sums are the core's ([`evenkeel_core::measure::hire`]). It
//! hires nobody.

use crate::host::asked::Asked;
use crate::host::fault::Fault;
use crate::host::hiring::{self, Member};
use crate::host::workspace::Workspace;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::market::value::Attributes;
use evenkeel_core::measure::hire::{Hire, Ramped, Seat, Worth, worth};
use evenkeel_core::measure::hire_deal::{LEADS_MAX, Play, Played, play};
use evenkeel_core::measure::hire_range::{Doubt, Range, range};
use evenkeel_core::measure::history::History;
use evenkeel_core::people::rep::Profile;
use evenkeel_core::rehearsal::Base;
use evenkeel_core::time::{Moment, Span};
use evenkeel_core::units::{Micro, ONE};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Key of the made-up rep.
pub const NEWCOMER: &str = "new-hire";
/// Leads a month that a rep works well, where nothing else is said (seed 002: 40 to 50).
pub const WORKS: u64 = 45;
/// Spread of deals over their mean, where the workspace has too few to tell.
pub const SPREAD: f64 = 0.8;
/// Most reps of the team.
const TEAM_MAX: usize = 500;
/// Most leads that are dealt through the policy from a page.
pub const PLAYED_MAX: usize = LEADS_MAX / 10;

/// What the workspace knows.
pub struct Known {
    /// The team as its outcomes tell.
    pub members: Vec<Member>,
    /// How old a turn must be to count.
    pub matures: Span,
    /// Turns of the last 30 days.
    pub monthly: u64,
    /// Deals of the workspace.
    pub history: History,
    /// The field that tells what a deal is worth.
    pub value: Option<String>,
    /// When it was looked at.
    pub now: Moment,
}

/// The policy of the workspace, and who would be hired into it.
struct Stage {
    base: Base,
    profile: Profile,
    leads: Vec<Arc<Attributes>>,
}

/// What is asked, read.
pub struct Question {
    /// Key and seat of everybody.
    pub team: Vec<(String, Seat)>,
    /// Who may be hired.
    pub hire: Hire,
    /// Leads a month.
    pub leads: u64,
    /// Months looked at.
    pub months: u64,
    /// What a deal is worth; 0 is not known.
    pub deal: f64,
    /// Spread of deals over it.
    pub spread: f64,
    /// Turns behind each rate of the team.
    pub behind: Vec<u64>,
}

/// What comes out.
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// The answer.
    pub worth: Worth,
    /// How wide it is.
    pub range: Range,
    /// By the policy in force, if somebody was named to play it with.
    pub played: Option<ByPolicy>,
}

/// What the policy in force makes of it.
pub enum ByPolicy {
    /// No whole month of so many leads is played.
    TooMany,
    /// Dealt over the first months.
    Dealt {
        /// How many of those asked for.
        months: u64,
        /// What came of it.
        played: Result<Played, Refusal>,
    },
}

/// What the workspace knows.
pub async fn known(workspace: &Workspace) -> Known {
    let now = workspace.now();
    workspace
        .ask(|state| {
            let now = now.max(state.last_at());
            let matures = hiring::matures(state, now);
            let members = hiring::members(state, now, (matures, "won"));
            let field = hiring::value_field(state);
            let name = |field| Some(state.record_schema().field(field)?.name.clone());
            Known {
                history: History::of(state, now, (matures, &["won".to_owned()]), field),
                value: field.and_then(name),
                monthly: members.iter().map(|member| member.month).sum(),
                members,
                matures,
                now,
            }
        })
        .await
}

/// Answers what is asked; the inner error is in words. Nothing is changed.
pub async fn ask(
    workspace: &Workspace,
    known: &Known,
    asked: &Asked,
) -> Result<Result<Answer, String>, Fault> {
    let question = question(asked, known);
    let like = asked.text("like").to_owned();
    let stage = workspace.glance(|state| {
        let profile = hiring::newcomer(state, &like, known.now)?;
        Some(Stage {
            base: Base::of(state),
            profile,
            leads: hiring::leads(state),
        })
    });
    let now = known.now;
    let work = move || question.map(|question| answer(question, stage, now));
    let answered = tokio::task::spawn_blocking(work).await;
    answered.map_err(|_| Fault::Stopping)
}

/// The team as lines of key, rate and leads a month, as the workspace has it.
pub fn lines(known: &Known) -> String {
    let line = |member: &Member| {
        let rate = Micro(member.rate.mean.0 / 1_000 * 1_000);
        format!("{}, {rate}, {WORKS}\n", member.key)
    };
    known.members.iter().map(line).collect()
}

/// What is asked, filled in with what is known; the error is in words.
fn question(asked: &Asked, known: &Known) -> Result<Question, String> {
    let team = match asked.text("team") {
        "" => lines(known),
        text => text.to_owned(),
    };
    let team = team.lines().filter(|line| !line.trim().is_empty());
    let team = team.map(seat).collect::<Result<Vec<_>, _>>()?;
    if team.is_empty() || team.len() > TEAM_MAX {
        return Err(format!(
            "The team has {} lines; it needs 1 to {TEAM_MAX}.",
            team.len()
        ));
    }
    if let Some(twice) = twice(&team) {
        return Err(format!(
            "The team names “{twice}” twice; each rep has one line."
        ));
    }
    let average = |of: fn(&Seat) -> Micro| {
        let sum: Micro = team.iter().map(|(_, seat)| of(seat)).sum();
        sum.0 as f64 / 1e6 / team.len() as f64
    };
    let micro = |number: f64| Micro((number * 1e6).round() as i64);
    let part = |name, label, usual| {
        let percent = asked.number((name, label), usual, (0.0, 100.0))?;
        Ok::<Micro, String>(micro(percent / 100.0))
    };
    let seat = Seat {
        rate: part("rate", "Close rate", average(|seat| seat.rate) * 100.0)?,
        capacity: micro(asked.number(
            ("capacity", "Leads worked well"),
            average(|seat| seat.capacity),
            (0.0, 1e5),
        )?),
    };
    let begins = Ramped {
        rate: part("rate_begins", "Close rate to begin with", 50.0)?,
        capacity: part("capacity_begins", "Capacity to begin with", 30.0)?,
    };
    let ramp = asked.number(("ramp", "Ramp"), 12.0, (1.0, 36.0))? as u32;
    let months = asked.number(("months", "Months"), 12.0, (1.0, 60.0))? as u64;
    let leads = asked.number(("leads", "Leads a month"), known.monthly as f64, (0.0, 1e5))?;
    let behind = team.iter().map(|(key, _)| {
        let known = known.members.iter().find(|member| member.key == *key);
        hiring::PRIOR_TURNS + known.map_or(0, |member| member.ripe.0)
    });
    let behind = behind.collect();
    let history = &known.history;
    let mean = if history.valued > 0 {
        history.mean
    } else {
        0.0
    };
    let spread = if history.valued > 1 {
        history.cv
    } else {
        SPREAD
    };
    Ok(Question {
        behind,
        spread: asked.number(("spread", "Spread"), spread, (0.0, 10.0))?,
        team,
        hire: Hire::ramping(seat, begins, ramp, months as usize),
        leads: leads as u64,
        months,
        deal: asked.number(("deal", "Mean deal"), mean, (0.0, 1e12))?,
    })
}

/// The first rep whom a team names again.
pub fn twice(team: &[(String, Seat)]) -> Option<&str> {
    let mut seen = BTreeSet::new();
    let mut names = team.iter().map(|(key, _)| key.as_str());
    names.find(|key| !seen.insert(*key))
}

/// One line of the team: key, close rate, leads a month.
fn seat(line: &str) -> Result<(String, Seat), String> {
    let mut cells = line.split([',', ';', '\t']).map(str::trim);
    let (key, rate, capacity) = (cells.next(), cells.next(), cells.next());
    let number = |text: Option<&str>| Micro::parse(text?).filter(|number| *number >= Micro(0));
    let read = key.zip(number(rate).zip(number(capacity)));
    let Some((key, (rate, capacity))) = read.filter(|(_, (rate, _))| *rate <= ONE) else {
        let seen: String = line.chars().take(60).collect();
        return Err(format!(
            "“{seen}” is no line of the team: write the rep, a close rate from 0 to 1 and leads a month, such as ana, 0.22, 45."
        ));
    };
    Ok((key.to_owned(), Seat { rate, capacity }))
}

/// The answer, which takes a while.
fn answer(question: Question, stage: Option<Stage>, now: Moment) -> Answer {
    let seats: Vec<Seat> = question.team.iter().map(|(_, seat)| *seat).collect();
    let supply = Micro::whole(i64::try_from(question.leads).unwrap_or(i64::MAX / 2_000_000));
    let worth = worth(&seats, &question.hire, supply);
    let team: Vec<(Seat, u64)> = seats.into_iter().zip(question.behind.clone()).collect();
    let range = range(&Doubt {
        team: &team,
        hire: (&question.hire, hiring::PRIOR_TURNS),
        supply,
        deals: (question.deal, question.spread),
    });
    let stage = stage.filter(|_| question.leads > 0);
    let played = stage.map(|stage| by_policy(&stage, &question, now));
    Answer {
        worth,
        range,
        played,
        question,
    }
}

/// Deals as many of the months as are played on a page by the policy.
fn by_policy(stage: &Stage, question: &Question, now: Moment) -> ByPolicy {
    let months = (PLAYED_MAX as u64 / question.leads).min(question.months);
    if months == 0 {
        return ByPolicy::TooMany;
    }
    let seats: BTreeMap<String, Seat> = question.team.iter().cloned().collect();
    let mut hire = question.hire.clone();
    hire.ramp.truncate(months as usize);
    let played = play(&Play {
        base: &stage.base,
        seats: &seats,
        hire: (NEWCOMER, &stage.profile, &hire),
        leads: &stage.leads,
        monthly: question.leads as usize,
        stays: Span::days(30),
        from: now,
    });
    ByPolicy::Dealt { months, played }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_team_is_read_or_named() {
        let (key, seat_read) = seat(" ana , 0.22, 45").expect("a line");
        assert_eq!(
            (key.as_str(), seat_read.rate, seat_read.capacity),
            ("ana", Micro(220_000), Micro::whole(45))
        );
        for line in ["ana", "ana, 1.2, 45", "ana, x, 45", "ana, 0.2, -1"] {
            assert!(seat(line).is_err_and(|why| why.contains(line)), "{line}");
        }
    }
}
