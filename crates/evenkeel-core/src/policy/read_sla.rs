//! Reading how soon records must be worked on, and how much a clock may do that has jumped.

use crate::policy::cel::Vocabulary;
use crate::policy::document::sla::{
    ClockKind, LapseSpec, REST_MAX, ReassignSpec, SLA_MAX, SLAS_MAX, SlaSpec, TRIES_MAX,
};
use crate::policy::read::{Reader, Spot, part};
use crate::policy::source::{Entry, Section};
use crate::time::Span;
use std::collections::BTreeSet;

/// The keys of one line.
const KEYS: [&str; 10] = [
    "name",
    "when",
    "pool",
    "first_touch",
    "clock",
    "warn",
    "escalate",
    "reassign",
    "tries",
    "then",
];

impl<'a> Reader<'a, '_> {
    /// Every `[[sla]]`, in order.
    pub(super) fn slas(&mut self, root: Section<'a>, words: &Vocabulary) -> Option<Vec<SlaSpec>> {
        let sections = self.list(root, "sla", SLAS_MAX);
        let mut taken = BTreeSet::new();
        let lines = sections.iter().enumerate();
        let lines = lines.map(|(at, section)| {
            let at = format!("sla {}", at + 1);
            let name = self.name(*section, &at, &mut taken);
            self.sla(*section, name?, words)
        });
        let lines: Vec<Option<SlaSpec>> = lines.collect();
        lines.into_iter().collect()
    }

    fn sla(&mut self, line: Section<'a>, name: String, words: &Vocabulary) -> Option<SlaSpec> {
        let at = part("sla", &name, 0);
        self.source.only(line, &at, &KEYS);
        let when = match line.get("when") {
            Some(entry) => self.condition(entry, &at, words),
            None => {
                let hint = "Add when = '…'; for every record, when = 'true'";
                let message = "the condition is missing";
                self.source.error(line.span(), &at, message, hint)
            }
        };
        let pool = match line.get("pool") {
            None => Some(None),
            Some(entry) => match self.spot(entry, &at) {
                Some(Spot::Pool(pool)) => Some(Some(pool)),
                Some(Spot::Queue(_)) => self.source.other(entry, &at, "a pool, like \"pool:us\""),
                None => None,
            },
        };
        let first_touch = match line.get("first_touch") {
            Some(entry) => self.source.duration(entry, &at, SLA_MAX),
            None => {
                let hint = "Add first_touch = \"30 minutes\"";
                let message = "first_touch is missing";
                self.source.error(line.span(), &at, message, hint)
            }
        };
        let clock = match line.get("clock") {
            None => Some(ClockKind::Business),
            Some(entry) => match entry.as_text() {
                Some("business") => Some(ClockKind::Business),
                Some("wall") => Some(ClockKind::Wall),
                _ => self.source.other(entry, &at, "\"business\" or \"wall\""),
            },
        };
        let first_touch = first_touch?;
        let warn = self.after(
            line,
            "warn",
            &at,
            (Span(0), first_touch),
            "before first_touch",
        );
        let late = (first_touch, SLA_MAX);
        let escalate = self.after(line, "escalate", &at, late, "first_touch or later");
        let reassign = self.reassigning(line, &at, first_touch);
        Some(SlaSpec {
            name,
            when: when?,
            pool: pool?,
            first_touch,
            clock: clock?,
            warn: warn?,
            escalate: escalate?.unwrap_or(first_touch),
            reassign: reassign?,
        })
    }

    /// A length of time within a range; `Some(None)` when it is not there.
    fn after(
        &mut self,
        line: Section<'a>,
        key: &str,
        at: &str,
        (least, most): (Span, Span),
        words: &str,
    ) -> Option<Option<Span>> {
        let Some(entry) = line.get(key) else {
            return Some(None);
        };
        let span = self.source.duration(entry, at, SLA_MAX)?;
        match least <= span && span <= most {
            true => Some(Some(span)),
            false => self.source.other(entry, at, words),
        }
    }

    fn reassigning(
        &mut self,
        line: Section<'a>,
        at: &str,
        first_touch: Span,
    ) -> Option<Option<ReassignSpec>> {
        let Some(_) = line.get("reassign") else {
            for key in ["tries", "then"] {
                if let Some(entry) = line.get(key) {
                    let message = format!("{key} says nothing without reassign");
                    let hint = "Add reassign = \"1 hour\", or leave it out";
                    return self.source.error(entry.key_span(), at, message, hint);
                }
            }
            return Some(None);
        };
        let late = (first_touch, SLA_MAX);
        let after = self.after(line, "reassign", at, late, "first_touch or later");
        let tries = match line.get("tries") {
            None => Some(2),
            Some(entry) => self.source.whole(entry, at, 1..=TRIES_MAX),
        };
        let then = match line.get("then") {
            Some(entry) => self.lapse(entry, at),
            None => {
                let message = "then is missing: where it goes when nobody works on it";
                let hint = "Add then = \"queue:…\" or then = \"rest 30 days\"";
                self.source.error(line.span(), at, message, hint)
            }
        };
        Some(Some(ReassignSpec {
            after: after??,
            tries: tries?,
            then: then?,
        }))
    }

    /// `"queue:name"` or `"rest 30 days"`.
    fn lapse(&mut self, entry: Entry<'a>, at: &str) -> Option<LapseSpec> {
        let text = self.source.text(entry, at)?;
        if text.starts_with("queue:") {
            return match self.spot(entry, at)? {
                Spot::Queue(queue) => Some(LapseSpec::Queue(queue)),
                Spot::Pool(_) => None,
            };
        }
        let days = text.strip_prefix("rest ").and_then(|rest| {
            let (count, unit) = rest.split_once(' ')?;
            matches!(unit, "day" | "days").then(|| count.parse::<u16>().ok())?
        });
        let rest = days.map(|days| Span::days(i64::from(days)));
        match rest.filter(|rest| (Span(1)..=REST_MAX).contains(rest)) {
            Some(rest) => Some(LapseSpec::Rest(rest)),
            None => {
                let wanted = "\"queue:…\" or \"rest 30 days\", at most 366";
                self.source.other(entry, at, wanted)
            }
        }
    }
}
