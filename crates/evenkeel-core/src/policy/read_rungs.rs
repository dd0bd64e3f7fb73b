//! Reading the ladder of precedence: `[[duplicate]]`, `[[related]]`, `[[sticky]]`.
//!
//! What a key means stands in `docs/reference/policy.md`; what a rung does with a record is
//! [`crate::choose`]'s.

use crate::market::schema::FieldType;
use crate::policy::cel::Vocabulary;
use crate::policy::document::{HOLD_MAX, ManualCounts};
use crate::policy::problem::did_you_mean;
use crate::policy::read::{Reader, part};
use crate::policy::source::{Entry, Section};
use crate::precedence::form::{FREE_MAIL_MAX, Form};
use crate::precedence::rung::{
    KINDS_MAX, Ladder, Otherwise, PARTS_MAX, Part, RUNGS_MAX, RungSpec, Then, WITHIN_MAX, Way, With,
};
use std::collections::BTreeSet;
use std::ops::Range;

/// A field that a rung names: which, where it stands, whether it is personal, and of what type.
struct Named {
    part: Part,
    private: bool,
    kind: FieldType,
    span: Range<usize>,
}

impl<'a> Reader<'a, '_> {
    /// The rungs in the order in which they are asked.
    pub(super) fn ladder(&mut self, root: Section<'a>, words: &Vocabulary) -> Option<Ladder> {
        let mut rungs = Vec::new();
        let mut taken = BTreeSet::new();
        let mut sound = true;
        for way in [Way::Duplicate, Way::Related, Way::Sticky] {
            let sections = self.list(root, way.word(), RUNGS_MAX);
            for (at, section) in sections.into_iter().enumerate() {
                let name = self.name(section, &format!("{} {}", way.word(), at + 1), &mut taken);
                let name = name.unwrap_or_else(|| format!("\0{at}"));
                match self.rung(section, way, &part(way.word(), &name, at), &name, words) {
                    Some(rung) => rungs.push(rung),
                    None => sound = false,
                }
            }
        }
        if rungs.len() > RUNGS_MAX {
            let message = format!("there are {} rungs, at most {RUNGS_MAX} fit", rungs.len());
            return self.source.error(0..0, "", message, "");
        }
        let free_mail = self.free_mail(root)?;
        sound.then_some(Ladder { rungs, free_mail })
    }

    fn rung(
        &mut self,
        rung: Section<'a>,
        way: Way,
        at: &str,
        name: &str,
        words: &Vocabulary,
    ) -> Option<RungSpec> {
        let own: &[&str] = match way {
            Way::Duplicate => &["then"],
            Way::Related => &["with", "among"],
            Way::Sticky => &["within"],
        };
        let shared = ["name", "by", "as", "dots", "kinds", "counts", "otherwise"];
        self.source.only(rung, at, &[&shared, own].concat());
        let (by, with) = self.compared(rung, way, at, words)?;
        let kinds = self.kinds(rung, "kinds", at);
        let among = match way {
            Way::Related => self.kinds(rung, "among", at),
            Way::Duplicate | Way::Sticky => kinds.clone(),
        };
        let then = match rung.get("then") {
            None if way == Way::Duplicate => Some(Then::Merge),
            None => Some(Then::Owner),
            Some(entry) => match self.source.text(entry, at) {
                Some("merge") => Some(Then::Merge),
                Some("owner") => Some(Then::Owner),
                Some("flag") => Some(Then::Flag),
                Some(_) => {
                    let wanted = "\"merge\", \"owner\" or \"flag\"";
                    self.source.other(entry, at, wanted)
                }
                None => None,
            },
        };
        let within = match rung.get("within") {
            Some(entry) => self.source.duration(entry, at, WITHIN_MAX),
            None if way == Way::Sticky => {
                let message = "it does not say how long ago somebody may have had it";
                let hint = "Add within = \"90 days\"";
                self.source.error(rung.span(), at, message, hint)
            }
            None => Some(WITHIN_MAX),
        };
        let (counts_ppm, otherwise) = self.giving(rung, at, then)?;
        Some(RungSpec {
            name: name.to_owned(),
            way,
            by,
            with,
            kinds: kinds?,
            among: among?,
            then: then?,
            within: within?,
            counts_ppm,
            otherwise,
        })
    }

    /// What is compared with what.
    fn compared(
        &mut self,
        rung: Section<'a>,
        way: Way,
        at: &str,
        words: &Vocabulary,
    ) -> Option<(Vec<Part>, With)> {
        let Some(entry) = rung.get("by") else {
            let message = "it does not say by which field";
            let hint = "Add by = \"record.…\"";
            return self.source.error(rung.span(), at, message, hint);
        };
        let names = self.one_or_more(entry, at)?;
        let forms = self.forms(rung, at, names.len())?;
        let by = self.parts(&names, &forms, at, words)?;
        let with = match (way, rung.get("with")) {
            (Way::Related, None) => None,
            (Way::Related, Some(entry)) if entry.as_text() == Some("key") => None,
            (Way::Related, Some(entry)) => {
                let names = self.one_or_more(entry, at)?;
                if names.len() != by.len() {
                    let wanted = format!("as many fields as by, {}", by.len());
                    return self.source.other(entry, at, &wanted);
                }
                Some(self.parts(&names, &forms, at, words)?)
            }
            (Way::Duplicate | Way::Sticky, _) => Some(self.parts(&names, &forms, at, words)?),
        };
        let all = || by.iter().chain(with.iter().flatten());
        // One private field, and marks are compared throughout.
        let marked = all().any(|named| named.private);
        let keyed = with.is_none();
        if keyed && (marked || by.len() > 1) {
            let message = "the key of a record is compared with one field that is not private";
            let hint = "Add with = \"record.…\", the field of the other record";
            return self.source.error(entry.span(), at, message, hint);
        }
        let parts = |named: Vec<Named>| {
            let part = |named: Named| Part {
                marked,
                ..named.part
            };
            named.into_iter().map(part).collect()
        };
        let with = with.map_or(With::Key, |with| With::Fields(parts(with)));
        Some((parts(by), with))
    }

    fn parts(
        &mut self,
        names: &[(&'a str, Range<usize>)],
        forms: &[Form],
        at: &str,
        words: &Vocabulary,
    ) -> Option<Vec<Named>> {
        let mut parts = Vec::new();
        for ((text, span), form) in names.iter().zip(forms) {
            let named = self.compared_field(text, span, *form, at, words)?;
            let same = |other: &Named| other.part.field == named.part.field;
            if parts.iter().any(same) {
                let message = format!("{text} is listed twice");
                return self.source.error(span.clone(), at, message, "Keep one");
            }
            if named.kind == FieldType::Number && *form != Form::Exact {
                let message = format!("{text} is a number, which has no {}", form.word());
                let hint = "Leave as out, or name a text";
                return self.source.error(named.span, at, message, hint);
            }
            parts.push(named);
        }
        Some(parts)
    }

    /// A text or number field, personal or not.
    fn compared_field(
        &mut self,
        text: &str,
        span: &Range<usize>,
        form: Form,
        at: &str,
        words: &Vocabulary,
    ) -> Option<Named> {
        let name = text.strip_prefix("record.").unwrap_or_default();
        match words.find(name) {
            Some((field, known)) if matches!(known.kind, FieldType::Text | FieldType::Number) => {
                let marked = false;
                let part = Part {
                    field,
                    form,
                    marked,
                };
                Some(Named {
                    part,
                    private: known.private,
                    kind: known.kind,
                    span: span.clone(),
                })
            }
            Some((_, known)) => {
                let message = format!("{text} is a {}", known.kind.word());
                let hint = "A text or a number is needed here";
                self.source.error(span.clone(), at, message, hint)
            }
            None if words.broken.contains(name) => None,
            None => {
                let hint = match text.strip_prefix("record.") {
                    None => "Name a field, like \"record.email\"".to_owned(),
                    Some(_) => did_you_mean(name, words.names())
                        .unwrap_or_else(|| "Declare it under [record]".to_owned()),
                };
                let message = format!("there is no field {text:?}");
                self.source.error(span.clone(), at, message, hint)
            }
        }
    }

    /// One form for all fields, or one for each.
    fn forms(&mut self, rung: Section<'a>, at: &str, count: usize) -> Option<Vec<Form>> {
        let dots = match rung.get("dots") {
            None => false,
            Some(entry) => match self.source.text(entry, at)? {
                "fold" => true,
                "keep" => false,
                _ => return self.source.other(entry, at, "\"keep\" or \"fold\""),
            },
        };
        let Some(entry) = rung.get("as") else {
            return Some(vec![Form::Exact; count]);
        };
        let words = self.one_or_more(entry, at)?;
        if words.len() != 1 && words.len() != count {
            let wanted = format!("one form, or one for each of the {count} fields");
            return self.source.other(entry, at, &wanted);
        }
        let mut forms = Vec::new();
        for (word, span) in words {
            match Form::from_word(word, dots) {
                Some(form) => forms.push(form),
                None => {
                    let known = ["exact", "email", "domain", "name"];
                    let hint = did_you_mean(word, known.into_iter())
                        .unwrap_or_else(|| format!("There are {}", known.join(", ")));
                    let message = format!("there is no form {word:?}");
                    return self.source.error(span, at, message, hint);
                }
            }
        }
        if forms.len() == 1 {
            forms = vec![forms[0]; count];
        }
        Some(forms)
    }

    /// What a record that goes to an owner counts, and what happens when the owner is away.
    fn giving(
        &mut self,
        rung: Section<'a>,
        at: &str,
        then: Option<Then>,
    ) -> Option<(u32, Otherwise)> {
        if matches!(then, Some(Then::Merge | Then::Flag))
            && let Some(entry) = rung.get("counts").or(rung.get("otherwise"))
        {
            let message = format!("{} has no meaning without an owner", entry.key);
            let hint = "Leave it out, or say then = \"owner\"";
            return self.source.error(entry.key_span(), at, message, hint);
        }
        let counts = match rung.get("counts") {
            None => ManualCounts::None,
            Some(entry) => self.manual_counts(entry, at)?,
        };
        let counts_ppm = match counts {
            ManualCounts::None => 0,
            ManualCounts::Full => 1_000_000,
            ManualCounts::Fraction(ppm) => ppm,
        };
        let otherwise = match rung.get("otherwise") {
            None => Otherwise::Rotation,
            Some(entry) if entry.as_text() == Some("rotation") => Otherwise::Rotation,
            Some(entry) if entry.as_text().is_some() => {
                Otherwise::Queue(self.queue_in(rung, "otherwise", at)?)
            }
            Some(entry) => {
                let wanted =
                    "\"rotation\", \"queue:…\" or { hold = \"2 days\", then = \"queue:…\" }";
                let hold = entry.as_section();
                let length = hold.and_then(|hold| hold.get("hold"));
                let (Some(hold), Some(length)) = (hold, length) else {
                    return self.source.other(entry, at, wanted);
                };
                self.source.only(hold, at, &["hold", "then"]);
                Otherwise::Hold {
                    span: self.source.duration(length, at, HOLD_MAX)?,
                    then: self.queue_in(hold, "then", at)?,
                }
            }
        };
        Some((counts_ppm, otherwise))
    }

    fn kinds(&mut self, rung: Section<'a>, key: &str, at: &str) -> Option<Vec<String>> {
        let Some(entry) = rung.get(key) else {
            return Some(Vec::new());
        };
        let kinds = self.source.texts(entry, at)?;
        if kinds.is_empty() || kinds.len() > KINDS_MAX {
            let wanted = format!("1 to {KINDS_MAX} kinds of records");
            return self.source.other(entry, at, &wanted);
        }
        Some(kinds.into_iter().map(|(kind, _)| kind.to_owned()).collect())
    }

    fn free_mail(&mut self, root: Section<'a>) -> Option<Vec<String>> {
        let Some(entry) = root.get("free_mail") else {
            return Some(Vec::new());
        };
        let hosts = self.source.texts(entry, "")?;
        if hosts.len() > FREE_MAIL_MAX {
            let wanted = format!("at most {FREE_MAIL_MAX} mail providers");
            return self.source.other(entry, "", &wanted);
        }
        let mut free = Vec::new();
        for (host, span) in hosts {
            // A provider of the built-in list may be named again.
            match Form::Domain.of(host, &[]) {
                Some(host) => free.push(host),
                None if Form::Domain.of(&format!("x.{host}"), &[]).is_some() => {}
                None => {
                    let message = format!("{host:?} is no domain");
                    let hint = "Write it like \"mail.example\"";
                    return self.source.error(span, "", message, hint);
                }
            }
        }
        free.sort();
        free.dedup();
        Some(free)
    }

    /// A text, or a list of 1 to [`PARTS_MAX`].
    fn one_or_more(&mut self, entry: Entry<'a>, at: &str) -> Option<Vec<(&'a str, Range<usize>)>> {
        if let Some(text) = entry.as_text() {
            return Some(vec![(text, entry.span())]);
        }
        let texts = self.source.texts(entry, at)?;
        if texts.is_empty() || texts.len() > PARTS_MAX {
            let wanted = format!("1 to {PARTS_MAX} texts");
            return self.source.other(entry, at, &wanted);
        }
        Some(texts)
    }
}
