//! Reading how records leave their books and come back: `[recycling]` and `[guard]`.
//!
//! What contradicts itself is refused here too, as it takes two spans to point at one of them.

use crate::people::zone::Zone;
use crate::policy::cel::Vocabulary;
use crate::policy::document::COOLDOWN;
use crate::policy::document::guard::{GUARD_MAX, Guard};
use crate::policy::document::recycling::{
    Availability, Cadence, IDLE_MIN, KEEP, KEEPS, Onward, Period, RECYCLE_MAX, REMOVALS_MAX, REST,
    Recycling, Removal, Schedule,
};
use crate::policy::problem::Level;
use crate::policy::read::{Reader, Spot, part};
use crate::policy::source::{Entry, Section};
use crate::time::Span;
use crate::units::{Micro, ONE};
use std::collections::BTreeSet;

/// Most keeps in a row that may be allowed.
const KEEPS_MAX: u32 = 100;

impl<'a> Reader<'a, '_> {
    /// `[recycling]`, if it is there, and the cooldown.
    pub(super) fn recycling(
        &mut self,
        root: Section<'a>,
        words: &Vocabulary,
    ) -> Option<(Option<Recycling>, Span)> {
        let at = "recycling";
        let Some(entry) = root.get(at) else {
            return Some((None, COOLDOWN));
        };
        let table = self.source.section(entry, "")?;
        let known = [
            "cadence",
            "zone",
            "at",
            "first_month",
            "rest",
            "cooldown",
            "warn",
            "keep",
            "keeps",
            "remove",
            "available",
        ];
        self.source.only(table, at, &known);
        let cadence = self.cadence(table, at);
        let rest = self.span(table, "rest", at, REST);
        let cooldown = self.span(table, "cooldown", at, COOLDOWN);
        let warn = match table.get("warn") {
            None => Some(None),
            Some(entry) => self.source.duration(entry, at, RECYCLE_MAX).map(Some),
        };
        let keep = self.span(table, "keep", at, KEEP);
        let keeps = match table.get("keeps") {
            None => Some(KEEPS),
            Some(entry) => self.source.whole(entry, at, 0..=KEEPS_MAX),
        };
        let removals = self.removals(table, words);
        let available = self.availability(table, words);
        let recycling = Recycling {
            cadence: cadence?,
            rest: rest?,
            warn: warn?,
            keep: keep?,
            keeps: keeps?,
            removals: removals?,
            available: available?,
        };
        self.in_time(table, &recycling)?;
        self.in_agreement(table, &recycling);
        Some((Some(recycling), cooldown?))
    }

    /// `[guard]`, or the usual one.
    pub(super) fn guard(&mut self, root: Section<'a>) -> Option<Guard> {
        let (at, usual) = ("guard", Guard::default());
        let Some(entry) = root.get(at) else {
            return Some(usual);
        };
        let table = self.source.section(entry, "")?;
        self.source.only(table, at, &["book", "records", "timers"]);
        let book = match table.get("book") {
            None => Some(usual.book_ppm),
            Some(entry) => {
                let part = self.source.decimal(entry, at, Micro(1)..=ONE);
                part.and_then(|part| u32::try_from(part.0).ok())
            }
        };
        let records = match table.get("records") {
            None => Some(usual.records),
            Some(entry) => self.source.whole(entry, at, 1..=GUARD_MAX),
        };
        let timers = match table.get("timers") {
            None => Some(usual.timers),
            Some(entry) => self.source.whole(entry, at, 0..=GUARD_MAX),
        };
        Some(Guard {
            book_ppm: book?,
            records: records?,
            timers: timers?,
        })
    }

    fn span(&mut self, table: Section<'a>, key: &str, at: &str, usual: Span) -> Option<Span> {
        match table.get(key) {
            None => Some(usual),
            Some(entry) => self.source.duration(entry, at, RECYCLE_MAX),
        }
    }

    fn cadence(&mut self, table: Section<'a>, at: &str) -> Option<Cadence> {
        let zone = match table.get("zone") {
            None => Some("UTC".to_owned()),
            Some(entry) => match self.source.text(entry, at)? {
                zone if Zone::find(zone).is_some() => Some(zone.to_owned()),
                _ => {
                    let wanted = "a time zone, like \"Europe/Berlin\"";
                    self.source.other(entry, at, wanted)
                }
            },
        };
        let minute = match table.get("at") {
            None => Some(0),
            Some(entry) => self.minute(entry, at),
        };
        let first_month = match table.get("first_month") {
            None => Some(1),
            Some(entry) => self.source.whole(entry, at, 1..=12),
        };
        let Some(entry) = table.get("cadence") else {
            let message = "the cadence is missing";
            let hint = "Add cadence = \"at once\", \"weekly\", \"monthly\" or \"quarterly\"";
            return self.source.error(table.span(), at, message, hint);
        };
        let period = match self.source.text(entry, at)? {
            "at once" => return Some(Cadence::AtOnce),
            "weekly" => Period::Week,
            "monthly" => Period::Month,
            "quarterly" => Period::Quarter,
            _ => {
                let wanted = "\"at once\", \"weekly\", \"monthly\" or \"quarterly\"";
                return self.source.other(entry, at, wanted);
            }
        };
        Some(Cadence::Every(Schedule {
            period,
            zone: zone?,
            minute: minute?,
            first_month: u8::try_from(first_month?).expect("at most 12"),
        }))
    }

    /// Minutes after midnight in `"06:00"`.
    fn minute(&mut self, entry: Entry<'a>, at: &str) -> Option<u16> {
        let text = self.source.text(entry, at)?;
        let parsed = text.split_once(':').and_then(|(hour, minute)| {
            let (hour, minute) = (hour.parse::<u16>().ok()?, minute.parse::<u16>().ok()?);
            (text.len() == 5 && hour < 24 && minute < 60).then_some(hour * 60 + minute)
        });
        match parsed {
            Some(minute) => Some(minute),
            None => self
                .source
                .other(entry, at, "a time of day, like \"06:00\""),
        }
    }

    fn removals(&mut self, table: Section<'a>, words: &Vocabulary) -> Option<Vec<Removal>> {
        let sections = self.list(table, "remove", REMOVALS_MAX);
        let mut taken = BTreeSet::new();
        let removals = sections.iter().enumerate().map(|(position, section)| {
            let at = format!("recycling remove {}", position + 1);
            let name = self.name(*section, &at, &mut taken);
            let at = part(
                "recycling remove",
                name.as_deref().unwrap_or("\0"),
                position,
            );
            self.removal(*section, &at, name, words)
        });
        removals.collect::<Vec<_>>().into_iter().collect()
    }

    fn removal(
        &mut self,
        section: Section<'a>,
        at: &str,
        name: Option<String>,
        words: &Vocabulary,
    ) -> Option<Removal> {
        let known = ["name", "when", "idle", "reasons", "execute", "then"];
        self.source.only(section, at, &known);
        let when = self.condition_in(section, at, words);
        let idle = self.idle(section, at);
        let reasons = match section.get("reasons") {
            None => Some(Vec::new()),
            Some(entry) => self.reasons(entry, at),
        };
        if section.get("idle").is_none() && section.get("reasons").is_none() {
            let message = "this would take a record the moment it is dealt";
            let hint = "Add idle = \"30 days\", or reasons = [\"…\"]";
            self.source.error::<()>(section.span(), at, message, hint);
        }
        let at_once = match section.get("execute") {
            None => Some(false),
            Some(entry) => match self.source.text(entry, at)? {
                "at once" => Some(true),
                "cadence" => Some(false),
                _ => {
                    let wanted = "\"cadence\" or \"at once\"";
                    self.source.other(entry, at, wanted)
                }
            },
        };
        let then = match section.get("then") {
            None => Some(Onward::Deal),
            Some(entry) if entry.as_text() == Some("deal") => Some(Onward::Deal),
            Some(entry) => match self.spot(entry, at)? {
                Spot::Queue(queue) => Some(Onward::Queue(queue)),
                Spot::Pool(_) => self.source.other(entry, at, "\"deal\" or \"queue:…\""),
            },
        };
        Some(Removal {
            name: name?,
            when: when?,
            idle: idle?,
            reasons: reasons?,
            at_once: at_once?,
            then: then?,
        })
    }

    fn availability(
        &mut self,
        table: Section<'a>,
        words: &Vocabulary,
    ) -> Option<Vec<Availability>> {
        let sections = self.list(table, "available", REMOVALS_MAX);
        let entries = sections.iter().enumerate().map(|(position, section)| {
            let at = format!("recycling available {}", position + 1);
            let known = ["idle", "when", "new_contacts"];
            self.source.only(*section, &at, &known);
            let when = self.condition_in(*section, &at, words);
            let idle = self.idle(*section, &at);
            let contacts = match section.get("new_contacts") {
                None => Some(false),
                Some(entry) => self.source.flag(entry, &at),
            };
            let entry = Availability {
                idle: idle?,
                when: when?,
                new_contacts: contacts?,
            };
            if entry.idle.is_none() && entry.when.is_none() && !entry.new_contacts {
                let message = "this would end every rest at once";
                let hint = "Add idle = \"90 days\", new_contacts = true or when = '…'";
                return self.source.error(section.span(), &at, message, hint);
            }
            Some(entry)
        });
        entries.collect::<Vec<_>>().into_iter().collect()
    }

    fn condition_in(
        &mut self,
        section: Section<'a>,
        at: &str,
        words: &Vocabulary,
    ) -> Option<Option<crate::market::clause::Condition>> {
        match section.get("when") {
            None => Some(None),
            Some(entry) => self.condition(entry, at, words).map(Some),
        }
    }

    fn idle(&mut self, section: Section<'a>, at: &str) -> Option<Option<Span>> {
        let Some(entry) = section.get("idle") else {
            return Some(None);
        };
        match self.source.duration(entry, at, RECYCLE_MAX)? {
            idle if idle < IDLE_MIN => {
                let message = format!("{idle} without work is too short to take a record");
                let hint = "Use at least \"1 day\"; a first touch that is late is an SLA";
                self.source.error(entry.span(), at, message, hint)
            }
            idle => Some(Some(idle)),
        }
    }

    /// An owner is warned before a removal, so the warning must be shorter than the idle time.
    fn in_time(&mut self, table: Section<'a>, recycling: &Recycling) -> Option<()> {
        let Some(warn) = recycling.warn else {
            return Some(());
        };
        let shortest = recycling.removals.iter().filter_map(|one| one.idle).min();
        if shortest.is_none_or(|shortest| warn < shortest) {
            return Some(());
        }
        let span = table.get("warn").map_or(table.span(), |entry| entry.span());
        let message = "owners would be warned the moment they get a record";
        let hint = "Make warn shorter than the shortest idle";
        self.source.error(span, "recycling", message, hint)
    }

    /// Removal and availability must not contradict: what is taken after so long without work must
    /// not be available again after less than that; and an entry that never ends a rest early is
    /// hardly meant.
    fn in_agreement(&mut self, table: Section<'a>, recycling: &Recycling) {
        let sections = self.list(table, "available", REMOVALS_MAX);
        let idles = recycling.removals.iter();
        let idles: Vec<(&Removal, Span)> = idles.filter_map(|one| Some((one, one.idle?))).collect();
        let entries = sections.iter().zip(&recycling.available).enumerate();
        for (position, (section, entry)) in entries {
            let Some(idle) = entry.idle else { continue };
            let span = section.get("idle").map_or(section.span(), |one| one.span());
            let at = format!("recycling available {}", position + 1);
            let alone = entry.when.is_none() && !entry.new_contacts;
            let clash = idles.iter().find(|(_, removed)| alone && idle <= *removed);
            if let Some((removal, removed)) = clash {
                let whole = Span(removed.0 + recycling.rest.0);
                let message = format!(
                    "what {:?} takes after {removed} without work would be available at once",
                    removal.name
                );
                let hint = format!("Use more than {removed}; with the rest, {whole}");
                self.source.error::<()>(span, &at, message, hint);
                continue;
            }
            let longest = idles.iter().map(|(_, removed)| *removed).max();
            let whole = longest.map(|longest| Span(longest.0 + recycling.rest.0));
            if let Some(whole) = whole.filter(|whole| *whole < idle) {
                let message = format!("no rest ends early by this: it is over {whole} after work");
                let hint = format!("Lengthen the rest, or use at most {whole}");
                let words = [message, hint];
                self.source.note(Level::Warning, span, &at, words);
            }
        }
    }
}
