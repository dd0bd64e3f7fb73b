//! What happened to plans of the books, for the journal's readers; and the parts of a plan that
//! such an event and the plan itself have in common.
//!
//! Plans as a resource are in [`crate::api::plans`].

use evenkeel_core::event::planned::Planned;
use evenkeel_core::holding::planned::{Lost, Shift, Spot, Without};
use evenkeel_core::plan::words::{self, points};
use evenkeel_core::state::State as Workspace;
use serde::Serialize;
use serde_json::{Value, json};

/// The event for the journal's readers.
pub fn told(state: &Workspace, planned: &Planned) -> Value {
    let plan = planned.plan();
    let shifts = |shifts: &[Shift]| {
        let line = |shift: &Shift| {
            json!({
                "record": state.records().key(shift.record),
                "from": spot(state, shift.from), "to": spot(state, shift.to),
            })
        };
        shifts.iter().map(line).collect::<Vec<_>>()
    };
    match planned {
        Planned::Made(made) => json!({
            "type": "plan_made", "plan": plan, "records": made.records,
            "moves": made.moves.len(), "objective": points(made.cost.objective),
            "bound": points(made.cost.bound),
        }),
        Planned::Unplaced { without, .. } => json!({
            "type": "plan_unplaced", "plan": plan,
            "without": without.iter().map(|one| left_out(state, one)).collect::<Vec<_>>(),
        }),
        Planned::Approved { .. } => json!({"type": "plan_approved", "plan": plan}),
        Planned::Dropped { .. } => json!({"type": "plan_dropped", "plan": plan}),
        Planned::Applied { shifts: all, .. } => {
            json!({"type": "plan_applied", "plan": plan, "moves": shifts(all)})
        }
        Planned::Undone {
            shifts: all, lost, ..
        } => json!({
            "type": "plan_undone", "plan": plan, "moves": shifts(all),
            "lost": lost.iter().map(|(record, why)| json!({
                "record": state.records().key(*record), "why": lost_word(*why),
            })).collect::<Vec<_>>(),
        }),
    }
}

/// Why a record did not go back, as the API names it.
pub fn lost_word(why: Lost) -> &'static str {
    match why {
        Lost::Closed => "closed",
        Lost::Moved => "moved",
        Lost::Left => "owner_left",
    }
}

/// A rep or a queue.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct SpotOut {
    /// Key of the rep in whose book it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    rep: Option<String>,
    /// The queue it waits in.
    #[serde(skip_serializing_if = "Option::is_none")]
    queue: Option<String>,
}

/// Where a record is, by name.
pub fn spot(state: &Workspace, spot: Spot) -> SpotOut {
    let (rep, queue) = match spot {
        Spot::Book(rep) => (Some(state.roster().rep(rep).key.clone()), None),
        Spot::Queue(queue) => (None, Some(state.queue(queue).name.clone())),
    };
    SpotOut { rep, queue }
}

/// Records without a place in a plan, for one reason.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct WithoutOut {
    /// Why, in words.
    why: String,
    /// How many.
    count: u32,
    /// The first hundred of them.
    records: Vec<String>,
}

/// The same by keys, and why.
pub fn left_out(state: &Workspace, without: &Without) -> WithoutOut {
    let records = without.records.iter();
    WithoutOut {
        why: words::barred(&without.why),
        count: without.count,
        records: records
            .map(|record| state.records().key(*record).to_owned())
            .collect(),
    }
}
