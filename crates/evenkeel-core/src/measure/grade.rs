//! What may be said of a rep beside the team, in four sentences and never more.
//!
//! "Below the team" is said when all of this holds, and at no other time:
//! - the evidence once reached the number of reps over 5 %;
//! - the size of the difference matters: the ratio's interval ends below 0.8, or the chance that
//!   the rep's rate is below 0.8 of the others' is at least 90 %;
//! - at least 60 leads count;
//! - against the same mix of leads the rep is below expectation as well.
//!
//! Otherwise it is watched, too early (with about how many leads are missing), or without a sign.
//! Deliberately no advice about the person: what to do is for people.
//! *Source*: guide "science" section 3 (c); seed 001 says "not making the grade".

use super::e_process::{ALPHA, Track};
use super::figure::{Figure, count, number};
use crate::ids::RepNo;

/// A rep who wins this much of what the others would, is below in a way that matters.
pub const MATTERS: f64 = 0.8;
/// How likely that must be, where the ratio's interval does not say so.
pub const LIKELY: f64 = 0.9;
/// Leads that must count before anything is said.
pub const LEADS_MIN: f64 = 60.0;
/// Evidence from which a rep is watched.
pub const WATCHED: f64 = 5.0;

/// What is known of one rep.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Known {
    /// The rep.
    pub rep: RepNo,
    /// Reps in the team that is compared.
    pub reps: usize,
    /// The evidence.
    pub track: Track,
    /// How many times as often the rep wins as whoever else would have got the leads.
    pub ratio: Figure,
    /// The chance that the rep's rate is below [`MATTERS`] times the others'.
    pub below: f64,
    /// Leads that count, young ones in part.
    pub effective: f64,
    /// Wins over what the team's rates give on the same mix of leads.
    pub over_expected: f64,
    /// About how many more leads it takes, by [`crate::measure::e_process::EProcess::more`].
    pub more: Option<u32>,
}

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// Nothing can be said yet; about so many more leads of the rep's own, if that is known.
    TooEarly {
        /// Leads missing.
        more: Option<u32>,
    },
    /// There is no sign of being below the team in a way that matters.
    NoSign,
    /// Signs, but no evidence.
    Watch {
        /// Leads missing.
        more: Option<u32>,
    },
    /// Evidence.
    Below,
}

impl Known {
    /// What may be said.
    pub fn grade(&self) -> Grade {
        let proved = self.proved();
        let matters = self.ratio.interval.high < MATTERS || self.below >= LIKELY;
        let enough = self.effective >= LEADS_MIN;
        if proved && matters && enough && self.over_expected < 1.0 {
            return Grade::Below;
        }
        let missing = (LEADS_MIN - self.effective).max(0.0).ceil() as u32;
        let more = self.more.map(|more| more.max(missing));
        if proved || self.track.evidence() >= WATCHED {
            return Grade::Watch { more };
        }
        match enough && (self.ratio.value >= 1.0 || self.ratio.interval.low >= MATTERS) {
            true => Grade::NoSign,
            false => Grade::TooEarly { more },
        }
    }

    /// Whether the evidence once reached what it must for one false alarm in 20 teams.
    fn proved(&self) -> bool {
        self.track.highest >= self.reps as f64 / ALPHA
    }

    /// In words that can be read aloud.
    pub fn sentence(&self, name: &str) -> String {
        let leads = count(self.track.leads as f64, "lead");
        let about = |more: Option<u32>| match more {
            Some(0) => "the next ones will tell".to_owned(),
            Some(more) => {
                let more = count(f64::from(more), "more lead");
                format!("if it goes on like this, about {more} will tell")
            }
            None => "the difference is too small to tell from so few".to_owned(),
        };
        let times = |figure: &Figure| {
            format!(
                "{} times as often as whoever else would have got the same leads (between {} and \
                 {}, however often one looks)",
                number(figure.value),
                number(figure.interval.low),
                number(figure.interval.high)
            )
        };
        match self.grade() {
            Grade::TooEarly { .. } if self.track.leads == 0 => {
                format!("Too early to say anything of {name}: no lead is old enough yet.")
            }
            Grade::TooEarly { more } => {
                format!(
                    "Too early to say anything of {name}: {leads}, {}.",
                    about(more)
                )
            }
            Grade::NoSign => format!(
                "No sign that {name} is below the team: {name} wins {}, from {leads}.",
                times(&self.ratio)
            ),
            Grade::Watch { .. } if self.proved() => format!(
                "Watch: {name} wins less often than the others, but whether by enough to matter is \
                 not known yet. {leads}, the next ones will tell."
            ),
            Grade::Watch { more } => format!(
                "Watch: there are signs that {name} wins less often than the others, and no \
                 evidence yet. {leads}, {}.",
                about(more)
            ),
            Grade::Below => format!(
                "{name} is below the team: {name} wins {}, from {leads}. In at most one of {} teams \
                 of equals would this be said of anybody, ever.",
                times(&self.ratio),
                number(1.0 / ALPHA)
            ),
        }
    }
}
