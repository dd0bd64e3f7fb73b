//! CEL text to clause tree: bounded, parsed by the `cel` library, then lowered.
//!
//! Grammar is the library's; meaning is [`crate::policy::lower`]'s. Here are the way between them
//! and where each part of the syntax tree stands in the text. Nothing is evaluated here.
//! *Source*: Common Expression Language, `github.com/google/cel-spec`.

use crate::ids::FieldNo;
use crate::market::clause::Condition;
use crate::market::schema::{Field, Schema};
use crate::policy::lower::Lowering;
use crate::policy::problem::Fault;
use crate::policy::scan::{Brackets, scan};
use cel::common::ast::{Expr, SourceInfo};
use cel::{IdedExpr, Program};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The fields a condition may name.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    /// What stands before the dot: `record` or `rep`.
    pub scope: &'static str,
    /// Names that were meant to be declared, but are not because something is wrong with them.
    pub broken: BTreeSet<String>,
    fields: BTreeMap<String, (FieldNo, Field)>,
}

impl Vocabulary {
    /// The fields of `schema` that `admitted` lets in.
    pub fn new(
        scope: &'static str,
        schema: &Schema,
        admitted: impl Fn(FieldNo, &Field) -> bool,
    ) -> Self {
        let fields = schema.fields().iter().enumerate();
        let fields = fields
            .map(|(at, field)| (FieldNo::at(at), field))
            .filter(|(number, field)| admitted(*number, field))
            .map(|(number, field)| (field.name.clone(), (number, field.clone())))
            .collect();
        Self {
            scope,
            broken: BTreeSet::new(),
            fields,
        }
    }

    /// The field called `name`.
    pub fn find(&self, name: &str) -> Option<(FieldNo, &Field)> {
        self.fields
            .get(name)
            .map(|(number, field)| (*number, field))
    }

    /// All names, in the order of the alphabet.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }
}

/// Reads one condition.
///
/// *Bounds*: [`crate::market::clause::SOURCE_MAX`] bytes, [`crate::policy::scan::BRACKETS_MAX`]
/// brackets deep, [`crate::market::clause::NODES_MAX`] nodes and
/// [`crate::market::clause::DEPTH_MAX`] deep. A stack of 2 MB is enough, also in a debug build.
///
/// *Refuses*: everything wrong with it, in the order of the text.
pub fn condition(source: &str, vocabulary: &Vocabulary) -> Result<Condition, Vec<Fault>> {
    let brackets = scan(source).map_err(|fault| vec![fault])?;
    let program = Program::compile(source).map_err(|errors| {
        let lines = line_starts(source);
        let faults = errors
            .errors
            .iter()
            .map(|error| syntax_fault(source, &lines, error));
        // One slip makes the parser stumble again and again; the first one is the true one.
        faults.take(1).collect::<Vec<Fault>>()
    })?;
    let places = Places {
        source,
        info: program.source_info(),
        brackets,
    };
    let tree = Lowering::new(vocabulary, &places).condition(program.expression())?;
    Ok(Condition {
        text: source.to_owned(),
        tree,
    })
}

fn line_starts(source: &str) -> Vec<usize> {
    let ends = source
        .bytes()
        .enumerate()
        .filter(|(_, byte)| *byte == b'\n');
    std::iter::once(0)
        .chain(ends.map(|(at, _)| at + 1))
        .collect()
}

fn syntax_fault(source: &str, lines: &[usize], error: &cel::ParseError) -> Fault {
    let (line, column) = error.pos;
    let start = usize::try_from(line - 1)
        .ok()
        .and_then(|line| lines.get(line))
        .copied();
    let rest = &source[start.unwrap_or(0)..];
    let skip = usize::try_from(column - 1).unwrap_or(0);
    let within = rest
        .char_indices()
        .nth(skip)
        .map_or(rest.len(), |(at, _)| at);
    let at = start.unwrap_or(0) + within;
    let words = error.msg.trim_start_matches("Syntax error: ");
    let words = words.split(" expecting ").next().unwrap_or(words);
    if words.contains("<EOF>") && at >= source.trim_end().len() {
        return Fault::new(
            at..at,
            "the condition stops in the middle",
            "Something is missing here",
        );
    }
    let (message, hint) = syntax_words(words);
    let end = source[at..]
        .chars()
        .next()
        .map_or(at, |first| at + first.len_utf8());
    Fault::new(at..end, message, hint)
}

/// What the parser says, for people.
fn syntax_words(words: &str) -> (String, &'static str) {
    let reads = "A condition reads like record.country == \"US\"";
    if let Some(token) = words.strip_prefix("token recognition error at: ") {
        return (format!("{} cannot stand here", token.trim()), reads);
    }
    if let Some(word) = words.strip_prefix("reserved identifier: ") {
        return (format!("{word:?} is a reserved word of CEL"), reads);
    }
    match words {
        "invalid int literal" | "invalid uint literal" | "invalid double literal" => (
            "this number is out of bounds".to_owned(),
            "Numbers reach to 9,200,000,000,000",
        ),
        "invalid argument to has() macro" => (
            "has takes a field".to_owned(),
            "Write has(record.name) or has(rep.name)",
        ),
        _ => (format!("this is no CEL: {words}"), reads),
    }
}

/// Where the parts of one condition stand in its text.
pub(super) struct Places<'a> {
    source: &'a str,
    info: &'a SourceInfo,
    brackets: Vec<Brackets>,
}

impl<'a> Places<'a> {
    /// The text of a part, with the brackets that belong to it.
    pub(super) fn text(&self, expr: &IdedExpr) -> &'a str {
        &self.source[self.span(expr)]
    }

    /// The text of the token that made a leaf.
    pub(super) fn token(&self, expr: &IdedExpr) -> &'a str {
        let (start, stop) = self.info.offset_for(expr.id).unwrap_or_default();
        self.source
            .get(start as usize..=stop as usize)
            .unwrap_or("")
    }

    /// The bytes of a part, with the brackets that belong to it.
    pub(super) fn span(&self, expr: &IdedExpr) -> Range<usize> {
        let mut span: Option<Range<usize>> = None;
        self.widen(expr, &mut span);
        let mut span = span.unwrap_or(0..self.source.len());
        // Brackets close from the inside out, so one pass meets every pair after those within it.
        for pair in &self.brackets {
            if span.contains(&pair.open) != span.contains(&pair.close) {
                span = span.start.min(pair.open)..span.end.max(pair.close + 1);
            }
        }
        span
    }

    fn widen(&self, expr: &IdedExpr, span: &mut Option<Range<usize>>) {
        let mut cover = |start: usize, end: usize| {
            let covered = span.clone().unwrap_or(start..end);
            *span = Some(covered.start.min(start)..covered.end.max(end));
        };
        let own = self.info.offset_for(expr.id);
        let own = own.map(|(start, stop)| (start as usize, stop as usize + 1));
        if let Some((start, end)) = own {
            cover(start, end);
        }
        match &expr.expr {
            Expr::Select(select) => {
                if let Some((dot, _)) = own.filter(|_| !select.test) {
                    cover(dot, self.after_name(dot + 1, &select.field));
                } else if let Some((open, _)) = own {
                    cover(self.before_name(open, "has"), open);
                }
                self.widen(&select.operand, span);
            }
            Expr::Call(call) => {
                if let Some((open, _)) = own {
                    cover(self.before_name(open, &call.func_name), open + 1);
                }
                for part in call.target.as_deref().into_iter().chain(&call.args) {
                    self.widen(part, span);
                }
            }
            Expr::List(list) => list.elements.iter().for_each(|part| self.widen(part, span)),
            _ => {}
        }
    }

    fn after_name(&self, at: usize, name: &str) -> usize {
        let rest = &self.source[at..];
        let trimmed = rest.trim_start();
        if trimmed.starts_with(name) {
            at + rest.len() - trimmed.len() + name.len()
        } else {
            at
        }
    }

    fn before_name(&self, at: usize, name: &str) -> usize {
        let before = self.source[..at].trim_end();
        if before.ends_with(name) {
            before.len() - name.len()
        } else {
            at
        }
    }
}
