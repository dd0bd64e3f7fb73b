//! Draws made again: every random pick of a day whose secret is shown, while the journal is walked.
//!
//! Found are: a pick that its own bits do not draw, bits that the day's secret does not give, a
//! secret that is not the promised one, and one that is not shown although its day is over. What
//! was drawn on a day whose secret is not due yet, or without a promise, is counted and not called
//! wrong. Nothing is read but events, the state they fold to, and the secrets the caller looks up.

use evenkeel_core::draw::DrawKey;
use evenkeel_core::drawing::Period;
use evenkeel_core::event::{Event, Recorded};
use evenkeel_core::ids::{PoolNo, RecordNo};
use evenkeel_core::rotation::redraw::{Redraw, repeat};
use evenkeel_core::state::State;
use evenkeel_core::time::{Moment, Span};
use std::collections::BTreeMap;

/// Secrets are shown before anything else that a new day brings; later than this they are missing.
const SHOWN_WITHIN: Span = Span::hours(1);
/// Most complaints kept; further ones are counted.
const COMPLAINTS_MAX: usize = 100;

/// What came of drawing again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redraws {
    /// Random picks made again from their day's secret, with the same outcome.
    pub same: u64,
    /// Random picks whose day has a promise but whose secret is not shown yet.
    pub waiting: u64,
    /// Random picks of days without a promise.
    pub unpromised: u64,
    /// Days promised.
    pub promised: u64,
    /// Of these, promised only after they had begun.
    pub late: u64,
    /// Of these, shown.
    pub revealed: u64,
    /// What is wrong, in sentences; at most [`COMPLAINTS_MAX`].
    pub complaints: Vec<String>,
    /// How many more are wrong.
    pub unsaid: u64,
    open: BTreeMap<Period, Vec<Drawn>>,
    latest: Option<Moment>,
}

/// A random pick that waits for its day's secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Drawn {
    seq: u64,
    record: RecordNo,
    pool: PoolNo,
    deals: u32,
    bits: u64,
}

impl Redraws {
    /// Takes note of event `seq`; `before` is the state without it.
    pub fn event(&mut self, before: &State, seq: u64, recorded: &Recorded) {
        self.latest = self.latest.max(Some(recorded.at));
        if let Some((record, verdict)) = recorded.event.deal() {
            let deals = before.records().deals(record);
            for turn in &verdict.turns {
                let Some(bits) = turn.pick.and_then(|pick| pick.draw) else {
                    continue;
                };
                if let Redraw::OtherRep { recorded, drawn } = repeat(turn) {
                    let rep = |rep| before.roster().rep(rep).key.clone();
                    self.wrong(format!(
                        "the draw of event {seq} is for {}, but its bits draw {}",
                        rep(recorded),
                        drawn.map_or_else(|| "another band".to_owned(), rep)
                    ));
                }
                let drawn = Drawn {
                    seq,
                    record,
                    pool: turn.pool,
                    deals,
                    bits,
                };
                let period = Period::of(recorded.at);
                self.open.entry(period).or_default().push(drawn);
            }
        }
        match &recorded.event {
            Event::DrawCommitted { period, .. } => {
                self.promised += 1;
                self.late += u64::from(recorded.at >= period.begins());
            }
            Event::DrawRevealed { period, secret } => self.revealed(before, seq, *period, secret),
            _ => {}
        }
    }

    fn revealed(&mut self, before: &State, seq: u64, period: Period, secret: &DrawKey) {
        self.revealed += 1;
        let promised = before.promises().of(period).map(|made| made.commitment);
        if promised != Some(secret.commitment()) {
            self.wrong(format!(
                "the secret of {period} shown by event {seq} is not the promised one"
            ));
        }
        for drawn in self.open.remove(&period).unwrap_or_default() {
            let pool = &before.pool(drawn.pool).name;
            let key = before.records().key(drawn.record);
            if secret.bits(pool, key, drawn.deals) == drawn.bits {
                self.same += 1;
            } else {
                self.wrong(format!(
                    "the bits of event {}, which dealt {key:?} in {pool:?}, do not come from the \
                     secret of {period}",
                    drawn.seq
                ));
            }
        }
    }

    /// Counts what is left when the journal is at its end, and looks whether the secrets that are
    /// not shown yet can still be: `kept` is asked for each.
    pub fn finish(&mut self, state: &State, kept: impl Fn(Period) -> Option<DrawKey>) {
        for (period, drawn) in std::mem::take(&mut self.open) {
            let count = drawn.len() as u64;
            if state.promises().of(period).is_none() {
                self.unpromised += count;
                continue;
            }
            self.waiting += count;
            if self.latest > Some(period.ends() + SHOWN_WITHIN) {
                self.wrong(format!(
                    "the secret of {period} is promised and not shown, although the journal goes \
                     on after that day: {count} picks cannot be made again"
                ));
            }
        }
        for promise in state.promises().all() {
            let fits = |secret: DrawKey| secret.commitment() == promise.commitment;
            if promise.secret.is_none() && !kept(promise.period).is_some_and(fits) {
                self.wrong(format!(
                    "the secret promised for {} is not kept: its picks can never be made again",
                    promise.period
                ));
            }
        }
    }

    fn wrong(&mut self, sentence: String) {
        if self.complaints.len() < COMPLAINTS_MAX {
            self.complaints.push(sentence);
        } else {
            self.unsaid += 1;
        }
    }

    /// All of it for programs.
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "same": self.same, "waiting": self.waiting, "unpromised": self.unpromised,
            "days_promised": self.promised, "days_late": self.late,
            "days_revealed": self.revealed,
        })
    }

    /// All of it in a line for people; empty when nothing was ever drawn or promised.
    pub fn words(&self) -> String {
        let Self {
            same,
            waiting,
            unpromised,
            promised,
            late,
            revealed,
            ..
        } = self;
        if same + waiting + unpromised + promised == 0 {
            return String::new();
        }
        format!(
            "draws: {same} made again and the same, {waiting} to be made again when their day is \
             shown, {unpromised} without a promise; {promised} days promised, {late} of them late, \
             {revealed} shown"
        )
    }
}
