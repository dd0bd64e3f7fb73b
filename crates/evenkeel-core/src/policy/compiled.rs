//! A policy ready to be asked: its document, its clauses numbered, its index.
//!
//! This is what the state holds. It answers for attributes that nobody has stored yet and for rows
//! of stored columns alike, and changes only when the columns learn a new text. It deliberately
//! does not deal: where a record goes after a rule matched is [`crate::choose`]'s.

use crate::market::clause::{Answer, Answers, Clause, Node};
use crate::market::columns::{Columns, Fresh};
use crate::market::schema::Schema;
use crate::market::value::Attributes;
use crate::policy::document::Document;
use crate::policy::index::{Ask, Index, Sorted};
use crate::policy::layout::Layout;
use crate::policy::read::read;
use std::collections::BTreeMap;

/// What a policy says about one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Position of the first rule whose condition answers yes; `None` is the fallback.
    pub rule: Option<usize>,
    /// What every clause of the policy answered.
    pub answers: Answers,
}

/// A policy in force.
#[derive(Clone, Debug)]
pub struct Compiled {
    document: Document,
    records: Schema,
    reps: Schema,
    clauses: Vec<Clause>,
    /// How many clauses are about fields; the rest are formulas.
    plain: usize,
    rules: Vec<Node<u32>>,
    index: Index,
}

/// What one rule answered about one record, clause by clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleAnswer {
    /// Position of the rule.
    pub rule: usize,
    /// Its name.
    pub name: String,
    /// Its answer.
    pub answer: Answer,
    /// Its clauses from left to right.
    pub clauses: Vec<ClauseAnswer>,
}

/// What one clause of a rule answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseAnswer {
    /// The clause in words; where it stands under *not*, its opposite.
    pub words: String,
    /// The answer to these words.
    pub answer: Answer,
}

impl Compiled {
    /// Compiles `document` for records as they stand in `columns`. The schemas are those in force
    /// with it ([`crate::policy::read::Reading`]).
    pub fn new(document: Document, records: Schema, reps: Schema, columns: &Columns) -> Self {
        let layout = Layout::of(document.rules.iter().map(|rule| &rule.when));
        let index = Index::of(&layout, columns);
        let Layout {
            clauses,
            plain,
            rules,
            ..
        } = layout;
        Self {
            document,
            records,
            reps,
            clauses,
            plain,
            rules,
            index,
        }
    }

    /// Reads and compiles a text that was accepted before.
    ///
    /// *Bounds*: panics on a text with errors, which the journal never holds.
    pub fn of_published(text: &str, records: &Schema, reps: &Schema, columns: &Columns) -> Self {
        let reading = read(text, records, reps);
        let document = reading
            .document
            .expect("only policies without errors are published");
        Self::new(document, reading.records, reading.reps, columns)
    }

    /// Reads a text that was accepted before. *Bounds*: as [`Compiled::of_published`].
    pub fn document_of(text: &str, records: &Schema, reps: &Schema) -> Document {
        read(text, records, reps)
            .document
            .expect("only policies without errors are published")
    }

    /// The document.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Record fields in force.
    pub fn records(&self) -> &Schema {
        &self.records
    }

    /// Rep fields in force.
    pub fn reps(&self) -> &Schema {
        &self.reps
    }

    /// Every distinct clause of the rules, by number.
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// Takes note of texts that the columns have seen for the first time.
    pub fn learn(&mut self, fresh: &[Fresh], columns: &Columns) {
        for fresh in fresh {
            self.index.learn(fresh.field, columns);
        }
    }

    /// What the policy says about a record with these attributes, stored or not.
    pub fn matching(&self, attributes: &Attributes) -> Match {
        self.matched(&self.index.sort(attributes), attributes)
    }

    /// What the policy says about a stored record.
    pub fn matching_row(&self, columns: &Columns, row: usize) -> Match {
        let sorted = self.index.sort_row(columns, row);
        match self.plain == self.clauses.len() {
            true => self.matched(&sorted, &Attributes::default()),
            // Formulas look at values.
            false => self.matched(&sorted, &columns.attributes(row)),
        }
    }

    /// The first rule that matches a record with these attributes, without the answers.
    pub fn first(&self, attributes: &Attributes) -> Option<usize> {
        let sorted = self.index.sort(attributes);
        let values = Values::Given(attributes);
        self.index
            .first(&sorted, &mut Lazily::new(self, &sorted, values))
    }

    /// The first rule that matches a stored record, without the answers.
    #[inline]
    pub fn first_row(&self, columns: &Columns, row: usize) -> Option<usize> {
        let sorted = self.index.sort_row(columns, row);
        let values = Values::Row(columns, row);
        self.index
            .first(&sorted, &mut Lazily::new(self, &sorted, values))
    }

    fn matched(&self, sorted: &Sorted, attributes: &Attributes) -> Match {
        let mut answers = self.index.answers(sorted);
        for number in self.plain..self.clauses.len() {
            answers.set(number, self.clauses[number].answer(attributes));
        }
        let rule = self.index.first(
            sorted,
            &mut Answered {
                policy: self,
                answers: &answers,
            },
        );
        Match { rule, answers }
    }

    fn ask(&self, rule: &Node<u32>, answers: &Answers) -> Answer {
        rule.answer(&mut |clause| answers.get(*clause as usize))
    }

    /// What every rule answered, from what its clauses answered. Read from a verdict, so that
    /// nothing is asked again.
    pub fn explain(&self, answers: &Answers) -> Vec<RuleAnswer> {
        (0..self.rules.len())
            .map(|rule| self.explain_rule(rule, answers))
            .collect()
    }

    /// What one rule answered. *Bounds*: panics on a rule that is not there.
    pub fn explain_rule(&self, rule: usize, answers: &Answers) -> RuleAnswer {
        let tree = &self.rules[rule];
        let mut clauses = Vec::new();
        tree.visit(false, &mut |clause, negated| {
            let answer = answers.get(*clause as usize);
            clauses.push(ClauseAnswer {
                words: self.clauses[*clause as usize].words(&self.records, negated),
                answer: if negated { !answer } else { answer },
            });
        });
        let name = self.document.rules[rule].name.clone();
        RuleAnswer {
            rule,
            name,
            answer: self.ask(tree, answers),
            clauses,
        }
    }
}

/// Further questions, when every clause has answered already.
struct Answered<'a> {
    policy: &'a Compiled,
    answers: &'a Answers,
}

impl Ask for Answered<'_> {
    fn formula(&mut self, clause: u32) -> Answer {
        self.answers.get(clause as usize)
    }

    fn tree(&mut self, rule: u32) -> Answer {
        self.policy
            .ask(&self.policy.rules[rule as usize], self.answers)
    }
}

/// Where the values of a record are.
enum Values<'a> {
    Given(&'a Attributes),
    Row(&'a Columns, usize),
}

/// Further questions, each asked at most once and only when it matters.
struct Lazily<'a> {
    policy: &'a Compiled,
    sorted: &'a Sorted,
    values: Values<'a>,
    stored: Option<Attributes>,
    plain: Option<Answers>,
    formulas: BTreeMap<u32, Answer>,
}

impl<'a> Lazily<'a> {
    fn new(policy: &'a Compiled, sorted: &'a Sorted, values: Values<'a>) -> Self {
        let formulas = BTreeMap::new();
        Self {
            policy,
            sorted,
            values,
            stored: None,
            plain: None,
            formulas,
        }
    }
}

impl Ask for Lazily<'_> {
    fn formula(&mut self, clause: u32) -> Answer {
        let Self {
            policy,
            values,
            stored,
            formulas,
            ..
        } = self;
        *formulas.entry(clause).or_insert_with(|| {
            let facts: &Attributes = match values {
                Values::Given(attributes) => attributes,
                Values::Row(columns, row) => stored.get_or_insert_with(|| columns.attributes(*row)),
            };
            policy.clauses[clause as usize].answer(facts)
        })
    }

    fn tree(&mut self, rule: u32) -> Answer {
        let policy = self.policy;
        let plain = self.plain.take();
        let plain = plain.unwrap_or_else(|| policy.index.answers(self.sorted));
        let answer = policy.rules[rule as usize].answer(&mut |clause| match (*clause as usize)
            < policy.plain
        {
            true => plain.get(*clause as usize),
            false => self.formula(*clause),
        });
        self.plain = Some(plain);
        answer
    }
}
