//! Looking ahead in a pool: the next turns if nothing changes and every record uses up one turn.
//!
//! Where nobody can take a record now, the look begins at the first moment at which somebody can.
//! Nothing is dealt; a random pool shows one possible order, never the real next draw.

use crate::web::scene::Scene;
use evenkeel_core::choose::Draft;
use evenkeel_core::choose::ahead::opens;
use evenkeel_core::command::envelope::Envelope;
use evenkeel_core::ids::{PoolNo, RepNo};
use evenkeel_core::time::Moment;
use evenkeel_core::units::Micro;
use evenkeel_core::verdict::Turn;

/// One turn to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next {
    /// Who is next then.
    pub rep: RepNo,
    /// What the rep is owed before it.
    pub credit: Micro,
}

/// The turns to come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ahead {
    /// When the first of them can be; `None` is now.
    pub from: Option<Moment>,
    /// In order; fewer than asked for when caps are reached.
    pub turns: Vec<Next>,
}

/// The next `count` turns of a pool.
pub fn of(scene: &Scene<'_>, pool: PoolNo, count: usize) -> Ahead {
    let Some(policy) = scene.state.policy() else {
        return Ahead::default();
    };
    let look = |envelope: &Envelope| {
        let turns = Draft::new(scene.state, policy, envelope).preview(pool, count);
        turns.iter().filter_map(next).collect::<Vec<Next>>()
    };
    let now = scene.envelope();
    let turns = look(&now);
    if !turns.is_empty() {
        return Ahead { from: None, turns };
    }
    let ballot = Draft::new(scene.state, policy, &now).ballot(pool);
    let Some(from) = ballot.as_ref().and_then(opens) else {
        return Ahead::default();
    };
    let turns = look(&Envelope { at: from, ..now });
    Ahead {
        from: Some(from),
        turns,
    }
}

fn next(turn: &Turn) -> Option<Next> {
    let rep = turn.pick?.rep;
    let credit = turn.candidates.iter().find(|one| one.rep == rep)?.credit;
    Some(Next { rep, credit })
}
