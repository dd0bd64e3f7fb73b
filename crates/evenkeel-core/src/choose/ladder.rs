//! Climbing the ladder of precedence: duplicates, owners of related accounts, whoever had it
//! lately; asked before the rules, in order, and each answer kept in the verdict.
//!
//! A rung that settles nothing passes the record on; after the last one the rules deal it. What a
//! rung gives goes outside rotation: hours and caps are not asked, and what it counts drips through
//! the make-up buffer of the pool that the rules would have asked.

use super::{Asked, Draft, Weigher};
use crate::holding::place::Place;
use crate::ids::{RecordNo, RepNo};
use crate::market::schema::RECORD_KIND;
use crate::market::value::{Facts, Value};
use crate::people::rep::Status;
use crate::policy::document::Target;
use crate::precedence::index;
use crate::precedence::rung::{Otherwise, RungSpec, Then, Way, With};
use crate::time::Moment;
use crate::units::Micro;
use crate::verdict::rung::{Charge, Rung, Said};
use crate::verdict::{Destination, Stop, Verdict};

/// What asking one rung came to.
struct Asking {
    found: Option<RecordNo>,
    rep: Option<RepNo>,
    said: Said,
    to: Option<Destination>,
}

impl Asking {
    fn said(found: Option<RecordNo>, said: Said) -> Self {
        Self {
            found,
            rep: None,
            said,
            to: None,
        }
    }
}

impl Draft<'_> {
    /// Asks the rungs in order, and adds what they said; gives where the record goes when one
    /// settles it.
    ///
    /// Merging and marking are for records that come in; a rule that names a rep outranks who had
    /// the same lately.
    pub(super) fn climb(
        &self,
        asked: &Asked<'_>,
        target: &Target,
        rungs: &mut Vec<Rung>,
    ) -> Option<Destination> {
        let record = asked.record?;
        let kind = match record.fact(RECORD_KIND) {
            Some(Value::Text(kind)) => Some(kind.as_str()),
            _ => None,
        };
        let named = matches!(target, Target::Rep { .. });
        for (at, spec) in self.policy.document().ladder.rungs.iter().enumerate() {
            let due = match spec.way {
                Way::Duplicate => asked.number.is_none() || spec.then == Then::Owner,
                Way::Related => true,
                Way::Sticky => !named,
            };
            if !due || !spec.asks(kind) {
                continue;
            }
            let asking = self.ask(asked, spec, target);
            rungs.push(Rung {
                rung: at as u32,
                way: spec.way,
                found: asking.found,
                rep: asking.rep,
                said: asking.said,
            });
            if asking.to.is_some() {
                return asking.to;
            }
        }
        None
    }

    fn ask(&self, asked: &Asked<'_>, spec: &RungSpec, target: &Target) -> Asking {
        let Some(found) = self.matching(asked, spec) else {
            return Asking::said(None, Said::Blank);
        };
        let owner = |record: &RecordNo| Some((*record, self.state.place(*record).owner()?));
        let give = |(record, rep)| self.give(asked, spec, target, record, rep);
        let ownerless = |found: Option<&RecordNo>| match found {
            Some(record) => Asking::said(Some(*record), Said::Ownerless),
            None => Asking::said(None, Said::Nothing),
        };
        match (spec.way, spec.then) {
            (Way::Duplicate, Then::Merge | Then::Flag) => {
                let open = |record: &&RecordNo| self.state.place(**record) != Place::Closed;
                match found.iter().find(open) {
                    None => Asking::said(None, Said::Nothing),
                    Some(record) if spec.then == Then::Flag => {
                        Asking::said(Some(*record), Said::Flagged)
                    }
                    Some(record) => Asking {
                        rep: self.state.place(*record).owner(),
                        to: Some(Destination::Merged(*record)),
                        ..Asking::said(Some(*record), Said::Merged)
                    },
                }
            }
            (Way::Duplicate | Way::Related, _) => match found.iter().find_map(owner) {
                Some(owned) => give(owned),
                None => ownerless(found.first()),
            },
            (Way::Sticky, _) => {
                let had = found.iter().filter_map(|record| self.had(*record, spec));
                // Whoever has it now, else had it last; of several the newest record.
                match had.max_by_key(|(record, _, until)| (*until, *record)) {
                    Some((record, rep, _)) => give((record, rep)),
                    None => Asking::said(None, Said::Nothing),
                }
            }
        }
    }

    /// Who has a record now, or had it within the time the rung looks back; and until when.
    fn had(&self, record: RecordNo, spec: &RungSpec) -> Option<(RecordNo, RepNo, Moment)> {
        if let Some(rep) = self.state.place(record).owner() {
            return Some((record, rep, Moment(i64::MAX)));
        }
        let (rep, until) = self.state.records().activity.parted(record)?;
        (self.envelope.at - until <= spec.within).then_some((record, rep, until))
    }

    /// The records that match, the newest first, each as what it was merged into; `None` when there
    /// is nothing to match by.
    fn matching(&self, asked: &Asked<'_>, spec: &RungSpec) -> Option<Vec<RecordNo>> {
        let records = self.state.records();
        let free = &self.policy.document().ladder.free_mail;
        let record = asked.record?;
        let found: Vec<RecordNo> = match &spec.with {
            With::Fields(parts) => {
                let seal = index::given(&spec.by, record, asked.marks, free)?;
                self.state.matches().find(parts, seal).collect()
            }
            With::Key => {
                let part = spec.by.first()?;
                let text = record.fact(part.field).map(index::text)?;
                let key = part.form.of(&text, free)?;
                records.find(&key).into_iter().collect()
            }
        };
        let older = |record: &RecordNo| match (asked.number, spec.way) {
            (Some(own), Way::Duplicate) => *record < own,
            (own, _) => own != Some(*record),
        };
        let admitted = |record: &RecordNo| {
            spec.among.is_empty() || spec.finds(index::kind(&records.columns, *record).as_deref())
        };
        let found = found.into_iter().filter(older).filter(admitted);
        let found = found.map(|record| records.survivor(record));
        Some(
            found
                .filter(|record| asked.number != Some(*record))
                .collect(),
        )
    }

    fn give(
        &self,
        asked: &Asked<'_>,
        spec: &RungSpec,
        target: &Target,
        found: RecordNo,
        rep: RepNo,
    ) -> Asking {
        let asking = |said, to| Asking {
            rep: Some(rep),
            to,
            ..Asking::said(Some(found), said)
        };
        let pool = asked.record.and_then(|record| self.pool_of(target, record));
        let Some(stop) = self.barred(rep, asked.excluded, asked.number) else {
            let charge = self.charge(rep, asked.size, spec.counts_ppm, pool);
            return asking(Said::Took(charge), Some(Destination::Rep(rep)));
        };
        // Who is gone, or must not get it, is not waited for.
        let back = matches!(stop, Stop::OnLeave { .. } | Stop::Paused { .. });
        let queue = |queue| self.state.queue_at(queue);
        let to = match (spec.otherwise, pool) {
            (Otherwise::Queue(stand_in), _) if back => Some(Destination::Queue(queue(stand_in))),
            (Otherwise::Hold { span, then }, Some(pool)) if back => Some(Destination::Hold {
                pool: self.state.pool_at(pool),
                until: self.envelope.at + span,
                then: queue(then),
                excluded: asked.excluded,
                awaits: Some(rep),
            }),
            _ => None,
        };
        match to {
            Some(to) => asking(Said::Waits(stop), Some(to)),
            None => asking(Said::Passed(stop), None),
        }
    }

    /// What keeps a rep from a record outside rotation: being gone, paused, away, excluded, or
    /// having had it before it was released. Hours and caps are for rotation.
    pub(super) fn barred(
        &self,
        rep: RepNo,
        excluded: Option<RepNo>,
        record: Option<RecordNo>,
    ) -> Option<Stop> {
        let cooling = || {
            let until = self.cooling(record?, rep)?;
            Some(Stop::Cooling { until })
        };
        let profile = &self.state.roster().rep(rep).profile;
        match profile.status {
            _ if self.leaving == Some(rep) => Some(Stop::Left),
            Status::Left => Some(Stop::Left),
            Status::Paused { review, .. } => Some(Stop::Paused { review }),
            Status::Active => match profile.leave_at(self.envelope.at) {
                Some(leave) => Some(Stop::OnLeave { until: leave.until }),
                None if excluded == Some(rep) => Some(Stop::Excluded),
                None => cooling(),
            },
        }
    }

    /// What a record given to `rep` outside rotation counts in the pool that the rules would have
    /// asked; nothing for a stranger to it.
    fn charge(&self, rep: RepNo, size: Micro, counts_ppm: u32, pool: Option<usize>) -> Charge {
        let Some(position) = pool.filter(|_| counts_ppm > 0) else {
            return Charge::default();
        };
        let part = i128::from(size.0) * i128::from(counts_ppm) / 1_000_000;
        let amount = Micro(i64::try_from(part).expect("a part of a size is no more than it"));
        let pool = self.state.pool_at(position);
        let weigh = Weigher::new(self.state, &self.policy.document().pools[position]);
        let weight = |rep| {
            let entry = self.state.roster().rep(rep);
            weigh.weight(&entry.key, &entry.profile)
        };
        let ledger = self.ledgers.get(&pool);
        let ledger = ledger.unwrap_or(&self.state.pool(pool).ledger);
        let makeup = ledger.gift(rep, amount, weight);
        if makeup.is_empty() {
            return Charge::default();
        }
        Charge {
            pool: Some(pool),
            amount,
            makeup,
        }
    }

    /// Remembers what a rung counted, for the next deal of the same command.
    pub(super) fn remember_charge(&mut self, verdict: &Verdict) {
        let Some(Said::Took(charge)) = verdict.settled().map(|rung| &rung.said) else {
            return;
        };
        if let Some(pool) = charge.pool {
            let state = self.state;
            self.ledgers
                .entry(pool)
                .or_insert_with(|| state.pool(pool).ledger.clone())
                .apply_makeup(&charge.makeup);
        }
    }
}
