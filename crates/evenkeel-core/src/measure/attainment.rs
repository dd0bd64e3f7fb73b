//! How far a rep has come towards quota, and how likely what is open brings the rest.
//!
//! The chance is of the book alone, at the team's conversion and the team's deals: a measure of
//! supply, and no judgment of whoever works it. What comes in later is not in it, nor how long is
//! left. Where there is too little history it says so instead of a number.
//! *Source*: seed 000 (every rep has a fair chance to meet quota); [`super::sizing`].

use crate::measure::history::History;
use crate::measure::sizing::Deals;

/// Fewest wins with a value from which a chance is told.
pub const WINS_MIN: u64 = 5;

/// One rep's quota, and what is booked of it so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goal {
    /// The sales target.
    pub quota: f64,
    /// Booked so far.
    pub booked: f64,
}

/// How a rep stands to quota.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Attainment {
    /// The goal.
    pub goal: Goal,
    /// Part of the quota that is booked; above 1 when it is passed.
    pub part: f64,
    /// Open records that may bring the rest.
    pub open: u64,
    /// Chance that they do.
    pub chance: Result<f64, Lack>,
}

/// Why there is no chance to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The quota is nothing.
    NoQuota,
    /// So few wins with a value are ripe.
    Wins {
        /// How many there are.
        seen: u64,
    },
    /// Nothing that was dealt is old enough for an outcome, or all of it was won for nothing.
    History,
}

impl Lack {
    /// In words.
    pub fn words(self) -> String {
        match self {
            Self::NoQuota => "the quota is nothing".to_owned(),
            Self::Wins { seen } => {
                format!("too little history: {seen} of at least {WINS_MIN} wins with a value")
            }
            Self::History => "the history cannot be reckoned with".to_owned(),
        }
    }
}

/// How a rep with so many open records stands.
pub fn attainment(goal: Goal, open: u64, history: &History) -> Attainment {
    let Goal { quota, booked } = goal;
    let part = if quota > 0.0 { booked / quota } else { 0.0 };
    Attainment {
        goal,
        part,
        open,
        chance: chance(quota, quota - booked, open, history),
    }
}

fn chance(quota: f64, missing: f64, open: u64, history: &History) -> Result<f64, Lack> {
    if quota <= 0.0 {
        return Err(Lack::NoQuota);
    }
    if missing <= 0.0 {
        return Ok(1.0);
    }
    let deals = deals(history)?;
    Ok(match open {
        0 => 0.0,
        open => deals.chance(open, missing),
    })
}

/// What accounts bring by this history. *Refuses* fewer than [`WINS_MIN`] wins with a value.
pub fn deals(history: &History) -> Result<Deals, Lack> {
    if history.valued < WINS_MIN {
        return Err(Lack::Wins {
            seen: history.valued,
        });
    }
    let spread = history.cv.min(10.0);
    Deals::new(history.conversion(), history.mean, spread).map_err(|_| Lack::History)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HISTORY: History = History {
        of: 300,
        won: 18,
        valued: 18,
        mean: 30_000.0,
        cv: 0.8,
    };

    /// The example of the sizing: 200 accounts at 6 % bring 250,000 in four of five cases.
    #[test]
    fn the_chance_is_that_of_the_sizing_for_what_is_missing() {
        let of = |booked, open| {
            let quota = 250_000.0;
            attainment(Goal { quota, booked }, open, &HISTORY)
        };
        let fresh = of(0.0, 209).chance.expect("enough history");
        assert!((fresh - 0.8).abs() < 0.03, "{fresh}");
        let half = of(125_000.0, 209);
        assert!(half.chance.expect("enough") > fresh, "less is missing");
        assert_eq!((half.part, of(250_000.0, 0).chance), (0.5, Ok(1.0)));
        assert_eq!(of(0.0, 0).chance, Ok(0.0), "an empty book brings nothing");
    }

    #[test]
    fn too_little_history_gives_the_reason_and_no_number() {
        let few = History {
            valued: 4,
            ..HISTORY
        };
        let goal = Goal {
            quota: 250_000.0,
            booked: 50_000.0,
        };
        let stands = attainment(goal, 100, &few);
        assert_eq!(stands.chance, Err(Lack::Wins { seen: 4 }));
        assert_eq!(stands.part, 0.2, "what is booked is known all the same");
        let none = Goal {
            quota: 0.0,
            booked: 0.0,
        };
        assert_eq!(attainment(none, 9, &HISTORY).chance, Err(Lack::NoQuota));
    }
}
