//! What giving a recorded turn back moves: shared by the verbs that do.
//!
//! Which turns may be given back, and what becomes of their records, is the verbs' to say.

use super::Weigher;
use crate::ids::RepNo;
use crate::state::State;
use crate::units::Micro;
use crate::verdict::{Stream, Turn};

/// Change of each make-up buffer that reverses `turn`; sums to zero. Empty for a turn of the
/// specialists' stream, whose own account is reversed when the event is applied.
pub fn makeup(state: &State, turn: &Turn, size: Micro) -> Vec<(RepNo, Micro)> {
    if matches!(turn.stream, Stream::Special { .. }) {
        return Vec::new();
    }
    let pool = state.pool(turn.pool);
    let specs = state.policy().map(|policy| &policy.document().pools);
    let spec = specs.and_then(|specs| specs.iter().find(|spec| spec.name == pool.name));
    let weigh = spec.map(|spec| Weigher::new(state, spec));
    pool.ledger.void(turn, size, |rep| {
        let entry = state.roster().rep(rep);
        let weigh = weigh.as_ref();
        weigh.map_or(1, |weigh| weigh.weight(&entry.key, &entry.profile))
    })
}
