//! What may be said of outcomes under another policy: an estimate with its interval and its
//! effective sample size, or the refusal with the number; the same on the page, in the API and on
//! the command line.

use crate::reports::table::{Cell, Column, Table};
use evenkeel_core::measure::figure::{Figure, count};
use evenkeel_core::measure::off_policy::{ESS_MIN, OffPolicy, SHIFT_MAX};
use evenkeel_core::measure::unknown::Unknown;
use evenkeel_core::replay::estimate::estimate;
use evenkeel_core::replay::evidence::Outcomes;
use evenkeel_core::replay::reseed::{Deals, Row};
use evenkeel_core::time::{DAY, Moment, Span};
use serde_json::{Value, json};

/// What came of asking for an estimate.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimated {
    /// Replays by either policy.
    pub replays: usize,
    /// Within how long a success counts.
    pub horizon: Option<Span>,
    /// Records whose outcome is known.
    pub known: usize,
    /// Records in all.
    pub records: usize,
    /// The estimate, or why there is none.
    pub told: Result<OffPolicy, Unknown>,
}

/// What was recorded.
#[derive(Clone, Copy, Debug)]
pub struct AsRecorded<'a> {
    /// Who got each record first.
    pub firsts: &'a Row,
    /// What became of them.
    pub outcomes: &'a Outcomes,
    /// The end of the history.
    pub until: Moment,
    /// Reps of the workspace.
    pub reps: usize,
}

impl Estimated {
    /// Asks for one, with successes within `horizon`; within the time in which nine of ten came
    /// when absent.
    pub fn of(recorded: AsRecorded<'_>, deals: (&Deals, &Deals), horizon: Option<Span>) -> Self {
        let horizon = horizon.or_else(|| recorded.outcomes.horizon());
        let won = match horizon {
            Some(horizon) => recorded.outcomes.within(horizon, recorded.until),
            None => vec![None; recorded.firsts.len()],
        };
        let records = recorded.firsts.len();
        let told = match horizon {
            Some(_) => estimate(recorded.firsts, &won, deals, recorded.reps),
            None => {
                let n = records as f64;
                Err(Unknown::NoWins { n })
            }
        };
        Self {
            replays: deals.0.replays(),
            known: won.iter().flatten().count(),
            horizon,
            records,
            told,
        }
    }

    /// In words.
    pub fn sentences(&self) -> Vec<String> {
        let counted = match self.horizon {
            Some(horizon) => format!(
                "Of outcomes: {} of {} are old enough to be known, counting wins within {horizon} of \
                 coming in; chances are from {} by either policy with fresh draws.",
                self.known,
                count(self.records as f64, "record"),
                count(self.replays as f64, "replay")
            ),
            None => "Of outcomes: nothing was won in this part of the history.".to_owned(),
        };
        let told = match &self.told {
            Ok(told) => told.sentence(),
            Err(unknown) => format!("Of outcomes nothing is said. {}", unknown.sentence()),
        };
        vec![counted, told]
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let days = |span: Span| span.0 as f64 / DAY.0 as f64;
        let mut told = json!({
            "replays": self.replays, "known": self.known, "records": self.records,
            "horizon_days": self.horizon.map(days),
        });
        let figure = |figure: Figure| {
            json!({ "value": figure.value, "low": figure.interval.low,
                "high": figure.interval.high, "n": figure.n })
        };
        match &self.told {
            Ok(found) => {
                told["estimate"] = figure(found.dr);
                told["as_recorded"] = figure(found.now);
                told["effective_sample"] = json!(found.ess);
                told["load_shift"] = json!(found.shift);
            }
            Err(unknown) => told["refused"] = json!(unknown.sentence()),
        }
        told
    }

    /// As a table of one row.
    pub fn table(&self) -> Table {
        let told = self.told.as_ref().ok();
        let shift = match &self.told {
            Ok(told) => Some(told.shift),
            Err(Unknown::LoadShift { shift, .. }) => Some(*shift),
            Err(_) => None,
        };
        let ess = match &self.told {
            Ok(told) => Some(told.ess),
            Err(Unknown::TooFew {
                n,
                what: "effective lead",
                ..
            }) => Some(*n),
            Err(_) => None,
        };
        let why = self.told.as_ref().err().map(Unknown::sentence);
        Table {
            name: "outcomes",
            title: "What may be said of outcomes".to_owned(),
            n: format!(
                "n = {} of known outcome",
                count(self.known as f64, "record")
            ),
            definition: format!(
                "Not replayed but estimated: each recorded outcome counts the more, the likelier the \
                 other policy is to give that record to the same rep, out of replays with fresh draws by \
                 both; corrected by each rep’s own rate. Effective: as many records dealt the other way \
                 would say as much. Refused below {ESS_MIN} effective records, and when a rep’s records \
                 would shift by more than {:.0} %.",
                SHIFT_MAX * 100.0
            ),
            columns: vec![
                Column::words("said", "Is it said?"),
                Column::figure("won", "Won as it was"),
                Column::figure("won_would", "would"),
                Column::number("effective", "Effective records"),
                Column::number("shift", "Largest shift of a load"),
                Column::number("replays", "Replays"),
            ],
            rows: vec![vec![
                Cell::Text(why.unwrap_or_else(|| "estimated".to_owned())),
                Cell::maybe(told.map(|told| told.now), Cell::Shares),
                Cell::maybe(told.map(|told| told.dr), Cell::Shares),
                Cell::maybe(ess, Cell::Number),
                Cell::maybe(shift, Cell::Share),
                Cell::Count(self.replays as u64),
            ]],
        }
    }
}
