//! What every member is owed of each kind of record, and of value: the columns behind a mix.
//!
//! The same account as the ledger's, kept per level of each factor, and one in the unit of the
//! value field. It only steers picks within the band, so it has no bound of its own: what a leaver
//! was owed is dropped, not spread, because only differences between the members count.

use crate::ids::{FieldNo, RepNo};
use crate::units::{Micro, ONE};
use crate::verdict::{Level, Standing, Traits, Turn, Worth};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most levels kept apart in one factor of one pool; later ones count together as [`OTHER`].
pub const LEVELS_MAX: usize = 200;
/// Longest level in characters; a longer one is cut.
pub const LEVEL_CHARS_MAX: usize = 60;
/// The level of whatever is beyond [`LEVELS_MAX`].
pub const OTHER: &str = "(other)";

/// Credits per level and for value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mixture {
    levels: BTreeMap<Level, BTreeMap<RepNo, Micro>>,
    value: Valued,
}

/// Credits for value, and what value is usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Valued {
    field: Option<FieldNo>,
    /// Records and turns that a value came with.
    records: i64,
    turns: i128,
    total: i128,
    distance: i128,
    /// Per rep: owed of the value, and of the turns it came with.
    owed: BTreeMap<RepNo, (Micro, Micro)>,
}

impl Mixture {
    /// Owed of one level, in leads.
    pub fn owed(&self, level: &Level, rep: RepNo) -> Micro {
        let reps = self.levels.get(level);
        reps.and_then(|reps| reps.get(&rep))
            .copied()
            .unwrap_or_default()
    }

    /// Every level with what each member is owed of it, ascending.
    pub fn levels(&self) -> impl Iterator<Item = (&Level, &BTreeMap<RepNo, Micro>)> {
        self.levels.iter()
    }

    /// Owed of value, in its unit, and of the records it came with.
    pub fn value_owed(&self, rep: RepNo) -> (Micro, Micro) {
        self.value.owed.get(&rep).copied().unwrap_or_default()
    }

    /// The level to count a value under: itself, cut, or [`OTHER`] when there are too many.
    pub fn level(&self, field: FieldNo, value: &str) -> Level {
        let level = value.chars().take(LEVEL_CHARS_MAX).collect();
        let level = Level { field, level };
        if self.levels.contains_key(&level) {
            return level;
        }
        let known = self.levels.keys().filter(|known| known.field == field);
        match known.count() < LEVELS_MAX {
            true => level,
            false => Level {
                field,
                level: OTHER.to_owned(),
            },
        }
    }

    /// The worth of a value beside what was usual so far; not shared out yet.
    pub fn worth(&self, field: FieldNo, amount: Micro) -> Worth {
        let known = &self.value;
        let fresh = known.field != Some(field) || known.records == 0;
        let quotient = |total: i128, count: i128| match fresh {
            true => None,
            false => i64::try_from(total.div_euclid(count)).ok(),
        };
        let mean = quotient(known.total * i128::from(ONE.0), known.turns);
        let spread = quotient(known.distance, i128::from(known.records));
        Worth {
            field,
            amount,
            mean: Micro(mean.unwrap_or(amount.0)),
            spread: Micro(spread.unwrap_or(0)),
            parts: Vec::new(),
        }
    }

    /// Applies a recorded turn that went by the mix.
    pub fn apply(&mut self, turn: &Turn, traits: &Traits, size: Micro) {
        for (rep, amount) in moved(turn, size) {
            for level in &traits.levels {
                let reps = self.levels.entry(level.clone()).or_default();
                *reps.entry(rep).or_default() += amount;
            }
        }
        if let Some(worth) = &traits.value {
            self.value.apply(turn, worth, size);
        }
    }

    /// Takes a recorded turn back, as if its record had never come; what value is usual stays as
    /// learned.
    pub fn reverse(&mut self, turn: &Turn, traits: &Traits, size: Micro) {
        for (rep, amount) in moved(turn, size) {
            for level in &traits.levels {
                if let Some(owed) = self
                    .levels
                    .get_mut(level)
                    .and_then(|reps| reps.get_mut(&rep))
                {
                    *owed -= amount;
                }
            }
        }
        if let Some(worth) = traits
            .value
            .as_ref()
            .filter(|worth| self.value.field == Some(worth.field))
        {
            for (rep, (value, turns)) in worth_moved(turn, worth, size) {
                if let Some(owed) = self.value.owed.get_mut(&rep) {
                    owed.0 -= value;
                    owed.1 -= turns;
                }
            }
        }
    }

    /// Drops what `rep` was owed: it left.
    pub fn forget(&mut self, rep: RepNo) {
        self.levels.values_mut().for_each(|reps| {
            reps.remove(&rep);
        });
        self.value.owed.remove(&rep);
    }
}

impl Valued {
    fn apply(&mut self, turn: &Turn, worth: &Worth, size: Micro) {
        if self.field != Some(worth.field) {
            *self = Self {
                field: Some(worth.field),
                ..Self::default()
            };
        }
        let usual = i128::from(worth.mean.0) * i128::from(size.0) / i128::from(ONE.0);
        self.records += 1;
        self.turns += i128::from(size.0);
        self.total += i128::from(worth.amount.0);
        self.distance += (i128::from(worth.amount.0) - usual).abs();
        for (rep, (value, turns)) in worth_moved(turn, worth, size) {
            let owed = self.owed.entry(rep).or_default();
            owed.0 += value;
            owed.1 += turns;
        }
    }
}

/// What a turn moved: everybody's share, and the record's size off the picked one.
fn moved(turn: &Turn, size: Micro) -> impl Iterator<Item = (RepNo, Micro)> {
    let shares = able(turn);
    shares.chain(turn.pick.map(|pick| (pick.rep, -size)))
}

/// The same for value, with the turns it came with.
fn worth_moved(
    turn: &Turn,
    worth: &Worth,
    size: Micro,
) -> impl Iterator<Item = (RepNo, (Micro, Micro))> {
    let parts = able(turn).zip(&worth.parts);
    let parts = parts.map(|((rep, share), part)| (rep, (*part, share)));
    parts.chain(turn.pick.map(|pick| (pick.rep, (-worth.amount, -size))))
}

fn able(turn: &Turn) -> impl Iterator<Item = (RepNo, Micro)> {
    turn.candidates
        .iter()
        .filter_map(|candidate| match candidate.standing {
            Standing::Able { share, .. } => Some((candidate.rep, share)),
            Standing::Stopped(_) => None,
        })
}
