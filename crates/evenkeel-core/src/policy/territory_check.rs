//! What the territories of a policy amount to: which pools they use, and what nobody uses.

use crate::policy::document::{Document, Landing, StepSpec, Target};
use std::collections::BTreeSet;

/// A remark on the territories: what it is about, and the words with a hint.
pub(super) type Remark = (String, String, &'static str);

/// Notes the pools and queues that territories lead to.
pub(super) fn used(document: &Document, pools: &mut [bool], queues: &mut [bool]) {
    let Some(territories) = &document.territories else {
        return;
    };
    for territory in &territories.list {
        pools[territory.pool] = true;
    }
    if let Some(joint) = territories.joint {
        pools[joint] = true;
    }
    match territories.otherwise {
        Landing::Pool(pool) => pools[pool] = true,
        Landing::Queue(queue) => queues[queue] = true,
    }
}

/// Territories that no rule asks, that have no row in a policy with rows, or that stand alone.
pub(super) fn remarks(document: &Document) -> Vec<Remark> {
    let Some(territories) = &document.territories else {
        return Vec::new();
    };
    let whole = || "territories".to_owned();
    let mut remarks = Vec::new();
    let steps = document.steps.iter().flat_map(StepSpec::targets);
    let rules = document.rules.iter().map(|rule| &rule.to);
    let targets: Vec<&Target> = rules.chain([&document.fallback]).chain(steps).collect();
    let by_table = targets.contains(&&Target::Territories);
    if !by_table && !targets.iter().any(|to| matches!(to, Target::Territory(_))) {
        let message = "no rule sends a record to its territory".to_owned();
        remarks.push((whole(), message, "Add to = \"territories\" to a rule"));
    }
    if territories.list.is_empty() {
        let message = "there is no territory".to_owned();
        remarks.push((whole(), message, "Add a [[territory]] with its pool"));
    }
    let with_rows: BTreeSet<&str> = match &territories.rows {
        Some(table) => table.territories.iter().map(String::as_str).collect(),
        None => return remarks,
    };
    for (at, territory) in territories.list.iter().enumerate() {
        let named = targets.contains(&&Target::Territory(at));
        if !with_rows.contains(territory.name.as_str()) && !named {
            let message = "no row puts a record here".to_owned();
            let at = format!("territory {:?}", territory.name);
            remarks.push((at, message, "Give it rows, or take it out"));
        }
    }
    remarks
}
