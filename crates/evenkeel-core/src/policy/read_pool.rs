//! Reading one pool of a policy.

use crate::people::rep::{REP_KEY_MAX, REPS_MAX};
use crate::policy::cel::Vocabulary;
use crate::policy::document::{
    HOLD_MAX, ManualCounts, Members, Nobody, PoolSpec, Share, WEIGHT_MAX, Weights,
};
use crate::policy::read::{Reader, Spot, part};
use crate::policy::source::{Entry, Section};
use crate::units::{Micro, ONE};
use std::collections::{BTreeMap, BTreeSet};

impl<'a> Reader<'a, '_> {
    pub(super) fn pool(
        &mut self,
        pool: Section<'a>,
        position: usize,
        (records, words): (&Vocabulary, &Vocabulary),
    ) -> Option<PoolSpec> {
        let name = self.names.pools[position].clone();
        let at = part("pool", &name, position);
        let known = [
            "name",
            "where",
            "members",
            "method",
            "band",
            "balance",
            "specialist",
            "stream",
            "earn",
            "weight",
            "weights",
            "share",
            "capacity",
            "cap",
            "hours",
            "manual_counts",
            "nobody",
            "target",
            "top_up",
            "best",
        ];
        self.source.only(pool, &at, &known);
        let members = self.members(pool, &at, words);
        let dealing = self.dealing(pool, &at, (records, words));
        let weights = self.weights(pool, &at, words);
        let caps = self.caps(pool, "cap", &format!("{at} cap"));
        let keeps_hours = self.keeps_hours(pool, &at);
        let manual_counts = match pool.get("manual_counts") {
            None => Some(ManualCounts::Full),
            Some(entry) => self.manual_counts(entry, &at),
        };
        let nobody = self.nobody(pool, &at);
        let top_up = self.top_up(pool, &at, (records, words));
        let earn = self.earn(pool, &at, (records, words));
        let (mut dealing, earn) = (dealing?, earn?);
        dealing
            .shares
            .extend(earn.is_some().then_some(Share::Earned));
        Some(PoolSpec {
            name,
            members: members?,
            method: dealing.method,
            weights: weights?,
            shares: dealing.shares,
            capacity: dealing.capacity,
            balance: dealing.balance,
            specialists: dealing.specialists,
            stream_ppm: dealing.stream_ppm,
            earn,
            caps: caps?,
            keeps_hours: keeps_hours?,
            manual_counts: manual_counts?,
            nobody: nobody?,
            top_up: top_up?,
        })
    }

    fn keeps_hours(&mut self, pool: Section<'a>, at: &str) -> Option<bool> {
        let Some(entry) = pool.get("hours") else {
            return Some(false);
        };
        match self.source.text(entry, at)? {
            "keep" => Some(true),
            "ignore" => Some(false),
            _ => self.source.other(entry, at, "\"keep\" or \"ignore\""),
        }
    }

    fn members(&mut self, pool: Section<'a>, at: &str, words: &Vocabulary) -> Option<Members> {
        let (condition, list) = (pool.get("where"), pool.get("members"));
        let span = condition
            .or(list)
            .map_or_else(|| pool.span(), |entry| entry.span());
        self.reading.places.members.push(span.clone());
        match (condition, list) {
            (Some(entry), None) => self.condition(entry, at, words).map(Members::Where),
            (None, Some(entry)) => self.rep_keys(entry, at).map(Members::List),
            (None, None) => {
                let hint = "Add where = '…' or members = [\"…\"]";
                self.source
                    .error(span, at, "the pool does not say who belongs to it", hint)
            }
            (Some(_), Some(entry)) => {
                let message = "the pool has both where and members";
                self.source
                    .error(entry.key_span(), at, message, "Keep one of them")
            }
        }
    }

    fn rep_keys(&mut self, entry: Entry<'a>, at: &str) -> Option<Vec<String>> {
        let keys = self.source.texts(entry, at)?;
        if keys.len() > REPS_MAX {
            let message = format!("there are {} members, at most {REPS_MAX} fit", keys.len());
            return self.source.error(entry.span(), at, message, "Use where");
        }
        let mut taken = BTreeSet::new();
        for (key, span) in &keys {
            if key.is_empty() || key.chars().count() > REP_KEY_MAX {
                let message = format!("{key:?} cannot be the key of a rep");
                self.source.error::<()>(span.clone(), at, message, "");
            }
            if !taken.insert(*key) {
                let message = format!("{key:?} is listed twice");
                let hint = "For more turns, use weights";
                self.source.error::<()>(span.clone(), at, message, hint);
            }
        }
        Some(keys.into_iter().map(|(key, _)| key.to_owned()).collect())
    }

    fn weights(&mut self, pool: Section<'a>, at: &str, words: &Vocabulary) -> Option<Weights> {
        match (pool.get("weight"), pool.get("weights")) {
            (None, None) => Some(Weights::Equal),
            (Some(entry), None) => self.number_field(entry, at, words).map(Weights::ByField),
            (None, Some(entry)) => {
                let table = self.source.section(entry, at)?;
                let weights = table.entries().map(|entry| {
                    let weight = self.source.whole(entry, at, 1..=WEIGHT_MAX)?;
                    Some((entry.key.to_owned(), weight))
                });
                let weights = weights.collect::<Vec<Option<(String, u32)>>>();
                weights
                    .into_iter()
                    .collect::<Option<BTreeMap<_, _>>>()
                    .map(Weights::ByRep)
            }
            (Some(_), Some(entry)) => {
                let message = "the pool has both weight and weights";
                self.source
                    .error(entry.key_span(), at, message, "Keep one of them")
            }
        }
    }

    pub(super) fn manual_counts(&mut self, entry: Entry<'a>, at: &str) -> Option<ManualCounts> {
        match entry.as_text() {
            Some("none") => Some(ManualCounts::None),
            Some("full") => Some(ManualCounts::Full),
            Some(_) => self.source.other(
                entry,
                at,
                "\"none\", \"full\" or a part of a turn, like 0.5",
            ),
            None => match self.source.decimal(entry, at, Micro(0)..=ONE)? {
                Micro(0) => Some(ManualCounts::None),
                ONE => Some(ManualCounts::Full),
                Micro(part) => u32::try_from(part).ok().map(ManualCounts::Fraction),
            },
        }
    }

    fn nobody(&mut self, pool: Section<'a>, at: &str) -> Option<Nobody> {
        let Some(entry) = pool.get("nobody") else {
            self.reading.places.nobody.push(pool.span());
            let message = "the pool does not say where a record goes when nobody can take it";
            let hint = "Add nobody = \"queue:…\", \"pool:…\", { hold = \"2 days\", then = \"queue:…\" } \
                        or { rep = \"…\", otherwise = \"queue:…\" }";
            return self.source.error(pool.span(), at, message, hint);
        };
        self.reading.places.nobody.push(entry.span());
        let Some(hold) = entry.as_section() else {
            return self.spot(entry, at).map(|spot| match spot {
                Spot::Pool(pool) => Nobody::Pool(pool),
                Spot::Queue(queue) => Nobody::Queue(queue),
            });
        };
        if hold.get("rep").is_some() {
            let (rep, otherwise) = self.named_rep(hold, entry, at)?;
            return Some(Nobody::Rep { rep, otherwise });
        }
        self.source.only(hold, at, &["hold", "then"]);
        let span = match hold.get("hold") {
            Some(entry) => self.source.duration(entry, at, HOLD_MAX),
            None => self.source.error(
                entry.span(),
                at,
                "the length is missing",
                "Add hold = \"2 days\"",
            ),
        };
        let then = self.queue_in(hold, "then", at);
        Some(Nobody::Hold {
            span: span?,
            then: then?,
        })
    }
}
