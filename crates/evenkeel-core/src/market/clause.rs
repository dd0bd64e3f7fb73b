//! The clause tree: what a condition asks of a record or a rep, and the three possible answers.
//!
//! A condition is written in CEL and lowered to this tree by `policy::lower`; here it is
//! only asked. The tree is the meaning: the index of `policy::index` and the interpreter
//! are held equal to it by test. There is deliberately no clock, no chance and no loop.

use crate::ids::FieldNo;
use crate::market::formula::Formula;
use crate::market::schema::Schema;
use crate::market::value::{Facts, Value};
use crate::time::Moment;
use crate::units::Micro;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most nodes in one condition: clauses, connectives and the parts of formulas.
pub const NODES_MAX: usize = 512;
/// Deepest nesting of one condition.
pub const DEPTH_MAX: usize = 16;
/// Longest condition in bytes.
pub const SOURCE_MAX: usize = 4_096;

/// What a clause says about a record.
///
/// *Order*: `No < Unknown < Yes`, so that *and* is the least and *or* the greatest (Kleene).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Answer {
    /// It does not hold.
    No,
    /// Nobody can tell: a value is missing, or a formula ran into an error.
    Unknown,
    /// It holds.
    Yes,
}

impl Answer {
    /// `Yes` or `No`.
    pub fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    /// `yes`, `no` or `unknown`.
    pub fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Unknown => "unknown",
            Self::Yes => "yes",
        }
    }
}

impl std::ops::Not for Answer {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Unknown => Self::Unknown,
            Self::Yes => Self::No,
        }
    }
}

/// How a value is compared with a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Compare {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `==`
    Equal,
    /// `>=`
    AtLeast,
    /// `>`
    More,
}

impl Compare {
    /// Whether `value` stands so to `literal`.
    pub fn holds<T: Ord>(self, value: &T, literal: &T) -> bool {
        match self {
            Self::Less => value < literal,
            Self::AtMost => value <= literal,
            Self::Equal => value == literal,
            Self::AtLeast => value >= literal,
            Self::More => value > literal,
        }
    }
}

/// What is asked of one field. A missing value answers *unknown*, except to [`Test::Known`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Test {
    /// The field has a value at all. Never *unknown*.
    Known,
    /// Text: one of these; ascending, without repetition.
    OneOf(Vec<String>),
    /// Text: begins so.
    StartsWith(String),
    /// Text: ends so.
    EndsWith(String),
    /// Text: has this somewhere in it.
    Contains(String),
    /// Number: compared with a literal.
    Number(Compare, Micro),
    /// Number: one of these; ascending, without repetition.
    NumberIn(Vec<Micro>),
    /// Moment: compared with a literal.
    Time(Compare, Moment),
    /// Flag: is yes.
    Flag,
    /// Tags: this one is among them.
    Tag(String),
}

impl Test {
    /// The answer for `value`. A value of another type is *unknown*; the door lets none in.
    pub fn answer(&self, value: Option<&Value>) -> Answer {
        let Some(value) = value else {
            return if *self == Self::Known {
                Answer::No
            } else {
                Answer::Unknown
            };
        };
        Answer::of(match (self, value) {
            (Self::Known, _) => true,
            (Self::OneOf(any), Value::Text(text)) => {
                any.binary_search_by(|one| one.as_str().cmp(text)).is_ok()
            }
            (Self::StartsWith(part), Value::Text(text)) => text.starts_with(part.as_str()),
            (Self::EndsWith(part), Value::Text(text)) => text.ends_with(part.as_str()),
            (Self::Contains(part), Value::Text(text)) => text.contains(part.as_str()),
            (Self::Number(compare, literal), Value::Number(number)) => {
                compare.holds(number, literal)
            }
            (Self::NumberIn(any), Value::Number(number)) => any.binary_search(number).is_ok(),
            (Self::Time(compare, literal), Value::Time(moment)) => compare.holds(moment, literal),
            (Self::Flag, Value::Flag(flag)) => *flag,
            (Self::Tag(tag), Value::Tags(tags)) => tags.contains(tag),
            _ => return Answer::Unknown,
        })
    }
}

/// One question with one answer.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clause {
    /// About one field.
    Field {
        /// The field.
        field: FieldNo,
        /// What is asked of it.
        test: Test,
    },
    /// What the tests cannot say, run by the interpreter.
    Formula(Formula),
}

impl Clause {
    /// The answer for one row of values.
    pub fn answer(&self, facts: &dyn Facts) -> Answer {
        match self {
            Self::Field { field, test } => test.answer(facts.fact(*field)),
            Self::Formula(formula) => formula.answer(facts),
        }
    }

    /// The clause in words; with `negated`, its opposite.
    ///
    /// *Example*: `country is US or CA`, `employees is not at least 200`.
    pub fn words(&self, schema: &Schema, negated: bool) -> String {
        let not = if negated { " not" } else { "" };
        let (field, test) = match self {
            Self::Field { field, test } => (field, test),
            Self::Formula(formula) if negated => return format!("not ({})", formula.text()),
            Self::Formula(formula) => return formula.text().to_owned(),
        };
        let name = schema
            .field(*field)
            .map_or("(unknown field)", |field| field.name.as_str());
        let does = |verb: &str, verbs: &str, part: &str| match negated {
            true => format!("{name} does not {verb} {part:?}"),
            false => format!("{name} {verbs} {part:?}"),
        };
        match test {
            Test::Known => format!("{name} is{not} known"),
            Test::OneOf(any) => format!("{name} is{not} {}", either(any)),
            Test::StartsWith(part) => does("start with", "starts with", part),
            Test::EndsWith(part) => does("end with", "ends with", part),
            Test::Contains(part) => does("contain", "contains", part),
            Test::Number(compare, number) => {
                let words = match compare {
                    Compare::Less => "below ",
                    Compare::AtMost => "at most ",
                    Compare::Equal => "",
                    Compare::AtLeast => "at least ",
                    Compare::More => "above ",
                };
                format!("{name} is{not} {words}{number}")
            }
            Test::NumberIn(any) => format!("{name} is{not} {}", either(any)),
            Test::Time(compare, moment) => {
                let words = match compare {
                    Compare::Less => "before",
                    Compare::AtMost => "at or before",
                    Compare::Equal => "at",
                    Compare::AtLeast => "at or after",
                    Compare::More => "after",
                };
                format!("{name} is{not} {words} {moment}")
            }
            Test::Flag => format!("{name} is {}", if negated { "no" } else { "yes" }),
            Test::Tag(tag) => match negated {
                true => format!("{name} do not have {tag:?}"),
                false => format!("{name} have {tag:?}"),
            },
        }
    }
}

/// `US`, `US or CA`, `US, CA or MX`; after the twelfth only how many more there are. An empty
/// text stands in quotes, to be seen at all.
fn either<T: fmt::Display>(any: &[T]) -> String {
    let shown = |word: &T| match word.to_string() {
        empty if empty.is_empty() => "\"\"".to_owned(),
        word => word,
    };
    let words: Vec<String> = any.iter().take(12).map(shown).collect();
    match words.as_slice() {
        _ if any.len() > 12 => format!("{} or {} more", words.join(", "), any.len() - 12),
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

/// A condition as a tree; `C` is the clause itself, or its number in a list of clauses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node<C> {
    /// Every one holds; none at all is *yes*.
    All(Vec<Self>),
    /// At least one holds; none at all is *no*.
    Any(Vec<Self>),
    /// The opposite.
    Not(Box<Self>),
    /// A question.
    Clause(C),
}

impl<C> Node<C> {
    /// The answer, given the answers of the clauses (Kleene).
    pub fn answer(&self, ask: &mut dyn FnMut(&C) -> Answer) -> Answer {
        match self {
            Self::All(nodes) => {
                let mut least = Answer::Yes;
                for node in nodes {
                    least = least.min(node.answer(ask));
                    if least == Answer::No {
                        break;
                    }
                }
                least
            }
            Self::Any(nodes) => {
                let mut greatest = Answer::No;
                for node in nodes {
                    greatest = greatest.max(node.answer(ask));
                    if greatest == Answer::Yes {
                        break;
                    }
                }
                greatest
            }
            Self::Not(node) => !node.answer(ask),
            Self::Clause(clause) => ask(clause),
        }
    }

    /// Visits every clause from left to right, with whether it stands under an odd number of *not*.
    pub fn visit<'a>(&'a self, negated: bool, see: &mut dyn FnMut(&'a C, bool)) {
        match self {
            Self::All(nodes) | Self::Any(nodes) => {
                nodes.iter().for_each(|node| node.visit(negated, see));
            }
            Self::Not(node) => node.visit(!negated, see),
            Self::Clause(clause) => see(clause, negated),
        }
    }

    /// The same tree over other clauses.
    pub fn map<D>(&self, to: &mut dyn FnMut(&C) -> D) -> Node<D> {
        match self {
            Self::All(nodes) => Node::All(nodes.iter().map(|node| node.map(to)).collect()),
            Self::Any(nodes) => Node::Any(nodes.iter().map(|node| node.map(to)).collect()),
            Self::Not(node) => Node::Not(Box::new(node.map(to))),
            Self::Clause(clause) => Node::Clause(to(clause)),
        }
    }
}

/// A condition: the text people wrote, and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// As written.
    pub text: String,
    /// Lowered.
    pub tree: Node<Clause>,
}

impl Condition {
    /// The answer for one row of values. *Missing* is unknown.
    pub fn answer(&self, facts: &impl Facts) -> Answer {
        self.tree.answer(&mut |clause| clause.answer(facts))
    }

    /// Every clause from left to right with its own answer.
    pub fn answers(&self, facts: &impl Facts) -> Vec<(&Clause, Answer)> {
        let mut answers = Vec::new();
        self.tree.visit(false, &mut |clause, _| {
            answers.push((clause, clause.answer(facts)))
        });
        answers
    }
}

/// What every clause of a policy answered about one record, by clause number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    clauses: u32,
    yes: Vec<u64>,
    unknown: Vec<u64>,
}

impl Answers {
    /// All *no*, for `clauses` clauses.
    pub fn all_no(clauses: usize) -> Self {
        let words = vec![0; clauses.div_ceil(64)];
        let clauses = u32::try_from(clauses).expect("policies hold far fewer clauses than 2^32");
        Self {
            clauses,
            yes: words.clone(),
            unknown: words,
        }
    }

    /// How many clauses there are.
    pub fn len(&self) -> usize {
        self.clauses as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.clauses == 0
    }

    /// The answer of one clause; *unknown* beyond the last.
    pub fn get(&self, clause: usize) -> Answer {
        let bit = |words: &[u64]| {
            words
                .get(clause / 64)
                .is_some_and(|word| word >> (clause % 64) & 1 == 1)
        };
        match clause < self.len() {
            true if bit(&self.yes) => Answer::Yes,
            true if !bit(&self.unknown) => Answer::No,
            _ => Answer::Unknown,
        }
    }

    /// Sets the answer of one clause. *Bounds*: panics beyond the last.
    pub fn set(&mut self, clause: usize, answer: Answer) {
        assert!(clause < self.len(), "clause {clause} of {}", self.len());
        let (word, bit) = (clause / 64, 1u64 << (clause % 64));
        self.yes[word] &= !bit;
        self.unknown[word] &= !bit;
        match answer {
            Answer::Yes => self.yes[word] |= bit,
            Answer::Unknown => self.unknown[word] |= bit,
            Answer::No => {}
        }
    }

    /// Sets yes for the clauses from `start` on whose bit stands in `words`.
    #[inline]
    pub(crate) fn set_yes(&mut self, start: usize, words: &[u64]) {
        place(&mut self.yes, start, words);
    }

    /// Sets *unknown* for clauses from `start` on that answered *no* before and whose bit stands.
    #[inline]
    pub(crate) fn set_unknown(&mut self, start: usize, words: &[u64]) {
        place(&mut self.unknown, start, words);
    }
}

/// Sets the bits of `words` from bit `start` on.
#[inline]
fn place(bits: &mut [u64], start: usize, words: &[u64]) {
    let (first, shift) = (start / 64, start % 64);
    for (at, word) in words.iter().enumerate() {
        if let Some(to) = bits.get_mut(first + at) {
            *to |= word << shift;
        }
        let over = word.checked_shr(64 - shift as u32).unwrap_or(0);
        if over != 0 {
            bits[first + at + 1] |= over;
        }
    }
}
