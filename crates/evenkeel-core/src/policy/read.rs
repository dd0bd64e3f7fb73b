//! Policy text to [`Document`]: every problem with line and column, not only the first.
//!
//! What a document says is checked here (keys, types, bounds, names that refer to nothing); what
//! it amounts to (rules that never match, pools with nobody) in [`crate::policy::analysis`].
//! The format is described in `docs/reference/policy.md`.

use crate::market::clause::Condition;
use crate::market::schema::Schema;
use crate::people::rep::REP_KEY_MAX;
use crate::policy::cel::{self, Vocabulary};
use crate::policy::document::{
    CAP_MAX, Caps, Document, NAME_MAX, POOLS_MAX, RECORD_WEIGHT_MAX, RECORD_WEIGHT_MIN, RULES_MAX,
    RecordWeight, RuleSpec, TEXT_MAX, Target,
};
use crate::policy::problem::{Problem, did_you_mean};
use crate::policy::source::{Entry, Section, Source};
use crate::units::ONE;
use std::collections::BTreeSet;
use std::ops::Range;

/// Every key of a document.
const KEYS: [&str; 28] = [
    "evenkeel",
    "name",
    "record",
    "rep",
    "caps",
    "effort",
    "capacity",
    "skills",
    "voids",
    "alarms",
    "pool",
    "queue",
    "rule",
    "fallback",
    "step",
    "pod",
    "territories",
    "territory",
    "duplicate",
    "related",
    "sticky",
    "free_mail",
    "activity",
    "sla",
    "recycling",
    "guard",
    "returns",
    "plan",
];

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
    /// Name of each step.
    pub steps: Vec<Range<usize>>,
    /// Name of each pod.
    pub pods: Vec<Range<usize>>,
    /// Target of each rule.
    pub targets: Vec<Range<usize>>,
    /// Target of the fallback.
    pub fallback: Range<usize>,
    /// `[territories]`, if it is there.
    pub territories: Range<usize>,
}

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

/// Names other parts refer to, by position.
#[derive(Default)]
pub(super) struct Names {
    pub(super) pools: Vec<String>,
    pub(super) queues: Vec<String>,
    pub(super) steps: Vec<String>,
    pub(super) territories: Vec<String>,
    /// Whether there is a `[capacity]` that pools can refer to.
    pub(super) tiers: bool,
}

/// Walks one document.
pub(super) struct Reader<'a, 's> {
    pub(super) source: &'s mut Source<'a>,
    pub(super) reading: &'s mut Reading,
    pub(super) names: Names,
}

/// What a `pool:…` or `queue:…` points at.
pub(super) enum Spot {
    Pool(usize),
    Queue(usize),
}

impl<'a> Reader<'a, '_> {
    fn document(mut self, root: Section<'a>) -> Option<Document> {
        self.source.only(root, "", &KEYS);
        self.edition(root);
        let name = self.name(root, "", &mut BTreeSet::new());
        let record_fields = self.fields(root, "record");
        let rep_fields = self.fields(root, "rep");
        let record_words = self.vocabulary("record", &record_fields);
        let rep_words = self.vocabulary("rep", &rep_fields);
        let caps = self.caps(root, "caps", "caps");
        let effort = self.effort(root, &record_words);
        let capacity = self.book_capacity(root, &rep_words);
        let skills = self.skills(root, &rep_words);
        self.names.tiers = root.get("capacity").is_some();
        let pool_sections = self.list(root, "pool", POOLS_MAX);
        let queue_sections = self.list(root, "queue", POOLS_MAX);
        let rule_sections = self.list(root, "rule", RULES_MAX);
        self.names.pools = self.names_of(&pool_sections, "pool");
        self.names.queues = self.names_of(&queue_sections, "queue");
        let voids = self.voids(root);
        let ladder = self.ladder(root, &record_words);
        let alarms = self.alarms(root);
        let activity = self.activity(root);
        let slas = self.slas(root, &record_words);
        let pools = pool_sections.iter().enumerate();
        let pools = pools
            .map(|(at, section)| self.pool(*section, at, (&record_words, &rep_words)))
            .collect::<Vec<_>>();
        let territories = self.territories(root);
        let rule_names = self.names_of(&rule_sections, "rule");
        let rules = rule_sections.iter().zip(rule_names);
        let rules = rules.map(|(section, name)| self.rule(*section, name, &record_words));
        let rules = rules.collect::<Vec<Option<RuleSpec>>>();
        let (queues, taking) = self.queues(&queue_sections, &record_words);
        let fallback = self.fallback(root);
        let (steps, pods) = self.lifecycle(root, &record_words);
        let recycling = self.recycling(root, &record_words);
        let guard = self.guard(root);
        let returns = self.returns(root, recycling.as_ref());
        let (recycling, cooldown) = recycling?;
        let plan = self.plan(root, (&record_words, &rep_words));
        Some(Document {
            name: name?,
            record_fields: record_fields.fields,
            rep_fields: rep_fields.fields,
            pools: pools.into_iter().collect::<Option<_>>()?,
            queues: queues?,
            rules: rules
                .into_iter()
                .chain(taking?.into_iter().map(Some))
                .collect::<Option<_>>()?,
            fallback: fallback?,
            caps: caps?,
            effort: effort?,
            capacity: capacity?,
            skills: skills?,
            voids: voids?,
            ladder: ladder?,
            alarms: alarms?,
            steps: steps?,
            pods: pods?,
            territories: territories?,
            activity: activity?,
            slas: slas?,
            cooldown,
            recycling,
            guard: guard?,
            returns: returns?,
            plan: plan?,
        })
    }

    /// The first key: which form of document this is.
    fn edition(&mut self, root: Section<'a>) {
        match root.get("evenkeel") {
            Some(entry) => drop(self.source.whole(entry, "", 1..=1)),
            None => drop(self.source.error::<()>(
                0..0,
                "",
                "the first key is missing",
                "Begin with evenkeel = 1",
            )),
        }
    }

    pub(super) fn list(&mut self, root: Section<'a>, key: &str, most: usize) -> Vec<Section<'a>> {
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

    pub(super) fn names_of(&mut self, sections: &[Section<'a>], kind: &str) -> Vec<String> {
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
                "step" => self.reading.places.steps.push(span),
                "pod" => self.reading.places.pods.push(span),
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
    pub(super) fn name(
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
            let wanted = format!("1 to {NAME_MAX} characters without blanks around them");
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

    pub(super) fn condition(
        &mut self,
        entry: Entry<'a>,
        at: &str,
        words: &Vocabulary,
    ) -> Option<Condition> {
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

    pub(super) fn caps(&mut self, section: Section<'a>, key: &str, at: &str) -> Option<Caps> {
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

    /// The queue that `key` of a table names.
    pub(super) fn queue_in(&mut self, table: Section<'a>, key: &str, at: &str) -> Option<usize> {
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
    pub(super) fn spot(&mut self, entry: Entry<'a>, at: &str) -> Option<Spot> {
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
            None => Some(RecordWeight::Fixed(ONE)),
            Some(entry) => self.record_weight(entry, &at, words),
        };
        Some(RuleSpec {
            name,
            when: when?,
            to: to?,
            weight: weight?,
        })
    }

    pub(super) fn record_weight(
        &mut self,
        entry: Entry<'a>,
        at: &str,
        words: &Vocabulary,
    ) -> Option<RecordWeight> {
        if entry.as_text().is_some() {
            let field = self.number_field(entry, at, words);
            return field.map(RecordWeight::Field);
        }
        let range = RECORD_WEIGHT_MIN..=RECORD_WEIGHT_MAX;
        let fixed = self.source.decimal(entry, at, range);
        fixed.map(RecordWeight::Fixed)
    }

    pub(super) fn target(&mut self, entry: Entry<'a>, at: &str) -> Option<Target> {
        if let Some(territory) = self.territory_target(entry, at) {
            return territory;
        }
        let Some(named) = entry.as_section() else {
            return self.spot(entry, at).map(|spot| match spot {
                Spot::Pool(pool) => Target::Pool(pool),
                Spot::Queue(queue) => Target::Queue(queue),
            });
        };
        let (rep, otherwise) = self.named_rep(named, entry, at)?;
        Some(Target::Rep { rep, otherwise })
    }

    /// A rep by key, outside rotation, and the queue for when the rep cannot.
    pub(super) fn named_rep(
        &mut self,
        named: Section<'a>,
        entry: Entry<'a>,
        at: &str,
    ) -> Option<(String, usize)> {
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
        Some((rep?, otherwise?))
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
pub(super) fn part(kind: &str, name: &str, position: usize) -> String {
    match name.starts_with('\0') {
        true => format!("{kind} {}", position + 1),
        false => format!("{kind} {name:?}"),
    }
}
