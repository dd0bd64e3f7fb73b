//! Reading queues: what waits in them, who may take it, and how.

use crate::market::clause::Condition;
use crate::policy::cel::Vocabulary;
use crate::policy::document::pull::{
    AXIS_WEIGHT_MAX, Axis, FairPull, GRADES_MAX, Grade, InHand, Pull, SHOW_MAX, Show,
};
use crate::policy::document::{
    BAND_MAX, BAND_MIN, CAP_MAX, HOLD_MAX, QueueSpec, RecordWeight, RuleSpec, Target,
};
use crate::policy::problem::did_you_mean;
use crate::policy::read::{Reader, part};
use crate::policy::source::{Entry, Section};
use crate::time::Span;
use crate::units::{Micro, ONE};
use std::collections::BTreeSet;

/// Every key of a queue.
const KEYS: [&str; 13] = [
    "name",
    "redeal",
    "when",
    "pool",
    "score",
    "overtake",
    "grades",
    "fair",
    "show",
    "limit",
    "claims",
    "worked_rate",
    "work_within",
];
/// The two axes of a score.
const AXES: [&str; 2] = ["likely", "worth"];
/// How far behind the most-owed rep one may be when the policy does not say.
const BAND_USUAL: Micro = Micro::whole(2);
/// How long a record waits before its band widens when the policy does not say.
const LEAK_USUAL: Span = Span::days(5);

impl<'a> Reader<'a, '_> {
    /// Every `[[queue]]`, and behind the rules those that the queues' own conditions make: the
    /// name of the queue, which records, where to.
    pub(super) fn queues(
        &mut self,
        sections: &[Section<'a>],
        words: &Vocabulary,
    ) -> (Option<Vec<QueueSpec>>, Option<Vec<RuleSpec>>) {
        let (mut queues, mut rules) = (Some(Vec::new()), Some(Vec::new()));
        for (position, section) in sections.iter().enumerate() {
            let name = self.names.queues[position].clone();
            let at = part("queue", &name, position);
            match self.queue(*section, (&name, &at), words) {
                None => queues = None,
                Some(queue) => queues.iter_mut().for_each(|list| list.push(queue.clone())),
            }
            let Some(entry) = section.get("when") else {
                continue;
            };
            self.reading.places.rules.push(entry.span());
            self.reading.places.targets.push(entry.span());
            match self.condition(entry, &at, words) {
                None => rules = None,
                Some(when) => {
                    let rule = taking(&name, when, position);
                    rules.iter_mut().for_each(|list| list.push(rule.clone()));
                }
            }
        }
        (queues, rules)
    }

    fn queue(
        &mut self,
        section: Section<'a>,
        (name, at): (&str, &str),
        words: &Vocabulary,
    ) -> Option<QueueSpec> {
        self.source.only(section, at, &KEYS);
        let redeal = match section.get("redeal") {
            None => Some(false),
            Some(entry) => self.source.flag(entry, at),
        };
        let pull = self.pull(section, at, words);
        Some(QueueSpec {
            name: name.to_owned(),
            redeal: redeal?,
            pull: pull?,
        })
    }

    fn pull(&mut self, queue: Section<'a>, at: &str, words: &Vocabulary) -> Option<Pull> {
        let pool = match queue.get("pool") {
            None => Some(None),
            Some(entry) => self.puller_pool(entry, at).map(Some),
        };
        let axes = match queue.get("score") {
            None => Some(Vec::new()),
            Some(entry) => self.axes(entry, at, words),
        };
        let overtake = self.scored(queue, "overtake", at, |reader, entry| {
            reader.source.duration(entry, at, HOLD_MAX)
        });
        let grades = self.scored(queue, "grades", at, |reader, entry| {
            reader.grades(entry, at)
        });
        let fair = self.fair(queue, at);
        let show = match queue.get("show") {
            None => Some(Show::All),
            Some(entry) => self.show(entry, at),
        };
        let limit = self.in_hand(queue, at);
        let claims = self.caps(queue, "claims", &format!("{at} claims"));
        let work_within = match queue.get("work_within") {
            None => Some(None),
            Some(entry) => self.source.duration(entry, at, HOLD_MAX).map(Some),
        };
        let worked_ppm = self.worked_rate(queue, at);
        Some(Pull {
            pool: pool?,
            axes: axes?,
            overtake: overtake?.unwrap_or(Span(0)),
            grades: grades?.unwrap_or_default(),
            fair: fair?,
            show: show?,
            limit: limit?,
            claims: claims?,
            worked_ppm: worked_ppm?,
            work_within: work_within?,
        })
    }

    /// The pool whose members may take records, by its plain name or as `"pool:…"`.
    fn puller_pool(&mut self, entry: Entry<'a>, at: &str) -> Option<usize> {
        let text = self.source.text(entry, at)?;
        let name = text.strip_prefix("pool:").unwrap_or(text);
        let position = self.names.pools.iter().position(|pool| pool == name);
        position.or_else(|| {
            let pools = self.names.pools.iter().map(String::as_str);
            let hint = did_you_mean(name, pools)
                .unwrap_or_else(|| format!("Add [[pool]] with name = {name:?}"));
            let message = format!("there is no pool {name:?}");
            self.source.error(entry.span(), at, message, hint)
        })
    }

    /// What only makes sense with a score.
    fn scored<T>(
        &mut self,
        queue: Section<'a>,
        key: &str,
        at: &str,
        read: impl FnOnce(&mut Self, Entry<'a>) -> Option<T>,
    ) -> Option<Option<T>> {
        let Some(entry) = queue.get(key) else {
            return Some(None);
        };
        if queue.get("score").is_none() {
            let message = format!("{key} needs a score");
            let hint = "Add score = { worth = { field = \"record.…\", from = 0, to = 50000 } }";
            return self.source.error(entry.key_span(), at, message, hint);
        }
        read(self, entry).map(Some)
    }

    fn axes(&mut self, entry: Entry<'a>, at: &str, words: &Vocabulary) -> Option<Vec<Axis>> {
        let at = &format!("{at} score");
        let table = self.source.section(entry, at)?;
        self.source.only(table, at, &AXES);
        let mut axes = Vec::new();
        for entry in AXES.iter().filter_map(|axis| table.get(axis)) {
            axes.push(self.axis(entry, at, words));
        }
        if axes.is_empty() {
            let message = "the score has no axis";
            let hint = "Add worth = { field = \"record.amount\", from = 0, to = 50000 }";
            return self.source.error(entry.span(), at, message, hint);
        }
        axes.into_iter().collect()
    }

    fn axis(&mut self, entry: Entry<'a>, at: &str, words: &Vocabulary) -> Option<Axis> {
        let at = &format!("{at} {}", entry.key);
        let table = self.source.section(entry, at)?;
        self.source
            .only(table, at, &["field", "from", "to", "weight"]);
        let mut needed = |key: &str, hint: &str| match table.get(key) {
            Some(entry) => Some(entry),
            None => {
                let message = format!("{key} is missing");
                self.source.error(table.span(), at, message, hint)
            }
        };
        let field = needed("field", "Add field = \"record.amount\"");
        let from = needed("from", "Add from = 0: what counts nothing");
        let to = needed("to", "Add to = 100: what counts fully");
        let field = field.and_then(|entry| self.number_field(entry, at, words));
        let field = field.and_then(|name| Some(words.find(&name)?.0));
        let least = Micro(-Micro::whole(1_000_000_000_000).0);
        let range = || least..=Micro::whole(1_000_000_000_000);
        let from = from.and_then(|entry| self.source.decimal(entry, at, range()));
        let end = to.and_then(|entry| self.source.decimal(entry, at, range()));
        let weight = match table.get("weight") {
            None => Some(1),
            Some(entry) => self.source.whole(entry, at, 1..=AXIS_WEIGHT_MAX),
        };
        let (from, end) = (from?, end?);
        if from == end {
            let message = format!("from and to are both {from}");
            let hint = "Let from be the worst and to the best value";
            return self.source.error(entry.span(), at, message, hint);
        }
        Some(Axis {
            field: field?,
            from,
            to: end,
            weight: weight?,
        })
    }

    fn grades(&mut self, entry: Entry<'a>, at: &str) -> Option<Vec<Grade>> {
        let at = &format!("{at} grades");
        let sections = self.source.sections(entry, at)?;
        if sections.is_empty() || sections.len() > GRADES_MAX {
            let wanted = format!("1 to {GRADES_MAX} grades, the best first");
            return self.source.other(entry, at, &wanted);
        }
        let mut taken = BTreeSet::new();
        let mut grades: Vec<Grade> = Vec::new();
        for section in sections {
            self.source.only(section, at, &["name", "from"]);
            let name = self.name(section, at, &mut taken)?;
            let Some(entry) = section.get("from") else {
                let hint = "Add from = 0.7: the least score";
                return self
                    .source
                    .error(section.span(), at, "from is missing", hint);
            };
            let from = self.source.decimal(entry, at, Micro(0)..=ONE)?;
            if let Some(better) = grades.last().filter(|better| better.from <= from) {
                let message = format!("{name:?} begins at {from}, not below {:?}", better.name);
                let hint = "List the best grade first, each from a lower score";
                return self.source.error(entry.span(), at, message, hint);
            }
            grades.push(Grade { name, from });
        }
        Some(grades)
    }

    fn fair(&mut self, queue: Section<'a>, at: &str) -> Option<Option<FairPull>> {
        let Some(entry) = queue.get("fair") else {
            return Some(None);
        };
        let at = &format!("{at} fair");
        if queue.get("grades").is_none() {
            let hint = "Add grades = [{ name = \"A\", from = 0.7 }]";
            let message = "there are no grades to share out";
            return self.source.error(entry.key_span(), at, message, hint);
        }
        if let Some(flag) = entry.as_flag() {
            return Some(flag.then_some(FairPull {
                band: BAND_USUAL,
                leak: LEAK_USUAL,
            }));
        }
        let table = self.source.section(entry, at)?;
        self.source.only(table, at, &["band", "leak"]);
        let band = match table.get("band") {
            None => Some(BAND_USUAL),
            Some(entry) => self.source.decimal(entry, at, BAND_MIN..=BAND_MAX),
        };
        let leak = match table.get("leak") {
            None => Some(LEAK_USUAL),
            Some(entry) => self.source.duration(entry, at, HOLD_MAX),
        };
        Some(Some(FairPull {
            band: band?,
            leak: leak?,
        }))
    }

    fn show(&mut self, entry: Entry<'a>, at: &str) -> Option<Show> {
        match entry.as_text() {
            Some("all") => Some(Show::All),
            Some("blind") => Some(Show::Blind),
            Some(_) => {
                let wanted = format!("\"all\", \"blind\" or a whole number from 1 to {SHOW_MAX}");
                self.source.other(entry, at, &wanted)
            }
            None => self.source.whole(entry, at, 1..=SHOW_MAX).map(Show::First),
        }
    }

    fn in_hand(&mut self, queue: Section<'a>, at: &str) -> Option<InHand> {
        let Some(entry) = queue.get("limit") else {
            return Some(InHand::default());
        };
        let at = &format!("{at} limit");
        let table = self.source.section(entry, at)?;
        self.source.only(table, at, &["unworked", "open"]);
        let mut most = |key| match table.get(key) {
            Some(entry) => self.source.whole(entry, at, 1..=CAP_MAX).map(Some),
            None => Some(None),
        };
        let (unworked, open) = (most("unworked"), most("open"));
        Some(InHand {
            unworked: unworked?,
            open: open?,
        })
    }

    fn worked_rate(&mut self, queue: Section<'a>, at: &str) -> Option<Option<u32>> {
        let Some(entry) = queue.get("worked_rate") else {
            return Some(None);
        };
        for (key, hint) in [
            ("claims", "Add claims = { day = 10 }: it is what gets fewer"),
            (
                "work_within",
                "Add work_within = \"2 days\": what in time means",
            ),
        ] {
            if queue.get(key).is_none() {
                let message = format!("worked_rate needs {key}");
                return self.source.error(entry.key_span(), at, message, hint);
            }
        }
        let rate = self.source.decimal(entry, at, Micro(10_000)..=ONE)?;
        Some(u32::try_from(rate.0).ok())
    }
}

/// The rule that a queue's own condition makes.
fn taking(queue: &str, when: Condition, position: usize) -> RuleSpec {
    RuleSpec {
        name: format!("queue {queue}"),
        when,
        to: Target::Queue(position),
        weight: RecordWeight::Fixed(ONE),
    }
}
