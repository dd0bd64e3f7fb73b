//! What a policy amounts to, before it is accepted: is it meant so?
//!
//! Errors keep it from being published: whatever [`crate::policy::read`] refuses, a condition that
//! can never hold, pools that send a record round in a circle, formulas that take too long.
//! Warnings do not: a rule hidden by earlier ones, a pool with nobody in it, a rep nobody knows,
//! parts that nothing uses. A rule that overlaps an earlier one is neither: the first one wins, and
//! the pairs are listed for whoever wants to look.

use crate::market::clause::{Answer, Clause, Condition, Node};
use crate::market::schema::Schema;
use crate::market::value::Attributes;
use crate::policy::document::{Document, Members, Nobody, StepSpec, Target, VoidThen, Weights};
use crate::policy::layout::{Layout, Literal};
use crate::policy::problem::{Level, Problem, did_you_mean};
use crate::policy::reach::{Reach, Space};
use crate::policy::read::{DocumentPlaces, Reading, read};
use crate::policy::source::Source;
use crate::policy::territory_check;
use std::collections::BTreeSet;
use std::ops::Range;

/// Most steps that all distinct formulas of the rules may take together for one record.
pub const FORMULA_NODES_MAX: usize = 2_048;
/// Most overlapping pairs listed.
pub const OVERLAPS_MAX: usize = 1_000;

/// What the check may know of the workspace.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// Record fields in force.
    pub record_schema: &'a Schema,
    /// Rep fields in force.
    pub rep_schema: &'a Schema,
    /// Every rep who has not left, by key. With none at all, pools are not checked for members.
    pub reps: Vec<(&'a str, &'a Attributes)>,
}

/// Two rules that some record satisfies both of, and that send it to different places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The rule that takes it.
    pub earlier: usize,
    /// The rule that would.
    pub later: usize,
}

/// What came of the check.
#[derive(Debug)]
pub struct Analysis {
    /// The document, unless there are errors.
    pub document: Option<Document>,
    /// Record fields in force once it is published.
    pub records: Schema,
    /// Rep fields in force once it is published.
    pub reps: Schema,
    /// Everything found, by line and column; at the same place errors first.
    pub problems: Vec<Problem>,
    /// Rules that overlap, ascending. *Bounds*: [`OVERLAPS_MAX`]; none for a policy whose
    /// conditions have more than 500 alternatives.
    pub overlaps: Vec<Overlap>,
}

/// Checks a policy text.
pub fn check(text: &str, known: &Known<'_>) -> Analysis {
    let Reading {
        document,
        records,
        reps,
        places,
        mut problems,
    } = read(text, known.record_schema, known.rep_schema);
    let mut overlaps = Vec::new();
    if let Some(document) = &document {
        let source = Source::of(text);
        let keys = known.reps.iter().map(|(key, _)| *key).collect();
        let (places, records) = (&places, &records);
        let mut check = Check {
            document,
            places,
            known,
            keys,
            records,
            source,
        };
        overlaps = check.rules();
        check.pools(&reps);
        check.circles();
        check.lifecycle();
        check.territories();
        check.unused();
        problems.extend(check.source.into_problems());
    }
    problems.sort_by_key(|problem| (problem.span.start, problem.level));
    let sound = !problems.iter().any(Problem::is_error);
    Analysis {
        document: document.filter(|_| sound),
        records,
        reps,
        problems,
        overlaps,
    }
}

struct Check<'a> {
    document: &'a Document,
    places: &'a DocumentPlaces,
    known: &'a Known<'a>,
    keys: BTreeSet<&'a str>,
    records: &'a Schema,
    source: Source<'a>,
}

impl Check<'_> {
    fn say(&mut self, level: Level, span: &Range<usize>, at: &str, message: String, hint: String) {
        self.source.note(level, span.clone(), at, [message, hint]);
    }

    fn rules(&mut self) -> Vec<Overlap> {
        let document = self.document;
        let layout = Layout::of(document.rules.iter().map(|rule| &rule.when));
        self.formulas(&layout);
        let mut space = Space::of(&layout);
        for (at, reach) in space.reach().into_iter().enumerate() {
            self.reached(at, reach, &layout);
        }
        let pairs = space.overlaps(OVERLAPS_MAX).into_iter();
        let pairs = pairs.map(|(earlier, later)| Overlap { earlier, later });
        pairs
            .filter(|pair| document.rules[pair.earlier].to != document.rules[pair.later].to)
            .collect()
    }

    fn reached(&mut self, at: usize, reach: Reach, layout: &Layout) {
        let rule = &self.document.rules[at];
        let (span, name) = (&self.places.rules[at], format!("rule {:?}", rule.name));
        match reach {
            Reach::Open => {}
            Reach::Never(_) if rule.when.tree == Node::Any(Vec::new()) => {
                let message = "the rule is switched off".to_owned();
                self.say(Level::Warning, span, &name, message, String::new());
            }
            Reach::Never(clash) => {
                let (message, hint) = self.never(clash, layout, self.records);
                self.say(Level::Error, span, &name, message, hint);
            }
            Reach::Hidden(by) => {
                let names = by
                    .iter()
                    .take(3)
                    .map(|at| format!("{:?}", self.document.rules[*at].name));
                let names = names.collect::<Vec<String>>().join(", ");
                let (more, take) = match by.len() {
                    1 => (String::new(), "takes"),
                    2 | 3 => (String::new(), "take"),
                    count => (format!(" and {} more", count - 3), "take"),
                };
                let message =
                    format!("never reached: {names}{more} before it {take} every record it would");
                let hint = "Move it up, or take it out".to_owned();
                self.say(Level::Warning, span, &name, message, hint);
            }
        }
    }

    fn never(
        &self,
        clash: Option<[Literal; 2]>,
        layout: &Layout,
        schema: &Schema,
    ) -> (String, String) {
        let words =
            |(clause, wanted): Literal| layout.clauses[clause as usize].words(schema, !wanted);
        let message = match clash {
            Some([left, right]) => {
                let (left, right) = (words(left), words(right));
                format!("this can never hold: {left}, and {right}")
            }
            None => "this can never hold: its parts exclude each other".to_owned(),
        };
        (message, "Maybe || was meant instead of &&".to_owned())
    }

    /// Refuses formulas that together take too many steps, at the rule that goes too far.
    fn formulas(&mut self, layout: &Layout) {
        let steps = |clause: &Clause| match clause {
            Clause::Formula(formula) => formula.nodes(),
            Clause::Field { .. } => 0,
        };
        let (mut total, mut counted) = (0, vec![false; layout.clauses.len()]);
        for (at, tree) in layout.rules.iter().enumerate() {
            let before = total;
            tree.visit(false, &mut |clause, _| {
                let clause = *clause as usize;
                if !std::mem::replace(&mut counted[clause], true) {
                    total += steps(&layout.clauses[clause]);
                }
            });
            if before <= FORMULA_NODES_MAX && total > FORMULA_NODES_MAX {
                let (span, rule) = (&self.places.rules[at], &self.document.rules[at].name);
                let message = format!(
                    "with this rule all formulas take more than {FORMULA_NODES_MAX} steps a record"
                );
                let hint = "Compare fields with fixed values where that will do".to_owned();
                self.say(Level::Error, span, &format!("rule {rule:?}"), message, hint);
            }
        }
    }

    fn pools(&mut self, schema: &Schema) {
        for (at, pool) in self.document.pools.iter().enumerate() {
            let (span, name) = (&self.places.members[at], format!("pool {:?}", pool.name));
            let members = match &pool.members {
                Members::Where(condition) => {
                    if self.impossible(condition, span, &name, schema) {
                        continue;
                    }
                    let belongs =
                        |rep: &&(&str, &Attributes)| condition.answer(rep.1) == Answer::Yes;
                    self.known.reps.iter().filter(belongs).count()
                }
                Members::List(keys) => keys
                    .iter()
                    .filter(|key| self.rep_known(key, span, &name))
                    .count(),
            };
            if members == 0 && !self.known.reps.is_empty() {
                let message = "nobody belongs to this pool now".to_owned();
                let hint = "Its records all go where nobody says".to_owned();
                self.say(Level::Warning, span, &name, message, hint);
            }
            if let Weights::ByRep(weights) = &pool.weights {
                for key in weights.keys() {
                    self.rep_known(key, span, &format!("{name} weights"));
                }
            }
        }
        for (at, rule) in self.document.rules.iter().enumerate() {
            if let Target::Rep { rep, .. } = &rule.to {
                self.rep_known(
                    rep,
                    &self.places.targets[at].clone(),
                    &format!("rule {:?}", rule.name),
                );
            }
        }
        for (at, pool) in self.document.pools.iter().enumerate() {
            if let Nobody::Rep { rep, .. } = &pool.nobody {
                let span = self.places.nobody[at].clone();
                self.rep_known(rep, &span, &format!("pool {:?} nobody", pool.name));
            }
        }
        if let Target::Rep { rep, .. } = &self.document.fallback {
            self.rep_known(rep, &self.places.fallback.clone(), "fallback");
        }
    }

    /// Refuses a pool that nobody can ever belong to.
    fn impossible(
        &mut self,
        condition: &Condition,
        span: &Range<usize>,
        name: &str,
        schema: &Schema,
    ) -> bool {
        let layout = Layout::of(std::iter::once(condition));
        let reach = Space::of(&layout).reach().pop();
        let Some(Reach::Never(clash)) = reach else {
            return false;
        };
        let (message, hint) = self.never(clash, &layout, schema);
        self.say(Level::Error, span, name, message, hint);
        true
    }

    /// Whether a rep is known; warns when not.
    fn rep_known(&mut self, key: &str, span: &Range<usize>, at: &str) -> bool {
        if self.keys.is_empty() || self.keys.contains(key) {
            return true;
        }
        let hint = did_you_mean(key, self.keys.iter().copied())
            .unwrap_or_else(|| "Add the rep, or take the name out".to_owned());
        self.say(
            Level::Warning,
            span,
            at,
            format!("there is no rep {key:?}"),
            hint,
        );
        false
    }

    /// Refuses pools whose `nobody` leads back to themselves, each circle once.
    fn circles(&mut self) {
        let pools = &self.document.pools;
        let next = |at: usize| match pools[at].nobody {
            Nobody::Pool(next) => Some(next),
            Nobody::Queue(_) | Nobody::Hold { .. } | Nobody::Rep { .. } => None,
        };
        let mut seen = vec![0usize; pools.len()];
        for start in 0..pools.len() {
            let mut walk = Vec::new();
            let mut at = Some(start);
            while let Some(pool) = at.filter(|pool| seen[*pool] == 0) {
                seen[pool] = start + 1;
                walk.push(pool);
                at = next(pool);
            }
            let Some(first) = at.filter(|pool| seen[*pool] == start + 1) else {
                continue;
            };
            let circle = walk
                .iter()
                .skip_while(|pool| **pool != first)
                .chain([&first]);
            let names: Vec<&str> = circle.map(|pool| pools[*pool].name.as_str()).collect();
            let message = format!("a record nobody can take goes round: {}", names.join(" → "));
            let hint = "Let one of them name a queue".to_owned();
            let name = format!("pool {:?}", pools[first].name);
            self.say(
                Level::Error,
                &self.places.nobody[first].clone(),
                &name,
                message,
                hint,
            );
        }
    }

    /// Warns of reps whom nobody knows at steps and in pods, and of steps that nothing leads to.
    fn lifecycle(&mut self) {
        let document = self.document;
        for (at, step) in document.steps.iter().enumerate() {
            let (span, name) = (
                self.places.steps[at].clone(),
                format!("step {:?}", step.name),
            );
            for target in step.targets() {
                if let Target::Rep { rep, .. } = target {
                    self.rep_known(rep, &span, &name);
                }
            }
            if at > 0 && step.after.is_empty() {
                let message = "no step hands records to this one".to_owned();
                let hint = "Name some in after, or leave after out".to_owned();
                self.say(Level::Warning, &span, &name, message, hint);
            }
        }
        for (at, pod) in document.pods.iter().enumerate() {
            let (span, name) = (self.places.pods[at].clone(), format!("pod {:?}", pod.name));
            for rep in pod.seats.iter().flat_map(|seat| &seat.reps) {
                self.rep_known(rep, &span, &name);
            }
        }
    }

    /// Warns of territories that no rule asks, and of those without rows.
    fn territories(&mut self) {
        for (at, message, hint) in territory_check::remarks(self.document) {
            let span = self.places.territories.clone();
            self.say(Level::Warning, &span, &at, message, hint.to_owned());
        }
    }

    /// Warns of pools and queues that no record can get into.
    fn unused(&mut self) {
        let document = self.document;
        let mut pools = vec![false; document.pools.len()];
        let mut queues = vec![false; document.queues.len()];
        let targets = document
            .rules
            .iter()
            .map(|rule| &rule.to)
            .chain([&document.fallback])
            .chain(document.steps.iter().flat_map(StepSpec::targets));
        for target in targets {
            match target {
                Target::Pool(pool) => pools[*pool] = true,
                Target::Territories | Target::Territory(_) => {}
                Target::Queue(queue)
                | Target::Rep {
                    otherwise: queue, ..
                } => queues[*queue] = true,
            }
        }
        let seated = document.pods.iter().flat_map(|pod| &pod.seats);
        let seated = seated.filter_map(|seat| seat.pool);
        let pulling = document.queues.iter().filter_map(|queue| queue.pull.pool);
        seated.chain(pulling).for_each(|pool| pools[pool] = true);
        territory_check::used(document, &mut pools, &mut queues);
        let others = document.ladder.queues().chain(document.recycled_queues());
        others.for_each(|queue| queues[queue] = true);
        for pool in &document.pools {
            match pool.nobody {
                Nobody::Pool(next) => pools[next] = true,
                Nobody::Queue(queue)
                | Nobody::Hold { then: queue, .. }
                | Nobody::Rep {
                    otherwise: queue, ..
                } => queues[queue] = true,
            }
        }
        let then = document.voids.as_ref().map(|voids| voids.then);
        if let Some(VoidThen::Queue(queue) | VoidThen::Back { otherwise: queue }) = then {
            queues[queue] = true;
        }
        let idle = |used: Vec<bool>| used.into_iter().enumerate().filter(|(_, used)| !used);
        for (pool, _) in idle(pools) {
            let (span, name) = (&self.places.pools[pool], &document.pools[pool].name);
            let hint = "Name it in a rule, or take it out".to_owned();
            let message = "no rule sends a record here".to_owned();
            self.say(
                Level::Warning,
                span,
                &format!("pool {name:?}"),
                message,
                hint,
            );
        }
        for (queue, _) in idle(queues) {
            let (span, name) = (&self.places.queues[queue], &document.queues[queue].name);
            let hint = "Name it in a rule, or take it out".to_owned();
            let message = "nothing sends a record here".to_owned();
            self.say(
                Level::Warning,
                span,
                &format!("queue {name:?}"),
                message,
                hint,
            );
        }
    }
}
