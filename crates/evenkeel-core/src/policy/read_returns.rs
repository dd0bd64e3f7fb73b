//! Reading how reps give records back, and how books are filled up again.

use crate::market::schema::FieldType;
use crate::policy::cel::Vocabulary;
use crate::policy::document::recycling::{
    BookTarget, RECYCLE_MAX, REST, Recycling, ReturnThen, Returning, Returns, TARGET_MAX, TopUp,
};
use crate::policy::document::{CAP_MAX, REASONS_MAX};
use crate::policy::read::{Reader, Spot, part};
use crate::policy::source::{Entry, Section};
use crate::time::Span;
use std::collections::BTreeSet;

/// Longest reason code in characters, as when a record is closed.
const REASON_MAX: usize = 60;

impl<'a> Reader<'a, '_> {
    /// `[returns]`, if it is there. What rests without a length rests as what is recycled.
    pub(super) fn returns(
        &mut self,
        root: Section<'a>,
        recycling: Option<&(Option<Recycling>, Span)>,
    ) -> Option<Option<Returns>> {
        let at = "returns";
        let Some(entry) = root.get(at) else {
            return Some(None);
        };
        let table = self.source.section(entry, "")?;
        self.source.only(table, at, &["per_month", "reason"]);
        let usual = recycling.and_then(|(recycling, _)| recycling.as_ref());
        let usual = usual.map_or(REST, |recycling| recycling.rest);
        let per_month = match table.get("per_month") {
            Some(entry) => self.source.whole(entry, at, 1..=CAP_MAX).map(Some),
            None => Some(None),
        };
        let sections = self.list(table, "reason", REASONS_MAX);
        if sections.is_empty() {
            let hint = "Add [[returns.reason]] with name = \"poor_fit\", then = \"rest\"";
            let message = "the reasons are missing";
            return self.source.error(table.span(), at, message, hint);
        }
        let mut taken = BTreeSet::new();
        let reasons = sections.iter().enumerate().map(|(position, section)| {
            let at = format!("returns reason {}", position + 1);
            let name = self.name(*section, &at, &mut taken);
            let at = part("returns reason", name.as_deref().unwrap_or("\0"), position);
            self.returning(*section, &at, name?, usual)
        });
        let reasons = reasons
            .collect::<Vec<_>>()
            .into_iter()
            .collect::<Option<_>>();
        Some(Some(Returns {
            per_month: per_month?,
            reasons: reasons?,
        }))
    }

    fn returning(
        &mut self,
        section: Section<'a>,
        at: &str,
        name: String,
        usual: Span,
    ) -> Option<Returning> {
        self.source.only(section, at, &["name", "then"]);
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        if name.len() > REASON_MAX || !name.chars().all(plain) {
            let span = section.get("name").map_or(section.span(), |one| one.span());
            let message = format!("{name:?} is no reason code");
            let hint = "Use 1 to 60 lower-case letters, digits, _ or -";
            return self.source.error(span, at, message, hint);
        }
        let Some(entry) = section.get("then") else {
            let hint = "Add then = \"rest\", \"close\", \"deal\", \"back\" or \"queue:…\"";
            let message = "what becomes of the record is missing";
            return self.source.error(section.span(), at, message, hint);
        };
        let then = match self.source.text(entry, at)? {
            "rest" => Some(ReturnThen::Rest(usual)),
            "close" => Some(ReturnThen::Close),
            "deal" => Some(ReturnThen::Deal),
            "back" => Some(ReturnThen::Back),
            text if text.starts_with("rest ") => self.rest_in(entry, at, &text[5..]),
            text if text.starts_with("queue:") => match self.spot(entry, at)? {
                Spot::Queue(queue) => Some(ReturnThen::Queue(queue)),
                Spot::Pool(_) => None,
            },
            _ => {
                let wanted = "\"rest\", \"rest 90 days\", \"close\", \"deal\", \"back\" or \
                    \"queue:…\"";
                self.source.other(entry, at, wanted)
            }
        };
        Some(Returning { name, then: then? })
    }

    /// The length in `"rest 90 days"`.
    fn rest_in(&mut self, entry: Entry<'a>, at: &str, length: &str) -> Option<ReturnThen> {
        let (count, unit) = length.split_once(' ').unwrap_or((length, ""));
        let days = match unit {
            "day" | "days" => Some(1),
            "week" | "weeks" => Some(7),
            _ => None,
        };
        let count = count.parse::<u16>().ok();
        let span = count
            .zip(days)
            .map(|(count, days)| Span::days(i64::from(count) * days));
        match span.filter(|span| span.0 > 0 && *span <= RECYCLE_MAX) {
            Some(span) => Some(ReturnThen::Rest(span)),
            None => {
                let wanted = format!("a rest of at most {RECYCLE_MAX}, like \"rest 90 days\"");
                self.source.other(entry, at, &wanted)
            }
        }
    }

    /// How a pool fills up books; `Some(None)` when it does not.
    pub(super) fn top_up(
        &mut self,
        pool: Section<'a>,
        at: &str,
        (records, reps): (&Vocabulary, &Vocabulary),
    ) -> Option<Option<TopUp>> {
        let (target, queue, best) = (pool.get("target"), pool.get("top_up"), pool.get("best"));
        let (target, queue) = match (target, queue) {
            (Some(target), Some(queue)) => (target, queue),
            (None, None) => {
                let Some(best) = best else { return Some(None) };
                let message = "best says what fills up books, but nothing does";
                let hint = "Add target = 60 and top_up = \"queue:…\"";
                return self.source.error(best.key_span(), at, message, hint);
            }
            (Some(one), None) | (None, Some(one)) => {
                let message = "books are filled up to a target from a queue: it takes both";
                let hint = "Add target = 60 and top_up = \"queue:…\"";
                return self.source.error(one.key_span(), at, message, hint);
            }
        };
        let target = match target.as_text() {
            Some(_) => self
                .entry_field(target, at, reps, &[FieldType::Number])
                .map(BookTarget::Field),
            None => self
                .source
                .whole(target, at, 1..=TARGET_MAX)
                .map(BookTarget::Fixed),
        };
        let queue = match self.spot(queue, at)? {
            Spot::Queue(queue) => Some(queue),
            Spot::Pool(_) => self
                .source
                .other(queue, at, "a queue, like \"queue:waiting\""),
        };
        let best = match best {
            None => Some(None),
            Some(entry) => self
                .entry_field(entry, at, records, &[FieldType::Number])
                .map(Some),
        };
        Some(Some(TopUp {
            target: target?,
            queue: queue?,
            best: best?,
        }))
    }
}
