//! The end of a `route` run in figures: who received what, and how far from even.
//!
//! It watches the verdicts go by and adds nothing to them. The proved bound beside the measured
//! worst is what the ledger guarantees for this run, not a target.

use evenkeel_core::ids::PoolNo;
use evenkeel_core::people::pool::Pool;
use evenkeel_core::policy::document::Method;
use evenkeel_core::state::State;
use evenkeel_core::units::{Micro, ONE};
use evenkeel_core::verdict::{Destination, Standing, Verdict};
use std::collections::BTreeMap;
use std::path::Path;

/// Most reps listed per pool; the rest are counted.
const REPS_MAX: usize = 100;

/// Figures of one run.
#[derive(Debug, Default)]
pub struct Summary {
    to_reps: u64,
    queued: u64,
    held: u64,
    merged: u64,
    /// Weights at the first turn of each pool; `None` once a turn was not like the first.
    steady: BTreeMap<PoolNo, Option<Vec<u32>>>,
}

impl Summary {
    /// Looks at one decision.
    pub fn dealt(&mut self, verdict: &Verdict) {
        for turn in &verdict.turns {
            let weights = || turn.candidates.iter().map(|one| one.weight);
            let first = self
                .steady
                .entry(turn.pool)
                .or_insert_with(|| Some(weights().collect()));
            let able = |standing: &Standing| matches!(standing, Standing::Able { .. });
            let alike = verdict.size == ONE
                && turn.candidates.iter().all(|one| able(&one.standing))
                && first
                    .as_ref()
                    .is_some_and(|first| first.iter().copied().eq(weights()));
            if !alike {
                *first = None;
            }
        }
    }

    /// Counts one line of the outcome file.
    pub fn wrote(&mut self, to: &Destination) {
        match to {
            Destination::Rep(_) => self.to_reps += 1,
            Destination::Queue(_) => self.queued += 1,
            Destination::Hold { .. } => self.held += 1,
            Destination::Merged(_) => self.merged += 1,
        }
    }

    /// The whole summary, for standard error.
    pub fn text(&self, state: &State, rejected: Option<(u64, &Path)>) -> String {
        let total = self.to_reps + self.queued + self.held + self.merged;
        let mut text = format!(
            "{} records: {} to reps, {} queued, {} held",
            grouped(total),
            grouped(self.to_reps),
            grouped(self.queued),
            grouped(self.held)
        );
        if self.merged > 0 {
            text.push_str(&format!(", {} merged", grouped(self.merged)));
        }
        if let Some((count, path)) = rejected {
            text.push_str(&format!(
                ", {} rejected ({})",
                grouped(count),
                path.display()
            ));
        }
        text.push('\n');
        for (number, pool) in state.pools().iter().enumerate() {
            if pool.dealt > 0 {
                text.push_str(&self.pool(state, PoolNo::at(number), pool));
            }
        }
        text
    }

    fn pool(&self, state: &State, number: PoolNo, pool: &Pool) -> String {
        let (bound, why) = self.bound(state, number, pool);
        let mut text = format!(
            "\npool {}: {} turns among {} reps; worst credit {} leads at any step, proved bound {} \
             ({why})\n",
            pool.name,
            grouped(pool.dealt),
            pool.ledger.members().len(),
            pool.fairness.worst,
            bound,
        );
        if let Some((wanted, part)) = parts(state, pool) {
            let special = &pool.memory.special;
            text.push_str(&format!(
                "  the specialists' stream: {} of {} turns, {}.{} %; the policy says {}.{} %\n",
                places(special.dealt),
                places(special.all()),
                part / 10_000,
                part / 1_000 % 10,
                wanted / 10_000,
                wanted / 1_000 % 10,
            ));
        }
        let key = |rep| state.roster().rep(rep).key.as_str();
        let tallies = || pool.tallies.iter().take(REPS_MAX);
        let width = tallies()
            .map(|tally| key(tally.rep).chars().count())
            .max()
            .unwrap_or(0)
            .max(3);
        text.push_str(&format!(
            "  {:width$}  turns    entitled    credit\n",
            "rep"
        ));
        for tally in tallies() {
            let member = pool
                .ledger
                .members()
                .iter()
                .find(|entry| entry.rep == tally.rep);
            let credit = match member {
                None => "left".into(),
                Some(entry) => signed(entry.credit),
            };
            text.push_str(&format!(
                "  {:width$} {:>6} {:>11} {credit:>9}\n",
                key(tally.rep),
                tally.turns,
                places(tally.entitled)
            ));
        }
        if pool.tallies.len() > REPS_MAX {
            text.push_str(&format!(
                "  and {} more reps\n",
                pool.tallies.len() - REPS_MAX
            ));
        }
        text
    }

    /// The tightest bound on any credit that is proved for what happened in this run.
    ///
    /// *Source*: guide "science" section 0: theorem 3 when every turn was alike in a straight pool,
    /// else theorem 1.
    fn bound(&self, state: &State, number: PoolNo, pool: &Pool) -> (Micro, &'static str) {
        let document = state.policy().map(|policy| policy.document());
        let spec = document.and_then(|all| all.pools.iter().find(|spec| spec.name == pool.name));
        let straight = spec.is_some_and(|spec| spec.method == Method::Straight);
        match self.steady.get(&number) {
            Some(Some(weights)) if straight && weights.len() > 1 => {
                let others = 2 * weights.len() as i64 - 2;
                (
                    Micro(ONE.0 - ONE.0 / others),
                    "everybody could take every record",
                )
            }
            _ => (pool.fairness.bound(), "whoever can take which record"),
        }
    }
}

/// The stream's part that the policy says and the one it has, in millionths; nothing for a pool
/// without a stream.
fn parts(state: &State, pool: &Pool) -> Option<(u32, u32)> {
    let pools = &state.policy()?.document().pools;
    let spec = pools.iter().find(|spec| spec.name == pool.name)?;
    Some((spec.stream_ppm?, pool.memory.special.part_ppm()?))
}

/// `+0.57`, `-0.57`, to two places; what rounds to nothing is `+0.00`.
fn signed(credit: Micro) -> String {
    let sign = if credit.0 <= -5_000 { "-" } else { "+" };
    format!("{sign}{}", places(credit.abs()))
}

/// Always two places: `251.43`.
fn places(amount: Micro) -> String {
    let hundredths = (amount.0 + 5_000) / 10_000;
    format!(
        "{}.{:02}",
        grouped((hundredths / 100).unsigned_abs()),
        hundredths % 100
    )
}

/// `8,800`.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_for_people() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(999), "999");
        assert_eq!(places(Micro(251_428_571)), "251.43");
        assert_eq!(signed(Micro(-571_428)), "-0.57");
        assert_eq!(signed(Micro(0)), "+0.00");
        assert_eq!(signed(Micro(-4_999)), "+0.00");
        assert_eq!(signed(Micro(-5_000)), "-0.01");
    }
}
