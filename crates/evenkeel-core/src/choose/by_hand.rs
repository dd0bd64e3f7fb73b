//! What giving a record to a rep by hand counts, and in which pool.
//!
//! Whether a person may give it at all is the verb's to say, and so is what else happens to it.

use super::{Draft, Weigher};
use crate::event::Counted;
use crate::ids::{RecordNo, RepNo};
use crate::policy::document::ManualCounts;
use crate::units::Micro;

impl Draft<'_> {
    /// What giving `record` to `rep` by hand counts: in the pool that would have been asked about
    /// it where it stands, if the rep is a member and the pool counts it.
    ///
    /// That is the pool of the step it was handed to, else the pool that the rules say.
    pub fn counted_by_hand(&self, record: RecordNo, rep: RepNo) -> Vec<Counted> {
        let asked = self.pool_at_step(record);
        let (pool, size) = asked.unwrap_or_else(|| self.pool_by_rules(record));
        let Some(position) = pool else {
            return Vec::new();
        };
        let spec = &self.policy.document().pools[position];
        let amount = match spec.manual_counts {
            ManualCounts::None => return Vec::new(),
            ManualCounts::Full => size,
            ManualCounts::Fraction(ppm) => {
                Micro((i128::from(size.0) * i128::from(ppm) / 1_000_000) as i64)
            }
        };
        let pool = self.state.pool_at(position);
        let weigh = Weigher::new(self.state, spec);
        let weight = |rep| {
            let entry = self.state.roster().rep(rep);
            weigh.weight(&entry.key, &entry.profile)
        };
        let makeup = self.state.pool(pool).ledger.gift(rep, amount, weight);
        if makeup.is_empty() {
            Vec::new()
        } else {
            vec![Counted { pool, makeup }]
        }
    }

    /// The pool that the rules say, if they say one, and how many turns the record uses up.
    fn pool_by_rules(&self, record: RecordNo) -> (Option<usize>, Micro) {
        let records = self.state.records();
        let matched = self.policy.matching_row(&records.columns, record.index());
        let document = self.policy.document();
        let target = matched
            .rule
            .map_or(&document.fallback, |rule| &document.rules[rule].to);
        let attributes = records.columns.attributes(record.index());
        let pool = self.pool_of(target, &attributes);
        (pool, self.size_of_row(&matched, record))
    }
}
