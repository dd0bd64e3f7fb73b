//! Which activities count as work on a record: the policy's `[activity]`.
//!
//! What counts moves the clocks of a record; what does not is kept all the same, outside the
//! journal. What follows from a clock is not said here.

/// Most kinds of activity that may be named as work.
pub const KINDS_MAX: usize = 50;

/// What counts as work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivitySpec {
    /// Kinds that are work; `None` is every kind.
    pub works: Option<Vec<String>>,
    /// Who must have said so.
    pub counts: Provenance,
}

/// Whose word moves the clocks of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Provenance {
    /// The rep's own too.
    #[default]
    Any,
    /// Only what somebody else than the rep says, such as the CRM.
    Verified,
}

impl ActivitySpec {
    /// Whether an activity of this kind counts as work.
    pub fn counts(&self, kind: &str, verified: bool) -> bool {
        let works = self.works.as_ref();
        let work = works.is_none_or(|kinds| kinds.iter().any(|known| known == kind));
        work && (verified || self.counts == Provenance::Any)
    }
}
