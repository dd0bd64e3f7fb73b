//! What a pool remembers for its choosers beside the credits.
//!
//! One part each: the columns of the mix, the account of the specialists' stream. A pool whose
//! choosers need none of it keeps it empty.

use crate::ids::RepNo;
use crate::rotation::mixture::Mixture;
use crate::rotation::stream::Special;
use crate::units::Micro;
use crate::verdict::{Ground, Stream, Turn};
use serde::{Deserialize, Serialize};

/// The parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// What everybody is owed of each kind of record.
    pub mixture: Mixture,
    /// What the specialists' stream is owed, dealt and owes.
    pub special: Special,
}

impl Memory {
    /// Applies a recorded turn that picked somebody.
    pub fn apply_turn(&mut self, turn: &Turn, size: Micro) {
        self.special.apply(turn, size);
        if let Ground::Mix(traits) = &turn.ground {
            self.mixture.apply(turn, traits, size);
        }
    }

    /// Takes a recorded turn back.
    pub fn reverse_turn(&mut self, turn: &Turn, size: Micro) {
        if matches!(turn.stream, Stream::Special { .. }) {
            self.special.reverse(turn, size);
        }
        if let Ground::Mix(traits) = &turn.ground {
            self.mixture.reverse(turn, traits, size);
        }
    }

    /// Drops what the leavers were owed.
    pub fn forget(&mut self, left: &[RepNo]) {
        for rep in left {
            self.mixture.forget(*rep);
            self.special.forget(*rep);
        }
    }
}
