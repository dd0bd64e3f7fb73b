//! Policy text to [`Document`]: every problem with line and column, not only the first.
//!
//! What a document says is checked here (keys, types, bounds, names that refer to nothing); what
//! it amounts to (rules that never match, pools with nobody) in [`crate::policy::analysis`].
//! The format is described in `docs/reference/policy.md`.

use crate::market::clause::Condition;
use crate::market::schema::{FIELD_NAME_MAX, FIELDS_MAX, Field, FieldType, Schema};
use crate::people::rep::{REP_KEY_MAX, REPS_MAX};
use crate::policy::cel::{self, Vocabulary};
use crate::policy::document::*;
use crate::policy::problem::{Problem, did_you_mean};
use crate::policy::source::{Entry, Section, Source};
use crate::units::Micro;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What came of reading.
#[derive(Debug)]
pub struct Reading {
    /// The document, when nothing was wrong with it.
    pub document: Option<Document>,
    /// Record fields in force with this policy: those before it, then its own new ones.
    pub records: Schema,
    /// Rep fields in force with this policy.
    pub reps: Schema,
    /// Where its parts stand.
    pub places: DocumentPlaces,
    /// Everything wrong with it, in the order it was found.
    pub problems: Vec<Problem>,
}

/// Where the parts of a document stand, by position among their kind.
#[derive(Clone, Debug, Default)]
pub struct DocumentPlaces {
    /// Condition of each rule.
    pub rules: Vec<Range<usize>>,
    /// Name of each pool.
    pub pools: Vec<Range<usize>>,
    /// `where` or `members` of each pool.
    pub members: Vec<Range<usize>>,
    /// `nobody` of each pool.
    pub nobody: Vec<Range<usize>>,
    /// Name of each queue.
    pub queues: Vec<Range<usize>>,
    /// Target of each rule.
    pub targets: Vec<Range<usize>>,
    /// Target of the fallback.
    pub fallback: Range<usize>,
}

/// Names reserved by CEL.
const RESERVED: [&str; 21] = [
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
];

/// Reads `text`, with the fields that earlier policies declared.
pub fn read(text: &str, records: &Schema, reps: &Schema) -> Reading {
    let mut reading = Reading {
        document: None,
        records: records.clone(),
        reps: reps.clone(),
        places: DocumentPlaces::default(),
        problems: Vec::new(),
    };
    let refuse = |span: Range<usize>, message: String| {
        let mut source = Source::of(text);
        source.error::<()>(span, "", message, "");
        source.into_problems()
    };
    if text.len() > TEXT_MAX {
        let message = format!(
            "the policy has {} bytes, at most {TEXT_MAX} fit",
            text.len()
        );
        reading.problems = refuse(0..0, message);
        return reading;
    }
    let document = match toml_edit::Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let message = format!("this is no TOML: {}", error.message().replace('\n', ", "));
            reading.problems = refuse(error.span().unwrap_or(0..0), message);
            return reading;
        }
    };
    let mut source = Source::of(text);
    let names = Names::default();
    let reader = Reader {
        source: &mut source,
        reading: &mut reading,
        names,
    };
    let read = reader.document(Section::root(document.as_table()));
    reading.document = read;
    reading.problems = source.into_problems();
    if reading.problems.iter().any(Problem::is_error) {
        reading.document = None;
    }
    reading
}

#[derive(Default)]
struct Names {
    pools: Vec<String>,
    queues: Vec<String>,
}

struct Reader<'a, 's> {
    source: &'s mut Source<'a>,
    reading: &'s mut Reading,
    names: Names,
}

/// What a `pool:…` or `queue:…` points at.
enum Spot {
    Pool(usize),
    Queue(usize),
}

impl<'a> Reader<'a, '_> {
    fn document(mut self, root: Section<'a>) -> Option<Document> {
        let known = [
            "evenkeel", "name", "record", "rep", "caps", "pool", "queue", "rule", "fallback",
        ];
        self.source.only(root, "", &known);
        match root.get("evenkeel") {
            Some(entry) => drop(self.source.whole(entry, "", 1..=1)),
            None => drop(self.source.error::<()>(
                0..0,
                "",
                "the first key is missing",
                "Begin with evenkeel = 1",
            )),
        }
        let name = self.name(root, "", &mut BTreeSet::new());
        let record_fields = self.fields(root, "record");
        let rep_fields = self.fields(root, "rep");
        let record_words = self.vocabulary("record", &record_fields);
        let rep_words = self.vocabulary("rep", &rep_fields);
        let caps = self.caps(root, "caps", "caps");
        let pool_sections = self.list(root, "pool", POOLS_MAX);
        let queue_sections = self.list(root, "queue", POOLS_MAX);
        let rule_sections = self.list(root, "rule", RULES_MAX);
        self.names.pools = self.names_of(&pool_sections, "pool");
        self.names.queues = self.names_of(&queue_sections, "queue");
        let queues = self
            .names
            .queues
            .iter()
            .map(|name| QueueSpec { name: name.clone() })
            .collect();
        for (position, section) in queue_sections.iter().enumerate() {
            let at = format!("queue {:?}", self.names.queues[position]);
            self.source.only(*section, &at, &["name"]);
        }
        let pools = pool_sections.iter().enumerate();
        let pools = pools
            .map(|(at, section)| self.pool(*section, at, &rep_words))
            .collect::<Vec<_>>();
        let rule_names = self.names_of(&rule_sections, "rule");
        let rules = rule_sections.iter().zip(rule_names);
        let rules = rules.map(|(section, name)| self.rule(*section, name, &record_words));
        let rules = rules.collect::<Vec<Option<RuleSpec>>>();
        let fallback = self.fallback(root);
        Some(Document {
            name: name?,
            record_fields,
            rep_fields,
            pools: pools.into_iter().collect::<Option<_>>()?,
            queues,
            rules: rules.into_iter().collect::<Option<_>>()?,
            fallback: fallback?,
            caps: caps?,
        })
    }

    fn list(&mut self, root: Section<'a>, key: &str, most: usize) -> Vec<Section<'a>> {
        let Some(entry) = root.get(key) else {
            return Vec::new();
        };
        let mut sections = self.source.sections(entry, "").unwrap_or_default();
        if sections.len() > most {
            let message = format!("there are {} {key}s, at most {most} fit", sections.len());
            self.source
                .error::<()>(sections[most].span(), "", message, "");
            sections.truncate(most);
        }
        sections
    }

    fn names_of(&mut self, sections: &[Section<'a>], kind: &str) -> Vec<String> {
        let mut taken = BTreeSet::new();
        let mut names = Vec::new();
        for (position, section) in sections.iter().enumerate() {
            let at = format!("{kind} {}", position + 1);
            let span = section
                .get("name")
                .map_or_else(|| section.span(), |entry| entry.span());
            match kind {
                "pool" => self.reading.places.pools.push(span),
                "queue" => self.reading.places.queues.push(span),
                _ => {}
            }
            // A nameless part gets a name that nobody can write, so that reading can go on.
            names.push(
                self.name(*section, &at, &mut taken)
                    .unwrap_or_else(|| format!("\0{position}")),
            );
        }
        names
    }

    /// The `name` of a part, not yet in `taken`.
    fn name(
        &mut self,
        section: Section<'a>,
        at: &str,
        taken: &mut BTreeSet<String>,
    ) -> Option<String> {
        let Some(entry) = section.get("name") else {
            return self.source.error(
                section.span(),
                at,
                "the name is missing",
                "Add name = \"…\"",
            );
        };
        let name = self.source.text(entry, at)?;
        let fits = name.trim() == name
            && !name.is_empty()
            && name.chars().count() <= NAME_MAX
            && !name.chars().any(char::is_control);
        if !fits {
            let wanted = format!("a name of 1 to {NAME_MAX} characters without blanks around it");
            return self.source.other(entry, at, &wanted);
        }
        if !taken.insert(name.to_owned()) {
            let message = format!("the name {name:?} is taken by an earlier one");
            return self
                .source
                .error(entry.span(), at, message, "Give each its own name");
        }
        Some(name.to_owned())
    }

    fn fields(&mut self, root: Section<'a>, kind: &str) -> Vec<Field> {
        let Some(entry) = root.get(kind) else {
            return Vec::new();
        };
        let Some(section) = self.source.section(entry, "") else {
            return Vec::new();
        };
        let mut fields = Vec::new();
        for entry in section.entries() {
            let at = format!("{kind} field {:?}", entry.key);
            if let Some(field) = self.field(entry, &at) {
                fields.extend(self.declare(entry, &at, kind, field));
            }
        }
        fields
    }

    fn field(&mut self, entry: Entry<'a>, at: &str) -> Option<Field> {
        let name = entry.key;
        let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !name.chars().all(letters)
            || name.starts_with(|c: char| c.is_ascii_digit())
            || name.is_empty()
            || name.len() > FIELD_NAME_MAX
        {
            let message = format!("{name:?} cannot be the name of a field");
            let hint = format!("Use up to {FIELD_NAME_MAX} of a-z, A-Z, 0-9 and _, no digit first");
            return self.source.error(entry.key_span(), at, message, hint);
        }
        if RESERVED.contains(&name) {
            let message = format!("{name:?} is a reserved word of CEL");
            return self
                .source
                .error(entry.key_span(), at, message, "Choose another name");
        }
        let mut private = false;
        let mut word_entry = entry;
        if let Some(section) = entry.as_section() {
            self.source.only(section, at, &["type", "private"]);
            if let Some(entry) = section.get("private") {
                private = self.source.flag(entry, at)?;
            }
            match section.get("type") {
                Some(entry) => word_entry = entry,
                None => {
                    let hint = "Add type = \"text\"";
                    return self
                        .source
                        .error(entry.span(), at, "the type is missing", hint);
                }
            }
        }
        let word = self.source.text(word_entry, at)?;
        match FieldType::from_word(word) {
            Some(kind) => Some(Field {
                name: name.to_owned(),
                kind,
                private,
            }),
            None => {
                let words = ["text", "number", "flag", "time", "tags"];
                let hint = did_you_mean(word, words.into_iter())
                    .unwrap_or_else(|| format!("There are {}", words.join(", ")));
                let message = format!("there is no type {word:?}");
                self.source.error(word_entry.span(), at, message, hint)
            }
        }
    }

    /// Adds the field to the schema in force.
    fn declare(&mut self, entry: Entry<'a>, at: &str, kind: &str, field: Field) -> Option<Field> {
        let (schema, built_in) = match kind {
            "record" => (&mut self.reading.records, Schema::of_records()),
            _ => (&mut self.reading.reps, Schema::of_reps()),
        };
        if built_in.find(&field.name).is_some() {
            let hint = "Leave it out; conditions can use it as it is";
            return self
                .source
                .error(entry.key_span(), at, "this field is built in", hint);
        }
        if schema.find(&field.name).is_none() && schema.fields().len() >= FIELDS_MAX {
            let message =
                format!("the workspace has {FIELDS_MAX} fields already, which is the most");
            return self
                .source
                .error(entry.key_span(), at, message, "Use a field that is there");
        }
        match schema.declare(field.clone()) {
            Ok(_) => Some(field),
            Err(in_force) => {
                let private = if in_force.private { "private " } else { "" };
                let message = format!(
                    "since an earlier policy this field is a {private}{}, and a field never changes",
                    in_force.kind.word()
                );
                let hint = "Declare a new field under another name";
                self.source.error(entry.span(), at, message, hint)
            }
        }
    }

    fn vocabulary(&self, scope: &'static str, declared: &[Field]) -> Vocabulary {
        let (schema, built_in) = match scope {
            "record" => (&self.reading.records, Schema::of_records()),
            _ => (&self.reading.reps, Schema::of_reps()),
        };
        Vocabulary::new(scope, schema, |_, field| {
            built_in.find(&field.name).is_some()
                || declared.iter().any(|one| one.name == field.name)
        })
    }

    fn condition(&mut self, entry: Entry<'a>, at: &str, words: &Vocabulary) -> Option<Condition> {
        let text = self.source.text(entry, at)?;
        match cel::condition(text, words) {
            Ok(condition) => Some(condition),
            Err(faults) => {
                self.source
                    .faults(entry, &format!("{at} {}", entry.key), faults);
                None
            }
        }
    }

    fn caps(&mut self, section: Section<'a>, key: &str, at: &str) -> Option<Caps> {
        let Some(entry) = section.get(key) else {
            return Some(Caps::default());
        };
        let caps = self.source.section(entry, at)?;
        self.source.only(caps, at, &["day", "week", "month"]);
        let mut cap = |key| match caps.get(key) {
            Some(entry) => self.source.whole(entry, at, 1..=CAP_MAX).map(Some),
            None => Some(None),
        };
        let (day, week, month) = (cap("day"), cap("week"), cap("month"));
        Some(Caps {
            day: day?,
            week: week?,
            month: month?,
        })
    }

    fn pool(&mut self, pool: Section<'a>, position: usize, words: &Vocabulary) -> Option<PoolSpec> {
        let name = self.names.pools[position].clone();
        let at = part("pool", &name, position);
        let known = [
            "name",
            "where",
            "members",
            "method",
            "band",
            "weight",
            "weights",
            "cap",
            "hours",
            "manual_counts",
            "nobody",
        ];
        self.source.only(pool, &at, &known);
        let members = self.members(pool, &at, words);
        let method = self.method(pool, &at);
        let weights = self.weights(pool, &at, words);
        let caps = self.caps(pool, "cap", &format!("{at} cap"));
        let keeps_hours = match pool.get("hours") {
            None => Some(false),
            Some(entry) => match self.source.text(entry, &at) {
                Some("keep") => Some(true),
                Some("ignore") => Some(false),
                Some(_) => self.source.other(entry, &at, "\"keep\" or \"ignore\""),
                None => None,
            },
        };
        let manual_counts = match pool.get("manual_counts") {
            None => Some(ManualCounts::Full),
            Some(entry) => self.manual_counts(entry, &at),
        };
        let nobody = self.nobody(pool, &at);
        Some(PoolSpec {
            name,
            members: members?,
            method: method?,
            weights: weights?,
            caps: caps?,
            keeps_hours: keeps_hours?,
            manual_counts: manual_counts?,
            nobody: nobody?,
        })
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

    fn method(&mut self, pool: Section<'a>, at: &str) -> Option<Method> {
        let band = pool.get("band");
        let word = match pool.get("method") {
            Some(entry) => self
                .source
                .text(entry, at)
                .map(|word| (word, Some(entry)))?,
            None => ("straight", None),
        };
        match (word, band) {
            (("straight", _), None) => Some(Method::Straight),
            (("straight", _), Some(band)) => {
                let hint = "Leave it out, or add method = \"random\"";
                self.source
                    .error(band.key_span(), at, "only a random pool has a band", hint)
            }
            (("random", _), None) => Some(Method::Random {
                band: crate::units::ONE,
            }),
            (("random", _), Some(band)) => {
                let band = self.source.decimal(band, at, BAND_MIN..=BAND_MAX)?;
                Some(Method::Random { band })
            }
            ((word, entry), _) => {
                let hint = did_you_mean(word, ["straight", "random"].into_iter())
                    .unwrap_or_else(|| "There are straight and random".to_owned());
                let span = entry.map_or_else(|| pool.span(), |entry| entry.span());
                self.source
                    .error(span, at, format!("there is no method {word:?}"), hint)
            }
        }
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

    /// The name in `"rep.name"`, when it is a number anybody may see.
    fn number_field(&mut self, entry: Entry<'a>, at: &str, words: &Vocabulary) -> Option<String> {
        let text = self.source.text(entry, at)?;
        let scope = words.scope;
        let name = text
            .strip_prefix(scope)
            .and_then(|rest| rest.strip_prefix('.'));
        let Some(name) = name else {
            return self
                .source
                .other(entry, at, &format!("a field, like \"{scope}.weight\""));
        };
        match words.find(name) {
            Some((_, field)) if field.kind == FieldType::Number && !field.private => {
                Some(name.to_owned())
            }
            Some((_, field)) => {
                let private = if field.private { "private " } else { "" };
                let message = format!("{text} is a {private}{}", field.kind.word());
                self.source
                    .error(entry.span(), at, message, "A number is needed here")
            }
            None => {
                let hint = did_you_mean(name, words.names())
                    .unwrap_or_else(|| format!("Declare it under [{scope}]"));
                self.source.error(
                    entry.span(),
                    at,
                    format!("there is no field {name:?}"),
                    hint,
                )
            }
        }
    }

    fn manual_counts(&mut self, entry: Entry<'a>, at: &str) -> Option<ManualCounts> {
        match entry.as_text() {
            Some("none") => Some(ManualCounts::None),
            Some("full") => Some(ManualCounts::Full),
            Some(_) => self.source.other(
                entry,
                at,
                "\"none\", \"full\" or a part of a turn, like 0.5",
            ),
            None => match self
                .source
                .decimal(entry, at, Micro(0)..=crate::units::ONE)?
            {
                Micro(0) => Some(ManualCounts::None),
                crate::units::ONE => Some(ManualCounts::Full),
                Micro(part) => u32::try_from(part).ok().map(ManualCounts::Fraction),
            },
        }
    }

    fn nobody(&mut self, pool: Section<'a>, at: &str) -> Option<Nobody> {
        let Some(entry) = pool.get("nobody") else {
            self.reading.places.nobody.push(pool.span());
            let message = "the pool does not say where a record goes when nobody can take it";
            let hint =
                "Add nobody = \"queue:…\", \"pool:…\" or { hold = \"2 days\", then = \"queue:…\" }";
            return self.source.error(pool.span(), at, message, hint);
        };
        self.reading.places.nobody.push(entry.span());
        let Some(hold) = entry.as_section() else {
            return self.spot(entry, at).map(|spot| match spot {
                Spot::Pool(pool) => Nobody::Pool(pool),
                Spot::Queue(queue) => Nobody::Queue(queue),
            });
        };
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

    /// The queue that `key` of a table names.
    fn queue_in(&mut self, table: Section<'a>, key: &str, at: &str) -> Option<usize> {
        let Some(entry) = table.get(key) else {
            let message = format!("{key} is missing");
            return self.source.error(
                table.span(),
                at,
                message,
                format!("Add {key} = \"queue:…\""),
            );
        };
        match self.spot(entry, at)? {
            Spot::Queue(queue) => Some(queue),
            Spot::Pool(_) => self
                .source
                .other(entry, at, "a queue, like \"queue:triage\""),
        }
    }

    /// What `"pool:name"` or `"queue:name"` points at.
    fn spot(&mut self, entry: Entry<'a>, at: &str) -> Option<Spot> {
        let text = self.source.text(entry, at)?;
        let (kind, name) = text.split_once(':').unwrap_or(("", text));
        let names = match kind {
            "pool" => &self.names.pools,
            "queue" => &self.names.queues,
            _ => return self.source.other(entry, at, "\"pool:…\" or \"queue:…\""),
        };
        match names.iter().position(|known| known == name) {
            Some(pool) if kind == "pool" => Some(Spot::Pool(pool)),
            Some(queue) => Some(Spot::Queue(queue)),
            None => {
                let hint = did_you_mean(name, names.iter().map(String::as_str))
                    .unwrap_or_else(|| format!("Add [[{kind}]] with name = {name:?}"));
                self.source.error(
                    entry.span(),
                    at,
                    format!("there is no {kind} {name:?}"),
                    hint,
                )
            }
        }
    }

    fn rule(&mut self, rule: Section<'a>, name: String, words: &Vocabulary) -> Option<RuleSpec> {
        let at = part("rule", &name, self.reading.places.rules.len());
        self.source
            .only(rule, &at, &["name", "when", "to", "weight"]);
        let when = match rule.get("when") {
            Some(entry) => {
                self.reading.places.rules.push(entry.span());
                self.condition(entry, &at, words)
            }
            None => {
                self.reading.places.rules.push(rule.span());
                let hint = "Add when = '…'; for every record, when = 'true'";
                self.source
                    .error(rule.span(), &at, "the condition is missing", hint)
            }
        };
        let to = match rule.get("to") {
            Some(entry) => {
                self.reading.places.targets.push(entry.span());
                self.target(entry, &at)
            }
            None => {
                self.reading.places.targets.push(rule.span());
                let hint = "Add to = \"pool:…\"";
                self.source
                    .error(rule.span(), &at, "the target is missing", hint)
            }
        };
        let weight = match rule.get("weight") {
            None => Some(RecordWeight::Fixed(crate::units::ONE)),
            Some(entry) if entry.as_text().is_some() => self
                .number_field(entry, &at, words)
                .map(RecordWeight::Field),
            Some(entry) => self
                .source
                .decimal(entry, &at, RECORD_WEIGHT_MIN..=RECORD_WEIGHT_MAX)
                .map(RecordWeight::Fixed),
        };
        Some(RuleSpec {
            name,
            when: when?,
            to: to?,
            weight: weight?,
        })
    }

    fn target(&mut self, entry: Entry<'a>, at: &str) -> Option<Target> {
        let Some(named) = entry.as_section() else {
            return self.spot(entry, at).map(|spot| match spot {
                Spot::Pool(pool) => Target::Pool(pool),
                Spot::Queue(queue) => Target::Queue(queue),
            });
        };
        self.source.only(named, at, &["rep", "otherwise"]);
        let rep = match named.get("rep") {
            Some(entry) => match self.source.text(entry, at) {
                Some(key) if !key.is_empty() && key.chars().count() <= REP_KEY_MAX => {
                    Some(key.to_owned())
                }
                Some(_) => self.source.other(entry, at, "the key of a rep"),
                None => None,
            },
            None => self
                .source
                .error(entry.span(), at, "the rep is missing", "Add rep = \"…\""),
        };
        let otherwise = self.queue_in(named, "otherwise", at);
        Some(Target::Rep {
            rep: rep?,
            otherwise: otherwise?,
        })
    }

    fn fallback(&mut self, root: Section<'a>) -> Option<Target> {
        let at = "fallback";
        let Some(entry) = root.get("fallback") else {
            let message = "the policy does not say where a record goes that no rule takes";
            return self
                .source
                .error(0..0, at, message, "Add [fallback] with to = \"queue:…\"");
        };
        self.reading.places.fallback = entry.span();
        let section = self.source.section(entry, at)?;
        self.source.only(section, at, &["to"]);
        match section.get("to") {
            Some(entry) => {
                self.reading.places.fallback = entry.span();
                self.target(entry, at)
            }
            None => {
                let hint = "Add to = \"queue:…\"";
                self.source
                    .error(entry.span(), at, "the target is missing", hint)
            }
        }
    }
}

/// `rule "name"`, or `rule 3` for one without a name.
fn part(kind: &str, name: &str, position: usize) -> String {
    match name.starts_with('\0') {
        true => format!("{kind} {}", position + 1),
        false => format!("{kind} {name:?}"),
    }
}
