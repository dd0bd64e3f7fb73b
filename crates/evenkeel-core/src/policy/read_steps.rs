//! Reading the steps of the customer lifecycle, and the pods across them.
//!
//! What a key means stands in `docs/reference/policy.md`; who gets a record at a step is
//! [`crate::handoff::deal`]'s.

use crate::people::rep::REP_KEY_MAX;
use crate::policy::cel::Vocabulary;
use crate::policy::document::{
    ManualCounts, POOLS_MAX, Pair, PodSpec, RecordWeight, SEATS_MAX, STAND_INS_MAX, STEP_RULES_MAX,
    STEPS_MAX, Seat, StepRule, StepSpec,
};
use crate::policy::problem::did_you_mean;
use crate::policy::read::{Reader, Spot, part};
use crate::policy::source::{Entry, Section};
use crate::units::ONE;
use std::collections::BTreeSet;

impl<'a> Reader<'a, '_> {
    /// Every `[[step]]` and `[[pod]]`.
    pub(super) fn lifecycle(
        &mut self,
        root: Section<'a>,
        words: &Vocabulary,
    ) -> (Option<Vec<StepSpec>>, Option<Vec<PodSpec>>) {
        let sections = self.list(root, "step", STEPS_MAX);
        self.names.steps = self.names_of(&sections, "step");
        let steps: Vec<Option<StepSpec>> = sections
            .iter()
            .enumerate()
            .map(|(at, section)| self.step(*section, at, words))
            .collect();
        let sections = self.list(root, "pod", POOLS_MAX);
        let names = self.names_of(&sections, "pod");
        let pods: Vec<Option<PodSpec>> = sections
            .iter()
            .zip(names)
            .enumerate()
            .map(|(at, (section, name))| self.pod(*section, at, name))
            .collect();
        (steps.into_iter().collect(), pods.into_iter().collect())
    }

    /// One `[[step]]`.
    fn step(&mut self, step: Section<'a>, position: usize, words: &Vocabulary) -> Option<StepSpec> {
        let name = self.names.steps[position].clone();
        let at = part("step", &name, position);
        self.source
            .only(step, &at, &["name", "after", "rule", "to", "weight"]);
        let after = match step.get("after") {
            None => Some(position.checked_sub(1).into_iter().collect()),
            Some(entry) => self.steps_named(entry, &at),
        };
        let rules = self.step_rules(step, &at, words);
        let to = match step.get("to") {
            Some(entry) => self.target(entry, &at),
            None => {
                let hint = "Add to = \"pool:…\"";
                self.source
                    .error(step.span(), &at, "the target is missing", hint)
            }
        };
        let weight = match step.get("weight") {
            None => Some(RecordWeight::Fixed(ONE)),
            Some(entry) => self.record_weight(entry, &at, words),
        };
        Some(StepSpec {
            name,
            after: after?,
            rules: rules?,
            to: to?,
            weight: weight?,
        })
    }

    fn steps_named(&mut self, entry: Entry<'a>, at: &str) -> Option<Vec<usize>> {
        let names = self.source.texts(entry, at)?;
        let steps = names
            .into_iter()
            .map(|(name, span)| self.known_step(name, span, at));
        steps.collect::<Vec<Option<usize>>>().into_iter().collect()
    }

    fn known_step(&mut self, name: &str, span: std::ops::Range<usize>, at: &str) -> Option<usize> {
        let known = &self.names.steps;
        if let Some(step) = known.iter().position(|step| step == name) {
            return Some(step);
        }
        let hint = did_you_mean(name, known.iter().map(String::as_str))
            .unwrap_or_else(|| format!("Add [[step]] with name = {name:?}"));
        let message = format!("there is no step {name:?}");
        self.source.error(span, at, message, hint)
    }

    fn step_rules(
        &mut self,
        step: Section<'a>,
        at: &str,
        words: &Vocabulary,
    ) -> Option<Vec<StepRule>> {
        let sections = self.list_in(step, "rule", at, STEP_RULES_MAX)?;
        let rules = sections.into_iter().map(|rule| {
            self.source.only(rule, at, &["when", "to"]);
            let when = self.needed(rule, "when", at, "Add when = '…'");
            let to = self.needed(rule, "to", at, "Add to = \"pool:…\"");
            let when = when.and_then(|entry| self.condition(entry, at, words));
            let to = to.and_then(|entry| self.target(entry, at));
            Some(StepRule {
                when: when?,
                to: to?,
            })
        });
        rules
            .collect::<Vec<Option<StepRule>>>()
            .into_iter()
            .collect()
    }

    /// One `[[pod]]`.
    fn pod(&mut self, pod: Section<'a>, position: usize, name: String) -> Option<PodSpec> {
        let at = part("pod", &name, position);
        let known = [
            "name",
            "seat",
            "pair",
            "counts",
            "stand_in_counts",
            "at_return",
        ];
        self.source.only(pod, &at, &known);
        let seats = self.seats(pod, &at);
        let pairs = match &seats {
            Some(seats) => self.pairs(pod, seats, &at),
            None => None,
        };
        let mut counts = |key| match pod.get(key) {
            None => Some(ManualCounts::Full),
            Some(entry) => self.manual_counts(entry, &at),
        };
        let (counts, stand_in_counts) = (counts("counts"), counts("stand_in_counts"));
        let goes_back = match pod.get("at_return") {
            None => Some(false),
            Some(entry) => match entry.as_text() {
                Some("stays") => Some(false),
                Some("goes_back") => Some(true),
                _ => self.source.other(entry, &at, "\"stays\" or \"goes_back\""),
            },
        };
        Some(PodSpec {
            name,
            seats: seats?,
            pairs: pairs?,
            counts: counts?,
            stand_in_counts: stand_in_counts?,
            goes_back: goes_back?,
        })
    }

    fn seats(&mut self, pod: Section<'a>, at: &str) -> Option<Vec<Seat>> {
        if pod.get("seat").is_none() {
            let hint = "Add seat = [{ step = \"…\", reps = [\"…\"] }]";
            let message = "the pod does not say who sits in it";
            return self.source.error(pod.span(), at, message, hint);
        }
        let sections = self.list_in(pod, "seat", at, SEATS_MAX)?;
        let mut taken = BTreeSet::new();
        let mut seats = Vec::new();
        for section in sections {
            self.source.only(section, at, &["step", "reps", "pool"]);
            let step = self.needed(section, "step", at, "Add step = \"…\"");
            let step = step.and_then(|entry| {
                let name = self.source.text(entry, at)?;
                let step = self.known_step(name, entry.span(), at)?;
                if !taken.insert(step) {
                    let message = format!("the pod has two seats at step {name:?}");
                    let hint = "List all its reps in one seat";
                    return self.source.error(entry.span(), at, message, hint);
                }
                Some(step)
            });
            let reps = self.needed(section, "reps", at, "Add reps = [\"…\"]");
            let reps = reps.and_then(|entry| self.keys(entry, at, SEATS_MAX));
            let pool = match section.get("pool") {
                None => Some(None),
                Some(entry) => match self.spot(entry, at) {
                    Some(Spot::Pool(pool)) => Some(Some(pool)),
                    Some(_) => self.source.other(entry, at, "a pool, like \"pool:north\""),
                    None => None,
                },
            };
            seats.push((|| {
                Some(Seat {
                    step: step?,
                    reps: reps?,
                    pool: pool?,
                })
            })());
        }
        seats.into_iter().collect()
    }

    fn pairs(&mut self, pod: Section<'a>, seats: &[Seat], at: &str) -> Option<Vec<Pair>> {
        let sections = self.list_in(pod, "pair", at, SEATS_MAX)?;
        let mut taken = BTreeSet::new();
        let mut pairs = Vec::new();
        for section in sections {
            pairs.push(self.pair(section, seats, at));
            if let Some(Some(pair)) = pairs.last()
                && !taken.insert((pair.from.clone(), pair.step))
            {
                let message = format!("{:?} has two fixed reps at the same step", pair.from);
                let hint = "Keep one, and list the other in its stand_in";
                self.source.error::<()>(section.span(), at, message, hint);
            }
        }
        pairs.into_iter().collect()
    }

    fn pair(&mut self, pair: Section<'a>, seats: &[Seat], at: &str) -> Option<Pair> {
        self.source.only(pair, at, &["from", "to", "stand_in"]);
        let from = self.needed(pair, "from", at, "Add from = \"…\"");
        let to = self.needed(pair, "to", at, "Add to = \"…\"");
        let (from_at, to_at) = (from?, to?);
        let (from, to) = (self.source.text(from_at, at)?, self.source.text(to_at, at)?);
        let seat_of = |rep: &str| {
            let mut seats = seats.iter();
            seats.find(|seat| seat.reps.iter().any(|key| key == rep))
        };
        let strange = |rep: &str| format!("{rep:?} sits nowhere in this pod");
        let Some(giver) = seat_of(from) else {
            let hint = "Add the rep to one of its seats";
            return self.source.error(from_at.span(), at, strange(from), hint);
        };
        let Some(seat) = seat_of(to) else {
            let hint = "Add the rep to one of its seats";
            return self.source.error(to_at.span(), at, strange(to), hint);
        };
        if giver.step == seat.step {
            let message = format!("{from:?} and {to:?} sit at the same step");
            let hint = "A handoff goes from one step to another";
            return self.source.error(to_at.span(), at, message, hint);
        }
        let stand_in = match pair.get("stand_in") {
            None => Vec::new(),
            Some(entry) => {
                let keys = self.keys(entry, at, STAND_INS_MAX)?;
                let odd = keys
                    .iter()
                    .find(|key| *key == to || !seat.reps.contains(key));
                if let Some(odd) = odd {
                    let message = format!("{odd:?} cannot stand in for {to:?}");
                    let hint = "A stand-in is another rep of the same seat";
                    return self.source.error(entry.span(), at, message, hint);
                }
                keys
            }
        };
        Some(Pair {
            from: from.to_owned(),
            to: to.to_owned(),
            step: seat.step,
            stand_in,
        })
    }

    /// A list of different rep keys.
    fn keys(&mut self, entry: Entry<'a>, at: &str, most: usize) -> Option<Vec<String>> {
        let keys = self.source.texts(entry, at)?;
        if keys.len() > most {
            let message = format!("there are {} reps, at most {most} fit", keys.len());
            return self.source.error(entry.span(), at, message, "");
        }
        let mut taken = BTreeSet::new();
        for (key, span) in &keys {
            if key.is_empty() || key.chars().count() > REP_KEY_MAX {
                let message = format!("{key:?} cannot be the key of a rep");
                self.source.error::<()>(span.clone(), at, message, "")?;
            }
            if !taken.insert(*key) {
                let message = format!("{key:?} is listed twice");
                self.source
                    .error::<()>(span.clone(), at, message, "Keep one")?;
            }
        }
        Some(keys.into_iter().map(|(key, _)| key.to_owned()).collect())
    }

    /// The tables of a list inside a part; none when the key is absent.
    fn list_in(
        &mut self,
        section: Section<'a>,
        key: &str,
        at: &str,
        most: usize,
    ) -> Option<Vec<Section<'a>>> {
        let Some(entry) = section.get(key) else {
            return Some(Vec::new());
        };
        let sections = self.source.sections(entry, at)?;
        if sections.len() > most {
            let message = format!("there are {} of {key}, at most {most} fit", sections.len());
            return self.source.error(sections[most].span(), at, message, "");
        }
        Some(sections)
    }

    /// The value of a key that must be there.
    fn needed(
        &mut self,
        section: Section<'a>,
        key: &str,
        at: &str,
        hint: &str,
    ) -> Option<Entry<'a>> {
        let found = section.get(key);
        if found.is_none() {
            let message = format!("{key} is missing");
            self.source.error::<()>(section.span(), at, message, hint);
        }
        found
    }
}
