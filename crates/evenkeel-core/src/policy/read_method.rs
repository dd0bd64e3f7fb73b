//! Reading how a pool deals: the method, and what its entitlements and choosers go by.
//!
//! Fields are looked up here once; a published document names them by number.

use crate::ids::FieldNo;
use crate::market::schema::FieldType;
use crate::policy::cel::Vocabulary;
use crate::policy::document::{
    BAND_MAX, BAND_MIN, BANDS_MAX, Balance, BookSize, FACTORS_MAX, Factor, Method, SHARES_MAX,
    SPECIALISTS_MAX, STREAM_MAX, Share, Specialist,
};
use crate::policy::problem::did_you_mean;
use crate::policy::read::Reader;
use crate::policy::source::{Entry, Section};
use crate::units::{Micro, ONE};
use std::ops::Range;

/// A field with its bands, and where they stand.
pub(super) type Banded<'a> = (&'a str, Vec<Micro>, Range<usize>);

/// Every method, in the order in which the reference tells of them.
const METHODS: [&str; 5] = ["straight", "random", "mix", "fit", "headroom"];
/// Band of a mix or of a headroom pool that names none.
const BAND_USUAL: Micro = ONE;
/// Band of a fit pool that names none.
const BAND_FIT: Micro = Micro(1_500_000);
/// Part of a mix left to chance when the policy does not say: 15 %.
const RANDOM_USUAL: u32 = 150_000;

/// What a pool's method and its settings come to.
pub(super) struct Dealing {
    pub(super) method: Method,
    pub(super) shares: Vec<Share>,
    pub(super) capacity: Option<BookSize>,
    pub(super) balance: Balance,
    pub(super) specialists: Vec<Specialist>,
    pub(super) stream_ppm: Option<u32>,
}

impl<'a> Reader<'a, '_> {
    pub(super) fn dealing(
        &mut self,
        pool: Section<'a>,
        at: &str,
        words: (&Vocabulary, &Vocabulary),
    ) -> Option<Dealing> {
        let (records, reps) = words;
        let capacity = match pool.get("capacity") {
            None => Some(None),
            Some(entry) => match self.source.text(entry, at) {
                Some(text) => self.book_size((text, entry.span()), at, reps).map(Some),
                None => None,
            },
        };
        let (balance, random_ppm) = self.balance(pool, at, records).unzip();
        let specialists = self.specialists(pool, at, words);
        let stream_ppm = self.stream(pool, at);
        let method = self.method(pool, at, random_ppm.unwrap_or(RANDOM_USUAL));
        let capacity = capacity?;
        let shares = self.shares(pool, at, reps, capacity);
        let (method, stream_ppm) = (method?, stream_ppm?);
        if matches!(method, Method::Headroom { .. }) && capacity.is_none() {
            let message = "a headroom pool must know how much a book holds";
            let hint = "Add capacity = \"rep.…\", a number field, or capacity = \"tier\"";
            return self.source.error(pool.span(), at, message, hint);
        }
        let wanted = matches!(method, Method::Fit { .. }) || stream_ppm.is_some();
        match (wanted, pool.get("specialist")) {
            (true, None) => {
                let message = "the pool does not say who is a specialist";
                let hint = "Add specialist = [{ record = \"record.…\", rep = \"rep.…\" }]";
                return self.source.error(pool.span(), at, message, hint);
            }
            (false, Some(entry)) => {
                let message = "only a fit pool, or one with a stream, has specialists";
                let hint = "Add method = \"fit\" or stream = { share = 0.25 }";
                return self.source.error(entry.key_span(), at, message, hint);
            }
            (true, Some(_)) | (false, None) => {}
        }
        Some(Dealing {
            method,
            shares: shares?,
            capacity,
            balance: balance?,
            specialists: specialists?,
            stream_ppm,
        })
    }

    fn method(&mut self, pool: Section<'a>, at: &str, random_ppm: u32) -> Option<Method> {
        let (word, word_span) = match pool.get("method") {
            Some(entry) => (self.source.text(entry, at)?, entry.span()),
            None => ("straight", pool.span()),
        };
        let mut band = |usual: Micro| match pool.get("band") {
            None => Some(usual),
            Some(entry) => self.source.decimal(entry, at, BAND_MIN..=BAND_MAX),
        };
        let method = match word {
            "straight" => Some(Method::Straight),
            "random" => band(ONE).map(|band| Method::Random { band }),
            "mix" => band(BAND_USUAL).map(|band| Method::Mix { band, random_ppm }),
            "fit" => band(BAND_FIT).map(|band| Method::Fit { band }),
            "headroom" => band(BAND_USUAL).map(|band| Method::Headroom { band }),
            _ => {
                let hint = did_you_mean(word, METHODS.into_iter())
                    .unwrap_or_else(|| format!("There are {}", METHODS.join(", ")));
                let message = format!("there is no method {word:?}");
                return self.source.error(word_span, at, message, hint);
            }
        };
        if let (Some(Method::Straight), Some(entry)) = (method, pool.get("band")) {
            let hint = "Leave it out, or add method = \"random\"";
            let message = "a straight pool has no band of its own";
            return self.source.error(entry.key_span(), at, message, hint);
        }
        match (method, pool.get("balance")) {
            (Some(Method::Mix { .. }), None) => {
                let message = "the pool does not say what its mix evens out";
                let hint = "Add balance = { factors = [\"record.…\"], value = \"record.…\" }";
                self.source.error(pool.span(), at, message, hint)
            }
            (Some(Method::Mix { .. }) | None, _) | (Some(_), None) => method,
            (Some(_), Some(entry)) => {
                let hint = "Leave it out, or add method = \"mix\"";
                let message = "only a mix pool has a balance";
                self.source.error(entry.key_span(), at, message, hint)
            }
        }
    }

    /// What a mix evens out, and how much of it is left to chance, in millionths.
    fn balance(
        &mut self,
        pool: Section<'a>,
        at: &str,
        words: &Vocabulary,
    ) -> Option<(Balance, u32)> {
        let Some(entry) = pool.get("balance") else {
            return Some((Balance::default(), RANDOM_USUAL));
        };
        let at = &format!("{at} balance");
        let table = self.source.section(entry, at)?;
        self.source
            .only(table, at, &["factors", "bands", "value", "random"]);
        let bands = match table.get("bands") {
            None => Some(Vec::new()),
            Some(entry) => self.bands(entry, at),
        };
        let factors = match table.get("factors") {
            None => Some(Vec::new()),
            Some(entry) => match &bands {
                Some(bands) => self.factors(entry, at, words, bands),
                None => None,
            },
        };
        let value = match table.get("value") {
            None => Some(None),
            Some(entry) => self
                .entry_field(entry, at, words, &[FieldType::Number])
                .map(Some),
        };
        let random = match table.get("random") {
            None => Some(RANDOM_USUAL),
            Some(entry) => self.part(entry, at, Micro(0)..=ONE),
        };
        let (factors, value) = (factors?, value?);
        if factors.is_empty() && value.is_none() {
            let hint = "Add factors = [\"record.…\"] or value = \"record.…\"";
            return self
                .source
                .error(table.span(), at, "it evens out nothing", hint);
        }
        Some((Balance { factors, value }, random?))
    }

    pub(super) fn factors(
        &mut self,
        entry: Entry<'a>,
        at: &str,
        words: &Vocabulary,
        bands: &[(&str, Vec<Micro>, Range<usize>)],
    ) -> Option<Vec<Factor>> {
        let names = self.source.texts(entry, at)?;
        if names.len() > FACTORS_MAX {
            let message = format!(
                "there are {} factors, at most {FACTORS_MAX} fit",
                names.len()
            );
            return self
                .source
                .error(entry.span(), at, message, "Keep the ones that matter most");
        }
        let kinds = [FieldType::Text, FieldType::Flag, FieldType::Number];
        let mut factors = Vec::new();
        for (name, span) in &names {
            let (field, kind) = self.field_named(name, span.clone(), at, words, &kinds)?;
            let plain = name.strip_prefix("record.").unwrap_or(name);
            let found = bands.iter().find(|(band, ..)| *band == plain);
            let bands = match (kind, found) {
                (FieldType::Number, Some((_, bands, _))) => bands.clone(),
                (FieldType::Number, None) => {
                    let hint = format!("Add bands = {{ {plain} = [50, 200, 1000] }}");
                    let message = format!("{name} is a number, and has no bands");
                    return self.source.error(span.clone(), at, message, hint);
                }
                (_, None) => Vec::new(),
                (_, Some((.., span))) => {
                    let message = format!("{name} is no number, and needs no bands");
                    return self
                        .source
                        .error(span.clone(), at, message, "Leave them out");
                }
            };
            factors.push(Factor { field, bands });
        }
        let stray = bands.iter().find(|(band, ..)| {
            !names
                .iter()
                .any(|(name, _)| name.strip_prefix("record.") == Some(*band))
        });
        if let Some((band, _, span)) = stray {
            let message = format!("{band:?} has bands and is no factor");
            return self
                .source
                .error(span.clone(), at, message, "Add it to factors");
        }
        Some(factors)
    }

    pub(super) fn bands(&mut self, entry: Entry<'a>, at: &str) -> Option<Vec<Banded<'a>>> {
        let table = self.source.section(entry, at)?;
        let mut all = Vec::new();
        for entry in table.entries() {
            let bands = self.source.decimals(entry, at)?;
            let ascending = bands.is_sorted_by(|one, next| one < next);
            if bands.is_empty() || bands.len() > BANDS_MAX || !ascending {
                let wanted = format!("1 to {BANDS_MAX} numbers, ascending");
                return self.source.other(entry, at, &wanted);
            }
            all.push((entry.key, bands, entry.span()));
        }
        Some(all)
    }

    fn specialists(
        &mut self,
        pool: Section<'a>,
        at: &str,
        (records, reps): (&Vocabulary, &Vocabulary),
    ) -> Option<Vec<Specialist>> {
        let Some(entry) = pool.get("specialist") else {
            return Some(Vec::new());
        };
        let at = &format!("{at} specialist");
        let lines = self.source.sections(entry, at)?;
        if lines.is_empty() || lines.len() > SPECIALISTS_MAX {
            let wanted = format!("a list of 1 to {SPECIALISTS_MAX} lines");
            return self.source.other(entry, at, &wanted);
        }
        let mut all = Vec::new();
        for line in lines {
            self.source.only(
                line,
                at,
                &[
                    "when", "reps", "record", "rep", "closes", "won", "matures", "prior", "better",
                ],
            );
            if let Some(entry) = line.get("closes") {
                all.push(Specialist::Closes(self.closes(line, entry, at, records)?));
                continue;
            }
            all.push(self.pairing(line, at, (records, reps))?);
        }
        Some(all)
    }

    /// A line that pairs records with reps: two conditions, or two fields.
    pub(super) fn pairing(
        &mut self,
        line: Section<'a>,
        at: &str,
        (records, reps): (&Vocabulary, &Vocabulary),
    ) -> Option<Specialist> {
        let shared = [FieldType::Text, FieldType::Tags];
        let keys = ["when", "reps", "record", "rep"].map(|key| line.get(key));
        match keys {
            [Some(when), Some(who), None, None] => {
                let when = self.condition(when, at, records);
                let reps = self.condition(who, at, reps);
                Some(Specialist::When {
                    when: when?,
                    reps: reps?,
                })
            }
            [None, None, Some(record), Some(rep)] => {
                let record = self.entry_field(record, at, records, &shared);
                let rep = self.entry_field(rep, at, reps, &shared);
                Some(Specialist::Same {
                    record: record?,
                    rep: rep?,
                })
            }
            _ => {
                let message = match at.starts_with("plan") {
                    true => "a line needs when and reps, or record and rep",
                    false => "a line needs when and reps, or record and rep, or closes",
                };
                let hint = "Like { record = \"record.industry\", rep = \"rep.industries\" }";
                self.source.error(line.span(), at, message, hint)
            }
        }
    }

    fn stream(&mut self, pool: Section<'a>, at: &str) -> Option<Option<u32>> {
        let Some(entry) = pool.get("stream") else {
            return Some(None);
        };
        let at = &format!("{at} stream");
        let table = self.source.section(entry, at)?;
        self.source.only(table, at, &["share"]);
        match table.get("share") {
            Some(entry) => self.part(entry, at, Micro(10_000)..=STREAM_MAX).map(Some),
            None => {
                let hint = "Add share = 0.25";
                self.source
                    .error(entry.span(), at, "the share is missing", hint)
            }
        }
    }

    fn shares(
        &mut self,
        pool: Section<'a>,
        at: &str,
        words: &Vocabulary,
        capacity: Option<BookSize>,
    ) -> Option<Vec<Share>> {
        let Some(entry) = pool.get("share") else {
            return Some(Vec::new());
        };
        let at = &format!("{at} share");
        let texts = self.source.texts(entry, at)?;
        if texts.len() > SHARES_MAX {
            let message = format!("there are {} shares, at most {SHARES_MAX} fit", texts.len());
            return self.source.error(entry.span(), at, message, "");
        }
        let mut shares = Vec::new();
        for (text, span) in texts {
            let mut field = |name: &str| {
                let found =
                    self.field_named(name.trim(), span.clone(), at, words, &[FieldType::Number]);
                found.map(|(field, _)| field)
            };
            shares.push(if text == "headroom" {
                match capacity {
                    Some(capacity) => Share::Headroom(capacity),
                    None => {
                        let message = "headroom needs to know how much a book holds";
                        let hint = "Add capacity = \"rep.…\", a number field";
                        return self.source.error(span, at, message, hint);
                    }
                }
            } else if let Some((capacity, cycle)) = text.split_once('/') {
                let cycle = field(cycle);
                let capacity = self.book_size((capacity.trim(), span.clone()), at, words);
                Share::Capacity {
                    capacity: capacity?,
                    cycle: cycle?,
                }
            } else if let Some((quota, booked)) = text.split_once('-') {
                let (quota, booked) = (field(quota), field(booked));
                Share::Quota {
                    quota: quota?,
                    booked: booked?,
                }
            } else {
                Share::Weight(field(text)?)
            });
        }
        Some(shares)
    }

    /// How much a book should hold: `"tier"`, or a number field.
    fn book_size(
        &mut self,
        (text, span): (&str, Range<usize>),
        at: &str,
        words: &Vocabulary,
    ) -> Option<BookSize> {
        if text == "tier" && self.names.tiers {
            return Some(BookSize::Tier);
        }
        if text == "tier" {
            let message = "the policy does not say what a tier's book holds";
            let hint = "Add [capacity], which has usual tiers of its own";
            return self.source.error(span, at, message, hint);
        }
        let found = self.field_named(text, span, at, words, &[FieldType::Number]);
        found.map(|(field, _)| BookSize::Field(field))
    }

    /// A part of one, in millionths.
    fn part(
        &mut self,
        entry: Entry<'a>,
        at: &str,
        bounds: std::ops::RangeInclusive<Micro>,
    ) -> Option<u32> {
        let part = self.source.decimal(entry, at, bounds)?;
        u32::try_from(part.0).ok()
    }

    pub(super) fn entry_field(
        &mut self,
        entry: Entry<'a>,
        at: &str,
        words: &Vocabulary,
        kinds: &[FieldType],
    ) -> Option<FieldNo> {
        let text = self.source.text(entry, at)?;
        let found = self.field_named(text, entry.span(), at, words, kinds)?;
        Some(found.0)
    }

    /// The field in `"rep.name"`, when it is of one of these kinds and anybody may see it.
    pub(super) fn field_named(
        &mut self,
        text: &str,
        span: Range<usize>,
        at: &str,
        words: &Vocabulary,
        kinds: &[FieldType],
    ) -> Option<(FieldNo, FieldType)> {
        let scope = words.scope;
        let name = text
            .strip_prefix(scope)
            .and_then(|rest| rest.strip_prefix('.'));
        let Some(name) = name else {
            let message = format!("{text:?} is no field of a {scope}");
            let hint = format!("Write it as \"{scope}.name\"");
            return self.source.error(span, at, message, hint);
        };
        match words.find(name) {
            Some((number, field)) if kinds.contains(&field.kind) && !field.private => {
                Some((number, field.kind))
            }
            Some((_, field)) => {
                let private = if field.private { "private " } else { "" };
                let message = format!("{text} is a {private}{}", field.kind.word());
                let kinds: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
                let hint = format!("A public field is needed here: {}", kinds.join(" or "));
                self.source.error(span, at, message, hint)
            }
            None if words.broken.contains(name) => None,
            None => {
                let hint = did_you_mean(name, words.names())
                    .unwrap_or_else(|| format!("Declare it under [{scope}]"));
                let message = format!("there is no field {name:?}");
                self.source.error(span, at, message, hint)
            }
        }
    }
}
