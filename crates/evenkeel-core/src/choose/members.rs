//! The members of a pool as gates and choosers see them: weight, credit, past, book, grant.
//!
//! What a chooser makes of it stands in [`crate::rotation`].

use super::{Asked, Draft, Weigher};
use crate::aptitude;
use crate::ballot::{Counts, Member};
use crate::bearing;
use crate::effort::cost::cost;
use crate::entitlement::{self, Claim};
use crate::ids::{PoolNo, RepNo};
use crate::market::value::Attributes;
use crate::market::value::{Facts, Value};
use crate::people::grants::Grant;
use crate::people::roster::Rep;
use crate::policy::document::{BookSize, PoolSpec, Share};
use crate::rotation::ledger::Entry;
use crate::rotation::memory::Memory;
use crate::units::{Micro, ONE};
use crate::verdict::{Load, Traits};

impl<'a> Draft<'a> {
    /// Everybody on the pool's ledger, as gates and choosers see them.
    pub(super) fn members(
        &self,
        asked: &Asked<'_>,
        pool_no: PoolNo,
        spec: &PoolSpec,
        (memory, traits): (&Memory, &Traits),
    ) -> Vec<Member<'a>> {
        let pool = self.state.pool(pool_no);
        let ledger = self.ledgers.get(&pool_no).unwrap_or(&pool.ledger);
        let weigh = Weigher::new(self.state, spec);
        let nothing = Attributes::default();
        let record = asked.record.unwrap_or(&nothing);
        let grant = bearing::grant(spec, asked.record, &pool.grants, self.envelope.at);
        let closers = aptitude::closers(self.state, pool_no, spec, record, self.envelope.at);
        let adds = self.cost(asked.record);
        let member = |entry: &Entry| {
            let rep = self.state.roster().rep(entry.rep);
            let capped = spec.caps.are_set();
            let tally = capped.then(|| pool.tally(entry.rep)).flatten();
            let past = tally.map_or(&[][..], |tally| tally.history.moments());
            let pending = |counts: &dyn Fn(&(PoolNo, RepNo)) -> bool| {
                let counted = self.pending.iter().filter(|(deal, _)| counts(deal));
                counted.map(|(_, count)| count).sum()
            };
            let everywhere = pending(&|(_, rep)| *rep == entry.rep);
            let capacity = spec.capacity.and_then(|size| self.holds(size, rep));
            let load = capacity.map(|capacity| Load {
                open: self.load(entry.rep),
                adds,
                capacity,
            });
            let mut apt = bearing::apt(
                spec,
                record,
                (entry.rep, &rep.profile.attributes),
                load,
                (memory, traits),
            );
            apt.specialist |= closers.contains(&entry.rep);
            let held = u32::try_from(rep.book.len()).unwrap_or(u32::MAX);
            let filled = self.filled(&rep.profile.attributes, held.saturating_add(everywhere));
            apt.load = filled.or(apt.load);
            apt.cooling = asked
                .number
                .and_then(|number| self.cooling(number, entry.rep));
            apt.unearned = grant.is_some_and(|grant| grant.multiplier(entry.rep).is_none());
            Member {
                rep: entry.rep,
                weight: weigh.weight(&rep.key, &rep.profile),
                credit: entry.credit,
                makeup: entry.makeup,
                profile: &rep.profile,
                from_pool: Counts {
                    past,
                    pending: pending(&|deal| *deal == (pool_no, entry.rep)),
                },
                from_all: Counts {
                    past: rep.history.moments(),
                    pending: everywhere,
                },
                apt,
            }
        };
        let mut members: Vec<Member<'a>> = ledger.members().iter().map(member).collect();
        self.scale(spec, grant, &mut members);
        members
    }

    /// Scales the weights by what the pool's shares say.
    fn scale(&self, spec: &PoolSpec, grant: Option<&Grant>, members: &mut [Member<'_>]) {
        if spec.shares.is_empty() {
            return;
        }
        let tiers = spec.shares.iter().any(|share| {
            let size = match share {
                Share::Headroom(size) | Share::Capacity { capacity: size, .. } => *size,
                _ => return false,
            };
            size == BookSize::Tier
        });
        let claims = members.iter().map(|member| {
            let rep = self.state.roster().rep(member.rep);
            Claim {
                attributes: &member.profile.attributes,
                load: self.load(member.rep),
                tier: match tiers {
                    true => self.holds(BookSize::Tier, rep),
                    false => None,
                },
                weight: member.weight,
                earned: grant.map_or(ONE, |grant| {
                    grant.multiplier(member.rep).unwrap_or_default()
                }),
            }
        });
        let claims: Vec<Claim<'_>> = claims.collect();
        let weights = entitlement::weights(&spec.shares, &claims);
        for (member, weight) in members.iter_mut().zip(weights) {
            member.weight = weight;
        }
    }

    /// What a record costs while it is open; one that nothing is known of is a standard account.
    pub(super) fn cost(&self, record: Option<&Attributes>) -> Micro {
        let effort = self.policy.document().effort.as_ref();
        record.map_or(ONE, |record| cost(effort, record))
    }

    /// What is open in a book, with the deals of this command.
    fn load(&self, rep: RepNo) -> Micro {
        self.state.load(rep) + self.taken.get(&rep).copied().unwrap_or_default()
    }

    /// How much a rep's book should hold, if that is known.
    fn holds(&self, size: BookSize, rep: &Rep) -> Option<Micro> {
        match size {
            BookSize::Field(field) => match rep.profile.attributes.fact(field) {
                Some(Value::Number(number)) => Some(Micro(number.0.max(0) / ONE.0 * ONE.0)),
                _ => None,
            },
            BookSize::Tier => {
                let capacity = self.policy.document().capacity.as_ref()?;
                let target = capacity.of(&rep.key, &rep.profile, self.envelope.at)?;
                Some(target.accounts)
            }
        }
    }
}
