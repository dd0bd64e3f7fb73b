//! Every activity of the store put into the lives of its records: for reports that ask for kinds of
//! work, or how often, which the journal's events do not hold.

use crate::host::fault::Fault;
use crate::host::past::Instant;
use evenkeel_core::ids::RepNo;
use evenkeel_core::measure::life::{Lives, Touch};
use evenkeel_core::policy::document::activity::ActivitySpec;
use evenkeel_core::state::State;
use evenkeel_core::time::Moment;
use evenkeel_journal::activity::WorkRow;
use evenkeel_journal::identity::WorkspaceId;
use evenkeel_journal::journal::Reader;

/// Which activities count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Those of these kinds, whoever says so.
    Kinds(Vec<String>),
    /// Those that the policy counts as work.
    Policy(ActivitySpec),
}

impl Counted {
    /// These kinds, or what the policy in force counts.
    pub fn of(state: &State, kinds: Option<Vec<String>>) -> Self {
        let spec = state
            .policy()
            .map(|policy| policy.document().activity.clone());
        match kinds {
            Some(kinds) => Self::Kinds(kinds),
            None => Self::Policy(spec.unwrap_or_default()),
        }
    }

    fn counts(&self, row: &WorkRow<'_>) -> bool {
        match self {
            Self::Kinds(kinds) => kinds.iter().any(|kind| kind == row.kind),
            Self::Policy(spec) => spec.counts(row.kind, row.verified),
        }
    }
}

/// The lives with these activities in place of what the journal says of work. Now, that is also
/// what was told since the last event, as most work needs none; then, what had been done by then.
pub fn put(
    reader: &dyn Reader,
    workspace: WorkspaceId,
    (own, instant): (&Lives, Option<Instant>),
    counted: &Counted,
) -> Result<Lives, Fault> {
    let last = match instant {
        None => Moment(i64::MAX),
        Some(Instant::Time(at)) => at,
        Some(Instant::Seq(_)) => own.until,
    };
    let mut lives = own.clone();
    lives.all.iter_mut().for_each(|life| life.touches.clear());
    reader.each_work(workspace, &mut |row| {
        let at = Moment(row.at_ms);
        if at > last || !counted.counts(row) {
            return;
        }
        let kind = lives.kind(row.kind);
        // A record that came after the instant asked for is not among them.
        if let Some(life) = lives.all.get_mut(row.record as usize) {
            let rep = row.rep.map(RepNo);
            life.touches.push(Touch { at, rep, kind });
            lives.until = lives.until.max(at);
        }
    })?;
    Ok(lives)
}
