//! Typed numbers for the things a workspace holds.
//!
//! A number is the position of a thing in the order in which the journal first named it, so it is
//! the same on every node and after every replay. Keys people write (`"ana"`, `"L-1042"`) are
//! turned into numbers at the door by [`crate::state::State`]. This file deliberately knows no
//! names.

use serde::{Deserialize, Serialize};

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash,
            Serialize, Deserialize,
        )]
        pub struct $name(pub u32);

        impl $name {
            /// The position as an index into a list kept in the same order.
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// The number of the thing at `index`.
            ///
            /// *Bounds*: panics above `u32::MAX`, which the workspace limits keep out of reach.
            pub fn at(index: usize) -> Self {
                Self(u32::try_from(index).expect("workspace limits keep lists below u32::MAX"))
            }
        }
    };
}

number!(
    /// A rep, in the order of first appearance.
    RepNo
);
number!(
    /// A record, in the order of intake.
    RecordNo
);
number!(
    /// A pool by name, in the order in which policies first named it. It outlives a policy version,
    /// so that a pool keeps its ledger when a rule beside it changes.
    PoolNo
);
number!(
    /// A queue by name, in the order in which policies first named it.
    QueueNo
);
number!(
    /// A step of the customer lifecycle by name, in the order in which policies first named it.
    StepNo
);
number!(
    /// A field of records or of reps, in the order in which policies first declared it.
    FieldNo
);

/// What identifies one command for ever: the same id gives the same answer (law 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CommandId(pub [u8; 16]);
