//! The draws of a replay: those of the day as they were, or fresh ones from a seed.
//!
//! The secret of a day is in the journal once it is shown, or in the store until then. A day whose
//! secret nobody has is drawn from a public key, so that a replay of another policy goes on; what
//! was drawn on it as recorded cannot be made again and is taken over.

use crate::draw::DrawKey;
use crate::drawing::Period;
use crate::time::Moment;
use std::collections::BTreeMap;

/// Where a replay's draws come from.
#[derive(Clone, Debug, Default)]
pub struct Draws {
    secrets: BTreeMap<Period, DrawKey>,
    otherwise: Option<DrawKey>,
}

impl Draws {
    /// No secret is known yet.
    pub fn unknown() -> Self {
        Self::default()
    }

    /// One key for every day.
    pub fn of_key(key: DrawKey) -> Self {
        Self {
            secrets: BTreeMap::new(),
            otherwise: Some(key),
        }
    }

    /// Fresh draws: as fair as the recorded ones, and others. The same number gives the same.
    pub fn fresh(number: u64) -> Self {
        // Away from the seeds that people write for `route` and demos.
        Self::of_key(DrawKey::from_seed((1 << 63) ^ number))
    }

    /// Takes note of a day's secret.
    pub fn know(&mut self, period: Period, secret: DrawKey) {
        self.secrets.insert(period, secret);
    }

    /// The key at this moment, if it is known.
    pub fn known(&self, at: Moment) -> Option<DrawKey> {
        let secret = self.secrets.get(&Period::of(at)).copied();
        secret.or(self.otherwise)
    }

    /// The key at this moment, or the public one of the day.
    pub fn key(&self, at: Moment) -> DrawKey {
        let public = || DrawKey::from_seed(Period::of(at).0.cast_unsigned());
        self.known(at).unwrap_or_else(public)
    }
}
