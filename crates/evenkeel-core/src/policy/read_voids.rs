//! Reading how turns are given back.

use crate::market::code::{CODE_FORM, is_code};
use crate::policy::document::{CAP_MAX, REASONS_MAX, VoidThen, Voids};
use crate::policy::read::{Reader, Spot};
use crate::policy::source::{Entry, Section};
use std::collections::BTreeSet;

impl<'a> Reader<'a, '_> {
    /// `[voids]`, if it is there.
    pub(super) fn voids(&mut self, root: Section<'a>) -> Option<Option<Voids>> {
        let at = "voids";
        let Some(entry) = root.get(at) else {
            return Some(None);
        };
        let table = self.source.section(entry, "")?;
        self.source
            .only(table, at, &["reasons", "per_month", "then"]);
        let reasons = match table.get("reasons") {
            Some(entry) => self.reasons(entry, at),
            None => {
                let hint = "Add reasons = [\"bad_data\", \"no_show\", \"duplicate\"]";
                let message = "the reasons are missing";
                self.source.error(table.span(), at, message, hint)
            }
        };
        let per_month = match table.get("per_month") {
            Some(entry) => self.source.whole(entry, at, 1..=CAP_MAX).map(Some),
            None => Some(None),
        };
        let then = match table.get("then") {
            None => Some(VoidThen::Close),
            Some(entry) if entry.as_section().is_some() => self.void_back(entry, at),
            Some(entry) => match entry.as_text() {
                Some("close") => Some(VoidThen::Close),
                Some("stay") => Some(VoidThen::Stay),
                Some(text) if text.starts_with("queue:") => match self.spot(entry, at)? {
                    Spot::Queue(queue) => Some(VoidThen::Queue(queue)),
                    Spot::Pool(_) => None,
                },
                _ => {
                    let wanted = "\"close\", \"stay\", \"queue:…\" or \
                        { back = true, otherwise = \"queue:…\" }";
                    self.source.other(entry, at, wanted)
                }
            },
        };
        Some(Some(Voids {
            reasons: reasons?,
            per_month: per_month?,
            then: then?,
        }))
    }

    fn void_back(&mut self, entry: Entry<'a>, at: &str) -> Option<VoidThen> {
        let table = self.source.section(entry, at)?;
        self.source.only(table, at, &["back", "otherwise"]);
        let otherwise = self.queue_in(table, "otherwise", at);
        match table.get("back").and_then(|entry| entry.as_flag()) {
            Some(true) => Some(VoidThen::Back {
                otherwise: otherwise?,
            }),
            _ => {
                let wanted = "{ back = true, otherwise = \"queue:…\" }";
                self.source.other(entry, at, wanted)
            }
        }
    }

    pub(super) fn reasons(&mut self, entry: Entry<'a>, at: &str) -> Option<Vec<String>> {
        self.codes(entry, at, REASONS_MAX, "reason code")
    }

    /// A list of 1 to `most` codes, none twice; `what` says what one is, for complaints.
    pub(super) fn codes(
        &mut self,
        entry: Entry<'a>,
        at: &str,
        most: usize,
        what: &str,
    ) -> Option<Vec<String>> {
        let texts = self.source.texts(entry, at)?;
        if texts.is_empty() || texts.len() > most {
            return self
                .source
                .other(entry, at, &format!("1 to {most} {what}s"));
        }
        let mut taken = BTreeSet::new();
        for (code, span) in &texts {
            if !is_code(code) {
                let message = format!("{code:?} is no {what}");
                let hint = format!("Use {CODE_FORM}");
                return self.source.error(span.clone(), at, message, hint);
            }
            if !taken.insert(*code) {
                let message = format!("{code:?} is listed twice");
                return self.source.error(span.clone(), at, message, "Keep one");
            }
        }
        Some(texts.into_iter().map(|(code, _)| code.to_owned()).collect())
    }
}
