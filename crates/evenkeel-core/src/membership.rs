//! Who belongs to which pool, worked out again after a rep or the policy has changed.
//!
//! It only computes the events; the ledgers change when they are applied.

use crate::choose::{Weigher, belongs};
use crate::event::Event;
use crate::ids::{PoolNo, RepNo};
use crate::people::rep::Profile;
use crate::policy::document::Document;
use crate::rotation::ledger::Ledger;
use crate::state::State;

/// A rep as it will be once the command at hand is applied.
#[derive(Clone, Copy, Debug)]
pub struct Changed<'a> {
    /// The rep; possibly the next free number.
    pub rep: RepNo,
    /// Its key.
    pub key: &'a str,
    /// Its profile.
    pub profile: &'a Profile,
}

/// The pool changes that bring every ledger in line with `document`, in pool order of the
/// document, with the new ledger beside each. Nothing for a pool that stays as it is.
///
/// Pools that the document names for the first time get the next free numbers, in document order,
/// exactly as applying the publication will number them.
pub fn changes(
    state: &State,
    document: &Document,
    changed: Option<Changed<'_>>,
) -> Vec<(Event, Ledger)> {
    let mut next_pool = state.pools().len();
    let mut events = Vec::new();
    for spec in &document.pools {
        let (pool, mut ledger) = match state.pool_no(&spec.name) {
            Some(pool) => (pool, state.pool(pool).ledger.clone()),
            None => {
                next_pool += 1;
                (PoolNo::at(next_pool - 1), Ledger::default())
            }
        };
        let weigh = Weigher::new(state, spec);
        let mut reps: Vec<(RepNo, &str, &Profile)> = state
            .roster()
            .iter()
            .filter(|(rep, _)| changed.is_none_or(|changed| changed.rep != *rep))
            .map(|(rep, entry)| (rep, entry.key.as_str(), &entry.profile))
            .collect();
        reps.extend(changed.map(|changed| (changed.rep, changed.key, changed.profile)));
        reps.sort_by_key(|(rep, ..)| *rep);
        let members: Vec<(RepNo, u32)> = reps
            .iter()
            .filter(|(_, key, profile)| belongs(spec, key, profile))
            .map(|(rep, key, profile)| (*rep, weigh.weight(key, profile)))
            .collect();
        let weight_of = |rep: RepNo| {
            let at = members.binary_search_by_key(&rep, |(member, _)| *member);
            at.map_or(1, |at| members[at].1)
        };
        let is_member = |rep: RepNo| members.binary_search_by_key(&rep, |(one, _)| *one).is_ok();
        let joined: Vec<RepNo> = members
            .iter()
            .map(|(rep, _)| *rep)
            .filter(|rep| ledger.entry(*rep).is_none())
            .collect();
        let left: Vec<RepNo> = ledger
            .members()
            .iter()
            .map(|entry| entry.rep)
            .filter(|rep| !is_member(*rep))
            .collect();
        if joined.is_empty() && left.is_empty() {
            continue;
        }
        let spread = ledger.spread(&left, weight_of);
        ledger.apply_change(&joined, &left, &spread);
        events.push((
            Event::PoolChanged {
                pool,
                joined,
                left,
                spread,
            },
            ledger,
        ));
    }
    events
}
