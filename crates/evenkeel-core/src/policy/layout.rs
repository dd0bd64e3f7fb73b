//! The rules of a policy taken apart: clauses numbered, sorted into lanes, rules into terms.
//!
//! A term is a box: one set of classes per lane, and the answers it wants from formulas. A rule
//! matches exactly when one of its terms does, because and, or and not of three-valued answers
//! distribute over each other (Kleene). [`crate::policy::index`] and [`crate::policy::analysis`]
//! both read this; neither changes it.

use crate::market::clause::{Clause, Condition, Node, Test};
use crate::policy::classes::{ClassSet, Kind, Lane};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Most terms one rule may become; a rule that would become more is asked by walking its tree.
pub(super) const RULE_TERMS_MAX: usize = 32;
/// Most terms all rules together may become; rules after that are asked by walking their trees,
/// unless they are a single term.
pub(super) const TERMS_MAX: usize = 100_000;

/// The rules of one policy, taken apart.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    /// Every distinct clause, ascending. Those about fields come first, grouped by lane.
    pub(super) clauses: Vec<Clause>,
    /// How many clauses are about fields; the rest are formulas.
    pub(super) plain: usize,
    /// Lanes, ascending by field.
    pub(super) lanes: Vec<Lane>,
    /// Number of the first clause of each lane, and at the end [`Layout::plain`].
    pub(super) starts: Vec<usize>,
    /// The tree of each rule over clause numbers.
    pub(super) rules: Vec<Node<u32>>,
    /// Every term, ascending by rule.
    pub(super) terms: Vec<Term>,
}

/// One way in which a rule can match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Term {
    /// Position of the rule.
    pub(super) rule: usize,
    /// What each lane that matters may be, ascending by lane. None of the sets is empty.
    pub(super) lanes: Vec<(usize, ClassSet)>,
    /// What formulas must answer: clause and whether yes or no, ascending.
    pub(super) formulas: Vec<(u32, bool)>,
    /// Whether the box only stands for the rule, whose tree has the last word.
    pub(super) tree: bool,
}

/// A clause that must answer yes, or no.
pub(super) type Literal = (u32, bool);

impl Layout {
    /// Takes the rules with these conditions apart.
    pub(super) fn of<'a>(conditions: impl Iterator<Item = &'a Condition> + Clone) -> Self {
        let mut distinct = BTreeSet::new();
        for condition in conditions.clone() {
            condition.tree.visit(false, &mut |clause, _| {
                distinct.insert(clause);
            });
        }
        let clauses: Vec<Clause> = distinct.into_iter().cloned().collect();
        let number = |clause: &Clause| {
            clauses
                .binary_search(clause)
                .expect("every clause was collected above") as u32
        };
        let trees = conditions.map(|condition| condition.tree.map(&mut |clause| number(clause)));
        let trees: Vec<Node<u32>> = trees.collect();
        let (lanes, starts) = lanes(&clauses);
        let plain = *starts.last().expect("there is always an end");
        let (rules, terms) = (trees, Vec::new());
        let mut layout = Self {
            clauses,
            plain,
            lanes,
            starts,
            rules,
            terms,
        };
        for rule in 0..layout.rules.len() {
            layout.add_terms(rule);
        }
        layout
    }

    /// The lanes of each field that conditions name, ascending.
    pub(super) fn fields(&self) -> Vec<Range<usize>> {
        let mut fields: Vec<Range<usize>> = Vec::new();
        for (at, lane) in self.lanes.iter().enumerate() {
            match fields
                .last_mut()
                .filter(|range| self.lanes[range.start].field == lane.field)
            {
                Some(range) => range.end = at + 1,
                None => fields.push(at..at + 1),
            }
        }
        fields
    }

    /// The lane of a clause about a field.
    fn lane_of(&self, clause: u32) -> usize {
        self.starts
            .partition_point(|start| *start <= clause as usize)
            - 1
    }

    /// The test of a clause about a field.
    pub(super) fn test(&self, clause: usize) -> &Test {
        match &self.clauses[clause] {
            Clause::Field { test, .. } => test,
            Clause::Formula(_) => unreachable!("formulas come after all clauses about fields"),
        }
    }

    fn add_terms(&mut self, rule: usize) {
        let most = if self.terms.len() < TERMS_MAX {
            RULE_TERMS_MAX
        } else {
            1
        };
        match expand(&self.rules[rule], false, most) {
            Some(terms) => {
                let boxes = terms
                    .iter()
                    .filter_map(|literals| self.boxed(rule, literals));
                let boxes: Vec<Term> = boxes.collect();
                self.terms.extend(boxes);
            }
            None => {
                let (lanes, formulas) = (Vec::new(), Vec::new());
                self.terms.push(Term {
                    rule,
                    lanes,
                    formulas,
                    tree: true,
                });
            }
        }
    }

    /// The ways in which a rule can match, as literals; `None` when there are too many.
    pub(super) fn ways(&self, rule: usize) -> Option<Vec<BTreeSet<Literal>>> {
        expand(&self.rules[rule], false, RULE_TERMS_MAX)
    }

    /// The box of some literals; `None` when no value at all satisfies them.
    pub(super) fn boxed(&self, rule: usize, literals: &BTreeSet<Literal>) -> Option<Term> {
        let mut lanes: BTreeMap<usize, ClassSet> = BTreeMap::new();
        let mut formulas = Vec::new();
        for &(clause, wanted) in literals {
            if clause as usize >= self.plain {
                if literals.contains(&(clause, !wanted)) {
                    return None;
                }
                formulas.push((clause, wanted));
                continue;
            }
            let lane = self.lane_of(clause);
            let set = self.lanes[lane].answering(self.test(clause as usize), wanted);
            let known = lanes
                .entry(lane)
                .or_insert_with(|| self.lanes[lane].possible());
            *known = known.and(&set);
            if known.is_empty() {
                return None;
            }
        }
        let lanes = lanes.into_iter().collect();
        Some(Term {
            rule,
            lanes,
            formulas,
            tree: false,
        })
    }
}

/// The lanes that ascending clauses need, and the number of the first clause of each.
fn lanes(clauses: &[Clause]) -> (Vec<Lane>, Vec<usize>) {
    let mut lanes: Vec<Lane> = Vec::new();
    let mut starts = Vec::new();
    let mut plain = 0;
    for (number, clause) in clauses.iter().enumerate() {
        let Clause::Field { field, test } = clause else {
            break;
        };
        plain = number + 1;
        let last = lanes.last_mut().filter(|lane| lane.field == *field);
        match (last.map(|lane| &mut lane.kind), test) {
            (Some(Kind::Texts(texts)), Test::OneOf(any)) => texts.extend(any.iter().cloned()),
            // A field that is only asked whether it is known so far, and now turns out a number.
            (
                Some(kind @ Kind::Texts(_)),
                Test::Number(..) | Test::NumberIn(_) | Test::Time(..),
            ) => {
                *kind = Kind::Numbers(numbers(test));
            }
            (Some(kind @ Kind::Texts(_)), Test::Flag) => *kind = Kind::Flags,
            (Some(Kind::Numbers(cuts)), _) => cuts.extend(numbers(test)),
            (_, test) => {
                let kind = match test {
                    Test::Known => Kind::Texts(Vec::new()),
                    Test::OneOf(any) => Kind::Texts(any.clone()),
                    Test::Number(..) | Test::NumberIn(_) | Test::Time(..) => {
                        Kind::Numbers(numbers(test))
                    }
                    Test::Flag => Kind::Flags,
                    test => Kind::One(test.clone()),
                };
                lanes.push(Lane {
                    field: *field,
                    kind,
                });
                starts.push(number);
            }
        }
    }
    for lane in &mut lanes {
        match &mut lane.kind {
            Kind::Texts(texts) => {
                texts.sort();
                texts.dedup();
            }
            Kind::Numbers(cuts) => {
                cuts.sort_unstable();
                cuts.dedup();
            }
            Kind::Flags | Kind::One(_) => {}
        }
    }
    starts.push(plain);
    (lanes, starts)
}

/// The numbers a test compares with.
fn numbers(test: &Test) -> Vec<i64> {
    match test {
        Test::Number(_, literal) => vec![literal.0],
        Test::Time(_, literal) => vec![literal.0],
        Test::NumberIn(any) => any.iter().map(|number| number.0).collect(),
        _ => Vec::new(),
    }
}

/// The ways in which a tree answers yes (or, `negated`, no); `None` when there are more than
/// `most`.
fn expand(node: &Node<u32>, negated: bool, most: usize) -> Option<Vec<BTreeSet<Literal>>> {
    match (node, negated) {
        (Node::Clause(clause), _) => Some(vec![BTreeSet::from([(*clause, !negated)])]),
        (Node::Not(node), _) => expand(node, !negated, most),
        (Node::Any(nodes), false) | (Node::All(nodes), true) => {
            let mut terms = Vec::new();
            for node in nodes {
                terms.extend(expand(node, negated, most)?);
                if terms.len() > most {
                    return None;
                }
            }
            Some(terms)
        }
        (Node::All(nodes), false) | (Node::Any(nodes), true) => {
            let mut terms = vec![BTreeSet::new()];
            for node in nodes {
                let factors = expand(node, negated, most)?;
                if terms.len() * factors.len() > most {
                    return None;
                }
                let joined = terms.iter().flat_map(|term| {
                    factors
                        .iter()
                        .map(move |factor| term.union(factor).copied().collect())
                });
                terms = joined.collect();
            }
            Some(terms)
        }
    }
}
