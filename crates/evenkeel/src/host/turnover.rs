//! What came into and went out of books since a moment: folded from the journal once, and carried
//! on by what was added since when it is asked for again.
//!
//! What counts as coming and going is the core's ([`evenkeel_core::turnover`]).

use crate::host::fault::Fault;
use crate::host::fold;
use crate::host::workspace::Workspace;
use evenkeel_core::checkin::{self, Last};
use evenkeel_core::ids::RepNo;
use evenkeel_core::state::State;
use evenkeel_core::time::{DAY, Moment, Span};
use evenkeel_core::turnover::Turnover;
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::Reader;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

/// Most beginnings kept in memory, a week and two weeks among them; the oldest goes.
pub const KEPT_MAX: usize = 2;

/// The beginning of the day in UTC that lies so many days back: the same all day long, so that a
/// sheet printed in the morning and one looked at in the evening count from the same moment.
pub fn beginning(now: Moment, days: i64) -> Moment {
    let then = now - Span::days(days);
    Moment(then.0.div_euclid(DAY.0) * DAY.0)
}

/// What was asked for lately, with the moment it counts from and the event up to which it counts.
#[derive(Debug, Default)]
pub struct Kept(Mutex<VecDeque<(Moment, u64, Arc<Turnover>)>>);

impl Kept {
    /// Everything since `moment`, at which the workspace was as in `then`.
    pub fn since(
        &self,
        reader: &dyn Reader,
        workspace: WorkspaceId,
        (moment, then): (Moment, Arc<State>),
    ) -> Result<Arc<Turnover>, Fault> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().position(|(known, ..)| *known == moment);
        let (mut seq, mut turnover) = match known.and_then(|at| kept.remove(at)) {
            Some((_, seq, turnover)) => (seq, turnover),
            None => (then.seq(), Arc::new(Turnover::since(then))),
        };
        fold::walk(reader, workspace, seq, |at, recorded| {
            Arc::make_mut(&mut turnover).event(&recorded.event);
            seq = at;
            Ok(true)
        })?;
        while kept.len() >= KEPT_MAX {
            kept.pop_front();
        }
        kept.push_back((moment, seq, Arc::clone(&turnover)));
        Ok(turnover)
    }
}

/// Everybody's book at the beginning, and what has moved since.
pub struct Then {
    /// The beginning.
    pub since: Moment,
    /// `None` when the workspace is younger.
    pub known: Option<(Arc<Turnover>, BTreeMap<RepNo, Last>)>,
}

impl Then {
    /// Of the beginning of the day that lies so many days back.
    pub async fn of(workspace: &Workspace, days: i64) -> Result<Self, Fault> {
        let since = beginning(workspace.now(), days);
        let turnover = workspace.turnover(since).await?;
        let known = turnover.map(|turnover| {
            let last = last(&turnover, since);
            (turnover, last)
        });
        Ok(Self { since, known })
    }

    /// What the sheets of now compare with.
    pub fn last(&self) -> BTreeMap<RepNo, Last> {
        let known = self.known.as_ref();
        known.map_or_else(BTreeMap::new, |(_, last)| last.clone())
    }
}

/// The sheets of that moment, as far as those of now need them.
fn last(turnover: &Turnover, since: Moment) -> BTreeMap<RepNo, Last> {
    let then = turnover.then();
    let activity = &then.records().activity;
    let touched = |record| activity.active_at(record);
    let sheets = checkin::sheets(then, since, &touched, &BTreeMap::new());
    let kept = sheets.iter();
    kept.map(|sheet| (sheet.rep, sheet.keep(then, since)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use evenkeel_core::time::HOUR;

    #[test]
    fn a_day_has_one_beginning() {
        let noon = Moment(20_000 * DAY.0 + 12 * HOUR.0);
        assert_eq!(beginning(noon, 7), Moment(19_993 * DAY.0));
        assert_eq!(
            beginning(noon + Span(11 * HOUR.0), 7),
            Moment(19_993 * DAY.0)
        );
    }
}
