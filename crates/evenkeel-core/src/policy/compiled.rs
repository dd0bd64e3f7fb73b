//! A policy ready to be asked: its document, its clauses numbered, its index.
//!
//! This is what the state holds. It answers for attributes that nobody has stored yet and for rows
//! of stored columns alike, and changes only when the columns learn a new text. It deliberately
//! does not deal: where a record goes after a rule matched is [`crate::choose`]'s.

use crate::ids::FieldNo;
use crate::market::clause::{Answer, Answers, Clause, Condition, Node};
use crate::market::columns::{Columns, Fresh};
use crate::market::schema::Schema;
use crate::market::value::Attributes;
use crate::policy::document::Document;
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
    rules: Vec<Node<u32>>,
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
        let _ = columns;
        let mut numbers: BTreeMap<Clause, u32> = BTreeMap::new();
        let mut clauses = Vec::new();
        let rules = document.rules.iter().map(|rule| {
            rule.when.tree.map(&mut |clause| {
                *numbers.entry(clause.clone()).or_insert_with(|| {
                    clauses.push(clause.clone());
                    clauses.len() as u32 - 1
                })
            })
        });
        let rules = rules.collect();
        Self {
            document,
            records,
            reps,
            clauses,
            rules,
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
        let _ = (fresh, columns);
    }

    /// What the policy says about a record with these attributes, stored or not.
    pub fn matching(&self, attributes: &Attributes) -> Match {
        let mut answers = Answers::all_no(self.clauses.len());
        for (number, clause) in self.clauses.iter().enumerate() {
            answers.set(number, clause.answer(attributes));
        }
        Match {
            rule: self.first(&answers),
            answers,
        }
    }

    /// What the policy says about a stored record.
    pub fn matching_row(&self, columns: &Columns, row: usize) -> Match {
        self.matching(&columns.attributes(row))
    }

    fn first(&self, answers: &Answers) -> Option<usize> {
        self.rules
            .iter()
            .position(|rule| self.ask(rule, answers) == Answer::Yes)
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

    /// The number of a record field that conditions, weights or mappings name.
    pub fn record_field(&self, name: &str) -> Option<FieldNo> {
        self.records.find(name)
    }

    /// The answer of a pool's condition for a rep.
    pub fn rep_answer(condition: &Condition, attributes: &Attributes) -> Answer {
        condition.answer(attributes)
    }
}
