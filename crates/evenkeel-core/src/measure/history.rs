//! What the workspace's own history says of accounts: how many closed, and what deals were worth.
//!
//! Only turns old enough for an outcome count, won or not, so that open ones neither help nor harm.
//! It is history as it was, with whoever worked it; no rep is compared with another.

use crate::ids::{FieldNo, RecordNo, RepNo};
use crate::market::value::Value;
use crate::measure::sizing::Conversion;
use crate::state::State;
use crate::time::{Moment, Span};
use crate::units::ONE;
use std::collections::BTreeMap;

/// What accounts came to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct History {
    /// Records dealt by turn, old enough for an outcome.
    pub of: u64,
    /// Those won in time by whoever they were dealt to.
    pub won: u64,
    /// Won ones with a value.
    pub valued: u64,
    /// Mean value of these; 0 without any.
    pub mean: f64,
    /// Standard deviation over the mean; 0 of fewer than two.
    pub cv: f64,
}

impl History {
    /// Turns of all pools whose outcome is ripe after `matures`; `won` are the reasons of closing
    /// that are wins, and `value` is the number field that tells what a deal is worth.
    pub fn of(
        state: &State,
        now: Moment,
        (matures, won): (Span, &[String]),
        value: Option<FieldNo>,
    ) -> Self {
        let log = state.outcomes();
        let wins = log.ended().iter();
        let wins = wins.filter(|ended| won.iter().any(|won| won == log.reason(ended)));
        let wins: BTreeMap<(RecordNo, RepNo), Moment> = wins
            .map(|ended| ((ended.record, ended.rep), ended.at))
            .collect();
        let mut history = Self::default();
        let mut values = Vec::new();
        for dealt in log.dealt() {
            let ripe = dealt.at + matures;
            if ripe > now {
                continue;
            }
            history.of += 1;
            let closed = wins.get(&(dealt.record, dealt.rep));
            if !closed.is_some_and(|closed| *closed >= dealt.at && *closed <= ripe) {
                continue;
            }
            history.won += 1;
            let columns = &state.records().columns;
            let worth = value.and_then(|field| columns.value(field, dealt.record.index()));
            if let Some(Value::Number(worth)) = worth {
                values.push(worth.0 as f64 / ONE.0 as f64);
            }
        }
        history.worth(&values);
        history
    }

    /// The conversion, to reckon with.
    pub fn conversion(&self) -> Conversion {
        let (won, of) = (self.won, self.of);
        Conversion::Seen { won, of }
    }

    fn worth(&mut self, values: &[f64]) {
        let count = values.len() as f64;
        self.valued = values.len() as u64;
        if values.is_empty() {
            return;
        }
        self.mean = values.iter().sum::<f64>() / count;
        if values.len() > 1 && self.mean > 0.0 {
            let squares: f64 = values.iter().map(|value| (value - self.mean).powi(2)).sum();
            self.cv = (squares / (count - 1.0)).sqrt() / self.mean;
        }
    }
}
