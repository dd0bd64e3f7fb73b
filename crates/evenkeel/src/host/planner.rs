//! Working out a plan of the books: gathered under a short look, solved beside the writer, then
//! handed in to be checked and kept.
//!
//! One at a time, since a large plan keeps a processor busy. Whatever moved meanwhile is the core's
//! to judge; a plan that no longer fits is worked out again, a few times.

use crate::host::fault::Fault;
use crate::host::order::{Denied, Done, Order};
use crate::host::workspace::Workspace;
use evenkeel_core::command::Command;
use evenkeel_core::command::keep_plan::KeepPlan;
use evenkeel_core::command::refusal::Refusal;
use evenkeel_core::command::refusal::plan::NotPlanned;
use evenkeel_core::event::planned::Planned;
use evenkeel_core::event::{Actor, Event, Recorded};
use evenkeel_core::plan::gather::{Gathered, gather};
use evenkeel_core::plan::solve::solve;
use tokio::sync::Semaphore;

/// How often a plan is worked out again because reps or records moved meanwhile.
const TRIES: usize = 3;

/// Only one is worked out at a time.
static DESK: Semaphore = Semaphore::const_new(1);

/// Makes a plan of the workspace as it is.
///
/// *Refuses*: what gathering and keeping refuse, and `Busy` while another is worked out.
pub async fn make(
    workspace: &Workspace,
    actor: Actor,
    (once, digest): (&str, [u8; 32]),
) -> Result<Done, Denied> {
    let _seat = DESK.try_acquire().map_err(|_| Denied::Busy)?;
    let mut tries = 0;
    loop {
        tries += 1;
        let gathered = workspace.ask(gather).await?;
        let keep = tokio::task::spawn_blocking(move || worked_out(&gathered)).await;
        let keep = keep.map_err(|error| Fault::Defect(format!("planning ended: {error}")))??;
        let command = Command::KeepPlan(Box::new(keep));
        let order = Order::keyed(actor, once, digest, command);
        match workspace.submit(order).await {
            Err(Denied::Refused(Refusal::Plan(NotPlanned::PlanStale { .. }))) if tries < TRIES => {}
            answer => return answer,
        }
    }
}

fn worked_out(gathered: &Gathered) -> Result<KeepPlan, Denied> {
    let setting = &gathered.setting;
    let plan = solve(&setting.instance, |_| {})
        .map_err(|flaw| Fault::Defect(format!("a gathered instance has a flaw: {flaw:?}")))?;
    let rep = |to: &u32| setting.reps.get(*to as usize).copied();
    let to = gathered.records.iter().zip(&plan.to);
    Ok(KeepPlan {
        to: to.map(|(record, to)| (*record, rep(to))).collect(),
        reps: setting.reps.clone(),
        prices: plan.prices,
    })
}

/// The events of a record's story; of those about plans only what they say of this record.
pub async fn story(
    workspace: &Workspace,
    record: &str,
    seqs: Vec<u64>,
) -> Result<Vec<(u64, Recorded)>, Fault> {
    let record = workspace.glance(|state| state.record_no(record));
    let mut events = workspace.events(seqs).await?;
    for (_, recorded) in &mut events {
        if let Event::Planned(Planned::Applied { shifts, .. } | Planned::Undone { shifts, .. }) =
            &mut recorded.event
        {
            shifts.retain(|shift| Some(shift.record) == record);
        }
    }
    Ok(events)
}
