//! The workspace as it stood at an instant, and the part of its history between two.
//!
//! Folded from the nearest snapshot before it. A server keeps the last few states that were asked
//! for, as many pages of one report ask for the same. Nothing here is the present: nobody decides
//! on a past state.

use crate::host::draws;
use crate::host::fault::Fault;
use crate::host::fold;
use evenkeel_core::drawing::Period;
use evenkeel_core::replay::draws::Draws;
use evenkeel_core::replay::stream::{Follow, Stream};
use evenkeel_core::state::State;
use evenkeel_core::time::{DAY, Moment};
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::Reader;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Most past states kept in memory; the one unused for longest goes.
pub const KEPT_MAX: usize = 3;
/// Most days whose secrets are looked up: a hundred years.
const DAYS_MAX: i64 = 36_525;

/// An instant of a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instant {
    /// After the event of this number.
    Seq(u64),
    /// After everything recorded up to this moment.
    Time(Moment),
}

impl Instant {
    /// Reads `41250`, `2026-03-31` (its first moment in UTC) or `2026-03-31T09:30:00Z`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(seq) = text.parse() {
            return Some(Self::Seq(seq));
        }
        let midnight = format!("{text}T00:00:00Z");
        let stamp = text.parse::<jiff::Timestamp>();
        let stamp = stamp
            .or_else(|_| midnight.parse::<jiff::Timestamp>())
            .ok()?;
        Some(Self::Time(Moment(stamp.as_millisecond())))
    }

    /// Whether the event of this number and moment lies before it.
    pub fn takes(self, seq: u64, at: Moment) -> bool {
        match self {
            Self::Seq(last) => seq <= last,
            Self::Time(last) => at <= last,
        }
    }

    /// Whether a state lies before it.
    fn reaches(self, state: &State) -> bool {
        self.takes(state.seq(), state.last_at())
    }

    /// The instant just before it: where a part begins that begins with it.
    fn before(self) -> Self {
        match self {
            Self::Seq(seq) => Self::Seq(seq.saturating_sub(1)),
            Self::Time(at) => Self::Time(Moment(at.0.saturating_sub(1))),
        }
    }
}

/// The workspace at an instant.
pub fn state_at(
    reader: &dyn Reader,
    workspace: WorkspaceId,
    instant: Instant,
) -> Result<State, Fault> {
    let snapshot = fold::newest_snapshot(reader, workspace, |state| instant.reaches(state))?;
    let mut state = snapshot.unwrap_or_default();
    fold::walk(reader, workspace, state.seq(), |seq, recorded| {
        let takes = instant.takes(seq, recorded.at);
        if takes {
            fold::apply(&mut state, seq, &recorded)?;
        }
        Ok(takes)
    })?;
    Ok(state)
}

/// The workspace before the command that holds the first event at or after `from`; of an empty
/// journal without one.
pub fn base(
    reader: &dyn Reader,
    workspace: WorkspaceId,
    from: Option<Instant>,
) -> Result<State, Fault> {
    let Some(from) = from else {
        return Ok(State::new());
    };
    let before = from.before();
    let state = state_at(reader, workspace, before)?;
    // Moments never fall within a command; a number may, and then the command is left out whole.
    let Instant::Seq(last) = before else {
        return Ok(state);
    };
    let mut command = None;
    let mut end = last;
    fold::walk(
        reader,
        workspace,
        last.saturating_sub(1),
        |seq, recorded| {
            let goes_on = seq <= last || command == Some(recorded.command);
            command = Some(recorded.command);
            end = if goes_on { seq } else { end };
            Ok(goes_on)
        },
    )?;
    match end > last {
        true => state_at(reader, workspace, Instant::Seq(end)),
        false => Ok(state),
    }
}

/// Follows the history after `base` until `to`, to the end of the command there; gives the state.
pub fn follow(
    reader: &dyn Reader,
    workspace: WorkspaceId,
    base: &State,
    to: Option<Instant>,
    follow: &mut impl Follow,
) -> Result<State, Fault> {
    let mut stream = Stream::after(base.clone());
    fold::walk(reader, workspace, base.seq(), |seq, recorded| {
        let within = to.is_none_or(|to| to.takes(seq, recorded.at));
        let goes_on = within || stream.goes_on(&recorded);
        if goes_on {
            stream.event(recorded, follow);
        }
        Ok(goes_on)
    })?;
    Ok(stream.finish(follow))
}

/// The secrets of all days between two moments that the store still has or the journal shows.
pub fn draws(
    reader: &dyn Reader,
    workspace: WorkspaceId,
    between: (Moment, Moment),
) -> Result<Draws, Fault> {
    let mut draws = Draws::unknown();
    let first = Period::of(between.0);
    let days = (between.1 - between.0).0.div_euclid(DAY.0).min(DAYS_MAX);
    for day in 0..=days + 1 {
        let period = Period(first.0 + day);
        if let Some(secret) = draws::kept(reader, period)? {
            draws.know(period, secret);
        }
    }
    let now = fold::fold(reader, workspace)?.state;
    for promise in now.promises().all() {
        if let Some(secret) = promise.secret {
            draws.know(promise.period, secret);
        }
    }
    Ok(draws)
}

/// Past states that were asked for lately, the latest asked for last.
#[derive(Debug, Default)]
pub struct Past {
    kept: Mutex<VecDeque<(Instant, Arc<State>)>>,
}

impl Past {
    /// The state of an instant, if it is still kept.
    pub fn get(&self, instant: Instant) -> Option<Arc<State>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(known, _)| *known == instant)?;
        let found = kept.remove(at)?;
        let state = Arc::clone(&found.1);
        kept.push_back(found);
        Some(state)
    }

    /// Keeps the state of an instant that no event can be added to any more.
    pub fn keep(&self, instant: Instant, state: &Arc<State>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != instant);
        while kept.len() >= KEPT_MAX {
            kept.pop_front();
        }
        kept.push_back((instant, Arc::clone(state)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_a_number_a_date_or_a_moment() {
        let time = |at| Some(Instant::Time(Moment(at)));
        for (text, read) in [
            ("41250", Some(Instant::Seq(41_250))),
            ("2026-03-02", time(1_772_409_600_000)),
            ("2026-03-02T09:00:00Z", time(1_772_442_000_000)),
            ("2026-03-02T09:00:00+01:00", time(1_772_438_400_000)),
            ("yesterday", None),
            ("2026-13-01", None),
            ("", None),
        ] {
            assert_eq!(Instant::parse(text), read, "{text:?}");
        }
    }

    #[test]
    fn the_state_unused_for_longest_goes() {
        let past = Past::default();
        let state = Arc::new(State::new());
        for seq in 1..=3 {
            past.keep(Instant::Seq(seq), &state);
        }
        assert!(past.get(Instant::Seq(1)).is_some());
        past.keep(Instant::Seq(4), &state);
        let here = |seq| past.get(Instant::Seq(seq)).is_some();
        assert_eq!([1, 2, 3, 4].map(here), [true, false, true, true]);
    }
}
