//! What one open record costs: a base times a factor for each thing that makes it more work.
//!
//! The unit is the *standard account*: one that no factor makes heavier or lighter costs 1. Which
//! fields tell size, sales cycle, contract value and activity is the workspace's own data; here are
//! only usual cut points and factors. Deliberately knows no rep: what somebody can carry is in
//! [`super::capacity`].
//! *Source*: seed 003; guide "science" section 5.

use crate::ids::FieldNo;
use crate::market::columns::Columns;
use crate::market::value::{Attributes, Facts, Value};
use crate::time::Span;
use crate::units::{Micro, ONE};
use std::collections::BTreeMap;

/// Least that an open record costs.
pub const COST_MIN: Micro = Micro(10_000);
/// Most that an open record costs; whatever the factors say.
pub const COST_MAX: Micro = Micro::whole(100);
/// Smallest and largest factor of one level.
pub const FACTOR_MIN: Micro = Micro(10_000);
/// See [`FACTOR_MIN`].
pub const FACTOR_MAX: Micro = Micro::whole(100);
/// Most levels of one factor.
pub const LEVELS_MAX: usize = 20;
/// How long a record may go without activity before it counts as neglected, unless the policy says
/// otherwise (seed 004).
pub const NEGLECT_USUAL: Span = Span::days(30);

/// How a workspace weighs its open records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effort {
    /// What a record costs before any factor.
    pub base: Micro,
    /// What makes it more or less, each kind at most once, in the order of [`Kind`].
    pub factors: Vec<Factor>,
    /// Without activity for so long, an open record is neglected.
    pub neglect: Span,
    /// Time field of the last activity; without one, the day a record came into being stands for
    /// it.
    pub touched: Option<FieldNo>,
}

/// What makes an account more work (seed 003).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// How large the account is.
    Size,
    /// How long a sale takes.
    Cycle,
    /// What a contract is worth a year.
    Acv,
    /// What kind of activity it takes, and how much.
    Activity,
}

/// One factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// What it stands for.
    pub kind: Kind,
    /// The record field that tells the level.
    pub field: FieldNo,
    /// What each level multiplies the cost with.
    pub levels: Levels,
}

/// Levels of a factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Levels {
    /// Of a number: the first factor below all cuts, then one from each cut on.
    Bands {
        /// Where levels begin, ascending.
        cuts: Vec<Micro>,
        /// One more than there are cuts.
        factors: Vec<Micro>,
    },
    /// Of a text: by word. A word not listed multiplies by 1.
    Words(BTreeMap<String, Micro>),
}

impl Kind {
    /// Every kind, in order.
    pub const ALL: [Self; 4] = [Self::Size, Self::Cycle, Self::Acv, Self::Activity];

    /// The word people write in a policy.
    pub fn word(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Cycle => "cycle",
            Self::Acv => "acv",
            Self::Activity => "activity",
        }
    }

    /// Cut points and factors of a policy that names only the field: employees; days; currency
    /// units a year; touches a month.
    ///
    /// *Source*: the factors are those of guide "science" section 5; the cut points are ours.
    pub fn usual(self) -> Levels {
        let (cuts, factors): (&[i64], &[i64]) = match self {
            Self::Size => (
                &[50, 200, 1_000],
                &[1_000_000, 1_400_000, 2_200_000, 3_500_000],
            ),
            Self::Cycle => (&[45, 90], &[1_000_000, 1_250_000, 1_600_000]),
            Self::Acv => (
                &[10_000, 30_000, 100_000],
                &[1_000_000, 1_100_000, 1_300_000, 1_600_000],
            ),
            Self::Activity => (&[2], &[800_000, 1_000_000]),
        };
        Levels::Bands {
            cuts: cuts.iter().map(|cut| Micro::whole(*cut)).collect(),
            factors: factors.iter().map(|factor| Micro(*factor)).collect(),
        }
    }
}

impl Levels {
    /// What the level of `value` multiplies the cost with; 1 when it is missing.
    pub fn factor(&self, value: Option<&Value>) -> Micro {
        match (self, value) {
            (Self::Bands { cuts, factors }, Some(Value::Number(number))) => {
                factors[cuts.partition_point(|cut| cut <= number)]
            }
            (Self::Words(words), Some(Value::Text(word))) => {
                words.get(word.as_str()).copied().unwrap_or(ONE)
            }
            _ => ONE,
        }
    }
}

impl Effort {
    /// What a record with these values costs, in standard accounts.
    ///
    /// *Bounds*: [`COST_MIN`] to [`COST_MAX`]; each product rounded down.
    /// *Example*: a base of 1, 2.2 for its size and 1.25 for its cycle: 2.75.
    pub fn of(&self, record: &Attributes) -> Micro {
        self.cost(|factor| factor.levels.factor(record.fact(factor.field)))
    }

    /// The same of a stored record.
    pub fn of_row(&self, columns: &Columns, row: usize) -> Micro {
        self.cost(|factor| {
            let value = columns.value(factor.field, row);
            factor.levels.factor(value.as_ref())
        })
    }

    fn cost(&self, factor: impl Fn(&Factor) -> Micro) -> Micro {
        let times = |cost: i128, factor: Micro| {
            let product = cost * i128::from(factor.0) / i128::from(ONE.0);
            product.min(i128::from(COST_MAX.0))
        };
        let factors = self.factors.iter().map(factor);
        let cost = factors.fold(i128::from(self.base.0), times);
        Micro(i64::try_from(cost).unwrap_or(COST_MAX.0)).clamp(COST_MIN, COST_MAX)
    }
}

/// What a record costs where a policy may have no `[effort]`: then every one is a standard account.
pub fn cost(effort: Option<&Effort>, record: &Attributes) -> Micro {
    effort.map_or(ONE, |effort| effort.of(record))
}
