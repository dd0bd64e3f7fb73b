//! The part of a plan that looks ahead: the next turns of every pool, by the old policy and by the
//! new one, after all records of the plan were dealt by the old.

use evenkeel_core::command::Command;
use evenkeel_core::command::envelope::Envelope;
use evenkeel_core::command::publish_policy::PublishPolicy;
use evenkeel_core::draw::DrawKey;
use evenkeel_core::event::Actor;
use evenkeel_core::ids::{CommandId, RepNo};
use evenkeel_core::preview::{PoolAhead, Sight, TURNS};
use evenkeel_core::state::State;
use serde::{Deserialize, Serialize};

/// Most reps of one pool in the text form: those whose turns change most.
const REPS_MAX: usize = 12;

/// The next turns of one pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolTurns {
    /// The pool.
    pub pool: String,
    /// Who is next by the old policy, in order; none when it has no such pool.
    pub before: Option<Vec<String>>,
    /// The same by the new one.
    pub after: Option<Vec<String>>,
    /// Everybody who is a member by either.
    pub reps: Vec<RepTurns>,
}

/// One rep's part of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepTurns {
    /// The key.
    pub rep: String,
    /// How many by the old policy.
    pub before: usize,
    /// How many by the new one.
    pub after: usize,
    /// Number of the first by the new one, from 1.
    pub first: Option<usize>,
    /// Most in a row by the new one.
    pub run: usize,
}

/// The pools whose next turns would be others; none when the new policy cannot be published there.
pub fn turns(state: &State, text: &str) -> Vec<PoolTurns> {
    let publish = PublishPolicy {
        text: text.to_owned(),
        based_on: None,
    };
    let envelope = Envelope {
        at: state.last_at(),
        actor: Actor::System,
        command: CommandId([0; 16]),
        draw: DrawKey::from_seed(0),
    };
    match Sight::of(state, &Command::PublishPolicy(publish), &envelope) {
        Ok(sight) => sight.look().pools.iter().map(pool_turns).collect(),
        // The same text, or a field that became another type: the rest of the plan says so.
        Err(_) => Vec::new(),
    }
}

fn pool_turns(pool: &PoolAhead) -> PoolTurns {
    let key = |rep: &RepNo| {
        let row = pool.reps.iter().find(|row| row.rep == *rep);
        row.map(|row| row.key.clone()).unwrap_or_default()
    };
    let reps = pool.reps.iter().map(|row| RepTurns {
        rep: row.key.clone(),
        before: row.before.turns.len(),
        after: row.after.turns.len(),
        first: row.after.first(),
        run: row.after.run(),
    });
    let before = pool.before.as_ref();
    let after = pool.after.as_ref();
    PoolTurns {
        pool: pool.pool.clone(),
        before: before.map(|side| side.turns.iter().map(key).collect()),
        after: after.map(|side| side.turns.iter().map(key).collect()),
        reps: reps.collect(),
    }
}

/// The same for people; nothing when no turn changes.
pub fn text(pools: &[PoolTurns]) -> String {
    let mut text = String::new();
    if pools.is_empty() {
        return text;
    }
    text.push_str(&format!(
        "\nThe next {TURNS} turns, if the newest records of each pool came again\n"
    ));
    for pool in pools {
        let note = match (&pool.before, &pool.after) {
            (None, _) => " (new)",
            (_, None) => " (gone)",
            _ => "",
        };
        text.push_str(&format!("  pool {}{note}\n", pool.pool));
        let mut reps: Vec<&RepTurns> = pool.reps.iter().collect();
        reps.sort_by_key(|rep| std::cmp::Reverse(rep.after.abs_diff(rep.before)));
        let width = reps.iter().map(|rep| rep.rep.chars().count()).max();
        let width = width.unwrap_or(0).max(3);
        text.push_str(&format!(
            "    {:width$}   before    after    first   in a row\n",
            "rep"
        ));
        for rep in reps.iter().take(REPS_MAX) {
            let first = rep.first.map_or("-".to_owned(), |first| first.to_string());
            text.push_str(&format!(
                "    {:width$} {:>8} {:>8} {first:>8} {:>10}\n",
                rep.rep, rep.before, rep.after, rep.run
            ));
        }
        if reps.len() > REPS_MAX {
            let more = reps.len() - REPS_MAX;
            text.push_str(&format!("    and {more} more, whose turns change less\n"));
        }
    }
    text
}
